"""The directory: found by need and by words, however they are spelt; and nothing of them is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handlers.services import NEAR, NEEDS
from locales import say
from models import outbox, retention, services
from models.base import Refused
from models.outbox import Outgoing, OutState
from models.services import NEEDED, Service, Wish
from models.terms import Need, ServiceLine, Why

NAMES = {need: [say(NEEDS[need], "nb"), say(NEAR[need], "nb")] for need in Need}


def found(session, words, language="nb"):
    needs = services.named_needs(words, NAMES)
    return [line.name for line in services.search(session, words, language, needs)]


def test_by_need_first_those_one_can_go_to_oneself(session, cast):
    lines = [line.name for line in services.for_need(session, Need.SCHOOL, "nb")]
    assert lines == [
        "Helsesykepleier på skolen", "NAV ung i Fjordvik", "Ungdomslosene", "PPT i Fjordvik",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "one"),
    [
        ("søvn", "BUP Fjordvik"),
        ("SOVN", "BUP Fjordvik"),
        ("får ikke sove", "Helsesykepleier på skolen"),
        ("angsten", "BUP Fjordvik"),
        ("prevensjonen", "Helsestasjon for ungdom"),
        ("rusproblemer", "Ungdomskontakten"),
        ("pengene", "NAV ung i Fjordvik"),
        ("sommerjobb", "NAV ung i Fjordvik"),
        ("klubben", "Fyret fritidsklubb"),
        ("musikk", "Fyret fritidsklubb"),
        ("slår", "Helsesykepleier på skolen"),
        ("krangel med mamma", "Ungdomskontakten"),
        ("contraception", "Helsestasjon for ungdom"),
        ("sumarjobb", None),
        ("xyzzy", None),
        ("og", None),
        ("", None),
    ],
)
def test_by_words_with_any_ending_and_without_marks(session, cast, words, one):
    names = found(session, words)
    assert names == [] if one is None else one in names


def test_more_of_the_words_come_first(session, cast):
    assert found(session, "prevensjon og kropp")[0] == "Helsestasjon for ungdom"


def test_a_card_is_in_the_readers_language_where_it_was_written(session, cast):
    service = session.scalars(select(Service).where(Service.key == "helsesykepleier")).one()
    assert services.one(session, service.id, "en").words["name"] == "The school nurse"
    assert services.one(session, service.id, "nn").words["for_whom"] == "elevar"
    ppt = session.scalars(select(Service).where(Service.key == "ppt")).one()
    assert services.one(session, ppt.id, "en").words["name"] == "PPT i Fjordvik"


def test_drop_in_times_are_those_of_the_unit(session, cast):
    service = session.scalars(select(Service).where(Service.key == "losene")).one()
    assert len(services.one(session, service.id, "nb").drop_in) == 2


@pytest.mark.parametrize("name", ["siri", "turid"])
def test_the_project_leader_and_the_administrator_keep_it(session, cast, now, name):
    me = getattr(cast, name)
    words = {"name": " Nattkafeen ", "what": "Varme og prat", "reach": "Kom", "hours": ""}
    wish = Wish(ServiceLine.FIRST, (Need.FRIENDS,), words)
    made = services.add(session, actor=me, wish=wish, now=now)
    assert services.add(session, actor=me, wish=wish, now=now) == made
    assert found(session, "nattkafé") == ["Nattkafeen"]
    services.change(session, actor=me, service_id=made, name="place", text="Kaia", now=now)
    services.set_needs(session, actor=me, service_id=made, needs=[Need.HOME], now=now)
    shown = services.one(session, made, "nb")
    assert (shown.words["place"], shown.needs) == ("Kaia", (Need.HOME,))
    services.end(session, actor=me, service_id=made, now=now)
    services.end(session, actor=me, service_id=made, now=now)
    assert found(session, "nattkafé") == []


def test_a_change_takes_the_translation_of_the_old_words_away(session, cast, now):
    service = session.scalars(select(Service).where(Service.key == "helsesykepleier")).one()
    services.change(
        session, actor=cast.siri, service_id=service.id, name="name", text="Skolesøster", now=now
    )
    assert services.one(session, service.id, "en").words["name"] == "Skolesøster"
    assert services.one(session, service.id, "en").words["reach"].startswith("Knock")


@pytest.mark.parametrize("empty", NEEDED)
def test_what_nobody_can_do_without_must_be_there(session, cast, now, empty):
    words = dict.fromkeys(NEEDED, "ord") | {empty: "  "}
    with pytest.raises(Refused) as refused:
        services.add(
            session, actor=cast.siri, wish=Wish(ServiceLine.FIRST, (Need.HOME,), words), now=now
        )
    assert refused.value.why is Why.WORDS_REQUIRED


def test_what_somebody_looked_for_is_soon_forgotten(session, cast, now):
    """The row that says which need or service was shown says it for an hour; the message stands."""
    for kind in services.TOLD:
        outbox.promise(
            session, kind=kind, recipient_id=cast.ida.id, occasion="x", now=now, subject_id=7,
            params={"ids": [1, 2], "came": 3},
        )  # fmt: skip
    waiting = outbox.key_of(services.TOLD[0], 7, "x", cast.ida.id)
    for kind in services.TOLD[1:]:
        outbox.let_stand(session, outbox.key_of(kind, 7, "x", cast.ida.id), 4711, now)
    while retention.sweep(session, now):
        pass
    session.expire_all()
    rows = session.scalars(select(Outgoing).where(Outgoing.recipient_id == cast.ida.id)).all()
    told = [row for row in rows if row.state == OutState.SENT]
    assert [(r.kind, r.subject_id, r.params, r.message_id) for r in told] == [
        (services.LOOKED, None, {}, 4711)
    ] * 2
    assert {row.key.partition("|")[0] for row in told} == {services.LOOKED}
    assert outbox.by_key(session, waiting).subject_id == 7
