"""No lock screen tells what it is about: every notice that arrives unasked, in every language.

The default run looks at each of them for everyone who gets it in one language, by turns.
"""

from __future__ import annotations

import pytest

import handlers
from handlers.turns import Message
from locales import LANGUAGES, _, join, verbatim
from tests.doses import slowly
from tests.lock_screens import (
    CASE_WORDS,
    NOT_SAID,
    OWN_ACTS,
    Push,
    Screens,
    leaks,
    plant,
    senders,
    unasked_kinds,
)
from tests.unasked_worlds import WORLDS

SEEN: dict[str, set[str]] = {}
"""Which kinds each world brought, for the last test: it runs after them, in the same process."""
IN_ALL: set[str] = set()
"""The languages they were looked at in."""


@pytest.fixture
def recalls() -> bool:
    return True


@pytest.fixture(params=WORLDS, ids=lambda world: world.__name__.strip("_"))
def world(request):
    return request.param


def _happens(session, cast, now, world, *, once: bool = True) -> tuple[list[Push], set[str]]:
    planted = plant(session, cast, now)
    screens = Screens(session, now, once=once)
    world(session, cast, screens)
    return screens.pushes, planted


@pytest.mark.parametrize("once", [True, *slowly(False)], ids=["by turns", "all"])
def test_nothing_that_arrives_unasked_says_what_it_is_about(session, cast, now, world, once):
    pushes, planted = _happens(session, cast, now, world, once=once)
    IN_ALL.update(push.language for push in pushes)
    SEEN[world.__name__] = {push.kind for push in pushes}
    assert pushes
    assert [
        (p, leaks(p, planted)) for p in pushes if p.kind not in OWN_ACTS and leaks(p, planted)
    ] == []


def test_every_notice_that_arrives_unasked_was_looked_at():
    """A new one needs something to happen in tests/unasked_worlds.py that brings it."""
    if set(SEEN) != {world.__name__ for world in WORLDS}:
        pytest.skip("only together with all of the above")
    assert unasked_kinds() - set().union(*SEEN.values()) == set()
    assert set(LANGUAGES) == IN_ALL


def test_the_sender_is_neutral_in_every_language():
    assert [name for name in senders() if CASE_WORDS.search(name)] == []


def test_every_notice_is_an_answer_or_looked_at():
    assert set(handlers.NOTICES) >= NOT_SAID | OWN_ACTS
    assert unasked_kinds() <= set(handlers.NOTICES)
    assert len(unasked_kinds()) > 50


# --- it can fail ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "Det gjelder losen din.", "Et samtykke venter.", "Samtykkja dine går ut.", "En bekymring",
        "Barnevernet har svart.", "Stafettloggen er åpnet.", "Et tiltak skal vurderes.", "BTI: nytt",
        "Your consent is needed.", "A concern was noted", "Kråkeanor har svart", "Ungdomslosene",
        "Skjæredala inviterer deg.", "Beskjed fra skulen", "Kråkemål er nådd",
    ],
)  # fmt: skip
def test_a_word_that_tells_is_found(session, cast, now, said):
    planted = plant(session, cast, now)
    assert leaks(Push("x", "nb", said, ""), planted)


@pytest.mark.parametrize(
    "said", ["Det er noe nytt til deg.", "Close to you", "Glossy", "Noe venter på svar fra deg."]
)
def test_a_word_that_tells_nothing_is_not(session, cast, now, said):
    assert leaks(Push("x", "nb", said, ""), plant(session, cast, now)) == []


@pytest.mark.parametrize("kind", ["consent.asked", "stafett.opened"])
def test_a_name_in_a_notice_is_found(session, cast, now, kind, monkeypatch):
    honest = handlers.NOTICES[kind]

    def telling(reading):
        message = honest(reading)
        if message is None:
            return None
        name = verbatim(cast.ida.name)
        return Message(join([message.text, _("Det gjelder {name}.", name=name)]), message.buttons)

    monkeypatch.setitem(handlers.NOTICES, kind, telling)
    pushes, planted = _happens(session, cast, now, WORLDS[0])
    assert {push.kind for push in pushes if leaks(push, planted)} - OWN_ACTS == {kind}
