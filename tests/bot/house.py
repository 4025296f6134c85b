"""A store that is lost, with its backup and its journal: what the tests of both stand on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import backing_up, demo, dumping, store_engines
from bot.settings import Settings, load
from bot.store import Store
from models import (
    consents,
)
from models.consents import ConsentQuestion
from models.municipality import Unit
from models.terms import ConsentState, InfoKind
from tests import consent_setup


class House:
    """Fjordvik, with Ida's case and a question that Ida, Kari and Per have said yes to."""

    def __init__(self, env: dict[str, str], folder: Path, now) -> None:
        self.env, self.folder, self.now = env, folder, now
        env["LOSBOT_CONSENT_JOURNAL"] = str(folder / "journal")
        self.journal = folder / "journal"
        self.backup = folder / "the.backup"
        self.settings: Settings = load(
            **{name.removeprefix("LOSBOT_").lower(): value for name, value in env.items()}
        )

    def fill(self) -> None:
        with self.store() as store:
            store.write_now(demo.seed, self.now)
            store.write_now(self._begin)

    def _begin(self, session: Session) -> None:
        cast = cast_of(session)
        case = consent_setup.opened(session, cast, self.now)
        question = consent_setup.asked(session, cast, case, self.now, InfoKind.GOALS)
        consent_setup.agreed(session, question, self.now, cast.ida, cast.kari, cast.per)

    def store(self) -> Store:
        from bot.app import open_store
        from bot.operating import using

        return using(open_store(self.settings, exclusive=False))

    def do(self, what, *args):
        """Something happens, as the bot would let it."""
        with self.store() as store:
            return store.write_now(lambda session: what(session, cast_of(session), *args))

    def back_up(self) -> None:
        with self.store() as store:
            backing_up.back_up(store, self.backup, self.now)

    def lose(self) -> None:
        """The disk is gone."""
        database = self.settings.store_url
        if database.startswith("sqlite"):
            for each in self.folder.glob("losbot.db*"):
                each.unlink()
        else:
            _emptied(database)

    def restore(self, *journals: Path):
        self.later = self.now + timedelta(hours=2)
        paths = [path for path in journals or (self.journal,) if path.exists()]
        return backing_up.put_back(self.backup, self.settings, paths, self.later)


def _emptied(url: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(store_engines.normalised(url))
    with engine.begin() as connection:
        for table in dumping.tables(connection):
            connection.exec_driver_sql(f'DROP TABLE "{table}" CASCADE')
        connection.exec_driver_sql("DROP TABLE alembic_version")
    engine.dispose()


def cast_of(session: Session) -> SimpleNamespace:
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    return SimpleNamespace(
        **demo.cast_of(session), school=units["ungdomsskolen"], club=units["fyret"],
        nurse=units["skolehelsetjenesten"],
    )  # fmt: skip


def question_of(session: Session) -> ConsentQuestion:
    return session.scalars(select(ConsentQuestion).order_by(ConsentQuestion.asked_at)).first()


def state_of(session, cast, person: str, now) -> ConsentState:
    question = question_of(session)
    case = consents.case_of(session, question)
    return consents.standing(session, case, now).state(question, getattr(cast, person).id)


def takes_back(session, cast, person, now) -> None:
    consents.withdraw_all(
        session, actor=getattr(cast, person), now=now + timedelta(minutes=5), occasion="gap"
    )


def asks_and_gets(session, cast, now, unit="nurse") -> None:
    case = consents.case_of(session, question_of(session))
    question = consent_setup.asked(session, cast, case, now, unit=getattr(cast, unit))
    consent_setup.agreed(session, question, now, cast.ida, cast.kari, cast.per)


def grants_of(session, cast, now):
    case = consents.case_of(session, question_of(session))
    return set(consents.standing(session, case, now).grants())
