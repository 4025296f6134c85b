"""The cast, and who of it sits where in each channel the stories are told in."""

from __future__ import annotations

from bot import demo
from bot.clock import Clock
from bot.demo.mixed import Mixed
from bot.emulator.cast import CAST
from bot.emulator.emulator import Emulator
from tests.browsing import ORIGIN

IDS = {actor.name: actor.id for actor in CAST}
ON_WEB = {
    "telegram": frozenset[int](),
    "web": frozenset(IDS.values()),
    "mixed": demo.STAFF,
    "mixed-family": demo.STAFF | {IDS["Kari"]},
}
"""Who sits on the web: nobody, everybody, staff as the policy says, and one parent too."""


def world_of(channel: str, clock: Clock) -> Emulator:
    if not (on_web := ON_WEB[channel]):
        return Emulator(clock=clock)
    return Mixed(clock=clock, origin=ORIGIN, on_web=on_web, strangers_on_web=channel == "web")
