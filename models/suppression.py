"""What is told of a count, and of waiting times, to somebody who may see no case. Pure.

One rule, for every reader and every day: a count is told as the band it lies in, none or 1 to 4 or 5
to 9 and so on (for a statistics_min_cell of 5), and that band is a function of that count and of
nothing else. Whatever is added up is added up from bands, never from counts. So whoever sees every
table of every reader, today's beside yesterday's and a sum beside its parts, knows of each count its
band and no more: nothing that is told depends on two counts at once, hence nothing can be subtracted.

What was left out, and why. A true sum rounded to a band: five schools in the band 1 to 4 with a sum
of 20 have four each. Hiding a sum only where it would tell: then that it is hidden tells. Exact
numbers from five on: seven yesterday and eight today is one youth. Percentages: two of them and a
band are often a number. So two figures that are told must not add up to one another; see `figures`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

A_WEEK = 7


@dataclass(frozen=True)
class Band:
    """A count lies between these two, both included."""

    least: int
    most: int


@dataclass(frozen=True)
class Spread:
    """Begun weeks: half of all took no longer than `middle`, half lie from `low` to `high`."""

    low: int
    middle: int
    high: int


def band(count: int, smallest: int) -> Band:
    """None is told as none: that nothing is there is nobody's."""
    if count <= 0:
        return Band(0, 0)
    if count < smallest:
        return Band(1, smallest - 1)
    least = count - count % smallest
    return Band(least, least + smallest - 1)


def total(bands: Iterable[Band]) -> Band:
    """What the bands add up to, and nothing that they do not tell."""
    found = list(bands)
    return Band(sum(b.least for b in found), sum(b.most for b in found))


def spread(days: Sequence[int], smallest: int) -> Spread | None:
    """In whole weeks, the first of which is 1. None for fewer than `smallest`."""
    if len(days) < smallest:
        return None
    weeks = sorted(1 + max(0, each) // A_WEEK for each in days)

    def at(quarter: int) -> int:
        return weeks[(len(weeks) - 1) * quarter // 4]

    return Spread(at(1), at(2), at(3))
