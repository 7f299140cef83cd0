"""Blocks: who may make no pictures in a server, why and until when."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine import MAX_REASON, Blocked, CannotBlock, Draft, OperatorLimits, OverLimit, UnwantedPrompt, blocks
from bot.engine.accept import accept
from bot.errors import EaselError
from bot.store import Block, Rule, Session, Store
from tests.engine.test_accept import CATALOG, DRAFT, EDIT, NOW

ADA, BOB, GUILD = DRAFT.user_id, 102, 7
DAY = timedelta(days=1)
BLOCK = Block(GUILD, ADA, "spam", NOW + DAY, BOB, NOW)
LATER = NOW + DAY
AUDITED = {"user": str(ADA), "reason": "spam", "until": "2026-11-21T12:00:00+00:00"}


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


async def block(store: Store, added: Block) -> None:
    await store.write(lambda session: blocks.add(session, added))


async def take(store: Store, now: datetime = NOW, *, limit: int = 9, **changed: Any) -> None:
    draft = replace(DRAFT, **changed)
    await store.write(lambda session: accept(session, draft, CATALOG, now, OperatorLimits.of(limit)))


async def audited(store: Store) -> list[tuple[int, datetime, str, object, object]]:
    """Return the audit log of the server, oldest first."""
    log = await store.read(lambda session: session.audit.newest(GUILD, 100))
    return [(entry.actor_id, entry.at, entry.action, entry.before, entry.after) for entry in reversed(log)]


@pytest.mark.parametrize("draft", [DRAFT, EDIT])
@pytest.mark.parametrize(
    ("changed", "sentence", "args"),
    [
        ({"until": None}, "blocked", {"said": "yes", "reason": "spam"}),
        ({"reason": ""}, "blocked-until", {"said": "no", "reason": "", "until": str(int(LATER.timestamp()))}),
    ],
)
async def test_who_is_blocked_makes_nothing_and_is_told_why_and_until_when(
    store: Store, draft: Draft, changed: dict[str, Any], sentence: str, args: dict[str, str]
) -> None:
    await block(store, replace(BLOCK, **changed))
    with pytest.raises(Blocked) as caught:
        await store.write(lambda session: accept(session, draft, CATALOG, NOW, OperatorLimits.of(9)))
    assert (caught.value.sentence, caught.value.args_) == (sentence, args)
    assert await store.read(lambda session: session.requests.unfinished_ids()) == []


async def test_it_is_said_before_anything_else(store: Store) -> None:
    await block(store, BLOCK)
    await store.write(lambda session: session.rules.put(Rule(GUILD, "fox", (), BOB, NOW)))
    with pytest.raises(Blocked):
        await take(store, limit=0, prompt="", model="no-such-model")
    with pytest.raises(UnwantedPrompt):
        await take(store, limit=0, user_id=BOB)
    with pytest.raises(OverLimit):
        await take(store, limit=0, user_id=BOB, prompt="a cat")


async def test_it_holds_in_its_server_for_its_user_until_its_end(store: Store) -> None:
    await block(store, BLOCK)
    await take(store, guild_id=8)
    await take(store, guild_id=None)
    await take(store, user_id=BOB)
    with pytest.raises(Blocked):
        await take(store, LATER - timedelta(seconds=1))
    await take(store, LATER)


async def test_those_that_are_over_are_none(store: Store) -> None:
    await block(store, BLOCK)
    forever = replace(BLOCK, user_id=5, until=None, created_at=NOW + timedelta(hours=1))
    await block(store, forever)
    await block(store, replace(BLOCK, guild_id=8))

    async def current(now: datetime) -> list[Block]:
        return [*await store.read(lambda session: blocks.current(session, GUILD, now))]

    assert await current(NOW) == [forever, BLOCK]
    assert await current(LATER) == [forever]
    assert not await store.write(lambda session: blocks.remove(session, GUILD, ADA, LATER, by=BOB))
    assert await store.write(lambda session: blocks.remove(session, GUILD, 5, LATER, by=BOB))
    assert await current(LATER) == []


async def test_each_change_is_in_the_audit_log(store: Store) -> None:
    await block(store, BLOCK)
    worse = replace(BLOCK, reason="worse", until=None, actor_id=5, created_at=NOW + timedelta(hours=1))
    await block(store, worse)

    def remove(session: Session) -> bool:
        return blocks.remove(session, GUILD, ADA, LATER, by=BOB)

    assert await store.write(remove)
    assert not await store.write(remove)
    changed = {**AUDITED, "reason": "worse", "until": None}
    assert await audited(store) == [
        (BOB, NOW, "block", None, AUDITED),
        (5, NOW + timedelta(hours=1), "block", AUDITED, changed),
        (BOB, LATER, "block", changed, None),
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"actor_id": ADA}, "block-yourself"),
        ({"until": NOW}, "block-over"),
        ({"reason": "a" * (MAX_REASON + 1)}, "block-reason-too-long"),
    ],
)
async def test_what_makes_no_sense_changes_nothing(store: Store, wrong: dict[str, Any], sentence: str) -> None:
    await block(store, BLOCK)
    with pytest.raises(CannotBlock) as caught:
        await block(store, replace(BLOCK, **wrong))
    assert isinstance(caught.value, EaselError)
    assert caught.value.sentence == sentence
    assert await store.read(lambda session: session.blocks.get(GUILD, ADA)) == BLOCK
    assert len(await audited(store)) == 1
