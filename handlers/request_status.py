"""What comes back to whoever asked: the receipt, how it goes, and what one has asked for."""

from __future__ import annotations

from handlers import youth_asked
from handlers.request_words import NEWS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext, verbatim
from models import request_cards, requests
from models.terms import Requester, RequestState, RequestStatus


def receipt(reading: Reading) -> Message:
    """Sounds the same whether or not the one it is about is known, or was asked for before."""
    asked = request_cards.for_requester(reading.session, reading.reader, reading.subject)
    request = requests.find(reading.session, reading.subject)
    own = request is not None and request.kind == Requester.YOUTH
    lines = [
        _("Skolen har fått ønsket ditt. Referansen er {ref}.", ref=asked.reference),
        _("Rektor på {school} leser det og bestemmer hva som skjer videre.", school=asked.school),
    ]
    if not asked.confirmed:
        lines.append(
            _("Skolen må først vite hvem du er. Gå innom kontoret og si referansen.")
            if own
            else _("Skolen må først finne ut hvem det gjelder. Ring skolen og si referansen.")
        )
    elif not own:
        lines.append(_("Ungdommen må selv ville ha en los. Sier ungdommen nei, blir det ingen."))
    if asked.answer_by is not None:
        lines.append(_("Du får svar senest {day}.", day=Day(asked.answer_by)))
    else:
        lines.append(_("Jeg kan ikke love når svaret kommer."))
    return Message(join(lines, "\n\n"), buttons=_status_buttons(reading.subject))


def _status_buttons(request_id: int) -> tuple[tuple[Button, ...], ...]:
    return (
        (Button(_("Hvordan går det?"), action="request.status", subject=request_id),),
        (Button(_("Trekk ønsket"), action="flow:trekk", subject=request_id),),
    )


STATUS: dict[RequestStatus, Text] = {
    RequestStatus.RECEIVED: pgettext("status", "mottatt"),
    RequestStatus.IN_HAND: pgettext("status", "i arbeid"),
    RequestStatus.CLOSED: pgettext("status", "avsluttet"),
}


def status(reading: Reading) -> Message | None:
    """How it goes: the youth sees more of the own, everyone else one of three words [47]."""
    request = requests.find(reading.session, reading.subject)
    if request is not None and request.ungdom_id == reading.reader.id:
        return youth_asked.own_card(reading)
    asked = request_cards.for_requester(reading.session, reading.reader, reading.subject)
    lines = [_("{ref}: {status}", ref=asked.reference, status=STATUS[asked.status])]
    if not asked.confirmed and asked.status is RequestStatus.RECEIVED:
        lines.append(
            _("Mer kan jeg ikke si før skolen vet hvem du er. Ring skolen og si referansen.")
        )
    open_ = asked.status is not RequestStatus.CLOSED
    return Message(join(lines, "\n\n"), buttons=_status_buttons(asked.id)[1:] if open_ else ())


def show_status(turn: Turn, subject: int, version: int) -> None:
    _may_see(turn, subject)
    turn.show("request.status", subject)


def _may_see(turn: Turn, request_id: int) -> None:
    request = requests.find(turn.session, request_id)
    if request is not None and request.ungdom_id == turn.me.id:
        requests.own(turn.session, turn.me, request_id)
    else:
        request_cards.for_requester(turn.session, turn.me, request_id)


def _sees(reading: Reading) -> bool:
    request = requests.find(reading.session, reading.subject)
    if request is not None and request.ungdom_id == reading.reader.id:
        return reading.reader.confirmed_at is not None
    request_cards.for_requester(reading.session, reading.reader, reading.subject)
    return True


def not_yet(reading: Reading) -> Message | None:
    """The promised date has passed without an answer: say so, honestly."""
    request = requests.find(reading.session, reading.subject)
    waiting = (RequestState.SUBMITTED, RequestState.READY, RequestState.PRIORITISED)
    if request is None or request.state not in waiting or not _sees(reading):
        return None
    return Message(
        join([NEWS, _("Du skulle hatt svar nå. Det er ikke klart, og det beklager vi.")], "\n\n"),
        buttons=((Button(pgettext("button", "Vis"), action="request.status",
                         subject=reading.subject),),),
    )  # fmt: skip


def overview(turn: Turn, typed: str) -> None:
    turn.say("request.mine")


def mine(reading: Reading) -> Message:
    """All one has asked for, a button each."""
    found = requests.asked_by(reading.session, reading.reader)
    if not found:
        return Message(_("Du har ikke bedt om noe her. Skriv /los for å be om en los."))
    rows = tuple(
        (Button(verbatim(request.reference), action="request.status", subject=request.id),)
        for request in found[:10]
    )
    return Message(_("Dette har du bedt om:"), buttons=rows)


def in_no_case(reading: Reading) -> Message | None:
    """For who looks for it among cases: a los needs none [50]. None where nothing is asked for."""
    found = request_cards.still_open(reading.session, reading.reader)
    if not found:
        return None
    if found[0].has_los:
        text = _("Du er ikke med i noen sak nå, men du har en los.")
    else:
        text = _("Du er ikke med i noen sak nå, men ønsket ditt om en los står.")
    how = _("Hvordan går det?")
    way = Button(how, command="status")
    if len(found) == 1:
        way = Button(how, action="request.status", subject=found[0].id)
    plain = Message(_("Du er ikke med i noen sak nå. Har du bedt om en los, så skriv /status."))
    return Message(text, buttons=((way,),), plain=plain)


BUTTONS = {"request.status": show_status}
NOTICES = {
    "request.receipt": receipt,
    "request.status": status,
    "request.update": push(NEWS, "request.status", _sees),
    "request.not_yet": not_yet,
    "request.mine": mine,
}
COMMANDS = {"status": overview}
