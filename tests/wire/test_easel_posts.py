"""Posts over the wire: what Discord took and the bot did not record is there once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.store import Post
from bot.ui.posts import Shown
from tests.wire.easel import Studio


async def render(post: Post) -> Shown:
    return Shown(f"A note, {post.key}.", f"note, {post.key}")


async def test_a_post_whose_sending_was_cut_off_is_there_once(idle_studio: Studio, monkeypatch: Any) -> None:
    studio = idle_studio
    general = studio.server.world.general
    async with studio.running():
        bot = studio.bot
        send, sent = bot.poster.send, asyncio.Event()

        async def and_hang(*args: Any) -> Any:
            await send(*args)
            sent.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(bot.poster, "send", and_hang)
        bot.poster.register("note", render, again=False)
        store, now = bot.engine._store, datetime.now(UTC)  # pyright: ignore[reportPrivateUsage]
        place = (int(general.guild_id or 0), int(general.id))
        await store.write(lambda session: session.posts.want("note", "1", *place, now))
        bot.engine.posts.wake()
        await asyncio.wait_for(sent.wait(), 20)
    assert [message.content for message in studio.public()] == ["A note, 1."]
    async with studio.running():
        studio.bot.poster.register("note", render, again=False)
        store = studio.bot.engine._store  # pyright: ignore[reportPrivateUsage]
        async with asyncio.timeout(20):
            while (post := await store.read(lambda session: session.posts.get("note", "1"))) and post.due_at:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
    [message] = studio.public()
    assert post is not None
    assert (post.message_id, post.nonce) == (int(message.id), None)
