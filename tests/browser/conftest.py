"""The real demo in its own process, and a real browser to look at it with."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP = {"width": 1440, "height": 900}
TOKEN = "1:DEMO-not-a-secret-only-for-the-pretend-telegram"
IDS = {
    name: 7_000_000_001 + number
    for number, name in enumerate(
        ["Ida", "Kari", "Per", "Jonas", "Randi", "Lise", "Siri", "Amina", "Sam"]
    )
}


class Demo:
    """`losbot demo` as its users start it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def call(self, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own loopback address
            f"{self.address}/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.load(answer)

    def bot_says(self, who: str, text: str) -> None:
        self.call(f"bot{TOKEN}/sendMessage", {"chat_id": IDS[who], "text": text})


@contextlib.contextmanager
def started() -> Iterator[Demo]:
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, f"the demo did not start: {line!r}"
            yield Demo(found[0])
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    with started() as demo:
        yield demo


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """A browser that is on the machine already; nothing is downloaded."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser here: none of {', '.join(BROWSERS)} is installed")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install 'losbot[dev]'"
    )
    with playwright.sync_playwright() as driver:
        # No sandbox: tests may run as root in a container, and the page is our own.
        opened = driver.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


class Window:
    """A page of the demo, and everything that went wrong in it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._said)
        page.on("requestfailed", self._failed)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _failed(self, request: Any) -> None:
        if not request.url.endswith("/sim/events"):  # it ends with the page
            self.wrong.append(f"{request.url}: {request.failure}")

    def phone(self, who: str) -> Any:
        return self.page.locator(f'.phone[aria-labelledby="owner-{IDS[who]}"]')

    def key(self, who: str, label: str) -> Any:
        """The newest button so labelled on a phone."""
        return self.phone(who).get_by_role("button", name=label, exact=True).last

    def bubbles(self, who: str) -> Any:
        return self.phone(who).locator(".bubble")

    def width(self) -> int:
        return int(self.page.evaluate("() => document.documentElement.scrollWidth"))


@pytest.fixture(scope="package")
def opened(browser: Any, demo: Demo) -> Iterator[Window]:
    """One window for all: opening nine phones anew for each test would cost a second each."""
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(8000)
    window = Window(context.new_page())
    window.page.goto(f"{demo.address}/?lang=nb")
    window.page.locator(".phone").nth(len(IDS) - 1).wait_for(state="attached")
    yield window
    context.close()


@pytest.fixture
def window(opened: Window, demo: Demo) -> Iterator[Window]:
    """The window at its full size; nothing may go wrong in it, nor break Telegram's rules."""
    opened.page.set_viewport_size(DESKTOP)
    yield opened
    assert opened.wrong == []
    assert demo.call("sim/violations") == []
