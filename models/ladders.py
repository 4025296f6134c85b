"""Every kind of thing that is followed up by itself, in the order the tick looks at them."""

from __future__ import annotations

from models import (
    access_news,
    baton_family,
    consent_ladder,
    contact_wishes,
    falling_back,
    meeting_notices,
    posts,
    requests,
    school_moves,
    shielded,
    stafett,
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
    stafett.LADDER,
    baton_family.LADDER,
    school_moves.LADDER,
    requests.LADDER,
    contact_wishes.LADDER,
    why_looked.LADDER,
    access_news.LADDER,
    falling_back.LADDER,
    weekly.LADDER,
    posts.LADDER,
)
