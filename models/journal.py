"""What of a transaction also stands in the journal of consents, a file on another disk (bot/journal.py).

After the store was lost and put back from a backup, that file tells what people said since: what
they took back, what is kept from whom, who was erased, and whose way in ended. Here a transaction
remembers what of it has to be told there; the file is written where transactions are committed.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, Select, event, inspect, select
from sqlalchemy.orm import Mapper, Session, object_session

from models.base import Base

LEFT, ERASED = "left", "erased"
_NOTED, _LESS = "journal", "journal_less"

IDENTITY = ("question_id", "consenter_id", "act", "at", "occasion", "number")
"""What tells one event of consent from every other, in whatever store it stands."""

Entry = dict[str, Any]
"""Ids, dates, enum names, and cells as they are sealed: `table` and `row` of what is new; `gone` and
`id`; `ended`, `id` and in `row` what of it lets somebody in, or no longer."""


@dataclass(frozen=True)
class Told:
    """What one transaction wrote into the journal. `kept`: it is known to have been committed;
    `known`: before the backup was begun, so that it is in it."""

    entries: Sequence[Entry]
    kept: bool
    known: bool = False


class Journaled:
    """Mixin: what is inserted here stands in the journal. `GOES_ANYWAY`, by the column `act`: what
    nobody may be hindered in, also while the journal cannot be written."""

    GOES_ANYWAY: ClassVar[frozenset[str] | None] = None  # None: all of it


class Ends:
    """Mixin: who may know something of somebody depends on a row here, and what ends it stands in
    the journal. Whoever changes or deletes such rows by a statement says so (`all_of`)."""

    ENDS: ClassVar[tuple[str, ...]] = ()
    """Columns by which it ends, or is somebody else's; without any, when the row is deleted."""
    WHEN_MADE: ClassVar[bool] = False
    """A new row takes something away, too."""


@event.listens_for(Ends, "after_update", propagate=True)
@event.listens_for(Ends, "after_insert", propagate=True)
@event.listens_for(Ends, "after_delete", propagate=True)
def _may_end(mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    session, state = object_session(row), inspect(row)
    if session is None:
        return
    if state.pending or not state.has_identity:
        over = row.WHEN_MADE
    else:
        moved = (state.attrs[name].history.has_changes() for name in row.ENDS)
        over = row in session.deleted or any(moved)
    if over:
        note(session, row.__tablename__, mapper.primary_key_from_instance(row)[0])


def all_of(session: Session, ids: Select[Any]) -> None:
    """About to be deleted or ended by a statement: rows of a table that `Ends`."""
    column = ids.selected_columns[0]
    for number in session.scalars(ids).all():
        note(session, column.table.name, number)


@event.listens_for(Journaled, "after_insert", propagate=True)
def _inserted(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    session = object_session(row)
    if session is not None:
        note(session, row.__tablename__, row.id)


def note(session: Session, what: str, number: int) -> None:
    """Also for what is no new row: a person who has LEFT or is ERASED, a key that is destroyed."""
    session.info.setdefault(_NOTED, {})[what, number] = None


def entries(session: Session) -> list[Entry]:
    """What this transaction has to tell, as it stands now: what was rolled back to a savepoint is
    not there any more. To be asked just before the commit."""
    session.flush()
    noted: Mapping[tuple[str, int], None] = session.info.get(_NOTED, {})
    found = (_entry(session, what, number) for what, number in noted)
    return [entry for entry in found if entry is not None]


def _entry(session: Session, what: str, number: int) -> Entry | None:
    if what in (LEFT, ERASED):
        is_here = session.scalar(_here(number, but_leaving=what == LEFT)) is not None
        return None if is_here else {"gone": what, "id": number}
    table = Base.metadata.tables[what]
    (key,) = table.primary_key
    row = session.execute(select(table).where(key == number)).one_or_none()
    if what == "data_keys":
        return {"gone": what, "id": number} if row is None or row.wrapped is None else None
    ending = ENDING.get(what)
    if ending is not None:
        return _end_of(what, number, row, ending.ENDS)
    if row is None:
        return None
    entry: Entry = {"table": what, "row": {name: plain(v) for name, v in row._mapping.items()}}
    if what == "consent_events":
        if row.voids is not None:  # ids are counted anew by a restore
            struck = session.execute(select(table).where(key == row.voids)).one()
            entry["struck"] = {name: plain(struck._mapping[name]) for name in IDENTITY}
        if number in session.info.get(_LESS, ()):
            entry["less"] = True
    return entry


def _end_of(what: str, number: int, row: Any, columns: Iterable[str]) -> Entry | None:
    if row is None:
        return {"gone": what, "id": number}
    cells = {name: plain(row._mapping[name]) for name in columns}
    is_open = all(value is None for value in cells.values())
    return None if is_open else {"ended": what, "id": number, "row": cells}


def _here(number: int, *, but_leaving: bool) -> Any:
    """The key of somebody's name, while there is one; `but_leaving`, and they have not left."""
    people, keys = (Base.metadata.tables[name] for name in ("people", "data_keys"))
    here = select(keys.c.id).join(people, people.c.key_id == keys.c.id)
    here = here.where(people.c.id == number, keys.c.wrapped.is_not(None))
    return here.where(people.c.leaving_at.is_(None)) if but_leaving else here


def is_less(session: Session, event_id: int) -> None:
    """This yes is to less than the one it takes the place of: as good as taking back."""
    session.info.setdefault(_LESS, set()).add(event_id)


def goes_anyway(told: Sequence[Entry]) -> bool:
    """Whether all of this is done also while it cannot be written down: who takes back, says no,
    keeps something to themselves or leaves is never hindered. A yes waits."""
    return all("table" not in entry or _protects(entry) for entry in told)


def _protects(entry: Entry) -> bool:
    kinds = {kind.__tablename__: kind for kind in _kinds()}
    acts = kinds[entry["table"]].GOES_ANYWAY
    return acts is None or entry["row"]["act"] in acts or "less" in entry


def _kinds() -> list[Any]:
    return [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Journaled)]


ENDING: dict[str, type[Ends]] = {}
"""Every table that `Ends`, by its name."""


@event.listens_for(Ends, "mapper_configured", propagate=True)
def _knows(_mapper: Mapper[Any], kind: Any) -> None:
    ENDING[kind.__tablename__] = kind


def plain(value: Any) -> Any:
    """A cell as JSON can say it; `meant` says it back."""
    match value:
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case bytes():
            return {"sealed": base64.b64encode(value).decode()}
    return value


def meant(value: Any) -> Any:
    match value:
        case {"at": str(told)}:
            return datetime.fromisoformat(told)
        case {"on": str(told)}:
            return date.fromisoformat(told)
        case {"sealed": str(told)}:
            return base64.b64decode(told)
    return value
