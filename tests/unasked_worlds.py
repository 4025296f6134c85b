"""Everything that tells somebody something unasked, happening once: what `lock_screens` looks at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

import handlers
from models import (
    agenda,
    answering,
    archiving,
    asking,
    baton_requests,
    cases,
    chat_code,
    closing,
    concerns,
    consent_narrowing,
    consent_recording,
    consents,
    contact_wishes,
    contacts,
    delegating,
    evaluations,
    follow_ups,
    invitations,
    is_it_right,
    joining,
    levels,
    linking,
    log_writing,
    los_work,
    mail,
    mail_addresses,
    meetings,
    minutes,
    office,
    outbox,
    paper_log,
    people,
    preparing,
    proposals,
    queue,
    restored,
    shielding,
    stafett,
    staffing,
    standing_agenda,
    standing_dates,
    standing_kept,
    standing_ladders,
    standing_running,
    why_looked,
)
from models.asking import Wish
from models.consent_recording import Paper
from models.evaluations import Evaluation
from models.log_writing import Draft
from models.minutes import After, Went
from models.outbox import Promise
from models.people import Position, Pupil
from models.preparing import Wishes
from models.shielded import Shield
from models.staffing import Term
from models.terms import (
    Advice,
    Baton,
    ClosingReason,
    Coming,
    ConcernOutcome,
    ConsentAct,
    ContactWay,
    Decision,
    EntryKind,
    FamilyView,
    Fits,
    InfoKind,
    ItemKind,
    LookReason,
    MeetingHelp,
    Mistake,
    NextStep,
    Requester,
    Role,
    Topic,
    Via,
    YouthView,
)
from models.withheld import Item
from tests import agreed, baton_setup, concern_setup, standing_setup
from tests.agreed import Verdict
from tests.full_case import lived_in
from tests.lock_screens import Screens
from tests.look_setup import why_asked
from tests.meeting_setup import called, give_all, proposed
from tests.put_right import put_right
from tests.request_things import requests_of_all_kinds

World = Callable[[Any, Any, Screens], None]
MEETINGS = InfoKind.MEETINGS


def _asked_in_vain(session, cast, screens: Screens) -> None:
    """Nobody answers; later the youth is heard, one says no, one wants to talk, one comes along."""
    now = screens.now
    case = agreed.opened(session, cast, now)
    asked = _ask(session, cast, case, screens, 60)
    screens.passes(8)
    given = {"question": asked, "language": "nb", "now": screens.now, "occasion": "x"}
    consents.talk_first(session, actor=cast.kari, **given)
    screens.look()
    consents.refuse(session, actor=cast.per, **given)
    screens.look()
    consents.text_missing(session, question=asked, language="se", now=screens.now)
    screens.look()


def _ask(session, cast, case, screens: Screens, days: int, *units: Any):
    scope = {unit.id: (MEETINGS, *agreed.BOTH) for unit in units or (cast.club,)}
    until = screens.now.date() + timedelta(days=days)
    asked = consents.ask(
        session, actor=cast.jonas, case=case, scope=scope, until=until, now=screens.now
    )
    screens.look()
    return asked


def _runs_out(session, cast, screens: Screens) -> None:
    """A consent that runs out, with a birthday that changes who must give it on the way."""
    cast.ida.born = date(2011, 12, 20)  # fifteen in a month: until then the guardians decide
    case = agreed.opened(session, cast, screens.now)
    _ask(session, cast, case, screens, 45)
    for actor in (cast.kari, cast.per):
        give_all(session, actor, case.id, screens.now)
    screens.look()
    screens.passes(46)


def _runs_out_alone(session, cast, screens: Screens) -> None:
    until = screens.now.date() + timedelta(days=8)
    agreed.agreed(session, cast, screens.now, until=until)
    screens.passes(9)


def _told_of_a_young_one(session, cast, screens: Screens) -> None:
    """Twelve years old: told, not asked."""
    cast.ida.born = date(2014, 5, 5)
    case = agreed.opened(session, cast, screens.now)
    _ask(session, cast, case, screens, 60)
    for actor in (cast.kari, cast.per):
        give_all(session, actor, case.id, screens.now)
    consents.wish_stop(session, actor=cast.ida, now=screens.now, occasion="wish")
    screens.look()


def _taken_back(session, cast, screens: Screens) -> None:
    """Shared, shared less, shared with all, and taken back."""
    unit, now = cast.club.id, screens.now
    scope = {unit: agreed.BOTH, cast.los_unit.id: agreed.BOTH}
    case = agreed.agreed(session, cast, now, scope)
    lise = {"unit_id": cast.los_unit.id, "person": cast.lise}
    cases.add_service(session, case=case, now=now, actor=cast.jonas, **lise)
    screens.look()
    consent_narrowing.narrow(
        session, actor=cast.kari, case_id=case.id, unit_id=unit, drop=[InfoKind.GOALS], now=now,
        occasion="less",
    )  # fmt: skip
    consent_narrowing.wish_everything(
        session, actor=cast.kari, case_id=case.id, now=now, occasion="all"
    )
    screens.look()
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    screens.look()


def _on_paper(session, cast, screens: Screens) -> None:
    """Written down by staff, struck out again, and disowned."""
    case = agreed.opened(session, cast, screens.now)
    asked = _ask(session, cast, case, screens, 60)
    numbers = []
    for who in (cast.kari, cast.per):
        told = consent_recording.record(
            session, actor=cast.jonas, question_id=asked.id, consenter_id=who.id,
            act=ConsentAct.GIVEN, scope=None, now=screens.now, occasion=f"{who.id}",
            paper=Paper(given_on=screens.now.date(), via=Via.PAPER, document="Mappe 12"),
        )  # fmt: skip
        numbers.append(told[0].number)
        screens.look()
    consent_recording.strike_out(
        session, actor=cast.jonas, number=numbers[0], reason=Mistake.TWICE, now=screens.now
    )
    screens.look()
    consent_recording.not_mine(session, actor=cast.per, number=numbers[1], now=screens.now)
    screens.look()


def _at_work(session, cast, screens: Screens) -> None:
    """Meetings, tiltak, the voice and the evaluation; somebody asks why it was looked at."""
    case = lived_in(session, cast, screens.now)
    agreed.planned(session, cast, case, screens.now, "Kråkebolle", responsible_id=cast.amina.id)
    meeting = called(session, cast, case, screens.now, starts=datetime(2026, 12, 3, 14, 15))  # noqa: DTZ001
    screens.look()
    meetings.answer(
        session, actor=cast.kari, meeting_id=meeting.id, coming=Coming.DREADING,
        sequence=meeting.sequence, help=MeetingHelp.TALK, now=screens.now,
    )  # fmt: skip
    screens.look()
    question = why_asked(session, cast, case, screens.now)
    made = session.scalars(select(Evaluation)).first()
    right = put_right(session, cast, case, screens.now, made)
    screens.look()
    is_it_right.read(
        session, actor=cast.jonas, question_id=right.id, seq=1, addendum="Kråketillegg",
        now=screens.now,
    )  # fmt: skip
    screens.passes(14)
    why_looked.answer(
        session, actor=cast.jonas, question_id=question.id, reason=LookReason.FOLLOWING,
        words=None, now=screens.now,
    )  # fmt: skip
    moved = called(session, cast, case, screens.now, starts=datetime(2026, 12, 21, 14, 15))  # noqa: DTZ001
    screens.look()
    at = {"actor": cast.jonas, "meeting_id": moved.id, "now": screens.now}
    meetings.take_file(session, actor=cast.kari, meeting_id=moved.id, now=screens.now)
    starts = datetime(2026, 12, 22, 12, 0)  # noqa: DTZ001 - a wall clock
    meetings.move(session, starts=starts, sequence=moved.sequence, **at)
    screens.look()
    meetings.cancel(session, sequence=moved.sequence, **at)
    screens.look()
    screens.passes(21)
    handlers.unreachable(session, cast.per.id, screens.now)
    screens.look()


def _nothing_ahead(session, cast, screens: Screens) -> None:
    """The last tiltak of a case ended, and nothing is agreed."""
    case = agreed.agreed(session, cast, screens.now)
    thing = agreed.planned(session, cast, case, screens.now, "Kråkebolle")
    evaluations.evaluate(
        session, actor=cast.jonas, tiltak_id=thing.id, version=1, now=screens.now,
        verdict=Verdict(Decision.DONE),
    )  # fmt: skip
    screens.passes(8)


def _written(session, cast, screens: Screens) -> None:
    """In the log, of every kind."""
    case = lived_in(session, cast, screens.now)
    wish = {"case_id": case.id, "now": screens.now}
    scope = {cast.los_unit.id: [MEETINGS, *agreed.BOTH]}
    agreed.consent(session, cast, case, scope, screens.now)
    cases.add_service(
        session, case=case, unit_id=cast.los_unit.id, person=cast.lise, now=screens.now
    )
    delegating.give(session, actor=cast.jonas, person_id=cast.lise.id, **wish)
    screens.look()
    for on_paper in (True, False):
        paper_log.put(session, actor=cast.jonas, on_paper=on_paper, **wish)
        screens.look()
    for actor, hat, draft in (
        (cast.ida, Role.UNGDOM, Draft(EntryKind.NOTE, "Hemmeligkråke", private=True)),
        (cast.jonas, Role.STAFETTHOLDER, Draft(EntryKind.OBSERVATION, "Kråkemål", InfoKind.GOALS)),
    ):
        log_writing.write(session, actor=actor, hat=hat, draft=draft, **wish)
        screens.look()


def _after_a_meeting(session, cast, screens: Screens) -> None:
    """Nobody says how it went, nobody writes, nobody talks; then a youth who did not come."""
    case = agreed.agreed(session, cast, screens.now, {cast.club.id: list(InfoKind)})
    first, second, third = (
        called(session, cast, case, screens.now, starts=datetime(2026, 11, 24, hour, 15))  # noqa: DTZ001
        for hour in (9, 11, 13)
    )
    fourth = called(session, cast, case, screens.now, starts=datetime(2026, 11, 30, 14, 15))  # noqa: DTZ001
    preparing.say(
        session, actor=cast.ida, meeting_id=fourth.id, wishes=Wishes(words="Kråkegrunn"),
        now=screens.now,
    )  # fmt: skip
    agenda.add(session, actor=cast.kari, meeting_id=fourth.id, words="Kråkegrunn", now=screens.now)
    meetings.answer(
        session, actor=cast.kari, meeting_id=fourth.id, coming=Coming.RIDE, sequence=0,
        now=screens.now,
    )  # fmt: skip
    screens.passes(9)
    at = {"actor": cast.jonas}
    minutes.went(session, meeting_id=first.id, how=Went(held=False), now=screens.now, **at)
    absent = Went(True, view=YouthView.NOT_THERE)
    for each in (second, third):
        minutes.went(session, meeting_id=each.id, how=absent, now=screens.now, **at)
    screens.passes(9)
    minutes.write(session, meeting_id=third.id, words="Kråkegrunn", now=screens.now, **at)
    after = After(NextStep.MEETING, screens.now.date() + timedelta(days=9), cast.amina.id)
    minutes.finish(session, meeting_id=third.id, after=after, now=screens.now, **at)
    screens.passes(21)


def _times_are_proposed(session, cast, screens: Screens) -> None:
    """Nobody answers and nobody chooses; then everybody answers."""
    case = agreed.agreed(session, cast, screens.now, {cast.club.id: list(InfoKind)})
    proposed(session, cast, case, screens.now)
    screens.look()
    screens.passes(12)
    day = screens.now.replace(tzinfo=None)
    starts = [day + timedelta(days=n) for n in (8, 9)]
    made = proposed(session, cast, case, screens.now, starts=starts)
    for option in proposals.times_of(session, made.id):
        for person in (cast.ida, cast.kari, cast.per, cast.amina):
            proposals.vote(
                session, actor=person, time_id=option.id, fits=Fits.WORKS, now=screens.now
            )
    screens.look()


def _shielded(session, cast, screens: Screens) -> None:
    """From the parents, and looked at again."""
    case = lived_in(session, cast, screens.now)
    thing = agreed.planned(
        session, cast, case, screens.now, "Kråkebolle", responsible_id=cast.amina.id,
        deadline=screens.now.date() + timedelta(days=10),
    )  # fmt: skip
    review = Shield("Redd hjemme", screens.now.date() + timedelta(days=14))
    shielding.shield(
        session, actor=cast.jonas, case_id=case.id, item=Item(ItemKind.TILTAK, thing.id),
        shield=review, now=screens.now,
    )  # fmt: skip
    screens.passes(14)


def _closed(session, cast, screens: Screens) -> None:
    case = lived_in(session, cast, screens.now)
    meeting = called(session, cast, case, screens.now)
    meetings.take_file(session, actor=cast.kari, meeting_id=meeting.id, now=screens.now)
    screens.look()
    settled = agreed.settled(session, case)
    wish = closing.Wish(ClosingReason.REACHED, FamilyView.AGREES, "Kråkegrunn", settled)
    closing.close(session, actor=cast.jonas, case_id=case.id, wish=wish, now=screens.now)
    screens.look()
    archiving.packed(session, case_id=case.id, digest="d", path="p", now=screens.now)
    archiving.receive(session, case_id=case.id, reference="Mappe 12", now=screens.now)
    screens.look()


def _requests(session, cast, screens: Screens) -> None:
    """Asked by the youth, by a guardian, by a stranger; advised, given, handed back, ended."""
    now = screens.now
    requests_of_all_kinds(session, cast, now)
    screens.look()
    for actor in (cast.lise, cast.siri):
        for request in los_work.advice_awaited(session, actor):
            los_work.give_advice(
                session, actor=actor, request_id=request.id, advice=Advice.YES, words="Kråkeord",
                now=now,
            )  # fmt: skip
    screens.look()
    own = asking.submit(
        session, actor=cast.ida, wish=Wish(Topic.HOME, ungdom_id=cast.ida.id), now=now
    )
    screens.passes(5)
    at = {"request_id": own.id}
    queue.waitlist(session, actor=cast.randi, now=screens.now, **at)
    screens.passes(12)
    for _offer in range(2):
        queue.assign(session, actor=cast.randi, los_id=cast.lise.id, now=screens.now, **at)
        screens.passes(8)
        verb = los_work.hand_back if not _offer else los_work.accept
        verb(session, actor=cast.lise, now=screens.now, **at)
        screens.look()
    screens.passes(14)
    los_work.record_first_contact(session, actor=cast.lise, now=screens.now, **at)
    screens.passes(30)
    answering.end(session, actor=cast.ida, now=screens.now, **at)
    screens.look()


def _a_guardian_asks(session, cast, screens: Screens) -> None:
    """The youth is asked, reminded, and wants to talk first."""
    wish = Wish(Topic.SCHOOL, ungdom_id=cast.ida.id, kind=Requester.GUARDIAN)
    asked = asking.submit(session, actor=cast.kari, wish=wish, now=screens.now)
    screens.passes(15)
    answering.talk_first(session, actor=cast.ida, request_id=asked.id, now=screens.now)
    screens.look()
    stranger = Wish(
        Topic.HOME, school_id=cast.school.id, named="Kråkejente", kind=Requester.GUARDIAN
    )
    asking.submit(session, actor=cast.sam, wish=stranger, now=screens.now)
    screens.passes(16)


def _nobody_to_decide(session, cast, screens: Screens) -> None:
    """The only rektor is the youth's own mother."""
    rektor = people.positions(session, cast.randi.id)[0]
    rektor.person_id = cast.kari.id
    session.flush()
    wish = Wish(Topic.HOME, ungdom_id=cast.ida.id)
    asking.submit(session, actor=cast.ida, wish=wish, now=screens.now)
    screens.passes(5)


