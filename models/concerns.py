"""Level 0: a wonder or a concern, from when somebody raises it until it is decided [32, 35, 52].

It goes to the school's rektor, or who is it in the rektor's place, and to nobody else: whose it is
and what was written are sealed under the concern's own key and opened for its receiver and for the
own text of who raised it. Nobody of the family is told of it, nor finds a trace of it anywhere; what
it leads to, a case, is theirs as any other. A concern about the care at home is recorded as decided
and no more: nothing is drafted, sent or triggered by us [54].
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    audit,
    case_forms,
    cases,
    deciders,
    family,
    follow_ups,
    ledger,
    municipality,
    outbox,
    people,
    policy,
    reminding,
    shielded,
    shredding,
    unasked,
)
from models.base import Base, Id, Ref, new_id, refuse, require, spelled
from models.cases import Case
from models.follow_ups import FollowedUp, Ladder
from models.goals import LONGEST
from models.journal import Ends
from models.municipality import Unit
from models.outbox import Promise
from models.people import Person
from models.reminding import Step
from models.sealed import Sealed, SealedRow, keyring_of
from models.shielded import Shield
from models.terms import (
    Action,
    ConcernOutcome,
    ConcernState,
    Discussed,
    Lasted,
    Noticed,
    TalkedWith,
    UnitKind,
    Why,
    Worry,
)

NEW, DUE, STUCK = "concern.new", "concern.due", "concern.stuck"
RECEIVED, JOINED = "concern.received", "concern.joined"
OLDEST = timedelta(days=180)
"""Nobody begins at level 0 with what arose longer ago; and a day written without a year is of this one."""
LEVEL_OF = {ConcernOutcome.LEVEL1: 1, ConcernOutcome.LEVEL2: 2}


class Concern(Ends, SealedRow, FollowedUp, Base):
    """`case_id` is no foreign key: what a concern says does not follow a case into the archive."""

    __tablename__ = "concerns"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index("ix_concerns_school_id_state", "school_id", "state"),
    )
    ENDS = ("shield_reason_sealed", "review_on")

    id: Mapped[Id]
    key_id: Mapped[Ref]
    reference: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default=ConcernState.RAISED)
    raiser_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))  # of who raised it
    school_id: Mapped[Ref] = mapped_column(ForeignKey("units.id"))
    raised_at: Mapped[datetime]
    arose_on: Mapped[date]
    worry: Mapped[str]
    noticed: Mapped[list[str]] = mapped_column(default=list)
    lasted: Mapped[list[str]] = mapped_column(default=list)
    received_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    received_at: Mapped[datetime | None]
    discussed: Mapped[list[str]] = mapped_column(default=list)
    youth_talk: Mapped[str | None]
    parents_talk: Mapped[str | None]
    shared_at: Mapped[datetime | None]
    review_on: Mapped[date | None]  # shielded from the guardians until somebody looks again [58]
    outcome: Mapped[str | None]
    decided_by: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    ungdom_id: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"), index=True)
    case_id: Mapped[Ref | None] = mapped_column(index=True)
    same_as_id: Mapped[Ref | None] = mapped_column(ForeignKey("concerns.id"))
    named_sealed: Mapped[bytes | None]
    named = Sealed()  # whom it is about, as who raised it wrote
    words_sealed: Mapped[bytes | None]
    words = Sealed()
    notes_sealed: Mapped[bytes | None]
    notes = Sealed()  # what came out of talking it over
    reason_sealed: Mapped[bytes | None]
    reason = Sealed()  # of the decision
    shield_reason_sealed: Mapped[bytes | None]
    shield_reason = Sealed()


@dataclass(frozen=True)
class Raising:
    school_id: int
    arose_on: date
    worry: Worry
    noticed: Collection[Noticed]
    lasted: Collection[Lasted]
    named: str | None = None
    words: str | None = None


@dataclass(frozen=True)
class Talk:
    """With whom it was talked over at work, and whether with the youth and the parents."""

    discussed: Collection[Discussed]
    youth: TalkedWith
    parents: TalkedWith
    notes: str | None = None


@dataclass(frozen=True)
class Verdict:
    """`pupil_id` and `holder_id` belong to levels 1 and 2; without a pupil the school goes on beside
    losbot, as with whoever is not in it."""

    outcome: ConcernOutcome
    reason: str | None = None
    pupil_id: int | None = None
    holder_id: int | None = None


# --- who ---------------------------------------------------------------------------------------


def receivers(session: Session, school_id: int) -> list[Person]:
    """The school's contact point: its rektor, and who is that in the rektor's place."""
    return people.staff_of(session, school_id, *policy.MAY[Action.RECEIVE_CONCERN])


def schools(session: Session, *, actor: Person) -> dict[int, str]:
    """The schools somebody at work can raise a concern to: where someone receives it. By name."""
    access.authorise_at_work(session, actor=actor, action=Action.RAISE_CONCERN)
    able = people.staffed(session, UnitKind.SCHOOL, *policy.MAY[Action.RECEIVE_CONCERN])
    found = municipality.units_of_kind(session, UnitKind.SCHOOL)
    return {school.id: school.name for school in found if school.id in able}


def find(session: Session, concern_id: int) -> Concern | None:
    ledger.note(session, concern_id)  # a message it is read for tells of it
    return session.get(Concern, concern_id)


def own(session: Session, actor: Person, concern_id: int) -> Concern:
    """One that the actor has raised, while they work where concerns are raised. Else refused as
    absent."""
    concern = find(session, concern_id)
    works = access.may_at_work(session, actor, Action.RAISE_CONCERN)
    if concern is None or concern.raiser_id != actor.id or not works:
        refuse(Why.ABSENT)
    return concern


def received(session: Session, actor: Person, concern_id: int) -> Concern:
    """One for the contact point of its school. Else absent, as to a guardian of whom it is about."""
    concern = find(session, concern_id)
    if concern is None:
        refuse(Why.ABSENT)
    access.authorise_at_unit(
        session, actor=actor, action=Action.RECEIVE_CONCERN, unit_id=concern.school_id
    )
    require(not family.is_guardian(session, actor.id, concern.ungdom_id), Why.ABSENT)
    return concern


def _held(session: Session, actor: Person, concern_id: int) -> Concern:
    """As `received`, and until the transaction ends nobody else's to do something with."""
    concern = received(session, actor, concern_id)
    session.refresh(concern, with_for_update=True)
    return concern


