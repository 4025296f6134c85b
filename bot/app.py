"""The composition root: the one place where real and pretend parts are chosen."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot import dispatch, heartbeat, letters, outlook, store_engines, store_schema
from bot.channels import web as web_channel
from bot.channels.mail import Post
from bot.channels.outcomes import outcome_of
from bot.channels.request import Call, DirectRequest, HttpRequest
from bot.channels.telegram import Sender
from bot.clock import Clock, ManualClock, SystemClock
from bot.composing import compose, unreachable
from bot.delivery import Delivery
from bot.desk import Desk
from bot.intake import Intake
from bot.journal import Journal
from bot.log import log
from bot.metronome import Metronome
from bot.pacing import Pace
from bot.polling import Polling
from bot.settings import DEMO_TOKEN, LoginAt, MailAt, Settings, SettingsRefused, is_home
from bot.store import Store, StoreRefused
from models import municipality, store_facts
from models.terms import LoginKind

if TYPE_CHECKING:
    from bot.emulator.emulator import Emulator
    from bot.web.chat import WebChat
    from bot.web.limits import Limits

PROBED = 3.0
LATEST_TICK = 60.0
LATEST_POLL = 60.0
"""A poll that brings nothing takes 25 s."""
HOOK_SECONDS = 20
LONGEST_NAME = 64  # Telegram's limit for a bot's name


class App:
    """The bot, running or about to. Owns everything it was given, the store too."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        clock: Clock,
        pace: Pace,
        web_url: str = "",
        limits: Limits | None = None,
        logins: Sequence[LoginAt] = (),
        mail: MailAt | None = None,
    ) -> None:
        from models.ladders import LADDERS

        self.store = store
        self.sender = sender
        self.clock = clock
        desk = Desk(compose, unreachable, pace)
        self.post = Post(mail) if mail is not None else None
        if mail is not None:
            desk.write, store.mail = letters.writer(mail), True
        self.delivery = Delivery(store, sender, clock, desk, self.post)
        self.intake = Intake(
            store, sender, clock, web_channel.handle if web_url else dispatch.handle
        )
        self.polling = Polling(sender, clock, self.intake)
        self.chat: WebChat | None = None
        if web_url:
            from bot.web.chat import WebChat

            self.chat = WebChat(self, web_url, limits, logins)
            store.web_url = web_url
            store.staff_log_in = any(at.kind == LoginKind.STAFF for at in logins)
            desk.at_home = {web_channel.CHANNEL: web_channel.keep}
            desk.tell, desk.looks = self.chat.hub.tell, self.chat.hub.is_open
        self.heartbeat_url = ""
        self.latest_backup = 90 * 60.0
        self.metronome = Metronome(store, self.delivery, clock, LADDERS)
        self._hook: tuple[str, str] | None = None
        self._began: datetime | None = None
        self._greeting: asyncio.Task[None] | None = None
        self._probing: asyncio.Task[dict[str, bool]] | None = None
        self._probed_at = clock.now()

    @classmethod
    def for_story(
        cls,
        emulator: Emulator,
        store: Store,
        clock: Clock,
        *,
        pace: Pace | None = None,
        web_url: str = "",
        limits: Limits | None = None,
        logins: Sequence[LoginAt] = (),
        mail: MailAt | None = None,
    ) -> App:
        """The same bot against a pretend Telegram in the same process, without a socket."""
        call: Call = emulator.call
        sender = Sender(emulator.token, DirectRequest(call), DirectRequest(call))
        return cls(
            store=store,
            sender=sender,
            clock=clock,
            pace=pace or Pace.unhurried(),
            web_url=web_url,
            limits=limits,
            logins=logins,
            mail=mail,
        )

    async def start(
        self, *, polling: bool = True, beating: bool = True, greet: bool = True
    ) -> None:
        """Begin to listen and to send. `beating`: by the machine's clock; else `tick` is called.

        `greet` tells Telegram the commands and asks for our name, in the background, for ever.
        """
        # What is loaded by now stays; looking it through again and again cost a tenth of the CPU.
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        self._began = self.clock.now()
        loop = asyncio.get_running_loop()
        self.store.listen(loop, self.delivery.nudge)
        await self.sender.start()
        await self.delivery.start()
        await self.metronome.know_help_lines()
        await self.metronome.catch_up()
        if self.heartbeat_url:
            self.metronome.every(
                heartbeat.SECONDS, lambda: heartbeat.beat(self.heartbeat_url, self.healthy)
            )
        if self._hook is not None:
            self.metronome.every(HOOK_SECONDS, self.look_at_hook)
        if beating:
            self.metronome.start()
        if greet:
            self._greeting = asyncio.create_task(self._greet(polling), name="greeting")
        elif polling:
            self.polling.start()

    async def stop(self) -> None:
        """Finish what was begun, acknowledge nothing more, and let go of everything."""
        self.metronome.stop()
        if self.chat is not None:
            self.chat.hub.close()
        for aside in filter(None, (self._greeting, self._probing)):
            aside.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await aside
        await self.polling.stop()
        await self.intake.stop()
        await self.delivery.stop()
        await self.sender.stop()
        if self.post is not None:
            await self.post.close()
        self.store.close()

    async def settled(self) -> None:
        """Returns when nothing is being heard, nothing is on its way, and nothing waits that
        could be sent now, or is only held back by the pace."""
        while not (self.intake.idle and self.delivery.idle):
            await self.intake.settled()
            await self.delivery.settled()

    async def tick(self, now: datetime) -> None:
        """Do what is due at `now`, and return when it is sent."""
        await self.metronome.tick(now)
        await self.settled()

    async def next_due(self) -> datetime | None:
        """When something will happen by itself."""
        due = await self.metronome.next_due()
        wake = self.clock.next_wake() if isinstance(self.clock, ManualClock) else None
        if wake is not None and wake > self.clock.now():
            return wake if due is None else min(due, wake)
        return due

    # -- health -------------------------------------------------------------------------

    async def health(self) -> dict[str, bool]:
        """What must be well, each by its name, and whether all of it is. The store is tried anew
        after PROBED seconds: each try is a write. One that hangs is not well, and is the only one."""
        now, tick = self.clock.now(), self.metronome.last_tick
        stale = (now - self._probed_at).total_seconds() >= PROBED
        if self._probing is None or (stale and self._probing.done()):
            self._probing = asyncio.create_task(outlook.probe(self.store, now))
            self._probed_at = now
        await asyncio.wait({self._probing}, timeout=outlook.PATIENCE)
        probed = self._probing.result() if self._probing.done() else outlook.UNWELL
        ticks = tick is not None and (now - tick).total_seconds() < LATEST_TICK
        found = {**probed, "tick": ticks}
        return {"ready": all(found.values()), **found}

    async def healthy(self) -> bool:
        """Ready, and Telegram got through to us a moment ago."""
        ready = (await self.health())["ready"]
        return ready and (self.poll_age() or 0) < LATEST_POLL

    def poll_age(self) -> float | None:
        """Seconds since Telegram last answered to polling, or was seen to get through to our webhook;
        or since we began."""
        since = self.polling.last or self._began
        return None if since is None else (self.clock.now() - since).total_seconds()

    async def look_at_hook(self) -> None:
        """With a webhook nothing comes to us both when nobody writes and when nobody can; Telegram
        knows which."""
        url, _secret = self._hook or ("", "")
        try:
            if await self.sender.gets_through(url, self.clock.now()):
                self.polling.last = self.clock.now()
        except Exception as error:
            log.warning("hook.unknown", error=type(error).__name__)

    def signs(self) -> dict[str, Callable[[], int]]:
        """What must grow while we live, by what grows it, for the watchdog."""
        polls = {} if self._hook is not None else {"polling": lambda: self.polling.moved}
        return {
            "tick": lambda: self.metronome.moved,
            "delivery": lambda: self.delivery.moved,
            **polls,
        }

    async def figures(self) -> outlook.Figures:
        """What the store tells to whoever watches us."""
        return await self.store.read(outlook.of_store, self.clock.now())

    # -- greeting -----------------------------------------------------------------------

    def use_webhook(self, url: str, secret: str) -> None:
        """Updates are posted to us; `start` with polling=False."""
        self._hook = (url, secret)

    async def _greet(self, polling: bool) -> None:
        """Polling begins when the old webhook is gone; the rest is politeness."""
        if self._hook is not None:
            url, secret = self._hook
            await self._insist(lambda: self.sender.hook(url, secret))
        elif polling:
            await self._insist(self.sender.poll_from_now_on)
            self.polling.start()
        await self._insist(self._introduce)

    async def _introduce(self) -> None:
        username = await self.sender.username()
        self.store.bot_username = username
        await self.store.write(store_facts.put, store_facts.BOT_USERNAME, username)
        here = await self.store.read(municipality.current)
        commands, profiles = words_of_the_bot(here.name if here else "")
        said = json.dumps([username, commands, profiles], sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        if await self.store.read(store_facts.get, store_facts.ANNOUNCED) != digest:
            await self.sender.announce(commands, profiles)
            await self.store.write(store_facts.put, store_facts.ANNOUNCED, digest)

    async def _insist(self, act: Callable[[], Any]) -> None:
        seconds = 1.0
        while True:
            try:
                await act()
                return
            except Exception as error:
                log.warning("greeting", error=type(error).__name__)
                await self.clock.sleep(max(seconds, outcome_of(error).seconds))
                seconds = min(seconds * 2, 60.0)


def words_of_the_bot(
    place: str,
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, tuple[str, str, str]]]:
    """Commands, and (name, description, short description), in each language; bokmål for everyone
    else. The name is on every lock screen, so it tells no more than whose bot it is."""
    from handlers.menu import COMMAND_LIST, DESCRIPTION, NAME, SHORT_DESCRIPTION
    from locales import LANGUAGES, say

    spoken = [("", LANGUAGES[0]), *((language, language) for language in LANGUAGES)]
    commands = {
        code: [(name, say(words, language)) for name, words in COMMAND_LIST]
        for code, language in spoken
    }
    profiles = {
        code: (
            (place or say(NAME, language))[:LONGEST_NAME],
            say(DESCRIPTION, language),
            say(SHORT_DESCRIPTION, language),
        )
        for code, language in spoken
    }
    return commands, profiles


