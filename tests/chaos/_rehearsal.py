"""A rehearsal: Easel is killed and started again, over and over, while people go on asking."""

import asyncio
import math
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos._house import House, Life
from tests.chaos._ledgers import Ledger, disagreements
from tests.chaos._lines import LINES, Blow, somewhere
from tests.chaos._people import LIMIT, People, status_in

__all__ = ["Report", "rehearse"]

_CALLS_A_REQUEST = 3
_FEWEST = 3
"""Requests that are made in each process: enough for a line to be passed once before it is the one."""
_SHOWN = 3000
"""Characters of a log that a report quotes."""


@dataclass(slots=True)
class Report:
    """What happened.

    Attributes:
        broken: a sentence for each promise that was broken, by the ledger that tells.
        astray: a sentence for each process that did not end as it was to.
        hits: how often the process was killed, by the name of the line.
        in_flight: requests under way at each kill.
        ends: how many requests ended how; what is `unanswered` had no answer, what is `refused` was over the limit,
            and of what is `lost` there is nothing to be seen.
        acknowledged: requests that the bot told somebody it took.
        made: tasks that RunAPI made.
        asked_again: creates that RunAPI got more than once.
    """

    seed: int
    broken: dict[Ledger, list[str]] = field(default_factory=dict[Ledger, list[str]])
    astray: list[str] = field(default_factory=list[str])
    hits: Counter[str] = field(default_factory=Counter[str])
    in_flight: list[int] = field(default_factory=list[int])
    ends: Counter[str] = field(default_factory=Counter[str])
    acknowledged: int = 0
    made: int = 0
    asked_again: int = 0
    seconds: float = 0.0


async def rehearse(house: House, *, tasks: int, kills: int, seed: int) -> Report:
    """Kill Easel `kills` times while people ask until `tasks` requests are taken, and compare the ledgers at the end.

    Args:
        kills: every chosen line once, the rest at random.
        seed: for all that is left to chance.
    """
    began = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - which lines are hit when, nothing secret
    report, people = Report(seed), People(house, chance)
    batch = max(math.ceil(tasks / (kills + 1)), _FEWEST)
    for blow in _blows(chance, kills, batch):
        life = await house.easel(blow, DAILY_IMAGES_PER_USER=str(LIMIT))
        await _until_killed(house, people, life, batch, report)
    life = await house.easel(DAILY_IMAGES_PER_USER=str(LIMIT))
    while len(people.acknowledged) < tasks:
        await people.ask(life, batch, None)
        await house.until(lambda: all(asked.answered for asked in people.asked[-batch:]))
    try:
        await house.until(lambda: life.over or not people.waiting)
    except TimeoutError:
        report.astray.append(f"nobody told {', '.join(asked.word for asked in people.waiting)} how it ended")
    life.tell(signal.SIGTERM)
    if code := await life.ended():
        report.astray.append(f"the last process ended with {code}")
    _sum_up(report, house, people)
    report.seconds = time.monotonic() - began
    return report


def _blows(chance: random.Random, kills: int, batch: int) -> Sequence[Blow]:
    chosen = [Blow(line, 0 if line.act else chance.randrange(2)) for line in LINES]
    blows = [*chosen, *(somewhere(chance, _CALLS_A_REQUEST * batch) for _ in range(kills - len(chosen)))]
    chance.shuffle(blows)
    return blows


async def _until_killed(house: House, people: People, life: Life, batch: int, report: Report) -> None:
    assert life.blow is not None
    name = life.blow.line.name
    asking = asyncio.create_task(people.ask(life, batch, life.blow.line.act))
    try:
        code = await life.ended()
    except TimeoutError:
        report.astray.append(f"the line was not reached: {name}")
        life.tell(signal.SIGKILL)
        await life.ended()
    else:
        if code != -signal.SIGKILL or not life.struck:
            report.astray.append(f"the process ended with {code} before the line was reached: {name}")
        report.hits[name] += life.struck
    report.in_flight.append(len(people.waiting))
    await asking


def _sum_up(report: Report, house: House, people: People) -> None:
    report.broken = disagreements(house, people)
    log = house.log.read_text()
    if (at := log.find("Traceback")) >= 0:
        report.astray.append(f"the log tells of a fault:\n{log[at : at + _SHOWN]}")
    report.acknowledged = len(people.acknowledged)
    for asked in people.asked:
        if asked.acknowledged:
            report.ends[next((status_in(message.content) or "" for message in people.seen(asked)), "lost")] += 1
        else:
            report.ends["refused" if asked.answered else "unanswered"] += 1
    report.made = len(house.sandbox.tasks)
    creates = Counter(
        call.headers["idempotency-key"] for call in house.sandbox.calls if "idempotency-key" in call.headers
    )
    report.asked_again = sum(number > 1 for number in creates.values())
