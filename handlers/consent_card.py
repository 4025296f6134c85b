"""The consent card: the question as its reader sees it, the own answer, and the buttons under it.

Drawn for one reader in one language and length. What a yes is a yes to is stamped on its button.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

from handlers import consent_prompt as prompt
from handlers.approved import Length, lengths, text_hash, told_to
from handlers.consent_prompt import KINDS, kinds_in_words
from handlers.turns import Button, Message, Reading, Rows
from locales import Text, _, join, list_of, verbatim
from models import consent_views
from models.consent_views import ConsentCard
from models.terms import ConsentState

__all__ = [
    "KINDS", "answered_in_words", "find", "full_card", "kinds_in_words", "services", "stamp",
    "stamp_of", "stop_card", "stopping", "withdraw_button", "words_seen",
]  # fmt: skip


def stamp(card: ConsentCard, language: str, length: Length = Length.NORMAL) -> int:
    """What a yes is a yes to: this version, in these words, with nothing answered since."""
    words = text_hash(card.text_key, language, length)
    return stamp_of(card.question_id, card.revision, language, words)


def stamp_of(question_id: int, revision: int, language: str, words: str | None) -> int:
    told = f"{question_id}|{revision}|{language}|{words}"
    return int(hashlib.sha256(told.encode()).hexdigest()[:6], 16)


def words_seen(
    card: ConsentCard, approved: Mapping[Length, str], language: str, version: int
) -> str | None:
    """The hash of the approved words that a button was drawn under; None: it was drawn under
    others, or before the last answer."""
    for length, digest in approved.items():
        if version == stamp(card, language, length):
            return digest
    return None


def find(reading: Reading) -> ConsentCard:
    return consent_views.card(
        reading.session, actor=reading.reader, question_id=reading.subject, now=reading.now
    )


def full_card(reading: Reading) -> Message | None:
    """Everything a consenter must know before answering [11, 13]; DOMAIN 4.3."""
    card, language = find(reading), reading.reader.language
    if not card.must and not card.may_withdraw:
        return _only_told(card, language)
    approved = lengths(reading.session, card.text_key, language)
    if not approved:
        return Message(
            _(
                "Du er spurt om noe, men teksten er ikke godkjent på språket ditt ennå. "
                "{name} tar kontakt, så får du det forklart.",
                name=card.asked_by,
            ),
            buttons=((withdraw_button(card),),) if card.may_withdraw else (),
        )
    length = Length(reading.params.get("length", 0))
    if length not in approved:
        length = Length.NORMAL
    asks = card.may_answer or card.may_talk
    parts = [
        prompt.who_asks(card),
        prompt.difference(card, length) if asks else prompt.agreed(card),
        prompt.holding_on(card),
        told_to(card.text_key, length, prompt.helped(card)),
        prompt.consequences(card),
        answered_in_words(card),
    ]
    rows = _answers(card, language, length)
    if asks:
        rows += (_other_lengths(card, [each for each in approved if each is not length]),)
    return Message(_told(parts), buttons=rows)


def _other_lengths(card: ConsentCard, others: Collection[Length]) -> tuple[Button, ...]:
    return tuple(
        Button(label, "consent.show", card.question_id, length)
        for length, label in prompt.LENGTHS.items()
        if length in others
    )


def _only_told(card: ConsentCard, language: str) -> Message:
    """For a youth who does not decide yet, but is heard [22]."""
    parts = [
        prompt.who_asks(card),
        prompt.difference(card) if card.may_talk else prompt.agreed(card),
        _(
            "De som har foreldreansvar for deg, er spurt om lov. Det du mener, teller også: "
            "trykk under, så tar noen kontakt med deg."
        ),
        answered_in_words(card),
    ]
    return Message(_told(parts), buttons=_answers(card, language))


def _told(parts: Iterable[Text | None]) -> Text:
    return join([part for part in parts if part is not None], "\n\n")


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
            return _("Du har sagt nei til dette. Hjelpen fortsetter likevel.")
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


def _answers(card: ConsentCard, language: str, length: Length = Length.NORMAL) -> Rows:
    def button(label: Text, action: str) -> tuple[Button, ...]:
        return (Button(label, action, card.question_id, stamp(card, language, length)),)

    rows = []
    if card.may_answer:
        rows.append(button(_("Ja, det er greit"), "consent.give"))
        if prompt.divisible(card):
            rows.append(button(_("Ja, men ikke alt"), "flow:samtykke.del"))
        if card.state not in (ConsentState.REFUSED, ConsentState.WITHDRAWN):
            rows.append(button(_("Nei"), "consent.refuse"))
    if card.may_talk and card.state is not ConsentState.TALK_FIRST:
        label = _("Snakk med meg først") if card.must else _("Snakk med meg om dette")
        rows.append(button(label, "consent.talk"))
    if card.may_withdraw:
        rows.append((withdraw_button(card),))
    if card.may_change and card.left_out:
        rows.append(button(_("Ja til alt igjen"), "consent.give"))
    if card.may_change and prompt.divisible(card):
        rows.append(button(_("Endre hva du sier ja til"), "flow:samtykke.del"))
    return tuple(rows)


def withdraw_button(card: ConsentCard, label: Text | None = None) -> Button:
    return Button(label or _("Ta tilbake"), "consent.stop_ask", card.question_id)


def services(card: ConsentCard) -> Text:
    """Those the reader has said yes to, or without a yes those asked about."""
    if card.everything:
        return _("alle som er med")
    return list_of(verbatim(name) for name, _kinds in card.said_yes_to or card.scope)


def stopping(card: ConsentCard) -> Text:
    """Those with whom taking it back stops the sharing."""
    return list_of(verbatim(name) for name in card.stops) if card.stops else services(card)


def stop_card(reading: Reading) -> Message | None:
    card = find(reading)
    if not card.may_withdraw:
        return full_card(reading)
    at_once = join([
        _("Den stopper med en gang. Du trenger ikke si hvorfor, og hjelpen fortsetter likevel."),
        *([_("Den stopper også for andre i familien som har sagt ja.")] if card.must else []),
        _("Ombestemmer du deg, kan du si ja på nytt.")
        if card.must
        else _("Det kan ikke gjøres om her: du blir ikke spurt på nytt."),
    ])  # fmt: skip
    rows = (
        (Button(_("Ja, stopp delingen"), "consent.stop", card.question_id),),
        (Button(_("Nei, la det stå"), "consent.show", card.question_id),),
    )
    asked = _("Vil du stoppe delingen med {services}?", services=stopping(card))
    plainly = _("Vil du stoppe delingen?")
    return Message(
        join([asked, at_once], "\n\n"), rows, plain=Message(join([plainly, at_once], "\n\n"), rows)
    )
