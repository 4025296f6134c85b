"""A question is followed up: reminded of once, its end and changing ages announced and settled."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, not_, select
from sqlalchemy.orm import Session

from models import cases, family, municipality, people
from models.cases import Case
from models.consent_effects import joined, put, settle
from models.consent_history import ConsentEvent, ConsentQuestion, case_of
from models.consent_standing import UNANSWERED, Standing, standing
from models.consent_steps import consent_steps
from models.follow_ups import Ladder
from models.outbox import Promise
from models.people import Person
from models.policy import birthday
from models.reminding import Step
from models.terms import CaseState
from models.unasked import tell


def _plan(session: Session, question: ConsentQuestion, now: datetime) -> tuple[Step, ...]:
    case = case_of(session, question)
    if case.state == CaseState.CLOSED:
        return ()
    youth = people.get(session, case.ungdom_id)
    sooner = session.scalars(
        select(ConsentEvent.until)
        .where(ConsentEvent.question_id == question.id, ConsentEvent.until < question.until)
        .distinct()
        .order_by(ConsentEvent.until)
    )
    return consent_steps(
        question.asked_at,
        (question.until, *(day for day in sooner if day is not None)),
        youth.born,
        municipality.policy_at(session, now),
        municipality.calendar_of(session),
        policies_from=municipality.policy_days(session),
    )


def _take(session: Session, question: ConsentQuestion, step: Step, now: datetime) -> None:
    """Promise a step's messages; at the end, on a birthday and with a new policy also let the
    case follow."""
    case = cases.locked(session, question.case_id)
    assert case is not None  # noqa: S101 - a foreign key holds it
    if case.state == CaseState.CLOSED:
        return
    holds = standing(session, case, now)
    if step.name == "remind":
        if question is holds.newest(question):
            told = joined(holds.among(question, UNANSWERED))
            tell(session, "consent.reminder", told, question.id, step.name, now, Promise.REMINDER)
    elif step.name.startswith("warn"):
        if holds.holds(question) and holds.ends_on(question) == _end(question, step):
            told = [*joined(holds.must.everyone), case.stafettholder_id]
            tell(session, "consent.expiring", told, question.id, step.name, now, Promise.REMINDER)
    elif step.name.startswith("soon"):
        _announce_age(session, case, holds, int(step.name.removeprefix("soon")), now)
    else:
        _settle(session, case, question, step, holds, now)


def _settle(
    session: Session,
    case: Case,
    question: ConsentQuestion,
    step: Step,
    holds: Standing,
    now: datetime,
) -> None:
    """The case follows. Whoever must say yes from now on, or say so anew, is asked."""
    before = standing(session, case, step.at - timedelta(seconds=1), then=step.at)
    settle(session, case, before, holds, now)
    if step.name.startswith("expired"):
        if before.holds(question) and not holds.holds(question):
            told = [*joined(holds.must.everyone), case.stafettholder_id]
            tell(session, "consent.expired", told, question.id, step.name, now)
    elif question is holds.newest(question) and question.until >= holds.today:
        put(session, case, question, to_ask(holds, question), now, occasion=step.name)


def to_ask(holds: Standing, question: ConsentQuestion) -> list[Person]:
    """Those who must say yes and were never asked; all of them when they must say so anew."""
    again = holds.again(question)
    return [p for p in holds.must.everyone if again or not holds.history(question, p.id)]


def _end(question: ConsentQuestion, step: Step) -> date:
    _name, _dot, day = step.name.partition(".")
    return date.fromisoformat(day) if day else question.until


def _announce_age(session: Session, case: Case, holds: Standing, age: int, now: datetime) -> None:
    """The youth, and those guardians who were ever asked in the case: from the others it was
    kept. Once per case, age and birthday, whichever question's ladder comes first."""
    youth = people.get(session, case.ungdom_id)
    if youth.born is None:
        return
    asked = {event.consenter_id for told in holds.events.values() for event in told}
    guardians = family.guardians_of(session, youth.id, now)
    told = joined([youth, *(g for g in guardians if g.id in asked)])
    occasion = f"{age}.{birthday(youth.born, age)}"
    tell(session, "consent.age_soon", told, case.id, occasion, now)


def _open() -> ColumnElement[bool]:
    """Until its end has been dealt with, in a case that goes on."""
    going_on = select(Case.id).where(Case.state != CaseState.CLOSED)
    ended = cast(ConsentQuestion.steps_done, String).contains('"expired"')
    return and_(ConsentQuestion.case_id.in_(going_on), not_(ended))


def _responsible(session: Session, question: ConsentQuestion, now: datetime) -> list[int]:
    return cases.responsible(session, case_of(session, question), now)


LADDER = Ladder(
    table=ConsentQuestion, plan=_plan, take=_take, open=_open, responsible=_responsible,
    stirs=cases.stir_of,
)  # fmt: skip
