"""What stands in a chat of the channel `web`: it lies with us, sealed, and nowhere else.

Every change in a chat gets the next number of that chat, so that a page that was away asks for
what came after the number it knows, and two pages agree.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, undefer

from models.base import Base, BigId, Id, Ref, new_id
from models.follow_ups import FollowedUp
from models.people import Person
from models.sealed import SealBroken, Sealed, SealedRow


class WebChat(FollowedUp, SealedRow, Base):
    """`id` is the contact's. What is due by itself is that nobody has seen what was put into it."""

    __tablename__ = "web_chats"

    id: Mapped[int] = mapped_column(
        BigId, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key_id: Mapped[Ref]
    changes: Mapped[int] = mapped_column(BigId, default=0)  # the number of the latest change
    unseen_since: Mapped[datetime | None]  # the first notice that nobody has looked at
    keyboard_sealed: Mapped[bytes | None]
    keyboard = Sealed()  # the labels that stay at the bottom


class WebMessage(SealedRow, Base):
    """One message, ours or theirs. A deleted one keeps its numbers, so that every page hears of it."""

    __tablename__ = "web_messages"
    __table_args__ = (UniqueConstraint("contact_id", "number"),)

    id: Mapped[Id]
    key_id: Mapped[Ref]
    contact_id: Mapped[Ref] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(BigId)  # the channel's id of the message: its first change
    change: Mapped[int] = mapped_column(BigId)  # its latest
    mine: Mapped[bool]  # written by the person
    gone: Mapped[bool] = mapped_column(default=False)
    edited: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(index=True)
    told_sealed: Mapped[bytes | None]
    told = Sealed()  # text, buttons and the name of a file, as JSON
    file_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    file = Sealed()  # base64


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a page shows it."""

    number: float
    mine: bool
    edited: bool
    at: datetime
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class News:
    """What came after a change: what stands there now, what is gone, and the keyboard. `shut`:
    the key is gone, so that what was kept cannot be read now."""

    change: int
    shown: Sequence[Shown]
    gone: Sequence[int]
    keyboard: Sequence[Sequence[str]]
    shut: bool = False
    unseen: bool = False  # something stands there that nobody has looked at


def of(session: Session, contact_id: int, person: Person) -> WebChat:
    """The chat, held until the commit: its changes are counted one after the other."""
    chat = session.get(WebChat, contact_id, with_for_update=True)
    if chat is None:
        chat = WebChat(id=contact_id, key_id=person.key_id, changes=0, steps_done=[])
        session.add(chat)
        session.flush()
    return chat


def _next(chat: WebChat) -> int:
    chat.changes += 1
    return chat.changes


def add(
    session: Session,
    chat: WebChat,
    person: Person,
    told: Mapping[str, Any],
    *,
    mine: bool,
    now: datetime,
    file: bytes | None = None,
) -> int:
    """A new message. Returns its number."""
    number = _next(chat)
    row = WebMessage(
        id=new_id(), key_id=person.key_id, contact_id=chat.id, number=number, change=number,
        mine=mine, gone=False, edited=False, at=now,
    )  # fmt: skip
    session.add(row)
    row.told = json.dumps(dict(told), ensure_ascii=False)
    if file is not None:
        row.file = base64.b64encode(file).decode()
    session.flush()
    return number


def change(session: Session, chat: WebChat, number: int, told: Mapping[str, Any]) -> bool:
    """New words in an old place. False when nothing of ours stands there any more."""
    row = _standing(session, chat.id, number)
    if row is None or row.mine:
        return False
    row.told = json.dumps(dict(told), ensure_ascii=False)
    row.change, row.edited = _next(chat), True
    session.flush()
    return True


def strip(session: Session, chat: WebChat, number: int) -> bool:
    """Take the buttons off."""
    row = _standing(session, chat.id, number)
    told = json.loads(row.told or "{}") if row is not None else {}
    if row is None or not told.get("rows"):
        return False
    row.told = json.dumps({**told, "rows": []}, ensure_ascii=False)
    row.change = _next(chat)
    session.flush()
    return True


def take_away(session: Session, chat: WebChat, number: int) -> None:
    row = _standing(session, chat.id, number)
    if row is not None:
        _empty(row, _next(chat))
        session.flush()


def clear(session: Session, contact_id: int, *, mine: bool = False) -> None:
    """Take away everything in a chat; or only what its owner wrote, when what we said goes its own
    way. Costs nothing where there is no such chat."""
    chat = session.get(WebChat, contact_id, with_for_update=True)
    if chat is None:
        return
    standing = select(WebMessage).where(WebMessage.contact_id == contact_id, ~WebMessage.gone)
    for row in session.scalars(standing.where(WebMessage.mine) if mine else standing):
        _empty(row, _next(chat))
    if not mine:
        chat.keyboard = None
        chat.unseen_since = chat.next_follow_up_at = None  # there is nothing to see
    session.flush()


def _empty(row: WebMessage, number: int) -> None:
    row.gone, row.change = True, number
    row.told, row.file = None, None


def _standing(session: Session, contact_id: int, number: int) -> WebMessage | None:
    return session.scalar(
        select(WebMessage).where(
            WebMessage.contact_id == contact_id, WebMessage.number == number, ~WebMessage.gone
        )
    )


def put_keyboard(chat: WebChat, person: Person, rows: Sequence[Sequence[str]]) -> None:
    """The labels that stay at the bottom from now on."""
    told = json.dumps([list(row) for row in rows], ensure_ascii=False)
    if chat.key_id == person.key_id and chat.keyboard == told:
        return
    chat.key_id = person.key_id
    chat.keyboard = told


# --- reading -------------------------------------------------------------------------------------


def news(session: Session, contact_id: int, after: int, most: int) -> News:
    """What changed after a number; the newest `most` messages of it. A number of another life of
    the chat is as good as none. Nothing at all, the keyboard neither, when nothing did."""
    chat = session.get(WebChat, contact_id)
    if chat is None:
        return News(0, (), (), ())
    unseen = chat.unseen_since is not None
    if after == chat.changes:
        return News(after, (), (), (), unseen=unseen)
    after = after if after <= chat.changes else 0
    since = WebMessage.contact_id == contact_id, WebMessage.change > after
    rows = session.scalars(
        select(WebMessage).where(*since).order_by(WebMessage.number.desc()).limit(most)
    ).all()
    gone = [row.number for row in rows if row.gone] if after else []
    try:
        shown = [_shown(row) for row in reversed(rows) if row.told_sealed is not None]
        keyboard = json.loads(chat.keyboard or "[]")
    except SealBroken:  # whoever must stop something gets in all the same
        return News(chat.changes, (), gone, (), shut=True, unseen=unseen)
    told = [each for each in shown if each.told]
    return News(chat.changes, told, gone, keyboard, unseen=unseen)


def _shown(row: WebMessage) -> Shown:
    told = json.loads(row.told or "{}")  # empty: its key was destroyed
    return Shown(row.number, row.mine, row.edited, row.at, told)


def before(session: Session, contact_id: int, number: int, most: int) -> Sequence[Shown]:
    """What stands before a message, the newest first."""
    standing = WebMessage.contact_id == contact_id, WebMessage.number < number, ~WebMessage.gone
    newest = select(WebMessage).where(*standing).order_by(WebMessage.number.desc()).limit(most)
    return [_shown(row) for row in session.scalars(newest) if row.told_sealed is not None]


def changes(session: Session, contact_ids: Sequence[int]) -> dict[int, int]:
    """The number of the latest change in each of these chats."""
    found = select(WebChat.id, WebChat.changes).where(WebChat.id.in_(contact_ids))
    return dict(session.execute(found).all())


def file_of(session: Session, contact_id: int, number: int) -> tuple[dict[str, Any], bytes] | None:
    """What its name and kind are, and the file itself, while it stands in the chat."""
    row = session.scalar(
        select(WebMessage)
        .options(undefer(WebMessage.file_sealed))
        .where(WebMessage.contact_id == contact_id, WebMessage.number == number, ~WebMessage.gone)
    )
    if row is None or row.file is None:
        return None
    return dict(json.loads(row.told or "{}").get("file", {})), base64.b64decode(row.file)


# --- what is old ---------------------------------------------------------------------------------


def sweep(session: Session, before: datetime, most: int) -> int:
    """Forget what was said before an instant. Open pages forget it when they are loaded anew."""
    ids = session.scalars(select(WebMessage.id).where(WebMessage.at < before).limit(most)).all()
    session.execute(delete(WebMessage).where(WebMessage.id.in_(ids)))
    return len(ids)


def last_written(session: Session, contact_id: int) -> int:
    """The number of what the owner wrote last."""
    written = WebMessage.contact_id == contact_id, WebMessage.mine
    return session.scalar(select(func.max(WebMessage.number)).where(*written)) or 0
