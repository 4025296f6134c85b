"""Webhook, /livez, /readyz, /metrics. Kept on the machine itself unless told otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot import outlook
from bot.intake import COUNTED
from bot.outlook import Figures
from bot.settings import is_home
from bot.web import bodies
from bot.web.serving import serving
from models.outbox import OutState

if TYPE_CHECKING:
    from bot.app import App

__all__ = ["app_of", "serving"]

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_BODY = 1024 * 1024
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
ENDS: tuple[str, ...] = (OutState.SENT, OutState.MOOT, OutState.UNCERTAIN, OutState.FAILED)
LOOPBACK = ("127.0.0.1", "::1", "localhost", "testclient")


def app_of(app: App, *, webhook_url: str = "", secret: str = "") -> Starlette:
    """The web face of a running App. Without a secret there is no webhook."""
    face = _Face(app, secret, webhook_url)
    routes: list[BaseRoute] = [
        Route("/livez", face.live),
        Route("/readyz", face.ready),
        Route("/metrics", face.metrics),
    ]
    if secret:
        routes.append(Route(urlsplit(webhook_url).path, face.hook, methods=["POST"]))
    if app.chat is not None:
        routes.append(Mount("/", app.chat.asgi()))
    return Starlette(routes=routes)


class _Face:
    def __init__(self, app: App, secret: str, webhook_url: str) -> None:
        self._app = app
        self._webhook_url = webhook_url
        self._secret = secret.encode()
        self._registry = CollectorRegistry()
        self._registry.register(_Figures(app))

    async def hook(self, request: Request) -> Response:
        """200 only after the commit, so that what fails comes again."""
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        try:
            body = await bodies.limited(request, LARGEST_BODY)
        except bodies.BadBody as error:
            return Response(status_code=error.status)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if not isinstance(update, dict):
            return Response(status_code=400)
        return Response(status_code=200 if await self._app.intake.receive(update) else 503)

    async def live(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """`?settled` (from this machine only) answers when nothing is under way."""
        if self._is_from_outside(request):
            return Response(status_code=404)
        if "settled" in request.query_params:
            if request.client is None or request.client.host not in LOOPBACK:
                return Response(status_code=403)
            await self._app.settled()
        found = await self._app.health()
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    async def metrics(self, request: Request) -> Response:
        """Also with a store that is gone, hangs or takes no writes; then what it would tell is left
        out."""
        if self._is_from_outside(request):
            return Response(status_code=404)
        lines = generate_latest(self._registry)
        well = await self._app.health()
        found: Figures = {"store_up": 0}
        if well["store"]:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(outlook.PATIENCE):
                    found = {"store_up": 1, **await self._app.figures()}
        for name, value in found.items():
            lines += f"losbot_{name} {float(value)}\n".encode()
        return Response(lines, media_type="text/plain; version=0.0.4")

    def _is_from_outside(self, request: Request) -> bool:
        """By an address that everybody may ask, or through whatever stands there for us."""
        asked = request.headers
        public = {
            urlsplit(url).hostname
            for url in (self._app.store.web_url, self._webhook_url)
            if not is_home(url)
        }
        named = asked.get("host", "").lower().split(":")[0].rstrip(".")
        return named in public or any(name in asked for name in FORWARDED)


class _Figures:
    """Counts only: no ids, no names. Each is told from nought on: of a figure that appears with the
    first event, no alarm sees that it has grown."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterable[Metric]:
        updates = CounterMetricFamily("losbot_updates", "What came in", labels=["how"])
        for how, count in {**dict.fromkeys(COUNTED, 0), **self._app.intake.counts}.items():
            updates.add_metric([how], count)
        yield updates
        ends = CounterMetricFamily("losbot_messages", "What became of messages", labels=["state"])
        for state, count in {**dict.fromkeys(ENDS, 0), **self._app.delivery.ends}.items():
            ends.add_metric([state], count)
        yield ends
        if self._app.chat is not None:
            pages = GaugeMetricFamily("losbot_web_pages", "Open pages of the web chat")
            pages.add_metric([], self._app.chat.hub.open_pages)
            yield pages
        for name, told, value in self._gauges():
            if value is not None:
                gauge = GaugeMetricFamily(f"losbot_{name}", told)
                gauge.add_metric([], value)
                yield gauge

    def _gauges(self) -> Iterable[tuple[str, str, float | None]]:
        """None where there is nothing to tell."""
        app, beat, journal = self._app, self._app.metronome, self._app.store.journal
        tick = beat.last_tick
        age = None if tick is None else (app.clock.now() - tick).total_seconds()
        yield "tick_age_seconds", "Since the last look at what is due", age
        yield "poll_age_seconds", "Since Telegram last got through to us", app.poll_age()
        yield "backup_latest_seconds", "How old the last backup may be", app.latest_backup
        yield "oldest_update_seconds", "How long an update has waited", app.intake.oldest()
        loose = "Open things without a next step or anybody for it; is nought"
        yield "adrift", loose, beat.adrift
        yield (
            "audit_findings",
            "Places where the log does not hold; is nought",
            beat.audit_findings,
        )
        failing = None if journal is None else float(journal.failing)
        yield "consent_journal_failing", "Whether it could not be written last", failing
