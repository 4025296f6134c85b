"""Whatever staff are shown of a youth is in the log once, and what is pushed at them shows nothing.

Every notice and every flow is put into words for everyone who can get it, about everything there
is, and the log is counted before and after [8].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

import handlers
from handlers import consent_news
from handlers.turns import Message, Reading, Turn
from locales import say
from models import (
    access_log,
    agenda,
    closing,
    contact_wishes,
    contacts,
    evaluations,
    joining,
    log_writing,
    people,
)
from models.audit import AuditEntry
from models.base import Refused
from models.invitees import invitees_of
from models.log_writing import Draft
from models.terms import ContactWay, Decision, EntryKind, InfoKind, Role
from tests import agreed, baton_setup, concern_setup, standing_setup
from tests.agreed import Verdict
from tests.doses import slowly
from tests.look_setup import why_asked
from tests.meeting_setup import a_meeting_was_held, called, proposed
from tests.put_right import put_right
from tests.request_things import requests_of_all_kinds
from tests.ways import told_once

FAMILY = ("ida", "kari", "per", "sam")
STAFF = ("jonas", "randi", "lise", "siri", "amina")

SHOWN = ("Ida", "Nora", "Omar", "Få til skoledagen", "Lekser på", "Frokost på", "bedre nå")
"""Names of youths and words about them: what a view that is not in the log must not have."""

BARE = frozenset(
    {"breaks.mine_card", "consent.news", "desk.advise", "desk.request", "evaluation.list",
     "evaluation.receipt", "friday.card", "log.kinds", "meeting.list",
     "right.list", "shield.thing",
     "stafett.map"}
)  # fmt: skip
"""Views that may have none of these words and are in the log all the same."""

VIEWS = frozenset(
    {"contact.card", "desk.youth", "evaluation.mine", "evaluation.outcome", "meeting.card",
     "shield.list", "stafett.card", "standing.date", "tiltak.list", "tiltak.mine", "tiltak.one", "tiltak.planned"}
)  # fmt: skip
"""The others we know of; one that is added needs no line here."""

NO_VIEWS = {
    "stafett.list": "the names of one's own cases, and nothing of what is in them",
    "joining.link": "the name of whom one invites; inviting is in the log itself",
    "joining.card": "the name of whom one lets in; that is in the log itself",
    "not_reached.card": "whom the chat does not reach, and nothing else",
    "access.question": "which of one's own readings somebody asks about",
    "inviter": "the names of one's own pupils",
    "bekymring.avgjor": "the names of one's own pupils",
    "bekymring.skjerm": "as above",
    "sak.apne": "the names of one's own pupils",
    "los": "the names of one's own pupils",
    "hvem": "the names of the school's pupils",
}


@pytest.fixture
def recalls() -> bool:
    return True


@told_once
def things(session, cast, now) -> dict[str, list[int]]:
    """One of everything that a message can be about, by what the message's kind begins with."""
    scope = {cast.club.id: list(InfoKind), cast.los_unit.id: [InfoKind.MEETINGS]}
    case = agreed.agreed(session, cast, now, scope)
    question = agreed.consent(session, cast, case, {cast.nurse.id: [InfoKind.HEALTH]}, now)
    theirs = agreed.planned(session, cast, case, now, responsible_id=cast.amina.id)
    near = agreed.planned(
        session, cast, case, now, "Frokost på skolen", evaluate_on=now.date() + timedelta(days=3)
    )
    over = agreed.planned(session, cast, case, now, "Det går bedre nå")
    evaluation = evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=over.id, version=over.version, now=now,
        verdict=Verdict(Decision.DONE, None, None, "Det går bedre nå"),
    )  # fmt: skip
    right = put_right(session, cast, case, now, evaluation)
    meeting = called(session, cast, case, now)
    agenda.add(
        session, actor=cast.jonas, meeting_id=meeting.id, words="Frokost på skolen", now=now
    )
    held = a_meeting_was_held(session, cast, case, now)
    invitees = [invitee.id for invitee in invitees_of(session, meeting.id)]
    wrote = log_writing.write(
        session, actor=cast.jonas, case_id=case.id, hat=Role.STAFETTHOLDER, now=now,
        draft=Draft(EntryKind.OBSERVATION, "Frokost på skolen", InfoKind.SCHOOL),
    )  # fmt: skip
    wish = contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)
    requests = requests_of_all_kinds(session, cast, now)
    met = standing_setup.met(session, cast, now, case)
    mia = next(p for p in people.pupils_of(session, cast.school.id) if p.name == "Mia")
    invitation = joining.invite(session, actor=cast.randi, person_id=mia.id, now=now)
    concern = concern_setup.raised(session, cast, now, words="Det går bedre nå")
    return {
        "baton": [case.id, *baton_setup.asked_and_offered(session, cast, case, now)],
        "access": [why_asked(session, cast, case, now).id, case.id, cast.ida.id],
        "closing": [case.id],
        "consent": [case.id, question.id],
        "concern": [concern.id],
        "contact": [wish.id],
        "desk": requests,
        "evaluation": [case.id, theirs.id, near.id, evaluation.id, cast.school.id],
        "joining": [invitation.id],
        "log": [case.id, wrote.id],
        "level": [case.id],
        "meeting": [case.id, meeting.id, held.id, *invitees],
        "proposal": [proposed(session, cast, case, now).id],
        "not_reached": [case.id],
        "request": requests,
        "right": [case.id, right.id],
        "shield": [case.id, near.id, meeting.id],
        "stafett": [case.id],
        "talk": [case.id, meeting.id, held.id],
        "standing": [met.meeting.id, met.first.id, met.past.id, case.id, cast.club.id],
        "tiltak": [case.id, theirs.id, near.id],
    }


