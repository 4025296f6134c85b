"""The youth's own voice: what was said of a tiltak, round by round. Saying it is in `evaluations`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Ref
from models.goals import Tiltak
from models.journal import Ends
from models.sealed import Sealed, SealedRow
from models.terms import VoiceState
from models.together import Rows


class Voice(Ends, SealedRow, Base):
    """What the youth says of one tiltak in one round; the last one said counts.

    For the youth and the holder alone: guardians and services have no view of it.
    """

    __tablename__ = "voices"
    __table_args__ = (UniqueConstraint("tiltak_id", "round", "seq"),)
    ENDS = ("taken_back_at",)

    id: Mapped[Id]
    key_id: Mapped[Ref]
    tiltak_id: Mapped[Ref] = mapped_column(ForeignKey("tiltak.id"))
    round: Mapped[int]  # the tiltak's version it is about
    seq: Mapped[int]
    score: Mapped[int | None]  # None: did not want to answer now
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]  # by the youth; then there is no answer in it
    words_sealed: Mapped[bytes | None]
    words = Sealed()


_SAID = Rows(
    select(Voice).where(Voice.taken_back_at.is_(None)).order_by(Voice.seq.desc()),
    by=Voice.tiltak_id,
)
_BEFORE = Rows(select(Tiltak), by=Tiltak.replaced_by)


def voice_of(session: Session, thing: Tiltak) -> Voice | None:
    """What the youth last said in the tiltak's present round."""
    said = _SAID.of(session, thing.id)
    return next((each for each in said if each.round == thing.version), None)


def voice_state(thing: Tiltak, voice: Voice | None) -> VoiceState:
    if voice is not None:
        return VoiceState.NOT_NOW if voice.score is None else VoiceState.ANSWERED
    return VoiceState.NOT_ASKED if thing.asked_at is None else VoiceState.SILENT


def curve(session: Session, thing: Tiltak) -> tuple[tuple[datetime, int], ...]:
    """What the youth last said in each round, of the tiltak and of those it took the place of; the
    first one first. 'Not now' is no point of it."""
    points: list[tuple[datetime, int]] = []
    place: Tiltak | None = thing
    while place is not None:
        said = sorted(_SAID.of(session, place.id), key=lambda voice: (voice.round, voice.seq))
        last = {voice.round: voice for voice in said}
        points = [(v.at, v.score) for v in last.values() if v.score is not None] + points
        place = next(iter(_BEFORE.of(session, place.id)), None)
    return tuple(points)
