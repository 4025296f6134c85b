"""The texts a municipality approves word by word: consent, rights, help.

They never fall back to another language: without approved words in the reader's own language
the text is not sent and a person gets the task (DOMAIN rule 23).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from handlers.turns import Reading
from locales import Text, _, has_own, pgettext, say
from models import municipality

if TYPE_CHECKING:  # handlers pass the session on to models; they never query with it
    from sqlalchemy.orm import Session

SELF = pgettext("who is helped", "du")
EITHER = pgettext("who is helped", "du eller ungdommen")
"""Who is helped all the same, where it is not known who reads: in the words that are approved."""


def _consent_short(who: Text) -> Text:
    return _(
        "Det er frivillig. Du kan ta det tilbake når som helst: skriv stopp, eller bruk /samtykke. "
        "Sier du nei, får {who} hjelp likevel.",
        who=who,
    )


def _consent_ask(who: Text) -> Text:
    return _(
        "Du bestemmer. Det er frivillig å si ja, og du kan ta det tilbake når som helst: skriv "
        "stopp, eller bruk /samtykke. Du trenger ikke si hvorfor. Sier du nei, får {who} hjelp "
        "likevel. Det som alt er skrevet ned, blir tatt vare på slik loven krever, men det blir "
        "ikke delt videre.",
        who=who,
    )


def _consent_full(who: Text) -> Text:
    return _(
        "Du bestemmer. Det er frivillig å si ja, og du kan ta det tilbake når som helst: skriv "
        "stopp, eller bruk /samtykke. Du trenger ikke si hvorfor, og det gjelder med en gang. Sier "
        "du nei, får {who} hjelp likevel.\n\n"
        "Et ja gjelder tjenestene som står her, ikke en bestemt ansatt, og bare det som står ved "
        "hver av dem. Du kan si ja til noe og nei til resten, og du kan holde en enkelt ting unna "
        "en tjeneste. De som jobber der, har taushetsplikt. Et ja åpner bare så langt det rekker. "
        "Opplysningene kommer fra det som skrives i samarbeidet, og brukes bare til å gi hjelp "
        "sammen. Et ja går ut den dagen som står her. Det blir aldri fornyet uten at du blir "
        "spurt.\n\n"
        "Kommunen har ansvaret for opplysningene. Du kan se hva vi har om deg med /minedata. Det "
        "som alt er skrevet ned, blir tatt vare på slik loven krever, men det blir ikke delt "
        "videre. Barn og unge har rett til å bli hørt, og bestemmer mer selv jo eldre de blir.",
        who=who,
    )


RIGHTS = _(
    "Vi lagrer bare det som trengs for å følge opp det du ber om. Navn og tekst er låst i "
    "databasen, og nøkkelen ligger et annet sted. Du kan se hva vi har om deg med /minedata, "
    "ta tilbake et ja med /samtykke og stoppe all deling med /stopp. Kommunen har ansvaret for "
    "opplysningene. Telegram er et eget selskap: det kan se at du skriver med denne boten, og "
    "meldingene er ikke ende-til-ende-krypterte. Derfor står lite i selve meldingene."
)

DUTIES = _(
    "En los har taushetsplikt. Det du forteller, blir ikke sagt videre uten at du vil det. Det "
    "er tre unntak, og de gjelder alle som jobber i kommunen: Spør barnevernet, må losen svare. "
    "Er det grunn til å tro at et barn blir mishandlet eller alvorlig sviktet, må losen selv si "
    "fra til barnevernet. Og er liv eller helse i fare, må losen gjøre det som trengs for å "
    "avverge det. Losen sier det til deg først, når det går an."
)

APPROVED: dict[str, Text] = {
    "consent.ask": _consent_ask(EITHER),
    "rights": RIGHTS,
    "duties": DUTIES,
}


class Length(IntEnum):
    """How much of a text its reader wants. The first is what everyone is shown unless they choose."""

    NORMAL = 0
    SHORT = 1
    FULL = 2


_OTHERS: dict[tuple[str, Length], Text] = {
    ("consent.ask", Length.SHORT): _consent_short(EITHER),
    ("consent.ask", Length.FULL): _consent_full(EITHER),
}
_SAYS_WHO: dict[tuple[str, Length], Callable[[Text], Text]] = {
    ("consent.ask", Length.NORMAL): _consent_ask,
    ("consent.ask", Length.SHORT): _consent_short,
    ("consent.ask", Length.FULL): _consent_full,
}


def text_of(key: str, length: Length = Length.NORMAL) -> Text | None:
    """As it is approved."""
    return APPROVED.get(key) if length is Length.NORMAL else _OTHERS.get((key, length))


def told_to(key: str, length: Length, who: Text) -> Text | None:
    """The approved words, as one reader is told them: they say who is helped all the same, a parent's
    child by name. Nothing else in them is the reader's own."""
    says = _SAYS_WHO.get((key, length))
    return says(who) if says is not None else text_of(key, length)


def text_hash(key: str, language: str, length: Length = Length.NORMAL) -> str | None:
    """The hash of the words a reader of `language` would see, or None when it has none of its own.
    Of those that say who is helped it is one hash of both: as they are approved, and as the one they
    are about reads them."""
    texts = text_of(key, length), told_to(key, length, SELF)
    own = [text for text in texts if text is not None and has_own(text, language)]
    if len(own) != len(texts):
        return None
    said = dict.fromkeys(say(text, language) for text in own)
    return hashlib.sha256("\n\n".join(said).encode()).hexdigest()[:32]


def text_hashes(key: str, language: str) -> dict[Length, str]:
    """Every length of a text in a language's own words: one approval is of them all."""
    found = {length: text_hash(key, language, length) for length in Length}
    return {length: digest for length, digest in found.items() if digest is not None}


def in_force(
    session: Session, key: str, language: str, length: Length = Length.NORMAL
) -> str | None:
    """The hash of the words a reader of `language` would see, if somebody approved them [23]."""
    digest = text_hash(key, language, length)
    if digest is None or not municipality.is_approved(
        session, key=key, language=language, hash=digest
    ):
        return None
    return digest


def lengths(session: Session, key: str, language: str) -> dict[Length, str]:
    """The lengths that somebody approved in a language, each with the hash of its words. None at
    all where the normal one is not among them."""
    approved = municipality.approved(session, key, language)
    hashes = text_hashes(key, language)
    found = {length: digest for length, digest in hashes.items() if digest in approved}
    return found if Length.NORMAL in found else {}


def words(reading: Reading, key: str) -> Text:
    """The text if it is approved in the reader's language, else an honest line; never another
    language's words in its place."""
    if in_force(reading.session, key, reading.reader.language):
        return APPROVED[key]
    return _(
        "Kommunen har ikke godkjent denne teksten på språket ditt ennå. Spør skolen, så forklarer "
        "de det."
    )
