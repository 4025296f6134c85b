"""Shielded from the guardians [58]: who decides, what it hides from whom, and that it never ends by
itself. That a guardian finds no trace of it anywhere is `test_no_trace_for_guardians`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot import operating
from models import (
    access,
    access_log,
    archiving,
    birth_dates,
    case_forms,
    cases,
    closing,
    closing_views,
    consent_views,
    consents,
    contacts,
    evaluations,
    family,
    follow_ups,
    meeting_views,
    meetings,
    my_data,
    people,
    shield_views,
    shielded,
    shielding,
    tiltak_views,
    unasked,
    views,
    why_looked,
    withholding,
)
from models.access_news import AccessWatch
from models.audit import AuditEntry
from models.family import Guardianship
from models.invitees import invitee_of
from models.ledger import Shown
from models.outbox import Mode, Outgoing, OutState
from models.people import Position, Pupil
from models.shielded import LADDER, Shield, ShieldEvent
from models.terms import (
    Decision,
    InfoKind,
    ItemKind,
    Role,
    Shielding,
    Why,
)
from models.withheld import Item
from tests.agreed import Verdict, agreed, planned, promised, settled
from tests.consent_setup import asked, opened
from tests.look_setup import told_on_fridays
from tests.meeting_setup import called, deliver_all
from tests.refusals import why
from tests.ways import told_once

SECRET, WHY = "Snakke om det hjemme", "Ida er redd for hva som skjer"


@told_once
def case(session, cast, now):
    return agreed(session, cast, now, {cast.club.id: list(InfoKind)})


@told_once
def hidden(session, cast, case, now):
    """A tiltak of Amina's that Jonas has shielded until in two weeks."""
    made = planned(session, cast, case, now, SECRET, responsible_id=cast.amina.id)
    shield(session, cast, case, now, Item(ItemKind.TILTAK, made.id))
    return made


def shield(session, cast, case, now, item, *, who="jonas", reason=WHY, days=14):
    wish = Shield(reason, now.date() + timedelta(days=days))
    return shielding.shield(
        session, actor=getattr(cast, who), case_id=case.id, item=item, shield=wish, now=now
    )


def end(session, cast, case, now, item, *, who="jonas"):
    return shielding.end(session, actor=getattr(cast, who), case_id=case.id, item=item, now=now)


def seen(session, person, case, now):
    return [t.words for t in tiltak_views.of_case(session, person, case.id, now).tiltak]


# --- the fold ------------------------------------------------------------------------------------

THINGS = [None, *(Item(kind, number) for kind in ItemKind for number in (1, 2))]
ACTS = st.lists(st.tuples(st.sampled_from(THINGS), st.none() | st.integers(1, 90)), max_size=12)


def event(item, days):
    return ShieldEvent(
        item=item and item.kind, item_id=item and item.id,
        act=Shielding.SHIELDED if days else Shielding.ENDED,
        review_on=date(2026, 1, 1) + timedelta(days=days) if days else None,
    )  # fmt: skip


@given(ACTS)
def test_the_last_act_on_a_thing_decides_and_no_other(acts):
    told = [event(item, days) for item, days in acts]
    found = shielded.fold(told)
    for item in THINGS:
        last = next((e for e in reversed(told) if shielded.item_of(e) == item), None)
        stands = last is not None and last.act == Shielding.SHIELDED
        assert (found.by.get(item) is last) is (stands or last is None)
        assert (item in found.by) is stands
        if item is not None:
            assert found.hides(item) is (stands or None in found.by)


@given(ACTS, st.sampled_from(THINGS[1:]), st.sampled_from(THINGS[1:]))
def test_a_thing_is_hidden_with_what_it_serves_until_the_last_of_their_days(acts, one, other):
    found = shielded.fold(event(item, days) for item, days in acts)
    assert found.hides(one, other) is (found.hides(one) or found.hides(other))
    days = [found.by[item].review_on for item in {None, one, other} if item in found.by]
    assert found.review_on(one, other) == max(days, default=None)
    assert (found.review_on(one) is not None) is found.hides(one)


@given(ACTS, ACTS)
def test_shielding_something_more_never_shows_anything(acts, more):
    before = shielded.fold(event(*each) for each in acts)
    only = [(item, days) for item, days in more if days]
    after = shielded.fold(event(*each) for each in [*acts, *only])
    assert {item for item in THINGS[1:] if before.hides(item) and not after.hides(item)} == set()


