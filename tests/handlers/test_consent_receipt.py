"""The receipt, read as a worried parent: what one did, and whether anything is shared by now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.approved import text_hash
from locales import say
from models import consents, contacts, ledger, outbox
from models.outbox import OutState
from models.people import Person
from models.terms import InfoKind
from tests.consent_setup import Phone, agreed, asked, opened

UNTIL = "søndag 21. februar 2027"
LATER = (
    "Ingenting nytt deles ennå. Det begynner når de som må, har sagt ja, og gjelder til og med "
    f"{UNTIL}."
)
BEFORE = "Det dere har sagt ja til før, gjelder fortsatt."
WITHDRAW = "Du kan ta det tilbake når som helst: skriv /stopp eller /samtykke."


@pytest.fixture
def case(session, cast, now):
    return opened(session, cast, now)


@pytest.fixture
def question(session, cast, case, now):
    return asked(session, cast, case, now)


def receipt(session, person: Person, now) -> list[str]:
    """The lines of the newest receipt that waits, without its number."""
    told = [m for kind, m in Phone(session, person, now).deliver() if kind == "consent.receipt"]
    number, *lines = say(told[-1].text, "nb").splitlines()
    assert number.startswith("Kvittering ")
    return lines


def yes(cast) -> str:
    return f"Du sa ja til deling med {cast.club.name}."


def test_to_the_first_and_the_next_nothing_new_is_shared_yet(session, cast, question, now):
    for person in (cast.ida, cast.kari):
        agreed(session, question, now, person)
        assert receipt(session, person, now) == [yes(cast), LATER, WITHDRAW]


def test_to_the_last_it_holds_now(session, cast, question, now):
    agreed(session, question, now, cast.ida, cast.per, cast.kari)
    holds = f"De som må, har sagt ja. Det gjelder nå, til og med {UNTIL}."
    assert receipt(session, cast.kari, now) == [yes(cast), holds, WITHDRAW]


def test_to_the_only_one_who_answers_there_are_no_others(session, cast, case, now):
    cast.ida.born = now.date() - timedelta(days=19 * 366)
    agreed(session, asked(session, cast, case, now), now, cast.ida)
    holds = f"Det gjelder nå, til og med {UNTIL}."
    assert receipt(session, cast.ida, now) == [yes(cast), holds, WITHDRAW]


def test_what_was_agreed_before_goes_on_while_more_is_asked(session, cast, case, question, now):
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    for person in (cast.ida, cast.kari, cast.per):
        Phone(session, person, now).deliver()
    more = asked(session, cast, case, now, InfoKind.GOALS)
    agreed(session, more, now, cast.ida)
    assert receipt(session, cast.ida, now) == [yes(cast), BEFORE, LATER, WITHDRAW]
    consents.refuse(session, actor=cast.kari, question=more, language="nb", now=now, occasion="no")
    assert receipt(session, cast.kari, now) == [
        f"Du sa nei til deling med {cast.club.name}.", BEFORE, "Du får hjelp likevel.",
    ]  # fmt: skip


def test_anothers_no_is_not_to_be_read_from_it(session, cast, question, now):
    consents.refuse(
        session, actor=cast.per, question=question, language="nn", now=now, occasion="no"
    )
    agreed(session, question, now, cast.kari)
    assert receipt(session, cast.kari, now) == [yes(cast), LATER, WITHDRAW]


def test_a_yes_to_less_names_what_is_taken_back(session, cast, case, now):
    question = asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.GOALS)
    agreed(session, question, now, cast.ida, cast.kari, cast.per)
    contact = contacts.of(session, cast.amina.id)
    for state in (OutState.SENT, OutState.SENDING):
        outbox.promise(
            session, kind="stafett.card", recipient_id=cast.amina.id, contact_id=contact.id,
            subject_id=case.id, occasion=state, now=now,
        )  # fmt: skip
        key = outbox.key_of("stafett.card", case.id, state, cast.amina.id)
        row = outbox.by_key(session, key)
        row.state, row.sent_at = state, now
        row.message_id = 7 if state is OutState.SENT else None
        ledger.keep(session, row, {case.id})
    less = {cast.club.id: [InfoKind.MEETINGS]}
    consents.give(
        session, actor=cast.kari, question=question, scope=less, language="nb", now=now,
        text_hash=text_hash("consent.ask", "nb") or "", occasion="less",
    )  # fmt: skip
    assert receipt(session, cast.kari, now)[-3:-1] == [
        "1 melding var alt på vei da du svarte.",
        "Jeg fjerner 2 meldinger hos dem som mister tilgang.",
    ]


def test_a_no_with_nothing_before_it_promises_nothing_about_before(session, cast, question, now):
    consents.refuse(
        session, actor=cast.kari, question=question, language="nb", now=now, occasion="no"
    )
    assert receipt(session, cast.kari, now) == [
        f"Du sa nei til deling med {cast.club.name}.", "Du får hjelp likevel.",
    ]  # fmt: skip


def test_a_youth_who_does_not_decide_has_nothing_to_answer(session, cast, case, now):
    cast.ida.born = now.date() - timedelta(days=14 * 365)
    question = asked(session, cast, case, now)
    consents.talk_first(
        session, actor=cast.ida, question=question, language="nb", now=now, occasion="talk"
    )
    assert receipt(session, cast.ida, now)[0] == "Du vil snakke med noen om dette."
    consents.talk_first(
        session, actor=cast.kari, question=question, language="nb", now=now, occasion="talk"
    )
    assert receipt(session, cast.kari, now)[0] == "Du vil snakke med noen før du svarer."
