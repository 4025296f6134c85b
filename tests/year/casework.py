"""A case in the simulated year: opened, consented to or not, worked in, taken back, closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers.approved import text_hash
from models import case_forms, cases, closing, consents, tiltak
from models.cases import Case
from models.consents import ConsentQuestion
from models.people import Person
from models.terms import CaseState, ClosingReason, FamilyView, InfoKind
from tests.year.diary import Deed, Diary, React, day, holder, person
from tests.year.gatherings import Gatherings
from tests.year.place import Family, Place

KINDS = (InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK)
GOALS = ("Trives på skolen", "Sover godt", "Har noen å være med")


class Casework:
    def __init__(self, diary: Diary, place: Place, gatherings: Gatherings) -> None:
        self.diary, self.dice, self.place = diary, diary.dice, place
        self.gatherings = gatherings
        self.thinks = timedelta(days=5 if diary.long else 1)  # before a holder begins the work
        self.reacts: dict[str, React] = {
            "consent.asked": (0.92, 48, self._answers),
            "consent.reminder": (0.7, 24, self._answers),
        }
        for family in place.families:
            diary.some_day(self._opens(family), 0.8 if diary.long else 0.15)

    def _opens(self, family: Family) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case_id = case_forms.open_case(
                session, actor=person(session, family.school.rektor), pupil_id=family.ungdom,
                holder_id=family.teacher, now=now,
            )  # fmt: skip
            self.diary.done["opened"] += 1
            self.diary.soon(now, 30, self._asks(family, case_id))

        return deed

    def _asks(self, family: Family, case_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            club, _worker = self.dice.choice(self.place.clubs)
            units = [family.school.nurse_unit, club, self.place.los_unit]
            chosen = units[: self.dice.randint(1, 3)]
            kinds = tuple(InfoKind) if self.dice.random() < 0.3 else KINDS
            months = self.dice.choice((3, 6, 9, 12))
            case_forms.ask(
                session, actor=holder(session, case_id), case_id=case_id,
                scope=dict.fromkeys(chosen, kinds),
                until=day(now) + timedelta(days=30 * months), now=now,
            )  # fmt: skip
            self.diary.at(now + self.thinks, self._works(family, case_id, 1))

        return deed

    def _works(self, family: Family, case_id: int, tries: int) -> Deed:
        """The holder plans with those who may know, once the family has said yes."""

        def deed(session: Session, now: datetime) -> None:
            case = cases.find(session, case_id)
            if case is None or case.state == CaseState.CLOSED:
                return
            if not consents.carries(session, case, now):
                if tries < 8:
                    self.diary.at(now + self.thinks, self._works(family, case_id, tries + 1))
                return
            actor = holder(session, case_id)
            self._lets_take_part(session, case, family, actor, now)
            for n in range(self.dice.randint(1, 3)):
                self._plans(session, case, actor, f"Tiltak {n}", now)
            self.gatherings.calls(session, case, actor, now)
            if self.dice.random() < 0.06:
                days = self.dice.randrange(20, 150)
                self.diary.at(now + timedelta(days=days), self._takes_back(family))
            days = self.dice.randrange(90, 320)
            self.diary.at(now + timedelta(days=days), self._closes(case_id))
            self.diary.done["worked"] += 1

        return deed

    def _lets_take_part(
        self, session: Session, case: Case, family: Family, actor: Person, now: datetime
    ) -> None:
        workers = {family.school.nurse_unit: family.school.nurse, **dict(self.place.clubs)}
        for unit_id in consents.standing(session, case, now).grants():
            worker = workers.get(unit_id) or self.dice.choice(self.place.loser)
            case_forms.add_workers(
                session, actor=actor, case_id=case.id, unit_id=unit_id, worker_ids=(worker,),
                now=now,
            )  # fmt: skip

    def _plans(
        self, session: Session, case: Case, actor: Person, words: str, now: datetime
    ) -> None:
        on = self.diary.weeks_from(session, now)
        wish = tiltak.Wish(
            goal=self.dice.choice(GOALS), words=words, deadline=on, evaluate_on=on,
            responsible_id=self.dice.choice(tiltak.responsibles(session, case, now)),
        )  # fmt: skip
        tiltak.plan(session, actor=actor, case_id=case.id, wish=wish, now=now)
        self.diary.done["tiltak"] += 1

    def _closes(self, case_id: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            case = cases.find(session, case_id)
            if case is None or case.state == CaseState.CLOSED:
                return
            wish = closing.Wish(ClosingReason.REACHED, FamilyView.AGREES, "Målet er nådd.")
            actor = holder(session, case_id)
            closing.close(session, actor=actor, case_id=case_id, wish=wish, now=now)
            self.diary.done["closed"] += 1

        return deed

    def _takes_back(self, family: Family) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            who = person(session, self.dice.choice((family.ungdom, *family.guardians)))
            occasion = f"year:{self.diary.entries}"
            consents.withdraw_all(session, actor=who, now=now, occasion=occasion)
            self.diary.done["taken back"] += 1

        return deed

    def _answers(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            question = session.get(ConsentQuestion, subject)
            if question is None:
                return
            actor = person(session, recipient)
            told: dict[str, Any] = {
                "actor": actor, "question": question, "language": actor.language, "now": now,
                "occasion": f"year:{self.diary.entries}",
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
