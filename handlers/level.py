"""The level of a case: what it is now, moving it with a reason, and asking for help [33, 34]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers import case_cards
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext, verbatim
from models import level_views, levels
from models.base import Refused, refuse
from models.level_views import LevelView, Step
from models.terms import Baton, Role, Why

MEANINGS: tuple[Text, ...] = (
    _("Noen undrer seg, og finner ut hva som skal skje."),
    _("Én tjeneste hjelper, sammen med familien."),
    _("Noen få tjenester samarbeider med familien."),
    _("Flere tjenester samarbeider tett med familien."),
)
"""What the levels mean where the municipality has said nothing else."""

BATON: dict[Baton, Text] = {
    Baton.STAYS: pgettext("baton", "Den samme som nå"),
    Baton.ANOTHER: pgettext("baton", "Snakk med familien om en annen"),
}


def called(view: LevelView, level: int) -> Text:
    return _("Nivå {name}", name=view.called(level))


def meaning(view: LevelView, level: int) -> Text:
    if level < len(view.meanings):
        return verbatim(view.meanings[level])
    return MEANINGS[min(level, len(MEANINGS) - 1)]


# --- the card --------------------------------------------------------------------------------------


def _seen(at: Turn | Reading, case_id: int) -> LevelView:
    """As who may move it; else as one of the family."""
    try:
        return level_views.for_staff(at.session, actor=at.me, case_id=case_id, now=at.now)
    except Refused:
        return level_views.for_family(at.session, actor=at.me, case_id=case_id, now=at.now)


def show(turn: Turn, subject: int, version: int) -> None:
    _seen(turn, subject)
    turn.show("level.card", subject)


def card(reading: Reading) -> Message:
    view = _seen(reading, reading.subject)
    staff = view.hat in (Role.STAFETTHOLDER, Role.REKTOR)
    parts = [join([called(view, view.level), meaning(view, view.level)])]
    parts.append(_("{name} er stafettholder.", name=view.stafettholder))
    if staff:
        parts[:0] = [verbatim(view.ungdom)]
        parts += _to_do(view)
    if view.steps:
        parts.append(join([_("Tidligere:"), *(_step(view, step) for step in view.steps[-5:])]))
    rows: list[tuple[Button, ...]] = []
    if staff:
        rows.append((Button(_("Endre nivå"), "flow:niva.flytt", view.case_id),))
        rows.append((Button(_("Hvem har stafetten"), "baton.show", view.case_id),))
    if view.hat is Role.STAFETTHOLDER:
        rows.append((Button(_("Det går ikke framover"), "flow:niva.hjelp", view.case_id),))
    return Message(join(parts, "\n\n"), (*rows, *case_cards.back(reading, view.case_id)))


def _to_do(view: LevelView) -> list[Text]:
    lines = []
    if view.needs_consent:
        lines.append(
            _("På dette nivået trengs en stafettlogg, og den krever samtykke. Be om det, når "
              "familien er klar.")
        )  # fmt: skip
    elif not view.may_have_log:
        lines.append(_("På dette nivået føres det ingen stafettlogg."))
    if not view.needs_holder:
        lines.append(
            _("På dette nivået må ingen ha stafetten. {name} har den til samarbeidet avsluttes.",
              name=view.stafettholder)
        )  # fmt: skip
    if view.baton_open:
        lines.append(_("Husk å snakke med familien om hvem de vil ha som stafettholder."))
    return lines


def _step(view: LevelView, step: Step) -> Text:
    told = _("{day}: {before} → {after}", day=Day(step.on), before=called(view, step.before),
             after=called(view, step.after))  # fmt: skip
    if not step.reason:
        return told
    return _("{line}. {words}", line=told, words=step.reason)


# --- moving it -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    case_id: int
    was: int
    to: int
    reason: str
    baton: Baton


def _prepare(turn: Turn, subject: int | None) -> LevelView:
    return level_views.for_staff(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)


def _talk(view: LevelView) -> Asking[Wish | None]:
    options = {
        level: _("{level}: {meaning}", level=called(view, level), meaning=meaning(view, level))
        for level in range(len(view.names))
        if level != view.level
    }
    to = yield from choose("to", _menu(view, options), _short(view, options))
    reason = yield from ask_words(
        "reason", _("Hvorfor endres nivået? Skriv kort. Ungdommen og foreldrene kan lese det.")
    )
    baton = yield from choose(
        "baton", _("Hvem har stafetten nå? Den er hos {name}.", name=view.stafettholder), BATON
    )
    lines = [
        _("{ungdom}: {before} → {after}", ungdom=view.ungdom,
          before=called(view, view.level), after=called(view, to)),
        _("Grunn: {reason}", reason=verbatim(reason or "")),
        _("Stafettholder: {name}", name=view.stafettholder)
        if baton is Baton.STAYS
        else _("{name} har stafetten til en annen har sagt ja.", name=view.stafettholder),
        _("Familien får beskjed. Skal nivået endres?"),
    ]  # fmt: skip
    sure = yield from confirm(join(lines), yes=_("Ja, endre nivå"))
    return Wish(view.case_id, view.level, to, reason or "", baton) if sure else None


def _menu(view: LevelView, options: dict[int, Text]) -> Text:
    return join([_("Hvilket nivå skal det være?"), *options.values()])


def _short(view: LevelView, options: dict[int, Text]) -> dict[int, Text]:
    return {level: called(view, level) for level in options}


def _finish(turn: Turn, wish: Wish) -> None:
    levels.move(
        turn.session, actor=turn.me, case_id=wish.case_id, to=wish.to, reason=wish.reason,
        baton=wish.baton, was=wish.was, now=turn.now,
    )  # fmt: skip
    turn.say("level.card", wish.case_id)
    if wish.baton is Baton.ANOTHER:
        turn.say("baton.card", wish.case_id)


# --- no further ------------------------------------------------------------------------------------


def _prepare_help(turn: Turn, subject: int | None) -> LevelView:
    view = _prepare(turn, subject)
    if view.hat is not Role.STAFETTHOLDER:
        refuse(Why.ABSENT)
    return view


def _talk_help(view: LevelView) -> Asking[int | None]:
    text = _(
        "Skal jeg be lederen din om hjelp? Lederen får vite at du står fast, ikke hvem det gjelder."
    )
    sure = yield from confirm(text, yes=_("Ja, be om hjelp"))
    return view.case_id if sure else None


def _ask(turn: Turn, case_id: int) -> None:
    levels.ask_for_help(turn.session, actor=turn.me, case_id=case_id, now=turn.now)
    turn.say("level.asked")


def asked(reading: Reading) -> Message:
    return Message(_("Lederen har fått beskjed. Avtal en prat om hva som kan prøves."))


def show_help(turn: Turn, subject: int, version: int) -> None:
    levels.asked_for(turn.session, actor=turn.me, holder_id=subject)
    turn.show("level.help_card", subject)


def _who(reading: Reading) -> str:
    return levels.asked_for(reading.session, actor=reading.reader, holder_id=reading.subject)


def help_card(reading: Reading) -> Message:
    name = _who(reading)
    told = _("{name} er stafettholder, kommer ikke videre og ber om hjelp. Ta en prat.", name=name)
    rows: tuple[tuple[Button, ...], ...] = ()
    if levels.may_pass_on(reading.session, actor=reading.reader, holder_id=reading.subject):
        rows = ((Button(_("Ta det med prosjektlederen"), "level.pass_on", reading.subject),),)
    return Message(told, buttons=rows)


def pass_on(turn: Turn, subject: int, version: int) -> None:
    levels.pass_on(turn.session, actor=turn.me, holder_id=subject, now=turn.now)
    turn.toast("level.passed_on")


# --- tables ----------------------------------------------------------------------------------------

FLOWS: tuple[Flow[Any], ...] = (
    Flow("niva.flytt", pgettext("flow", "Endre nivå"), _prepare, _talk, _finish),
    Flow("niva.hjelp", pgettext("flow", "Be om hjelp"), _prepare_help, _talk_help, _ask),
)
BUTTONS = {"level.show": show, "level.help": show_help, "level.pass_on": pass_on}
NOTICES = {
    "level.card": card,
    "level.asked": asked,
    "level.help_card": help_card,
    levels.MOVED: push(NEWS, "level.show", lambda r: _seen(r, r.subject)),
    levels.HELP: push(WAITS, "level.help", _who),
    levels.HELP_LEADER: push(WAITS, "level.help", _who),
}
TOASTS: dict[str, Text] = {"level.passed_on": pgettext("toast", "Prosjektlederen får vite det.")}
