"""A concern as its receiver reads it. Whom it is about is not said in Telegram [52]."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from handlers.concern_words import (
    DISCUSSED_WITH,
    LASTED,
    NOTICED,
    OUTCOMES,
    STATES,
    TALKED,
    WORRIES,
)
from handlers.turns import Button, Message, Reading, Rows
from locales import Day, Text, _, join, list_of, plural
from models import concern_views
from models.concern_views import Raised, Received
from models.concerns import Raising
from models.terms import ConcernOutcome, ConcernState

T = TypeVar("T", Raised, Received)


def without_name(reading: Reading, seen: T) -> T:
    """In Telegram a concern names nobody."""
    return replace(seen, named=None) if reading.contact.channel == "telegram" else seen


def side_by_side(words: Iterable[Text]) -> Text:
    """What stood on buttons."""
    return join(list(words), " · ")


def what_lines(said: Raising | Raised) -> list[Text]:
    """What was seen, in the order in which it was asked."""
    lines = [
        _("Begynte: {day}", day=Day(said.arose_on)),
        WORRIES[said.worry],
        _("Sett eller hørt: {what}", what=side_by_side(NOTICED[each] for each in said.noticed)),
        _("Varighet: {what}", what=side_by_side(LASTED[each] for each in said.lasted)),
    ]
    if said.named:
        lines.append(_("Gjelder: {words}", words=said.named))
    if said.words:
        lines.append(_("«{words}»", words=said.words))
    return lines


def received_card(reading: Reading) -> Message:
    seen = concern_views.for_receiver(
        reading.session, actor=reading.reader, concern_id=reading.subject, now=reading.now
    )
    shown = without_name(reading, seen)
    parts = [join([*_head(seen), *_whose(seen, shown)]), join(what_lines(shown))]
    if seen.state in (ConcernState.SHARED, ConcernState.DECIDED) and seen.discussed:
        parts.append(join(_talked(seen)))
    if seen.review_on is not None:
        parts.append(_("Skjermet for foreldrene. Ses på igjen {day}.", day=Day(seen.review_on)))
    if seen.state is ConcernState.DECIDED:
        parts.append(join(_decided(seen)))
    return Message(join(parts, "\n\n"), buttons=_actions(seen))


def _head(seen: Received) -> list[Text]:
    lines = [_("{ref}: {state}", ref=seen.reference, state=STATES[seen.state])]
    if seen.state is ConcernState.DECIDED:
        return lines
    if seen.raised_late:
        lines.append(
            _("Den er meldt etter at fristen var gått ut. Bestem så snart dere har snakket "
              "sammen.")
        )  # fmt: skip
    elif seen.overdue:
        lines.append(
            _("⚠ Fristen for å bestemme gikk ut {day}. Hva trengs for å komme videre?",
              day=Day(seen.decide_by))
        )  # fmt: skip
    else:
        lines.append(_("Bestem hva som skal skje, senest {day}.", day=Day(seen.decide_by)))
    return lines


def _whose(seen: Received, shown: Received) -> list[Text]:
    lines = [_("Sagt fra av {name}, {unit}", name=seen.raiser, unit=seen.unit)]
    if seen.state is ConcernState.DECIDED:
        return lines
    if seen.named and shown.named is None:
        lines.append(_("Hvem det gjelder, står bare på nettsiden. Eller spør den som sa fra."))
    elif not seen.named:
        lines.append(_("Ta kontakt og spør hvem det gjelder."))
    return lines


def _talked(seen: Received) -> list[Text]:
    who = list_of(DISCUSSED_WITH[each] for each in seen.discussed)
    lines = [_("Drøftet med: {who}", who=who)]
    if seen.youth is not None and seen.parents is not None:
        lines.append(_("Snakket med ungdommen? {answer}", answer=TALKED[seen.youth]))
        lines.append(_("Snakket med foreldrene? {answer}", answer=TALKED[seen.parents]))
    if seen.notes:
        lines.append(_("«{words}»", words=seen.notes))
    return lines


def _decided(seen: Received) -> list[Text]:
    assert seen.outcome is not None  # noqa: S101 - it is decided
    lines = [_("Bestemt: {outcome}", outcome=OUTCOMES[seen.outcome])]
    if seen.reason:
        lines.append(_("Begrunnelse: {words}", words=seen.reason))
    if seen.ungdom:
        lines.append(_("Ungdom: {name}", name=seen.ungdom))
    if seen.others:
        lines.append(
            plural("Det er sagt fra {n} gang til om samme elev.",
                   "Det er sagt fra {n} ganger til om samme elev.", seen.others)
        )  # fmt: skip
    if seen.outcome is ConcernOutcome.CARE:
        lines += [
            _("Jeg har ikke sendt noe til noen. Det du eventuelt melder, melder du selv."),
            _("Har du meldt fra? Det skrives ikke her."),
        ]
    return lines


def _actions(seen: Received) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if seen.state is ConcernState.RAISED:
        rows.append((Button(_("Ta imot"), "concern.receive", seen.id),))
    elif seen.state is not ConcernState.DECIDED:
        again = seen.state is ConcernState.SHARED
        label = _("Drøft på nytt") if again else _("Del og drøft")
        rows.append((Button(label, "flow:bekymring.drofting", seen.id),))
    if seen.state is not ConcernState.DECIDED:
        rows.append((Button(_("Bestem hva som skal skje"), "flow:bekymring.avgjor", seen.id),))
    if seen.state in (ConcernState.RECEIVED, ConcernState.SHARED):
        hide = _("Ikke skjerm lenger") if seen.review_on else _("Skjerm for foreldrene")
        rows.append((Button(hide, "flow:bekymring.skjerm", seen.id),))
    if seen.case_id is not None and seen.ungdom:
        rows.append((Button(_("Nivå"), "level.show", seen.case_id),))
    rows.append((Button(_("Taushetsplikt og plikter"), "concern.guide"),))
    rows.append((Button(_("‹ Tilbake"), "concern.desk"),))
    return tuple(rows)
