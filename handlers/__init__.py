"""What is said: one file per thing a person comes to do. This is the table of contents.

FLOWS are conversations, COMMANDS what can be typed, BUTTONS what can be pressed on a notice or a
card, NOTICES how a promise is put into words, TOASTS the short answers to a press.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from handlers import (
    access_log,
    agenda,
    baton,
    break_cards,
    case_meetings,
    checking,
    closing,
    concern,
    consent,
    consent_adjust,
    consent_everything,
    consent_news,
    consent_own,
    consent_part,
    consent_preview,
    consent_written,
    conversing,
    desk,
    discreet,
    erasing,
    evaluation,
    friday,
    help_lines,
    is_it_right,
    joining,
    keypad,
    level,
    linking,
    log,
    logged_in,
    los_desk,
    los_hours,
    mail,
    meetings,
    menu,
    minutes,
    municipality,
    my_data,
    not_reached,
    overview,
    preparing,
    proposals,
    rehearsal,
    request_los,
    restored,
    services,
    services_office,
    shielding,
    stafett,
    standing,
    stopping,
    talks,
    tiltak,
    youth_asked,
)
from handlers.dialogue import Flow
from handlers.questions import means_yes
from handlers.stopping import Stopping
from handlers.turns import Command, Compose, Message, Press, Reading, Turn
from locales import LANGUAGES, Text, _, say
from models import unreached
from models.base import Refused
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
    baton.FLOWS,  # who holds the baton: ask the family, hand over, take over
    consent_everything.FLOWS,  # ask whether all may know everything
    consent_written.FLOWS,  # what was answered aloud or on paper; strike out a mistake
    consent_part.FLOWS,  # say yes to some of what is asked
    meetings.FLOWS,  # plan and move a meeting
    proposals.FLOWS,  # find a time that suits
    agenda.FLOWS,  # what a meeting is to be about
    preparing.FLOWS,  # three taps before it, for the youth alone
    minutes.FLOWS,  # how it went, what was agreed, what follows
    talks.FLOWS,  # a talk with the youth between meetings
    standing.FLOWS,  # standing meetings of clubs and schools
    tiltak.FLOWS,  # plan a tiltak
    evaluation.FLOWS,  # evaluate one, in the youth's own words too
    is_it_right.FLOWS,  # put right what was written, add to it
    log.FLOWS,  # write in the stafettlogg
    shielding.FLOWS,  # keep something from the parents, or no longer
    closing.FLOWS,  # close a case
    concern.FLOWS,  # say that one is worried; what the school does with that
    level.FLOWS,  # move a case to another level; ask for help
    my_data.FLOWS,  # what we know of you, as a file
    erasing.FLOWS,  # leave
    access_log.FLOWS,  # say why one looked
    mail.FLOWS,  # have notices by e-mail
    los_hours.FLOWS,  # when a los can be met
    services_office.FLOWS,  # the directory of services
    municipality.FLOWS,  # the administrator: units, staff, rules, texts
)
FLOWS: dict[str, Flow[Any]] = _together({f.name: f for f in flows} for flows in _FLOWS)

COMMANDS: dict[str, Command] = _together(
    (
        menu.COMMANDS,  # start, settings, language, privacy, cancel
        request_los.COMMANDS,  # what a los is; what I have asked for
        desk.COMMANDS,  # the queue; the los's own youths
        concern.COMMANDS,  # staff are worried about somebody
        stafett.COMMANDS,  # my cases
        baton.COMMANDS,  # the batons at the rektor's school
        consent.COMMANDS,  # who gets to know what; stop
        meetings.COMMANDS,
        standing.COMMANDS,
        tiltak.COMMANDS,
        evaluation.COMMANDS,
        checking.COMMANDS,  # is a receipt genuine
        access_log.COMMANDS,  # who has looked
        my_data.COMMANDS,
        erasing.COMMANDS,
        discreet.COMMANDS,  # hide everything
        break_cards.COMMANDS,  # what I owe, with days
        services.COMMANDS,  # who helps with what
        services_office.COMMANDS,
        help_lines.COMMANDS,
        overview.COMMANDS,  # numbers for leaders
        *municipality.tables("COMMANDS"),  # the municipality's own work
    )
)

FLOW_COMMANDS: dict[str, str] = {
    "los": "los",
    "kontakt": "kontakt",
    "contact": "kontakt",
    "inviter": "inviter",
    "invite": "inviter",
}
"""Commands that open a flow."""

BUTTONS: dict[str, Press] = _together(
    (
        menu.BUTTONS,
        request_los.BUTTONS,
        joining.BUTTONS,
        linking.BUTTONS,
        logged_in.BUTTONS,
        desk.BUTTONS,
        los_desk.BUTTONS,
        stafett.BUTTONS,
        baton.BUTTONS,
        consent.BUTTONS,
        consent_adjust.BUTTONS,
        consent_preview.BUTTONS,
        consent_written.BUTTONS,
        consent_news.BUTTONS,
        consent_own.BUTTONS,
        meetings.BUTTONS,
        case_meetings.BUTTONS,
        proposals.BUTTONS,
        agenda.BUTTONS,
        preparing.BUTTONS,
        minutes.BUTTONS,
        talks.BUTTONS,
        standing.BUTTONS,
        tiltak.BUTTONS,
        evaluation.BUTTONS,
        is_it_right.BUTTONS,
        log.BUTTONS,
        shielding.BUTTONS,
        not_reached.BUTTONS,
        closing.BUTTONS,
        concern.BUTTONS,
        level.BUTTONS,
        access_log.BUTTONS,
        my_data.BUTTONS,
        discreet.BUTTONS,
        keypad.BUTTONS,
        mail.BUTTONS,
        break_cards.BUTTONS,
        friday.BUTTONS,
        los_hours.BUTTONS,
        services.BUTTONS,
        services_office.BUTTONS,
        help_lines.BUTTONS,
        overview.BUTTONS,
        *municipality.tables("BUTTONS"),
    )
)

NOTICES: dict[str, Compose] = _together(
    (
        menu.NOTICES,
        conversing.NOTICES,
        request_los.NOTICES,
        joining.NOTICES,
        linking.NOTICES,
        logged_in.NOTICES,
        desk.NOTICES,
        los_desk.NOTICES,
        stafett.NOTICES,
        baton.NOTICES,
        consent.NOTICES,
        consent_adjust.NOTICES,
        consent_preview.NOTICES,
        consent_written.NOTICES,
        consent_news.NOTICES,
        consent_own.NOTICES,
        meetings.NOTICES,
        case_meetings.NOTICES,
        proposals.NOTICES,
        agenda.NOTICES,
        preparing.NOTICES,
        minutes.NOTICES,
        talks.NOTICES,
        standing.NOTICES,
        tiltak.NOTICES,
        evaluation.NOTICES,
        is_it_right.NOTICES,
        log.NOTICES,
        shielding.NOTICES,
        not_reached.NOTICES,
        restored.NOTICES,
        closing.NOTICES,
        concern.NOTICES,
        level.NOTICES,
        checking.NOTICES,
        access_log.NOTICES,
        my_data.NOTICES,
        erasing.NOTICES,
        discreet.NOTICES,
        keypad.NOTICES,
        mail.NOTICES,
        break_cards.NOTICES,
        friday.NOTICES,
        los_hours.NOTICES,
        services.NOTICES,
        services_office.NOTICES,
        help_lines.NOTICES,
        overview.NOTICES,
        *municipality.tables("NOTICES"),
    )
)

TOASTS: dict[str, Text] = _together(
    (
        menu.TOASTS,
        conversing.TOASTS,
        request_los.TOASTS,
        joining.TOASTS,
        logged_in.TOASTS,
        desk.TOASTS,
        baton.TOASTS,
        los_desk.TOASTS,
        consent.TOASTS,
        consent_adjust.TOASTS,
        consent_own.TOASTS,
        meetings.TOASTS,
        preparing.TOASTS,
        minutes.TOASTS,
        standing.TOASTS,
        evaluation.TOASTS,
        is_it_right.TOASTS,
        concern.TOASTS,
        level.TOASTS,
        access_log.TOASTS,
        my_data.TOASTS,
        discreet.TOASTS,
        keypad.TOASTS,
        friday.TOASTS,
        los_hours.TOASTS,
        help_lines.TOASTS,
        *municipality.tables("TOASTS"),
    )
)

WHYS: dict[Why, Text] = {
    Why.ABSENT: _("Dette finnes ikke, eller er ikke åpent for deg."),
    Why.CLOSED: _("Dette er avsluttet."),
    Why.STALE: _("Dette er endret siden. Åpne det på nytt."),
    Why.EXPIRED: _("Dette er ikke åpent lenger."),
    Why.NOT_CONFIRMED: _("Det kan du gjøre når kommunen har bekreftet hvem du er."),
    Why.ALREADY_OPEN: _("Dette er allerede i gang."),
    Why.TOO_MANY: _("Det er nok for i dag. Haster det, ring skolen eller trykk Hjelp nå."),
    Why.NOT_IN_STATE: _("Det går ikke nå."),
    Why.CONSENT_MISSING: _("Det mangler et gyldig samtykke til dette."),
    Why.SAID_SINCE: _(
        "Ikke skrevet ned: det er svart noe annet den dagen eller senere. Se datoen."
    ),
    Why.SHIELDED: _("Saken er skjermet for foreldrene, så de kan ikke bli spurt nå."),
    Why.TEXT_NOT_APPROVED: _("Teksten er ikke godkjent på språket ditt ennå. Noen tar kontakt."),
    Why.PAST: _("Tidspunktet er passert. Velg et som kommer."),
    Why.OVERLAPPING: _("Tidene overlapper hverandre. Velg tider som ikke går over i hverandre."),
    Why.NOBODY: _("Det er ingen å velge her."),
    Why.NOBODY_ELSE: _(
        "En annen enn deg må bekrefte hvem det er, og her er ingen som kan. Driften må slippe inn "
        "den første."
    ),
    Why.TOO_LONG: _("Det ble litt langt."),
    Why.HAND_OVER_FIRST: _("Noe må gis videre eller avsluttes først."),
    Why.LIST_FIRST: _(
        "Noe på listen for skolebytte gjenstår. Gjør det, eller si at det ikke trengs."
    ),
    Why.FAMILY_FIRST: _("Familien skal spørres først, og ha noen dager på å svare."),
    Why.NAME_STANDS: _(
        "Noen samarbeider med stedet, eller er spurt om det, under navnet det har nå. Lag et nytt "
        "sted med det nye navnet. Så må de bli spurt på nytt."
    ),
    Why.NOT_VALID: _(
        "Det går ikke sammen med de andre reglene. Se på dem som henger sammen: fra og til, og aldre."
    ),
    Why.NOT_ONESELF: _("Det kan du ikke gjøre for deg selv. En annen administrator kan."),
    Why.NO_RECEIVER: _("Ingen ved skolen kan ta imot dette her nå. Ring skolen."),
    Why.DISCUSS_FIRST: _("Drøft det med noen først. Ingen skal bestemme dette alene."),
    Why.DECIDED: _("Det er bestemt allerede. Åpne det på nytt for å se hva."),
    Why.NOT_OWN_PUPIL: _("Velg en elev ved skolen din."),
    Why.SAME_LEVEL: _("Det er på det nivået nå."),
    Why.OUTSIDE_TARGET: _("Losen er ikke for den alderen her. Skolen hjelper deg videre."),
    Why.WORDS_REQUIRED: _("Skriv det med noen ord."),
    Why.VOICE_REQUIRED: _("Spør ungdommen først. «Spurt, ville ikke si noe» er også et svar."),
    Why.UNSETTLED: _("Si først hva som blir av hvert tiltak: fullført, stoppet eller går videre."),
    Why.NO_LOG: _(
        "På dette nivået føres det ingen stafettlogg. Trenger dere den, må nivået endres først."
    ),
    Why.ON_PAPER: _("Loggen føres på papir. Skriv det der. Datoene går videre her."),
    Why.NO_SUCH_TIME: _("Det klokkeslettet finnes ikke den dagen."),
    Why.DAY_OFF: _("Den dagen er rød, eller skolen har fri. Velg en annen."),
    Why.NO_SUCH_DATE: _("Den datoen kan ikke stemme."),
    Why.DATE_REQUIRED: _("Velg neste dato, eller avslutt."),
}
"""Words for every refusal; none tells more than the person may know."""

COMMAND_WORDS: dict[str, str] = {
    **{
        say(label, language).casefold(): command
        for command, label in menu.MENU.items()
        for language in LANGUAGES
    },
    **menu.TYPED,
}
"""Exact words, casefolded, in every language at once."""

_AS_COMMANDS = str.maketrans({"å": "a", "ø": "o"})
"""Telegram's commands know no such letters; people write /språk and /møter all the same."""

