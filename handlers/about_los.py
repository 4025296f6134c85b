"""What a los is, the other way in, and just getting in touch."""

from __future__ import annotations

from typing import Any

from handlers import approved, help_now
from handlers.dialogue import Asking, Flow, choose, confirm
from handlers.request_words import NEWS, WAITS, hours_of, push
from handlers.turns import Button, Message, Reading, Turn
from handlers.youth_asked import WHAT_IT_IS
from locales import Text, _, has_name, join, named, pgettext
from models import contact_wishes, people, request_cards
from models.terms import ContactWay, Role

# --- what a los is -------------------------------------------------------------------------------


def about(turn: Turn, typed: str) -> None:
    turn.say("los.about")


def about_card(reading: Reading) -> Message:
    """Who it is for, that it is free to say no, and every limit of confidentiality [57]."""
    hours = hours_of(request_cards.los_hours(reading.session, reading.now))
    lines = [
        WHAT_IT_IS,
        _(
            "Du kan be om en los selv. Foreldre, skolen og andre som kjenner deg, kan også "
            "spørre, men ingen får en los uten å ville det selv."
        ),
        approved.words(reading, "duties"),
        *([hours] if hours else []),
    ]
    return Message(
        join(lines, "\n\n"),
        buttons=(
            (Button(_("Be om en los"), command="los"),),
            (Button(_("Bare ta kontakt"), command="kontakt"),),
            (Button(help_now.LABEL, command="hjelp"),),
        ),
    )


def outside(reading: Reading) -> Message:
    """Too young, or too old, for a los in this chat. Nothing about it is kept."""
    first = (
        _("Du er litt for ung for denne chatten. Det betyr ikke at du må klare det alene.")
        if reading.params.get("which") == "young"
        else _("Losene er for yngre enn deg. Det finnes andre som kan hjelpe.")
    )
    other = (
        _("Snakk med læreren din, helsesykepleier på skolen eller en annen voksen du stoler på.")
        if reading.params.get("which") == "young"
        else _("Ring kommunen, fastlegen din eller NAV, og spør hvem som kan hjelpe.")
    )
    lines = [first, other, _("Trykk Hjelp nå for telefonnumre. Jeg har ikke lagret noe.")]
    return Message(join(lines, "\n\n"), buttons=((Button(help_now.LABEL, command="hjelp"),),))


# --- getting in touch ----------------------------------------------------------------------------

TO: dict[Role, Text] = {
    Role.LOS: pgettext("to", "En los"),
    Role.PROSJEKTLEDER: pgettext("to", "Prosjektlederen"),
}
HOW: dict[ContactWay, Text] = {
    ContactWay.CHAT: pgettext("how", "Svar meg her"),
    ContactWay.AT_SCHOOL: pgettext("how", "Møt meg på skolen"),
}


def reachable(turn: Turn, subject: int | None) -> list[str]:
    """The roles somebody is in."""
    return [role.value for role in TO if contact_wishes.whom(turn.session, role, turn.me.id)]


def talk(plain: list[str]) -> Asking[tuple[Role, ContactWay] | None]:
    options = {role: label for role, label in TO.items() if role.value in plain}
    role = yield from choose("to", _("Hvem vil du ha kontakt med?"), options or TO)
    way = yield from choose("way", _("Hvordan?"), HOW)
    lines = [
        _("Til: {to}", to=TO[role]),
        _("Hvordan: {how}", how=HOW[way]),
        _("Navnet du bruker her i chatten, blir vist til den som svarer."),
        _("Skal jeg si fra?"),
    ]
    agreed = yield from confirm(join(lines), yes=_("Ja, si fra"))
    return (role, way) if agreed else None


def finish(turn: Turn, asked: tuple[Role, ContactWay]) -> None:
    wish = contact_wishes.ask(turn.session, actor=turn.me, to=asked[0], way=asked[1], now=turn.now)
    turn.say("contact.receipt", wish.id)


KONTAKT = Flow(name="kontakt", title=_("Ta kontakt"), prepare=reachable, talk=talk, finish=finish)


def receipt(reading: Reading) -> Message:
    hours = hours_of(request_cards.los_hours(reading.session, reading.now))
    lines = [
        _("Jeg har sagt fra. Du får en melding her når noen har sett det."),
        *([hours] if hours else []),
    ]
    return Message(join(lines, "\n\n"))


def _awaits(reading: Reading) -> bool:
    wish = contact_wishes.seen_by(reading.session, reading.reader, reading.subject)
    return wish.answered_at is None


def card(reading: Reading) -> Message:
    """For the los or project leader it is addressed to: the only place the name stands."""
    wish = request_cards.for_wish(reading.session, reading.reader, reading.subject, reading.now)
    person = people.get(reading.session, wish.person_id)
    lines: list[Text] = [
        _("{name} vil ha kontakt.", name=named(person.name)),
        _("Hvordan: {how}", how=HOW[ContactWay(wish.way)]),
    ]
    if person.confirmed_at is None and has_name(person.name):
        lines.append(_("Navnet er det som står i chatten. Ingen har bekreftet hvem det er."))
    if wish.answered_at is not None:
        return Message(join([*lines, _("Det er svart.")]))
    button = Button(_("Svar at jeg har sett det"), action="contact.answer", subject=wish.id)
    return Message(join(lines), buttons=((button,),))


def show(turn: Turn, subject: int, version: int) -> None:
    contact_wishes.seen_by(turn.session, turn.me, subject)
    turn.show("contact.card", subject)


def answer(turn: Turn, subject: int, version: int) -> None:
    contact_wishes.answer(turn.session, actor=turn.me, wish_id=subject, now=turn.now)
    turn.toast("contact.sent")
    turn.show("contact.card", subject)


def _answered(reading: Reading) -> bool:
    wish = contact_wishes.mine(reading.session, reading.reader, reading.subject)
    return wish.answered_at is not None


def show_answer(turn: Turn, subject: int, version: int) -> None:
    contact_wishes.mine(turn.session, turn.me, subject)
    turn.show("contact.answer_card", subject)


def answer_card(reading: Reading) -> Message | None:
    wish = contact_wishes.mine(reading.session, reading.reader, reading.subject)
    if wish.answered_by is None:
        return None
    name = people.get(reading.session, wish.answered_by).name or ""
    hours = hours_of(request_cards.los_hours(reading.session, reading.now))
    los = wish.to_role == Role.LOS
    lines = [
        _("{name} har sett at du vil ha kontakt.", name=name),
        *([hours] if hours and los else []),
        _("Vil du heller be om en egen los, skriv /los."),
    ]
    if wish.way == ContactWay.AT_SCHOOL:
        lines.insert(1, _("{name} ser etter deg på skolen.", name=name))
    return Message(join(lines, "\n\n"))


FLOWS: tuple[Flow[Any], ...] = (KONTAKT,)
BUTTONS = {
    "contact.open": show,
    "contact.answer": answer,
    "contact.answered": show_answer,
}
NOTICES = {
    "los.about": about_card,
    "request.outside": outside,
    "contact.receipt": receipt,
    "contact.wanted": push(WAITS, "contact.open", _awaits),
    "contact.card": card,
    "contact.answered": push(NEWS, "contact.answered", _answered),
    "contact.answer_card": answer_card,
}
COMMANDS = {"omlos": about}
TOASTS: dict[str, Text] = {"contact.sent": pgettext("toast", "Sagt fra.")}
