"""What each sees of a consent: a consenter the own answers and nobody else's, the holder progress.

Of the others a consenter learns only whether some answer is still awaited (P3), never whose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import cases, consents, municipality, people, policy
from models.base import refuse, require
from models.cases import Case
from models.consent_history import (
    UNANSWERED,
    ConsentEvent,
    ConsentQuestion,
    Kinds,
    Standing,
    questions_of,
    scope_of,
)
from models.people import Person
from models.terms import CaseState, ConsentAct, ConsentState, Purpose, Why


@dataclass(frozen=True)
class ConsentCard:
    """One question as one consenter sees it, in its newest version."""

    question_id: int
    case_id: int
    text_key: str
    ungdom: str
    own: bool  # the reader is the youth it is about
    asked_by: str
    school: str
    scope: tuple[tuple[str, Kinds], ...]  # service and what it would know
    purpose: Purpose
    until: date
    state: ConsentState  # the reader's own answer
    revision: int  # goes up with every answer: a button drawn before it is an old button
    must: bool  # the reader's yes is needed
    may_answer: bool
    may_talk: bool
    may_withdraw: bool
    stops: tuple[str, ...]  # the services of every yes that taking this one back would stop
    in_force: bool
    older_in_force: bool  # an earlier version is, while this one waits
    number: str | None  # the reader's last receipt

    @property
    def awaits_others(self) -> bool:
        return self.state is ConsentState.GIVEN and not self.in_force


@dataclass(frozen=True)
class Receipt:
    number: str
    act: ConsentAct
    at: datetime
    services: tuple[str, ...]
    until: date | None


@dataclass(frozen=True)
class Progress:
    """How one question stands, for the stafettholder: never who said no or took a yes back."""

    question_id: int
    services: tuple[str, ...]
    in_force: bool
    until: date
    declined: bool  # somebody said no or took a yes back; then nobody is named as awaited
    waiting: tuple[str, ...]  # who has not answered yet
    talk: tuple[str, ...]  # who wants to talk first
    languages: frozenset[str]  # of those who have not answered
    text_key: str
    not_joined: bool  # someone who must answer has no account yet


def card(session: Session, *, actor: Person, question_id: int, now: datetime) -> ConsentCard:
    """The newest version of a question, for those it is put to and for the youth.

    Someone no longer asked (a guardian without responsibility) sees only what their own yes
    still stands to, so that it can be taken back [16].
    """
    question = consents.find(session, question_id)
    case = cases.find(session, question.case_id) if question is not None else None
    if question is None or case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    found = _card(session, actor, case, consents.standing(session, case, now), question)
    if found is None:
        refuse(Why.ABSENT)
    return found


def mine(session: Session, *, actor: Person, now: datetime) -> tuple[ConsentCard, ...]:
    """Every question someone is asked, or has said yes to, newest versions only."""
    if actor.confirmed_at is None:
        return ()
    ids = {question.case_id for question in questions_of(session, actor.id)}
    youths = [actor, *people.wards_of(session, actor, now)]
    near = [cases.open_for(session, youth.id) for youth in youths]
    ids |= {case.id for case in near if case is not None}
    cards = []
    for case in (cases.find(session, case_id) for case_id in sorted(ids)):
        if case is None or case.state == CaseState.CLOSED:
            continue
        holds = consents.standing(session, case, now)
        newest = [question for question in holds.questions if question is holds.newest(question)]
        cards += [_card(session, actor, case, holds, question) for question in newest]
    return tuple(found for found in cards if found is not None)


def _card(
    session: Session, actor: Person, case: Case, holds: Standing, question: ConsentQuestion
) -> ConsentCard | None:
    if actor.confirmed_at is None:
        return None
    must = any(person.id == actor.id for person in holds.must.everyone)
    youth = actor.id == case.ungdom_id
    given = holds.given_by(question, actor.id)
    if not (must or youth or given):
        return None
    shown = holds.newest(question) if must or youth else given[-1]
    state = holds.state(shown, actor.id)
    history = holds.history(shown, actor.id)
    open_still = shown.until >= holds.today
    return ConsentCard(
        question_id=shown.id,
        case_id=case.id,
        text_key=shown.text_key,
        ungdom=people.get(session, case.ungdom_id).name or "",
        own=youth,
        asked_by=people.get(session, shown.asked_by).name or "",
        school=_unit(session, case.school_id),
        scope=tuple(
            (_unit(session, unit_id), kinds) for unit_id, kinds in sorted(scope_of(shown).items())
        ),
        purpose=Purpose(shown.purpose),
        until=shown.until,
        state=state,
        revision=len(history),
        must=must,
        may_answer=must and open_still and state is not ConsentState.GIVEN,
        may_talk=(must or youth) and open_still and state is not ConsentState.GIVEN,
        may_withdraw=bool(given),
        stops=_stops(session, holds, shown, actor),
        in_force=holds.holds(shown),
        older_in_force=any(holds.holds(v) for v in holds.versions(shown) if v is not shown),
        number=next((event.number for event in reversed(history) if event.number), None),
    )


def _stops(
    session: Session, holds: Standing, question: ConsentQuestion, actor: Person
) -> tuple[str, ...]:
    """Not a service that another yes, which stays, lets know something all the same."""
    ending = holds.given_about(scope_of(question), actor.id)
    everywhere = {unit for q in holds.questions for unit in scope_of(q)}
    staying = [q for q in holds.given_about(everywhere, actor.id) if q not in ending]
    units = dict.fromkeys(unit for q in ending for unit in scope_of(q))
    kept = {unit for q in staying for unit in scope_of(q)}
    return tuple(_unit(session, unit) for unit in units if unit not in kept)


def receipt(session: Session, *, actor: Person, number: str) -> Receipt:
    """What a receipt says, to the one it was given to and nobody else."""
    events = session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.number == number, ConsentEvent.consenter_id == actor.id)
        .order_by(ConsentEvent.id)
    ).all()
    require(events, Why.ABSENT)
    questions = [session.get_one(ConsentQuestion, event.question_id) for event in events]
    units = dict.fromkeys(unit for question in questions for unit in scope_of(question))
    if events[0].act == ConsentAct.WITHDRAWN:
        kept = _kept(session, actor, questions, events[-1])
        units = dict.fromkeys(unit for unit in units if unit not in kept)
    return Receipt(
        number=number,
        act=ConsentAct(events[0].act),
        at=events[0].at,
        services=tuple(_unit(session, unit_id) for unit_id in units),
        until=events[0].until,
    )


def _kept(
    session: Session,
    actor: Person,
    questions: Sequence[ConsentQuestion],
    last: ConsentEvent,
) -> set[int]:
    """Services that some other yes of the same person's still covered once `last` was done."""
    cases_of = {question.case_id for question in questions}
    kept: set[int] = set()
    for question in questions_of(session, actor.id):
        history = session.scalars(
            select(ConsentEvent)
            .where(
                ConsentEvent.question_id == question.id,
                ConsentEvent.consenter_id == actor.id,
                ConsentEvent.id <= last.id,
            )
            .order_by(ConsentEvent.id)
        ).all()
        today = policy.today_in(last.at, municipality.policy_at(session, last.at))
        stands = policy.consent_state(history, today) is ConsentState.GIVEN
        if question.case_id in cases_of and stands:
            kept |= scope_of(question).keys()
    return kept


