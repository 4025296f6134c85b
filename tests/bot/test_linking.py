"""One person in Telegram and in a browser: nobody gets in by a link alone, what is done in one chat
counts in all, and each can be ended from the others."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.cast import BOT_USERNAME
from bot.emulator.emulator import Emulator
from bot.store import Store
from bot.web import devices, face, seats
from bot.web.limits import Limit, Limits
from models import (
    contacts,
    erasing,
    linked,
    linking,
    mail,
    mail_addresses,
    my_data,
    outbox,
    passkeys,
    people,
    retention,
    web_identities,
    web_sessions,
)
from models.audit import AuditEntry
from models.base import Refused, new_id
from models.consents import ConsentEvent
from models.contacts import Contact
from models.linking import LIFE, ChatLink
from models.municipality import PolicyVersion
from models.outbox import Outgoing
from models.people import Person
from models.terms import InfoKind, LoginKind
from models.web_identities import Subject
from models.web_sessions import WebSession
from tests import agreed
from tests.browsing import ORIGIN, Browser
from tests.stories.evening import Evening
from tests.stories.words import ABSENT

COOKIE = "__Host-losbot"
NO_LINK = "Denne lenken virker ikke."


class Both(Evening):
    """Everybody in Telegram, and the web chat beside it."""

    async def begins(self) -> None:
        store = Store.open(self._url, self._keyring, bot_username=BOT_USERNAME)
        self.app = App.for_story(
            self.emulator, store, self.clock, web_url=ORIGIN, limits=Limits.none()
        )
        self.emulator.settled = self.app.settled
        self.emulator.next_due, self.emulator.on_clock = self.app.next_due, self.app.tick
        await self.app.start(beating=False)
        self.store, self.asgi = store, face.app_of(self.app)
        await self.settle()

    async def asks(self, who: str) -> str:
        """The path of the link somebody asks for in Telegram."""
        await self.types(who, "/innstillinger")
        await self.presses(who, "Bruk i nettleseren")
        return re.search(r"/til/\S+", self.last(who))[0]

    async def opens(self, path: str) -> Browser:
        browser = Browser()
        assert (await browser.get(self.asgi, path)).status == 200
        reply = await browser.form(self.asgi, path)
        assert (reply.status, reply.header("location")) == (303, "/venter"), reply.text
        await self.settle()
        return browser

    async def code(self, browser: Browser) -> str:
        page = (await browser.get(self.asgi, "/venter")).text
        return re.search(r'class="code"><strong>(\d{4})<', page)[1]

    async def comes_in(self, who: str) -> Browser:
        """As if by a link: one more browser, in the one web chat of a person."""

        def let_in(session):
            person, now = demo.cast_of(session)[who.casefold()], self.clock.now()
            here = contacts.of(session, person.id)
            asked = linking.ask(session, actor=person, contact=here, to_channel="web", now=now)
            secret = linking.open_in_browser(session, linking.token_of(session, asked.id), now)
            linking.let_in(session, actor=person, contact=here, link_id=asked.id, now=now)
            return linking.enter(session, secret, "", now)

        browser = Browser(cookies={COOKIE: await self.store.write(let_in)})
        await self.settle()
        return browser

    async def is_in(self, browser: Browser) -> bool:
        return 'id="told"' in (await browser.get(self.asgi, "/")).text

    async def texts(self, browser: Browser) -> list[str]:
        told = (await browser.get(self.asgi, "/")).told
        return [message["text"] for message in told["messages"]]

    async def says(self, browser: Browser, nonce: str, **said: str) -> None:
        proof = (await browser.get(self.asgi, "/")).told["proof"]
        given = {"proof": proof, "nonce": nonce, **said}
        assert (await browser.post(self.asgi, "/si", given)).status == 200
        await self.settle()

    async def key(self, browser: Browser, label: str) -> str:
        """What the newest button with this label would post."""
        told = (await browser.get(self.asgi, "/")).told
        for message in reversed(told["messages"]):
            for key in (each for row in message["inline_keyboard"] or () for each in row):
                if key["text"] == label:
                    return f"{message['message_id']} {key['callback_data']}"
        raise LookupError(label)

    async def makes_passkey(self, browser: Browser) -> int:
        """Whoever sits at a browser for a minute makes one."""

        def made(session):
            seat = seats.find(session, browser.cookies[COOKIE], self.clock.now())
            told = passkeys.Made(new_id().to_bytes(8), b"h", b"k", 0, "Min")
            assert devices.keep_passkey(session, seat, told, self.clock.now())
            return session.scalars(select(passkeys.Passkey.id)).all()[-1]

        number = await self.store.write(made)
        await self.settle()
        return number

    async def shows_passkey(self, number: int) -> Browser:
        token = await self.store.write(devices.enter, number, 0, None, "iPhone", self.clock.now())
        return Browser(cookies={COOKIE: token} if token else {})

    async def telegram_of(self, who: str) -> int:
        """The number of somebody's chat in Telegram."""

        def found(session):
            places = linked.places(session, demo.cast_of(session)[who], self.clock.now())
            return [each.id for each in places if each.channel == "telegram"]

        (number,) = await self.store.read(found)
        return number

    async def ends_on_page(self, browser: Browser, **given: str) -> None:
        proof = (await browser.get(self.asgi, "/")).told["proof"]
        reply = await browser.form(self.asgi, "/enheter", proof=proof, **given)
        assert reply.status == 303
        await self.settle()


