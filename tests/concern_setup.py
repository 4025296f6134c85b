"""Amina of Fyret is worried, and Randi of the school receives it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import concerns
from models.concerns import Concern, Raising, Talk, Verdict
from models.terms import ConcernOutcome, Discussed, Lasted, Noticed, TalkedWith, Worry

NAMED, WORDS = "Kråkenavn Kråkesen", "Kråkeord fra klubben"
NOTES, REASON = "Kråkenotat", "Kråkegrunn"
CANARIES = (NAMED, WORDS, NOTES, REASON)


def wish(cast: Any, arose_on: date, **given: Any) -> Raising:
    told = {
        "school_id": cast.school.id,
        "arose_on": arose_on,
        "worry": Worry.VERY,
        "noticed": (Noticed.ALONE, Noticed.SAD),
        "lasted": (Lasted.WEEKS,),
        "named": NAMED,
        "words": WORDS,
    }
    return Raising(**{**told, **given})


def raised(session: Session, cast: Any, now: datetime, **given: Any) -> Concern:
    told = {"arose_on": now.date(), **given}
    return concerns.raise_(session, actor=cast.amina, wish=wish(cast, **told), now=now)


def talk(**given: Any) -> Talk:
    told = {
        "discussed": (Discussed.RAISER, Discussed.LEADER),
        "youth": TalkedWith.YES,
        "parents": TalkedWith.NOT_YET,
        "notes": NOTES,
    }
    return Talk(**{**told, **given})


def discussed(session: Session, cast: Any, now: datetime, **given: Any) -> Concern:
    concern = raised(session, cast, now, **given)
    concerns.discuss(session, actor=cast.randi, concern_id=concern.id, talk=talk(), now=now)
    return concern


def verdict(cast: Any, outcome: ConcernOutcome, **given: Any) -> Verdict:
    if outcome in concerns.LEVEL_OF:
        given = {"pupil_id": cast.ida.id, "holder_id": cast.jonas.id, **given}
    reason = None if outcome is ConcernOutcome.CARE else REASON
    return Verdict(outcome, **{"reason": reason, **given})


def decided(
    session: Session, cast: Any, now: datetime, outcome: ConcernOutcome, **given: Any
) -> Concern:
    concern = discussed(session, cast, now)
    concerns.decide(
        session, actor=cast.randi, concern_id=concern.id, verdict=verdict(cast, outcome, **given),
        now=now,
    )  # fmt: skip
    return concern
