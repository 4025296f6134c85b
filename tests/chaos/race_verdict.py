"""Who was first, and whether anything was started after what it rested on had been taken back.

Judged by counts taken inside and right after each transaction, and by what lies on the phones;
never by what the house notes of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ledger
from models.outbox import Mode, Outgoing
from tests.chaos.promises import Promises
from tests.chaos.race_families import Family

NO_FACT = frozenset({ledger.HIDDEN, "consent.access_changed", "why", "toast"})
"""All that a worker may be told who has lost access."""
RESTS_ON_CONSENT = frozenset({"evaluation.voice", "evaluation.due", "tiltak.deadline"})
"""What the youth, the holder and who is responsible are not told while nothing is in force."""
FREEZING = frozenset({"withdraw", "withdraw_all", "refuse"})
LEAST = 0.2
"""The share of all races that each side must win: else it was no race."""


@dataclass
class Span:
    """One transaction, in the run's one count: before it, at its end, and after its commit."""

    began: int = 0
    done: int = 0
    kept: int = 0


@dataclass
class Race:
    family: Family
    sharing: str
    way: str
    guardian: int
    taking: Span = field(default_factory=Span)


@dataclass
class Seen:
    """What was watched while the races ran."""

    serial: bool  # one writer: the order in which transactions end is the order of all they do
    claims: dict[int, Span] = field(default_factory=dict)  # by row
    marks: dict[int, Span] = field(default_factory=dict)

    def forget(self) -> None:
        self.claims.clear()
        self.marks.clear()

    def is_after(self, row: int, taking: Span) -> bool:
        """Whether a row was surely marked as on its way after a withdrawal was kept."""
        claim = self.claims[row]
        return claim.done > (taking.done if self.serial else taking.kept)

    def met(self, row: int, taking: Span) -> bool:
        claim = self.claims[row]
        return claim.began < taking.kept and taking.began < claim.kept

    def in_flight(self, row: int, taking: Span) -> tuple[bool, bool]:
        """Whether a row surely was, and whether it may have been, on its way at a withdrawal."""
        claim, mark = self.claims[row], self.marks[row]
        surely = claim.kept < taking.began and mark.done > taking.kept
        perhaps = claim.done < taking.done and mark.kept > taking.began
        return surely, perhaps


@dataclass
class Raced(Promises):
    """What was counted; `wrong` has a line for each promise that was broken."""

    store: str
    races: int = 0
    shared: Counter[str] = field(default_factory=Counter)  # first, by what was shared
    taken: Counter[str] = field(default_factory=Counter)
    met: int = 0
    in_flight: int = 0
    removed: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        return (
            f"{self.verdict}: {self.races} races on {self.store}; sharing first {self._part(self.shared)}"
            f", taking back first {self._part(self.taken)}; {self.met} met in time, "
            f"{self.in_flight} messages named as in flight, {self.removed} removed; "
            f"{len(self.wrong)} promises broken, {self.seconds:.0f} s"
        )

    def table(self) -> Iterator[str]:
        for name in sorted({*self.shared, *self.taken}):
            yield f"  {name:14} sharing {self.shared[name]:5}, taking back {self.taken[name]:5}"

    def _part(self, won: Counter[str]) -> str:
        return f"{won.total()} ({won.total() / max(1, self.races):.0%})"

    def was_a_race(self) -> None:
        for won in (self.shared, self.taken):
            self.must(won.total() >= LEAST * self.races, f"one side won only {self._part(won)}")


@dataclass(frozen=True)
class Row:
    id: int
    to: int
    kind: str
    taken: dict[str, int]  # what a receipt says


@dataclass(frozen=True)
class Phone:
    """The worker's, afterwards."""

    shows: list[int]  # the rows whose words still lie there
    lost: int  # how many messages were deleted


def judge(session: Session, race: Race, seen: Seen, phone: Phone, found: Raced) -> bool:
    """Returns whether the sharing was first."""
    family = race.family
    rows = {row.id: row for row in _rows(session, family)}
    facts = [row for row in rows.values() if row.id in seen.claims and _rests(row, race)]
    where = f"{race.sharing} against {race.way}"
    for row in facts:
        late = seen.is_after(row.id, race.taking)
        found.must(not late, f"{where}: {row.kind} was started after the commit")
    left = [rows[row].kind for row in phone.shows if rows[row].kind not in NO_FACT]
    found.must(not left, f"{where}: {left} still on the phone")
    if race.way != "withhold":  # which has no receipt
        _the_receipt(race, seen, list(rows.values()), facts, phone, found)
    found.races += 1
    (found.shared if facts else found.taken)[race.sharing] += 1
    found.met += any(seen.met(row.id, race.taking) for row in facts)
    return bool(facts)


def _rows(session: Session, family: Family) -> Iterator[Row]:
    wanted = select(Outgoing.id, Outgoing.recipient_id, Outgoing.kind, Outgoing.params).where(
        Outgoing.recipient_id.in_(family.all), Outgoing.mode != Mode.TOAST
    )
    for row_id, to, kind, params in session.execute(wanted):
        yield Row(row_id, to, kind, params)


def _rests(row: Row, race: Race) -> bool:
    """Whether a message rests on what this race takes back."""
    if row.to == race.family.worker:
        return row.kind not in NO_FACT
    return race.way in FREEZING and row.kind in RESTS_ON_CONSENT


def _the_receipt(
    race: Race, seen: Seen, rows: list[Row], facts: list[Row], phone: Phone, found: Raced
) -> None:
    """It names what was in flight, and as many messages as went from the phone."""
    where = f"{race.sharing} against {race.way}"
    receipts = [row.taken for row in rows if row.kind == "consent.receipt"]
    found.must(len(receipts) == 1, f"{where}: {len(receipts)} receipts")
    said = receipts[0] if receipts else {}
    own = {race.family.worker, *([race.family.holder] if race.way in FREEZING else [])}
    least = sum(seen.in_flight(row.id, race.taking)[0] for row in facts if row.to in own)
    most = sum(
        seen.in_flight(row.id, race.taking)[1]
        for row in rows
        if row.to in own and row.id in seen.claims
    )
    in_flight, removed = said.get("in_flight", 0), said.get("removed", 0)
    found.must(least <= in_flight <= most, f"{where}: {in_flight} of {least}-{most} in flight")
    lost = phone.lost
    found.must(removed == lost, f"{where}: {removed} said to be removed, {lost} were")
    found.must(not said.get("left"), f"{where}: {said.get('left')} left")
    found.in_flight += in_flight
    found.removed += removed
