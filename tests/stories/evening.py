"""An evening through the pretend Telegram: people type and press, the clock is pushed, and each
phone shows what it shows. The real bot runs in the same process, without a socket."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from bot import demo
from bot.app import App
from bot.clock import ManualClock
from bot.emulator.cast import BOT_USERNAME, CAST
from bot.emulator.emulator import Emulator
from bot.store import Store
from models.sealed import Keyring

IDS = {actor.name: actor.id for actor in CAST}


class Evening:
    """The phones of the cast, the bot, and a clock that moves only when told."""

    def __init__(self, emulator: Emulator, app: App, clock: ManualClock) -> None:
        self.emulator = emulator
        self.app = app
        self.clock = clock
        self.ids = dict(IDS)
        self._seen: dict[str, dict[int, Any]] = {name: {} for name in IDS}

    # --- people act ------------------------------------------------------------------------------

    async def types(self, who: str, words: str) -> None:
        await self.emulator.send(self.ids[who], words)
        await self.settle()

    async def presses(self, who: str, *buttons: str) -> None:
        """Press one button after the other, each settled before the next."""
        for button in buttons:
            await self.emulator.tap(self.ids[who], button)
            await self.settle()

    async def presses_data(self, who: str, data: str, message_id: int) -> None:
        await self.emulator.tap(self.ids[who], data=data, message_id=message_id)
        await self.settle()

    async def sends_raw(self, who: str, update: Any) -> None:
        await self.emulator.send(self.ids[who], update=update)
        await self.settle()

    async def blocks(self, who: str, blocked: bool = True) -> None:
        await self.emulator.block(self.ids[who], blocked)
        await self.settle()

    def meets(self, name: str, language: str = "nb") -> None:
        """Someone new, who has never met the bot."""
        self.ids[name] = self.emulator.add_person(name, language).id
        self._seen[name] = {}

    # --- time ------------------------------------------------------------------------------------

    async def settle(self) -> None:
        await self.emulator.settle()

    async def until(self, when: datetime) -> None:
        await self.emulator.move_clock(when)

    async def passes(self, **length: float) -> None:
        await self.until(self.clock.now() + timedelta(**length))

    # --- what is seen ----------------------------------------------------------------------------

    def messages(self, who: str) -> list[Any]:
        return self.emulator.chat(self.ids[who])["messages"]  # type: ignore[return-value]

    def last(self, who: str) -> str:
        """The newest message on a phone, with its buttons in brackets."""
        messages = self.messages(who)
        return _told(messages[-1]) if messages else ""

    def buttons(self, who: str) -> list[str]:
        """The labels of the inline buttons of the newest message that has some."""
        for message in reversed(self.messages(who)):
            if rows := message["inline_keyboard"]:
                return [button["text"] for row in rows for button in row]
        return []

    def pushes(self, who: str) -> list[str]:
        return [push["text"] for push in self.emulator.chat(self.ids[who])["pushes"]]

    def toast(self, who: str) -> str:
        toast = self.emulator.chat(self.ids[who])["toast"]
        return str(toast["text"]) if toast else ""

    def phone(self, who: str) -> str:
        return self.emulator.chat_text(self.ids[who])

    def news(self) -> dict[str, list[str]]:
        """What the bot has said or changed on each phone since this was last asked. Whoever is
        not in it was shown nothing."""
        found: dict[str, list[str]] = {}
        for who in self.ids:
            now = {m["message_id"]: _told(m) for m in self.messages(who) if m["from"] == "bot"}
            fresh = [told for number, told in now.items() if self._seen[who].get(number) != told]
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
    url: str, keyring: Keyring, start: datetime, *, staff_telegram: bool = True
) -> AsyncIterator[Evening]:
    """A fresh municipality on a store at `url`, the bot running, nobody having said anything."""
    store = Store.open(url, keyring, bot_username=BOT_USERNAME)
    store.migrate()
    store.write_now(demo.seed, start)
    clock = ManualClock(start)
    emulator = Emulator(clock=clock)
    app = App.for_story(emulator, store, clock)
    emulator.settled, emulator.next_due, emulator.on_clock = app.settled, app.next_due, app.tick
    await app.start(beating=False)
    try:
        playing = Evening(emulator, app, clock)
        await playing.settle()
        yield playing
    finally:
        await app.stop()
