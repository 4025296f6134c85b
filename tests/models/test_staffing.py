"""Who works where: roles given and taken, nobody leaves while holding, an administrator comes in as
nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import (
    access,
    asking,
    cases,
    consents,
    contacts,
    holding,
    invitations,
    joining,
    los_work,
    people,
    posts,
    queue,
    staff_views,
    staffing,
    units,
    web_sessions,
)
from models.asking import Wish
from models.audit import AuditEntry
from models.base import Refused, new_id
from models.contacts import Contact
from models.family import Guardianship
from models.invitations import Invitation
from models.municipality import Unit
from models.outbox import Outgoing
from models.people import Position, Pupil
from models.policy import MunicipalPolicy
from models.suppression import Band
from models.terms import Action, InfoKind, InTheWay, Role, UnitKind, Why
from models.web_sessions import WebSession
from tests import agreed
from tests.consent_setup import opened
from tests.refusals import why
from tests.ways import told_once


@told_once
def case(session, cast, now):
    return agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})


def _post(session, person, role=None) -> Position:
    found = people.positions(session, person.id)
    return next(p for p in found if role in (None, p.role))


def _leaves(session, cast, person, now):
    staffing.deactivate(session, actor=cast.turid, person_id=person.id, now=now)


# --- leaving -------------------------------------------------------------------------------------


def test_nobody_leaves_while_holding_a_baton(session, cast, now, case):
    assert why(_leaves, session, cast, cast.jonas, now) is Why.HAND_OVER_FIRST
    assert people.positions(session, cast.jonas.id)
    assert contacts.of(session, cast.jonas.id)


def test_nobody_leaves_while_being_the_los_of_a_youth(session, cast, now):
    request = asking.submit(
        session, actor=cast.ida, wish=Wish(asking.Topic.HOME, ungdom_id=cast.ida.id), now=now
    )
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    assert why(_leaves, session, cast, cast.lise, now) is Why.HAND_OVER_FIRST
    los_work.accept(session, actor=cast.lise, request_id=request.id, now=now)
    assert why(_leaves, session, cast, cast.lise, now) is Why.HAND_OVER_FIRST
    los_work.close(session, actor=cast.lise, request_id=request.id, now=now)
    _leaves(session, cast, cast.lise, now)
    assert people.positions(session, cast.lise.id) == []


def test_the_only_rektor_of_a_school_where_something_is_open_stays(session, cast, now, case):
    assert why(_leaves, session, cast, cast.randi, now) is Why.HAND_OVER_FIRST
    nils = people.create(session, name="Nils", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=nils.id, unit_id=cast.school.id, role=Role.REKTOR))
    session.flush()
    _leaves(session, cast, cast.randi, now)
    assert people.staff_of(session, cast.school.id, Role.REKTOR) == [nils]


def test_a_rektor_of_yesterday_does_not_count_as_another(session, cast, now, case):
    """One administrator alone cannot put somebody in the place of who leads."""
    made = staffing.give(
        session, actor=cast.turid, unit_id=cast.school.id, role=Role.REKTOR,
        person_id=cast.amina.id, now=now,
    )  # fmt: skip
    for hours in (1, 71):
        later = now + timedelta(hours=hours)
        assert why(_leaves, session, cast, cast.randi, later) is Why.HAND_OVER_FIRST
        mine = staff_views.post(
            session, actor=cast.turid, position_id=_post(session, cast.randi).id, now=later
        )
        assert InTheWay.LEADER in mine.anywhere
    assert session.get(Position, made).ended_at is None
    _leaves(session, cast, cast.randi, now + timedelta(hours=73))


@pytest.mark.parametrize("only", ["until", "acts_for", "away", "unconfirmed"])
def test_nobody_counts_as_another_rektor_who_is_so_for_a_while_only(
    session, cast, now, case, only
):
    nils = people.create(session, name="Nils", language="nb", now=now, confirmed=True)
    post = Position(person_id=nils.id, unit_id=cast.school.id, role=Role.REKTOR)
    session.add(post)
    if only == "until":
        post.until = now.date() + timedelta(days=300)
    elif only == "acts_for":
        post.acts_for_id = cast.randi.id
    elif only == "away":
        nils.away_from, nils.away_until = now.date(), now.date()
    else:
        nils.confirmed_at = None
    session.flush()
    assert why(_leaves, session, cast, cast.randi, now) is Why.HAND_OVER_FIRST


def test_the_only_lasting_administrator_is_not_taken_away_by_one_for_a_while(session, cast, now):
    """On Thursday there would be none."""
    made = staffing.give(
        session, actor=cast.turid, unit_id=cast.bti.id, role=Role.ADMINISTRATOR,
        person_id=cast.amina.id, term=staffing.Term(until=now.date() + timedelta(days=2)), now=now,
    )  # fmt: skip
    leave = {"actor": cast.amina, "person_id": cast.turid.id, "now": now + timedelta(days=1)}
    assert why(staffing.deactivate, session, **leave) is Why.HAND_OVER_FIRST
    post = session.get(Position, made)
    assert holding.by(session, [post], now) == frozenset()
    post.until = None
    session.flush()
    leave["now"] = now + timedelta(days=4)
    staffing.deactivate(session, **leave)


def test_who_leaves_has_no_chat_no_session_no_link_and_no_hat_at_once(session, cast, now):
    chat = contacts.add(session, cast.amina, "web", 5, now)
    web_sessions.begin(session, contact_id=chat.id, person_id=cast.amina.id, now=now)
    mine = {c.id for c in session.scalars(select(Contact)) if c.person_id == cast.amina.id}
    invitation, _token = invitations.invite(session, person=cast.amina, invited_by=None, now=now)
    _leaves(session, cast, cast.amina, now)
    assert people.positions(session, cast.amina.id) == []
    assert contacts.of(session, cast.amina.id) is None
    assert all(session.get(Contact, each).person_id != cast.amina.id for each in mine)
    assert session.scalars(select(WebSession)).all() == []
    assert session.get(Invitation, invitation.id).expires_at == now
    assert session.scalars(select(AuditEntry.action)).all().count("staffing.deactivate") == 1


def test_an_opened_link_is_no_way_back(session, cast, now):
    new = staffing.give(
        session, actor=cast.turid, unit_id=cast.club.id, role=Role.SERVICE, name="Ny", now=now
    )
    person_id = session.get(Position, new).person_id
    made = staffing.invite(session, actor=cast.turid, person_id=person_id, now=now)
    token = invitations.token_of(session, made.id)
    met = contacts.of(session, cast.sam.id)
    joining.present(session, actor=cast.sam, contact=met, token=token, now=now)
    staffing.deactivate(session, actor=cast.turid, person_id=person_id, now=now)
    with pytest.raises(Refused):
        joining.confirm(session, actor=cast.turid, invitation_id=made.id, now=now)


def test_a_parent_who_worked_here_keeps_the_parents_chat(session, cast, now):
    """And nobody is told that there is one."""
    session.add(Position(person_id=cast.per.id, unit_id=cast.club.id, role=Role.SERVICE))
    session.flush()
    _leaves(session, cast, cast.per, now)
    assert contacts.of(session, cast.per.id)
    assert people.staff_roles(session, cast.per) == frozenset()
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "staffing.deactivate")
    ).one()
    assert entry.detail == {"positions": 1}


def test_the_stafettholder_hears_that_somebody_in_the_case_is_not_reached(
    session, cast, now, case
):
    cases.add_service(session, case=case, unit_id=cast.club.id, person=cast.amina, now=now)
    _leaves(session, cast, cast.amina, now)
    told = session.scalars(select(Outgoing).where(Outgoing.kind == "not_reached")).all()
    assert {row.recipient_id for row in told} == {cast.jonas.id}


def test_nobody_takes_themselves_away(session, cast, now):
    assert why(_leaves, session, cast, cast.turid, now) is Why.NOT_ONESELF
    mine = _post(session, cast.turid)
    taken = staffing.take, session
    assert why(*taken, actor=cast.turid, position_id=mine.id, now=now) is Why.NOT_ONESELF


# --- one role of several -------------------------------------------------------------------------


def test_who_moves_to_another_school_gives_the_batons_of_this_one_first(session, cast, now, case):
    other = Unit(id=new_id(), key="ovre", kind="school", name="Øvre")
    session.add(other)
    session.flush()
    staffing.give(
        session, actor=cast.turid, unit_id=other.id, role=Role.KONTAKTLAERER,
        person_id=cast.jonas.id, now=now,
    )  # fmt: skip
    here = next(p for p in people.positions(session, cast.jonas.id) if p.unit_id != other.id)
    there = next(p for p in people.positions(session, cast.jonas.id) if p.unit_id == other.id)
    take = {"session": session, "actor": cast.turid, "now": now}
    assert why(staffing.take, position_id=here.id, **take) is Why.HAND_OVER_FIRST
    staffing.take(position_id=there.id, **take)
    assert people.positions(session, cast.jonas.id) == [here]


def test_the_last_role_is_not_taken_but_left(session, cast, now):
    mine = _post(session, cast.amina)
    taken = staffing.take, session
    assert why(*taken, actor=cast.turid, position_id=mine.id, now=now) is Why.NOT_IN_STATE


def test_an_administrator_left_with_a_baton_reads_nothing_by_it(session, cast, now, case):
    _post(session, cast.jonas).ended_at = now
    session.add(Position(person_id=cast.jonas.id, unit_id=cast.school.id, role=Role.ADMINISTRATOR))
    session.flush()
    assert access.hats_in_case(session, cast.jonas, case, now) == frozenset()
    assert holding.by(session, people.positions(session, cast.jonas.id), now) == frozenset()


# --- giving --------------------------------------------------------------------------------------


def test_a_role_is_given_once_and_the_rektor_is_told(session, cast, now):
    give = {
        "session": session, "actor": cast.turid, "unit_id": cast.school.id,
        "role": Role.KONTAKTLAERER, "person_id": cast.amina.id, "now": now,
    }  # fmt: skip
    made = staffing.give(**give)
    assert staffing.give(**give) == made
    told = session.scalars(select(Outgoing).where(Outgoing.kind == posts.GIVEN)).all()
    assert [row.recipient_id for row in told] == [cast.randi.id, cast.siri.id]
    given = select(AuditEntry).where(AuditEntry.action == "staffing.give")
    entry = session.scalars(given).one()
    assert entry.detail == {"unit": cast.school.id, "role": "kontaktlaerer"}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PROSJEKTLEDER, Role.SERVICE])
def test_whatever_role_is_given_those_who_lead_hear_at_once_though_it_is_night(
    session, cast, now, role
):
    night = now.replace(hour=23)
    other = people.create(session, name="Ada", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=other.id, unit_id=cast.bti.id, role=Role.ADMINISTRATOR))
    session.flush()
    made = staffing.give(
        session, actor=cast.turid, unit_id=cast.bti.id, role=role, name="Anne", now=night
    )
    told = session.scalars(select(Outgoing).where(Outgoing.kind == posts.GIVEN)).all()
    assert {row.recipient_id for row in told} == {cast.siri.id, other.id}
    assert {(row.promise, row.not_before) for row in told} == {
        ("news", night)
    }  # at once; unseen, by mail
    shown = staff_views.of_unit(session, actor=cast.turid, unit_id=cast.bti.id).told
    assert {each for them in shown.values() for each in them} == {cast.siri.id, other.id}
    for outsider in (cast.randi, cast.jonas, cast.kari, cast.turid):
        look = {"actor": outsider, "position_id": made}
        assert why(staff_views.new_here, session, **look) is Why.ABSENT


def test_who_was_told_of_a_new_rektor_reads_it_though_no_rektor_any_more(session, cast, now):
    made = staffing.give(
        session, actor=cast.turid, unit_id=cast.school.id, role=Role.REKTOR, name="Anne", now=now
    )
    people.positions(session, cast.randi.id)[0].ended_at = now
    session.flush()
    assert staff_views.new_here(session, actor=cast.randi, position_id=made).name == "Anne"
    session.get(Position, made).ended_at = now
    assert staff_views.new_here(session, actor=cast.siri, position_id=made).is_over


@pytest.mark.parametrize(
    ("kind", "role"),
    [(UnitKind.SCHOOL, Role.LOS), (UnitKind.CLUB, Role.ADMINISTRATOR), (UnitKind.LOS, Role.REKTOR),
     (UnitKind.SCHOOL, Role.UNGDOM), (UnitKind.OTHER, Role.STAFETTHOLDER)],
)  # fmt: skip
def test_no_role_is_given_where_there_is_no_such_work(session, cast, now, kind, role):
    unit = units.add(session, actor=cast.turid, kind=kind, name="Et sted", now=now)
    give = {"actor": cast.turid, "unit_id": unit, "name": "Ny", "now": now}
    assert why(staffing.give, session, role=role, **give) is Why.ABSENT


def test_nobody_is_given_a_role_by_themselves_nor_a_youth_by_number(session, cast, now):
    give = {"actor": cast.turid, "unit_id": cast.school.id, "role": Role.REKTOR, "now": now}
    assert why(staffing.give, session, person_id=cast.turid.id, **give) is Why.NOT_ONESELF
    assert why(staffing.give, session, person_id=cast.ida.id, **give) is Why.ABSENT
    assert why(staffing.give, session, name="  ", **give) is Why.WORDS_REQUIRED
    assert why(staffing.give, session, name="x" * 81, **give) is Why.TOO_LONG


# --- letting in ----------------------------------------------------------------------------------


def test_an_administrator_lets_in_only_who_never_was(session, cast, now):
    """Else they could come in as the teacher and read what the teacher reads."""
    invite = {"actor": cast.turid, "now": now}
    for known in (cast.jonas, cast.randi, cast.amina):
        assert why(staffing.invite, session, person_id=known.id, **invite) is Why.ABSENT
    for private in (cast.ida, cast.kari, cast.sam):
        assert why(staffing.invite, session, person_id=private.id, **invite) is Why.ABSENT


@pytest.mark.parametrize("role", [Role.REKTOR, Role.ADMINISTRATOR])
def test_a_new_rektor_and_another_administrator_come_in_by_a_link(session, cast, now, role):
    unit = cast.school if role is Role.REKTOR else cast.bti
    made = staffing.give(
        session, actor=cast.turid, unit_id=unit.id, role=role, name="Nils", now=now
    )
    nils = people.get(session, session.get(Position, made).person_id)
    invitation = staffing.invite(session, actor=cast.turid, person_id=nils.id, now=now)
    token = joining.link_token(session, actor=cast.turid, invitation=invitation)
    joining.present(
        session, actor=cast.sam, contact=contacts.of(session, cast.sam.id), token=token, now=now
    )
    leads = {cast.siri.id} | ({cast.randi.id} if role is Role.REKTOR else set())
    waits = select(Outgoing.recipient_id).where(Outgoing.kind == "joining.waiting")
    assert set(session.scalars(waits)) == leads
    for nobody in (cast.turid, cast.jonas, cast.sam):  # who invited them least of all
        confirm = {"actor": nobody, "invitation_id": invitation.id, "now": now}
        assert why(joining.confirm, session, **confirm) is Why.ABSENT
    joining.confirm(session, actor=cast.siri, invitation_id=invitation.id, now=now)
    assert people.roles_at(session, nils, unit.id) == {role}
    again = why(staffing.invite, session, actor=cast.turid, person_id=nils.id, now=now)
    assert again is Why.ABSENT


def test_alone_an_administrator_lets_nobody_in_who_works_here(session, cast, now):
    """Not in a small role either: it can become a rektor's after the yes."""
    made = staffing.give(
        session, actor=cast.turid, unit_id=cast.club.id, role=Role.SERVICE, name="Anne", now=now
    )
    invite = {"person_id": session.get(Position, made).person_id, "now": now}
    people.positions(session, cast.siri.id)[0].ended_at = now
    session.flush()
    assert why(staffing.invite, session, actor=cast.turid, **invite) is Why.NOBODY_ELSE


