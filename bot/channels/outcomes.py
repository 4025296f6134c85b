"""What became of one call, as far as anyone can know (RELIABILITY 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.channels.request import Ambiguous, NotSent, TooMany


class What(Enum):
    SENT = auto()
    NOT_SENT = auto()  # safe to try again
    AMBIGUOUS = auto()  # may have arrived
    WAIT = auto()  # not sent; Telegram asks for patience
    GONE = auto()  # the person blocked us, or is not there
    NO_TARGET = auto()  # the message to change cannot be changed
    VANISHED = auto()  # the message to change is there no more
    TOO_LATE = auto()  # the press can no longer be answered
    REFUSED = auto()  # our own mistake, or unknown; not sent


@dataclass(frozen=True, slots=True)
class Outcome:
    what: What
    message_id: int | None = None
    error: str = ""
    seconds: float = 0.0


# Lower-case pieces of Telegram's wording, which drifts; the class is asked first.
_REFUSALS = (
    ("is not modified", What.SENT),
    ("message to delete not found", What.SENT),
    ("query is too old", What.TOO_LATE),
    ("can't be edited", What.NO_TARGET),
    ("message to edit not found", What.VANISHED),
    ("no text in the message to edit", What.NO_TARGET),
    ("chat not found", What.GONE),
)


def outcome_of(error: Exception) -> Outcome:
    """Read an exception of `Sender`. What nobody foresaw counts as perhaps sent."""
    name = type(error).__name__
    match error:
        case TooMany():
            return Outcome(What.WAIT, error=name, seconds=error.seconds)
        case RetryAfter():
            return Outcome(What.WAIT, error=name, seconds=30.0)
        case NotSent() | InvalidToken() | Conflict():
            return Outcome(What.NOT_SENT, error=name)
        case Forbidden():
            return Outcome(What.GONE, error=name)
        case BadRequest():
            words = str(error).lower()
            found = next((what for piece, what in _REFUSALS if piece in words), What.REFUSED)
            return Outcome(found, error=name)
        case ChatMigrated():
            return Outcome(What.REFUSED, error=name)
        case Ambiguous():
            return Outcome(What.AMBIGUOUS, error=name)
    return Outcome(What.AMBIGUOUS, error=name)
