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
    LOGGFORER = "loggforer"  # a los who keeps the log of one case for its stafettholder [38]
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
FAMILY = frozenset({Role.UNGDOM, Role.FORESATT})


class UnitKind(StrEnum):
    """Consent names services, never employees (DOMAIN rule 12); a unit is where one is."""

    SCHOOL = "school"
    CLUB = "club"
    NURSE = "nurse"  # skolehelsetjenesten
    GP = "gp"
    LOS = "los"
    PPT = "ppt"
    VOLUNTEERS = "volunteers"  # an organisation whose people meet youths unpaid
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


class Settled(StrEnum):
    """What becomes of a tiltak that is under way when a case is closed [64]."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    OUTSIDE = "outside"  # goes on without the log


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
    ENTRY = "entry"  # of the stafettlogg


class EntryKind(StrEnum):
    """What somebody writes in the stafettlogg (DOMAIN section 2)."""

    CONCERN = "concern"  # in short; the newest one is the one that counts
    AGREEMENT = "agreement"
    OBSERVATION = "observation"
    GLIMPSE = "glimpse"  # lysglimt: something good
    NOTE = "note"  # a message or a note; all that guardians write
    TRIED = "tried"  # what was done, and its effect
    ADDENDUM = "addendum"  # beside another entry, never over it


class Effect(StrEnum):
    """What came of a tiltak."""

    HELPED = "helped"
    SOMEWHAT = "somewhat"
    NOT = "not"
    TOO_EARLY = "too_early"


class OwnVoice(StrEnum):
    """What the youth says of something written about them; both are answers."""

    SAID = "said"
    NOT_WANTED = "not_wanted"  # asked, and did not want to say


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
    """`called -> held -> minutes_final`; or `not_held`, or `cancelled` before it begins."""

    CALLED = "called"
    HELD = "held"  # its minutes are being written
    NOT_HELD = "not_held"
    MINUTES_FINAL = "minutes_final"  # read by the family; corrected by an addendum only [41]
    CANCELLED = "cancelled"


class YouthView(StrEnum):
    """The youth's own view at a meeting, or why there is none [39]; one of them must be said."""

    SAID = "said"
    NOT_WANTED = "not_wanted"  # asked, did not want to
    NOT_THERE = "not_there"  # not at the meeting, and not asked before it
    ASKED_BEFORE = "asked_before"  # not at the meeting; said it to an adult before


class NextStep(StrEnum):
    """What follows a meeting: one of these, always [37]."""

    MEETING = "meeting"
    EVALUATION = "evaluation"
    CLOSING = "closing"


class ContactView(StrEnum):
    """What came of an adult's talk with the youth between meetings [40]."""

    SAID = "said"
    NOT_WANTED = "not_wanted"  # asked, wanted not to talk; counts


class Coming(StrEnum):
    """An answer to an invitation; each one starts help, none is a reproach."""

    UNANSWERED = "unanswered"
    YES = "yes"
    NO = "no"
    OTHER_TIME = "other_time"
    DREADING = "dreading"
    RIDE = "ride"  # comes, but needs a ride
    DIGITAL = "digital"  # would rather take part from elsewhere


class MeetingPlace(StrEnum):
    SCHOOL = "school"
    CLUB = "club"
    HOME = "home"
    DIGITAL = "digital"
    ELSEWHERE = "elsewhere"  # with the caller's own words


class IfOff(StrEnum):
    """What becomes of a standing meeting on a red day or in a school holiday."""

    NEXT = "next"  # it is on the next school day
    SKIP = "skip"


class OccasionState(StrEnum):
    """One date of a standing meeting between a club and a school."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingHelp(StrEnum):
    """What would make it easier for one who dreads a meeting."""

    TALK = "talk"  # talk with someone before
    DIGITAL = "digital"  # take part from elsewhere
    SOMEONE = "someone"  # bring somebody


class ProposalState(StrEnum):
    """Times that are proposed for a meeting."""

    OPEN = "open"
    CHOSEN = "chosen"
    EXPIRED = "expired"  # all of its times have passed
    WITHDRAWN = "withdrawn"


class Fits(StrEnum):
    """Whether a proposed time suits somebody."""

    WORKS = "works"
    IF_MUST = "if_must"
    CANNOT = "cannot"
    UNANSWERED = "unanswered"


class Companion(StrEnum):
    """A person of trust the youth wants along to a meeting."""

    FRIEND = "friend"
    ADULT = "adult"


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
    TOLD = "told"  # to the holder, who wrote it down
    NOT_NOW = "not_now"  # asked, did not want to answer
    SILENT = "silent"  # asked, has not answered
    TAKEN_BACK = "taken_back"  # answered, and took it back after it was evaluated
    NOT_ASKED = "not_asked"  # no chat to ask in, or the evaluation came before the question


class Decision(StrEnum):
    """What an evaluation decides for one tiltak."""

    CONTINUE = "continue"
    CHANGE = "change"
    DONE = "done"
    STOP = "stop"


class RightKind(StrEnum):
    """What somebody is asked about: is this right?"""

    EVALUATION = "evaluation"
    MINUTES = "minutes"


class IsRight(StrEnum):
    """What they answered. Silence is never a yes."""

    RIGHT = "right"
    CORRECT = "correct"  # with the words it should have had, kept beside the text
    UNCLEAR = "unclear"  # does not understand: somebody talks with them
    SILENT = "silent"  # nothing within is_it_right_hours


class Progress(StrEnum):
    """How far who is responsible has come."""

    DONE = "done"
    UNDER_WAY = "under_way"
    NOT_STARTED = "not_started"


class ConcernState(StrEnum):
    """Level 0: from somebody's own wonder to a decision [32]. That it is late is derived."""

    RAISED = "raised"
    RECEIVED = "received"
    SHARED = "shared"  # talked over, and who was talked with is recorded
    DECIDED = "decided"