@pytest.fixture
def begins():
    return demo.seed


@pytest.fixture
async def both(store, store_url, keyring, now):
    store.close()
    clock = ManualClock(now)
    playing = Both(Emulator(clock=clock), clock, store_url, keyring)
    await playing.begins()
    yield playing
    await playing.ends()
    assert playing.emulator.violations == []


async def count(both, table, *where) -> int:
    return await both.store.read(
        lambda s: s.scalar(select(func.count()).select_from(table).where(*where))
    )


# --- from Telegram to a browser ------------------------------------------------------------------


async def test_a_browser_comes_in_when_the_chat_that_asked_says_yes_and_is_the_same_person(both):
    path = await both.asks("Ida")
    assert both.last("Ida").startswith("Åpne lenken i nettleseren du vil bruke.")
    browser = await both.opens(path)
    code = await both.code(browser)
    assert both.last("Ida") == (
        "Noen venter på deg nå.\n\n"
        "En nettleser vil inn i chatten din. Lenken ble åpnet mandag 23. november kl. 10.00.\n\n"
        f"Står koden {code} i nettleseren? Da er det deg.\n[Slipp inn]\n[Det var ikke meg]"
    )
    assert (await browser.get(both.asgi, "/venter/svar")).text == '{"over":false}'
    assert not await both.is_in(browser)
    await both.presses("Ida", "Slipp inn")
    assert both.last("Ida").startswith("Sluppet inn.")
    assert (await browser.get(both.asgi, "/venter/svar")).text == '{"over":true}'
    reply = await browser.get(both.asgi, "/venter")
    assert (reply.status, reply.header("location")) == (303, "/")
    assert set(browser.cookies) == {COOKIE}
    await both.settle()
    assert (await both.texts(browser))[0].startswith("Nå er du inne her også.")
    assert (await browser.get(both.asgi, "/")).told["keyboard"][0] == [
        "Be om en los",
        "Mine saker",
    ]
    await both.says(browser, "n1", words="/minedata")
    assert "Navn: Ida" in (await both.texts(browser))[-1]
    assert await count(both, Person, Person.confirmed_at.is_(None)) == 0, "nobody new was met"


@pytest.mark.slow
async def test_a_browser_is_listed_by_the_kind_of_device_it_says_it_is_and_nothing_finer(both):
    path = await both.asks("Ida")
    said = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) Secret/605.1.15"
    browser = await both.opens(path)
    await both.presses("Ida", "Slipp inn")
    await browser.get(both.asgi, "/venter", user_agent=said)
    assert "Nettleser (iPhone)" in (await browser.get(both.asgi, "/enheter")).text
    (kept,) = await both.store.read(lambda s: s.scalars(select(WebSession.device)).all())
    assert kept == "iPhone"


