"""What a mail says, which is never what it is about: others may read it.

The first line is the subject too. It names the municipality and nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from handlers import meeting_cards
from handlers.turns import Attachment, Message, Reading
from locales import Text, _, join, verbatim
from models import falling_back, mail, mail_addresses, mail_answers, municipality
from models.meeting_notices import CANCELLED, INVITED, MOVED

if TYPE_CHECKING:  # handlers pass the session on to models; they never query with it
    from sqlalchemy.orm import Session


def news(reading: Reading) -> Message:
    """That there is something; whether there still is was asked just before."""
    return _mail(
        reading,
        _("Du har en ny beskjed fra {place}", place=_place(reading.session)),
        _("Åpne chatten for å lese den:"),
        _link(reading.session),
        _("Kommer du ikke inn, så spør den du har kontakt med i kommunen."),
    )


def weekly(reading: Reading) -> Message:
    """On Fridays, to staff: neither what nor how many."""
    return _mail(
        reading,
        _("Fem minutter på fredag: noe venter på deg hos {place}", place=_place(reading.session)),
        _("Åpne chatten, og se hva du rekker før helga:"),
        _link(reading.session),
    )


def code(reading: Reading) -> Message | None:
    """To an address nobody has confirmed yet. Only who reads mail there learns that it is taken."""
    row = mail_addresses.get(reading.session, reading.contact.id)
    if row is None or row.confirmed_at is not None:
        return None
    place = _place(reading.session)
    if mail_addresses.is_anothers(reading.session, row):
        said = (
            _("Noen vil bruke denne adressen hos {place}", place=place),
            _("Adressen er i bruk fra før, og kan bare brukes av én. Ingenting er endret."),
        )
    else:
        shown = verbatim(mail_addresses.code_of(reading.session, row))
        said = (
            _("Kode fra {place}", place=place),
            _("Koden er {code}. Skriv den i chatten innen én time.", code=shown),
        )
    return Message(
        join([*said, _("Var det ikke du som ba om dette, kan du se bort fra e-posten.")], "\n\n")
    )


def _mail(reading: Reading, *parts: Text) -> Message:
    off = _("Vil du ikke ha e-post, så slå det av i chatten under Innstillinger.")
    nobody = _("Du kan ikke svare på denne e-posten. Haster det, ring 113 eller 112.")
    return Message(join([*parts, off, nobody], "\n\n"))


def _place(session: Session) -> Text:
    here = municipality.current(session)
    return verbatim(here.name) if here is not None else _("kommunen")


def _link(session: Session) -> Text:
    return verbatim(str(session.info.get("web_url", "")))


def meeting(reading: Reading) -> Message | None:
    """When, two links to answer by, and the calendar file, which never says where: the mailbox may
    be read by others."""
    seen = meeting_cards.seen_by(reading)
    news = reading.params.get("news")
    if seen.sequence != reading.params.get("sequence") or seen.begun or seen.uid is None:
        return None
    file = meeting_cards.calendar_file(reading)
    if file is None or file.attachment is None or (seen.cancelled != (news == CANCELLED)):
        return None
    attached = Attachment(file.attachment.kind, {**file.attachment.data, "place": None})
    asks = [] if seen.cancelled or seen.mine is None else _answers(reading)
    title = _MEETINGS[str(news)](_place(reading.session))
    said = _mail(reading, title, meeting_cards.when(seen), *asks)
    return dataclasses.replace(said, attachment=attached)


def _answers(reading: Reading) -> list[Text]:
    told = [_("Svar her, eller i chatten:")]
    for word, coming in mail_answers.CAN_SAY.items():
        token = mail_answers.token_of(reading.session, reading.contact.id, reading.subject, word)
        if token is not None:
            url = verbatim(f"{reading.session.info.get('web_url', '')}/svar/{token}")
            told.append(_("{answer}: {url}", answer=meeting_cards.ANSWERS[coming], url=url))
    return told


_MEETINGS: dict[str, Callable[[Text], Text]] = {
    INVITED: lambda place: _("Du har en ny avtale med {place}", place=place),
    MOVED: lambda place: _("En avtale med {place} har fått nytt tidspunkt", place=place),
    CANCELLED: lambda place: _("En avtale med {place} er avlyst", place=place),
}

NOTICES = {
    mail.CODE: code,
    mail.MEETING: meeting,
    falling_back.NEWS: news,
    falling_back.WEEKLY: weekly,
}
