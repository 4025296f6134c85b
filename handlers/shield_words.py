"""What staff are told where something is kept from the parents [58]: a line before they contact them."""

from __future__ import annotations

from datetime import date

from locales import Day, Text, _


def mark(review_on: date) -> Text:
    """On the card of a thing that is shielded."""
    return _("⚠ Skjermet for foreldrene. Ikke ta det opp med dem. Ses på igjen {day}.",
             day=Day(review_on))  # fmt: skip


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