def test_no_rektor_lets_an_administrator_in_anew(session, cast, now):
    """Who lets one in could come in as one."""
    session.add(Position(person_id=cast.turid.id, unit_id=cast.school.id, role=Role.KONTAKTLAERER))
    session.flush()
    found = joining.invitable(session, cast.randi, now)
    assert cast.turid.id not in {each.id for each in found}
    made, token = invitations.invite(session, person=cast.turid, invited_by=None, now=now)
    joining.present(
        session, actor=cast.sam, contact=contacts.of(session, cast.sam.id), token=token, now=now
    )
    confirm = {"actor": cast.randi, "invitation_id": made.id, "now": now}
    assert why(joining.confirm, session, **confirm) is Why.ABSENT
    assert session.scalars(select(Outgoing).where(Outgoing.kind == "joining.waiting")).all() == []


# --- what is shown -------------------------------------------------------------------------------


def test_of_what_is_held_no_small_number_is_shown(session, cast, now, case):
    post = {"actor": cast.turid, "position_id": _post(session, cast.jonas).id, "now": now}
    shown = staff_views.post(session, **post)
    assert (shown.anywhere, shown.batons) == ({InTheWay.BATON}, Band(1, 4))
    least = MunicipalPolicy().statistics_min_cell
    for number in range(least - 1):
        youth = people.create(
            session, name=f"Elev{number}", language="nb", now=now, confirmed=True
        )
        session.add(Pupil(person_id=youth.id, school_id=cast.school.id))
        session.flush()
        cases.open(
            session, actor=cast.randi, ungdom=youth, school_id=cast.school.id,
            stafettholder=cast.jonas, now=now,
        )  # fmt: skip
    assert staff_views.post(session, **post).batons == Band(least, 2 * least - 1)


