"""What comes unasked about standing meetings: that there is one and when, never with whom nor what
about."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from handlers.turns import Button, Message, Reading
from locales import Clock, Moment, Text, _, join
from locales.dates import relative_day
from models import standing_date_views, standing_views
from models.standing_date_views import Brief
from models.terms import OccasionState


def _brief(reading: Reading) -> Brief | None:
    """The date, if it is still the one that was promised to be told of."""
    seen = standing_date_views.brief(
        reading.session, actor=reading.reader, occasion_id=reading.subject, now=reading.now
    )
    return seen if seen.sequence == reading.params.get("sequence", seen.sequence) else None


def _show(reading: Reading) -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("Vis"), action="standing.date", subject=reading.subject),),)


def agenda(reading: Reading) -> Message | None:
    """A week before: what to bring up."""
    seen = _brief(reading)
    if seen is None or not seen.coming or reading.reader.muted:
        return None
    text = _("Du har en fast avtale {when}.", when=Moment(seen.starts_at, seen.zone))
    return Message(
        join([text, _("Er det noe du vil ta opp? Skriv det på lista.")]), buttons=_show(reading)
    )


def reminder(reading: Reading) -> Message | None:
    seen = _brief(reading)
    if seen is None or not seen.coming or reading.reader.muted:
        return None
    zone = ZoneInfo(seen.zone)
    starts = seen.starts_at.astimezone(zone)
    day = relative_day(starts.date(), reading.now.astimezone(zone).date())
    text = _("Du har en fast avtale {day} {clock}.", day=day, clock=Clock(starts.time()))
    return Message(text, buttons=_show(reading))


def changed(reading: Reading) -> Message | None:
    seen = _brief(reading)
    if seen is None or not seen.coming:
        return None
    when = _("Når: {when}", when=Moment(seen.starts_at, seen.zone))
    return Message(
        join([_("En fast avtale har fått nytt tidspunkt."), when]), buttons=_show(reading)
    )


def off(reading: Reading) -> Message | None:
    seen = _brief(reading)
    if seen is None or seen.state is not OccasionState.CANCELLED:
        return None
    when = _("Den skulle vært {when}.", when=Moment(seen.starts_at, seen.zone))
    return Message(join([_("En fast avtale går ut."), when]), buttons=_show(reading))


def _left_to_do(
    first: Text, second: Text, waits: Callable[[Brief], bool]
) -> Callable[[Reading], Message | None]:
    """To the chair, or who leads: moot once it is done."""

    def compose(reading: Reading) -> Message | None:
        seen = standing_date_views.brief(
            reading.session, actor=reading.reader, occasion_id=reading.subject, now=reading.now
        )
        if not waits(seen) or not seen.decides:
            return None
        return Message(join([first, second]), buttons=_show(reading))

    return compose


def minuted(reading: Reading) -> Message | None:
    seen = standing_date_views.brief(
        reading.session, actor=reading.reader, occasion_id=reading.subject, now=reading.now
    )
    return Message(_("Det er noe nytt til deg."), buttons=_show(reading)) if seen.decided else None


def series(reading: Reading) -> Message | None:
    """It was set up, handed on or ended: which, behind the button."""
    standing_views.series(
        reading.session, actor=reading.reader, standing_id=reading.subject, now=reading.now
    )
    show = (Button(_("Vis"), action="standing.series", subject=reading.subject),)
    return Message(_("Det er noe nytt om faste avtaler."), buttons=(show,))


def renew(reading: Reading) -> Message | None:
    seen = standing_views.series(
        reading.session, actor=reading.reader, standing_id=reading.subject, now=reading.now
    )
    if seen.ended or not seen.runs or not seen.last_is_near:
        return None
    text = join([_("Noen faste avtaler tar slutt."), _("Forleng dem, eller avslutt dem.")])
    show = (Button(_("Vis"), action="standing.series", subject=reading.subject),)
    return Message(text, buttons=(show,))


def on_agenda(reading: Reading) -> Message | None:
    """To the family: that there is something, never what."""
    if not standing_date_views.on_any(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    ):
        return None
    show = (Button(_("Vis"), action="standing.family", subject=reading.subject),)
    return Message(_("Det er noe nytt til deg."), buttons=(show,))


def off_agenda(reading: Reading) -> Message | None:
    """To the holder: the agenda is another; who of the family wanted that is not said."""
    if not standing_date_views.was_declined(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    ):
        return None
    text = join(
        [
            _("En liste til en fast avtale er endret."),
            _("Noe du satte opp, tas ikke opp der. Spør ikke hvorfor."),
        ]
    )
    return Message(text, buttons=((Button(_("Vis"), command="fastemoter"),),))


NOTICES = {
    "standing.agenda": agenda,
    "standing.reminder": reminder,
    "standing.changed": changed,
    "standing.off": off,
    "standing.held": _left_to_do(
        _("Du har hatt en fast avtale."), _("Ble den holdt?"), lambda seen: seen.unsaid
    ),
    "standing.minutes": _left_to_do(
        _("Noe venter på deg etter en fast avtale."),
        _("Skriv kort hva dere ble enige om."),
        lambda seen: seen.lacks_minutes,
    ),
    "standing.late": _left_to_do(
        _("Noe venter etter en fast avtale."),
        _("Den som leder møtene, har ikke gjort det ferdig. Du kan hjelpe, eller bytte leder."),
        lambda seen: seen.unsaid or seen.lacks_minutes,
    ),
    "standing.minuted": minuted,
    "standing.set": series,
    "standing.renew": renew,
    "standing.on_agenda": on_agenda,
    "standing.off_agenda": off_agenda,
}
