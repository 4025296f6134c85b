"""A closed case on its way to the archive: packed, received there, and then destroyed here [66, 67].

Nothing is destroyed without the archive's receipt, and not before the days after it have passed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import (
    audit,
    case_record,
    closing,
    family,
    municipality,
    policy,
    shielded,
    shredding,
    unasked,
)
from models.base import refuse, require
from models.cases import Case
from models.closing import Closing
from models.goals import worded
from models.terms import Why
from models.why_looked import LookQuestion

ARCHIVED = "closing.archived"
STAYS = frozenset({"closings", "consent_questions", "consent_events", "shield_events"})
"""Of a purged case: that and when it was closed, that there was a consent [24], and what keeps
guardians from learning of it [58]. No words."""


def waiting(session: Session) -> list[Closing]:
    """Every closed case that is not purged, the longest waiting first."""
    unpurged = select(Closing).where(Closing.purged_at.is_(None))
    return list(session.scalars(unpurged.order_by(Closing.decided_on, Closing.id)))


def packed(session: Session, *, case_id: int, digest: str, path: str, now: datetime) -> None:
    """The archive's package was made. An entry of the access log: the operator's tool read it."""
    made = unpurged(session, case_id)
    made.package, made.packed_at, made.packed_to = digest, now, path
    _noted(session, made, "cases.archive_read", now)


def receive(
    session: Session, *, case_id: int, reference: str, now: datetime, by: int | None = None
) -> Closing:
    """The archive has confirmed, by an administrator or (None) at the machine. From now the days run until the words are destroyed here; the
    family is told. The same receipt again changes nothing. Refused(NOT_IN_STATE): never packed."""
    made = unpurged(session, case_id)
    require(made.package, Why.NOT_IN_STATE)
    reference = worded(reference)
    if made.receipt == reference:
        return made
    require(made.receipt is None, Why.STALE)
    rules = municipality.policy_at(session, now)
    made.receipt, made.receipt_at = reference, now
    made.purge_on = policy.today_in(now, rules) + timedelta(days=rules.archive_purge_days)
    _noted(session, made, "cases.archived", now, by)
    case = session.get_one(Case, case_id)
    kept = shielded.kept_from(session, case)
    family_of = family.of(session, case.ungdom_id, now)
    relatives = [p.id for p in family_of if p.confirmed_at and p.id not in kept]
    unasked.tell(session, ARCHIVED, relatives, case_id, "archived", now)
    return made


def put_away(session: Session, *, case_id: int) -> None:
    """Our copy of the package is gone."""
    unpurged(session, case_id).packed_to = None


def unpurged(session: Session, case_id: int) -> Closing:
    """A closed case that is still here. Any other: Refused(ABSENT)."""
    made = closing.of(session, case_id)
    if made is None or made.purged_at is not None:
        refuse(Why.ABSENT)
    return made


def to_purge(session: Session, now: datetime, limit: int) -> list[Closing]:
    """Those whose day has come; never one without the archive's receipt."""
    today = policy.today_in(now, municipality.policy_at(session, now))
    due = select(Closing).where(
        Closing.receipt_at.is_not(None), Closing.purge_on <= today, Closing.purged_at.is_(None)
    )
    return list(session.scalars(due.order_by(Closing.purge_on).limit(limit)))


def purge(session: Session, made: Closing, now: datetime) -> None:
    """Destroy a case here: its key, its words, and every row of it but those that STAY. The chain
    holds ids and is not touched."""
    require(made.receipt_at, Why.NOT_IN_STATE)
    shredding.shred(session, made.key_id)
    rows = case_record.ids_of(session, made.case_id)
    for name, (table, _column) in reversed(case_record.owned().items()):
        if name not in STAYS:
            session.execute(delete(table).where(table.id.in_(rows[name])))
    session.execute(delete(LookQuestion).where(LookQuestion.chain == made.case_id))
    made.purged_at = now
    _noted(session, made, "cases.purge", now)


def _noted(
    session: Session, made: Closing, action: str, now: datetime, by: int | None = None
) -> None:
    audit.record(
        session, action=action, actor_id=by, object_id=made.id, chain=made.case_id, now=now
    )
    session.flush()
