"""The municipality's own file: validated, shown as a difference, applied with an audit entry.

TOML; deploy/municipality.example.toml shows every part. Applying the same file twice changes
nothing. A dated policy is never rewritten once its day has come, so no old consent is either.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import services_file
from bot.services_file import ServicePart
from handlers import help_now
from handlers.approved import Length, text_hashes
from locales import LANGUAGES
from models import audit, follow_ups, help_lines, municipality, people
from models.base import new_id
from models.ladders import LADDERS
from models.municipality import ApprovedText, Municipality, OpenHours, PolicyVersion, Unit
from models.people import Position
from models.terms import ApprovalState, Role, UnitKind


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursPart(_Part):
    weekday: int = Field(ge=0, le=6)  # Monday is 0
    from_time: time
    to_time: time
    place: str = Field(min_length=1, max_length=80)


class UnitPart(_Part):
    key: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    kind: UnitKind
    name: str = Field(min_length=1, max_length=80)
    hours: tuple[HoursPart, ...] = ()


class StaffPart(_Part):
    """A member of staff by a key of the municipality's own; the name is sealed in the store."""

    key: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    name: str = Field(min_length=1, max_length=80)
    role: Role
    unit: str
    language: str = "nb"

    @model_validator(mode="after")
    def _is_staff(self) -> StaffPart:
        if self.role in (Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER):
            raise ValueError(f"{self.role} is not a position")
        return self


class PolicyPart(_Part):
    valid_from: date
    choices: dict[str, Any]

    @model_validator(mode="after")
    def _known(self) -> PolicyPart:
        municipality.policy_from(self.choices)
        return self


class TextPart(_Part):
    key: str
    languages: tuple[str, ...]
    approved_by: str = Field(min_length=1, max_length=80)
    approved_on: date


class MunicipalityFile(_Part):
    name: str = Field(min_length=1, max_length=80)
    demo: bool = False
    school_off: tuple[date, ...] = ()
    exam_days: tuple[date, ...] = ()
    units: tuple[UnitPart, ...] = ()
    staff: tuple[StaffPart, ...] = ()
    policies: tuple[PolicyPart, ...] = ()
    texts: tuple[TextPart, ...] = ()
    services: tuple[ServicePart, ...] = ()
    terminology: dict[str, str] = Field(default_factory=dict)
    barnevernvakt: str = Field(default="", max_length=40)

    @model_validator(mode="after")
    def _units_exist(self) -> MunicipalityFile:
        keys = [u.key for u in self.units]
        if len(keys) != len(set(keys)):
            raise ValueError("a unit's key is used twice")
        for member in self.staff:
            if member.unit not in keys:
                raise ValueError(f"{member.key}: there is no unit {member.unit!r}")
        for service in self.services:
            if service.unit and service.unit not in keys:
                raise ValueError(f"{service.key}: there is no unit {service.unit!r}")
        return self


class FileRefused(ValueError):
    """The file is not valid; the message is one line a person can act on."""


