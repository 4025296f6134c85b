"""'Stemmer dette?': beside a text the family is asked about, and what the stafettholder does with it.

Whoever shows such a text puts `text` under its words and `rows` under its buttons, and has a line
in CARDS. A correction is shown beside the text and never changes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from handlers.dialogue import Asking, Flow, ask_words, confirm
from handlers.request_words import LOOK, push
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Day, Text, _, join, pgettext, plural
from models import is_it_right, right_views
from models.base import Refused
from models.right_views import Beside, Said
from models.terms import IsRight, RightKind, Role, Why

CARDS: dict[RightKind, str] = {
    RightKind.EVALUATION: "evaluation.outcome",
    RightKind.MINUTES: "meeting.minutes",
}
"""The notice that shows a text of each kind, its subject the text's own id."""

ANSWERS: dict[IsRight, Text] = {
    IsRight.RIGHT: pgettext("is it right", "Stemmer"),
    IsRight.CORRECT: pgettext("is it right", "Rett på"),
    IsRight.UNCLEAR: pgettext("is it right", "Forstår ikke"),
    IsRight.SILENT: pgettext("is it right", "Ikke svart"),
}
_NOT_ANSWERED = (None, IsRight.SILENT)
A_PAGE = 3

# --- beside a text -------------------------------------------------------------------------------


def text(found: Beside, *, again: bool = False) -> list[Text]:
    """The lines under a text: what stands beside it, and to the family the question."""
    asks = found.mine and (again or found.mine.answer in _NOT_ANSWERED)
    return [*stands(found), *([_("Stemmer dette?")] if asks else [])]


def stands(found: Beside) -> list[Text]:
    """What was added to the text and answered: to the holder by everyone, else by the reader."""
    lines = [_("Tillegg: «{words}»", words=words) for _at, words in found.addenda]
    lines += [told(one) for one in found.others]
    return [*lines, *(_own(found.mine) if found.mine else [])]


def _own(own: Said) -> Iterator[Text]:
    match own.answer:
        case None | IsRight.SILENT:
            return
        case IsRight.CORRECT:
            yield _("Du har rettet på det: «{words}»", words=own.words or "")
        case IsRight.UNCLEAR:
            yield _("Du har sagt at du ikke forstår det.")
        case _right:
            yield _("Du har sagt at det stemmer.")
    if own.read and own.answer in is_it_right.FOR_THE_HOLDER:
        yield _("Stafettholderen har lest det.")
    elif own.answer is IsRight.UNCLEAR and own.talk_on:
        yield _("Stafettholderen snakker med deg senest {day}.", day=Day(own.talk_on))


def told(one: Said) -> Text:
    """One answer, to the holder. No answer is told as none."""
    match one.answer:
        case IsRight.RIGHT:
            return _("{name}: det stemmer.", name=one.name)
        case IsRight.CORRECT:
            line = _("{name} retter på: «{words}»", name=one.name, words=one.words or "")
        case IsRight.UNCLEAR:
            line = _("{name} forstår det ikke. Snakk sammen senest {day}.",
                     name=one.name, day=Day(one.talk_on or one.until.date()))  # fmt: skip
        case IsRight.SILENT:
            return _("{name} har ikke svart på om det stemmer.", name=one.name)
        case _waiting:
            return _("{name} er spurt om det stemmer.", name=one.name)
    return join([line, _("Lest.")], " ") if one.read else line


def rows(found: Beside, *, again: bool = False) -> Rows:
    """To the family three answers, or a way to change the one that was given; to the holder what
    can be done with the answers that wait."""
    own = found.mine
    if own is None:
        waiting = [one for one in found.others if _waits(one)][:A_PAGE]
        return tuple(row for one in waiting for row in _to_do(one, named=len(waiting) > 1))
    if own.answer not in _NOT_ANSWERED and not again:
        change = Button(_("Endre svaret"), "right.again", own.question_id, own.version)
        return ((change,),)
    press = own.question_id, own.version
    return (
        (Button(ANSWERS[IsRight.RIGHT], "right.yes", *press),),
        (Button(ANSWERS[IsRight.CORRECT], "flow:stemmer.rett", own.question_id),),
        (Button(ANSWERS[IsRight.UNCLEAR], "right.unclear", *press),),
    )


def _waits(one: Said) -> bool:
    return one.answer in is_it_right.FOR_THE_HOLDER and not one.read


def _to_do(one: Said, *, named: bool) -> Rows:
    unclear = one.answer is IsRight.UNCLEAR
    heard, add = (
        _("Vi har snakket sammen") if unclear else _("Jeg har lest det"),
        _("Skriv et tillegg"),
    )
    if named:
        heard, add = (_("{name}: {what}", name=one.name, what=label) for label in (heard, add))
    return (
        (Button(heard, "right.read", one.question_id, one.seq),),
        (Button(add, "flow:stemmer.tillegg", one.question_id),),
    )


# --- the family answers --------------------------------------------------------------------------


def _shown(turn: Turn, own: Said, **params: object) -> None:
    turn.show(CARDS[own.kind], own.subject_id, **params)


def give(answer: IsRight, turn: Turn, subject: int, version: int) -> None:
    own = right_views.mine(turn.session, turn.me, subject, turn.now)
    is_it_right.answer(
        turn.session, actor=turn.me, question_id=subject, version=version, answer=answer,
        now=turn.now,
    )  # fmt: skip
    turn.toast("right.heard")
    _shown(turn, own)


def again(turn: Turn, subject: int, version: int) -> None:
    own = right_views.mine(turn.session, turn.me, subject, turn.now)
    _shown(turn, own, again=True)


