"""The receipt, read as a worried parent: what one did, and whether anything is shared by now."""

from __future__ import annotations

from datetime import timedelta

from handlers.approved import text_hash
from locales import say
from models import consent_narrowing, consents, contacts, ledger, outbox
from models.outbox import OutState
from models.people import Person
from models.terms import InfoKind
from tests.consent_setup import Phone, agreed, asked, opened
from tests.ways import told_once

UNTIL = "søndag 21. februar 2027"
LATER = (
    "Ingenting nytt deles ennå. Det begynner når de som må, har sagt ja, og gjelder til og med "
    f"{UNTIL}."
)
BEFORE = "Det dere har sagt ja til før, gjelder fortsatt."
WITHDRAW = "Du kan ta det tilbake når som helst: skriv /stopp eller /samtykke."


case = told_once(opened)


@told_once
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
        f"Du sa nei til deling med {cast.club.name}.", BEFORE, "Hjelpen fortsetter likevel.",
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
    assert receipt(session, cast.kari, now) == [
        "Du sier ja til mindre enn før. Det gjelder fra mandag 23. november kl. 10.00.",
        "Dette er stoppet:",
        f"• {cast.club.name}: målene",
        "Dette sier du fortsatt ja til:",
        f"• {cast.club.name}: når det er møter",
        "Resten er som før. Ingen får vite hvorfor.",
        "1 melding var alt på vei da du svarte.",
        "Jeg fjerner 2 meldinger hos dem som mister tilgang.",
        WITHDRAW,
    ]


def narrowed(session, person, case, unit, now, *kinds):
    consent_narrowing.narrow(
        session, actor=person, case_id=case.id, unit_id=unit.id, drop=kinds, now=now,
        occasion="less",
    )  # fmt: skip
    return receipt(session, person, now)


def test_what_is_taken_out_of_everything_and_of_a_yes_by_name_is_one_receipt(
    session, cast, case, now
):
    question = asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.GOALS)
    until = now.date() + timedelta(days=60)
    wide = consents.ask_everything(session, actor=cast.jonas, case=case, until=until, now=now)
    for each in (question, wide):
        agreed(session, each, now, cast.ida, cast.kari, cast.per)
    Phone(session, cast.kari, now).deliver()
    lines = narrowed(session, cast.kari, case, cast.club, now, InfoKind.GOALS)
    assert lines[1:5] == [
        "Dette er stoppet:",
        f"• {cast.club.name}: målene",
        "Dette sier du fortsatt ja til:",
        f"• {cast.club.name}: når det er møter, hva som er avtalt å gjøre, hvordan det går på "
        "skolen og helse",
    ]
    assert Phone(session, cast.kari, now).deliver() == []  # one receipt and no more
    words = Phone(session, cast.kari, now).read("consent.card", wide.id)
    assert f"Dette har du tatt ut av det:\n• {cast.club.name}: målene\n" in words
    again = Phone(session, cast.kari, now)
    again.press(again.see("consent.card", wide.id), "Ja til alt igjen")
    assert "sa ja til deling med alle som er med" in again.words()


def test_less_to_one_before_anybody_else_has_answered(session, cast, case, now):
    question = asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.GOALS)
    agreed(session, question, now, cast.kari)
    lines = narrowed(session, cast.kari, case, cast.club, now, InfoKind.GOALS)
    assert lines[0].startswith("Du sier ja til mindre enn før.")
    assert lines[2] == f"• {cast.club.name}: målene"


def test_something_else_than_before_tells_both(session, cast, case, now):
    question = asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.GOALS)
    for kind in (InfoKind.MEETINGS, InfoKind.GOALS):
        consents.give(
            session, actor=cast.kari, question=question, scope={cast.club.id: [kind]}, now=now,
            language="nb", text_hash=text_hash("consent.ask", "nb"), occasion=kind,
        )  # fmt: skip
    lines = receipt(session, cast.kari, now)
    assert lines[:2] == ["Dette sa du ja til, og ikke resten:", f"• {cast.club.name}: målene"]
    assert lines[3:5] == ["Dette sier du ikke ja til lenger:",
                          f"• {cast.club.name}: når det er møter"]  # fmt: skip


def test_where_another_said_yes_to_less_only_that_is_said_to_hold(session, cast, case, now):
    question = asked(session, cast, case, now, InfoKind.MEETINGS, InfoKind.GOALS)
    agreed(session, question, now, cast.ida)
    consents.give(
        session, actor=cast.kari, question=question, scope={cast.club.id: [InfoKind.MEETINGS]},
        now=now, language="nb", text_hash=text_hash("consent.ask", "nb"), occasion="less",
    )  # fmt: skip
    cast.per.language = "nb"
    agreed(session, question, now, cast.per)
    until = "søndag 21. februar 2027"
    assert receipt(session, cast.per, now)[:3] == [
        yes(cast),
        f"Noe av det gjelder nå, til og med {until}. Dette deles ikke nå:",
        f"• {cast.club.name}: målene",
    ]
    assert "Det gjelder nå" in receipt(session, cast.kari, now)[2]


def test_a_no_with_nothing_before_it_promises_nothing_about_before(session, cast, question, now):
    consents.refuse(
        session, actor=cast.kari, question=question, language="nb", now=now, occasion="no"
    )
    assert receipt(session, cast.kari, now) == [
        f"Du sa nei til deling med {cast.club.name}.", "Hjelpen fortsetter likevel.",
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
