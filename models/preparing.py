"""Before a meeting, from the youth alone: what to talk about and not, whom to have there, and whom
to bring.

For the youth and the holder; for nobody else is there any trace of it. The holder says it is read,
and is reminded before the meeting if not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    audit,
    cases,
    follow_ups,
    municipality,
    people,
    policy,
    unasked,
)
from models.base import new_id, refuse, require
from models.cases import Case
from models.goals import worded
from models.invitees import Meeting, attending, find, hats_for
from models.meeting_ladder import LADDER
from models.meeting_preparation import Preparation, of_meeting
from models.people import Person
from models.terms import Companion, MeetingState, Role, Topic, Why

TOLD = "meeting.prepared"


@dataclass(frozen=True)
class Wishes:
    talk: tuple[Topic, ...] = ()
    avoid: tuple[Topic, ...] = ()
    there: tuple[int, ...] = ()  # whom I would like there, by id
    not_there: tuple[int, ...] = ()
    companion: Companion | None = None
    companion_name: str | None = None
    words: str | None = None

    @property
    def empty(self) -> bool:
        return self == Wishes()


@dataclass(frozen=True)
class Prepared:
    """What the youth has said, for the youth and the holder."""

    meeting_id: int
    own: bool
    holder: str
    ungdom: str
    version: int
    wishes: Wishes | None  # None: nothing is said yet
    names: Mapping[int, str]  # of those who are asked to come, but the youth
    read: bool
    open: bool  # it can still be said, or changed


def say(
    session: Session, *, actor: Person, meeting_id: int, wishes: Wishes, now: datetime
) -> Preparation:
    """The youth says it, or says it anew; the holder is told that there is something, and has it to
    read. The same again changes nothing. Refused: ABSENT for anybody else, STALE for a meeting that
    has begun or was called off, NOBODY for one who is not asked to come."""
    meeting, case = _opened(session, actor, meeting_id, now, Role.UNGDOM)
    require(meeting.state == MeetingState.CALLED and meeting.starts_at > now, Why.STALE)
    cases.digital(case, wishes)
    asked = set(_names(session, meeting, case, now))
    require(set(wishes.there) | set(wishes.not_there) <= asked, Why.NOBODY)
    said = _dumped(wishes)
    found = of_meeting(session, meeting.id)
    if found is not None and found.said == said:
        return found
    if found is None:
        found = Preparation(
            id=new_id(), key_id=case.key_id, meeting_id=meeting.id, version=0, at=now
        )
        session.add(found)
    found.said, found.version, found.at, found.read_at = said, found.version + 1, now, None
    session.flush()
    _record(session, meeting, "preparing.say", actor, found.version, now)
    holder = [case.stafettholder_id]
    unasked.tell(session, TOLD, holder, meeting.id, f"v{found.version}", now)
    return found


def tick_read(
    session: Session, *, actor: Person, meeting_id: int, version: int, now: datetime
) -> bool:
    """The holder has read it. False: it was said anew since, and that is to be read first."""
    meeting, case = _opened(session, actor, meeting_id, now, Role.STAFETTHOLDER)
    require(access.sees_whole(session, case, frozenset({Role.STAFETTHOLDER}), now), Why.ABSENT)
    found = of_meeting(session, meeting.id)
    if found is None:
        refuse(Why.ABSENT)
    if found.version != version:
        return False
    if found.read_at is None:
        found.read_at = now
        _record(session, meeting, "preparing.tick_read", actor, version, now)
    return True


def prepared(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> Prepared:
    """For the youth and the holder; anybody else: Refused(ABSENT). The holder's reading is logged,
    for the youth alone to see."""
    meeting, case = _opened(session, actor, meeting_id, now, Role.UNGDOM, Role.STAFETTHOLDER)
    own = actor.id == case.ungdom_id
    require(
        own or access.sees_whole(session, case, frozenset({Role.STAFETTHOLDER}), now), Why.ABSENT
    )
    found = of_meeting(session, meeting.id)
    access_log.looked(session, "preparations", actor, case, now, kept=True)
    return Prepared(
        meeting_id=meeting.id,
        own=own,
        holder=people.get(session, case.stafettholder_id).name or "",
        ungdom=people.get(session, case.ungdom_id).name or "",
        version=found.version if found is not None else 0,
        wishes=_loaded(found.said) if found is not None else None,
        names=_names(session, meeting, case, now),
        read=found is not None and found.read_at is not None,
        open=meeting.state == MeetingState.CALLED and meeting.starts_at > now,
    )


def may_prepare(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> bool:
    """Whether the youth is asked for it beside a reminder: their meeting, to come, nothing said yet,
    no log on paper, and no exams. Absent for anybody else."""
    meeting, case = _opened(session, actor, meeting_id, now, Role.UNGDOM)
    today = policy.today_in(now, municipality.policy_at(session, now))
    if case.on_paper_since is not None or today in municipality.calendar_of(session).exam_days:
        return False
    ahead = meeting.state == MeetingState.CALLED and meeting.starts_at > now
    return ahead and of_meeting(session, meeting.id) is None


def is_unread(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> bool:
    meeting, case = _opened(session, actor, meeting_id, now, Role.STAFETTHOLDER)
    found = of_meeting(session, meeting.id)
    sees = access.sees_whole(session, case, frozenset({Role.STAFETTHOLDER}), now)
    ahead = meeting.state == MeetingState.CALLED and meeting.starts_at > now
    return sees and ahead and found is not None and found.read_at is None


# --- the small parts -----------------------------------------------------------------------------


def _opened(
    session: Session, actor: Person, meeting_id: int, now: datetime, *as_one_of: Role
) -> tuple[Meeting, Case]:
    meeting = find(session, meeting_id)
    case = cases.find(session, meeting.case_id)
    worn = hats_for(session, meeting, actor, now)
    if case is None or not worn & set(as_one_of) or Role.FORESATT in worn:
        refuse(Why.ABSENT)
    return meeting, case


def _names(session: Session, meeting: Meeting, case: Case, now: datetime) -> dict[int, str]:
    listed = [each.person_id for each in attending(session, meeting, case, now)]
    return people.names(session, [each for each in listed if each != case.ungdom_id])


def _dumped(wishes: Wishes) -> str:
    told = {
        "talk": wishes.talk, "avoid": wishes.avoid, "there": wishes.there,
        "not_there": wishes.not_there, "companion": wishes.companion,
        "name": worded(wishes.companion_name) if wishes.companion_name else None,
        "words": worded(wishes.words) if wishes.words else None,
    }  # fmt: skip
    return json.dumps(told)


def _loaded(said: str | None) -> Wishes | None:
    """None once the key is destroyed."""
    if said is None:
        return None
    told = json.loads(said)
    return Wishes(
        tuple(map(Topic, told["talk"])), tuple(map(Topic, told["avoid"])),
        tuple(told["there"]), tuple(told["not_there"]),
        Companion(told["companion"]) if told["companion"] else None,
        told["name"], told["words"],
    )  # fmt: skip


def _record(
    session: Session, meeting: Meeting, action: str, actor: Person, version: int, now: datetime
) -> None:
    audit.record(
        session, action=action, actor_id=actor.id, object_id=meeting.id, chain=meeting.case_id,
        now=now, detail={"version": version},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, meeting, now)
    session.flush()
