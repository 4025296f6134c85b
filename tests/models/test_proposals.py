"""Times to choose from: who is asked, who sees what, and that none is left hanging."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import closing, follow_ups, meeting_views, meetings, proposal_views, proposals
from models.base import Refused
from models.invitees import invitees_of
from models.meeting_steps import Odd, oddities
from models.outbox import Outgoing
from models.policy import Calendar, MunicipalPolicy
from models.proposals import LADDER
from models.terms import Coming, Fits, MeetingState, ProposalState, Why
from tests import doses
from tests.meeting_setup import consented, deliver_all, promised, proposed, take_back
from tests.refusals import why_if
from tests.ways import told_once

case = told_once(consented)
S = ProposalState


@told_once
def made(session, cast, case, now):
    found = proposed(session, cast, case, now)
    deliver_all(session)
    return found


def options(session, made):
    return proposals.times_of(session, made.id)


def vote(session, person, option, now, fits=Fits.WORKS):
    return proposals.vote(session, actor=person, time_id=option.id, fits=fits, now=now)


def choose(session, cast, option, now, actor=None):
    return proposals.choose(session, actor=actor or cast.jonas, time_id=option.id, now=now)


def see(session, person, made, now):
    return proposal_views.view(session, actor=person, proposal_id=made.id, now=now)


def run(session, until) -> list[tuple[str, str, int]]:
    told, known = [], set(session.scalars(select(Outgoing.id)))
    while (at := follow_ups.next_due(session, [LADDER])) is not None and at <= until:
        follow_ups.take_due(session, LADDER, at)
        for row in session.scalars(select(Outgoing).order_by(Outgoing.id)):
            if row.id not in known:
                known.add(row.id)
                told.append((f"{row.not_before:%d.%m %H}", row.kind, row.recipient_id))
        assert follow_ups.adrift(session, LADDER, at) == []
    return told


def walls(*days: int, hour: int = 14) -> list[datetime]:
    return [datetime(2026, 12, day, hour, 0) for day in days]  # noqa: DTZ001


# --- proposing -----------------------------------------------------------------------------------


def test_the_family_and_covered_workers_are_asked(session, cast, made):
    asked = {cast.ida.id, cast.kari.id, cast.per.id, cast.amina.id}
    assert set(proposals.asked_of(session, made.id)) == asked
    assert set(promised(session, proposals.PROPOSED, None)) == asked


def test_only_the_stafettholder_proposes(session, cast, case, now):
    for name in ("ida", "kari", "per", "randi", "lise", "siri", "amina", "sam"):
        actor = getattr(cast, name)
        assert why_if(proposed, session, cast, case, now, actor=actor) is Why.ABSENT


@pytest.mark.parametrize(
    ("starts", "wanted"),
    [
        (walls(1), Why.TOO_MANY),
        (walls(1, 2, 3, 4), Why.TOO_MANY),
        ([datetime(2026, 11, 20, 14), *walls(1)], Why.PAST),  # noqa: DTZ001
        ([*walls(1), datetime(2026, 12, 1, 14, 30)], Why.OVERLAPPING),  # noqa: DTZ001
        (walls(1, 1), Why.OVERLAPPING),
        ([datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 29, 10)], Why.NO_SUCH_TIME),  # noqa: DTZ001
    ],
)
def test_times_that_cannot_be_are_refused_by_name(session, cast, case, now, starts, wanted):
    assert why_if(proposed, session, cast, case, now, starts=starts) is wanted


def test_nobody_outside_the_consent_is_asked(session, cast, case, now):
    for person in (cast.lise, cast.siri, cast.sam):
        workers = [person.id]
        assert why_if(proposed, session, cast, case, now, workers=workers) is Why.CONSENT_MISSING


def test_the_same_again_is_one_and_another_waits_its_turn(session, cast, case, made, now):
    assert proposed(session, cast, case, now) is made
    assert why_if(proposed, session, cast, case, now, starts=walls(8, 9)) is Why.ALREADY_OPEN


# --- answering -----------------------------------------------------------------------------------


def test_nobody_sees_anothers_answer_and_the_holder_sees_who(session, cast, made, now):
    first = options(session, made)[0]
    vote(session, cast.kari, first, now, Fits.CANNOT)
    vote(session, cast.per, first, now, Fits.IF_MUST)
    for person, mine in ((cast.kari, Fits.CANNOT), (cast.per, Fits.IF_MUST),
                         (cast.ida, Fits.UNANSWERED), (cast.amina, Fits.UNANSWERED)):  # fmt: skip
        seen = see(session, person, made, now).times[0]
        assert (seen.mine, seen.said) == (mine, ())
    told = dict(see(session, cast.jonas, made, now).times[0].said)
    assert told == {
        Fits.CANNOT: ("Kari",), Fits.IF_MUST: ("Per",), Fits.UNANSWERED: ("Amina", "Ida")
    }  # fmt: skip


def test_who_was_not_asked_neither_sees_nor_answers(session, cast, made, now):
    first = options(session, made)[0]
    for person in (cast.lise, cast.siri, cast.randi, cast.sam):
        assert why_if(see, session, person, made, now) is Why.ABSENT
        assert why_if(vote, session, person, first, now) is Why.ABSENT
    assert why_if(vote, session, cast.jonas, first, now) is Why.ABSENT


def test_a_worker_whose_consent_is_gone_neither_sees_nor_answers(session, cast, made, now):
    take_back(session, cast.kari, now)
    assert why_if(see, session, cast.amina, made, now) is Why.ABSENT
    assert why_if(vote, session, cast.amina, options(session, made)[0], now) is Why.ABSENT


def test_an_answer_can_be_changed_and_the_same_twice_is_one(session, cast, made, now):
    first = options(session, made)[0]
    assert vote(session, cast.ida, first, now)
    assert not vote(session, cast.ida, first, now)
    assert vote(session, cast.ida, first, now, Fits.CANNOT)
    assert why_if(vote, session, cast.ida, first, first.starts_at) is Why.PAST


def test_the_holder_is_told_once_when_all_have_answered(session, cast, made, now):
    for option in options(session, made):
        for person in (cast.ida, cast.kari, cast.per, cast.amina):
            assert promised(session, proposals.ALL_IN) == []
            vote(session, person, option, now)
    assert promised(session, proposals.ALL_IN) == [cast.jonas.id]


# --- choosing ------------------------------------------------------------------------------------


def test_the_chosen_time_becomes_the_called_meeting_once(session, cast, made, now):
    second = options(session, made)[1]
    meeting = choose(session, cast, second, now)
    assert choose(session, cast, second, now) is meeting
    assert (meeting.state, meeting.starts_at) == (MeetingState.CALLED, second.starts_at)
    assert {i.person_id for i in invitees_of(session, meeting.id)} == {
        cast.ida.id, cast.kari.id, cast.per.id, cast.amina.id, cast.jonas.id
    }  # fmt: skip
    assert (made.state, made.next_follow_up_at) == (S.CHOSEN, None)
    for person in (cast.ida, cast.amina):
        assert why_if(vote, session, person, second, now, Fits.CANNOT) is Why.STALE


def test_who_said_that_the_chosen_time_suits_comes_and_is_not_asked_again(
    session, cast, made, now
):
    first, second = options(session, made)[:2]
    vote(session, cast.kari, first, now)
    vote(session, cast.per, second, now)
    vote(session, cast.ida, first, now, Fits.IF_MUST)
    meeting = choose(session, cast, first, now)
    said = {each.person_id: each.answer for each in invitees_of(session, meeting.id)}
    assert said[cast.kari.id] == Coming.YES
    assert said[cast.per.id] == said[cast.ida.id] == Coming.UNANSWERED
    meetings.answer(
        session, actor=cast.kari, meeting_id=meeting.id, coming=Coming.NO,
        sequence=meeting.sequence, now=now,
    )  # fmt: skip
    assert choose(session, cast, first, now) is meeting
    again = {each.person_id: each.answer for each in invitees_of(session, meeting.id)}
    assert again[cast.kari.id] == Coming.NO


def test_only_the_holder_chooses_and_never_a_time_that_has_passed(session, cast, made, now):
    first = options(session, made)[0]
    for name in ("ida", "kari", "per", "amina", "randi", "sam"):
        actor = getattr(cast, name)
        assert why_if(choose, session, cast, first, now, actor=actor) is Why.ABSENT
    assert why_if(choose, session, cast, first, first.starts_at) is Why.PAST


def test_a_worker_whose_consent_ended_is_not_called_along(session, cast, case, made, now):
    take_back(session, cast.per, now)
    first = options(session, made)[0]
    assert why_if(choose, session, cast, first, now) is Why.CONSENT_MISSING


# --- what waits ----------------------------------------------------------------------------------


def test_reminded_once_then_the_holder_is_told_to_choose_and_then_it_is_over(session, cast, made):
    vote(session, cast.kari, options(session, made)[0], made.at)
    told = run(session, made.ends_at + timedelta(days=1))
    them = {cast.ida.id, cast.kari.id, cast.per.id, cast.amina.id}
    assert {each for each in told if each[1] == proposals.REMIND} == {
        ("25.11 08", proposals.REMIND, who) for who in them
    }
    rest = [(at, kind) for at, kind, _to in told if kind != proposals.REMIND]
    assert rest == [("26.11 08", proposals.CHOOSE), ("03.12 08", proposals.CHOOSE),
                    ("03.12 13", proposals.EXPIRED)]  # fmt: skip
    assert (made.state, made.next_follow_up_at) == (S.EXPIRED, None)


def test_who_has_answered_everything_is_not_reminded(session, cast, made):
    for option in options(session, made):
        vote(session, cast.kari, option, made.at)
    told = run(session, made.at + timedelta(days=3))
    assert cast.kari.id not in {to for _at, kind, to in told if kind == proposals.REMIND}


@pytest.mark.parametrize("ends", ["choose", "withdraw", "close"])
def test_what_waits_is_not_sent_when_it_is_over(session, cast, case, now, ends):
    made = proposed(session, cast, case, now)
    match ends:
        case "choose":
            choose(session, cast, options(session, made)[0], now)
        case "withdraw":
            proposals.withdraw(session, actor=cast.jonas, proposal_id=made.id, now=now)
        case "close":
            closing.close(session, actor=cast.ida, case_id=made.case_id, wish=closing.Wish(),
                          now=now)  # fmt: skip
    assert promised(session, proposals.PROPOSED) == []
    assert made.next_follow_up_at is None


@pytest.mark.parametrize("seed", [1, *doses.slowly(*range(2, 30))])
def test_no_proposal_is_ever_adrift(session, cast, case, now, seed):
    dice, at = random.Random(seed), now
    for _act in range(30):
        at += timedelta(hours=dice.choice((2, 20, 50)))
        follow_ups.take_due(session, LADDER, at)
        made = proposals.open_in(session, case.id)
        try:
            if made is None:
                days = sorted(dice.sample(range(1, 12), dice.choice((2, 3))))
                starts = [(at + timedelta(days=n)).replace(tzinfo=None) for n in days]
                proposed(session, cast, case, at, starts=starts)
            elif dice.random() < 0.1:
                choose(session, cast, dice.choice(options(session, made)), at)
            else:
                person = dice.choice((cast.ida, cast.kari, cast.per, cast.amina))
                vote(session, person, dice.choice(options(session, made)), at,
                     dice.choice([Fits.WORKS, Fits.CANNOT]))  # fmt: skip
        except Refused:
            pass
        session.flush()
        assert follow_ups.adrift(session, LADDER, at) == []
        assert follow_ups.disagreeing(session, LADDER, at) == []
    about = {each.id: each for each in session.scalars(select(proposals.Proposal))}
    for row in session.scalars(select(Outgoing).where(Outgoing.kind == proposals.REMIND)):
        assert row.not_before < about[row.subject_id].ends_at


# --- unusual times -------------------------------------------------------------------------------

DAY = datetime(2026, 12, 8, 13, 0, tzinfo=UTC)
TODAY = DAY.date() - timedelta(days=20)


@pytest.mark.parametrize(
    ("starts", "calendar", "busy", "odd"),
    [
        (DAY, Calendar(), (), ()),
        (DAY, Calendar(red_days=frozenset([DAY.date()])), (), (Odd.RED_DAY,)),
        (DAY, Calendar(school_off=frozenset([DAY.date()])), (), (Odd.SCHOOL_OFF,)),
        (DAY + timedelta(days=4), Calendar(), (), (Odd.WEEKEND,)),
        (DAY - timedelta(days=15), Calendar(), (), (Odd.SHORT_NOTICE,)),
        (DAY + timedelta(hours=8), Calendar(), (), (Odd.ODD_HOUR,)),
        (DAY, Calendar(), ((DAY, DAY + timedelta(hours=1)),), (Odd.OVERLAPS,)),
        (DAY, Calendar(), ((DAY + timedelta(minutes=45), DAY + timedelta(hours=2)),), ()),
    ],
)
def test_what_is_unusual_about_a_time_is_told(starts, calendar, busy, odd):
    assert oddities(starts, TODAY, MunicipalPolicy(), calendar, busy, 45) == odd


def test_the_holder_is_told_and_may_choose_it_all_the_same(session, cast, made, now):
    first = options(session, made)[0]
    found = proposal_views.choosing(session, actor=cast.jonas, time_id=first.id, now=now)
    times = found.times
    soon = first.starts_at.date() - timedelta(days=2)
    assert Odd.SHORT_NOTICE in oddities(first.starts_at, soon, times.rules, times.calendar)
    assert choose(session, cast, first, first.starts_at - timedelta(hours=30))
    assert meeting_views.times(session, actor=cast.jonas, case_id=made.case_id, now=now).busy
