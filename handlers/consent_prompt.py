"""What a consent question says: as a difference against what is in force, in three lengths.

The facts (services, kinds, last day) are made from the question itself and are the same in every
length; only the words around them are longer or shorter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from handlers.approved import SELF, Length
from locales import Day, Text, _, join, list_of, pgettext, verbatim
from models.consent_receipts import Named
from models.consent_views import ConsentCard
from models.terms import ConsentState, InfoKind

KINDS: dict[InfoKind, Text] = {
    InfoKind.MEETINGS: _("når det er møter"),
    InfoKind.GOALS: _("målene"),
    InfoKind.TILTAK: _("hva som er avtalt å gjøre"),
    InfoKind.SCHOOL: _("hvordan det går på skolen"),
    InfoKind.HEALTH: _("helse"),
}
LENGTHS: dict[Length, Text] = {
    Length.SHORT: pgettext("length", "Kort"),
    Length.NORMAL: pgettext("length", "Vanlig"),
    Length.FULL: pgettext("length", "Full"),
}


def kinds_in_words(kinds: Iterable[InfoKind]) -> Text:
    told = frozenset(kinds)
    return list_of(label for kind, label in KINDS.items() if kind in told)


def who_asks(card: ConsentCard) -> Text:
    """The first time it is also how the family hears that there is a case: not before, so that who is
    to be shielded can be."""
    if card.own:
        ask = _("{name} ved {school} spør om å samarbeide om deg.", name=card.asked_by,
                school=card.school)  # fmt: skip
    else:
        ask = _("{name} ved {school} spør om å samarbeide om {ungdom}.", name=card.asked_by,
                school=card.school, ungdom=card.ungdom)  # fmt: skip
    made = [_("Det er laget en sak for dette. Du finner den med /saker.")] if card.first else []
    return join([ask, _("Det er for å gi best mulig hjelp, sammen."), *made])


def helped(card: ConsentCard) -> Text:
    """Who gets help whatever is answered: the reader, or the child."""
    return SELF if card.own else verbatim(card.ungdom)


# --- the facts -----------------------------------------------------------------------------------


def difference(card: ConsentCard, length: Length = Length.NORMAL) -> Text:
    """What a yes would change: what is new, what is not asked, what ends, until when; and that
    the rest stays as it is. Every service of the question is named, changed or not."""
    changes = card.changes
    asked = dict(card.scope)
    not_asked = dict(changes.not_asked)
    lines = []
    if changes.new:
        lines.append(_("Nytt:"))
        lines += [_gets(name, kinds, not_asked.pop(name, ())) for name, kinds in changes.new]
    if changes.ends:
        lines.append(_("Dette får de ikke vite lenger:"))
        lines += [row_of(name, kinds) for name, kinds in changes.ends]
    if again := _part(changes.as_before, asked, asked_for=True):
        lines.append(_("Som før:"))
        lines += [_gets(name, kinds, not_asked.pop(name, ())) for name, kinds in again]
    lines.append(_until(card))
    if card.everything:
        lines.append(_("Det gjelder alle som er med, og alt som står her, så lenge de er med."))
    beside = _part(changes.as_before, asked, asked_for=False)
    if beside and (card.everything or length is Length.FULL):
        lines.append(_("Dette er som før, så lenge det alt er sagt ja til:"))
        lines += [row_of(name, kinds) for name, kinds in beside]
    return join([*lines, _the_rest(card)])


def _part(rows: Named, asked: Mapping[str, Collection[InfoKind]], *, asked_for: bool) -> Named:
    """Of what somebody gets to know already, what is asked about anew, or what is not: a question's
    last day is no other yes's."""
    split = (
        (name, frozenset(k for k in kinds if (k in asked.get(name, ())) == asked_for))
        for name, kinds in rows
    )
    return tuple((name, kinds) for name, kinds in split if kinds)


def _gets(name: str, kinds: Iterable[InfoKind], not_asked: Iterable[InfoKind]) -> Text:
    if not not_asked:
        return row_of(name, kinds)
    return _("• {service}: {kinds}. Ikke: {others}.", service=name, kinds=kinds_in_words(kinds),
             others=kinds_in_words(not_asked))  # fmt: skip


def row_of(name: str, kinds: Iterable[InfoKind]) -> Text:
    return _("• {service}: {kinds}", service=name, kinds=kinds_in_words(kinds))


def until_line(day: date) -> Text:
    return _("Gjelder til og med {day}.", day=Day(day, year=True))


def _until(card: ConsentCard) -> Text:
    before = card.changes.until_before
    if before is None:
        return until_line(card.until)
    return _("Gjelder til og med {day}. Nå gjelder det til og med {before}.",
             day=Day(card.until, year=True), before=Day(before, year=True))  # fmt: skip


def _the_rest(card: ConsentCard) -> Text:
    if card.changes.as_before:
        return _("Alt annet er som før.")
    return _("Ellers deles ingenting.")


def agreed(card: ConsentCard) -> Text:
    """What was asked, or the part of it that the reader has said yes to; once it is in force, what
    is shared of that and what is not."""
    named: Named = card.said_yes_to or card.scope
    unshared = {name: frozenset(kinds) for name, kinds in card.not_shared}
    shared = [(name, kinds - unshared.get(name, frozenset())) for name, kinds in named]
    rows = [row_of(name, kinds) for name, kinds in shared if kinds]
    if card.everything:
        lines = [_("Alle som er med, får vite alt som står her, så lenge de er med.")]
    else:
        lines = [_("Disse får vite noe, og bare dette:")] if rows else []
    lines += rows
    if unshared:
        lines.append(_("Dette har du sagt ja til, men det deles ikke nå:"))
        lines += [row_of(name, kinds) for name, kinds in unshared.items()]
    if card.left_out:
        lines.append(_("Dette har du tatt ut av det:"))
        lines += [row_of(name, kinds) for name, kinds in card.left_out]
    lines.append(until_line(card.until))
    return join(lines)


def divisible(card: ConsentCard) -> bool:
    """Whether one could say yes to less than all of it."""
    return len(card.scope) > 1 or any(len(kinds) > 1 for _name, kinds in card.scope)


def holding_on(card: ConsentCard) -> Text | None:
    """What an unanswered question leaves as it is."""
    if not card.older_in_force or card.state is ConsentState.REFUSED:
        return None
    return _("Det dere har sagt ja til før, gjelder som nå til alle har svart ja.")


# --- the answers ---------------------------------------------------------------------------------


def consequences(card: ConsentCard) -> Text | None:
    """What each answer leads to, a line each; of those that are open now."""
    lines = []
    if card.may_answer:
        lines.append(_("Ja: det begynner når alle som må, har sagt ja."))
        lines.append(
            _("Nei: det blir som det er nå. Hjelpen fortsetter likevel.")
            if card.older_in_force or card.changes.as_before
            else _("Nei: dette deles ikke. Hjelpen fortsetter likevel.")
        )
    if card.may_talk and card.state is not ConsentState.TALK_FIRST:
        line = _("Snakk med meg først: {name} tar kontakt. Ingenting er bestemt før du svarer.",
                 name=verbatim(card.asked_by))  # fmt: skip
        lines.append(
            line
            if card.may_answer
            else _("Snakk med meg om dette: {name} tar kontakt.", name=card.asked_by)
        )
    return join(lines) if lines else None
