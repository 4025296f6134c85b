"""What we know of you, as a file in your own chat (`/minedata`).

The file is made when it is sent, says what is not in it, and is removed from the chat with one
press.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handlers import record_words
from handlers.dialogue import Asking, Flow, confirm
from handlers.turns import Attachment, Button, Message, Reading, Rows, Turn
from locales import Moment, Text, _, join, language_name, plural
from models import discretion, ledger, municipality, my_data
from models.base import require
from models.contacts import Contact
from models.people import Person
from models.policy import MunicipalPolicy
from models.terms import Why

if TYPE_CHECKING:  # handlers pass the session on to models; they never query with it
    from sqlalchemy.orm import Session

LEFT_OUT: tuple[Text, ...] = (
    _("Navnene på andre. De står med den rollen de har."),
    _("Det andre har sagt eller svart. Det får de se selv."),
    _("Det skolen skriver når den vurderer et ønske om los. Be skolen om å få se det."),
    _("Det noen på jobb undrer seg over før det blir en sak. Spør skolen."),
    _("Saker du bare jobber i. De tilhører dem de gjelder."),
    _("Innholdet i avsluttede saker. Det får du hos skolen."),
    _("Ordene i meldingene. Vi lagrer dem ikke, men de ligger i chatten i Telegram."),
    _("Det loven sier at vi ikke kan vise her. Spør skolen hvis du lurer på noe."),
)
"""The same to everyone: it must not tell whether there is anything."""


def command(turn: Turn, typed: str) -> None:
    turn.say("my_data")


def card(reading: Reading) -> Message:
    """The shortest answer, and the way to all of it."""
    me = reading.reader
    parts = [
        _("Dette har vi om deg:"),
        _("Navn: {name}", name=me.name or ""),
        _("Språk: {language}", language=language_name(me.language)),
        _("Bekreftet av kommunen: ja")
        if me.confirmed_at
        else _("Bekreftet av kommunen: nei, bare en Telegram-konto"),
    ]
    rows: Rows = ((Button(_("Slett kontoen min"), command="slett"),),)
    if _may_show(reading.session, reading.contact, reading.now):
        parts.append(
            _(
                "Resten kan du få som en fil her, eller på papir: spør skolen. "
                "Er noe feil, så si fra til skolen."
            )
        )
        rows = ((Button(_("Få alt som fil"), action="flow:minedata.fil"),), *rows)
    else:
        parts.append(
            _(
                "Resten får du på papir: spør skolen. Kommunen viser den ikke i Telegram. "
                "Er noe feil, så si fra til skolen."
            )
        )
    return Message(join(parts), buttons=rows)


def _may_show(session: Session, contact: Contact, now: datetime) -> bool:
    """Whether this chat may show what we have; where it may not, it is had on paper."""
    return discretion.may_show(session, contact.id, contact.channel, now)


# --- the file ------------------------------------------------------------------------------------


def _prepare(turn: Turn, subject: int | None) -> bool:
    """Whether the file goes from the chat by itself."""
    require(_may_show(turn.session, turn.contact, turn.now), Why.NOT_IN_STATE)
    return discretion.closes_again(turn.session, turn.contact.channel, turn.now)


def _talk(closes: bool) -> Asking[bool | None]:
    stays = (
        [
            _("Jeg tar den bort igjen etter ti minutter. Lagre den først hvis du trenger den."),
            _("Andre som har telefonen din, kan åpne den så lenge."),
        ]
        if closes
        else [
            _("Fila ligger i chatten og hos Telegram til du sletter den."),
            _("Andre som har telefonen din, kan åpne den."),
        ]
    )
    lines = [
        _("Skal jeg sende deg alt vi har om deg, som fil her i chatten?"),
        *stays,
        _("Vil du heller ha det på papir, så velg nei og spør skolen."),
    ]
    return (yield from confirm(join(lines), yes=_("Ja, send fila hit"))) or None


def _finish(turn: Turn, sure: bool) -> None:
    turn.say("my_data.page")
    turn.say("my_data.json")


FLOWS = (Flow("minedata.fil", _("Få alt vi har om deg"), _prepare, _talk, _finish),)


def page(reading: Reading) -> Message:
    require(_may_show(reading.session, reading.contact, reading.now), Why.ABSENT)
    made = page_of(reading.session, reading.reader, reading.now)
    return _with_remove(reading, _("Her er fila du ba om."), made)


def as_json(reading: Reading) -> Message:
    require(_may_show(reading.session, reading.contact, reading.now), Why.ABSENT)
    made = json_of(reading.session, reading.reader, reading.now)
    return _with_remove(reading, _("Her er det samme for en maskin."), made)


def page_of(session: Session, me: Person, now: datetime) -> Attachment:
    """All that `me` may see of what we have, to read and to print."""
    parts = my_data.gather(session, actor=me, now=now)
    sections = [
        (record_words.heading(part), tuple(record_words.lines(entry) for entry in part.entries))
        for part in parts
    ]
    data = {
        "title": _("Det vi har om deg"),
        "intro": (
            _("Laget {moment}.", moment=Moment(now, year=True)),
            _("Er noe feil, så si fra til skolen. De retter det."),
        ),
        "sections": tuple(sections),
        "lists": (
            (_("Hvor lenge vi har det"), _kept(municipality.policy_at(session, now))),
            (_("Det som ikke er med"), LEFT_OUT),
        ),
        "terms": municipality.terms(session),
    }
    return Attachment("page", data)


def json_of(session: Session, me: Person, now: datetime) -> Attachment:
    """The same for a machine: field names and values as they are stored."""
    parts = my_data.gather(session, actor=me, now=now)
    told = [
        {"name": p.name, "hat": p.hat, "case": p.number or None, "entries": p.entries}
        for p in parts
    ]
    return Attachment("json", {"made_at": now, "parts": told})


def _kept(rules: MunicipalPolicy) -> tuple[Text, ...]:
    return (
        plural(
            "Hvilke meldinger vi har sendt, husker vi i {n} dag.",
            "Hvilke meldinger vi har sendt, husker vi i {n} dager.",
            rules.messages_kept_days,
        ),
        plural(
            "Det som står i et ønske om los, sletter vi {n} dag etter at det er avsluttet.",
            "Det som står i et ønske om los, sletter vi {n} dager etter at det er avsluttet.",
            rules.requests_kept_days,
        ),
        plural(
            "En sak som er avsluttet, legges i arkivet. Den slettes her {n} dag etter det.",
            "En sak som er avsluttet, legges i arkivet. Den slettes her {n} dager etter det.",
            rules.archive_purge_days,
        ),
        _("Resten har vi til du skriver /slett."),
    )


def _with_remove(reading: Reading, words: Text, made_of: Attachment) -> Message:
    made = int(reading.now.timestamp())
    remove = Button(_("Slett fila her i chatten"), action="my_data.remove", version=made)
    return Message(words, buttons=((remove,),), attachment=made_of)


def remove(turn: Turn, subject: int, version: int) -> None:
    """Take the file, made at `version`, out of the chat; Telegram lets us for two days."""
    made = datetime.fromtimestamp(version, UTC)
    if turn.pressed is None or turn.now - made >= ledger.DELETABLE:
        turn.toast("my_data.too_old")
        return
    turn.toast("my_data.removed")
    turn.unsay(turn.pressed)


COMMANDS = {"minedata": command, "mydata": command}
BUTTONS = {"my_data.remove": remove}
NOTICES = {"my_data": card, "my_data.page": page, "my_data.json": as_json}
TOASTS: dict[str, Text] = {
    "my_data.removed": _("Fila er slettet her."),
    "my_data.too_old": _("Jeg får ikke slettet den etter to dager. Hold på fila, så kan du."),
}
