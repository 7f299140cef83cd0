"""On whose pictures somebody may build, where, and what stays hidden."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalog import Catalog
from bot.engine import Accepted, Draft, EditsNotAllowed, OperatorLimits, SourceDraft, StaysAmongAdults, sources_again
from bot.engine.accept import accept
from bot.errors import EaselError
from bot.store import Details, Session, Store
from tests.engine.test_accept import DRAFT, NOW

CATALOG = Catalog.load()
ADA, BOB, CLEO = 101, 102, 103
"""Who makes a picture, who edits it, and who is somebody else."""


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store.open(tmp_path / "easel.db") as store:
        yield store


async def take(store: Store, draft: Draft) -> Details:
    accepted: Accepted = await store.write(lambda session: accept(session, draft, CATALOG, NOW, OperatorLimits.of(9)))
    return accepted.details


async def made(store: Store, draft: Draft = DRAFT) -> Details:
    """Return a request that has one picture."""
    details = await take(store, draft)

    def complete(session: Session) -> Details:
        session.pictures.add(details.tasks[0], ["https://example.com/1.png"], created_at=NOW, expires_at=NOW)
        return session.details(details.request)

    return await store.write(complete)


async def decide(store: Store, user_id: int, *, allowed: bool) -> None:
    await store.write(lambda session: session.users.allow_edits(user_id, NOW, allowed=allowed))


def edit_of(details: Details, user_id: int) -> Draft:
    """Return an edit of a result's picture."""
    source = SourceDraft("easel.png", file="originals/ab.png", picture_id=details.pictures[0].id)
    return replace(edit(user_id, source), parent_id=details.request.id, parent_number=1)


def edit(user_id: int, *sources: SourceDraft) -> Draft:
    return replace(DRAFT, user_id=user_id, origin="edit", action="edit_image", options={}, sources=sources)


def again(details: Details, user_id: int) -> Draft:
    """Return the same once more, as Reroll asks for it."""
    request = details.request
    return replace(
        DRAFT,
        user_id=user_id,
        origin="reroll",
        action=request.action,
        options={},
        sources=sources_again(details),
        parent_id=request.id,
    )


async def refused(store: Store, draft: Draft, by: type[EaselError] = EditsNotAllowed) -> EaselError:
    """Return the refusal of a draft, of which nothing is left."""
    before = await store.read(lambda session: session.requests.unfinished_ids())
    with pytest.raises(by) as caught:
        await take(store, draft)
    assert await store.read(lambda session: session.requests.unfinished_ids()) == before
    return caught.value


async def test_others_may_edit_until_its_owner_says_no_and_again_when_they_say_yes(store: Store) -> None:
    picture = await made(store)
    await take(store, edit_of(picture, BOB))
    await decide(store, ADA, allowed=False)
    assert (await refused(store, edit_of(picture, BOB))).args_ == {"owner": str(ADA)}
    await take(store, edit_of(picture, ADA))
    await decide(store, ADA, allowed=True)
    await take(store, edit_of(picture, BOB))


async def test_each_way_of_naming_a_picture_is_seen(store: Store) -> None:
    picture = await made(store)
    await decide(store, ADA, allowed=False)
    await refused(store, replace(edit_of(picture, BOB), parent_id=None, parent_number=None))
    uploaded = SourceDraft("x.png", url="https://cdn.discordapp.com/x.png")
    await refused(store, replace(edit_of(picture, BOB), sources=(uploaded,)))
    await refused(store, edit(BOB, uploaded, replace(uploaded, author_id=ADA)))
    await take(store, edit(ADA, replace(uploaded, author_id=ADA)))
    mask = replace(uploaded, author_id=ADA, role="mask")
    await take(store, replace(edit(BOB, uploaded, mask), model="gpt-4o-image"))


async def test_making_a_prompt_again_edits_nobodys_picture(store: Store) -> None:
    picture = await made(store)
    await decide(store, ADA, allowed=False)
    await take(store, again(picture, BOB))


async def test_an_edit_once_more_is_an_edit_of_the_same_pictures(store: Store) -> None:
    edited = await made(store, edit_of(await made(store), BOB))
    await take(store, again(edited, CLEO))
    await decide(store, BOB, allowed=False)
    await take(store, again(edited, CLEO))
    await decide(store, ADA, allowed=False)
    await refused(store, again(edited, CLEO))
    await refused(store, again(edited, BOB))


@pytest.mark.parametrize("author", [None, CLEO])
async def test_what_somebody_posted_is_remembered_as_theirs(store: Store, author: int | None) -> None:
    source = SourceDraft("x.png", url="https://cdn.discordapp.com/x.png", author_id=author)
    edited = await made(store, edit(BOB, source))
    await take(store, again(edited, ADA))
    await decide(store, author or BOB, allowed=False)
    await refused(store, again(edited, ADA))
    further = await made(store, again(edited, author or BOB))
    await refused(store, again(further, ADA))


async def test_what_builds_on_hidden_pictures_is_hidden(store: Store) -> None:
    hidden = await made(store, replace(DRAFT, spoiler=True))
    plain = await made(store)
    assert hidden.request.spoiler
    assert not plain.request.spoiler
    assert (await take(store, again(hidden, BOB))).request.spoiler
    edited = await made(store, edit_of(hidden, BOB))
    assert edited.request.spoiler
    assert (await take(store, again(edited, CLEO))).request.spoiler
    assert (await take(store, replace(edit_of(hidden, BOB), parent_id=None, parent_number=None))).request.spoiler
    assert not (await take(store, edit_of(plain, BOB))).request.spoiler
    source = SourceDraft("SPOILER_x.png", url="https://cdn.discordapp.com/x.png", spoiler=True)
    assert (await take(store, edit(BOB, source))).request.spoiler
    masked = edit(BOB, replace(source, spoiler=False), replace(source, role="mask"))
    assert not (await take(store, replace(masked, model="gpt-4o-image"))).request.spoiler


async def test_what_is_made_among_adults_stays_there_for_its_owner_too(store: Store) -> None:
    made_there = await made(store, replace(DRAFT, age_restricted=True))
    for user_id in (ADA, BOB):
        for draft in (again(made_there, user_id), edit_of(made_there, user_id)):
            await refused(store, draft, by=StaysAmongAdults)
            assert (await take(store, replace(draft, age_restricted=True))).request.age_restricted
    by_picture = replace(edit_of(made_there, BOB), parent_id=None, parent_number=None)
    await refused(store, by_picture, by=StaysAmongAdults)


async def test_what_comes_from_elsewhere_may_go_among_adults_and_then_stays(store: Store) -> None:
    edited = await made(store, replace(edit_of(await made(store), BOB), age_restricted=True))
    await refused(store, again(edited, BOB), by=StaysAmongAdults)
