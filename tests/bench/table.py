"""Figures with their goals, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    what: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.least is None and self.most is None:
            return None
        enough = self.least is None or self.value >= self.least
        return enough and (self.most is None or self.value <= self.most)

    def cells(self) -> tuple[str, ...]:
        verdict = {True: "yes", False: "NO", None: ""}[self.reached]
        goals = [
            f"{sign} {goal:g} {self.unit}".strip()
            for sign, goal in ((">=", self.least), ("<=", self.most))
            if goal is not None
        ]
        return self.what, _said(self.value, self.unit), ", ".join(goals), verdict, self.note


def _said(value: float, unit: str) -> str:
    digits = 0 if value == int(value) or value >= 100 else 2 if value < 10 else 1
    return f"{value:.{digits}f} {unit}".strip()


def share_of(values: Sequence[float], share: float) -> float:
    """What so many of them are below: 0.95 for the 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def print_table(figures: Sequence[Figure]) -> int:
    """Returns 1 when a goal was missed."""
    rows = [("figure", "measured", "goal", "met", "how"), *(each.cells() for each in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip())
    return 1 if any(each.reached is False for each in figures) else 0
