"""Budgets, as members and managers meet them."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.engine import Draft, OverBudget, PriceUnknown
from bot.sandbox import Sandbox
from tests.cogs.test_limits import Managed
from tests.world import World, texts, world

QUOTES, LISTS = "/api/v1/price_quotes", "/api/v1/price_schedules"


class Mute:
    """Refuses calls to some paths, for RunAPI."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    @web.middleware
    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in self.paths:
            raise web.HTTPInternalServerError
        return await handler(request)


class Paying(Managed):
    """A managed world whose RunAPI can be kept from telling prices."""

    def __init__(self, world: World, mute: Mute) -> None:
        super().__init__(world)
        self.mute = mute


@pytest.fixture(name="managed")
async def _managed(tmp_path: Path) -> AsyncGenerator[Paying]:
    mute = Mute()
    async with (
        Sandbox(task_seconds=0.0, middlewares=[mute.__call__]) as sandbox,
        world(tmp_path, sandbox=sandbox) as built,
    ):
        yield Paying(built, mute)


async def said(world: World, **options: Any) -> str:
    """Ask for a picture that is refused; return what is said, without when the budget begins anew."""
    shown = await world.imagine(**options)
    assert shown.ephemeral
    return shown.response.content.partition(" It begins anew <t:")[0]


async def test_a_members_request_that_a_servers_budget_does_not_cover_is_refused(managed: Paying) -> None:
    world = managed.world
    await managed.set(budget_a_day="0.20")
    for _ in range(2):
        assert "**completed**" in (await world.imagine()).response.content
    assert await said(world, by=world.bob) == (
        "This server's budget for today has $0.04 left, and this costs about $0.08."
    )
    assert "**completed**" in (await world.imagine(model="imagen-4-fast")).response.content
    assert await said(world) == "This server's budget for today is used up."
    # Whoever manages the server is bound as well.
    assert await said(world, by=managed.vera) == "This server's budget for today is used up."
    assert len(world.creates()) == 3


async def test_the_operators_budget_holds_in_all_servers_together(tmp_path: Path) -> None:
    async with world(tmp_path, budget_a_month="0.10") as built:
        assert "**completed**" in (await built.imagine()).response.content
        assert await said(built) == (
            "This costs about $0.08, for which this bot's budget for this month, for all servers together, "
            "does not suffice."
        )


async def test_what_fails_costs_nothing(managed: Paying) -> None:
    world = managed.world
    await managed.set(budget_a_day="0.08")
    assert "**failed**" in (await world.imagine("a red fox [fail]")).response.content
    assert "**completed**" in (await world.imagine()).response.content


@pytest.fixture(name="cheap")
async def _cheap(tmp_path: Path) -> AsyncGenerator[World]:
    async with world(tmp_path, task_seconds=1e6, budget_a_day="0.16") as built:
        yield built


async def test_what_is_cancelled_before_it_was_sent_goes_back_and_what_was_sent_does_not(cheap: World) -> None:
    """RunAPI has no cancel, and bills what it finishes."""
    sent = await cheap.slash("imagine", prompt="a red fox")
    await cheap.until(cheap.creates)
    await cheap.press(sent, "cancel")
    await cheap.settle()
    await cheap.slash("imagine", prompt="a blue fox")
    assert (await said_now(cheap)).startswith("This bot's budget for today, for all servers together, is used up.")


async def said_now(built: World) -> str:
    shown = await built.slash("imagine", prompt="a red fox")
    assert shown.ephemeral
    return shown.response.content


async def test_a_price_that_runapi_does_not_quote_is_taken_from_its_list_at_the_dearest(managed: Paying) -> None:
    world = managed.world
    managed.mute.paths = {QUOTES}
    await managed.set(budget_a_day="0.15")
    assert await said(world, model="gpt-image-2") == (
        "This server's budget for today has $0.15 left, and this costs about $0.16."
    )
    assert "**completed**" in (await world.imagine()).response.content


def draft(built: World) -> Draft:
    return Draft(
        user_id=built.ada.id,
        guild_id=built.guild.id,
        channel_id=built.channel.id,
        bot_present=True,
        origin="imagine",
        action="text_to_image",
        prompt="a red fox",
        locale="en-US",
        filesize_limit=10 * 1024 * 1024,
        reply={},
    )


async def test_at_once_they_get_what_there_is_also_where_the_price_is_not_known_yet(managed: Paying) -> None:
    world = managed.world
    await managed.set(budget_a_month="0.40")
    tries = (world.bot.engine.accept(draft(world)) for _ in range(20))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(each) for each in outcomes if isinstance(each, BaseException)] == [OverBudget] * 15
    quotes = [call for call in world.sandbox.calls if call.path.endswith("/price_quotes")]
    assert len(quotes) == 1


async def test_where_runapi_names_no_price_at_all_nothing_is_taken_and_who_has_no_budget_does_not_mind(
    managed: Paying,
) -> None:
    world = managed.world
    managed.mute.paths = {QUOTES, LISTS}
    assert "**completed**" in (await world.imagine()).response.content
    await managed.set(budget_a_day="5")
    with pytest.raises(PriceUnknown):
        await world.bot.engine.accept(draft(world))
    assert (await world.imagine()).response.content == (
        "What may be spent here is limited, and the image service does not say right now what Imagen 4 costs. "
        "Try again in a minute, or take another model. Nothing was charged."
    )
    assert len(world.creates()) == 1


