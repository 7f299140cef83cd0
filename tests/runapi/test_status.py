import logging
from decimal import Decimal

import pytest

from bot.runapi import AnswerLost, RunAPI, State, TaskStatus
from tests.runapi.server import Server

PATH = "/v1/text_to_image/tsk_abc123"


async def poll(runapi: RunAPI, server: Server, answer: object) -> TaskStatus:
    server.answer(200, answer)
    return await runapi.status(PATH)


async def test_a_completed_task(runapi: RunAPI, server: Server, key: str) -> None:
    images = [
        {"url": "https://file.runapi.ai/generated/a", "origin_url": "x"},
        {"url": "https://b.example/c?d=e"},
    ]
    task = await poll(
        runapi,
        server,
        {"id": "a", "status": "completed", "images": images, "usage": {"cost": 0.1}, "new": {}},
    )
    assert task == TaskStatus(
        State.COMPLETED,
        images=("https://file.runapi.ai/generated/a", "https://b.example/c?d=e"),
        cost=Decimal("0.1"),
    )
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.body) == ("GET", PATH, b"")
    assert seen.headers["Authorization"] == f"Bearer {key}"
    assert "Idempotency-Key" not in seen.headers
    assert "Content-Type" not in seen.headers


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("pending", State.PENDING),
        ("processing", State.PROCESSING),
        ("completed complete succeeded success finished COMPLETED", State.COMPLETED),
        ("failed error canceled cancelled timeout generate_failed create_task_failed", State.FAILED),
        ("queued running", State.PROCESSING),
    ],
)
async def test_states_and_their_synonyms(runapi: RunAPI, server: Server, words: str, state: State) -> None:
    for word in words.split():
        for answer in (
            {"status": word},
            {"state": word},
            {"data": {"status": word}},
            {"data": {"state": word}},
        ):
            assert (await poll(runapi, server, answer)).state is state, (word, answer)


@pytest.mark.parametrize("answer", [{}, {"status": None}, {"status": ["completed"]}, {"data": "completed"}])
async def test_no_state_means_that_it_still_runs(runapi: RunAPI, server: Server, answer: object) -> None:
    assert (await poll(runapi, server, answer)).state is State.PROCESSING


