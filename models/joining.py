"""Who may invite whom into the chat, and who says that it is really them [1].

The link and its code are `invitations`'; here is the right to use them. Joining also brings along
what the account asked for before anyone knew who it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    answering,
    cases,
    chat_code,
    consents,
    contact_wishes,
    contacts,
    family,
    invitations,
    kept_from_parents,
    outbox,
    people,
    policy,
    shielded,
    unasked,
)
from models.base import refuse, require
from models.contacts import Contact
from models.family import Guardianship
from models.invitations import Invitation
from models.outbox import Promise
from models.people import Person
from models.terms import Action, Role, Why


@dataclass(frozen=True)
class Invitable:
    """Someone whom the actor may invite: into the chat, or again with a new phone."""

    id: int
    hat: Role
    ward: int | None = None  # the pupil a guardian belongs to
    careful: bool = False  # a guardian, of a youth who has kept something from parents
    shields: bool = False  # a guardian, from whom the actor has something shielded [58]
    joined: bool = False  # has a chat, which ends when another is confirmed


def invitable(session: Session, actor: Person, now: datetime) -> list[Invitable]:
    """A rektor's pupils, their guardians and colleagues; a kontaktlaerer's own pupils and theirs.
    Guardians only of a youth who does not decide alone. Nobody's own child, and through the own
    child nobody: who lets in could come in instead."""
    found: dict[int, Invitable] = {}
    for unit in people.units_where(session, actor, *policy.MAY[Action.INVITE]):
        rektor = Role.REKTOR in people.roles_at(session, actor, unit.id)
        own = set(session.scalars(family.ever_wards(actor.id)))
        here = people.born_at(session, unit.id, None if rektor else actor.id)
        pupils = {id: born for id, born in here.items() if id not in own}
        guardians = family.guardians_at(session, pupils, unit.id, now)
        careful = kept_from_parents.kept(session, pupils)
        held = cases.held_by(session, actor.id)
        with access.of_each(session, actor, held):
            shields = {c.ungdom_id for c in held if shielded.of_case(session, c.id).by}
        for ungdom in pupils:
            found[ungdom] = Invitable(ungdom, Role.UNGDOM)
            for guardian in guardians.get(ungdom, ()):
                before = found.get(guardian)
                found[guardian] = Invitable(
                    guardian, Role.FORESATT, ungdom,
                    careful=ungdom in careful or bool(before and before.careful),
                    shields=ungdom in shields or bool(before and before.shields),
                )  # fmt: skip
        if rektor:
            for colleague in _staff(session, unit.id):
                found.setdefault(colleague, Invitable(colleague, Role.KONTAKTLAERER))
    found.pop(actor.id, None)
    joined = contacts.have_one(session, found)
    return [replace(each, joined=each.id in joined) for each in found.values()]


def named(session: Session, them: Collection[Invitable]) -> dict[int, str]:
    """What these are called, guardians with the pupil they belong to. A school has many hundred: ask
    only for those that will be shown."""
    names = people.names(
        session, [*{each.id for each in them}, *{each.ward or 0 for each in them}]
    )
    return {
        each.id: f"{names[each.id]} ({names[each.ward]})" if each.ward else names[each.id]
        for each in them
    }


def _staff(session: Session, unit_id: int) -> list[int]:
    """Also those nobody has confirmed: it is they who need inviting. No administrator: a rektor
    who lets one in anew could come in as one."""
    still = people.Position.ended_at.is_(None)
    administers = select(people.Position.person_id).where(
        people.Position.role == Role.ADMINISTRATOR, still
    )
    found = session.scalars(
        select(people.Position.person_id)
        .where(people.Position.unit_id == unit_id, still)
        .where(people.Position.person_id.not_in(administers))
        .order_by(people.Position.person_id)
    )
    return list(found)


def invite(session: Session, *, actor: Person, person_id: int, now: datetime) -> Invitation:
    """Make a one-time link and promise it to the actor, who hands it over in person."""
    require(any(each.id == person_id for each in invitable(session, actor, now)), Why.ABSENT)
    _answered(session, actor, Action.INVITE, person_id)
    return hand_out(session, actor, people.get(session, person_id), now)


def hand_out(session: Session, actor: Person, person: Person, now: datetime) -> Invitation:
    """The link itself, once whoever called has asked whether `actor` may.

    The promise holds no token: it is made when the link is shown, and shown once.
    """
    invitation, _token = invitations.invite(session, person=person, invited_by=actor, now=now)
    require(not by_another(session, invitation) or _others(session, invitation), Why.NOBODY_ELSE)
    outbox.promise(
        session,
        kind="joining.link",
        recipient_id=actor.id,
        subject_id=invitation.id,
        occasion="link",
        promise=Promise.ONCE,
        now=now,
        not_after=invitation.expires_at,
    )
    return invitation


def present(
    session: Session, *, actor: Person, contact: Contact, token: str, now: datetime
) -> Invitation:
    """Open a link. Whoever invited is told at once: the two stand together.

    An account that is somebody already opens nobody else's link; it sounds like a wrong one. The
    own one it may open to get rid of a forgotten code.
    """
    known = actor.confirmed_at is not None
    require(not known or chat_code.is_set(session, contact.id), Why.ABSENT)
    invitation = invitations.present(session, token=token, contact=contact, now=now)
    require(not known or invitation.person_id == actor.id, Why.ABSENT)
    for person in _confirmers(session, invitation):
        outbox.promise(
            session,
            kind="joining.waiting",
            recipient_id=person.id,
            subject_id=invitation.id,
            occasion="waiting",
            now=now,
            not_after=invitation.expires_at,
        )
        unasked.tell_stand_ins(session, person.id, now)
    return invitation


def _confirmers(session: Session, invitation: Invitation) -> list[Person]:
    if by_another(session, invitation):
        return _others(session, invitation)
    if invitation.invited_by is not None:
        return [people.get(session, invitation.invited_by)]
    if people.administers(session, invitation.person_id):
        return []  # the operator's, who has the code read out
    found = {
        person.id: person
        for unit_id in _units_of(session, invitation.person_id)
        for person in people.staff_of(session, unit_id, Role.REKTOR)
    }
    found.pop(invitation.person_id, None)
    return family.but_guardians(session, found.values(), invitation.person_id)


def waiting(session: Session, *, actor: Person, invitation_id: int) -> Invitation:
    """A link that was opened and is to be confirmed, for staff who may. Else absent, or stale."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.used_by is None:
        refuse(Why.ABSENT)
    require(_may_confirm(session, actor, invitation), Why.ABSENT)
    require(not family.is_guardian(session, actor.id, invitation.person_id), Why.ABSENT)
    _answered(session, actor, Action.CONFIRM_JOINING, invitation.person_id)
    return invitation


