"""A standing meeting of the invented club and school with everything that can be on one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from models import follow_ups, people, standing, standing_agenda, standing_running
from models.base import new_id
from models.municipality import Unit
from models.people import Position
from models.standing import StandingOccasion
from models.standing_ladders import LADDER
from models.standing_running import Setup
from models.terms import IfOff, MeetingPlace, OccasionState, Role, UnitKind

SETUP = Setup(
    date(2026, 12, 3), time(14, 15), 2, date(2027, 6, 19), IfOff.NEXT, 60, MeetingPlace.SCHOOL
)


def met(session: Session, cast: Any, now: datetime, case: Any = None) -> SimpleNamespace:
    """Every other Thursday from 3 December, chaired by Amina: a topic, with a `case` that too; one
    that was held a week ago and has no minutes; and a club that has none yet."""
    meeting = standing_running.set_up(
        session, actor=cast.randi, club_id=cast.club.id, school_id=cast.school.id, setup=SETUP,
        chair_id=cast.amina.id, now=now,
    )  # fmt: skip
    first = standing.coming(session, meeting.id, now)[0]
    topic = standing_agenda.bring_up(
        session, actor=cast.amina, occasion_id=first.id, words="Uro på bussen", now=now
    )
    row = None
    if case is not None:
        row = standing_agenda.put_on(
            session, actor=cast.jonas, occasion_id=first.id, case_id=case.id, now=now
        )
    past = StandingOccasion(
        id=new_id(), key_id=meeting.key_id, standing_id=meeting.id, minutes=60, told_at=now,
        named_on=now.date() - timedelta(days=7), starts_at=now - timedelta(days=7),
        state=OccasionState.HELD,
    )  # fmt: skip
    session.add(past)
    session.flush()
    follow_ups.reschedule(session, LADDER, past, now)
    other = Unit(id=new_id(), key="kaia", kind=UnitKind.CLUB, name="Kaia")
    session.add(other)
    leo = people.create(session, name="Leo", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=leo.id, unit_id=other.id, role=Role.SERVICE))
    session.flush()
    follow_ups.reschedule(session, LADDER, past, now)
    return SimpleNamespace(
        meeting=meeting, first=first, past=past, topic=topic, row=row, other=other,
        later=standing.coming(session, meeting.id, now)[1],
    )  # fmt: skip
