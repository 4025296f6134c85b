"""The domain's words as enums, and every reason to refuse. Imports nothing of the house.

States and their arrows are those of DOMAIN section 10; a line each says what a state means.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A hat, worn in relation to one unit or one case; never a property of a person."""

    UNGDOM = "ungdom"
    FORESATT = "foresatt"
    STAFETTHOLDER = "stafettholder"  # holds the baton of one case
    LOS = "los"
    REKTOR = "rektor"  # prioritises the los requests of one school
    KONTAKTLAERER = "kontaktlaerer"
    PROSJEKTLEDER = "prosjektleder"  # advises on priority; sees counts, not cases
    SERVICE = "service"  # works in a service that may be asked to take part
    ADMINISTRATOR = "administrator"  # runs units, staff and policies; reads no case [5]


STAFF_ROLES = frozenset(
    {Role.LOS, Role.REKTOR, Role.KONTAKTLAERER, Role.PROSJEKTLEDER, Role.SERVICE}
)
"""Those who work with youths. An administrator's work is none of that, and opens no case."""


class UnitKind(StrEnum):
    """Consent names services, never employees (DOMAIN rule 12); a unit is where one is."""

    SCHOOL = "school"
    CLUB = "club"
    NURSE = "nurse"  # skolehelsetjenesten
    GP = "gp"
    LOS = "los"
    PPT = "ppt"
    OTHER = "other"


class InfoKind(StrEnum):
    """Kinds of information a consent is about (DOMAIN rule 14)."""

    MEETINGS = "meetings"  # when and that there is a meeting
    GOALS = "goals"
    TILTAK = "tiltak"
    SCHOOL = "school"  # how school is going
    HEALTH = "health"


class Purpose(StrEnum):
    COOPERATION = "cooperation"  # best possible help, in cooperation (DOMAIN 4.3)
    LOS = "los"  # deciding about a los and being one; rests on the request, not on a consent
    CONTACT = "contact"  # somebody asked to be contacted


class LookReason(StrEnum):
    """Why somebody looked, as they say when the family asks."""

    FOLLOWING = "following"  # follows the youth up
    MEETING = "meeting"
    TILTAK = "tiltak"
    REQUEST = "request"
    MISTAKE = "mistake"
    OTHER = "other"


class RequestState(StrEnum):
    """LosRequest. `submitted` waits for the school to confirm who it is about."""

    SUBMITTED = "submitted"
    AWAITING_YOUTH = "awaiting_youth"
    DECLINED_BY_YOUTH = "declined_by_youth"
    READY = "ready"  # the youth wants it; in the rektor's queue
    PRIORITISED = "prioritised"
    WAITLISTED = "waitlisted"
    ASSIGNED = "assigned"  # offered to a los who has not answered
    ACTIVE = "active"
    DECLINED = "declined"  # by the school, with a reason
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    LINKED = "linked"  # somebody else has asked for the same youth; follows that request [48]


OPEN_REQUESTS = frozenset(
    {
        RequestState.SUBMITTED,
        RequestState.AWAITING_YOUTH,
        RequestState.READY,
        RequestState.PRIORITISED,
        RequestState.WAITLISTED,
        RequestState.ASSIGNED,
        RequestState.ACTIVE,
    }
)
QUEUED_REQUESTS = frozenset(
    {RequestState.READY, RequestState.PRIORITISED, RequestState.WAITLISTED}
)
"""What the rektor can still prioritise, wait-list, decline or give to a los."""


class Requester(StrEnum):
    """As what someone asks for a los [45]; claimed, until the account is confirmed."""

    YOUTH = "youth"
    GUARDIAN = "guardian"
    SCHOOL = "school"
    NURSE = "nurse"
    GP = "gp"
    CLUB = "club"
    SERVICE = "service"


