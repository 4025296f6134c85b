"""Evaluations in the simulated year: those involved are asked, the holder decides, the family
answers whether it is right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import cases, evaluation_answers, evaluations, goals, is_it_right, tiltak
from models.evaluations import Evaluation
from models.own_voice import Said
from models.right_questions import RightQuestion, last_answer
from models.terms import Decision, Effect, IsRight, OwnVoice, Progress, Role
from tests.year.diary import Deed, Diary, React, person


class LookingBack:
    def __init__(self, diary: Diary) -> None:
        self.diary, self.dice = diary, diary.dice
        self.reacts: dict[str, React] = {
            "evaluation.voice": (0.7, 24, self._says_how_it_goes),
            "evaluation.answer": (0.6, 48, self._answers),
            "evaluation.due": (0.5, 96, self._evaluates),
            "evaluation.done": (0.4, 48, self._says_if_right),
            "right.waiting": (0.6, 72, self._hears),
            "evaluation.next": (0.7, 72, self._agrees_anew),
        }

    def _says_how_it_goes(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            for thing in goals.near(session, subject, now):
                evaluations.give_voice(
                    session, actor=person(session, recipient), tiltak_id=thing.id,
                    version=thing.version, score=self.dice.choice((None, 1, 2, 3, 4, 5)), now=now,
                )  # fmt: skip

        return deed

    def _answers(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            actor, case = person(session, recipient), cases.find(session, subject)
            for thing in goals.near(session, subject, now):
                hats = evaluation_answers.audience(session, case, thing, now) if case else {}
                if recipient not in hats:
                    continue
                service = hats[recipient] is Role.SERVICE
                evaluation_answers.answer(
                    session, actor=actor, tiltak_id=thing.id, version=thing.version,
                    effect=self.dice.choice((Effect.HELPED, Effect.SOMEWHAT, Effect.NOT)),
                    progress=self.dice.choice(tuple(Progress)) if service else None, now=now,
                )  # fmt: skip
                self.diary.done["answers"] += 1

        return deed

    def _evaluates(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            for thing in goals.near(session, subject, now):
                goes_on = self.dice.random() < 0.6
                on = self.diary.weeks_from(session, now)
                case = cases.find(session, subject)
                able = tiltak.responsibles(session, case, now, thing.id) if case else []
                verdict = evaluations.Verdict(
                    Decision.CONTINUE if goes_on else Decision.DONE,
                    on if goes_on else None,
                    responsible_id=None if thing.responsible_id in able else able[0],
                    said=self._own_voice(),
                )
                evaluations.evaluate(
                    session, actor=person(session, recipient), tiltak_id=thing.id,
                    version=thing.version, verdict=verdict, now=now,
                )  # fmt: skip
                self.diary.done["evaluated"] += 1

        return deed

    def _own_voice(self) -> Said:
        """What the youth says to the holder, who has not said it here."""
        if self.dice.random() < 0.3:
            return Said(OwnVoice.NOT_WANTED)
        return Said(OwnVoice.SAID, "Det går greit.")

    def _says_if_right(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            made = session.get_one(Evaluation, subject)
            asked = select(RightQuestion).where(
                RightQuestion.subject_id == made.id, RightQuestion.person_id == recipient
            )
            for question in session.scalars(asked).all():
                said = self.dice.choice((IsRight.RIGHT, IsRight.RIGHT, IsRight.UNCLEAR))
                is_it_right.answer(
                    session, actor=person(session, recipient), question_id=question.id,
                    version=question.version, answer=said, now=now,
                )  # fmt: skip
                self.diary.done["is it right"] += 1

        return deed

    def _hears(self, recipient: int, subject: int) -> Deed:
        def deed(session: Session, now: datetime) -> None:
            waiting = select(RightQuestion).where(
                RightQuestion.case_id == subject, RightQuestion.talk_on.is_not(None)
            )
            for question in session.scalars(waiting).all():
                last = last_answer(session, question)
                if last is not None:
                    is_it_right.read(
                        session, actor=person(session, recipient), question_id=question.id,
                        seq=last.seq, now=now,
                    )  # fmt: skip

        return deed

    def _agrees_anew(self, recipient: int, subject: int) -> Deed:
        """Nothing more was agreed: something new for the goal there was."""

        def deed(session: Session, now: datetime) -> None:
            aims = goals.goals_of(session, subject)
            if aims and not goals.active(session, subject):
                on = self.diary.weeks_from(session, now)
                wish = tiltak.Wish(aims[0].id, "Noe nytt", recipient, on, on)
                tiltak.plan(
                    session, actor=person(session, recipient), case_id=subject, wish=wish, now=now
                )
                self.diary.done["agreed anew"] += 1

        return deed
