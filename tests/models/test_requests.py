"""What may happen to a request for a los, and what nobody may learn of it. DOMAIN 45-51."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from models import (
    answering,
    asking,
    follow_ups,
    los_work,
    municipality,
    people,
    policy,
    queue,
    reminding,
    request_cards,
    requests,
)
from models.asking import Wish
from models.audit import AuditEntry
from models.base import Refused, new_id
from models.contacts import Contact
from models.municipality import Municipality, PolicyVersion
from models.outbox import Outgoing, OutState
from models.people import Pupil
from models.policy import Calendar, MunicipalPolicy
from models.requests import Request
from models.terms import (
    Advice,
    ContactWay,
    ParentsKnow,
    Place,
    Requester,
    RequestState,
    RequestStatus,
    TimeOfDay,
    Topic,
    Why,
)
from tests.refusals import why

S = RequestState
DAY = timedelta(days=1)


def ask(session, actor, now, ungdom=None, **more):
    wish = Wish(topic=Topic.FRIENDS, ungdom_id=ungdom.id if ungdom else None, **more)
    return asking.submit(session, actor=actor, wish=wish, now=now)


def ask_as_stranger(session, cast, now, named="Ida i 10A", kind=Requester.GUARDIAN):
    return ask(session, cast.sam, now, school_id=cast.school.id, named=named, kind=kind)


def told(session, person, kind=None):
    """The kinds of message waiting for someone."""
    rows = session.scalars(select(Outgoing).where(Outgoing.recipient_id == person.id))
    return [r.kind for r in rows if r.state == OutState.WAITING and kind in (None, r.kind)]


def stand(session, cast, now, state):
    """A request of Ida's that stands in `state`, by the verbs that lead there."""
    if state is S.SUBMITTED:
        return ask_as_stranger(session, cast, now)
    if state in (S.AWAITING_YOUTH, S.DECLINED_BY_YOUTH):
        request = ask(session, cast.kari, now, cast.ida)
        if state is S.DECLINED_BY_YOUTH:
            answering.answer(session, actor=cast.ida, request_id=request.id, yes=False, now=now)
        return request
    request = ask(session, cast.ida, now, cast.ida)
    rektor = {"actor": cast.randi, "request_id": request.id, "now": now}
    los = {"actor": cast.lise, "request_id": request.id, "now": now}
    if state is S.PRIORITISED:
        queue.prioritise(session, **rektor, priority=1, reason="haster")
    elif state is S.WAITLISTED:
        queue.waitlist(session, **rektor)
    elif state is S.DECLINED:
        queue.decline(session, **rektor, reason="ikke nå")
    elif state in (S.ASSIGNED, S.ACTIVE, S.CLOSED):
        queue.assign(session, **rektor, los_id=cast.lise.id)
        if state is not S.ASSIGNED:
            los_work.accept(session, **los)
        if state is S.CLOSED:
            los_work.close(session, **los)
    elif state is S.WITHDRAWN:
        answering.end(session, actor=cast.ida, request_id=request.id, now=now)
    return request


STANDING = [s for s in S if s is not S.LINKED]

# --- the state machine ---------------------------------------------------------------------------


def test_no_way_leads_to_a_los_but_through_ready():
    """Without READY, nothing that begins elsewhere reaches ASSIGNED [46]."""
    reached, todo = set(), [S.SUBMITTED, S.AWAITING_YOUTH]
    while todo:
        state = todo.pop()
        if state is S.READY or state in reached:
            continue
        reached.add(state)
        todo += policy.REQUEST_ARROWS.get(state, frozenset())
    assert reached == {
        S.SUBMITTED, S.AWAITING_YOUTH, S.LINKED, S.WITHDRAWN, S.CLOSED,
        S.DECLINED_BY_YOUTH, S.DECLINED,
    }  # fmt: skip


VERBS = {
    "prioritise": {S.READY, S.PRIORITISED, S.WAITLISTED},
    "waitlist": {S.READY, S.PRIORITISED, S.WAITLISTED},
    "decline": {S.AWAITING_YOUTH, S.READY, S.PRIORITISED, S.WAITLISTED, S.DECLINED},
    "assign": {S.READY, S.PRIORITISED, S.WAITLISTED, S.ASSIGNED},
    "ask_advice": {S.READY, S.PRIORITISED, S.WAITLISTED},
    "take_back": {S.ASSIGNED, S.READY, S.PRIORITISED, S.WAITLISTED},
    "accept": {S.ASSIGNED, S.ACTIVE},
    "hand_back": {S.ASSIGNED},
    "contact": {S.ACTIVE},
    "close": {S.ACTIVE, S.CLOSED},
    "yes": {S.AWAITING_YOUTH, S.READY},
    "no": {S.AWAITING_YOUTH, S.DECLINED_BY_YOUTH},
    "talk_first": {S.AWAITING_YOUTH},
}
"""In which states a verb does something, or was done already and does nothing."""


