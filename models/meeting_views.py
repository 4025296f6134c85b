"""What may be seen of meetings: plain facts, only those the reader may have at this moment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, and_, select, true, union
from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    contacts,
    family,
    municipality,
    people,
    policy,
    shielded,
    together,
)
from models.base import by_name, refuse
from models.cases import Case
from models.invitees import (
    Invitee,
    Meeting,
    attending,
    covered,
    find,
    hats_for,
    invitee_of,
    item_of,
    needs_help,
)
from models.people import Person
from models.policy import Calendar, MunicipalPolicy
from models.terms import (
    FAMILY,
    Action,
    Coming,
    MeetingHelp,
    MeetingPlace,
    MeetingState,
    Role,
    Why,
)


@dataclass(frozen=True)
class AnswerView:
    """One invitee and the answer, for the stafettholder."""

    person_id: int
    name: str
    coming: Coming
    help: MeetingHelp | None
    reachable: bool  # False: someone must tell them in another way
    invitee_id: int
    answers: int
    to_do: bool  # the answer asks for something that the holder has not said is done


@dataclass(frozen=True)
class MeetingView:
    """A meeting as one reader may see it."""

    id: int
    case_id: int
    sequence: int
    state: MeetingState
    cancelled: bool
    begun: bool
    starts_at: datetime
    zone: str
    minutes: int
    place_kind: MeetingPlace
    place: str | None
    agenda: str | None  # None for a service: it is told that there is a meeting, not what about
    about: str | None  # the youth's name; None for the youth
    holder: str
    holds: bool  # the reader holds the baton
    keeps: bool  # may call, move and write of it: the holder, or the los who keeps the log
    family: bool  # the reader is the youth or a guardian
    own: bool  # the reader is the youth
    told_at: datetime
    mine: Coming | None  # the reader's own answer; None when they called it or were not asked
    uid: str | None  # of the reader's own calendar file
    names: tuple[str, ...]  # who is asked to come; empty for a service
    answers: tuple[AnswerView, ...]  # for the stafettholder only
    minutes_ready: bool = False  # there is something to read of how it went
    shielded: date | None = None  # for staff: from guardians, and looked at again on that day


@dataclass(frozen=True)
class AnsweredView:
    """That someone answered: what the stafettholder is told of."""

    meeting: MeetingView
    coming: Coming
    help: MeetingHelp | None


@dataclass(frozen=True)
class Times:
    """What tells whether a time is an unusual one."""

    today: date
    rules: MunicipalPolicy
    calendar: Calendar
    busy: tuple[tuple[datetime, datetime], ...]  # when the case has other meetings


@dataclass(frozen=True)
class PlanView:
    """What the stafettholder needs to plan a meeting: whom the list can hold."""

    case_id: int
    zone: str
    ungdom: str
    family: tuple[str, ...]
    workers: tuple[tuple[int, str, str], ...]  # id, name, service: covered by consent right now
    times: Times


def view(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> MeetingView:
    """A meeting for one on its list, or for the stafettholder. Anyone else: Refused(ABSENT)."""
    meeting = find(session, meeting_id)
    hats = hats_for(session, meeting, actor, now)
    if not hats:
        refuse(Why.ABSENT)
    return _see(session, meeting, actor, hats, now)


def look(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> MeetingView:
    """Someone is shown a meeting: as `view`, and staff's reading is recorded [8]."""
    seen = view(session, actor=actor, meeting_id=meeting_id, now=now)
    _looked(session, actor, [seen], now)
    return seen


def _looked(session: Session, actor: Person, seen: Sequence[MeetingView], now: datetime) -> None:
    """Of one case."""
    case, kept = _case(session, seen[0].case_id), all(meeting.shielded for meeting in seen)
    access_log.looked(session, "meetings", actor, case, now, kept=kept)


def upcoming(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    case_id: int | None = None,
    most: int | None = None,
) -> tuple[MeetingView, ...]:
    """The meetings someone may know of that are not over, in every case or in one, the first
    first, and no more than will be shown. Staff's reading is recorded, once for each case."""
    lately = and_(
        Meeting.starts_at > now - timedelta(days=1), Meeting.state == MeetingState.CALLED
    )
    found = _near(session, actor, case_id, lately)
    with _together(session, actor, found):
        ahead = (each for each in _known(session, actor, found, now) if each[0].ends_at > now)
        return _seen(session, actor, list(islice(ahead, most)), now)


