"""What is deleted in Discord, by whomever, does not stay in the picture store."""

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Patience
from tests.cogs.test_delivery import begun, outlive_token
from tests.cogs.test_edit_button import lose_originals
from tests.cogs.test_edit_image import open_form, send
from tests.places import place
from tests.world import World, short_id, world


def kept(world: World) -> list[Path]:
    """Return the pictures that are kept, originals and thumbnails."""
    return [path for path in (world.settings.data_dir / "pictures").rglob("*") if path.is_file()]


async def removed(world: World, request: str) -> bool:
    """Return whether the pictures of the request with this short id are gone, once the bot has nothing more to do."""
    await world.settle()
    details = await world.bot.engine.find(request)
    assert details is not None
    named = [name for picture in details.pictures for name in (picture.file, picture.thumbnail) if name]
    assert (details.request.deleted_at is None) == bool(named)
    return not named


async def told_by_show(world: World, request: str) -> str:
    answer: Any = await world.ada.user.slash("show", id=request)
    return answer.response.content


async def test_what_a_moderator_deletes_is_gone_with_its_thumbnail_and_show_says_so(world: World) -> None:
    shown = await world.imagine()
    other = await world.imagine()
    request = short_id(shown)
    before = len(kept(world))
    await world.grace.delete(shown.response)
    assert await removed(world, request)
    assert not await removed(world, short_id(other))
    assert len(kept(world)) == before // 2
    assert await told_by_show(world, request) == f"`{request}` was deleted, and its pictures with it."
    await world.restart()
    assert await told_by_show(world, request) == f"`{request}` was deleted, and its pictures with it."


async def test_what_is_deleted_many_at_once_is_gone(world: World) -> None:
    first, second, third = [await world.imagine() for _ in range(3)]
    requests = [short_id(each) for each in (first, second, third)]
    world.env.backend.bulk_delete_messages(world.channel.id, [first.response.id, second.response.id, 5])
    assert [await removed(world, each) for each in requests] == [True, True, False]


async def test_with_a_channel_goes_what_was_in_it(world: World) -> None:
    other = world.guild.create_text_channel("other")
    there: Any = await world.ada.slash(other, "imagine", prompt="a fox")
    here = await world.imagine()
    requests = [short_id(each) for each in (there, here)]
    world.env.backend.delete_channel(other.id)
    assert [await removed(world, each) for each in requests] == [True, False]


async def test_with_a_server_goes_what_was_made_in_it(world: World) -> None:
    elsewhere = world.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("art")
    ada = elsewhere.add_member(world.ada.user)
    there: Any = await ada.slash(channel, "imagine", prompt="a fox")
    await world.settle()
    direct: Any = await world.ada.user.slash("imagine", prompt="a fox")
    await world.settle()
    here = await world.imagine()
    requests = [short_id(each) for each in (there, direct, here)]
    world.env.backend.remove_guild(elsewhere.id)
    assert [await removed(world, each) for each in requests] == [True, False, False]


async def test_what_came_by_a_direct_message_outlives_the_server_it_was_asked_for_in(slow_world: World) -> None:
    world = slow_world
    shown = await begun(world, private=True)
    request = short_id(shown)
    await outlive_token(world, shown)
    await world.complete()
    [letter] = world.ada.user.dm_channel.history()
    assert "**completed**" in letter.content
    world.env.backend.remove_guild(world.guild.id)
    assert not await removed(world, request)
    world.env.backend.delete_message(world.ada.user.dm_channel.id, letter.id)
    assert await removed(world, request)


async def test_a_reply_that_is_gone_before_its_picture_came_gets_it_in_a_new_message(slow_world: World) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.process(shown)
    await world.grace.delete(shown.response)
    await world.complete()
    [message] = world.channel.history()
    assert len(message.attachments) == 1
    request = short_id(message)
    assert not await removed(world, request)
    await world.grace.delete(message)
    assert await removed(world, request)


async def test_what_reached_nobody_is_kept_whatever_is_deleted(world: World) -> None:
    shown = await world.imagine()
    request = short_id(shown)
    world.sql("UPDATE requests SET delivery = 'undeliverable'")
    await world.grace.delete(shown.response)
    assert not await removed(world, request)


async def test_what_is_deleted_the_moment_it_comes_is_gone_too(slow_world: World, monkeypatch: Any) -> None:
    world = slow_world
    shown = await world.slash("imagine", prompt="a red fox")
    await world.process(shown)
    request, message_id = short_id(shown), shown.response.id
    deliver = world.bot.courier.deliver

    async def and_delete(*args: Any, **options: Any) -> Any:
        brought = await deliver(*args, **options)
        world.env.backend.delete_message(world.channel.id, message_id)
        await world.until(lambda: world.bot.engine.removals._gone)  # pyright: ignore[reportPrivateUsage]
        return brought

    monkeypatch.setattr(world.bot.courier, "deliver", and_delete)
    await world.complete()
    assert await removed(world, request)
    assert kept(world) == []


