"""The youth's own say: being asked, answering, seeing how it goes, ending it. And taking back."""

from __future__ import annotations

from typing import Any

from handlers import approved
from handlers.dialogue import Asking, Flow, confirm
from handlers.request_words import WAITS, hours_of, push, wish_lines
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, pgettext
from models import answering, request_cards, requests
from models.base import refuse
from models.request_cards import Card
from models.terms import Requester, RequestState, Why

_ASKED = {
    Requester.GUARDIAN: _("En foresatt har spurt om du vil ha en los."),
    Requester.SCHOOL: _("Skolen har spurt om du vil ha en los."),
}

WHAT_IT_IS = _(
    "En los er en voksen som kan hjelpe deg når noe er vanskelig på skolen, hjemme, med venner "
    "eller i fritiden. Det er frivillig. Du kan slutte når du vil, og du trenger ikke si hvorfor."
)


def _asked(reading: Reading) -> Card | None:
    """The request, while the youth is being asked and reads it."""
    card = request_cards.for_youth(reading.session, reading.reader, reading.subject, reading.now)
    return card if card.state is RequestState.AWAITING_YOUTH else None


def asking_card(reading: Reading) -> Message | None:
    """Everything a youth needs to answer: what a los is, what stays between you, and what not."""
    card = _asked(reading)
    if card is None:
        return own_card(reading)
    claimed = _("Noen har spurt om du vil ha en los.")
    adult = _("En voksen som kjenner deg, har spurt om du vil ha en los.")
    lines = [
        _ASKED.get(card.kind, adult) if card.asker_confirmed else claimed,
        WHAT_IT_IS,
        approved.words(reading, "duties"),
        _(
            "Sier du nei, får den som spurte bare vite at det er avsluttet, ikke hva du svarte. "
            "Du kan ombestemme deg senere og be om en los selv."
        ),
        _("Vil du ha en los?"),
    ]
    say = [
        (_("Ja, det vil jeg"), "request.yes"),
        (_("Nei takk"), "request.no"),
        (_("Snakk med noen først"), "request.talk_first"),
    ]
    return Message(
        join(lines, "\n\n"),
        buttons=tuple((Button(label, action=a, subject=card.id),) for label, a in say),
    )


def show_asking(turn: Turn, subject: int, version: int) -> None:
    requests.own(turn.session, turn.me, subject)
    turn.show("request.asking", subject)


def awaits_press(turn: Turn) -> bool:
    request = requests.about_me(turn.session, turn.me)
    return request is not None and request.state == RequestState.AWAITING_YOUTH


def yes(turn: Turn, subject: int, version: int) -> None:
    answering.answer(turn.session, actor=turn.me, request_id=subject, yes=True, now=turn.now)
    turn.toast("request.thanks")
    turn.show("request.status", subject)


def no(turn: Turn, subject: int, version: int) -> None:
    answering.answer(turn.session, actor=turn.me, request_id=subject, yes=False, now=turn.now)
    turn.toast("request.thanks")
    turn.show("request.status", subject)


def talk_first(turn: Turn, subject: int, version: int) -> None:
    answering.talk_first(turn.session, actor=turn.me, request_id=subject, now=turn.now)
    turn.toast("request.thanks")
    turn.show("request.talking", subject)


def talking(reading: Reading) -> Message | None:
    card = _asked(reading)
    if card is None:
        return own_card(reading)
    hours = hours_of(request_cards.los_hours(reading.session, reading.now))
    lines = [
        _("Det er lurt. Rektor får vite at du vil snakke med noen først, og finner noen."),
        *([hours] if hours else []),
        _("Du bestemmer ikke noe ved å snakke. Svar når du er klar."),
    ]
    say = [(_("Ja, det vil jeg"), "request.yes"), (_("Nei takk"), "request.no")]
    return Message(
        join(lines, "\n\n"),
        buttons=tuple((Button(label, action=a, subject=card.id),) for label, a in say),
    )


# --- how it goes ---------------------------------------------------------------------------------

