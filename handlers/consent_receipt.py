"""The receipt of what someone answered or took back: what they did, and what holds when they read it.

Of the others it says what the card says: whether some answer is awaited, never whose (P3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.consent_prompt import row_of
from handlers.turns import Message, Reading
from locales import Day, Moment, Text, _, join, list_of, plural, verbatim
from models import consent_views
from models.consent_views import Receipt
from models.terms import ConsentAct

_TAKE_BACK = _("Du kan ta det tilbake når som helst: skriv /stopp eller /samtykke.")
_BEFORE = _("Det dere har sagt ja til før, gjelder fortsatt.")


def receipt(reading: Reading) -> Message | None:
    given = consent_views.receipt(
        reading.session, actor=reading.reader, number=str(reading.params["number"]),
        now=reading.now,
    )  # fmt: skip
    services = list_of(verbatim(name) for name in given.services)
    if given.everything and not given.services:
        services = _("alle som er med")
    lines = [_("Kvittering {number}", number=given.number)]
    match given.act:
        case ConsentAct.GIVEN if given.ended and not given.fresh:
            lines += _less_in_words(given, reading.params)
        case ConsentAct.GIVEN if given.until is not None:
            if given.partial:
                lines.append(_("Dette sa du ja til, og ikke resten:"))
                lines += [row_of(name, kinds) for name, kinds in given.scope]
            else:
                lines.append(_("Du sa ja til deling med {services}.", services=services))
            lines += _begins_in_words(given, Day(given.until, year=True))
            if given.ended:
                lines.append(_("Dette sier du ikke ja til lenger:"))
                lines += [row_of(name, kinds) for name, kinds in given.ended]
            lines += _narrowed_in_words(reading.params)
            lines.append(_TAKE_BACK)
        case ConsentAct.REFUSED:
            lines.append(_("Du sa nei til deling med {services}.", services=services))
            if given.older_in_force:
                lines.append(_BEFORE)
            lines.append(_("Hjelpen fortsetter likevel."))
        case ConsentAct.TALK_FIRST:
            lines.append(
                _("Du vil snakke med noen før du svarer.")
                if given.must
                else _("Du vil snakke med noen om dette.")
            )
            lines.append(_("Den som spurte, er bedt om å ta kontakt med deg."))
        case _other:
            lines += _stopped_in_words(services, given.at, reading.params)
    return Message(join(lines), plain=Message(join([lines[0], _plainly(given.act)])))


def _plainly(act: ConsentAct) -> Text:
    """Without whom it is about, for a chat where nothing of a case may be shown."""
    if act in (ConsentAct.GIVEN, ConsentAct.REFUSED, ConsentAct.TALK_FIRST):
        return _("Svaret ditt er skrevet ned.")
    return _("Delingen er stoppet. Den som skal vite det, har fått beskjed.")


def _begins_in_words(given: Receipt, until: Day) -> list[Text]:
    """Whether anything is shared yet: to the last who answers, who answers alone, and before."""
    if given.in_force and given.not_shared:
        return [
            _("Noe av det gjelder nå, til og med {day}. Dette deles ikke nå:", day=until),
            *(row_of(name, kinds) for name, kinds in given.not_shared),
        ]
    if given.in_force and given.others:
        return [_("De som må, har sagt ja. Det gjelder nå, til og med {day}.", day=until)]
    if given.in_force:
        return [_("Det gjelder nå, til og med {day}.", day=until)]
    lines = [_BEFORE] if given.older_in_force else []
    return [
        *lines,
        _("Ingenting nytt deles ennå. Det begynner når de som må, har sagt ja, og gjelder til og "
          "med {day}.", day=until),
    ]  # fmt: skip


def _less_in_words(given: Receipt, taken: Mapping[str, int]) -> list[Text]:
    """A yes to less than before: what stopped, and what stays."""
    lines = [
        _("Du sier ja til mindre enn før. Det gjelder fra {moment}.", moment=Moment(given.at)),
        _("Dette er stoppet:"),
        *(row_of(name, kinds) for name, kinds in given.ended),
    ]
    if given.kept:
        lines.append(_("Dette sier du fortsatt ja til:"))
        lines += [row_of(name, kinds) for name, kinds in given.kept]
    lines.append(_("Resten er som før. Ingen får vite hvorfor."))
    return [*lines, *_narrowed_in_words(taken), _TAKE_BACK]


def _narrowed_in_words(taken: Mapping[str, int]) -> list[Text]:
    """A yes to less than before. `taken`, here and below, says what became of messages to those
    who no longer get to know (`ledger`)."""
    lines = _removed_in_words(taken)
    if in_flight := taken.get("in_flight"):
        on_its_way = plural(
            "{n} melding var alt på vei da du svarte.",
            "{n} meldinger var alt på vei da du svarte.",
            in_flight,
        )
        lines.insert(0, on_its_way)
    return lines


def _stopped_in_words(services: Text, at: datetime, taken: Mapping[str, int]) -> list[Text]:
    lines = [
        _("Du stoppet delingen med {services}.", services=services),
        _("Det gjelder fra {moment}.", moment=Moment(at)),
        _("Ingen får vite hvorfor. Det noen alt har lest, kan ikke gjøres ulest."),
    ]
    if in_flight := taken.get("in_flight"):
        lines.append(
            plural(
                "{n} melding var alt på vei da du stoppet.",
                "{n} meldinger var alt på vei da du stoppet.",
                in_flight,
            )
        )
    return [*lines, *_removed_in_words(taken)]


def _removed_in_words(taken: Mapping[str, int]) -> list[Text]:
    lines = []
    if removed := taken.get("removed"):
        lines.append(
            plural(
                "Jeg fjerner {n} melding hos dem som mister tilgang.",
                "Jeg fjerner {n} meldinger hos dem som mister tilgang.",
                removed,
            )
        )
    if left := taken.get("left"):
        lines.append(
            plural(
                "{n} melding får jeg ikke fjernet. Den kan bli liggende.",
                "{n} meldinger får jeg ikke fjernet. De kan bli liggende.",
                left,
            )
        )
    return lines
