"""Things that go wrong on demand."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from bot.sandbox._refusals import Refusal, invalid

Moment = Literal["create", "status"]

MODERATION = "Your request was rejected by the safety system: the prompt may describe content that is not allowed."
"""The `error` of a task that fails on demand."""


class Fault(Enum):
    """A way to go wrong. Its value, in square brackets in a prompt, calls for it: "a cat [402]".

    * INSUFFICIENT_CREDITS: 402, nothing is made.
    * VALIDATION_FAILED: 422, nothing is made.
    * RATE_LIMITED: 429 with Retry-After, nothing is made. By tag only the first create with an
      Idempotency-Key is refused, so that a client that waits and repeats comes through.
    * TASK_FAILED: the task is made and ends `failed`, with a moderator's words.
    * HANG: the task is made, but the answer never comes: until the client gives up or the sandbox closes.
    """

    INSUFFICIENT_CREDITS = "402"
    VALIDATION_FAILED = "422"
    RATE_LIMITED = "429"
    TASK_FAILED = "fail"
    HANG = "hang"


@dataclass(slots=True)
class Injection:
    """A fault that waits for its calls.

    Attributes:
        fault: what goes wrong.
        on: at which call, the create or the status.
        times: how many calls are left; None is every call until it is removed.
        retry_after: seconds that a 429 names.
    """

    fault: Fault
    on: Moment
    times: int | None
    retry_after: float


class Faults:
    """The faults that are switched on from code, first in, first out."""

    def __init__(self) -> None:
        self._waiting: list[Injection] = []

    def add(self, fault: Fault, *, times: int | None = 1, on: Moment = "create", retry_after: float = 1.0) -> None:
        """Let the next `times` calls of a kind go wrong (None: all of them, until removed).

        A call that is refused for its own faults does not count.

        Args:
            fault: what goes wrong.
            times: the number of calls, at least 1, or None.
            on: "create" or "status". A TASK_FAILED on status ends the task there and then.
            retry_after: seconds that a 429 names; whole ones look like the real thing.
        """
        self._waiting.append(Injection(fault, on, times, retry_after))

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


def tagged(prompt: str) -> Injection | None:
    """The fault that a prompt calls for by its tag."""
    found = _TAGS.search(prompt)
    return Injection(Fault(found[1].lower()), "create", None, 2.0) if found else None


def refusal_of(injection: Injection) -> Refusal | None:
    """The answer of a fault that consists in one."""
    match injection.fault:
        case Fault.INSUFFICIENT_CREDITS:
            return Refusal(402, {"error": "Insufficient credits. Please top up your account."})
        case Fault.VALIDATION_FAILED:
            return invalid({"prompt": ["is not acceptable"]})
        case Fault.RATE_LIMITED:
            said = {"code": "rate_limited", "message": "Too many requests, please slow down."}
            return Refusal(429, {"error": said}, {"Retry-After": f"{injection.retry_after:g}"})
        case Fault.TASK_FAILED | Fault.HANG:
            return None


_TAGS = re.compile(rf"\[({'|'.join(re.escape(fault.value) for fault in Fault)})\]", re.IGNORECASE)
