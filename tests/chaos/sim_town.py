"""Where a simulated run begins, and what people do in it: mostly what a button offers, sometimes
twice, sometimes on a message long gone, sometimes nonsense."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import demo
from bot.emulator.cast import CAST
from bot.emulator.emulator import Emulator
from bot.emulator.state import Message
from bot.emulator.updates import KEPT
from bot.store import Store
from models import consents, meetings, tiltak
from models.municipality import Unit
from models.sealed import Keyring
from models.terms import InfoKind, MeetingPlace
from models.tiltak import Wish
from tests import consent_setup
from tests.canaries import Canary
from tests.chaos.crowd import Said
from tests.chaos.sim_machine import at_once

KEYRING = Keyring(b"a key for nothing that is secret")
BOT = "losbot_demo_bot"
STARTS = (
    datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 26, 13, 0, tzinfo=UTC),  # the Friday before the clocks go forward
    datetime(2027, 10, 29, 13, 0, tzinfo=UTC),  # and back
)
KINDS = (InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK)


# --- where it begins -----------------------------------------------------------------------------


def _fresh(session: Session, now: datetime) -> None:
    demo.seed(session, now)


def _asked(session: Session, now: datetime) -> Any:
    """Ida's case, and questions to Ida, Kari and Per; nothing of it has been sent."""
    cast = demo.seed(session, now)
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    town = SimpleNamespace(**cast, school=units["ungdomsskolen"], club=units["fyret"])
    case = consent_setup.opened(session, town, now)
    question = consent_setup.asked(session, town, case, now, *KINDS)
    nurse = consent_setup.asked(session, town, case, now, unit=units["skolehelsetjenesten"])
    return town, case, question, nurse


def _agreed(session: Session, now: datetime) -> Any:
    """Everybody has said yes; something is agreed, and a meeting is on Monday."""
    town, case, question, nurse = _asked(session, now)
    consent_setup.agreed(session, question, now, *consents.required(session, case, now))
    day = now.date() + timedelta(days=14)
    wish = Wish("Sove bedre", "Treffes på klubben", town.amina.id, day, day)
    tiltak.plan(session, actor=town.jonas, case_id=case.id, wish=wish, now=now)
    monday = now.date() + timedelta(days=7 - now.weekday())
    meetings.call(
        session, actor=town.jonas, case_id=case.id, minutes=45, workers=[town.amina.id],
        starts=datetime(monday.year, monday.month, monday.day, 12, 15),  # noqa: DTZ001 - a wall clock
        place_kind=MeetingPlace.SCHOOL, now=now,
    )  # fmt: skip
    return town, case, question, nurse


def taken_back(session: Session, now: datetime) -> None:
    """Everybody has said yes to the club and to the nurse; then one took the club's back."""
    town, case, club, nurse = _agreed(session, now)
    consent_setup.agreed(session, nurse, now, *consents.required(session, case, now))
    consents.withdraw(session, actor=town.kari, question=club, now=now, occasion="back")


GROUNDS: tuple[Callable[[Session, datetime], Any], ...] = (_fresh, _asked, _agreed, taken_back)


def ground(folder: Path, stage: int, start: datetime) -> bytes:
    """The store at a beginning, as the bytes of its file."""
    path = folder / f"{stage}-{start:%m%d}.db"
    store = Store.open(f"sqlite:///{path}", KEYRING, bot_username=BOT)
    store.create()
    store.write_now(GROUNDS[stage], start)
    store.tidy()
    store.close()
    return path.read_bytes()


# --- what people do ------------------------------------------------------------------------------

FAMILY = ("samtykke", "samtykke", "los", "los", "los", "moter", "stopp", "innstillinger", "frister", "minedata",
          "hvemharsett", "skjul", "start", "hjelp", "sjekk", "slett", "avbryt")  # fmt: skip
STAFF = ("saker", "saker", "moter", "frister", "innstillinger", "start", "inviter", "hjelp",
         "skjul", "hvemharsett", "tjenester")  # fmt: skip
STRANGE = ("los", "los", "los", "start", "hjelp", "tjenester", "sprak")
WORDS = ("ja", "nei", "stopp", "i morgen", "kl 14.15", "torsdag 15. april kl 14.15", "Ærlig talt",
         "jeg vil ikke leve lenger", "123456", "/finnesikke", "😀" * 40, "a" * 400)  # fmt: skip
SHY = ("‹ Tilbake", "Avbryt", "Til menyen", "‹ Back", "Cancel")
TYPES = {
    **dict.fromkeys(("Ida", "Kari", "Per"), FAMILY),
    **dict.fromkeys(("Jonas", "Randi", "Lise", "Siri", "Amina", "Turid"), STAFF),
}
MOST_STRANGERS = 3


