"""What is agreed to be done: planning it, seeing it, and being told one has it to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from handlers import case_cards, shield_words
from handlers.dialogue import Asking, Flow, ask_day, ask_words, choose, confirm
from handlers.meeting_times import day_warnings
from handlers.questions import choosing
from handlers.request_words import push
from handlers.shield_asking import ask_why, repeated
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, list_of, plural, verbatim
from models import reminding, shielding, tiltak, tiltak_views
from models.goals import ON_PAPER
from models.shielded import Shield
from models.terms import ItemKind
from models.tiltak import Wish
from models.tiltak_views import CaseTiltak, Planning, TiltakView
from models.withheld import Item

_YES = _("Ja, lagre tiltaket")
_HIDE = "hide"
_SOON = _("Noe du har ansvar for, skal gjøres snart.")
NEW = 0
OTHER_DAY = "other"
ON_A_BUTTON = 50
A_PAGE = 3
"""So many tiltak with goals and words of 300 characters fit in one message."""


# --- planning ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    case_id: int
    wish: Wish
    kept: Shield | None = None  # from the guardians, before anyone is told


def prepare(turn: Turn, subject: int | None) -> Planning:
    return tiltak_views.planning(turn.session, turn.me, subject or 0, turn.now)


def talk(plain: Planning) -> Asking[Planned | None]:
    goal, words = (ON_PAPER, ON_PAPER) if plain.on_paper else (yield from _ask_what(plain))
    who = yield from choose(
        "responsible",
        _("Hvem har ansvaret for at det blir gjort?"),
        {person: verbatim(name) for person, name in plain.responsibles.items()},
    )
    deadline = (yield from ask_day("deadline", _("Når skal det være gjort?"))).date()
    on = yield from ask_evaluation(
        _("Når skal dere se på hvordan det går?"),
        plain.dates,
        deadline=deadline if reminding.is_school_day(deadline, plain.calendar) else None,
    )
    wish = Wish(goal, words, who, deadline, on)
    told = _repeated(plain, wish)
    hidden = plain.shielded or any(goal in (g, plain.goals[g]) for g in plain.shielded_goals)
    options: dict[bool | str, Text] = {True: _YES, False: _("Nei, avbryt")}
    if not hidden:
        options = {True: _YES, _HIDE: _("Skjerm for foreldrene først"), False: options[False]}
    saves = yield choosing(
        "confirm", join([told, _read_by(plain, who, hidden)], "\n\n"), options, 1, ask_single=True
    )
    if saves != _HIDE:
        return Planned(plain.case_id, wish) if saves else None
    kept = yield from ask_why(plain.reviews)
    whole = join([join([told, *repeated(kept)]), _read_by(plain, who, True)], "\n\n")
    if (yield from confirm(whole, yes=_YES, name="confirm_kept")):
        return Planned(plain.case_id, wish, kept)
    return None


def _ask_what(plain: Planning) -> Asking[tuple[int | str, str]]:
    goal = yield from _ask_goal(plain.goals)
    words = yield from ask_words("words", _("Hva skal gjøres? Skriv det kort, så alle forstår."))
    return goal, words or ""


def _read_by(plain: Planning, who: int, hidden: bool) -> Text:
    """Everyone who can read it once it is saved."""
    readers = [verbatim(plain.ungdom), *([] if hidden else [_("foresatte")]), _("deg")]
    readers += [verbatim(service) for service in plain.readers[who]]
    line = _("Dette kan leses av: {names}", names=list_of(readers))
    return join([line, _("⚠ Foreldrene får ikke vite om det.")]) if hidden else line


def _ask_goal(goals: Mapping[int, str]) -> Asking[int | str]:
    options: dict[int, Text] = {goal: shortened(words) for goal, words in goals.items()}
    chosen = yield from choose(
        "goal", _("Hvilket mål gjelder det?"), {**options, NEW: _("Et nytt mål")}
    )
    if chosen != NEW:
        return chosen
    return (yield from ask_words("goal_words", _("Hva er målet? Skriv det kort."))) or ""


def shortened(words: str) -> Text:
    """Someone's words on a button; the confirmation shows them whole."""
    return verbatim(words if len(words) <= ON_A_BUTTON else words[: ON_A_BUTTON - 1] + "…")


