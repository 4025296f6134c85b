"""The people and situations of `access_table.md`, brought about by the real verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.approved import text_hash
from models import (
    cases,
    closing,
    consent_narrowing,
    consent_recording,
    consents,
    people,
    shielding,
)
from models.base import new_id
from models.cases import CaseService
from models.consent_recording import Paper
from models.family import Guardianship
from models.municipality import Unit
from models.people import Person, Position, Pupil
from models.sealed import Keyring
from models.shielded import Shield
from models.terms import ConsentAct, InfoKind, Mistake, Role, UnitKind, Via
from tests.places import TEST_KEY, Memory
from tests.ways import NOW, SEEDED, Step

BEGAN = NOW
DAYS = 90
"""How long the family is asked to let the services know."""
M, G, T, H = InfoKind.MEETINGS, InfoKind.GOALS, InfoKind.TILTAK, InfoKind.HEALTH


def _settle_in(session: Session) -> None:
    """Everyone of the table but the demo's own cast."""
    units = {unit.key: unit.id for unit in session.scalars(select(Unit))}
    for key, kind in (("ovre", UnitKind.SCHOOL), ("ppt", UnitKind.PPT)):
        units[key] = new_id()
        session.add(Unit(id=units[key], key=key, kind=kind, name=key))
    known = {
        name: people.create(session, name=name, language="nb", now=BEGAN, confirmed=True)
        for name in ("Odd", "Eva", "Nora", "Tor", "Mona", "Rolf", "Leo", "Bo", "Nils", "Petra", "Gro")
    }  # fmt: skip
    known |= {p.name or "": p for p in session.scalars(select(Person)) if p.confirmed_at}
    known["Nora"].born = date(2011, 2, 1)
    session.add_all(
        Position(person_id=known[name].id, unit_id=units[unit], role=role)
        for name, unit, role in (
            ("Mona", "ungdomsskolen", Role.KONTAKTLAERER),
            ("Rolf", "ovre", Role.REKTOR),
            ("Leo", "fyret", Role.SERVICE),
            ("Bo", "fyret", Role.SERVICE),
            ("Nils", "skolehelsetjenesten", Role.SERVICE),
            ("Petra", "ppt", Role.SERVICE),
        )
    )
    ida, nora = known["Ida"].id, known["Nora"].id
    session.add_all(
        [
            Pupil(person_id=nora, school_id=units["ungdomsskolen"]),
            Guardianship(ungdom_id=ida, foresatt_id=known["Odd"].id, responsibility=False),
            Guardianship(ungdom_id=ida, foresatt_id=known["Eva"].id, ended_at=BEGAN),
            Guardianship(ungdom_id=nora, foresatt_id=known["Tor"].id),
        ]
    )
    session.flush()


BEGINNING = (*SEEDED, Step("everyone", _settle_in))


@cache
def _stores() -> Memory:
    return Memory(Keyring(TEST_KEY))


