"""One date of a standing meeting: what is on, whether it was held, what was decided; and what a family
sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers import standing_words as words
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.turns import Button, Message, Press, Reading, Rows, Turn
from locales import Moment, Text, _, join, list_of, pgettext, plural, verbatim
from models import standing_agenda, standing_date_views, standing_dates
from models.base import require
from models.standing_date_views import CaseLine, DateView
from models.terms import OccasionState, Why


def show_date(turn: Turn, subject: int, version: int) -> None:
    standing_date_views.may_look(turn.session, actor=turn.me, occasion_id=subject)
    turn.show("standing.date", subject)


def date_card(reading: Reading) -> Message:
    seen = standing_date_views.look(
        reading.session, actor=reading.reader, occasion_id=reading.subject, now=reading.now
    )
    facts = [
        _("{club} og {school}", club=seen.club, school=seen.school),
        _("Når: {when}", when=Moment(seen.starts_at, seen.zone)),
    ]
    if seen.state is OccasionState.CANCELLED:
        return Message(join([*facts, _("Dette møtet går ut.")]), buttons=_back(seen))
    facts += [
        plural("Varer: {n} minutt", "Varer: {n} minutter", seen.minutes),
        _("Sted: {place}", place=words.PLACES[seen.place_kind]),
        _("Leder: {name}", name=seen.chair),
    ]
    parts = [join(facts), _agenda(seen)]
    if seen.decided:
        parts.append(join([_("Dette ble dere enige om:"), verbatim(seen.decided)]))
    elif seen.begun and seen.decides:
        parts.append(_still(seen))
    return Message(join(parts, "\n\n"), buttons=(*_actions(seen), *_back(seen)))


def _agenda(seen: DateView) -> Text:
    lines = [_("Dette skal dere snakke om:")]
    lines += [_("• {topic}", topic=verbatim(each.words)) for each in seen.topics]
    lines += [_case_line(each) for each in seen.cases]
    if len(lines) == 1:
        return (
            _("Ingenting står på lista ennå.") if not seen.over else _("Ingenting sto på lista.")
        )
    return join(lines)


def _case_line(each: CaseLine) -> Text:
    line = _("• Om {name}, etter samtykke", name=each.name)
    if not each.holds:
        return line
    seen_by = (
        _("Bare du ser dette. Ta med noen i saken, så ser de det også.")
        if not each.seen_by
        else _("Dette ser også {names}.", names=list_of(map(verbatim, each.seen_by)))
    )
    return join([line, seen_by])


def _still(seen: DateView) -> Text:
    if seen.state is OccasionState.PLANNED:
        return _("Ble møtet holdt?")
    return _("Skriv kort hva dere ble enige om. Det er fint å gjøre innen to dager.")


def _actions(seen: DateView) -> Rows:
    rows = []
    if not seen.over:
        rows.append(Button(_("Ta opp noe"), action="flow:fast.tema", subject=seen.id))
        rows += [
            Button(_("Ta bort: {topic}", topic=_short(each.words)), action="standing.drop",
                   subject=each.id)
            for each in seen.topics if each.mine
        ]  # fmt: skip
        if seen.puts_on:
            rows.append(Button(_("Ta opp en sak"), action="flow:fast.sak", subject=seen.id))
        rows += [
            Button(_("Ta bort saken om {name}", name=each.name), action="standing.case_off",
                   subject=each.case_id)
            for each in seen.cases if each.holds
        ]  # fmt: skip
    rows += [
        Button(_("Skriv i saken om {name}", name=each.name), action="flow:log.skriv",
               subject=each.case_id)
        for each in seen.cases if seen.begun and each.holds
    ]  # fmt: skip
    if seen.decides and not seen.begun:
        rows.append(Button(_("Flytt"), action="flow:fast.flytt", subject=seen.id))
        rows.append(Button(_("La det gå ut"), action="flow:fast.ut", subject=seen.id))
    if seen.decides and seen.begun and not seen.decided:
        if seen.state is OccasionState.PLANNED:
            rows.append(Button(_("Ja, det ble holdt"), action="standing.held", subject=seen.id))
            rows.append(Button(_("Nei, ikke holdt"), action="standing.not", subject=seen.id))
        else:
            label = _("Skriv hva dere ble enige om")
            rows.append(Button(label, action="flow:fast.referat", subject=seen.id))
    return tuple((row,) for row in rows)


def _short(topic: str) -> str:
    return topic if len(topic) <= 30 else f"{topic[:29].rstrip()}…"


def _back(seen: DateView) -> Rows:
    return (
        (Button(_("Til de faste møtene"), action="standing.series", subject=seen.standing_id),),
    )


# --- presses -------------------------------------------------------------------------------------


def _holding(was: bool) -> Press:
    def press(turn: Turn, subject: int, version: int) -> None:
        standing_dates.held(
            turn.session, actor=turn.me, occasion_id=subject, was=was, now=turn.now
        )
        turn.toast("standing.noted")
        turn.show("standing.date", subject)

    return press


def drop(turn: Turn, subject: int, version: int) -> None:
    occasion_id = standing_agenda.drop(turn.session, actor=turn.me, topic_id=subject, now=turn.now)
    turn.toast("standing.dropped")
    turn.show("standing.date", occasion_id)


def case_off(turn: Turn, subject: int, version: int) -> None:
    found = standing_agenda.take_off(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.toast("standing.dropped")
    turn.show("standing.date", found)


# --- bringing something up -----------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    occasion_id: int
    words: str


def _about_date(turn: Turn, subject: int | None) -> int:
    standing_date_views.may_look(turn.session, actor=turn.me, occasion_id=subject or 0)
    return subject or 0


def _ask_topic(occasion_id: int) -> Asking[Said | None]:
    text = join([_("Hva vil du ta opp?"), words.NO_NAMES], "\n\n")
    return (yield from _without_names(occasion_id, "topic", text))


def _without_names(occasion_id: int, name: str, text: Text) -> Asking[Said | None]:
    said = (yield from ask_words(name, text)) or ""
    sure = yield from confirm(words.sure_without_names(said), yes=_("Ja, uten navn"))
    return Said(occasion_id, said) if sure else None


def _bring_up(turn: Turn, wish: Said) -> None:
    standing_agenda.bring_up(
        turn.session, actor=turn.me, occasion_id=wish.occasion_id, words=wish.words, now=turn.now
    )
    turn.say("standing.date", wish.occasion_id)


def _about_case(turn: Turn, subject: int | None) -> tuple[int, dict[int, str]]:
    found = standing_agenda.may_put_on(
        turn.session, actor=turn.me, occasion_id=subject or 0, now=turn.now
    )
    require(found, Why.NOBODY)
    return subject or 0, found


@dataclass(frozen=True)
class PutOn:
    occasion_id: int
    case_id: int


def _ask_case(plain: tuple[int, dict[int, str]]) -> Asking[PutOn | None]:
    occasion_id, found = plain
    case = yield from choose(
        "case", _("Hvem gjelder det?"), {i: verbatim(name) for i, name in found.items()}
    )
    text = join([
        _("Skal saken om {name} tas opp på møtet?", name=found[case]),
        _("Bare de som er med i saken, ser navnet. Familien får vite det og kan si nei. Det dere "
          "blir enige om, skriver du i saken."),
    ], "\n\n")  # fmt: skip
    return PutOn(occasion_id, case) if (yield from confirm(text, yes=_("Ja, ta opp"))) else None


def _put_on(turn: Turn, wish: PutOn) -> None:
    standing_agenda.put_on(
        turn.session, actor=turn.me, occasion_id=wish.occasion_id, case_id=wish.case_id,
        now=turn.now,
    )  # fmt: skip
    turn.say("standing.date", wish.occasion_id)


# --- the minutes ---------------------------------------------------------------------------------


def _about_minutes(turn: Turn, subject: int | None) -> int:
    seen = standing_date_views.look(
        turn.session, actor=turn.me, occasion_id=subject or 0, now=turn.now
    )
    require(seen.decides, Why.ABSENT)
    require(seen.begun and not seen.decided, Why.STALE)
    return seen.id


def _ask_minutes(occasion_id: int) -> Asking[Said | None]:
    text = join(
        [
            _("Hva ble dere enige om, om hvordan dere samarbeider?"),
            words.NO_NAMES,
            _("Det dere ble enige om i en sak, hører til i den saken."),
        ],
        "\n\n",
    )
    return (yield from _without_names(occasion_id, "minutes", text))


def _minute(turn: Turn, wish: Said) -> None:
    standing_dates.minute(
        turn.session, actor=turn.me, occasion_id=wish.occasion_id, words=wish.words, now=turn.now
    )
    turn.say("standing.date", wish.occasion_id)


FLOWS: tuple[Flow[Any], ...] = (
    Flow("fast.tema", pgettext("flow", "Ta opp noe"), _about_date, _ask_topic, _bring_up),
    Flow("fast.sak", pgettext("flow", "Ta opp en sak"), _about_case, _ask_case, _put_on),
    Flow(
        "fast.referat", pgettext("flow", "Skriv hva dere ble enige om"), _about_minutes,
        _ask_minutes, _minute,
    ),
)  # fmt: skip
BUTTONS: dict[str, Press] = {
    "standing.date": show_date,
    "standing.held": _holding(True),
    "standing.not": _holding(False),
    "standing.drop": drop,
    "standing.case_off": case_off,
}
NOTICES = {"standing.date": date_card}
TOASTS: dict[str, Text] = {
    "standing.noted": pgettext("toast", "Det er notert."),
    "standing.dropped": pgettext("toast", "Det er tatt bort."),
}
