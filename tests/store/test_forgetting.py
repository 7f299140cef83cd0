"""Forgetting: nothing of a request's content stays, nothing of anybody else's goes."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.store import NOBODY, Allowance, Delivery, Failure, Forgotten, Request, Session, Source, Store, TaskState
from bot.store.database import Database
from bot.store.tables import requests
from tests.store.rows import ADA, BOB, NOW, add_request

TODAY = Allowance("user-day", ADA, "2026-11-20")
CANARY = "a canary"


def name_of(letter: str) -> str:
    return f"originals/{letter * 2}/{letter * 32}.png"


MINE, ADDED, THUMBNAIL, THEIRS = (name_of(letter) for letter in "abcd")


def finished(session: Session, user_id: int = ADA, **changed: Any) -> Request:
    """Insert a request that made one picture and is delivered."""
    request = add_request(session, user_id=user_id, prompt=CANARY, **changed)
    allowance = TODAY._replace(subject_id=user_id)
    session.allowances.take(allowance, 1, 100)
    session.allowances.reserve(request.id, allowance, 1)
    task = session.tasks.add(request.id, 1, NOW)
    said = Failure("task-failed", {"said": "yes", "message": CANARY})
    sent = {"idempotency_key": f"key {task.id}", "status_path": "/v1/tsk", "runapi_id": "tsk", "body": CANARY.encode()}
    session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.COMPLETED, failure=said, cost=Decimal("0.05"), **sent)
    session.pictures.add(task, [f"https://example.com/{CANARY}"], created_at=NOW, expires_at=NOW)
    session.requests.change(request.id, delivery=Delivery.DELIVERED, finished_at=NOW, delivered_at=NOW, message_id=9)
    session.allowances.settle(request.id, 1)
    return request


def with_files(session: Session, request: Request, **files: str) -> int:
    """Name the files of a request's picture; return its id."""
    [picture] = session.pictures.of_request(request.id)
    session.pictures.change(picture.id, **files)
    return picture.id


def edits(session: Session, request: Request, **source: Any) -> None:
    session.requests.add_sources(request.id, [{"role": "image", "file_name": "fox.png", **source}])


async def test_nothing_of_the_content_stays_and_the_rest_does(store: Store) -> None:
    def forget(session: Session) -> None:
        request = finished(session, roles=[11])
        edits(session, request, url=CANARY, file=ADDED, author_id=BOB)
        with_files(session, request, file=MINE, thumbnail=THUMBNAIL)
        session.notices.offer(request.id)
        assert session.forgetting.forget([request.id], Forgotten.WISH, NOW) == sorted([MINE, ADDED, THUMBNAIL])
        found = session.requests.get(request.id)
        assert found is not None
        details = session.details(found)
        assert (found.prompt, found.options, found.reply, found.message_id, found.channel_id) == (
            "",
            {},
            {},
            None,
            None,
        )
        assert found.roles is None
        assert (found.forgotten, found.deleted_at) == (Forgotten.WISH, NOW)
        assert (found.guild_id, found.model, found.created_at) == (7, "imagen-4", NOW)
        [task], [picture] = details.tasks, details.pictures
        assert (task.body, task.runapi_id, task.status_path) == (None, None, "")
        assert (task.failure, task.cost) == (Failure("task-failed", {}), Decimal("0.05"))
        assert (picture.url, picture.file, picture.thumbnail) == ("", None, None)
        assert details.sources == ()
        assert session.notices.get(request.id) is None
        rows = [session.exports.requests(ADA, after=0, limit=9), session.exports.rest(ADA)]
        assert CANARY not in json.dumps(rows, default=str)

    await store.write(forget)


async def test_what_is_not_over_or_forgotten_already_is_left_as_it_is(store: Store) -> None:
    def forget(session: Session) -> None:
        old, open_ = finished(session), finished(session)
        session.requests.change(open_.id, delivery=Delivery.OPEN)
        ids = [old.id, open_.id]
        session.forgetting.forget(ids, Forgotten.AGE, NOW)
        session.forgetting.forget(ids, Forgotten.WISH, NOW + timedelta(days=1))
        found = [session.requests.get(each) for each in ids]
        assert [each and (each.prompt, each.forgotten) for each in found] == [("", Forgotten.AGE), (CANARY, None)]

    await store.write(forget)


