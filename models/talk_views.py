"""What is seen of an adult's talks with the youth between meetings [40]: for the youth and the holder;
whoever talked sees the own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import access, access_log, child_contact, municipality, people, policy
from models.base import require
from models.invitees import find
from models.people import Person
from models.terms import Action, ContactView, Role, Why


@dataclass(frozen=True)
class TalkView:
    """One talk between meetings: the words for the youth and the holder alone."""

    by: str
    talked_on: date
    view: ContactView
    words: str | None


@dataclass(frozen=True)
class Talks:
    case_id: int
    ungdom: str
    own: bool
    may_note: bool
    waits_for: date | None
    talks: tuple[TalkView, ...]


def talks(session: Session, *, actor: Person, case_id: int, now: datetime) -> Talks:
    """The talks in a case: for the youth and the holder; a service's worker sees those of its own.
    Guardians: Refused(ABSENT), what the youth says alone is not theirs."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    hats = access.hats_in_case(session, actor, case, now)
    whole = Role.UNGDOM in hats or (
        Role.STAFETTHOLDER in hats and access.sees_whole(session, case, hats, now)
    )
    may_note = actor.id in child_contact.able_to_talk(session, case, now)
    require(whole or may_note, Why.ABSENT)
    found = child_contact.of_case(session, case.id)
    mine = [each for each in found if whole or each.by_id == actor.id]
    names = people.names(session, [each.by_id for each in mine])
    waiting = child_contact.waiting_in(session, case.id)
    access_log.looked(session, "talks", actor, case, now, kept=True)
    return Talks(
        case_id=case.id,
        ungdom=people.get(session, case.ungdom_id).name or "",
        own=Role.UNGDOM in hats,
        may_note=may_note,
        waits_for=waiting[0].contact_by if waiting and may_note else None,
        talks=tuple(
            TalkView(names[t.by_id], t.talked_on, ContactView(t.view), t.words) for t in mine
        ),
    )


def today(session: Session, now: datetime) -> date:
    return policy.today_in(now, municipality.policy_at(session, now))


def is_asked(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> int:
    """The case in which someone is set to talk with the youth, and has not. Else Refused(ABSENT)."""
    meeting = find(session, meeting_id)
    require(meeting.talker_id == actor.id and meeting.contact_by is not None, Why.ABSENT)
    with access_log.unseen(session):
        talks(session, actor=actor, case_id=meeting.case_id, now=now)
    return meeting.case_id
