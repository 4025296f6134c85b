"""People with phones who tap and type while the bot comes and goes.

Each looks at the phone, presses, waits a while for something to change and, like anybody, presses
again when nothing does. Everything they send is remembered by its update id.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.emulator import Emulator

IMPATIENCE = 4.0
"""How long a person looks at a phone on which nothing changes."""
PATIENCE = 30
"""How often a stranger tries the whole way."""
LOOK = 0.05
SERVED = re.compile(r"Referansen er L-|^L-\w{4}: mottatt")
"""A receipt; or, on asking again, that it is under way. (A receipt may be in doubt for good.)"""


@dataclass
class Said:
    """What was sent, by update id."""

    taps: dict[int, tuple[int, str]] = field(default_factory=dict)  # who, and the button's data
    typed: dict[int, tuple[int, str]] = field(default_factory=dict)

    @property
    def updates(self) -> set[int]:
        return {*self.taps, *self.typed}


@dataclass
class Phone:
    """One person's chat with the bot."""

    emulator: Emulator
    said: Said
    dice: random.Random
    id: int
    rest: float = 0.0
    """How many seconds its owner thinks before each act, in the mean."""

    def messages(self) -> list[Any]:
        return [m for m in self.emulator.chat(self.id)["messages"] if m["from"] == "bot"]  # type: ignore[attr-defined]

    def buttons(self) -> tuple[Any, list[Any]]:
        """The newest message with buttons, and these."""
        for message in reversed(self.messages()):
            if message["inline_keyboard"]:
                return message, [button for row in message["inline_keyboard"] for button in row]
        return None, []

    async def type(self, words: str) -> None:
        await self._think()
        self.said.typed[await self.emulator.send(self.id, words)] = self.id, words

    async def ask(self, command: str) -> bool:
        """Type it; whether something to press came of it."""
        before, _buttons = self.buttons()
        await self.type(command)
        return await self.see(lambda: self.buttons()[0] != before, IMPATIENCE * 2)

    async def tap(self, message: Any, button: Any) -> None:
        """Press; one time in five twice, as impatient thumbs do."""
        await self._think()
        data = button["callback_data"]
        for _ in range(2 if self.dice.random() < 0.2 else 1):
            update = await self.emulator.tap(self.id, data=data, message_id=message["message_id"])
            self.said.taps[update] = self.id, data

    async def _think(self) -> None:
        if self.rest:
            await asyncio.sleep(self.dice.uniform(0, 2 * self.rest))

    async def see(self, true: Callable[[], object], within: float = IMPATIENCE) -> bool:
        """Whether something came true on the phone while its owner was looking."""
        for _ in range(int(within / LOOK)):
            if true():
                return True
            await asyncio.sleep(LOOK)
        return False

    async def press(self, message: Any, button: Any, tries: int = 8) -> bool:
        """Press until the message looks different or something new has come."""
        before = self.messages()
        for _ in range(tries):
            await self.tap(message, button)
            if await self.see(lambda: self.messages() != before):
                return True
        return False


def _carrying(buttons: list[Any], *actions: str) -> Any:
    """The first button that does one of these."""
    for action in actions:
        for button in buttons:
            if str(button.get("callback_data", "")).startswith(f"b:{action}:"):
                return button
    return None


class Stranger:
    """Someone new who asks for a los, once, with buttons only."""

    def __init__(self, phone: Phone, over: asyncio.Event | None = None) -> None:
        self.phone = phone
        self.served = False
        self._over = over

    async def live(self) -> None:
        """Until it is done. Their patience begins to end when the bot is left in peace."""
        tries = PATIENCE
        while tries:
            tries -= self._over is None or self._over.is_set()
            if await self._walk() and await self.phone.see(self._is_served, 60):
                self.served = True
                return

    def _is_served(self) -> bool:
        return any(SERVED.search(message["text"]) for message in self.phone.messages())

    async def _walk(self) -> bool:
        """Question after question, to the end. False when the phone stays silent."""
        if not await self.phone.ask("/los"):
            return False
        for _step in range(20):
            message, buttons = self.phone.buttons()
            if self._is_served():
                return True
            answer = self._answer(buttons)
            if answer is None or not await self.phone.press(message, answer):
                return False
            if answer["text"] == "Ja, send":
                return True
        return False

    def _answer(self, buttons: list[Any]) -> Any:
        offered = {
            button["text"]: button
            for button in buttons
            if str(button.get("callback_data", "")).startswith("t:")
            and button["text"] not in ("‹ Tilbake", "Avbryt")
        }
        for label, button in offered.items():
            if label.startswith(("Meg selv, jeg er 13", "Ja, send")):
                return button
        if "Ferdig" in offered and any(label.startswith("☑") for label in offered):
            return offered["Ferdig"]
        offered.pop("Ferdig", None)
        return self.phone.dice.choice(list(offered.values())) if offered else None


async def consenting(phone: Phone, over: asyncio.Event) -> None:
    """Say yes, take it back, say yes again: about whatever one is asked."""
    while not over.is_set():
        if not await phone.ask("/samtykke"):
            continue
        message, buttons = phone.buttons()
        cards = [b for b in buttons if _carrying([b], "consent.show")]
        if not cards:
            continue
        await phone.press(message, phone.dice.choice(cards))
        for _step in range(4):
            message, buttons = phone.buttons()
            pressed = _carrying(buttons, "consent.stop", "consent.stop_ask", "consent.give")
            if over.is_set() or pressed is None or not await phone.press(message, pressed):
                break


async def toggling(phone: Phone, over: asyncio.Event) -> None:
    """Reminders off, on, off, on."""
    while not over.is_set():
        message, buttons = phone.buttons()
        mute = _carrying(buttons, "settings.mute")
        if mute is None:
            await phone.ask("/innstillinger")
        else:
            await phone.press(message, mute)
            await asyncio.sleep(phone.dice.uniform(0, 0.3))


async def needing_help(phone: Phone, over: asyncio.Event) -> None:
    while not over.is_set():
        await phone.type("/hjelp")
        await asyncio.sleep(phone.dice.uniform(2, 6))
