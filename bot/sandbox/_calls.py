"""What the sandbox remembers of each request, and what every answer carries."""

import uuid
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox._http import client_request_id
from bot.sandbox._refusals import Refusal


@dataclass(slots=True)
class Call:
    """One request.

    Attributes:
        method: in capitals.
        path: with the query, as it was sent.
        headers: by lower-case name, Authorization included.
        body: the bytes of the body.
        status: the status answered; None while no answer was given.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None


def recorder(calls: list[Call], kept: int) -> Middleware:
    """A middleware that records requests, turns refusals into JSON and adds the headers of every answer."""

    @web.middleware
    async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(request.method, request.path_qs, headers, b"")
        calls.append(call)
        del calls[:-kept]
        try:
            call.body = await request.read()
            response = await handler(request)
        except Refusal as refusal:
            response = web.json_response(dict(refusal.body), status=refusal.status, headers=refusal.headers)
        except web.HTTPException as error:
            response = web.json_response({"error": error.reason}, status=error.status)
            if isinstance(error, web.HTTPMethodNotAllowed):
                response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        response.headers["X-Request-Id"] = f"req_{uuid.uuid4().hex}"
        echoed = client_request_id(request.headers)
        if echoed is not None:
            response.headers["X-Client-Request-Id"] = echoed
        call.status = response.status
        return response

    return record
