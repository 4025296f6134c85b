"""What each reader sees of an evaluation: the youth the questions, the holder the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    access,
    access_log,
    asked_views,
    cases,
    consents,
    municipality,
    next_dates,
    people,
    right_views,
    shielded,
    tiltak,
    voices,
)
from models.asked_views import Answered
from models.base import Refused, refuse, require
from models.cases import Case
from models.evaluations import Evaluation
from models.goals import items_of
from models.people import Person
from models.policy import Calendar
from models.right_views import Beside
from models.terms import (
    FAMILY,
    Action,
    Decision,
    Effect,
    InfoKind,
    ItemKind,
    RightKind,
    Role,
    TiltakState,
    VoiceState,
    Why,
)
from models.tiltak import Goal, Tiltak
from models.withheld import Item


@dataclass(frozen=True)
class Asked:
    """One question to the youth: how does this tiltak go? And what was answered last."""

    tiltak_id: int
    case_id: int
    version: int
    words: str
    holder: str
    state: VoiceState
    score: int | None
    more: int  # other questions still open
    others: tuple[str, ...]  # who else was asked about it


@dataclass(frozen=True)
class Due:
    """One tiltak to evaluate, with the youth's own answer in place."""

    tiltak_id: int
    version: int
    words: str
    responsible: str
    evaluate_on: date
    voice: VoiceState
    score: int | None
    voice_words: str | None
    answers: tuple[Answered, ...]  # the others'
    curve: tuple[tuple[datetime, int], ...]  # what the youth has said of it, round by round
    shielded: date | None  # from the guardians, and looked at again on that day


@dataclass(frozen=True)
class DueInCase:
    case_id: int
    ungdom: str
    due: tuple[Due, ...]


@dataclass(frozen=True)
class ToEvaluate:
    """What the holder chooses from in an evaluation; `responsibles` only if a new one is needed."""

    due: Due
    ungdom: str
    goal: str
    deadline: date
    today: date
    dates: Mapping[int, date]
    responsibles: Mapping[int, str]
    on_paper: bool
    calendar: Calendar


@dataclass(frozen=True)
class Outcome:
    """What was decided, as one reader may know it."""

    case_id: int
    tiltak_id: int
    words: str
    decision: Decision
    effect: Effect | None
    new_words: str | None
    next_on: date | None
    deadline: date | None  # of what goes on
    reason: str | None  # for the family and the holder
    voice: VoiceState | None  # for the youth and the holder
    score: int | None
    voice_words: str | None  # what was said to the holder
    to_holder: bool
    beside: Beside
    left: int  # for the holder: how many are still to be evaluated
    wants_date: bool  # for the holder: nothing more is agreed in the case
    shielded: date | None  # for staff


def open_questions(
    session: Session, actor: Person, case_id: int, now: datetime
) -> tuple[Asked, ...]:
    """What the youth has not answered of the tiltak that are soon evaluated."""
    case = access.open_case(
        session, actor=actor, case_id=case_id, action=Action.GIVE_VOICE, now=now
    )
    require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    if case.on_paper_since is not None:
        return ()  # what the youth says stands on the paper
    unanswered = [
        t for t in tiltak.near(session, case.id, now) if voices.voice_of(session, t) is None
    ]
    return tuple(_asked(session, case, t, len(unanswered) - 1) for t in unanswered)


def my_questions(session: Session, actor: Person, now: datetime) -> tuple[Asked, ...]:
    """As `open_questions`, for the reader's own case; none when there is nothing to ask."""
    case = cases.open_for(session, actor.id)
    try:
        return open_questions(session, actor, case.id if case is not None else 0, now)
    except Refused:
        return ()


def question(session: Session, actor: Person, tiltak_id: int, now: datetime) -> Asked:
    """One question, answered or not. Stale when the tiltak is done with."""
    case, thing = tiltak.open_one(
        session, actor=actor, tiltak_id=tiltak_id, action=Action.GIVE_VOICE, now=now
    )
    require(consents.carries(session, case, now), Why.CONSENT_MISSING)
    require(thing.state == TiltakState.ACTIVE, Why.STALE)
    others = open_questions(session, actor, case.id, now)
    return _asked(session, case, thing, sum(q.tiltak_id != tiltak_id for q in others))


