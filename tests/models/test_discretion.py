"""What someone chose for a chat that others may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import audit, contacts, conversations, discretion, ledger, municipality, outbox
from models.audit import AuditEntry
from models.base import Refused
from models.discretion import ALWAYS, HELD, THROUGH_A_PAUSE, Discretion
from models.municipality import PolicyVersion
from models.outbox import Mode, Outgoing, OutState, Promise
from models.terms import Details, Why

DAY = timedelta(days=1)


@pytest.fixture
def here(session, cast) -> int:
    return contacts.of(session, cast.ida.id).id


@pytest.fixture
def news(session, cast, here, now):
    """A row of Ida's that nobody asked for, unless told else."""

    def promised(kind="meeting.invited", subject=1, as_a=Promise.NEWS, **params) -> Outgoing:
        count = len(session.scalars(select(Outgoing.id)).all())
        outbox.promise(
            session, kind=kind, recipient_id=cast.ida.id, subject_id=subject, contact_id=here,
            occasion=f"{count}", promise=as_a, params=params, now=now,
        )  # fmt: skip
        return session.scalars(select(Outgoing).order_by(Outgoing.id.desc())).first()

    return promised


def waits(session, row, here, now) -> bool:
    return discretion.waits(session, row, here, now)


def pause(session, cast, here, now, days=3) -> None:
    discretion.pause(session, actor=cast.ida, contact_id=here, days=days, now=now)


def hold(session, cast, here, now, holds=True) -> None:
    discretion.hold(session, actor=cast.ida, contact_id=here, holds=holds, now=now)


def test_who_chose_nothing_waits_for_nothing(session, here, news, now):
    assert not waits(session, news(), here, now)
    assert session.scalars(select(Discretion)).all() == []


@pytest.mark.parametrize("days", [-1, 15, 400])
def test_a_pause_has_at_most_fourteen_days(session, cast, here, now, days):
    with pytest.raises(Refused) as refused:
        pause(session, cast, here, now, days)
    assert refused.value.why is Why.STALE


def test_in_a_pause_news_waits_for_its_end_within_the_hours(session, cast, here, news, now):
    pause(session, cast, here, now)
    row = news()
    assert waits(session, row, here, now)
    assert (row.not_before, row.error) == (now + 3 * DAY, HELD)
    discretion.pause(session, actor=cast.ida, contact_id=here, days=5, now=now)
    assert waits(session, row, here, now)
    assert (
        row.not_before.isoformat() == "2026-11-30T08:00:00+00:00"
    )  # a Saturday: on Monday at nine
    assert not waits(session, row, here, now + 7 * DAY)


@pytest.mark.parametrize("kind", sorted(THROUGH_A_PAUSE))
def test_changed_meetings_and_what_must_be_known_at_once_pass(
    session, cast, here, news, now, kind
):
    pause(session, cast, here, now)
    assert not waits(session, news(kind), here, now)
    hold(session, cast, here, now)
    assert waits(session, news(kind, 2), here, now) == (kind not in ALWAYS)


@pytest.mark.parametrize("promise", [Promise.RECEIPT, Promise.ONCE, Promise.IDEMPOTENT])
def test_answers_to_ones_own_acts_pass(session, cast, here, news, now, promise):
    pause(session, cast, here, now)
    hold(session, cast, here, now)
    assert not waits(session, news(as_a=promise), here, now)


def test_what_may_have_arrived_is_not_put_off(session, cast, here, news, now):
    """It would hold up everything behind it."""
    hold(session, cast, here, now)
    row = news()
    row.attempts = 1
    assert not waits(session, row, here, now)


def test_the_same_news_of_the_same_thing_comes_once(session, cast, here, news, now):
    hold(session, cast, here, now)
    rows = [news(), news(subject=2), news(), news(sequence=2), news("meeting.reminder")]
    rows[-1].promise = Promise.REMINDER
    for row in rows:
        waits(session, row, here, now)
    states = [row.state for row in rows]
    moot, waiting = OutState.MOOT, OutState.WAITING
    assert states == [moot, waiting, waiting, waiting, moot]


def test_opening_the_chat_lets_what_waited_pass_and_nothing_after(session, cast, here, news, now):
    hold(session, cast, here, now)
    row = news()
    assert waits(session, row, here, now)
    discretion.opened(session, here, now + DAY)
    session.refresh(row)
    assert row.not_before == now + DAY
    assert not waits(session, row, here, now + DAY)
    assert waits(session, news(subject=2), here, now + DAY)


