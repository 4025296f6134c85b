"""The one door to a case: authorise, write the access log, return only the parts a reader may see.

A reader wears one hat at a time; no view mixes two. What others add to a case (goals, meetings)
is fetched through views of their own, under the same hat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, audit, cases, consents, municipality, people, policy
from models.audit import AuditEntry
from models.base import require
from models.cases import Case
from models.consent_history import Kinds
from models.consent_views import Progress, progress_of
from models.people import Person
from models.terms import Action, CaseState, Purpose, Role, Why

__all__ = [
    "FAMILY", "HATS", "CaseRow", "CaseView", "Looked", "MapRow", "Progress", "ServiceView",
    "case_view", "consent_map", "hats_for", "my_cases", "progress", "who_looked",
]  # fmt: skip

FAMILY = frozenset({Role.UNGDOM, Role.FORESATT})

HATS = (Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER, Role.SERVICE)
"""The hats of a case, in the order in which they are put on when none is named."""


@dataclass(frozen=True)
class ServiceView:
    """A service, what it may know now, and who of it takes part."""

    unit_id: int
    name: str
    kinds: Kinds
    people: tuple[str, ...]


@dataclass(frozen=True)
class CaseView:
    """A case as one reader sees it under one hat. Frozen, and without anything hidden in it."""

    id: int
    hat: Role
    state: CaseState
    ungdom: str
    school: str
    stafettholder: str
    kinds: Kinds  # what of the case's content the reader may see now
    services: tuple[ServiceView, ...]
    questions: tuple[Progress, ...]  # the stafettholder's only

    @property
    def paused(self) -> bool:
        return self.state == CaseState.FROZEN


@dataclass(frozen=True)
class CaseRow:
    case_id: int
    hat: Role
    ungdom: str
    state: CaseState


@dataclass(frozen=True)
class MapRow:
    """Who gets to know what, until when."""

    unit_id: int
    name: str
    kinds: Kinds
    until: date


@dataclass(frozen=True)
class Looked:
    """A line of the access log: when, in which role, from where. Never a name."""

    at: datetime
    role: Role
    unit: str


def case_view(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    now: datetime,
    purpose: Purpose = Purpose.COOPERATION,
    hat: Role | None = None,
) -> CaseView:
    """What `actor` may see of a case. A reading by staff is an entry in the access log [8].

    `hat` chooses among several; one that is not worn is refused as absent.
    """
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    worn = access.hats_in_case(session, actor, case, now)
    chosen = next(h for h in HATS if h in worn) if hat is None else hat
    require(chosen in worn, Why.ABSENT)
    own = access.kinds_by_unit(session, actor, case, now) if chosen is Role.SERVICE else {}
    if chosen not in FAMILY:
        _log(session, actor, case, chosen, min(own, default=case.school_id), purpose, now)
    holds = consents.standing(session, case, now)
    grants = own if chosen is Role.SERVICE else holds.grants()
    kinds = policy.visible_kinds(frozenset({chosen}), Kinds().union(*own.values()))
    shared = chosen in FAMILY or bool(holds.in_force())
    youth = people.get(session, case.ungdom_id)
    asked = progress_of(session, holds, youth) if chosen is Role.STAFETTHOLDER else ()
    return CaseView(
        id=case.id,
        hat=chosen,
        state=_state(case, holds),
        ungdom=_name(session, case.ungdom_id),
        school=_unit(session, case.school_id),
        stafettholder=_name(session, case.stafettholder_id),
        kinds=kinds if shared else frozenset(),
        services=_services(session, case, grants) if shared else (),
        questions=asked,
    )


def _state(case: Case, holds: consents.Standing) -> CaseState:
    """The state as the consents make it this instant, should the tick be late."""
    if holds.in_force():
        return CaseState.ACTIVE
    return CaseState.FROZEN if case.state == CaseState.ACTIVE else CaseState(case.state)


def _log(
    session: Session,
    actor: Person,
    case: Case,
    hat: Role,
    unit_id: int,
    purpose: Purpose,
    now: datetime,
) -> None:
    audit.record(
        session,
        action="cases.read",
        actor_id=actor.id,
        object_id=case.id,
        chain=case.id,
        now=now,
        detail={"hat": hat.value, "unit": unit_id, "purpose": purpose.value},
    )


def _name(session: Session, person_id: int) -> str:
    return people.get(session, person_id).name or ""


def _unit(session: Session, unit_id: int) -> str:
    found = municipality.unit(session, unit_id)
    return found.name if found is not None else ""


def _services(
    session: Session, case: Case, grants: Mapping[int, Kinds]
) -> tuple[ServiceView, ...]:
    taking_part = cases.services_of(session, case.id)
    return tuple(
        ServiceView(
            unit_id=unit_id,
            name=_unit(session, unit_id),
            kinds=kinds,
            people=tuple(_name(session, s.person_id) for s in taking_part if s.unit_id == unit_id),
        )
        for unit_id, kinds in sorted(grants.items())
    )


def progress(
    session: Session, *, actor: Person, question_id: int, now: datetime
) -> tuple[CaseView, Progress]:
    """How a question stands in its newest version, for the one who holds the baton."""
    question = consents.find(session, question_id)
    view = case_view(
        session,
        actor=actor,
        case_id=question.case_id if question is not None else 0,
        now=now,
        hat=Role.STAFETTHOLDER,
    )
    assert question is not None  # noqa: S101 - the view would have been refused
    holds = consents.standing(session, consents.case_of(session, question), now)
    newest = holds.newest(question).id
    return view, next(row for row in view.questions if row.question_id == newest)


def hats_for(
    session: Session, *, actor: Person, subject_id: int, now: datetime
) -> frozenset[Role]:
    """The hats someone wears in the case that a case's or a question's id is about. Reads
    nothing of it: for asking, when a message is composed, whether it still concerns its reader."""
    question = consents.find(session, subject_id)
    case = cases.find(session, question.case_id if question is not None else subject_id)
    if case is None or case.state == CaseState.CLOSED:
        return frozenset()
    return access.hats_in_case(session, actor, case, now)


def my_cases(session: Session, actor: Person, now: datetime) -> list[CaseRow]:
    """Every open case in which someone wears a hat now, one row for each hat."""
    found = [cases.open_for(session, actor.id)]
    found += [cases.open_for(session, ward.id) for ward in people.wards_of(session, actor, now)]
    found += cases.held_by(session, actor.id)
    found += cases.taken_part_in(session, actor.id)
    known = {case.id: case for case in found if case is not None}
    return [
        CaseRow(
            case.id,
            hat,
            _name(session, case.ungdom_id),
            _state(case, consents.standing(session, case, now)),
        )
        for case in known.values()
        for hat in HATS
        if hat in access.hats_in_case(session, actor, case, now)
    ]


def consent_map(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[MapRow, ...]:
    """'Who gets to know what': what is in force now, service by service. The family's, and the
    holder's; a service sees only itself, in its own view."""
    view = case_view(session, actor=actor, case_id=case_id, now=now)
    require(view.hat is not Role.SERVICE, Why.ABSENT)
    case = cases.find(session, case_id)
    assert case is not None  # noqa: S101 - the view above opened it
    return tuple(
        MapRow(unit_id, _unit(session, unit_id), kinds, question.until)
        for question in consents.standing(session, case, now).in_force()
        for unit_id, kinds in sorted(consents.scope_of(question).items())
    )


