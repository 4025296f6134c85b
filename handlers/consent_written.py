"""The stafettholder's desk for consent: how the answers stand, and what was said aloud or on paper.

Written down, it does what an own answer would; the one it is about is told, and can say that it is
wrong. What was written down by mistake is struck out: that is not the same as taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.approved import in_force, text_hash, text_of
from handlers.case_cards import progress_line
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.turns import Button, Message, Reading, Turn
from locales import LANGUAGES, Day, Text, _, join, language_name, list_of, pgettext, say, verbatim
from models import access_log, consent_forms, consent_recording, views
from models.base import require
from models.consent_forms import Asked, RecordForm, Written
from models.consent_recording import Paper
from models.terms import ConsentAct, Mistake, Role, Via, Why

ACTS: dict[ConsentAct, Text] = {
    ConsentAct.GIVEN: pgettext("answer", "Ja, til alt det er spurt om"),
    ConsentAct.REFUSED: pgettext("answer", "Nei"),
    ConsentAct.WITHDRAWN: pgettext("answer", "Tar tilbake et ja"),
}
VIAS: dict[Via, Text] = {
    Via.PAPER: pgettext("via", "På papir"),
    Via.ORAL: pgettext("via", "Muntlig"),
}
MISTAKES: dict[Mistake, Text] = {
    Mistake.WRONG_PERSON: pgettext("mistake", "Det var en annen"),
    Mistake.WRONG_QUESTION: pgettext("mistake", "Det gjaldt noe annet"),
    Mistake.WRONG_ANSWER: pgettext("mistake", "Svaret er feil"),
    Mistake.TWICE: pgettext("mistake", "Det er ført to ganger"),
}

# --- writing down --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    record: RecordForm
    languages: tuple[str, ...]  # in which the words of a question are approved


@dataclass(frozen=True)
class Answer:
    case_id: int
    question_id: int
    person_id: int
    act: ConsentAct
    paper: Paper


def about(turn: Turn, subject: int | None) -> Form:
    found = consent_forms.recording(
        turn.session, actor=turn.me, case_id=subject or 0, now=turn.now
    )
    keys = {asked.text_key for asked in found.questions.values()}
    languages = tuple(
        each for each in LANGUAGES if all(in_force(turn.session, key, each) for key in keys)
    )
    return Form(found, languages)


def talk(form: Form) -> Asking[Answer | None]:
    record = form.record
    question = yield from choose(
        "question", _("Hvilket spørsmål gjelder det?"),
        {each: _about(asked) for each, asked in record.questions.items()},
    )  # fmt: skip
    person = yield from choose(
        "person", _("Hvem har svart?"),
        {each: verbatim(name) for each, name in record.people.items()},
    )  # fmt: skip
    act = yield from choose("act", _("Hva var svaret?"), ACTS)
    via = yield from choose("via", _("Hvordan ble det sagt?"), VIAS)
    day = yield from choose(
        "day", _("Hvilken dag?"),
        {day.isoformat(): _("{day}", day=Day(day)) for day in record.days}, columns=2,
    )  # fmt: skip
    if via is Via.PAPER:
        document = yield from ask_words("document", _("Hvor ligger papiret? Skriv en referanse."))
        witness, language = None, None
    else:
        witness = yield from ask_words("witness", _("Hvem hørte det? Skriv navnet på et vitne."))
        document, language = None, None
        if act is ConsentAct.GIVEN:
            if not form.languages:
                return None
            language = yield from choose(
                "language", _("På hvilket språk ble teksten lest opp?"),
                {code: verbatim(language_name(code)) for code in form.languages},
            )  # fmt: skip
    key = record.questions[question].text_key
    paper = Paper(
        via, date.fromisoformat(day), witness, document, language,
        text_hash(key, language) if language else None,
    )  # fmt: skip
    answer = Answer(record.case_id, question, person, act, paper)
    sure = yield from confirm(_repeated(record, answer), yes=_("Ja, skriv det ned"))
    return answer if sure else None


def _about(asked: Asked) -> Text:
    if asked.everything:
        return _("Alt til alle som er med")
    return list_of(verbatim(name) for name in asked.services)


def _repeated(form: RecordForm, answer: Answer) -> Text:
    asked, paper = form.questions[answer.question_id], answer.paper
    lines = [
        _("Skal jeg skrive ned dette svaret om {ungdom}?", ungdom=form.ungdom),
        _("{name}: {answer}", name=form.people[answer.person_id], answer=ACTS[answer.act]),
        _("Det gjelder: {services}", services=_about(asked)),
        _("{via}, {day}", via=VIAS[paper.via], day=Day(paper.given_on, year=True)),
    ]
    if paper.document:
        lines.append(_("Papiret: {words}", words=paper.document))
    if paper.witness:
        lines.append(_("Vitne: {name}", name=paper.witness))
    lines.append(_("{name} får vite at det er skrevet ned, og kan si fra om det er feil.",
                   name=form.people[answer.person_id]))  # fmt: skip
    parts = [join(lines)]
    words = text_of(asked.text_key)
    if paper.language and words is not None:
        parts.append(_("Dette ble lest opp:"))
        parts.append(verbatim(say(words, paper.language)))
    return join(parts, "\n\n")


def write(turn: Turn, answer: Answer) -> None:
    consent_recording.record(
        turn.session, actor=turn.me, question_id=answer.question_id,
        consenter_id=answer.person_id, act=answer.act, paper=answer.paper, now=turn.now,
        occasion=turn.occasion,
    )  # fmt: skip
    turn.say("consent.held", answer.case_id)


# --- striking out --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Struck:
    case_id: int
    number: str
    reason: Mistake


def about_mistakes(turn: Turn, subject: int | None) -> tuple[int, tuple[Written, ...]]:
    found = consent_forms.written(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    require(found, Why.NOBODY)
    return subject or 0, found


def mistaken(plain: tuple[int, tuple[Written, ...]]) -> Asking[Struck | None]:
    case_id, found = plain
    number = yield from choose(
        "number", _("Hva er ført feil?"), {each.number: _short(each) for each in found}
    )
    reason = yield from choose("reason", _("Hva er feil?"), MISTAKES)
    which = next(each for each in found if each.number == number)
    text = join(
        [
            _("Skal jeg stryke dette som ført feil?"),
            _short(which),
            MISTAKES[reason],
            _("Da gjelder det ikke, og {name} får vite det. Det er ikke det samme som å ta tilbake "
              "et ja.", name=which.name),
        ]
    )  # fmt: skip
    sure = yield from confirm(text, yes=_("Ja, stryk det"))
    return Struck(case_id, number, reason) if sure else None


def _short(each: Written) -> Text:
    return _("{name}: {answer}, {day} ({number})", name=each.name, answer=ACTS[each.act],
             day=Day(each.given_on), number=each.number)  # fmt: skip


def strike(turn: Turn, wish: Struck) -> None:
    consent_recording.strike_out(
        turn.session, actor=turn.me, number=wish.number, reason=wish.reason, now=turn.now
    )
    turn.say("consent.held", wish.case_id)


# --- the holder's card ---------------------------------------------------------------------------


def show_held(turn: Turn, subject: int, version: int) -> None:
    hats = views.hats_for(turn.session, actor=turn.me, subject_id=subject, now=turn.now)
    require(Role.STAFETTHOLDER in hats, Why.ABSENT)
    turn.show("consent.held", subject)


def held_card(reading: Reading) -> Message:
    view = views.case_view(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now,
        hat=Role.STAFETTHOLDER,
    )  # fmt: skip
    with access_log.unseen(reading.session):  # one card is one view
        found = consent_forms.written(
            reading.session, actor=reading.reader, case_id=view.id, now=reading.now
        )
    parts = [_("Samtykkene om {ungdom}", ungdom=view.ungdom)]
    parts += [line for row in view.questions if (line := progress_line(row, view)) is not None]
    if found:
        parts.append(join([_("Skrevet ned av skolen:"), *map(_short, found)]))
    rows: list[tuple[Button, ...]] = [
        (Button(_("Skriv ned et svar"), "flow:samtykke.noter", view.id),)
    ]
    if found:
        rows.append((Button(_("Ført feil"), "flow:samtykke.feil", view.id),))
    rows.append((Button(_("Spør om alt til alle"), "flow:samtykke.alt", view.id),))
    back = views.HATS.index(Role.STAFETTHOLDER)
    rows.append((Button(_("Til saken"), "case.show", view.id, back),))
    return Message(join(parts, "\n\n"), tuple(rows))


NOTER = Flow("samtykke.noter", pgettext("flow", "Skriv ned et svar"), about, talk, write)
FEIL = Flow("samtykke.feil", pgettext("flow", "Ført feil"), about_mistakes, mistaken, strike)

FLOWS = (NOTER, FEIL)
BUTTONS = {"consent.held": show_held}
NOTICES = {"consent.held": held_card}
