"""Closing a case [64-66]: what is decided, and what stops at once. What is seen of it afterwards is
in `closing_views`.

`closed -> archived -> purged`; the last two are dates here, set in `archiving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    access_log,
    audit,
    batons,
    cases,
    consents,
    family,
    follow_ups,
    is_it_right,
    ledger,
    meeting_files,
    meetings,
    municipality,
    next_dates,
    on_agenda,
    people,
    policy,
    proposals,
    shielded,
    tiltak,
    unasked,
)
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.goals import items_of, worded
from models.invitees import Meeting, item_of
from models.journal import Journaled
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import (
    Action,
    CaseState,
    ClosingReason,
    FamilyView,
    MeetingState,
    Role,
    Settled,
    TiltakState,
    Why,
)

CLOSED, MEETING_OFF = "closing.closed", "closing.meeting_off"


class Closing(Journaled, SealedRow, Base):
    """The decision, and what became of the case since."""

    __tablename__ = "closings"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), unique=True)
    reason: Mapped[str]
    decided_on: Mapped[date]
    decided_by: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    hat: Mapped[str]  # the one it was decided under
    family_view: Mapped[str]
    left_open: Mapped[list[str]] = mapped_column(default=list)  # ids of tiltak not settled before
    packed_at: Mapped[datetime | None]  # when the package was last made
    package: Mapped[str | None]  # its SHA-256
    packed_to: Mapped[str | None]  # where the one copy of it lies; None once it is away
    receipt: Mapped[str | None]  # the archive's own reference
    receipt_at: Mapped[datetime | None]
    purge_on: Mapped[date | None]  # set with the receipt; a later policy does not move it
    purged_at: Mapped[datetime | None]
    note_sealed: Mapped[bytes | None]
    note = Sealed()


@dataclass(frozen=True)
class Wish:
    """What the stafettholder decides; the family needs to say none of it [65]."""

    reason: ClosingReason = ClosingReason.FAMILY
    family_view: FamilyView = FamilyView.AGREES
    note: str | None = None
    settled: Mapping[int, Settled] = field(default_factory=dict)  # of every tiltak under way


@dataclass(frozen=True)
class Form:
    """What there is to know before closing."""

    case_id: int
    hat: Role
    ungdom: str
    school: str
    left_open: Mapping[int, str]  # the words of each tiltak still under way
    meetings: int  # that would be called off
    on_paper: bool  # the municipality lets a family go on without losbot
    kept_on_paper: bool  # the log is, and the closing note with it
    ip_action: str  # what an individual plan means for the log [68]


def of(session: Session, case_id: int) -> Closing | None:
    return session.scalar(select(Closing).where(Closing.case_id == case_id))


# --- closing -------------------------------------------------------------------------------------


def _hat(session: Session, actor: Person, case: Case, now: datetime) -> Role | None:
    """The hat under which someone may close: the holder's, or that of one who must consent [65]."""
    hats = access.hats_in_case(session, actor, case, now)
    if Role.STAFETTHOLDER in hats:
        return Role.STAFETTHOLDER
    deciding = actor.id in {person.id for person in consents.required(session, case, now)}
    return next((hat for hat in (Role.UNGDOM, Role.FORESATT) if hat in hats and deciding), None)


def may_close(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    case = cases.find(session, case_id)
    return case is not None and case.state != CaseState.CLOSED and bool(
        _hat(session, actor, case, now)
    )  # fmt: skip


def _opened(session: Session, actor: Person, case_id: int, now: datetime) -> tuple[Case, Role]:
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.CLOSE_CASE, now=now
    )
    hat = _hat(session, actor, case, now)
    if hat is None:
        refuse(Why.ABSENT)
    return case, hat


def form(session: Session, *, actor: Person, case_id: int, now: datetime) -> Form:
    case, hat = _opened(session, actor, case_id, now)
    access_log.looked(session, "cases", actor, case, now, hat=hat)
    rules = municipality.policy_at(session, now)
    hidden = shielded.hidden_from(session, case, actor)
    coming = [m for m in _coming(session, case, now) if not hidden.hides(item_of(m.id))]
    under_way = [t for t in tiltak.active(session, case.id) if not hidden.hides(*items_of(t))]
    return Form(
        case_id=case.id,
        hat=hat,
        ungdom=people.get(session, case.ungdom_id).name or "",
        school=unit_name(session, case.school_id),
        left_open={thing.id: thing.words or "" for thing in under_way},
        meetings=len(coming),
        on_paper=rules.manual_log_option,
        kept_on_paper=case.on_paper_since is not None,
        ip_action=rules.ip_action,
    )


