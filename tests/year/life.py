"""What people do in the simulated year: of their own accord, and when a message reaches them.

Everything is done through the verbs, as a press would; what a verb refuses is counted by why.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.approved import text_hash
from models import (
    answering,
    asking,
    case_forms,
    cases,
    closing,
    consents,
    evaluations,
    goals,
    los_work,
    meetings,
    municipality,
    queue,
    reminding,
    tiltak,
)
from models.base import Refused
from models.cases import Case
from models.consents import ConsentQuestion
from models.invitees import Meeting
from models.people import Person
from models.terms import (
    CaseState,
    ClosingReason,
    Coming,
    Decision,
    FamilyView,
    InfoKind,
    MeetingPlace,
    Requester,
    RequestState,
    Topic,
)
from tests.year.place import Family, Place

OSLO = ZoneInfo("Europe/Oslo")
KINDS = (InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK)
Deed = Callable[[Session, datetime], None]


class Life:
    """Everybody's diary. `moment` says when the next thing is done; `live` does it."""

    def __init__(self, place: Place, dice: Random, begins: datetime, ends: datetime) -> None:
        self.place = place
        self.dice = dice
        self.refused: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self._diary: list[tuple[datetime, int, Deed]] = []
        self._entries = 0
        self._families = {family.ungdom: family for family in place.families}
        long = ends - begins > timedelta(days=90)
        self.weeks = (4, 6, 8) if long else (1, 2)  # until a tiltak is looked at
        self.thinks = timedelta(days=5 if long else 1)  # before a holder begins the work
        days = max(1, (ends - begins).days - (60 if long else 0))
        opening = days * (0.8 if long else 0.15)
        for family in place.families:
            self._at(begins + timedelta(days=dice.random() * opening), self._opening(family))
            if dice.random() < 0.3:
                self._at(begins + timedelta(days=dice.random() * days), self._wish(family))

    # -- the diary ------------------------------------------------------------------------------

    @property
    def moment(self) -> datetime | None:
        return self._diary[0][0] if self._diary else None

    def live(self, session: Session, now: datetime) -> None:
        """Do everything whose time has come. Each deed is whole or not at all."""
        while self._diary and self._diary[0][0] <= now:
            _at, _n, deed = heapq.heappop(self._diary)
            try:
                with session.begin_nested():
                    deed(session, now)
            except Refused as no:
                self.refused[no.why] += 1

    def _at(self, at: datetime, deed: Deed) -> None:
        """Put a deed into the diary, in hours in which people are up."""
        local = at.astimezone(OSLO)
        if not 8 <= local.hour < 21:
            local = datetime.combine(local.date(), time(9, self.dice.randrange(60)), OSLO)
            local += timedelta(days=0 if local > at else 1)
        self._entries += 1
        heapq.heappush(self._diary, (local.astimezone(at.tzinfo), self._entries, deed))

    def _soon(self, now: datetime, hours: float, deed: Deed) -> None:
        self._at(now + timedelta(hours=self.dice.uniform(0.2, hours)), deed)

    # -- what reaches them ----------------------------------------------------------------------

    def reached(self, kind: str, recipient: int, subject: int, now: datetime) -> None:
        """Somebody was told something; most act on it, some later, some never."""
        react: dict[str, tuple[float, float, Callable[[int, int], Deed]]] = {
            "consent.asked": (0.92, 48, self._answers_consent),
            "consent.reminder": (0.7, 24, self._answers_consent),
            "meeting.invited": (0.8, 36, self._answers_meeting),
            "meeting.moved": (0.8, 36, self._answers_meeting),
            "evaluation.voice": (0.7, 24, self._says_how_it_goes),
            "evaluation.due": (0.5, 96, self._evaluates),
            "desk.new": (0.8, 72, self._decides_request),
            "desk.review": (0.8, 72, self._decides_request),
            "desk.offered": (0.85, 48, self._takes_request),
            "request.asked": (0.85, 48, self._wants_los),
        }
        if kind in react:
            chance, hours, doing = react[kind]
            if self.dice.random() < chance:
                self._soon(now, hours, doing(recipient, subject))

    # -- a case ---------------------------------------------------------------------------------

    def _opening(self, family: Family) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case_id = case_forms.open_case(
                session, actor=_person(session, family.school.rektor), pupil_id=family.ungdom,
                holder_id=family.teacher, now=now,
            )  # fmt: skip
            self.done["opened"] += 1
            self._soon(now, 30, self._asks(family, case_id))

        return deed

    def _asks(self, family: Family, case_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            club, _worker = self.dice.choice(self.place.clubs)
            units = [family.school.nurse_unit, club, self.place.los_unit]
            chosen = units[: self.dice.randint(1, 3)]
            months = self.dice.choice((3, 6, 9, 12))
            case_forms.ask(
                session, actor=self._holder(session, case_id), case_id=case_id,
                scope=dict.fromkeys(chosen, KINDS),
                until=_day(now) + timedelta(days=30 * months), now=now,
            )  # fmt: skip
            self._at(now + self.thinks, self._works(family, case_id, 1))

        return deed

    def _works(self, family: Family, case_id: int, tries: int) -> Deed:
        """The holder plans with those who may know, once the family has said yes."""

        def deed(session: Session, now: datetime) -> None:
            case = cases.find(session, case_id)
            if case is None or case.state == CaseState.CLOSED:
                return
            if not consents.carries(session, case, now):
                if tries < 8:
                    self._at(now + self.thinks, self._works(family, case_id, tries + 1))
                return
            holder = self._holder(session, case_id)
            self._lets_take_part(session, case, family, holder, now)
            for n in range(self.dice.randint(1, 3)):
                self._plans(session, case, holder, f"Tiltak {n}", now)
            self._calls(session, case, holder, now)
            for days in sorted(self.dice.sample(range(30, 300), 3)):
                self._at(now + timedelta(days=days), self._calling(case_id))
            if self.dice.random() < 0.06:
                days = self.dice.randrange(20, 150)
                self._at(now + timedelta(days=days), self._takes_back(family))
            self._at(now + timedelta(days=self.dice.randrange(90, 320)), self._closes(case_id))
            self.done["worked"] += 1

        return deed

    def _lets_take_part(
        self, session: Session, case: Case, family: Family, holder: Person, now: datetime
    ) -> None:
        workers = {family.school.nurse_unit: family.school.nurse, **dict(self.place.clubs)}
        for unit_id in consents.standing(session, case, now).grants():
            worker = workers.get(unit_id) or self.dice.choice(self.place.loser)
            case_forms.add_workers(
                session, actor=holder, case_id=case.id, unit_id=unit_id, worker_ids=(worker,),
                now=now,
            )  # fmt: skip

    def _plans(
        self, session: Session, case: Case, holder: Person, words: str, now: datetime
    ) -> None:
        day = self._weeks_from(session, now)
        wish = tiltak.Wish(
            goal=self.dice.choice(("Trives på skolen", "Sover godt", "Har noen å være med")),
            words=words, deadline=day, evaluate_on=day,
            responsible_id=self.dice.choice(tiltak.responsibles(session, case, now)),
        )  # fmt: skip
        tiltak.plan(session, actor=holder, case_id=case.id, wish=wish, now=now)
        self.done["tiltak"] += 1

    def _calling(self, case_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case = cases.find(session, case_id)
            if case is not None and case.state == CaseState.ACTIVE:
                self._calls(session, case, self._holder(session, case_id), now)

        return deed

    def _calls(self, session: Session, case: Case, holder: Person, now: datetime) -> None:
        day = _school_day(session, _day(now) + timedelta(days=self.dice.randint(3, 20)))
        starts = datetime.combine(day, time(self.dice.randint(8, 15), 15))
        made = meetings.call(
            session, actor=holder, case_id=case.id, starts=starts, minutes=45,
            place_kind=self.dice.choice((MeetingPlace.SCHOOL, MeetingPlace.DIGITAL)), now=now,
        )  # fmt: skip
        self.done["meetings"] += 1
        if self.dice.random() < 0.15:
            self._soon(now, 72, self._changes_meeting(made.id))

    def _changes_meeting(self, meeting_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            meeting = session.get_one(Meeting, meeting_id)
            holder = self._holder(session, meeting.case_id)
            if self.dice.random() < 0.5:
                meetings.cancel(
                    session, actor=holder, meeting_id=meeting_id, sequence=meeting.sequence,
                    now=now,
                )  # fmt: skip
                return
            day = _school_day(session, _day(meeting.starts_at) + timedelta(days=7))
            meetings.move(
                session, actor=holder, meeting_id=meeting_id,
                starts=datetime.combine(day, time(12, 30)), sequence=meeting.sequence, now=now,
            )  # fmt: skip

        return deed

    def _closes(self, case_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case = cases.find(session, case_id)
            if case is None or case.state == CaseState.CLOSED:
                return
            wish = closing.Wish(ClosingReason.REACHED, FamilyView.AGREES, "Målet er nådd.")
            actor = self._holder(session, case_id)
            closing.close(session, actor=actor, case_id=case_id, wish=wish, now=now)
            self.done["closed"] += 1

        return deed

    def _takes_back(self, family: Family) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            who = self.dice.choice((family.ungdom, *family.guardians))
            consents.withdraw_all(
                session, actor=_person(session, who), now=now, occasion=f"year:{self._entries}"
            )
            self.done["taken back"] += 1

        return deed

    # -- answers --------------------------------------------------------------------------------

    def _answers_consent(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            question = session.get(ConsentQuestion, subject)
            if question is None:
                return
            actor = _person(session, recipient)
            told: dict[str, Any] = {
                "actor": actor, "question": question, "language": actor.language, "now": now,
                "occasion": f"year:{recipient}:{subject}:{now.isoformat()}",
            }  # fmt: skip
            chance = self.dice.random()
            if chance < 0.9:
                words = text_hash("consent.ask", actor.language)
                consents.give(session, text_hash=words, **told)
            elif chance < 0.95:
                consents.refuse(session, **told)
            else:
                consents.talk_first(session, **told)

        return deed

    def _answers_meeting(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            meeting = session.get_one(Meeting, subject)
            coming = self.dice.choice((Coming.YES, Coming.YES, Coming.YES, *Coming))
            if coming is not Coming.UNANSWERED:
                meetings.answer(
                    session, actor=_person(session, recipient), meeting_id=subject,
                    coming=coming, sequence=meeting.sequence, now=now,
                )  # fmt: skip

        return deed

    def _says_how_it_goes(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            for thing in goals.near(session, subject, now):
                evaluations.give_voice(
                    session, actor=_person(session, recipient), tiltak_id=thing.id,
                    version=thing.version, score=self.dice.choice((None, 1, 2, 3, 4, 5)), now=now,
                )  # fmt: skip

        return deed

    def _evaluates(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            for thing in goals.near(session, subject, now):
                goes_on = self.dice.random() < 0.6
                day = self._weeks_from(session, now)
                case = cases.find(session, subject)
                able = tiltak.responsibles(session, case, now, thing.id) if case else []
                verdict = evaluations.Verdict(
                    Decision.CONTINUE if goes_on else Decision.DONE,
                    day if goes_on else None,
                    responsible_id=None if thing.responsible_id in able else able[0],
                )
                evaluations.evaluate(
                    session, actor=_person(session, recipient), tiltak_id=thing.id,
                    version=thing.version, verdict=verdict, now=now,
                )  # fmt: skip
                self.done["evaluated"] += 1

        return deed

    # -- a los ----------------------------------------------------------------------------------

    def _wish(self, family: Family) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            own = self.dice.random() < 0.6
            who = family.ungdom if own else self.dice.choice(family.guardians)
            kind = Requester.YOUTH if own else Requester.GUARDIAN
            wish = asking.Wish(
                self.dice.choice(tuple(Topic)), ungdom_id=family.ungdom,
                school_id=family.school.unit, kind=kind,
            )  # fmt: skip
            asking.submit(session, actor=_person(session, who), wish=wish, now=now)
            self.done["wished"] += 1

        return deed

    def _wants_los(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            answering.answer(
                session, actor=_person(session, recipient), request_id=subject,
                yes=self.dice.random() < 0.85, now=now,
            )  # fmt: skip

        return deed

    def _decides_request(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            actor = _person(session, recipient)
            for request in queue.waiting(session, actor)[:3]:
                if request.state in (RequestState.READY, RequestState.PRIORITISED):
                    queue.assign(
                        session, actor=actor, request_id=request.id,
                        los_id=self.dice.choice(self.place.loser), now=now,
                    )  # fmt: skip

        return deed

    def _takes_request(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            actor = _person(session, recipient)
            if self.dice.random() < 0.1:
                los_work.hand_back(session, actor=actor, request_id=subject, now=now)
                return
            los_work.accept(session, actor=actor, request_id=subject, now=now)
            self._soon(now, 240, self._meets(recipient, subject))

        return deed

    def _meets(self, los: int, request_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            actor = _person(session, los)
            los_work.record_first_contact(session, actor=actor, request_id=request_id, now=now)
            days = self.dice.randrange(40, 200)
            self._at(now + timedelta(days=days), self._parts(los, request_id))

        return deed

    def _parts(self, los: int, request_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            los_work.close(session, actor=_person(session, los), request_id=request_id, now=now)
            self.done["los done"] += 1

        return deed

    def _weeks_from(self, session: Session, now: datetime) -> date:
        return _school_day(session, _day(now) + timedelta(weeks=self.dice.choice(self.weeks)))

    def _holder(self, session: Session, case_id: int) -> Person:
        found = session.scalars(select(Case.stafettholder_id).where(Case.id == case_id)).one()
        return _person(session, found)


def _person(session: Session, person_id: int) -> Person:
    return session.get_one(Person, person_id)


def _day(now: datetime) -> date:
    return now.astimezone(OSLO).date()


def _school_day(session: Session, day: date) -> date:
    calendar = municipality.calendar_of(session)
    while not reminding.is_school_day(day, calendar):
        day += timedelta(days=1)
    return day
