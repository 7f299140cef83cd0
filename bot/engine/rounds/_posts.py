"""The messages of a round in its channel, as posts of the outbox; their keys begin with the round's short id."""

from datetime import datetime

from bot.store import Round, RoundState, Session

ANNOUNCEMENT, VOTING, REMINDER, RESULT = "round", "round-voting", "round-reminder", "round-result"

KINDS = (ANNOUNCEMENT, VOTING, REMINDER, RESULT)


def announce(session: Session, round_: Round, now: datetime) -> None:
    """Have a new round announced."""
    session.posts.want(ANNOUNCEMENT, round_.short_id, round_.guild_id, round_.channel_id, now)


def remind(session: Session, round_: Round, now: datetime) -> None:
    """Have those who take part reminded of the end of what goes on."""
    session.posts.want(REMINDER, _reminder(round_), round_.guild_id, round_.channel_id, now)


def touch(session: Session, round_: Round, now: datetime) -> None:
    """Have all that is said of a round say what is so by now."""
    for kind in (ANNOUNCEMENT, VOTING, RESULT):
        session.posts.touch(kind, round_.short_id, now)


def withdraw(session: Session, round_: Round, now: datetime) -> None:
    """Have nothing be said of a round any more, for its channel is gone."""
    for kind in (ANNOUNCEMENT, VOTING):
        session.posts.unwant(kind, round_.short_id, now)
    session.posts.unwant(REMINDER, _reminder(round_), now)


def moved(session: Session, before: Round, after: Round, now: datetime) -> None:
    """Have the channel told that a round has moved on; the reminder of what is over goes."""
    session.posts.unwant(REMINDER, _reminder(before), now)
    touch(session, after, now)
    if after.state is RoundState.VOTING:
        session.posts.want(VOTING, after.short_id, after.guild_id, after.channel_id, now)
    elif after.state is RoundState.ENDED:
        session.posts.want(RESULT, after.short_id, after.guild_id, after.channel_id, now)


def _reminder(round_: Round) -> str:
    return f"{round_.short_id}-{round_.state}"