def close(session: Session, *, actor: Person, case_id: int, wish: Wish, now: datetime) -> Closing:
    """End a case for good: nobody opens it any more, and nothing in it can be changed [66].

    Meetings to come are called off, tiltak under way end as staff have settled them, or are listed
    as not finished; what services were shown of the case is taken back. The consents stay as they
    were answered: closing is not a withdrawal. Raises Refused: ABSENT; for a holder WORDS_REQUIRED
    without a note, and UNSETTLED when it is not said what becomes of each tiltak [64].
    """
    done = of(session, case_id)
    if done is not None and done.decided_by == actor.id:
        return done
    case, hat = _opened(session, actor, case_id, now)
    staff = hat is Role.STAFETTHOLDER
    cases.digital(case, wish.note)
    paper = case.on_paper_since is not None  # and the closing note with the rest
    note = worded(wish.note) if (staff and not paper) or wish.note else None
    rules = municipality.policy_at(session, now)
    settled = wish.settled if staff else {}
    unsettled = {thing.id for thing in tiltak.active(session, case.id)} - settled.keys()
    require(not staff or not unsettled, Why.UNSETTLED)
    told = _concerned(session, case, now)
    made = Closing(
        id=new_id(),
        key_id=case.key_id,
        case_id=case.id,
        reason=wish.reason if staff else ClosingReason.FAMILY,
        decided_on=policy.today_in(now, rules),
        decided_by=actor.id,
        hat=hat,
        family_view=wish.family_view if staff else FamilyView.AGREES,
        left_open=_end_tiltak(session, case, settled, now),
    )
    session.add(made)
    made.note = note
    _stop(session, case, actor, now)
    audit.record(
        session, action="cases.close", actor_id=actor.id, object_id=case.id, chain=case.id,
        now=now, detail={"reason": made.reason, "view": made.family_view, "hat": made.hat},
    )  # fmt: skip
    unasked.tell(session, CLOSED, told - {actor.id}, case.id, "closed", now)
    session.flush()
    return made


def again(session: Session, case: Case, made: Closing, now: datetime) -> None:
    """A case was closed since the backup the store was put back from: nobody opens it. Tiltak under
    way are not finished, as far as this store knows."""
    _end_tiltak(session, case, {}, now)
    _stop(session, case, people.get(session, made.decided_by), now)
    audit.record(
        session, action="cases.close", actor_id=made.decided_by, object_id=case.id,
        chain=case.id, now=now, detail={"recovered": True, "hat": made.hat},
    )  # fmt: skip


def _stop(session: Session, case: Case, actor: Person, now: datetime) -> None:
    """What goes on in a case goes on no more."""
    coming = _coming(session, case, now)
    for meeting in coming:
        meetings.call_off(session, meeting, actor, MEETING_OFF, now)
    meeting_files.take_from_all(session, coming, now)
    _end_services(session, case, now)
    batons.end_all(session, case, now)
    on_agenda.take_off(session, case.id, ())
    cases.move(session, case, CaseState.CLOSED, now)
    case.closed_at = now
    shielded.stop_reviews(session, case, now)
    asked = select(consents.ConsentQuestion).where(consents.ConsentQuestion.case_id == case.id)
    for question in session.scalars(asked).all():
        follow_ups.reschedule(session, consents.LADDER, question, now)
    is_it_right.stop(session, case, now)
    next_dates.end(session, case, now)
    meetings.stop_following(session, case, now)
    proposals.stop(session, case, actor, now)


def _concerned(session: Session, case: Case, now: datetime) -> set[int]:
    """The family, the holder and those of services who take part, as long as they wear a hat."""
    found = [
        *family.of(session, case.ungdom_id, now),
        people.get(session, case.stafettholder_id),
        *(people.get(session, s.person_id) for s in cases.services_of(session, case.id)),
    ]
    return {p.id for p in found if access.hats_in_case(session, p, case, now)}


def _end_tiltak(
    session: Session, case: Case, settled: Mapping[int, Settled], now: datetime
) -> list[str]:
    """Returns the ids of those that were not finished: by the family all, by staff what goes on
    without the log."""
    left = []
    for thing in tiltak.active(session, case.id):
        became = settled.get(thing.id, Settled.OUTSIDE)
        done = became is Settled.COMPLETED
        thing.state = TiltakState.COMPLETED if done else TiltakState.STOPPED
        left += [str(thing.id)] if became is Settled.OUTSIDE else []
        follow_ups.reschedule(session, tiltak.LADDER, thing, now)
    return left


def keep_both(session: Session, *, actor: Person, case_id: int, now: datetime) -> None:
    """An individual plan has come, and the log goes on beside it [68]: that it was decided stands
    in the chain, and nothing else changes. Refused(ABSENT) for all but the holder."""
    case, hat = _opened(session, actor, case_id, now)
    require(hat is Role.STAFETTHOLDER, Why.ABSENT)
    audit.record(
        session, action="cases.keep_both", actor_id=actor.id, object_id=case.id, chain=case.id,
        now=now,
    )  # fmt: skip


def _coming(session: Session, case: Case, now: datetime) -> list[Meeting]:
    return list(
        session.scalars(
            select(Meeting)
            .where(
                Meeting.case_id == case.id,
                Meeting.state == MeetingState.CALLED,
                Meeting.starts_at > now,
            )
            .order_by(Meeting.starts_at)
        )
    )


def _end_services(session: Session, case: Case, now: datetime) -> None:
    """Access ends at once, and what their chats show of the case is taken back."""
    services = cases.services_of(session, case.id)
    for service in services:
        service.ended_at = now
    kept = {case.stafettholder_id, *(p.id for p in family.of(session, case.ungdom_id, now))}
    lost = {service.person_id for service in services} - kept
    ledger.take_back(session, ledger.about(session, case.id, lost), now)


def unit_name(session: Session, unit_id: int) -> str:
    found = municipality.unit(session, unit_id)
    return found.name if found is not None else ""
