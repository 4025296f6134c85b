"""Who wishes for a los in the simulated year, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import answering, asking, los_work, queue
from models.terms import Requester, RequestState, Topic
from tests.year.diary import Deed, Diary, React, person
from tests.year.place import Family, Place


class Loser:
    def __init__(self, diary: Diary, place: Place) -> None:
        self.diary, self.dice, self.place = diary, diary.dice, place
        self.reacts: dict[str, React] = {
            "request.youth_asked": (0.8, 48, self._answers),
            "request.youth_reminded": (0.6, 48, self._answers),
            "desk.new": (0.8, 72, self._decides),
            "desk.review": (0.8, 72, self._decides),
            "desk.offered": (0.85, 48, self._takes),
            "desk.offer_waits": (0.7, 48, self._takes),
            "desk.first_contact": (0.7, 48, self._meets),
        }
        for family in place.families:
            if self.dice.random() < 0.3:
                diary.some_day(self._wishes(family))

    def _wishes(self, family: Family) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            own = self.dice.random() < 0.6
            who = family.ungdom if own else self.dice.choice(family.guardians)
            wish = asking.Wish(
                self.dice.choice(tuple(Topic)), ungdom_id=family.ungdom,
                school_id=family.school.unit,
                kind=Requester.YOUTH if own else Requester.GUARDIAN,
            )  # fmt: skip
            asking.submit(session, actor=person(session, who), wish=wish, now=now)
            self.diary.done["wished"] += 1

        return deed

    def _answers(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            answering.answer(
                session, actor=person(session, recipient), request_id=subject,
                yes=self.dice.random() < 0.85, now=now,
            )  # fmt: skip

        return deed

    def _decides(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            actor = person(session, recipient)
            for request in queue.waiting(session, actor)[:3]:
                if request.state in (RequestState.READY, RequestState.PRIORITISED):
                    queue.assign(
                        session, actor=actor, request_id=request.id,
                        los_id=self.dice.choice(self.place.loser), now=now,
                    )  # fmt: skip

        return deed

    def _takes(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            at = {"actor": person(session, recipient), "request_id": subject, "now": now}
            if self.dice.random() < 0.1:
                los_work.hand_back(session, **at)
                return
            los_work.accept(session, **at)
            self.diary.soon(now, 240, self._meets(recipient, subject))

        return deed

    def _meets(self, los: int, request_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            actor = person(session, los)
            los_work.record_first_contact(session, actor=actor, request_id=request_id, now=now)
            days = self.dice.randrange(40, 200)
            self.diary.at(now + timedelta(days=days), self._parts(los, request_id))

        return deed

    def _parts(self, los: int, request_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            los_work.close(session, actor=person(session, los), request_id=request_id, now=now)
            self.diary.done["los done"] += 1

        return deed
