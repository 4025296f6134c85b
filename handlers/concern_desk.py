"""What a school's contact point does with a concern: take it, talk it over, decide [32].

And the neutral lines that bring somebody to one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.concern_cards import received_card
from handlers.concern_words import DISCUSSED, DISCUSSED_WITH, OUTCOMES, TALKED, guidance
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm, several
from handlers.picking import pick
from handlers.request_words import NEWS, WAITS, push
from handlers.shield_asking import ask_why, repeated
from handlers.stafett import NO_LOG
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, list_of, pgettext, verbatim
from models import concern_views, concerns
from models.base import require
from models.concern_views import DecideForm
from models.concerns import LEVEL_OF, Talk, Verdict
from models.shielded import Shield
from models.terms import ConcernOutcome, ConcernState, Why

NOT_HERE = 0
"""In place of a pupil: one who is not in losbot."""


def show(turn: Turn, subject: int, version: int) -> None:
    concerns.received(turn.session, turn.me, subject)
    turn.show("concern.card", subject)


def receive(turn: Turn, subject: int, version: int) -> None:
    concerns.receive(turn.session, actor=turn.me, concern_id=subject, now=turn.now)
    turn.toast("concern.received")
    turn.show("concern.card", subject)


# --- talking it over -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Talked:
    concern_id: int
    talk: Talk


def _about(turn: Turn, subject: int | None) -> tuple[int, str]:
    concern = concerns.received(turn.session, turn.me, subject or 0)
    require(concern.state != ConcernState.DECIDED, Why.DECIDED)
    return concern.id, concern.reference


def _talk_over(plain: tuple[int, str]) -> Asking[Talked | None]:
    concern_id, reference = plain
    who = yield from several("discussed", _("Hvem har du drøftet det med?"), DISCUSSED)
    youth = yield from choose("youth", _("Har noen snakket med ungdommen om det?"), TALKED)
    parents = yield from choose("parents", _("Har noen snakket med foreldrene?"), TALKED)
    notes = yield from ask_words(
        "notes", _("Hva kom dere fram til? Skriv kort, uten navn."), optional=True
    )
    lines = [
        _("{ref}: drøftet med {who}", ref=reference,
          who=list_of(DISCUSSED_WITH[each] for each in who)),
        _("Snakket med ungdommen? {answer}", answer=TALKED[youth]),
        _("Snakket med foreldrene? {answer}", answer=TALKED[parents]),
        *([_("«{words}»", words=notes)] if notes else []),
        _("Stemmer det?"),
    ]  # fmt: skip
    sure = yield from confirm(join(lines), yes=_("Ja, lagre"))
    return Talked(concern_id, Talk(who, youth, parents, notes)) if sure else None


def _talked_over(turn: Turn, done: Talked) -> None:
    concerns.discuss(
        turn.session, actor=turn.me, concern_id=done.concern_id, talk=done.talk, now=turn.now
    )
    turn.say("concern.card", done.concern_id)


# --- deciding ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    concern_id: int
    verdict: Verdict | None  # None: it is to be talked over first

    @property
    def changes_nothing(self) -> bool:
        return self.verdict is None


@dataclass(frozen=True)
class Deciding:
    form: DecideForm
    phone: str


def _to_decide(turn: Turn, subject: int | None) -> Deciding:
    form = concern_views.decide_form(
        turn.session, actor=turn.me, concern_id=subject or 0, now=turn.now
    )
    return Deciding(form, concern_views.guidance(turn.session, actor=turn.me))


def _decide(plain: Deciding) -> Asking[Decided | None]:
    form = plain.form
    text = _("{ref}: Hva skal skje nå?", ref=form.reference)
    if not form.shared:
        text = join(
            [
                text,
                _("Dette er ikke drøftet ennå. Drøft det med noen før du bestemmer. Er du bekymret "
                  "for omsorgen hjemme, trenger du ikke vente på noen."),
            ]
        )  # fmt: skip
    outcome = yield from choose("outcome", text, OUTCOMES)
    if outcome is ConcernOutcome.CARE:
        verdict = yield from _care(plain)
    elif not form.shared:
        return Decided(form.concern_id, None)
    elif outcome in LEVEL_OF:
        verdict = yield from _level(form, outcome)
    else:
        verdict = yield from _close(form)
    return Decided(form.concern_id, verdict) if verdict is not None else None


def _care(plain: Deciding) -> Asking[Verdict | None]:
    """What staff must know comes first; that this was the decision is all that is recorded."""
    read = yield from confirm(guidance(plain.phone), yes=_("Jeg har lest det"), name="guidance")
    if not read:
        return None
    lines = [
        _(
            "Skal jeg skrive ned at du har vurdert {ref} som en bekymring for omsorgen?",
            ref=plain.form.reference,
        ),
        _("Bare det blir skrevet ned, med navnet ditt og dagen."),
        _(
            "Ingenting blir sendt til noen, heller ikke til barnevernet eller foreldrene. Den som "
            "sa fra, kan se at det er vurdert, ikke hva."
        ),
        _("Plikten til å melde fra er din egen. Den venter ikke på noen."),
        _("Etterpå kan det ikke endres her, og jeg minner deg ikke mer på det."),
    ]
    sure = yield from confirm(join(lines), yes=_("Ja, skriv det ned"))
    return Verdict(ConcernOutcome.CARE) if sure else None


def _close(form: DecideForm) -> Asking[Verdict | None]:
    reason = yield from ask_words("reason", _("Hvorfor trengs det ikke mer nå? Skriv kort."))
    lines = [
        _("{ref} blir avsluttet.", ref=form.reference),
        _("Begrunnelse: {words}", words=reason or ""),
        _("Den som sa fra, får vite at det er vurdert, ikke hva. Stemmer det?"),
    ]
    sure = yield from confirm(join(lines), yes=_("Ja, avslutt"))
    return Verdict(ConcernOutcome.CLOSE, reason) if sure else None


def _level(form: DecideForm, outcome: ConcernOutcome) -> Asking[Verdict | None]:
    other = {NOT_HERE: _("Eleven er ikke med her")}
    pupil = yield from pick(_("Hvilken elev gjelder det?"), form.school.pupils, other)
    holder = None
    if pupil != NOT_HERE and pupil not in form.has_case:
        holder = yield from choose(
            "holder",
            _("Hvem skal være stafettholder for {ungdom}?", ungdom=form.school.pupils[pupil]),
            _holders(form, pupil),
        )
    reason = yield from ask_words("reason", _("Hvorfor? Skriv kort. Bare skolen ser det."))
    lines = [
        OUTCOMES[outcome],
        *_what_follows(form, pupil, holder),
        *_without_log(form, outcome, holder),
        _("Begrunnelse: {words}", words=reason or ""),
        _("Stemmer det?"),
    ]
    sure = yield from confirm(join(lines), yes=_("Ja, gjør det"))
    return Verdict(outcome, reason, pupil or None, holder) if sure else None


def _without_log(form: DecideForm, outcome: ConcernOutcome, holder: int | None) -> list[Text]:
    begins = holder is not None and concerns.LEVEL_OF[outcome] == 1
    return [NO_LOG] if begins and not form.school.has_log else []


def _holders(form: DecideForm, pupil: int) -> Mapping[int, Text]:
    """The pupil's own teacher first, and named as such; nobody is chosen beforehand."""
    own = form.school.teachers.get(pupil)
    names = form.school.holders
    ordered = sorted(names, key=lambda person: person != own)
    return {
        person: _("{name} (kontaktlærer)", name=names[person])
        if person == own
        else verbatim(names[person])
        for person in ordered
    }


