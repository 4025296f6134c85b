"""`losbot key`: the key that names and words are sealed with, and how it is replaced."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.store import Store

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def key() -> None:
    """The key that names and words are sealed with."""


@key.command()
@FILE
def new(file: Path) -> None:
    """Write a new key to FILE. Keep it apart from the store and its backups."""
    from models import key_file

    with _one_line(file):
        key_file.create(file)
    click.echo(f"{file} holds a new key. Without it the store cannot be read by anyone.")


@key.command()
@FILE
def add(file: Path) -> None:
    """Put a new key before those in FILE, for when losbot has only a copy of it."""
    from models import key_file

    with _one_line(file):
        key_file.add(file)
    click.echo(f"{file} holds a new key, and the old. Give it to losbot, restart it, then:")
    click.echo("losbot key rotate")


@key.command()
@click.option(
    "--reseal", is_flag=True, help="Seal every word anew: the store and its key were both copied."
)
def rotate(reseal: bool) -> None:
    """Replace the key: a new one in the key file, and all that the old one wraps wrapped anew.

    May be stopped at any time; the same command goes on. The bot may run meanwhile if it reads
    the same file.
    """
    from bot import operating, settings

    path = settings.load().key_path()
    with operating.opened() as store, _one_line(path):
        for count in rotation_of(store, path, reseal=reseal):
            click.echo(f"{count} done")
        (newest, *older) = store.keyring.ids
    click.echo(f"The store is sealed under {newest}.")
    if older:
        click.echo("Backups need the old one. When they are gone: losbot key retire")


@key.command()
def retire() -> None:
    """Take the old keys out of the key file. Backups made before the rotation open no more."""
    from bot import operating, settings
    from models import key_file, rotation

    path = settings.load().key_path()
    with operating.opened() as store, _one_line(path):
        if store.read_now(rotation.under_way):
            raise click.ClickException("the old key is still needed: losbot key rotate")
        count = key_file.keep_newest(path)
    click.echo(f"{count} old keys taken out of {path}. Destroy every copy of them, and restart.")


@key.command()
def status() -> None:
    """Show which keys there are, and how much each one wraps."""
    from bot import operating

    with operating.opened() as store:
        for line in lines(store):
            click.echo(line)


def rotation_of(store: Store, path: Path, *, reseal: bool = False) -> Iterator[int]:
    """Rotate, or go on with it. Yields after each commit how many data keys it wrapped."""
    from models import key_file, rotation

    store.write_now(rotation.begin, lambda: key_file.add(path))
    while count := store.write_now(rotation.go_on, reseal=reseal):
        yield count
    store.tidy()


def lines(store: Store) -> list[str]:
    from models import rotation

    ids, counted = store.keyring.ids, store.read_now(rotation.counted)
    told = [
        f"{master}  {'old' if place else 'newest'}, wraps {counted.get(master, 0)}"
        for place, master in enumerate(ids)
    ]
    told.append(f"Destroyed, and with them what they sealed: {counted.get(None, 0)}")
    if store.read_now(rotation.under_way):
        told.append("Not finished: losbot key rotate")
    elif len(ids) > 1:
        told.append("The old ones are for backups only: losbot key retire")
    return told


@contextlib.contextmanager
def _one_line(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