def open_store(settings: Settings, *, exclusive: bool = True) -> Store:
    """The store of the settings, checked: its tables and its key fit. Raises SettingsRefused or
    StoreRefused, one line each."""
    url, keyring = store_engines.parsed(settings.store_url), settings.keyring()
    if store_engines.is_sqlite(url) and not store_engines.file_of(url).exists():
        raise StoreRefused(store_schema.NO_STORE)  # whoever only looks makes no file
    store = Store.open(settings.store_url, keyring, exclusive=exclusive)
    try:
        store.check_schema()
        store.check_key()
        if settings.consent_journal is not None:
            store.journal = Journal(settings.consent_journal, store.keyring)
        store.bot_username = store.read_now(store_facts.get, store_facts.BOT_USERNAME) or ""
    except BaseException:
        store.close()
        raise
    return store


def build(settings: Settings, clock: Clock | None = None) -> App:
    """The bot as `losbot serve` runs it. Refuses what does not fit together, in one line."""
    token = settings.bot_token()
    if settings.webhook_url:
        settings.hook_secret()
    logins, mail = settings.logins(), settings.mail()
    store = open_store(settings)
    here = store.read_now(municipality.current)
    if here is not None and here.demo and not token.startswith(DEMO_TOKEN):
        store.close()
        raise StoreRefused("this store holds the demo municipality; a real bot needs its own")
    proxies = not is_home(settings.telegram_url)
    sender = Sender(
        token,
        HttpRequest(proxies=proxies),
        HttpRequest(connections=4, proxies=proxies),
        settings.telegram_url,
    )
    pace = Pace.over_a_line(settings.pace_broadcasts, settings.pace_replies)
    app = App(
        store=store,
        sender=sender,
        clock=clock or SystemClock(),
        pace=pace,
        web_url=settings.web_url,
        logins=logins,
        mail=mail,
    )
    app.latest_backup = settings.latest_backup_minutes * 60.0
    if settings.heartbeat_url is not None:
        app.heartbeat_url = settings.heartbeat_url.get_secret_value()
    if settings.webhook_url:
        app.use_webhook(settings.webhook_url, settings.hook_secret())
    return app


__all__ = ["App", "SettingsRefused", "build", "open_store", "words_of_the_bot"]
