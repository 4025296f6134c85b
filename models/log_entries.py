"""What is written in a stafettlogg: append-only, and corrected by an addendum beside it.

Who sees an entry is `policy.sees_entry`, asked anew at every reading: of the kinds of information
the consent covers now, less what is withheld, shielded, or said by the youth to one person alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    audit,
    cases,
    consents,
    family,
    municipality,
    own_voice,
    people,
    policy,
    reminding,
    shielded,
    unasked,
    withheld,
)
from models.base import Base, Id, Ref, new_id, refuse, require
from models.cases import Case
from models.goals import Tiltak, items_of, worded
from models.own_voice import Said, WithVoice
from models.people import Person
from models.sealed import Sealed
from models.shielded import Shield, Shielded
from models.terms import Action, Effect, EntryKind, InfoKind, ItemKind, Role, Why
from models.withheld import Item

NEWS = "log.news"
OF_SERVICES = frozenset({Role.SERVICE, Role.LOGGFORER})
STAFF = OF_SERVICES | {Role.STAFETTHOLDER}


class LogEntry(WithVoice, Base):
    __tablename__ = "log_entries"

    id: Mapped[Id]
    key_id: Mapped[Ref]  # the case's
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"), index=True)
    author_id: Mapped[Ref] = mapped_column(ForeignKey("people.id"))
    hat: Mapped[str]  # the author's, and the unit they worked in, when it was written
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str]
    info: Mapped[str | None]  # None: for the family and the stafettholder
    only_for: Mapped[Ref | None] = mapped_column(ForeignKey("people.id"))  # beside the youth
    tiltak_id: Mapped[Ref | None] = mapped_column(ForeignKey("tiltak.id"))
    beside_id: Mapped[Ref | None] = mapped_column(ForeignKey("log_entries.id"))
    effect: Mapped[str | None]
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    words = Sealed()


@dataclass(frozen=True)
class Draft:
    """An entry as it is wanted. `private`: the youth's, for whoever is stafettholder today."""

    kind: EntryKind
    words: str
    info: InfoKind | None = None
    private: bool = False
    tiltak_id: int | None = None
    beside_id: int | None = None
    effect: Effect | None = None
    voice: Said | None = None


# --- writing -------------------------------------------------------------------------------------


def write(
    session: Session,
    *,
    actor: Person,
    case_id: int,
    hat: Role,
    draft: Draft,
    now: datetime,
    shield: Shield | None = None,
) -> LogEntry:
    """Put an entry in the log; those who may read it are told, once a day. The same again is the
    entry that stands there already.

    `shield` keeps it from the guardians before anyone is told. Raises Refused: ABSENT,
    CONSENT_MISSING for a kind of information that the writer's service may not know, VOICE_REQUIRED,
    WORDS_REQUIRED, TOO_LONG, and what `shielded.checked` refuses.
    """
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.WRITE_LOG, now=now
    )
    require(hat in access.hats_in_case(session, actor, case, now), Why.ABSENT)
    entry = _row(session, actor, case, hat, draft, now)
    words, voice = worded(draft.words), _voice(hat, draft)
    asked = None
    if shield is not None:
        access.open_case(session, actor=actor, case_id=case_id, action=Action.SHIELD, now=now)
        asked = shielded.checked(session, shield, now)
    for known in of_case(session, case.id):
        if _is_same(known, entry) and known.words == words:
            return known
    session.add(entry)
    entry.words = words
    own_voice.put(entry, voice)
    session.flush()
    audit.record(
        session, action="log.write", actor_id=actor.id, object_id=entry.id, chain=case.id, now=now,
        detail={"kind": entry.kind, "info": entry.info},
    )  # fmt: skip
    if asked is not None:
        shielded.note(session, case, Item(ItemKind.ENTRY, entry.id), asked, actor, now)
    _tell(session, case, entry, now)
    return entry


