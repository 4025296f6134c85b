"""Meetings in the simulated year, from the call until the next date is set."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from models import cases, child_contact, meetings, minutes
from models.cases import Case
from models.invitees import Meeting, invitees_of
from models.minutes import After, Went
from models.people import Person
from models.terms import (
    CaseState,
    Coming,
    ContactView,
    MeetingPlace,
    MeetingState,
    NextStep,
    YouthView,
)
from tests.year.diary import Deed, Diary, React, day, holder, person, school_day


class Gatherings:
    def __init__(self, diary: Diary) -> None:
        self.diary, self.dice = diary, diary.dice
        self.reacts: dict[str, React] = {
            "meeting.invited": (0.8, 36, self._answers),
            "meeting.moved": (0.8, 36, self._answers),
            "meeting.how_did_it_go": (0.7, 72, self._tells),
            "meeting.minutes_due": (0.6, 72, self._tells),
            "meeting.next_due": (0.6, 72, self._tells),
            "talk.asked": (0.5, 200, self._talks),
            "talk.due": (0.6, 72, self._talks),
        }

    def calls(self, session: Session, case: Case, actor: Person, now: datetime) -> None:
        on = school_day(session, day(now) + timedelta(days=self.dice.randint(3, 20)))
        made = meetings.call(
            session, actor=actor, case_id=case.id, minutes=45, now=now,
            starts=datetime.combine(on, time(self.dice.randint(8, 15), 15)),
            place_kind=self.dice.choice((MeetingPlace.SCHOOL, MeetingPlace.DIGITAL)),
        )  # fmt: skip
        self.diary.done["meetings"] += 1
        if self.dice.random() < 0.15:
            self.diary.soon(now, 72, self._changes(made.id))

    def _calling(self, case_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case = cases.find(session, case_id)
            if case is not None and case.state == CaseState.ACTIVE:
                self.calls(session, case, holder(session, case_id), now)

        return deed

    def _changes(self, meeting_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            meeting = session.get_one(Meeting, meeting_id)
            actor = holder(session, meeting.case_id)
            at = {"actor": actor, "meeting_id": meeting_id, "sequence": meeting.sequence}
            if self.dice.random() < 0.5:
                meetings.cancel(session, now=now, **at)
                return
            on = school_day(session, day(meeting.starts_at) + timedelta(days=7))
            meetings.move(session, starts=datetime.combine(on, time(12, 30)), now=now, **at)

        return deed

    def _answers(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            meeting = session.get_one(Meeting, subject)
            coming = self.dice.choice((Coming.YES, Coming.YES, Coming.YES, *Coming))
            if coming is not Coming.UNANSWERED:
                meetings.answer(
                    session, actor=person(session, recipient), meeting_id=subject,
                    coming=coming, sequence=meeting.sequence, now=now,
                )  # fmt: skip

        return deed

    def _tells(self, recipient: int, subject: int) -> Deed:
        """How it went, what was agreed, and what follows."""

        def deed(session: Session, now: datetime) -> None:
            meeting = session.get_one(Meeting, subject)
            actor = person(session, recipient)
            at = {"actor": actor, "meeting_id": subject, "now": now}
            if meeting.state == MeetingState.CALLED:
                held = self.dice.random() < 0.9
                came = frozenset(
                    each.id
                    for each in invitees_of(session, subject)
                    if held and self.dice.random() < 0.85
                )
                view = self.dice.choice((YouthView.NOT_WANTED, YouthView.ASKED_BEFORE))
                minutes.went(session, how=Went(held, came, view if held else None), **at)
            if meeting.state == MeetingState.HELD:
                minutes.write(session, words="Avtalt å fortsette.", **at)
            on = self.diary.weeks_from(session, now)
            able = child_contact.able_to_talk(session, session.get_one(Case, meeting.case_id), now)
            after = After(NextStep.MEETING, on, self.dice.choice(able))
            minutes.finish(session, after=after, **at)
            self.diary.done["minutes"] += 1
            eve = datetime.combine(on, time(8), now.tzinfo) - timedelta(days=12)
            self.diary.at(max(now, eve), self._calling(meeting.case_id))

        return deed

    def _talks(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            meeting = session.get_one(Meeting, subject)
            child_contact.note(
                session, actor=person(session, recipient), case_id=meeting.case_id,
                talked_on=day(now), view=ContactView.NOT_WANTED, now=now,
            )  # fmt: skip
            self.diary.done["talks"] += 1

        return deed