@pytest.mark.parametrize("state", STANDING)
def test_each_verb_works_in_its_states_and_is_refused_in_all_others(session, cast, now, state):
    request = stand(session, cast, now, state)
    at = {"request_id": request.id, "now": now}
    rektor, los, ida = ({"actor": p, **at} for p in (cast.randi, cast.lise, cast.ida))
    words = "ny grunn"
    verbs = {
        "prioritise": lambda: queue.prioritise(session, **rektor, priority=2, reason=words),
        "waitlist": lambda: queue.waitlist(session, **rektor),
        "decline": lambda: queue.decline(session, **rektor, reason=words),
        "assign": lambda: queue.assign(session, **rektor, los_id=cast.lise.id),
        "ask_advice": lambda: los_work.ask_advice(session, **rektor),
        "take_back": lambda: queue.take_back(session, **rektor),
        "accept": lambda: los_work.accept(session, **los),
        "hand_back": lambda: los_work.hand_back(session, **los),
        "contact": lambda: los_work.record_first_contact(session, **los),
        "close": lambda: los_work.close(session, **los),
        "yes": lambda: answering.answer(session, **ida, yes=True),
        "no": lambda: answering.answer(session, **ida, yes=False),
        "talk_first": lambda: answering.talk_first(session, **ida),
    }
    worked = set()
    for name, verb in verbs.items():
        before = session.begin_nested()
        try:
            verb()
            worked.add(name)
        except Refused:
            assert request.state == state
        before.rollback()
    assert worked == {name for name, states in VERBS.items() if state in states}


def test_without_the_youths_yes_even_an_arrow_leads_nowhere(session, cast, now):
    request = stand(session, cast, now, S.AWAITING_YOUTH)
    for verb in (queue.take_back, queue.waitlist):
        assert why(
            verb, session=session, actor=cast.randi, request_id=request.id, now=now
        ) is Why.NOT_IN_STATE  # fmt: skip
    assert why(
        requests.move, session=session, request=request, state=S.READY, actor=None, now=now
    ) is Why.NOT_IN_STATE  # fmt: skip


@pytest.mark.parametrize("state", STANDING)
def test_the_youth_can_end_it_in_any_open_state_and_twice_is_once(session, cast, now, state):
    request = stand(session, cast, now, state)
    if state is S.SUBMITTED:
        assert why(
            lambda: answering.end(session, actor=cast.ida, request_id=request.id, now=now)
        ) is Why.ABSENT  # fmt: skip
        return
    for _twice in range(2):
        answering.end(session, actor=cast.ida, request_id=request.id, now=now)
    after = {S.AWAITING_YOUTH: S.DECLINED_BY_YOUTH, S.ACTIVE: S.CLOSED}
    closed = state in (S.DECLINED, S.WITHDRAWN, S.CLOSED, S.DECLINED_BY_YOUTH)
    assert request.state == (state if closed else after.get(state, S.WITHDRAWN))


# --- asking --------------------------------------------------------------------------------------


def test_a_confirmed_youths_own_request_is_in_the_rektors_queue_at_once(session, cast, now):
    request = ask(session, cast.ida, now, cast.ida)
    assert request.state == S.READY
    assert told(session, cast.ida) == ["request.receipt"]
    assert told(session, cast.randi) == ["desk.new"]


def test_nobody_tells_the_guardians_of_a_youths_own_request(session, cast, now):
    request = ask(session, cast.ida, now, cast.ida, parents_know=ParentsKnow.ALL)
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    los_work.accept(session, actor=cast.lise, request_id=request.id, now=now)
    assert (told(session, cast.kari), told(session, cast.per)) == ([], [])


def test_a_guardians_request_waits_for_the_youths_own_yes(session, cast, now):
    request = ask(session, cast.kari, now, cast.ida)
    assert request.state == S.AWAITING_YOUTH
    assert told(session, cast.ida) == ["request.youth_asked"]
    assert told(session, cast.randi) == []
    assign = {"actor": cast.randi, "request_id": request.id, "los_id": cast.lise.id, "now": now}
    assert why(queue.assign, session=session, **assign) is Why.NOT_IN_STATE
    answering.answer(session, actor=cast.ida, request_id=request.id, yes=True, now=now)
    queue.assign(session, **assign)
    assert request.state == S.ASSIGNED