@pytest.mark.parametrize("over", [True, False])
async def test_others_copies_of_a_picture_go_once_they_are_not_needed(store: Store, *, over: bool) -> None:
    def forget(session: Session) -> None:
        mine, theirs = finished(session), finished(session, BOB)
        picture_id = with_files(session, mine, file=MINE)
        with_files(session, theirs, file=THEIRS)
        edits(session, theirs, picture_id=picture_id, file=MINE, url=CANARY)
        if not over:
            session.requests.change(theirs.id, delivery=Delivery.OPEN)
        assert session.forgetting.forget([mine.id], Forgotten.WISH, NOW) == ([MINE] if over else [])
        [source] = session.requests.sources(theirs.id)
        kept = Source(theirs.id, 1, "image", picture_id, CANARY, "fox.png", MINE, None)
        gone = Source(theirs.id, 1, "image", picture_id, None, "", None, None)
        assert source == (gone if over else kept)
        [picture] = session.pictures.of_request(theirs.id)
        assert picture.file == THEIRS

    await store.write(forget)


async def test_a_file_that_anybody_else_names_stays(store: Store) -> None:
    def forget(session: Session) -> None:
        theirs, edit, reroll = finished(session, BOB), finished(session), finished(session, BOB)
        picture_id = with_files(session, theirs, file=THEIRS)
        edits(session, edit, picture_id=picture_id, file=THEIRS)
        edits(session, reroll, file=ADDED)
        other = finished(session)
        edits(session, other, file=ADDED)
        assert session.forgetting.forget([edit.id, other.id], Forgotten.WISH, NOW) == []

    await store.write(forget)


async def test_pictures_that_somebody_posted_go_from_others_requests(store: Store) -> None:
    def forget(session: Session) -> None:
        theirs = finished(session, BOB)
        edits(session, theirs, file=ADDED, url=CANARY, author_id=ADA)
        assert session.forgetting.forget_user(ADA, NOW) == [ADDED]
        [source] = session.requests.sources(theirs.id)
        assert (source.file, source.url, source.author_id) == (None, None, None)

    await store.write(forget)


async def test_whose_it_was_goes_when_no_limit_counts_it_and_nobody_elses_counters_go(store: Store) -> None:
    def forget(session: Session) -> None:
        requests_ = [finished(session), finished(session, BOB)]
        session.forgetting.forget([each.id for each in requests_[:1]], Forgotten.WISH, NOW)
        assert session.forgetting.release(NOW) == 0
        assert session.allowances.counted(TODAY)[:2] == (0, 1)
        assert session.forgetting.release(NOW + timedelta(seconds=1)) == 1
        assert session.allowances.counted(TODAY)[:2] == (0, 0)
        assert session.allowances.counted(TODAY._replace(subject_id=BOB))[:2] == (0, 1)
        found = [session.requests.get(each.id) for each in requests_]
        assert [each and each.user_id for each in found] == [NOBODY, BOB]
        assert session.exports.rest(ADA)["user"] == []

    await store.write(forget)


async def test_a_reply_that_is_forgotten_gets_no_new_address(store: Store) -> None:
    def forget(session: Session) -> None:
        gone, kept = finished(session), finished(session)
        session.forgetting.forget([gone.id], Forgotten.WISH, NOW)
        for each in (gone, kept):
            session.requests.renew(each.id, {"token": "new"})
        found = [session.requests.get(each.id) for each in (gone, kept)]
        assert [each and each.reply for each in found] == [{}, {"token": "new"}]

    await store.write(forget)


async def test_a_thumbnail_that_comes_after_its_picture_was_deleted_is_not_named(store: Store) -> None:
    def forget(session: Session) -> None:
        gone, kept = finished(session), finished(session)
        for each in (gone, kept):
            with_files(session, each, file=MINE)
        [before], [other] = session.pictures.of_request(gone.id), session.pictures.of_request(kept.id)
        session.forgetting.forget([gone.id], Forgotten.WISH, NOW)
        assert not session.pictures.add_thumbnail(before, THUMBNAIL)
        assert session.pictures.add_thumbnail(other, THUMBNAIL)
        assert [each.thumbnail for each in session.pictures.of_request(gone.id)] == [None]

    await store.write(forget)


async def test_only_known_reasons_are_taken(database: Database) -> None:
    await database.write(lambda connection: add_request(Session(connection)))
    with pytest.raises(IntegrityError, match="CHECK constraint failed: ck_requests_forgotten_known"):
        await database.write(lambda connection: connection.execute(update(requests).values(forgotten="fire")))
