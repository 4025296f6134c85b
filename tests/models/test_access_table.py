"""`access_table.md`, cell by cell: everyone, in each situation and channel, for each action.

The table is written apart from the code and knows nothing of it. By default everyone is tried in
every situation, for some actions in one channel, by turns; all the cells, more than 60,000, with
`-m slow`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import dispatch
from models import access, access_log, closing, consents, municipality, people, policy, views
from models.base import Refused
from models.terms import Action, Role, Why
from tests.models import access_table
from tests.models.access_table import (
    ACTIONS,
    CHANNELS,
    FAMILY,
    HAPPENED,
    NOT_NOW,
    SERVICES,
    WHO,
    Place,
)
from tests.models.access_world import SITUATIONS, World

HATS = dict(zip(("youth", "guardian", "stafettholder", "service"), views.HATS, strict=False))
"""Nobody of the table keeps a log: `test_delegating.py` is about who does."""

# --- the real thing, asked -----------------------------------------------------------------------


def enter(world: World, channel: str) -> None:
    """What dispatch does with an update of this channel, under a policy that opens it or not."""
    session, now = world.session, world.now
    session.info.pop("policy", None)
    rules = municipality.policy_at(session, now)
    opened = channel == "Telegram, opened to staff"
    session.info["policy"] = {now.date(): replace(rules, staff_telegram=opened)}
    spoken = "web" if channel == "web" else "telegram"
    world.open_to_staff = dispatch.staff_may_speak(session, spoken, now)


def asked(world: World, person: people.Person, action: Action) -> str:
    """Whether somebody may, at the door at which the house asks about it."""
    where = ACTIONS[action]["where"]
    if where == "at the school":
        return "yes" if at_school(world, person, action) else "no"
    if where == "by work":
        worn = people.staff_roles(world.session, person)
        return "yes" if policy.may(action, worn) else "no"
    return at_case(world, person, action, world.case.id) or "no"


def at_school(world: World, person: people.Person, action: Action) -> bool:
    school = world.units["ungdomsskolen"]
    try:
        access.authorise_at_unit(world.session, actor=person, action=action, unit_id=school)
    except Refused as refused:
        return {Why.ABSENT: False}[refused.why]
    return True


def at_case(world: World, person: people.Person, action: Action, case_id: int) -> str | None:
    try:
        case = access.open_case(
            world.session, actor=person, case_id=case_id, action=action, now=world.now
        )
    except Refused as refused:
        return {Why.ABSENT: None, Why.CONSENT_MISSING: NOT_NOW}[refused.why]
    return "yes" if case is world.case else "another"


def seen(world: World, person: people.Person) -> dict[str, set[str]]:
    """What the one door to a case shows, under each hat that lets in."""

    def shown(hat: Role | None) -> set[str] | None:
        try:
            view = views.case_view(
                world.session, actor=person, case_id=world.case.id, now=world.now, hat=hat
            )
        except Refused as refused:
            return {Why.ABSENT: None}[refused.why]
        return set(view.kinds)

    with access_log.unseen(world.session):
        if shown(None) is None:
            return {}
        kinds = {name: shown(hat) for name, hat in HATS.items()}
    return {name: found for name, found in kinds.items() if found is not None}


def may_answer(world: World, person: people.Person) -> bool:
    """Whether a yes would be heard: one to words nobody approved, so that none is given."""
    assert world.question is not None
    try:
        consents.give(
            world.session, actor=person, question=world.question, text_hash="", language="nb",
            now=world.now, occasion="knock",
        )  # fmt: skip
    except Refused as refused:
        return refused.why is not Why.ABSENT
    return True


def takes_back(world: World, person: people.Person) -> bool:
    nested = world.session.begin_nested()
    told = consents.withdraw(
        world.session, actor=person, question=world.question, now=world.now, occasion="knock"
    )
    nested.rollback()
    return bool(told)


def closes(world: World, person: people.Person) -> bool:
    return closing.may_close(world.session, actor=person, case_id=world.case.id, now=world.now)


# --- compared ------------------------------------------------------------------------------------

EVERY = 7
"""With so many situations and people, one action in seven and one channel in three, by turns, lets
every action meet everyone in every channel, and every situation in every channel."""


@pytest.fixture(scope="module", params=SITUATIONS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(request.param)
    yield made
    made.close()


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["some", "all"])
def whole(request: pytest.FixtureRequest) -> bool:
    """Every cell, or some by turns."""
    return bool(request.param)


def places(
    world: World, whole: bool, channels: list[str] | None = None, one_in: int = 1
) -> Iterator[tuple[int, Place, people.Person]]:
    """Everyone in one situation, in all channels or one each; and whose turn it is."""
    channels = channels or list(CHANNELS)
    for number, channel in enumerate(channels):
        enter(world, channel)
        for turn, who in enumerate(WHO, list(SITUATIONS).index(world.situation)):
            if whole or (turn % len(channels) == number and turn % one_in == 0):
                with world.as_(who) as person:
                    people.speaks_where(
                        world.session, person.id, staff_may=world.open_to_staff, now=world.now
                    )
                    yield turn, Place(who, world.situation, channel), person


def test_everyone_may_do_what_the_table_says(world, whole):
    different = []
    for turn, place, person in places(world, whole):
        for action in list(Action) if whole else list(Action)[turn % EVERY :: EVERY]:
            told, answered = place.may(action), asked(world, person, action)
            if told != answered:
                different.append((place, action, told, answered))
    assert different == []


def test_everyone_sees_what_the_table_says(world, whole):
    different = []
    for _turn, place, person in places(world, whole, one_in=2):
        services = set(SERVICES) & place.in_case
        told = {hat: place.sees(hat) for hat in place.in_case - services}
        if services:
            told["service"] = set().union(*map(place.sees, services))
        if (shown := seen(world, person)) != told:
            different.append((place, told, shown))
    assert different == []


def test_who_may_answer_take_back_and_close_is_what_the_table_says(world, whole):
    for _turn, place, person in places(world, whole, ["Telegram"], one_in=4):
        decides = bool(place.in_case & FAMILY) and place.answers("may answer")
        assert closes(world, person) is (decides or "stafettholder" in place.in_case), place
        if world.question is None:
            continue
        assert may_answer(world, person) is place.answers("may answer"), place
        if "not confirmed" not in place.who:  # a chat that is nobody's has no such button
            assert takes_back(world, person) is place.answers("may take back"), place


# --- that it is about everything -----------------------------------------------------------------


def test_the_table_is_about_everything_there_is():
    assert set(ACTIONS) == set(Action)
    assert set(HAPPENED) == set(SITUATIONS)
    assert len(WHO) * len(HAPPENED) * len(CHANNELS) * len(ACTIONS) > 25_000


def test_the_table_knows_nothing_of_the_code():
    tree = ast.parse(Path(access_table.__file__).read_text("utf-8"))
    house = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("models")
        for alias in node.names
    ]
    assert house == ["InfoKind"]


def test_nobody_comes_in_by_another_door():
    """By work at the school nobody gets into the case, nor by a hat in it to the school's desk;
    and a case that is not there is refused as one that is not theirs."""
    world = World("in force", "at every door")
    enter(world, "web")
    for who in WHO:
        with world.as_(who) as person:
            for action, row in ACTIONS.items():
                if row["where"] == "at the school":
                    assert not at_case(world, person, Action(action), world.case.id), who
                if row["where"] == "in the case":
                    assert not at_school(world, person, Action(action)), who
            assert not at_case(world, person, Action.READ_CASE, world.case.id + 1)
    world.close()