def test_the_task_goes_to_the_rektor_once_a_day(session, cast, now, case):
    for later in (0, 1, 26):
        staffing.ask_to_hand_over(
            session, actor=cast.turid, person_id=cast.jonas.id, now=now + timedelta(hours=later)
        )
    told = session.scalars(select(Outgoing).where(Outgoing.kind == posts.HAND_OVER)).all()
    assert [row.recipient_id for row in told] == [cast.randi.id] * 2
    assert staff_views.to_hand_over(
        session, actor=cast.randi, person_id=cast.jonas.id, now=now
    ).name


def test_a_task_that_only_the_leaver_could_do_is_the_project_leaders(session, cast, now, case):
    staffing.ask_to_hand_over(session, actor=cast.turid, person_id=cast.randi.id, now=now)
    told = session.scalars(select(Outgoing).where(Outgoing.kind == posts.HAND_OVER)).all()
    assert [row.recipient_id for row in told] == [cast.siri.id]
    assert staff_views.to_hand_over(
        session, actor=cast.siri, person_id=cast.randi.id, now=now
    ).name


def test_a_guardian_is_in_no_list_of_staff(session, cast, now):
    assert session.scalars(select(Guardianship)).first()
    found = staff_views.colleagues(session, actor=cast.turid)
    assert set(found) == {p.id for p in (cast.jonas, cast.randi, cast.lise, cast.siri, cast.amina)}


