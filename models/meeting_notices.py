"""What is promised about a meeting: the news and the calendar files. Reminders: `meeting_ladder`.

News keeps the quiet hours unless it would then come too late (`reminding.news_at`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import cases, mail, municipality, outbox, reminding, unasked
from models.invitees import Invitee, Meeting, invitees_of
from models.outbox import Outgoing, OutState
from models.policy import Calendar, MunicipalPolicy
from models.terms import Coming

INVITED, MOVED, CANCELLED = "meeting.invited", "meeting.moved", "meeting.cancelled"
UNREAD, HELP = "meeting.unread", "meeting.help_due"
REMINDER, ANSWERED, FILE = "meeting.reminder", "meeting.answered", "meeting.file"
SECOND_ANSWER = timedelta(minutes=2)
"""Who dreads a meeting is asked what would help: so long that answer is waited for, to tell both
in one notice."""


def rules_at(session: Session, now: datetime) -> tuple[MunicipalPolicy, Calendar]:
    return municipality.policy_at(session, now), municipality.calendar_of(session)


def told(session: Session, meeting: Meeting) -> set[int]:
    """Who knows of the meeting: was told, also by mail alone, is being told this very moment, or
    found it unasked."""
    found = {
        invitee.person_id
        for invitee in invitees_of(session, meeting.id)
        if invitee.answers or invitee.file_sequence is not None
    }
    return found | set(
        session.scalars(
            select(Outgoing.recipient_id).where(
                Outgoing.subject_id == meeting.id,
                Outgoing.kind.in_((INVITED, MOVED, mail.MEETING)),
                Outgoing.state.in_((OutState.SENDING, OutState.SENT, OutState.UNCERTAIN)),
            )
        )
    )


def silence(session: Session, meeting: Meeting) -> None:
    """Nothing that waits about the old time is sent any more."""
    kinds = [INVITED, MOVED, REMINDER, FILE, UNREAD, HELP, mail.MEETING]
    outbox.silence(session, subject_id=meeting.id, kinds=kinds)
    for invitee in invitees_of(session, meeting.id):
        outbox.silence(session, subject_id=invitee.id, kinds=[ANSWERED])


def tell(
    session: Session,
    meeting: Meeting,
    kind: str,
    recipients: Iterable[int],
    now: datetime,
    at: datetime | None = None,
) -> None:
    """`at`: then, and anew for who was told before; without it when everyone is, and once."""
    occasion = str(meeting.sequence) + (f".{now.isoformat()}" if at else "")
    for person_id in recipients:
        outbox.promise(
            session,
            kind=kind,
            recipient_id=person_id,
            subject_id=meeting.id,
            occasion=occasion,
            params={"sequence": meeting.sequence},
            now=now,
            not_before=at or meeting.told_at,
            not_after=meeting.ends_at,
        )
        if kind in (INVITED, MOVED, CANCELLED):
            mail.tell_meeting(
                session, person_id, meeting.id, f"{kind}.{occasion}",
                {"sequence": meeting.sequence, "news": kind}, now, at or meeting.told_at,
                meeting.ends_at,
            )  # fmt: skip


def tell_answer(session: Session, meeting: Meeting, invitee: Invitee, now: datetime) -> None:
    """Promise an answer to the stafettholder, in place of the same invitee's earlier ones."""
    outbox.silence(session, subject_id=invitee.id, kinds=[ANSWERED])
    case = cases.find(session, meeting.case_id)
    if case is None or case.stafettholder_id == invitee.person_id:
        return
    at = reminding.news_at(now, meeting.starts_at, *rules_at(session, now))
    asked_more = invitee.answer == Coming.DREADING and invitee.help is None
    if asked_more and now + SECOND_ANSWER < meeting.starts_at:
        at = max(at, now + SECOND_ANSWER)
    fresh = outbox.promise(
        session,
        kind=ANSWERED,
        recipient_id=case.stafettholder_id,
        subject_id=invitee.id,
        occasion=f"{meeting.sequence}.{invitee.answers}",
        now=now,
        not_before=at,
        not_after=meeting.starts_at,
    )
    if fresh:
        unasked.tell_stand_ins(session, case.stafettholder_id, now)


def renew_files(session: Session, meeting: Meeting, now: datetime) -> None:
    """Whoever has a calendar file gets the one that replaces it; the mover as well."""
    holders = [i for i in invitees_of(session, meeting.id) if i.file_sequence is not None]
    for invitee in holders:
        invitee.file_sequence = meeting.sequence
    tell(session, meeting, FILE, [i.person_id for i in holders], now)
