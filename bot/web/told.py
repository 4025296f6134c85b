"""What a page is told about a chat: the same shape as the demo's phones read."""

from __future__ import annotations

from typing import Any

from models.web_chats import News, Shown


def news_json(news: News) -> dict[str, Any]:
    return {
        "messages": [message_json(each) for each in news.shown],
        "gone": list(news.gone),
        "keyboard": [list(row) for row in news.keyboard],
    }


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


def _file(number: int, file: dict[str, Any] | None) -> dict[str, Any]:
    url = f"/fil/{number}"
    if file is None:
        return {"document": None, "photo": None}
    if file["mime"].startswith("image/"):
        return {"document": None, "photo": {"url": url}}
    named = {"file_name": file["name"], "mime_type": file["mime"], "size": file["size"]}
    return {"document": {**named, "url": url}, "photo": None}