async def test_a_link_that_was_passed_on_lets_nobody_in_without_the_press(both):
    path = await both.asks("Ida")
    thief = await both.opens(path)
    assert (await Browser().get(both.asgi, path)).status == 404, "used up"
    assert (await Browser().form(both.asgi, path)).status == 404
    for address in ("/", "/enheter", "/strom", "/venter"):
        assert "Ida" not in (await thief.get(both.asgi, address)).text
    await both.presses("Ida", "Det var ikke meg")
    assert both.last("Ida").startswith("Ingen er sluppet inn")
    reply = await thief.get(both.asgi, "/venter")
    assert (reply.status, NO_LINK in reply.text) == (404, True)
    assert not await both.is_in(thief)
    assert await count(both, WebSession) == 0
    assert await count(both, AuditEntry, AuditEntry.action == "linking.keep_out") == 1


async def test_only_the_browser_that_opened_it_comes_in_and_only_once(both):
    browser = await both.opens(await both.asks("Ida"))
    waits = dict(browser.cookies)
    await both.presses("Ida", "Slipp inn")
    for foreign in ({}, {f"{COOKIE}-venter": "x" * 43}, {f"{COOKIE}-venter": "x" * 4000}):
        other = Browser(cookies=dict(foreign))
        assert (await other.get(both.asgi, "/venter")).status == 404
        assert not await both.is_in(other)
    assert (await browser.get(both.asgi, "/venter")).status == 303
    assert (await Browser(cookies=waits).get(both.asgi, "/venter")).status == 404, "again"
    assert await count(both, WebSession) == 1


@pytest.mark.slow
async def test_of_many_browsers_that_open_a_link_at_once_one_waits_and_comes_in_once(both):
    path = await both.asks("Ida")
    browsers = [Browser() for _each in range(8)]
    replies = await asyncio.gather(*(each.form(both.asgi, path) for each in browsers))
    assert sorted(reply.status for reply in replies) == [303] + [404] * 7
    (one,) = [each for each in browsers if each.cookies]
    await both.settle()
    await both.presses("Ida", "Slipp inn")
    waits = dict(one.cookies)
    many = [Browser(cookies=dict(waits)).get(both.asgi, "/venter") for _each in range(8)]
    assert sorted(reply.status for reply in await asyncio.gather(*many)) == [303] + [404] * 7
    assert await count(both, WebSession) == 1


@pytest.mark.slow
async def test_too_late_to_open_to_answer_and_to_come_in(both):
    late = await both.asks("Ida")
    await both.passes(minutes=10)
    assert (await Browser().get(both.asgi, late)).status == 404
    assert (await Browser().form(both.asgi, late)).status == 404
    browser = await both.opens(await both.asks("Ida"))
    pressed = both.carried("Ida", "Slipp inn")
    await both.passes(minutes=10)
    await both.presses_data("Ida", *pressed)
    assert both.toast("Ida") == "Dette er ikke åpent lenger."
    assert (await browser.get(both.asgi, "/venter")).status == 404
    browser = await both.opens(await both.asks("Ida"))
    await both.presses("Ida", "Slipp inn")
    await both.passes(minutes=10)
    assert (await browser.get(both.asgi, "/venter")).status == 404
    assert await count(both, WebSession) == 0


def test_a_link_asked_for_again_takes_the_older_one_away_and_there_are_so_many_a_day(
    session, cast, now
):
    session.info["web_url"] = ORIGIN
    here = contacts.of(session, cast.ida.id)
    given = {"actor": cast.ida, "contact": here, "to_channel": "web", "now": now}
    tokens = [
        linking.token_of(session, linking.ask(session, **given).id)
        for _each in range(linking.MOST)
    ]
    with pytest.raises(Refused, match="too_many"):
        linking.ask(session, **given)
    opened = [linking.can_be_opened(session, token, "web", now) for token in tokens]
    assert opened == [False] * (linking.MOST - 1) + [True]


