"""How long each table's rows are kept, and the sweep that sees to it by itself.

RULES is the page for whoever answers for it: one line for every table. The steps take a little at
a time and can be run again at any moment; what a step finds, it is done with afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from models import (
    archiving,
    concerns,
    consent_effects,
    erasing,
    inbox,
    linking,
    mail,
    meeting_files,
    municipality,
    outbox,
    services,
    shredding,
    standing_kept,
    web_chats,
    web_sessions,
    written,
)
from models.base import Base
from models.contact_wishes import ContactWish
from models.contacts import Contact
from models.conversations import Conversation
from models.family import Guardianship
from models.inbox import Parked
from models.invitations import Invitation
from models.linking import ChatLink
from models.outbox import OPEN_STATES, Outgoing
from models.passkeys import PasskeyChallenge
from models.people import Person, Position, Pupil
from models.policy import MunicipalPolicy
from models.requests import Request
from models.terms import OPEN_REQUESTS, RequestState
from models.web_sessions import WebSession

AT_ONCE = 200

_CASE = "with the case: until archive_purge_days after the archive's receipt"
_NUMBERS = "for good: numbers, dates and enum names only"

RULES: dict[str, str] = {
    # what was said
    "handled": "72 hours: as long as an update may come twice",
    "written": "48 hours, numbers only: as long as Telegram lets us delete what somebody wrote",
    "conversations": "24 hours after the last answer",
    "outbox": "messages_kept_days; at once when the recipient leaves; which service was looked for, an hour",
    "outbox_cases": "with the message",
    "parked": "parked_kept_days, replayed or not",
    # people
    "people": "the name until nothing holds one who left; strangers_kept_days for a stranger",
    "contacts": "with the person; of who left, until a day after the last wish for a los",
    "web_sessions": "as long as they can be used; at once when the chat is taken from its owner",
    "web_identities": "with the contact; at once when the chat is taken from its owner, or they leave",
    "passkeys": "with the contact; at once when the chat is taken from its owner, or they leave",
    "passkey_challenges": "a few minutes, used or not",
    "web_chats": "with the contact: how many changes there were, and the keyboard",
    "web_messages": "messages_kept_days; the words at once when they are hidden, or their owner leaves",
    "mail_addresses": "as long as its owner wants mail; a day when nobody confirms it; at once when they leave",
    "discretions": "with the contact, and no longer than the chat is the person's",
    "invitations": "strangers_kept_days after they expired",
    "chat_links": "a day after they were asked for",
    "pupils": "as long as the school says; with the person",
    "guardianships": "as long as the school says; with the youth",
    "positions": "as long as the municipality says; when one ended, and in whose place it was, stays",
    # asking for a los
    "requests": "the words requests_kept_days after it ended; that it was, and what came of it, stays",
    "request_advice": "as the request",
    "contact_wishes": "contact_wishes_kept_days after somebody answered",
    # level 0
    "concerns": "the words and whom it was about concerns_kept_days after the decision; that there was one, and what it came to, stays",
    # cases
    "level_moves": _CASE,
    "cases": _NUMBERS,
    "closings": "the note with the case; that it was closed, and the archive's receipt, for good",
    "case_services": _CASE,
    "meetings": _CASE,
    "invitees": _CASE,
    "preparations": _CASE,
    "agenda_points": _CASE,
    "minutes_points": _CASE,
    "child_contacts": _CASE,
    "goals": _CASE,
    "tiltak": _CASE,
    "voices": _CASE,
    "evaluations": _CASE,
    "no_next_dates": _NUMBERS,
    "evaluation_asked": _CASE,
    "evaluation_answers": _CASE,
    "right_questions": _CASE,
    "right_answers": _CASE,
    "log_entries": _CASE,
    "log_keepings": _CASE,
    "baton_offers": _CASE,
    "baton_wishes": _CASE,
    "school_moves": _CASE,
    "consent_questions": _NUMBERS,
    "consent_records": "the words with the case; that something was written down, for good",
    "consent_events": "for good: that somebody said yes, and took it back [24]; no words",
    "withhold_events": _CASE,
    "postponements": "of a case: with it; else for good, numbers, dates and enum names only",
    "breaks": "of a case: with it; else for good, numbers, dates and enum names only",
    "shield_events": "the reason with the case; that a guardian was kept out of it, for good",
    # standing meetings of clubs and schools
    "standing_meetings": "requests_kept_days after it was ended",
    "standing_occasions": "requests_kept_days after it was done with, with its minutes",
    "standing_topics": "with the occasion",
    "standing_cases": "while consent covers both; with the occasion, or the case",
    "standing_files": "with the meeting; when its owner leaves",
    # the log and the keys
    "look_questions": "the words with whoever asked; that it was asked and answered, for good",
    "access_watches": _NUMBERS,
    "audit": _NUMBERS,
    "audit_heads": _NUMBERS,
    "data_keys": "the key itself until what it opens is erased; then its number",
    # the municipality's own
    "municipality": "the municipality's own",
    "units": "the municipality's own",
    "open_hours": "the municipality's own",
    "services": "the municipality's own; those taken out stay as they were",
    "help_lines": "the municipality's own: when each number was checked, and by whom",
    "overviews": "for good: coarse numbers, of no one",
    "policy_versions": "the municipality's own: which choices were in force when",
    "approved_texts": "the municipality's own: what somebody said yes to",
    "store_facts": "the store's own",
}


def sweep(session: Session, now: datetime) -> int:
    """One round of every step. Returns how much it did; nought when nothing is too old."""
    rules = municipality.policy_at(session, now)
    return sum(step(session, rules, now) for step in STEPS)


Step = Callable[[Session, MunicipalPolicy, datetime], int]


def _handled(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    inbox.forget_handled(session, now)
    written.forget_old(session, now)
    return 0


def _conversations(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    session.execute(delete(Conversation).where(Conversation.expires_at < now))
    return 0


def _messages(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    before = now - timedelta(days=rules.messages_kept_days)
    old = Outgoing.not_before < before, Outgoing.state.not_in(OPEN_STATES)
    return _delete(session, Outgoing, *old)


def _looked_for(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """What somebody looked for in the directory, from the next sweep on."""
    return outbox.blur(session, services.TOLD, services.LOOKED, AT_ONCE)


def _web(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """What was said in the web chat, and sessions nobody can use any more."""
    before = now - timedelta(days=rules.messages_kept_days)
    over = _delete(session, WebSession, *web_sessions.is_over(now))
    over += _delete(session, PasskeyChallenge, PasskeyChallenge.expires_at <= now)
    return over + web_chats.sweep(session, before, AT_ONCE)


def _mail(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """Addresses that nobody has confirmed."""
    return mail.forget_unconfirmed(session, now, AT_ONCE)


def _invitations(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    before = now - timedelta(days=rules.strangers_kept_days)
    gone = _delete(session, ChatLink, ChatLink.asked_at < now - linking.KEPT)
    return gone + _delete(session, Invitation, Invitation.expires_at < before)


def _contact_wishes(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """Answered ones. One that nobody has answered is not forgotten."""
    before = now - timedelta(days=rules.contact_wishes_kept_days)
    return _delete(session, ContactWish, ContactWish.answered_at < before)


def _parked(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    before = now - timedelta(days=rules.parked_kept_days)
    old = session.scalars(select(Parked).where(Parked.at < before).limit(AT_ONCE)).all()
    for parked in old:
        shredding.shred(session, parked.key_id)
        session.delete(parked)
    return len(old)


def _requests(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """Of those that ended: what was written and chosen."""
    before = now - timedelta(days=rules.requests_kept_days)
    ended = select(Request).where(
        Request.decided_at < before,
        Request.state.not_in(OPEN_REQUESTS | {RequestState.LINKED}),
        Request.key_id.in_(shredding.alive()),
    )
    old = session.scalars(ended.limit(AT_ONCE)).all()
    for request in old:
        erasing.erase_request(session, request)
    return len(old)


def _concerns(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """Decided ones. One that nobody has decided is not forgotten."""
    before = now - timedelta(days=rules.concerns_kept_days)
    old = concerns.to_forget(session, before, AT_ONCE)
    for concern in old:
        concerns.forget(session, concern)
    return len(old)


def _standing(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    before = now - timedelta(days=rules.requests_kept_days)
    return standing_kept.forget_old(session, before, AT_ONCE)


def _cases(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    due = archiving.to_purge(session, now, AT_ONCE)
    for made in due:
        archiving.purge(session, made, now)
    return len(due)


def _guardians(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """What stands in the chats of those who have no part in a case any more."""
    consent_effects.let_go_everywhere(session, now)
    return 0


def _calendars(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """Meetings in the calendars of those who may not know of them any more."""
    taken = meeting_files.take_from_who_lost_it(session, now, AT_ONCE)
    return taken + standing_kept.take_files_of_who_left(session, now, AT_ONCE)


def _leavers(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """Those who left, once nothing holds them and the receipt has been sent."""
    done = erasing.leavers(session, now)
    for person in done:
        erasing.forget(session, person)
    return len(done)


def _strangers(session: Session, rules: MunicipalPolicy, now: datetime) -> int:
    """Accounts nobody confirmed, whom nobody registered and nothing was said to for long."""
    before = now - timedelta(days=rules.strangers_kept_days)
    nobody_knows = [
        ~exists().where(column == Person.id)
        for column in (
            Pupil.person_id,
            Guardianship.ungdom_id,
            Guardianship.foresatt_id,
            Position.person_id,
            Invitation.person_id,
        )
    ]
    lately = exists().where(Outgoing.recipient_id == Person.id, Outgoing.not_before >= before)
    met = exists().where(Contact.person_id == Person.id)
    has_name = Person.key_id.in_(shredding.alive())
    quiet = session.scalars(
        select(Person)
        .where(
            Person.confirmed_at.is_(None), Person.created_at < before, *nobody_knows, ~lately,
            or_(met, has_name),
        )
        .order_by(Person.created_at)
    )  # fmt: skip
    done = [p for p in quiet if erasing.is_done_with(session, p, now)][:AT_ONCE]
    for person in done:
        erasing.forget(session, person)
    return len(done)


def _delete(session: Session, table: type[Base], *where: object) -> int:
    """Delete the first of those that match. Returns how many."""
    key = table.__mapper__.primary_key[0]
    ids = session.scalars(select(key).where(*where).limit(AT_ONCE)).all()  # type: ignore[arg-type]
    session.execute(delete(table).where(key.in_(ids)))
    return len(ids)


STEPS: tuple[Step, ...] = (
    _handled,
    _conversations,
    _messages,
    _looked_for,
    _web,
    _mail,
    _invitations,
    _contact_wishes,
    _parked,
    _requests,
    _concerns,
    _standing,
    _cases,
    _guardians,
    _calendars,
    _leavers,
    _strangers,
)
