"""When to remind: the windows people may be written to in, and the ladders' steps. Pure.

As `policy`, which it belongs to: imports `policy`, `terms` and the standard library only. Default
times are DOMAIN section 12's; the key is named beside each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.policy import Calendar, MunicipalPolicy, today_in
from models.terms import RequestState


@dataclass(frozen=True)
class Step:
    """One rung of a ladder: when it is due and until when it still makes sense."""

    name: str
    at: datetime
    not_after: datetime | None = None
    settles: bool = False  # changes what holds, beyond reminding: no later step replaces it

    def too_late(self, now: datetime) -> bool:
        return self.not_after is not None and now > self.not_after


def is_open_day(day: date, policy: MunicipalPolicy, calendar: Calendar) -> bool:
    """A day on which people may be written to unasked."""
    return (policy.window_weekends or day.weekday() < 5) and day not in calendar.red_days


def is_school_day(day: date, calendar: Calendar) -> bool:
    """A day on which people at school can be asked to do something together."""
    return day.weekday() < 5 and day not in calendar.red_days | calendar.school_off


def digest_steps(policy: MunicipalPolicy, calendar: Calendar, now: datetime) -> tuple[Step, ...]:
    """Once a week, before the weekend: on Friday, or the last school day before it. In a week
    without a school day there is none. The last and the next, each only on its own day."""
    if not policy.friday_digest:
        return ()
    zone, today = ZoneInfo(policy.zone), today_in(now, policy)
    monday = today - timedelta(days=today.weekday())
    steps: list[Step] = []
    weeks = 0
    while weeks < 2 or (not any(step.at > now for step in steps) and weeks < 60):
        day = _last_school_day(monday + timedelta(weeks=weeks), calendar)
        if day is not None:
            at = _at(day, policy.friday_at, zone).astimezone(UTC)
            last = _at(day, time(23, 59), zone)
            steps.append(Step(f"friday.{day}", at, not_after=last, settles=True))
        weeks += 1
    return tuple(steps)


def _last_school_day(monday: date, calendar: Calendar) -> date | None:
    days = (monday + timedelta(days=n) for n in (4, 3, 2, 1, 0))
    return next((day for day in days if is_school_day(day, calendar)), None)


def school_day_after(day: date, days: int, calendar: Calendar) -> date:
    """The so-manieth day after `day` on which people at school are at work; in a holiday none."""
    while days:
        day += timedelta(days=1)
        days -= is_school_day(day, calendar)
    return day


def times_named(
    first: date, policy: MunicipalPolicy, now: datetime, every: int = 7
) -> tuple[int, ...]:
    """Of what is repeated every so many days after `first` without an end, until it is done: the
    number of the last time, and of the next. A plan that names these never runs dry."""
    passed = (today_in(now, policy) - first).days // every
    return tuple(range(max(1, passed), max(0, passed) + 2))


AFTER_A_HOLIDAY = time(8)
"""Nobody is written to earlier on the first day after one."""


def opens_at(day: date, policy: MunicipalPolicy, calendar: Calendar) -> time:
    """The first minute of a day at which people may be written to."""
    before = day - timedelta(days=1 if day.weekday() else 3)
    if is_school_day(before, calendar):
        return policy.window_from
    return max(policy.window_from, AFTER_A_HOLIDAY)


def for_staff(policy: MunicipalPolicy) -> MunicipalPolicy:
    """The same rules, with the hours of those who are here for their work alone."""
    return replace(policy, window_from=policy.staff_window_from, window_to=policy.staff_window_to)


def not_in_exams(day: date, policy: MunicipalPolicy, calendar: Calendar, first: date) -> date:
    """The day on which a youth is asked what could be asked on `day`: before the exams, if that is
    not before `first`; else after them."""

    def is_spoiled(day: date) -> bool:
        while not is_open_day(day, policy, calendar):
            day += timedelta(days=1)
        return day in calendar.exam_days

    if not is_spoiled(day):
        return day
    early = day
    while early in calendar.exam_days or not is_open_day(early, policy, calendar):
        early -= timedelta(days=1)
    if early >= first:
        return early
    while is_spoiled(day):
        day += timedelta(days=1)
    return day


def may_tell_at(at: datetime, policy: MunicipalPolicy, calendar: Calendar) -> bool:
    """Whether people may be written to unasked at this very moment; the last minute counts."""
    local = at.astimezone(ZoneInfo(policy.zone))
    minute = local.time().replace(second=0, microsecond=0)
    in_hours = opens_at(local.date(), policy, calendar) <= minute <= policy.window_to
    return in_hours and is_open_day(local.date(), policy, calendar)


def in_window(
    at: datetime, policy: MunicipalPolicy, calendar: Calendar, *, event: datetime | None = None
) -> datetime:
    """The instant at which a notice due `at` may be sent (send_window), in UTC.

    Later if need be: the next open day's first minute. With an `event`, a notice that would then
    wait until the event's own day, or come less than an hour before it, is pulled forward to the
    last allowed minute before `at`: Monday's meeting is told of on Friday.
    """
    if may_tell_at(at, policy, calendar):
        return at.astimezone(UTC)
    zone = ZoneInfo(policy.zone)
    local = at.astimezone(zone)
    opens = opens_at(local.date(), policy, calendar)
    if is_open_day(local.date(), policy, calendar) and local.time() < opens:
        later = _at(local.date(), opens, zone)
    else:
        later = _next_opening(local.date(), policy, calendar, zone)
    if event is None or not _too_close(local, later, event.astimezone(zone)):
        return later.astimezone(UTC)
    return _last_closing(local, policy, calendar, zone).astimezone(UTC)


def _too_close(due: datetime, later: datetime, event: datetime) -> bool:
    """Whether waiting from `due` until `later` (wall clocks of one zone) spoils the notice."""
    if due.date() < event.date() <= later.date():
        return True
    return later.astimezone(UTC) > event.astimezone(UTC) - timedelta(hours=1)


def news_at(
    now: datetime, event: datetime, policy: MunicipalPolicy, calendar: Calendar
) -> datetime:
    """When people are told what was just decided about an event: not at night or at a weekend,
    but at once when waiting would leave them less than a day."""
    later = in_window(now, policy, calendar)
    return later if later <= event.astimezone(UTC) - timedelta(days=1) else now


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)


def _next_opening(
    day: date, policy: MunicipalPolicy, calendar: Calendar, zone: ZoneInfo
) -> datetime:
    day += timedelta(days=1)
    while not is_open_day(day, policy, calendar):
        day += timedelta(days=1)
    return _at(day, opens_at(day, policy, calendar), zone)


def _last_closing(
    local: datetime, policy: MunicipalPolicy, calendar: Calendar, zone: ZoneInfo
) -> datetime:
    day = local.date()
    if is_open_day(day, policy, calendar) and local.time() > policy.window_to:
        return _at(day, policy.window_to, zone)
    day -= timedelta(days=1)
    while not is_open_day(day, policy, calendar):
        day -= timedelta(days=1)
    return _at(day, policy.window_to, zone)


def morning_of(day: date, policy: MunicipalPolicy, calendar: Calendar) -> datetime:
    """The first minute at which a notice about `day` may be sent: that day, or the next open one."""
    zone = ZoneInfo(policy.zone)
    return in_window(_at(day, policy.window_from, zone), policy, calendar)


def meeting_steps(
    starts_at: datetime,
    called_at: datetime,
    policy: MunicipalPolicy,
    calendar: Calendar,
) -> tuple[Step, ...]:
    """Reminders two days and four hours before (meeting_reminders); none after it has begun [43].

    None that was already past when people were told (`called_at`): the invitation itself told of
    it. None at all when it was booked under meeting_reminder_floor_minutes ahead.
    """
    starts_at = starts_at.astimezone(UTC)
    if starts_at < called_at + timedelta(minutes=policy.meeting_reminder_floor_minutes):
        return ()
    due = {
        f"{hours}h": in_window(
            starts_at - timedelta(hours=hours), policy, calendar, event=starts_at
        )
        for hours in policy.meeting_reminders_hours
    }
    return tuple(
        Step(name, at, not_after=starts_at)
        for name, at in due.items()
        if called_at < at < starts_at
    )


def evaluation_steps(
    evaluate_on: date,
    set_at: datetime,
    policy: MunicipalPolicy,
    calendar: Calendar,
    now: datetime,
) -> tuple[Step, ...]:
    """A week before, on the day, then weekly until it is done (evaluation_reminders).

    Never on the day the date was set: who set it knows it. A date set within the week is asked
    about the next open morning, unless that is the day itself. The weekly steps are endless;
    only the last and the next are named.
    """
    every = policy.evaluation_repeat_days
    first = set_at.astimezone(ZoneInfo(policy.zone)).date() + timedelta(days=1)
    before = max(first, evaluate_on - timedelta(days=policy.evaluation_remind_days))
    ahead = (evaluate_on - not_in_exams(before, policy, calendar, first)).days
    return _until_done(evaluate_on, set_at, ahead, every, policy, calendar, now)


def concern_steps(
    decide_by: date,
    pressed_from: date,
    raised_at: datetime,
    policy: MunicipalPolicy,
    calendar: Calendar,
    now: datetime,
) -> tuple[Step, ...]:
    """Who received it: level0_remind_days before, on the last day, then weekly until it is decided.

    What arose long ago is minded the morning after it was raised, and its weeks count from
    `pressed_from`. The latest step is named first: of those that fall together it says the most.
    """
    ahead = policy.level0_remind_days
    steps = _until_done(
        decide_by, raised_at, ahead, 7, policy, calendar, now, weeks_from=pressed_from
    )
    return tuple(reversed(steps))


def _until_done(
    last: date,
    set_at: datetime,
    ahead: int,
    every: int,
    policy: MunicipalPolicy,
    calendar: Calendar,
    now: datetime,
    *,
    weeks_from: date | None = None,
) -> tuple[Step, ...]:
    """`ahead` days before a day, on it, and from then on (or from `weeks_from`) `every` so many
    days; never on the day it was set."""
    zone = ZoneInfo(policy.zone)
    first = set_at.astimezone(zone).date() + timedelta(days=1)
    before_at = morning_of(max(first, last - timedelta(days=ahead)), policy, calendar)
    eve = _at(last - timedelta(days=1), time(23, 59), zone)
    steps = [Step("before", before_at, not_after=eve)] if before_at < eve else []
    steps.append(Step("day", morning_of(max(first, last), policy, calendar)))
    start = weeks_from or last
    for week in times_named(start, policy, now, every):
        day = max(first, start + timedelta(days=week * every))
        steps.append(Step(f"week{week}", morning_of(day, policy, calendar)))
    return tuple(steps)


def asking_again_steps(
    evaluate_on: date, set_at: datetime, policy: MunicipalPolicy, calendar: Calendar
) -> tuple[Step, ...]:
    """Who was asked before an evaluation and has not answered is reminded once. To others than the
    holder, so that none of the holder's steps may swallow it."""
    zone = ZoneInfo(policy.zone)
    first = set_at.astimezone(zone).date() + timedelta(days=1)
    asked = max(first, evaluate_on - timedelta(days=policy.evaluation_remind_days))
    day = evaluate_on - timedelta(days=policy.evaluation_remind_again_days)
    at = morning_of(day, policy, calendar)
    eve = _at(evaluate_on - timedelta(days=1), time(23, 59), zone)
    if not morning_of(asked, policy, calendar) < at < eve:
        return ()
    return (Step("again", at, not_after=eve, settles=True),)


