"""Meetings and who is on their lists: the tables, and who may know of a meeting now.

The truth about when is a wall clock and its zone; UTC is derived from them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, cases, consents, family, people, shielded, withheld
from models.base import Base, Counter, Id, Ref, refuse, require
from models.cases import Case
from models.follow_ups import FollowedUp
from models.journal import Ends
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import CaseState, Coming, InfoKind, ItemKind, MeetingState, Role, Why
from models.together import Rows
from models.withheld import Item


class Meeting(SealedRow, FollowedUp, Base):
    __tablename__ = "meetings"

    id: Mapped[Id]
    key_id: Mapped[Ref]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(default=MeetingState.CALLED)
    local_day: Mapped[date]
    local_time: Mapped[time]
    fold: Mapped[int] = mapped_column(default=0)  # 1: the second of the hour that comes twice
    zone: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)  # derived from the four above
    minutes: Mapped[int]
    place_kind: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    called_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    called_at: Mapped[datetime]
    told_at: Mapped[datetime]  # when people were, or will be, told of this sequence
    cancelled_at: Mapped[datetime | None]
    went_at: Mapped[datetime | None]  # when it was said whether it was held
    youth_view: Mapped[str | None]
    next_step: Mapped[str | None]
    next_on: Mapped[date | None]
    talker_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))  # talks with the youth
    contact_by: Mapped[date | None]  # until when; None once there is nothing to wait for
    final_at: Mapped[datetime | None]
    place_sealed: Mapped[bytes | None]
    agenda_sealed: Mapped[bytes | None]
    youth_words_sealed: Mapped[bytes | None]
    place = Sealed()
    agenda = Sealed()
    youth_words = Sealed()  # for the youth and the holder alone

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Invitee(Ends, Base):
    """Someone on the list, with the answer to the present sequence. The caller is on it too."""

    __tablename__ = "invitees"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[Counter]
    meeting_id: Mapped[Ref] = mapped_column(ForeignKey("meetings.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    uid: Mapped[str]  # of the calendar file: this person's own, telling nothing
    answer: Mapped[str] = mapped_column(default=Coming.UNANSWERED)
    help: Mapped[str | None]  # what would make it easier, when the answer was DREADING
    answers: Mapped[int] = mapped_column(default=0)  # how many were given: occasions of telling
    answered_at: Mapped[datetime | None]
    came: Mapped[bool | None]  # None: nobody has said
    help_done_at: Mapped[datetime | None]  # the small task that the answer brought is done
    file_sequence: Mapped[int | None]  # of the calendar file last sent; None: they have none


NEEDS_HELP = frozenset(
    {Coming.NO, Coming.OTHER_TIME, Coming.DREADING, Coming.RIDE, Coming.DIGITAL}
)
"""Answers that bring the holder a small task to do before the meeting."""


def needs_help(invitee: Invitee) -> bool:
    return invitee.answer in NEEDS_HELP and invitee.help_done_at is None


def instant_of(wall: datetime, zone: str) -> datetime:
    """The instant (UTC) at which clocks in `zone` show `wall`, a naive time with its fold.

    Raises Refused(NO_SUCH_TIME) for an hour that summer time skips.
    """
    place = ZoneInfo(zone)
    instant = wall.replace(tzinfo=place).astimezone(UTC)
    require(instant.astimezone(place).replace(tzinfo=None) == wall, Why.NO_SUCH_TIME)
    return instant


def find(session: Session, meeting_id: int) -> Meeting:
    """A meeting by id. Refused as absent when there is none."""
    found = session.get(Meeting, meeting_id)
    if found is None:
        refuse(Why.ABSENT)
    return found


def invitees_of(session: Session, meeting_id: int) -> list[Invitee]:
    """Who is on the list. A guardian from whom the meeting is shielded is not, asked or not."""
    kept = _kept_from(session, meeting_id)
    return [each for each in _LISTED.of(session, meeting_id) if each.person_id not in kept]


_LISTED = Rows(select(Invitee).order_by(Invitee.id), by=Invitee.meeting_id)


def invitee_of(session: Session, meeting_id: int, person_id: int) -> Invitee | None:
    listed = (each for each in invitees_of(session, meeting_id) if each.person_id == person_id)
    return next(listed, None)


def item_of(meeting_id: int) -> Item:
    return Item(ItemKind.MEETING, meeting_id)


def _kept_from(session: Session, meeting_id: int) -> frozenset[int]:
    meeting = session.get(Meeting, meeting_id)
    case = cases.find(session, meeting.case_id) if meeting is not None else None
    return shielded.kept_from(session, case, item_of(meeting_id)) if case else frozenset()


def covered(
    session: Session, case: Case, person_id: int, now: datetime, meeting_id: int | None = None
) -> bool:
    """Whether a valid consent lets a service's worker know of the case's meetings [3]; of a
    certain one, unless it is withheld from the service [14]."""
    held = withheld.of_case(session, case.id)
    return any(
        InfoKind.MEETINGS in consents.granted(session, case, service.unit_id, now)
        for service in cases.services_of(session, case.id)
        if service.person_id == person_id
        and not (meeting_id and held.hides(item_of(meeting_id), service.unit_id))
    )


def hats_for(session: Session, meeting: Meeting, person: Person, now: datetime) -> frozenset[Role]:
    """The hats under which someone may know of a meeting at this moment; mostly none.

    The stafettholder, and who is on the list and still has a hat in the case: a service's worker
    only while a consent that includes meetings is in force.
    """
    case = cases.find(session, meeting.case_id)
    if case is None or case.state == CaseState.CLOSED:
        return frozenset()
    hats = access.hats_in_case(session, person, case, now)
    if Role.SERVICE in hats and not covered(session, case, person.id, now, meeting.id):
        hats -= {Role.SERVICE, Role.LOGGFORER}
    listed = invitee_of(session, meeting.id, person.id) is not None
    keeps = hats & {Role.STAFETTHOLDER, Role.LOGGFORER}
    return hats if listed or keeps else frozenset()


def may_know(session: Session, meeting: Meeting, person: Person, now: datetime) -> bool:
    return bool(hats_for(session, meeting, person, now))


def attending(session: Session, meeting: Meeting, case: Case, now: datetime) -> list[Invitee]:
    """Who is on the list and still asked: a service's worker only while they may know of it."""
    near = {case.ungdom_id, case.stafettholder_id, meeting.called_by}
    near |= {person.id for person in family.of(session, case.ungdom_id, now)}
    return [
        invitee
        for invitee in invitees_of(session, meeting.id)
        if invitee.person_id in near
        or may_know(session, meeting, people.get(session, invitee.person_id), now)
    ]


def others(session: Session, meeting: Meeting, actor: Person) -> list[int]:
    listed = invitees_of(session, meeting.id)
    return [invitee.person_id for invitee in listed if invitee.person_id != actor.id]
