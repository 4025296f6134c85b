"""The front door: start, the menu that stays, settings, language, privacy, stopping a flow."""

from __future__ import annotations

from handlers import approved, conversing, discreet, help_now, joining, linking, mail
from handlers.questions import ONLY_BUTTONS
from handlers.turns import Button, Message, Reading, Turn
from locales import LANGUAGES, Text, _, join, language_name, pgettext, verbatim
from models import municipality, people
from models.terms import STAFF_ROLES, Role

MENU: dict[str, Text] = {
    "omlos": pgettext("menu", "Hva er en los?"),
    "los": pgettext("menu", "Be om en los"),
    "kontakt": pgettext("menu", "Ta kontakt"),
    "saker": pgettext("menu", "Mine saker"),
    "moter": pgettext("menu", "Møter"),
    "samtykke": pgettext("menu", "Samtykke"),
    "ko": pgettext("menu", "Køen"),
    "mine": pgettext("menu", "Mine ungdommer"),
    "inviter": pgettext("menu", "Inviter"),
    "bekymring": pgettext("menu", "Undring"),
    "kommune": pgettext("menu", "Kommunen"),
    "tjenester": pgettext("menu", "Finn hjelp"),
    "frister": pgettext("menu", "Frister"),
    "oversikt": pgettext("menu", "Oversikt"),
    "innstillinger": pgettext("menu", "Innstillinger"),
    "hjelp": help_now.LABEL,
}
"""What each button of the keyboard at the bottom is a command for."""

TYPED: dict[str, str] = {
    "start": "start",
    "skjul": "skjul",
    "hide": "skjul",
    "personvern": "personvern",
    "privacy": "personvern",
    "avbryt": "avbryt",
    "cancel": "avbryt",
}
"""Commands people write without the slash, beside the menu's own words in every language."""

Rows = tuple[tuple[str, ...], ...]

_STRANGER: Rows = (("los", "omlos"), ("kontakt", "tjenester"), ("innstillinger", "hjelp"))
_FAMILY: Rows = (
    ("los", "saker"), ("moter", "samtykke"), ("tjenester", "innstillinger"), ("hjelp",),
)  # fmt: skip
_STAFF: Rows = (("saker", "moter"), ("frister", "los"), ("innstillinger", "hjelp"))
_OFFICE: Rows = (("innstillinger", "hjelp"),)
_OWN_ROW: dict[Role, tuple[str, ...]] = {
    Role.REKTOR: ("ko", "inviter", "bekymring", "oversikt"),
    Role.KONTAKTLAERER: ("inviter", "bekymring"),
    Role.LOS: ("mine", "bekymring"),
    Role.SERVICE: ("bekymring",),
    Role.PROSJEKTLEDER: ("oversikt",),
    Role.ADMINISTRATOR: ("kommune",),
}


def keyboard(reading: Reading) -> tuple[tuple[Text, ...], ...]:
    """The keyboard that stays at the bottom, after the hats the reader wears."""
    hats = people.staff_roles(reading.session, reading.reader)
    rows = _FAMILY
    if reading.reader.confirmed_at is None:
        rows = _STRANGER
    elif hats or people.keeps_batons(reading.session, reading.reader):
        own = (row for hat, row in _OWN_ROW.items() if hat in hats)
        holds = hats & STAFF_ROLES or people.keeps_batons(reading.session, reading.reader)
        rows = (*own, *(_STAFF if holds else _OFFICE))
    return tuple(tuple(MENU[command] for command in row) for row in rows)


def start(turn: Turn, typed: str) -> None:
    """With a token it is the opening of an invitation, or of one's own link to another chat; else
    the front door."""
    if linking.is_one(typed):
        linking.open_link(turn, typed)
    elif typed:
        joining.present(turn, typed)
    else:
        turn.say("start")