class ConcernOutcome(StrEnum):
    """What a concern came to [32]."""

    CLOSE = "close"
    LEVEL1 = "level1"
    LEVEL2 = "level2"
    CARE = "care"  # about the care at home: what follows is a person's own duty, never ours [54]


class Worry(StrEnum):
    """How worried somebody is who raises a concern."""

    WONDER = "wonder"
    WORRIED = "worried"
    VERY = "very"


class Noticed(StrEnum):
    """What was seen or heard, in kinds and not in words."""

    ABSENT = "absent"
    ALONE = "alone"
    SAD = "sad"
    ANGRY = "angry"
    CHANGED = "changed"
    TOLD = "told"  # the youth, or another, has said something
    OTHER = "other"


class Lasted(StrEnum):
    """For how long, and whether somebody was worried before."""

    NEW = "new"
    WEEKS = "weeks"
    MONTHS = "months"
    BEFORE = "before"
    UNSURE = "unsure"


class Discussed(StrEnum):
    """With whom a concern was talked over at work; without a name where they need not know it."""

    COLLEAGUE = "colleague"
    LEADER = "leader"
    RAISER = "raiser"
    SERVICE = "service"


class TalkedWith(StrEnum):
    """Whether the youth, or the parents, were talked with; and if not, why not."""

    YES = "yes"
    AGREED = "agreed"  # a time for it is set
    NOT_SAFE = "not_safe"  # it could make things worse for the youth
    YOUTH_ASKED = "youth_asked"  # the youth does not want it
    NOT_REACHED = "not_reached"
    NOT_YET = "not_yet"


class Baton(StrEnum):
    """What was answered when a move of level asked who holds the baton [34]."""

    STAYS = "stays"
    ANOTHER = "another"  # the family is asked about another


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
    KEEP_MINUTES = "keep_minutes"
    PLAN_TILTAK = "plan_tiltak"
    EVALUATE = "evaluate"
    GIVE_VOICE = "give_voice"
    ANSWER_EVALUATION = "answer_evaluation"
    WRITE_LOG = "write_log"
    DELEGATE_LOG = "delegate_log"
    KEEP_ON_PAPER = "keep_on_paper"
    SEE_OVERDUE = "see_overdue"
    CLOSE_CASE = "close_case"
    RAISE_CONCERN = "raise_concern"
    RECEIVE_CONCERN = "receive_concern"
    MOVE_LEVEL = "move_level"
    LEAD_LEVEL = "lead_level"  # as the one above, by who leads the school
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    RUN_UNITS = "run_units"
    RUN_STAFF = "run_staff"
    APPROVE_TEXTS = "approve_texts"
    DECIDE_POLICY = "decide_policy"
    RECEIVE_ARCHIVE = "receive_archive"
    KEEP_GUESTS = "keep_guests"
    SWITCH_CHANNELS = "switch_channels"
    SEE_FIGURES = "see_figures"
    KEEP_SERVICES = "keep_services"
    VERIFY_HELP = "verify_help"
    PUBLISH_HOURS = "publish_hours"
    RUN_STANDING = "run_standing"
    ATTEND_STANDING = "attend_standing"
    PUT_ON_AGENDA = "put_on_agenda"


class Signal(StrEnum):
    """That a follow-up has stopped (oppfolgingsbrudd): the signals of DOMAIN section 3."""

    CONCERN = "concern"  # no decision about it by the day it was due
    HOLDER = "holder"  # whoever holds the baton has left, or is away and nobody stands in
    OFFER = "offer"  # of a baton, unanswered
    EVALUATION = "evaluation"  # its date has passed
    DEADLINE = "deadline"  # of a tiltak, passed without a word on how it went
    MEETING = "meeting"  # none to come in an active log
    MINUTES = "minutes"  # nobody has said how a meeting went, or written what was agreed
    TALK = "talk"  # nobody has talked with the youth since the last meeting
    CONSENT = "consent"  # run out, with tiltak under way
    FIRST_CONTACT = "first_contact"  # a los has said yes, and has not met the youth


