"""A sign of life for somebody outside, who raises the alarm when it stays away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp

from bot.log import log
from bot.settings import is_home

SECONDS = 60
PATIENCE = 10.0


async def beat(url: str, healthy: Callable[[], Awaitable[bool]]) -> None:
    """Ask for `url`, while all is well. Whatever becomes of that hurts nobody: the address may have
    a secret in it, so not even what went wrong is told."""
    try:
        if not await healthy():
            log.warning("heartbeat.withheld")
            return
        proxies = not is_home(url)
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=proxies) as session,
            session.get(url, headers={"User-Agent": "losbot"}, allow_redirects=False) as answer,
        ):
            if answer.status >= 400:
                log.warning("heartbeat.refused", count=answer.status)
    except Exception as error:
        log.warning("heartbeat.failed", error=type(error).__name__)
