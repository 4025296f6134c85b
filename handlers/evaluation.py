"""The holder is reminded, sees what the youth said, and decides: one tiltak at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers import evaluated, evaluation_answers, shield_words, voice
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.evaluated import EFFECTS
from handlers.meeting_times import day_warnings
from handlers.request_words import LOOK
from handlers.tiltak import A_PAGE, ask_evaluation
from handlers.turns import Button, Compose, Message, Press, Reading, Turn
from handlers.voice import SCORES
from locales import Day, Text, _, join, plural, verbatim
from models import asked_views, evaluation_views, evaluations
from models.evaluation_views import Due, DueInCase, ToEvaluate
from models.evaluations import GOES_ON, Verdict
from models.own_voice import Said
from models.terms import Decision, Effect, OwnVoice, VoiceState

DECISIONS: dict[Decision, Text] = {
    Decision.CONTINUE: _("Fortsett som nå"),
    Decision.CHANGE: _("Endre tiltaket"),
    Decision.DONE: _("Ferdig: det trengs ikke mer"),
    Decision.STOP: _("Stopp: det hjelper ikke nok"),
}

# --- the holder is reminded ----------------------------------------------------------------------


def due(reading: Reading) -> Message | None:
    """Arrives unasked, a week before, on the day and weekly after."""
    if not evaluation_views.anything_due(
        reading.session, reading.reader, reading.subject, reading.now
    ):
        return None
    return Message(
        LOOK,
        ((Button(_("Vis"), action="evaluation.list", subject=reading.subject),),),
    )


def show_due(turn: Turn, subject: int, version: int) -> None:
    evaluation_views.anything_due(turn.session, turn.me, subject, turn.now)
    turn.show("evaluation.list", subject)


def due_card(reading: Reading) -> Message | None:
    found = evaluation_views.due_in(reading.session, reading.reader, reading.subject, reading.now)
    return _due(found)


def _due(found: DueInCase) -> Message:
    if not found.due:
        return Message(_("Det er ingenting å evaluere nå."))
    parts: list[Text] = [_("Å evaluere for {name}:", name=found.ungdom)]
    alone = len(found.due) == 1
    parts += [
        _due_line(n, one, found.ungdom, alone=alone)
        for n, one in enumerate(found.due[:A_PAGE], start=1)
    ]
    if (left := len(found.due) - A_PAGE) > 0:
        parts.append(plural("Og {n} til etter disse.", "Og {n} til etter disse.", left))
    rows = tuple(
        (
            Button(
                _("Evaluer {n}", n=n) if len(found.due) > 1 else _("Evaluer"),
                action="flow:evaluering.gjor",
                subject=one.tiltak_id,
            ),
        )
        for n, one in enumerate(found.due[:A_PAGE], start=1)
    )
    return Message(join(parts, "\n\n"), rows)


def _due_line(number: int, one: Due, ungdom: str, *, alone: bool) -> Text:
    """Of several the others' answers are counted: there is room for their words on one's own card."""
    return join(
        [
            _("{n}. «{words}»", n=number, words=one.words),
            _("Ansvarlig: {name}", name=one.responsible),
            _("Evalueres: {day}", day=Day(one.evaluate_on)),
            *(_answers(one, ungdom) if alone else [_said(one, ungdom), *_how_many(one)]),
            *([shield_words.mark(one.shielded)] if one.shielded else []),
        ]
    )


def _said(one: Due, ungdom: str) -> Text:
    """What the youth said, or why there is nothing: never as if silence were an answer."""
    if one.score is not None:
        told = _("{ungdom} svarte: {score}.", ungdom=ungdom, score=SCORES[one.score])
        if one.voice_words:
            told = join([told, _("«{words}»", words=one.voice_words)], " ")
        return told
    return _silence(one.voice, ungdom)


def _how_many(one: Due) -> list[Text]:
    said = sum(other.state is VoiceState.ANSWERED for other in one.answers)
    told = _("Andre som har svart: {n} av {all}", n=said, all=len(one.answers))
    return [told] if one.answers else []


def _answers(one: Due, ungdom: str) -> list[Text]:
    """The youth's answer and how it has been before, then the others'."""
    lines = [_said(one, ungdom)]
    if len(one.curve) > 1:
        points = [_("{n} ({day})", n=score, day=Day(at.date())) for at, score in one.curve]
        lines.append(_("Slik har det gått: {points}", points=join(points, ", ")))
    return [*lines, *map(evaluation_answers.told, one.answers)]


def _silence(voice: VoiceState, ungdom: str) -> Text:
    if voice is VoiceState.NOT_NOW:
        return _("{ungdom} er spurt og ville ikke svare nå.", ungdom=ungdom)
    if voice is VoiceState.SILENT:
        return _("{ungdom} er spurt, men har ikke svart ennå.", ungdom=ungdom)
    return _("{ungdom} er ikke spurt her. Snakk sammen først.", ungdom=ungdom)


def evaluate_command(turn: Turn, typed: str) -> None:
    turn.say("evaluation.mine")


def mine_card(reading: Reading) -> Message:
    """The own questions, or the holder's list; the same sentence for everyone else."""
    asked = evaluation_views.my_questions(reading.session, reading.reader, reading.now)
    if asked:
        return voice.question_of(asked[0])
    others = asked_views.my_questions(reading.session, reading.reader, reading.now)
    if others:
        return evaluation_answers.question_of(others[0])
    found = evaluation_views.due_for(reading.session, reading.reader, reading.now)
    if len(found) == 1:
        return _due(found[0])
    if not found:
        return Message(_("Det er ingenting å evaluere nå."))
    rows = tuple(
        (
            Button(
                plural("{name}: {n} tiltak", "{name}: {n} tiltak", len(one.due), name=one.ungdom),
                action="evaluation.list",
                subject=one.case_id,
            ),
        )
        for one in found
    )
    return Message(_("Hvem gjelder det?"), rows)


