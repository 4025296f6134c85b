"""What is on the agenda of a standing meeting: topics without names, and cases by name where consent
covers the club and the school [53].

Who sees that a case is there: those with a hat in it, while it may be there. For everybody else
there is nothing: neither a line nor a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    cases,
    consents,
    family,
    on_agenda,
    people,
    shielded,
    standing,
    unasked,
)
from models.base import new_id, refuse, require
from models.cases import Case
from models.goals import worded
from models.on_agenda import CaseOnAgenda
from models.people import Person
from models.standing import StandingMeeting, StandingOccasion, StandingTopic
from models.terms import FAMILY, Action, CaseState, InfoKind, OccasionState, Role, Why

ON_AGENDA, OFF_AGENDA = "standing.on_agenda", "standing.off_agenda"


# --- topics --------------------------------------------------------------------------------------


def topics_of(session: Session, occasion_id: int) -> list[StandingTopic]:
    found = select(StandingTopic).where(StandingTopic.occasion_id == occasion_id)
    return list(session.scalars(found.order_by(StandingTopic.at, StandingTopic.id)))


def bring_up(
    session: Session, *, actor: Person, occasion_id: int, words: str, now: datetime
) -> StandingTopic:
    """Put a topic on the agenda, without anybody's name. The same words again return the first."""
    _meeting, each = _open_to(session, actor, occasion_id, now)
    words = worded(" ".join(words.split()))
    for topic in topics_of(session, each.id):
        if topic.words == words:
            return topic
    topic = StandingTopic(
        id=new_id(), key_id=each.key_id, occasion_id=each.id, by_id=actor.id, at=now
    )
    session.add(topic)
    topic.words = words
    _record(session, "standing.bring_up", actor, topic.id, now)
    return topic


def drop(session: Session, *, actor: Person, topic_id: int, now: datetime) -> int:
    """Take a topic off: who brought it up, or the chair. Returns its occasion. One that is gone is
    absent: the caller is quiet about it."""
    topic = session.get(StandingTopic, topic_id)
    if topic is None:
        refuse(Why.ABSENT)
    meeting, each = _open_to(session, actor, topic.occasion_id, now)
    require(actor.id in (topic.by_id, meeting.chair_id), Why.ABSENT)
    session.delete(topic)
    _record(session, "standing.drop", actor, topic_id, now)
    return each.id


def _open_to(
    session: Session, actor: Person, occasion_id: int, now: datetime
) -> tuple[StandingMeeting, StandingOccasion]:
    each = standing.occasion(session, occasion_id)
    meeting = standing.find(session, each.standing_id)
    standing.required_to_attend(session, actor, meeting)
    require(each.state == OccasionState.PLANNED and each.ends_at > now, Why.STALE)
    return meeting, each


# --- cases ---------------------------------------------------------------------------------------


def covers_both(session: Session, case: Case, meeting: StandingMeeting, now: datetime) -> bool:
    """Whether consent lets the club know of the case's meetings, and the school have the case: its
    own, whose baton is carried by a consent in force, or one that was asked about as a service."""
    if case.state != CaseState.ACTIVE or not consents.carries(session, case, now):
        return False
    club = InfoKind.MEETINGS in consents.granted(session, case, meeting.club_id, now)
    own = case.school_id == meeting.school_id
    return club and (
        own or InfoKind.MEETINGS in consents.granted(session, case, meeting.school_id, now)
    )


def may_know(
    session: Session, case: Case, meeting: StandingMeeting, person: Person, now: datetime
) -> bool:
    """The holder, or who takes part in the case from one of these two [3]."""
    hats = access.hats_in_case(session, person, case, now)
    if Role.STAFETTHOLDER in hats:
        return True
    units = access.kinds_by_unit(session, person, case, now)
    return any(
        InfoKind.MEETINGS in units.get(unit_id, frozenset())
        for unit_id in (meeting.club_id, meeting.school_id)
    )


def cases_on(
    session: Session,
    meeting: StandingMeeting,
    each: StandingOccasion,
    person: Person,
    now: datetime,
) -> list[tuple[CaseOnAgenda, Case]]:
    """The cases on an agenda that someone may know are there, now."""
    found = select(CaseOnAgenda).where(
        CaseOnAgenda.occasion_id == each.id, CaseOnAgenda.declined_at.is_(None)
    )
    rows = session.scalars(found.order_by(CaseOnAgenda.put_on_at, CaseOnAgenda.id)).all()
    known = [(row, cases.find(session, row.case_id)) for row in rows]
    return [
        (row, case)
        for row, case in known
        if case is not None
        and covers_both(session, case, meeting, now)
        and may_know(session, case, meeting, person, now)
    ]


def may_put_on(
    session: Session, *, actor: Person, occasion_id: int, now: datetime
) -> dict[int, str]:
    """The cases someone holds that may be on this agenda and are not, by the youth's name."""
    meeting, each = _open_to(session, actor, occasion_id, now)
    there = {
        row.case_id
        for row in session.scalars(select(CaseOnAgenda).where(CaseOnAgenda.occasion_id == each.id))
    }
    held, declined = cases.held_by(session, actor.id), _declined(session, meeting)
    with access.of_each(session, actor, held):
        able = [
            case
            for case in held
            if case.id not in there | declined
            and Role.STAFETTHOLDER in access.hats_in_case(session, actor, case, now)
            and covers_both(session, case, meeting, now)
        ]
    names = people.names(session, [case.ungdom_id for case in able])
    return {case.id: names[case.ungdom_id] for case in able}


