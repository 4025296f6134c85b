"""'Who gets to know what': one card, changed in place. Presets first, then each service and thing.

Nothing here gives a consent: a preset that would widen leads to the question with its approved
words. What narrows holds at once and is receipted. Everyone sees the common map and their own yes.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.consent_prompt import kinds_in_words
from handlers.request_words import NEWS
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Day, Text, _, join
from models import consent_narrowing, consent_views, consents, views
from models.base import refuse, require
from models.consent_views import ConsentCard
from models.terms import Role, Why
from models.views import MapRow

# --- the map -------------------------------------------------------------------------------------


def who_knows(rows: Sequence[MapRow]) -> Text:
    if not rows:
        return _("Ingenting deles nå. Ingen andre tjenester får vite noe.")
    lines = [
        _("• {service}: {kinds}. Til og med {day}.", service=row.name,
          kinds=kinds_in_words(row.kinds), day=Day(row.until, year=True))
        for row in rows
    ]  # fmt: skip
    return join(
        [*lines, _("Stafettholderen ser det som skrives her, så lenge samtykket gjelder.")]
    )


def part(reading: Reading, cards: Sequence[ConsentCard]) -> tuple[Text, Rows] | None:
    """The map of the one case of `cards`, and the buttons that change it. None for one who only
    has a yes to take back there."""
    first = cards[0]
    hats = views.hats_for(
        reading.session, actor=reading.reader, subject_id=first.case_id, now=reading.now
    )
    if not hats & views.FAMILY:
        return None
    rows = views.consent_map(
        reading.session, actor=reading.reader, case_id=first.case_id, now=reading.now
    )
    head = (
        _("Hvem får vite hva om deg")
        if first.own
        else _("Hvem får vite hva om {ungdom}", ungdom=first.ungdom)
    )
    return join([head, who_knows(rows)]), _buttons(cards, bool(rows))


def _buttons(cards: Sequence[ConsentCard], anything: bool) -> Rows:
    case_id, deciding = cards[0].case_id, any(card.must for card in cards)
    rows: list[tuple[Button, ...]] = []
    if deciding:
        rows.append((Button(_("Bare det som trengs"), "map.needed", case_id),))
        rows.append((Button(_("Alt til alle"), "map.all", case_id),
                     Button(_("Ingen nå"), "map.none", case_id)))  # fmt: skip
        rows.append((Button(_("Juster"), "map.adjust", case_id),))
    if anything:
        rows.append((Button(_("Se det slik de andre ser det"), "preview.choose", case_id),))
    if not deciding and anything and cards[0].own:
        rows.append((Button(_("Jeg vil at delingen skal stoppe"), command="stopp"),))
    return tuple(rows)


def open_map(turn: Turn, subject: int, version: int) -> None:
    cards_of(turn, subject)
    turn.show("consent.map", subject)


def map_card(reading: Reading) -> Message | None:
    """As the card of /samtykke, about one case; to which the others lead back."""
    found = part(reading, cards_of(reading, reading.subject))
    if found is None:
        return None
    text, rows = found
    return Message(text, (*rows, (Button(_("Mine svar"), command="samtykke"),)))


def cards_of(seen: Reading | Turn, case_id: int) -> list[ConsentCard]:
    """One's own cards in a case; refused as absent where there is none."""
    mine = consent_views.mine(seen.session, actor=seen.me, now=seen.now)
    found = [card for card in mine if card.case_id == case_id]
    require(found, Why.ABSENT)
    return found


# --- presets -------------------------------------------------------------------------------------


def needed(turn: Turn, subject: int, version: int) -> None:
    """What was asked for and nothing wider: 'everything' ends; what waits is shown, not given."""
    cards = cards_of(turn, subject)
    wide = [card for card in cards if card.everything and card.may_withdraw]
    waiting = [card for card in cards if card.may_answer and not card.everything]
    for card in wide:
        question = consents.find(turn.session, card.question_id)
        assert question is not None  # noqa: S101 - its card was just drawn
        consents.withdraw(
            turn.session, actor=turn.me, question=question, now=turn.now, occasion=turn.occasion
        )
    turn.toast("consent.stopped" if wide else "" if waiting else "map.as_it_is")
    if waiting:
        turn.show("consent.card", waiting[0].question_id)
    else:
        turn.show("consent.map", subject)


