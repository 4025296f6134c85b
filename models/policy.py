"""The page you show the lawyer: who must consent, who may do what, when to remind. Pure.

Imports `terms` and the standard library only. Every default is DOMAIN section 12's; the key is
named beside it. Numbers in brackets are DOMAIN section 10's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from models.terms import (
    Action,
    ConsentAct,
    ConsentState,
    InfoKind,
    RequestState,
    Role,
)

# --- what a municipality decides -----------------------------------------------------------------


@dataclass(frozen=True)
class MunicipalPolicy:
    """One dated version of a municipality's choices. A change never rewrites an old consent."""

    zone: str = "Europe/Oslo"
    guardian_consent_until_age: int = 18
    youth_co_consent_from_age: int = 15  # in addition to the guardians
    youth_heard_from_age: int = 7
    guardians_required: str = "all"  # "all" with parental responsibility, or "one"
    consent_validity_days: int = 365
    window_from: time = time(9)  # send_window
    window_to: time = time(20)
    window_weekends: bool = False
    meeting_reminders_hours: tuple[int, ...] = (48, 4)
    meeting_reminder_floor_minutes: int = 45  # none if booked under 45 minutes ahead
    evaluation_remind_days: int = 7
    evaluation_repeat_days: int = 7  # weekly to the holder; the unit leader from the first repeat
    consent_remind_days: int = 3
    consent_warn_days: int = 30  # before a consent expires
    consent_warn_again_days: int = 7
    los_request_first_review_days: int = 7  # an internal goal, never shown
    los_waitlist_review_days: int = 28
    answer_promised_days: int | None = None  # shown only if the municipality sets one; then kept
    los_caseload_warn: int = 15
    min_age_bot: int = 13
    target_age_from: int = 12
    target_age_to: int = 24
    requests_a_day: int = 3  # per account not yet confirmed
    staff_telegram: bool = False  # staff_channel: web and e-mail; Telegram off (DOMAIN 0.1)
    telegram_details: str = "on_tap"  # "nothing", "on_tap" or "all"


@dataclass(frozen=True)
class Calendar:
    """Red days and the school route, as data from the municipality's file."""

    red_days: frozenset[date] = field(default_factory=frozenset)
    school_off: frozenset[date] = field(default_factory=frozenset)


# --- ages ----------------------------------------------------------------------------------------


