"""One deployment is one municipality: its units, its dated policies, its approved texts.

It begins with a validated file (`losbot municipality apply`); an administrator goes on in the chat.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import together
from models.base import Base, Counter, Id, Ref, by_name
from models.policy import Calendar, MunicipalPolicy
from models.terms import ApprovalState, Details, Rung, Signal, UnitKind


class Municipality(Base):
    """The one row that says whose bot this is."""

    __tablename__ = "municipality"

    id: Mapped[Id]
    name: Mapped[str]
    demo: Mapped[bool] = mapped_column(default=False)  # invented; refuses a real bot's token
    red_days: Mapped[list[str]] = mapped_column(default=list)  # ISO dates
    school_off: Mapped[list[str]] = mapped_column(default=list)
    exam_days: Mapped[list[str]] = mapped_column(default=list)
    terminology: Mapped[dict[str, Any]] = mapped_column(default=dict)
    barnevernvakt: Mapped[str] = mapped_column(default="")  # the telephone number, for staff


class PolicyVersion(Base):
    __tablename__ = "policy_versions"

    id: Mapped[Counter]
    valid_from: Mapped[date] = mapped_column(unique=True)
    choices: Mapped[dict[str, Any]]
    applied_at: Mapped[datetime]


class Unit(Base):
    """A school, a club, a service. Consent names units, never the people in them."""

    __tablename__ = "units"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)  # its name in the municipality's file
    kind: Mapped[str]
    name: Mapped[str]
    closed_at: Mapped[datetime | None]


class OpenHours(Base):
    """When and where a service can be met: shown to youths as data, never as a promise."""

    __tablename__ = "open_hours"

    id: Mapped[Counter]
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"), index=True)
    # The los who keeps it; None: the unit's, of the municipality's file.
    person_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"), index=True)
    weekday: Mapped[int]  # Monday is 0
    from_time: Mapped[time]
    to_time: Mapped[time]
    place: Mapped[str]


class ApprovedText(Base):
    """Who approved which wording of a text in which language, by the hash of the words."""

    __tablename__ = "approved_texts"
    __table_args__ = (UniqueConstraint("key", "language", "hash"),)

    id: Mapped[Counter]
    key: Mapped[str]
    language: Mapped[str]
    hash: Mapped[str]
    state: Mapped[str] = mapped_column(default=ApprovalState.DRAFT)
    approved_by: Mapped[str | None]  # as the municipality's file names them
    approver_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))  # in the chat
    approved_on: Mapped[date | None]


def current(session: Session) -> Municipality | None:
    return session.scalars(select(Municipality)).first()


def terms(session: Session) -> dict[str, str]:
    """The municipality's own words, by ours; asked once per transaction."""
    if "terms" not in session.info:
        here = current(session)
        session.info["terms"] = dict(here.terminology) if here else {}
    found: dict[str, str] = session.info["terms"]
    return found


def policy_on(session: Session, day: date) -> MunicipalPolicy:
    """The choices in force on `day`; DOMAIN section 12's defaults where none were made."""
    choices = session.scalar(_CHOICES, {"day": day})
    return MunicipalPolicy() if choices is None else _read_before(json.dumps(choices))


_CHOICES = (
    select(PolicyVersion.choices)
    .where(PolicyVersion.valid_from <= bindparam("day"))
    .order_by(PolicyVersion.valid_from.desc())
    .limit(1)
)


@functools.lru_cache(maxsize=64)
def _read_before(stored: str) -> MunicipalPolicy:
    """The same choices are looked through once, and not at every press."""
    return policy_from(json.loads(stored))


def policy_days(session: Session) -> list[date]:
    """The days from which another policy holds."""
    return list(session.scalars(select(PolicyVersion.valid_from).order_by(PolicyVersion.id)))


def policy_at(session: Session, now: datetime) -> MunicipalPolicy:
    """As `policy_on`, for the UTC day of `now`; asked once per transaction."""
    cache = session.info.setdefault("policy", {})
    if now.date() not in cache:
        cache[now.date()] = policy_on(session, now.date())
    found: MunicipalPolicy = cache[now.date()]
    return found


