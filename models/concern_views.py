"""What each may see of a concern: its receiver all of it, who raised it the own text and how far it
is, the stafettholder it led to that there is one. Nobody else anything; every reading is audited.

Such a reading is in no log that the family reads: it would tell of a concern, and of one that was
about the care at home too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    case_forms,
    cases,
    concerns,
    municipality,
    people,
    policy,
    shielded,
)
from models.base import Opening, by_name, refuse, require
from models.case_forms import OpenForm
from models.concerns import Concern
from models.people import Person
from models.terms import (
    Action,
    ConcernOutcome,
    ConcernState,
    Discussed,
    Lasted,
    Noticed,
    Purpose,
    Role,
    TalkedWith,
    Why,
    Worry,
)

MOST = 12
"""So many of each in a list."""


@dataclass(frozen=True)
class Line:
    """One in a list: no name, no words."""

    id: int
    reference: str
    state: ConcernState
    decide_by: date
    overdue: bool
    raised_late: bool
    decided_on: date | None


@dataclass(frozen=True)
class Lines:
    waiting: tuple[Line, ...]
    mine: tuple[Line, ...]  # raised oneself
    decided: tuple[Line, ...]  # the latest, as their receiver


@dataclass(frozen=True)
class Raised:
    """The own text of who raised it, and how far it is: nothing of what others do with it."""

    id: int
    reference: str
    school: str
    raised_at: datetime
    arose_on: date
    worry: Worry
    noticed: tuple[Noticed, ...]
    lasted: tuple[Lasted, ...]
    named: str | None
    words: str | None
    state: ConcernState
    received_by: str


@dataclass(frozen=True)
class Received(Raised):
    raiser: str
    unit: str
    decide_by: date
    overdue: bool
    raised_late: bool
    discussed: tuple[Discussed, ...]
    youth: TalkedWith | None
    parents: TalkedWith | None
    notes: str | None
    review_on: date | None
    shield_reason: str | None
    outcome: ConcernOutcome | None
    decided_at: datetime | None
    reason: str | None
    ungdom: str
    case_id: int | None
    others: int  # how many more were raised about the same pupil


@dataclass(frozen=True)
class RaiseForm:
    """Where it can go and who reads it there; the days it can have arisen on."""

    schools: Mapping[int, str]
    receivers: Mapping[int, tuple[str, ...]]
    today: date
    first: date
    days: int  # until it is to be decided


@dataclass(frozen=True)
class DecideForm:
    concern_id: int
    reference: str
    shared: bool
    school: OpenForm
    has_case: Mapping[int, str]  # pupil -> who holds the baton of an open case
    review_on: date | None
    days: Mapping[date, int]  # for looking at a shield again -> weeks until then


def raise_form(session: Session, *, actor: Person, now: datetime) -> RaiseForm:
    """Refused with NO_RECEIVER where no school has anybody to receive it."""
    schools = concerns.schools(session, actor=actor)
    require(schools, Why.NO_RECEIVER)
    receivers = Opening({i: i for i in schools}, lambda school: _receivers(session, school))
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    return RaiseForm(
        schools, receivers, today, today - concerns.OLDEST, rules.level0_decision_days,
    )  # fmt: skip


def _receivers(session: Session, school_id: int) -> tuple[str, ...]:
    found = concerns.receivers(session, school_id)
    return tuple(by_name({person.id: person.name or "" for person in found}).values())


def decide_form(session: Session, *, actor: Person, concern_id: int, now: datetime) -> DecideForm:
    concern = concerns.received(session, actor, concern_id)
    require(concern.state != ConcernState.DECIDED, Why.DECIDED)
    form = case_forms.opening_at(session, actor=actor, school_id=concern.school_id)
    holders = cases.holders_of(session, form.pupils)
    named = people.names(session, list(holders.values()))
    return DecideForm(
        concern.id, concern.reference, concern.state == ConcernState.SHARED,
        replace(form, has_log=case_forms.has_log(session, now)),
        {pupil: named.get(holder, "") for pupil, holder in holders.items()},
        concern.review_on, shielded.suggested_days(session, now),
    )  # fmt: skip


def lines(session: Session, *, actor: Person, now: datetime) -> Lines:
    """At most MOST of each."""
    if people.off_work(session, actor):
        return Lines((), (), ())
    found = (
        concerns.waiting(session, actor),
        concerns.raised_by(session, actor) if may_raise(session, actor=actor) else [],
        concerns.concluded(session, actor),
    )
    return Lines(*(tuple(_line(session, each, now) for each in some[:MOST]) for some in found))


def may_raise(session: Session, *, actor: Person) -> bool:
    return access.may_at_work(session, actor, Action.RAISE_CONCERN)


def for_raiser(session: Session, *, actor: Person, concern_id: int, now: datetime) -> Raised:
    concern = concerns.own(session, actor, concern_id)
    require(concern in concerns.raised_by(session, actor), Why.ABSENT)
    _read(session, concern, actor, *policy.MAY[Action.RAISE_CONCERN], at=concern.unit_id, now=now)
    return Raised(**_told(session, concern))


def for_receiver(session: Session, *, actor: Person, concern_id: int, now: datetime) -> Received:
    concern = concerns.received(session, actor, concern_id)
    receives = policy.MAY[Action.RECEIVE_CONCERN]
    _read(session, concern, actor, *receives, at=concern.school_id, now=now)
    rules = municipality.policy_at(session, now)
    same = concerns.about(session, concern.ungdom_id) if concern.ungdom_id else [concern]
    return Received(
        **_told(session, concern),
        raiser=_name(session, concern.raiser_id),
        unit=_unit(session, concern.unit_id),
        decide_by=policy.decide_concern_by(concern.arose_on, rules),
        overdue=concerns.is_overdue(session, concern, now),
        raised_late=concerns.raised_late(session, concern, now),
        discussed=tuple(map(Discussed, concern.discussed)),
        youth=TalkedWith(concern.youth_talk) if concern.youth_talk else None,
        parents=TalkedWith(concern.parents_talk) if concern.parents_talk else None,
        notes=concern.notes,
        review_on=concern.review_on,
        shield_reason=concern.shield_reason,
        outcome=ConcernOutcome(concern.outcome) if concern.outcome else None,
        decided_at=concern.decided_at,
        reason=concern.reason,
        ungdom=_name(session, concern.ungdom_id),
        case_id=concern.case_id,
        others=len(same) - 1,
    )


def joined(session: Session, *, actor: Person, concern_id: int, now: datetime) -> tuple[str, str]:
    """To the stafettholder of the case a concern led to: of whom, and who at the school knows more.
    Not what it was. Else absent."""
    concern = concerns.find(session, concern_id)
    case = cases.find(session, concern.case_id) if concern and concern.case_id else None
    if concern is None or case is None:
        refuse(Why.ABSENT)
    hats = access.hats_in_case(session, actor, case, now)
    require(Role.STAFETTHOLDER in hats, Why.ABSENT)
    access_log.looked(session, "cases", actor, case, now, kept=True)
    return _name(session, case.ungdom_id), _name(session, concern.decided_by)


def stuck(session: Session, *, actor: Person, concern_id: int) -> str:
    """For the project leader: the school at which nobody receives. Else absent."""
    concern = concerns.find(session, concern_id)
    require(concern is not None and concern.state != ConcernState.DECIDED, Why.ABSENT)
    assert concern is not None  # noqa: S101 - require raised otherwise
    require(Role.PROSJEKTLEDER in people.staff_roles(session, actor), Why.ABSENT)
    require(not concerns.receivers(session, concern.school_id), Why.ABSENT)
    return _unit(session, concern.school_id)


def guidance(session: Session, *, actor: Person) -> str:
    """The telephone number of the municipality's barnevernvakt, for staff."""
    require(people.staff_roles(session, actor), Why.ABSENT)
    here = municipality.current(session)
    return here.barnevernvakt if here is not None else ""


