"""What must hold after the kills, read from the store and from the phones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.emulator.emulator import Emulator
from models.audit import AuditEntry
from models.consents import ConsentEvent
from models.contacts import Contact
from models.inbox import Handled, Parked
from models.outbox import OPEN_STATES, Mode, Outgoing, OutState, Promise
from models.people import Person
from models.requests import Request
from models.terms import ConsentAct
from tests.chaos import verdict_store
from tests.chaos.promises import Promises

if TYPE_CHECKING:
    from tests.chaos.town import Town

EFFECT = {"consent.given": ConsentAct.GIVEN, "consent.stopped": ConsentAct.WITHDRAWN}
"""What the answer to a press says was done."""


@dataclass
class Killed(Promises):
    """What was counted; `wrong` has a line for each promise that was broken."""

    kills: int
    updates: int = 0
    requests: int = 0
    answers: int = 0
    receipts: int = 0
    flagged: int = 0
    uncertain: int = 0
    repeated: int = 0
    late_presses: int = 0
    doubtful: int = 0
    """Calls that Telegram carried out and answered with a fault."""
    posts: int = 0
    at_points: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    """Of what was counted, so many were asked for."""
    asked_at_points: int = 0
    cut: int = 0
    """Lines of the journal that somebody died over."""
    journaled: int = 0

    def line(self) -> str:
        points = (
            f" ({sum(self.at_points.values())} of {self.asked_at_points} asked for at "
            f"{len(self.at_points)} named points)"
        )
        posts = f" in {self.posts} posts" if self.posts else ""
        return (
            f"{self.verdict}: {self.kills} kills{points if self.at_points else ''}, {self.updates} updates{posts}, {self.requests} requests, "
            f"{self.answers} answers to consent, {self.receipts} receipts, {self.journaled} answers in the journal; {self.repeated} texts "
            f"repeated, {self.flagged} flagged, {self.uncertain} uncertain, "
            f"{self.late_presses} presses answered too late, {len(self.wrong)} promises broken"
        )


def judge(town: Town, doubtful: int = 0) -> Killed:
    """What holds of everything that was said and done in the town."""
    found = Killed(town.deaths, updates=len(town.said.updates), doubtful=doubtful)
    store = town.bots[0].store()
    try:
        store.read_now(_judge, found, town.telegram, town)
    finally:
        store.close()
    # A help card asks nobody how long its chat is to be left in peace; if it is refused, it comes later.
    early = "called before retry_after was over"
    violations = [
        each for each in town.telegram.violations
        if not (each["what"] == early and "116 117" in str(each.get("said")))
    ]  # fmt: skip
    found.must(not violations, f"violations: {violations[:3]}")
    return found


def _judge(session: Session, found: Killed, emulator: Emulator, town: Town) -> None:
    rows = list(session.scalars(select(Outgoing).order_by(Outgoing.id)))
    _nothing_lost(session, found, emulator, town, rows)
    _every_request_once(session, found, town, rows)
    _every_answer_once(session, found, town, rows)
    _settings_hold(session, found, emulator, town, rows)
    _receipts_arrived(session, found, emulator, rows)
    _repeats_are_flagged(session, found, emulator, rows)
    verdict_store.judge(session, found, town, rows)
    for where in verdict_store.readable(session, town):
        found.must(False, f"I11: a name lies open in {where}")


def _nothing_lost(
    session: Session, found: Killed, emulator: Emulator, town: Town, rows: list[Outgoing]
) -> None:
    """I1, I12. A press lives 150 s with Telegram; no outage here is that long, so none expires."""
    helped = {update for update, (_who, words) in town.said.typed.items() if words == "/hjelp"}
    handled = set(session.scalars(select(Handled.update_id)))
    lost = town.said.updates - helped - handled
    found.must(not lost, f"{len(lost)} updates lost: {sorted(lost)[:5]}")
    found.must(not session.scalar(select(func.count()).select_from(Parked)), "updates are parked")
    found.must(not emulator.pending_updates(), "updates still wait")
    for person in {town.said.typed[update][0] for update in helped}:
        asked = sum(1 for update in helped if town.said.typed[update][0] == person)
        shown = sum("116 117" in message["text"] for message in _said(emulator, person))
        found.must(
            asked <= shown <= asked + found.kills + found.doubtful,
            f"help was asked for {asked} times and shown {shown} times",
        )
    silent = [stranger.phone.id for stranger in town.strangers if not stranger.served]
    found.must(not silent, f"{len(silent)} strangers never got through /los: {silent[:5]}")
    waiting = [row for row in rows if row.state in OPEN_STATES]
    stuck = [row for row in waiting if (row.lease_until or row.not_before) < town.rested_at]
    what = [(row.id, row.kind, row.state.value, row.error) for row in stuck[:5]]
    found.must(not stuck, f"{len(stuck)} messages are stuck: {what}")
    toasts = [row for row in rows if row.mode == Mode.TOAST]
    found.late_presses = sum(row.state == OutState.MOOT for row in toasts)


def _every_request_once(session: Session, found: Killed, town: Town, rows: list[Outgoing]) -> None:
    """I2: a request, its line in the audit, its receipt and the rektor's notice, once each."""
    asked = Counter(
        session.scalars(
            select(Contact.address).join(Request, Request.requester_id == Contact.person_id)
        )
    )
    for stranger in town.strangers:
        count = asked.pop(stranger.phone.id, 0)
        found.must(count == 1, f"{stranger.phone.id} sent one request, {count} are there")
    found.must(not asked, f"requests of nobody: {asked}")
    requests = set(session.scalars(select(Request.id)))
    found.requests = len(requests)
    for kind in ("request.receipt", "desk.new"):
        promised = Counter(row.subject_id for row in rows if row.kind == kind)
        found.must(set(promised) == requests, f"{kind} was not promised for every request")
        found.must(set(promised.values()) <= {1}, f"{kind} was promised twice")
    recorded = Counter(
        session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "requests.submit"))
    )
    found.must(recorded == Counter(requests), "requests and their audit lines differ")