unreachable = unreached.tell


def command_of(words: str) -> str | None:
    """The command that exact words stand for: of the menu, or a command misspelt as Telegram sees
    it; and clear words for stopping, which a slip of the finger does not make less clear."""
    if stopping.read(words) is Stopping.STOP:
        return "stopp"
    folded = words.casefold().strip(" .!")
    if not folded.startswith("/"):
        return COMMAND_WORDS.get(folded)
    name = folded[1:].partition("@")[0].translate(_AS_COMMANDS)
    return name if name in COMMANDS or name in FLOW_COMMANDS else None


def unheard(turn: Turn, words: str) -> str:
    """The notice for words that nothing asked for. Who may have meant to stop is told that nothing
    was; who may have meant yes, to something that waits for a press, that it was none; and who
    writes for the first time is told where they have come."""
    if stopping.read(words) is not Stopping.NOTHING:
        return "not_stopped"
    waits = consent.awaits_press, youth_asked.awaits_press, meetings.awaits_press
    if means_yes(words) and any(awaits(turn) for awaits in waits):
        return "only_buttons"
    return "start" if turn.new else "lost"


def may_mean_to_stop(turn: Turn, words: str) -> bool:
    """Whether words that a question has taken may have meant more than an answer to it."""
    return stopping.read(words) is not Stopping.NOTHING and consent.may_have_given(turn)


def compose(reading: Reading, kind: str) -> Message | None:
    """Put a promise into words, or None when it is moot by now: no longer true, or about what its
    reader may no longer know."""
    if kind == "question":
        return conversing.compose_question(reading, FLOWS)
    if kind == "why":
        return Message(WHYS[Why(reading.params["why"])])
    try:
        return rehearsal.marked(reading, kind, NOTICES[kind](reading))
    except Refused:
        return None


def toast(words: str) -> Text | None:
    """The words of a toast: a named refusal, a named done, or none."""
    if words.startswith("why."):
        return WHYS[Why(words[4:])]
    return TOASTS.get(words)
