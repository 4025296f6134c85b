"""When and where a los can be met without an appointment, as the los publishes it [L2, 51].

Shown to whoever waits, as data and never as a promise of an answer. The times of somebody who is
away, or no los any more, are not shown; the los unit's own, of the municipality's file, always are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import access, audit, cases, municipality, people, policy, units
from models.base import refuse, require
from models.municipality import OpenHours
from models.people import Person
from models.terms import Action, Role, Why

MOST = 10
"""So many times a week are more than anybody keeps."""


@dataclass(frozen=True)
class Own:
    times: tuple[OpenHours, ...]
    away: tuple[date, date] | None


def own(session: Session, *, actor: Person, now: datetime) -> Own:
    access.authorise_at_work(session, actor=actor, action=Action.PUBLISH_HOURS)
    today = policy.today_in(now, municipality.policy_at(session, now))
    gone = actor.away_from is not None and actor.away_until is not None
    away = None
    if gone and actor.away_until is not None and actor.away_until >= today:
        away = (actor.away_from or today, actor.away_until)
    found = session.scalars(
        select(OpenHours)
        .where(OpenHours.person_id == actor.id)
        .order_by(OpenHours.weekday, OpenHours.from_time)
    )
    return Own(tuple(found), away)


def publish(
    session: Session,
    *,
    actor: Person,
    weekday: int,
    from_time: time,
    to_time: time,
    place: str,
    now: datetime,
) -> None:
    """The same time and place again is quiet."""
    access.authorise_at_work(session, actor=actor, action=Action.PUBLISH_HOURS)
    place = units.named(place)
    require(from_time < to_time and weekday in range(7), Why.NOT_VALID)
    mine = own(session, actor=actor, now=now).times
    if any((h.weekday, h.from_time, h.to_time, h.place) == (weekday, from_time, to_time, place)
           for h in mine):  # fmt: skip
        return
    require(len(mine) < MOST, Why.TOO_MANY)
    at = people.units_where(session, actor, Role.LOS)[0]
    session.add(
        OpenHours(
            unit_id=at.id, person_id=actor.id, weekday=weekday, from_time=from_time,
            to_time=to_time, place=place,
        )
    )  # fmt: skip
    _recorded(session, actor, "los_hours.publish", now)


def remove(session: Session, *, actor: Person, hours_id: int, now: datetime) -> None:
    """Gone already: quiet. Somebody else's: absent."""
    access.authorise_at_work(session, actor=actor, action=Action.PUBLISH_HOURS)
    hours = session.get(OpenHours, hours_id)
    if hours is None:
        return
    if hours.person_id != actor.id:
        refuse(Why.ABSENT)
    session.execute(delete(OpenHours).where(OpenHours.id == hours.id))
    _recorded(session, actor, "los_hours.remove", now)


def be_away(
    session: Session, *, actor: Person, first: date | None, last: date | None, now: datetime
) -> None:
    """The own absence, or that one is back. Whoever stands in is told when something waits, as when
    an administrator says it."""
    access.authorise_at_work(session, actor=actor, action=Action.PUBLISH_HOURS)
    today = policy.today_in(now, municipality.policy_at(session, now))
    if first is not None and last is not None:
        require(first <= last and last >= today, Why.PAST)
    if (actor.away_from, actor.away_until) == (first, last):
        return
    actor.away_from, actor.away_until = first, last
    cases.stir_held(session, actor.id, now)
    _recorded(session, actor, "los_hours.away" if first else "los_hours.back", now)


def _recorded(session: Session, actor: Person, action: str, now: datetime) -> None:
    session.flush()
    audit.record(session, action=action, actor_id=actor.id, object_id=actor.id, now=now)
