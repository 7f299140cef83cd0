"""How fast somebody may ask in a server."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Accepted, OperatorLimits, OverLimit
from bot.engine.accept import accept
from bot.engine.limits import TooManyAtOnce, TooSoon
from bot.i18n import DEFAULT_LOCALE, text
from bot.store import UNFINISHED, Session, Store, TaskState
from tests.engine.test_accept import CATALOG, DRAFT, NOW

GUILD, BOB, TEAM = 7, 102, 11
ELSEWHERE: tuple[dict[str, Any], ...] = (
    {"user_id": BOB},
    {"guild_id": 8},
    {"guild_id": None},
    {"role_ids": frozenset({TEAM})},
)
"""Whom, and where, the limit of a member in the server does not concern."""


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


async def decide(store: Store, **settings: Any) -> None:
    await store.write(lambda session: session.guilds.change(GUILD, settings, NOW))


async def ask(store: Store, now: datetime = NOW, count: int = 1, limit: int = 500, **changed: Any) -> Accepted:
    draft = replace(DRAFT, **{"model": "gpt-image-2", "options": {"count": count}, **changed})
    return await store.write(lambda session: accept(session, draft, CATALOG, now, OperatorLimits.of(limit)))


async def test_a_cooldown_is_the_time_between_two_requests_of_a_user_in_the_server(store: Store) -> None:
    await decide(store, cooldown=30, exempt_roles=[str(TEAM)])
    await ask(store)
    late = NOW + timedelta(seconds=29.9)
    with pytest.raises(TooSoon) as caught:
        await ask(store, late)
    assert text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_) == (
        "In this server 30 seconds have to pass between two requests: you can make the next one "
        f"<t:{int(NOW.timestamp()) + 31}:R>. Nothing was charged."
    )
    for elsewhere in ELSEWHERE:
        await ask(store, NOW, **elsewhere)
    assert (await ask(store, NOW + timedelta(seconds=30))).left is not None


async def test_what_lapsed_or_was_refused_starts_no_cooldown(store: Store) -> None:
    await decide(store, cooldown=30)
    with pytest.raises(OverLimit):
        await ask(store, limit=0)
    lapsed = await ask(store)
    await store.write(lambda session: session.lapse(lapsed.details.request.id, NOW))
    await ask(store)


async def test_of_200_at_once_a_cooldown_lets_one_through(store: Store) -> None:
    await decide(store, cooldown=1)
    outcomes = await asyncio.gather(*(ask(store) for _ in range(200)), return_exceptions=True)
    assert sum(isinstance(outcome, TooSoon) for outcome in outcomes) == 199


async def test_tasks_at_once_are_those_that_are_not_over(store: Store) -> None:
    await decide(store, tasks_at_once=3, exempt_roles=[str(TEAM)])
    first = await ask(store, count=2)
    with pytest.raises(TooManyAtOnce) as caught:
        await ask(store, count=2)
    assert text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_) == (
        "In this server you can have 3 under way at once. You have 2, and this asks for 2. Nothing was charged."
    )
    for elsewhere in ELSEWHERE:
        await ask(store, count=2, **elsewhere)

    def end(session: Session) -> None:
        session.tasks.move(first.details.tasks[0].id, *UNFINISHED, to=TaskState.CANCELLED, finished_at=NOW)

    await store.write(end)
    await store.write(lambda session: session.guilds.change(GUILD, {"tasks_at_once": 5}, NOW))
    await ask(store, count=2)


async def test_of_200_at_once_so_many_are_taken_as_may_be_under_way(store: Store) -> None:
    await decide(store, tasks_at_once=5)
    outcomes = await asyncio.gather(*(ask(store) for _ in range(200)), return_exceptions=True)
    assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 5


async def test_slow_mode_is_the_time_between_two_requests_that_others_see_in_a_channel(store: Store) -> None:
    here: dict[str, Any] = {"channel_id": 70, "slow_mode": 90}
    await ask(store, private=True, **here)
    lapsed = await ask(store, **here)
    await store.write(lambda session: session.lapse(lapsed.details.request.id, NOW))
    await ask(store, **here)
    late = NOW + timedelta(seconds=89.9)
    with pytest.raises(TooSoon) as caught:
        await ask(store, late, **here)
    assert text(caught.value.sentence, locale=DEFAULT_LOCALE, **caught.value.args_) == (
        "This channel has slow mode: 90 seconds have to pass between two requests here. You can make the next one "
        f"<t:{int(NOW.timestamp()) + 91}:R>, or now with `private`. Nothing was charged."
    )
    for other in ({"user_id": BOB}, {"channel_id": 71}, {"slow_mode": 0}, {"private": True}):
        await ask(store, NOW, **{**here, **other})
    await ask(store, NOW + timedelta(seconds=90), **here)


async def test_of_200_at_once_slow_mode_lets_one_through(store: Store) -> None:
    outcomes = await asyncio.gather(
        *(ask(store, channel_id=70, slow_mode=1) for _ in range(200)), return_exceptions=True
    )
    assert sum(isinstance(outcome, TooSoon) for outcome in outcomes) == 199
