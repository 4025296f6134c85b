"""One person's own view of cases, as plain data: through the doors of the cards, hat by hat.

Other people are roles here, never names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access_log,
    baton_family,
    cases,
    closing_views,
    evaluation_views,
    family,
    level_views,
    log_views,
    meeting_views,
    municipality,
    people,
    right_views,
    tiltak_views,
    views,
)
from models.base import Refused
from models.batons import BatonWish
from models.cases import Case
from models.evaluation_answers import EvaluationAnswer, audience
from models.evaluations import Evaluation
from models.goals import Tiltak
from models.invitees import Invitee
from models.people import Person
from models.terms import (
    CaseState,
    Coming,
    Effect,
    HolderWish,
    IsRight,
    MeetingHelp,
    Progress,
    Role,
)
from models.voices import Voice

Entry = Mapping[str, Any]
"""Field name -> value: a word, number, yes or no, date, instant, enum, or a tuple of these."""


@dataclass(frozen=True)
class Part:
    """One chapter. `hat` tells under which hat a case was read, `number` which of several cases."""

    name: str
    entries: tuple[Entry, ...]
    hat: Role | None = None
    number: int = 0


Mask = Callable[[str | None], str | None]


# --- cases ---------------------------------------------------------------------------------------


def parts(session: Session, me: Person, now: datetime) -> Iterator[Part]:
    """What the family sees of each case it is in, under the one hat; then the closed ones."""
    rows = [row for row in views.my_cases(session, me, now) if row.hat in views.FAMILY]
    for number, row in enumerate(rows, 1):
        case = cases.find(session, row.case_id)
        assert case is not None  # noqa: S101 - it was just listed
        mask = masked(session, case, me, now)
        for name, entries in (
            ("case", _case(session, me, case, row.hat, now)),
            ("sharing", _sharing(session, me, case, now)),
            ("levels", _levels(session, me, case, now, mask)),
            ("tiltak", _tiltak(session, me, case, now, mask)),
            ("log", _log(session, me, case, row.hat, now, mask)),
            ("evaluations", _evaluations(session, me, case, row.hat, now, mask)),
        ):
            yield Part(name, tuple(entries), row.hat, number)
    for number, youth in enumerate(access_log.whose(session, me, now), 1):
        hat = Role.UNGDOM if youth.id == me.id else Role.FORESATT
        yield Part("looked", tuple(_looked(session, me, youth.id, now)), hat, number)
    yield Part("closed_cases", tuple(_closed(session, me, now)))


def _case(session: Session, me: Person, case: Case, hat: Role, now: datetime) -> Iterator[Entry]:
    view = views.case_view(session, actor=me, case_id=case.id, now=now, hat=hat)
    yield {
        "state": view.state,
        "opened_at": case.opened_at,
        "school": view.school,
        "followed_up_by": Role.STAFETTHOLDER,
        "services": tuple(service.name for service in view.services),
    }


def _sharing(session: Session, me: Person, case: Case, now: datetime) -> Iterator[Entry]:
    for row in views.consent_map(session, actor=me, case_id=case.id, now=now):
        yield {"service": row.name, "kinds": tuple(sorted(row.kinds)), "until": row.until}


def _levels(
    session: Session, me: Person, case: Case, now: datetime, mask: Mask
) -> Iterator[Entry]:
    seen = level_views.for_family(session, actor=me, case_id=case.id, now=now)
    for step in seen.steps:
        yield {
            "at": step.at,
            "before": seen.called(step.before),
            "after": seen.called(step.after),
            "reason": mask(step.reason),
        }


def _tiltak(
    session: Session, me: Person, case: Case, now: datetime, mask: Mask
) -> Iterator[Entry]:
    for seen in tiltak_views.of_case(session, me, case.id, now).tiltak:
        thing = session.get_one(Tiltak, seen.id)
        yield {
            "goal": mask(seen.goal),
            "words": mask(seen.words),
            "responsible": _as_role(session, case, thing.responsible_id),
            "deadline": seen.deadline,
            "evaluate_on": seen.evaluate_on,
        }


def _log(
    session: Session, me: Person, case: Case, hat: Role, now: datetime, mask: Mask
) -> Iterator[Entry]:
    for view in log_views.log(session, actor=me, case_id=case.id, now=now, hat=hat).entries:
        yield {
            "entry": view.kind,
            "at": view.at,
            "author": (view.hat, view.unit) if view.unit else (view.hat,),
            "tiltak": mask(view.about),
            "beside": mask(view.beside),
            "effect": view.effect,
            "told": mask(view.words),
            "youth_says": mask(view.voice.words) or view.voice.state if view.voice else None,
            "private": view.private or None,
        }


def _evaluations(
    session: Session, me: Person, case: Case, hat: Role, now: datetime, mask: Mask
) -> Iterator[Entry]:
    made = select(Evaluation).join(Tiltak, Tiltak.id == Evaluation.tiltak_id)
    chosen = made.where(Tiltak.case_id == case.id).order_by(Evaluation.at, Evaluation.id)
    for evaluation in session.scalars(chosen):
        try:
            seen = evaluation_views.outcome(session, me, evaluation.id, now)
        except Refused:
            continue
        own = hat is Role.UNGDOM  # whatever other hat the reader wears, this is the part of one
        yield {
            "at": evaluation.at,
            "words": mask(seen.words),
            "decision": seen.decision,
            "effect": seen.effect,
            "new_words": mask(seen.new_words),
            "next_on": seen.next_on,
            "reason": mask(seen.reason),
            "voice": seen.voice if own else None,
            "score": seen.score if own else None,
            "addenda": tuple(mask(words) for _at, words in seen.beside.addenda),
        }


def _looked(session: Session, me: Person, ungdom_id: int, now: datetime) -> Iterator[Entry]:
    for visit in access_log.of_youth(session, actor=me, ungdom_id=ungdom_id, now=now):
        yield {
            "at": visit.at,
            "role": visit.role,
            "unit": visit.unit,
            "what": visit.what,
            "purpose": visit.purpose,
        }


def _closed(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    youths = [me.id, *(ward.id for ward in family.wards_of(session, me, now))]
    over = select(Case).where(Case.ungdom_id.in_(youths), Case.state == CaseState.CLOSED)
    for case in session.scalars(over.order_by(Case.opened_at)):
        try:
            seen = closing_views.view(session, actor=me, case_id=case.id, now=now)
        except Refused:
            continue
        mask = masked(session, case, me, now)
        yield {
            "hat": seen.hat,
            "school": seen.school,
            "opened_at": case.opened_at,
            "closed_on": seen.decided_on,
            "reason": seen.reason,
            "family_view": seen.family_view,
            "left_open": tuple(mask(words) for words in seen.left_open),
            "note": mask(seen.note),
            "archived_on": seen.archived_on,
            "purge_on": seen.purge_on,
        }


# --- meetings and the own voice ------------------------------------------------------------------


def meetings(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """Those I was asked to, and may know of now: once a consent is gone, a service's are too."""
    for mine in session.scalars(
        select(Invitee).where(Invitee.person_id == me.id).order_by(Invitee.id)
    ):
        try:
            seen = meeting_views.view(session, actor=me, meeting_id=mine.meeting_id, now=now)
        except Refused:
            continue
        case = cases.find(session, seen.case_id)
        assert case is not None  # noqa: S101 - a foreign key holds it
        mask = masked(session, case, me, now)
        hats = views.hats_for(session, actor=me, subject_id=case.id, now=now)
        yield {
            "as": tuple(hat for hat in views.HATS if hat in hats),
            "starts_at": seen.starts_at,
            "minutes": seen.minutes,
            "place_kind": seen.place_kind,
            "place": mask(seen.place),
            "agenda": mask(seen.agenda),
            "cancelled": seen.cancelled,
            "answer": Coming(mine.answer),
            "help": MeetingHelp(mine.help) if mine.help else None,
            "answered_at": mine.answered_at,
        }


