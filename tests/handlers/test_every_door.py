"""Nobody comes in anywhere: every verb, button, command, flow and view, tried by those with no
part in a case, about everything there is in one.

A new verb that takes an `actor` is called here too, or the test asks for what it needs.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

import handlers
import models
from handlers.turns import Reading, Turn
from models import (
    asking,
    closing,
    contact_wishes,
    contacts,
    evaluations,
    joining,
    log_entries,
    log_writing,
    people,
    services,
    standing,
    tiltak,
)
from models.base import Refused, new_id
from models.consent_history import ConsentEvent
from models.consent_recording import Paper
from models.evaluations import Voice
from models.family import Guardianship
from models.help_lines import HelpLine
from models.invitees import invitees_of
from models.log_entries import LogEntry
from models.log_writing import Draft
from models.meeting_views import MeetingPlace
from models.minutes import After, Went
from models.municipality import Unit
from models.people import Person, Position, Pupil
from models.preparing import Wishes
from models.proposals import Proposal
from models.recurring import Slots
from models.right_questions import RightQuestion
from models.services import NEEDED, Service
from models.shielded import Shield
from models.staffing import Term
from models.terms import (
    Action,
    Advice,
    Baton,
    Coming,
    ConcernOutcome,
    ConsentAct,
    ContactView,
    ContactWay,
    Decision,
    Effect,
    EntryKind,
    Fits,
    HolderWish,
    HowChecked,
    InfoKind,
    IsRight,
    ItemKind,
    LookReason,
    Mistake,
    MoveItem,
    Need,
    NextStep,
    Owing,
    PutOff,
    RequestState,
    Role,
    ServiceLine,
    Topic,
    UnitKind,
    Via,
    Why,
)
from models.withheld import Item
from tests import agreed, baton_setup, concern_setup, standing_setup
from tests.agreed import Verdict
from tests.handlers.test_every_view_is_logged import params, reveals, told
from tests.look_setup import why_asked
from tests.meeting_setup import called, proposed
from tests.put_right import put_right
from tests.request_things import requests_of_all_kinds
from tests.ways import told_once

OUTSIDERS = ("sam", "gro", "rolf", "tor", "turid")
"""A stranger; one whom the municipality knows and who has nothing to do here; the rektor of
another school; the father of a pupil there; the administrator."""
COUNTED = ("standing_date_views", "standing_running", "standing_views")
"""What is the administrator's own is tried by the others; `COUNTED` is so in part."""
ADMINISTRATION = (
    "units", "staffing", "staff_views", "deciding", "approving", "office", "services", "help_lines",
)  # fmt: skip
"""What is the administrator's own is tried by the others."""

OWN = {
    "access_log.whose", "asking.staff_kind", "asking.submit", "case_forms.opening", "chat_code.begin", "chat_code.enter",
    "chat_code.take_off", "concern_views.guidance", "concern_views.lines", "concern_views.may_raise",
    "concern_views.raise_form", "concerns.raise_", "concerns.schools", "consent_views.mine", "contact_wishes.ask", "contacts.give_up",
    "contacts.take_from", "discretion.hide", "discretion.hold", "discretion.pause",
    "erasing.leave", "erasing.plan", "joining.invitable", "joining.present", "linked.end",
    "linked.end_others", "linked.remove_key", "linking.ask", "linking.keep_out", "linking.let_in",
    "linking.open_in_chat", "linking.waiting", "mail.ask", "mail.confirm", "mail.remove",
    "mail.want_meetings", "my_data.gather", "passkeys.make", "passkeys.remove",
    "receipt_checks.checked", "receipt_checks.try_number", "request_cards.still_open",
    "standing_running.set_up_all", "standing_views.any_for", "standing_views.overview", "standing_views.setting_up",
    "standing_views.setting_up_all",  # with the school one leads oneself
}  # fmt: skip
"""About whoever asks and nobody else: there is nothing to be let in to. What each of them does
with what is not one's own is in its own tests."""

