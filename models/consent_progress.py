"""How a question stands, for the stafettholder: what is awaited, never who said no or what each said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models import municipality, policy
from models.consent_history import ConsentQuestion, scope_of
from models.consent_standing import UNANSWERED, Standing
from models.people import Person
from models.terms import ConsentState, Hearing


@dataclass(frozen=True)
class Progress:
    """How one question stands, for the stafettholder: never who said no or took a yes back."""

    question_id: int
    services: tuple[str, ...]
    everything: bool  # it asks whether all may know everything
    in_force: bool
    until: date  # the last day, of what is in force, or of what is asked
    older_until: date | None  # an earlier version is in force till then, while this one is not
    differs: bool  # those who said yes did not all say it to the same: settle it with them
    declined: bool  # somebody said no or took a yes back; then nobody is named as awaited
    waiting: tuple[str, ...]  # who has not answered yet
    talk: tuple[str, ...]  # who wants to talk first
    languages: frozenset[str]  # of those who have not answered
    text_key: str
    not_joined: bool  # someone who must answer has no account yet
    hearing: Hearing | None  # whether to hear a youth who does not decide; None: decides


def progress_of(session: Session, holds: Standing, youth: Person) -> tuple[Progress, ...]:
    """The newest version of every question, and what of it is still unanswered."""
    newest = [q for q in holds.questions if q is holds.newest(q)]
    return tuple(
        Progress(
            question_id=question.id,
            services=_named(session, scope_of(question)),
            everything=question.everything,
            in_force=holds.holds(question),
            until=holds.ends_on(question),
            older_until=_older_until(holds, question),
            differs=holds.differs(question),
            declined=_declined(holds, question),
            waiting=()
            if _declined(holds, question)
            else _in_order(holds.among(question, UNANSWERED)),
            talk=_in_order(_talking(holds, question, youth)),
            languages=frozenset(p.language for p in holds.among(question, UNANSWERED)),
            text_key=question.text_key,
            not_joined=any(p.confirmed_at is None for p in holds.must.everyone),
            hearing=policy.hearing(youth.born, holds.today, holds.rules)
            if holds.must.youth is None
            else None,
        )
        for question in newest
    )


def _declined(holds: Standing, question: ConsentQuestion) -> bool:
    """Where somebody did, the names of those awaited would tell who, by who is missing."""
    return bool(holds.among(question, {ConsentState.REFUSED, ConsentState.WITHDRAWN}))


def _talking(holds: Standing, question: ConsentQuestion, youth: Person) -> list[Person]:
    """Who wants to talk first; a youth may at any age."""
    persons = {person.id: person for person in (*holds.must.everyone, youth)}.values()
    return [p for p in persons if holds.state(question, p.id) is ConsentState.TALK_FIRST]


def _in_order(persons: Iterable[Person]) -> tuple[str, ...]:
    return tuple(sorted((p.name or "" for p in persons), key=str.casefold))


def _older_until(holds: Standing, question: ConsentQuestion) -> date | None:
    held = [v for v in holds.versions(question)[:-1] if holds.holds(v)]
    return max((holds.ends_on(version) for version in held), default=None)


def _named(session: Session, unit_ids: Collection[int]) -> tuple[str, ...]:
    return tuple(municipality.unit_names(session, unit_ids).values())
