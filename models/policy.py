"""The page you show the lawyer: what a municipality decides, ages, who may do what. Pure.

Imports `terms` and the standard library only. What a consent amounts to is in `consent_rules`. Every default is DOMAIN section 12's; the key is
named beside it. Numbers in brackets are DOMAIN section 10's rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.terms import (
    FAMILY,
    Action,
    Details,
    EntryKind,
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
    new_consent_on_service_handover: bool = True  # A: to all of it, before a service holds it
    baton_offer_days: int = 7  # baton_offer_expires, C
    baton_remind_days: int = 3  # C: who was offered it is reminded
    baton_leader_days: int = 3  # C: working days until the unit leader is told
    baton_wish_days: int = 3  # C: so long the family has to answer who they would like
    baton_absence_days: int = 5  # C: working days of absence without a stand-in
    window_from: time = time(9)  # send_window
    window_to: time = time(20)
    window_weekends: bool = False
    staff_window_from: time = time(9)  # C: of those who are here for their work alone
    staff_window_to: time = time(20)
    meeting_reminders_hours: tuple[int, ...] = (48, 4)
    meeting_reminder_floor_minutes: int = 45  # none if booked under 45 minutes ahead
    meeting_notice_days: int = 7  # meeting_notice, B: called later than that, the caller is warned
    minutes_days: int = 2  # minutes_deadline
    child_contact_between_meetings: int = (
        1  # C: talks with the youth from one to the next; or none
    )
    evaluation_remind_days: int = 7
    evaluation_remind_again_days: int = 3  # C: who was asked and has not answered
    evaluation_repeat_days: int = 7  # weekly to the holder; the unit leader by `break_days`
    is_it_right_hours: int = 72  # C: after that, no answer is noted as none
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
    level_scheme: str = "0 1 2 3"  # A: what the levels are called, from level 0 up [33]
    level_meanings: tuple[str, ...] = ()  # A: in the municipality's own words; none: ours
    level0_decision_days: int = 14  # A: from when a concern arose [32, 35]
    level0_remind_days: int = 3  # C: before that
    log_required_from_level: int = 2  # A
    log_allowed_from_level: int = 1  # A
    holder_required_from_level: int = 1  # A
    concerns_kept_days: int = 90  # C: the words and who it was about, after the decision
    guardian_write: str = "notes"  # A: "notes" in the log, or "nothing": they only read
    actor_write: str = (
        "own"  # A: a service's "own" observations and notes, or "full": agreements too
    )
    ip_action: str = "ask"  # A: an individual plan comes: "close" the log, "keep_both", or "ask"
    break_signals: tuple[str, ...] = tuple(Signal)  # C: which are looked for [44]
    break_days: tuple[int, ...] = (1, 5, 10)  # C: school days until holder, unit and KE hear
    friday_digest: bool = True  # C: staff hear once a week of all that waits for them
    friday_at: time = time(12)  # C: on Friday, or the last school day before it
    postpone_days: int = 7  # C: off the list for so long
    postpone_most: int = 2  # C: times
    statistics_min_cell: int = 5  # C: who may see no case is told no smaller number of them
    helpline_reverify_days: int = 90  # C: a number nobody has checked since is not shown


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


def consent_ages(policy: MunicipalPolicy) -> tuple[int, ...]:
    """The ages at which it changes who must consent or who takes part, youngest first."""
    guardians = min(policy.guardian_consent_until_age, policy.youth_sole_consent_age)
    co_consent = min(policy.youth_co_consent_from_age, guardians)
    return tuple(sorted({co_consent, guardians, policy.youth_sole_consent_age}))


# --- who may do what -----------------------------------------------------------------------------

_KEEPS = frozenset({Role.STAFETTHOLDER, Role.LOGGFORER})
"""Who keeps the log: also a los by delegation, who asks for no consent, shields nothing and does not
hand on the baton."""

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
    Action.READ_CASE: FAMILY | {Role.STAFETTHOLDER, Role.SERVICE, Role.LOGGFORER},
    Action.ASK_CONSENT: frozenset({Role.STAFETTHOLDER}),
    Action.RECORD_CONSENT: frozenset({Role.STAFETTHOLDER}),  # said aloud or on paper [18]
    Action.WITHHOLD: FAMILY,  # one thing from one service, or from all [14]
    Action.SHIELD: frozenset({Role.STAFETTHOLDER}),  # from the guardians [58]
    Action.CORRECT_BIRTH_DATE: frozenset({Role.REKTOR, Role.KONTAKTLAERER}),
    Action.ADD_PARTICIPANT: frozenset({Role.STAFETTHOLDER}),
    # meetings [38]
    Action.CALL_MEETING: _KEEPS,
    Action.CANCEL_MEETING: _KEEPS,  # also when a consent is gone
    Action.SEE_ANSWERS: frozenset({Role.STAFETTHOLDER}),
    Action.KEEP_MINUTES: _KEEPS,  # how it went, and what was agreed [41]
    # goals, tiltak, evaluation [36, 37]
    Action.PLAN_TILTAK: _KEEPS,
    Action.EVALUATE: frozenset({Role.STAFETTHOLDER}),
    Action.GIVE_VOICE: frozenset({Role.UNGDOM}),
    Action.ANSWER_EVALUATION: frozenset({Role.FORESATT, Role.SERVICE}),  # of what is theirs
    Action.WRITE_LOG: FAMILY | _KEEPS | {Role.SERVICE},  # what: `writes`
    Action.DELEGATE_LOG: frozenset({Role.STAFETTHOLDER}),
    Action.KEEP_ON_PAPER: frozenset({Role.STAFETTHOLDER}),  # as the family wants it
    Action.SEE_OVERDUE: frozenset({Role.REKTOR, Role.PROSJEKTLEDER}),  # how many, never which [44]
    Action.CLOSE_CASE: FAMILY | {Role.STAFETTHOLDER},  # of the family, who must consent [65]
    # level 0 and the levels of a case [32-35, 52]
    Action.RAISE_CONCERN: frozenset({Role.SERVICE, Role.KONTAKTLAERER, Role.REKTOR, Role.LOS}),
    Action.RECEIVE_CONCERN: frozenset({Role.REKTOR}),  # or who is it in the rektor's place
    Action.MOVE_LEVEL: frozenset({Role.STAFETTHOLDER}),
    Action.LEAD_LEVEL: frozenset({Role.REKTOR}),
    # the baton [26-31]
    Action.HAND_OVER: frozenset({Role.STAFETTHOLDER}),
    Action.TAKE_OVER: frozenset({Role.REKTOR}),  # and to hand over what staff hold [30]
    # the municipality's own work [5, 6]
    Action.RUN_UNITS: frozenset({Role.ADMINISTRATOR}),
    Action.RUN_STAFF: frozenset({Role.ADMINISTRATOR}),
    Action.APPROVE_TEXTS: frozenset({Role.ADMINISTRATOR}),
    Action.DECIDE_POLICY: frozenset({Role.ADMINISTRATOR}),
    Action.RECEIVE_ARCHIVE: frozenset({Role.ADMINISTRATOR}),
    Action.KEEP_GUESTS: frozenset({Role.ADMINISTRATOR}),
    Action.SWITCH_CHANNELS: frozenset({Role.ADMINISTRATOR}),
    # standing meetings of a club and a school: that there are any, and what is on them [53]
    Action.RUN_STANDING: frozenset(
        {Role.REKTOR, Role.SERVICE, Role.PROSJEKTLEDER, Role.ADMINISTRATOR}
    ),
    Action.ATTEND_STANDING: frozenset({Role.REKTOR, Role.KONTAKTLAERER, Role.SERVICE}),
    Action.PUT_ON_AGENDA: frozenset({Role.STAFETTHOLDER}),  # a case, under a consent for both
    # what leaders see, and what everybody may read
    Action.SEE_FIGURES: frozenset({Role.REKTOR, Role.PROSJEKTLEDER}),  # numbers alone
    Action.KEEP_SERVICES: frozenset({Role.ADMINISTRATOR, Role.PROSJEKTLEDER}),
    Action.VERIFY_HELP: frozenset({Role.ADMINISTRATOR, Role.PROSJEKTLEDER}),
    Action.PUBLISH_HOURS: frozenset({Role.LOS}),  # own drop-in times
}
"""Deny by default: an action that is not here is nobody's."""