def _row(
    session: Session, actor: Person, case: Case, hat: Role, draft: Draft, now: datetime
) -> LogEntry:
    """The entry without its words. An addendum is read by those who read what it stands beside."""
    made = LogEntry(
        id=new_id(), key_id=case.key_id, case_id=case.id, author_id=actor.id, hat=hat,
        kind=draft.kind, info=draft.info, effect=draft.effect, at=now,
    )  # fmt: skip
    match draft.kind:
        case EntryKind.ADDENDUM:
            beside = _found(session, actor, case, hat, draft.beside_id, now)
            made.beside_id, made.info = beside.id, beside.info
            made.only_for, made.tiltak_id = beside.only_for, beside.tiltak_id
        case EntryKind.TRIED:
            thing = tiltak_to_tell(session, actor, case, hat, draft.tiltak_id, now)
            made.tiltak_id, made.info = thing.id, InfoKind.TILTAK
            require(draft.effect, Why.NOT_IN_STATE)
        case kind:
            rules = municipality.policy_at(session, now)
            require(kind in policy.writes(hat, rules), Why.ABSENT)
    if draft.private:
        require(hat is Role.UNGDOM, Why.ABSENT)
        made.only_for, made.info = case.stafettholder_id, None
    made.unit_id = _unit(session, actor, case, hat, made, now)
    return made


def _found(
    session: Session, actor: Person, case: Case, hat: Role, entry_id: int | None, now: datetime
) -> LogEntry:
    for entry in seen_by(session, case, actor, hat, now):
        if entry.id == entry_id and entry.kind != EntryKind.ADDENDUM:
            return entry
    refuse(Why.ABSENT)


def tiltak_to_tell(
    session: Session, actor: Person, case: Case, hat: Role, tiltak_id: int | None, now: datetime
) -> Tiltak:
    """The tiltak that somebody may write the effect of: the holder of each, else who is responsible
    and may know of it. Refused as absent for others."""
    thing = session.get(Tiltak, tiltak_id or 0)
    if thing is None or thing.case_id != case.id:
        refuse(Why.ABSENT)
    own = hat is Role.LOGGFORER or (hat is Role.SERVICE and thing.responsible_id == actor.id)
    knows = access.kinds_by_unit(session, actor, case, now, of=items_of(thing)[0])
    known = any(InfoKind.TILTAK in kinds for kinds in knows.values())
    require(hat is Role.STAFETTHOLDER or (own and known), Why.ABSENT)
    return thing


def _unit(
    session: Session, actor: Person, case: Case, hat: Role, entry: LogEntry, now: datetime
) -> int | None:
    """Where the author works: a service that may know of what is written."""
    if hat not in OF_SERVICES:
        return case.school_id if hat is Role.STAFETTHOLDER else None
    held = withheld.of_case(session, case.id)
    granted = access.kinds_by_unit(session, actor, case, now)
    units = [u for u in granted if entry.info in _knows(session, entry, {u: granted[u]}, held)]
    require(units, Why.CONSENT_MISSING)
    return min(units)


def _voice(hat: Role, draft: Draft) -> Said | None:
    needed = hat in STAFF and draft.kind in policy.NEEDS_VOICE
    return own_voice.required(draft.voice) if needed or draft.voice else None


def _is_same(known: LogEntry, entry: LogEntry) -> bool:
    """A second press: not what somebody writes again on another day."""
    columns = ("author_id", "hat", "kind", "info", "only_for", "tiltak_id", "beside_id", "effect")
    same = all(getattr(known, each) == getattr(entry, each) for each in columns)
    return same and known.at.date() == entry.at.date()


# --- reading -------------------------------------------------------------------------------------


def of_case(session: Session, case_id: int) -> list[LogEntry]:
    """Every entry, the newest first. For this module and the archive: readers have `seen_by`."""
    chosen = select(LogEntry).where(LogEntry.case_id == case_id)
    newest = LogEntry.at.desc(), LogEntry.beside_id.is_(None), LogEntry.id.desc()
    return list(session.scalars(chosen.order_by(*newest)))


