"""Logging in to the web chat: who is who to a provider, and every login that does not hold is
turned away with the same few words."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import demo
from bot.desk import Shown
from bot.web import oidc
from bot.web.limits import Limit, Limits
from bot.web.login import TAKES
from models import contacts, erasing, key_file, web_identities, web_sessions
from models.audit import AuditEntry
from models.contacts import Contact
from models.inbox import REMEMBERED
from models.people import Person, Position
from models.sealed import Keyring
from models.terms import LoginKind
from models.web_identities import Subject, WebIdentity
from models.web_sessions import WebSession
from tests.browsing import ORIGIN, Browser
from tests.conftest import TEST_KEY
from tests.oidc.pretender import (
    Pretender,
    by_public_key,
    ec,
    forged,
    rsa,
    signed_with,
    unsigned,
)
from tests.oidc.visits import answered, is_in, login_at, open_house, own_key

HIGH = ("high", "substantial")


@pytest.fixture
async def provider(now):
    made = Pretender(clock=None)
    runner = await made.start()
    yield made
    await runner.cleanup()


@pytest.fixture
def begins():
    return demo.seed


@pytest.fixture
async def here(store, now, provider):
    """The web chat with a login for staff, and Randi, the rektor, known to it."""
    async with open_house(store, now, login_at(provider.issuer, LoginKind.STAFF, *HIGH)) as made:
        provider.clock = made.clock
        await made.bind("randi", provider.who, provider.issuer)
        yield made


async def told(here):
    """Every refusal that the audit has, in its own word."""

    def words(session):
        found = select(AuditEntry.detail).where(AuditEntry.action == "login.refused")
        return [each["why"] for each in session.scalars(found.order_by(AuditEntry.seq))]

    return await here.store.read(words)


# --- who gets in ---------------------------------------------------------------------------------


async def test_a_known_login_opens_the_own_chat_for_a_working_day(here, provider):
    browser = Browser()
    reply = await here.log_in(browser)
    assert (reply.status, reply.header("location")) == (303, "/")
    page = await browser.get(here.asgi, "/")
    assert 'id="told"' in page.text
    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["acr_values"] == "high substantial"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid")
    assert asked["redirect_uri"] == f"{ORIGIN}/logg-inn/staff/svar"
    assert set(browser.cookies) == {"__Host-losbot"}
    here.clock.move_to(here.clock.now() + web_sessions.LOGIN_IDLE)
    assert 'id="told"' not in (await browser.get(here.asgi, "/")).text


@pytest.mark.slow
async def test_a_login_lasts_while_it_is_used_and_no_longer_than_a_working_day(here):
    browser = Browser()
    await here.log_in(browser)
    proof = (await browser.get(here.asgi, "/")).told["proof"]
    answers = []
    for hours in range(12):
        here.clock.move_to(here.clock.now() + timedelta(minutes=50))
        said = {"proof": proof, "nonce": f"n{hours}", "words": "hei"}
        answers.append((await browser.post(here.asgi, "/si", said)).status)
    assert answers == [200] * 11 + [401]


async def test_an_unknown_login_with_a_link_becomes_the_invited_person_when_staff_say_yes(
    here, provider
):
    provider.who = "somebody-new"
    cast = await here.store.read(lambda s: {k: v.id for k, v in demo.cast_of(s).items()})
    link = await here.link_for("jonas")
    assert f"/logg-inn/staff?lenke={link}" in (await Browser().get(here.asgi, f"/inn/{link}")).text
    browser = Browser()
    assert (await here.log_in(browser, link)).status == 303
    await here.app.settled()
    assert "Koden din er" in (await browser.get(here.asgi, "/")).told["messages"][-1]["text"]
    assert (await here.log_in(Browser())).status == 403, "nobody has said yes yet"
    await here.confirm()
    assert 'id="told"' in (await browser.get(here.asgi, "/")).text
    again = Browser()
    assert (await here.log_in(again)).status == 303

    def owners(session):
        found = session.scalars(select(WebIdentity))
        return {session.get(Contact, each.contact_id).person_id for each in found}

    assert await here.store.read(owners) == {cast["randi"], cast["jonas"]}


async def test_a_link_for_a_guardian_is_not_opened_by_a_login_for_staff(here, provider):
    provider.who = "somebody-new"
    link = await here.link_for("kari")
    assert (await here.log_in(Browser(), link)).status == 403
    assert (await Browser().get(here.asgi, f"/inn/{link}")).status == 200, "it can still be used"


async def test_who_is_known_is_themselves_whatever_link_they_hold(here):
    link = await here.link_for("jonas")
    browser = Browser()
    assert (await here.log_in(browser, link)).status == 303

    def sits(session):
        (row,) = session.scalars(select(WebSession))
        return session.get(Contact, row.contact_id).person_id

    randi = await here.store.read(lambda s: demo.cast_of(s)["randi"].id)
    assert await here.store.read(sits) == randi
    assert (await Browser().get(here.asgi, f"/inn/{link}")).status == 200


async def test_citizens_log_in_by_the_same_code_each_to_their_own_provider(store, now, provider):
    provider.level, provider.who = "idporten-loa-high", "pairwise-of-kari"
    kind = LoginKind.CITIZENS
    both = login_at("http://127.0.0.1:1"), login_at(provider.issuer, kind, "idporten-loa-high")
    async with open_house(store, now, *both) as here:
        here.kind, provider.clock = kind, here.clock
        front = (await Browser().get(here.asgi, "/")).text
        assert 'href="/logg-inn/staff"' in front
        assert 'href="/logg-inn/citizens"' in front
        browser = Browser()
        await here.log_in(browser, await here.link_for("kari"))
        await here.app.settled()
        await here.confirm()
        assert is_in(browser)
        assert (await here.log_in(Browser())).status == 303


async def test_what_the_provider_calls_somebody_stands_nowhere(here, provider):
    provider.twist = lambda header, claims: claims.update(
        sub="canary-subject", pid="01019012345", name="Kanari Fugl", email="kanari@example.no"
    )
    provider.who = "canary-subject"
    link = await here.link_for("jonas")
    assert (await here.log_in(Browser(), link)).status == 303
    await here.app.settled()

    def rows(session):
        return [
            [str(value) for value in row]
            for table in ("web_identities", "web_sessions", "audit", "people", "outbox")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]

    stored = json.dumps(await here.store.read(rows))
    for canary in ("canary", "01019012345", "Kanari", "kanari"):
        assert canary not in stored
    assert provider.issuer not in stored


# --- who does not --------------------------------------------------------------------------------


def put(**claims):
    return lambda header, told: told.update(claims)


def without(name):
    return lambda header, told: told.pop(name)


def heading(**header):
    return lambda head, told: head.update(header)


def at(name, **ago):
    """A time moved by so much."""
    return lambda header, told: told.update(
        {name: told["iat"] + int(timedelta(**ago).total_seconds())}
    )


BAD_TOKENS = {
    "another nonce": (put(nonce="x" * 43), "nonce"),
    "no nonce": (without("nonce"), "nonce"),
    "a list with the nonce": (lambda h, t: t.update(nonce=[t["nonce"]]), "nonce"),
    "another issuer": (put(iss="https://elsewhere.example"), "issuer"),
    "a longer issuer": (lambda h, t: t.update(iss=t["iss"] + "/"), "issuer"),
    "another audience": (put(aud="somebody-else"), "audience"),
    "us among others": (put(aud=["losbot", "somebody-else"]), "audience"),
    "for us, asked for by another": (put(azp="somebody-else"), "audience"),
    "a low level": (put(acr="low"), "level"),
    "no level": (without("acr"), "level"),
    "a list of levels": (put(acr=["low", "high"]), "level"),
    "expired": (at("exp", minutes=-2), "ExpiredTokenError"),
    "never expires": (without("exp"), "MissingClaimError"),
    "issued in the future": (at("iat", minutes=2), "InvalidClaimError"),
    "not good yet": (at("nbf", minutes=2), "InvalidClaimError"),
    "no subject": (without("sub"), "subject"),
    "an empty subject": (put(sub=""), "subject"),
    "a national number": (put(sub="01019012345"), "national_number"),
    "a logout's type": (heading(typ="logout+jwt"), "type"),
    "no key named": (lambda h, t: h.pop("kid"), "no_key_named"),
    "a key nobody knows": (heading(kid="unheard-of"), "InvalidKeyIdError"),
}
BAD_SIGNERS = {
    "unsigned": (unsigned, "UnsupportedAlgorithmError"),
    "by the public key": (by_public_key, "UnsupportedAlgorithmError"),
    "by another's key": (forged, "BadSignatureError"),
    "another algorithm than the key's": (
        lambda h, t: signed_with(ec("one"), "ES256")(h, t),
        "InvalidKeyTypeError",
    ),
    "an algorithm of no list": (
        lambda h, t: signed_with(rsa("one"), "RS512")(h, t),
        "UnsupportedAlgorithmError",
    ),
    "not a token": (lambda h, t: "not.a.token", "DecodeError"),
    "no token": (lambda h, t: "", "token"),
    "a number": (lambda h, t: 17, "token"),
    "an endless one": (lambda h, t: "e" * 40_000, "token"),
}


async def test_every_token_that_does_not_hold_is_refused_with_the_same_page(here, provider):
    """Told apart in the audit alone, in one word."""
    whys, pages, let_in = [], set(), []

    async def tries(name, why):
        browser = Browser()
        reply = await here.log_in(browser)
        whys.append((name, why))
        pages.add((reply.status, reply.text))
        if is_in(browser) or reply.status != 403:
            let_in.append(name)

    for name, (provider.twist, why) in BAD_TOKENS.items():
        await tries(name, why)
    provider.twist = None
    for name, (provider.signs, why) in BAD_SIGNERS.items():
        await tries(name, why)
    provider.signs, provider.who = None, "nobody-we-know"
    await tries("somebody unknown", "unknown")
    assert let_in == []
    assert len(pages) == 1
    assert list(zip((name for name, _why in whys), await told(here), strict=True)) == whys
    provider.who = "the-rektor"
    assert (await here.log_in(Browser())).status == 303, "and none of it was in the way"


async def test_an_answer_belongs_to_one_browser_and_one_login(here, provider):
    mine, other = Browser(), Browser()
    answer = await answered(await here.begin(mine))
    await here.begin(other)
    assert (await other.get(here.asgi, answer)).status == 403, "begun in another browser"
    assert (await Browser().get(here.asgi, answer)).status == 403, "begun in none"
    tampered = answer.replace("state=", "state=1")
    copied = Browser(cookies=dict(mine.cookies))
    assert (await Browser(cookies=dict(mine.cookies)).get(here.asgi, tampered)).status == 403
    assert (await mine.get(here.asgi, answer)).status == 303
    assert (await mine.get(here.asgi, answer)).status == 403, "the cookie is used up"
    code = next(iter(provider.codes), None)
    assert code is None
    assert (await copied.get(here.asgi, answer)).status == 403, "the same answer a second time"
    assert not is_in(copied)
    assert await told(here) == ["state", "state", "state", "state", "replayed"]


async def test_an_answer_is_no_good_when_it_took_too_long(here):
    browser = Browser()
    answer = await answered(await here.begin(browser))
    here.clock.move_to(here.clock.now() + timedelta(minutes=11))
    assert (await browser.get(here.asgi, answer)).status == 403
    assert await told(here) == ["late"]


@pytest.mark.parametrize(
    "query",
    [
        "", "state=", "state=1~x.y&code=c", "state=%D9%A1~x.y&code=c", "state=%00&code=%00",
        "code=c&state=%ED%A0%80.%F0", "state=" + "9" * 3000, "state=a&state=b&code=" + "c" * 5000,
        "state=1~.%0d%0aSet-Cookie:x", "error=%3Cscript%3E&error_description=%3Cb%3E",
    ],
)  # fmt: skip
async def test_odd_answers_are_refused_like_any_other(here, query):
    browser = Browser()
    await here.begin(browser)
    reply = await browser.get(here.asgi, f"/logg-inn/staff/svar?{query}")
    assert reply.status == 403
    assert "script" not in reply.text.split("<main")[1]
    assert browser.cookies == {}


async def test_an_odd_link_is_no_link(here):
    for link in ("%0d%0aSet-Cookie:a=b", "x" * 200, "%22%3E", "%F0%9F%92%A9", "a;b"):
        browser = Browser()
        assert (await here.begin(browser, link)).startswith("http://127.0.0.1")
        assert browser.cookies["__Host-losbot-login"].endswith("~")


async def test_a_code_is_good_once_and_only_with_what_it_was_asked_with(here, provider):
    browser = Browser()
    answer = await answered(await here.begin(browser))
    foreign = Browser()
    theirs = await answered(await here.begin(foreign))
    mixed = answer.replace(answer.split("code=")[1].split("&")[0], _code(theirs))
    assert (await browser.get(here.asgi, mixed)).status == 403, "another login's code"
    assert await told(here) == ["code"]
    assert (await foreign.get(here.asgi, theirs)).status == 403, "the provider gives it once"
    assert await told(here) == ["code", "code"]


def _code(answer):
    return answer.split("code=")[1].split("&")[0]


async def test_who_answers_is_who_was_asked(here, provider):
    for given, why in (("&iss=https%3A%2F%2Felsewhere.example", "mixed_up"), ("", "mixed_up")):
        provider.metadata = {"authorization_response_iss_parameter_supported": True}
        here.clock.move_to(here.clock.now() + timedelta(hours=1))
        browser = Browser()
        answer = await answered(await here.begin(browser))
        assert (await browser.get(here.asgi, answer + given)).status == 403
        assert (await told(here))[-1] == why
    browser = Browser()
    answer = await answered(await here.begin(browser)) + f"&iss={provider.issuer}"
    assert (await browser.get(here.asgi, answer)).status == 303


async def test_who_changes_their_mind_at_the_provider_is_simply_not_in(here):
    browser = Browser()
    answer = await answered(await here.begin(browser))
    declined = answer.replace("code=", "error=access_denied&was=")
    assert (await browser.get(here.asgi, declined)).status == 403
    assert browser.cookies == {}, "what was begun is used up"
    assert await told(here) == ["declined"]


# --- keys, and a provider that is away -----------------------------------------------------------


@pytest.mark.slow
async def test_a_new_key_is_asked_for_once_and_not_again_for_a_minute(here, provider):
    assert (await here.log_in(Browser())).status == 303
    provider.key, provider.published = rsa("two"), [rsa("one"), rsa("two")]
    assert (await here.log_in(Browser())).status == 403, "we asked less than a minute ago"
    assert provider.fetched.count("/keys") == 1
    here.clock.move_to(here.clock.now() + timedelta(minutes=1))
    assert (await here.log_in(Browser())).status == 303
    assert provider.fetched.count("/keys") == 2
    provider.twist = heading(kid="unheard-of")
    for _try in range(3):
        assert (await here.log_in(Browser())).status == 403
    assert provider.fetched.count("/keys") == 2


async def test_a_key_that_was_taken_away_is_no_good_after_an_hour(here, provider):
    assert (await here.log_in(Browser())).status == 303
    provider.published = [rsa("two")]
    here.clock.move_to(here.clock.now() + timedelta(hours=1))
    assert (await here.log_in(Browser())).status == 403


async def test_an_elliptic_key_will_do(here, provider):
    provider.key, provider.published = ec("curve"), [ec("curve")]
    assert (await here.log_in(Browser())).status == 303


async def test_we_prove_who_we_are_by_a_key_of_our_own(store, now, provider):
    at = login_at(provider.issuer, secret=own_key())
    async with open_house(store, now, at) as here:
        provider.clock = here.clock
        await here.bind("randi", provider.who, provider.issuer)
        assert (await here.log_in(Browser())).status == 303


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://0.0.0.0:PORT/token"},
        {"jwks_uri": None},
    ],
    ids=["another issuer", "in the clear", "no keys"],
)
async def test_a_provider_that_does_not_fit_lets_nobody_in(here, provider, metadata):
    port = provider.issuer.rpartition(":")[2]
    provider.metadata = {k: v and v.replace("PORT", port) for k, v in metadata.items()}
    assert (await Browser().get(here.asgi, "/logg-inn/staff")).status == 503
    ((line, well),) = await asyncio.to_thread(
        oidc.lines, [login_at(provider.issuer)], here.clock.now()
    )
    assert line.startswith("Log in (staff): the provider is not there (the provider")
    assert not well


async def test_a_provider_that_is_away_is_in_nobodys_way(here, provider):
    provider.down = True
    assert (await Browser().get(here.asgi, "/logg-inn/staff")).status == 503
    assert (await Browser().get(here.asgi, "/")).status == 200
    provider.down = False
    logins = [login_at(provider.issuer)]
    told = await asyncio.to_thread(oidc.lines, logins, here.clock.now())
    assert told == [("Log in (staff): the provider answers.", True)]
    assert (await here.log_in(Browser())).status == 303


# --- out again -----------------------------------------------------------------------------------


async def test_a_leaver_is_out_at_once_in_the_page_and_in_the_open_stream(here, provider):
    browser, heard = Browser(), []
    await here.log_in(browser)
    proof = (await browser.get(here.asgi, "/")).told["proof"]
    live = asyncio.create_task(
        browser.stream(here.asgi, 0, lambda *event: heard.append(event), asyncio.Event())
    )
    while not here.app.chat.hub.open_pages:
        await asyncio.sleep(0.001)

    def leaves(session):
        person = demo.cast_of(session)["randi"]
        for position in session.scalars(select(Position).where(Position.person_id == person.id)):
            position.ended_at = here.clock.now()
        (row,) = session.scalars(select(WebSession))
        return row.contact_id

    here.app.chat.hub.tell([Shown(await here.store.write(leaves))])
    await asyncio.wait_for(live, 5)
    assert heard[-1][0] == "over"
    said = {"proof": proof, "nonce": "n", "words": "/oversikt"}
    assert (await browser.post(here.asgi, "/si", said)).status == 401
    assert 'id="told"' not in (await browser.get(here.asgi, "/")).text
    assert (await here.log_in(Browser())).status == 403
    assert await told(here) == ["unknown"]


async def test_a_chat_that_is_taken_away_takes_the_login_with_it(here, provider):
    assert (await here.log_in(Browser())).status == 303

    def take(session):
        return contacts.take_from(
            session, demo.cast_of(session)["randi"], actor=None, now=here.clock.now()
        )

    assert await here.store.write(take) == 1
    assert (await here.log_in(Browser())).status == 403
    assert await here.store.read(lambda s: s.scalars(select(WebIdentity)).all()) == []


async def test_logging_out_leads_on_to_the_provider(here, provider):
    browser = Browser()
    await here.log_in(browser)
    proof = (await browser.get(here.asgi, "/")).told["proof"]
    reply = await browser.form(here.asgi, "/ut", proof=proof)
    assert reply.header("location") == "/logget-ut/staff"
    page = await browser.get(here.asgi, "/logget-ut/staff")
    assert page.header("refresh").startswith(f"0; url={provider.issuer}/bye?client_id=losbot")
    assert not is_in(browser)
    assert await here.store.read(lambda s: s.scalars(select(WebSession)).all()) == []


async def notice(here, token):
    """The provider's own program posts: no browser, no origin."""
    body = f"logout_token={token}".encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return (await Browser().ask(here.asgi, "POST", "/logg-inn/staff/ut", body, kind)).status


