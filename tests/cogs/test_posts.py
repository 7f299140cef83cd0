"""Posts: the bot's own messages agree with what the database says, once each, across stops and refusals."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.engine import Patience
from bot.store import Post, PostState
from bot.ui.posts import PostFile, Send, Shown
from tests.images.samples import encoded, noise
from tests.world import World, world

SEEN_TIMES = timedelta(seconds=0.1)


class Board:
    """What the posts of a kind are to show, by key; without a text a post is not to be there."""

    def __init__(self, world: World, *, again: bool = False) -> None:
        self.world = world
        self.texts: dict[str, str] = {}
        self.file: Path | None = None
        self.again = again
        self.register()

    def register(self) -> None:
        self.world.bot.poster.register("note", self.render, again=self.again)

    async def render(self, post: Post) -> Shown | None:
        said = self.texts.get(post.key)
        if said is None:
            return None
        attach = None if self.file is None else self.attach
        named = "" if self.file is None else self.file.name
        return Shown(f"{said} (note {post.key})", f"(note {post.key})", files=named, attach=attach)

    async def attach(self, send: Send) -> None:
        assert self.file is not None
        await send([PostFile(self.file, self.file.name, "a note")])

    async def want(self, key: str, said: str, channel: Any = None) -> None:
        self.texts[key] = said
        place = (channel or self.world.channel).id
        await self.world.bot.engine._store.write(  # pyright: ignore[reportPrivateUsage]
            lambda session: session.posts.want("note", key, self.world.guild.id, place, datetime.now(UTC))
        )
        self.world.bot.engine.posts.wake()

    async def touch(self, key: str, said: str) -> None:
        self.texts[key] = said
        await self.world.bot.engine._store.write(  # pyright: ignore[reportPrivateUsage]
            lambda session: session.posts.touch("note", key, datetime.now(UTC))
        )
        self.world.bot.engine.posts.wake()

    async def unwant(self, key: str) -> None:
        await self.world.bot.engine._store.write(  # pyright: ignore[reportPrivateUsage]
            lambda session: session.posts.unwant("note", key, datetime.now(UTC))
        )
        self.world.bot.engine.posts.wake()

    def posts(self) -> list[tuple[str, str]]:
        """Return the state and the trouble of each post."""
        return self.world.rows("SELECT state, coalesce(trouble, '') FROM posts ORDER BY id")  # type: ignore[return-value]

    def said(self, channel: Any = None) -> list[str]:
        """Return the notes in a channel, oldest first."""
        return [message.content for message in (channel or self.world.channel).history() if "(note" in message.content]


@pytest.fixture(name="quick_world")
async def _quick_world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which posts may be edited as often as one likes."""
    async with world(tmp_path, patience=Patience(edit=timedelta(0))) as built:
        yield built


def deny(world: World, channel: Any, **denied: bool) -> None:
    """Let the bot do less, or as much as before, in a channel, as a manager does in Discord's settings."""
    assert world.bot.user is not None
    bits = discord.Permissions(**denied).value
    overwrite = Overwrite(target_id=world.bot.user.id, type=OverwriteType.MEMBER, allow=0, deny=bits)
    world.env.backend.set_overwrite(channel.id, overwrite)


async def test_a_post_is_made_edited_in_place_and_deleted(quick_world: World) -> None:
    world = quick_world
    board = Board(world)
    await board.want("1", "one")
    await board.want("1", "one")
    await world.settle()
    assert board.said() == ["one (note 1)"]
    [message] = world.channel.history()
    await board.touch("1", "two")
    await world.settle()
    assert [each.id for each in world.channel.history()] == [message.id]
    assert board.said() == ["two (note 1)"]
    await board.unwant("1")
    await world.settle()
    assert board.said() == []
    assert board.posts() == []


async def test_what_shows_the_same_is_not_edited(quick_world: World) -> None:
    world = quick_world
    board = Board(world)
    await board.want("1", "one")
    await world.settle()
    before = len(world.calls())
    await board.touch("1", "one")
    await world.settle()
    assert len(world.calls()) == before
    assert world.rows("SELECT count(*) FROM posts WHERE due_at IS NOT NULL") == [(0,)]


