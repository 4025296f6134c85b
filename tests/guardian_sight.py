"""Everything somebody can open, be sent or take home: walked whole, and kept as words to compare."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import handlers
from bot.attachments import make
from handlers import case_page, consent_news, my_data
from handlers.turns import Attachment, Message, Reading, Turn
from locales import say
from models import access_log, contacts
from models.base import Refused
from models.outbox import Outgoing, OutState
from models.people import Person
from models.terms import ItemKind, Role
from tests.handlers.test_every_path import paths

Sight = dict[tuple[Any, ...], str]
"""Where something is seen -> its words. What is refused or moot is not in it."""
Subjects = Mapping[str, Collection[int]]
"""What a message's kind begins with -> the ids of what it can be about; for the cards that name
somebody or a thing beside their case, "people" and "things"."""

NOBODY = 17
"""The id of nothing at all."""
_IMPOSSIBLE = (KeyError, ValueError, AssertionError, AttributeError, StopIteration)
"""What a composer raises for parameters it is never promised with."""


def sight(session: Session, person: Person, about: Subjects, now: datetime) -> Sight:
    """All that can be opened, and both files. Leaves no reading."""
    everything = sorted({subject for ids in about.values() for subject in ids})
    found: Sight = {}
    with access_log.unseen(session):
        for kind in handlers.NOTICES:
            subjects = [0, *about.get(kind.partition(".")[0], ())]
            beside = about.get("people" if kind == "preview.card" else "things", ())
            found |= _cards(session, person, [kind], subjects, beside, now)
        found |= _flows(session, person, [None, *everything], now)
        for case_id, hat in product(about.get("stafett", ()), Role):
            try:
                data = case_page.data(session, me=person, case_id=case_id, hat=hat, now=now)
            except Refused:
                continue
            found["page", case_id, hat] = make(
                Attachment("page", data), person.language
            ).data.decode()
        for made in (my_data.page_of(session, person, now), my_data.json_of(session, person, now)):
            found["file", made.kind] = make(made, person.language).data.decode()
    found["promised",] = str(_promised(session, person))
    return found


def probed(
    session: Session, person: Person, ids: Iterable[int], cases: Collection[int], now: datetime
) -> Sight:
    """What comes of naming things by their ids in whatever asks for one, by their number."""
    found: Sight = {}
    with access_log.unseen(session):
        naming = _naming(session, person, now)
        for number, each in enumerate(ids):
            cards = _cards(session, person, naming, [each], [each], now)
            more = ("consent.map_thing", "preview.card")
            cards |= _cards(session, person, more, cases, [each], now)
            cards |= _flows(session, person, [each], now)
            found |= {(number, key[0], *key[2:]): words for key, words in cards.items()}
    return found


def _naming(session: Session, person: Person, now: datetime) -> list[str]:
    """Kinds that say nothing about nothing: those that ask what they are about."""
    deaf = {key[0] for key in _cards(session, person, handlers.NOTICES, [NOBODY], [NOBODY], now)}
    return [kind for kind in handlers.NOTICES if kind not in deaf]


def _params(kind: str, others: Collection[int]) -> Iterator[dict[str, Any]]:
    match kind:
        case "consent.news":
            yield from ({"about": about} for about in consent_news.KINDS)
        case "stafett.card":
            yield from ({"hat": hat.value} for hat in Role)
        case "consent.map_thing":
            yield from ({"about": k.value, "item": i} for k, i in product(ItemKind, others))
        case "preview.card":
            hats = Role.STAFETTHOLDER, Role.SERVICE
            yield from ({"hat": hat.value, "person": each} for hat, each in product(hats, others))
        case _kind:
            yield {"number": "", "fingerprint": ""}


def _cards(
    session: Session,
    person: Person,
    kinds: Iterable[str],
    subjects: Collection[int],
    others: Collection[int],
    now: datetime,
) -> Sight:
    contact = contacts.of(session, person.id)
    assert contact is not None
    found: Sight = {}
    for kind, subject in product(kinds, subjects):
        for number, params in enumerate(_params(kind, others)):
            reading = Reading(session, person, contact, now, subject, params)
            try:
                message = handlers.compose(reading, kind)
            except _IMPOSSIBLE:
                continue
            if message is not None:
                found[kind, subject, number] = told(message, person.language)
    return found


def told(message: Message, language: str) -> str:
    """Words, buttons and, of a file, what stands in it."""
    labels = [say(button.label, language) for row in message.buttons for button in row]
    made = message.attachment
    data = repr(make(made, language).data) if made is not None else ""
    return "\n".join([say(message.text, language), *labels, data])


def _flows(
    session: Session, person: Person, subjects: Iterable[int | None], now: datetime
) -> Sight:
    contact = contacts.of(session, person.id)
    assert contact is not None
    found: Sight = {}
    for flow, subject in product(handlers.FLOWS.values(), subjects):
        turn = Turn(session, person, contact, now, occasion="sight")
        try:
            plain = flow.prepare(turn, subject)
        except Refused:
            continue
        found[flow.name, subject] = repr(plain)
        if flow.name == "sak.avslutt":  # its words are drawn from what is in the case
            for number, (_answers, outcome) in enumerate(paths(flow, plain, now)):
                question = getattr(outcome, "question", None)
                if question is not None:
                    found[flow.name, subject, number] = say(question.text, person.language)
    return found


def _promised(session: Session, person: Person) -> int:
    """How many messages somebody was or will be sent."""
    mine = Outgoing.recipient_id == person.id, Outgoing.state != OutState.MOOT
    return session.scalar(select(func.count(Outgoing.id)).where(*mine)) or 0


def as_nothing(probes: Sight) -> Sight:
    """What the first probe, of `NOBODY`, comes to, as if it had been said of each of them."""
    numbers = {key[0] for key in probes}
    nothing = {key[1:]: words for key, words in probes.items() if key[0] == 0}
    return {(n, *key): words for n, (key, words) in product(numbers, nothing.items())}


def differs(before: Sight, after: Sight) -> dict[Any, tuple[str | None, str | None]]:
    """What is not as it was."""
    return {
        key: (before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    }
