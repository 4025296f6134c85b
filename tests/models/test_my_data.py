"""What a person gets of what the house holds: all that they may see, and of nobody else's."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot.attachments import make
from bot.documents import as_json
from handlers import my_data as told
from handlers.record_words import WORDS, value_of
from locales import say
from models import (
    agenda,
    answering,
    asking,
    cases,
    child_contact,
    contact_wishes,
    my_data,
    people,
    preparing,
    request_cards,
    views,
    withholding,
)
from models.asking import Wish
from models.family import Guardianship
from models.goals import goals_of
from models.invitees import Meeting
from models.people import Pupil
from models.preparing import Wishes
from models.terms import (
    CaseState,
    Coming,
    Companion,
    ConsentAct,
    ContactView,
    ContactWay,
    ItemKind,
    ParentsKnow,
    RequestStatus,
    Role,
    Topic,
)
from models.withheld import Item
from tests.full_case import AGENDA, CANARIES, GOAL, REASON, VOICE, lived_in
from tests.meeting_setup import a_meeting_was_held, proposed, take_back
from tests.ways import told_once

case = told_once(lived_in)


@pytest.fixture
def recalls() -> bool:
    return True


def gathered(session, person, now) -> dict[str, my_data.Part]:
    parts = my_data.gather(session, actor=person, now=now)
    assert len({(p.name, p.hat, p.number) for p in parts}) == len(parts)
    return {part.name: part for part in parts}


def everything(session, person, now) -> str:
    """Both files, as they would be sent."""
    made = told.page_of(session, person, now), told.json_of(session, person, now)
    return "".join(make(each, person.language).data.decode() for each in made)


def test_the_youth_gets_everything_of_the_own(session, cast, case, now):
    contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)
    parts = gathered(session, cast.ida, now)
    assert {*parts} == {
        "person", "contacts", "relations", "requests_about", "contact_wishes", "consents", "case",
        "sharing", "tiltak", "evaluations", "meetings", "voices", "messages", "traces",
    }  # fmt: skip
    assert parts["person"].entries[0]["name"] == "Ida"
    assert parts["voices"].entries[0]["own_words"] == VOICE
    assert parts["evaluations"].entries[0]["reason"] == REASON
    assert parts["evaluations"].entries[0]["score"] == 2
    assert [e["goal"] for e in parts["tiltak"].entries] == [GOAL, GOAL]
    assert parts["meetings"].entries[0]["answer"] is Coming.DREADING
    assert parts["requests_about"].entries[0]["parents_know"] is ParentsKnow.NOTHING
    assert [e["act"] for e in parts["consents"].entries][-1] is ConsentAct.GIVEN
    words = everything(session, cast.ida, now)
    assert [word for word in CANARIES if word not in words] == []


def test_others_are_roles_also_in_what_was_written(session, cast, case, now):
    words = everything(session, cast.ida, now)
    for name in ("Kari", "Jonas", "Amina", "Randi", "Lise"):
        assert name not in words
    assert "[foresatt] følger til kråketrening med [stafettholder]" in words
    guardians = everything(session, cast.kari, now)
    for name in ("Ida", "Jonas", "Amina"):
        assert name not in guardians
    assert "Kari følger" in guardians  # the own name is the own
    assert AGENDA.replace("Ida", "[ungdom]") in guardians


def test_what_a_youth_said_in_private_leaves_no_trace_for_guardians(session, cast, case, now):
    """Not the voice, not the score, not the answer to the meeting, not the wish for a los; nor
    does anything else in the guardian's file change with it."""
    for guardian in (cast.kari, cast.per):
        parts = gathered(session, guardian, now)
        words = everything(session, guardian, now)
        assert VOICE not in words
        assert "voices" not in parts
        assert {e["voice"] for e in parts["evaluations"].entries} == {None}
        assert {e["score"] for e in parts["evaluations"].entries} == {None}
        assert [e["answer"] for e in parts["meetings"].entries] == [Coming.UNANSWERED]
        assert "dreading" not in words
        assert "requests_about" not in parts
        assert "requests_made" not in parts
        for trace in ("nothing", "withheld", "shielded", "skjerm"):
            assert trace not in words.casefold()


