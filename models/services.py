"""The directory: who helps with what, how one gets there, and when. Public facts, for everybody and
without a login [U1]; kept by the municipality in its file or in the chat [B3].

Whatever somebody searches for is looked at and forgotten: no words of it are kept anywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import access, audit, municipality, unasked
from models.base import Base, Id, Ref, new_id, refuse, require
from models.municipality import OpenHours
from models.people import Person
from models.terms import Action, Need, ServiceLine, Why

LONGEST = {"name": 80, "what": 300, "reach": 200, "hours": 200, "place": 120, "for_whom": 120}
"""What a service tells of itself, and how much of it."""
LOOKED, TOLD = "services.needs", ("services.need", "services.found", "services.one")
"""Messages of the directory, and those that tell what somebody looked for; soon all are as the first."""
NEEDED = ("name", "what", "reach")
AGES = range(0, 31)


class Service(Base):
    """One service as everybody may read of it."""

    __tablename__ = "services"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)  # its name in the municipality's file
    line: Mapped[str]
    needs: Mapped[list[str]]
    name: Mapped[str]
    what: Mapped[str]  # what one can go there for
    reach: Mapped[str]  # how one gets hold of them
    hours: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    for_whom: Mapped[str] = mapped_column(default="")
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    # The same in other languages, as far as somebody has written it: {"nn": {"name": ...}}.
    translated: Mapped[dict[str, Any]] = mapped_column(default=dict)
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("units.id"))  # whose drop-in times
    in_file: Mapped[bool] = mapped_column(default=False)  # then the file may end it
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Line:
    id: int
    name: str


@dataclass(frozen=True)
class Shown:
    """A service in one language, or in bokmål where nobody wrote it in that."""

    id: int
    line: ServiceLine
    needs: tuple[Need, ...]
    words: Mapping[str, str]  # by the names in LONGEST, only those there are
    ages: tuple[int | None, int | None]
    drop_in: tuple[OpenHours, ...]


@dataclass(frozen=True)
class Wish:
    """A service as somebody wants it to stand there."""

    line: ServiceLine
    needs: tuple[Need, ...]
    words: Mapping[str, str]


# --- finding -------------------------------------------------------------------------------------


def for_need(session: Session, need: Need, language: str) -> list[Line]:
    """First those one can go to oneself."""
    return _lines([each for each in _every(session) if need in each.needs], language)


def needs_met(session: Session) -> list[Need]:
    """What there is any service for."""
    met = {need for each in _every(session) for need in each.needs}
    return [need for need in Need if need in met]


def named_needs(words: str, names: Mapping[Need, Sequence[str]]) -> set[Need]:
    """The needs that plain words tell of, by the words `names` has for each."""
    wanted = _words(words)
    return {
        need
        for need, own in names.items()
        if any(_same(one, other) for one in wanted for each in own for other in _words(each))
    }


def search(
    session: Session,
    words: str,
    language: str,
    needs: set[Need] = frozenset(),  # type: ignore[assignment]
) -> list[Line]:
    """Services whose own words begin like one of these, or that are for one of `needs`; those that
    have most of them first."""
    wanted = _words(words)
    scored = []
    for each in _every(session):
        own = _words(" ".join(_texts(each)))
        hits = sum(any(_same(one, other) for other in own) for one in wanted)
        hits += 2 * len(needs & set(each.needs))
        if hits:
            scored.append((hits, each))
    order = [line.id for line in _lines([each for _hits, each in scored], language)]
    scored.sort(key=lambda found: (-found[0], order.index(found[1].id)))
    return [Line(each.id, _said(each, "name", language)) for _hits, each in scored]


def of_ids(session: Session, ids: Sequence[int], language: str) -> list[Line]:
    """Those still there, in that order."""
    known = {each.id: each for each in _every(session)}
    return [Line(i, _said(known[i], "name", language)) for i in ids if i in known]


def one(session: Session, service_id: int, language: str) -> Shown:
    service = session.get(Service, service_id)
    if service is None or service.ended_at is not None:
        refuse(Why.ABSENT)
    told = {each: _said(service, each, language) for each in LONGEST}
    hours = municipality.open_hours(session, service.unit_id) if service.unit_id else []
    return Shown(
        service.id, ServiceLine(service.line), tuple(Need(each) for each in service.needs),
        {name: words for name, words in told.items() if words},
        (service.age_from, service.age_to), tuple(hours),
    )  # fmt: skip


_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ŋ": "n", "ł": "l"})
_SHORTEST, _ENDING = 3, 3
"""A word of so many letters is compared by how it begins; an ending has at most so many."""


def _words(text: str) -> set[str]:
    """Small letters without marks: bør and BOR are one, and so are å, aa and a."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return {word.replace("aa", "a") for word in letters.split() if len(word) >= _SHORTEST}


