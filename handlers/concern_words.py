"""The words a concern is raised, discussed and decided with; and what staff must know beside it."""

from __future__ import annotations

from locales import Text, _, join, pgettext, verbatim
from models.terms import (
    ConcernOutcome,
    ConcernState,
    Discussed,
    Lasted,
    Noticed,
    TalkedWith,
    Worry,
)

WORRIES: dict[Worry, Text] = {
    Worry.WONDER: pgettext("worry", "Jeg undrer meg"),
    Worry.WORRIED: pgettext("worry", "Jeg er bekymret"),
    Worry.VERY: pgettext("worry", "Jeg er veldig bekymret"),
}
NOTICED: dict[Noticed, Text] = {
    Noticed.ABSENT: pgettext("noticed", "Er mye borte"),
    Noticed.ALONE: pgettext("noticed", "Er mye alene"),
    Noticed.SAD: pgettext("noticed", "Virker trist eller redd"),
    Noticed.ANGRY: pgettext("noticed", "Er ofte i krangel"),
    Noticed.CHANGED: pgettext("noticed", "Har forandret seg"),
    Noticed.TOLD: pgettext("noticed", "Har fortalt noe, eller andre har"),
    Noticed.OTHER: pgettext("noticed", "Noe annet"),
}
LASTED: dict[Lasted, Text] = {
    Lasted.NEW: pgettext("lasted", "Det er nytt"),
    Lasted.WEEKS: pgettext("lasted", "Noen uker"),
    Lasted.MONTHS: pgettext("lasted", "Noen måneder eller mer"),
    Lasted.BEFORE: pgettext("lasted", "Noen har vært bekymret før"),
    Lasted.UNSURE: pgettext("lasted", "Vet ikke"),
}
DISCUSSED: dict[Discussed, Text] = {
    Discussed.RAISER: pgettext("discussed", "Den som sa fra"),
    Discussed.COLLEAGUE: pgettext("discussed", "En kollega"),
    Discussed.LEADER: pgettext("discussed", "Nærmeste leder"),
    Discussed.SERVICE: pgettext("discussed", "En annen tjeneste, uten navn"),
}
DISCUSSED_WITH: dict[Discussed, Text] = {
    Discussed.RAISER: pgettext("discussed with", "den som sa fra"),
    Discussed.COLLEAGUE: pgettext("discussed with", "en kollega"),
    Discussed.LEADER: pgettext("discussed with", "nærmeste leder"),
    Discussed.SERVICE: pgettext("discussed with", "en annen tjeneste (uten navn)"),
}
"""As DISCUSSED, inside a sentence."""
TALKED: dict[TalkedWith, Text] = {
    TalkedWith.YES: pgettext("talked", "Ja"),
    TalkedWith.AGREED: pgettext("talked", "Avtalt, ikke gjort ennå"),
    TalkedWith.YOUTH_ASKED: pgettext("talked", "Nei, ungdommen vil ikke"),
    TalkedWith.NOT_SAFE: pgettext("talked", "Nei, det kan gjøre det verre"),
    TalkedWith.NOT_REACHED: pgettext("talked", "Nei, ikke fått tak i"),
    TalkedWith.NOT_YET: pgettext("talked", "Nei, ikke ennå"),
}
STATES: dict[ConcernState, Text] = {
    ConcernState.RAISED: pgettext("concern", "ny"),
    ConcernState.RECEIVED: pgettext("concern", "mottatt"),
    ConcernState.SHARED: pgettext("concern", "drøftet"),
    ConcernState.DECIDED: pgettext("concern", "vurdert"),
}
OUTCOMES: dict[ConcernOutcome, Text] = {
    ConcernOutcome.CLOSE: pgettext("outcome", "Trenger ikke mer nå"),
    ConcernOutcome.LEVEL1: pgettext("outcome", "Skolen hjelper selv"),
    ConcernOutcome.LEVEL2: pgettext("outcome", "Flere må hjelpe sammen"),
    ConcernOutcome.CARE: pgettext("outcome", "Bekymring for omsorgen"),
}
ALARM = _("Er noen i fare nå? Ring 112. Er det fare for liv? Ring 113.")


def guidance(phone: str) -> Text:
    """To staff, whatever they are worried about: never whether a duty applies here [54, 57]."""
    own = (
        _("Barnevernvakten hos oss: {phone}", phone=verbatim(phone))
        if phone
        else _("Barnevernvakten: nummeret står på kommunens nettsider og barnevernvakten.no")
    )
    return join(
        [
            _("Når du er bekymret for omsorgen hjemme, eller for liv og helse"),
            _(
                "Dette er ditt eget ansvar, i stillingen du har. Jeg skriver ingen melding, sender "
                "ingenting til noen og vurderer ikke om plikten gjelder. Er du i tvil, så drøft det "
                "med lederen din eller barneverntjenesten, uten å si hvem det er."
            ),
            _("Taushetsplikt: Del bare det som trengs, med dem som trenger det."),
            _(
                "Plikt til å melde fra til barnevernet: Er det grunn til å tro at et barn blir "
                "mishandlet eller alvorlig sviktet, skal du selv melde fra med en gang. Du trenger "
                "ikke samtykke. En leder kan ikke stoppe det."
            ),
            _(
                "Plikt til å svare barnevernet: Når barneverntjenesten pålegger deg å gi "
                "opplysninger, skal du gi dem."
            ),
            _(
                "Plikt til å avverge: Kan et alvorlig lovbrudd mot noen ennå stoppes, skal du gjøre "
                "det du kan. Det gjelder alle, også den som har taushetsplikt."
            ),
            join(
                [
                    ALARM,
                    _("Politiet når det ikke haster: 02800"),
                    own,
                    _("Veiledning om plikten til å avverge: plikt.no"),
                ]
            ),
        ],
        "\n\n",
    )
