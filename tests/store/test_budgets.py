"""Budgets: never overspent by what is known beforehand, and never lost."""

import asyncio
from decimal import Decimal

import pytest

from bot.store import Budget, Session, Spending, Store
from tests.store.rows import add_request

TODAY, MONTH = Budget("server-day", 7, "2026-11-20"), Budget("server-month", 7, "2026-11")
PRICE, LIMIT = Decimal("0.08"), Decimal("0.4")


async def ask(store: Store, price: Decimal = PRICE, limit: Decimal = LIMIT) -> int | None:
    """Take and reserve as a request does; return the request's id, or None where the budget did not suffice."""

    def take_and_reserve(session: Session) -> int | None:
        if session.budgets.take(TODAY, price, limit) is None:
            return None
        request = add_request(session)
        session.budgets.reserve(request.id, TODAY, price)
        return request.id

    return await store.write(take_and_reserve)


async def asked(store: Store) -> int:
    request_id = await ask(store)
    assert request_id is not None
    return request_id


async def settle(store: Store, request_id: int, amount: str) -> None:
    await store.write(lambda session: session.budgets.settle(request_id, Decimal(amount)))


async def spending(store: Store, budget: Budget = TODAY) -> Spending:
    return await store.read(lambda session: session.budgets.spending(budget))


async def test_200_at_once_at_a_budget_for_5_give_5(store: Store) -> None:
    taken = await asyncio.gather(*(ask(store) for _ in range(200)))
    assert sum(each is not None for each in taken) == 5
    assert await spending(store) == Spending(LIMIT, Decimal(0))


async def test_what_is_more_than_the_whole_of_it_is_never_taken(store: Store) -> None:
    assert await ask(store, Decimal("0.400001")) is None
    assert await spending(store) == Spending()
    assert await ask(store, LIMIT) is not None


async def test_what_costs_nothing_can_be_had_of_nothing(store: Store) -> None:
    assert await ask(store, Decimal(0), Decimal(0)) is not None
    assert await ask(store, Decimal("0.000001"), Decimal(0)) is None


@pytest.mark.parametrize("amount", ["0", "0.05", "0.08", "0.5"])
async def test_what_it_did_cost_takes_the_place_of_what_it_was_to_cost(store: Store, amount: str) -> None:
    first = await asked(store)
    await asked(store)
    for _ in range(2):
        await settle(store, first, amount)
        assert await spending(store) == Spending(PRICE, Decimal(amount))


async def test_a_cost_that_is_told_later_takes_the_place_of_the_first(store: Store) -> None:
    first = await asked(store)
    for amount in ("0.08", "0.12", "0", "0.06"):
        await settle(store, first, amount)
        assert await spending(store) == Spending(Decimal(0), Decimal(amount))


async def test_a_budget_that_is_overdrawn_gives_nothing(store: Store) -> None:
    await settle(store, await asked(store), "0.5")
    assert await ask(store, Decimal("0.01")) is None
    assert await ask(store, PRICE, Decimal("0.58")) is not None


async def test_all_of_a_requests_expenses_are_settled(store: Store) -> None:
    def ask_both(session: Session) -> int:
        request = add_request(session)
        for budget in (TODAY, MONTH):
            assert session.budgets.take(budget, PRICE, LIMIT) == PRICE
            session.budgets.reserve(request.id, budget, PRICE)
        return request.id

    await settle(store, await store.write(ask_both), "0.06")
    assert [await spending(store, budget) for budget in (TODAY, MONTH)] == [Spending(Decimal(0), Decimal("0.06"))] * 2


async def test_a_request_without_expenses_is_no_error(store: Store) -> None:
    request = await store.write(add_request)
    await settle(store, request.id, "0.06")
    assert await spending(store) == Spending()
