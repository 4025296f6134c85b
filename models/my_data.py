"""Everything the house holds about one person that this person may see, as plain data.

A case is read through the same doors as its cards, one hat at a time, and a person with two hats
gets two parts. Other people are roles here, never names. What somebody may not see is not there
at all, nor counted: what is left out is told in general, in the same words to everyone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    cases,
    concerns,
    consents,
    conversations,
    discretion,
    family,
    ledger,
    linked,
    linking,
    mail_addresses,
    my_case_data,
    passkeys,
    people,
    request_cards,
    standing_kept,
    views,
    web_identities,
    withholding,
)
from models.audit import AuditEntry
from models.base import Refused
from models.consent_history import ConsentEvent, ConsentQuestion, read_scope
from models.contact_wishes import ContactWish
from models.contacts import Contact
from models.invitations import Invitation
from models.municipality import OpenHours
from models.my_case_data import Entry, Part, masked, unit_name
from models.outbox import Outgoing, OutState
from models.people import Person
from models.requests import Request
from models.terms import (
    Capacity,
    ConcernState,
    ConsentAct,
    ContactWay,
    ItemKind,
    LookReason,
    ParentsKnow,
    Place,
    Requester,
    Role,
    TimeOfDay,
    Topic,
    Withholding,
)
from models.why_looked import LookQuestion
from models.withheld import Item, WithholdEvent


def gather(session: Session, *, actor: Person, now: datetime) -> tuple[Part, ...]:
    """Every part that has something in it. Nobody else's access log notices: it is one's own."""
    ledger.note(session, actor.id)
    parts = [
        Part("person", (_person(actor),)),
        Part("contacts", tuple(_contacts(session, actor))),
        Part("browsers", tuple(_browsers(session, actor, now))),
        Part("passkeys", tuple(_passkeys(session, actor))),
        Part("chat_links", tuple(_chat_links(session, actor))),
        Part("relations", tuple(_relations(session, actor))),
        Part("requests_about", tuple(_about(session, actor, now))),
        Part("requests_made", tuple(_made(session, actor))),
        Part("concerns_raised", tuple(_concerns(session, actor))),
        Part("contact_wishes", tuple(_wishes(session, actor))),
        Part("consents", tuple(_consents(session, actor))),
        *my_case_data.parts(session, actor, now),
        Part("asked_why", tuple(_asked_why(session, actor, now))),
        Part("withheld", tuple(_withheld(session, actor, now))),
        Part("meetings", tuple(my_case_data.meetings(session, actor, now))),
        Part("voices", tuple(my_case_data.voices(session, actor, now))),
        Part("evaluation_answers", tuple(my_case_data.evaluation_answers(session, actor, now))),
        Part("is_it_right", tuple(my_case_data.is_it_right(session, actor, now))),
        Part("baton_wishes", tuple(my_case_data.baton_wishes(session, actor, now))),
        Part("work", tuple(my_case_data.work(session, actor, now))),
        Part("standing", tuple(standing_kept.work_of(session, actor))),
        Part("invitations", tuple(_invitations(session, actor))),
        Part("messages", tuple(_messages(session, actor, now))),
        Part("traces", tuple(_traces(session, actor))),
    ]
    return tuple(part for part in parts if part.entries)


# --- the person ----------------------------------------------------------------------------------


def _person(me: Person) -> Entry:
    return {
        "name": me.name,
        "born": me.born,
        "language": me.language,
        "met_at": me.created_at,
        "confirmed_at": me.confirmed_at,
        "reminders": not me.muted,
        "place_in_files": me.show_place,
        "found_at": me.found_at,
        "guest": me.guest or None,
        "away_from": me.away_from,
        "away_until": me.away_until,
    }


def _contacts(session: Session, me: Person) -> Iterator[Entry]:
    found = select(Contact).where(Contact.person_id == me.id).order_by(Contact.created_at)
    for contact in session.scalars(found):
        chosen = discretion.of(session, contact.id)
        yield {
            "channel": contact.channel,
            "address": mail_addresses.address_of(session, contact.id) or contact.address,
            "since": contact.created_at,
            "closed_at": contact.closed_at,
            **discretion.told(session, contact.id),
            "paused_until": chosen.paused_until if chosen else None,
            "holds": chosen.holds if chosen else None,
            "has_code": chosen.hash_sealed is not None if chosen else None,
            "mail_meetings": mail_addresses.wants_meetings(session, contact.id),
            "logins": web_identities.kinds_of(session, contact.id) or None,
        }


def _browsers(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    for place in linked.places(session, me, now):
        if place.session_id is not None:
            device = place.device or None
            yield {"device": device, "since": place.since, "used_at": place.last}


def _passkeys(session: Session, me: Person) -> Iterator[Entry]:
    for contact_id in session.scalars(select(Contact.id).where(Contact.person_id == me.id)):
        for each in passkeys.of(session, contact_id):
            yield {"name": each.name, "since": each.created_at, "used_at": each.used_at}


def _chat_links(session: Session, me: Person) -> Iterator[Entry]:
    for each in linking.asked_by(session, me.id):
        yield {
            "channel": each.to_channel,
            "asked_at": each.asked_at,
            "opened_at": each.opened_at,
            "answered_at": each.answered_at,
            "answer": each.let_in,
        }


def _relations(session: Session, me: Person) -> Iterator[Entry]:
    """Where somebody belongs; whose guardian they are is a number of youths."""
    pupil = people.pupil(session, me.id)
    if pupil is not None:
        yield {"role": Role.UNGDOM, "unit": unit_name(session, pupil.school_id)}
    for ward_id in family.all_ward_ids(session, me.id):
        ward = people.pupil(session, ward_id)
        yield {
            "role": Role.FORESATT,
            "unit": unit_name(session, ward.school_id) if ward is not None else None,
        }
    for position in people.positions(session, me.id):
        yield {"role": Role(position.role), "unit": unit_name(session, position.unit_id)}
    for hours in session.scalars(select(OpenHours).where(OpenHours.person_id == me.id)):
        yield {
            "weekday": hours.weekday,
            "between": f"{hours.from_time:%H.%M}–{hours.to_time:%H.%M}",
            "met_place": hours.place,
        }


# --- requests ------------------------------------------------------------------------------------


def _wish(request: Request) -> dict[str, Any]:
    return {
        "topic": Topic(request.topic),
        "place": Place(request.place) if request.place else None,
        "times": tuple(map(TimeOfDay, request.times)),
        "contact_way": ContactWay(request.contact_way) if request.contact_way else None,
    }


def _about(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What is asked for me, by myself or another, as my own card shows it."""
    mine = select(Request).where(Request.ungdom_id == me.id).order_by(Request.created_at)
    for request in session.scalars(mine):
        try:
            card = request_cards.for_youth(session, me, request.id, now)
        except Refused:
            continue
        yield {
            "reference": request.reference,
            "asked_at": request.created_at,
            "asked_by": Requester(request.kind),
            "school": card.school,
            "state": card.state,
            "said_yes_at": request.youth_yes_at,
            **_wish(request),
            "parents_know": ParentsKnow(request.parents_know) if request.parents_know else None,
        }


