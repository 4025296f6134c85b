"""The engine of conversations, as plain calls."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.dialogue import (
    Answers,
    Done,
    Flow,
    Pending,
    ask_when,
    ask_words,
    choose,
    confirm,
    replay,
    several,
    walk,
)
from handlers.questions import Answer, Redraw
from locales import _, verbatim

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _talk(wards):
    whom = yield from choose("whom", _("Hvem?"), {i: verbatim(n) for i, n in wards.items()})
    topic = yield from choose("topic", _("Hva?"), {"a": _("A"), "b": _("B")})
    if topic == "b":
        yield from ask_words("why", _("Hvorfor?"))
    if (yield from confirm(_("Sikker?"), yes=_("Ja"))):
        return whom, topic
    return None


FLOW = Flow("test", _("Test"), lambda turn, subject: {}, _talk, lambda turn, wish: None)
BOTH = {1: "Ida", 2: "Tor"}


def _asked(outcome):
    assert isinstance(outcome, Pending)
    return outcome.question.name


def test_the_first_unanswered_question_is_pending():
    assert _asked(walk(FLOW, BOTH, [])) == "whom"
    assert _asked(walk(FLOW, BOTH, [("whom", "2")])) == "topic"


def test_answers_come_back_as_what_they_were_offered_as():
    given = [("whom", "2"), ("topic", "a"), ("confirm", "True")]
    assert walk(FLOW, BOTH, given) == Done((2, "a"))


def test_no_to_the_confirmation_does_nothing():
    given = [("whom", "2"), ("topic", "a"), ("confirm", "False")]
    assert walk(FLOW, BOTH, given) == Done(None)


def test_a_question_with_one_possible_answer_is_not_asked():
    assert _asked(walk(FLOW, {1: "Ida"}, [])) == "topic"


def test_a_child_who_drops_out_never_becomes_another_child():
    outcome = walk(FLOW, {1: "Ida"}, [("whom", "2"), ("topic", "a")])
    assert _asked(outcome) == "whom"


def test_a_question_once_shown_is_never_answered_by_itself():
    outcome = replay(FLOW, {1: "Ida"}, Answers({}, ["whom"]))
    assert _asked(outcome) == "whom"


def test_a_second_child_who_appears_is_asked_about():
    assert _asked(walk(FLOW, {1: "Ida"}, [("topic", "a")])) == "confirm"
    assert _asked(walk(FLOW, BOTH, [("topic", "a")])) == "whom"


def test_the_fingerprint_changes_with_an_earlier_answer_and_with_the_options():
    one = walk(FLOW, BOTH, [("whom", "1")])
    two = walk(FLOW, BOTH, [("whom", "2")])
    alone = walk(FLOW, {1: "Ida", 3: "Bo"}, [])
    assert len({o.fingerprint for o in (one, two, alone, walk(FLOW, BOTH, []))}) == 4


def test_several_starts_empty_and_a_double_tap_ticks_once():
    flow = Flow("s", _("S"), lambda t, s: 0, lambda p: several("x", _("?"), {1: _("A"), 2: _("B")}),
                lambda t, w: None)  # fmt: skip
    question = walk(flow, None, []).question
    assert "☑" not in str(question.rows({}, NOW))
    assert question.press("ok", {}) == Redraw({"ticked": [], "hint": "at_least"})
    once = question.press("+1", {})
    assert once == question.press("+1", once.draft) == Redraw({"ticked": ["2"]})
    assert question.press("ok", once.draft) == Answer(["2"])


def test_words_are_read_once_and_too_long_ones_are_not_cut():
    flow = Flow("w", _("W"), lambda t, s: 0, lambda p: ask_words("x", _("?")), lambda t, w: None)
    question = walk(flow, None, []).question
    assert question.read("  hei  ", NOW, "nb") == Answer("hei")
    assert question.read("x" * 301, NOW, "nb") == Redraw({"hint": "too_long"})
    assert question.read(" ", NOW, "nb") == Redraw({"hint": "empty"})


def test_a_typed_time_is_an_answer_only_when_there_is_no_doubt():
    flow = Flow("t", _("T"), lambda t, s: 0, lambda p: ask_when("x", _("?")), lambda t, w: None)
    question = walk(flow, None, []).question
    assert question.read("torsdag 3. des kl 14.15", NOW, "nb") == Answer(
        "2026-12-03T14:15:00+01:00"
    )
    assert question.read("en gang til uka", NOW, "nb") == Redraw({"hint": "not_understood"})
    assert question.read("i går kl 10", NOW, "nb").draft["hint"] in {"past", "not_understood"}
    assert isinstance(question.read("neste tirsdag kl 10", NOW, "nb"), Redraw)


def test_an_old_time_button_means_the_time_it_shows():
    flow = Flow("t", _("T"), lambda t, s: 0, lambda p: ask_when("x", _("?")), lambda t, w: None)
    question = walk(flow, None, []).question
    other_day = {"day": "2026-12-24"}
    assert question.press("o2026-12-03T14:15", other_day) == Answer("2026-12-03T14:15:00+01:00")
    assert question.press("m2026-12", {}) == Redraw({"month": "2026-12"})
    assert question.press("dnonsense", {}) is None
