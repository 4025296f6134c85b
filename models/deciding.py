"""What the municipality decides, from a day on, by an administrator in the chat.

A version that is in force is never rewritten: a change holds from today or later, and goes on holding
through versions that were decided before it, until one of them says something else. No consent is
touched by any of it; what is due when is computed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, audit, follow_ups, municipality, policy, unasked
from models.base import refuse, require
from models.ladders import LADDERS
from models.municipality import PolicyVersion
from models.people import Person
from models.policy import MunicipalPolicy
from models.terms import Action, Why

ELSEWHERE = frozenset({"zone", "fallback", "level_meanings", "break_signals", "break_days"})
"""Decided in the municipality's file alone: every meeting stands in the one, and every message goes by
the other. What a level means is written, not chosen."""


@dataclass(frozen=True)
class Change:
    name: str
    valid_from: date
    before: Any
    after: Any


def present(session: Session, *, actor: Person, now: datetime) -> MunicipalPolicy:
    access.authorise_at_work(session, actor=actor, action=Action.DECIDE_POLICY)
    return municipality.policy_on(session, _today(session, now))


def coming(session: Session, *, actor: Person, now: datetime) -> list[Change]:
    """What is decided and not in force yet, the first first."""
    access.authorise_at_work(session, actor=actor, action=Action.DECIDE_POLICY)
    found, before = [], municipality.policy_on(session, _today(session, now))
    for version in _after(session, _today(session, now)):
        after = municipality.policy_from(version.choices)
        found += [
            Change(name, version.valid_from, getattr(before, name), getattr(after, name))
            for name in municipality.choices_of(after)
            if getattr(before, name) != getattr(after, name)
        ]
        before = after
    return found


def decide(
    session: Session,
    *,
    actor: Person,
    choices: Mapping[str, Any],
    valid_from: date,
    now: datetime,
) -> None:
    """Let these choices hold from a day on. Refused with PAST for a day that was, with NOT_VALID
    where the rules would not go together on some day; the same again is a quiet no-op."""
    access.authorise_at_work(session, actor=actor, action=Action.DECIDE_POLICY)
    require(valid_from >= _today(session, now), Why.PAST)
    require(not ELSEWHERE & choices.keys(), Why.NOT_VALID)
    known = municipality.choices_of(municipality.policy_on(session, valid_from))
    wanted = {name: _kept(value) for name, value in choices.items()}
    changed = {name: value for name, value in wanted.items() if known.get(name) != value}
    if not changed:
        return
    before = {name: known.get(name) for name in changed}
    _put(session, _at(session, valid_from, known, now), changed, now)
    _go_on(session, valid_from, before, changed, now)
    _recorded(session, actor, "policy.decide", changed, valid_from, now)


def cancel(session: Session, *, actor: Person, name: str, valid_from: date, now: datetime) -> None:
    """Take back one choice that is not in force yet; what held before goes on holding. Refused with
    STALE for one that is in force, or is not there any more."""
    found = [
        change
        for change in coming(session, actor=actor, now=now)
        if (change.name, change.valid_from) == (name, valid_from)
    ]
    require(found, Why.STALE)
    back, gone = {name: _kept(found[0].before)}, {name: _kept(found[0].after)}
    version = session.scalars(
        select(PolicyVersion).where(PolicyVersion.valid_from == valid_from)
    ).one()
    _put(session, version, back, now)
    _go_on(session, valid_from, gone, back, now)
    before = municipality.policy_on(session, valid_from - timedelta(days=1))
    if version.choices == municipality.choices_of(before):
        session.delete(version)  # nothing else begins that day
        session.flush()
    _recorded(session, actor, "policy.cancel", back, valid_from, now)


# --- the versions --------------------------------------------------------------------------------


def _at(session: Session, day: date, choices: Mapping[str, Any], now: datetime) -> PolicyVersion:
    """The version that begins on a day; a new one says what held there before."""
    found = select(PolicyVersion).where(PolicyVersion.valid_from == day)
    version = session.scalars(found).one_or_none()
    if version is None:
        version = PolicyVersion(valid_from=day, choices=dict(choices), applied_at=now)
        session.add(version)
    return version


def _after(session: Session, day: date) -> Iterator[PolicyVersion]:
    later = select(PolicyVersion).where(PolicyVersion.valid_from > day)
    yield from session.scalars(later.order_by(PolicyVersion.valid_from)).all()


def _go_on(
    session: Session,
    day: date,
    before: Mapping[str, Any],
    changed: Mapping[str, Any],
    now: datetime,
) -> None:
    """Each choice goes on through the later versions, up to the first that says something else."""
    left = dict(changed)
    for version in _after(session, day):
        known = municipality.choices_of(municipality.policy_from(version.choices))
        left = {name: value for name, value in left.items() if known[name] == before[name]}
        if left:
            _put(session, version, left, now)


def _put(
    session: Session, version: PolicyVersion, choices: Mapping[str, Any], now: datetime
) -> None:
    try:
        rules = municipality.policy_from({**version.choices, **choices})
    except ValueError:
        refuse(Why.NOT_VALID)
    require(_go_together(rules), Why.NOT_VALID)
    version.choices, version.applied_at = municipality.choices_of(rules), now
    session.flush()


def _go_together(rules: MunicipalPolicy) -> bool:
    return (
        rules.youth_heard_from_age <= rules.youth_always_heard_from_age
        and rules.target_age_from <= rules.target_age_to
        and rules.consent_warn_again_days < rules.consent_warn_days < rules.consent_validity_days
        and rules.youth_co_consent_from_age <= rules.youth_sole_consent_age
    )


def _kept(value: Any) -> Any:
    """A value as the store keeps it."""
    if isinstance(value, time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _today(session: Session, now: datetime) -> date:
    return policy.today_in(now, municipality.policy_at(session, now))


def _recorded(
    session: Session,
    actor: Person,
    action: str,
    changed: Mapping[str, Any],
    valid_from: date,
    now: datetime,
) -> None:
    """What was decided, without words that somebody wrote; and what is due when is set anew."""
    session.info.pop("policy", None)
    told = {name: value for name, value in changed.items() if name != "youth_sole_consent_basis"}
    audit.record(
        session, action=action, actor_id=actor.id, now=now,
        detail={"from": valid_from.isoformat(), "choices": told},
    )  # fmt: skip
    unasked.tell_of_decision(session, actor.id, "policy", now)
    for ladder in LADDERS:  # some wait for the first day of what is to come
        follow_ups.recompute(session, ladder, now)
