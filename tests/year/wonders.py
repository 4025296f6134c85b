"""Level 0 in the simulated year: club staff are worried about somebody, and the school decides, mostly
in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from models import cases, concerns, levels
from models.concerns import Concern, Raising, Talk, Verdict
from models.people import Person
from models.terms import (
    Baton,
    ConcernOutcome,
    ConcernState,
    Discussed,
    Lasted,
    Noticed,
    TalkedWith,
    Worry,
)
from tests.year.place import Family


def raises(
    session: Session, dice: Random, family: Family, worker: int, day: date, now: datetime
) -> int:
    wish = Raising(
        family.school.unit,
        day - timedelta(days=dice.choice((0, 0, 1, 3, 12))),
        dice.choice(tuple(Worry)),
        (dice.choice(tuple(Noticed)),),
        (dice.choice(tuple(Lasted)),),
        named=f"Ungdom {family.ungdom}",
        words="Er mye alene",
    )
    actor = session.get_one(Person, worker)
    return concerns.raise_(session, actor=actor, wish=wish, now=now).id


def goes_on(
    session: Session, dice: Random, rektor: int, concern_id: int, family: Family, now: datetime
) -> ConcernOutcome | None:
    """One step on: received, talked over, decided."""
    concern = session.get(Concern, concern_id)
    if concern is None or concern.state == ConcernState.DECIDED:
        return None
    at = {"actor": session.get_one(Person, rektor), "concern_id": concern_id, "now": now}
    if concern.state == ConcernState.RAISED:
        concerns.receive(session, **at)
        return None
    if concern.state == ConcernState.RECEIVED:
        talk = Talk((Discussed.RAISER, Discussed.LEADER), TalkedWith.YES, TalkedWith.NOT_YET)
        concerns.discuss(session, talk=talk, **at)
        return None
    outcome = dice.choice(tuple(ConcernOutcome))
    verdict = Verdict(outcome, None if outcome is ConcernOutcome.CARE else "Sett på sammen")
    if outcome in concerns.LEVEL_OF:
        verdict = Verdict(outcome, "Trenger mer", family.ungdom, family.teacher)
    concerns.decide(session, verdict=verdict, **at)
    return outcome


def moves(session: Session, dice: Random, case_id: int, now: datetime) -> None:
    case = cases.find(session, case_id)
    if case is not None:
        holder = session.get_one(Person, case.stafettholder_id)
        levels.move(
            session, actor=holder, case_id=case_id, to=dice.choice((1, 2, 3)), reason="Nå slik",
            baton=Baton.STAYS, now=now,
        )  # fmt: skip
