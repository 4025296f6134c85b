"""The leaders' overview in words and as a picture: the same numbers, and nobody in them."""

# ruff: noqa: F811 - a fixture that is imported and asked for
from __future__ import annotations

import re
import struct
import zlib
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from bot import attachments, charts
from handlers.bars import blocks, number_of
from handlers.overview import LEVELS, LOADS, NOTICES
from locales import LANGUAGES, say
from models import contacts, people
from models.base import Refused, new_id
from models.cases import Case
from models.family import Guardianship
from models.figures import Overview
from models.goals import Goal
from models.municipality import Unit
from models.people import Position
from models.suppression import Band, band
from models.terms import RequestState, Role
from tests.chatting import Chat, labels
from tests.figure_setup import (  # noqa: F401 - a fixture among them
    CANARY,
    a_case,
    a_tiltak,
    concern,
    stopped,
    two_schools,
    wanted,
)


@pytest.fixture
def recalls() -> bool:
    return True


@pytest.fixture
def siri(session, cast, two_schools, now):
    return Chat(session, cast.siri, now)


@pytest.fixture
def randi(session, cast, two_schools, now):
    return Chat(session, cast.randi, now)


def everything(chat):
    """Every card there is behind the overview."""
    shown = chat.command("oversikt")
    for subject in (*range(6), LEVELS, LOADS):
        shown += chat.press("overview.figure", subject)
        shown += chat.press("overview.picture", subject + 1)
    return [
        *shown,
        *chat.press("overview.choose"),
        *chat.press("overview.waits"),
        *chat.press("overview.picture"),
        *chat.press("overview.page"),
    ]


def test_the_number_is_heard_before_the_bar(randi, cast):
    [card] = randi.command("oversikt")
    assert (
        f"{cast.school.name}\nUnge som venter på los: 5 til 9 ▇▇\nUndring som ikke er vurdert i tide: færre enn 5 ▇"
        in (randi.words(card))
    )


def test_the_project_leader_sees_schools_side_by_side_and_no_true_sum(siri, cast):
    [card] = siri.press("overview.figure", 0)
    assert siri.words(card).endswith(
        f"Unge som venter på los\n{cast.school.name}: 5 til 9 ▇▇\nØvre skole: færre enn 5 ▇\n"
        "Til sammen: 6 til 13 ▇▇"
    )


def test_a_los_with_too_many_is_marked_in_words(randi):
    [card] = randi.press("overview.figure", LOADS)
    assert "⚠ Lise: 15 til 19 ▇▇▇▇" in randi.words(card)
    assert "bedt om å bli varslet" in randi.words(card)


def test_how_long_it_takes_is_said_with_its_spread(siri, cast):
    words = siri.words(*siri.press("overview.waits"))
    told = "en av fire innen 1 uke, halvparten innen 2 uker, tre av fire innen 3 uker"
    assert f"{cast.school.name}: {told}" in words
    assert words.count("for få til å vise") == 3


def test_a_rektor_with_a_child_at_the_school_is_told_why_it_is_not_there(session, cast, randi):
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.randi.id))
    session.flush()
    words = [randi.words(message) for message in everything(randi)]
    assert "Skolen der du er foresatt for en elev, er ikke med." in words[0]
    assert not any(cast.school.name in each for each in words)


def test_nothing_left_to_show_is_not_said_to_be_none(session, cast, now):
    """The project leader's child goes to the only school there is."""
    session.add(Guardianship(ungdom_id=cast.ida.id, foresatt_id=cast.siri.id))
    session.flush()
    siri = Chat(session, cast.siri, now)
    said = [siri.words(*siri.command("oversikt"))]
    said += [siri.words(*siri.press("overview.figure", each)) for each in (0, LEVELS)]
    assert not any(": 0" in each for each in said)


def test_no_card_names_a_youth_or_leads_to_one(siri, randi):
    for chat in (siri, randi):
        for message in everything(chat):
            for language in LANGUAGES:
                words = say(message.text, language)
                assert CANARY.split()[0] not in words
                assert "Ida" not in words
            pressed = [button.action for row in message.buttons for button in row]
            assert all(each.startswith(("overview", "services.", "help.")) for each in pressed)


def test_picture_and_words_agree(siri):
    [told] = siri.press("overview.figure", 0)
    [picture] = siri.press("overview.picture", 1)
    drawn = picture.attachment.data["bars"]
    words = siri.words(picture).split("\n")[1:]
    assert len(drawn) == len(words) == 3
    for (least, most, _marked), line in zip(drawn, words, strict=True):
        assert line.endswith(say(number_of(Band(least, most)), "nb"))
        assert line in siri.words(told)
    assert len(siri.words(picture)) <= 1024  # what a caption holds


@pytest.mark.parametrize("name", ["ida", "kari", "jonas", "lise", "amina", "turid", "sam"])
def test_it_is_nobody_elses(session, cast, two_schools, now, name):
    chat = Chat(session, getattr(cast, name), now)
    for action in (
        "overview.open",
        "overview.choose",
        "overview.figure",
        "overview.waits",
        "overview.picture",
        "overview.page",
    ):
        with pytest.raises(Refused):
            chat.press(action)
    with pytest.raises(Refused):
        chat.command("oversikt")
    for kind in NOTICES:
        assert chat.show(kind) is None


def test_who_leads_no_more_sees_it_no_more(session, cast, siri, now):
    siri.command("oversikt")
    for position in people.positions(session, cast.siri.id):
        position.ended_at = now - timedelta(days=1)
    session.flush()
    assert siri.show("overview") is None


