"""Who has looked: every view that staff are shown is an entry, and the family sees them [8].

They see when, in which role, from where, at what and what for; never a name. A guardian sees no
reading of what a guardian may not know of.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, access_news, audit, family, log_entries, municipality, shielded
from models.access_news import AccessWatch
from models.audit import AuditEntry
from models.base import refuse, require
from models.cases import Case
from models.goals import Tiltak, items_of
from models.invitees import Meeting, item_of
from models.people import Person
from models.requests import Request
from models.shielded import Shielded
from models.terms import FAMILY, Action, ParentsKnow, Purpose, Role, Why

READ = ".read"
"""What the action of every reading ends in; before it stands what was looked at."""
SAME_VISIT = timedelta(minutes=10)
MOST = 1000
"""So many readings are looked through for the family's log: years of them."""


# --- writing it ----------------------------------------------------------------------------------


@contextlib.contextmanager
def unseen(session: Session) -> Iterator[None]:
    """What is looked up in here is shown to nobody: only whether it is so is asked."""
    before = session.info.get("unseen", False)
    session.info["unseen"] = True
    try:
        yield
    finally:
        session.info["unseen"] = before


def looked(
    session: Session,
    what: str,
    actor: Person,
    case: Case,
    now: datetime,
    *,
    hat: Role | None = None,
    purpose: Purpose = Purpose.COOPERATION,
    kept: bool = False,
) -> None:
    """Staff are shown something of a case; the family's own reading is nobody's business. `kept`:
    all that is shown is shielded from the guardians, who see no such reading."""
    hats = access.hats_in_case(session, actor, case, now) if hat is None else {hat}
    if hats & FAMILY:
        return
    units = access.kinds_by_unit(session, actor, case, now)
    holds = Role.STAFETTHOLDER in hats
    note(
        session,
        what,
        actor,
        chain=case.id,
        object_id=case.id,
        hat=Role.STAFETTHOLDER if holds else Role.SERVICE,
        unit_id=case.school_id if holds else min(units, default=case.school_id),
        purpose=purpose,
        ungdom_id=case.ungdom_id,
        now=now,
        kept=kept,
    )


def note(
    session: Session,
    what: str,
    actor: Person,
    *,
    chain: int,
    object_id: int,
    hat: Role,
    unit_id: int,
    purpose: Purpose,
    ungdom_id: int | None,
    now: datetime,
    kept: bool = False,
) -> None:
    """One view is shown to one of the staff. `ungdom_id`: whose family is told, once known."""
    if session.info.get("unseen"):
        return
    audit.record(
        session,
        action=what + READ,
        actor_id=actor.id,
        object_id=object_id,
        chain=chain,
        now=now,
        detail={"hat": hat.value, "unit": unit_id, "purpose": purpose.value}
        | ({"kept": True} if kept else {}),
    )
    if ungdom_id is not None:
        access_news.expect(session, ungdom_id, now)


# --- reading it ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Looked:
    """A visit: when it ended, in which role, from where, at what and what for. Never a name."""

    at: datetime
    role: Role
    unit: str
    what: tuple[str, ...]  # "cases", "tiltak", "meetings", "evaluations", "requests", ...
    purpose: Purpose
    chain: int
    seq: int  # of its last reading


