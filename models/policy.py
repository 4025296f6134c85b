"""The page you show the lawyer: what a municipality decides, ages, who may do what. Pure.

Imports `terms` and the standard library only. What a consent amounts to is in `consent_rules`. Every default is DOMAIN section 12's; the key is
named beside it. Numbers in brackets are DOMAIN section 10's rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.terms import (
    Action,
    Details,
    Hearing,
    InfoKind,
    RequestState,
    Role,
    Signal,
)

# --- what a municipality decides -----------------------------------------------------------------


@dataclass(frozen=True)
class MunicipalPolicy:
    """One dated version of a municipality's choices. A change never rewrites an old consent."""

    zone: str = "Europe/Oslo"
    guardian_consent_until_age: int = 18
    youth_co_consent_from_age: int = 15  # in addition to the guardians
    youth_sole_consent_age: int = 18  # from here the youth alone decides, and guardians are out
    youth_sole_consent_basis: str = ""  # the decision a lower age rests on; required with one
    youth_heard_from_age: int = 7
    youth_always_heard_from_age: int = 12
    guardians_required: str = "all"  # "all" with parental responsibility, or "one"
    consent_validity_days: int = 365
    window_from: time = time(9)  # send_window
    window_to: time = time(20)
    window_weekends: bool = False
    staff_window_from: time = time(9)  # C: of those who are here for their work alone
    staff_window_to: time = time(20)
    meeting_reminders_hours: tuple[int, ...] = (48, 4)
    meeting_reminder_floor_minutes: int = 45  # none if booked under 45 minutes ahead
    evaluation_remind_days: int = 7
    evaluation_repeat_days: int = 7  # weekly to the holder; the unit leader by `break_days`
    consent_remind_days: int = 3
    consent_warn_days: int = 30  # before a consent expires
    consent_warn_again_days: int = 7
    age_warn_days: int = 21  # before a birthday that changes who must consent
    shield_review_days: int = 28  # C: what is shielded from guardians is looked at again by then
    los_request_first_review_days: int = 7  # an internal goal, never shown
    los_waitlist_review_days: int = 28
    los_active_review_days: int = 28  # C: the los is asked if it still goes on
    answer_promised_days: int | None = None  # shown only if the municipality sets one; then kept
    los_caseload_warn: int = 15
    min_age_bot: int = 13
    target_age_from: int = 12
    target_age_to: int = 24
    requests_a_day: int = 3  # per account not yet confirmed
    messages_kept_days: int = 90  # C: which message was what; its buttons live as long
    requests_kept_days: int = 365  # C: the words of a request, after it ended
    contact_wishes_kept_days: int = 30  # C: after somebody answered
    strangers_kept_days: int = 30  # C: an account nobody confirmed and nothing is open for
    parked_kept_days: int = 30  # C: an update that could not be heard
    archive_purge_days: int = 30  # archive_on_close, C: after the archive's receipt [66]
    manual_log_option: bool = True  # A: a family may go on on paper instead
    staff_telegram: bool = False  # staff_channel: web and e-mail; Telegram off (DOMAIN 0.1)
    rehearsal: bool = False  # nobody off the guest list is ever written to
    access_news: bool = True  # C: on Fridays the family is told if staff have looked
    telegram_details: str = Details.ON_TAP  # "nothing", "on_tap" or "all" of a case (DOMAIN 9)
    mail_for: str = "all"  # "all", "staff" or "nobody": who may choose notices by e-mail
    fallback: tuple[str, ...] = ("telegram", "web", "email", "task")  # C: until somebody sees it
    mail_after_minutes: int = 30  # C: nobody has looked at the web chat for so long
    unseen_task_hours: int = 72  # C: then a person is asked to find another way
    mail_friday: bool = True  # C: staff who chose mail hear on Fridays if something waits
    mail_meetings: bool = False  # C: a neutral calendar file by mail, answered by a link
    web_details: str = Details.ON_TAP  # "on_tap" or "all": others may look at the screen too
    break_signals: tuple[str, ...] = tuple(Signal)  # C: which are looked for [44]
    break_days: tuple[int, ...] = (1, 5, 10)  # C: school days until holder, unit and KE hear
    friday_digest: bool = True  # C: staff hear once a week of all that waits for them
    friday_at: time = time(12)  # C: on Friday, or the last school day before it
    postpone_days: int = 7  # C: off the list for so long
    postpone_most: int = 2  # C: times
    statistics_min_cell: int = 5  # C: who may see no case is told no smaller number of them


