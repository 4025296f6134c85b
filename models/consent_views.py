"""What each sees of a consent: a consenter the own answers and nobody else's, the holder progress.

Of the others a consenter learns only whether some answer is still awaited (P3), never whose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models import (
    cases,
    consent_rules,
    consents,
    family,
    ledger,
    municipality,
    people,
    policy,
    shielded,
)
from models.base import refuse, require
from models.cases import Case
from models.consent_fold import Difference, without
from models.consent_history import ConsentQuestion, questions_of, scope_of
from models.consent_receipts import (
    Named,
    Receipt,
    Recorded,
    by_name,
    last_recorded,
    named,
    receipt,
    recorded,
)
from models.consent_rules import EVERYTHING, Kinds
from models.consent_standing import UNANSWERED, Standing
from models.people import Person
from models.terms import CaseState, ConsentState, Purpose, Why

__all__ = [
    "Changes", "ComingAge", "ConsentCard", "Named", "Receipt", "Recorded", "Sharing", "card",
    "coming_age", "mine", "receipt", "recorded", "sharing",
]  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """What everyone's yes to all of a question would change, against what is in force now."""

    new: Named
    ends: Named
    not_asked: Named  # of the services asked about: what they still would not know
    as_before: Named  # all that is shared now and would go on
    until_before: date | None  # set when the last day would be another

    @property
    def narrows(self) -> bool:
        return bool(self.ends) and not self.new


@dataclass(frozen=True)
class ConsentCard:
    """One question as one consenter sees it, in its newest version."""

    question_id: int
    case_id: int
    text_key: str
    ungdom: str
    own: bool  # the reader is the youth it is about
    asked_by: str
    school: str
    scope: Named  # service and what it would know
    units: tuple[int, ...]  # the services of `scope`, for a yes to some of it
    everything: bool  # the question is whether all may know everything
    said_yes_to: Named  # the reader's own yes, where it stands: all of `scope`, or less
    not_shared: Named  # of the reader's yes, while it is in force: what services may not know all
    # the same, as another's is to less
    left_out: Named  # of a yes to everything: what services do not get by it all the same
    changes: Changes
    purpose: Purpose
    until: date
    state: ConsentState  # the reader's own answer; asked, where a yes must be said anew
    revision: int  # goes up with every answer: a button drawn before it is an old button
    must: bool  # the reader's yes is needed
    may_answer: bool
    may_talk: bool
    may_withdraw: bool
    may_change: bool  # say yes to more or less of it than before
    stops: tuple[str, ...]  # the services of every yes that taking this one back would stop
    first: bool  # nothing was asked in the case before, and the reader has not answered
    in_force: bool
    older_in_force: bool  # an earlier version is, while this one waits
    number: str | None  # the reader's last receipt
    recorded: Recorded | None  # the last answer, where staff wrote it down

    @property
    def awaits_others(self) -> bool:
        return self.state is ConsentState.GIVEN and not self.in_force


@dataclass(frozen=True)
class ComingAge:
    """A birthday soon that changes who must consent, for the youth and for guardians."""

    case_id: int
    ungdom: str
    own: bool  # the reader is the youth
    age: int
    day: date
    youth_joins: bool  # from then the youth must say yes too
    guardians_lapse: bool  # what guardians have said no longer counts, either way
    guardians_out: bool  # and they have no part in the case any more


def card(session: Session, *, actor: Person, question_id: int, now: datetime) -> ConsentCard:
    """The newest version of a question, for those it is put to and for the youth.

    Someone no longer asked (a guardian without responsibility) sees only what their own yes
    still stands to, so that it can be taken back [16].
    """
    question = consents.find(session, question_id)
    case = cases.find(session, question.case_id) if question is not None else None
    if question is None or case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    found = _card(session, actor, case, consents.standing(session, case, now), question)
    if found is None:
        refuse(Why.ABSENT)
    return found


def mine(session: Session, *, actor: Person, now: datetime) -> tuple[ConsentCard, ...]:
    """Every question someone is asked, or has said yes to, newest versions only."""
    if actor.confirmed_at is None:
        return ()
    ids = {question.case_id for question in questions_of(session, actor.id)}
    youths = [actor, *family.wards_of(session, actor, now)]
    near = [cases.open_for(session, youth.id) for youth in youths]
    ids |= {case.id for case in near if case is not None}
    cards = []
    for case in (cases.find(session, case_id) for case_id in sorted(ids)):
        if case is None or case.state == CaseState.CLOSED:
            continue
        holds = consents.standing(session, case, now)
        newest = [question for question in holds.questions if question is holds.newest(question)]
        cards += [_card(session, actor, case, holds, question) for question in newest]
    seen = (found for found in cards if found is not None)
    return tuple(sorted(seen, key=lambda found: found.ungdom.casefold()))


