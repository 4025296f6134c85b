"""What of the tiltak each reader sees: the family and the holder all, a service its own part [4].

Every reading by staff is in the audit, so that the family can see who looked [8].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    consents,
    family,
    municipality,
    people,
    policy,
    reminding,
    shielded,
    tiltak,
)
from models.base import Refused, refuse
from models.cases import Case
from models.goals import items_of
from models.people import Person
from models.policy import Calendar
from models.terms import FAMILY, Action, CaseState, InfoKind, ItemKind, Role, Why
from models.tiltak import Goal, Tiltak
from models.withheld import Item


@dataclass(frozen=True)
class TiltakView:
    id: int
    version: int
    goal: str | None  # None: the reader's service was not given goals
    words: str
    responsible: str
    mine: bool  # the reader is responsible
    deadline: date
    evaluate_on: date
    shielded: date | None = None  # for staff: from guardians, and looked at again on that day


@dataclass(frozen=True)
class CaseTiltak:
    """The tiltak of one case that one reader may see, the next to be looked at first."""

    case_id: int
    ungdom: str
    own: bool  # the reader is the youth
    may_plan: bool  # holds the baton, and the consents carry the case
    may_evaluate: bool  # holds it, and does not only keep the log
    asks: bool  # the reader is the youth, and an evaluation is near
    tiltak: tuple[TiltakView, ...]


@dataclass(frozen=True)
class Planning:
    """What there is to choose from when a tiltak is planned."""

    case_id: int
    goals: Mapping[int, str]
    responsibles: Mapping[int, str]
    dates: Mapping[int, date]  # weeks -> day
    calendar: Calendar  # which of the days the holder names are school days
    ungdom: str
    readers: Mapping[int, tuple[str, ...]]  # responsible -> the services that could read it
    shielded_goals: frozenset[int]  # from guardians: a tiltak for one of these is so with it
    shielded: bool  # the whole case is
    on_paper: bool  # the log is: here are who does it, and the days
    reviews: Mapping[date, int]  # day to look at shielding again -> weeks until then


def of_case(session: Session, actor: Person, case_id: int, now: datetime) -> CaseTiltak:
    """What `actor` may see of one case's tiltak. Staff's reading is recorded."""
    case = _opened(session, actor, case_id, now)
    seen = _seen(session, actor, case, now)
    _looked(session, actor, case, seen.tiltak, now)
    return seen


def _looked(
    session: Session, actor: Person, case: Case, seen: Sequence[TiltakView], now: datetime
) -> None:
    kept = bool(seen) and all(view.shielded for view in seen)
    access_log.looked(session, "tiltak", actor, case, now, kept=kept)


def _opened(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    return access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )


def overview(session: Session, actor: Person, now: datetime) -> tuple[CaseTiltak, ...]:
    """Every case in which `actor` may see or plan tiltak: the own, wards', held, and taken part in."""
    own = cases.open_for(session, actor.id)
    wards = [cases.open_for(session, ward.id) for ward in family.wards_of(session, actor, now)]
    found = [
        own,
        *wards,
        *cases.held_by(session, actor.id),
        *cases.taken_part_in(session, actor.id),
    ]
    known = [case for case in found if case is not None]
    with access.of_each(session, actor, known):
        ids = dict.fromkeys(case.id for case in known)
        shown = [seen for id in ids if (seen := _of_several(session, actor, id, now)) is not None]
    return tuple(sorted(shown, key=lambda found: (not found.own, found.ungdom.casefold())))


def _of_several(session: Session, actor: Person, case_id: int, now: datetime) -> CaseTiltak | None:
    try:
        case = _opened(session, actor, case_id, now)
    except Refused:
        return None
    seen = _seen(session, actor, case, now)
    if not seen.tiltak and not seen.may_plan:
        return None
    _looked(session, actor, case, seen.tiltak, now)
    return seen


def one(session: Session, actor: Person, tiltak_id: int, now: datetime) -> TiltakView:
    """One active tiltak. Absent for who may not see it, even among others of the same case."""
    thing = session.get(Tiltak, tiltak_id)
    case = _opened(session, actor, thing.case_id if thing is not None else 0, now)
    for view in _seen(session, actor, case, now).tiltak:
        if view.id == tiltak_id:
            _looked(session, actor, case, [view], now)
            return view
    refuse(Why.ABSENT)


def concerns(session: Session, actor: Person, tiltak_id: int, now: datetime) -> bool:
    """Whether `actor` is responsible for an active tiltak and may know of it. Shows nothing."""
    thing = session.get(Tiltak, tiltak_id)
    case = cases.find(session, thing.case_id) if thing is not None else None
    if case is None or case.state == CaseState.CLOSED:
        return False
    return any(v.id == tiltak_id and v.mine for v in _seen(session, actor, case, now).tiltak)