def _in_touch(session, cast, screens: Screens) -> None:
    now = screens.now
    for to in (Role.LOS, Role.PROSJEKTLEDER):
        wish = contact_wishes.ask(session, actor=cast.sam, to=to, way=ContactWay.CHAT, now=now)
    screens.passes(10)
    contact_wishes.answer(session, actor=cast.siri, wish_id=wish.id, now=screens.now)
    screens.look()


def _joining(session, cast, screens: Screens) -> None:
    """One is let in, one turned away; one has the code taken off."""
    now = screens.now
    mia = people.create(session, name="Kråkemia", language="nb", now=now)
    session.add(Pupil(person_id=mia.id, school_id=cast.school.id, kontaktlaerer_id=cast.jonas.id))
    session.flush()
    for address, verb in ((8_000_000_001, joining.reject), (8_000_000_002, joining.confirm)):
        met = contacts.meet(
            session, channel="telegram", address=address, name="x", language="nb", now=now
        )
        made = joining.invite(session, actor=cast.jonas, person_id=mia.id, now=now)
        joining.present(
            session, actor=met.person, contact=met.contact, now=now,
            token=invitations.token_of(session, made.id),
        )  # fmt: skip
        screens.look()
        verb(session, actor=cast.jonas, invitation_id=made.id, now=now)
        screens.look()
    here = contacts.of(session, cast.ida.id).id
    chat_code.begin(session, actor=cast.ida, contact_id=here, purpose=chat_code.CHOOSE)
    for _twice in range(2):
        for digit in (1, 2, 3, 4):
            chat_code.press(session, here, digit)
        chat_code.enter(session, actor=cast.ida, contact_id=here, now=now)
    chat_code.take_off(session, person=cast.ida, actor=None, now=now)
    screens.look()


