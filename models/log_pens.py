"""What somebody could write in a stafettlogg, under which hats, and who would read it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    consents,
    log_entries,
    log_writing,
    municipality,
    people,
    policy,
    shielded,
    withheld,
)
from models.base import Refused, require
from models.cases import Case
from models.evaluations import Evaluation
from models.goals import Tiltak, items_of
from models.log_entries import OF_SERVICES, LogEntry
from models.log_views import HATS, EntryView, views_of
from models.people import Person
from models.terms import Action, Effect, EntryKind, InfoKind, Role, Why


@dataclass(frozen=True)
class Pen:
    """What somebody could write under one hat, and who would read it."""

    hat: Role
    kinds: tuple[EntryKind, ...]
    infos: Mapping[InfoKind | None, tuple[str, ...]]  # -> the services that would read it


@dataclass(frozen=True)
class Writing:
    case_id: int
    ungdom: str
    holder: str
    pens: tuple[Pen, ...]
    parents: bool  # the case is not shielded from them, and they take part
    reviews: Mapping[date, int]  # for the holder: day to look at shielding again -> weeks
    beside: EntryView | None = None
    about: str | None = None  # the tiltak, in its words
    tiltak_id: int | None = None
    effect: Effect | None = None  # what the last evaluation said came of it: not asked again


def writing(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    now: datetime,
    beside_id: int | None = None,
) -> Writing:
    """What there is to choose from, and who would read it; with `beside_id`, beside an entry.
    Refused as `log_entries.write` is."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.WRITE_LOG, now=now
    )
    cases.digital(case, True)
    if beside_id is None:
        log_writing.require_log(session, case, now)
    worn = access.hats_in_case(session, actor, case, now)
    if Role.LOGGFORER in worn:
        worn -= {Role.SERVICE}  # who keeps it writes as that
    access_log.looked(session, "log", actor, case, now)
    beside = None
    hats = [hat for hat in HATS if hat in worn]
    if beside_id is not None:
        found = {hat: _seen(session, case, actor, hat, beside_id, now) for hat in hats}
        hats = [hat for hat in hats if found[hat] is not None]
        require(hats, Why.ABSENT)
        beside = found[hats[0]]
    marks = shielded.of_case(session, case.id)
    holds = Role.STAFETTHOLDER in worn
    return Writing(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        holder=people.get(session, case.stafettholder_id).name or "",
        pens=tuple(_pen(session, case, actor, hat, now) for hat in hats),
        parents=not marks.whole and _has_guardians(session, case, now),
        reviews=shielded.suggested_days(session, now) if holds and not marks.whole else {},
        beside=beside,
    )


def tried(session: Session, *, actor: Person, tiltak_id: int, now: datetime) -> Writing:
    """For what was tried: under the hat of the holder, or of who is responsible for the tiltak."""
    thing = session.get(Tiltak, tiltak_id)
    plain = writing(session, actor=actor, case_id=thing.case_id if thing else 0, now=now)
    assert thing is not None  # noqa: S101 - no case has id 0
    case = session.get_one(Case, thing.case_id)
    pens = []
    for pen in (pen for pen in plain.pens if pen.hat in log_entries.STAFF):
        with contextlib.suppress(Refused):
            log_writing.tiltak_to_tell(session, actor, case, pen.hat, tiltak_id, now)
            pens.append(pen)
    require(pens, Why.ABSENT)
    held = withheld.of_case(session, case.id)
    item, goal = items_of(thing)
    grants = consents.standing(session, case, now).grants()
    units = [
        unit
        for unit, kinds in grants.items()
        if InfoKind.TILTAK in kinds and not held.hides(item, unit) and not held.hides(goal, unit)
    ]
    names = tuple(municipality.unit_names(session, units).values())
    pens = [replace(pen, infos={InfoKind.TILTAK: names}) for pen in pens]
    return replace(
        plain,
        pens=tuple(pens),
        about=thing.words,
        tiltak_id=thing.id,
        effect=_evaluated(session, thing),
    )


def _evaluated(session: Session, thing: Tiltak) -> Effect | None:
    found = select(Evaluation.effect).where(Evaluation.tiltak_id == thing.id)
    last = session.scalars(found.order_by(Evaluation.version.desc()).limit(1)).first()
    return Effect(last) if last is not None else None


def case_of(session: Session, entry_id: int) -> int:
    """The case of an entry, 0 for none. Says nothing of who may know it."""
    found = session.get(LogEntry, entry_id)
    return found.case_id if found is not None else 0


# --- the small parts -----------------------------------------------------------------------------


def _seen(
    session: Session, case: Case, actor: Person, hat: Role, entry_id: int, now: datetime
) -> EntryView | None:
    seen = log_entries.seen_by(session, case, actor, hat, now)
    views = views_of(session, case, actor, hat, seen)
    return next((view for view in views if view.id == entry_id and not view.beside), None)


def _pen(session: Session, case: Case, actor: Person, hat: Role, now: datetime) -> Pen:
    rules = municipality.policy_at(session, now)
    grants = consents.standing(session, case, now).grants()
    own = access.kinds_by_unit(session, actor, case, now) if hat in OF_SERVICES else None
    kinds = frozenset[InfoKind]().union(*(grants if own is None else own).values())
    infos: dict[InfoKind | None, tuple[str, ...]] = {} if own is not None else {None: ()}
    for kind in InfoKind:
        if kind in kinds:
            units = [unit for unit, granted in grants.items() if kind in granted]
            infos[kind] = tuple(municipality.unit_names(session, units).values())
    return Pen(hat, policy.writes(hat, rules) if infos else (), infos)


def _has_guardians(session: Session, case: Case, now: datetime) -> bool:
    return any(hat is Role.FORESATT for _p, hat in log_entries.readers(session, case, now))
