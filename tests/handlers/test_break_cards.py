"""What the family, the holder and who leads read of what is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import handlers
from handlers import break_cards
from handlers.turns import Reading
from locales import LANGUAGES, say
from models import breaks, cases, contacts, follow_ups, shielding
from models.break_views import Stopped
from models.goals import items_of
from models.shielded import Shield
from models.terms import Signal
from tests.agreed import agreed, planned
from tests.ways import told_once

DAY = timedelta(days=1)


@told_once
def case(session, cast, now):
    return agreed(session, cast, now)


@told_once
def thing(session, cast, case, now):
    return planned(session, cast, case, now, evaluate_on=now.date() + 10 * DAY)


@told_once
def late(session, cast, case, thing, now):
    """Saturday 12 December: nine days over, and the rektor was told two days ago."""
    for ladder in (breaks.CASES, breaks.LADDER):
        for day in (0, 11, 17):
            follow_ups.take_due(session, ladder, now + day * DAY)
    return now + 19 * DAY


LINE = (
    "Evalueringen skulle vært torsdag 3. desember. Den er 9 dager over. "
    "Lederen har fått beskjed 10. desember."
)


def message(session, person, kind, subject, at, **params):
    contact = contacts.of(session, person.id)
    return handlers.compose(Reading(session, person, contact, at, subject, params), kind)


def words(session, person, kind, subject, at, **params):
    return say(message(session, person, kind, subject, at, **params).text, "nb")


@pytest.mark.parametrize(
    ("each", "line"),
    [
        (
            Stopped(Signal.EVALUATION, date(2026, 11, 3), 9, date(2026, 11, 10)),
            "Evalueringen skulle vært tirsdag 3. november. Den er 9 dager over. "
            "Lederen har fått beskjed 10. november.",
        ),
        (
            Stopped(Signal.EVALUATION, date(2026, 11, 3), 9, None, date(2026, 11, 10)),
            "Evalueringen skulle vært tirsdag 3. november. Den er 9 dager over. "
            "Prosjektlederen har fått beskjed 10. november.",
        ),
        (
            Stopped(Signal.EVALUATION, date(2026, 11, 3), 1, None),
            "Evalueringen skulle vært tirsdag 3. november. Den er 1 dag over.",
        ),
        (
            Stopped(Signal.DEADLINE, date(2026, 11, 3), 9, None),
            "Noe som er avtalt, skulle vært gjort tirsdag 3. november. Det er 9 dager siden.",
        ),
        (
            Stopped(Signal.MEETING, date(2026, 11, 3), 9, None),
            "Et nytt møte skulle vært avtalt tirsdag 3. november. Det er 9 dager siden.",
        ),
    ],
)
def test_the_familys_line_says_when_it_was_due_and_that_the_leader_knows(each, line):
    assert say(break_cards._late(each), "nb") == line
    assert all(say(break_cards._late(each), language) for language in LANGUAGES)


def test_it_stands_on_the_familys_card_and_the_holders_and_on_no_other(session, cast, case, late):
    for who, hat in ((cast.ida, "ungdom"), (cast.kari, "foresatt"), (cast.per, "foresatt")):
        assert LINE in words(session, who, "stafett.card", case.id, late, hat=hat)
        assert words(session, who, "breaks.mine_card", who.id, late) == LINE
    held = message(session, cast.jonas, "stafett.card", case.id, late, hat="stafettholder")
    assert LINE in say(held.text, "nb")
    assert "breaks.mine" in {button.action for row in held.buttons for button in row}
    service = words(session, cast.amina, "stafett.card", case.id, late, hat="service")
    assert "skulle vært" not in service


def test_the_holder_has_no_way_to_deadlines_on_a_card_where_nothing_is_late(
    session, cast, case, thing, now
):
    held = message(session, cast.jonas, "stafett.card", case.id, now, hat="stafettholder")
    assert "breaks.mine" not in {button.action for row in held.buttons for button in row}


def test_not_when_it_is_shielded_from_the_reader(session, cast, case, thing, now, late):
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=items_of(thing)[0],
        shield=Shield("Trygghet", late.date() + 20 * DAY), now=late,
    )  # fmt: skip
    assert LINE in words(session, cast.ida, "stafett.card", case.id, late, hat="ungdom")
    for who in (cast.kari, cast.per):
        card = words(session, who, "stafett.card", case.id, late, hat="foresatt")
        assert "skulle vært" not in card
        assert words(session, who, "breaks.mine_card", who.id, late) == (
            "Du har ingen frister her nå."
        )


def test_the_holder_sees_what_they_owe_by_a_first_name_and_nothing_of_what_it_is_about(
    session, cast, case, late
):
    shown = words(session, cast.jonas, "breaks.mine_card", cast.jonas.id, late)
    assert shown.splitlines() == [
        "Dette har du frister for:",
        "1. Ida: evaluering, torsdag 3. desember",
        "2. Ida: høre ungdommen før evalueringen, torsdag 3. desember",
    ]
    for secret in ("Lekser", "skoledagen"):
        assert secret not in shown


def test_who_leads_reads_a_number_and_has_no_case_to_open(session, cast, case, late):
    push = message(session, cast.randi, "breaks.led", cast.randi.id, late)
    assert say(push.text, "nb") == "Det er noe du skal se på."
    found = message(session, cast.randi, "breaks.led_card", cast.randi.id, late)
    assert say(found.text, "nb").startswith("1 oppfølging har stoppet opp.")
    assert [(b.action, b.subject) for row in found.buttons for b in row] == [("overview.open", 0)]
    for who in (cast.siri, cast.jonas, cast.ida, cast.kari):
        assert message(session, who, "breaks.led", who.id, late) is None


def test_every_button_of_the_list_leads_somewhere(session, cast, case, late):
    found = message(session, cast.jonas, "breaks.mine_card", cast.jonas.id, late)
    actions = [button.action for row in found.buttons for button in row]
    assert actions
    assert set(actions) <= set(handlers.BUTTONS)


def test_a_baton_nobody_has_hold_of_is_opened_from_the_leaders_number(session, cast, case, now):
    cast.jonas.away_from, cast.jonas.away_until = now.date(), now.date() + 40 * DAY
    cases.stir_held(session, cast.jonas.id, now)
    session.flush()
    for day in (0, 8, 9, 15):
        for ladder in (breaks.CASES, breaks.LADDER):
            follow_ups.take_due(session, ladder, now + day * DAY)
    found = message(session, cast.randi, "breaks.led_card", cast.randi.id, now + 15 * DAY)
    assert say(found.text, "nb").endswith("Du kan ta over.")
    assert [(b.action, b.subject) for row in found.buttons for b in row] == [
        ("baton.show", case.id),
        ("overview.open", 0),
    ]
