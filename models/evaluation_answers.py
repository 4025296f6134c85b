"""A week before an evaluation the others are asked too: each only about what is theirs.

A guardian whether a tiltak helps, unless it is shielded from them; who is responsible how far it has
come and whether it helped. For the holder alone; the youth sees who was asked. Append-only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    audit,
    cases,
    consents,
    contacts,
    family,
    goals,
    outbox,
    people,
    shielded,
    unasked,
)
from models.base import Base, Id, Ref, new_id, require
from models.cases import Case
from models.goals import Tiltak, items_of, worded
from models.outbox import Promise
from models.people import Person
from models.responsibles import responsibles
from models.sealed import Sealed, SealedRow
from models.terms import Action, Effect, Progress, Role, TiltakState, Why
from models.together import Rows

ASKS = "evaluation.answer"


class EvaluationAsked(Base):
    """Somebody was asked about one tiltak in one round."""

    __tablename__ = "evaluation_asked"
    __table_args__ = (UniqueConstraint("tiltak_id", "round", "person_id"),)

    id: Mapped[Id]
    tiltak_id: Mapped[Ref] = mapped_column(ForeignKey("tiltak.id"))
    round: Mapped[int]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]


class EvaluationAnswer(SealedRow, Base):
    """What somebody says of one tiltak in one round; the last one said counts."""

    __tablename__ = "evaluation_answers"
    __table_args__ = (UniqueConstraint("tiltak_id", "round", "person_id", "seq"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    tiltak_id: Mapped[Ref] = mapped_column(ForeignKey("tiltak.id"))
    round: Mapped[int]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    seq: Mapped[int]
    role: Mapped[str]  # Role.FORESATT, or Role.SERVICE for who is responsible
    effect: Mapped[str | None]  # neither this nor the next: did not want to answer now
    progress: Mapped[str | None]
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


# --- whose question it is ------------------------------------------------------------------------


def audience(session: Session, case: Case, thing: Tiltak, now: datetime) -> dict[int, Role]:
    """Whom a tiltak is to be asked about, and as what: the guardians who may know of it, and who is
    responsible while that one may. The holder evaluates and is not asked."""
    kept = shielded.kept_from(session, case, *items_of(thing))
    guardians = [person.id for person in family.guardians_of(session, case.ungdom_id, now)]
    asked = {person_id: Role.FORESATT for person_id in guardians if person_id not in kept}
    who = thing.responsible_id
    theirs = who != case.stafettholder_id and who not in kept
    if theirs and who in responsibles(session, case, now, thing.id):
        asked.setdefault(who, Role.SERVICE)
    return asked


def theirs(session: Session, case: Case, person: Person, now: datetime) -> list[Tiltak]:
    """What is soon evaluated in a case and may be asked this person about."""
    near = goals.near(session, case.id, now)
    return [thing for thing in near if person.id in audience(session, case, thing, now)]


def last_of(session: Session, thing: Tiltak, person_id: int) -> EvaluationAnswer | None:
    """What somebody last said in the tiltak's present round."""
    own = (each for each in said_of(session, thing) if each.person_id == person_id)
    return max(own, key=lambda each: each.seq, default=None)


def asked_of(session: Session, thing: Tiltak) -> Sequence[EvaluationAsked]:
    """Who was asked in the tiltak's present round."""
    return [each for each in _ASKED.of(session, thing.id) if each.round == thing.version]


def said_of(session: Session, thing: Tiltak) -> Sequence[EvaluationAnswer]:
    """All that was answered in the tiltak's present round."""
    return [each for each in _SAID.of(session, thing.id) if each.round == thing.version]


_ASKED = Rows(
    select(EvaluationAsked).order_by(EvaluationAsked.asked_at, EvaluationAsked.id),
    by=EvaluationAsked.tiltak_id,
)
_SAID = Rows(
    select(EvaluationAnswer).order_by(EvaluationAnswer.at, EvaluationAnswer.id),
    by=EvaluationAnswer.tiltak_id,
)


# --- asked ---------------------------------------------------------------------------------------


