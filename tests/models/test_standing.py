"""Standing meetings of a club and a school: set up, followed up, and what may be on them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

import handlers
from bot.attachments import make
from handlers.turns import Reading
from locales import say
from models import (
    closing,
    contacts,
    follow_ups,
    municipality,
    my_data,
    on_agenda,
    people,
    shielded,
    shredding,
    standing,
    standing_agenda,
    standing_date_views,
    standing_dates,
    standing_kept,
    standing_ladders,
    standing_running,
    standing_views,
)
from models.base import Refused, new_id
from models.consent_history import ConsentEvent, ConsentQuestion
from models.municipality import Unit
from models.outbox import Outgoing
from models.people import Position
from models.recurring import Slots
from models.shielded import Shield
from models.standing_running import Setup
from models.terms import IfOff, InfoKind, MeetingPlace, OccasionState, Role, UnitKind, Why
from tests import agreed
from tests.meeting_setup import take_back
from tests.ways import told_once

SETUP = Setup(
    date(2026, 12, 3), time(14, 15), 2, date(2027, 6, 19), IfOff.NEXT, 60, MeetingPlace.SCHOOL
)


def set_up(session, cast, now, actor=None, setup=SETUP, chair=None):
    return standing_running.set_up(
        session, actor=actor or cast.randi, club_id=cast.club.id, school_id=cast.school.id,
        setup=setup, chair_id=(chair or cast.amina).id, now=now,
    )  # fmt: skip


@told_once
def meeting(session, cast, now):
    return set_up(session, cast, now)


@told_once
def case(session, cast, now):
    return agreed.agreed(session, cast, now, {cast.club.id: [InfoKind.MEETINGS]})


def dates(session, meeting, now):
    return standing.coming(session, meeting.id, now)


def told(session, kind=None) -> set[tuple[str, int]]:
    rows = session.scalars(select(Outgoing).where(Outgoing.kind.startswith("standing.")))
    return {(row.kind, row.recipient_id) for row in rows if kind in (None, row.kind)}


def tick(session, at):
    for ladder in (standing_ladders.SERIES, standing_ladders.LADDER):
        follow_ups.take_due(session, ladder, at)


# --- setting up ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["randi", "amina", "siri", "turid"])
def test_who_leads_the_school_works_in_the_club_or_does_it_for_all_sets_one_up(
    session, cast, now, who
):
    actor = next(p for p in session.scalars(select(people.Person)) if p.name == who.capitalize())
    made = set_up(session, cast, now, actor)
    assert [d.starts_at.isoformat()[:16] for d in dates(session, made, now)] == [
        "2026-12-03T13:15", "2026-12-17T13:15", "2027-01-04T13:15",
    ]  # fmt: skip
    assert set_up(session, cast, now, actor) is made


@pytest.mark.parametrize("who", ["jonas", "lise", "ida", "kari", "sam"])
def test_nobody_else_does(session, cast, now, who):
    with pytest.raises(Refused) as refused:
        set_up(session, cast, now, getattr(cast, who))
    assert refused.value.why is Why.ABSENT


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"first": date(2026, 11, 20)}, Why.PAST),
        ({"first": date(2026, 12, 5)}, Why.DAY_OFF),
        ({"at": time(22)}, Why.NOT_VALID),
        ({"minutes": 0}, Why.TOO_LONG),
        ({"until": date(2026, 12, 2)}, Why.NOT_VALID),
    ],
)
def test_what_cannot_be_is_refused(session, cast, now, change, why):
    with pytest.raises(Refused) as refused:
        set_up(session, cast, now, setup=Setup(**{**vars(SETUP), **change}))
    assert refused.value.why is why


def test_everybody_with_a_seat_is_told_once(session, cast, meeting, now):
    assert told(session) == {("standing.set", cast.amina.id)}


# --- following up --------------------------------------------------------------------------------


@pytest.mark.slow
def test_only_the_next_few_dates_are_rows_all_the_year(session, cast, meeting, now):
    at = now
    while at < now + timedelta(days=250):
        at += timedelta(days=7)
        tick(session, at)
        assert len(dates(session, meeting, at)) <= standing_ladders.AHEAD
        for each in standing.occasions_of(session, meeting.id):
            if each.ends_at <= at and each.state == OccasionState.PLANNED:
                standing_dates.held(
                    session, actor=cast.amina, occasion_id=each.id, was=False, now=at
                )
        for ladder in (standing_ladders.SERIES, standing_ladders.LADDER):
            assert follow_ups.adrift(session, ladder, at) == []
            assert follow_ups.disagreeing(session, ladder, at) == []
    every = standing.occasions_of(session, meeting.id)
    named = [fall for fall in standing.falls_of(session, meeting) if fall.on]
    assert [each.named_on for each in every] == [fall.named for fall in named]


def test_the_chair_is_asked_whether_it_was_held_and_then_who_leads_is_told(
    session, cast, meeting, now
):
    first = dates(session, meeting, now)[0]
    after = first.starts_at + timedelta(days=1)
    tick(session, after)
    assert ("standing.held", cast.amina.id) in told(session)
    assert not told(session, "standing.late")
    tick(session, after + timedelta(days=7))
    assert told(session, "standing.late") == {("standing.late", cast.randi.id)}


def test_minutes_are_asked_for_until_they_are_written(session, cast, meeting, now):
    first = dates(session, meeting, now)[0]
    over = first.ends_at + timedelta(minutes=1)
    standing_dates.held(session, actor=cast.amina, occasion_id=first.id, was=True, now=over)
    tick(session, over + timedelta(days=5))
    assert ("standing.minutes", cast.amina.id) in told(session)
    standing_dates.minute(
        session, actor=cast.amina, occasion_id=first.id, words="Vi ringer hverandre.", now=over
    )
    assert first.next_follow_up_at is None
    with pytest.raises(Refused) as refused:
        standing_dates.minute(
            session, actor=cast.randi, occasion_id=first.id, words="Noe annet.", now=over
        )
    assert refused.value.why is Why.STALE


def test_a_chair_who_has_left_is_stood_in_for(session, cast, meeting, now):
    assert standing.chairs(session, meeting, now) == [cast.amina.id]
    cast.amina.away_from = cast.amina.away_until = now.date()
    assert standing.chairs(session, meeting, now) != [cast.amina.id]
    for position in people.positions(session, cast.amina.id):
        position.ended_at = now
    session.flush()
    assert standing.chairs(session, meeting, now) == [cast.randi.id]


def test_a_new_holiday_moves_what_lay_there_and_tells(session, cast, meeting, now):
    here = municipality.current(session)
    here.school_off = [*here.school_off, "2026-12-17"]
    session.info.pop("calendar", None)
    follow_ups.recompute(session, standing_ladders.SERIES, now)
    tick(session, now + timedelta(days=1))
    moved = dates(session, meeting, now)[1]
    assert moved.starts_at.date() == date(2026, 12, 18)
    assert ("standing.changed", cast.randi.id) in told(session)


def test_what_a_new_holiday_moves_is_told_by_day(session, cast, meeting, now):
    here = municipality.current(session)
    here.school_off = [*here.school_off, "2026-12-03"]
    session.info.pop("calendar", None)
    night = datetime(2026, 12, 2, 22, 0, tzinfo=UTC)  # half a day before it is
    standing_ladders.put_right(session, meeting, night)
    kinds = ("standing.changed", "standing.off")
    rows = session.scalars(select(Outgoing).where(Outgoing.kind.in_(kinds))).all()
    assert {row.not_before for row in rows} == {datetime(2026, 12, 3, 8, 0, tzinfo=UTC)}


def test_moving_one_date_silences_the_old_reminders(session, cast, meeting, now):
    first = dates(session, meeting, now)[0]
    tick(session, first.starts_at - timedelta(days=2))
    standing_dates.move(
        session, actor=cast.randi, occasion_id=first.id, starts=datetime.fromisoformat("2026-12-04T12:00"),
        sequence=0, now=now,
    )  # fmt: skip
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "standing.reminder"))
    assert {row.state for row in rows} == {"moot"}
    for day in ("2026-12-23", "2026-12-25", "2026-12-05"):
        wrong = datetime.fromisoformat(f"{day}T12:00")
        with pytest.raises(Refused) as refused:
            standing_dates.move(
                session, actor=cast.randi, occasion_id=first.id, starts=wrong, sequence=1, now=now
            )
        assert refused.value.why is Why.DAY_OFF


# --- all at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clubs", "schools"), [(2, 3), pytest.param(11, 9, marks=pytest.mark.slow)]
)
def test_every_club_with_every_school(session, cast, now, clubs, schools):
    """One person works in all the clubs, and is never at two of them at once."""
    for number in range(clubs - 1):
        unit = Unit(id=new_id(), key=f"klubb-{number}", kind="club", name=f"Klubb {number}")
        session.add(unit)
        session.add(Position(person_id=cast.amina.id, unit_id=unit.id, role=Role.SERVICE))
    for number in range(schools - 1):
        session.add(
            Unit(id=new_id(), key=f"skole-{number}", kind="school", name=f"Skole {number}")
        )
    session.flush()
    assert len(standing_running.lacking(session, cast.siri)) == clubs * schools
    slots = Slots(date(2027, 1, 11), (0, 1, 2, 3, 4), (time(9), time(12), time(14)), 8)
    made = standing_running.set_up_all(
        session, actor=cast.siri, slots=slots, chair=UnitKind.CLUB, setup=SETUP, now=now
    )
    assert made == clubs * schools
    firsts = [dates(session, each, now)[0].starts_at for each in standing.all_open(session)]
    assert len(set(firsts)) == made
    seen = standing_views.overview(session, actor=cast.siri, now=now)
    assert (seen.having, len(seen.pairs)) == (made, made)
    assert standing_running.lacking(session, cast.siri) == []


# --- what may be on it ---------------------------------------------------------------------------


def put_on(session, cast, meeting, case, now, actor=None):
    first = dates(session, meeting, now)[0]
    return standing_agenda.put_on(
        session, actor=actor or cast.jonas, occasion_id=first.id, case_id=case.id, now=now
    )


def seen(session, cast, meeting, now, who):
    first = dates(session, meeting, now)[0]
    return standing_date_views.look(session, actor=who, occasion_id=first.id, now=now)


def names(session, cast, meeting, now, who):
    return [each.name for each in seen(session, cast, meeting, now, who).cases]


def test_a_case_is_on_only_for_those_who_are_in_it(session, cast, meeting, case, now):
    put_on(session, cast, meeting, case, now)
    assert names(session, cast, meeting, now, cast.jonas) == ["Ida"]
    assert names(session, cast, meeting, now, cast.amina) == ["Ida"]
    leo = people.create(session, name="Leo", language="nb", now=now, confirmed=True)
    session.add(Position(person_id=leo.id, unit_id=cast.club.id, role=Role.SERVICE))
    session.flush()
    assert (
        names(session, cast, meeting, now, leo) == []
    )  # the club may know, he is not in the case
    assert names(session, cast, meeting, now, cast.randi) == []
    assert "Ida" not in repr(seen(session, cast, meeting, now, cast.randi))
    for who in (cast.siri, cast.lise, cast.ida, cast.kari, cast.sam):
        with pytest.raises(Refused):
            seen(session, cast, meeting, now, who)


def test_without_a_consent_that_covers_the_club_it_cannot_be_put_on(session, cast, meeting, now):
    case = agreed.agreed(session, cast, now, {cast.nurse.id: list(InfoKind)})
    with pytest.raises(Refused) as refused:
        put_on(session, cast, meeting, case, now)
    assert refused.value.why is Why.CONSENT_MISSING
    assert not seen(session, cast, meeting, now, cast.jonas).puts_on


@pytest.mark.parametrize("who", ["amina", "randi", "siri", "ida", "kari"])
def test_only_the_holder_puts_a_case_on(session, cast, meeting, case, now, who):
    with pytest.raises(Refused) as refused:
        put_on(session, cast, meeting, case, now, getattr(cast, who))
    assert refused.value.why is Why.ABSENT


def test_when_a_consent_is_taken_back_nothing_of_it_is_left(session, cast, meeting, case, now):
    put_on(session, cast, meeting, case, now)
    take_back(session, cast.kari, now)
    for who in (cast.amina, cast.jonas, cast.randi):
        assert names(session, cast, meeting, now, who) == []
    assert on_agenda.of_case(session, case.id) == []


def test_the_family_is_told_and_may_say_no_and_yes_again(session, cast, meeting, case, now):
    row = put_on(session, cast, meeting, case, now)
    family = {cast.ida.id, cast.kari.id, cast.per.id}
    assert {person for _kind, person in told(session, "standing.on_agenda")} == family
    standing_agenda.decline(session, actor=cast.ida, row_id=row.id, now=now)
    assert names(session, cast, meeting, now, cast.jonas) == []
    with pytest.raises(Refused) as refused:
        put_on(session, cast, meeting, case, now)
    assert refused.value.why is Why.CONSENT_MISSING
    assert told(session, "standing.off_agenda") == {("standing.off_agenda", cast.jonas.id)}
    with pytest.raises(Refused) as refused:
        standing_agenda.allow(session, actor=cast.kari, row_id=row.id, now=now)
    assert refused.value.why is Why.ABSENT  # nobody's no is another's to take back
    for _twice in range(2):
        standing_agenda.decline(session, actor=cast.per, row_id=row.id, now=now)
    standing_agenda.allow(session, actor=cast.ida, row_id=row.id, now=now)
    assert not standing_agenda.may_allow(session, case, row, cast.ida, now)
    with pytest.raises(Refused):  # Per's no stands
        put_on(session, cast, meeting, case, now)
    standing_agenda.allow(session, actor=cast.per, row_id=row.id, now=now)
    put_on(session, cast, meeting, case, now)
    assert names(session, cast, meeting, now, cast.jonas) == ["Ida"]


def test_topics_are_words_that_everybody_who_comes_reads(session, cast, meeting, now):
    first = dates(session, meeting, now)[0]
    said = standing_agenda.bring_up(
        session, actor=cast.amina, occasion_id=first.id, words="Mye uro på bussen", now=now
    )
    assert [t.words for t in seen(session, cast, meeting, now, cast.randi).topics] == [said.words]
    with pytest.raises(Refused):
        standing_agenda.drop(session, actor=cast.jonas, topic_id=said.id, now=now)
    standing_agenda.drop(session, actor=cast.amina, topic_id=said.id, now=now)
    assert seen(session, cast, meeting, now, cast.randi).topics == ()


# --- nothing of it is left -----------------------------------------------------------------------

CANARY = "Kråkeida"
SERIES_KINDS = ("standing.list", "standing.series", "standing.set", "standing.renew")
DATE_KINDS = ("standing.date", "standing.agenda", "standing.reminder", "standing.changed")


def every_word(session, cast, meeting, case, row, now) -> str:
    """All that anybody at work, or the family, is told or shown of the meeting, in every notice."""
    first = next(d for d in standing.occasions_of(session, meeting.id) if d.id == row.occasion_id)
    said = []
    for who in ("jonas", "amina", "randi", "turid"):
        person = next(
            p for p in session.scalars(select(people.Person)) if p.name == who.capitalize()
        )
        contact = contacts.of(session, person.id)
        about = {meeting.id: SERIES_KINDS, first.id: DATE_KINDS}
        for subject, kinds in about.items():
            for kind in kinds:
                reading = Reading(session, person, contact, now, subject, {})
                message = handlers.compose(reading, kind)
                if message is not None:
                    buttons = [say(b.label, "nb") for each in message.buttons for b in each]
                    said += [say(message.text, "nb"), *buttons]
    return "\n".join(said)


def _amina_moves(session, cast, case, row, now):
    for position in people.positions(session, cast.amina.id):
        position.ended_at = now
    cast.jonas.confirmed_at = None
    session.flush()


def _narrower(session, cast, case, row, now):
    narrower = agreed.consent(session, cast, case, {cast.club.id: [InfoKind.TILTAK]}, now)
    assert narrower is not None


ENDS = {
    "the mother takes it back": lambda s, c, case, row, now: take_back(s, c.kari, now),
    "the father takes it back": lambda s, c, case, row, now: take_back(s, c.per, now),
    "the youth takes it back": lambda s, c, case, row, now: take_back(s, c.ida, now),
    "the youth says no": lambda s, c, case, row, now: standing_agenda.decline(
        s, actor=c.ida, row_id=row.id, now=now
    ),
    "a parent says no": lambda s, c, case, row, now: standing_agenda.decline(
        s, actor=c.per, row_id=row.id, now=now
    ),
    "the case is closed": lambda s, c, case, row, now: closing.close(
        s, actor=c.ida, case_id=case.id, wish=closing.Wish(), now=now
    ),
    "all agree to less": _narrower,
    "those who were in it are not at work": _amina_moves,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=[each.replace(" ", "_") for each in ENDS])
def test_no_word_of_a_case_is_left_when_what_it_stood_on_ends(
    session, cast, meeting, case, now, end
):
    cast.ida.name = CANARY
    row = put_on(session, cast, meeting, case, now)
    assert every_word(session, cast, meeting, case, row, now).count(CANARY) >= 3
    end(session, cast, case, row, now)
    assert CANARY not in every_word(session, cast, meeting, case, row, now)


def test_when_the_consent_runs_out_it_is_gone_that_day(session, cast, meeting, case, now):
    cast.ida.name = CANARY
    row = put_on(session, cast, meeting, case, now)
    later = now + timedelta(days=9)
    assert CANARY in every_word(session, cast, meeting, case, row, later)
    for said in [
        *session.scalars(select(ConsentQuestion)),
        *session.scalars(select(ConsentEvent)),
    ]:
        said.until = now.date()
    session.flush()
    assert CANARY not in every_word(session, cast, meeting, case, row, later)


def test_a_yes_that_is_given_again_puts_nothing_back(session, cast, meeting, case, now):
    put_on(session, cast, meeting, case, now)
    take_back(session, cast.kari, now)
    agreed.consent(session, cast, case, {cast.club.id: [InfoKind.MEETINGS]}, now)
    assert names(session, cast, meeting, now, cast.jonas) == []
    put_on(session, cast, meeting, case, now)
    assert names(session, cast, meeting, now, cast.jonas) == ["Ida"]


def test_a_guardian_from_whom_the_case_is_shielded_hears_nothing(
    session, cast, meeting, case, now
):
    wish = shielded.checked(session, Shield("grunn", now.date() + timedelta(days=20)), now)
    shielded.note(session, case, None, wish, cast.jonas, now)
    row = put_on(session, cast, meeting, case, now)
    assert told(session, "standing.on_agenda") == {("standing.on_agenda", cast.ida.id)}
    for who in (cast.kari, cast.per):
        assert not standing_date_views.on_any(session, actor=who, case_id=case.id, now=now)
        for verb in (standing_agenda.decline, standing_agenda.allow):
            with pytest.raises(Refused) as refused:
                verb(session, actor=who, row_id=row.id, now=now)
            assert refused.value.why is Why.ABSENT


# --- what is kept --------------------------------------------------------------------------------


def test_what_is_over_is_forgotten_after_a_year_and_then_the_series_with_its_key(
    session, cast, meeting, now
):
    first = dates(session, meeting, now)[0]
    over = first.ends_at + timedelta(minutes=1)
    standing_agenda.bring_up(session, actor=cast.amina, occasion_id=first.id, words="Uro", now=now)
    standing_running.take_file(session, actor=cast.amina, standing_id=meeting.id, now=now)
    standing_dates.minute(
        session, actor=cast.amina, occasion_id=first.id, words="Vi ringer.", now=over
    )
    assert standing_kept.forget_old(session, over, 10) == 1
    assert session.scalars(select(standing.StandingTopic)).all() == []
    assert standing.find(session, meeting.id) is meeting
    standing_running.end(session, actor=cast.randi, standing_id=meeting.id, now=over)
    key_id = meeting.key_id
    standing_kept.forget_old(session, now + timedelta(days=900), 100)
    assert session.scalars(select(standing.StandingMeeting)).all() == []
    assert session.scalars(select(standing.StandingFile)).all() == []
    assert key_id not in session.scalars(shredding.alive()).all()


def test_one_that_nobody_has_said_was_held_is_not_forgotten(session, cast, meeting, now):
    assert standing_kept.forget_old(session, now + timedelta(days=900), 100) == 0


def test_who_comes_takes_home_that_they_do_and_nothing_of_what_is_on(
    session, cast, meeting, case, now
):
    put_on(session, cast, meeting, case, now)
    parts = {part.name: part for part in my_data.gather(session, actor=cast.amina, now=now)}
    assert parts["standing"].entries == (
        {
            "service": cast.club.name,
            "school": cast.school.name,
            "leads": True,
            "in_calendar": False,
        },
    )
    for who in (cast.ida, cast.lise, cast.siri):
        names_of_parts = {part.name for part in my_data.gather(session, actor=who, now=now)}
        assert "standing" not in names_of_parts


def test_who_works_there_no_more_is_sent_the_file_that_removes_it_once(
    session, cast, meeting, now
):
    standing_running.take_file(session, actor=cast.randi, standing_id=meeting.id, now=now)
    assert standing_kept.take_files_of_who_left(session, now, 10) == 0
    for position in people.positions(session, cast.randi.id):
        position.unit_id = cast.nurse.id
    session.flush()
    assert standing_kept.take_files_of_who_left(session, now, 10) == 1
    assert standing_kept.take_files_of_who_left(session, now, 10) == 0
    [row] = session.scalars(select(Outgoing).where(Outgoing.kind == "standing.gone"))
    contact = contacts.of(session, cast.randi.id)
    reading = Reading(session, cast.randi, contact, now, meeting.id, row.params)
    message = handlers.compose(reading, row.kind)
    found = Calendar.from_ical(make(message.attachment, "nb").data)
    assert found["method"] == "CANCEL"
    assert {str(each["status"]) for each in found.events} == {"CANCELLED"}
    assert len(found.events) == 15
