"""What has a day: for staff what they owe, for who leads how much has stopped, for the family what
they wait for and who was told."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.request_words import LOOK, WAITS, push
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Day, Text, _, join, pgettext, plural, verbatim
from locales.dates import month_name
from models import access, break_views, owed, views
from models.base import Refused
from models.break_views import Stopped
from models.owed import Owed
from models.terms import Action, Owing, Role, Signal

MOST = 10

# --- in a case ----------------------------------------------------------------------------------


def lines(reading: Reading, case_id: int) -> list[Text]:
    """For the family's card and the holder's: what is late, and that the leader was told. Nothing for
    anyone else."""
    try:
        found = break_views.of_case(
            reading.session, actor=reading.reader, case_id=case_id, now=reading.now
        )
    except Refused:
        return []
    return [_late(each) for each in found]


def _late(each: Stopped) -> Text:
    over = plural("Den er {n} dag over.", "Den er {n} dager over.", each.days)
    ago = plural("Det er {n} dag siden.", "Det er {n} dager siden.", each.days)
    day = Day(each.since)
    match each.signal:
        case Signal.EVALUATION:
            said = [_("Evalueringen skulle vært {day}.", day=day), over]
        case Signal.DEADLINE:
            said = [_("Noe som er avtalt, skulle vært gjort {day}.", day=day), ago]
        case _other:
            said = [_("Et nytt møte skulle vært avtalt {day}.", day=day), ago]
    if each.leader_told is not None:
        told = each.leader_told
        said.append(
            _("Lederen har fått beskjed {n}. {month}.", n=told.day, month=month_name(told.month))
        )
    elif each.project_told is not None:
        told = each.project_told
        said.append(
            _("Prosjektlederen har fått beskjed {n}. {month}.",
              n=told.day, month=month_name(told.month))
        )  # fmt: skip
    return join(said, " ")


# --- staff: what I owe ---------------------------------------------------------------------------

OWING: dict[Owing, Text] = {
    Owing.EVALUATION: _("evaluering"),
    Owing.VOICE: _("høre ungdommen før evalueringen"),
    Owing.DEADLINE: _("noe du skal gjøre"),
    Owing.STATUS: _("høre hvordan det gikk med noe som skulle vært gjort"),
    Owing.MEETING: _("kalle inn til neste møte"),
    Owing.RSVP: _("svar mangler til et møte"),
    Owing.HELD: _("si hvordan møtet gikk"),
    Owing.MINUTES: _("referat"),
    Owing.TALK: _("noen snakker med ungdommen før neste møte"),
    Owing.BATON: _("svare om stafettpinnen"),
    Owing.CONSENT: _("samtykke går ut"),
    Owing.RENEW: _("samtykke har gått ut"),
    Owing.QUESTION: _("svar på samtykke mangler"),
    Owing.REQUEST: _("ønske om los å ta stilling til"),
    Owing.OFFER: _("spørsmål til deg som los"),
    Owing.FIRST_CONTACT: _("ta den første kontakten"),
    Owing.WISH: _("noen vil ha kontakt"),
    Owing.CONCERN: _("bestemme hva som skal skje etter at noen sa fra"),
    Owing.RIGHT: _("lese hva familien svarte om noe som er skrevet"),
}


DOES: dict[Owing, Text] = {
    Owing.EVALUATION: pgettext("button", "Evaluer"),
    Owing.VOICE: pgettext("button", "Hør ungdommen"),
    Owing.DEADLINE: pgettext("button", "Se tiltaket"),
    Owing.STATUS: pgettext("button", "Se tiltaket"),
    Owing.MEETING: pgettext("button", "Kall inn til møtet"),
    Owing.RSVP: pgettext("button", "Se hvem som kommer"),
    Owing.HELD: pgettext("button", "Si hvordan det gikk"),
    Owing.MINUTES: pgettext("button", "Skriv referat"),
    Owing.BATON: pgettext("button", "Svar"),
    Owing.REQUEST: pgettext("button", "Ta stilling"),
    Owing.OFFER: pgettext("button", "Svar"),
    Owing.CONCERN: pgettext("button", "Ta stilling"),
    Owing.RIGHT: pgettext("button", "Les svaret"),
}
"""What the button of each says; of all else that it is opened."""


def line(number: int, each: Owed) -> Text:
    """For an opened list, which is covered again like all details of a case."""
    return _(
        "{n}. {who}: {what}, {day}",
        n=number, day=Day(each.due), what=OWING[each.kind], who=named(each),
    )  # fmt: skip


def named(each: Owed) -> Text:
    return verbatim(each.who or each.code)


def does(number: int, each: Owed) -> Text:
    return _("{n}. {what}", n=number, what=DOES.get(each.kind, pgettext("button", "Åpne")))


def where(each: Owed) -> tuple[str, int, int]:
    """The button's action, subject and version that lead to where it is done."""
    match each.kind:
        case Owing.EVALUATION | Owing.VOICE:
            return "evaluation.list", each.case_id or 0, 0
        case Owing.DEADLINE | Owing.STATUS:
            return "tiltak.list", each.case_id or 0, 0
        case Owing.RSVP | Owing.HELD | Owing.MINUTES:
            return "meeting.show", each.subject_id, 0
        case Owing.BATON:
            return "baton.open", each.subject_id, 0
        case Owing.REQUEST:
            return "desk.open", each.subject_id, 0
        case Owing.OFFER | Owing.FIRST_CONTACT:
            return "desk.youth", each.subject_id, 0
        case Owing.WISH:
            return "contact.open", each.subject_id, 0
        case Owing.CONCERN:
            return "concern.open", each.subject_id, 0
        case Owing.RIGHT:
            return "right.list", each.case_id or 0, 0
        case Owing.MEETING:
            return "meeting.of_case", each.case_id or 0, 0
    return "case.show", each.case_id or 0, views.HATS.index(Role.STAFETTHOLDER)


