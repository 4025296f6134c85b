"""The /sim routes: people, faults and the clock, for stories, load tests and the page.

The contract is written for its users in `sim.html`, which `GET /sim` serves.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from bot.emulator import faults, moments
from bot.emulator.bodies import SIM_LIMIT, TooLarge, read_limited
from bot.emulator.emulator import Emulator

Handler = Callable[[Request], Awaitable[Response]]
FILE_POLICY = "default-src 'none'; sandbox"


def routes(emulator: Emulator) -> list[Route]:
    sim = Sim(emulator)
    table: list[tuple[str, str, Handler]] = [
        ("GET", "/sim", sim.guide),
        ("GET", "/sim/people", sim.people),
        ("POST", "/sim/people", sim.add_person),
        ("GET", "/sim/clock", sim.clock),
        ("POST", "/sim/clock", sim.move_clock),
        ("GET", "/sim/faults", sim.faults),
        ("POST", "/sim/faults", sim.add_faults),
        ("DELETE", "/sim/faults", sim.clear_faults),
        ("GET", "/sim/calls", sim.calls),
        ("GET", "/sim/violations", sim.violations),
        ("POST", "/sim/settle", sim.settle),
        ("GET", "/sim/events", sim.events),
        ("GET", "/sim/tour", sim.tour),
        ("POST", "/sim/{person}/send", sim.send),
        ("POST", "/sim/{person}/tap", sim.tap),
        ("POST", "/sim/{person}/block", sim.block),
        ("GET", "/sim/{person}/chat", sim.chat),
        ("GET", "/sim/{person}/files/{file}", sim.file),
        ("GET", "/sim/{person}/page", sim.page),
    ]
    return [Route(path, _careful(handler), methods=[verb]) for verb, path, handler in table]


def _careful(handler: Handler) -> Handler:
    """Every failure becomes one clear line."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except LookupError as error:
            return _failed(404, error)
        except ValueError as error:
            return _failed(400, error)
        except ClientDisconnect:
            return Response()  # nobody is there to read it
        except TooLarge:
            return _failed(413, f"a body here is at most {SIM_LIMIT} bytes")
        except TimeoutError:
            return _failed(504, "the bot has not settled in time")
        except RuntimeError as error:
            return _failed(500, error)

    return handle


def _failed(status: int, error: object) -> Response:
    return JSONResponse({"error": str(error)}, status)


