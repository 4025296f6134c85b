"""After a meeting, what comes unasked: to the holder who has something to do, to the family, to the
youth who did not come."""

from __future__ import annotations

from handlers.request_words import push
from handlers.turns import Button, Compose, Message, Press, Reading, Turn
from locales import Text, _, join, pgettext
from models import minutes_views
from models.terms import MeetingState


def _waits(line: Text, label: Text, *states: MeetingState) -> Compose:
    """To the holder, while the meeting still is as it was."""

    def composed(reading: Reading) -> Message | None:
        meeting = minutes_views.waits(
            reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
        )
        if meeting.state not in states or meeting.final_at is not None:
            return None
        action = "meeting.show" if meeting.state == MeetingState.CALLED else "meeting.minutes"
        return Message(line, ((Button(label, action, reading.subject, meeting.sequence),),))

    return composed


def _final(reading: Reading) -> bool:
    seen = minutes_views.view(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )
    return seen.state is MeetingState.MINUTES_FINAL


def missed(reading: Reading) -> Message | None:
    """To the youth who did not come: a kind question, no reproach."""
    minutes_views.missed(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )
    button = Button(pgettext("button", "Vis"), "meeting.missed", reading.subject)
    return Message(_("Jeg har et lite spørsmål til deg. Svar når du vil."), ((button,),))


def show_missed(turn: Turn, subject: int, version: int) -> None:
    minutes_views.missed(turn.session, actor=turn.me, meeting_id=subject, now=turn.now)
    turn.show("meeting.missed_card", subject)


def missed_card(reading: Reading) -> Message:
    holder = minutes_views.missed(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )
    text = join([
        _("Vi savnet deg sist. Det er helt greit at det ikke passet."),
        _("Vil du snakke med noen om det, eller er det noe som ville gjort det lettere neste gang? "
          "{name} hører gjerne fra deg.", name=holder),
    ], "\n\n")  # fmt: skip
    rows = (
        (Button(_("Jeg vil snakke med noen"), "flow:kontakt"),),
        (Button(_("Alt er greit"), "meeting.missed_ok", reading.subject),),
    )
    return Message(text, rows)


def missed_ok(turn: Turn, subject: int, version: int) -> None:
    minutes_views.missed(turn.session, actor=turn.me, meeting_id=subject, now=turn.now)
    turn.toast("meeting.missed_ok")
    turn.strip()


BUTTONS: dict[str, Press] = {"meeting.missed": show_missed, "meeting.missed_ok": missed_ok}
_LOOK = pgettext("button", "Vis")
NOTICES: dict[str, Compose] = {
    "meeting.how_did_it_go": _waits(_("Hvordan gikk avtalen?"), _LOOK, MeetingState.CALLED),
    "meeting.minutes_due": _waits(_("Noe skal skrives ferdig."), _LOOK, MeetingState.HELD),
    "meeting.next_due": _waits(_("Noe mangler en ny dato."), _LOOK, MeetingState.NOT_HELD),
    "meeting.minutes_ready": push(_("Det er noe nytt til deg."), "meeting.minutes", _final),
    "meeting.missed": missed,
    "meeting.missed_card": missed_card,
}
TOASTS: dict[str, Text] = {"meeting.missed_ok": _("Fint. Takk for at du sa fra.")}
