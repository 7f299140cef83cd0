"""What can go wrong with a call to RunAPI.

There are two branches, because a caller acts on nothing else: `Refusal`, a definite answer (nothing
was made, do not repeat the call), and `Trouble` (ask again later, with the same bytes and key).
"""

import logging
from typing import ClassVar, TypedDict, Unpack

from bot.errors import EaselError


class Facts(TypedDict, total=False):
    """What an answer said besides its kind; see `RunAPIError`."""

    status: int | None
    code: str | None
    message: str | None
    request_id: str | None
    task_id: str | None
    retry_after: float | None


class RunAPIError(EaselError):
    """A call to RunAPI that brought no result.

    Attributes:
        status: HTTP status of the answer; None when there was none.
        code: RunAPI's name for the error, such as `rate_limited`.
        message: RunAPI's own words, made safe to show: one line of at most 300 characters, without
            control characters, secrets or links that carry credentials. None for bodies other
            than JSON.
        request_id: RunAPI's id of the call, for its support.
        task_id: id of the task that the call made or meant, when the answer's headers name one.
        retry_after: seconds to wait before the next call, never negative; None when not said.
    """

    sentence_id: ClassVar[str]

    def __init__(self, **facts: Unpack[Facts]) -> None:
        self.status = facts.get("status")
        self.code = facts.get("code")
        self.message = facts.get("message")
        self.request_id = facts.get("request_id")
        self.task_id = facts.get("task_id")
        self.retry_after = facts.get("retry_after")
        super().__init__(self.sentence_id, **self._sentence_args())

    def _sentence_args(self) -> dict[str, str]:
        return {}

    def __str__(self) -> str:
        """Return what a log may hold: without RunAPI's words, which may quote a prompt."""
        facts = {name: getattr(self, name) for name in ("status", "code", "request_id", "task_id")}
        values = ", ".join(f"{name}={value!r}" for name, value in facts.items() if value is not None)
        return f"{self.sentence}({values})"


class Refusal(RunAPIError):
    """A definite answer: nothing was made, and the same call would be refused again."""

    level = logging.WARNING


class InvalidRequest(Refusal):
    """400, 422 or another 4xx without a class of its own: the request's content was not accepted.

    The message names the fields at fault after RunAPI's own words. Its sentence takes `$said`
    ("yes" or "no") and `$message`.
    """

    sentence_id = "runapi-invalid-request"
    level = logging.INFO

    def _sentence_args(self) -> dict[str, str]:
        return {"said": "yes" if self.message else "no", "message": self.message or ""}


class Unauthorized(Refusal):
    """401: the API key is missing or wrong."""

    sentence_id = "runapi-unauthorized"
    level = logging.ERROR


class InsufficientCredits(Refusal):
    """402: RunAPI's account is out of credits."""

    sentence_id = "runapi-insufficient-credits"
    level = logging.ERROR


class Forbidden(Refusal):
    """403: the API key may not do this."""

    sentence_id = "runapi-forbidden"
    level = logging.ERROR


class NotFound(Refusal):
    """404 or 405: no such route, model or task."""

    sentence_id = "runapi-not-found"


class Conflict(Refusal):
    """409: the Idempotency-Key was used with other content, or a source task is not ready."""

    sentence_id = "runapi-conflict"


class TooLarge(Refusal):
    """413, or its like 414, 415 and 431: too much was sent, or of a kind that is not taken."""

    sentence_id = "runapi-too-large"
    level = logging.INFO


class Redirected(Refusal):
    """3xx: the call was sent elsewhere, where the key must not follow. The base URL is wrong."""

    sentence_id = "runapi-redirected"
    level = logging.ERROR


class Trouble(RunAPIError):
    """No definite answer: the same call, with the same bytes and key, may work later.

    Attributes:
        maybe_made: whether a task may exist on RunAPI's side because of this call. Always False for
            calls other than create, which make no tasks.
    """

    level = logging.WARNING
    may_have_made: ClassVar[bool]

    def __init__(self, *, creates: bool = True, **facts: Unpack[Facts]) -> None:
        super().__init__(**facts)
        self.maybe_made = creates and (self.may_have_made or self.task_id is not None)


class NotReached(Trouble):
    """No connection was made, so nothing was sent."""

    sentence_id = "runapi-unreachable"
    may_have_made = False


class RateLimited(Trouble):
    """429: too many calls."""

    sentence_id = "runapi-rate-limited"
    may_have_made = False


class Maintenance(Trouble):
    """503, or 455 as RunAPI's older texts have it: not available for now, or no upstream for the model."""

    sentence_id = "runapi-maintenance"
    may_have_made = False


class ServerError(Trouble):
    """408 or any other 5xx."""

    sentence_id = "runapi-server-error"
    may_have_made = True


class AnswerLost(Trouble):
    """The request was sent, but its answer did not arrive whole, or is not what RunAPI answers."""

    sentence_id = "runapi-answer-lost"
    may_have_made = True


class UnknownResult(AnswerLost):
    """A create was answered with success but without a task id."""
