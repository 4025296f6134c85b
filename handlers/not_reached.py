"""Someone could not be told: blocked, gone, or without a chat. Whoever holds the baton hears it.

Blocking the bot never withdraws a consent and is never a reproach: people have many reasons.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from handlers.turns import Button, Message, Reading, Turn
from locales import _
from models import access, cases, outbox, people
from models.terms import Action

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def tell(session: Session, person_id: int, now: datetime) -> None:
    """Promise the news to the stafettholder of each case the person is in; once a day at most."""
    for case in cases.held_for(session, person_id, now):
        outbox.promise(
            session,
            kind="not_reached",
            recipient_id=case.stafettholder_id,
            subject_id=case.id,
            params={"person": person_id},
            occasion=f"{person_id}.{now:%Y-%m-%d}",
            now=now,
        )


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
    """Who it was: only for whoever still holds the baton when the card is opened."""
    case = access.open_case(
        reading.session,
        actor=reading.reader,
        case_id=reading.subject,
        action=Action.ASK_CONSENT,  # the holder may; no consent needs to be in force to be told this
        now=reading.now,
    )
    person = int(reading.params["person"])
    name = people.names(reading.session, [person]).get(person, "")
    if case.id not in {c.id for c in cases.held_for(reading.session, person, reading.now)}:
        name = ""
    return Message(
        _(
            "Jeg når ikke {name} i Telegram nå. Snakk med {name} på en annen måte. Samtykker og "
            "avtaler er som før.",
            name=name,
        )
    )


NOTICES = {"not_reached": news, "not_reached.card": card}
BUTTONS = {"not_reached.show": show}