def raised_by(session: Session, person: Person) -> list[Concern]:
    """What somebody has raised and that is not forgotten yet, newest first."""
    mine = select(Concern).where(
        Concern.raiser_id == person.id, Concern.key_id.in_(shredding.alive())
    )
    return list(session.scalars(mine.order_by(Concern.raised_at.desc())))


def waiting(session: Session, actor: Person) -> list[Concern]:
    """The open ones at the schools somebody receives for, what arose first at the top."""
    here = people.units_where(session, actor, *policy.MAY[Action.RECEIVE_CONCERN])
    found = select(Concern).where(Concern.school_id.in_([u.id for u in here]), is_open())
    return list(session.scalars(found.order_by(Concern.arose_on, Concern.id)))


def concluded(session: Session, actor: Person) -> list[Concern]:
    """The decided ones at the schools somebody receives for, newest first, until they are forgotten.
    None about a youth whom they meet as a parent."""
    here = people.units_where(session, actor, *policy.MAY[Action.RECEIVE_CONCERN])
    found = select(Concern).where(
        Concern.school_id.in_([u.id for u in here]),
        Concern.state == ConcernState.DECIDED,
        Concern.key_id.in_(shredding.alive()),
    )
    rows = session.scalars(found.order_by(Concern.decided_at.desc(), Concern.id))
    return [row for row in rows if not family.is_guardian(session, actor.id, row.ungdom_id)]


