"""'Juster': one's own yes made smaller service by service, and 'not this' for single things.

Both hold at once. Each sees the own yes and what is shared in common, never another's answer; of
a thing that someone keeps back, only that a service does not get to know it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers.consent_map import cards_of
from handlers.consent_prompt import KINDS, kinds_in_words, row_of
from handlers.turns import Button, Message, Press, Reading, Rows, Turn
from locales import Moment, Text, _, join
from models import consent_narrowing, sharing_views, withholding
from models.base import refuse
from models.consent_narrowing import OwnService
from models.sharing_views import From, Shared
from models.terms import InfoKind, ItemKind, Why
from models.withheld import Item

ENTRIES = 5
"""So many of what stands in the log are listed; each has a way here from the log itself."""

# --- service by service --------------------------------------------------------------------------


def adjust(turn: Turn, subject: int, version: int) -> None:
    cards_of(turn, subject)
    turn.show("consent.map_adjust", subject)


def adjust_card(reading: Reading) -> Message:
    own = consent_narrowing.own_services(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    cards = cards_of(reading, reading.subject)
    text = (
        _("Hva vil du endre? Du kan gjøre det smalere med en gang.")
        if own
        else _("Du har ikke sagt ja til noe her nå, så det er ingenting å gjøre smalere.")
    )
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                _("{service} ›", service=each.name), "map.service", reading.subject, each.unit_id
            ),
        )
        for each in own
    ]
    if own and cards[0].must:
        rows.append((Button(_("Ikke dette: mål, tiltak, møter"), "map.things", reading.subject),))
    rows.append((Button(_("‹ Tilbake"), "map.open", reading.subject),))
    return Message(text, tuple(rows))


def service(turn: Turn, subject: int, version: int) -> None:
    cards_of(turn, subject)
    turn.show("consent.map_service", subject, unit=version)


def service_card(reading: Reading) -> Message:
    own = consent_narrowing.own_services(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    unit = int(reading.params["unit"])
    found = next((each for each in own if each.unit_id == unit), None)
    if found is None:
        return adjust_card(reading)
    lines = [
        _("Du har sagt ja til dette:"),
        row_of(found.name, found.kinds),
        _("Nå får {service} vite: {kinds}.", service=found.name,
          kinds=kinds_in_words(found.shared))
        if found.shared
        else _("Nå får {service} ikke vite noe.", service=found.name),
        _("Trykk på det {service} ikke skal få vite lenger. Det gjelder med en gang.",
          service=found.name),
    ]  # fmt: skip
    return Message(join(lines), _service_buttons(reading.subject, found))


def _service_buttons(case_id: int, found: OwnService) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if len(found.kinds) > 1:
        rows += [
            (Button(_("Ikke {kind}", kind=label), f"drop.{kind.value}", case_id, found.unit_id),)
            for kind, label in KINDS.items()
            if kind in found.kinds
        ]
    stop_it = Button(_("Ikke noe til {service}", service=found.name), "drop.all", case_id,
                     found.unit_id)  # fmt: skip
    rows.append((stop_it,))
    if found.more:
        rows.append((Button(_("Si ja til mer"), "consent.show", found.question_id),))
    rows.append((Button(_("‹ Tilbake"), "map.adjust", case_id),))
    return tuple(rows)


def _dropping(kinds: frozenset[InfoKind]) -> Callable[[Turn, int, int], None]:
    def drop(turn: Turn, subject: int, version: int) -> None:
        cards_of(turn, subject)
        changed = consent_narrowing.narrow(
            turn.session, actor=turn.me, case_id=subject, unit_id=version, drop=kinds,
            now=turn.now, occasion=turn.occasion,
        )  # fmt: skip
        turn.toast("consent.stopped" if changed else "map.as_it_is")
        turn.show("consent.map_service", subject, unit=version)

    return drop


# --- 'not this' ----------------------------------------------------------------------------------


def things(turn: Turn, subject: int, version: int) -> None:
    cards_of(turn, subject)
    turn.show("consent.map_things", subject)


def things_card(reading: Reading) -> Message:
    found = sharing_views.shared(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    text = (
        _("Er det noe av dette noen ikke skal få vite om? Velg det.")
        if found
        else _("Det er ingen mål, tiltak eller møter her nå.")
    )
    rows: list[tuple[Button, ...]] = [
        (Button(_named(thing), f"thing.{thing.item.kind.value}", thing.item.id, reading.subject),)
        for thing in _newest(found)
    ]
    rows.append((Button(_("‹ Tilbake"), "map.adjust", reading.subject),))
    return Message(text, tuple(rows))


def _newest(found: Sequence[Shared]) -> Sequence[Shared]:
    """All but the older entries of the log, each of which has a way here from the log itself."""
    written = [thing for thing in found if thing.item.kind is ItemKind.ENTRY]
    return [thing for thing in found if thing not in written[ENTRIES:]]


def _named(thing: Shared) -> Text:
    match thing.item.kind:
        case ItemKind.GOAL:
            return _("Mål: {words}", words=thing.words or "")
        case ItemKind.TILTAK:
            return _("Tiltak: {words}", words=thing.words or "")
        case ItemKind.MEETING:
            assert thing.starts_at is not None  # noqa: S101 - meetings have a time
            return _("Møte {moment}", moment=Moment(thing.starts_at))
        case ItemKind.ENTRY:
            return _("I loggen: {words}", words=thing.words or "")
    refuse(Why.ABSENT)


def _showing(kind: ItemKind) -> Press:
    def show(turn: Turn, subject: int, version: int) -> None:
        cards_of(turn, version)
        turn.show("consent.map_thing", version, item=subject, about=kind.value)

    return show


def thing_card(reading: Reading) -> Message:
    found = _thing(reading, Item(ItemKind(reading.params["about"]), int(reading.params["item"])))
    if found is None:
        return things_card(reading)
    lines = [_named(found)]
    lines += [
        _("• {service} får vite om det.", service=each.name)
        if each.knows
        else _("• {service} får ikke vite om det.", service=each.name)
        for each in found.services
    ]
    lines.append(_("Stafettholderen og familien ser det uansett."))
    kind = found.item.kind.value
    rows: list[tuple[Button, ...]] = []
    for each in (*found.services, found.everyone):
        if each.mine:
            rows.append(
                (Button(_telling(each), f"tell.{kind}", found.item.id, each.unit_id or 0),)
            )
        elif not each.withheld and (each.knows or each.unit_id is None):
            rows.append(
                (Button(_keeping(each), f"keep.{kind}", found.item.id, each.unit_id or 0),)
            )
    rows.append((Button(_("‹ Tilbake"), "map.things", reading.subject),))
    return Message(join(lines), tuple(rows))


def _keeping(each: From) -> Text:
    if each.unit_id is None:
        return _("Ikke til noen tjeneste")
    return _("Ikke til {service}", service=each.name)


def _telling(each: From) -> Text:
    if each.unit_id is None:
        return _("La tjenestene få vite det igjen")
    return _("La {service} få vite det igjen", service=each.name)


def _thing(reading: Reading, item: Item) -> Shared | None:
    found = sharing_views.shared(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    return next((thing for thing in found if thing.item == item), None)


def _changing(kind: ItemKind, verb: Callable[..., bool], done: str) -> Press:
    """The button tells the thing and the service (0: every one); the case is found by the thing."""

    def change(turn: Turn, subject: int, version: int) -> None:
        item = Item(kind, subject)
        case_id = withholding.case_of(turn.session, item)
        changed = verb(
            turn.session, actor=turn.me, case_id=case_id, item=item, unit_id=version or None,
            now=turn.now, occasion=turn.occasion,
        )  # fmt: skip
        turn.toast(done if changed else "map.as_it_is")
        turn.show("consent.map_thing", case_id, item=subject, about=kind.value)

    return change


BUTTONS: dict[str, Press] = {
    "map.adjust": adjust,
    "map.service": service,
    "map.things": things,
    "drop.all": _dropping(frozenset(InfoKind)),
    **{f"drop.{kind.value}": _dropping(frozenset({kind})) for kind in InfoKind},
    **{f"thing.{kind.value}": _showing(kind) for kind in ItemKind},
    **{f"keep.{k.value}": _changing(k, withholding.withhold, "map.kept") for k in ItemKind},
    **{f"tell.{k.value}": _changing(k, withholding.release, "map.told") for k in ItemKind},
}
NOTICES = {
    "consent.map_adjust": adjust_card,
    "consent.map_service": service_card,
    "consent.map_things": things_card,
    "consent.map_thing": thing_card,
}
TOASTS: dict[str, Text] = {
    "map.kept": _("Greit. Det gjelder nå."),
    "map.told": _("Greit. Det kan deles igjen."),
}