@dataclass(frozen=True)
class Corrected:
    own: Said
    words: str


def _prepare(turn: Turn, subject: int | None) -> Said:
    return right_views.mine(turn.session, turn.me, subject or 0, turn.now)


def _talk(own: Said) -> Asking[Corrected | None]:
    seen_by = (
        _("Stafettholderen leser det. Foreldrene dine ser det ikke her.")
        if own.role is Role.UNGDOM
        else _("Stafettholderen leser det. De andre i familien ser det ikke her.")
    )
    ask = join(
        [
            _("Hva skulle det stått?"),
            seen_by,
            _("Teksten blir stående. Det du skriver, står ved siden av."),
        ]
    )
    words = yield from ask_words(f"words{own.version}", ask)
    if (
        yield from confirm(
            _("Skal jeg sende dette?\n«{said}»", said=words or ""), yes=_("Ja, send")
        )
    ):
        return Corrected(own, words or "")
    return None


def _finish(turn: Turn, said: Corrected) -> None:
    is_it_right.answer(
        turn.session, actor=turn.me, question_id=said.own.question_id, version=said.own.version,
        answer=IsRight.CORRECT, words=said.words, now=turn.now,
    )  # fmt: skip
    turn.say(CARDS[said.own.kind], said.own.subject_id)


# --- the holder reads ----------------------------------------------------------------------------


def _any(reading: Reading) -> bool:
    return right_views.anything_waits(
        reading.session, reading.reader, reading.subject, reading.now
    )


def show_waiting(turn: Turn, subject: int, version: int) -> None:
    right_views.anything_waits(turn.session, turn.me, subject, turn.now)
    turn.show("right.list", subject)


def waiting_card(reading: Reading) -> Message:
    """What waits in a case: each answer leads to the text it is about."""
    found = right_views.waiting(reading.session, reading.reader, reading.subject, reading.now)
    if not found:
        return Message(_("Ingen svar venter på deg her."))
    lines = [_("Svar på «Stemmer dette?»"), *(told(one) for one in found[:A_PAGE])]
    if (left := len(found) - A_PAGE) > 0:
        lines.append(plural("Og {n} til etter disse.", "Og {n} til etter disse.", left))
    rows = tuple(
        (Button(_("Åpne: {name}", name=one.name), "right.open", one.question_id),)
        for one in found[:A_PAGE]
    )
    return Message(join(lines, "\n\n"), rows)


def open_text(turn: Turn, subject: int, version: int) -> None:
    found = right_views.one(turn.session, turn.me, subject, turn.now)
    turn.show(CARDS[found.kind], found.subject_id)


def read(turn: Turn, subject: int, version: int) -> None:
    """`version` is the answer's number: one that came after is not read by the press."""
    found = right_views.one(turn.session, turn.me, subject, turn.now)
    is_it_right.read(turn.session, actor=turn.me, question_id=subject, seq=version, now=turn.now)
    turn.toast("right.done")
    turn.show(CARDS[found.kind], found.subject_id)


@dataclass(frozen=True)
class Added:
    about: Said
    words: str


def _prepare_addendum(turn: Turn, subject: int | None) -> Said:
    found = right_views.one(turn.session, turn.me, subject or 0, turn.now)
    if found.addendum or found.answer not in is_it_right.FOR_THE_HOLDER:
        raise Refused(Why.STALE)
    return found


def _talk_addendum(found: Said) -> Asking[Added | None]:
    warned = _("Alle i familien som kan lese teksten, ser det. Ikke gjengi det en av dem har sagt "
               "til deg alene.")  # fmt: skip
    ask = join([told(found), _("Hva vil du legge til teksten?"), warned], "\n\n")
    words = yield from ask_words(f"words{found.seq}", ask)
    repeated = join([_("Skal jeg legge til dette?\n«{said}»", said=words or ""), warned], "\n\n")
    if (yield from confirm(repeated, yes=_("Ja, legg til"))):
        return Added(found, words or "")
    return None


def _finish_addendum(turn: Turn, said: Added) -> None:
    is_it_right.read(
        turn.session, actor=turn.me, question_id=said.about.question_id, seq=said.about.seq,
        addendum=said.words, now=turn.now,
    )  # fmt: skip
    turn.say(CARDS[said.about.kind], said.about.subject_id)


# --- pushes --------------------------------------------------------------------------------------


def _still_there(reading: Reading) -> Said:
    return right_views.mine(reading.session, reading.reader, reading.subject, reading.now)


def open_own(turn: Turn, subject: int, version: int) -> None:
    _shown(turn, right_views.mine(turn.session, turn.me, subject, turn.now))


FLOWS = (
    Flow("stemmer.rett", _("Rett på noe som er skrevet"), _prepare, _talk, _finish),
    Flow("stemmer.tillegg", _("Skriv et tillegg"), _prepare_addendum, _talk_addendum,
         _finish_addendum),
)  # fmt: skip
BUTTONS: dict[str, Press] = {
    "right.yes": partial(give, IsRight.RIGHT),
    "right.unclear": partial(give, IsRight.UNCLEAR),
    "right.again": again,
    "right.list": show_waiting,
    "right.open": open_text,
    "right.own": open_own,
    "right.read": read,
}
NOTICES: dict[str, Compose] = {
    is_it_right.WAITING: push(LOOK, "right.list", _any),
    is_it_right.ADDED: push(_("Det er noe nytt til deg."), "right.own", _still_there),
    "right.list": waiting_card,
}
TOASTS: dict[str, Text] = {
    "right.heard": _("Takk. Svaret er lagret."),
    "right.done": _("Lagret."),
}