def deadline_steps(
    deadline: date, set_at: datetime, policy: MunicipalPolicy, calendar: Calendar
) -> tuple[Step, ...]:
    """Who is responsible: a week before, and on the day (as evaluation_reminders; DOMAIN 12 has no
    key of its own). Only what lies after the day on which it was set.

    They go to another than the evaluation's reminders do, so none of those may swallow them. What
    is late is for the evaluation.
    """
    zone = ZoneInfo(policy.zone)
    days = {
        "deadline_before": deadline - timedelta(days=policy.evaluation_remind_days),
        "deadline": deadline,
    }
    at = {name: morning_of(day, policy, calendar) for name, day in days.items()}
    eve = _at(deadline - timedelta(days=1), time(23, 59), zone)
    last = _at(at["deadline"].astimezone(zone).date(), time(23, 59), zone)
    until = {"deadline_before": eve, "deadline": last}
    return tuple(
        Step(name, at[name], not_after=until[name], settles=True)
        for name, day in days.items()
        if day > set_at.astimezone(zone).date() and at[name] < until[name]
    )


def deadline_is_near(deadline: date, today: date, policy: MunicipalPolicy) -> bool:
    return today >= deadline - timedelta(days=policy.evaluation_remind_days)


def evaluation_is_near(evaluate_on: date, today: date, policy: MunicipalPolicy) -> bool:
    """From a week before, the youth's view is wanted and the holder may evaluate."""
    return today >= evaluate_on - timedelta(days=policy.evaluation_remind_days)


