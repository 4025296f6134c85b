"""Wherever people look through a list of units or of people, it is by name: never by whose id came
first. Everything here is made in the order opposite to its name."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import handlers
from handlers.deciding import loser
from handlers.dialogue import walk
from handlers.tiltak import TILTAK_NY
from locales import say
from models import (
    asking,
    case_forms,
    cases,
    consent_views,
    consents,
    evaluation_views,
    los_work,
    meeting_views,
    people,
    request_cards,
    tiltak_views,
    views,
)
from models.asking import Wish
from models.family import Guardianship
from models.municipality import OpenHours, Unit
from models.people import Position, Pupil
from models.terms import InfoKind, Role, Topic, UnitKind
from tests.agreed import consent, planned, turn
from tests.chatting import Chat, labels
from tests.consent_setup import agreed, asked
from tests.meeting_setup import called
from tests.ways import told_once

KINDS = (InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK)
UNITS = ("Alta klubb", "berg klubb", "Ås klubb")
WORKERS = ("Anders", "bente", "Ådne")


@told_once
def crowd(session, cast, now):
    """Three clubs with a worker each, three more in Fyret and three more loser."""
    units = []
    for number, name in enumerate(reversed(UNITS)):
        unit = Unit(id=number + 1, key=f"klubb{number}", kind=UnitKind.CLUB, name=name)
        session.add(unit)
        session.flush()
        units.append(unit)
        employ(session, unit, f"Leder {name}", Role.SERVICE, now)
    return SimpleNamespace(
        units=units,
        workers=[employ(session, cast.club, n, Role.SERVICE, now) for n in reversed(WORKERS)],
        loser=[employ(session, cast.los_unit, n, Role.LOS, now) for n in reversed(WORKERS)],
    )


def employ(session, unit, name, role, now):
    person = people.create(session, name=name, language="nb", now=now, confirmed=True)
    session.add(Position(person_id=person.id, unit_id=unit.id, role=role))
    session.flush()
    return person


def youth(session, cast, name, now):
    """A child of Kari's at the school, and a pupil of Jonas's."""
    person = people.create(session, name=name, language="nb", now=now, confirmed=True)
    session.add(
        Pupil(person_id=person.id, school_id=cast.school.id, kontaktlaerer_id=cast.jonas.id)
    )
    session.add(Guardianship(ungdom_id=person.id, foresatt_id=cast.kari.id))
    session.flush()
    return person


def opened(session, cast, ungdom, now):
    return cases.open(
        session, actor=cast.randi, ungdom=ungdom, school_id=cast.school.id,
        stafettholder=cast.jonas, now=now,
    )  # fmt: skip


@told_once
def case(session, cast, crowd, now):
    """Ida's case, shared with the three clubs and Fyret, whose workers take part."""
    case = opened(session, cast, cast.ida, now)
    for worker in crowd.workers:
        cases.add_service(session, case=case, unit_id=cast.club.id, person=worker, now=now)
    units = [*crowd.units, cast.club]
    consent(session, cast, case, {unit.id: KINDS for unit in units}, now)
    return case


SHARED = ("Alta klubb", "berg klubb", "Fyret fritidsklubb", "Ås klubb")


def in_order(names):
    return list(names) == sorted(names, key=str.casefold)


def test_the_services_one_may_ask_for(session, cast, case, now):
    form = case_forms.asking(session, actor=cast.jonas, case_id=case.id, now=now)
    assert set(SHARED) < set(form.units.values())
    assert in_order(form.units.values())


def test_who_can_take_part(session, cast, case, crowd, now):
    for name in reversed(("anna", "Birk")):
        employ(session, cast.club, name, Role.SERVICE, now)
    form = case_forms.adding(session, actor=cast.jonas, case_id=case.id, now=now)
    assert tuple(form.units.values()) == SHARED
    assert list(form.workers[cast.club.id].values()) == ["Amina", "anna", "Birk"]


def test_who_can_hold_a_baton_and_whose(session, cast, now):
    employ(session, cast.school, "Aslak", Role.KONTAKTLAERER, now)
    for name in ("Ylva", "alf"):
        youth(session, cast, name, now)
    form = case_forms.opening(session, actor=cast.randi)
    assert list(form.holders.values()) == ["Aslak", "Jonas", "Randi"]
    assert [name for name in form.pupils.values() if name in ("Ylva", "alf")] == ["alf", "Ylva"]
    chat = Chat(session, cast.randi, now)
    pupils = chat.question("sak.apne", None, {}).question.options
    assert in_order([say(label, "nb") for _id, label in pupils])


def test_what_a_consenter_reads(session, cast, case, now):
    (card,) = consent_views.mine(session, actor=cast.kari, now=now)
    assert tuple(name for name, _kinds in card.scope) == SHARED
    assert card.stops == SHARED
    told = consent_views.receipt(session, actor=cast.kari, number=card.number, now=now)
    assert told.services == SHARED


def test_what_the_family_and_the_holder_see_of_a_case(session, cast, case, now):
    rows = views.consent_map(session, actor=cast.kari, case_id=case.id, now=now)
    assert tuple(row.name for row in rows) == SHARED
    view = views.case_view(
        session, actor=cast.jonas, case_id=case.id, now=now, hat=Role.STAFETTHOLDER
    )
    assert tuple(service.name for service in view.services) == SHARED
    assert next(s.people for s in view.services if s.unit_id == cast.club.id) == WORKERS
    assert view.questions[0].services == SHARED


