"""The directory in the municipality's file: applied twice is once, and what leaves it is taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.services_file import ServicePart, apply
from models import services
from models.services import Service, Wish
from models.terms import Need, ServiceLine

PART = {
    "key": "nattkafeen", "line": "first", "needs": ["friends"], "name": "Nattkafeen",
    "what": "Varme og prat", "reach": "Kom",
}  # fmt: skip


def applied(session, now, *parts):
    return list(apply(session, [ServicePart.model_validate(part) for part in parts], now))


def test_what_the_file_says_the_store_says(session, cast, now):
    everything = applied(session, now, PART)
    assert "+ service nattkafeen" in everything
    assert "- service bup" in everything
    assert applied(session, now, PART) == []
    changed = {**PART, "reach": "Ring på", "nn": {"reach": "Ring på då"}}
    assert applied(session, now, changed) == ["~ service nattkafeen"]
    kept = session.scalars(select(Service).where(Service.key == "nattkafeen")).one()
    assert services.one(session, kept.id, "nn").words["reach"] == "Ring på då"
    assert applied(session, now) == ["- service nattkafeen"]
    assert applied(session, now, PART) == ["~ service nattkafeen"]


def test_what_was_added_in_the_chat_stands(session, cast, now):
    wish = Wish(ServiceLine.FIRST, (Need.HOME,), {"name": "Ny", "what": "Prat", "reach": "Kom"})
    made = services.add(session, actor=cast.siri, wish=wish, now=now)
    applied(session, now, PART)
    assert services.one(session, made, "nb").words["name"] == "Ny"


@pytest.mark.parametrize(
    "wrong",
    [
        {"needs": []},
        {"needs": ["luck"]},
        {"line": "third"},
        {"name": ""},
        {"what": "x" * 301},
        {"age_from": 20, "age_to": 13},
        {"en": {"naem": "Night"}},
        {"en": {"name": "x" * 81}},
        {"phone": "22 22"},
    ],
)
def test_a_mistake_is_said_and_nothing_is_guessed(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        ServicePart.model_validate({**PART, **wrong})
