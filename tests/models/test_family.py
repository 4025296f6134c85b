"""Guardians take part until the youth decides alone, to the day [21]."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import family


def turns_eighteen(youth, day):
    youth.born = day.replace(year=day.year - 18)


@pytest.mark.parametrize(("days", "with_guardians"), [(1, True), (0, False), (-1, False)])
def test_guardians_take_part_until_the_18th_birthday(session, cast, now, days, with_guardians):
    turns_eighteen(cast.ida, (now + timedelta(days=days)).date())
    guardians = [cast.kari, cast.per] if with_guardians else []
    assert family.guardians_of(session, cast.ida.id, now) == guardians
    assert family.of(session, cast.ida.id, now) == [cast.ida, *guardians]
    assert (family.wards_of(session, cast.kari, now) == [cast.ida]) is with_guardians


def test_the_day_begins_at_midnight_in_the_municipality(session, cast, now):
    turns_eighteen(cast.ida, now.date())
    midnight = now.replace(hour=0, minute=0) - timedelta(hours=1)  # in Oslo
    assert family.guardians_of(session, cast.ida.id, midnight) == []
    assert len(family.guardians_of(session, cast.ida.id, midnight - timedelta(minutes=1))) == 2


def test_who_was_registered_stays_registered(session, cast, now):
    turns_eighteen(cast.ida, now.date())
    assert family.all_guardians_of(session, cast.ida.id) == [cast.kari, cast.per]
    assert family.all_ward_ids(session, cast.kari.id) == [cast.ida.id]


def test_an_unknown_date_of_birth_is_read_as_under_age(session, cast, now):
    cast.ida.born = None
    assert family.guardians_of(session, cast.ida.id, now) == [cast.kari, cast.per]


@pytest.mark.parametrize("lost", [{"responsibility": False}, {"ended_at": "now"}])
def test_without_responsibility_nobody_is_a_guardian(session, cast, now, lost):
    bond = session.scalars(
        select(family.Guardianship).where(family.Guardianship.foresatt_id == cast.kari.id)
    ).one()
    for name, value in lost.items():
        setattr(bond, name, now if value == "now" else value)
    session.flush()
    assert family.guardians_of(session, cast.ida.id, now) == [cast.per]
    assert family.all_guardians_of(session, cast.ida.id) == [cast.per]
    assert family.wards_of(session, cast.kari, now) == []


def test_a_guardian_nobody_has_confirmed_has_no_wards(session, cast, now):
    cast.kari.confirmed_at = None
    assert family.wards_of(session, cast.kari, now) == []
