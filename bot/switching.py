"""`losbot channel`: stop a way to people at once, and open it again."""

from __future__ import annotations

import click


@click.group()
def channel() -> None:
    """The ways to people: telegram, web, email."""


@channel.command("stop")
@click.argument("name")
def channel_stop(name: str) -> None:
    """Send nothing more through NAME, within five seconds and without a restart.

    What is promised waits, and goes out or grows too old by its own rules. What people write is
    heard all the same, withdrawals too, and who asks for help gets the numbers.
    """
    from bot import operating
    from bot.clock import SystemClock
    from models import channels

    with operating.opened() as store:
        done = store.write_now(channels.stop, name, SystemClock().now())
    click.echo("Stopped." if done else "It was stopped already.")


@channel.command("start")
@click.argument("name")
def channel_start(name: str) -> None:
    """Open NAME again."""
    from bot import operating
    from bot.clock import SystemClock
    from models import channels

    with operating.opened() as store:
        done = store.write_now(channels.start, name, SystemClock().now())
    click.echo("Started." if done else "It was not stopped.")


@channel.command("list")
def channel_list() -> None:
    """Which stand still."""
    from bot import operating
    from models import channels

    with operating.opened() as store:
        stopped = store.read_now(channels.stopped)
    for name in channels.CHANNELS:
        since = stopped.get(name)
        click.echo(f"{name:10} {f'stopped since {since:%Y-%m-%d %H:%M}Z' if since else 'open'}")