@pytest.mark.slow
async def test_made_up_links_are_refused_alike_and_slowed_down(both):
    for made_up in ("x", "inn-" + "A" * 22, "inn-" + "A" * 3000, "%00", "inn-%F0%9F%92%A9"):
        for reply in (
            await Browser().get(both.asgi, f"/til/{made_up}"),
            await Browser().form(both.asgi, f"/til/{made_up}"),
        ):
            assert (reply.status, NO_LINK in reply.text) == (404, True), made_up
    path = await both.asks("Ida")
    assert (await Browser().get(both.asgi, path.replace("/til/", "/inn/"))).status == 404
    kind = {"content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example"}
    assert (await Browser().ask(both.asgi, "POST", path, b"a=b", kind)).status == 403
    assert (await Browser().ask(both.asgi, "POST", path, b"a" * 5_000_000, kind | {
        "origin": ORIGIN})).status == 413  # fmt: skip
    assert (await Browser().get(both.asgi, path)).status == 200, "nothing used it up"
    both.app.chat._limits = replace(Limits.usual(), opened=Limit(0.1, 20))
    answers = [(await Browser().get(both.asgi, "/til/inn-x")).status for _each in range(25)]
    assert answers.count(404) == 20
    assert answers[-1] == 429


async def test_the_press_counts_in_the_chat_that_asked_and_from_nobody_else(both):
    await both.opens(await both.asks("Ida"))
    (number,) = await both.store.read(lambda s: s.scalars(select(ChatLink.id)).all())

    def tries(session):
        cast = demo.cast_of(session)
        chat = {name: contacts.of(session, cast[name].id) for name in ("ida", "kari")}
        elsewhere = contacts.add(session, cast["ida"], "web", 7, both.clock.now())
        told = []
        for actor, contact in (("kari", chat["kari"]), ("kari", chat["ida"]), ("ida", elsewhere)):
            for verb in (linking.let_in, linking.keep_out):
                try:
                    verb(session, actor=cast[actor], contact=contact, link_id=number,
                         now=both.clock.now())  # fmt: skip
                except Refused as refused:
                    told.append(refused.why)
        return told

    assert await both.store.write(tries) == ["absent"] * 6
    assert await count(both, ChatLink, ChatLink.let_in.is_not(None)) == 0


# --- from a browser to Telegram ------------------------------------------------------------------


async def asks_for_telegram(both, browser) -> str:
    await both.says(browser, "s", words="/innstillinger")
    await both.says(browser, "b", press=await both.key(browser, "Bruk i Telegram"))
    told = (await both.texts(browser))[-1]
    return re.search(r"https://t\.me/losbot\w*\?start=(\S+)", told)[1]


async def test_a_telegram_account_comes_in_when_the_browser_that_asked_says_yes(both):
    browser = await both.comes_in("Ida")
    token = await asks_for_telegram(both, browser)
    both.meets("Nytt")
    await both.types("Nytt", "/start")
    await both.types("Nytt", f"/start {token}")
    code = re.search(r"Koden din er (\d{4})", both.last("Nytt"))[1]
    told = (await both.texts(browser))[-1]
    assert "En Telegram-konto vil inn i chatten din." in told
    assert f"Står koden {code} i Telegram?" in told
    await both.types("Nytt", "/saker")
    assert both.last("Nytt").startswith("Du er ikke med i noen sak nå."), "nobody yet"
    await both.says(browser, "yes", press=await both.key(browser, "Slipp inn"))
    assert both.last("Nytt").startswith("Nå er du inne her også.")
    await both.types("Nytt", "/minedata")
    assert "Navn: Ida" in both.last("Nytt")
    await both.types("Ida", "/minedata")
    assert "Navn: Ida" in both.last("Ida"), "the first chat goes on"