def _mail_bounces(session: Any, cast: Any, screens: Screens) -> None:
    session.info["mail"] = True
    mail.ask(session, actor=cast.kari, address="kari@example.no", now=screens.now)
    row = mail_addresses.waiting(session, cast.kari.id)
    mail.bounced(session, row.id, screens.now)
    screens.look()


def _staff_come_and_go(session, cast, screens: Screens) -> None:
    """Somebody is new at the school, a stafettholder is to leave, and a channel is stopped."""
    office.switch(session, actor=cast.turid, channel="web", on=False, now=screens.now)
    agreed.agreed(session, cast, screens.now)
    staffing.give(
        session, actor=cast.turid, unit_id=cast.school.id, role=Role.KONTAKTLAERER,
        name="Kråkeny", now=screens.now,
    )  # fmt: skip
    screens.look()
    staffing.ask_to_hand_over(session, actor=cast.turid, person_id=cast.jonas.id, now=screens.now)
    away = Term(until=screens.now.date() + timedelta(days=3))
    staffing.away(session, actor=cast.turid, person_id=cast.lise.id, term=away, now=screens.now)
    contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=screens.now)
    screens.look()


def _linking(session, cast, screens: Screens) -> None:
    """Three accounts want into Ida's chat: one is not hers."""
    now = screens.now
    session.info["bot_username"] = "losbot"
    here = contacts.of(session, cast.ida.id)
    for address, verb in (
        (8_000_000_011, linking.keep_out),
        (8_000_000_012, linking.let_in),
        (8_000_000_013, linking.let_in),
    ):
        met = contacts.meet(
            session, channel="telegram", address=address, name="x", language="nb", now=now
        )
        asked = linking.ask(session, actor=cast.ida, contact=here, to_channel="telegram", now=now)
        linking.open_in_chat(
            session, actor=met.person, contact=met.contact, now=now,
            token=linking.token_of(session, asked.id),
        )  # fmt: skip
        screens.look()
        verb(session, actor=cast.ida, contact=here, link_id=asked.id, now=now)
        screens.look()


