"""Reading RunAPI's callbacks: whether one is RunAPI's own, and which task it is about.

The rules are those of RunAPI's skill texts of May 2026 (runapi-ai/wan, skills/wan/SKILL.md, and six more that agree).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.runapi import _wire

CALLBACK_WINDOW = 300
"""Seconds that a callback's timestamp may be off (the skill texts)."""

_ID = re.compile(r"[!-~]{1,128}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class CallbackRefused(Exception):
    """A callback is not taken; the text says why, for the log, and nothing of what it said."""


class MalformedCallback(CallbackRefused):
    """A header is missing or malformed, or the body names no task."""


class UnsignedCallback(CallbackRefused):
    """The signature is not one that the Callback Secret gives: it is not RunAPI's, or the secret is wrong."""


class StaleCallback(CallbackRefused):
    """It was signed more than `CALLBACK_WINDOW` seconds ago, or from now."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback that RunAPI signed.

    Attributes:
        id: the callback's own id; repetitions carry it again.
        timestamp: when it was signed, in seconds since 1970.
        task_id: RunAPI's id of the task that it is about.
    """

    id: str
    timestamp: int
    task_id: str


def read_callback(headers: Mapping[str, str], body: bytes, *, secret: SecretStr, now: float) -> Callback:
    """Return the callback of a request.

    Args:
        headers: of the request, found by names in any case.
        body: its bytes as they arrived, for those were signed.
        secret: the account's Callback Secret, base64.
        now: seconds since 1970.

    Raises:
        MalformedCallback, UnsignedCallback, StaleCallback: it is not taken.
    """
    callback_id = _header(headers, "X-Callback-Id", _ID)
    timestamp = _header(headers, "X-Callback-Timestamp", _TIMESTAMP)
    signed = f"{callback_id}.{timestamp}.".encode() + body
    given = headers.get("X-Callback-Signature", "").encode(errors="replace")
    if not hmac.compare_digest(_signature(signed, secret), given):
        raise UnsignedCallback("its signature is not one that RUNAPI_CALLBACK_SECRET gives")
    if abs(now - int(timestamp)) > CALLBACK_WINDOW:
        raise StaleCallback(f"it was signed {now - int(timestamp):.0f} s ago")
    task_id = _wire.TaskWire.model_validate(_wire.read_object(body) or {}).id
    if task_id is None:
        raise MalformedCallback("its body names no task")
    return Callback(callback_id, int(timestamp), task_id)


def _header(headers: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    value = headers.get(name, "")
    if not form.fullmatch(value):
        raise MalformedCallback(f"its {name} is missing or malformed")
    return value


def _signature(signed: bytes, secret: SecretStr) -> bytes:
    key = base64.b64decode(secret.get_secret_value())
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
