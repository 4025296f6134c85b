"""What staff do in the simulated year beside the cases: concerns, the baton, standing meetings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import baton_family, cases, concerns, stafett, standing_dates, standing_running
from models.batons import BatonWish
from models.concerns import Raising, Talk, Verdict
from models.people import Person
from models.recurring import Slots
from models.standing_running import Setup
from models.terms import (
    CaseState,
    ConcernOutcome,
    Discussed,
    HolderWish,
    IfOff,
    Lasted,
    MeetingPlace,
    Noticed,
    TalkedWith,
    UnitKind,
    Worry,
)
from tests.year.diary import Deed, Diary, React, day, holder, person, school_day
from tests.year.place import Family, Place

CONCERNS = 8
"""So many a club in a whole year."""
EVERY = 8
"""Weeks from one standing meeting of a club and a school to the next."""


class Concerns:
    def __init__(self, diary: Diary, place: Place) -> None:
        self.diary, self.dice, self.place = diary, diary.dice, place
        self.reacts: dict[str, React] = {
            "concern.new": (0.85, 72, self._receives),
            "concern.due": (0.7, 72, self._decides),
        }
        for _unit, worker in place.clubs:
            for _n in range(CONCERNS if diary.long else 1):
                diary.some_day(self._raises(worker), 1.0 if diary.long else 0.3)

    def _raises(self, worker: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            wish = Raising(
                self.dice.choice(self.place.schools).unit,
                day(now) - timedelta(days=self.dice.randrange(20)),
                self.dice.choice(tuple(Worry)), (Noticed.ALONE,), (Lasted.WEEKS,),
                named="En ungdom", words="Er mye alene.",
            )  # fmt: skip
            concerns.raise_(session, actor=person(session, worker), wish=wish, now=now)
            self.diary.done["concerns"] += 1

        return deed

    def _receives(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            at = {"actor": person(session, recipient), "concern_id": subject, "now": now}
            concerns.receive(session, **at)
            self.diary.soon(now, 300, self._decides(recipient, subject))

        return deed

    def _decides(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            at = {"actor": person(session, recipient), "concern_id": subject, "now": now}
            talk = Talk((Discussed.COLLEAGUE,), TalkedWith.YES, TalkedWith.NOT_YET, None)
            concerns.discuss(session, talk=talk, **at)
            outcome = self.dice.choice((ConcernOutcome.CLOSE, ConcernOutcome.LEVEL1))
            pupils = [f for f in self.place.families if f.school.rektor == recipient]
            verdict = Verdict(ConcernOutcome.CLOSE, reason="Det har gått over.")
            if pupils and outcome is ConcernOutcome.LEVEL1:
                family = self.dice.choice(pupils)
                verdict = Verdict(
                    outcome, reason="Snakket sammen.", pupil_id=family.ungdom,
                    holder_id=family.teacher,
                )  # fmt: skip
            concerns.decide(session, verdict=verdict, **at)
            self.diary.done["concerns decided"] += 1

        return deed


class Batons:
    def __init__(self, diary: Diary, place: Place) -> None:
        self.diary, self.dice, self.place = diary, diary.dice, place
        self.reacts: dict[str, React] = {
            "baton.asked": (0.6, 48, self._wishes),
            "baton.offered": (0.7, 120, self._answers),
            "baton.stuck": (0.6, 72, self._takes_over),
            "baton.lost": (0.8, 48, self._takes_over),
            "breaks.mine": (0.1, 72, self._gives_up),
        }
        for family in place.families:
            if self.dice.random() < 0.15:
                diary.some_day(self._gives_on(family))

    def _gives_on(self, family: Family) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case = cases.open_for(session, family.ungdom)
            if case is None:
                return
            actor = holder(session, case.id)
            baton_family.ask_family(session, actor=actor, case_id=case.id, now=now)
            self.diary.at(now + timedelta(days=5), self._offers(family, case.id))

        return deed

    def _offers(self, family: Family, case_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case = cases.find(session, case_id)
            if case is None or case.state == CaseState.CLOSED:
                return
            others = [t for t in family.school.teachers if t != case.stafettholder_id]
            stafett.offer(
                session, actor=holder(session, case_id), case_id=case_id,
                successor_id=self.dice.choice(others), now=now,
            )  # fmt: skip
            self.diary.done["offers"] += 1

        return deed

    def _wishes(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            session.get_one(BatonWish, subject)
            baton_family.answer(
                session, actor=person(session, recipient), wish_id=subject,
                said=HolderWish.NO_OPINION, now=now,
            )  # fmt: skip

        return deed

    def _answers(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            at = {"actor": person(session, recipient), "offer_id": subject, "now": now}
            if self.dice.random() < 0.8:
                stafett.accept(session, **at)
                self.diary.done["accepted"] += 1
            else:
                stafett.decline(session, **at)

        return deed

    def _takes_over(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            actor = person(session, recipient)
            for case in cases.held_by(session, subject)[:1]:
                reason = {"case_id": case.id, "reason": "Ingen svarte."}
                stafett.take_over(session, actor=actor, now=now, **reason)
                self.diary.done["taken over"] += 1

        return deed

    def _gives_up(self, recipient: int, subject: int) -> Deed:
        """Now and then somebody who is late hands on what they hold."""

        def deed(session: Session, now: datetime) -> None:
            held = [case.ungdom_id for case in cases.held_by(session, recipient)]
            families = [f for f in self.place.families if f.ungdom in held]
            if families:
                self._gives_on(self.dice.choice(families))(session, now)

        return deed


class Clubs:
    """Every club meets every school, each pair at a time of its own."""

    def __init__(self, diary: Diary, place: Place) -> None:
        self.diary, self.dice, self.place = diary, diary.dice, place
        self.reacts: dict[str, React] = {
            "standing.held": (0.8, 72, self._minutes),
            "standing.minutes": (0.8, 72, self._minutes),
        }
        diary.at(diary.begins + timedelta(hours=3), self._sets_up)

    def _sets_up(self, session: Session, now: datetime) -> None:
        first = school_day(session, day(now) + timedelta(days=7))
        times = tuple(time(hour) for hour in range(9, 15))
        slots = Slots(first, (0, 1, 2, 3, 4), times, EVERY)
        setup = Setup(
            first, times[0], EVERY, date(2027, 6, 17), IfOff.NEXT, 60, MeetingPlace.SCHOOL
        )
        leader = self._leader(session)
        made = standing_running.set_up_all(
            session, actor=leader, slots=slots, chair=UnitKind.CLUB, setup=setup, now=now
        )
        self.diary.done["standing"] += made

    def _leader(self, session: Session) -> Person:
        return session.scalars(select(Person).where(Person.id == self.place.leader)).one()

    def _minutes(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            at = {"actor": person(session, recipient), "occasion_id": subject, "now": now}
            standing_dates.held(session, was=True, **at)
            standing_dates.minute(session, words="Vi sier fra på mandager.", **at)
            self.diary.done["standing held"] += 1

        return deed
