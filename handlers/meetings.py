"""Meetings in chat: planned and moved by the stafettholder, answered by everyone asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import meeting_cards as cards
from handlers import meeting_news as news
from handlers.dialogue import Asking, Flow, ask_when, ask_words, choose, confirm, several
from handlers.meeting_times import warnings
from handlers.request_words import push
from handlers.turns import Press, Reading, Turn
from locales import Moment, Text, _, join, list_of, plural, verbatim
from models import meeting_views, meetings
from models.base import refuse
from models.meeting_views import PlanView
from models.shielded import Shield
from models.terms import Coming, MeetingHelp, MeetingPlace, Why

LENGTHS = (30, 45, 60, 90)
_PLACES: dict[MeetingPlace, Text] = {
    **cards.PLACES,
    MeetingPlace.DIGITAL: _("Digitalt, med video eller telefon"),
}


# --- planning ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    case_id: int
    starts: datetime  # a wall clock
    minutes: int
    place_kind: MeetingPlace
    place: str | None
    workers: tuple[int, ...]


def _prepare_plan(turn: Turn, subject: int | None) -> dict[str, Any]:
    return plainly(
        meeting_views.planning(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    )


def plainly(view: PlanView) -> dict[str, Any]:
    return {
        "case": view.case_id,
        "zone": view.zone,
        "ungdom": view.ungdom,
        "family": list(view.family),
        "workers": {person: f"{name} ({unit})" for person, name, unit in view.workers},
        "times": view.times,
    }


def _talk_plan(plain: dict[str, Any]) -> Asking[Plan | None]:
    plan, told = yield from ask_plan(plain)
    text = join([told, _("Skal jeg kalle inn?")], "\n\n")
    return plan if (yield from confirm(text, yes=_("Ja, kall inn"))) else None


def ask_plan(plain: dict[str, Any]) -> Asking[tuple[Plan, Text]]:
    """The plan, and the plan in words. The family is always asked; a service's worker only while
    consent covers the service."""
    when = yield from ask_when("when", _("Når skal møtet være?"))
    minutes = yield from choose(
        "minutes", _("Hvor lenge varer det?"),
        {n: plural("{n} minutt", "{n} minutter", n) for n in LENGTHS}, columns=2,
    )  # fmt: skip
    kind = yield from choose("place", _("Hvor skal møtet være?"), _PLACES)
    words = None
    if kind is MeetingPlace.ELSEWHERE:
        words = yield from ask_words("where", _("Hvor da?"))
    workers: dict[int, str] = plain["workers"]
    chosen: tuple[int, ...] = ()
    if workers:
        chosen = yield from several(
            "workers", _("Hvem flere skal inviteres? Familien er alltid med."),
            {person: verbatim(name) for person, name in workers.items()}, at_least=0,
        )  # fmt: skip
    names = [plain["ungdom"], *plain["family"], *(workers[person] for person in chosen)]
    told = join([
        _("Møte om {name}", name=plain["ungdom"]),
        _("Når: {when}", when=Moment(when, plain["zone"])),
        *warnings(plain.get("times"), when, minutes),
        cards.lasting(minutes),
        cards.where(kind, words),
        _("Inviteres: {names}", names=list_of(map(verbatim, sorted(names, key=str.casefold)))),
    ])  # fmt: skip
    starts = wall(when, plain["zone"])
    return Plan(plain["case"], starts, minutes, kind, words, chosen), told


def call(turn: Turn, plan: Plan, shield: Shield | None = None) -> None:
    meeting = meetings.call(
        turn.session,
        actor=turn.me,
        case_id=plan.case_id,
        starts=plan.starts,
        minutes=plan.minutes,
        place_kind=plan.place_kind,
        place=plan.place,
        workers=plan.workers,
        shield=shield,
        now=turn.now,
    )
    turn.say("meeting.card", meeting.id, said="planned")


def wall(when: datetime, zone: str) -> datetime:
    """What the clock on the wall shows, with its fold."""
    return when.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


PLAN = Flow("mote.plan", _("Planlegg et møte"), _prepare_plan, _talk_plan, call)


# --- moving --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    meeting_id: int
    sequence: int
    starts: datetime


def _prepare_move(turn: Turn, subject: int | None) -> dict[str, Any]:
    seen = meeting_views.view(turn.session, actor=turn.me, meeting_id=subject or 0, now=turn.now)
    if not seen.keeps:
        refuse(Why.ABSENT)
    if seen.cancelled or seen.begun:
        refuse(Why.STALE)
    return {
        "id": seen.id,
        "sequence": seen.sequence,
        "starts_at": seen.starts_at,
        "zone": seen.zone,
        "minutes": seen.minutes,
        "times": meeting_views.times(
            turn.session, actor=turn.me, case_id=seen.case_id, now=turn.now, but=seen.id
        ),
    }


def _talk_move(plain: dict[str, Any]) -> Asking[Move | None]:
    when = yield from ask_when("when", _("Når skal møtet være i stedet?"))
    told = join([
        _("Nå: {when}", when=Moment(plain["starts_at"], plain["zone"])),
        _("Nytt tidspunkt: {when}", when=Moment(when, plain["zone"])),
        *warnings(plain.get("times"), when, plain.get("minutes", 0)),
    ])  # fmt: skip
    text = join([told, _("Alle blir spurt på nytt. Skal jeg flytte møtet?")], "\n\n")
    if not (yield from confirm(text, yes=_("Ja, flytt møtet"))):
        return None
    return Move(plain["id"], plain["sequence"], wall(when, plain["zone"]))


def _finish_move(turn: Turn, move: Move) -> None:
    meetings.move(
        turn.session,
        actor=turn.me,
        meeting_id=move.meeting_id,
        starts=move.starts,
        sequence=move.sequence,
        now=turn.now,
    )
    turn.say("meeting.card", move.meeting_id, said="moved")


MOVE = Flow(
    "mote.flytt", _("Flytt et møte"), _prepare_move, _talk_move, _finish_move, home="meeting.show"
)


# --- presses -------------------------------------------------------------------------------------


def coming(turn: Turn, typed: str) -> None:
    """/moter: what is to come."""
    turn.show("meeting.list")


def awaits_press(turn: Turn) -> bool:
    asked = meeting_views.upcoming(turn.session, actor=turn.me, now=turn.now)
    return any(
        seen.mine is Coming.UNANSWERED and seen.told_at <= turn.now < seen.starts_at
        for seen in asked
    )


def show(turn: Turn, subject: int, version: int) -> None:
    meeting_views.view(turn.session, actor=turn.me, meeting_id=subject, now=turn.now)
    turn.show("meeting.card", subject)


def _is_current(turn: Turn, subject: int, version: int) -> bool:
    """Whether a button is of the meeting as it is now; else the present one is shown instead."""
    seen = meeting_views.view(turn.session, actor=turn.me, meeting_id=subject, now=turn.now)
    if seen.sequence == version and not seen.cancelled and not seen.begun:
        return True
    turn.toast("meeting.begun" if seen.begun and not seen.cancelled else "meeting.changed")
    turn.show("meeting.card", subject)
    return False


def _answering(coming: Coming, help: MeetingHelp | None = None) -> Press:
    def press(turn: Turn, subject: int, version: int) -> None:
        if not _is_current(turn, subject, version):
            return
        first = meetings.answer(
            turn.session,
            actor=turn.me,
            meeting_id=subject,
            coming=coming,
            help=help,
            sequence=version,
            now=turn.now,
        )
        turn.toast("meeting.answer")
        if coming is Coming.DREADING and help is None:
            turn.show("meeting.dreading", subject)
        else:
            turn.show("meeting.card", subject, said="help" if help else coming.value)
        if coming is Coming.YES and first:
            take_file(turn, subject, version)

    return press


def show_more(turn: Turn, subject: int, version: int) -> None:
    if _is_current(turn, subject, version):
        turn.show("meeting.more", subject)


def take_file(turn: Turn, subject: int, version: int) -> None:
    """Send the calendar file as its own message."""
    meetings.take_file(turn.session, actor=turn.me, meeting_id=subject, now=turn.now)
    turn.say("meeting.file", subject)


def ask_cancel(turn: Turn, subject: int, version: int) -> None:
    seen = meeting_views.view(turn.session, actor=turn.me, meeting_id=subject, now=turn.now)
    if not seen.keeps:
        refuse(Why.ABSENT)
    if _is_current(turn, subject, version):
        turn.show("meeting.cancel_question", subject)


def cancel(turn: Turn, subject: int, version: int) -> None:
    meetings.cancel(
        turn.session, actor=turn.me, meeting_id=subject, sequence=version, now=turn.now
    )
    turn.toast("meeting.cancelled")
    turn.show("meeting.card", subject)


def helped(turn: Turn, subject: int, version: int) -> None:
    """What an answer asked for is done; `version` counts that person's answers."""
    seen = meeting_views.answered(turn.session, actor=turn.me, invitee_id=subject, now=turn.now)
    done = meetings.helped(
        turn.session, actor=turn.me, invitee_id=subject, answers=version, now=turn.now
    )
    turn.toast("meeting.helped" if done else "meeting.changed")
    turn.show("meeting.card", seen.meeting.id)


