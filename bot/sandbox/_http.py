"""Reading requests: JSON bodies, multipart uploads, headers."""

import email.message
import email.parser
import email.policy
import json
import re
from collections.abc import Mapping
from typing import cast

from aiohttp import web

from bot.sandbox._models import Json
from bot.sandbox._refusals import Refusal, bad_request, invalid

_CLIENT_REQUEST_ID = re.compile(r"[\x20-\x7e]{1,512}")
_IDEMPOTENCY_KEY_LENGTH = 512


async def json_object(request: web.Request) -> Json:
    """The body as a JSON object; a member that is null counts as left out.

    Raises:
        Refusal: 415, another media type; 400, no JSON or no object.
    """
    if request.content_type != "application/json":
        raise Refusal(415, {"error": "Content-Type must be application/json"})
    try:
        body: object = json.loads(await request.read())
    except ValueError as error:
        raise bad_request("The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise bad_request("The request body must be a JSON object")
    return {name: value for name, value in cast("Json", body).items() if value is not None}


def multipart_parts(content_type: str, body: bytes) -> dict[str, tuple[str | None, bytes]]:
    """The parts of a multipart/form-data body by name: file name (None for a plain field) and bytes.

    Raises:
        Refusal: 400, the body is no multipart/form-data.
    """
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise bad_request("The request body is not valid multipart/form-data")
    parts: dict[str, tuple[str | None, bytes]] = {}
    for part in cast("list[email.message.EmailMessage]", message.get_payload()):
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            parts[name] = (part.get_filename(), data)
    return parts


def idempotency_key(headers: Mapping[str, str]) -> str | None:
    """The Idempotency-Key: opaque, 1 to 512 characters.

    Raises:
        Refusal: 400, it is too long.
    """
    key = headers.get("Idempotency-Key", "").strip()
    if len(key) > _IDEMPOTENCY_KEY_LENGTH:
        raise bad_request("Idempotency-Key must have at most 512 characters")
    return key or None


def client_request_id(headers: Mapping[str, str]) -> str | None:
    """The X-Client-Request-Id to send back: printable ASCII of at most 512 characters."""
    sent = headers.get("X-Client-Request-Id", "")
    return sent if _CLIENT_REQUEST_ID.fullmatch(sent) else None


def text_of(body: Mapping[str, object], name: str) -> str:
    """A string member of a body.

    Raises:
        Refusal: 422, it is missing, empty or no string.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise invalid({name: ["must be a non-empty string"]})
    return value
