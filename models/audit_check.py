"""Does the log still say what was written? Every chain, every end, every day, and the days kept
elsewhere. Reads a little at a time; remembers one number for each chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import SimpleNamespace

from sqlalchemy import exists, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import audit, audit_days
from models.audit import BEGIN, AuditEntry, AuditHead
from models.audit_days import DAYS
from models.sealed import DataKey

UNREADABLE = (SQLAlchemyError, ValueError, TypeError, KeyError, AttributeError)
"""What comes of a cell that somebody has written nonsense into."""


def findings(session: Session, kept: Iterable[str] = ()) -> Iterator[str]:
    """A line for everything that is wrong; none when the log holds. `kept` are lines of days'
    heads that were kept elsewhere."""
    keys, ends = audit.Keys(session), _ends(session)
    chains = {*ends, *session.scalars(select(AuditEntry.chain).distinct())}
    if not chains and session.scalar(select(exists().where(DataKey.id.is_not(None)))):
        yield "the log is empty, and the store is not"
    yield from _begun(session, chains)
    for chain in sorted(chains, key=str):
        yield from _readable(f"chain {chain}", _chain(session, chain, keys))
    yield from _readable("the days' heads", _days(session, ends))
    for line in kept:
        yield from _readable("a day's head", _kept(session, line.split("#")[0].strip(), keys))


def _ends(session: Session) -> dict[int, int]:
    return dict(session.execute(select(AuditHead.chain, AuditHead.seq)).all())


def _readable(what: str, lines: Iterator[str]) -> Iterator[str]:
    try:
        yield from lines
    except UNREADABLE as error:
        yield f"{what} cannot be read ({type(error).__name__})"


def _chain(session: Session, chain: int, keys: audit.Keys) -> Iterator[str]:
    for seq, what in audit.breaks(session, chain, keys):
        yield f"chain {chain} at {seq}: {what}"


def _begun(session: Session, chains: set[int]) -> Iterator[str]:
    """Each chain but the first was begun, once, and what was begun is there."""
    begun = Counter(
        session.scalars(
            select(AuditEntry.object_id).where(AuditEntry.chain == 0, AuditEntry.action == BEGIN)
        )
    )
    for chain in chains - begun.keys() - {0}:
        yield f"chain {chain} was never begun"
    for gone, times in begun.items():
        if gone not in chains:
            yield f"chain {gone} is gone"
        elif times > 1:
            yield f"chain {gone} was begun {times} times"


def _days(session: Session, ends: Mapping[int, int]) -> Iterator[str]:
    """The days come in order, and every chain still goes through the ends they vouch for."""
    before, told = "", dict[int, int]()
    for day in audit.entries(session, DAYS):
        where, detail = f"the head of {day.detail['day']}", day.detail
        if day.action != audit_days.HEAD or detail["day"] <= before:
            yield f"{where} is out of order"
        before, grown = detail["day"], audit_days.grown(detail)
        if any(seq <= told.get(chain, 0) for chain, seq in grown.items()):
            yield f"{where}: a chain was longer the day before"
        told |= grown
        if (len(told), sum(told.values())) != (detail["chains"], detail["entries"]):
            yield f"{where}: another number of entries"
        if audit_days.hash_over(_through(session, grown)) != detail["hash"]:
            yield f"{where}: a chain does not go through it"
    for chain, seq in told.items():
        if ends.get(chain, 0) < seq:
            yield f"chain {chain} is shorter than on {before}"


def _through(session: Session, ends: Mapping[int, int]) -> Iterator[audit.Ended]:
    """The entries at which these chains ended, in order of chain."""
    places = iter(sorted(ends.items()))
    while some := list(islice(places, audit.AT_ONCE)):
        yield from session.execute(
            select(AuditEntry.chain, AuditEntry.seq, AuditEntry.hash)
            .where(tuple_(AuditEntry.chain, AuditEntry.seq).in_(some))
            .order_by(AuditEntry.chain)
        )


def _kept(session: Session, line: str, keys: audit.Keys) -> Iterator[str]:
    """A line kept elsewhere, against the log. A master may be gone by now; the hash never is."""
    if not line:
        return
    day, seq, _chains, _entries, found, master, seal = line.split()
    end = SimpleNamespace(chain=DAYS, seq=int(seq), hash=found, master=master, seal=seal)
    if keys.of(master) and not keys.signed("entry", end):
        yield f"the kept head of {day} was not signed by this house"
    there = audit.entry(session, DAYS, end.seq)
    if there is None:
        yield f"the kept head of {day} is not in the log"
    elif audit_days.line_of(there).split()[:5] != line.split()[:5]:
        yield f"the log tells another head of {day}"


def counted(session: Session) -> tuple[int, int, int]:
    """How many chains, entries and days there are."""
    ends = _ends(session)
    return len(ends), sum(ends.values()), ends.get(DAYS, 0)