class RequestStatus(StrEnum):
    """All that a requester who is not the youth learns [47]."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    CLOSED = "closed"


class Advice(StrEnum):
    YES = "yes"
    NOT_NOW = "not_now"
    OTHER = "other"


class Topic(StrEnum):
    SCHOOL = "school"
    FRIENDS = "friends"
    HOME = "home"
    LEISURE = "leisure"
    OTHER = "other"


class Place(StrEnum):
    SCHOOL = "school"
    HOME = "home"
    LEISURE = "leisure"
    CLUB = "club"
    ELSEWHERE = "elsewhere"


class TimeOfDay(StrEnum):
    SCHOOL_TIME = "school_time"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class ContactWay(StrEnum):
    CHAT = "chat"
    AT_SCHOOL = "at_school"
    ADULT = "adult"  # through an adult at school


class ParentsKnow(StrEnum):
    """What the youth lets parents know about a request."""

    ALL = "all"
    THAT = "that"  # that I get a los, not why
    NOTHING = "nothing"


class CaseState(StrEnum):
    """The stafettlogg's frame. Active only while every required consent is in force (rule 10)."""

    PENDING_CONSENT = "pending_consent"
    ACTIVE = "active"
    FROZEN = "frozen"  # a consent was taken back; nothing is shared, nothing is lost
    CLOSED = "closed"  # for good; archived and purged are dates of its `closings.Closing`


class ClosingReason(StrEnum):
    """Why a case was closed [64]."""

    REACHED = "reached"  # what was aimed at
    FAMILY = "family"  # those with authority want it closed; nobody asks them why [65]
    MANUAL = "manual"  # goes on without losbot, on paper (manual_log_option)
    OTHER_HELP = "other_help"
    IP = "ip"  # an individual plan takes its place [68]
    MOVED = "moved"
    OTHER = "other"


class FamilyView(StrEnum):
    """What the family thinks of closing; having been asked counts [64]."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NOT_SAID = "not_said"  # asked, and did not want to say or did not answer


class Hold(StrEnum):
    """Why what is known of a person cannot all go when they ask for it [69]."""

    STAFF = "staff"  # works in the municipality
    CASE = "case"  # the archive's, until it has confirmed and the days after that have passed
    GUARDIAN = "guardian"  # has a right to be asked about a pupil, also without a chat
    REQUEST = "request"  # the school has decided about a los, or the los is there


class ConsentAct(StrEnum):
    """One event in the append-only history of one consenter's consent."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    TALK_FIRST = "talk_first"  # wants to talk with a person before answering
    WITHDRAWN = "withdrawn"
    SHOWN = "shown"  # the question was opened and read in full; answers nothing
    IN_ERROR = "in_error"  # strikes out what staff had recorded by mistake


class Via(StrEnum):
    """How an answer was given; what is not said in a chat is recorded by staff [18]."""

    CHAT = "chat"
    PAPER = "paper"
    ORAL = "oral"


class Verified(StrEnum):
    """How it was known that it is the consenter who answers [11]."""

    IN_PERSON_CODE = "in_person_code"  # stood beside staff when the chat was tied to them
    REGISTER = "register"  # confirmed when the municipality put them in
    STAFF = "staff"  # a member of staff wrote down what they said or signed


class Mistake(StrEnum):
    """Why something recorded is struck out."""

    WRONG_PERSON = "wrong_person"
    WRONG_QUESTION = "wrong_question"
    WRONG_ANSWER = "wrong_answer"
    TWICE = "twice"
    NOT_MINE = "not_mine"  # said by the one it was recorded about


class Hearing(StrEnum):
    """Whether a youth who does not decide is heard (DOMAIN rule 22)."""

    NOT_YET = "not_yet"
    IF_ABLE = "if_able"
    ALWAYS = "always"


class Withholding(StrEnum):
    WITHHELD = "withheld"
    RELEASED = "released"


class Shielding(StrEnum):
    SHIELDED = "shielded"
    ENDED = "ended"


class ItemKind(StrEnum):
    """What can be withheld one by one: 'not this' (DOMAIN rule 14)."""

    GOAL = "goal"
    TILTAK = "tiltak"
    MEETING = "meeting"