def ask_evaluation(
    text: Text, dates: Mapping[int, date], *, deadline: date | None = None
) -> Asking[date]:
    """The day to look at it again. A date is suggested, never chosen for anyone.

    The options are dates, not weeks: a day later they no longer fit and are asked anew, so what
    was confirmed is what is stored.
    """
    options = {day.isoformat(): _in_weeks(weeks, day) for weeks, day in dates.items()}
    if deadline is not None:
        same = _("Samme dag som fristen: {day}", day=Day(deadline))
        options.setdefault(deadline.isoformat(), same)
    options[OTHER_DAY] = _("Velg en annen dag")
    answer = yield from choose("evaluation", text, options)
    if answer == OTHER_DAY:
        return (yield from ask_day("evaluation_day", _("Hvilken dag?"))).date()
    return date.fromisoformat(answer)


def _in_weeks(weeks: int, day: date) -> Text:
    if weeks == tiltak.COMMON_WEEKS:
        return plural(
            "Om {n} uke: {day} (forslag)", "Om {n} uker: {day} (forslag)", weeks, day=Day(day)
        )
    return plural("Om {n} uke: {day}", "Om {n} uker: {day}", weeks, day=Day(day))


def _repeated(plain: Planning, wish: Wish) -> Text:
    goal = wish.goal if isinstance(wish.goal, str) else plain.goals[wish.goal]
    return join(
        [
            _("Skal jeg lagre dette?"),
            _("Mål: {goal}", goal=goal),
            _("Tiltak: {words}", words=wish.words),
            _("Ansvarlig: {name}", name=plain.responsibles[wish.responsible_id]),
            _("Frist: {day}", day=Day(wish.deadline)),
            _("Evalueres: {day}", day=Day(wish.evaluate_on)),
            *day_warnings(wish.evaluate_on, plain.calendar),
        ]
    )


def finish(turn: Turn, planned: Planned) -> None:
    made = tiltak.plan(
        turn.session, actor=turn.me, case_id=planned.case_id, wish=planned.wish, now=turn.now
    )
    if planned.kept is not None:
        shielding.shield(
            turn.session, actor=turn.me, case_id=planned.case_id, shield=planned.kept,
            item=Item(ItemKind.TILTAK, made.id), now=turn.now, tells=False,
        )  # fmt: skip
    turn.say("tiltak.planned", made.id)


TILTAK_NY = Flow("tiltak.ny", _("Nytt tiltak"), prepare, talk, finish)


# --- seeing --------------------------------------------------------------------------------------


def described(view: TiltakView, number: int | None = None) -> Text:
    """A tiltak in full, as its reader may know it."""
    paper = view.words == ON_PAPER
    words = _("Står på papiret") if paper else _("«{words}»", words=view.words)
    lines = [words if number is None else _("{n}. {what}", n=number, what=words)]
    if view.goal is not None and not paper:
        lines.append(_("Mål: {goal}", goal=view.goal))
    lines.append(
        _("Ansvarlig: du") if view.mine else _("Ansvarlig: {name}", name=view.responsible)
    )
    lines.append(_("Frist: {day}", day=Day(view.deadline)))
    lines.append(_("Evalueres: {day}", day=Day(view.evaluate_on)))
    if view.shielded:
        lines.append(shield_words.mark(view.shielded))
    return join(lines)


def show_list(turn: Turn, subject: int, version: int) -> None:
    """Open a case's tiltak; `version` is the page."""
    tiltak_views.of_case(turn.session, turn.me, subject, turn.now)
    turn.show("tiltak.list", subject, page=version)


def list_card(reading: Reading) -> Message | None:
    seen = tiltak_views.of_case(reading.session, reading.reader, reading.subject, reading.now)
    shown = listed(seen, int(reading.params.get("page", 0)))
    return replace(shown, buttons=(*shown.buttons, *case_cards.back(reading, seen.case_id)))


