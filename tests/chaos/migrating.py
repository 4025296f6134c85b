"""A release's `losbot migrate` in a process of its own, to be killed; it says when it begins, and ends.

python -m tests.chaos.migrating up|down URL FOLDER-OF-MIGRATIONS [BUG]
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import make_url

from bot import store_engines, store_schema
from tests.chaos import failpoints

BEGINS = "begins\n"


def main(how: str, url: str, scripts: str, bug: str = "") -> None:
    from alembic import command

    failpoints.plant(bug)
    store_schema.SCRIPTS = Path(scripts)
    store_schema.know_every_table()
    sys.stdout.write(BEGINS)
    sys.stdout.flush()
    with store_schema.remaking(make_url(store_engines.normalised(url))) as connection:
        if how == "up":
            store_schema.upgrade(connection)
        else:
            command.downgrade(store_schema.config(connection), "-1")
    sys.stdout.write("ends\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
