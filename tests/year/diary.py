"""What people mean to do, and when. Each deed is done through the verbs, whole or not at all."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import municipality, reminding
from models.base import Refused
from models.cases import Case
from models.people import Person

OSLO = ZoneInfo("Europe/Oslo")
Deed = Callable[[Session, datetime], None]
React = tuple[float, float, Callable[[int, int], Deed]]
"""How many of those who are told do something, within how many hours, and what: made from who was
told and what it was about."""


class Diary:
    """`moment` says when the next thing is done, `live` does it. What a verb refuses is counted by
    why; anything else it raises is a fault of ours."""

    def __init__(self, dice: Random, begins: datetime, ends: datetime) -> None:
        self.dice = dice
        self.begins = begins
        self.long = ends - begins > timedelta(days=90)
        self.days = max(1, (ends - begins).days - (60 if self.long else 0))
        self.weeks = (4, 6, 8) if self.long else (1, 2)  # until a tiltak is looked at
        self.refused: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.entries = 0
        self._waiting: list[tuple[datetime, int, Deed]] = []

    @property
    def moment(self) -> datetime | None:
        return self._waiting[0][0] if self._waiting else None

    def live(self, session: Session, now: datetime) -> None:
        """Do everything whose time has come."""
        while self._waiting and self._waiting[0][0] <= now:
            _at, _n, deed = heapq.heappop(self._waiting)
            try:
                with session.begin_nested():
                    deed(session, now)
            except Refused as no:
                self.refused[no.why] += 1

    def at(self, at: datetime, deed: Deed) -> None:
        """In hours in which people are up."""
        local = at.astimezone(OSLO)
        if not 8 <= local.hour < 21:
            local = datetime.combine(local.date(), time(9, self.dice.randrange(60)), OSLO)
            local += timedelta(days=0 if local > at else 1)
        self.entries += 1
        heapq.heappush(self._waiting, (local.astimezone(at.tzinfo), self.entries, deed))

    def soon(self, now: datetime, hours: float, deed: Deed) -> None:
        self.at(now + timedelta(hours=self.dice.uniform(0.2, hours)), deed)

    def some_day(self, deed: Deed, share: float = 1.0) -> None:
        """On any day of the first `share` of the time."""
        self.at(self.begins + timedelta(days=self.dice.random() * self.days * share), deed)

    def weeks_from(self, session: Session, now: datetime) -> date:
        return school_day(session, day(now) + timedelta(weeks=self.dice.choice(self.weeks)))


def person(session: Session, person_id: int) -> Person:
    return session.get_one(Person, person_id)


def holder(session: Session, case_id: int) -> Person:
    found = session.scalars(select(Case.stafettholder_id).where(Case.id == case_id)).one()
    return person(session, found)


def day(now: datetime) -> date:
    return now.astimezone(OSLO).date()


def school_day(session: Session, on: date) -> date:
    """That day, or the first school day after it."""
    calendar = municipality.calendar_of(session)
    while not reminding.is_school_day(on, calendar):
        on += timedelta(days=1)
    return on
