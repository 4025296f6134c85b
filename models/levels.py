"""The level of a case: what it is called is the municipality's choice, every move has a reason [33, 34].

Any level to any other. A move asks anew who holds the baton, and the answer is kept with it. The
family is told, without a word of what, and reads all of it when they open it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    audit,
    cases,
    consents,
    deciders,
    family,
    municipality,
    outbox,
    people,
    policy,
    shielded,
    unasked,
)
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.goals import worded
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import Action, Baton, CaseState, Role, Why

MOVED, HELP, HELP_LEADER = "level.moved", "level.help", "level.help_leader"


class LevelMove(SealedRow, Base):
    """Append-only: one move of a case."""

    __tablename__ = "level_moves"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    from_level: Mapped[int]
    to_level: Mapped[int]
    baton: Mapped[str]
    reason_sealed: Mapped[bytes | None]
    reason = Sealed()


@dataclass(frozen=True)
class Moved:
    """What follows from a move: the log that is needed now lacks the consent it stands on [10]."""

    needs_consent: bool


def opened(session: Session, actor: Person, case_id: int, now: datetime) -> tuple[Case, Role]:
    """The case for who may move it: its stafettholder, or the rektor of its school, who is no
    guardian of the youth. Else refused as absent."""
    case = cases.find(session, case_id)
    if case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    if policy.may(Action.MOVE_LEVEL, access.hats_in_case(session, actor, case, now)):
        return case, Role.STAFETTHOLDER
    access.authorise_at_unit(
        session, actor=actor, action=Action.LEAD_LEVEL, unit_id=case.school_id
    )
    require(not family.is_guardian(session, actor.id, case.ungdom_id), Why.ABSENT)
    return case, Role.REKTOR


def move(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    to: int,
    reason: str,
    baton: Baton,
    now: datetime,
    was: int | None = None,
) -> Moved:
    """Move a case, from level `was` where the choice was made from there.

    Refused: SAME_LEVEL, ABSENT for a level there is not, WORDS_REQUIRED, TOO_LONG, STALE when it was
    moved since.
    """
    cases.locked(session, case_id)
    case, _hat = opened(session, actor, case_id, now)
    rules = municipality.policy_at(session, now)
    require(was != to, Why.SAME_LEVEL)
    if _is_done(session, case, actor, to, was):
        return Moved(_needs_consent(session, case, now))
    require(was in (None, case.level), Why.STALE)
    require(case.level != to, Why.SAME_LEVEL)
    require(0 <= to < len(policy.levels(rules)), Why.ABSENT)
    reason = worded(reason)
    step = LevelMove(
        id=new_id(), key_id=case.key_id, case_id=case.id, at=now, by_id=actor.id,
        from_level=case.level, to_level=to, baton=baton,
    )  # fmt: skip
    session.add(step)
    step.reason = reason
    case.level = to
    session.flush()
    audit.record(
        session, action="levels.move", actor_id=actor.id, object_id=case.id, chain=case.id, now=now,
        detail={"from": step.from_level, "to": to, "baton": baton.value},
    )  # fmt: skip
    unasked.tell(session, MOVED, _others(session, case, actor, now), case.id, f"{step.id}", now)
    return Moved(_needs_consent(session, case, now))


def _others(session: Session, case: Case, actor: Person, now: datetime) -> list[int]:
    """The family, but whom the case is shielded from [58], and the holder."""
    kin = [person for person in family.of(session, case.ungdom_id, now) if person.confirmed_at]
    them = {person.id for person in kin} - shielded.kept_from(session, case)
    return sorted({*them, case.stafettholder_id} - {actor.id})


def _is_done(session: Session, case: Case, actor: Person, to: int, was: int | None) -> bool:
    """Whether this very move was the last: pressed twice."""
    last = moves(session, case.id)[-1:]
    return case.level == to and any(
        (step.by_id, step.from_level, step.to_level) == (actor.id, was, to) for step in last
    )


def _needs_consent(session: Session, case: Case, now: datetime) -> bool:
    rules = municipality.policy_at(session, now)
    return policy.needs_log(case.level, rules) and not consents.carries(session, case, now)


def moves(session: Session, case_id: int) -> list[LevelMove]:
    """In order."""
    found = select(LevelMove).where(LevelMove.case_id == case_id)
    return list(session.scalars(found.order_by(LevelMove.at, LevelMove.id)))


def ask_for_help(session: Session, *, actor: Person, case_id: int, now: datetime) -> None:
    """The stafettholder gets no further: who leads the school hears that, of whom it is and no
    more; where nobody does, the project leader. Once a day. Refused: NOBODY."""
    case, _hat = opened(session, actor, case_id, now)
    require(case.stafettholder_id == actor.id, Why.ABSENT)
    leads = deciders.rektors(session, case.school_id, case.ungdom_id)
    them = [person for person in leads if person.id != actor.id]
    kind = HELP if them else HELP_LEADER
    them = them or deciders.leaders(session, case.ungdom_id)
    _asked(session, actor, case.stafettholder_id, kind, them, now)
    audit.record(
        session, action="levels.help", actor_id=actor.id, object_id=case.id, chain=case.id, now=now
    )


def pass_on(session: Session, *, actor: Person, holder_id: int, now: datetime) -> None:
    """Who leads the school gets no further either: the project leader hears it. Once a day."""
    asked_for(session, actor=actor, holder_id=holder_id)
    _asked(session, actor, holder_id, HELP_LEADER, deciders.leaders(session, None), now)
    audit.record(session, action="levels.pass_on", actor_id=actor.id, object_id=holder_id, now=now)


def _asked(
    session: Session, actor: Person, holder_id: int, kind: str, them: list[Person], now: datetime
) -> None:
    told = [person.id for person in them if person.id != actor.id]
    require(told, Why.NOBODY)
    day = policy.today_in(now, municipality.policy_at(session, now)).isoformat()
    unasked.tell(session, kind, told, holder_id, day, now)


def asked_for(session: Session, *, actor: Person, holder_id: int) -> str:
    """The name of a stafettholder who has asked for help, for who was told and still leads. Else
    absent."""
    held = {case.school_id for case in cases.held_by(session, holder_id)}
    leads = any(Role.REKTOR in people.roles_at(session, actor, school) for school in held)
    require(leads or Role.PROSJEKTLEDER in people.staff_roles(session, actor), Why.ABSENT)
    require(held and was_asked(session, actor, holder_id), Why.ABSENT)
    return people.get(session, holder_id).name or ""


def may_pass_on(session: Session, *, actor: Person, holder_id: int) -> bool:
    """Who leads a school of the holder's, where there is a project leader beside them."""
    held = {case.school_id for case in cases.held_by(session, holder_id)}
    leads = any(Role.REKTOR in people.roles_at(session, actor, school) for school in held)
    them = [person.id for person in deciders.leaders(session, None) if person.id != actor.id]
    return leads and bool(them)


def was_asked(session: Session, actor: Person, holder_id: int) -> bool:
    return any(
        outbox.was_promised(session, kind, holder_id, actor.id) for kind in (HELP, HELP_LEADER)
    )