async def test_who_logs_out_at_the_provider_is_out_here(here, provider):
    first, other = Browser(), Browser()
    await here.log_in(first)
    sid = put(sid="sid of the-rektor", jti="bye-2")
    assert await notice(here, provider.logout_token(sid)) == 200
    assert 'id="told"' not in (await first.get(here.asgi, "/")).text
    await here.log_in(other)
    assert await notice(here, provider.logout_token(sid)) == 200, "an old notice, once more"
    assert 'id="told"' in (await other.get(here.asgi, "/")).text
    assert await notice(here, provider.logout_token()) == 200
    assert 'id="told"' not in (await other.get(here.asgi, "/")).text


async def test_a_notice_ends_nobody_elses_session(here, provider):
    await here.store.write(sit_down, "kari", here.clock.now())
    await here.log_in(Browser())
    for number, twist in enumerate((put(sub="nobody"), put(sid="another"), without("sub"))):
        told = provider.logout_token(
            lambda h, t, do=twist, n=number: (do(h, t), put(jti=f"{n}")(h, t))
        )
        await notice(here, told)
    assert len(await here.store.read(lambda s: s.scalars(select(WebSession)).all())) == 2


BAD_NOTICES = {
    "an id token": put(nonce="x"),
    "no event": put(events={}),
    "no name of its own": without("jti"),
    "nobody": lambda h, t: t.pop("sub"),
    "another issuer": put(iss="https://elsewhere.example"),
    "another audience": put(aud="somebody-else"),
    "expired": at("exp", minutes=-2),
    "another type": heading(typ="at+jwt"),
}


