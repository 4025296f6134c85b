"""What there is to choose from in a case: whom to open one for, whom to ask about, who takes part.

Each is asked for under the right the choice needs; plain data, and nothing of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    consents,
    family,
    kept_from_parents,
    municipality,
    people,
    policy,
    shielded,
)
from models.base import by_name, require
from models.people import Person
from models.terms import STAFF_ROLES, Action, InfoKind, Role, UnitKind, Why

MONTHS = (3, 6, 12)


@dataclass(frozen=True)
class OpenForm:
    """The pupils a member of staff may open a case for, and who can hold the baton of it."""

    school_id: int
    pupils: Mapping[int, str]
    teachers: Mapping[int, int]  # pupil -> kontaktlaerer
    holders: Mapping[int, str]
    has_log: bool = True  # at the level a case begins at


@dataclass(frozen=True)
class AskForm:
    case_id: int
    ungdom: str
    units: Mapping[int, str]
    untils: Mapping[int, date]  # months -> last day
    sharing: tuple[str, ...]  # the services that may know something now, by name
    asked: tuple[str, ...]  # who must say yes, by name
    not_joined: bool  # someone among them has no account yet
    careful: bool  # a parent is asked, and the youth keeps something from parents [49]
    shields: bool  # a parent is asked, and something in the case is shielded from them [58]


@dataclass(frozen=True)
class ParticipantForm:
    """The consented services, and those of their people who do not take part yet."""

    case_id: int
    ungdom: str
    units: Mapping[int, str]
    workers: Mapping[int, Mapping[int, str]]


def opening(session: Session, *, actor: Person) -> OpenForm:
    """A rektor chooses among the school's pupils, a kontaktlaerer among the own class.

    Refused with ABSENT for others, with NOBODY when no pupil has joined yet.
    """
    schools = people.units_where(session, actor, Role.REKTOR, Role.KONTAKTLAERER)
    require(schools, Why.ABSENT)
    form = opening_at(session, actor=actor, school_id=schools[0].id)
    require(form.pupils, Why.NOBODY)
    return form


def has_log(session: Session, now: datetime, level: int = 1) -> bool:
    """Whether a stafettlogg is kept at a level: the one a case begins at, unless told else."""
    return policy.may_have_log(level, municipality.policy_at(session, now))


def opening_at(session: Session, *, actor: Person, school_id: int) -> OpenForm:
    """As `opening`, at one school, where there may be no pupil to choose."""
    access.authorise_at_unit(session, actor=actor, action=Action.OPEN_CASE, unit_id=school_id)
    whole_school = Role.REKTOR in people.roles_at(session, actor, school_id)
    pupils: dict[int, str] = {}
    teachers: dict[int, int] = {}
    own = set(session.scalars(family.ever_wards(actor.id)))  # nobody opens one for their child
    whose = None if whole_school else actor.id
    for person, entry in people.pupils_of(session, school_id, whose).items():
        if person.confirmed_at and person.id not in own:
            pupils[person.id] = person.name or ""
            teachers[person.id] = entry.kontaktlaerer_id or 0
    staff = people.staff_of(session, school_id, Role.KONTAKTLAERER, Role.REKTOR)
    holders = by_name({p.id: p.name or "" for p in staff})
    return OpenForm(school_id, by_name(pupils), teachers, holders)


def asking(session: Session, *, actor: Person, case_id: int, now: datetime) -> AskForm:
    """Every service but the case's own school; until when, within consent_validity."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.ASK_CONSENT, now=now
    )
    must = consents.required(session, case, now)
    require(consents.may_be_asked(session, case, must), Why.SHIELDED)
    access_log.looked(session, "cases", actor, case, now)
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    latest = today + timedelta(days=rules.consent_validity_days)
    untils = {months: policy.months_after(today, months) for months in MONTHS}
    units = municipality.units_of_kind(session, *UnitKind)
    parents = any(person.id != case.ungdom_id for person in must)
    grants = consents.standing(session, case, now).grants()
    return AskForm(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        units={unit.id: unit.name for unit in units if unit.id != case.school_id},
        untils={
            months: min(day, latest)
            for months, day in untils.items()
            if day - latest <= timedelta(days=1)  # a year may have a day more than the policy
        },
        sharing=tuple(municipality.unit_names(session, grants).values()),
        asked=tuple(sorted((person.name or "" for person in must), key=str.casefold)),
        not_joined=any(person.confirmed_at is None for person in must),
        careful=parents and bool(kept_from_parents.kept(session, [case.ungdom_id])),
        shields=parents and bool(shielded.of_case(session, case.id).by),
    )


def adding(session: Session, *, actor: Person, case_id: int, now: datetime) -> ParticipantForm:
    """Refused with NOBODY when everyone in the consented services takes part already."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.ADD_PARTICIPANT, now=now
    )
    there = {(s.unit_id, s.person_id) for s in cases.services_of(session, case.id)}
    workers: dict[int, dict[int, str]] = {}
    for unit_id in consents.standing(session, case, now).grants():
        for person in people.staff_of(session, unit_id, *STAFF_ROLES):
            if (unit_id, person.id) not in there:
                workers.setdefault(unit_id, {})[person.id] = person.name or ""
    require(workers, Why.NOBODY)
    access_log.looked(session, "cases", actor, case, now)
    return ParticipantForm(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        units=municipality.unit_names(session, workers),
        workers={unit_id: by_name(names) for unit_id, names in workers.items()},
    )


def open_case(
    session: Session, *, actor: Person, pupil_id: int, holder_id: int, now: datetime
) -> int:
    """Open a case for one of the pupils of `opening`, held by one of its staff. Returns its id.

    The same again is a friendly no-op; a case someone else holds already is ALREADY_OPEN.
    """
    form = opening(session, actor=actor)
    require(pupil_id in form.pupils and holder_id in form.holders, Why.ABSENT)
    case = cases.open(
        session,
        actor=actor,
        ungdom=people.get(session, pupil_id),
        school_id=form.school_id,
        stafettholder=people.get(session, holder_id),
        now=now,
    )
    require(case.stafettholder_id == holder_id, Why.ALREADY_OPEN)
    return case.id


def ask(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    scope: Mapping[int, Iterable[InfoKind]] | None,
    until: date,
    now: datetime,
) -> None:
    """`consents.ask` for whoever may in this case; with no scope, `consents.ask_everything`."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.ASK_CONSENT, now=now
    )
    if scope is None:
        consents.ask_everything(session, actor=actor, case=case, until=until, now=now)
    else:
        consents.ask(session, actor=actor, case=case, scope=scope, until=until, now=now)


def add_workers(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    unit_id: int,
    worker_ids: tuple[int, ...],
    now: datetime,
) -> None:
    """Let people of a consented service take part; each is told. No consent now: refused [15]."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.ADD_PARTICIPANT, now=now
    )
    require(consents.granted(session, case, unit_id, now), Why.CONSENT_MISSING)
    for worker_id in worker_ids:
        cases.add_service(
            session,
            case=case,
            unit_id=unit_id,
            person=people.get(session, worker_id),
            now=now,
            actor=actor,
        )
