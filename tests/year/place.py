"""The municipality of the simulated year, and everybody in it, by id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import municipality_file
from bot.municipality_file import MunicipalityFile
from models import contacts, people
from models.family import Guardianship
from models.municipality import Unit
from models.people import Person, Position, Pupil

TEACHERS = 6
"""Kontaktlærere at each school."""
OFF = (
    *((date(2026, 10, 5), 5), (date(2026, 12, 21), 12), (date(2027, 2, 22), 5)),
    *((date(2027, 3, 22), 5), (date(2027, 6, 18), 59)),
)
"""The school route: the first day of each holiday, and how many days it lasts."""


@dataclass(frozen=True)
class Size:
    schools: int = 9
    clubs: int = 11
    loser: int = 30
    cases: int = 400


@dataclass(frozen=True)
class School:
    unit: int
    rektor: int
    teachers: tuple[int, ...]
    nurse_unit: int
    nurse: int


@dataclass(frozen=True)
class Family:
    ungdom: int
    guardians: tuple[int, ...]
    school: School
    teacher: int


@dataclass(frozen=True)
class Place:
    schools: tuple[School, ...]
    clubs: tuple[tuple[int, int], ...]  # the unit, and who works there
    los_unit: int
    loser: tuple[int, ...]
    leader: int
    families: tuple[Family, ...]
    names: dict[int, str]  # of everybody, to tell of messages without ids


def settle(session: Session, now: datetime, dice: Random, size: Size) -> Place:
    """Put everybody into an empty store, each confirmed and with a phone."""
    municipality_file.apply(session, _file(size), now)
    units = {unit.key: unit.id for unit in session.scalars(select(Unit))}
    staff: dict[str, Person] = {
        position.staff_key: session.get_one(Person, position.person_id)
        for position in session.scalars(select(Position))
        if position.staff_key
    }
    everyone = list(staff.values())
    schools = tuple(_school(n, units, staff) for n in range(size.schools))
    families = []
    for n in range(size.cases):
        family, members = _family(session, n, schools[n % size.schools], dice, now)
        families.append(family)
        everyone += members
    for place, person in enumerate(everyone):
        person.confirmed_at = now
        contacts.add(session, person, "telegram", 7_100_000_000 + place, now)
    return Place(
        schools=schools,
        clubs=tuple((units[f"klubb-{n}"], staff[f"klubb-{n}"].id) for n in range(size.clubs)),
        los_unit=units["los"],
        loser=tuple(staff[f"los-{n}"].id for n in range(size.loser)),
        leader=staff["leder"].id,
        families=tuple(families),
        names={person.id: person.name or "" for person in everyone},
    )


def _school(n: int, units: dict[str, int], staff: dict[str, Person]) -> School:
    return School(
        unit=units[f"skole-{n}"],
        rektor=staff[f"rektor-{n}"].id,
        teachers=tuple(staff[f"laerer-{n}-{t}"].id for t in range(TEACHERS)),
        nurse_unit=units[f"helse-{n}"],
        nurse=staff[f"helse-{n}"].id,
    )


def _family(
    session: Session, n: int, school: School, dice: Random, now: datetime
) -> tuple[Family, list[Person]]:
    """A youth of 13 to 16, and one parent or two; each speaks one of the languages."""
    born = date(2010, 8, 1) + timedelta(days=dice.randrange(3 * 365))
    tongue = dice.choice(("nb", "nb", "nb", "nn", "en"))
    youth = people.create(session, name=f"Ungdom {n}", language=tongue, now=now, born=born)
    parents = [
        people.create(session, name=f"Foresatt {n}{which}", language=tongue, now=now)
        for which in "ab"[: dice.choice((1, 2, 2))]
    ]
    teacher = school.teachers[n % TEACHERS]
    session.add(Pupil(person_id=youth.id, school_id=school.unit, kontaktlaerer_id=teacher))
    for parent in parents:
        session.add(Guardianship(ungdom_id=youth.id, foresatt_id=parent.id))
    session.flush()
    return Family(youth.id, tuple(p.id for p in parents), school, teacher), [youth, *parents]


def _file(size: Size) -> MunicipalityFile:
    units: list[dict[str, object]] = [
        {"key": "los", "kind": "los", "name": "Ungdomslosene"},
        {"key": "bti", "kind": "other", "name": "BTI-kontoret"},
    ]
    staff = [_member("leder", "Prosjektlederen", "prosjektleder", "bti")]
    staff += [_member("administrator", "Administratoren", "administrator", "bti")]
    staff += [_member(f"los-{n}", f"Los {n}", "los", "los") for n in range(size.loser)]
    for n in range(size.schools):
        units.append({"key": f"skole-{n}", "kind": "school", "name": f"Skole {n}"})
        units.append({"key": f"helse-{n}", "kind": "nurse", "name": f"Helsesykepleier {n}"})
        staff.append(_member(f"rektor-{n}", f"Rektor {n}", "rektor", f"skole-{n}"))
        staff.append(_member(f"helse-{n}", f"Sykepleier {n}", "service", f"helse-{n}"))
        staff += [
            _member(f"laerer-{n}-{t}", f"Lærer {n}-{t}", "kontaktlaerer", f"skole-{n}")
            for t in range(TEACHERS)
        ]
    for n in range(size.clubs):
        units.append({"key": f"klubb-{n}", "kind": "club", "name": f"Klubb {n}"})
        staff.append(_member(f"klubb-{n}", f"Klubbarbeider {n}", "service", f"klubb-{n}"))
    off = [first + timedelta(days=n) for first, days in OFF for n in range(days)]
    texts = [
        {"key": key, "languages": ["nb", "nn", "en"], "approved_by": "Ombudet (oppdiktet)",
         "approved_on": date(2026, 8, 1)}
        for key in ("consent.ask", "rights", "duties")
    ]  # fmt: skip
    return MunicipalityFile.model_validate(
        {
            "name": "Året kommune",
            "school_off": off,
            "units": units,
            "staff": staff,
            "policies": [{"valid_from": date(2026, 1, 1), "choices": {"staff_telegram": True}}],
            "texts": texts,
        }
    )


def _member(key: str, name: str, role: str, unit: str) -> dict[str, str]:
    return {"key": key, "name": name, "role": role, "unit": unit}
