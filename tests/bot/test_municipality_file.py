"""The municipality's file: shown as a difference, applied once, never rewriting what is in force."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import demo, municipality_file
from bot.municipality_file import FileRefused, MunicipalityFile
from models import audit, municipality, people
from models.municipality import Unit
from models.people import Position
from models.terms import Role

EXAMPLE = Path(__file__).parents[2] / "deploy" / "municipality.example.toml"


def _file(**parts):
    return MunicipalityFile.model_validate({"name": "Fjordvik", **parts})


SCHOOL = {"key": "skolen", "kind": "school", "name": "Skolen"}
RANDI = {"key": "randi", "name": "Randi", "role": "rektor", "unit": "skolen"}


def test_applying_twice_changes_nothing_the_second_time(session, now):
    file = municipality_file.read(EXAMPLE)
    assert municipality_file.apply(session, file, now)
    assert municipality_file.apply(session, file, now) == []


def test_the_demo_file_applies(session, now):
    changes = municipality_file.apply(session, municipality_file.read(demo.MUNICIPALITY), now)
    assert "+ staff randi (rektor at ungdomsskolen)" in changes


def test_the_difference_is_a_line_each_and_audited_without_names(session, now):
    changes = municipality_file.apply(session, _file(units=[SCHOOL], staff=[RANDI]), now)
    assert "+ unit skolen" in changes
    entry = session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc())).first()
    assert (entry.action, entry.detail) == ("municipality.apply", {"changes": len(changes)})


def test_staff_who_leave_the_file_lose_the_position_and_keep_it_when_back(session, now):
    municipality_file.apply(session, _file(units=[SCHOOL], staff=[RANDI]), now)
    assert municipality_file.apply(session, _file(units=[SCHOOL]), now) == ["- staff randi"]
    assert session.scalars(select(Position)).one().ended_at == now
    back = municipality_file.apply(session, _file(units=[SCHOOL], staff=[RANDI]), now)
    assert back == ["+ staff randi is back"]


def test_staff_from_the_file_wear_no_hat_before_they_are_confirmed(session, now):
    municipality_file.apply(session, _file(units=[SCHOOL], staff=[RANDI]), now)
    unit = session.scalars(select(Unit)).one()
    randi = people.get(session, session.scalars(select(Position)).one().person_id)
    assert people.roles_at(session, randi, unit.id) == frozenset()
    randi.confirmed_at = now
    assert people.roles_at(session, randi, unit.id) == {Role.REKTOR}


def test_a_policy_in_force_is_not_rewritten_and_one_to_come_is(session, now):
    def since(day, age):
        part = {"valid_from": day, "choices": {"guardian_consent_until_age": age}}
        return _file(policies=[part])

    past, future = date(2026, 1, 1), now.date() + timedelta(days=30)
    municipality_file.apply(session, since(past, 16), now)
    with pytest.raises(FileRefused, match="in force"):
        municipality_file.apply(session, since(past, 15), now)
    municipality_file.apply(session, since(future, 16), now)
    assert municipality_file.apply(session, since(future, 15), now) == [f"~ policy from {future}"]
    assert municipality.policy_on(session, now.date()).guardian_consent_until_age == 16
    assert municipality.policy_on(session, future).guardian_consent_until_age == 15


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"units": [SCHOOL, SCHOOL]}, "twice"),
        ({"staff": [RANDI]}, "no unit"),
        ({"units": [SCHOOL], "staff": [{**RANDI, "role": "foresatt"}]}, "not a position"),
        ({"policies": [{"valid_from": "2026-01-01", "choices": {"nonsense": 1}}]}, "unknown"),
        ({"surprise": 1}, "Extra inputs"),
    ],
    ids=["unit twice", "staff without unit", "not a position", "unknown policy", "unknown part"],
)
def test_a_mistake_is_one_clear_line(parts, told, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=told):
        _file(**parts)


def test_a_file_that_is_not_there_or_not_toml_is_one_line(tmp_path):
    with pytest.raises(FileRefused):
        municipality_file.read(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("name = ")
    with pytest.raises(FileRefused):
        municipality_file.read(tmp_path / "bad.toml")


def test_a_text_without_own_words_in_a_language_cannot_be_approved(session, now):
    text = {"key": "nothing", "languages": ["nb"], "approved_by": "X", "approved_on": "2026-01-01"}
    with pytest.raises(FileRefused, match="no own words"):
        municipality_file.apply(session, _file(texts=[text]), now)