def test_a_guardians_request_tells_no_more_than_its_status(session, cast, now):
    """The same before and after the youth has said yes in secret."""
    asked = Wish(Topic.SCHOOL, ungdom_id=cast.ida.id)
    request = asking.submit(session, actor=cast.kari, wish=asked, now=now)
    before = gathered(session, cast.kari, now)["requests_made"].entries
    answering.answer(session, actor=cast.ida, request_id=request.id, yes=True, now=now)
    request.parents_know = ParentsKnow.NOTHING
    session.flush()
    request_cards.for_rektor(session, cast.randi, request.id, now)
    assert gathered(session, cast.kari, now)["requests_made"].entries == before
    assert before[0]["status"] is RequestStatus.RECEIVED
    assert "looked_at" not in before[0]


def test_two_hats_are_two_chapters(session, cast, case, now):
    """Jonas is a stafettholder, and a father in another case: his work shows no content."""
    nora = people.create(session, name="Nora", language="nb", now=now, confirmed=True)
    session.add(Pupil(person_id=nora.id, school_id=cast.school.id, kontaktlaerer_id=None))
    session.add(Guardianship(ungdom_id=nora.id, foresatt_id=cast.jonas.id))
    session.flush()
    cases.open(
        session, actor=cast.randi, ungdom=nora, school_id=cast.school.id,
        stafettholder=cast.randi, now=now,
    )  # fmt: skip
    parts = my_data.gather(session, actor=cast.jonas, now=now)
    found = [(p.name, p.hat) for p in parts if p.name in ("case", "work", "tiltak", "voices")]
    assert found == [("case", Role.FORESATT), ("work", None)]
    work = next(p for p in parts if p.name == "work")
    assert [(e["role"], e["school"]) for e in work.entries] == [
        (Role.STAFETTHOLDER, cast.school.name)
    ]
    words = everything(session, cast.jonas, now)
    own_meetings = {"Kråketema", "Kråkerommet"}  # he called it and is on its list
    assert [w for w in CANARIES if w in words and w not in own_meetings] == []
    assert "Ida" not in words
    assert "Nora" not in words


def test_reading_ones_own_is_in_nobodys_access_log(session, cast, case, now):
    for person in (cast.ida, cast.kari, cast.jonas, cast.amina):
        my_data.gather(session, actor=person, now=now)
    assert views.who_looked(session, actor=cast.ida, case_id=case.id, now=now) == ()


def test_who_has_looked_is_in_it(session, cast, case, now):
    views.case_view(session, actor=cast.amina, case_id=case.id, now=now)
    (line,) = gathered(session, cast.kari, now)["looked"].entries
    assert (line["role"], line["unit"]) == (Role.SERVICE, cast.club.name)


def test_a_service_gets_only_the_own(session, cast, case, now):
    parts = gathered(session, cast.amina, now)
    assert {"case", "tiltak", "voices", "looked", "requests_about"} & {*parts} == set()
    assert parts["meetings"].entries[0]["agenda"] is None
    take_back(session, cast.kari, now)
    parts = gathered(session, cast.amina, now)
    assert {"meetings", "work"} & {*parts} == set()


def test_a_stranger_gets_the_little_there_is(session, cast, now):
    asked = Wish(Topic.HOME, school_id=cast.school.id, named="Mia i 9B")
    asking.submit(session, actor=cast.sam, wish=asked, now=now)
    parts = gathered(session, cast.sam, now)
    assert {*parts} == {"person", "contacts", "requests_made", "messages", "traces"}
    assert "Mia" not in everything(session, cast.sam, now)


def test_a_paused_case_is_read_as_its_card_shows_it(session, cast, case, now):
    take_back(session, cast.per, now)
    parts = gathered(session, cast.ida, now)
    assert parts["case"].entries[0]["state"] is CaseState.FROZEN
    assert "sharing" not in parts
    assert parts["consents"].entries