def is_open() -> ColumnElement[bool]:
    return Concern.state != ConcernState.DECIDED


def open_at(school_id: int) -> Select[int]:
    return select(Concern.id).where(Concern.school_id == school_id, is_open())


def is_overdue(session: Session, concern: Concern, now: datetime) -> bool:
    """Derived, never stored: not decided, and the last day for that has passed."""
    rules = municipality.policy_at(session, now)
    last = policy.decide_concern_by(concern.arose_on, rules)
    return concern.state != ConcernState.DECIDED and policy.today_in(now, rules) > last


def raised_late(session: Session, concern: Concern, now: datetime) -> bool:
    """The last day had passed before anybody could receive it [35]."""
    rules = municipality.policy_at(session, now)
    raised_on = policy.today_in(concern.raised_at, rules)
    return raised_on > policy.decide_concern_by(concern.arose_on, rules)


def pressed_from(session: Session, concern: Concern, now: datetime) -> date:
    rules = municipality.policy_at(session, now)
    raised_on = policy.today_in(concern.raised_at, rules)
    return policy.concern_pressed_from(concern.arose_on, raised_on, rules)


# --- raising -----------------------------------------------------------------------------------


def raise_(session: Session, *, actor: Person, wish: Raising, now: datetime) -> Concern:
    """Hand a concern to a school's contact point, who is told. Refused: NO_RECEIVER, NO_SUCH_DATE
    for a day to come or too long ago, TOO_LONG."""
    access.authorise_at_work(session, actor=actor, action=Action.RAISE_CONCERN)
    school = municipality.unit(session, wish.school_id)
    require(school is not None and school.kind == UnitKind.SCHOOL, Why.ABSENT)
    require(receivers(session, wish.school_id), Why.NO_RECEIVER)
    today = policy.today_in(now, municipality.policy_at(session, now))
    require(today - OLDEST <= wish.arose_on <= today, Why.NO_SUCH_DATE)
    for words in (wish.named, wish.words):
        require(len(words or "") <= LONGEST, Why.TOO_LONG)
    work = people.units_where(session, actor, *policy.MAY[Action.RAISE_CONCERN])
    concern = Concern(
        id=new_id(), key_id=keyring_of(session).new_key(session), reference=spelled(6),
        raiser_id=actor.id, unit_id=work[0].id, school_id=wish.school_id, raised_at=now,
        arose_on=wish.arose_on, worry=wish.worry, noticed=_in_order(Noticed, wish.noticed),
        lasted=_in_order(Lasted, wish.lasted), steps_done=[], version=0, discussed=[],
    )  # fmt: skip
    session.add(concern)
    concern.named, concern.words = wish.named, wish.words
    session.flush()
    _recorded(session, concern, "concerns.raise", actor, now)
    _tell_receivers(session, NEW, concern, "new", now, but=actor.id)
    return concern


def _in_order(words: type[StrEnum], chosen: Collection[StrEnum]) -> list[str]:
    """As they were offered, whatever order they were pressed in."""
    return [str(each) for each in words if each in chosen]


# --- what the receiver does ----------------------------------------------------------------------


def receive(session: Session, *, actor: Person, concern_id: int, now: datetime) -> None:
    """Say that it is in hand; who raised it is told by whom."""
    concern = _held(session, actor, concern_id)
    if concern.state != ConcernState.RAISED:
        return
    concern.state = ConcernState.RECEIVED
    concern.received_by, concern.received_at = actor.id, now
    _recorded(session, concern, "concerns.receive", actor, now)
    if concern.raiser_id != actor.id:
        unasked.tell(session, RECEIVED, [concern.raiser_id], concern.id, "received", now)


