"""The administrator's list of what the municipality has decided: by topic, changed from a day on, and
what is decided and still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.dialogue import Asking, Flow, ask_day, ask_words, choose, confirm
from handlers.municipality_desk import BACK, number_of
from handlers.policy_words import (
    ONE_OF,
    OPTIONS,
    RULES,
    TOPICS,
    YES_NO,
    called,
    consequence,
    in_words,
    line,
)
from handlers.questions import choosing
from handlers.setting import ask_setting
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext, verbatim
from models import access, deciding, municipality, policy
from models.base import refuse, require
from models.deciding import Change
from models.terms import Action, Why

BASIS_OF, BASIS = "youth_sole_consent_age", "youth_sole_consent_basis"
_TOPIC = {number_of(topic): topic for topic in TOPICS}

# --- looking -------------------------------------------------------------------------------------


def _may(turn: Turn) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.DECIDE_POLICY)


def show_rules(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    turn.show("adm.rules")


def rules_card(reading: Reading) -> Message:
    coming = deciding.coming(reading.session, actor=reading.reader, now=reading.now)
    rows = [
        (Button(TOPICS[topic], action="adm.topic", subject=at),) for at, topic in _TOPIC.items()
    ]
    if coming:
        rows.append((Button(_("Det som er bestemt og kommer"), action="adm.coming"),))
    lines = [
        _("Kommunens regler"),
        _("En endring gjelder fra dagen du velger. Gamle samtykker blir aldri endret."),
    ]
    return Message(join(lines, "\n\n"), buttons=(*rows, (BACK,)))


def show_topic(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    require(subject in _TOPIC, Why.ABSENT)
    turn.show("adm.topic", subject)


def topic_card(reading: Reading) -> Message:
    """What holds today; a button for each."""
    rules = deciding.present(reading.session, actor=reading.reader, now=reading.now)
    require(reading.subject in _TOPIC, Why.ABSENT)
    topic = _TOPIC[reading.subject]
    names = [name for name, rule in RULES.items() if rule.topic == topic]
    told = [line(name, getattr(rules, name)) for name in names]
    if BASIS_OF in names and rules.youth_sole_consent_age < 18:
        told.append(_("Bygger på: {words}", words=rules.youth_sole_consent_basis))
    rows = tuple(
        (Button(RULES[name].label, action="flow:regel.endre", subject=number_of(name)),)
        for name in names
    )
    back = (Button(_("Til reglene"), action="adm.rules"),)
    text = join([TOPICS[topic], join(told), _("Trykk på det du vil endre.")], "\n\n")
    return Message(text, buttons=(*rows, back))


# --- changing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    name: str
    now: Any
    today: date
    coming: tuple[tuple[date, Any], ...]  # what is decided of this already


@dataclass(frozen=True)
class Wish:
    name: str
    choices: dict[str, Any]
    valid_from: date


def about_rule(turn: Turn, subject: int | None) -> Form:
    rules = deciding.present(turn.session, actor=turn.me, now=turn.now)
    name = called(subject or 0)
    if name is None:
        refuse(Why.ABSENT)
    coming = deciding.coming(turn.session, actor=turn.me, now=turn.now)
    today = policy.today_in(turn.now, municipality.policy_at(turn.session, turn.now))
    told = tuple((each.valid_from, each.after) for each in coming if each.name == name)
    return Form(name, getattr(rules, name), today, told)


def changing(form: Form) -> Asking[Wish | None]:
    name = form.name
    value = yield from _ask(form)
    choices = {name: value}
    if name == BASIS_OF and value < 18:
        text = _("Hvilket vedtak eller hvilken hjemmel bygger det på? Skriv dato og nummer.")
        choices[BASIS] = yield from ask_words("basis", text)
    day = form.today
    when = yield from choose("from", _("Fra når?"), {"today": _("Fra i dag"), "later": _("Fra en annen dag")})  # fmt: skip
    if when == "later":
        day = (yield from ask_day("day", _("Fra hvilken dag?"))).date()
    if (follows := consequence(name, value)) is not None:
        read_it = {True: _("Jeg har lest det")}
        yield choosing(
            "careful", join([_("⚠ Tenk over dette:"), follows]), read_it, 1, ask_single=True
        )
    lines = [
        line(name, value),
        _("Nå: {value}", value=in_words(name, form.now)),
        _("Gjelder fra og med {day}.", day=Day(day, year=True)),
        _("Gamle samtykker blir ikke endret. Det som skal minnes om, blir regnet ut på nytt."),
    ]
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, bestem det"))
    return Wish(name, choices, day) if sure else None


def _ask(form: Form) -> Asking[Any]:
    rule, name = RULES[form.name], form.name
    text = join([line(name, form.now), *(_decided(name, *each) for each in form.coming), _("Hva skal det være?")])  # fmt: skip
    if rule.kind == YES_NO:
        yes_no = {True: pgettext("button", "Ja"), False: pgettext("button", "Nei")}
        return (yield from choose("value", text, yes_no))
    if rule.kind == ONE_OF:
        return (yield from choose("value", text, {o: OPTIONS[name, o] for o in rule.options}))
    bounds = rule.kind, rule.least, rule.most
    return (yield from ask_setting("value", text, *bounds, none=rule.none))


def _decided(name: str, day: date, value: Any) -> Text:
    return _("Bestemt fra {day}: {value}", day=Day(day, year=True), value=in_words(name, value))


def changed(turn: Turn, wish: Wish) -> None:
    deciding.decide(
        turn.session, actor=turn.me, choices=wish.choices, valid_from=wish.valid_from, now=turn.now
    )
    turn.say("adm.topic", number_of(RULES[wish.name].topic))


# --- what is to come -----------------------------------------------------------------------------


def show_coming(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    turn.show("adm.coming")


def coming_card(reading: Reading) -> Message:
    found = deciding.coming(reading.session, actor=reading.reader, now=reading.now)
    rows = tuple(
        (Button(_("Avlys: {label}", label=RULES[each.name].label), action="adm.undo_ask",
                subject=number_of(each.name), version=each.valid_from.toordinal()),)
        for each in found
        if each.name in RULES
    )  # fmt: skip
    told = [_told(each) for each in found if each.name != BASIS]
    text = join(told) if told else _("Ingenting er bestemt som ikke gjelder allerede.")
    return Message(text, buttons=(*rows, (Button(_("Til reglene"), action="adm.rules"),)))


def _told(change: Change) -> Text:
    if change.name not in RULES:  # decided in the file
        return _("Fra {day}: {label}", day=Day(change.valid_from, year=True), label=verbatim(change.name))  # fmt: skip
    return _(
        "Fra {day}: {label} blir {after}, nå {before}",
        day=Day(change.valid_from, year=True), label=RULES[change.name].label,
        after=in_words(change.name, change.after), before=in_words(change.name, change.before),
    )  # fmt: skip


def ask_undo(turn: Turn, subject: int, version: int) -> None:
    _of(turn.session, turn.me, turn.now, subject, version)
    turn.show("adm.undo", subject, day=version)


def undo_card(reading: Reading) -> Message:
    day = int(reading.params.get("day", 0))
    change = _of(reading.session, reading.reader, reading.now, reading.subject, day)
    sure = Button(_("Ja, avlys"), action="adm.undo", subject=reading.subject, version=day)
    back = Button(_("Tilbake"), action="adm.coming")
    return Message(join([_("Skal dette ikke skje likevel?"), _told(change)], "\n\n"), buttons=((sure,), (back,)))  # fmt: skip


def undo(turn: Turn, subject: int, version: int) -> None:
    change = _of(turn.session, turn.me, turn.now, subject, version)
    deciding.cancel(
        turn.session, actor=turn.me, name=change.name, valid_from=change.valid_from, now=turn.now
    )
    turn.toast("adm.undone")
    turn.show("adm.coming")


def _of(session: Any, actor: Any, now: Any, number: int, day: int) -> Change:
    """One that is to come. Stale when it is not any more."""
    for change in deciding.coming(session, actor=actor, now=now):
        if (number_of(change.name), change.valid_from.toordinal()) == (number, day):
            return change
    refuse(Why.STALE)


FLOWS: tuple[Flow[Any], ...] = (
    Flow("regel.endre", pgettext("flow", "Endre en regel"), about_rule, changing, changed),
)
BUTTONS = {
    "adm.rules": show_rules,
    "adm.topic": show_topic,
    "adm.coming": show_coming,
    "adm.undo_ask": ask_undo,
    "adm.undo": undo,
}
NOTICES = {
    "adm.rules": rules_card,
    "adm.topic": topic_card,
    "adm.coming": coming_card,
    "adm.undo": undo_card,
}
TOASTS: dict[str, Text] = {"adm.undone": pgettext("toast", "Avlyst.")}