def test_only_the_youth_answers_for_the_youth(session, cast, now):
    request = ask(session, cast.kari, now, cast.ida)
    for other in (cast.kari, cast.per, cast.jonas, cast.randi, cast.lise, cast.sam):
        assert why(
            answering.answer, session=session, actor=other, request_id=request.id, yes=True,
            now=now,
        ) is Why.ABSENT  # fmt: skip


def test_a_stranger_reaches_the_school_only(session, cast, now):
    request = ask_as_stranger(session, cast, now, named="Ida i 10A")
    assert (request.state, request.ungdom_id) == (S.SUBMITTED, None)
    reached = {r.recipient_id for r in session.scalars(select(Outgoing))}
    assert reached == {cast.sam.id, cast.randi.id}


@pytest.mark.parametrize("picked", ["ida", "kari", "sam"])
def test_a_stranger_cannot_pick_anyone_known_or_unknown(session, cast, now, picked):
    assert why(
        ask, session=session, actor=cast.sam, now=now, ungdom=getattr(cast, picked)
    ) is Why.ABSENT  # fmt: skip


@pytest.mark.parametrize("actor", ["amina", "lise", "siri"])
def test_staff_outside_the_school_cannot_pick_a_pupil_but_name_one(session, cast, now, actor):
    staff = getattr(cast, actor)
    assert why(ask, session=session, actor=staff, now=now, ungdom=cast.ida) is Why.ABSENT
    request = ask(session, staff, now, school_id=cast.school.id, named="Ida")
    assert request.state == S.SUBMITTED
    assert told(session, cast.ida) == []


def test_the_club_asks_as_the_club_whatever_it_says(session, cast, now):
    request = ask(
        session, cast.amina, now, school_id=cast.school.id, named="Ida", kind=Requester.GUARDIAN
    )
    assert request.kind == Requester.CLUB


@pytest.mark.parametrize("actor", ["jonas", "randi"])
def test_the_school_can_pick_its_own_pupil_who_is_asked(session, cast, now, actor):
    request = ask(session, getattr(cast, actor), now, cast.ida, youth_knows=True)
    assert (request.state, request.kind) == (S.AWAITING_YOUTH, Requester.SCHOOL)


def test_a_stranger_has_one_open_request_until_the_school_knows_who_it_is(session, cast, now):
    request = ask_as_stranger(session, cast, now)
    again = {"session": session, "cast": cast, "now": now}
    assert why(ask_as_stranger, **again) is Why.ALREADY_OPEN
    queue.confirm_who(
        session, actor=cast.randi, request_id=request.id, ungdom_id=cast.ida.id, now=now
    )
    assert ask_as_stranger(session, cast, now).state == S.SUBMITTED


def test_a_stranger_asks_at_most_three_times_a_day(session, cast, now):
    for _n in range(3):
        request = ask_as_stranger(session, cast, now)
        answering.withdraw(session, actor=cast.sam, request_id=request.id, now=now)
    again = {"session": session, "cast": cast}
    assert why(ask_as_stranger, **again, now=now + DAY - timedelta(seconds=1)) is Why.TOO_MANY
    assert ask_as_stranger(session, cast, now + DAY).state == S.SUBMITTED


def test_outside_the_target_group_nothing_is_stored(session, cast, now):
    for born in (date(2014, 1, 1), date(2001, 1, 1)):
        cast.ida.born = born
        assert why(ask, session=session, actor=cast.ida, now=now, ungdom=cast.ida) is (
            Why.OUTSIDE_TARGET
        )
        # a guardian of one who is grown up is nobody who may ask [21]
        wanted = Why.OUTSIDE_TARGET if born.year == 2014 else Why.ABSENT
        assert why(ask, session=session, actor=cast.kari, now=now, ungdom=cast.ida) is wanted
    assert session.scalars(select(Request)).all() == []


def test_a_reference_is_short_and_unlike_the_next(session, cast, now):
    one = ask(session, cast.ida, now, cast.ida).reference
    two = ask_as_stranger(session, cast, now).reference
    assert one != two
    assert (one[:2], len(one)) == ("L-", 6)


def test_what_is_typed_is_sealed_in_the_store(session, cast, now):
    request = ask_as_stranger(session, cast, now, named="Ida Hemmelig")
    assert request.named == "Ida Hemmelig"
    assert b"Hemmelig" not in (request.named_sealed or b"")


# --- one open request for each youth -------------------------------------------------------------


