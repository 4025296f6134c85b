"""Every column that could hold someone's words is sealed, or stands here with the reason why it
holds none. A new column is neither, until somebody has thought about it."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, Column, LargeBinary, String, Table

from bot.store_schema import know_every_table
from models.base import Base
from models.sealed import cells, tables_with_keys

CHOSEN = "one of a closed list of words, chosen by a button or set by a verb: nobody types it"
COUNTED = "made by us: a number, a hash, a date, or a name of something in the code"
OWN_TOWN = "the municipality's own file: public facts about services, checked by the operator"

CLEAR: dict[str, str] = {
    **dict.fromkeys(
        [
            "approved_texts.key", "approved_texts.language", "approved_texts.state",
            "audit.action", "audit.detail",  # ids and enum names, which a test of audit's own holds
            "baton_offers.family", "baton_offers.state", "baton_wishes.answer", "school_moves.state",
            "cases.state", "chat_links.to_channel", "discretions.keypad",
            "closings.family_view", "closings.hat", "closings.reason",
            "concerns.state", "concerns.worry", "concerns.noticed", "concerns.lasted",
            "concerns.discussed", "concerns.youth_talk", "concerns.parents_talk",
            "concerns.outcome", "level_moves.baton",
            "consent_events.act", "consent_events.capacity", "consent_events.channel",
            "consent_events.language", "consent_events.must", "consent_events.reason",
            "consent_events.scope", "consent_events.verified",
            "consent_questions.purpose", "consent_questions.scope", "consent_questions.text_key",
            "consent_records.text_key", "consent_records.via",
            "contact_wishes.to_role", "contact_wishes.way",
            "contacts.channel", "conversations.flow", "evaluations.decision", "evaluations.effect", "evaluations.voice",
            "evaluation_answers.effect", "evaluation_answers.progress", "evaluation_answers.role",
            "right_answers.answer", "right_questions.answer", "right_questions.kind",
            "goals.state", "handled.channel", "invitees.answer", "invitees.help",
            "goals.state", "handled.channel", "log_entries.effect", "log_entries.hat",
            "log_entries.info", "log_entries.kind", "log_entries.voice",
            "invitees.answer", "invitees.help",
            "child_contacts.view", "meetings.next_step", "meetings.youth_view",
            "proposals.place_kind", "proposals.state", "proposals.zone", "votes.fits",
            "meetings.place_kind", "meetings.state", "meetings.zone",
            "outbox.kind", "outbox.mode", "outbox.promise", "outbox.state", "parked.channel",
            "people.language", "positions.role", "request_advice.advice",
            "requests.contact_way", "requests.kind", "requests.parents_know", "requests.place",
            "look_questions.reason", "withhold_events.act", "withhold_events.item",
            "shield_events.act", "shield_events.item", "breaks.signal",
            "postponements.kind", "postponements.reason",
            "shield_events.act", "shield_events.item",
            "standing_meetings.if_off", "standing_meetings.place_kind", "standing_meetings.zone",
            "standing_occasions.state",
            "help_lines.how", "services.line", "services.needs",
            "requests.state", "requests.times", "requests.topic", "tiltak.state",
            "web_identities.kind", "web_sessions.device",
        ],
        CHOSEN,
    ),
    **dict.fromkeys(
        [
            "approved_texts.hash",  # of words everyone may read
            "audit.hash", "audit.master", "audit.previous", "audit.seal",
            "baton_offers.steps_done", "baton_wishes.steps_done", "school_moves.done", "school_moves.steps_done",
            "audit_heads.hash", "audit_heads.master", "audit_heads.seal",
            "chat_links.browser", "chat_links.code", "chat_links.hash",
            "closings.left_open",  # ids of tiltak
            "standing_cases.declined_too",  # ids of people
            "right_questions.items",  # kinds and ids
            "right_questions.steps_done", "no_next_dates.steps_done",
            "closings.package",  # of a whole archive package, which nobody guesses
            "closings.packed_to",  # a path that we chose
            "consent_events.number", "consent_events.occasion", "consent_events.text_hash",
            "conversations.asked",  # salted with what is sealed beside it, so no guess can be tried
            "conversations.asked_key",
            "data_keys.master", "data_keys.wrapped",
            "invitations.code", "invitations.hash", "invitees.uid",
            "outbox.callback_id", "outbox.error", "outbox.key", "outbox.occasion",
            "parked.error",  # the exception's class, never its words
            "parked.reference", "requests.reference",
            "consent_questions.steps_done", "proposals.steps_done", "contact_wishes.steps_done", "meetings.steps_done",
            "parked.reference", "requests.reference", "concerns.reference", "concerns.steps_done",
            "consent_questions.steps_done", "contact_wishes.steps_done", "meetings.steps_done",
            "standing_files.uid", "standing_meetings.steps_done", "standing_occasions.steps_done",
            "passkey_challenges.hash",  # of 256 bits drawn at random
            "passkeys.credential", "passkeys.handle",  # a device's number, and one drawn at random
            "passkeys.public_key",
            "breaks.steps_done", "breaks.told", "cases.steps_done",
            "help_lines.steps_done",
            "overviews.figures",  # bands by ids: a test of figures' own holds it
            "requests.steps_done", "tiltak.steps_done", "positions.steps_done",
            "store_facts.key", "store_facts.value", "withhold_events.occasion",
            "access_watches.steps_done", "look_questions.steps_done", "shield_events.steps_done",
            "mail_addresses.hash", "mail_addresses.taken",  # keyed: of an address
            "mail_addresses.master", "mail_addresses.steps_done", "web_chats.steps_done",
            "web_identities.hash",  # keyed: of what a login provider calls somebody
            "web_identities.master",
            "web_sessions.hash", "web_sessions.sid",
        ],
        COUNTED,
    ),
    **dict.fromkeys(
        [
            "municipality.name", "municipality.red_days", "municipality.school_off",
            "municipality.exam_days",
            "municipality.terminology", "open_hours.place", "policy_versions.choices",
            "municipality.terminology", "municipality.barnevernvakt", "open_hours.place", "policy_versions.choices",
            "help_lines.number", "services.for_whom", "services.hours", "services.key",
            "services.name", "services.place", "services.reach", "services.translated",
            "services.what", "municipality.terminology", "open_hours.place", "policy_versions.choices",
            "units.key", "units.kind", "units.name",
        ],
        OWN_TOWN,
    ),
    "approved_texts.approved_by": "who in the municipality answers for a text all may read",
    "closings.receipt": "the archive's own reference for a case, from its operator",
    "conversations.draft": "ticks and calendar pages of the question on the screen, by their keys",
    "outbox.params": "ids, fingerprints and names of texts; what a message says is found when sent",
    "positions.staff_key": "the municipality's name of a post, as its file has it; never a person",
}  # fmt: skip

PERSONAL_AND_CLEAR: dict[str, str] = {
    "contacts.address": "a Telegram chat's number: who writes is found by it before any key is "
    "open. It is in no log, goes with the contact, and the disk is encrypted",
    "people.away_from": "which days staff are away from work; asked at each notice, goes with them",
    "people.away_until": "as above",
    "people.born": "ages are asked of many at a time. It goes with the person",
}
"""Not words, but about one person: said aloud, so that nobody takes them for forgotten."""


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    know_every_table()
    return dict(Base.metadata.tables)


def worded(table: Table) -> list[Column]:
    return [each for each in table.columns if isinstance(each.type, String | JSON | LargeBinary)]


def sealed() -> set[str]:
    """The columns behind sealed attributes."""
    return {
        f"{table.__tablename__}.{name}_sealed"
        for table in tables_with_keys()
        for name in cells(table)
    }


def test_every_column_that_could_hold_words_is_sealed_or_said_to_hold_none(tables):
    found = {f"{name}.{each.name}" for name, table in tables.items() for each in worded(table)}
    assert found - sealed() - CLEAR.keys() == set(), "seal it, or say why it holds no one's words"


def test_what_is_said_to_hold_none_is_there_and_not_sealed(tables):
    listed = CLEAR | PERSONAL_AND_CLEAR
    there = {f"{name}.{each.name}" for name, table in tables.items() for each in table.columns}
    assert listed.keys() - there == set()
    assert CLEAR.keys() & sealed() == set()
    assert all(reason.strip() for reason in listed.values())


def test_a_sealed_column_holds_bytes_and_its_row_names_a_key(tables):
    assert len(sealed()) >= 12
    for name in sealed():
        table, _dot, column = name.partition(".")
        assert isinstance(tables[table].columns[column].type, LargeBinary), name
        assert "key_id" in tables[table].columns, name


def test_a_column_of_words_nobody_thought_of_is_found(tables):
    table = Table("notes", Base.metadata.__class__(), Column("words", String), Column("n", JSON))
    assert [each.name for each in worded(table)] == ["words", "n"]
    assert not {"notes.words", "notes.n"} & (CLEAR.keys() | sealed())
