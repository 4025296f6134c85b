"""The few types a conversation speaks in: what is heard becomes a Turn, what is said a Message."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from locales import Text
from models import audit, discretion, ledger, outbox, written
from models.contacts import Contact
from models.outbox import Mode, Outgoing, Promise
from models.people import Person
from models.terms import Why

if TYPE_CHECKING:  # handlers pass the session on to models; they never query with it
    from sqlalchemy.orm import Session


AGAIN = "again"
"""Among the parameters of what is opened anew: its reader is told when it is not there any more."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. Exactly one of `action`, `command`, `choice` and `url` is set.

    `action` names an entry of handlers.BUTTONS and acts on a thing (`subject`, `version`);
    `choice` answers the question it is shown with; `command` is pressed instead of typed.
    """

    label: Text
    action: str = ""
    subject: int = 0
    version: int = 0
    choice: str = ""
    command: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to make when it is sent: `kind` names a maker in bot/attachments.py."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What will be said, before it is in any language."""

    text: Text
    buttons: Rows = ()
    attachment: Attachment | None = None
    menu: tuple[tuple[Text, ...], ...] | None = None  # the keyboard that stays at the bottom
    silent: bool = False  # arrives without a sound or a push
    plain: Message | None = None  # what is said where nothing of a case may be shown


NOT_HEARD = frozenset(
    {"consent.changed", "meeting.changed", "meeting.begun", "question.moved", "question.over"}
)
"""Toasts that tell someone that their button was of something older."""
OVERTAKEN = NOT_HEARD | {"consent.already", "evaluation.moved", "map.as_it_is", "code.old"}
"""With every refusal: what is not said to a press that was well answered a moment ago."""


@dataclass(frozen=True)
class Turn:
    """One thing said to us, by whom, and the transaction it is handled in.

    Everything a turn says is promised, never sent: it goes out after the commit.
    """

    session: Session
    me: Person
    contact: Contact
    now: datetime
    occasion: str  # the update it answers: a repeated update promises nothing twice
    pressed: int | None = None  # the message whose button was pressed
    callback_id: str | None = None
    written: int | None = None  # the message that was written
    data: str = ""  # what the button carries that was pressed
    helped: int | None = None  # the help card that what was written has brought
    new: bool = False  # this chat has said nothing before
    said: set[str] = field(default_factory=set)  # "toast", once the press is answered

    def say(self, kind: str, subject: int | None = None, **params: object) -> None:
        """Answer in this chat with a new message."""
        self._promise(kind, Mode.NOTICE, Promise.RECEIPT, subject, params)

    def show(self, kind: str, subject: int | None = None, **params: object) -> None:
        """Answer by changing the message whose button was pressed; without one, say it anew."""
        promise = Promise.IDEMPOTENT if self.pressed else Promise.RECEIPT
        self._promise(kind, Mode.CARD, promise, subject, params, target=self.pressed)

    def ask(self, conversation_id: int, fingerprint: str, *, in_place: bool) -> str:
        """Put a flow's pending question; in place of the one a button answered, or anew.

        Returns the promise's key, by which the conversation knows where it was asked.
        """
        target = self.pressed if in_place else None
        promise = Promise.IDEMPOTENT if target else Promise.RECEIPT
        told = {"fingerprint": fingerprint}
        self._promise("question", Mode.QUESTION, promise, conversation_id, told, target=target)
        return outbox.key_of("question", conversation_id, self.occasion, self.me.id)

    def show_again(self, said: Outgoing) -> None:
        """Put what was once said here into words anew, in the message whose button was pressed."""
        mode = Mode.QUESTION if said.mode == Mode.QUESTION else Mode.CARD
        params = {**said.params, AGAIN: True}
        self._promise(
            said.kind, mode, Promise.IDEMPOTENT, said.subject_id, params, target=self.pressed
        )

    def unsay(self, message_id: int) -> None:
        """Remove what the person wrote from the chat: if it is kept, then sealed in the store."""
        written.gone(self.session, self.contact.id, message_id)
        self._promise("unsay", Mode.DELETE, Promise.IDEMPOTENT, None, {}, target=message_id)

    def strip(self, message_id: int | None = None) -> None:
        """Take the buttons off the message that was pressed, or off another: it is answered."""
        target = message_id or self.pressed
        if target:
            self._promise("strip", Mode.STRIP, Promise.IDEMPOTENT, None, {}, target=target)

    def let_stand(self, kind: str, subject: int | None, message_id: int | None) -> None:
        """Say nothing of what has just been promised: the words brought the help card, and that is
        enough. The row is as for any other words, so that none tells of danger."""
        key = outbox.key_of(kind, subject, self.occasion, self.me.id)
        outbox.let_stand(self.session, key, message_id, self.now)
        row = outbox.by_key(self.session, key)
        opened = row is not None and ledger.shows_details(self.session, row)
        if (
            row
            and opened
            and discretion.closes_again(self.session, self.contact.channel, self.now)
        ):
            ledger.cover_later(self.session, row, self.now)

    def toast(self, words: str = "") -> None:
        """Answer the press itself; `words` names an entry of handlers.TOASTS, none just stops the
        little clock on the button. One that was not heard is in the audit."""
        if words in NOT_HEARD:
            audit.refused(
                self.session, actor_id=self.me.id, why=Why.STALE, kind="button", now=self.now
            )
        if self.callback_id is None:
            return
        self.said.add("toast")
        if is_overtaken(words) and self.is_again:
            words = ""
        told = {"words": words, "press": self._press} if self.data else {"words": words}
        self._promise("toast", Mode.TOAST, Promise.TOAST, None, told)

    @property
    def is_again(self) -> bool:
        """Whether the same press was heard a moment ago: a double tap, whose first did the thing."""
        if not self.data:
            return False
        before = outbox.answer_before(
            self.session, contact_id=self.contact.id, press=self._press, but=self.occasion,
            now=self.now,
        )  # fmt: skip
        return before is not None and not is_overtaken(before)

    @property
    def _press(self) -> str:
        return hashlib.sha256(f"{self.pressed} {self.data}".encode()).hexdigest()[:16]

    def _promise(
        self,
        kind: str,
        mode: Mode,
        promise: Promise,
        subject: int | None,
        params: Mapping[str, object],
        target: int | None = None,
    ) -> None:
        toast = mode is Mode.TOAST
        outbox.promise(
            self.session,
            kind=kind,
            mode=mode,
            promise=promise,
            recipient_id=self.me.id,
            contact_id=self.contact.id,
            subject_id=subject,
            occasion=self.occasion,
            params=params,
            now=self.now,
            target_id=target,
            callback_id=self.callback_id if toast else None,
            not_after=self.now + outbox.TOAST_LIFE if toast else None,
        )


def is_overtaken(words: str) -> bool:
    return words in OVERTAKEN or words.startswith("why.")


@dataclass(frozen=True)
class Reading:
    """A promise at the moment it is put into words: who reads, when, and what about."""

    session: Session
    reader: Person
    contact: Contact
    now: datetime
    subject: int
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def me(self) -> Person:
        """As a Turn calls them: for what is looked up alike when it is pressed and when it is read."""
        return self.reader


Compose = Callable[[Reading], Message | None]
"""Finds the words for a promise, asking the rules again. None, or Refused: it is moot by now."""

Press = Callable[[Turn, int, int], None]
"""Acts on a thing whose button was pressed: (turn, subject, version)."""

Command = Callable[[Turn, str], None]
"""Answers a command; the string is what was typed after it."""
