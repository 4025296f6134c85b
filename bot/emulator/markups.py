"""Keyboards: the three looks Telegram takes at a reply_markup, at three different moments."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from bot.emulator.params import Params
from bot.emulator.rules import bad
from bot.emulator.state import Markup, MarkupKind

MAX_BUTTONS = 100
MAX_BYTES = 10_000
SHOWN_PER_ROW = 8
MAX_DATA_BYTES = 64

ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "web_app",
    "copy_text",
)
LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
KEY_FIELDS = LOOKS | frozenset(
    [
        "request_users",
        "request_chat",
        "request_managed_bot",
        "request_contact",
        "request_location",
        "request_poll",
        "web_app",
    ]
)
KINDS: tuple[tuple[str, MarkupKind], ...] = (
    ("inline_keyboard", "inline"),
    ("keyboard", "keyboard"),
    ("remove_keyboard", "remove"),
    ("force_reply", "force"),
)
MARKUP_NAMES = {"inline_keyboard": "InlineKeyboardMarkup", "keyboard": "ReplyKeyboardMarkup"}
NO_ACTION = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"


def read(params: Params) -> Markup | None:
    """First look, before the chat is known: is it JSON of the right shape?"""
    value = params.json("reply_markup", "can't parse reply keyboard markup JSON object")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    for field, kind in KINDS:
        if field not in value:
            continue
        if kind in ("remove", "force"):
            if value[field] is not True:
                params.complain(f"{field} must be true")
                return None
            return Markup(kind, value)
        rows = _rows(field, value[field])
        shaped = [[_button(kind, button, params) for button in row] for row in rows]
        _count(shaped, params)
        shaped = [row for row in shaped if row]
        return Markup(kind, value | {field: shaped}) if shaped else None
    params.complain("reply_markup is of no known kind and was ignored")
    return None


def _rows(field: str, rows: object) -> list[list[object]]:
    name = MARKUP_NAMES[field]
    if not isinstance(rows, list):
        raise bad(f'field "{field}" of the {name} must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{field}" of the {name} must be an Array of Arrays')
    return rows


def _count(rows: list[list[dict[str, object]]], params: Params) -> None:
    if sum(map(len, rows)) > MAX_BUTTONS or len(json.dumps(rows).encode()) > MAX_BYTES:
        raise bad("reply markup is too long")
    if any(len(row) > SHOWN_PER_ROW for row in rows):
        params.complain(f"more than {SHOWN_PER_ROW} buttons in a row")
    if not all(rows):
        params.complain("a keyboard has an empty row")


def _button(kind: MarkupKind, button: object, params: Params) -> dict[str, object]:
    return _inline(button, params) if kind == "inline" else _key(button, params)


def _inline(button: object, params: Params) -> dict[str, object]:
    prefix = "can't parse inline keyboard button:"
    if not isinstance(button, dict):
        raise bad(f"{prefix} expected an Object")
    if "text" not in button:
        raise bad(f'{prefix} Can\'t find field "text"')
    for field in ("text", "url", "callback_data"):
        if field in button and not isinstance(button[field], str):
            raise bad(f'{prefix} Field "{field}" must be of type String')
    actions = [name for name in ACTIONS if name in button]
    if not any(button[name] != "" or name.startswith("switch") for name in actions):
        raise bad(NO_ACTION)
    if len(actions) > 1:
        params.complain(f"a button has several actions: {', '.join(actions)}")
    for name in button.keys() - LOOKS - frozenset(ACTIONS):
        params.complain(f"unknown field {name} in an inline button")
    return button


def _key(button: object, params: Params) -> dict[str, object]:
    prefix = "can't parse keyboard button:"
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise bad(f"{prefix} KeyboardButton must be a String or an Object")
    if "text" not in button:
        raise bad(f'{prefix} Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise bad(f'{prefix} Field "text" must be of type String')
    for name in button.keys() - KEY_FIELDS:
        params.complain(f"unknown field {name} in a keyboard button")
    return button


def check_words(markup: Markup | None) -> None:
    """Second look, once the chat was found: texts and links."""
    for button in _buttons(markup):
        if not str(button["text"]).strip():
            kind = "inline keyboard" if markup and markup.kind == "inline" else "keyboard"
            raise bad(f"{kind} button text must be non-empty")
        if "url" in button:
            wrong = wrong_link(str(button["url"]))
            if wrong:
                raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {wrong}")


def check_data(markup: Markup | None) -> None:
    """Third look, at the far end: what the button carries."""
    for button in _buttons(markup):
        if len(str(button.get("callback_data", "")).encode()) > MAX_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")


def _buttons(markup: Markup | None) -> list[dict[str, object]]:
    return [button for row in markup.rows for button in row] if markup else []


def wrong_link(url: str) -> str | None:
    """Why Telegram does not take a link. It adds http:// itself and wants a dot in the host."""
    if url.startswith(("tg://", "ton://")):
        return None
    scheme, separator, _ = url.partition("://")
    if separator and scheme.lower() not in ("http", "https"):
        return "Unsupported URL protocol"
    try:
        host = urlsplit(url if separator else f"http://{url}").hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    return None if "." in host.strip(".") and not any(map(str.isspace, url)) else "Wrong HTTP URL"
