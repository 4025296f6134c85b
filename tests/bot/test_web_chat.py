"""The web chat's doors: what is forged, replayed, foreign, expired, too large or too slow gets a
fast no that tells nothing, and what was said is never lost and never heard twice."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.store import Store
from bot.web import bodies, face, streams
from bot.web.limits import Limit, Limits
from models import invitations, web_chats, web_sessions
from models.contacts import Contact
from models.inbox import Parked
from models.municipality import PolicyVersion
from models.people import Person
from models.web_chats import WebMessage
from models.web_sessions import IDLE, LIFE, WebSession
from tests.browsing import HOST, ORIGIN, Browser
from tests.conftest import TEST_KEY
from tests.doses import slowly
from tests.keyless import Closed

COOKIE = "__Host-losbot"


def sit_down(session, name, now):
    """A session for one of the cast, on the web."""
    person = demo.cast_of(session)[name]
    contact = session.scalars(select(Contact).where(Contact.person_id == person.id)).one()
    contact.channel = "web"
    return web_sessions.begin(session, contact_id=contact.id, person_id=person.id, now=now)


@pytest.fixture
def begins():
    return demo.seed


@pytest.fixture
async def here(store, now):
    """The web chat, with Ida and Kari sitting in it."""
    clock = ManualClock(now)
    app = App.for_story(Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=Limits.none())
    await app.start(beating=False, polling=False, greet=False)
    made = SimpleNamespace(app=app, store=store, clock=clock, asgi=face.app_of(app), people={})
    for name in ("ida", "kari"):
        token = await store.write(sit_down, name, now)
        browser = Browser(cookies={COOKIE: token})
        browser.proof = (await browser.get(made.asgi, "/")).told["proof"]
        made.people[name] = browser
    yield made
    await app.stop()


async def say(here, who="ida", nonce="n1", **body):
    browser = here.people[who]
    body = {"proof": browser.proof, "nonce": nonce, **body}
    reply = await browser.post(here.asgi, "/si", body)
    await here.app.settled()
    return reply


async def told(here, who="ida"):
    return (await here.people[who].get(here.asgi, "/")).told["messages"]


async def texts(here, who="ida"):
    return [message["text"] for message in await told(here, who)]


# --- what works ----------------------------------------------------------------------------------


async def test_what_is_said_and_answered_stands_on_the_page_and_is_sealed_in_the_store(here):
    assert (await say(here, words="/los")).status == 200
    shown = await told(here)
    assert [message["from"] for message in shown] == ["person", "bot"]
    assert shown[0]["text"] == "/los"
    assert shown[1]["inline_keyboard"]

    def raw(session):
        return [row.told_sealed for row in session.scalars(select(WebMessage))]

    assert all(b"/los" not in blob for blob in await here.store.read(raw))
    assert await texts(here, "kari") == []


async def test_the_page_works_without_its_script(here):
    ida = here.people["ida"]
    reply = await ida.form(here.asgi, "/si", proof=ida.proof, nonce="f", words="/los")
    assert (reply.status, reply.header("location")) == (303, "/")
    page = (await ida.get(here.asgi, "/")).text
    assert 'name="press"' in page
    press = page.split('name="press" value="')[1].split('"')[0]
    reply = await ida.form(here.asgi, "/si", proof=ida.proof, nonce="g", press=press)
    assert reply.status == 303


@pytest.mark.slow
async def test_two_pages_agree_and_one_that_was_away_catches_up(here):
    ida = here.people["ida"]
    heard, cut = [], asyncio.Event()
    live = asyncio.create_task(
        ida.stream(
            here.asgi, 0, lambda kind, number, data: heard.append((kind, number, data)), cut
        )
    )
    await say(here, words="/los")
    while not here.app.chat.hub.idle:
        await asyncio.sleep(0.001)
    cut.set()
    await live
    live_texts = {m["message_id"]: m["text"] for _k, _n, d in heard for m in d["messages"]}
    assert list(live_texts.values()) == await texts(here)
    missed, cut = [], asyncio.Event()

    def hears(*event):
        missed.append(event)
        cut.set()

    await ida.stream(here.asgi, 1, hears, cut)
    ((kind, number, data),) = missed
    assert (kind, number) == ("chat", "2")
    assert [message["message_id"] for message in data["messages"]] == [2]


@pytest.mark.slow
async def test_what_another_process_says_is_heard_too(here, monkeypatch):
    """`losbot contact close`, or a second losbot on the same store: nobody nudges our pages."""
    monkeypatch.setattr(streams, "LOOKS", 0.02)
    heard, cut = [], asyncio.Event()

    def hears(*event):
        heard.append(event)
        cut.set()

    live = asyncio.create_task(here.people["ida"].stream(here.asgi, 0, hears, cut))
    await asyncio.sleep(0.05)

    def from_elsewhere(session):
        person = demo.cast_of(session)["ida"]
        contact = session.scalars(select(Contact).where(Contact.person_id == person.id)).one()
        chat = web_chats.of(session, contact.id, person)
        told = {"text": "hei", "rows": []}
        web_chats.add(session, chat, person, told, mine=False, now=here.clock.now())

    await here.store.write(from_elsewhere)
    await asyncio.wait_for(live, 5)
    assert heard[0][2]["messages"][0]["text"] == "hei"


async def test_staff_s_hats_count_here_also_where_telegram_is_closed_to_staff(here, now):
    def decide(session):
        for version in session.scalars(select(PolicyVersion)):
            version.choices = {**version.choices, "staff_telegram": False}

    await here.store.write(decide)
    randi = Browser(cookies={COOKIE: await here.store.write(sit_down, "randi", now)})
    randi.proof = (await randi.get(here.asgi, "/")).told["proof"]
    here.people["randi"] = randi
    await say(here, "randi", words="/start")
    assert "Køen" in (await randi.get(here.asgi, "/")).told["keyboard"][0]


async def test_logging_out_ends_this_session_and_others_on_demand(here, now):
    ida = here.people["ida"]
    other = Browser(cookies={COOKIE: await here.store.write(sit_down, "ida", now)})
    assert (await ida.get(here.asgi, "/enheter")).text.count("<li>") >= 2
    await ida.form(here.asgi, "/enheter", proof=ida.proof)
    assert 'id="told"' not in (await other.get(here.asgi, "/")).text
    await ida.form(here.asgi, "/ut", proof=ida.proof)
    assert COOKIE not in ida.cookies
    assert await here.store.read(lambda s: s.scalars(select(WebSession)).all()) != []


# --- one-time links ------------------------------------------------------------------------------


async def link_for(here, name="kari"):
    def invite(session):
        person = demo.cast_of(session)[name]
        return invitations.invite(session, person=person, invited_by=None, now=here.clock.now())[1]

    return await here.store.write(invite)


async def test_looking_at_a_link_uses_nothing_up_and_pressing_uses_it_once(here):
    link = await link_for(here)
    for _look in range(3):
        assert (await Browser().get(here.asgi, f"/inn/{link}")).status == 200
    first, second = Browser(), Browser()
    assert (await first.form(here.asgi, f"/inn/{link}")).status == 303
    await here.app.settled()
    assert "Koden din er" in (await first.get(here.asgi, "/")).told["messages"][-1]["text"]
    assert (await second.form(here.asgi, f"/inn/{link}")).status == 404
    assert COOKIE not in second.cookies
    assert link not in (await first.get(here.asgi, "/")).text


async def test_unknown_used_and_expired_links_sound_the_same(here):
    expired = await link_for(here)
    here.clock.move_to(here.clock.now() + invitations.INVITATION_LIFE)
    replies = [await Browser().get(here.asgi, f"/inn/{each}") for each in (expired, "x" * 22)]
    assert {reply.status for reply in replies} == {404}
    assert replies[0].text == replies[1].text
    people = await here.store.read(lambda s: len(s.scalars(select(Person)).all()))
    assert (await Browser().form(here.asgi, "/inn/nope")).status == 404
    assert await here.store.read(lambda s: len(s.scalars(select(Person)).all())) == people


# --- sessions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("age", [LIFE, *slowly(IDLE)], ids=["absolute", "idle"])
async def test_a_session_ends_by_itself(here, age):
    def touch(session):
        if age is LIFE:
            session.execute(update(WebSession).values(seen_at=here.clock.now() + LIFE))

    await here.store.write(touch)
    here.clock.move_to(here.clock.now() + age)
    assert (await say(here, words="/los")).status == 401
    assert 'id="told"' not in (await here.people["ida"].get(here.asgi, "/")).text


@pytest.mark.slow
async def test_what_a_stream_shows_ends_with_its_session(here):
    ida = here.people["ida"]
    heard = []
    live = asyncio.create_task(
        ida.stream(here.asgi, 0, lambda *event: heard.append(event), asyncio.Event())
    )
    await asyncio.sleep(0.05)
    await ida.form(here.asgi, "/ut", proof=ida.proof)
    await asyncio.wait_for(live, 5)
    assert heard[-1][0] == "over"


@pytest.mark.slow
async def test_a_chat_taken_from_its_owner_is_empty_and_nobody_sits_in_it(here, now):
    from models import contacts

    await say(here, words="/los")

    def take(session):
        return contacts.take_from(session, demo.cast_of(session)["ida"], actor=None, now=now)

    assert await here.store.write(take) == 1
    assert (await say(here, words="/los", nonce="n2")).status == 401

    def words(session):
        return [row.told_sealed for row in session.scalars(select(WebMessage))]

    await here.app.settled()
    assert set(await here.store.read(words)) <= {None}


@pytest.mark.parametrize("cookie", ["x" * 43, *slowly("", "x", "x" * 5000, "';--", "\u00e6")])
async def test_a_cookie_that_is_not_ours_opens_nothing(here, cookie):
    stranger = Browser(cookies={COOKIE: cookie})
    assert 'id="told"' not in (await stranger.get(here.asgi, "/")).text
    reply = await stranger.post(here.asgi, "/si", {"words": "/los", "nonce": "n", "proof": "x"})
    assert (reply.status, reply.body) == (401, b"{}")
    assert (await stranger.get(here.asgi, "/fil/1")).status == 404


async def test_the_cookie_is_for_browsers_alone_and_for_this_address_alone(here):
    reply = await Browser().form(here.asgi, "/", name="Ola")
    cookie = reply.header("set-cookie").lower()
    assert cookie.startswith("__host-losbot=")
    for rule in ("httponly", "secure", "samesite=lax", "path=/"):
        assert rule in cookie
    assert "domain" not in cookie


# --- forged and foreign --------------------------------------------------------------------------


async def ask(here, method="POST", path="/si", body=b"{}", **headers):
    given = {"content-type": "application/json", "origin": ORIGIN, **headers}
    return await here.people["ida"].ask(here.asgi, method, path, body, given)


@pytest.mark.parametrize(
    "refused",
    [
        ({"origin": "https://evil.test"}, 403),
        ({"host": "evil.test"}, 421),
        *slowly(
            ({"origin": "null"}, 403),
            ({"origin": ORIGIN + ".evil.test"}, 403),
            ({"origin": "http://" + HOST}, 403),
            ({"sec_fetch_site": "cross-site"}, 403),
            ({"sec_fetch_site": "same-site"}, 403),
            ({"host": f"{HOST}:8443"}, 421),
            ({"host": ""}, 421),
            ({"content_type": "text/plain"}, 415),
            ({"content_type": "multipart/form-data; boundary=x"}, 415),
            ({"content_length": "5242880"}, 413),
            ({"content_length": "-1"}, 400),
        ),
    ],
)
async def test_what_does_not_come_from_our_own_pages_is_refused_unread(here, refused):
    headers, status = refused
    reply = await ask(here, **{name.replace("_", "-"): value for name, value in headers.items()})
    assert reply.status == status
    assert await texts(here) == []


@pytest.mark.slow
async def test_without_an_origin_nothing_is_posted(here):
    reply = await here.people["ida"].ask(
        here.asgi, "POST", "/si", b"{}", {"content-type": "application/json"}
    )
    assert reply.status == 403


@pytest.mark.parametrize("proof", ["x" * 32, *slowly("", "\u00e6" * 32)])
async def test_a_form_without_its_proof_does_nothing(here, proof):
    assert (await say(here, words="/los", proof=proof)).status == 403
    assert (await here.people["ida"].form(here.asgi, "/ut", proof=proof)).status == 403
    assert (await say(here, words="/los", proof=here.people["kari"].proof)).status == 403
    assert await texts(here) == []


async def test_another_site_cannot_take_in_what_is_shown_here(here):
    ida = here.people["ida"]
    for path in ("/", "/strom", "/fil/1", "/enheter"):
        reply = await ida.get(here.asgi, path, sec_fetch_site="cross-site", sec_fetch_mode="cors")
        assert reply.status == 403, path
    opened = await ida.get(here.asgi, "/", sec_fetch_site="cross-site", sec_fetch_mode="navigate")
    assert opened.status == 200


async def test_every_answer_is_strict_and_none_is_kept(here):
    ida = here.people["ida"]
    for reply in (await ida.get(here.asgi, "/"), await ask(here), await ida.get(here.asgi, "/no")):
        policy = reply.header("content-security-policy")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reply.header("cache-control") == "no-store"
        assert reply.header("x-content-type-options") == "nosniff"
        assert "frame-ancestors 'none'" in policy


async def test_a_file_is_for_its_own_chat(here):
    def put(session):
        contact = session.scalars(select(Contact).where(Contact.channel == "web")).first()
        person = session.get_one(Person, contact.person_id)
        chat = web_chats.of(session, contact.id, person)
        file = {"name": "mitt <b>.ics", "mime": "text/calendar", "size": 4}
        told = {"text": "", "rows": [], "file": file}
        now = here.clock.now()
        number = web_chats.add(session, chat, person, told, mine=False, now=now, file=b"data")
        return person.name.lower(), number

    owner, number = await here.store.write(put)
    (other,) = {"ida", "kari"} - {owner}
    mine = await here.people[owner].get(here.asgi, f"/fil/{number}")
    assert mine.body == b"data"
    assert mine.header("content-disposition").startswith("attachment; filename*=UTF-8''mitt%20%3C")
    assert (await here.people[other].get(here.asgi, f"/fil/{number}")).status == 404
    assert (await here.people[owner].get(here.asgi, f"/fil/{10**30}")).status == 404


# --- odd, large, slow, twice ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"[]", *slowly(b"", b"null", b"{", b'{"words": 1}', b'{"words": {}}', b"[" * 60_000,
        b'{"words": "\\u0000\\u0001"}', b'{"words": "   "}',
        b'{"press": "x y"}', b'{"press": "99999999999999999999 t"}',
        b'{"press": "1 ' + b"x" * 300 + b'"}', b'{"words": "hei", "nonce": "' + b"n" * 99 + b'"}'),
    ],
)  # fmt: skip
async def test_a_body_no_page_of_ours_posts_is_refused(here, body):
    ida = here.people["ida"]
    if body.startswith(b'{"') and body.endswith(b"}"):
        given = {"proof": ida.proof, **json.loads(body)}
        given.setdefault("nonce", "n")
        body = json.dumps(given).encode()
    reply = await ask(here, body=body)
    assert 400 <= reply.status < 500
    assert "Traceback" not in reply.text


@pytest.mark.slow
async def test_words_too_long_are_refused_not_cut(here):
    assert (await say(here, words="x" * 4097)).status == 413
    assert (await say(here, words="x" * 4096, nonce="n2")).status == 200


@pytest.mark.slow
async def test_a_body_that_grows_past_what_it_said_is_cut_off(here):
    reply = await ask(here, body=b" " * (bodies.LARGEST + 1), **{"content-length": "2"})
    assert reply.status == 413


@pytest.mark.slow
async def test_a_body_that_never_comes_is_not_waited_for(here, monkeypatch):
    monkeypatch.setattr(bodies, "SLOWEST", 0.05)
    sent = []

    async def receive():
        await asyncio.sleep(30)

    async def send(message):
        sent.append(message)

    headers = {"content-type": "application/json", "origin": ORIGIN, "content-length": "9"}
    scope = here.people["ida"]._scope("POST", "/si", headers, 0)
    await asyncio.wait_for(here.asgi(scope, receive, send), 5)
    assert sent[0]["status"] == 400


async def test_the_same_thing_posted_twice_is_heard_once(here):
    for _again in range(3):
        assert (await say(here, words="/los", nonce="same")).status == 200
    assert [text for text in await texts(here) if text == "/los"] == ["/los"]
    assert (await say(here, "kari", words="/los", nonce="same")).status == 200
    assert (await texts(here, "kari"))[0] == "/los"


@pytest.mark.parametrize(
    "data",
    ["b:consent.give:1:0:zzzzz:xxxxxxxxxxxxxxxx", *slowly("t:x:y", "c:nope", ":", "b:", "\u202e")],
)
async def test_a_forged_button_does_nothing(here, data):
    assert (await say(here, press=f"1 {data}")).status == 200
    assert all(message["from"] == "bot" for message in await told(here))


async def test_markup_and_directions_stay_words(here):
    evil = "</script><script>alert(1)</script><img src=x onerror=a()>\u202e\u2066 &lt; \"' `"
    assert (await say(here, words=evil)).status == 200
    page = (await here.people["ida"].get(here.asgi, "/")).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("</script>") == 2  # the page's own two
    assert (await told(here))[0]["text"] == evil
    reply = await Browser().form(here.asgi, "/", name="<b>\u202e" + "x" * 500)
    assert reply.status == 303
    asked = await Browser().get(here.asgi, "/?sprak=%3Cscript%3E")
    assert "<script>" not in asked.text.replace("<script type", "")


async def test_a_store_that_is_away_loses_nothing_and_help_comes_all_the_same(here):
    here.store.close()
    reply = await here.people["ida"].post(here.asgi, "/si", {"words": "Hjelp nå"})
    assert reply.status == 200
    assert "116 111" in json.loads(reply.body)["help"]
    reply = await here.people["ida"].post(here.asgi, "/si", {"words": "/los", "nonce": "n"})
    assert reply.status == 503
    page = await here.people["ida"].get(here.asgi, "/")
    assert page.status == 503
    assert 'href="tel:116111"' in page.text


async def test_the_page_opens_without_the_key_and_shows_what_it_cannot_keep(here):
    """Whoever must stop something gets in; what stood there comes back with the key."""
    await say(here, words="/los")
    key = here.store.keyring
    here.store.keyring = Closed(TEST_KEY)
    ida, heard, cut = here.people["ida"], [], asyncio.Event()
    page = await ida.get(here.asgi, "/")
    assert (page.status, page.told["messages"]) == (200, [])
    assert "Det gjelder med en gang" in page.text
    live = asyncio.create_task(
        ida.stream(here.asgi, page.told["change"], lambda *event: heard.append(event), cut)
    )
    while not here.app.chat.hub.open_pages:
        await asyncio.sleep(0.001)
    assert (await say(here, words="stopp", nonce="n2")).status == 200
    while not here.app.chat.hub.idle:
        await asyncio.sleep(0.001)
    cut.set()
    await live
    ((kind, number, data),) = heard
    assert (kind, number) == ("alone", None)
    assert data["text"]
    here.store.keyring = key
    assert "/los" in await texts(here)
    assert data["text"] not in await texts(here)


@pytest.mark.slow
async def test_what_cannot_be_handled_is_parked_for_the_operator(here, monkeypatch):
    def breaks(session, said, now):
        raise ZeroDivisionError

    monkeypatch.setattr(here.app.intake, "_handle", breaks)
    assert (await say(here, words="/los")).status == 200
    (parked,) = await here.store.read(lambda s: s.scalars(select(Parked)).all())
    assert (parked.channel, parked.error) == ("web", "ZeroDivisionError")


@pytest.mark.slow
async def test_too_much_at_once_is_told_to_wait(here):
    here.app.chat._limits.said = Limit(0.001, 2)
    statuses = [(await say(here, words="hei", nonce=str(n))).status for n in range(4)]
    assert statuses == [200, 200, 429, 429]
    here.clock.move_to(here.clock.now() + timedelta(hours=1))
    assert (await say(here, words="hei", nonce="x")).status == 200


@pytest.mark.slow
async def test_a_chat_has_room_for_a_dozen_pages(here):
    ida, cut = here.people["ida"], asyncio.Event()
    lines = [
        asyncio.create_task(ida.stream(here.asgi, 0, lambda *event: None, cut))
        for _tab in range(streams.MOST_TABS)
    ]
    while here.app.chat.hub.open_pages < streams.MOST_TABS:
        await asyncio.sleep(0.01)
    assert (await ida.get(here.asgi, "/strom")).status == 429
    cut.set()
    await asyncio.gather(*lines)
    assert here.app.chat.hub.open_pages == 0


@pytest.mark.slow
async def test_without_an_address_there_is_no_web_chat(store_url, keyring, now):
    store = Store.open(store_url, keyring)
    store.create()
    clock = ManualClock(now)
    app = App.for_story(Emulator(clock=clock), store, clock)
    assert (await Browser().get(face.app_of(app), "/")).status == 404
    store.close()
