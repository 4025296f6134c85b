"""A case whose consents are in force, for the tests of meetings."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import cases, consents, meetings, minutes, proposals
from models.cases import Case
from models.consents import ConsentQuestion
from models.invitees import Meeting, invitees_of
from models.minutes import After, Went
from models.municipality import ApprovedText
from models.outbox import Outgoing, OutState
from models.people import Person
from models.proposals import Proposal
from models.terms import InfoKind, MeetingPlace, NextStep, YouthView
from tests.consent_setup import opened


def case_of_ida(session: Session, cast, now: datetime) -> Case:
    """Ida's case, held by Jonas; Amina of the club and Lise the los take part. No consent yet."""
    case = opened(session, cast, now)
    cases.add_service(session, case=case, unit_id=cast.los_unit.id, person=cast.lise, now=now)
    return case


def consented(session: Session, cast, now: datetime) -> Case:
    """As `case_of_ida`; everyone lets the club know of meetings, and the los of goals only."""
    case = case_of_ida(session, cast, now)
    consents.ask(
        session,
        actor=cast.jonas,
        case=case,
        scope={cast.club.id: [InfoKind.MEETINGS], cast.los_unit.id: [InfoKind.GOALS]},
        until=(now + timedelta(days=300)).date(),
        now=now,
    )
    for person in (cast.ida, cast.kari, cast.per):
        give_all(session, person, case.id, now)
    return case


def give_all(session: Session, person: Person, case_id: int, now: datetime) -> None:
    """Say yes to everything that is asked in a case."""
    asked = select(ConsentQuestion).where(ConsentQuestion.case_id == case_id)
    for question in session.scalars(asked).all():
        consents.give(
            session,
            actor=person,
            question=question,
            text_hash=_approved(session, person.language),
            language=person.language,
            now=now,
            occasion=f"test:{person.id}",
        )


def take_back(session: Session, person: Person, now: datetime) -> None:
    consents.withdraw_all(session, actor=person, now=now, occasion="test:stop")


def called(session: Session, cast, case: Case, now: datetime, **changes) -> Meeting:
    """A meeting on Thursday 26 November at 14.15, with Amina."""
    wanted = {
        "actor": cast.jonas,
        "case_id": case.id,
        "starts": datetime(2026, 11, 26, 14, 15),  # noqa: DTZ001 - a wall clock
        "minutes": 45,
        "place_kind": MeetingPlace.SCHOOL,
        "workers": [cast.amina.id],
        "now": now,
        **changes,
    }
    return meetings.call(session, **wanted)


def proposed(session: Session, cast, case: Case, now: datetime, **changes) -> Proposal:
    """A Tuesday, a Wednesday and a Thursday next week at 14, with Amina."""
    wanted = {
        "actor": cast.jonas,
        "case_id": case.id,
        "starts": [datetime(2026, 12, day, 14, 0) for day in (1, 2, 3)],  # noqa: DTZ001
        "minutes": 45,
        "place_kind": MeetingPlace.SCHOOL,
        "workers": [cast.amina.id],
        "now": now,
        **changes,
    }
    return proposals.propose(session, **wanted)


def held(session: Session, meeting: Meeting, cast, now: datetime, **changes) -> Meeting:
    """It was held, with everybody; what Ida thinks is said to Jonas."""
    came = frozenset(each.person_id for each in invitees_of(session, meeting.id))
    how = Went(True, came, YouthView.SAID, "Kråkemening")
    return minutes.went(
        session, actor=cast.jonas, meeting_id=meeting.id, how=changes.get("how", how), now=now
    )


def final(session: Session, meeting: Meeting, cast, now: datetime, **changes) -> Meeting:
    """Held, one point written, a next meeting in two weeks, and Jonas talks with Ida before it."""
    held(session, meeting, cast, now)
    minutes.write(session, actor=cast.jonas, meeting_id=meeting.id, words="Kråkeavtale", now=now)
    after = After(NextStep.MEETING, (now + timedelta(days=14)).date(), cast.jonas.id)
    return minutes.finish(
        session, actor=cast.jonas, meeting_id=meeting.id, after=changes.get("after", after),
        now=now,
    )  # fmt: skip


def to_be_written(session: Session, cast, case: Case, now: datetime) -> Meeting:
    """Held last week, with one point of its minutes written."""
    then = now - timedelta(days=10)
    starts = (then + timedelta(days=2)).replace(tzinfo=None)
    meeting = called(session, cast, case, then, starts=starts)
    held(session, meeting, cast, now)
    minutes.write(session, actor=cast.jonas, meeting_id=meeting.id, words="Kråkeavtale", now=now)
    return meeting


def a_meeting_was_held(session: Session, cast, case: Case, now: datetime) -> Meeting:
    """Last week, and its minutes are final; Amina is to talk with Ida before the next."""
    then = now - timedelta(days=10)
    meeting = called(
        session, cast, case, then, starts=(then + timedelta(days=2)).replace(tzinfo=None)
    )
    after = After(NextStep.MEETING, (now + timedelta(days=4)).date(), cast.amina.id)
    return final(session, meeting, cast, now - timedelta(days=7), after=after)


def promised(session: Session, kind: str, state: OutState | None = OutState.WAITING) -> list[int]:
    """To whom a kind of notice is promised and waits."""
    wanted = select(Outgoing.recipient_id).where(Outgoing.kind == kind).order_by(Outgoing.id)
    if state is not None:
        wanted = wanted.where(Outgoing.state == state)
    return list(session.scalars(wanted))


def deliver_all(session: Session) -> None:
    """As if everything that waits had been sent."""
    for row in session.scalars(select(Outgoing).where(Outgoing.state == OutState.WAITING)):
        row.state = OutState.SENT
    session.flush()


def _approved(session: Session, language: str) -> str:
    wanted = select(ApprovedText.hash).where(
        ApprovedText.key == consents.TEXT_KEY, ApprovedText.language == language
    )
    return session.scalars(wanted.order_by(ApprovedText.id)).first() or ""
