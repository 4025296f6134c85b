"""A backup is whole or refused; a store that is put back from one is frozen, repeats nothing, and
knows what people said since."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import backing_up, backup_file, demo, dumping, journal, store_engines
from bot.settings import Settings, load
from bot.store import Store, StoreRefused
from models import (
    audit_check,
    channels,
    consents,
    erasing,
    follow_ups,
    outbox,
    people,
    receipt_checks,
)
from models.consents import ConsentQuestion
from models.ladders import LADDERS
from models.municipality import Unit
from models.outbox import Mode, Outgoing, OutState, Promise
from models.people import Person
from models.terms import ConsentAct, ConsentState, InfoKind, ItemKind
from models.withheld import WithholdEvent
from tests import consent_setup
from tests.bot.machine import line_of
from tests.doses import slowly

FLIPS = 100


@pytest.fixture
def house(ready, env, tmp_path: Path, now) -> House:
    return House(env, tmp_path, now)


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
        with self.store() as store:
            store.write_now(demo.seed, now)
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

    def restore(self, journal_path: Path | None = None):
        self.later = self.now + timedelta(hours=2)
        path = journal_path or self.journal
        return backing_up.put_back(
            self.backup, self.settings, path if path.exists() else None, self.later
        )


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


def _question(session: Session) -> ConsentQuestion:
    return session.scalars(select(ConsentQuestion).order_by(ConsentQuestion.asked_at)).first()


def _state(session, cast, person: str, now) -> ConsentState:
    question = _question(session)
    case = consents.case_of(session, question)
    return consents.standing(session, case, now).state(question, getattr(cast, person).id)


def _takes_back(session, cast, person, now) -> None:
    consents.withdraw_all(
        session, actor=getattr(cast, person), now=now + timedelta(minutes=5), occasion="gap"
    )


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("flips", [4, *slowly(FLIPS)])
def test_a_bit_turned_anywhere_in_a_backup_is_seen(house: House, losbot, flips: int):
    house.back_up()
    house.lose()
    whole, dice, seen = house.backup.read_bytes(), random.Random(4), 0
    places = [0, len(backup_file.MAGIC) + 5, len(whole) - 1]
    places += [dice.randrange(len(whole)) for _ in range(flips - len(places))]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << dice.randrange(8)
        house.backup.write_bytes(damaged)
        line = line_of(losbot("restore", str(house.backup), "--no-journal"))
        seen += line.startswith("losbot: ") and str(house.backup) in line
    assert seen == flips
    house.backup.write_bytes(whole)
    assert losbot("restore", str(house.backup), "--no-journal").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("cut", [0, 40, 400, -1, -30])
def test_a_backup_that_was_cut_is_refused(house: House, losbot, cut: int):
    house.back_up()
    whole = house.backup.read_bytes()
    house.backup.write_bytes(whole[:cut])
    assert "damaged" in line_of(losbot("restore", str(house.backup), "--look"))
    house.backup.write_bytes(whole + b"x")
    assert "damaged" in line_of(losbot("restore", str(house.backup), "--look"))


@pytest.mark.slow
def test_a_backup_can_be_looked_at(house: House, losbot):
    house.back_up()
    said = losbot("restore", str(house.backup), "--look").output
    assert "is whole" in said
    assert "tables of" in said


@pytest.mark.slow
def test_nothing_in_a_backup_can_be_read(house: House):
    house.back_up()
    bytes_of = house.backup.read_bytes()
    assert b"consent" not in bytes_of
    assert b"people" not in bytes_of


@pytest.mark.slow
def test_another_key_opens_no_backup(house: House, losbot, tmp_path: Path):
    house.back_up()
    house.lose()
    assert losbot("key", "new", str(tmp_path / "other")).exit_code == 0
    line = line_of(
        losbot(
            "restore", str(house.backup), "--no-journal", LOSBOT_KEY_FILE=str(tmp_path / "other")
        )
    )
    assert "does not have the key" in line


@pytest.mark.slow
def test_a_backup_that_fails_leaves_the_one_before(house: House, monkeypatch):
    house.back_up()
    before = house.backup.read_bytes()

    def breaks(connection):
        yield b"T[]"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dumping, "dump", breaks)
    with pytest.raises(StoreRefused, match="No space left"):
        house.back_up()
    assert house.backup.read_bytes() == before
    assert not list(house.folder.glob(".*.new"))


@pytest.mark.slow
def test_a_backup_is_put_back_into_an_empty_store_only(house: House, losbot):
    house.back_up()
    assert "not empty" in line_of(losbot("restore", str(house.backup)))


def test_what_is_put_back_is_what_there_was(house: House):
    """Row by row, but for what a restore itself does."""
    with house.store() as store, store.reading() as connection:
        before = dumping.sums(connection)
    house.back_up()
    house.lose()
    house.restore()
    with house.store() as store, store.reading() as connection:
        after = dumping.sums(connection)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"audit", "audit_heads", "outbox", "store_facts", "cases"}
    with house.store() as store:
        assert store.read_now(lambda s: list(audit_check.findings(s))) == []
        assert store.read_now(lambda s: s.get_one(Person, cast_of(s).ida.id).name) == "Ida"
        for ladder in LADDERS:
            assert store.read_now(follow_ups.disagreeing, ladder, house.later) == []
            assert store.read_now(follow_ups.adrift, ladder, house.later) == []


@pytest.mark.slow
def test_counters_go_on_where_they_were(house: House):
    house.back_up()
    house.lose()
    house.restore()
    house.do(_takes_back, "kari", house.now + timedelta(hours=3))


# --- what is sent --------------------------------------------------------------------------------


def test_a_store_that_was_put_back_is_frozen_until_it_is_thawed(house: House, losbot):
    house.back_up()
    house.lose()
    house.restore()
    with house.store() as store:
        assert set(store.read_now(channels.stopped)) == set(channels.CHANNELS)
    assert "frozen" in losbot("check").output
    assert "losbot thaw" in line_of(losbot("channel", "start", "telegram")).lower()
    assert losbot("thaw").output == "Thawed.\n"
    assert losbot("thaw").output == "It was not frozen.\n"
    with house.store() as store:
        assert store.read_now(channels.stopped) == {}


def test_nothing_promised_before_is_sent_again(house: House):
    def promise(session, cast) -> None:
        for mode, kind, promised in (
            (Mode.NOTICE, "start", Promise.RECEIPT),
            (Mode.TOAST, "why", Promise.TOAST),
            (Mode.DELETE, "hidden", Promise.IDEMPOTENT),
            (Mode.NOTICE, "joining.link", Promise.ONCE),
        ):
            outbox.promise(
                session, kind=kind, mode=mode, promise=promised, recipient_id=cast.ida.id,
                occasion="old", now=house.now, params={"token": "x"},
            )  # fmt: skip
        outbox.promise(
            session, kind="start", recipient_id=cast.ida.id, occasion="later", now=house.now,
            not_before=house.now + timedelta(days=1),
        )  # fmt: skip

    house.do(promise)
    house.back_up()
    house.lose()
    house.restore()
    with house.store() as store:
        rows = store.read_now(
            lambda s: {
                (row.occasion, row.mode, row.promise): (row.state, row.params)
                for row in s.scalars(select(Outgoing).where(Outgoing.kind != "store.restored"))
            }
        )
    told = {key: state for key, (state, _params) in rows.items()}
    assert told["old", Mode.NOTICE, Promise.RECEIPT] == OutState.UNCERTAIN
    assert told["old", Mode.TOAST, Promise.TOAST] == OutState.MOOT
    assert told["old", Mode.DELETE, Promise.IDEMPOTENT] == OutState.WAITING
    assert rows["old", Mode.NOTICE, Promise.ONCE] == (OutState.UNCERTAIN, {})
    assert told["later", Mode.NOTICE, Promise.NEWS] == OutState.WAITING
    waiting = [key for key, state in told.items() if state == OutState.WAITING]
    assert set(waiting) == {
        ("old", Mode.DELETE, Promise.IDEMPOTENT),
        ("later", Mode.NOTICE, Promise.NEWS),
    }


@pytest.mark.slow
def test_whoever_may_have_missed_something_is_told_to_look(house: House):
    house.back_up()
    house.lose()
    assert house.restore()["people_told_to_look"] > 0
    with house.store() as store:
        told = store.read_now(
            lambda s: set(
                s.scalars(select(Outgoing.recipient_id).where(Outgoing.kind == "store.restored"))
            )
        )
        assert store.read_now(lambda s: cast_of(s).kari.id) in told


# --- what was said since -------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_taken_back_after_the_backup_is_taken_back(house: House):
    house.back_up()
    house.do(_takes_back, "kari", house.now)
    house.lose()
    house.restore()
    with house.store() as store:
        read = store.read_now
        assert read(lambda s: _state(s, cast_of(s), "kari", house.later)) is ConsentState.WITHDRAWN
        assert read(lambda s: _state(s, cast_of(s), "per", house.later)) is ConsentState.GIVEN
        case = read(lambda s: consents.case_of(s, _question(s)).state)
        assert case == "frozen"
        assert read(lambda s: list(receipt_checks.changed(s))) == []
        assert read(lambda s: list(audit_check.findings(s))) == []


@pytest.mark.slow
def test_without_the_journal_it_would_not_be(house: House):
    """So the test above can fail."""
    house.back_up()
    house.do(_takes_back, "kari", house.now)
    house.lose()
    house.journal.unlink()
    house.restore()
    with house.store() as store:
        state = store.read_now(lambda s: _state(s, cast_of(s), "kari", house.later))
    assert state is ConsentState.GIVEN


def _asks_and_gets(session, cast, now, unit="nurse") -> None:
    case = consents.case_of(session, _question(session))
    question = consent_setup.asked(session, cast, case, now, unit=getattr(cast, unit))
    consent_setup.agreed(session, question, now, cast.ida, cast.kari, cast.per)


def _grants(session, cast, now):
    case = consents.case_of(session, _question(session))
    return set(consents.standing(session, case, now).grants())


def test_what_was_given_after_the_backup_is_given(house: House):
    """The question too, which is younger than the backup."""
    house.back_up()
    house.do(_asks_and_gets, house.now)
    house.lose()
    house.restore()
    with house.store() as store:
        assert store.read_now(lambda s: _grants(s, cast_of(s), house.later)) == store.read_now(
            lambda s: {cast_of(s).club.id, cast_of(s).nurse.id}
        )
        assert store.read_now(lambda s: list(receipt_checks.changed(s))) == []


@pytest.mark.slow
def test_a_yes_that_is_not_known_to_be_kept_is_asked_for_again(house: House):
    house.back_up()
    house.do(_asks_and_gets, house.now)
    lines = house.journal.read_bytes().rstrip(b"\n").split(b"\n")
    house.journal.write_bytes(b"\n".join(lines[:-1]) + b"\n")  # the last says that it was kept
    house.lose()
    counts = house.restore()
    assert counts["not_put_back"] == 3
    assert counts["asked_anew"] == 3
    with house.store() as store:
        assert store.read_now(lambda s: _grants(s, cast_of(s), house.later)) == store.read_now(
            lambda s: {cast_of(s).club.id}
        )


@pytest.mark.slow
def test_a_yes_is_asked_for_again_where_others_must_say_yes_than_then(house: House):
    def without_per(session, cast) -> None:
        from models.family import Guardianship

        mine = Guardianship.foresatt_id == cast.per.id
        session.scalars(select(Guardianship).where(mine)).one().ended_at = house.now

    house.back_up()
    house.do(without_per)
    house.do(_asks_and_gets_of_two, house.now)
    house.lose()
    assert house.restore()["not_put_back"] == 2


def _asks_and_gets_of_two(session, cast, now) -> None:
    case = consents.case_of(session, _question(session))
    question = consent_setup.asked(session, cast, case, now, unit=cast.nurse)
    consent_setup.agreed(session, question, now, cast.ida, cast.kari)


@pytest.mark.slow
def test_a_yes_to_less_ends_the_rest_even_where_it_cannot_be_put_back(house: House):
    def wider(session, cast) -> None:
        case = consents.case_of(session, _question(session))
        question = consent_setup.asked(
            session, cast, case, house.now, InfoKind.GOALS, InfoKind.MEETINGS
        )
        consent_setup.agreed(session, question, house.now, cast.ida, cast.kari, cast.per)

    def narrows(session, cast) -> None:
        question = session.scalars(
            select(ConsentQuestion).order_by(ConsentQuestion.version.desc())
        ).first()
        from handlers.approved import text_hash

        consents.give(
            session, actor=cast.kari, question=question, text_hash=text_hash("consent.ask", "nb"),
            language="nb", now=house.now + timedelta(minutes=9), occasion="narrower",
            scope={cast.club.id: [InfoKind.GOALS]},
        )  # fmt: skip

    house.do(wider)
    house.back_up()
    house.do(narrows)
    lines = house.journal.read_bytes().rstrip(b"\n").split(b"\n")
    house.journal.write_bytes(b"\n".join(lines[:-1]) + b"\n")
    house.lose()
    house.restore()
    with house.store() as store:
        grants = store.read_now(lambda s: _kinds(s, cast_of(s), house.later))
    assert InfoKind.MEETINGS not in grants


def _kinds(session, cast, now):
    case = consents.case_of(session, _question(session))
    return consents.standing(session, case, now).grants().get(cast.club.id, frozenset())


@pytest.mark.slow
def test_what_was_withheld_after_the_backup_is_withheld(house: House):
    def withhold(session, cast) -> None:
        case = consents.case_of(session, _question(session))
        event = WithholdEvent(
            case_id=case.id, item=ItemKind.GOAL, item_id=7, unit_id=None, act="withheld",
            person_id=cast.ida.id, by_id=cast.ida.id, at=house.now, occasion="gap",
        )  # fmt: skip
        session.add(event)

    house.back_up()
    house.do(withhold)
    house.lose()
    house.restore()
    with house.store() as store:
        assert store.read_now(lambda s: s.scalar(select(func.count(WithholdEvent.id)))) == 1


@pytest.mark.slow
def test_who_was_erased_after_the_backup_is_not_back(house: House):
    def meets(session, cast) -> int:
        return people.create(session, name="Sam Borte", language="nb", now=house.now).id

    def leaves(session, cast) -> None:
        actor = people.get(session, who)
        erasing.leave(session, actor=actor, occasion="gap", now=house.now)

    who = house.do(meets)
    house.back_up()
    house.do(leaves)
    house.lose()
    assert house.restore()["erased_again"] >= 1
    with house.store() as store:
        assert store.read_now(lambda s: s.get(Person, who)) is None
        names = store.read_now(lambda s: [p.name for p in s.scalars(select(Person))])
    assert "Sam Borte" not in names


@pytest.mark.slow
def test_a_restore_twice_from_the_same_backup_comes_to_the_same(house: House):
    house.back_up()
    house.do(_takes_back, "kari", house.now)
    house.lose()
    house.restore()
    house.do(_takes_back, "per", house.now + timedelta(hours=3))
    house.lose()
    house.restore()
    with house.store() as store:
        for name in ("kari", "per"):
            state = store.read_now(lambda s, n=name: _state(s, cast_of(s), n, house.later))
            assert state is ConsentState.WITHDRAWN
        assert store.read_now(lambda s: _state(s, cast_of(s), "ida", house.later)) is (
            ConsentState.GIVEN
        )


# --- the journal ---------------------------------------------------------------------------------


def test_the_journal_says_nobodys_name_and_can_be_read_by_nobody(house: House):
    house.do(_takes_back, "kari", house.now)
    told = house.journal.read_bytes()
    for word in (b"Kari", b"consent", b"withdrawn"):
        assert word not in told


def test_a_yes_is_not_recorded_while_the_journal_cannot_be_written(house: House):
    house.journal.unlink()
    house.journal.mkdir()
    with pytest.raises(journal.JournalDown):
        house.do(_asks_and_gets, house.now)
    with house.store() as store:
        assert store.read_now(lambda s: _grants(s, cast_of(s), house.now)) == store.read_now(
            lambda s: {cast_of(s).club.id}
        )


def test_nobody_is_hindered_in_taking_back_while_it_cannot_be_written(house: House):
    """And it is written as soon as it can be."""
    shutil.move(house.journal, house.folder / "kept")
    house.journal.mkdir()
    house.back_up()
    house.do(_takes_back, "kari", house.now)
    with house.store() as store:
        with store.reading() as connection:
            assert journal.missing(connection) == 1
        state = store.read_now(lambda s: _state(s, cast_of(s), "kari", house.now))
        assert state is ConsentState.WITHDRAWN
    house.journal.rmdir()
    shutil.move(house.folder / "kept", house.journal)
    with house.store() as store:
        store.write_now(lambda session: store.journal.catch_up(session.connection()))
        with store.reading() as connection:
            assert journal.missing(connection) == 0
    house.lose()
    house.restore()
    with house.store() as store:
        state = store.read_now(lambda s: _state(s, cast_of(s), "kari", house.later))
        assert state is ConsentState.WITHDRAWN


@pytest.mark.slow
def test_what_was_rolled_back_stands_in_no_journal(house: House):
    def half(session, cast) -> None:
        savepoint = session.begin_nested()
        _takes_back(session, cast, "kari", house.now)
        savepoint.rollback()

    before = house.journal.read_bytes()
    house.do(half)
    assert house.journal.read_bytes() == before


def test_a_line_that_was_cut_is_none_and_one_that_was_changed_is_refused(house: House):
    house.do(_takes_back, "kari", house.now)
    whole = house.journal.read_bytes()
    ring = house.settings.keyring()
    told, cut = journal.read(house.journal, ring)
    assert (len(told) >= 2, cut) == (True, 0)
    house.journal.write_bytes(whole + whole[:90])
    assert journal.read(house.journal, ring)[1] == 1
    place = len(whole) // 2
    damaged = bytearray(whole)
    damaged[place] ^= 4
    house.journal.write_bytes(damaged)
    with pytest.raises(StoreRefused, match="is damaged"):
        journal.read(house.journal, ring)


def test_every_act_of_consent_that_is_no_yes_goes_without_the_journal():
    from models.consent_history import ConsentEvent

    waits = set(ConsentAct) - ConsentEvent.GOES_ANYWAY
    assert waits == {ConsentAct.GIVEN, ConsentAct.IN_ERROR}