def discuss(
    session: Session, *, actor: Person, concern_id: int, talk: Talk, now: datetime
) -> None:
    """Record with whom it was talked over, and whether with the youth and the parents, or why not.
    Again: what was written last stands."""
    concern = _held(session, actor, concern_id)
    require(concern.state != ConcernState.DECIDED, Why.DECIDED)
    require(talk.discussed, Why.DISCUSS_FIRST)
    require(len(talk.notes or "") <= LONGEST, Why.TOO_LONG)
    receive(session, actor=actor, concern_id=concern_id, now=now)
    concern.state, concern.shared_at = ConcernState.SHARED, now
    concern.discussed = _in_order(Discussed, talk.discussed)
    concern.youth_talk, concern.parents_talk = talk.youth, talk.parents
    concern.notes = talk.notes
    _recorded(session, concern, "concerns.discuss", actor, now)


def shield(
    session: Session, *, actor: Person, concern_id: int, shield: Shield | None, now: datetime
) -> None:
    """A case that comes of it is kept from the guardians from its first moment [58]; None: not."""
    concern = _held(session, actor, concern_id)
    require(concern.state != ConcernState.DECIDED, Why.DECIDED)
    checked = shielded.checked(session, shield, now) if shield else None
    concern.review_on = checked.review_on if checked else None
    concern.shield_reason = checked.reason if checked else None
    _recorded(session, concern, "concerns.shield", actor, now)


def decide(
    session: Session, *, actor: Person, concern_id: int, verdict: Verdict, now: datetime
) -> int | None:
    """One of the four [32]. Returns the case at levels 1 and 2, if there is one.

    The same again is a quiet no-op. Refused: DECIDED for another, DISCUSS_FIRST (but for the care
    at home, which waits for nobody), WORDS_REQUIRED, NOT_OWN_PUPIL, NOBODY for a holder who cannot.
    """
    concern = _held(session, actor, concern_id)
    care = verdict.outcome is ConcernOutcome.CARE
    if concern.state == ConcernState.DECIDED:
        same = (concern.outcome, concern.ungdom_id) == (verdict.outcome, verdict.pupil_id)
        require(same, Why.DECIDED)
        return concern.case_id
    require(care or concern.state == ConcernState.SHARED, Why.DISCUSS_FIRST)
    require(care or (verdict.reason or "").strip(), Why.WORDS_REQUIRED)
    require(len(verdict.reason or "") <= LONGEST, Why.TOO_LONG)
    receive(session, actor=actor, concern_id=concern_id, now=now)
    if verdict.outcome in LEVEL_OF and verdict.pupil_id is not None:
        concern.case_id = _case_for(session, actor, concern, verdict, now).id
        _link(session, concern, verdict.pupil_id)
    concern.state, concern.outcome = ConcernState.DECIDED, verdict.outcome
    concern.decided_by, concern.decided_at = actor.id, now
    concern.reason = None if care else verdict.reason
    outbox.silence(session, subject_id=concern.id, kinds=(NEW, DUE, STUCK))
    _recorded(session, concern, "concerns.decide", actor, now)
    return concern.case_id


def _case_for(
    session: Session, actor: Person, concern: Concern, verdict: Verdict, now: datetime
) -> Case:
    """The open case of the pupil, whose holder is told; or a new one, held by whom was chosen."""
    form = case_forms.opening_at(session, actor=actor, school_id=concern.school_id)
    require(verdict.pupil_id in form.pupils, Why.NOT_OWN_PUPIL)
    assert verdict.pupil_id is not None  # noqa: S101 - it is in the form
    case = cases.open_for(session, verdict.pupil_id)
    if case is not None:
        if case.stafettholder_id != actor.id:
            unasked.tell(session, JOINED, [case.stafettholder_id], concern.id, "joined", now)
        return case
    require(verdict.holder_id in form.holders, Why.NOBODY)
    case = cases.open(
        session,
        actor=actor,
        ungdom=people.get(session, verdict.pupil_id),
        school_id=concern.school_id,
        stafettholder=people.get(session, verdict.holder_id or 0),
        now=now,
        level=LEVEL_OF[verdict.outcome],
    )
    if concern.review_on is not None:
        today = policy.today_in(now, municipality.policy_at(session, now))
        review = max(concern.review_on, today + timedelta(days=1))
        asked = Shield(concern.shield_reason or "", review)
        shielded.note(session, case, None, asked, actor, now)
    return case


