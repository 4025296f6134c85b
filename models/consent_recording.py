"""What was said aloud or on paper, written down by the stafettholder; and striking out a mistake.

It does exactly what the consenter's own answer would have done [18]. The one it is about is told
in the own chat, and can say that it is wrong. 'Recorded in error' is apart from 'taken back': the
history keeps both events, and the rules read neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import access, follow_ups, journal, municipality, people, policy
from models.base import new_id, refuse, require
from models.cases import Case
from models.consent_answers import already, no, opened, part_of, take_back, yes
from models.consent_asking import may_be_asked
from models.consent_effects import begin, joined, pause, put, settle
from models.consent_history import ConsentEvent, ConsentQuestion, ConsentRecord, find
from models.consent_ladder import LADDER
from models.consent_noting import note, reference
from models.consent_standing import UNANSWERED, Standing, standing
from models.people import Person
from models.terms import Action, ConsentAct, ConsentState, InfoKind, Mistake, Via, Why
from models.unasked import tell

LONGEST = 200
PAPER_KEY = "consent.paper"
"""The municipality's own form, where its words were approved too [23]."""

_SAID = (ConsentAct.GIVEN, ConsentAct.REFUSED, ConsentAct.WITHDRAWN)


@dataclass(frozen=True)
class Paper:
    """How an answer reached staff. Aloud it needs a witness, on paper a document's reference."""

    via: Via
    given_on: date
    witness: str | None = None
    document: str | None = None
    language: str | None = None  # of the words read out or signed
    text_hash: str | None = None  # of the approved words; without, the paper itself is the text
    text_key: str | None = None  # the question's own words, or PAPER_KEY


# --- writing down --------------------------------------------------------------------------------


def record(
    session: Session,
    *,
    actor: Person,
    question_id: int,
    consenter_id: int,
    act: ConsentAct,
    paper: Paper,
    now: datetime,
    occasion: str,
    scope: Mapping[int, Iterable[InfoKind]] | None = None,
    every: bool = False,
) -> list[ConsentEvent]:
    """Write down a yes, a no or that something is taken back, for one who must answer; whoever
    gave may take back, what this question is about or `every` yes in the case. Empty when there
    was nothing to take back.

    To take back needs neither witness nor document, which a yes and a no do. A yes needs approved
    words or the paper itself [23], and is none if the person has said no on that day or since [17]. Raises Refused: ABSENT, STALE, EXPIRED, NO_SUCH_DATE,
    WORDS_REQUIRED, TOO_LONG, TEXT_NOT_APPROVED; SAID_SINCE for what the person has said otherwise
    on that day or later; SHIELDED for a yes of one from whom the case is
    shielded.
    """
    question, case, before = _held(session, actor, question_id, now)
    person = people.get(session, consenter_id)
    require(act in _SAID, Why.ABSENT)
    _check(paper, before, act)
    said = _Written(session, case, before, question, person, actor, paper, now, occasion)
    given = before.state(question, person.id) is ConsentState.GIVEN
    if act is ConsentAct.GIVEN:
        events = said.yes(None if scope is None else dict(scope))
    elif act is ConsentAct.WITHDRAWN or given:
        events = said.end(before.questions if every else [question])
    else:
        events = said.no()
    if events:
        number = events[0].number or ""
        tell(session, "consent.recorded", joined([person]), question.id, number, now)
    return events


def _held(
    session: Session, actor: Person, question_id: int, now: datetime
) -> tuple[ConsentQuestion, Case, Standing]:
    """A question of a case in which the actor holds the baton."""
    question = find(session, question_id)
    if question is None:
        refuse(Why.ABSENT)
    access.open_case(
        session, actor=actor, case_id=question.case_id, action=Action.RECORD_CONSENT, now=now
    )
    return (question, *opened(session, question, now))


