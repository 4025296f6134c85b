"""The words a request is asked and told with: labels of its choices, states and open hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handlers.turns import Button, Compose, Message, Reading
from locales import Clock, Text, _, join, pgettext, plural
from models import access_log
from models.municipality import OpenHours
from models.request_cards import Card
from models.terms import (
    Advice,
    ContactWay,
    ParentsKnow,
    Place,
    Requester,
    RequestState,
    TimeOfDay,
    Topic,
)

TOPICS: dict[Topic, Text] = {
    Topic.SCHOOL: pgettext("topic", "Skolen"),
    Topic.FRIENDS: pgettext("topic", "Venner"),
    Topic.HOME: pgettext("topic", "Hjemme"),
    Topic.LEISURE: pgettext("topic", "Fritiden"),
    Topic.OTHER: pgettext("topic", "Noe annet"),
}
PLACES: dict[Place, Text] = {
    Place.SCHOOL: pgettext("place", "På skolen"),
    Place.HOME: pgettext("place", "Hjemme"),
    Place.LEISURE: pgettext("place", "Ute eller på en aktivitet"),
    Place.CLUB: pgettext("place", "På fritidsklubben"),
    Place.ELSEWHERE: pgettext("place", "Et annet sted"),
}
TIMES: dict[TimeOfDay, Text] = {
    TimeOfDay.SCHOOL_TIME: pgettext("time", "I skoletiden"),
    TimeOfDay.AFTERNOON: pgettext("time", "Om ettermiddagen"),
    TimeOfDay.EVENING: pgettext("time", "Om kvelden"),
    TimeOfDay.WEEKEND: pgettext("time", "I helgen"),
    TimeOfDay.HOLIDAY: pgettext("time", "I ferien"),
}
WAYS: dict[ContactWay, Text] = {
    ContactWay.CHAT: pgettext("contact", "Her i chatten"),
    ContactWay.AT_SCHOOL: pgettext("contact", "På skolen"),
    ContactWay.ADULT: pgettext("contact", "Gjennom en voksen på skolen"),
}
PARENTS: dict[ParentsKnow, Text] = {
    ParentsKnow.ALL: pgettext("parents", "Ja, de kan få vite om det"),
    ParentsKnow.THAT: pgettext("parents", "Bare at jeg får en los, ikke hvorfor"),
    ParentsKnow.NOTHING: pgettext("parents", "Nei, ikke si det til dem"),
}
ASKERS: dict[Requester, Text] = {
    Requester.YOUTH: pgettext("asker", "ungdommen selv"),
    Requester.GUARDIAN: pgettext("asker", "en foresatt"),
    Requester.SCHOOL: pgettext("asker", "skolen"),
    Requester.NURSE: pgettext("asker", "helsesykepleier"),
    Requester.GP: pgettext("asker", "fastlegen"),
    Requester.CLUB: pgettext("asker", "fritidsklubben"),
    Requester.SERVICE: pgettext("asker", "en annen tjeneste"),
}
ADVICE: dict[Advice, Text] = {
    Advice.YES: pgettext("advice", "Ja, gi en los"),
    Advice.NOT_NOW: pgettext("advice", "Ikke nå"),
    Advice.OTHER: pgettext("advice", "Noe annet passer bedre"),
}
STATES: dict[RequestState, Text] = {
    RequestState.SUBMITTED: pgettext("state", "hvem gjelder det?"),
    RequestState.AWAITING_YOUTH: pgettext("state", "venter på ungdommen"),
    RequestState.DECLINED_BY_YOUTH: pgettext("state", "ungdommen vil ikke"),
    RequestState.READY: pgettext("state", "klar, ikke vurdert"),
    RequestState.PRIORITISED: pgettext("state", "prioritert"),
    RequestState.WAITLISTED: pgettext("state", "på venteliste"),
    RequestState.ASSIGNED: pgettext("state", "venter på los"),
    RequestState.ACTIVE: pgettext("state", "har los"),
    RequestState.DECLINED: pgettext("state", "avslått"),
    RequestState.WITHDRAWN: pgettext("state", "trukket"),
    RequestState.CLOSED: pgettext("state", "avsluttet"),
    RequestState.LINKED: pgettext("state", "samme som en annen"),
}
WEEKDAYS = (
    pgettext("weekday", "Mandag"),
    pgettext("weekday", "Tirsdag"),
    pgettext("weekday", "Onsdag"),
    pgettext("weekday", "Torsdag"),
    pgettext("weekday", "Fredag"),
    pgettext("weekday", "Lørdag"),
    pgettext("weekday", "Søndag"),
)


def times_of(times: Iterable[TimeOfDay]) -> Text:
    return join([TIMES[time] for time in times], ", ")


def hours_of(hours: Iterable[OpenHours]) -> Text | None:
    """Where the loser can be met, a line each; None when the municipality has not said."""
    lines = [hour_line(hour) for hour in hours]
    return join([_("Losene kan du møte uten avtale:"), *lines]) if lines else None


def hour_line(hour: OpenHours) -> Text:
    return _(
        "{weekday} fra {start} til {end}: {place}",
        weekday=WEEKDAYS[hour.weekday],
        start=Clock(hour.from_time),
        end=Clock(hour.to_time),
        place=hour.place,
    )


def parents_warning(know: ParentsKnow | None) -> Text | None:
    """To staff who could come to talk with a parent [49]."""
    match know:
        case ParentsKnow.NOTHING:
            return _("⚠ Ikke si noe om dette til foreldrene. Det har ungdommen bestemt.")
        case ParentsKnow.THAT:
            return _("⚠ Foreldrene kan få vite at ungdommen får en los, ikke hvorfor.")
    return None


def wish_lines(card: Card) -> list[Text]:
    """What was asked for, without who."""
    lines = [_("Det gjelder: {topic}", topic=TOPICS[card.topic])]
    if card.place is not None:
        lines.append(_("Møtested: {place}", place=PLACES[card.place]))
    if card.times:
        lines.append(_("Tid: {times}", times=times_of(card.times)))
    if card.contact_way is not None:
        lines.append(_("Kontakt: {way}", way=WAYS[card.contact_way]))
    if card.parents_know is not None:
        lines.append(_("Får foreldrene vite det? {answer}", answer=PARENTS[card.parents_know]))
    if card.youth_knows is not None:
        lines.append(
            _("Den som spurte, sier at ungdommen vet om det.")
            if card.youth_knows
            else _("Den som spurte, sier at ungdommen ikke vet om det ennå.")
        )
    return lines


# --- notices that arrive unasked -----------------------------------------------------------------

NEWS = _("Det er noe nytt til deg.")
WAITS = _("Noe venter på svar fra deg.")
LOOK = _("Det er noe du skal se på.")
"""First lines for a lock screen: no name, no service, no word of what it is about. An answer is spoken
of only where what is opened asks for one."""


def push(line: Text, action: str, look: Callable[[Reading], object]) -> Compose:
    """A neutral line with a button to what it is about; moot unless `look` finds it right now."""

    def composed(reading: Reading) -> Message | None:
        with access_log.unseen(reading.session):
            if not look(reading):
                return None
        button = Button(pgettext("button", "Vis"), action=action, subject=reading.subject)
        return Message(line, buttons=((button,),))

    return composed


def waited(days: int) -> Text:
    """How long a request has waited, in whole days."""
    return (
        plural("Har ventet {n} dag.", "Har ventet {n} dager.", days) if days else _("Kom i dag.")
    )
