"""What stands in which chat, and taking it back.

The outbox's rows remember the messages they became; here it is noted which cases the words of each
were found in. What is taken back is deleted, or, where it is too old for that, covered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, bindparam, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models import outbox, together, written
from models.base import Base, Ref
from models.outbox import BROADCASTS, Mode, Outgoing, OutState, Promise

HIDDEN = "hidden"
"""The kind of what takes a message back; its words are the neutral line for what is too old."""
COVERED = "covered"
"""The kind of what puts a neutral line in place of details, ten minutes after they were opened."""
TAKES_AWAY = (HIDDEN, COVERED)
MAILED = "mail.meeting"
"""The kind of what shows something in somebody's mailbox, where nothing is taken back."""
DELETABLE = written.DELETABLE
OPEN_FOR = timedelta(minutes=10)
"""How long details stay open in a chat after they were last shown."""


class Shown(Base):
    """A case, or a request for a los, that a message's words were found in."""

    __tablename__ = "outbox_cases"

    outgoing_id: Mapped[Ref] = mapped_column(
        ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[Ref] = mapped_column(primary_key=True, index=True)


# --- which cases a message is about --------------------------------------------------------------


def begin_noting(session: Session) -> set[int]:
    """From now on `note` adds to this set: one message is being put into words."""
    session.info["noted"] = noted = set[int]()
    return noted


def note(session: Session, thing_id: int) -> None:
    """Something of a case or a request was opened to a reader. Costs nothing when no message is
    being written."""
    session.info.get("noted", set()).add(thing_id)


def has_noted(session: Session) -> bool:
    """Whether anything was, for the message that is being written."""
    return bool(session.info.get("noted"))


def withhold(session: Session) -> None:
    """What was opened for this message is not said in it after all."""
    session.info.get("noted", set()).clear()


def keep(session: Session, row: Outgoing, case_ids: Collection[int]) -> None:
    """Remember what the words of a row were found in; words of an earlier try may have arrived."""
    if row.fence and case_ids:
        tried = select(Shown.case_id).where(Shown.outgoing_id == row.id)
        case_ids = set(case_ids).difference(session.scalars(tried))
    session.add_all(Shown(outgoing_id=row.id, case_id=case_id) for case_id in case_ids)


def about(session: Session, case_id: int, people_ids: Collection[int]) -> Sequence[Outgoing]:
    """What these people's chats show of a case now, or will or may in a moment, oldest first."""
    later = aliased(Outgoing)
    changed_since = select(later.id).where(
        later.contact_id == Outgoing.contact_id,
        later.message_id == Outgoing.message_id,
        later.id > Outgoing.id,
    )
    return session.scalars(
        select(Outgoing)
        .join(Shown, Shown.outgoing_id == Outgoing.id)
        .where(
            Shown.case_id == case_id,
            Outgoing.recipient_id.in_(people_ids),
            or_(Outgoing.state.in_((OutState.SENT, OutState.SENDING)), Outgoing.ambiguous > 0),
            ~changed_since.exists(),
        )
        .order_by(Outgoing.id)
    ).all()


# --- taking back ---------------------------------------------------------------------------------


def take_back(
    session: Session, rows: Iterable[Outgoing], now: datetime, *, quietly: bool = False
) -> Counter[str]:
    """Promise that messages go away, those on their way as soon as they have landed; `quietly`:
    what is too old for that does not even say that it is hidden.

    Counts each message once: `removed`; of these `in_flight`; and `left`, what may stay because it
    is a mail, can neither be deleted nor changed any more, or because nobody knows whether it arrived.
    """
    counts: Counter[str] = Counter(removed=0, in_flight=0, left=0)
    newest: dict[tuple[int | None, int], Outgoing] = {}
    for row in rows:
        if row.kind == MAILED:
            counts["left"] += 1
            continue
        place = row.message_id if row.state == OutState.SENT else row.target_id
        if place or row.state == OutState.SENDING:
            newest[row.contact_id, place or -row.id] = row
        if row.ambiguous and row.target_id is None:
            counts["left"] += 1  # one more may lie there, which we cannot name
    told = _said_each(session, newest)
    for (contact, place), row in reversed(newest.items()):  # what lies lowest goes first
        target = place if place > 0 else None
        said = told.get((contact, place), ())
        if said and said[-1].kind == HIDDEN:
            continue  # taken back before
        if _how(said, now) is None:
            counts["left"] += 1
        elif _promise(session, row, target, now, quietly):
            counts["removed"] += 1
            counts["in_flight"] += row.state == OutState.SENDING
    return counts


def goes(session: Session, row: Outgoing, now: datetime) -> bool:
    """Whether it is promised already that a message goes away, and by now."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Outgoing.kind == HIDDEN,
                    Outgoing.subject_id == row.id,
                    Outgoing.not_before <= now,
                )
            )
        )
    )


def _promise(
    session: Session, row: Outgoing, target: int | None, now: datetime, quietly: bool
) -> bool:
    return outbox.promise(
        session,
        kind=HIDDEN,
        mode=Mode.DELETE,
        promise=Promise.IDEMPOTENT,
        recipient_id=row.recipient_id,
        contact_id=row.contact_id,
        subject_id=row.id,
        target_id=target,
        occasion=now.isoformat(),
        params={"quiet": True} if quietly else {},
        now=now,
    )


def aim(session: Session, row: Outgoing, now: datetime) -> OutState | None:
    """Find, when its turn comes, what a row takes back, covers or strips, and how. Otherwise say how the
    row ends: the message never came, shows something else by now, or cannot be found or changed."""
    if row.mode == Mode.STRIP:
        said = _said(session, row.contact_id, row.target_id or 0)
        return OutState.MOOT if said and said[-1].kind == HIDDEN else None
    if row.kind == COVERED:
        said = _said(session, row.contact_id, row.target_id or 0)
        return None if said and said[-1].id == row.subject_id else OutState.MOOT
    taken = session.get(Outgoing, row.subject_id) if row.subject_id else None
    target = row.target_id or (taken and taken.message_id)
    if not target:
        return OutState.UNCERTAIN if taken and taken.ambiguous else OutState.MOOT
    said = _said(session, row.contact_id, target)
    if said and said[-1].id > (row.subject_id or 0):
        return OutState.MOOT
    how = _how(said, now)
    if how is None:
        return OutState.FAILED
    row.target_id, row.mode = target, how
    return None


def _said_each(
    session: Session, places: Iterable[tuple[int | None, int]]
) -> dict[tuple[int | None, int], list[Outgoing]]:
    """`_said` of many messages, by chat and message."""
    in_chat: dict[int | None, list[int]] = {}
    for contact_id, message_id in places:
        in_chat.setdefault(contact_id, []).append(message_id)
    found: dict[tuple[int | None, int], list[Outgoing]] = {}
    asked = ((chat, some) for chat, ids in in_chat.items() for some in together.parts(ids))
    for contact_id, some in asked:
        them = Outgoing.contact_id == contact_id, Outgoing.message_id.in_(some)
        for row in session.scalars(select(Outgoing).where(*them).order_by(Outgoing.id)):
            found.setdefault((contact_id, row.message_id or 0), []).append(row)
    return found


def _said(session: Session, contact_id: int | None, message_id: int) -> Sequence[Outgoing]:
    """What said a message, and everything that changed or deleted it since."""
    return session.scalars(
        select(Outgoing)
        .where(Outgoing.contact_id == contact_id, Outgoing.message_id == message_id)
        .order_by(Outgoing.id)
    ).all()


def _how(said: Sequence[Outgoing], now: datetime) -> Mode | None:
    since = said[0].sent_at if said else None
    if since is None or now - since < DELETABLE:
        return Mode.DELETE
    return None if any(row.fixed for row in said) else Mode.HIDE


# --- covering, and opening again -----------------------------------------------------------------


def shows_details(session: Session, row: Outgoing) -> bool:
    """Whether a message is one of those that are `showing` something."""
    return bool(showing(session, [row]))


def showing(session: Session, rows: Sequence[Outgoing]) -> list[Outgoing]:
    """Those of the messages that were sent which have something in them that not everyone should read
    over a shoulder. What arrives unasked never has; a question may repeat what its reader has just
    said."""
    sent = [
        row
        for row in rows
        if row.promise not in BROADCASTS
        and row.kind not in TAKES_AWAY
        and row.message_id is not None
    ]
    others = [row.id for row in sent if row.mode != Mode.QUESTION]
    noted = set(session.scalars(_NOTED, {"rows": others})) if others else set()
    return [row for row in sent if row.mode == Mode.QUESTION or row.id in noted]


_NOTED = select(Shown.outgoing_id).where(Shown.outgoing_id.in_(bindparam("rows", expanding=True)))


def cover_later(session: Session, row: Outgoing, now: datetime) -> None:
    """Promise that what a row has just shown is closed again, unless something else stands there
    by then. What takes no new words, a file, goes."""
    outbox.promise(
        session,
        kind=HIDDEN if row.fixed else COVERED,
        mode=Mode.DELETE if row.fixed else Mode.CARD,
        promise=Promise.IDEMPOTENT,
        recipient_id=row.recipient_id,
        contact_id=row.contact_id,
        subject_id=row.id,
        target_id=row.message_id,
        occasion="later",
        now=now,
        not_before=now + OPEN_FOR,
    )


def said_in(session: Session, contact_id: int, row_id: int) -> Outgoing | None:
    """What we once said in this chat, by its row."""
    row = session.get(Outgoing, row_id)
    return row if row is not None and row.contact_id == contact_id else None


def _standing_in(session: Session, contact_id: int) -> list[Outgoing]:
    """Everything a chat shows of ours, or will or may in a moment, oldest first."""
    rows = session.scalars(
        select(Outgoing)
        .where(
            Outgoing.contact_id == contact_id,
            Outgoing.mode.not_in((Mode.TOAST, Mode.STRIP)),
            or_(Outgoing.message_id.is_not(None), Outgoing.state == OutState.SENDING),
        )
        .order_by(Outgoing.id)
    )
    newest: dict[int, Outgoing] = {}
    for row in rows:
        newest[row.message_id or row.target_id or -row.id] = row
    return [row for row in newest.values() if row.kind != HIDDEN]


def clear(session: Session, person_id: int, contact_id: int, now: datetime, but: str = "") -> bool:
    """Take everything out of someone's chat: what is on its way too, and what they wrote. False
    when nothing of ours stood there but one message of the kind `but`, which stays.

    What can be deleted no more is covered; a file, and their words, as old as that stay
    [TELEGRAM 4].
    """
    _forget_replies(session, person_id, contact_id)
    _clear_theirs(session, person_id, contact_id, now)
    standing = _standing_in(session, contact_id)
    if [row.kind for row in standing] == [but]:
        return False
    take_back(session, standing, now, quietly=True)
    return True


def _clear_theirs(session: Session, person_id: int, contact_id: int, now: datetime) -> None:
    for message_id in written.take(session, contact_id, now):
        outbox.promise(
            session, kind=HIDDEN, mode=Mode.DELETE, promise=Promise.IDEMPOTENT,
            recipient_id=person_id, contact_id=contact_id, target_id=message_id,
            occasion=f"{now.isoformat()}.{message_id}", now=now,
        )  # fmt: skip


def of_kind(session: Session, contact_id: int, kind: str) -> list[Outgoing]:
    """What stands in a chat under one name."""
    return [row for row in _standing_in(session, contact_id) if row.kind == kind]


def _forget_replies(session: Session, person_id: int, contact_id: int) -> None:
    """What someone was to be answered here and has not been yet is not said any more."""
    session.execute(
        update(Outgoing)
        .where(
            Outgoing.recipient_id == person_id,
            or_(Outgoing.contact_id == contact_id, Outgoing.contact_id.is_(None)),
            Outgoing.state == OutState.WAITING,
            Outgoing.promise.in_((Promise.RECEIPT, Promise.IDEMPOTENT)),
            Outgoing.mode != Mode.DELETE,
            Outgoing.kind.not_in(TAKES_AWAY),
        )
        .values(state=OutState.MOOT)
    )
