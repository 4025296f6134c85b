"""Open pages hear at once what changes in their chat, and catch up on what they missed.

What is told lies in the store, numbered; here is only who listens. A page that lost the line, or
met a restarted server, says the last number it heard. Toasts stand nowhere and are told once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.channels.web import CHANNEL
from bot.clock import Clock
from bot.desk import Shown
from bot.log import log
from bot.store import Store
from bot.web import cards, seats
from bot.web.told import alone_json, news_json
from models import channels, falling_back, web_chats
from models.contacts import Contact
from models.web_chats import News

HEARTBEAT = 20.0
LOOKS = 2.0
"""So often we ask whether another process has changed a chat somebody looks at, in seconds."""
MOST_TABS = 12
"""So many pages one chat may have open at a time."""
MOST = 200
"""So many messages are told at once."""


class TooManyTabs(Exception):
    """One more page than a chat may have open."""


class Listener:
    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.resting = False
        self.unsure = True  # whether the channel is stopped
        self.passing: deque[tuple[str, Mapping[str, Any]]] = deque(maxlen=8)


class Hub:
    """All open pages. Costs nothing while there are none."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._pages: dict[int, list[Listener]] = {}
        self._known: dict[int, int] = {}
        self._watching: asyncio.Task[None] | None = None
        self._stands_still: bool | None = None
        self._closed = False

    def tell(self, shown: Sequence[Shown], *, hid: bool = False) -> None:
        """After the commit: wake who looks at these chats. `hid`: what stands on the pages alone
        goes too."""
        for each in shown:
            for page in self._pages.get(each.contact_id, ()):
                if each.toast:
                    page.passing.append(("toast", {"text": each.toast}))
                if each.alone:
                    page.passing.append(("alone", alone_json(each.alone, self._now())))
                if hid:
                    page.passing.append(("hid", {}))
                page.wake.set()

    def close(self) -> None:
        """End every stream; the pages come back when somebody serves again."""
        self._closed = True
        if self._watching is not None:
            self._watching.cancel()
        for pages in self._pages.values():
            for page in pages:
                page.wake.set()

    def is_open(self, contact_id: int) -> bool:
        """Whether somebody has this chat on a page here."""
        return contact_id in self._pages

    @property
    def open_pages(self) -> int:
        return sum(map(len, self._pages.values()))

    @property
    def idle(self) -> bool:
        """Whether every open page has been told all there is."""
        pages = [page for pages in self._pages.values() for page in pages]
        return all(page.resting and not page.wake.is_set() for page in pages)

    @contextlib.contextmanager
    def listening(self, contact_id: int) -> Any:
        """One more page on this chat. Raises TooManyTabs."""
        pages = self._pages.setdefault(contact_id, [])
        if len(pages) >= MOST_TABS:
            raise TooManyTabs
        page = Listener()
        pages.append(page)
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="web chats")
        try:
            yield page
        finally:
            pages.remove(page)
            if not pages:
                self._pages.pop(contact_id, None)
                self._known.pop(contact_id, None)

    async def stream(
        self, page: Listener, session_id: int, contact_id: int, after: int, *, closed: bool = False
    ) -> AsyncIterator[bytes]:
        """The events as they go over the wire; a comment when nothing happens for long. `closed`:
        what the page took the channel for when it was loaded."""
        yield b"retry: 2000\n\n"
        while not self._closed:
            page.wake.clear()
            page.resting = False
            unsure, page.unsure = page.unsure, False  # here, lest a doubt that comes now be lost
            try:
                news = await self._store.read(
                    _look, session_id, contact_id, after, self._now, closed, unsure
                )
            except Exception as error:  # the store is away: the page asks again by itself
                log.warning("web.stream", error=type(error).__name__)
                return
            if news is None:
                yield b"event: over\ndata: {}\n\n"
                return
            if news.unseen:
                await self._seen(contact_id)
            if news.change != after:
                after = self._known[contact_id] = news.change
                yield _event("chat", news_json(news), after)
            while page.passing:
                yield _event(*page.passing.popleft())
            page.resting = True
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await page.wake.wait()
            except TimeoutError:
                yield b": still here\n\n"

    async def _seen(self, contact_id: int) -> None:
        """Somebody has the page before them: a hidden page holds no line."""
        try:
            await self._store.write(_looked, contact_id, self._now())
        except Exception as error:  # noted the next time
            log.warning("web.seen", error=type(error).__name__)

    def _doubt(self) -> None:
        for page in (page for pages in self._pages.values() for page in pages):
            page.unsure = True
            page.wake.set()

    def _now(self) -> Any:
        return self._clock.now()

    async def _watch(self) -> None:
        while not self._closed:
            await asyncio.sleep(LOOKS)
            if not self._pages:
                continue
            try:
                found, stopped = await self._store.read(_changes, list(self._pages))
            except Exception as error:
                log.warning("web.watch", error=type(error).__name__)
                continue
            if stopped is not self._stands_still:
                self._stands_still = stopped
                self._doubt()
            for contact_id, change in found.items():
                if change != self._known.get(contact_id):
                    self._known[contact_id] = change
                    self.tell([Shown(contact_id)])


def _look(
    session: Session,
    session_id: int,
    contact_id: int,
    after: int,
    now: Callable[[], Any],
    closed: bool,
    unsure: bool,
) -> News | None:
    """What is new, which is nothing on a closed page; None when who looks may look no longer, or
    the page took the channel for what it is not. `unsure`: that is to be asked too."""
    if unsure and channels.is_stopped(session, CHANNEL) is not closed:
        return None
    if closed:
        return News(after, (), (), ())
    if not seats.holds(session, session_id, contact_id, now()):
        return None
    news = web_chats.news(session, contact_id, after, MOST)
    return cards.instead(session, contact_id, news, now().date())


def _looked(session: Session, contact_id: int, now: datetime) -> None:
    person_id = session.get_one(Contact, contact_id).person_id
    falling_back.looked(session, person_id, contact_id, now)


def _changes(session: Session, contact_ids: Sequence[int]) -> tuple[dict[int, int], bool]:
    return web_chats.changes(session, contact_ids), channels.is_stopped(session, CHANNEL)


def _event(kind: str, data: Mapping[str, Any], number: int | None = None) -> bytes:
    text = json.dumps(data, ensure_ascii=False)
    numbered = f"id: {number}\n" if number is not None else ""
    return f"{numbered}event: {kind}\ndata: {text}\n\n".encode()
