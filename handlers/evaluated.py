"""What came of an evaluation: told to the family and the responsible, and asked whether it is right.

After the last tiltak the holder is asked what is next.
"""

from __future__ import annotations

from handlers import is_it_right, shield_words
from handlers.request_words import LOOK, push
from handlers.turns import Button, Compose, Message, Press, Reading, Turn
from handlers.voice import SCORES
from locales import Day, Text, _, join, pgettext, plural, verbatim
from models import access_log, asked_views, evaluation_views, next_dates
from models.evaluation_views import Outcome
from models.terms import Decision, Effect

EFFECTS: dict[Effect, Text] = {
    Effect.HELPED: pgettext("came of it", "Det har hjulpet"),
    Effect.SOMEWHAT: pgettext("came of it", "Det har hjulpet litt"),
    Effect.NOT: pgettext("came of it", "Det har ikke hjulpet"),
    Effect.TOO_EARLY: pgettext("came of it", "For tidlig å si"),
}
OUTCOMES: dict[Decision, Text] = {
    Decision.CONTINUE: _("Det fortsetter som nå."),
    Decision.CHANGE: _("Det blir endret."),
    Decision.DONE: _("Det er ferdig."),
    Decision.STOP: _("Det er stoppet."),
}


def done(reading: Reading) -> Message | None:
    """Arrives unasked, to the family and to who has the tiltak to do."""
    with access_log.unseen(reading.session):
        evaluation_views.outcome(reading.session, reading.reader, reading.subject, reading.now)
    return Message(
        _("Det er bestemt noe nytt i en avtale du er med i."),
        ((Button(_("Vis"), action="evaluation.outcome", subject=reading.subject),),),
    )


def show_outcome(turn: Turn, subject: int, version: int) -> None:
    evaluation_views.outcome(turn.session, turn.me, subject, turn.now)
    turn.show("evaluation.outcome", subject)


def outcome_card(reading: Reading) -> Message | None:
    found = evaluation_views.outcome(reading.session, reading.reader, reading.subject, reading.now)
    again = bool(reading.params.get("again"))
    lines = [_told(found), *is_it_right.text(found.beside, again=again)]
    see = Button(_("Se alle tiltak"), action="tiltak.list", subject=found.case_id)
    rows = *is_it_right.rows(found.beside, again=again), (see,)
    return Message(join(lines, "\n\n"), rows)


def receipt(reading: Reading) -> Message | None:
    """To the holder, at once: what was stored, who is told, and what is left to do."""
    found = evaluation_views.outcome(reading.session, reading.reader, reading.subject, reading.now)
    lines = [join([_("Lagret."), shield_words.told(found.shielded)], " "), _told(found)]
    rows: list[tuple[Button, ...]] = []
    if found.decision is not Decision.CONTINUE:
        tried = Button(_("Skriv hva som ble prøvd"), "flow:log.provd", found.tiltak_id)
        rows.append((tried,))
    if found.wants_date:
        asked = next_asked(found.case_id)
        return Message(join([*lines, asked.text], "\n\n"), (*asked.buttons, *rows))
    if not found.left:
        return Message(join(lines, "\n\n"), tuple(rows))
    lines.append(
        plural("Ett tiltak til skal evalueres.", "{n} tiltak til skal evalueres.", found.left)
    )
    nxt = Button(_("Vis neste"), action="evaluation.list", subject=found.case_id)
    return Message(join(lines, "\n\n"), (*rows, (nxt,)))


def next_asked(case_id: int) -> Message:
    """A new date or an end, and no third way [37]."""
    rows = (
        (Button(_("Nytt tiltak"), action="flow:tiltak.ny", subject=case_id),),
        (Button(_("Planlegg et møte"), action="flow:mote.plan", subject=case_id),),
        (Button(_("Avslutt samarbeidet"), action="flow:sak.avslutt", subject=case_id),),
    )
    line = _("Nå er ingenting mer avtalt. Sett en ny dato, eller avslutt. Hva gjør dere?")
    return Message(line, rows)


def next_card(reading: Reading) -> Message:
    name = asked_views.nothing_ahead(reading.session, reading.reader, reading.subject, reading.now)
    if name is None:
        return Message(_("Det er avtalt noe igjen. Takk."))
    asked = next_asked(reading.subject)
    return Message(join([verbatim(name), asked.text], "\n\n"), asked.buttons)


def show_next(turn: Turn, subject: int, version: int) -> None:
    next_dates.wanted(turn.session, turn.me, subject, turn.now)
    turn.show("evaluation.next_card", subject)


def _wants_date(reading: Reading) -> bool:
    return next_dates.wanted(reading.session, reading.reader, reading.subject, reading.now)


def _told(found: Outcome) -> Text:
    lines = [_("«{words}»", words=found.words), OUTCOMES[found.decision]]
    if found.effect is not None:
        lines.append(_("Virkning: {effect}", effect=EFFECTS[found.effect]))
    if found.new_words is not None:
        lines.append(_("Nå er avtalen: «{words}»", words=found.new_words))
    if found.deadline is not None:
        lines.append(_("Frist: {day}", day=Day(found.deadline)))
    if found.next_on is not None:
        lines.append(_("Evalueres igjen: {day}", day=Day(found.next_on)))
    if found.reason:
        lines.append(_("Hvorfor: {reason}", reason=found.reason))
    if found.shielded:
        lines.append(shield_words.mark(found.shielded))
    if found.score is not None:  # shown to the holder and the youth alone
        score = SCORES[found.score]
        lines.append(
            _("Ungdommens svar: {score}.", score=score)
            if found.to_holder
            else _("Svaret ditt: {answer}", answer=score)
        )
    elif found.voice_words:
        words = found.voice_words
        lines.append(
            _("Sagt til deg: «{words}»", words=words)
            if found.to_holder
            else _("Du har sagt til stafettholderen: «{words}»", words=words)
        )
    return join(lines)


BUTTONS: dict[str, Press] = {
    "evaluation.outcome": show_outcome,
    "evaluation.next": show_next,
}
NOTICES: dict[str, Compose] = {
    "evaluation.done": done,
    "evaluation.outcome": outcome_card,
    "evaluation.receipt": receipt,
    next_dates.WANTED: push(LOOK, "evaluation.next", _wants_date),
    "evaluation.next_card": next_card,
}
