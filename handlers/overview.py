"""What leaders see of how it goes: numbers first, then a bar, and the bars as a picture. Nothing of a
case, and nothing to open [44, B2, R2]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers import help_lines as lines_office
from handlers import services_office
from handlers.bars import Row, drawn, line, lines
from handlers.turns import Attachment, Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext, plural, verbatim
from models import access, figures, help_lines, municipality, services
from models.counted import Figure, Wait
from models.figures import School, View
from models.suppression import Band, Spread
from models.terms import Action

FIGURES: dict[Figure, Text] = {
    Figure.WAITING: pgettext("figure", "Unge som venter på los"),
    Figure.CONCERNS: pgettext("figure", "Undring som ikke er vurdert i tide"),
    Figure.LATE: pgettext("figure", "Evalueringer som er for sene"),
    Figure.STOPPED: pgettext("figure", "Annen oppfølging som har stoppet"),
    Figure.ON_TIME: pgettext("figure", "Evaluert i tide siste år"),
    Figure.AFTER: pgettext("figure", "Evaluert for sent siste år"),
}
CASES = _("Åpne saker på hvert nivå")
WAITS: dict[Wait, Text] = {
    Wait.FOR_LOS: pgettext("figure", "Fra ønsket til en los er spurt"),
    Wait.FOR_CONTACT: pgettext("figure", "Fra losen er spurt til første kontakt"),
}
_FIGURE = tuple(Figure)
LEVELS, LOADS = 98, 99
"""Where a figure stands by its place: cases at each level, how many youths each los has."""
MOST_LINES = 20
"""So many lines stand below a picture: a caption is short."""


# --- opening -------------------------------------------------------------------------------------


def open_overview(turn: Turn, typed: str) -> None:
    _ready(turn)
    turn.say("overview")


def show(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.show("overview")


def show_choices(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.show("overview.choose")


def show_figure(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.show("overview.figure", subject)


def show_waits(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.show("overview.waits")


def show_picture(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.say("overview.picture", subject)


def show_page(turn: Turn, subject: int, version: int) -> None:
    _ready(turn)
    turn.say("overview.page")


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
    if view.whole and view.schools:
        rows = [*_of(view.totals), *_levels(view, view.levels)]
        parts.append(join([_("Hele kommunen"), *lines(rows, view.smallest)]))
    else:
        parts += [
            join([verbatim(each.name), *lines(_all(view, each), view.smallest)])
            for each in view.schools
        ]
    if view.left_out:
        parts.append(_("Skolen der du er foresatt for en elev, er ikke med."))
    if any(each.full for each in view.loads):
        parts.append(_("⚠ Minst én los har så mange unge at kommunen har bedt om å bli varslet."))
    return Message(join(parts, "\n\n"), buttons=(*_ways(view), *_office(reading)))


def _ways(view: View) -> list[tuple[Button, ...]]:
    ways = [Button(_("Ett tall for hver skole"), action="overview.choose")] if view.whole else []
    ways.append(Button(_("Ventetid"), action="overview.waits"))
    ways.append(Button(_("Unge per los"), action="overview.figure", subject=LOADS))
    if not view.whole:
        ways.append(Button(_("Vis som bilde"), action="overview.picture"))
    ways.append(Button(_("Last ned for utskrift"), action="overview.page"))
    return [(way,) for way in ways]


def choose_card(reading: Reading) -> Message:
    """Which figure to see school by school."""
    _view(reading)
    named = [(_FIGURE.index(each), label) for each, label in FIGURES.items()]
    rows = [
        (Button(label, action="overview.figure", subject=at),)
        for at, label in (*named, (LEVELS, CASES))
    ]
    return Message(_("Hvilket tall vil du se?"), buttons=(*rows, (_BACK,)))


_BACK = Button(_("Til oversikten"), action="overview.open")


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
    parts = [_heading(view), join([title, *lines(rows, view.smallest)])]
    if reading.subject == LEVELS and len(view.schools) > 1:
        parts += [
            join([verbatim(each.name), *lines(_levels(view, each.levels), view.smallest)])
            for each in view.schools
        ]
    if any(row.marked for row in rows):
        parts.append(_("⚠ Så mange at kommunen har bedt om å bli varslet."))
    buttons = (
        (Button(_("Vis som bilde"), action="overview.picture", subject=reading.subject + 1),),
        (_BACK,),
    )
    return Message(join(parts, "\n\n"), buttons=buttons)


def _one(view: View, subject: int) -> tuple[Text, list[Row]]:
    if subject == LOADS:
        rows = [Row(verbatim(each.name), each.count, each.full) for each in view.loads]
        return _("Unge per los"), rows
    if subject == LEVELS:
        return CASES, _levels(view, view.levels) if view.schools else []
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
    return Message(join(parts, "\n\n"), buttons=((_BACK,),))


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
        rows = [row for each in view.schools for row in _all(view, each)]
    below = [line(row) for row in rows]
    if len(rows) > MOST_LINES:
        below = [_("Tallene står i meldingen over, i samme rekkefølge.")]
    text = join([title, *below])
    picture = Attachment("bars", {"bars": drawn(rows)})
    return Message(text, attachment=picture if rows else None)


def page_card(reading: Reading) -> Message:
    """All of it as a page to print and bring along: every bar with its words, and the times."""
    view = _view(reading)
    parts = [_one(view, each) for each in (*range(len(_FIGURE)), LEVELS, LOADS)]
    if not view.whole:
        parts = [(verbatim(each.name), _all(view, each)) for each in view.schools]
        parts.append(_one(view, LOADS))
    waits = [
        (label, [_waited(each, wait) for each in view.schools]) for wait, label in WAITS.items()
    ]
    data = {
        "title": _("Oversikt"),
        "intro": [_heading(view)],
        "sections": [],
        "bars": [
            (title, [line(row) for row in rows], drawn(rows)) for title, rows in parts if rows
        ],
        "lists": waits,
        "terms": municipality.terms(reading.session),
    }
    text = _("Oversikten som en side til å lese og skrive ut.")
    return Message(text, attachment=Attachment("page", data))


# --- words ---------------------------------------------------------------------------------------


def _of(counts: Mapping[Figure, Band]) -> list[Row]:
    return [Row(label, counts[each]) for each, label in FIGURES.items()]


def _levels(view: View, bands: Iterable[Band]) -> list[Row]:
    return [
        Row(_("Åpne saker på nivå {name}", name=name), number)
        for name, number in zip(view.called, bands, strict=True)
    ]


def _all(view: View, school: School) -> list[Row]:
    return [*_of(school.counts), *_levels(view, school.levels)]


COMMANDS = {"oversikt": open_overview, "overview": open_overview}
BUTTONS = {
    "overview.open": show,
    "overview.choose": show_choices,
    "overview.figure": show_figure,
    "overview.waits": show_waits,
    "overview.picture": show_picture,
    "overview.page": show_page,
}
NOTICES = {
    "overview": card,
    "overview.choose": choose_card,
    "overview.figure": figure_card,
    "overview.waits": waits_card,
    "overview.picture": picture_card,
    "overview.page": page_card,
}
