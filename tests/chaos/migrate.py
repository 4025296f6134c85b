"""A migration that is killed midway, again and again, with thousands of people in the store (T12).

    python -m tests.chaos.migrate --people 10000 --messages 100000 --kills 20

The revision is one no release has: it makes the tables with most in them anew, which is the hardest
thing a revision does, and fills a column of everybody's. Each kill leaves the store as it was, or
done; in the end every row is as before and every name opens.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import dumping, store_schema
from bot.store import Store
from models.people import Person
from tests.chaos.ground import ground
from tests.chaos.losbot import Losbot
from tests.chaos.losing import fill
from tests.chaos.migrating import BEGINS
from tests.chaos.promises import Promises

NEXT = "the_next"
REVISION = f'''
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{{before}}"
branch_labels = depends_on = None
ANEW = ("people", "outbox", "consent_events")


def _altered(table):
    anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    return op.batch_alter_table(table, recreate=anew)


def upgrade():
    for table in ANEW:
        with _altered(table) as altered:
            altered.add_column(sa.Column("added", sa.String(), nullable=True))
    op.execute("UPDATE people SET added = 'x'")


def downgrade():
    for table in ANEW:
        with _altered(table) as altered:
            altered.drop_column("added")
'''


@dataclass
class Found(Promises):
    """What was counted; `wrong` has a line for each promise that was broken."""

    people: int = 0
    kills: int = 0
    before: int = 0  # of them, after which nothing had changed
    rows: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        return (
            f"{self.verdict}: {self.people} people, {self.rows} rows; migrated in {self.seconds:.1f} s; "
            f"{self.kills} kills, {self.before} left it as it was, the others done; "
            f"{len(self.wrong)} promises broken"
        )


def next_release(folder: Path) -> Path:
    """Our migrations, and one more."""
    shutil.copytree(store_schema.SCRIPTS, folder)
    told = REVISION.format(before=store_schema.head())
    (folder / "versions" / f"{NEXT}.py").write_text(told)
    return folder


def run(
    folder: Path, url: str, *, size: int, messages: int, kills: int, seed: int, bug: str = ""
) -> Found:
    found, dice = Found(), random.Random(seed)
    losbot = Losbot(folder, "http://127.0.0.1:1", url)
    losbot.set_up()
    fill(losbot, size, messages, folder / "journal")
    scripts = next_release(folder / "next")
    store = losbot.store()
    try:
        with store.reading() as connection:
            columns = dumping.tables(connection)
            was = dumping.sums(connection)
        found.rows = sum(rows for rows, _sum in was.values())
        with _migrating(url, scripts, bug=bug) as process:
            began = time.monotonic()
            assert process.stdout is not None
            process.stdout.readline()  # when it is committed
            found.seconds = time.monotonic() - began
        _judge(store, columns, was, found, done=True)
        found.people = store.read_now(_names_open)
        _back(url, scripts)
        for _kill in range(kills):
            _killed(url, scripts, dice.uniform(0, found.seconds))
            found.kills += 1
            done = _judge(store, columns, was, found)
            found.before += not done
            if done:
                _back(url, scripts)
        found.must(_migrated(url, scripts) == 0, "in the end it does not migrate")
        _judge(store, columns, was, found, done=True)
        found.must(store.read_now(_names_open) == found.people, "names are gone")
    finally:
        store.close()
    return found


def _migrating(url: str, scripts: Path, how: str = "up", bug: str = "") -> subprocess.Popen[bytes]:
    """Returns when it begins."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.migrating", how, url, str(scripts), bug],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == BEGINS.encode()
    return process


def _killed(url: str, scripts: Path, after: float) -> None:
    with _migrating(url, scripts) as process:
        time.sleep(after)
        process.kill()


def _migrated(url: str, scripts: Path, how: str = "up") -> int:
    """The exit code."""
    with _migrating(url, scripts, how) as process:
        return process.wait(600)


def _back(url: str, scripts: Path) -> None:
    assert _migrated(url, scripts, "down") == 0


def _judge(
    store: Store,
    columns: dict[str, list[str]],
    was: dumping.Sums,
    found: Found,
    *,
    done: bool | None = None,
) -> bool:
    """All or nothing. Whether it is done."""
    with store.reading() as connection:
        now = dumping.tables(connection)
        revision = connection.execute(select(store_schema.VERSION.c.version_num)).scalar()
        added = {name for name in now if set(now[name]) != set(columns[name])}
        is_done = revision == NEXT
        found.must(len(added) == (3 if is_done else 0), f"half migrated: {added}")
        found.must(done in (None, is_done), f"it stands at {revision}")
        is_same = dumping.sums(connection, columns) == was
        found.must(is_same, "rows differ")
    return is_done


def _names_open(session: Session) -> int:
    """How many names there are; SealBroken where one does not open."""
    return sum(person.name is not None for person in session.scalars(select(Person)))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--messages", type=int, default=100_000)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    given = options.parse_args()
    with ground(given.store) as (folder, url):
        found = run(
            folder, url, size=given.people, messages=given.messages, kills=given.kills,
            seed=given.seed,
        )  # fmt: skip
    return found.tell()


if __name__ == "__main__":
    sys.exit(main())