def _made(session: Session, me: Person) -> Iterator[Entry]:
    """What I asked for another: my own words of choice, and no more status than I am told [47]."""
    made = select(Request).where(
        Request.requester_id == me.id, Request.ungdom_id.is_distinct_from(me.id)
    )
    for request in session.scalars(made.order_by(Request.created_at)):
        seen = request_cards.for_requester(session, me, request.id)
        yield {
            "reference": seen.reference,
            "asked_at": request.created_at,
            "asked_as": Requester(request.kind),
            "school": seen.school,
            "status": seen.status,
            **_wish(request),
            "youth_knows": request.youth_knows,
        }


def _concerns(session: Session, me: Person) -> Iterator[Entry]:
    """That I said I was worried, and how far it is: whom it was about, and what I wrote, is another's.

    Of a concern about oneself there is nothing here, whatever came of it: a file that tells of one
    tells of the care at home too, where it is missing [54, 58].
    """
    for concern in concerns.raised_by(session, me):
        open_ = concern.state in (ConcernState.RECEIVED, ConcernState.SHARED)
        yield {
            "reference": concern.reference,
            "raised_at": concern.raised_at,
            "arose_on": concern.arose_on,
            "school": unit_name(session, concern.school_id),
            "state": ConcernState.RECEIVED if open_ else ConcernState(concern.state),
        }


def _wishes(session: Session, me: Person) -> Iterator[Entry]:
    mine = select(ContactWish).where(ContactWish.person_id == me.id)
    for wish in session.scalars(mine.order_by(ContactWish.created_at)):
        yield {
            "to": Role(wish.to_role),
            "contact_way": ContactWay(wish.way),
            "asked_at": wish.created_at,
            "answered_at": wish.answered_at,
        }


