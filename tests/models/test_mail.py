"""Whose address it is only its owner can say; and what is not an address is never written to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import (
    contacts,
    discretion,
    erasing,
    falling_back,
    follow_ups,
    linked,
    mail,
    mail_addresses,
    mail_answers,
    meetings,
    my_data,
    outbox,
    retention,
    web_chats,
)
from models.base import Refused
from models.contacts import Contact
from models.mail import Came
from models.mail_addresses import CODE_LIFE, MOST_TRIES, MailAddress, normalised
from models.municipality import PolicyVersion
from models.outbox import Outgoing
from models.terms import Why
from tests.meeting_setup import called, consented, promised
from tests.ways import told_once

HERS = "kari.nordmann+barn@example.no"

case = told_once(consented)


@pytest.fixture(autouse=True)
def _has_a_server(session):
    session.info["mail"] = True


def code(session, person) -> str:
    return mail_addresses.code_of(session, mail_addresses.waiting(session, person.id))


def give(session, person, now, address=HERS) -> Came:
    mail.ask(session, actor=person, address=address, now=now)
    return mail.confirm(session, actor=person, code=code(session, person), now=now)


def allow(session, **choices) -> None:
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, **choices}
    session.info.pop("policy", None)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" Kari@Example.NO ", "Kari@example.no"),
        ("kari@bærum.kommune.no", "kari@xn--brum-voa.kommune.no"),
        ("o'hara_x@a-b.example.no", "o'hara_x@a-b.example.no"),
        *[
            (bad, None)
            for bad in (
                "", "kari", "kari@", "@example.no", "kari@localhost", "kari@127.0.0.1",
                "kari@[127.0.0.1]", "a b@example.no", "kari@exam ple.no", "kari@@example.no",
                "kari@example.no\nBcc: alle@example.no", "kari@example.no\r\n", "a@b.no,c@d.no",
                "Kari <kari@example.no>", '"a b"@example.no', "kari@example.no>", ".kari@example.no",
                "kari@-example.no", "kåre@example.no", "kari\u202e@example.no", "kari@example..no",
                "k" * 65 + "@example.no", "kari@" + "a." * 130 + "no", "kari@example.no;x@y.no",
            )
            if bad.strip() != "kari@example.no"
        ],
    ],
)  # fmt: skip
def test_only_a_plain_address_is_one(typed, written):
    assert normalised(typed) == written


def test_an_address_counts_when_its_owner_has_typed_the_code(session, cast, now):
    mail.ask(session, actor=cast.kari, address=HERS, now=now)
    row = mail_addresses.waiting(session, cast.kari.id)
    promised = session.scalars(select(Outgoing).where(Outgoing.contact_id == row.id)).one()
    assert (promised.kind, promised.params) == (mail.CODE, {})
    assert mail.of(session, cast.kari.id) is None
    wrong = f"{(int(code(session, cast.kari)) + 1) % 1_000_000:06}"
    assert mail.confirm(session, actor=cast.kari, code=wrong, now=now) is Came.WRONG
    assert mail.confirm(session, actor=cast.per, code=wrong, now=now) is Came.OVER
    right = code(session, cast.kari)
    assert mail.confirm(session, actor=cast.kari, code=right, now=now) is Came.RIGHT
    assert mail.of(session, cast.kari.id).address == HERS
    assert contacts.of(session, cast.kari.id).channel != "email"


def test_a_code_is_good_for_an_hour_and_five_tries(session, cast, now):
    mail.ask(session, actor=cast.kari, address=HERS, now=now)
    right = code(session, cast.kari)
    late = now + CODE_LIFE + timedelta(seconds=1)
    assert mail.confirm(session, actor=cast.kari, code=right, now=late) is Came.OVER
    for _each in range(MOST_TRIES):
        mail.confirm(session, actor=cast.kari, code="", now=now)
    assert mail.confirm(session, actor=cast.kari, code=right, now=now) is Came.OVER
    mail.ask(session, actor=cast.kari, address=HERS, now=now)
    assert code(session, cast.kari) != right


def test_codes_are_not_asked_for_without_end(session, cast, now):
    for _each in range(mail.MOST_A_DAY):
        mail.ask(session, actor=cast.kari, address=HERS, now=now)
    with pytest.raises(Refused) as refused:
        mail.ask(session, actor=cast.kari, address=HERS, now=now)
    assert refused.value.why is Why.TOO_MANY
    assert session.scalar(select(func.count()).select_from(MailAddress)) == 1


def test_an_address_is_one_persons_and_the_chat_tells_nobody_that_it_is_known(session, cast, now):
    assert give(session, cast.kari, now) is Came.RIGHT
    mail.ask(session, actor=cast.per, address=HERS.upper(), now=now)
    assert mail.chosen(session, cast.per, now).waiting
    assert (
        mail.confirm(session, actor=cast.per, code=code(session, cast.per), now=now) is Came.WRONG
    )
    mail.remove(session, actor=cast.kari, now=now)
    assert (
        mail.confirm(session, actor=cast.per, code=code(session, cast.per), now=now) is Came.RIGHT
    )


def test_it_is_changed_when_the_new_one_is_confirmed_and_gone_when_it_is_taken_away(
    session, cast, now
):
    give(session, cast.kari, now)
    mail.ask(session, actor=cast.kari, address="ny@example.no", now=now)
    assert mail.of(session, cast.kari.id).address == HERS
    mail.confirm(session, actor=cast.kari, code=code(session, cast.kari), now=now)
    assert mail.of(session, cast.kari.id).address == "ny@example.no"
    assert mail.remove(session, actor=cast.kari, now=now)
    assert not mail.remove(session, actor=cast.kari, now=now)
    assert _left(session) == (0, 0)


def _left(session) -> tuple[int, int]:
    """How many addresses and contacts of the channel there are."""
    session.expire_all()
    by_mail = select(func.count()).select_from(Contact).where(Contact.channel == "email")
    return session.scalar(select(func.count()).select_from(MailAddress)), session.scalar(by_mail)


def test_who_may_choose_it_is_the_municipalitys_choice(session, cast, now):
    assert mail.may_have(session, cast.kari, now)
    assert not mail.may_have(session, cast.sam, now)
    give(session, cast.kari, now)
    allow(session, mail_for="staff")
    assert not mail.may_have(session, cast.kari, now)
    assert mail.may_have(session, cast.jonas, now)
    allow(session, mail_for="nobody")
    assert not mail.may_have(session, cast.jonas, now)
    allow(session, mail_for="all")
    session.info["mail"] = False
    assert not mail.may_have(session, cast.jonas, now)


def test_one_that_bounces_is_written_to_no_more_and_its_owner_hears_of_it(session, cast, now):
    give(session, cast.kari, now)
    row = mail.of(session, cast.kari.id)
    assert mail.bounced(session, row.id, now) is cast.kari
    assert mail.bounced(session, row.id, now) is None
    assert mail.of(session, cast.kari.id) is None
    assert mail.chosen(session, cast.kari, now).bounced
    told = session.scalars(select(Outgoing).where(Outgoing.kind == "mail.bounced")).one()
    assert told.recipient_id == cast.kari.id
    assert give(session, cast.kari, now, "ny@example.no") is Came.RIGHT


def test_it_is_in_what_we_know_of_somebody_and_goes_when_they_leave(session, cast, now):
    give(session, cast.kari, now)
    part = next(
        p for p in my_data.gather(session, actor=cast.kari, now=now) if p.name == "contacts"
    )
    assert HERS in [entry["address"] for entry in part.entries]
    erasing.leave(session, actor=cast.kari, occasion="x", now=now)
    assert _left(session) == (0, 0)


def test_who_takes_over_a_chat_gets_no_mail_of_the_one_before(session, cast, now):
    give(session, cast.kari, now)
    contacts.take_from(session, cast.kari, actor=None, now=now)
    assert mail.of(session, cast.kari.id) is None
    assert _left(session)[0] == 0


def test_one_that_nobody_confirms_is_forgotten_after_a_day(session, cast, now):
    give(session, cast.kari, now)
    mail.ask(session, actor=cast.per, address="per@example.no", now=now)
    retention.sweep(session, now + timedelta(days=1, minutes=1))
    assert mail_addresses.waiting(session, cast.per.id) is None
    assert mail.of(session, cast.kari.id) is not None


def test_the_address_lies_nowhere_in_the_open(session, cast, now):
    give(session, cast.kari, now)
    rows = session.connection().exec_driver_sql("select * from mail_addresses").all()
    assert HERS not in str(rows)
    assert "kari" not in str(rows).casefold()


def test_only_a_confirmed_address_stands_among_ones_chats_and_lets_nobody_in(session, cast, now):
    session.info["mail"], later = True, now + timedelta(hours=1)
    mail.ask(session, actor=cast.kari, address="kari@example.no", now=later)
    assert [each.channel for each in linked.places(session, cast.kari, later)] == ["telegram"]
    row = mail_addresses.waiting(session, cast.kari.id)
    mail.confirm(session, actor=cast.kari, code=mail_addresses.code_of(session, row), now=later)
    found = linked.places(session, cast.kari, later)
    assert [each.channel for each in found] == ["telegram", "email"]
    assert not linked.are_several(session, cast.kari, later)
    linked.end(session, actor=cast.kari, place_id=found[1].id, now=later)
    assert mail.of(session, cast.kari.id) is None


def _meeting_by_mail(session, cast, case, now):
    """The mail that tells Kari of a meeting that was called."""
    session.info["mail"] = True
    allow(session, mail_meetings=True)
    give(session, cast.kari, now)
    mail.want_meetings(session, actor=cast.kari, wanted=True, now=now)
    meeting = called(session, cast, case, now)
    return meeting, _mail_about(session, "meeting.invited")


def _mail_about(session, news):
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == mail.MEETING))
    return next(row for row in rows if row.params["news"] == news)


def _waits(session, row, now) -> bool:
    chat = falling_back.pauses_in(session, session.get_one(Contact, row.contact_id), now)
    return discretion.waits(session, row, chat, now)


def test_what_is_held_until_a_chat_is_opened_is_not_mailed_before(session, cast, case, now):
    _meeting, row = _meeting_by_mail(session, cast, case, now)
    here = contacts.of(session, cast.kari.id).id
    discretion.hold(session, actor=cast.kari, contact_id=here, holds=True, now=now)
    assert _waits(session, row, now)
    later = now + timedelta(hours=2)
    discretion.opened(session, here, later)
    session.refresh(row)
    assert row.not_before == later
    assert not _waits(session, row, later)


def test_a_pause_holds_the_mail_of_a_meeting_until_it_ends_but_not_that_it_is_off(
    session, cast, case, now
):
    meeting, row = _meeting_by_mail(session, cast, case, now)
    here = contacts.of(session, cast.kari.id).id
    discretion.pause(session, actor=cast.kari, contact_id=here, days=7, now=now)
    assert _waits(session, row, now)
    discretion.pause(session, actor=cast.kari, contact_id=here, days=0, now=now)
    session.refresh(row)
    assert row.not_before == now
    discretion.pause(session, actor=cast.kari, contact_id=here, days=7, now=now)
    row.state = "sent"
    meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now)
    assert not _waits(session, _mail_about(session, "meeting.cancelled"), now)


def test_who_was_told_of_a_meeting_by_mail_alone_hears_that_it_is_off(session, cast, case, now):
    meeting, row = _meeting_by_mail(session, cast, case, now)
    row.state = "sent"
    session.flush()
    meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now)
    assert promised(session, "meeting.cancelled") == [cast.kari.id]
    assert _mail_about(session, "meeting.cancelled").state == "waiting"


def _sent(session, kind) -> None:
    """As if every mail of a kind had left."""
    for row in session.scalars(select(Outgoing).where(Outgoing.kind == kind)):
        row.state = "sent"
    session.flush()


def _count(session, kind) -> int:
    return len(session.scalars(select(Outgoing).where(Outgoing.kind == kind)).all())


def test_a_mail_of_a_meeting_silences_no_other(session, cast, case, now):
    _meeting_by_mail(session, cast, case, now)
    _sent(session, mail.MEETING)
    assert falling_back.notify(session, cast.kari.id, now)
    assert _count(session, falling_back.NEWS) == 1


def test_who_answers_by_a_link_has_read_their_mail(session, cast, case, now):
    meeting, row = _meeting_by_mail(session, cast, case, now)
    falling_back.notify(session, cast.kari.id, now)
    _sent(session, falling_back.NEWS)
    later = now + timedelta(hours=1)
    falling_back.notify(session, cast.kari.id, later)
    assert _count(session, falling_back.NEWS) == 1
    token = mail_answers.token_of(session, row.contact_id, meeting.id, "ja")
    assert mail_answers.give(session, token, later)
    falling_back.notify(session, cast.kari.id, later + timedelta(hours=1))
    assert _count(session, falling_back.NEWS) == 2


def test_the_mail_on_fridays_asks_only_for_one_of_the_same_week(session, cast, now):
    give(session, cast.jonas, now)
    falling_back.notify(session, cast.jonas.id, now)
    _sent(session, falling_back.NEWS)
    counts = []
    for days in (4, 5, 11):
        then = now + timedelta(days=days)
        falling_back.notify(session, cast.jonas.id, then, falling_back.WEEKLY)
        _sent(session, falling_back.WEEKLY)
        counts.append(_count(session, falling_back.WEEKLY))
    assert counts == [1, 1, 2]


def _promised_to_kari(session, cast, now, last):
    outbox.promise(
        session, kind="x", recipient_id=cast.kari.id, occasion="1", now=now, not_after=last
    )
    return session.scalars(select(Outgoing).where(Outgoing.kind == "x")).one()


@pytest.mark.parametrize(
    ("last", "asked"),
    [
        ({"hours": 48}, {"hours": 24}),
        ({"hours": 24, "minutes": 5}, {"minutes": 30}),
        ({"days": 9}, {"days": 3}),
    ],
)
def test_of_what_nobody_has_seen_a_person_hears_while_there_is_time(
    session, cast, case, now, last, asked
):
    chat = contacts.of(session, cast.kari.id)
    chat.channel = "web"
    web = web_chats.of(session, chat.id, cast.kari)
    row = _promised_to_kari(session, cast, now, now + timedelta(**last))
    row.contact_id, row.state, row.sent_at = chat.id, "sent", now
    row.message_id = web_chats.add(session, web, cast.kari, {}, mine=False, now=now)
    falling_back.unseen(session, row, now)
    assert falling_back.LADDER.plan(session, web, now)[-1].at == now + timedelta(**asked)
    follow_ups.take_due(session, falling_back.LADDER, now + timedelta(**asked))
    assert promised(session, "not_reached") == [cast.jonas.id]


@pytest.mark.parametrize(
    ("hours", "until", "told"), [(20, 20, True), (60, 36, False), (240, 72, False)]
)
def test_what_has_no_chat_is_told_a_person_a_day_before_it_makes_no_sense(
    session, cast, case, now, hours, until, told
):
    give(session, cast.kari, now)
    row = _promised_to_kari(session, cast, now, now + timedelta(hours=hours))
    assert falling_back.waits(session, row, now)
    assert row.not_before == now + timedelta(hours=until)
    assert promised(session, "not_reached") == [cast.jonas.id] * told
    if hours == 60:  # and waits on for the chat
        assert falling_back.waits(session, row, row.not_before)
        assert promised(session, "not_reached") == [cast.jonas.id]
        assert row.not_before == row.not_after
        assert not falling_back.waits(session, row, row.not_before)
