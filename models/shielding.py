"""Shielding something from the guardians, and ending it [58]. What it amounts to is in `shielded`.

The stafettholder alone decides, with a reason and a day to look at it again. A whole case only
while no guardian knows of it: until it is ended nobody can ask them for consent, and what needs
their consent is not shared.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import access, cases, family, ledger, meetings, outbox, reminding, shielded, unasked
from models import meeting_notices as notices
from models.base import require
from models.cases import Case
from models.consents import ConsentEvent, ConsentQuestion
from models.goals import Goal, Tiltak, active, items_of
from models.invitees import Invitee, Meeting, invitees_of
from models.ledger import Shown
from models.log_entries import LogEntry
from models.outbox import Outgoing, OutState
from models.people import Person
from models.shielded import Shield, ShieldEvent
from models.terms import Action, Coming, ItemKind, MeetingState, Why
from models.withheld import Item

SHOWS = (
    "tiltak.", "evaluation.", "meeting.", "preview.", "consent.map_thing", "my_data.", "question",
    "shield.", "log.",
)  # fmt: skip
"""How the names of those messages begin in which a guardian can have seen a single thing."""
OF_TILTAK, OF_MEETINGS = ("tiltak.", "evaluation."), ("meeting.",)
"""Of these, what shows only the one or the other."""


def shield(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    item: Item | None,
    shield: Shield,
    now: datetime,
    tells: bool = True,
) -> ShieldEvent:
    """Keep a thing, or with None the whole case, from the guardians: at once, and what they were
    shown of it goes from their chats. Whoever does a tiltak is told, unless not `tells`. Again: a
    later day, or other words.

    Raises Refused: ABSENT, NOT_IN_STATE for a case some guardian knows of, and what
    `shielded.checked` refuses.
    """
    case = _opened(session, actor, case_id, now)
    require(item is None or _is_of(session, case, item), Why.ABSENT)
    asked = shielded.checked(session, shield, now)
    before = shielded.of_case(session, case.id).by.get(item)
    if before is not None and (before.reason, before.review_on) == (asked.reason, asked.review_on):
        return before
    require(item or before or not guardians_know(session, case), Why.NOT_IN_STATE)
    event = shielded.note(session, case, item, asked, actor, now)
    if before is None:
        _take_back(session, case, item, now)
        if item is not None and tells:
            _tell_who_does_it(session, case, item, event, actor, now)
    return event


def end(
    session: Session, *, actor: Person, case_id: int, item: Item | None, now: datetime
) -> bool:
    """Let the guardians see it again; to a meeting that is still to come they are invited. False:
    it was not shielded."""
    case = _opened(session, actor, case_id, now)
    if item not in shielded.of_case(session, case.id).by:
        return False
    shielded.note(session, case, item, None, actor, now)
    if item is not None and item.kind is ItemKind.MEETING:
        _invite_guardians(session, case, session.get_one(Meeting, item.id), actor, now)
    return True


# --- the small parts -----------------------------------------------------------------------------


def place_of(session: Session, thing_id: int) -> tuple[int, Item | None]:
    """Of which case a thing is, and what it is; None for the case itself. Refused as absent when
    there is none. Says nothing of who may know it."""
    for kind in ItemKind:
        found = thing_of(session, Item(kind, thing_id))
        if found is not None:
            return found.case_id, Item(kind, thing_id)
    require(cases.find(session, thing_id), Why.ABSENT)
    return thing_id, None


def thing_of(session: Session, item: Item) -> Goal | Tiltak | Meeting | LogEntry | None:
    match item.kind:
        case ItemKind.GOAL:
            return session.get(Goal, item.id)
        case ItemKind.TILTAK:
            return session.get(Tiltak, item.id)
        case ItemKind.MEETING:
            return session.get(Meeting, item.id)
        case ItemKind.ENTRY:
            entry = session.get(LogEntry, item.id)
            return entry if entry is not None and entry.only_for is None else None


def guardians_know(session: Session, case: Case) -> bool:
    """Whether any guardian was asked or invited in a case, or was shown anything of it."""
    them = [person.id for person in family.all_guardians_of(session, case.ungdom_id)]
    asked = (
        exists()
        .where(ConsentQuestion.case_id == case.id)
        .where(ConsentEvent.question_id == ConsentQuestion.id)
        .where(ConsentEvent.consenter_id.in_(them))
    )
    invited = (
        exists()
        .where(Meeting.case_id == case.id)
        .where(Invitee.meeting_id == Meeting.id, Invitee.person_id.in_(them))
    )
    shown = (
        exists()
        .where(Shown.case_id == case.id, Outgoing.id == Shown.outgoing_id)
        .where(Outgoing.recipient_id.in_(them), Outgoing.state != OutState.MOOT)
    )
    return any(session.scalar(select(each)) for each in (asked, invited, shown))


def _opened(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    """The case, held alone: what is on its way to a guardian waits or sees what was shielded."""
    cases.locked(session, case_id)
    return access.open_case(session, actor=actor, case_id=case_id, action=Action.SHIELD, now=now)


def _is_of(session: Session, case: Case, item: Item) -> bool:
    found = thing_of(session, item)
    return found is not None and found.case_id == case.id


def _take_back(session: Session, case: Case, item: Item | None, now: datetime) -> None:
    """What the guardians' chats show of single things in the case goes; the consent they were
    asked for and their receipts stay. They are not told that anything changed."""
    them = shielded.kept_from(session, case, *([item] if item else []))
    shown = [
        row
        for row in ledger.about(session, case.id, them)
        if row.kind.startswith(SHOWS) and (item is None or _may_show(session, row, item))
    ]
    ledger.take_back(session, shown, now)
    if item is not None and item.kind is ItemKind.MEETING:
        _silence_answers(session, item.id, them)


def _may_show(session: Session, row: Outgoing, item: Item) -> bool:
    """Whether a message can have shown a thing, by what it is called and what it is about. Cards of
    meetings show no tiltak, and the other way round; one that is about another thing, not this."""
    if item.kind is ItemKind.ENTRY:
        return not row.kind.startswith((*OF_TILTAK, *OF_MEETINGS))
    of_meeting = item.kind is ItemKind.MEETING
    if row.kind.startswith(OF_TILTAK if of_meeting else OF_MEETINGS):
        return False
    subject = row.subject_id or 0
    thing = session.get(Tiltak, subject)
    if thing is not None:
        return item in items_of(thing)
    return not of_meeting or subject == item.id or session.get(Meeting, subject) is None


def _tell_who_does_it(
    session: Session, case: Case, item: Item, event: ShieldEvent, actor: Person, now: datetime
) -> None:
    """Whoever is responsible must know that the parents do not, before they meet them."""
    hers = {t.responsible_id: t for t in active(session, case.id) if item in items_of(t)}
    for person_id in sorted(hers.keys() - {actor.id} - shielded.kept_from(session, case, item)):
        to = [person_id]
        unasked.tell(session, "tiltak.shielded", to, hers[person_id].id, f"{event.seq}", now)


def _invite_guardians(
    session: Session, case: Case, meeting: Meeting, actor: Person, now: datetime
) -> None:
    """Whoever was kept out of a meeting is asked to come, if it is still to come: anew where they
    had answered before it was shielded."""
    if meeting.state != MeetingState.CALLED or meeting.starts_at <= now:
        return
    meetings.invite(session, meeting, case, actor, now)
    at = reminding.news_at(now, meeting.starts_at, *notices.rules_at(session, now))
    them = {person.id for person in family.guardians_of(session, case.ungdom_id, now)}
    listed = [each for each in invitees_of(session, meeting.id) if each.person_id in them]
    for invitee in listed:
        invitee.answer, invitee.help = Coming.UNANSWERED, None
    told = [invitee.person_id for invitee in listed]
    notices.tell(session, meeting, notices.INVITED, told, now, at)


def _silence_answers(session: Session, meeting_id: int, them: Collection[int]) -> None:
    """What they had answered is not told any more."""
    listed = select(Invitee.id).where(
        Invitee.meeting_id == meeting_id, Invitee.person_id.in_(them)
    )
    for invitee_id in session.scalars(listed):
        outbox.silence(session, subject_id=invitee_id, kinds=[notices.ANSWERED])
