"""Things that go wrong on demand: what can, when it does, and what it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, cast

from bot.sandbox._models import Json

Moment = Literal["create", "status", "result"]

Shape = Literal["text", "fields", "structured", "coded", "message", "detail", "errorMessage", "msg", "html", "plain"]
"""How an error is written: the bodies that RunAPI's official SDKs are tested with, and those of proxies."""

MODERATION = "Your request was rejected by the safety system: the prompt may describe content that is not allowed."
"""The `error` of a task that fails on demand."""


class Fault(Enum):
    """A way to go wrong. Its value, in square brackets in a prompt, calls for it at the create: "a cat [402]".

    By tag a fault that a client gets over by repeating its call with the same Idempotency-Key happens only once for
    each key.

    A number is an HTTP status; nothing is made, unless the fault is to name a task. The others:

    * RESET: the connection is cut before anything is made; LOST: after it.
    * HANG: the answer never comes: until the client gives up or the sandbox closes. SLOW: it comes byte by byte.
      STALLED: its first half comes, and no more. TRUNCATED: its first half comes, then the connection is cut.
    * BROKEN: the first half of the body as if it were all. EMPTY: no body. HTML: a page in its place. HUGE: it does
      not end before 1 GiB. GARBLED: the bytes are noise. MISTYPED: the type is text/plain, the bytes are right.
    * NO_ID: a created task without its id. NO_PICTURES: a completed one without `images`. OLD_FIELDS: one with
      `result_urls` and `billing`, as RunAPI had them once. STATE_WORD: one with another word for its state.
    * TASK_FAILED: the task is made and ends `failed`, with a moderator's words.
    """

    REDIRECTED = "307"
    BAD_REQUEST = "400"
    UNAUTHORIZED = "401"
    INSUFFICIENT_CREDITS = "402"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    METHOD_NOT_ALLOWED = "405"
    REQUEST_TIMEOUT = "408"
    CONFLICT = "409"
    PAYLOAD_TOO_LARGE = "413"
    UNSUPPORTED_MEDIA_TYPE = "415"
    VALIDATION_FAILED = "422"
    RATE_LIMITED = "429"
    MAINTENANCE = "455"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    RESET = "reset"
    LOST = "lost"
    HANG = "hang"
    SLOW = "slow"
    STALLED = "stalled"
    TRUNCATED = "truncated"
    BROKEN = "broken"
    EMPTY = "empty"
    HTML = "html"
    HUGE = "huge"
    GARBLED = "garbled"
    MISTYPED = "mistyped"
    NO_ID = "no-id"
    NO_PICTURES = "no-pictures"
    OLD_FIELDS = "old-fields"
    STATE_WORD = "state-word"
    TASK_FAILED = "fail"

    @property
    def status(self) -> int | None:
        """The HTTP status, of faults that consist in one."""
        return int(self.value) if self.value.isdigit() else None


_ONLY: dict[Fault, frozenset[Moment]] = {
    Fault.LOST: frozenset({"create"}),
    Fault.NO_ID: frozenset({"create"}),
    Fault.TASK_FAILED: frozenset({"create", "status"}),
    Fault.NO_PICTURES: frozenset({"status"}),
    Fault.OLD_FIELDS: frozenset({"status"}),
    Fault.STATE_WORD: frozenset({"create", "status"}),
}


@dataclass(slots=True)
class Injection:
    """A fault that waits for its calls; see `Faults.add`."""

    fault: Fault
    on: Moment
    times: int | None
    retry_after: float | datetime | None = None
    shape: Shape | None = None
    named: bool = False
    word: str = "queued"
    to: str | None = None

    @property
    def makes_task(self) -> bool:
        """Whether a create makes its task all the same."""
        return self.named or (self.fault.status is None and self.fault is not Fault.RESET)


class Faults:
    """The faults that are switched on from code, first in, first out."""

    def __init__(self) -> None:
        self._waiting: list[Injection] = []

    def add(
        self,
        fault: Fault,
        *,
        times: int | None = 1,
        on: Moment = "create",
        retry_after: float | datetime | None = 1.0,
        shape: Shape | None = None,
        named: bool = False,
        word: str = "queued",
        to: str | None = None,
    ) -> None:
        """Let the next `times` calls of a kind go wrong (None: all of them, until removed).

        A call that is refused for its own faults does not count.

        Args:
            fault: what goes wrong.
            times: the number of calls, at least 1, or None.
            on: "create", "status" or "result", the download of a picture. A TASK_FAILED on status ends the task there
                and then.
            retry_after: what a 429, 455 or 503 says: seconds (whole ones look like the real thing), an aware moment,
                or None for nothing.
            shape: how an HTTP error is written; by default as RunAPI writes that error.
            named: at a create, whether the answer's X-RunAPI-Task-Id names the task; an HTTP error that does so has
                made it.
            word: the state that a STATE_WORD says.
            to: where a REDIRECTED leads; by default to the same address.

        Raises:
            ValueError: the fault does not go with such a call.
        """
        if on not in _ONLY.get(fault, {on}):
            raise ValueError(f"{fault} does not happen at a {on}")
        self._waiting.append(Injection(fault, on, times, retry_after, shape, named, word, to))

    def remove(self, fault: Fault) -> None:
        """Switch one kind of fault off."""
        self._waiting = [injection for injection in self._waiting if injection.fault is not fault]

    def clear(self) -> None:
        """Switch all off."""
        self._waiting.clear()

    def take(self, on: Moment) -> Injection | None:
        """The fault of this call, if any; counts it."""
        for injection in self._waiting:
            if injection.on != on:
                continue
            if injection.times is not None:
                injection.times -= 1
                if injection.times <= 0:
                    self._waiting.remove(injection)
            return injection
        return None


_PASSING = frozenset({408, 429, 455, 500, 502, 503, 504})
_LASTING = frozenset({Fault.HANG, Fault.TASK_FAILED})
_TAGS = re.compile(
    rf"\[({'|'.join(re.escape(fault.value) for fault in Fault if 'create' in _ONLY.get(fault, {'create'}))})\]",
    re.IGNORECASE,
)


def tagged(prompt: str) -> Injection | None:
    """The fault that a prompt calls for by its tag."""
    found = _TAGS.search(prompt)
    return Injection(Fault(found[1].lower()), "create", None, 2.0) if found else None


def passes(fault: Fault) -> bool:
    """Whether a client gets over a fault by repeating its call with the same Idempotency-Key."""
    return fault not in _LASTING if fault.status is None else fault.status in _PASSING


def altered(injection: Injection | None, answer: Json) -> Json:
    """What a task route answers, with the changes of a fault that consists in them."""
    if injection is None:
        return answer
    match injection.fault:
        case Fault.NO_ID:
            return {name: value for name, value in answer.items() if name not in {"id", "task_id"}}
        case Fault.STATE_WORD:
            return {**answer, "status": injection.word}
        case Fault.NO_PICTURES:
            return {name: value for name, value in answer.items() if name != "images"}
        case Fault.OLD_FIELDS:
            return _as_of_old(answer)
        case _:
            return answer


def _as_of_old(answer: Json) -> Json:
    if answer["status"] != "completed":
        return answer
    images = cast("list[Mapping[str, str]]", answer["images"])
    cost = cast("Mapping[str, float]", answer["usage"])["cost"]
    kept = {name: value for name, value in answer.items() if name not in {"images", "usage"}}
    billing = {"settlement": {"charged_amount_cents": round(cost * 100, 4)}, "refund": None}
    return {**kept, "result_urls": [image["url"] for image in images], "billing": billing}
