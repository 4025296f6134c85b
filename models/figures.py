"""What leaders see of how it goes: numbers, never a case, a youth or anything to open [5, 44].

The figures are made once a week and stand until the next: nobody can look before and after one case
to see what it did. Only what `suppression` lets out is kept, so no exact small number lies in the
table either. No two kinds of count add up to a third, nor to those of the loser: what is told of one
says nothing of another. So how many cases there are is not told beside how many at each level, and
what has stopped is counted without what is late by a count of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, counted, family, municipality, people, policy
from models.base import Base, insert_once, require
from models.counted import Figure, Wait
from models.municipality import Unit
from models.people import Person
from models.policy import MunicipalPolicy
from models.suppression import Band, Spread, total
from models.terms import (
    Action,
    Role,
    UnitKind,
    Why,
)


class Overview(Base):
    """The figures of one week, by its Monday, as they are told."""

    __tablename__ = "overviews"

    week: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]  # bands by school and by los: numbers and ids only


@dataclass(frozen=True)
class School:
    name: str
    counts: Mapping[Figure, Band]
    levels: tuple[Band, ...]  # open cases at each level
    waits: Mapping[Wait, Spread | None]  # None: too few to tell


@dataclass(frozen=True)
class Load:
    """How many youths one los has."""

    name: str
    count: Band
    full: bool  # as many as the municipality warns at (los_caseload_warn)


@dataclass(frozen=True)
class View:
    made_on: date
    smallest: int  # smaller numbers are not told
    schools: tuple[School, ...]
    whole: bool  # of the municipality, not of the reader's own schools
    left_out: bool  # a school at which the reader is a pupil's guardian
    totals: Mapping[Figure, Band]
    called: tuple[str, ...]  # the levels, as they were called then
    levels: tuple[Band, ...]  # of all the schools shown
    loads: tuple[Load, ...]


def make(session: Session, now: datetime) -> None:
    """Make this week's figures, unless they are made."""
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    monday = today - timedelta(days=today.weekday())
    if session.get(Overview, monday) is None:
        figures = counted.told(session, rules, today, now)
        insert_once(session, Overview, {"week": monday, "made_at": now, "figures": figures})


def overview(session: Session, *, actor: Person, now: datetime) -> View:
    """The latest figures: of the whole municipality for the project leader, of the own schools for
    a rektor. Absent for everybody else, and before any were made.

    Nothing of a school at which the reader is a pupil's guardian: who knows all there but what is
    kept from them, as a rektor does, would know from any number that there is something.
    """
    access.authorise_at_work(session, actor=actor, action=Action.SEE_FIGURES)
    latest = session.scalars(select(Overview).order_by(Overview.week.desc()).limit(1)).first()
    require(latest, Why.ABSENT)
    assert latest is not None  # noqa: S101 - require raised otherwise
    rules = municipality.policy_at(session, now)
    whole = Role.PROSJEKTLEDER in people.staff_roles(session, actor)
    schools = (
        municipality.units_of_kind(session, UnitKind.SCHOOL)
        if whole
        else people.units_where(session, actor, Role.REKTOR)
    )
    told, called = latest.figures["schools"], tuple(latest.figures["called"])
    own = _of_wards(session, actor)
    shown = tuple(
        _school(unit, told[str(unit.id)])
        for unit in schools
        if str(unit.id) in told and unit.id not in own
    )
    return View(
        made_on=policy.today_in(latest.made_at, rules),
        smallest=latest.figures["smallest"],
        schools=shown,
        whole=whole,
        left_out=any(unit.id in own for unit in schools),
        totals={each: total(s.counts[each] for s in shown) for each in Figure},
        called=called,
        levels=tuple(total(s.levels[at] for s in shown) for at in range(len(called))),
        loads=_loads(session, latest.figures["loser"], rules),
    )


def _of_wards(session: Session, actor: Person) -> frozenset[int]:
    ever = session.scalars(family.ever_wards(actor.id)).all()
    wards = [people.pupil(session, ward) for ward in ever]
    return frozenset(ward.school_id for ward in wards if ward is not None)


def _school(unit: Unit, told: Mapping[str, Any]) -> School:
    return School(
        unit.name,
        {each: Band(*told["counts"][each]) for each in Figure},
        tuple(Band(*each) for each in told["levels"]),
        {each: Spread(*found) if (found := told["waits"].get(each)) else None for each in Wait},
    )


def _loads(session: Session, told: Mapping[str, Any], rules: MunicipalPolicy) -> tuple[Load, ...]:
    names = people.names(session, [int(each) for each in told])
    bands = {person_id: Band(*told[str(person_id)]) for person_id in names}
    return tuple(
        Load(name, bands[person_id], bands[person_id].most >= rules.los_caseload_warn)
        for person_id, name in names.items()
    )
