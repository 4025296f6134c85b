"""The others are asked before an evaluation: a guardian whether it helps, who is responsible how far
it has come too. In one tap, or not now; words if they want.

What they say is for the stafettholder alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.request_words import push
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Text, _, join, pgettext
from models import access_log, asked_views, evaluation_answers
from models.asked_views import Answered, Question
from models.base import Refused
from models.terms import Effect, Progress, Role, VoiceState, Why

EFFECTS: dict[Effect, Text] = {
    Effect.HELPED: pgettext("effect", "Det hjelper"),
    Effect.SOMEWHAT: pgettext("effect", "Det hjelper litt"),
    Effect.NOT: pgettext("effect", "Det hjelper ikke"),
    Effect.TOO_EARLY: pgettext("effect", "For tidlig å si"),
}
GUARDIANS = (Effect.HELPED, Effect.SOMEWHAT, Effect.NOT)
PROGRESS: dict[Progress, Text] = {
    Progress.DONE: pgettext("progress", "Gjort"),
    Progress.UNDER_WAY: pgettext("progress", "I gang"),
    Progress.NOT_STARTED: pgettext("progress", "Ikke begynt"),
}
LATER = "later"
_LATER = _("Vil ikke svare nå")

# --- asked ---------------------------------------------------------------------------------------


def _any(reading: Reading) -> bool:
    return asked_views.anything_asked(
        reading.session, reading.reader, reading.subject, reading.now
    )


def show_first(turn: Turn, subject: int, version: int) -> None:
    """Open the first question of a case that is not answered."""
    asked_views.anything_asked(turn.session, turn.me, subject, turn.now)
    turn.show("evaluation.asked", subject)


def first_card(reading: Reading) -> Message:
    found = asked_views.open_questions(
        reading.session, reading.reader, reading.subject, reading.now
    )
    return question_of(found[0]) if found else Message(_("Du har svart på alt. Takk."))


def show_one(turn: Turn, subject: int, version: int) -> None:
    asked_views.question(turn.session, turn.me, subject, turn.now)
    turn.show("evaluation.asked_one", subject)


def one_card(reading: Reading) -> Message:
    return question_of(
        asked_views.question(reading.session, reading.reader, reading.subject, reading.now)
    )


def question_of(asked: Question) -> Message:
    told = [_("Det gjelder {name}: «{words}»", name=asked.ungdom, words=asked.words)]
    rows: Rows
    if asked.role is Role.FORESATT:
        seen_by = _("{name} ser svaret. De andre i familien ser det ikke her.", name=asked.holder)
        told += [_("Hjelper det?"), seen_by]
        rows = tuple((_press(EFFECTS[each], each, asked),) for each in GUARDIANS)
    else:
        told += [_("Du har ansvaret. Hvordan går det?"), _seen_by_holder(asked)]
        rows = ((Button(_("Svar"), "flow:evaluering.ansvar", asked.tiltak_id),),)
    return Message(join(told, "\n\n"), (*rows, (_press(_LATER, LATER, asked),)))


def _seen_by_holder(asked: Question) -> Text:
    return _("{name} ser svaret før dere bestemmer noe. Familien ser det ikke her.",
             name=asked.holder)  # fmt: skip


def _press(label: Text, answer: str, asked: Question) -> Button:
    return Button(label, f"evaluation.say.{answer}", asked.tiltak_id, asked.version)


# --- answered ------------------------------------------------------------------------------------


def say(effect: Effect | None, turn: Turn, subject: int, version: int) -> None:
    """A press on a question of an earlier round is not an answer: the present one is shown."""
    try:
        evaluation_answers.answer(
            turn.session, actor=turn.me, tiltak_id=subject, version=version, effect=effect,
            now=turn.now,
        )  # fmt: skip
    except Refused as refused:
        if refused.why is not Why.STALE:
            raise
        asked_views.question(turn.session, turn.me, subject, turn.now)
        turn.toast("evaluation.moved")
        turn.show("evaluation.asked_one", subject)
        return
    turn.toast("evaluation.heard")
    turn.show("evaluation.answered", subject)


def thanks(reading: Reading) -> Message | None:
    """The receipt of an answer: what was heard, who sees it, and that it can be changed."""
    with access_log.unseen(reading.session):  # it shows the reader's own answer alone
        asked = asked_views.question(reading.session, reading.reader, reading.subject, reading.now)
    if not asked.answered:
        return None
    rows: list[tuple[Button, ...]] = []
    if asked.more:
        rows.append((Button(_("Neste spørsmål"), "evaluation.asked", asked.case_id),))
    if asked.effect is None and asked.progress is None:
        told = [
            _("Det er helt greit."),
            _("{name} får vite at du ikke ville svare nå, og ikke noe mer.", name=asked.holder),
        ]
        change = _("Svar likevel")
    else:
        told = [
            _("Takk. Du svarte: {answer}.", answer=in_words(asked.progress, asked.effect)),
            *([_("«{words}»", words=asked.said)] if asked.said else []),
            _("{name} ser det. Andre ser det ikke her.", name=asked.holder),
        ]
        change = _("Endre svaret")
        if asked.role is Role.FORESATT:
            rows.append(
                (Button(_("Legg til noen ord"), "flow:evaluering.foresatt", asked.tiltak_id),)
            )
    rows.append((Button(change, "evaluation.asked_one", asked.tiltak_id),))
    return Message(join(told), tuple(rows))


def in_words(progress: Progress | None, effect: Effect | None) -> Text:
    parts = [*([PROGRESS[progress]] if progress else []), *([EFFECTS[effect]] if effect else [])]
    return join(parts, ". ")


@dataclass(frozen=True)
class Said:
    asked: Question
    effect: Effect | None
    progress: Progress | None
    words: str | None


def _of_guardian(turn: Turn, subject: int | None) -> Question:
    """Words belong to an answer: without one there is nothing to add them to."""
    asked = asked_views.question(turn.session, turn.me, subject or 0, turn.now)
    if asked.role is not Role.FORESATT or asked.effect is None:
        raise Refused(Why.STALE)
    return asked


def _talk_words(asked: Question) -> Asking[Said | None]:
    ask = _("Hva vil du si om «{words}»? {name} ser det.", words=asked.words, name=asked.holder)
    words = yield from ask_words(f"words{asked.version}", ask)
    told = _("Skal jeg legge til dette?\n«{said}»", said=words or "")
    if (yield from confirm(told, yes=_("Ja, legg til"))):
        return Said(asked, asked.effect, None, words)
    return None


def _of_responsible(turn: Turn, subject: int | None) -> Question:
    asked = asked_views.question(turn.session, turn.me, subject or 0, turn.now)
    if asked.role is not Role.SERVICE:
        raise Refused(Why.STALE)
    return asked


def _talk(asked: Question) -> Asking[Said | None]:
    """The answers carry the round they are about: evaluated meanwhile, they no longer fit."""
    options = {f"{asked.version}.{each}": label for each, label in PROGRESS.items()}
    about = _("«{words}»", words=asked.words)
    progress = yield from choose(
        "progress", join([about, _("Hvor langt er det kommet?")], "\n\n"), options
    )
    effect = yield from choose("effect", _("Hjelper det?"), EFFECTS)
    words = yield from ask_words(
        "words",
        _("Noen ord om hvordan det går? {name} ser det.", name=asked.holder),
        optional=True,
    )
    done = Progress(progress.partition(".")[2])
    told = [_("Skal jeg lagre dette?"), about, in_words(done, effect)]
    if words:
        told.append(_("«{words}»", words=words))
    if (yield from confirm(join(told), yes=_("Ja, lagre"))):
        return Said(asked, effect, done, words)
    return None


def _finish(turn: Turn, said: Said) -> None:
    evaluation_answers.answer(
        turn.session, actor=turn.me, tiltak_id=said.asked.tiltak_id, version=said.asked.version,
        effect=said.effect, progress=said.progress, words=said.words, now=turn.now,
    )  # fmt: skip
    turn.say("evaluation.answered", said.asked.tiltak_id)


# --- to the holder -------------------------------------------------------------------------------

_AS: dict[Role, Text] = {
    Role.FORESATT: pgettext("role", "foresatt"),
    Role.SERVICE: pgettext("role", "ansvarlig"),
}
_SILENCES: dict[VoiceState, Text] = {
    VoiceState.NOT_NOW: _("ville ikke svare nå"),
    VoiceState.SILENT: _("har ikke svart"),
    VoiceState.NOT_ASKED: _("ikke spurt her: snakk sammen"),
}


def told(one: Answered) -> Text:
    """What one of the others has said, or why there is nothing."""
    said = in_words(one.progress, one.effect) if one.state is VoiceState.ANSWERED else None
    answer = said or _SILENCES[one.state]
    line = _("{name} ({role}): {answer}.", name=one.name, role=_AS[one.role], answer=answer)
    return join([line, _("«{words}»", words=one.words)], " ") if one.words else line


FLOWS = (
    Flow("evaluering.ansvar", _("Hvordan det går med det du har ansvar for"), _of_responsible,
         _talk, _finish),
    Flow("evaluering.foresatt", _("Noen ord om hvordan det går"), _of_guardian, _talk_words,
         _finish),
)  # fmt: skip
BUTTONS: dict[str, Press] = {
    "evaluation.asked": show_first,
    "evaluation.asked_one": show_one,
    **{f"evaluation.say.{each}": partial(say, each) for each in GUARDIANS},
    f"evaluation.say.{LATER}": partial(say, None),
}
NOTICES: dict[str, Compose] = {
    evaluation_answers.ASKS: push(
        _("Jeg har et lite spørsmål til deg. Svar når du vil."), "evaluation.asked", _any
    ),
    "evaluation.asked": first_card,
    "evaluation.asked_one": one_card,
    "evaluation.answered": thanks,
}
