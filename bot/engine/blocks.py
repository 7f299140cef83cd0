"""Whom a server does not let use Easel, why and until when; each change is in the audit log.

Anybody can be blocked but whoever does it. A block concerns making pictures alone: who may manage the server still can,
and can take it back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.errors import EaselError
from bot.store import Block, Session

MAX_REASON = 300
"""Characters of a reason."""

AUDITED = "block"
"""The action under which a change is in the audit log."""


class Blocked(EaselError):
    """The user is blocked in this server."""

    private = True


class CannotBlock(EaselError):
    """Such a block makes no sense; the sentence says why."""


def check(session: Session, guild_id: int | None, user_id: int, now: datetime) -> None:
    """Check that a user is not blocked in a server; outside of servers nobody is.

    Raises:
        Blocked: they are; the sentence says why and until when.
    """
    block = None if guild_id is None else session.blocks.get(guild_id, user_id)
    if block is None or _is_over(block, now):
        return
    said = "yes" if block.reason else "no"
    if block.until is None:
        raise Blocked("blocked", said=said, reason=block.reason)
    raise Blocked("blocked-until", said=said, reason=block.reason, until=str(int(block.until.timestamp())))


def add(session: Session, block: Block) -> None:
    """Block a user, in place of what was decided about them before.

    Raises:
        CannotBlock: it is over already, its reason is too long, or somebody would block themselves.
    """
    if block.user_id == block.actor_id:
        raise CannotBlock("block-yourself")
    if len(block.reason) > MAX_REASON:
        raise CannotBlock("block-reason-too-long", limit=MAX_REASON)
    if _is_over(block, block.created_at):
        raise CannotBlock("block-over")
    before = session.blocks.get(block.guild_id, block.user_id)
    session.blocks.put(block)
    _note(session, block.actor_id, block.created_at, before, block)


def remove(session: Session, guild_id: int, user_id: int, now: datetime, *, by: int) -> bool:
    """Let a user in again; return whether they were blocked until now."""
    before = session.blocks.get(guild_id, user_id)
    if before is None or not session.blocks.remove(guild_id, user_id) or _is_over(before, now):
        return False
    _note(session, by, now, before, None)
    return True


def current(session: Session, guild_id: int, now: datetime) -> Sequence[Block]:
    """Return who is blocked in a server, by the newest block first."""
    blocks = [block for block in session.blocks.of_guild(guild_id) if not _is_over(block, now)]
    return sorted(blocks, key=lambda block: block.created_at, reverse=True)


def _is_over(block: Block, now: datetime) -> bool:
    return block.until is not None and block.until <= now


def _note(session: Session, by: int, now: datetime, before: Block | None, after: Block | None) -> None:
    guild_id = next(block.guild_id for block in (before, after) if block is not None)
    session.audit.add(guild_id, by, now, AUDITED, before=_audited(before), after=_audited(after))


def _audited(block: Block | None) -> Any:
    """Return a block as a JSON value."""
    if block is None:
        return None
    until = None if block.until is None else block.until.isoformat()
    return {"user": str(block.user_id), "reason": block.reason, "until": until}
