"""What becomes of entries whose pictures go, or are to be shown in another way."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.rounds import _posts
from bot.store import Session


def pictures_gone(session: Session, request_ids: Sequence[int], now: datetime, *, forgotten: bool = False) -> None:
    """Take the pictures of requests out of rounds, once these are deleted; what won a round keeps its place.

    Args:
        forgotten: whether nothing is to be known of them any more, so that the places go too.
    """
    if pictures_changed(session, request_ids, now):
        session.entries.drop(request_ids, from_live_only=not forgotten)


def pictures_changed(session: Session, request_ids: Sequence[int], now: datetime) -> bool:
    """Have rounds show the pictures of requests as they are by now; return whether any is in a round."""
    concerned = session.entries.rounds_of(request_ids)
    for round_id in concerned:
        round_ = session.rounds.get(round_id)
        if round_ is not None:
            _posts.touch(session, round_, now)
    return bool(concerned)
