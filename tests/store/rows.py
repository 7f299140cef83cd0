"""Rows for tests: whole and right, save for what a test changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store import Request, Round, RoundState, Session

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


def add_round(session: Session, **changed: Any) -> Round:
    """Insert a round that takes entries."""
    day = timedelta(days=1)
    times = {"created_at": NOW, "opens_at": NOW, "closes_at": NOW + day, "ends_at": NOW + 2 * day, "due_at": NOW + day}
    row: dict[str, Any] = {
        "guild_id": 7,
        "channel_id": 8,
        "actor_id": BOB,
        "theme": "Foxes",
        "models": [],
        "entries_each": 1,
    }
    row |= {"age_restricted": False, "length": 86_400, "voting": 86_400}
    row |= {"state": RoundState.OPEN, **times, **changed}
    added = session.rounds.add(**row)
    assert added is not None
    return added


def add_vote(session: Session, request: Request) -> None:
    """Insert a round with a request's first picture in it, and bob's vote for that."""
    round_ = add_round(session)
    assert session.entries.add(round_, session.pictures.of_request(request.id)[0], request.user_id, NOW)
    session.votes.put(session.entries.of_round(round_.id)[0], BOB, NOW)