def _worried(session, cast, screens: Screens) -> None:
    """Somebody is worried, nobody decides in time, the rektor leaves; a case moves and stands still."""
    first = concern_setup.raised(session, cast, screens.now)
    screens.passes(22)
    at = {"actor": cast.randi, "concern_id": first.id}
    concerns.discuss(session, talk=concern_setup.talk(), now=screens.now, **at)
    verdict = concern_setup.verdict(cast, ConcernOutcome.LEVEL1)
    concerns.decide(session, verdict=verdict, now=screens.now, **at)
    screens.look()
    concern_setup.decided(session, cast, screens.now, ConcernOutcome.LEVEL2)
    screens.look()
    case = cases.open_for(session, cast.ida.id)
    levels.move(
        session, actor=cast.jonas, case_id=case.id, to=2, reason="Kråkegrunn",
        baton=Baton.STAYS, now=screens.now,
    )  # fmt: skip
    levels.ask_for_help(session, actor=cast.jonas, case_id=case.id, now=screens.now)
    screens.look()
    levels.pass_on(session, actor=cast.randi, holder_id=cast.jonas.id, now=screens.now)
    screens.look()
    concern_setup.raised(session, cast, screens.now)
    for position in people.positions(session, cast.randi.id):
        position.ended_at = screens.now
    session.flush()
    screens.passes(15)


