"""The help card in the place of the usual answer, for whoever looks at words of danger.

In the store stands the usual answer, as to any words, so that no row tells that somebody spoke of
danger; a page is shown the card instead. It stands half a step after the words, where the page that
said them has put it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.web import seats
from handlers import help_now, menu
from handlers.crisis import speaks_of_danger
from locales import LANGUAGES, say
from models import web_chats
from models.web_chats import News, Shown

USUAL = tuple(say(menu.LOST, code) for code in LANGUAGES)
MOST = 20
"""So many usual answers are looked behind, the newest; listening for danger costs a millisecond."""
HALF = 0.5
RUN = 6
"""So many messages before an answer may be the words it answers."""


def instead(session: Session, contact_id: int, news: News, today: date) -> News:
    """The same news, with the card for each usual answer to words of danger, once for each."""
    usual = [each for each in news.shown if _is_usual(each)][-MOST:]
    found = {each.number: _danger(session, contact_id, each) for each in usual}
    cards = {}
    for each in usual:
        if words := found[each.number]:
            text = help_now.card(seats.language(session, contact_id), today, unasked=True)
            place = words.number + HALF
            cards[place] = Shown(place, mine=False, edited=False, at=each.at, told={"text": text})
    if not cards:
        return news
    left = [each for each in news.shown if not found.get(each.number)]
    shown = sorted([*left, *cards.values()], key=lambda each: each.number)
    return replace(news, shown=shown)


def _is_usual(shown: Shown) -> bool:
    return not shown.mine and str(shown.told.get("text", "")).endswith(USUAL)


def _danger(session: Session, contact_id: int, answer: Shown) -> Shown | None:
    """Of what was written right before an answer, the newest that speaks of danger."""
    before = web_chats.before(session, contact_id, int(answer.number), RUN)
    return next((each for each in _written(before) if speaks_of_danger(_typed(each))), None)


def _written(before: Sequence[Shown]) -> Sequence[Shown]:
    """The last run of the person's own, newest first."""
    mine = [each.mine for each in before]
    began = mine.index(True) if True in mine else len(mine)
    ended = mine.index(False, began) if False in mine[began:] else len(mine)
    return before[began:ended]


def _typed(shown: Shown) -> str:
    words = str(shown.told.get("text", ""))
    return words.partition(" ")[2] if words.startswith("/") else words
