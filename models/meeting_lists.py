"""A case's meetings in one place, as each reader may see them, and what can be done there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import access, access_log, cases, meeting_views, people, policy, proposals
from models.base import refuse
from models.cases import Case
from models.meeting_views import MeetingView
from models.people import Person
from models.terms import FAMILY, Action, CaseState, Role, Why


@dataclass(frozen=True)
class InCase:
    """A case's meetings as one reader may see them, and what the reader can do there."""

    case_id: int
    about: str | None
    may_call: bool
    talks: bool  # may see talks with the youth between meetings
    ahead: tuple[MeetingView, ...]
    past: tuple[MeetingView, ...]
    proposal: int | None  # times that are proposed, if the reader is asked or has asked


def has_meetings(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether someone may be shown the list at all: the family, the holder, and who is listed."""
    case = cases.find(session, case_id)
    if case is None or case.state == CaseState.CLOSED:
        return False
    hats = access.hats_in_case(session, actor, case, now)
    return bool(hats & (FAMILY | {Role.STAFETTHOLDER, Role.LOGGFORER})) or (
        meeting_views.any_in(session, actor, case_id, now)
    )


def in_case(session: Session, *, actor: Person, case_id: int, now: datetime) -> InCase:
    """Refused(ABSENT) for one without a part in it."""
    case = cases.find(session, case_id)
    if case is None or not has_meetings(session, actor=actor, case_id=case_id, now=now):
        refuse(Why.ABSENT)
    hats = access.hats_in_case(session, actor, case, now)
    ahead, past = meeting_views.of_case(session, actor=actor, case_id=case_id, now=now)
    if not ahead and not past:
        access_log.looked(session, "meetings", actor, case, now)
    return InCase(
        case_id=case_id,
        about=None if Role.UNGDOM in hats else people.get(session, case.ungdom_id).name,
        may_call=policy.may(Action.CALL_MEETING, hats) and case.state == CaseState.ACTIVE,
        talks=bool(hats & {Role.UNGDOM, Role.STAFETTHOLDER, Role.SERVICE}),
        ahead=ahead,
        past=past,
        proposal=_proposal(session, case, actor, hats, now),
    )


def _proposal(
    session: Session, case: Case, actor: Person, hats: frozenset[Role], now: datetime
) -> int | None:
    made = proposals.open_in(session, case.id)
    if made is None:
        return None
    asked = actor.id in proposals.asked_of(session, made.id)
    may = proposals.may_answer(session, made, case, actor, now)
    return made.id if may and (asked or policy.may(Action.CALL_MEETING, hats)) else None
