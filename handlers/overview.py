"""What leaders see of how it goes: numbers first, then a bar, and the bars as a picture. Nothing of a
case, and nothing to open [44, B2, R2]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers import help_lines as lines_office
from handlers import services_office
from handlers.turns import Attachment, Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext, plural, verbatim
from models import access, figures, help_lines, services
from models.figures import Figure, School, View, Wait
from models.suppression import Band, Spread
from models.terms import Action

FIGURES: dict[Figure, Text] = {
    Figure.WAITING: pgettext("figure", "Unge som venter på los"),
    Figure.CASES: pgettext("figure", "Åpne saker"),
    Figure.LATE: pgettext("figure", "Evalueringer som er for sene"),
    Figure.ON_TIME: pgettext("figure", "Evaluert i tide siste år"),
    Figure.AFTER: pgettext("figure", "Evaluert for sent siste år"),
}
WAITS: dict[Wait, Text] = {
    Wait.FOR_LOS: pgettext("figure", "Fra ønsket til en los er spurt"),
    Wait.FOR_CONTACT: pgettext("figure", "Fra losen er spurt til første kontakt"),
}
BLOCK = "▇"
_FIGURE = tuple(Figure)
MOST_BLOCKS = 12
LOADS = 99
"""Where a figure stands by its place: how many youths each los has."""


@dataclass(frozen=True)
class Row:
    """One bar: what it is of, the number in words, and how it is drawn."""

    label: Text
    number: Band
    marked: bool = False  # more than there should be


# --- opening -------------------------------------------------------------------------------------


def open_overview(turn: Turn, typed: str) -> None:
    _ready(turn)
    turn.say("overview")


def show(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.show("overview")


def show_figure(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.show("overview.figure", subject)


def show_waits(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.show("overview.waits")


def show_picture(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.say("overview.picture", subject)


def _ready(turn: Turn) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.SEE_FIGURES)
    figures.make(turn.session, turn.now)


def _view(reading: Reading) -> View:
    return figures.overview(reading.session, actor=reading.reader, now=reading.now)


# --- the cards -----------------------------------------------------------------------------------


def card(reading: Reading) -> Message:
    """All figures: of the own schools, or what the municipality's add up to."""
    view = _view(reading)
    parts = [_heading(view)]
    if view.whole:
        parts.append(join([_("Hele kommunen"), *_lines(_of(view.totals), view.smallest)]))
    else:
        parts += [
            join([verbatim(each.name), *_lines(_of(each.counts), view.smallest)])
            for each in view.schools
        ]
    if any(each.full for each in view.loads):
        parts.append(_("⚠ Minst én los har så mange unge at kommunen har bedt om å bli varslet."))
    rows = [
        (Button(label, action="overview.figure", subject=_FIGURE.index(each)),)
        for each, label in (FIGURES.items() if view.whole else ())
    ]
    rows.append((Button(_("Ventetid"), action="overview.waits"),))
    rows.append((Button(_("Unge per los"), action="overview.figure", subject=LOADS),))
    if not view.whole:
        rows.append((Button(_("Vis som bilde"), action="overview.picture"),))
    return Message(join(parts, "\n\n"), buttons=(*rows, *_office(reading)))


def _heading(view: View) -> Text:
    return join([
        _("Oversikt fra {day}", day=Day(view.made_on)),
        _("Tallene lages en gang i uken. De er grove, så ingen kan kjennes igjen: fra 1 til {most} "
          "vises som «færre enn {n}».", most=view.smallest - 1, n=view.smallest),
    ])  # fmt: skip


def _office(reading: Reading) -> tuple[tuple[Button, ...], ...]:
    """What a project leader keeps for everybody [B3]."""
    rows = []
    if services.may_keep(reading.session, reading.reader):
        rows.append((Button(_("Tjenestekatalogen"), action=services_office.LIST),))
    if help_lines.may_verify(reading.session, reading.reader):
        rows.append((lines_office.DOOR,))
    return tuple(rows)