def _what_follows(form: DecideForm, pupil: int, holder: int | None) -> list[Text]:
    if pupil == NOT_HERE:
        return [_("Inviter eleven og opprett en sak, eller samarbeid på papir.")]
    name = form.school.pupils[pupil]
    if holder is None:
        return [
            _("{ungdom} har en sak fra før. {name} er stafettholder og får vite at noen har sagt "
              "fra.", ungdom=name, name=form.has_case[pupil]),
        ]  # fmt: skip
    lines = [
        _("Jeg oppretter en sak for {ungdom}.", ungdom=name),
        _("Stafettholder: {name}", name=form.school.holders[holder]),
        _("Ingenting deles med noen før de som må, har sagt ja."),
    ]
    if form.review_on is not None:
        lines.append(_("Saken er skjermet for foreldrene fra første stund."))
    return lines


def _decided(turn: Turn, done: Decided) -> None:
    if done.verdict is None:
        turn.say("concern.talk_first", done.concern_id)
        return
    concerns.decide(
        turn.session, actor=turn.me, concern_id=done.concern_id, verdict=done.verdict,
        now=turn.now,
    )  # fmt: skip
    turn.say("concern.card", done.concern_id)


def talk_first_card(reading: Reading) -> Message | None:
    if not _waits(reading):
        return None
    return Message(
        _(
            "Drøft først. Ingen skal bestemme dette alene: snakk med den som sa fra, en kollega eller "
            "lederen din. Så kan du bestemme. Jeg har ikke endret noe."
        ),
        buttons=(
            (Button(_("Del og drøft"), "flow:bekymring.drofting", reading.subject),),
            (Button(_("‹ Tilbake"), "concern.open", reading.subject),),
        ),
    )


# --- keeping it from the parents -------------------------------------------------------------------


@dataclass(frozen=True)
class Shielding:
    concern_id: int
    shield: Shield | None


