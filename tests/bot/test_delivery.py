from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import outgoing
from bot.channels.outcomes import Outcome, What
from bot.clock import ManualClock
from bot.delivery import LETTERS
from bot.desk import LEASE, Desk
from bot.emulator.cast import CAST
from bot.emulator.faults import Fault
from bot.pacing import Pace
from bot.render import Rendered
from bot.settings import MailAt
from bot.store import Store
from models import outbox, people, store_facts, unasked
from models.contacts import Contact
from models.outbox import Mode, Outgoing, OutState, Promise
from models.people import Person
from tests.bot.runtime import IDA, JONAS, KARI, PER, Runtime, plainly, until


@pytest.fixture
async def bot(store: Store, now) -> AsyncIterator[Runtime]:
    runtime = Runtime(store, ManualClock(now))
    runtime.meet(IDA, KARI, JONAS, PER)
    await runtime.start()
    yield runtime
    await runtime.stop()


async def test_what_is_promised_is_sent_and_the_message_remembered(bot: Runtime):
    (row_id,) = await bot.said(IDA, "hei")
    row = bot.row(row_id)
    assert bot.shown(IDA) == ["hei"]
    assert (row.state, row.attempts, row.ambiguous, row.sent_at) == (OutState.SENT, 1, 0, bot.now)
    assert row.message_id in bot.emulator.world.chats[IDA].messages


async def test_a_chat_is_served_in_order_and_one_at_a_time(bot: Runtime):
    words = [f"nr {i}" for i in range(20)]
    await bot.said(IDA, *words)
    assert bot.shown(IDA) == words


async def test_what_goes_and_comes_back_together_is_claimed_and_marked_together(bot: Runtime):
    """Each look at the store costs as much as a message."""
    before = bot.delivery.moved

    everybody = IDA, KARI, JONAS, PER
    await bot.store.write(lambda s: [_news(s, bot, who, "hei") for who in everybody])
    await bot.delivery.settled()
    assert [bot.shown(who) for who in everybody] == [["hei"]] * 4
    assert bot.delivery.moved - before == 2


async def test_answers_that_come_just_after_each_other_are_marked_together(bot: Runtime):
    bot.faults(Fault(method="sendMessage", contains="tungt", delay=0.5))
    for each, words in enumerate(("en", "to", "tre")):
        bot.faults(Fault(method="sendMessage", contains=words, delay=0.1 + each / 1000))
    before = bot.delivery.moved
    await bot.store.write(lambda s: [_news(s, bot, who, w) for who, w in zip(
        (IDA, KARI, JONAS, PER), ("tungt", "en", "to", "tre"), strict=True
    )])  # fmt: skip
    await until(
        lambda: [bot.shown(who) for who in (KARI, JONAS, PER)] == [["en"], ["to"], ["tre"]]
    )
    await until(lambda: bot.states().count(OutState.SENT) == 3)
    assert bot.shown(IDA) == []  # and they waited for no call that hangs
    assert bot.delivery.moved - before == 2
    await bot.delivery.settled()


async def test_what_cannot_be_put_into_words_holds_up_nobody_else(store: Store, now):
    """As many as there is room for fail at once."""
    bot = Runtime(store, ManualClock(now), pace=Pace.over_a_line(25, 5))
    room = bot.pace.in_line
    others = [actor.id for actor in CAST if actor.id != IDA][: room + 1]
    bot.meet(*others, IDA)
    await bot.start()
    await bot.delivery.settled()
    await bot.store.write(
        lambda s: [_news(s, bot, who, "hei" if who == IDA else "broken") for who in (*others, IDA)]
    )
    await bot.delivery.settled()
    assert bot.shown(IDA) == ["hei"]
    await bot.stop()


def _news(session: Session, bot: Runtime, address: int, words: str) -> None:
    contact = session.scalars(select(Contact).where(Contact.address == address)).one()
    outbox.promise(
        session, kind="words", recipient_id=contact.person_id, occasion="now", now=bot.now,
        params={"words": words},
    )  # fmt: skip


