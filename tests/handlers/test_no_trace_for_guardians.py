"""What is shielded, and what a youth said in private: a guardian's whole sight is as without it.

Everything a guardian can open, be sent or take home is walked before and after; nothing may be
another, not a word, a count, a date or an answer. The same walk by the others finds it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import (
    archiving,
    asking,
    closing,
    consents,
    contact_wishes,
    evaluation_views,
    evaluations,
    follow_ups,
    is_it_right,
    log_views,
    log_writing,
    meeting_views,
    meetings,
    previews,
    shielding,
    tiltak_views,
    views,
)
from models.asking import Wish as Los
from models.evaluations import Evaluation
from models.goals import active
from models.invitees import invitees_of
from models.ladders import LADDERS
from models.log_writing import Draft
from models.outbox import Outgoing, OutState
from models.own_voice import Said
from models.shielded import Shield
from models.terms import (
    Coming,
    ContactWay,
    Decision,
    EntryKind,
    InfoKind,
    ItemKind,
    MeetingHelp,
    MeetingPlace,
    OwnVoice,
    ParentsKnow,
    Place,
    Role,
    Topic,
)
from models.withheld import Item
from tests import agreed
from tests.agreed import Verdict
from tests.consent_setup import asked, opened
from tests.guardian_sight import NOBODY, as_nothing, differs, probed, sight
from tests.look_setup import told_on_fridays
from tests.meeting_setup import called
from tests.put_right import put_right
from tests.ways import told_once

CANARY = "Kråke"
GOAL, TILTAK, REASON = "Kråkemål", "Kråketiltak", "Kråkegrunn"
AGENDA, PLACE, WHY = "Kråketema", "Kråkerommet", "Kråkeårsak"
ENTRY = "Kråkeord"
GUARDIANS = ("kari", pytest.param("per", marks=pytest.mark.slow))
"""A walk takes a second or two; what differs between the two is their consent and their language."""


@pytest.fixture
def recalls() -> bool:
    return True


def writes(session, actor, case, now, hat, draft, shield=None) -> int:
    return log_writing.write(
        session, actor=actor, case_id=case.id, hat=hat, draft=draft, now=now, shield=shield
    ).id


@told_once
def case(session, cast, now):
    """A case in which there is something to see for everyone, and people have looked."""
    case = agreed.agreed(session, cast, now, {cast.club.id: list(InfoKind)})
    near = now.date() + timedelta(days=3)
    agreed.planned(session, cast, case, now, "Frokost", goal="Skoledagen", evaluate_on=near)
    called(session, cast, case, now, agenda="Våren")
    over = agreed.planned(session, cast, case, now, "Leirskole", goal="Skoledagen")
    evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=over.id, version=1, verdict=Verdict(Decision.DONE),
        now=now,
    )  # fmt: skip
    views.case_view(session, actor=cast.jonas, case_id=case.id, now=now)
    tiltak_views.of_case(session, cast.jonas, case.id, now)
    meeting_views.upcoming(session, actor=cast.jonas, now=now)
    writes(session, cast.jonas, case, now, Role.STAFETTHOLDER, Draft(EntryKind.GLIMPSE, "Smilte"))
    log_views.log(session, actor=cast.jonas, case_id=case.id, now=now)
    told_on_fridays(session, now)
    return case


class World:
    """One case, and the walks through it."""

    def __init__(self, session, cast, case, now) -> None:
        self.session, self.cast, self.case, self.now = session, cast, case, now
        things = {thing.id for thing in active(session, case.id)}
        coming = {m.id for m in meeting_views.upcoming(session, actor=cast.jonas, now=now)}
        made = set(session.scalars(select(Evaluation.id)))
        them = {getattr(cast, name).id for name in ("ida", "kari", "jonas", "amina")}
        self.about = {
            "access": {case.id, cast.ida.id}, "closing": {case.id}, "consent": {case.id},
            "evaluation": {case.id} | things | made, "right": {case.id}, "meeting": coming, "preview": {case.id},
            "stafett": {case.id}, "log": {case.id}, "tiltak": {case.id} | things, "people": them,
            "things": things | coming,
        }  # fmt: skip

    def seen_by(self, name, **more):
        """All of it, and what `more` names, by what the kinds of messages about it begin with."""
        about = {key: {*ids, *more.get(key, ())} for key, ids in {**more, **self.about}.items()}
        return sight(self.session, getattr(self.cast, name), about, self.now)

    def found_by_id(self, name, *ids):
        """What naming these comes to that naming nothing at all does not."""
        person = getattr(self.cast, name)
        probes = probed(self.session, person, [NOBODY, *ids], [self.case.id], self.now)
        return differs(as_nothing(probes), probes)


def shield(session, cast, case, now, kind, thing_id):
    item = Item(kind, thing_id)
    wish = Shield(WHY, now.date() + timedelta(days=28))
    shielding.shield(session, actor=cast.jonas, case_id=case.id, item=item, shield=wish, now=now)


def write_in_secret(session, cast, case, now) -> list[int]:
    """What the youth says to the holder alone, what is shielded as it is written, of what the youth
    says too, and what is added to it; and staff have read it."""
    kept = Shield(WHY, now.date() + timedelta(days=14))
    asked = Said(OwnVoice.SAID, ENTRY)
    draft = Draft(EntryKind.CONCERN, ENTRY, InfoKind.SCHOOL, voice=asked)
    hidden = writes(session, cast.jonas, case, now, Role.STAFETTHOLDER, draft, kept)
    beside = Draft(EntryKind.ADDENDUM, f"{ENTRY} til", beside_id=hidden)
    alone = Draft(EntryKind.NOTE, f"{ENTRY} alene", private=True)
    ids = [writes(session, cast.ida, case, now, Role.UNGDOM, each) for each in (beside, alone)]
    for who in (cast.jonas, cast.amina):
        log_views.log(session, actor=who, case_id=case.id, now=now)
    return [hidden, *ids]


def live_with(session, cast, case, now: datetime) -> dict[str, list[int]]:
    """A shielded goal, two tiltak and a meeting are lived with: seen by staff, answered, moved,
    evaluated, cancelled. Returns the ids of it all."""
    near = now.date() + timedelta(days=2)
    first = agreed.planned(session, cast, case, now, TILTAK, goal=GOAL, evaluate_on=near,
                           responsible_id=cast.amina.id)  # fmt: skip
    shield(session, cast, case, now, ItemKind.GOAL, first.goal_id)
    second = agreed.planned(session, cast, case, now, f"{TILTAK} to", goal="Skoledagen",
                            evaluate_on=near)  # fmt: skip
    shield(session, cast, case, now, ItemKind.TILTAK, second.id)
    for thing in (first, second):
        tiltak_views.one(session, cast.jonas, thing.id, now)
        evaluation_views.to_evaluate(session, cast.jonas, thing.id, now)
    verdict = Verdict(Decision.CHANGE, near + timedelta(days=30), f"{TILTAK} nytt", REASON)
    made = evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=second.id, version=1, verdict=verdict, now=now
    )
    evaluation_views.outcome(session, cast.jonas, made.id, now)
    right = put_right(session, cast, case, now, made, TILTAK)
    is_it_right.read(
        session, actor=cast.jonas, question_id=right.id, seq=1, addendum=TILTAK, now=now
    )
    goal, told = first.goal_id, []
    things = [first.id, second.id, second.replaced_by]
    for day in (26, 27):
        meeting = called(
            session, cast, case, now, starts=datetime(2026, 11, day, 9, 0),  # noqa: DTZ001
            place_kind=MeetingPlace.ELSEWHERE, place=PLACE, agenda=AGENDA,
            shield=Shield(WHY, now.date() + timedelta(days=14)),
        )  # fmt: skip
        for who in (cast.jonas, cast.amina):
            meeting_views.look(session, actor=who, meeting_id=meeting.id, now=now)
        meetings.answer(
            session, actor=cast.ida, meeting_id=meeting.id, coming=Coming.YES,
            sequence=meeting.sequence, now=now,
        )  # fmt: skip
        meetings.take_file(session, actor=cast.ida, meeting_id=meeting.id, now=now)
        told += [meeting.id, *(each.id for each in invitees_of(session, meeting.id))]
    meetings.move(
        session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now,
        starts=datetime(2026, 11, 30, 9, 0),  # noqa: DTZ001 - a wall clock
    )  # fmt: skip
    meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=1, now=now)
    shields = [goal, *things, *told]
    log = write_in_secret(session, cast, case, now)
    return {
        "log": log,
        "tiltak": things, "evaluation": [*things, made.id], "meeting": told, "shield": shields, "right": [right.id],
        "things": [goal, *things, told[0]],
    }  # fmt: skip


@pytest.fixture
def world(session, cast, case, now):
    return World(session, cast, case, now)


@pytest.mark.parametrize("name", GUARDIANS)
def test_a_guardians_whole_sight_is_as_if_the_shielded_were_not(
    session, cast, case, now, world, name
):
    getattr(cast, name).language = "nb"
    before = world.seen_by(name)
    assert "Frokost" in "".join(before.values())
    hidden = live_with(session, cast, case, now)
    assert differs(before, world.seen_by(name)) == {}
    ends = (0,) if name == "kari" else (0, -1)  # all of it is the other's
    one_of_each = {some[at] for some in hidden.values() for at in ends}
    assert world.found_by_id(name, *one_of_each) == {}


ALL = {GOAL, TILTAK, REASON, AGENDA, PLACE, WHY, ENTRY}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("jonas", ALL, marks=pytest.mark.slow),
        pytest.param("ida", ALL - {WHY}, marks=pytest.mark.slow),  # why is for staff to read
        pytest.param("amina", {GOAL, TILTAK, PLACE, ENTRY}, marks=pytest.mark.slow),
    ],
)
def test_the_same_walk_by_the_others_finds_it(session, cast, case, now, world, name, words):
    hidden = live_with(session, cast, case, now)
    found = "".join(world.seen_by(name, **hidden).values())
    assert {word for word in ALL if word in found} == words


@pytest.mark.slow
def test_what_is_not_shielded_is_found_by_the_guardians_walk(session, cast, case, now, world):
    """So that the walk can fail: the same things, and nobody has shielded them."""
    thing = agreed.planned(session, cast, case, now, TILTAK, goal=GOAL)
    meeting = called(session, cast, case, now, agenda=AGENDA, starts=datetime(2026, 11, 27, 9, 0))  # noqa: DTZ001
    found = "".join(world.seen_by("kari", tiltak=[thing.id], meeting=[meeting.id]).values())
    assert {word for word in (GOAL, TILTAK, AGENDA) if word not in found} == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kari", "per"])
def test_what_was_seen_is_gone_once_it_is_shielded(session, cast, case, now, world, name):
    """From every view, the list of who has looked and the file; and from the chat."""
    getattr(cast, name).language = "nb"
    thing = agreed.planned(session, cast, case, now, TILTAK, goal=GOAL)
    meeting = called(session, cast, case, now, agenda=AGENDA, starts=datetime(2026, 11, 27, 9, 0))  # noqa: DTZ001
    more = {"tiltak": [thing.id], "meeting": [meeting.id], "evaluation": [thing.id]}
    assert TILTAK in "".join(world.seen_by(name, **more).values())
    shield(session, cast, case, now, ItemKind.TILTAK, thing.id)
    shield(session, cast, case, now, ItemKind.MEETING, meeting.id)
    after = world.seen_by(name, **more)
    assert [key for key, words in after.items() if CANARY in words] == []


@pytest.mark.slow
def test_no_ladder_reminds_a_guardian_of_what_is_shielded(session, cast, case, now, world):
    live_with(session, cast, case, now)
    for row in session.query(Outgoing):
        row.state = OutState.SENT
    session.flush()
    hidden = {
        m.id for m in meeting_views.upcoming(session, actor=cast.jonas, now=now) if m.shielded
    }
    assert hidden
    at = now
    while at < now + timedelta(days=40):
        at += timedelta(hours=6)
        for ladder in LADDERS:
            follow_ups.take_due(session, ladder, at)
    reminded = [row for row in session.query(Outgoing) if row.subject_id in hidden]
    told = {row.recipient_id for row in reminded if row.kind == "meeting.reminder"}
    assert told == {cast.ida.id, cast.amina.id, cast.jonas.id}
    to_review = {
        row.recipient_id for row in session.query(Outgoing) if row.kind == "shield.review"
    }
    assert to_review == {cast.jonas.id}


@pytest.mark.slow
def test_a_closed_case_tells_a_guardian_nothing_of_what_was_shielded(
    session, cast, case, now, world
):
    hidden = live_with(session, cast, case, now)
    closing.close(
        session,
        actor=cast.jonas,
        case_id=case.id,
        now=now,
        wish=closing.Wish(note="Slutt", settled=agreed.settled(session, case)),
    )
    for name in ("kari", "per"):
        found = world.seen_by(name, **hidden)
        assert [key for key, words in found.items() if CANARY in words] == []
        assert any("Frokost" in words for words in found.values())
    assert any(CANARY in words for words in world.seen_by("ida", **hidden).values())


@pytest.mark.slow
def test_of_a_shielded_case_a_guardian_finds_not_even_that_there_is_one(session, cast, now):
    """Not when it is looked at either, when somebody joins, nor when it is closed and archived."""
    cast.kari.language = "nb"
    nothing = sight(session, cast.kari, {"access": {cast.ida.id}}, now)
    case = opened(session, cast, now)
    wish = Shield(WHY, now.date() + timedelta(days=28))
    shielding.shield(session, actor=cast.jonas, case_id=case.id, item=None, shield=wish, now=now)
    views.case_view(session, actor=cast.jonas, case_id=case.id, now=now)
    consents.catch_up(session, cast.kari, now)
    world = World(session, cast, case, now)
    assert differs(nothing, sight(session, cast.kari, {"access": {cast.ida.id}}, now)) == {}
    assert world.found_by_id("kari", case.id) == {}
    assert any(WHY in words for words in world.seen_by("jonas", shield=[case.id]).values())
    closing.close(
        session,
        actor=cast.jonas,
        case_id=case.id,
        now=now,
        wish=closing.Wish(note="Slutt", settled=agreed.settled(session, case)),
    )
    archiving.packed(session, case_id=case.id, digest="x", path="y", now=now)
    archiving.receive(session, case_id=case.id, reference="A 1", now=now)
    assert differs(nothing, sight(session, cast.kari, {"access": {cast.ida.id}}, now)) == {}
    archiving.purge(session, closing.of(session, case.id), now)
    assert differs(nothing, sight(session, cast.kari, {"access": {cast.ida.id}}, now)) == {}
    assert world.found_by_id("kari", case.id) == {}


def test_what_another_sees_is_shown_to_a_guardian_without_it(session, cast, case, now):
    live_with(session, cast, case, now)
    for who, hat in ((cast.jonas, Role.STAFETTHOLDER), (cast.amina, Role.SERVICE)):
        _who, seen = previews.as_participant(
            session, actor=cast.kari, case_id=case.id, person_id=who.id, hat=hat, now=now
        )
        assert CANARY not in str(seen)
        assert "date(2026, 12" not in str(seen.case)


# --- what a youth said in private ----------------------------------------------------------------


def say_in_private(session, cast, case, now) -> list[int]:
    """Everything a youth can say to staff alone."""
    (thing,) = active(session, case.id)
    evaluations.give_voice(
        session, actor=cast.ida, tiltak_id=thing.id, version=1, score=1, words=CANARY, now=now
    )
    (meeting,) = meeting_views.upcoming(session, actor=cast.ida, now=now)
    meetings.answer(
        session, actor=cast.ida, meeting_id=meeting.id, coming=Coming.DREADING,
        help=MeetingHelp.TALK, sequence=meeting.sequence, now=now,
    )  # fmt: skip
    made = session.scalars(select(Evaluation)).one()
    right = put_right(session, cast, case, now, made, CANARY)
    wish = contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)
    consents.wish_stop(session, actor=cast.ida, now=now, occasion="hush")
    secret = Los(
        Topic.HOME, ungdom_id=cast.ida.id, place=Place.CLUB, contact_way=ContactWay.ADULT,
        parents_know=ParentsKnow.NOTHING,
    )  # fmt: skip
    request = asking.submit(session, actor=cast.ida, wish=secret, now=now)
    return [wish.id, request.id, right.id]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kari", "per"])
def test_what_a_youth_said_in_private_changes_nothing_a_guardian_sees(
    session, cast, case, now, world, name
):
    getattr(cast, name).language = "nb"
    before = world.seen_by(name)
    more = say_in_private(session, cast, case, now)
    assert differs(before, world.seen_by(name)) == {}
    assert world.found_by_id(name, *more) == {}


@pytest.mark.slow
def test_that_a_youth_wants_to_talk_first_is_for_the_holder_alone(session, cast, case, now, world):
    question = asked(session, cast, case, now, InfoKind.HEALTH, unit=cast.nurse)
    cast.kari.language = "nb"
    before = world.seen_by("kari", consent=[question.id])
    consents.talk_first(
        session, actor=cast.ida, question=question, language="nb", now=now, occasion="talk"
    )
    assert differs(before, world.seen_by("kari", consent=[question.id])) == {}


@pytest.mark.slow
def test_a_guardian_who_asked_for_a_los_sees_no_more_after_a_secret_yes(
    session, cast, case, now, world
):
    wish = Los(Topic.SCHOOL, ungdom_id=cast.ida.id)
    theirs = asking.submit(session, actor=cast.kari, wish=wish, now=now)
    cast.kari.language = "nb"
    before = world.seen_by("kari", request=[theirs.id])
    more = say_in_private(session, cast, case, now)
    assert differs(before, world.seen_by("kari", request=[theirs.id])) == {}
    assert world.found_by_id("kari", *more) == {}
