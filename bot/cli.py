"""`losbot`: what an operator types. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot import auditing, backing_up, filing, inviting, keys, returned, switching

if TYPE_CHECKING:
    from bot.store import Store

SCREEN = 12
"""So many problems are listed; one screen."""
F = TypeVar("F", bound=Callable[..., Any])


class OneLine(click.Group):
    """What is refused is said in one line, without a trace of the program."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if type(error).__name__ not in ("StoreRefused", "StoreBusy", "SettingsRefused"):
                raise
            for line in str(error).splitlines():
                click.echo(f"losbot: {line}", err=True)
            ctx.exit(1)


@click.group(cls=OneLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="losbot", prog_name="losbot")
def main() -> None:
    """A chat assistant with which youths and parents ask for a los."""


def _store(*, exclusive: bool = False, checked: bool = True) -> Store:
    from bot import app, settings, store

    chosen = settings.load()
    if checked:
        return app.open_store(chosen, exclusive=exclusive)
    return store.Store.open(chosen.store_url, chosen.keyring(), exclusive=exclusive)


# --- running -------------------------------------------------------------------------------------


@main.command()
@click.option("--port", default=8080, show_default=True, help="Where the page is shown.")
@click.option("--lang", default="nb", show_default=True, help="The language of the page.")
@click.option("--seed", type=int, help="Make the same ids every time.")
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), help="Keep the store.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def demo(port: int, lang: str, seed: int | None, keep: Path | None, no_browser: bool) -> None:
    """Show everything, with an invented municipality and a pretend Telegram. Needs no token."""
    from bot import demo as show
    from bot import log

    log.set_up(quiet=True)
    show.run(port=port, lang=lang, seed=seed, keep=keep, browser=not no_browser)


@main.command()
@click.option("--port", default=8080, show_default=True)
@click.option("--bot", default="", help="The bot's own address, to know when it is idle.")
def emulator(port: int, bot: str) -> None:
    """The pretend Telegram alone, for a bot that runs elsewhere on this machine."""
    import asyncio

    from bot import running

    asyncio.run(running.emulate(port, bot))


@main.command()
def serve() -> None:
    """Talk to Telegram, until stopped."""
    import asyncio

    from bot import app, log, running, settings

    log.set_up()
    chosen = settings.load()
    asyncio.run(running.serve(app.build(chosen), chosen))


# --- setting up ----------------------------------------------------------------------------------


@main.command()
def migrate() -> None:
    """Make the store, or bring it to what this losbot knows."""
    store = _store(exclusive=True, checked=False)
    try:
        store.migrate()
        store.check_schema()
        store.check_key()
    finally:
        store.close()
    click.echo("The store is ready.")


@main.command()
def seed() -> None:
    """Fill an empty store with the demo municipality; tables and key are made where missing."""
    from bot import demo, settings
    from bot.clock import SystemClock
    from models import key_file

    named = settings.load().key_file
    if named is not None and not named.exists():
        key_file.create(named)
    store = _store(exclusive=True, checked=False)
    try:
        store.migrate()
        store.check_key()
        store.write_now(demo.seed, SystemClock().now())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()
    click.echo("Fjordvik is there.")


@main.group()
def municipality() -> None:
    """Whose bot this is: units, staff, policies, approved texts."""


@municipality.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def municipality_apply(file: Path, dry_run: bool) -> None:
    """Apply the municipality's FILE and show what it changed."""
    from bot import operating

    with operating.opened() as store:
        changes = operating.apply_file(store, file, dry_run=dry_run)
    for line in changes or ["Nothing to change."]:
        click.echo(line)
    if changes and dry_run:
        click.echo("Not done: this was a dry run.")


@municipality.command("show")
def municipality_show() -> None:
    """Show whose bot this is."""
    from bot import operating

    with operating.using(_store()) as store:
        for line in store.read_now(operating.municipality_lines):
            click.echo(line)


main.add_command(inviting.invite)
main.add_command(inviting.contact)
main.add_command(inviting.guest)
main.add_command(switching.channel)
main.add_command(returned.email)
main.add_command(filing.archive)
main.add_command(filing.data)


# --- looking after -------------------------------------------------------------------------------


@main.group()
def parked() -> None:
    """Updates that could not be handled."""


@parked.command("list")
def parked_list() -> None:
    """Those not replayed yet."""
    from bot import operating, parking

    with operating.using(_store()) as store:
        for row in store.read_now(parking.waiting):
            click.echo(f"{row.reference}  {row.at:%Y-%m-%d %H:%M}Z  {row.error}")


@parked.command("show")
@click.argument("reference")
def parked_show(reference: str) -> None:
    """What was said, opened. It may hold a person's words."""
    from bot import operating

    with operating.opened() as store:
        click.echo(store.read_now(operating.parked_payload, reference))


@parked.command("replay")
@click.argument("reference")
def parked_replay(reference: str) -> None:
    """Hear it again, as if it had just come."""
    from bot import dispatch, operating, parking
    from bot.clock import SystemClock

    with operating.opened() as store:
        store.write_now(parking.replay, reference, dispatch.handle, SystemClock().now())
    click.echo("Heard.")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--lang", default="nb", show_default=True)
def flows(names: tuple[str, ...], lang: str) -> None:
    """Print conversations as scripts, for whoever approves the wording."""
    from bot.scripts import lines

    for line in lines(names, lang):
        click.echo(line)


main.add_command(keys.key)
main.add_command(auditing.audit)
main.add_command(backing_up.backup)
main.add_command(backing_up.restore)
main.add_command(backing_up.thaw)


@main.command()
def check() -> None:
    """Look everything over: settings, key, store, backup, journal, texts, audit chains, what is due,
    Telegram and its clock, where one logs in, and the mail server."""
    from bot import checking, operating, settings
    from bot.clock import SystemClock

    chosen = settings.load()
    with operating.using(_store()) as store:
        now = SystemClock().now()
        lines = list(checking.lines(store, chosen, now))
        problems = store.read_now(checking.problems, now)
    told = [line if well else f"! {line}" for line, well in lines]
    for line in [*told, *(f"! {problem}" for problem in problems[:SCREEN])]:
        click.echo(line)
    if len(problems) > SCREEN:
        click.echo(f"and {len(problems) - SCREEN} more like these")
    if problems or not all(well for _line, well in lines):
        sys.exit(1)
    click.echo("All is well.")
