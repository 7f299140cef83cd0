"""Prices: what is asked of RunAPI and when, and what comes of its schedules."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.catalog import Action, Catalog, Operation
from bot.engine import PriceList, prices
from bot.engine.price_lists import price_list
from bot.engine.prices import FAILURE_KEPT, KEPT, Prices
from bot.engine.upstream import Upstream
from bot.runapi import PriceSchedule, RunAPI, new_client
from tests.runapi.server import Server, serve

MOMENT = timedelta(milliseconds=1)
ENTRY = """
default_text_to_image = "painter"
default_edit_image = "painter"
[[models]]
id = "painter"
name = "Painter"
summary = "Paints"
[models.text_to_image]
service = "painting"
ids = { namespaced = "painter-1" }
[models.text_to_image.options]
resolution = { field = "output_resolution", values = ["1k", "2k"], default = "1k" }
negative_prompt = { max_length = 100 }
seed = { minimum = 0, maximum = 9 }
[models.edit_image]
service = "painting"
max_sources = 2
"""


class StillClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    path = tmp_path / "catalog.toml"
    path.write_text(ENTRY, encoding="utf-8")
    return Catalog.load(path)


class Shop:
    """Prices before a server that answers what a test says."""

    def __init__(self, server: Server, prices: Prices, catalog: Catalog, clock: StillClock) -> None:
        self.server = server
        self.prices = prices
        self.clock = clock
        self._catalog = catalog

    async def price(self, action: Action = "text_to_image", **options: str | int) -> Decimal | None:
        return await self.prices.price(action, self._catalog.models[0], options)

    def quote(self, cents: float, **changed: object) -> None:
        self.server.answer(200, {"price_quote": {"reservation_amount_cents": cents, "currency": "USD", **changed}})

    def schedules(self, *rows: dict[str, Any], etag: str = '"one"') -> None:
        self.server.answer(200, {"price_schedules": rows}, headers={"ETag": etag})


@asynccontextmanager
async def shop_of(catalog: Catalog) -> AsyncGenerator[Shop]:
    clock = StillClock()
    async with serve() as server, new_client() as http:
        runapi = RunAPI(http, base_url=server.url, api_key=SecretStr("key"))
        shown = Prices(runapi, catalog, clock, Upstream(clock))
        try:
            yield Shop(server, shown, catalog, clock)
        finally:
            await shown.close()


@pytest.fixture
async def shop(catalog: Catalog) -> AsyncIterator[Shop]:
    async with shop_of(catalog) as built:
        yield built


def row(**changed: object) -> dict[str, Any]:
    return {"service": "painting", "action": "text_to_image", "model": "painter-1", "unit_price_cents": 6, **changed}


async def test_a_price_is_asked_for_once_an_hour(shop: Shop) -> None:
    shop.quote(6)
    assert await shop.price() == Decimal("0.06")
    shop.clock.time += KEPT - MOMENT
    assert await shop.price() == Decimal("0.06")
    assert len(shop.server.seen) == 1
    shop.clock.time += MOMENT
    shop.quote(3.5)
    assert await shop.price() == Decimal("0.035")


async def test_several_tasks_cost_several_prices_and_one_question(shop: Shop) -> None:
    shop.quote(6)
    assert await shop.price(count=3, seed=4) == Decimal("0.18")
    assert len(shop.server.seen) == 1
    assert '"count"' not in shop.server.seen[0].body.decode()


async def test_a_price_is_asked_for_with_what_a_namespaced_create_is_sent(shop: Shop) -> None:
    shop.quote(10)
    assert await shop.price(resolution="2k", seed=4, negative_prompt="fog") == Decimal("0.10")
    body = shop.server.seen[0].body.decode()
    assert '"service": "painting"' in body
    assert '"model": "painter-1"' in body
    assert '"output_resolution": "2k"' in body
    assert "fog" not in body
    assert "seed" not in body


async def test_options_on_which_no_price_depends_share_one(shop: Shop) -> None:
    shop.quote(6)
    shop.quote(10)
    assert await shop.price(seed=1) == await shop.price(seed=2, negative_prompt="x") == Decimal("0.06")
    assert await shop.price(resolution="2k") == Decimal("0.10")
    assert len(shop.server.seen) == 2


async def test_an_edit_has_a_price_of_its_own(shop: Shop) -> None:
    shop.quote(6)
    shop.quote(16)
    assert (await shop.price(), await shop.price("edit_image")) == (Decimal("0.06"), Decimal("0.16"))
    assert b'"action": "edit_image"' in shop.server.seen[1].body
    assert b"source_image_urls" in shop.server.seen[1].body


async def test_many_who_ask_together_ask_once(shop: Shop) -> None:
    shop.quote(6)
    assert set(await asyncio.gather(*(shop.price() for _ in range(20)))) == {Decimal("0.06")}
    assert len(shop.server.seen) == 1


async def test_a_failure_is_remembered_for_a_minute(shop: Shop) -> None:
    shop.server.answer(500, {})
    assert await shop.price() is None
    shop.clock.time += FAILURE_KEPT - MOMENT
    assert await shop.price() is None
    assert len(shop.server.seen) == 1
    shop.clock.time += MOMENT
    shop.quote(6)
    assert await shop.price() == Decimal("0.06")


@pytest.mark.parametrize(
    "changed", [{"currency": "EUR"}, {"pricing_status": "pending"}, {"reservation_amount_cents": None}]
)
async def test_what_is_no_price_in_dollars_is_unknown(shop: Shop, changed: dict[str, object]) -> None:
    shop.quote(6, **changed)
    assert await shop.price() is None


async def test_a_free_price_is_known(shop: Shop) -> None:
    shop.quote(0)
    assert await shop.price() == 0
    assert await shop.price() == 0
    assert len(shop.server.seen) == 1


async def test_nobody_waits_for_a_slow_price_and_the_next_has_it(shop: Shop) -> None:
    shop.server.handle(shop.server.hang)
    model = Catalog.load().models[0]
    assert await shop.prices.price("text_to_image", model, {}, patience=0.01) is None
    assert await shop.prices.price("text_to_image", model, {}, patience=0.01) is None
    await asyncio.wait_for(shop.server.arrived.wait(), 10)
    assert len(shop.server.seen) == 1
    # The answer is empty, which is no quote; what matters is that somebody still took it.
    shop.server.released.set()
    assert await shop.prices.price("text_to_image", model, {}, patience=10) is None
    assert len(shop.server.seen) == 1


async def test_an_action_that_a_model_cannot_do_has_no_price(shop: Shop) -> None:
    assert await shop.prices.price("edit_image", Catalog.load().models[0], {}) is None
    assert shop.server.seen == []


async def test_the_oldest_is_forgotten_first(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "REMEMBERED", 1)
    for cents in (6, 10, 6):
        shop.quote(cents)
    assert await shop.price() == Decimal("0.06")
    assert await shop.price(resolution="2k") == Decimal("0.10")
    assert await shop.price() == Decimal("0.06")
    assert len(shop.server.seen) == 3


async def test_price_lists_are_revalidated_after_an_hour(shop: Shop) -> None:
    shop.schedules(row())
    known = {("painter", "text_to_image"): PriceList(Decimal("0.06"), Decimal("0.06"), Decimal("0.06"))}
    assert await shop.prices.lists() == known
    assert await shop.prices.lists() == known
    assert [seen.path for seen in shop.server.seen] == ["/api/v1/price_schedules?service=painting"]
    shop.clock.time += KEPT
    shop.server.answer(304, body=b"")
    assert await shop.prices.lists() == known
    assert shop.server.seen[1].headers["If-None-Match"] == '"one"'


async def test_price_lists_are_unknown_after_a_failure_and_then_revalidated(shop: Shop) -> None:
    shop.schedules(row())
    await shop.prices.lists()
    shop.clock.time += KEPT
    shop.server.answer(503, {})
    assert await shop.prices.lists() == {}
    shop.clock.time += FAILURE_KEPT
    shop.server.answer(304, body=b"")
    assert len(await shop.prices.lists()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"currency": "EUR"},
        {"pricing_status": "pending"},
        {"model": "other"},
        {"action": "x"},
        {"unit_price_cents": None},
    ],
)
async def test_a_schedule_that_is_not_of_the_model_gives_no_list(shop: Shop, changed: dict[str, object]) -> None:
    shop.schedules(row(**changed))
    assert await shop.prices.lists() == {}


async def test_the_schedule_of_a_whole_service_is_for_all_its_models(shop: Shop) -> None:
    shop.schedules(row(model=None, unit_price_cents=9), row(), row(model=None, action="edit_image"))
    lists = await shop.prices.lists()
    assert lists["painter", "text_to_image"].usual == Decimal("0.06")
    assert lists["painter", "edit_image"].usual == Decimal("0.06")


async def test_a_usual_price_that_no_schedule_tells_is_quoted(shop: Shop) -> None:
    shop.schedules(row(billing_config={"key": "output_count", "overrides": {"2": 7, "4": 8}}))
    shop.quote(6)
    assert await shop.prices.lists() == {("painter", "text_to_image"): between("0.06", "0.06", "0.06")}
    assert [seen.path.partition("?")[0] for seen in shop.server.seen] == [
        "/api/v1/price_schedules",
        "/api/v1/price_quotes",
    ]


async def test_a_usual_price_that_nobody_tells_is_unknown(shop: Shop) -> None:
    shop.schedules(row(billing_config={"key": "output_count", "overrides": {"2": 7, "4": 8}}))
    shop.server.answer(422, {})
    assert await shop.prices.lists() == {("painter", "text_to_image"): between("0.07", "0.08")}


def test_a_quoted_price_widens_what_an_option_decides() -> None:
    known = PriceList(Decimal("0.04"), Decimal("0.22"), options=("quality",))
    assert known.with_usual(Decimal("0.3")) == replace(known, highest=Decimal("0.3"), usual=Decimal("0.3"))
    assert known.with_usual(Decimal("0.01")).lowest == Decimal("0.01")


OPERATION = Operation.model_validate(
    {
        "service": "painting",
        "constants": {"enable_pro": False},
        "options": {
            "resolution": {"field": "output_resolution", "values": ["1k", "2k", "4k"], "default": "1k"},
            "quality": {"values": ["low", "high"]},
            "count": {"field": "output_count", "values": [1, 2, 4], "default": 1},
            "size": {"values": ["small"], "default": "small", "styles": ["flat"]},
        },
    }
)


def listed(unit: float | None, parameters: tuple[str, ...], prices: dict[tuple[str, ...], float]) -> PriceList | None:
    schedule = PriceSchedule(
        service="painting",
        action="text_to_image",
        model="painter",
        currency="USD",
        available=True,
        unit_cents=None if unit is None else Decimal(str(unit)),
        parameters=parameters,
        cents_by_values={values: Decimal(str(cents)) for values, cents in prices.items()},
    )
    return price_list(schedule, OPERATION)


def in_dollars(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def between(lowest: str, highest: str, usual: str | None = None) -> PriceList:
    return PriceList(Decimal(lowest), Decimal(highest), None if usual is None else Decimal(usual))


def test_one_price() -> None:
    assert listed(3.5, (), {}) == between("0.035", "0.035", "0.035")


def test_no_price() -> None:
    assert listed(None, (), {}) is None
    assert listed(None, ("output_resolution",), {}) is None


def test_a_price_by_an_option() -> None:
    found = listed(16, ("output_resolution",), {("1k",): 6, ("2k",): 10.5})
    assert found is not None
    assert [found.lowest, found.highest, found.usual] == in_dollars("0.06", "0.16", "0.06")
    assert found.options == ("resolution",)
    assert dict(found.by_value) == dict(zip(("1k", "2k", "4k"), in_dollars("0.06", "0.105", "0.16"), strict=True))


def test_a_price_by_how_many_pictures() -> None:
    found = listed(6, ("output_count",), {("2",): 7, ("4",): 8})
    assert found is not None
    assert (found.options, found.usual) == (("count",), Decimal("0.06"))
    assert dict(found.by_value) == {1: Decimal("0.06"), 2: Decimal("0.07"), 4: Decimal("0.08")}


def test_a_price_by_an_option_without_a_default() -> None:
    found = listed(22, ("quality",), {("low",): 4, ("high",): 22})
    assert found is not None
    assert [found.lowest, found.highest] == in_dollars("0.04", "0.22")
    assert (found.usual, found.options) == (None, ("quality",))


def test_a_price_by_something_that_is_always_the_same() -> None:
    found = listed(9, ("enable_pro",), {("true",): 5, ("false",): 4})
    assert found == between("0.04", "0.04", "0.04")


def test_a_price_by_something_that_nobody_can_choose() -> None:
    found = listed(9, ("mode",), {("fast",): 5, ("slow",): 4})
    assert found == between("0.04", "0.05")
    assert listed(9, ("size",), {("small",): 5, ("large",): 7}) == between("0.05", "0.07")


def test_a_price_by_two_options() -> None:
    found = listed(None, ("output_resolution", "output_count"), {("1k", "1"): 1, ("4k", "4"): 9})
    assert found == replace(between("0.01", "0.09", "0.01"), options=("resolution", "count"))


def test_a_price_by_an_option_and_something_that_is_always_the_same() -> None:
    table = {("false", "1k"): 1.0, ("false", "2k"): 2.0, ("true", "1k"): 90.0}
    found = listed(None, ("enable_pro", "output_resolution"), table)
    assert found is not None
    assert [found.lowest, found.highest, found.usual] == in_dollars("0.01", "0.02", "0.01")
    assert (found.options, list(found.by_value)) == (("resolution",), ["1k", "2k"])


def test_a_price_by_an_option_that_changes_nothing() -> None:
    found = listed(None, ("quality",), {("low",): 4, ("high",): 4})
    assert found is not None
    assert found.usual == Decimal("0.04")
