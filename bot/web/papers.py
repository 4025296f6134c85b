"""A case as a page of its own: what its reader's cards show, to read and to print.

It is made of the same views as the cards, writes the same access log, and is told to nobody who
could not press the button that leads to it: absent, forbidden and not logged in are one 404.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot import dispatch
from bot.channels.web import CHANNEL
from bot.documents import Lines, Speaker, speaker
from bot.web import pages, words
from bot.web.ground import Ground
from bot.web.seats import Seat
from handlers import case_page
from models import audit, channels, discretion, ledger, people, views
from models.base import Refused
from models.people import Person

LARGEST_ID = 2**63 - 1


class Papers(Ground):
    async def _case(self, request: Request) -> Response:
        await self._learn()
        seat = await self._seat(request)
        if seat is None or request.path_params["case"] > LARGEST_ID:
            return self._failure(request, 404)
        if await self._app.store.read(channels.is_stopped, CHANNEL):
            return self._failure(request, 503)
        look = self._look(seat.language)
        if await self._app.store.read(discretion.is_shut, seat.contact_id, self._now()):
            return self._page(pages.plain(look, words.FAILED, words.LOCKED), 403)
        shown = await self._app.store.write(
            _opened, seat, request.path_params["case"], request.path_params["hat"], self._now()
        )
        if shown is None:
            return self._failure(request, 404)
        data, closes = shown
        response = self._page(sheet(look, data, closes=closes))
        if closes:  # as details in the chat are covered
            response.headers["Refresh"] = f"{int(ledger.OPEN_FOR.total_seconds())}; url=/"
        return response


def _opened(
    session: Session, seat: Seat, case_id: int, hat: int, now: datetime
) -> tuple[Mapping[str, Any], bool] | None:
    """What the page says, and whether it closes by itself. None, alike, for what is not there and
    what is not theirs."""
    if not discretion.may_show(session, seat.contact_id, CHANNEL, now) or hat >= len(views.HATS):
        return None
    me = session.get_one(Person, seat.person_id)
    staff_may = dispatch.staff_may_speak(session, CHANNEL, now)
    people.speaks_where(session, me.id, staff_may=staff_may, now=now)
    try:
        with session.begin_nested():
            data = case_page.data(session, me=me, case_id=case_id, hat=views.HATS[hat], now=now)
    except Refused as refused:
        audit.refused(session, actor_id=me.id, why=refused.why, kind="page", now=now)
        return None
    return data, discretion.closes_again(session, CHANNEL, now)


def sheet(look: pages.Look, data: Mapping[str, Any], *, closes: bool) -> str:
    """The page as HTML. `closes`: it says that it does, on the screen alone."""
    said = speaker(look.language, data["terms"])
    body = [f"<h2>{said(data['title'])}</h2>"]
    body += [f'<p class="told" dir="auto">{said(line)}</p>' for line in data["intro"]]
    for heading, entries in data["sections"]:
        body.append(
            f"<section><h3>{said(heading)}</h3>{''.join(_entry(e, said) for e in entries)}"
        )
        body.append("</section>")
    if closes:
        body.append(f'<p class="screen small">{look.say(words.CLOSES)}</p>')
    # It does nothing without its script, so the script shows it.
    body.append(
        f'<p class="screen"><button id="print" hidden>{look.say(words.PRINT)}</button></p>'
    )
    back = f'<p class="screen"><a href="/">{look.say(words.BACK)}</a></p>'
    main = f'<main class="card sheet">{"".join(body)}{back}</main>'
    return pages.paper(look, main, script="print.js")


def _entry(lines: Lines, said: Speaker) -> str:
    told = "".join(
        f'<div><dt>{said(label)}</dt><dd dir="auto">{said(value)}</dd></div>'
        for label, value in lines
    )
    return f"<dl>{told}</dl>"
