"""`losbot email`: what the municipality's own mail system tells of mails that came back."""

from __future__ import annotations

import re
import sys
from email import message_from_binary_file
from email.message import Message

import click

_TOKEN = re.compile(r"(?:.*\+)?([0-9a-fA-F]+-[0-9a-fA-F]+)(?:@.*)?")
_STATUS = re.compile(r"5\.(?!7\.)\d+\.\d+")
"""For good, and not about us (RFC 3463)."""


@click.group()
def email() -> None:
    """Mails that came back; losbot itself reads none."""


@email.command("bounced")
@click.argument("token")
@click.option("--read", is_flag=True, help="Read the mail from standard input, and act only when "
              "it says that delivery has failed for good.")  # fmt: skip
def bounced(token: str, read: bool) -> None:
    """The mail with this TOKEN, or that came back to this whole address, cannot be delivered:
    nothing more is sent there, and the stafettholder hears of it. For your mail system to run."""
    from bot import operating
    from bot.clock import SystemClock
    from models import falling_back, mail_addresses

    found = _TOKEN.fullmatch(token.strip())
    if found is None:
        raise click.ClickException("that is no token of ours")
    if read and not has_failed(message_from_binary_file(sys.stdin.buffer)):
        click.echo("It says nothing final.")
        return
    with operating.opened() as store:
        contact_id = store.read_now(mail_addresses.by_token, found[1])
        if contact_id is None:
            raise click.ClickException("that is no token of ours")
        closed = store.write_now(falling_back.came_back, contact_id, SystemClock().now())
    click.echo("Closed." if closed else "There is nothing to close.")


def has_failed(mail: Message) -> bool:
    """Whether a delivery report (RFC 3464) says that it failed for good. An answer on holiday and
    a delay do not."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        groups = part.get_payload()
        for group in groups if isinstance(groups, list) else ():
            if not isinstance(group, Message):
                continue
            action = str(group.get("Action", "")).strip().casefold()
            if action == "failed" and _STATUS.match(str(group.get("Status", "")).strip()):
                return True
    return False
