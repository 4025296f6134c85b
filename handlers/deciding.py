"""The rektor's decisions that need a choice and a reason: who, how urgent, which los, or no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.picking import pick
from handlers.request_words import parents_warning
from handlers.turns import Turn
from locales import Text, _, join, pgettext, plural
from models import deciders, kept_from_parents, municipality, people, queue
from models.base import by_name, refuse, require
from models.terms import OPEN_REQUESTS, Action, ParentsKnow, RequestState, Why


@dataclass(frozen=True)
class Decided:
    request_id: int
    choice: int | None
    reason: str = ""


@dataclass(frozen=True)
class About:
    """Plain data about the request a flow was opened for."""

    request_id: int
    reference: str
    options: dict[int, str]
    loads: dict[int, int]
    warn: int = 0
    careful: ParentsKnow | None = None


def _about(turn: Turn, subject: int | None, options: dict[int, str] | None = None) -> About:
    request = queue.as_rektor(turn.session, turn.me, subject or 0)
    require(request.state in OPEN_REQUESTS, Why.STALE)
    careful = kept_from_parents.kept(turn.session, [request.ungdom_id]).get(request.ungdom_id)
    return About(request.id, request.reference, options or {}, {}, careful=careful)


def _careful(plain: About) -> list[Text]:
    warning = parents_warning(plain.careful)
    return [] if warning is None else [warning]


PRIORITY = {
    1: _("1: haster mest"),
    2: _("2: snart"),
    3: _("3: kan vente litt"),
}


def prioritising(plain: About) -> Asking[Decided | None]:
    level = yield from choose("priority", _("Hvor mye haster det?"), PRIORITY)
    reason = yield from ask_words("reason", _("Hvorfor? Skriv kort. Bare skolen ser det."))
    agreed = yield from confirm(
        join([
            *_careful(plain),
            _("{ref} får prioritet {n} av 3.", ref=plain.reference, n=level),
            _("Begrunnelse: {words}", words=reason or ""),
            _("Stemmer det?"),
        ]),
        yes=_("Ja, lagre"),
    )  # fmt: skip
    return Decided(plain.request_id, level, reason or "") if agreed else None


def prioritised(turn: Turn, done: Decided) -> None:
    queue.prioritise(
        turn.session, actor=turn.me, request_id=done.request_id, priority=done.choice or 0,
        reason=done.reason, now=turn.now,
    )  # fmt: skip
    turn.say("desk.request", done.request_id)


def declining(plain: About) -> Asking[Decided | None]:
    reason = yield from ask_words("reason", _("Hvorfor? Skriv kort. Bare skolen ser det."))
    agreed = yield from confirm(
        join([
            *_careful(plain),
            _("{ref} blir avslått.", ref=plain.reference),
            _("Begrunnelse: {words}", words=reason or ""),
            _("Ungdommen får vite at det ikke blir los nå, ikke hvorfor. Stemmer det?"),
        ]),
        yes=_("Ja, avslå"),
    )  # fmt: skip
    return Decided(plain.request_id, None, reason or "") if agreed else None


def declined(turn: Turn, done: Decided) -> None:
    queue.decline(
        turn.session, actor=turn.me, request_id=done.request_id, reason=done.reason,
        now=turn.now,
    )  # fmt: skip
    turn.say("desk.request", done.request_id)


def loser(turn: Turn, subject: int | None) -> About:
    request = queue.as_rektor(turn.session, turn.me, subject or 0)
    found = deciders.loser(turn.session, request.ungdom_id)
    require(found, Why.NOBODY)
    about = _about(turn, subject, by_name({los.id: los.name or "" for los in found}))
    loads = {los.id: queue.load_of(turn.session, los.id) for los in found}
    warn = municipality.policy_at(turn.session, turn.now).los_caseload_warn
    return replace(about, loads=loads, warn=warn)


def giving(plain: About) -> Asking[Decided | None]:
    labels = {
        i: plural("{name} ({n} ungdom)", "{name} ({n} ungdommer)", plain.loads[i], name=name)
        for i, name in plain.options.items()
    }
    los = yield from choose("los", _("Hvem skal få spørsmålet?"), labels)
    lines = [_("{name} blir spurt om å ta {ref}.", name=plain.options[los], ref=plain.reference)]
    if plain.loads[los] >= plain.warn:
        lines.append(
            plural(
                "{name} har alt {n} ungdom. Det er mange.",
                "{name} har alt {n} ungdommer. Det er mange.",
                plain.loads[los],
                name=plain.options[los],
            )
        )
    lines = [*_careful(plain), *lines, _("Stemmer det?")]
    agreed = yield from confirm(join(lines), yes=_("Ja, spør"))
    return Decided(plain.request_id, los) if agreed else None


def given(turn: Turn, done: Decided) -> None:
    queue.assign(
        turn.session, actor=turn.me, request_id=done.request_id, los_id=done.choice or 0,
        now=turn.now,
    )  # fmt: skip
    turn.say("desk.request", done.request_id)


NOBODY = 0


def pupils(turn: Turn, subject: int | None) -> About:
    request = queue.as_rektor(turn.session, turn.me, subject or 0, Action.CONFIRM_REQUEST)
    if request.state != RequestState.SUBMITTED:
        refuse(Why.STALE)
    known = people.pupils_of(turn.session, request.school_id)
    return _about(turn, subject, {pupil.id: pupil.name or "" for pupil in known})


def telling_who(plain: About) -> Asking[Decided | None]:
    other = {NOBODY: _("Ikke elev her, eller tas på telefon")}
    who = yield from pick(_("Hvem gjelder det?"), plain.options, other)
    if who == NOBODY:
        text = _("{ref} blir avsluttet her. Stemmer det?", ref=plain.reference)
        agreed = yield from confirm(text, yes=_("Ja, avslutt"))
    else:
        text = _(
            "{ref} gjelder {name}. Ungdommen blir spurt først. Stemmer det?",
            ref=plain.reference, name=plain.options[who],
        )  # fmt: skip
        agreed = yield from confirm(text, yes=_("Ja, spør ungdommen"))
    return Decided(plain.request_id, who or None) if agreed else None


def told_who(turn: Turn, done: Decided) -> None:
    queue.confirm_who(
        turn.session, actor=turn.me, request_id=done.request_id, ungdom_id=done.choice,
        now=turn.now,
    )  # fmt: skip
    turn.say("desk.request", done.request_id)


HOME = "desk.open"
FLOWS: tuple[Flow[Any], ...] = (
    Flow("prioriter", pgettext("flow", "Prioriter"), _about, prioritising, prioritised, home=HOME),
    Flow("avsla", pgettext("flow", "Avslå"), _about, declining, declined, home=HOME),
    Flow("gi", pgettext("flow", "Gi til los"), loser, giving, given, home=HOME),
    Flow("hvem", pgettext("flow", "Hvem er dette?"), pupils, telling_who, told_who, home=HOME),
)
