"""How fast it is and how far it carries, beside what one would pick instead: one table.

    python -m tests.bench.speed            everything but the million (`tests.bench.million`)
    python -m tests.bench.speed --quick    a dose of each
    python -m tests.bench.speed inbound growth

Returns 1 when a goal was missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from tests.bench import fanout, growth, inbound, million, workers
from tests.bench.table import Figure, print_table
from tests.chaos import typical

PARTS: dict[str, Callable[[bool], list[Figure]]] = {
    "inbound": lambda quick: inbound.figures(*((1, 3.0) if quick else (3, 5.0))),
    "growth": lambda quick: growth.figures(20_000 if quick else growth.MANY),
    "fanout": lambda quick: [
        *fanout.figures(600 if quick else fanout.REMINDERS),
        *fanout.figures(300 if quick else 1_500, every=20),
    ],
    "workers": lambda quick: workers.figures(*((1, 5.0) if quick else (3, 8.0))),
    "lost": lambda quick: typical.figures(2 if quick else 6),
    "people": lambda quick: million.figures(2_000 if quick else 20_000, walkers=2),
}


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.speed")
    options.add_argument("parts", nargs="*", help=", ".join(PARTS))
    options.add_argument("--quick", action="store_true")
    given = options.parse_args()
    if strange := set(given.parts) - set(PARTS):
        options.error(f"no part is called {', '.join(sorted(strange))}")
    told: list[Figure] = []
    for part in given.parts or PARTS:
        print(f"{part} ... (load average {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
        told += PARTS[part](given.quick)
    return print_table(told)


if __name__ == "__main__":
    sys.exit(main())
