"""Nonces: Discord takes a message that comes twice under one only once, for as long as it remembers the nonce."""

import secrets
from datetime import UTC, datetime, timedelta

from bot.store import DIRECTLY, Request

NONCE_LIFE = timedelta(minutes=2)
"""How long a repeated nonce is taken for the same message; Discord says "the past few minutes"."""


def new_nonce(request: Request, *, direct: bool) -> str:
    """Return a nonce for the delivery of a request; it tells whether that is a direct message."""
    return f"{request.short_id}{DIRECTLY if direct else '-c-'}{secrets.token_hex(4)}"


def answer_nonce(request: Request) -> str:
    """Return the nonce of the first answer to a request that began as a message."""
    return f"{request.short_id}-a"


def refusal_nonce(request: Request) -> str:
    """Return the nonce of the message that such a request has no answer."""
    return f"{request.short_id}-r"


def notice_nonce(request: Request) -> str:
    """Return the nonce of a request's notice."""
    return f"{request.short_id}-n"


def forgotten(began_at: datetime) -> bool:
    """Return whether Discord may have forgotten a nonce that was first sent then."""
    return datetime.now(UTC) - began_at > NONCE_LIFE
