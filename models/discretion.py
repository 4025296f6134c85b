"""What someone chose for a chat that others may see: a pause, no news until it is opened, a code.

One row a chat, made with the first choice. It is nobody else's business: no view and no card of
another person tells of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit, conversations, ledger, municipality, reminding, written
from models.base import Base, BigId, Ref, require
from models.journal import Ends
from models.mail_addresses import MailAddress
from models.outbox import BROADCASTS, PROMISED, Mode, Outgoing, OutState, Promise
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import Details, Why

LONGEST_PAUSE = 14  # days
IDLE = timedelta(minutes=10)
"""A chat with a code is shut when nothing was said in it for so long."""
LATE = timedelta(minutes=5)
"""Who has waited so long for an answer has put the phone away; a flooded chat and a short restart
take less."""
MOST_TRIES = 5
"""So many wrong codes in a row, and only staff can take the code off."""
HELD, OPENED = "held", "opened"
"""In the place of an error: why a notice waits, and that it may pass although the chat holds back."""
LOOK_AGAIN = timedelta(days=30)
"""A chat that is never opened is looked at so seldom."""

ALWAYS = frozenset(
    {
        "joining.waiting",  # the two stand together
        "consent.withdrawn",
        "consent.access_changed",
        "consent.youth_wishes_stop",
    }
)
"""What is sent at once whatever was chosen: taking back works now, for those who must stop."""
THROUGH_A_PAUSE = ALWAYS | {
    "meeting.moved",
    "meeting.cancelled",
    "meeting.file",
    "meeting.gone",
    "standing.changed",
    "standing.off",
    "standing.file",
    "standing.gone",
    "closing.meeting_off",
}


class Discretion(Ends, SealedRow, Base):
    """`id` is the contact's."""

    __tablename__ = "discretions"
    ENDS = ("key_id", "hash_sealed", "holds", "paused_until")
    WHEN_MADE = True

    id: Mapped[int] = mapped_column(
        BigId, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key_id: Mapped[Ref]
    paused_until: Mapped[datetime | None]
    holds: Mapped[bool] = mapped_column(default=False)  # nothing unasked until it is opened
    active_at: Mapped[datetime | None]  # when somebody who knew the code last said something
    tries: Mapped[int] = mapped_column(default=0)  # wrong codes in a row
    keypad: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the keypad is open for
    hash_sealed: Mapped[bytes | None]
    hash = Sealed()
    typed_sealed: Mapped[bytes | None]
    typed = Sealed()  # on the keypad, so far


def of(session: Session, contact_id: int) -> Discretion | None:
    return session.get(Discretion, contact_id)


def made(session: Session, contact_id: int, person: Person) -> Discretion:
    row = of(session, contact_id)
    if row is None:
        row = Discretion(id=contact_id, key_id=person.key_id, holds=False, tries=0, keypad={})
        session.add(row)
        session.flush()
    return row


def told(session: Session, contact_id: int) -> dict[str, Any]:
    """To the person alone, among all that we know of them."""
    kept = {"own_messages": written.count(session, contact_id)}
    row = of(session, contact_id)
    if row is None:
        return kept
    chosen = {"paused_until": row.paused_until, "holds_back": row.holds}
    return {**kept, **chosen, "has_code": row.hash_sealed is not None}


def forget(session: Session, contact_id: int) -> None:
    """The chat changes hands."""
    row = of(session, contact_id)
    if row is not None:
        session.delete(row)
        session.flush()


def follow(session: Session, contact_id: int, person: Person) -> None:
    """An account became a confirmed person: what it chose is sealed by that person's key."""
    row = of(session, contact_id)
    if row is not None and row.key_id != person.key_id:
        told = row.hash, row.typed
        row.key_id = person.key_id
        row.hash, row.typed = told
        session.flush()


# --- hiding ----------------------------------------------------------------------------------------


def hide(session: Session, *, actor: Person, contact_id: int, now: datetime, but: str) -> bool:
    """Clear a chat and forget what was being asked there; one with a code is shut. False when
    nothing stood in it but one message of the kind `but`, which stays."""
    conversations.end(session, contact_id)
    row = of(session, contact_id)
    if row is not None:
        row.active_at = None
    session.info["hidden"] = contact_id
    cleared = ledger.clear(session, actor.id, contact_id, now, but)
    _recorded(session, actor, "discretion.hide", now)
    return cleared


# --- pausing, and holding back until the chat is opened ------------------------------------------


def pause(session: Session, *, actor: Person, contact_id: int, days: int, now: datetime) -> None:
    """Nothing unasked but changed meetings for so many days; none of it is lost. Nought ends it."""
    require(0 <= days <= LONGEST_PAUSE, Why.STALE)
    row = made(session, contact_id, actor)
    row.paused_until = now + timedelta(days=days) if days else None
    _recorded(session, actor, "discretion.pause", now, days=days)
    release(session, contact_id, now)


def hold(session: Session, *, actor: Person, contact_id: int, holds: bool, now: datetime) -> None:
    """Nothing unasked at all until something is said or pressed here."""
    made(session, contact_id, actor).holds = holds
    _recorded(session, actor, "discretion.hold", now, holds=holds)
    release(session, contact_id, now)


def paused_until(session: Session, contact_id: int, now: datetime) -> datetime | None:
    row = of(session, contact_id)
    until = row.paused_until if row is not None else None
    return until if until is not None and until > now else None


def waits(session: Session, row: Outgoing, contact_id: int, now: datetime) -> bool:
    """Put off what nobody asked for, if its reader wants that. True if it was."""
    chosen = of(session, contact_id) if row.promise in BROADCASTS else None
    if chosen is None or row.attempts or row.kind in ALWAYS:
        return False
    until = paused_until(session, contact_id, now)
    told = row.params["news"] if row.kind == ledger.MAILED else row.kind
    if until is not None and told not in THROUGH_A_PAUSE:
        rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
        row.not_before = reminding.in_window(until, rules, calendar)
    elif chosen.holds and row.error != OPENED:
        row.not_before = now + LOOK_AGAIN
    else:
        return False
    row.error = HELD
    _once(session, row)
    return True


def _once(session: Session, row: Outgoing) -> None:
    """Of the same news about the same thing the newest is enough; and who has not been told of it
    needs no reminder."""
    held = select(Outgoing).where(
        Outgoing.contact_id == row.contact_id,
        Outgoing.subject_id == row.subject_id,
        Outgoing.state == OutState.WAITING,
        Outgoing.error == HELD,
        Outgoing.id < row.id,
    )
    for older in session.scalars(held).all():
        if (older.kind, older.params) == (row.kind, row.params):
            older.state = OutState.MOOT
        elif (older.promise, row.promise) == (Promise.NEWS, Promise.REMINDER):
            row.state = OutState.MOOT


def release(session: Session, contact_id: int, now: datetime, to: str | None = None) -> None:
    """What was put off is looked at again now, and so are the mails that went with the chat."""
    mails = (
        select(MailAddress.id)
        .join(Discretion, Discretion.key_id == MailAddress.key_id)
        .where(Discretion.id == contact_id)
    )
    held = (
        or_(Outgoing.contact_id == contact_id, Outgoing.contact_id.in_(mails)),
        Outgoing.state == OutState.WAITING,
        Outgoing.error == HELD,
    )
    session.execute(update(Outgoing).where(*held).values(not_before=now, error=to))
    session.info[PROMISED] = True


def opened(session: Session, contact_id: int, now: datetime) -> None:
    """Somebody said or pressed something here: it stays open for a while, and what was held back
    and is still true is sent. Not for hiding it."""
    row = of(session, contact_id)
    if row is None or session.info.get("hidden") == contact_id or _is_shut(row, now):
        return
    row.active_at = now
    if row.holds:
        release(session, contact_id, now, OPENED)


# --- a chat with a code --------------------------------------------------------------------------


def is_shut(session: Session, contact_id: int, now: datetime) -> bool:
    """The code must be given before anything of the person's own is shown or done here."""
    row = of(session, contact_id)
    return row is not None and _is_shut(row, now)


def _is_shut(row: Discretion, now: datetime) -> bool:
    if row.hash_sealed is None:
        return False
    return row.tries >= MOST_TRIES or row.active_at is None or now - row.active_at >= IDLE


# --- what may be shown ---------------------------------------------------------------------------


def may_show(session: Session, contact_id: int, channel: str, now: datetime) -> bool:
    """Whether facts of a case or a request may stand in this chat now."""
    allowed = _details(session, channel, now) != Details.NOTHING
    return allowed and not is_shut(session, contact_id, now)


def is_late(row: Outgoing, now: datetime) -> bool:
    """Whether an answer would light up a phone that nobody holds any more: a new message, long
    after what it answers was said."""
    anew = row.target_id is None and row.mode in (Mode.NOTICE, Mode.CARD)
    answers = anew and row.promise == Promise.RECEIPT
    return answers and row.said_at is not None and now - row.said_at > LATE


def closes_again(session: Session, channel: str, now: datetime) -> bool:
    """Whether details are covered a while after they were opened."""
    return _details(session, channel, now) == Details.ON_TAP


def _details(session: Session, channel: str, now: datetime) -> str:
    """What the municipality lets a channel show of a case or a request."""
    rules = municipality.policy_at(session, now)
    match channel:
        case "telegram":
            return rules.telegram_details
        case "web":
            return rules.web_details
    return Details.ALL


def _recorded(session: Session, actor: Person, action: str, now: datetime, **to: int) -> None:
    audit.record(session, action=action, actor_id=actor.id, object_id=actor.id, now=now, detail=to)
    session.flush()