@pytest.mark.slow
async def test_an_account_that_is_somebody_opens_no_such_link_and_a_no_keeps_a_stranger_out(both):
    browser = await both.comes_in("Ida")
    token = await asks_for_telegram(both, browser)
    for who in ("Kari", "Ida"):
        await both.types(who, f"/start {token}")
        assert both.last(who) == ABSENT
    both.meets("Tyv")
    await both.types("Tyv", f"/start {token}")
    await both.says(browser, "no", press=await both.key(browser, "Det var ikke meg"))
    assert both.last("Tyv") == "Det gikk ikke denne gangen. Be om en ny lenke."
    await both.types("Tyv", "/minedata")
    assert "Ida" not in both.phone("Tyv")
    both.meets("Tyv2")
    await both.types("Tyv2", f"/start {token}")
    assert both.last("Tyv2") == ABSENT


# --- who may -------------------------------------------------------------------------------------


def staff_stay_off_telegram(session):
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, "staff_telegram": False}


@pytest.mark.slow
async def test_staff_take_telegram_into_use_only_where_they_may_and_the_web_by_their_login(both):
    browser = await both.comes_in("Jonas")
    token = await asks_for_telegram(both, browser)
    both.meets("Nytt")
    await both.types("Nytt", f"/start {token}")
    await both.store.write(staff_stay_off_telegram)
    await both.says(browser, "yes", press=await both.key(browser, "Slipp inn"))
    await both.types("Nytt", "/minedata")
    assert "Jonas" not in both.phone("Nytt"), "asked again when it is answered"
    await both.says(browser, "s2", words="/innstillinger")
    shown = (await browser.get(both.asgi, "/")).told["messages"][-1]["inline_keyboard"]
    assert "Bruk i Telegram" not in str(shown)
    both.store.staff_log_in = True
    assert not await both.is_in(browser)
    await both.types("Jonas", "/innstillinger")
    assert "Bruk i nettleseren" not in both.last("Jonas")
    await both.types("Ida", "/innstillinger")
    assert "Bruk i nettleseren" in both.last("Ida")


def test_a_stranger_asks_for_none_and_a_channel_that_is_not_there_is_not_offered(
    session, cast, now
):
    stranger = people.create(session, name="", language="nb", now=now)
    contact = contacts.add(session, stranger, "telegram", 99, now)
    with pytest.raises(Refused):
        linking.ask(session, actor=stranger, contact=contact, to_channel="web", now=now)
    session.info.update(web_url="", bot_username="")
    assert linked.ways(session, cast.ida, now) == ()
    session.info.update(web_url=ORIGIN, bot_username="bot")
    assert linked.ways(session, cast.ida, now) == ("web", "telegram")


def test_there_is_no_session_before_the_yes_nor_when_the_chat_that_asked_is_taken(
    session, cast, now
):
    session.info["web_url"] = ORIGIN
    here = contacts.of(session, cast.ida.id)
    given = {"actor": cast.ida, "contact": here, "now": now}
    asked = linking.ask(session, to_channel="web", **given)
    secret = linking.open_in_browser(session, linking.token_of(session, asked.id), now)
    assert linking.enter(session, secret, "", now) is None
    linking.let_in(session, link_id=asked.id, **given)
    contacts.give_up(session, cast.ida, here, actor=None, now=now)
    assert linking.enter(session, secret, "", now) is None
    assert session.scalars(select(WebSession)).all() == []


# --- where one is logged in ----------------------------------------------------------------------


@pytest.mark.slow
async def test_every_chat_is_listed_in_every_chat_and_one_is_ended_with_a_press(both):
    browser = await both.comes_in("Ida")
    await both.says(browser, "n", words="/los")
    await both.types("Ida", "/innstillinger")
    await both.presses("Ida", "Hvor du er logget inn")
    shown = both.last("Ida")
    assert "Her, nå: Telegram." in shown
    assert "1. Nettleser: fra mandag 23. november kl. 10.00" in shown
    assert "[Avslutt nr. 1]" in shown
    page = (await browser.get(both.asgi, "/enheter")).text
    assert "<b>Nettleser – Her, nå</b>" in page
    assert "<b>Telegram</b>" in page
    before = await count(both, ConsentEvent)
    await both.presses("Ida", "Avslutt nr. 1")
    assert both.toast("Ida") == "Avsluttet."
    assert "Nettleser" not in both.last("Ida")
    assert not await both.is_in(browser)
    assert await count(both, ConsentEvent) == before
    again = await both.comes_in("Ida")
    assert all("Hvem" not in text for text in await both.texts(again)), (
        "what stood there is hidden"
    )


