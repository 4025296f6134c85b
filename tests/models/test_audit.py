"""The log shows whatever is done to it by somebody who can write to the store and lacks the key."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models import audit, audit_check, audit_days, sealed
from models.audit import AuditEntry, AuditHead
from models.audit_days import DAYS
from models.sealed import Keyring
from tests.agreed import agreed
from tests.ways import told_once

CHAINS = (0, 1 << 41, 1 << 42, 1 << 43, 1 << 44)
LOG, ENDS = AuditEntry.__table__, AuditHead.__table__


@told_once
def older(session, now):
    """Five chains over four days, and a morning after the last head. Returns their ends before."""
    dice = random.Random(7)
    sealed.keyring_of(session).new_key(session)
    for hour in range(80):
        at = now + timedelta(hours=hour, seconds=dice.random())
        chain = CHAINS[dice.randrange(len(CHAINS))]
        detail = {"hat": "stafettholder", "unit": dice.randrange(1 << 52), "both": [1, None]}
        audit.record(session, action="cases.read", actor_id=5, object_id=chain or None, chain=chain,
                     now=at, detail=detail)  # fmt: skip
        audit_days.keep_head(session, at)
        if hour == 30:
            found = [dict(end._mapping) for end in session.execute(select(ENDS))]
    return found


@pytest.fixture
def log(session, older):
    return session


def wrong(session: Session, kept: list[str] | None = None) -> list[str]:
    session.expire_all()
    return list(audit_check.findings(session, kept or []))


def heads(session: Session) -> list[str]:
    return audit_days.lines(session)


def test_what_nobody_touched_holds(log):
    assert wrong(log, heads(log)) == []
    assert audit_check.counted(log)[0::2] == (len(CHAINS) + 1, 4)


def test_there_is_one_head_a_day_and_none_for_a_day_that_is_over(log, now):
    assert [line.split()[0] for line in heads(log)] == [
        "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26",
    ]  # fmt: skip
    assert not audit_days.keep_head(log, now + timedelta(hours=80))
    assert not audit_days.keep_head(log, now)
    assert audit_days.keep_head(log, now + timedelta(days=5))


def test_an_entry_written_in_any_zone_reads_back_as_it_was(session, now):
    from zoneinfo import ZoneInfo

    local = now.astimezone(ZoneInfo("Europe/Oslo"))
    audit.record(session, action="x", actor_id=None, now=local)
    session.expire_all()
    assert audit.broken_link(session, 0) is None


def test_erasing_a_persons_words_does_not_break_it(session, cast, now):
    case = agreed(session, cast, now)
    audit_days.keep_head(session, now)
    sealed.destroy_key(session, cast.ida.key_id)
    sealed.destroy_key(session, case.key_id)
    session.flush()
    assert wrong(session, heads(session)) == []


# --- somebody writes to the store ----------------------------------------------------------------


class Forger:
    """Knows this code and every row, and has all the time in the world. Lacks the key."""

    def __init__(self, session: Session, dice: random.Random) -> None:
        self.session, self.dice = session, dice

    def entries(self, chain: int | None = None) -> list[Any]:
        wanted = select(LOG).order_by(LOG.c.chain, LOG.c.seq)
        if chain is not None:
            wanted = wanted.where(LOG.c.chain == chain)
        return self.session.execute(wanted).all()

    def chain(self) -> int:
        return self.dice.choice([*CHAINS, DAYS])

    def write(self, statement: Any) -> None:
        self.session.execute(statement)

    def put(self, row: Any, **changed: Any) -> None:
        self.write(
            update(LOG).where(LOG.c.chain == row.chain, LOG.c.seq == row.seq).values(**changed)
        )

    def seal(self) -> str:
        """One that was made for something else, or a guess."""
        return self.dice.choice([self.dice.choice(self.entries()).seal, "0" * 64, ""])

    def end_at(self, chain: int, seq: int, hash: str) -> None:
        self.write(
            update(ENDS).where(ENDS.c.chain == chain)
            .values(seq=seq, hash=hash, seal=self.seal())
        )  # fmt: skip

    def hash_anew(self, chain: int) -> None:
        """The whole chain's hashes, as the code makes them; the seals as they are."""
        previous = ""
        for row in self.entries(chain):
            self.put(row, previous=previous)
            changed = self.session.execute(
                select(LOG).where(LOG.c.chain == chain, LOG.c.seq == row.seq)
            ).one()
            previous = audit.hash_of(changed)
            self.put(row, hash=previous)
        last = self.entries(chain)[-1]
        self.end_at(chain, last.seq, last.hash)

    def other(self, value: Any) -> Any:
        """Another value of the same kind."""
        match value:
            case datetime():
                return value + timedelta(microseconds=self.dice.choice([1, -1, 10**9]))
            case int():
                return value + self.dice.choice([1 << 20, 1 << 30, -(1 << 20)])
            case None:
                return 5
            case {}:
                name = self.dice.choice([*sorted(value), "new"])
                changes = [{"extra": 1}, {name: 17}, {name: [value.get(name)]}]
                return {**value, **self.dice.choice(changes)}
            case _:
                return self.dice.choice([value[:-1], value + "x", value.swapcase() + " ", ""])

    # each of these changes something, and hides it as well as can be

    def change_a_cell(self) -> None:
        row = self.dice.choice(self.entries())
        name = self.dice.choice(sorted(row._mapping))
        self.put(row, **{name: self.other(getattr(row, name))})

    def change_a_cell_and_hash_anew(self) -> None:
        row = self.dice.choice(self.entries())
        name = self.dice.choice(["at", "actor_id", "action", "object_id", "detail"])
        self.put(row, **{name: self.other(getattr(row, name))})
        self.hash_anew(row.chain)

    def change_an_end(self) -> None:
        row = self.dice.choice(self.session.execute(select(ENDS)).all())
        name = self.dice.choice(sorted(row._mapping))
        changed = {name: self.other(getattr(row, name))}
        self.write(update(ENDS).where(ENDS.c.chain == row.chain).values(**changed))

    def delete_an_entry(self) -> None:
        row = self.dice.choice(self.entries())
        self.write(delete(LOG).where(LOG.c.chain == row.chain, LOG.c.seq == row.seq))

    def delete_an_end(self) -> None:
        self.write(delete(ENDS).where(ENDS.c.chain == self.chain()))

    def close_the_gap(self) -> None:
        """An entry goes, those after it move up, and everything is hashed anew."""
        row = self.dice.choice(self.entries())
        later = [one for one in self.entries(row.chain) if one.seq > row.seq]
        self.write(delete(LOG).where(LOG.c.chain == row.chain, LOG.c.seq == row.seq))
        for one in later:
            self.put(one, seq=one.seq - 1)
        if row.seq > 1 or later:
            self.hash_anew(row.chain)

    def swap_two(self) -> None:
        rows = self.entries(self.chain())
        first, second = self.dice.sample(rows, 2)
        self.put(first, seq=10**6)
        self.put(second, seq=first.seq)
        self.write(
            update(LOG).where(LOG.c.chain == first.chain, LOG.c.seq == 10**6)
            .values(seq=second.seq)
        )  # fmt: skip
        if self.dice.random() < 0.5:
            self.hash_anew(first.chain)

    def swap_two_chains(self) -> None:
        one, other = self.dice.sample(CHAINS, 2)
        for table in (LOG, ENDS):
            for old, new in ((one, 10**6), (other, one), (10**6, other)):
                self.write(update(table).where(table.c.chain == old).values(chain=new))
        if self.dice.random() < 0.5:
            self.hash_anew(one)
            self.hash_anew(other)

    def cut_the_end_off(self) -> None:
        rows = self.entries(self.chain())
        kept = self.dice.randrange(1, len(rows))
        self.write(delete(LOG).where(LOG.c.chain == rows[0].chain, LOG.c.seq > kept))
        self.end_at(rows[0].chain, kept, rows[kept - 1].hash)

    def put_a_chain_back(self) -> None:
        """To an end that was signed on an earlier day, with the seal it had then."""
        older = self.session.info["found"]["older"]
        end = self.dice.choice([each for each in older if each["chain"] != DAYS])
        self.write(delete(LOG).where(LOG.c.chain == end["chain"], LOG.c.seq > end["seq"]))
        self.write(update(ENDS).where(ENDS.c.chain == end["chain"]).values(end))

    def remove_a_chain(self) -> None:
        chain = self.chain()
        for table in (LOG, ENDS):
            self.write(delete(table).where(table.c.chain == chain))

    def remove_everything(self) -> None:
        for table in (LOG, ENDS):
            self.write(delete(table))

    def insert_an_entry(self) -> None:
        model = self.dice.choice(self.entries())
        rows = self.entries(model.chain)
        forged = {**model._mapping, "seq": rows[-1].seq + 1, "previous": rows[-1].hash}
        forged |= {"actor_id": 6, "seal": self.seal()}
        self.write(insert(LOG).values(forged))
        self.hash_anew(model.chain)

    def begin_a_chain(self) -> None:
        model = self.dice.choice(self.entries(CHAINS[1]))
        self.write(insert(LOG).values({**model._mapping, "chain": 99, "seq": 1}))
        end = self.session.execute(select(ENDS).where(ENDS.c.chain == CHAINS[1])).one()
        self.write(insert(ENDS).values({**end._mapping, "chain": 99}))
        self.hash_anew(99)

    def change_a_day(self) -> None:
        row = self.dice.choice(self.entries(DAYS))
        name = self.dice.choice(sorted(row.detail))
        self.put(row, detail={**row.detail, name: self.other(row.detail[name])})
        self.hash_anew(DAYS)

    def remove_a_day(self) -> None:
        rows = self.entries(DAYS)
        gone = self.dice.choice(rows)
        self.write(delete(LOG).where(LOG.c.chain == DAYS, LOG.c.seq == gone.seq))
        for one in rows[gone.seq :]:
            self.put(one, seq=one.seq - 1)
        self.hash_anew(DAYS)

    def write_nonsense(self) -> None:
        row = self.dice.choice(self.entries())
        name = self.dice.choice(["at", "detail"])
        self.session.connection().exec_driver_sql(
            f"UPDATE audit SET {name} = 'nonsense' WHERE chain = {row.chain} AND seq = {row.seq}"
        )


