"""Making one's own yes smaller, service by service; and ending all of them in one case.

Smaller holds at once, under one receipt [16]. It needs no approved words, no newest version and no
other's answer: the words that the yes was said to stay its words. Larger is a yes of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import access, consents, municipality
from models.base import require
from models.consent_answers import opened, said_yes, take_back, taken_back
from models.consent_history import ConsentEvent, ConsentQuestion, find, questions_of, scope_of
from models.consent_noting import receipt, reference
from models.consent_rules import EVERYTHING, Kinds, Scope
from models.consent_standing import Standing, standing
from models.people import Person
from models.terms import Action, InfoKind, Why
from models.unasked import tell


@dataclass(frozen=True)
class OwnService:
    """What the reader's own words let one service know, and how more could be said."""

    unit_id: int
    name: str
    kinds: Kinds
    shared: Kinds  # what it may know now: what everyone required has said
    question_id: int  # the newest version of what was asked about it
    more: bool  # it asks for more than the reader has said yes to


def own_services(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[OwnService, ...]:
    """Every service that the reader's yes lets know anything, by name."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    holds = standing(session, case, now)
    grants, about = holds.grants(), _asked_about(holds, actor)
    own = holds.own(actor.id)
    more = {unit: scope_of(about[unit]).get(unit, EVERYTHING) - own[unit] for unit in own}
    return tuple(
        OwnService(
            unit, name, own[unit], grants.get(unit, frozenset()), about[unit].id, bool(more[unit])
        )
        for unit, name in municipality.unit_names(session, own).items()
    )


def _asked_about(holds: Standing, actor: Person) -> dict[int, ConsentQuestion]:
    """The newest version of what lets each service know most, by one's own words."""
    about: dict[int, ConsentQuestion] = {}
    wide = [q for q in holds.questions if q.everything and holds.yes(q, actor.id)]
    for question in holds.questions:
        about |= dict.fromkeys(holds.said_yes_to(question, actor.id), holds.newest(question))
    if wide:
        about |= dict.fromkeys(holds.own(actor.id), holds.newest(wide[-1]))
    return about


def narrow(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    unit_id: int,
    drop: Iterable[InfoKind],
    now: datetime,
    occasion: str,
) -> bool:
    """Take kinds of information for one service out of every yes of one's own, out of a yes to
    everything too. False: none had them. What is left of a yes stands as it did; one of which
    nothing is left is taken back, and with it what the service only got by everything."""
    mine = [q for q in questions_of(session, actor.id) if q.case_id == case_id]
    require(mine, Why.ABSENT)
    case, before = opened(session, mine[0], now)
    number, taken = reference(session), Counter[str]()
    events: list[ConsentEvent] = []
    ending = []
    for question, left in _smaller(before, actor, unit_id, frozenset(drop)):
        said = before.yes(question, actor.id)
        if left is None or said is None or before.again(question):  # smaller is not said anew
            ending.append(question)
            continue
        event, gone = said_yes(
            session, case, standing(session, case, now), question, actor, left,
            said.until or question.until, now, occasion=occasion, language=said.language,
            text_hash=said.text_hash, number=number,
        )  # fmt: skip
        events.append(event)
        taken.update(gone)
    ended, gone = taken_back(session, actor, ending, now, occasion, number)
    events += ended
    if events:
        about = find(session, events[0].question_id)
        receipt(session, actor, about, events[0], now, taken + gone)
    return bool(events)


def _smaller(
    before: Standing, actor: Person, unit_id: int, dropped: Kinds
) -> list[tuple[ConsentQuestion, Scope | None]]:
    """Each yes that lets a service know what is dropped, with what is left of it; None: nothing.

    A yes to everything comes last: the last word about a service decides, and said anew it names
    all that its giver has taken from it, so that nothing comes back.
    """
    found: list[tuple[ConsentQuestion, Scope | None]] = []
    for question in before.questions:
        part = before.said_yes_to(question, actor.id)
        if not question.everything and part.get(unit_id, frozenset()) & dropped:
            left = {**part, unit_id: part[unit_id] - dropped}
            found.append(
                (question, {unit: kinds for unit, kinds in left.items() if kinds} or None)
            )
    changed = bool(found)
    units = {unit_id, *(unit for question in before.questions for unit in scope_of(question))}
    for question in before.questions:
        if question.everything and before.yes(question, actor.id):
            gives = before.gives(question, actor.id, units)
            if changed or gives[unit_id] & dropped:
                left = {**gives, unit_id: gives[unit_id] - dropped}
                less = {unit: kinds for unit, kinds in left.items() if kinds != EVERYTHING}
                found.append((question, less))
    return found


def stop_in_case(
    session: Session, *, actor: Person, case_id: int, now: datetime, occasion: str
) -> bool:
    """Take back every yes of one's own in one case. False when there was none."""
    mine = [q for q in questions_of(session, actor.id) if q.case_id == case_id]
    return bool(take_back(session, actor, mine, now, occasion))


def wish_everything(
    session: Session, *, actor: Person, case_id: int, now: datetime, occasion: str
) -> None:
    """Somebody who must consent would share everything with everyone: the stafettholder is asked
    to ask them all. Shares nothing by itself. Refused(ABSENT) for others."""
    case = access.open_case(session, actor=actor, case_id=case_id, action=Action.WITHHOLD, now=now)
    require(actor in consents.required(session, case, now), Why.ABSENT)
    tell(session, "consent.wish_all", [case.stafettholder_id], case.id, occasion, now)