def items_about(session: Session, entry: LogEntry) -> Iterator[Item]:
    """What an entry is withheld and shielded with: itself, what it stands beside, its tiltak and
    the goal of that."""
    yield Item(ItemKind.ENTRY, entry.id)
    if entry.beside_id is not None:
        yield Item(ItemKind.ENTRY, entry.beside_id)
    if entry.tiltak_id is not None:
        yield from items_of(session.get_one(Tiltak, entry.tiltak_id))


def seen_by(
    session: Session, case: Case, person: Person, hat: Role, now: datetime
) -> list[LogEntry]:
    """The entries somebody may read under a hat that they wear, the newest first."""
    if hat is Role.STAFETTHOLDER and not consents.carries(session, case, now):
        return []
    granted = access.kinds_by_unit(session, person, case, now) if hat in OF_SERVICES else {}
    held = withheld.of_case(session, case.id)
    hidden = shielded.hidden_from(session, case, person)
    wide = consents.standing(session, case, now).everything() is not None
    return [
        entry
        for entry in of_case(session, case.id)
        if policy.sees_entry(
            hat,
            private=_is_private(case, person, entry),
            shielded=is_shielded(session, hidden, entry),
            info=InfoKind(entry.info) if entry.info else None,
            granted=_knows(session, entry, granted, held),
            anothers=_is_anothers(session, person, entry),
            everything=wide,
        )
    ]


def is_shielded(session: Session, hidden: Shielded, entry: LogEntry) -> bool:
    return bool(hidden.by) and hidden.hides(*items_about(session, entry))


def kept_from_guardians(session: Session, case: Case, entry: LogEntry) -> bool:
    """Whether no guardian may know that it is there."""
    held = shielded.of_case(session, case.id)
    return entry.only_for is not None or is_shielded(session, held, entry)


def _is_private(case: Case, person: Person, entry: LogEntry) -> bool:
    return entry.only_for is not None and person.id not in (case.ungdom_id, entry.only_for)


def _is_anothers(session: Session, person: Person, entry: LogEntry) -> bool:
    if entry.tiltak_id is None:
        return False
    return session.get_one(Tiltak, entry.tiltak_id).responsible_id != person.id


def _knows(
    session: Session,
    entry: LogEntry,
    granted: dict[int, frozenset[InfoKind]],
    held: withheld.Withheld,
) -> frozenset[InfoKind]:
    """Of what the services may know, what is not withheld of this entry."""
    items = list(items_about(session, entry)) if granted else []
    open_to = (u for u in granted if not any(held.hides(item, u) for item in items))
    return frozenset[InfoKind]().union(*(granted[unit] for unit in open_to))


# --- being told ----------------------------------------------------------------------------------


def readers(session: Session, case: Case, now: datetime) -> Iterator[tuple[Person, Role]]:
    """Everyone who wears a hat in a case, once for each hat."""
    found: Iterable[int] = dict.fromkeys(
        [
            case.ungdom_id,
            *(person.id for person in family.guardians_of(session, case.ungdom_id, now)),
            case.stafettholder_id,
            *(service.person_id for service in cases.services_of(session, case.id)),
        ]
    )
    for person_id in found:
        person = people.get(session, person_id)
        for hat in sorted(access.hats_in_case(session, person, case, now)):
            yield person, hat


def _tell(session: Session, case: Case, entry: LogEntry, now: datetime) -> None:
    told = [
        person.id
        for person, hat in readers(session, case, now)
        if person.id != entry.author_id
        and any(each.id == entry.id for each in seen_by(session, case, person, hat, now))
    ]
    day = told_on(session, entry.at).isoformat()
    unasked.tell(session, NEWS, told, case.id, day, now, params={"day": day})


def told_on(session: Session, at: datetime) -> date:
    """The day on which news of something written then arrives: those of one day are one."""
    rules, calendar = municipality.policy_at(session, at), municipality.calendar_of(session)
    return policy.today_in(reminding.in_window(at, rules, calendar), rules)
