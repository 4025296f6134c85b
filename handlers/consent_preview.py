"""'See it as they see it': the cards that another participant is shown, drawn for the family."""

from __future__ import annotations

from handlers import case_cards, meeting_cards, tiltak
from handlers.turns import Button, Message, Press, Reading, Turn
from locales import Text, _, join
from models import previews
from models.previews import Seen
from models.terms import Role

_HATS = (Role.SERVICE, Role.STAFETTHOLDER)


def choose(turn: Turn, subject: int, version: int) -> None:
    previews.participants(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("preview.choose", subject)


def choices(reading: Reading) -> Message:
    found = previews.participants(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                _("{name} ({service})", name=each.name, service=each.unit),
                _ACTIONS[each.hat], reading.subject, each.person_id,
            ),
        )
        for each in found
    ]  # fmt: skip
    rows.append((Button(_("‹ Tilbake"), "case.map", reading.subject),))
    text = _(
        "Velg hvem du vil se det slik som. Du får se det de ser nå. Ingen får vite at du ser."
    )
    return Message(text, tuple(rows))


def _showing(hat: Role) -> Press:
    def show(turn: Turn, subject: int, version: int) -> None:
        previews.as_participant(
            turn.session, actor=turn.me, case_id=subject, person_id=version, hat=hat, now=turn.now
        )
        turn.show("preview.card", subject, person=version, hat=hat.value)

    return show


def card(reading: Reading) -> Message:
    who, seen = previews.as_participant(
        reading.session, actor=reading.reader, case_id=reading.subject,
        person_id=int(reading.params["person"]), hat=Role(reading.params["hat"]), now=reading.now,
    )  # fmt: skip
    head = _("Slik ser {name} ({service}) det nå:", name=who.name, service=who.unit)
    parts = [head, *(drawn(seen) or [_("Ingenting. Samarbeidet vises ikke for {name}.",
                                       name=who.name)])]  # fmt: skip
    if who.hat is Role.STAFETTHOLDER:
        parts.append(
            _("Stafettholderen ser også hvem som ikke har svart på det dere er spurt om.")
        )
    back = (Button(_("‹ Tilbake"), "preview.choose", reading.subject),)
    return Message(join(parts, "\n\n"), (back,))


def drawn(seen: Seen) -> list[Text]:
    """The words of the cards themselves, without their buttons."""
    if seen.case is None:
        return []
    parts = [case_cards.as_seen(seen.case).text]
    if seen.tiltak is not None:
        parts.append(tiltak.listed(seen.tiltak, 0).text)
    parts += [join(meeting_cards.facts_of(meeting)) for meeting in seen.meetings]
    return parts


_ACTIONS = {Role.SERVICE: "preview.service", Role.STAFETTHOLDER: "preview.holder"}
BUTTONS = {"preview.choose": choose, **{_ACTIONS[hat]: _showing(hat) for hat in _HATS}}
NOTICES = {"preview.choose": choices, "preview.card": card}
