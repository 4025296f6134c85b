"""A case as one page, for one reader under one hat: what their own cards show, all at once.

No second path: the same views, with the same entries in the access log. What somebody may not see
is not there, nor counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access_log,
    agenda,
    curves,
    evaluation_views,
    log_views,
    meeting_views,
    minutes_views,
    tiltak_views,
    views,
)
from models.curves import Curve
from models.evaluation_views import Outcome
from models.log_views import LogView
from models.meeting_views import MeetingView
from models.minutes_views import MinutesView
from models.people import Person
from models.terms import CaseState, Role
from models.tiltak_views import TiltakView
from models.views import FAMILY, CaseView, Looked, MapRow


@dataclass(frozen=True)
class CasePage:
    case: CaseView
    sharing: tuple[MapRow, ...]  # the family's and the holder's
    tiltak: tuple[TiltakView, ...]
    log: LogView
    curves: tuple[Curve, ...]  # the youth's and the holder's
    meetings: tuple[MeetingView, ...]  # those ahead
    past: tuple[MeetingView, ...]
    evaluations: tuple[tuple[datetime, Outcome], ...]
    minutes: tuple[MinutesView, ...]  # the newest first
    agendas: tuple[tuple[datetime, tuple[str, ...]], ...]  # of meetings ahead
    looked: tuple[Looked, ...]  # the family's


def page(session: Session, *, actor: Person, case_id: int, hat: Role, now: datetime) -> CasePage:
    """Refused as absent for who does not wear `hat` there. Staff's reading is recorded."""
    case = views.case_view(session, actor=actor, case_id=case_id, now=now, hat=hat)
    sharing: tuple[MapRow, ...] = ()
    if hat is not Role.SERVICE:
        with access_log.unseen(session):  # the reading is recorded just above
            sharing = views.consent_map(session, actor=actor, case_id=case_id, now=now)
    drawn: tuple[Curve, ...] = ()
    if hat in (Role.UNGDOM, Role.STAFETTHOLDER) and (
        hat is Role.UNGDOM or case.state == CaseState.ACTIVE
    ):
        drawn = curves.of_case(session, actor=actor, case_id=case_id, hat=hat, now=now)
    looked: tuple[Looked, ...] = ()
    if hat in FAMILY:
        looked = views.who_looked(session, actor=actor, case_id=case_id, now=now)
    ahead, past = meeting_views.of_case(session, actor=actor, case_id=case_id, now=now)
    return CasePage(
        case=case,
        sharing=sharing,
        tiltak=tiltak_views.of_case(session, actor, case_id, now).tiltak,
        log=log_views.log(session, actor=actor, case_id=case_id, now=now, hat=hat),
        curves=drawn,
        meetings=ahead,
        past=past,
        evaluations=evaluation_views.outcomes(session, actor, case_id, now),
        minutes=tuple(_minutes(session, actor, past, now)),
        agendas=tuple(_agendas(session, actor, ahead, now)),
        looked=looked,
    )


def _minutes(
    session: Session, actor: Person, past: tuple[MeetingView, ...], now: datetime
) -> Iterator[MinutesView]:
    for seen in past:
        if seen.minutes_ready:
            yield minutes_views.view(session, actor=actor, meeting_id=seen.id, now=now)


def _agendas(
    session: Session, actor: Person, ahead: tuple[MeetingView, ...], now: datetime
) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """What is on them; a wish is not."""
    for seen in ahead:
        found = agenda.agenda(session, actor=actor, meeting_id=seen.id, now=now)
        if words := tuple(point.words for point in found.points if point.on_agenda):
            yield seen.starts_at, words
