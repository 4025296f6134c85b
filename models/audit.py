"""Who did what to what: append-only, chained, signed, ids only.

Each chain (one per case, request or person; 0 for what belongs to none) links every entry to the
one before by hash, so a change, a drop or a reorder shows. The hashes anyone can check; the seals
beside them only someone with the house's key can make, so whoever can write to the database and
no more can neither recompute a chain nor cut its end off. One thing is left to them: to keep the
seal of a chain's end and put the chain back to it later. A day's head (`audit_days`) written since
shows that, and if the days were put back too, a head kept elsewhere does; back to an end of the
same day nothing does. Entries hold ids and enum names, never words: erasing breaks nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Ref, insert_once
from models.sealed import SealBroken, keyring_of

BEGIN = "audit.begin"
"""In chain 0, that the chain which is its object exists: a chain cannot go missing whole."""


class AuditEntry(Base):
    __tablename__ = "audit"

    chain: Mapped[Id]
    seq: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[Ref | None]  # None: the house itself, on its own clock
    action: Mapped[str]  # "consents.give", "cases.read", "refused"
    object_id: Mapped[Ref | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)  # ids and enum names only
    previous: Mapped[str]
    hash: Mapped[str]
    master: Mapped[str]  # the id of the master that the seal's key is derived from
    seal: Mapped[str]


class AuditHead(Base):
    """The end of each chain; locked while an entry is added, so two writers cannot fork it."""

    __tablename__ = "audit_heads"

    chain: Mapped[Id]
    seq: Mapped[int]
    hash: Mapped[str]
    master: Mapped[str]
    seal: Mapped[str]


class Told(Protocol):
    """An entry, as a row of the table or of a query."""

    @property
    def chain(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def action(self) -> str: ...
    @property
    def object_id(self) -> int | None: ...
    @property
    def detail(self) -> Mapping[str, Any]: ...
    @property
    def previous(self) -> str: ...


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
    """Append one entry to `chain`. Commits with the change it tells of, or not at all.

    What somebody may do only in the place of another says so (`people.answered_by`).
    """
    if actor_id is not None and (whom := session.info.get("acts_for", {}).get(actor_id)):
        detail = {**(detail or {}), "acts_for": whom}
    last = end_of(session, chain)
    line = Line(
        chain, last.seq + 1, now.astimezone(UTC), actor_id, action, object_id, dict(detail or {}),
        last.hash,
    )  # fmt: skip
    end = End(chain, line.seq, hash_of(line))
    ring = keyring_of(session)
    master = ring.fingerprint()
    key = ring.signing_key(master)
    signed = {"seq": end.seq, "hash": end.hash, "master": master}
    session.execute(_ADD, {**line._asdict(), **signed, "seal": seal_of(key, "entry", end)})
    session.execute(_MOVE, {"of": chain, **signed, "seal": seal_of(key, "head", end)})
    if line.seq == 1 and chain:
        record(session, action=BEGIN, actor_id=None, object_id=chain, now=now)


def refused(session: Session, *, actor_id: int | None, why: str, kind: str, now: datetime) -> None:
    """Something was tried that is not done: who and why, never what."""
    told = {"why": str(why), "kind": kind}
    record(session, action="refused", actor_id=actor_id, now=now, detail=told)


class Line(NamedTuple):
    """What is told in an entry, before it is signed."""

    chain: int
    seq: int
    at: datetime
    actor_id: int | None
    action: str
    object_id: int | None
    detail: Mapping[str, Any]
    previous: str


class End(NamedTuple):
    chain: int
    seq: int
    hash: str


def end_of(session: Session, chain: int) -> End:
    """The end of a chain, held until the commit."""
    session.flush()  # in the order in which things are done, the lock too
    found = session.execute(_END, {"chain": chain}).one_or_none()
    if found is None:
        empty = {"chain": chain, "seq": 0, "hash": "", "master": "", "seal": ""}
        insert_once(session, AuditHead, empty)
        found = session.execute(_END, {"chain": chain}).one()
    return End(*found)


_ENTRIES, _HEADS = AuditEntry.__table__, AuditHead.__table__
assert isinstance(_ENTRIES, Table)  # noqa: S101 - tells the type checker what SQLAlchemy knows
assert isinstance(_HEADS, Table)  # noqa: S101
# Written without the unit of work, which took five times as long; nobody keeps them as objects.
_END = (
    select(_HEADS.c.chain, _HEADS.c.seq, _HEADS.c.hash)
    .where(_HEADS.c.chain == bindparam("chain"))
    .with_for_update()
)
_ADD = insert(_ENTRIES)
_MOVE = update(_HEADS).where(_HEADS.c.chain == bindparam("of"))


def hash_of(entry: Told) -> str:
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


class Ended(Protocol):
    @property
    def chain(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def hash(self) -> str: ...


def seal_of(key: bytes, what: str, end: Ended) -> str:
    """What only the house's key makes of an entry, or of a chain's end."""
    told = f"{what}|{end.chain}|{end.seq}|{end.hash}"
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


# --- checking one chain --------------------------------------------------------------------------

AT_ONCE = 500
"""So many entries are in memory at a time."""


def entries(session: Session, chain: int) -> Iterator[Any]:
    """The entries of a chain as they stand in the table, in order."""
    last: int | None = -(1 << 62)
    while last is not None:
        some = session.execute(
            select(*AuditEntry.__table__.columns)
            .where(AuditEntry.chain == chain, AuditEntry.seq > last)
            .order_by(AuditEntry.seq)
            .limit(AT_ONCE)
        ).all()
        yield from some
        last = some[-1].seq if len(some) == AT_ONCE else None


def breaks(session: Session, chain: int, keys: Keys | None = None) -> Iterator[tuple[int, str]]:
    """Every place at which `chain` does not hold together, and what is wrong there."""
    keys = keys or Keys(session)
    previous, seq = "", 0
    for entry in entries(session, chain):
        if entry.seq != seq + 1:
            yield seq + 1, "entries are missing"
        if entry.previous != previous:
            yield entry.seq, "does not follow the entry before it"
        if entry.hash != hash_of(entry):
            yield entry.seq, "is changed"
        if not keys.signed("entry", entry):
            yield entry.seq, "is not signed by this house"
        previous, seq = entry.hash, entry.seq
    head = session.execute(
        select(*AuditHead.__table__.columns).where(AuditHead.chain == chain)
    ).one_or_none()
    if head is None or (head.seq, head.hash) != (seq, previous):
        yield seq + 1, "the chain ends elsewhere"
    elif not keys.signed("head", head):
        yield seq + 1, "its end is not signed by this house"


def entry(session: Session, chain: int, seq: int) -> Any | None:
    """One entry as it stands in the table."""
    return session.execute(
        select(*AuditEntry.__table__.columns).where(
            AuditEntry.chain == chain, AuditEntry.seq == seq
        )
    ).one_or_none()


def broken_link(session: Session, chain: int) -> int | None:
    """The first place at which `chain` does not hold together, or None when it does."""
    return next((seq for seq, _what in breaks(session, chain)), None)


class Keys:
    """The keys that entries were signed with, each looked up once."""

    def __init__(self, session: Session) -> None:
        self._ring = keyring_of(session)
        self._known: dict[str, bytes | None] = {}

    def signed(self, what: str, end: Any) -> bool:
        """Whether an entry or an end bears a seal of a key that we have."""
        key = self.of(end.master)
        return key is not None and hmac.compare_digest(
            end.seal.encode(), seal_of(key, what, end).encode()
        )

    def of(self, master: str) -> bytes | None:
        if master not in self._known:
            try:
                self._known[master] = self._ring.signing_key(master)
            except SealBroken:
                self._known[master] = None
        return self._known[master]
