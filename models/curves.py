"""The youth's own curve for each goal: how they said it went, round by round.

For the youth and the stafettholder. The youth sees an answer first: the holder's curve has the
rounds that have been evaluated. The youth can take any answer back, and it is gone for everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, access_log, audit, municipality, policy
from models.base import refuse, require
from models.cases import Case
from models.evaluations import Evaluation, Voice
from models.goals import Goal, Tiltak
from models.people import Person
from models.terms import Action, Role, TiltakState, VoiceState, Why


@dataclass(frozen=True)
class Point:
    voice_id: int
    on: date
    score: int
    about: str  # the tiltak


@dataclass(frozen=True)
class Curve:
    goal: str
    points: tuple[Point, ...]  # the oldest first


def of_case(
    session: Session, *, actor: Person, case_id: int, hat: Role, now: datetime
) -> tuple[Curve, ...]:
    """One for each goal that has an answer. Staff's reading is recorded. Refused as absent for
    everyone but the youth and the holder."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    hats = access.hats_in_case(session, actor, case, now)
    require(hat in hats & {Role.UNGDOM, Role.STAFETTHOLDER}, Why.ABSENT)
    require(access.sees_whole(session, case, frozenset({hat}), now), Why.ABSENT)
    found = _points(session, case, hat, now)
    if found:
        access_log.looked(session, "evaluations", actor, case, now, hat=hat, kept=True)
    goals = session.scalars(select(Goal).where(Goal.case_id == case.id).order_by(Goal.created_at))
    return tuple(
        Curve(goal.words or "", tuple(found[goal.id])) for goal in goals if goal.id in found
    )


def _points(session: Session, case: Case, hat: Role, now: datetime) -> dict[int, list[Point]]:
    """Of each round the last answer; none for a round in which they did not want to say."""
    said = (
        select(Voice, Tiltak)
        .join(Tiltak, Tiltak.id == Voice.tiltak_id)
        .where(Tiltak.case_id == case.id, Voice.taken_back_at.is_(None))
        .order_by(Voice.at, Voice.seq)
    )
    last: dict[tuple[int, int], tuple[Voice, Tiltak]] = {}
    for voice, thing in session.execute(said):
        evaluated = voice.round < thing.version or thing.state != TiltakState.ACTIVE
        if hat is Role.UNGDOM or evaluated:
            last[thing.id, voice.round] = voice, thing
    rules = municipality.policy_at(session, now)
    points: dict[int, list[Point]] = {}
    for voice, thing in sorted(last.values(), key=lambda each: (each[0].at, each[0].id)):
        if voice.score is not None:
            point = Point(
                voice.id, policy.today_in(voice.at, rules), voice.score, thing.words or ""
            )
            points.setdefault(thing.goal_id, []).append(point)
    return points


def point(session: Session, *, actor: Person, voice_id: int, now: datetime) -> tuple[int, Point]:
    """One's own answer, and its case, before it is taken back."""
    voice = session.get(Voice, voice_id)
    thing = session.get(Tiltak, voice.tiltak_id) if voice is not None else None
    case_id = thing.case_id if thing is not None else 0
    _opened(session, actor, case_id, now)
    for curve in of_case(session, actor=actor, case_id=case_id, hat=Role.UNGDOM, now=now):
        for each in curve.points:
            if each.voice_id == voice_id:
                return case_id, each
    refuse(Why.ABSENT)


def take_back(session: Session, *, actor: Person, voice_id: int, now: datetime) -> None:
    """The youth takes back what they said in one round, number and words, with what they had said
    before in the same: it is nowhere any more. What was decided on it stands, and notes that it was
    taken back. Again: nothing."""
    voice = session.get(Voice, voice_id)
    thing = session.get(Tiltak, voice.tiltak_id) if voice is not None else None
    case = _opened(session, actor, thing.case_id if thing is not None else 0, now)
    assert voice is not None  # noqa: S101 - no case has id 0
    if voice.taken_back_at is not None:
        return
    same = Voice.tiltak_id == voice.tiltak_id, Voice.round == voice.round
    rows = session.scalars(select(Voice).where(*same, Voice.taken_back_at.is_(None))).all()
    forget(session, rows, now)
    audit.record(
        session, action="evaluations.take_back_voice", actor_id=actor.id, object_id=voice.id,
        chain=case.id, now=now, detail={"tiltak": voice.tiltak_id},
    )  # fmt: skip
    session.flush()


def forget(session: Session, voices: Sequence[Voice], now: datetime) -> None:
    """What was said is nowhere any more."""
    for row in voices:
        row.score, row.words, row.taken_back_at = None, None, now
    rested = select(Evaluation).where(Evaluation.voice_id.in_([row.id for row in voices]))
    for made in session.scalars(rested):
        made.voice = VoiceState.TAKEN_BACK


def _opened(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    """Also without a consent in force: taking back needs none."""
    return access.open_case(
        session, actor=actor, case_id=case_id, action=Action.GIVE_VOICE, now=now
    )
