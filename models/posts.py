"""A role for a while: it begins on a day, ends after one, and may be in somebody's place.

What begins or ends by itself is taken by the tick, at midnight of the municipality. A role whose
holder still has a baton does not end by itself: its leaders get the task, day after day [30].
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models import (
    audit,
    cases,
    contacts,
    family,
    follow_ups,
    friday,
    holding,
    invitations,
    municipality,
    outbox,
    people,
    policy,
    reminding,
    unasked,
    unreached,
)
from models.follow_ups import Ladder
from models.people import Person, Position
from models.reminding import Step
from models.terms import STAFF_ROLES, Role

GIVEN, HAND_OVER = "staff.given", "staff.hand_over"
ABSENT = "baton.absent"


def today(session: Session, now: datetime) -> date:
    return policy.today_in(now, municipality.policy_at(session, now))


def is_planned(position: Position) -> bool:
    """Given, and not begun yet."""
    return position.ended_at is not None and position.from_day is not None


def begin(session: Session, position: Position, by: int | None, now: datetime) -> None:
    """From now on."""
    position.ended_at = position.from_day = None
    _recorded(session, position, "staffing.give" if by else "staffing.begin", by, now)


def hearers(session: Session, unit_id: int, but: Collection[int]) -> dict[Role, list[int]]:
    """Who is told that somebody gets a role in a unit, by what they are: who leads it, the project
    leaders, the administrators. Nobody makes up a colleague without somebody real hearing of it."""
    every = {
        Role.REKTOR: people.staff_of(session, unit_id, Role.REKTOR),
        Role.PROSJEKTLEDER: people.with_role(session, Role.PROSJEKTLEDER),
        Role.ADMINISTRATOR: people.with_role(session, Role.ADMINISTRATOR),
    }
    found = {
        role: [each.id for each in them if each.id not in but] for role, them in every.items()
    }
    return {role: them for role, them in found.items() if them}


def tell_of(session: Session, position: Position, by: int, now: datetime) -> None:
    """Tell the `hearers` that somebody gave a role, at once, whatever the hour: on Monday they may
    lead nothing more. As news: whoever does not look at the web chat gets a mail."""
    told = hearers(session, position.unit_id, but=(by, position.person_id))
    for person_id in dict.fromkeys(each for them in told.values() for each in them):
        outbox.promise(
            session,
            kind=GIVEN,
            recipient_id=person_id,
            subject_id=position.id,
            occasion=now.isoformat(),
            now=now,
        )


def end(session: Session, position: Position, by: int | None, now: datetime) -> None:
    """With the last one somebody has left."""
    person = people.get(session, position.person_id)
    if len(people.positions(session, person.id)) == 1:
        leave(session, person, by, now)
        return
    position.ended_at, position.from_day = now, None
    cases.stir_held(session, person.id, now)
    _without([position], session, now)
    _recorded(session, position, "staffing.take", by, now)


def leave(session: Session, person: Person, by: int | None, now: datetime) -> None:
    """Every role, link, session and chat ends. The chat of one who is also somebody's parent, or a
    pupil, stays theirs, without the hats."""
    planned = select(Position).where(
        Position.person_id == person.id, Position.from_day.is_not(None)
    )
    every = people.positions(session, person.id)
    for position in [*every, *session.scalars(planned)]:
        position.ended_at, position.from_day = now, None
        follow_ups.reschedule(session, LADDER, position, now)
    person.away_from = person.away_until = None
    session.flush()
    cases.stir_held(session, person.id, now)
    _without(every, session, now)
    invitations.void(session, person.id, now)
    if not is_private(session, person):
        actor = people.get(session, by) if by is not None else None
        contacts.take_from(session, person, actor=actor, now=now)
    audit.record(
        session, action="staffing.deactivate", actor_id=by, object_id=person.id, now=now,
        detail={"positions": len(every)},
    )  # fmt: skip
    unreached.tell(session, person.id, now)


def is_private(session: Session, person: Person) -> bool:
    """Whether someone is here for more than their work."""
    return bool(family.all_ward_ids(session, person.id) or people.pupil(session, person.id))


def ask_to_hand_over(session: Session, person: Person, now: datetime) -> bool:
    """Give those who lead the schools the task; once a day. Where the person leads alone, the
    project leader gets it. False when nobody was told anything new."""
    fresh = False
    for school_id in holding.schools(session, person.id, now):
        found = people.staff_of(session, school_id, Role.REKTOR)
        them = [p.id for p in found if p.id != person.id] or [
            p.id for p in people.with_role(session, Role.PROSJEKTLEDER) if p.id != person.id
        ]
        day = today(session, now).isoformat()
        fresh |= unasked.tell(session, HAND_OVER, them, person.id, day, now)
    return fresh


def tell_of_absence(session: Session, person: Person, now: datetime) -> None:
    """Whoever leads a school is told of a holder who is away for long with nobody in their place.
    The holder stays the holder: what to do about it is the leader's to decide [30]."""
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    first, last = person.away_from, person.away_until
    if first is None or last is None:
        return
    if reminding.working_days_after(first, rules.baton_absence_days, calendar) > last:
        return
    if session.scalars(_in_place_of(person.id).limit(1)).first() is not None:
        return
    for school_id in dict.fromkeys(session.scalars(holding.schools_of_batons(person.id))):
        leads = people.staff_of(session, school_id, Role.REKTOR)
        them = [each.id for each in leads if each.id != person.id]
        unasked.tell(session, ABSENT, them, person.id, first.isoformat(), now)