NEEDS_CONSENT = frozenset(
    {
        Action.ADD_PARTICIPANT,
        Action.CALL_MEETING,
        Action.KEEP_MINUTES,
        Action.PLAN_TILTAK,
        Action.EVALUATE,
        Action.WRITE_LOG,
        Action.PUT_ON_AGENDA,
    }
)
"""Staff actions that depend on the case's consents being in force at that moment [10, 16]."""


def may(action: Action, hats: frozenset[Role]) -> bool:
    return bool(MAY.get(action, frozenset()) & hats)


def visible_kinds(hats: frozenset[Role], granted: frozenset[InfoKind]) -> frozenset[InfoKind]:
    """What a reader sees of a case: the family and the holder all, a service what was granted [4]."""
    if hats & {Role.UNGDOM, Role.FORESATT, Role.STAFETTHOLDER}:
        return frozenset(InfoKind)
    return granted if hats & {Role.SERVICE, Role.LOGGFORER} else frozenset()


# --- the stafettlogg -----------------------------------------------------------------------------

KEEPS_LOG_WITH = frozenset({InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK})
"""What a los's service must be allowed to know for the los to keep a log."""

_K = EntryKind
NEEDS_VOICE = frozenset({_K.CONCERN, _K.AGREEMENT})
"""What staff write of these stands only with what the youth says of it, or did not want to say."""


