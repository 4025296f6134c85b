"""The administrator's share of running it: the archive's receipts, the guest list of a rehearsal, and
the switch of each channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers import bars
from handlers.dialogue import Asking, Flow, ask_words, confirm
from handlers.municipality_desk import BACK, number_of
from handlers.paging import page_of
from handlers.picking import pick
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Moment, Text, _, join, pgettext, verbatim
from models import access, office
from models.base import refuse, require
from models.terms import Action, Why

CHANNELS: dict[str, Text] = {
    "telegram": pgettext("channel", "Telegram"),
    "web": pgettext("channel", "Nettsiden"),
    "email": pgettext("channel", "E-post"),
}

# --- the archive's receipts ----------------------------------------------------------------------


def show_archive(turn: Turn, subject: int, version: int) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.RECEIVE_ARCHIVE)
    turn.show("adm.archive", page=version)


def archive_card(reading: Reading) -> Message:
    """A number and a day for each, and no more."""
    found = office.to_receive(reading.session, actor=reading.reader)
    rows = [
        Button(_("{number}, avsluttet {day}", number=verbatim(str(each.case_id)),
                 day=Day(each.closed_on)),
               action="flow:arkiv.kvitter", subject=each.case_id)
        for each in found
    ]  # fmt: skip
    text = (
        _("Disse pakkene venter på kvittering fra arkivet. Trykk når den har kommet.")
        if rows
        else _("Ingen pakker venter på kvittering.")
    )
    page = int(reading.params.get("page", 0))
    return Message(text, buttons=(*page_of(rows, page, action="adm.archive"), (BACK,)))


@dataclass(frozen=True)
class Package:
    case_id: int
    closed_on: date


def about_receipt(turn: Turn, subject: int | None) -> Package:
    for each in office.to_receive(turn.session, actor=turn.me):
        if each.case_id == subject:
            return Package(each.case_id, each.closed_on)
    refuse(Why.ABSENT)


def receipt(package: Package) -> Asking[tuple[int, str] | None]:
    reference = yield from ask_words(
        "reference", _("Hvilket nummer har arkivet gitt den? Ikke skriv navn.")
    )
    lines = [
        _("Arkivet har {number}, avsluttet {day}.", number=verbatim(str(package.case_id)),
          day=Day(package.closed_on, year=True)),
        _("Arkivets nummer: {words}", words=reference or ""),
        _("Da begynner dagene å løpe til innholdet blir slettet her. Det kan ikke gjøres om."),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, det er mottatt"))
    return (package.case_id, reference or "") if sure else None


def received(turn: Turn, done: tuple[int, str]) -> None:
    office.receive(turn.session, actor=turn.me, case_id=done[0], reference=done[1], now=turn.now)
    turn.say("adm.archive")


# --- the guest list ------------------------------------------------------------------------------


def show_guests(turn: Turn, subject: int, version: int) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.KEEP_GUESTS)
    turn.show("adm.guests", page=version)


def guests_card(reading: Reading) -> Message:
    found = office.guests(reading.session, actor=reading.reader, now=reading.now)
    rows = [
        Button(_("Ta av: {name}", name=name), action="adm.guest_off", subject=person_id)
        for person_id, name in found.staff.items()
    ]
    lines = [
        _("Det er øvelse nå: bare de som står her, får svar og meldinger.")
        if found.on
        else _("Det er ikke øvelse nå: alle får svar og meldinger."),
        _("Ansatte på gjestelisten: {n}", n=len(rows)),
    ]
    if found.others.least == 1:
        lines.append(_("Noen få andre står der også."))
    elif found.others.most:
        number = bars.number_of(found.others)
        lines.append(_("{number} andre står der også.", number=number))
    lines.append(_("Unge og foresatte settes opp av driften."))
    page = int(reading.params.get("page", 0))
    return Message(
        join(lines),
        buttons=(
            *page_of(rows, page, action="adm.guests"),
            (Button(_("Sett noen på listen"), action="flow:gjest.ny"),),
            (Button(_("Slå øvelse av eller på"), action="flow:regel.endre",
                    subject=number_of("rehearsal")),),
            (BACK,),
        ),
    )  # fmt: skip


def take_off(turn: Turn, subject: int, version: int) -> None:
    office.put_guest(turn.session, actor=turn.me, person_id=subject, guest=False, now=turn.now)
    turn.toast("adm.saved")
    turn.show("adm.guests")


def about_guest(turn: Turn, subject: int | None) -> dict[int, str]:
    found = office.not_guests(turn.session, actor=turn.me)
    require(found, Why.NOBODY)
    return found


def new_guest(names: dict[int, str]) -> Asking[int | None]:
    whom = yield from pick(_("Hvem skal stå på gjestelisten?"), names, {})
    text = _("Skal {name} få svar og meldinger også under øvelsen?", name=names[whom])
    return whom if (yield from confirm(text, yes=_("Ja, sett på listen"))) else None


def guest_put(turn: Turn, person_id: int) -> None:
    office.put_guest(turn.session, actor=turn.me, person_id=person_id, guest=True, now=turn.now)
    turn.say("adm.guests")


# --- the switch of each channel ------------------------------------------------------------------


def show_channels(turn: Turn, subject: int, version: int) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.SWITCH_CHANNELS)
    turn.show("adm.channels")


def channels_card(reading: Reading) -> Message:
    found = office.stopped(reading.session, actor=reading.reader)
    lines = [
        _("Det som stoppes, sender ingenting før det åpnes igjen. Det folk skriver, blir hørt.")
    ]
    rows = []
    for name, since in found.items():
        label = CHANNELS.get(name, verbatim(name))
        lines.append(
            _("{channel}: åpen", channel=label)
            if since is None
            else _("{channel}: stoppet siden {when}", channel=label, when=Moment(since))
        )
        text = _("Stopp: {channel}", channel=label) if since is None else _("Åpne: {channel}", channel=label)  # fmt: skip
        rows.append((Button(text, action="adm.switch_ask", subject=number_of(name), version=int(since is not None)),))  # fmt: skip
    return Message(join(lines, "\n\n"), buttons=(*rows, (BACK,)))


def _channel(reading: Reading | Turn, me: Any, number: int) -> str:
    for name in office.stopped(reading.session, actor=me):
        if number_of(name) == number:
            return name
    refuse(Why.ABSENT)


def ask_switch(turn: Turn, subject: int, version: int) -> None:
    _channel(turn, turn.me, subject)
    turn.show("adm.switch", subject, on=version)


def switch_card(reading: Reading) -> Message:
    """The second press. Who sits in the channel will not see the answer when it is stopped."""
    name = _channel(reading, reading.reader, reading.subject)
    on = int(reading.params.get("on", 0))
    label = CHANNELS.get(name, verbatim(name))
    if on:
        lines = [_(
                "{channel}: Skal vi åpne igjen? Det som har ventet og fortsatt stemmer, går ut.", channel=label)]  # fmt: skip
        yes = _("Ja, åpne igjen")
    else:
        lines = [_("{channel}: Skal vi stoppe nå? Ingen får svar eller meldinger der, heller ikke påminnelser. "
                   "Hjelp nå virker.", channel=label)]  # fmt: skip
        yes = _("Ja, stopp nå")
        if name == reading.contact.channel:
            lines.append(
                _("⚠ Du sitter der selv og ser ikke svaret. Da kan bare driften åpne igjen.")
            )
    rows = (
        (Button(yes, action="adm.switch", subject=reading.subject, version=on),),
        (Button(_("Tilbake"), action="adm.channels"),),
    )
    return Message(join(lines, "\n\n"), buttons=rows)


def switch(turn: Turn, subject: int, version: int) -> None:
    name = _channel(turn, turn.me, subject)
    office.switch(turn.session, actor=turn.me, channel=name, on=bool(version), now=turn.now)
    turn.toast("adm.saved")
    turn.show("adm.channels")


FLOWS: tuple[Flow[Any], ...] = (
    Flow("arkiv.kvitter", pgettext("flow", "Kvittering fra arkivet"), about_receipt, receipt,
         received),
    Flow("gjest.ny", pgettext("flow", "Sett på gjestelisten"), about_guest, new_guest, guest_put),
)  # fmt: skip
BUTTONS = {
    "adm.archive": show_archive,
    "adm.guests": show_guests,
    "adm.guest_off": take_off,
    "adm.channels": show_channels,
    "adm.switch_ask": ask_switch,
    "adm.switch": switch,
}
NOTICES = {
    "adm.archive": archive_card,
    "adm.guests": guests_card,
    "adm.channels": channels_card,
    "adm.switch": switch_card,
}
TOASTS: dict[str, Text] = {"adm.saved": _("Lagret.")}
