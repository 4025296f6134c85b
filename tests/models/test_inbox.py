"""What could not be heard is set aside, each by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import inbox
from models.inbox import Parked


def park(session, channel: str, number: int, words: str, now) -> str:
    return inbox.park(
        session, channel=channel, update_id=number, payload=words, error="KeyError", now=now
    )


def test_everybody_has_a_reference_of_their_own(session, now):
    """Whatever the numbers of two updates have in common, and also in the same minute."""
    said = [("telegram", 7_000_041, "Ida"), ("web", 9_000_041, "Kari"), ("web", 7_000_041, "Mia")]
    told = {park(session, channel, number, words, now): words for channel, number, words in said}
    kept = {row.reference: row.payload for row in session.scalars(select(Parked))}
    assert kept == told
    assert len(told) == 3


def test_what_is_delivered_again_is_set_aside_once(session, now):
    first = park(session, "telegram", 41, "uleselig", now)
    again = park(session, "telegram", 41, "uleselig", now + timedelta(minutes=5))
    assert again == first
    assert len(session.scalars(select(Parked)).all()) == 1


def test_a_number_that_is_used_anew_is_another_update(session, now):
    later = now + inbox.REMEMBERED + timedelta(hours=1)
    first = park(session, "telegram", 41, "før", now)
    inbox.forget_handled(session, later)
    assert park(session, "telegram", 41, "etter", later) != first
    assert [row.payload for row in session.scalars(select(Parked).order_by(Parked.at))] == [
        "før",
        "etter",
    ]
