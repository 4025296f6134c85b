"""`losbot audit`: does the log still say what was written, and its heads to keep elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.group()
def audit() -> None:
    """The log of who did what, and who read what."""


@audit.command()
@click.option("--last", is_flag=True, help="Only the newest.")
def heads(last: bool) -> None:
    """Print each day's signed head, to be kept where the store's keeper cannot write."""
    from bot import operating
    from models import audit_days

    with operating.opened() as store:
        lines = store.read_now(audit_days.lines)
    for line in lines[-1:] if last else lines:
        click.echo(line)


@audit.command()
@click.option("--heads", "kept", type=click.File(), help="Heads that were kept elsewhere.")
def verify(kept: TextIO | None) -> None:
    """Check every entry, every chain's end, every day's head and every answer to a consent."""
    from bot import operating

    with operating.opened() as store:
        wrong, told = store.read_now(_checked, kept or ())
    if wrong:
        click.echo(f"The log does not hold: {wrong} findings in {told}.")
        sys.exit(1)
    click.echo(f"The log holds: {told}.")


def _checked(session: Session, kept: Iterable[str]) -> tuple[int, str]:
    """Say what is wrong as it is found. Returns how many findings, and in how much."""
    from models import audit_check, receipt_checks

    wrong = 0
    for line in chain(audit_check.findings(session, kept), receipt_checks.changed(session)):
        wrong += 1
        click.echo(line)
    chains, entries, days = audit_check.counted(session)
    return wrong, f"{chains} chains, {entries} entries, {days} days"
