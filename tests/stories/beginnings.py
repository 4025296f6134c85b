"""What many stories begin with, told once. A story goes on from one with `@begins(...)`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.municipality import PolicyVersion
from tests.stories.evening import Evening

Telling = TypeVar("Telling", bound=Callable[..., Awaitable[Any]])


def begins(beginning: Callable[[Evening], Awaitable[Any]]) -> Callable[[Telling], Telling]:
    """Go on from `beginning`; what it returned is `story.told`."""

    def going_on(telling: Telling) -> Telling:
        telling.begins = beginning  # type: ignore[attr-defined]
        return telling

    return going_on


async def telegram_shows(story: Evening, details: str) -> None:
    """The municipality decides what Telegram may show: "nothing", "on_tap" or "all"."""

    def decide(session: Session) -> None:
        for version in session.scalars(select(PolicyVersion)):
            chosen = {"telegram_details": details}
            if details != "nothing":
                chosen["web_details"] = details
            version.choices = {**version.choices, **chosen}

    await story.app.store.write(decide)


# --- asking for a los ----------------------------------------------------------------------------

ASK = ("Skolen", "På skolen", "☐ I skoletiden", "Ferdig", "Her i chatten")
THAT = "Bare at jeg får en los, ikke hvorfor"


def reference_in(words: str) -> str:
    return words.split("Referansen er ")[1].split(".")[0]


async def ida_has_asked(story: Evening) -> str:
    """Ida's request, sent. Its reference."""
    await story.types("Ida", "/los")
    await story.presses("Ida", *ASK, THAT, "Ja, send")
    return reference_in(story.last("Ida"))


async def kari_has_asked(story: Evening) -> str:
    """Kari's request for Ida, sent; Ida is asked and has not answered."""
    await story.types("Kari", "/los")
    await story.presses("Kari", "Skolen", "På skolen", "Ja, send")
    return reference_in(story.last("Kari"))


@begins(ida_has_asked)
async def lise_is_asked(story: Evening) -> str:
    """Randi gives Ida's request to Lise, who has not opened it."""
    await story.presses("Randi", "Vis", "Gi til los", "Ja, spør")
    return str(story.told)


@begins(lise_is_asked)
async def lise_is_los(story: Evening) -> str:
    await story.presses("Lise", "Vis", "Ja, jeg tar den")
    await story.presses("Ida", "Vis")
    return str(story.told)


# --- working together ----------------------------------------------------------------------------


async def jonas_has_a_case(story: Evening) -> None:
    await story.types("Jonas", "/saker")
    await story.presses("Jonas", "Opprett en sak", "Jonas (kontaktlærer)", "Ja, opprett saken")


@begins(jonas_has_a_case)
async def all_are_asked(story: Evening) -> None:
    """For the club and the loser: when there are meetings, the goals and what is to be done."""
    await story.presses(
        "Jonas", "Be om samtykke", "☐ Fyret fritidsklubb", "☐ Ungdomslosene", "Ferdig"
    )
    for kind in ("når det er møter", "målene", "hva som er avtalt å gjøre"):
        await story.presses("Jonas", f"☐ {kind}")
    await story.presses(
        "Jonas", "Ferdig", "3 måneder, til tirsdag 23. februar 2027", "Ja, spør dem"
    )


@begins(all_are_asked)
async def all_have_said_yes(story: Evening) -> None:
    for who in ("Ida", "Kari"):
        await story.presses(who, "Vis", "Ja, det er greit")
    await story.presses("Per", story.buttons("Per")[0])
    await story.presses("Per", story.buttons("Per")[0])


@begins(all_have_said_yes)
async def amina_takes_part(story: Evening) -> None:
    """Amina of the club is in the case, and knows it."""
    await story.presses("Jonas", "Vis", "Åpne saken", "Ta med deltakere", "Fyret fritidsklubb")
    await story.presses("Jonas", "☐ Amina", "Ferdig", "Ja, ta med")
    await story.presses("Amina", "Vis")


@begins(amina_takes_part)
async def a_meeting_is_called(story: Evening) -> None:
    """Thursday 3 December at 14.15, with the family and Amina; nobody has answered."""
    await story.types("Jonas", "/moter")
    await story.presses("Jonas", "Planlegg møte om Ida")
    await story.types("Jonas", "torsdag 3. des kl 14.15")
    await story.presses("Jonas", "45 minutter", "På skolen", "☐ Amina (Fyret fritidsklubb)")
    await story.presses("Jonas", "Ferdig", "Ja, kall inn")


@begins(amina_takes_part)
async def something_is_agreed(story: Evening) -> None:
    """A tiltak of Amina's, due on Friday 18 December and looked at on Monday 21 December."""
    await story.presses("Jonas", "Mål og tiltak", "Nytt tiltak")
    await story.types("Jonas", "Sove bedre")
    await story.types("Jonas", "Legge bort telefonen kl 22")
    await story.presses("Jonas", "Amina")
    await story.types("Jonas", "18. desember")
    await story.presses("Jonas", "Velg en annen dag")
    await story.types("Jonas", "21. desember")
    await story.presses("Jonas", "Ja, lagre tiltaket")