def started(reading: Reading) -> Message:
    here = municipality.current(reading.session)
    name = here.name if here else "kommunen"
    parts = [
        _("Hei! Jeg er {name} sin chat for ungdom og foresatte.", name=name),
        _("Her kan du be om en los, bestemme hvem som får vite hva, og bli minnet på avtaler."),
        _("Jeg er et program. Ingen leser dette fortløpende. Haster det, trykk Hjelp nå."),
    ]
    told = here is not None and here.demo and reading.contact.channel == "telegram"
    if told and people.staff_roles(reading.session, reading.reader):
        parts.append(_("I demoen bruker også personalet Telegram. I drift er det av."))
    return Message(join(parts, "\n\n"), menu=keyboard(reading))


LOST = _(
    "Det forsto jeg ikke. Jeg er et program, og ingen leser det du skriver her. Trykk på det som "
    "passer, så kommer du videre."
)


def lost(reading: Reading) -> Message:
    """It may be somebody who has it hard and does not know what to press: the ways to a person are
    under it, not only in the keyboard at the bottom."""
    menu = keyboard(reading)
    rows = [
        (Button(help_now.LABEL, command="hjelp"),),
        (Button(_("Vis hva jeg kan"), command="start"),),
    ]
    if any(MENU["los"] in row for row in menu):
        rows.insert(0, (Button(MENU["los"], command="los"),))
    return Message(LOST, buttons=tuple(rows), menu=menu)


def only_text(reading: Reading) -> Message:
    return Message(
        _("Jeg kan bare lese korte meldinger og knapper, ikke bilder, lyd eller filer.")
    )


def hidden(reading: Reading) -> Message:
    """In place of a message that was taken back, where it is too old to be deleted. Who hides
    everything wants it to draw no eye."""
    if reading.params.get("quiet"):
        return Message(verbatim("…"))
    return Message(_("Denne meldingen er skjult."))


def edited_text(reading: Reading) -> Message:
    """Who corrects a word must not believe that the corrected word was heard."""
    return Message(_("Jeg leser ikke meldinger som er endret. Skriv den på nytt."))


def not_stopped(reading: Reading) -> Message:
    """The card that asks, for words that only resemble stopping: one press stops. It may have been
    life that was meant, so help is as near."""
    return Message(
        join(
            [
                _(
                    "Jeg har ikke stoppet noe. Vil du stoppe all deling, så trykk under eller "
                    "skriv /stopp."
                ),
                _("Er det noe annet du ikke orker mer, er det hjelp å få nå."),
            ],
            "\n\n",
        ),
        buttons=(
            (Button(_("Ja, stopp all deling"), command="stopp"),),
            (Button(help_now.LABEL, command="hjelp"),),
        ),
    )


def only_buttons(reading: Reading) -> Message:
    """A yes in words, to something that only a press answers."""
    return Message(ONLY_BUTTONS)


def trouble(reading: Reading) -> Message:
    reference = verbatim(str(reading.params.get("reference", "")))
    return Message(
        _("Noe gikk galt hos oss, og vi ser på det. Prøv igjen. Referanse: {ref}", ref=reference)
    )


def lost_words(reading: Reading) -> Message:
    return Message(
        _(
            "Noe gikk galt hos oss, og jeg fikk ikke tatt vare på det du skrev. Ingenting er "
            "endret. Skriv det igjen om en stund."
        )
    )


# --- settings and language -----------------------------------------------------------------------


def settings(turn: Turn, typed: str) -> None:
    turn.say("settings")


def settings_card(reading: Reading) -> Message:
    muted = reading.reader.muted
    place = reading.reader.show_place
    return Message(
        join([_("Innstillinger"), *discreet.lines(reading)], "\n\n"),
        buttons=(
            *discreet.ROWS,
            *linking.rows(reading),
            (Button(_("Språk / Language"), command="sprak"),),
            (
                Button(
                    _("Slå på påminnelser") if muted else _("Slå av påminnelser"),
                    action="settings.mute",
                    subject=0 if muted else 1,
                ),
            ),
            (
                Button(
                    _("Ta bort sted fra kalenderfiler")
                    if place
                    else _("Vis sted i kalenderfiler"),
                    action="settings.place",
                    subject=0 if place else 1,
                ),
            ),
            *mail.in_settings(reading),
            (Button(_("Hva dere vet om meg"), command="minedata"),),
            (Button(_("Personvern"), command="personvern"),),
        ),
    )


