"""Pictures a day by role, in the settings panel: what that can cost is said before it is granted."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import discord
import pytest

from tests.cogs.test_settings_panel import MANAGERS_ONLY, Panel, id_of
from tests.managers import decide
from tests.world import texts, world

DEAREST = 0.16
"""Dollars of the dearest picture that the models of RunAPI's guides make in the sandbox."""


@pytest.fixture(name="panel")
async def _panel(tmp_path: Path) -> AsyncGenerator[Panel]:
    async with world(tmp_path, daily_images_ceiling="unlimited") as built:
        shown = Panel(built)
        await shown.open("limits")
        yield shown


async def choose(panel: Panel, role: Any, typed: str) -> str:
    """Choose a role and type its number; return what the panel says then."""
    await panel.pick("pictures_by_role", values=[role])
    panel.answer = await panel.vera.submit_modal(panel.answer, {"pictures_by_role": typed})
    return texts(panel.shown)


async def grant(panel: Panel) -> str:
    await panel.vera.click(panel.shown.response, label="Grant it")
    return texts(panel.shown)


async def by_role(panel: Panel) -> dict[int, Any]:
    return (await panel.settings()).pictures_by_role


async def test_what_a_limit_can_cost_is_said_and_asked_before_it_counts(panel: Panel) -> None:
    patrons = panel.world.guild.create_role("Patrons")
    assert await choose(panel, patrons, "40") == (
        f"Let members with <@&{patrons.id}> make 40 pictures a day?\n"
        f"That can cost up to ${40 * 31 * DEAREST:.2f} a month for each member: 31 days of 40 pictures, at up to $0.16 "
        "each."
    )
    assert await by_role(panel) == {}
    assert f"<@&{patrons.id}>: 40" in await grant(panel)
    assert await by_role(panel) == {patrons.id: 40}
    assert await panel.audit() == [(panel.vera.id, "settings.pictures_by_role", {}, {str(patrons.id): 40})]


async def test_who_thinks_better_of_it_goes_back_and_nothing_has_changed(panel: Panel) -> None:
    await choose(panel, panel.world.guild.create_role("Patrons"), "40")
    await panel.vera.click(panel.shown.response, label="Back")
    assert "**Pictures a day by role**" in texts(panel.shown)
    assert await by_role(panel) == {}
    assert await panel.audit() == []


async def test_the_dearest_of_the_models_and_resolutions_that_are_allowed_counts(panel: Panel) -> None:
    patrons = panel.world.guild.create_role("Patrons")
    await decide(panel.world, models=["gpt-image-2", "z-image"], largest_resolution="2k")
    # An edit costs the same at every resolution.
    assert "up to $0.16 each" in await choose(panel, patrons, "1")
    await decide(panel.world, models=["imagen-4", "z-image"])
    await panel.press("page", "limits")
    said = await choose(panel, patrons, "1")
    assert said.endswith("up to $2.48 a month for each member: 31 days of one picture, at up to $0.08 each.")


async def test_without_end_has_no_bound(panel: Panel) -> None:
    patrons = panel.world.guild.create_role("Patrons")
    assert "There is no bound to what that can cost" in await choose(panel, patrons, "Unlimited")
    await grant(panel)
    assert await by_role(panel) == {patrons.id: "unlimited"}


async def test_without_end_is_bound_by_the_operator(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_ceiling=30) as built:
        panel = Panel(built)
        await panel.open("limits")
        said = await choose(panel, built.guild.create_role("Patrons"), "unlimited")
        assert "make any number of pictures a day?" in said
        assert f"up to ${30 * 31 * DEAREST:.2f} a month for each member: 31 days of 30 pictures" in said


async def test_where_no_price_is_known_it_says_so(tmp_path: Path) -> None:
    async with world(tmp_path, runapi_base_url="http://127.0.0.1:1") as alone:
        panel = Panel(alone)
        await panel.open("limits")
        assert "What that can cost is not known" in await choose(panel, alone.guild.create_role("Patrons"), "5")
        await grant(panel)
        assert len(await by_role(panel)) == 1


async def test_what_takes_away_needs_no_question(panel: Panel) -> None:
    patrons = panel.world.guild.create_role("Patrons")
    await decide(panel.world, pictures_by_role={str(patrons.id): 9, "5": 1})
    await panel.press("page", "limits")
    assert f"<@&{patrons.id}>: 0" in await choose(panel, patrons, "0")
    assert f"<@&{patrons.id}>" not in await choose(panel, patrons, "")
    assert await by_role(panel) == {5: 1}
    assert "`5`" in texts(panel.shown)
    await panel.press("prune", "pictures_by_role")
    assert await by_role(panel) == {}


async def test_what_does_not_fit_is_said_and_can_be_corrected_after_a_restart(panel: Panel) -> None:
    patrons = panel.world.guild.create_role("Patrons")
    await choose(panel, patrons, "a lot")
    refused = panel.answer
    assert refused.ephemeral
    assert "`pictures_by_role`: “a lot” does not fit." in texts(refused)
    await panel.world.restart()
    again: Any = await panel.vera.click(refused.response, label="Correct it")
    assert [each["component"].get("value") for each in again.modal["components"]] == ["a lot"]
    await panel.vera.submit_modal(again, {"pictures_by_role": "3"})
    await panel.vera.click(refused.response, label="Grant it")
    assert await by_role(panel) == {patrons.id: 3}


async def test_each_step_asks_again_whether_one_may(panel: Panel) -> None:
    built = panel.world
    patrons = built.guild.create_role("Patrons")
    await choose(panel, patrons, "3")
    asked = panel.shown
    opened = await built.slash("settings panel", by=panel.vera)
    await panel.vera.click(opened.response, custom_id=id_of("page", "limits"))
    form: Any = await panel.vera.select(opened.response, [patrons], custom_id=id_of("pick", "pictures_by_role"))
    role = next(each for each in built.env.backend.get_guild(built.guild.id).roles.values() if each.name == "vera's")
    role.permissions = discord.Permissions.none().value
    answers: list[Any] = [
        await panel.vera.click(asked.response, label="Grant it"),
        await panel.vera.submit_modal(form, {"pictures_by_role": "4"}),
    ]
    assert [each.response.content for each in answers] == [MANAGERS_ONLY] * 2
    assert await by_role(panel) == {}


async def test_an_import_says_what_the_most_generous_limit_of_it_can_cost(panel: Panel) -> None:
    content = b'{"version": 1, "settings": {"pictures_a_day": 2, "pictures_by_role": {"5": 40, "6": 0}}}'
    shown = await panel.world.slash("settings import", by=panel.vera, file=("a.json", content))
    assert (
        f"The most generous limit that it grants is 40 pictures a day. That can cost up to ${40 * 31 * DEAREST:.2f} a "
        "month for each member" in texts(shown)
    )


async def test_a_grant_says_what_it_can_cost(panel: Panel) -> None:
    shown = await panel.world.slash("limits grant", by=panel.vera, member=panel.world.ada, pictures=3)
    assert shown.response.content.endswith(" That can cost up to $0.48.")