def of_case(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[tuple[MeetingView, ...], tuple[MeetingView, ...]]:
    """As `upcoming` in one case; and those that are over, the latest first."""
    near = _near(session, actor, case_id, true())
    with _together(session, actor, near):
        found = list(_known(session, actor, near, now))
        seen = _seen(session, actor, found, now)
    over = [meeting.ends_at <= now for meeting, _hats in found]
    ahead = tuple(each for each, is_over in zip(seen, over, strict=True) if not is_over)
    past = tuple(each for each, is_over in zip(seen, over, strict=True) if is_over)
    return ahead, past[::-1]


def any_in(session: Session, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether there is a meeting in a case that someone may know of."""
    near = _near(session, actor, case_id, true())
    return any(True for _each in _known(session, actor, near, now))


def _known(
    session: Session, actor: Person, near: Iterable[Meeting], now: datetime
) -> Iterator[tuple[Meeting, frozenset[Role]]]:
    """Those that someone may know of, with the hats they may under."""
    for meeting in near:
        if hats := hats_for(session, meeting, actor, now):
            yield meeting, hats


@contextlib.contextmanager
def _together(session: Session, actor: Person, found: Sequence[Meeting]) -> Iterator[None]:
    ids = sorted({meeting.case_id for meeting in found})
    with access.of_each(session, actor, together.get_each(session, Case, ids)):
        together.add(session, found)
        yield


def _near(
    session: Session, actor: Person, case_id: int | None, when: ColumnElement[bool]
) -> Sequence[Meeting]:
    """The meetings that stand, of which someone is or in whose case they hold the baton. Whether they
    may know of them is not asked yet."""
    held = [case.id for case in cases.held_by(session, actor.id)]
    # Of one thing each: for this or that of two tables every meeting would be looked at.
    near = union(
        select(Invitee.meeting_id).where(Invitee.person_id == actor.id),
        select(Meeting.id).where(Meeting.case_id.in_(held)),
    )
    return session.scalars(
        select(Meeting)
        .where(
            Meeting.id.in_(near),
            Meeting.state != MeetingState.CANCELLED,
            when,
            *([Meeting.case_id == case_id] if case_id is not None else []),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def _seen(
    session: Session,
    actor: Person,
    found: Sequence[tuple[Meeting, frozenset[Role]]],
    now: datetime,
) -> tuple[MeetingView, ...]:
    seen = [_see(session, meeting, actor, hats, now) for meeting, hats in found]
    for case_id in {meeting.case_id for meeting in seen}:
        _looked(session, actor, [each for each in seen if each.case_id == case_id], now)
    return tuple(seen)


def answered(session: Session, *, actor: Person, invitee_id: int, now: datetime) -> AnsweredView:
    """An answer as it is now, for the one who holds the baton now. Else Refused(ABSENT)."""
    invitee = session.get(Invitee, invitee_id)
    if invitee is None:
        refuse(Why.ABSENT)
    meeting = view(session, actor=actor, meeting_id=invitee.meeting_id, now=now)
    if not meeting.holds:
        refuse(Why.ABSENT)
    return AnsweredView(meeting, Coming(invitee.answer), _help(invitee))


def planning(session: Session, *, actor: Person, case_id: int, now: datetime) -> PlanView:
    """Raises Refused as `meetings.call` would: absent, or a consent that is missing."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.CALL_MEETING, now=now
    )
    workers = []
    for service in cases.services_of(session, case.id):
        unit = municipality.unit(session, service.unit_id)
        if covered(session, case, service.person_id, now) and service.person_id != actor.id:
            name = people.get(session, service.person_id).name or ""
            workers.append((service.person_id, name, unit.name if unit else ""))
    access_log.looked(session, "cases", actor, case, now)
    kept = shielded.kept_from(session, case)
    guardians = family.guardians_of(session, case.ungdom_id, now)
    return PlanView(
        case_id=case.id,
        zone=municipality.policy_at(session, now).zone,
        ungdom=people.get(session, case.ungdom_id).name or "",
        family=tuple(g.name or "" for g in guardians if g.id not in kept),
        workers=tuple(sorted(workers, key=lambda worker: worker[1].casefold())),
        times=times(session, actor=actor, case_id=case.id, now=now),
    )


def times(session: Session, *, actor: Person, case_id: int, now: datetime, but: int = 0) -> Times:
    """What the holder is warned by who sets a time in a case; `but` one meeting that is moved."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.CALL_MEETING, now=now
    )
    ahead = select(Meeting).where(
        Meeting.case_id == case.id, Meeting.state == MeetingState.CALLED, Meeting.id != but
    )
    rules = municipality.policy_at(session, now)
    return Times(
        policy.today_in(now, rules),
        rules,
        municipality.calendar_of(session),
        tuple((each.starts_at, each.ends_at) for each in session.scalars(ahead)),
    )


def plannable(session: Session, *, actor: Person) -> tuple[tuple[int, str], ...]:
    """The cases in which someone holds the baton, with the youth's name."""
    held = cases.held_by(session, actor.id)
    names = people.names(session, [case.ungdom_id for case in held])
    return tuple(by_name({case.id: names[case.ungdom_id] for case in held}).items())


def _see(
    session: Session, meeting: Meeting, actor: Person, hats: frozenset[Role], now: datetime
) -> MeetingView:
    case = _case(session, meeting.case_id)
    mine = invitee_of(session, meeting.id, actor.id)
    holds = Role.STAFETTHOLDER in hats
    wide = holds or bool(hats & FAMILY)
    marks = shielded.NOTHING if hats & FAMILY else shielded.of_case(session, case.id)
    asked = mine is not None and actor.id != meeting.called_by
    asked_too = attending(session, meeting, case, now) if wide else []
    return MeetingView(
        id=meeting.id,
        case_id=meeting.case_id,
        sequence=meeting.sequence,
        state=MeetingState(meeting.state),
        cancelled=meeting.state == MeetingState.CANCELLED,
        begun=meeting.starts_at <= now,
        starts_at=meeting.starts_at,
        zone=meeting.zone,
        minutes=meeting.minutes,
        place_kind=MeetingPlace(meeting.place_kind),
        place=meeting.place,
        agenda=meeting.agenda if access.sees_whole(session, case, hats, now) else None,
        about=None if Role.UNGDOM in hats else people.get(session, case.ungdom_id).name,
        holder=people.get(session, case.stafettholder_id).name or "",
        holds=holds,
        keeps=policy.may(Action.CALL_MEETING, hats),
        family=bool(hats & FAMILY),
        own=Role.UNGDOM in hats,
        told_at=meeting.told_at,
        mine=Coming(mine.answer) if mine is not None and asked else None,
        uid=mine.uid if mine is not None else None,
        names=_names(session, asked_too) if wide else (),
        answers=(
            _answers(session, meeting, case, asked_too)
            if policy.may(Action.SEE_ANSWERS, hats)
            else ()
        ),
        minutes_ready=meeting.went_at is not None
        and (
            (holds and access.sees_whole(session, case, hats, now))
            or Role.LOGGFORER in hats
            or (meeting.state == MeetingState.MINUTES_FINAL and bool(hats & FAMILY))
        ),
        shielded=marks.review_on(item_of(meeting.id)),
    )


def _case(session: Session, case_id: int) -> Case:
    case = cases.find(session, case_id)
    if case is None:
        refuse(Why.ABSENT)
    return case


def _names(session: Session, asked: Sequence[Invitee]) -> tuple[str, ...]:
    return tuple(people.names(session, [invitee.person_id for invitee in asked]).values())


def _answers(
    session: Session, meeting: Meeting, case: Case, asked: Sequence[Invitee]
) -> tuple[AnswerView, ...]:
    """Everyone who is asked, but not the caller nor who holds the baton now."""
    seen = []
    met = contacts.have_one(session, [invitee.person_id for invitee in asked])
    for invitee in asked:
        if invitee.person_id in (meeting.called_by, case.stafettholder_id):
            continue
        person = people.get(session, invitee.person_id)
        reachable = person.confirmed_at is not None and person.id in met
        seen.append(
            AnswerView(
                person.id,
                person.name or "",
                Coming(invitee.answer),
                _help(invitee),
                reachable,
                invitee.id,
                invitee.answers,
                needs_help(invitee),
            )
        )
    return tuple(sorted(seen, key=lambda one: one.name.casefold()))


def _help(invitee: Invitee) -> MeetingHelp | None:
    return MeetingHelp(invitee.help) if invitee.help else None
