"""The invented people of the demo. Ids are fixed, so a seeded store and a lone emulator agree."""

from __future__ import annotations

from dataclasses import dataclass

DEMO_TOKEN = "1:DEMO-not-a-secret-only-for-the-pretend-telegram"  # noqa: S105 - no real bot has it
"""The only shape of token the pretend Telegram takes: it begins with `1:DEMO`."""

BOT_USERNAME = "losbot_demo_bot"


@dataclass(frozen=True, slots=True)
class Actor:
    """One phone. `role` is a line for the reader of the page; Telegram does not know it.

    Ids lie above 32 bits on purpose, as real ones do.
    """

    id: int
    name: str
    role: str
    language_code: str


CAST = (
    Actor(7_000_000_001, "Ida", "ungdom, 15 år", "nb"),
    Actor(7_000_000_002, "Kari", "mamma til Ida", "nb"),
    Actor(7_000_000_003, "Per", "pappa til Ida, bor for seg", "nn"),
    Actor(7_000_000_004, "Jonas", "kontaktlærer, Fjordvik ungdomsskole", "nb"),
    Actor(7_000_000_005, "Randi", "rektor, Fjordvik ungdomsskole", "nb"),
    Actor(7_000_000_006, "Lise", "ungdomslos", "nb"),
    Actor(7_000_000_007, "Siri", "prosjektleder BTI", "nb"),
    Actor(7_000_000_008, "Amina", "fritidsleder, Fyret fritidsklubb", "nb"),
    Actor(7_000_000_009, "Sam", "en fremmed som ikke skal få vite noe", "en"),
    Actor(7_000_000_010, "Turid", "administrator, Fjordvik kommune", "nb"),
)