def who_looked(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[Looked, ...]:
    """Who has looked at one open case, newest first, for those of the family who take part."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & FAMILY, Why.ABSENT)
    return _visits(session, actor, [case.id])


def of_youth(
    session: Session, *, actor: Person, ungdom_id: int, now: datetime
) -> tuple[Looked, ...]:
    """Who has looked at anything about a youth that the reader may know of, newest first."""
    return _visits(session, actor, _chains(session, actor, ungdom_id, now))


def one(session: Session, *, actor: Person, chain: int, seq: int, now: datetime) -> Looked:
    """One reading. Refused as absent for who would not see it in the log."""
    require(chain in _chains(session, actor, about(session, chain), now), Why.ABSENT)
    entry = session.get(AuditEntry, (chain, seq))
    if entry is None or not entry.action.endswith(READ):
        refuse(Why.ABSENT)
    require(not _is_kept(entry, _kept(session, actor, [chain])), Why.ABSENT)
    return _line(session, entry)


def about(session: Session, chain: int) -> int:
    """The youth whom a chain is about: the case's, the request's, or the person's own."""
    case, request = session.get(Case, chain), session.get(Request, chain)
    if case is not None:
        return case.ungdom_id
    return chain if request is None else request.ungdom_id or 0


def whose(session: Session, actor: Person, now: datetime) -> list[Person]:
    """Those whose log somebody may see: the own, and of the youths they are guardian of."""
    if actor.confirmed_at is None:
        return []
    wards = family.wards_of(session, actor, now)
    own = _chains(session, actor, actor.id, now)[1:]  # beyond the own person's
    return [*([actor] if own or not wards else []), *wards]


_TOLD_PARENTS = (ParentsKnow.ALL, ParentsKnow.THAT)


def _chains(session: Session, actor: Person, ungdom_id: int, now: datetime) -> list[int]:
    """Where what a reader may see of readings stands. Refused as absent for who is no family.

    A request is the youth's own until the youth lets parents know of it [49], also one that a
    guardian made.
    """
    own = actor.id == ungdom_id
    require(actor.confirmed_at, Why.ABSENT)
    require(own or ungdom_id in {w.id for w in family.wards_of(session, actor, now)}, Why.ABSENT)
    requests = select(Request.id).where(Request.ungdom_id == ungdom_id)
    if not own:
        requests = requests.where(Request.parents_know.in_(_TOLD_PARENTS))
    found = session.scalars(select(Case).where(Case.ungdom_id == ungdom_id).order_by(Case.id))
    return [
        *([ungdom_id] if own else []),
        *(c.id for c in found if not shielded.hidden_from(session, c, actor).whole),
        *session.scalars(requests.order_by(Request.id)),
    ]


def _kept(session: Session, actor: Person, chains: Sequence[int]) -> dict[int, frozenset[str]]:
    """The cases in which something is shielded from a reader, and what of each they can know
    nothing of: a reading of that would tell that it is there [58]."""
    found = {}
    for case in (session.get(Case, chain) for chain in chains):
        if case is None or actor.id not in family.ever_guardians_of(session, case.ungdom_id):
            continue
        hidden = shielded.hidden_from(session, case, actor)
        unknown = _unknown(session, case, hidden) if hidden.by else frozenset()
        written = log_entries.of_case(session, case.id)
        if {log_entries.kept_from_guardians(session, case, each) for each in written} == {True}:
            unknown |= {"log"}
        found[case.id] = unknown
    return found


def _unknown(session: Session, case: Case, hidden: Shielded) -> frozenset[str]:
    agreed = session.scalars(select(Tiltak).where(Tiltak.case_id == case.id))
    met = session.scalars(select(Meeting.id).where(Meeting.case_id == case.id))
    unknown = frozenset[str]()
    if {hidden.hides(*items_of(thing)) for thing in agreed} == {True}:
        unknown |= {"tiltak", "evaluations"}
    if {hidden.hides(item_of(meeting_id)) for meeting_id in met} == {True}:
        unknown |= {"meetings", "minutes", "agenda"}
    return unknown


def _is_kept(entry: AuditEntry, kept: Mapping[int, frozenset[str]]) -> bool:
    unknown = kept.get(entry.chain)
    what = entry.action.removesuffix(READ)
    return unknown is not None and (bool(entry.detail.get("kept")) or what in unknown)


def _visits(session: Session, actor: Person, chains: Sequence[int]) -> tuple[Looked, ...]:
    """Readings by one person, in one role, less than SAME_VISIT apart are one visit; the audit
    keeps every one."""
    kept = _kept(session, actor, chains)
    visits: list[Looked] = []
    open_: dict[tuple[int | None, str, int], tuple[int, datetime]] = {}
    for entry in session.scalars(
        select(AuditEntry)
        .where(AuditEntry.chain.in_(chains), AuditEntry.action.like("%" + READ))
        .order_by(AuditEntry.at.desc(), AuditEntry.chain, AuditEntry.seq.desc())
        .limit(MOST)
    ):
        if _is_kept(entry, kept):
            continue
        line = _line(session, entry)
        who = entry.actor_id, line.role, entry.chain
        place, since = open_.get(who, (len(visits), entry.at))
        if place == len(visits) or since - entry.at > SAME_VISIT:
            place = len(visits)
            visits.append(line)
        else:
            seen = visits[place]
            visits[place] = replace(seen, what=tuple(dict.fromkeys((*line.what, *seen.what))))
        open_[who] = place, entry.at
    return tuple(visits)


def _line(session: Session, entry: AuditEntry) -> Looked:
    unit = municipality.unit(session, int(entry.detail["unit"]))
    return Looked(
        entry.at,
        Role(entry.detail["hat"]),
        unit.name if unit is not None else "",
        (entry.action.removesuffix(READ),),
        Purpose(entry.detail["purpose"]),
        entry.chain,
        entry.seq,
    )


def news(session: Session, *, actor: Person, ungdom_id: int, now: datetime) -> bool:
    """Whether a reading of the time last told of (`access_news`) is one this reader may know of."""
    watch = session.get(AccessWatch, ungdom_id)
    if watch is None or watch.told is None:
        return False
    chains = _chains(session, actor, ungdom_id, now)
    kept = _kept(session, actor, chains)
    since = session.scalars(
        select(AuditEntry).where(
            AuditEntry.chain.in_(chains),
            AuditEntry.action.like("%" + READ),
            AuditEntry.at >= watch.told,
        )
    )
    return any(not _is_kept(entry, kept) for entry in since)
