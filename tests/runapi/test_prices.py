from decimal import Decimal
from typing import Any

import httpx
import pytest

from bot.runapi import (
    AnswerLost,
    InvalidRequest,
    PriceQuote,
    PriceSchedule,
    PriceSchedules,
    Redirected,
    RunAPI,
    ServerError,
)
from tests.runapi.server import Server

ROW = {
    "service": "nano_banana",
    "action": "text_to_image",
    "model": "nano-banana",
    "pricing_status": "available",
    "catalog_status": "active",
    "currency": "USD",
    "billing_unit": "per_call",
    "billing_strategy": "flat",
    "unit_price_cents": 4,
}


def listed(*rows: object) -> dict[str, Any]:
    return {"as_of": "2026-07-23T00:00:00.000000Z", "price_schedules": list(rows)}


async def only(runapi: RunAPI, server: Server, **changed: object) -> PriceSchedule:
    server.answer(200, listed({**ROW, **changed}))
    [schedule] = (await runapi.price_schedules()).schedules
    return schedule


async def test_schedules_are_asked_for_without_the_key(runapi: RunAPI, server: Server) -> None:
    server.answer(200, listed(ROW), headers={"ETag": '"one"'})
    answer = await runapi.price_schedules(service="nano_banana", action="text_to_image", model="nano-banana")
    flat = PriceSchedule(
        "nano_banana",
        "text_to_image",
        "nano-banana",
        "USD",
        available=True,
        unit_cents=Decimal(4),
        parameters=(),
        cents_by_values={},
    )
    assert answer == PriceSchedules((flat,), '"one"')
    [seen] = server.seen
    assert seen.path == "/api/v1/price_schedules?service=nano_banana&action=text_to_image&model=nano-banana"
    assert "Authorization" not in seen.headers
    assert "If-None-Match" not in seen.headers


async def test_schedules_that_still_hold_are_not_sent_again(runapi: RunAPI, server: Server) -> None:
    server.answer(200, listed(ROW), headers={"ETag": '"one"'})
    first = await runapi.price_schedules()
    assert server.seen[0].path == "/api/v1/price_schedules"
    server.answer(304, body=b"", headers={"ETag": '"one"'})
    assert await runapi.price_schedules(known=first) is first
    assert server.seen[1].headers["If-None-Match"] == '"one"'
    server.answer(200, listed(), headers={"ETag": '"two"'})
    assert await runapi.price_schedules(known=first) == PriceSchedules((), '"two"')


async def test_not_modified_is_no_answer_where_nothing_was_known(runapi: RunAPI, server: Server) -> None:
    server.answer(304, body=b"")
    with pytest.raises(Redirected):
        await runapi.price_schedules(known=PriceSchedules(()))


@pytest.mark.parametrize("etag", ["", '"' + "x" * 300 + '"', '"caf\u00e9"'])
async def test_an_etag_that_cannot_be_sent_back_is_none(runapi: RunAPI, server: Server, etag: str) -> None:
    server.answer(200, listed(), headers={"ETag": etag})
    assert (await runapi.price_schedules()).etag is None


async def test_a_price_by_one_parameter_keeps_fractions_of_a_cent(runapi: RunAPI, server: Server) -> None:
    prices = '{"key": "output_resolution", "overrides": {"480p": 0.56, "1k": 3.5, "4k": 24, "8k": null, "16k": -1}}'
    row = '{"service": "s", "action": "a", "unit_price_cents": 3.5, "billing_config": ' + prices + "}"
    server.answer(200, body='{"price_schedules": [' + row + "]}", headers={"Content-Type": "application/json"})
    [schedule] = (await runapi.price_schedules()).schedules
    assert schedule.model is None
    assert schedule.unit_cents == Decimal("3.5")
    assert schedule.parameters == ("output_resolution",)
    assert schedule.cents_by_values == {("480p",): Decimal("0.56"), ("1k",): Decimal("3.5"), ("4k",): Decimal(24)}


async def test_a_price_by_several_parameters(runapi: RunAPI, server: Server) -> None:
    matrix = {"low": {"1k": 1, "2k": 2.5}, "high": {"1k": 4, "2k": "much"}, "odd": 7}
    config = {"keys": ["quality", "output_resolution"], "matrix": matrix}
    schedule = await only(runapi, server, billing_config=config)
    assert schedule.parameters == ("quality", "output_resolution")
    assert schedule.cents_by_values == {
        ("low", "1k"): Decimal(1),
        ("low", "2k"): Decimal("2.5"),
        ("high", "1k"): Decimal(4),
    }