INNER = {
    "access_log.looked", "access_log.note", "cases.add_service", "cases.open",
    "consent_asking.ask", "consent_asking.ask_everything", "consent_effects.begin", "consent_effects.pause",
    "consent_effects.stop", "invitations.confirm", "invitations.reject", "invitees.others",
    "joining.hand_out", "joining.settle", "meetings.call_off", "proposals.stop", "queue.back_in_queue",
    "requests.move", "requests.let_go", "requests.recorded", "minutes.opened", "minutes.record", "minutes_views.may_read", "shielded.follow", "shielded.note", "tiltak.start",
    "tiltak.tell_responsible", "withheld.follow", "withheld.note", "withholding.releasable",
    "log_writing.tiltak_to_tell", "standing_running.lacking",
    "baton_ladder.recorded", "baton_ladder.come_to_nothing", "baton_led.looked", "stafett.row",
}  # fmt: skip
"""What verbs do after they have asked. Nothing that is said calls these, but for the next."""

OPENED_BY_CALLER = {"consents.ask", "consents.ask_everything"}
"""Called by what is said, right after it has opened the case for that."""

NEEDS_MORE = {
    "break_views.led_by",  # something has stopped
    "friday.put_off",  # something that waits
    "closing_views.meeting_off", "closing_views.view", "office.receive",  # a closed case
    "consent_receipts.recorded", "consent_recording.not_mine", "consent_recording.strike_out",
    "proposal_views.choosing", "proposal_views.proposal_of", "proposals.choose", "proposals.vote",
    "agenda.drop", "agenda.meeting_of", "agenda.take_in",  # a point of an agenda
    "preparing.tick_read",  # something the youth has said
    "minutes.change", "minutes.meeting_of",  # a point of minutes
    "minutes_views.missed", "talk_views.is_asked",  # a meeting that has been
    "consent_views.coming_age",  # a birthday that is near
    "evaluation_views.outcome",  # something evaluated
    "joining.confirm", "joining.reject", "joining.waiting",  # a link that was opened
    "los_work.accept", "los_work.as_los", "los_work.close", "los_work.hand_back",  # a los's own
    "los_work.record_first_contact", "request_cards.for_los",
    "staff_views.new_here",  # a role that was given
    "staff_views.planned", "staff_views.who_is_away",  # what is for a while
    "standing_views.calendar",  # who has taken the file
    "queue.stuck",  # a school with no rektor for it
    "concern_views.joined", "concern_views.stuck",  # other ends of a concern
    "levels.asked_for", "levels.pass_on",  # a stafettholder who asked for help
    "figures.overview",  # figures that were made
}  # fmt: skip
"""Shut for everyone here: about what is not, or not yet, in this case."""

Verb = Callable[..., Any]


def verbs() -> Iterator[tuple[str, Verb]]:
    for found in pkgutil.iter_modules(models.__path__):
        module = importlib.import_module(f"models.{found.name}")
        for name, verb in vars(module).items():
            if inspect.isfunction(verb) and verb.__module__ == module.__name__:
                public = not name.startswith("_")
                if public and "actor" in inspect.signature(verb).parameters:
                    yield f"{found.name}.{name}", verb


VERBS = dict(verbs())

# --- a case with everything in it ----------------------------------------------------------------