def params(kind: str, cast) -> list[dict[str, Any]]:
    """Every set of small parameters that a promise of this kind can have."""
    if kind == "stafett.card":
        return [{"hat": hat.value} for hat in (Role.STAFETTHOLDER, Role.SERVICE, Role.FORESATT)]
    if kind == "consent.news":
        return [{"about": about} for about in consent_news.KINDS]
    return [{"person": cast.ida.id, "number": "", "fingerprint": "", "seq": 2}]


def entries_of(session) -> int:
    counted = select(func.count()).where(AuditEntry.action.like("%.read"))
    return session.scalar(counted)


def composed(
    session, cast, now, things, names, kinds, *, first: bool = False
) -> Iterator[tuple[str, str, Message, int]]:
    """Everything these people can be sent, and how many entries that made; or all that the `first`
    of them who can be sent something of a kind is sent."""
    before = entries_of(session)
    sent: dict[str, str] = {}
    for name, kind in product(names, kinds):
        me = getattr(cast, name)
        contact = contacts.of(session, me.id)
        about = [0, *things.get(kind.partition(".")[0], [])]
        if first and sent.get(kind, name) != name:
            continue
        for subject, given in product(about, params(kind, cast)):
            try:
                message = handlers.compose(
                    Reading(session, me, contact, now, subject, given), kind
                )
            except (KeyError, ValueError, AssertionError, AttributeError, StopIteration):
                message = None  # never promised with these
            after = entries_of(session)
            made, before = after - before, after
            if message is not None:
                sent.setdefault(kind, name)
                yield name, kind, message, made
            else:
                assert made == 0, f"{kind} shows {name} nothing, and is in the log"


def told(message: Message) -> str:
    labels = [say(button.label, "nb") for row in message.buttons for button in row]
    return " ".join([say(message.text, "nb"), *labels])


def reveals(words: str) -> list[str]:
    return [word for word in SHOWN if word in words]


@pytest.mark.parametrize("first", [True, *slowly(False)], ids=["one of each", "all"])
def test_staff_are_shown_nothing_that_is_not_in_the_log_once(session, cast, now, things, first):
    """And what shows nothing, a push above all, is no reading."""
    seen = set()
    sent = composed(session, cast, now, things, STAFF, handlers.NOTICES, first=first)
    for name, kind, message, made in sent:
        shown = reveals(told(message))
        seen.add((kind, made))
        if shown and kind not in NO_VIEWS:
            assert made == 1, f"{kind} shows {name} {shown}, with {made} entries"
        elif kind in BARE:
            assert made <= 1
        else:
            assert made == 0, f"{kind} shows {name} nothing, with {made} entries"
    logged = {kind for kind, made in seen if made}
    assert logged >= BARE | VIEWS


def test_a_closed_case_is_logged_for_who_is_shown_something_of_it(session, cast, now):
    case = agreed.agreed(session, cast, now)
    closing.close(session, actor=cast.kari, case_id=case.id, wish=closing.Wish(), now=now)
    found = composed(
        session, cast, now, {"closing": [case.id]}, (*STAFF, *FAMILY), ["closing.card"]
    )
    made = {name: made for name, _kind, _message, made in found}
    assert made == {"jonas": 1, "amina": 0, "ida": 0, "kari": 0, "per": 0}


@pytest.mark.slow
def test_the_familys_own_reading_is_in_no_log(session, cast, now, things):
    made = {made for _n, _k, _m, made in composed(session, cast, now, things, FAMILY, VIEWS)}
    assert made == {0}


def _plain(value: Any) -> str:
    """All that there is in it, also what would only be opened when it is looked at."""
    if is_dataclass(value):
        return repr([_plain(getattr(value, each.name)) for each in fields(value)])
    if isinstance(value, Mapping):
        return repr([(_plain(key), _plain(each)) for key, each in value.items()])
    if isinstance(value, list | tuple | set | frozenset):
        return repr([_plain(each) for each in value])
    return repr(value)


@pytest.mark.slow
def test_what_a_flow_shows_staff_is_in_the_log_once(session, cast, now, things):
    """An entry for each question that is put: it is put into words with what `prepare` found."""
    logged = set()
    subjects = {None, *(subject for about in things.values() for subject in about)}
    for name, flow, subject in product(STAFF, handlers.FLOWS.values(), subjects):
        me = getattr(cast, name)
        turn = Turn(session, me, contacts.of(session, me.id), now, occasion=f"{name}{subject}")
        try:
            with access_log.unseen(session):  # as when it is begun
                flow.prepare(turn, subject)
        except Refused:
            continue
        before = entries_of(session)
        shown = reveals(_plain(flow.prepare(turn, subject)))
        made = entries_of(session) - before
        if shown and flow.name not in NO_VIEWS:
            assert made == 1, f"{flow.name} shows {name} {shown}, with {made} entries"
            logged.add(flow.name)
        else:
            assert made == 0, f"{flow.name} shows {name} nothing, with {made} entries"
    assert logged >= {"evaluering.gjor", "ferdig", "mote.plan", "samtykke.be", "tiltak.ny"}