async def test_one_chat_waits_and_the_others_do_not(bot: Runtime):
    bot.faults(Fault(method="sendMessage", contains="tungt", delay=1.0))
    await bot.say(IDA, "tungt")
    await bot.say(IDA, "etter")
    await bot.say(KARI, "imens")
    await until(lambda: bot.shown(KARI))
    assert bot.shown(IDA) == []
    await bot.delivery.settled()
    assert bot.shown(IDA) == ["tungt", "etter"]


async def test_a_promise_to_a_person_finds_their_chat(bot: Runtime):
    await bot.said(IDA, "hei", contact_id=None)
    assert bot.shown(IDA) == ["hei"]


async def test_who_has_no_chat_is_not_reached_and_someone_hears_of_it(bot: Runtime):
    def promise(session: Session) -> None:
        person = people.create(session, name="Nils", language="nb", now=bot.now)
        outbox.promise(session, kind="x", recipient_id=person.id, occasion="1", now=bot.now)

    await bot.store.write(promise)
    await bot.delivery.settled()
    (row,) = bot.rows()
    assert (row.state, row.error) == (OutState.FAILED, "unreachable")
    assert bot.unreachable == [row.id]


async def test_of_a_receipt_that_telegram_refuses_someone_hears(bot: Runtime):
    """RELIABILITY 3.1 P3: a receipt, or a visible 'could not be told'."""
    bot.faults(Fault(code=400, description="Bad Request: something new"))
    await bot.said(IDA, "kvittering")
    (row,) = bot.rows()
    assert row.state == OutState.FAILED
    assert bot.unreachable == [row.id]


async def test_what_is_moot_when_its_turn_comes_is_not_sent(bot: Runtime):
    await bot.said(IDA, "moot", "hei")
    assert bot.shown(IDA) == ["hei"]
    assert bot.states() == [OutState.MOOT, OutState.SENT]


async def test_what_comes_too_late_is_moot(bot: Runtime):
    late = bot.now - timedelta(seconds=1)
    await bot.said(IDA, "i går", not_after=late)
    assert bot.shown(IDA) == []
    assert bot.states() == [OutState.MOOT]


async def test_muting_stops_reminders_and_not_receipts(bot: Runtime):
    await bot.store.write(lambda session: session.execute(update(Person).values(muted=True)) and 1)
    await bot.said(IDA, "husk", promise=Promise.REMINDER)
    await bot.said(IDA, "nytt", promise=Promise.NEWS)
    await bot.said(IDA, "kvittering")
    assert bot.shown(IDA) == ["nytt", "kvittering"]


def test_what_is_promised_without_a_word_about_it_is_news(bot: Runtime):
    def promise(session: Session) -> None:
        ida = session.scalars(select(Person)).first()
        to = {"subject_id": 1, "occasion": "1", "now": bot.now}
        outbox.promise(session, kind="x", recipient_id=ida.id, **to)
        unasked.tell(session, "y", [ida.id], **to)

    bot.store.write_now(promise)
    assert [row.promise for row in bot.rows()] == [Promise.NEWS, Promise.NEWS]


async def test_words_that_fail_are_tried_thrice_and_hold_up_nobody_for_ever(bot: Runtime):
    await bot.said(IDA, "broken", "hei")
    assert bot.shown(IDA) == []
    await bot.forward(seconds=2)
    await bot.forward(seconds=4)
    assert bot.shown(IDA) == ["hei"]
    first, _second = bot.rows()
    assert (first.state, first.error) == (OutState.FAILED, "compose.KeyError")


