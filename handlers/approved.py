"""The texts a municipality approves word by word: consent, rights, help.

They never fall back to another language: without approved words in the reader's own language
the text is not sent and a person gets the task (DOMAIN rule 23).
"""

from __future__ import annotations

import hashlib

from handlers.turns import Reading
from locales import Text, _, has_own, say
from models import municipality

CONSENT_ASK = _(
    "Du bestemmer. Det er frivillig å si ja, og du kan ta det tilbake når som helst: skriv stopp, "
    "eller bruk /samtykke. Du trenger ikke si hvorfor. Sier du nei, får du hjelp likevel. Det "
    "som alt er skrevet ned, blir tatt vare på slik loven krever, men det blir ikke delt videre."
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
    "consent.ask": CONSENT_ASK,
    "rights": RIGHTS,
    "duties": DUTIES,
}


def text_hash(key: str, language: str) -> str | None:
    """The hash of the words a reader of `language` would see, or None when it has none of its own."""
    text = APPROVED.get(key)
    if text is None or not has_own(text, language):
        return None
    return hashlib.sha256(say(text, language).encode()).hexdigest()[:32]


def in_force(reading: Reading, key: str) -> bool:
    """Whether the words the reader would see are those somebody approved."""
    language = reading.reader.language
    digest = text_hash(key, language)
    return digest is not None and municipality.is_approved(
        reading.session, key=key, language=language, hash=digest
    )


def words(reading: Reading, key: str) -> Text:
    """The text if it is approved in the reader's language, else an honest line; never another
    language's words in its place."""
    if in_force(reading, key):
        return APPROVED[key]
    return _(
        "Kommunen har ikke godkjent denne teksten på språket ditt ennå. Spør skolen, så forklarer "
        "de det."
    )