def anything_due(session: Session, actor: Person, case_id: int, now: datetime) -> bool:
    """Whether the holder has something to evaluate in a case. Shows nothing of it."""
    case = access.open_case(session, actor=actor, case_id=case_id, action=Action.EVALUATE, now=now)
    return bool(tiltak.near(session, case.id, now))


def due_in(session: Session, actor: Person, case_id: int, now: datetime) -> DueInCase:
    """The holder's list: what is to be evaluated now, the youth's answers in place."""
    case = access.open_case(session, actor=actor, case_id=case_id, action=Action.EVALUATE, now=now)
    near = tiltak.near(session, case.id, now)
    if near:
        marks = shielded.of_case(session, case.id)
        kept = all(marks.hides(*items_of(thing)) for thing in near)
        access_log.looked(session, "evaluations", actor, case, now, kept=kept)
    names = people.names(session, [case.ungdom_id, *(t.responsible_id for t in near)])
    due = tuple(_due(session, case, t, names, now) for t in near)
    return DueInCase(case.id, names[case.ungdom_id], due)


def due_for(session: Session, actor: Person, now: datetime) -> tuple[DueInCase, ...]:
    """As `due_in`, over every case the holder may evaluate in now."""
    found, held = [], cases.held_by(session, actor.id)
    with access.of_each(session, actor, held):
        for case in held:
            try:
                found.append(due_in(session, actor, case.id, now))
            except Refused:
                continue
    due = (one for one in found if one.due)
    return tuple(sorted(due, key=lambda one: one.ungdom.casefold()))


def to_evaluate(session: Session, actor: Person, tiltak_id: int, now: datetime) -> ToEvaluate:
    """Everything the holder needs to evaluate one tiltak. Stale when it is done with."""
    case, thing = tiltak.open_one(
        session, actor=actor, tiltak_id=tiltak_id, action=Action.EVALUATE, now=now
    )
    require(thing.state == TiltakState.ACTIVE, Why.STALE)
    kept = shielded.of_case(session, case.id).hides(*items_of(thing))
    access_log.looked(session, "evaluations", actor, case, now, kept=kept)
    able = tiltak.responsibles(session, case, now, thing.id)
    names = people.names(session, [case.ungdom_id, thing.responsible_id])
    needs_new = thing.responsible_id not in able
    return ToEvaluate(
        due=_due(session, case, thing, names, now),
        ungdom=names[case.ungdom_id],
        goal=session.get_one(Goal, thing.goal_id).words or "",
        deadline=thing.deadline,
        today=tiltak.today(session, now),
        dates=tiltak.suggested_dates(session, now),
        responsibles=people.names(session, able) if needs_new else {},
        on_paper=case.on_paper_since is not None,
        calendar=municipality.calendar_of(session),
    )