# --- units ---------------------------------------------------------------------------------------


def _keep(cast, now) -> dict:
    return {"actor": cast.turid, "now": now}


def test_a_unit_is_added_once_and_opened_again(session, cast, now):
    add = {"kind": UnitKind.CLUB, "name": "  Det   gule huset ", **_keep(cast, now)}
    made = units.add(session, **add)
    assert units.add(session, **add) == made
    assert session.get(Unit, made).name == "Det gule huset"
    units.close(session, unit_id=made, **_keep(cast, now))
    units.close(session, unit_id=made, **_keep(cast, now))
    assert made not in {line.id for line in units.listed(session, actor=cast.turid)}
    assert units.add(session, **add) == made
    assert made in {line.id for line in units.listed(session, actor=cast.turid)}
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == made))
    assert list(actions) == ["units.add", "units.close", "units.add"]


def test_two_of_a_kind_have_no_name_in_common(session, cast, now):
    units.add(session, kind=UnitKind.CLUB, name="Huset", **_keep(cast, now))
    rename = {"unit_id": cast.club.id, "name": "Huset", **_keep(cast, now)}
    assert why(units.rename, session, **rename) is Why.ALREADY_OPEN
    units.rename(session, unit_id=cast.club.id, name="Fyret 2", **_keep(cast, now))
    assert cast.club.name == "Fyret 2"