# --- who decides, and what it takes --------------------------------------------------------------


@pytest.mark.parametrize("who", ["ida", "kari", "per", "amina", "randi", "lise", "siri", "sam"])
def test_only_the_stafettholder_shields_and_ends_it(session, cast, case, hidden, now, who):
    item = Item(ItemKind.TILTAK, hidden.id)
    assert why(lambda: shield(session, cast, case, now, item, who=who)) is Why.ABSENT
    assert why(lambda: end(session, cast, case, now, item, who=who)) is Why.ABSENT
    look = {"actor": getattr(cast, who), "now": now}
    assert why(lambda: shield_views.shields(session, case_id=case.id, **look)) is Why.ABSENT
    assert why(lambda: shield_views.form(session, thing_id=hidden.id, **look)) is Why.ABSENT


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": " "}, Why.WORDS_REQUIRED),
        ({"reason": "x" * 301}, Why.TOO_LONG),
        ({"days": 0}, Why.PAST),
        ({"days": 93}, Why.NO_SUCH_DATE),
    ],
)
def test_a_reason_and_a_day_within_three_months_are_required(
    session, cast, case, hidden, now, changes, refusal
):
    item = Item(ItemKind.GOAL, hidden.goal_id)
    assert why(lambda: shield(session, cast, case, now, item, **changes)) is refusal
    shield(session, cast, case, now, item, days=92)


def test_what_is_of_no_case_or_another_kind_is_absent(session, cast, case, hidden, now):
    for item in (Item(ItemKind.GOAL, hidden.id), Item(ItemKind.MEETING, 4)):
        assert why(lambda item=item: shield(session, cast, case, now, item)) is Why.ABSENT
    assert why(lambda: shielding.place_of(session, 17)) is Why.ABSENT


def test_the_same_again_is_nothing_new_and_another_day_is(session, cast, case, hidden, now):
    item = Item(ItemKind.TILTAK, hidden.id)
    first = shielded.of_case(session, case.id).by[item]
    assert shield(session, cast, case, now, item) is first
    later = shield(session, cast, case, now, item, days=30)
    assert shielded.of_case(session, case.id).by == {item: later}
    assert end(session, cast, case, now, item) is True
    assert end(session, cast, case, now, item) is False
    assert [e.seq for e in session.scalars(select(ShieldEvent).order_by(ShieldEvent.seq))] == [
        1, 2, 3,
    ]  # fmt: skip


def test_each_act_is_in_the_chain_without_a_word_of_it(session, cast, case, hidden, now):
    end(session, cast, case, now, Item(ItemKind.TILTAK, hidden.id))
    entries = session.scalars(
        select(AuditEntry).where(
            AuditEntry.chain == case.id, AuditEntry.action.startswith("shielding.")
        )
    ).all()
    assert [(e.action, e.actor_id, e.object_id) for e in entries] == [
        ("shielding.shielded", cast.jonas.id, hidden.id),
        ("shielding.ended", cast.jonas.id, hidden.id),
    ]
    assert {key for e in entries for key in e.detail} == {"item", "review"}
    assert not any(word in str(e.detail) for e in entries for word in (SECRET, WHY))


# --- what it hides, and from whom ----------------------------------------------------------------


def test_it_is_gone_for_guardians_and_stays_for_the_youth_and_staff(
    session, cast, case, hidden, now
):
    for guardian in (cast.kari, cast.per):
        assert seen(session, guardian, case, now) == []
        assert why(lambda g=guardian: tiltak_views.one(session, g, hidden.id, now)) is Why.ABSENT
    for person in (cast.ida, cast.jonas, cast.amina):
        assert seen(session, person, case, now) == [SECRET]
    end(session, cast, case, now, Item(ItemKind.TILTAK, hidden.id))
    assert seen(session, cast.kari, case, now) == [SECRET]


def test_staff_see_that_it_is_shielded_and_the_family_do_not(session, cast, case, hidden, now):
    def marks(person):
        found = tiltak_views.of_case(session, person, case.id, now).tiltak
        return [view.shielded for view in found]

    day = now.date() + timedelta(days=14)
    assert (marks(cast.jonas), marks(cast.amina), marks(cast.ida)) == ([day], [day], [None])
    holders = views.case_view(session, actor=cast.jonas, case_id=case.id, now=now)
    assert (holders.shields, holders.shielded) == (True, None)
    for person in (cast.ida, cast.amina):
        view = views.case_view(session, actor=person, case_id=case.id, now=now)
        assert (view.shields, view.shielded) == (False, None)


