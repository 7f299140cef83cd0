"""Whom and what the managers of a server do not want."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.prepared import Prepared
from bot.store.records import Block, Rule
from bot.store.tables import blocks, rules

_BLOCK = select(blocks).where(blocks.c.guild_id == bindparam("guild"), blocks.c.user_id == bindparam("user"))
_BLOCKS = select(blocks).where(blocks.c.guild_id == bindparam("guild"))
_RULES = select(rules).where(rules.c.guild_id == bindparam("guild")).order_by(rules.c.phrase)

# Every request asks these two.
_ANY_BLOCK = Prepared(_BLOCK.with_only_columns(blocks.c.user_id))
_ALL_PHRASES = func.json_group_array(func.json_array(rules.c.phrase, func.json(rules.c.exceptions)))
_PHRASES = Prepared(_RULES.with_only_columns(_ALL_PHRASES).order_by(None))


class Blocks:
    """The blocked users, seen through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, guild_id: int, user_id: int) -> Block | None:
        """Return the block of a user in a server, also one that is over, or None."""
        wanted = {"guild": guild_id, "user": user_id}
        if _ANY_BLOCK.scalar(self._connection, wanted) is None:
            return None
        return Block(**self._connection.execute(_BLOCK, wanted).mappings().one())

    def of_guild(self, guild_id: int) -> Sequence[Block]:
        """Return a server's blocks, also those that are over."""
        return [Block(**row) for row in self._connection.execute(_BLOCKS, {"guild": guild_id}).mappings()]

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

    def phrases(self, guild_id: int) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Return the phrases of a server's rules and the exceptions of each, by phrase, as every request needs them."""
        found = _PHRASES.scalar(self._connection, {"guild": guild_id})
        return sorted((phrase, tuple(exceptions)) for phrase, exceptions in json.loads(found))

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