@told_once
def case(session, cast, now):
    session.add(other := Unit(id=new_id(), key="ovre", kind="school", name="Øvre skole"))
    for number, (name, role) in enumerate((("Gro", None), ("Rolf", Role.REKTOR), ("Tor", None))):
        person = people.create(session, name=name, language="nb", now=now, confirmed=True)
        contacts.add(session, person, "telegram", 7_100_000_000 + number, now)
        if role is not None:
            session.add(Position(person_id=person.id, unit_id=other.id, role=role))
    odin = people.create(session, name="Odin", language="nb", now=now, confirmed=True)
    session.add(Pupil(person_id=odin.id, school_id=other.id))
    session.add(Guardianship(ungdom_id=odin.id, foresatt_id=person.id))
    new = people.create(session, name="Nyansatt", language="nb", now=now)
    session.add(Position(person_id=new.id, unit_id=cast.club.id, role=Role.SERVICE))
    whole = {cast.club.id: list(InfoKind), cast.los_unit.id: [InfoKind.MEETINGS]}
    case = agreed.agreed(session, cast, now, whole)
    agreed.planned(session, cast, case, now, responsible_id=cast.amina.id)
    called(session, cast, case, now)
    proposed(session, cast, case, now)
    first = _one(session, tiltak.Tiltak)
    evaluations.give_voice(
        session, actor=cast.ida, tiltak_id=first.id, version=first.version, score=3, now=now
    )
    log_writing.write(
        session, actor=cast.jonas, case_id=case.id, hat=Role.STAFETTHOLDER, now=now,
        draft=Draft(EntryKind.GLIMPSE, "Få til skoledagen", InfoKind.SCHOOL),
    )  # fmt: skip
    requests_of_all_kinds(session, cast, now)
    why_asked(session, cast, case, now)
    put_right(session, cast, case, now)
    standing_setup.met(session, cast, now, case)
    contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)
    mia = next(p for p in people.pupils_of(session, cast.school.id) if p.name == "Mia")
    joining.invite(session, actor=cast.randi, person_id=mia.id, now=now)
    concern_setup.discussed(session, cast, now)
    return case


@pytest.fixture
def outsiders(session, cast):
    found = {p.name: p for p in session.scalars(select(Person)) if p.confirmed_at is not None}
    return {"sam": cast.sam, **{name: found[name.capitalize()] for name in OUTSIDERS[1:]}}


def _one(session, table):
    return session.scalars(select(table).order_by(table.id)).first()


def _queued(session):
    """One that waits at the school, and advice on it for."""
    found = session.scalars(select(models.requests.Request).order_by(models.requests.Request.id))
    return next(request for request in found if request.state == RequestState.READY)


