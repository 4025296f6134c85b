"""In a rehearsal nobody off the guest list is ever written to, whatever the kind of message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import cycle

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import handlers
from bot import demo, outgoing
from bot.app import App
from bot.channels.outcomes import Outcome, What
from bot.clock import ManualClock
from bot.desk import Result
from bot.emulator.emulator import Emulator
from bot.store import Store
from bot.web import face
from bot.web.limits import Limits
from models import contacts, invitations, ledger, outbox, people, rehearsal
from models.audit import AuditEntry
from models.contacts import Contact
from models.municipality import PolicyVersion
from models.outbox import Mode, Outgoing, OutState, Promise
from models.people import Person
from tests.bot.machine import Losbot, line_of
from tests.bot.runtime import IDA, KARI, Runtime
from tests.browsing import ORIGIN, Browser
from tests.chatting import Chat
from tests.doses import slowly

BANNER = "Øvelse: Bare de som står på gjestelisten, får svar og meldinger."


def rehearse(session: Session, on: bool = True) -> None:
    version = session.scalars(select(PolicyVersion)).first()
    if version is None:
        begun = demo_day(session)
        session.add(PolicyVersion(valid_from=begun, choices={"rehearsal": on}, applied_at=begun))
    else:
        version.choices = {**version.choices, "rehearsal": on}


def demo_day(session: Session):
    return session.scalar(select(func.min(Person.created_at)))


def invite_guest(session: Session, address: int, now) -> None:
    person = session.scalars(
        select(Person).join(Contact, Contact.person_id == Person.id).where(
            Contact.address == address
        )
    ).one()  # fmt: skip
    assert rehearsal.put(session, person, True, now)


@pytest.fixture
async def bot(store: Store, now) -> AsyncIterator[Runtime]:
    """Kari is on the list; Ida is not."""
    runtime = Runtime(store, ManualClock(now))
    runtime.meet(IDA, KARI)
    await store.write(rehearse)
    await store.write(invite_guest, KARI, now)
    await runtime.start()
    yield runtime
    await runtime.stop()


KINDS = sorted({*handlers.NOTICES, "question", "why", "toast"} - {*ledger.TAKES_AWAY})
HOWS = [
    (mode, promise)
    for mode in Mode
    for promise in Promise
    if (mode == Mode.TOAST) == (promise == Promise.TOAST)
]


@pytest.mark.parametrize("addressed", [True, *slowly(False)], ids=["in a chat", "to a person"])
def test_of_no_kind_and_in_no_way_is_anyone_off_the_list_written_to(store: Store, now, addressed):
    """Every kind of message once, every way of sending many times, to both: only Kari's leave."""
    bot = Runtime(store, ManualClock(now))
    bot.meet(IDA, KARI)
    store.write_now(rehearse)
    store.write_now(invite_guest, KARI, now)

    def plays(session: Session) -> dict[int, list[Outgoing]]:
        both = {address: contacts.at(session, "telegram", address) for address in (IDA, KARI)}
        for number, (kind, (mode, promise)) in enumerate(zip(KINDS, cycle(HOWS), strict=False)):
            for contact in both.values():
                toast = mode == Mode.TOAST
                outbox.promise(
                    session, kind=kind, mode=mode, promise=promise, recipient_id=contact.person_id,
                    contact_id=contact.id if addressed or toast else None, occasion=str(number),
                    params={"words": f"nr {number}"}, callback_id="x" if toast else None,
                    target_id=number + 1 if mode in (Mode.DELETE, Mode.HIDE, Mode.STRIP) else None,
                    now=now,
                )  # fmt: skip
        results: list[Result] = []
        left = True
        while left:
            done = outgoing.step(session, results, [], 1000, bot.delivery._desk, now)
            results = [(each, Outcome(What.SENT, each.row_id)) for each in done.claimed]
            assert {each.address for each in done.claimed} <= {KARI, 0}
            left = done.changed or bool(results)
        rows = session.scalars(select(Outgoing)).all()
        return {
            address: [
                row
                for row in rows
                if row.recipient_id == contact.person_id and row.kind not in ledger.TAKES_AWAY
            ]
            for address, contact in both.items()
        }

    rows = store.write_now(plays)
    told = {(row.state, row.error, row.attempts) for row in rows[IDA]}
    assert told == {(OutState.MOOT, "rehearsal", 0)}
    assert bot.unreachable == []
    assert {row.state for row in rows[KARI]} == {OutState.SENT}
    assert len(rows[IDA]) == len(rows[KARI]) == len(KINDS)


