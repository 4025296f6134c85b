"""Every kind of thing that is followed up by itself, in the order the tick looks at them."""

from __future__ import annotations

from models import (
    access_news,
    consent_ladder,
    contact_wishes,
    falling_back,
    is_it_right,
    meeting_notices,
    next_dates,
    posts,
    requests,
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
    is_it_right.LADDER,
    next_dates.LADDER,
    shielded.LADDER,
    requests.LADDER,
    contact_wishes.LADDER,
    why_looked.LADDER,
    access_news.LADDER,
    falling_back.LADDER,
    weekly.LADDER,
    posts.LADDER,
)
