"""What follows when consent is asked for, begins to hold or ends: who is told, and what stops.

Nobody is told who said what. The youth and guardians learn that sharing is paused, services that
their access changed, the stafettholder that something was taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import audit, cases, municipality, outbox, people, reminding
from models.base import new_id
from models.cases import Case
from models.consent_history import (
    UNANSWERED,
    ConsentEvent,
    ConsentQuestion,
    Standing,
    case_of,
    standing,
)
from models.follow_ups import Ladder
from models.municipality import ApprovedText
from models.outbox import Mode, Outgoing, OutState, Promise
from models.people import Person
from models.reminding import Step
from models.terms import ApprovalState, Capacity, CaseState, ConsentAct

CHANNEL = "telegram"
PROMPTS = ("consent.asked", "consent.reminder", "consent.told")
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U: read out on the telephone


# --- asking --------------------------------------------------------------------------------------


def put(
    session: Session,
    case: Case,
    question: ConsentQuestion,
    to: Sequence[Person],
    now: datetime,
    *,
    occasion: str,
) -> None:
    """Note that each was asked and promise the prompt; who has not joined is asked then."""
    for person in to:
        note(session, case, question, person, ConsentAct.ASKED, now, occasion=occasion)
        if person.confirmed_at is None:
            continue
        tell(session, "consent.asked", [person.id], question.id, occasion, now)
        if not _has_approved_text(session, question.text_key, person.language):
            text_missing(session, question=question, language=person.language, now=now)


def waiting_for(holds: Standing, person: Person) -> list[ConsentQuestion]:
    """The newest versions a consenter has not answered."""
    return [
        q
        for q in holds.questions
        if q is holds.newest(q) and q.until >= holds.today and person in holds.among(q, UNANSWERED)
    ]


def text_missing(
    session: Session, *, question: ConsentQuestion, language: str, now: datetime
) -> None:
    """Give the stafettholder the task: no approved text in a consenter's language [23]."""
    holder = case_of(session, question).stafettholder_id
    tell(session, "consent.text_missing", [holder], question.id, language, now)


def _has_approved_text(session: Session, key: str, language: str) -> bool:
    return bool(
        session.scalar(
            select(func.count()).where(
                ApprovedText.key == key,
                ApprovedText.language == language,
                ApprovedText.state == ApprovalState.APPROVED,
            )
        )
    )


# --- when it begins or ends to hold --------------------------------------------------------------


def settle(session: Session, case: Case, before: Standing, now: datetime) -> list[int]:
    """Let the case's state follow its consents. Tells those of services who lost access, without
    a word of what (O4), and returns their ids."""
    after = standing(session, case, now)
    if case.state == CaseState.CLOSED:
        return []
    if after.in_force():
        cases.move(session, case, CaseState.ACTIVE, now)
    elif case.state == CaseState.ACTIVE:
        cases.move(session, case, CaseState.FROZEN, now)
    had, has = before.grants(), after.grants()
    lost = [
        service.person_id
        for service in cases.services_of(session, case.id)
        if had.get(service.unit_id)
        and had[service.unit_id] > has.get(service.unit_id, frozenset())
    ]
    tell(session, "consent.access_changed", lost, case.id, now.isoformat(), now)
    return lost


def _plan(session: Session, question: ConsentQuestion, now: datetime) -> tuple[Step, ...]:
    youth = people.get(session, case_of(session, question).ungdom_id)
    return reminding.consent_steps(
        question.asked_at,
        question.until,
        youth.born,
        municipality.policy_at(session, now),
        municipality.calendar_of(session),
    )


def _take(session: Session, question: ConsentQuestion, step: Step, now: datetime) -> None:
    """Promise a step's messages; at the end and on a birthday also let the case follow."""
    case = cases.locked(session, question.case_id)
    assert case is not None  # noqa: S101 - a foreign key holds it
    if case.state == CaseState.CLOSED:
        return
    holds, remind = standing(session, case, now), Promise.REMINDER
    if step.name == "remind":
        if question is holds.newest(question):
            told = _joined(holds.among(question, UNANSWERED))
            tell(session, "consent.reminder", told, question.id, step.name, now, remind)
    elif step.name.startswith("warn"):
        if holds.holds(question):
            told = [*_joined(holds.must.everyone), case.stafettholder_id]
            tell(session, "consent.expiring", told, question.id, step.name, now, remind)
    elif step.name == "expired":
        just_before = standing(session, case, step.at - timedelta(seconds=1))
        settle(session, case, just_before, now)
        if just_before.holds(question):
            told = [*_joined(holds.must.everyone), case.stafettholder_id]
            tell(session, "consent.expired", told, question.id, step.name, now)
    else:
        settle(session, case, standing(session, case, step.at - timedelta(seconds=1)), now)
        new = [p for p in holds.must.everyone if not holds.history(question, p.id)]
        if question is holds.newest(question):
            put(session, case, question, new, now, occasion=step.name)


