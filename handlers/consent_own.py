"""What arrives unasked about one's own part: what staff wrote down, and a birthday that matters.

First a line that tells nothing; on a press, the rest, to the one it is about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from handlers.consent_card import find
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, list_of, verbatim
from models import consent_recording, consent_views, views
from models.consent_views import ComingAge, Recorded
from models.terms import ConsentAct, Role, Via

_SHOW = _("Vis")
_NEW = _("Det er noe nytt til deg.")


# --- written down by staff -------------------------------------------------------------------------


def recorded(reading: Reading) -> Message | None:
    """Moot once something else was said, or it was struck out."""
    _written(reading)
    return Message(_NEW, buttons=((Button(_SHOW, "consent.recorded", reading.subject),),))


def show_recorded(turn: Turn, subject: int, version: int) -> None:
    consent_views.recorded(turn.session, actor=turn.me, question_id=subject, now=turn.now)
    turn.show("consent.recorded_card", subject)


def recorded_card(reading: Reading) -> Message:
    found = _written(reading)
    services = list_of(verbatim(name) for name in found.services)
    lines = [
        _("Kvittering {number}", number=found.number),
        _WHAT[found.act](services),
        _("Du sa det muntlig {day}.", day=Day(found.given_on, year=True))
        if found.via is Via.ORAL
        else _("Det er på papir fra {day}.", day=Day(found.given_on, year=True)),
        _("Stemmer det ikke, så trykk under. Da gjelder det ikke lenger."),
    ]
    wrong = Button(_("Det stemmer ikke"), "consent.not_mine", reading.subject, _stamp(found))
    show = Button(_("Vis spørsmålet"), "consent.show", reading.subject)
    return Message(join(lines), buttons=((wrong,), (show,)))


_WHAT: dict[ConsentAct, Callable[[Text], Text]] = {
    ConsentAct.GIVEN: lambda services: _(
        "Det er skrevet ned at du sa ja til deling med {services}.", services=services
    ),
    ConsentAct.REFUSED: lambda services: _(
        "Det er skrevet ned at du sa nei til deling med {services}.", services=services
    ),
    ConsentAct.WITHDRAWN: lambda services: _(
        "Det er skrevet ned at du stoppet delingen med {services}.", services=services
    ),
}


def _written(reading: Reading) -> Recorded:
    return consent_views.recorded(
        reading.session, actor=reading.reader, question_id=reading.subject, now=reading.now
    )


def _stamp(found: Recorded) -> int:
    """Which of several things written down the button is about."""
    return int(hashlib.sha256(found.number.encode()).hexdigest()[:6], 16)


def not_mine(turn: Turn, subject: int, version: int) -> None:
    found = consent_views.recorded(turn.session, actor=turn.me, question_id=subject, now=turn.now)
    if version != _stamp(found):
        turn.toast("consent.changed")
        turn.show("consent.recorded_card", subject)
        return
    consent_recording.not_mine(turn.session, actor=turn.me, number=found.number, now=turn.now)
    turn.toast("consent.not_mine")
    turn.show("consent.card", subject)


def struck_out(reading: Reading) -> Message:
    find(reading)  # refused to whom it does not concern any more
    return Message(_NEW, buttons=((Button(_SHOW, "consent.struck_out", reading.subject),),))


def show_struck_out(turn: Turn, subject: int, version: int) -> None:
    consent_views.card(turn.session, actor=turn.me, question_id=subject, now=turn.now)
    turn.show("consent.struck_out_card", subject)


def struck_out_card(reading: Reading) -> Message:
    find(reading)
    text = _(
        "Noe som var skrevet ned om svaret ditt, var en feil. Det gjelder ikke, og ingenting "
        "deles på grunn av det."
    )
    return Message(
        text, buttons=((Button(_("Vis spørsmålet"), "consent.show", reading.subject),),)
    )


# --- a birthday that matters -----------------------------------------------------------------------


def age_soon(reading: Reading) -> Message | None:
    """Moot when the day has come, or the birth date or the rules are others by now."""
    hats = views.hats_for(
        reading.session, actor=reading.reader, subject_id=reading.subject, now=reading.now
    )
    if not hats & {Role.UNGDOM, Role.FORESATT}:
        return None
    _coming(reading)
    return Message(_NEW, buttons=((Button(_SHOW, "consent.age", reading.subject),),))


def show_age(turn: Turn, subject: int, version: int) -> None:
    consent_views.coming_age(turn.session, actor=turn.me, case_id=subject, now=turn.now)
    turn.show("consent.age_card", subject)


def age_card(reading: Reading) -> Message:
    found = _coming(reading)
    lines = _to_the_youth(found) if found.own else _to_a_guardian(found)
    return Message(join(lines), buttons=((Button(_("Samtykke"), command="samtykke"),),))


def _coming(reading: Reading) -> ComingAge:
    return consent_views.coming_age(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )


def _to_the_youth(found: ComingAge) -> list[Text]:
    day = Day(found.day, year=True)
    if found.guardians_lapse:
        lines = [
            _("Fra {day} bestemmer du selv hva som deles om deg.", day=day),
            _("Det du har sagt ja til, gjelder videre til du endrer det. Ja og nei fra de "
              "foresatte teller ikke lenger."),
        ]  # fmt: skip
    elif found.youth_joins:
        lines = [
            _("Fra {day} må du også si ja til det som deles om deg. Da blir du spurt.", day=day),
            _("Ingenting deles før du har svart. Du får hjelp uansett hva du svarer."),
        ]
    else:
        lines = []
    if found.guardians_out:
        lines.append(_("Fra {day} ser ikke de foresatte lenger det som står her.", day=day))
    return lines


def _to_a_guardian(found: ComingAge) -> list[Text]:
    day, ungdom = Day(found.day, year=True), found.ungdom
    if found.guardians_lapse:
        lines = [_("Fra {day} er det {ungdom} selv som sier ja eller nei til deling.", day=day, ungdom=ungdom),
                 _("Det du har svart, teller ikke lenger fra da.")]  # fmt: skip
    elif found.youth_joins:
        lines = [
            _("Fra {day} må {ungdom} også si ja til det som deles.", day=day, ungdom=ungdom),
            _("Delingen stopper da til {ungdom} har svart. Snakk gjerne sammen om det først.",
              ungdom=ungdom),
        ]  # fmt: skip
    else:
        lines = []
    if found.guardians_out:
        lines.append(
            _("Fra {day} ser du ikke lenger det som står her om {ungdom}.", day=day, ungdom=ungdom)
        )
    return lines


BUTTONS = {
    "consent.recorded": show_recorded,
    "consent.not_mine": not_mine,
    "consent.struck_out": show_struck_out,
    "consent.age": show_age,
}
NOTICES = {
    "consent.recorded": recorded,
    "consent.recorded_card": recorded_card,
    "consent.struck_out": struck_out,
    "consent.struck_out_card": struck_out_card,
    "consent.age_soon": age_soon,
    "consent.age_card": age_card,
}
TOASTS: dict[str, Text] = {"consent.not_mine": _("Greit. Det gjelder ikke lenger.")}
