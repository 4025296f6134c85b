"""What must hold of the whole store, whatever was done to the bots: the log, the journal of consents,
the next steps; who was told what, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import dumping, journal
from models import audit_check, follow_ups, receipt_checks
from models.consents import ConsentEvent
from models.journal import plain
from models.ladders import LADDERS
from models.outbox import Mode, Outgoing, Promise
from models.sealed import keyring_of
from tests.canaries import lying_under
from tests.chaos import who_may_know

if TYPE_CHECKING:
    from tests.chaos.town import Town
    from tests.chaos.verdict import Killed

LATE = timedelta(minutes=2)
"""A message that arrives now was put into words at most so long ago: a worker may have been held."""
SOON = timedelta(minutes=10)
SAID = (Mode.NOTICE, Mode.CARD, Mode.QUESTION)
SERVICES = ("Amina", "Sam")
EVENTS = ConsentEvent.__table__


def judge(session: Session, found: Killed, town: Town, rows: list[Outgoing]) -> None:
    for line in (*audit_check.findings(session), *receipt_checks.changed(session)):
        found.must(False, f"I9: {line}")
    now = datetime.now(UTC)
    for ladder in LADDERS:
        adrift = follow_ups.adrift(session, ladder, now)
        found.must(not adrift, f"adrift: {ladder.table.__tablename__} {adrift}")
    _in_the_journal(session, found, town)
    _in_order(found, rows)
    _told_by_consent(session, found, town)


def _in_the_journal(session: Session, found: Killed, town: Town) -> None:
    """Every answer stands there as it is in the store; what is said there to be kept was kept. Who
    dies between the commit and that line leaves one transaction of which it is not said."""
    path = town.bots[0].journal
    assert path is not None
    told, found.cut = journal.read([path], keyring_of(session))
    left = journal.missing(session.connection())
    found.must(not left, f"the journal lacks {left} transactions")
    stored = {
        row.id: {name: plain(value) for name, value in row._mapping.items()}
        for row in session.execute(select(EVENTS))
    }
    written: set[int] = set()
    unsure = 0
    for each in told:
        events = [entry["row"] for entry in each.entries if _is_answer(entry)]
        # What came to nothing may have had the number of what came after it.
        there = {row["id"] for row in events if stored.get(row["id"]) == row}
        written |= there
        unsure += bool(there) and not each.kept
        wrong = len(events) - len(there) if each.kept else 0
        found.must(not wrong, f"of what the journal keeps {wrong} answers are not in the store")
    lost = sorted(stored.keys() - written)
    found.journaled = len(written)
    found.must(not lost, f"{len(lost)} answers are not in the journal: {lost[:3]}")
    most = found.kills + found.doubtful
    found.must(unsure <= most, f"{unsure} transactions of {most} deaths are not said to be kept")


def _is_answer(entry: dict[str, Any]) -> bool:
    return entry.get("table") == EVENTS.name


def _in_order(found: Killed, rows: list[Outgoing]) -> None:
    """I7: replies in one chat come as they were promised, but for those in doubt."""
    last: dict[int, Outgoing] = {}
    for row in sorted((r for r in rows if _is_reply(r)), key=lambda r: r.id):
        before = last.get(row.contact_id or 0)
        late = before is not None and (before.message_id or 0) > (row.message_id or 0)
        found.must(not late, f"I7: {row.kind} {row.id} came before {before and before.id}")
        last[row.contact_id or 0] = row


def _is_reply(row: Outgoing) -> bool:
    """A new message, said once and at its own time."""
    if row.message_id is None or row.ambiguous or row.promise != Promise.RECEIPT:
        return False
    at_once = row.said_at is not None and row.not_before <= row.said_at + SOON
    return row.mode in SAID and row.target_id is None and at_once


def _told_by_consent(session: Session, found: Killed, town: Town) -> None:
    """I8, I10: a service is told of Ida while everybody's yes to it is in force, others never."""
    from tests.chaos.town import IDS

    services = {IDS[name]: who_may_know.history(session, IDS[name]) for name in SERVICES}
    others = {stranger.phone.id for stranger in town.strangers}
    telegram = town.telegram
    for call in (
        *telegram.calls_since(0, "sendMessage"),
        *telegram.calls_since(0, "editMessageText"),
    ):
        to, words = int(str(call["params"].get("chat_id"))), str(call["params"].get("text"))
        if "Ida" in words and (to in services or to in others):
            at = datetime.fromisoformat(call["at"])
            allowed = _agreed_lately(services.get(to, []), at)
            found.must(allowed, f"I8: {to} was told: {words[:80]!r}")


def _agreed_lately(history: list[tuple[datetime, bool]], at: datetime) -> bool:
    """Whether all said yes at some instant since the message may have been put into words."""
    ends = [*(when for when, _agreed in history[1:]), datetime.max.replace(tzinfo=UTC)]
    return any(
        agreed and began <= at and end >= at - LATE
        for (began, agreed), end in zip(history, ends, strict=False)
    )


def readable(session: Session, town: Town) -> Iterator[str]:
    """I11: where names lie open: in the store's files or, of a server, its rows; in the journal and
    in the logs."""
    (bot, *_others) = town.bots
    if not session.connection().dialect.name.startswith("sqlite"):
        dumped = bot.log.with_name("rows")
        dumped.write_bytes(b"\n".join(dumping.dump(session.connection())))
    yield from town.canary.found_in(lying_under(bot.log.parent))
