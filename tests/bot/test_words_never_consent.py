"""No words whatever give a consent: what is typed goes the whole way in, while a yes is awaited."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import dispatch
from bot.channels.telegram import parse
from handlers.stopping import Stopping, read
from models.consents import ConsentEvent
from models.outbox import Outgoing, OutState
from tests.consent_setup import agreed, asked, opened

KARI = 7_000_000_002
updates = count(1)

CONSENT = (
    "ja", "Ja, det er greit", "ja takk", "jeg samtykker", "samtykker", "samtykke", "godta", "greit",
    "det er greit", "ok", "eg samtykkjer", "ja, det er greitt", "yes", "yes, that is fine", "I agree",
    "I consent", "consent", "accept", "give", "give consent", "gi samtykke", "sí", "да", "👍", "✓",
    "stopp", "trekk samtykket", "ikke", "nei", "jeg", "vil", "/samtykke", "/consent", "/ja", "/start",
    "/stopp", "consent.give", "b:consent.give:1:1:zzz", "t:0123:True", "True", "confirm", "behold",
)  # fmt: skip


@st.composite
def typed(draw) -> str:
    """Words of a yes and of a stop, put together and mistyped; or anything at all."""
    words = " ".join(draw(st.lists(st.sampled_from(CONSENT), min_size=1, max_size=4)))
    for _slip in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(words)))
        words = words[:at] + draw(st.text(max_size=1)) + words[at + draw(st.integers(0, 1)) :]
    return draw(st.one_of(st.just(words), st.text(min_size=1, max_size=80)))


def _says(session: Session, words: str, now) -> None:
    number = next(updates)
    entity = {"type": "bot_command", "offset": 0, "length": len(words.split()[0])}
    raw = {
        "update_id": number,
        "message": {
            "message_id": 100_000 + number,
            "date": int(now.timestamp()),
            "chat": {"id": KARI, "type": "private", "first_name": "Kari"},
            "from": {"id": KARI, "is_bot": False, "first_name": "Kari", "language_code": "nb"},
            "text": words,
            "entities": [entity] if words.startswith("/") else [],
        },
    }
    dispatch.handle(session, parse(raw, now), now)


def _given(session: Session) -> int:
    return session.scalar(select(func.count()).where(ConsentEvent.act == "given")) or 0


@pytest.fixture
def prompted(session, cast, now):
    """Kari is asked, her prompt is on her phone; the others have said yes, so hers would do it."""
    question = asked(session, cast, opened(session, cast, now), now)
    agreed(session, question, now, cast.ida, cast.per)
    for row in session.scalars(select(Outgoing)):
        row.state = OutState.SENT
    session.flush()
    return question


@pytest.mark.parametrize("flow", [None, "/los"], ids=["nothing else asked", "inside a flow"])
def test_no_words_give_a_consent(session, prompted, now, flow):
    before = _given(session)

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(typed().filter(str.strip), min_size=1, max_size=3))
    @example(["Ja, det er greit"])
    @example(["/samtykke", "ja"])
    @example(["stopp", "nei, ja", "behold"])
    def check(said):
        apart = session.begin_nested()
        try:
            for words in [flow, *said] if flow else said:
                _says(session, words, now)
            assert _given(session) == before
        finally:
            apart.rollback()

    check()


def test_taking_back_needs_no_more_than_words(session, cast, prompted, now):
    """The other way round it is as easy as can be."""
    agreed(session, prompted, now, cast.kari)
    given = select(ConsentEvent.act).where(ConsentEvent.consenter_id == cast.kari.id)
    assert read("trekk samtykekt") is Stopping.STOP
    _says(session, "trekk samtykekt", now)
    assert list(session.scalars(given.order_by(ConsentEvent.id)))[-1] == "withdrawn"