def test_whose_answer_is_awaited(session, cast, crowd, now):
    case = opened(session, cast, cast.ida, now)
    cast.ida.name = "Åse"
    consents.ask(
        session, actor=cast.jonas, case=case, scope={cast.club.id: KINDS},
        until=(now + timedelta(days=9)).date(), now=now,
    )  # fmt: skip
    cast.kari.name, cast.per.name = "per", "Bo"
    view = views.case_view(
        session, actor=cast.jonas, case_id=case.id, now=now, hat=Role.STAFETTHOLDER
    )
    assert view.questions[0].waiting == ("Bo", "per", "Åse")


def test_who_is_asked_to_a_meeting(session, cast, case, crowd, now):
    plan = meeting_views.planning(session, actor=cast.jonas, case_id=case.id, now=now)
    assert tuple(name for _id, name, _unit in plan.workers) == WORKERS
    workers = [worker.id for worker in crowd.workers]
    meeting = called(session, cast, case, now, workers=workers)
    seen = meeting_views.view(session, actor=cast.jonas, meeting_id=meeting.id, now=now)
    assert seen.names == ("Anders", "bente", "Ida", "Jonas", "Kari", "Per", "Ådne")
    assert [one.name for one in seen.answers] == [n for n in seen.names if n != "Jonas"]


def test_who_can_be_responsible(session, cast, case, now):
    able = TILTAK_NY.prepare(turn(session, cast.jonas, now), case.id).responsibles
    assert list(able.values()) == ["Anders", "bente", "Jonas", "Ådne"]
    thing = planned(session, cast, case, now)
    case.stafettholder_id = cast.randi.id
    later = now + timedelta(days=20)
    found = evaluation_views.to_evaluate(session, cast.randi, thing.id, later)
    assert list(found.responsibles.values()) == ["Anders", "bente", "Randi", "Ådne"]


def test_the_cases_one_is_in(session, cast, case, now):
    for name in ("Ylva", "alf"):
        other = youth(session, cast, name, now)
        question = asked(session, cast, opened(session, cast, other, now), now, *KINDS)
        agreed(session, question, now, other, cast.kari)
    for who, command in (("jonas", "saker"), ("jonas", "tiltak"), ("kari", "saker")):
        *_before, shown = Chat(session, getattr(cast, who), now).command(command)
        named = [label.partition(":")[0] for label in labels(shown) if ":" in label]
        assert named == ["alf", "Ida", "Ylva"], (who, command)
    held = meeting_views.plannable(session, actor=cast.jonas)
    assert [name for _id, name in held] == ["alf", "Ida", "Ylva"]
    cards = consent_views.mine(session, actor=cast.kari, now=now)
    assert [card.ungdom for card in cards] == ["alf", "Ida", "Ylva"]
    seen = tiltak_views.overview(session, cast.jonas, now)
    assert [one.ungdom for one in seen] == ["alf", "Ida", "Ylva"]


def test_whom_a_guardian_may_ask_for_and_at_which_school(session, cast, now):
    for number, name in enumerate(("Ås skole", "berg skole")):
        session.add(Unit(id=number + 1, key=name, kind=UnitKind.SCHOOL, name=name))
    for name in ("Ylva", "alf"):
        youth(session, cast, name, now)
    plain = handlers.FLOWS["los"].prepare(turn(session, cast.kari, now), None)
    assert list(plain.wards.values()) == ["alf", "Ida", "Ylva"]
    assert list(plain.schools.values()) == ["berg skole", cast.school.name, "Ås skole"]


def test_which_los_a_rektor_asks_and_what_advisers_said(session, cast, crowd, now):
    wish = Wish(topic=Topic.SCHOOL, ungdom_id=cast.ida.id)
    request = asking.submit(session, actor=cast.ida, wish=wish, now=now)
    about = loser(turn(session, cast.randi, now), request.id)
    assert list(about.options.values()) == ["Anders", "bente", "Lise", "Ådne"]
    pending = walk(handlers.FLOWS["gi"], about, [])
    assert in_order([say(label, "nb") for _id, label in pending.question.options])
    los_work.ask_advice(session, actor=cast.randi, request_id=request.id, now=now)
    shown = say(Chat(session, cast.randi, now).show("desk.request", request.id).text, "nb")
    advisers = [line.partition(":")[0] for line in shown.split("Råd:\n")[1].splitlines()]
    assert advisers == ["Anders", "bente", "Lise", "Siri", "Ådne"]


def test_when_the_loser_can_be_met_is_in_the_weeks_order(session, cast, crowd, now):
    elsewhere = crowd.units[0]
    employ(session, elsewhere, "Los", Role.LOS, now)
    own = request_cards.los_hours(session, now)[0]
    session.add(
        OpenHours(unit_id=elsewhere.id, weekday=own.weekday + 1, from_time=own.from_time,
                  to_time=own.to_time, place="Torget")
    )  # fmt: skip
    session.flush()
    found = request_cards.los_hours(session, now)
    assert [hours.weekday for hours in found] == sorted(hours.weekday for hours in found)
    assert "Torget" in {hours.place for hours in found}
