"""Never above the rate in any second, not far below it, and one chat's pause is its own."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.pacing import SECOND, Pace


def sent_in(pace: Pace, now, seconds: int, *, broadcast: bool):
    """Look every few milliseconds, send whatever may be sent."""
    taken, at, contact = [], now, 0
    while at < now + timedelta(seconds=seconds):
        while pace.may(at, broadcast=broadcast):
            contact += 1
            taken.append(pace.took(contact, at, broadcast=broadcast, new=True))
        at += timedelta(milliseconds=7)
    return taken


def most_in_a_second(taken) -> int:
    return max(sum(first <= at < first + SECOND for at in taken) for first in taken)


def test_no_second_has_more_than_the_rate_also_after_a_pause(now):
    pace = Pace.over_a_line(25, 5)
    first = sent_in(pace, now, 5, broadcast=True)
    second = sent_in(pace, now + timedelta(seconds=60), 5, broadcast=True)
    assert most_in_a_second(first + second) == 25


def test_the_rate_is_used_up_to_a_thirtieth(now):
    taken = sent_in(Pace.over_a_line(30, 1), now, 20, broadcast=True)
    assert len(taken) >= 0.97 * 30 * 20


def test_over_a_line_broadcasts_leave_room_in_between_for_a_reply(now):
    pace = Pace.over_a_line(25, 5)
    pauses = []
    for second in range(10):
        taken = sent_in(pace, now + second * SECOND, 1, broadcast=True)
        pauses += [later - earlier for earlier, later in pairwise(taken)]
    assert max(pauses) < SECOND / 3


def test_a_clock_that_is_set_back_stops_nothing(now):
    for pace in (Pace.over_a_line(25, 5), Pace()):
        sent_in(pace, now, 2, broadcast=True)
        assert pace.leaves(now) == 0
        before = now - timedelta(hours=1)
        assert pace.may(before, broadcast=True)
        assert pace.leaves(before) == 0
        assert most_in_a_second(sent_in(pace, before, 3, broadcast=True)) == 25


def test_replies_have_what_broadcasts_leave_and_a_share_of_their_own(now):
    pace = Pace(broadcasts=25, replies=5)
    told = [pace.took(n, now, broadcast=True, new=True) for n in range(25)]
    assert told == [now] * 25
    assert not pace.may(now, broadcast=True)
    assert all(pace.took(n, now, broadcast=False, new=True) == now for n in range(5))
    assert not pace.may(now, broadcast=False)
    assert pace.may(now + SECOND, broadcast=False)


def test_less_than_one_a_second_is_one_in_so_long(now):
    pace = Pace(broadcasts=0.5, replies=0.5)
    pace.took(1, now, broadcast=True, new=True)
    assert not pace.may(now + timedelta(seconds=1.9), broadcast=True)
    assert pace.may(now + timedelta(seconds=2), broadcast=True)


def test_a_few_chats_told_to_wait_among_many_stop_nobody_else(now):
    pace = Pace(broadcasts=25, replies=5)
    for n in range(25):
        pace.took(n, now, broadcast=True, new=True)
    for n in range(3):
        pace.flooded(n, 30, now)
    assert pace.paused(now) is None
    for n in range(3, 8):
        pace.flooded(n, 30, now)
    assert pace.paused(now) == now + timedelta(seconds=30)


@pytest.mark.parametrize(("rate", "most"), [(1, 2), (30, 4), (1e6, 100_001)])
def test_no_more_wait_in_line_than_leave_in_the_time_they_are_claimed_ahead(rate, most):
    assert Pace(broadcasts=rate, replies=0).in_line == most
