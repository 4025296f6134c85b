"""What can be done with a meeting: call, move, cancel, answer, take into a calendar.

`sequence` goes up with every move and with the cancellation: an answer, a reminder and a calendar
file belong to one sequence, so nothing of an older one is ever taken for the present.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    cases,
    family,
    follow_ups,
    municipality,
    next_dates,
    people,
    reminding,
    shielded,
)
from models import meeting_notices as notices
from models.base import new_id, refuse, require
from models.cases import Case
from models.invitees import (
    Invitee,
    Meeting,
    covered,
    find,
    instant_of,
    invitee_of,
    invitees_of,
    item_of,
    may_know,
    others,
)
from models.meeting_ladder import LADDER
from models.meeting_notices import CANCELLED, INVITED, MOVED
from models.people import Person
from models.shielded import Shield
from models.terms import Action, Coming, MeetingHelp, MeetingPlace, MeetingState, Why

__all__ = [
    "LADDER", "Invitee", "Meeting", "answer", "call", "call_off", "cancel", "helped", "invite",
    "move", "rederive", "take_file",
]  # fmt: skip

LONGEST_WORDS, LONGEST_MINUTES = 300, 8 * 60


def call(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    starts: datetime,
    minutes: int,
    place_kind: MeetingPlace,
    now: datetime,
    place: str | None = None,
    workers: Collection[int] = (),
    agenda: str | None = None,
    shield: Shield | None = None,
) -> Meeting:
    """Call a meeting; the one called for the same time if there is one already.

    `starts` is a naive wall clock time. The youth and the guardians are always on the list [38],
    the guardians unless it is shielded from them [58]; `workers` only while a consent that
    includes meetings covers their service [3, 15].
    """
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.CALL_MEETING, now=now
    )
    zone = municipality.policy_at(session, now).zone
    starts_at = _yet_to_come(starts, zone, now)
    require(0 < minutes <= LONGEST_MINUTES, Why.TOO_LONG)
    require(len(place or "") <= LONGEST_WORDS >= len(agenda or ""), Why.TOO_LONG)
    cases.digital(case, place, agenda)
    require(all(covered(session, case, w, now) for w in workers), Why.CONSENT_MISSING)
    called_before = _called_for(session, case, starts_at)
    if called_before is not None:
        hidden = shielded.of_case(session, case.id).hides(item_of(called_before.id))
        require(hidden == bool(shield), Why.ALREADY_OPEN)
        return called_before
    meeting = Meeting(
        id=new_id(), key_id=case.key_id, case_id=case.id, zone=zone, minutes=minutes,
        place_kind=place_kind, called_by=actor.id, called_at=now,
    )  # fmt: skip
    _put_at(session, meeting, starts, starts_at, now)
    session.add(meeting)
    meeting.place, meeting.agenda = place, agenda
    session.flush()
    if shield is not None:
        asked = shielded.checked(session, shield, now)
        access.open_case(session, actor=actor, case_id=case_id, action=Action.SHIELD, now=now)
        shielded.note(session, case, item_of(meeting.id), asked, actor, now)
    invite(session, meeting, case, actor, now, workers)
    _record(session, meeting, "meetings.call", actor, now)
    next_dates.settle(session, case, now)
    notices.tell(session, meeting, INVITED, others(session, meeting, actor), now)
    return meeting


def move(
    session: Session,
    *,
    actor: Person,
    meeting_id: int,
    starts: datetime,
    sequence: int,
    now: datetime,
) -> Meeting:
    """Give a meeting a new time: everyone is asked anew, reminders of the old time are silenced.

    Those who had not been told of it yet are simply invited.
    """
    meeting, case = _held(session, actor, meeting_id, Action.CALL_MEETING, now)
    _still(meeting, sequence, now)
    starts_at = _yet_to_come(starts, meeting.zone, now)
    if starts_at == meeting.starts_at:
        return meeting
    first = min(starts_at, meeting.starts_at)
    told = notices.told(session, meeting)
    notices.silence(session, meeting)
    meeting.sequence += 1
    meeting.steps_done = []
    _put_at(session, meeting, starts, starts_at, now, first=first)
    invite(session, meeting, case, actor, now)
    for invitee in invitees_of(session, meeting.id):
        invitee.help = invitee.help_done_at = None
        invitee.answer = Coming.YES if invitee.person_id == actor.id else Coming.UNANSWERED
    _record(session, meeting, "meetings.move", actor, now)
    rest = others(session, meeting, actor)
    notices.tell(session, meeting, MOVED, [p for p in rest if p in told], now)
    notices.tell(session, meeting, INVITED, [p for p in rest if p not in told], now)
    notices.renew_files(session, meeting, now)
    return meeting


def cancel(
    session: Session, *, actor: Person, meeting_id: int, sequence: int, now: datetime
) -> Meeting:
    """Call a meeting off. Possible also when a consent it rested on is gone.

    Who had been told of it is told; whoever had a calendar file gets the one that removes it.
    """
    meeting, _case = _held(session, actor, meeting_id, Action.CANCEL_MEETING, now)
    if meeting.state == MeetingState.CANCELLED:
        return meeting
    _still(meeting, sequence, now)
    call_off(session, meeting, actor, CANCELLED, now)
    notices.renew_files(session, meeting, now)
    return meeting


def call_off(session: Session, meeting: Meeting, actor: Person, kind: str, now: datetime) -> None:
    """What cancelling does; that `actor` may was asked by the caller. `kind` is how it is told."""
    told = notices.told(session, meeting)
    notices.silence(session, meeting)
    meeting.sequence += 1
    meeting.state, meeting.cancelled_at = MeetingState.CANCELLED, now
    rules, calendar = notices.rules_at(session, now)
    meeting.told_at = reminding.news_at(now, meeting.starts_at, rules, calendar)
    _record(session, meeting, "meetings.cancel", actor, now)
    next_dates.again(session, meeting.case_id, now)
    rest = others(session, meeting, actor)
    notices.tell(session, meeting, kind, [p for p in rest if p in told], now)


def answer(
    session: Session,
    *,
    actor: Person,
    meeting_id: int,
    coming: Coming,
    sequence: int,
    now: datetime,
    help: MeetingHelp | None = None,
) -> bool:
    """An invitee answers, as often as they like until it begins; the stafettholder is told.

    True if it is another answer than before. Refused(STALE): it answers another time than the
    present one.
    """
    meeting = find(session, meeting_id)
    invitee = invitee_of(session, meeting_id, actor.id)
    if invitee is None or not may_know(session, meeting, actor, now):
        refuse(Why.ABSENT)
    _still(meeting, sequence, now)
    if (invitee.answer, invitee.help) == (coming, help):
        return False
    invitee.answer, invitee.help, invitee.answered_at = coming, help, now
    invitee.help_done_at = None
    invitee.answers += 1
    _record(session, meeting, "meetings.answer", actor, now)
    notices.tell_answer(session, meeting, invitee, now)
    return True


def fits_already(
    session: Session, meeting: Meeting, said: Mapping[int, datetime], now: datetime
) -> None:
    """Who had said when that this very time suits them, comes: they are not asked the same twice. What
    they have answered since stands."""
    for invitee in invitees_of(session, meeting.id):
        if invitee.person_id in said and invitee.answer == Coming.UNANSWERED:
            invitee.answer, invitee.answered_at = Coming.YES, said[invitee.person_id]
            invitee.answers += 1
            _record(
                session, meeting, "meetings.answer", people.get(session, invitee.person_id), now
            )


def stop_following(session: Session, case: Case, now: datetime) -> None:
    """The case is closed: nobody is reminded of what a meeting still wanted."""
    for meeting in session.scalars(select(Meeting).where(Meeting.case_id == case.id)).all():
        meeting.contact_by = None
        follow_ups.reschedule(session, LADDER, meeting, now)


def helped(
    session: Session, *, actor: Person, invitee_id: int, answers: int, now: datetime
) -> bool:
    """The holder has done what an answer asked for. False: it was answered anew since."""
    invitee = session.get(Invitee, invitee_id)
    if invitee is None:
        refuse(Why.ABSENT)
    meeting = find(session, invitee.meeting_id)
    access.open_case(
        session, actor=actor, case_id=meeting.case_id, action=Action.SEE_ANSWERS, now=now
    )
    require(invitee_of(session, meeting.id, invitee.person_id), Why.ABSENT)
    if invitee.answers != answers:
        return False
    if invitee.help_done_at is None:
        invitee.help_done_at = now
        _record(session, meeting, "meetings.helped", actor, now)
    return True


def take_file(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> None:
    """Remember that someone has the meeting in a calendar, so that moves and an end reach it."""
    meeting = find(session, meeting_id)
    invitee = invitee_of(session, meeting_id, actor.id)
    if invitee is None or not may_know(session, meeting, actor, now):
        refuse(Why.ABSENT)
    require(meeting.state == MeetingState.CALLED, Why.STALE)
    invitee.file_sequence = meeting.sequence


def rederive(session: Session, now: datetime) -> int:
    """Compute `starts_at` anew, after a new version of the zones' rules. Returns how many moved."""
    moved = 0
    coming = Meeting.state == MeetingState.CALLED, Meeting.starts_at > now
    for meeting in session.scalars(select(Meeting).where(*coming).with_for_update()).all():
        wall = datetime.combine(meeting.local_day, meeting.local_time.replace(fold=meeting.fold))
        starts_at = wall.replace(tzinfo=ZoneInfo(meeting.zone)).astimezone(UTC)
        if starts_at != meeting.starts_at:
            moved += 1
            meeting.starts_at = starts_at
            follow_ups.reschedule(session, LADDER, meeting, now)
    return moved


