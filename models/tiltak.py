"""What is agreed to be done: planned by the holder, looked at on the day that was set.

The tables are in `goals`. The ladder asks the youth first, then reminds the holder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    cases,
    consents,
    deciders,
    evaluation_answers,
    follow_ups,
    municipality,
    next_dates,
    reminding,
    unasked,
)
from models.base import new_id, refuse, require
from models.cases import Case
from models.follow_ups import Ladder
from models.goals import ON_PAPER, Goal, Tiltak, active, goals_of, near, open_one, today, worded
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.responsibles import require_responsible, responsibles
from models.terms import Action, CaseState, GoalState, TiltakState, Why
from models.voices import voice_of

__all__ = ["LADDER", "Goal", "Tiltak", "Wish", "active", "goals_of", "near", "open_one",
           "plan", "require_responsible", "responsibles", "start", "suggested_dates",
           "tell_responsible", "today", "worded"]  # fmt: skip

SUGGESTED_WEEKS = (4, 6, 8)
COMMON_WEEKS = 6
"""evaluation_interval: no fixed value; six weeks is what DOMAIN 12 suggests."""


@dataclass(frozen=True)
class Wish:
    """A tiltak as it is wanted: an existing goal by id, or a new one in words."""

    goal: int | str
    words: str
    responsible_id: int
    deadline: date
    evaluate_on: date


def plan(session: Session, *, actor: Person, case_id: int, wish: Wish, now: datetime) -> Tiltak:
    """Agree on a tiltak. Tells the responsible; the same wish again gives the same tiltak."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.PLAN_TILTAK, now=now
    )
    words = worded(wish.words)
    cases.digital(case, wish.words != ON_PAPER, wish.goal not in (ON_PAPER, *_ids(session, case)))
    require(min(wish.deadline, wish.evaluate_on) >= today(session, now), Why.PAST)
    require_responsible(session, case, wish.responsible_id, now)
    goal = _goal(session, case, wish.goal, now)
    wish = replace(wish, goal=goal.id, words=words)
    for known in active(session, case.id):
        if wish_of(known) == wish:
            return known
    return start(session, actor=actor, case=case, goal_id=goal.id, wish=wish, now=now)


def wish_of(thing: Tiltak) -> Wish:
    return Wish(
        thing.goal_id,
        thing.words or "",
        thing.responsible_id,
        thing.deadline,
        thing.evaluate_on,
    )


def start(
    session: Session, *, actor: Person, case: Case, goal_id: int, wish: Wish, now: datetime
) -> Tiltak:
    """Make a tiltak of a wish that was permitted and checked (by `plan` or an evaluation)."""
    made = Tiltak(
        id=new_id(),
        key_id=case.key_id,
        case_id=case.id,
        goal_id=goal_id,
        responsible_id=wish.responsible_id,
        deadline=wish.deadline,
        evaluate_on=wish.evaluate_on,
        set_at=now,
        state=TiltakState.ACTIVE,
        version=1,
        created_at=now,
        steps_done=[],
    )
    session.add(made)
    made.words = worded(wish.words)
    session.flush()
    audit.record(
        session,
        action="tiltak.plan",
        actor_id=actor.id,
        object_id=made.id,
        chain=case.id,
        now=now,
        detail={"goal": goal_id, "responsible": made.responsible_id},
    )
    follow_ups.reschedule(session, LADDER, made, now)
    session.flush()
    next_dates.settle(session, case, now)
    tell_responsible(session, actor=actor, made=made, now=now)
    return made


def tell_responsible(session: Session, *, actor: Person, made: Tiltak, now: datetime) -> None:
    if made.responsible_id != actor.id:
        to, occasion = [made.responsible_id], f"{made.version}"
        unasked.tell(session, "tiltak.assigned", to, made.id, occasion, now)


def _ids(session: Session, case: Case) -> list[int]:
    return [goal.id for goal in goals_of(session, case.id)]


def _goal(session: Session, case: Case, wanted: int | str, now: datetime) -> Goal:
    """The case's goal by id, or by its words: the same words twice are one goal."""
    if isinstance(wanted, int):
        goal = session.get(Goal, wanted)
        if goal is None or goal.case_id != case.id or goal.state != GoalState.OPEN:
            refuse(Why.ABSENT)
        return goal
    words = worded(wanted)
    for known in goals_of(session, case.id):
        if known.words == words:
            return known
    goal = Goal(id=new_id(), key_id=case.key_id, case_id=case.id, created_at=now)
    session.add(goal)
    goal.words = words
    session.flush()
    return goal


