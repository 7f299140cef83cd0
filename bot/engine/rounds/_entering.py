"""Entering a round: a picture of one's own, made in its channel, while it takes entries."""

from datetime import datetime

from bot.engine import blocks
from bot.engine.agreement import RESULT as STARRED_RESULT
from bot.engine.rounds import _posts
from bot.errors import EaselError
from bot.store import Details, Participation, Picture, Request, RequestState, Round, RoundState, Session


class NotEntered(EaselError):
    """A picture cannot be in a round; the sentence says why."""


def enter(session: Session, details: Details, picture: Picture, user_id: int, now: datetime) -> Round:
    """Enter a picture in the round of its channel, and return that; one that is in stays so.

    Raises:
        NotEntered: it cannot be; the sentence says why.
        Blocked: the user is blocked in the server.
    """
    round_ = _open_round(session, details.request, now)
    check(session, round_, details.request, user_id, now)
    if not session.entries.add(round_, picture, user_id, now):
        raise NotEntered("round-entered-enough", limit=round_.entries_each)
    _show(session, round_, details.request, now)
    return round_


def withdraw(session: Session, details: Details, picture: Picture, user_id: int, now: datetime) -> Round:
    """Take a picture out of the round of its channel, and return that; one that is not in stays so.

    Raises:
        NotEntered: it takes no entries any more, or the picture is somebody else's.
    """
    round_ = _open_round(session, details.request, now)
    if details.request.user_id != user_id:
        raise NotEntered("round-not-yours", author=str(details.request.user_id))
    session.entries.remove(round_.id, picture.id)
    _show(session, round_, details.request, now)
    return round_


def enter_made(session: Session, details: Details, now: datetime) -> Participation | None:
    """Enter what `/imagine` has just made in a round's channel, where it can be; return how it stands with the round.

    Of several pictures their author says which is meant.
    """
    standing = session.participation(details.request)
    if standing is None or details.request.origin != "imagine" or len(details.pictures) != 1:
        return standing
    try:
        enter(session, details, details.pictures[0], details.request.user_id, now)
    except EaselError:
        return standing
    return session.participation(details.request)


def check(session: Session, round_: Round, request: Request, user_id: int, now: datetime) -> None:
    """Check that somebody may enter a result in a round.

    Raises:
        NotEntered: they may not; the sentence says why.
        Blocked: they are blocked in the server.
    """
    blocks.check(session, round_.guild_id, user_id, now)
    if request.user_id != user_id:
        raise NotEntered("round-not-yours", author=str(request.user_id))
    gone = request.deleted_at is not None or request.forgotten is not None
    if request.state is not RequestState.COMPLETED or gone or request.private:
        raise NotEntered("round-no-picture")
    if round_.models and request.model not in round_.models:
        raise NotEntered("round-other-models", models=", ".join(round_.models))
    if request.age_restricted and not round_.age_restricted:
        raise NotEntered("round-among-adults")


def _show(session: Session, round_: Round, request: Request, now: datetime) -> None:
    """Have the round say how many pictures it has, and the result's buttons, which stars edit too, what they do."""
    _posts.touch(session, round_, now)
    session.posts.touch(STARRED_RESULT, str(request.id), now)


def _open_round(session: Session, request: Request, now: datetime) -> Round:
    round_ = None if request.channel_id is None else session.rounds.open_in(request.channel_id)
    if round_ is None or round_.state is not RoundState.OPEN or now >= round_.closes_at:
        raise NotEntered("round-closed")
    return round_
