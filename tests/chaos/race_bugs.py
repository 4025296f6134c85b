"""Three ways to get it wrong, to see that the races find them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from unittest import mock

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import composing
from bot.render import Rendered
from bot.store import Store
from models import access, contacts, ledger
from models.outbox import Mode, Outgoing, OutState


class Sound:
    """No bug: words are found in the transaction that marks a message as on its way."""

    def compose(self, session: Session, row: Outgoing, now: datetime) -> Rendered | None:
        return composing.compose(session, row, now)

    async def before_step(self, store: Store, now: datetime) -> None:
        pass

    def planted(self) -> contextlib.AbstractContextManager[object]:
        return contextlib.nullcontext()


class Unchecked(Sound):
    """What was promised is sent, whatever the rules say by then."""

    def compose(self, session: Session, row: Outgoing, now: datetime) -> Rendered | None:
        if row.kind == ledger.HIDDEN:
            return super().compose(session, row, now)
        return Rendered(row.kind)


class Unlocked(Sound):
    """The rules are asked, and may change until the commit. On SQLite nothing can."""

    @contextlib.contextmanager
    def planted(self) -> Iterator[object]:
        with mock.patch.object(access, "_await_withdrawals", return_value=None):
            yield


class Early(Sound):
    """Words are found in a transaction of their own, some time before."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Rendered | None, set[int]]] = {}

    async def before_step(self, store: Store, now: datetime) -> None:
        await store.write(self._compose_all, now)

    def _compose_all(self, session: Session, now: datetime) -> None:
        waiting = select(Outgoing).where(
            Outgoing.state == OutState.WAITING,
            Outgoing.not_before <= now,
            Outgoing.mode.in_((Mode.NOTICE, Mode.CARD)),
        )
        for row in session.scalars(waiting.with_for_update(skip_locked=True)).all():
            contact = contacts.of(session, row.recipient_id)
            row.contact_id = contact.id if contact is not None else None
            cases = ledger.begin_noting(session)
            self._made[row.id] = super().compose(session, row, now), cases

    def compose(self, session: Session, row: Outgoing, now: datetime) -> Rendered | None:
        if row.id not in self._made:
            return super().compose(session, row, now)
        rendered, cases = self._made.pop(row.id)
        for case_id in cases:
            ledger.note(session, case_id)
        return rendered


BUGS: dict[str, type[Sound]] = {"unchecked": Unchecked, "unlocked": Unlocked, "early": Early}
