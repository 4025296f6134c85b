"""Someone could not be told: blocked, gone, or without a chat. Who can find another way hears it.

Blocking the bot never withdraws a consent and is never a reproach: people have many reasons.
"""

from __future__ import annotations

from handlers.turns import Button, Message, Reading, Turn
from locales import _
from models import unreached


def news(reading: Reading) -> Message:
    return Message(
        _("En beskjed kom ikke fram."),
        buttons=(
            (
                Button(
                    _("Vis"),
                    action="not_reached.show",
                    subject=reading.subject,
                    version=int(reading.params["person"]),
                ),
            ),
        ),
    )


def show(turn: Turn, subject: int, version: int) -> None:
    turn.show("not_reached.card", subject, person=version)


def card(reading: Reading) -> Message:
    """Who it was: only for whoever still is the one to find another way when it is opened."""
    name, in_case = unreached.name(
        reading.session,
        actor=reading.reader,
        subject_id=reading.subject,
        person_id=int(reading.params["person"]),
        now=reading.now,
    )
    if not in_case:
        return Message(
            _("Jeg når ikke {name} her nå. Snakk med {name} på en annen måte.", name=name)
        )
    return Message(
        _(
            "Jeg når ikke {name} her nå. Snakk med {name} på en annen måte. Samtykker og "
            "avtaler er som før.",
            name=name,
        )
    )


NOTICES = {"not_reached": news, "not_reached.card": card}
BUTTONS = {"not_reached.show": show}
