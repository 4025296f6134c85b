"""Joining: a link for one time, a code on both phones, and nothing before staff say yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers import joining as talk
from locales import say
from models import asking, contacts, conversations, invitations, joining, people
from models.asking import Wish
from models.base import Refused, new_id
from models.family import Guardianship
from models.invitations import Invitation
from models.outbox import Outgoing, Promise
from models.people import Pupil
from models.requests import Request
from models.terms import Requester, RequestState, Role, Topic, Why
from tests.chatting import Chat, reveals
from tests.ways import told_once


@pytest.fixture
def mia(session, cast, now):
    """A pupil of Jonas's who is not in the chat yet."""
    person = people.create(session, name="Mia", language="nb", now=now)
    session.add(
        Pupil(person_id=person.id, school_id=cast.school.id, kontaktlaerer_id=cast.jonas.id)
    )
    session.flush()
    return person


@pytest.fixture
def jonas(session, cast, now):
    return Chat(session, cast.jonas, now)


@pytest.fixture
def sam(session, cast, now):
    cast.sam.language = "nb"
    return Chat(session, cast.sam, now)


def link_for(session, jonas, mia):
    """Invite her, and read the token off Jonas's phone."""
    jonas.run("inviter", mia.id, {"confirm": "True"})
    row = session.scalars(select(Outgoing).where(Outgoing.kind == "joining.link")).all()[-1]
    return row, invitations.token_of(session, row.subject_id)


def open_link(session, sam, token):
    talk.present(sam.turn(), token)
    return session.scalars(select(Invitation).where(Invitation.used_at.is_not(None))).one()


def test_the_link_is_promised_once_to_the_inviter_with_a_qr_code(session, jonas, mia, cast):
    row, token = link_for(session, jonas, mia)
    assert (row.promise, row.recipient_id) == (Promise.ONCE, cast.jonas.id)
    message = jonas.show("joining.link", row.subject_id)
    link = f"https://t.me/losbot_demo_bot?start={token}"
    assert link in jonas.words(message)
    assert (message.attachment.kind, message.attachment.data) == ("qr", {"link": link})


def test_the_token_stands_nowhere_in_the_store(session, jonas, mia):
    row, token = link_for(session, jonas, mia)
    assert row.params == {}
    assert token not in str([o.params for o in session.scalars(select(Outgoing))])
    assert token not in str([i.hash for i in session.scalars(select(Invitation))])


def test_nobody_but_the_inviter_is_shown_the_link(session, cast, now, jonas, mia):
    row, _token = link_for(session, jonas, mia)
    for other in (cast.randi, cast.ida, cast.sam):
        assert Chat(session, other, now).show("joining.link", row.subject_id) is None


def test_a_used_or_expired_link_is_not_shown_again(session, jonas, sam, mia):
    row, token = link_for(session, jonas, mia)
    jonas.now += timedelta(hours=73)
    assert jonas.show("joining.link", row.subject_id) is None
    jonas.now -= timedelta(hours=73)
    open_link(session, sam, token)
    assert jonas.show("joining.link", row.subject_id) is None


def test_unknown_used_and_expired_links_sound_the_same(session, jonas, sam, mia, cast, now):
    _row, token = link_for(session, jonas, mia)
    other = contacts.meet(
        session, channel="telegram", address=99, name="X", language="nb", now=now
    ).person
    late = Chat(session, other, now + timedelta(hours=73))
    whys = []
    for chat, tried in ((sam, "nonsense"), (late, token)):
        with pytest.raises(Refused) as refused:
            talk.present(chat.turn(), tried)
        whys.append(refused.value.why)
    open_link(session, sam, token)
    with pytest.raises(Refused) as refused:
        talk.present(Chat(session, other, now).turn(), token)
    assert [*whys, refused.value.why] == [Why.ABSENT] * 3


