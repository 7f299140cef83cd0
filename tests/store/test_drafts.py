"""Drafts, and what people have decided for themselves."""

from datetime import timedelta
from functools import partial

import pytest

from bot.store import Session, Store, StoredDraft
from tests.store.rows import ADA, BOB, NOW

LATER = NOW + timedelta(minutes=5)


async def test_a_draft_is_kept_changed_and_forgotten(store: Store) -> None:
    draft = await store.write(lambda session: session.drafts.add(ADA, {"prompt": "a fox"}, NOW))
    other = await store.write(lambda session: session.drafts.add(BOB, {}, NOW))
    assert draft == StoredDraft(draft.id, ADA, {"prompt": "a fox"}, NOW)
    assert await store.read(lambda session: session.drafts.get(draft.id)) == draft
    await store.write(lambda session: session.drafts.change(draft.id, {"prompt": "a red fox"}, LATER))
    changed = StoredDraft(draft.id, ADA, {"prompt": "a red fox"}, LATER)
    assert await store.read(lambda session: session.drafts.get(draft.id)) == changed
    await store.write(lambda session: session.drafts.remove(draft.id))
    assert await store.read(lambda session: session.drafts.get(draft.id)) is None
    assert await store.read(lambda session: session.drafts.get(other.id)) == other


async def test_old_drafts_are_swept(store: Store) -> None:
    await store.write(lambda session: session.drafts.add(ADA, {}, NOW))
    newer = await store.write(lambda session: session.drafts.add(ADA, {}, LATER))
    assert await store.write(lambda session: session.drafts.sweep(LATER)) == 1
    assert await store.read(lambda session: session.drafts.get(newer.id)) == newer


@pytest.mark.parametrize("decisions", [(), (False,), (False, True)])
async def test_others_may_edit_somebodys_pictures_until_they_decide_otherwise(
    store: Store, decisions: tuple[bool, ...]
) -> None:
    for allowed in decisions:
        await store.write(partial(decide, allowed=allowed))
    assert await store.read(lambda session: session.users.allows_edits(ADA)) is (False not in decisions[-1:])
    assert await store.read(lambda session: session.users.allows_edits(BOB))


def decide(session: Session, *, allowed: bool) -> None:
    session.users.allow_edits(ADA, NOW, allowed=allowed)
