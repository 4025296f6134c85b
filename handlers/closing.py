"""Closing a case [64, 65]: the stafettholder with a reason and a note, the family without either.

Both see beforehand what stops, what stays and where it goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers import is_it_right
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm, several
from handlers.request_words import NEWS, push
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Day, Moment, Text, _, join, pgettext, plural, verbatim
from models import access_log, archiving, closing, closing_views, right_views
from models.base import Refused
from models.closing import Form, Wish
from models.closing_views import ClosingView
from models.right_views import Said
from models.terms import ClosingReason, FamilyView, Role, Settled

REASONS: dict[ClosingReason, Text] = {
    ClosingReason.REACHED: pgettext("reason", "Målene er nådd"),
    ClosingReason.FAMILY: pgettext("reason", "Familien ønsker det"),
    ClosingReason.MANUAL: pgettext("reason", "Samarbeidet går videre på papir"),
    ClosingReason.OTHER_HELP: pgettext("reason", "Annen hjelp tar over"),
    ClosingReason.IP: pgettext("reason", "Individuell plan tar over"),
    ClosingReason.MOVED: pgettext("reason", "Flyttet"),
    ClosingReason.OTHER: pgettext("reason", "Noe annet"),
}

SETTLED: dict[Settled, Text] = {
    Settled.COMPLETED: pgettext("settled", "fullført"),
    Settled.STOPPED: pgettext("settled", "stoppet"),
    Settled.OUTSIDE: pgettext("settled", "går videre uten loggen"),
}
_PLAN = {True: _("Avslutt loggen"), False: _("La begge gå videre")}
ON_A_BUTTON, MOST = 50, 5

VIEWS: dict[FamilyView, Text] = {
    FamilyView.AGREES: pgettext("family", "Enig i å avslutte"),
    FamilyView.DISAGREES: pgettext("family", "Uenig i å avslutte"),
    FamilyView.NOT_SAID: pgettext("family", "Ble spurt, ville ikke svare"),
}


def button(reading: Reading, case_id: int) -> Rows:
    """The way to close, on the card of a case, for one who may."""
    may = closing.may_close(
        reading.session, actor=reading.reader, case_id=case_id, now=reading.now
    )
    return ((Button(_("Avslutt samarbeidet"), "flow:sak.avslutt", case_id),),) if may else ()


# --- the flow ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    case_id: int
    wish: Wish | None  # None: both go on, the log and an individual plan


@dataclass(frozen=True)
class ToClose:
    form: Form
    unread: tuple[Said, ...]  # what the family has said is not right, and the holder has not read


def _prepare(turn: Turn, subject: int | None) -> ToClose:
    form = closing.form(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    if form.hat is not Role.STAFETTHOLDER:
        return ToClose(form, ())
    try:
        with access_log.unseen(turn.session):  # with the form, which is in the log
            said = right_views.waiting(turn.session, turn.me, form.case_id, turn.now)
    except Refused:  # no consent carries it any more
        said = ()
    return ToClose(form, tuple(one for one in said if not one.read))


def _talk(plain: ToClose) -> Asking[Chosen | None]:
    form, wish = plain.form, Wish()
    if form.hat is Role.STAFETTHOLDER:
        reasons = {r: words for r, words in REASONS.items() if _offered(r, form)}
        why = join([*_unread(plain), _("Hvorfor avsluttes samarbeidet?")], "\n\n")
        reason = yield from choose("reason", why, reasons)
        if reason is ClosingReason.IP and form.ip_action == "ask":
            closes = yield from choose("plan", _both_or_one(form), _PLAN)
            if not closes:
                return (yield from _beside(form))
        view = yield from choose(
            "view", _("Hva mener {ungdom} og foresatte?", ungdom=form.ungdom), VIEWS
        )
        note = None if form.kept_on_paper else (yield from _ask_note())
        wish = Wish(reason, view, note, (yield from _settle(form)))
    parts = [*_unread(plain), *_asked(form, wish)]
    sure = yield from confirm(join(parts, "\n\n"), yes=_("Ja, avslutt"))
    return Chosen(form.case_id, wish) if sure else None


def _unread(plain: ToClose) -> list[Text]:
    """What nobody has heard yet; once it is closed nobody can answer it."""
    if not plain.unread:
        return []
    lines = [is_it_right.told(one) for one in plain.unread[:MOST]]
    if (left := len(plain.unread) - MOST) > 0:
        lines.append(plural("Og {n} til etter disse.", "Og {n} til etter disse.", left))
    return [join([_("Dette har familien sagt fra om, og du har ikke svart på det:"), *lines])]


def _ask_note() -> Asking[str | None]:
    return (
        yield from ask_words(
            "note", _("Skriv en kort oppsummering. Familien kan lese den, og den går i arkivet.")
        )
    )


def _both_or_one(form: Form) -> Text:
    return _("Hva vil {ungdom} og foresatte, når planen har overtatt det som står her?",
             ungdom=form.ungdom)  # fmt: skip


def _beside(form: Form) -> Asking[Chosen | None]:
    told = _("Skal loggen og planen gå videre side om side? Det blir notert, og ikke noe annet "
             "endres.")  # fmt: skip
    sure = yield from confirm(told, yes=_("Ja, begge går videre"), name="confirm_both")
    return Chosen(form.case_id, None) if sure else None


def _settle(form: Form) -> Asking[dict[int, Settled]]:
    """What becomes of each tiltak under way, in two questions however many there are."""
    words: dict[int, Text] = {each: _short(told) for each, told in form.left_open.items()}
    if not words:
        return {}
    done = yield from several("done", _("Hvilke tiltak er fullført?"), words, at_least=0)
    rest = {each: told for each, told in words.items() if each not in done}
    outside: tuple[int, ...] = ()
    if rest:
        outside = yield from several(
            "outside", _("Hvilke går videre uten loggen? De andre blir stoppet."), rest, at_least=0
        )
    return {
        each: Settled.COMPLETED
        if each in done
        else (Settled.OUTSIDE if each in outside else Settled.STOPPED)
        for each in words
    }


def _short(words: str) -> Text:
    return verbatim(words if len(words) <= ON_A_BUTTON else words[: ON_A_BUTTON - 1] + "…")


def _offered(reason: ClosingReason, form: Form) -> bool:
    if reason is ClosingReason.IP:
        return form.ip_action != "keep_both"
    return reason is not ClosingReason.MANUAL or form.on_paper


def _asked(form: Form, wish: Wish) -> list[Text]:
    own = form.hat is Role.UNGDOM
    parts = [
        _("Skal samarbeidet om deg avsluttes?")
        if own
        else _("Skal samarbeidet om {ungdom} avsluttes?", ungdom=form.ungdom)
    ]
    if form.hat is Role.STAFETTHOLDER:
        told = [REASONS[wish.reason], VIEWS[wish.family_view]]
        told.append(verbatim(wish.note) if wish.note else _("Oppsummeringen står på papiret."))
        parts.append(join(told))
    if wish.settled:
        told = [
            _("• {line}: {became}", line=form.left_open[each], became=SETTLED[became])
            for each, became in wish.settled.items()
        ]
        parts.append(join(told))
    elif form.left_open:
        words = [_("• {line}", line=line) for line in form.left_open.values()]
        parts.append(join([_("Dette er ikke ferdig, og blir stående som ikke ferdig:"), *words]))
    if form.meetings:
        parts.append(plural("{n} møte blir avlyst.", "{n} møter blir avlyst.", form.meetings))
    if form.hat is not Role.STAFETTHOLDER:
        parts.append(_("Det slutter for alle som er med, også for de andre i familien."))
    parts.append(
        _(
            "Ingen andre tjenester ser noe mer fra nå, og ingenting kan endres. Saken går i "
            "arkivet og slettes her etter det. Dette kan ikke gjøres om, men dere kan begynne på nytt."
        )
    )
    if form.hat is not Role.STAFETTHOLDER:
        parts.append(_("Du trenger ikke si hvorfor. Dere kan få hjelp likevel."))
        if form.on_paper:
            parts.append(_("Vil dere heller samarbeide på papir, så si fra til skolen."))
    return parts


def _finish(turn: Turn, chosen: Chosen) -> None:
    if chosen.wish is None:
        closing.keep_both(turn.session, actor=turn.me, case_id=chosen.case_id, now=turn.now)
        turn.say("stafett.card", chosen.case_id, hat=Role.STAFETTHOLDER.value)
        return
    closing.close(
        turn.session, actor=turn.me, case_id=chosen.case_id, wish=chosen.wish, now=turn.now
    )
    turn.say("closing.card", chosen.case_id)


FLOWS = (Flow("sak.avslutt", _("Avslutt samarbeidet"), _prepare, _talk, _finish),)


# --- afterwards ----------------------------------------------------------------------------------


def _look(reading: Reading) -> ClosingView:
    return closing_views.view(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def is_over(turn: Turn, subject: int) -> bool:
    """Whether what is not there any more ended with a case that the reader was in."""
    return closing_views.is_over(turn.session, actor=turn.me, subject_id=subject, now=turn.now)


def show(turn: Turn, subject: int, version: int) -> None:
    closing_views.view(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("closing.card", subject)


def card(reading: Reading) -> Message:
    seen = _look(reading)
    if seen.hat is Role.SERVICE:
        return Message(
            _(
                "Et samarbeid du var med i, ble avsluttet {day}. Du har ikke tilgang lenger. "
                "Husk at egen journalplikt gjelder som før.",
                day=Day(seen.decided_on, year=True),
            )
        )
    return Message(join(_told(seen), "\n\n"))


def _told(seen: ClosingView) -> list[Text]:
    about = (
        _("Samarbeidet om {ungdom}", ungdom=seen.ungdom)
        if seen.ungdom
        else _("Samarbeidet om deg")
    )
    lines = [about, _("Avsluttet {day}.", day=Day(seen.decided_on, year=True)), _by(seen)]
    if seen.decided_as is Role.STAFETTHOLDER and seen.reason and seen.family_view:
        lines.append(_("Grunn: {reason}", reason=REASONS[seen.reason]))
        lines.append(_("Familien: {view}", view=VIEWS[seen.family_view]))
    parts = [join(lines)]
    if seen.note:
        parts.append(_("Oppsummering: {note}", note=seen.note))
    if seen.left_open:
        left = [_("• {line}", line=line) for line in seen.left_open]
        parts.append(join([_("Ikke ferdig da:"), *left]))
    parts.append(_where(seen))
    if seen.hat is not Role.STAFETTHOLDER:
        parts.append(_("Trenger du hjelp igjen, så spør skolen, eller be om en los med /los."))
    return parts


def _by(seen: ClosingView) -> Text:
    """Never which of the family: those who live apart do not see each other's choices."""
    if seen.mine:
        return _("Det var du som avsluttet.")
    if seen.decided_as is Role.STAFETTHOLDER:
        return _("Det var stafettholderen som avsluttet.")
    return _("Det var noen i familien som avsluttet.")


def _where(seen: ClosingView) -> Text:
    if seen.purged:
        return _("Saken er i arkivet og er slettet her. Skolen hjelper deg med innsyn.")
    if seen.archived_on and seen.purge_on:
        return _(
            "Saken kom i arkivet {day}, og slettes her {purged}. Skolen hjelper deg med innsyn.",
            day=Day(seen.archived_on, year=True),
            purged=Day(seen.purge_on, year=True),
        )
    return _("Ingen kan endre noe. Saken skal i arkivet, og blir slettet her etter det.")


def meeting_off(reading: Reading) -> Message:
    """When, and no more: whoever waits for it must not come in vain."""
    meeting = closing_views.meeting_off(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )
    return Message(
        join(
            [
                _("En avtale er avlyst."),
                _("Når: {when}", when=Moment(meeting.starts_at, meeting.zone)),
                _("Har du den i kalenderen, så ta den bort der."),
            ]
        )
    )


BUTTONS = {"closing.show": show}
NOTICES = {
    "closing.card": card,
    closing.CLOSED: push(NEWS, "closing.show", _look),
    archiving.ARCHIVED: push(NEWS, "closing.show", _look),
    closing.MEETING_OFF: meeting_off,
}