@pytest.mark.on_sqlite
async def test_words_that_find_no_room_on_the_disk_are_not_counted_as_tried(store: Store, now):
    def grows(session: Session, row: Outgoing, now: datetime) -> Rendered | None:
        store_facts.put(session, "long", "x" * 300_000)
        return plainly(session, row, now)

    bot = Runtime(store, ManualClock(now))
    bot.meet(IDA)
    row_id = await bot.say(IDA, "hei")
    desk = Desk(grows, lambda *_given: None, Pace.unhurried())

    def pages(command: str) -> int:
        return store.write_now(lambda s: s.connection().exec_driver_sql(command).scalar())

    pages(f"PRAGMA max_page_count={pages('PRAGMA page_count') + 20}")
    with pytest.raises(OperationalError):
        store.write_now(outgoing.step, [], [], 1, desk, now)
    assert (bot.row(row_id).state, bot.row(row_id).attempts) == (OutState.WAITING, 0)
    pages("PRAGMA max_page_count=1000000")
    assert store.write_now(outgoing.step, [], [], 1, desk, now).claimed
    await bot.stop()


async def test_what_waits_for_the_morning_holds_up_nothing(bot: Runtime):
    await bot.said(IDA, "i morgen", not_before=bot.now + timedelta(hours=12))
    await bot.said(IDA, "nå")
    assert bot.shown(IDA) == ["nå"]
    await bot.forward(hours=12)
    assert bot.shown(IDA) == ["nå", "i morgen"]


async def test_settled_waits_for_what_the_clock_woke_without_a_nudge(bot: Runtime):
    await bot.said(IDA, "i morgen", not_before=bot.now + timedelta(hours=12))
    bot.faults(Fault(delay=0.1))
    bot.clock.move_to(bot.now + timedelta(hours=12))
    await until(lambda: bot.delivery._calls)
    await bot.delivery.settled()
    assert bot.shown(IDA) == ["i morgen"]


# --- errors --------------------------------------------------------------------------------------


async def test_not_sent_is_tried_again_and_keeps_its_place(bot: Runtime):
    bot.faults(Fault(code=404, body="<html>proxy</html>", times=2))
    await bot.said(IDA, "en", "to")
    assert bot.shown(IDA) == []
    await bot.forward(seconds=2)
    await bot.forward(seconds=3)
    assert bot.shown(IDA) == ["en", "to"]
    assert [row.ambiguous for row in bot.rows()] == [0, 0]


async def test_not_sent_is_given_up_when_it_no_longer_makes_sense(bot: Runtime):
    bot.faults(Fault(code=404, body="<html>proxy</html>", times=3))
    await bot.said(IDA, "snart", not_after=bot.now + timedelta(seconds=1))
    await bot.forward(seconds=2)
    assert bot.states() == [OutState.MOOT]


@pytest.mark.parametrize("promise", [Promise.RECEIPT, Promise.NEWS, Promise.REMINDER])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(drop=True, after_delivery=True),
        Fault(code=502, after_delivery=True),
        Fault(code=200, body="<html>", after_delivery=True),
        Fault(code=200, body='{"ok":true,"result":"?"}', after_delivery=True),
    ],
)
async def test_what_may_have_arrived_is_repeated_once_after_a_while_and_flagged(
    bot: Runtime, fault: Fault, promise: Promise
):
    bot.faults(fault)
    (row_id,) = await bot.said(IDA, "hei", promise=promise)
    assert bot.row(row_id).state == OutState.WAITING
    await bot.forward(seconds=44)
    assert bot.shown(IDA) == ["hei"]
    await bot.forward(seconds=1)
    assert bot.shown(IDA) == ["hei", "hei"]
    assert (bot.row(row_id).state, bot.row(row_id).ambiguous) == (OutState.SENT, 1)


async def test_twice_in_doubt_is_uncertain_and_not_sent_a_third_time(bot: Runtime):
    bot.faults(Fault(drop=True, times=2))
    (row_id,) = await bot.said(IDA, "hei")
    await bot.forward(seconds=45)
    await bot.forward(hours=1)
    assert bot.shown(IDA) == []
    assert (bot.row(row_id).state, bot.row(row_id).ambiguous) == (OutState.UNCERTAIN, 2)