def test_ending_either_releases_what_waits(session, cast, here, news, now):
    for begin, end in (
        (lambda: pause(session, cast, here, now), lambda: pause(session, cast, here, now, 0)),
        (lambda: hold(session, cast, here, now), lambda: hold(session, cast, here, now, False)),
    ):
        begin()
        row = news(subject=7)
        assert waits(session, row, here, now)
        end()
        session.refresh(row)
        assert (row.not_before, row.error) == (now, None)
        assert not waits(session, row, here, now)


def test_each_choice_is_audited_with_numbers_only(session, cast, here, now):
    pause(session, cast, here, now)
    hold(session, cast, here, now)
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action.like("discretion.%"))).all()
    assert [(row.action, row.actor_id, row.detail) for row in rows] == [
        ("discretion.pause", cast.ida.id, {"days": 3}),
        ("discretion.hold", cast.ida.id, {"holds": True}),
    ]
    assert audit.broken_link(session, rows[0].chain) is None


def test_it_goes_with_the_chat(session, cast, here, now):
    pause(session, cast, here, now)
    contacts.take_from(session, cast.ida, actor=None, now=now)
    assert discretion.of(session, here) is None


# --- hiding --------------------------------------------------------------------------------------


def _sent(session, row: Outgoing, message_id: int, now) -> Outgoing:
    row.state, row.message_id, row.sent_at = OutState.SENT, message_id, now
    session.flush()
    return row


def deletions(session) -> list[int | None]:
    rows = session.scalars(
        select(Outgoing).where(Outgoing.kind == ledger.HIDDEN).order_by(Outgoing.id)
    )
    return [row.target_id for row in rows]


def test_hiding_deletes_what_lies_lowest_first_and_every_message_once(
    session, cast, here, news, now
):
    for number in (5, 6, 7):
        _sent(session, news(), number, now)
    change = news()
    change.mode = Mode.CARD
    _sent(session, change, 5, now)
    assert discretion.hide(session, actor=cast.ida, contact_id=here, now=now, but="")
    assert deletions(session) == [7, 6, 5]


def test_hiding_forgets_what_was_being_asked_and_what_was_to_be_answered(
    session, cast, here, news, now
):
    conversations.begin(
        session, contact_id=here, key_id=cast.ida.key_id, flow="los", subject_id=None, now=now
    )
    answer, later = news(as_a=Promise.RECEIPT), news()
    discretion.hide(session, actor=cast.ida, contact_id=here, now=now, but="")
    session.refresh(answer)
    assert conversations.of_contact(session, here, now) is None
    assert (answer.state, later.state) == (OutState.MOOT, OutState.WAITING)


def test_a_lost_phone_is_hidden_when_the_chat_is_taken_away(session, cast, here, news, now):
    _sent(session, news(), 5, now)
    contacts.take_from(session, cast.ida, actor=cast.jonas, now=now)
    assert deletions(session) == [5]


# --- what may be shown ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("details", "shown", "closes"),
    [(Details.NOTHING, False, False), (Details.ON_TAP, True, True), (Details.ALL, True, False)],
)
def test_the_municipality_says_what_telegram_shows(
    session, cast, here, now, details, shown, closes
):
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, "telegram_details": details}
    session.flush()
    session.info.pop("policy", None)
    assert municipality.policy_at(session, now).telegram_details == details
    assert discretion.may_show(session, here, "telegram", now) is shown
    assert discretion.closes_again(session, "telegram", now) is closes
    assert discretion.may_show(session, here, "web", now) is True
    assert discretion.closes_again(session, "web", now) is True  # which has a rule of its own


def test_details_on_tap_is_what_holds_unless_the_municipality_says_else():
    assert municipality.policy_from({}).telegram_details == Details.ON_TAP
    with pytest.raises(
        ValueError, match='telegram_details: \'some\' is not "nothing" or "on_tap"'
    ):
        municipality.policy_from({"telegram_details": "some"})


def test_in_the_web_chat_everything_is_shown_and_covered_again_unless_that_is_switched_off(
    session, cast, here, now
):
    with pytest.raises(ValueError, match="web_details"):
        municipality.policy_from({"web_details": "nothing"})
    for version in session.scalars(select(PolicyVersion)):
        version.choices = {**version.choices, "web_details": Details.ALL}
    session.flush()
    session.info.pop("policy", None)
    assert discretion.may_show(session, here, "web", now) is True
    assert discretion.closes_again(session, "web", now) is False
