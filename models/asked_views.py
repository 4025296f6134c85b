"""What each of the others is asked before an evaluation, and what the holder and the youth see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    consents,
    evaluation_answers,
    family,
    next_dates,
    people,
)
from models.base import Refused, by_name, require
from models.cases import Case
from models.goals import Tiltak
from models.people import Person
from models.terms import Action, Effect, Progress, Role, TiltakState, VoiceState, Why


@dataclass(frozen=True)
class Question:
    """One question to a guardian or to who is responsible, and what was answered last."""

    tiltak_id: int
    case_id: int
    version: int
    words: str
    ungdom: str
    holder: str
    role: Role
    answered: bool
    effect: Effect | None
    progress: Progress | None
    said: str | None
    more: int  # other questions still open


@dataclass(frozen=True)
class Answered:
    """What one of them has answered, for the holder; or why there is nothing."""

    name: str
    role: Role
    state: VoiceState
    effect: Effect | None = None
    progress: Progress | None = None
    words: str | None = None


# --- for who is asked ----------------------------------------------------------------------------


def open_questions(
    session: Session, actor: Person, case_id: int, now: datetime
) -> tuple[Question, ...]:
    """What somebody has not answered of what is theirs and soon evaluated. Staff's reading is
    recorded. Refused as absent for who has no part in the case."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.ANSWER_EVALUATION, now=now
    )
    require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    waiting = [
        thing
        for thing in evaluation_answers.theirs(session, case, actor, now)
        if evaluation_answers.last_of(session, thing, actor.id) is None
    ]
    if waiting:
        access_log.looked(session, "tiltak", actor, case, now)
    return tuple(_question(session, case, t, actor, len(waiting) - 1, now) for t in waiting)


def anything_asked(session: Session, actor: Person, case_id: int, now: datetime) -> bool:
    """As `open_questions`, showing nothing."""
    with access_log.unseen(session):
        return bool(open_questions(session, actor, case_id, now))


def my_questions(session: Session, actor: Person, now: datetime) -> tuple[Question, ...]:
    """As `open_questions`, over every case: the wards', and those taken part in."""
    wards = [cases.open_for(session, ward.id) for ward in family.wards_of(session, actor, now)]
    them = [case for case in wards if case is not None]
    known = [*them, *cases.taken_part_in(session, actor.id)]
    found: list[Question] = []
    with access.of_each(session, actor, known):
        for case_id in dict.fromkeys(case.id for case in known):
            try:
                found += open_questions(session, actor, case_id, now)
            except Refused:
                continue
    return tuple(found)


def question(session: Session, actor: Person, tiltak_id: int, now: datetime) -> Question:
    """One question, answered or not. Stale when the tiltak is done with."""
    case, thing, _role = evaluation_answers.own(session, actor, tiltak_id, now)
    require(thing.state == TiltakState.ACTIVE, Why.STALE)
    access_log.looked(session, "tiltak", actor, case, now)
    with access_log.unseen(session):
        others = open_questions(session, actor, case.id, now)
    more = sum(q.tiltak_id != tiltak_id for q in others)
    return _question(session, case, thing, actor, more, now)


def _question(
    session: Session, case: Case, thing: Tiltak, actor: Person, more: int, now: datetime
) -> Question:
    last = evaluation_answers.last_of(session, thing, actor.id)
    names = people.names(session, [case.ungdom_id, case.stafettholder_id])
    return Question(
        tiltak_id=thing.id,
        case_id=case.id,
        version=thing.version,
        words=thing.words or "",
        ungdom=names[case.ungdom_id],
        holder=names[case.stafettholder_id],
        role=evaluation_answers.audience(session, case, thing, now)[actor.id],
        answered=last is not None,
        effect=Effect(last.effect) if last and last.effect else None,
        progress=Progress(last.progress) if last and last.progress else None,
        said=last.words if last else None,
        more=more,
    )


# --- for the holder, and for the youth -----------------------------------------------------------


def answers(session: Session, case: Case, thing: Tiltak, now: datetime) -> tuple[Answered, ...]:
    """For the holder: everyone it is asked about, and who has answered; opened by the caller."""
    asked = {row.person_id for row in evaluation_answers.asked_of(session, thing)}
    audience = evaluation_answers.audience(session, case, thing, now)
    for said in evaluation_answers.said_of(session, thing):
        audience.setdefault(said.person_id, Role(said.role))  # may not know of it any more
    names = people.names(session, list(audience))
    return tuple(
        _answered(session, thing, person_id, role, names, person_id in asked)
        for person_id, role in audience.items()
    )


def _answered(
    session: Session,
    thing: Tiltak,
    person_id: int,
    role: Role,
    names: Mapping[int, str],
    was_asked: bool,
) -> Answered:
    last = evaluation_answers.last_of(session, thing, person_id)
    if last is None:
        state = VoiceState.SILENT if was_asked else VoiceState.NOT_ASKED
        return Answered(names[person_id], role, state)
    said = last.effect is not None or last.progress is not None
    return Answered(
        name=names[person_id],
        role=role,
        state=VoiceState.ANSWERED if said else VoiceState.NOT_NOW,
        effect=Effect(last.effect) if last.effect else None,
        progress=Progress(last.progress) if last.progress else None,
        words=last.words,
    )


def asked_names(session: Session, thing: Tiltak) -> tuple[str, ...]:
    """For the youth: who else was asked about it, never what they said."""
    them = [row.person_id for row in evaluation_answers.asked_of(session, thing)]
    names = people.names(session, them)
    return tuple(by_name(names).values())


def nothing_ahead(session: Session, actor: Person, case_id: int, now: datetime) -> str | None:
    """The youth's name, while the holder must agree on something more in the case or close it."""
    if not next_dates.wanted(session, actor, case_id, now):
        return None
    case = access.open_case(session, actor=actor, case_id=case_id, action=Action.EVALUATE, now=now)
    access_log.looked(session, "cases", actor, case, now)
    return people.get(session, case.ungdom_id).name or ""
