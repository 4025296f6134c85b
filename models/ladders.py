"""Every kind of thing that is followed up by itself, in the order the tick looks at them."""

from __future__ import annotations

from models import consent_effects, contact_wishes, meeting_notices, requests, tiltak
from models.follow_ups import Ladder

LADDERS: tuple[Ladder, ...] = (
    consent_effects.LADDER,
    meeting_notices.LADDER,
    tiltak.LADDER,
    requests.LADDER,
    contact_wishes.LADDER,
)
