"""`/settings art`: the pages of art channels."""

from typing import Any

import pytest
import simcord

from bot.engine import ArtChannel
from tests.cogs.art import deny
from tests.managers import decide, manager
from tests.world import World, texts


class Panel:
    """vera's panel in front of her; she may manage the server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.vera = manager(world)
        self.shown: Any = None

    async def open(self) -> str:
        """Open the panel at the page of art channels; return what it says."""
        self.shown = await self.world.slash("settings art", by=self.vera)
        assert self.shown.ephemeral
        return await self.press("page", "art_channels")

    async def press(self, *what: str, by: simcord.MemberActor | None = None) -> str:
        """Press a button; return what the panel says then."""
        custom_id = ":".join(["easel:settings", *what])
        self.answer: Any = await (by or self.vera).click(self.shown.response, custom_id=custom_id)
        return texts(self.shown)

    async def pick(self, *what: str, values: list[Any]) -> str:
        """Choose in a select; return what the panel says then."""
        custom_id = ":".join(["easel:settings", *what])
        self.answer = await self.vera.select(self.shown.response, values, custom_id=custom_id)
        return texts(self.shown)

    async def art(self) -> dict[int, ArtChannel]:
        """Return the art channels."""
        return (await self.world.bot.engine.settings.of(self.world.guild.id)).art_channels


@pytest.fixture(name="panel")
def _panel(world: World) -> Panel:
    return Panel(world)


async def test_art_channels_are_chosen_and_each_has_a_page_that_works_after_a_restart(panel: Panel) -> None:
    world, channel = panel.world, panel.world.channel
    forum = world.guild.create_forum_channel("wall")
    assert "Choose one below" in await panel.open()
    said = await panel.pick("pick", "art_channels", values=[channel])
    assert f"<#{channel.id}>: a pinned how-to" in said
    await world.restart()
    said = await panel.pick("art", "open", values=[str(channel.id)])
    assert f"### <#{channel.id}>" in said
    await panel.press("art", "threads_on", str(channel.id))
    await panel.press("art", "how_to_off", str(channel.id))
    await panel.pick("art", "forum", str(channel.id), values=[forum])
    assert await panel.art() == {channel.id: ArtChannel(threads=True, forum=forum.id, how_to=False)}
    said = await panel.press("page", "art_channels")
    assert f"<#{channel.id}>: a thread for each result + posts in <#{forum.id}>" in said
    await panel.pick("art", "open", values=[str(channel.id)])
    await panel.press("art", "threads_off", str(channel.id))
    await panel.pick("art", "forum", str(channel.id), values=[])
    assert await panel.art() == {channel.id: ArtChannel(how_to=False)}
    assert f"<#{channel.id}>: nothing more" in await panel.press("page", "art_channels")
    audit = await world.bot.engine.settings.audit(world.guild.id, 10)
    assert {(each.actor_id, each.action) for each in audit} == {(panel.vera.id, "settings.art_channels")}
    await panel.pick("pick", "art_channels", values=[])
    assert await panel.art() == {}


async def test_choosing_others_keeps_what_is_set_for_those_that_stay(panel: Panel) -> None:
    world, other = panel.world, panel.world.guild.create_text_channel("other")
    await decide(world, art_channels={str(world.channel.id): {"threads": True}})
    await panel.open()
    await panel.pick("pick", "art_channels", values=[world.channel, other])
    assert await panel.art() == {world.channel.id: ArtChannel(threads=True), other.id: ArtChannel()}


async def test_what_discord_does_not_let_the_bot_do_there_is_said(panel: Panel) -> None:
    channel = panel.world.channel
    await decide(panel.world, art_channels={str(channel.id): {"threads": True, "how_to": False}})
    await panel.open()
    assert "I lack" not in await panel.pick("art", "open", values=[str(channel.id)])
    deny(panel.world, channel, create_public_threads=True, pin_messages=True)
    await panel.world.settle()
    await panel.press("page", "art_channels")
    said = await panel.pick("art", "open", values=[str(channel.id)])
    assert f"Discord does not let me do that in <#{channel.id}> yet; I lack: create public threads" in said
    assert "I lack: pin messages" in await panel.press("art", "how_to_on", str(channel.id))


async def test_one_that_is_none_any_more_is_not_changed(panel: Panel) -> None:
    channel = panel.world.channel
    await decide(panel.world, art_channels={str(channel.id): {}})
    await panel.open()
    await panel.pick("art", "open", values=[str(channel.id)])
    await decide(panel.world, art_channels={})
    await panel.press("art", "threads_on", str(channel.id))
    assert "not known any more" in panel.answer.response.content
    assert await panel.art() == {}


async def test_deleted_channels_are_shown_and_can_be_removed(panel: Panel) -> None:
    kept = panel.world.channel
    await decide(panel.world, art_channels={"77": {"threads": True}, str(kept.id): {}})
    assert "Not found any more (deleted, or an archived thread): `77`" in await panel.open()
    await panel.pick("pick", "art_channels", values=[])
    assert list(await panel.art()) == [77]
    await panel.pick("pick", "art_channels", values=[kept])
    assert "`77`" not in await panel.press("prune", "art_channels")
    assert list(await panel.art()) == [kept.id]


async def test_each_press_asks_again_whether_one_may(panel: Panel) -> None:
    channel = panel.world.channel
    await decide(panel.world, art_channels={str(channel.id): {}})
    await panel.open()
    await panel.pick("art", "open", values=[str(channel.id)])
    roles = panel.world.env.backend.get_guild(panel.world.guild.id).roles
    next(each for each in roles.values() if each.name == "vera's").permissions = 0
    await panel.press("art", "threads_on", str(channel.id))
    assert panel.answer.ephemeral
    assert "Manage Server" in panel.answer.response.content
    assert await panel.art() == {channel.id: ArtChannel()}
