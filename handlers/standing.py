"""Standing meetings of clubs and schools: who has one with whom, the dates, what is on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import (
    standing_agenda,
    standing_changes,
    standing_family,
    standing_news,
    standing_setup,
)
from handlers import standing_words as words
from handlers.dialogue import Flow
from handlers.paging import page_of
from handlers.turns import Attachment, Button, Message, Press, Reading, Turn
from locales import Day, Moment, Text, _, join, pgettext, plural, verbatim
from models import municipality, standing_running, standing_views
from models.base import require
from models.standing_views import DateRow, Overview, Pair, SeriesView
from models.terms import OccasionState, Why

ORGANIZER_ADDRESS = "noreply@kommune.invalid"
FEW = 12
"""So many pairs are listed without going by the club first."""


# --- who with whom -------------------------------------------------------------------------------


def open_list(turn: Turn, typed: str) -> None:
    """/fastemoter."""
    standing_views.overview(turn.session, actor=turn.me, now=turn.now)
    turn.show("standing.list")


def show_list(turn: Turn, subject: int, version: int) -> None:
    standing_views.overview(turn.session, actor=turn.me, now=turn.now)
    turn.show("standing.list", page=version)


def listing(reading: Reading) -> Message:
    seen = standing_views.overview(reading.session, actor=reading.reader, now=reading.now)
    lines = [_("Faste møter mellom fritidsklubber og skoler")]
    if made := int(reading.params.get("made", 0)):
        lines.append(plural("{n} fast møte er satt opp.", "{n} faste møter er satt opp.", made))
    if len(seen.pairs) > 1:
        lines.append(
            _("{having} av {all} har et fast møte.", having=seen.having, all=len(seen.pairs))
        )
    page = int(reading.params.get("page", 0))
    rows = page_of(_rows(seen), page, action="standing.list")
    if not rows:
        lines.append(_("Det er ingen her ennå."))
    missing = len(seen.pairs) - seen.having
    if len(seen.pairs) > 1 and missing:
        label = plural("Sett opp {n} som mangler", "Sett opp alle {n} som mangler", missing)
        rows = *rows, (Button(label, action="flow:fast.alle"),)
    return Message(join(lines, "\n\n"), buttons=rows)


def _rows(seen: Overview) -> list[Button]:
    """The series one comes to; then what is lacking, or by club when there are many."""
    label = _labels([*seen.mine, *seen.pairs])
    few = len(seen.mine) <= FEW
    rows = [_pair_button(pair, label(pair), seen.zone) for pair in seen.mine if few]
    listed = {pair.standing_id for pair in seen.mine} if rows else set()
    rest = [pair for pair in seen.pairs if pair.standing_id not in listed or not pair.standing_id]
    if len(rest) <= FEW:
        return rows + [_pair_button(pair, label(pair), seen.zone) for pair in rest]
    clubs = {pair.club_id: pair.club for pair in seen.pairs}
    for club_id, name in clubs.items():
        own = [pair for pair in seen.pairs if pair.club_id == club_id]
        having = sum(pair.standing_id is not None for pair in own)
        counted = _("{club}: {having} av {all}", club=name, having=having, all=len(own))
        rows.append(Button(counted, action="standing.club", subject=club_id))
    return rows


def _labels(pairs: Sequence[Pair]) -> Callable[[Pair], Text]:
    """What tells them apart: the club where all are of one school, the school where all are of one
    club, else both."""
    clubs, schools = {p.club_id for p in pairs}, {p.school_id for p in pairs}
    if len(schools) == 1:
        return lambda pair: verbatim(pair.club)
    if len(clubs) == 1:
        return lambda pair: verbatim(pair.school)
    return lambda pair: _("{club} og {school}", club=_short(pair.club), school=_short(pair.school))


def _pair_button(pair: Pair, label: Text, zone: str) -> Button:
    if pair.standing_id is None:
        missing = _("{pair}: mangler", pair=label)
        return Button(missing, action="flow:fast.ny", subject=pair.club_id)
    if pair.next_at is not None:
        day = Day(pair.next_at.astimezone(ZoneInfo(zone)).date())
        label = _("{pair}: {day}", pair=label, day=day)
    return Button(label, action="standing.series", subject=pair.standing_id)


def _short(name: str) -> str:
    """A button has no room for long names."""
    return name if len(name) <= 17 else f"{name[:16].rstrip()}…"


def show_club(turn: Turn, subject: int, version: int) -> None:
    _pairs_of(standing_views.overview(turn.session, actor=turn.me, now=turn.now), subject)
    turn.show("standing.club", subject, page=version)


def _pairs_of(seen: Overview, club_id: int) -> list[Pair]:
    own = [pair for pair in seen.pairs if pair.club_id == club_id]
    require(own, Why.ABSENT)
    return own


def club_card(reading: Reading) -> Message:
    seen = standing_views.overview(reading.session, actor=reading.reader, now=reading.now)
    own = _pairs_of(seen, reading.subject)
    having = sum(pair.standing_id is not None for pair in own)
    text = _("{club} har faste møter med {having} av {all} skoler.",
             club=own[0].club, having=having, all=len(own))  # fmt: skip
    rows = page_of(
        [_pair_button(pair, verbatim(pair.school), seen.zone) for pair in own],
        int(reading.params.get("page", 0)), action="standing.club", subject=reading.subject,
    )  # fmt: skip
    return Message(text, buttons=(*rows, (ALL,)))


ALL = Button(_("Alle faste møter"), action="standing.list")


# --- a series ------------------------------------------------------------------------------------


def show_series(turn: Turn, subject: int, version: int) -> None:
    standing_views.series(turn.session, actor=turn.me, standing_id=subject, now=turn.now)
    turn.show("standing.series", subject)


def series_card(reading: Reading) -> Message:
    seen = standing_views.series(
        reading.session, actor=reading.reader, standing_id=reading.subject, now=reading.now
    )
    title = _("{club} og {school}", club=seen.club, school=seen.school)
    if seen.ended:
        return Message(join([title, _("Disse møtene er avsluttet.")]), buttons=((ALL,),))
    facts = [
        title,
        words.rhythm(seen.pattern, seen.at, seen.zone),
        plural("Varer: {n} minutt", "Varer: {n} minutter", seen.minutes),
        _("Sted: {place}", place=words.PLACES[seen.place_kind]),
        _("Leder: {name}", name=seen.chair),
        _("Til og med {day}", day=Day(seen.pattern.until, year=True)),
    ]
    if not seen.comes:  # who only sets them up sees when, and nothing of what is on
        facts += [_date_line(row, seen.zone) for row in seen.dates]
    return Message(
        join([join(facts), *words.off_told(seen.off)], "\n\n"), buttons=_series_rows(seen)
    )


def _date_line(row: DateRow, zone: str) -> Text:
    moment = Moment(row.starts_at, zone)
    if row.state is OccasionState.CANCELLED:
        return _("• {when}: går ut", when=moment)
    return _("• {when}", when=moment)


def _series_rows(seen: SeriesView) -> tuple[tuple[Button, ...], ...]:
    rows = []
    if seen.comes:
        for row in [*seen.dates, *seen.past[:2]]:
            label: Text = _("{when}", when=Moment(row.starts_at, seen.zone))
            if row.state is OccasionState.CANCELLED:
                label = _("{when}: går ut", when=Moment(row.starts_at, seen.zone))
            rows.append(Button(label, action="standing.date", subject=row.id))
        rows.append(Button(_("Kalenderfil"), action="standing.file", subject=seen.id))
    if seen.runs:
        rows.append(Button(_("Bytt leder"), action="flow:fast.leder", subject=seen.id))
        if seen.last_is_near:
            rows.append(Button(_("Forleng ett år"), action="standing.go_on", subject=seen.id))
        rows.append(Button(_("Avslutt møtene"), action="flow:fast.slutt", subject=seen.id))
    return tuple((row,) for row in (*rows, ALL))


def go_on(turn: Turn, subject: int, version: int) -> None:
    standing_running.go_on(turn.session, actor=turn.me, standing_id=subject, now=turn.now)
    turn.toast("standing.goes_on")
    turn.show("standing.series", subject)


def take_file(turn: Turn, subject: int, version: int) -> None:
    standing_running.take_file(turn.session, actor=turn.me, standing_id=subject, now=turn.now)
    turn.say("standing.file", subject)


def calendar_file(reading: Reading) -> Message:
    """The whole series in one file, without a word of what it is; the one that removes it when it
    is ended."""
    seen = standing_views.calendar(
        reading.session, actor=reading.reader, standing_id=reading.subject, now=reading.now
    )
    entries = [(each.named_on, each.starts_at, each.minutes, each.off) for each in seen.entries]
    data = {
        **_file(reading, seen.uid, seen.sequence, seen.zone),
        "cancelled": seen.ended,
        "entries": tuple((f"{named:%Y%m%d}", at, n, off) for named, at, n, off in entries),
        "place": words.PLACES[seen.place_kind] if reading.reader.show_place else None,
    }
    text = (
        _("Noen faste avtaler er avsluttet. Åpne fila for å fjerne dem fra kalenderen din.")
        if seen.ended
        else _("Åpne fila for å legge de faste avtalene i kalenderen din. Den sier bare når.")
    )
    return Message(text, attachment=Attachment("ics_series", data))


def removing_file(reading: Reading) -> Message | None:
    """For who works at neither place any more: the calendar lets go of what it has."""
    told = reading.params
    if "uid" not in told:
        return None
    entries = tuple(
        (place, datetime.fromtimestamp(at, UTC), minutes, True)
        for place, at, minutes in told["entries"]
    )
    data = {
        **_file(reading, told["uid"], told["sequence"], told["zone"]),
        "cancelled": True,
        "entries": entries,
        "place": None,
    }
    text = _(
        "Noen faste avtaler er ikke dine lenger. Åpne fila for å fjerne dem fra kalenderen din."
    )
    return Message(text, attachment=Attachment("ics_series", data))


def _file(reading: Reading, uid: str, sequence: int, zone: str) -> dict[str, Any]:
    here = municipality.current(reading.session)
    return {
        "uid": uid,
        "sequence": sequence,
        "zone": zone,
        "summary": _("Avtale"),
        "organizer": here.name if here else "",
        "address": ORGANIZER_ADDRESS,
        "now": reading.now,
    }


FLOWS: tuple[Flow[Any], ...] = (
    *standing_setup.FLOWS,
    *standing_agenda.FLOWS,
    *standing_changes.FLOWS,
)
COMMANDS = {"fastemoter": open_list, "standing": open_list}
BUTTONS: dict[str, Press] = {
    "standing.list": show_list,
    "standing.club": show_club,
    "standing.series": show_series,
    "standing.go_on": go_on,
    "standing.file": take_file,
    **standing_agenda.BUTTONS,
    **standing_family.BUTTONS,
}
NOTICES = {
    "standing.list": listing,
    "standing.club": club_card,
    "standing.series": series_card,
    "standing.file": calendar_file,
    "standing.gone": removing_file,
    **standing_agenda.NOTICES,
    **standing_family.NOTICES,
    **standing_news.NOTICES,
}
TOASTS: dict[str, Text] = {
    "standing.goes_on": pgettext("toast", "Møtene er forlenget."),
    **standing_agenda.TOASTS,
    **standing_family.TOASTS,
}
