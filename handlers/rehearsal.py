"""The line that says it is a rehearsal, wherever staff look."""

from __future__ import annotations

import dataclasses

from handlers.turns import Message, Reading
from locales import _, join
from models import people, rehearsal

BANNER = _("Øvelse: Bare de som står på gjestelisten, får svar og meldinger.")
DESKS = frozenset(
    {"start", "desk.queue", "desk.request", "desk.mine", "desk.youth", "stafett.list", "stafett.card"}
)  # fmt: skip
"""Where staff begin. What arrives unasked says no more than ever."""


def marked(reading: Reading, kind: str, message: Message | None) -> Message | None:
    if message is None or kind not in DESKS or not rehearsal.is_on(reading.session, reading.now):
        return message
    if not people.staff_roles(reading.session, reading.reader):
        return message
    return dataclasses.replace(message, text=join([BANNER, message.text], "\n\n"))
