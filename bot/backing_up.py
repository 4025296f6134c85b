"""`losbot backup`, `restore` and `thaw`: everything in one file, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store import Store

SOURCE = click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@click.argument("dest", type=click.Path(path_type=Path))
def backup(dest: Path) -> None:
    """Write all of the store to DEST, encrypted: a file, or a folder for one named by the time.

    The bot may run meanwhile. The key file is not in it, and without that key nobody can open it.
    """
    from bot import operating
    from bot.clock import SystemClock

    with operating.opened() as store:
        path, rows = back_up(store, dest, SystemClock().now())
    click.echo(f"{path}: {rows} rows. It opens with the key {store.keyring.fingerprint()}.")


@click.command()
@SOURCE
@click.option(
    "--journal",
    "journals",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The journal of consents, else the one of the settings; several times, the oldest first, where "
    "it was begun anew.",
)
@click.option("--no-journal", is_flag=True, help="What was taken back since the backup is lost.")
@click.option("--look", is_flag=True, help="Only see whether SOURCE is whole.")
@click.option("--thaw", is_flag=True, help="Do not wait for losbot thaw.")
def restore(
    source: Path, journals: tuple[Path, ...], no_journal: bool, look: bool, thaw: bool
) -> None:
    """Put a backup back into the empty store of the settings.

    The store is frozen: nothing is sent from it before `losbot thaw`. What people said after the
    backup comes from the journal of consents.
    """
    from bot import settings
    from bot.clock import SystemClock

    chosen = settings.load()
    if look:
        for line in looked_at(source, chosen):
            click.echo(line)
        return
    if no_journal:
        journals = ()
    elif not journals and chosen.consent_journal is not None:
        journals = (chosen.consent_journal,)
    elif not journals:
        raise click.ClickException("name the journal of consents with --journal, or --no-journal")
    counts = put_back(source, chosen, journals, SystemClock().now())
    for name, count in sorted(counts.items()):
        click.echo(f"{count:8} {name.replace('_', ' ')}")
    click.echo("Restored, and frozen. Look at it (losbot check, losbot audit verify), then thaw.")
    if thaw:
        let_go(chosen)


@click.command()
def thaw() -> None:
    """Let a restored store send again. Only where no other losbot runs on a copy of it."""
    from bot import settings

    let_go(settings.load())


def let_go(chosen: Settings) -> None:
    from bot.app import open_store
    from bot.clock import SystemClock
    from bot.operating import using
    from models import channels

    with using(open_store(chosen, exclusive=False)) as store:
        done = store.write_now(channels.thaw, SystemClock().now())
    click.echo("Thawed." if done else "It was not frozen.")


# --- what they do --------------------------------------------------------------------------------


def back_up(store: Store, dest: Path, now: datetime) -> tuple[Path, int]:
    """Write a backup. Returns its path and how many rows it has. StoreRefused where it cannot be
    written; what was there under its name is then untouched. Only an older backup is replaced."""
    from bot import backup_file, dumping, store_schema
    from bot.store_engines import StoreRefused
    from models import store_facts

    path = dest / f"losbot-{now:%Y%m%dT%H%M%SZ}.backup" if dest.is_dir() else dest
    if path == dest and not (path.exists() or path.suffix == ".backup"):
        raise StoreRefused(f"{path} is no folder; make it, or name a file that ends in .backup")
    if path.exists():
        backup_file.title_of(path)  # StoreRefused: something else has this name
    rows, kind = 0, store.url.get_backend_name()
    mark = store.journal.begin_backup() if store.journal is not None else ""
    try:
        with (
            store.reading() as connection,
            backup_file.Writing(
                path, store.keyring,
                made=now.isoformat(), store=kind, revision=store_schema.head(),
                mark=mark,
            ) as file,
        ):  # fmt: skip
            for line in dumping.dump(connection):
                rows += line.startswith(dumping.ROW)
                file.write(line + b"\n")
    except OSError as error:
        raise StoreRefused(f"{path} cannot be written: {error.strerror}") from error
    store.write_now(store_facts.put, store_facts.BACKED_UP, now.isoformat())
    return path, rows


def looked_at(source: Path, chosen: Settings) -> Iterator[str]:
    """Read all of a backup, and say what it is. StoreRefused when it is not whole."""
    from bot import backup_file, dumping

    rows = Counter(line[:1] for line in backup_file.lines(source, chosen.keyring()))
    title = backup_file.title_of(source)
    yield f"{source} is whole: {rows[dumping.ROW]} rows in {rows[dumping.TABLE]} tables."
    yield f"Made {title.made} from {title.store}, tables of {title.revision}, key {title.key}."


def put_back(
    source: Path, chosen: Settings, journals: Sequence[Path], now: datetime
) -> Counter[str]:
    """All of it or nothing, in one transaction, after the whole file and the journal were read.
    Raises StoreRefused in one line."""
    from bot import backup_file, dumping, store_schema
    from bot import journal as consent_journal
    from bot.store import Store, StoreRefused
    from models import restored

    ring, url = chosen.keyring(), chosen.store_url
    title = backup_file.title_of(source)
    for _line in backup_file.lines(source, ring):
        pass  # before anything is touched
    told, cut = consent_journal.read(journals, ring, title.mark) if journals else ([], 0)
    store = Store.open(url, ring)
    try:
        if title.store != store.url.get_backend_name():
            raise StoreRefused(f"{source} was made from {title.store}; the settings name another")
        if title.revision not in store_schema.revisions():
            raise StoreRefused(f"{source} is of a newer losbot; install that one")
        counts = store.remake(
            title.revision,
            lambda connection: dumping.load(connection, backup_file.lines(source, ring)),
            lambda session: restored.put_back(session, told, now),
        )
    finally:
        store.close()
    counts["journal_lines_cut"] = cut
    return counts