# --- consents ------------------------------------------------------------------------------------


def _consents(session: Session, me: Person) -> Iterator[Entry]:
    """Each thing I answered or was asked, with its receipt; also in cases that are closed."""
    mine = (
        select(ConsentEvent, ConsentQuestion)
        .join(ConsentQuestion, ConsentQuestion.id == ConsentEvent.question_id)
        .where(ConsentEvent.consenter_id == me.id)
        .order_by(ConsentEvent.id)
    )
    for event, question in session.execute(mine):
        scope = consents.scope_of(question)
        if event.scope is not None:  # less was said yes to than was asked
            scope = read_scope(event.scope)
        yield {
            "act": ConsentAct(event.act),
            "at": event.at,
            "capacity": Capacity(event.capacity),
            "everything": (question.everything and event.scope is None) or None,
            "less_than_everything": (question.everything and event.scope is not None) or None,
            "services": tuple(unit_name(session, unit) for unit in scope),
            "kinds": tuple(sorted(set().union(*scope.values()))),
            "until": question.until,
            "receipt": event.number,
            "language": event.language,
            "text_hash": event.text_hash,
            "channel": event.channel,
        }


# --- the rest ------------------------------------------------------------------------------------


def _asked_why(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What I asked about a reading, and the answer, which is mine alone."""
    mine = select(LookQuestion).where(LookQuestion.asked_by == me.id)
    for question in session.scalars(mine.order_by(LookQuestion.asked_at)):
        case = cases.find(session, question.chain)
        words = question.words
        yield {
            "asked_at": question.asked_at,
            "due_on": question.due_on,
            "answered_at": question.answered_at,
            "reason": LookReason(question.reason) if question.reason else None,
            "answer_words": masked(session, case, me, now)(words) if case else words,
        }


def _withheld(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """What I kept from whom, in cases I am in now; what another of the family did is theirs."""
    mine = select(WithholdEvent).where(WithholdEvent.person_id == me.id)
    for event in session.scalars(mine.order_by(WithholdEvent.id)):
        hats = views.hats_for(session, actor=me, subject_id=event.case_id, now=now)
        case = cases.find(session, event.case_id)
        item = Item(ItemKind(event.item), event.item_id)
        if case is None or not hats & views.FAMILY:
            continue
        if withholding.is_hidden(session, case, me, item):
            continue
        words = {each: told for each, told, _at in withholding.things(session, case, me, now)}
        yield {
            "at": event.at,
            "withheld": Withholding(event.act),
            "kind": item.kind,
            "thing": masked(session, case, me, now)(words.get(item)),
            "service": unit_name(session, event.unit_id) if event.unit_id else None,
        }


def _invitations(session: Session, me: Person) -> Iterator[Entry]:
    mine = select(Invitation).where(Invitation.person_id == me.id).order_by(Invitation.expires_at)
    for invitation in session.scalars(mine):
        yield {
            "expires_at": invitation.expires_at,
            "opened_at": invitation.used_at,
            "confirmed_at": invitation.confirmed_at,
        }


def _messages(session: Session, me: Person, now: datetime) -> Iterator[Entry]:
    """How many messages are remembered, and since when: the words are nowhere. One that was not
    said after all is none."""
    count, first, last = session.execute(
        select(func.count(), func.min(Outgoing.not_before), func.max(Outgoing.not_before)).where(
            Outgoing.recipient_id == me.id, Outgoing.state != OutState.MOOT
        )
    ).one()
    contacts_of_me = select(Contact.id).where(Contact.person_id == me.id)
    pending = [
        found.expires_at
        for contact_id in session.scalars(contacts_of_me)
        if (found := conversations.of_contact(session, contact_id, now)) is not None
    ]
    if count or pending:
        yield {
            "count": count,
            "first_at": first,
            "last_at": last,
            "unfinished_until": max(pending, default=None),
        }


def _traces(session: Session, me: Person) -> Iterator[Entry]:
    """How often something I did was noted, in the log that nobody can change."""
    count, first, last = session.execute(
        select(func.count(), func.min(AuditEntry.at), func.max(AuditEntry.at)).where(
            AuditEntry.actor_id == me.id
        )
    ).one()
    if count:
        yield {"count": count, "first_at": first, "last_at": last}