async def test_an_unknown_state_is_logged_once_per_value(
    runapi: RunAPI, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    for word in ("resting", "Resting", "dreaming\nof sheep", "resting"):
        await poll(runapi, server, {"status": word})
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [message.rpartition(": ")[2] for message in warnings] == ["'resting'", "'dreaming of sheep'"]


@pytest.mark.parametrize(
    ("answer", "cost"),
    [
        ({"usage": {"cost": 0.06}}, "0.06"),
        ({"usage": {"cost": 1}}, "1"),
        ({"usage": {"cost": "0.070"}}, "0.070"),
        ({"usage": {"cost": 0}}, "0"),
        ({"usage": {"cost": 0.06}, "billing": {"settlement": {"charged_amount_cents": 9}}}, "0.06"),
        ({"usage": {"cost": None}, "billing": {"settlement": {"charged_amount_cents": 9}}}, "0.09"),
        ({"billing": {"settlement": {"charged_amount_cents": 3.5}, "refund": None}}, "0.035"),
        ({"billing": {"settlement": None, "reservation": {"amount_cents": 9}}}, None),
        ({"data": {"usage": {"cost": 0.06}}}, "0.06"),
        ({"usage": {"cost": -1}}, None),
        ({"usage": {"cost": "free"}}, None),
        ({"usage": {"cost": "NaN"}}, None),
        ({"usage": {"cost": "1e999999"}}, None),
        ({"usage": []}, None),
        ({}, None),
    ],
)
async def test_cost(runapi: RunAPI, server: Server, answer: dict[str, object], cost: str | None) -> None:
    task = await poll(runapi, server, {"status": "completed", **answer})
    assert task.cost == (None if cost is None else Decimal(cost))


async def test_cost_is_what_was_written(runapi: RunAPI, server: Server) -> None:
    server.answer(200, body=b'{"status": "completed", "usage": {"cost": 0.12345678901234567890}}')
    assert (await runapi.status(PATH)).cost == Decimal("0.12345678901234567890")


@pytest.mark.parametrize(
    ("answer", "images"),
    [
        (
            {"result_urls": ["https://a.example/b", "http://c.example/d"]},
            ("https://a.example/b", "http://c.example/d"),
        ),
        ({"images": [], "result_urls": ["https://a.example/b"]}, ("https://a.example/b",)),
        (
            {"images": [{"url": "https://a.example/b"}], "result_urls": ["https://c.example"]},
            ("https://a.example/b",),
        ),
        ({"data": {"images": [{"url": "https://a.example/é"}]}}, ("https://a.example/é",)),
        ({"images": [{"url": None}, {}, 7, {"url": "https://a.example/b"}]}, ("https://a.example/b",)),
        ({"images": [{"url": "javascript:alert(1)"}, {"url": "file:///etc/passwd"}, {"url": "/b"}]}, ()),
        ({"images": [{"url": "https://u:p@a.example/b"}, {"url": "https://a.example/b c"}]}, ()),
        ({"images": [{"url": "https://a.example/\ud800"}, {"url": "https:///b"}, {"url": "http://[/"}]}, ()),
        ({"images": {"url": "https://a.example/b"}}, ()),
        ({"images": None}, ()),
    ],
)
async def test_images(runapi: RunAPI, server: Server, answer: dict[str, object], images: tuple[str, ...]) -> None:
    assert (await poll(runapi, server, {"status": "completed", **answer})).images == images


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"error": "The prompt was rejected"}, "The prompt was rejected"),
        ({"error": {"message": "No\nway", "code": "x"}}, "No way"),
        ({"error": None, "message": "Rejected"}, "Rejected"),
        ({"error": " "}, None),
        ({}, None),
    ],
)
async def test_a_failed_task(runapi: RunAPI, server: Server, answer: dict[str, object], error: str | None) -> None:
    task = await poll(runapi, server, {"status": "failed", **answer})
    assert (task.state, task.error) == (State.FAILED, error)


async def test_words_beside_a_success_are_no_error(runapi: RunAPI, server: Server) -> None:
    assert (await poll(runapi, server, {"status": "completed", "message": "well done"})).error is None


@pytest.mark.parametrize(
    ("progress", "expected"), [("0.4", "0.4"), (40, "40"), (0.30, "0.3"), ({"a": 1}, None), (None, None)]
)
async def test_progress(runapi: RunAPI, server: Server, progress: object, expected: str | None) -> None:
    assert (await poll(runapi, server, {"status": "processing", "progress": progress})).progress == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "-7"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 -0000", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:27:00 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "Wed, 21 Oct 2020 07:27:00 GMT", "Date": "never"}, 0.0),
        ({"Retry-After": "Wed, 99 Oct 2026 07:27:00 GMT"}, None),
    ],
)
async def test_retry_after(runapi: RunAPI, server: Server, headers: dict[str, str], seconds: float | None) -> None:
    server.answer(200, {"status": "processing"}, headers=headers)
    assert (await runapi.status(PATH)).retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"<html>", b'"completed"', b"{"])
async def test_a_poll_that_is_no_json_object_may_be_asked_again(runapi: RunAPI, server: Server, body: bytes) -> None:
    server.answer(200, body=body)
    with pytest.raises(AnswerLost) as caught:
        await runapi.status(PATH)
    assert not caught.value.maybe_made


async def test_a_whole_address_of_the_same_origin(runapi: RunAPI, server: Server) -> None:
    server.answer(200, {"status": "pending"})
    await runapi.status(f"{server.url}/api/v1/tasks/a?b=c#d")
    assert server.seen[0].path == "/api/v1/tasks/a?b=c"


async def test_an_answer_without_a_picture_is_not_quoted_above_debug(
    runapi: RunAPI, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(200, {"id": "tsk_1", "status": "completed", "prompt": "a canary"})
    await runapi.status("/v1/text_to_image/tsk_1")
    quoting = {record.levelno for record in caplog.records if "a canary" in record.getMessage()}
    assert quoting == {logging.DEBUG}
