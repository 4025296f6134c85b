"""A store that is put back is frozen, repeats nothing, and knows what people said since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from bot import journal
from models import (
    audit_check,
    channels,
    consent_noting,
    consents,
    erasing,
    outbox,
    people,
    receipt_checks,
)
from models.consents import ConsentQuestion
from models.family import Guardianship
from models.outbox import Mode, Outgoing, OutState, Promise
from models.people import Person
from models.terms import ConsentAct, ConsentState, InfoKind, ItemKind, Mistake
from models.withheld import WithholdEvent
from tests import consent_setup
from tests.bot.house import (
    House,
    asks_and_gets,
    cast_of,
    grants_of,
    question_of,
    state_of,
    takes_back,
)
from tests.bot.machine import line_of


def test_a_lost_store_goes_on_from_a_backup(house: House, losbot):
    """Frozen until it is thawed, silent about what was promised, and knowing what was said since."""
    house.back_up()
    house.do(asks_and_gets, house.now)
    house.do(takes_back, "kari", house.now)
    house.lose()
    counts = house.restore()
    assert (counts["lost"], counts["not_put_back"]) == (0, 0)
    with house.store() as store:
        assert set(store.read_now(channels.stopped)) == set(channels.CHANNELS)
        for name, state in (("kari", ConsentState.WITHDRAWN), ("per", ConsentState.GIVEN)):
            assert (
                store.read_now(lambda s, n=name: state_of(s, cast_of(s), n, house.later)) is state
            )
        assert store.read_now(lambda s: list(receipt_checks.changed(s))) == []
        of = select(Outgoing.occasion).where(
            Outgoing.state == OutState.WAITING, Outgoing.not_before <= house.now
        )
        assert store.read_now(lambda s: s.scalars(of).all()) == []
    assert "frozen" in losbot("check").output
    assert "losbot thaw" in line_of(losbot("channel", "start", "telegram")).lower()
    assert losbot("thaw").output == "Thawed.\n"
    assert losbot("thaw").output == "It was not frozen.\n"
    with house.store() as store:
        assert store.read_now(channels.stopped) == {}


@pytest.mark.slow
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
    house.do(takes_back, "kari", house.now)
    house.lose()
    house.restore()
    with house.store() as store:
        read = store.read_now
        assert (
            read(lambda s: state_of(s, cast_of(s), "kari", house.later)) is ConsentState.WITHDRAWN
        )
        assert read(lambda s: state_of(s, cast_of(s), "per", house.later)) is ConsentState.GIVEN
        case = read(lambda s: consents.case_of(s, question_of(s)).state)
        assert case == "frozen"
        assert read(lambda s: list(receipt_checks.changed(s))) == []
        assert read(lambda s: list(audit_check.findings(s))) == []


@pytest.mark.slow
def test_without_the_journal_it_would_not_be(house: House):
    """So the test above can fail."""
    house.back_up()
    house.do(takes_back, "kari", house.now)
    house.lose()
    house.journal.unlink()
    house.restore()
    with house.store() as store:
        state = store.read_now(lambda s: state_of(s, cast_of(s), "kari", house.later))
    assert state is ConsentState.GIVEN


@pytest.mark.slow
def test_what_was_given_after_the_backup_is_given(house: House):
    """The question too, which is younger than the backup."""
    house.back_up()
    house.do(asks_and_gets, house.now)
    house.lose()
    house.restore()
    with house.store() as store:
        assert store.read_now(lambda s: grants_of(s, cast_of(s), house.later)) == store.read_now(
            lambda s: {cast_of(s).club.id, cast_of(s).nurse.id}
        )
        assert store.read_now(lambda s: list(receipt_checks.changed(s))) == []


@pytest.mark.slow
def test_a_yes_that_is_not_known_to_be_kept_is_asked_for_again(house: House):
    house.back_up()
    house.do(asks_and_gets, house.now)
    lines = house.journal.read_bytes().rstrip(b"\n").split(b"\n")
    house.journal.write_bytes(b"\n".join(lines[:-1]) + b"\n")  # the last says that it was kept
    house.lose()
    counts = house.restore()
    assert counts["not_put_back"] == 3
    assert counts["asked_anew"] == 3
    with house.store() as store:
        assert store.read_now(lambda s: grants_of(s, cast_of(s), house.later)) == store.read_now(
            lambda s: {cast_of(s).club.id}
        )


@pytest.mark.slow
def test_a_yes_is_asked_for_again_where_others_must_say_yes_than_then(house: House):
    """A guardian who came since is not in the journal: only what ends is."""

    def meets(session, cast) -> int:
        return people.create(
            session, name="Nina Ny", language="nb", now=house.now, confirmed=True
        ).id

    def is_guardian_too(session, cast) -> None:
        session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=nina))

    def all_say_yes(session, cast) -> None:
        case = consents.case_of(session, question_of(session))
        question = consent_setup.asked(session, cast, case, house.now, unit=cast.nurse)
        them = (cast.ida, cast.kari, cast.per, people.get(session, nina))
        consent_setup.agreed(session, question, house.now, *them)

    nina = house.do(meets)
    house.back_up()
    house.do(is_guardian_too)
    house.do(all_say_yes)
    house.lose()
    assert house.restore()["not_put_back"] == 4


@pytest.mark.slow
def test_a_yes_counts_without_a_guardian_who_had_none_to_give_any_more(house: House):
    def without_per(session, cast) -> None:
        mine = Guardianship.foresatt_id == cast.per.id
        session.scalars(select(Guardianship).where(mine)).one().ended_at = house.now

    def two_say_yes(session, cast) -> None:
        case = consents.case_of(session, question_of(session))
        question = consent_setup.asked(session, cast, case, house.now, unit=cast.nurse)
        consent_setup.agreed(session, question, house.now, cast.ida, cast.kari)

    house.back_up()
    house.do(without_per)
    house.do(two_say_yes)
    house.lose()
    assert house.restore()["not_put_back"] == 0
    with house.store() as store:
        assert store.read_now(lambda s: grants_of(s, cast_of(s), house.later)) == store.read_now(
            lambda s: {cast_of(s).club.id, cast_of(s).nurse.id}
        )


@pytest.mark.slow
def test_a_yes_to_less_ends_the_rest_even_where_it_cannot_be_put_back(house: House):
    def wider(session, cast) -> None:
        case = consents.case_of(session, question_of(session))
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


def test_what_was_struck_out_is_struck_out_whatever_its_number_is_now(house: House):
    """The yes that was struck out cannot be put back. Its number is another's here."""
    later = house.now + timedelta(minutes=5)

    def by_mistake(session, cast) -> None:
        question = question_of(session)
        case = consents.case_of(session, question)
        must = consents.standing(session, case, later).must.facts
        alone = replace(must, guardians=(cast.kari.id,))
        said = partial(consent_noting.note, session, case, question)
        wrong = said(cast.kari, ConsentAct.GIVEN, later, occasion="1", must=alone, number="AAAAAA")
        said(cast.per, ConsentAct.WITHDRAWN, later, occasion="2", must=must, number="BBBBBB")
        said(
            cast.kari, ConsentAct.IN_ERROR, later, occasion="3", must=must, number="CCCCCC",
            voids=wrong.id, reason=Mistake.TWICE, struck_by=cast.jonas.id,
        )  # fmt: skip

    house.back_up()
    house.do(by_mistake)
    house.lose()
    house.restore()
    with house.store() as store:
        states = store.read_now(
            lambda s: [state_of(s, cast_of(s), who, house.later) for who in ("kari", "per")]
        )
    assert ConsentState.GIVEN not in states
    assert states[1] is ConsentState.WITHDRAWN