def deadlines(turn: Turn, typed: str) -> None:
    turn.say("breaks.mine_card")


def show_mine(turn: Turn, subject: int, version: int) -> None:
    turn.show("breaks.mine_card")


def mine_card(reading: Reading) -> Message:
    """For staff what they owe, with days; for the family what is late in their own cases."""
    found = owed.of(reading.session, reading.reader, reading.now)
    if not found:
        return Message(join(_own(reading) or [_NOTHING], "\n\n"))
    owed.looked(reading.session, reading.reader, found[:MOST], reading.now)
    parts = [
        _("Dette har du frister for:"),
        *(line(n, each) for n, each in enumerate(found[:MOST], 1)),
    ]
    if (left := len(found) - MOST) > 0:
        parts.append(plural("Og {n} til etter disse.", "Og {n} til etter disse.", left))
    return Message(join(parts), buttons=_rows(found[:MOST]))


_NOTHING = _("Du har ingen frister her nå.")


def _own(reading: Reading) -> list[Text]:
    found = views.of_family_or_held(reading.session, reading.reader, reading.now)
    return [said for case_id in found for said in lines(reading, case_id)]


def _rows(found: Iterable[Owed]) -> Rows:
    rows = []
    for n, each in enumerate(found, 1):
        action, subject, version = where(each)
        rows.append((Button(does(n, each), action, subject, version),))
    return tuple(rows)


def _owes(reading: Reading) -> bool:
    return bool(owed.of(reading.session, reading.reader, reading.now))


# --- who leads -----------------------------------------------------------------------------------


def show_led(turn: Turn, subject: int, version: int) -> None:
    break_views.led_by(turn.session, actor=turn.me, now=turn.now)
    turn.show("breaks.led_card")


def _leads(reading: Reading) -> bool:
    return bool(break_views.led_by(reading.session, actor=reading.reader, now=reading.now))


def led_card(reading: Reading) -> Message:
    """A number, and no case to open: whose it is, who has it to do knows [R2, 44]. The way on is to the
    numbers. But for a baton that nobody has hold of: that one who leads can take over at
    once [30]."""
    led = break_views.led_by(reading.session, actor=reading.reader, now=reading.now)
    parts = [
        _("Noen få oppfølginger har stoppet opp.")
        if led.count is None
        else _("Minst {n} oppfølginger har stoppet opp.", n=led.count)
        if led.at_least
        else plural(
            "{n} oppfølging har stoppet opp.", "{n} oppfølginger har stoppet opp.", led.count
        ),
        _("Den eldste skulle vært gjort {day}.", day=Day(led.oldest)),
        *(
            [
                plural(
                    "{n} ting er utsatt med en grunn.",
                    "{n} ting er utsatt med en grunn.",
                    led.put_off,
                )
            ]
            if led.put_off
            else []
        ),
        _(
            "De som har det å gjøre, er minnet på det, og bare de ser hvem det gjelder. Spør de ansatte "
            "hva de trenger for å komme videre."
        ),
    ]
    rows = tuple(
        (Button(_("Stafettpinne {code}", code=owed.code_of(case)), "baton.show", case),)
        for case in led.batons[:MOST]
    )
    if rows:
        parts.append(_("Her mangler noen som har hånd om stafettpinnen. Du kan ta over."))
    if access.may_at_work(reading.session, reading.reader, Action.SEE_FIGURES):
        rows += ((Button(_("Se oversikten"), "overview.open"),),)
    return Message(join(parts, "\n\n"), buttons=rows)


COMMANDS = {"frister": deadlines}
BUTTONS: dict[str, Press] = {"breaks.mine": show_mine, "breaks.led": show_led}
NOTICES: dict[str, Compose] = {
    "breaks.mine": push(WAITS, "breaks.mine", _owes),
    "breaks.mine_card": mine_card,
    "breaks.led": push(LOOK, "breaks.led", _leads),
    "breaks.led_card": led_card,
}
