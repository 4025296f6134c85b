"""The youth's own voice beside what others write [22, 39]: a field that must be answered before it
can stand. 'Asked, and did not want to say' is an answer; not having asked is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Mapped

from models.base import refuse
from models.goals import worded
from models.sealed import Sealed, SealedRow
from models.terms import OwnVoice, Why


class WithVoice(SealedRow):
    """Mixin: a row that has the youth's own words beside its own."""

    voice: Mapped[str | None]
    voice_words_sealed: Mapped[bytes | None]
    voice_words = Sealed()


@dataclass(frozen=True)
class Said:
    state: OwnVoice
    words: str | None = None


def required(said: Said | None) -> Said:
    """As it will be kept. Refused: VOICE_REQUIRED when nobody has asked, WORDS_REQUIRED and
    TOO_LONG as for all words."""
    if said is None:
        refuse(Why.VOICE_REQUIRED)
    return Said(said.state, worded(said.words) if said.state is OwnVoice.SAID else None)


def put(row: WithVoice, said: Said | None) -> None:
    """Into a row that is in a session. What they said is never put over: a row is written once."""
    row.voice = said.state if said is not None else None
    row.voice_words = said.words if said is not None else None


def of(row: WithVoice) -> Said | None:
    return None if row.voice is None else Said(OwnVoice(row.voice), row.voice_words)
