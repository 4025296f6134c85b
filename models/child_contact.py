"""An adult talks with the youth between meetings: who is asked to, and that it was done [39, 40].

Who talked, when, and the youth's view or that they wanted not to. The words are for the youth and
the holder alone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, audit, cases, follow_ups, municipality, policy, unasked
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.goals import worded
from models.invitees import Meeting
from models.meeting_ladder import LADDER
from models.people import Person
from models.sealed import Sealed, SealedRow
from models.terms import Action, ContactView, Role, Why

ASKED = "talk.asked"


class ChildContact(SealedRow, Base):
    """One talk. Never changed; another one is another row."""

    __tablename__ = "child_contacts"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    by_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    talked_on: Mapped[date]
    view: Mapped[str]
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


def able_to_talk(session: Session, case: Case, now: datetime) -> list[int]:
    """The holder, and those of services who wear a hat in the case now."""
    workers = [s.person_id for s in cases.services_of(session, case.id)]
    wearing = [
        each
        for each in workers
        if Role.SERVICE in access.hats_in_case(session, session.get_one(Person, each), case, now)
    ]
    return list(dict.fromkeys([case.stafettholder_id, *wearing]))


def expect(
    session: Session, meeting: Meeting, case: Case, talker_id: int | None, now: datetime
) -> None:
    """Somebody is set to talk with the youth before what follows `meeting`; told unless they set
    it themselves. What an earlier meeting waited for, this one waits for now."""
    for before in waiting_in(session, case.id):
        before.contact_by = None
        follow_ups.reschedule(session, LADDER, before, now)
    meeting.talker_id = talker_id
    rules = municipality.policy_at(session, now)
    if meeting.next_on is None or rules.child_contact_between_meetings < 1:
        return
    meeting.contact_by = meeting.next_on
    if talker_id is not None and talker_id != case.stafettholder_id:
        unasked.tell(session, ASKED, [talker_id], meeting.id, "asked", now)


def waiting_in(session: Session, case_id: int) -> list[Meeting]:
    chosen = select(Meeting).where(Meeting.case_id == case_id, Meeting.contact_by.is_not(None))
    return list(session.scalars(chosen.order_by(Meeting.starts_at)))


def note(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    talked_on: date,
    view: ContactView,
    words: str | None = None,
    now: datetime,
) -> ChildContact:
    """Write down a talk: the holder, or whoever takes part for a service. The same again changes
    nothing. Refused: WORDS_REQUIRED for what was said without words, NO_SUCH_DATE for a day that is
    yet to come or more than a year ago."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    if actor.id not in able_to_talk(session, case, now):
        refuse(Why.ABSENT)
    today = policy.today_in(now, municipality.policy_at(session, now))
    require(today - timedelta(days=365) <= talked_on <= today, Why.NO_SUCH_DATE)
    cases.digital(case, words)
    said = worded(words) if words else None
    paper = case.on_paper_since is not None  # here is that they talked, and when
    require(said or paper or view is ContactView.NOT_WANTED, Why.WORDS_REQUIRED)
    for known in of_case(session, case.id):
        if (known.by_id, known.talked_on, known.view, known.words) == (
            actor.id, talked_on, view, said,
        ):  # fmt: skip
            return known
    made = ChildContact(
        id=new_id(), key_id=case.key_id, case_id=case.id, by_id=actor.id, talked_on=talked_on,
        view=view, at=now,
    )  # fmt: skip
    session.add(made)
    made.words = said
    audit.record(
        session, action="child_contact.note", actor_id=actor.id, object_id=made.id,
        chain=case.id, now=now, detail={"on": talked_on.isoformat(), "view": view.value},
    )  # fmt: skip
    _settle(session, case, talked_on, now)
    session.flush()
    return made


def _settle(session: Session, case: Case, talked_on: date, now: datetime) -> None:
    """What waited for enough such talks since its meeting waits no more."""
    rules = municipality.policy_at(session, now)
    for meeting in waiting_in(session, case.id):
        since = policy.today_in(meeting.starts_at, rules)
        talks = [each for each in of_case(session, case.id) if each.talked_on >= since]
        if len(talks) >= rules.child_contact_between_meetings:
            meeting.contact_by = None
            follow_ups.reschedule(session, LADDER, meeting, now)


def of_case(session: Session, case_id: int) -> list[ChildContact]:
    """The latest first."""
    chosen = select(ChildContact).where(ChildContact.case_id == case_id)
    return list(
        session.scalars(chosen.order_by(ChildContact.talked_on.desc(), ChildContact.at.desc()))
    )