class Rung(StrEnum):
    """Who hears that a follow-up has stopped, in order; never more than these."""

    HOLDER = "holder"
    UNIT = "unit"  # who leads the school
    PROJECT = "project"  # KE, the project leader (escalation_no_progress)


class Owing(StrEnum):
    """What may wait for a member of staff, with a day."""

    EVALUATION = "evaluation"
    VOICE = "voice"  # the youth has not been heard about what is soon evaluated
    DEADLINE = "deadline"  # of what they have to do themselves
    STATUS = "status"  # another's deadline has passed, and nobody has said how it went
    MEETING = "meeting"  # to call: there is none to come
    RSVP = "rsvp"  # somebody has not said whether they come
    HELD = "held"  # to say how a meeting went
    MINUTES = "minutes"
    TALK = "talk"  # with the youth, before the next meeting
    BATON = "baton"  # to answer whether one takes it
    CONSENT = "consent"  # runs out soon
    RENEW = "renew"  # has run out, with something still to do
    QUESTION = "question"  # of consent, unanswered
    REQUEST = "request"  # for a los, to decide
    OFFER = "offer"  # to answer
    FIRST_CONTACT = "first_contact"
    WISH = "wish"  # somebody wants to be contacted
    CONCERN = "concern"  # at level 0, to decide
    RIGHT = "right"  # the family has put something right, or does not understand


class PutOff(StrEnum):
    """Why something waits another week; DONE: it is done, in a way that is not seen here."""

    DONE = "done"
    FAMILY = "family"  # wants to wait
    OTHERS = "others"  # it waits for somebody else
    AWAY = "away"
    TIME = "time"


class Need(StrEnum):
    """What somebody needs a service for; what the directory is searched by."""

    SCHOOL = "school"
    WORRY = "worry"  # sleep, worry, a heavy heart
    HOME = "home"
    FRIENDS = "friends"
    LEISURE = "leisure"
    HEALTH = "health"
    SUBSTANCES = "substances"
    VIOLENCE = "violence"
    ECONOMY = "economy"
    OTHER = "other"


class ServiceLine(StrEnum):
    """Whether one can go there oneself, or is sent there by somebody."""

    FIRST = "first"
    SECOND = "second"


class HowChecked(StrEnum):
    """How somebody made sure of a number that people are told to ring."""

    CALLED = "called"
    PAGE = "page"  # saw the service's own page


class InTheWay(StrEnum):
    """What must be handed over or ended before somebody leaves, or before a unit is closed."""

    BATON = "baton"  # is stafettholder of an open case
    LOS = "los"  # is los for a youth, or asked to be
    LEADER = "leader"  # the only rektor of a school where something is open
    ADMINISTRATOR = "administrator"  # the only one for good
    REQUESTS = "requests"  # open ones at the school
    CONCERNS = "concerns"  # open ones at the school
    CASES = "cases"  # open ones, of the school or in which the unit takes part
    PUPILS = "pupils"
    STAFF = "staff"


class Why(StrEnum):
    """Every reason a verb refuses. `ABSENT` is said for both absent and forbidden."""

    ABSENT = "absent"
    CLOSED = "closed"  # with its case, for who was in it until then
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
    OVERLAPPING = "overlapping"  # proposed times that cannot both be
    DAY_OFF = "day_off"  # red, or no school
    NO_SUCH_DATE = "no_such_date"  # that cannot be right: not yet, or too long ago
    NOBODY = "nobody"  # nobody who could do it, or nobody to invite
    NOBODY_ELSE = "nobody_else"  # an administrator alone lets nobody in who works here
    TOO_LONG = "too_long"
    DATE_REQUIRED = "date_required"
    WORDS_REQUIRED = "words_required"
    UNSETTLED = "unsettled"  # nobody has said what becomes of a tiltak that is under way
    NO_LOG = "no_log"  # the municipality keeps none at the level of the case
    ON_PAPER = "on_paper"  # the log is kept there, and nothing is written here
    VOICE_REQUIRED = "voice_required"  # nobody has asked the youth
    HAND_OVER_FIRST = "hand_over_first"  # never while holding the baton, nor while it is open [30]
    FAMILY_FIRST = "family_first"  # their wish is asked for before the baton is offered [29]
    LIST_FIRST = "list_first"  # what is to be done before the baton goes to another school
    NAME_STANDS = "name_stands"  # a family said yes to it, or is asked: to no other service
    NOT_VALID = "not_valid"  # the rules would not go together
    NOT_ONESELF = "not_oneself"  # nobody gives oneself a role, nor takes one's own
    NO_RECEIVER = "no_receiver"  # nobody at the school takes concerns just now
    DISCUSS_FIRST = "discuss_first"  # nobody decides about a concern alone
    DECIDED = "decided"  # another decision was made before
    NOT_OWN_PUPIL = "not_own_pupil"  # picked among those of one's own school, never guessed
    SAME_LEVEL = "same_level"
    OUTSIDE_TARGET = "outside_target"  # too young or too old for a los
