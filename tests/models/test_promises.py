"""What kind of promise a message is: only what reminds can be turned off."""

from __future__ import annotations

from sqlalchemy import select

from models import asking, requests
from models.asking import Wish
from models.outbox import Outgoing, Promise
from models.reminding import Step
from models.terms import Requester, Topic


def test_a_ladders_reminder_is_one_and_what_happened_is_news(session, cast, now):
    wish = Wish(topic=Topic.SCHOOL, school_id=cast.school.id, kind=Requester.YOUTH)
    request = asking.submit(session, actor=cast.ida, wish=wish, now=now)
    requests.take(session, request, Step("promise_over", now), now)
    kinds = {r.kind: r.promise for r in session.scalars(select(Outgoing))}
    assert kinds == {
        "request.receipt": Promise.RECEIPT,
        "desk.new": Promise.NEWS,
        "desk.promise": Promise.REMINDER,
        "request.not_yet": Promise.NEWS,
    }
