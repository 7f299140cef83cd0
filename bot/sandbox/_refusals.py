"""Answers that are no success, in the shapes that RunAPI's official SDKs are tested with."""

from collections.abc import Mapping, Sequence

FieldErrors = Mapping[str, Sequence[str]]


class Refusal(Exception):
    """Ends a request with an HTTP status and a JSON body.

    Attributes:
        status: the HTTP status code.
        body: the JSON object to answer with.
        headers: further response headers.
    """

    def __init__(self, status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def invalid(errors: FieldErrors) -> Refusal:
    """422 with the errors of each field."""
    return Refusal(422, {"error": "Validation failed", "errors": {name: list(said) for name, said in errors.items()}})


def bad_request(message: str) -> Refusal:
    """400: the body or a header cannot be read."""
    return Refusal(400, {"error": message})


def unauthorized() -> Refusal:
    """401: the API key is missing or wrong."""
    return Refusal(401, {"error": "Invalid or missing API key"})


def out_of_credit() -> Refusal:
    """402: what is left does not pay for it."""
    return Refusal(402, {"error": "Insufficient credits. Please top up your account."})


def not_found(what: str) -> Refusal:
    """404: there is no such task, file or route."""
    return Refusal(404, {"error": f"{what} not found"})


def conflict(message: str) -> Refusal:
    """409: an Idempotency-Key came again with another input."""
    return Refusal(409, {"error": {"code": "request_conflict", "message": message}})
