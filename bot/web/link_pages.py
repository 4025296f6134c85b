"""The pages of a browser that wants in with a link from another chat of its owner's."""

from __future__ import annotations

from html import escape

from bot.web import words
from bot.web.pages import Look, paper


def opened(look: Look, token: str) -> str:
    """Looking at it uses nothing up, pressing does."""
    return paper(
        look,
        f'<main class="card"><h2>{look.say(words.LINKED)}</h2>'
        f"<p>{look.say(words.LINKED_TEXT)}</p><p>{look.say(words.OPENED_SHARED)}</p>"
        f'<form method="post" action="/til/{escape(token)}">'
        f'<button class="primary">{look.say(words.LINKED_OPEN)}</button></form>'
        f'<p class="small">{look.say(words.COOKIE)}</p></main>',
    )


def waiting(look: Look, code: str) -> str:
    """Its script goes on by itself; without it there is a link to press."""
    return paper(
        look,
        f'<main class="card"><h2>{look.say(words.WAITING)}</h2>'
        f"<p>{look.say(words.WAITING_CODE)}</p>"
        f'<p class="code"><strong>{escape(code)}</strong></p>'
        f"<p>{look.say(words.WAITING_TEXT)}</p>"
        f'<p role="status">{look.say(words.WAITING_ON)}</p>'
        f'<p><a class="key" href="/venter">{look.say(words.WAITING_GO)}</a></p></main>',
        "waiting.js",
    )