def test_a_goal_takes_what_serves_it_along(session, cast, case, now):
    made = planned(session, cast, case, now, SECRET)
    shield(session, cast, case, now, Item(ItemKind.GOAL, made.goal_id))
    planned(session, cast, case, now, "Og dette", goal=made.goal_id)
    assert seen(session, cast.kari, case, now) == []
    assert len(seen(session, cast.ida, case, now)) == 2


def test_a_guardian_who_works_in_a_service_does_not_see_it_there(session, cast, case, now):
    """Whichever hat they wear; and a parent without responsibility neither [59]."""
    session.add(Position(person_id=cast.kari.id, unit_id=cast.club.id, role=Role.SERVICE))
    session.add(
        Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.amina.id, responsibility=False)
    )
    session.flush()
    cases.add_service(session, case=case, unit_id=cast.club.id, person=cast.kari, now=now)
    made = planned(session, cast, case, now, SECRET, responsible_id=cast.amina.id)
    assert seen(session, cast.amina, case, now) == [SECRET]
    shield(session, cast, case, now, Item(ItemKind.TILTAK, made.id))
    assert seen(session, cast.kari, case, now) == []
    assert seen(session, cast.amina, case, now) == []


def test_taken_from_the_guardians_chats_and_from_nobody_elses(session, cast, case, now):
    """What shows single things; the consent they were asked for stays."""
    made = planned(session, cast, case, now, SECRET)
    session.execute(Outgoing.__table__.delete())
    for person in (cast.ida, cast.kari, cast.per, cast.amina):
        for kind in ("tiltak.list", "consent.receipt"):
            row = Outgoing(
                key=f"{person.id}.{kind}", kind=kind, mode=Mode.CARD, promise="receipt",
                recipient_id=person.id, contact_id=contacts.of(session, person.id).id,
                subject_id=case.id, params={},
                occasion=kind, state=OutState.SENT, not_before=now, sent_at=now,
                message_id=len(kind), attempts=1, ambiguous=0, fence=0,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(Shown(outgoing_id=row.id, case_id=case.id))
    session.flush()
    shield(session, cast, case, now, Item(ItemKind.TILTAK, made.id))
    taken = session.scalars(select(Outgoing).where(Outgoing.kind == "hidden")).all()
    assert {(row.recipient_id, row.target_id) for row in taken} == {
        (cast.kari.id, len("tiltak.list")),
        (cast.per.id, len("tiltak.list")),
    }
    told = promised(session)
    assert {kind for kind, _who in told} == {"tiltak.list", "consent.receipt", "hidden"}


def stands(session, person, case, now, kind, subject):
    """A message in somebody's chat, found in the case. Returns its message id."""
    key = f"{person.id}.{kind}.{subject}"
    row = Outgoing(
        key=key, kind=kind, mode=Mode.CARD, promise="receipt", recipient_id=person.id,
        contact_id=contacts.of(session, person.id).id, subject_id=subject, params={}, occasion=key,
        state=OutState.SENT, not_before=now, sent_at=now, attempts=1, ambiguous=0, fence=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    row.message_id = row.id
    session.add(Shown(outgoing_id=row.id, case_id=case.id))
    session.flush()
    return row.message_id


def test_only_what_can_have_shown_it_is_taken_from_their_chats(session, cast, case, now):
    made, other = (planned(session, cast, case, now, words) for words in (SECRET, "Frokost"))
    meeting = called(session, cast, case, now)
    later = called(session, cast, case, now, starts=datetime(2026, 11, 27, 14, 15))  # noqa: DTZ001
    about = {
        "tiltak": {("tiltak.list", case.id), ("tiltak.one", made.id), ("evaluation.ask", made.id)},
        "another": {("tiltak.one", other.id), ("meeting.card", later.id)},
        "meeting": {("meeting.card", meeting.id)},
        "meetings": {("meeting.list", case.id)},
        "both": {("preview.holder", case.id), ("my_data.part", None), ("question", 7)},
    }
    lie = {
        stands(session, cast.kari, case, now, *row): what
        for what, rows in about.items()
        for row in sorted(rows, key=str)
    }

    def taken():
        gone = select(Outgoing.target_id).where(Outgoing.kind == "hidden")
        return {lie[place] for place in session.scalars(gone) if place in lie}

    shield(session, cast, case, now, Item(ItemKind.TILTAK, made.id))
    assert taken() == {"tiltak", "both"}
    shield(session, cast, case, now, Item(ItemKind.MEETING, meeting.id))
    assert taken() == {"tiltak", "both", "meeting", "meetings"}


@pytest.mark.parametrize("kind", [ItemKind.TILTAK, ItemKind.GOAL])
def test_who_does_it_is_told_that_the_parents_do_not_know_it(session, cast, case, now, kind):
    made = planned(session, cast, case, now, SECRET, responsible_id=cast.amina.id)
    item = Item(kind, made.id if kind is ItemKind.TILTAK else made.goal_id)
    shield(session, cast, case, now, item)
    shield(session, cast, case, now, item, days=21)
    assert promised(session, "tiltak.shielded") == [("tiltak.shielded", cast.amina.id)]


def test_a_parent_who_does_it_at_work_is_not_told(session, cast, case, now):
    cases.add_service(session, case=case, unit_id=cast.club.id, person=cast.amina, now=now)
    made = planned(session, cast, case, now, SECRET, responsible_id=cast.amina.id)
    session.add(Guardianship(foresatt_id=cast.amina.id, ungdom_id=cast.ida.id))
    session.flush()
    shield(session, cast, case, now, Item(ItemKind.TILTAK, made.id))
    assert promised(session, "tiltak.shielded") == []


# --- who has looked ------------------------------------------------------------------------------


def looked_at(session, person, case, now):
    visits = access_log.who_looked(session, actor=person, case_id=case.id, now=now)
    return {what for visit in visits for what in visit.what}


def test_who_looked_before_it_was_shielded_is_gone_for_guardians_too(session, cast, case, now):
    """Where there is nothing else they could have looked at."""
    made = planned(session, cast, case, now, SECRET)
    meeting = called(session, cast, case, now)
    tiltak_views.one(session, cast.jonas, made.id, now)
    meeting_views.look(session, actor=cast.jonas, meeting_id=meeting.id, now=now)
    views.case_view(session, actor=cast.jonas, case_id=case.id, now=now)
    assert looked_at(session, cast.kari, case, now) == {"cases", "tiltak", "meetings"}
    shield(session, cast, case, now, Item(ItemKind.TILTAK, made.id))
    assert looked_at(session, cast.kari, case, now) == {"cases", "meetings"}
    shield(session, cast, case, now, Item(ItemKind.MEETING, meeting.id))
    assert looked_at(session, cast.kari, case, now) == {"cases"}
    assert looked_at(session, cast.ida, case, now) == {"cases", "tiltak", "meetings"}


def test_a_reading_of_what_is_shielded_is_for_the_youth_to_see_and_to_ask_about(
    session, cast, case, hidden, now
):
    planned(session, cast, case, now, "Frokost")
    tiltak_views.one(session, cast.amina, hidden.id, now)
    assert looked_at(session, cast.kari, case, now) == set()
    assert looked_at(session, cast.ida, case, now) == {"tiltak"}
    seq = access_log.who_looked(session, actor=cast.ida, case_id=case.id, now=now)[0].seq
    ask = {"chain": case.id, "seq": seq, "now": now}
    assert why(lambda: why_looked.ask(session, actor=cast.kari, **ask)) is Why.ABSENT
    assert why_looked.ask(session, actor=cast.ida, **ask).to_id == cast.amina.id
    tiltak_views.of_case(session, cast.jonas, case.id, now)
    assert looked_at(session, cast.kari, case, now) == {"tiltak"}  # of the breakfast


def test_on_friday_a_guardian_is_told_only_of_what_they_may_know(session, cast, case, hidden, now):
    told_on_fridays(session, now)
    tiltak_views.one(session, cast.jonas, hidden.id, now)
    session.get_one(AccessWatch, cast.ida.id).told = now
    told = {
        name: access_log.news(session, actor=getattr(cast, name), ungdom_id=cast.ida.id, now=now)
        for name in ("ida", "kari")
    }
    assert told == {"ida": True, "kari": False}


# --- meetings ------------------------------------------------------------------------------------

LATER = datetime(2026, 11, 27, 9, 0)  # noqa: DTZ001 - a wall clock


@told_once
def without(session, cast, case, now):
    """A meeting called without the guardians."""
    wish = Shield(WHY, now.date() + timedelta(days=14))
    return called(session, cast, case, now, starts=LATER, shield=wish)


def test_a_shielded_meeting_never_invites_the_guardians(session, cast, case, without, now):
    told = {who for _kind, who in promised(session, "meeting.invited")}
    assert told == {cast.ida.id, cast.amina.id}
    move = {"actor": cast.jonas, "meeting_id": without.id, "now": now}
    meetings.move(session, starts=LATER + timedelta(days=3), sequence=0, **move)
    meetings.cancel(session, sequence=1, **move)
    for guardian in (cast.kari, cast.per):
        assert invitee_of(session, without.id, guardian.id) is None
        assert [k for k, who in promised(session) if who == guardian.id and "meet" in k] == []


def test_one_that_they_knew_of_is_gone_and_told_of_no_more(session, cast, case, now):
    meeting = called(session, cast, case, now)
    deliver_all(session)
    answer = {"meeting_id": meeting.id, "sequence": 0, "now": now}
    meetings.answer(session, actor=cast.kari, coming="yes", **answer)
    meetings.take_file(session, actor=cast.kari, meeting_id=meeting.id, now=now)
    shield(session, cast, case, now, Item(ItemKind.MEETING, meeting.id))
    holders = meeting_views.look(session, actor=cast.jonas, meeting_id=meeting.id, now=now)
    assert [one.name for one in holders.answers] == ["Amina", "Ida"]
    assert "Kari" not in holders.names
    assert meeting_views.upcoming(session, actor=cast.kari, now=now) == ()
    assert why(lambda: meetings.answer(session, actor=cast.kari, coming="no", **answer)) is (
        Why.ABSENT
    )
    meetings.cancel(session, actor=cast.jonas, **answer)
    told = {who for kind, who in promised(session, "meeting.cancelled", "meeting.file")}
    assert told == {cast.ida.id, cast.amina.id}
    answered = select(Outgoing.state).where(Outgoing.kind == "meeting.answered")
    assert set(session.scalars(answered)) == {OutState.MOOT}


def test_when_it_ends_the_guardians_are_invited_to_what_is_to_come(
    session, cast, case, without, now
):
    deliver_all(session)
    end(session, cast, case, now, Item(ItemKind.MEETING, without.id))
    fresh = select(Outgoing).where(
        Outgoing.kind == "meeting.invited", Outgoing.state == OutState.WAITING
    )
    assert {row.recipient_id for row in session.scalars(fresh)} == {cast.kari.id, cast.per.id}
    coming = meeting_views.upcoming(session, actor=cast.kari, now=now)
    assert [meeting.id for meeting in coming] == [without.id]


def test_what_they_answered_before_is_asked_anew(session, cast, case, now):
    meeting = called(session, cast, case, now)
    meetings.answer(
        session, actor=cast.kari, meeting_id=meeting.id, coming="yes", sequence=0, now=now
    )
    deliver_all(session)
    item = Item(ItemKind.MEETING, meeting.id)
    shield(session, cast, case, now, item)
    meetings.move(
        session, actor=cast.jonas, meeting_id=meeting.id, starts=LATER, sequence=0, now=now
    )
    end(session, cast, case, now, item)
    (seen_now,) = meeting_views.upcoming(session, actor=cast.kari, now=now)
    assert seen_now.mine == "unanswered"
    fresh = select(Outgoing.recipient_id).where(
        Outgoing.kind == "meeting.invited", Outgoing.state == OutState.WAITING
    )
    assert set(session.scalars(fresh)) == {cast.kari.id, cast.per.id}


def test_at_the_same_hour_a_shielded_meeting_is_not_taken_for_an_open_one(
    session, cast, case, without, now
):
    wish = Shield(WHY, now.date() + timedelta(days=14))
    assert called(session, cast, case, now, starts=LATER, shield=wish) is without
    assert why(lambda: called(session, cast, case, now, starts=LATER)) is Why.ALREADY_OPEN
    called(session, cast, case, now)
    assert why(lambda: called(session, cast, case, now, shield=wish)) is Why.ALREADY_OPEN


# --- evaluation ----------------------------------------------------------------------------------


def test_an_evaluation_is_told_to_the_youth_and_not_to_the_guardians(
    session, cast, case, hidden, now
):
    later = now.date() + timedelta(days=30)
    change = Verdict(Decision.CHANGE, next_on=later, words="Enda mer hemmelig")
    evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=hidden.id, version=1, verdict=change, now=now
    )
    told = {who for _kind, who in promised(session, "evaluation.done")}
    assert told == {cast.ida.id, cast.amina.id}
    new = Item(ItemKind.TILTAK, hidden.replaced_by)
    follows = shielded.of_case(session, case.id).by[new]
    assert (follows.reason, follows.review_on) == (WHY, now.date() + timedelta(days=14))
    assert seen(session, cast.kari, case, now) == []


# --- a whole case --------------------------------------------------------------------------------


@told_once
def whole(session, cast, now):
    """A case of Ida's that no guardian knows of."""
    made = opened(session, cast, now)
    shield(session, cast, made, now, None)
    return made


def test_a_shielded_case_is_not_there_for_guardians_and_is_for_the_others(
    session, cast, whole, now
):
    hats = {
        name: access.hats_in_case(session, getattr(cast, name), whole, now)
        for name in ("ida", "kari", "per", "jonas")
    }
    assert hats == {
        "ida": {Role.UNGDOM}, "kari": set(), "per": set(), "jonas": {Role.STAFETTHOLDER},
    }  # fmt: skip
    assert views.my_cases(session, cast.kari, now) == []
    assert len(views.my_cases(session, cast.ida, now)) == 1
    view = views.case_view(session, actor=cast.jonas, case_id=whole.id, now=now)
    assert view.shielded == now.date() + timedelta(days=14)


def test_nobody_can_ask_them_and_nothing_rests_on_their_absence(session, cast, whole, now):
    must = {person.id for person in consents.required(session, whole, now)}
    assert must == {cast.ida.id, cast.kari.id, cast.per.id}
    assert why(lambda: asked(session, cast, whole, now)) is Why.SHIELDED
    form = {"actor": cast.jonas, "case_id": whole.id, "now": now}
    assert why(lambda: case_forms.asking(session, **form)) is Why.SHIELDED
    assert not consents.carries(session, whole, now)
    assert promised(session, "consent.asked") == []
    end(session, cast, whole, now, None)
    asked(session, cast, whole, now)
    assert {who for _kind, who in promised(session, "consent.asked")} == must


def test_a_youth_who_decides_alone_can_be_asked_while_it_holds(session, cast, whole, now):
    cast.ida.born = now.date().replace(year=now.year - 18)
    question = asked(session, cast, whole, now)
    assert promised(session, "consent.asked") == [("consent.asked", cast.ida.id)]
    assert question.case_id == whole.id


def test_a_corrected_date_of_birth_asks_no_guardian_of_a_shielded_case(session, cast, whole, now):
    """They must consent from now on, and are still not to know that there is anything to ask."""
    cast.ida.born = now.date().replace(year=now.year - 18)
    question = asked(session, cast, whole, now)
    born = now.date().replace(year=now.year - 16)
    birth_dates.correct(session, actor=cast.randi, ungdom_id=cast.ida.id, born=born, now=now)
    assert cast.kari in consents.required(session, whole, now)
    consents.catch_up(session, cast.kari, now)
    mine = {"actor": cast.kari, "now": now}
    assert consent_views.mine(session, **mine) == ()
    assert why(lambda: consent_views.card(session, question_id=question.id, **mine)) is Why.ABSENT
    eighteen = cast.ida.born.replace(year=cast.ida.born.year + 18)
    soon = {"actor": cast.kari, "case_id": whole.id, "now": now + timedelta(days=720)}
    assert eighteen - soon["now"].date() < timedelta(days=21)
    assert why(lambda: consent_views.coming_age(session, **soon)) is Why.ABSENT
    agreed_by_ida = {"actor": cast.ida, "now": now, "occasion": "stop"}
    consents.withdraw_all(session, **agreed_by_ida)
    assert {who for _kind, who in promised(session)} & {cast.kari.id, cast.per.id} == set()


def test_that_sharing_is_paused_is_not_told_to_who_is_kept_out(session, cast, case, now):
    """The youth takes back a yes, in a case that was shielded after all."""
    shielded.note(session, case, None, Shield(WHY, now.date()), cast.jonas, now)
    consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    assert {who for _kind, who in promised(session, "consent.paused")} == {cast.ida.id}


def test_the_plan_of_a_meeting_names_no_guardian_who_is_kept_out(session, cast, case, now):
    plan = {"actor": cast.jonas, "case_id": case.id, "now": now}
    assert meeting_views.planning(session, **plan).family == ("Kari", "Per")
    shielded.note(session, case, None, Shield(WHY, now.date()), cast.jonas, now)
    assert meeting_views.planning(session, **plan).family == ()


def test_what_a_guardian_had_withheld_is_not_theirs_to_see_while_it_is_shielded(
    session, cast, case, now
):
    made = planned(session, cast, case, now, SECRET, responsible_id=cast.amina.id)
    item = Item(ItemKind.TILTAK, made.id)
    own = {
        "actor": cast.kari,
        "case_id": case.id,
        "item": item,
        "unit_id": cast.club.id,
        "now": now,
    }
    withholding.withhold(session, **own, occasion="1")

    def file():
        return [part for part in my_data.gather(session, actor=cast.kari, now=now)
                if part.name == "withheld"]  # fmt: skip

    assert len(file()) == 1
    shield(session, cast, case, now, item)
    assert file() == []
    for verb in (withholding.withhold, withholding.release):
        assert why(lambda verb=verb: verb(session, **own, occasion="2")) is Why.ABSENT


def test_a_notice_that_was_not_said_after_all_is_in_no_count(session, cast, case, now):
    def count():
        (part,) = [p for p in my_data.gather(session, actor=cast.kari, now=now)
                   if p.name == "messages"]  # fmt: skip
        return part.entries[0]["count"]

    before = count()
    unasked.tell(session, "access.week", [cast.kari.id], cast.ida.id, "x", now)
    row = session.scalars(select(Outgoing).where(Outgoing.kind == "access.week")).one()
    row.state = OutState.MOOT
    session.flush()
    assert count() == before


def test_a_meeting_that_closing_called_off_is_told_to_no_guardian_kept_out(
    session, cast, case, now
):
    meeting = called(session, cast, case, now)
    deliver_all(session)
    shield(session, cast, case, now, Item(ItemKind.MEETING, meeting.id))
    closing.close(
        session,
        actor=cast.jonas,
        case_id=case.id,
        now=now,
        wish=closing.Wish(note="Slutt", settled=settled(session, case)),
    )
    off = {"meeting_id": meeting.id, "now": now}
    assert closing_views.meeting_off(session, actor=cast.ida, **off).id == meeting.id
    assert why(lambda: closing_views.meeting_off(session, actor=cast.kari, **off)) is Why.ABSENT
    told = {who for _kind, who in promised(session, "closing.meeting_off")}
    assert told == {cast.ida.id, cast.amina.id}


def test_only_while_no_guardian_was_asked(session, cast, now):
    case = opened(session, cast, now)
    asked(session, cast, case, now)
    assert why(lambda: shield(session, cast, case, now, None)) is Why.NOT_IN_STATE
    assert not shield_views.shields(session, actor=cast.jonas, case_id=case.id, now=now).may_whole


def test_only_while_no_guardian_was_shown_it(session, cast, now):
    case = opened(session, cast, now)
    row = Outgoing(
        key="x", kind="stafett.card", mode=Mode.CARD, promise="receipt", recipient_id=cast.per.id,
        params={}, occasion="x", state=OutState.SENT, not_before=now, attempts=1, ambiguous=0,
        fence=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    shield(session, cast, case, now, None)
    end(session, cast, case, now, None)
    session.add(Shown(outgoing_id=row.id, case_id=case.id))
    session.flush()
    assert why(lambda: shield(session, cast, case, now, None)) is Why.NOT_IN_STATE


def test_a_withdrawal_always_works_whatever_is_shielded(session, cast, case, hidden, now):
    """Also of the whole case, were it ever shielded after somebody was asked."""
    shield(session, cast, case, now, Item(ItemKind.GOAL, hidden.goal_id))
    shielded.note(session, case, None, Shield(WHY, now.date()), cast.jonas, now)
    assert access.hats_in_case(session, cast.kari, case, now) == frozenset()
    assert consents.carries(session, case, now)
    events = consents.withdraw_all(session, actor=cast.kari, now=now, occasion="stop")
    assert len(events) == 1
    assert not consents.carries(session, case, now)


def test_no_guardian_is_let_in_by_the_baton(session, cast, whole, now):
    """Nobody gives it to one; were it done past us, they are kept out like the others."""
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.jonas.id))
    session.flush()
    assert access.hats_in_case(session, cast.jonas, whole, now) == frozenset()