async def test_a_post_is_edited_only_so_often_and_shows_the_newest_then(tmp_path: Path) -> None:
    async with world(tmp_path, patience=Patience(edit=timedelta(hours=1))) as built:
        board = Board(built)
        await board.want("1", "one")
        await built.settle()
        for said in ("two", "three", "four"):
            await board.touch("1", said)
            await built.settle()
        assert board.said() == ["one (note 1)"]
        edits = [call for call in built.calls() if call.method == "PATCH"]
        assert edits == []
        # An hour later.
        built.sql("UPDATE posts SET edited_at = edited_at - 3600 * 1000000")
        built.bot.engine.posts.wake()
        await built.settle()
        assert board.said() == ["four (note 1)"]
        assert len([call for call in built.calls() if call.method == "PATCH"]) == 1


async def test_one_that_is_to_go_does_not_wait_for_its_turn_to_be_edited(tmp_path: Path) -> None:
    async with world(tmp_path, patience=Patience(edit=timedelta(hours=1))) as built:
        board = Board(built)
        await board.want("1", "one")
        await built.settle()
        await board.unwant("1")
        await built.settle()
        assert board.said() == []


async def stop_after_sending(world: World, monkeypatch: pytest.MonkeyPatch, board: Board) -> None:
    """Stop the engine once Discord has a post, and before that is recorded."""
    send = world.bot.poster.send
    sent = asyncio.Event()

    async def and_hang(*args: Any) -> Any:
        await send(*args)
        sent.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(world.bot.poster, "send", and_hang)
    await board.want("1", "one")
    await world.until(sent.is_set)
    await world.stop_engine()


async def test_a_stop_between_sending_and_recording_makes_no_second_post(quick_world: World, monkeypatch: Any) -> None:
    world = quick_world
    board = Board(world)
    await stop_after_sending(world, monkeypatch, board)
    # Discord has forgotten the nonce by now.
    world.sql("UPDATE posts SET began_at = began_at - 600 * 1000000")
    await world.restart(lambda bot: bot.poster.register("note", board.render, again=False))
    await world.settle()
    assert board.said() == ["one (note 1)"]
    [message] = world.channel.history()
    assert world.rows("SELECT message_id, nonce, state FROM posts") == [(message.id, None, "wanted")]


async def test_one_that_is_not_wanted_any_more_after_such_a_stop_is_deleted(
    quick_world: World, monkeypatch: Any
) -> None:
    world = quick_world
    board = Board(world)
    await stop_after_sending(world, monkeypatch, board)
    await board.unwant("1")
    await world.restart(lambda bot: bot.poster.register("note", board.render, again=False))
    await world.settle()
    assert board.said() == []
    assert board.posts() == []


async def test_a_channel_that_forbids_it_is_told_once_and_goes_on_when_mended(quick_world: World) -> None:
    world = quick_world
    board = Board(world)
    log = world.guild.create_text_channel("log")
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"log_channel": log.id})
    closed = world.guild.create_text_channel("closed")
    deny(world, closed, send_messages=True)
    await board.want("1", "one", closed)
    await board.want("2", "two", closed)
    await board.want("3", "three")
    await world.settle()
    assert board.said() == ["three (note 3)"]
    assert board.posts() == [("wanted", "forbidden"), ("wanted", "forbidden"), ("wanted", "")]
    [told] = log.history()
    assert told.content.startswith(f"I was to post in <#{closed.id}>, but Discord does not let me.")
    await world.restart(lambda bot: bot.poster.register("note", board.render, again=False))
    await world.settle()
    assert len(log.history()) == 1
    deny(world, closed)
    await world.until(lambda: len(board.said(closed)) == 2)
    await world.settle()
    assert sorted(board.said(closed)) == ["one (note 1)", "two (note 2)"]
    assert board.posts() == [("wanted", "")] * 3
    assert len(log.history()) == 1


async def test_that_what_is_there_can_be_edited_says_nothing_of_new_posts(quick_world: World) -> None:
    world = quick_world
    board = Board(world)
    closed = world.guild.create_text_channel("closed")
    await board.want("1", "one", closed)
    await world.settle()
    deny(world, closed, send_messages=True)
    await board.want("2", "two", closed)
    await world.settle()
    await board.touch("1", "three")
    await world.settle()
    assert board.said(closed) == ["three (note 1)"]
    assert len(world.told(world.guild.owner)) == 1


