"""What must hold while a simulated bot runs and after it (RELIABILITY 5.1), seen from outside."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot import outgoing, parking
from bot.channels import Heard, Said
from bot.channels.hearing import is_help
from bot.channels.outcomes import What, outcome_of
from bot.channels.telegram import Sender, parse
from bot.clock import Clock
from bot.desk import Claimed, Round
from bot.emulator.api import DELETABLE
from bot.emulator.cast import CAST
from bot.emulator.emulator import Answer, Emulator
from bot.emulator.faults import Fault
from bot.intake import Intake
from bot.store import Store
from bot.store_writer import Job
from handlers.crisis import speaks_of_danger
from models import audit_check, follow_ups, ledger
from models.audit import AuditEntry
from models.consents import ConsentEvent
from models.inbox import Handled, Parked
from models.ladders import LADDERS
from models.outbox import OPEN_STATES, Mode, Outgoing, OutState, Promise
from tests.chaos import who_may_know
from tests.chaos.sim_machine import HELPS, Call, Disk
from tests.chaos.sim_town import Town
from tests.chaos.who_may_know import ANSWERS

SOON = timedelta(minutes=10)
MOOT = ("not found", "be edited", "deleted for everyone", "query is too old", "retry_after")
"""What Telegram says to a change that came too late; nobody can know before. Who was to wait and
died before noting it does not wait either (what was noted is looked at here, `Watch._stepped`)."""
AMINA = next(actor.id for actor in CAST if actor.name == "Amina")
FAILURES = ("unreachable", "Forbidden")
SAID = (Mode.NOTICE, Mode.CARD, Mode.QUESTION)


class Watch:
    def __init__(self, emulator: Emulator, town: Town, clock: Clock, wrong: list[str]) -> None:
        self._emulator, self._town, self._clock, self._wrong = emulator, town, clock, wrong
        self._store: Store
        self.effects: Counter[int] = Counter()  # by update
        self.done: Counter[str] = Counter()  # what the log tells was done
        self._heard_last: Counter[int] = Counter()  # by address
        self._on_way: dict[int, Claimed] = {}
        self._wait: dict[int, datetime] = {}  # by address, as Telegram asked and the bot has noted
        self._claimed: dict[int, Claimed] = {}  # as each row was first on its way
        self.shown: Counter[int] = Counter()  # by row: how often it became a message
        self._first: dict[int, list[int]] = defaultdict(list)  # by address: rows as they came
        self._last_message = 0
        self._helped: set[int] = set()  # updates whose help card came, or was refused for good

    def must(self, true: object, what: str) -> None:
        if not true:
            self._wrong.append(what)

    def begins(self, store: Store) -> None:
        self._store = store

    def tells_whose_help(self, sender: Sender) -> None:
        """A help card says nothing of the update it answers, and no row knows of it."""
        send = sender.help

        async def help(said: Said, now: datetime, **how: Any) -> int:
            HELPS.set(said.update_id)
            try:
                return await send(said, now, **how)
            except Exception as error:
                if outcome_of(error).what in (What.GONE, What.REFUSED):
                    self._helped.add(said.update_id)
                raise

        sender.help = help  # type: ignore[method-assign]

    def died(self) -> None:
        self._on_way.clear()

    # --- what was committed ----------------------------------------------------------------------

    def committed(self, job: Job) -> None:
        if job.error is not None:
            return
        heard = getattr(job._fn, "__func__", None) is Intake._followed
        if heard and job._value[0] is not Heard.BEFORE:
            said = job._args[0]
            self._heard(said.update_id)
            late = said.update_id < self._heard_last[said.address]
            again = said.update_id in self._town.again
            self.must(not late or again, f"I7: update {said.update_id} was heard late in its chat")
            self._heard_last[said.address] = max(said.update_id, self._heard_last[said.address])
        elif job._fn is parking.park:
            self._heard(job._kwargs["update_id"])
        elif job._fn is outgoing.step:
            self._stepped(job._args[0], job._value, job._args[4])

    def _heard(self, update: int) -> None:
        self.effects[update] += 1
        self._town.heard.add(update)
        self.must(self.effects[update] == 1, f"I2: update {update} had its effect twice")

    def _stepped(self, results: Any, done: Round, now: datetime) -> None:
        for claimed, outcome in results:
            self._on_way.pop(claimed.row_id, None)
            if outcome.what is What.WAIT and claimed.mode is not Mode.TOAST:
                self._wait[claimed.address] = now + timedelta(seconds=outcome.seconds)
        for claimed in done.claimed:
            early = claimed.mode is not Mode.TOAST and now < self._wait.get(claimed.address, now)
            self.must(not early, f"row {claimed.row_id} was started before retry_after")
            self._on_way[claimed.row_id] = claimed
            self._claimed.setdefault(claimed.row_id, claimed)
            if claimed.what is not None:
                self._may_know(claimed.address, claimed.what.text)

    def _may_know(self, address: int, text: str) -> None:
        """I8, I10: a service is told of Ida while everybody's yes to it is in force, strangers never."""
        who = self._town.names.get(address, "")
        if "Ida" not in text or (who not in ("Amina", "Sam") and not who.startswith("Elev")):
            return
        allowed = who == "Amina" and self._store.read_now(who_may_know.now, address)
        self.must(allowed, f"I8: {who} was told: {text[:80]!r}")

    # --- what reaches Telegram -------------------------------------------------------------------

    def suffers(self, fault: Fault | None, method: str) -> Fault | None:
        return None if fault is None else dataclasses.replace(fault, method=method)

    def reaches(self, call: Call) -> None:
        self._last_message = self._emulator.world._last_message
        if call.method == "getUpdates":
            self._acknowledged(int(str(call.params["offset"])))

    def _acknowledged(self, offset: int) -> None:
        """I1: what Telegram is told to forget is in the store, and who asked for help, or wrote of
        danger, has the card."""
        asked = [item for item in self._emulator.queue if item.key and item.key < offset]
        lost = [item for item in asked if item.delivered and not self._effect_of(item)]
        self.must(not lost, f"I1: {[item.key for item in lost]} acknowledged and not in the store")
        bare = [
            item.key for item in asked
            if item.delivered and item.key not in self._helped and self._wants_help(item)
        ]  # fmt: skip
        self.must(not bare, f"I1: {bare} acknowledged, and the help card is on no phone")

    def _effect_of(self, item: Any) -> bool:
        return bool(self._store.read_now(_is_handled, item.key)) or is_help(self._said(item))

    def _wants_help(self, item: Any) -> bool:
        said = self._said(item)
        return is_help(said) or any(map(speaks_of_danger, filter(None, (said.typed, said.aside))))

    def _said(self, item: Any) -> Said:
        return parse(item.body, self._clock.now())

    def has_reached(self, call: Call, answer: Answer | None) -> None:
        new = self._emulator.world._last_message
        if new == self._last_message or not call.method.startswith("send"):
            return
        if call.helps is not None:
            self._helped.add(call.helps)
        row = self._row_of(call)
        if row is not None:
            self.shown[row] += 1
            if self.shown[row] == 1:
                self._first[int(call.whom)].append(row)

    def _row_of(self, call: Call) -> int | None:
        """Which row's words these are; the help card is nobody's."""
        words = str(call.params.get("text", call.params.get("caption", "")))
        for row, claimed in self._on_way.items():
            mine = claimed.what is not None and claimed.what.text[:1024] == words[:1024]
            if str(claimed.address) == call.whom and mine:
                return row
        self.must("116 117" in words, f"nobody promised {words[:60]!r}")
        return None

    # --- at the end ------------------------------------------------------------------------------

    def is_open(self, session: Session) -> bool:
        """Something could be sent now, or is tried again soon."""
        now = self._clock.now()
        again = and_(Outgoing.attempts > 0, Outgoing.not_before <= now + SOON)
        due = or_(Outgoing.not_before <= now, again)
        rows = select(Outgoing.id).where(Outgoing.state.in_(OPEN_STATES), due).limit(1)
        return session.scalar(rows) is not None

    def ended(self, store: Store, disk: Disk) -> None:
        store.read_now(self._judge)
        for message in self._emulator.world.chat_of(AMINA).messages.values():
            if message.from_bot:
                self._may_know(AMINA, message.text)
        for each in self._emulator.violations:
            moot = any(words in str(each["what"]) for words in MOOT)
            self.must(moot, f"{each['method']}: {each['what']}")
        mark = self._town.canary.mark.encode()
        for file in disk.path.parent.glob(disk.path.name + "*"):
            self.must(mark not in file.read_bytes(), f"I11: typed words lie open in {file.name}")

    def _judge(self, session: Session) -> None:
        rows = {row.id: row for row in session.scalars(select(Outgoing))}
        self._everything_ended(session, rows)
        self._receipts(session, rows)
        self._in_order(rows)
        for line in audit_check.findings(session):
            self.must(False, f"I9: {line}")
        now = self._clock.now()
        for ladder in LADDERS:
            name = ladder.table.__tablename__
            for found in follow_ups.adrift(session, ladder, now):
                self.must(False, f"adrift: {name} {found}")
            for found in follow_ups.disagreeing(session, ladder, now):
                self.must(False, f"next follow-up is wrong: {name} {found}")

    def _everything_ended(self, session: Session, rows: dict[int, Outgoing]) -> None:
        """I5, I6, I12, and what is said to be sent is on a phone."""
        waits = self._emulator.pending_updates()
        self.must(not waits, f"I12: {waits} updates still wait")
        parked = session.scalars(select(Parked.error)).all()
        self.must(not parked, f"parked: {list(parked)}")
        for row in rows.values():
            new = row.mode in SAID and row.target_id is None
            shown = self.shown[row.id]
            where = f"{row.kind} {row.id} ({row.state}, {row.error})"
            if row.state in OPEN_STATES and row.not_before <= self._clock.now():
                self.must(False, f"I12: {where} is stuck")
            if row.id in self._claimed and new:
                sent = row.state == OutState.SENT
                self.must(not sent or shown, f"{where} is on no phone")
                self.must(shown < 2 or row.ambiguous, f"I5: {where} shown {shown} times unflagged")
                self.must(shown <= 2, f"I5: {where} shown {shown} times")
            failed = row.state == OutState.FAILED and row.kind != ledger.HIDDEN
            failed = failed and row.error not in FAILURES and not self._lies_too_long(row)
            self.must(not failed, f"{where} failed")
            once = row.promise != Promise.ONCE or shown < 2
            self.must(once, f"I6: {where} may be shown once, was {shown} times")

    def _lies_too_long(self, row: Outgoing) -> bool:
        """What somebody wrote can be taken out of the chat for 48 hours, and changed by nobody."""
        chats = (self._emulator.world.chat_of(who) for who in self._town.names)
        there = (chat.messages.get(row.target_id or 0) for chat in chats)
        oldest = self._clock.now() - DELETABLE
        return row.mode == Mode.DELETE and any(m is not None and m.date < oldest for m in there)

    def _receipts(self, session: Session, rows: dict[int, Outgoing]) -> None:
        """I2-I4: each answer to a question once, with one receipt."""
        events = [event for event in session.scalars(select(ConsentEvent)) if event.act in ANSWERS]
        once = Counter((e.occasion, e.act, e.question_id, e.consenter_id) for e in events)
        twice = [key for key, count in once.items() if count > 1]
        self.must(not twice, f"I2: one press had its effect twice: {twice[:2]}")
        receipts = {
            row.params.get("number") for row in rows.values() if row.kind == "consent.receipt"
        }
        heard = [e for e in events if (e.occasion or "").startswith("telegram:")]
        entries = session.scalars(select(AuditEntry)).all()
        self.done.update(entry.action for entry in entries)
        left = {entry.actor_id for entry in entries if entry.action == "people.leave"}
        missing = [
            e.number for e in heard if e.number not in receipts and e.consenter_id not in left
        ]
        self.must(not missing, f"I4: no receipt for {missing}")
        told = {entry.detail.get("event") for entry in entries}
        unlogged = [e.id for e in heard if e.id not in told]
        self.must(not unlogged, f"I9: answers {unlogged} are not in the log")

    def _in_order(self, rows: dict[int, Outgoing]) -> None:
        """I7: replies in one chat come as they were promised, but for those in doubt."""
        for address, came in self._first.items():
            last = 0
            for row_id in came:
                row = rows.get(row_id)
                if row is None or row.promise != Promise.RECEIPT or row.ambiguous:
                    continue
                if self._claimed[row_id].target_id is not None:
                    continue  # was to take another's place, and is said anew
                if row.said_at is None or row.not_before > row.said_at + SOON:
                    continue
                self.must(row_id > last, f"I7: {row.kind} {row_id} after {last} to {address}")
                last = max(last, row_id)


def _is_handled(session: Session, update: int) -> bool:
    return session.get(Handled, ("telegram", update)) is not None
