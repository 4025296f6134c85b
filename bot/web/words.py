"""The web chat's own few words. What is said in the chat comes from the handlers."""

from __future__ import annotations

from datetime import datetime

from handlers import help_now
from locales import Moment, Text, _, pgettext, say
from locales.speech import cldr
from models.terms import Coming, LoginKind

PAGE: dict[str, Text] = {
    "skip": _("Hopp til meldingene"),
    "messages": _("Meldinger"),
    "write": _("Skriv en melding"),
    "send": pgettext("button", "Send"),
    "keyboard": _("Vis eller skjul knappene"),
    "latest": _("Til siste melding"),
    "hello": _("Her er det ingen meldinger ennå."),
    "edited": pgettext("message", "endret"),
    "deleted": _("En melding ble tatt bort."),
    "photo": _("Bilde"),
    "mine": pgettext("speaker", "Du:"),
    "offline": _("Ingen forbindelse nå. Jeg prøver igjen."),
    "unsent": _("Ikke sendt ennå. Jeg prøver igjen."),
    "long": _("Meldingen er for lang. Kort den ned, så prøver vi igjen."),
    "shut": _(
        "Meldingene kan ikke vises nå. Vil du stoppe deling, så skriv /stopp. Det gjelder med "
        "en gang, og kvitteringen kommer senere."
    ),
    "closed": _("Chatten er stengt akkurat nå."),
    "heard": _("Mottatt. Svaret kommer når chatten åpner igjen."),
    "slow": _("Det gikk litt fort. Vent et øyeblikk."),
    "menu": pgettext("button", "Meny"),
    "close": pgettext("button", "Lukk"),
    "help": help_now.LABEL,
    "reload": pgettext("button", "Hent nye meldinger"),
    "devices": pgettext("menu", "Hvor du er logget inn"),
    "out": pgettext("button", "Logg ut"),
}

TITLE = pgettext("title", "Chat")
WELCOME = _("Her kan du be om en los, bestemme hvem som får vite hva, og bli minnet på avtaler.")
PROGRAM = _("Du skriver med et program. Ingen leser chatten fortløpende.")
LINK = _("Har du fått en lenke, så åpne den på denne enheten. Da kommer du rett inn.")
NAME = _("Hva vil du bli kalt? Du kan la det stå tomt.")
BEGIN = pgettext("button", "Begynn")
COOKIE = _("Vi lagrer én informasjonskapsel, for å huske at det er deg. Ingen andre får noe.")

OPENED = _("Du er invitert")
OPENED_TEXT = _(
    "Stå sammen med den som ga deg lenken. Når du trykker, får du en kode. Er koden lik hos dere "
    "begge, er du inne."
)
OPENED_SHARED = _(
    "Bruker andre denne enheten? Logg ut når du er ferdig. Neste gang trenger du da en ny lenke."
)
OUT_FOR_GOOD = _(
    "Logger du ut her, trenger du en ny lenke for å komme inn igjen. Slår du på fingeravtrykk, "
    "ansikt eller kode først, slipper du det."
)
ENTER = pgettext("button", "Gå inn")
LINKED = _("Bruk chatten her")
LINKED_TEXT = _(
    "Denne lenken er bare for deg som nettopp ba om den. Trykk, og svar så ja i chatten der du ba "
    "om den."
)
LINKED_OPEN = pgettext("button", "Åpne her")
WAITING = _("Svar i den andre chatten")
WAITING_CODE = _("Koden din er:")
WAITING_TEXT = _(
    "Gå til chatten der du ba om lenken. Står det samme koden der, så trykk Slipp inn. Du har ti "
    "minutter."
)
WAITING_ON = _("Venter på svaret ditt …")
WAITING_GO = pgettext("button", "Jeg har svart")
NO_LINK = _("Denne lenken virker ikke. Den kan være brukt, eller for gammel. Be om en ny.")

