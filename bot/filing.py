"""`losbot archive` and `losbot data`: closed cases to the archive, a person's own data on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bot.inviting import _invitee, _who
from bot.keys import _one_line

_CASE = click.argument("case", type=int)
_FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path)
)


@click.group()
def archive() -> None:
    """Closed cases: packed, received by the archive, and then destroyed here."""


@archive.command("list")
def archive_list() -> None:
    """Closed cases that are still here, and what each waits for."""
    from bot import archive, operating

    with operating.opened() as store:
        for line in store.read_now(archive.lines) or ["No closed case is waiting."]:
            click.echo(line)


@archive.command("export")
@_CASE
@_FOLDER
def archive_export(case: int, folder: Path) -> None:
    """Write the package of CASE into FOLDER. It names everyone: hand it over, keep no copy."""
    from bot import archive, operating

    with operating.opened() as store, _one_line(folder):
        path = archive.export(store, case, folder)
    click.echo(f"{path}\nWhen the archive has confirmed: losbot archive receipt {case} REFERENCE")


@archive.command("receipt")
@_CASE
@click.argument("reference")
def archive_receipt(case: int, reference: str) -> None:
    """The archive has CASE, under its own REFERENCE. Our package goes now, the case later."""
    from bot import archive, operating

    with operating.opened() as store:
        click.echo(archive.receive(store, case, reference))


@click.command()
@_who
@_FOLDER
def data(folder: Path, **who: Any) -> None:
    """Write what we have about someone into FOLDER, as they would get it, to print for them."""
    from bot import archive, operating

    invitee = _invitee(who)
    with operating.opened() as store, _one_line(folder):
        for path in archive.hand_out(store, invitee, folder):
            click.echo(path)
