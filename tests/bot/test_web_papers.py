"""A case as a page of its own: for each what their cards show and no more, logged as a reading."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.store import Store
from bot.web import face
from bot.web.limits import Limits
from models import channels, contacts, discretion, people, shielding
from models.audit import AuditEntry
from models.goals import active
from models.municipality import PolicyVersion
from models.people import Person
from models.shielded import Shield
from models.terms import ItemKind, Role
from models.views import HATS
from models.withheld import Item
from tests.bot.test_web_chat import COOKIE, sit_down
from tests.browsing import ORIGIN, Browser, Reply
from tests.full_case import AGENDA, GOAL, PLACE, REASON, TILTAK, VOICE, lived_in
from tests.ways import cast_of, seeded

WHO = ("ida", "kari", "jonas", "amina", "randi", "sam")
ALL = (GOAL, TILTAK, AGENDA, PLACE, REASON, "Frokost")


@pytest.fixture
def begins():
    """Ida's case, with something in every table."""
    return _lived


def _lived(session, now) -> int:
    seeded(session, now)
    return lived_in(session, cast_of(session), now).id


@pytest.fixture
async def here(store: Store, begun: int, now) -> SimpleNamespace:
    """Ida's case, and a browser for each."""
    clock = ManualClock(now)
    app = App.for_story(Emulator(clock=clock), store, clock, web_url=ORIGIN, limits=Limits.none())
    asgi = face.app_of(app)
    who = {name: Browser(cookies={COOKIE: await store.write(sit_down, name, now)}) for name in WHO}
    return SimpleNamespace(app=app, store=store, asgi=asgi, case=begun, who=who, clock=clock)


async def opens(here, name: str, hat: Role, case_id: int | None = None) -> Reply:
    path = f"/side/{case_id or here.case}/{HATS.index(hat)}"
    return await here.who[name].get(here.asgi, path)


async def readings(here) -> list[tuple[str, str, bool]]:
    def found(session):
        read = select(AuditEntry).where(AuditEntry.action.endswith(".read"))
        names = {p.id: p.name for p in session.scalars(select(Person))}
        rows = session.scalars(read.order_by(AuditEntry.seq))
        return [(names[e.actor_id], e.action, e.detail.get("kept", False)) for e in rows]

    return await here.store.read(found)


# --- who sees what -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hat", "sees", "not_"),
    [
        ("ida", Role.UNGDOM, ALL, (VOICE,)),
        ("kari", Role.FORESATT, ALL, (VOICE, "Din mening")),
        ("jonas", Role.STAFETTHOLDER, ALL, (VOICE, "Ansatte som har sett")),
        (
            "amina",
            Role.SERVICE,
            ("Møter framover",),
            (GOAL, TILTAK, AGENDA, REASON, VOICE, "Kari"),
        ),
    ],
)
async def test_each_reads_what_their_cards_show(here, name, hat, sees, not_):
    page = await opens(here, name, hat)
    assert page.status == 200
    words = unescape(page.text)
    assert [word for word in sees if word not in words] == []
    assert [word for word in not_ if word in words] == []
    assert page.header("cache-control") == "no-store"
    assert "unsafe" not in page.header("content-security-policy")
    assert page.text.count("<script") == 1  # the one that prints
    assert 'href="tel:116111"' in page.text


async def test_staff_reading_it_is_in_the_log_and_the_family_sees_it(here):
    before = await readings(here)
    await opens(here, "ida", Role.UNGDOM)
    await opens(here, "kari", Role.FORESATT)
    assert await readings(here) == before
    await opens(here, "jonas", Role.STAFETTHOLDER)
    fresh = (await readings(here))[len(before) :]
    assert {(who, what) for who, what, _kept in fresh} == {
        ("Jonas", f"{what}.read") for what in ("cases", "tiltak", "log", "meetings", "evaluations")
    }
    page = unescape((await opens(here, "ida", Role.UNGDOM)).text)
    assert "Ansatte som har sett" in page
    assert "Jonas" not in page.partition("Ansatte som har sett")[2]


