"""Nobody can work out a small number: not with every table of every reader at once, nor with those
of two weeks, nor by knowing the rule, nor by knowing all counts but one."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.suppression import Band, Spread, band, spread, total

SMALLEST = 5
SMALL = range(1, SMALLEST)


def published(counts: tuple[int, ...]) -> tuple[object, ...]:
    """All that anybody is shown of one week: each rektor's own school, and the project leader's sum."""
    bands = tuple(band(each, SMALLEST) for each in counts)
    return (*bands, total(bands))


def worked_out(worlds, tell, of) -> list[tuple[object, int]]:
    """Small counts that an attacker with all time in the world knows for certain: every world that
    looks the same has the same number there."""
    alike = defaultdict(list)
    for world in worlds:
        alike[tell(world)].append(world)
    return [
        (seen, place)
        for seen, found in alike.items()
        for place in range(of)
        if len({world[place] for world in found}) == 1 and found[0][place] in SMALL
    ]


SCHOOLS = list(product(range(12), repeat=3))


def test_no_small_number_is_worked_out_from_all_tables_and_their_sum():
    assert worked_out(SCHOOLS, published, 3) == []


@pytest.mark.parametrize(
    "naive",
    [
        lambda c: (*(each if each not in SMALL else None for each in c), sum(c)),
        lambda c: (*(band(each, SMALLEST) for each in c), band(sum(c), SMALLEST)),
        lambda c: (*(each if each not in SMALL else None for each in c),
                   sum(c) if sum(each in SMALL for each in c) != 1 else None),
    ],
    ids=["a true sum", "a rounded sum", "a sum hidden where it would tell"],
)  # fmt: skip
def test_the_attack_finds_what_other_rules_give_away(naive):
    five = product((0, 1, 2, 3, 4, 5, 6), repeat=5)
    assert worked_out(five, naive, 5)


def test_two_weeks_beside_each_other_give_no_small_number_away():
    """Today's, yesterday's and what changed; also where a count can only have changed by one."""
    weeks = [(a, b) for a, b in product(range(16), repeat=2)]
    assert worked_out(weeks, lambda w: (band(w[0], SMALLEST), band(w[1], SMALLEST)), 2) == []
    for a, b in weeks:
        seen = [(x, y) for x, y in weeks
                if (band(x, SMALLEST), band(y, SMALLEST)) == (band(a, SMALLEST), band(b, SMALLEST))]  # fmt: skip
        changes = {y - x for x, y in seen}
        assert b == a or not (len(changes) == 1 and abs(b - a) in SMALL)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=9), st.data())
def test_who_knows_every_other_count_learns_no_more_of_the_last(counts, data):
    place = data.draw(st.integers(0, len(counts) - 1))
    own = band(counts[place], SMALLEST)
    for other in range(own.least, own.most + 1):
        changed = [*counts[:place], other, *counts[place + 1 :]]
        assert published(tuple(changed)) == published(tuple(counts))
    assert counts[place] not in SMALL or own.most > own.least


@given(st.integers(0, 10_000), st.integers(5, 20))
def test_a_band_holds_its_count_and_is_never_narrow(count, smallest):
    found = band(count, smallest)
    assert found.least <= count <= found.most
    assert count == 0 or found.most - found.least >= smallest - 2 >= 3
    assert (found.most == 0) == (count == 0)


def test_bands_are_these():
    assert [band(each, 5) for each in (0, 1, 4, 5, 9, 10, 15)] == [
        Band(0, 0), Band(1, 4), Band(1, 4), Band(5, 9), Band(5, 9), Band(10, 14), Band(15, 19),
    ]  # fmt: skip
    assert total([Band(0, 0), Band(1, 4), Band(5, 9)]) == Band(6, 13)
    assert total([]) == Band(0, 0)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([], None),
        ([3, 3, 3, 3], None),
        ([0, 1, 2, 3, 4], Spread(1, 1, 1)),
        ([1, 8, 15, 22, 90], Spread(2, 3, 4)),
        ([-1, 0, 6, 7, 400], Spread(1, 1, 2)),
    ],
)
def test_how_long_it_takes_is_told_of_five_and_in_weeks(days, told):
    assert spread(days, SMALLEST) == told