def _the_baton(session, cast, screens: Screens) -> None:
    """The rektor is asked and does not answer; a second teacher takes it; the rektor takes it over."""
    case = agreed.agreed(session, cast, screens.now)
    mona = people.create(session, name="Trost", language="nb", now=screens.now, confirmed=True)
    contacts.add(session, mona, "telegram", 7_200_000_001, screens.now)
    work = Position(person_id=mona.id, unit_id=cast.school.id, role=Role.KONTAKTLAERER)
    session.add(work)
    session.flush()
    baton_setup.asked_and_offered(session, cast, case, screens.now)
    screens.look()
    screens.passes(8)
    _held_for_the_club(session, cast, case, screens)
    gives = {"case_id": case.id, "successor_id": mona.id, "now": screens.now}
    made = stafett.offer(session, actor=cast.jonas, **gives)
    screens.look()
    screens.passes(4)
    stafett.accept(session, actor=mona, offer_id=made.id, now=screens.now)
    screens.look()
    baton_setup.ask(session, cast.randi, case, screens.now)
    screens.passes(5)
    back = {"case_id": case.id, "successor_id": cast.jonas.id, "now": screens.now}
    made = stafett.offer(session, actor=cast.randi, **back)
    stafett.accept(session, actor=cast.jonas, offer_id=made.id, now=screens.now)
    screens.look()
    baton_setup.moving(session, cast, case, screens.now)
    screens.passes(65)
    gone = Term(until=screens.now.date() + timedelta(days=20))
    staffing.away(session, actor=cast.turid, person_id=cast.jonas.id, term=gone, now=screens.now)
    screens.look()
    take = {"case_id": case.id, "reason": "Syk", "now": screens.now}
    stafett.take_over(session, actor=cast.randi, **take)
    screens.look()


