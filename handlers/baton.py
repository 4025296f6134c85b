"""The baton: who holds it, asking the family, handing it over, taking it [26-31]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers import baton_leader, baton_school
from handlers import baton_words as words
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, list_of, pgettext, verbatim
from models import baton_family, baton_requests, baton_views, handing_on, stafett
from models.baton_views import Asked, OfferForm, Question
from models.terms import HolderWish

# --- the family ----------------------------------------------------------------------------------


def show_who(turn: Turn, subject: int, version: int) -> None:
    baton_views.who(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("baton.who", subject)


def who_card(reading: Reading) -> Message:
    return Message(words.face(_who(reading)))


def _who(reading: Reading) -> baton_views.Who:
    return baton_views.who(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def _question(reading: Reading) -> Question:
    return baton_views.question(
        reading.session, actor=reading.reader, wish_id=reading.subject, now=reading.now
    )


def show_question(turn: Turn, subject: int, version: int) -> None:
    baton_views.question(turn.session, actor=turn.me, wish_id=subject, now=turn.now)
    turn.show("baton.question", subject)


def question_card(reading: Reading) -> Message:
    asked = _question(reading)
    if not asked.open:
        return Message(_("Takk. Dette er det spurt ferdig om nå."))
    rows = (
        (Button(words.WISHES[HolderWish.SOMEBODY], "flow:baton.onske", asked.wish_id),),
        *(
            (Button(words.WISHES[each], "baton.say", asked.wish_id, _SAID.index(each)),)
            for each in _SAID
        ),
    )
    return Message(words.question(asked), buttons=rows)


_SAID = (HolderWish.NO_OPINION, HolderWish.TALK)


def say(turn: Turn, subject: int, version: int) -> None:
    baton_family.answer(
        turn.session, actor=turn.me, wish_id=subject, said=_SAID[version % len(_SAID)],
        now=turn.now,
    )  # fmt: skip
    turn.toast("baton.heard")
    turn.show("baton.question", subject)


@dataclass(frozen=True)
class Wished:
    wish_id: int
    said: HolderWish
    words: str | None


def about_wishing(turn: Turn, subject: int | None) -> Question:
    return baton_views.question(turn.session, actor=turn.me, wish_id=subject or 0, now=turn.now)


def wishing(asked: Question) -> Asking[Wished | None]:
    whom = yield from ask_words("who", _("Hvem vil du gjerne ha, og hvorfor om du vil si det?"))
    sure = yield from confirm(
        join(
            [_("Skal jeg si dette til {name}?", name=asked.holder), verbatim(whom or "")], "\n\n"
        ),
        yes=_("Ja, si det"),
    )
    return Wished(asked.wish_id, HolderWish.SOMEBODY, whom) if sure else None


def wished(turn: Turn, wish: Wished) -> None:
    baton_family.answer(
        turn.session, actor=turn.me, wish_id=wish.wish_id, said=wish.said, words=wish.words,
        now=turn.now,
    )  # fmt: skip
    turn.say("baton.question", wish.wish_id)


# --- those who hand over -------------------------------------------------------------------------


def _card(reading: Reading) -> baton_views.Card:
    return baton_views.card(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def show(turn: Turn, subject: int, version: int) -> None:
    baton_views.may_hand_over(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("baton.card", subject)


def card(reading: Reading) -> Message:
    seen = _card(reading)
    case_id, rows = seen.who.case_id, list[tuple[Button, ...]]()
    if seen.offered is not None:
        rows.append(
            (Button(_("Trekk spørsmålet tilbake"), "baton.cancel", seen.offered.offer_id),)
        )
    elif seen.ready:
        rows.append((Button(_("Gi den videre"), "flow:baton.gi", case_id),))
    if seen.offered is None and not any(wish.open for wish in seen.wishes):
        rows.append((Button(_("Spør familien"), "baton.ask", case_id),))
    rows += [
        (Button(_("Skriv ned det {name} sa", name=wish.name), "flow:baton.aloud", wish.wish_id),)
        for wish in seen.wishes
        if wish.open and (wish.answer is None or wish.aloud)
    ]
    rows += [
        (Button(_("Si nei til {name}", name=name), "baton.say_no", each),)
        for each, name in seen.requests.items()
    ]
    if seen.who.move is not None:
        rows.append((Button(_("Listen for skolebytte"), "baton.list", case_id),))
    elif seen.may_move:
        rows.append((Button(_("Bytter skole"), "flow:baton.skole", case_id),))
    if seen.leads:
        rows.append((Button(_("Overta den nå"), "flow:baton.overta", case_id),))
    else:
        rows.append((Button(_("Hvor familien finner deg"), "flow:baton.sted", case_id),))
    return Message(words.stands(seen), buttons=tuple(rows))


def request(turn: Turn, subject: int, version: int) -> None:
    baton_requests.ask(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.toast("baton.requested")


def say_no(turn: Turn, subject: int, version: int) -> None:
    answered = baton_requests.say_no(turn.session, actor=turn.me, offer_id=subject, now=turn.now)
    turn.toast("baton.done")
    turn.show("baton.card", answered.case_id)


def _asked_for(reading: Reading) -> bool:
    return baton_views.asked_for(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def show_refused(turn: Turn, subject: int, version: int) -> None:
    baton_views.asked_for(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("baton.refused_card", subject)


def refused_card(reading: Reading) -> Message | None:
    if not _asked_for(reading):
        return None
    return Message(_("Takk for at du ville ta stafettpinnen. Den blir ikke din denne gangen."))


def ask(turn: Turn, subject: int, version: int) -> None:
    baton_family.ask_family(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.toast("baton.asked")
    turn.show("baton.card", subject)


def cancel(turn: Turn, subject: int, version: int) -> None:
    ended = stafett.cancel(turn.session, actor=turn.me, offer_id=subject, now=turn.now)
    turn.toast("baton.done")
    turn.show("baton.card", ended.case_id)


def about_aloud(turn: Turn, subject: int | None) -> baton_views.Heard:
    return baton_views.heard(turn.session, actor=turn.me, wish_id=subject or 0, now=turn.now)


def aloud(heard: baton_views.Heard) -> Asking[Wished | None]:
    answer = yield from choose("said", _("Hva sa {name}?", name=heard.name), words.WISHES)
    own = None
    if answer is HolderWish.SOMEBODY:
        own = yield from ask_words("words", _("Hvem vil {name} gjerne ha?", name=heard.name))
    lines = [_("Skal jeg skrive ned at {name} sa dette?", name=heard.name), words.WISHES[answer]]
    lines += [verbatim(own)] if own else []
    sure = yield from confirm(join(lines), yes=_("Ja, skriv det ned"))
    return Wished(heard.wish_id, answer, own) if sure else None


def noted(turn: Turn, wish: Wished) -> None:
    made = baton_family.said_aloud(
        turn.session, actor=turn.me, wish_id=wish.wish_id, said=wish.said, words=wish.words,
        now=turn.now,
    )  # fmt: skip
    turn.say("baton.card", made.case_id)


@dataclass(frozen=True)
class Offering:
    case_id: int
    successor_id: int
    note: str | None


def about_offering(turn: Turn, subject: int | None) -> OfferForm:
    return baton_views.form(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)


NEEDS_YES = -1


def offering(form: OfferForm) -> Asking[Offering | None]:
    options: dict[int, Text] = {
        person: _("{name} ({unit})", name=name, unit=form.units[person])
        for person, name in form.candidates.items()
    }
    if form.lacking:
        options[NEEDS_YES] = _("Noen i en annen tjeneste")
    whom = yield from choose("whom", _("Hvem spør du om å ta over?"), options)
    if whom == NEEDS_YES:
        text = _(
            "Stafettholderen ser alt. Skal noen i {services} holde pinnen, må familien først ha "
            "sagt ja til at de får vite alt. Vil du be om det nå?",
            services=list_of(map(verbatim, form.lacking)),
        )
        sure = yield from confirm(text, yes=_("Ja, be om samtykke"), name="first")
        return Offering(form.case_id, NEEDS_YES, None) if sure else None
    name = form.candidates[whom]
    note = yield from ask_words(
        "note",
        _("Hva trenger {name} å vite? Bare {name} ser det.", name=name),
        optional=True,
    )
    lines = [
        _("Skal jeg spørre {name} om å bli stafettholder for {ungdom}?", name=name,
          ungdom=form.ungdom),
        *([verbatim(note)] if note else []),
        _("Ansvaret er der det er nå, til {name} har sagt ja.", name=name),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, spør"))
    return Offering(form.case_id, whom, note) if sure else None


def offered(turn: Turn, wish: Offering) -> None:
    if wish.successor_id == NEEDS_YES:
        turn.say("baton.consent", wish.case_id)
        return
    stafett.offer(
        turn.session, actor=turn.me, case_id=wish.case_id, successor_id=wish.successor_id,
        note=wish.note, now=turn.now,
    )  # fmt: skip
    turn.say("baton.card", wish.case_id)


def consent_card(reading: Reading) -> Message:
    baton_views.may_hand_over(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    button = Button(_("Be om samtykke"), "flow:samtykke.be", reading.subject)
    text = _(
        "Velg tjenesten og alt de skal få vite. Når familien har sagt ja, kan du gi den videre."
    )
    return Message(text, buttons=((button,),))


# --- the successor -------------------------------------------------------------------------------


def _offer(reading: Reading) -> Asked:
    return baton_views.asked(
        reading.session, actor=reading.reader, offer_id=reading.subject, now=reading.now
    )


def show_offer(turn: Turn, subject: int, version: int) -> None:
    baton_views.is_asked(turn.session, turn.me, subject, turn.now)
    turn.show("baton.offer", subject)


def offer_card(reading: Reading) -> Message:
    asked = _offer(reading)
    rows = (
        (Button(words.YES, "baton.take", asked.offer_id),),
        (Button(words.NO, "flow:baton.nei", asked.offer_id),),
    )
    return Message(words.offer(asked), buttons=rows)


def take(turn: Turn, subject: int, version: int) -> None:
    taken = stafett.accept(turn.session, actor=turn.me, offer_id=subject, now=turn.now)
    turn.toast("baton.taken")
    turn.show("stafett.card", taken.case_id, hat="stafettholder")


def about_declining(turn: Turn, subject: int | None) -> Asked:
    return baton_views.asked(turn.session, actor=turn.me, offer_id=subject or 0, now=turn.now)


def declining(asked: Asked) -> Asking[tuple[int, str | None] | None]:
    reason = yield from ask_words(
        "reason", _("Vil du si hvorfor? Du må ikke."), optional=True
    )  # fmt: skip
    sure = yield from confirm(
        _("Skal jeg si at du ikke kan ta den? {name} holder den som før.", name=asked.holder),
        yes=_("Ja, si nei"),
    )
    return (asked.offer_id, reason) if sure else None


def declined(turn: Turn, no: tuple[int, str | None]) -> None:
    stafett.decline(turn.session, actor=turn.me, offer_id=no[0], reason=no[1], now=turn.now)
    turn.say("baton.said_no")


def said_no(reading: Reading) -> Message:
    return Message(_("Greit. Jeg har sagt fra, og den er der den var."))


# --- tables --------------------------------------------------------------------------------------


FLOWS: tuple[Flow[Any], ...] = (
    Flow("baton.onske", pgettext("flow", "Hvem jeg gjerne vil ha"), about_wishing, wishing, wished),
    Flow("baton.aloud", pgettext("flow", "Skriv ned et svar"), about_aloud, aloud, noted),
    Flow("baton.gi", pgettext("flow", "Gi stafettpinnen videre"), about_offering, offering, offered),
    Flow("baton.nei", pgettext("flow", "Si nei til stafettpinnen"), about_declining, declining,
         declined),
    *baton_leader.FLOWS,
    *baton_school.FLOWS,
)  # fmt: skip
BUTTONS = {
    "baton.who": show_who,
    "baton.wish": show_question,
    "baton.say": say,
    "baton.show": show,
    "baton.ask": ask,
    "baton.cancel": cancel,
    "baton.request": request,
    "baton.say_no": say_no,
    "baton.refusal": show_refused,
    "baton.open": show_offer,
    "baton.take": take,
    **baton_leader.BUTTONS,
    **baton_school.BUTTONS,
}
NOTICES = {
    "baton.who": who_card,
    "baton.question": question_card,
    "baton.card": card,
    "baton.consent": consent_card,
    "baton.offer": offer_card,
    "baton.said_no": said_no,
    baton_family.ASKED: push(WAITS, "baton.wish", lambda r: _question(r).open),
    baton_family.ANSWERED: push(NEWS, "baton.show", _card),
    baton_family.WAITS: push(WAITS, "baton.show", _card),
    stafett.OFFERED: push(WAITS, "baton.open", _offer),
    stafett.ENDED: push(NEWS, "baton.show", _card),
    stafett.REQUESTED: push(WAITS, "baton.show", lambda r: _card(r).requests),
    stafett.REFUSED: push(NEWS, "baton.refusal", _asked_for),
    "baton.refused_card": refused_card,
    handing_on.CHANGED: push(NEWS, "baton.who", _who),
    handing_on.TAKEN: push(NEWS, "baton.show", _card),
    **baton_leader.NOTICES,
    **baton_school.NOTICES,
}
COMMANDS = baton_leader.COMMANDS
TOASTS: dict[str, Text] = {
    "baton.heard": pgettext("toast", "Takk, det er sagt videre."),
    "baton.asked": pgettext("toast", "Familien er spurt."),
    "baton.requested": pgettext("toast", "Stafettholderen får vite det."),
    "baton.done": pgettext("toast", "Lagret."),
    "baton.taken": pgettext("toast", "Du er stafettholder nå."),
}
