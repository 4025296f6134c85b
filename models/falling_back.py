"""When nobody sees what they were told: first their chat, then an e-mail that there is something,
then a person who finds another way (`MunicipalPolicy.fallback`).

A web chat that nobody has open counts as unseen from the first notice put into it until somebody
looks. What is for a chat that is closed waits a while for it to open again, if a mail can say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, update
from sqlalchemy.orm import Session

from models import (
    contacts,
    follow_ups,
    mail,
    mail_addresses,
    municipality,
    outbox,
    people,
    reminding,
    unreached,
)
from models.contacts import Contact
from models.follow_ups import Ladder
from models.outbox import BROADCASTS, OPEN_STATES, Outgoing, OutState, Promise
from models.people import Person
from models.reminding import Step
from models.web_chats import WebChat, WebMessage

NEWS = "mail.new"
"""The kind of the mail that tells that there is something."""
WEEKLY = "mail.weekly"
"""The same on Fridays, of what waits for staff."""
KINDS = (NEWS, WEEKLY)
"""Moot as soon as somebody looks; a mail about a meeting is not, it brings the calendar file. Nor
does it tell that something else is there."""
MAILED = "mailed"
"""In the place of an error: a notice waits for a chat, which a mail has asked for."""
ARRIVED = (OutState.SENT, OutState.UNCERTAIN)
WEEK = timedelta(days=6)  # from one Friday to a little before the next
TRIED_FOR = timedelta(days=2)
"""So long a mail that servers put off is tried."""
NEAR = timedelta(days=1)
"""So long before a notice makes no sense any more a person has to know that it is not seen."""
MOST = 50


def chat_of(session: Session, person_id: int, now: datetime) -> Contact | None:
    """Where somebody is told things, if they have several chats: in the order of the policy. Where
    staff's hats have no effect in Telegram, staff are not told there what they have elsewhere."""
    rules = municipality.policy_at(session, now)
    ways = rules.fallback
    if not rules.staff_telegram and people.positions(session, person_id):
        ways = tuple(way for way in ways if way != "telegram")
    return contacts.of(session, person_id, ways)


def pauses_in(session: Session, contact: Contact, now: datetime) -> int:
    """The chat whose owner may have chosen a pause: for a mail, the one it tells of."""
    is_mail = contact.channel == mail_addresses.CHANNEL
    chat = chat_of(session, contact.person_id, now) if is_mail else None
    return chat.id if chat is not None else contact.id


# --- seen, and not seen --------------------------------------------------------------------------


def unseen(session: Session, row: Outgoing, now: datetime) -> None:
    """A notice that nobody asked for was put into a web chat that is open on no page."""
    if row.promise not in BROADCASTS or row.contact_id is None:
        return
    chat = session.get(WebChat, row.contact_id)
    if chat is None:
        return
    session.flush()
    if chat.unseen_since is None or _is_only_one(session, row, now):
        chat.unseen_since, chat.steps_done = now, []
    elif not _is_told(session, row.recipient_id):
        chat.steps_done = [step for step in chat.steps_done if step != "email"]
    follow_ups.reschedule(session, LADDER, chat, now)


def _is_only_one(session: Session, row: Outgoing, now: datetime) -> bool:
    """Whether all that was unseen before is gone: the ladder begins anew."""
    person = session.get_one(Person, row.recipient_id)
    return [each.id for each in still_new(session, person, now)] == [row.id]


def looked(session: Session, person_id: int, contact_id: int | None, now: datetime) -> None:
    """Somebody has said something, or looks at the page of the web chat `contact_id`: what is there
    is seen, the next news may be told by mail again, and what waited for a chat goes out."""
    chat = session.get(WebChat, contact_id) if contact_id is not None else None
    if chat is not None and chat.unseen_since is not None:
        chat.unseen_since, chat.steps_done = None, []
        follow_ups.reschedule(session, LADDER, chat, now)
    row = mail_addresses.confirmed(session, person_id) if session.info.get("mail") else None
    if row is None:
        return
    release(session, person_id, now)
    if not _is_told(session, person_id):
        return
    row.looked_at = now
    mine = Outgoing.contact_id == row.id, Outgoing.kind.in_(KINDS)
    waits = Outgoing.state == OutState.WAITING
    session.execute(update(Outgoing).where(*mine, waits).values(state=OutState.MOOT))


def release(session: Session, person_id: int, now: datetime) -> None:
    """What waits for somebody's chat is looked at again now."""
    kept = update(Outgoing).where(_kept(person_id)).values(not_before=now)
    if session.execute(kept.returning(Outgoing.id)).first() is not None:
        session.info[outbox.PROMISED] = True


def _kept(person_id: int) -> ColumnElement[bool]:
    return and_(
        Outgoing.recipient_id == person_id,
        Outgoing.state == OutState.WAITING,
        Outgoing.error == MAILED,
    )


# --- the mail ------------------------------------------------------------------------------------


