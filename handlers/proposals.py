"""Finding a time: the holder proposes two or three, everyone taps what suits, the holder chooses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from handlers.dialogue import Asking, Flow, ask_when, choose, confirm, several
from handlers.meeting_cards import PLACES, lasting, where
from handlers.meeting_times import warnings
from handlers.meetings import LENGTHS, plainly, wall
from handlers.request_words import push
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Moment, Text, _, join, list_of, pgettext, plural, verbatim
from models import meeting_views, proposal_views, proposals
from models.proposal_views import Choosing, ProposalView, TimeView
from models.terms import Fits, MeetingPlace, ProposalState

FITS: dict[Fits, Text] = {
    Fits.WORKS: pgettext("vote", "Passer"),
    Fits.IF_MUST: pgettext("vote", "Om jeg må"),
    Fits.CANNOT: pgettext("vote", "Kan ikke"),
}
SAID: dict[Fits, Text] = {
    Fits.WORKS: pgettext("votes", "passer for"),
    Fits.IF_MUST: pgettext("votes", "om de må"),
    Fits.CANNOT: pgettext("votes", "kan ikke"),
    Fits.UNANSWERED: pgettext("votes", "har ikke svart"),
}
MORE = {False: _("Nei, to er nok"), True: _("Ja, en til")}


@dataclass(frozen=True)
class Wanted:
    case_id: int
    starts: tuple[datetime, ...]  # wall clocks
    minutes: int
    place_kind: MeetingPlace
    workers: tuple[int, ...]


def _prepare(turn: Turn, subject: int | None) -> dict[str, Any]:
    return plainly(
        meeting_views.planning(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    )


def _talk(plain: dict[str, Any]) -> Asking[Wanted | None]:
    times = [(yield from ask_when("first", _("Hvilken tid foreslår du først?")))]
    times.append((yield from ask_when("second", _("Og hvilken tid til?"))))
    if (yield from choose("more", _("Vil du foreslå en tredje tid?"), MORE)):
        times.append((yield from ask_when("third", _("Hvilken tid er den tredje?"))))
    minutes = yield from choose(
        "minutes", _("Hvor lenge varer møtet?"),
        {n: plural("{n} minutt", "{n} minutter", n) for n in LENGTHS}, columns=2,
    )  # fmt: skip
    place = yield from choose("place", _("Hvor skal møtet være?"), PLACES)
    workers: dict[int, str] = plain["workers"]
    chosen: tuple[int, ...] = ()
    if workers:
        chosen = yield from several(
            "workers", _("Hvem flere skal inviteres? Familien er alltid med."),
            {person: verbatim(name) for person, name in workers.items()}, at_least=0,
        )  # fmt: skip
    names = [plain["ungdom"], *plain["family"], *(workers[person] for person in chosen)]
    told = [_("Tider å velge mellom for et møte om {name}:", name=plain["ungdom"])]
    for when in sorted(times):
        told.append(_("• {when}", when=Moment(when, plain["zone"])))
        told += warnings(plain.get("times"), when, minutes)
    told += [lasting(minutes), where(place, None)]
    told.append(
        _("Spørres: {names}", names=list_of(map(verbatim, sorted(names, key=str.casefold))))
    )
    text = join(
        [join(told), _("Bare du ser hva hver enkelt svarer. Skal jeg spørre dem?")], "\n\n"
    )
    if not (yield from confirm(text, yes=_("Ja, spør dem"))):
        return None
    starts = tuple(wall(when, plain["zone"]) for when in times)
    return Wanted(plain["case"], starts, minutes, place, chosen)


def _finish(turn: Turn, wanted: Wanted) -> None:
    made = proposals.propose(
        turn.session, actor=turn.me, case_id=wanted.case_id, starts=wanted.starts,
        minutes=wanted.minutes, place_kind=wanted.place_kind, workers=wanted.workers,
        now=turn.now,
    )  # fmt: skip
    turn.say("proposal.card", made.id)


# --- the card ------------------------------------------------------------------------------------


def _seen(reading: Turn | Reading, proposal_id: int) -> ProposalView:
    return proposal_views.view(
        reading.session, actor=reading.me, proposal_id=proposal_id, now=reading.now
    )


def show(turn: Turn, subject: int, version: int) -> None:
    _seen(turn, subject)
    turn.show("proposal.card", subject)


def card(reading: Reading) -> Message:
    seen = _seen(reading, reading.subject)
    back = Button(_("Alle møtene"), "meeting.of_case", seen.case_id)
    match seen.state:
        case ProposalState.EXPIRED:
            text = _("Alle tidene er passert. Ingen ble valgt.")
            return Message(text, ((back,),))
        case ProposalState.WITHDRAWN:
            return Message(_("Disse tidene gjelder ikke lenger."), ((back,),))
        case ProposalState.CHOSEN:
            show_it = Button(_("Vis møtet"), "meeting.show", seen.meeting_id or 0)
            return Message(_("Tiden er valgt."), ((show_it,), (back,)))
    return _voters(seen) if seen.asked and not seen.holds else _holders(seen, back)


def _holders(seen: ProposalView, back: Button) -> Message:
    parts = [_("Tider for et møte om {name}:", name=seen.about or "")]
    rows: list[tuple[Button, ...]] = []
    for time in seen.times:
        when = Moment(time.starts_at, seen.zone)
        lines = [_("{when}", when=when)]
        for fits, names in time.said:
            who = list_of(map(verbatim, names))
            line = _("{n} {fits}: {names}", n=len(names), fits=SAID[fits], names=who)
            lines.append(line)
        parts.append(join(lines))
        if seen.holds and not time.past:
            rows.append((Button(_("Velg {when}", when=when), "flow:mote.velg", time.id),))
    rows.append((Button(_("Ta tilbake forslaget"), "proposal.withdraw", seen.id), back))
    return Message(join(parts, "\n\n"), tuple(rows))


def _voters(seen: ProposalView) -> Message:
    title = _("Når passer et møte om {name}?", name=seen.about or "")
    parts = [title if seen.about else _("Når passer et møte for deg?")]
    rows: Rows = ()
    for number, time in enumerate(seen.times, 1):
        when = Moment(time.starts_at, seen.zone)
        mine = FITS.get(time.mine) if time.mine is not None else None
        line = _("{n}. {when}", n=number, when=when)
        if time.past:
            line = _("{line} – passert", line=line)
        elif mine is not None:
            line = _("{line} – svaret ditt: {answer}", line=line, answer=mine)
        parts.append(line)
        if not time.past:
            rows = (*rows, tuple(_tap(number, time, fits) for fits in FITS))
    parts += [lasting(seen.minutes), where(seen.place_kind, None)]
    parts.append(_("Bare {name} ser hva du svarer.", name=seen.holder))
    return Message(join(parts), rows)


def _tap(number: int, time: TimeView, fits: Fits) -> Button:
    label = _("{n}: {answer}", n=number, answer=FITS[fits])
    if time.mine is fits:
        label = join([verbatim("●"), label], " ")
    return Button(label, f"proposal.{fits.value}", time.id)


def vote(fits: Fits, turn: Turn, subject: int, version: int) -> None:
    """A time that has passed, or was chosen from, shows how it is now."""
    proposal_id = proposal_views.proposal_of(
        turn.session, actor=turn.me, time_id=subject, now=turn.now
    )
    proposals.vote(turn.session, actor=turn.me, time_id=subject, fits=fits, now=turn.now)
    turn.toast("meeting.answer")
    turn.show("proposal.card", proposal_id)


def withdraw(turn: Turn, subject: int, version: int) -> None:
    proposals.withdraw(turn.session, actor=turn.me, proposal_id=subject, now=turn.now)
    turn.show("proposal.card", subject)


# --- choosing ------------------------------------------------------------------------------------


def _prepare_choice(turn: Turn, subject: int | None) -> Choosing:
    return proposal_views.choosing(turn.session, actor=turn.me, time_id=subject or 0, now=turn.now)


def _talk_choice(plain: Choosing) -> Asking[int | None]:
    seen, time = plain.view, plain.time
    told = [_("Møte om {name}", name=seen.about or "")]
    told.append(_("Når: {when}", when=Moment(time.starts_at, seen.zone)))
    told += warnings(plain.times, time.starts_at, seen.minutes)
    told += [lasting(seen.minutes), where(seen.place_kind, None)]
    for fits, names in time.said:
        if fits is not Fits.WORKS:
            who = list_of(map(verbatim, names))
            told.append(_("{n} {fits}: {names}", n=len(names), fits=SAID[fits], names=who))
    text = join([join(told), _("Skal jeg kalle inn?")], "\n\n")
    return time.id if (yield from confirm(text, yes=_("Ja, kall inn"))) else None


def _finish_choice(turn: Turn, time_id: int) -> None:
    meeting = proposals.choose(turn.session, actor=turn.me, time_id=time_id, now=turn.now)
    turn.say("meeting.card", meeting.id, said="planned")


def _waits(reading: Reading) -> bool:
    return proposal_views.waits(
        reading.session, actor=reading.reader, proposal_id=reading.subject, now=reading.now
    )


def _is_over(reading: Reading) -> bool:
    seen = _seen(reading, reading.subject)
    return seen.holds and seen.state is ProposalState.EXPIRED


_FIND = _("Når passer det for deg? Det er foreslått noen tider.")
FLOWS = (
    Flow("mote.foresla", _("Foreslå tider"), _prepare, _talk, _finish),
    Flow("mote.velg", _("Velg en tid"), _prepare_choice, _talk_choice, _finish_choice),
)
BUTTONS: dict[str, Press] = {
    "proposal.show": show,
    "proposal.withdraw": withdraw,
    **{f"proposal.{fits.value}": partial(vote, fits) for fits in FITS},
}
NOTICES: dict[str, Compose] = {
    "proposal.card": card,
    proposals.PROPOSED: push(_FIND, "proposal.show", _waits),
    proposals.REMIND: push(_FIND, "proposal.show", _waits),
    proposals.CHOOSE: push(_("Velg en tid for en avtale."), "proposal.show", _waits),
    proposals.ALL_IN: push(_("Alle har svart på når det passer."), "proposal.show", _waits),
    proposals.EXPIRED: push(_("Ingen tid ble valgt for en avtale."), "proposal.show", _is_over),
}
