"""Who is blocked, in the settings panel: with a reason and an end, and taken back."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from tests.cogs.test_settings_panel import MANAGERS_ONLY, Panel, id_of, walk
from tests.world import World, texts


class Blocked(Panel):
    """The page about who is blocked."""

    async def block(self, who: Any, **typed: str) -> str:
        """Choose somebody and send the form; return what the panel says then."""
        await self.choose(who)
        self.answer = await self.vera.submit_modal(self.answer, typed)
        return texts(self.shown)

    async def choose(self, who: Any) -> dict[str, str]:
        """Choose somebody; return what the form holds."""
        self.answer = await self.vera.select(self.shown.response, [who], custom_id=id_of("block", "user"))
        assert self.answer.modal is not None
        parts = [each["component"] for each in self.answer.modal["components"]]
        return {each["custom_id"]: each["value"] for each in parts if each.get("value")}

    async def asks(self) -> str:
        """Let ada ask for a picture, and return what she is told."""
        return (await self.world.imagine()).response.content


@pytest.fixture(name="panel")
async def _panel(world: World) -> Blocked:
    panel = Blocked(world)
    assert "Nobody is blocked." in await panel.open("blocked")
    return panel


async def test_a_manager_blocks_somebody_with_a_reason_and_an_end_and_takes_it_back(panel: Blocked) -> None:
    world, ada = panel.world, panel.world.ada
    said = await panel.block(ada, reason="spam, *again*", days=" 3 ")
    [block] = await world.bot.engine.blocks.current(world.guild.id)
    end = world.clock.now() + timedelta(days=3)
    assert block.until is not None
    assert abs(block.until - end) < timedelta(minutes=5)
    until = discord.utils.format_dt(block.until)
    assert f"{ada.mention} · until {until} · by {panel.vera.mention}" in said
    assert "spam, \\*again\\*" in said
    refused = await panel.asks()
    assert f"until <t:{int(block.until.timestamp())}:f>" in refused
    assert "The reason: “spam, \\*again\\*”" in refused
    said = await panel.press("unblock", str(ada.id), "0")
    assert "Nobody is blocked." in said
    assert "**completed**" in await panel.asks()
    assert [(who, action, bool(before), bool(after)) for who, action, before, after in await panel.audit()] == [
        (panel.vera.id, "block", False, True),
        (panel.vera.id, "block", True, False),
    ]


async def test_a_block_without_reason_and_end_can_be_given_them(panel: Blocked) -> None:
    ada = panel.world.ada
    assert "until it is taken back" in await panel.block(ada)
    assert "No reason was given." in await panel.asks()
    assert await panel.choose(ada) == {}
    assert "until it is taken back" not in await panel.block(ada, reason="spam", days="1")
    assert await panel.choose(ada) == {"reason": "spam"}
    assert len(await panel.world.bot.engine.blocks.current(panel.world.guild.id)) == 1


@pytest.mark.parametrize("days", ["0", "soon", "-1", "1.5", "3651"])
async def test_what_is_no_number_of_days_is_said_and_nothing_typed_is_lost(panel: Blocked, days: str) -> None:
    ada = panel.world.ada
    await panel.block(ada, reason="spam", days=days)
    refused = panel.answer
    assert refused.ephemeral
    assert "is no number of days that fits. It takes a whole number from 1 to 3650, or nothing." in texts(refused)
    assert await panel.world.bot.engine.blocks.current(panel.world.guild.id) == []
    await panel.world.restart()
    panel.answer = await panel.vera.click(refused.response, label="Correct it")
    parts = [each["component"] for each in panel.answer.modal["components"]]
    assert {each["custom_id"]: each.get("value") for each in parts} == {"reason": "spam", "days": days}
    await panel.vera.submit_modal(panel.answer, {"reason": "spam", "days": "3650"})
    [block] = await panel.world.bot.engine.blocks.current(panel.world.guild.id)
    assert (block.user_id, block.reason) == (ada.id, "spam")


async def test_nobody_blocks_themselves(panel: Blocked) -> None:
    panel.answer = await panel.vera.select(panel.shown.response, [panel.vera], custom_id=id_of("block", "user"))
    assert (panel.answer.ephemeral, panel.answer.response.content) == (True, "You cannot block yourself.")


async def test_many_blocks_have_pages_that_discord_takes(panel: Blocked) -> None:
    world = panel.world
    for number in range(14):
        await world.bot.engine.blocks.block(world.guild.id, 1000 + number, "x" * 300, None, by=5)
    said = await panel.press("page", "blocked")
    assert "Page 1 of 3" in said
    assert "<@1013>" in said
    said = await panel.press("blocks", "1")
    assert "Page 2 of 3" in said
    assert len(walk(panel.shown.response.components)) <= 40
    assert len(said) <= 4000
    await panel.press("blocks", "2")
    for user_id in (1001, 1000):
        said = await panel.press("unblock", str(user_id), "2")
    assert "Page 2 of 2" in said


async def test_the_form_asks_again_whether_one_may(panel: Blocked) -> None:
    world = panel.world
    await panel.choose(world.ada)
    role = next(each for each in world.env.backend.get_guild(world.guild.id).roles.values() if each.name == "vera's")
    role.permissions = discord.Permissions.none().value
    refused: Any = await panel.vera.submit_modal(panel.answer, {"reason": "spam"})
    assert (refused.ephemeral, refused.response.content) == (True, MANAGERS_ONLY)
    assert await world.bot.engine.blocks.current(world.guild.id) == []
