"""The stafettholder's desk for consent: how the answers stand, and what was said aloud or on paper.

Written down, it does what an own answer would; the one it is about is told, and can say that it is
wrong. What was written down by mistake is struck out: that is not the same as taken back.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.approved import in_force, text_hash, text_of
from handlers.case_cards import progress_line
from handlers.consent_prompt import kinds_in_words, row_of
from handlers.consent_struck import ACTS, AMOUNTS, FEIL, said_in_words, short
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm, several
from handlers.past_day import ask_past_day
from handlers.turns import Button, Message, Reading, Turn
from locales import LANGUAGES, Day, Text, _, join, language_name, list_of, pgettext, say, verbatim
from models import access_log, consent_forms, consent_recording, views
from models.base import require
from models.consent_forms import Asked, RecordForm
from models.consent_recording import Paper
from models.consent_rules import Kinds, Scope
from models.terms import ConsentAct, InfoKind, Role, Via, Why

EVERY = 0
"""In the place of a question: every yes somebody has said in the case."""
_EVERYTHING = _("Alt det er sagt ja til")
_SOME = "some"
VIAS: dict[Via, Text] = {
    Via.PAPER: pgettext("via", "På papir"),
    Via.ORAL: pgettext("via", "Muntlig"),
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
    part: Scope | None = None  # of a yes: to what, when not to all of it


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
    said = yield from choose("act", _("Hva var svaret?"), _answers(record))
    act = ConsentAct.GIVEN if said == _SOME else ConsentAct(said)
    if act is ConsentAct.WITHDRAWN:
        person, question = yield from _taken_back(record)
        part = None
    else:
        question = yield from choose(
            "question", _("Hvilket spørsmål gjelder det?"),
            {each: _about(asked) for each, asked in record.questions.items()},
        )  # fmt: skip
        person = yield from choose(
            "person", _("Hvem har svart?"),
            {each: verbatim(name) for each, name in record.people.items()},
        )  # fmt: skip
        part = (yield from _part(record.questions[question])) if said == _SOME else None
    paper = yield from _how(form, act, question)
    answer = Answer(record.case_id, question, person, act, paper, part)
    sure = yield from confirm(_repeated(record, answer), yes=_("Ja, skriv det ned"))
    return answer if sure else None


def _answers(record: RecordForm) -> dict[str, Text]:
    found: dict[str, Text] = {}
    if record.questions and record.people:
        found[ConsentAct.GIVEN.value] = AMOUNTS[False]
        if any(len(_pairs(asked)) > 1 for asked in record.questions.values()):
            found[_SOME] = AMOUNTS[True]
        found[ConsentAct.REFUSED.value] = ACTS[ConsentAct.REFUSED]
    if record.givers:
        found[ConsentAct.WITHDRAWN.value] = ACTS[ConsentAct.WITHDRAWN]
    return found


def _taken_back(record: RecordForm) -> Asking[tuple[int, int]]:
    """Who takes back, and which yes; EVERY of them where there are several."""
    names = {each: verbatim(name) for each, (name, _given) in record.givers.items()}
    person = yield from choose("giver", _("Hvem tar tilbake et ja?"), names)
    _name, given = record.givers[person]
    every = {EVERY: _EVERYTHING} if len(given) > 1 else {}
    which = yield from choose(
        "stops", _("Hva stoppes?"), every | {each: _about(asked) for each, asked in given.items()}
    )
    return person, which


def _pairs(asked: Asked) -> dict[str, Text]:
    return {
        f"{unit}.{kind.value}": _("{service}: {kinds}", service=name, kinds=kinds_in_words([kind]))
        for unit, (name, kinds) in asked.scope.items()
        for kind in InfoKind
        if kind in kinds
    }


def _part(asked: Asked) -> Asking[Scope | None]:
    """What was said yes to. None, all of it, where there is no less."""
    pairs = _pairs(asked)
    if len(pairs) < 2:
        return None
    chosen = yield from several("part", _("Hva ble det sagt ja til?"), pairs)
    scope: dict[int, Kinds] = {}
    for pair in chosen:
        unit, _dot, kind = pair.partition(".")
        scope[int(unit)] = scope.get(int(unit), frozenset()) | {InfoKind(kind)}
    return scope


def _how(form: Form, act: ConsentAct, question: int) -> Asking[Paper]:
    """How it reached staff, and when. To take back needs no witness and no paper to point to."""
    taken = act is ConsentAct.WITHDRAWN
    ways: dict[str, Text] = {Via.PAPER.value: VIAS[Via.PAPER]}
    if act is ConsentAct.GIVEN:  # what was said yes to aloud was read aloud
        ways |= {
            code: _("Muntlig, lest opp på {language}", language=language_name(code, inside=True))
            for code in form.languages
        }
    else:
        ways[Via.ORAL.value] = VIAS[Via.ORAL]
    via = yield from choose("via", _("Hvordan ble det sagt?"), ways)
    days = form.record.days
    when = _("Hvilken dag? Er det lenger siden, så skriv den, for eksempel 3.11.2026.")
    day = yield from ask_past_day("day", when, form.record.oldest, days[0], days)
    if via == Via.PAPER.value:
        where = _("Hvor ligger papiret? Skriv en referanse.")
        document = yield from ask_words("document", where, optional=taken)
        return Paper(Via.PAPER, day, document=document)
    heard = _("Hvem hørte det? Skriv navnet på et vitne.")
    witness = yield from ask_words("witness", heard, optional=taken)
    if act is not ConsentAct.GIVEN:
        return Paper(Via.ORAL, day, witness=witness)
    words = text_hash(form.record.questions[question].text_key, via)
    return Paper(Via.ORAL, day, witness=witness, language=via, text_hash=words)


def _about(asked: Asked) -> Text:
    if asked.everything:
        return _("Alt til alle som er med")
    return list_of(verbatim(name) for name in asked.services)


def _repeated(form: RecordForm, answer: Answer) -> Text:
    paper, person = answer.paper, answer.person_id
    taken = answer.act is ConsentAct.WITHDRAWN
    name, given = form.givers[person] if taken else (form.people[person], form.questions)
    asked = given.get(answer.question_id)
    lines = [
        _("Skal jeg skrive ned dette svaret om {ungdom}?", ungdom=form.ungdom),
        _(
            "{name}: {answer}",
            name=name,
            answer=said_in_words(answer.act, answer.part is not None),
        ),
        _("Det gjelder: {services}", services=_EVERYTHING if asked is None else _about(asked)),
        *(
            row_of(asked.scope[unit][0], kinds)
            for unit, kinds in (answer.part or {}).items()
            if asked is not None
        ),
        _("{via}, {day}", via=VIAS[paper.via], day=Day(paper.given_on, year=True)),
    ]
    if paper.document:
        lines.append(_("Papiret: {words}", words=paper.document))
    if paper.witness:
        lines.append(_("Vitne: {name}", name=paper.witness))
    lines.append(
        _("{name} får vite at det er skrevet ned, og kan si fra om det er feil.", name=name)
    )
    parts = [join(lines)]
    words = text_of(asked.text_key) if asked is not None else None
    if paper.language and words is not None:
        parts.append(_("Dette ble lest opp:"))
        parts.append(verbatim(say(words, paper.language)))
    return join(parts, "\n\n")


def write(turn: Turn, answer: Answer) -> None:
    every = answer.question_id == EVERY
    question = answer.question_id
    if every:
        form = consent_forms.recording(
            turn.session, actor=turn.me, case_id=answer.case_id, now=turn.now
        )
        require(answer.person_id in form.givers, Why.STALE)
        question = next(iter(form.givers[answer.person_id][1]))
    consent_recording.record(
        turn.session, actor=turn.me, question_id=question, consenter_id=answer.person_id,
        act=answer.act, paper=answer.paper, now=turn.now, occasion=turn.occasion,
        scope=answer.part, every=every,
    )  # fmt: skip
    turn.say("consent.held", answer.case_id)


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
        parts.append(join([_("Skrevet ned av skolen:"), *map(short, found)]))
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

FLOWS = (NOTER, FEIL)
BUTTONS = {"consent.held": show_held}
NOTICES = {"consent.held": held_card}
