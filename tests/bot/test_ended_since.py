"""Whose way in ended after the backup does not have it again when the store is put back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from models import (
    access,
    answering,
    asking,
    cases,
    chat_code,
    closing,
    concerns,
    consents,
    contacts,
    discretion,
    family,
    invitations,
    people,
    posts,
    web_sessions,
)
from models.base import new_id
from models.cases import CaseService
from models.closing import Closing
from models.concerns import Concern
from models.family import Guardianship
from models.invitations import Invitation
from models.journal import ENDING
from models.log_keeping import LogKeeping
from models.merging_ends import ENDINGS
from models.outbox import Outgoing, OutState
from models.passkeys import Passkey
from models.people import Position, Pupil
from models.requests import Request
from models.shielded import Shield
from models.terms import CaseState, RequestState, Role, Topic
from models.web_identities import Subject, WebIdentity
from models.web_sessions import WebSession
from tests import concern_setup, figure_setup
from tests.bot.house import House, question_of


def case_of(session):
    return consents.case_of(session, question_of(session))


def hats(session, who, house: House):
    return access.hats_in_case(session, who, case_of(session), house.now)


def own(session, kind, **which):
    return session.scalars(select(kind).filter_by(**which)).first()


class Ended(NamedTuple):
    """`before` is in the backup, `act` is not; `is_in` is true between the two, and never after."""

    is_in: Callable[[Any, Any, House], object]
    act: Callable[[Any, Any, House], object]
    before: Callable[[Any, Any, House], object] = lambda session, cast, house: None


def _position(session, cast):
    return own(session, Position, person_id=cast.amina.id, ended_at=None)


def _guardianship(session, cast):
    return own(session, Guardianship, foresatt_id=cast.per.id, ungdom_id=cast.ida.id)


def _service(session, cast):
    return own(session, CaseService, person_id=cast.amina.id)


def _passes(session, cast, house: House) -> None:
    case_of(session).stafettholder_id = cast.randi.id


def _goes_to_somebody_new(session, cast, house: House) -> None:
    new = people.create(session, name="Ny Lærer", language="nb", now=house.now, confirmed=True)
    case_of(session).stafettholder_id = new.id


def _closes(session, cast, house: House) -> None:
    wish, case = closing.Wish(), case_of(session)
    closing.close(session, actor=cast.kari, case_id=case.id, wish=wish, now=house.now)


def _may_open(session, cast, house: House) -> bool:
    case = case_of(session)
    return case.state != CaseState.CLOSED and closing.may_close(
        session, actor=cast.kari, case_id=case.id, now=house.now
    )


def _kept_by(session, cast, house: House) -> None:
    session.add(
        LogKeeping(
            id=new_id(), case_id=case_of(session).id, person_id=cast.amina.id,
            unit_id=cast.club.id, by_id=cast.jonas.id, since=house.now,
        )
    )  # fmt: skip


def _web_chat(session, cast, house: House) -> None:
    chat = contacts.add(session, cast.kari, "web", 4711, house.now)
    who = Subject(kind="family", issuer="x", name="y")
    from models import web_identities

    bound = web_identities.bind(
        session, who=who, contact_id=chat.id, person_id=cast.kari.id, now=house.now
    )
    made = {"contact_id": chat.id, "person_id": cast.kari.id, "now": house.now}
    web_sessions.begin(session, **made, identity_id=bound.id)
    web_sessions.begin(session, **made)
    session.add(
        Passkey(
            id=new_id(), contact_id=chat.id, key_id=cast.kari.key_id, credential=b"c", handle=b"h",
            public_key=b"p", uses=0, created_at=house.now,
        )
    )  # fmt: skip


def _gives_the_browser_up(session, cast, house: House) -> None:
    contacts.give_up(
        session, cast.kari, contacts.at(session, "web", 4711), actor=None, now=house.now
    )


def _ways_into_the_browser(session, cast, house: House) -> int:
    counted = sum(
        session.scalar(select(func.count(k.id))) for k in (WebSession, WebIdentity, Passkey)
    )
    return counted + (contacts.at(session, "web", 4711).person_id == cast.kari.id)


def _one_session(session, cast, house: House) -> None:
    row = own(session, WebSession, identity_id=None)
    web_sessions.end(session, row, actor_id=cast.kari.id, now=house.now)


def _invited(session, cast, house: House) -> None:
    invitations.invite(session, person=cast.per, invited_by=cast.randi, now=house.now)


def _open_link(session, cast, house: House) -> bool:
    his = select(Invitation).where(Invitation.person_id == cast.per.id)
    row = session.scalars(
        his.order_by(Invitation.expires_at)
    ).first()  # not what came in its place
    token = invitations.token_of(session, row.id)
    return invitations.open_for(session, token, house.now + timedelta(minutes=1)) is not None


def _opened_link(session, cast, house: House) -> None:
    token = invitations.token_of(session, own(session, Invitation, person_id=cast.per.id).id)
    stranger = contacts.meet(
        session, channel="telegram", address=5, name="", language="nb", now=house.now
    )
    invitations.present(session, token=token, contact=stranger.contact, now=house.now)


def _asked_for_a_los(session, cast, house: House) -> None:
    figure_setup.wanted(session, cast.school, house.now, RequestState.ASSIGNED, los=cast.amina)


def _los_has_it(session, cast, house: House) -> bool:
    row = own(session, Request)
    return row.state == RequestState.ASSIGNED and row.los_id == cast.amina.id


def _withdraws(session, cast, house: House) -> None:
    row = own(session, Request)
    actor = people.get(session, row.requester_id)
    answering.withdraw(session, actor=actor, request_id=row.id, now=house.now)


def _taken_from_the_los(session, cast, house: House) -> None:
    row = own(session, Request)
    row.los_id, row.state = None, RequestState.READY


def _both_asked(session, cast, house: House) -> None:
    for actor in (cast.ida, cast.kari):
        wish = asking.Wish(Topic.HOME, ungdom_id=cast.ida.id)
        asking.submit(session, actor=actor, wish=wish, now=house.now)


def _follows(session, cast, house: House) -> bool:
    return own(session, Request, requester_id=cast.kari.id).state == RequestState.LINKED


def _wants_none(session, cast, house: House) -> None:
    row = own(session, Request, requester_id=cast.ida.id)
    answering.end(session, actor=cast.ida, request_id=row.id, now=house.now)


def _shielded(session, cast, house: House) -> None:
    shield = Shield("et ord", (house.now + timedelta(days=30)).date())
    row = own(session, Concern)
    concerns.shield(session, actor=cast.randi, concern_id=row.id, shield=shield, now=house.now)


def _coded(session, cast, house: House) -> None:
    row = discretion.made(session, contacts.of(session, cast.ida.id).id, cast.ida)
    row.hash, row.holds = "hash", True


def _open_chat(session, cast, house: House) -> bool:
    return not chat_code.is_set(session, contacts.of(session, cast.ida.id).id)


def _moves_school(session, cast, house: House) -> None:
    own(session, Pupil, person_id=cast.ida.id).school_id = cast.nurse.id


GAP = {
    "a role that ended": Ended(
        lambda s, c, h: people.roles_at(s, c.amina, c.club.id),
        lambda s, c, h: posts.end(s, _position(s, c), None, h.now),
        lambda s, c, h: s.add(
            Position(person_id=c.amina.id, unit_id=c.school.id, role=Role.LOS, steps_done=[])
        ),
    ),
    "who has left": Ended(
        lambda s, c, h: people.positions(s, c.amina.id) or contacts.of(s, c.amina.id),
        lambda s, c, h: posts.leave(s, c.amina, None, h.now),
    ),
    "a role with a last day": Ended(
        lambda s, c, h: _position(s, c).until is None,
        lambda s, c, h: setattr(_position(s, c), "until", h.now.date()),
    ),
    "a guardian who was removed": Ended(
        lambda s, c, h: c.per in family.guardians_of(s, c.ida.id, h.now),
        lambda s, c, h: setattr(_guardianship(s, c), "ended_at", h.now),
    ),
    "a guardian without responsibility": Ended(
        lambda s, c, h: Role.FORESATT in hats(s, c.per, h),
        lambda s, c, h: setattr(_guardianship(s, c), "responsibility", False),
    ),
    "a service's worker": Ended(
        lambda s, c, h: Role.SERVICE in hats(s, c.amina, h),
        lambda s, c, h: setattr(_service(s, c), "ended_at", h.now),
    ),
    "a holder": Ended(lambda s, c, h: Role.STAFETTHOLDER in hats(s, c.jonas, h), _passes),
    "a holder, after whom came somebody since the backup": Ended(
        lambda s, c, h: Role.STAFETTHOLDER in hats(s, c.jonas, h), _goes_to_somebody_new
    ),
    "everybody in a closed case": Ended(_may_open, _closes),
    "who kept the log": Ended(
        lambda s, c, h: own(s, LogKeeping, ended_at=None),
        lambda s, c, h: setattr(own(s, LogKeeping), "ended_at", h.now),
        _kept_by,
    ),
    "a chat that was taken from somebody": Ended(
        lambda s, c, h: contacts.of(s, c.kari.id),
        lambda s, c, h: contacts.take_from(s, c.kari, actor=None, now=h.now),
    ),
    "a browser, with all that opens it": Ended(
        _ways_into_the_browser, _gives_the_browser_up, _web_chat
    ),
    "one session": Ended(
        lambda s, c, h: own(s, WebSession, identity_id=None), _one_session, _web_chat
    ),
    "a link that was opened": Ended(_open_link, _opened_link, _invited),
    "a link in place of which came another": Ended(_open_link, _invited, _invited),
    "a request that was taken back": Ended(_los_has_it, _withdraws, _asked_for_a_los),
    "what others asked for, behind a wish that was taken back": Ended(
        _follows, _wants_none, _both_asked
    ),
    "a los who has not the request any more": Ended(
        _los_has_it, _taken_from_the_los, _asked_for_a_los
    ),
    "guardians, from what comes of a concern": Ended(
        lambda s, c, h: own(s, Concern).shield_reason is None,
        _shielded,
        lambda s, c, h: concern_setup.discussed(s, c, h.now),
    ),
    "who has the phone but not the code": Ended(_open_chat, _coded),
    "a school": Ended(
        lambda s, c, h: people.pupil(s, c.ida.id).school_id == c.school.id, _moves_school
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", GAP)
def test_whose_way_in_ended_has_none(house: House, what: str):
    ended = GAP[what]
    house.do(ended.before, house)
    house.back_up()
    assert house.do(ended.is_in, house)
    house.do(ended.act, house)
    assert not house.do(ended.is_in, house)
    house.lose()
    assert house.restore()["ended_again"] > 0
    assert not house.do(ended.is_in, house)


def test_many_ways_in_that_ended_at_once(house: House):
    for name in ("who has left", "a guardian who was removed", "everybody in a closed case"):
        if name == "who has left":
            house.back_up()
        house.do(GAP[name].act, house)
    house.lose()
    counts = house.restore()
    assert counts["ended_again"] >= 3
    for name in ("who has left", "a guardian who was removed", "everybody in a closed case"):
        assert not house.do(GAP[name].is_in, house)
    with house.store() as store:
        told = select(Outgoing.kind).where(
            Outgoing.state == OutState.WAITING, Outgoing.kind.startswith("closing.")
        )
        assert store.read_now(lambda s: s.scalars(told).all()) == []  # they were told then
        assert store.read_now(lambda s: s.scalar(select(func.count(Closing.id)))) == 1


@pytest.mark.slow
def test_what_was_open_again_before_the_backup_stays_open(house: House):
    """The journal is older than the backup; it tells what was, not what is."""

    def comes_back(session, cast, house) -> None:
        _guardianship(session, cast).ended_at = None
        own(session, Position, person_id=cast.amina.id).ended_at = None

    guardian = GAP["a guardian who was removed"]
    house.do(guardian.act, house)
    house.do(lambda s, c: setattr(_position(s, c), "ended_at", house.now))
    house.do(comes_back, house)
    house.back_up()
    house.lose()
    assert house.restore()["ended_again"] == 0
    assert house.do(guardian.is_in, house)
    assert house.do(lambda s, c: people.positions(s, c.amina.id))


@pytest.mark.slow
def test_a_way_in_that_was_opened_since_is_not_in_the_journal(house: House):
    """A yes may be forgotten; somebody gives it anew."""

    def comes(session, cast) -> None:
        cases.add_service(
            session, case=case_of(session), unit_id=cast.club.id, person=cast.amina, now=house.now
        )

    house.do(GAP["a service's worker"].act, house)
    house.back_up()
    house.do(comes)
    house.lose()
    house.restore()
    assert not house.do(GAP["a service's worker"].is_in, house)


@pytest.mark.slow
def test_what_stood_in_the_chat_of_who_lost_it_is_taken_back(house: House):
    def shown(session, cast) -> None:
        from models import ledger, outbox

        row = outbox.promise(
            session, kind="x", recipient_id=cast.jonas.id, occasion="shown", now=house.now
        )
        session.flush()
        row = own(session, Outgoing, occasion="shown")
        row.state, row.message_id, row.sent_at = OutState.SENT, 77, house.now
        row.contact_id = contacts.of(session, cast.jonas.id).id
        ledger.keep(session, row, [case_of(session).id])

    house.do(shown)
    house.back_up()
    house.do(_passes, house)
    house.lose()
    house.restore()
    assert house.do(lambda s, c: own(s, Outgoing, mode="delete", recipient_id=c.jonas.id))


def test_everything_that_ends_is_known_to_a_restore():
    assert set(ENDINGS) == set(ENDING.values())
