"""What a meeting is to be about: points of the holder's, wishes of the others."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.dialogue import Asking, Flow, ask_words, confirm
from handlers.request_words import push
from handlers.turns import Button, Compose, Message, Press, Reading, Turn
from locales import Text, _, join, verbatim
from models import agenda
from models.agenda import Agenda, PointView
from models.base import refuse
from models.terms import Why


@dataclass(frozen=True)
class Point:
    meeting_id: int
    words: str


def _seen(turn: Turn | Reading, meeting_id: int) -> Agenda:
    return agenda.agenda(turn.session, actor=turn.me, meeting_id=meeting_id, now=turn.now)


def _prepare(turn: Turn, subject: int | None) -> Agenda:
    seen = _seen(turn, subject or 0)
    if not seen.open:
        refuse(Why.STALE)
    return seen


def _talk(plain: Agenda) -> Asking[Point | None]:
    text = _("Hva ønsker du at møtet skal handle om? Den som leder møtet, ser det.")
    if plain.holds:
        text = _("Hva skal tas opp? Ungdommen og foresatte kan lese det.")
        if not plain.readers_family:
            text = _("Hva skal tas opp? Ungdommen kan lese det. Foreldrene ser det ikke.")
    words = yield from ask_words("words", text)
    told = _("Skal jeg lagre dette?\n«{words}»", words=words or "")
    return Point(plain.meeting_id, words or "") if (yield from confirm(told, yes=_("Ja, lagre"))) else None  # fmt: skip


def _finish(turn: Turn, point: Point) -> None:
    agenda.add(
        turn.session, actor=turn.me, meeting_id=point.meeting_id, words=point.words, now=turn.now
    )
    turn.say("meeting.agenda", point.meeting_id)


def show(turn: Turn, subject: int, version: int) -> None:
    _seen(turn, subject)
    turn.show("meeting.agenda", subject)


def card(reading: Reading) -> Message:
    seen = _seen(reading, reading.subject)
    listed = [point for point in seen.points if point.on_agenda]
    wished = [point for point in seen.points if not point.on_agenda]
    parts = [_("Saksliste:") if listed else _("Ingenting står på sakslista ennå.")]
    parts += [_("{n}. {words}", n=n, words=point.words) for n, point in enumerate(listed, 1)]
    if wished:
        parts.append(_("Ønsket av andre:") if seen.holds else _("Det du har ønsket:"))
        parts += [_wish(point) for point in wished]
    rows: list[tuple[Button, ...]] = []
    if seen.open:
        add = _("Legg til et punkt") if seen.holds else _("Ønsk et punkt")
        rows.append((Button(add, "flow:mote.punkt", seen.meeting_id),))
        if seen.holds:
            rows += [(_button(_("Ta med"), point, "in"),) for point in wished]
            rows += [(_button(_("Ta bort"), point, "drop"),) for point in listed]
        else:
            rows += [(_button(_("Ta bort"), point, "drop"),) for point in wished]
    rows.append((Button(_("Vis møtet"), "meeting.show", seen.meeting_id),))
    return Message(join(parts), tuple(rows))


def _wish(point: PointView) -> Text:
    if point.by is None:
        return _("«{words}»", words=point.words)
    return _("{name}: «{words}»", name=point.by, words=point.words)


def _button(label: Text, point: PointView, what: str) -> Button:
    words = point.words if len(point.words) <= 30 else f"{point.words[:29]}…"
    return Button(join([label, verbatim(words)], ": "), f"meeting.agenda_{what}", point.id)


def take_in(turn: Turn, subject: int, version: int) -> None:
    point = agenda.take_in(turn.session, actor=turn.me, point_id=subject, now=turn.now)
    turn.show("meeting.agenda", point.meeting_id)


def drop(turn: Turn, subject: int, version: int) -> None:
    point = agenda.drop(turn.session, actor=turn.me, point_id=subject, now=turn.now)
    turn.show("meeting.agenda", point.meeting_id)


def _wished(reading: Reading) -> bool:
    seen = _seen(reading, reading.subject)
    return seen.holds and seen.open and any(not point.on_agenda for point in seen.points)


FLOWS = (Flow("mote.punkt", _("Et punkt til et møte"), _prepare, _talk, _finish),)
BUTTONS: dict[str, Press] = {
    "meeting.agenda": show,
    "meeting.agenda_in": take_in,
    "meeting.agenda_drop": drop,
}
NOTICES: dict[str, Compose] = {
    "meeting.agenda": card,
    "meeting.agenda_wished": push(_("Det er noe nytt til deg."), "meeting.agenda", _wished),
}