def test_a_second_request_is_linked_and_its_receipt_sounds_the_same(session, cast, now):
    first = ask(session, cast.kari, now, cast.ida)
    second = ask(session, cast.per, now, cast.ida)
    assert (second.state, second.same_as_id) == (S.LINKED, first.id)
    assert told(session, cast.per) == told(session, cast.kari) == ["request.receipt"]
    assert told(session, cast.ida) == ["request.youth_asked"]
    seen = [
        request_cards.for_requester(session, who, request.id).status
        for who, request in ((cast.kari, first), (cast.per, second))
    ]
    assert seen == [RequestStatus.RECEIVED, RequestStatus.RECEIVED]


def test_asking_twice_for_the_same_youth_is_asking_once(session, cast, now):
    assert ask(session, cast.kari, now, cast.ida) is ask(session, cast.kari, now, cast.ida)
    assert ask(session, cast.per, now, cast.ida) is ask(session, cast.per, now, cast.ida)


def test_the_youths_own_request_is_a_yes_and_others_follow_it(session, cast, now):
    kari = ask(session, cast.kari, now, cast.ida)
    per = ask(session, cast.per, now, cast.ida)
    own = ask(session, cast.ida, now, cast.ida, place=Place.CLUB)
    assert (own.state, kari.state, per.state) == (S.READY, S.LINKED, S.LINKED)
    assert (kari.same_as_id, per.same_as_id) == (own.id, own.id)
    assert told(session, cast.ida) == ["request.receipt"]


def test_an_adult_who_leaves_does_not_end_what_the_youth_wants(session, cast, now):
    request = ask(session, cast.kari, now, cast.ida)
    answering.answer(session, actor=cast.ida, request_id=request.id, yes=True, now=now)
    answering.withdraw(session, actor=cast.kari, request_id=request.id, now=now)
    assert request.state == S.READY
    assert request_cards.status_of(session, request, cast.kari) is RequestStatus.CLOSED


def test_when_every_asker_has_left_the_youth_is_not_asked_any_more(session, cast, now):
    kari, per = ask(session, cast.kari, now, cast.ida), ask(session, cast.per, now, cast.ida)
    answering.withdraw(session, actor=cast.kari, request_id=kari.id, now=now)
    assert kari.state == S.AWAITING_YOUTH
    answering.withdraw(session, actor=cast.per, request_id=per.id, now=now)
    assert (kari.state, per.state) == (S.WITHDRAWN, S.WITHDRAWN)
    assert told(session, cast.ida) == []


def test_the_school_links_a_strangers_request_without_telling_anyone(session, cast, now):
    own = ask(session, cast.ida, now, cast.ida)
    request = ask_as_stranger(session, cast, now)
    before = {r.key for r in session.scalars(select(Outgoing))}
    queue.confirm_who(
        session, actor=cast.randi, request_id=request.id, ungdom_id=cast.ida.id, now=now
    )
    assert (request.state, request.same_as_id) == (S.LINKED, own.id)
    assert {r.key for r in session.scalars(select(Outgoing))} == before


# --- when the one that others wait behind is over ------------------------------------------------


def behind(session, cast, now, know, *who):
    """Ida's own wish, and those of others that follow it, in that order."""
    own = ask(session, cast.ida, now, cast.ida, parents_know=know)
    askers = [(getattr(cast, name), now - (9 - n) * DAY) for n, name in enumerate(who)]
    return own, [ask(session, asker, then, cast.ida) for asker, then in askers]


def status(session, request, person):
    return request_cards.for_requester(session, person, request.id).status


@pytest.mark.parametrize("know", ParentsKnow)
def test_a_wish_taken_back_leaves_what_others_asked_for_and_the_youth_is_asked(
    session, cast, now, know
):
    own, (kari, jonas) = behind(session, cast, now, know, "kari", "jonas")
    heard = told(session, cast.kari)
    answering.end(session, actor=cast.ida, request_id=own.id, now=now)
    assert (own.state, kari.state, jonas.state) == (S.WITHDRAWN, S.AWAITING_YOUTH, S.LINKED)
    assert (kari.same_as_id, jonas.same_as_id) == (None, kari.id)
    assert told(session, cast.ida, "request.youth_asked") == ["request.youth_asked"]
    assert told(session, cast.kari) == heard
    assert status(session, kari, cast.kari) is RequestStatus.RECEIVED
    assert queue.waiting(session, cast.randi) == [kari]
    answering.answer(session, actor=cast.ida, request_id=kari.id, yes=False, now=now)
    for request, asker in ((kari, cast.kari), (jonas, cast.jonas)):
        assert request.state == S.DECLINED_BY_YOUTH
        assert status(session, request, asker) is RequestStatus.CLOSED