def outcome(session: Session, actor: Person, evaluation_id: int, now: datetime) -> Outcome:
    """What was decided: for the family and the holder, and for the tiltak's responsible. Not for
    a guardian from whom it is shielded.

    The youth's own answer is shown to the youth and the holder only.
    """
    made = session.get(Evaluation, evaluation_id)
    thing = session.get(Tiltak, made.tiltak_id) if made is not None else None
    case = access.open_case(
        session,
        actor=actor,
        case_id=thing.case_id if thing is not None else 0,
        action=Action.READ_CASE,
        now=now,
    )
    assert made is not None  # noqa: S101 - no case has id 0
    assert thing is not None  # noqa: S101
    hats = access.hats_in_case(session, actor, case, now)
    whole = access.sees_whole(session, case, hats, now)
    living = session.get_one(Tiltak, thing.replaced_by) if thing.replaced_by else thing
    mine = actor.id in (thing.responsible_id, living.responsible_id)
    if not whole and not (mine and _may_know(session, actor, case, [thing, living], now)):
        refuse(Why.ABSENT)
    items = *items_of(thing), *items_of(living)
    require(not shielded.hidden_from(session, case, actor).hides(*items), Why.ABSENT)
    marks = shielded.of_case(session, case.id)
    access_log.looked(session, "evaluations", actor, case, now, kept=marks.hides(*items))
    hears_voice = bool(hats & {Role.UNGDOM, Role.STAFETTHOLDER})
    voice = session.get(voices.Voice, made.voice_id or 0) if hears_voice else None
    holder = Role.STAFETTHOLDER in hats and consents.carries(session, case, now)
    return Outcome(
        case_id=case.id,
        tiltak_id=thing.id,
        words=thing.words or "",
        decision=Decision(made.decision),
        effect=Effect(made.effect) if made.effect else None,
        new_words=living.words if living is not thing else None,
        next_on=made.next_on,
        deadline=living.deadline if made.next_on else None,
        reason=made.reason if whole else None,
        voice=VoiceState(made.voice) if hears_voice else None,
        score=voice.score if voice is not None else None,
        voice_words=voice.words if voice is not None and made.voice == VoiceState.TOLD else None,
        to_holder=Role.STAFETTHOLDER in hats,
        beside=right_views.beside(session, RightKind.EVALUATION, made.id, actor, now),
        left=len(tiltak.near(session, case.id, now)) if holder else 0,
        wants_date=holder and next_dates.wanted(session, actor, case.id, now),
        shielded=None if hats & FAMILY else marks.review_on(*items),
    )


def outcomes(
    session: Session, actor: Person, case_id: int, now: datetime, most: int | None = None
) -> tuple[tuple[datetime, Outcome], ...]:
    """What was decided in a case and `actor` may know, the newest first."""
    access.open_case(session, actor=actor, case_id=case_id, action=Action.READ_CASE, now=now)
    return tuple(islice(_outcomes(session, actor, case_id, now), most))


def _outcomes(
    session: Session, actor: Person, case_id: int, now: datetime
) -> Iterator[tuple[datetime, Outcome]]:
    made = select(Evaluation).join(Tiltak, Tiltak.id == Evaluation.tiltak_id)
    newest = made.where(Tiltak.case_id == case_id).order_by(Evaluation.at.desc(), Evaluation.id)
    for evaluation in session.scalars(newest).all():
        try:
            yield evaluation.at, outcome(session, actor, evaluation.id, now)
        except Refused:
            continue


def _may_know(
    session: Session, actor: Person, case: Case, things: Sequence[Tiltak], now: datetime
) -> bool:
    """By one service that none of these is withheld from."""
    of_each = [
        access.kinds_by_unit(session, actor, case, now, of=Item(ItemKind.TILTAK, thing.id))
        for thing in things
    ]
    return any(
        InfoKind.TILTAK in kinds and all(unit_id in granted for granted in of_each)
        for unit_id, kinds in of_each[0].items()
    )


def _asked(session: Session, case: Case, thing: Tiltak, more: int) -> Asked:
    voice = voices.voice_of(session, thing)
    return Asked(
        tiltak_id=thing.id,
        case_id=case.id,
        version=thing.version,
        words=thing.words or "",
        holder=people.get(session, case.stafettholder_id).name or "",
        state=voices.voice_state(thing, voice),
        score=voice.score if voice is not None else None,
        more=more,
        others=asked_views.asked_names(session, thing),
    )


def _due(
    session: Session, case: Case, thing: Tiltak, names: Mapping[int, str], now: datetime
) -> Due:
    voice = voices.voice_of(session, thing)
    return Due(
        tiltak_id=thing.id,
        version=thing.version,
        words=thing.words or "",
        responsible=names[thing.responsible_id],
        evaluate_on=thing.evaluate_on,
        voice=voices.voice_state(thing, voice),
        score=voice.score if voice is not None else None,
        voice_words=voice.words if voice is not None else None,
        answers=asked_views.answers(session, case, thing, now),
        curve=voices.curve(session, thing),
        shielded=shielded.of_case(session, thing.case_id).review_on(*items_of(thing)),
    )
