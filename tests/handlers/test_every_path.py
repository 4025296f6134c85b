"""Every flow is walked down every answer, by everyone who may open it, in every language.

The default run walks each flow as one sees it who may open it, and gives no answer to the same
question more than `OFTEN` times; it is said in every language all the same.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

import handlers
from handlers import municipality, policy_words
from handlers.calendar import When
from handlers.conversing import as_message
from handlers.dialogue import Answers, Done, Flow, replay
from handlers.municipality_desk import number_of
from handlers.past_day import PastDay
from handlers.questions import Choice, Question, Several, Words
from handlers.setting import Setting
from handlers.turns import Reading, Turn
from locales import LANGUAGES, say
from models import (
    archiving,
    baton_family,
    cases,
    closing,
    concerns,
    consent_recording,
    contacts,
    evaluation_answers,
    evaluations,
    log_writing,
    minutes,
    people,
    proposals,
    services,
    shielding,
)
from models.base import Refused, new_id
from models.consent_recording import Paper
from models.log_writing import Draft
from models.municipality import ApprovedText, Unit
from models.people import Position, Pupil
from models.shielded import Shield
from models.terms import (
    ApprovalState,
    ConsentAct,
    Decision,
    Effect,
    EntryKind,
    HolderWish,
    InfoKind,
    ItemKind,
    Role,
    UnitKind,
    Via,
)
from models.withheld import Item
from tests import agreed, baton_setup, concern_setup, consent_setup, standing_setup
from tests.agreed import Verdict
from tests.doses import slowly
from tests.look_setup import why_asked
from tests.meeting_setup import called, proposed, to_be_written
from tests.put_right import put_right
from tests.request_things import requests_of_all_kinds
from tests.ways import NOW, SEEDED, cast_of

CAUTION = {
    "nb": "Ingen leser dette fortløpende. Haster det, trykk Hjelp nå.",
    "nn": "Ingen les dette fortløpande. Hastar det, trykk Hjelp no.",
    "en": "Nobody reads this all the time. If it is urgent, press Help now.",
}
"""Said wherever words may be written."""
CONFIRMS = ("confirm", "confirm_kept", "confirm_others", "confirm_both")
EVERYONE = ("ida", "kari", "per", "jonas", "randi", "lise", "siri", "amina", "sam")
MOST_PATHS = 20_000
OFTEN = 3


def _answers_to(question: Question, now) -> list[Any]:
    """Every answer a question can get: each button, none, one and all of many, words and a day."""
    match question:
        case Choice():
            return question.keys
        case Several():
            singles = [[key] for key in question.keys] if question.at_least <= 1 else []
            none: list[Any] = [[]] if question.at_least == 0 else []
            return [*none, *singles, *([question.keys] if len(question.keys) > 1 else [])]
        case Words():
            return ["noen ord {med} <b>tegn</b>", *([None] if question.optional else [])]
        case PastDay():
            return [(now - timedelta(days=30)).date().isoformat()]
        case Setting():
            typed = {"time": [f"{question.least:02}:00"], "hours": [[24, 2]]}.get(
                question.kind, [question.least]
            )
            return [*typed, *([None] if question.none else [])]
        case When():
            return [question._iso(now + timedelta(days=30))]
    raise AssertionError(question)


def paths(
    flow: Flow[Any], plain: Any, now, often: int = MOST_PATHS
) -> Iterator[tuple[Answers, Any]]:
    """Every state of a flow, depth first: the answers so far and what the replay came to. No answer
    is given to the same question more than `often` times, whatever was answered before it."""
    waiting = [Answers()]
    given_by_now: Counter[str] = Counter()
    while waiting:
        answers = waiting.pop()
        outcome = replay(flow, plain, answers)
        yield answers, outcome
        if not isinstance(outcome, Done):
            question = outcome.question
            for answer in _answers_to(question, now):
                this = f"{question.name} {question.keys} {answer}"
                given_by_now[this] += 1
                if given_by_now[this] <= often:
                    given = {**answers.given, question.name: answer}
                    waiting.append(Answers(given, [*answers.shown, question.name]))


def opened(session, cast, now, everyone) -> Iterator[tuple[str, Flow[Any], Any, Reading]]:
    """Every flow about everything there is: for everyone it opens for, or for one of them."""
    scope = {cast.club.id: list(InfoKind), cast.los_unit.id: list(InfoKind)}
    case = agreed.agreed(session, cast, now, scope)
    cases.add_service(session, case=case, unit_id=cast.los_unit.id, person=cast.lise, now=now)
    session.add(Position(person_id=cast.siri.id, unit_id=cast.los_unit.id, role=Role.LOS))
    tiltak = agreed.planned(session, cast, case, now)
    asked = agreed.planned(session, cast, case, now, "Frokost på skolen")
    voice = evaluations.give_voice(
        session, actor=cast.ida, tiltak_id=asked.id, version=asked.version, score=3, now=now
    )
    over = agreed.planned(session, cast, case, now, "Det går bedre nå")
    made = evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=over.id, version=1, now=now,
        verdict=Verdict(Decision.DONE),
    )  # fmt: skip
    right = put_right(session, cast, case, now, made)
    near = agreed.planned(
        session, cast, case, now, "Besøk på klubben", responsible_id=cast.amina.id,
        evaluate_on=now.date() + timedelta(days=3),
    )  # fmt: skip
    evaluation_answers.answer(
        session, actor=cast.kari, tiltak_id=near.id, version=1, effect=Effect.NOT, now=now
    )
    meeting = called(session, cast, case, now)
    wrote = log_writing.write(
        session, actor=cast.jonas, case_id=case.id, hat=Role.STAFETTHOLDER, now=now,
        draft=Draft(EntryKind.GLIMPSE, "Smilte i dag", InfoKind.SCHOOL),
    )  # fmt: skip
    requests = requests_of_all_kinds(session, cast, now)
    why = why_asked(session, cast, case, now)
    consent = consent_setup.asked(session, cast, case, now, *InfoKind, unit=cast.nurse)
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=Item(ItemKind.TILTAK, asked.id), now=now,
        shield=Shield("Ida er redd", now.date() + timedelta(days=28)),
    )  # fmt: skip
    paper = Paper(Via.PAPER, now.date(), document="Mappe 12")
    consent_recording.record(
        session, actor=cast.jonas, question_id=consent.id, consenter_id=cast.per.id,
        act=ConsentAct.GIVEN, paper=paper, now=now, occasion="paper",
    )  # fmt: skip
    service = services.listed(session, actor=cast.siri)[0]
    club = standing_setup.met(session, cast, now)
    met = [club.meeting.id, club.first.id, club.past.id, club.other.id]
    baton = [
        nora_is_asked(session, cast, now),
        *baton_setup.asked_and_offered(session, cast, case, now),
    ]
    baton_setup.moving(session, cast, case, now)
    been = to_be_written(session, cast, case, now)
    point = minutes.points_of(session, been.id)[0]
    option = proposals.times_of(session, proposed(session, cast, case, now).id)[0]
    more = (been.id, point.id, option.id)
    raised = concern_setup.raised(session, cast, now)
    shared = concern_setup.discussed(session, cast, now)
    day = Shield("Kråke", now.date() + timedelta(days=9))
    hidden = concern_setup.discussed(session, cast, now)
    concerns.shield(session, actor=cast.randi, concern_id=hidden.id, shield=day, now=now)
    subjects = [
        *baton,
        None,
        raised.id,
        shared.id,
        hidden.id,
        case.id,
        *more,
        consent.id,
        tiltak.id,
        asked.id,
        meeting.id,
        why.id,
        right.id,
        near.id,
        wrote.id,
        voice.id,
        *requests,
        *met,
        service.id,
    ]
    office = {flow.name for flow in municipality.FLOWS}
    others = [flow for name, flow in handlers.FLOWS.items() if name not in office]
    yield from _opened(session, cast, now, EVERYONE, others, subjects, everyone)
    the_office = _of_the_office(session, cast, now)
    yield from _opened(session, cast, now, ["turid"], municipality.FLOWS, the_office, everyone)


def nora_is_asked(session, cast, now) -> int:
    """Another youth's case, whose family has said who they would like."""
    youth = people.create(session, name="Nora", language="nb", now=now, confirmed=True)
    session.add(Pupil(person_id=youth.id, school_id=cast.school.id))
    session.flush()
    case = cases.open(
        session, actor=cast.randi, ungdom=youth, school_id=cast.school.id,
        stafettholder=cast.jonas, now=now,
    )  # fmt: skip
    for wish in baton_family.ask_family(session, actor=cast.jonas, case_id=case.id, now=now):
        baton_family.answer(session, actor=youth, wish_id=wish.id, said=HolderWish.TALK, now=now)
    return case.id


