"""`losbot demo`: the real bot against the pretend Telegram, over real HTTP, and its web chat, in
one process. Staff sit in the web chat, the others have phones."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import webbrowser
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import demo
from bot.app import App
from bot.channels.request import HttpRequest
from bot.channels.telegram import Sender
from bot.clock import ManualClock, SystemClock
from bot.demo.mixed import Mixed
from bot.emulator import server
from bot.emulator.cast import BOT_USERNAME, DEMO_TOKEN
from bot.pacing import Pace
from bot.running import stop_signal
from bot.store import Store
from bot.web.limits import Limits
from bot.web.serving import serving_at
from models import base, key_file, municipality, outbox, people
from models.audit import AuditEntry
from models.sealed import Keyring

TOUR = Path(__file__).with_name("tour.json")


def run(*, port: int, lang: str, seed: int | None, keep: Path | None, browser: bool) -> None:
    """Show the demo until stopped. With `keep` the store (and its key beside it) stays."""
    base.seed_ids(seed)
    with contextlib.ExitStack() as stack:
        if keep is None:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="losbot-demo-", ignore_cleanup_errors=True)
            )
            keep = Path(folder) / "demo.db"
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_show(port, lang, keep, browser))


async def _show(port: int, lang: str, file: Path, browser: bool) -> None:
    store, clock = open_demo(file)
    tour, listener = json.loads(TOUR.read_text("utf-8")), server.bind(0)
    origin = f"http://{server.HOST}:{listener.getsockname()[1]}"
    emulator = Mixed(clock=clock, origin=origin, on_web=store.read_now(demo.on_web), tour=tour)
    async with server.serving(emulator, port) as bound:
        address = f"http://{server.HOST}:{bound}"
        sender = Sender(
            DEMO_TOKEN,
            HttpRequest(proxies=False),
            HttpRequest(connections=4, proxies=False),
            address,
        )
        app = App(
            store=store, sender=sender, clock=clock, pace=Pace(),
            web_url=origin, limits=Limits.none(),
        )  # fmt: skip
        emulator.settled, emulator.next_due = app.settled, app.next_due
        emulator.on_clock = app.tick
        await app.start()
        try:
            async with serving_at(await emulator.serves(app), listener):
                page = f"{address}/?lang={lang}"
                print(f"The demo is at {page}   (Ctrl-C ends it)", flush=True)  # noqa: T201 - the command's answer
                if browser:
                    await asyncio.to_thread(webbrowser.open, page)
                await stop_signal().wait()
                await emulator.stops()
        finally:
            await app.stop()


def open_demo(file: Path) -> tuple[Store, ManualClock]:
    """The demo's store, made and filled where there is none, and its clock."""
    key, fresh = file.with_name(file.name + ".key"), not file.exists()
    if not key.exists():
        key_file.create(key)
    store = Store.open(f"sqlite:///{file}", Keyring.from_file(key), bot_username=BOT_USERNAME)
    try:
        store.create() if fresh else store.migrate()
        store.check_key()
        last = store.read_now(_last_told)
        start = first_morning(SystemClock().now())
        clock = ManualClock(start if last is None else max(start, last), running=True)
        if store.read_now(municipality.current) is None:
            store.write_now(_settled_in, clock.now())
    except BaseException:
        store.close()
        raise
    return store, clock


def _settled_in(session: Session, now: datetime) -> None:
    """Fjordvik, everyone greeted long ago; and Nora of Jonas's school, whom nobody has invited."""
    cast = demo.seed(session, now, demo.STAFF)
    for person in cast.values():
        outbox.promise(session, kind="start", recipient_id=person.id, occasion="greeting", now=now)
    nora = people.create(session, name="Nora", language="nb", now=now, born=date(2012, 2, 29))
    school = people.pupil(session, cast["ida"].id)
    if school is not None:
        session.add(people.Pupil(person_id=nora.id, school_id=school.school_id))


def _last_told(session: Session) -> datetime | None:
    return session.scalar(select(func.max(AuditEntry.at)))


def first_morning(now: datetime) -> datetime:
    """Ten o'clock on the first weekday from `now`: a time at which people are written to."""
    local = now.astimezone(ZoneInfo("Europe/Oslo"))
    while local.weekday() > 4:
        local += timedelta(days=1)
    return local.replace(hour=10, minute=0, second=0, microsecond=0)
