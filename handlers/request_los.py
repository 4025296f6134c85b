"""Asking for a los: the flow, and the tables of all that belongs to a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from handlers import about_los, request_status, youth_asked
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm, several
from handlers.picking import pick
from handlers.request_words import PARENTS, PLACES, TIMES, TOPICS, WAYS, times_of
from handlers.turns import Turn
from locales import Text, _, join, pgettext, verbatim
from models import asking, family, municipality, people, policy, requests
from models.asking import Wish
from models.base import Opening, by_name
from models.terms import (
    Action,
    Requester,
    RequestState,
    Role,
    UnitKind,
)

TOO_YOUNG, TOO_OLD = "young", "old"


@dataclass(frozen=True)
class Asker:
    """Plain data about who asks: what the flow may offer them."""

    me: int | None = None  # a confirmed pupil
    open_request: int | None = None  # a pupil's, or a stranger's: there is one at a time
    outside: str = ""  # too young or too old for a los
    wards: dict[int, str] = field(default_factory=dict)
    pupils: Mapping[int, str] = field(default_factory=dict)  # whom staff may pick
    by_name: bool = False  # staff who name a youth; the school finds out who it is
    schools: dict[int, str] = field(default_factory=dict)
    ages: tuple[int, int] = (13, 24)


@dataclass(frozen=True)
class Outside:
    """Not in the target group: shown the other way in, and nothing is kept."""

    which: str
    changes_nothing: ClassVar[bool] = True


@dataclass(frozen=True)
class Existing:
    """There is one already: it is shown."""

    request_id: int
    changes_nothing: ClassVar[bool] = True


def prepare(turn: Turn, subject: int | None) -> Asker:
    session, me = turn.session, turn.me
    choices = municipality.policy_at(session, turn.now)
    schools = municipality.units_of_kind(session, UnitKind.SCHOOL)
    ages = (max(choices.min_age_bot, choices.target_age_from), choices.target_age_to)
    plain = {
        "schools": {school.id: school.name for school in schools},
        "ages": ages,
    }
    if me.confirmed_at is None:
        asked = requests.asked_by(session, me)
        waiting = next((r.id for r in asked if r.state == RequestState.SUBMITTED), None)
        return Asker(open_request=waiting, **plain)  # type: ignore[arg-type]
    pupil = people.pupil(session, me.id)
    mine = requests.about_me(session, me) if pupil else None
    return Asker(
        me=me.id if pupil else None,
        open_request=mine.id if mine is not None else None,
        outside=_outside(turn, choices) if pupil else "",
        wards=by_name({p.id: p.name or "" for p in family.wards_of(session, me, turn.now)}),
        pupils=pupils_for(turn),
        by_name=policy.may(Action.REQUEST_BY_NAME, people.staff_roles(session, me)),
        **plain,  # type: ignore[arg-type]
    )


def _outside(turn: Turn, choices: policy.MunicipalPolicy) -> str:
    born, today = turn.me.born, policy.today_in(turn.now, choices)
    if born is None or policy.in_target_group(born, today, choices):
        return ""
    return TOO_OLD if policy.age_on(born, today) > choices.target_age_to else TOO_YOUNG


def pupils_for(turn: Turn) -> Mapping[int, str]:
    """A rektor's whole school; a kontaktlaerer's own pupils. No name is opened until one is asked
    for."""
    session, me = turn.session, turn.me
    whole = people.units_where(session, me, Role.REKTOR)
    found = [id for unit in whole for id in people.born_at(session, unit.id)]
    for unit in people.units_where(session, me, Role.KONTAKTLAERER):
        found += people.born_at(session, unit.id, teacher=me.id)
    named = cache(lambda: people.names(session, list(dict.fromkeys(found))))
    return Opening(dict(zip(found, found, strict=True)), lambda id: named()[id])


# --- the talk ------------------------------------------------------------------------------------

ME, PUPIL, NAMED, CHILD, YOUNG, OLD = "me", "pupil", "named", "child", TOO_YOUNG, TOO_OLD


def talk(plain: Asker) -> Asking[Wish | Outside | Existing | None]:
    """At most seven questions; a youth answers with buttons only."""
    known = _known(plain)
    if not known:
        if plain.open_request is not None:
            return Existing(plain.open_request)
        return (yield from _stranger(plain))
    whom = yield from choose("whom", _("Hvem gjelder det?"), known)
    if whom == ME:
        if plain.outside:
            return Outside(plain.outside)
        if plain.open_request is not None:
            return Existing(plain.open_request)
        return (yield from _own(plain))
    if whom == PUPIL:
        ungdom = yield from pick(_("Hvilken elev?"), plain.pupils, {})
        return (yield from _for(plain, plain.pupils[ungdom], ungdom))
    if whom == NAMED:
        return (yield from _named(plain, Requester.SERVICE))
    return (yield from _for(plain, plain.wards[int(whom)], int(whom), guardian=True))


def _known(plain: Asker) -> dict[str, Text]:
    options: dict[str, Text] = {}
    if plain.me is not None:
        options[ME] = _("Meg selv")
    options |= {str(i): verbatim(name) for i, name in plain.wards.items()}
    if plain.pupils:
        options[PUPIL] = _("En elev på skolen min")
    if plain.by_name:
        options[NAMED] = _("En ungdom jeg møter i jobben")
    return options


def _stranger(plain: Asker) -> Asking[Wish | Outside | Existing | None]:
    low, high = plain.ages
    who = yield from choose(
        "who",
        _("Hvem vil du ha en los for?"),
        {
            ME: _("Meg selv, jeg er {low}–{high} år", low=low, high=high),
            YOUNG: _("Meg selv, jeg er under {low}", low=low),
            OLD: _("Meg selv, jeg er over {high}", high=high),
            CHILD: _("Barnet mitt"),
            NAMED: _("En ungdom jeg møter i jobben"),
        },
    )
    if who in (YOUNG, OLD):
        return Outside(who)
    if who == ME:
        return (yield from _own(plain, known=False))
    return (yield from _named(plain, Requester.GUARDIAN if who == CHILD else Requester.SERVICE))


def _school(plain: Asker) -> Asking[int]:
    names = {i: verbatim(name) for i, name in plain.schools.items()}
    school: int = yield from choose("school", _("Hvilken skole?"), names)
    return school


def _own(plain: Asker, *, known: bool = True) -> Asking[Wish | None]:
    school = None if known else (yield from _school(plain))
    topic = yield from choose("topic", _("Hva kan en los hjelpe deg med?"), TOPICS)
    place = yield from choose("place", _("Hvor vil du møtes?"), PLACES)
    times = yield from several("times", _("Når passer det? Velg en eller flere."), TIMES)
    way = yield from choose("way", _("Hvordan vil du at vi tar kontakt?"), WAYS)
    parents = yield from choose("parents", _("Kan foreldrene dine få vite om det?"), PARENTS)
    lines = [
        _("Du ber om en los."),
        *([_("Skole: {school}", school=plain.schools[school])] if school else []),
        _("Det gjelder: {topic}", topic=TOPICS[topic]),
        _("Møtested: {place}", place=PLACES[place]),
        _("Tid: {times}", times=times_of(times)),
        _("Kontakt: {way}", way=WAYS[way]),
        _("Får foreldrene vite det? {answer}", answer=PARENTS[parents]),
        _("Rektor på skolen leser det og bestemmer hvem som får los først."),
        _("Skal jeg sende det?"),
    ]
    if not (yield from confirm(join(lines), yes=_("Ja, send"))):
        return None
    return Wish(
        topic=topic, ungdom_id=plain.me if known else None, school_id=school, place=place,
        times=times, contact_way=way, parents_know=parents, kind=Requester.YOUTH,
    )  # fmt: skip


def _for(plain: Asker, name: str, ungdom: int, *, guardian: bool = False) -> Asking[Wish | None]:
    """For a youth one has picked: a guardian's own child, or a pupil."""
    knows = None
    if not guardian:
        knows = yield from _knows()
    topic = yield from choose("topic", _("Hva kan en los hjelpe med?"), TOPICS)
    place = yield from choose("place", _("Hvor kan de møtes?"), PLACES)
    lines = [
        _("Du ber om en los for {name}.", name=name),
        *_asked_for(topic=TOPICS[topic], place=PLACES[place], knows=knows),
        _("Ungdommen blir spurt først. Ingen los blir gitt uten et ja fra ungdommen selv."),
        _("Skal jeg sende det?"),
    ]
    if not (yield from confirm(join(lines), yes=_("Ja, send"))):
        return None
    return Wish(topic=topic, ungdom_id=ungdom, place=place, youth_knows=knows)