LOGINS: dict[LoginKind, Text] = {
    LoginKind.STAFF: pgettext("button", "Logg inn som ansatt"),
    LoginKind.CITIZENS: pgettext("button", "Logg inn med elektronisk ID"),
}
PASSKEY_ENTER = pgettext("button", "Logg inn med fingeravtrykk, ansikt eller kode")
PASSKEY_HINT = _("Det virker på enheter der du har slått det på under «Hvor du er logget inn».")
PASSKEY_BARE = _(
    "Denne nettleseren kan ikke logge inn med fingeravtrykk, ansikt eller kode. Bruk lenken du "
    "fikk, eller be om en ny."
)
NO_PASSKEY = _(
    "Det gikk ikke å logge inn på denne måten. Prøv igjen, eller be skolen om en lenke."
)
PASSKEYS = _("Logg inn med fingeravtrykk, ansikt eller kode neste gang")
PASSKEYS_TEXT = _(
    "Slå det på her, så slipper du en ny lenke neste gang. Fingeravtrykket og ansiktet ditt "
    "forlater aldri enheten."
)
PASSKEYS_SHARED = _(
    "Kan andre låse opp enheten? Da kommer de også inn her. Da bør du la det være."
)
PASSKEYS_BARE = _(
    "Denne nettleseren kan ikke slå på innlogging med fingeravtrykk, ansikt eller kode. Chatten "
    "virker like godt uten."
)
PASSKEY_NAME = _("Hva skal den hete i listen? Du kan la det stå tomt.")
PASSKEY_MAKE = pgettext("button", "Slå på her")
PASSKEY_FAILED = _("Det ble ikke slått på. Du kan prøve igjen.")
PASSKEY_LIST = _("Disse kan logge inn. Er det noe du ikke kjenner igjen, så ta det bort:")
PASSKEY_NAMELESS = _("Uten navn")
PASSKEY_REMOVE = pgettext("button", "Ta bort")
NO_LOGIN = _(
    "Vi kunne ikke logge deg inn. Første gang må du åpne lenken du fikk av skolen. Har du ingen "
    "lenke, så spør skolen."
)
LOGGED_OUT = _("Du er logget ut")
LOGGED_OUT_TEXT = _("Du kan lukke siden.")
OUT_THERE = pgettext("button", "Logg ut av innloggingen også")

ANSWER = _("Svar på avtalen")
COMINGS: dict[Coming, Text] = {
    Coming.YES: pgettext("button", "Ja, jeg kommer"),
    Coming.NO: pgettext("button", "Nei, jeg kan ikke"),
}
ANSWERED = _("Takk")
ANSWERED_TEXT = _("Svaret ditt er sendt. Vil du endre det, så gjør det i chatten.")
NO_ANSWER = _("Denne lenken virker ikke lenger. Åpne chatten, så ser du avtalene dine.")

FAILED = _("Det gikk ikke")
FAILED_TEXT = _("Prøv igjen om litt. Haster det, så bruk numrene under.")
HOME = pgettext("button", "Til forsiden")

DEVICES = _("Hvor du er logget inn")
DEVICES_TEXT = _(
    "Står det noe her som du ikke kjenner igjen, så avslutt det. Det som står der, blir skjult. "
    "Har du mistet en telefon, så si også fra til skolen."
)
HERE = _("Her, nå")
LOCKED = _("Åpne chatten med koden din først.")
CLOSES = _("Siden lukker seg selv om ti minutter. Du kan skrive den ut før det.")
END_OTHERS = pgettext("button", "Logg ut alle de andre")
END_OTHERS_KEYS = _("Fingeravtrykk, ansikt og kode må da slås på igjen på de andre enhetene.")
END_ONE = pgettext("button", "Avslutt")
BACK = pgettext("button", "Tilbake til chatten")
PRINT = pgettext("button", "Skriv ut")


RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "ps", "ur"})


def since(began: datetime, last: datetime) -> Text:
    return _("Logget inn {began}. Sist brukt {last}.", began=Moment(began), last=Moment(last))


def passkey_since(made: datetime, used: datetime | None) -> Text:
    if used is None:
        return _("Slått på {made}. Ikke brukt ennå.", made=Moment(made))
    return _("Slått på {made}. Sist brukt {used}.", made=Moment(made), used=Moment(used))


def when(starts_at: datetime, zone: str) -> Text:
    return _("Når: {when}", when=Moment(starts_at, zone))


def page_words(language: str, place: str) -> dict[str, str]:
    """What the page's own script says, with the names of days and months."""
    calendar = cldr(language)
    days, months = calendar.days["format"]["wide"], calendar.months["format"]["wide"]
    return {
        **{name: say(text, language) for name, text in PAGE.items()},
        "fromBot": f"{place}:",
        "fromPerson": say(PAGE["mine"], language),
        "days": " ".join(days[(number - 1) % 7] for number in range(7)),
        "months": " ".join(months[number] for number in range(1, 13)),
    }


def direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
