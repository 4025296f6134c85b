"""What is still seen of a closed case: by the family its words, by the others that it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, access_log, cases, closing, municipality, people, policy, shielded
from models.base import Refused, refuse, require
from models.batons import BatonOffer
from models.cases import Case, CaseService
from models.closing import Closing, unit_name
from models.consent_history import ConsentQuestion
from models.goals import Goal, Tiltak, items_of
from models.invitees import Invitee, Meeting, invitee_of
from models.log_entries import LogEntry
from models.people import Person
from models.proposals import Proposal
from models.right_questions import RightQuestion
from models.terms import FAMILY, CaseState, ClosingReason, FamilyView, MeetingState, Role, Why


@dataclass(frozen=True)
class ClosingView:
    """A closed case as one who was in it may still see it; the words are the family's alone."""

    case_id: int
    hat: Role
    ungdom: str | None  # None for the youth, and for a service
    school: str
    decided_on: date
    decided_as: Role
    mine: bool
    reason: ClosingReason | None
    family_view: FamilyView | None
    left_open: tuple[str, ...]
    note: str | None
    archived_on: date | None
    purge_on: date | None
    purged: bool


OF_A_CASE: tuple[type[Any], ...] = (
    Meeting, Proposal, Goal, Tiltak, LogEntry, ConsentQuestion, BatonOffer, RightQuestion,
)  # fmt: skip
"""What buttons are about, beside the case itself."""


def is_over(session: Session, *, actor: Person, subject_id: int, now: datetime) -> bool:
    """Whether a thing is of a closed case that `actor` was in until then. For everybody else it sounds
    as what never was."""
    found = (session.get(table, subject_id) for table in OF_A_CASE)
    case_id = next((each.case_id for each in found if each is not None), subject_id)
    case = cases.find(session, case_id)
    if case is None or case.state != CaseState.CLOSED:
        return False
    try:
        _hat_after(session, actor, case, now)
    except Refused:
        return False
    return True


def view(session: Session, *, actor: Person, case_id: int, now: datetime) -> ClosingView:
    """What is left to see of a closed case. Anyone who was not in it: Refused(ABSENT)."""
    made, case = closing.of(session, case_id), cases.find(session, case_id)
    if made is None or case is None:
        refuse(Why.ABSENT)
    hat = _hat_after(session, actor, case, now)
    theirs, service = hat in FAMILY, hat is Role.SERVICE
    if not service:  # who is shown nothing of it
        access_log.looked(session, "cases", actor, case, now, hat=hat)
    return ClosingView(
        case_id=case.id,
        hat=hat,
        ungdom=None if service or hat is Role.UNGDOM else people.get(session, case.ungdom_id).name,
        school=unit_name(session, case.school_id),
        decided_on=made.decided_on,
        decided_as=Role(made.hat),
        mine=made.decided_by == actor.id,
        reason=None if service else ClosingReason(made.reason),
        family_view=None if service else FamilyView(made.family_view),
        left_open=_left_open(session, made, case, actor) if theirs else (),
        note=made.note if theirs else None,
        archived_on=_day(session, made.receipt_at),
        purge_on=made.purge_on,
        purged=made.purged_at is not None,
    )


def _hat_after(session: Session, actor: Person, case: Case, now: datetime) -> Role:
    hats = access.hats_in_case(session, actor, case, now)
    for hat in (Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER):
        if hat in hats:
            return hat
    took_part = select(CaseService.id).where(
        CaseService.case_id == case.id,
        CaseService.person_id == actor.id,
        CaseService.ended_at == case.closed_at,
    )
    require(session.scalar(took_part) is not None, Why.ABSENT)
    return Role.SERVICE


def _left_open(session: Session, made: Closing, case: Case, actor: Person) -> tuple[str, ...]:
    hidden = shielded.hidden_from(session, case, actor)
    things = (session.get(Tiltak, int(each)) for each in made.left_open)
    known = (t for t in things if t is not None and not hidden.hides(*items_of(t)))
    return tuple(thing.words for thing in known if thing.words)


def meeting_off(session: Session, *, actor: Person, meeting_id: int, now: datetime) -> Meeting:
    """A meeting that closing called off, for one who was asked to come: when, and no more."""
    found = session.scalar(
        select(Meeting)
        .join(Invitee, Invitee.meeting_id == Meeting.id)
        .join(Case, Case.id == Meeting.case_id)
        .where(
            Meeting.id == meeting_id,
            Invitee.person_id == actor.id,
            Meeting.state == MeetingState.CANCELLED,
            Case.state == CaseState.CLOSED,
            Meeting.starts_at > now,
        )
    )
    if found is None or invitee_of(session, meeting_id, actor.id) is None:
        refuse(Why.ABSENT)
    return found


def _day(session: Session, at: datetime | None) -> date | None:
    return None if at is None else policy.today_in(at, municipality.policy_at(session, at))
