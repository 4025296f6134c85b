"""Withholding one thing from a service, and releasing it. Who may know of what: `sharing_views`.

Anyone who must consent can withhold, and only who withheld can release. A youth who does not
consent yet has nothing of the own voice to withhold: no service ever sees it (`evaluations.Voice`
is the youth's and the holder's alone), and a wish about the rest is for the holder to take up.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    cases,
    consents,
    log_entries,
    municipality,
    people,
    shielded,
    withheld,
)
from models.base import refuse, require
from models.cases import Case
from models.consent_effects import take_from
from models.goals import Goal, Tiltak, active, goals_of, items_of, today
from models.invitees import Meeting, invitees_of, item_of
from models.log_entries import LogEntry
from models.people import Person
from models.terms import (
    Action,
    InfoKind,
    ItemKind,
    MeetingState,
    TiltakState,
    Why,
    Withholding,
)
from models.unasked import tell
from models.withheld import Item

_KINDS: dict[ItemKind, InfoKind] = {
    ItemKind.GOAL: InfoKind.GOALS,
    ItemKind.TILTAK: InfoKind.TILTAK,
    ItemKind.MEETING: InfoKind.MEETINGS,
}


def kind_of(session: Session, item: Item) -> InfoKind | None:
    """Which kind of information a thing is; None for what no service is told of."""
    if item.kind is not ItemKind.ENTRY:
        return _KINDS[item.kind]
    entry = session.get(LogEntry, item.id)
    return InfoKind(entry.info) if entry is not None and entry.info else None


def withhold(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    item: Item,
    unit_id: int | None,
    now: datetime,
    occasion: str,
) -> bool:
    """Keep a thing from a service, or from all with None: at once, and what its people were shown
    of the case goes from their chats. False when it was so already. Raises Refused(ABSENT)."""
    case = _deciding(session, actor, case_id, now)
    require(item in {known for known, *_rest in things(session, case, actor, now)}, Why.ABSENT)
    require(unit_id is None or municipality.unit(session, unit_id), Why.ABSENT)
    if actor.id in withheld.of_case(session, case.id).who(item, unit_id):
        return False
    could = _knowing(session, case, item, now)
    withheld.note(
        session, case, item, unit_id, Withholding.WITHHELD, actor, now, occasion=occasion
    )
    lost = sorted(could - _knowing(session, case, item, now))
    take_from(session, case, lost, now)
    day = f"withheld.{today(session, now)}"
    tell(session, "consent.narrowed", [case.stafettholder_id], case.id, day, now)
    return True


def release(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    item: Item,
    unit_id: int | None,
    now: datetime,
    occasion: str,
) -> bool:
    """End one's own withholding, or that of one who has no say any more. False: there was none.
    Another's stands: nothing becomes known that anyone required keeps back [17]."""
    case = _deciding(session, actor, case_id, now)
    require(not is_hidden(session, case, actor, item), Why.ABSENT)
    persons = withheld.of_case(session, case.id).who(item, unit_id)
    ending = persons & releasable(session, case, actor, persons, now)
    for person_id in sorted(ending):
        withheld.note(
            session, case, item, unit_id, Withholding.RELEASED, actor, now,
            occasion=occasion, person_id=person_id,
        )  # fmt: skip
    return bool(ending)


# --- the small parts -----------------------------------------------------------------------------


def case_of(session: Session, item: Item) -> int:
    """The id of the case a thing is of, 0 for none. Says nothing of who may know it."""
    found: Goal | Tiltak | Meeting | LogEntry | None
    match item.kind:
        case ItemKind.GOAL:
            found = session.get(Goal, item.id)
        case ItemKind.TILTAK:
            found = session.get(Tiltak, item.id)
        case ItemKind.MEETING:
            found = session.get(Meeting, item.id)
        case ItemKind.ENTRY:
            found = session.get(LogEntry, item.id)
    return found.case_id if found is not None else 0


