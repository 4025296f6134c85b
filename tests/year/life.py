"""Everybody in the simulated year: what they do of their own accord, and when a message comes."""

from __future__ import annotations

from datetime import datetime
from random import Random

from tests.year.casework import Casework
from tests.year.diary import Diary, React
from tests.year.gatherings import Gatherings
from tests.year.looking_back import LookingBack
from tests.year.loser import Loser
from tests.year.place import Place
from tests.year.staff import Batons, Clubs, Concerns


class Life:
    def __init__(self, place: Place, dice: Random, begins: datetime, ends: datetime) -> None:
        self.diary = Diary(dice, begins, ends)
        gatherings = Gatherings(self.diary)
        parts = (
            gatherings,
            Casework(self.diary, place, gatherings),
            LookingBack(self.diary),
            Loser(self.diary, place),
            Concerns(self.diary, place),
            Batons(self.diary, place),
            Clubs(self.diary, place),
        )
        self._reacts: dict[str, React] = {}
        for part in parts:
            self._reacts |= part.reacts

    def reached(self, kind: str, recipient: int, subject: int, now: datetime) -> None:
        """Somebody was told something; most act on it, some later, some never."""
        chance, hours, doing = self._reacts.get(kind, (0.0, 0.0, None))
        if doing is not None and self.diary.dice.random() < chance:
            self.diary.soon(now, hours, doing(recipient, subject))
