"""Telegram's other way to deliver: it posts each update to the bot, and tries again."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.clock import Clock
from bot.emulator.params import Params
from bot.emulator.rules import SET_WEBHOOK_CAME, bad, too_many
from bot.emulator.updates import Pending, UpdateQueue

PORTS = frozenset({80, 88, 443, 8443})
DEFAULT_CONNECTIONS = 40
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 3600.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot's web server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[Reply]]


class Webhook:
    """One chat's messages go one after the other, different chats side by side."""

    def __init__(self, queue: UpdateQueue, clock: Clock, retry_base: float = 1.0) -> None:
        self.url = ""
        self.post: Post = self._post
        self.answer_call: Callable[[str, dict[str, object]], Awaitable[object]] | None = None
        self._queue = queue
        self._clock = clock
        self._retry_base = retry_base
        self._secret = ""
        self._connections = DEFAULT_CONNECTIONS
        self._gate = asyncio.Semaphore(DEFAULT_CONNECTIONS)
        self._streams: dict[str, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._last_error: tuple[int, str] | None = None
        self._set_at = float("-inf")
        queue.on_add = self._offer

    # -- the methods -----------------------------------------------------------------

    def set(self, params: Params) -> tuple[object, str]:
        url, secret = params.text("url"), params.text("secret_token")
        if not url:
            return self.delete(params)
        check_url(url)
        if len(secret) > 256:
            raise bad("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad("secret token contains unallowed characters")
        now = asyncio.get_running_loop().time()
        if now - self._set_at < 1:
            raise too_many(1)
        self._set_at = now
        read_allowed(params, self._queue)
        connections = min(max(params.integer("max_connections") or DEFAULT_CONNECTIONS, 1), 100)
        same = (url, secret, connections) == (self.url, self._secret, self._connections)
        if same:
            return True, "Webhook is already set"
        self._stop()
        if params.flag("drop_pending_updates"):
            self._queue.clear()
        self.url, self._secret, self._connections = url, secret, connections
        self._gate = asyncio.Semaphore(connections)
        self._queue.terminate(SET_WEBHOOK_CAME)
        for item in self._queue:
            self._offer(item)
        return True, "Webhook was set"

    def delete(self, params: Params) -> tuple[object, str]:
        if params.flag("drop_pending_updates"):
            self._queue.clear()
        if not self.url:
            return True, "Webhook is already deleted"
        self._stop()
        self.url = ""
        return True, "Webhook was deleted"

    def info(self) -> dict[str, object]:
        about: dict[str, object] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue),
        }
        if self.url:
            about["max_connections"] = self._connections
        if self._last_error and self.url:
            about["last_error_date"], about["last_error_message"] = self._last_error
        if self._queue.allowed:
            about["allowed_updates"] = self._queue.allowed
        return about

    # -- the deliveries --------------------------------------------------------------

    def _offer(self, item: Pending) -> None:
        if not self.url:
            return
        stream = _stream_of(item)
        waiting = self._streams.setdefault(stream, deque())
        waiting.append(item)
        if len(waiting) == 1:
            task = asyncio.create_task(self._run(stream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, stream: str) -> None:
        waiting = self._streams[stream]
        while waiting:
            await self._deliver(waiting[0])
            self._queue.drop(waiting.popleft().serial)
        del self._streams[stream]

    async def _deliver(self, item: Pending) -> None:
        """Returns when the bot took it, or when it is too old to matter."""
        body = json.dumps(item.body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers[SECRET_HEADER] = self._secret
        delay = self._retry_base
        while not self._queue.is_old(item):
            async with self._gate:
                item.delivered = True
                reply = await self._attempt(body, headers)
            if reply is not None and 200 <= reply.status < 300:
                await self._carry_out(reply)
                return
            asked = _retry_after(reply)
            await asyncio.sleep(delay if asked is None else asked)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _attempt(self, body: bytes, headers: Mapping[str, str]) -> Reply | None:
        try:
            reply = await self.post(self.url, body, headers)
        except (OSError, TimeoutError, aiohttp.ClientError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return None
        if not 200 <= reply.status < 300:
            self._failed(f"Wrong response from the webhook: {reply.status}")
        return reply

    def _failed(self, message: str) -> None:
        self._last_error = (int(self._clock.now().timestamp()), message)

    async def _carry_out(self, reply: Reply) -> None:
        """A method may come with the 200; Telegram performs it and tells nobody how it went."""
        try:
            value = json.loads(reply.body) if reply.body else None
        except ValueError:
            return
        if isinstance(value, dict) and isinstance(value.get("method"), str) and self.answer_call:
            method = value.pop("method")
            await self.answer_call(method, value)

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        if not is_loopback(urlsplit(url).hostname or ""):
            raise ConnectionError("the pretend Telegram posts to this machine only")
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=60)
            self._session = aiohttp.ClientSession(timeout=timeout)
        async with self._session.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as response:
            return Reply(response.status, response.headers, await response.read())

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._streams.clear()

    async def close(self) -> None:
        tasks = list(self._tasks)
        self._stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session:
            await self._session.close()
            self._session = None


def read_allowed(params: Params, queue: UpdateQueue) -> None:
    """`allowed_updates` is remembered until it is given again; an empty list is the default."""
    raw = params.text("allowed_updates")
    if not raw:
        return
    try:
        listed = json.loads(raw)
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        params.complain("allowed_updates is not an array of names and was ignored")
        return
    queue.allowed = listed


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str) -> None:
    """Telegram's rules for a webhook address; this machine itself is let through."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad("invalid webhook URL specified") from None
    if not host or not parts.scheme:
        raise bad("invalid webhook URL specified")
    if is_loopback(host):
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    try:
        private = ipaddress.ip_address(host).is_private
    except ValueError:
        return
    if private:
        raise bad(f"bad webhook: IP address {host} is reserved")


def _stream_of(item: Pending) -> str:
    body = item.body if isinstance(item.body, dict) else {}
    for kind, value in body.items():
        if not isinstance(value, dict):
            continue
        who = value.get("from" if kind == "callback_query" else "chat")
        if isinstance(who, dict):
            return f"{'user' if kind == 'callback_query' else 'chat'}:{who.get('id')}"
    return f"update:{item.serial}"


def _retry_after(reply: Reply | None) -> float | None:
    raw = reply.headers.get("Retry-After") if reply else None
    if raw is None or not raw.isdecimal():
        return None
    return min(float(raw), LONGEST_RETRY_AFTER)
