"""Leaving (`/slett`): what goes now, what goes later and what the archive keeps, before anything.

Buttons alone confirm it. Consents are not touched: taking them back is `/stopp`.
"""

from __future__ import annotations

from collections.abc import Iterable

from handlers.dialogue import Asking, Flow, confirm
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Day, Moment, Text, _, join, list_of, plural, verbatim
from models import erasing, municipality, unreached
from models.erasing import Leaving
from models.erasing_holds import Held
from models.terms import Hold

_STAYS: dict[Hold, Text] = {
    Hold.STAFF: _("Navnet ditt og jobben din, så lenge du jobber i kommunen."),
    Hold.CASE: _(
        "Saken du er eller var med i, med samtykkene. Loven sier at den skal i arkivet. "
        "Å slette kontoen endrer ikke det."
    ),
    Hold.GUARDIAN: _(
        "Navnet ditt og at du er foresatt, så du blir spurt når noe gjelder barnet. "
        "Skolen retter det hvis det er feil."
    ),
    Hold.REQUEST: _("Ønsket om los som skolen har bestemt noe om."),
}


def command(turn: Turn, typed: str) -> None:
    turn.say("erasing.card")


def card(reading: Reading) -> Message:
    """Everything there is to know before choosing, and the other ways."""
    leaving = erasing.plan(reading.session, actor=reading.reader, now=reading.now)
    parts = [_("Slik er det når du sletter kontoen din her."), *_explained(leaving)]
    if municipality.policy_at(reading.session, reading.now).manual_log_option and leaving.held:
        parts.append(_("Hjelpen og samarbeidet kan gå videre uten Telegram. Si fra til skolen."))
    return Message(join(parts, "\n\n"), buttons=_ways(leaving))


def _ways(leaving: Leaving) -> Rows:
    stop: Rows = (
        ((Button(_("Stopp all deling først"), command="stopp"),),) if leaving.consents else ()
    )
    return (
        *stop,
        (Button(_("Få alt som fil først"), action="flow:minedata.fil"),),
        (Button(_("Slett kontoen min"), action="flow:slett"),),
    )


def _explained(leaving: Leaving) -> list[Text]:
    parts = [_now(leaving), _later(leaving)]
    if leaving.held:
        lines = [_STAYS[held.by] for held in leaving.held]
        parts.append(join([_("Dette blir, og jeg kan ikke slette det:"), *_bullets(lines)]))
    if leaving.consents:
        parts.append(
            _(
                "Det du har sagt ja til å dele, gjelder fortsatt. "
                "Vil du ta det tilbake, så velg Stopp all deling først."
            )
        )
    return parts


def _now(leaving: Leaving) -> Text:
    lines = [
        _("Koblingen mellom deg og Telegram. Jeg kan ikke skrive til deg mer."),
        _("Det jeg husker av samtalen og av meldingene."),
    ]
    if leaving.ends:
        names = list_of(verbatim(reference) for reference in leaving.ends)
        lines.append(_("Ønsket om los, {references}. Det trekkes.", references=names))
    if leaving.wishes:
        lines.append(_("At du har bedt om kontakt."))
    if leaving.at_once:
        lines.append(_("Navnet ditt og alt du har skrevet."))
    return join([_("Dette slettes nå:"), *_bullets(lines)])


def _later(leaving: Leaving) -> Text:
    lines = [line for held in leaving.held if (line := _when(held, leaving)) is not None]
    lines.append(
        plural(
            "En melding vi ikke klarte å lese: senest etter {n} dag.",
            "En melding vi ikke klarte å lese: senest etter {n} dager.",
            leaving.parked_days,
        )
    )
    return join([_("Dette slettes senere, av seg selv:"), *_bullets(lines)])


def _when(held: Held, leaving: Leaving) -> Text | None:
    match held.by:
        case Hold.CASE if held.until:
            return _("Saken her hos oss: {day}.", day=Day(held.until, year=True))
        case Hold.CASE:
            return plural(
                "Saken her hos oss: {n} dag etter at arkivet har fått den.",
                "Saken her hos oss: {n} dager etter at arkivet har fått den.",
                leaving.purge_days,
            )
        case Hold.REQUEST if held.until:
            return _("Det du skrev i ønsket om los: {day}.", day=Day(held.until, year=True))
        case Hold.REQUEST:
            return plural(
                "Det du skrev i ønsket om los: {n} dag etter at det er avsluttet.",
                "Det du skrev i ønsket om los: {n} dager etter at det er avsluttet.",
                leaving.kept_days,
            )
    return None


def _bullets(lines: Iterable[Text]) -> list[Text]:
    return [_("• {line}", line=line) for line in lines]


# --- the flow ------------------------------------------------------------------------------------


def _prepare(turn: Turn, subject: int | None) -> Leaving:
    return erasing.plan(turn.session, actor=turn.me, now=turn.now)


def _talk(leaving: Leaving) -> Asking[Leaving | None]:
    parts = [
        _("Skal jeg slette kontoen din her nå?"),
        *_explained(leaving),
        _(
            "Dette kan ikke gjøres om. Du får en kvittering nå. Når det siste slettes, kan jeg "
            "ikke si fra: da har jeg ingen samtale med deg. Det jeg har skrevet i chatten, tar jeg "
            "bort nå. Det du selv har skrevet i Telegram, sletter du der."
        ),
    ]
    sure = yield from confirm(join(parts, "\n\n"), yes=_("Ja, slett kontoen min"))
    return leaving if sure else None


def _finish(turn: Turn, leaving: Leaving) -> None:
    erasing.leave(turn.session, actor=turn.me, occasion=turn.occasion, now=turn.now)
    unreached.tell(turn.session, turn.me.id, turn.now)


FLOWS = (Flow("slett", _("Slett kontoen min"), _prepare, _talk, _finish),)


def receipt(reading: Reading) -> Message:
    """The last thing that is said, and all that stays standing: it tells nobody who reads along of
    a case or a wish. The chat is nobody's by now."""
    rest = Leaving((), (), 0, False, 0, 0, reading.params["parked_days"])
    parts = [
        _("Kontoen din er slettet her, {moment}.", moment=Moment(reading.now, year=True)),
        _later(rest),
    ]
    if reading.params.get("held"):
        parts.append(_("Noe blir, slik jeg sa før du svarte. Spør skolen hvis du lurer på hva."))
    parts.append(
        _(
            "Er du i Telegram, kan du slette chatten der nå. Skriver du til meg igjen, begynner vi på nytt. "
            "Haster det, ring 113 eller 112."
        )
    )
    return Message(join(parts, "\n\n"))


COMMANDS = {"slett": command, "delete": command}
NOTICES = {"erasing.card": card, erasing.RECEIPT: receipt}