async def test_a_one_time_link_is_never_repeated(bot: Runtime):
    bot.faults(Fault(drop=True))
    (row_id,) = await bot.said(IDA, "lenke", promise=Promise.ONCE)
    await bot.forward(hours=1)
    assert bot.shown(IDA) == []
    assert bot.row(row_id).state == OutState.UNCERTAIN


def _holds(folder: Path, words: str) -> bool:
    """Whether a file of the SQLite store holds these words; on PostgreSQL there is none."""
    return any(words.encode() in file.read_bytes() for file in folder.glob("losbot.db*"))


@pytest.mark.parametrize(
    ("state", "words", "fault"),
    [
        (OutState.SENT, "lenke", None),
        (OutState.UNCERTAIN, "lenke", Fault(drop=True)),
        (OutState.FAILED, "lenke", Fault(code=400, body='{"ok":false,"error_code":400}')),
        (OutState.MOOT, "moot", None),
    ],
)
async def test_what_is_said_once_leaves_nothing_in_the_store(
    bot: Runtime, tmp_path: Path, state: OutState, words: str, fault: Fault | None
):
    if fault is not None:
        bot.faults(fault)
    secret = {"token": "s3cr3t-t0ken-of-a-link"}
    (row_id,) = await bot.said(IDA, words, promise=Promise.ONCE, params=secret)
    assert (bot.row(row_id).state, bot.row(row_id).params) == (state, {})
    bot.store.tidy()
    assert not _holds(tmp_path, secret["token"])


async def test_what_may_have_arrived_holds_up_nothing(bot: Runtime):
    bot.faults(Fault(drop=True))
    await bot.said(IDA, "kanskje", "sikkert")
    assert bot.shown(IDA) == ["sikkert"]


async def test_asked_to_wait_we_leave_that_chat_alone_and_no_other(bot: Runtime):
    bot.faults(Fault(retry_after=7))
    await bot.said(IDA, "en", "to")
    await bot.said(KARI, "hei")
    assert (bot.shown(IDA), bot.shown(KARI)) == ([], ["hei"])
    await bot.forward(seconds=6)
    assert bot.shown(IDA) == []
    await bot.forward(seconds=1)
    assert bot.shown(IDA) == ["en", "to"]
    assert bot.emulator.violations == []


async def test_asked_to_wait_in_three_chats_we_are_quiet_everywhere(bot: Runtime):
    bot.meet(7_000_000_005)
    bot.faults(Fault(retry_after=9, times=3))
    for address in (IDA, KARI, JONAS):
        await bot.said(address, "hei")
    await bot.said(7_000_000_005, "hei")
    assert bot.shown(7_000_000_005) == []
    await bot.forward(seconds=9)
    assert [bot.shown(a) for a in (IDA, KARI, JONAS, 7_000_000_005)] == [["hei"]] * 4


async def test_blocked_closes_the_chat_and_someone_hears_of_it(bot: Runtime):
    await bot.emulator.block(IDA, True)
    first, second = await bot.said(IDA, "hei", "hallo")
    assert bot.states() == [OutState.FAILED, OutState.FAILED]
    assert bot.unreachable == [first, second]
    calls = [call for call in bot.emulator.calls if call["method"] == "sendMessage"]
    assert len(calls) == 1


async def test_what_one_chat_does_not_take_goes_into_the_other(bot: Runtime):
    def give_her_another(session: Session) -> None:
        ida = session.scalars(select(Contact.person_id).where(Contact.address == IDA)).one()
        session.execute(update(Contact).where(Contact.address == JONAS).values(person_id=ida))

    await bot.store.write(give_her_another)
    await bot.emulator.block(IDA, True)
    await bot.said(IDA, "nytt", promise=Promise.NEWS, params={"case": 5})
    assert bot.shown(JONAS) == ["nytt"]
    assert (bot.unreachable, bot.states()) == ([], [OutState.SENT])