def _link(session: Session, concern: Concern, pupil_id: int) -> None:
    """Others have worried about the same pupil: this one follows the first of them."""
    first = select(Concern.id).where(Concern.ungdom_id == pupil_id, Concern.same_as_id.is_(None))
    concern.same_as_id = session.scalar(first.order_by(Concern.raised_at).limit(1))
    concern.ungdom_id = pupil_id


def _recorded(
    session: Session, concern: Concern, action: str, actor: Person, now: datetime
) -> None:
    """The next version, its audit line, and when it wants attention next."""
    concern.version += 1
    told: dict[str, object] = {"state": str(concern.state)}
    if concern.outcome is not None:
        told["outcome"] = str(concern.outcome)
    audit.record(
        session, action=action, actor_id=actor.id, object_id=concern.id, now=now, detail=told
    )
    follow_ups.reschedule(session, LADDER, concern, now)
    session.flush()


# --- followed up ---------------------------------------------------------------------------------


def _tell_receivers(
    session: Session, kind: str, concern: Concern, occasion: str, now: datetime,
    as_a: Promise = Promise.NEWS, but: int | None = None,
) -> None:  # fmt: skip
    """The contact point; where nobody is left there, the project leader finds somebody."""
    them = [person.id for person in receivers(session, concern.school_id)]
    if not them:
        kind = STUCK
        them = [person.id for person in deciders.leaders(session, None)]
    told = [person_id for person_id in them if person_id != but]
    unasked.tell(session, kind, told, concern.id, occasion, now, as_a)


def plan(session: Session, concern: Concern, now: datetime) -> Sequence[Step]:
    if concern.state == ConcernState.DECIDED:
        return ()
    rules = municipality.policy_at(session, now)
    last = policy.decide_concern_by(concern.arose_on, rules)
    calendar = municipality.calendar_of(session)
    pressed = pressed_from(session, concern, now)
    return reminding.concern_steps(last, pressed, concern.raised_at, rules, calendar, now)


def take(session: Session, concern: Concern, step: Step, now: datetime) -> None:
    """The receiver. That it is late the project leaders hear with everything else (`breaks`)."""
    _tell_receivers(session, DUE, concern, step.name, now, Promise.REMINDER)


def responsible(session: Session, concern: Concern, now: datetime) -> list[int]:
    """Who must do the next step: the contact point, else who must find one."""
    them = receivers(session, concern.school_id) or deciders.leaders(session, None)
    return [person.id for person in them]


LADDER = Ladder(table=Concern, plan=plan, take=take, open=is_open, responsible=responsible)


# --- forgetting ----------------------------------------------------------------------------------


def forget(session: Session, concern: Concern) -> None:
    """Destroy what was written and chosen, and whom it was about; that there was one stays."""
    shredding.shred(session, concern.key_id)
    concern.noticed, concern.lasted, concern.discussed = [], [], []
    concern.youth_talk = concern.parents_talk = None
    concern.ungdom_id = concern.case_id = None
    session.flush()


def to_forget(session: Session, before: datetime, limit: int) -> list[Concern]:
    """Those decided before an instant. One that nobody has decided is not forgotten."""
    old = select(Concern).where(Concern.decided_at < before, Concern.key_id.in_(shredding.alive()))
    return list(session.scalars(old.limit(limit)))


def about(session: Session, ungdom_id: int) -> list[Concern]:
    found = select(Concern).where(Concern.ungdom_id == ungdom_id)
    return list(session.scalars(found.order_by(Concern.raised_at)))


def school_of(session: Session, concern: Concern) -> Unit:
    return session.get_one(Unit, concern.school_id)
