"""What the door does besides opening: it waits for who takes something back, and remembers."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from models import access, consents, ledger, people, together, withholding
from models.base import Refused
from models.cases import Case
from models.terms import Action, CaseState, InfoKind, ItemKind, Role, Why
from models.withheld import Item
from tests import figure_setup
from tests.agreed import agreed, planned
from tests.ways import told_once

KINDS = (InfoKind.GOALS, InfoKind.TILTAK)
HOLDS = "FROM cases WHERE cases.id IN ({}) ORDER BY cases.id FOR SHARE"


case = told_once(agreed)


@pytest.fixture
def held(session):
    """What is asked to be held from now on, as PostgreSQL is told; SQLite has one writer."""
    told = []

    def note(asked):
        words = str(
            asked.statement.params(asked.parameters or {}).compile(
                dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
            )
        )
        if " FOR " in words:
            told.append(" ".join(words[words.index("FROM") :].split()))

    event.listen(session, "do_orm_execute", note)
    yield told
    event.remove(session, "do_orm_execute", note)


def test_while_a_message_is_put_into_words_the_case_is_held_with_others(
    session, cast, case, held, now
):
    """Shared: two messages may be written at once, but not while somebody takes a yes back [16]."""
    session.info["sending"] = True
    access.hats_in_case(session, cast.amina, case, now)
    assert held == [HOLDS.format(case.id)]


def test_every_case_of_a_list_is_held_before_anything_of_it_is_read(
    session, cast, case, held, now
):
    """One after the other in one order, so that two who write lists never wait for each other."""
    other, _goal = figure_setup.a_case(session, cast, cast.school, now)
    held.clear()
    session.info["sending"] = True
    with access.of_each(session, cast.jonas, [case, other]):
        first, last = sorted((case.id, other.id))
        assert held == [HOLDS.format(f"{first}, {last}")]
        for each in (case, other):
            assert access.hats_in_case(session, cast.jonas, each, now) == {Role.STAFETTHOLDER}
    assert len(held) == 1


def test_who_handed_the_baton_on_while_we_waited_holds_it_no_more(session, cast, case, now):
    session.info["sending"] = True
    assert access.hats_in_case(session, cast.jonas, case, now) == {Role.STAFETTHOLDER}
    by_somebody_else = update(Case.__table__).values(stafettholder_id=cast.randi.id)
    session.connection().execute(by_somebody_else)
    assert access.hats_in_case(session, cast.jonas, case, now) == frozenset()


def test_who_closed_it_while_we_waited_closed_it_for_all(session, cast, case, now):
    session.info["sending"] = True
    session.connection().execute(update(Case.__table__).values(state=CaseState.CLOSED))
    with pytest.raises(Refused, match="absent"):
        access.authorise_in_case(
            session, actor=cast.jonas, action=Action.READ_CASE, case=case, now=now
        )


def test_what_was_asked_before_a_case_was_held_is_asked_again(session, cast, case, now):
    """Somebody may have taken a yes back in between."""
    session.info["sending"] = True
    with together.reading(session, [cast.amina]):
        assert consents.granted(session, case, cast.club.id, now)
        session.connection().execute(delete(consents.ConsentEvent))  # by somebody else, as it were
        assert access.hats_in_case(session, cast.amina, case, now) == frozenset()


def test_otherwise_nothing_is_held(session, cast, case, held, now):
    access.hats_in_case(session, cast.amina, case, now)
    assert held == []


@pytest.mark.parametrize(
    ("who", "remembered"),
    [("ida", True), ("jonas", True), ("amina", True), ("randi", False), ("sam", False)],
)
def test_whoever_is_let_in_can_be_taken_back_from(session, cast, case, now, who, remembered):
    noted = ledger.begin_noting(session)
    access.hats_in_case(session, getattr(cast, who), case, now)
    assert noted == ({case.id} if remembered else set())


# --- one thing kept from a service [14] ----------------------------------------------------------


@pytest.fixture
def things(session, cast, case, now):
    return [
        Item(ItemKind.TILTAK, planned(session, cast, case, now, words).id)
        for words in ("Lekser på biblioteket", "Frokost på skolen")
    ]


def kinds(session, cast, case, now, of=None):
    return access.kinds_by_unit(session, cast.amina, case, now, of=of)


@pytest.mark.parametrize("everyone", [True, False], ids=["from all", "from the club"])
def test_of_what_is_withheld_a_service_knows_nothing(session, cast, case, things, now, everyone):
    whole = {cast.club.id: frozenset(KINDS)}
    withholding.withhold(
        session, actor=cast.kari, case_id=case.id, item=things[0], now=now, occasion="1",
        unit_id=None if everyone else cast.club.id,
    )  # fmt: skip
    assert kinds(session, cast, case, now) == whole
    assert kinds(session, cast, case, now, things[0]) == {}
    assert kinds(session, cast, case, now, things[1]) == whole


def test_what_is_withheld_from_another_service_is_known(session, cast, case, things, now):
    withholding.withhold(
        session, actor=cast.kari, case_id=case.id, item=things[0], unit_id=cast.nurse.id, now=now,
        occasion="1",
    )  # fmt: skip
    assert kinds(session, cast, case, now, things[0]) == {cast.club.id: frozenset(KINDS)}


# --- at a unit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "where", "may"),
    [
        pytest.param("randi", "school", True, id="the rektor of the school"),
        pytest.param("randi", "club", False, id="the rektor elsewhere"),
        pytest.param("jonas", "school", False, id="a teacher there"),
        pytest.param("siri", "school", False, id="somebody from elsewhere"),
    ],
)
def test_a_hat_works_where_it_is_worn(session, cast, who, where, may):
    unit = getattr(cast, where).id
    actor = getattr(cast, who)

    def asked(session: Session) -> bool:
        try:
            access.authorise_at_unit(
                session, actor=actor, action=Action.PRIORITISE_REQUEST, unit_id=unit
            )
        except Refused as refused:
            return {Why.ABSENT: False}[refused.why]
        return True

    assert asked(session) is may
    assert (Role.REKTOR in people.roles_at(session, actor, unit)) is may


# --- at work, whichever the unit -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"), [("lise", True), ("randi", False), ("amina", False), ("ida", False)]
)
def test_work_is_for_whoever_wears_a_hat_that_may_it(session, cast, who, may):
    actor = getattr(cast, who)
    assert access.may_at_work(session, actor, Action.TAKE_REQUEST) is may
    if may:
        access.authorise_at_work(session, actor=actor, action=Action.TAKE_REQUEST)
        return
    with pytest.raises(Refused) as refused:
        access.authorise_at_work(session, actor=actor, action=Action.TAKE_REQUEST)
    assert refused.value.why is Why.ABSENT


# --- the whole log [66] --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hats", "shared", "frozen"),
    [
        ((), False, False),
        ((Role.UNGDOM,), True, True),
        ((Role.FORESATT,), True, True),
        ((Role.STAFETTHOLDER,), True, False),
        ((Role.LOS,), False, False),
        ((Role.REKTOR,), False, False),
        ((Role.KONTAKTLAERER,), False, False),
        ((Role.PROSJEKTLEDER,), False, False),
        ((Role.SERVICE,), False, False),
        ((Role.SERVICE, Role.FORESATT), True, True),
        ((Role.SERVICE, Role.STAFETTHOLDER), True, False),
    ],
)
def test_who_sees_the_whole_log(session, cast, case, now, hats, shared, frozen):
    """While something is shared, and once the last yes was taken back."""
    worn = frozenset(hats)
    assert access.sees_whole(session, case, worn, now) is shared
    for person in (cast.ida, cast.kari, cast.per):
        consents.withdraw_all(session, actor=person, occasion="1", now=now)
    assert access.sees_whole(session, case, worn, now) is frozen