async def test_a_proxys_403_closes_nobody(bot: Runtime):
    bot.faults(Fault(code=403, body="<html>blocked by policy</html>"))
    await bot.said(IDA, "hei")
    await bot.forward(seconds=2)
    assert bot.shown(IDA) == ["hei"]
    assert bot.unreachable == []


async def test_our_own_mistake_is_not_repeated(bot: Runtime):
    bot.faults(Fault(code=400, description="Bad Request: BUTTON_DATA_INVALID"))
    await bot.said(IDA, "feil", "hei")
    assert bot.states() == [OutState.FAILED, OutState.SENT]


# --- edits, strips, deletes, toasts --------------------------------------------------------------


async def test_a_card_is_edited_in_place(bot: Runtime):
    (row_id,) = await bot.said(IDA, "før", params={"button": True})
    target = bot.row(row_id).message_id
    edit = {"mode": Mode.CARD, "promise": Promise.IDEMPOTENT, "target_id": target}
    (edited,) = await bot.said(IDA, "etter", **edit)
    assert bot.shown(IDA) == ["etter"]
    assert bot.row(edited).message_id == target


async def test_an_edit_that_changes_nothing_has_succeeded(bot: Runtime):
    (row_id,) = await bot.said(IDA, "likt")
    target = bot.row(row_id).message_id
    edit = {"mode": Mode.CARD, "promise": Promise.IDEMPOTENT, "target_id": target}
    await bot.said(IDA, "likt", **edit, occasion="2")
    assert bot.shown(IDA) == ["likt"]
    assert bot.states() == [OutState.SENT, OutState.SENT]


async def test_a_card_whose_message_is_gone_is_said_anew_once(bot: Runtime):
    edit = {"mode": Mode.CARD, "promise": Promise.IDEMPOTENT, "target_id": 12345}
    await bot.said(IDA, "kort", **edit)
    assert bot.shown(IDA) == ["kort"]
    assert bot.states() == [OutState.SENT]


async def test_an_edit_in_doubt_is_tried_until_it_is_sure(bot: Runtime):
    (row_id,) = await bot.said(IDA, "før")
    edit = {
        "mode": Mode.CARD,
        "promise": Promise.IDEMPOTENT,
        "target_id": bot.row(row_id).message_id,
    }
    bot.faults(Fault(method="editMessageText", drop=True, after_delivery=True, times=5))
    (edited,) = await bot.said(IDA, "etter", **edit)
    for seconds in (1, 1, 1, 2, 4):  # further apart each time: others wait too
        assert bot.row(edited).state == OutState.WAITING
        await bot.forward(seconds=seconds)
    assert bot.shown(IDA) == ["etter"]
    assert bot.row(edited).state == OutState.SENT


async def test_taking_buttons_off_or_deleting_what_is_gone_has_succeeded(bot: Runtime):
    for mode in (Mode.STRIP, Mode.DELETE):
        gone = {"mode": mode, "promise": Promise.IDEMPOTENT, "target_id": 12345}
        await bot.said(IDA, mode, **gone)
    assert bot.states() == [OutState.SENT, OutState.SENT]


async def test_a_press_is_answered_past_the_queue_and_once(bot: Runtime):
    await bot.said(IDA, "trykk", params={"button": True})
    bot.faults(Fault(retry_after=60))
    await bot.said(IDA, "venter")
    await bot.emulator.tap(IDA, "Vis")
    query = next(iter(bot.emulator.world.queries))
    toast = {
        "mode": Mode.TOAST,
        "promise": Promise.TOAST,
        "callback_id": query,
        "not_after": bot.now + outbox.TOAST_LIFE,
    }
    await bot.said(IDA, "Notert.", **toast)
    assert bot.emulator.world.queries[query].answered
    bot.faults(Fault(method="answerCallbackQuery", drop=True))
    await bot.said(IDA, "Igjen.", **toast)
    await bot.forward(hours=1)
    assert bot.states()[-1] == OutState.MOOT
    answers = [c for c in bot.emulator.calls if c["method"] == "answerCallbackQuery"]
    assert len(answers) == 2


