"""Choosing notices by e-mail: an address is given, confirmed with a code sent to it, changed and
taken away, always by its owner. Nobody is told whether an address is known.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import (
    audit,
    contacts,
    follow_ups,
    ledger,
    mail_addresses,
    municipality,
    outbox,
    people,
    policy,
    reminding,
    unasked,
)
from models.audit import AuditEntry
from models.base import new_id, require
from models.contacts import Contact
from models.mail_addresses import CHANNEL, CODE_LIFE, MOST_TRIES, MailAddress
from models.outbox import Outgoing, Promise
from models.people import Person
from models.policy import Calendar, MunicipalPolicy
from models.reminding import Step
from models.terms import Why

EARLY = time(13)
"""On Fridays: in time to do something about what waits."""
FRIDAY = 4
CODE, MEETING = "mail.code", ledger.MAILED
MOST_A_DAY = 5
"""So many codes one person may ask for."""


class Came(StrEnum):
    """What a typed code came to."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # too late, too often, or nothing was to be confirmed


@dataclass(frozen=True)
class Chosen:
    """What somebody has chosen; the addresses only as far as their owner needs to know them by."""

    now: str | None  # where notices go
    waiting: str | None  # what is to be confirmed
    bounced: bool  # the one that was confirmed takes no mail
    failed: bool  # the code did not get there
    meetings: bool | None  # whether meetings come too; None: the municipality sends none


def may_have(session: Session, person: Person, now: datetime) -> bool:
    """Whether the municipality lets somebody choose mail: if it can send any, and to whom it lets."""
    if not session.info.get("mail", False) or person.confirmed_at is None:
        return False
    rules = municipality.policy_at(session, now)
    at_work = rules.mail_for == "staff" and people.positions(session, person.id)
    return rules.mail_for == "all" or bool(at_work)


def of(session: Session, person_id: int) -> MailAddress | None:
    """Where notices may go: confirmed, and not known to take none."""
    row = mail_addresses.confirmed(session, person_id)
    return row if row is not None and row.bounced_at is None else None


def chosen(session: Session, person: Person, now: datetime) -> Chosen:
    row, asked = (
        mail_addresses.confirmed(session, person.id),
        mail_addresses.waiting(session, person.id),
    )
    sends_meetings = municipality.policy_at(session, now).mail_meetings
    return Chosen(
        now=_masked(row),
        waiting=_masked(asked),
        bounced=row is not None and row.bounced_at is not None,
        failed=asked is not None and asked.bounced_at is not None,
        meetings=row.meetings if row is not None and sends_meetings else None,
    )


def _masked(row: MailAddress | None) -> str | None:
    return mail_addresses.masked(row.address or "") if row is not None else None


def want_meetings(session: Session, *, actor: Person, wanted: bool, now: datetime) -> None:
    """Whether meetings come by mail too, with a calendar file that says when and nothing else."""
    row = of(session, actor.id)
    require(row is not None and may_have(session, actor, now), Why.NOT_IN_STATE)
    require(municipality.policy_at(session, now).mail_meetings or not wanted, Why.NOT_IN_STATE)
    assert row is not None  # noqa: S101 - require raised otherwise
    row.meetings = wanted
    audit.record(
        session, action="mail.meetings", actor_id=actor.id, object_id=actor.id, now=now,
        detail={"wanted": wanted},
    )  # fmt: skip
    session.flush()


def wants_meetings(session: Session, person_id: int, now: datetime) -> bool:
    row = of(session, person_id)
    if row is None or not row.meetings:
        return False
    person = session.get_one(Person, person_id)
    rules = municipality.policy_at(session, now)
    return rules.mail_meetings and may_have(session, person, now)


def tell_meeting(
    session: Session,
    person_id: int,
    meeting_id: int,
    occasion: str,
    params: Mapping[str, object],
    now: datetime,
    not_before: datetime,
    not_after: datetime,
) -> None:
    """Promise the mail about a meeting to one who has chosen that, beside what is said in the chat."""
    row = of(session, person_id) if wants_meetings(session, person_id, now) else None
    if row is not None:
        outbox.promise(
            session, kind=MEETING, recipient_id=person_id, contact_id=row.id, now=now,
            subject_id=meeting_id, occasion=occasion, params=params, not_before=not_before,
            not_after=not_after,
        )  # fmt: skip


def ask(session: Session, *, actor: Person, address: str, now: datetime) -> None:
    """Send a code to an address; what was confirmed before stays until this one is."""
    require(may_have(session, actor, now), Why.NOT_IN_STATE)
    given = mail_addresses.normalised(address)
    require(given, Why.ABSENT)
    require(_asked_today(session, actor, now) < MOST_A_DAY, Why.TOO_MANY)
    before = mail_addresses.waiting(session, actor.id)
    if before is not None:
        _end(session, before)
    contact = contacts.add(session, actor, CHANNEL, new_id(), now)
    mail_addresses.make(session, contact_id=contact.id, person=actor, address=given or "", now=now)
    _recorded(session, "mail.ask", actor, now)
    outbox.promise(
        session, kind=CODE, recipient_id=actor.id, contact_id=contact.id, occasion="code",
        subject_id=contact.id, promise=Promise.ONCE, not_after=now + CODE_LIFE, now=now,
    )  # fmt: skip