def listed(seen: CaseTiltak, page: int) -> Message:
    title = (
        _("Dette er avtalt for deg:")
        if seen.own
        else _("Dette er avtalt for {name}:", name=seen.ungdom)
    )
    if not seen.tiltak:
        title = _("Det er ingen tiltak å vise her nå.")
    first = page * A_PAGE if 0 <= page * A_PAGE < len(seen.tiltak) else 0
    shown = list(enumerate(seen.tiltak, start=1))[first : first + A_PAGE]
    rows: list[tuple[Button, ...]] = []
    if seen.may_evaluate:
        rows += [
            (Button(_("Evaluer {n}", n=n), action="flow:evaluering.gjor", subject=view.id),)
            for n, view in shown
        ]
    if seen.may_plan:
        rows.append((Button(_("Nytt tiltak"), action="flow:tiltak.ny", subject=seen.case_id),))
    if seen.asks:
        how = Button(_("Si hvordan det går"), action="evaluation.ask", subject=seen.case_id)
        rows.append((how,))
    if len(seen.tiltak) > A_PAGE:
        after = 0 if first + A_PAGE >= len(seen.tiltak) else first // A_PAGE + 1
        more = _("Vis de neste") if after else _("Vis de første")
        rows.append((Button(more, action="tiltak.list", subject=seen.case_id, version=after),))
    return Message(join([title, *(described(v, n) for n, v in shown)], "\n\n"), tuple(rows))


def mine(turn: Turn, typed: str) -> None:
    turn.say("tiltak.mine")


def mine_card(reading: Reading) -> Message:
    """One button per case; the tiltak themselves when there is only one. A stranger sees what
    anyone without tiltak sees."""
    seen = tiltak_views.overview(reading.session, reading.reader, reading.now)
    if not seen:
        return Message(_("Du har ingen tiltak å se nå."))
    if len(seen) == 1:
        return listed(seen[0], 0)
    rows = tuple(
        (
            Button(
                plural(
                    "{name}: {n} tiltak", "{name}: {n} tiltak", len(one.tiltak), name=one.ungdom
                ),
                action="tiltak.list",
                subject=one.case_id,
            ),
        )
        for one in seen
    )
    return Message(_("Hvem gjelder det?"), rows)


# --- being told ----------------------------------------------------------------------------------


def assigned(reading: Reading) -> Message | None:
    """Arrives unasked: says that there is something, never what or whose."""
    if not tiltak_views.concerns(reading.session, reading.reader, reading.subject, reading.now):
        return None
    return Message(
        _("Du har fått ansvar for noe nytt."),
        ((Button(_("Vis"), action="tiltak.show", subject=reading.subject),),),
    )


def kept(reading: Reading) -> Message | None:
    """Arrives unasked at who is responsible for what is shielded now; the card says that it is."""
    found = assigned(reading)
    return found and replace(found, text=_("Det er noe nytt til deg."))


def _has_deadline(reading: Reading) -> bool:
    return tiltak_views.has_deadline(reading.session, reading.reader, reading.subject, reading.now)


def show_one(turn: Turn, subject: int, version: int) -> None:
    tiltak_views.one(turn.session, turn.me, subject, turn.now)
    turn.show("tiltak.one", subject)


def one_card(reading: Reading) -> Message | None:
    view = tiltak_views.one(reading.session, reading.reader, reading.subject, reading.now)
    lines = [described(view)]
    if view.mine:
        lines.append(_("Har tjenesten din egen journalplikt, gjelder den som før."))
    return Message(join(lines, "\n\n"))


def planned(reading: Reading) -> Message | None:
    """The receipt to the holder who planned it."""
    view = tiltak_views.one(reading.session, reading.reader, reading.subject, reading.now)
    lines = [_("Lagret."), described(view)]
    if not view.mine:
        lines.append(_("{name} får beskjed.", name=view.responsible))
    lines.append(_("Jeg minner deg på evalueringen."))
    hide = Button(_("Skjerm for foreldrene"), action="shield.thing", subject=view.id)
    return Message(join(lines, "\n\n"), () if view.shielded else ((hide,),))


FLOWS = (TILTAK_NY,)
BUTTONS = {"tiltak.list": show_list, "tiltak.show": show_one}
NOTICES = {
    "tiltak.list": list_card,
    "tiltak.mine": mine_card,
    "tiltak.assigned": assigned,
    "tiltak.shielded": kept,
    "tiltak.deadline": push(_SOON, "tiltak.list", _has_deadline),
    "tiltak.one": one_card,
    "tiltak.planned": planned,
}
COMMANDS = {"tiltak": mine}