def test_a_yes_to_it_leads_to_a_los_like_any_other(session, cast, now):
    own, (kari,) = behind(session, cast, now, ParentsKnow.NOTHING, "kari")
    answering.end(session, actor=cast.ida, request_id=own.id, now=now)
    answering.answer(session, actor=cast.ida, request_id=kari.id, yes=True, now=now)
    queue.assign(session, actor=cast.randi, request_id=kari.id, los_id=cast.lise.id, now=now)
    los_work.accept(session, actor=cast.lise, request_id=kari.id, now=now)
    assert status(session, kari, cast.kari) is RequestStatus.IN_HAND


def test_one_who_was_asked_about_before_is_asked_anew(session, cast, now):
    kari = ask(session, cast.kari, now, cast.ida)
    answering.talk_first(session, actor=cast.ida, request_id=kari.id, now=now)
    own = ask(session, cast.ida, now, cast.ida)
    answering.end(session, actor=cast.ida, request_id=own.id, now=now)
    assert (kari.state, kari.talk_first_at) == (S.AWAITING_YOUTH, None)
    assert told(session, cast.ida, "request.youth_asked") == ["request.youth_asked"]


def test_without_a_chat_the_school_hears_of_it_as_of_a_new_one(session, cast, now):
    own, _kari = behind(session, cast, now, ParentsKnow.NOTHING, "kari")
    before = len(told(session, cast.randi, "desk.new"))
    session.delete(session.scalars(select(Contact).where(Contact.person_id == cast.ida.id)).one())
    session.flush()
    answering.end(session, actor=cast.ida, request_id=own.id, now=now)
    assert len(told(session, cast.randi, "desk.new")) == before + 1


def test_who_has_left_is_not_asked_for_any_more(session, cast, now):
    own, (kari,) = behind(session, cast, now, ParentsKnow.THAT, "kari")
    answering.withdraw(session, actor=cast.kari, request_id=kari.id, now=now)
    answering.end(session, actor=cast.ida, request_id=own.id, now=now)
    assert kari.state == S.WITHDRAWN
    assert told(session, cast.ida, "request.youth_asked") == []


@pytest.mark.parametrize("over", [S.DECLINED, S.CLOSED])
@pytest.mark.parametrize("know", ParentsKnow)
def test_what_the_school_or_the_los_ends_is_over_for_all_who_may_know_of_it(
    session, cast, now, know, over
):
    """Who may not is told of no end: what they asked for waits for the youth like any other."""
    own, (kari, jonas) = behind(session, cast, now, know, "kari", "jonas")
    rektor = {"actor": cast.randi, "request_id": own.id, "now": now}
    if over is S.DECLINED:
        queue.decline(session, **rektor, reason="ikke naa")
    else:
        queue.assign(session, **rektor, los_id=cast.lise.id)
        los_work.accept(session, actor=cast.lise, request_id=own.id, now=now)
        los_work.close(session, actor=cast.lise, request_id=own.id, now=now)
    hidden = know is ParentsKnow.NOTHING
    assert jonas.state == over
    assert kari.state == (S.AWAITING_YOUTH if hidden else over)
    assert status(session, kari, cast.kari) is (
        RequestStatus.RECEIVED if hidden else RequestStatus.CLOSED
    )
    assert ("request.update" in told(session, cast.kari)) is not hidden


def test_a_no_is_a_no_to_all_who_asked(session, cast, now):
    kari, per = ask(session, cast.kari, now, cast.ida), ask(session, cast.per, now, cast.ida)
    answering.answer(session, actor=cast.ida, request_id=kari.id, yes=True, now=now)
    answering.end(session, actor=cast.ida, request_id=kari.id, now=now)
    assert (kari.state, per.state) == (S.WITHDRAWN, S.WITHDRAWN)
    assert status(session, per, cast.per) is RequestStatus.CLOSED


# --- who learns what -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ida", None])
def test_a_stranger_never_learns_whether_the_one_they_named_exists(session, cast, now, who):
    request = ask_as_stranger(session, cast, now)
    queue.confirm_who(
        session, actor=cast.randi, request_id=request.id, now=now,
        ungdom_id=getattr(cast, who).id if who else None,
    )  # fmt: skip
    if who:
        answering.answer(session, actor=cast.ida, request_id=request.id, yes=True, now=now)
        queue.decline(session, actor=cast.randi, request_id=request.id, reason="nei", now=now)
    assert request_cards.status_of(session, request, cast.sam) is RequestStatus.RECEIVED
    assert told(session, cast.sam) == ["request.receipt"]


