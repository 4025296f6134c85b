"""What we ask of a login provider over the network: small, soon, JSON, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp

from bot.settings import is_home

PATIENCE = 10.0
LARGEST = 256 * 1024


class Away(Exception):
    """The provider does not answer, or not as one does. It is tried again by whoever logs in."""


class Fetch(Protocol):
    async def __call__(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any] | None: ...


async def fetch(
    url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Mapping[str, Any] | None:
    """A JSON object; None when the provider says no (4xx). Posts when there is a form. Raises Away
    for all else. Redirects are not followed: nobody else is told what we send."""
    proxies = not is_home(url)
    method = "GET" if form is None else "POST"
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=PATIENCE),
                trust_env=proxies,
                headers={"Accept": "application/json", "User-Agent": "losbot"},
            ) as session,
            session.request(
                method, url, data=form, headers=headers, allow_redirects=False
            ) as answer,
        ):
            if 400 <= answer.status < 500:
                return None
            if answer.status != 200:
                raise Away(f"the provider answers {answer.status}")
            told = json.loads(await _limited(answer))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError) as error:
        raise Away(type(error).__name__) from error
    if not isinstance(told, dict):
        raise Away("the provider does not answer with an object")
    return told


async def _limited(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_any():
        body += part
        if len(body) > LARGEST:
            raise Away("the provider answers at length")
    return bytes(body)
