"""What a page is told about a chat: the same shape as the demo's phones read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.channels.web import told_of
from bot.render import Rendered
from models.web_chats import News, Shown


def news_json(news: News) -> dict[str, Any]:
    return {
        "messages": [message_json(each) for each in news.shown],
        "gone": list(news.gone),
        "keyboard": [list(row) for row in news.keyboard],
        "shut": news.shut,
    }


def alone_json(what: Rendered, at: datetime) -> dict[str, Any]:
    """A message without a number: it stands on a page alone, which puts it last."""
    return message_json(Shown(0, mine=False, edited=False, at=at, told=told_of(what)))


def message_json(shown: Shown) -> dict[str, Any]:
    told = shown.told
    return {
        "message_id": shown.number,
        "from": "person" if shown.mine else "bot",
        "date": shown.at.isoformat(),
        "edited": shown.edited,
        "silent": bool(told.get("silent")),
        "text": told.get("text", ""),
        "inline_keyboard": told.get("rows", []),
        **_file(shown.number, told.get("file")),
    }


def _file(number: float, file: dict[str, Any] | None) -> dict[str, Any]:
    url = f"/fil/{number:.0f}"
    if file is None:
        return {"document": None, "photo": None}
    if file["mime"].startswith("image/"):
        return {"document": None, "photo": {"url": url}}
    named = {"file_name": file["name"], "mime_type": file["mime"], "size": file["size"]}
    return {"document": {**named, "url": url}, "photo": None}