def _declined(session: Session, meeting: StandingMeeting) -> set[int]:
    """The cases whose family has said no to these meetings."""
    found = (
        select(CaseOnAgenda.case_id)
        .join(StandingOccasion, StandingOccasion.id == CaseOnAgenda.occasion_id)
        .where(StandingOccasion.standing_id == meeting.id, CaseOnAgenda.declined_at.is_not(None))
    )
    return set(session.scalars(found))


def put_on(
    session: Session, *, actor: Person, occasion_id: int, case_id: int, now: datetime
) -> CaseOnAgenda:
    """Put a case on the agenda: its holder, under a consent that covers both. The family is told
    before, and can say no. Refused with CONSENT_MISSING also where somebody of them has."""
    meeting, each = _open_to(session, actor, occasion_id, now)
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.PUT_ON_AGENDA, now=now
    )
    require(covers_both(session, case, meeting, now), Why.CONSENT_MISSING)
    require(case.id not in _declined(session, meeting), Why.CONSENT_MISSING)
    there = session.scalar(
        select(CaseOnAgenda).where(
            CaseOnAgenda.occasion_id == each.id, CaseOnAgenda.case_id == case.id
        )
    )
    if there is not None:
        return there
    row = CaseOnAgenda(
        id=new_id(), occasion_id=each.id, case_id=case.id, club_id=meeting.club_id,
        put_on_by=actor.id, put_on_at=now,
    )  # fmt: skip
    session.add(row)
    _record(session, "standing.put_on", actor, row.id, now, case)
    unasked.tell(session, ON_AGENDA, _family_ids(session, case, now), case.id, str(row.id), now)
    return row


def take_off(session: Session, *, actor: Person, case_id: int, now: datetime) -> int:
    """The holder takes a case off the next agenda it is on. Returns that occasion."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(Role.STAFETTHOLDER in access.hats_in_case(session, actor, case, now), Why.ABSENT)
    for row in on_agenda.of_case(session, case.id):
        each = standing.occasion(session, row.occasion_id)
        if row.declined_at is None and each.ends_at > now:
            session.delete(row)
            _record(session, "standing.take_off", actor, row.id, now, case)
            return each.id
    refuse(Why.ABSENT)


def decline(session: Session, *, actor: Person, row_id: int, now: datetime) -> int:
    """Somebody of the family says no: it is off this agenda, and not put on any of the series. The
    holder learns that something changed, not who. Returns the case's id."""
    row, case = _of_family(session, actor, row_id, now)
    if row.declined_at is None:
        row.declined_at, row.declined_by = now, actor.id
        _record(session, "standing.decline", actor, row.id, now, case)
        occasion = f"{row.id}.{now.isoformat()}"
        unasked.tell(session, OFF_AGENDA, [case.stafettholder_id], case.id, occasion, now)
    elif str(actor.id) not in _said_no(row):
        row.declined_too = [*row.declined_too, str(actor.id)]
        _record(session, "standing.decline", actor, row.id, now, case)
    return case.id


def _said_no(row: CaseOnAgenda) -> list[str]:
    return [str(row.declined_by), *row.declined_too] if row.declined_by is not None else []


def allow(session: Session, *, actor: Person, row_id: int, now: datetime) -> int:
    """A no is taken back by whoever said it [17], and another's stands. After the last the holder may
    put it on again, and then the family is told again. Absent for who has said none, while somebody
    who has is there to ask."""
    row, case = _of_family(session, actor, row_id, now)
    if row.declined_at is not None:
        require(may_allow(session, case, row, actor, now), Why.ABSENT)
        left = [each for each in _there(session, case, row, now) if each != actor.id]
        if left:
            row.declined_by, row.declined_too = left[0], [str(each) for each in left[1:]]
        else:
            session.delete(row)
        _record(session, "standing.allow", actor, row_id, now, case)
    return case.id


def may_allow(
    session: Session, case: Case, row: CaseOnAgenda, person: Person, now: datetime
) -> bool:
    """Who said no; somebody else of the family once nobody who did is of it any more."""
    there = _there(session, case, row, now)
    return person.id in there or not there


def _there(session: Session, case: Case, row: CaseOnAgenda, now: datetime) -> list[int]:
    """Who of the family has said no, the first first."""
    said = (session.get(Person, int(each)) for each in _said_no(row))
    return [
        each.id
        for each in said
        if each is not None and access.hats_in_case(session, each, case, now) & FAMILY
    ]


def _of_family(
    session: Session, actor: Person, row_id: int, now: datetime
) -> tuple[CaseOnAgenda, Case]:
    row = session.get(CaseOnAgenda, row_id)
    if row is None:
        refuse(Why.ABSENT)
    case = access.open_case(
        session, actor=actor, case_id=row.case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & FAMILY, Why.ABSENT)
    return row, case


def _family_ids(session: Session, case: Case, now: datetime) -> Iterable[int]:
    kept = shielded.kept_from(session, case)
    return [
        p.id
        for p in family.of(session, case.ungdom_id, now)
        if p.id not in kept and p.confirmed_at is not None
    ]


def _record(
    session: Session,
    action: str,
    actor: Person,
    object_id: int,
    now: datetime,
    case: Case | None = None,
) -> None:
    session.flush()
    audit.record(
        session, action=action, actor_id=actor.id, object_id=object_id, now=now,
        chain=case.id if case is not None else 0,
    )  # fmt: skip
