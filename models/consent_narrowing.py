"""Making one's own yes smaller, service by service; and ending all of them in one case.

Smaller holds at once and is receipted [16]. It needs no approved words, no newest version and no
other's answer: the words that the yes was said to stay its words. Larger is a yes of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import access, consents, municipality
from models.base import require
from models.consent_answers import opened, take_back, yes
from models.consent_history import ConsentQuestion, questions_of, scope_of
from models.consent_rules import Kinds
from models.consent_standing import standing
from models.people import Person
from models.terms import Action, InfoKind, Why
from models.unasked import tell


@dataclass(frozen=True)
class OwnService:
    """What the reader has said that one service may know, and how more could be said."""

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
    own: dict[int, Kinds] = {}
    about: dict[int, ConsentQuestion] = {}
    for question in holds.questions:
        for unit, kinds in holds.said_yes_to(question, actor.id).items():
            own[unit] = own.get(unit, frozenset()) | kinds
            about[unit] = holds.newest(question)
    grants = holds.grants()
    return tuple(
        OwnService(
            unit, name, own[unit], grants.get(unit, frozenset()), about[unit].id,
            more=bool(scope_of(about[unit]).get(unit, frozenset()) - own[unit]),
        )
        for unit, name in municipality.unit_names(session, own).items()
    )  # fmt: skip


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
    """Take kinds of information for one service out of every yes of one's own. False: none had
    them. What is left of a yes stands as it did; one of which nothing is left is taken back."""
    mine = [q for q in questions_of(session, actor.id) if q.case_id == case_id]
    require(mine, Why.ABSENT)
    case, before = opened(session, mine[0], now)
    dropped = frozenset(drop)
    ending, changed = [], False
    for question in before.questions:
        part = before.said_yes_to(question, actor.id)
        if not part.get(unit_id, frozenset()) & dropped:
            continue
        changed = True
        left = {**part, unit_id: part[unit_id] - dropped}
        left = {unit: kinds for unit, kinds in left.items() if kinds}
        said = before.yes(question, actor.id)
        if not left or said is None or before.again(question):  # smaller is not said anew
            ending.append(question)
            continue
        yes(
            session, case, standing(session, case, now), question, actor, left,
            said.until or question.until, now, occasion=occasion, language=said.language,
            text_hash=said.text_hash,
        )  # fmt: skip
    take_back(session, actor, ending, now, occasion)
    return changed


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
