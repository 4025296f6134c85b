"""Whatever is tried and comes to nothing is in the audit: who and why, and no word of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from tests.stories.beginnings import all_are_asked, begins, lise_is_asked
from tests.stories.test_bad_input import data_of

SECRET = "hemmelig8713"


async def noted(story) -> list[tuple[str, str]]:
    """What was refused since the last time this was asked, oldest first."""
    before = getattr(story, "noted", 0)

    def read(session) -> list[AuditEntry]:
        wanted = select(AuditEntry).where(AuditEntry.action == "refused", AuditEntry.seq > before)
        return list(session.scalars(wanted.order_by(AuditEntry.seq)))

    entries = await story.app.store.read(read)
    story.noted = max([before, *(entry.seq for entry in entries)])
    return [(entry.detail["why"], entry.detail["kind"]) for entry in entries]


@begins(lise_is_asked)
async def test_forged_foreign_and_invented_buttons(story):
    data, message = data_of(story, "Lise", "Vis")
    await noted(story)
    for forged in (data, data[:-1] + ("0" if data[-1] != "0" else "1"), f"b:{SECRET}:1:1:1:x"):
        await story.presses_data("Kari", forged, message)
    assert await noted(story) == [("absent", "button")] * 3


@pytest.mark.slow
@begins(all_are_asked)
async def test_an_old_button_of_a_consent_and_one_of_a_question_that_is_over(story):
    await story.presses("Kari", "Vis")
    yes, message = data_of(story, "Kari", "Ja, det er greit")
    await story.presses("Kari", "Nei")
    await noted(story)
    await story.presses_data("Kari", yes, message)
    assert await noted(story) == [("stale", "button")]
    await story.types("Ida", "/los")
    topic, message = data_of(story, "Ida", "Skolen")
    await story.types("Ida", "/avbryt")
    await noted(story)
    await story.presses_data("Ida", topic, message)
    assert await noted(story) == [("stale", "button")]


@pytest.mark.on_telegram("Ida", why="raw updates")
@pytest.mark.slow
@begins(all_are_asked)
async def test_what_is_forbidden_edited_forwarded_or_said_in_a_group(story):
    await noted(story)
    await story.types("Ida", "/ko")
    assert await noted(story) == [("absent", "command")]
    chat = {"id": story.ids["Ida"], "type": "private"}
    me = {"id": story.ids["Ida"], "is_bot": False, "first_name": "Ida"}
    said: dict[str, Any] = {"message_id": 900, "date": 1, "chat": chat, "from": me, "text": SECRET}
    origin = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
    for update in (
        {"edited_message": {**said, "edit_date": 2}},
        {"message": {**said, "forward_origin": origin}},
        {"message": {**said, "chat": {"id": -5, "type": "group", "title": SECRET}}},
    ):
        await story.sends_raw("Ida", update)
    kinds = [kind for why, kind in await noted(story) if why == "not_read"]
    assert kinds == ["edited", "other", "group"]
    told = await story.app.store.read(
        lambda s: [[e.action, e.detail] for e in s.scalars(select(AuditEntry))]
    )
    assert SECRET not in json.dumps(told)
