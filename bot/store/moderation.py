"""Whom and what the managers of a server do not want."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.records import Block, Rule
from bot.store.tables import blocks, rules

_BLOCK = select(blocks).where(blocks.c.guild_id == bindparam("guild"), blocks.c.user_id == bindparam("user"))
_RULES = select(rules).where(rules.c.guild_id == bindparam("guild")).order_by(rules.c.phrase)


class Blocks:
    """The blocked users, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, guild_id: int, user_id: int) -> Block | None:
        """Return the block of a user in a server, also one that is over, or None."""
        row = self._connection.execute(_BLOCK, {"guild": guild_id, "user": user_id}).mappings().one_or_none()
        return None if row is None else Block(**row)

    def put(self, block: Block) -> None:
        """Block a user, in place of what was decided before."""
        row = asdict(block)
        self._connection.execute(
            upsert(blocks).values(row).on_conflict_do_update(index_elements=blocks.primary_key, set_=row)
        )

    def remove(self, guild_id: int, user_id: int) -> bool:
        """Let a user in again; return whether they were blocked."""
        gone = delete(blocks).where(blocks.c.guild_id == guild_id, blocks.c.user_id == user_id)
        return self._connection.execute(gone).rowcount == 1


class Rules:
    """The words that are not wanted, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_guild(self, guild_id: int) -> Sequence[Rule]:
        """Return a server's rules, by phrase."""
        return [Rule(**row) for row in self._connection.execute(_RULES, {"guild": guild_id}).mappings()]

    def put(self, rule: Rule) -> None:
        """Add a rule, in place of one with the same phrase."""
        row = asdict(rule)
        self._connection.execute(
            upsert(rules).values(row).on_conflict_do_update(index_elements=rules.primary_key, set_=row)
        )

    def remove(self, guild_id: int, phrase: str) -> bool:
        """Remove a rule; return whether there was one."""
        gone = delete(rules).where(rules.c.guild_id == guild_id, rules.c.phrase == phrase)
        return self._connection.execute(gone).rowcount == 1
