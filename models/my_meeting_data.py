"""Of meetings, in one person's own data: what they said before them, what they were told after.

As `my_case_data`: through the doors of the cards, other people as roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access_log,
    cases,
    child_contact,
    family,
    invitees,
    minutes_views,
    preparing,
    proposals,
    views,
)
from models.agenda import AgendaPoint
from models.base import Refused
from models.cases import Case
from models.invitees import Meeting
from models.my_case_data import Entry, as_role, masked
from models.people import Person
from models.preparing import Wishes
from models.proposals import Proposal, ProposedTime, Vote
from models.terms import ContactView, Fits, MeetingState, Role


def _my_cases(session: Session, me: Person, now: datetime) -> Iterator[Case]:
    for row in views.my_cases(session, me, now):
        case = cases.find(session, row.case_id)
        if row.hat in views.FAMILY and case is not None:
            yield case


def _meetings(session: Session, case: Case) -> list[Meeting]:
    chosen = select(Meeting).where(Meeting.case_id == case.id)
    return list(session.scalars(chosen.order_by(Meeting.starts_at)))


def minutes(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """Final minutes of the family's own cases."""
    for case in _my_cases(session, me, now):
        mask = masked(session, case, me, now)
        for meeting in _meetings(session, case):
            if meeting.state != MeetingState.MINUTES_FINAL:
                continue
            try:
                seen = minutes_views.view(session, actor=me, meeting_id=meeting.id, now=now)
            except Refused:
                continue
            yield {
                "starts_at": seen.starts_at,
                "agreed": tuple(mask(point.words) for point in seen.points),
                "next_step": seen.next_step,
                "next_on": seen.next_on,
                "youth_view": seen.youth_view,
                "own_words": seen.youth_words,
            }


def talks(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """The youth's own talks with an adult between meetings."""
    for case in _my_cases(session, me, now):
        if case.ungdom_id != me.id:
            continue
        mask = masked(session, case, me, now)
        for each in child_contact.of_case(session, case.id):
            yield {
                "at": each.talked_on,
                "followed_up_by": as_role(session, case, each.by_id),
                "talk_view": ContactView(each.view),
                "own_words": mask(each.words),
            }


def before(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What the youth wished before a meeting, and points somebody wished for."""
    for case in _my_cases(session, me, now):
        for meeting in _meetings(session, case) if case.ungdom_id == me.id else ():
            with access_log.unseen(session):
                said = preparing.prepared(session, actor=me, meeting_id=meeting.id, now=now)
            if said.wishes is not None:
                yield {"starts_at": meeting.starts_at, **_wishes(session, case, said.wishes)}
    points = select(AgendaPoint).where(AgendaPoint.by_id == me.id).order_by(AgendaPoint.at)
    for point in session.scalars(points):
        meeting = session.get_one(Meeting, point.meeting_id)
        if invitees.may_know(session, meeting, me, now):
            yield {"starts_at": meeting.starts_at, "agenda": point.words}


def _wishes(session: Session, case: Case, said: Wishes) -> Entry:
    def roles(them: tuple[int, ...]) -> tuple[Role, ...]:
        parents = family.ever_guardians_of(session, case.ungdom_id)
        found = [
            Role.FORESATT if each in parents else as_role(session, case, each)[0] for each in them
        ]
        return tuple(found)

    return {
        "talk_about": said.talk,
        "avoid": said.avoid,
        "wanted_there": roles(said.there),
        "not_wanted_there": roles(said.not_there),
        "companion": said.companion,
        "companion_name": said.companion_name,
        "own_words": said.words,
    }


def votes(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What somebody answered to proposed times that they may still know of."""
    found = session.execute(
        select(Vote, ProposedTime, Proposal)
        .join(ProposedTime, ProposedTime.id == Vote.time_id)
        .join(Proposal, Proposal.id == ProposedTime.proposal_id)
        .where(Vote.person_id == me.id)
        .order_by(ProposedTime.starts_at)
    )
    for vote, option, made in found.all():
        case = session.get_one(Case, made.case_id)
        if proposals.may_answer(session, made, case, me, now):
            yield {"starts_at": option.starts_at, "fits": Fits(vote.fits)}
