"""Who did what to what: append-only, chained, ids only.

Each chain (one per case; 0 for what belongs to no case) links every entry to the one before by
hash, so a change, a drop or a reorder shows. Entries hold ids and enum names, never words, so
erasing a person's words does not break the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Counter, Id, Ref, insert_once


class AuditEntry(Base):
    __tablename__ = "audit"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Mapped[Counter]
    chain: Mapped[Ref]
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[Ref | None]  # None: the house itself, on its own clock
    action: Mapped[str]  # "consents.give", "cases.read", "refused"
    object_id: Mapped[Ref | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)  # ids and enum names only
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The end of each chain; locked while an entry is added, so two writers cannot fork it."""

    __tablename__ = "audit_heads"

    chain: Mapped[Id]
    seq: Mapped[int]
    hash: Mapped[str]


def record(
    session: Session,
    *,
    action: str,
    actor_id: int | None,
    now: datetime,
    object_id: int | None = None,
    chain: int = 0,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one entry to `chain`. Commits with the change it tells of, or not at all."""
    insert_once(session, AuditHead, {"chain": chain, "seq": 0, "hash": ""})
    head = session.execute(
        select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    ).scalar_one()
    entry = AuditEntry(
        chain=chain,
        seq=head.seq + 1,
        at=now,
        actor_id=actor_id,
        action=action,
        object_id=object_id,
        detail=dict(detail or {}),
        previous=head.hash,
    )
    entry.hash = hash_of(entry)
    head.seq, head.hash = entry.seq, entry.hash
    session.add(entry)
    session.flush()


def hash_of(entry: AuditEntry) -> str:
    told = [
        entry.chain,
        entry.seq,
        entry.at.isoformat(),
        entry.actor_id,
        entry.action,
        entry.object_id,
        entry.detail,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def broken_link(session: Session, chain: int) -> int | None:
    """The sequence number at which `chain` no longer holds together, or None when it does."""
    previous, seq = "", 0
    for entry in session.scalars(
        select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq)
    ):
        seq += 1
        if (entry.seq, entry.previous, entry.hash) != (seq, previous, hash_of(entry)):
            return seq
        previous = entry.hash
    head = session.get(AuditHead, chain)
    if head is not None and (head.seq, head.hash) != (seq, previous):
        return seq + 1
    return None
