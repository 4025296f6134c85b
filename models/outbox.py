"""The one way out: every outgoing message is a row here, committed with what it tells of.

A row holds a kind, a recipient, a subject id and small parameters, never words about anyone; the
words are found when it is sent. `waiting -> sending -> sent | moot | uncertain | failed`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Counter, Ref, inserted


class Mode(StrEnum):
    NOTICE = "notice"  # a new message about a thing
    QUESTION = "question"  # a flow's pending question, composed by replaying the flow
    CARD = "card"  # a view; edited in place when it has a target
    TOAST = "toast"  # the answer to a button press; one try
    DELETE = "delete"
    HIDE = "hide"  # a neutral line in place of what is too old to be deleted
    STRIP = "strip"  # take the buttons off an old message


class Promise(StrEnum):
    """What an ambiguous time-out means for a row (RELIABILITY 3.4)."""

    RECEIPT = "receipt"  # the answer to one's own act: repeated once, flagged, before broadcasts
    NEWS = "news"  # what happened: repeated once, flagged, in its turn, whoever is muted
    REMINDER = "reminder"  # as news, but only to those who want reminders
    ONCE = "once"  # a one-time link: never repeated
    IDEMPOTENT = "idempotent"  # edits and deletes: retried freely
    TOAST = "toast"  # one try, outside the pacing


class OutState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    MOOT = "moot"  # no longer true, or no longer allowed, when its turn came
    UNCERTAIN = "uncertain"  # may or may not have arrived; visible to the operator
    FAILED = "failed"


PROMISED = "promised"
"""In a session's info: something may be there to send, so delivery is nudged after the commit."""
ROWS = "outbox_rows"
"""Which messages a transaction has promised, for the log: what somebody said can be followed to
what came of it. Without what follows from a message that is read, and comes later."""
STOOD = "outbox_stood"
"""Which of them stand in the chat already (`let_stand`)."""
OPEN_STATES = (OutState.WAITING, OutState.SENDING)
BROADCASTS = (Promise.NEWS, Promise.REMINDER)
"""What nobody waits for: after replies, and to whichever chat is the person's by then."""


class Outgoing(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_outbox_open", "contact_id", "state", "id"),
        Index("ix_outbox_due", "state", "not_before"),
        Index("ix_outbox_message", "contact_id", "message_id"),
    )

    id: Mapped[Counter]
    key: Mapped[str]  # kind, subject, occasion, recipient: a thing is promised once
    mode: Mapped[str]
    kind: Mapped[str]  # the name of a composer in handlers.NOTICES
    promise: Mapped[str]
    recipient_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    contact_id: Mapped[Ref | None] = mapped_column(ForeignKey("contacts.id"))
    subject_id: Mapped[Ref | None]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    occasion: Mapped[str]
    state: Mapped[str] = mapped_column(default=OutState.WAITING)
    said_at: Mapped[datetime | None]  # when that was said which this answers
    not_before: Mapped[datetime]
    not_after: Mapped[datetime | None]  # later than this it is moot
    attempts: Mapped[int] = mapped_column(default=0)
    ambiguous: Mapped[int] = mapped_column(
        default=0
    )  # how often it may have arrived unknown to us
    target_id: Mapped[Ref | None]  # the channel's id of the message to edit, strip or delete
    message_id: Mapped[Ref | None]  # the channel's id of what was sent: the ledger
    fixed: Mapped[bool] = mapped_column(default=False)  # takes no new words
    callback_id: Mapped[str | None]
    fence: Mapped[int] = mapped_column(default=0)  # goes up with each claim; a stale claimer loses
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]  # a class of error, never its text


def key_of(kind: str, subject_id: int | None, occasion: str, recipient_id: int) -> str:
    return f"{kind}|{subject_id or 0}|{occasion}|{recipient_id}"


def promise(
    session: Session,
    *,
    kind: str,
    recipient_id: int,
    occasion: str,
    now: datetime,
    subject_id: int | None = None,
    mode: Mode = Mode.NOTICE,
    promise: Promise = Promise.NEWS,
    contact_id: int | None = None,
    params: Mapping[str, object] | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    target_id: int | None = None,
    callback_id: str | None = None,
) -> bool:
    """Promise a message. False if the same was promised before: a double tick tells nothing twice.

    `contact_id` fixes the chat (replies); without it delivery finds the person's own contact.
    """
    session.info[PROMISED] = True
    row = inserted(
        session,
        Outgoing,
        {
            "key": key_of(kind, subject_id, occasion, recipient_id),
            "mode": mode,
            "kind": kind,
            "promise": promise,
            "recipient_id": recipient_id,
            "contact_id": contact_id,
            "subject_id": subject_id,
            "params": dict(params or {}),
            "occasion": occasion,
            "state": OutState.WAITING,
            "said_at": session.info.get("said_at", now),
            "not_before": not_before or now,
            "not_after": not_after,
            "target_id": target_id,
            "callback_id": callback_id,
            "attempts": 0,
            "ambiguous": 0,
            "fence": 0,
        },
    )
    if row is not None and (not_before is None or not_before <= now):
        session.info.setdefault(ROWS, []).extend(row)
    return row is not None


