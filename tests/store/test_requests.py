"""Requests, their sources, tasks and pictures."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from bot.store import Allowance, Delivery, Failure, RequestState, Store, TaskState
from bot.store import requests as requests_module
from tests.store.rows import ADA, BOB, NOW, REQUEST, add_request

TODAY = Allowance("user-day", ADA, "2026-11-20")
LATER = NOW + timedelta(seconds=20)


class TestShortIds:
    async def test_they_are_short_and_of_letters_that_nobody_misreads(self, store: Store) -> None:
        async with store.write() as session:
            ids = [(await add_request(session)).short_id for _ in range(200)]
        assert len(set(ids)) == 200
        assert {len(each) for each in ids} == {6}
        assert set("".join(ids)) == set("0123456789abcdefghjkmnpqrstvwxyz")

    async def test_one_that_is_taken_is_not_given_again(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(requests_module, "SHORT_ID_ALPHABET", "ab")
        monkeypatch.setattr(requests_module, "SHORT_ID_LENGTH", 3)
        async with store.write() as session:
            ids = [(await add_request(session)).short_id for _ in range(8)]
        assert len(set(ids)) == 8

    async def test_a_request_is_found_by_it(self, store: Store) -> None:
        async with store.write() as session:
            request = await add_request(session)
            await add_request(session)
        async with store.read() as session:
            assert await session.requests.by_short_id(request.short_id) == request
            assert await session.requests.get(request.id) == request
            assert await session.requests.by_short_id("nobody") is None
            assert await session.requests.get(999) is None


class TestRequests:
    async def test_one_begins_accepted_and_open(self, store: Store) -> None:
        async with store.write() as session:
            request = await add_request(session)
        assert {name: getattr(request, name) for name in REQUEST} == REQUEST
        assert (request.state, request.delivery) == (RequestState.ACCEPTED, Delivery.OPEN)
        assert request.finished_at is request.delivered_at is request.message_id is None

    async def test_a_state_moves_only_from_where_it_may(self, store: Store) -> None:
        async with store.write() as session:
            request = await add_request(session)
            asked = (request.id, RequestState.ACCEPTED)
            assert await session.requests.move(*asked, to=RequestState.ACKNOWLEDGED, message_id=9)
            assert not await session.requests.move(*asked, to=RequestState.LAPSED, message_id=10)
            found = await session.requests.get(request.id)
        assert found is not None
        assert (found.state, found.message_id) == (RequestState.ACKNOWLEDGED, 9)

    async def test_what_has_not_been_told_is_unfinished_oldest_first(self, store: Store) -> None:
        async with store.write() as session:
            ids = [(await add_request(session)).id for _ in range(4)]
            await session.requests.change(ids[1], delivery=Delivery.DELIVERED)
            await session.requests.change(ids[2], delivery=Delivery.UNCERTAIN)
            assert await session.requests.unfinished_ids() == [ids[0], ids[3]]

    async def test_one_that_lapses_gives_everything_back_once(self, store: Store) -> None:
        async with store.write() as session:
            request = await add_request(session)
            await session.tasks.add(request.id, 1, NOW)
            assert await session.allowances.take(TODAY, 1, 1)
            await session.allowances.reserve(request.id, TODAY, 1)
            await session.lapse(request.id, LATER)
            await session.lapse(request.id, LATER + timedelta(1))
            assert await session.allowances.counted(TODAY) == (0, 0)
            details = await session.details(await session.requests.get(request.id) or request)
        assert (details.request.state, details.request.delivery) == (RequestState.LAPSED, Delivery.UNDELIVERABLE)
        assert details.request.finished_at == LATER
        assert [task.state for task in details.tasks] == [TaskState.CANCELLED]

    async def test_one_that_was_acknowledged_does_not_lapse(self, store: Store) -> None:
        async with store.write() as session:
            request = await add_request(session)
            task = await session.tasks.add(request.id, 1, NOW)
            await session.requests.move(request.id, RequestState.ACCEPTED, to=RequestState.ACKNOWLEDGED)
            await session.lapse(request.id, LATER)
            assert await session.tasks.get(task.id) == task

    async def test_a_user_is_written_down_once(self, store: Store) -> None:
        async with store.write() as session:
            for user_id in (ADA, BOB, ADA):
                await add_request(session, user_id=user_id)
            assert len(await session.requests.unfinished_ids()) == 3

    async def test_sources_keep_their_order(self, store: Store) -> None:
        names = ["c.png", "a.png", "b.png"]
        async with store.write() as session:
            request, other = await add_request(session), await add_request(session)
            for each in (request, other):
                await session.requests.add_sources(each.id, [{"role": "image", "file_name": name} for name in names])
            second = (await session.requests.sources(request.id))[1]
            await session.requests.keep_source(second, "ab/abcd.png")
            sources = await session.requests.sources(request.id)
            untouched = await session.requests.sources(other.id)
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
        async with store.write() as session:
            task = await session.tasks.add((await add_request(session)).id, 1, NOW)
            sent = await session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.SUBMITTING, **self.SENT)
            assert sent is not None
            assert {name: getattr(sent, name) for name in self.SENT} == self.SENT
            assert await session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.CANCELLED) is None
            assert await session.tasks.get(task.id) == sent

    async def test_a_failure_comes_out_as_it_went_in(self, store: Store) -> None:
        failure = Failure("task-failed", {"said": "yes", "message": "too dark"})
        async with store.write() as session:
            request = await add_request(session)
            task = await session.tasks.add(request.id, 1, NOW)
            moved = await session.tasks.move(task.id, TaskState.QUEUED, to=TaskState.REFUSED, failure=failure)
            assert moved is not None
            assert moved.failure == failure
            assert (await session.details(request)).failure == failure

    async def test_of_several_attempts_the_newest_counts(self, store: Store) -> None:
        async with store.write() as session:
            request = await add_request(session)
            await session.tasks.add(request.id, 1, NOW)
            second = await session.tasks.add(request.id, 2, NOW)
            again = await session.tasks.add(request.id, 1, NOW, attempt=2)
            assert await session.tasks.of_request(request.id) == (again, second)

    async def test_pictures_are_numbered_on(self, store: Store) -> None:
        async with store.write() as session:
            request = await add_request(session)
            for number in (1, 2):
                task = await session.tasks.add(request.id, number, NOW)
                urls = [f"https://file.runapi.ai/{number}/{each}" for each in "ab"]
                await session.pictures.add(task, urls, created_at=NOW, expires_at=LATER)
            pictures = await session.pictures.of_request(request.id)
        assert [picture.number for picture in pictures] == [1, 2, 3, 4]
        assert [picture.url[-3:] for picture in pictures] == ["1/a", "1/b", "2/a", "2/b"]

    async def test_the_newest_durations_are_given_oldest_first(self, store: Store) -> None:
        async with store.write() as session:
            for seconds in (10, 20, 30):
                await completed(session, seconds=seconds)
            await session.tasks.add((await add_request(session)).id, 1, NOW)
            assert await session.tasks.recent_durations(2) == [
                ("imagen-4", "text_to_image", 20.0),
                ("imagen-4", "text_to_image", 30.0),
            ]

    @pytest.mark.parametrize(
        ("costs", "total"), [([Decimal("0.06"), Decimal("0.06")], Decimal("0.12")), ([Decimal("0.06"), None], None)]
    )
    async def test_a_cost_is_known_when_all_are(
        self, store: Store, costs: list[Decimal | None], total: Decimal | None
    ) -> None:
        async with store.write() as session:
            request = await add_request(session)
            assert (await session.details(request)).cost is None
            for number, cost in enumerate(costs, 1):
                await completed(session, request_id=request.id, number=number, cost=cost)
            assert (await session.details(request)).cost == total


async def completed(
    session: Any, *, request_id: int | None = None, number: int = 1, seconds: int = 20, cost: Decimal | None = None
) -> None:
    """Insert a task that took so many seconds."""
    request_id = request_id or (await add_request(session)).id
    task = await session.tasks.add(request_id, number, NOW)
    await session.tasks.move(
        task.id,
        TaskState.QUEUED,
        to=TaskState.COMPLETED,
        idempotency_key=f"{request_id}/{number}",
        status_path="/v1/text_to_image/tsk_abc123",
        submitted_at=NOW,
        finished_at=NOW + timedelta(seconds=seconds),
        cost=cost,
    )
