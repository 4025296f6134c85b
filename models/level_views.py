"""The level of a case as its holder, the school's leader and the family read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    batons,
    cases,
    consents,
    levels,
    municipality,
    people,
    policy,
)
from models.base import refuse, require
from models.cases import Case
from models.levels import LevelMove
from models.people import Person
from models.policy import MunicipalPolicy
from models.terms import FAMILY, Baton, CaseState, Purpose, Role, Why


@dataclass(frozen=True)
class Step:
    at: datetime
    on: date
    before: int
    after: int
    reason: str | None


@dataclass(frozen=True)
class LevelView:
    """`names` and `meanings` are the municipality's, from level 0 up; `meanings` may be fewer."""

    case_id: int
    hat: Role
    ungdom: str
    stafettholder: str
    level: int
    names: tuple[str, ...]
    meanings: tuple[str, ...]
    steps: tuple[Step, ...]
    needs_consent: bool
    may_have_log: bool
    needs_holder: bool
    baton_open: bool  # at the last move another holder was wanted, and it is the same still

    def called(self, level: int) -> str:
        """Its name; there are fewer than there were where the municipality has changed its mind."""
        return self.names[level] if level < len(self.names) else str(level)


def for_staff(session: Session, *, actor: Person, case_id: int, now: datetime) -> LevelView:
    """For who may move it."""
    case, hat = levels.opened(session, actor, case_id, now)
    if hat is Role.STAFETTHOLDER:
        access_log.looked(session, "cases", actor, case, now, hat=hat)
    else:
        access_log.note(
            session, "cases", actor, chain=case.id, object_id=case.id, hat=hat,
            unit_id=case.school_id, purpose=Purpose.COOPERATION, ungdom_id=case.ungdom_id, now=now,
        )  # fmt: skip
    return _view(session, case, hat, now)


def for_family(session: Session, *, actor: Person, case_id: int, now: datetime) -> LevelView:
    """For the youth, and the guardians who take part."""
    case = cases.find(session, case_id)
    if case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    hats = access.hats_in_case(session, actor, case, now) & FAMILY
    require(hats, Why.ABSENT)
    return _view(session, case, Role.UNGDOM if Role.UNGDOM in hats else Role.FORESATT, now)


def _step(move: LevelMove, rules: MunicipalPolicy) -> Step:
    on = policy.today_in(move.at, rules)
    return Step(move.at, on, move.from_level, move.to_level, move.reason)


def _view(session: Session, case: Case, hat: Role, now: datetime) -> LevelView:
    rules = municipality.policy_at(session, now)
    done = levels.moves(session, case.id)
    shares = bool(consents.carries(session, case, now))
    return LevelView(
        case.id,
        hat,
        people.get(session, case.ungdom_id).name or "",
        people.get(session, case.stafettholder_id).name or "",
        case.level,
        policy.levels(rules),
        rules.level_meanings,
        tuple(_step(each, rules) for each in done),
        needs_consent=policy.needs_log(case.level, rules) and not shares,
        may_have_log=policy.may_have_log(case.level, rules),
        needs_holder=policy.needs_holder(case.level, rules),
        baton_open=bool(done)
        and done[-1].baton == Baton.ANOTHER
        and batons.held_since(session, case) <= done[-1].at,
    )