async def test_of_somebody_without_a_chat_nobody_hears_that_they_were_not_reached(bot: Runtime):
    def promise(session: Session) -> None:
        nils = people.create(session, name="Nils", language="nb", now=bot.now)
        outbox.promise(session, kind="x", recipient_id=nils.id, occasion="1", now=bot.now)

    await bot.store.write(promise)
    await bot.delivery.settled()
    assert bot.unreachable == []
    assert [(row.state, row.error) for row in bot.rows()] == [(OutState.MOOT, "rehearsal")]


async def test_nothing_comes_afterwards_that_was_not_sent_then(bot: Runtime):
    await bot.said(IDA, "i øvelsen")
    await bot.store.write(rehearse, False)
    await bot.said(IDA, "for alvor")
    await bot.forward(days=3)
    assert bot.shown(IDA) == ["for alvor"]


async def test_what_lies_with_somebody_already_is_still_taken_away(bot: Runtime):
    """Off the list while something of theirs stands open: that goes, and says nothing."""
    (row_id,) = await bot.said(KARI, "opplysninger")

    def off(session: Session) -> None:
        person = session.get_one(Person, session.get_one(Outgoing, row_id).recipient_id)
        assert rehearsal.put(session, person, False, bot.now)
        ledger.take_back(session, [session.get_one(Outgoing, row_id)], bot.now)

    await bot.store.write(off)
    await bot.said(KARI, "hei")
    assert bot.shown(KARI) == []


async def test_who_opens_a_guests_link_is_answered_until_staff_have_decided(bot: Runtime):
    def opens(session: Session, token: str = "") -> None:
        guest = people.create(session, name="Mia", language="nb", now=bot.now)
        assert rehearsal.put(session, guest, True, bot.now)
        _row, token = invitations.invite(session, person=guest, invited_by=None, now=bot.now)
        contact = contacts.at(session, "telegram", IDA)
        invitations.present(session, token=token, contact=contact, now=bot.now)

    await bot.store.write(opens)
    await bot.said(IDA, "koden")
    assert bot.shown(IDA) == ["koden"]

    def rejects(session: Session) -> None:
        (invitation,) = session.scalars(select(invitations.Invitation))
        invitation.rejected_at = bot.now

    await bot.store.write(rejects)
    await bot.said(IDA, "mer")
    assert bot.shown(IDA) == ["koden"]


# --- where it is said ----------------------------------------------------------------------------


async def test_the_web_page_says_so_to_everyone(store: Store, now):
    store.write_now(demo.seed, now)
    clock = ManualClock(now)
    app = App.for_story(Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=Limits.none())
    asgi = face.app_of(app)
    assert BANNER not in (await Browser().get(asgi, "/")).text
    await store.write(rehearse)
    assert BANNER in (await Browser().get(asgi, "/")).text
    assert (
        "losbot_rehearsal 1"
        in (await Browser(origin="http://127.0.0.1").get(asgi, "/metrics")).text
    )


def test_staff_read_it_on_their_desk_and_nobody_else_does(session, cast, now):
    kinds = {"randi": "desk.queue", "lise": "desk.mine", "jonas": "stafett.list", "ida": "start"}
    for on in (False, True):
        rehearse(session, on)
        session.info.pop("policy", None)
        for name, kind in kinds.items():
            chat = Chat(session, getattr(cast, name), now)
            told = chat.words(chat.show(kind)).startswith(BANNER)
            assert told is (on and name != "ida"), name


def test_an_operator_keeps_the_guest_list(ready: Losbot):
    ready("seed")
    ida = ("--name", "Ida", "--role", "ungdom", "--unit", "ungdomsskolen")
    assert ready("guest", "add", *ida).output == "On the list.\n"
    assert ready("guest", "add", *ida).output == "Nothing to change. On the list.\n"
    number, name = ready("guest", "list").output.split()
    assert name == "Ida"
    assert ready("guest", "remove", "--id", number).output == "Off the list.\n"
    assert ready("guest", "list").output == ""
    assert "number" in line_of(ready("guest", "add", "--id", "7"))


def test_the_list_is_in_the_log(session, now):
    person = people.create(session, name="Mia", language="nb", now=now)
    assert rehearsal.put(session, person, True, now)
    assert not rehearsal.put(session, person, True, now)
    assert rehearsal.count(session) == 1
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "rehearsal.guest"))
    assert (entry.object_id, entry.detail) == (person.id, {"guest": True})