async def test_without_a_log_channel_the_owner_of_the_server_is_told(quick_world: World) -> None:
    world = quick_world
    board = Board(world)
    closed = world.guild.create_text_channel("closed")
    world.env.backend.delete_channel(closed.id)
    await board.want("1", "one", closed)
    await world.settle()
    [told] = world.told(world.guild.owner)
    assert told.startswith(f"About the server Studio: I was to post in <#{closed.id}>, but that channel is not there")
    await board.want("1", "one")
    await world.settle()
    assert board.said() == ["one (note 1)"]


@pytest.mark.parametrize(("again", "left"), [(True, ["one (note 1)"]), (False, [])])
async def test_one_that_somebody_deletes_is_made_again_or_left_by_its_kind(
    quick_world: World, again: bool, left: list[str]
) -> None:
    world = quick_world
    board = Board(world, again=again)
    await board.want("1", "one")
    await world.settle()
    [message] = world.channel.history()
    await world.grace.delete(message)
    await world.settle()
    assert board.said() == left
    await board.want("1", "one")
    await board.touch("1", "one")
    await world.settle()
    assert board.said() == left
    assert board.posts() == [("wanted" if again else "left", "")]


async def test_one_that_was_deleted_while_the_bot_was_away_is_noticed_when_it_is_edited(quick_world: World) -> None:
    world = quick_world
    board = Board(world, again=True)
    await board.want("1", "one")
    await world.settle()
    world.sql("UPDATE posts SET message_id = message_id + 1")
    await board.touch("1", "two")
    await world.settle()
    assert board.said() == ["one (note 1)", "two (note 1)"]


async def test_a_fault_in_one_post_does_not_keep_the_others_from_being_made(quick_world: World) -> None:
    world = quick_world
    board = Board(world)

    async def render(post: Post) -> Shown | None:
        if post.key == "1":
            raise ValueError("a fault of ours")
        return await board.render(post)

    world.bot.poster.register("note", render, again=False)
    await board.want("1", "one")
    await board.want("2", "two")
    await world.settle()
    assert board.said() == ["two (note 2)"]
    world.bot.poster.register("note", board.render, again=False)
    world.sql("UPDATE posts SET due_at = 0 WHERE key = '1'")
    world.bot.engine.posts.wake()
    await world.settle()
    assert sorted(board.said()) == ["one (note 1)", "two (note 2)"]


async def test_files_are_sent_anew_only_when_they_are_others(quick_world: World, tmp_path: Path) -> None:
    world = quick_world
    board = Board(world)
    board.file = tmp_path / "first.png"
    board.file.write_bytes(encoded(noise(8, 8), "PNG"))
    await board.want("1", "one")
    await world.settle()
    [message] = world.channel.history()
    assert [each.filename for each in message.attachments] == ["first.png"]
    await board.touch("1", "two")
    await world.settle()
    assert "attachments" not in world.bodies()[-1]
    board.file = tmp_path / "second.png"
    board.file.write_bytes(encoded(noise(8, 8), "PNG"))
    await board.touch("1", "two")
    await world.settle()
    [message] = world.channel.history()
    assert [each.filename for each in message.attachments] == ["second.png"]


async def test_what_is_wanted_for_later_waits(quick_world: World) -> None:
    world = quick_world
    board = Board(world)
    board.texts["1"] = "one"
    later = datetime.now(UTC) + timedelta(hours=1)
    store = world.bot.engine._store  # pyright: ignore[reportPrivateUsage]
    await store.write(lambda session: session.posts.want("note", "1", world.guild.id, world.channel.id, later))
    await board.touch("1", "one")
    await world.settle()
    assert board.said() == []
    world.sql("UPDATE posts SET due_at = 0")
    world.bot.engine.posts.wake()
    await world.settle()
    assert board.said() == ["one (note 1)"]
    post = await store.read(lambda session: session.posts.get("note", "1"))
    assert post is not None
    assert post.state is PostState.WANTED
