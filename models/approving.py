"""An administrator approves a text in a language, by the hash of its words, or takes that back [23].

A consent that was given stands by the words it was given to; none is touched by either.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, audit, municipality, people, policy, unasked
from models.base import require
from models.municipality import ApprovedText
from models.people import Person
from models.terms import Action, ApprovalState, Why


@dataclass(frozen=True)
class Approval:
    approved: bool
    by: str = ""
    on: date | None = None


def of_text(
    session: Session, *, actor: Person, key: str, language: str, hashes: Collection[str]
) -> Approval:
    """Whether all of these words, each by its hash, are approved; and who did it last, and when."""
    _authorise(session, actor)
    found = [row for row in _rows(session, key, language) if row.hash in set(hashes)]
    approved = [row for row in found if row.state == ApprovalState.APPROVED]
    if not hashes or len(approved) < len(set(hashes)):
        return Approval(approved=False)
    last = max(approved, key=lambda row: (row.approved_on or date.min, row.id))
    by = people.get(session, last.approver_id).name if last.approver_id else last.approved_by
    return Approval(approved=True, by=by or "", on=last.approved_on)


def approve(
    session: Session,
    *,
    actor: Person,
    key: str,
    language: str,
    hashes: Collection[str],
    now: datetime,
) -> None:
    """These very words are approved. Approved already: quiet, and whose it was stays."""
    _authorise(session, actor)
    require(hashes, Why.ABSENT)
    known = {row.hash: row for row in _rows(session, key, language)}
    today = policy.today_in(now, municipality.policy_at(session, now))
    fresh = False
    for digest in hashes:
        row = known.get(digest) or ApprovedText(key=key, language=language, hash=digest)
        if row.state == ApprovalState.APPROVED:
            continue
        session.add(row)
        row.state, row.approver_id, row.approved_by = ApprovalState.APPROVED, actor.id, None
        row.approved_on, fresh = today, True
    if fresh:
        _record(session, actor, "texts.approve", key, language, hashes, now)


def take_back(
    session: Session,
    *,
    actor: Person,
    key: str,
    language: str,
    hashes: Collection[str],
    now: datetime,
) -> None:
    """These words are a draft again: nobody is shown them or asked by them from now on."""
    _authorise(session, actor)
    require(hashes, Why.ABSENT)
    approved = [
        row
        for row in _rows(session, key, language)
        if row.hash in set(hashes) and row.state == ApprovalState.APPROVED
    ]
    for row in approved:
        row.state = ApprovalState.DRAFT
    if approved:
        _record(session, actor, "texts.take_back", key, language, hashes, now)


def _authorise(session: Session, actor: Person) -> None:
    access.authorise_at_work(session, actor=actor, action=Action.APPROVE_TEXTS)


def _rows(session: Session, key: str, language: str) -> list[ApprovedText]:
    found = select(ApprovedText).where(ApprovedText.key == key, ApprovedText.language == language)
    return list(session.scalars(found.order_by(ApprovedText.id)))


def _record(
    session: Session,
    actor: Person,
    action: str,
    key: str,
    language: str,
    hashes: Collection[str],
    now: datetime,
) -> None:
    session.flush()
    told = {"text": key, "language": language, "hashes": sorted(hashes)}
    audit.record(session, action=action, actor_id=actor.id, now=now, detail=told)
    unasked.tell_of_decision(session, actor.id, "texts", now)
