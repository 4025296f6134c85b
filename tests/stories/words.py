"""Messages that many stories wait for, as the phones show them."""

from __future__ import annotations

NEWS = "Det er noe nytt til deg.\n[Vis]"
WAITS = "Noe venter på svar fra deg.\n[Vis]"
LOOK = "Det er noe du skal se på.\n[Vis]"
QUESTION = "Du har fått et spørsmål. Åpne det når det passer.\n[Vis]"
LOST_ALONE = (
    "Det forsto jeg ikke. Jeg er et program, og ingen leser det du skriver her. Trykk på det som "
    "passer, så kommer du videre."
)
LOST = f"{LOST_ALONE}\n[Be om en los]\n[Hjelp nå]\n[Vis hva jeg kan]"
ONLY_BUTTONS = "Jeg tar ikke ja skrevet som tekst. Trykk på knappen."
ABSENT = "Dette finnes ikke, eller er ikke åpent for deg."
CANCELLED = "Greit. Jeg har ikke sendt eller endret noe."
NOT_OPEN = "Dette er ikke åpent lenger."
ONLY_TEXT = "Jeg kan bare lese korte meldinger og knapper, ikke bilder, lyd eller filer."
EMERGENCY = "Er det fare for liv? Ring 113 nå. Er noen i fare? Ring 112."
HOURS = (
    "Losene kan du møte uten avtale:\n"
    "Mandag fra kl. 14.15 til kl. 16.00: biblioteket på skolen\n"
    "Torsdag fra kl. 11.30 til kl. 12.15: kantina"
)