async def test_a_notice_that_does_not_hold_ends_nothing(here, provider):
    browser = Browser()
    await here.log_in(browser)
    for name, twist in BAD_NOTICES.items():
        assert await notice(here, provider.logout_token(twist)) == 400, name
    for signs in (unsigned, by_public_key, forged):
        provider.signs = signs
        assert await notice(here, provider.logout_token()) == 400
    assert await notice(here, "") == 400
    assert 'id="told"' in (await browser.get(here.asgi, "/")).text


def sit_down(session, name, now):
    """By a link alone."""
    person = demo.cast_of(session)[name]
    contact = session.scalars(select(Contact).where(Contact.person_id == person.id)).one()
    contact.channel = "web"
    return web_sessions.begin(session, contact_id=contact.id, person_id=person.id, now=now)


async def test_where_staff_log_in_a_link_alone_lets_none_of_them_in(here):
    link = await here.link_for("jonas")
    page = (await Browser().get(here.asgi, f"/inn/{link}")).text
    assert f"/logg-inn/staff?lenke={link}" in page
    assert "<form" not in page
    assert (await Browser().form(here.asgi, f"/inn/{link}")).status == 404
    for name, is_seated in (("jonas", False), ("kari", True), ("ida", True)):
        token = await here.store.write(sit_down, name, here.clock.now())
        page = await Browser(cookies={"__Host-losbot": token}).get(here.asgi, "/")
        assert ('id="told"' in page.text) == is_seated, name
    theirs = await here.link_for("kari")
    assert "<form" in (await Browser().get(here.asgi, f"/inn/{theirs}")).text


