"""What each sees of a baton: the family who holds it and where, those who hand it over how it stands,
the successor what they would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    baton_family,
    batons,
    consents,
    family,
    goals,
    municipality,
    people,
    policy,
    responsibles,
    school_moves,
    stafett,
)
from models.base import by_name, require
from models.baton_led import looked, name_of, unit_name
from models.batons import BatonOffer
from models.cases import Case
from models.people import Person
from models.terms import (
    FAMILY,
    Action,
    BatonState,
    HolderWish,
    MoveItem,
    UnitKind,
    Why,
)


@dataclass(frozen=True)
class Turn:
    """Somebody held it, from a day to a day; until None: now."""

    name: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Item:
    """One thing to do before a pupil changes school; `day` None: not done, or not needed."""

    item: MoveItem
    due: date
    settled: bool
    day: date | None


@dataclass(frozen=True)
class Move:
    move_id: int
    school: str
    starts_on: date
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Who:
    """The baton with a face [31]."""

    case_id: int
    own: bool  # the reader is the youth
    ungdom: str
    holder: str
    unit: str
    found_at: str | None  # in the holder's own words
    turns: tuple[Turn, ...]  # the first first
    move: Move | None  # the youth is to change school


@dataclass(frozen=True)
class Said:
    """What one of the family was asked, for those who hand over."""

    wish_id: int
    name: str
    answer: HolderWish | None
    words: str | None
    aloud: bool
    joined: bool  # can answer in a chat
    open: bool


@dataclass(frozen=True)
class Heard:
    """Whose answer staff write down."""

    wish_id: int
    name: str


@dataclass(frozen=True)
class Offered:
    offer_id: int
    name: str
    on: date
    until: date


@dataclass(frozen=True)
class Ended:
    """The last offer, if it came to nothing."""

    name: str
    state: BatonState
    reason: str | None


@dataclass(frozen=True)
class Card:
    who: Who
    lost: bool  # held for a service, and the family does not say yes to that any more
    leads: bool  # the reader is the unit leader, and does not hold it
    wishes: tuple[Said, ...]
    ready: bool  # the family was asked, so it may be offered
    offered: Offered | None
    requests: Mapping[int, str]  # offer -> who has asked to get it
    may_move: bool  # there is another school, and the case is not on its way to one
    ended: Ended | None


@dataclass(frozen=True)
class OfferForm:
    """To whom it may be offered: of the school, of services; and the services that must be asked about."""

    case_id: int
    ungdom: str
    candidates: Mapping[int, str]
    units: Mapping[int, str]  # by person
    lacking: tuple[str, ...]
    tiltak: int  # how many the actor, who holds it, has to do
    may_keep: bool  # some of them: who takes part otherwise too


# --- who holds it --------------------------------------------------------------------------------


def who(session: Session, *, actor: Person, case_id: int, now: datetime) -> Who:
    """For the family: who holds the baton, where they are found, and who held it before."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now
    )
    require(access.hats_in_case(session, actor, case, now) & FAMILY, Why.ABSENT)
    return _who(session, actor, case, now)


def _who(session: Session, actor: Person, case: Case, now: datetime) -> Who:
    holder = people.get(session, case.stafettholder_id)
    return Who(
        case_id=case.id,
        own=actor.id == case.ungdom_id,
        ungdom=name_of(session, case.ungdom_id),
        holder=holder.name or "",
        unit=unit_name(session, case.holder_unit_id or case.school_id),
        found_at=holder.found_at,
        turns=_turns(session, case, now),
        move=_move(session, case, now),
    )


def _turns(session: Session, case: Case, now: datetime) -> tuple[Turn, ...]:
    rules = municipality.policy_at(session, now)
    told, since = [], policy.today_in(case.opened_at, rules)
    for change in batons.changes(session, case.id):
        until = policy.today_in(change.ended_at or now, rules)
        told.append(Turn(name_of(session, change.from_id), since, until))
        since = until
    return (*told, Turn(name_of(session, case.stafettholder_id), since, None))


def _move(session: Session, case: Case, now: datetime) -> Move | None:
    move = batons.move_of(session, case.id)
    if move is None:
        return None
    items = [
        Item(
            item,
            school_moves.due_on(move, item),
            is_settled,
            date.fromisoformat(day) if (day := move.done.get(item.value)) else None,
        )
        for item, is_settled in school_moves.settled(session, case, move, now).items()
    ]
    return Move(move.id, unit_name(session, move.to_school_id), move.starts_on, tuple(items))


# --- those who hand over -------------------------------------------------------------------------


