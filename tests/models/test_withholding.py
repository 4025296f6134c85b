"""'Not this': what the family keeps from a service is, for that service, as if it were not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.approved import text_hash
from models import (
    access,
    cases,
    consents,
    evaluation_views,
    evaluations,
    family,
    follow_ups,
    meeting_views,
    meetings,
    sharing_views,
    tiltak,
    tiltak_views,
    withheld,
    withholding,
)
from models.outbox import Outgoing, OutState
from models.terms import Decision, InfoKind, ItemKind, MeetingPlace, Why
from models.withheld import Item
from tests.agreed import Verdict, agreed, consent, on_them, planned, promised
from tests.refusals import why
from tests.ways import told_once

MEETINGS, GOALS, TILTAK = InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK
SECRET = "Snakke med mamma om natten"


@told_once
def case(session, cast, now):
    return agreed(session, cast, now, {cast.club.id: (MEETINGS, GOALS, TILTAK)})


@told_once
def hers(session, cast, case, now):
    """A tiltak Amina of the club is responsible for."""
    return planned(session, cast, case, now, SECRET, responsible_id=cast.amina.id)


@pytest.fixture
def item(hers):
    return Item(ItemKind.TILTAK, hers.id)


@pytest.fixture
def withhold(session, cast, case, item, now):
    def act(who, unit=None, what=None, back=False, at=now):
        verb = withholding.release if back else withholding.withhold
        return verb(
            session, actor=getattr(cast, who), case_id=case.id, item=what or item,
            unit_id=unit.id if unit else None, now=at, occasion=f"{at}",
        )  # fmt: skip

    return act


def seen(session, person, case, now):
    return [t.words for t in tiltak_views.of_case(session, person, case.id, now).tiltak]


def test_what_is_withheld_is_gone_for_the_service_and_stays_for_the_others(
    session, cast, case, hers, withhold, now
):
    assert seen(session, cast.amina, case, now) == [SECRET]
    assert withhold("kari", cast.club) is True
    assert seen(session, cast.amina, case, now) == []
    assert tiltak_views.overview(session, cast.amina, now) == ()
    assert tiltak_views.concerns(session, cast.amina, hers.id, now) is False
    assert why(lambda: tiltak_views.one(session, cast.amina, hers.id, now)) is Why.ABSENT
    for person in (cast.ida, cast.kari, cast.per, cast.jonas):
        assert seen(session, person, case, now) == [SECRET]


def test_it_can_be_kept_from_all_and_from_one_without_touching_another(
    session, cast, case, withhold, item, now
):
    consent(session, cast, case, {cast.nurse.id: (TILTAK,)}, now)
    withhold("kari", cast.nurse)
    assert seen(session, cast.amina, case, now) == [SECRET]
    withhold("kari")
    assert seen(session, cast.amina, case, now) == []
    held = withheld.of_case(session, case.id)
    assert held.hides(item, cast.nurse.id)
    assert not held.hides(Item(ItemKind.GOAL, item.id), cast.nurse.id)


def test_only_who_withheld_can_release_and_each_for_themselves(session, cast, case, withhold, now):
    withhold("kari", cast.club)
    withhold("ida", cast.club)
    assert withhold("per", cast.club, back=True) is False
    assert withhold("kari", cast.club, back=True) is True
    assert seen(session, cast.amina, case, now) == []
    assert withhold("ida", cast.club, back=True) is True
    assert seen(session, cast.amina, case, now) == [SECRET]


def test_the_same_again_is_a_friendly_nothing(withhold, cast):
    assert withhold("kari", cast.club) is True
    assert withhold("kari", cast.club) is False
    assert withhold("kari", cast.club, back=True) is True
    assert withhold("kari", cast.club, back=True) is False


@pytest.mark.parametrize("who", ["jonas", "amina", "randi", "siri", "sam"])
def test_nobody_else_withholds_or_releases(withhold, cast, who):
    assert why(lambda: withhold(who, cast.club)) is Why.ABSENT
    assert why(lambda: withhold(who, cast.club, back=True)) is Why.ABSENT


def test_a_youth_who_does_not_consent_yet_withholds_nothing(session, cast, withhold, now):
    cast.ida.born = now.date().replace(year=now.year - 14)
    assert why(lambda: withhold("ida", cast.club)) is Why.ABSENT
    assert withhold("kari", cast.club) is True


def test_what_is_of_no_case_or_another_kind_is_absent(withhold, cast, item):
    for wrong in (
        Item(ItemKind.GOAL, item.id),
        Item(ItemKind.MEETING, 4),
        Item(ItemKind.TILTAK, 4),
    ):
        assert why(lambda wrong=wrong: withhold("kari", cast.club, wrong)) is Why.ABSENT


def test_a_goal_is_withheld_from_the_tiltak_that_serves_it(
    session, cast, case, hers, withhold, now
):
    (before,) = on_them(session, cast.amina, now)
    assert before.goal == "Få til skoledagen"
    withhold("per", cast.club, Item(ItemKind.GOAL, hers.goal_id))
    (after,) = on_them(session, cast.amina, now)
    assert (after.goal, after.words) == (None, SECRET)
    (own,) = tiltak_views.of_case(session, cast.per, case.id, now).tiltak
    assert own.goal == "Få til skoledagen"


def test_those_who_could_see_it_are_told_that_and_nothing_of_what(session, cast, withhold, now):
    withhold("kari", cast.club)
    told = promised(session, "consent.access_changed", "consent.narrowed")
    assert told == [
        ("consent.access_changed", cast.amina.id), ("consent.narrowed", cast.jonas.id)
    ]  # fmt: skip


def test_one_who_could_not_see_it_is_told_nothing(session, cast, case, withhold, now):
    own = planned(session, cast, case, now, "Noe annet")
    withhold("kari", cast.club, Item(ItemKind.TILTAK, own.id))
    assert promised(session, "consent.access_changed") == []


# --- meetings --------------------------------------------------------------------------------------


@told_once
def meeting(session, cast, case, now):
    return meetings.call(
        session, actor=cast.jonas, case_id=case.id, starts=(now + timedelta(days=5)).replace(
            tzinfo=None), minutes=45, place_kind=MeetingPlace.SCHOOL, workers=[cast.amina.id],
        agenda="Nattesøvn", now=now,
    )  # fmt: skip


def test_a_withheld_meeting_is_not_seen_counted_or_reminded_of(
    session, cast, meeting, withhold, now
):
    look = {"actor": cast.amina, "meeting_id": meeting.id, "now": now}
    assert meeting_views.view(session, **look).id == meeting.id
    withhold("ida", cast.club, Item(ItemKind.MEETING, meeting.id))
    assert why(lambda: meeting_views.view(session, **look)) is Why.ABSENT
    assert meeting_views.upcoming(session, actor=cast.amina, now=now) == ()
    for row in session.query(Outgoing):
        row.state = OutState.SENT
    at = now + timedelta(days=4)
    while follow_ups.take_due(session, meetings.LADDER, at):
        pass
    reminded = {who for kind, who in promised(session, "meeting.reminder")}
    assert reminded >= {cast.ida.id, cast.kari.id, cast.per.id}
    assert cast.amina.id not in reminded
    assert meeting_views.upcoming(session, actor=cast.kari, now=now) != ()


# --- evaluation ------------------------------------------------------------------------------------


@told_once
def due(session, cast, case, now):
    day = now.date() + timedelta(days=2)
    return planned(session, cast, case, now, SECRET, responsible_id=cast.amina.id, evaluate_on=day)


def decide(session, cast, thing, verdict, now):
    return evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=thing.version, verdict=verdict,
        now=now,
    )  # fmt: skip


def test_what_takes_the_place_of_something_withheld_is_withheld_too(
    session, cast, case, due, withhold, now
):
    withhold("kari", cast.club, Item(ItemKind.TILTAK, due.id))
    later = now.date() + timedelta(days=30)
    change = Verdict(
        Decision.CHANGE, next_on=later, words="Enda mer hemmelig", responsible_id=cast.jonas.id
    )
    made = decide(session, cast, due, change, now)
    new = Item(ItemKind.TILTAK, due.replaced_by)
    assert withheld.of_case(session, case.id).hides(new, cast.club.id)
    assert why(lambda: evaluation_views.outcome(session, cast.amina, made.id, now)) is Why.ABSENT
    assert withhold("kari", cast.club, new, back=True) is True


def test_of_a_withheld_tiltak_somebody_else_must_be_responsible(
    session, cast, case, due, withhold, now
):
    withhold("kari", cast.club, Item(ItemKind.TILTAK, due.id))
    later = now.date() + timedelta(days=30)
    go_on = Verdict(Decision.CONTINUE, next_on=later)
    assert why(lambda: decide(session, cast, due, go_on, now)) is Why.CONSENT_MISSING
    form = evaluation_views.to_evaluate(session, cast.jonas, due.id, now)
    assert list(form.responsibles) == [cast.jonas.id]
    assert cast.amina.id in tiltak.responsibles(session, case, now)


def test_the_outcome_of_what_is_withheld_is_not_told_to_the_service(
    session, cast, due, withhold, now
):
    made = decide(session, cast, due, Verdict(Decision.DONE), now)
    assert evaluation_views.outcome(session, cast.amina, made.id, now).words == SECRET
    held = Item(ItemKind.TILTAK, due.id)
    withheld.note(
        session, cases.find(session, due.case_id), held, None, withheld.Withholding.WITHHELD,
        cast.kari, now, occasion="x",
    )  # fmt: skip
    assert why(lambda: evaluation_views.outcome(session, cast.amina, made.id, now)) is Why.ABSENT
    assert evaluation_views.outcome(session, cast.kari, made.id, now).words == SECRET


# --- with the rest of consent ----------------------------------------------------------------------


def test_everything_for_everyone_leaves_it_withheld(session, cast, case, withhold, now):
    withhold("kari", cast.club)
    wide = consents.ask_everything(
        session, actor=cast.jonas, case=case, until=now.date() + timedelta(days=30), now=now
    )
    for person in (cast.ida, cast.kari, cast.per):
        consents.give(
            session, actor=person, question=wide, text_hash=text_hash("consent.ask", "nb"),
            language="nb", now=now, occasion="all",
        )  # fmt: skip
    assert consents.granted(session, case, cast.club.id, now) == set(InfoKind)
    assert seen(session, cast.amina, case, now) == []


def test_when_the_withholder_has_no_say_any_more_the_one_who_decides_can_release(
    session, cast, case, withhold, now
):
    withhold("kari", cast.club)
    cast.ida.born = now.date().replace(year=now.year - 18)
    assert family.guardians_of(session, cast.ida.id, now) == []
    assert seen(session, cast.amina, case, now) == []
    assert withhold("ida", cast.club, back=True) is True
    assert seen(session, cast.amina, case, now) == [SECRET]


def test_the_family_sees_what_is_shared_with_whom_and_never_who_withheld(
    session, cast, case, hers, withhold, now
):
    withhold("kari", cast.club)

    def row(person):
        things = sharing_views.shared(session, actor=person, case_id=case.id, now=now)
        (found,) = [thing for thing in things if thing.item.id == hers.id]
        return found.services[0]

    assert (row(cast.kari).knows, row(cast.kari).withheld, row(cast.kari).mine) == (
        False, True, True,
    )  # fmt: skip
    assert (row(cast.per).knows, row(cast.per).withheld, row(cast.per).mine) == (
        False, True, False,
    )  # fmt: skip
    assert row(cast.jonas).mine is False
    assert "Kari" not in str(row(cast.per))
    assert why(lambda: sharing_views.shared(
        session, actor=cast.amina, case_id=case.id, now=now)) is Why.ABSENT  # fmt: skip


def test_the_door_tells_a_service_nothing_of_one_thing_and_all_it_may_of_the_rest(
    session, cast, case, item, withhold, now
):
    withhold("kari", cast.club)
    door = {"person": cast.amina, "case": case, "now": now}
    assert access.kinds_by_unit(session, **door) == {cast.club.id: {MEETINGS, GOALS, TILTAK}}
    assert access.kinds_by_unit(session, **door, of=item) == {}