class Capacity(StrEnum):
    """In which capacity someone consents (DOMAIN rule 11)."""

    SELF = "self"
    GUARDIAN = "guardian"


class ConsentState(StrEnum):
    """Derived from the events, the policy and the day; never stored."""

    NONE = "none"
    ASKED = "asked"
    TALK_FIRST = "talk_first"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class MeetingState(StrEnum):
    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"


class Coming(StrEnum):
    """An answer to an invitation; each one starts help, none is a reproach."""

    UNANSWERED = "unanswered"
    YES = "yes"
    NO = "no"
    OTHER_TIME = "other_time"
    DREADING = "dreading"


class MeetingPlace(StrEnum):
    SCHOOL = "school"
    CLUB = "club"
    HOME = "home"
    DIGITAL = "digital"
    ELSEWHERE = "elsewhere"  # with the caller's own words


class MeetingHelp(StrEnum):
    """What would make it easier for one who dreads a meeting."""

    TALK = "talk"  # talk with someone before
    DIGITAL = "digital"  # take part from elsewhere
    SOMEONE = "someone"  # bring somebody


class TiltakState(StrEnum):
    ACTIVE = "active"
    CHANGED = "changed"  # replaced by a new wording after an evaluation
    COMPLETED = "completed"
    STOPPED = "stopped"


class GoalState(StrEnum):
    OPEN = "open"
    REACHED = "reached"


class VoiceState(StrEnum):
    """What is known of the youth's own view when a tiltak is evaluated [39]."""

    ANSWERED = "answered"
    NOT_NOW = "not_now"  # asked, did not want to answer
    SILENT = "silent"  # asked, has not answered
    NOT_ASKED = "not_asked"  # no chat to ask in, or the evaluation came before the question


class Decision(StrEnum):
    """What an evaluation decides for one tiltak."""

    CONTINUE = "continue"
    CHANGE = "change"
    DONE = "done"
    STOP = "stop"


class BatonState(StrEnum):
    """An offer of the baton. Wherever it ends but at `accepted`, the holder keeps it [27]."""

    REQUESTED = "requested"  # by the one who would have it; the holder has not answered
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"  # by those who may offer, or the case was closed
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"  # by the unit leader, without an offer [30]


CHANGES_HANDS = frozenset({BatonState.ACCEPTED, BatonState.TAKEN_OVER})


class HolderWish(StrEnum):
    """What one of the family says to who holds the baton next [29]."""

    SOMEBODY = "somebody"
    NO_OPINION = "no_opinion"
    TALK = "talk"  # wants to talk about it first


class MoveState(StrEnum):
    """A pupil changes school. Until a new holder there has accepted, the old one is responsible."""

    OPEN = "open"
    DONE = "done"
    CALLED_OFF = "called_off"


class MoveItem(StrEnum):
    """What is done before a pupil's baton goes to another school, in the order in which it is done."""

    CONTACT = "contact"  # who it is over there
    CONSENT = "consent"  # naming the new school; settled by the family's yes alone
    WISH = "wish"  # the family's, about the new holder; settled by asking them
    MEETING = "meeting"  # a last one, with both schools
    KNOWN = "known"  # what they must know over there
    TILTAK = "tiltak"  # each moved or ended


class FamilyAsked(StrEnum):
    """How the family's wish was known when the baton was offered."""

    ANSWERED = "answered"
    ALOUD = "aloud"  # at least one of them said it, and staff wrote that down
    SILENT = "silent"  # at least one had the days to answer, and has not


class LoginKind(StrEnum):
    """Whom a login provider of the web chat is for."""

    STAFF = "staff"
    CITIZENS = "citizens"


class Details(StrEnum):
    """What a municipality lets a chat in Telegram show of a case or a request."""

    NOTHING = "nothing"  # no fact of one; the card says where it can be seen
    ON_TAP = "on_tap"  # when it is opened, and covered again ten minutes later
    ALL = "all"


class ApprovalState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"


