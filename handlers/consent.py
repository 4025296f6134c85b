"""Saying yes, no or 'talk with me first'; seeing what is in force; taking it back, all or some.

Typed words never give a consent; they can only stop one. A yes is a press under the full card,
drawn in the reader's language with the approved words, with nothing answered since.
"""

from __future__ import annotations

from handlers import consent_map, consent_news
from handlers.approved import Length, lengths
from handlers.consent_card import (
    answered_in_words,
    full_card,
    services,
    stop_card,
    stopping,
    withdraw_button,
    words_seen,
)
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join
from models import consent_views, consents
from models.base import refuse
from models.consent_views import ConsentCard
from models.terms import ConsentState, Why

# --- pressing --------------------------------------------------------------------------------------


def show(turn: Turn, subject: int, version: int) -> None:
    """Opened, in the length that `version` says, and read: that too is noted, as it answers
    nothing."""
    card, _question = _pressed(turn, subject)
    question = consents.find(turn.session, card.question_id)
    approved = lengths(turn.session, card.text_key, turn.me.language)
    length = next((each for each in approved if each == version), Length.NORMAL)
    words = approved.get(length)
    if question is not None and words is not None:
        consents.shown(
            turn.session, actor=turn.me, question=question, text_hash=words,
            language=turn.me.language, now=turn.now, occasion=turn.occasion,
        )  # fmt: skip
    turn.show("consent.card", subject, length=int(length))


def _pressed(turn: Turn, subject: int) -> tuple[ConsentCard, consents.ConsentQuestion]:
    """The card as it is now, for one who may see it, and the question that was pressed."""
    card = consent_views.card(turn.session, actor=turn.me, question_id=subject, now=turn.now)
    question = consents.find(turn.session, subject)
    if question is None:
        refuse(Why.ABSENT)
    return card, question


def give(turn: Turn, subject: int, version: int) -> None:
    """A press drawn before the last answer, of another version or in other words is no yes."""
    card, question = _pressed(turn, subject)
    approved = lengths(turn.session, card.text_key, turn.me.language)
    words = words_seen(card, approved, turn.me.language, version)
    given = card.state is ConsentState.GIVEN and not card.left_out
    if given and card.question_id == subject:
        turn.toast("consent.already")
    elif not approved:
        consents.text_missing(
            turn.session, question=question, language=turn.me.language, now=turn.now
        )
        turn.toast("why.text_not_approved")
    elif card.question_id != subject or words is None:
        turn.toast("consent.changed")
    else:
        consents.give(
            turn.session, actor=turn.me, question=question, text_hash=words,
            language=turn.me.language, now=turn.now, occasion=turn.occasion,
        )  # fmt: skip
        turn.toast("consent.given")
    turn.show("consent.card", subject)


def say_no(turn: Turn, subject: int, version: int) -> None:
    """A no is heard from an older card too when it stops something; never as a no to new words."""
    card, question = _pressed(turn, subject)
    if card.question_id != subject and not card.may_withdraw:
        turn.toast("consent.changed")
    else:
        consents.refuse(
            turn.session, actor=turn.me, question=question, language=turn.me.language,
            now=turn.now, occasion=turn.occasion,
        )  # fmt: skip
        turn.toast("consent.refused")
    turn.show("consent.card", subject)


def talk_first(turn: Turn, subject: int, version: int) -> None:
    card, question = _pressed(turn, subject)
    if card.question_id != subject or not card.may_talk:
        turn.toast("consent.changed")
    else:
        consents.talk_first(
            turn.session, actor=turn.me, question=question, language=turn.me.language,
            now=turn.now, occasion=turn.occasion,
        )  # fmt: skip
        turn.toast("consent.talk")
    turn.show("consent.card", subject)


def stop_ask(turn: Turn, subject: int, version: int) -> None:
    _pressed(turn, subject)
    turn.show("consent.stop_ask", subject)


def stop(turn: Turn, subject: int, version: int) -> None:
    """Taking back is never stale: any of our own stop buttons stops."""
    _card, question = _pressed(turn, subject)
    consents.withdraw(
        turn.session, actor=turn.me, question=question, now=turn.now, occasion=turn.occasion
    )
    turn.toast("consent.stopped")
    turn.show("consent.stopped", subject)


def stopped_card(reading: Reading) -> Message:
    """Instead of the card on which it was stopped; the receipt says the rest."""
    return Message(
        _("Delingen er stoppet. Du får en kvittering."),
        buttons=((Button(_("Vis"), "consent.show", reading.subject),),),
    )


# --- /samtykke and /stopp ------------------------------------------------------------------------


def mine(turn: Turn, typed: str) -> None:
    turn.say("consent.mine")


