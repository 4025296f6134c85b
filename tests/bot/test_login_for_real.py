"""Logging in at a certified provider, to the end, over real HTTP: both servers on loopback."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.app import App
from bot.clock import ManualClock, SystemClock
from bot.demo import cast_of, seed
from bot.emulator.emulator import Emulator
from bot.web import face
from bot.web.limits import Limits
from models.terms import LoginKind
from tests.oidc import real
from tests.oidc.pretender import SECRET
from tests.oidc.visits import Here, login_at, own_key

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("oidc")]

KIND = LoginKind.STAFF


@asynccontextmanager
async def house(store, alg="RS256", auth="client_secret_basic", levels=("substantial", "high")):
    """The web chat on a port of its own, and the provider beside it, on the same real clock."""
    port = real.free_port()
    home = f"http://127.0.0.1:{port}"
    now = SystemClock().now()
    store.write_now(seed, now)
    store.check_key()
    with real.running(home, KIND, alg=alg, auth=auth) as provider:
        clock = ManualClock(now, running=True)
        secret = own_key() if auth == "private_key_jwt" else SECRET
        at = login_at(provider.issuer, KIND, *levels, secret=secret)
        app = App.for_story(
            Emulator(clock=clock), store, clock, web_url=home, limits=Limits.none(), logins=[at]
        )
        async with face.serving(face.app_of(app), "127.0.0.1", port):
            await app.start(beating=False, polling=False, greet=False)
            here = Here(app, store, clock, home=home, provider=provider)
            await here.bind("randi", "pairwise-of-randi", provider.issuer)
            yield here
            await app.stop()


@asynccontextmanager
async def browser():
    """One person's cookies. Follows redirects, as browsers do."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session


async def log_in(here, session, who, link=""):
    """To the end, wherever that is: its status and page."""
    query = f"?lenke={link}" if link else ""
    path = f"{here.home}/logg-inn/{KIND}{query}"
    async with session.get(path, allow_redirects=False) as begun:
        address = begun.headers["Location"]
    async with session.get(f"{address}&login_hint={who}") as page:
        return page.status, await page.text()


@pytest.mark.parametrize(
    ("alg", "auth"),
    [
        ("RS256", "client_secret_basic"),
        ("ES256", "client_secret_post"),
        ("PS256", "private_key_jwt"),
    ],
)
async def test_one_logs_in_at_a_certified_provider_and_is_oneself(store, alg, auth):
    async with house(store, alg, auth) as here, browser() as session:
        status, page = await log_in(here, session, "randi@high")
        assert status == 200
        assert 'id="told"' in page


async def test_an_invited_stranger_logs_in_there_and_is_bound_when_staff_say_yes(store):
    async with house(store) as here, browser() as session, browser() as later:
        jonas = (await store.read(cast_of))["jonas"].id
        status, page = await log_in(here, session, "jonas@high", await here.link_for("jonas"))
        assert (status, 'id="told"' in page) == (200, True)
        assert (await log_in(here, later, "jonas@high"))[0] == 403
        await here.confirm()
        status, page = await log_in(here, later, "jonas@high")
        assert (status, 'id="told"' in page) == (200, True)
        assert await here.sits(later, "losbot") == jonas


@pytest.mark.parametrize("who", ["randi@low", "somebody@high"])
async def test_a_low_level_and_a_stranger_are_turned_away(store, who):
    async with house(store) as here, browser() as session:
        status, page = await log_in(here, session, who)
        assert status == 403
        assert 'id="told"' not in page


async def test_a_code_is_taken_once(store):
    async with house(store) as here, browser() as session, browser() as thief:
        async with session.get(f"{here.home}/logg-inn/{KIND}", allow_redirects=False) as begun:
            address = f"{begun.headers['Location']}&login_hint=randi@high"
        while not address.startswith(here.home):
            async with session.get(address, allow_redirects=False) as page:
                location = page.headers["Location"]
            address = location if "://" in location else here.provider.issuer + location
        async with thief.get(address) as page:
            assert page.status == 403, "another browser"
        async with session.get(address) as page:
            assert page.status == 200
        async with session.get(address) as page:
            assert page.status == 403, "a second time"


async def test_logging_out_there_ends_the_session_here(store):
    async with house(store) as here, browser() as session, browser() as other:
        await log_in(here, session, "randi@high")
        await log_in(here, other, "randi@high")
        async with session.get(f"{here.home}/logget-ut/{KIND}") as page:
            address = page.headers["Refresh"].partition("url=")[2]
        async with session.get(address) as page:
            form = await page.text()
        action = re.search(r'action="([^"]+)"', form)[1]
        given = dict(re.findall(r'name="(\w+)" value="(\w+)"', form)) | {"logout": "yes"}
        async with session.post(action, data=given) as page:
            assert str(page.url) == f"{here.home}/", "back at the front page"
            assert 'id="told"' not in await page.text()
        async with other.get(f"{here.home}/") as page:
            assert 'id="told"' in await page.text(), "another login of the same person"