# --- inside the verbs ----------------------------------------------------------------------------


def _held(
    session: Session, actor: Person, meeting_id: int, action: Action, now: datetime
) -> tuple[Meeting, Case]:
    """With the case held: of two who call, move and cancel at once the later sees what the first did."""
    meeting = find(session, meeting_id)
    cases.locked(session, meeting.case_id)
    session.refresh(meeting)
    case = access.open_case(session, actor=actor, case_id=meeting.case_id, action=action, now=now)
    return meeting, case


def _yet_to_come(wall: datetime, zone: str, now: datetime) -> datetime:
    starts_at = instant_of(wall, zone)
    require(starts_at > now, Why.PAST)
    return starts_at


def _called_for(session: Session, case: Case, starts_at: datetime) -> Meeting | None:
    return session.scalar(
        select(Meeting).where(
            Meeting.case_id == case.id,
            Meeting.starts_at == starts_at,
            Meeting.state == MeetingState.CALLED,
        )
    )


def _still(meeting: Meeting, sequence: int, now: datetime) -> None:
    """Refuse what was said to an older time, to a cancelled meeting or to one that has begun."""
    require(meeting.state == MeetingState.CALLED and meeting.sequence == sequence, Why.STALE)
    require(meeting.starts_at > now, Why.PAST)