class Action(StrEnum):
    """What a person can ask to do; `policy.MAY` says under which hats. Answering a question of
    consent is none of them: that rests on being one who must, taking back on having given."""

    CONFIRM_REQUEST = "confirm_request"
    PRIORITISE_REQUEST = "prioritise_request"
    ADVISE_REQUEST = "advise_request"
    TAKE_REQUEST = "take_request"
    REQUEST_FOR_PUPIL = "request_for_pupil"  # by picking a pupil of the own school
    REQUEST_BY_NAME = "request_by_name"  # the school confirms who it is
    INVITE = "invite"
    CONFIRM_JOINING = "confirm_joining"
    OPEN_CASE = "open_case"
    READ_CASE = "read_case"
    ASK_CONSENT = "ask_consent"
    RECORD_CONSENT = "record_consent"
    WITHHOLD = "withhold"
    SHIELD = "shield"
    CORRECT_BIRTH_DATE = "correct_birth_date"
    ADD_PARTICIPANT = "add_participant"
    CALL_MEETING = "call_meeting"
    CANCEL_MEETING = "cancel_meeting"
    SEE_ANSWERS = "see_answers"
    PLAN_TILTAK = "plan_tiltak"
    EVALUATE = "evaluate"
    GIVE_VOICE = "give_voice"
    SEE_OVERDUE = "see_overdue"
    CLOSE_CASE = "close_case"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    RUN_UNITS = "run_units"
    RUN_STAFF = "run_staff"
    APPROVE_TEXTS = "approve_texts"
    DECIDE_POLICY = "decide_policy"
    RECEIVE_ARCHIVE = "receive_archive"
    KEEP_GUESTS = "keep_guests"
    SWITCH_CHANNELS = "switch_channels"


class InTheWay(StrEnum):
    """What must be handed over or ended before somebody leaves, or before a unit is closed."""

    BATON = "baton"  # is stafettholder of an open case
    LOS = "los"  # is los for a youth, or asked to be
    LEADER = "leader"  # the only rektor of a school where something is open
    ADMINISTRATOR = "administrator"  # the only one for good
    REQUESTS = "requests"  # open ones at the school
    CASES = "cases"  # open ones, of the school or in which the unit takes part
    PUPILS = "pupils"
    STAFF = "staff"


class Why(StrEnum):
    """Every reason a verb refuses. `ABSENT` is said for both absent and forbidden."""

    ABSENT = "absent"
    STALE = "stale"  # the button's thing has moved on
    EXPIRED = "expired"
    NOT_CONFIRMED = "not_confirmed"  # the account is not yet tied to a confirmed person
    ALREADY_OPEN = "already_open"
    TOO_MANY = "too_many"
    NOT_IN_STATE = "not_in_state"
    CONSENT_MISSING = "consent_missing"
    SAID_SINCE = "said_since"  # another answer, on that day or later: what is on paper is older
    SHIELDED = "shielded"  # from guardians, who would have to be asked
    TEXT_NOT_APPROVED = "text_not_approved"
    PAST = "past"
    NO_SUCH_TIME = "no_such_time"  # the hour that is skipped in spring
    NO_SUCH_DATE = "no_such_date"  # that cannot be right: not yet, or too long ago
    NOBODY = "nobody"  # nobody who could do it, or nobody to invite
    NOBODY_ELSE = "nobody_else"  # an administrator alone lets nobody in who works here
    TOO_LONG = "too_long"
    DATE_REQUIRED = "date_required"
    WORDS_REQUIRED = "words_required"
    HAND_OVER_FIRST = "hand_over_first"  # never while holding the baton, nor while it is open [30]
    FAMILY_FIRST = "family_first"  # their wish is asked for before the baton is offered [29]
    LIST_FIRST = "list_first"  # what is to be done before the baton goes to another school
    NAME_STANDS = "name_stands"  # a family said yes to it, or is asked: to no other service
    NOT_VALID = "not_valid"  # the rules would not go together
    NOT_ONESELF = "not_oneself"  # nobody gives oneself a role, nor takes one's own
    OUTSIDE_TARGET = "outside_target"  # too young or too old for a los
