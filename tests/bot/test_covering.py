"""Ten minutes after details were shown a neutral line stands in their place, whatever happens on
the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.attachments import File
from bot.clock import ManualClock
from bot.emulator.faults import Fault
from bot.render import Key, Rendered
from bot.store import Store
from models import ledger, outbox
from models.contacts import Contact
from models.outbox import Mode, Outgoing, OutState, Promise
from tests.bot.runtime import IDA, KARI, Runtime

SHUT = "skjult"


def with_details(session: Session, row: Outgoing, now: datetime) -> Rendered | None:
    if row.kind in ledger.TAKES_AWAY:
        return Rendered(SHUT)
    if not row.params.get("neutral"):
        ledger.note(session, 11)
    words = str(row.params["words"])
    if row.params.get("file"):
        return Rendered(words, document=File("x.ics", "text/calendar", b"BEGIN"))
    return Rendered(words, ((Key("Vis", "c:x"),),))


@pytest.fixture
async def bot(store: Store, now) -> AsyncIterator[Runtime]:
    runtime = Runtime(store, ManualClock(now))
    runtime.delivery._desk.compose = with_details
    runtime.meet(IDA)
    await runtime.start()
    yield runtime
    await runtime.stop()


def change_of(bot: Runtime, row_id: int) -> dict[str, object]:
    target = bot.row(row_id).message_id
    return {"mode": Mode.CARD, "promise": Promise.IDEMPOTENT, "target_id": target}


async def test_details_are_covered_and_what_has_none_is_not(bot: Runtime):
    await bot.said(IDA, "en sak")
    await bot.said(IDA, "hei", params={"neutral": True})
    await bot.forward(minutes=9, seconds=59)
    assert bot.shown(IDA) == ["en sak", "hei"]
    await bot.forward(seconds=1)
    assert bot.shown(IDA) == [SHUT, "hei"]


async def test_all_that_came_at_once_is_covered_and_nothing_is_looked_for_in_vain(bot: Runtime):
    bot.meet(KARI)
    before = bot.delivery.moved
    await bot.store.write(lambda session: [_receipt(session, bot, who) for who in (IDA, KARI)])
    await bot.delivery.settled()
    assert bot.delivery.moved - before == 2  # what closes later wakes nobody now
    await bot.forward(minutes=10)
    assert (bot.shown(IDA), bot.shown(KARI)) == ([SHUT], [SHUT])


def _receipt(session: Session, bot: Runtime, address: int) -> None:
    contact = session.scalars(select(Contact).where(Contact.address == address)).one()
    outbox.promise(
        session, kind="words", recipient_id=contact.person_id, contact_id=contact.id,
        occasion="now", now=bot.now, promise=Promise.RECEIPT, params={"words": "en sak"},
    )  # fmt: skip


async def test_what_arrives_unasked_is_left_alone(bot: Runtime):
    await bot.said(IDA, "nytt", promise=Promise.NEWS)
    await bot.said(IDA, "husk", promise=Promise.REMINDER)
    await bot.forward(hours=1)
    assert bot.shown(IDA) == ["nytt", "husk"]


async def test_a_question_is_covered_whatever_is_in_it(bot: Runtime):
    await bot.said(IDA, "hvor?", mode=Mode.QUESTION, params={"neutral": True})
    await bot.forward(minutes=10)
    assert bot.shown(IDA) == [SHUT]


async def test_the_last_change_counts(bot: Runtime):
    (first,) = await bot.said(IDA, "en")
    for words in ("to", "tre"):
        await bot.forward(minutes=7)
        await bot.said(IDA, words, **change_of(bot, first))
    await bot.forward(minutes=9)
    assert bot.shown(IDA) == ["tre"]
    await bot.forward(minutes=1)
    assert bot.shown(IDA) == [SHUT]


async def test_what_was_changed_to_something_neutral_stays(bot: Runtime):
    (first,) = await bot.said(IDA, "en sak")
    await bot.said(IDA, "ferdig", params={"neutral": True}, **change_of(bot, first))
    await bot.forward(hours=1)
    assert bot.shown(IDA) == ["ferdig"]


async def test_what_stands_covered_can_be_opened_and_closes_again(bot: Runtime):
    (first,) = await bot.said(IDA, "en sak")
    for _again in range(3):
        await bot.forward(minutes=10)
        assert bot.shown(IDA) == [SHUT]
        await bot.said(IDA, f"sak {_again}", **change_of(bot, first))
        assert bot.shown(IDA) == [f"sak {_again}"]


async def test_a_file_goes(bot: Runtime):
    await bot.said(IDA, "fila", params={"file": True})
    await bot.forward(minutes=10)
    assert bot.shown(IDA) == []


@pytest.mark.parametrize(
    "fault",
    [{"code": 502}, {"drop": True}, {"drop": True, "after_delivery": True}, {"retry_after": 30}],
)
async def test_a_change_that_fails_is_tried_until_it_is_covered(bot: Runtime, fault):
    await bot.said(IDA, "en sak")
    bot.faults(Fault(method="editMessageText", **fault))
    await bot.forward(minutes=10)
    await bot.forward(minutes=1)
    assert bot.shown(IDA) == [SHUT]


async def test_what_she_deleted_herself_is_not_said_anew(bot: Runtime):
    await bot.said(IDA, "en sak")
    chat = bot.emulator.world.chats[IDA]
    chat.messages.clear()
    await bot.forward(hours=1)
    assert bot.shown(IDA) == []
    kinds = select(Outgoing.state).where(Outgoing.kind == ledger.COVERED)
    assert bot.store.read_now(lambda s: s.scalars(kinds).all()) == [
        OutState.SENT
    ]  # nothing is left


async def test_a_chat_that_blocked_us_meanwhile_is_told_of_to_nobody(bot: Runtime):
    await bot.said(IDA, "en sak")
    await bot.emulator.block(IDA, True)
    await bot.forward(hours=1)
    assert bot.unreachable == []