def test_a_confirmed_persons_chat_never_becomes_another_persons(session, cast, now, jonas, mia):
    _row, token = link_for(session, jonas, mia)
    for known in (cast.ida, cast.jonas):
        with pytest.raises(Refused) as refused:
            talk.present(Chat(session, known, now).turn(), token)
        assert refused.value.why is Why.ABSENT


def test_an_opened_link_gives_a_code_and_nothing_else(session, jonas, sam, mia, cast):
    _row, token = link_for(session, jonas, mia)
    jonas.hear()
    invitation = open_link(session, sam, token)
    [code] = sam.hear()
    assert invitation.code in sam.words(code)
    assert "Mia" not in sam.words(code)
    assert (cast.sam.confirmed_at, mia.confirmed_at) == (None, None)
    assert sam.contact.person_id == cast.sam.id
    [push] = jonas.hear()
    assert (reveals(push), invitation.code in jonas.words(push)) == ([], False)


def test_the_card_shows_name_and_code_and_yes_makes_the_chat_theirs(session, jonas, sam, mia, now):
    _row, token = link_for(session, jonas, mia)
    invitation = open_link(session, sam, token)
    words = jonas.words(*jonas.press("joining.open", invitation.id)[-1:])
    assert ("Mia" in words, invitation.code in words) == (True, True)
    for _twice in range(2):
        jonas.press("joining.confirm", invitation.id)
    assert (sam.contact.person_id, mia.confirmed_at) == (mia.id, now)
    [welcome] = Chat(session, mia, now).hear()
    words = jonas.words(welcome)
    assert "Hei, Mia!" in words
    assert "mia" not in words.splitlines()[0].casefold()


def test_no_gives_nothing_and_the_link_is_spent(session, jonas, sam, mia, cast):
    _row, token = link_for(session, jonas, mia)
    invitation = open_link(session, sam, token)
    jonas.press("joining.reject", invitation.id)
    assert (sam.contact.person_id, mia.confirmed_at) == (cast.sam.id, None)
    with pytest.raises(Refused) as refused:
        jonas.press("joining.confirm", invitation.id)
    assert refused.value.why is Why.STALE
    with pytest.raises(Refused):
        talk.present(sam.turn(), token)


@pytest.mark.parametrize("who", ["ida", "kari", "lise", "siri", "amina", "sam"])
def test_only_staff_of_the_school_confirm(session, cast, now, jonas, sam, mia, who):
    _row, token = link_for(session, jonas, mia)
    invitation = open_link(session, sam, token)
    chat = Chat(session, getattr(cast, who), now)
    for action in ("joining.open", "joining.confirm", "joining.reject"):
        with pytest.raises(Refused) as refused:
            chat.press(action, invitation.id)
        assert refused.value.why is Why.ABSENT
    assert chat.show("joining.card", invitation.id) is None


def test_the_rektor_can_confirm_whom_a_teacher_invited(session, cast, now, jonas, sam, mia):
    _row, token = link_for(session, jonas, mia)
    invitation = open_link(session, sam, token)
    Chat(session, cast.randi, now).press("joining.confirm", invitation.id)
    assert sam.contact.person_id == mia.id


@pytest.mark.parametrize(
    ("who", "can"),
    [("jonas", {"Mia", "Far (Mia)"}), ("randi", {"Mia", "Far (Mia)", "Nils", "Ola"})],
)
def test_a_teacher_invites_own_pupils_and_their_guardians_a_rektor_all(
    session, cast, now, mia, who, can
):
    far, nils, ola = (
        people.create(session, name=name, language="nb", now=now)
        for name in ("Far", "Nils", "Ola")
    )
    session.add(Guardianship(ungdom_id=mia.id, foresatt_id=far.id))
    session.add(Pupil(person_id=nils.id, school_id=cast.school.id))
    session.add(people.Position(person_id=ola.id, unit_id=cast.school.id, role=Role.KONTAKTLAERER))
    session.flush()
    found = joining.invitable(session, getattr(cast, who), now)
    named = joining.named(session, found)
    assert {named[each.id] for each in found if not each.joined} == can
    known = {"Ida", "Kari (Ida)", "Per (Ida)"} | ({"Jonas"} if who == "randi" else set())
    assert {named[each.id] for each in found if each.joined} == known


