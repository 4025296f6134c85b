"""A message put into words at the very moment a consent is taken back: one of them is first."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import demo
from bot.composing import compose
from bot.store import Store
from models import consents, contacts, outbox
from models.municipality import Unit
from models.outbox import Outgoing
from models.terms import Role
from tests.consent_setup import agreed, asked, opened


def seeded(session: Session, now) -> int:
    """Ida's case with consent in force, and its card promised to Amina. Returns the row's id."""
    cast = SimpleNamespace(**demo.seed(session, now))
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    cast.school, cast.club = units["ungdomsskolen"], units["fyret"]
    case = opened(session, cast, now)
    agreed(session, asked(session, cast, case, now), now, cast.ida, cast.kari, cast.per)
    contact = contacts.of(session, cast.amina.id)
    outbox.promise(
        session, kind="stafett.card", recipient_id=cast.amina.id, contact_id=contact.id,
        subject_id=case.id, occasion="race", params={"hat": Role.SERVICE.value}, now=now,
    )  # fmt: skip
    row = outbox.by_key(session, outbox.key_of("stafett.card", case.id, "race", cast.amina.id))
    return row.id


@pytest.mark.on_postgresql
async def test_what_is_taken_back_meanwhile_is_not_put_into_words(store: Store, now):
    row_id = store.write_now(seeded, now)
    taken, gate = threading.Event(), threading.Event()

    def take_back(session: Session) -> None:
        kari = demo.cast_of(session)["kari"]
        consents.withdraw_all(session, actor=kari, now=now, occasion="stop")
        session.flush()
        taken.set()
        gate.wait(5)  # done, and not yet committed

    def words(session: Session) -> object:
        return compose(session, session.get_one(Outgoing, row_id), now)

    assert await store.write(words) is not None
    stopping = asyncio.ensure_future(store.write(take_back))
    await asyncio.to_thread(taken.wait, 5)
    sending = asyncio.ensure_future(store.write(words))
    await asyncio.sleep(0.3)
    waited = not sending.done()
    gate.set()
    await stopping
    assert (waited, await sending) == (True, None)
