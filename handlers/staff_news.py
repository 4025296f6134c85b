"""What those who lead are told of staff: somebody has got a role, somebody must hand something over."""

from __future__ import annotations

from handlers import baton_leader
from handlers.record_words import ROLES
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Message, Reading, Turn
from locales import Day, _, join
from models import staff_views
from models.base import require
from models.terms import Why


def show_new(turn: Turn, subject: int, version: int) -> None:
    staff_views.new_here(turn.session, actor=turn.me, position_id=subject)
    turn.show("staff.new_card", subject)


def new_card(reading: Reading) -> Message:
    told = staff_views.new_here(reading.session, actor=reading.reader, position_id=reading.subject)
    role = ROLES[told.role] if told.role else ""
    said = _("{name} er nå {role} ved {unit}.", name=told.name, role=role, unit=told.unit)
    if told.begins is not None:
        said = _("{name} blir {role} ved {unit} fra {day}.", name=told.name, role=role,
                 unit=told.unit, day=Day(told.begins))  # fmt: skip
    elif told.is_over:
        said = _("{name} var {role} ved {unit}, og er det ikke lenger.", name=told.name,
                 role=role, unit=told.unit)  # fmt: skip
    lines = [
        said,
        _("Administratoren har bestemt det. Er det feil, si fra til kommunen."),
    ]
    return Message(join(lines, "\n\n"))


def show_changed(turn: Turn, subject: int, version: int) -> None:
    require(staff_views.hears_of_decisions(turn.session, actor=turn.me), Why.ABSENT)
    turn.show("staff.changed_card", subject)


def changed_card(reading: Reading) -> Message:
    lines = [
        _("Det er gjort en endring i hvordan kommunen bruker losbot."),
        _("En administrator har bestemt noe om regler, tekster, øvelse eller kanaler. Er det ikke "
          "noe dere har avtalt, si fra til kommunen."),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"))


def _hears(reading: Reading) -> bool:
    return staff_views.hears_of_decisions(reading.session, actor=reading.reader)


def show_hand_over(turn: Turn, subject: int, version: int) -> None:
    staff_views.to_hand_over(turn.session, actor=turn.me, person_id=subject, now=turn.now)
    turn.show("staff.hand_card", subject)


def hand_over_card(reading: Reading) -> Message:
    told = staff_views.to_hand_over(
        reading.session, actor=reading.reader, person_id=reading.subject, now=reading.now
    )
    lines = [
        _("{name} skal slutte, og har noe som en annen må ta over først.", name=told.name),
        _("Avtal med {name} hvem det blir. Når det er gitt videre eller avsluttet, kan kommunen "
          "avslutte tilgangen.", name=told.name),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"), buttons=baton_leader.way(reading))


def show_away(turn: Turn, subject: int, version: int) -> None:
    staff_views.who_is_away(turn.session, actor=turn.me, person_id=subject, now=turn.now)
    turn.show("staff.away_card", subject)


def away_card(reading: Reading) -> Message:
    """That something waits, never what: who stands in sees what their own role lets them."""
    told = staff_views.who_is_away(
        reading.session, actor=reading.reader, person_id=reading.subject, now=reading.now
    )
    lines = [
        _("{name} er borte til og med {day}, og noe venter på {name}.", name=told.name,
          day=Day(told.until) if told.until else ""),
        _("Jeg sier ikke hva. Er det noe som ikke kan vente, må du ordne det, eller nå {name}.",
          name=told.name),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"))


def _is_away(reading: Reading) -> bool:
    return bool(
        staff_views.who_is_away(
            reading.session, actor=reading.reader, person_id=reading.subject, now=reading.now
        )
    )


def _is_new(reading: Reading) -> bool:
    found = staff_views.new_here(
        reading.session, actor=reading.reader, position_id=reading.subject
    )
    return bool(found)


def _is_held(reading: Reading) -> bool:
    return bool(
        staff_views.to_hand_over(
            reading.session, actor=reading.reader, person_id=reading.subject, now=reading.now
        )
    )


BUTTONS = {
    "staff.new": show_new,
    "staff.news": show_changed,
    "staff.hand": show_hand_over,
    "staff.gone": show_away,
}
NOTICES = {
    "staff.given": push(NEWS, "staff.new", _is_new),
    "staff.new_card": new_card,
    "staff.changed": push(NEWS, "staff.news", _hears),
    "staff.changed_card": changed_card,
    "staff.away": push(WAITS, "staff.gone", _is_away),
    "staff.away_card": away_card,
    "staff.hand_over": push(WAITS, "staff.hand", _is_held),
    "staff.hand_card": hand_over_card,
}
