"""A closed case as a package for the pupil file or the archive [66]: one zip, always the same bytes;
and a person's own data, for whoever wants it on paper.

Inside: the case to read (HTML) and to process (JSON), its chain of the audit, and a manifest with
the SHA-256 of each. It is in bokmål, the archive's language, and names everyone in clear: it lies
on the operator's disk only until the archive has confirmed.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot import documents, operating
from bot.archive_words import HIDDEN, LABELS, OWN_WORDS, PARTS, PRIVATE, VALUES
from bot.attachments import File, make
from bot.clock import SystemClock
from bot.operating import Invitee
from bot.store import Store
from handlers import my_data
from locales import Day, Moment, Text, shown, verbatim
from models import archiving, audit, case_record, municipality
from models.closing import Closing

_THEN = (1980, 1, 1, 0, 0, 0)  # the earliest a zip knows: when it was made is not part of it


def package(session: Session, case_id: int) -> bytes:
    """The zip of a closed case. Refused(ABSENT) for any other."""
    archiving.unpurged(session, case_id)
    record = case_record.record(session, case_id)
    chain = record.pop("audit")
    files = {
        "sak.html": documents.page(_page(session, record), "nb"),
        "sak.json": documents.as_json({"private": sorted(PRIVATE), **record}),
        "spor.json": documents.as_json(chain),
    }
    manifest = {
        "case": case_id,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "chain_end": chain[-1]["hash"] if chain else None,
    }
    return _zip({**files, "manifest.json": documents.as_json(manifest)})


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Stored, not packed: the same bytes under every version of zlib."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _THEN)
            info.external_attr = 0o600 << 16
            archive.writestr(info, files[name])
    return out.getvalue()


# --- the page ------------------------------------------------------------------------------------


def _page(session: Session, record: Mapping[str, case_record.Rows]) -> dict[str, Any]:
    here = municipality.current(session)
    names = {row["id"]: row["name"] for part in ("people", "units") for row in record[part]}
    order = [*filter(record.get, PARTS), *sorted(record.keys() - PARTS.keys())]
    return {
        "title": verbatim("Stafettlogg, til arkivet"),
        "intro": (verbatim(here.name if here else ""), verbatim("Alt saken inneholdt her.")),
        "sections": [
            (_heading(name), [tuple(_lines(row, names)) for row in record[name]])
            for name in order
            if record[name]
        ],
    }


def _heading(name: str) -> Text:
    return verbatim(". ".join(filter(None, (PARTS.get(name, name), PRIVATE.get(name)))))


def _lines(row: Mapping[str, Any], names: Mapping[int, str]) -> Iterable[tuple[Text, Text]]:
    for field, value in row.items():
        if field not in HIDDEN and value not in (None, "", [], {}):
            words = field in OWN_WORDS and isinstance(value, str)
            yield (
                verbatim(LABELS.get(field, field)),
                verbatim(value) if words else _value(value, names),
            )


def _value(value: Any, names: Mapping[int, str]) -> Text:
    match value:
        case datetime():
            return shown(Moment(value, year=True))
        case date():
            return shown(Day(value, year=True))
    return verbatim(_plain(value, names))


def _plain(value: Any, names: Mapping[int, str]) -> str:
    match value:
        case bool():
            return "ja" if value else "nei"
        case dict():
            pairs = (f"{_plain(key, names)}: {_plain(v, names)}" for key, v in value.items())
            return "\n".join(pairs)
        case list() | tuple():
            return ", ".join(_plain(each, names) for each in value)
    number = int(value) if str(value).isdecimal() else None
    return names.get(number or 0) or VALUES.get(str(value), str(value))


# --- the operator's side -------------------------------------------------------------------------


def lines(session: Session) -> list[str]:
    """Closed cases that are still here, and what each waits for. Numbers and dates only."""
    return [
        f"{c.case_id}  closed {c.decided_on}  {_waits_for(c)}" for c in archiving.waiting(session)
    ]


def _waits_for(made: Closing) -> str:
    if made.purge_on is not None:
        told = f"archived as {made.receipt}, destroyed here {made.purge_on}"
        if made.packed_to is None:
            return told
        again = f"losbot archive receipt {made.case_id} {made.receipt}"
        return f"{told}; our package still lies at {made.packed_to}: {again}"
    return "packed, waits for the receipt" if made.package else "to be packed"


def export(store: Store, case_id: int, folder: Path) -> Path:
    """Write the package of a case, readable by us alone, and note that it was made. There is one
    copy: an earlier one elsewhere goes. Raises OSError when the folder cannot be written to."""
    path = folder.resolve() / f"sak-{case_id}.zip"

    def pack(session: Session) -> None:
        data = package(session, case_id)
        _write(path, data)
        before = archiving.unpurged(session, case_id).packed_to
        if before is not None and Path(before) != path:
            Path(before).unlink(missing_ok=True)
        digest, now = hashlib.sha256(data).hexdigest(), SystemClock().now()
        archiving.packed(session, case_id=case_id, digest=digest, path=str(path), now=now)

    store.write_now(pack)
    return path


def receive(store: Store, case_id: int, reference: str) -> str:
    """The archive has it: the days until it is destroyed here begin to run, and our copy goes.
    Where the copy lies is forgotten last, so that the same command goes on after a crash."""
    now = SystemClock().now()
    made = store.write_now(archiving.receive, case_id=case_id, reference=reference, now=now)
    if made.packed_to is not None:
        Path(made.packed_to).unlink(missing_ok=True)
        store.write_now(archiving.put_away, case_id=case_id)
    return f"Received as {made.receipt}. Destroyed here on {made.purge_on}."


def hand_out(store: Store, who: Invitee, folder: Path) -> list[Path]:
    """Write a person's own data, as `/minedata` gives them. LookupError for nobody."""
    paths = []
    for file in store.write_now(_own_data, who):
        paths.append(folder.resolve() / file.name)
        _write(paths[-1], file.data)
    return paths


def _own_data(session: Session, who: Invitee) -> list[File]:
    person, now = operating.known(session, who), SystemClock().now()
    audit.record(session, action="people.data", actor_id=None, object_id=person.id, now=now)
    made = my_data.page_of(session, person, now), my_data.json_of(session, person, now)
    return [make(attachment, person.language) for attachment in made]


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and never readable by others."""
    beside = path.with_name(path.name + ".part")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