def _same(one: str, other: str) -> bool:
    """Whether two words are one but for the ending: skole, skolen; or the first is how the other
    begins: rus, rusmidler."""
    if other.startswith(one):
        return True
    stem = min(len(one), len(other)) - _ENDING
    alike = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 99)
    return alike >= max(4, stem + 1, max(len(one), len(other)) - _ENDING)


def _texts(service: Service) -> list[str]:
    other = [str(words) for told in service.translated.values() for words in told.values()]
    return [service.name, service.what, service.for_whom, service.place, *other]


def _said(service: Service, name: str, language: str) -> str:
    own = service.translated.get(language, {}).get(name)
    return str(own or getattr(service, name) or "")


def _lines(found: Sequence[Service], language: str) -> list[Line]:
    lines = [
        (each.line != ServiceLine.FIRST, _said(each, "name", language), each) for each in found
    ]
    lines.sort(key=lambda line: (line[0], line[1].casefold()))
    return [Line(each.id, name) for _second, name, each in lines]


def _every(session: Session) -> Sequence[Service]:
    return session.scalars(
        select(Service).where(Service.ended_at.is_(None)).order_by(Service.id)
    ).all()


# --- keeping -------------------------------------------------------------------------------------


def may_keep(session: Session, person: Person) -> bool:
    return access.may_at_work(session, person, Action.KEEP_SERVICES)


def listed(session: Session, *, actor: Person) -> list[Line]:
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_SERVICES)
    return _lines(_every(session), "nb")


def to_keep(session: Session, *, actor: Person, service_id: int) -> Shown:
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_SERVICES)
    return one(session, service_id, "nb")


def add(session: Session, *, actor: Person, wish: Wish, now: datetime) -> int:
    """Returns its id. One of the same name is the same, and is not added again."""
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_SERVICES)
    words = {name: worded(name, text) for name, text in wish.words.items()}
    require(all(words.get(name) for name in NEEDED) and wish.needs, Why.WORDS_REQUIRED)
    known = session.scalars(
        select(Service).where(Service.name == words["name"], Service.ended_at.is_(None))
    ).first()
    if known is not None:
        return known.id
    made = new_id()
    service = Service(
        id=made, key=f"s{made}", line=wish.line, needs=[each.value for each in wish.needs],
        translated={}, **words,
    )  # fmt: skip
    session.add(service)
    _recorded(session, actor, "services.add", service, now)
    return made


def change(
    session: Session, *, actor: Person, service_id: int, name: str, text: str, now: datetime
) -> None:
    """One of the words of LONGEST. What stands in other languages is of the old words, and goes."""
    service = _found(session, actor, service_id)
    text = worded(name, text)
    require(text or name not in NEEDED, Why.WORDS_REQUIRED)
    if getattr(service, name) == text:
        return
    setattr(service, name, text)
    service.translated = {
        language: {each: own for each, own in told.items() if each != name}
        for language, told in service.translated.items()
    }
    _recorded(session, actor, "services.change", service, now)


def set_needs(
    session: Session, *, actor: Person, service_id: int, needs: Sequence[Need], now: datetime
) -> None:
    service = _found(session, actor, service_id)
    require(needs, Why.WORDS_REQUIRED)
    wanted = [each.value for each in Need if each in needs]
    if service.needs != wanted:
        service.needs = wanted
        _recorded(session, actor, "services.change", service, now)


def end(session: Session, *, actor: Person, service_id: int, now: datetime) -> None:
    """Take it out of the directory. Out already: quiet."""
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_SERVICES)
    service = session.get(Service, service_id)
    if service is None:
        refuse(Why.ABSENT)
    if service.ended_at is None:
        service.ended_at = now
        _recorded(session, actor, "services.end", service, now)


def worded(name: str, text: str) -> str:
    """As it is kept. Refused when it is too long."""
    text = " ".join(text.split())
    require(len(text) <= LONGEST[name], Why.TOO_LONG)
    return text


def _found(session: Session, actor: Person, service_id: int) -> Service:
    access.authorise_at_work(session, actor=actor, action=Action.KEEP_SERVICES)
    service = session.get(Service, service_id)
    if service is None or service.ended_at is not None:
        refuse(Why.ABSENT)
    return service


def _recorded(
    session: Session, actor: Person, action: str, service: Service, now: datetime
) -> None:
    session.flush()
    audit.record(session, action=action, actor_id=actor.id, object_id=service.id, now=now)
    unasked.tell_of_decision(session, actor.id, "services", now)