async def test_a_request_without_a_picture_is_left_as_it_is_for_its_picture_may_come_late(world: World) -> None:
    shown = await world.imagine("a red fox [fail]")
    request = short_id(shown)
    await world.grace.delete(shown.response)
    await world.settle()
    details = await world.bot.engine.find(request)
    assert details is not None
    assert details.request.deleted_at is None


async def test_with_a_thread_goes_what_was_in_it(world: World) -> None:
    thread = place(world, "public thread")
    there: Any = await world.ada.slash(thread, "imagine", prompt="a fox")
    here = await world.imagine()
    requests = [short_id(each) for each in (there, here)]
    world.env.backend.delete_channel(thread.id)
    assert [await removed(world, each) for each in requests] == [True, False]


def _unheard(*_: object, **__: object) -> None:
    """Take an event that reaches nobody."""


class TestWhileNobodyIsTold:
    @pytest.fixture(name="watchful")
    async def _watchful(self, tmp_path: Path) -> AsyncGenerator[World]:
        """A world whose bot asks at once what was deleted while it was away."""
        async with world(tmp_path, patience=Patience(missed=timedelta(0))) as built:
            yield built

    @contextmanager
    def _untold(self, built: World, monkeypatch: pytest.MonkeyPatch) -> Generator[Any]:
        """Let Discord tell the bot nothing, as while it is away; yield what deletes."""
        with monkeypatch.context() as patched:
            patched.setattr(built.env.backend, "emit", _unheard)
            yield built.env.backend

    async def test_a_message_is_asked_after_at_the_next_start(self, watchful: World, monkeypatch: Any) -> None:
        gone, stays = await watchful.imagine(), await watchful.imagine()
        private = await watchful.imagine(private=True)
        requests = [short_id(each) for each in (gone, stays, private)]
        with self._untold(watchful, monkeypatch) as backend:
            backend.delete_message(watchful.channel.id, gone.response.id)
        assert not await removed(watchful, requests[0])
        await watchful.restart()
        await watchful.until(lambda: len(kept(watchful)) == 4)
        assert [await removed(watchful, each) for each in requests] == [True, False, False]

    async def test_with_a_channel_that_went_all_of_it_is_noticed(self, watchful: World, monkeypatch: Any) -> None:
        other = watchful.guild.create_text_channel("other")
        there: Any = await watchful.ada.slash(other, "imagine", prompt="a fox")
        here = await watchful.imagine()
        requests = [short_id(each) for each in (there, here)]
        with self._untold(watchful, monkeypatch) as backend:
            backend.delete_channel(other.id)
        await watchful.restart()
        await watchful.until(lambda: len(kept(watchful)) == 2)
        assert [await removed(watchful, each) for each in requests] == [True, False]

    async def test_a_server_that_the_bot_was_removed_from_is_noticed(self, watchful: World, monkeypatch: Any) -> None:
        elsewhere = watchful.env.create_guild("Elsewhere")
        channel = elsewhere.create_text_channel("art")
        there: Any = await elsewhere.add_member(watchful.ada.user).slash(channel, "imagine", prompt="a fox")
        await watchful.settle()
        here = await watchful.imagine()
        requests = [short_id(each) for each in (there, here)]
        with self._untold(watchful, monkeypatch) as backend:
            backend.remove_guild(elsewhere.id)
        await watchful.restart()
        await watchful.until(lambda: len(kept(watchful)) == 2)
        assert [await removed(watchful, each) for each in requests] == [True, False]

    async def test_it_is_noticed_by_who_works_on_it(self, world: World, monkeypatch: Any) -> None:
        shown = await world.imagine()
        request = short_id(shown)
        form = await open_form(world, shown, by=world.bob)
        with self._untold(world, monkeypatch) as backend:
            backend.delete_message(world.channel.id, shown.response.id)
        lose_originals(world)
        answer = await send(world, form, by=world.bob)
        assert "was deleted" in answer.response.content
        assert await removed(world, request)
        assert kept(world) == []

    async def test_what_discord_cannot_say_now_it_is_asked_again(self, watchful: World, monkeypatch: Any) -> None:
        monkeypatch.setattr("bot.engine.removals.ASK_AGAIN", 0.0)
        gone = await watchful.imagine()
        request = short_id(gone)
        with self._untold(watchful, monkeypatch) as backend:
            backend.delete_message(watchful.channel.id, gone.response.id)
        watchful.env.inject_error("GET", f"/channels/{watchful.channel.id}/messages/*", status=503)
        await watchful.restart()
        await watchful.until(lambda: not kept(watchful))
        assert await removed(watchful, request)
