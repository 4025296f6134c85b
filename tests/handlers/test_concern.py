"""What is said of a concern, and to whom: planted names and words are found with those it is for only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import handlers
from handlers import concern
from handlers.concern_words import guidance
from handlers.dialogue import Answers, Done, replay
from handlers.turns import Reading
from locales import LANGUAGES, say
from models import concerns, contacts, levels, people
from models.base import Refused
from models.concern_views import RaiseForm
from models.shielded import Shield
from models.terms import Baton, ConcernOutcome
from tests.agreed import turn
from tests.concern_setup import CANARIES, NAMED, WORDS, decided, discussed, raised, talk, verdict
from tests.consent_setup import opened
from tests.guardian_sight import Sight, sight
from tests.handlers.test_every_path import _answers_to as answers_to
from tests.handlers.test_every_path import paths
from tests.handlers.test_every_view_is_logged import told

DAY = timedelta(days=1)
OTHERS = ("ida", "kari", "jonas", "siri")


def card(session, person, kind, concern_id, now, channel="telegram") -> str:
    contact = contacts.of(session, person.id)
    session.expunge(contact)
    contact.channel = channel
    message = handlers.compose(Reading(session, person, contact, now, concern_id), kind)
    return "" if message is None else told(message)


def said(seen: Sight) -> set[str]:
    return set(seen.values())


@pytest.mark.parametrize(("channel", "shown"), [("telegram", False), ("web", True)])
def test_no_child_is_named_in_telegram(session, cast, now, channel, shown):
    """[52] Not on the card of who raised it, nor of who receives it."""
    sent = raised(session, cast, now)
    for person, kind in ((cast.amina, "concern.mine"), (cast.randi, "concern.card")):
        words = card(session, person, kind, sent.id, now, channel)
        assert WORDS in words
        assert (NAMED in words) is shown
    assert ("står bare på nettsiden" in card(session, cast.randi, "concern.card", sent.id, now, channel)) is (
        not shown
    )  # fmt: skip


@pytest.mark.parametrize(("channel", "asked"), [("telegram", False), ("web", True)])
def test_nor_is_a_name_asked_for_there(session, cast, now, channel, asked):
    here = turn(session, cast.amina, now)
    session.expunge(here.contact)
    here.contact.channel = channel
    flow = handlers.FLOWS["bekymring"]
    plain = flow.prepare(here, None)
    names = {
        outcome.question.name
        for _answers, outcome in paths(flow, plain, now)
        if not isinstance(outcome, Done)
    }
    assert ("named" in names) is asked
    assert "words" in names


def test_with_several_schools_and_a_name_it_is_seven_questions(now):
    today = now.date()
    form = RaiseForm({1: "A", 2: "B"}, {1: ("R",), 2: ("S",)}, today, today - 90 * DAY, 14)
    flow = handlers.FLOWS["bekymring"]
    answers = Answers()
    while not isinstance(at := replay(flow, concern.Plain(form, True), answers), Done):
        given = answers_to(at.question, now)[0]
        answers = Answers({**answers.given, at.question.name: given}, [*answers.shown, ""])
    assert len(answers.shown) == 7 + 1  # and the confirmation


@pytest.mark.parametrize("outcome", [ConcernOutcome.LEVEL1, ConcernOutcome.CARE])
@pytest.mark.slow
def test_nobody_else_finds_a_word_of_it_anywhere(session, cast, now, outcome):
    """Every message, flow, page and file that can be had by anybody else."""
    sent = decided(session, cast, now, outcome)
    about = {"concern": {sent.id}, "level": {sent.case_id or 0}, "stafett": {sent.case_id or 0}}
    for name in OTHERS:
        seen = repr(sight(session, getattr(cast, name), about, now))
        assert [word for word in CANARIES if word in seen] == [], name
        assert sent.reference not in seen, name


@pytest.mark.slow
@pytest.mark.parametrize("outcome", [None, ConcernOutcome.CARE])
def test_the_family_sees_the_same_as_without_it(session, cast, now, outcome):
    """Down to how many messages they were sent, whatever is asked about by its number."""
    about = {"concern": {4711}, "stafett": {4711}}
    before = {name: sight(session, getattr(cast, name), about, now) for name in ("ida", "kari")}
    sent = decided(session, cast, now, outcome) if outcome else discussed(session, cast, now)
    about = {"concern": {4711, sent.id}, "stafett": {4711}}
    for name, was in before.items():
        assert said(sight(session, getattr(cast, name), about, now)) == said(was)


@pytest.mark.slow
def test_a_case_of_a_shielded_concern_is_nowhere_for_the_parents(session, cast, now):
    """[58]"""
    about = {"concern": {4711}, "stafett": {4711}, "level": {4711}}
    before = sight(session, cast.kari, about, now)
    sent = discussed(session, cast, now)
    at = {"actor": cast.randi, "concern_id": sent.id, "now": now}
    concerns.shield(session, shield=Shield("Kråke", now.date() + 9 * DAY), **at)
    concerns.decide(session, verdict=verdict(cast, ConcernOutcome.LEVEL2), **at)
    about = {key: {*ids, sent.id, sent.case_id} for key, ids in about.items()}
    assert said(sight(session, cast.kari, about, now)) == said(before)


# --- what staff must know ----------------------------------------------------------------------------

DUTIES = {
    "nb": ("Taushetsplikt", "melde fra til barnevernet", "svare barnevernet", "avverge"),
    "nn": ("Teieplikt", "melde frå til barnevernet", "svare barnevernet", "avverje"),
    "en": ("Confidentiality", "report to child welfare", "answer child welfare", "avert"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guidance_names_secrecy_both_duties_and_averting(language):
    """[57] And where to call, in every language; it judges nothing [54]."""
    words = say(guidance("12 34 56 78"), language)
    for duty in DUTIES[language]:
        assert duty in words
    for contact in ("112", "113", "02800", "12 34 56 78", "plikt.no"):
        assert contact in words
    assert "barnevernvakten.no" in say(guidance(""), language)


@pytest.mark.parametrize("name", ["ida", "kari", "sam"])
def test_the_guidance_is_for_staff(session, cast, now, name):
    assert card(session, getattr(cast, name), "concern.guide", 0, now) == ""


def test_the_care_at_home_is_decided_in_sight_of_the_duties_and_asks_for_no_words(
    session, cast, now
):
    sent = raised(session, cast, now)
    flow = handlers.FLOWS["bekymring.avgjor"]
    plain = flow.prepare(turn(session, cast.randi, now), sent.id)
    asked = {
        outcome.question.name: outcome.question
        for _answers, outcome in paths(flow, plain, now)
        if not isinstance(outcome, Done)
    }
    assert list(asked) == ["outcome", "guidance", "confirm"]
    assert not any(each.hears_words for each in asked.values())
    for duty in DUTIES["nb"]:
        assert duty in say(asked["guidance"].text, "nb")
    last = say(asked["confirm"].text, "nb")
    assert "Ingenting blir sendt til noen, heller ikke til barnevernet eller foreldrene." in last
    assert "Plikten til å melde fra er din egen. Den venter ikke på noen." in last


@pytest.mark.parametrize("outcome", [each for each in ConcernOutcome if each != "care"])
def test_the_others_are_talked_over_first_and_change_nothing_before(session, cast, now, outcome):
    sent = raised(session, cast, now)
    flow = handlers.FLOWS["bekymring.avgjor"]
    here = turn(session, cast.randi, now)
    offered = replay(flow, flow.prepare(here, sent.id), Answers()).question
    assert [key for key, _label in offered.options] == list(ConcernOutcome)
    done = replay(
        flow, flow.prepare(here, sent.id), Answers({"outcome": str(outcome)}, ["outcome"])
    )
    assert done.value.verdict is None
    flow.finish(here, done.value)
    assert sent.state == "raised"
    words = card(session, cast.randi, "concern.talk_first", sent.id, now)
    assert words.startswith("Drøft først.")
    assert "Del og drøft" in words


def test_who_raised_it_reads_of_their_own_duty_and_the_same_of_every_outcome(session, cast, now):
    seen = set()
    for outcome in ConcernOutcome:
        sent = decided(session, cast, now, outcome)
        seen.add(
            card(session, cast.amina, "concern.mine", sent.id, now).replace(sent.reference, "REF")
        )
    (words,) = seen
    assert "Er du fortsatt bekymret? Din egen plikt til å melde fra" in words
    assert "uansett hva skolen har bestemt" in words
    assert words.endswith("Taushetsplikt og plikter ‹ Tilbake")


def test_on_the_card_of_a_care_concern_the_next_step_stands(session, cast, now):
    for outcome in ConcernOutcome:
        sent = decided(session, cast, now, outcome)
        words = card(session, cast.randi, "concern.card", sent.id, now)
        care = outcome is ConcernOutcome.CARE
        assert ("Har du meldt fra? Det skrives ikke her." in words) is care
        assert "Taushetsplikt og plikter" in words
        assert "frist" not in words.casefold()


def test_what_was_told_too_late_is_nobodys_fault(session, cast, now):
    late = raised(session, cast, now, arose_on=now.date() - 15 * DAY)
    for at in (now, now + 20 * DAY):
        words = card(session, cast.randi, "concern.card", late.id, at)
        assert "Den er meldt etter at fristen var gått ut." in words
        assert "⚠" not in words
        desk = card(session, cast.randi, "concern.desk", 0, at)
        assert f"{late.reference} · ny · meldt etter fristen" in desk
        assert "⚠" not in desk


def test_a_decided_one_can_be_decided_in_no_flow(session, cast, now):
    sent = decided(session, cast, now, ConcernOutcome.CLOSE)
    for name in ("bekymring.avgjor", "bekymring.drofting", "bekymring.skjerm"):
        with pytest.raises(Refused):
            handlers.FLOWS[name].prepare(turn(session, cast.randi, now), sent.id)


def test_what_was_talked_over_again_stands(session, cast, now):
    sent = discussed(session, cast, now)
    again = replace(talk(), notes="Kråkenytt")
    concerns.discuss(session, actor=cast.randi, concern_id=sent.id, talk=again, now=now)
    words = card(session, cast.randi, "concern.card", sent.id, now)
    assert "Kråkenytt" in words
    assert "Kråkenotat" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_moved_case_can_be_said(session, cast, now, language):
    """To the holder, who leads the school, and the family."""
    case = opened(session, cast, now)
    levels.move(
        session, actor=cast.jonas, case_id=case.id, to=0, reason="Kråkegrunn",
        baton=Baton.ANOTHER, now=now,
    )  # fmt: skip
    for person in (cast.jonas, cast.randi, cast.ida, cast.kari):
        reading = Reading(session, person, contacts.of(session, person.id), now, case.id)
        message = handlers.compose(reading, "level.card")
        assert "Kråkegrunn" in say(message.text, language)
        assert ("flow:niva.flytt" in repr(message.buttons)) is (person in (cast.jonas, cast.randi))


def test_the_cards_of_leaders_and_holders_can_be_said(session, cast, now):
    """How many are late; where nobody receives; that somebody wondered; that a holder is stuck."""
    first = decided(session, cast, now, ConcernOutcome.LEVEL1)
    second = decided(session, cast, now, ConcernOutcome.LEVEL2)
    words = card(session, cast.jonas, "concern.joined_card", second.id, now)
    assert words.startswith("Noen har sagt fra om at de undrer seg over hvordan Ida har det.")
    assert [word for word in CANARIES if word in words] == []
    shown = card(session, cast.randi, "concern.card", second.id, now)
    assert "Det er sagt fra 1 gang til om samme elev." in shown
    levels.ask_for_help(session, actor=cast.jonas, case_id=first.case_id, now=now)
    words = card(session, cast.randi, "level.help_card", cast.jonas.id, now)
    assert "Jonas" in words
    assert "Ida" not in words
    for back in range(5):
        late = raised(session, cast, now, arose_on=now.date() - (20 + back) * DAY)
    on_time = raised(session, cast, now, arose_on=now.date() - 14 * DAY)
    past = card(session, cast.randi, "concern.desk", 0, now + 5 * DAY)
    assert f"⚠ {on_time.reference}" in past
    assert f"Sagt fra av deg: {late.reference}" in card(
        session, cast.amina, "concern.desk", 0, now
    )
    for position in people.positions(session, cast.randi.id):
        position.ended_at = now
    session.flush()
    words = card(session, cast.siri, "concern.stuck_card", late.id, now)
    assert cast.school.name in words
