"""Leaving (`/slett`): what goes at once, what goes later, and what keeps the rest [69].

Leaving withdraws no consent and ends no case, and it never gets round the archive. Whoever is
party to nothing is gone at once: name and words with their key, the chat as soon as the receipt
has been sent. Of anyone else all goes that nothing holds, and the rest when nothing does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from models import (
    answering,
    audit,
    concerns,
    consents,
    conversations,
    discretion,
    erasing_holds,
    journal,
    ledger,
    mail,
    municipality,
    outbox,
    passkeys,
    people,
    requests,
    shredding,
    standing_kept,
    web_chats,
    web_identities,
    web_sessions,
)
from models.access_news import AccessWatch
from models.base import Base
from models.contact_wishes import ContactWish
from models.contacts import Contact
from models.erasing_holds import Held
from models.family import Guardianship
from models.invitations import Invitation
from models.linking import ChatLink
from models.municipality import OpenHours
from models.outbox import Outgoing, OutState, Promise
from models.people import Person, Pupil
from models.requests import Request
from models.terms import ConsentState, RequestState, Topic
from models.why_looked import LookQuestion

RECEIPT = "erasing.receipt"


@dataclass(frozen=True)
class Leaving:
    """What leaving would do, or did."""

    held: tuple[Held, ...]
    ends: tuple[str, ...]  # references of requests that end with it
    wishes: int  # contact wishes that end with it
    consents: bool  # a yes of one's own stands, and will go on standing
    kept_days: int  # how long a request's words are kept once it has ended
    purge_days: int  # how long a case's are, after the archive's receipt
    parked_days: int  # how long what could not be heard is kept

    @property
    def at_once(self) -> bool:
        """Nothing is left but numbers."""
        return not self.held


def plan(session: Session, *, actor: Person, now: datetime) -> Leaving:
    ledger.note(session, actor.id)  # it tells whether there is a case or a request
    rules = municipality.policy_at(session, now)
    wishes = select(ContactWish.id).where(ContactWish.person_id == actor.id)
    return Leaving(
        held=tuple(erasing_holds.holds(session, actor, now)),
        ends=tuple(
            r.reference
            for r in erasing_holds.undecided(session, actor)
            if erasing_holds.is_open(r)
        ),
        wishes=len(session.scalars(wishes).all()),
        consents=_has_given(session, actor, now),
        kept_days=rules.requests_kept_days,
        purge_days=rules.archive_purge_days,
        parked_days=rules.parked_kept_days,
    )


def _has_given(session: Session, person: Person, now: datetime) -> bool:
    for question in consents.questions_of(session, person.id):
        case = consents.case_of(session, question)
        standing = consents.standing(session, case, now)
        if standing.open and standing.state(question, person.id) is ConsentState.GIVEN:
            return True
    return False


# --- leaving -------------------------------------------------------------------------------------


def leave(session: Session, *, actor: Person, occasion: str, now: datetime) -> Leaving:
    """Do what `plan` says. The receipt goes to the chat, which nobody is known by any more; what
    was promised in this very turn follows it there."""
    leaving = plan(session, actor=actor, now=now)
    for request in erasing_holds.undecided(session, actor):
        _end(session, actor, request, now)
    for wish in session.scalars(select(ContactWish).where(ContactWish.person_id == actor.id)):
        outbox.silence(session, subject_id=wish.id, kinds=("contact.wanted",))
        session.delete(wish)
    session.execute(delete(Invitation).where(Invitation.person_id == actor.id))
    session.execute(delete(ChatLink).where(ChatLink.person_id == actor.id))
    session.execute(delete(OpenHours).where(OpenHours.person_id == actor.id))
    audit.record(
        session, action="people.leave", actor_id=actor.id, object_id=actor.id, now=now,
        detail={"held": [held.by for held in leaving.held]},
    )  # fmt: skip
    journal.note(session, journal.LEFT, actor.id)
    mail.end_all(session, actor.id)
    for contact in session.scalars(select(Contact).where(Contact.person_id == actor.id)).all():
        _part_with(session, actor, contact, leaving, occasion, now)
    if leaving.at_once:
        forget(session, actor)
    else:
        actor.leaving_at = now
    session.flush()
    return leaving


def _end(session: Session, actor: Person, request: Request, now: datetime) -> None:
    if erasing_holds.is_open(request):
        if request.requester_id == request.ungdom_id:  # soon there is nobody to ask [48]
            for other in requests.linked_to(session, request):
                requests.move(session, other, RequestState.WITHDRAWN, actor, now)
        if request.requester_id == actor.id:
            answering.withdraw(session, actor=actor, request_id=request.id, now=now)
        else:
            answering.end(session, actor=actor, request_id=request.id, now=now)
    if not erasing_holds.is_open(request):
        erase_request(session, request)


def erase_request(session: Session, request: Request) -> None:
    """Destroy what was written in a request and what was chosen; that there was one stays, and what
    parents shall not know of: else they would learn it then [49]."""
    shredding.shred(session, request.key_id)
    request.place = request.contact_way = request.youth_knows = None
    request.times, request.topic = [], Topic.OTHER
    session.flush()


def _part_with(
    session: Session,
    actor: Person,
    contact: Contact,
    leaving: Leaving,
    occasion: str,
    now: datetime,
) -> None:
    """The chat becomes nobody's, until retention takes it away; what was said there is taken out of
    it and forgotten. Nothing but the receipt stays standing."""
    ledger.clear(session, actor.id, contact.id, now)
    conversations.end(session, contact.id)
    discretion.forget(session, contact.id)
    web_chats.clear(session, contact.id)
    web_sessions.end_soon(session, contact.id, now)
    web_identities.forget(session, contact.id)
    passkeys.forget(session, contact.id)
    nobody = people.create(session, name="", language=actor.language, now=now)
    nobody.name, nobody.leaving_at = None, now
    contact.person_id = nobody.id
    session.flush()
    goes_on = or_(
        Outgoing.occasion == occasion,
        Outgoing.state == OutState.SENDING,  # what takes it away must find where it landed
        and_(Outgoing.kind == ledger.HIDDEN, Outgoing.state == OutState.WAITING),
    )
    here = Outgoing.contact_id == contact.id
    session.execute(update(Outgoing).where(here, goes_on).values(recipient_id=nobody.id))
    session.execute(
        update(Request)
        .where(Request.requester_id == actor.id, *_lately_ended(now))
        .values(requester_id=nobody.id)
    )
    theirs = or_(Outgoing.recipient_id == actor.id, Outgoing.contact_id == contact.id)
    session.execute(delete(Outgoing).where(theirs, Outgoing.recipient_id != nobody.id))
    if contact.closed_at is None:
        outbox.promise(
            session,
            kind=RECEIPT,
            recipient_id=nobody.id,
            contact_id=contact.id,
            occasion=occasion,
            promise=Promise.RECEIPT,
            params={"held": bool(leaving.held), "parked_days": leaving.parked_days},
            now=now,
        )


def _lately_ended(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What was asked for another, or by name, and is erased, less than a day ago. It goes on
    counting for the chat: leaving is no way round so many a day."""
    return (
        Request.ungdom_id.is_distinct_from(Request.requester_id),
        Request.created_at > now - timedelta(days=1),
        Request.key_id.not_in(shredding.alive()),
    )