@pytest.mark.slow
async def test_a_telegram_chat_is_ended_from_the_browser_and_what_stood_in_it_is_hidden(both):
    await both.types("Ida", "/los")
    browser = await both.comes_in("Ida")
    place = await both.telegram_of("ida")
    other = await both.comes_in("Kari")
    await both.ends_on_page(other, place=str(place))
    await both.types("Ida", "/minedata")
    assert "Navn: Ida" in both.last("Ida"), "Kari's press ends nothing of Ida's"
    await both.ends_on_page(browser, place=str(place))
    assert "Navn: Ida" not in str(both.messages("Ida"))
    await both.types("Ida", "/minedata")
    assert "Navn: Ida" not in str(both.messages("Ida")), "who writes there is a stranger"
    assert await both.is_in(browser)
    for place in ("x", "-1", "9" * 30):
        proof = (await browser.get(both.asgi, "/")).told["proof"]
        reply = await browser.form(both.asgi, "/enheter", proof=proof, place=place)
        assert reply.status == 400
    await both.ends_on_page(browser, place="17")
    assert await both.is_in(browser)


@pytest.mark.slow
async def test_a_passkey_of_a_minute_is_heard_of_in_telegram_at_once_and_ends_with_what_it_opened(
    both,
):
    browser = await both.comes_in("Ida")
    both.news()
    number = await both.makes_passkey(browser)
    assert both.news()["Ida"] == [
        "Var dette deg?\n\nNå kan du komme inn ett sted til, eller på én måte til. Var det deg, "
        "trenger du ikke gjøre noe. Var det ikke deg, så se etter og avslutt det.\n"
        "[Hvor du er logget inn]"
    ]
    assert "Var dette deg?" not in str(await both.texts(browser)), "there the day after"
    await both.passes(minutes=1)
    thief = await both.shows_passkey(number)
    assert await both.is_in(thief)
    await both.presses("Ida", "Hvor du er logget inn")
    shown = both.last("Ida")
    assert "2. Nettleser (iPhone): fra" in shown
    assert "3. Fingeravtrykk, ansikt eller kode (Min): slått på mandag 23. november" in shown
    await both.presses("Ida", "Avslutt nr. 2")
    assert "Fingeravtrykk" not in both.last("Ida")
    assert await both.shows_passkey(number) == Browser()
    assert [await both.is_in(each) for each in (browser, thief)] == [True, False]


@pytest.mark.slow
async def test_a_passkey_is_taken_away_from_telegram_and_goes_with_the_last_browser(both):
    browser = await both.comes_in("Ida")
    first = await both.makes_passkey(browser)
    await both.passes(minutes=1)
    thief = await both.shows_passkey(first)
    await both.types("Ida", "/innstillinger")
    await both.presses("Ida", "Hvor du er logget inn", "Ta bort nr. 3")
    assert both.toast("Ida") == "Tatt bort."
    assert [await both.is_in(each) for each in (browser, thief)] == [True, False]
    second = await both.makes_passkey(browser)
    await both.presses("Ida", "Hvor du er logget inn", "Avslutt nr. 1")
    assert "Nettleser" not in both.last("Ida"), "nobody can come in there by themselves"
    assert await both.shows_passkey(second) == Browser()


def test_a_passkey_of_somebody_else_sounds_like_none(session, cast, now):
    contact = contacts.add(session, cast.kari, "web", 7, now)
    made = passkeys.Made(b"n", b"h", b"k", 0, "")
    row = passkeys.make(session, actor=cast.kari, contact_id=contact.id, made=made, now=now)
    for number in (row.id, 17):
        with pytest.raises(Refused, match="absent"):
            linked.remove_key(session, actor=cast.ida, passkey_id=number, now=now)
    assert [each.id for each in linked.keys(session, cast.kari)] == [row.id]
    assert linked.keys(session, cast.ida) == []