def _of_the_office(session, cast, now) -> list[int | None]:
    """Somebody who has two roles and has never been in, and a unit where nothing is."""
    new = people.create(session, name="Nyansatt", language="nb", now=now)
    posts = [
        Position(person_id=new.id, unit_id=unit.id, role=role)
        for unit, role in ((cast.club, Role.SERVICE), (cast.bti, Role.PROSJEKTLEDER))
    ]
    empty = Unit(id=new_id(), key="tomt", kind=UnitKind.CLUB, name="Huset")
    session.add_all([*posts, empty])
    session.flush()
    names = [*policy_words.RULES, "rights.nb", "rights.en"]
    text = select(ApprovedText).where(ApprovedText.key == "rights", ApprovedText.language == "en")
    session.scalars(text).one().state = ApprovalState.DRAFT
    return [
        None,
        new.id,
        posts[0].id,
        empty.id,
        _packed(session, cast, now),
        *map(number_of, names),
    ]


def _packed(session, cast, now) -> int:
    """A closed case of another youth, whose package the archive has not confirmed."""
    youth = people.create(session, name="Nora", language="nb", now=now, confirmed=True)
    session.add(Pupil(person_id=youth.id, school_id=cast.school.id))
    session.flush()
    case = cases.open(
        session, actor=cast.randi, ungdom=youth, school_id=cast.school.id,
        stafettholder=cast.jonas, now=now,
    )  # fmt: skip
    closing.close(session, actor=youth, case_id=case.id, wish=closing.Wish(), now=now)
    archiving.packed(session, case_id=case.id, digest="0", path="/nowhere", now=now)
    return case.id