def voices(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """My own words: for me and the stafettholder alone."""
    case = cases.open_for(session, me.id)
    if case is None or Role.UNGDOM not in views.hats_for(
        session, actor=me, subject_id=case.id, now=now
    ):
        return
    said = select(Voice, Tiltak).join(Tiltak, Tiltak.id == Voice.tiltak_id)
    mine = said.where(Tiltak.case_id == case.id, Voice.taken_back_at.is_(None))
    chosen = mine.order_by(Voice.at, Voice.id)
    mask = masked(session, case, me, now)
    for voice, thing in session.execute(chosen):
        yield {
            "at": voice.at,
            "about": mask(thing.words),
            "score": voice.score,
            "own_words": voice.words,
        }


def evaluation_answers(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What I have said before an evaluation, of what may still be asked me about."""
    said = select(EvaluationAnswer, Tiltak).join(Tiltak, Tiltak.id == EvaluationAnswer.tiltak_id)
    chosen = said.where(EvaluationAnswer.person_id == me.id)
    for answer, thing in session.execute(chosen.order_by(EvaluationAnswer.at)).all():
        case = cases.find(session, thing.case_id)
        if case is None or me.id not in audience(session, case, thing, now):
            continue
        family_hat = answer.role == Role.FORESATT
        yield {
            "at": answer.at,
            "about": masked(session, case, me, now)(thing.words) if family_hat else None,
            "effect": Effect(answer.effect) if answer.effect else None,
            "progress": Progress(answer.progress) if answer.progress else None,
            "own_words": answer.words,
        }


def is_it_right(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What I have answered when I was asked whether something is right."""
    youths = [me.id, *(ward.id for ward in family.wards_of(session, me, now))]
    for case in filter(None, (cases.open_for(session, each) for each in youths)):
        mask = masked(session, case, me, now)
        for answer in right_views.own_answers(session, me, case, now):
            yield {
                "at": answer.at,
                "right": IsRight(answer.answer),
                "own_words": mask(answer.words),
            }


def baton_wishes(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What I said to who holds the baton: for me, the stafettholder and the rektor."""
    asked = select(BatonWish).where(BatonWish.person_id == me.id).order_by(BatonWish.asked_at)
    for wish in session.scalars(asked):
        try:
            baton_family.mine(session, me, wish.id, now)
        except Refused:
            continue
        yield {
            "asked_at": wish.asked_at,
            "answer": HolderWish(wish.answer) if wish.answer else None,
            "own_words": wish.words,
            "answered_at": wish.answered_at,
        }


def work(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """That I work in a case; whose it is and what is in it belongs to others."""
    for row in views.my_cases(session, me, now):
        if row.hat not in views.FAMILY:
            case = cases.find(session, row.case_id)
            assert case is not None  # noqa: S101 - it was just listed
            yield {
                "role": row.hat,
                "school": unit_name(session, case.school_id),
                "opened_at": case.opened_at,
            }


# --- others are roles ----------------------------------------------------------------------------


def unit_name(session: Session, unit_id: int) -> str:
    found = municipality.unit(session, unit_id)
    return found.name if found is not None else ""


def _as_role(session: Session, case: Case, person_id: int) -> tuple[Any, ...]:
    """A member of staff as role and service."""
    if person_id == case.stafettholder_id:
        return Role.STAFETTHOLDER, unit_name(session, case.school_id)
    for service in cases.services_of(session, case.id):
        if service.person_id == person_id:
            return Role.SERVICE, unit_name(session, service.unit_id)
    return (Role.SERVICE,)


def masked(session: Session, case: Case, me: Person, now: datetime) -> Mask:
    """Puts roles in brackets for the names of everyone else in a case, in what others wrote."""
    roles = {
        guardian.id: Role.FORESATT for guardian in family.all_guardians_of(session, case.ungdom_id)
    }
    roles |= {s.person_id: Role.SERVICE for s in cases.services_of(session, case.id)}
    roles |= {case.stafettholder_id: Role.STAFETTHOLDER, case.ungdom_id: Role.UNGDOM}
    roles.pop(me.id, None)
    known: dict[str, Role] = {}
    for person_id, name in people.names(session, list(roles)).items():
        for part in (name, *name.split()):
            known.setdefault(part, roles[person_id])
    known.pop("", None)
    longest_first = sorted(map(re.escape, known), key=len, reverse=True)
    named = re.compile(rf"\b({'|'.join(longest_first)})s?\b")

    def mask(words: str | None) -> str | None:
        if not words or not known:
            return words
        return named.sub(lambda found: f"[{known[found[1]]}]", words)

    return mask
