"""Which outbox rows are next, as statements made once: building them anew for every message cost
more than running them.

All take `now`; `mine` are the ids of rows this process has on their way, `full` the chats that get
no new message just now, `stopped` the channels that stand still.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)

from bot.desk import CHANGES
from models.contacts import Contact
from models.mail_addresses import CHANNEL as EMAIL
from models.outbox import BROADCASTS, Mode, Outgoing, OutState
from models.people import Person

_NOW: BindParameter[datetime] = bindparam("now")
_IN_A_CHAT = and_(Outgoing.mode != Mode.TOAST, Outgoing.contact_id.is_not(None))
_DUE = and_(_IN_A_CHAT, Outgoing.state == OutState.WAITING, Outgoing.not_before <= _NOW)
_TRIED = and_(Outgoing.state == OutState.WAITING, Outgoing.attempts > 0, Outgoing.ambiguous == 0)
_IN_LINE = and_(_IN_A_CHAT, or_(Outgoing.state == OutState.SENDING, _TRIED))
"""Rows that hold up what comes after them in their chat: those on their way, and those not sent
yet that are tried again. One that may have arrived holds up nothing."""
_IS_BROADCAST = Outgoing.promise.in_(BROADCASTS)
_IS_CHANGE = or_(Outgoing.target_id.is_not(None), Outgoing.mode.in_(CHANGES))
_NOT_MINE = Outgoing.id.not_in(bindparam("mine", expanding=True))
_FULL = Outgoing.contact_id.in_(bindparam("full", expanding=True))

BACK: Select[Outgoing, Contact] = (
    select(Outgoing, Contact)
    .join(Contact, Contact.id == Outgoing.contact_id)
    .where(Outgoing.id.in_(bindparam("ids", expanding=True)))
    .order_by(Outgoing.id)
    .with_for_update(of=Outgoing)
)
"""What was on its way and has come back, held; with its chat, of which more is asked then."""

AT_ONCE = 50
"""For so many a chat is found in one transaction."""

LOST: Select[Outgoing] = (
    select(Outgoing)
    .where(Outgoing.state == OutState.SENDING, Outgoing.lease_until <= _NOW, _NOT_MINE)
    .with_for_update(skip_locked=True)
)
"""Their holder let the lease run out."""

LOOSE: Select[Outgoing] = (
    select(Outgoing)
    .where(
        Outgoing.contact_id.is_(None),
        Outgoing.state == OutState.WAITING,
        Outgoing.not_before <= _NOW,
    )
    .order_by(Outgoing.id)
    .limit(AT_ONCE)
    .with_for_update()
)
"""Promised to a person rather than said in a chat, and not addressed yet. Another worker who has them
is waited for: else what is said in the chat later would overtake them."""

TOASTS: Select[Outgoing, Contact, Person] = (
    select(Outgoing, Contact, Person)
    .join(Contact, Contact.id == Outgoing.contact_id)
    .join(Person, Person.id == Outgoing.recipient_id)
    .where(Outgoing.mode == Mode.TOAST, Outgoing.state == OutState.WAITING)
    .order_by(Outgoing.id)
    .limit(bindparam("room"))
    .with_for_update(of=Outgoing, skip_locked=True)
)
"""With chat and reader, so that neither is asked for when it is put into words."""

_HEADS: Select[Outgoing, Contact, Person] = (
    select(Outgoing, Contact, Person)
    .join(Contact, Contact.id == Outgoing.contact_id)
    .join(Person, Person.id == Outgoing.recipient_id)
    .where(
        Outgoing.id.in_(
            select(func.min(Outgoing.id)).where(or_(_IN_LINE, _DUE)).group_by(Outgoing.contact_id)
        ),
        Outgoing.contact_id.not_in(
            select(Outgoing.contact_id).where(_IN_A_CHAT, Outgoing.state == OutState.SENDING)
        ),
        _DUE,
        or_(Contact.blocked_until.is_(None), Contact.blocked_until <= _NOW),
        or_(_IS_CHANGE, ~_FULL),
        Contact.channel.not_in(bindparam("stopped", expanding=True)),
    )
    .order_by(case((_IS_BROADCAST, 1), else_=0), Outgoing.id)
    .limit(bindparam("room"))
    .with_for_update(of=Outgoing, skip_locked=True)
)
_AT_HOME = Contact.channel.in_(bindparam("at_home", expanding=True))
_BY_MAIL = Contact.channel == EMAIL
HEADS, HEADS_AT_HOME = _HEADS.where(~_AT_HOME, ~_BY_MAIL), _HEADS.where(_AT_HOME)
HEADS_BY_MAIL = _HEADS.where(_BY_MAIL)
"""The first in line of each chat in which nothing is on its way; replies before broadcasts. Those
that leave the house, those in chats that lie `at_home`, which nothing outside holds up, and
letters, which hold up nothing else."""

WAKE: Select[datetime | None, datetime | None] = select(
    select(func.min(Outgoing.not_before))
    .where(Outgoing.state == OutState.WAITING, Outgoing.not_before > _NOW)
    .scalar_subquery(),
    select(func.min(Outgoing.lease_until))
    .where(Outgoing.state == OutState.SENDING, _NOT_MINE)
    .scalar_subquery(),
)
"""When the next row is due, and when the next lease of another runs out."""

PATIENT: Select[datetime | None] = (
    select(func.min(Contact.blocked_until))
    .join(Outgoing, Outgoing.contact_id == Contact.id)
    .where(_DUE, Contact.blocked_until > _NOW)
)
"""When the next chat that Telegram asked to leave in peace may be written to again."""


def _held(by: ColumnElement[bool]) -> Select[bool]:
    return select(exists().where(_DUE, by))


HELD_BY_CHATS = _held(and_(_FULL, ~_IS_CHANGE))
HELD_BROADCASTS = _held(or_(and_(_FULL, ~_IS_CHANGE), _IS_BROADCAST))
TRIED_AGAIN: Select[bool] = select(exists().where(_TRIED, _IN_A_CHAT, Outgoing.not_before <= _NOW))
"""What was sent in vain and is tried again by then."""
HELD_AT_ALL = select(exists().where(_DUE))
"""Whether something due is held back by the pace: of its chat, of broadcasts too, of everything."""