@pytest.fixture
def things(session, cast, case, now) -> dict[str, Any]:
    """What a verb can be asked about, by the name of its argument."""
    question = _one(session, models.consents.ConsentQuestion)
    proposal = _one(session, Proposal)
    thing, meeting = _one(session, tiltak.Tiltak), _one(session, models.invitees.Meeting)
    look = _one(session, models.why_looked.LookQuestion)
    concern = _one(session, models.concerns.Concern)
    soon = now.date() + timedelta(days=20)
    baton_wish, offer = baton_setup.asked_and_offered(session, cast, case, now)
    given = select(ConsentEvent.number).where(ConsentEvent.consenter_id == cast.ida.id)
    given = given.where(ConsentEvent.number.is_not(None))
    return {
        "case": case, "case_id": case.id, "subject_id": case.id, "thing_id": thing.id,
        "question": question, "question_id": question.id, "tiltak_id": thing.id,
        "meeting": meeting, "meeting_id": meeting.id, "evaluation_id": thing.id,
        "invitee_id": invitees_of(session, meeting.id)[0].id, "number": session.scalars(given).first(),
        "wish_id": _one(session, contact_wishes.ContactWish).id,
        "invitation": (invitation := _one(session, models.invitations.Invitation)),
        "invitation_id": invitation.id,
        "request_id": _queued(session).id,
        "right": _one(session, RightQuestion).id,
        "concern_id": concern.id, "talk": concern_setup.talk(), "to": 2, "baton": Baton.STAYS,
        "entry_id": _one(session, LogEntry).id, "draft": Draft(EntryKind.NOTE, "ord"),
        "voice_id": _one(session, Voice).id,
        "day": log_entries.told_on(session, now).isoformat(),
        "chain": look.chain, "seq": look.seq, "look": look.id,
        "move": baton_setup.moving(session, cast, case, now), "baton_wish": baton_wish, "successor_id": cast.amina.id, "offer_id": offer, "said": HolderWish.NO_OPINION,
        "item": Item(ItemKind.TILTAK, thing.id), "unit_id": cast.club.id,
        "school_id": cast.school.id, "ungdom_id": cast.ida.id, "pupil_id": cast.ida.id,
        "person_id": cast.ida.id, "consenter_id": cast.per.id, "holder_id": cast.jonas.id,
        "los_id": cast.lise.id, "worker_ids": [cast.amina.id], "born": date(2012, 1, 1),
        "action": Action.READ_CASE, "act": ConsentAct.GIVEN, "reason": "grunn", "words": "ord",
        "paper": Paper(Via.PAPER, now.date(), document="Mappe 12"), "occasion": "knock",
        "on_paper": True, "language": "nb", "text_hash": "", "drop": [InfoKind.TILTAK], "yes": True,
        "shield": Shield("grunn", soon), "version": thing.version, "score": 3,
        "verdict": Verdict(Decision.DONE), "effect": Effect.NOT, "hat": Role.STAFETTHOLDER, "advice": Advice.YES,
        "starts": now.replace(tzinfo=None) + timedelta(days=20), "minutes": 45,
        "place_kind": MeetingPlace.SCHOOL, "sequence": meeting.sequence, "coming": Coming.YES,
        "point_id": meeting.id, "wishes": Wishes(), "time_id": meeting.id, "fits": Fits.WORKS, "proposal_id": proposal.id, "answers": 0, "how": Went(held=False), "after": After(NextStep.CLOSING),
        "talked_on": now.date(), "view": ContactView.NOT_WANTED, "priority": 1, "position_id": people.positions(session, cast.jonas.id)[0].id,
        "occasion_id": (date_ := standing.coming(session, standing.all_open(session)[0].id, now)[0]).id,
        "standing_id": date_.standing_id, "row_id": _one(session, models.on_agenda.CaseOnAgenda).id,
        "topic_id": _one(session, models.standing.StandingTopic).id, "was": True,
        "club_id": cast.club.id, "chair_id": cast.randi.id, "setup": standing_setup.SETUP,
        "slots": Slots(soon, (0, 1), (time(9),), 4), "chair": UnitKind.CLUB,
        "service_id": _one(session, Service).id, "line_id": _one(session, HelpLine).id,
        "text": "Noe nytt", "needs": [Need.SCHOOL], "weekday": 1,
        "from_time": time(12), "to_time": time(13), "place": "kantina", "hours_id": 0,
        "first": now.date(), "last": soon, "new_here": next(p.id for p in session.scalars(select(Person)) if p.name == "Nyansatt"),
    }  # fmt: skip


