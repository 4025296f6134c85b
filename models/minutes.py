"""After a meeting: whether it was held, who came, what was agreed, what follows.

The minutes are points, written one at a time. They are a draft for whoever writes them until they
are final; then the youth and the guardians read them, and they are corrected by an addendum only
[41]. None are final without the youth's own view, or why there is none [39], and without a next
date or a decision to close [37].
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    audit,
    cases,
    child_contact,
    family,
    follow_ups,
    is_it_right,
    municipality,
    policy,
    shielded,
    unasked,
)
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.child_contact import able_to_talk
from models.goals import worded
from models.invitees import Meeting, attending, find, invitees_of, item_of
from models.meeting_ladder import LADDER
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import Action, MeetingState, NextStep, RightKind, Why, YouthView

MOST_POINTS = 12
READY, MISSED = "meeting.minutes_ready", "meeting.missed"


class MinutesPoint(SealedRow, Base):
    """One thing that was agreed or said; after the minutes are final an addendum, for good."""

    __tablename__ = "minutes_points"
    __table_args__ = (UniqueConstraint("meeting_id", "seq"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    meeting_id: Mapped[Ref] = mapped_column(ForeignKey("meetings.id"), index=True)
    seq: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)  # goes up with each change of the words
    addendum: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


@dataclass(frozen=True)
class Went:
    """How a meeting went. Nobody is blamed for not coming: they are asked kindly."""

    held: bool
    came: frozenset[int] = frozenset()
    view: YouthView | None = None
    view_words: str | None = None


@dataclass(frozen=True)
class After:
    """What follows: a date for a meeting or an evaluation, none for a decision to close."""

    step: NextStep
    on: date | None = None
    talker_id: int | None = None


def points_of(session: Session, meeting_id: int) -> list[MinutesPoint]:
    chosen = select(MinutesPoint).where(MinutesPoint.meeting_id == meeting_id)
    return list(session.scalars(chosen.order_by(MinutesPoint.seq)))


# --- how it went ---------------------------------------------------------------------------------


def went(session: Session, *, actor: Person, meeting_id: int, how: Went, now: datetime) -> Meeting:
    """Say whether a meeting was held and who came; again, until the minutes are final.

    Refused: PAST before it has begun, WORDS_REQUIRED without the youth's view, STALE for one that
    was called off or whose minutes are final.
    """
    meeting, case = opened(session, actor, meeting_id, now)
    require(meeting.state not in (MeetingState.CANCELLED, MeetingState.MINUTES_FINAL), Why.STALE)
    require(meeting.starts_at <= now, Why.NOT_IN_STATE)
    cases.digital(case, how.view_words)
    paper = case.on_paper_since is not None  # and the youth's words with the rest
    require(not how.held or how.view is not None, Why.WORDS_REQUIRED)
    words = worded(how.view_words) if how.view_words else None
    require(how.view is not YouthView.SAID or words or paper, Why.WORDS_REQUIRED)
    first = meeting.went_at is None
    meeting.state = MeetingState.HELD if how.held else MeetingState.NOT_HELD
    meeting.went_at = meeting.went_at or now
    meeting.youth_view, meeting.youth_words = (how.view, words) if how.held else (None, None)
    _mark_who_came(session, meeting, case, how, now)
    record(session, meeting, "minutes.went", actor, now, state=meeting.state)
    if first and how.held:
        _ask_kindly(session, meeting, case, now)
    return meeting


def _mark_who_came(
    session: Session, meeting: Meeting, case: Case, how: Went, now: datetime
) -> None:
    expected = {invitee.person_id for invitee in attending(session, meeting, case, now)}
    for invitee in invitees_of(session, meeting.id):
        listed = invitee.person_id in expected
        chairs = invitee.person_id == case.stafettholder_id
        came = chairs or invitee.person_id in how.came
        invitee.came = came if listed and how.held else None


def _ask_kindly(session: Session, meeting: Meeting, case: Case, now: datetime) -> None:
    """The youth who did not come is asked how they are; others are the holder's to ask."""
    youth = next(
        (i for i in invitees_of(session, meeting.id) if i.person_id == case.ungdom_id), None
    )
    if youth is not None and youth.came is False:
        unasked.tell(session, MISSED, [case.ungdom_id], meeting.id, "missed", now)


# --- what was agreed -----------------------------------------------------------------------------


def write(
    session: Session, *, actor: Person, meeting_id: int, words: str, now: datetime
) -> MinutesPoint:
    """Add a point; once the minutes are final, an addendum. The same words again add nothing."""
    meeting, case = opened(session, actor, meeting_id, now)
    require(meeting.state in (MeetingState.HELD, MeetingState.MINUTES_FINAL), Why.NOT_IN_STATE)
    cases.digital(case, words)
    words, known = worded(words), points_of(session, meeting.id)
    again = next((point for point in known if point.words == words), None)
    if again is not None:
        return again
    final = meeting.state == MeetingState.MINUTES_FINAL
    require(final or len(known) < MOST_POINTS, Why.TOO_MANY)
    point = MinutesPoint(
        id=new_id(), key_id=case.key_id, meeting_id=meeting.id, addendum=final,
        seq=max((each.seq for each in known), default=0) + 1, by_id=actor.id, at=now,
    )  # fmt: skip
    session.add(point)
    point.words = words
    record(session, meeting, "minutes.write", actor, now, seq=point.seq, addendum=final)
    if final:
        readers = _readers(session, meeting, case, actor, now)
        unasked.tell(session, READY, readers, meeting.id, f"addendum{point.seq}", now)
    return point


