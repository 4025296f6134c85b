"""Mail as one way of the ladder: over a real line, with what servers and people do to it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from email import message_from_string
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, update

from bot import demo, letters
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.returned import has_failed
from bot.store import Store
from bot.web.limits import Limits
from locales import LANGUAGES
from models import (
    channels,
    contact_wishes,
    contacts,
    falling_back,
    ledger,
    mail,
    mail_addresses,
    people,
    rehearsal,
    unasked,
)
from models.contacts import Contact
from models.municipality import Municipality, PolicyVersion
from models.outbox import PROMISED, Outgoing, OutState, Promise
from models.people import Person
from models.sealed import Keyring, SealBroken
from models.terms import ContactWay, Role
from tests.browsing import ORIGIN
from tests.lock_screens import CASE_WORDS, plant
from tests.post_office import certificate, drops, post_office

HERS = "kari@example.no"
NEW = "Du har en ny beskjed fra Fjordvik kommune"


@pytest.fixture(scope="module")
def cert(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("cert"))


@pytest.fixture
def begins():
    return demo.seed


@pytest.fixture
async def here(store: Store, now, cert):
    """Kari on the web with the page shut, and her address confirmed."""
    clock = ManualClock(now)
    async with post_office(cert) as office:
        app = App.for_story(
            Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=Limits.none(),
            mail=office.at,
        )  # fmt: skip
        await app.start(beating=False, polling=False, greet=False)
        yield SimpleNamespace(
            app=app, store=store, clock=clock, office=office, kari=store.write_now(_ready, now)
        )
        await app.stop()


def _ready(session, now) -> int:
    kari = demo.cast_of(session)["kari"]
    session.execute(update(Contact).where(Contact.person_id == kari.id).values(channel="web"))
    mail.ask(session, actor=kari, address=HERS, now=now)
    row = mail_addresses.waiting(session, kari.id)
    session.execute(update(Outgoing).values(state=OutState.MOOT))
    code = mail_addresses.code_of(session, row)
    assert mail.confirm(session, actor=kari, code=code, now=now) is mail.Came.RIGHT
    return kari.id


def _answered(session, now, as_a=Promise.NEWS) -> None:
    """Kari has asked to be contacted, and a los has seen it."""
    cast = demo.cast_of(session)
    wish = contact_wishes.ask(
        session, actor=cast["kari"], to=Role.LOS, way=ContactWay.CHAT, now=now
    )
    if as_a is Promise.NEWS:
        contact_wishes.answer(session, actor=cast["lise"], wish_id=wish.id, now=now)
    else:
        wish.answered_by, wish.answered_at = cast["lise"].id, now
        unasked.tell(session, "contact.answered", [cast["kari"].id], wish.id, "r", now, as_a)


async def tells(here, **how) -> None:
    await here.store.write(_answered, here.clock.now(), **how)
    await here.app.settled()


async def passes(here, **time) -> None:
    """Beat by beat of half an hour."""
    until = here.clock.now() + timedelta(**time)
    while here.clock.now() < until:
        due = await here.app.next_due()
        here.clock.move_to(min(until, due) if due is not None else until)
        await here.app.tick(here.clock.now())


def subjects(here) -> list[str]:
    return [str(letter["Subject"]) for letter in here.office.to(HERS)]


def rows(here, kind) -> list[Outgoing]:
    return here.store.read_now(
        lambda s: s.scalars(select(Outgoing).where(Outgoing.kind == kind)).all()
    )


def close_chat(session, now, person_id) -> None:
    contacts.close(contacts.of(session, person_id), now)


def decide(session, **choices) -> None:
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, **choices}


# --- what goes -----------------------------------------------------------------------------------


async def test_a_mail_is_plain_words_one_link_and_headers_that_say_what_it_is(here):
    await tells(here)
    await passes(here, minutes=31)
    (letter,) = here.office.to(HERS)
    (envelope,) = {sender for sender, _to, _letter in here.office.boxes}
    assert letter["From"] == "Fjordvik kommune <ikke-svar@fjordvik.test>"
    assert (letter["To"], letter["Subject"], envelope) == (HERS, NEW, here.office.at.sender)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == here.clock.now() - timedelta(minutes=1)
    assert letter["Message-ID"].endswith("@fjordvik.test>")
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content_charset() == "utf-8"
    text = letter.get_content()
    assert text.count("http") == 1
    assert f"\r\n{ORIGIN}\r\n" in text or f"\n{ORIGIN}\n" in text
    assert here.office.raw[0].isascii()


async def test_a_name_breaks_out_of_no_header(here):
    def rename(session) -> None:
        row = session.scalars(select(Municipality)).one()
        row.name = "Fjord\r\nBcc: alle@example.no\r\n\r\n<b>\u202evik"

    await here.store.write(rename)
    await tells(here)
    await passes(here, minutes=31)
    (letter,) = here.office.to(HERS)
    assert letter["Bcc"] is None
    assert len(here.office.boxes) == 1
    assert letter["Subject"].startswith("Du har en ny beskjed fra Fjord")
    assert "\u202e" not in letter["From"]


@pytest.mark.slow
async def test_it_is_in_the_persons_language(here):
    def speak(session) -> None:
        people.speak(session, session.get_one(Person, here.kari), "en", here.clock.now())

    await here.store.write(speak)
    await tells(here)
    await passes(here, minutes=31)
    assert subjects(here) == ["You have a new message from Fjordvik kommune"]
    assert here.office.to(HERS)[0]["Content-Language"] == "en"


# --- what does not -------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_reminder_to_one_who_wants_none_brings_no_mail(here):
    def mute(session) -> None:
        people.mute(session, session.get_one(Person, here.kari), True, here.clock.now())

    await here.store.write(mute)
    await tells(here, as_a=Promise.REMINDER)
    await passes(here, hours=5)
    assert here.office.boxes == []
    await here.store.write(close_chat, here.clock.now(), here.kari)
    await tells(here, as_a=Promise.REMINDER)
    assert here.office.boxes == []


async def test_in_a_rehearsal_only_guests_get_mail(here):
    await here.store.write(decide, rehearsal=True)
    await tells(here)
    await passes(here, hours=5)
    assert here.office.boxes == []

    def invite(session) -> None:
        rehearsal.put(session, session.get_one(Person, here.kari), True, here.clock.now())

    await here.store.write(invite)
    await tells(here)
    await passes(here, minutes=31)
    assert subjects(here) == [NEW]


async def test_a_stopped_channel_sends_nothing_until_it_is_started(here):
    await tells(here)
    await here.store.write(channels.stop, "email", here.clock.now())
    await passes(here, hours=2)
    assert here.office.boxes == []
    await here.store.write(channels.start, "email", here.clock.now())
    await here.app.settled()
    assert subjects(here) == [NEW]


@pytest.mark.slow
async def test_nobody_is_written_to_at_night(here):
    here.clock.move_to(here.clock.now() + timedelta(hours=9, minutes=45))  # a quarter to eight
    await tells(here)
    await passes(here, hours=4)
    assert here.office.boxes == []
    await passes(here, hours=10)
    (letter,) = here.office.to(HERS)
    assert letter["Date"].datetime.hour == 8  # nine in Oslo


@pytest.mark.slow
async def test_whoever_may_have_none_any_more_gets_none(here):
    await tells(here)
    await here.store.write(channels.stop, "email", here.clock.now())
    await passes(here, hours=1)
    await here.store.write(decide, mail_for="staff")
    await here.store.write(channels.start, "email", here.clock.now())
    await here.app.settled()
    assert [row.state for row in rows(here, falling_back.NEWS)] == [OutState.MOOT]
    assert here.office.boxes == []


@pytest.mark.slow
async def test_without_the_key_mail_waits_and_holds_up_nothing_else(here, monkeypatch):
    def broken(session, contact_id) -> str:
        raise SealBroken("x")

    monkeypatch.setattr(letters.mail_addresses, "address_of", broken)
    await tells(here)
    await passes(here, minutes=31)
    await tells(here)
    assert [row.state for row in rows(here, "contact.answered")] == [OutState.SENT] * 2
    monkeypatch.undo()
    await passes(here, minutes=2)
    assert subjects(here) == [NEW]


@pytest.mark.slow
async def test_a_mail_that_cannot_be_written_fails_alone(here, monkeypatch):
    def broken(session, contact_id) -> str:
        raise ValueError("x")

    monkeypatch.setattr(letters.mail_addresses, "address_of", broken)
    await tells(here)
    await passes(here, minutes=31)
    (row,) = rows(here, falling_back.NEWS)
    assert (row.state, row.error) == (OutState.FAILED, "compose.ValueError")
    await tells(here)
    assert [row.state for row in rows(here, "contact.answered")] == [OutState.SENT] * 2


def _taken_back(session, now) -> None:
    told = session.scalars(select(Outgoing).where(Outgoing.kind == "contact.answered")).all()
    ledger.take_back(session, told, now)
    session.info[PROMISED] = True


def _forgotten(session, now) -> None:
    session.execute(delete(contact_wishes.ContactWish))


@pytest.mark.parametrize("ends", [_taken_back, _forgotten])
async def test_what_is_not_true_any_more_when_the_mail_would_go_brings_none(here, ends):
    await tells(here)
    await passes(here, minutes=20)
    await here.store.write(ends, here.clock.now())
    await here.app.settled()
    await passes(here, hours=2)
    assert here.office.boxes == []
    assert [row.state for row in rows(here, falling_back.NEWS)] == [OutState.MOOT]
    await tells(here)
    await passes(here, hours=1)
    assert subjects(here) == [NEW]  # the next that is true is told


# --- what servers do -----------------------------------------------------------------------------


async def test_an_address_that_is_not_there_closes_and_others_are_told(here):
    here.office.refuses[HERS] = "550 5.1.1 no such user"
    await tells(here)
    await passes(here, minutes=31)
    (row,) = rows(here, falling_back.NEWS)
    assert (row.state, row.error) == (OutState.FAILED, "unreachable")
    assert len(rows(here, "mail.bounced")) == 1
    here.office.refuses.clear()
    await tells(here)
    await passes(here, hours=5)
    assert here.office.boxes == []


@pytest.mark.slow
async def test_what_is_our_own_fault_closes_nobodys_address(here):
    here.office.rcpt.append("554 5.7.1 relay access denied")
    await tells(here)
    await passes(here, minutes=31)
    (row,) = rows(here, falling_back.NEWS)
    assert (row.state, row.error) == (OutState.FAILED, "smtp.554")
    assert here.store.read_now(mail.of, here.kari) is not None
    await tells(here)
    await passes(here, hours=1)


@pytest.mark.slow
async def test_a_server_that_says_not_now_is_asked_again(here):
    here.office.rcpt += ["450 4.2.1 later", "450 4.2.1 later"]
    await tells(here)
    await passes(here, minutes=31)
    assert here.office.boxes == []
    await passes(here, minutes=15)
    assert subjects(here) == [NEW]


@pytest.mark.slow
async def test_a_line_that_breaks_after_the_letter_repeats_it_once_and_it_is_known_for_the_same(
    here,
):
    here.office.data += [drops, drops]
    await tells(here)
    await passes(here, minutes=40)
    (row,) = rows(here, falling_back.NEWS)
    assert (row.state, row.ambiguous) == (OutState.UNCERTAIN, 2)
    first, second = here.office.to(HERS)
    assert first["Message-ID"] == second["Message-ID"]
    await passes(here, hours=5)
    assert len(here.office.boxes) == 2


@pytest.mark.slow
async def test_a_code_that_may_have_arrived_is_not_sent_again(here):
    here.office.data.append(drops)

    def ask(session) -> None:
        kari = session.get_one(Person, here.kari)
        mail.ask(session, actor=kari, address="ny@example.no", now=here.clock.now())

    await here.store.write(ask)
    await here.app.settled()
    await passes(here, minutes=30)
    assert len(here.office.to("ny@example.no")) == 1


# --- a chat that is closed -----------------------------------------------------------------------


@pytest.mark.slow
async def test_what_has_no_chat_waits_for_one_while_a_mail_says_so(here):
    await here.store.write(close_chat, here.clock.now(), here.kari)
    await tells(here)
    assert subjects(here) == [NEW]
    await passes(here, minutes=20)
    await tells(here)
    for row in rows(here, "contact.answered"):
        assert (row.state, row.error) == (OutState.WAITING, falling_back.MAILED)

    def opens(session) -> None:
        contact = session.scalars(
            select(Contact).where(Contact.person_id == here.kari, Contact.channel == "web")
        ).one()
        contact.closed_at = None
        falling_back.looked(session, here.kari, contact.id, here.clock.now())

    await passes(here, hours=3)
    await here.store.write(opens)
    await here.app.settled()
    assert [row.state for row in rows(here, "contact.answered")] == [OutState.SENT] * 2
    assert subjects(here) == [NEW]


@pytest.mark.slow
async def test_what_has_waited_three_days_for_a_chat_is_a_task_for_a_person(here):
    await here.store.write(close_chat, here.clock.now(), here.kari)
    await tells(here)
    await passes(here, days=3, hours=1)
    (row,) = rows(here, "contact.answered")
    assert (row.state, row.error) == (OutState.FAILED, "unreachable")
    assert subjects(here) == [NEW]


@pytest.mark.slow
async def test_without_mail_on_the_ladder_a_closed_chat_is_a_task_at_once(here):
    await here.store.write(decide, fallback=["telegram", "web", "task"])
    await here.store.write(close_chat, here.clock.now(), here.kari)
    await tells(here)
    (row,) = rows(here, "contact.answered")
    assert (row.state, row.error) == (OutState.FAILED, "unreachable")
    assert here.office.boxes == []


# --- what stays with us --------------------------------------------------------------------------


@pytest.mark.slow
async def test_neither_address_nor_words_stand_in_the_log(here, caplog, capsys):
    caplog.set_level(logging.DEBUG, logger="")
    for name in ("aiosmtplib", "asyncio", "sqlalchemy.engine"):
        caplog.set_level(logging.DEBUG, logger=name)
    here.office.rcpt.append(f"450 4.2.1 <{HERS}> later")
    await tells(here)
    await passes(here, minutes=45)
    assert subjects(here) == [NEW]
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("mail.")]
    assert not [line for line in ours if HERS in line or "hemmelig" in line]
    out, err = capsys.readouterr()
    assert HERS not in out + err


async def test_no_mail_says_what_it_is_about_in_any_language(here):
    planted = await here.store.write(_plant, here.clock.now())
    for language in LANGUAGES:
        await here.store.write(_speaks, here.kari, language)
        await tells(here)
        await passes(here, minutes=31)
        await here.store.write(_asks_again, here.kari, here.clock.now())
        await here.app.settled()
        await here.store.write(_looks, here.kari, here.clock.now())
    mails = [(letter["Subject"], letter.get_content()) for _f, _t, letter in here.office.boxes]
    assert len(mails) == 2 * len(LANGUAGES)
    for subject, text in mails:
        told = f"{subject}\n{text}"
        assert not CASE_WORDS.findall(told), told
        assert not [word for word in planted if word.casefold() in told.casefold()]


def _plant(session, now) -> set[str]:
    return plant(session, SimpleNamespace(**demo.cast_of(session)), now)


def _speaks(session, person_id, language) -> None:
    session.get_one(Person, person_id).language = language


def _asks_again(session, person_id, now) -> None:
    mail.ask(session, actor=session.get_one(Person, person_id), address="ny@example.no", now=now)


def _looks(session, person_id, now) -> None:
    falling_back.looked(session, person_id, contacts.of(session, person_id).id, now)


# --- on Fridays ----------------------------------------------------------------------------------

FRIDAY = "Fem minutter på fredag: noe venter på deg hos Fjordvik kommune"
LISES = "lise@example.no"


def _a_los_has_mail(session, now) -> None:
    lise = demo.cast_of(session)["lise"]
    mail.ask(session, actor=lise, address=LISES, now=now)
    code = mail_addresses.code_of(session, mail_addresses.waiting(session, lise.id))
    assert mail.confirm(session, actor=lise, code=code, now=now) is mail.Came.RIGHT
    session.execute(update(Outgoing).values(state=OutState.MOOT))


def _kari_asks(session, now) -> None:
    kari = demo.cast_of(session)["kari"]
    contact_wishes.ask(session, actor=kari, to=Role.LOS, way=ContactWay.CHAT, now=now)


def _lise_answers(session, now) -> None:
    cast = demo.cast_of(session)
    wish = session.scalars(select(contact_wishes.ContactWish)).one()
    contact_wishes.answer(session, actor=cast["lise"], wish_id=wish.id, now=now)


@pytest.mark.slow
async def test_on_fridays_staff_hear_once_that_something_waits_and_only_then(here):
    await here.store.write(_a_los_has_mail, here.clock.now())
    await passes(here, days=6)
    assert here.office.to(LISES) == []
    await here.store.write(_kari_asks, here.clock.now())
    await passes(here, days=7)
    (letter,) = here.office.to(LISES)
    assert (letter["Subject"], str(letter["Date"].datetime)) == (
        FRIDAY,
        "2026-12-04 12:00:00+00:00",
    )
    assert set(re.findall(r"\d+", letter.get_content())) == {"113", "112"}
    await here.store.write(_lise_answers, here.clock.now())
    await passes(here, days=7)
    assert len(here.office.to(LISES)) == 1


@pytest.mark.slow
async def test_the_family_gets_no_mail_on_fridays(here):
    await here.store.write(decide, mail_after_minutes=3600)
    await passes(here, days=2)
    await tells(here)
    await passes(here, days=2, hours=6)
    assert here.clock.now().weekday() == 4
    assert here.office.boxes == []


# --- what comes back later -----------------------------------------------------------------------


@pytest.mark.slow
async def test_a_mail_that_comes_back_later_says_whose_it_was_to_us_alone(store, now, cert):
    clock = ManualClock(now)
    async with post_office(cert) as office:
        office.returns = "retur@fjordvik.test"
        app = App.for_story(
            Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=Limits.none(),
            mail=office.at,
        )  # fmt: skip
        await app.start(beating=False, polling=False, greet=False)
        kari = store.write_now(_ready, now)
        here = SimpleNamespace(app=app, store=store, clock=clock, office=office, kari=kari)
        await tells(here)
        await passes(here, minutes=31)
        ((envelope, _to, letter),) = office.boxes
        local, _at, domain = envelope.partition("@")
        assert (local.partition("+")[0], domain) == ("retur", "fjordvik.test")
        token = local.partition("+")[2].upper()
        assert letter["From"].endswith("<ikke-svar@fjordvik.test>")
        contact_id = store.read_now(mail_addresses.by_token, token)
        assert contact_id == store.read_now(mail.of, kari).id
        for wrong in ("", "-", token[:-1] + "x", f"{contact_id:x}-", "zz-11"):
            assert store.read_now(mail_addresses.by_token, wrong) is None
        assert store.write_now(falling_back.came_back, contact_id, clock.now())
        assert not store.write_now(falling_back.came_back, contact_id, clock.now())
        await app.stop()


REPORT = """\
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.no

