"""Something was lost with the store, and it was put back as it had been a while before."""

from __future__ import annotations

from handlers.turns import Button, Message, Reading
from locales import _


def news(reading: Reading) -> Message:
    """To whoever may have said or been told something in between: nobody knows what."""
    return Message(
        _(
            "Det har vært en feil hos oss.\n\nNoe du skrev, trykket på eller fikk fra oss nylig, kan "
            "være borte. Det er ikke din feil. Se hva som gjelder nå, og gjør det igjen hvis noe "
            "mangler."
        ),
        buttons=(
            (Button(_("Det jeg har spurt om"), command="status"),),
            (Button(_("Samtykke"), command="samtykke"),),
        ),
    )


NOTICES = {"store.restored": news}
