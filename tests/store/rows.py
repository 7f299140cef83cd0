"""Rows for tests: whole and right, save for what a test changes."""

from datetime import UTC, datetime
from typing import Any

from bot.store import Request, Session

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
ADA, BOB = 101, 102

REQUEST: dict[str, Any] = {
    "user_id": ADA,
    "created_at": NOW,
    "guild_id": 7,
    "channel_id": 8,
    "bot_present": True,
    "origin": "imagine",
    "action": "text_to_image",
    "model": "imagen-4",
    "prompt": "a red fox",
    "options": {"aspect_ratio": "1:1", "seed": 7},
    "pictures_asked": 1,
    "private": False,
    "locale": "en-US",
    "filesize_limit": 10 * 1024 * 1024,
    "reply": {"kind": "interaction"},
}


def add_request(session: Session, **changed: Any) -> Request:
    """Insert a request."""
    return session.requests.add(**{**REQUEST, **changed})
