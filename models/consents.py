"""Consent: what can be done with it. Asking is in `consent_asking`; answering and taking back here.

Every answer is an event in an append-only history (`consent_history`); the case's state and
everyone's access follow from it. Refusing and withdrawing never block help or a los [19].
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from models import audit, cases, municipality
from models.base import require
from models.cases import Case
from models.consent_answers import already, no, opened, part_of, take_back, tell_holder, yes
from models.consent_asking import TEXT_KEY, ask, ask_everything, catch_up, may_be_asked
from models.consent_effects import settle, text_missing
from models.consent_history import (
    ConsentEvent,
    ConsentQuestion,
    case_of,
    find,
    questions_of,
    scope_of,
)
from models.consent_ladder import LADDER
from models.consent_noting import note, receipt, reference
from models.consent_standing import Standing, carries, granted, required, standing
from models.people import Person
from models.terms import ConsentAct, ConsentState, InfoKind, Why
from models.unasked import tell

__all__ = [
    "LADDER", "TEXT_KEY", "ConsentEvent", "ConsentQuestion", "Standing", "ask", "ask_everything",
    "carries", "case_of", "catch_up", "find", "give", "granted", "may_be_asked",
    "questions_of", "refuse", "required", "scope_of", "settle", "shown", "standing", "talk_first", "text_missing",
    "wish_stop", "withdraw", "withdraw_all",
]  # fmt: skip


# --- answering -----------------------------------------------------------------------------------


def give(
    session: Session,
    *,
    actor: Person,
    question: ConsentQuestion,
    text_hash: str,
    language: str,
    now: datetime,
    occasion: str,
    scope: dict[int, Iterable[InfoKind]] | None = None,
) -> ConsentEvent:
    """Say yes to exactly this version, having seen exactly these approved words [11, 23]: to all
    that was asked, or to the `scope` of it that one wants [14].

    Also how something taken back is kept after all, and how a yes is narrowed or widened: the
    last one counts. The same yes again returns the first. Raises Refused: ABSENT (not asked, or
    not for that), NOBODY (a yes to nothing), STALE (a newer version), EXPIRED, TEXT_NOT_APPROVED.
    """
    case, before = opened(session, question, now)
    require(_must_answer(before, actor), Why.ABSENT)
    require(question is before.newest(question), Why.STALE)
    part = part_of(question, scope)
    same = already(before, question, actor, part)
    if same is not None:
        return same
    require(question.until >= before.today, Why.EXPIRED)
    _require_approved(session, question, language, text_hash)
    return yes(
        session, case, before, question, actor, part, question.until, now,
        occasion=occasion, language=language, text_hash=text_hash,
    )  # fmt: skip


def refuse(
    session: Session,
    *,
    actor: Person,
    question: ConsentQuestion,
    language: str,
    now: datetime,
    occasion: str,
) -> ConsentEvent | None:
    """Say no. A no to what one has said yes to takes the yes back; a no to a later version
    leaves the earlier as it is. Nobody else learns who."""
    case, before = opened(session, question, now)
    if before.state(question, actor.id) is ConsentState.GIVEN:
        events = withdraw(session, actor=actor, question=question, now=now, occasion=occasion)
        return events[-1] if events else None
    require(_must_answer(before, actor), Why.ABSENT)
    require(question is before.newest(question), Why.STALE)
    if before.state(question, actor.id) in (ConsentState.REFUSED, ConsentState.WITHDRAWN):
        return before.answers(question, actor.id)[-1]
    return no(session, case, before, question, actor, now, occasion=occasion, language=language)


def talk_first(
    session: Session,
    *,
    actor: Person,
    question: ConsentQuestion,
    language: str,
    now: datetime,
    occasion: str,
) -> ConsentEvent:
    """Ask to talk with a person before answering; the stafettholder is told who. Not a no.

    Open to the youth at any age. A yes that stands is not touched by it: Refused(STALE).
    """
    case, before = opened(session, question, now)
    require(_must_answer(before, actor) or _is_youth(case, actor), Why.ABSENT)
    require(question is before.newest(question), Why.STALE)
    state = before.state(question, actor.id)
    require(state is not ConsentState.GIVEN, Why.STALE)
    if state is ConsentState.TALK_FIRST:
        return before.answers(question, actor.id)[-1]
    event = note(
        session, case, question, actor, ConsentAct.TALK_FIRST, now, must=before.must.facts,
        occasion=occasion, language=language, number=reference(session),
    )  # fmt: skip
    tell_holder(session, "consent.talk_first", case, event, now)
    receipt(session, actor, question, event, now)
    return event


def withdraw(
    session: Session, *, actor: Person, question: ConsentQuestion, now: datetime, occasion: str
) -> list[ConsentEvent]:
    """Take back every yes of one's own that lets the named services know something, whichever
    question it answered; it holds from this transaction's commit [16, 17].

    Needs no reason, no hat and no newest version: whoever gave may take back. Empty when there
    was nothing to take back.
    """
    return take_back(session, actor, [question], now, occasion)


def withdraw_all(
    session: Session, *, actor: Person, now: datetime, occasion: str
) -> list[ConsentEvent]:
    """/stopp: take back every yes a person has given, in every case, under one receipt."""
    return take_back(session, actor, questions_of(session, actor.id), now, occasion)


def wish_stop(session: Session, *, actor: Person, now: datetime, occasion: str) -> bool:
    """A youth who does not decide yet wants sharing to end: the stafettholder is told [22].

    Stops nothing by itself. False when there is nothing in force to end.
    """
    case = cases.open_for(session, actor.id) if actor.confirmed_at is not None else None
    if case is None or not carries(session, case, now):
        return False
    audit.record(
        session, action="consents.wish_stop", actor_id=actor.id, object_id=case.id,
        chain=case.id, now=now,
    )  # fmt: skip
    tell(session, "consent.youth_wishes_stop", [case.stafettholder_id], case.id, occasion, now)
    return True


def shown(
    session: Session,
    *,
    actor: Person,
    question: ConsentQuestion,
    text_hash: str,
    language: str,
    now: datetime,
    occasion: str,
) -> None:
    """Note that someone opened a question and was shown these approved words in full, once for
    each wording. Answers nothing. Quiet for one who is not asked, and for an older version."""
    case = cases.locked(session, question.case_id)
    if case is None:
        return
    holds = standing(session, case, now)
    asked = _must_answer(holds, actor) and question is holds.newest(question)
    seen = {e.text_hash for e in holds.history(question, actor.id) if e.act == ConsentAct.SHOWN}
    if not asked or text_hash in seen:
        return
    _require_approved(session, question, language, text_hash)
    note(
        session, case, question, actor, ConsentAct.SHOWN, now,
        occasion=occasion, language=language, text_hash=text_hash,
    )  # fmt: skip


# --- the small parts -----------------------------------------------------------------------------


def _require_approved(
    session: Session, question: ConsentQuestion, language: str, text_hash: str
) -> None:
    approved = municipality.is_approved(
        session, key=question.text_key, language=language, hash=text_hash
    )
    require(approved, Why.TEXT_NOT_APPROVED)


def _must_answer(holds: Standing, person: Person) -> bool:
    return person.confirmed_at is not None and person.id in {p.id for p in holds.must.everyone}


def _is_youth(case: Case, person: Person) -> bool:
    return person.id == case.ungdom_id and person.confirmed_at is not None
