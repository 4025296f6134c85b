"""Where one is logged in: every chat and browser, and every passkey, each ended with one press."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Moment, Text, _, join, pgettext, verbatim
from models import linked
from models.linked import Key, Place

WHERE = pgettext("menu", "Hvor du er logget inn")
NAMES: dict[str, Text] = {
    "web": _("Nettleser"),
    "telegram": _("Telegram"),
    "email": _("E-post"),
}


def button(reading: Reading) -> Button:
    """In a browser a page of its own, which knows the browser it is in."""
    if reading.contact.channel == "web":
        return Button(WHERE, url=f"{reading.session.info.get('web_url', '')}/enheter")
    return Button(WHERE, action="linking.places")


def name_of(place: Place) -> Text:
    """The channel, and in a browser the kind of device it said it was on."""
    channel = NAMES.get(place.channel) or verbatim(place.channel)
    return join([channel, verbatim(f"({place.device})")], " ") if place.device else channel


def show_places(turn: Turn, subject: int, version: int) -> None:
    turn.show("linking.places")


def places(reading: Reading) -> Message:
    """The other chats, and every passkey: each is a way in, and is ended with one press."""
    here = reading.contact.id
    found = linked.places(reading.session, reading.reader, reading.now)
    keys = linked.keys(reading.session, reading.reader)
    others = [each for each in found if each.contact_id != here]
    lines = [
        WHERE,
        *(_("Her, nå: {channel}.", channel=name_of(p)) for p in found if p.contact_id == here),
        *(_line(number, each) for number, each in enumerate(others, start=1)),
        *(_key(number, each) for number, each in enumerate(keys, start=len(others) + 1)),
        _("Kjenner du ikke igjen noe, så avslutt det. Det som står der, blir skjult. Det du har "
          "sagt ja til, er som før."),
    ]  # fmt: skip
    if keys:
        lines.append(
            _(
                "Ta også bort fingeravtrykk, ansikt eller kode som du ikke kjenner igjen. Ellers kan "
                "noen komme inn igjen med det."
            )
        )
    return Message(join(lines, "\n\n"), buttons=_ends(others, keys))


def _ends(others: Sequence[Place], keys: Sequence[Key]) -> Rows:
    ends = [
        Button(_("Avslutt nr. {n}", n=number), action="linking.end", subject=each.id)
        for number, each in enumerate(others, start=1)
    ]
    ends += [
        Button(_("Ta bort nr. {n}", n=number), action="linking.remove_key", subject=each.id)
        for number, each in enumerate(keys, start=len(others) + 1)
    ]
    if sum(each.lets_in for each in others) + len(keys) > 1:
        ends.append(Button(_("Avslutt alle andre"), action="linking.end_others"))
    ends.append(Button(_("‹ Tilbake"), action="discreet.back"))
    return tuple((each,) for each in ends)


def _line(number: int, place: Place) -> Text:
    return _(
        "{n}. {channel}: fra {since}, sist brukt {last}.",
        n=number, channel=name_of(place), since=Moment(place.since), last=Moment(place.last),
    )  # fmt: skip


def _key(number: int, key: Key) -> Text:
    way = _("Fingeravtrykk, ansikt eller kode")
    if key.name:
        way = join([way, verbatim(f"({key.name})")], " ")
    made = Moment(key.made)
    if key.used is None:
        return _("{n}. {way}: slått på {made}, ikke brukt ennå.", n=number, way=way, made=made)
    return _(
        "{n}. {way}: slått på {made}, sist brukt {used}.",
        n=number, way=way, made=made, used=Moment(key.used),
    )  # fmt: skip


def end(turn: Turn, subject: int, version: int) -> None:
    linked.end(turn.session, actor=turn.me, place_id=subject, now=turn.now)
    turn.toast("linking.ended")
    turn.show("linking.places")


def remove_key(turn: Turn, subject: int, version: int) -> None:
    linked.remove_key(turn.session, actor=turn.me, passkey_id=subject, now=turn.now)
    turn.toast("linking.removed")
    turn.show("linking.places")


def end_others(turn: Turn, subject: int, version: int) -> None:
    linked.end_others(
        turn.session, actor=turn.me, contact=turn.contact, session_id=None, now=turn.now
    )
    turn.toast("linking.ended")
    turn.show("linking.places")


def many(reading: Reading) -> Message | None:
    """The day after somebody was let in: whoever has held the phone for a minute is found out."""
    if not linked.are_several(reading.session, reading.reader, reading.now):
        return None
    lines = [
        _("Er det bare du som er logget inn?"),
        _("Du kan komme inn flere steder nå, eller på flere måter. Er det bare deg, trenger du "
          "ikke gjøre noe. Er du i tvil, så se etter og avslutt resten."),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"), buttons=((button(reading),),))


def new(reading: Reading) -> Message | None:
    """At once in every other chat. First line neutral: whoever reads it did not ask for it here."""
    if not linked.are_several(reading.session, reading.reader, reading.now):
        return None
    lines = [
        _("Var dette deg?"),
        _("Nå kan du komme inn ett sted til, eller på én måte til. Var det deg, trenger du ikke "
          "gjøre noe. Var det ikke deg, så se etter og avslutt det."),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"), buttons=((button(reading),),))


BUTTONS = {
    "linking.places": show_places,
    "linking.end": end,
    "linking.remove_key": remove_key,
    "linking.end_others": end_others,
}
NOTICES = {"linking.places": places, "linking.many": many, "linking.new": new}
TOASTS: dict[str, Text] = {
    "linking.ended": pgettext("toast", "Avsluttet."),
    "linking.removed": pgettext("toast", "Tatt bort."),
}