def card(
    session: Session, *, actor: Person, case_id: int, now: datetime, moving: bool = False
) -> Card:
    """How it stands, for the holder and the unit leader. `moving`: EXPIRED unless the youth is to
    change school."""
    case = baton_family.opened(session, actor, case_id, now)
    require(not moving or batons.move_of(session, case.id), Why.EXPIRED)
    rules = municipality.policy_at(session, now)
    offer = batons.open_offer(session, case.id)
    offered = None
    if offer is not None:
        on = policy.today_in(offer.offered_at, rules)
        until = on + timedelta(days=rules.baton_offer_days)
        offered = Offered(offer.id, name_of(session, offer.to_id), on, until)
    looked(session, actor, case, now)
    return Card(
        who=_who(session, actor, case, now),
        lost=case.holder_unit_id is not None
        and not access.may_hold_for(session, case, case.holder_unit_id, now),
        leads=actor.id != case.stafettholder_id,
        wishes=_wishes(session, case),
        ready=baton_family.asked(session, case, now) is not None,
        offered=offered,
        requests={
            each.id: name_of(session, each.to_id) for each in batons.requests(session, case.id)
        },
        may_move=batons.move_of(session, case.id) is None
        and bool(others_than(session, case.school_id)),
        ended=None if offer else _ended(session, case),
    )


def _wishes(session: Session, case: Case) -> tuple[Said, ...]:
    """The youth's first, then by name."""
    told = [
        (w.person_id != case.ungdom_id, _said(session, w)) for w in batons.wishes(session, case)
    ]
    return tuple(said for _o, said in sorted(told, key=lambda each: (each[0], each[1].name)))


def _said(session: Session, wish: batons.BatonWish) -> Said:
    person = people.get(session, wish.person_id)
    return Said(
        wish_id=wish.id,
        name=person.name or "",
        answer=HolderWish(wish.answer) if wish.answer else None,
        words=wish.words,
        aloud=wish.aloud_to is not None,
        joined=person.confirmed_at is not None,
        open=wish.ended_at is None,
    )


def _ended(session: Session, case: Case) -> Ended | None:
    last = session.scalars(
        select(BatonOffer)
        .where(BatonOffer.case_id == case.id, BatonOffer.offered_by != BatonOffer.to_id)
        .order_by(BatonOffer.number.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.state not in (BatonState.DECLINED, BatonState.EXPIRED):
        return None
    return Ended(name_of(session, last.to_id), BatonState(last.state), last.reason)


def heard(session: Session, *, actor: Person, wish_id: int, now: datetime) -> Heard:
    wish = session.get(batons.BatonWish, wish_id)
    case = baton_family.opened(session, actor, wish.case_id if wish else 0, now)
    assert wish is not None  # noqa: S101 - no case was opened otherwise
    require(wish.ended_at is None, Why.EXPIRED)
    looked(session, actor, case, now)
    return Heard(wish.id, name_of(session, wish.person_id))


def form(session: Session, *, actor: Person, case_id: int, now: datetime) -> OfferForm:
    """Whom it may be offered to. Refused as `stafett.offer` would be, whoever it were."""
    case = baton_family.opened(session, actor, case_id, now)
    require(batons.open_offer(session, case.id) is None, Why.ALREADY_OPEN)
    require(baton_family.asked(session, case, now), Why.FAMILY_FIRST)
    able = stafett.able_at(session, case, consents.standing(session, case, now).grants())
    move = batons.move_of(session, case.id)
    if move is not None and school_moves.left(session, case, move, now):
        able.pop(move.to_school_id, None)
    units = {case.school_id: stafett.AT_SCHOOL}
    units |= {
        unit: roles
        for unit, roles in able.items()
        if access.may_hold_for(session, case, unit, now)
    }
    found: dict[int, int] = {}
    for unit_id, roles in units.items():
        workers = people.staff_of(session, unit_id, *roles)
        for person in family.but_guardians(session, workers, case.ungdom_id):
            found.setdefault(person.id, unit_id)
    found.pop(case.stafettholder_id, None)
    found.pop(case.ungdom_id, None)
    lacking = [unit for unit in able if unit not in units]
    require(found or lacking, Why.NOBODY)
    looked(session, actor, case, now)
    names = municipality.unit_names(session, set(found.values()))
    holds = actor.id == case.stafettholder_id
    own = [t for t in goals.active(session, case.id) if holds and t.responsible_id == actor.id]
    return OfferForm(
        case_id=case.id,
        ungdom=name_of(session, case.ungdom_id),
        candidates=by_name({person: name_of(session, person) for person in found}),
        units={person: names[unit] for person, unit in found.items()},
        tiltak=len(own),
        may_keep=any(
            responsibles.may_know(session, case, actor.id, thing.id, now) for thing in own
        ),
        lacking=tuple(municipality.unit_names(session, lacking).values()),
    )


def schools(
    session: Session, *, actor: Person, case_id: int, now: datetime
) -> tuple[str, dict[int, str]]:
    """The youth's name, and the schools the case can go to; none while it is going to one."""
    case = baton_family.opened(session, actor, case_id, now)
    require(batons.move_of(session, case.id) is None, Why.ALREADY_OPEN)
    found = others_than(session, case.school_id)
    require(found, Why.NOBODY)
    looked(session, actor, case, now)
    return name_of(session, case.ungdom_id), found


def others_than(session: Session, school_id: int) -> dict[int, str]:
    every = municipality.units_of_kind(session, UnitKind.SCHOOL)
    return {unit.id: unit.name for unit in every if unit.id != school_id}


def may_hand_over(session: Session, *, actor: Person, case_id: int, now: datetime) -> bool:
    """True, or refused as `baton_family.opened`."""
    return bool(baton_family.opened(session, actor, case_id, now))
