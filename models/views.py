"""The one door to a case: authorise, write the access log, return only the parts a reader may see.

A reader wears one hat at a time; no view mixes two. What others add to a case (goals, meetings)
is fetched through views of their own, under the same hat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    consents,
    delegating,
    family,
    kept_from_parents,
    municipality,
    people,
    policy,
    shielded,
)
from models.access_log import Looked, who_looked
from models.base import require
from models.cases import Case
from models.consent_progress import Progress, progress_of
from models.consent_rules import Kinds
from models.people import Person
from models.terms import FAMILY, Action, CaseState, Purpose, Role, Why

__all__ = [
    "FAMILY", "HATS", "CaseRow", "CaseView", "Looked", "MapRow", "Progress", "ServiceView",
    "case_view", "consent_map", "hats_for", "my_cases", "progress", "who_looked",
]  # fmt: skip

HATS = (Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER, Role.SERVICE, Role.LOGGFORER)
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
    careful: bool = False  # the stafettholder's only: the youth keeps something from parents [49]
    shields: bool = False  # the stafettholder's only: something in it is shielded from them [58]
    keeper: str | None = None  # who keeps the log for the holder
    shielded: date | None = None  # for staff: the whole of it is, and looked at again on that day

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
    at_work = chosen in (Role.SERVICE, Role.LOGGFORER)
    own = access.kinds_by_unit(session, actor, case, now) if at_work else {}
    access_log.looked(session, "cases", actor, case, now, hat=chosen, purpose=purpose)
    holds = consents.standing(session, case, now)
    grants = own if at_work else holds.grants()
    kinds = policy.visible_kinds(frozenset({chosen}), Kinds().union(*own.values()))
    shared = chosen in FAMILY or bool(holds.in_force())
    youth = people.get(session, case.ungdom_id)
    asked = progress_of(session, holds, youth) if chosen is Role.STAFETTHOLDER else ()
    marks = shielded.NOTHING if chosen in FAMILY else shielded.of_case(session, case.id)
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
        careful=chosen is Role.STAFETTHOLDER
        and bool(kept_from_parents.kept(session, [case.ungdom_id])),
        shields=chosen is Role.STAFETTHOLDER and bool(marks.by),
        keeper=delegating.keeper(session, case, now),
        shielded=marks.review_on(),
    )


def _state(case: Case, holds: consents.Standing) -> CaseState:
    """The state as the consents make it this instant, should the tick be late."""
    if holds.in_force():
        return CaseState.ACTIVE
    return CaseState.FROZEN if case.state == CaseState.ACTIVE else CaseState(case.state)


def _name(session: Session, person_id: int) -> str:
    return people.get(session, person_id).name or ""


def _unit(session: Session, unit_id: int) -> str:
    found = municipality.unit(session, unit_id)
    return found.name if found is not None else ""


def _services(
    session: Session, case: Case, grants: Mapping[int, Kinds]
) -> tuple[ServiceView, ...]:
    taking_part = cases.services_of(session, case.id)
    shown = []
    for unit_id, name in municipality.unit_names(session, grants).items():
        workers = [s.person_id for s in taking_part if s.unit_id == unit_id]
        who = tuple(people.names(session, workers).values())
        shown.append(ServiceView(unit_id, name, grants[unit_id], who))
    return tuple(shown)


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
    """Every open case in which someone wears a hat now, one row for each hat: the own, then by
    name."""
    found = [*_family_and_held(session, actor, now), *cases.taken_part_in(session, actor.id)]
    known = list({case.id: case for case in found}.values())
    with access.of_each(session, actor, known):
        rows = [
            CaseRow(
                case.id,
                hat,
                _name(session, case.ungdom_id),
                _state(case, consents.standing(session, case, now)),
            )
            for case in known
            for hat in _worn(access.hats_in_case(session, actor, case, now))
        ]
    return sorted(rows, key=lambda row: (row.hat is not Role.UNGDOM, row.ungdom.casefold()))


def _family_and_held(session: Session, actor: Person, now: datetime) -> list[Case]:
    wards = family.wards_of(session, actor, now)
    own = [cases.open_for(session, id) for id in (actor.id, *(ward.id for ward in wards))]
    return [case for case in (*own, *cases.held_by(session, actor.id)) if case is not None]


def of_family_or_held(session: Session, actor: Person, now: datetime) -> list[int]:
    """The open cases that are somebody's own, a child's, or with them: what they may do in each is
    for whoever asks next."""
    return list({case.id: None for case in _family_and_held(session, actor, now)})


def _worn(hats: frozenset[Role]) -> list[Role]:
    """Who keeps the log is in the case as that, beside what else they are, but a service's worker."""
    dropped = {Role.SERVICE} if Role.LOGGFORER in hats else set()
    return [hat for hat in HATS if hat in hats - dropped]


def consent_map(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[MapRow, ...]:
    """'Who gets to know what': what is in force now, service by service. The family's, and the
    holder's; a service sees only itself, in its own view."""
    hats = hats_for(session, actor=actor, subject_id=case_id, now=now)
    require(hats - {Role.SERVICE, Role.LOGGFORER}, Why.ABSENT)
    case_view(session, actor=actor, case_id=case_id, now=now)  # writes the access log
    case = cases.find(session, case_id)
    assert case is not None  # noqa: S101 - the view above opened it
    holds = consents.standing(session, case, now)
    rows = [
        MapRow(unit_id, _unit(session, unit_id), kinds, holds.ends_on(question))
        for question in holds.in_force()
        for unit_id, kinds in holds.shared(question).items()
    ]
    if (wide := holds.everything()) is not None:
        rows = _all_of_it(rows, holds.grants(), holds.ends_on(wide))
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))


def _all_of_it(rows: Sequence[MapRow], grants: Mapping[int, Kinds], until: date) -> list[MapRow]:
    """One row for each service, while everything is shared: no longer than it has a row at all."""
    last = {row.unit_id: row for row in sorted(rows, key=lambda row: row.until)}
    return [
        replace(row, kinds=grants[unit], until=min(row.until, until)) for unit, row in last.items()
    ]