# --- the holder decides --------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    tiltak_id: int
    version: int
    verdict: Verdict


def prepare(turn: Turn, subject: int | None) -> ToEvaluate:
    return evaluation_views.to_evaluate(turn.session, turn.me, subject or 0, turn.now)


def talk(plain: ToEvaluate) -> Asking[Decided | None]:
    """The decision carries the round it is about: evaluated elsewhere meanwhile, it no longer
    fits and everything is asked anew."""
    about = [_("«{words}»", words=plain.due.words), join(_answers(plain.due, plain.ungdom))]
    said = yield from _ask_voice(plain, about)
    if said is not None:
        about = about[:1]
    question = join([*about, _("Hva har det ført til?")], "\n\n")
    effects = {f"{plain.due.version}.{each}": label for each, label in EFFECTS.items()}
    seen = yield from choose("effect", question, effects)
    effect = Effect(seen.partition(".")[2])
    options = {f"{plain.due.version}.{decision}": label for decision, label in DECISIONS.items()}
    chosen = yield from choose("decision", _("Hva gjør dere nå?"), options)
    decision = Decision(chosen.partition(".")[2])
    words: str | None = None
    who: int | None = None
    next_on: date | None = None
    if decision is Decision.CHANGE:
        words = yield from ask_words("words", _("Hva skal gjøres i stedet? Skriv det kort."))
    if decision in GOES_ON:
        if plain.responsibles:
            who = yield from choose(
                "responsible",
                _("Den som hadde ansvaret, kan ikke ha det lenger. Hvem har det nå?"),
                {person: verbatim(name) for person, name in plain.responsibles.items()},
            )
        next_on = yield from ask_evaluation(_("Når skal dere se på det igjen?"), plain.dates)
    reason = None
    if not (words and who):  # with them, and the voice, it would be the eighth question
        why = shield_words.why_asked(plain.due.shielded)
        reason = yield from ask_words("reason", why, optional=True)
    verdict = Verdict(decision, next_on, words, reason, who, effect, said)
    if (yield from confirm(_repeated(plain, verdict), yes=_("Ja, lagre"))):
        return Decided(plain.due.tiltak_id, plain.due.version, verdict)
    return None


