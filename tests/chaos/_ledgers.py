"""Three ledgers that must agree: what people saw, what RunAPI made, what the database says."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, Literal, TypeAlias, cast

from tests.chaos._house import House
from tests.chaos._people import FINAL, LIMIT, Asked, Kind, People, status_in

__all__ = ["Ledger", "disagreements"]


Ledger: TypeAlias = Literal["sight", "runapi", "database", "discord"]


def disagreements(house: House, people: People) -> dict[Ledger, list[str]]:
    """Return a sentence for each promise that was broken, by the ledger that tells."""
    return {
        "sight": [*_in_sight(house, people)],
        "runapi": [*_at_runapi(house, people)],
        "database": [*_in_the_database(house, people)],
        "discord": house.server.violations,
    }


def _in_sight(house: House, people: People) -> Iterator[str]:
    told = _statuses(house)
    for asked in people.asked:
        who = f"{asked.word} ({asked.kind.name})"
        if not asked.acknowledged:
            if asked.answered and asked.kind is not Kind.GREEDY:
                yield f"{who} was refused: {asked.reply.callback}"
            continue
        statuses = [status_in(message.content) for message in people.seen(asked)]
        if len(statuses) != 1 or statuses[0] not in asked.kind.ends:
            yield f"{who} is seen to end as {statuses}"
            continue
        ends = [status for status in told[asked.word] if status in FINAL]
        if len({*ends}) != 1 or told[asked.word][-1] not in FINAL:
            yield f"{who} was told {told[asked.word]}"
        yield from _pictures_in_sight(who, asked, people)


def _pictures_in_sight(who: str, asked: Asked, people: People) -> Iterator[str]:
    [message] = people.seen(asked)
    expected = asked.pictures if status_in(message.content) == "completed" else 0
    if len(message.attachments) != expected:
        yield f"{who} has {len(message.attachments)} pictures instead of {expected}"
    for attachment in message.attachments:
        if asked.word.encode() not in attachment.data:
            yield f"{who} has somebody else's picture"


def _statuses(house: House) -> dict[str, list[str | None]]:
    """What was told about each request, in order, also where the answer to that was lost."""
    told: dict[str, list[str | None]] = defaultdict(list)
    for call in house.server.calls:
        content = _content(call.body)
        if call.status == 200 and (at := content.find("fox ")) >= 0:
            told[content[at : at + 8]].append(status_in(content))
    return told


def _content(body: Any) -> str:
    message = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    return (message.get("data") or message).get("content") or ""


def _at_runapi(house: House, people: People) -> Iterator[str]:
    made = Counter(task.prompt[:8] for task in house.sandbox.tasks.values())
    asked_for: dict[str, set[tuple[str, bytes]]] = defaultdict(set)
    for call in house.sandbox.calls:
        if call.method == "POST" and call.path.startswith("/v1/") and call.status is not None:
            asked_for[json.loads(call.body)["prompt"][:8]].add((call.headers["idempotency-key"], call.body))
    for asked in people.asked:
        if made[asked.word] > asked.tasks:
            yield f"{asked.word} was made {made[asked.word]} times"
        if made[asked.word] and not asked.acknowledged:
            yield f"{asked.word} was made, though nobody was told that it was taken"
        if len(asked_for[asked.word]) > asked.tasks:
            yield f"{asked.word} was asked for in {len(asked_for[asked.word])} ways"
    if stray := {*made} - {asked.word for asked in people.asked}:
        yield f"nobody asked for {stray}"


def _in_the_database(house: House, people: People) -> Iterator[str]:
    with closing(sqlite3.connect(house.database)) as connection:
        connection.row_factory = sqlite3.Row
        if fault := [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]:
            yield f"the database is broken: {fault}"
        rows = {row["prompt"][:8]: row for row in connection.execute(_REQUESTS)}
        yield from _states(people.asked, rows)
        yield from _allowances(connection, people)


_REQUESTS = """
    SELECT r.*, v.amount, v.used, (SELECT count(*) FROM pictures p WHERE p.request_id = r.id) AS made,
        (SELECT group_concat(t.state) FROM tasks t WHERE t.request_id = r.id) AS tasks
    FROM requests r JOIN reservations v ON v.request_id = r.id AND v.scope = 'user-day'
"""


def _states(asked: Iterable[Asked], rows: dict[str, sqlite3.Row]) -> Iterator[str]:
    for each in asked:
        row = rows.get(each.word)
        if row is None:
            if each.acknowledged:
                yield f"{each.word} is not in the database"
            continue
        state, delivery = row["state"], row["delivery"]
        ends = each.kind.ends if each.acknowledged else {"lapsed"}
        if state not in ends or delivery != ("delivered" if each.acknowledged else "undeliverable"):
            yield f"{each.word} is {state} and {delivery} in the database, with {row['tasks']}"
        # A refusal does not tell what became of an earlier create, to which a kill lost the answer.
        over = _OVER | {"unknown"} if each.kind is Kind.UNFIT else _OVER
        if not {*row["tasks"].split(",")} <= over:
            yield f"{each.word} has tasks that are {row['tasks']}"
        expected = each.pictures if state == "completed" else 0
        if (row["amount"], row["used"], row["made"]) != (each.pictures, expected, expected):
            yield f"{each.word} used {row['used']} of {row['amount']} for {row['made']} pictures"


_OVER = {"completed", "failed", "refused", "cancelled"}


def _allowances(connection: sqlite3.Connection, people: People) -> Iterator[str]:
    used = dict(
        connection.execute("SELECT subject_id, sum(used) FROM allowances WHERE scope = 'user-day' GROUP BY subject_id")
    )
    logged = dict(connection.execute("SELECT user_id, sum(pictures) FROM usage GROUP BY user_id"))
    if reserved := connection.execute("SELECT sum(reserved) FROM allowances").fetchone()[0]:
        yield f"{reserved} pictures are still reserved"
    if over := [*connection.execute("SELECT * FROM allowances WHERE used + reserved > ?", [LIMIT])]:
        yield f"more was used than allowed: {over}"
    seen: Counter[int] = Counter()
    for asked in people.acknowledged:
        seen[int(asked.user.id)] += sum(len(message.attachments) for message in people.seen(asked))
    for user in {int(asked.user.id) for asked in people.asked}:
        if not seen[user] == used.get(user, 0) == logged.get(user, 0):
            yield f"{user} has {seen[user]} pictures, {used.get(user)} counted and {logged.get(user)} logged"