# --- found ---------------------------------------------------------------------------------------


def suggested_dates(session: Session, now: datetime) -> dict[int, date]:
    """Whole weeks from today -> a school day. Suggestions: one must be chosen. What would fall in a
    holiday falls after it, so there may be fewer than SUGGESTED_WEEKS."""
    calendar, first = municipality.calendar_of(session), today(session, now)
    dates = {}
    for weeks in SUGGESTED_WEEKS:
        day = first + timedelta(weeks=weeks)
        while not reminding.is_school_day(day, calendar):
            day += timedelta(days=1)
        dates[(day - first).days // 7] = day
    return dates


# --- the ladder ----------------------------------------------------------------------------------


DEADLINE = ("deadline_before", "deadline")
AGAIN = "again"
_remind = partial(unasked.tell, as_a=Promise.REMINDER)


def _plan(session: Session, thing: Tiltak, now: datetime) -> Sequence[Step]:
    if thing.state != TiltakState.ACTIVE:
        return ()
    rules = municipality.policy_at(session, now), municipality.calendar_of(session)
    return (
        *reminding.deadline_steps(thing.deadline, thing.set_at, *rules),
        *reminding.asking_again_steps(thing.evaluate_on, thing.set_at, *rules),
        *reminding.evaluation_steps(thing.evaluate_on, thing.set_at, *rules, now),
    )


def _take(session: Session, thing: Tiltak, step: Step, now: datetime) -> None:
    """Who is responsible is reminded of the deadline. Of the evaluation the youth is asked first,
    then the holder reminded, every week; who leads hears of it from `breaks`.

    Guardians and who is responsible are asked about what is theirs; in between, who has not
    answered is reminded once. Each at most once a day, however many tiltak are due. While the case's consents do not carry
    it nobody is asked or reminded of anything. Beside its promises it notes that the youth was
    asked: an evaluation must know that.
    """
    case = cases.find(session, thing.case_id)
    if case is None or case.state == CaseState.CLOSED or not consents.carries(session, case, now):
        return
    day = today(session, now).isoformat()
    if step.name in DEADLINE:
        own = thing.responsible_id == case.stafettholder_id
        if own and thing.deadline == thing.evaluate_on:
            return  # the holder hears of the evaluation that same day
        if thing.responsible_id in responsibles(session, case, now, thing.id):
            _remind(session, "tiltak.deadline", [thing.responsible_id], case.id, day, now)
        return
    _ask_youth(session, case, day, now, again=step.name == AGAIN)
    if step.name == AGAIN:
        evaluation_answers.remind(session, case, day, now)
        return
    evaluation_answers.ask(session, case, day, now)
    holder = case.stafettholder_id
    _remind(session, "evaluation.due", [holder], subject_id=case.id, occasion=day, now=now)


def _ask_youth(session: Session, case: Case, day: str, now: datetime, *, again: bool) -> None:
    """One question round a day, about every near tiltak the youth was not asked of before; `again`
    once more about those they have said nothing of, not even 'not now'. None on a day of exams."""
    if today(session, now) in municipality.calendar_of(session).exam_days:
        return
    near_ones = near(session, case.id, now)
    waiting = [t for t in near_ones if t.asked_at is None]
    silent = [
        t
        for t in near_ones
        if again and t.asked_at and t.reminded_at is None and voice_of(session, t) is None
    ]
    youth = case.ungdom_id
    if case.on_paper_since is not None or not (waiting or silent):
        return
    if not evaluation_answers.can_be_asked(session, youth):
        return
    if evaluation_answers.put(session, "evaluation.voice", youth, case, day, now):
        for thing in waiting:
            thing.asked_at = now
        for thing in silent:
            thing.reminded_at = now


def _responsible(session: Session, thing: Tiltak, now: datetime) -> list[int]:
    case = session.get_one(Case, thing.case_id)
    first = [case.stafettholder_id, thing.responsible_id]
    return deciders.somebody(
        session, first, now, school_id=case.school_id, ungdom_id=case.ungdom_id
    )


LADDER = Ladder(
    table=Tiltak, plan=_plan, take=_take, responsible=_responsible,
    open=lambda: Tiltak.state == TiltakState.ACTIVE, stirs=cases.stir_of,
)  # fmt: skip
