"""`python -m tests.bench [--quick] [--json FILE]`: Easel's figures, beside a bare bot's, over real sockets.

Ratios decide, for they hold on any machine; milliseconds are told beside them.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from tests.bench._measure import FULL, QUICK, measure
from tests.bench._table import table


def main() -> int:
    """Measure, print the table, and return 1 when a figure that must be reached was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Easel beside a bare bot.")
    parser.add_argument("--quick", action="store_true", help="a small version, in less than a minute")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where to write the figures")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        figures = asyncio.run(measure(QUICK if given.quick else FULL, Path(folder)))
    given.json.write_text(json.dumps([figure.to_json() for figure in figures], indent=2) + "\n")
    sys.stdout.write(table(figures) + "\n")
    return int(any(figure.missed for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
