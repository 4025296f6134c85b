"""What comes unasked about meetings: a lock screen learns that there is one and when, no more."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from handlers.meeting_cards import answer_rows, button, seen_by, when
from handlers.turns import Button, Message, Reading
from locales import Clock, Text, _, join
from locales.dates import relative_day
from models import meeting_views, preparing
from models.base import Refused
from models.meeting_views import MeetingView
from models.terms import Coming


def invited(reading: Reading) -> Message | None:
    return _news(reading, _("Du har en ny avtale."))


def moved(reading: Reading) -> Message | None:
    return _news(reading, _("En avtale har fått nytt tidspunkt."))


def _news(reading: Reading, first: Text) -> Message | None:
    seen = _current(reading)
    if seen is None:
        return None
    show = (button(_("Vis"), "meeting.show", seen),)
    if seen.mine is None:
        return Message(join([first, when(seen)]), buttons=(show,))
    if seen.mine is Coming.YES:
        return Message(join([first, when(seen), _("Du har sagt at det passer.")]), buttons=(show,))
    text = join([first, when(seen), _("Passer det?")])
    return Message(text, buttons=(show, *answer_rows(seen)))


def _current(reading: Reading) -> MeetingView | None:
    """The meeting, if it is still to come at the time that was promised to be told of."""
    seen = seen_by(reading)
    if seen.cancelled or seen.begun:
        return None
    return seen if seen.sequence == reading.params.get("sequence", seen.sequence) else None


def cancelled(reading: Reading) -> Message | None:
    seen = seen_by(reading)
    if not seen.cancelled:
        return None
    text = join([_("En avtale er avlyst."), when(seen)])
    return Message(text, buttons=((button(_("Vis"), "meeting.show", seen),),))


def reminder(reading: Reading) -> Message | None:
    """Relative to the day it is sent on. Not for who cannot come or wants no reminders. To the youth
    it carries the way to the three taps before a meeting: they are asked in no message of their own."""
    seen = _current(reading)
    if seen is None or seen.mine is Coming.NO or reading.reader.muted:
        return None
    zone = ZoneInfo(seen.zone)
    starts = seen.starts_at.astimezone(zone)
    day = relative_day(starts.date(), reading.now.astimezone(zone).date())
    text = _("Du har en avtale {day} {clock}.", day=day, clock=Clock(starts.time()))
    show = (button(_("Vis"), "meeting.show", seen),)
    asks = ((Button(_("Si hva du ønsker"), "meeting.wishes", seen.id),),) if _asks(reading) else ()
    if seen.mine is Coming.UNANSWERED:
        return Message(join([text, _("Passer det?")]), buttons=(show, *answer_rows(seen), *asks))
    return Message(text, buttons=(show, *asks))


def _asks(reading: Reading) -> bool:
    try:
        return preparing.may_prepare(
            reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
        )
    except Refused:
        return False


def answered(reading: Reading) -> Message | None:
    """To the stafettholder: someone has answered, or needs a talk first. Who, behind the button."""
    found = meeting_views.answered(
        reading.session, actor=reading.reader, invitee_id=reading.subject, now=reading.now
    )
    if found.coming is Coming.UNANSWERED or found.meeting.cancelled:
        return None
    first = (
        _("Noen trenger en prat før en avtale.")
        if found.coming is Coming.DREADING
        else _("Noen har svart på en avtale.")
    )
    show = (button(_("Vis"), "meeting.show", found.meeting),)
    return Message(join([first, when(found.meeting)]), buttons=(show,))