def ask(session: Session, case: Case, day: str, now: datetime) -> None:
    """One question round a day each, about everything near they have not been asked of before."""
    if case.on_paper_since is not None:
        return
    new: dict[int, list[Tiltak]] = {}
    for thing in goals.near(session, case.id, now):
        known = {row.person_id for row in asked_of(session, thing)}
        for person_id in audience(session, case, thing, now):
            answered = last_of(session, thing, person_id) is not None
            if person_id not in known and not answered and can_be_asked(session, person_id):
                new.setdefault(person_id, []).append(thing)
    for person_id, things in new.items():
        if not put(session, ASKS, person_id, case, day, now):
            continue
        for thing in things:
            row = EvaluationAsked(
                id=new_id(), tiltak_id=thing.id, round=thing.version, person_id=person_id,
                asked_at=now,
            )  # fmt: skip
            session.add(row)
    session.flush()


def remind(session: Session, case: Case, day: str, now: datetime) -> None:
    """Once, those who were asked and have said nothing: not even 'not now'."""
    if case.on_paper_since is not None:
        return
    rows: dict[int, list[EvaluationAsked]] = {}
    for thing in goals.near(session, case.id, now):
        them = audience(session, case, thing, now)
        for row in asked_of(session, thing):
            silent = last_of(session, thing, row.person_id) is None and row.reminded_at is None
            if silent and row.person_id in them and can_be_asked(session, row.person_id):
                rows.setdefault(row.person_id, []).append(row)
    for person_id, waiting in rows.items():
        if put(session, ASKS, person_id, case, day, now):
            for row in waiting:
                row.reminded_at = now
    session.flush()


def put(session: Session, kind: str, person_id: int, case: Case, day: str, now: datetime) -> bool:
    """Promise the question of a day, in place of an earlier one that is not sent yet. False if it
    was promised that day already."""
    fresh = unasked.tell(session, kind, [person_id], case.id, day, now, Promise.REMINDER)
    if fresh:
        outbox.silence_older(
            session, kind=kind, subject_id=case.id, recipient_id=person_id, but=day
        )
    return fresh


def can_be_asked(session: Session, person_id: int) -> bool:
    """Whether somebody has a chat and wants reminders."""
    person = people.get(session, person_id)
    return not person.muted and contacts.of(session, person_id) is not None


# --- answered ------------------------------------------------------------------------------------

_EFFECTS = {
    Role.FORESATT: frozenset({Effect.HELPED, Effect.SOMEWHAT, Effect.NOT}),
    Role.SERVICE: frozenset(Effect),
}


def answer(
    session: Session,
    *,
    actor: Person,
    tiltak_id: int,
    version: int,
    effect: Effect | None,
    progress: Progress | None = None,
    words: str | None = None,
    now: datetime,
) -> EvaluationAnswer:
    """Say whether it helps, and who is responsible also how far it has come; neither of the two is
    'not now'. Nobody is told. The same again changes nothing; without new words the old ones stand.

    Raises Refused: ABSENT for what is not one's own, CONSENT_MISSING, STALE for another round or
    what nobody asked.
    """
    case, thing, role = own(session, actor, tiltak_id, now)
    cases.digital(case, True)
    require(thing.state == TiltakState.ACTIVE and thing.version == version, Why.STALE)
    require(effect is None or effect in _EFFECTS[role], Why.STALE)
    whole = (effect is None) == (progress is None) or role is Role.FORESATT
    require(whole and (progress is None or role is Role.SERVICE), Why.STALE)
    last = last_of(session, thing, actor.id)
    before = last.words if last is not None and effect is not None else None
    said = worded(words) if words is not None else before
    if last is not None and (last.effect, last.progress, last.words) == (effect, progress, said):
        return last
    made = EvaluationAnswer(
        id=new_id(), key_id=case.key_id, tiltak_id=thing.id, round=thing.version,
        person_id=actor.id, seq=last.seq + 1 if last is not None else 1, role=role,
        effect=effect, progress=progress, at=now,
    )  # fmt: skip
    session.add(made)
    made.words = said
    session.flush()
    audit.record(
        session, action="evaluation_answers.answer", actor_id=actor.id, object_id=made.id,
        chain=case.id, now=now, detail={"tiltak": thing.id},  # that, never what
    )  # fmt: skip
    return made


def own(
    session: Session, actor: Person, tiltak_id: int, now: datetime
) -> tuple[Case, Tiltak, Role]:
    """A tiltak somebody may be asked about, whatever state it is in, and as what. Else refused as
    absent."""
    case, thing = goals.open_one(
        session, actor=actor, tiltak_id=tiltak_id, action=Action.ANSWER_EVALUATION, now=now
    )
    role = audience(session, case, thing, now).get(actor.id)
    require(role, Why.ABSENT)
    assert role is not None  # noqa: S101 - require raised otherwise
    require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    return case, thing, role
