"""An update that cannot be handled is set aside where an operator sees it, and said so once."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels import Said, telegram, web
from bot.dispatch import met_by
from models import inbox, outbox
from models.inbox import Handled, Parked
from models.outbox import Mode, Promise

SILENT = ("silent", "blocked", "unblocked")
PARSERS = {telegram.CHANNEL: telegram.parse, web.CHANNEL: web.parse}


def park(
    session: Session, *, update_id: int, payload: str, error: str, said: Said | None, now: datetime
) -> str:
    """Set aside, remembered as heard, with one polite line to whoever said it."""
    reference = inbox.park(
        session,
        channel=telegram.CHANNEL if said is None else said.channel,
        update_id=update_id,
        payload=payload,
        error=error,
        now=now,
    )
    if said is not None and said.kind not in SILENT:
        with contextlib.suppress(Exception), session.begin_nested():
            _say_so(session, said, reference, now)
    return reference


def give_up(session: Session, said: Said, now: datetime) -> None:
    """What can neither be heard nor set aside: remembered as heard, and owned up to, so that it is
    written again and not waited for."""
    inbox.first_time(session, said.channel, said.update_id, now)
    if said.kind not in SILENT:
        _say_so(session, said, "", now, kind="trouble.lost")


def _say_so(
    session: Session, said: Said, reference: str, now: datetime, kind: str = "trouble.parked"
) -> None:
    met = met_by(session, said, now)
    occasion = f"{said.channel}:{said.update_id}"
    to: dict[str, Any] = {
        "recipient_id": met.person.id,
        "contact_id": met.contact.id,
        "occasion": occasion,
        "now": now,
    }
    params = {"reference": reference}
    outbox.promise(session, kind=kind, promise=Promise.RECEIPT, params=params, **to)
    if said.callback_id is not None:
        outbox.promise(
            session,
            kind="toast",
            mode=Mode.TOAST,
            promise=Promise.TOAST,
            callback_id=said.callback_id,
            not_after=now + outbox.TOAST_LIFE,
            params={"words": ""},
            **to,
        )


def waiting(session: Session) -> list[Parked]:
    return list(
        session.scalars(select(Parked).where(Parked.replayed_at.is_(None)).order_by(Parked.at))
    )


def replay(
    session: Session,
    reference: str,
    handle: Callable[[Session, Said, datetime], object],
    now: datetime,
) -> None:
    """Hear a parked update now, as if it had just come; only a consent is not given by it.
    LookupError when there is none."""
    parked = session.scalar(select(Parked).where(Parked.reference == reference))
    if parked is None or parked.payload is None:
        raise LookupError(reference)
    if parked.replayed_at is not None:
        return
    heard = session.get(Handled, (parked.channel, parked.update_id))
    if heard is not None:
        session.delete(heard)
        session.flush()
    session.info["heard_again"] = True
    handle(session, PARSERS[parked.channel](json.loads(parked.payload), now), now)
    del session.info["heard_again"]
    parked.replayed_at = now