def _card(
    session: Session, actor: Person, case: Case, holds: Standing, question: ConsentQuestion
) -> ConsentCard | None:
    if actor.confirmed_at is None:
        return None
    kept = actor.id in shielded.kept_from(session, case)
    must = not kept and any(person.id == actor.id for person in holds.must.everyone)
    youth = actor.id == case.ungdom_id
    given = holds.given_by(question, actor.id)
    if not (must or youth or given):
        return None
    ledger.note(session, case.id)
    shown = holds.newest(question) if must or youth else given[-1]
    state = holds.answer(shown, actor.id)
    history = holds.answers(shown, actor.id)
    open_still = shown.until >= holds.today
    scope = by_name(session, scope_of(shown))
    said = holds.said_yes_to(shown, actor.id)
    left_out = _left_out(holds, shown, actor) if shown.everything else {}
    return ConsentCard(
        question_id=shown.id,
        case_id=case.id,
        text_key=shown.text_key,
        ungdom=people.get(session, case.ungdom_id).name or "",
        own=youth,
        asked_by=people.get(session, shown.asked_by).name or "",
        school=_unit(session, case.school_id),
        scope=scope,
        units=tuple(municipality.unit_names(session, scope_of(shown))),
        everything=shown.everything,
        said_yes_to=() if shown.everything else by_name(session, said),
        not_shared=by_name(session, _not_shared(holds, shown, actor)),
        left_out=by_name(session, left_out),
        changes=_changes(session, holds.difference(shown)),
        purpose=Purpose(shown.purpose),
        until=shown.until,
        state=state,
        revision=len(history),
        must=must,
        may_answer=must and open_still and state is not ConsentState.GIVEN,
        may_talk=(must or youth) and open_still and state is not ConsentState.GIVEN,
        may_withdraw=bool(given),
        may_change=must and open_still and state is ConsentState.GIVEN and bool(scope or left_out),
        stops=_stops(session, holds, shown, actor),
        first=len(holds.questions) == 1 and state in UNANSWERED,
        in_force=holds.holds(shown),
        older_in_force=any(holds.holds(v) for v in holds.versions(shown) if v is not shown),
        number=next((event.number for event in reversed(history) if event.number), None),
        recorded=last_recorded(session, history),
    )


def _left_out(holds: Standing, wide: ConsentQuestion, actor: Person) -> dict[int, Kinds]:
    """What services would know too, had the reader not said that they only get that."""
    gives = holds.gives(wide, actor.id, holds.own(actor.id))
    return without(dict.fromkeys(gives, EVERYTHING), gives)


def _not_shared(holds: Standing, shown: ConsentQuestion, actor: Person) -> dict[int, Kinds]:
    wide = shown.everything
    yes = (
        holds.gives(shown, actor.id, holds.grants())
        if wide
        else holds.said_yes_to(shown, actor.id)
    )
    return dict(holds.not_shared(shown, yes))


def _changes(session: Session, found: Difference) -> Changes:
    return Changes(
        new=by_name(session, found.new),
        ends=by_name(session, found.ends),
        not_asked=by_name(session, found.not_asked),
        as_before=by_name(session, found.as_before),
        until_before=found.until_before if found.until_changes else None,
    )


def _stops(
    session: Session, holds: Standing, question: ConsentQuestion, actor: Person
) -> tuple[str, ...]:
    """Not a service that another yes, which stays, lets know something all the same."""
    ending = holds.ends_with([question], actor.id)
    staying = [q for q in holds.questions if q not in ending and holds.yes(q, actor.id)]
    return named(session, holds.named(ending, actor.id) - holds.named(staying, actor.id))


def _unit(session: Session, unit_id: int) -> str:
    found = municipality.unit(session, unit_id)
    return found.name if found is not None else ""


@dataclass(frozen=True)
class Sharing:
    """What is shared in a case now, in the least words."""

    any: bool
    less: bool  # than has been


def sharing(session: Session, *, actor: Person, case_id: int, now: datetime) -> Sharing:
    """To the family. Refused as absent to others."""
    case = cases.find(session, case_id)
    near = case and actor.confirmed_at and actor in family.of(session, case.ungdom_id, now)
    if case is None or not near or actor.id in shielded.kept_from(session, case):
        refuse(Why.ABSENT)
    ledger.note(session, case.id)
    holds = consents.standing(session, case, now)
    return Sharing(any=bool(holds.grants()), less=bool(holds.lost()))


def coming_age(session: Session, *, actor: Person, case_id: int, now: datetime) -> ComingAge:
    """The next birthday that changes anything, once it is near. Refused as absent otherwise, and
    to all but the youth and the guardians who take part."""
    case = cases.find(session, case_id)
    if case is None or case.state == CaseState.CLOSED:
        refuse(Why.ABSENT)
    youth = people.get(session, case.ungdom_id)
    near = actor.confirmed_at and actor in family.of(session, youth.id, now)
    near = near and actor.id not in shielded.kept_from(session, case)
    require(near and youth.born, Why.ABSENT)
    assert youth.born is not None  # noqa: S101 - required above
    rules = municipality.policy_at(session, now)
    today = policy.today_in(now, rules)
    days = {policy.birthday(youth.born, age): age for age in policy.consent_ages(rules)}
    day = min((day for day in days if day > today), default=None)
    if day is None or day - timedelta(days=rules.age_warn_days) > today:
        refuse(Why.ABSENT)
    eve = day - timedelta(days=1)
    before, after = (
        consent_rules.required(youth.id, youth.born, (), each, rules) for each in (eve, day)
    )
    ledger.note(session, case.id)
    return ComingAge(
        case_id=case.id,
        ungdom=youth.name or "",
        own=actor.id == youth.id,
        age=days[day],
        day=day,
        youth_joins=before.youth is None and after.youth is not None,
        guardians_lapse=before.guardians_needed and not after.guardians_needed,
        guardians_out=policy.guardians_take_part(youth.born, eve, rules)
        and not policy.guardians_take_part(youth.born, day, rules),
    )