async def test_absent_forbidden_and_not_logged_in_are_one_and_the_same(here):
    stranger = await Browser().get(here.asgi, f"/side/{here.case}/0")
    refused = [
        await opens(here, "randi", Role.STAFETTHOLDER),  # the school's rektor has no part in it
        await opens(here, "sam", Role.UNGDOM),
        await opens(here, "kari", Role.UNGDOM),
        await opens(here, "amina", Role.STAFETTHOLDER),
        await opens(here, "ida", Role.UNGDOM, 17),
        await opens(here, "ida", Role.UNGDOM, 2**70),
        await here.who["ida"].get(here.asgi, f"/side/{here.case}/9"),
    ]
    assert {reply.status for reply in (stranger, *refused)} == {404}
    assert {reply.text for reply in refused} == {stranger.text}

    def why(session):
        refusals = select(AuditEntry).where(AuditEntry.action == "refused")
        return [each.detail for each in session.scalars(refusals) if each.detail["kind"] == "page"]

    assert await here.store.read(why) == [{"why": "absent", "kind": "page"}] * 5


async def test_what_is_shielded_leaves_no_trace_for_a_guardian(here):
    def shield_all(session) -> None:
        cast = cast_of(session)
        for thing in active(session, here.case):
            shielding.shield(
                session, actor=cast.jonas, case_id=here.case,
                item=Item(ItemKind.TILTAK, thing.id), now=here.clock.now(),
                shield=Shield("Kråkeårsak", here.clock.now().date() + timedelta(days=7)),
            )  # fmt: skip

    seen = unescape((await opens(here, "kari", Role.FORESATT)).text)
    assert TILTAK in seen
    await here.store.write(shield_all)
    seen = unescape((await opens(here, "kari", Role.FORESATT)).text)
    for word in (TILTAK, "Frokost", GOAL, REASON, "Skjerm", "Kråkeårsak", "Det som er avtalt"):
        assert word not in seen, word
    holders = unescape((await opens(here, "jonas", Role.STAFETTHOLDER)).text)
    assert "Skjermet for foreldrene" in holders
    assert TILTAK in holders


# --- when it is not shown ------------------------------------------------------------------------


async def test_a_chat_that_is_shut_with_a_code_opens_no_page(here):
    def shut(session) -> None:
        ida = cast_of(session).ida
        contact = contacts.of(session, ida.id)
        discretion.made(session, contact.id, ida).hash = "kode"

    await here.store.write(shut)
    for case_id in (here.case, 17):
        page = await opens(here, "ida", Role.UNGDOM, case_id)
        assert (page.status, "koden din" in page.text) == (403, True)
        assert GOAL not in page.text


async def test_in_a_stopped_channel_there_is_no_page(here):
    await here.store.write(channels.stop, "web", here.clock.now())
    assert (await opens(here, "ida", Role.UNGDOM)).status == 503


@pytest.mark.parametrize(("details", "header"), [("on_tap", "600; url=/"), ("all", "")])
async def test_it_closes_by_itself_where_details_do(here, details, header):
    def decide(session) -> None:
        for version in session.scalars(select(PolicyVersion)):
            version.choices = {**version.choices, "web_details": details}

    await here.store.write(decide)
    page = await opens(here, "ida", Role.UNGDOM)
    assert page.header("refresh") == header
    assert ("ti minutter" in page.text) is bool(header)


# --- the way to it -------------------------------------------------------------------------------


@pytest.mark.slow
async def test_the_card_leads_to_it_in_the_web_chat_alone(here):
    from handlers import case_cards
    from handlers.turns import Reading

    def urls(session, channel: str) -> list[str]:
        ida = cast_of(session).ida
        people.speaks_where(session, ida.id, staff_may=True, now=here.clock.now())
        contact = contacts.of(session, ida.id)
        contact.channel = channel
        reading = Reading(session, ida, contact, here.clock.now(), here.case)
        card = case_cards.card(reading)
        return [button.url for row in card.buttons for button in row if button.url]

    assert await here.store.write(urls, "telegram") == []
    (url,) = await here.store.write(urls, "web")
    assert url.startswith(f"{ORIGIN}/side/")
    page = await here.who["ida"].get(here.asgi, url.removeprefix(ORIGIN))
    assert page.status == 200


@pytest.mark.parametrize(
    ("name", "hat", "sees", "not_"),
    [
        ("ida", Role.UNGDOM, (AGENDA, "Kari"), ()),
        ("amina", Role.SERVICE, (), (AGENDA, "Kari")),
    ],
)
async def test_a_meeting_that_is_over_still_stands_for_who_may_know_of_it(
    here, name, hat, sees, not_
):
    here.clock.move_to(here.clock.now() + timedelta(days=13))
    page = unescape((await opens(here, name, hat)).text)
    assert "Møter framover" not in page
    past = page.partition("Møter som har vært")[2].partition("</section>")[0]
    assert past
    assert [word for word in sees if word not in past] == []
    assert [word for word in not_ if word in past] == []
