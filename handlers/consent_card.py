"""The consent card: who asks, which services would know what, until when, and the own answer.

Drawn for one reader in one language. What a yes is a yes to is stamped on its button.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from handlers.approved import APPROVED, text_hash
from handlers.turns import Button, Message, Reading, Rows, or_moot
from locales import Day, Text, _, join, list_of, verbatim
from models import consent_views, municipality
from models.consent_views import ConsentCard
from models.terms import ConsentState, InfoKind

if TYPE_CHECKING:  # handlers pass the session on to models; they never query with it
    from sqlalchemy.orm import Session

KINDS: dict[InfoKind, Text] = {
    InfoKind.MEETINGS: _("når det er møter"),
    InfoKind.GOALS: _("målene"),
    InfoKind.TILTAK: _("hva som er avtalt å gjøre"),
    InfoKind.SCHOOL: _("hvordan det går på skolen"),
    InfoKind.HEALTH: _("helse"),
}


def kinds_in_words(kinds: frozenset[InfoKind]) -> Text:
    return list_of(label for kind, label in KINDS.items() if kind in kinds)


def stamp(card: ConsentCard, language: str) -> int:
    """What a yes is a yes to: this version, in these words, with nothing answered since."""
    told = f"{card.question_id}|{card.revision}|{language}|{text_hash(card.text_key, language)}"
    return int(hashlib.sha256(told.encode()).hexdigest()[:6], 16)


def approved(session: Session, card: ConsentCard, language: str) -> str | None:
    """The hash of the approved words in the reader's own language, or None [23]."""
    words = text_hash(card.text_key, language)
    if words is None or not municipality.is_approved(
        session, key=card.text_key, language=language, hash=words
    ):
        return None
    return words


def find(reading: Reading) -> ConsentCard:
    return consent_views.card(
        reading.session, actor=reading.reader, question_id=reading.subject, now=reading.now
    )


@or_moot
def full_card(reading: Reading) -> Message | None:
    """Everything a consenter must know before answering [11, 13]; DOMAIN 4.3."""
    card = find(reading)
    if not card.must and not card.may_withdraw:
        return _only_told(card, reading.reader.language)
    if approved(reading.session, card, reading.reader.language) is None:
        return Message(
            _(
                "Du er spurt om noe, men teksten er ikke godkjent på språket ditt ennå. "
                "{name} tar kontakt, så får du det forklart.",
                name=card.asked_by,
            ),
            buttons=((withdraw_button(card),),) if card.may_withdraw else (),
        )
    parts = [_who_asks(card), _what(card), APPROVED[card.text_key]]
    if (answered := answered_in_words(card)) is not None:
        parts.append(answered)
    return Message(join(parts, "\n\n"), buttons=_answers(card, reading.reader.language))


def _only_told(card: ConsentCard, language: str) -> Message:
    """For a youth who does not decide yet, but is heard [22]."""
    parts = [
        _who_asks(card),
        _what(card),
        _(
            "De som har foreldreansvar for deg, er spurt om lov. Det du mener, teller også: "
            "trykk under, så tar noen kontakt med deg."
        ),
    ]
    if (answered := answered_in_words(card)) is not None:
        parts.append(answered)
    return Message(join(parts, "\n\n"), buttons=_answers(card, language))


def _who_asks(card: ConsentCard) -> Text:
    if card.own:
        ask = _("{name} ved {school} spør om å samarbeide om deg.", name=card.asked_by,
                school=card.school)  # fmt: skip
    else:
        ask = _("{name} ved {school} spør om å samarbeide om {ungdom}.", name=card.asked_by,
                school=card.school, ungdom=card.ungdom)  # fmt: skip
    return join([ask, _("Det er for å gi best mulig hjelp, sammen.")])


def _what(card: ConsentCard) -> Text:
    lines = [_("Disse får vite noe, og bare dette:")]
    lines += [
        _("• {service}: {kinds}", service=name, kinds=kinds_in_words(kinds))
        for name, kinds in card.scope
    ]
    lines.append(_("Gjelder til og med {day}.", day=Day(card.until, year=True)))
    if card.older_in_force and card.state is not ConsentState.REFUSED:
        lines.append(_("Det dere har sagt ja til før, gjelder som nå til alle har svart ja."))
    return join(lines)


def answered_in_words(card: ConsentCard) -> Text | None:
    """The reader's own answer, and of the others only whether some answer is awaited (P3)."""
    match card.state:
        case ConsentState.GIVEN if card.in_force:
            return _("✓ Du har sagt ja. Det gjelder nå.")
        case ConsentState.GIVEN:
            return _("✓ Du har sagt ja. Venter på svar fra andre. Ingenting nytt deles ennå.")
        case ConsentState.REFUSED if card.older_in_force:
            return _("Du har sagt nei til dette. Det du har sagt ja til før, gjelder fortsatt.")
        case ConsentState.REFUSED:
            return _("Du har sagt nei til dette. Du får hjelp likevel.")
        case ConsentState.TALK_FIRST:
            return _(
                "Du vil snakke med noen først. {name} tar kontakt. Du kan svare når du vil.",
                name=card.asked_by,
            )
        case ConsentState.WITHDRAWN:
            return _("Du har stoppet dette. Det deles ikke.")
        case ConsentState.EXPIRED:
            return _("Tiden er gått ut. Det deles ikke.")
    return None


def _answers(card: ConsentCard, language: str) -> Rows:
    def button(label: Text, action: str) -> tuple[Button, ...]:
        return (Button(label, action, card.question_id, stamp(card, language)),)

    rows = []
    if card.may_answer:
        rows.append(button(_("Ja, det er greit"), "consent.give"))
        if card.state not in (ConsentState.REFUSED, ConsentState.WITHDRAWN):
            rows.append(button(_("Nei"), "consent.refuse"))
    if card.may_talk and card.state is not ConsentState.TALK_FIRST:
        label = _("Snakk med meg først") if card.must else _("Snakk med meg om dette")
        rows.append(button(label, "consent.talk"))
    if card.may_withdraw:
        rows.append((withdraw_button(card),))
    return tuple(rows)


def withdraw_button(card: ConsentCard, label: Text | None = None) -> Button:
    return Button(label or _("Ta tilbake"), "consent.stop_ask", card.question_id)


def services(card: ConsentCard) -> Text:
    return list_of(verbatim(name) for name, _kinds in card.scope)


@or_moot
def stop_card(reading: Reading) -> Message | None:
    card = find(reading)
    if not card.may_withdraw:
        return full_card(reading)
    stopping = list_of(verbatim(name) for name in card.stops)
    return Message(
        join(
            [
                _("Vil du stoppe delingen med {services}?", services=stopping),
                _("Den stopper med en gang. Du trenger ikke si hvorfor, og du får hjelp likevel."),
            ],
            "\n\n",
        ),
        buttons=(
            (Button(_("Ja, stopp delingen"), "consent.stop", card.question_id),),
            (Button(_("Nei, la det stå"), "consent.show", card.question_id),),
        ),
    )