def _every_answer_once(session: Session, found: Killed, town: Town, rows: list[Outgoing]) -> None:
    """I2-I4: what a press was told was done is done, once; nothing else is."""
    events = list(
        session.scalars(
            select(ConsentEvent)
            .where(ConsentEvent.act.not_in((ConsentAct.ASKED, ConsentAct.SHOWN)))
            .order_by(ConsentEvent.id)
        )
    )
    found.answers = len(events)
    by_update = Counter((event.occasion, event.act) for event in events)
    found.must(set(by_update.values()) <= {1}, "one press had its effect twice")
    told = {row.occasion: EFFECT.get(row.params["words"]) for row in rows if _is_answer(row)}
    for update in town.said.taps:
        found.must(f"telegram:{update}" in told, f"press {update} was never answered")
    for occasion, act in by_update:
        found.must(told.get(occasion) == act, f"{occasion} did {act} unasked")
    given = sum(act == ConsentAct.GIVEN for act in told.values())
    found.must(
        given == sum(event.act == ConsentAct.GIVEN for event in events),
        "presses that were told their yes counts do not all count",
    )
    histories: dict[tuple[int, int], list[str]] = defaultdict(list)
    for event in events:
        histories[event.question_id, event.consenter_id].append(event.act)
    for history in histories.values():
        found.must(all(one != two for one, two in pairwise(history)), f"twice: {history}")
    receipts = Counter(row.params["number"] for row in rows if row.kind == "consent.receipt")
    found.must(
        receipts == Counter({event.number for event in events}), "answers and receipts differ"
    )


def _is_answer(row: Outgoing) -> bool:
    return row.mode == Mode.TOAST


def _settings_hold(
    session: Session, found: Killed, emulator: Emulator, town: Town, rows: list[Outgoing]
) -> None:
    """The last press counts, each press once, and the phone shows what holds."""
    presses: dict[int, list[bool]] = defaultdict(list)
    for update in sorted(town.said.taps):
        person, data = town.said.taps[update]
        if data.startswith("b:settings.mute:"):
            presses[person].append(data.split(":")[2] == "1")
    for address, wanted in presses.items():
        contact = session.scalars(select(Contact).where(Contact.address == address)).one()
        muted = session.get_one(Person, contact.person_id).muted
        found.must(muted == wanted[-1], f"{address} chose {wanted[-1]}, the store has {muted}")
        recorded = session.scalar(
            select(func.count()).where(
                AuditEntry.action == "people.mute", AuditEntry.actor_id == contact.person_id
            )
        )
        found.must(recorded == len(wanted), f"{len(wanted)} presses, {recorded} changes")
        labels = [
            button["text"]
            for message in _said(emulator, address)[-1:]
            for line in message["inline_keyboard"]
            for button in line
        ]
        shown = "Slå på påminnelser" in labels
        found.must(shown == muted, f"the phone of {address} shows {labels}, muted is {muted}")


