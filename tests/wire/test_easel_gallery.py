"""Galleries over the wire: many stars at once, and a stop in between, make one post."""

import asyncio
import re
from typing import Any

from tests.wire.easel import Studio
from tests.wire.messages import Message

ALL_SHOWN = 120.0
"""Seconds that a busy machine may need for a hundred answers."""


def exhibits(studio: Studio) -> list[Message]:
    """Return what is in the gallery, which is in the same channel."""
    return [message for message in studio.public() if message.content.startswith("⭐")]


async def test_a_hundred_stars_within_a_second_and_a_stop_in_between_make_one_post(
    idle_studio: Studio, monkeypatch: Any
) -> None:
    studio = idle_studio
    general = studio.server.world.general
    guild_id, people = int(general.guild_id or 0), [studio.server.world.person(f"fan{n}") for n in range(100)]
    async with studio.running():
        changed = {"gallery_channel": int(general.id), "gallery_stars": 20}
        await studio.bot.engine.settings.change(guild_id, 1, changed)
        reply = await studio.imagine()
        await studio.finish()
        assert reply.original is not None
        star = next(each for each in reply.original.custom_ids if ":star:" in each)
        send, sent = studio.bot.poster.send, asyncio.Event()

        async def and_hang(*args: Any) -> Any:
            await send(*args)
            sent.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(studio.bot.poster, "send", and_hang)
        shown = reply.original
        # How long a busy machine takes to answer them is not what is tested here.
        studio.server.clock.stop()
        presses = [await studio.server.click(shown, star, user=fan) for fan in people]
        await studio.server.until(lambda: all(press.callback for press in presses), ALL_SHOWN)
        await asyncio.wait_for(sent.wait(), ALL_SHOWN)
        assert len(exhibits(studio)) == 1
    async with studio.running():
        await studio.finish()
        [post] = exhibits(studio)
        # What came after it was sent is shown when its turn comes.
        await studio.server.until(lambda: re.match(r"⭐ \*\*100\*\*", exhibits(studio)[0].content), ALL_SHOWN)
    assert [message.id for message in exhibits(studio)] == [post.id]