def test_whoever_holds_the_baton_is_not_registered_as_a_guardian(session, cast, case, now):
    """Else nobody could end what is shielded."""
    nora = people.create(session, name="Nora", language="nb", now=now)
    session.add(Pupil(person_id=nora.id, school_id=cast.school.id))
    session.add(Guardianship(ungdom_id=nora.id, foresatt_id=cast.jonas.id))
    session.flush()
    jonas = operating.Invitee(
        "Jonas", Role.FORESATT, "ungdomsskolen", wards=("Nora", "Ida"), again=True
    )
    with pytest.raises(ValueError, match="stafettholder"):
        operating.invite(session, jonas)
    assert cast.jonas.id not in family.ever_guardians_of(session, cast.ida.id)


# --- looked at again -----------------------------------------------------------------------------


def ticks(session, at):
    while follow_ups.take_due(session, LADDER, at):
        pass


def test_on_the_day_and_weekly_after_the_holder_is_told_and_nothing_ends(
    session, cast, case, hidden, now
):
    told = []
    for day in range(1, 40):
        ticks(session, now + timedelta(days=day, hours=1))
        fresh = len(promised(session, "shield.review")) - len(told)
        told += [day] * fresh
        assert seen(session, cast.kari, case, now) == []
    assert told == [14, 21, 28, 35]
    assert {who for _kind, who in promised(session, "shield.review")} == {cast.jonas.id}
    assert follow_ups.disagreeing(session, LADDER, now + timedelta(days=40)) == []


