"""What is done in a case at the same time: sharing something, and taking back.

Everything is a real verb, or a press on a real button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import handlers
from handlers.turns import Turn
from models import (
    consents,
    contacts,
    evaluations,
    follow_ups,
    meetings,
    outbox,
    people,
    tiltak,
    views,
    withholding,
)
from models.consents import ConsentQuestion
from models.contacts import Contact
from models.outbox import Outgoing, Promise
from models.terms import Decision, InfoKind, ItemKind, MeetingPlace, Role
from models.tiltak import Tiltak, Wish
from models.withheld import Item
from tests.agreed import Verdict
from tests.chaos.race_families import KINDS, Family, give

_times = count(1)
"""Every wish, meeting and press is another one."""


# --- before a race -------------------------------------------------------------------------------


def shown_before(session: Session, family: Family, now: datetime) -> None:
    """The worker has the list of the own cases on the phone already."""
    contact = contacts.of(session, family.worker)
    outbox.promise(
        session, kind="stafett.list", recipient_id=family.worker, occasion=f"{next(_times)}",
        contact_id=contact.id if contact else None, promise=Promise.RECEIPT, now=now,
    )  # fmt: skip


def made_due(session: Session, family: Family, now: datetime) -> None:
    """The youth is to be asked how it goes, from now on, and the holder to be reminded."""
    asked = Contact.person_id.in_((family.youth, family.holder))
    session.execute(update(Contact).where(asked).values(blocked_until=None))
    thing = session.get_one(Tiltak, family.tiltak)
    thing.evaluate_on = now.date() + timedelta(days=3)
    thing.set_at = now - timedelta(days=5)
    follow_ups.reschedule(session, tiltak.LADDER, thing, now)


# --- sharing -------------------------------------------------------------------------------------


def plan(session: Session, family: Family, now: datetime) -> None:
    day = now.date() + timedelta(days=70)
    wish = Wish(family.goal, f"Tiltak {next(_times)}", family.worker, day, day)
    actor = people.get(session, family.holder)
    tiltak.plan(session, actor=actor, case_id=family.case, wish=wish, now=now)


def call(session: Session, family: Family, now: datetime) -> None:
    meetings.call(
        session, actor=people.get(session, family.holder), case_id=family.case, minutes=45,
        starts=datetime(2027, 1, 4, 9) + timedelta(minutes=next(_times)),  # noqa: DTZ001 - a wall clock
        place_kind=MeetingPlace.SCHOOL, workers=[family.worker], now=now,
    )  # fmt: skip


def evaluate(session: Session, family: Family, now: datetime) -> None:
    thing = session.get_one(Tiltak, family.tiltak)
    evaluations.evaluate(
        session, actor=people.get(session, family.holder), tiltak_id=thing.id,
        version=thing.version, now=now,
        verdict=Verdict(Decision.CONTINUE, now.date() + timedelta(days=60 + next(_times) % 30)),
    )  # fmt: skip


def tick(session: Session, family: Family, now: datetime) -> None:
    follow_ups.take_due(session, tiltak.LADDER, now)


def open_card(session: Session, family: Family, now: datetime) -> None:
    version = views.HATS.index(Role.SERVICE)
    handlers.BUTTONS["case.show"](_turn(session, family, now), family.case, version)


def open_list(session: Session, family: Family, now: datetime) -> None:
    handlers.BUTTONS["tiltak.list"](_turn(session, family, now), family.case, 0)


def _turn(session: Session, family: Family, now: datetime) -> Turn:
    """The worker presses a button of the last message there is, or of one long gone."""
    contact = contacts.of(session, family.worker)
    assert contact is not None
    last = select(Outgoing.message_id).where(Outgoing.contact_id == contact.id)
    pressed = session.scalars(last.order_by(Outgoing.id.desc())).first()
    worker = people.get(session, family.worker)
    return Turn(session, worker, contact, now, f"race{next(_times)}", pressed, "press")


# --- taking back ---------------------------------------------------------------------------------


def withdraw(session: Session, family: Family, guardian: int, now: datetime) -> None:
    consents.withdraw(
        session, actor=people.get(session, guardian), now=now, occasion="race",
        question=session.get_one(ConsentQuestion, family.question),
    )  # fmt: skip


def withdraw_all(session: Session, family: Family, guardian: int, now: datetime) -> None:
    actor = people.get(session, guardian)
    consents.withdraw_all(session, actor=actor, now=now, occasion="race")


def refuse(session: Session, family: Family, guardian: int, now: datetime) -> None:
    consents.refuse(
        session, actor=people.get(session, guardian), language="nb", now=now, occasion="race",
        question=session.get_one(ConsentQuestion, family.question),
    )  # fmt: skip


def _narrow(kind: InfoKind) -> Taking:
    def narrow(session: Session, family: Family, guardian: int, now: datetime) -> None:
        """Say yes to less than before."""
        question = session.get_one(ConsentQuestion, family.question)
        actor = people.get(session, guardian)
        give(session, actor, question, now, {family.unit: KINDS - {kind}}, "race")

    return narrow


def withhold(session: Session, family: Family, guardian: int, now: datetime) -> None:
    withholding.withhold(
        session, actor=people.get(session, guardian), case_id=family.case, unit_id=None,
        item=_the_tiltak(family), now=now, occasion=f"race{next(_times)}",
    )  # fmt: skip


def _the_tiltak(family: Family) -> Item:
    return Item(ItemKind.TILTAK, family.tiltak)


# --- what races what -----------------------------------------------------------------------------

Preparing = Callable[[Session, Family, datetime], None]
Taking = Callable[[Session, Family, int, datetime], None]


@dataclass(frozen=True)
class Sharing:
    act: Preparing
    narrowed: InfoKind | None = None  # a yes without this kind ends it too
    withheld: bool = False  # so does keeping the tiltak from everyone
    before: Preparing | None = None


SHARINGS: dict[str, Sharing] = {
    "tiltak": Sharing(plan, InfoKind.TILTAK),
    "meeting": Sharing(call, InfoKind.MEETINGS),
    "card": Sharing(open_card),
    "card in place": Sharing(open_card, before=shown_before),
    "list in place": Sharing(open_list, before=shown_before),
    "evaluated": Sharing(evaluate, InfoKind.TILTAK, withheld=True),
    "asked": Sharing(tick, before=made_due),
}


def takings(sharing: Sharing) -> dict[str, Taking]:
    """The ways in which a guardian can end what is just being shared."""
    ways: dict[str, Taking] = {
        "withdraw": withdraw, "withdraw_all": withdraw_all, "refuse": refuse,
    }  # fmt: skip
    if sharing.narrowed is not None:
        ways["narrow"] = _narrow(sharing.narrowed)
    if sharing.withheld:
        ways["withhold"] = withhold
    return ways