def policy_from(choices: dict[str, Any]) -> MunicipalPolicy:
    """Read stored choices. Raises ValueError, in one line, on a name the house does not know or a
    value that makes no sense: nothing is guessed, `"false"` is not false."""
    known = {f.name: f for f in fields(MunicipalPolicy)}
    if strange := sorted(set(choices) - set(known)):
        raise ValueError(f"unknown policy: {', '.join(strange)}")
    values = dict(choices)
    for name in _TIMES:
        if isinstance(values.get(name), str):
            with contextlib.suppress(ValueError):  # said below, with the name
                values[name] = time.fromisoformat(values[name])
    for name in _LISTS:
        if name in values:
            values[name] = _listed(values[name])
    for name, value in values.items():
        if not _fits(name, known[name].default, value):
            raise ValueError(f"{name}: {value!r} is not {_wanted(name, known[name].default)}")
    policy = MunicipalPolicy(**values)
    if policy.window_from >= policy.window_to:
        raise ValueError("window_to: must be after window_from")
    if policy.staff_window_from >= policy.staff_window_to:
        raise ValueError("staff_window_to: must be after staff_window_from")
    if policy.youth_sole_consent_age < 18 and not policy.youth_sole_consent_basis.strip():
        raise ValueError(
            "youth_sole_consent_basis: an age under 18 needs the decision it rests on"
        )
    return policy


_TIMES = ("window_from", "window_to", "staff_window_from", "staff_window_to", "friday_at")
_LISTS = ("meeting_reminders_hours", "fallback", "level_meanings", "break_signals", "break_days")
_WAYS = ("telegram", "web", "email", "task")


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, (list, tuple)) else value


_AGES = frozenset(
    {
        "guardian_consent_until_age",
        "youth_co_consent_from_age",
        "youth_sole_consent_age",
        "youth_heard_from_age",
        "youth_always_heard_from_age",
        "min_age_bot",
        "target_age_from",
        "target_age_to",
    }
)
_ONE_OF: dict[str, tuple[str, ...]] = {
    "guardians_required": ("all", "one"),
    "telegram_details": tuple(Details),
    "mail_for": ("all", "staff", "nobody"),
    "guardian_write": ("notes", "nothing"),
    "actor_write": ("own", "full"),
    "ip_action": ("ask", "close", "keep_both"),
    "web_details": (Details.ON_TAP, Details.ALL),
}
_LONGEST = 3660
"""Ten years: more days than that are a slip of the pen."""


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _fits(name: str, default: object, value: object) -> bool:
    if name in _ONE_OF:
        return value in _ONE_OF[name]
    if name == "zone":
        return isinstance(value, str) and _is_zone(value)
    if name == "fallback":
        return isinstance(value, tuple) and _is_ladder(value)
    if name == "level_scheme":
        return isinstance(value, str) and _is_scheme(value.split())
    if name == "level_meanings":
        return isinstance(value, tuple) and all(isinstance(w, str) and w for w in value)
    if name == "break_signals":
        return isinstance(value, tuple) and set(value) <= set(Signal)
    if name == "break_days":
        return isinstance(value, tuple) and 0 < len(value) <= len(Rung) and _rises(value)
    if isinstance(default, str):
        return isinstance(value, str)
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, time):
        return isinstance(value, time) and value.tzinfo is None
    if isinstance(default, tuple):
        return isinstance(value, tuple) and all(_whole(each, 1, _LONGEST) for each in value)
    if name in _AGES:
        return _whole(value, 0, 30)
    return (value is None and default is None) or _whole(value, 1, _LONGEST)


def _rises(days: tuple[object, ...]) -> bool:
    return all(_whole(each, 1, _LONGEST) for each in days) and list(days) == sorted(set(days))  # type: ignore[type-var]


def _is_ladder(ways: tuple[object, ...]) -> bool:
    """In their order, none twice, and in the end a person."""
    return ways[-1:] == ("task",) and list(ways) == [way for way in _WAYS if way in ways]