class World:
    """One situation. `now` is the instant at which everyone knocks."""

    def __init__(self, situation: str, whose: object = None) -> None:
        self._kept = ExitStack()
        lent = _stores().lent(BEGINNING, (situation, whose))
        self.session = self._kept.enter_context(lent)
        self.situation, self.now = situation, BEGAN
        self.open_to_staff = True  # the channel that everyone speaks in
        found = self.session.scalars(select(Person).order_by(Person.id))
        self.people = {p.name: p for p in found}
        self.units = {unit.key: unit.id for unit in self.session.scalars(select(Unit))}
        self.club, self.nurse = self.units["fyret"], self.units["skolehelsetjenesten"]
        self.case = self._opened("Ida", "Jonas")
        self._opened("Nora", "Mona")
        for name, unit in (("Amina", "fyret"), ("Bo", "fyret"),
                           ("Nils", "skolehelsetjenesten"), ("Petra", "ppt")):  # fmt: skip
            self._takes_part(name, unit)
        bo = select(CaseService).where(CaseService.person_id == self.people["Bo"].id)
        self.session.scalars(bo).one().ended_at = self.now
        self.question: consents.ConsentQuestion | None = None
        SITUATIONS[situation](self)
        self.session.flush()

    def close(self) -> None:
        self._kept.close()

    def _opened(self, youth: str, holder: str) -> cases.Case:
        return cases.open(
            self.session, actor=self.people["Randi"], ungdom=self.people[youth],
            school_id=self.units["ungdomsskolen"], stafettholder=self.people[holder], now=self.now,
        )  # fmt: skip

    def _takes_part(self, name: str, unit: str) -> None:
        cases.add_service(
            self.session, case=self.case, unit_id=self.units[unit], person=self.people[name],
            now=self.now,
        )  # fmt: skip

    # --- what happens --------------------------------------------------------------------------------

    def ask(self, *kinds: InfoKind, nurse: bool = False) -> World:
        """About the club unless it is about the health service."""
        until = (BEGAN + timedelta(days=DAYS)).date()
        asked = consents.ask(
            self.session, actor=self.people["Jonas"], case=self.case, now=self.now, until=until,
            scope={self.nurse if nurse else self.club: kinds},
        )  # fmt: skip
        self.about, self.question = asked, self.question if nurse else asked
        return self

    def yes(self, *names: str, to: InfoKind | None = None) -> World:
        for name in names:
            person = self.people[name]
            consents.give(
                self.session, actor=person, question=self.about, language=person.language,
                text_hash=text_hash("consent.ask", person.language), now=self._later(),
                occasion=f"{self.now}", scope=None if to is None else {self.club: [to]},
            )  # fmt: skip
        return self

    def said(self, verb: Callable[..., object], name: str) -> World:
        """No, or talk with me first."""
        verb(
            self.session, actor=self.people[name], question=self.about, language="nb",
            now=self._later(), occasion=f"{self.now}",
        )  # fmt: skip
        return self

    def took_back(self, name: str) -> World:
        consents.withdraw(
            self.session, actor=self.people[name], question=self.about, now=self._later(),
            occasion=f"{self.now}",
        )  # fmt: skip
        return self

    def on_paper(self, name: str) -> str:
        (event,) = consent_recording.record(
            self.session, actor=self.people["Jonas"], question_id=self.about.id,
            consenter_id=self.people[name].id, act=ConsentAct.GIVEN, now=self._later(),
            paper=Paper(Via.PAPER, self.now.date(), document="Mappe 12"), occasion="paper",
        )  # fmt: skip
        return event.number or ""

    def struck_out(self, number: str) -> None:
        consent_recording.strike_out(
            self.session, actor=self.people["Jonas"], number=number, reason=Mistake.WRONG_PERSON,
            now=self._later(),
        )  # fmt: skip

    def everything(self) -> World:
        self.about = consents.ask_everything(
            self.session, actor=self.people["Jonas"], case=self.case, now=self._later(),
            until=(BEGAN + timedelta(days=DAYS)).date(),
        )  # fmt: skip
        return self.yes("Ida", "Kari", "Per")

    def only(self, name: str, *left: InfoKind) -> None:
        """Somebody says that the club only gets that."""
        consent_narrowing.narrow(
            self.session, actor=self.people[name], case_id=self.case.id, unit_id=self.club,
            drop=set(InfoKind) - set(left), now=self._later(), occasion=f"{self.now}",
        )  # fmt: skip

    def closed(self) -> None:
        closing.close(
            self.session, actor=self.people["Kari"], case_id=self.case.id, wish=closing.Wish(),
            now=self._later(),
        )  # fmt: skip

    def born(self, years: int, days_ago: int) -> World:
        """Ida becomes so old so many days ago, or in so many, told from the first day."""
        day = (BEGAN - timedelta(days=days_ago)).date()
        self.people["Ida"].born = day.replace(year=day.year - years)
        return self

    def wait(self, days: int) -> World:
        self.now = BEGAN + timedelta(days=days)
        return self

    def shielded(self) -> World:
        """From the guardians, the whole case."""
        shield = Shield("Avtalt med Ida", (self.now + timedelta(days=20)).date())
        shielding.shield(
            self.session, actor=self.people["Jonas"], case_id=self.case.id, item=None,
            shield=shield, now=self._later(),
        )  # fmt: skip
        return self

    def shielded_no_more(self) -> World:
        shielding.end(
            self.session, actor=self.people["Jonas"], case_id=self.case.id, item=None,
            now=self._later(),
        )  # fmt: skip
        return self

    def _later(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    # --- who knocks ----------------------------------------------------------------------------------

    @contextmanager
    def as_(self, who: str) -> Iterator[Person]:
        """Somebody of the table; what is different about them holds only here."""
        name, _comma, twist = who.partition(", ")
        person = self.people[name]
        if not twist:
            yield person
            return
        nested = self.session.begin_nested()
        TWISTS[twist](self, person)
        self.session.flush()
        yield person
        nested.rollback()


def _not_confirmed(_world: World, person: Person) -> None:
    person.confirmed_at = None


def _left(world: World, person: Person) -> None:
    for position in people.positions(world.session, person.id):
        position.ended_at = world.now


def _moved(world: World, person: Person) -> None:
    _left(world, person)
    _works(world, person, "ppt")


def _administrator_now(world: World, person: Person) -> None:
    _left(world, person)
    unit = "fyret" if person.name == "Amina" else "ungdomsskolen"
    _works(world, person, unit, Role.ADMINISTRATOR)


def _works(world: World, person: Person, unit: str, role: Role = Role.SERVICE) -> None:
    world.session.add(Position(person_id=person.id, unit_id=world.units[unit], role=role))
    world.session.flush()


def _at_the_club_too(world: World, person: Person) -> None:
    _works(world, person, "fyret")
    world.session.add(CaseService(case_id=world.case.id, unit_id=world.club, person_id=person.id))


TWISTS: dict[str, Callable[[World, Person], None]] = {
    "not confirmed": _not_confirmed,
    "left": _left,
    "moved": _moved,
    "administrator now": _administrator_now,
    "at work too": _at_the_club_too,
    "at the club too": _at_the_club_too,
}

ALL = ("Ida", "Kari", "Per")


def _agreed(world: World) -> World:
    return world.ask(M, G, T).yes(*ALL)


def _newer(world: World) -> World:
    return _agreed(world).ask(T).yes(*ALL)


SITUATIONS: dict[str, Callable[[World], object]] = {
    "nothing": lambda w: None,
    "asked": lambda w: w.ask(M, G, T),
    "one missing": lambda w: w.ask(M, G, T).yes("Ida", "Kari"),
    "in force": _agreed,
    "in part": lambda w: w.ask(M, G, T).yes("Ida", "Kari").yes("Per", to=T),
    "nothing common": lambda w: w.ask(M, G, T).yes("Ida").yes("Kari", to=M).yes("Per", to=T),
    "refused": lambda w: w.ask(M, G, T).yes("Ida", "Kari").said(consents.refuse, "Per"),
    "talk first": lambda w: w.ask(M, G, T).yes("Ida", "Kari").said(consents.talk_first, "Per"),
    "Kari took back": lambda w: _agreed(w).took_back("Kari"),
    "Ida took back": lambda w: _agreed(w).took_back("Ida"),
    "given again": lambda w: _agreed(w).took_back("Kari").yes("Kari"),
    "last day": lambda w: _agreed(w).wait(DAYS),
    "expired": lambda w: _agreed(w).wait(DAYS + 1),
    "in error": lambda w: w.struck_out(w.ask(M, G, T).yes("Ida", "Kari").on_paper("Per")),
    "more asked": lambda w: _agreed(w).ask(M, G, T, H),
    "less agreed": _newer,
    "newer taken back": lambda w: _newer(w).took_back("Kari"),
    "everything": lambda w: _agreed(w).everything(),
    "only that": lambda w: _agreed(w).everything().only("Kari", T),
    "the other only": lambda w: (
        w.ask(H, nurse=True).yes(*ALL).ask(M, G, T).yes("Ida", "Kari").said(consents.refuse, "Per")
    ),
    "both": lambda w: w.ask(H, nurse=True).yes(*ALL).ask(M, G, T).yes(*ALL),
    "fourteen": lambda w: w.born(14, 60).ask(M, G, T).yes("Kari", "Per"),
    "turned fifteen": lambda w: w.born(15, -30).ask(M, G, T).yes("Kari", "Per").wait(30),
    "no birth date": lambda w: _unborn(w).ask(M, G, T).yes(*ALL),
    "turned eighteen": lambda w: _agreed(w.born(18, -30)).wait(30),
    "eighteen, silent": lambda w: w.born(18, -30).ask(M, G, T).yes("Kari", "Per").wait(30),
    "shielded": lambda w: w.shielded(),
    "shielded, eighteen": lambda w: w.born(18, -30).shielded().wait(30).ask(M, G, T).yes("Ida"),
    "shielded no more": lambda w: _agreed(w.shielded().shielded_no_more()),
    "closed": lambda w: _agreed(w).closed(),
}


def _unborn(world: World) -> World:
    world.people["Ida"].born = None
    return world
