from __future__ import annotations

from datetime import timedelta

import pytest

from bot import render as render_module
from bot.render import (
    HANDLE_LIFE,
    LONGEST_DATA,
    LONGEST_LABEL,
    LONGEST_TEXT,
    NOTHING,
    Key,
    Pressed,
    make_handle,
    read_handle,
    render,
)
from handlers.turns import Button, Message
from locales import _, verbatim
from models.sealed import Keyring

CHAT, OTHER_CHAT = 7, 8
LARGEST = Pressed("a" * 24, (1 << 53) - 1, 36**3 - 1)


def put(message: Message, keyring: Keyring, now, **more):
    return render(message, language="nb", contact_id=CHAT, keyring=keyring, now=now, **more)


def test_words_are_put_into_the_readers_language(keyring: Keyring, now):
    said = Message(_("Nei, avbryt"))
    assert put(said, keyring, now).text == "Nei, avbryt"


def test_the_largest_handle_fits_into_a_button(keyring: Keyring, now):
    data = make_handle(LARGEST, CHAT, keyring, now)
    assert len(data.encode()) <= LONGEST_DATA
    assert read_handle(data, CHAT, keyring, now) == LARGEST


def test_an_action_may_contain_colons(keyring: Keyring, now):
    pressed = Pressed("flow:los", 5, 0)
    assert read_handle(make_handle(pressed, CHAT, keyring, now), CHAT, keyring, now) == pressed


def test_a_handle_lives_ninety_days(keyring: Keyring, now):
    data = make_handle(LARGEST, CHAT, keyring, now)
    assert read_handle(data, CHAT, keyring, now + HANDLE_LIFE - timedelta(hours=1)) == LARGEST
    assert read_handle(data, CHAT, keyring, now + HANDLE_LIFE + timedelta(hours=1)) is None


def test_a_handle_of_another_chat_or_another_key_is_nothing(keyring: Keyring, now):
    data = make_handle(LARGEST, CHAT, keyring, now)
    assert read_handle(data, OTHER_CHAT, keyring, now) is None
    assert read_handle(data, CHAT, Keyring(b"k" * 32), now) is None


def test_a_handle_changed_anywhere_is_nothing(keyring: Keyring, now):
    data = make_handle(Pressed("consent.give", 1234, 1), CHAT, keyring, now)
    for place in range(len(data)):
        changed = data[:place] + ("x" if data[place] != "x" else "y") + data[place + 1 :]
        assert read_handle(changed, CHAT, keyring, now) is None


@pytest.mark.parametrize(
    "data", ["", ":", "b", "b:::::", "c:los", "t:1:2", "b:å:å:å:å:å", "x" * 64]
)
def test_what_was_never_a_handle_is_nothing(data: str, keyring: Keyring, now):
    assert read_handle(data, CHAT, keyring, now) is None


def test_each_kind_of_button_carries_its_own(keyring: Keyring, now):
    row = (
        Button(verbatim("a"), choice="2"),
        Button(verbatim("b"), command="los"),
        Button(verbatim("c"), url="https://ung.no/"),
    )
    rendered = put(Message(_("Ja?"), (row,)), keyring, now, params={"fingerprint": "f" * 16})
    assert rendered.rows == (
        (Key("a", f"t:{'f' * 16}:2"), Key("b", "c:los"), Key("c", "", "https://ung.no/")),
    )


def test_a_button_that_carries_too_much_is_our_mistake_and_says_so(keyring: Keyring, now):
    row = (Button(verbatim("a"), action="a" * 60, subject=1),)
    with pytest.raises(ValueError, match="too long"):
        put(Message(_("Ja?"), (row,)), keyring, now)


@pytest.mark.parametrize("words", ["", "   ", "\n", "\u200b\u200d", "\u2068\u2069"])
def test_nothing_to_see_is_shown_as_a_dash(words: str, keyring: Keyring, now):
    message = Message(verbatim(words), ((Button(verbatim(words), command="x"),),))
    rendered = put(message, keyring, now)
    assert rendered.text.strip("\u2066\u2067\u2068\u2069") == NOTHING
    assert rendered.rows[0][0].label.strip("\u2066\u2067\u2068\u2069") == NOTHING


@pytest.mark.parametrize(
    "words",
    ["ord " * 3000, "x" * 9000, "a" + "\u0301" * 9000, "👩‍👩‍👧" * 2000, "\u2068x" * 4500],
)
def test_what_is_too_long_is_cut_and_says_so(words: str, keyring: Keyring, now):
    rendered = put(Message(_(words)), keyring, now)
    assert len(rendered.text) <= LONGEST_TEXT
    assert rendered.text.endswith("Resten er for langt til å vises her.")
    opened = sum(rendered.text.count(c) for c in "\u2066\u2067\u2068")
    assert opened <= rendered.text.count("\u2069")


def test_what_fits_exactly_is_not_cut(keyring: Keyring, now):
    words = "x" * LONGEST_TEXT
    assert (
        put(Message(_("{w}", w=words)), keyring, now).text.strip("\u2068\u2069")[:10] == "x" * 10
    )


def test_a_long_label_is_cut_to_what_a_button_shows(keyring: Keyring, now):
    message = Message(_("Ja?"), ((Button(verbatim("langt " * 40), command="x"),),))
    label = put(message, keyring, now).rows[0][0].label
    assert len(label) <= LONGEST_LABEL
    assert label.endswith("…")


def test_a_hundred_buttons_are_shown_and_not_one_more(keyring: Keyring, now):
    rows = tuple((Button(verbatim("x"), command="x"),) * 7 for _row in range(20))
    rendered = put(Message(_("Ja?"), rows), keyring, now)
    assert sum(len(row) for row in rendered.rows) == 100


def test_the_municipalitys_own_words_stand_for_ours_whole_and_with_their_capital():
    own = {"stafettholder": "koordinator"}
    told = render_module.in_own_terms(
        "Stafettholder Jonas er stafettholder, ikke stafettholderen.", own
    )
    assert told == "Koordinator Jonas er koordinator, ikke stafettholderen."