def _ask_voice(plain: ToEvaluate, about: list[Text]) -> Asking[Said | None]:
    """What the youth says themselves, first of all, unless they have answered here [39]."""
    if plain.due.voice not in (VoiceState.SILENT, VoiceState.NOT_ASKED):
        return None
    name = f"voice.{plain.due.version}"  # what was said of one round is not said of the next
    asks, unwilling = (
        _("Hva sier {ungdom} selv?", ungdom=plain.ungdom),
        _("Spurt, ville ikke svare"),
    )
    if plain.on_paper:
        state = yield from choose(
            name, join([*about, asks], "\n\n"),
            {OwnVoice.SAID: _("Sagt til meg, står på papiret"), OwnVoice.NOT_WANTED: unwilling},
        )  # fmt: skip
        return Said(state)
    told = _(
        "Skriv det som er sagt til deg. Bare {ungdom} og du ser det. Har du ikke spurt, gjør det først.",
        ungdom=plain.ungdom,
    )
    text = join([*about, join([asks, told])], "\n\n")
    words = yield from ask_words(name, text, skip=unwilling)
    return Said(OwnVoice.NOT_WANTED if words is None else OwnVoice.SAID, words)


def _told(plain: ToEvaluate, said: Said) -> Text:
    if said.state is OwnVoice.NOT_WANTED:
        return _("{ungdom} er spurt og ville ikke svare.", ungdom=plain.ungdom)
    if said.words is None:
        return _("{ungdom} har sagt noe, og det står på papiret.", ungdom=plain.ungdom)
    return _("{ungdom} sier selv: «{words}»", ungdom=plain.ungdom, words=said.words)


def _repeated(plain: ToEvaluate, verdict: Verdict) -> Text:
    lines = [
        _("Skal jeg lagre dette?"),
        _("Tiltak: {words}", words=plain.due.words),
        *([_told(plain, verdict.said)] if verdict.said else []),
        *([_("Virkning: {effect}", effect=EFFECTS[verdict.effect])] if verdict.effect else []),
        _("Avgjørelse: {decision}", decision=DECISIONS[verdict.decision]),
    ]
    if verdict.words:
        lines.append(_("Nytt tiltak: {words}", words=verdict.words))
    if verdict.responsible_id is not None:
        name = plain.responsibles[verdict.responsible_id]
        lines.append(_("Ansvarlig: {name}", name=name))
    if verdict.next_on is not None:
        kept = evaluations.later_deadline(plain.deadline, verdict.next_on, plain.today)
        moved = _("Ny frist: {day}", day=Day(kept))
        lines.append(_("Frist: {day}", day=Day(kept)) if kept == plain.deadline else moved)
        lines.append(_("Evalueres igjen: {day}", day=Day(verdict.next_on)))
        lines += day_warnings(verdict.next_on, plain.calendar)
    if verdict.reason:
        lines.append(_("Hvorfor: {reason}", reason=verdict.reason))
    lines.append(shield_words.told(plain.due.shielded))
    return join(lines)


def finish(turn: Turn, decided: Decided) -> None:
    made = evaluations.evaluate(
        turn.session,
        actor=turn.me,
        tiltak_id=decided.tiltak_id,
        version=decided.version,
        verdict=decided.verdict,
        now=turn.now,
    )
    turn.say("evaluation.receipt", made.id)


EVALUER = Flow("evaluering.gjor", _("Evaluer et tiltak"), prepare, talk, finish)


FLOWS = (EVALUER, *voice.FLOWS, *evaluation_answers.FLOWS)
BUTTONS: dict[str, Press] = {
    **voice.BUTTONS,
    **evaluation_answers.BUTTONS,
    **evaluated.BUTTONS,
    "evaluation.list": show_due,
}
NOTICES: dict[str, Compose] = {
    **voice.NOTICES,
    **evaluation_answers.NOTICES,
    **evaluated.NOTICES,
    "evaluation.due": due,
    "evaluation.list": due_card,
    "evaluation.mine": mine_card,
}
TOASTS = voice.TOASTS
COMMANDS = {"evaluering": evaluate_command}