# --- what retention does later -------------------------------------------------------------------


def forget(session: Session, person: Person) -> None:
    """Destroy a person's name and words with their key. The number stays only where something
    that is kept still names it. Only for whom nothing holds."""
    for request in erasing_holds.undecided(session, person):
        if not erasing_holds.is_open(request):
            erase_request(session, request)
    for concern in concerns.about(session, person.id):
        concerns.forget(session, concern)
    mail.end_all(session, person.id)
    contacts_of = select(Contact.id).where(Contact.person_id == person.id)
    session.execute(delete(Outgoing).where(Outgoing.recipient_id == person.id))
    session.execute(delete(Outgoing).where(Outgoing.contact_id.in_(contacts_of)))
    for contact_id in session.scalars(contacts_of).all():
        conversations.end(session, contact_id)
    used = update(Invitation).where(Invitation.used_by.in_(contacts_of)).values(used_by=None)
    session.execute(used)
    session.execute(delete(ChatLink).where(ChatLink.person_id == person.id))
    session.execute(delete(Contact).where(Contact.person_id == person.id))
    session.execute(delete(Invitation).where(Invitation.person_id == person.id))
    session.execute(delete(Pupil).where(Pupil.person_id == person.id))
    either = or_(Guardianship.ungdom_id == person.id, Guardianship.foresatt_id == person.id)
    session.execute(delete(Guardianship).where(either))
    session.execute(delete(LookQuestion).where(LookQuestion.asked_by == person.id))
    session.execute(delete(AccessWatch).where(AccessWatch.id == person.id))
    standing_kept.forget_files_of(session, person.id)
    shredding.shred(session, person.key_id)
    journal.note(session, journal.ERASED, person.id)
    person.born = person.confirmed_at = person.leaving_at = None
    person.away_from = person.away_until = None
    person.language, person.muted, person.show_place = "nb", False, False
    session.flush()
    if not _named(session, person.id):
        session.delete(person)
        session.flush()


def _named(session: Session, person_id: int) -> bool:
    """Whether any row of any table names a person."""
    return any(
        session.scalar(select(exists().where(key.parent == person_id)))
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "people"
    )


def leavers(session: Session, now: datetime) -> list[Person]:
    """Those who have left and whom nothing holds any more."""
    left = select(Person).where(Person.leaving_at.is_not(None)).order_by(Person.leaving_at)
    return [p for p in session.scalars(left) if is_done_with(session, p, now)]


def is_done_with(session: Session, person: Person, now: datetime) -> bool:
    """Nothing holds a person, nothing is open, nothing is on its way to them, and nothing of theirs
    counts any more."""
    to_be_sent = Outgoing.recipient_id == person.id, Outgoing.state.in_(outbox.OPEN_STATES)
    wishes = ContactWish.person_id == person.id
    counts = Request.requester_id == person.id, *_lately_ended(now)
    return not (
        any(erasing_holds.holds(session, person, now))
        or any(map(erasing_holds.is_open, erasing_holds.theirs(session, person)))
        or session.scalar(select(exists().where(*to_be_sent)))
        or session.scalar(select(exists().where(wishes)))
        or session.scalar(select(exists().where(*counts)))
    )