def _named(plain: Asker, kind: Requester) -> Asking[Wish | None]:
    """For someone the asker names in words: only the school can tell who it is."""
    asked = _("Hva heter ungdommen? Fornavn og klasse er nok.")
    name = yield from ask_words("name", asked)
    school = yield from _school(plain)
    knows = yield from _knows()
    topic = yield from choose("topic", _("Hva kan en los hjelpe med?"), TOPICS)
    lines = [
        _("Du ber om en los for {name}.", name=name or ""),
        _("Skole: {school}", school=plain.schools[school]),
        *_asked_for(topic=TOPICS[topic], place=None, knows=knows),
        _("Det går bare til rektor. Ingen andre får vite at du har spurt."),
        _("Skal jeg sende det?"),
    ]
    if not (yield from confirm(join(lines), yes=_("Ja, send"))):
        return None
    return Wish(topic=topic, school_id=school, named=name, kind=kind, youth_knows=knows)


def _knows() -> Asking[bool]:
    told: bool = yield from choose(
        "knows",
        _("Vet ungdommen at du spør?"),
        {True: pgettext("knows", "Ja"), False: pgettext("knows", "Nei, ikke ennå")},
    )
    return told


def _asked_for(topic: Text, place: Text | None, knows: bool | None) -> list[Text]:
    lines = [_("Det gjelder: {topic}", topic=topic)]
    if place is not None:
        lines.append(_("Møtested: {place}", place=place))
    if knows is not None:
        lines.append(
            _("Ungdommen vet at du spør.") if knows else _("Ungdommen vet ikke at du spør.")
        )
    return lines


def finish(turn: Turn, done: Wish | Outside | Existing) -> None:
    """Send it; the verb promises the receipt. What is open already is shown instead."""
    if isinstance(done, Outside):
        turn.say("request.outside", which=done.which)
    elif isinstance(done, Existing):
        turn.say("request.status", done.request_id)
    else:
        request = asking.submit(turn.session, actor=turn.me, wish=done, now=turn.now)
        if request.created_at != turn.now:
            turn.say("request.status", request.id)


LOS: Flow[Wish | Outside | Existing] = Flow(
    name="los", title=_("Be om en los"), prepare=prepare, talk=talk, finish=finish
)


_PARTS = (request_status, youth_asked, about_los)

FLOWS: tuple[Flow[Any], ...] = (LOS, *youth_asked.FLOWS, *about_los.FLOWS)
BUTTONS = {name: press for part in _PARTS for name, press in part.BUTTONS.items()}
NOTICES = {name: compose for part in _PARTS for name, compose in part.NOTICES.items()}
COMMANDS = {**request_status.COMMANDS, **about_los.COMMANDS}
TOASTS = {**youth_asked.TOASTS, **about_los.TOASTS}
