"""Somebody has looked, and somebody else asks why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access_news, follow_ups, views, why_looked
from models.access_news import AccessWatch
from models.audit import AuditEntry
from models.cases import Case
from models.municipality import PolicyVersion
from models.why_looked import LookQuestion


def told_on_fridays(session: Session, now: datetime) -> None:
    """The demo's municipality chose not to; here it did."""
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, "access_news": True}
    session.flush()
    session.info.pop("policy", None)
    for watch in session.scalars(select(AccessWatch)):
        follow_ups.reschedule(session, access_news.LADDER, watch, now)


def readings(session: Session, chain: int | None = None) -> list[AuditEntry]:
    """Every reading there is, or those in one chain, the oldest first."""
    wanted = select(AuditEntry).where(AuditEntry.action.like("%.read"))
    if chain is not None:
        wanted = wanted.where(AuditEntry.chain == chain)
    order = AuditEntry.at, AuditEntry.chain, AuditEntry.seq
    return list(session.scalars(wanted.order_by(*order)))


def why_asked(session: Session, cast, case: Case, now: datetime) -> LookQuestion:
    """Jonas opens Ida's case, and Ida asks why."""
    views.case_view(session, actor=cast.jonas, case_id=case.id, now=now)
    seen = readings(session, case.id)[-1]
    return why_looked.ask(session, actor=cast.ida, chain=case.id, seq=seen.seq, now=now)
