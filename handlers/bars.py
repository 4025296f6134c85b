"""Numbers as they are told to who may see no case: in words, and as a bar that knows no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from locales import Text, _, join, verbatim
from models.suppression import Band

BLOCK, MOST_BLOCKS = "▇", 12


@dataclass(frozen=True)
class Row:
    """One bar: what it is of, its number, and whether it is more than there should be."""

    label: Text
    number: Band
    marked: bool = False


def lines(rows: Iterable[Row], smallest: int) -> list[Text]:
    """The number before the bar, so that it is heard first."""
    return [
        join([line(row), verbatim(BLOCK * blocks(row.number, smallest))], " ")
        if row.number.most
        else line(row)
        for row in rows
    ]


def line(row: Row) -> Text:
    told = _("{label}: {number}", label=row.label, number=number_of(row.number))
    return join([verbatim("⚠"), told], " ") if row.marked else told


def number_of(number: Band) -> Text:
    if number.most == 0:
        return verbatim("0")
    if number.least <= 1:
        return _("færre enn {n}", n=number.most + 1)
    return _("{least} til {most}", least=number.least, most=number.most)


def blocks(number: Band, smallest: int) -> int:
    """As many as there are bands up to this one: a bar knows no more than its number."""
    return min(MOST_BLOCKS, 1 + number.least // smallest) if number.most else 0


def drawn(rows: Iterable[Row]) -> list[tuple[int, int, bool]]:
    """The same as a picture is made of (`bot/charts.py`)."""
    return [(row.number.least, row.number.most, row.marked) for row in rows]