# --- whose chat ----------------------------------------------------------------------------------


async def test_a_chat_that_changed_hands_gets_nothing_of_its_former_owner(bot: Runtime):
    def change_hands(session: Session) -> None:
        kari = session.scalars(select(Contact).where(Contact.address == KARI)).one()
        ida = session.scalars(select(Contact).where(Contact.address == IDA)).one()
        ida.person_id = kari.person_id

    later = bot.now + timedelta(hours=1)
    await bot.said(IDA, "svar til Ida", not_before=later)
    await bot.said(IDA, "varsel til Ida", not_before=later, promise=Promise.REMINDER)
    await bot.store.write(change_hands)
    await bot.forward(hours=1)
    assert (bot.shown(IDA), bot.shown(KARI)) == ([], [])
    assert bot.states() == [OutState.MOOT, OutState.FAILED]


# --- pace ----------------------------------------------------------------------------------------


async def test_a_chat_gets_three_at_once_and_then_one_a_second(store: Store, now):
    bot = Runtime(store, ManualClock(now), Pace())
    bot.meet(IDA)
    await bot.start()
    words = [f"nr {i}" for i in range(6)]
    await bot.said(IDA, *words)
    counts = [len(bot.shown(IDA))]
    assert bot.delivery.wake == now + timedelta(seconds=1)
    for _second in range(3):
        await bot.forward(seconds=1)
        counts.append(len(bot.shown(IDA)))
    assert counts == [3, 4, 5, 6]
    assert bot.shown(IDA) == words
    await bot.stop()


async def test_replies_go_before_broadcasts_and_have_a_share_of_their_own(store: Store, now):
    bot = Runtime(store, ManualClock(now), Pace(broadcasts=2, replies=1))
    bot.meet(IDA, KARI, JONAS)
    await bot.start()
    for address in (IDA, KARI, JONAS):
        await bot.say(address, "husk", promise=Promise.REMINDER)
    await bot.delivery.settled()
    await bot.said(JONAS, "svar")
    told = [bot.shown(a) for a in (IDA, KARI, JONAS)]
    assert told == [["husk"], ["husk"], []]
    await bot.forward(seconds=1)
    assert bot.shown(JONAS) == ["husk", "svar"]
    await bot.stop()


# --- dying ---------------------------------------------------------------------------------------


async def test_a_mail_server_that_says_nothing_holds_up_no_chat(store: Store, now):
    lines: list[asyncio.StreamWriter] = []

    async def says_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(writer)

    server = await asyncio.start_server(says_nothing, "localhost", 0)
    at = MailAt(
        "localhost",
        server.sockets[0].getsockname()[1],
        "off",
        "a@x.no",
        "",
        "",
        SecretStr(""),
        None,
    )
    bot = Runtime(store, ManualClock(now), pace=Pace(broadcasts=1, replies=1), mail=at)
    bot.meet(IDA)
    addresses = range(100, 120)
    bot.meet(*addresses, channel="email")
    await bot.start()
    for address in addresses:
        await bot.say(address, "post")
    await until(lambda: lines)
    assert len(bot.delivery._calls) == LETTERS
    await bot.say(IDA, "kvittering")
    await until(lambda: bot.shown(IDA) == ["kvittering"])
    server.close()
    for line in lines:
        line.close()
    await bot.stop()


async def test_what_was_on_its_way_when_we_died_is_repeated_once_and_flagged(store: Store, now):
    bot = Runtime(store, ManualClock(now))
    bot.meet(IDA, KARI)
    for address, promise in ((IDA, Promise.RECEIPT), (KARI, Promise.ONCE)):
        await bot.say(address, "hei", promise=promise)
    desk = bot.delivery._desk
    done = await store.write(outgoing.step, [], [], 10, desk, now)
    assert len(done.claimed) == 2  # and here we die
    await bot.start()
    await bot.delivery.settled()
    assert (bot.shown(IDA), bot.shown(KARI)) == ([], [])
    await bot.forward(seconds=45)
    await bot.forward(seconds=45)
    assert (bot.shown(IDA), bot.shown(KARI)) == (["hei"], [])
    assert [(row.state, row.ambiguous) for row in bot.rows()] == [
        (OutState.SENT, 1),
        (OutState.UNCERTAIN, 1),
    ]
    await bot.stop()