def progress_of(session: Session, holds: Standing, youth: Person) -> tuple[Progress, ...]:
    """The newest version of every question, and what of it is still unanswered."""
    newest = [q for q in holds.questions if q is holds.newest(q)]
    return tuple(
        Progress(
            question_id=question.id,
            services=tuple(_unit(session, unit) for unit in scope_of(question)),
            in_force=holds.holds(question),
            until=question.until,
            declined=_declined(holds, question),
            waiting=()
            if _declined(holds, question)
            else tuple(p.name or "" for p in holds.among(question, UNANSWERED)),
            talk=tuple(p.name or "" for p in _talking(holds, question, youth)),
            languages=frozenset(p.language for p in holds.among(question, UNANSWERED)),
            text_key=question.text_key,
            not_joined=any(p.confirmed_at is None for p in holds.must.everyone),
        )
        for question in newest
    )


def _declined(holds: Standing, question: ConsentQuestion) -> bool:
    """Where somebody did, the names of those awaited would tell who, by who is missing."""
    return bool(holds.among(question, {ConsentState.REFUSED, ConsentState.WITHDRAWN}))


def _talking(holds: Standing, question: ConsentQuestion, youth: Person) -> list[Person]:
    """Who wants to talk first; a youth may at any age."""
    persons = {person.id: person for person in (*holds.must.everyone, youth)}.values()
    return [p for p in persons if holds.state(question, p.id) is ConsentState.TALK_FIRST]


def _unit(session: Session, unit_id: int) -> str:
    found = municipality.unit(session, unit_id)
    return found.name if found is not None else ""
