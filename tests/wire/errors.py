"""Discord's refusals, by their code: https://discord.com/developers/docs/topics/opcodes-and-status-codes."""

from typing import Any

__all__ = ["ApiError", "form_error", "refuse"]

_REFUSALS: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    40001: (401, "401: Unauthorized"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has reached its limit of follow-up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50083: (400, "Thread is archived"),
    160002: (400, "You cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "This thread is locked"),
}


class ApiError(Exception):
    """An answer other than 2xx: its HTTP status and its JSON body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body['code']} {body['message']}")
        self.status = status
        self.body = body


def refuse(code: int) -> ApiError:
    """The refusal with this code, with the status and the words that Discord gives it."""
    status, message = _REFUSALS[code]
    return ApiError(status, {"message": message, "code": code})


def form_error(field: str, code: str, message: str) -> ApiError:
    """ "Invalid Form Body" (50035) with one field that is at fault."""
    errors = {field: {"_errors": [{"code": code, "message": message}]}}
    return ApiError(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors})