def _held_for_the_club(session, cast, case, screens: Screens) -> None:
    """By Amina, until Kari takes her yes back; then the rektor takes it over, and Jonas gets it."""
    agreed.consent(session, cast, case, {cast.club.id: list(InfoKind)}, screens.now)
    on = {"case_id": case.id, "now": screens.now}
    wish = baton_requests.ask(session, actor=cast.amina, **on)
    screens.look()
    baton_requests.say_no(session, actor=cast.jonas, offer_id=wish.id, now=screens.now)
    screens.look()
    made = stafett.offer(session, actor=cast.jonas, successor_id=cast.amina.id, **on)
    stafett.accept(session, actor=cast.amina, offer_id=made.id, now=screens.now)
    consents.withdraw_all(session, actor=cast.kari, now=screens.now, occasion="lost")
    (leads,) = people.positions(session, cast.randi.id)
    leads.ended_at = screens.now  # for a day nobody leads the school
    screens.passes(1)
    leads.ended_at = None
    screens.passes(2)
    on = {"case_id": case.id, "now": screens.now}
    stafett.take_over(session, actor=cast.randi, reason="Ingen", **on)
    baton_setup.ask(session, cast.randi, case, screens.now)
    screens.passes(5)
    on = {"case_id": case.id, "now": screens.now}
    made = stafett.offer(session, actor=cast.randi, successor_id=cast.jonas.id, **on)
    stafett.accept(session, actor=cast.jonas, offer_id=made.id, now=screens.now)
    baton_setup.asked(session, cast, case, screens.now)


