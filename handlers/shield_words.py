"""What staff are told where something is kept from the parents [58]: a line before they contact them."""

from __future__ import annotations

from datetime import date

from locales import Day, Text, _


def mark(review_on: date) -> Text:
    """On the card of a thing that is shielded."""
    return _("⚠ Skjermet for foreldrene. Ikke ta det opp med dem. Ses på igjen {day}.",
             day=Day(review_on))  # fmt: skip


def before_parents(ungdom: str, *, careful: bool, shields: bool) -> list[Text]:
    """Before staff reach a parent: what the youth keeps from them [49], and what staff do [58]."""
    found = []
    if careful:
        found.append(_("⚠ {ungdom} vil ikke at foreldrene får vite alt. Snakk med {ungdom} før du "
                       "sier noe til dem.", ungdom=ungdom))  # fmt: skip
    if shields:
        found.append(_("⚠ Noe her er skjermet for foreldrene. Se hva under Skjerming før du "
                       "snakker med dem."))  # fmt: skip
    return found


def why_asked(shielded: date | None) -> Text:
    """The question for a reason that the family can read, or the youth alone."""
    if shielded:
        return _("Hvorfor? Ungdommen kan lese det. Det er skjermet for foreldrene.")
    return _("Hvorfor? Ungdommen og foresatte kan lese det.")


def told(shielded: date | None) -> Text:
    """Who hears what was decided."""
    if shielded:
        return _("Ungdommen får beskjed, ikke foreldrene.")
    return _("Ungdommen og foresatte får beskjed.")
