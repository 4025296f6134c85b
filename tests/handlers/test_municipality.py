"""The administrator's doors sound to everybody else as if there were none."""

from __future__ import annotations

import pytest

import handlers
from handlers import municipality
from handlers.municipality_desk import number_of
from models import people
from models.base import Refused
from models.terms import Why
from tests.chatting import Chat

OTHERS = ("ida", "randi", "siri", "sam")
"""A youth, a rektor, a project leader, a stranger; the rest are at every door."""
CARDS = sorted(kind for kind in handlers.NOTICES if kind.startswith("adm."))
DOORS = sorted(action for action in handlers.BUTTONS if action.startswith("adm."))


def subjects(session, cast) -> list[int]:
    """Something that is there for each door: a place, a post, a rule, a text, a channel."""
    (post,) = people.positions(session, cast.amina.id)
    names = ("ages", "window_from", "rights.nb", "telegram")
    return [0, cast.club.id, post.id, cast.amina.id, *map(number_of, names)]


@pytest.mark.parametrize("who", OTHERS)
def test_no_button_of_it_is_there_for_others(session, cast, now, who):
    chat = Chat(session, getattr(cast, who), now)
    for action in DOORS:
        for subject in subjects(session, cast):
            with pytest.raises(Refused) as refused:
                handlers.BUTTONS[action](chat.turn(), subject, 0)
            assert refused.value.why is Why.ABSENT, action


@pytest.mark.parametrize("who", OTHERS)
def test_no_conversation_of_it_opens_for_others(session, cast, now, who):
    chat = Chat(session, getattr(cast, who), now)
    for flow in municipality.FLOWS:
        for subject in (None, *subjects(session, cast)):
            with pytest.raises(Refused) as refused:
                flow.prepare(chat.turn(), subject)
            assert refused.value.why is Why.ABSENT, flow.name


@pytest.mark.parametrize("who", OTHERS)
def test_no_card_of_it_is_shown_to_others(session, cast, now, who):
    """Also not one that was promised while they were administrators."""
    chat = Chat(session, getattr(cast, who), now)
    for kind in CARDS:
        for subject in subjects(session, cast):
            assert chat.show(kind, subject) is None, kind


def test_each_of_them_is_there_for_the_administrator(session, cast, now):
    """With the same subjects: it is not they that keep the others out."""
    chat = Chat(session, cast.turid, now)
    shown = {kind for kind in CARDS for s in subjects(session, cast) if chat.show(kind, s)}
    assert shown >= set(CARDS) - {"adm.planned", "adm.undo"}  # of what is to come
