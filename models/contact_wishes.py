"""Someone just wants to get in touch with a los or the project leader. Nothing more is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    audit,
    deciders,
    family,
    follow_ups,
    ledger,
    municipality,
    outbox,
    people,
    reminding,
    unasked,
)
from models.base import Base, Id, Ref, new_id, refuse, require
from models.follow_ups import FollowedUp, Ladder
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.terms import ContactWay, Role, Why


class ContactWish(FollowedUp, Base):
    """The person's display name is opened in the card only, for those it is addressed to."""

    __tablename__ = "contact_wishes"

    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    to_role: Mapped[str]  # Role.LOS or Role.PROSJEKTLEDER
    way: Mapped[str]  # ContactWay
    created_at: Mapped[datetime]
    answered_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]


def ask(
    session: Session, *, actor: Person, to: Role, way: ContactWay, now: datetime
) -> ContactWish:
    """Tell everyone in the role; the one that waits already, if there is one.

    At most `requests_a_day` a day and account, as for requests.
    """
    require(to in (Role.LOS, Role.PROSJEKTLEDER), Why.ABSENT)
    recipients = whom(session, to, actor.id)
    require(recipients, Why.NOBODY)
    mine = ContactWish.person_id == actor.id
    waiting = session.scalars(
        select(ContactWish).where(
            mine, ContactWish.to_role == to, ContactWish.answered_at.is_(None)
        )
    ).first()
    if waiting is not None:
        return waiting
    lately = session.scalar(
        select(func.count())
        .select_from(ContactWish)
        .where(mine, ContactWish.created_at > now - timedelta(days=1))
    )
    require((lately or 0) < municipality.policy_at(session, now).requests_a_day, Why.TOO_MANY)
    wish = ContactWish(
        id=new_id(),
        person_id=actor.id,
        to_role=to,
        way=way,
        created_at=now,
        steps_done=[],
    )
    session.add(wish)
    session.flush()
    _recorded(session, wish, "contact_wishes.ask", actor, now)
    unasked.tell(session, "contact.wanted", [p.id for p in recipients], wish.id, "new", now)
    return wish


def whom(session: Session, to: Role, person_id: int) -> list[Person]:
    """Who can be asked: nobody's own guardian."""
    return family.but_guardians(session, people.with_role(session, to), person_id)


def answer(session: Session, *, actor: Person, wish_id: int, now: datetime) -> None:
    """Say that it was seen: the person is told who saw it and where they can be met."""
    wish = seen_by(session, actor, wish_id)
    if wish.answered_at is not None:
        return
    wish.answered_by, wish.answered_at = actor.id, now
    _recorded(session, wish, "contact_wishes.answer", actor, now)
    outbox.silence(session, subject_id=wish.id, kinds=("contact.wanted",))
    unasked.tell(session, "contact.answered", [wish.person_id], wish.id, "done", now)


def seen_by(session: Session, actor: Person, wish_id: int) -> ContactWish:
    """A wish addressed to a role the actor has. Else refused as absent.

    The project leader also sees what the loser have not answered.
    """
    wish = session.get(ContactWish, wish_id)
    hats = people.staff_roles(session, actor)
    if wish is None or not hats & {Role(wish.to_role), Role.PROSJEKTLEDER}:
        refuse(Why.ABSENT)
    require(not family.is_guardian(session, actor.id, wish.person_id), Why.ABSENT)
    people.answered_by(session, actor, {Role(wish.to_role), Role.PROSJEKTLEDER})
    ledger.note(session, wish.id)
    return wish


def mine(session: Session, actor: Person, wish_id: int) -> ContactWish:
    wish = session.get(ContactWish, wish_id)
    if wish is None or wish.person_id != actor.id:
        refuse(Why.ABSENT)
    ledger.note(session, wish.id)
    return wish


def waiting_for(session: Session, actor: Person) -> list[ContactWish]:
    hats = people.staff_roles(session, actor) & {Role.LOS, Role.PROSJEKTLEDER}
    return list(
        session.scalars(
            select(ContactWish)
            .where(
                ContactWish.to_role.in_(hats),
                ContactWish.answered_at.is_(None),
                family.not_a_ward(ContactWish.person_id, actor),
            )
            .order_by(ContactWish.created_at)
        )
    )


def joined(session: Session, *, person: Person, former_id: int) -> None:
    """An account became a confirmed person: its wishes are theirs."""
    for wish in session.scalars(
        select(ContactWish).where(ContactWish.person_id == former_id)
    ).all():
        wish.person_id = person.id
    session.flush()


def _recorded(
    session: Session, wish: ContactWish, action: str, actor: Person, now: datetime
) -> None:
    audit.record(session, action=action, actor_id=actor.id, object_id=wish.id, now=now)
    follow_ups.reschedule(session, LADDER, wish, now)
    session.flush()


def plan(session: Session, wish: ContactWish, now: datetime) -> Sequence[Step]:
    if wish.answered_at is not None:
        return ()
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    return reminding.contact_wish_steps(wish.created_at, rules, calendar, now)


def take(session: Session, wish: ContactWish, step: Step, now: datetime) -> None:
    silent = step.name.startswith("silent")
    role = Role.PROSJEKTLEDER if silent else Role(wish.to_role)
    them = [person.id for person in whom(session, role, wish.person_id)]
    unasked.tell(session, "contact.wanted", them, wish.id, step.name, now, Promise.REMINDER)


def responsible(session: Session, wish: ContactWish, now: datetime) -> list[int]:
    them = [person.id for person in whom(session, Role(wish.to_role), wish.person_id)]
    return deciders.somebody(session, them, now, ungdom_id=wish.person_id)


LADDER = Ladder(
    table=ContactWish, plan=plan, take=take, responsible=responsible,
    open=lambda: ContactWish.answered_at.is_(None),
)  # fmt: skip
