"""Every kind of thing that is followed up by itself, in the order the tick looks at them."""

from __future__ import annotations

from models import (
    access_news,
    baton_family,
    baton_ladder,
    breaks,
    consent_ladder,
    contact_wishes,
    falling_back,
    help_lines,
    is_it_right,
    meeting_ladder,
    next_dates,
    posts,
    school_moves,
    shielded,
    standing_ladders,
    tiltak,
    weekly,
    why_looked,
)
from models.follow_ups import Ladder

LADDERS: tuple[Ladder, ...] = (
    consent_ladder.LADDER,
    meeting_ladder.LADDER,
    tiltak.LADDER,
    is_it_right.LADDER,
    next_dates.LADDER,
    shielded.LADDER,
    baton_ladder.LADDER,
    baton_family.LADDER,
    breaks.CONCERNS,
    school_moves.LADDER,
    breaks.REQUESTS,
    contact_wishes.LADDER,
    why_looked.LADDER,
    access_news.LADDER,
    falling_back.LADDER,
    weekly.LADDER,
    posts.LADDER,
    breaks.CASES,
    breaks.LADDER,
    standing_ladders.SERIES,
    standing_ladders.LADDER,
    help_lines.LADDER,
)
