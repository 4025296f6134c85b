"""What somebody outside can see, and is woken by."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import timedelta
from pathlib import Path

import promql_parser
import pytest
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import checking, heartbeat, outlook
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.emulator import Emulator
from bot.emulator.faults import Fault
from bot.journal import Journal, read
from bot.settings import SettingsRefused, is_home, load
from bot.store import Store
from models import channels, inbox, outbox, people, store_facts
from models.outbox import Outgoing, OutState, Promise
from tests.bot import test_log, test_web
from tests.bot.runtime import IDA, KARI, Runtime, until
from tests.bot.test_web import Face, update

face, lines = test_web.face, test_log.lines

ALARMS = Path(__file__).parents[2] / "deploy" / "alarms.yaml"
RUNBOOK = ALARMS.with_name("RUNBOOK.md")


async def figures(face: Face) -> dict[str, float]:
    status, body = await face.get("/metrics")
    assert status == 200
    told = (line.rsplit(" ", 1) for line in body.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in told}


async def test_every_figure_an_alarm_asks_for_is_there(face: Face, tmp_path):
    face.app.store.journal = Journal(tmp_path / "journal", face.app.store.keyring)
    await face.post(update(1, "/start"))
    face.app.intake.counts["poll_conflict"] += 1
    await face.app.tick(face.app.clock.now())
    await face.app.metronome.sweep()
    told = {name.partition("{")[0] for name in await figures(face)}
    asked = set(re.findall(r"losbot_\w+", ALARMS.read_text("utf-8")))
    assert len(asked) > 15
    assert asked - told == set()


def test_every_alarm_is_something_prometheus_can_ask():
    told = ALARMS.read_text("utf-8")
    asked = re.findall(r"^ +expr: (.+)$", told, re.M)
    assert len(asked) == told.count("- alert:")
    for each in asked:
        assert isinstance(promql_parser.parse(each), promql_parser.BinaryExpr), each  # a threshold


def test_the_runbook_says_what_to_do_for_every_alarm():
    rings = re.findall(r"alert: Losbot(\w+)", ALARMS.read_text("utf-8"))
    rows = re.findall(r"^\| ([A-Z][A-Za-z, ]+) \|", RUNBOOK.read_text("utf-8"), re.M)
    explained = [name for row in rows for name in row.split(", ")]
    assert sorted(rings) == sorted(explained)


def test_a_command_in_a_shell_has_the_settings_of_the_units():
    runbook = RUNBOOK.read_text("utf-8")
    for unit in ("losbot.service", "losbot-backup.service"):
        given = (RUNBOOK.parent / unit).read_text("utf-8")
        (settings,) = re.findall(r"^EnvironmentFile=(.+)$", given, re.M)
        assert f"cat > {settings} <<" in runbook
        assert f"set -a; . {settings}; exec" in runbook
        assert not re.findall(r"^Environment=", given, re.M)


async def test_what_counts_for_an_alarm_is_told_before_it_has_happened(face: Face):
    """Else the first of it, after each start, is no growth."""
    told = await figures(face)
    asked = re.findall(r"increase\(losbot_(\w+\{.*?\})", ALARMS.read_text("utf-8"))
    assert len(asked) >= 3
    assert {told.get(f"losbot_{each}") for each in asked} == {0}


async def test_the_alarm_for_backups_follows_the_setting(face: Face):
    face.app.latest_backup = 3600.0
    assert (await figures(face))["losbot_backup_latest_seconds"] == 3600
    assert "losbot_backup_age_seconds > losbot_backup_latest_seconds" in ALARMS.read_text("utf-8")


async def test_the_figures_are_true(face: Face, now):
    def happen(session) -> None:
        who = people.create(session, name="Ada", language="nb", now=now)
        inbox.park(session, channel="x", update_id=1, payload="ord", error="x", now=now)
        for promised in (Promise.RECEIPT, Promise.ONCE, Promise.NEWS):
            outbox.promise(
                session, kind="start", recipient_id=who.id, occasion=promised, promise=promised,
                now=now - timedelta(seconds=90),
            )  # fmt: skip
        session.flush()
        for row in session.query(Outgoing).filter(Outgoing.promise == Promise.ONCE):
            row.state = OutState.UNCERTAIN
        store_facts.put(session, store_facts.BACKED_UP, (now - timedelta(hours=2)).isoformat())
        session.info.pop(outbox.PROMISED)

    assert (await figures(face))["losbot_backup_age_seconds"] == float("inf")
    await face.app.store.write(happen)
    found = await figures(face)
    assert found["losbot_parked"] == 1
    assert found["losbot_uncertain_links"] == 1
    assert found["losbot_oldest_reply_seconds"] == 90
    assert found["losbot_backup_age_seconds"] == 7200
    assert found["losbot_frozen"] == 0
    assert found["losbot_store_up"] == 1


async def test_who_waits_is_seen_to_wait_while_sending_fails_again_and_again(store: Store, now):
    """But not while nothing is sent because somebody wants it so, nor for what is meant for later."""
    bot = Runtime(store, ManualClock(now))
    await bot.start()
    bot.meet(IDA, KARI)
    bot.faults(*(Fault(method="sendMessage", retry_after=30) for _time in range(4)))

    def waited() -> float:
        return store.read_now(outlook.of_store, bot.now)["oldest_reply_seconds"]

    await bot.say(KARI, "senere", not_before=now + timedelta(hours=1))
    await bot.said(IDA, "hei")
    for _time in range(3):
        await bot.forward(seconds=30)
    assert waited() == 90
    for still, again in ((channels.stop, channels.start), (freeze, thaw)):
        store.write_now(still, "telegram", bot.now)
        assert waited() == 0
        store.write_now(again, "telegram", bot.now)
        assert waited() == 90
    await bot.forward(seconds=30)
    assert waited() == 0
    await bot.stop()


def freeze(session, _channel: str, now) -> None:
    channels.freeze(session, now)


def thaw(session, _channel: str, now) -> None:
    channels.thaw(session, now)


async def test_figures_are_told_with_the_store_gone(face: Face, monkeypatch):
    async def gone(*_args: object, **_kwargs: object) -> None:
        raise OSError("no store")

    monkeypatch.setattr(face.app.store, "read", gone)
    assert (await figures(face))["losbot_store_up"] == 0


@pytest.mark.on_sqlite
async def test_a_store_that_takes_no_writes_rings(face: Face):
    """Though it can still be read."""

    def no_writes(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA query_only = 1")

    await face.app.store.write(no_writes)
    assert (await figures(face))["losbot_store_up"] == 0
    assert await face.app.store.read(lambda session: session.scalar(text("SELECT 1"))) == 1


@pytest.mark.on_sqlite
async def test_a_store_that_hangs_keeps_nobody_waiting_and_is_asked_once(face: Face, monkeypatch):
    monkeypatch.setattr("bot.outlook.PATIENCE", 0.05)
    done = threading.Event()
    hangs = asyncio.create_task(face.app.store.write(lambda _session: done.wait()))
    try:
        threads = threading.active_count()
        for _asked in range(20):
            face.app.clock.move_to(face.app.clock.now() + timedelta(seconds=10))
            assert (await figures(face))["losbot_store_up"] == 0
            assert (await face.get("/readyz"))[0] == 503
        assert threading.active_count() <= threads + 1
    finally:
        done.set()
    await hangs
    await until(lambda: face.app._probing is None or face.app._probing.done())
    face.app.clock.move_to(face.app.clock.now() + timedelta(seconds=10))
    assert (await figures(face))["losbot_store_up"] == 1


# --- the journal of consents ---------------------------------------------------------------------

FULL = Path("/dev/full")
"""Can be opened, and takes nothing."""


def says_journal(face: Face) -> list[bool]:
    looked = checking.lines(face.app.store, load(), face.app.clock.now())
    return [well for line, well in looked if line.startswith("Journal of consents: ")]


@pytest.mark.skipif(not FULL.exists(), reason="there is no full disk here")
async def test_a_journal_that_takes_nothing_is_seen_before_anybody_says_yes(face: Face, tmp_path):
    """By the first beat, by each of those after it, and by `losbot check`."""
    whole = Journal(tmp_path / "journal", face.app.store.keyring)
    face.app.store.journal = dead = Journal(FULL, face.app.store.keyring)
    assert says_journal(face) == [False]
    dead.failing = False
    await face.app.metronome.catch_up()
    assert (await figures(face))["losbot_consent_journal_failing"] == 1
    dead.path = whole.path
    await face.app.metronome.catch_up()
    assert (await figures(face))["losbot_consent_journal_failing"] == 0
    assert says_journal(face) == [True]
    assert read([whole.path], face.app.store.keyring) == ([], 0)  # what was tried says nothing


async def test_who_begins_to_run_tries_the_journal_first(store: Store, now):
    clock = ManualClock(now)
    emulator = Emulator(clock=clock)
    app = App.for_story(emulator, store, clock)
    store.journal = Journal(Path("/nowhere/journal"), store.keyring)
    await app.start(polling=False, beating=False, greet=False)
    assert store.journal.failing
    await app.stop()
    await emulator.close()


# --- the sign of life ----------------------------------------------------------------------------


async def test_somebody_outside_hears_while_all_is_well(face: Face):
    """And nothing when the store takes no writes; an outside that fails hurts nobody."""
    heard: list[str] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response(status=500 if "bad" in request.path else 200)

    outside = web.Application()
    outside.router.add_get("/{name}", listen)
    runner = web.AppRunner(outside)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        await heartbeat.beat(f"{url}/alive", face.app.healthy)
        assert heard == []  # nobody has looked at what is due yet
        await face.app.tick(face.app.clock.now())
        await heartbeat.beat(f"{url}/alive", face.app.healthy)
        await heartbeat.beat(f"{url}/bad", face.app.healthy)
        assert heard == ["/alive", "/bad"]
        face.app.clock.move_to(face.app.clock.now() + timedelta(seconds=61))
        await heartbeat.beat(f"{url}/alive", face.app.healthy)
        assert heard == ["/alive", "/bad"]
    finally:
        await runner.cleanup()
    await face.app.tick(face.app.clock.now())
    face.app.polling.last = face.app.clock.now()
    assert await face.app.healthy()
    await heartbeat.beat(f"{url}/gone", face.app.healthy)


@pytest.mark.parametrize("host", ["127.evil.example", "localhost.evil.example", "127.0.0.1.no"])
def test_no_name_that_looks_like_this_machine_is_this_machine(host: str):
    assert not is_home(f"http://{host}/x")


def test_the_sign_of_life_is_sent_in_the_clear_on_this_machine_only():
    with pytest.raises(SettingsRefused, match="HEARTBEAT_URL"):
        load(heartbeat_url="http://watch.example/x")


# --- what came of an update ----------------------------------------------------------------------


async def test_an_update_can_be_followed_in_the_log_to_its_last_message(face: Face, lines):
    """By numbers alone."""
    await face.post(update(41, "/start"))
    await face.app.settled()
    told = lines()
    (heard,) = [line for line in told if line["event"] == "update.heard"]
    ended = {line["row"]: line["state"] for line in told if line["event"] == "message.ended"}
    assert heard["update"] == 41
    assert heard["rows"]
    assert [ended[row] for row in heard["rows"]] == ["sent"] * len(heard["rows"])
    assert {"name", "text", "address"} & {key for line in told for key in line} == set()