def _asked_today(session: Session, actor: Person, now: datetime) -> int:
    mine = AuditEntry.actor_id == actor.id, AuditEntry.action == "mail.ask"
    lately = AuditEntry.at > now - timedelta(days=1)
    return session.scalar(select(func.count()).where(*mine, lately)) or 0


def confirm(session: Session, *, actor: Person, code: str, now: datetime) -> Came:
    """The code that came by mail. From here on this is the person's one address."""
    row = mail_addresses.waiting(session, actor.id)
    if row is None or now - row.asked_at > CODE_LIFE or row.tries >= MOST_TRIES:
        return Came.OVER
    right = hmac.compare_digest(mail_addresses.code_of(session, row).encode(), code.encode())
    if not right or mail_addresses.is_anothers(session, row):
        row.tries += 1
        session.flush()
        return Came.OVER if row.tries >= MOST_TRIES else Came.WRONG
    before = mail_addresses.confirmed(session, actor.id)
    if before is not None:
        _end(session, before)
    row.confirmed_at, row.taken = now, row.hash
    row.next_follow_up_at = follow_ups.next_at(week(session, row, now), row.steps_done, now)
    _recorded(session, "mail.confirm", actor, now)
    return Came.RIGHT


def remove(session: Session, *, actor: Person, now: datetime) -> bool:
    """No more mail; the addresses are forgotten at once. False when there was none."""
    if not end_all(session, actor.id):
        return False
    _recorded(session, "mail.remove", actor, now)
    return True


def end_all(session: Session, person_id: int) -> bool:
    """Forget every address of somebody, and all that was promised to it."""
    rows = session.scalars(select(MailAddress).where(MailAddress.person_id == person_id)).all()
    for row in rows:
        _end(session, row)
    return bool(rows)


def forget_unconfirmed(session: Session, now: datetime, most: int) -> int:
    """Those given more than a day ago. Returns how many."""
    old = MailAddress.confirmed_at.is_(None), MailAddress.asked_at < now - timedelta(days=1)
    rows = session.scalars(select(MailAddress).where(*old).limit(most)).all()
    for row in rows:
        _end(session, row)
    return len(rows)


def _end(session: Session, row: MailAddress) -> None:
    contact_id = row.id
    session.delete(row)
    session.flush()
    session.execute(delete(Outgoing).where(Outgoing.contact_id == contact_id))
    contact = session.get(Contact, contact_id)
    if contact is not None:
        session.delete(contact)
    session.flush()


def bounced(session: Session, contact_id: int, now: datetime) -> Person | None:
    """An address takes no mail: nothing more is sent there, and its owner hears of it in the chat.
    Returns whom others now cannot reach by mail; None for one that was never confirmed."""
    row = mail_addresses.get(session, contact_id)
    if row is None or row.bounced_at is not None:
        return None
    row.bounced_at, row.next_follow_up_at = now, None
    contacts.close(session.get_one(Contact, contact_id), now)
    audit.record(session, action="mail.bounced", actor_id=None, object_id=row.person_id, now=now)
    session.flush()
    unasked.tell(session, "mail.bounced", [row.person_id], contact_id, now.isoformat(), now)
    return session.get_one(Person, row.person_id) if row.confirmed_at is not None else None


def _recorded(session: Session, action: str, actor: Person, now: datetime) -> None:
    audit.record(session, action=action, actor_id=actor.id, object_id=actor.id, now=now)
    session.flush()


# --- on Fridays ----------------------------------------------------------------------------------


def week(session: Session, row: MailAddress, now: datetime) -> Sequence[Step]:
    """When it is next asked whether something waits for an address's owner (`weekly`)."""
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    if row.confirmed_at is None or row.bounced_at is not None or not rules.mail_friday:
        return ()
    if rules.friday_digest:  # which brings the mail itself: one, not two
        return ()
    at = _friday(row.weekly_at or row.confirmed_at, policy.today_in(now, rules), rules, calendar)
    return (Step(at.date().isoformat(), at),)


def _friday(after: datetime, today: date, rules: MunicipalPolicy, calendar: Calendar) -> datetime:
    """The first Friday hour that is neither told of, nor a day ago, nor on a red day."""
    zone = ZoneInfo(rules.zone)
    first = max(policy.today_in(after, rules), today)
    day = first + timedelta(days=(FRIDAY - first.weekday()) % 7)
    while datetime.combine(day, EARLY, zone) <= after or not reminding.is_open_day(
        day, rules, calendar
    ):
        day += timedelta(days=7)
    return reminding.in_window(datetime.combine(day, EARLY, zone), rules, calendar)