def test_a_unit_keeps_its_name_while_a_family_has_said_yes_to_it(session, cast, now, case):
    """Else a club that may know of the goals would be another service by the evening."""
    rename = {"unit_id": cast.club.id, "name": "Barneverntjenesten", **_keep(cast, now)}
    for refused in (units.rename, units.to_rename):
        known = {key: value for key, value in rename.items() if key != "name"}
        given = rename if refused is units.rename else known
        assert why(refused, session, **given) is Why.NAME_STANDS
    assert cast.club.name != "Barneverntjenesten"
    later = rename | {"now": now + timedelta(days=400)}
    assert why(units.rename, session, **later) is Why.NAME_STANDS  # Amina is in the case
    _none_takes_part(session, case, now)
    assert why(units.rename, session, **rename) is Why.NAME_STANDS
    units.rename(session, **later)


def _none_takes_part(session, case, now):
    for each in cases.services_of(session, case.id):
        each.ended_at = now
    session.flush()


def test_a_unit_keeps_its_name_while_a_family_is_asked_about_it(session, cast, now):
    case = opened(session, cast, now)
    ask = {"actor": cast.jonas, "case": case, "now": now, "until": now.date()}
    consents.ask(session, scope={cast.club.id: [InfoKind.MEETINGS]}, **ask)
    _none_takes_part(session, case, now)
    rename = {"unit_id": cast.club.id, "name": "Barneverntjenesten", **_keep(cast, now)}
    assert why(units.rename, session, **rename) is Why.NAME_STANDS


