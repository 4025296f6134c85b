"""The one question every verb and every view asks: may this person do this, now, under which hat?

Deny by default. Absent and forbidden are refused alike, and a refusal tells nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import (
    cases,
    consents,
    family,
    ledger,
    log_keeping,
    municipality,
    people,
    policy,
    shielded,
    together,
    withheld,
)
from models.base import require
from models.cases import Case
from models.people import Person
from models.terms import STAFF_ROLES, Action, CaseState, InfoKind, Role, Why
from models.withheld import Item


def hats_in_case(session: Session, person: Person, case: Case, now: datetime) -> frozenset[Role]:
    """Every hat a person wears in one case at this moment.

    A service's worker wears one only while a valid consent covers the service [3]; guardians
    and youth wear theirs by relation, the guardians until the youth alone decides [21]; nobody
    unconfirmed wears any [1]. Staff's hats have effect only while they work here, and in a
    channel open to staff.
    """
    if person.confirmed_at is None:
        return frozenset()
    if session.info.get("sending") and not together.includes(session, case):
        _await_withdrawals(session, [case])
        together.add(session, [case])
    if shielded.hidden_from(session, case, person).whole:
        return frozenset()  # a guardian, whatever other hat they would wear [58]
    hats = set()
    if person.id == case.ungdom_id:
        hats.add(Role.UNGDOM)
    if person in family.guardians_of(session, case.ungdom_id, now):
        hats.add(Role.FORESATT)
    if person.id == case.stafettholder_id and _holds(session, person, case, now):
        hats.add(Role.STAFETTHOLDER)
    if kinds_by_unit(session, person, case, now):
        hats.add(Role.SERVICE)
        kept = log_keeping.given(session, case)
        own = kept is not None and kept.person_id == person.id
        if kept and own and may_keep_log(session, person, case, kept.unit_id, now):
            hats.add(Role.LOGGFORER)
    if hats:
        ledger.note(session, case.id)  # what is read here must be possible to take back
    return frozenset(hats)


def may_keep_log(
    session: Session, person: Person, case: Case, unit_id: int, now: datetime
) -> bool:
    """Whether someone takes part as a los of a service that may know of meetings, goals and tiltak."""
    kinds = kinds_by_unit(session, person, case, now).get(unit_id, frozenset())
    is_los = Role.LOS in people.roles_at(session, person, unit_id)
    return is_los and kinds >= policy.KEEPS_LOG_WITH


def _holds(session: Session, person: Person, case: Case, now: datetime) -> bool:
    """Whether the baton lets its holder in: one who holds it for a service only while the family
    says yes to that [15, 25]. The baton stays theirs until the unit leader has it."""
    unit_id = case.holder_unit_id
    for_unit = unit_id is None or may_hold_for(session, case, unit_id, now)
    return for_unit and people.keeps_batons(session, person)


def may_hold_for(session: Session, case: Case, unit_id: int, now: datetime) -> bool:
    """Whether somebody may hold the baton for a service: the holder sees everything, so the family
    has said yes to all of it first (new_consent_on_service_handover)."""
    granted = consents.granted(session, case, unit_id, now)
    rules = municipality.policy_at(session, now)
    return (
        granted == frozenset(InfoKind) if rules.new_consent_on_service_handover else bool(granted)
    )


_SHARED = (
    select(Case)
    .where(Case.id.in_(bindparam("cases", expanding=True)))
    .order_by(Case.id)
    .with_for_update(read=True)
    .execution_options(populate_existing=True)  # whose it is may have changed while we waited
)


@contextlib.contextmanager
def of_each(session: Session, reader: Person, of: Sequence[Case]) -> Iterator[None]:
    """A list is made of these cases: what is asked of each is fetched for all of them, and who may
    see what is still asked of each. While messages are put into words all of them are held first, so
    nothing that was fetched is taken back before the list is on its way."""
    if session.info.get("sending"):
        _await_withdrawals(session, [c for c in of if not together.includes(session, c)])
    with together.reading(session, [reader, *of]):
        yield


def _await_withdrawals(session: Session, of: Sequence[Case]) -> None:
    """While a message is put into words: hold its cases shared until it is marked as on its way.

    Who takes a yes back holds it alone (`cases.locked`), so the message is either counted as on
    its way or sees what was taken back [16]. On SQLite there is one writer, and no row lock.
    """
    if of:
        session.scalars(_SHARED, {"cases": sorted({case.id for case in of})}).all()


def kinds_by_unit(
    session: Session, person: Person, case: Case, now: datetime, *, of: Item | None = None
) -> dict[int, frozenset[InfoKind]]:
    """For each service in which someone takes part in a case: what it may know now [3, 14].

    With `of`, what it may know of that one thing: nothing where the family withholds it.
    """
    return {
        service.unit_id: kinds
        for service in cases.services_of(session, case.id)
        if service.person_id == person.id
        and people.roles_at(session, person, service.unit_id) & STAFF_ROLES
        and not (of and withheld.of_case(session, case.id).hides(of, service.unit_id))
        and (kinds := consents.granted(session, case, service.unit_id, now))
    }


def authorise_in_case(
    session: Session, *, actor: Person, action: Action, case: Case | None, now: datetime
) -> Case:
    """Return the case if `actor` may do `action` in it now; refuse otherwise.

    Raises Refused(ABSENT) for no case, a closed one or no right; CONSENT_MISSING only to those
    who may know of the case, when the action depends on a consent that is not in force.
    """
    if case is None or case.state == CaseState.CLOSED:
        require(False, Why.ABSENT)
    assert case is not None  # noqa: S101 - require raised otherwise
    hats = hats_in_case(session, actor, case, now)  # which may have waited for who closes it
    require(case.state != CaseState.CLOSED and policy.may(action, hats), Why.ABSENT)
    if action in policy.NEEDS_CONSENT:
        require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    return case


def authorise_at_unit(session: Session, *, actor: Person, action: Action, unit_id: int) -> None:
    """Refuse with ABSENT unless `actor` wears a hat in the unit that may do `action`."""
    require(policy.may(action, people.roles_at(session, actor, unit_id)), Why.ABSENT)
    people.answered_by(session, actor, policy.MAY[action], unit_id)


def may_at_work(session: Session, actor: Person, action: Action) -> bool:
    """Whether `actor` wears a hat that may do `action`, in whichever unit they work."""
    return policy.may(action, people.staff_roles(session, actor))


def authorise_at_work(session: Session, *, actor: Person, action: Action) -> None:
    """Refuse with ABSENT unless `may_at_work`."""
    require(may_at_work(session, actor, action), Why.ABSENT)
    people.answered_by(session, actor, policy.MAY[action])


def sees_whole(session: Session, case: Case, hats: frozenset[Role], now: datetime) -> bool:
    """Whether these hats see the whole log: the family's always, the stafettholder's while some
    consent is in force; with the last one it is frozen for staff at once [66]."""
    if hats & {Role.UNGDOM, Role.FORESATT}:
        return True
    return Role.STAFETTHOLDER in hats and consents.carries(session, case, now)


def open_case(
    session: Session, *, actor: Person, case_id: int, action: Action, now: datetime
) -> Case:
    """Fetch and permit in one act: nobody holds a case they may not see."""
    return authorise_in_case(
        session, actor=actor, action=action, case=cases.find(session, case_id), now=now
    )
