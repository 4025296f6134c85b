"""A los keeps the log for the stafettholder: giving it, ending it, and the card of who does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.consent_prompt import kinds_in_words
from handlers.dialogue import Asking, Flow, choose, confirm
from handlers.turns import Button, Compose, Message, Reading, Turn
from locales import Text, _, join, pgettext, verbatim
from models import delegating, views
from models.base import require
from models.delegating import Keepers
from models.terms import Role, Why
from models.views import CaseView

_BACK = 0


def kept_by(view: CaseView) -> list[Text]:
    """On the cards of the family and the holder."""
    if view.keeper is None:
        return []
    return [_("{name} fører loggen for stafettholderen.", name=view.keeper)]


def keepers_card(view: CaseView) -> Message:
    parts = [
        _("{ungdom}: du fører loggen for {holder}.", ungdom=view.ungdom,
          holder=view.stafettholder),
        _("Du kan skrive, planlegge tiltak og kalle inn til møter. Samtykke, skjerming og "
          "stafettpinnen er det {holder} som har.", holder=view.stafettholder),
        _("Dere kan få vite: {kinds}.", kinds=kinds_in_words(view.kinds)),
    ]  # fmt: skip
    place = views.HATS.index(Role.LOGGFORER)
    rows = (
        (Button(pgettext("button", "Stafettloggen"), "log.show", view.id, place),),
        (Button(_("Mål og tiltak"), "tiltak.list", view.id),),
        (Button(_("Møter"), "meeting.of_case", view.id),),
    )
    return Message(join(parts, "\n\n"), rows)


# --- giving it, and ending it --------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    case_id: int
    person_id: int  # _BACK: the holder keeps it again


def _prepare(turn: Turn, subject: int | None) -> Keepers:
    found = delegating.keepers(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    require(found.able or found.now, Why.NOBODY)
    return found


def _talk(plain: Keepers) -> Asking[Chosen | None]:
    options: dict[int, Text] = {each: verbatim(name) for each, name in plain.able.items()}
    if plain.now is not None:
        options[_BACK] = _("Jeg fører den selv")
    text = [_("Hvem skal føre loggen til {ungdom} for deg?", ungdom=plain.ungdom)]
    if plain.now is not None:
        text.append(_("Nå er det {name}.", name=plain.now))
    who = yield from choose("who", join(text), options)
    told = (
        _("Skal du føre loggen selv igjen? Familien får beskjed.")
        if who == _BACK
        else _("Skal {name} føre loggen for deg? {ungdom} og foresatte får beskjed og kan se det. "
               "Du er fortsatt stafettholder.", name=plain.able[who], ungdom=plain.ungdom)
    )  # fmt: skip
    return (
        Chosen(plain.case_id, who)
        if (yield from confirm(told, yes=_("Ja, det er greit")))
        else None
    )


def _finish(turn: Turn, chosen: Chosen) -> None:
    if chosen.person_id == _BACK:
        delegating.end(turn.session, actor=turn.me, case_id=chosen.case_id, now=turn.now)
    else:
        delegating.give(
            turn.session, actor=turn.me, case_id=chosen.case_id, person_id=chosen.person_id,
            now=turn.now,
        )  # fmt: skip
    turn.say("stafett.card", chosen.case_id, hat=Role.STAFETTHOLDER.value)


def news_under(*order: Role, opens: str = "case.show") -> Compose:
    """What arrives unasked at whoever wears one of these hats, and opens under the first of them."""

    def told(reading: Reading) -> Message | None:
        hats = views.hats_for(
            reading.session, actor=reading.reader, subject_id=reading.subject, now=reading.now
        )
        hat = next((each for each in order if each in hats), None)
        if hat is None:
            return None
        show = Button(_("Vis"), opens, reading.subject, views.HATS.index(hat))
        return Message(_("Det er noe nytt til deg."), ((show,),))

    return told


FAMILY = tuple(hat for hat in views.HATS if hat in views.FAMILY)
_AT_WORK = tuple(hat for hat in reversed(views.HATS) if hat not in views.FAMILY)
"""Who keeps the log as that, before what else they are."""


FLOWS: tuple[Flow[Any], ...] = (
    Flow("log.forer", _("La en los føre loggen"), _prepare, _talk, _finish),
)
NOTICES: dict[str, Compose] = {delegating.TOLD: news_under(*FAMILY, *_AT_WORK)}