def said_straight(
    session: Session,
    *,
    kind: str,
    recipient_id: int,
    contact_id: int,
    message_id: int,
    occasion: str,
    now: datetime,
) -> None:
    """Remember a message that went past the outbox, so that what clears the chat finds it."""
    is_new = promise(
        session, kind=kind, recipient_id=recipient_id, contact_id=contact_id, occasion=occasion,
        promise=Promise.RECEIPT, now=now,
    )  # fmt: skip
    if is_new:
        let_stand(session, key_of(kind, None, occasion, recipient_id), message_id, now)


def let_stand(session: Session, key: str, message_id: int | None, now: datetime) -> None:
    """Count a promise as sent, in a message that stands in the chat already."""
    stood = session.scalars(
        update(Outgoing)
        .where(Outgoing.key == key, Outgoing.state == OutState.WAITING)
        .values(state=OutState.SENT, message_id=message_id, sent_at=now, attempts=1, fence=1)
        .returning(Outgoing.id)
    )
    session.info.setdefault(STOOD, []).extend(stood)


def silence(session: Session, *, subject_id: int, kinds: Sequence[str]) -> None:
    """Make waiting notices about a thing moot: it moved, it ended, or a later step took over."""
    session.execute(
        update(Outgoing)
        .where(
            Outgoing.subject_id == subject_id,
            Outgoing.kind.in_(kinds),
            Outgoing.state == OutState.WAITING,
        )
        .values(state=OutState.MOOT)
    )


def silence_older(
    session: Session, *, kind: str, subject_id: int, recipient_id: int, but: str
) -> None:
    """The same to one, for all occasions but the newest."""
    session.execute(
        update(Outgoing)
        .where(
            Outgoing.kind == kind,
            Outgoing.subject_id == subject_id,
            Outgoing.recipient_id == recipient_id,
            Outgoing.occasion != but,
            Outgoing.state == OutState.WAITING,
        )
        .values(state=OutState.MOOT)
    )


def hand_on(
    session: Session, subject_ids: Collection[int], giver: int, taker: int, but: Collection[str]
) -> None:
    """What was promised to one about these things, and is not sent, is another's from now on; but
    for some kinds. It is still put into words under what its reader may know."""
    waiting = select(Outgoing).where(
        Outgoing.recipient_id == giver,
        Outgoing.subject_id.in_(subject_ids),
        Outgoing.kind.not_in(but),
        Outgoing.promise.in_(BROADCASTS),
        Outgoing.state == OutState.WAITING,
    )
    for row in session.scalars(waiting).all():
        key = key_of(row.kind, row.subject_id, row.occasion, taker)
        if by_key(session, key) is not None:
            row.state = OutState.MOOT
        else:
            row.key, row.recipient_id = key, taker
    session.flush()


def blur(session: Session, kinds: Sequence[str], into: str, limit: int) -> int:
    """Let what has been sent of these kinds tell no more which one it was. Returns how many did."""
    rows = session.scalars(
        select(Outgoing)
        .where(Outgoing.kind.in_(kinds), Outgoing.state.not_in(OPEN_STATES))
        .limit(limit)
    ).all()
    for row in rows:
        row.kind, row.subject_id, row.params = into, None, {}
        row.key = key_of(into, row.id, row.occasion, row.recipient_id)
    return len(rows)


def by_key(session: Session, key: str) -> Outgoing | None:
    return session.scalar(select(Outgoing).where(Outgoing.key == key))


def was_promised(session: Session, kind: str, subject_id: int, recipient_id: int) -> bool:
    """Whether someone was told of a thing, or is to be: also who has lost the right to it since."""
    found = select(Outgoing.id).where(
        Outgoing.kind == kind,
        Outgoing.subject_id == subject_id,
        Outgoing.recipient_id == recipient_id,
    )
    return session.scalars(found.limit(1)).first() is not None


def answer_before(
    session: Session, *, contact_id: int, press: str, but: str, now: datetime
) -> str | None:
    """What the same press was answered with a moment ago; None if it is the first, or if another
    came between."""
    last = session.scalars(
        select(Outgoing)
        .where(
            Outgoing.contact_id == contact_id,
            Outgoing.mode == Mode.TOAST,
            Outgoing.occasion != but,
            Outgoing.said_at >= now - DOUBLE_TAP,
        )
        .order_by(Outgoing.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.params.get("press") != press:
        return None
    return str(last.params["words"])


DOUBLE_TAP = timedelta(seconds=5)
"""The same button again so soon is the same press, meant once."""
TOAST_LIFE = timedelta(seconds=10)
"""A callback answer later than this is moot (HOUSE 5); Telegram refuses it anyway."""