@pytest.mark.parametrize(
    ("know", "seen"),
    [
        (ParentsKnow.ALL, RequestStatus.IN_HAND),
        (ParentsKnow.THAT, RequestStatus.IN_HAND),
        (ParentsKnow.NOTHING, RequestStatus.RECEIVED),
    ],
)
def test_a_guardian_sees_no_more_than_the_youth_lets_parents_know(session, cast, now, know, seen):
    kari = ask(session, cast.kari, now, cast.ida)
    own = ask(session, cast.ida, now, cast.ida, parents_know=know)
    queue.assign(session, actor=cast.randi, request_id=own.id, los_id=cast.lise.id, now=now)
    los_work.accept(session, actor=cast.lise, request_id=own.id, now=now)
    assert request_cards.status_of(session, kari, cast.kari) is seen
    heard = "request.update" in told(session, cast.kari)
    assert heard is (know is not ParentsKnow.NOTHING)


def test_nobody_is_told_of_a_youths_no(session, cast, now):
    request = ask(session, cast.kari, now, cast.ida)
    before = told(session, cast.kari)
    answering.answer(session, actor=cast.ida, request_id=request.id, yes=False, now=now)
    assert told(session, cast.kari) == before
    assert request_cards.status_of(session, request, cast.kari) is RequestStatus.CLOSED


def test_a_request_is_seen_by_those_it_is_for_and_absent_to_everyone_else(session, cast, now):
    request = stand(session, cast, now, S.ASSIGNED)
    sees = {
        "rektor": lambda p: request_cards.for_rektor(session, p, request.id, now),
        "los": lambda p: request_cards.for_los(session, p, request.id, now),
        "youth": lambda p: request_cards.for_youth(session, p, request.id, now),
        "requester": lambda p: request_cards.for_requester(session, p, request.id),
    }
    allowed = {"rektor": "randi", "los": "lise", "youth": "ida", "requester": "ida"}
    for name, look in sees.items():
        for who in ("ida", "kari", "per", "jonas", "randi", "lise", "siri", "amina", "sam"):
            if allowed[name] == who:
                look(getattr(cast, who))
            else:
                assert why(look, p=getattr(cast, who)) is Why.ABSENT


def test_advice_is_asked_without_a_name(session, cast, now):
    request = stand(session, cast, now, S.READY)
    los_work.ask_advice(session, actor=cast.randi, request_id=request.id, now=now)
    card = request_cards.for_adviser(session, cast.siri, request.id, now)
    assert (card.ungdom, card.ungdom_id, card.asked_by, card.named) == (None, None, None, None)


def test_advice_is_given_by_those_asked_and_read_by_the_rektor(session, cast, now):
    request = stand(session, cast, now, S.READY)
    give = {"session": session, "request_id": request.id, "words": "Ja, snart", "now": now}
    assert why(los_work.give_advice, actor=cast.siri, advice=Advice.YES, **give) is Why.ABSENT
    los_work.ask_advice(session, actor=cast.randi, request_id=request.id, now=now)
    los_work.give_advice(actor=cast.siri, advice=Advice.YES, **give)
    assert why(los_work.give_advice, actor=cast.amina, advice=Advice.YES, **give) is Why.ABSENT
    said = {s.name: (s.advice, s.words) for s in
            request_cards.for_rektor(session, cast.randi, request.id, now).advice}  # fmt: skip
    assert said == {"Lise": (None, None), "Siri": (Advice.YES, "Ja, snart")}


def test_every_staff_read_is_in_the_audit(session, cast, now):
    request = stand(session, cast, now, S.ASSIGNED)
    request_cards.for_rektor(session, cast.randi, request.id, now)
    request_cards.for_los(session, cast.lise, request.id, now)
    read = session.scalars(select(AuditEntry).where(AuditEntry.action == "requests.read")).all()
    assert [(e.actor_id, e.object_id) for e in read] == [
        (cast.randi.id, request.id), (cast.lise.id, request.id),
    ]  # fmt: skip


def test_the_audit_holds_no_words(session, cast, now):
    request = ask_as_stranger(session, cast, now, named="Ida Hemmelig")
    queue.confirm_who(
        session, actor=cast.randi, request_id=request.id, ungdom_id=cast.ida.id, now=now
    )
    queue.decline(session, actor=cast.randi, request_id=request.id, reason="Hemmelig", now=now)
    assert "Hemmelig" not in str(
        [(e.action, e.detail) for e in session.scalars(select(AuditEntry))]
    )


# --- the rektor and the los ----------------------------------------------------------------------