def _opened(session, cast, now, names, flows, subjects, everyone) -> Iterator[Any]:
    seen = set()
    for name in names:
        me = getattr(cast, name)
        contact = contacts.of(session, me.id)
        open_by_now = {flow for flow, _plain in seen}
        for flow in flows:
            if not everyone and flow.name in open_by_now:
                continue
            for subject in subjects:
                turn = Turn(session, me, contact, now, occasion=f"{name}{subject}")
                try:
                    plain = flow.prepare(turn, subject)
                except Refused:
                    continue
                if (flow.name, repr(plain)) in seen:
                    continue
                seen.add((flow.name, repr(plain)))
                yield name, flow, plain, Reading(session, me, contact, now, subject or 0)


class Walk(NamedTuple):
    """Who went through which flow, and after which answers came to what."""

    name: str
    flow: str
    reading: Reading
    steps: list[tuple[Answers, Any]]


@pytest.fixture(scope="module", params=["some", *slowly("all")])
def walked(stores, request) -> Iterator[list[Walk]]:
    """Nothing is written by it or with it, so it is walked once."""
    everyone = request.param == "all"
    often = MOST_PATHS if everyone else OFTEN
    with stores.lent(SEEDED, f"{__name__} {request.param}", recalls=True) as session:
        session.info["mail"] = True
        found = opened(session, cast_of(session), NOW, everyone)
        yield [
            Walk(name, flow.name, reading, _few(paths(flow, plain, NOW, often), flow.name))
            for name, flow, plain, reading in found
        ]