@dataclass
class Town:
    """The people, and what they have sent: by update id, as `crowd` keeps it."""

    emulator: Emulator
    dice: random.Random
    canary: Canary
    said: Said = field(default_factory=Said)
    names: dict[int, str] = field(default_factory=lambda: {a.id: a.name for a in CAST})
    again: set[int] = field(default_factory=set)  # updates that were delivered once more
    heard: set[int] = field(default_factory=set)  # updates that had their effect
    awake: list[int] = field(default_factory=list)
    """Those who have the phone in their hand today: a few come further than many."""
    _who: int | None = None
    _showed: dict[int, object] = field(default_factory=dict)  # when they acted last
    _sent: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def acts(self) -> str:
        """Somebody does something. What, for the trace."""
        if self.dice.random() < 0.03 and len(self.names) < len(CAST) + MOST_STRANGERS:
            actor = self.emulator.add_person(f"Elev {len(self.names)}", "nb")
            self.names[actor.id] = actor.name
            self.awake.append(actor.id)
        if self._who is None or self.dice.random() < 0.12:
            self._who = self.dice.choice(self._awake())
        who = self._who
        shows = self._shows(who)
        if self._showed.get(who) == shows and self.dice.random() < 0.75:
            return f"{self.names[who]} waits"
        self._showed[who] = shows
        act = self.dice.choices(
            (self._taps, self._taps_old, self._commands, self._types, self._again, self._forges,
             self._blocks),
            (70, 6, 12, 6, 3, 2, 1),
        )[0]  # fmt: skip
        before = self.emulator.queue._last_id
        done = f"{self.names[who]} {act(who)}"
        self._sent += [
            (item.at, item.body) for item in self.emulator.queue
            if isinstance(item.body, dict) and not item.raw and (item.key or 0) > before
        ]  # fmt: skip
        return done

    def _shows(self, who: int) -> object:
        """What a phone shows: like anybody, people wait for an answer, but not for long."""
        chat = self.emulator.world.chat_of(who)
        bots = [message for message in chat.messages.values() if message.from_bot]
        return chat.toast, [(m.message_id, m.text, str(m.inline_rows)) for m in bots[-3:]]

    def _awake(self) -> list[int]:
        if not self.awake:
            self.awake = self.dice.sample(list(self.names), self.dice.choice((1, 2, 4, 10)))
        return self.awake

    # --- one of the ways -------------------------------------------------------------------------

    def _taps(self, who: int) -> str:
        """What the newest message with buttons offers."""
        shown = self._with_buttons(who)
        return self._presses(who, shown[-1]) if shown else self._commands(who)

    def _taps_old(self, who: int) -> str:
        shown = self._with_buttons(who)
        return self._presses(who, self.dice.choice(shown)) if shown else self._commands(who)

    def _with_buttons(self, who: int) -> list[Message]:
        chat = self.emulator.world.chat_of(who)
        return [m for m in chat.messages.values() if m.from_bot and m.inline_rows]

    def _presses(self, who: int, message: Message) -> str:
        """One time in six twice, as impatient thumbs do."""
        buttons = [button for row in message.inline_rows for button in row]
        buttons = [button for button in buttons if "callback_data" in button]
        bold = [button for button in buttons if button["text"] not in SHY]
        if not buttons:
            return self._commands(who)
        offered = bold if bold and self.dice.random() < 0.9 else buttons
        ticked = any(str(each["text"]).startswith("☑") for each in offered)
        goes_on = ("Ja", "Yes", "Ferdig", "Done") if ticked else ("Ja", "Yes")
        weights = [4 if str(each["text"]).startswith(goes_on) else 1 for each in offered]
        button = self.dice.choices(offered, weights)[0]
        times = 2 if self.dice.random() < 1 / 6 else 1
        for _ in range(times):
            self._tap(who, str(button["callback_data"]), message.message_id)
        return f"taps {button['text']!r} x{times}"

    def _tap(self, who: int, data: str, message_id: int) -> None:
        update = at_once(self.emulator.tap(who, data=data, message_id=message_id))
        self.said.taps[update] = who, data

    def _commands(self, who: int) -> str:
        return self._says(who, "/" + self.dice.choice(TYPES.get(self.names[who], STRANGE)))

    def _types(self, who: int) -> str:
        own = [self.canary.word(str(self.dice.randrange(100)))] * 4
        return self._says(who, self.dice.choice([*own, *WORDS]))

    def _says(self, who: int, words: str) -> str:
        self.said.typed[at_once(self.emulator.send(who, words))] = who, words
        return f"types {words[:30]!r}"

    def _again(self, who: int) -> str:
        """Telegram delivers something once more: nothing of the day before, and no press that it
        gave up undelivered."""
        known = self.heard.union(item.key for item in self.emulator.queue)
        oldest = self.emulator.clock.now() - KEPT
        sent = [body for at, body in self._sent if at > oldest and body["update_id"] in known]
        if not sent:
            return "waits"
        update = self.dice.choice(sent[-10:])
        self.again.add(update["update_id"])
        at_once(self.emulator.send(who, update=update))
        return f"is heard again in {update['update_id']}"

    def _forges(self, who: int) -> str:
        data = self.dice.choice(("b:consent.give:1:1:x", "t:abc:0", "x", "b:", "c:los", "æ" * 30))
        self._tap(who, data, 1)
        return f"forges {data}"

    def _blocks(self, who: int) -> str:
        blocked = not self.emulator.world.chat_of(who).blocked
        at_once(self.emulator.block(who, blocked))
        return "blocks" if blocked else "unblocks"