def test_where_a_login_opens_the_chat_everybody_is_out_and_the_login_stays(session, cast, now):
    session.info["mail"] = True
    mail.ask(session, actor=cast.jonas, address="jonas@example.no", now=now)
    address = mail_addresses.waiting(session, cast.jonas.id)
    mail.confirm(session, actor=cast.jonas, code=mail_addresses.code_of(session, address), now=now)
    here = contacts.of(session, cast.jonas.id)
    web = contacts.add(session, cast.jonas, "web", 7, now)
    who = Subject(LoginKind.STAFF, "https://login.test", "jonas")
    identity = web_identities.bind(
        session, who=who, contact_id=web.id, person_id=cast.jonas.id, now=now
    )
    made = passkeys.Made(b"n", b"h", b"k", 0, "")

    def begins():
        passkeys.make(session, actor=cast.jonas, contact_id=web.id, made=made, now=now)
        web_sessions.begin(
            session, contact_id=web.id, person_id=cast.jonas.id, now=now, identity_id=identity.id
        )

    for number, ends in enumerate(("the browser", "all others"), start=5):
        begins()
        outbox.said_straight(
            session, kind="menu", recipient_id=cast.jonas.id, contact_id=web.id,
            message_id=number, occasion=ends, now=now,
        )  # fmt: skip
        if ends == "the browser":
            (row,) = web_sessions.of(session, web.id, now)
            linked.end(session, actor=cast.jonas, place_id=row.id, now=now)
        else:
            linked.end_others(session, actor=cast.jonas, contact=here, session_id=None, now=now)
        left = {each.channel for each in linked.places(session, cast.jonas, now)}
        assert left == {"telegram", "email"}, ends
        assert linked.keys(session, cast.jonas) == []
        assert number in session.scalars(select(Outgoing.target_id)).all(), (
            "what stands there goes"
        )
        assert web_identities.find(session, who).contact_id == web.id
        assert (web.person_id, web.closed_at) == (cast.jonas.id, None)


def test_ending_every_chat_but_one_touches_no_consent(session, cast, now):
    whole = {cast.club.id: list(InfoKind)}
    agreed.agreed(session, cast, now, whole)

    def given():
        rows = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id))
        return [(each.id, each.act, each.consenter_id) for each in rows]

    before = given()
    assert before
    for person in (cast.ida, cast.kari):
        first = contacts.of(session, person.id)
        second = contacts.add(session, person, "web", person.id, now)
        linked.end(session, actor=person, place_id=first.id, now=now)
        assert [each.contact_id for each in linked.places(session, person, now)] == [second.id]
        third = contacts.add(session, person, "telegram", person.id, now)
        linked.end_others(session, actor=person, contact=third, session_id=None, now=now)
        assert [each.contact_id for each in linked.places(session, person, now)] == [third.id]
    assert given() == before


@pytest.mark.slow
async def test_all_others_at_once_from_either_side(both):
    first, second = await both.comes_in("Ida"), await both.comes_in("Ida")
    assert await count(both, Contact, Contact.channel == "web") == 1, "one chat, two browsers"

    def make(session):
        contact = session.scalars(select(Contact).where(Contact.channel == "web")).one()
        made = passkeys.Made(b"n", b"h", b"k", 0, "")
        ida = demo.cast_of(session)["ida"]
        passkeys.make(session, actor=ida, contact_id=contact.id, made=made, now=both.clock.now())

    await both.store.write(make)
    await both.ends_on_page(second)
    assert [await both.is_in(each) for each in (first, second)] == [False, True]
    assert await count(both, passkeys.Passkey) == 0
    await both.types("Ida", "/minedata")
    assert "Navn: Ida" not in str(both.messages("Ida"))
    kari = [await both.comes_in("Kari"), await both.comes_in("Kari")]
    await both.types("Kari", "/innstillinger")
    await both.presses("Kari", "Hvor du er logget inn", "Avslutt alle andre")
    assert [await both.is_in(each) for each in kari] == [False, False]
    await both.types("Kari", "/minedata")
    assert "Navn: Kari" in both.last("Kari")


