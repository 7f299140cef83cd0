"""From an HTTP answer to the error that it stands for."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from bot.runapi import _headers
from bot.runapi._exchange import Answer
from bot.runapi._text import Clean
from bot.runapi._wire import Fields, read_object
from bot.runapi.errors import (
    AnswerLost,
    Conflict,
    Facts,
    Forbidden,
    InsufficientCredits,
    InvalidRequest,
    Maintenance,
    NotFound,
    RateLimited,
    Redirected,
    Refusal,
    RunAPIError,
    ServerError,
    TooLarge,
    Trouble,
    Unauthorized,
)

_REFUSALS: Mapping[int, type[Refusal]] = {
    401: Unauthorized,
    402: InsufficientCredits,
    403: Forbidden,
    404: NotFound,
    405: NotFound,
    409: Conflict,
    413: TooLarge,
    414: TooLarge,
    415: TooLarge,
    431: TooLarge,
}
_TROUBLES: Mapping[int, type[Trouble]] = {
    408: ServerError,
    429: RateLimited,
    455: Maintenance,
    503: Maintenance,
}
_CODE_LENGTH = 64
_MOST_FIELDS = 10


def failure(answer: Answer, *, clean: Clean, creates: bool) -> RunAPIError:
    """Return the error that an answer other than 2xx stands for."""
    facts = facts_of(answer, clean)
    if answer.status in _TROUBLES:
        return _TROUBLES[answer.status](creates=creates, **facts)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError(creates=creates, **facts)
    if answer.status in _REFUSALS:
        return _REFUSALS[answer.status](**facts)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return InvalidRequest(**facts)
    return Redirected(**facts)


def storage_failure(answer: Answer) -> RunAPIError:
    """Return the error for a storage that refused a file; its words are not RunAPI's, nor for users."""
    facts = Facts(status=answer.status, retry_after=_headers.retry_after(answer.headers))
    if _REFUSALS.get(answer.status) is TooLarge:
        return TooLarge(**facts)
    # Whatever else is wrong with a ticket, the next upload gets a new one.
    return _TROUBLES.get(answer.status, ServerError)(creates=False, **facts)


def unreadable(answer: Answer, *, clean: Clean, creates: bool, kind: type[AnswerLost] = AnswerLost) -> AnswerLost:
    """Return the error for a 2xx answer whose body cannot be used."""
    return kind(creates=creates, **facts_of(answer, clean))


def facts_of(answer: Answer, clean: Clean) -> Facts:
    """Gather what an answer says besides its status."""
    body = read_object(answer.body) or {}
    said = reason(body)
    request_id = _headers.request_id(answer.headers)
    return Facts(
        status=answer.status,
        code=_code(body, clean),
        message=clean(said) if said else None,
        request_id=clean(request_id) if request_id else None,
        task_id=_headers.task_id(answer.headers),
        retry_after=_headers.retry_after(answer.headers),
    )


def reason(body: Fields) -> str | None:
    """Return RunAPI's words for what went wrong, with the fields at fault behind them."""
    error = body.get("error")
    inner = cast(Fields, error).get("message") if isinstance(error, dict) else error
    candidates = [inner, *(body.get(name) for name in ("message", "detail", "errorMessage", "msg"))]
    words = next((text for text in candidates if isinstance(text, str) and text.strip()), None)
    fields = "; ".join(_flat(body.get("errors")))
    return f"{words} ({fields})" if words and fields else words or fields or None


def _flat(errors: Any) -> list[str]:
    """Write `{"prompt": ["too long"]}`, `["too long"]` or `"too long"` as a list of texts."""
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, list):
        return [text for text in cast(list[object], errors)[:_MOST_FIELDS] if isinstance(text, str)]
    if isinstance(errors, dict):
        named = list(cast(Fields, errors).items())[:_MOST_FIELDS]
        return [f"{name}: {', '.join(texts)}" for name, value in named if (texts := _flat(value))]
    return []


def _code(body: Fields, clean: Clean) -> str | None:
    error = body.get("error")
    inner = cast(Fields, error).get("code") if isinstance(error, dict) else None
    for value in (inner, body.get("code")):
        if isinstance(value, str | int) and (code := clean(str(value))):
            return code[:_CODE_LENGTH]
    return None
