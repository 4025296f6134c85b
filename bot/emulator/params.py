"""Parameters of a call: read leniently as Telegram reads them, with every oddity noted.

Telegram lets much pass that is a mistake all the same (unknown names, numbers out of range,
unreadable flags). The pretend one lets it pass too, and counts it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from bot.emulator.state import File

_WHERE = "chat_id business_connection_id message_thread_id direct_messages_topic_id"
_SEND = (
    f"{_WHERE} disable_notification protect_content allow_paid_broadcast message_effect_id "
    "suggested_post_parameters reply_parameters reply_markup"
)
_CAPTION = "caption parse_mode caption_entities"
_EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup"

METHODS: dict[str, str] = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": (
        "url certificate ip_address max_connections allowed_updates drop_pending_updates "
        "secret_token"
    ),
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "logOut": "",
    "close": "",
    "sendMessage": f"{_SEND} text parse_mode entities link_preview_options",
    "sendDocument": f"{_SEND} {_CAPTION} document thumbnail disable_content_type_detection",
    "sendPhoto": f"{_SEND} {_CAPTION} photo show_caption_above_media has_spoiler",
    "sendChatAction": "business_connection_id chat_id message_thread_id action",
    "editMessageText": f"{_EDIT} text parse_mode entities link_preview_options",
    "editMessageCaption": f"{_EDIT} {_CAPTION} show_caption_above_media",
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": "chat_id message_id",
    "deleteMessages": "chat_id message_ids",
    "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
    "setMyCommands": "commands scope language_code",
    "getMyCommands": "scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "setChatMenuButton": "chat_id menu_button",
    "getChatMenuButton": "chat_id",
    "getFile": "file_id",
    "getChat": "chat_id",
    "leaveChat": "chat_id",
}
"""Every method there is here, and the names of its parameters."""

KNOWN = {name.lower(): frozenset(names.split()) for name, names in METHODS.items()}
PROPER = {name.lower(): name for name in METHODS}

RANGES: dict[tuple[str, str], tuple[int, int]] = {
    ("getUpdates", "limit"): (1, 100),
    ("getUpdates", "timeout"): (0, 50),
    ("setWebhook", "max_connections"): (1, 100),
    ("answerCallbackQuery", "cache_time"): (0, 2**31 - 1),
}
INTEGERS = frozenset(
    [
        "offset",
        "limit",
        "timeout",
        "max_connections",
        "message_id",
        "cache_time",
        "message_thread_id",
    ]
)
FLAGS = frozenset(
    [
        "disable_notification",
        "protect_content",
        "drop_pending_updates",
        "show_alert",
        "has_spoiler",
        "allow_paid_broadcast",
        "disable_content_type_detection",
        "show_caption_above_media",
    ]
)
YES = frozenset({"true", "yes", "1"})
NO = frozenset({"false", "no", "0", ""})

Complain = Callable[[str], None]


class BadJson(ValueError):
    """A parameter that had to be JSON text and is not; the message is Telegram's answer."""


class Params:
    """One call's parameters. Everything is a string until someone asks for more."""

    def __init__(
        self,
        method: str,
        values: Mapping[str, object],
        files: Mapping[str, File],
        complain: Complain,
    ) -> None:
        self.method = method
        self.files = files
        self.complain = complain
        self._values = {name: _as_text(value) for name, value in values.items()}
        self._look_over()

    def _look_over(self) -> None:
        known = KNOWN[self.method.lower()]
        for name, value in self._values.items():
            if name not in known:
                self.complain(f"unknown parameter {name}")
            elif name in INTEGERS and _integer(value) is None:
                self.complain(f"{name} is not a whole number: {value[:40]!r}")
            elif name in FLAGS and value.lower() not in YES | NO:
                self.complain(f"{name} is neither true nor false: {value[:40]!r}")
            elif (self.method, name) in RANGES:
                low, high = RANGES[self.method, name]
                if not low <= (_integer(value) or 0) <= high:
                    self.complain(f"{name} is outside {low}-{high}: {value[:40]}")

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        return self._values.get(name, "")

    def texts(self) -> list[str]:
        return list(self._values.values())

    def integer(self, name: str, default: int = 0) -> int:
        if name not in self._values:
            return default
        return _integer(self._values[name]) or 0

    def flag(self, name: str) -> bool:
        return self._values.get(name, "").lower() in YES

    def json(self, name: str, error: str) -> object:
        """The JSON in a parameter, None if it is absent; BadJson(error) if it is none."""
        raw = self._values.get(name, "")
        if not raw:
            return None
        try:
            value: object = json.loads(raw)
        except ValueError:
            raise BadJson(f"Bad Request: {error}") from None
        return value


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _integer(value: str) -> int | None:
    try:
        return int(value)
    except ValueError:
        return None


def unfold(value: object) -> object:
    """For the record: JSON text shown as what it says, anything else as it came."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            unfolded: object = json.loads(value)
        except ValueError:
            return value
        return unfolded
    return value
