"""A case's meetings in one place: what is to come, what has been, and the ways to more."""

from __future__ import annotations

from handlers import case_cards, standing_family
from handlers.meeting_cards import button
from handlers.turns import Button, Compose, Message, Press, Reading, Turn
from locales import Moment, Text, _
from models import meeting_lists
from models.base import require
from models.meeting_views import MeetingView
from models.terms import MeetingState, Why

PAST = 5


def show(turn: Turn, subject: int, version: int) -> None:
    known = meeting_lists.has_meetings(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    require(known, Why.ABSENT)
    turn.show("meeting.of_case", subject)


def card(reading: Reading) -> Message | None:
    seen = meeting_lists.in_case(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    rows: list[tuple[Button, ...]] = [
        (button(_when(each), "meeting.show", each),) for each in seen.ahead
    ]
    if seen.proposal:
        rows.insert(0, (Button(_("Tider som er foreslått"), "proposal.show", seen.proposal),))
    rows += [(_of_past(each),) for each in seen.past[:PAST]]
    if seen.may_call:
        rows.append((Button(_("Planlegg et møte"), "flow:mote.plan", seen.case_id),))
        rows.append((Button(_("Foreslå tider"), "flow:mote.foresla", seen.case_id),))
    if seen.talks:
        rows.append((Button(_("Samtaler mellom møtene"), "talk.list", seen.case_id),))
    if case_cards.is_family(reading, seen.case_id):
        rows += standing_family.button(reading, seen.case_id)
    rows += case_cards.back(reading, seen.case_id)
    title = _("Møter om {name}", name=seen.about) if seen.about else _("Møtene dine")
    if not seen.ahead and not seen.past:
        title = _("Det er ingen møter å vise her nå.")
    return Message(title, tuple(rows))


def _when(seen: MeetingView) -> Text:
    return _("{when}", when=Moment(seen.starts_at, seen.zone))


def _of_past(seen: MeetingView) -> Button:
    """The minutes where they can be read; for the holder with what is missing."""
    label = _("{when}: var", when=_when(seen))
    if seen.keeps and seen.state is MeetingState.CALLED:
        label = _("{when}: hvordan gikk det?", when=_when(seen))
    elif seen.keeps and seen.state is MeetingState.HELD:
        label = _("{when}: referat mangler", when=_when(seen))
    elif seen.state is MeetingState.NOT_HELD:
        label = _("{when}: ble ikke holdt", when=_when(seen))
    elif seen.minutes_ready:
        label = _("{when}: referat", when=_when(seen))
    return button(label, "meeting.minutes" if seen.minutes_ready else "meeting.show", seen)


BUTTONS: dict[str, Press] = {"meeting.of_case": show}
NOTICES: dict[str, Compose] = {"meeting.of_case": card}