async def test_a_link_alone_does_for_staff_where_they_have_no_login(store, now):
    async with open_house(store, now) as here:
        link = await here.link_for("jonas")
        assert "<form" in (await Browser().get(here.asgi, f"/inn/{link}")).text
        token = await here.store.write(sit_down, "jonas", now)
        page = await Browser(cookies={"__Host-losbot": token}).get(here.asgi, "/")
        assert 'id="told"' in page.text


# --- limits and settings -------------------------------------------------------------------------


async def test_a_machine_that_tries_on_is_slowed_down_and_asks_the_provider_nothing(
    store, now, provider
):
    limits = Limits(Limit(1e6, 1e6), Limit(1e6, 1e6), Limit(0.1, 3))
    async with open_house(store, now, login_at(provider.issuer), limits=limits) as here:
        provider.clock, provider.who = here.clock, "nobody"
        statuses = [(await here.log_in(Browser())).status for _try in range(5)]
        assert statuses == [403, 403, 403, 429, 429]
        assert provider.fetched.count("/token") == 3


async def test_without_a_provider_there_is_no_login(store, now):
    async with open_house(store, now) as here:
        for path in ("/logg-inn/staff", "/logg-inn/staff/svar", "/logget-ut/staff", "/logg-inn/x"):
            assert (await Browser().get(here.asgi, path)).status == 404
        assert "logg-inn" not in (await Browser().get(here.asgi, "/")).text