def arguments(name: str, verb: Verb, things: dict[str, Any], cast, now) -> dict[str, Any]:
    """Everything a verb must be told, about what is in the case."""
    wish = {
        "closing": closing.Wish(),
        "tiltak": agreed.wish(cast, now),
        "asking": asking.Wish(Topic.HOME, ungdom_id=cast.ida.id),
        "concerns": concern_setup.wish(cast, now.date()),
    }
    wish["services"] = services.Wish(ServiceLine.FIRST, (Need.OTHER,), dict.fromkeys(NEEDED, "Ny"))
    module = name.partition(".")[0]
    own = {"now": now, "wish": wish.get(module)}
    if module in ("is_it_right", "right_questions", "right_views"):
        own |= {"question_id": things["right"], "answer": IsRight.RIGHT, "seq": 1, "version": 1}
    if module.startswith("baton_"):
        own |= {"wish_id": things["baton_wish"], "person_id": cast.jonas.id}
    if module == "school_moves":
        own |= {"move_id": things["move"].id, "school_id": things["move"].to_school_id}
        own |= {"item": MoveItem.CONTACT, "starts_on": things["move"].starts_on}
    if module == "why_looked":
        own |= {"question_id": things["look"], "reason": LookReason.OTHER}
    if module in ADMINISTRATION:
        own |= {"kind": UnitKind.CLUB, "name": "Et nytt sted", "role": Role.SERVICE}
        own |= {"key": "rights", "hashes": ["0"], "reference": "26/1", "guest": True}
        own |= {"channel": "web", "on": False, "term": Term(until=now.date())}
        own |= {"choices": {"rehearsal": True}, "valid_from": now.date()}
        new = name in ("staffing.invite", "staffing.lend")
        own["person_id"] = things["new_here"] if new else cast.jonas.id
    if module == "friday":
        own |= {"kind": Owing.EVALUATION, "reason": PutOff.TIME}
    if module == "services":
        own["name"] = "what"
    if name == "case_forms.ask":
        own |= {"scope": {cast.club.id: [InfoKind.TILTAK]}, "until": now.date()}
    if name == "proposals.propose":
        days = (20, 21)
        own["starts"] = [now.replace(tzinfo=None) + timedelta(days=n) for n in days]
    if module == "help_lines":
        own["how"] = HowChecked.CALLED
    if module == "concerns":
        own["verdict"] = concern_setup.verdict(cast, ConcernOutcome.CARE)
    if module == "levels":
        own["holder_id"] = cast.jonas.id
    if module == "previews":
        own["person_id"] = cast.jonas.id
    if name == "consent_recording.strike_out":
        own["reason"] = Mistake.TWICE
    needed = {
        each.name
        for each in inspect.signature(verb).parameters.values()
        if each.default is each.empty and each.name not in ("session", "actor")
    }
    known = things | own
    assert needed <= known.keys(), f"{name} needs {needed - known.keys()}: tell this test of it"
    return {each: known[each] for each in needed}


@pytest.fixture
def written(session):
    """What has been written since it was last emptied."""
    words: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            words.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield words
    event.remove(connection, "before_cursor_execute", note)


# --- every verb ----------------------------------------------------------------------------------


def test_no_verb_lets_an_outsider_do_or_see_anything(
    session, cast, case, now, outsiders, things, written
):
    """Refused as absent, or nothing found; and nothing is written."""
    let_in = []
    for name, verb in VERBS.items():
        if name in OWN | INNER:
            continue
        for who, outsider in outsiders.items():
            if who == "turid" and name.partition(".")[0] in (*ADMINISTRATION, *COUNTED):
                continue
            asked = arguments(name, verb, things, cast, now)
            written.clear()
            nested = session.begin_nested()
            try:
                found = verb(session, actor=outsider, **asked)
                session.flush()
            except Refused as refused:
                if refused.why is not Why.ABSENT:
                    let_in.append((name, who, refused.why))
            else:
                nothing = not found or found == ((), ())  # of two lists neither has anything
                if written or not nothing:
                    let_in.append((name, who, found, *written))
            nested.rollback()
    assert let_in == [], [each[:3] for each in let_in]


def test_somebody_is_let_in_at_the_same_doors(session, cast, case, now, things):
    """With the same arguments: it is not they that keep everyone out."""
    shut = set()
    nora = people.get(session, _queued(session).requester_id)
    insiders = (
        cast.jonas,
        cast.ida,
        cast.randi,
        cast.lise,
        cast.siri,
        cast.amina,
        cast.turid,
        nora,
    )
    for name in sorted(set(VERBS) - OWN - INNER):
        known = arguments(name, VERBS[name], things, cast, now)
        if not any(_lets_in(session, VERBS[name], insider, known) for insider in insiders):
            shut.add(name)
    assert shut == NEEDS_MORE


def _lets_in(session, verb: Verb, insider: Person, known: dict[str, Any]) -> bool:
    nested = session.begin_nested()
    try:
        verb(session, actor=insider, **known)
    except Refused as refused:
        return refused.why is not Why.ABSENT
    finally:
        nested.rollback()
    return True