@pytest.mark.parametrize(
    "config", [{"tiers": [1, 2]}, {"key": 3}, {"keys": [], "matrix": {}}, {"keys": [1]}, "soon", 7]
)
async def test_a_price_that_depends_on_what_cannot_be_read_is_unknown(
    runapi: RunAPI, server: Server, config: object
) -> None:
    schedule = await only(runapi, server, billing_config=config)
    assert (schedule.unit_cents, schedule.parameters, schedule.cents_by_values) == (None, (), {})


@pytest.mark.parametrize("config", [None, {}])
async def test_an_empty_dependence_is_none(runapi: RunAPI, server: Server, config: object) -> None:
    assert (await only(runapi, server, billing_config=config)).unit_cents == Decimal(4)


@pytest.mark.parametrize(("status", "available"), [("available", True), ("pending", False), (None, True), (3, True)])
async def test_whether_a_price_holds(runapi: RunAPI, server: Server, status: object, available: bool) -> None:
    assert (await only(runapi, server, pricing_status=status)).available is available


@pytest.mark.parametrize("price", [None, "much", -1, 1e12, [4]])
async def test_a_price_that_is_none(runapi: RunAPI, server: Server, price: object) -> None:
    assert (await only(runapi, server, unit_price_cents=price)).unit_cents is None


async def test_a_malformed_schedule_does_not_spoil_the_others(runapi: RunAPI, server: Server) -> None:
    server.answer(200, listed({"action": "text_to_image"}, "nothing", None, ROW))
    [schedule] = (await runapi.price_schedules()).schedules
    assert schedule.model == "nano-banana"


@pytest.mark.parametrize("answer", [{}, {"price_schedules": None}, {"price_schedules": "soon"}])
async def test_no_schedules(runapi: RunAPI, server: Server, answer: object) -> None:
    server.answer(200, answer)
    with pytest.raises(AnswerLost):
        await runapi.price_schedules()


async def test_a_quote_is_asked_for_without_the_key(runapi: RunAPI, server: Server) -> None:
    quote = {"currency": "USD", "pricing_status": "available", "reservation_amount_cents": 5, "estimate_basis": "exact"}
    server.answer(200, {"price_quote": quote})
    params = {"prompt": "a mug", "output_resolution": "2k"}
    assert await runapi.price_quote("gpt_image_2", "text_to_image", "gpt-image-2", params) == PriceQuote(
        Decimal(5), "USD", available=True
    )
    [seen] = server.seen
    assert (seen.method, seen.path) == ("POST", "/api/v1/price_quotes")
    assert "Authorization" not in seen.headers
    assert httpx.Response(200, content=seen.body).json() == {
        "service": "gpt_image_2",
        "action": "text_to_image",
        "model": "gpt-image-2",
        "params": params,
    }


async def test_a_quote_keeps_fractions_of_a_cent(runapi: RunAPI, server: Server) -> None:
    server.answer(200, body='{"price_quote": {"reservation_amount_cents": 0.1}}')
    assert (await runapi.price_quote("s", "a", "m", {})).cents == Decimal("0.1")


async def test_a_quote_without_a_price(runapi: RunAPI, server: Server) -> None:
    server.answer(200, {"price_quote": {"pricing_status": "pending", "currency": "EUR"}})
    assert await runapi.price_quote("s", "a", "m", {}) == PriceQuote(None, "EUR", available=False)


@pytest.mark.parametrize("answer", [{}, {"price_quote": None}, {"price_quote": [5]}])
async def test_no_quote(runapi: RunAPI, server: Server, answer: object) -> None:
    server.answer(200, answer)
    with pytest.raises(AnswerLost):
        await runapi.price_quote("s", "a", "m", {})


@pytest.mark.parametrize(("status", "error"), [(422, InvalidRequest), (500, ServerError)])
async def test_a_price_that_is_refused(runapi: RunAPI, server: Server, status: int, error: type[Exception]) -> None:
    server.answer(status, {"error": "no"})
    server.answer(status, {"error": "no"})
    with pytest.raises(error):
        await runapi.price_quote("s", "a", "m", {})
    with pytest.raises(error):
        await runapi.price_schedules()


async def test_asking_for_a_price_makes_no_task(runapi: RunAPI, server: Server) -> None:
    server.answer(500, {}, headers={"X-RunAPI-Task-Id": "tsk_1"})
    with pytest.raises(ServerError) as caught:
        await runapi.price_quote("s", "a", "m", {})
    assert not caught.value.maybe_made
