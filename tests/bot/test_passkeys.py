"""Passkeys: made by who is in, shown by the device, and nothing that is forged, replayed, foreign
or late lets anybody in or tells them anything."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.web import face, seats
from bot.web.limits import Limit, Limits
from models import contacts, discretion, erasing, my_data, passkeys, retention, web_sessions
from models.audit import AuditEntry
from models.contacts import Contact
from models.outbox import Outgoing
from models.passkeys import CHALLENGE_LIFE, Passkey, PasskeyChallenge
from models.people import Person
from models.web_sessions import WebSession
from tests.authenticator import AT, UP, UV, Authenticator, text
from tests.bot.test_web_chat import sit_down
from tests.browsing import ORIGIN, Browser
from tests.conftest import TEST_KEY
from tests.keyless import Closed

COOKIE = "__Host-losbot"


@pytest.fixture
def begins():
    return demo.seed


@pytest.fixture
async def here(store, now):
    """The web chat, with Ida and Kari sitting in it, each with a device of her own."""
    clock = ManualClock(now)
    app = App.for_story(Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=Limits.none())
    await app.start(beating=False, polling=False, greet=False)
    made = SimpleNamespace(app=app, store=store, clock=clock, asgi=face.app_of(app), people={})
    for name in ("ida", "kari"):
        browser = Browser(cookies={COOKIE: await store.write(sit_down, name, now)})
        browser.proof = (await browser.get(made.asgi, "/")).told["proof"]
        browser.device = Authenticator()
        made.people[name] = browser
    yield made
    await app.stop()


async def asked_to_make(here, who="ida", name="Telefonen min"):
    browser = here.people[who]
    reply = await browser.post(here.asgi, "/nokkel/ny", {"proof": browser.proof, "name": name})
    return reply, (json.loads(reply.text) if reply.status == 200 else None)


async def keep(here, credential, who="ida", name="Telefonen min", browser=None):
    browser = browser or here.people[who]
    given = {"proof": browser.proof, "name": name, "credential": json.dumps(credential)}
    return await browser.post(here.asgi, "/nokkel/lag", given)


async def make(here, who="ida", name="Telefonen min", **bent):
    _reply, options = await asked_to_make(here, who, name)
    return await keep(here, here.people[who].device.make(options, **bent), who, name)


async def asked_to_show(here, browser):
    reply = await browser.post(here.asgi, "/nokkel/be-om", {})
    assert reply.status == 200, reply.text
    return json.loads(reply.text)


async def show(here, browser, credential):
    return await browser.post(here.asgi, "/nokkel/vis", {"credential": json.dumps(credential)})


async def enter(here, device, browser=None, **bent):
    browser = browser or Browser()
    return browser, await show(
        here, browser, device.show(await asked_to_show(here, browser), **bent)
    )


async def is_in(here, browser):
    return 'id="told"' in (await browser.get(here.asgi, "/")).text


async def kept(here, table=Passkey):
    return await here.store.read(lambda s: s.scalar(select(func.count()).select_from(table)))


async def reasons(here):
    def words(session):
        found = select(AuditEntry.detail).where(AuditEntry.action == "login.refused")
        return [each["why"] for each in session.scalars(found.order_by(AuditEntry.seq))]

    return await here.store.read(words)


# --- what works ----------------------------------------------------------------------------------


async def test_a_device_once_made_known_lets_its_owner_into_the_same_chat(here):
    ida = here.people["ida"]
    await ida.post(here.asgi, "/si", {"proof": ida.proof, "nonce": "n", "words": "/los"})
    await here.app.settled()
    reply, options = await asked_to_make(here)
    assert options["rp"]["id"] == "chat.fjordvik.test"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert (await keep(here, ida.device.make(options))).status == 200
    asked = await asked_to_show(here, Browser())
    assert set(asked) == {"challenge", "rpId", "timeout", "userVerification"}, "nobody is named"
    assert asked["userVerification"] == "required"
    browser, reply = await enter(here, ida.device)
    assert reply.status == 200
    assert set(browser.cookies) == {COOKIE}
    assert (await browser.get(here.asgi, "/")).told["messages"][0]["text"] == "/los"


@pytest.mark.slow
async def test_what_a_device_knows_its_owner_by_is_nobodys_number_and_the_same_for_one_chat(here):
    first, second = Authenticator(), Authenticator()
    for device in (first, second):
        here.people["ida"].device = device
        assert (await make(here)).status == 200
    await make(here, "kari")
    _reply, options = await asked_to_make(here)
    assert {each["id"] for each in options["excludeCredentials"]} == {
        text(device.passkeys[0].id) for device in (first, second)
    }
    handles = {device.passkeys[0].handle for device in (first, second)}
    assert len(handles) == 1
    assert handles != {here.people["kari"].device.passkeys[0].handle}
    numbers = await here.store.read(
        lambda s: [*s.scalars(select(Person.id)), *s.scalars(select(Contact.id))]
    )
    (handle,) = handles
    assert len(handle) == 32
    assert not [n for n in numbers if str(n).encode() in handle or n.to_bytes(8, "big") in handle]


@pytest.mark.slow
async def test_the_name_of_a_device_is_sealed_and_stands_on_the_page_as_it_is(here):
    await make(here, name="<b>Idas</b>\u202e telefon")
    page = (await here.people["ida"].get(here.asgi, "/enheter")).text
    assert "<bdi>&lt;b&gt;Idas&lt;/b&gt;" in page
    (row,) = await here.store.read(lambda s: s.scalars(select(Passkey)).all())
    assert b"Idas" not in row.name_sealed
    assert "Idas" not in (await here.people["kari"].get(here.asgi, "/enheter")).text


@pytest.mark.slow
async def test_a_device_that_counts_and_one_that_does_not_both_let_in_again_and_again(here):
    here.people["kari"].device = Authenticator(counts=False)
    for who in ("ida", "kari"):
        await make(here, who)
        for _time in range(3):
            browser, reply = await enter(here, here.people[who].device)
            assert (reply.status, await is_in(here, browser)) == (200, True)


async def test_a_passkey_that_is_removed_lets_nobody_in_and_whom_it_let_in_is_out(here):
    ida = here.people["ida"]
    await make(here)
    browser, _reply = await enter(here, ida.device)
    (number,) = await here.store.read(lambda s: s.scalars(select(Passkey.id)).all())
    kari = here.people["kari"]
    foreign = await kari.form(here.asgi, "/nokkel/fjern", proof=kari.proof, passkey=str(number))
    assert (foreign.status, await kept(here)) == (303, 1), "not hers: nothing happens"
    assert await is_in(here, browser)
    gone = await ida.form(here.asgi, "/nokkel/fjern", proof=ida.proof, passkey=str(number))
    assert (gone.status, await kept(here)) == (303, 0)
    assert not await is_in(here, browser)
    assert await is_in(here, ida), "she came in another way"
    assert (await enter(here, ida.device))[1].status == 403


@pytest.mark.parametrize("ends", ["taken", pytest.param("left", marks=pytest.mark.slow)])
async def test_passkeys_end_with_the_chat(here, ends):
    def end(session):
        ida = demo.cast_of(session)["ida"]
        if ends == "taken":
            contacts.take_from(session, ida, actor=None, now=here.clock.now())
        else:
            erasing.leave(session, actor=ida, occasion="t", now=here.clock.now())

    await make(here)
    await here.store.write(end)
    assert await kept(here) == 0
    assert (await enter(here, here.people["ida"].device))[1].status == 403


@pytest.mark.slow
async def test_the_day_after_the_chat_is_asked_whether_it_is_only_its_owner(here):
    await make(here)

    def promised(session):
        return session.scalars(
            select(Outgoing.not_before).where(Outgoing.kind == "linking.many")
        ).all()

    (when,) = await here.store.read(promised)
    assert when - here.clock.now() >= timedelta(days=1)


async def test_who_asks_what_we_know_is_told_of_the_passkeys(here):
    await make(here)

    def told(session):
        ida = demo.cast_of(session)["ida"]
        parts = my_data.gather(session, actor=ida, now=here.clock.now())
        (found,) = [part for part in parts if part.name == "passkeys"]
        return found.entries[0]["name"]

    assert await here.store.write(told) == "Telefonen min"


# --- who may -------------------------------------------------------------------------------------


async def test_staff_who_have_a_login_get_in_by_nothing_else(here):
    await make(here)
    device = here.people["ida"].device

    def hire(session):
        contact = session.get_one(Contact, session.scalars(select(Passkey.contact_id)).one())
        contact.person_id = demo.cast_of(session)["jonas"].id

    await here.store.write(hire)
    browser, reply = await enter(here, device)
    assert (reply.status, await is_in(here, browser)) == (200, True), (
        "as long as there is no login"
    )
    here.store.staff_log_in = True
    assert (await enter(here, device))[1].status == 403
    assert not await is_in(here, browser)


async def test_an_open_page_of_who_becomes_staff_goes_dark_where_staff_log_in(here):
    """Begun by a link or by a passkey alike: the line asks what every page asks."""
    await make(here)
    await enter(here, here.people["ida"].device)

    def hire(session):
        contact = session.get_one(Contact, session.scalars(select(Passkey.contact_id)).one())
        contact.person_id = demo.cast_of(session)["jonas"].id

    def told(session):
        chat = session.scalars(select(Passkey.contact_id)).one()
        rows = session.scalars(select(WebSession).where(WebSession.contact_id == chat)).all()
        return [seats.holds(session, row.id, chat, here.clock.now()) for row in rows]

    here.store.staff_log_in = True
    assert await here.store.read(told) == [True, True], "Ida is none of them"
    await here.store.write(hire)
    assert await here.store.read(told) == [False, False]
    here.store.staff_log_in = False
    assert await here.store.read(told) == [True, True]


async def test_a_stranger_and_a_shut_chat_make_none(here):
    stranger = Browser()
    await stranger.form(here.asgi, "/", name="Noen", sprak="nb")
    stranger.proof = (await stranger.get(here.asgi, "/")).told["proof"]
    here.people["stranger"] = stranger
    assert (await asked_to_make(here, "stranger"))[0].status == 403
    assert "/nokkel" not in (await stranger.get(here.asgi, "/enheter")).text
    assert "passkey.js" in (await here.people["ida"].get(here.asgi, "/enheter")).text

    def shut(session):
        ida = demo.cast_of(session)["ida"]
        row = discretion.made(session, contacts.of(session, ida.id).id, ida)
        row.hash = "a code"

    await make(here)
    (number,) = await here.store.read(lambda s: s.scalars(select(Passkey.id)).all())
    _reply, options = await asked_to_make(here)
    await here.store.write(shut)
    assert (await asked_to_make(here))[0].status == 403
    ida = here.people["ida"]
    gone = await ida.form(here.asgi, "/nokkel/fjern", proof=ida.proof, passkey=str(number))
    assert gone.status == 403
    assert (await ida.get(here.asgi, "/enheter")).status == 403
    assert (await ida.form(here.asgi, "/enheter", proof=ida.proof)).status == 403
    assert (await keep(here, here.people["ida"].device.make(options))).status == 403
    assert await kept(here) == 1, "the one of before"


# --- bad input -----------------------------------------------------------------------------------

BENT_WHEN_MADE = {
    "another origin": {"origin": "https://chat.fjordvik.test.evil.example"},
    "another address": {"home": "evil.example"},
    "in a frame": {"frame": True},
    "not verified": {"flags": UP},
    "nobody there": {"flags": UV},
    "an answer to another question": {"type": "webauthn.get"},
    "another challenge": {"challenge": text(b"x" * 32)},
    "no challenge": {"challenge": ""},
    "garbage": {"attestation": b"\xff" * 40},
    "deep garbage": {"attestation": b"\x81" * 30_000},
    "not a map": {"attestation": cbor2.dumps([1, 2])},
    "no key": {"cose": b"\xa0"},
    "a key of no curve": {"cose": cbor2.dumps({1: 2, 3: -7, -1: 9, -2: b"", -3: b""})},
    "a weak algorithm": {"cose": cbor2.dumps({1: 3, 3: -65535, -1: b"\x01" * 64, -2: b"\x03"})},
    "an endless key": {"cose": cbor2.dumps({1: 3, 3: -257, -1: b"\x01" * 4096, -2: b"\1\0\1"})},
    "an endless number": {"id": b"i" * 1024},
}


async def test_what_does_not_hold_when_a_passkey_is_made_is_not_kept(here):
    said = "Det gikk ikke å logge inn på denne måten. Prøv igjen, eller be skolen om en lenke."
    for name, bent in BENT_WHEN_MADE.items():
        reply = await make(here, **bent)
        assert (reply.status, json.loads(reply.text)) == (403, {"said": said}), name
    assert await kept(here) == 0
    assert await is_in(here, here.people["ida"])


BENT_WHEN_SHOWN = {
    **{name: BENT_WHEN_MADE[name] for name in (
        "another origin", "another address", "in a frame", "not verified", "nobody there",
        "another challenge", "no challenge",
    )},
    "an answer to another question": {"type": "webauthn.create"},
    "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
    "no signature": {"signature": b""},
    "garbage for a signature": {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
    "a number nobody has": {"id": b"n" * 16},
    "another owner": {"handle": b"h" * 32},
    "no owner": {"handle": b""},
    "counted back": {"uses": 1},
    "counted no more": {"uses": 0},
    "something made by the way": {"flags": UP | UV | AT},
}  # fmt: skip


async def test_what_does_not_hold_when_a_passkey_is_shown_lets_nobody_in(here):
    device = here.people["ida"].device
    await make(here)
    told = set()
    for name, bent in BENT_WHEN_SHOWN.items():
        await enter(here, device)  # it has counted
        browser, reply = await enter(here, device, **bent)
        assert (reply.status, set(json.loads(reply.text))) == (403, {"said"}), name
        assert browser.cookies == {}, name
        told.add(reply.text)
    assert len(told) == 1, "every refusal sounds the same"
    assert len(await reasons(here)) == len(BENT_WHEN_SHOWN)
    assert len(set(await reasons(here))) > 3, "the audit knows what it was"
    again, reply = await enter(here, device)
    assert (reply.status, await is_in(here, again)) == (200, True), "nothing is lost by it"


async def test_a_challenge_is_good_once_soon_in_the_browser_that_asked_and_for_one_thing(here):
    device = here.people["ida"].device
    await make(here)
    browser = Browser()
    options = await asked_to_show(here, browser)
    secret = dict(browser.cookies)
    first = device.show(options)
    assert (await show(here, browser, first)).status == 200
    replayed = Browser(cookies=dict(secret))
    assert (await show(here, replayed, first)).status == 403
    assert (await show(here, Browser(cookies=dict(secret)), device.show(options))).status == 403
    asked, other = Browser(), Browser()
    options = await asked_to_show(here, asked)
    await asked_to_show(here, other)
    assert (await show(here, other, device.show(options))).status == 403, "another browser's"
    assert (await show(here, Browser(), device.show(options))).status == 403, "no cookie"
    assert (await show(here, asked, device.show(options))).status == 200, "it was not used up"
    late = Browser()
    options = await asked_to_show(here, late)
    here.clock.move_to(here.clock.now() + CHALLENGE_LIFE)
    assert (await show(here, late, device.show(options))).status == 403
    _reply, options = await asked_to_make(here)
    made = here.people["ida"]
    assert (await show(here, made, device.show(options))).status == 403, "drawn to make one"


@pytest.mark.slow
async def test_of_the_same_answer_sent_many_times_at_once_one_counts(here):
    device, browser = here.people["ida"].device, Browser()
    await make(here)
    answer = device.show(await asked_to_show(here, browser))
    waits = dict(browser.cookies)
    many = [show(here, Browser(cookies=dict(waits)), answer) for _each in range(8)]
    assert sorted(reply.status for reply in await asyncio.gather(*many)) == [200] + [403] * 7
    assert await kept(here, WebSession) == 3, "Ida's, Kari's, and the one"


@pytest.mark.slow
async def test_a_wrong_answer_uses_the_challenge_up(here):
    device = here.people["ida"].device
    await make(here)
    browser = Browser()
    options = await asked_to_show(here, browser)
    secret = dict(browser.cookies)
    assert (await show(here, browser, device.show(options, signature=b"x"))).status == 403
    browser.cookies = secret
    assert (await show(here, browser, device.show(options))).status == 403


async def test_a_passkey_is_kept_once_and_for_whom_it_was_asked(here):
    ida, kari = here.people["ida"], here.people["kari"]
    _reply, options = await asked_to_make(here)
    answer = ida.device.make(options)
    assert (await keep(here, answer, "kari")).status == 403, "asked for by another"
    assert (await keep(here, answer)).status == 200
    assert (await keep(here, answer)).status == 403, "the same again"
    _reply, options = await asked_to_make(here, "kari")
    taken = kari.device.make(options, id=ida.device.passkeys[0].id)
    assert (await keep(here, taken, "kari")).status == 403, "a number that is Ida's"
    browser, _reply = await enter(here, ida.device)
    assert await is_in(here, browser)
    assert await kept(here) == 1


@pytest.mark.slow
async def test_a_copied_device_is_noticed(here):
    device = here.people["ida"].device
    await make(here)
    await enter(here, device)
    copied = Authenticator(passkeys=list(device.passkeys))
    await enter(here, copied, uses=9)
    assert (await enter(here, device, uses=5))[1].status == 403


@pytest.mark.slow
async def test_a_chat_has_so_many_and_no_more(here, monkeypatch):
    monkeypatch.setattr(passkeys, "MOST", 2)
    answers = [(await make(here)).status for _each in range(3)]
    assert (answers, await kept(here)) == ([200, 200, 403], 2)


@pytest.mark.parametrize(
    "path", ["/nokkel/vis", pytest.param("/nokkel/lag", marks=pytest.mark.slow)]
)
async def test_rubbish_is_refused_at_once(here, path):
    ida = here.people["ida"]
    bodies = [
        {"credential": rubbish, "proof": ida.proof}
        for rubbish in (
            "", "{", "[]", "null", "1", '"x"', "{}", "[" * 20_000, '{"response": 1}',
            '{"rawId": 1, "response": {"clientDataJSON": "e30"}}',
            '{"rawId": "æ", "response": {"clientDataJSON": "e30"}}',
            json.dumps({"rawId": "AA", "response": {"clientDataJSON": text(b"\xff" * 9)}}),
            json.dumps({"rawId": "AA", "response": {"clientDataJSON": text(b'{"type": 1}')}}),
        )
    ]  # fmt: skip
    for body in bodies:
        reply = await ida.post(here.asgi, path, body)
        assert (reply.status, set(json.loads(reply.text))) == (403, {"said"}), body
    assert (await ida.post(here.asgi, path, {"credential": {"id": "x"}})).status == 400
    huge = b'{"credential": "' + b"A" * 5_000_000 + b'"}'
    kind = {"content-type": "application/json", "origin": ORIGIN}
    assert (await ida.ask(here.asgi, "POST", path, huge, kind)).status == 413
    undeclared = {**kind, "content-length": "10"}
    assert (await ida.ask(here.asgi, "POST", path, huge, undeclared)).status == 413
    assert await is_in(here, ida)


async def test_another_page_or_a_forged_form_makes_and_removes_nothing(here):
    ida = here.people["ida"]
    await make(here)
    (number,) = await here.store.read(lambda s: s.scalars(select(Passkey.id)).all())
    for proof in ("", "x" * 32, here.people["kari"].proof):
        given = {"proof": proof, "passkey": str(number)}
        assert (await ida.form(here.asgi, "/nokkel/fjern", **given)).status == 403
        assert (await ida.post(here.asgi, "/nokkel/ny", given)).status == 403
        assert (await ida.post(here.asgi, "/nokkel/lag", given)).status == 403
    body, kind = b"{}", {"content-type": "application/json", "origin": "https://evil.example"}
    for path in ("/nokkel/be-om", "/nokkel/vis", "/nokkel/ny"):
        assert (await ida.ask(here.asgi, "POST", path, body, kind)).status == 403
    for number in ("x", "9" * 40, "-1"):
        reply = await ida.form(here.asgi, "/nokkel/fjern", proof=ida.proof, passkey=number)
        assert reply.status == 400
    assert (await Browser().post(here.asgi, "/nokkel/ny", {})).status == 401
    assert await kept(here) == 1


async def test_asking_and_showing_is_limited_and_what_is_not_used_is_swept(here):
    here.app.chat._limits.proved = Limit(0.001, 5)
    answers = [(await Browser().post(here.asgi, "/nokkel/be-om", {})).status for _n in range(8)]
    assert answers == [200] * 5 + [429] * 3
    here.app.chat._limits = Limits(*(Limit(1e6, 1e6) for _each in range(2)), Limit(0.001, 3))
    rubbish = [(await show(here, Browser(), {})).status for _each in range(5)]
    assert rubbish == [403] * 3 + [429] * 2
    assert (await Browser().post(here.asgi, "/nokkel/be-om", {})).status == 429
    assert await kept(here, PasskeyChallenge) == 5
    raw = await here.store.read(
        lambda s: [row.hash for row in s.scalars(select(PasskeyChallenge))]
    )
    assert all(len(each) == 64 for each in raw)
    later = here.clock.now() + CHALLENGE_LIFE
    await here.store.write(retention.sweep, later)
    assert await kept(here, PasskeyChallenge) == 0


@pytest.mark.slow
async def test_without_the_key_a_passkey_lets_in_and_can_be_removed_and_none_is_made(here):
    """Whoever must stop something gets in."""
    await make(here)
    here.store.keyring = Closed(TEST_KEY)
    browser, reply = await enter(here, here.people["ida"].device)
    assert (reply.status, await is_in(here, browser)) == (200, True)
    page = (await browser.get(here.asgi, "/enheter")).text
    assert "Uten navn" in page
    assert (await make(here)).status == 503
    (number,) = await here.store.read(lambda s: s.scalars(select(Passkey.id)).all())
    ida = here.people["ida"]
    await ida.form(here.asgi, "/nokkel/fjern", proof=ida.proof, passkey=str(number))
    assert await kept(here) == 0


def test_a_challenge_and_a_session_of_a_passkey_are_rows_that_end(session, cast, now):
    contact = contacts.add(session, cast.ida, "web", 1, now)
    made = passkeys.Made(b"number", b"handle", b"key", 0, "")
    row = passkeys.make(session, actor=cast.ida, contact_id=contact.id, made=made, now=now)
    web_sessions.begin(
        session, contact_id=contact.id, person_id=cast.ida.id, now=now, passkey_id=row.id
    )
    passkeys.forget(session, contact.id)
    session.expire_all()
    assert session.scalars(select(WebSession)).one().passkey_id is None
