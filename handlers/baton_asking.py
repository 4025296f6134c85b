"""The baton as the family sees it [29, 31]: who holds it, and whom they would like; also as staff write
it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers import baton_words as words
from handlers import case_cards
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import _, join, pgettext, verbatim
from models import baton_family, baton_told, baton_views, handing_on
from models.baton_told import Question
from models.terms import HolderWish

# --- the family ----------------------------------------------------------------------------------


def show_who(turn: Turn, subject: int, version: int) -> None:
    baton_views.who(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("baton.who", subject)


def who_card(reading: Reading) -> Message:
    seen = _who(reading)
    level = (Button(_("Nivå"), "level.show", reading.subject),)
    return Message(words.face(seen), (level, *case_cards.back(reading, reading.subject)))


def _who(reading: Reading) -> baton_views.Who:
    return baton_views.who(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def _question(reading: Reading) -> Question:
    return baton_told.question(
        reading.session, actor=reading.reader, wish_id=reading.subject, now=reading.now
    )


def show_question(turn: Turn, subject: int, version: int) -> None:
    baton_told.question(turn.session, actor=turn.me, wish_id=subject, now=turn.now)
    turn.show("baton.question", subject)


def question_card(reading: Reading) -> Message:
    asked = _question(reading)
    if not asked.open:
        return Message(
            _("Takk. Dette er det spurt ferdig om nå. {name} holder stafettpinnen.",
              name=asked.holder)
        )  # fmt: skip
    rows = (
        (Button(words.WISHES[HolderWish.SOMEBODY], "flow:baton.onske", asked.wish_id),),
        *(
            (Button(words.WISHES[each], "baton.say", asked.wish_id, _SAID.index(each)),)
            for each in _SAID
        ),
    )
    return Message(words.question(asked), buttons=rows)


_SAID = (HolderWish.NO_OPINION, HolderWish.TALK)


def say(turn: Turn, subject: int, version: int) -> None:
    baton_family.answer(
        turn.session, actor=turn.me, wish_id=subject, said=_SAID[version % len(_SAID)],
        now=turn.now,
    )  # fmt: skip
    turn.toast("baton.heard")
    turn.show("baton.question", subject)


@dataclass(frozen=True)
class Wished:
    wish_id: int
    said: HolderWish
    words: str | None


def about_wishing(turn: Turn, subject: int | None) -> Question:
    return baton_told.question(turn.session, actor=turn.me, wish_id=subject or 0, now=turn.now)


def wishing(asked: Question) -> Asking[Wished | None]:
    whom = yield from ask_words("who", _("Hvem vil du gjerne ha, og hvorfor om du vil si det?"))
    sure = yield from confirm(
        join(
            [_("Skal jeg si dette til {name}?", name=asked.holder), verbatim(whom or "")], "\n\n"
        ),
        yes=_("Ja, si det"),
    )
    return Wished(asked.wish_id, HolderWish.SOMEBODY, whom) if sure else None


def wished(turn: Turn, wish: Wished) -> None:
    baton_family.answer(
        turn.session, actor=turn.me, wish_id=wish.wish_id, said=wish.said, words=wish.words,
        now=turn.now,
    )  # fmt: skip
    turn.say("baton.question", wish.wish_id)


def about_aloud(turn: Turn, subject: int | None) -> baton_views.Heard:
    return baton_views.heard(turn.session, actor=turn.me, wish_id=subject or 0, now=turn.now)


def aloud(heard: baton_views.Heard) -> Asking[Wished | None]:
    answer = yield from choose("said", _("Hva sa {name}?", name=heard.name), words.WISHES)
    own = None
    if answer is HolderWish.SOMEBODY:
        own = yield from ask_words("words", _("Hvem vil {name} gjerne ha?", name=heard.name))
    lines = [_("Skal jeg skrive ned at {name} sa dette?", name=heard.name), words.WISHES[answer]]
    lines += [verbatim(own)] if own else []
    sure = yield from confirm(join(lines), yes=_("Ja, skriv det ned"))
    return Wished(heard.wish_id, answer, own) if sure else None


def noted(turn: Turn, wish: Wished) -> None:
    made = baton_family.said_aloud(
        turn.session, actor=turn.me, wish_id=wish.wish_id, said=wish.said, words=wish.words,
        now=turn.now,
    )  # fmt: skip
    turn.say("baton.card", made.case_id)


# --- tables --------------------------------------------------------------------------------------


FLOWS: tuple[Flow[Any], ...] = (
    Flow(
        "baton.onske", pgettext("flow", "Hvem jeg gjerne vil ha"), about_wishing, wishing, wished
    ),
    Flow("baton.aloud", pgettext("flow", "Skriv ned et svar"), about_aloud, aloud, noted),
)
BUTTONS = {"baton.who": show_who, "baton.wish": show_question, "baton.say": say}
NOTICES = {
    "baton.who": who_card,
    "baton.question": question_card,
    baton_family.ASKED: push(WAITS, "baton.wish", lambda r: _question(r).open),
    handing_on.CHANGED: push(NEWS, "baton.who", _who),
}