def test_the_lists_name_what_there_is():
    assert set(VERBS) >= OWN | INNER | NEEDS_MORE


# --- nothing that is said goes round -------------------------------------------------------------


def _calls(node: ast.AST) -> set[str]:
    return {
        ast.unparse(each.func)
        for each in ast.walk(node)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)
    }


def test_what_is_said_calls_nothing_that_does_not_ask():
    for path in Path(handlers.__file__).parent.glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            calls = _calls(node)
            assert calls.isdisjoint(INNER), path
            if calls & OPENED_BY_CALLER:
                assert "access.open_case" in calls, path


# --- what is pressed, typed, asked and shown -----------------------------------------------------


@pytest.fixture
def subjects(things) -> list[int]:
    found = [value for value in things.values() if isinstance(value, int) and value > 1 << 30]
    return [0, *dict.fromkeys([*found, things["invitee_id"], things["unit_id"]])]


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["some", "all"])
def knocks(request, outsiders, subjects) -> Callable[[Any], Iterator[tuple[Any, Person, int]]]:
    """Everyone at every door about everything; or at each door, about every third thing by turns,
    one of them, by turns too."""

    def each(doors: Any) -> Iterator[tuple[Any, Person, int]]:
        at = product(enumerate(doors), enumerate(subjects))
        for turn, ((first, door), (second, subject)) in enumerate(at):
            if not request.param and (first + second) % 3:
                continue
            for number, who in enumerate(OUTSIDERS):
                if request.param or (turn + turn // len(OUTSIDERS)) % len(OUTSIDERS) == number:
                    yield door, outsiders[who], subject

    return each


@pytest.mark.slow
def test_an_outsider_is_shown_nothing(session, cast, now, knocks):
    for kind, outsider, subject in knocks(handlers.NOTICES):
        contact = contacts.of(session, outsider.id)
        for given in params(kind, cast):
            reading = Reading(session, outsider, contact, now, subject, given)
            try:
                message = handlers.compose(reading, kind)
            except (KeyError, ValueError, AssertionError, AttributeError, StopIteration):
                continue  # never promised with these
            if message is not None:
                assert reveals(told(message)) == [], (kind, outsider.name)


OF_CASES = (
    "case", "consent_", "withhold", "shield", "tiltak", "goals", "meetings", "invitees",
    "evaluation", "voices", "closing", "log_entries", "request", "look_", "guardianships", "positions", "pupils",
)  # fmt: skip
"""How the names of tables begin in which things of cases and requests are."""


def _changed(written: list[str]) -> list[str]:
    """Which of them were written to: INSERT INTO x, UPDATE x, DELETE FROM x."""
    tables = (words.split()[1 if words.startswith("UPDATE") else 2] for words in written)
    return [table for table in tables if table.startswith(OF_CASES)]


def test_an_outsiders_press_changes_nothing(session, now, knocks, written):
    for action, outsider, subject in knocks(handlers.BUTTONS):
        contact = contacts.of(session, outsider.id)
        turn = Turn(session, outsider, contact, now, f"{action}{subject}", 7, "cb")
        written.clear()
        nested = session.begin_nested()
        try:
            handlers.BUTTONS[action](turn, subject, 1)
            session.flush()
        except Refused:
            written.clear()
        assert _changed(written) == [], (action, outsider.name)
        nested.rollback()


def test_no_flow_shows_an_outsider_anything(session, now, knocks):
    for name, outsider, subject in knocks(handlers.FLOWS):
        turn = Turn(session, outsider, contacts.of(session, outsider.id), now, f"{name}{subject}")
        try:
            plain = handlers.FLOWS[name].prepare(turn, subject or None)
        except Refused:
            continue
        assert reveals(repr(plain)) == [], (name, outsider.name)
