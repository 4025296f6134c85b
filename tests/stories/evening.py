"""An evening through the pretend Telegram: people type and press, the clock is pushed, and each
phone shows what it shows. The real bot runs in the same process, without a socket."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import App
from bot.clock import ManualClock
from bot.demo.mixed import Mixed
from bot.emulator.cast import BOT_USERNAME
from bot.emulator.emulator import Emulator
from bot.emulator.faults import Fault
from bot.settings import MailAt
from bot.store import Store
from bot.web.limits import Limits
from handlers import discreet
from locales import LANGUAGES, say
from models.sealed import Keyring
from tests.browsing import ORIGIN
from tests.stories.seating import IDS, world_of

CLOSED = {say(words, code) for words in (discreet.CLOSED, discreet.OVER) for code in LANGUAGES}
"""What stands in place of details, ten minutes after they were opened."""
OSLO = ZoneInfo("Europe/Oslo")


@dataclass
class Phones:
    """Telegram's side of a story, kept to go on from."""

    world: dict[str, Any]
    last_update: int
    now: datetime
    ids: dict[str, int]
    unasked: list[tuple[str, str]]
    told: Any


class Evening:
    """The phones of the cast, the bot, and a clock that moves only when told."""

    def __init__(self, emulator: Emulator, clock: ManualClock, url: str, keyring: Keyring) -> None:
        self.emulator = emulator
        self.clock = clock
        self.ids = dict(IDS)
        self.mail: MailAt | None = None
        """The mail server, if the municipality has set one up."""
        self.told: Any = None
        """What the beginning of the story returned."""
        self.unasked: list[tuple[str, str]] = []
        """Every push that arrived without its owner having just written or pressed something."""
        self.waiting: set[str] = set()
        """Who holds the phone in the hand, waiting: nothing they are shown arrives unasked."""
        self._url, self._keyring = url, keyring
        self._seen: dict[str, dict[int, Any]] = {name: {} for name in IDS}
        self._pushed: dict[str, int] = {}

    # --- the bot ---------------------------------------------------------------------------------

    async def begins(self) -> None:
        """The bot is started on the store as it is."""
        store = Store.open(self._url, self._keyring, bot_username=BOT_USERNAME)
        on_web: dict[str, Any] = {}
        if self.on_web or self.mail is not None:
            on_web = {"web_url": ORIGIN, "limits": Limits.none(), "mail": self.mail}
        self.app = App.for_story(self.emulator, store, self.clock, **on_web)
        self.emulator.settled = self.app.settled
        self.emulator.next_due, self.emulator.on_clock = self.app.next_due, self.app.tick
        await self.app.start(beating=False)
        if self.on_web:
            await self.emulator.serves(self.app)
        await self.settle()

    @property
    def on_web(self) -> bool:
        return isinstance(self.emulator, Mixed)

    def sits_on_web(self, who: str) -> bool:
        return self.on_web and self.ids[who] in self.emulator.windows

    async def ends(self) -> None:
        if self.on_web:
            await self.emulator.stops()
        await self.app.stop()

    async def restarts(self, keyring: Keyring | None = None) -> None:
        """The bot is stopped, and another is started on the same store and the same Telegram."""
        await self.ends()
        self._keyring = keyring or self._keyring
        await self.begins()
        self._settle_pushes()

    def keep(self) -> Phones:
        """Telegram's side as it is now."""
        return Phones(
            copy.deepcopy(vars(self.emulator.world)),
            self.emulator.queue._last_id,
            self.clock.now(),
            dict(self.ids),
            list(self.unasked),
            self.told,
        )

    def take_up(self, kept: Phones) -> None:
        """Go on from what was kept; everything on the phones counts as seen."""
        vars(self.emulator.world).update(copy.deepcopy(kept.world))
        self.emulator.queue._last_id = kept.last_update
        self.ids, self.unasked, self.told = dict(kept.ids), list(kept.unasked), kept.told
        self._seen = {name: {} for name in self.ids}
        self._settle_pushes(*self.ids)
        self.news()

    def ruins(self) -> None:
        """The database file is overwritten under the running bot."""
        path = Path(self._url.removeprefix("sqlite:///"))
        with path.open("r+b") as file:
            file.write(b"rubble" * 1000)

    # --- people act ------------------------------------------------------------------------------

    async def types(self, who: str, words: str) -> None:
        await self.emulator.send(self.ids[who], words)
        await self.settle(who)

    async def presses(self, who: str, *buttons: str) -> None:
        """Press one button after the other, each settled before the next."""
        for button in buttons:
            await self.emulator.tap(self.ids[who], button)
            await self.settle(who)

    async def presses_at_once(self, who: str, *buttons: str) -> None:
        """Press them all before the bot has answered any."""
        for button in buttons:
            await self.emulator.tap(self.ids[who], button)
        await self.settle(who)

    def carried(self, who: str, button: str) -> tuple[str, int]:
        """What the newest button of that label carries, and its message: to press it later, when
        it is not there any more."""
        for message in reversed(self.messages(who)):
            for key in (key for row in message["inline_keyboard"] or () for key in row):
                if key["text"] == button:
                    return str(key["callback_data"]), int(message["message_id"])
        raise LookupError(button)

    async def presses_data(self, who: str, data: str, message_id: int) -> None:
        await self.emulator.tap(self.ids[who], data=data, message_id=message_id)
        await self.settle(who)

    async def sends_raw(self, who: str, update: Any) -> None:
        await self.emulator.send(self.ids[who], update=update)
        await self.settle(who)

    async def blocks(self, who: str, blocked: bool = True) -> None:
        await self.emulator.block(self.ids[who], blocked)
        await self.settle(who)

    def meets(self, name: str, language: str = "nb", *, works: bool = False) -> None:
        """Someone new, who has never met the bot; `works`: where staff sit."""
        self.ids[name] = self.emulator.add_person(name, language).id
        if works and self.on_web:
            self.emulator.sits(self.ids[name])
        self._seen[name] = {}

    def trouble(self, **fault: Any) -> None:
        """The next call that matches meets this fault."""
        self.emulator.faults.ahead.append(Fault(**fault))

    # --- time ------------------------------------------------------------------------------------

    async def settle(self, *who: str) -> None:
        """Wait until nothing moves; `who` acted, so what they are shown now was asked for."""
        await self.emulator.settle()
        self._settle_pushes(*who)

    async def until(self, when: datetime) -> None:
        await self.emulator.move_clock(when)
        await self.settle()

    async def passes(self, **length: float) -> None:
        await self.until(self.clock.now() + timedelta(**length))

    async def comes(self, day: int, month: int, hour: int, minute: int = 0) -> None:
        """Until that time of the year 2026 on the clocks in Oslo."""
        await self.until(self.oslo(day, month, hour, minute))

    @staticmethod
    def oslo(day: int, month: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, month, day, hour, minute, tzinfo=OSLO)

    def _settle_pushes(self, *asked: str) -> None:
        for who in self.ids:
            pushes = self.pushes(who)
            fresh = pushes[self._pushed.get(who, 0) :]
            if who not in asked and who not in self.waiting:
                self.unasked += [(who, text) for text in fresh]
            self._pushed[who] = len(pushes)

    # --- what is seen ----------------------------------------------------------------------------

    def messages(self, who: str) -> list[Any]:
        return self.emulator.chat(self.ids[who])["messages"]  # type: ignore[return-value]

    def last(self, who: str) -> str:
        """The newest message on a phone, with its buttons in brackets."""
        messages = self.messages(who)
        return _told(messages[-1]) if messages else ""

    def question(self, who: str) -> str:
        """The newest message that has buttons."""
        shown = [m for m in self.messages(who) if m["inline_keyboard"]]
        return _told(shown[-1]) if shown else ""

    def count(self, who: str, words: str) -> int:
        """How many messages of the bot on this phone have these words."""
        return sum(words in m["text"] for m in self.messages(who) if m["from"] == "bot")

    def buttons(self, who: str) -> list[str]:
        """The labels of the inline buttons of the newest message that has some."""
        for message in reversed(self.messages(who)):
            if rows := message["inline_keyboard"]:
                return [button["text"] for row in rows for button in row]
        return []

    def pushes(self, who: str) -> list[str]:
        """What the lock screen showed, without the bot's name before it."""
        chat = self.emulator.chat(self.ids[who])
        return [push["text"].partition(": ")[2] for push in chat["pushes"]]

    def keyboard(self, who: str) -> list[str]:
        """The labels of the keyboard that stays at the bottom."""
        shown = self.emulator.chat(self.ids[who])["reply_keyboard"]
        return [label for row in (shown or {"rows": []})["rows"] for label in row]  # type: ignore[index]

    def toast(self, who: str) -> str:
        toast = self.emulator.chat(self.ids[who])["toast"]
        return str(toast["text"]) if toast else ""

    def toasts(self, who: str) -> list[str]:
        """What was said to presses, over the chat, all that is still remembered."""
        told = [event.data for event in self.emulator.events.recent if event.kind == "toast"]
        return [str(data["text"]) for data in told if data["id"] == self.ids[who]]

    def file(self, who: str) -> bytes:
        """The newest document or picture on a phone."""
        shown = next(m for m in reversed(self.messages(who)) if m["document"] or m["photo"])
        url = str((shown["document"] or shown["photo"])["url"])
        return self.emulator.file_of(self.ids[who], url.rpartition("/")[2]).file.data

    def phone(self, who: str) -> str:
        return self.emulator.chat_text(self.ids[who])

    def news(self) -> dict[str, list[str]]:
        """What the bot has said or changed on each phone since this was last asked, except what
        has closed again by itself. Whoever is not in it was shown nothing."""
        found: dict[str, list[str]] = {}
        for who in self.ids:
            now = {m["message_id"]: _told(m) for m in self.messages(who) if m["from"] == "bot"}
            fresh = [
                told
                for number, told in now.items()
                if self._seen[who].get(number) != told and told.split("\n[")[0] not in CLOSED
            ]
            if fresh:
                found[who] = fresh
            self._seen[who] = now
        return found


def _told(message: Any) -> str:
    lines = [str(message["text"])]
    if message["document"]:
        lines.append(f"<{message['document']['file_name']}>")
    for row in message["inline_keyboard"] or ():
        lines.append(" ".join(f"[{button['text']}]" for button in row))
    return "\n".join(lines)


@contextlib.asynccontextmanager
async def evening(
    url: str,
    keyring: Keyring,
    start: datetime,
    kept: Phones | None = None,
    channel: str = "telegram",
) -> AsyncIterator[Evening]:
    """The bot running on a store that has the demo municipality in it, or the rest of a story."""
    clock = ManualClock(start if kept is None else kept.now)
    world = world_of(channel, clock)
    playing = Evening(world, clock, url, keyring)
    if kept is not None:
        playing.take_up(kept)
    await playing.begins()
    try:
        yield playing
    finally:
        await playing.ends()
