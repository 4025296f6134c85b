"""The log on paper: a route of the same worth (manual_log_option). Here are the holder, the consents,
the dates of meetings and of tiltak, and what is due; the content is on the paper.

What was written here before stays to be read. `cases.digital` is asked by whatever would write.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import access, audit, cases, family, municipality, shielded, unasked
from models.base import require
from models.cases import Case
from models.people import Person
from models.terms import Action, Why

TOLD = "log.paper"


def put(session: Session, *, actor: Person, case_id: int, on_paper: bool, now: datetime) -> bool:
    """The family wants the log on paper, or here again; they are told. False: it is so already.

    Raises Refused: ABSENT for all but the holder, NOT_IN_STATE where the municipality has none."""
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.KEEP_ON_PAPER, now=now
    )
    allowed = municipality.policy_at(session, now).manual_log_option
    require(allowed or not on_paper, Why.NOT_IN_STATE)
    if (case.on_paper_since is not None) == on_paper:
        return False
    case.on_paper_since = now if on_paper else None
    session.flush()
    audit.record(
        session, action="log.on_paper" if on_paper else "log.off_paper", actor_id=actor.id,
        object_id=case.id, chain=case.id, now=now,
    )  # fmt: skip
    kept = shielded.kept_from(session, case)
    them = [p.id for p in family.of(session, case.ungdom_id, now) if p.id not in kept]
    unasked.tell(session, TOLD, them, case.id, now.isoformat(), now)
    return True


def may_put(session: Session, case: Case, now: datetime) -> bool:
    """Whether the holder can decide it: where there is paper, or to come back from it."""
    rules = municipality.policy_at(session, now)
    return rules.manual_log_option or case.on_paper_since is not None
