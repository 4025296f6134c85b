"""What is said when a case is closed: unasked lines tell nothing, and each sees their own part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.closing import FLOWS, ToClose, _offered
from handlers.dialogue import walk
from locales import LANGUAGES
from models import archiving, closing, retention, tiltak
from models.closing import Wish
from models.terms import ClosingReason, FamilyView
from tests import agreed
from tests.chatting import Chat, labels, reveals
from tests.full_case import lived_in
from tests.meeting_setup import deliver_all
from tests.ways import told_once

NOTE = "Hemmelig oppsummering"


@told_once
def case(session, cast, now):
    found = lived_in(session, cast, now)
    deliver_all(session)
    return found


def close(session, cast, case, now):
    settled = agreed.settled(session, case)
    wish = Wish(ClosingReason.IP, FamilyView.DISAGREES, NOTE, settled)
    closing.close(session, actor=cast.jonas, case_id=case.id, wish=wish, now=now)


def test_what_arrives_unasked_tells_nothing(session, cast, case, now):
    close(session, cast, case, now)
    for person in (cast.ida, cast.kari, cast.per, cast.amina):
        heard = Chat(session, person, now).hear()
        assert len(heard) == 2  # that it is over, and that the meeting is off
        for message in heard:
            assert [reveals(message, language) for language in LANGUAGES] == [[], [], []]


def test_the_button_on_the_card_is_for_those_who_may(session, cast, case, now):
    def buttons(person):
        return labels(Chat(session, person, now).show("stafett.card", case.id))

    for person in (cast.ida, cast.kari, cast.per, cast.jonas):
        assert "Avslutt samarbeidet" in buttons(person)
    assert "Avslutt samarbeidet" not in buttons(cast.amina)


def test_the_flow_asks_staff_for_reason_view_and_note_and_the_family_for_nothing(
    session, cast, case, now
):
    assert Chat(session, cast.kari, now).question("sak.avslutt", case.id, {}).question.name == (
        "confirm"
    )
    jonas = Chat(session, cast.jonas, now)
    given = {"reason": "reached", "view": "agrees", "note": NOTE}
    assert jonas.question("sak.avslutt", case.id, given).question.name == "done"
    first, second = tiltak.active(session, case.id)
    given |= {"done": [str(first.id)], "outside": [str(second.id)]}
    assert jonas.question("sak.avslutt", case.id, given).question.name == "confirm"
    jonas.run("sak.avslutt", case.id, {**given, "confirm": "True"})
    assert case.state == "closed"
    assert (first.state, second.state) == ("completed", "stopped")


@pytest.mark.parametrize(("action", "asked"), [("ask", "plan"), ("close", "view")])
def test_an_individual_plan_is_what_the_municipality_has_decided(
    session, cast, case, now, action, asked
):
    form = closing.form(session, actor=cast.jonas, case_id=case.id, now=now)
    pending = walk(FLOWS[0], ToClose(replace(form, ip_action=action), ()), [("reason", "ip")])
    assert pending.question.name == asked
    assert not _offered(ClosingReason.IP, replace(form, ip_action="keep_both"))


def test_the_log_and_a_plan_can_go_on_side_by_side(session, cast, case, now):
    jonas = Chat(session, cast.jonas, now)
    given = {"reason": "ip", "plan": "False", "confirm_both": "True"}
    jonas.run("sak.avslutt", case.id, given)
    assert case.state == "active"


def test_the_family_is_told_when_it_is_archived_and_when_it_goes(session, cast, case, now):
    close(session, cast, case, now)
    ida = Chat(session, cast.ida, now)
    ida.hear()
    archiving.packed(session, case_id=case.id, digest="x", path="x", now=now)
    archiving.receive(session, case_id=case.id, reference="2026/1", now=now)
    (news,) = ida.hear()
    assert reveals(news) == []
    card = ida.words(*ida.press("closing.show", case.id))
    assert (
        "Saken kom i arkivet mandag 23. november 2026, og slettes her onsdag 23. desember" in card
    )
    assert NOTE in card
    while retention.sweep(session, now + timedelta(days=30)):
        pass
    card = ida.words(ida.show("closing.card", case.id))
    assert "Saken er i arkivet og er slettet her." in card
    assert NOTE not in card
    assert NOTE not in Chat(session, cast.jonas, now).words(
        Chat(session, cast.jonas, now).show("closing.card", case.id)
    )


def test_on_paper_is_offered_only_where_the_municipality_does(session, cast, case, now):
    form = closing.form(session, actor=cast.jonas, case_id=case.id, now=now)
    assert form.on_paper
    assert _offered(ClosingReason.MANUAL, form)
    assert not _offered(ClosingReason.MANUAL, replace(form, on_paper=False))
