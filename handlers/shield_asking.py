"""What is asked before something is kept from the parents: why, and when somebody looks at it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handlers.dialogue import Asking, ask_words, choose
from locales import Day, Text, _, plural, verbatim
from models.shielded import Shield


def ask_why(days: Mapping[date, int]) -> Asking[Shield]:
    """The reason, and the day: a date is an option, so that what was confirmed is what is kept."""
    reason = yield from ask_words(
        "reason",
        _("Hvorfor skal foreldrene ikke vite det? Skriv det kort. Bare den som er stafettholder, "
          "leser det her. Det går i arkivet."),
    )  # fmt: skip
    options = {
        day.isoformat(): plural("Om {n} uke: {day}", "Om {n} uker: {day}", weeks, day=Day(day))
        for day, weeks in days.items()
    }
    review = yield from choose("review", _("Når skal du se på det igjen?"), options)
    return Shield(reason or "", date.fromisoformat(review))


def repeated(wanted: Shield) -> list[Text]:
    return [
        _("Grunn: {reason}", reason=verbatim(wanted.reason)),
        _("Ses på igjen: {day}", day=Day(wanted.review_on)),
    ]
