"""What one browser shows of the web chat, told as the pretend Telegram tells of a phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.demo.browser import Browser
from bot.emulator import pictures, words
from bot.emulator.state import PUSH_LENGTH, File, Stored

Message = dict[str, Any]


@dataclass
class Window:
    name: str
    browser: Browser
    proof: str = ""
    change: int = 0
    messages: dict[float, Message] = field(default_factory=dict)
    keyboard: list[list[str]] = field(default_factory=list)
    pushes: list[dict[str, str]] = field(default_factory=list)
    """What came, as if a page read it aloud to whoever passes."""
    toast: dict[str, Any] | None = None
    files: dict[float, Stored] = field(default_factory=dict)

    @property
    def is_in(self) -> bool:
        return bool(self.browser.cookies)

    # --- what it hears ---------------------------------------------------------------------------

    def load(self, told: dict[str, Any]) -> None:
        """The page, opened or loaded anew: what was passing on it is gone."""
        self.proof, self.change = told["proof"], told["change"]
        self.keyboard = told["keyboard"]
        before = set(self.messages)
        self.messages = {message["message_id"]: message for message in told["messages"]}
        self._pushed(before)

    def hear(self, kind: str, number: str | None, data: dict[str, Any], at: str) -> None:
        """As bot/web/page/main.js does."""
        if kind == "toast":
            self.toast = {"text": data["text"], "alert": False, "date": at}
        if kind == "alone":
            place = max([0, *self.messages]) + 0.001
            self.messages[place] = {**data, "message_id": place}
            if not data["silent"]:
                self.push(data["text"], data["date"])
        if kind == "hid":
            for alone in [each for each in self.messages if each % 1]:
                del self.messages[alone]
        if kind == "over":
            self.browser.cookies.clear()
            self.messages.clear()
            self.keyboard = []
        if kind == "chat":
            self._changed(int(number or 0), data)

    def _changed(self, change: int, data: dict[str, Any]) -> None:
        before = set(self.messages)
        self.change = change
        self.messages.update({message["message_id"]: message for message in data["messages"]})
        for gone in data["gone"]:
            self.messages.pop(gone, None)
        self.keyboard = data["keyboard"]
        self._pushed(before)

    def _pushed(self, before: set[float]) -> None:
        for number, message in sorted(self.messages.items()):
            if number not in before and message["from"] == "bot" and not message["silent"]:
                self.push(message["text"], message["date"])

    def push(self, text: str, at: str) -> None:
        self.pushes.append({"date": at, "text": f"chat: {text[:PUSH_LENGTH]}"})

    def passing(self, sender: str, text: str, number: float, at: str) -> None:
        """What stands on this page alone; half a step after what it answers, which has a number."""
        self.messages[number] = {
            "message_id": number, "from": sender, "date": at, "edited": False, "silent": False,
            "text": text, "inline_keyboard": [], "document": None, "photo": None,
        }  # fmt: skip

    def missing(self) -> dict[float, str]:
        """The files it shows and has not fetched: their addresses."""
        shown = {n: m["document"] or m["photo"] for n, m in self.messages.items()}
        return {n: file["url"] for n, file in shown.items() if file and n not in self.files}

    def keep(self, number: float, data: bytes) -> None:
        """The file of a message, fetched."""
        message = self.messages[number]
        told = message["document"] or {"file_name": "picture", "mime_type": pictures.kind_of(data)}
        width, height = (pictures.size_of(data) if message["photo"] else None) or (0, 0)
        file = File(told["file_name"], data, told["mime_type"])
        self.files[number] = Stored(file, "", f"{number:.3f}", "", width, height)

    # --- what it shows ---------------------------------------------------------------------------

    def pressed(
        self, label: str | None, data: str | None, message_id: float | None
    ) -> dict[str, str]:
        """What its page posts for a press: on the newest button so labelled, on the keyboard's key,
        or of any `data` at all. LookupError when there is no such button."""
        if data is None:
            found = self._button(label, message_id)
            if found is None and message_id is None and any(label in row for row in self.keyboard):
                return {"key": label or ""}
            if found is None:
                raise LookupError(f"{self.name} sees no button {label!r}; {self._buttons()}")
            if "url" in found:
                raise LookupError(f"{label!r} opens {found['url']}; the bot hears nothing of it")
            data, message_id = found["callback_data"], found["message_id"]
        number = 1 if message_id is None else 0 if message_id % 1 else message_id
        return {"press": f"{number:.0f} {data}"}

    def _button(self, label: str | None, message_id: float | None) -> dict[str, Any] | None:
        """The newest button so labelled, with its message."""
        for number, message in sorted(self.messages.items(), reverse=True):
            if message_id not in (None, number):
                continue
            for key in (key for row in message["inline_keyboard"] for key in row):
                if key["text"] == label:
                    return {**key, "message_id": number}
        return None

    def _buttons(self) -> str:
        rows = [row for m in self.messages.values() for row in m["inline_keyboard"]]
        labels = [key["text"] for row in rows for key in row]
        labels += [label for row in self.keyboard for label in row]
        shown = " ".join(f"[{label}]" for label in dict.fromkeys(labels))
        return f"there are {shown}" if shown else "there are none"

    def file_of(self, unique_id: str) -> Stored:
        for number, stored in self.files.items():
            if stored.unique_id == unique_id and number in self.messages:
                return stored
        raise LookupError(f"{self.name} was sent no file {unique_id}")

    def told(self, person: dict[str, object]) -> dict[str, object]:
        shown = [self._told(person["id"], each) for _number, each in sorted(self.messages.items())]
        return {
            "person": person,
            "messages": shown,
            "reply_keyboard": {"rows": self.keyboard, "placeholder": None}
            if self.keyboard
            else None,
            "commands": [],
            "pushes": self.pushes[-100:],
            "toast": self.toast,
        }

    def _told(self, person_id: object, message: Message) -> Message:
        told = {name: value for name, value in message.items() if name != "silent"}
        told["entities"] = words.found(message["text"])
        stored = self.files.get(message["message_id"])
        url = f"/sim/{person_id}/files/{stored.unique_id}" if stored else ""
        if message["document"]:
            told["document"] = {**message["document"], "url": url}
        if message["photo"]:
            shown = (
                {"url": url, "width": stored.width, "height": stored.height} if stored else None
            )
            told["photo"] = shown
        return told

    def text(self) -> str:
        """As the pretend Telegram writes a chat down."""
        lines: list[str] = []
        for _number, message in sorted(self.messages.items()):
            who = "Bot" if message["from"] == "bot" else self.name
            first, *others = message["text"].split("\n")
            lines += [f"{who}: {first}".rstrip(), *(f"    {line}".rstrip() for line in others)]
            if message["document"]:
                lines.append(f"  <{message['document']['file_name']}>")
            if message["photo"]:
                lines.append("  <photo>")
            lines += [_row([key["text"] for key in row]) for row in message["inline_keyboard"]]
        if self.keyboard:
            lines += ["Keyboard:", *map(_row, self.keyboard)]
        lines += [f"Lock screen: {' '.join(push['text'].split())}" for push in self.pushes]
        return "\n".join(lines) + "\n" if lines else ""


def _row(labels: list[str]) -> str:
    return "  " + " ".join(f"[{label}]" for label in labels)
