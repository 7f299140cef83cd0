"""What holds on every way to work on a picture: what its owner wants, and that it stays among adults."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cogs.test_edit import edit, picture
from tests.cogs.test_edit_image import open_form
from tests.cogs.test_reply import from_bot, post, to_bot
from tests.places import restrict
from tests.world import World, short_id, world

Way = Callable[[World, Any, Any], Awaitable[str]]
"""A way to work on a result: what somebody is told who tries it, of which nobody else sees anything but a reply."""

NOT_ALLOWED = "would rather not have their pictures edited by others"
AMONG_ADULTS = "comes from an age-restricted channel"


def told(shown: Any) -> str:
    """Return a private answer, which opens no form."""
    assert shown.modal is None
    assert shown.ephemeral
    return shown.response.content


def pressing(action: str) -> Way:
    async def press(world: World, shown: Any, member: Any) -> str:
        return told(await world.press(shown, action, by=member))

    return press


def pressing_on_a_copy(action: str) -> Way:
    async def press(world: World, shown: Any, member: Any) -> str:
        copy: Any = await member.slash(world.channel, "show", id=short_id(shown))
        if not copy.response.components:
            return told(copy)
        return told(await world.press(copy, action, by=member))

    return press


async def edit_image(world: World, shown: Any, member: Any) -> str:
    """Pick Apps > Edit image on it."""
    return told(await open_form(world, shown, by=member))


async def edit_image_on_a_forward(world: World, shown: Any, member: Any) -> str:
    """Pick Apps > Edit image on a message that forwards it."""
    return told(await open_form(world, await member.forward(shown.response, world.channel), by=member))


async def reply(world: World, shown: Any, member: Any) -> str:
    """Reply to it."""
    await post(world, text=to_bot(world), by=member, reply_to=shown.response)
    return from_bot(world)[-1].content


async def reply_to_a_forward(world: World, shown: Any, member: Any) -> str:
    """Reply to a message that forwards it, which only the Message Content intent lets the bot read."""
    forwarded = await member.forward(shown.response, world.channel)
    await post(world, text=to_bot(world), by=member, reply_to=forwarded)
    return from_bot(world)[-1].content


WAYS = {
    "reroll": pressing("reroll"),
    "edit": pressing("edit"),
    "remix": pressing("remix"),
    "reroll of a copy": pressing_on_a_copy("reroll"),
    "edit of a copy": pressing_on_a_copy("edit"),
    "remix of a copy": pressing_on_a_copy("remix"),
    "edit image": edit_image,
    "edit image on a forward": edit_image_on_a_forward,
    "reply": reply,
}


@pytest.mark.parametrize("restarted", [False, True])
async def test_who_wants_no_edits_is_respected(world: World, *, restarted: bool) -> None:
    shown = await edit(world, ("fox.png", picture("red")))
    await world.slash("privacy edits", allow=False)
    if restarted:
        await world.restart()
    for name, way in WAYS.items():
        assert NOT_ALLOWED in await way(world, shown, world.bob), name
    assert len(world.creates()) == 1
    assert await world.left(world.bob) == world.settings.daily_images_per_user
    assert (await world.press(shown, "edit")).modal is not None


async def test_the_same_is_held_of_a_forward_that_somebody_replies_to(tmp_path: Path) -> None:
    async with world(tmp_path, message_content=True) as built:
        shown = await built.imagine()
        await built.slash("privacy edits", allow=False)
        assert NOT_ALLOWED in await reply_to_a_forward(built, shown, built.bob)
        assert len(built.creates()) == 1


async def again(world: World, shown: Any, member: Any) -> str:
    """Type `/again`, which is for one's own."""
    return told(await member.slash(world.channel, "again", id=short_id(shown)))


@pytest.mark.parametrize("presser", ["ada", "bob"])
async def test_what_is_for_adults_stays_among_them(world: World, presser: str) -> None:
    await restrict(world, world.channel)
    shown = await edit(world, ("fox.png", picture("red")))
    await restrict(world, world.channel, restricted=False)
    member = getattr(world, presser)
    before = await world.left(member)
    for name, way in {**WAYS, **({"again": again} if presser == "ada" else {})}.items():
        assert AMONG_ADULTS in await way(world, shown, member), name
    assert len(world.creates()) == 1
    assert await world.left(member) == before


async def test_who_may_ask_for_nothing_here_is_told_before_a_form_or_a_panel_opens(world: World) -> None:
    shown = await world.imagine()
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"channels_denied": [world.channel.id]})
    for name in ("edit", "remix", "edit image"):
        assert world.channel.mention in await WAYS[name](world, shown, world.bob), name
    assert len(world.creates()) == 1
