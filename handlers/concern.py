"""Saying that one wonders or is worried (`/bekymring`): staff to a school's contact point, and how far
that is afterwards. In Telegram no child is named, neither here nor on the receiver's card [52]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from handlers import concern_desk
from handlers.concern_cards import what_lines, without_name
from handlers.concern_words import ALARM, LASTED, NOTICED, STATES, WORRIES
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm, several
from handlers.past_day import ask_past_day
from handlers.request_words import NEWS, push
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, list_of, pgettext, verbatim
from models import concern_views, concerns
from models.base import require
from models.concern_views import Line, Raised, RaiseForm
from models.concerns import Raising
from models.terms import ConcernState, Why

STILL_WORRIED = _(
    "Er du fortsatt bekymret? Din egen plikt til å melde fra og til å avverge er den samme, uansett "
    "hva skolen har bestemt. Den venter ikke på noen. Se «Taushetsplikt og plikter», og si gjerne fra "
    "til skolen igjen."
)
"""The same whatever was decided, so that it tells nothing of it [F1, 54]."""

# --- the desk --------------------------------------------------------------------------------------


def command(turn: Turn, typed: str) -> None:
    require(concern_views.may_raise(turn.session, actor=turn.me), Why.ABSENT)
    turn.say("concern.desk")


def show_desk(turn: Turn, subject: int, version: int) -> None:
    require(concern_views.may_raise(turn.session, actor=turn.me), Why.ABSENT)
    turn.show("concern.desk")


def desk_card(reading: Reading) -> Message | None:
    """References and last days only; names are in the card of one."""
    if not concern_views.may_raise(reading.session, actor=reading.reader):
        return None
    found = concern_views.lines(reading.session, actor=reading.reader, now=reading.now)
    parts = [
        _("Undrer du deg, eller er du bekymret for en ungdom? Da kan du si fra til skolen."),
        ALARM,
    ]
    rows = [(Button(_("Si fra til skolen"), "flow:bekymring"),)]
    if found.waiting:
        parts.append(_("Det som venter på deg, har frist ved siden av. Det eldste står først."))
    rows += [(Button(_as_waiting(line), "concern.open", line.id),) for line in found.waiting]
    rows += [(Button(_as_decided(line), "concern.open", line.id),) for line in found.decided]
    rows += [(Button(_as_mine(line), "concern.mine", line.id),) for line in found.mine]
    rows.append((Button(_("Taushetsplikt og plikter"), "concern.guide"),))
    return Message(join(parts, "\n\n"), buttons=tuple(rows))


def _as_waiting(line: Line) -> Text:
    if line.raised_late:
        return _("{ref} · {state} · meldt etter fristen", ref=line.reference,
                 state=STATES[line.state])  # fmt: skip
    told = _("{ref} · {state} · frist {day}", ref=line.reference, state=STATES[line.state],
             day=Day(line.decide_by))  # fmt: skip
    return _("⚠ {line}", line=told) if line.overdue else told


def _as_decided(line: Line) -> Text:
    assert line.decided_on is not None  # noqa: S101 - it is decided
    return _("{ref} · vurdert {day}", ref=line.reference, day=Day(line.decided_on))


def _as_mine(line: Line) -> Text:
    return _("Sagt fra av deg: {ref}", ref=line.reference)


# --- saying it -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plain:
    form: RaiseForm
    names: bool  # a child may be named where this is written


def _prepare(turn: Turn, subject: int | None) -> Plain:
    form = concern_views.raise_form(turn.session, actor=turn.me, now=turn.now)
    return Plain(form, turn.contact.channel != "telegram")


def _talk(plain: Plain) -> Asking[Raising | None]:
    form = plain.form
    names = {school: verbatim(name) for school, name in form.schools.items()}
    school = yield from choose("school", _("Hvilken skole går ungdommen på?"), names)
    arose = yield from ask_past_day(
        "arose",
        _("Når begynte du å undre deg? Velg eller skriv en dag. Skolens frist regnes derfra."),
        form.first, form.today, _near(form.today),
    )  # fmt: skip
    worry = yield from choose("worry", _("Hvor bekymret er du?"), WORRIES)
    noticed = yield from several("noticed", _("Hva har du sett eller hørt?"), NOTICED)
    lasted = yield from several("lasted", _("Hvor lenge har det vart?"), LASTED)
    named = None
    if plain.names:
        named = yield from ask_words(
            "named", _("Hvem gjelder det? Bare den som tar imot, ser det."), optional=True
        )
    words = yield from ask_words(
        "words", _("Vil du si det kort med egne ord? Skriv ikke navn her."), optional=True
    )
    wish = Raising(school, arose, worry, noticed, lasted, named, words)
    sure = yield from confirm(join(_repeated(plain, wish), "\n\n"), yes=_("Ja, si fra"))
    return wish if sure else None


def _near(today: date) -> tuple[date, ...]:
    """Today, yesterday, and the other days of this week."""
    days = {today, today - timedelta(days=1)}
    days |= {today - timedelta(days=back) for back in range(today.weekday() + 1)}
    return tuple(sorted(days, reverse=True))


def _repeated(plain: Plain, wish: Raising) -> list[Text]:
    form = plain.form
    last = wish.arose_on + timedelta(days=form.days)
    to = list_of(verbatim(name) for name in form.receivers[wish.school_id])
    lines = [
        _("Skal jeg si fra til {names} ved {school}?", names=to,
          school=form.schools[wish.school_id]),
        *what_lines(wish),
        _("Skolen skal vurdere det senest {day}.", day=Day(last))
        if last >= form.today
        else _("Det er lenge siden, så skolen minnes på det fra i morgen."),
    ]  # fmt: skip
    parts = [join(lines)]
    if wish.named is None:
        parts.append(_("Navnet sier du selv, når skolen tar kontakt med deg."))
    parts.append(
        _(
            "Bare den som tar imot, ser dette. Foreldrene får ikke vite det herfra. Snakk gjerne "
            "med ungdommen selv, når det er trygt."
        )
    )
    return parts


def _finish(turn: Turn, wish: Raising) -> None:
    concern = concerns.raise_(turn.session, actor=turn.me, wish=wish, now=turn.now)
    turn.say("concern.receipt", concern.id)


def receipt(reading: Reading) -> Message:
    sent = concerns.own(reading.session, reading.reader, reading.subject)
    return Message(
        join(
            [
                _("Takk for at du sa fra. Skolen har fått det. Nummeret er {ref}.",
                  ref=sent.reference),
                _("Du får vite det når noen har tatt imot det. Blir det verre, så si fra igjen."),
                ALARM,
            ],
            "\n\n",
        ),
        buttons=((Button(_("Vis"), "concern.mine", sent.id),),
                 (Button(_("Taushetsplikt og plikter"), "concern.guide"),)),
    )  # fmt: skip


# --- how far it is -----------------------------------------------------------------------------------


def show_mine(turn: Turn, subject: int, version: int) -> None:
    concerns.own(turn.session, turn.me, subject)
    turn.show("concern.mine", subject)


def mine_card(reading: Reading) -> Message:
    """The own text and how far it is; the same words whatever it was decided to be."""
    seen = concern_views.for_raiser(
        reading.session, actor=reading.reader, concern_id=reading.subject, now=reading.now
    )
    told = without_name(reading, seen)
    parts = [_so_far(seen), join(what_lines(told))]
    if seen.state is ConcernState.DECIDED:
        parts.insert(1, STILL_WORRIED)
    rows = (
        (Button(_("Taushetsplikt og plikter"), "concern.guide"),),
        (Button(_("‹ Tilbake"), "concern.desk"),),
    )
    return Message(join(parts, "\n\n"), buttons=rows)


def _so_far(seen: Raised) -> Text:
    match seen.state:
        case ConcernState.RAISED:
            return _("{ref}: sendt til {school}. Ingen har tatt imot ennå.", ref=seen.reference,
                     school=seen.school)  # fmt: skip
        case ConcernState.DECIDED:
            return _(
                "{ref}: vurdert. Hva som er bestemt, kan skolen ikke si. Vil de ha deg med, tar de "
                "kontakt. Lurer du på noe, så snakk med {name}.",
                ref=seen.reference, name=seen.received_by,
            )  # fmt: skip
        case _other:
            return _(
                "{ref}: {name} ved {school} har tatt imot, drøfter det med andre og bestemmer hva "
                "som skal skje. Blir du spurt, så fortell det du har sett.",
                ref=seen.reference, name=seen.received_by, school=seen.school,
            )  # fmt: skip


# --- tables ----------------------------------------------------------------------------------------


def _is_mine(reading: Reading) -> bool:
    return bool(concerns.own(reading.session, reading.reader, reading.subject))


FLOWS: tuple[Flow[Any], ...] = (
    Flow("bekymring", pgettext("flow", "Si fra til skolen"), _prepare, _talk, _finish),
    *concern_desk.FLOWS,
)
COMMANDS = {"bekymring": command, "undring": command, "concern": command}
BUTTONS = {"concern.desk": show_desk, "concern.mine": show_mine, **concern_desk.BUTTONS}
NOTICES = {
    "concern.desk": desk_card,
    "concern.receipt": receipt,
    "concern.mine": mine_card,
    concerns.RECEIVED: push(NEWS, "concern.mine", _is_mine),
    **concern_desk.NOTICES,
}
TOASTS = concern_desk.TOASTS