def _without(ended: Iterable[Position], session: Session, now: datetime) -> None:
    """Whoever they stood in for may be away with nobody in their place from now on."""
    session.flush()
    for away_id in {each.acts_for_id for each in ended if each.acts_for_id is not None}:
        tell_of_absence(session, people.get(session, away_id), now)


def _in_place_of(person_id: int) -> Select[int]:
    return select(Position.id).where(
        Position.acts_for_id == person_id,
        or_(Position.ended_at.is_(None), Position.from_day.is_not(None)),
    )


# --- by itself -----------------------------------------------------------------------------------


def plan(session: Session, position: Position, now: datetime) -> Sequence[Step]:
    """Begins; ends the day after its last, or each day after that until nothing is held."""
    zone = ZoneInfo(municipality.policy_at(session, now).zone)
    steps = []
    if is_planned(position) and position.from_day is not None:
        steps.append(Step("begin", _midnight(position.from_day, zone), settles=True))
    elif position.ended_at is not None:
        return ()
    if position.until is not None:
        over = position.until + timedelta(days=1)
        late = max(0, (now.astimezone(zone).date() - over).days)
        for days in (late, late + 1):
            at = _midnight(over + timedelta(days=days), zone)
            steps.append(Step(f"end{days}", at, settles=True))
    if position.ended_at is None and position.role in STAFF_ROLES:
        rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
        steps += reminding.digest_steps(rules, calendar, now)
    return steps


def take(session: Session, position: Position, step: Step, now: datetime) -> None:
    if step.name == "begin":
        begin(session, position, None, now)
        return
    if position.ended_at is not None:
        return
    kind, _dot, day = step.name.partition(".")
    if kind == "friday":
        position.steps_done = [each for each in position.steps_done if kind not in each]
        friday.tell(session, position.person_id, day, now)
        return
    holding.locked(session, [position])
    if holding.by(session, [position], now):
        ask_to_hand_over(session, people.get(session, position.person_id), now)
    else:
        end(session, position, None, now)


LADDER = Ladder(table=Position, plan=plan, take=take)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _recorded(
    session: Session, position: Position, action: str, by: int | None, now: datetime
) -> None:
    told: dict[str, object] = {"unit": position.unit_id, "role": position.role}
    if position.acts_for_id is not None:
        told["acts_for"] = position.acts_for_id
    follow_ups.reschedule(session, LADDER, position, now)
    session.flush()
    audit.record(
        session, action=action, actor_id=by, object_id=position.person_id, now=now, detail=told
    )