def _club_and_school_meet(session, cast, screens: Screens) -> None:
    """A case is on the agenda and the family says no; one date is moved, one not held; the year is
    followed up by nobody, and then it ends."""
    case = agreed.agreed(session, cast, screens.now, {cast.club.id: [MEETINGS]})
    met = standing_setup.met(session, cast, screens.now, case)
    screens.look()
    standing_running.take_file(
        session, actor=cast.randi, standing_id=met.meeting.id, now=screens.now
    )
    standing_running.take_file(
        session, actor=cast.jonas, standing_id=met.meeting.id, now=screens.now
    )
    for position in people.positions(session, cast.jonas.id):
        position.unit_id = cast.nurse.id
    session.flush()
    standing_kept.take_files_of_who_left(session, screens.now, 10)
    standing_agenda.decline(session, actor=cast.ida, row_id=met.row.id, now=screens.now)
    standing_dates.move(
        session, actor=cast.randi, occasion_id=met.first.id, sequence=0, now=screens.now,
        starts=datetime.fromisoformat("2026-12-04T12:00"),
    )  # fmt: skip
    screens.look()
    standing_dates.call_off(
        session, actor=cast.randi, occasion_id=met.later.id, sequence=0, now=screens.now
    )
    screens.look()
    screens.passes(4)
    screens.passes(5)
    screens.passes(1)
    screens.passes(8)
    standing_dates.minute(
        session, actor=cast.amina, occasion_id=met.past.id, words="Kråkeord", now=screens.now
    )
    screens.look()
    met.meeting.until = screens.now.date() + timedelta(days=10)
    follow_ups.reschedule(session, standing_ladders.SERIES, met.meeting, screens.now)
    screens.passes(1)
    standing_running.end(session, actor=cast.randi, standing_id=met.meeting.id, now=screens.now)
    screens.look()


def _numbers_to_check(session, cast, screens) -> None:
    screens.passes(80)


def _the_store_is_put_back(session, cast, screens) -> None:
    for person in (cast.ida, cast.kari, cast.jonas, cast.randi):
        outbox.promise(
            session, kind="start", recipient_id=person.id, occasion="before", now=screens.now,
            promise=Promise.IDEMPOTENT,
        )  # fmt: skip
    restored.put_back(session, [], screens.now)
    screens.look()


WORLDS: tuple[World, ...] = (
    _asked_in_vain,
    _runs_out,
    _runs_out_alone,
    _told_of_a_young_one,
    _taken_back,
    _written,
    _on_paper,
    _at_work,
    _nothing_ahead,
    _after_a_meeting,
    _times_are_proposed,
    _shielded,
    _closed,
    _requests,
    _a_guardian_asks,
    _nobody_to_decide,
    _in_touch,
    _joining,
    _mail_bounces,
    _staff_come_and_go,
    _the_baton,
    _linking,
    _worried,
    _club_and_school_meet,
    _numbers_to_check,
    _the_store_is_put_back,
)
