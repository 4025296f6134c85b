"""What a meeting is to be about: the holder's points, and what others wish to have on it.

A wish is its owner's and the holder's until the holder takes it in; then everyone who may know
what the meeting is about reads it, and nobody whose it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, access_log, audit, cases, people, shielded, unasked
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.goals import worded
from models.invitees import Meeting, find, hats_for, item_of
from models.journal import Ends
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import InfoKind, MeetingState, Role, Why

MOST, MOST_WISHES = 6, 3
WISHED = "meeting.agenda_wished"


class AgendaPoint(Ends, SealedRow, Base):
    __tablename__ = "agenda_points"
    ENDS = ("gone_at",)

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    meeting_id: Mapped[Ref] = mapped_column(ForeignKey("meetings.id"), index=True)
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    on_agenda: Mapped[bool]  # False: a wish
    gone_at: Mapped[datetime | None]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


@dataclass(frozen=True)
class PointView:
    id: int
    words: str
    on_agenda: bool
    mine: bool
    by: str | None  # whose wish it is, for the holder


@dataclass(frozen=True)
class Agenda:
    meeting_id: int
    case_id: int
    holds: bool
    open: bool  # a point can be added
    points: tuple[PointView, ...]
    readers_family: bool  # the guardians will read what is on it


def _standing(session: Session, meeting_id: int) -> list[AgendaPoint]:
    chosen = select(AgendaPoint).where(
        AgendaPoint.meeting_id == meeting_id, AgendaPoint.gone_at.is_(None)
    )
    return list(
        session.scalars(
            chosen.order_by(AgendaPoint.on_agenda.desc(), AgendaPoint.at, AgendaPoint.id)
        )
    )


def add(
    session: Session, *, actor: Person, meeting_id: int, words: str, now: datetime
) -> AgendaPoint:
    """The holder puts a point on the agenda; anybody else who may know of the meeting wishes for
    one, and the holder is told. The same again adds nothing. Refused: ABSENT, STALE once it has
    begun, TOO_MANY."""
    meeting, case, hats = _opened(session, actor, meeting_id, now)
    require(meeting.state == MeetingState.CALLED and meeting.starts_at > now, Why.STALE)
    cases.digital(case, words)
    holds, words = Role.STAFETTHOLDER in hats, worded(words)
    standing = _standing(session, meeting.id)
    mine = [each for each in standing if each.by_id == actor.id]
    again = next((each for each in mine if each.words == words), None)
    if again is not None:
        return again
    listed, wished = [p for p in standing if p.on_agenda], [p for p in mine if not p.on_agenda]
    require(len(listed) < MOST if holds else len(wished) < MOST_WISHES, Why.TOO_MANY)
    point = AgendaPoint(
        id=new_id(), key_id=case.key_id, meeting_id=meeting.id, by_id=actor.id, at=now,
        on_agenda=holds,
    )  # fmt: skip
    session.add(point)
    point.words = words
    _record(session, meeting, "agenda.add", actor, point, now)
    if not holds:
        unasked.tell(session, WISHED, [case.stafettholder_id], meeting.id, f"{point.id}", now)
    return point


def take_in(session: Session, *, actor: Person, point_id: int, now: datetime) -> AgendaPoint:
    """The holder puts what somebody wishes for on the agenda."""
    point, meeting, hats = _point(session, actor, point_id, now)
    require(Role.STAFETTHOLDER in hats, Why.ABSENT)
    require(meeting.state == MeetingState.CALLED and meeting.starts_at > now, Why.STALE)
    if not point.on_agenda:
        listed = [each for each in _standing(session, meeting.id) if each.on_agenda]
        require(len(listed) < MOST, Why.TOO_MANY)
        point.on_agenda = True
        _record(session, meeting, "agenda.take_in", actor, point, now)
    return point


def drop(session: Session, *, actor: Person, point_id: int, now: datetime) -> AgendaPoint:
    """The holder takes a point off; its owner takes back a wish nobody has taken in."""
    point, meeting, hats = _point(session, actor, point_id, now)
    own_wish = point.by_id == actor.id and not point.on_agenda
    require(own_wish or Role.STAFETTHOLDER in hats, Why.ABSENT)
    require(meeting.state == MeetingState.CALLED and meeting.starts_at > now, Why.STALE)
    point.gone_at = now
    _record(session, meeting, "agenda.drop", actor, point, now)
    return point


def agenda(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> Agenda:
    """What a reader may see of it: the holder all; the family what is on it, and each the own
    wishes; a service the own, and the rest only if it may know everything of the case."""
    meeting, case, hats = _opened(session, actor, meeting_id, now)
    holds = Role.STAFETTHOLDER in hats
    whole = access.sees_whole(session, case, hats, now) or _knows_all(
        session, actor, meeting, case, now
    )
    seen = [
        point
        for point in _standing(session, meeting.id)
        if point.by_id == actor.id or (whole and (holds or point.on_agenda))
    ]
    names = people.names(session, [point.by_id for point in seen]) if holds else {}
    kept = shielded.kept_from(session, case, item_of(meeting.id))
    if seen:
        access_log.looked(session, "agenda", actor, case, now, kept=bool(kept))
    return Agenda(
        meeting_id=meeting.id,
        case_id=case.id,
        holds=holds,
        open=meeting.state == MeetingState.CALLED and meeting.starts_at > now,
        points=tuple(
            PointView(
                p.id, p.words or "", p.on_agenda, p.by_id == actor.id,
                names.get(p.by_id) if not p.on_agenda else None,
            )
            for p in seen
        ),
        readers_family=not kept,
    )  # fmt: skip


def meeting_of(session: Session, *, actor: Person, point_id: int, now: datetime) -> int:
    """Of which meeting a point is. Refused(ABSENT) for whom it is not there."""
    return _point(session, actor, point_id, now)[1].id


def _knows_all(
    session: Session, actor: Person, meeting: Meeting, case: Case, now: datetime
) -> bool:
    kinds = access.kinds_by_unit(session, actor, case, now, of=item_of(meeting.id)).values()
    return any(known == frozenset(InfoKind) for known in kinds)


def _opened(
    session: Session, actor: Person, meeting_id: int, now: datetime
) -> tuple[Meeting, Case, frozenset[Role]]:
    meeting = find(session, meeting_id)
    case, hats = cases.find(session, meeting.case_id), hats_for(session, meeting, actor, now)
    if case is None or not hats:
        refuse(Why.ABSENT)
    return meeting, case, hats


def _point(
    session: Session, actor: Person, point_id: int, now: datetime
) -> tuple[AgendaPoint, Meeting, frozenset[Role]]:
    point = session.get(AgendaPoint, point_id)
    if point is None or point.gone_at is not None:
        refuse(Why.ABSENT)
    meeting, _case, hats = _opened(session, actor, point.meeting_id, now)
    require(Role.STAFETTHOLDER in hats or point.by_id == actor.id, Why.ABSENT)
    return point, meeting, hats


def _record(
    session: Session, meeting: Meeting, action: str, actor: Person, point: AgendaPoint,
    now: datetime,
) -> None:  # fmt: skip
    session.flush()
    audit.record(
        session, action=action, actor_id=actor.id, object_id=point.id, chain=meeting.case_id,
        now=now, detail={"meeting": meeting.id},
    )  # fmt: skip
