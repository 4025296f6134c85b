"""The youth's own curve for each goal, in words and bars; and taking an answer back."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.dialogue import Asking, Flow, confirm
from handlers.turns import Button, Compose, Message, Press, Reading, Turn
from handlers.voice import SCORES
from locales import Text, _, join, verbatim
from models import curves
from models.curves import Curve, Point
from models.terms import Role
from models.views import HATS

FACES = {1: "😟", 2: "🙁", 3: "😐", 4: "🙂", 5: "😀"}
SHOWN = 8
"""So many answers for each goal are shown in a chat, the last ones; the page has them all."""
GOALS = 4


def button(case_id: int, hat: Role) -> Button:
    own = hat is Role.UNGDOM
    label = _("Kurven din") if own else _("Slik sier ungdommen at det går")
    return Button(label, "log.curve", case_id, HATS.index(hat))


def line(point: Point) -> Text:
    """One answer as words, a face and a bar: `uke 40: 🙂 4 – bra ●●●●○`."""
    bar = "●" * point.score + "○" * (len(SCORES) - point.score)
    return _("uke {n}: {face} {score} {bar}", n=week(point), face=verbatim(FACES[point.score]),
             score=SCORES[point.score], bar=verbatim(bar))  # fmt: skip


def week(point: Point) -> int:
    return point.on.isocalendar().week


def show(turn: Turn, subject: int, version: int) -> None:
    hat = HATS[version % len(HATS)]
    curves.of_case(turn.session, actor=turn.me, case_id=subject, hat=hat, now=turn.now)
    turn.show("log.curve", subject, hat=hat.value)


def card(reading: Reading) -> Message:
    hat = Role(reading.params.get("hat", Role.UNGDOM))
    seen = curves.of_case(
        reading.session, actor=reading.reader, case_id=reading.subject, hat=hat, now=reading.now
    )
    own = hat is Role.UNGDOM
    parts = [_("Slik har du sagt at det går.") if own else _("Slik sier ungdommen at det går.")]
    parts += [_drawn(curve) for curve in seen[:GOALS]]
    if not seen:
        parts = [_("Det er ingen svar å vise.")]
    rows: list[tuple[Button, ...]] = []
    if own:
        parts.append(_("Du og stafettholderen ser dette. Du kan slette et svar når du vil."))
        rows += [
            (Button(_("Slett: uke {n}, {score}", n=week(p), score=SCORES[p.score]),
                    "flow:log.slett", p.voice_id),)
            for curve in seen[:GOALS]
            for p in curve.points[-SHOWN:]
        ]  # fmt: skip
    back = Button(_("‹ Tilbake"), "log.show", reading.subject, HATS.index(hat))
    return Message(join(parts, "\n\n"), (*rows, (back,)))


def _drawn(curve: Curve) -> Text:
    return join([_("Mål: {goal}", goal=curve.goal), *map(line, curve.points[-SHOWN:])])


# --- taking one back -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    case_id: int
    point: Point


def _prepare(turn: Turn, subject: int | None) -> Taken:
    found = curves.point(turn.session, actor=turn.me, voice_id=subject or 0, now=turn.now)
    return Taken(*found)


def _talk(plain: Taken) -> Asking[Taken | None]:
    text = [
        _("Skal jeg slette dette svaret?"),
        join([_("«{words}»", words=plain.point.about), line(plain.point)]),
        _("Det blir borte for alle. Det som er bestemt, står, med at svaret er tatt tilbake."),
    ]
    return plain if (yield from confirm(join(text, "\n\n"), yes=_("Ja, slett svaret"))) else None


def _finish(turn: Turn, taken: Taken) -> None:
    curves.take_back(turn.session, actor=turn.me, voice_id=taken.point.voice_id, now=turn.now)
    turn.say("log.curve", taken.case_id, hat=Role.UNGDOM.value)


FLOWS = (Flow("log.slett", _("Slett et svar"), _prepare, _talk, _finish),)
BUTTONS: dict[str, Press] = {"log.curve": show}
NOTICES: dict[str, Compose] = {"log.curve": card}
