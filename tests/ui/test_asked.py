"""What somebody asks of the bot by a message."""

import asyncio
from typing import Any

from PIL import Image

from bot.engine import Draft
from bot.ui.asked import draft_of, wanted
from tests.images.samples import encoded
from tests.places import place
from tests.world import WAIT_SECONDS, World

FOX = encoded(Image.new("RGB", (64, 48), "red"), "PNG")


async def asked(world: World, member: Any, channel: Any) -> Draft:
    """Return what a member asks for by a message with a picture, as the gateway tells it."""
    told = asyncio.ensure_future(world.bot.wait_for("message", timeout=WAIT_SECONDS))
    await asyncio.sleep(0)
    await member.send(channel, "make it snow", attachments=[("fox.png", FOX)])
    message = await told
    engine = world.bot.engine
    draft, left_out = draft_of(message, "make it snow", await wanted(message, engine, world.bot), engine.catalog)
    assert left_out == []
    return draft


async def test_it_says_what_roles_its_author_has_and_where_it_is(world: World) -> None:
    painters = world.guild.create_role("Painters")
    eve = world.guild.add_member(world.env.create_user("eve"), roles=[painters])
    thread = place(world, "public thread")
    for channel, ids in ((world.channel, {world.channel.id}), (thread, {thread.id, world.channel.id})):
        draft = await asked(world, eve, channel)
        assert draft.place_ids == ids
        assert painters.id in draft.role_ids
    assert painters.id not in (await asked(world, world.bob, world.channel)).role_ids