def test_a_unit_where_something_is_open_is_not_closed(session, cast, now, case):
    cases.add_service(session, case=case, unit_id=cast.club.id, person=cast.amina, now=now)
    assert units.in_the_way(session, cast.club.id) == {InTheWay.STAFF, InTheWay.CASES}
    assert units.in_the_way(session, cast.school.id) == {
        InTheWay.STAFF, InTheWay.CASES, InTheWay.PUPILS,
    }  # fmt: skip
    close = {"unit_id": cast.club.id, **_keep(cast, now)}
    assert why(units.close, session, **close) is Why.HAND_OVER_FIRST
    asking.submit(
        session, actor=cast.ida, wish=Wish(asking.Topic.HOME, ungdom_id=cast.ida.id), now=now
    )
    assert InTheWay.REQUESTS in units.in_the_way(session, cast.school.id)


def test_a_closed_unit_can_be_chosen_nowhere(session, cast, now):
    from models import municipality

    made = units.add(session, kind=UnitKind.SCHOOL, name="Gamleskolen", **_keep(cast, now))
    units.close(session, unit_id=made, **_keep(cast, now))
    found = municipality.units_of_kind(session, UnitKind.SCHOOL)
    assert [unit.id for unit in found] == [cast.school.id]
    give = {"unit_id": made, "role": Role.REKTOR, "name": "Ny", **_keep(cast, now)}
    assert why(staffing.give, session, **give) is Why.ABSENT


def test_only_an_administrator_may(session, cast):
    may = {
        who
        for who, person in vars(cast).items()
        if isinstance(person, people.Person)
        and access.may_at_work(session, person, Action.RUN_UNITS)
    }
    assert may == {"turid"}


def _only_administers(session, cast, now, person, unit):
    for position in people.positions(session, person.id):
        position.ended_at = now
    session.add(Position(person_id=person.id, unit_id=unit.id, role=Role.ADMINISTRATOR))
    session.flush()


def test_no_administrator_is_made_stafettholder_or_takes_part(session, cast, now):
    _only_administers(session, cast, now, cast.amina, cast.club)
    _only_administers(session, cast, now, cast.jonas, cast.school)
    opening = {
        "session": session, "actor": cast.randi, "ungdom": cast.ida,
        "school_id": cast.school.id, "now": now,
    }  # fmt: skip
    assert why(cases.open, **opening, stafettholder=cast.jonas) is Why.NOBODY
    case = cases.open(**opening, stafettholder=cast.randi)
    adding = {"case": case, "unit_id": cast.club.id, "person": cast.amina, "now": now}
    assert why(cases.add_service, session, **adding) is Why.NOBODY


def test_an_administrator_confirms_only_whom_they_invited(session, cast, now):
    """Else they could let somebody else in as the teacher whom the rektor waits for."""
    made, token = invitations.invite(session, person=cast.jonas, invited_by=cast.randi, now=now)
    joining.present(
        session, actor=cast.sam, contact=contacts.of(session, cast.sam.id), token=token, now=now
    )
    confirm = {"actor": cast.turid, "invitation_id": made.id, "now": now}
    assert why(joining.confirm, session, **confirm) is Why.ABSENT


def test_who_goes_on_working_at_the_school_keeps_its_batons(session, cast, now, case):
    session.add(Position(person_id=cast.jonas.id, unit_id=cast.school.id, role=Role.REKTOR))
    session.flush()
    teaching = _post(session, cast.jonas, Role.KONTAKTLAERER)
    staffing.take(session, actor=cast.turid, position_id=teaching.id, now=now)
    assert people.roles_at(session, cast.jonas, cast.school.id) == {Role.REKTOR}