def _may_confirm(session: Session, actor: Person, invitation: Invitation) -> bool:
    """Staff of the unit; of staff whom an administrator has invited, only `_others`."""
    if by_another(session, invitation):
        return not people.off_work(session, actor) and actor in _others(session, invitation)
    return not people.administers(session, invitation.person_id) and any(
        policy.may(Action.CONFIRM_JOINING, people.roles_at(session, actor, unit_id))
        for unit_id in _units_of(session, invitation.person_id)
    )


def _answered(session: Session, actor: Person, action: Action, person_id: int) -> None:
    for unit_id in _units_of(session, person_id):
        people.answered_by(session, actor, policy.MAY[action], unit_id)


def by_another(session: Session, invitation: Invitation) -> bool:
    """Whether somebody else than who made the link is to confirm it: an administrator invites
    somebody who works here, whatever they are yet. A rektor's role can be given after the yes."""
    by = invitation.invited_by
    at_work = people.positions(session, invitation.person_id)
    return by is not None and people.administers(session, by) and bool(at_work)


def _others(session: Session, invitation: Invitation) -> list[Person]:
    """Who says that somebody is real whom an administrator has invited: never that one alone, who
    could else make people up and come in as them. No rektor lets an administrator in."""
    found = [
        *people.with_role(session, Role.ADMINISTRATOR),
        *people.with_role(session, Role.PROSJEKTLEDER),
    ]
    invited = invitation.person_id
    if not people.administers(session, invited):
        for position in people.positions(session, invited):
            found += people.staff_of(session, position.unit_id, Role.REKTOR)
    but = (invited, invitation.invited_by)
    them = {each.id: each for each in found if each.id not in but}
    return family.but_guardians(session, them.values(), invited)


