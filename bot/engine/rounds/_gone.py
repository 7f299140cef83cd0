"""What becomes of entries whose pictures go."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.rounds import _posts
from bot.store import Session


def pictures_gone(session: Session, request_ids: Sequence[int], now: datetime, *, forgotten: bool = False) -> None:
    """Take the pictures of requests out of rounds, once these are deleted; what won a round keeps its place.

    Args:
        forgotten: whether nothing is to be known of them any more, so that the places go too.
    """
    concerned = session.entries.rounds_of(request_ids)
    if not concerned:
        return
    for round_id in concerned:
        round_ = session.rounds.get(round_id)
        if round_ is not None:
            _posts.touch(session, round_, now)
    session.entries.drop(request_ids, from_live_only=not forgotten)