_OWN: dict[RequestState, Text] = {
    RequestState.READY: _("Rektor har fått det og skal se på det."),
    RequestState.PRIORITISED: _("Rektor har sett på det. Nå skal du få en los når det er plass."),
    RequestState.WAITLISTED: _(
        "Du står på venteliste. Ingen los er ledig nå, men du er ikke glemt: rektor ser på det igjen."
    ),
    RequestState.ASSIGNED: _("En los er spurt og skal svare. Du får vite det når det er klart."),
    RequestState.DECLINED: _(
        "Du får ikke en los nå. Rektor kan fortelle deg hvorfor, og du kan spørre igjen senere."
    ),
    RequestState.DECLINED_BY_YOUTH: _("Du har sagt nei takk. Ombestemmer du deg, skriv /los."),
    RequestState.WITHDRAWN: _("Du har trukket det. Ombestemmer du deg, skriv /los."),
    RequestState.CLOSED: _("Dette er avsluttet. Trenger du en los igjen, skriv /los."),
}

_OPEN = (
    RequestState.READY,
    RequestState.PRIORITISED,
    RequestState.WAITLISTED,
    RequestState.ASSIGNED,
    RequestState.ACTIVE,
)


def own_card(reading: Reading) -> Message | None:
    """The youth's own request: more than anyone else who asked gets to see."""
    card = request_cards.for_youth(reading.session, reading.reader, reading.subject, reading.now)
    if card.state is RequestState.AWAITING_YOUTH:
        return asking_card(reading)
    if card.state is RequestState.ACTIVE and card.contacted:
        lines = [_("{los} er losen din.", los=card.los or "")]
    elif card.state is RequestState.ACTIVE:
        lines = [_("{los} er losen din og tar kontakt med deg.", los=card.los or "")]
    else:
        lines = [_OWN[card.state]]
    if card.state not in _OPEN:
        return Message(join(lines, "\n\n"))
    hours = hours_of(request_cards.los_hours(reading.session, reading.now))
    lines += [hours] if hours else []  # also while one waits: how long is nobody's promise [51]
    lines += [join(wish_lines(card)), _("Referanse: {ref}", ref=card.reference)]
    label = (
        _("Jeg vil ikke ha los lenger") if card.state is RequestState.ACTIVE else _("Trekk ønsket")
    )
    return Message(
        join(lines, "\n\n"), buttons=((Button(label, action="flow:trekk", subject=card.id),),)
    )


# --- taking it back ------------------------------------------------------------------------------


def take_back(turn: Turn, subject: int | None) -> dict[str, int | bool]:
    request = requests.find(turn.session, subject or 0)
    if request is None:
        refuse(Why.ABSENT)
    if request.ungdom_id == turn.me.id:
        requests.own(turn.session, turn.me, request.id)
        return {"id": request.id, "own": True}
    asked = request_cards.for_requester(turn.session, turn.me, request.id)
    return {"id": asked.id, "own": False}


def taking_back(plain: dict[str, int | bool]) -> Asking[dict[str, int | bool] | None]:
    text = (
        _("Skal jeg si fra at du ikke vil ha en los? Du trenger ikke si hvorfor.")
        if plain["own"]
        else _("Skal jeg trekke ønsket ditt? Vil ungdommen selv ha en los, gjelder det fortsatt.")
    )
    agreed = yield from confirm(text, yes=_("Ja, trekk det"))
    return plain if agreed else None


def taken_back(turn: Turn, plain: dict[str, int | bool]) -> None:
    turn.say("request.taken_back", int(plain["id"]))  # before what others asked for is asked about
    verb = answering.end if plain["own"] else answering.withdraw
    verb(turn.session, actor=turn.me, request_id=int(plain["id"]), now=turn.now)


def taken_back_words(reading: Reading) -> Message:
    return Message(_("Det er gjort. Ombestemmer du deg, skriv /los."))


TAKE_BACK = Flow(
    name="trekk",
    title=_("Trekk ønsket"),
    prepare=take_back,
    talk=taking_back,
    finish=taken_back,
)

FLOWS: tuple[Flow[Any], ...] = (TAKE_BACK,)
BUTTONS = {
    "request.asking": show_asking,
    "request.yes": yes,
    "request.no": no,
    "request.talk_first": talk_first,
}
NOTICES = {
    "request.youth_asked": push(WAITS, "request.asking", _asked),
    "request.youth_reminded": push(
        _("Noe venter fortsatt på svar fra deg. Det haster ikke."), "request.asking", _asked
    ),
    "request.asking": asking_card,
    "request.talking": talking,
    "request.taken_back": taken_back_words,
}
TOASTS: dict[str, Text] = {"request.thanks": pgettext("toast", "Takk for svaret.")}
