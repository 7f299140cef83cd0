"""What RunAPI says in the headers of an answer."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_REQUEST_ID = re.compile(r"[!-~]{1,128}")


def task_id(headers: httpx.Headers) -> str | None:
    """Return the id of the task that an answer is about; errors name it as well (the official SDKs)."""
    value = headers.get("X-RunAPI-Task-Id", "")
    return value if TASK_ID.fullmatch(value) else None


def request_id(headers: httpx.Headers) -> str | None:
    """Return RunAPI's id of the call."""
    value = headers.get("X-Request-Id", "")
    return value if _REQUEST_ID.fullmatch(value) else None


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds to wait, from a number of seconds or an HTTP date, never negative."""
    value = headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, headers.get("Date", ""))
    return max(seconds, 0.0) if seconds is not None and math.isfinite(seconds) else None


def _seconds_until(value: str, sent: str) -> float | None:
    """Count from the answer's own date where it has one: our clock may be wrong."""
    moment = _http_date(value)
    if moment is None:
        return None
    return (moment - (_http_date(sent) or datetime.now(UTC))).total_seconds()


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