def _deciding(session: Session, actor: Person, case_id: int, now: datetime) -> Case:
    """The case, held alone, if the actor is one of those who must consent."""
    cases.locked(session, case_id)
    case = access.open_case(session, actor=actor, case_id=case_id, action=Action.WITHHOLD, now=now)
    require(actor in consents.required(session, case, now), Why.ABSENT)
    return case


def releasable(
    session: Session, case: Case, actor: Person, persons: frozenset[int], now: datetime
) -> set[int]:
    deciding = {person.id for person in consents.required(session, case, now)}
    if actor.id not in deciding:
        return set()
    return {
        person_id for person_id in persons if person_id == actor.id or person_id not in deciding
    }


def things(
    session: Session, case: Case, reader: Person, now: datetime
) -> list[tuple[Item, str | None, datetime | None]]:
    """What a service could know of now: open goals, tiltak under way, meetings to come, and
    what is written in the log, the newest first; less what is shielded from who reads."""
    meetings = session.scalars(
        select(Meeting)
        .where(
            Meeting.case_id == case.id,
            Meeting.state == MeetingState.CALLED,
            Meeting.starts_at > now,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    found: list[tuple[Item, str | None, datetime | None]] = [
        *((Item(ItemKind.GOAL, g.id), g.words, None) for g in goals_of(session, case.id)),
        *((Item(ItemKind.TILTAK, t.id), t.words, None) for t in active(session, case.id)),
        *((item_of(m.id), m.agenda, m.starts_at) for m in meetings),
        *((Item(ItemKind.ENTRY, e.id), e.words, None) for e in _written(session, case)),
    ]
    return [each for each in found if not is_hidden(session, case, reader, each[0])]


def _written(session: Session, case: Case) -> list[LogEntry]:
    return [e for e in log_entries.of_case(session, case.id) if e.info and e.beside_id is None]


def is_hidden(session: Session, case: Case, reader: Person, item: Item) -> bool:
    """Whether a thing is shielded from someone: a tiltak also where its goal is, and a goal that
    only shielded tiltak serve, which would tell what they are about."""
    hidden = shielded.hidden_from(session, case, reader)
    if item.kind is ItemKind.ENTRY:
        entry = session.get(LogEntry, item.id)
        return entry is None or not entry.info or log_entries.is_shielded(session, hidden, entry)
    if not hidden.by or hidden.hides(item):
        return bool(hidden.by)
    if item.kind is ItemKind.MEETING:
        return False
    column = Tiltak.id if item.kind is ItemKind.TILTAK else Tiltak.goal_id
    those = session.scalars(select(Tiltak).where(column == item.id)).all()
    return bool(those) and all(hidden.hides(*items_of(thing)) for thing in those)


def _knowing(session: Session, case: Case, item: Item, now: datetime) -> set[int]:
    """People of services who can see a thing now, by the services they take part for."""
    workers = {service.person_id for service in cases.services_of(session, case.id)}
    kind = kind_of(session, item)
    return {
        person_id
        for person_id in workers & _concerned(session, case, item)
        if any(
            kind in kinds
            for kinds in access.kinds_by_unit(
                session, people.get(session, person_id), case, now, of=item
            ).values()
        )
    }


def _concerned(session: Session, case: Case, item: Item) -> set[int]:
    """Whom a thing is shown to: who is responsible, or on the meeting's list."""
    match item.kind:
        case ItemKind.MEETING:
            return {invitee.person_id for invitee in invitees_of(session, item.id)}
        case ItemKind.TILTAK:
            return {session.get_one(Tiltak, item.id).responsible_id}
        case ItemKind.GOAL:
            same = select(Tiltak.responsible_id).where(
                Tiltak.goal_id == item.id, Tiltak.state == TiltakState.ACTIVE
            )
            return set(session.scalars(same))
        case ItemKind.ENTRY:
            return {service.person_id for service in cases.services_of(session, case.id)}
    refuse(Why.ABSENT)
