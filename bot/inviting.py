"""`losbot invite`, `losbot contact` and `losbot guest`: who is let in, whose chat is no longer theirs,
and who is written to in a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from datetime import datetime

    from bot.operating import Invitee

F = TypeVar("F", bound=Callable[..., Any])

_WHO = (
    click.option("--name", help="Who it is."),
    click.option(
        "--role",
        help="administrator, rektor, los, kontaktlaerer, prosjektleder, service, ungdom, foresatt.",
    ),
    click.option("--unit", "--school", "unit", help="The unit's key in the municipality's file."),
    click.option(
        "--for", "wards", multiple=True, help="A guardian's pupil, as named before; again."
    ),
)


def _who(command: F) -> F:
    """Whom a command is about: the name, the role and the unit are needed."""
    for option in reversed(_WHO):
        command = option(command)
    return command


def _invitee(who: dict[str, Any], **more: Any) -> Invitee:
    from bot import operating

    if not (who["name"] and who["role"] and who["unit"]):
        raise click.UsageError("--name, --role and --unit are needed")
    with operating.clear():
        return operating.Invitee(**who, **more)


@click.group(invoke_without_command=True)
@_who
@click.option("--born", type=click.DateTime(["%Y-%m-%d"]), help="When a pupil was born.")
@click.option("--again", is_flag=True, help="Known already, with a new phone. The old one stops.")
@click.pass_context
def invite(ctx: click.Context, /, born: datetime | None, again: bool, **who: Any) -> None:
    """Invite someone with a one-time link, handed over in person.

    A guardian: --role foresatt --school KEY --for "Pupil's Name", registered before.
    """
    if ctx.invoked_subcommand is not None:
        return
    from bot import operating, settings

    invitee = _invitee(who, born=born.date() if born else None, again=again)
    with operating.opened() as store:
        link = store.write_now(operating.invite, invitee, settings.load().web_url)
    click.echo(f"{link}\nValid for 72 hours, once. When it was opened, the phone shows a code:")
    click.echo("losbot invite confirm CODE")


@invite.command("confirm")
@click.argument("code")
def invite_confirm(code: str) -> None:
    """Confirm that the right person opened the link, by the CODE on their phone."""
    from bot import operating

    with operating.opened() as store:
        store.write_now(operating.confirm, code=code)
    click.echo("Confirmed.")


@click.group()
def contact() -> None:
    """The chats people are met in."""


@contact.command("close")
@_who
def contact_close(**who: Any) -> None:
    """Take every chat someone has from them, at once: the phone is lost, or it was the wrong one.

    Whoever writes there is a stranger from then on. Yeses and agreements stay as they are.
    """
    from bot import operating

    invitee = _invitee(who)
    with operating.opened() as store:
        closed = store.write_now(operating.close_contacts, invitee)
    click.echo(f"Closed: {closed}. A new link: losbot invite")


@contact.command("open")
@_who
def contact_open(**who: Any) -> None:
    """Take the code off someone's chats: it is forgotten, or was wrong five times.

    Make sure who asks. They are told in the chat.
    """
    from bot import operating

    invitee = _invitee(who)
    with operating.opened() as store:
        store.write_now(operating.take_code_off, invitee)
    click.echo("The code is gone. They can choose a new one in the settings.")


# --- who is written to in a rehearsal ------------------------------------------------------------


@click.group()
def guest() -> None:
    """The guest list: while the policy `rehearsal` is on, nobody else is written to."""


@guest.command("add")
@_who
@click.option("--id", "person_id", type=int, help="Instead of all that: the person's number.")
def guest_add(person_id: int | None, **who: Any) -> None:
    """Let someone be written to in a rehearsal; they were registered before (losbot invite)."""
    _put(who, person_id, guest=True)


@guest.command("remove")
@_who
@click.option("--id", "person_id", type=int, help="Instead of all that: the person's number.")
def guest_remove(person_id: int | None, **who: Any) -> None:
    """Take someone off the list."""
    _put(who, person_id, guest=False)


def _put(who: dict[str, Any], person_id: int | None, *, guest: bool) -> None:
    from bot import operating

    whom = person_id if person_id is not None else _invitee(who)
    with operating.opened() as store:
        changed = store.write_now(operating.put_guest, whom, guest=guest)
    place = "On the list." if guest else "Off the list."
    click.echo(place if changed else f"Nothing to change. {place}")


@guest.command("list")
def guest_list() -> None:
    """Who is on it: number and name."""
    from bot import operating

    with operating.opened() as store:
        for line in store.read_now(operating.guests):
            click.echo(line)