class Sim:
    """Reads the requests; the emulator does the work."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def guide(self, request: Request) -> Response:
        page = (Path(__file__).parent / "sim.html").read_text(encoding="utf-8")
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        digest = hashlib.sha256((style[1] if style else "").encode()).digest()
        policy = f"default-src 'none'; style-src 'sha256-{base64.b64encode(digest).decode()}'"
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    async def people(self, request: Request) -> Response:
        return JSONResponse(self._emulator.people())

    async def add_person(self, request: Request) -> Response:
        body = await _object(request, "name", "language_code")
        name, language = body.get("name"), body.get("language_code") or ""
        if not isinstance(name, str) or not isinstance(language, str):
            raise ValueError("a person has a name and a language_code, both text")
        actor = self._emulator.add_person(name, language)
        return JSONResponse(self._emulator.person(actor.id))

    async def send(self, request: Request) -> Response:
        person = self._person(request)
        body = await _object(request, "text", "update")
        if len(body) != 1:
            raise ValueError("give either text or update")
        if "update" in body:
            update_id = await self._emulator.send(person, update=body["update"])
        else:
            update_id = await self._emulator.send(person, text=_text(body, "text"))
        return JSONResponse({"update_id": update_id})

    async def tap(self, request: Request) -> Response:
        person = self._person(request)
        body = await _object(request, "button", "data", "message_id")
        if ("button" in body) == ("data" in body):
            raise ValueError("give either button or data")
        message_id = body.get("message_id")
        if message_id is not None and (
            not isinstance(message_id, int) or isinstance(message_id, bool)
        ):
            raise ValueError("message_id is a whole number")
        given = "button" if "button" in body else "data"
        words = {given: _text(body, given)}
        update_id = await self._emulator.tap(person, **words, message_id=message_id)
        return JSONResponse({"update_id": update_id})

    async def block(self, request: Request) -> Response:
        person = self._person(request)
        blocked = (await _object(request, "blocked")).get("blocked")
        if not isinstance(blocked, bool):
            raise ValueError("blocked is true or false")
        await self._emulator.block(person, blocked)
        return JSONResponse({})

    async def chat(self, request: Request) -> Response:
        person = self._person(request)
        if request.query_params.get("format") == "text":
            return PlainTextResponse(self._emulator.chat_text(person))
        return JSONResponse(self._emulator.chat(person))

    async def file(self, request: Request) -> Response:
        wanted = request.path_params["file"]
        stored = self._emulator.file_of(self._person(request), wanted)
        place = "inline" if stored.is_photo else "attachment"
        named = f"{place}; filename*=UTF-8''{quote(stored.file.name, safe='')}"
        headers = {"Content-Disposition": named, "Content-Security-Policy": FILE_POLICY}
        return Response(stored.file.data, media_type=stored.file.mime_type, headers=headers)

    async def page(self, request: Request) -> Response:
        """The real page of one who sits in a browser; whoever opens it is let in as them."""
        path = request.query_params.get("path", "/")
        address, cookies = await self._emulator.door(self._person(request), path)
        answer = RedirectResponse(address, 303)
        for name, value in cookies.items():
            answer.set_cookie(name, value, path="/", httponly=True, samesite="lax")
        return answer

    async def clock(self, request: Request) -> Response:
        due = await self._emulator.due()
        now = self._emulator.clock.now()
        return JSONResponse({"now": now.isoformat(), "next": due.isoformat() if due else None})

    async def move_clock(self, request: Request) -> Response:
        body = await _object(request, "advance", "to")
        if len(body) != 1:
            raise ValueError("give either advance or to")
        if body.get("to") == "next":
            reached = await self._emulator.move_to_next()
        elif "advance" in body:
            reached = await self._emulator.advance(moments.duration(_text(body, "advance")))
        else:
            reached = await self._emulator.move_clock(moments.instant(_text(body, "to")))
        return JSONResponse({"now": reached.isoformat()})

    async def faults(self, request: Request) -> Response:
        return JSONResponse([faults.shown(fault) for fault in self._emulator.faults.ahead])

    async def add_faults(self, request: Request) -> Response:
        body = await _json(request)
        ahead = [faults.read(value) for value in (body if isinstance(body, list) else [body])]
        self._emulator.faults.ahead += ahead
        return await self.faults(request)

    async def clear_faults(self, request: Request) -> Response:
        self._emulator.faults.ahead.clear()
        return JSONResponse([])

    async def calls(self, request: Request) -> Response:
        since = int(request.query_params.get("since") or 0)
        method = request.query_params.get("method", "")
        return JSONResponse(self._emulator.calls_since(since, method))

    async def violations(self, request: Request) -> Response:
        return JSONResponse(self._emulator.violations)

    async def settle(self, request: Request) -> Response:
        if self._emulator.settled is None:
            return _failed(501, "this server does not know its bot; start it with --bot URL")
        await self._emulator.settle()
        return JSONResponse({})

    async def tour(self, request: Request) -> Response:
        if self._emulator.tour is None:
            raise LookupError("there is no tour")
        return JSONResponse(self._emulator.tour)

    async def events(self, request: Request) -> Response:
        seen = request.headers.get("last-event-id", "")
        stream: AsyncIterator[bytes] = self._emulator.events.stream(
            int(seen) if seen.isdecimal() else None
        )
        return StreamingResponse(stream, media_type="text/event-stream")

    def _person(self, request: Request) -> int:
        raw = request.path_params["person"]
        person_id = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 20 else 0
        self._emulator.world.chat_of(person_id)
        return person_id


async def _json(request: Request) -> object:
    raw = await read_limited(request, SIM_LIMIT)
    try:
        value: object = json.loads(raw)
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from None
    except RecursionError:
        raise ValueError("the body is nested too deeply") from None
    return value


async def _object(request: Request, *known: str) -> dict[str, object]:
    body = await _json(request)
    if not isinstance(body, dict):
        raise ValueError("the body is a JSON object")
    unknown = body.keys() - set(known)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    return body


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is text")
    return value
