"""Asking for consent: who is asked, what for, and that what is given already stays given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    audit,
    cases,
    family,
    follow_ups,
    municipality,
    outbox,
    people,
    policy,
    shielded,
)
from models.base import new_id, require
from models.cases import Case
from models.consent_effects import PROMPTS, put, waiting_for
from models.consent_history import ConsentQuestion, scope_of, stored_scope
from models.consent_ladder import LADDER
from models.consent_rules import Kinds, Scope
from models.consent_standing import Standing, standing
from models.municipality import Unit
from models.people import Person
from models.terms import ConsentState, Hearing, InfoKind, Why
from models.unasked import tell

TEXT_KEY = "consent.ask"


def ask(
    session: Session,
    *,
    actor: Person,
    case: Case,
    scope: Mapping[int, Iterable[InfoKind]],
    until: date,
    now: datetime,
) -> ConsentQuestion:
    """Ask everyone who must say yes, each in the own chat. What is given already stays given.

    The caller has opened the case with `access.open_case(action=ASK_CONSENT)`. The same question
    still waiting or in force is returned as it is. Raises Refused(NOBODY) for no service, no
    kind or nobody to ask, PAST for a day that has been, SHIELDED where someone who must say yes is
    kept out of the case; `until` is cut at consent_validity.
    """
    return _ask(session, actor, case, _read_scope(session, case, scope), until, now)


def ask_everything(
    session: Session, *, actor: Person, case: Case, until: date, now: datetime
) -> ConsentQuestion:
    """Ask whether all may know everything [4]: every service that may know something by another
    question, for as long as it may. As `ask`; what is withheld stays withheld."""
    return _ask(session, actor, case, {}, until, now)


def _ask(
    session: Session, actor: Person, case: Case, wanted: Scope, until: date, now: datetime
) -> ConsentQuestion:
    """An empty scope is everything, for everyone."""
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    require(until >= today, Why.PAST)
    until = min(until, today + timedelta(days=rules.consent_validity_days))
    require(cases.locked(session, case.id), Why.ABSENT)
    before = standing(session, case, now)
    require(before.must.everyone, Why.NOBODY)
    require(may_be_asked(session, case, before.must.everyone), Why.SHIELDED)
    last = _last_about(before, wanted)
    if last and scope_of(last) == wanted and last.until == until and _is_alive(before, last):
        return last
    if last:
        outbox.silence(session, subject_id=last.id, kinds=PROMPTS)
    question = ConsentQuestion(
        id=new_id(), case_id=case.id, number=last.number if last else before.next_number,
        version=last.version + 1 if last else 1,
        scope=stored_scope(wanted), everything=not wanted,
        until=until, text_key=TEXT_KEY, asked_by=actor.id, asked_at=now,
    )  # fmt: skip
    _record(session, question, actor, now)
    put(session, case, question, before.must.everyone, now, occasion="asked")
    youth = people.get(session, case.ungdom_id)
    if before.must.youth is None and _is_heard(youth, before):
        tell(session, "consent.told", [youth.id], question.id, "asked", now)
    return question


def may_be_asked(session: Session, case: Case, must: Iterable[Person]) -> bool:
    """Not while someone who must say yes is to know nothing of the case [58]: without them there
    is no consent, and nobody else's yes stands in for theirs."""
    return not shielded.kept_from(session, case) & {person.id for person in must}


def _record(session: Session, question: ConsentQuestion, actor: Person, now: datetime) -> None:
    session.add(question)
    session.flush()
    audit.record(
        session, action="consents.ask", actor_id=actor.id, object_id=question.id,
        chain=question.case_id, now=now,
        detail={"scope": question.scope, "until": question.until.isoformat()},
    )  # fmt: skip
    follow_ups.reschedule(session, LADDER, question, now)


def _read_scope(
    session: Session, case: Case, scope: Mapping[int, Iterable[InfoKind]]
) -> dict[int, Kinds]:
    """Units that exist, other than the case's own school, with at least one kind each."""
    wanted = {unit: frozenset(InfoKind(kind) for kind in kinds) for unit, kinds in scope.items()}
    require(wanted and all(wanted.values()), Why.NOBODY)
    known = set(session.scalars(select(Unit.id).where(Unit.id.in_(wanted))))
    require(known == wanted.keys() and case.school_id not in known, Why.ABSENT)
    return wanted


def _last_about(before: Standing, units: Scope) -> ConsentQuestion | None:
    """The newest version of what was asked about exactly these services."""
    same = [q for q in before.questions if scope_of(q).keys() == units.keys()]
    return same[-1] if same else None


def _is_alive(now_holds: Standing, question: ConsentQuestion) -> bool:
    """Nobody has said no to it or taken it back, and it has not expired."""
    dead = {ConsentState.REFUSED, ConsentState.WITHDRAWN, ConsentState.EXPIRED}
    states = {now_holds.state(question, person.id) for person in now_holds.must.everyone}
    return question.until >= now_holds.today and not dead & states


def _is_heard(youth: Person, now_holds: Standing) -> bool:
    """A youth who does not decide is told all the same [22]."""
    hearing = policy.hearing(youth.born, now_holds.today, now_holds.rules)
    return hearing is not Hearing.NOT_YET


def catch_up(session: Session, person: Person, now: datetime) -> None:
    """Ask someone who has just joined what waits for their answer; who joins again, on a new
    telephone, is asked there too."""
    wards, occasion = family.wards_of(session, person, now), f"joined.{now.isoformat()}"
    for youth_id in (person.id, *(ward.id for ward in wards)):
        case = cases.open_for(session, youth_id)
        if case is None or person.id in shielded.kept_from(session, case):
            continue
        holds = standing(session, case, now)
        for question in waiting_for(holds, person):
            tell(session, "consent.asked", [person.id], question.id, occasion, now)