def age_on(born: date, day: date) -> int:
    """Whole years. One born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def guardians_must_consent(born: date, day: date, policy: MunicipalPolicy) -> bool:
    return age_on(born, day) < policy.guardian_consent_until_age


def youth_must_consent(born: date, day: date, policy: MunicipalPolicy) -> bool:
    return age_on(born, day) >= policy.youth_co_consent_from_age


def youth_is_heard(born: date, day: date, policy: MunicipalPolicy) -> bool:
    return age_on(born, day) >= policy.youth_heard_from_age


# --- consent -------------------------------------------------------------------------------------


class ConsentEventFacts(Protocol):
    """What the rules need of one event in a consenter's history."""

    @property
    def act(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def until(self) -> date | None: ...


def consent_state(events: Sequence[ConsentEventFacts], today: date) -> ConsentState:
    """The state of one consenter's answer to one question [24]: the last event decides.

    A consent holds through its last day [20]. `asked` after a yes does not undo the yes: being
    asked about more never takes away what is given.
    """
    state, until = ConsentState.NONE, None
    for event in events:
        if event.act == ConsentAct.ASKED and state is ConsentState.GIVEN:
            continue
        state, until = ConsentState(event.act), event.until
    if state is ConsentState.GIVEN and until is not None and until < today:
        return ConsentState.EXPIRED
    return state


def all_in_force(states: Iterable[ConsentState]) -> bool:
    """Every required consenter says yes, and there is at least one [10, 17]."""
    states = list(states)
    return bool(states) and all(state is ConsentState.GIVEN for state in states)


def in_force(
    guardians: Sequence[ConsentState],
    youth: ConsentState,
    *,
    guardians_needed: bool,
    youth_needed: bool,
    policy: MunicipalPolicy,
) -> bool:
    """Whether one question is answered yes by everyone who must [10, 17].

    Nobody who must: not in force. Guardians needed but none known: not in force. Where one
    guardian is enough, another's no or withdrawal still stops it; no one can override it.
    """
    if youth_needed and youth is not ConsentState.GIVEN:
        return False
    if not guardians_needed:
        return youth_needed
    if policy.guardians_required == "one":
        against = {ConsentState.REFUSED, ConsentState.WITHDRAWN}
        return ConsentState.GIVEN in guardians and not against & set(guardians)
    return all_in_force(guardians)


# --- who may do what -----------------------------------------------------------------------------

_FAMILY = frozenset({Role.UNGDOM, Role.FORESATT})

MAY: dict[Action, frozenset[Role]] = {
    # the los request [45-51]
    Action.CONFIRM_REQUEST: frozenset({Role.REKTOR}),
    Action.PRIORITISE_REQUEST: frozenset({Role.REKTOR}),
    Action.ADVISE_REQUEST: frozenset({Role.LOS, Role.PROSJEKTLEDER}),
    Action.TAKE_REQUEST: frozenset({Role.LOS}),
    Action.REQUEST_FOR_PUPIL: frozenset({Role.REKTOR, Role.KONTAKTLAERER}),
    Action.REQUEST_BY_NAME: frozenset({Role.SERVICE, Role.LOS, Role.PROSJEKTLEDER}),
    # joining [1]
    Action.INVITE: frozenset({Role.REKTOR, Role.KONTAKTLAERER}),
    Action.CONFIRM_JOINING: frozenset({Role.REKTOR, Role.KONTAKTLAERER}),
    # the case
    Action.OPEN_CASE: frozenset({Role.REKTOR, Role.KONTAKTLAERER}),
    Action.READ_CASE: frozenset({Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER, Role.SERVICE}),
    Action.ASK_CONSENT: frozenset({Role.STAFETTHOLDER}),
    Action.ANSWER_CONSENT: _FAMILY,
    Action.WITHDRAW_CONSENT: _FAMILY,
    Action.ADD_PARTICIPANT: frozenset({Role.STAFETTHOLDER}),
    # meetings [38]
    Action.CALL_MEETING: frozenset({Role.STAFETTHOLDER}),
    Action.CANCEL_MEETING: frozenset({Role.STAFETTHOLDER}),  # also when a consent is gone
    Action.SEE_ANSWERS: frozenset({Role.STAFETTHOLDER}),
    # goals, tiltak, evaluation [36, 37]
    Action.PLAN_TILTAK: frozenset({Role.STAFETTHOLDER}),
    Action.EVALUATE: frozenset({Role.STAFETTHOLDER}),
    Action.GIVE_VOICE: frozenset({Role.UNGDOM}),
    Action.SEE_OVERDUE: frozenset({Role.REKTOR}),  # how many, never which [44]
}
"""Deny by default: an action that is not here is nobody's."""

NEEDS_CONSENT = frozenset(
    {Action.ADD_PARTICIPANT, Action.CALL_MEETING, Action.PLAN_TILTAK, Action.EVALUATE}
)
"""Staff actions that depend on the case's consents being in force at that moment [10, 16]."""


def may(action: Action, hats: frozenset[Role]) -> bool:
    return bool(MAY.get(action, frozenset()) & hats)


def visible_kinds(hats: frozenset[Role], granted: frozenset[InfoKind]) -> frozenset[InfoKind]:
    """What a reader sees of a case: the family and the holder all, a service what was granted [4]."""
    if hats & {Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER}:
        return frozenset(InfoKind)
    return granted if Role.SERVICE in hats else frozenset()


# --- when to remind ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One rung of a ladder: when it is due and until when it still makes sense."""

    name: str
    at: datetime
    not_after: datetime | None = None

    def too_late(self, now: datetime) -> bool:
        return self.not_after is not None and now > self.not_after


def is_open_day(day: date, policy: MunicipalPolicy, calendar: Calendar) -> bool:
    """A day on which people may be written to unasked."""
    return (policy.window_weekends or day.weekday() < 5) and day not in calendar.red_days


def may_tell_at(at: datetime, policy: MunicipalPolicy, calendar: Calendar) -> bool:
    """Whether people may be written to unasked at this very moment; the last minute counts."""
    local = at.astimezone(ZoneInfo(policy.zone))
    minute = local.time().replace(second=0, microsecond=0)
    in_hours = policy.window_from <= minute <= policy.window_to
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
    if is_open_day(local.date(), policy, calendar) and local.time() < policy.window_from:
        later = _at(local.date(), policy.window_from, zone)
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
    return _at(day, policy.window_from, zone)


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
    zone, repeat = ZoneInfo(policy.zone), policy.evaluation_repeat_days
    first = set_at.astimezone(zone).date() + timedelta(days=1)
    before = max(first, evaluate_on - timedelta(days=policy.evaluation_remind_days))
    before_at = morning_of(before, policy, calendar)
    eve = _at(evaluate_on - timedelta(days=1), time(23, 59), zone)
    steps = [Step("before", before_at, not_after=eve)] if before_at < eve else []
    steps.append(Step("day", morning_of(max(first, evaluate_on), policy, calendar)))
    weeks = (today_in(now, policy) - evaluate_on).days // repeat
    for week in range(max(1, weeks), max(0, weeks) + 2):
        day = evaluate_on + timedelta(days=week * repeat)
        steps.append(Step(f"week{week}", morning_of(day, policy, calendar)))
    return tuple(steps)


def evaluation_is_near(evaluate_on: date, today: date, policy: MunicipalPolicy) -> bool:
    """From a week before, the youth's view is wanted and the holder may evaluate."""
    return today >= evaluate_on - timedelta(days=policy.evaluation_remind_days)


def overdue_since(today: date, policy: MunicipalPolicy) -> date:
    """An evaluation set for this day or earlier is late enough for the unit leader to be told."""
    return today - timedelta(days=policy.evaluation_repeat_days)


def consent_steps(
    asked_at: datetime,
    until: date,
    born: date | None,
    policy: MunicipalPolicy,
    calendar: Calendar,
) -> tuple[Step, ...]:
    """One reminder of an unanswered question, warnings before it expires, and its end [20, 21].

    The end is the first instant after the last day, whatever the hour: access lapses then. So
    does a birthday that changes who must consent. Warnings that were past when it was asked
    are not given.
    """
    zone = ZoneInfo(policy.zone)
    end = _at(until + timedelta(days=1), time(), zone)
    asked_on = asked_at.astimezone(zone).date()
    remind = asked_on + timedelta(days=policy.consent_remind_days)
    steps = [Step("remind", morning_of(remind, policy, calendar), not_after=end)]
    for days in (policy.consent_warn_days, policy.consent_warn_again_days):
        day = until - timedelta(days=days)
        if day > asked_on:
            steps.append(Step(f"warn{days}", morning_of(day, policy, calendar), not_after=end))
    ages = {policy.youth_co_consent_from_age, policy.guardian_consent_until_age}
    days_of_age = {age: birthday(born, age) for age in sorted(ages)} if born else {}
    for age, day in days_of_age.items():
        if asked_on < day <= until:
            steps.append(Step(f"age{age}", _at(day, time(), zone)))
    return (*steps, Step("expired", end))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def birthday(born: date, years: int) -> date:
    """The day someone becomes `years` old, as `age_on` counts."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def today_in(now: datetime, policy: MunicipalPolicy) -> date:
    return now.astimezone(ZoneInfo(policy.zone)).date()


# --- the los request -----------------------------------------------------------------------------

_R = RequestState

REQUEST_ARROWS: dict[RequestState, frozenset[RequestState]] = {
    _R.SUBMITTED: frozenset({_R.AWAITING_YOUTH, _R.READY, _R.LINKED, _R.WITHDRAWN, _R.CLOSED}),
    _R.AWAITING_YOUTH: frozenset(
        {_R.READY, _R.DECLINED_BY_YOUTH, _R.LINKED, _R.DECLINED, _R.WITHDRAWN}
    ),
    _R.READY: frozenset({_R.PRIORITISED, _R.WAITLISTED, _R.ASSIGNED, _R.DECLINED, _R.WITHDRAWN}),
    _R.PRIORITISED: frozenset(
        {_R.PRIORITISED, _R.WAITLISTED, _R.ASSIGNED, _R.DECLINED, _R.WITHDRAWN}
    ),
    _R.WAITLISTED: frozenset({_R.PRIORITISED, _R.ASSIGNED, _R.DECLINED, _R.WITHDRAWN}),
    _R.ASSIGNED: frozenset({_R.ACTIVE, _R.READY, _R.PRIORITISED, _R.WITHDRAWN}),
    _R.ACTIVE: frozenset({_R.CLOSED}),
    _R.LINKED: frozenset(
        {_R.WITHDRAWN, _R.DECLINED_BY_YOUTH, _R.DECLINED, _R.CLOSED}  # as the one it follows
    ),
}
"""How a request moves; no way leads to a los but through READY, the youth's own yes [46]."""


def request_may_move(before: RequestState, after: RequestState) -> bool:
    return after in REQUEST_ARROWS.get(before, frozenset())


def in_target_group(born: date, day: date, policy: MunicipalPolicy) -> bool:
    """Old enough for a chat and within the ages the municipality offers a los (los_target)."""
    youngest = max(policy.min_age_bot, policy.target_age_from)
    return youngest <= age_on(born, day) <= policy.target_age_to


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

    steps: list[Step] = []
    if answer_by is not None and state in (_R.SUBMITTED, _R.READY, _R.PRIORITISED):
        steps += _promise_steps(answer_by, policy, calendar)
    if state is _R.AWAITING_YOUTH:
        steps.append(after("youth", 3))
    if state is _R.ASSIGNED:
        steps += [after("los", 2), after("los_silent", 4)]
    if state is _R.ACTIVE and not contacted:
        steps += [after("contact", 3), after("contact_late", 7)]
    if state in (_R.SUBMITTED, _R.AWAITING_YOUTH, _R.READY, _R.PRIORITISED):
        first, every = policy.los_request_first_review_days, 7
    elif state is _R.WAITLISTED:
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
        Step("promise_over", morning_of(answer_by + timedelta(days=1), policy, calendar)),
    ]


def contact_wish_steps(
    since: datetime, policy: MunicipalPolicy, calendar: Calendar
) -> tuple[Step, ...]:
    """Someone wants to get in touch and nobody has answered: once more, then the project leader."""
    start = today_in(since, policy)
    return tuple(
        Step(name, morning_of(start + timedelta(days=days), policy, calendar))
        for name, days in (("again", 2), ("silent", 5))
    )
