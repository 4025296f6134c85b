"""What a flow remembers between two replies: one row per chat.

Answers are kept by question name and sealed; the words of the question are not kept at all, they
come anew from replaying the flow.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Ref, new_id
from models.sealed import Sealed, SealedRow

LIFE = timedelta(hours=24)
"""A conversation left alone this long is forgotten, its answers with it."""


class Conversation(SealedRow, Base):
    __tablename__ = "conversations"

    id: Mapped[Id]
    key_id: Mapped[Ref]
    contact_id: Mapped[Ref] = mapped_column(ForeignKey("contacts.id"), unique=True)
    flow: Mapped[str]
    subject_id: Mapped[Ref | None]
    draft: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # ticks and calendar pages: not answers
    asked: Mapped[str] = mapped_column(default="")  # fingerprint of the question last promised
    asked_key: Mapped[str] = mapped_column(default="")  # the outbox key it was promised under
    expires_at: Mapped[datetime] = mapped_column(index=True)
    told_sealed: Mapped[bytes | None]
    told = Sealed()

    @property
    def answers(self) -> dict[str, Any]:
        """By question name, in the order they were given."""
        return dict(json.loads(self.told or "{}"))


def begin(
    session: Session,
    *,
    contact_id: int,
    key_id: int,
    flow: str,
    subject_id: int | None,
    now: datetime,
) -> Conversation:
    """Start a flow in a chat; what was pending there is forgotten."""
    end(session, contact_id)
    conversation = Conversation(
        id=new_id(),
        key_id=key_id,
        contact_id=contact_id,
        flow=flow,
        subject_id=subject_id,
        draft={},
        expires_at=now + LIFE,
    )
    session.add(conversation)
    remember(conversation, {}, now)
    session.flush()
    return conversation


def remember(conversation: Conversation, answers: dict[str, Any], now: datetime) -> None:
    """Replace the answers; the draft of the question just answered is dropped."""
    conversation.told = json.dumps(answers)
    conversation.draft = {}
    conversation.expires_at = now + LIFE


def of_contact(session: Session, contact_id: int, now: datetime) -> Conversation | None:
    """The conversation pending in a chat; an expired one is as good as none."""
    found = session.scalar(select(Conversation).where(Conversation.contact_id == contact_id))
    return found if found is not None and found.expires_at > now else None


def end(session: Session, contact_id: int) -> None:
    found = session.scalar(select(Conversation).where(Conversation.contact_id == contact_id))
    if found is not None:
        session.delete(found)
        session.flush()
