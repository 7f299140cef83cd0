"""Callbacks: only what RunAPI signed lately is taken."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.runapi import (
    CALLBACK_WINDOW,
    Callback,
    MalformedCallback,
    StaleCallback,
    UnsignedCallback,
    read_callback,
)
from tests.callbacks import sign

# Worked out by hand from the rule in RunAPI's skill texts; RunAPI publishes no vector.
SECRET = SecretStr("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
NOW = 1790000000
TASK = "550e8400-e29b-41d4-a716-446655440000"
BODY = (
    b'{"id":"550e8400-e29b-41d4-a716-446655440000","status":"completed",'
    b'"images":[{"url":"https://file.runapi.ai/generated/x.png"}],"usage":{"cost":0.06}}'
)
HEADERS = {
    "X-Callback-Id": "6f1c7f0e-2f7b-4d0b-9a51-0d8f5f0c1a22",
    "X-Callback-Timestamp": str(NOW),
    "X-Callback-Signature": "Y4N4jrFjsR6eTHYssE92zGplO1bGgD4XFi4ns3cnipo=",
}


def read(headers: dict[str, str] = HEADERS, body: bytes = BODY, *, secret: SecretStr = SECRET, now: float = NOW):
    return read_callback(headers, body, secret=secret, now=now)


def test_the_known_one_is_taken() -> None:
    assert read() == Callback(HEADERS["X-Callback-Id"], NOW, TASK)


@pytest.mark.parametrize("body", [b'{"task_id": "tsk_1"}', b'{"data": {"id": "tsk_1"}}', b'{"id": "tsk_1", "x": null}'])
def test_a_task_is_named_in_every_way_that_answers_name_it(body: bytes) -> None:
    assert read(sign(SECRET, body, NOW), body).task_id == "tsk_1"


@pytest.mark.parametrize("off", [-CALLBACK_WINDOW, 0, CALLBACK_WINDOW])
def test_one_within_the_window_is_taken(off: int) -> None:
    assert read(now=NOW + off).timestamp == NOW


@pytest.mark.parametrize("off", [-CALLBACK_WINDOW - 1, CALLBACK_WINDOW + 1])
def test_one_outside_of_the_window_is_refused(off: int) -> None:
    with pytest.raises(StaleCallback):
        read(now=NOW + off)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_not_a_byte_of_the_body_can_be_changed(position: int, change: int) -> None:
    body = bytearray(BODY)
    body[position] ^= change
    with pytest.raises(UnsignedCallback):
        read(body=bytes(body))


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Callback-Id": "6f1c7f0e-2f7b-4d0b-9a51-0d8f5f0c1a23"},
        {"X-Callback-Timestamp": str(NOW + 1)},
        {"X-Callback-Signature": ""},
        {"X-Callback-Signature": HEADERS["X-Callback-Signature"].rstrip("=")},
        {"X-Callback-Signature": HEADERS["X-Callback-Signature"].swapcase()},
        {"X-Callback-Signature": "\udcff é 私"},
    ],
)
def test_nor_what_stands_in_the_headers(changed: dict[str, str]) -> None:
    with pytest.raises(UnsignedCallback):
        read({**HEADERS, **changed})


def test_another_secret_signs_otherwise() -> None:
    with pytest.raises(UnsignedCallback):
        read(secret=SecretStr(base64.b64encode(b"another").decode()))


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Callback-Id": ""},
        {"X-Callback-Id": "with a space"},
        {"X-Callback-Id": "x" * 129},
        {"X-Callback-Timestamp": ""},
        {"X-Callback-Timestamp": "soon"},
        {"X-Callback-Timestamp": "-1790000000"},
        {"X-Callback-Timestamp": "١٧٩"},
        {"X-Callback-Timestamp": "9" * 13},
    ],
)
def test_headers_that_are_missing_or_malformed_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(MalformedCallback):
        read({**HEADERS, **changed})


@pytest.mark.parametrize("body", [b"", b"[]", b"no JSON", b"{}", b'{"id": "../me"}', b"[" * 60_000, b"\xff"])
def test_a_body_that_names_no_task_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedCallback):
        read(sign(SECRET, body, NOW), body)