Final-Recipient: rfc822; kari@example.no
Action: {action}
Status: {status}

--x--
"""


@pytest.mark.parametrize(
    ("report", "final"),
    [
        (REPORT.format(action="failed", status="5.1.1"), True),
        (REPORT.format(action="Failed", status="5.2.1"), True),
        (REPORT.format(action="failed", status="5.7.1"), False),
        (REPORT.format(action="failed", status="4.4.7"), False),
        (REPORT.format(action="delayed", status="5.1.1"), False),
        ("Subject: Jeg har ferie\n\nAction: failed\nStatus: 5.1.1\n", False),
        ("", False),
    ],
)
def test_only_a_report_that_says_for_good_is_believed(report, final):
    assert has_failed(message_from_string(report)) is final


@pytest.mark.slow
def test_the_municipalitys_mail_system_tells_of_it(ready, now):
    def one(session) -> str:
        person = people.create(session, name="Kari", language="nb", now=now, confirmed=True)
        session.info["mail"] = True
        mail.ask(session, actor=person, address=HERS, now=now)
        row = mail_addresses.waiting(session, person.id)
        return mail_addresses.token_of(session, row.id)

    store = Store.open(
        ready.env["LOSBOT_DATABASE_URL"], Keyring.from_file(Path(ready.env["LOSBOT_KEY_FILE"]))
    )
    token = store.write_now(one)
    store.close()
    assert "no token of ours" in ready("email", "bounced", "x-1").output
    assert "no token of ours" in ready("email", "bounced", "retur@kommune.no").output
    assert "nothing to close" in ready("email", "bounced", f"retur+{token}@kommune.no").output


@pytest.mark.slow
def test_check_says_whether_the_mail_server_lets_us_in(ready):
    setup = {
        "LOSBOT_TOKEN_FILE": None,
        "LOSBOT_WEB_URL": ORIGIN,
        "LOSBOT_SMTP_HOST": "localhost",
        "LOSBOT_SMTP_PORT": "1",
        "LOSBOT_SMTP_FROM": "ikke-svar@kommune.no",
    }
    said = ready("check", **setup)
    assert said.exit_code == 1
    assert re.search(
        r"^! Mail: localhost does not let us in \(\w+\)\.$", said.output, re.MULTILINE
    )
