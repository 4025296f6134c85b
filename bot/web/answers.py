"""Answering a meeting from a mail's link: opening it changes nothing, one press does."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from bot.web import pages, words
from bot.web.bodies import BadBody
from bot.web.ground import Ground
from bot.web.limits import address_of
from models import mail_answers
from models.mail_answers import Said


class Answers(Ground):
    async def _asked_by_mail(self, request: Request) -> Response:
        """Only shows; programs that look through links must use nothing up."""
        token = request.path_params["token"]
        await self._learn()
        said = await self._app.store.read(mail_answers.read, token, self._now())
        if said is None:
            return self._spent(request)
        return self._page(_asking(self._look(said.language), token, said))

    async def _answered_by_mail(self, request: Request) -> Response:
        token = request.path_params["token"]
        await self._learn()
        said: Said | None = None
        if await self._app.store.read(mail_answers.read, token, self._now()) is not None:
            said = await self._app.store.write(mail_answers.give, token, self._now())
        if said is None:
            return self._spent(request)
        return self._page(
            pages.plain(self._look(said.language), words.ANSWERED, words.ANSWERED_TEXT)
        )

    def _spent(self, request: Request) -> Response:
        """One page for all that opens nothing; whoever tries many is stopped."""
        if not self._limits.opened.take(address_of(request), self._now()):
            raise BadBody(429)
        look = self._look(self._tongue(request))
        return self._page(pages.plain(look, words.FAILED, words.NO_ANSWER), 404)


def _asking(look: pages.Look, token: str, said: Said) -> str:
    """What a mail's link would say, and the one press that says it."""
    return pages.paper(
        look,
        f'<main class="card"><h2>{look.say(words.ANSWER)}</h2>'
        f"<p>{look.say(words.when(said.starts_at, said.zone))}</p>"
        f'<form method="post" action="/svar/{escape(token)}">'
        f'<button class="primary">{look.say(words.COMINGS[said.coming])}</button></form>'
        f'<p><a href="/">{look.say(words.HOME)}</a></p></main>',
    )
