"""What stands in a stafettlogg: append-only, and corrected by an addendum beside it. How it is
written is in `log_writing`.

Who sees an entry is `policy.sees_entry`, asked anew at every reading: of the kinds of information
the consent covers now, less what is withheld, shielded, or said by the youth to one person alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import (
    access,
    cases,
    consents,
    family,
    municipality,
    people,
    policy,
    reminding,
    shielded,
    withheld,
)
from models.base import Base, Id, Ref
from models.cases import Case
from models.goals import Tiltak, items_of
from models.own_voice import WithVoice
from models.people import Person
from models.sealed import Sealed
from models.shielded import Shielded
from models.terms import InfoKind, ItemKind, Role
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
            granted=knows(session, entry, granted, held),
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


def knows(
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


def told_on(session: Session, at: datetime) -> date:
    """The day on which news of something written then arrives: those of one day are one."""
    rules, calendar = municipality.policy_at(session, at), municipality.calendar_of(session)
    return policy.today_in(reminding.in_window(at, rules, calendar), rules)