def writes(hat: Role, policy: MunicipalPolicy) -> tuple[EntryKind, ...]:
    """What somebody may write in a log under one hat (guardian_write, actor_write), beside an
    addendum to what they can read and what was tried of their own tiltak."""
    match hat:
        case Role.STAFETTHOLDER | Role.LOGGFORER:
            return _K.OBSERVATION, _K.AGREEMENT, _K.GLIMPSE, _K.NOTE, _K.CONCERN
        case Role.SERVICE:
            own = _K.OBSERVATION, _K.GLIMPSE, _K.NOTE
            return (*own, _K.AGREEMENT) if policy.actor_write == "full" else own
        case Role.UNGDOM:
            return _K.NOTE, _K.GLIMPSE
        case Role.FORESATT if policy.guardian_write == "notes":
            return (_K.NOTE,)
    return ()


def sees_entry(
    hat: Role,
    *,
    private: bool,  # for the youth and one other alone, who is not the reader
    shielded: bool,  # from the reader
    info: InfoKind | None,  # None: for the family and the stafettholder
    granted: frozenset[InfoKind],  # to the reader's services, less what is withheld from them
    anothers: bool,  # it is of a tiltak that somebody else is responsible for
    everything: bool,  # the family lets all know everything
) -> bool:
    """Whether a reader sees an entry of a log under one hat [4, 14, 58]. The youth sees all."""
    match hat:
        case Role.UNGDOM:
            return True
        case Role.FORESATT | Role.STAFETTHOLDER:
            return not private and not shielded
        case Role.SERVICE | Role.LOGGFORER:
            own = everything or not anothers or hat is Role.LOGGFORER
            return not private and not shielded and own and info is not None and info in granted
    return False


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


# --- levels -------------------------------------------------------------------------------------


def levels(policy: MunicipalPolicy) -> tuple[str, ...]:
    """What the levels are called, from level 0 up [33]."""
    return tuple(policy.level_scheme.split())


def needs_log(level: int, policy: MunicipalPolicy) -> bool:
    return level >= policy.log_required_from_level


def may_have_log(level: int, policy: MunicipalPolicy) -> bool:
    return level >= policy.log_allowed_from_level


def needs_holder(level: int, policy: MunicipalPolicy) -> bool:
    return level >= policy.holder_required_from_level


def decide_concern_by(arose_on: date, policy: MunicipalPolicy) -> date:
    """The last day for a decision at level 0: counted in days from when it arose, not from when
    somebody wrote it down, and over red days too [32, 35]."""
    return arose_on + timedelta(days=policy.level0_decision_days)


def concern_pressed_from(arose_on: date, raised_on: date, policy: MunicipalPolicy) -> date:
    """From when it counts that nobody has decided: the deadline, but never before the receiver has
    had level0_remind_days for it. Whoever got it too late is blamed for nothing."""
    given = raised_on + timedelta(days=policy.level0_remind_days)
    return max(decide_concern_by(arose_on, policy), given)


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
        | {_R.AWAITING_YOUTH}  # which is over, and was no answer to this one
    ),
}
"""How a request moves; no way leads to a los but through READY, the youth's own yes [46]."""


def request_may_move(before: RequestState, after: RequestState) -> bool:
    return after in REQUEST_ARROWS.get(before, frozenset())


def in_target_group(born: date, day: date, policy: MunicipalPolicy) -> bool:
    """Old enough for a chat and within the ages the municipality offers a los (los_target)."""
    youngest = max(policy.min_age_bot, policy.target_age_from)
    return youngest <= age_on(born, day) <= policy.target_age_to