@pytest.mark.parametrize("other", ["ida", "kari", "jonas", "lise", "siri", "amina", "sam"])
def test_only_the_rektor_of_the_school_decides(session, cast, now, other):
    request = stand(session, cast, now, S.READY)
    actor = getattr(cast, other)
    at = {"session": session, "actor": actor, "request_id": request.id, "now": now}
    assert why(queue.prioritise, **at, priority=1, reason="x") is Why.ABSENT
    assert why(queue.assign, **at, los_id=cast.lise.id) is Why.ABSENT
    assert why(queue.decline, **at, reason="x") is Why.ABSENT
    assert why(queue.confirm_who, **at, ungdom_id=None) is Why.ABSENT


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_decision_needs_a_reason(session, cast, now, reason):
    request = stand(session, cast, now, S.READY)
    at = {"session": session, "actor": cast.randi, "request_id": request.id, "now": now}
    assert why(queue.prioritise, **at, priority=1, reason=reason) is Why.NOT_IN_STATE
    assert why(queue.decline, **at, reason=reason) is Why.NOT_IN_STATE


def test_a_los_who_hands_back_returns_it_to_where_it_stood(session, cast, now):
    request = stand(session, cast, now, S.PRIORITISED)
    queue.assign(session, actor=cast.randi, request_id=request.id, los_id=cast.lise.id, now=now)
    los_work.hand_back(session, actor=cast.lise, request_id=request.id, now=now)
    assert (request.state, request.los_id, request.priority) == (S.PRIORITISED, None, 1)
    assert "desk.handed_back" in told(session, cast.randi)
    assert "request.update" not in told(session, cast.ida)


def test_only_a_los_can_be_given_a_youth(session, cast, now):
    request = stand(session, cast, now, S.READY)
    for other in (cast.amina, cast.jonas, cast.kari, cast.sam):
        assert why(
            queue.assign, session=session, actor=cast.randi, request_id=request.id,
            los_id=other.id, now=now,
        ) is Why.NOBODY  # fmt: skip


def test_the_load_of_a_los_counts_offers_too(session, cast, now):
    stand(session, cast, now, S.ASSIGNED)
    assert queue.load_of(session, cast.lise.id) == 1


def test_an_old_button_is_stale(session, cast, now):
    request = stand(session, cast, now, S.READY)
    shown = request.version
    queue.prioritise(
        session, actor=cast.randi, request_id=request.id, priority=1, reason="x", now=now
    )
    assert why(
        queue.waitlist, session=session, actor=cast.randi, request_id=request.id, now=now,
        version=shown,
    ) is Why.STALE  # fmt: skip


# --- joining -------------------------------------------------------------------------------------


def test_a_youth_who_joins_after_asking_has_said_yes(session, cast, now):
    request = ask(
        session, cast.sam, now, school_id=cast.school.id, kind=Requester.YOUTH,
        times=(TimeOfDay.EVENING,), contact_way=ContactWay.AT_SCHOOL,
    )  # fmt: skip
    answering.joined(session, person=cast.ida, former_id=cast.sam.id, now=now)
    assert (request.state, request.ungdom_id, request.requester_id) == (
        S.READY, cast.ida.id, cast.ida.id,
    )  # fmt: skip


def test_a_parent_who_joins_has_not_answered_for_the_youth(session, cast, now):
    request = ask_as_stranger(session, cast, now)
    answering.joined(session, person=cast.kari, former_id=cast.sam.id, now=now)
    assert (request.state, request.requester_id) == (S.SUBMITTED, cast.kari.id)


def test_a_pupil_without_a_chat_is_asked_when_they_join(session, cast, now):
    mia = people.create(session, name="Mia", language="nb", now=now, born=date(2011, 2, 3))
    session.add(Pupil(person_id=mia.id, school_id=cast.school.id))
    session.flush()
    request = ask(session, cast.randi, now, mia)
    assert told(session, mia) == []
    assert not request_cards.for_rektor(session, cast.randi, request.id, now).has_chat
    mia.confirmed_at = now
    session.add(
        Contact(
            id=new_id(),
            person_id=mia.id,
            channel="telegram",
            address=7,
            created_at=now,
            heard_at=now,
        )
    )
    session.flush()
    answering.joined(session, person=mia, former_id=0, now=now)
    assert told(session, mia) == ["request.youth_asked"]


# --- nobody is forgotten -------------------------------------------------------------------------


def steps(state, since, now, **more):
    found = reminding.request_steps(state, since, MunicipalPolicy(), Calendar(), now, **more)
    return [(s.name, s.at.astimezone(UTC).strftime("%m-%d %H")) for s in found]


MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (S.SUBMITTED, [("review0", "11-30 08"), ("review1", "12-07 08")]),
        (S.READY, [("review0", "11-30 08"), ("review1", "12-07 08")]),
        (S.PRIORITISED, [("review0", "11-30 08"), ("review1", "12-07 08")]),
        (S.WAITLISTED, [("review0", "12-21 08"), ("review1", "01-18 08")]),
        (
            S.AWAITING_YOUTH,
            [("youth", "11-26 08"), ("review0", "11-30 08"), ("review1", "12-07 08")],
        ),
        (
            S.ASSIGNED,
            [("los", "11-25 08"), ("los_silent", "11-27 08"), ("los_silent1", "12-04 08")],
        ),
        (
            S.ACTIVE,
            [("contact", "11-26 08"), ("contact_late", "11-30 08"), ("contact_late1", "12-07 08")],
        ),
        (S.CLOSED, []),
        (S.LINKED, []),
        (S.DECLINED, []),
        (S.WITHDRAWN, []),
        (S.DECLINED_BY_YOUTH, []),
    ],
)
def test_who_is_reminded_when(state, expected):
    assert steps(state, MONDAY, MONDAY) == expected


def test_the_weekly_reminders_go_on(session):
    later = MONDAY + timedelta(days=36)
    assert [name for name, _at in steps(S.READY, MONDAY, later)][-1] == "review5"


def test_a_los_who_has_met_the_youth_is_asked_every_fourth_week_if_it_goes_on():
    found = steps(S.ACTIVE, MONDAY, MONDAY, contacted=True)
    assert found == [("still", "12-21 08"), ("still1", "01-18 08")]


def test_a_promised_date_on_a_sunday_is_reminded_of_before_it():
    found = steps(S.READY, MONDAY, MONDAY, answer_by=date(2026, 11, 29))
    assert found[:3] == [
        ("promise_soon", "11-25 08"), ("promise_day", "11-27 08"), ("promise_over", "11-30 08"),
    ]  # fmt: skip


def promise_days(session, now, days):
    session.add(
        PolicyVersion(
            valid_from=now.date(),
            choices={"answer_promised_days": days, "staff_telegram": True},
            applied_at=now,
        )
    )
    session.flush()
    session.info.pop("policy", None)


def test_without_a_policy_nothing_is_promised(session, cast, now):
    assert ask(session, cast.ida, now, cast.ida).answer_by is None


def test_a_promise_is_kept_or_the_requester_is_told_that_it_was_not(session, cast, now):
    promise_days(session, now, 4)
    request = ask(session, cast.ida, now, cast.ida)
    assert request.answer_by == date(2026, 11, 27)
    at, heard = now, []
    while at < now + 6 * DAY:
        at += DAY
        follow_ups.take_due(session, requests.LADDER, at)
        heard.append((told(session, cast.randi, "desk.promise"), told(session, cast.ida)))
    assert [len(rektor) for rektor, _ida in heard] == [0, 1, 1, 2, 2, 2]
    follow_ups.take_due(session, requests.LADDER, now + 7 * DAY)
    assert "request.not_yet" in told(session, cast.ida)


def test_a_changed_policy_keeps_the_date_that_was_shown(session, cast, now):
    promise_days(session, now, 4)
    request = ask(session, cast.ida, now, cast.ida)
    session.info["policy"] = {now.date(): MunicipalPolicy(answer_promised_days=30)}
    assert request.answer_by == date(2026, 11, 27)


def test_the_youth_is_reminded_once_and_the_rektor_weekly(session, cast, now):
    ask(session, cast.kari, now, cast.ida)
    for day in range(22):
        follow_ups.take_due(session, requests.LADDER, now + day * DAY)
    assert told(session, cast.ida, "request.youth_reminded") == ["request.youth_reminded"]
    assert told(session, cast.randi, "desk.review") == ["desk.review"] * 3


def test_a_los_who_does_not_answer_is_reminded_and_then_the_rektor_told(session, cast, now):
    stand(session, cast, now, S.ASSIGNED)
    for day in range(8):
        follow_ups.take_due(session, requests.LADDER, now + day * DAY)
    assert told(session, cast.lise) == ["desk.offered", "desk.offer_waits"]
    assert told(session, cast.randi, "desk.los_silent") == ["desk.los_silent"]


@pytest.mark.parametrize("state", STANDING)
def test_after_every_verb_the_stored_instant_is_the_computed_one(session, cast, now, state):
    stand(session, cast, now, state)
    assert follow_ups.disagreeing(session, requests.LADDER, now) == []


def test_what_is_asked_at_night_is_told_in_the_morning(session, cast):
    night = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    ask(session, cast.kari, night, cast.ida)
    row = session.scalars(select(Outgoing).where(Outgoing.recipient_id == cast.ida.id)).one()
    assert row.not_before == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_a_school_without_a_rektor_takes_no_requests(session, cast, now):
    cast.randi.confirmed_at = None
    assert why(ask, session=session, actor=cast.ida, now=now, ungdom=cast.ida) is Why.NOBODY
    assert session.scalars(select(Request)).all() == []
    assert municipality.current(session) is session.scalars(select(Municipality)).one()