def _joined(persons: Sequence[Person]) -> list[int]:
    return [person.id for person in persons if person.confirmed_at is not None]


LADDER = Ladder(table=ConsentQuestion, plan=_plan, take=_take)


# --- taking back ----------------------------------------------------------------------------------


def stop(
    session: Session, case: Case, before: Standing, actor: Person, number: str, now: datetime
) -> int:
    """What a withdrawal does beyond itself. Returns how many messages were already on their way.

    The holder learns that something was taken back; the others of the family, only when sharing
    did stop, that it is paused: never who [17], P3.
    """
    lost = settle(session, case, before, now)
    if not before.open:
        return 0
    tell(session, "consent.withdrawn", [case.stafettholder_id], case.id, number, now)
    if len(standing(session, case, now).in_force()) < len(before.in_force()):
        family = [*people.guardians_of(session, case.ungdom_id)]
        family.append(people.get(session, case.ungdom_id))
        others = [person_id for person_id in _joined(family) if person_id != actor.id]
        tell(session, "consent.paused", others, case.id, number, now)
    if case.state == CaseState.FROZEN:
        lost = [*lost, case.stafettholder_id]
    return _on_their_way(session, lost)


def _on_their_way(session: Session, people_ids: Sequence[int]) -> int:
    """Messages being sent this moment to people who lost access. Which case a message is about
    is not in the outbox, so one about another case counts too: rather named than left out."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Outgoing)
            .where(
                Outgoing.recipient_id.in_(people_ids),
                Outgoing.state == OutState.SENDING,
                Outgoing.mode.in_([Mode.NOTICE, Mode.CARD]),
            )
        )
        or 0
    )


# --- history, receipts and notices ----------------------------------------------------------------


def note(
    session: Session,
    case: Case,
    question: ConsentQuestion,
    person: Person,
    act: ConsentAct,
    now: datetime,
    *,
    occasion: str,
    language: str | None = None,
    text_hash: str | None = None,
    number: str | None = None,
) -> ConsentEvent:
    """Append one event, and its line in the case's chain."""
    event = ConsentEvent(
        question_id=question.id,
        consenter_id=person.id,
        capacity=Capacity.SELF if person.id == case.ungdom_id else Capacity.GUARDIAN,
        act=act,
        at=now,
        until=question.until if act is ConsentAct.GIVEN else None,
        language=language,
        text_hash=text_hash,
        channel=CHANNEL,
        number=number,
        occasion=occasion,
    )
    session.add(event)
    session.flush()
    if act is not ConsentAct.ASKED:
        audit.record(
            session, action=f"consents.{act.value}", actor_id=person.id, object_id=question.id,
            chain=case.id, now=now, detail={"number": number, "text": text_hash},
        )  # fmt: skip
    return event


def reference(session: Session) -> str:
    """Six letters and digits that no other receipt has."""
    while True:
        rest, letters = new_id(), ""
        for _place in range(6):
            rest, index = divmod(rest, len(_LETTERS))
            letters += _LETTERS[index]
        taken = select(func.count()).where(ConsentEvent.number == letters)
        if not session.scalar(taken):
            return letters


def receipt(
    session: Session,
    actor: Person,
    question: ConsentQuestion | None,
    event: ConsentEvent,
    now: datetime,
    in_flight: int = 0,
) -> None:
    outbox.promise(
        session, kind="consent.receipt", recipient_id=actor.id,
        subject_id=question.id if question else None, occasion=event.number or "", now=now,
        promise=Promise.RECEIPT, params={"number": event.number, "in_flight": in_flight},
    )  # fmt: skip


def tell(
    session: Session,
    kind: str,
    recipients: Sequence[int],
    subject_id: int,
    occasion: str | None,
    now: datetime,
    as_a: Promise = Promise.NEWS,
) -> None:
    """Promise a notice nobody waits for: not in the quiet hours."""
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    for person_id in dict.fromkeys(recipients):
        outbox.promise(
            session, kind=kind, recipient_id=person_id, subject_id=subject_id,
            occasion=occasion or "", now=now, promise=as_a,
            not_before=reminding.in_window(now, rules, calendar),
        )  # fmt: skip