# --- where a notice goes -------------------------------------------------------------------------


async def test_news_goes_where_one_last_wrote_and_an_answer_where_it_was_asked(both):
    await both.passes(minutes=1)
    browser = await both.comes_in("Ida")

    def where(session):
        return contacts.of(session, demo.cast_of(session)["ida"].id).channel

    assert await both.store.read(where) == "web", "they have just come in there"
    await both.passes(minutes=1)
    await both.types("Ida", "/saker")
    assert await both.store.read(where) == "telegram"
    await both.passes(minutes=1)
    seen = len(both.messages("Ida"))
    await both.says(browser, "n", words="/minedata")
    assert len(both.messages("Ida")) == seen, "answered where it was asked"
    assert await both.store.read(where) == "web"
    proof = (await browser.get(both.asgi, "/")).told["proof"]
    await browser.form(both.asgi, "/ut", proof=proof)
    assert await both.store.read(where) == "telegram", "nobody is logged in there"
    await both.blocks("Ida")
    assert await both.store.read(where) == "web", "better than nowhere"


# --- what is kept --------------------------------------------------------------------------------


@pytest.mark.slow
async def test_no_token_is_stored_links_go_after_a_day_and_with_who_leaves(both):
    path = await both.asks("Ida")
    browser = await both.opens(path)
    token, secret = path.rpartition("/")[2], browser.cookies[f"{COOKIE}-venter"]

    def rows(session):
        found = [str(vars(row)) for row in session.scalars(select(ChatLink))]
        return "".join(found) + str([vars(each) for each in session.scalars(select(AuditEntry))])

    kept = await both.store.read(rows)
    assert token not in kept
    assert secret not in kept

    def told(session):
        ida = demo.cast_of(session)["ida"]
        parts = my_data.gather(session, actor=ida, now=both.clock.now())
        return {part.name for part in parts}

    await both.comes_in("Ida")
    assert {"chat_links", "browsers"} <= await both.store.write(told)
    await both.types("Ida", "/minedata")
    await both.presses("Ida", "Få alt som fil", "Ja, send fila hit")
    assert both.messages("Ida")[-1]["document"] or both.messages("Ida")[-2]["document"]

    def leave(session):
        ida = demo.cast_of(session)["ida"]
        erasing.leave(session, actor=ida, occasion="t", now=both.clock.now())

    await both.asks("Kari")
    await both.store.write(leave)
    assert await count(both, ChatLink) == 1, "Kari's"
    assert (await browser.get(both.asgi, "/venter")).status == 404
    await both.store.write(retention.sweep, both.clock.now() + linking.KEPT + LIFE)
    assert await count(both, ChatLink) == 0


@pytest.mark.slow
async def test_the_day_after_the_chat_that_asked_is_told_that_there_are_several(both):
    await both.comes_in("Ida")
    browser = await both.comes_in("Kari")
    await both.passes(minutes=1)
    both.news()
    await both.ends_on_page(browser, place=str(await both.telegram_of("kari")))
    await both.passes(days=1, minutes=1)
    assert both.news()["Ida"] == [
        "Er det bare du som er logget inn?\n\nDu kan komme inn flere steder nå, eller på flere "
        "måter. Er det bare deg, trenger du ikke gjøre noe. Er du i tvil, så se etter og avslutt "
        "resten.\n[Hvor du er logget inn]"
    ]
    assert "Er det bare du" not in str(await both.texts(browser)), "she has only one"


async def test_the_page_that_waits_tells_nothing_but_that_it_is_over(both):
    reply = await Browser().get(both.asgi, "/venter/svar")
    assert json.loads(reply.text) == {"over": True}
