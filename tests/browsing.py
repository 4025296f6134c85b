"""A browser at the web chat of the tests."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo import browser
from bot.demo.browser import Asgi, Reply

__all__ = ["HOST", "ORIGIN", "Asgi", "Browser", "Reply"]

HOST = "chat.fjordvik.test"
ORIGIN = f"https://{HOST}"


@dataclass
class Browser(browser.Browser):
    origin: str = ORIGIN
