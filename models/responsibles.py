"""Who can have a tiltak to do: the holder, and those of services that may know of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import access, cases, people
from models.base import refuse
from models.cases import Case
from models.terms import InfoKind, ItemKind, Why
from models.withheld import Item


def responsibles(
    session: Session, case: Case, now: datetime, tiltak_id: int | None = None
) -> list[int]:
    """Who can be responsible now: the holder, and those of services that may know of tiltak; for
    a certain one, unless it is withheld from the service.

    A los takes part as a service does: without the family's yes to the los service, nothing of
    a case is shown to a los either [3, 25].
    """
    able = [case.stafettholder_id] + [
        s.person_id
        for s in cases.services_of(session, case.id)
        if may_know(session, case, s.person_id, tiltak_id, now)
    ]
    return list(dict.fromkeys(able))


def may_know(
    session: Session, case: Case, person_id: int, tiltak_id: int | None, now: datetime
) -> bool:
    worker = people.get(session, person_id)
    item = Item(ItemKind.TILTAK, tiltak_id) if tiltak_id is not None else None
    granted = access.kinds_by_unit(session, worker, case, now, of=item)
    return any(InfoKind.TILTAK in kinds for kinds in granted.values())


def require_responsible(
    session: Session, case: Case, person_id: int, now: datetime, tiltak_id: int | None = None
) -> None:
    """Refuse CONSENT_MISSING for one who takes part but may not know, NOBODY for anyone else."""
    if person_id not in responsibles(session, case, now, tiltak_id):
        taking_part = {s.person_id for s in cases.services_of(session, case.id)}
        refuse(Why.CONSENT_MISSING if person_id in taking_part else Why.NOBODY)
