"""Webhook, /livez, /readyz, /metrics. Kept on the machine itself unless told otherwise."""

from __future__ import annotations

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

from bot.web import bodies
from bot.web.serving import serving

if TYPE_CHECKING:
    from bot.app import App

__all__ = ["app_of", "serving"]

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_BODY = 1024 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost", "testclient")


def app_of(app: App, *, webhook_url: str = "", secret: str = "") -> Starlette:
    """The web face of a running App. Without a secret there is no webhook."""
    face = _Face(app, secret)
    routes: list[BaseRoute] = [
        Route("/livez", face.live),
        Route("/readyz", face.ready),
        Route("/metrics", face.metrics),
    ]
    if secret:
        path = urlsplit(webhook_url).path
        routes.append(Route(path if path != "/" else "", face.hook, methods=["POST"]))
    if app.chat is not None:
        routes.append(Mount("/", app.chat.asgi()))
    return Starlette(routes=routes)


class _Face:
    def __init__(self, app: App, secret: str) -> None:
        self._app = app
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
        if "settled" in request.query_params:
            if request.client is None or request.client.host not in LOOPBACK:
                return Response(status_code=403)
            await self._app.settled()
        found = await self._app.health()
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    async def metrics(self, request: Request) -> Response:
        waiting = await self._app.waiting()
        lines = generate_latest(self._registry)
        for state, count in sorted(waiting.items()):
            lines += f'losbot_outbox_rows{{state="{state}"}} {count}\n'.encode()
        for name, value in (await self._app.held_back()).items():
            lines += f"losbot_{name} {value:d}\n".encode()
        return Response(lines, media_type="text/plain; version=0.0.4")


class _Figures:
    """Counts only: no ids, no names."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterable[Metric]:
        updates = CounterMetricFamily("losbot_updates", "What came in", labels=["how"])
        for how, count in self._app.intake.counts.items():
            updates.add_metric([how], count)
        yield updates
        ends = CounterMetricFamily("losbot_messages", "What became of messages", labels=["state"])
        for state, count in self._app.delivery.ends.items():
            ends.add_metric([state], count)
        yield ends
        if self._app.chat is not None:
            pages = GaugeMetricFamily("losbot_web_pages", "Open pages of the web chat")
            pages.add_metric([], self._app.chat.hub.open_pages)
            yield pages
        age = GaugeMetricFamily("losbot_tick_age_seconds", "Since the last look at what is due")
        tick = self._app.metronome.last_tick
        if tick is not None:
            age.add_metric([], (self._app.clock.now() - tick).total_seconds())
        yield age
        if (adrift := self._app.metronome.adrift) is not None:
            loose = GaugeMetricFamily(
                "losbot_adrift", "Open things without a next step or anybody for it; is nought"
            )
            loose.add_metric([], adrift)
            yield loose