WAYS: list[Callable[[Forger], None]] = [
    way for name, way in vars(Forger).items()
    if name.startswith(("change_", "delete_", "close_", "swap_", "cut_", "remove_", "insert_", "put_a",
                        "begin_", "write_"))
]  # fmt: skip


def undetected(session: Session, tries: range) -> list[str]:
    """Tamper again and again, each time with the log as it was; what nobody noticed."""
    missed = []
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    for seed in tries:
        way = WAYS[seed % len(WAYS)]
        if way is Forger.write_nonsense and not on_sqlite:
            continue  # PostgreSQL takes none
        attempt = session.begin_nested()
        way(Forger(session, random.Random(seed)))
        if not wrong(session):
            missed.append(f"{way.__name__} {seed}")
        attempt.rollback()
    return missed


def test_every_tampering_is_found(log):
    assert undetected(log, range(2 * len(WAYS))) == []
    assert wrong(log) == []


@pytest.mark.slow
def test_every_one_of_a_thousand_tamperings_is_found(log):
    assert undetected(log, range(100, 1100)) == []


def test_what_was_put_back_with_the_days_is_shown_by_a_head_kept_elsewhere(log, older):
    kept, forger = heads(log), Forger(log, random.Random(1))
    for end in older:
        log.execute(delete(LOG).where(LOG.c.chain == end["chain"], LOG.c.seq > end["seq"]))
        log.execute(update(ENDS).where(ENDS.c.chain == end["chain"]).values(end))
    assert forger.entries(DAYS)
    assert wrong(log, kept[:2]) == []
    assert wrong(log, kept) == [
        "the kept head of 2026-11-25 is not in the log",
        "the kept head of 2026-11-26 is not in the log",
    ]


def test_a_log_begun_anew_is_shown_by_a_head_kept_elsewhere(log, now):
    kept = heads(log)
    for table in (LOG, ENDS):
        log.execute(delete(table))
    log.expire_all()
    audit.record(log, action="x", actor_id=None, now=now)
    audit_days.keep_head(log, now)
    assert wrong(log) == []
    assert len(wrong(log, kept)) == len(kept)
    assert any("another head of 2026-11-23" in line for line in wrong(log, kept))
    assert any("2026-11-26 is not in the log" in line for line in wrong(log, kept))


def test_a_kept_head_that_was_forged_is_told_apart(log):
    kept = heads(log)[-1]
    assert wrong(log, [f"{kept[:-1]}{'0' if kept[-1] != '0' else '1'}"]) == [
        "the kept head of 2026-11-26 was not signed by this house"
    ]
    assert wrong(log, ["tull"]) == ["a day's head cannot be read (ValueError)"]
    assert wrong(log, ["", "# a note"]) == []


def test_another_key_signs_nothing_of_ours(log):
    log.info["keyring"] = Keyring(b"another key of thirty-two bytes.")
    assert "chain 0 at 1: is not signed by this house" in wrong(log)