def test_a_later_day_is_waited_for_and_ending_it_ends_the_reminders(
    session, cast, case, hidden, now
):
    item = Item(ItemKind.TILTAK, hidden.id)
    shield(session, cast, case, now, item, days=28)
    ticks(session, now + timedelta(days=27))
    assert promised(session, "shield.review") == []
    ticks(session, now + timedelta(days=28, hours=1))
    assert len(promised(session, "shield.review")) == 1
    end(session, cast, case, now + timedelta(days=29), item)
    ticks(session, now + timedelta(days=80))
    assert len(promised(session, "shield.review")) == 1


def test_several_things_are_one_reminder_a_day(session, cast, case, hidden, now):
    shield(session, cast, case, now, Item(ItemKind.GOAL, hidden.goal_id))
    ticks(session, now + timedelta(days=14, hours=1))
    assert len(promised(session, "shield.review")) == 1


def test_a_closed_case_stays_shielded_and_reminds_nobody(session, cast, whole, now):
    closing.close(
        session,
        actor=cast.jonas,
        case_id=whole.id,
        now=now,
        wish=closing.Wish(note="Slutt", settled=settled(session, whole)),
    )
    assert follow_ups.disagreeing(session, LADDER, now) == []
    ticks(session, now + timedelta(days=60))
    assert promised(session, "shield.review") == []
    assert {who for _kind, who in promised(session, "closing.closed")} == {cast.ida.id}
    assert shielded.of_case(session, whole.id).whole


def test_the_reason_is_destroyed_with_the_case_and_what_it_hid_stays_hidden(
    session, cast, whole, now
):
    closing.close(
        session,
        actor=cast.jonas,
        case_id=whole.id,
        now=now,
        wish=closing.Wish(note="Slutt", settled=settled(session, whole)),
    )
    archiving.packed(session, case_id=whole.id, digest="x", path="y", now=now)
    archiving.receive(session, case_id=whole.id, reference="A 1", now=now)
    assert {who for _kind, who in promised(session, "closing.archived")} == {cast.ida.id}
    archiving.purge(session, closing.of(session, whole.id), now)
    (event,) = session.scalars(select(ShieldEvent))
    assert event.reason is None
    assert shielded.hidden_from(session, whole, cast.kari).whole
