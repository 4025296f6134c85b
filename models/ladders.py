"""Every kind of thing that is followed up by itself, in the order the tick looks at them."""

from __future__ import annotations

from models import (
    access_news,
    breaks,
    consent_ladder,
    contact_wishes,
    falling_back,
    meeting_notices,
    posts,
    shielded,
    tiltak,
    weekly,
    why_looked,
)
from models.follow_ups import Ladder

LADDERS: tuple[Ladder, ...] = (
    consent_ladder.LADDER,
    meeting_notices.LADDER,
    tiltak.LADDER,
    shielded.LADDER,
    breaks.REQUESTS,
    contact_wishes.LADDER,
    why_looked.LADDER,
    access_news.LADDER,
    falling_back.LADDER,
    weekly.LADDER,
    posts.LADDER,
    breaks.CASES,
    breaks.LADDER,
)
