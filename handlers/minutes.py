"""After a meeting: the holder says how it went, writes what was agreed, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

from handlers import is_it_right, minutes_news, shield_words
from handlers.dialogue import Asking, Flow, ask_day, ask_words, choose, confirm, several
from handlers.questions import choosing
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Day, Moment, Text, _, join, list_of, verbatim
from models import minutes, minutes_views
from models.base import refuse
from models.minutes import MOST_POINTS, After, Went
from models.minutes_views import Finishing, MinutesView, PointView, Telling
from models.terms import MeetingState, NextStep, Why, YouthView

VIEWS: dict[YouthView, Text] = {
    YouthView.SAID: _("Sa sin mening på møtet"),
    YouthView.NOT_WANTED: _("Spurt, ville ikke si noe"),
    YouthView.ASKED_BEFORE: _("Sa det til en voksen på forhånd"),
    YouthView.NOT_THERE: _("Var ikke med, og er ikke spurt ennå"),
}
OWN: dict[YouthView, Text] = {
    YouthView.SAID: _("Du sa hva du mener."),
    YouthView.NOT_WANTED: _("Du ble spurt, og ville ikke si noe. Det er helt greit."),
    YouthView.ASKED_BEFORE: _("Du sa hva du mener til en voksen på forhånd."),
    YouthView.NOT_THERE: _("Du var ikke med denne gangen. Du kan si hva du mener når du vil."),
}
NEXT: dict[NextStep, Text] = {
    NextStep.MEETING: _("Et nytt møte"),
    NextStep.EVALUATION: _("En evaluering"),
    NextStep.CLOSING: _("Dere vil avslutte samarbeidet"),
}
IN_WORDS = frozenset({YouthView.SAID, YouthView.ASKED_BEFORE})
OTHER_DAY = "other"

# --- how it went ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    meeting_id: int
    how: Went


def _prepare_went(turn: Turn, subject: int | None) -> Telling:
    return minutes_views.telling(
        turn.session, actor=turn.me, meeting_id=subject or 0, now=turn.now
    )


def _talk_went(plain: Telling) -> Asking[Said | None]:
    when = Moment(plain.starts_at, plain.zone)
    held = yield from choose(
        "held", _("Møtet {when}: ble det holdt?", when=when),
        {True: _("Ja, vi møttes"), False: _("Nei, det ble ikke noe av")},
    )  # fmt: skip
    if not held:
        text = _("Jeg skriver at møtet ikke ble holdt. Etterpå velger du hva som skjer videre.")
        sure = yield from confirm(text, yes=_("Ja, skriv det"))
        return Said(plain.meeting_id, Went(held=False)) if sure else None
    came = yield from several(
        "came", _("Hvem kom?"), {who: verbatim(n) for who, n in plain.people.items()}, at_least=0
    )
    there = plain.ungdom_id in came
    options = {v: t for v, t in VIEWS.items() if (v is YouthView.SAID) <= there}
    if there:
        options = {v: VIEWS[v] for v in (YouthView.SAID, YouthView.NOT_WANTED)}
    view = yield from choose("view", _("Hva mener {name} selv?", name=plain.ungdom), options)
    words = None
    if view in IN_WORDS and not plain.on_paper:
        words = yield from ask_words(
            "view_words",
            _("Skriv det kort, helst slik {name} sa det. {name} og du ser det, ikke foreldrene.",
              name=plain.ungdom),
        )  # fmt: skip
    who = list_of(verbatim(plain.people[each]) for each in came) if came else _("ingen")
    told = [_("Møtet ble holdt {when}.", when=when), _("Var med: {names}", names=who)]
    told.append(_("{name} selv: {view}", name=plain.ungdom, view=VIEWS[view]))
    if words:
        told.append(_("«{words}»", words=words))
    if (yield from confirm(join([*told, _("Stemmer det?")]), yes=_("Ja, lagre"))):
        return Said(plain.meeting_id, Went(True, frozenset(came), view, words))
    return None


def _finish_went(turn: Turn, said: Said) -> None:
    minutes.went(
        turn.session, actor=turn.me, meeting_id=said.meeting_id, how=said.how, now=turn.now
    )
    turn.say("meeting.minutes", said.meeting_id)


# --- the minutes ---------------------------------------------------------------------------------


def seen_by(reading: Reading | Turn, meeting_id: int) -> MinutesView:
    return minutes_views.view(
        reading.session, actor=reading.me, meeting_id=meeting_id, now=reading.now
    )


def show(turn: Turn, subject: int, version: int) -> None:
    seen_by(turn, subject)
    turn.show("meeting.minutes", subject)


def card(reading: Reading) -> Message:
    seen = seen_by(reading, reading.subject)
    parts = [join(lines) for lines in (_head(seen), _agreed(seen), _after(seen)) if lines]
    if reading.params.get("said") == "both":
        parts.insert(
            0, _("En annen endret det samme punktet. Ingenting er borte: begge står her.")
        )
    again = bool(reading.params.get("again"))
    parts += [join(lines) for lines in (is_it_right.text(seen.beside, again=again),) if lines]
    asks = is_it_right.rows(seen.beside, again=again)
    return Message(join(parts, "\n\n"), (*asks, *_rows(seen)))


def _head(seen: MinutesView) -> list[Text]:
    when = Moment(seen.starts_at, seen.zone)
    if seen.state is MeetingState.NOT_HELD:
        return [_("Møtet {when} ble ikke holdt.", when=when)]
    told = _("Referat fra møtet {when}", when=when)
    if seen.about:
        told = _("Referat fra møtet om {name} {when}", name=seen.about, when=when)
    lines = [told]
    if seen.state is MeetingState.HELD:
        lines.append(_("Ikke ferdig: bare du ser det."))
    if seen.shielded:
        lines.append(shield_words.mark(seen.shielded))
    if seen.missed:
        names = list_of(map(verbatim, seen.missed))
        lines.append(_("Var ikke med: {names}. Spør vennlig hvordan det går.", names=names))
    return lines


def _agreed(seen: MinutesView) -> list[Text]:
    lines = [_point(n, point) for n, point in enumerate(seen.points, 1)]
    if not lines and seen.state is MeetingState.HELD:
        lines = [_("Ingenting er skrevet ennå. Skriv det dere ble enige om, ett punkt om gangen.")]
    if seen.youth_view is not None:
        told = _("{name} selv: {view}", name=seen.about or "", view=VIEWS[seen.youth_view])
        lines.append(OWN[seen.youth_view] if seen.own else told)
        if seen.youth_words:
            lines.append(_("«{words}» (foreldrene ser ikke dette)", words=seen.youth_words))
    return lines


def _point(number: int, point: PointView) -> Text:
    if point.addendum:
        return _("{n}. Tilføyd: {words}", n=number, words=point.words)
    return _("{n}. {words}", n=number, words=point.words)


def _after(seen: MinutesView) -> list[Text]:
    if seen.next_step is None:
        return []
    lines = [_("Videre: {step}", step=NEXT[seen.next_step])]
    if seen.next_on:
        lines = [_("Videre: {step}, {day}", step=NEXT[seen.next_step], day=Day(seen.next_on))]
    if seen.talker:
        own = _("{name} snakker med deg før det.", name=seen.talker)
        told = _("{name} snakker med {ungdom} før det.", name=seen.talker, ungdom=seen.about or "")
        lines.append(own if seen.own else told)
    return lines


def _rows(seen: MinutesView) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if seen.keeps:
        writes = Button(_("Skriv et punkt"), "flow:mote.referat", seen.meeting_id)
        adds = Button(_("Føy til noe"), "flow:mote.referat", seen.meeting_id)
        ends = Button(_("Gjør ferdig"), "flow:mote.ferdig", seen.meeting_id)
        again = Button(_("Endre hvordan det gikk"), "flow:mote.gikk", seen.meeting_id)
        match seen.state:
            case MeetingState.HELD:
                room = len(seen.points) < MOST_POINTS and not seen.on_paper
                rows = [(writes,)] if room else []
                rows += [
                    (Button(_("Endre {n}", n=n), "flow:mote.rett", point.id),)
                    for n, point in enumerate(seen.points, 1)
                ]
                rows += [(ends,)] if seen.points or seen.on_paper else []
                rows.append((again,))
            case MeetingState.NOT_HELD if seen.next_step is None:
                rows = [(ends,), (again,)]
            case MeetingState.MINUTES_FINAL:
                rows = [(adds,)]
    rows.append((Button(_("Alle møtene"), "meeting.of_case", seen.case_id),))
    return tuple(rows)


@dataclass(frozen=True)
class Point:
    meeting_id: int
    words: str
    point_id: int = 0
    version: int = 0


def _prepare_point(turn: Turn, subject: int | None) -> MinutesView:
    seen = seen_by(turn, subject or 0)
    if not seen.keeps or seen.state not in (MeetingState.HELD, MeetingState.MINUTES_FINAL):
        refuse(Why.NOT_IN_STATE)
    return seen


def _talk_point(seen: MinutesView) -> Asking[Point | None]:
    final = seen.state is MeetingState.MINUTES_FINAL
    text = _("Hva ble dere enige om? Skriv ett punkt, kort, så alle forstår.")
    if final:
        text = _("Hva vil du føye til? Det som står fra før, blir stående.")
    words = yield from ask_words("words", text)
    ask = _("Skal jeg lagre dette?\n«{words}»", words=words or "")
    sure = yield from confirm(ask, yes=_("Ja, lagre"))
    return Point(seen.meeting_id, words or "") if sure else None


def _finish_point(turn: Turn, point: Point) -> None:
    minutes.write(
        turn.session, actor=turn.me, meeting_id=point.meeting_id, words=point.words, now=turn.now
    )
    turn.say("meeting.minutes", point.meeting_id)


def _prepare_change(turn: Turn, subject: int | None) -> tuple[int, PointView]:
    """The point as it is now, with its version: the words are asked anew only if it is gone."""
    meeting_id = minutes.meeting_of(
        turn.session, actor=turn.me, point_id=subject or 0, now=turn.now
    )
    seen = seen_by(turn, meeting_id)
    point = next((each for each in seen.points if each.id == subject), None)
    if point is None or seen.state is not MeetingState.HELD:
        refuse(Why.STALE)
    return meeting_id, point


def _read(text: Text, version: int, goes_on: Text) -> Asking[int]:
    """The version that was read. Changed elsewhere meanwhile, it is put again as it is now, and
    what was written since is kept."""
    answer: int = yield choosing("read", text, {version: goes_on}, 1, ask_single=True)
    return answer


def _talk_change(plain: tuple[int, PointView]) -> Asking[Point | None]:
    meeting_id, point = plain
    version = yield from _read(
        _("Nå står det:\n«{words}»", words=point.words), point.version, _("Skriv det på nytt")
    )
    words = yield from ask_words("words", _("Hva skal stå i stedet?"))
    text = _("Skal det stå slik?\n«{words}»", words=words or "")
    if (yield from confirm(text, yes=_("Ja, lagre"))):
        return Point(meeting_id, words or "", point.id, version)
    return None


def _finish_change(turn: Turn, point: Point) -> None:
    alone = minutes.change(
        turn.session, actor=turn.me, point_id=point.point_id, version=point.version,
        words=point.words, now=turn.now,
    )  # fmt: skip
    turn.say("meeting.minutes", point.meeting_id, said="alone" if alone else "both")


# --- final ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Final:
    meeting_id: int
    after: After
    known: int


def _prepare_final(turn: Turn, subject: int | None) -> Finishing:
    return minutes_views.finishing(
        turn.session, actor=turn.me, meeting_id=subject or 0, now=turn.now
    )


def _talk_final(plain: Finishing) -> Asking[Final | None]:
    seen = plain.seen
    text = join([*_head(seen)[:1], *_agreed(seen)])
    known = yield from _read(text, seen.stamp, _("Det er alt, gå videre"))
    step = yield from choose("step", _("Hva er avtalt videre?"), NEXT)
    on = talker = None
    if step is not NextStep.CLOSING:
        days: dict[str, Text] = {}
        if step is NextStep.MEETING:
            days = {day.isoformat(): _("Møtet {day}", day=Day(day)) for day in plain.planned}
        chosen = OTHER_DAY
        if days:
            days[OTHER_DAY] = _("Velg en annen dag")
            chosen = yield from choose("planned", _("Hvilken dag?"), days)
        if chosen == OTHER_DAY:
            on = (yield from ask_day("on", _("Hvilken dag?"))).date()
        else:
            on = type(plain.planned[0]).fromisoformat(chosen)
        talker = yield from choose(
            "talker", _("Hvem snakker med {name} før det?", name=plain.ungdom),
            {who: verbatim(name) for who, name in plain.talkers.items()},
        )  # fmt: skip
    after = After(step, on, talker)
    told = [
        *_agreed(seen),
        _("Videre: {step}, {day}", step=NEXT[step], day=Day(on)) if on
        else _("Videre: {step}", step=NEXT[step]),
    ]  # fmt: skip
    if talker is not None:
        told.append(
            _("{name} snakker med {ungdom} før det.", name=plain.talkers[talker],
              ungdom=plain.ungdom)
        )  # fmt: skip
    asks = _("Skal jeg lagre det?")
    if seen.state is MeetingState.HELD:
        readers = [verbatim(plain.ungdom), *([_("foresatte")] if plain.guardians else [])]
        asks = _("Dette leses av: {names}. Etterpå kan du bare føye til. Er det ferdig?",
                 names=list_of(readers))  # fmt: skip
    text = join([join(told), asks], "\n\n")
    sure = yield from confirm(text, yes=_("Ja, gjør ferdig"))
    return Final(seen.meeting_id, after, known) if sure else None


def _finish_final(turn: Turn, final: Final) -> None:
    minutes.finish(
        turn.session, actor=turn.me, meeting_id=final.meeting_id, after=final.after,
        known=final.known, now=turn.now,
    )  # fmt: skip
    turn.say("meeting.minutes", final.meeting_id)


GIKK = Flow(
    "mote.gikk",
    _("Si hvordan møtet gikk"),
    _prepare_went,
    _talk_went,
    _finish_went,
    home="meeting.show",
)
REFERAT = Flow(
    "mote.referat",
    _("Skriv referat"),
    _prepare_point,
    _talk_point,
    _finish_point,
    home="meeting.minutes",
)
RETT = Flow("mote.rett", _("Endre i referatet"), _prepare_change, _talk_change, _finish_change)
FERDIG = Flow("mote.ferdig", _("Gjør referatet ferdig"), _prepare_final, _talk_final,
              _finish_final, home="meeting.minutes")  # fmt: skip
FLOWS = (GIKK, REFERAT, RETT, FERDIG)
BUTTONS: dict[str, Press] = {"meeting.minutes": show, **minutes_news.BUTTONS}
NOTICES: dict[str, Compose] = {"meeting.minutes": card, **minutes_news.NOTICES}
TOASTS = minutes_news.TOASTS