_SAME_VISIT = timedelta(minutes=10)


def who_looked(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[Looked, ...]:
    """The access log as the family sees it, newest first [8]. Readings by one person within ten
    minutes are one line; the audit keeps every one."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & FAMILY, Why.ABSENT)
    lines: list[Looked] = []
    last: dict[tuple[int | None, Role], datetime] = {}
    for entry in session.scalars(
        select(AuditEntry)
        .where(AuditEntry.chain == case.id, AuditEntry.action.like("%.read"))
        .order_by(AuditEntry.seq)
    ):
        role, unit_id = _as_whom(session, case, entry)
        seen = last.get((entry.actor_id, role))
        last[entry.actor_id, role] = entry.at
        if seen is None or entry.at - seen > _SAME_VISIT:
            lines.append(Looked(entry.at, role, _unit(session, unit_id)))
    return tuple(reversed(lines))


def _as_whom(session: Session, case: Case, entry: AuditEntry) -> tuple[Role, int]:
    """The hat and the unit of a reading; for entries without, as things are now."""
    detail = entry.detail
    if "hat" in detail:
        return Role(detail["hat"]), int(detail.get("unit", case.school_id))
    for service in cases.services_of(session, case.id):
        if service.person_id == entry.actor_id:
            return Role.SERVICE, service.unit_id
    return Role.STAFETTHOLDER, case.school_id
