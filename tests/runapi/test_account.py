import pytest

from bot.runapi import Account, AccountOwner, AnswerLost, Balance, RunAPI, Unauthorized
from tests.runapi.server import Server


async def test_account(runapi: RunAPI, server: Server, key: str) -> None:
    server.answer(200, {"id": 7, "name": "Ada", "email": "ada@example.org", "account": {"id": 9, "name": "Lab"}})
    assert await runapi.account() == Account("7", "Ada", "ada@example.org", AccountOwner("9", "Lab"))
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("GET", "/api/v1/me")
    assert seen.headers["Authorization"] == f"Bearer {key}"


async def test_an_account_that_says_little(runapi: RunAPI, server: Server) -> None:
    server.answer(200, {"account": "Lab"})
    assert await runapi.account() == Account(None, None, None, None)


async def test_a_wrong_key(runapi: RunAPI, server: Server) -> None:
    server.answer(401, {"error": "Invalid API key"})
    with pytest.raises(Unauthorized):
        await runapi.account()


async def test_balance(runapi: RunAPI, server: Server) -> None:
    server.answer(
        200,
        {
            "balance_cents": 1250,
            "paid_balance_cents": 1000,
            "bonus_balance_cents": 250,
            "spent_cents_today": 75,
            "spent_cents_total": 4000,
        },
    )
    assert await runapi.balance() == Balance(1250, 1000, 250, 75, 4000)
    assert server.seen[0].path == "/api/v1/me/balance"


async def test_a_balance_that_says_little(runapi: RunAPI, server: Server) -> None:
    server.answer(200, {"balance_cents": -3, "spent_cents_today": "much"})
    assert await runapi.balance() == Balance(-3)


@pytest.mark.parametrize("answer", [{}, {"balance_cents": None}, {"balance_cents": "much"}])
async def test_no_balance(runapi: RunAPI, server: Server, answer: object) -> None:
    server.answer(200, answer)
    with pytest.raises(AnswerLost):
        await runapi.balance()
