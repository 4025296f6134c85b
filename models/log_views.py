"""The stafettlogg as one reader may know it, under one hat. What they could write: `log_pens`.

Every reading by staff is in the access log [8].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    consents,
    curves,
    delegating,
    evaluation_views,
    log_entries,
    municipality,
    own_voice,
    paper_log,
    people,
    policy,
    shielded,
    tiltak_views,
)
from models.base import Refused, refuse, require
from models.cases import Case
from models.evaluation_views import Outcome
from models.goals import Tiltak
from models.log_entries import LogEntry
from models.own_voice import Said
from models.people import Person
from models.terms import FAMILY, Action, CaseState, Effect, EntryKind, InfoKind, Role, Why
from models.tiltak_views import TiltakView

HATS = (Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER, Role.LOGGFORER, Role.SERVICE)
"""The hats under which a log is read, in the order in which they are put on when none is named."""
MOST_EVALUATED = 3
"""So many evaluations stand in the log, the newest; the page of the case has them all."""


@dataclass(frozen=True)
class EntryView:
    id: int
    kind: EntryKind
    hat: Role  # the author's, when it was written
    author: str
    unit: str | None
    mine: bool
    at: datetime
    words: str
    info: InfoKind | None
    private: bool  # between the youth and one other
    about: str | None  # the tiltak it is about
    effect: Effect | None
    beside: str | None  # the words it is an addendum to
    voice: Said | None
    corrected: datetime | None  # when the last addendum was written that the reader may see
    shielded: date | None = None  # for staff: from guardians, and looked at again on that day


@dataclass(frozen=True)
class LogView:
    case_id: int
    hat: Role
    ungdom: str
    concern: EntryView | None  # the one that counts
    tiltak: tuple[TiltakView, ...]
    evaluated: tuple[tuple[date, Outcome], ...]  # the newest first
    entries: tuple[EntryView, ...]  # the newest first
    writes: tuple[EntryKind, ...]  # what the reader may write now
    on_paper: date | None  # since then
    may_paper: bool  # may put it there, or back
    may_delegate: bool  # there is a los who could keep it, or does
    curves: bool  # there is something to see of how the youth says it has gone


@dataclass(frozen=True)
class EntryDetail:
    case_id: int
    ungdom: str
    hat: Role
    entry: EntryView
    addenda: tuple[EntryView, ...]
    may_add: bool
    may_withhold: bool
    may_shield: bool


def log(
    session: Session, *, actor: Person, case_id: int, now: datetime, hat: Role | None = None
) -> LogView:
    """The whole of it, for one hat; the first that is worn, when none is named."""
    case, chosen = _opened(session, actor, case_id, hat, now)
    seen = log_entries.seen_by(session, case, actor, chosen, now)
    kept = bool(seen) and all(log_entries.kept_from_guardians(session, case, e) for e in seen)
    access_log.looked(session, "log", actor, case, now, hat=chosen, kept=kept)
    entries = views_of(session, case, actor, chosen, seen)
    with access_log.unseen(session):  # the reading is recorded just above
        agreed = tiltak_views.of_case(session, actor, case_id, now).tiltak
        judged = evaluation_views.outcomes(session, actor, case_id, now, MOST_EVALUATED)
    writes = consents.carries(session, case, now) and case.on_paper_since is None
    return LogView(
        case_id=case.id,
        hat=chosen,
        ungdom=people.get(session, case.ungdom_id).name or "",
        concern=next((e for e in entries if e.kind is EntryKind.CONCERN), None),
        tiltak=agreed,
        evaluated=tuple((_local(session, at), outcome) for at, outcome in judged),
        entries=entries,
        writes=policy.writes(chosen, municipality.policy_at(session, now)) if writes else (),
        on_paper=_local(session, case.on_paper_since) if case.on_paper_since else None,
        may_paper=chosen is Role.STAFETTHOLDER and paper_log.may_put(session, case, now),
        may_delegate=chosen is Role.STAFETTHOLDER and _could_delegate(session, actor, case, now),
        curves=_has_curves(session, actor, case, chosen, now),
    )


def entry(
    session: Session, *, actor: Person, entry_id: int, now: datetime, hat: Role | None = None
) -> EntryDetail:
    """One entry with what stands beside it. Absent for who may not see it."""
    found = session.get(LogEntry, entry_id)
    case, chosen = _opened(session, actor, found.case_id if found else 0, hat, now)
    seen = log_entries.seen_by(session, case, actor, chosen, now)
    views = views_of(session, case, actor, chosen, seen)
    mine = next((view for view in views if view.id == entry_id), None)
    if mine is None or found is None:
        refuse(Why.ABSENT)
    kept = log_entries.kept_from_guardians(session, case, found)
    access_log.looked(session, "log", actor, case, now, hat=chosen, kept=kept)
    beside = {each.id for each in seen if each.beside_id == entry_id}
    deciding = actor.id in {person.id for person in consents.required(session, case, now)}
    carries = consents.carries(session, case, now)
    return EntryDetail(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        hat=chosen,
        entry=mine,
        addenda=tuple(view for view in reversed(views) if view.id in beside),
        may_add=carries and case.on_paper_since is None and mine.kind is not EntryKind.ADDENDUM,
        may_withhold=deciding and chosen in FAMILY and bool(mine.info) and not mine.beside,
        may_shield=chosen is Role.STAFETTHOLDER and not mine.private and not mine.beside,
    )


def news(session: Session, *, actor: Person, case_id: int, day: str, now: datetime) -> Role | None:
    """The hat under which something of another's, told of on that day, is there to read; None when
    there is none any more. Shows nothing."""
    case = cases.find(session, case_id)
    if case is None or case.state == CaseState.CLOSED:
        return None
    worn = access.hats_in_case(session, actor, case, now)
    for hat in (each for each in HATS if each in worn):
        for each in log_entries.seen_by(session, case, actor, hat, now):
            told = log_entries.told_on(session, each.at).isoformat()
            if each.author_id != actor.id and told == day:
                return hat
    return None


# --- the small parts -----------------------------------------------------------------------------


def _opened(
    session: Session, actor: Person, case_id: int, hat: Role | None, now: datetime
) -> tuple[Case, Role]:
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    worn = access.hats_in_case(session, actor, case, now)
    chosen = next(h for h in HATS if h in worn) if hat is None else hat
    require(chosen in worn, Why.ABSENT)
    return case, chosen


def _could_delegate(session: Session, actor: Person, case: Case, now: datetime) -> bool:
    found = delegating.keepers(session, actor=actor, case_id=case.id, now=now)
    return bool(found.able or found.now)


def _local(session: Session, at: datetime) -> date:
    return policy.today_in(at, municipality.policy_at(session, at))


def _has_curves(session: Session, actor: Person, case: Case, hat: Role, now: datetime) -> bool:
    try:
        with access_log.unseen(session):
            return bool(curves.of_case(session, actor=actor, case_id=case.id, hat=hat, now=now))
    except Refused:
        return False


def views_of(
    session: Session, case: Case, reader: Person, hat: Role, seen: Sequence[LogEntry]
) -> tuple[EntryView, ...]:
    names = people.names(session, [each.author_id for each in seen])
    units = municipality.unit_names(session, {each.unit_id for each in seen if each.unit_id})
    words = {each.id: each.words or "" for each in seen}
    corrected = {e.beside_id: e.at for e in reversed(seen) if e.beside_id is not None}
    held = shielded.NOTHING if hat in FAMILY else shielded.of_case(session, case.id)
    return tuple(
        EntryView(
            id=each.id,
            kind=EntryKind(each.kind),
            hat=Role(each.hat),
            author=names.get(each.author_id, ""),
            unit=units.get(each.unit_id) if each.unit_id else None,
            mine=each.author_id == reader.id,
            at=each.at,
            words=words[each.id],
            info=InfoKind(each.info) if each.info else None,
            private=each.only_for is not None,
            about=_about(session, each),
            effect=Effect(each.effect) if each.effect else None,
            beside=words.get(each.beside_id) if each.beside_id else None,
            voice=own_voice.of(each),
            corrected=corrected.get(each.id),
            shielded=held.review_on(*log_entries.items_about(session, each)),
        )
        for each in seen
    )


def _about(session: Session, each: LogEntry) -> str | None:
    if each.tiltak_id is None:
        return None
    return session.get_one(Tiltak, each.tiltak_id).words