@dataclass(frozen=True)
class ToShield:
    form: DecideForm
    days: Mapping[date, int]


def _to_shield(turn: Turn, subject: int | None) -> ToShield:
    form = concern_views.decide_form(
        turn.session, actor=turn.me, concern_id=subject or 0, now=turn.now
    )
    return ToShield(form, form.days)


def _shield(plain: ToShield) -> Asking[Shielding | None]:
    form = plain.form
    if form.review_on is not None:
        text = _("Skal en sak som kommer av {ref}, være åpen for foreldrene?", ref=form.reference)
        sure = yield from confirm(text, yes=_("Ja, ikke skjerm"))
        return Shielding(form.concern_id, None) if sure else None
    wanted = yield from ask_why(plain.days)
    parts = [
        _("Foreldrene får ikke vite om {ref} herfra uansett. Blir det en sak, ser de den ikke før "
          "stafettholderen åpner den for dem.", ref=form.reference),
        join([*repeated(wanted), _("Skal det skjermes?")]),
    ]  # fmt: skip
    sure = yield from confirm(join(parts, "\n\n"), yes=_("Ja, skjerm"))
    return Shielding(form.concern_id, wanted) if sure else None


def _shielded(turn: Turn, done: Shielding) -> None:
    concerns.shield(
        turn.session, actor=turn.me, concern_id=done.concern_id, shield=done.shield, now=turn.now
    )
    turn.say("concern.card", done.concern_id)


# --- for the project leader, and for who holds a baton ---------------------------------------------


def show_stuck(turn: Turn, subject: int, version: int) -> None:
    concern_views.stuck(turn.session, actor=turn.me, concern_id=subject)
    turn.show("concern.stuck_card", subject)


def _stuck(reading: Reading) -> str:
    return concern_views.stuck(reading.session, actor=reading.reader, concern_id=reading.subject)


def stuck_card(reading: Reading) -> Message:
    return Message(
        _(
            "Noe er meldt til {school}, og ingen der kan ta imot nå. Gi en til rollen som rektor "
            "der. Da ligger det hos den.",
            school=_stuck(reading),
        )
    )


def _joined(at: Turn | Reading, subject: int) -> tuple[str, str]:
    return concern_views.joined(at.session, actor=at.me, concern_id=subject, now=at.now)


def show_joined(turn: Turn, subject: int, version: int) -> None:
    turn.show("concern.joined_card", subject)


def joined_card(reading: Reading) -> Message:
    youth, knows = _joined(reading, reading.subject)
    return Message(
        _(
            "Noen har sagt fra om at de undrer seg over hvordan {ungdom} har det. Snakk med "
            "{name}, som vet mer. Foreldrene har ikke fått vite det herfra.",
            ungdom=youth, name=knows,
        )
    )  # fmt: skip


# --- what staff must know ----------------------------------------------------------------------------


def show_guide(turn: Turn, subject: int, version: int) -> None:
    concern_views.guidance(turn.session, actor=turn.me)
    turn.show("concern.guide")


def guide_card(reading: Reading) -> Message:
    phone = concern_views.guidance(reading.session, actor=reading.reader)
    return Message(guidance(phone), buttons=((Button(_("‹ Tilbake"), "concern.desk"),),))


# --- tables ------------------------------------------------------------------------------------------


def _waits(reading: Reading) -> bool:
    concern = concerns.received(reading.session, reading.reader, reading.subject)
    return concern.state != ConcernState.DECIDED


HOME = "concern.open"
FLOWS: tuple[Flow[Any], ...] = (
    Flow("bekymring.drofting", pgettext("flow", "Del og drøft"), _about, _talk_over, _talked_over,
         home=HOME),
    Flow("bekymring.avgjor", pgettext("flow", "Bestem hva som skal skje"), _to_decide, _decide,
         _decided, home=HOME),
    Flow("bekymring.skjerm", _("Skjerm for foreldrene"), _to_shield, _shield, _shielded, home=HOME),
)  # fmt: skip
BUTTONS = {
    "concern.open": show,
    "concern.receive": receive,
    "concern.stuck": show_stuck,
    "concern.joined": show_joined,
    "concern.guide": show_guide,
}
NOTICES = {
    "concern.card": received_card,
    "concern.talk_first": talk_first_card,
    "concern.stuck_card": stuck_card,
    "concern.joined_card": joined_card,
    "concern.guide": guide_card,
    concerns.NEW: push(NEWS, "concern.open", _waits),
    concerns.DUE: push(WAITS, "concern.open", _waits),
    concerns.STUCK: push(WAITS, "concern.stuck", _stuck),
    concerns.JOINED: push(NEWS, "concern.joined", lambda r: _joined(r, r.subject)),
}
TOASTS: dict[str, Text] = {"concern.received": pgettext("toast", "Den som sa fra, får vite det.")}