def everything(turn: Turn, subject: int, version: int) -> None:
    """The question of its own, where it was asked; else the stafettholder is asked to ask it."""
    asked = [card for card in cards_of(turn, subject) if card.everything]
    if any(card.may_withdraw for card in asked):
        turn.toast("map.as_it_is")
        turn.show("consent.map", subject)
    elif waiting := [card for card in asked if card.may_answer]:
        turn.toast()
        turn.show("consent.card", waiting[0].question_id)
    else:
        consent_narrowing.wish_everything(
            turn.session, actor=turn.me, case_id=subject, now=turn.now, occasion=turn.occasion
        )
        turn.toast("map.wished")
        turn.show("consent.map", subject)


def none_ask(turn: Turn, subject: int, version: int) -> None:
    cards_of(turn, subject)
    turn.show("consent.map_stop", subject)


def stop_question(reading: Reading) -> Message:
    card = cards_of(reading, reading.subject)[0]
    return Message(
        join(
            [
                _("Vil du stoppe all deling om deg?")
                if card.own
                else _("Vil du stoppe all deling om {ungdom}?", ungdom=card.ungdom),
                _(
                    "Den stopper med en gang. Du trenger ikke si hvorfor, og hjelpen fortsetter likevel."
                ),
            ],
            "\n\n",
        ),
        (
            (Button(_("Ja, stopp delingen"), "map.stop", reading.subject),),
            (Button(_("Nei, la det stå"), "map.open", reading.subject),),
        ),
    )


def stop(turn: Turn, subject: int, version: int) -> None:
    cards_of(turn, subject)
    stopped = consent_narrowing.stop_in_case(
        turn.session, actor=turn.me, case_id=subject, now=turn.now, occasion=turn.occasion
    )
    turn.toast("consent.stopped" if stopped else "map.as_it_is")
    turn.show("consent.map", subject)


# --- to the stafettholder ------------------------------------------------------------------------


def wished(reading: Reading) -> Message | None:
    if not _holds(reading):
        return None
    return Message(NEWS, ((Button(_("Vis"), "map.wish", reading.subject),),))


def show_wish(turn: Turn, subject: int, version: int) -> None:
    hats = views.hats_for(turn.session, actor=turn.me, subject_id=subject, now=turn.now)
    require(Role.STAFETTHOLDER in hats, Why.ABSENT)
    turn.show("consent.wish_card", subject)


def wish_card(reading: Reading) -> Message:
    """That somebody wishes it; never who."""
    if not _holds(reading):
        refuse(Why.ABSENT)
    view = views.case_view(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now,
        hat=Role.STAFETTHOLDER,
    )  # fmt: skip
    text = _("Noen av dem som må svare for {ungdom}, vil at alle som er med, får vite alt. Ingenting "
             "er endret. Spør dem, hvis det er riktig nå.", ungdom=view.ungdom)  # fmt: skip
    return Message(text, ((Button(_("Spør om alt til alle"), "flow:samtykke.alt", view.id),),))


def _holds(reading: Reading) -> bool:
    hats = views.hats_for(
        reading.session, actor=reading.reader, subject_id=reading.subject, now=reading.now
    )
    return Role.STAFETTHOLDER in hats


BUTTONS = {
    "map.open": open_map,
    "map.needed": needed,
    "map.all": everything,
    "map.none": none_ask,
    "map.stop": stop,
    "map.wish": show_wish,
}
NOTICES = {
    "consent.map": map_card,
    "consent.map_stop": stop_question,
    "consent.wish_all": wished,
    "consent.wish_card": wish_card,
}
TOASTS: dict[str, Text] = {
    "map.as_it_is": _("Slik er det nå."),
    "map.wished": _("Stafettholderen er bedt om å spørre dere."),
}
