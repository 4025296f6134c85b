"""What stands in a chat is taken back: deleted, covered when it is too old, named when it may stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.attachments import File
from bot.clock import ManualClock
from bot.emulator.faults import Fault
from bot.render import Key, Rendered
from bot.store import Store
from models import ledger
from models.ledger import Shown
from models.municipality import PolicyVersion
from models.outbox import Mode, Outgoing, OutState, Promise
from tests.bot.runtime import IDA, KARI, Runtime, until

OURS, OTHER = 11, 22
"""Two cases."""
COVERED = "skjult"


def about_cases(session: Session, row: Outgoing, now: datetime) -> Rendered | None:
    """Words found in the cases a row names; with a button, a file or the keyboard."""
    if row.kind == ledger.HIDDEN:
        return Rendered(COVERED)
    for case_id in row.params.get("cases", [OURS]):
        ledger.note(session, case_id)
    words, how = str(row.params["words"]), row.params.get("how")
    if row.params.get("moot_after", row.attempts) < row.attempts:
        return None
    if how == "file":
        return Rendered(words, document=File("x.ics", "text/calendar", b"BEGIN"))
    if how == "keyboard":
        return Rendered(words, menu=(("Meny",),))
    return Rendered(words, ((Key("Vis", "c:x"),),))


@pytest.fixture
async def bot(store: Store, now) -> AsyncIterator[Runtime]:
    runtime = Runtime(store, ManualClock(now))
    runtime.delivery._desk.compose = about_cases
    runtime.meet(IDA, KARI)
    runtime.store.write_now(_nothing_closes_by_itself, now)
    await runtime.start()
    yield runtime
    await runtime.stop()


def _nothing_closes_by_itself(session: Session, now: datetime) -> None:
    choices = {"telegram_details": "all"}
    session.add(PolicyVersion(valid_from=date(2026, 1, 1), choices=choices, applied_at=now))


def promised(session: Session, now: datetime, case_id: int) -> Counter[str]:
    everyone = set(session.scalars(select(Outgoing.recipient_id)))
    return ledger.take_back(session, ledger.about(session, case_id, everyone), now)


async def take_back(bot: Runtime, case_id: int = OURS) -> tuple[int, int, int]:
    counts = await bot.store.write(promised, bot.now, case_id)
    await bot.delivery.settled()
    return counts["removed"], counts["in_flight"], counts["left"]


def edit_of(bot: Runtime, row_id: int) -> dict[str, object]:
    target = bot.row(row_id).message_id
    return {"mode": Mode.CARD, "promise": Promise.IDEMPOTENT, "target_id": target}


def deletions(bot: Runtime) -> int:
    return sum(call["method"] == "deleteMessage" for call in bot.emulator.calls)


async def test_only_what_is_about_the_case_goes_and_in_every_chat(bot: Runtime):
    await bot.said(IDA, "om saken")
    await bot.said(IDA, "om en annen", params={"cases": [OTHER]})
    await bot.said(IDA, "om ingen", params={"cases": []})
    await bot.said(IDA, "en liste", params={"cases": [OTHER, OURS]})
    await bot.said(KARI, "om saken også")
    assert await take_back(bot) == (3, 0, 0)
    assert (bot.shown(IDA), bot.shown(KARI)) == (["om en annen", "om ingen"], [])


async def test_a_message_that_was_changed_often_is_deleted_once(bot: Runtime):
    (first,) = await bot.said(IDA, "varsel")
    for words in ("kort", "kart"):
        await bot.said(IDA, words, **edit_of(bot, first))
    assert await take_back(bot) == (1, 0, 0)
    assert (bot.shown(IDA), deletions(bot)) == ([], 1)
    assert await take_back(bot) == (0, 0, 0)


async def test_a_message_that_shows_something_else_by_now_stays(bot: Runtime):
    (first,) = await bot.said(IDA, "kort")
    await bot.said(IDA, "meny", **edit_of(bot, first), params={"cases": []})
    assert await take_back(bot) == (0, 0, 0)
    assert bot.shown(IDA) == ["meny"]


async def test_what_is_changed_before_its_turn_comes_stays(bot: Runtime):
    """The message is just being turned into something else when it is to be taken back."""
    (first,) = await bot.said(IDA, "kort")
    bot.faults(Fault(method="editMessageText", delay=0.2))
    await bot.say(IDA, "meny", **edit_of(bot, first), params={"cases": []})
    await until(lambda: bot.delivery._calls)
    assert await take_back(bot) == (1, 0, 0)
    assert bot.shown(IDA) == ["meny"]
    assert bot.states()[-1] == OutState.MOOT


@pytest.mark.parametrize("landed", [True, False])
async def test_what_is_on_its_way_goes_once_it_has_landed(bot: Runtime, landed: bool):
    bot.faults(Fault(delay=0.2, after_delivery=landed))
    await bot.say(IDA, "om saken")
    await until(lambda: bot.delivery._calls)
    assert await take_back(bot) == (1, 1, 0)
    assert (bot.shown(IDA), deletions(bot)) == ([], 1)


async def test_a_card_on_its_way_into_a_message_goes_with_the_message(bot: Runtime):
    (first,) = await bot.said(IDA, "varsel", params={"cases": []})
    bot.faults(Fault(method="editMessageText", delay=0.2))
    await bot.say(IDA, "kort", **edit_of(bot, first))
    await until(lambda: bot.delivery._calls)
    assert await take_back(bot) == (1, 1, 0)
    assert (bot.shown(IDA), deletions(bot)) == ([], 1)


async def test_what_was_on_its_way_and_never_came_is_not_looked_for(bot: Runtime):
    bot.faults(Fault(delay=0.2, code=400, description="Bad Request: BUTTON_DATA_INVALID"))
    await bot.say(IDA, "om saken")
    await until(lambda: bot.delivery._calls)
    assert await take_back(bot) == (1, 1, 0)
    assert (bot.states(), deletions(bot)) == ([OutState.FAILED, OutState.MOOT], 0)


async def test_what_was_on_its_way_and_may_have_come_is_left_in_doubt(bot: Runtime):
    bot.faults(Fault(delay=0.2, drop=True, after_delivery=True))
    row_id = await bot.say(IDA, "om saken", params={"moot_after": 0})
    await until(lambda: bot.delivery._calls)
    assert await take_back(bot) == (1, 1, 0)
    await bot.forward(minutes=1)
    assert bot.states() == [OutState.MOOT, OutState.UNCERTAIN]
    assert (bot.shown(IDA), bot.row(row_id).ambiguous) == (["om saken"], 1)


async def test_a_copy_nobody_knows_of_is_counted_as_left(bot: Runtime):
    """Cut off after it landed, it was said again: the second is known and goes."""
    bot.faults(Fault(drop=True, after_delivery=True))
    await bot.said(IDA, "om saken")
    assert await take_back(bot) == (0, 0, 1)
    await bot.forward(minutes=1)
    assert await take_back(bot) == (1, 0, 1)
    assert bot.shown(IDA) == ["om saken"]


async def test_a_whole_chat_can_be_taken_back_and_only_once(bot: Runtime):
    """Whatever rows are given: what was deleted or covered before is not counted again."""
    (first,) = await bot.said(IDA, "gammelt")
    await bot.forward(hours=48)
    await bot.said(IDA, "kort", **edit_of(bot, first), params={"cases": []})
    await bot.said(IDA, "nytt", params={"cases": []})
    await bot.said(KARI, "Karis", params={"cases": []})

    def everything(session: Session) -> Counter[str]:
        wanted = select(Outgoing).where(Outgoing.recipient_id == bot.row(first).recipient_id)
        rows = session.scalars(wanted.order_by(Outgoing.id)).all()
        return ledger.take_back(session, rows, bot.now)

    assert (await bot.store.write(everything))["removed"] == 2
    await bot.delivery.settled()
    assert (bot.shown(IDA), bot.shown(KARI)) == ([COVERED], ["Karis"])
    assert (await bot.store.write(everything))["removed"] == 0


# --- too old -------------------------------------------------------------------------------------


async def test_what_is_two_days_old_is_covered(bot: Runtime):
    await bot.said(IDA, "om saken")
    await bot.forward(hours=48)
    assert await take_back(bot) == (1, 0, 0)
    assert (bot.shown(IDA), deletions(bot)) == ([COVERED], 0)
    assert await take_back(bot) == (0, 0, 0)


async def test_the_age_is_that_of_the_message_and_not_of_its_last_change(bot: Runtime):
    (first,) = await bot.said(IDA, "varsel")
    await bot.forward(hours=48)
    await bot.said(IDA, "kort", **edit_of(bot, first))
    assert await take_back(bot) == (1, 0, 0)
    assert bot.shown(IDA) == [COVERED]
    assert bot.emulator.violations == []


@pytest.mark.parametrize("how", ["file", "keyboard"])
async def test_what_takes_no_new_words_is_deleted_while_it_can_be_and_then_left(
    bot: Runtime, how: str
):
    await bot.said(IDA, "ung", params={"how": how})
    assert await take_back(bot) == (1, 0, 0)
    assert bot.shown(IDA) == []
    await bot.said(IDA, "gammel", params={"how": how})
    await bot.forward(hours=48)
    assert await take_back(bot) == (0, 0, 1)
    assert bot.shown(IDA) == ["gammel"]
    assert bot.emulator.violations == []


async def test_what_grows_too_old_while_it_waits_is_covered(bot: Runtime):
    await bot.said(IDA, "om saken")
    await bot.forward(hours=47)
    bot.faults(Fault(method="deleteMessage", retry_after=7200))
    assert await take_back(bot) == (1, 0, 0)
    assert bot.shown(IDA) == ["om saken"]
    await bot.forward(hours=2)
    assert bot.shown(IDA) == [COVERED]
    assert bot.emulator.violations == []


async def test_what_telegram_will_not_delete_after_all_is_covered(bot: Runtime):
    await bot.said(IDA, "om saken")
    cannot = "Bad Request: message can't be deleted for everyone"
    bot.faults(Fault(method="deleteMessage", code=400, description=cannot))
    assert await take_back(bot) == (1, 0, 0)
    assert (bot.shown(IDA), bot.states()) == ([COVERED], [OutState.SENT, OutState.SENT])


async def test_what_can_be_neither_is_given_up_and_nothing_new_is_said(bot: Runtime):
    await bot.said(IDA, "om saken", params={"how": "keyboard"})
    cannot = "Bad Request: message can't be deleted"
    bot.faults(Fault(method="deleteMessage", code=400, description=cannot))
    await take_back(bot)
    assert (bot.shown(IDA), bot.states()) == (["om saken"], [OutState.SENT, OutState.FAILED])


# --- whose chat ----------------------------------------------------------------------------------


async def test_it_goes_from_a_chat_that_was_closed_too(bot: Runtime):
    await bot.said(IDA, "om saken")
    await bot.emulator.block(IDA, True)
    await bot.said(IDA, "mer", params={"cases": []})
    told = list(bot.unreachable)
    assert await take_back(bot) == (1, 0, 0)
    assert (bot.shown(IDA), bot.unreachable) == ([], told)


async def test_a_deletion_in_doubt_is_tried_until_it_is_sure(bot: Runtime):
    await bot.said(IDA, "om saken")
    bot.faults(Fault(method="deleteMessage", drop=True, after_delivery=True, times=2))
    await take_back(bot)
    for _try in range(2):
        await bot.forward(seconds=1)
    assert (bot.shown(IDA), bot.states()) == ([], [OutState.SENT, OutState.SENT])


async def test_what_is_known_of_a_message_is_forgotten_with_it(bot: Runtime):
    await bot.said(IDA, "om saken")

    def sweep(session: Session) -> int:
        session.execute(delete(Outgoing))
        return len(session.scalars(select(Shown)).all())

    assert await bot.store.write(sweep) == 0


async def test_what_two_tries_were_found_in_is_remembered_of_both(bot: Runtime):
    """The first may have arrived with words of a case the second no longer has."""
    bot.faults(Fault(drop=True, after_delivery=True))
    (row_id,) = await bot.said(IDA, "om saken")

    def another(session: Session) -> None:
        row = session.get_one(Outgoing, row_id)
        row.params = {**row.params, "cases": [OTHER]}

    await bot.store.write(another)
    await bot.forward(minutes=1)
    assert await take_back(bot, OURS) == (1, 0, 1)
    assert bot.now - timedelta(minutes=1) < bot.row(row_id).sent_at