def figure_card(reading: Reading) -> Message:
    """One figure at every school, or how many youths each los has."""
    view = _view(reading)
    title, rows = _one(view, reading.subject)
    parts = [_heading(view), join([title, *_lines(rows, view.smallest)])]
    if any(row.marked for row in rows):
        parts.append(_("⚠ Så mange at kommunen har bedt om å bli varslet."))
    buttons = (
        (Button(_("Vis som bilde"), action="overview.picture", subject=reading.subject + 1),),
        (Button(_("Til oversikten"), action="overview.open"),),
    )
    return Message(join(parts, "\n\n"), buttons=buttons)


def _one(view: View, subject: int) -> tuple[Text, list[Row]]:
    if subject == LOADS:
        rows = [Row(verbatim(each.name), each.count, each.full) for each in view.loads]
        return _("Unge per los"), rows
    figure = _FIGURE[subject % len(_FIGURE)]
    rows = [Row(verbatim(each.name), each.counts[figure]) for each in view.schools]
    if view.whole and len(rows) > 1:
        rows.append(Row(_("Til sammen"), view.totals[figure]))
    return FIGURES[figure], rows


def waits_card(reading: Reading) -> Message:
    view = _view(reading)
    parts = [_heading(view)]
    for wait, label in WAITS.items():
        parts.append(join([label, *(_waited(each, wait) for each in view.schools)]))
    return Message(
        join(parts, "\n\n"), buttons=((Button(_("Til oversikten"), action="overview.open"),),)
    )


def _waited(school: School, wait: Wait) -> Text:
    found = school.waits[wait]
    if found is None:
        return _("{school}: for få til å vise", school=school.name)
    return _("{school}: {weeks}", school=school.name, weeks=_weeks(found))


def _weeks(found: Spread) -> Text:
    told = [
        plural("en av fire innen {n} uke", "en av fire innen {n} uker", found.low),
        plural("halvparten innen {n} uke", "halvparten innen {n} uker", found.middle),
        plural("tre av fire innen {n} uke", "tre av fire innen {n} uker", found.high),
    ]
    return join(told, ", ")


def picture_card(reading: Reading) -> Message:
    """The bars alone; what they say stands beside them in words, in the same order."""
    view = _view(reading)
    if reading.subject:
        title, rows = _one(view, reading.subject - 1)
    else:
        title = _("Oversikt")
        rows = [row for each in view.schools for row in _of(each.counts)]
    text = join([title, *map(_line, rows)])
    drawn = [(row.number.least, row.number.most, row.marked) for row in rows]
    picture = Attachment("bars", {"bars": drawn})
    return Message(text, attachment=picture if rows else None)


# --- words ---------------------------------------------------------------------------------------


def _of(counts: Mapping[Figure, Band]) -> list[Row]:
    return [Row(label, counts[each]) for each, label in FIGURES.items()]


def _lines(rows: Iterable[Row], smallest: int) -> list[Text]:
    """The number before the bar, so that it is heard first."""
    return [
        join([_line(row), verbatim(BLOCK * blocks(row.number, smallest))], " ")
        if row.number.most
        else _line(row)
        for row in rows
    ]


def _line(row: Row) -> Text:
    told = _("{label}: {number}", label=row.label, number=number_of(row.number))
    return join([verbatim("⚠"), told], " ") if row.marked else told


def number_of(number: Band) -> Text:
    if number.most == 0:
        return verbatim("0")
    if number.least <= 1:
        return _("færre enn {n}", n=number.most + 1)
    return _("{least} til {most}", least=number.least, most=number.most)


def blocks(number: Band, smallest: int) -> int:
    """As many as there are bands up to this one: a bar knows no more than its number."""
    return min(MOST_BLOCKS, 1 + number.least // smallest) if number.most else 0


COMMANDS = {"oversikt": open_overview, "overview": open_overview}
BUTTONS = {
    "overview.open": show,
    "overview.figure": show_figure,
    "overview.waits": show_waits,
    "overview.picture": show_picture,
}
NOTICES = {
    "overview": card,
    "overview.figure": figure_card,
    "overview.waits": waits_card,
    "overview.picture": picture_card,
}
