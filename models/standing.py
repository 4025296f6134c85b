"""Standing meetings of a club and a school: the tables, who runs one and who comes.

The truth is a rule, a wall clock and its zone. Only the next few dates are rows: the store and the
tick do not grow with how far ahead a municipality plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import municipality, people, policy, recurring
from models.base import Base, Id, Ref, refuse, require
from models.follow_ups import FollowedUp
from models.municipality import Unit
from models.people import Person
from models.recurring import Falls, Pattern
from models.sealed import Sealed, SealedRow
from models.terms import Action, IfOff, OccasionState, Role, UnitKind, Why

SEES_COUNTS = frozenset({Role.PROSJEKTLEDER, Role.ADMINISTRATOR})
"""Who sets standing meetings up for everybody, and reads nothing of what is on them [5]."""


class StandingMeeting(FollowedUp, Base):
    """One club and one school, until somebody ends it."""

    __tablename__ = "standing_meetings"
    __table_args__ = (
        Index(
            "uq_standing_meetings_pair",
            "club_id",
            "school_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    key_id: Mapped[Ref]  # what is written on its agendas and in its minutes is sealed under it
    club_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    chair_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    first_day: Mapped[date]
    until: Mapped[date]
    every_weeks: Mapped[int]
    nth: Mapped[int]
    if_off: Mapped[str] = mapped_column(default=IfOff.NEXT)
    local_time: Mapped[time]
    zone: Mapped[str]
    minutes: Mapped[int]
    place_kind: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)  # of the calendar files: up with every change
    set_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.first_day, self.until, self.every_weeks, self.nth, IfOff(self.if_off))


class StandingOccasion(SealedRow, FollowedUp, Base):
    """One date. `named_on` is the day the rule names, so that no date is made twice."""

    __tablename__ = "standing_occasions"
    __table_args__ = (UniqueConstraint("standing_id", "named_on"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]
    standing_id: Mapped[Ref] = mapped_column(ForeignKey("standing_meetings.id"), index=True)
    named_on: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    by_hand: Mapped[bool] = mapped_column(default=False)  # its time was chosen by somebody
    state: Mapped[str] = mapped_column(default=OccasionState.PLANNED)
    told_at: Mapped[datetime]  # when people were, or will be, told of its time
    sequence: Mapped[int] = mapped_column(default=0)
    decided_sealed: Mapped[bytes | None]  # the minutes: what was agreed about how to work
    decided_at: Mapped[datetime | None]
    decided = Sealed()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class StandingTopic(SealedRow, Base):
    """A topic on an agenda, in free words and without a name."""

    __tablename__ = "standing_topics"

    id: Mapped[Id]
    key_id: Mapped[Ref]
    occasion_id: Mapped[Ref] = mapped_column(ForeignKey("standing_occasions.id"), index=True)
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


class StandingFile(Base):
    """That somebody has a standing meeting in a calendar; the uid is their own and tells nothing."""

    __tablename__ = "standing_files"
    __table_args__ = (UniqueConstraint("standing_id", "person_id"),)

    id: Mapped[Id]
    standing_id: Mapped[Ref] = mapped_column(ForeignKey("standing_meetings.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    uid: Mapped[str]


# --- finding -------------------------------------------------------------------------------------


def find(session: Session, standing_id: int) -> StandingMeeting:
    found = session.get(StandingMeeting, standing_id)
    if found is None:
        refuse(Why.ABSENT)
    return found


def occasion(session: Session, occasion_id: int) -> StandingOccasion:
    found = session.get(StandingOccasion, occasion_id)
    if found is None:
        refuse(Why.ABSENT)
    return found


def of_pair(session: Session, club_id: int, school_id: int) -> StandingMeeting | None:
    return session.scalar(
        select(StandingMeeting).where(
            StandingMeeting.club_id == club_id,
            StandingMeeting.school_id == school_id,
            StandingMeeting.ended_at.is_(None),
        )
    )


def all_open(session: Session) -> list[StandingMeeting]:
    return list(
        session.scalars(
            select(StandingMeeting)
            .where(StandingMeeting.ended_at.is_(None))
            .order_by(StandingMeeting.id)
        )
    )


def occasions_of(session: Session, standing_id: int) -> list[StandingOccasion]:
    found = select(StandingOccasion).where(StandingOccasion.standing_id == standing_id)
    return list(session.scalars(found.order_by(StandingOccasion.starts_at)))


def coming(session: Session, standing_id: int, now: datetime) -> list[StandingOccasion]:
    """The dates that stand and are not over, the first first."""
    every = occasions_of(session, standing_id)
    return [each for each in every if each.state == OccasionState.PLANNED and each.ends_at > now]


def falls_of(session: Session, meeting: StandingMeeting) -> list[Falls]:
    return list(recurring.falls(meeting.pattern, municipality.calendar_of(session)))


# --- who -----------------------------------------------------------------------------------------


def runs(session: Session, person: Person, club_id: int, school_id: int) -> bool:
    """Whether someone may set up and change the meetings of these two: who leads the school, who
    works in the club, and those who do it for the whole municipality."""
    hats = people.staff_roles(session, person) & SEES_COUNTS
    hats |= people.roles_at(session, person, club_id) & {Role.SERVICE}
    hats |= people.roles_at(session, person, school_id) & {Role.REKTOR}
    return policy.may(Action.RUN_STANDING, hats)


def attends(session: Session, person: Person, meeting: StandingMeeting) -> bool:
    """Whether someone may see what is on: who works at the school or in the club."""
    return policy.may(Action.ATTEND_STANDING, _hats(session, person, meeting))


def _hats(session: Session, person: Person, meeting: StandingMeeting) -> frozenset[Role]:
    at_school = people.roles_at(session, person, meeting.school_id)
    at_club = people.roles_at(session, person, meeting.club_id)
    return (at_school & {Role.REKTOR, Role.KONTAKTLAERER}) | (at_club & {Role.SERVICE})


def required_to_attend(session: Session, person: Person, meeting: StandingMeeting) -> None:
    require(attends(session, person, meeting), Why.ABSENT)
    for unit_id in (meeting.school_id, meeting.club_id):
        if people.roles_at(session, person, unit_id):
            people.answered_by(session, person, policy.MAY[Action.ATTEND_STANDING], unit_id)


def required_to_run(session: Session, person: Person, club_id: int, school_id: int) -> None:
    require(runs(session, person, club_id, school_id), Why.ABSENT)
    roles = policy.MAY[Action.RUN_STANDING]
    for unit_id in (club_id, school_id):
        if people.roles_at(session, person, unit_id) & roles:
            people.answered_by(session, person, roles, unit_id)


def seats(session: Session, meeting: StandingMeeting) -> list[Person]:
    """Who is asked to come: those who lead the school, those who work in the club, the chair."""
    found = [
        *people.staff_of(session, meeting.school_id, Role.REKTOR),
        *people.staff_of(session, meeting.club_id, Role.SERVICE),
        *(p for p in _staff(session, meeting) if p.id == meeting.chair_id),
    ]
    return list({person.id: person for person in found}.values())


def chairs(session: Session, meeting: StandingMeeting, now: datetime) -> list[int]:
    """Who must take the next step: the chair while at work, else who stands in, else who leads the
    school, else the club, else those who answer for all of them. Nobody only in an empty town."""
    day = policy.today_in(now, municipality.policy_at(session, now))
    found = next(filter(None, _circles(session, meeting, day)), [])
    return list(dict.fromkeys(person.id for person in found))


def _circles(session: Session, meeting: StandingMeeting, day: date) -> Iterator[list[Person]]:
    staff = _staff(session, meeting)
    here = [p for p in staff if not people.is_away(p, day)]
    yield [p for p in here if p.id == meeting.chair_id]
    if any(p.id == meeting.chair_id for p in staff):
        yield people.stand_ins(session, meeting.chair_id, day)
    yield [p for p in people.staff_of(session, meeting.school_id, Role.REKTOR) if p in here]
    yield here
    yield people.with_role(session, Role.PROSJEKTLEDER)
    yield people.with_role(session, Role.ADMINISTRATOR)


def leaders(session: Session, meeting: StandingMeeting, now: datetime) -> list[int]:
    """Who hears that a step is late: those who lead the school, or else the project leaders."""
    them = people.staff_of(session, meeting.school_id, Role.REKTOR)
    chairing = chairs(session, meeting, now)
    found = [p.id for p in them if p.id not in chairing]
    return found or [p.id for p in people.with_role(session, Role.PROSJEKTLEDER)]


def _staff(session: Session, meeting: StandingMeeting) -> list[Person]:
    return [
        *people.staff_of(session, meeting.school_id, Role.REKTOR, Role.KONTAKTLAERER),
        *people.staff_of(session, meeting.club_id, Role.SERVICE),
    ]


def may_chair(session: Session, club_id: int, school_id: int) -> dict[int, str]:
    """Who works at one of the two, by name."""
    found = [
        *people.staff_of(session, club_id, *_OF_CLUB),
        *people.staff_of(session, school_id, *_OF_SCHOOL),
    ]
    return people.names(session, [person.id for person in found])


_OF_CLUB, _OF_SCHOOL = (Role.SERVICE,), (Role.REKTOR, Role.KONTAKTLAERER)


def lacking_of(session: Session, mine: Iterable[tuple[Unit, Unit]]) -> list[tuple[Unit, Unit]]:
    """Those of the pairs without a standing meeting where somebody `may_chair` one."""
    there = {(each.club_id, each.school_id) for each in all_open(session)}
    works = people.staffed(session, UnitKind.CLUB, *_OF_CLUB)
    works |= people.staffed(session, UnitKind.SCHOOL, *_OF_SCHOOL)
    return [
        (club, school)
        for club, school in mine
        if (club.id, school.id) not in there and (club.id in works or school.id in works)
    ]


def pairs(session: Session, person: Person) -> list[tuple[Unit, Unit]]:
    """Every club with every school, of those whose meetings someone may set up: as `runs`."""
    clubs = municipality.units_of_kind(session, UnitKind.CLUB)
    schools = municipality.units_of_kind(session, UnitKind.SCHOOL)
    every = bool(people.staff_roles(session, person) & SEES_COUNTS)
    works = {unit.id for unit in people.units_where(session, person, Role.SERVICE)}
    leads = {unit.id for unit in people.units_where(session, person, Role.REKTOR)}
    led = [school for school in schools if school.id in leads]
    return [
        (club, school)
        for club in clubs
        for school in (schools if every or club.id in works else led)
    ]


def attended(session: Session, person: Person) -> list[StandingMeeting]:
    """The open ones someone comes to or may come to: as `attends`."""
    works = {unit.id for unit in people.units_where(session, person, Role.SERVICE)}
    teaches = people.units_where(session, person, Role.REKTOR, Role.KONTAKTLAERER)
    at = {unit.id for unit in teaches}
    every = all_open(session) if works or at else []
    return [each for each in every if each.club_id in works or each.school_id in at]


def next_dates(session: Session, now: datetime) -> dict[int, datetime]:
    """The next date of each series that has one."""
    ahead = (
        select(StandingOccasion.standing_id, func.min(StandingOccasion.starts_at))
        .where(StandingOccasion.state == OccasionState.PLANNED, StandingOccasion.starts_at > now)
        .group_by(StandingOccasion.standing_id)
    )
    return {row[0]: row[1] for row in session.execute(ahead)}
