"""Once a week, on Friday, a family is told if staff have looked at what they may know of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Mapped, Session

from models import contacts, family, follow_ups, municipality, policy, reminding, unasked
from models.base import Base, insert_once
from models.follow_ups import FollowedUp, Ladder
from models.outbox import Promise
from models.reminding import Step

AFTERNOON = time(15)
"""On Fridays: the week is over, and school is out."""


class AccessWatch(FollowedUp, Base):
    """Whether the family of a youth, whose id it has, is still to be told that somebody looked."""

    __tablename__ = "access_watches"

    since: Mapped[datetime | None]  # the first reading they were not told of
    told: Mapped[datetime | None]  # the first of those they were told of last


def expect(session: Session, ungdom_id: int, now: datetime) -> None:
    """Somebody has looked: the family is told on Friday, unless that is expected already."""
    watch = session.get(AccessWatch, ungdom_id)
    if watch is None:
        insert_once(session, AccessWatch, {"id": ungdom_id, "steps_done": []})
        watch = session.get_one(AccessWatch, ungdom_id)
    if watch.since is None:
        watch.since, watch.steps_done = now, []
        follow_ups.reschedule(session, LADDER, watch, now)
        session.flush()


def _plan(session: Session, watch: AccessWatch, now: datetime) -> Sequence[Step]:
    rules, calendar = municipality.policy_at(session, now), municipality.calendar_of(session)
    if watch.since is None or not rules.access_news:
        return ()
    day = policy.today_in(watch.since, rules)
    friday = datetime.combine(
        day + timedelta(days=(4 - day.weekday()) % 7), AFTERNOON, ZoneInfo(rules.zone)
    )
    if friday <= watch.since:
        friday += timedelta(days=7)
    return (Step("week", reminding.in_window(friday, rules, calendar)),)


def _take(session: Session, watch: AccessWatch, step: Step, now: datetime) -> None:
    """Who sees none of the readings is not told; that is asked when it is put into words."""
    assert watch.since is not None  # noqa: S101 - no step is due otherwise
    watch.told, watch.since = watch.since, None
    them = [
        person.id
        for person in family.of(session, watch.id, now)
        if person.confirmed_at is not None and contacts.of(session, person.id) is not None
    ]
    occasion = watch.told.isoformat()
    unasked.tell(session, "access.week", them, watch.id, occasion, now, Promise.REMINDER)


LADDER = Ladder(table=AccessWatch, plan=_plan, take=_take)
