"""aiogram with SQLAlchemy's asynchronous ORM, storing the rows of rows.sql for each tap.

python aiogram_orm.py API DATABASE
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import sys
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message, Update
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TOKEN = "123456:AAbench-token-of-nobody-000000000000"
THANKS = "Takk. Du har sagt ja til at klubben kan vite om møtene."


class Base(DeclarativeBase):
    pass


class Handled(Base):
    __tablename__ = "handled"
    update_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str]
    confirmed_at: Mapped[str | None]
    name: Mapped[str]


class Contact(Base):
    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    address: Mapped[int]
    heard_at: Mapped[str]


class Guardianship(Base):
    __tablename__ = "guardianships"
    id: Mapped[int] = mapped_column(primary_key=True)
    ungdom_id: Mapped[int]
    foresatt_id: Mapped[int]
    responsibility: Mapped[bool]


class Question(Base):
    __tablename__ = "consent_questions"
    id: Mapped[int] = mapped_column(primary_key=True)
    ungdom_id: Mapped[int]
    version: Mapped[int]
    until: Mapped[str]
    scope: Mapped[str]


class Event(Base):
    __tablename__ = "consent_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int]
    consenter_id: Mapped[int]
    act: Mapped[str]
    at: Mapped[str]
    number: Mapped[str]
    text_hash: Mapped[str]


class Head(Base):
    __tablename__ = "audit_heads"
    chain: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


class Entry(Base):
    __tablename__ = "audit"
    chain: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    actor_id: Mapped[int]
    action: Mapped[str]
    detail: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


class Outgoing(Base):
    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    kind: Mapped[str]
    contact_id: Mapped[int]
    params: Mapped[str]
    state: Mapped[str]
    not_before: Mapped[str]
    sent_at: Mapped[str | None]
    message_id: Mapped[int | None]


engine = create_async_engine(f"sqlite+aiosqlite:///{sys.argv[2]}", connect_args={"timeout": 60})
Session = async_sessionmaker(engine, expire_on_commit=False)
dispatcher = Dispatcher()


@event.listens_for(engine.sync_engine, "connect")
def _durable(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(engine.sync_engine, "begin")
def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def consent(
    session: AsyncSession, update_id: int, address: int, question_id: int
) -> list[Outgoing]:
    """Everything a tap leaves behind. Empty when it was heard before or may not be said."""
    at = datetime.now(UTC).isoformat()
    if await session.get(Handled, update_id) is not None:
        return []
    session.add(Handled(update_id=update_id, at=at))
    contact = (await session.scalars(select(Contact).where(Contact.address == address))).one()
    contact.heard_at = at
    person = await session.get_one(Person, contact.person_id)
    question = await session.get_one(Question, question_id)
    events = await session.scalars(select(Event).where(Event.question_id == question.id))
    said = [each for each in events if each.consenter_id == person.id and each.act == "given"]
    guardians = await session.scalars(
        select(Guardianship.foresatt_id).where(
            Guardianship.ungdom_id == question.ungdom_id, Guardianship.responsibility
        )
    )
    if said or person.id not in set(guardians):
        return []
    number = secrets.token_hex(3)
    session.add(
        Event(
            question_id=question.id, consenter_id=person.id, act="given", at=at, number=number,
            text_hash=hashlib.sha256(THANKS.encode()).hexdigest(),
        )
    )  # fmt: skip
    await audit(session, question.ungdom_id, person.id, {"number": number, "at": at})
    promised = [
        Outgoing(
            key=f"{kind}|{question.id}|{update_id}|{person.id}", kind=kind, contact_id=contact.id,
            params=json.dumps({"number": number}), state="waiting", not_before=at,
        )
        for kind in ("toast", "card", "receipt")
    ]  # fmt: skip
    session.add_all(promised)
    return promised


async def audit(session: AsyncSession, chain: int, actor: int, detail: dict[str, str]) -> None:
    head = await session.get(Head, chain)
    if head is None:
        head = Head(chain=chain, seq=0, hash="")
        session.add(head)
    told = json.dumps([chain, head.seq + 1, actor, detail, head.hash])
    entry = Entry(
        chain=chain, seq=head.seq + 1, at=detail["at"], actor_id=actor, action="consents.given",
        detail=json.dumps(detail), previous=head.hash,
        hash=hashlib.sha256(told.encode()).hexdigest(),
    )  # fmt: skip
    session.add(entry)
    head.seq, head.hash = entry.seq, entry.hash


@dispatcher.callback_query(F.data.regexp(r"^consent:yes:\d+$"))
async def pressed(query: CallbackQuery, event_update: Update) -> None:
    assert isinstance(query.message, Message)
    question = int((query.data or "").rpartition(":")[2])
    async with Session() as session, session.begin():
        promised = await consent(session, event_update.update_id, query.from_user.id, question)
    if not promised:
        return
    await query.answer("Takk. Du har sagt ja.")
    await query.message.edit_text(THANKS)
    sent = await query.message.answer(f"Kvittering {promised[0].params}. {THANKS}")
    async with Session() as session, session.begin():
        at = datetime.now(UTC).isoformat()
        ids = [row.id for row in promised]
        await session.execute(
            update(Outgoing)
            .where(Outgoing.id.in_(ids))
            .values(state="sent", sent_at=at, message_id=sent.message_id)
        )


async def main() -> None:
    api = TelegramAPIServer.from_base(sys.argv[1])
    await dispatcher.start_polling(Bot(TOKEN, session=AiohttpSession(api=api)))
    await engine.dispose()


asyncio.run(main())
