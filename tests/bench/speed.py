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

from tests.bench import growth, inbound, million
from tests.bench.table import Figure, print_table

PARTS: dict[str, Callable[[bool], list[Figure]]] = {
    "inbound": lambda quick: inbound.figures(*((1, 3.0) if quick else (3, 5.0))),
    "growth": lambda quick: growth.figures(20_000 if quick else growth.MANY),
    "people": lambda quick: million.figures(2_000 if quick else 20_000, walkers=2),
}


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.speed")
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    options.add_argument("--quick", action="store_true")
    given = options.parse_args()
    told: list[Figure] = []
    for part in given.parts or PARTS:
        print(f"{part} ... (load average {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
        told += PARTS[part](given.quick)
    return print_table(told)


if __name__ == "__main__":
    sys.exit(main())
