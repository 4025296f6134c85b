"""'Yes, but not everything': a yes to some of the services asked about, and to some of the kinds.

Nothing is chosen beforehand. The last question repeats all of it together with the approved words,
and a press on it is a press under exactly those: its button carries their stamp. It is also how a
yes is narrowed, or widened again up to what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handlers.approved import Length, lengths, told_to
from handlers.consent_card import stamp, words_seen
from handlers.consent_prompt import divisible, helped, kinds_in_words, row_of, until_line
from handlers.dialogue import Asking, Flow, several
from handlers.questions import choosing
from handlers.turns import Turn
from locales import Text, _, join, pgettext, verbatim
from models import consent_views, consents
from models.base import require
from models.consent_rules import Kinds
from models.terms import InfoKind, Why

MOST_APART = 4
"""Services about which kinds are chosen one by one; for more, once for all of them."""


@dataclass(frozen=True)
class Form:
    question_id: int
    names: Mapping[int, str]
    asked: Mapping[int, Kinds]
    until: date
    words: Text
    stamp: int


@dataclass(frozen=True)
class Part:
    question_id: int
    scope: Mapping[int, Kinds]
    stamp: int


def about(turn: Turn, subject: int | None) -> Form:
    card = consent_views.card(turn.session, actor=turn.me, question_id=subject or 0, now=turn.now)
    require(card.question_id == subject, Why.STALE)
    require(card.may_answer or card.may_change, Why.EXPIRED)
    require(divisible(card), Why.ABSENT)
    language = turn.me.language
    approved = lengths(turn.session, card.text_key, language)
    require(approved, Why.TEXT_NOT_APPROVED)
    length = Length.SHORT if Length.SHORT in approved else Length.NORMAL
    words = told_to(card.text_key, length, helped(card))
    assert words is not None  # noqa: S101 - approved just above
    return Form(
        question_id=card.question_id,
        names=dict(zip(card.units, (name for name, _kinds in card.scope), strict=True)),
        asked=dict(zip(card.units, (kinds for _name, kinds in card.scope), strict=True)),
        until=card.until,
        words=words,
        stamp=stamp(card, language, length),
    )


def talk(form: Form) -> Asking[Part | None]:
    units = yield from several(
        "units",
        _("Hvem sier du ja til? Velg bare dem du vil."),
        {unit: verbatim(name) for unit, name in form.names.items()},
    )
    scope: dict[int, Kinds] = {}
    if len(units) > MOST_APART:
        every = frozenset().union(*(form.asked[unit] for unit in units))
        chosen = yield from _kinds("kinds", _("Hva kan de få vite?"), every)
        scope = {unit: form.asked[unit] & chosen for unit in units}
    else:
        for unit in units:
            text = _("Hva kan {service} få vite?", service=form.names[unit])
            scope[unit] = yield from _kinds(f"kinds.{unit}", text, form.asked[unit])
    scope = {unit: kinds for unit, kinds in scope.items() if kinds}
    # The stamp among the keys: with other words, or something answered since, it is asked anew.
    sure = yield choosing(
        "confirm", _repeated(form, scope),
        {form.stamp: _("Ja, til dette"), 0: _("Nei, avbryt")}, 1, ask_single=True,
    )  # fmt: skip
    return Part(form.question_id, scope, form.stamp) if sure else None


def _kinds(name: str, text: Text, asked: Kinds) -> Asking[Kinds]:
    options = {kind: kinds_in_words([kind]) for kind in InfoKind if kind in asked}
    if len(options) == 1:
        return asked
    chosen = yield from several(name, text, options)
    return frozenset(chosen)


def _repeated(form: Form, scope: Mapping[int, Kinds]) -> Text:
    left = {unit: kinds - scope.get(unit, frozenset()) for unit, kinds in form.asked.items()}
    lines = [_("Du sier ja til dette:")]
    lines += [row_of(form.names[unit], kinds) for unit, kinds in scope.items()]
    if any(left.values()):
        lines.append(_("Du sier ikke ja til dette:"))
        lines += [row_of(form.names[unit], kinds) for unit, kinds in left.items() if kinds]
    lines.append(until_line(form.until))
    lines.append(_("Bare det alle som må, har sagt ja til, deles."))
    return join([join(lines), form.words, _("Skal jeg lagre svaret?")], "\n\n")


def given(turn: Turn, part: Part) -> None:
    card = consent_views.card(
        turn.session, actor=turn.me, question_id=part.question_id, now=turn.now
    )
    question = consents.find(turn.session, part.question_id)
    approved = lengths(turn.session, card.text_key, turn.me.language)
    words = words_seen(card, approved, turn.me.language, part.stamp)
    require(question is not None and words is not None, Why.STALE)
    assert question is not None and words is not None  # noqa: S101, PT018 - required above
    consents.give(
        turn.session, actor=turn.me, question=question, text_hash=words,
        language=turn.me.language, now=turn.now, occasion=turn.occasion, scope=dict(part.scope),
    )  # fmt: skip
    turn.say("consent.card", part.question_id)


FLOW = Flow(
    "samtykke.del", pgettext("flow", "Ja, men ikke alt"), about, talk, given, home="consent.show"
)
FLOWS = (FLOW,)
