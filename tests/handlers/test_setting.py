"""A value that is typed is within its bounds, or asked for again with them."""

from __future__ import annotations

import pytest

from handlers.questions import Answer, Redraw
from handlers.setting import HOURS, NUMBER, TIME, Setting
from locales import _, say


def heard(kind, least, most, words, none=False):
    found = Setting("value", _("Hva?"), kind, least, most, none).read(words, None, "nb")
    return found.value if isinstance(found, Answer) else found


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        (NUMBER, "12", 12), (NUMBER, " 12 ", 12), (TIME, "9", "09:00"), (TIME, "kl. 9.30", "09:30"),
        (TIME, "12:00", "12:00"), (HOURS, "4, 12", [12, 4]), (HOURS, "12 og 4", [12, 4]),
    ],
)  # fmt: skip
def test_what_is_within_is_taken(kind, words, value):
    assert heard(kind, 4, 12, words) == value


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NUMBER, "3"), (NUMBER, "13"), (NUMBER, "-5"), (NUMBER, "5,5"), (NUMBER, "fem"),
        (NUMBER, "٥"), (NUMBER, "9" * 400), (NUMBER, ""), (TIME, "12.01"), (TIME, "25.00"), (TIME, "9.75"),
        (TIME, "i morgen"), (HOURS, "4, 4"), (HOURS, "4, 13"), (HOURS, "4,,5"), (HOURS, "4 5"),
        (HOURS, "4,5,6,7,8"), (NUMBER, "<b>5</b>"),
    ],
)  # fmt: skip
def test_anything_else_is_asked_for_again_with_the_bounds(kind, words):
    question = Setting("value", _("Hva?"), kind, 4, 12)
    found = question.read(words, None, "nb")
    assert isinstance(found, Redraw)
    told = say(question.body(found.draft), "nb")
    assert "Det kan jeg ikke bruke." in told
    assert "12" in told


def test_nothing_is_an_answer_only_where_it_may_be():
    may = Setting("value", _("Hva?"), NUMBER, 1, 9, True)
    must = Setting("value", _("Hva?"), NUMBER, 1, 9)
    assert (may.press("none", {}), must.press("none", {})) == (Answer(None), None)
    assert (may.accepts(None), must.accepts(None), must.accepts(True)) == (True, False, False)
