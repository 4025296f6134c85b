"""Updates as the Bot API may send them, and as nobody should.

A sound one is what a person's phone brings; it is known what must come of it. A spoilt one is a
sound one in which something was changed, left out or put in.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import handlers
from bot.emulator.cast import CAST
from bot.render import Pressed, make_handle
from models.sealed import Keyring

Raw = dict[str, Any]
COMMANDS = sorted({*handlers.COMMANDS, *handlers.FLOW_COMMANDS, "hjelp", "help"} - {"slett"})
BUTTONS = sorted(handlers.BUTTONS)
WORDS = (
    "hei", "ja", "nei", "Ja, send", "stopp alt", "i morgen kl 14.15", "31. februar", "1234",
    "jeg orker ikke mer", "\u202eabc\u202c", "é" * 300, "👩‍👩‍👧‍👦" * 60, "a" * 4096, "\u0000\u0007x", "\ud83d",
    "'; DROP TABLE people; --", "<b>hei</b> & *du*", "{0} %s {name}", "  ", "/", "/ los", "//los",
)  # fmt: skip
MEDIA: dict[str, Any] = {
    "photo": [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}],
    "voice": {"file_id": "v", "file_unique_id": "u", "duration": 3},
    "document": {"file_id": "d", "file_unique_id": "u", "file_name": "x.pdf"},
    "sticker": {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                "is_animated": False, "is_video": False},
    "location": {"latitude": 59.9, "longitude": 10.7},
    "contact": {"phone_number": "12345678", "first_name": "Ola"},
    "dice": {"emoji": "🎲", "value": 3},
    "poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
             "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
             "allows_revoting": False, "members_only": False},
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1 << 31, 1 << 63, 1 << 200, 1.5, 1e308, "", "0", "x" * 5000, "\ud800",
    [], {}, [None], {"id": {}}, [[[[]]]], {"a": {"b": {"c": 1}}},
)  # fmt: skip


@dataclass
class Update:
    """One, with what it must come to."""

    raw: Any
    who: int = 0
    private: bool = False  # somebody waits for an answer to it
    command: str = ""  # a known one: there is an answer
    sound: bool = True


class Grammar:
    def __init__(self, dice: random.Random, keyring: Keyring, now: Callable[[], datetime]) -> None:
        self._dice, self._keyring, self._now = dice, keyring, now
        self._people = [(actor.id, actor.language_code) for actor in CAST]
        self._people += [
            (8_000_000_000 + n, dice.choice(("nb", "nn", "en", "uk", ""))) for n in range(40)
        ]
        self._number = 500_000_000
        self._messages = 1_000
        self.contacts: dict[int, int] = {}
        """Addresses and the ids under which the store knows them."""
        self._before: list[Update] = []

    def next(self) -> Update:
        made = self._made()
        number = self._dice.random()
        if number < 0.02 and self._before:
            again = self._dice.choice(self._before)
            return Update(copy.deepcopy(again.raw), again.who, sound=False)
        if number < 0.35:
            made = Update(self._spoilt(made.raw), made.who, sound=False)
        self._before = [*self._before[-50:], made]
        return made

    def _made(self) -> Update:
        kinds = (self._command, self._words, self._press, self._media, self._elsewhere, self._odd)
        made = self._dice.choices(kinds, (30, 25, 30, 5, 5, 5))[0]()
        self._number += self._dice.choice((1, 1, 1, 1, 2, 50))
        made.raw = {"update_id": self._number, **made.raw}
        return made

    # --- sound -----------------------------------------------------------------------------------

    def _user(self) -> tuple[int, Raw]:
        who, language = self._dice.choice(self._people)
        user: Raw = {"id": who, "is_bot": False, "first_name": f"Elev {who % 100}"}
        return who, user | ({"language_code": language} if language else {})

    def _message(self, **more: Any) -> tuple[int, Raw]:
        who, user = self._user()
        self._messages += 1
        return who, {
            "message_id": self._messages,
            "from": user,
            "chat": {"id": who, "type": "private", "first_name": user["first_name"]},
            "date": int(self._now().timestamp()),
            **more,
        }

    def _command(self) -> Update:
        name = self._dice.choice(COMMANDS)
        rest = self._dice.choice(("", "", "", " x", " " + "y" * 70, "@losbot_demo_bot"))
        text = f"/{name}{rest}"
        marks = [{"type": "bot_command", "offset": 0, "length": len(name) + 1}]
        who, message = self._message(text=text, entities=marks)
        return Update({"message": message}, who, True, name)

    def _words(self) -> Update:
        who, message = self._message(text=self._dice.choice(WORDS))
        return Update({"message": message}, who, True)

    def _press(self) -> Update:
        who, user = self._user()
        query: Raw = {"id": str(self._dice.getrandbits(60)), "from": user, "chat_instance": "1",
                      "data": self._data(who)}  # fmt: skip
        chat = {"id": who, "type": "private"}
        bot = {"id": 1, "is_bot": True, "first_name": "losbot"}
        number = self._dice.randrange(1, self._messages)
        shown = {"message_id": number, "chat": chat, "date": int(self._now().timestamp()),
                 "from": bot, "text": "?"}  # fmt: skip
        query["message"] = self._dice.choice(
            (shown, shown, shown, {"message_id": number, "chat": chat, "date": 0})
        )
        return Update({"callback_query": query}, who)

    def _data(self, who: int) -> str:
        """Mostly a real button of theirs; about what, is drawn."""
        subject, version = (
            self._dice.choice((0, 1, 7, self._dice.getrandbits(52))),
            self._dice.randrange(4),
        )
        contact = self.contacts.get(who, 1)
        real = make_handle(
            Pressed(self._dice.choice(BUTTONS), subject, version),
            contact,
            self._keyring,
            self._now(),
        )
        flow = f"b:flow:{self._dice.choice(sorted(handlers.FLOWS))}"
        return self._dice.choice(
            (real, real, real, real, real[:-1] + "x", f"c:{self._dice.choice(COMMANDS)}", flow,
             "t:0123456789:x", "", "b:", "b::::", ":" * 64, "æ" * 32)
        )  # fmt: skip

    def _media(self) -> Update:
        kind = self._dice.choice(sorted(MEDIA))
        caption = {"caption": self._dice.choice(WORDS)} if self._dice.random() < 0.5 else {}
        who, message = self._message(**{kind: MEDIA[kind]}, **caption)
        return Update({"message": message}, who, True)

    def _elsewhere(self) -> Update:
        """Forwarded, edited, in a group, in a channel, from a bot."""
        who, message = self._message(text=self._dice.choice((*WORDS, "/los", "/stopp")))
        origin = {"type": "hidden_user", "date": 1, "sender_user_name": "X"}
        group = {
            "id": -100_000 - who % 7,
            "type": self._dice.choice(("group", "supergroup")),
            "title": "G",
        }
        found: Raw = self._dice.choice(
            (
                {"message": message | {"forward_origin": origin}},
                {"edited_message": message | {"edit_date": message["date"]}},
                {"message": message | {"chat": group}},
                {"channel_post": message | {"chat": group | {"type": "channel"}}},
                {"message": message | {"from": message["from"] | {"is_bot": True}}},
                {"message": message | {"via_bot": {"id": 9, "is_bot": True, "first_name": "B"}}},
            )
        )
        return Update(found, who)

    def _odd(self) -> Update:
        """Blocked, unblocked, and kinds nobody asked for."""
        who, user = self._user()
        bot = {"id": 1, "is_bot": True, "first_name": "losbot"}
        member, kicked = (
            {"user": bot, "status": "member"},
            {"user": bot, "status": "kicked", "until_date": 0},
        )
        old, new = self._dice.choice(((member, kicked), (kicked, member)))
        change = {"chat": {"id": who, "type": "private"}, "from": user, "old_chat_member": old,
                  "new_chat_member": new, "date": int(self._now().timestamp())}  # fmt: skip
        inline = {"id": "1", "from": user, "query": "x", "offset": ""}
        return Update(
            self._dice.choice(
                ({"my_chat_member": change}, {"inline_query": inline}, {}, {"poll": MEDIA["poll"]})
            ),
            who,
        )

    # --- spoilt ----------------------------------------------------------------------------------

    def _spoilt(self, raw: Raw) -> Any:
        spoilt: Any = copy.deepcopy(raw)
        for _time in range(self._dice.choice((1, 1, 1, 2, 5))):
            if not isinstance(spoilt, dict):
                break
            spoilt = self._spoil(spoilt)
        return spoilt

    def _spoil(self, raw: Raw) -> Any:
        places = list(_places(raw))
        if not places:
            return raw
        holder, key = self._dice.choice(places)
        if key == "update_id" and self._dice.random() < 0.8:
            holder, key = self._dice.choice(places)  # most keep their number
        act = self._dice.randrange(5)
        if act == 0:
            del holder[key]
        elif act == 1 and isinstance(holder, dict):
            holder[self._dice.choice(("text", "chat", "from", "data", "x" * 300))] = (
                self._odd_value()
            )
        elif act == 2 and self._dice.random() < 0.02:
            return self._dice.choice(ODD)
        else:
            holder[key] = self._odd_value()
        return raw

    def _odd_value(self) -> Any:
        return copy.deepcopy(self._dice.choice(ODD))


def _places(value: Any) -> Any:
    """Every holder and key in it."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in list(entries):
        yield value, key
        if isinstance(held, (dict, list)):
            yield from _places(held)