def _is_scheme(names: list[str]) -> bool:
    """Three to six short names, none twice."""
    short = all(len(name) <= 12 for name in names)
    return short and 3 <= len(names) <= 6 and len(set(names)) == len(names)


def _is_zone(name: str) -> bool:
    """Looked up alone: a list of all zones reads a thousand files, and this is asked at each press."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # no such file, not a name, not found
        return False
    return True


def _wanted(name: str, default: object) -> str:
    if name in _ONE_OF:
        return " or ".join(f'"{each}"' for each in _ONE_OF[name])
    if name == "zone":
        return "a time zone"
    if name == "break_signals":
        return f"some of {', '.join(Signal)}"
    if name == "break_days":
        return "one to three rising numbers of days"
    if name == "fallback":
        return f"some of {', '.join(_WAYS)} in that order, and task last"
    if name == "level_scheme":
        return "three to six short names with spaces between, from level 0 up"
    if name == "level_meanings":
        return "a list of words"
    if isinstance(default, str):
        return "words"
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, time):
        return "a time of day"
    if isinstance(default, tuple):
        return "a list of whole hours"
    return (
        f"a whole number from {0 if name in _AGES else 1} to {30 if name in _AGES else _LONGEST}"
    )


def choices_of(policy: MunicipalPolicy) -> dict[str, Any]:
    """The policy as the store keeps it."""
    values = asdict(policy)
    for name in _TIMES:
        values[name] = values[name].isoformat()
    for name in _LISTS:
        values[name] = list(values[name])
    return values


def calendar_of(session: Session) -> Calendar:
    if "calendar" not in session.info:
        here = current(session)
        session.info["calendar"] = Calendar(
            red_days=frozenset(map(date.fromisoformat, here.red_days if here else ())),
            school_off=frozenset(map(date.fromisoformat, here.school_off if here else ())),
            exam_days=frozenset(map(date.fromisoformat, here.exam_days if here else ())),
        )
    found: Calendar = session.info["calendar"]
    return found


def unit(session: Session, unit_id: int) -> Unit | None:
    return together.get(session, Unit, unit_id)


def is_school(session: Session, unit_id: int) -> bool:
    found = unit(session, unit_id)
    return found is not None and found.kind == UnitKind.SCHOOL


def units_of_kind(session: Session, *kinds: str) -> list[Unit]:
    """Those not closed, by name, as people and not as a store sort them."""
    found = session.scalars(select(Unit).where(Unit.kind.in_(kinds), Unit.closed_at.is_(None)))
    return sorted(found, key=lambda unit: unit.name.casefold())


def unit_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Names by id, in their order. What the session has read it is not asked for again."""
    read = (session.identity_map.get(session.identity_key(Unit, unit_id)) for unit_id in ids)
    found: list[Unit] = [unit for unit in read if unit is not None]
    if missing := set(ids).difference(unit.id for unit in found):
        found += session.scalars(_UNITS, {"units": sorted(missing)})
    return by_name({unit.id: unit.name for unit in found})


_UNITS = select(Unit).where(Unit.id.in_(bindparam("units", expanding=True)))


def open_hours(session: Session, unit_id: int) -> list[OpenHours]:
    """The unit's own, not those of somebody in it."""
    return list(
        session.scalars(
            select(OpenHours)
            .where(OpenHours.unit_id == unit_id, OpenHours.person_id.is_(None))
            .order_by(OpenHours.weekday, OpenHours.from_time)
        )
    )


_APPROVED = select(ApprovedText.hash).where(
    ApprovedText.key == bindparam("key"),
    ApprovedText.language == bindparam("language"),
    ApprovedText.state == ApprovalState.APPROVED,
)


def approved(session: Session, key: str, language: str) -> frozenset[str]:
    """The hashes of all the words that were approved of a text in a language; no draft."""
    return frozenset(session.scalars(_APPROVED, {"key": key, "language": language}))


def is_approved(session: Session, *, key: str, language: str, hash: str) -> bool:
    """Whether exactly these words were approved; a draft or other words are not."""
    return hash in approved(session, key, language)
