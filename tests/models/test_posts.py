"""For a while: a role begins and ends by itself, somebody stands in, somebody is away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import event, select

from models import (
    access,
    audit,
    cases,
    contact_wishes,
    contacts,
    follow_ups,
    invitations,
    joining,
    meetings,
    people,
    posts,
    staff_views,
    staffing,
    unasked,
)
from models.audit import AuditEntry
from models.family import Guardianship
from models.outbox import Outgoing
from models.people import Position
from models.staffing import Term
from models.terms import Action, Coming, ContactWay, InfoKind, Role, Why
from tests import agreed
from tests.meeting_setup import called
from tests.refusals import why

DAY = timedelta(days=1)
FRIDAY, LAST = date(2026, 11, 27), date(2026, 11, 30)


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


def midnight(of: date) -> datetime:
    """In Oslo, in winter."""
    return datetime(of.year, of.month, of.day, tzinfo=UTC) - timedelta(hours=1)


def tick(session, at: datetime) -> None:
    while follow_ups.take_due(session, posts.LADDER, at):
        pass


def give(session, cast, now, role=Role.KONTAKTLAERER, **named) -> Position:
    made = staffing.give(
        session, actor=cast.turid, unit_id=cast.school.id, role=role, now=now, **named
    )
    return session.get(Position, made)


def stand_in(session, cast, now, begins=None, until=LAST, who="siri") -> Position:
    (mine,) = people.positions(session, cast.randi.id)
    made = staffing.lend(
        session, actor=cast.turid, position_id=mine.id, person_id=getattr(cast, who).id,
        term=Term(begins, until), now=now,
    )  # fmt: skip
    return session.get(Position, made)


def hats(session, person, cast) -> set[Role]:
    return set(people.roles_at(session, person, cast.school.id))


def told(session, kind: str) -> list[int]:
    found = select(Outgoing.recipient_id).where(Outgoing.kind == kind).order_by(Outgoing.id)
    return list(session.scalars(found))


# --- by itself -----------------------------------------------------------------------------------


def test_a_role_begins_at_midnight_of_its_day_and_ends_after_its_last(session, cast, now):
    give(session, cast, now, person_id=cast.amina.id, term=Term(day(25), day(27)))
    for at, worn in (
        (now, set()),
        (midnight(day(25)) - timedelta(seconds=1), set()),
        (midnight(day(25)), {Role.KONTAKTLAERER}),
        (midnight(day(28)) - timedelta(seconds=1), {Role.KONTAKTLAERER}),
        (midnight(day(28)), set()),
        (midnight(day(30)), set()),
    ):
        tick(session, at)
        assert hats(session, cast.amina, cast) == worn, at
    assert told(session, posts.GIVEN) == [cast.randi.id, cast.siri.id]
    actions = select(AuditEntry.action).where(AuditEntry.object_id == cast.amina.id)
    assert list(session.scalars(actions)) == ["staffing.give", "staffing.begin", "staffing.take"]


def test_a_role_that_has_not_begun_gives_nothing_and_can_be_called_off(session, cast, now):
    post = give(session, cast, now, person_id=cast.amina.id, term=Term(day(25), None))
    call = {"actor": cast.turid, "position_id": post.id, "now": now}
    assert staff_views.planned(session, actor=cast.turid, position_id=post.id).begins == day(25)
    staffing.call_off(session, **call)
    tick(session, midnight(day(28)))
    assert hats(session, cast.amina, cast) == set()
    assert why(staffing.call_off, session, **call) is Why.STALE


def test_no_role_ends_before_it_begins_or_before_today(session, cast, now):
    for term in (Term(day(27), day(26)), Term(None, day(22))):
        assert why(give, session, cast, now, name="Ny", term=term) is Why.PAST


def test_with_the_last_role_somebody_has_left(session, cast, now):
    post = people.positions(session, cast.amina.id)[0]
    post.until = day(24)
    follow_ups.reschedule(session, posts.LADDER, post, now)
    tick(session, midnight(day(25)))
    assert contacts.of(session, cast.amina.id) is None


def test_a_role_that_is_planned_is_not_given_over(session, cast, now):
    """Neither at once nor as a stand-in: what was planned would be gone without a word."""
    post = give(
        session, cast, now, role=Role.REKTOR, person_id=cast.siri.id, term=Term(day(25), None)
    )
    before = post.from_day, post.until, post.acts_for_id
    again = {"role": Role.REKTOR, "person_id": cast.siri.id}
    assert why(give, session, cast, now, **again) is Why.ALREADY_OPEN
    assert why(stand_in, session, cast, now) is Why.ALREADY_OPEN
    assert (post.from_day, post.until, post.acts_for_id) == before
    staffing.call_off(session, actor=cast.turid, position_id=post.id, now=now)
    stand_in(session, cast, now)
    assert hats(session, cast.siri, cast) == {Role.REKTOR}


def test_a_stand_in_ends_though_who_they_stand_in_for_is_away_still(session, cast, now):
    agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    away(session, cast, now, who="randi", until=day(29, 12))
    stand_in(session, cast, now)
    tick(session, midnight(day(1, 12)))
    assert hats(session, cast.siri, cast) == set()
    assert told(session, posts.HAND_OVER) == []


def test_the_audit_says_that_somebody_is_away_and_not_when(session, cast, now):
    away(session, cast, now)
    staffing.away(session, actor=cast.turid, person_id=cast.lise.id, term=None, now=now)
    found = select(AuditEntry.detail).where(AuditEntry.action == "staffing.away")
    assert list(session.scalars(found.order_by(AuditEntry.seq))) == [
        {"away": True},
        {"away": False},
    ]


def held(session) -> list[str]:
    """What is held until the commit from now on, and how."""
    found: list[str] = []

    def note(state) -> None:
        how = getattr(state.statement, "_for_update_arg", None)
        if how is not None:
            share = "shared" if how.read else "alone"
            found.append(f"{state.statement.get_final_froms()[0].name} {share}")

    event.listen(session, "do_orm_execute", note)
    return found


def test_a_role_that_ends_by_itself_is_looked_at_while_its_holder_is_given_nothing(
    session, cast, now
):
    """On SQLite there is one writer; on PostgreSQL nobody is given a baton between the look and
    the end."""
    post = give(session, cast, now, person_id=cast.amina.id, term=Term(None, day(24)))
    locks = held(session)
    tick(session, midnight(day(25)))
    assert {"people alone", "positions alone"} <= set(locks)
    assert post.ended_at is not None
    locks.clear()
    case = agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    locks.clear()
    cases.add_service(session, case=case, unit_id=cast.club.id, person=cast.amina, now=now)
    assert "people shared" in locks


def test_who_leaves_does_not_begin_anything_later(session, cast, now):
    give(session, cast, now, person_id=cast.amina.id, term=Term(day(25), None))
    staffing.deactivate(session, actor=cast.turid, person_id=cast.amina.id, now=now)
    tick(session, midnight(day(28)))
    assert people.staff_roles(session, cast.amina) == frozenset()


def test_no_role_ends_by_itself_while_a_baton_is_held(session, cast, now):
    agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    (post,) = people.positions(session, cast.jonas.id)
    post.until = day(24)
    follow_ups.reschedule(session, posts.LADDER, post, now)
    for number in (25, 26, 27):
        tick(session, midnight(day(number)))
    assert hats(session, cast.jonas, cast) == {Role.KONTAKTLAERER}
    assert told(session, posts.HAND_OVER) == [cast.randi.id] * 3


# --- standing in ---------------------------------------------------------------------------------


def test_who_stands_in_has_the_hat_and_all_they_do_says_for_whom(session, cast, now):
    stand_in(session, cast, now)
    assert hats(session, cast.siri, cast) == {Role.REKTOR}
    people.speaks_where(session, cast.siri.id, staff_may=True, now=now)
    ask = {"action": Action.INVITE, "unit_id": cast.school.id}
    for who in (cast.siri, cast.randi):
        access.authorise_at_unit(session, actor=who, **ask)
        audit.record(session, action="queue.look", actor_id=who.id, now=now)
    found = session.scalars(select(AuditEntry).where(AuditEntry.action == "queue.look")).all()
    assert [entry.detail for entry in found] == [{"acts_for": cast.randi.id}, {}]
    assert audit.broken_link(session, 0) is None
    tick(session, midnight(day(1, 12)))
    assert hats(session, cast.siri, cast) == set()


def test_of_a_stand_ins_own_doings_the_audit_names_nobody_else(session, cast, now):
    """Neither as a parent nor in the work that is theirs: it would be said of the wrong one."""
    session.add(Position(person_id=cast.per.id, unit_id=cast.club.id, role=Role.SERVICE))
    session.flush()
    stand_in(session, cast, now, who="per")
    people.speaks_where(session, cast.per.id, staff_may=True, now=now)
    people.mute(session, cast.per, True, now)
    access.authorise_at_unit(session, actor=cast.per, action=Action.INVITE, unit_id=cast.school.id)
    audit.record(session, action="mute.look", actor_id=cast.per.id, now=now)
    people.answered_by(session, cast.per, {Role.REKTOR, Role.SERVICE})  # the latter is their own
    people.show_place(session, cast.per, True, now)
    mine = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.actor_id == cast.per.id)
    assert dict(session.execute(mine).all()) == {
        "people.mute": {"muted": True},
        "mute.look": {"acts_for": cast.randi.id},
        "people.show_place": {"shown": True},
    }


def test_no_role_outlives_its_last_day_though_the_tick_is_late(session, cast, now):
    case = agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    for who in (cast.jonas, cast.randi, cast.amina):
        people.positions(session, who.id)[0].until = day(24)
    session.flush()
    for at, works in (
        (midnight(day(25)) - timedelta(seconds=1), True),
        (midnight(day(25)), False),
    ):
        people.speaks_where(session, cast.randi.id, staff_may=True, now=at)
        assert bool(hats(session, cast.randi, cast)) is works
        assert bool(people.units_where(session, cast.randi, Role.REKTOR)) is works
        assert bool(people.staff_of(session, cast.school.id, Role.REKTOR)) is works
        assert bool(people.staff_roles(session, cast.randi)) is works
        assert bool(access.hats_in_case(session, cast.amina, case, at)) is works
        assert access.hats_in_case(session, cast.jonas, case, at) == {Role.STAFETTHOLDER}
        assert bool(hats(session, cast.jonas, cast)) is works


def test_standing_in_has_a_last_day_and_is_by_somebody_else(session, cast, now):
    assert why(stand_in, session, cast, now, until=None) is Why.DATE_REQUIRED
    assert why(stand_in, session, cast, now, who="randi") is Why.NOT_ONESELF
    assert why(stand_in, session, cast, now, who="turid") is Why.NOT_ONESELF
    assert why(stand_in, session, cast, now, who="ida") is Why.ABSENT
    stand_in(session, cast, now)
    assert why(stand_in, session, cast, now) is Why.ALREADY_OPEN


def test_no_baton_goes_along_with_a_stand_in(session, cast, now):
    case = agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    (mine,) = people.positions(session, cast.jonas.id)
    staffing.lend(
        session, actor=cast.turid, position_id=mine.id, person_id=cast.siri.id,
        term=Term(None, day(30)), now=now,
    )  # fmt: skip
    assert access.hats_in_case(session, cast.siri, case, now) == frozenset()


# --- being away ----------------------------------------------------------------------------------


def away(session, cast, now, who="lise", begins=None, until=FRIDAY) -> None:
    staffing.away(
        session, actor=cast.turid, person_id=getattr(cast, who).id, term=Term(begins, until),
        now=now,
    )  # fmt: skip


def something_waits(session, cast, now) -> None:
    contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)


def test_what_waits_for_one_who_is_away_is_told_to_who_leads_once_a_day(session, cast, now):
    away(session, cast, now)
    something_waits(session, cast, now)
    unasked.tell(session, "desk.offered", [cast.lise.id], 1, "x", now)
    assert told(session, "staff.away") == [cast.siri.id]  # no rektor leads the loser
    shown = staff_views.who_is_away(session, actor=cast.siri, person_id=cast.lise.id, now=now)
    assert (shown.name, shown.until) == ("Lise", day(27))
    unasked.tell(session, "desk.offered", [cast.lise.id], 1, "y", now + DAY)
    assert told(session, "staff.away") == [cast.siri.id] * 2
    assert cast.lise.id in told(session, "contact.wanted")


def test_who_stands_in_is_told_before_who_leads(session, cast, now):
    give(session, cast, now, role=Role.REKTOR, person_id=cast.amina.id)
    stand_in(session, cast, now)
    away(session, cast, now, who="randi")
    unasked.tell(session, "desk.waits", [cast.randi.id], 1, "x", now)
    assert told(session, "staff.away") == [cast.siri.id]
    away(session, cast, now, who="siri")
    unasked.tell(session, "desk.waits", [cast.randi.id], 1, "y", now + DAY)
    assert told(session, "staff.away")[1:] == [cast.amina.id]


def test_an_answer_to_a_meeting_and_an_opened_link_wait_for_one_who_is_away(session, cast, now):
    case = agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})
    meeting = called(session, cast, case, now)
    away(session, cast, now, who="jonas")
    meetings.answer(
        session, actor=cast.kari, meeting_id=meeting.id, sequence=meeting.sequence,
        coming=Coming.YES, now=now,
    )  # fmt: skip
    assert told(session, "staff.away") == [cast.randi.id]
    _made, token = invitations.invite(session, person=cast.amina, invited_by=cast.jonas, now=now)
    chat = contacts.of(session, cast.sam.id)
    joining.present(session, actor=cast.sam, contact=chat, token=token, now=now + DAY)
    assert told(session, "staff.away") == [cast.randi.id] * 2


def test_before_after_and_back_again_nobody_else_is_told(session, cast, now):
    away(session, cast, now, begins=day(25))
    unasked.tell(session, "desk.offered", [cast.lise.id], 1, "x", now)
    unasked.tell(session, "desk.offered", [cast.lise.id], 1, "y", midnight(day(28)) + DAY)
    staffing.away(session, actor=cast.turid, person_id=cast.lise.id, term=None, now=now)
    unasked.tell(session, "desk.offered", [cast.lise.id], 1, "z", now + 2 * DAY)
    assert told(session, "staff.away") == []
    look = {"actor": cast.siri, "person_id": cast.lise.id, "now": now}
    assert why(staff_views.who_is_away, session, **look) is Why.ABSENT


def test_of_what_a_parent_hears_no_colleague_is_told(session, cast, now):
    session.add(Position(person_id=cast.per.id, unit_id=cast.club.id, role=Role.SERVICE))
    session.flush()
    assert session.scalars(select(Guardianship).where(Guardianship.foresatt_id == cast.per.id))
    away(session, cast, now, who="per")
    unasked.tell(session, "consent.asked", [cast.per.id], 1, "x", now)
    assert told(session, "staff.away") == []
