"""What somebody else in a case sees of it, for the family: asked of the very views they open.

No second path: the same functions, under the other's hat, and nobody has looked, so nothing is
logged as a reading. Of it the family member is shown what they may know themselves, never more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    cases,
    meeting_views,
    municipality,
    people,
    tiltak_views,
    views,
)
from models.base import Refused, require
from models.meeting_views import MeetingView
from models.people import Person
from models.terms import Action, Role, Why
from models.tiltak_views import CaseTiltak, TiltakView
from models.views import FAMILY, CaseView


@dataclass(frozen=True)
class Participant:
    person_id: int
    name: str
    unit: str
    hat: Role


@dataclass(frozen=True)
class Seen:
    """What one reader's own views of a case return under one hat; None and empty: nothing."""

    case: CaseView | None
    tiltak: CaseTiltak | None
    meetings: tuple[MeetingView, ...]


def participants(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[Participant, ...]:
    """Whose sight the family can borrow: the stafettholder's, and each worker's who takes part."""
    case = _opened(session, actor, case_id, now)
    taking_part = cases.services_of(session, case.id)
    ids = [case.stafettholder_id, *(service.person_id for service in taking_part)]
    names = people.names(session, ids)
    units = municipality.unit_names(session, [case.school_id, *(s.unit_id for s in taking_part)])
    holder = Participant(
        case.stafettholder_id, names[case.stafettholder_id], units[case.school_id],
        Role.STAFETTHOLDER,
    )  # fmt: skip
    workers = {
        service.person_id: Participant(
            service.person_id, names[service.person_id], units[service.unit_id], Role.SERVICE
        )
        for service in taking_part
    }
    return (holder, *workers.values())


def as_participant(
    session: Session, *, actor: Person, case_id: int, person_id: int, hat: Role, now: datetime
) -> tuple[Participant, Seen]:
    """What a participant's own views return this instant, less what the reader may not know."""
    found = next(
        (
            each
            for each in participants(session, actor=actor, case_id=case_id, now=now)
            if (each.person_id, each.hat) == (person_id, hat)
        ),
        None,
    )
    require(found, Why.ABSENT)
    assert found is not None  # noqa: S101 - required just above
    with access_log.unseen(session):
        other = people.get(session, person_id)
        theirs = own(session, person=other, case_id=case_id, hat=hat, now=now)
        mine = own(session, person=actor, case_id=case_id, hat=None, now=now)
    return found, known_to(theirs, mine)


def own(
    session: Session, *, person: Person, case_id: int, hat: Role | None, now: datetime
) -> Seen:
    """Everything of one case that somebody's own cards are drawn from."""
    try:
        case = views.case_view(session, actor=person, case_id=case_id, now=now, hat=hat)
        tiltak = tiltak_views.of_case(session, person, case_id, now)
    except Refused:
        return Seen(None, None, ())
    return Seen(
        case, tiltak, meeting_views.upcoming(session, actor=person, now=now, case_id=case_id)
    )


def known_to(theirs: Seen, mine: Seen) -> Seen:
    """The common part. How others have answered, to consent or to a meeting, is not of it, nor
    what is kept from parents, by the youth or by staff."""
    if theirs.case is None or mine.case is None or mine.tiltak is None:
        return Seen(None, None, ())
    tiltak = theirs.tiltak
    if tiltak is not None:
        tiltak = replace(tiltak, tiltak=_common(tiltak.tiltak, mine.tiltak.tiltak))
    known = {meeting.id: meeting for meeting in mine.meetings}
    meetings = (
        replace(
            meeting, mine=None, uid=None, answers=(), shielded=None,
            agenda=known[meeting.id].agenda and meeting.agenda,
        )
        for meeting in theirs.meetings
        if meeting.id in known
    )  # fmt: skip
    case = replace(
        theirs.case, kinds=theirs.case.kinds & mine.case.kinds, questions=(), careful=False,
        shields=False, shielded=None,
    )  # fmt: skip
    return Seen(case, tiltak, tuple(meetings))


def _common(theirs: Sequence[TiltakView], mine: Sequence[TiltakView]) -> tuple[TiltakView, ...]:
    known = {view.id: view for view in mine}
    return tuple(
        replace(view, goal=known[view.id].goal and view.goal, shielded=None)
        for view in theirs
        if view.id in known
    )


def _opened(session: Session, actor: Person, case_id: int, now: datetime) -> cases.Case:
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & FAMILY, Why.ABSENT)
    return case