def _put_at(
    session: Session,
    meeting: Meeting,
    wall: datetime,
    starts_at: datetime,
    now: datetime,
    first: datetime | None = None,
) -> None:
    """Set when it starts, and when people are told: before `first`, if an older time is sooner."""
    meeting.local_day, meeting.fold = wall.date(), wall.fold
    meeting.local_time, meeting.starts_at = wall.time().replace(fold=0), starts_at
    rules, calendar = notices.rules_at(session, now)
    meeting.told_at = reminding.news_at(now, first or starts_at, rules, calendar)


def invite(
    session: Session,
    meeting: Meeting,
    case: Case,
    caller: Person,
    now: datetime,
    workers: Collection[int] = (),
) -> None:
    """Put the family, the workers, the holder and the caller on the list, those who are not there
    yet."""
    kept = shielded.kept_from(session, case, item_of(meeting.id))
    relatives = [p.id for p in family.of(session, case.ungdom_id, now) if p.id not in kept]
    listed = {invitee.person_id for invitee in invitees_of(session, meeting.id)}
    for person_id in dict.fromkeys([*relatives, *workers, case.stafettholder_id, caller.id]):
        if person_id not in listed:
            own = person_id == caller.id
            session.add(
                Invitee(
                    meeting_id=meeting.id,
                    person_id=person_id,
                    uid=f"{new_id():014x}{new_id():014x}",
                    answer=Coming.YES if own else Coming.UNANSWERED,
                    answers=0,
                )
            )
    session.flush()
    confirmed = [people.get(session, p).confirmed_at for p in others(session, meeting, caller)]
    require(any(confirmed), Why.NOBODY)


def _record(session: Session, meeting: Meeting, action: str, actor: Person, now: datetime) -> None:
    audit.record(
        session,
        action=action,
        actor_id=actor.id,
        object_id=meeting.id,
        chain=meeting.case_id,
        now=now,
        detail={"sequence": meeting.sequence},
    )
    follow_ups.reschedule(session, LADDER, meeting, now)
