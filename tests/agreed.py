"""A case that may be worked in: everyone who must say yes has, for the services that are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.turns import Turn
from models import consents, contacts, evaluations, tiltak, tiltak_views
from models.cases import Case
from models.consents import ConsentQuestion
from models.municipality import ApprovedText
from models.outbox import Outgoing
from models.own_voice import Said
from models.people import Person
from models.terms import InfoKind, OwnVoice, Settled
from models.tiltak import Tiltak, Wish
from models.tiltak_views import TiltakView
from tests.consent_setup import opened

Verdict = partial(evaluations.Verdict, said=Said(OwnVoice.NOT_WANTED))
"""Of a youth who was asked and did not want to say anything."""
BOTH = (InfoKind.GOALS, InfoKind.TILTAK)


def agreed(
    session: Session,
    cast,
    now: datetime,
    scope: Mapping[int, Iterable[InfoKind]] | None = None,
    until: date | None = None,
) -> Case:
    """Ida's case, Jonas holding; Amina of Fyret takes part. Consent for Fyret unless told else."""
    case = opened(session, cast, now)
    consent(session, cast, case, scope or {cast.club.id: BOTH}, now, until)
    return case


def consent(
    session: Session,
    cast,
    case: Case,
    scope: Mapping[int, Iterable[InfoKind]],
    now: datetime,
    until: date | None = None,
) -> ConsentQuestion:
    question = consents.ask(
        session, actor=cast.jonas, case=case, scope=scope,
        until=until or now.date() + timedelta(days=300), now=now,
    )  # fmt: skip
    approved = select(ApprovedText.hash).where(
        ApprovedText.key == question.text_key, ApprovedText.language == "nb"
    )
    text_hash = session.scalars(approved.order_by(ApprovedText.id)).first()  # the normal length
    for person in (cast.ida, cast.kari, cast.per):
        consents.give(
            session, actor=person, question=question, language="nb",
            text_hash=text_hash, now=now, occasion="test",
        )  # fmt: skip
    return question


def wish(cast, now: datetime, words: str = "Lekser på biblioteket", **given) -> Wish:
    """A tiltak of Jonas's to be looked at in three weeks, unless told otherwise."""
    first = now.date()
    values = {
        "goal": "Få til skoledagen",
        "words": words,
        "responsible_id": cast.jonas.id,
        "deadline": first + timedelta(days=30),
        "evaluate_on": first + timedelta(days=21),
    }
    return Wish(**{**values, **given})


def planned(session: Session, cast, case: Case, now: datetime, *words: str, **given) -> Tiltak:
    return tiltak.plan(
        session, actor=cast.jonas, case_id=case.id, wish=wish(cast, now, *words, **given), now=now
    )


def settled(session: Session, case: Case) -> dict[int, Settled]:
    """Every tiltak under way goes on without the log."""
    return {thing.id: Settled.OUTSIDE for thing in tiltak.active(session, case.id)}


def promised(session: Session, *kinds: str) -> list[tuple[str, int]]:
    """What was promised and to whom, in order; of `kinds` only, when any are named."""
    rows = session.scalars(select(Outgoing).order_by(Outgoing.id))
    return [(r.kind, r.recipient_id) for r in rows if not kinds or r.kind in kinds]


def turn(session: Session, person, now: datetime, occasion: str = "1", **pressed) -> Turn:
    contact = contacts.of(session, person.id)
    assert contact is not None
    return Turn(session, person, contact, now, occasion=occasion, **pressed)


def on_them(session: Session, actor: Person, now: datetime) -> tuple[TiltakView, ...]:
    """What someone is responsible for and may still know of, over all cases."""
    found = tiltak_views.overview(session, actor, now)
    return tuple(each for case in found for each in case.tiltak if each.mine)
