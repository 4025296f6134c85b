"""When each number that people are told to ring was last checked, by whom, and until when that holds
(helpline_reverify). What the numbers are is not here: those are fixed, in `handlers/help_now`.

Who answers for them is told two weeks before, and every week from then until somebody has checked.
A number that lapsed is not shown; the emergency numbers always are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, audit, follow_ups, municipality, people, policy, reminding, unasked
from models.base import Base, Ref, new_id, refuse
from models.follow_ups import FollowedUp, Ladder
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.terms import Action, HowChecked, Role, Why

REVERIFY = "help.reverify"
"""Some numbers are to be checked: not which."""


class HelpLine(FollowedUp, Base):
    """One number, by what is rung."""

    __tablename__ = "help_lines"

    number: Mapped[str] = mapped_column(unique=True)
    verified_on: Mapped[date]
    verified_by_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))  # None: as shipped
    how: Mapped[str | None]
    ended: Mapped[bool] = mapped_column(default=False)  # no longer among the numbers


@dataclass(frozen=True)
class Checked:
    id: int
    number: str
    verified_on: date
    by: str | None
    how: HowChecked | None
    expires_on: date  # the last day it is shown
    lapsed: bool
    due: bool  # is to be checked now


def know(session: Session, shipped: Mapping[str, date], now: datetime) -> None:
    """Let the store know of exactly these numbers; a later check of one stands."""
    known = {line.number: line for line in session.scalars(select(HelpLine))}
    for number, checked_on in shipped.items():
        line = known.get(number)
        if line is None:
            line = HelpLine(
                id=new_id(), number=number, verified_on=checked_on, steps_done=[], ended=False
            )
            session.add(line)
        elif line.ended or checked_on > line.verified_on:
            line.ended, line.steps_done = False, []
            if checked_on > line.verified_on:
                line.verified_on, line.verified_by_id, line.how = checked_on, None, None
        else:
            continue
        follow_ups.reschedule(session, LADDER, line, now)
    for number in set(known) - set(shipped):
        known[number].ended, known[number].next_follow_up_at = True, None
    session.flush()


def expiries(session: Session, now: datetime) -> dict[str, date]:
    """The last day on which each number is shown, for who must know it without the store."""
    rules = municipality.policy_at(session, now)
    return {line.number: _expires(line, rules) for line in session.scalars(_LIVING)}


def may_verify(session: Session, person: Person) -> bool:
    return access.may_at_work(session, person, Action.VERIFY_HELP)


def listed(session: Session, *, actor: Person, now: datetime) -> list[Checked]:
    """Those that lapse first come first."""
    access.authorise_at_work(session, actor=actor, action=Action.VERIFY_HELP)
    found = [_checked(session, line, now) for line in session.scalars(_LIVING).all()]
    return sorted(found, key=lambda each: (each.expires_on, each.number))


def one(session: Session, *, actor: Person, line_id: int, now: datetime) -> Checked:
    return _checked(session, _found(session, actor, line_id), now)


def verify(
    session: Session, *, actor: Person, line_id: int, how: HowChecked, now: datetime
) -> None:
    """Somebody has rung it, or seen the service's own page, today. Twice the same day is once."""
    line = _found(session, actor, line_id)
    today = _today(session, now)
    if (line.verified_on, line.verified_by_id, line.how) == (today, actor.id, how):
        return
    line.verified_on, line.verified_by_id, line.how = today, actor.id, how
    line.steps_done = []
    follow_ups.reschedule(session, LADDER, line, now)
    session.flush()
    audit.record(
        session, action="help_lines.verify", actor_id=actor.id, object_id=line.id, now=now,
        detail={"how": how.value},
    )  # fmt: skip


def any_due(session: Session, now: datetime) -> bool:
    return any(_checked(session, line, now).due for line in session.scalars(_LIVING).all())


_LIVING = select(HelpLine).where(HelpLine.ended.is_(False)).order_by(HelpLine.id)


def _found(session: Session, actor: Person, line_id: int) -> HelpLine:
    access.authorise_at_work(session, actor=actor, action=Action.VERIFY_HELP)
    line = session.get(HelpLine, line_id)
    if line is None or line.ended:
        refuse(Why.ABSENT)
    return line


def _checked(session: Session, line: HelpLine, now: datetime) -> Checked:
    expires = _expires(line, municipality.policy_at(session, now))
    today = _today(session, now)
    by = people.get(session, line.verified_by_id).name if line.verified_by_id else None
    return Checked(
        line.id, line.number, line.verified_on, by, HowChecked(line.how) if line.how else None,
        expires, lapsed=today > expires,
        due=today >= expires - timedelta(days=reminding.REVERIFY_WARN_DAYS),
    )  # fmt: skip


def _expires(line: HelpLine, rules: policy.MunicipalPolicy) -> date:
    return line.verified_on + timedelta(days=rules.helpline_reverify_days)


def _today(session: Session, now: datetime) -> date:
    return policy.today_in(now, municipality.policy_at(session, now))


# --- by itself -----------------------------------------------------------------------------------


def plan(session: Session, line: HelpLine, now: datetime) -> Sequence[Step]:
    if line.ended:
        return ()
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    return reminding.reverify_steps(_expires(line, rules), rules, calendar, now)


def take(session: Session, line: HelpLine, step: Step, now: datetime) -> None:
    """Several numbers that are due on a day are told of once."""
    them = responsible(session, line, now)
    day = _today(session, now).isoformat()
    unasked.tell(session, REVERIFY, them, 0, day, now, Promise.REMINDER)


def responsible(session: Session, line: HelpLine, now: datetime) -> Collection[int]:
    """The project leaders; where there is none, the administrators."""
    found = people.with_role(session, Role.PROSJEKTLEDER) or people.with_role(
        session, Role.ADMINISTRATOR
    )
    return [person.id for person in found]


LADDER = Ladder(
    table=HelpLine,
    plan=plan,
    take=take,
    open=lambda: HelpLine.ended.is_(False),
    responsible=responsible,
)
