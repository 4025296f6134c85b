"""The few facts a store remembers about itself: whose key it is sealed with, what was announced."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

KEY = "key"
BOT_USERNAME = "bot_username"
ANNOUNCED = "announced"
BACKED_UP = "backed_up"
"""When a backup was last written, so in every backup when the one before was."""


class StoreFact(Base):
    __tablename__ = "store_facts"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def get(session: Session, key: str) -> str | None:
    fact = session.get(StoreFact, key)
    return None if fact is None else fact.value


def put(session: Session, key: str, value: str) -> None:
    session.merge(StoreFact(key=key, value=value))
    session.flush()