def review_steps(
    review_on: date, policy: MunicipalPolicy, calendar: Calendar, now: datetime
) -> tuple[Step, ...]:
    """On the day what is shielded is to be looked at again, then weekly until somebody does."""
    days = {"day": review_on} | {
        f"week{week}": review_on + timedelta(weeks=week)
        for week in times_named(review_on, policy, now)
    }
    return tuple(Step(name, morning_of(day, policy, calendar)) for name, day in days.items())


def working_days_after(day: date, count: int, calendar: Calendar) -> date:
    """The day on which `count` working days have passed."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in calendar.red_days
    return day


def baton_steps(
    offered_at: datetime, policy: MunicipalPolicy, calendar: Calendar
) -> tuple[Step, ...]:
    """Who was offered the baton is reminded; then the offer ends, the morning after the last day to
    answer (baton_offer_expires)."""
    start = today_in(offered_at, policy)
    remind, over = (
        morning_of(start + timedelta(days=days), policy, calendar)
        for days in (policy.baton_remind_days, policy.baton_offer_days + 1)
    )
    return (
        Step("remind", remind, not_after=over),
        Step("expire", over, settles=True),
    )


def mornings(
    since: datetime, policy: MunicipalPolicy, calendar: Calendar, now: datetime
) -> tuple[Step, ...]:
    """Every morning from the day after `since`; only the last and the next are named."""
    start = today_in(since, policy)
    days = max(1, (today_in(now, policy) - start).days)
    return tuple(
        Step(f"day{day}", morning_of(start + timedelta(days=day), policy, calendar), settles=True)
        for day in (days, days + 1)
    )


def move_steps(
    started_at: datetime,
    days: Mapping[str, date],
    policy: MunicipalPolicy,
    calendar: Calendar,
    now: datetime,
) -> tuple[Step, ...]:
    """The holder: each thing that is left on its day, and every week until the baton has moved. The
    weekly steps are endless; only the last and the next are named."""
    start = today_in(started_at, policy)
    left = {item: max(day, start + timedelta(days=1)) for item, day in days.items()}
    weeks = times_named(start, policy, now)
    left |= {f"week{week}": start + timedelta(weeks=week) for week in weeks}
    return tuple(Step(name, morning_of(day, policy, calendar)) for name, day in left.items())


def wish_steps(
    asked_at: datetime,
    answered: bool,
    policy: MunicipalPolicy,
    calendar: Calendar,
    now: datetime,
) -> tuple[Step, ...]:
    """Whoever asked is told that nobody answered and that the baton may be offered; then every week
    until it is. The weekly steps are endless; only the last and the next are named."""
    start = today_in(asked_at, policy)

    def after(name: str, days: int) -> Step:
        return Step(name, morning_of(start + timedelta(days=days), policy, calendar))

    weeks = times_named(start, policy, now)
    steps = () if answered else (after("silent", policy.baton_wish_days),)
    return (*steps, *(after(f"week{week}", week * 7) for week in weeks))


def overdue_since(today: date, policy: MunicipalPolicy) -> date:
    """An evaluation set for this day or earlier is late enough for the unit leader to be told."""
    return today - timedelta(days=policy.evaluation_repeat_days)


REVERIFY_WARN_DAYS = 14
"""C: so long before a help line lapses it is to be checked."""


def reverify_steps(
    expires_on: date, policy: MunicipalPolicy, calendar: Calendar, now: datetime
) -> tuple[Step, ...]:
    """Two weeks before a help line lapses, then weekly until somebody has checked it."""
    first = expires_on - timedelta(days=REVERIFY_WARN_DAYS)
    return review_steps(first, policy, calendar, now)


_IN_QUEUE = frozenset({RequestState.SUBMITTED, RequestState.READY, RequestState.PRIORITISED})
_PROMISED = _IN_QUEUE | {RequestState.ASSIGNED}
"""While the rektor is held to the date that was promised."""
_REVIEWED = _IN_QUEUE | {RequestState.AWAITING_YOUTH}
"""While the rektor looks at it every week."""


def request_steps(
    state: RequestState,
    since: datetime,
    policy: MunicipalPolicy,
    calendar: Calendar,
    now: datetime,
    *,
    answer_by: date | None = None,
    contacted: bool = False,
) -> tuple[Step, ...]:
    """Nobody is forgotten: who is reminded when of a request that stands in `state` since `since`.

    A promised date comes first: of steps due together the first named is taken.
    """
    start = today_in(since, policy)

    def after(name: str, days: int) -> Step:
        return Step(name, morning_of(start + timedelta(days=days), policy, calendar))

    def again(name: str, first: int, every: int = 7) -> list[Step]:
        """Until it is done: the first by its name, those after it numbered."""
        past = max(0, (today_in(now, policy) - start).days - first) // every
        return [after(f"{name}{n or ''}", first + n * every) for n in range(past + 2)]

    steps: list[Step] = []
    if answer_by is not None and state in _PROMISED:
        steps += _promise_steps(answer_by, policy, calendar)
    if state is RequestState.AWAITING_YOUTH:
        steps.append(after("youth", 3))
    if state is RequestState.ASSIGNED:
        steps += [after("los", 2), *again("los_silent", 4)]
    if state is RequestState.ACTIVE and not contacted:
        steps += [after("contact", 3), *again("contact_late", 7)]
    elif state is RequestState.ACTIVE:
        steps += again("still", policy.los_active_review_days, policy.los_active_review_days)
    if state in _REVIEWED:
        first, every = policy.los_request_first_review_days, 7
    elif state is RequestState.WAITLISTED:
        first = every = policy.los_waitlist_review_days
    else:
        return tuple(steps)
    past = max(0, (today_in(now, policy) - start).days - first) // every
    steps += [after(f"review{n}", first + n * every) for n in range(past + 2)]
    return tuple(steps)


def _promise_steps(answer_by: date, policy: MunicipalPolicy, calendar: Calendar) -> list[Step]:
    """The rektor two days ahead and on the last open day; the requester when it was not kept."""
    last = answer_by
    while not is_open_day(last, policy, calendar):
        last -= timedelta(days=1)
    early = last - timedelta(days=2)
    while not is_open_day(early, policy, calendar):
        early -= timedelta(days=1)
    return [
        Step("promise_soon", morning_of(early, policy, calendar)),
        Step("promise_day", morning_of(last, policy, calendar)),
        # tells another person than the reminders do, so none of them may swallow it
        Step(
            "promise_over",
            morning_of(answer_by + timedelta(days=1), policy, calendar),
            settles=True,
        ),
    ]


def contact_wish_steps(
    since: datetime, policy: MunicipalPolicy, calendar: Calendar, now: datetime
) -> tuple[Step, ...]:
    """Someone wants to get in touch and nobody has answered: once more, then the project leader,
    every week until somebody does."""
    start = today_in(since, policy)
    weeks = max(0, (today_in(now, policy) - start).days - 5) // 7
    days = {"again": 2} | {f"silent{n or ''}": 5 + n * 7 for n in range(weeks + 2)}
    return tuple(
        Step(name, morning_of(start + timedelta(days=after), policy, calendar))
        for name, after in days.items()
    )
