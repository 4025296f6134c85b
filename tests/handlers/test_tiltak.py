"""Tiltak in chat: what is asked, what is repeated, and what each phone shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

import handlers
from handlers.dialogue import Done, Pending, walk
from handlers.tiltak import A_PAGE, TILTAK_NY, Planned
from handlers.turns import Message, Reading
from locales import LANGUAGES, say
from models import consents, contacts, shielding, tiltak, tiltak_views
from models.base import Refused
from models.policy import Calendar
from models.shielded import Shield
from models.terms import ItemKind, Why
from models.tiltak import Wish
from models.withheld import Item
from tests.agreed import agreed, planned, promised, turn
from tests.ways import told_once

REVEALING = (
    "los", "samtykke", "bekymring", "barnevern", "stafett", "tiltak", "bti",
    "ida", "kari", "jonas", "amina", "fjordvik", "fyret", "mormor",
)  # fmt: skip


case = told_once(agreed)


def message(session, person, kind, subject, now, **params) -> Message | None:
    contact = contacts.of(session, person.id)
    assert contact is not None
    reading = Reading(session, person, contact, now, subject, params)
    return handlers.compose(reading, kind)


def text(found: Message | None, language: str = "nb") -> str:
    return "" if found is None else say(found.text, language)


def labels(found: Message | None, language: str = "nb") -> list[str]:
    return [] if found is None else [say(b.label, language) for row in found.buttons for b in row]


def actions(found: Message | None) -> list[tuple[str, int]]:
    return [] if found is None else [(b.action, b.subject) for row in found.buttons for b in row]


def asks(outcome) -> str:
    assert isinstance(outcome, Pending)
    return outcome.question.name


# --- planning ------------------------------------------------------------------------------------

DEADLINE = ("deadline", "2026-12-18T00:00:00+01:00")


@pytest.fixture
def plain(session, cast, case, now):
    """Ready to plan: no goal yet, Jonas and Amina to choose from."""
    return TILTAK_NY.prepare(turn(session, cast.jonas, now), case.id)


def test_without_a_goal_the_words_for_one_are_asked_first(plain):
    assert asks(walk(TILTAK_NY, plain, [])) == "goal_words"


def test_the_questions_come_one_by_one(plain, cast):
    given = [
        ("goal_words", "Trives på skolen"),
        ("words", "Lekser på biblioteket"),
        ("responsible", str(cast.amina.id)),
        DEADLINE,
        ("evaluation", "other"),
        ("evaluation_day", "2026-12-16T00:00:00+01:00"),
    ]
    for count, (name, _answer) in enumerate(given):
        assert asks(walk(TILTAK_NY, plain, given[:count])) == name
    assert asks(walk(TILTAK_NY, plain, given)) == "confirm"
    assert walk(TILTAK_NY, plain, [*given, ("confirm", "True")]) == Done(
        Planned(
            plain.case_id,
            Wish("Trives på skolen", "Lekser på biblioteket", cast.amina.id,
                 date(2026, 12, 18), date(2026, 12, 16)),
        )
    )  # fmt: skip
    assert walk(TILTAK_NY, plain, [*given, ("confirm", "False")]) == Done(None)


def test_confirming_repeats_everything(plain, cast):
    pending = walk(
        TILTAK_NY,
        plain,
        [("goal_words", "Trives"), ("words", "Lekser"), ("responsible", str(cast.amina.id)),
         DEADLINE, ("evaluation", "2027-01-04")],
    )  # fmt: skip
    assert say(pending.question.text, "nb").splitlines() == [
        "Skal jeg lagre dette?",
        "Mål: Trives",
        "Tiltak: Lekser",
        "Ansvarlig: Amina",
        "Frist: fredag 18. desember",
        "Evalueres: mandag 4. januar",
        "",
        "Dette kan leses av: Ida, foresatte, deg og Fyret fritidsklubb",
    ]


@pytest.mark.parametrize(
    ("day", "warned"),
    [
        ("2026-12-16", []),
        ("2026-12-19", ["⚠ Det er i en helg."]),
        ("2026-12-25", ["⚠ Det er en rød dag."]),
    ],
)
def test_a_day_that_is_none_to_meet_on_is_told_and_may_be_chosen(plain, cast, day, warned):
    calendar = Calendar(red_days=frozenset({date(2026, 12, 25)}))
    given = [
        ("goal_words", "Trives"), ("words", "Lekser"), ("responsible", str(cast.amina.id)),
        DEADLINE, ("evaluation", "other"), ("evaluation_day", f"{day}T00:00:00+01:00"),
    ]  # fmt: skip
    asked = walk(TILTAK_NY, replace(plain, calendar=calendar), given)
    lines = say(asked.question.text, "nb").splitlines()
    assert [each for each in lines if each.startswith("⚠")] == warned


def test_it_can_be_kept_from_the_parents_before_it_is_saved(session, cast, case, plain, now):
    """They were never told; who does it is told once, and sees that the parents are not."""
    given = [("goal_words", "Trives"), ("words", "Lekser"), ("responsible", str(cast.amina.id)),
             DEADLINE, ("evaluation", "2027-01-04"), ("confirm", "hide"), ("reason", "Redd"),
             ("review", "2026-12-21")]  # fmt: skip
    asked = walk(TILTAK_NY, plain, given)
    assert asks(asked) == "confirm_kept"
    assert say(asked.question.text, "nb").splitlines()[-5:] == [
        "Grunn: Redd",
        "Ses på igjen: mandag 21. desember",
        "",
        "Dette kan leses av: Ida, deg og Fyret fritidsklubb",
        "⚠ Foreldrene får ikke vite om det.",
    ]
    assert walk(TILTAK_NY, plain, [*given, ("confirm_kept", "False")]) == Done(None)
    done = walk(TILTAK_NY, plain, [*given, ("confirm_kept", "True")])
    TILTAK_NY.finish(turn(session, cast.jonas, now), done.value)
    (seen,) = tiltak_views.of_case(session, cast.amina, case.id, now).tiltak
    assert seen.shielded == date(2026, 12, 21)
    assert tiltak_views.of_case(session, cast.kari, case.id, now).tiltak == ()
    assert promised(session, "tiltak.assigned", "tiltak.shielded") == [
        ("tiltak.assigned", cast.amina.id)
    ]
    again = TILTAK_NY.prepare(turn(session, cast.jonas, now), case.id)
    goal = next(iter(again.goals))
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=Item(ItemKind.GOAL, goal), now=now,
        shield=Shield("Redd", date(2026, 12, 21)),
    )  # fmt: skip
    again = TILTAK_NY.prepare(turn(session, cast.jonas, now), case.id)
    for one in (("goal", str(goal)), ("goal_words", "Trives")):
        first = [("goal", "0"), one] if one[0] == "goal_words" else [one]
        confirm = walk(TILTAK_NY, again, [*first, *given[1:5]]).question
        assert confirm.keys == ["True", "False"]
        assert say(confirm.text, "nb").endswith("⚠ Foreldrene får ikke vite om det.")


def test_an_existing_goal_can_be_chosen_or_a_new_one_written(session, cast, case, now):
    made = planned(session, cast, case, now)
    plain = TILTAK_NY.prepare(turn(session, cast.jonas, now), case.id)
    assert asks(walk(TILTAK_NY, plain, [])) == "goal"
    assert asks(walk(TILTAK_NY, plain, [("goal", str(made.goal_id))])) == "words"
    assert asks(walk(TILTAK_NY, plain, [("goal", "0")])) == "goal_words"


def test_six_weeks_is_suggested_and_nothing_is_chosen_beforehand(plain, cast):
    given = [("goal_words", "T"), ("words", "L"), ("responsible", str(cast.jonas.id)), DEADLINE]
    pending = walk(TILTAK_NY, plain, given)
    assert [say(label, "nb") for _key, label in pending.question.options] == [
        "Om 6 uker: mandag 4. januar (forslag)",
        "Om 8 uker: mandag 18. januar",
        "Samme dag som fristen: fredag 18. desember",
        "Velg en annen dag",
    ]


def test_a_suggested_date_no_longer_fits_the_day_after(session, cast, case, now, plain):
    given = [("goal_words", "T"), ("words", "L"), ("responsible", str(cast.jonas.id)), DEADLINE,
             ("evaluation", "2027-01-18")]  # fmt: skip
    assert asks(walk(TILTAK_NY, plain, given)) == "confirm"
    later = TILTAK_NY.prepare(turn(session, cast.jonas, now + timedelta(days=1)), case.id)
    assert asks(walk(TILTAK_NY, later, given)) == "evaluation"


def test_the_flow_opens_for_the_holder_only(session, cast, case, now):
    for who in ("ida", "kari", "amina", "randi", "lise"):
        with pytest.raises(Refused) as refused:
            TILTAK_NY.prepare(turn(session, getattr(cast, who), now), case.id)
        assert refused.value.why is Why.ABSENT, who


def test_finishing_stores_it_and_tells_the_planner_and_the_responsible(
    session, cast, case, now, plain
):
    day = now.date() + timedelta(days=30)
    wish = Wish("Trives", "Lekser", cast.amina.id, day, day)
    TILTAK_NY.finish(turn(session, cast.jonas, now), Planned(case.id, wish))
    (made,) = tiltak.active(session, case.id)
    assert promised(session, "tiltak.assigned", "tiltak.planned") == [
        ("tiltak.assigned", cast.amina.id),
        ("tiltak.planned", cast.jonas.id),
    ]
    receipt = text(message(session, cast.jonas, "tiltak.planned", made.id, now))
    assert receipt.splitlines()[0] == "Lagret."
    assert "Amina får beskjed." in receipt


def test_long_goals_are_shortened_on_buttons_and_whole_in_the_confirmation(
    session, cast, case, now
):
    goal = "Et veldig langt mål " * 10
    made = planned(session, cast, case, now, goal=goal)
    plain = TILTAK_NY.prepare(turn(session, cast.jonas, now), case.id)
    (label, _new) = [say(t, "nb") for _k, t in walk(TILTAK_NY, plain, []).question.options]
    assert (len(label), label[-1]) == (50, "…")
    pending = walk(
        TILTAK_NY, plain,
        [("goal", str(made.goal_id)), ("words", "L"), ("responsible", str(cast.jonas.id)),
         DEADLINE, ("evaluation", "2027-01-04")],
    )  # fmt: skip
    assert f"Mål: {goal.strip()}" in say(pending.question.text, "nb")


# --- what each phone shows -----------------------------------------------------------------------


@told_once
def two(session, cast, case, now):
    mine = planned(session, cast, case, now, "Prøve Fyret", responsible_id=cast.amina.id)
    other = planned(
        session, cast, case, now + timedelta(minutes=1), "Snakke med mormor", goal="Ro hjemme"
    )
    return mine, other


def test_the_holder_can_plan_and_evaluate_from_the_list(session, cast, case, now, two):
    found = message(session, cast.jonas, "tiltak.list", case.id, now)
    assert text(found).startswith("Dette er avtalt for Ida:")
    assert actions(found) == [
        ("flow:evaluering.gjor", two[0].id),
        ("flow:evaluering.gjor", two[1].id),
        ("flow:tiltak.ny", case.id),
        ("case.show", case.id),
    ]


def test_the_youth_sees_all_of_it_and_no_staff_buttons(session, cast, case, now, two):
    found = message(session, cast.ida, "tiltak.list", case.id, now)
    assert text(found).split("\n\n") == [
        "Dette er avtalt for deg:",
        "1. «Prøve Fyret»\nMål: Få til skoledagen\nAnsvarlig: Amina\n"
        "Frist: onsdag 23. desember\nEvalueres: mandag 14. desember",
        "2. «Snakke med mormor»\nMål: Ro hjemme\nAnsvarlig: Jonas\n"
        "Frist: onsdag 23. desember\nEvalueres: mandag 14. desember",
    ]
    assert actions(found) == [("case.show", case.id)]


def test_a_youth_can_say_how_it_goes_once_an_evaluation_is_near(session, cast, case, now, two):
    near = now + timedelta(days=14)
    found = message(session, cast.ida, "tiltak.list", case.id, near)
    assert actions(found) == [("evaluation.ask", case.id), ("case.show", case.id)]


def test_a_service_sees_its_own_part_only(session, cast, case, now, two):
    for kind, subject in (("tiltak.list", case.id), ("tiltak.mine", 0), ("tiltak.one", two[0].id)):
        shown = text(message(session, cast.amina, kind, subject, now))
        assert "Prøve Fyret" in shown
        assert "mormor" not in shown
        assert "hjemme" not in shown
    assert message(session, cast.amina, "tiltak.one", two[1].id, now) is None


def test_others_get_the_same_sentence_as_anyone(session, cast, case, now, two):
    for person in (cast.randi, cast.lise, cast.siri, cast.sam):
        assert message(session, person, "tiltak.list", case.id, now) is None
        mine = text(message(session, person, "tiltak.mine", 0, now))
        assert mine == "Du har ingen tiltak å se nå."
        with pytest.raises(Refused) as refused:
            handlers.BUTTONS["tiltak.list"](turn(session, person, now), case.id, 0)
        assert refused.value.why is Why.ABSENT


def test_many_tiltak_come_in_pages(session, cast, case, now):
    for n in range(A_PAGE + 1):
        planned(session, cast, case, now + timedelta(minutes=n), f"Tiltak nummer {n}")
    first = message(session, cast.ida, "tiltak.list", case.id, now)
    second = message(session, cast.ida, "tiltak.list", case.id, now, page=1)
    assert labels(first) == ["Vis de neste", "‹ Tilbake"]
    assert text(second).split("\n\n")[1].startswith(f"{A_PAGE + 1}. «Tiltak nummer {A_PAGE}»")
    assert labels(second) == ["Vis de første", "‹ Tilbake"]
    beyond = message(session, cast.ida, "tiltak.list", case.id, now, page=99)
    assert beyond == first


def test_the_longest_list_fits_in_a_message(session, cast, case, now):
    for n in range(A_PAGE + 1):
        planned(
            session, cast, case, now, f"{n}" + "x" * 299, goal=f"{n}" + "y" * 299,
            responsible_id=cast.amina.id,
        )  # fmt: skip
    found = message(session, cast.jonas, "tiltak.list", case.id, now)
    assert all(len(text(found, language)) <= 4096 for language in LANGUAGES)


# --- pushes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_being_made_responsible_reveals_nothing_on_a_lock_screen(
    session, cast, case, now, two, language
):
    found = message(session, cast.amina, "tiltak.assigned", two[0].id, now)
    shown = text(found, language).casefold()
    assert [word for word in REVEALING if word in shown] == []
    assert actions(found) == [("tiltak.show", two[0].id)]


def test_being_made_responsible_is_moot_without_consent(session, cast, case, now, two):
    consents.withdraw_all(session, actor=cast.ida, now=now, occasion="stop")
    assert message(session, cast.amina, "tiltak.assigned", two[0].id, now) is None
    with pytest.raises(Refused):
        handlers.BUTTONS["tiltak.show"](turn(session, cast.amina, now), two[0].id, 0)


def test_the_responsible_is_reminded_of_the_own_duty_to_keep_records(
    session, cast, case, now, two
):
    shown = text(message(session, cast.amina, "tiltak.one", two[0].id, now))
    assert "journalplikt" in shown