def _tasks_left(reading: Reading) -> bool:
    seen = cards.seen_by(reading)
    waits = not seen.begun and not seen.cancelled
    now = cards.is_of_now(reading)
    return now and seen.holds and waits and any(one.to_do for one in seen.answers)


FLOWS = (PLAN, MOVE)
COMMANDS = {"moter": coming, "meetings": coming}
BUTTONS: dict[str, Press] = {
    "meeting.show": show,
    "meeting.yes": _answering(Coming.YES),
    "meeting.no": _answering(Coming.NO),
    "meeting.other": _answering(Coming.OTHER_TIME),
    "meeting.dreading": _answering(Coming.DREADING),
    "meeting.ride": _answering(Coming.RIDE),
    "meeting.online": _answering(Coming.DIGITAL),
    "meeting.more": show_more,
    "meeting.helped": helped,
    "meeting.talk": _answering(Coming.DREADING, MeetingHelp.TALK),
    "meeting.digital": _answering(Coming.DREADING, MeetingHelp.DIGITAL),
    "meeting.someone": _answering(Coming.DREADING, MeetingHelp.SOMEONE),
    "meeting.file": take_file,
    "meeting.cancel": ask_cancel,
    "meeting.cancel_yes": cancel,
}
NOTICES = {
    "meeting.card": cards.card,
    "meeting.list": cards.listing,
    "meeting.dreading": cards.dreading,
    "meeting.more": cards.more,
    "meeting.cancel_question": cards.cancel_question,
    "meeting.file": cards.calendar_file,
    "meeting.gone": cards.removing_file,
    "meeting.invited": news.invited,
    "meeting.moved": news.moved,
    "meeting.cancelled": news.cancelled,
    "meeting.reminder": news.reminder,
    "meeting.answered": news.answered,
    "meeting.help_due": push(
        _("Noen venter på hjelp før en avtale."), "meeting.show", _tasks_left
    ),
}
TOASTS: dict[str, Text] = {
    "meeting.answer": _("Svaret ditt er lagret."),
    "meeting.helped": _("Fint. Det er notert."),
    "meeting.changed": _("Avtalen er endret. Her er den slik den er nå."),
    "meeting.begun": _("Den avtalen har vært."),
    "meeting.cancelled": _("Avlyst."),
}