def _check(paper: Paper, before: Standing, act: ConsentAct) -> None:
    require(paper.via in (Via.PAPER, Via.ORAL), Why.ABSENT)
    oldest = before.today - timedelta(days=before.rules.consent_validity_days)
    require(oldest < paper.given_on <= before.today, Why.NO_SUCH_DATE)
    needed = paper.document if paper.via is Via.PAPER else paper.witness
    # Nobody shall have to go home because the witness has: taking back is never the harder way.
    require(act is ConsentAct.WITHDRAWN or (needed or "").strip(), Why.WORDS_REQUIRED)
    require(max(len(paper.witness or ""), len(paper.document or "")) <= LONGEST, Why.TOO_LONG)


@dataclass(frozen=True)
class _Written:
    """One answer that staff bring, about to be written down. Nothing said again is nothing new."""

    session: Session
    case: Case
    before: Standing
    question: ConsentQuestion
    person: Person
    by: Person
    paper: Paper
    now: datetime
    occasion: str

    def yes(self, scope: dict[int, Iterable[InfoKind]] | None) -> list[ConsentEvent]:
        self._require_asked()
        require(may_be_asked(self.session, self.case, [self.person]), Why.SHIELDED)
        part = part_of(self.question, scope)
        if already(self.before, self.question, self.person, part) is not None:
            return []
        against = {ConsentAct.REFUSED, ConsentAct.WITHDRAWN}
        require(not self._said_since(against, self.question, same_day=True), Why.SAID_SINCE)
        self._require_words()
        paper, validity = self.paper, timedelta(days=self.before.rules.consent_validity_days)
        event = yes(
            self.session, self.case, self.before, self.question, self.person, part,
            min(self.question.until, paper.given_on + validity), self.now,
            occasion=self.occasion, record=self._record(), language=paper.language,
            text_hash=paper.text_hash,
        )  # fmt: skip
        follow_ups.reschedule(self.session, LADDER, self.question, self.now)
        return [event]

    def no(self) -> list[ConsentEvent]:
        self._require_asked()
        against = (ConsentState.REFUSED, ConsentState.WITHDRAWN)
        if self.before.state(self.question, self.person.id) in against:
            return []
        event = no(
            self.session, self.case, self.before, self.question, self.person, self.now,
            occasion=self.occasion, record=self._record(), language=self.paper.language,
        )  # fmt: skip
        return [event]

    def end(self, questions: Sequence[ConsentQuestion]) -> list[ConsentEvent]:
        """Not a yes that was said after the day of the paper; STALE when that is all there is."""
        given = [q for q in questions if self.before.ends_with([q], self.person.id)]
        ending = [q for q in given if not self._said_since({ConsentAct.GIVEN}, q, same_day=False)]
        require(ending or not given, Why.SAID_SINCE)
        if not ending:
            return []
        return take_back(
            self.session, self.person, ending, self.now, self.occasion, self._record()
        )

    def _require_asked(self) -> None:
        before, question = self.before, self.question
        require(self.person.id in {p.id for p in before.must.everyone}, Why.ABSENT)
        require(question is before.newest(question), Why.STALE)
        require(question.until >= before.today, Why.EXPIRED)

    def _said_since(
        self, acts: set[ConsentAct], question: ConsentQuestion, *, same_day: bool
    ) -> bool:
        """The last word decides, not the last that was written down: something else was said
        after the day of the paper, to whichever version. A no of the same day counts as later."""
        void = {event.voids for told in self.before.events.values() for event in told}
        days = [
            self._day(event)
            for version in self.before.versions(question)
            for event in self.before.history(version, self.person.id)
            if event.act in acts and event.id not in void
        ]
        given_on = self.paper.given_on
        return any(d > given_on or (same_day and d == given_on) for d in days)

    def _day(self, event: ConsentEvent) -> date:
        if event.record_id is not None:
            return self.session.get_one(ConsentRecord, event.record_id).given_on
        return policy.today_in(event.at, self.before.rules)

    def _require_words(self) -> None:
        paper, key = self.paper, self.paper.text_key or self.question.text_key
        if paper.text_hash is None:
            require(paper.via is Via.PAPER, Why.TEXT_NOT_APPROVED)  # its document was asked for
            return
        approved = key in (self.question.text_key, PAPER_KEY) and municipality.is_approved(
            self.session, key=key, language=paper.language or "", hash=paper.text_hash
        )
        require(approved, Why.TEXT_NOT_APPROVED)

    def _record(self) -> ConsentRecord:
        paper, key = self.paper, self.paper.text_key or self.question.text_key
        made = ConsentRecord(
            id=new_id(), key_id=self.case.key_id, case_id=self.case.id, via=paper.via,
            given_on=paper.given_on,
            recorded_by=self.by.id, recorded_at=self.now,
            text_key=key if paper.text_hash is not None else None,
        )  # fmt: skip
        self.session.add(made)
        made.witness = (paper.witness or "").strip() or None
        made.document = (paper.document or "").strip() or None
        self.session.flush()
        return made


