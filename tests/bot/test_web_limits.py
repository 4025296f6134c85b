"""Limits that slow a machine down, and let a whole school behind one address in."""

from __future__ import annotations

from datetime import timedelta

from bot.web.limits import Limit, Limits
from tests.bot.test_web_chat import begins, here  # noqa: F401 - the fixtures
from tests.browsing import Browser


def test_three_hundred_at_once_and_five_a_second_from_one_address(now):
    limits = Limits.usual()
    for limit in (limits.read, limits.opened):
        assert sum(limit.take("192.0.2.1", now) for _each in range(400)) == 300
        later = now + timedelta(seconds=10)
        assert sum(limit.take("192.0.2.1", later) for _each in range(400)) == 50
        assert limit.take("198.51.100.7", now)


async def test_who_is_in_is_not_held_back_by_the_others_of_their_address(here):  # noqa: F811
    limits = here.app.chat._limits
    assert (await here.people["ida"].get(here.asgi, "/")).status == 200
    limits.read = Limit(0.001, 3)
    statuses = [(await Browser().get(here.asgi, "/")).status for _each in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert (await Browser(cookies={"__Host-losbot": "made up"}).get(here.asgi, "/")).status == 429
    statuses = [(await here.people["ida"].get(here.asgi, "/")).status for _each in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert (await here.people["kari"].get(here.asgi, "/")).status == 200