def mute(turn: Turn, subject: int, version: int) -> None:
    people.mute(turn.session, turn.me, bool(subject), turn.now)
    turn.toast("settings.saved")
    turn.show("settings")


def show_place(turn: Turn, subject: int, version: int) -> None:
    people.show_place(turn.session, turn.me, bool(subject), turn.now)
    turn.toast("settings.saved")
    turn.show("settings")


def language(turn: Turn, typed: str) -> None:
    turn.show("language")


def language_card(reading: Reading) -> Message:
    rows = tuple(
        (Button(verbatim(language_name(code)), action="language.speak", subject=index),)
        for index, code in enumerate(LANGUAGES)
    )
    return Message(_("Hvilket språk vil du ha? / Which language?"), buttons=rows)


def speak(turn: Turn, subject: int, version: int) -> None:
    if 0 <= subject < len(LANGUAGES):
        people.speak(turn.session, turn.me, LANGUAGES[subject], turn.now)
    turn.toast("settings.saved")
    turn.strip()
    turn.say("start")


# --- privacy -------------------------------------------------------------------------------------


def privacy(turn: Turn, typed: str) -> None:
    turn.say("privacy")


def privacy_card(reading: Reading) -> Message:
    return Message(
        join(
            [
                _("Personvern"),
                approved.words(reading, "rights"),
                approved.words(reading, "duties"),
            ],
            "\n\n",
        )
    )


def stop_flow(turn: Turn, typed: str) -> None:
    turn.say("flow.cancelled" if conversing.cancel(turn) else "nothing_open")


def nothing_open(reading: Reading) -> Message:
    return Message(_("Det er ingenting å avbryte. Skriv /start for å se hva jeg kan."))


COMMANDS = {
    "start": start,
    "innstillinger": settings,
    "settings": settings,
    "sprak": language,
    "language": language,
    "personvern": privacy,
    "privacy": privacy,
    "avbryt": stop_flow,
    "cancel": stop_flow,
}
BUTTONS = {"settings.mute": mute, "settings.place": show_place, "language.speak": speak}
NOTICES = {
    "start": started,
    "lost": lost,
    "only_text": only_text,
    "edited_text": edited_text,
    "hidden": hidden,
    "not_stopped": not_stopped,
    "only_buttons": only_buttons,
    "trouble.parked": trouble,
    "trouble.lost": lost_words,
    "settings": settings_card,
    "language": language_card,
    "privacy": privacy_card,
    "nothing_open": nothing_open,
}
TOASTS: dict[str, Text] = {"settings.saved": _("Lagret.")}

COMMAND_LIST: tuple[tuple[str, Text], ...] = (
    ("start", _("Begynn her")),
    ("los", _("Be om en los")),
    ("saker", _("Mine saker")),
    ("moter", _("Mine møter")),
    ("samtykke", _("Hvem får vite hva")),
    ("frister", _("Det som har en frist")),
    ("stopp", _("Stopp all deling nå")),
    ("hvemharsett", _("Hvem som har sett")),
    ("sjekk", _("Sjekk en kvittering")),
    ("skjul", _("Skjul alt som er skrevet her")),
    ("tjenester", _("Finn noen som kan hjelpe")),
    ("hjelp", _("Hjelp nå: telefonnumre")),
    ("minedata", _("Hva vi har om deg")),
    ("slett", _("Slett kontoen din her")),
    ("personvern", _("Personvern")),
    ("innstillinger", _("Innstillinger")),
    ("sprak", _("Språk / Language")),
    ("avbryt", _("Avbryt det du holder på med")),
)
"""What Telegram lists for everyone; what each may do is asked when it is said."""

NAME: Text = _("Kommunen")
"""What the bot is called until the municipality's file tells its name."""

DESCRIPTION: Text = _(
    "Kommunens chat for ungdom og foresatte: spør om hjelp, se avtaler og bestem selv. "
    "Dette er et program, ingen leser fortløpende. Haster det, ring 113 eller 112."
)
SHORT_DESCRIPTION: Text = _("Kommunens chat for ungdom og foresatte.")
"""What Telegram shows before the first word. Neutral: others see it too."""