def test_the_project_leader_has_the_doors_to_what_she_keeps(siri, randi):
    assert {"Tjenestekatalogen", "Hjelpetelefonene"} <= set(labels(*siri.command("oversikt")))
    assert not {"Tjenestekatalogen", "Hjelpetelefonene"} & set(labels(*randi.command("oversikt")))


@pytest.mark.parametrize("count", [0, 1, 4, 5, 9, 10, 37, 500])
def test_a_bar_knows_no_more_than_its_number(count):
    found = band(count, 5)
    assert {blocks(band(other, 5), 5) for other in range(found.least, found.most + 1)} == {
        blocks(found, 5)
    }
    assert (blocks(found, 5) == 0) == (count == 0)
    assert blocks(found, 5) <= 12


# --- the picture itself --------------------------------------------------------------------------


def pixels(data):
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, body, width, height = 8, b"", 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        part = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + part
        )
        if kind == b"IHDR":
            width, height = struct.unpack(">II", part[:8])
        body += part if kind == b"IDAT" else b""
        at += 12 + length
    raw = zlib.decompress(body)
    line = 1 + 3 * width
    assert len(raw) == line * height
    return [
        [tuple(raw[y * line + 1 + 3 * x : y * line + 4 + 3 * x]) for x in range(width)]
        for y in range(height)
    ]


def test_the_bars_are_as_long_as_their_numbers():
    rows = pixels(charts.bars([(0, 0, False), (5, 9, False), (15, 19, True)]))
    width = charts.WIDTH - 2 * charts.EDGE
    middles = [charts.EDGE + charts.BAR // 2 + n * (charts.BAR + charts.GAP) for n in range(3)]
    full = [rows[y].count(charts.FULL) + rows[y].count(charts.MARKED) for y in middles]
    pale = [rows[y].count(charts.PALE) + rows[y].count(charts.MARKED_PALE) for y in middles]
    assert full == [2, 5 * width // 19, 15 * width // 19]
    assert [p + f for p, f in zip(pale, full, strict=True)][1:] == [9 * width // 19, width]
    assert [charts.MARKED in rows[y] for y in middles] == [False, False, True]


def test_no_bars_and_huge_ones_are_pictures_too():
    for found in ([], [(0, 0, False)], [(10_000, 10_004, True)] * 30):
        assert pixels(charts.bars(found))


def test_what_is_attached_is_made(siri):
    [picture] = siri.press("overview.picture", 1)
    file = attachments.make(picture.attachment, "nb")
    assert (file.name, file.mime) == ("oversikt.png", "image/png")
    assert len(file.data) < 5000


# --- nobody can tell one small number from another -----------------------------------------------


def seen_by_all(session, leaders):
    """Every card and every picture of every leader, of figures made anew."""
    session.execute(delete(Overview))
    session.expire_all()
    shown = []
    for chat in leaders:
        found = everything(chat)
        assert len(found) >= 18
        for message in found:
            shown.append((say(message.text, "nb"), repr(message.attachment)))
    return shown


def more_who_wait(session, cast, other, now):
    wanted(session, other, now)


def more_late(session, cast, other, now):
    case = session.scalars(select(Case).where(Case.school_id == other.id)).first()
    goal = session.scalars(select(Goal).where(Goal.case_id == case.id)).first()
    a_tiltak(session, cast, case, goal, now, now.date() - timedelta(days=40))


def more_youths(session, cast, other, now):
    los = next(p for p in people.with_role(session, Role.LOS) if p.id != cast.lise.id)
    wanted(session, other, now, RequestState.ACTIVE, los=los, ago=400)


def more_stopped(session, cast, other, now):
    stopped(session, cast, other, now)


def more_concerns(session, cast, other, now):
    concern(session, cast, other, now, days=30)


def more_cases(session, cast, other, now):
    a_case(session, cast, other, now, level=3)


OTHERS = [more_late, more_youths, more_stopped, more_concerns, more_cases]


@pytest.mark.parametrize(
    "more", [more_who_wait, *(pytest.param(each, marks=pytest.mark.slow) for each in OTHERS)]
)
def test_whatever_anybody_is_shown_one_is_as_four(session, cast, now, more):
    """All leaders put all they see together, pictures too: from the first to the fourth nothing
    changes anywhere; with the fifth it does."""
    other = Unit(id=new_id(), key="ovre", kind="school", name="Øvre skole")
    session.add(other)
    session.flush()
    rolf, mads = (
        people.create(session, name=name, language="nb", now=now, confirmed=True)
        for name in ("Rolf", "Mads")
    )
    session.add(Position(person_id=rolf.id, unit_id=other.id, role=Role.REKTOR))
    session.add(Position(person_id=mads.id, unit_id=cast.los_unit.id, role=Role.LOS))
    contacts.add(session, rolf, "telegram", 7_200_000_001, now)
    for _each in range(6):
        wanted(session, cast.school, now)
    a_case(session, cast, other, now)
    leaders = [Chat(session, person, now) for person in (cast.randi, rolf, cast.siri)]
    none = seen_by_all(session, leaders)
    after = []
    for _each in range(5):
        more(session, cast, other, now)
        after.append(seen_by_all(session, leaders))
    assert after[0] == after[1] == after[2] == after[3]
    assert none != after[0]
    assert after[4] != after[3]


def test_on_a_page_each_bar_has_its_words():
    told = ["Øvre <skole>: færre enn 5", "⚠ Lise: 15 til 19"]
    picture = charts.svg("Unge & los", told, [(1, 4, False), (15, 19, True)], 0)
    assert "Øvre &lt;skole&gt;: færre enn 5</text>" in picture
    assert '<title id="b0">Unge &amp; los</title>' in picture
    assert re.findall(r'width="(\d+)" height="14"', picture) == ["63", "15", "300", "236"]
    assert picture.count('stroke="currentColor"') == 1