def has_deadline(session: Session, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether `actor` is responsible for something in a case that is to be done within a week, or
    was, and may know of it. Shows nothing."""
    case = cases.find(session, case_id)
    if case is None or case.state == CaseState.CLOSED or not consents.carries(session, case, now):
        return False
    rules, day = municipality.policy_at(session, now), tiltak.today(session, now)
    return any(
        view.mine and reminding.deadline_is_near(view.deadline, day, rules)
        for view in _seen(session, actor, case, now).tiltak
    )


def planning(session: Session, actor: Person, case_id: int, now: datetime) -> Planning:
    """What the holder chooses from. Refused as `tiltak.plan` would be."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.PLAN_TILTAK, now=now
    )
    access_log.looked(session, "tiltak", actor, case, now)
    return Planning(
        case_id=case.id,
        goals=_goals(session, actor, case, now),
        responsibles=people.names(session, tiltak.responsibles(session, case, now)),
        dates=tiltak.suggested_dates(session, now),
        calendar=municipality.calendar_of(session),
        ungdom=people.get(session, case.ungdom_id).name or "",
        readers=_readers(session, case, now),
        shielded_goals=_shielded_goals(session, case),
        shielded=shielded.of_case(session, case.id).whole,
        on_paper=case.on_paper_since is not None,
        reviews=shielded.suggested_days(session, now),
    )


def _goals(session: Session, actor: Person, case: Case, now: datetime) -> dict[int, str]:
    """All, for the holder; what is not withheld from their service, for who keeps the log."""
    whole = Role.STAFETTHOLDER in access.hats_in_case(session, actor, case, now)

    def known(goal: Goal) -> bool:
        item = Item(ItemKind.GOAL, goal.id)
        kinds = access.kinds_by_unit(session, actor, case, now, of=item).values()
        return whole or any(InfoKind.GOALS in each for each in kinds)

    return {g.id: g.words or "" for g in tiltak.goals_of(session, case.id) if known(g)}


def _readers(session: Session, case: Case, now: datetime) -> dict[int, tuple[str, ...]]:
    """The services that whoever is made responsible takes part for, and that may know of tiltak."""
    found = {}
    for person_id in tiltak.responsibles(session, case, now):
        granted = access.kinds_by_unit(session, people.get(session, person_id), case, now)
        units = [unit for unit, kinds in granted.items() if InfoKind.TILTAK in kinds]
        found[person_id] = tuple(municipality.unit_names(session, units).values())
    return found


def _shielded_goals(session: Session, case: Case) -> frozenset[int]:
    held = shielded.of_case(session, case.id)
    goals = tiltak.goals_of(session, case.id)
    return frozenset(g.id for g in goals if held.hides(Item(ItemKind.GOAL, g.id)))


def _seen(session: Session, actor: Person, case: Case, now: datetime) -> CaseTiltak:
    hats = access.hats_in_case(session, actor, case, now)
    whole = access.sees_whole(session, case, hats, now)

    def may_know(kind: InfoKind, item: Item) -> bool:
        granted = access.kinds_by_unit(session, actor, case, now, of=item)
        return any(kind in kinds for kinds in granted.values())

    hidden = shielded.hidden_from(session, case, actor)
    things = [
        thing
        for thing in tiltak.active(session, case.id)
        if not hidden.hides(*items_of(thing))
        and (
            whole
            or (
                (thing.responsible_id == actor.id or Role.LOGGFORER in hats)
                and may_know(InfoKind.TILTAK, Item(ItemKind.TILTAK, thing.id))
            )
        )
    ]
    with_goal = {
        thing.id
        for thing in things
        if whole or may_know(InfoKind.GOALS, Item(ItemKind.GOAL, thing.goal_id))
    }
    names = people.names(session, [case.ungdom_id, *(t.responsible_id for t in things)])
    marks = shielded.NOTHING if hats & FAMILY else shielded.of_case(session, case.id)
    carries = consents.carries(session, case, now)
    return CaseTiltak(
        case_id=case.id,
        ungdom=names[case.ungdom_id],
        own=Role.UNGDOM in hats,
        may_plan=carries and policy.may(Action.PLAN_TILTAK, hats),
        may_evaluate=carries and policy.may(Action.EVALUATE, hats),
        asks=carries and Role.UNGDOM in hats and bool(tiltak.near(session, case.id, now)),
        tiltak=tuple(
            _view(session, actor, t, names, t.id in with_goal, marks.review_on(*items_of(t)))
            for t in things
        ),
    )


def _view(
    session: Session,
    actor: Person,
    thing: Tiltak,
    names: Mapping[int, str],
    with_goal: bool,
    review_on: date | None,
) -> TiltakView:
    return TiltakView(
        id=thing.id,
        version=thing.version,
        goal=session.get_one(Goal, thing.goal_id).words if with_goal else None,
        words=thing.words or "",
        responsible=names[thing.responsible_id],
        mine=thing.responsible_id == actor.id,
        deadline=thing.deadline,
        evaluate_on=thing.evaluate_on,
        shielded=review_on,
    )