def read(path: Path) -> MunicipalityFile:
    try:
        return MunicipalityFile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise FileRefused(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise FileRefused(f"{path}: {where}: {first['msg']}") from error


def apply(session: Session, file: MunicipalityFile, now: datetime) -> list[str]:
    """Make the store say what the file says. Returns the difference, a line each.

    Everything happens in the caller's transaction: roll it back to only look.
    """
    changes = [
        *_frame(session, file, now),
        *_units(session, file),
        *_staff(session, file, now),
        *_policies(session, file, now),
        *_texts(session, file),
        *services_file.apply(session, file.services, now),
    ]
    if changes:
        audit.record(
            session,
            action="municipality.apply",
            actor_id=None,
            now=now,
            detail={"changes": len(changes)},
        )
    help_lines.know(session, help_now.SHIPPED, now)
    session.info.pop("policy", None)
    session.info.pop("calendar", None)
    for ladder in LADDERS if changes else ():  # what is due when rests on policy and calendar
        follow_ups.recompute(session, ladder, now)
    return changes


def _frame(session: Session, file: MunicipalityFile, now: datetime) -> Iterator[str]:
    here = municipality.current(session)
    if here is None:
        empty: dict[str, Any] = {"red_days": [], "school_off": [], "exam_days": []}
        here = Municipality(id=new_id(), name="", terminology={}, **empty)
        session.add(here)
    wanted = {
        "name": file.name,
        "demo": file.demo,
        "red_days": red_days(now.year, now.year + 3),
        "school_off": [day.isoformat() for day in file.school_off],
        "exam_days": [day.isoformat() for day in file.exam_days],
        "terminology": dict(file.terminology),
        "barnevernvakt": file.barnevernvakt,
    }
    for field, value in wanted.items():
        if getattr(here, field) != value:
            setattr(here, field, value)
            yield f"~ municipality {field}"
    session.flush()


def red_days(first: int, last: int) -> list[str]:
    """Norwegian public holidays as ISO dates. 24 December counts as a working day."""
    import holidays  # slow to import, and only needed here

    days = holidays.country_holidays("NO", years=range(first, last + 1), language="no")
    return sorted(day.isoformat() for day in days)


def _units(session: Session, file: MunicipalityFile) -> Iterator[str]:
    for part in file.units:
        unit = session.scalar(select(Unit).where(Unit.key == part.key))
        if unit is None:
            unit = Unit(id=new_id(), key=part.key, kind=part.kind, name=part.name)
            session.add(unit)
            session.flush()
            yield f"+ unit {part.key}"
        elif (unit.kind, unit.name) != (part.kind, part.name):
            unit.kind, unit.name = part.kind, part.name
            yield f"~ unit {part.key}"
        yield from _hours(session, unit, part)


def _hours(session: Session, unit: Unit, part: UnitPart) -> Iterator[str]:
    known = municipality.open_hours(session, unit.id)
    wanted = [(h.weekday, h.from_time, h.to_time, h.place) for h in part.hours]
    if [(h.weekday, h.from_time, h.to_time, h.place) for h in known] == sorted(wanted):
        return
    for hours in known:
        session.delete(hours)
    for weekday, from_time, to_time, place in sorted(wanted):
        session.add(
            OpenHours(
                unit_id=unit.id, weekday=weekday, from_time=from_time, to_time=to_time, place=place
            )
        )
    session.flush()
    yield f"~ hours of {part.key}"


def _staff(session: Session, file: MunicipalityFile, now: datetime) -> Iterator[str]:
    """Staff are known by their key; a member no longer in the file has the position ended."""
    units = {u.key: u.id for u in session.scalars(select(Unit))}
    known = {p.staff_key: p for p in session.scalars(select(Position)) if p.staff_key}
    wanted = {part.key: part for part in file.staff}
    for key, part in wanted.items():
        position = known.get(key)
        if position is None:
            person = people.create(session, name=part.name, language=part.language, now=now)
            session.add(
                Position(
                    person_id=person.id, unit_id=units[part.unit], role=part.role, staff_key=key
                )
            )
            yield f"+ staff {key} ({part.role} at {part.unit})"
        elif (position.unit_id, position.role) != (units[part.unit], part.role):
            position.unit_id, position.role = units[part.unit], part.role
            yield f"~ staff {key} ({part.role} at {part.unit})"
        elif position.ended_at is not None:
            position.ended_at = None
            yield f"+ staff {key} is back"
    for key in sorted(set(known) - set(wanted)):
        if known[key].ended_at is None:
            known[key].ended_at = now
            yield f"- staff {key}"
    session.flush()


def _policies(session: Session, file: MunicipalityFile, now: datetime) -> Iterator[str]:
    stored = {p.valid_from: p for p in session.scalars(select(PolicyVersion))}
    for part in file.policies:
        choices = municipality.choices_of(municipality.policy_from(part.choices))
        version = stored.get(part.valid_from)
        if version is not None and version.choices == choices:
            continue
        if stored and part.valid_from < now.date():
            raise FileRefused(
                f"the policy from {part.valid_from} would change what is in force already;"
                " give it a valid_from of today or later"
            )
        if version is None:
            session.add(PolicyVersion(valid_from=part.valid_from, choices=choices, applied_at=now))
            yield f"+ policy from {part.valid_from}"
        else:
            version.choices, version.applied_at = choices, now
            yield f"~ policy from {part.valid_from}"
    session.flush()


def _texts(session: Session, file: MunicipalityFile) -> Iterator[str]:
    """An approval is of the words as they are today, in every length they have; other words are a
    draft again. So is a text that the file no longer names, unless it was approved in the chat."""
    yield from _taken_back(session, file)
    for part in file.texts:
        for language in part.languages:
            if language not in LANGUAGES:
                raise FileRefused(f"texts: {language!r} is not offered")
            digests = text_hashes(part.key, language)
            if Length.NORMAL not in digests:
                raise FileRefused(f"texts: {part.key!r} has no own words in {language!r}")
            unsaid = [
                digest
                for digest in digests.values()
                if not municipality.is_approved(
                    session, key=part.key, language=language, hash=digest
                )
            ]
            for digest in unsaid:
                _approve(session, part, language, digest)
            if unsaid:
                yield f"+ text {part.key} in {language}, approved by {part.approved_by}"
    session.flush()


def _approve(session: Session, part: TextPart, language: str, digest: str) -> None:
    text = session.scalar(
        select(ApprovedText).where(
            ApprovedText.key == part.key,
            ApprovedText.language == language,
            ApprovedText.hash == digest,
        )
    )
    if text is None:
        text = ApprovedText(key=part.key, language=language, hash=digest)
        session.add(text)
    text.state, text.approver_id = ApprovalState.APPROVED, None
    text.approved_by, text.approved_on = part.approved_by, part.approved_on


def _taken_back(session: Session, file: MunicipalityFile) -> Iterator[str]:
    wanted = {(part.key, language) for part in file.texts for language in part.languages}
    approved = select(ApprovedText).where(
        ApprovedText.state == ApprovalState.APPROVED, ApprovedText.approver_id.is_(None)
    )
    gone = set()
    for text in session.scalars(approved).all():
        if (text.key, text.language) not in wanted:
            text.state = ApprovalState.DRAFT
            gone.add((text.key, text.language))
    yield from (f"- text {key} in {language}" for key, language in sorted(gone))
