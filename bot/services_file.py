"""The directory of services in the municipality's file: what it says, the store says too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import new_id
from models.municipality import Unit
from models.services import AGES, LONGEST, Service
from models.terms import Need, ServiceLine

LANGUAGES = ("nn", "en")


class ServicePart(BaseModel):
    """One service, in bokmål; its words in other languages in a table of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    line: ServiceLine
    needs: tuple[Need, ...] = Field(min_length=1)
    name: str = Field(min_length=1, max_length=LONGEST["name"])
    what: str = Field(min_length=1, max_length=LONGEST["what"])
    reach: str = Field(min_length=1, max_length=LONGEST["reach"])
    hours: str = Field(default="", max_length=LONGEST["hours"])
    place: str = Field(default="", max_length=LONGEST["place"])
    for_whom: str = Field(default="", max_length=LONGEST["for_whom"])
    age_from: int | None = Field(default=None, ge=AGES.start, lt=AGES.stop)
    age_to: int | None = Field(default=None, ge=AGES.start, lt=AGES.stop)
    unit: str | None = None  # whose drop-in times are shown with it
    nn: dict[str, str] = Field(default_factory=dict)
    en: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> ServicePart:
        for language in LANGUAGES:
            for name, words in getattr(self, language).items():
                if name not in LONGEST:
                    raise ValueError(f"{self.key}.{language}: {name!r} is not said of a service")
                if len(words) > LONGEST[name]:
                    raise ValueError(f"{self.key}.{language}.{name}: longer than {LONGEST[name]}")
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise ValueError(f"{self.key}: age_from is after age_to")
        return self


def apply(session: Session, parts: Sequence[ServicePart], now: datetime) -> Iterator[str]:
    """What was added in the chat stands; what came from the file goes when it is no longer there."""
    units = {unit.key: unit.id for unit in session.scalars(select(Unit))}
    known = {service.key: service for service in session.scalars(select(Service))}
    for part in parts:
        wanted = _wanted(part, units)
        service = known.get(part.key)
        if service is None:
            session.add(Service(id=new_id(), key=part.key, in_file=True, **wanted))
            yield f"+ service {part.key}"
        elif service.ended_at is not None or _differs(service, wanted):
            service.ended_at = None
            for name, value in wanted.items():
                setattr(service, name, value)
            yield f"~ service {part.key}"
    for key in sorted(set(known) - {part.key for part in parts}):
        if known[key].in_file and known[key].ended_at is None:
            known[key].ended_at = now
            yield f"- service {key}"
    session.flush()


def _wanted(part: ServicePart, units: dict[str, int]) -> dict[str, Any]:
    words = {name: getattr(part, name) for name in LONGEST}
    return words | {
        "line": part.line.value,
        "needs": [need.value for need in part.needs],
        "age_from": part.age_from,
        "age_to": part.age_to,
        "translated": {each: dict(told) for each in LANGUAGES if (told := getattr(part, each))},
        "unit_id": units[part.unit] if part.unit else None,
    }


def _differs(service: Service, wanted: dict[str, Any]) -> bool:
    return any(getattr(service, name) != value for name, value in wanted.items())