def _receipts_arrived(
    session: Session, found: Killed, emulator: Emulator, rows: list[Outgoing]
) -> None:
    """P3, I4: on the phone, once if not still (details close after ten minutes), or visibly in
    doubt after a repeat."""
    addresses = {contact.id: contact.address for contact in session.scalars(select(Contact))}
    references = dict(session.execute(select(Request.id, Request.reference)).all())
    shown, once = dict[int, str](), _was_shown(emulator)
    for row in rows:
        if row.kind not in ("request.receipt", "consent.receipt"):
            continue
        found.receipts += 1
        address = addresses[row.contact_id or 0]
        if address not in shown:
            now = [message["text"] for message in _said(emulator, address)]
            shown[address] = "\n".join([*now, *once[address]])
        number = references.get(row.subject_id or 0) or row.params["number"]
        there = number in shown[address]
        found.must(
            there or (row.state == OutState.UNCERTAIN and row.ambiguous > 1),
            f"receipt {number} is {row.state} and not on the phone",
        )
    broken = [row.id for row in rows if row.state == OutState.FAILED]
    found.must(not broken, f"{len(broken)} messages failed: {broken[:5]}")
    found.uncertain = sum(row.state == OutState.UNCERTAIN for row in rows)


def _repeats_are_flagged(
    session: Session, found: Killed, emulator: Emulator, rows: list[Outgoing]
) -> None:
    """I5: a message on a phone that no row knows was sent for a row that is flagged."""
    said = (Mode.NOTICE, Mode.CARD, Mode.QUESTION)
    new = [row for row in rows if row.mode in said and row.target_id is None]
    found.flagged = sum(row.ambiguous > 0 for row in new)
    known = {row.message_id for row in rows}
    texts = _sent(emulator)
    addresses = {contact.id: contact.address for contact in session.scalars(select(Contact))}
    unknown: dict[int, list[int]] = defaultdict(list)
    for address, sent in texts.items():
        unknown[address] = [number for number in sent if number not in known]
    doubts: Counter[int] = Counter()
    for row in new:
        doubts[addresses.get(row.contact_id or 0, 0)] += row.ambiguous
        once = row.promise != Promise.ONCE or row.attempts <= 1
        found.must(once, f"row {row.id} may be sent once and was tried {row.attempts} times")
    for address, numbers in unknown.items():
        found.must(
            len(numbers) <= doubts[address],
            f"{address} got {len(numbers)} unknown messages, {doubts[address]} are flagged",
        )
        for number in numbers:
            again = [
                row
                for row in new
                if row.ambiguous
                and addresses.get(row.contact_id or 0) == address
                and texts[address].get(row.message_id or 0) == texts[address][number]
            ]
            found.repeated += bool(again)
    found.must(
        found.repeated <= found.kills + found.doubtful,
        f"{found.repeated} texts repeated in {found.kills} kills and {found.doubtful} doubts",
    )


def _sent(emulator: Emulator) -> dict[int, dict[int, str]]:
    """What reached each phone as a new message, without the fixed help: text by message id."""
    sent: dict[int, dict[int, str]] = defaultdict(dict)
    for message in _answered(emulator, "sendMessage"):
        if "116 117" not in message["text"] or "reply_markup" in message:
            sent[message["chat"]["id"]][message["message_id"]] = message["text"]
    return sent


def _answered(emulator: Emulator, *methods: str) -> Iterator[Any]:
    """The message each call of these brought to a phone."""
    for method in methods:
        for call in emulator.calls_since(0, method):
            answer: Any = call["answer"]
            if isinstance(answer, dict) and answer.get("ok"):
                yield answer["result"]


def _was_shown(emulator: Emulator) -> dict[int, list[str]]:
    """Every text that a call brought to a phone, also where another stands there now."""
    shown = defaultdict[int, list[str]](list)
    for message in _answered(emulator, "sendMessage", "editMessageText"):
        shown[message["chat"]["id"]].append(message["text"])
    return shown


def _said(emulator: Emulator, person: int) -> list[Any]:
    return [m for m in emulator.chat(person)["messages"] if m["from"] == "bot"]  # type: ignore[attr-defined]
