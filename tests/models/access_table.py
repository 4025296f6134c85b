"""`access_table.md`, read. Knows nothing of the code but the kinds of information there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.terms import InfoKind

Row = dict[str, str]
TABLE = Path(__file__).with_suffix(".md")


def tables() -> dict[str, dict[str, Row]]:
    """Every table by its heading, its rows by their first cell."""
    found: dict[str, dict[str, Row]] = {}
    heading, columns = "", []
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading, columns = line.lstrip("# "), []
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not columns:
            columns = cells
        elif set(line) - set("|- "):
            found.setdefault(heading, {})[cells[0]] = dict(zip(columns, cells, strict=True))
    return found


def listed(cell: str) -> set[str]:
    return set() if cell == "-" else {each.strip() for each in cell.split(",")}


T = tables()
WHO, HAPPENED, CHANNELS = T["Who"], T["What has happened"], T["Channels"]
ACTIONS, SEEN = T["Actions"], T["What is seen"]
FAMILY = {"youth", "guardian"}
SERVICES = {"club": "the club knows", "health service": "the health service knows"}
NOT_NOW = "not now"
"""May, if only something were shared."""


@dataclass(frozen=True)
class Place:
    """Somebody in a situation and a channel, as the table tells it."""

    who: str
    situation: str
    channel: str

    @property
    def staff_here(self) -> bool:
        return CHANNELS[self.channel]["staff's hats work"] == "yes"

    @property
    def shared(self) -> bool:
        """Whether any service may know anything."""
        return any(listed(HAPPENED[self.situation][knows]) for knows in SERVICES.values())

    @property
    def in_case(self) -> set[str]:
        """The hats that have effect in the case."""
        now = HAPPENED[self.situation]
        hats = listed(WHO[self.who]["in the case"])
        if now["the case"] == "closed" or ("guardian" in hats and now["guardians"] == "hidden"):
            return set()
        out = set() if now["guardians"] == "in" else {"guardian"}
        out |= {unit for unit, knows in SERVICES.items() if not listed(now[knows])}
        return (hats if self.staff_here else hats & FAMILY) - out

    @property
    def at_work(self) -> set[str]:
        return listed(WHO[self.who]["at work"]) if self.staff_here else set()

    def may(self, action: str) -> str:
        row = ACTIONS[action]
        allowed = listed(row["who may"])
        if row["where"] == "at the school":
            hats = {hat.removesuffix(" here") for hat in self.at_work if hat.endswith(" here")}
        elif row["where"] == "by work":
            hats = {hat.removesuffix(" here").removesuffix(" elsewhere") for hat in self.at_work}
        else:
            hats = {"service" if hat in SERVICES else hat for hat in self.in_case}
        if not hats & allowed:
            return "no"
        return NOT_NOW if row["needs"] == "shared" and not self.shared else "yes"

    def sees(self, hat: str) -> set[str]:
        """What of the case's content is seen under one hat that has effect."""
        told = SEEN[hat]["of the case's content"]
        if told.startswith("what"):
            return listed(HAPPENED[self.situation][SERVICES[hat]])
        return set() if told.endswith("else nothing") and not self.shared else set(InfoKind)

    def answers(self, column: str) -> bool:
        """Who may answer, or take back: of the people as they are, whatever the channel."""
        return self.who.removesuffix(", at work too") in listed(HAPPENED[self.situation][column])