def confirm(session: Session, *, actor: Person, invitation_id: int, now: datetime) -> Person:
    """The person stands here and the codes agree: the chat is theirs, and they are welcomed."""
    invitation = waiting(session, actor=actor, invitation_id=invitation_id)
    if invitation.confirmed_at is not None:
        return people.get(session, invitation.person_id)
    return settle(session, invitation=invitation, actor=actor, now=now)


def settle(
    session: Session, *, invitation: Invitation, actor: Person | None, now: datetime
) -> Person:
    """All of joining after the yes, whether said in the chat or at the machine (`actor` None)."""
    require(invitation.rejected_at is None, Why.STALE)
    former_id = session.get_one(Contact, invitation.used_by).person_id
    known = former_id == invitation.person_id
    require(known or people.get(session, former_id).confirmed_at is None, Why.STALE)
    person = invitations.confirm(session, invitation=invitation, actor=actor, now=now)
    if known:  # the same person in the same chat: it is the code they came for
        chat_code.take_off(session, person=person, actor=actor, now=now)
        return person
    answering.joined(session, person=person, former_id=former_id, now=now)
    contact_wishes.joined(session, person=person, former_id=former_id)
    consents.catch_up(session, person, now)
    outbox.promise(
        session,
        kind="joining.welcome",
        recipient_id=person.id,
        subject_id=invitation.id,
        occasion="welcome",
        promise=Promise.RECEIPT,
        now=now,
    )
    return person


def reject(session: Session, *, actor: Person, invitation_id: int, now: datetime) -> None:
    """The codes differ, or it is somebody else: the chat stays a stranger's."""
    invitation = waiting(session, actor=actor, invitation_id=invitation_id)
    if invitation.rejected_at is not None:
        return
    require(invitation.confirmed_at is None, Why.STALE)
    invitations.reject(session, invitation=invitation, actor=actor, now=now)
    outbox.promise(
        session,
        kind="joining.rejected",
        recipient_id=session.get_one(Contact, invitation.used_by).person_id,
        subject_id=invitation.id,
        occasion="rejected",
        now=now,
    )


def link_token(session: Session, *, actor: Person, invitation: Invitation) -> str | None:
    """What the link ends in, for whoever made it and still may invite."""
    mine = invitation.invited_by == actor.id
    may = (access.may_at_work(session, actor, each) for each in (Action.INVITE, Action.RUN_STAFF))
    if not mine or not any(may):
        return None
    return invitations.token_of(session, invitation.id)


def find(session: Session, invitation_id: int) -> Invitation | None:
    return session.get(Invitation, invitation_id)


def _units_of(session: Session, person_id: int) -> set[int]:
    """The units that know someone: the school, the wards' schools, the units they work in."""
    guarded = session.scalars(
        select(Guardianship.ungdom_id).where(
            Guardianship.foresatt_id == person_id, Guardianship.ended_at.is_(None)
        )
    )
    pupils = [people.pupil(session, each) for each in (person_id, *guarded)]
    worked = {position.unit_id for position in people.positions(session, person_id)}
    return worked | {pupil.school_id for pupil in pupils if pupil is not None}
