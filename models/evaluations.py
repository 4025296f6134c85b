"""How it went: the youth is asked first, then the holder decides, tiltak by tiltak.

An evaluation either sets the next date or closes the tiltak [37]; it keeps what was known of the
youth's own view when it was made, and is not made without [39]. Voices and evaluations are
append-only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    audit,
    cases,
    consents,
    family,
    follow_ups,
    is_it_right,
    next_dates,
    own_voice,
    shielded,
    tiltak,
    unasked,
    withheld,
)
from models.base import Base, Id, Ref, new_id, require
from models.cases import Case
from models.goals import items_of
from models.own_voice import Said
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import (
    Action,
    Decision,
    Effect,
    ItemKind,
    OwnVoice,
    RightKind,
    TiltakState,
    VoiceState,
    Why,
)
from models.tiltak import LADDER, Tiltak
from models.voices import Voice, voice_of, voice_state
from models.withheld import Item

__all__ = ["GOES_ON", "SCORES", "Evaluation", "Verdict", "Voice", "evaluate", "give_voice",
           "later_deadline", "voice_of", "voice_state"]  # fmt: skip

SCORES = range(1, 6)
GOES_ON = frozenset({Decision.CONTINUE, Decision.CHANGE})
_ENDS_AS = {
    Decision.CHANGE: TiltakState.CHANGED,
    Decision.DONE: TiltakState.COMPLETED,
    Decision.STOP: TiltakState.STOPPED,
}


class Evaluation(SealedRow, Base):
    """What was decided for one tiltak in one round, and what the youth had said by then."""

    __tablename__ = "evaluations"
    __table_args__ = (UniqueConstraint("tiltak_id", "version"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]
    tiltak_id: Mapped[Ref] = mapped_column(ForeignKey("tiltak.id"))
    version: Mapped[int]  # the tiltak's version that was evaluated
    decision: Mapped[str]
    effect: Mapped[str | None]  # what came of it so far [2]
    due_on: Mapped[date]  # the day it had been set for
    next_on: Mapped[date | None]  # None: the tiltak is closed
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    voice: Mapped[str]
    voice_id: Mapped[Ref | None] = mapped_column(ForeignKey("voices.id"))
    reason_sealed: Mapped[bytes | None]
    reason = Sealed()


@dataclass(frozen=True)
class Verdict:
    """What is decided. Going on needs `next_on`, a change `words`; who is responsible may change.
    `said`, what the youth says to the holder, is needed while they have not answered here."""

    decision: Decision
    next_on: date | None = None
    words: str | None = None
    reason: str | None = None
    responsible_id: int | None = None
    effect: Effect | None = None
    said: Said | None = None


def give_voice(
    session: Session,
    *,
    actor: Person,
    tiltak_id: int,
    version: int,
    score: int | None,
    words: str | None = None,
    now: datetime,
) -> Voice:
    """The youth says how it goes, or that they do not want to say now. Nobody is told: the
    holder sees it when evaluating. The same answer again changes nothing."""
    case, thing = tiltak.open_one(
        session, actor=actor, tiltak_id=tiltak_id, action=Action.GIVE_VOICE, now=now
    )
    require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    cases.digital(case, True)
    require(thing.state == TiltakState.ACTIVE and thing.version == version, Why.STALE)
    require(score is None or score in SCORES, Why.STALE)
    said = tiltak.worded(words) if words is not None else None
    last = voice_of(session, thing)
    if last is not None and last.score == score and said in (None, last.words):
        return last
    voice = _say(session, case, thing, score, said, _next(session, thing), now)
    thing.asked_at = thing.asked_at or now  # who has spoken is not asked
    audit.record(
        session,
        action="evaluations.give_voice",
        actor_id=actor.id,
        object_id=voice.id,
        chain=case.id,
        now=now,
        detail={"tiltak": thing.id},  # that, never what
    )
    follow_ups.reschedule(session, LADDER, thing, now)
    session.flush()
    return voice


def _next(session: Session, thing: Tiltak) -> int:
    same = Voice.tiltak_id == thing.id, Voice.round == thing.version
    return (session.scalar(select(func.max(Voice.seq)).where(*same)) or 0) + 1


def _say(
    session: Session,
    case: Case,
    thing: Tiltak,
    score: int | None,
    words: str | None,
    seq: int,
    now: datetime,
) -> Voice:
    voice = Voice(
        id=new_id(),
        key_id=case.key_id,
        tiltak_id=thing.id,
        round=thing.version,
        seq=seq,
        score=score,
        at=now,
    )
    session.add(voice)
    voice.words = words
    session.flush()
    return voice


def evaluate(
    session: Session,
    *,
    actor: Person,
    tiltak_id: int,
    version: int,
    verdict: Verdict,
    now: datetime,
) -> Evaluation:
    """Decide for one tiltak. Tells the youth, the guardians who know of it and the responsible,
    and asks the family whether it is right.

    Refused STALE when its round was evaluated otherwise; the same decision twice is one.
    VOICE_REQUIRED when nobody has asked the youth.
    """
    case, thing = tiltak.open_one(
        session, actor=actor, tiltak_id=tiltak_id, action=Action.EVALUATE, now=now
    )
    earlier = session.scalar(
        select(Evaluation).where(Evaluation.tiltak_id == thing.id, Evaluation.version == version)
    )
    if earlier is not None:
        require(earlier.decision == verdict.decision, Why.STALE)
        require(earlier.next_on == verdict.next_on, Why.STALE)
        return earlier
    require(thing.state == TiltakState.ACTIVE and thing.version == version, Why.STALE)
    _check(session, case, thing, verdict, now)
    made = _record(session, actor, case, thing, verdict, now)
    living = _apply(session, actor, case, thing, verdict, now)
    next_dates.look(session, case, now)
    follow_ups.reschedule(session, LADDER, thing, now)
    session.flush()
    relatives = [person.id for person in family.of(session, case.ungdom_id, now)]
    told = [*relatives, living.responsible_id, thing.responsible_id]
    items = (*items_of(thing), *items_of(living))
    not_told = {actor.id, *shielded.kept_from(session, case, *items)}
    others = [person_id for person_id in told if person_id not in not_told]
    unasked.tell(session, "evaluation.done", others, made.id, str(made.version), now)
    is_it_right.ask(
        session, kind=RightKind.EVALUATION, subject_id=made.id, case=case, now=now, items=items,
        recipients=[person_id for person_id in relatives if person_id in others],
    )  # fmt: skip
    return made


def _check(session: Session, case: Case, thing: Tiltak, verdict: Verdict, now: datetime) -> None:
    cases.digital(case, verdict.words, verdict.reason, verdict.said and verdict.said.words)
    if verdict.decision not in GOES_ON:
        require(verdict.next_on is None, Why.NOT_IN_STATE)
        return
    require(verdict.next_on, Why.DATE_REQUIRED)
    require(verdict.next_on and verdict.next_on >= tiltak.today(session, now), Why.PAST)
    responsible = verdict.responsible_id or thing.responsible_id
    tiltak.require_responsible(session, case, responsible, now, thing.id)
    if verdict.decision == Decision.CHANGE:
        tiltak.worded(verdict.words)


def _record(
    session: Session,
    actor: Person,
    case: Case,
    thing: Tiltak,
    verdict: Verdict,
    now: datetime,
) -> Evaluation:
    state, voice = _heard(session, case, thing, verdict.said, now)
    made = Evaluation(
        id=new_id(),
        key_id=case.key_id,
        tiltak_id=thing.id,
        version=thing.version,
        decision=verdict.decision,
        effect=verdict.effect,
        due_on=thing.evaluate_on,
        next_on=verdict.next_on,
        by_id=actor.id,
        at=now,
        voice=state,
        voice_id=voice.id if voice is not None else None,
    )
    session.add(made)
    made.reason = tiltak.worded(verdict.reason) if verdict.reason else None
    session.flush()
    audit.record(
        session,
        action="evaluations.evaluate",
        actor_id=actor.id,
        object_id=made.id,
        chain=case.id,
        now=now,
        detail={"tiltak": thing.id, "decision": verdict.decision},
    )
    return made


def _heard(
    session: Session, case: Case, thing: Tiltak, said: Said | None, now: datetime
) -> tuple[VoiceState, Voice | None]:
    """The youth's own answer here; without one, what they said to the holder, kept as a voice is.
    On paper it is noted that they said something, and no more."""
    voice = voice_of(session, thing)
    if voice is not None:
        return voice_state(thing, voice), voice
    if said is None or case.on_paper_since is None:
        said = own_voice.required(said)
    if said.state is OwnVoice.NOT_WANTED:
        return VoiceState.NOT_NOW, None
    if said.words is None:
        return VoiceState.TOLD, None
    return VoiceState.TOLD, _say(
        session, case, thing, None, said.words, _next(session, thing), now
    )


def _apply(
    session: Session, actor: Person, case: Case, thing: Tiltak, verdict: Verdict, now: datetime
) -> Tiltak:
    """Begin the next round, or end the tiltak. Returns what lives on: it, or its successor.

    A deadline that has passed moves with the evaluation: what goes on has one to come [36].
    """
    thing.version += 1
    responsible = verdict.responsible_id or thing.responsible_id
    if verdict.decision != Decision.CONTINUE:
        thing.state = _ENDS_AS[verdict.decision]
    if verdict.next_on is None:
        return thing
    deadline = later_deadline(thing.deadline, verdict.next_on, tiltak.today(session, now))
    if verdict.decision == Decision.CHANGE:
        wish = tiltak.Wish(
            thing.goal_id,
            tiltak.worded(verdict.words),
            responsible,
            deadline,
            verdict.next_on,
        )
        successor = tiltak.start(
            session, actor=actor, case=case, goal_id=thing.goal_id, wish=wish, now=now
        )
        thing.replaced_by = successor.id
        old, new = (Item(ItemKind.TILTAK, each.id) for each in (thing, successor))
        withheld.follow(session, case, old, new, actor, now)
        shielded.follow(session, case, old, new, actor, now)
        return successor
    before, thing.responsible_id = thing.responsible_id, responsible
    thing.deadline, thing.evaluate_on = deadline, verdict.next_on
    thing.set_at, thing.steps_done = now, []
    thing.asked_at = thing.reminded_at = None
    if responsible != before:
        tiltak.tell_responsible(session, actor=actor, made=thing, now=now)
    return thing


def later_deadline(deadline: date, next_on: date, today: date) -> date:
    """The deadline of what goes on: as it was, or the next evaluation when it has passed."""
    return deadline if deadline >= today else next_on