# --- the small parts -----------------------------------------------------------------------------


def _told(session: Session, concern: Concern) -> dict[str, Any]:
    return {
        "id": concern.id,
        "reference": concern.reference,
        "school": _unit(session, concern.school_id),
        "raised_at": concern.raised_at,
        "arose_on": concern.arose_on,
        "worry": Worry(concern.worry),
        "noticed": tuple(map(Noticed, concern.noticed)),
        "lasted": tuple(map(Lasted, concern.lasted)),
        "named": concern.named,
        "words": concern.words,
        "state": ConcernState(concern.state),
        "received_by": _name(session, concern.received_by),
    }


def _line(session: Session, concern: Concern, now: datetime) -> Line:
    rules = municipality.policy_at(session, now)
    return Line(
        concern.id, concern.reference, ConcernState(concern.state),
        policy.decide_concern_by(concern.arose_on, rules),
        concerns.is_overdue(session, concern, now),
        concerns.raised_late(session, concern, now),
        policy.today_in(concern.decided_at, rules) if concern.decided_at else None,
    )  # fmt: skip


def _read(
    session: Session, concern: Concern, actor: Person, *hats: Role, at: int, now: datetime
) -> None:
    held = [p for p in people.positions(session, actor.id) if p.role in hats]
    first = min(held, key=lambda p: (p.unit_id != at, p.unit_id))
    access_log.note(
        session, "concerns", actor, chain=concern.id, object_id=concern.id, hat=Role(first.role),
        unit_id=first.unit_id, purpose=Purpose.COOPERATION, ungdom_id=None, now=now,
    )  # fmt: skip


def _name(session: Session, person_id: int | None) -> str:
    return people.get(session, person_id).name or "" if person_id is not None else ""


def _unit(session: Session, unit_id: int) -> str:
    unit = municipality.unit(session, unit_id)
    return unit.name if unit is not None else ""
