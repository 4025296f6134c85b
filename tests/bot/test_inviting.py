"""Who is let in at the machine, and whose chat is taken from them there."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import composing, demo, dispatch
from bot.channels import Said
from bot.clock import SystemClock
from models import (
    asking,
    chat_code,
    contacts,
    family,
    invitations,
    joining,
    people,
    store_facts,
)
from models.asking import Wish
from models.audit import AuditEntry
from models.contacts import Contact
from models.conversations import Conversation
from models.invitations import Invitation
from models.outbox import Outgoing
from models.people import Person, Pupil
from models.requests import Request
from models.terms import Requester, RequestState, Role, Topic
from tests.bot.machine import Losbot, line_of, store_of

MIA = ("--name", "Mia Vik", "--role", "ungdom", "--school", "ungdomsskolen")
FAR = ("--name", "Far Vik", "--role", "foresatt", "--school", "ungdomsskolen")
NILS = ("--name", "Nils", "--role", "rektor", "--unit", "ungdomsskolen")
IDA = ("--name", "Ida", "--role", "ungdom", "--school", "ungdomsskolen")
KARI = ("--name", "Kari", "--role", "foresatt", "--school", "ungdomsskolen", "--for", "Ida")


@pytest.fixture
def seeded(ready: Losbot, env, at_home) -> Losbot:
    """The demo's municipality; the bot's name is known."""

    def seed() -> None:
        ready("seed")
        with store_of(env) as store:
            store.write_now(store_facts.put, store_facts.BOT_USERNAME, "fjordvik_bot")

    at_home("seeded", seed)
    return ready


@pytest.mark.on_sqlite
def test_the_first_administrator_is_let_in_at_the_machine(seeded: Losbot, env):
    who = ("--name", "Berit", "--role", "administrator", "--unit", "bti")
    assert "?start=" in seeded("invite", *who).output

    def hats(session: Session) -> set[str]:
        found = session.scalars(select(people.Position).where(people.Position.ended_at.is_(None)))
        return {p.role for p in found if people.get(session, p.person_id).name == "Berit"}

    with store_of(env) as store:
        assert store.read_now(hats) == {Role.ADMINISTRATOR}


# --- joining -------------------------------------------------------------------------------------


@pytest.mark.on_sqlite
def test_confirming_at_the_machine_does_all_that_the_chat_does(seeded: Losbot, env):
    now = SystemClock().now()

    def opened_by_a_stranger(session: Session) -> str:
        """Mia is a pupil; her account has asked for a los before."""
        jonas = demo.cast_of(session)["jonas"]
        mia = people.create(session, name="Mia", language="nb", now=now)
        unit = people.units_where(session, jonas, Role.KONTAKTLAERER)[0]
        session.add(Pupil(person_id=mia.id, school_id=unit.id))
        met = contacts.meet(
            session, channel="telegram", address=5, name="x", language="nb", now=now
        )
        wish = Wish(topic=Topic.SCHOOL, school_id=unit.id, kind=Requester.YOUTH)
        asking.submit(session, actor=met.person, wish=wish, now=now)
        _made, token = invitations.invite(session, person=mia, invited_by=None, now=now)
        joining.present(session, actor=met.person, contact=met.contact, token=token, now=now)
        return session.scalars(select(Invitation.code)).one() or ""

    with store_of(env) as store:
        code = store.write_now(opened_by_a_stranger)
    assert seeded("invite", "confirm", code).output == "Confirmed.\n"
    with store_of(env) as store:
        kinds = store.read_now(lambda s: s.scalars(select(Outgoing.kind)).all())
        (state,) = store.read_now(lambda s: s.scalars(select(Request.state)).all())
    assert kinds.count("joining.welcome") == 1
    assert state == RequestState.READY


@pytest.mark.on_sqlite
def test_no_token_of_a_link_lies_in_the_store(seeded: Losbot, env, tmp_path: Path):
    now = SystemClock().now()

    def invite(session: Session) -> str:
        randi = demo.cast_of(session)["randi"]
        each = joining.invitable(session, randi, now)[0]
        made = joining.invite(session, actor=randi, person_id=each.id, now=now)
        row = session.scalars(select(Outgoing).where(Outgoing.kind == "joining.link")).one()
        row.contact_id = contacts.of(session, randi.id).id
        shown = composing.compose(session, row, now)
        token = invitations.token_of(session, made.id)
        assert f"?start={token}" in shown.text
        return token

    with store_of(env) as store:
        told = [store.write_now(invite)]
    told.append(seeded("invite", *NILS).output.splitlines()[0].split("?start=")[1])
    for file in tmp_path.glob("losbot.db*"):
        for token in told:
            assert token.encode() not in file.read_bytes()


# --- inviting ------------------------------------------------------------------------------------


def test_before_the_bots_name_is_known_no_link_is_made(ready: Losbot):
    ready("seed")
    assert "the bot's name is not known yet" in line_of(ready("invite", *NILS))


@pytest.mark.on_sqlite
def test_pupils_and_guardians_are_let_in_at_the_machine(seeded: Losbot, env):
    links = [seeded("invite", *MIA, "--born", "2011-05-02").output.splitlines()[0]]
    seeded("invite", "--name", "Ola Vik", *MIA[2:])
    links.append(seeded("invite", *FAR, "--for", "Mia Vik", "--for", "Ola Vik").output.split()[0])
    now = SystemClock().now()

    def opened(session: Session, address: int, token: str) -> str:
        to = {"channel": "telegram", "address": address, "name": "x", "language": "nb"}
        met = contacts.meet(session, **to, now=now)
        made = joining.present(
            session, actor=met.person, contact=met.contact, token=token, now=now
        )
        return made.code or ""

    with store_of(env) as store:
        codes = [
            store.write_now(opened, i, link.split("=")[1]) for i, link in enumerate(links, 50)
        ]
    for code in codes:
        assert seeded("invite", "confirm", code).output == "Confirmed.\n"

    def who_is_in(session: Session) -> tuple[object, ...]:
        find = select(Contact).where(Contact.address.in_((50, 51))).order_by(Contact.address)
        mia, far = (people.get(session, c.person_id) for c in session.scalars(find))
        wards = sorted(w.name for w in family.wards_of(session, far, now))
        return mia.name, str(mia.born), mia.confirmed_at is not None, far.name, wards

    with store_of(env) as store:
        assert store.read_now(who_is_in) == (
            "Mia Vik", "2011-05-02", True, "Far Vik", ["Mia Vik", "Ola Vik"],
        )  # fmt: skip
    assert "--again" in line_of(seeded("invite", *MIA))
    assert seeded("invite", *MIA, "--again").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    [
        FAR,
        (*FAR, "--for", "Nobody"),
        (*MIA, "--for", "Ida"),
        (*FAR, "--for", "Ida", "--born", "2011-05-02"),
        (*MIA[:-1], "los"),
        (*IDA, "--again", "--born", "2001-01-01"),
    ],
)
def test_who_cannot_be_told_apart_is_not_invited(seeded: Losbot, typed: tuple[str, ...]):
    assert line_of(seeded("invite", *typed)).startswith("Error: ")


def test_the_first_rektor_is_invited_with_a_link(seeded: Losbot):
    invited = seeded("invite", *NILS)
    assert invited.exit_code == 0, invited.output
    link = invited.output.splitlines()[0]
    assert link.startswith("https://t.me/")
    assert 1 <= len(link.split("?start=")[1]) <= 64
    assert "no opened invitation" in seeded("invite", "confirm", "1234").output


@pytest.mark.parametrize(
    ("role", "unit"), [("konge", "ungdomsskolen"), ("ungdom", "nei"), ("los", "nei")]
)
def test_a_role_or_unit_nobody_knows_is_refused(seeded: Losbot, role: str, unit: str):
    result = seeded("invite", "--name", "Nils", "--role", role, "--unit", unit)
    assert result.exit_code == 1
    assert result.output.startswith("Error: no ")


# --- closing a chat ------------------------------------------------------------------------------


def _writes(session: Session, address: int, command: str, update_id: int) -> tuple[int, bool]:
    """Who it is that types a command at an address, and whether anybody has confirmed them."""
    now = SystemClock().now()
    said = Said("telegram", address, update_id, "x", "nb", "command", now, command=command)
    dispatch.handle(session, said, now)
    found = session.scalars(select(Contact).where(Contact.address == address)).one()
    return found.person_id, people.get(session, found.person_id).confirmed_at is not None


def _ida(session: Session) -> tuple[int, int | None]:
    """Her id and where she is met."""
    ida = next(each for each in session.scalars(select(Person)) if each.name == "Ida")
    contact = contacts.of(session, ida.id)
    return ida.id, contact.address if contact else None


def _flows(session: Session) -> list[str]:
    return list(session.scalars(select(Conversation.flow)))


@pytest.mark.slow
def test_whoever_writes_from_a_closed_chat_is_a_stranger(seeded: Losbot, env):
    with store_of(env) as store:
        ida, address = store.read_now(_ida)
        assert store.write_now(_writes, address, "los", 1) == (ida, True)
        assert store.read_now(_flows) == ["los"]
    closed = seeded("contact", "close", *IDA)
    assert closed.output == "Closed: 1. A new link: losbot invite\n"
    with store_of(env) as store:
        assert store.read_now(_flows) == []
        writer, confirmed = store.write_now(_writes, address, "start", 2)
        assert (writer == ida, confirmed) == (False, False)
        assert store.read_now(_ida) == (ida, None)


def test_closing_is_in_the_audit(seeded: Losbot, env):
    seeded("contact", "close", *IDA)
    with store_of(env) as store:
        ida, _address = store.read_now(_ida)
        taken = select(AuditEntry.actor_id, AuditEntry.object_id).where(
            AuditEntry.action == "contacts.take"
        )
        assert store.read_now(lambda s: s.execute(taken).all()) == [(None, ida)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (MIA, "nobody is known there"),
        ((*IDA[:-1], "nei"), "no unit has the key nei"),
        ((*KARI[:-1], "Nobody"), "no pupil"),
        (FAR, "--for PUPIL"),
    ],
)
def test_nobody_elses_chat_is_closed_by_mistake(seeded: Losbot, env, typed, told):
    assert told in line_of(seeded("contact", "close", *typed))
    with store_of(env) as store:
        ended = select(Contact.id).where(Contact.closed_at.is_not(None))
        assert store.read_now(lambda s: s.scalars(ended).all()) == []


@pytest.mark.slow
def test_a_chat_is_closed_once(seeded: Losbot):
    seeded("contact", "close", *IDA)
    assert "has no chat" in line_of(seeded("contact", "close", *IDA))
    assert seeded("invite", *IDA).exit_code == 0


# --- a code --------------------------------------------------------------------------------------


def _with_a_code(session: Session) -> None:
    now, (ida, _address) = SystemClock().now(), _ida(session)
    person, here = people.get(session, ida), contacts.of(session, ida)
    assert here is not None
    chat_code.begin(session, actor=person, contact_id=here.id, purpose=chat_code.CHOOSE)
    for _twice in range(2):
        for digit in (4, 7, 1, 1):
            chat_code.press(session, here.id, digit)
        chat_code.enter(session, actor=person, contact_id=here.id, now=now)


@pytest.mark.slow
def test_the_operator_takes_a_forgotten_code_off(seeded: Losbot, env):
    with store_of(env) as store:
        store.write_now(_with_a_code)
    opened = seeded("contact", "open", *IDA)
    assert opened.output == "The code is gone. They can choose a new one in the settings.\n"
    again = seeded("contact", "open", *IDA)
    assert line_of(again) == "Error: that one has no code"
    with store_of(env) as store:
        ida, _address = store.read_now(_ida)
        taken = select(AuditEntry.actor_id, AuditEntry.object_id).where(
            AuditEntry.action == "discretion.code_taken_off"
        )
        assert store.read_now(lambda s: s.execute(taken).all()) == [(None, ida)]
        told = select(Outgoing.kind).where(Outgoing.recipient_id == ida)
        assert store.read_now(lambda s: list(s.scalars(told))) == ["code.taken_off"]
