"""Requests, their sources, tasks and pictures."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

import pytest

from bot.store import (
    Allowance,
    Delivery,
    Details,
    Failure,
    Picture,
    Request,
    RequestState,
    Session,
    Source,
    Store,
    Task,
    TaskState,
    short_ids,
)
from tests.store.rows import ADA, BOB, NOW, REQUEST, add_request

TODAY = Allowance("user-day", ADA, "2026-11-20")
LATER = NOW + timedelta(seconds=20)


async def add_requests(store: Store, number: int) -> list[Request]:
    """Insert so many requests in one transaction."""
    return await store.write(lambda session: [add_request(session) for _ in range(number)])


class TestShortIds:
    async def test_they_are_short_and_of_letters_that_nobody_misreads(self, store: Store) -> None:
        ids = [request.short_id for request in await add_requests(store, 200)]
        assert len(set(ids)) == 200
        assert {len(each) for each in ids} == {6}
        assert set("".join(ids)) == set("0123456789abcdefghjkmnpqrstvwxyz")

    async def test_one_that_is_taken_is_not_given_again(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(short_ids, "SHORT_ID_ALPHABET", "ab")
        monkeypatch.setattr(short_ids, "SHORT_ID_LENGTH", 3)
        assert len({request.short_id for request in await add_requests(store, 8)}) == 8

    async def test_a_request_is_found_by_it(self, store: Store) -> None:
        request, _ = await add_requests(store, 2)
        assert await store.read(lambda session: session.requests.by_short_id(request.short_id)) == request
        assert await store.read(lambda session: session.requests.get(request.id)) == request
        assert await store.read(lambda session: session.requests.by_short_id("nobody")) is None
        assert await store.read(lambda session: session.requests.get(999)) is None

    async def test_the_newest_is_found_by_its_reply(self, store: Store) -> None:
        _, newer = await store.write(lambda session: [add_request(session, message_id=9) for _ in range(2)])
        assert await store.read(lambda session: session.requests.by_message(9)) == newer
        assert await store.read(lambda session: session.requests.by_message(10)) is None


class TestRequests:
    async def test_one_begins_accepted_and_open(self, store: Store) -> None:
        request = await store.write(add_request)
        assert {name: getattr(request, name) for name in REQUEST} == REQUEST
        assert (request.state, request.delivery) == (RequestState.ACCEPTED, Delivery.OPEN)
        assert request.finished_at is request.delivered_at is request.message_id is None

    async def test_a_state_moves_only_from_where_it_may(self, store: Store) -> None:
        def move_twice(session: Session) -> tuple[bool, bool, Request | None]:
            asked = (add_request(session).id, RequestState.ACCEPTED)
            first = session.requests.move(*asked, to=RequestState.ACKNOWLEDGED, message_id=9)
            second = session.requests.move(*asked, to=RequestState.LAPSED, message_id=10)
            return first, second, session.requests.get(asked[0])

        first, second, found = await store.write(move_twice)
        assert (first, second) == (True, False)
        assert found is not None
        assert (found.state, found.message_id) == (RequestState.ACKNOWLEDGED, 9)

    async def test_what_has_not_been_told_is_unfinished_oldest_first(self, store: Store) -> None:
        ids = [request.id for request in await add_requests(store, 4)]

        def tell(session: Session) -> None:
            session.requests.change(ids[1], delivery=Delivery.DELIVERED)
            session.requests.change(ids[2], delivery=Delivery.UNCERTAIN)

        await store.write(tell)
        assert await store.read(lambda session: session.requests.unfinished_ids()) == [ids[0], ids[3]]

    async def test_of_the_unfinished_those_that_have_begun_come_first(self, store: Store) -> None:
        def begin(session: Session) -> list[int]:
            ids = [add_request(session).id for _ in range(4)]
            added = [session.tasks.add(request_id, 1, NOW) for request_id in ids]
            session.tasks.move(added[1].id, TaskState.QUEUED, to=TaskState.SUBMITTING, idempotency_key="one")
            session.tasks.move(added[3].id, TaskState.QUEUED, to=TaskState.REFUSED)
            session.tasks.add(ids[1], 2, NOW)
            return ids

        first, second, third, fourth = await store.write(begin)
        unfinished = await store.read(lambda session: session.requests.unfinished_ids())
        assert unfinished == [second, fourth, first, third]

    async def test_one_that_lapses_gives_everything_back_once(self, store: Store) -> None:
        def take(session: Session) -> Request:
            request = add_request(session)
            session.tasks.add(request.id, 1, NOW)
            assert session.allowances.take(TODAY, 1, 1)
            session.allowances.reserve(request.id, TODAY, 1)
            return request

        def found(session: Session) -> Details:
            return session.details(session.requests.get(request.id) or request)

        request = await store.write(take)
        for now in (LATER, LATER + timedelta(1)):
            await store.write(partial(Session.lapse, request_id=request.id, now=now))
        assert await store.read(lambda session: session.allowances.counted(TODAY)[:2]) == (0, 0)
        details = await store.read(found)
        assert (details.request.state, details.request.delivery) == (RequestState.LAPSED, Delivery.UNDELIVERABLE)
        assert details.request.finished_at == LATER
        assert [task.state for task in details.tasks] == [TaskState.CANCELLED]

    async def test_one_that_was_acknowledged_does_not_lapse(self, store: Store) -> None:
        def acknowledge_and_lapse(session: Session) -> tuple[Task, Task]:
            request = add_request(session)
            task = session.tasks.add(request.id, 1, NOW)
            session.requests.move(request.id, RequestState.ACCEPTED, to=RequestState.ACKNOWLEDGED)
            session.lapse(request.id, LATER)
            return task, session.tasks.get(task.id)

        before, after = await store.write(acknowledge_and_lapse)
        assert after == before

    async def test_a_user_is_written_down_once(self, store: Store) -> None:
        def add_three(session: Session) -> None:
            for user_id in (ADA, BOB, ADA):
                add_request(session, user_id=user_id)

        await store.write(add_three)
        assert len(await store.read(lambda session: session.requests.unfinished_ids())) == 3

    async def test_sources_keep_their_order(self, store: Store) -> None:
        names = ["c.png", "a.png", "b.png"]
        request, other = await add_requests(store, 2)

        def add_and_keep_the_second(session: Session) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
            for each in (request, other):
                session.requests.add_sources(each.id, [{"role": "image", "file_name": name} for name in names])
            _, second, _ = session.requests.sources(request.id)
            session.requests.keep_source(second, "ab/abcd.png")
            return session.requests.sources(request.id), session.requests.sources(other.id)

        sources, untouched = await store.write(add_and_keep_the_second)
        assert [(source.number, source.file_name) for source in sources] == list(enumerate(names, 1))
        assert [source.file for source in sources] == [None, "ab/abcd.png", None]
        assert [source.file for source in untouched] == [None] * 3


class TestTasks:
    SENT: ClassVar[dict[str, Any]] = {
        "style": "flat",
        "path": "/v1/text_to_image",
        "body": b'{"prompt":"a red fox"}',
        "idempotency_key": "5b0f",
        "submitted_at": NOW,
    }

    async def test_a_step_is_stored_only_from_where_it_began(self, store: Store) -> None:
        def send_and_cancel(session: Session) -> tuple[Task | None, Task | None, Task]:
            task = session.tasks.add(add_request(session).id, 1, NOW)
            sent = session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.SUBMITTING, **self.SENT)
            cancelled = session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.CANCELLED)
            return sent, cancelled, session.tasks.get(task.id)

        sent, cancelled, found = await store.write(send_and_cancel)
        assert {name: getattr(sent, name) for name in self.SENT} == self.SENT
        assert cancelled is None
        assert found == sent

    async def test_a_failure_comes_out_as_it_went_in(self, store: Store) -> None:
        failure = Failure("task-failed", {"said": "yes", "message": "too dark"})

        def refuse(session: Session) -> tuple[Task | None, Details]:
            request = add_request(session)
            task = session.tasks.add(request.id, 1, NOW)
            moved = session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.REFUSED, failure=failure)
            return moved, session.details(request)

        moved, details = await store.write(refuse)
        assert moved is not None
        assert moved.failure == details.failure == failure

    async def test_of_several_attempts_the_newest_counts(self, store: Store) -> None:
        def attempt(session: Session) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
            request = add_request(session)
            session.tasks.add(request.id, 1, NOW)
            second = session.tasks.add(request.id, 2, NOW)
            again = session.tasks.add(request.id, 1, NOW, attempt=2)
            return (again, second), session.tasks.of_request(request.id)

        newest, found = await store.write(attempt)
        assert found == newest

    async def test_pictures_are_numbered_on(self, store: Store) -> None:
        def complete(session: Session) -> tuple[Picture, ...]:
            request = add_request(session)
            for number in (1, 2):
                task = session.tasks.add(request.id, number, NOW)
                urls = [f"https://file.runapi.ai/{number}/{each}" for each in "ab"]
                session.pictures.add(task, urls, created_at=NOW, expires_at=LATER)
            return session.pictures.of_request(request.id)

        pictures = await store.write(complete)
        assert [picture.number for picture in pictures] == [1, 2, 3, 4]
        assert [picture.url[-3:] for picture in pictures] == ["1/a", "1/b", "2/a", "2/b"]

    async def test_pictures_are_numbered_by_task_and_not_by_who_was_first(self, store: Store) -> None:
        def complete(session: Session) -> tuple[Picture, ...]:
            request = add_request(session, pictures_asked=5)
            first, second, third = [session.tasks.add(request.id, number, NOW) for number in (1, 2, 3)]
            again = session.tasks.add(request.id, 2, NOW, attempt=2)
            assert second.number == again.number
            # Two are asked of the first and of the second, one of the third.
            for task, made in ((third, "abc"), (again, "de"), (first, "f")):
                session.pictures.add(task, [*made], created_at=NOW, expires_at=LATER)
            return session.pictures.of_request(request.id)

        pictures = await store.write(complete)
        assert {picture.number: picture.url for picture in pictures} == {1: "f", 3: "d", 4: "e", 5: "a", 6: "b", 7: "c"}

    @pytest.mark.parametrize(
        ("costs", "total"), [([Decimal("0.06"), Decimal("0.06")], Decimal("0.12")), ([Decimal("0.06"), None], None)]
    )
    async def test_a_cost_is_known_when_all_are(
        self, store: Store, costs: list[Decimal | None], total: Decimal | None
    ) -> None:
        request = await store.write(add_request)
        assert (await store.read(lambda session: session.details(request))).cost is None

        def complete(session: Session) -> None:
            for number, cost in enumerate(costs, 1):
                task = completed(session, request_id=request.id, number=number, cost=cost)
                session.pictures.add(task, [f"https://a/{number}"], created_at=NOW, expires_at=LATER)

        await store.write(complete)
        details = await store.read(lambda session: session.details(request))
        assert details.cost == total
        assert details.spent == sum(filter(None, costs))
        assert details.unpriced == costs.count(None)


def completed(
    session: Session, *, request_id: int | None = None, number: int = 1, seconds: int = 20, cost: Decimal | None = None
) -> Task:
    """Insert a task that took so many seconds."""
    request_id = request_id or add_request(session).id
    task = session.tasks.add(request_id, number, NOW)
    session.tasks.move(
        task.id,
        TaskState.QUEUED,
        to=TaskState.COMPLETED,
        idempotency_key=f"{request_id}/{number}",
        status_path="/v1/text_to_image/tsk_abc123",
        submitted_at=NOW,
        finished_at=NOW + timedelta(seconds=seconds),
        cost=cost,
    )
    return session.tasks.get(task.id)
