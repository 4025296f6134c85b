"""The seam to the places where people are met: what comes in becomes a Said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

Kind = Literal["command", "button", "words", "other", "blocked", "unblocked", "silent"]


class Heard(Enum):
    """What came of something said."""

    BEFORE = "before"  # it was heard once already
    NOW = "now"
    HID = "hid"  # everything in the chat is to go


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a person did in a channel. `other` is what we do not read: a picture, an edit;
    `silent` is what nobody waits for an answer to."""

    channel: str
    address: int
    update_id: int
    name: str
    language_code: str | None
    kind: Kind
    at: datetime
    command: str = ""
    typed: str = ""  # what came after the command, or the words
    aside: str = ""  # words in what is not read: heard for danger, and for nothing else
    data: str = ""  # what the pressed button carries
    callback_id: str | None = None
    message_id: int | None = None  # the message that was pressed, or the one that was written
    helped: int | None = None  # the help card that these words have brought, or where they stand
    leave: int | None = None  # a group we were put into, and do not stay in
