"""What must hold of every message and of every open thing, looked at from outside the house."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import follow_ups, municipality, reminding
from models.cases import Case
from models.invitees import Meeting
from models.ladders import LADDERS
from models.meeting_notices import SECOND_ANSWER
from models.outbox import BROADCASTS, Outgoing, Promise
from models.terms import CaseState, MeetingState
from tests.year.place import Place

AGAIN = timedelta(hours=8)
"""The same reminder of the same thing to the same person sooner than this is one too many."""
AT_ONCE = frozenset(
    {"meeting.invited", "meeting.moved", "meeting.cancelled", "meeting.answered",
     "closing.meeting_off"}
)  # fmt: skip
"""News of a meeting that waits for nobody when the next open morning would be too late: told when
somebody did it, or two minutes later if they may still change it, or not outside the hours at all
(`reminding.news_at`)."""


class Watch:
    def __init__(self, place: Place) -> None:
        self._names = place.names
        self.sent: Counter[str] = Counter()
        self.faults: list[str] = []
        self._last: dict[tuple[str, int, int], datetime] = {}
        self._keys: set[str] = set()
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """Of every message: when, to whom, of what kind and in which words."""
        return self._digest.hexdigest()[:16]

    def message(self, session: Session, row: Outgoing, words: str, now: datetime) -> None:
        who = self._names[row.recipient_id]
        self.sent[row.kind] += 1
        self._digest.update(f"{now.isoformat()}|{who}|{row.kind}|{words}\n".encode())
        if row.promise in BROADCASTS:
            self._in_hours(session, row, who, now)
        if row.key in self._keys:
            self._fault(now, "double", f"{row.kind} to {who}")
        self._keys.add(row.key)
        if row.promise == Promise.REMINDER:
            key = row.kind, row.subject_id or 0, row.recipient_id
            if key in self._last and now - self._last[key] < AGAIN:
                self._fault(now, "double", f"{row.kind} to {who}")
            self._last[key] = now
        self._not_after_its_thing(session, row, who, now)

    def _in_hours(self, session: Session, row: Outgoing, who: str, now: datetime) -> None:
        rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
        if reminding.may_tell_at(now, rules, calendar):
            return
        if row.kind in AT_ONCE and now - row.said_at <= SECOND_ANSWER:
            return
        self._fault(
            now, "night", f"{row.kind} to {who}, said {row.said_at}, until {row.not_before}"
        )

    def _not_after_its_thing(
        self, session: Session, row: Outgoing, who: str, now: datetime
    ) -> None:
        if row.kind == "meeting.reminder":
            meeting = session.get_one(Meeting, row.subject_id)
            if meeting.state != MeetingState.CALLED or meeting.starts_at <= now:
                self._fault(now, "late", f"{row.kind} to {who}")
        if row.promise == Promise.REMINDER:
            case = session.get(Case, row.subject_id)
            if case is not None and case.state == CaseState.CLOSED:
                self._fault(now, "late", f"{row.kind} to {who}")

    def things(self, session: Session, now: datetime) -> None:
        """Every open thing has a next step and somebody for it, at the instant it says."""
        for ladder in LADDERS:
            name = ladder.table.__tablename__
            for found in follow_ups.adrift(session, ladder, now):
                self._fault(now, "adrift", f"{name} {found}")
            for found in follow_ups.disagreeing(session, ladder, now):
                self._fault(now, "wrong instant", f"{name} {found}")

    def ended(self, session: Session, now: datetime) -> None:
        """Nothing that is over has anything left to do."""
        for ladder in LADDERS:
            if ladder.open is None:
                continue
            table = ladder.table
            over = select(table).where(~ladder.open(), table.next_follow_up_at.is_not(None))  # type: ignore[attr-defined]
            for thing in session.scalars(over):
                self._fault(now, "never ends", f"{table.__tablename__} {thing.id}")  # type: ignore[attr-defined]

    def _fault(self, now: datetime, what: str, about: str) -> None:
        self.faults.append(f"{what}: {about} at {now.isoformat()}")