async def test_a_result_that_comes_after_another_claimed_the_row_is_not_kept(store: Store, now):
    bot = Runtime(store, ManualClock(now))
    bot.meet(IDA)
    row_id = await bot.say(IDA, "hei")
    desk = bot.delivery._desk
    ours = (await store.write(outgoing.step, [], [], 10, desk, now)).claimed[0]
    later = now + LEASE
    theirs = (await store.write(outgoing.step, [], [], 10, desk, later)).claimed[0]
    assert theirs.fence == ours.fence + 1
    sent = Outcome(What.SENT, 1)
    await store.write(outgoing.step, [(ours, sent)], [row_id], -1, desk, later)
    assert bot.row(row_id).state == OutState.SENDING
    await store.write(outgoing.step, [(theirs, sent)], [row_id], -1, desk, later)
    assert (bot.row(row_id).state, bot.row(row_id).ambiguous) == (OutState.SENT, 1)


async def test_our_own_slow_call_is_not_taken_for_dead_when_the_clock_is_pushed(bot: Runtime):
    bot.faults(Fault(delay=0.1))
    await bot.say(IDA, "hei")
    await until(lambda: bot.delivery._calls)
    await bot.forward(days=1)
    assert bot.shown(IDA) == ["hei"]
    assert [row.ambiguous for row in bot.rows()] == [0]


async def test_stopping_lets_what_is_on_its_way_come_back(store: Store, now):
    bot = Runtime(store, ManualClock(now))
    bot.meet(IDA)
    await bot.start()
    bot.faults(Fault(delay=0.1))
    row_id = await bot.say(IDA, "hei")
    await until(lambda: bot.delivery._calls)
    await bot.stop()
    assert (bot.shown(IDA), bot.row(row_id).state) == (["hei"], OutState.SENT)


async def test_a_store_that_fails_for_a_while_loses_and_doubles_nothing(bot: Runtime, monkeypatch):
    real, failures = outgoing.step, []

    def failing(*args: object) -> object:
        if len(failures) < 3:
            failures.append(1)
            raise OSError("disk")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(outgoing, "step", failing)
    await bot.said(IDA, "en", "to")
    assert bot.shown(IDA) == ["en", "to"]


@pytest.mark.on_sqlite
async def test_who_begins_while_the_store_fails_goes_on_when_it_is_back(
    store: Store, now, monkeypatch
):
    """What a dead one had on its way is found then, before anything is claimed. (With several
    workers on PostgreSQL it is found when its lease has run out.)"""
    bot = Runtime(store, ManualClock(now))
    bot.meet(IDA)
    await bot.say(IDA, "hei")
    await store.write(outgoing.step, [], [], 10, bot.delivery._desk, now)  # and here we die
    real, failures = outgoing.recover, []

    def failing(*args: object) -> object:
        if len(failures) < 2:
            failures.append(1)
            raise OSError("disk")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(outgoing, "recover", failing)
    await bot.start()
    await bot.delivery.settled()
    assert [row.ambiguous for row in bot.rows()] == [1]
    for _again in range(2):
        await bot.forward(seconds=45)
    assert bot.shown(IDA) == ["hei"]
    await bot.stop()


async def test_a_row_promised_twice_is_sent_once(bot: Runtime):
    await bot.said(IDA, "hei", "hei")
    assert bot.shown(IDA) == ["hei"]
    assert len(list(bot.rows())) == 1


def test_every_open_row_counts_as_open():
    assert {s.value for s in outbox.OPEN_STATES} == {"waiting", "sending"}
    assert Outgoing.__tablename__ == "outbox"
