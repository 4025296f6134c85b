"""What staff wrote down by mistake is struck out: that is not the same as taken back."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.dialogue import Asking, Flow, choose, confirm
from handlers.turns import Turn
from locales import Day, Text, _, join, pgettext
from models import consent_forms, consent_recording
from models.base import require
from models.consent_forms import Written
from models.terms import ConsentAct, Mistake, Why

ACTS: dict[ConsentAct, Text] = {
    ConsentAct.REFUSED: pgettext("answer", "Nei"),
    ConsentAct.WITHDRAWN: pgettext("answer", "Tar tilbake et ja"),
}
AMOUNTS: dict[bool, Text] = {
    False: pgettext("answer", "Ja, til alt det er spurt om"),
    True: pgettext("answer", "Ja, til noe av det"),
}
MISTAKES: dict[Mistake, Text] = {
    Mistake.WRONG_PERSON: pgettext("mistake", "Det var en annen"),
    Mistake.WRONG_QUESTION: pgettext("mistake", "Det gjaldt noe annet"),
    Mistake.WRONG_ANSWER: pgettext("mistake", "Svaret er feil"),
    Mistake.TWICE: pgettext("mistake", "Det er ført to ganger"),
}


def said_in_words(act: ConsentAct, part: bool) -> Text:
    return AMOUNTS[part] if act is ConsentAct.GIVEN else ACTS[act]


@dataclass(frozen=True)
class Struck:
    case_id: int
    number: str
    reason: Mistake


def about_mistakes(turn: Turn, subject: int | None) -> tuple[int, tuple[Written, ...]]:
    found = consent_forms.written(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    require(found, Why.NOBODY)
    return subject or 0, found


def mistaken(plain: tuple[int, tuple[Written, ...]]) -> Asking[Struck | None]:
    case_id, found = plain
    number = yield from choose(
        "number", _("Hva er ført feil?"), {each.number: short(each) for each in found}
    )
    reason = yield from choose("reason", _("Hva er feil?"), MISTAKES)
    which = next(each for each in found if each.number == number)
    text = join(
        [
            _("Skal jeg stryke dette som ført feil?"),
            short(which),
            MISTAKES[reason],
            _("Da gjelder det ikke, og {name} får vite det. Det er ikke det samme som å ta tilbake "
              "et ja.", name=which.name),
        ]
    )  # fmt: skip
    sure = yield from confirm(text, yes=_("Ja, stryk det"))
    return Struck(case_id, number, reason) if sure else None


def short(each: Written) -> Text:
    return _("{name}: {answer}, {day} ({number})", name=each.name, answer=said_in_words(each.act, each.part),
             day=Day(each.given_on), number=each.number)  # fmt: skip


def strike(turn: Turn, wish: Struck) -> None:
    consent_recording.strike_out(
        turn.session, actor=turn.me, number=wish.number, reason=wish.reason, now=turn.now
    )
    turn.say("consent.held", wish.case_id)


FEIL = Flow("samtykke.feil", pgettext("flow", "Ført feil"), about_mistakes, mistaken, strike)
