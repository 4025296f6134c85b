"""Writing in a stafettlogg: under one hat, what that hat may, for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import (
    access,
    audit,
    cases,
    log_entries,
    municipality,
    own_voice,
    policy,
    shielded,
    unasked,
    withheld,
)
from models.base import new_id, refuse, require
from models.cases import Case
from models.goals import Tiltak, items_of, worded
from models.log_entries import NEWS, OF_SERVICES, STAFF, LogEntry
from models.own_voice import Said
from models.people import Person
from models.shielded import Shield
from models.terms import Action, Effect, EntryKind, InfoKind, ItemKind, Role, Why
from models.withheld import Item


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
    NO_LOG (but for what is put beside an entry), ON_PAPER, CONSENT_MISSING for a kind of information that the writer's service may not know, VOICE_REQUIRED,
    WORDS_REQUIRED, TOO_LONG, and what `shielded.checked` refuses.
    """
    cases.locked(session, case_id)
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.WRITE_LOG, now=now
    )
    require(hat in access.hats_in_case(session, actor, case, now), Why.ABSENT)
    cases.digital(case, draft.words)
    if draft.kind is not EntryKind.ADDENDUM:
        require_log(session, case, now)
    entry = _row(session, actor, case, hat, draft, now)
    words, voice = worded(draft.words), _voice(hat, draft)
    asked = None
    if shield is not None:
        access.open_case(session, actor=actor, case_id=case_id, action=Action.SHIELD, now=now)
        asked = shielded.checked(session, shield, now)
    for known in log_entries.of_case(session, case.id):
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


def require_log(session: Session, case: Case, now: datetime) -> None:
    """Refused(NO_LOG) where the case is at a level at which none is kept."""
    rules = municipality.policy_at(session, now)
    require(policy.may_have_log(case.level, rules), Why.NO_LOG)


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
    for entry in log_entries.seen_by(session, case, actor, hat, now):
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
    units = [
        u
        for u in granted
        if entry.info in log_entries.knows(session, entry, {u: granted[u]}, held)
    ]
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


# --- being told ----------------------------------------------------------------------------------


def _tell(session: Session, case: Case, entry: LogEntry, now: datetime) -> None:
    told = [
        person.id
        for person, hat in log_entries.readers(session, case, now)
        if person.id != entry.author_id
        and any(
            each.id == entry.id for each in log_entries.seen_by(session, case, person, hat, now)
        )
    ]
    day = log_entries.told_on(session, entry.at).isoformat()
    unasked.tell(session, NEWS, told, case.id, day, now, params={"day": day})
