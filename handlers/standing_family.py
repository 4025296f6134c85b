"""What a family sees of standing meetings: that what is theirs is to be talked about, and the way to say
no."""

from __future__ import annotations

from handlers.turns import Button, Message, Press, Reading, Rows, Turn
from locales import Moment, Text, _, join, list_of, pgettext, verbatim
from models import standing_agenda, standing_date_views


def show_family(turn: Turn, subject: int, version: int) -> None:
    standing_date_views.of_family(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("standing.family", subject)


def family_card(reading: Reading) -> Message:
    """Where it is to be talked about, with whom, and the way to say no."""
    found = standing_date_views.of_family(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    on = [row for row in found if not row.declined]
    said_no = [row for row in found if row.declined]
    parts = []
    if on:
        parts += [
            _("Skolen og fritidsklubben møtes jevnlig. Noen som er med i samarbeidet, vil ta det opp "
              "der:"),
            join([
                _("• {when}: {club} og {school}", when=Moment(row.starts_at, row.zone),
                  club=row.club, school=row.school)
                for row in on
            ]),
            _("Bare de som er med i samarbeidet fra før, får vite at det gjelder dere: {names}.",
              names=list_of(verbatim(name) for name in sorted({n for row in on for n in row.knows}))),
            _("Du kan si nei, og trenger ikke si hvorfor."),
        ]  # fmt: skip
    if said_no:
        parts.append(
            _("Det er sagt nei til å ta det opp på møtene mellom {places}.",
              places=list_of(_("{club} og {school}", club=row.club, school=row.school)
                             for row in said_no))
        )  # fmt: skip
    if not parts:
        parts.append(_("Ingenting skal tas opp på faste møter nå."))
    rows = [(Button(_("Nei, ikke der"), action="standing.no", subject=row.row_id),) for row in on]
    rows += [
        (Button(_("Det er greit likevel"), action="standing.ok", subject=row.row_id),)
        for row in said_no
        if row.may_allow
    ]
    return Message(join(parts, "\n\n"), buttons=tuple(rows))


def say_no(turn: Turn, subject: int, version: int) -> None:
    case_id = standing_agenda.decline(turn.session, actor=turn.me, row_id=subject, now=turn.now)
    turn.toast("standing.declined")
    turn.show("standing.family", case_id)


def say_ok(turn: Turn, subject: int, version: int) -> None:
    case_id = standing_agenda.allow(turn.session, actor=turn.me, row_id=subject, now=turn.now)
    turn.toast("standing.noted")
    turn.show("standing.family", case_id)


def button(reading: Reading, case_id: int) -> Rows:
    """The way there from the family's card of the case, while there is something to see."""
    shown = standing_date_views.on_any(
        reading.session, actor=reading.reader, case_id=case_id, now=reading.now
    )
    return ((Button(_("Tas opp på faste møter"), "standing.family", case_id),),) if shown else ()


BUTTONS: dict[str, Press] = {
    "standing.family": show_family,
    "standing.no": say_no,
    "standing.ok": say_ok,
}
NOTICES = {"standing.family": family_card}
TOASTS: dict[str, Text] = {"standing.declined": pgettext("toast", "Greit. Det tas ikke opp der.")}
