"""The municipality's file: shown as a difference, applied once, never rewriting what is in force."""

from __future__ import annotations

from datetime import UTC, date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import demo, municipality_file
from bot.municipality_file import FileRefused, MunicipalityFile
from handlers.approved import text_hash
from models import audit, municipality, people
from models.municipality import Unit
from models.people import Position
from models.policy import MunicipalPolicy
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
    applied = audit.AuditEntry.action == "municipality.apply"  # beside what it moved
    entry = session.scalars(select(audit.AuditEntry).where(applied)).one()
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
    yesterday = now.date() - timedelta(days=1)
    municipality_file.apply(session, since(past, 16), now)
    with pytest.raises(FileRefused, match="in force"):
        municipality_file.apply(session, since(past, 15), now)
    with pytest.raises(FileRefused, match="in force"):
        municipality_file.apply(session, since(yesterday, 15), now)
    assert "+ policy" in municipality_file.apply(session, since(now.date(), 16), now)[0]
    assert municipality_file.apply(session, since(past, 16), now) == []
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


CHOICES = {
    "staff_telegram": ("false", 0, None),
    "rehearsal": ("true", 1),
    "window_weekends": ("true", 1),
    "guardians_required": ("both", True, None),
    "zone": ("Europe/Fjordvik", 1),
    "guardian_consent_until_age": (True, "18", -1, 31, 17.5, None),
    "min_age_bot": (99,),
    "window_from": ("morning", 9, time(9, tzinfo=UTC), time(20)),
    "meeting_reminders_hours": (48, "48", [48, 0], [True], [4.5]),
    "consent_validity_days": (0, -1, True, "365", 10**9, None),
    "answer_promised_days": (0, "5", False),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in CHOICES.items() for value in values]
)
def test_a_choice_of_the_wrong_kind_is_refused_in_one_line_that_names_it(name, value):
    with pytest.raises(ValueError, match=": ") as refused:
        municipality.policy_from({name: value})
    (line,) = str(refused.value).splitlines()
    assert line.startswith("window_to: " if value == time(20) else f"{name}: ")


def test_what_the_store_keeps_of_a_policy_is_read_again():
    policy = MunicipalPolicy(
        answer_promised_days=5, window_from=time(8, 30), meeting_reminders_hours=(24,)
    )
    assert municipality.policy_from(municipality.choices_of(policy)) == policy


def test_a_text_no_longer_in_the_file_is_a_draft_and_can_be_approved_again(session, now):
    text = {"key": "consent.ask", "approved_by": "X", "approved_on": "2026-01-01"}

    def approved(*languages):
        file = _file(texts=[{**text, "languages": languages}] if languages else [])
        return municipality_file.apply(session, file, now)

    def asked(language):
        words = text_hash("consent.ask", language)
        return municipality.is_approved(session, key="consent.ask", language=language, hash=words)

    approved("nb", "en")
    assert approved("nb") == ["- text consent.ask in en"]
    assert (asked("nb"), asked("en")) == (True, False)
    assert approved() == ["- text consent.ask in nb"]
    assert approved("nb") == ["+ text consent.ask in nb, approved by X"]
    assert (asked("nb"), asked("en")) == (True, False)


def test_a_text_without_own_words_in_a_language_cannot_be_approved(session, now):
    text = {"key": "nothing", "languages": ["nb"], "approved_by": "X", "approved_on": "2026-01-01"}
    with pytest.raises(FileRefused, match="no own words"):
        municipality_file.apply(session, _file(texts=[text]), now)
