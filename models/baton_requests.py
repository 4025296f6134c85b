"""Somebody who takes part asks to get the baton. The holder says no, or hands it over as to anybody:
the family asked first, and everything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import access, baton_family, batons, cases, consents, outbox, people
from models.base import refuse, require
from models.baton_ladder import REFUSED, REQUESTED, recorded
from models.batons import BatonOffer
from models.people import Person
from models.stafett import IN_SERVICE, able_at, row
from models.terms import Action, BatonState, Role, Why
from models.unasked import tell


def ask(session: Session, *, actor: Person, case_id: int, now: datetime) -> BatonOffer:
    """Tell the holder that one would take it. The one that waits already, if there is one.

    Only of somebody who takes part for a service, and whom nobody has offered it: ABSENT, NOT_IN_STATE.
    """
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(Role.SERVICE in access.hats_in_case(session, actor, case, now), Why.ABSENT)
    require(case.stafettholder_id != actor.id, Why.NOT_IN_STATE)
    open_one = batons.open_offer(session, case.id)
    require(open_one is None or open_one.to_id != actor.id, Why.NOT_IN_STATE)
    for known in batons.requests(session, case.id):
        if known.to_id == actor.id:
            return known
    services = able_at(session, case, consents.standing(session, case, now).grants())
    works_in = [unit for unit in services if people.roles_at(session, actor, unit) & IN_SERVICE]
    require(works_in, Why.ABSENT)
    made = row(session, case, actor, actor.id, works_in[0], BatonState.REQUESTED, now)
    recorded(session, made, "batons.request", actor, now)
    tell(session, REQUESTED, [case.stafettholder_id], case.id, f"{made.number}", now)
    return made


def say_no(session: Session, *, actor: Person, offer_id: int, now: datetime) -> BatonOffer:
    """The holder keeps it. STALE when it has been answered."""
    found = session.get(BatonOffer, offer_id)
    if found is None:
        refuse(Why.ABSENT)
    baton_family.opened(session, actor, found.case_id, now)
    if found.state == BatonState.DECLINED:
        return found
    require(found.state == BatonState.REQUESTED, Why.STALE)
    batons.end(found, BatonState.DECLINED, now)
    recorded(session, found, "batons.say_no", actor, now)
    outbox.silence(session, subject_id=found.case_id, kinds=(REQUESTED,))
    tell(session, REFUSED, [found.to_id], found.case_id, f"{found.number}", now)
    return found