def test_a_yes_after_a_withdrawal_that_could_not_be_written_down_is_the_later_one(house: House):
    house.back_up()
    aside = house.journal.with_name("aside")
    house.journal.rename(aside)
    house.journal.mkdir()
    house.do(takes_back, "kari", house.now)
    house.journal.rmdir()
    aside.rename(house.journal)

    def gives(session, cast) -> None:
        at = house.now + timedelta(minutes=6)
        consent_setup.agreed(session, question_of(session), at, cast.kari)

    house.do(gives)
    with house.store() as store:
        assert store.write_now(lambda s: journal.missing(s.connection())) == 0
    house.lose()
    house.restore()
    with house.store() as store:
        state = store.read_now(lambda s: state_of(s, cast_of(s), "kari", house.later))
    assert state is ConsentState.GIVEN


def _kinds(session, cast, now):
    case = consents.case_of(session, question_of(session))
    return consents.standing(session, case, now).grants().get(cast.club.id, frozenset())


@pytest.mark.slow
def test_what_was_withheld_after_the_backup_is_withheld(house: House):
    def withhold(session, cast) -> None:
        case = consents.case_of(session, question_of(session))
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
    house.do(takes_back, "kari", house.now)
    house.lose()
    house.restore()
    house.do(takes_back, "per", house.now + timedelta(hours=3))
    house.lose()
    house.restore()
    with house.store() as store:
        for name in ("kari", "per"):
            state = store.read_now(lambda s, n=name: state_of(s, cast_of(s), n, house.later))
            assert state is ConsentState.WITHDRAWN
        assert store.read_now(lambda s: state_of(s, cast_of(s), "ida", house.later)) is (
            ConsentState.GIVEN
        )