@dataclass(frozen=True)
class Calendar:
    """Red days and the school route, as data from the municipality's file."""

    red_days: frozenset[date] = field(default_factory=frozenset)
    school_off: frozenset[date] = field(default_factory=frozenset)
    exam_days: frozenset[date] = field(default_factory=frozenset)


# --- ages ----------------------------------------------------------------------------------------


def age_on(born: date, day: date) -> int:
    """Whole years. One born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def guardians_take_part(born: date | None, day: date, policy: MunicipalPolicy) -> bool:
    """Until the youth alone decides; then they are out unless the youth wants them in [21].

    An unknown date of birth is read strictly, here and below: as under age and of age at once.
    """
    return born is None or age_on(born, day) < policy.youth_sole_consent_age


def guardians_must_consent(born: date | None, day: date, policy: MunicipalPolicy) -> bool:
    young = born is None or age_on(born, day) < policy.guardian_consent_until_age
    return young and guardians_take_part(born, day, policy)


def youth_must_consent(born: date | None, day: date, policy: MunicipalPolicy) -> bool:
    """From the age of co-consent, and wherever no guardian must: there is always somebody."""
    of_age = born is None or age_on(born, day) >= policy.youth_co_consent_from_age
    return of_age or not guardians_must_consent(born, day, policy)


def hearing(born: date | None, day: date, policy: MunicipalPolicy) -> Hearing:
    """Whether a youth who does not decide is heard [22]: if able from 7, always from 12."""
    if born is None or age_on(born, day) >= policy.youth_always_heard_from_age:
        return Hearing.ALWAYS
    heard = age_on(born, day) >= policy.youth_heard_from_age
    return Hearing.IF_ABLE if heard else Hearing.NOT_YET


def countable(count: int, policy: MunicipalPolicy) -> int | None:
    """A number of cases for somebody who may see none; None for some, but too few to tell."""
    return count if count == 0 or count >= policy.statistics_min_cell else None


def consent_ages(policy: MunicipalPolicy) -> tuple[int, ...]:
    """The ages at which it changes who must consent or who takes part, youngest first."""
    guardians = min(policy.guardian_consent_until_age, policy.youth_sole_consent_age)
    co_consent = min(policy.youth_co_consent_from_age, guardians)
    return tuple(sorted({co_consent, guardians, policy.youth_sole_consent_age}))


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
    Action.RECORD_CONSENT: frozenset({Role.STAFETTHOLDER}),  # said aloud or on paper [18]
    Action.WITHHOLD: _FAMILY,  # one thing from one service, or from all [14]
    Action.SHIELD: frozenset({Role.STAFETTHOLDER}),  # from the guardians [58]
    Action.CORRECT_BIRTH_DATE: frozenset({Role.REKTOR, Role.KONTAKTLAERER}),
    Action.ADD_PARTICIPANT: frozenset({Role.STAFETTHOLDER}),
    # meetings [38]
    Action.CALL_MEETING: frozenset({Role.STAFETTHOLDER}),
    Action.CANCEL_MEETING: frozenset({Role.STAFETTHOLDER}),  # also when a consent is gone
    Action.SEE_ANSWERS: frozenset({Role.STAFETTHOLDER}),
    # goals, tiltak, evaluation [36, 37]
    Action.PLAN_TILTAK: frozenset({Role.STAFETTHOLDER}),
    Action.EVALUATE: frozenset({Role.STAFETTHOLDER}),
    Action.GIVE_VOICE: frozenset({Role.UNGDOM}),
    Action.SEE_OVERDUE: frozenset({Role.REKTOR, Role.PROSJEKTLEDER}),  # how many, never which [44]
    Action.CLOSE_CASE: _FAMILY | {Role.STAFETTHOLDER},  # of the family, who must consent [65]
    # the municipality's own work [5, 6]
    Action.RUN_UNITS: frozenset({Role.ADMINISTRATOR}),
    Action.RUN_STAFF: frozenset({Role.ADMINISTRATOR}),
    Action.APPROVE_TEXTS: frozenset({Role.ADMINISTRATOR}),
    Action.DECIDE_POLICY: frozenset({Role.ADMINISTRATOR}),
    Action.RECEIVE_ARCHIVE: frozenset({Role.ADMINISTRATOR}),
    Action.KEEP_GUESTS: frozenset({Role.ADMINISTRATOR}),
    Action.SWITCH_CHANNELS: frozenset({Role.ADMINISTRATOR}),
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