# --- striking out --------------------------------------------------------------------------------


def strike_out(
    session: Session, *, actor: Person, number: str, reason: Mistake, now: datetime
) -> list[ConsentEvent]:
    """The holder recorded it by mistake: all under this number is as if it had not been said. The
    one it was about is told, and asked anew where an answer is missing. Twice is once."""
    events = _recorded_under(session, number)
    question = find(session, events[0].question_id)
    assert question is not None  # noqa: S101 - a foreign key holds it
    access.open_case(
        session, actor=actor, case_id=question.case_id, action=Action.RECORD_CONSENT, now=now
    )
    require(reason is not Mistake.NOT_MINE, Why.ABSENT)
    struck = _strike(session, events, reason, actor, now)
    if struck:
        person = people.get(session, events[0].consenter_id)
        tell(session, "consent.struck_out", joined([person]), question.id, number, now)
    return struck


def not_mine(session: Session, *, actor: Person, number: str, now: datetime) -> list[ConsentEvent]:
    """'That is wrong': what staff wrote down that I said ends at once; the holder is told."""
    events = _recorded_under(session, number)
    require(events[0].consenter_id == actor.id and actor.confirmed_at, Why.ABSENT)
    struck = _strike(session, events, Mistake.NOT_MINE, actor, now)
    if struck:
        question = session.get_one(ConsentQuestion, events[0].question_id)
        case = session.get_one(Case, question.case_id)
        tell(session, "consent.disputed", [case.stafettholder_id], case.id, number, now)
    return struck


def _recorded_under(session: Session, number: str) -> list[ConsentEvent]:
    events = session.scalars(
        select(ConsentEvent)
        .where(
            ConsentEvent.number == number,
            ConsentEvent.record_id.is_not(None),
            ConsentEvent.act.in_(_SAID),
        )
        .order_by(ConsentEvent.id)
    ).all()
    require(events, Why.ABSENT)
    return list(events)


def _strike(
    session: Session, events: list[ConsentEvent], reason: Mistake, actor: Person, now: datetime
) -> list[ConsentEvent]:
    """One event of IN_ERROR for each; then everything follows. All are of one case."""
    person = people.get(session, events[0].consenter_id)
    questions = [session.get_one(ConsentQuestion, event.question_id) for event in events]
    case, before = opened(session, questions[0], now)
    void = {event.voids for told in before.events.values() for event in told}
    if any(event.id in void for event in events):
        return []
    number = reference(session)
    struck = [
        note(
            session, case, question, person, ConsentAct.IN_ERROR, now, must=before.must.facts,
            occasion=f"struck.{event.id}", voids=event.id, reason=reason, struck_by=actor.id,
            number=number,
        )
        for question, event in zip(questions, events, strict=True)
    ]  # fmt: skip
    if all(event.act == ConsentAct.GIVEN for event in events):
        for error in struck:
            journal.is_less(session, error.id)
    after = standing(session, case, now)
    settle(session, case, before, after, now)
    pause(session, case, before, after, person, number, now)
    begin(session, case, before, after, person, number, now)
    for question, error in zip(questions, struck, strict=True):
        waits = person in after.among(question, UNANSWERED)
        if waits and question is after.newest(question) and question.until >= after.today:
            put(session, case, question, [person], now, occasion=error.occasion)
    return struck
