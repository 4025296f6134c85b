"""The youth is asked first: how it goes, in one tap, or not now.

The answer is for the youth and the stafettholder alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from handlers.dialogue import Asking, Flow, ask_words, confirm
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Text, _, join, list_of, verbatim
from models import evaluation_views, evaluations
from models.base import Refused
from models.evaluation_views import Asked
from models.terms import VoiceState, Why

SCORES: dict[int, Text] = {
    1: _("1 – veldig dårlig"),
    2: _("2 – ikke så bra"),
    3: _("3 – midt på treet"),
    4: _("4 – bra"),
    5: _("5 – veldig bra"),
}


def first_line(reading: Reading) -> Message | None:
    """Arrives unasked: nothing in it tells what it is about."""
    if not evaluation_views.open_questions(
        reading.session, reading.reader, reading.subject, reading.now
    ):
        return None
    return Message(
        _("Jeg har et lite spørsmål til deg. Svar når du vil."),
        ((Button(_("Vis"), action="evaluation.ask", subject=reading.subject),),),
    )


def ask(turn: Turn, subject: int, version: int) -> None:
    """Open the first question of a case that is not answered."""
    evaluation_views.open_questions(turn.session, turn.me, subject, turn.now)
    turn.show("evaluation.ask", subject)


def ask_card(reading: Reading) -> Message | None:
    asked = evaluation_views.open_questions(
        reading.session, reading.reader, reading.subject, reading.now
    )
    return question_of(asked[0]) if asked else Message(_("Du har svart på alt. Takk."))


def ask_again(turn: Turn, subject: int, version: int) -> None:
    evaluation_views.question(turn.session, turn.me, subject, turn.now)
    turn.show("evaluation.question", subject)


def question_card(reading: Reading) -> Message | None:
    asked = evaluation_views.question(
        reading.session, reading.reader, reading.subject, reading.now
    )
    return question_of(asked)


def question_of(asked: Asked) -> Message:
    text = [
        _("Hvordan går det med «{words}»?", words=asked.words),
        _("Det finnes ikke noe feil svar. {name} ser det du svarer.", name=asked.holder),
    ]
    if asked.others:
        them = list_of(verbatim(name) for name in asked.others)
        text.append(_("{names} er også spurt.", names=them))
    rows: Rows = tuple(
        (
            Button(
                label,
                action=f"evaluation.voice.{score}",
                subject=asked.tiltak_id,
                version=asked.version,
            ),
        )
        for score, label in SCORES.items()
    )
    later = Button(
        _("Vil ikke svare nå"),
        action="evaluation.voice.0",
        subject=asked.tiltak_id,
        version=asked.version,
    )
    return Message(join(text, "\n\n"), (*rows, (later,)))


def give_voice(score: int | None, turn: Turn, subject: int, version: int) -> None:
    """A press on a question of an earlier round is not an answer: the present one is shown."""
    try:
        evaluations.give_voice(
            turn.session,
            actor=turn.me,
            tiltak_id=subject,
            version=version,
            score=score,
            now=turn.now,
        )
    except Refused as refused:
        if refused.why is not Why.STALE:
            raise
        asked = evaluation_views.question(turn.session, turn.me, subject, turn.now)
        turn.toast("evaluation.moved")
        turn.show("evaluation.question", asked.tiltak_id)
        return
    turn.toast("evaluation.heard")
    turn.show("evaluation.thanks", subject)


def thanks(reading: Reading) -> Message | None:
    """The receipt of an answer: what was heard, who sees it, and that it can be changed."""
    asked = evaluation_views.question(
        reading.session, reading.reader, reading.subject, reading.now
    )
    if asked.state is VoiceState.NOT_NOW:
        text = [
            _("Det er helt greit."),
            _("{name} får vite at du ikke ville svare nå, og ikke noe mer.", name=asked.holder),
        ]
    elif asked.score is not None:
        text = [
            _("Takk. Du svarte: {score}.", score=SCORES[asked.score]),
            _(
                "{name} ser svaret før dere bestemmer noe. Foreldrene dine ser det ikke her.",
                name=asked.holder,
            ),
        ]
    else:
        return None
    rows: list[tuple[Button, ...]] = []
    if asked.more:
        nxt = Button(_("Neste spørsmål"), action="evaluation.ask", subject=asked.case_id)
        rows.append((nxt,))
    if asked.score is not None:
        add = Button(_("Legg til noen ord"), action="flow:evaluering.ord", subject=asked.tiltak_id)
        rows.append((add,))
    change = _("Svar likevel") if asked.score is None else _("Endre svaret")
    rows.append((Button(change, action="evaluation.again", subject=asked.tiltak_id),))
    return Message(join(text), tuple(rows))


@dataclass(frozen=True)
class Words:
    asked: Asked
    words: str


def prepare_words(turn: Turn, subject: int | None) -> Asked:
    """Words belong to an answer: without one there is nothing to add them to."""
    asked = evaluation_views.question(turn.session, turn.me, subject or 0, turn.now)
    if asked.score is None:
        raise Refused(Why.STALE)
    return asked


def talk_words(asked: Asked) -> Asking[Words | None]:
    words = yield from ask_words(
        f"words{asked.version}",
        _("Hva vil du si om «{words}»? {name} ser det.", words=asked.words, name=asked.holder),
    )
    told = _("Skal jeg legge til dette?\n«{said}»", said=words or "")
    if (yield from confirm(told, yes=_("Ja, legg til"))):
        return Words(asked, words or "")
    return None


def finish_words(turn: Turn, said: Words) -> None:
    evaluations.give_voice(
        turn.session,
        actor=turn.me,
        tiltak_id=said.asked.tiltak_id,
        version=said.asked.version,
        score=said.asked.score,
        words=said.words,
        now=turn.now,
    )
    turn.say("evaluation.thanks", said.asked.tiltak_id)


EVALUERING_ORD = Flow(
    "evaluering.ord", _("Noen ord om hvordan det går"), prepare_words, talk_words, finish_words
)

FLOWS = (EVALUERING_ORD,)
BUTTONS: dict[str, Press] = {
    "evaluation.ask": ask,
    "evaluation.again": ask_again,
    "evaluation.voice.0": partial(give_voice, None),
    **{f"evaluation.voice.{score}": partial(give_voice, score) for score in SCORES},
}
NOTICES: dict[str, Compose] = {
    "evaluation.voice": first_line,
    "evaluation.ask": ask_card,
    "evaluation.question": question_card,
    "evaluation.thanks": thanks,
}
TOASTS: dict[str, Text] = {
    "evaluation.heard": _("Takk. Svaret er lagret."),
    "evaluation.moved": _("Det spørsmålet er gammelt. Her er det som gjelder nå."),
}
