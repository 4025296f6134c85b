"""Requests in the states that flows are opened for, for tests that walk every flow."""

from __future__ import annotations

from datetime import date

from models import asking, los_work, people, queue
from models.asking import Wish
from models.people import Pupil
from models.terms import Requester, Topic


def requests_of_all_kinds(session, cast, now) -> list[int]:
    """A stranger's, one in the queue with advice asked for, one a los follows; and Mia, who has
    no chat and can be invited. Returns their ids."""
    wish = Wish(Topic.HOME, school_id=cast.school.id, named="Ida", kind=Requester.GUARDIAN)
    stranger = asking.submit(session, actor=cast.sam, wish=wish, now=now)
    queued = _own(session, _pupil(session, cast, now, "Nora"), now)
    los_work.ask_advice(session, actor=cast.randi, request_id=queued, now=now)
    followed = _own(session, _pupil(session, cast, now, "Omar"), now)
    at = {"request_id": followed, "now": now}
    queue.assign(session, actor=cast.randi, los_id=cast.lise.id, **at)
    los_work.accept(session, actor=cast.lise, **at)
    mia = _pupil(session, cast, now, "Mia")
    mia.confirmed_at = None
    session.flush()
    return [stranger.id, queued, followed]


def _own(session, ungdom, now) -> int:
    wish = Wish(Topic.SCHOOL, ungdom_id=ungdom.id)
    return asking.submit(session, actor=ungdom, wish=wish, now=now).id


def _pupil(session, cast, now, name):
    person = people.create(
        session, name=name, language="nb", now=now, confirmed=True, born=date(2011, 3, 4)
    )
    session.add(
        Pupil(person_id=person.id, school_id=cast.school.id, kontaktlaerer_id=cast.jonas.id)
    )
    session.flush()
    return person