async def test_the_first_answer_says_what_it_will_cost_and_what_is_left_then(slow_world: World) -> None:
    world = slow_world
    await price(world, 1)
    shown = await world.slash("imagine", prompt="a red fox")
    assert " · about $0.08 · 24 left today · `" in shown.response.content
    await world.process(shown)
    assert " · about $0.08 · `" in shown.response.content
    await world.complete()
    assert "about" not in shown.response.content
    assert " · $0.08 · `" in shown.response.content


async def test_what_is_not_known_is_asked_for_and_said_while_it_runs_and_to_the_next_at_once(managed: Paying) -> None:
    world = managed.world
    await managed.set(exempt_roles=[str(managed.patrons.id)])
    world.sandbox.task_seconds = 1e6
    first = await world.slash("imagine", prompt="a red fox", count=2)
    assert "about" not in first.response.content
    assert " · 23 left today · `" in first.response.content
    await world.until(lambda: QUOTES in [call.path for call in world.sandbox.calls])
    await price(world, 2)
    second = await world.slash("imagine", prompt="another fox", count=2, by=managed.pat)
    assert " · about $0.16 · 23 left today · `" in second.response.content
    assert [call.path for call in world.sandbox.calls].count(QUOTES) == 1
    await world.process(first)
    assert " · about $0.16 · `" in first.response.content


async def price(world: World, count: int) -> None:
    """Wait for what RunAPI says that pictures cost."""
    model, _ = world.bot.engine.catalog.choose("text_to_image", None)
    await world.bot.engine.prices.price("text_to_image", model, {"count": count})


async def usage(world: World, **by: Any) -> list[str]:
    """Return the lines of `/usage` about limits, without when something ends."""
    lines = [line.partition("<t:")[0] for line in texts(await world.slash("usage", **by)).splitlines()]
    return lines[1 : next(number for number, line in enumerate(lines) if "Today**" in line or "not made" in line)]


async def test_everybody_sees_how_fast_they_may_ask_and_which_budget_is_used_up(managed: Paying) -> None:
    world = managed.world
    assert await usage(world) == ["**25** of 25 left today · full again "]
    await managed.set(cooldown=1, tasks_at_once=3, budget_a_day="0.08", exempt_roles=[str(managed.patrons.id)])
    pace = ["**Cool-down** · 1 second between two requests", "**Tasks at once** · 3"]
    assert await usage(world) == ["**25** of 25 left today · full again ", *pace]
    await world.imagine()
    over = ["⚠️ This server's budget for today is used up, until "]
    assert await usage(world) == ["**24** of 25 left today · full again ", *pace, *over]
    everywhere = "**25** of 25 left today, here and elsewhere together · full again "
    assert await usage(world, by=managed.pat) == [everywhere, *over]
    assert (await managed.read(member=world.ada))[2:] == ["**24** of 25 left today · full again ", *pace, *over]
    assert (await managed.read(member=managed.pat))[2:] == [everywhere, *over]


async def test_managers_see_how_the_servers_budgets_stand_and_of_the_operators_only_that_it_is_used_up(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, task_seconds=1e6, budget_a_day="0.16", budget_a_month="99") as built:
        managed = Managed(built)
        await managed.set(budget_a_day="0.50", budget_a_month="20", cooldown=45, tasks_at_once=2)
        await built.slash("imagine", prompt="a red fox")
        assert (await managed.read())[2:6] == [
            "**Cool-down** · 45 seconds between two requests",
            "**Tasks at once** · 2",
            "**Dollars a day** · $0.00 of $0.50 spent, $0.08 under way, begins anew ",
            "**Dollars a month** · $0.00 of $20.00 spent, $0.08 under way, begins anew ",
        ]
        await built.slash("imagine", prompt="a red fox", by=built.bob)
        assert (await managed.read())[6] == "⚠️ The bot's budget, for all servers together, for today is used up, until "


async def test_a_cool_down_and_tasks_at_once_bind_members_and_managers_but_not_who_is_exempt(
    slow_world: World,
) -> None:
    managed, world = Managed(slow_world), slow_world
    await managed.set(cooldown=3600, exempt_roles=[str(managed.patrons.id)])
    for somebody in (world.ada, managed.vera):
        assert "**pending**" in (await world.slash("imagine", prompt="a red fox", by=somebody)).response.content
        refused = await world.slash("imagine", prompt="a red fox", by=somebody)
        assert refused.ephemeral
        assert refused.response.content.startswith("In this server 3,600 seconds have to pass between two requests")
    await managed.set(tasks_at_once=2, exempt_roles=[str(managed.patrons.id)])
    for somebody in (world.ada, managed.vera):
        refused = await world.slash("imagine", prompt="a red fox", count=2, by=somebody)
        assert refused.ephemeral
        assert refused.response.content.startswith("In this server you can have 2 under way at once. You have 1, and")
    await managed.set(cooldown=3600, tasks_at_once=1, exempt_roles=[str(managed.patrons.id)])
    for _ in range(2):
        shown = await world.slash("imagine", prompt="a red fox", count=2, by=managed.pat)
        assert "**pending**" in shown.response.content