def my_card(reading: Reading) -> Message:
    cards = consent_views.mine(reading.session, actor=reading.reader, now=reading.now)
    if not cards:
        return Message(
            _("Du er ikke spurt om noe samtykke, og du har ikke sagt ja til deling av noe.")
        )
    by_case: dict[int, list[ConsentCard]] = {}
    for card in cards:
        by_case.setdefault(card.case_id, []).append(card)
    parts: list[Text] = []
    rows: list[tuple[Button, ...]] = []
    if len(by_case) == 1 and (found := consent_map.part(reading, cards)) is not None:
        parts, rows = [found[0]], list(found[1])
    parts.append(_("Dette er du spurt om, og det du har svart:"))
    for card in cards:
        parts.append(_summary(card))
        if card.may_withdraw:
            label = _("Ta tilbake: {services}", services=stopping(card))
            rows.append((withdraw_button(card, label),))
        label = _("Vis: {services}", services=services(card))
        rows.append((Button(label, "consent.show", card.question_id),))
    parts.append(_("Vil du stoppe alt på en gang, så skriv /stopp."))
    if len(by_case) > 1:
        rows += [
            (Button(_("Hvem får vite hva om {ungdom}", ungdom=of[0].ungdom), "map.open", case_id),)
            for case_id, of in by_case.items()
        ]
    return Message(join(parts, "\n\n"), buttons=tuple(rows))


def _summary(card: ConsentCard) -> Text:
    answered = answered_in_words(card) or _("Du har ikke svart ennå.")
    lines = [
        _("{ungdom}: {services}", ungdom=card.ungdom, services=services(card)),
        _("Til og med {day}.", day=Day(card.until, year=True)),
        answered,
    ]
    return join(lines)


def awaits_press(turn: Turn) -> bool:
    cards = consent_views.mine(turn.session, actor=turn.me, now=turn.now)
    return any(card.may_answer for card in cards)


def may_have_given(turn: Turn) -> bool:
    return bool(consents.questions_of(turn.session, turn.me.id))


def stop_all(turn: Turn, typed: str) -> None:
    """All sharing a person has agreed to stops at once; then they are asked what to keep."""
    if consents.withdraw_all(turn.session, actor=turn.me, now=turn.now, occasion=turn.occasion):
        turn.say("consent.keep")
    elif consents.wish_stop(turn.session, actor=turn.me, now=turn.now, occasion=turn.occasion):
        turn.say("consent.wish_told")
    else:
        turn.say("consent.nothing_to_stop")


def keep_card(reading: Reading) -> Message:
    cards = consent_views.mine(reading.session, actor=reading.reader, now=reading.now)
    stopped = [c for c in cards if c.state is ConsentState.WITHDRAWN and c.may_answer]
    parts = [_("All deling du hadde sagt ja til, er stoppet nå."),
             _("Du trenger ikke gjøre noe mer. Hjelpen fortsetter som før.")]  # fmt: skip
    if stopped:
        parts.append(_("Vil du beholde noe, så velg det under. Da får du se teksten på nytt."))
    return Message(
        join(parts),
        buttons=tuple(
            (
                Button(
                    _("Behold: {services}", services=services(card)),
                    "consent.show",
                    card.question_id,
                ),
            )
            for card in stopped
        ),
        plain=Message(join(parts[:2])),
    )


def wish_told(reading: Reading) -> Message:
    return Message(
        _(
            "Jeg har sagt fra til den som følger deg opp, at du vil at delingen skal stoppe. "
            "Du blir kontaktet."
        )
    )


def nothing_to_stop(reading: Reading) -> Message:
    return Message(
        join(
            [
                _("Du har ikke sagt ja til deling av noe nå, så det er ingenting å stoppe."),
                _("Vil du ha færre meldinger, så bruk /innstillinger."),
            ]
        )
    )


COMMANDS = {
    "samtykke": mine,
    "consent": mine,
    "stopp": stop_all,
    "stop": stop_all,
    "slutt": stop_all,
}
BUTTONS = {
    "consent.show": show,
    "consent.give": give,
    "consent.refuse": say_no,
    "consent.talk": talk_first,
    "consent.stop_ask": stop_ask,
    "consent.stop": stop,
    **consent_map.BUTTONS,
    **consent_news.BUTTONS,
}
NOTICES = {
    "consent.card": full_card,
    "consent.stop_ask": stop_card,
    "consent.stopped": stopped_card,
    "consent.mine": my_card,
    "consent.keep": keep_card,
    "consent.wish_told": wish_told,
    "consent.nothing_to_stop": nothing_to_stop,
    **consent_map.NOTICES,
    **consent_news.NOTICES,
}
TOASTS: dict[str, Text] = {
    "consent.given": _("Takk. Du har sagt ja."),
    "consent.already": _("Du har alt sagt ja."),
    "consent.refused": _("Greit. Det er notert."),
    "consent.talk": _("Greit. Du blir kontaktet."),
    "consent.stopped": _("Stoppet."),
    "consent.changed": _("Dette er endret siden. Her er det som gjelder nå."),
    **consent_map.TOASTS,
}
