"""Friday's five minutes: what waits, line by line; open it, note it as done, put it off, hand it on."""

from __future__ import annotations

from handlers.break_cards import OWING, does, named, where
from handlers.break_cards import line as in_a_line
from handlers.request_words import push
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Day, Text, _, join, pgettext, plural
from models import friday, owed
from models.base import require
from models.friday import Line
from models.terms import Owing, PutOff, Why

MOST = 8
KINDS = tuple(Owing)
REASONS = tuple(PutOff)
NOTED = frozenset({Owing.VOICE, Owing.RSVP, Owing.QUESTION, Owing.CONSENT, Owing.RENEW})
"""What is done outside of here: somebody was called, or asked in person. All else is off the list
once it is done, and not before."""

WHY: dict[PutOff, Text] = {
    PutOff.FAMILY: _("Familien vil vente"),
    PutOff.OTHERS: _("Venter på andre"),
    PutOff.AWAY: _("Noen er borte"),
    PutOff.TIME: _("Rakk det ikke"),
}


def _present(reading: Reading) -> bool:
    return friday.anything(reading.session, reading.reader, reading.now)


def show(turn: Turn, subject: int, version: int) -> None:
    turn.show("friday.card")


def card(reading: Reading) -> Message:
    """A first name and what it is, as on a case card; more is one tap further."""
    found = friday.lines(reading.session, reading.reader, reading.now)
    if not found:
        return Message(_("Alt er gjort eller utsatt. God helg!"))
    shown = found[:MOST]
    owed.looked(reading.session, reading.reader, [each.owed for each in shown], reading.now)
    parts = [
        _("Fredagens fem minutter:"),
        *(in_a_line(n, each.owed) for n, each in enumerate(shown, 1)),
    ]
    if (left := len(found) - MOST) > 0:
        parts.append(plural("Og {n} til etter disse.", "Og {n} til etter disse.", left))
    return Message(join(parts), buttons=tuple(_row(n, each) for n, each in enumerate(shown, 1)))


def _row(number: int, each: Line) -> tuple[Button, ...]:
    kind, subject = KINDS.index(each.owed.kind), each.owed.subject_id
    action, about, version = where(each.owed)
    do = Button(does(number, each.owed), action, about, version)
    if each.owed.kind in NOTED:
        label = pgettext("button", "Gjort {n}", n=number)
        do = Button(label, "friday.done", subject, kind)
    more = pgettext("button", "Utsett eller gi videre {n}", n=number)
    return do, Button(more, "friday.one", subject, kind)


def show_one(turn: Turn, subject: int, version: int) -> None:
    friday.line(turn.session, turn.me, KINDS[version % len(KINDS)], subject, turn.now)
    turn.show("friday.one", subject, what=version % len(KINDS))


def one_card(reading: Reading) -> Message:
    kind = KINDS[int(reading.params["what"])]
    found = friday.line(reading.session, reading.reader, kind, reading.subject, reading.now)
    owed.looked(reading.session, reading.reader, [found.owed], reading.now)
    each, number = found.owed, KINDS.index(kind)
    parts = [
        _("{what}, {day}. {who}", what=OWING[kind], day=Day(each.due), who=named(each)),
        plural(
            "Kan utsettes en uke {n} gang til. Lederen ser at noe er utsatt, ikke hva.",
            "Kan utsettes en uke {n} ganger til. Lederen ser at noe er utsatt, ikke hva.",
            found.left,
        )
        if found.left
        else _("Dette kan ikke utsettes flere ganger. Gi det videre om du ikke får gjort det."),
    ]
    rows: Rows = tuple(
        (Button(_("Utsett: {why}", why=WHY[why]), "friday.off", each.subject_id,
                REASONS.index(why) * len(KINDS) + number),)
        for why in WHY if found.left
    )  # fmt: skip
    action, subject, version = handed_on(each)
    hand = Button(pgettext("button", "Gi videre"), action, subject, version)
    return Message(
        join(parts, "\n\n"), buttons=(*rows, (hand,), (Button(_("Tilbake"), "friday.show"),))
    )


def handed_on(each: owed.Owed) -> tuple[str, int, int]:
    """Where somebody else can be given it: the baton of the case, or the card it is answered on."""
    if each.case_id is not None and each.kind not in (Owing.DEADLINE, Owing.EVALUATION):
        return "flow:baton.gi", each.case_id, 0
    return where(each)


def done(turn: Turn, subject: int, version: int) -> None:
    _put_off(turn, subject, version % len(KINDS), PutOff.DONE)


def off(turn: Turn, subject: int, version: int) -> None:
    why, kind = divmod(version, len(KINDS))
    require(why < len(REASONS) and REASONS[why] in WHY, Why.ABSENT)
    _put_off(turn, subject, kind, REASONS[why])


def _put_off(turn: Turn, subject: int, kind: int, reason: PutOff) -> None:
    friday.put_off(
        turn.session, actor=turn.me, kind=KINDS[kind], subject_id=subject, reason=reason,
        now=turn.now,
    )  # fmt: skip
    turn.toast("friday.noted")
    turn.show("friday.card")


BUTTONS: dict[str, Press] = {
    "friday.show": show,
    "friday.one": show_one,
    "friday.done": done,
    "friday.off": off,
}
NOTICES: dict[str, Compose] = {
    friday.DIGEST: push(_("Fem minutter før helgen: noe venter."), "friday.show", _present),
    "friday.card": card,
    "friday.one": one_card,
}
TOASTS: dict[str, Text] = {"friday.noted": pgettext("toast", "Notert.")}
