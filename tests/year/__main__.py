"""python -m tests.year [--seed 1] [--cases 400] [--weeks 45] [--twice]: one verdict."""

from __future__ import annotations

import gc
import sys
from datetime import timedelta

import click

from tests.year.place import Size
from tests.year.run import BEGINS, ENDS, Year, live

BUDGET = 600.0
"""Seconds the whole year may take."""


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--cases", default=400, show_default=True)
@click.option("--weeks", default=0, help="So many weeks from 17 August; the whole year without.")
@click.option("--twice", is_flag=True, help="Live it again: the same messages must be sent.")
def main(seed: int, cases: int, weeks: int, twice: bool) -> None:
    """Live a school year and say whether anybody fell between two chairs."""
    gc.freeze()  # as the bot does when it starts
    gc.set_threshold(50_000, 20, 50)
    size = Size(cases=cases)
    ends = BEGINS + timedelta(weeks=weeks) if weeks else ENDS
    year = live(seed=seed, size=size, ends=ends)
    _tell(year)
    same = not twice or live(seed=seed, size=size, ends=ends).digest == year.digest
    if twice:
        click.echo(f"lived again: {'the same' if same else 'OTHER'} messages")
    in_time = year.seconds <= BUDGET
    good = not year.faults and same and in_time
    click.echo(f"{'OK' if good else 'RED'}: {len(year.faults)} faults in {year.seconds:.0f} s")
    sys.exit(0 if good else 1)


def _tell(year: Year) -> None:
    click.echo(f"{year.messages} messages, digest {year.digest}")
    for title, counted in (
        ("done", year.done), ("refused", year.refused), ("outbox", year.outbox),
        ("sent", year.sent),
    ):  # fmt: skip
        told = ", ".join(f"{name} {count}" for name, count in counted.most_common())
        click.echo(f"{title}: {told}")
    for fault in year.faults[:40]:
        click.echo(fault)


main()
