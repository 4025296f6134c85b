"""A case with something in every table, and a word in every sealed cell that is found nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import asking, evaluations, meetings
from models.asking import Wish as Los
from models.cases import Case
from models.terms import (
    Coming,
    ContactWay,
    Decision,
    InfoKind,
    MeetingHelp,
    MeetingPlace,
    ParentsKnow,
    Place,
    Topic,
)
from tests import agreed
from tests.agreed import Verdict
from tests.meeting_setup import called

GOAL, TILTAK, VOICE = "Kråkemål", "Kari følger til kråketrening med Jonas", "Hemmeligkråke"
REASON, AGENDA, PLACE = "Kråkegrunn", "Kråketema om Ida", "Kråkerommet"
CANARIES = ("Kråkemål", "kråketrening", "Hemmeligkråke", "Kråkegrunn", "Kråketema", "Kråkerommet")
"""One word of each; VOICE is what the youth said to the stafettholder alone."""


def lived_in(session: Session, cast, now: datetime) -> Case:
    """Ida's case, held by Jonas; the club knows of everything in it. What Ida has said: the voice,
    that she dreads the meeting, and a wish for a los her parents shall not know of."""
    kinds = (InfoKind.GOALS, InfoKind.TILTAK, InfoKind.MEETINGS)
    case = agreed.agreed(session, cast, now, {cast.club.id: kinds})
    thing = agreed.planned(session, cast, case, now, TILTAK, goal=GOAL)
    agreed.planned(session, cast, case, now, "Frokost", goal=GOAL)
    evaluations.give_voice(
        session, actor=cast.ida, tiltak_id=thing.id, version=thing.version, score=2,
        words=VOICE, now=now,
    )  # fmt: skip
    verdict = Verdict(Decision.CONTINUE, now.date() + timedelta(days=28), reason=REASON)
    evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version,
        verdict=verdict, now=now,
    )  # fmt: skip
    meeting = called(
        session, cast, case, now, place_kind=MeetingPlace.ELSEWHERE, place=PLACE, agenda=AGENDA
    )
    meetings.answer(
        session, actor=cast.ida, meeting_id=meeting.id, coming=Coming.DREADING,
        sequence=meeting.sequence, help=MeetingHelp.SOMEONE, now=now,
    )  # fmt: skip
    secret = Los(
        Topic.HOME, ungdom_id=cast.ida.id, place=Place.CLUB,
        contact_way=ContactWay.ADULT, parents_know=ParentsKnow.NOTHING,
    )  # fmt: skip
    asking.submit(session, actor=cast.ida, wish=secret, now=now)
    return case