def test_messages_are_counted_and_no_word_of_them_is_there(session, cast, case, now):
    (entry,) = gathered(session, cast.kari, now)["messages"].entries
    assert set(entry) == {"count", "first_at", "last_at", "unfinished_until"}
    assert entry["count"] > 0


def test_what_i_withhold_is_mine_alone(session, cast, case, now):
    goal = Item(ItemKind.GOAL, goals_of(session, case.id)[0].id)
    withholding.withhold(
        session, actor=cast.kari, case_id=case.id, item=goal, unit_id=cast.club.id,
        now=now, occasion="x",
    )  # fmt: skip
    (entry,) = gathered(session, cast.kari, now)["withheld"].entries
    assert (entry["thing"], entry["service"]) == (GOAL, cast.club.name)
    for person in (cast.ida, cast.per, cast.amina):
        assert "withheld" not in gathered(session, person, now)


def test_the_two_files_say_the_same(session, cast, case, now):
    data = json.loads(as_json(told.json_of(session, cast.ida, now).data))
    page = told.page_of(session, cast.ida, now).data
    assert [len(part["entries"]) for part in data["parts"]] == [
        len(entries) for _heading, entries in page["sections"]
    ]


def test_every_field_and_value_has_words(session, cast, case, now):
    for person in (cast.ida, cast.kari, cast.jonas, cast.amina, cast.sam, cast.randi, cast.lise):
        assert everything(session, person, now)


def test_every_enum_has_words_for_all_it_can_be():
    assert [kind.__name__ for kind, words in WORDS.items() if set(words) != set(kind)] == []


def test_a_role_stands_in_words_as_a_name_did():
    told = {
        "[foresatt] følger til trening med [stafettholder]": "[foresatt] følger til trening med [stafettholder]",
        "Si fra til [foresatt], eller ([los]).": "Si fra til [foresatt], eller ([los]).",
        "[noe annet] står": "[noe annet] står",
    }
    assert {words: say(value_of(words), "nb") for words in told} == told


# --- meetings ------------------------------------------------------------------------------------


@told_once
def met(session, cast, case, now):
    """Times were proposed, the youth has said things alone, a meeting was held, a talk was had."""
    proposed(session, cast, case, now)
    coming = session.scalars(select(Meeting)).one()
    wishes = Wishes(
        talk=(Topic.SCHOOL,), not_there=(cast.per.id, cast.amina.id), words="Kråkeønske",
        companion=Companion.FRIEND, companion_name="Kråkevenn",
    )  # fmt: skip
    preparing.say(session, actor=cast.ida, meeting_id=coming.id, wishes=wishes, now=now)
    agenda.add(session, actor=cast.kari, meeting_id=coming.id, words="Kråkepunkt", now=now)
    a_meeting_was_held(session, cast, case, now)
    child_contact.note(
        session, actor=cast.amina, case_id=case.id, talked_on=now.date(), view=ContactView.SAID,
        words="Kråkesamtale", now=now,
    )  # fmt: skip
    return coming


def test_the_youth_gets_what_was_said_before_at_and_between_meetings(session, cast, met, now):
    parts = gathered(session, cast.ida, now)
    wished = parts["before_meetings"].entries[0]
    assert wished["not_wanted_there"] == (Role.FORESATT, Role.SERVICE)
    assert (wished["own_words"], wished["companion_name"]) == ("Kråkeønske", "Kråkevenn")
    assert parts["minutes"].entries[0]["agreed"] == ("Kråkeavtale",)
    assert parts["minutes"].entries[0]["own_words"] == "Kråkemening"
    assert parts["talks"].entries[0]["own_words"] == "Kråkesamtale"
    assert len(parts["votes"].entries) == 3
    assert everything(session, cast.ida, now)


def test_guardians_get_the_minutes_and_their_own_and_nothing_private(session, cast, met, now):
    words = everything(session, cast.kari, now)
    for word in ("Kråkeavtale", "Kråkepunkt"):
        assert word in words
    for word in ("Kråkeønske", "Kråkevenn", "Kråkemening", "Kråkesamtale"):
        assert word not in words
    assert "talks" not in gathered(session, cast.kari, now)
    assert "Kråkepunkt" not in everything(session, cast.per, now)
