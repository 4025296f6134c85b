"""Help at once: fixed numbers, without a case fact or a look-up, so it works when all else fails.

Numbers are data with the day they were last checked against their sources (DOMAIN section 7). The
municipality checks each again in the chat (`handlers/help_lines`), and until when that holds is
learnt now and then, so that nothing is looked up when a card is shown. The three emergency numbers
are shown even when the others have lapsed (helpline_reverify).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from locales import Text, _, join, pgettext, say, verbatim

REVERIFY = timedelta(days=90)


@dataclass(frozen=True)
class HelpLine:
    number: str
    what: Text
    checked_on: date
    always: bool = False  # shown whatever its age


LINES = (
    HelpLine("113", _("medisinsk nødhjelp, når liv er i fare"), date(2026, 11, 21), always=True),
    HelpLine("112", _("politiet, når noen er i fare nå"), date(2026, 11, 21), always=True),
    HelpLine("116 117", _("legevakten, når det haster"), date(2026, 11, 21), always=True),
    HelpLine("116 111", _("Alarmtelefonen for barn og unge, hele døgnet"), date(2026, 11, 21)),
    HelpLine("116 123", _("Mental Helse, hele døgnet"), date(2026, 11, 21)),
    HelpLine("22 40 00 40", _("Kirkens SOS, hele døgnet"), date(2026, 11, 21)),
    HelpLine("ung.no/hjelp", _("oversikt over steder som hjelper unge"), date(2026, 11, 21)),
)

FOR_ADULTS = HelpLine(
    "plikt.no", _("om plikten til å avverge, for voksne som er i tvil"), date(2026, 11, 21)
)
SHIPPED: dict[str, date] = {each.number: each.checked_on for each in (*LINES, FOR_ADULTS)}
"""Every number that is to be checked again, and when it was before anybody here had."""

_expires_on: dict[str, date] = {}
"""What was last learnt of the store; empty when there was none yet, and then the shipped days hold."""


def learn(expires_on: Mapping[str, date]) -> None:
    """The last day on which each number is shown, as the municipality has checked them."""
    _expires_on.clear()
    _expires_on.update(expires_on)


def is_good(line: HelpLine, today: date) -> bool:
    return line.always or today <= _expires_on.get(line.number, line.checked_on + REVERIFY)


LABEL = pgettext("button", "Hjelp nå")
"""The fixed button; its words in any offered language are heard before anything else."""


def card(language: str, today: date, *, unasked: bool = False) -> str:
    """The help card in words, ready to send. Lapsed numbers are left out, never shown as sure.

    `unasked`: somebody wrote of danger without asking for it; then it says where it comes from, so
    that nobody believes that a person has read the words. It values nothing that was said.
    """
    good = [h for h in LINES if is_good(h, today)]
    alarm = _("Er det fare for liv? Ring 113 nå. Er noen i fare? Ring 112.")
    parts = [
        join([alarm, _("Her er det noen å snakke med:")]),
        join([join([verbatim(h.number), h.what], " – ") for h in good]),
        _("Ingen leser denne chatten fortløpende. Ring, eller snakk med en voksen du stoler på."),
    ]
    if unasked:
        parts.append(_adults(today))
        parts.append(_("Dette kom av seg selv, fra et program. Ble det feil, gjør det ingenting."))
    return say(join(parts, "\n\n"), language)


def _adults(today: date) -> Text:
    """For a parent, and for who is at work. Said to everybody: who writes is not looked up."""
    same = _("Er du voksen, og skriver du om et barn? Ring de samme numrene.")
    if not is_good(FOR_ADULTS, today):
        return same
    return join([same, join([verbatim(FOR_ADULTS.number), FOR_ADULTS.what], " – ")])
