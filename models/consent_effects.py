"""What follows when consent is asked for, begins to hold or ends: who is told, and what stops.

Nobody is told who said what. The youth and guardians learn that sharing begins or is paused,
services that their access changed, the stafettholder that something was taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import cases, family, ledger, municipality, on_agenda, policy, shielded
from models.cases import Case
from models.consent_fold import without
from models.consent_history import ConsentQuestion, case_of
from models.consent_noting import note
from models.consent_standing import UNANSWERED, Standing, standing
from models.family import Guardianship
from models.ledger import Shown
from models.municipality import ApprovedText
from models.outbox import Outgoing, OutState
from models.people import Person
from models.terms import ApprovalState, CaseState, ConsentAct, InfoKind
from models.unasked import tell

RECEIPTS = ("consent.receipt", "check.receipt")
PROMPTS = ("consent.asked", "consent.reminder", "consent.told")


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
    """Note that each was asked and promise the prompt; who has not joined is asked then. Never a
    guardian from whom the case is shielded [58]."""
    kept = shielded.kept_from(session, case)
    for person in (person for person in to if person.id not in kept):
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


def settle(
    session: Session, case: Case, before: Standing, after: Standing, now: datetime
) -> Counter[str]:
    """Let the case's state follow its consents. Those of services who lost access are told,
    without a word of what (O4), and what they were shown of the case is taken back. Returns how
    much, as `ledger.take_back`."""
    let_go(session, case, now)
    grants = after.grants() if case.state != CaseState.CLOSED else {}
    on_agenda.take_off(
        session, case.id, {unit for unit, kinds in grants.items() if InfoKind.MEETINGS in kinds}
    )
    if case.state == CaseState.CLOSED:
        return Counter()
    if after.in_force():
        cases.move(session, case, CaseState.ACTIVE, now)
    elif case.state == CaseState.ACTIVE:
        cases.move(session, case, CaseState.FROZEN, now)
    lost = without(before.grants(), after.grants())
    if not lost:
        return Counter()
    workers = cases.services_of(session, case.id)
    told = [worker.person_id for worker in workers if worker.unit_id in lost]
    return take_from(session, case, told, now)


def take_from(session: Session, case: Case, lost: Collection[int], now: datetime) -> Counter[str]:
    """These people of services may know less of a case than before: all they were shown of it is
    taken back, as the ledger tells which case a message was about and not which kinds it held.
    They are told, and the notice opens what they may still see. Who is in the case under another
    hat too keeps the chat as it is."""
    kept = {case.stafettholder_id, *(p.id for p in family.of(session, case.ungdom_id, now))}
    taken = ledger.take_back(session, ledger.about(session, case.id, set(lost) - kept), now)
    tell(session, "consent.access_changed", lost, case.id, now.isoformat(), now)
    return taken


def let_go(session: Session, case: Case, now: datetime) -> None:
    """Guardians who have no part in a case any more, as the youth alone decides or they have no
    responsibility: what they were shown of it is taken back, once [21]. Not the receipts of what
    they said themselves, nor from one who is in the case under another hat."""
    gone = family.ever_guardians_of(session, case.ungdom_id)
    gone -= {person.id for person in family.of(session, case.ungdom_id, now)}
    if gone:
        gone -= {
            case.stafettholder_id,
            *(w.person_id for w in cases.services_of(session, case.id)),
        }
    if gone:
        rows = ledger.about(session, case.id, gone)
        shown = (r for r in rows if r.kind not in RECEIPTS and not ledger.goes(session, r, now))
        ledger.take_back(session, shown, now)


def let_go_everywhere(session: Session, now: datetime) -> None:
    """`let_go` in every case, closed ones too, in which some guardian may have lost the part: a
    birthday comes also where nothing is asked and no ladder wakes."""
    rules = municipality.policy_at(session, now)
    of_age = policy.months_after(policy.today_in(now, rules), -12 * rules.youth_sole_consent_age)
    lost = (
        select(Case.id)
        .join(Person, Person.id == Case.ungdom_id)
        .join(Guardianship, Guardianship.ungdom_id == Case.ungdom_id)
        .join(Outgoing, Outgoing.recipient_id == Guardianship.foresatt_id)
        .join(Shown, (Shown.outgoing_id == Outgoing.id) & (Shown.case_id == Case.id))
        .where(or_(Person.born <= of_age, Guardianship.ended_at.is_not(None)))
    )
    # Each once, and without comparing whole rows: PostgreSQL compares no JSON.
    for case in session.scalars(select(Case).where(Case.id.in_(lost))).all():
        let_go(session, case, now)


# --- taking back ----------------------------------------------------------------------------------


def stop(
    session: Session, case: Case, before: Standing, actor: Person, number: str, now: datetime
) -> Counter[str]:
    """What a withdrawal does beyond itself. Returns what became of the messages about it.

    The holder learns that something was taken back; the others of the family, only when sharing
    did stop, that it is paused: never who [17], P3.
    """
    after = standing(session, case, now)
    taken = settle(session, case, before, after, now)
    if not before.open:
        return taken
    tell(session, "consent.withdrawn", [case.stafettholder_id], case.id, number, now)
    pause(session, case, before, after, actor, number, now)
    if case.state == CaseState.FROZEN:
        holders = ledger.about(session, case.id, [case.stafettholder_id])
        taken["in_flight"] += sum(row.state == OutState.SENDING for row in holders)
    return taken


def pause(
    session: Session,
    case: Case,
    before: Standing,
    after: Standing,
    actor: Person,
    occasion: str,
    now: datetime,
) -> None:
    """Where less is shared than before, the others of the family learn that, and not by whom."""
    if without(before.grants(), after.grants()):
        others = _others(session, case, actor, now)
        tell(session, "consent.paused", joined(others), case.id, occasion, now)


def begin(
    session: Session,
    case: Case,
    before: Standing,
    after: Standing,
    actor: Person,
    occasion: str,
    now: datetime,
) -> None:
    """Where more is shared than before, the youth and the guardians who must say yes learn that,
    and not by whose."""
    if without(after.grants(), before.grants()):
        near = {case.ungdom_id, *(person.id for person in after.must.everyone)}
        others = [p for p in _others(session, case, actor, now) if p.id in near]
        tell(session, "consent.begun", joined(others), case.id, occasion, now)


def _others(session: Session, case: Case, actor: Person, now: datetime) -> list[Person]:
    """The family but for one, and for those from whom the case is shielded."""
    kept = {actor.id, *shielded.kept_from(session, case)}
    return [p for p in family.of(session, case.ungdom_id, now) if p.id not in kept]


def joined(persons: Iterable[Person]) -> list[int]:
    """Those who can be told in the chat."""
    return [person.id for person in persons if person.confirmed_at is not None]