def _few(steps: Iterator[tuple[Answers, Any]], flow: str) -> list[tuple[Answers, Any]]:
    found = list(islice(steps, MOST_PATHS))
    assert len(found) < MOST_PATHS, f"{flow} has no end"
    return found


BY_ALL = pytest.mark.parametrize("walked", ["all"], indirect=True)


def test_every_flow_opens_for_someone(walked):
    assert {walk.flow for walk in walked} == set(handlers.FLOWS)


def test_every_question_can_be_said_in_every_language_and_every_talk_ends(walked):
    seen = set()
    for walk in walked:
        assert any(isinstance(outcome, Done) for _answers, outcome in walk.steps)
        for _answers, outcome in walk.steps:
            if isinstance(outcome, Done):
                continue
            message = as_message(outcome, {}, walk.reading)
            told = (walk.flow, outcome.question.name, str(message))
            if told in seen:
                continue
            seen.add(told)
            for language in LANGUAGES:
                words = say(message.text, language)
                assert 0 < len(words) <= 4096
                for button in (b for row in message.buttons for b in row):
                    assert 0 < len(say(button.label, language)) <= 60, button


@pytest.mark.slow
@BY_ALL
def test_no_path_asks_more_than_seven_questions_before_it_repeats_everything(walked):
    longest: dict[tuple[str, str], int] = {}
    for walk in walked:
        which = walk.flow, walk.name
        for answers, _outcome in walk.steps:
            asked = 0
            for question in answers.shown:
                asked = 0 if question in CONFIRMS else asked + 1
                longest[which] = max(asked, longest.get(which, 0))
    assert {k: n for k, n in longest.items() if n > 7} == {}


def _changes(value: Any) -> bool:
    """A talk may also end in something to show; only what changes something is confirmed."""
    return value is not None and not getattr(value, "changes_nothing", False)


def _outcomes(walked) -> Iterator[tuple[Walk, Answers, Any]]:
    return ((walk, *step) for walk in walked for step in walk.steps)


def test_what_changes_something_ends_in_a_confirmation(walked):
    for walk, answers, outcome in _outcomes(walked):
        if isinstance(outcome, Done) and _changes(outcome.value):
            assert answers.shown[-1] in CONFIRMS, walk.flow


def test_a_confirmation_hears_no_words(walked, now):
    for _walk, _answers, outcome in _outcomes(walked):
        if not isinstance(outcome, Done) and outcome.question.name in CONFIRMS:
            assert not outcome.question.hears_words
            assert outcome.question.read("ja", now, "nb").draft == {"hint": "only_buttons"}
            assert outcome.question.read("jaså", now, "nb").draft == {"hint": "buttons"}


def _asked_for_words() -> set[str]:
    """The names of all questions that take words, as the source has them."""
    calls = [
        node
        for path in Path(handlers.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ask_words"
    ]
    return {ast.unparse(call.args[0]) for call in calls}


@pytest.mark.slow
@BY_ALL
def test_wherever_words_may_be_written_it_is_said_that_nobody_reads_along(walked):
    """And what to do in haste, whatever was written there before."""
    asked = set()
    for walk, _answers, outcome in _outcomes(walked):
        if isinstance(outcome, Done) or not isinstance(outcome.question, Words):
            continue
        asked.add((walk.flow, outcome.question.name))
        for draft in ({}, {"hint": "too_long"}, {"hint": "empty"}):
            text = as_message(outcome, draft, walk.reading).text
            for language in LANGUAGES:
                assert CAUTION[language] in say(text, language), (walk.flow, language)
    names = {name.rstrip("0123456789") for _flow, name in asked}
    assert len(asked) >= 8
    nowhere_here = {"named"}  # a child's name, asked for on the web alone [52]
    listed = {ast.literal_eval(n) for n in _asked_for_words() if n[0] in "'\""}
    assert listed - nowhere_here <= names
