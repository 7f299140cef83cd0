"""`python -m tests.chaos [--seed N] [--tasks N] [--kills N]`: kill Easel over and over, and see if it keeps its word.

It runs as a process on a simulated Discord and the RunAPI sandbox, and is killed at every chosen line and at random.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.chaos._house import House
from tests.chaos._ledgers import Ledger
from tests.chaos._lines import LINES
from tests.chaos._rehearsal import Report, rehearse
from tests.discord_api import DiscordAPI

TASK_SECONDS = 1.0
_QUESTIONS: dict[Ledger, str] = {
    "sight": "each acknowledged request ends once in sight",
    "runapi": "RunAPI made each at most once",
    "database": "allowances add up, nothing is open",
    "discord": "Discord knows all that was sent",
}


def main() -> int:
    """Rehearse, print the table, and return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Kill Easel over and over.")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000), help="what chance does")
    parser.add_argument("--tasks", type=int, default=300, help="requests that are taken, at least")
    parser.add_argument("--kills", type=int, default=30, help=f"kills, at least {len(LINES)}: one a chosen line")
    given = parser.parse_args()
    sys.stdout.write(f"seed {given.seed}\n")
    with tempfile.TemporaryDirectory(prefix="easel-chaos-") as folder:
        report = asyncio.run(_rehearsed(Path(folder), given.tasks, given.kills, given.seed))
    sys.stdout.write(_table(report))
    return int(_failed(report))


async def _rehearsed(folder: Path, tasks: int, kills: int, seed: int) -> Report:
    async with House(folder / "house", DiscordAPI.load(), task_seconds=TASK_SECONDS).open() as house:
        return await rehearse(house, tasks=tasks, kills=max(kills, len(LINES)), seed=seed)


def _failed(report: Report) -> bool:
    return bool(report.astray or any(report.broken.values()))


def _table(report: Report) -> str:
    ends = ", ".join(f"{number} {end}" for end, number in report.ends.most_common())
    rows = [
        *((f"killed: {name}", str(report.hits[name])) for name in [line.name for line in LINES] + ["at random"]),
        ("requests in flight at a kill", f"{median(report.in_flight):g} (median), {max(report.in_flight)} (most)"),
        ("requests acknowledged", str(report.acknowledged)),
        ("  all that were typed", ends),
        ("tasks that RunAPI made", str(report.made)),
        ("  asked for again after a kill or a lost answer", str(report.asked_again)),
        *((question, "no" if report.broken[ledger] else "yes") for ledger, question in _QUESTIONS.items()),
        ("seconds", f"{report.seconds:.0f}"),
    ]
    wide = max(len(name) for name, _ in rows)
    broken = [*report.astray, *(sentence for sentences in report.broken.values() for sentence in sentences)]
    return "".join(f"{line}\n" for line in [*(f"{name:{wide}}  {value}" for name, value in rows), *broken])


if __name__ == "__main__":
    sys.exit(main())
