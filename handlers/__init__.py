"""What is said: one file per thing a person comes to do. This is the table of contents.

FLOWS are conversations, COMMANDS what can be typed, BUTTONS what can be pressed on a notice or a
card, NOTICES how a promise is put into words, TOASTS the short answers to a press.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from handlers import (
    consent,
    consent_news,
    conversing,
    desk,
    evaluation,
    joining,
    los_desk,
    meetings,
    menu,
    not_reached,
    request_los,
    stafett,
    tiltak,
)
from handlers.dialogue import Flow
from handlers.turns import Command, Compose, Message, Press, Reading
from locales import LANGUAGES, Text, _, say
from models.terms import Why

T = TypeVar("T")


def _together(parts: Iterable[Mapping[str, T]]) -> dict[str, T]:
    """One table of many. The same entry may be listed twice; two under one name may not."""
    table: dict[str, T] = {}
    for part in parts:
        for name, entry in part.items():
            if table.setdefault(name, entry) is not entry:
                raise ValueError(f"two entries are called {name!r}")
    return table


_FLOWS: tuple[tuple[Flow[Any], ...], ...] = (
    request_los.FLOWS,  # ask for a los; get in touch; take a request back
    joining.FLOWS,  # staff invite
    desk.FLOWS,  # the rektor decides, the los answers
    stafett.FLOWS,  # open a case, ask for consent, let people take part
    meetings.FLOWS,  # plan and move a meeting
    tiltak.FLOWS,  # plan a tiltak
    evaluation.FLOWS,  # evaluate one, in the youth's own words too
)
FLOWS: dict[str, Flow[Any]] = _together({f.name: f for f in flows} for flows in _FLOWS)

COMMANDS: dict[str, Command] = _together(
    (
        menu.COMMANDS,  # start, settings, language, privacy, my data, cancel
        request_los.COMMANDS,  # what a los is; what I have asked for
        desk.COMMANDS,  # the queue; the los's own youths
        stafett.COMMANDS,  # my cases
        consent.COMMANDS,  # who gets to know what; stop
        meetings.COMMANDS,
        tiltak.COMMANDS,
        evaluation.COMMANDS,
    )
)

FLOW_COMMANDS: dict[str, str] = {"los": "los", "kontakt": "kontakt", "inviter": "inviter"}
"""Commands that open a flow."""

BUTTONS: dict[str, Press] = _together(
    (
        menu.BUTTONS,
        request_los.BUTTONS,
        joining.BUTTONS,
        desk.BUTTONS,
        los_desk.BUTTONS,
        stafett.BUTTONS,
        consent.BUTTONS,
        consent_news.BUTTONS,
        meetings.BUTTONS,
        tiltak.BUTTONS,
        evaluation.BUTTONS,
        not_reached.BUTTONS,
    )
)

NOTICES: dict[str, Compose] = _together(
    (
        menu.NOTICES,
        conversing.NOTICES,
        request_los.NOTICES,
        joining.NOTICES,
        desk.NOTICES,
        los_desk.NOTICES,
        stafett.NOTICES,
        consent.NOTICES,
        consent_news.NOTICES,
        meetings.NOTICES,
        tiltak.NOTICES,
        evaluation.NOTICES,
        not_reached.NOTICES,
    )
)

TOASTS: dict[str, Text] = _together(
    (
        menu.TOASTS,
        conversing.TOASTS,
        request_los.TOASTS,
        joining.TOASTS,
        desk.TOASTS,
        los_desk.TOASTS,
        consent.TOASTS,
        meetings.TOASTS,
        evaluation.TOASTS,
    )
)

WHYS: dict[Why, Text] = {
    Why.ABSENT: _("Dette finnes ikke, eller er ikke åpent for deg."),
    Why.STALE: _("Dette er endret siden. Åpne det på nytt."),
    Why.EXPIRED: _("Dette er ikke åpent lenger."),
    Why.NOT_CONFIRMED: _("Det kan du gjøre når kommunen har bekreftet hvem du er."),
    Why.ALREADY_OPEN: _("Dette er allerede i gang."),
    Why.TOO_MANY: _("Det er nok for i dag. Haster det, ring skolen eller trykk Hjelp nå."),
    Why.NOT_IN_STATE: _("Det går ikke nå."),
    Why.CONSENT_MISSING: _("Det mangler et gyldig samtykke til dette."),
    Why.TEXT_NOT_APPROVED: _("Teksten er ikke godkjent på språket ditt ennå. Noen tar kontakt."),
    Why.PAST: _("Tidspunktet er passert. Velg et som kommer."),
    Why.NOBODY: _("Det er ingen å velge her."),
    Why.TOO_LONG: _("Det ble litt langt."),
    Why.OUTSIDE_TARGET: _("Losen er ikke for den alderen her. Skolen hjelper deg videre."),
    Why.WORDS_REQUIRED: _("Skriv det med noen ord."),
    Why.NO_SUCH_TIME: _("Det klokkeslettet finnes ikke den dagen."),
    Why.DATE_REQUIRED: _("Velg neste dato, eller avslutt."),
}
"""Words for every refusal; none tells more than the person may know."""

MENU_WORDS: dict[str, str] = {
    say(label, language).casefold(): command
    for command, label in menu.MENU.items()
    for language in LANGUAGES
}

unreachable = not_reached.tell


def command_of(words: str) -> str | None:
    """The command that words of the menu, or exact words for stopping, stand for."""
    folded = words.casefold().strip(" .!")
    return "stopp" if folded in consent.STOP_WORDS else MENU_WORDS.get(folded)


def resembles_stopping(words: str) -> bool:
    """Whether words that were not understood may have meant to stop: they are told they did not."""
    return any(word.startswith(consent.LIKE_STOPPING) for word in words.casefold().split())


def compose(reading: Reading, kind: str) -> Message | None:
    """Put a promise into words, or None when it is moot by now. May raise Refused."""
    if kind == "question":
        return conversing.compose_question(reading, FLOWS)
    if kind == "why":
        return Message(WHYS[Why(reading.params["why"])])
    return NOTICES[kind](reading)


def toast(words: str) -> Text | None:
    """The words of a toast: a named refusal, a named done, or none."""
    if words.startswith("why."):
        return WHYS[Why(words[4:])]
    return TOASTS.get(words)
