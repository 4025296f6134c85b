"""Level 0: from a wonder to a decision in time, seen by nobody but those it is for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import (
    access_log,
    audit,
    breaks,
    cases,
    concern_views,
    concerns,
    follow_ups,
    friday,
    holding,
    municipality,
    my_data,
    owed,
    people,
    policy,
    reminding,
    retention,
    shielded,
    units,
    views,
)
from models.access_news import AccessWatch
from models.audit import AuditEntry
from models.base import Refused, new_id
from models.concerns import Concern
from models.municipality import Unit
from models.people import Position, Pupil
from models.policy import Calendar, MunicipalPolicy
from models.shielded import Shield
from models.terms import (
    ConcernOutcome,
    ConcernState,
    InTheWay,
    Owing,
    PutOff,
    Role,
    Why,
)
from tests.agreed import promised
from tests.concern_setup import (
    CANARIES,
    NAMED,
    WORDS,
    decided,
    discussed,
    raised,
    talk,
    verdict,
    wish,
)
from tests.refusals import why

OSLO = ZoneInfo("Europe/Oslo")
RULES = MunicipalPolicy()
DAY = timedelta(days=1)
OUTCOMES = list(ConcernOutcome)


# --- the last day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arose", "by"),
    [
        ("2026-11-23", "2026-12-07"),
        ("2026-03-20", "2026-04-03"),  # over the night in which the clocks go forward
        ("2026-10-20", "2026-11-03"),  # and back
        ("2026-12-17", "2026-12-31"),  # over Christmas: a date moves for nobody
        ("2027-02-15", "2027-03-01"),
        ("2028-02-15", "2028-02-29"),
    ],
)
def test_the_clock_starts_when_it_arose_and_counts_days(arose, by):
    """[35]"""
    day = date.fromisoformat(arose)
    assert policy.decide_concern_by(day, RULES) == date.fromisoformat(by)
    for year in range(2024, 2038):
        for month in (3, 10):
            day = date(year, month, 25)
            assert policy.decide_concern_by(day, RULES) - day == timedelta(days=14)


@pytest.mark.parametrize(
    ("arose", "today", "late"),
    [(0, 0, False), (0, 13, False), (0, 14, False), (0, 15, True), (20, 0, True), (14, 0, False)],
)
def test_it_is_late_the_day_after_the_last(session, cast, now, arose, today, late):
    concern = raised(session, cast, now, arose_on=now.date() - arose * DAY)
    assert concerns.is_overdue(session, concern, now + today * DAY) is late


def test_a_decided_one_is_never_late(session, cast, now):
    concern = decided(session, cast, now, ConcernOutcome.CLOSE)
    assert not concerns.is_overdue(session, concern, now + 100 * DAY)


def test_another_number_of_days_is_the_municipalitys(session, cast, now):
    assert policy.decide_concern_by(now.date(), MunicipalPolicy(level0_decision_days=5)) == (
        now.date() + 5 * DAY
    )


@pytest.mark.parametrize(
    ("arose", "raised_on", "pressed"),
    [
        ("2026-11-23", "2026-11-23", "2026-12-07"),
        ("2026-11-12", "2026-11-23", "2026-11-26"),  # both the same day
        ("2026-11-11", "2026-11-23", "2026-11-26"),  # the deadline is the day before
        ("2026-11-09", "2026-11-23", "2026-11-26"),  # on the last day
        ("2026-11-08", "2026-11-23", "2026-11-26"),  # the day after it
        ("2026-06-01", "2026-11-23", "2026-11-26"),
    ],
)
def test_it_counts_from_the_later_of_the_deadline_and_some_days_to_do_it_in(
    arose, raised_on, pressed
):
    """[35] keeps the deadline itself."""
    days = date.fromisoformat(arose), date.fromisoformat(raised_on)
    assert policy.concern_pressed_from(*days, RULES) == date.fromisoformat(pressed)


@pytest.mark.parametrize(
    ("arose", "steps"),
    [
        ("2026-11-23", {"before": "12-04", "day": "12-07", "week1": "12-14"}),
        # raised today, arose ten days ago: the reminder comes on the next open morning
        ("2026-11-13", {"before": "11-24", "day": "11-27", "week1": "12-04"}),
        # late when it was raised: minded the next morning, told of a week after three days
        ("2026-11-02", {"day": "11-24", "week1": "12-03"}),
        ("2026-06-02", {"day": "11-24", "week1": "12-03"}),
    ],
)
def test_the_receiver_is_reminded_before_on_the_day_and_every_week(arose, steps):
    at = datetime(2026, 11, 23, 10, tzinfo=OSLO)
    last = policy.decide_concern_by(date.fromisoformat(arose), RULES)
    pressed = policy.concern_pressed_from(date.fromisoformat(arose), at.date(), RULES)
    found = reminding.concern_steps(last, pressed, at, RULES, Calendar(), at)
    assert {s.name: f"{s.at.astimezone(OSLO):%m-%d}" for s in found} == steps
    assert {s.at.astimezone(OSLO).hour for s in found} == {9}


def test_a_red_day_moves_the_reminder_and_not_the_last_day():
    at = datetime(2026, 12, 11, 10, tzinfo=OSLO)
    last = policy.decide_concern_by(date(2026, 12, 11), RULES)
    red = Calendar(red_days=frozenset({date(2026, 12, 25)}))
    found = {
        s.name: s.at.astimezone(OSLO)
        for s in reminding.concern_steps(last, last, at, RULES, red, at)
    }
    assert (last, f"{found['day']:%m-%d %H}") == (date(2026, 12, 25), "12-28 09")


# --- the ladder ------------------------------------------------------------------------------------


def _goes_by(session, now, days: int) -> datetime:
    for _day in range(days):
        now += DAY
        while follow_ups.take_due(session, concerns.LADDER, now):
            session.flush()
    return now


def test_nobody_is_forgotten_however_long_it_takes(session, cast, now):
    concern = raised(session, cast, now)
    _goes_by(session, now, 50)
    told = promised(session)
    assert told.count(("concern.due", cast.randi.id)) == 2 + 5  # before, on the day, five weeks
    assert concern.next_follow_up_at is not None
    assert {kind for kind, who in told if who not in (cast.randi.id, cast.siri.id)} == set()


def test_who_got_it_too_late_has_some_days_before_anybody_is_told(session, cast, now):
    """And a week: the leader hears no sooner, nor does anything count as stopped."""
    concern = raised(session, cast, now, arose_on=now.date() - 20 * DAY)
    assert concerns.raised_late(session, concern, now)
    _goes_by(session, now, 9)
    assert set(promised(session)) == {
        ("concern.new", cast.randi.id),
        ("concern.due", cast.randi.id),
    }
    for days, late in ((1, []), (3, []), (4, [now.date() + 3 * DAY])):
        found = breaks.found_of(session, concern, now + days * DAY)
        assert [each.since for each in found] == late


def test_the_decided_ones_are_found_again_by_whom_they_were_for(session, cast, now):
    """Until they are forgotten, the newest first; never by a parent of whom it was about."""
    first = decided(session, cast, now, ConcernOutcome.CARE)
    second = decided(session, cast, now + DAY, ConcernOutcome.LEVEL1)
    waiting = raised(session, cast, now)

    def found(person):
        lines = concern_views.lines(session, actor=person, now=now + DAY)
        return [[each.id for each in some] for some in (lines.waiting, lines.decided)]

    assert found(cast.randi) == [[waiting.id], [second.id, first.id]]
    for name in ("amina", "jonas", "lise", "siri"):
        assert found(getattr(cast, name)) == [[], []]
    concerns.forget(session, second)
    assert found(cast.randi)[1] == [first.id]


def test_a_parent_who_works_there_does_not_find_their_own_childs(session, cast, now):
    concern = decided(session, cast, now, ConcernOutcome.LEVEL1)
    session.add(Position(person_id=cast.kari.id, unit_id=cast.school.id, role=Role.REKTOR))
    session.flush()
    found = concern_views.lines(session, actor=cast.kari, now=now)
    assert found.decided == ()
    concern.ungdom_id = None
    found = concern_views.lines(session, actor=cast.kari, now=now)
    assert [each.id for each in found.decided] == [concern.id]


def test_a_decision_ends_it(session, cast, now):
    concern = decided(session, cast, now, ConcernOutcome.CLOSE)
    assert concern.next_follow_up_at is None
    assert follow_ups.adrift(session, concerns.LADDER, now) == []


def test_where_the_rektor_has_left_the_project_leader_finds_another(session, cast, now):
    concern = raised(session, cast, now)
    for position in people.positions(session, cast.randi.id):
        position.ended_at = now
    session.flush()
    assert concerns.responsible(session, concern, now) == [cast.siri.id]
    at = _goes_by(session, now, 14)
    assert ("concern.stuck", cast.siri.id) in promised(session)
    assert concern_views.stuck(session, actor=cast.siri, concern_id=concern.id) == cast.school.name
    assert follow_ups.adrift(session, concerns.LADDER, at) == []


_ACTS = ("raise", "old", "receive", "discuss", "shield", "close", "level1", "care", "day", "week")


@settings(max_examples=15, deadline=None)
@given(acts=st.lists(st.sampled_from(_ACTS), max_size=12))
def test_every_open_concern_has_a_next_step_and_somebody_who_must_do_it(stores, acts):
    """Whatever is done in whatever order [44]."""
    from tests.ways import NOW, SEEDED, cast_of

    with stores.lent(SEEDED) as session:
        cast, now = cast_of(session), NOW
        for act in acts:
            now = _acted(session, cast, act, now)
            assert follow_ups.adrift(session, concerns.LADDER, now) == []
            open_ones = session.scalars(select(Concern).where(concerns.is_open())).all()
            assert all(each.next_follow_up_at for each in open_ones)


def _acted(session, cast, act: str, now: datetime) -> datetime:
    if act in ("raise", "old"):
        raised(session, cast, now, arose_on=now.date() - (40 if act == "old" else 0) * DAY)
        return now
    if act in ("day", "week"):
        return _goes_by(session, now, 7 if act == "week" else 1)
    newest = session.scalars(select(Concern).order_by(Concern.raised_at.desc())).first()
    at = {"actor": cast.randi, "concern_id": newest.id if newest else 0, "now": now}
    review = Shield("Kråke", now.date() + 5 * DAY)
    try:
        match act:
            case "receive":
                concerns.receive(session, **at)
            case "discuss":
                concerns.discuss(session, talk=talk(), **at)
            case "shield":
                concerns.shield(session, shield=review, **at)
            case _outcome:
                concerns.decide(session, verdict=verdict(cast, ConcernOutcome(act)), **at)
    except Refused:
        pass
    return now


# --- who may what, and clear noes --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["amina", "jonas", "randi", "lise"])
def test_anybody_who_works_with_youths_can_say_it(session, cast, now, name):
    actor = getattr(cast, name)
    concern = concerns.raise_(session, actor=actor, wish=wish(cast, now.date()), now=now)
    assert concern.state == ConcernState.RAISED
    told = [who for kind, who in promised(session, "concern.new")]
    assert told == ([] if name == "randi" else [cast.randi.id])


@pytest.mark.parametrize("name", ["ida", "kari", "siri", "sam", "turid"])
def test_nobody_else_can(session, cast, now, name):
    actor = getattr(cast, name)
    given = {"actor": actor, "wish": wish(cast, now.date()), "now": now}
    assert why(concerns.raise_, session, **given) is Why.ABSENT


@pytest.mark.parametrize("days", [1, -181])
def test_a_day_to_come_or_too_long_ago_cannot_be_right(session, cast, now, days):
    given = {"actor": cast.amina, "wish": wish(cast, now.date() + days * DAY), "now": now}
    assert why(concerns.raise_, session, **given) is Why.NO_SUCH_DATE


def test_today_is_that_of_the_municipality(session, cast):
    """Half past midnight in Oslo is still yesterday in UTC."""
    now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    raised(session, cast, now, arose_on=date(2026, 11, 24))
    given = {"actor": cast.amina, "wish": wish(cast, date(2026, 11, 25)), "now": now}
    assert why(concerns.raise_, session, **given) is Why.NO_SUCH_DATE


def test_a_school_that_has_nobody_to_receive_it_is_said_so(session, cast, now):
    session.add(empty := Unit(id=new_id(), key="ovre", kind="school", name="Øvre skole"))
    session.flush()
    told = wish(cast, now.date(), school_id=empty.id)
    given = {"actor": cast.amina, "now": now}
    assert why(concerns.raise_, session, wish=told, **given) is Why.NO_RECEIVER
    form = concern_views.raise_form(session, **given)
    assert set(form.schools) == {cast.school.id}
    for position in people.positions(session, cast.randi.id):
        position.ended_at = now
    session.flush()
    assert why(concern_views.raise_form, session, **given) is Why.NO_RECEIVER


def test_a_club_is_no_school(session, cast, now):
    told = wish(cast, now.date(), school_id=cast.club.id)
    assert why(concerns.raise_, session, actor=cast.amina, wish=told, now=now) is Why.ABSENT


@pytest.mark.parametrize("name", ["ida", "kari", "jonas", "amina", "lise", "siri", "turid"])
def test_only_the_contact_point_does_anything_with_it(session, cast, now, name):
    concern = discussed(session, cast, now)
    at = {"actor": getattr(cast, name), "concern_id": concern.id, "now": now}
    for verb, more in (
        (concerns.receive, {}),
        (concerns.discuss, {"talk": talk()}),
        (concerns.shield, {"shield": None}),
        (concerns.decide, {"verdict": verdict(cast, ConcernOutcome.CLOSE)}),
        (concern_views.for_receiver, {}),
        (concern_views.decide_form, {}),
    ):
        assert why(verb, session, **at, **more) is Why.ABSENT


def test_one_in_the_rektors_place_receives_it_too(session, cast, now):
    concern = raised(session, cast, now)
    session.add(
        Position(
            person_id=cast.jonas.id, unit_id=cast.school.id, role=Role.REKTOR,
            acts_for_id=cast.randi.id,
        )
    )  # fmt: skip
    session.flush()
    concerns.receive(session, actor=cast.jonas, concern_id=concern.id, now=now)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "concerns.receive"))
    assert entry.detail["acts_for"] == cast.randi.id


def test_nobody_decides_alone_but_about_the_care_at_home(session, cast, now):
    concern = raised(session, cast, now)
    at = {"actor": cast.randi, "concern_id": concern.id, "now": now}
    for outcome in OUTCOMES[:3]:
        given = {"verdict": verdict(cast, outcome), **at}
        assert why(concerns.decide, session, **given) is Why.DISCUSS_FIRST
    concerns.decide(session, verdict=verdict(cast, ConcernOutcome.CARE), **at)
    assert concern.outcome == ConcernOutcome.CARE


@pytest.mark.parametrize("first", OUTCOMES)
@pytest.mark.parametrize("second", OUTCOMES)
def test_deciding_twice_is_quiet_for_the_same_and_refused_for_another(
    session, cast, now, first, second
):
    concern = decided(session, cast, now, first)
    before = concern.version
    again = {"actor": cast.randi, "concern_id": concern.id, "now": now}
    if first is second:
        concerns.decide(session, verdict=verdict(cast, second), **again)
    else:
        given = {"verdict": verdict(cast, second), **again}
        assert why(concerns.decide, session, **given) is Why.DECIDED
    assert (concern.version, concern.outcome) == (before, first)


def test_a_pupil_of_another_school_cannot_be_picked(session, cast, now):
    session.add(other := Unit(id=new_id(), key="ovre", kind="school", name="Øvre skole"))
    session.flush()
    odin = people.create(session, name="Odin", language="nb", now=now, confirmed=True)
    session.add(Pupil(person_id=odin.id, school_id=other.id))
    session.flush()
    concern = discussed(session, cast, now)
    at = {"actor": cast.randi, "concern_id": concern.id, "now": now}
    for pupil in (odin.id, cast.kari.id, 17):
        given = {"verdict": verdict(cast, ConcernOutcome.LEVEL1, pupil_id=pupil), **at}
        assert why(concerns.decide, session, **given) is Why.NOT_OWN_PUPIL
    assert session.scalars(select(cases.Case)).all() == []


def test_a_decision_needs_words(session, cast, now):
    concern = discussed(session, cast, now)
    given = {"verdict": verdict(cast, ConcernOutcome.CLOSE, reason=" ")}
    at = {"actor": cast.randi, "concern_id": concern.id, "now": now}
    assert why(concerns.decide, session, **given, **at) is Why.WORDS_REQUIRED


# --- what it leads to --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "level"), [(ConcernOutcome.LEVEL1, 1), (ConcernOutcome.LEVEL2, 2)]
)
def test_levels_1_and_2_open_a_case_there_with_a_holder(session, cast, now, outcome, level):
    decided(session, cast, now, outcome)
    case = cases.open_for(session, cast.ida.id)
    assert (case.level, case.stafettholder_id) == (level, cast.jonas.id)
    assert promised(session, "stafett.opened") == [("stafett.opened", cast.jonas.id)]


def test_an_open_case_is_linked_and_its_holder_told_of_no_more_than_that(session, cast, now):
    first = decided(session, cast, now, ConcernOutcome.LEVEL1)
    second = decided(session, cast, now, ConcernOutcome.LEVEL2, holder_id=cast.randi.id)
    assert second.case_id == first.case_id
    assert second.same_as_id == first.id
    assert cases.open_for(session, cast.ida.id).level == 1  # whoever holds it moves it
    assert promised(session, "concern.joined") == [("concern.joined", cast.jonas.id)]
    at = {"concern_id": second.id, "now": now}
    assert concern_views.joined(session, actor=cast.jonas, **at) == ("Ida", "Randi")
    assert why(concern_views.joined, session, actor=cast.kari, **at) is Why.ABSENT


@pytest.mark.parametrize("outcome", [ConcernOutcome.CLOSE, ConcernOutcome.CARE])
def test_the_others_open_and_name_nothing(session, cast, now, outcome):
    concern = decided(session, cast, now, outcome)
    assert (concern.case_id, concern.ungdom_id) == (None, None)
    assert session.scalars(select(cases.Case)).all() == []


def test_of_a_concern_about_the_care_at_home_nothing_is_sent_to_anybody(session, cast, now):
    """[54] Nothing more than what any concern brings before it is decided."""
    concern = discussed(session, cast, now)
    before = promised(session)
    care = verdict(cast, ConcernOutcome.CARE, reason="Kråke")
    concerns.decide(session, actor=cast.randi, concern_id=concern.id, verdict=care, now=now)
    assert promised(session) == before
    assert concern.reason is None  # that it was decided is all that is kept
    _goes_by(session, now, 60)
    assert promised(session) == before


def test_a_shielded_concern_leads_to_a_case_the_parents_never_see(session, cast, now):
    """[58] From its first moment."""
    concern = discussed(session, cast, now)
    at = {"actor": cast.randi, "concern_id": concern.id, "now": now}
    concerns.shield(session, shield=Shield("Kråke", now.date() + 10 * DAY), **at)
    concerns.decide(session, verdict=verdict(cast, ConcernOutcome.LEVEL1), **at)
    case = cases.open_for(session, cast.ida.id)
    assert cast.kari.id in shielded.kept_from(session, case)
    assert views.my_cases(session, cast.kari, now) == []
    assert len(views.my_cases(session, cast.ida, now)) == 1


# --- who sees what -------------------------------------------------------------------------------------

EVERYONE = ("ida", "kari", "per", "jonas", "lise", "siri", "turid", "sam")


@pytest.mark.parametrize("outcome", [None, *OUTCOMES])
def test_the_name_and_the_words_are_the_receivers_and_the_raisers_own(session, cast, now, outcome):
    concern = decided(session, cast, now, outcome) if outcome else discussed(session, cast, now)
    at = {"concern_id": concern.id, "now": now}
    mine = repr(concern_views.for_raiser(session, actor=cast.amina, **at))
    assert [word for word in CANARIES if word in mine] == [NAMED, WORDS]
    theirs = repr(concern_views.for_receiver(session, actor=cast.randi, **at))
    kept = 3 if outcome in (None, ConcernOutcome.CARE) else 4
    assert sum(word in theirs for word in CANARIES) == kept
    for name in EVERYONE:
        for view in (concern_views.for_raiser, concern_views.for_receiver):
            assert why(view, session, actor=getattr(cast, name), **at) is Why.ABSENT


def test_who_raised_it_cannot_tell_what_it_was_decided_to_be(session, cast, now):
    """[F1] The same of all four."""
    seen = []
    for outcome in OUTCOMES:
        concern = decided(session, cast, now, outcome)
        told = concern_views.for_raiser(session, actor=cast.amina, concern_id=concern.id, now=now)
        seen.append((told.state, told.received_by, promised(session)[-1:] and told.words))
    assert len(set(seen)) == 1
    told = {kind for kind, who in promised(session) if who == cast.amina.id}
    assert told == {"concern.received"}


def _stored(session) -> str:
    """Everything in the clear in every table."""
    from models.base import Base

    found = []
    for table in Base.metadata.sorted_tables:
        found += [repr(row) for row in session.execute(select(table))]
    return "\n".join(found)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_word_of_it_lies_open_anywhere(session, cast, now, outcome):
    """Neither in outbox rows, nor in the audit, nor in any other table."""
    decided(session, cast, now, outcome)
    _goes_by(session, now, 20)
    stored = _stored(session)
    assert [word for word in CANARIES if word in stored] == []
    assert audit.broken_link(session, 0) is None


def _all_they_get(session, person, now) -> str:
    return repr(my_data.gather(session, actor=person, now=now))


@pytest.mark.parametrize("outcome", [None, ConcernOutcome.CLOSE, ConcernOutcome.CARE])
def test_the_family_finds_no_trace_of_it(session, cast, now, outcome):
    """Neither in what is sent, nor in what we have about them, nor in who has looked [8, 54, 58]."""
    family = (cast.ida, cast.kari, cast.per)
    before = [_all_they_get(session, each, now) for each in family]
    concern = decided(session, cast, now, outcome) if outcome else discussed(session, cast, now)
    concern_views.for_receiver(session, actor=cast.randi, concern_id=concern.id, now=now)
    _goes_by(session, now, 30)
    assert [_all_they_get(session, each, now) for each in family] == before
    assert {who for _kind, who in promised(session)} <= {
        cast.randi.id,
        cast.siri.id,
        cast.amina.id,
    }
    assert access_log.of_youth(session, actor=cast.ida, ungdom_id=cast.ida.id, now=now) == ()


def test_a_reading_of_it_is_no_news_to_the_family(session, cast, now):
    """Also when it is known whom it was about: else a Friday would tell them of it."""
    concern = decided(session, cast, now, ConcernOutcome.LEVEL1)
    concern_views.for_receiver(session, actor=cast.randi, concern_id=concern.id, now=now)
    assert session.get(AccessWatch, cast.ida.id) is None


def test_who_raised_it_gets_that_and_how_far_it_is(session, cast, now):
    concern = decided(session, cast, now, ConcernOutcome.CARE)
    discussed(session, cast, now)
    (part,) = (
        p
        for p in my_data.gather(session, actor=cast.amina, now=now)
        if p.name == "concerns_raised"
    )
    assert {e["state"] for e in part.entries} == {ConcernState.DECIDED, ConcernState.RECEIVED}
    assert concern.reference in repr(part)
    assert [word for word in CANARIES if word in repr(part)] == []


def test_who_raised_it_and_has_other_work_now_finds_it_no_more(session, cast, now):
    concern = raised(session, cast, now)
    for position in people.positions(session, cast.amina.id):
        position.role = Role.ADMINISTRATOR
    session.flush()
    told = {"actor": cast.amina, "now": now}
    assert why(concern_views.for_raiser, session, concern_id=concern.id, **told) is Why.ABSENT
    assert concern_views.lines(session, **told) == concern_views.Lines((), (), ())


def test_every_reading_is_audited(session, cast, now):
    concern = raised(session, cast, now)
    concern_views.for_receiver(session, actor=cast.randi, concern_id=concern.id, now=now)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "concerns.read"))
    assert (entry.actor_id, entry.chain) == (cast.randi.id, concern.id)


# --- forgetting ------------------------------------------------------------------------------------------


def test_the_words_go_some_time_after_the_decision(session, cast, now):
    concern = decided(session, cast, now, ConcernOutcome.LEVEL1)
    waiting = raised(session, cast, now)
    at = now + RULES.concerns_kept_days * DAY
    retention.sweep(session, at)
    assert concern.words == WORDS
    retention.sweep(session, at + DAY)
    assert (concern.words, concern.named, concern.ungdom_id) == (None, None, None)
    assert concern.outcome == ConcernOutcome.LEVEL1
    assert waiting.words == WORDS  # nobody has decided it
    assert concerns.raised_by(session, cast.amina) == [waiting]
    assert municipality.unit(session, concern.school_id) is not None


def test_whoever_it_is_about_takes_it_along_when_they_are_forgotten(session, cast, now):
    concern = decided(session, cast, now, ConcernOutcome.LEVEL1)
    other = decided(session, cast, now, ConcernOutcome.CLOSE)
    for each in concerns.about(session, cast.ida.id):
        concerns.forget(session, each)
    assert (concern.words, concern.ungdom_id, concern.case_id) == (None, None, None)
    assert other.words == WORDS


def test_a_school_is_not_closed_nor_left_without_a_rektor_while_one_is_open(session, cast, now):
    """[30]"""
    randi = people.positions(session, cast.randi.id)
    assert not holding.leads_alone(session, randi[0], now)
    raised(session, cast, now)
    assert holding.leads_alone(session, randi[0], now)
    assert InTheWay.CONCERNS in units.in_the_way(session, cast.school.id)


def test_it_stands_on_the_receivers_list_with_its_last_day(session, cast, now):
    """Friday's five minutes and /frister."""
    concern = raised(session, cast, now, arose_on=now.date() - 3 * DAY)
    (mine,) = owed.of(session, cast.randi, now)
    due = now.date() + 11 * DAY
    assert (mine.kind, mine.subject_id, mine.due) == (Owing.CONCERN, concern.id, due)
    assert (mine.who, mine.code) == ("", concern.reference)
    assert owed.of(session, cast.amina, now) == []
    at = {"actor": cast.randi, "kind": Owing.CONCERN, "subject_id": concern.id, "now": now}
    friday.put_off(session, reason=PutOff.OTHERS, **at)
    assert friday.put_off_at(session, cast.randi, [cast.school.id], now) == 1
    assert friday.lines(session, cast.randi, now) == ()