def notify(
    session: Session,
    person_id: int,
    now: datetime,
    kind: str = NEWS,
    as_a: Promise = Promise.NEWS,
) -> bool:
    """Promise the mail that there is something, unless one lies there that was not looked at; on
    Fridays, unless this week's does. False when there is nowhere to send it."""
    row = mail.of(session, person_id)
    if row is None or not mail.may_have(session, session.get_one(Person, person_id), now):
        return False
    if not (_is_told(session, person_id) if kind == NEWS else _has_weekly(session, row.id, now)):
        rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
        at = reminding.in_window(now, rules, calendar)
        outbox.promise(
            session, kind=kind, recipient_id=person_id, contact_id=row.id, now=now, not_before=at,
            not_after=at + TRIED_FOR, occasion=now.isoformat(), promise=as_a,
        )  # fmt: skip
    return True


def _is_told(session: Session, person_id: int) -> bool:
    """Whether a mail is on its way, or lies there that was not looked at since."""
    row = mail.of(session, person_id)
    if row is None:
        return False
    mine = Outgoing.contact_id == row.id, Outgoing.kind.in_(KINDS)
    fresh = Outgoing.said_at > row.looked_at if row.looked_at is not None else true()
    there = or_(Outgoing.state.in_(OPEN_STATES), and_(Outgoing.state.in_(ARRIVED), fresh))
    return bool(session.scalar(select(exists().where(*mine, there))))


def _has_weekly(session: Session, contact_id: int, now: datetime) -> bool:
    mine = Outgoing.contact_id == contact_id, Outgoing.kind == WEEKLY
    there = Outgoing.state.in_((*OPEN_STATES, *ARRIVED))
    return bool(
        session.scalar(select(exists().where(*mine, there, Outgoing.said_at > now - WEEK)))
    )


def still_new(session: Session, person: Person, now: datetime) -> Sequence[Outgoing]:
    """What somebody has not seen yet, newest first: in the web chat, and what waits for a chat."""
    in_web = and_(
        Outgoing.recipient_id == person.id,
        Outgoing.state == OutState.SENT,
        Outgoing.promise.in_(BROADCASTS),
        exists().where(
            WebChat.id == Outgoing.contact_id,
            WebChat.unseen_since <= Outgoing.sent_at,
            WebMessage.contact_id == WebChat.id,
            WebMessage.number == Outgoing.message_id,
            ~WebMessage.gone,
        ),
    )
    lasts = or_(Outgoing.not_after.is_(None), Outgoing.not_after >= now)
    found = select(Outgoing).where(or_(in_web, _kept(person.id)), lasts)
    return session.scalars(found.order_by(Outgoing.id.desc()).limit(MOST)).all()


# --- a chat that is closed -----------------------------------------------------------------------


def waits(session: Session, row: Outgoing, now: datetime) -> bool:
    """Let a notice that has no chat to go to wait for one, while a mail says that it is there; a
    day before it makes no sense any more a person hears of it at once. False when that was tried,
    or there is no mail to send."""
    rules, asked = municipality.policy_at(session, now), row.error == MAILED
    is_near = row.not_after is not None and row.not_after - NEAR <= now < row.not_after
    if row.promise not in BROADCASTS or "email" not in rules.fallback or (asked and not is_near):
        return False
    person = session.get_one(Person, row.recipient_id)
    if row.promise == Promise.REMINDER and person.muted:
        return False
    if not asked and not notify(session, person.id, now):
        return False
    until = now + timedelta(hours=rules.unseen_task_hours)
    if is_near:
        unreached.tell(session, person.id, now)
        until = row.not_after or until
    elif row.not_after is not None:
        until = min(until, row.not_after - NEAR)
    row.not_before = until
    row.state, row.error, row.contact_id, row.lease_until = OutState.WAITING, MAILED, None, None
    return True


def came_back(session: Session, contact_id: int, now: datetime) -> bool:
    """A mail came back later, to the sender's address. False when it was known, or says nothing."""
    person = mail.bounced(session, contact_id, now)
    if person is None:
        return False
    release(session, person.id, now)
    unreached.tell(session, person.id, now)
    return True


# --- by itself -----------------------------------------------------------------------------------


def _plan(session: Session, chat: WebChat, now: datetime) -> Sequence[Step]:
    if chat.unseen_since is None:
        return ()
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    mailed_at = chat.unseen_since + timedelta(minutes=rules.mail_after_minutes)
    task_at = chat.unseen_since + timedelta(hours=rules.unseen_task_hours)
    person = session.get_one(Person, session.get_one(Contact, chat.id).person_id)
    last = min((r.not_after for r in still_new(session, person, now) if r.not_after), default=None)
    if last is not None:  # whoever finds another way has a day for it, or what there is
        task_at = min(task_at, max(last - NEAR, mailed_at))
    steps = {
        "email": Step("email", reminding.in_window(mailed_at, rules, calendar)),
        # tells another person than the mail does, which may not swallow it
        "task": Step(
            "task", reminding.in_window(task_at, rules, calendar, event=last), settles=True
        ),
    }
    return tuple(steps[name] for name in rules.fallback if name in steps)


def _take(session: Session, chat: WebChat, step: Step, now: datetime) -> None:
    person_id = session.get_one(Contact, chat.id).person_id
    if step.name == "email":
        notify(session, person_id, now)
    elif still_new(session, session.get_one(Person, person_id), now):
        unreached.tell(session, person_id, now)


LADDER = Ladder(table=WebChat, plan=_plan, take=_take)