def test_somebody_who_left_leaves_no_login(session, cast, now):
    kari = cast.kari
    contact = session.scalars(select(Contact).where(Contact.person_id == kari.id)).one()
    who = Subject(LoginKind.CITIZENS, "https://eid.example", "kari")
    web_identities.bind(session, who=who, contact_id=contact.id, person_id=kari.id, now=now)
    assert web_identities.find(session, who) is not None
    erasing.leave(session, actor=session.get(Person, kari.id), occasion="x", now=now)
    assert web_identities.find(session, who) is None


def test_the_same_name_at_the_other_provider_is_somebody_else(session, cast, now):
    contact = session.scalars(select(Contact).where(Contact.person_id == cast.kari.id)).one()
    staff = Subject(LoginKind.STAFF, "https://login.example", "17")
    bound = web_identities.bind(
        session, who=staff, contact_id=contact.id, person_id=cast.kari.id, now=now
    )
    assert web_identities.find(session, replace(staff, sid="a login")) is bound
    for other in (
        replace(staff, kind=LoginKind.CITIZENS),
        replace(staff, issuer="https://login.example/1"),
        replace(staff, name="7"),
    ):
        assert web_identities.find(session, other) is None


def test_a_login_is_known_also_when_the_key_it_was_hashed_by_has_been_replaced(
    session, cast, now, tmp_path
):
    contact = session.scalars(select(Contact).where(Contact.person_id == cast.kari.id)).one()
    who = Subject(LoginKind.CITIZENS, "https://eid.example", "kari")
    web_identities.bind(session, who=who, contact_id=contact.id, person_id=cast.kari.id, now=now)
    left = base64.b64encode(key_file.signing_key(TEST_KEY)).decode()
    file = tmp_path / "key"
    new = base64.b64encode(bytes(32)).decode()
    file.write_text(
        f"{key_file.id_of(bytes(32))} {new}\n{key_file.id_of(TEST_KEY)} audit {left}\n"
    )
    file.chmod(0o400)
    session.info["keyring"] = Keyring.from_file(file)
    assert web_identities.find(session, who) is not None


def test_answers_are_remembered_for_longer_than_they_are_good():
    assert REMEMBERED > TAKES