@pytest.mark.parametrize("who", ["randi", "jonas"])
def test_the_guardians_of_one_who_decides_alone_are_not_invited(session, cast, now, who):
    cast.ida.born = now.date().replace(year=now.year - 18)
    them = joining.invitable(session, getattr(cast, who), now)
    found = set(joining.named(session, them).values())
    assert "Ida" in found
    assert not [name for name in found if name.startswith(("Kari", "Per"))]


@pytest.mark.parametrize("who", ["ida", "kari", "lise", "siri", "amina", "sam"])
def test_others_invite_nobody(session, cast, now, mia, who):
    actor = getattr(cast, who)
    with pytest.raises(Refused) as refused:
        joining.invite(session, actor=actor, person_id=mia.id, now=now)
    assert refused.value.why is Why.ABSENT


@told_once
def lost(session, cast, now):
    """Ida's old phone, in the middle of something."""
    lost = Chat(session, cast.ida, now).contact
    key = cast.ida.key_id
    conversations.begin(
        session, contact_id=lost.id, key_id=key, flow="los", subject_id=None, now=now
    )
    return lost


def settle_new_phone(session, chat, sam, ida):
    invitation = joining.invite(session, actor=chat.turn().me, person_id=ida.id, now=chat.now)
    talk.present(sam.turn(), invitations.token_of(session, invitation.id))
    chat.press("joining.confirm", invitation.id)


@pytest.mark.parametrize("who", ["jonas", "randi"])
def test_a_new_phone_is_invited_and_the_lost_one_is_a_strangers(
    session, cast, now, sam, lost, who
):
    settle_new_phone(session, Chat(session, getattr(cast, who), now), sam, cast.ida)
    assert (sam.contact.person_id, contacts.of(session, cast.ida.id)) == (
        cast.ida.id, sam.contact,
    )  # fmt: skip
    met = contacts.meet(
        session, channel="telegram", address=lost.address, name="", language="nb", now=now
    )
    assert (met.contact, met.person.confirmed_at, met.new) == (lost, None, False)
    assert met.person.id != cast.ida.id
    assert conversations.of_contact(session, lost.id, now) is None


def test_the_flow_says_that_the_old_phone_stops(session, jonas, cast):
    jonas.run("inviter", cast.ida.id, {"confirm": "True"})
    row = session.scalars(select(Outgoing).where(Outgoing.kind == "joining.link")).one()
    assert joining.find(session, row.subject_id).person_id == cast.ida.id
    plain = talk.prepare(jonas.turn(), cast.ida.id)
    assert "den gamle telefonen" in say(next(talk.talk(plain)).text, "nb")


def test_an_account_that_became_somebody_meanwhile_is_not_settled_again(
    session, cast, now, jonas, sam, mia
):
    _row, token = link_for(session, jonas, mia)
    invitation = open_link(session, sam, token)
    cast.sam.confirmed_at = now
    with pytest.raises(Refused) as refused:
        joining.settle(session, invitation=invitation, actor=None, now=now)
    assert refused.value.why is Why.STALE


def test_what_the_account_asked_for_comes_along(session, cast, now, jonas, sam, mia):
    wish = Wish(topic=Topic.SCHOOL, school_id=cast.school.id, kind=Requester.YOUTH)
    asking.submit(session, actor=cast.sam, wish=wish, now=now)
    _row, token = link_for(session, jonas, mia)
    invitation = open_link(session, sam, token)
    jonas.press("joining.confirm", invitation.id)
    request = session.scalars(select(Request)).one()
    assert (request.state, request.ungdom_id, request.requester_id) == (
        RequestState.READY, mia.id, mia.id,
    )  # fmt: skip


def test_an_absent_invitation_is_refused(session, jonas):
    with pytest.raises(Refused):
        jonas.press("joining.confirm", new_id())