def change(
    session: Session, *, actor: Person, point_id: int, version: int, words: str, now: datetime
) -> bool:
    """Put a draft's point in other words. False: somebody else changed it since `version`; then
    both stand, these words as a point of their own, so that nothing that was written is lost."""
    point = session.get(MinutesPoint, point_id)
    if point is None:
        refuse(Why.ABSENT)
    meeting, case = opened(session, actor, point.meeting_id, now)
    require(meeting.state == MeetingState.HELD, Why.STALE)
    cases.digital(case, words)
    words = worded(words)
    if point.words == words:
        return True
    if point.version != version:
        write(session, actor=actor, meeting_id=meeting.id, words=words, now=now)
        return False
    point.words, point.version, point.by_id, point.at = words, version + 1, actor.id, now
    record(session, meeting, "minutes.change", actor, now, seq=point.seq)
    return True


def meeting_of(session: Session, *, actor: Person, point_id: int, now: datetime) -> int:
    """Of which meeting a point is. Refused as absent for who does not keep its minutes."""
    point = session.get(MinutesPoint, point_id)
    if point is None:
        refuse(Why.ABSENT)
    return opened(session, actor, point.meeting_id, now)[0].id


def finish(
    session: Session,
    *,
    actor: Person,
    meeting_id: int,
    after: After,
    now: datetime,
    known: int | None = None,
) -> Meeting:
    """Make the minutes final, or settle what follows a meeting that was not held.

    `known`: so many points were read before this was said; another number now is Refused(STALE).
    Refused: NOT_IN_STATE before it was said how it went, WORDS_REQUIRED without a point,
    DATE_REQUIRED without a date, PAST, NOBODY for one who cannot talk with the youth.
    """
    meeting, case = opened(session, actor, meeting_id, now)
    session.refresh(meeting, with_for_update=True)  # the holder and who keeps the log, at once
    if meeting.next_step is not None and meeting.final_at is not None:
        return meeting
    require(meeting.state in (MeetingState.HELD, MeetingState.NOT_HELD), Why.NOT_IN_STATE)
    held, points = meeting.state == MeetingState.HELD, points_of(session, meeting.id)
    require(points or not held or case.on_paper_since, Why.WORDS_REQUIRED)
    require(known is None or known == stamp(points), Why.STALE)
    today = policy.today_in(now, municipality.policy_at(session, now))
    dated = after.step is not NextStep.CLOSING
    require(bool(after.on) == dated, Why.DATE_REQUIRED)
    require(after.on is None or after.on >= today, Why.PAST)
    require(
        after.talker_id is None or after.talker_id in able_to_talk(session, case, now), Why.NOBODY
    )
    meeting.next_step, meeting.next_on, meeting.final_at = after.step, after.on, now
    if held:
        meeting.state = MeetingState.MINUTES_FINAL
    child_contact.expect(session, meeting, case, after.talker_id, now)
    record(session, meeting, "minutes.finish", actor, now, next=after.step.value)
    if held:
        readers = _readers(session, meeting, case, actor, now)
        unasked.tell(session, READY, readers, meeting.id, "final", now)
        is_it_right.ask(
            session, kind=RightKind.MINUTES, subject_id=meeting.id, case=case, now=now,
            recipients=readers, items=[item_of(meeting.id)],
        )  # fmt: skip
    return meeting


def stamp(points: Collection[MinutesPoint]) -> int:
    """Changes with every point that is added or put in other words."""
    return sum(point.version for point in points)


# --- inside the verbs ----------------------------------------------------------------------------


def opened(
    session: Session, actor: Person, meeting_id: int, now: datetime
) -> tuple[Meeting, Case]:
    meeting = find(session, meeting_id)
    case = access.open_case(
        session, actor=actor, case_id=meeting.case_id, action=Action.KEEP_MINUTES, now=now
    )
    return meeting, case


def _readers(
    session: Session, meeting: Meeting, case: Case, actor: Person, now: datetime
) -> list[int]:
    """The youth, and the guardians unless it is shielded from them."""
    kept = {actor.id, *shielded.kept_from(session, case, item_of(meeting.id))}
    return [p.id for p in family.of(session, case.ungdom_id, now) if p.id not in kept]


def record(
    session: Session, meeting: Meeting, action: str, actor: Person, now: datetime, **what: object
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id, object_id=meeting.id, chain=meeting.case_id,
        now=now, detail=what,
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, meeting, now)
    session.flush()
