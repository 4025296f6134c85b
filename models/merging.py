"""The journal of consents on its way into a store that was put back from a backup.

Whatever takes back or keeps back takes effect. A yes counts only where nothing has to be guessed: it
is known to have been kept, who must say yes is who had to then, and the words are approved;
otherwise the question is put anew. Whoever left or was erased is not back, and whose way in ended
(`merging_ends`) is not in again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import archiving, cases, erasing, follow_ups, shredding
from models.base import Base
from models.closing import Closing
from models.consent_answers import taken_back
from models.consent_asking import may_be_asked
from models.consent_effects import put, settle
from models.consent_fold import without
from models.consent_history import (
    ConsentEvent,
    ConsentQuestion,
    ConsentRecord,
    read_scope,
    scope_of,
)
from models.consent_ladder import LADDER
from models.consent_noting import reference, vouch
from models.consent_standing import UNANSWERED, Standing, standing
from models.journal import ENDING, ERASED, IDENTITY, LEFT, Entry, Told, meant
from models.merging_ends import HELD, Ending
from models.municipality import ApprovedText, Unit
from models.outbox import Outgoing, OutState
from models.people import Person
from models.sealed import DataKey
from models.shielded import ShieldEvent
from models.terms import ApprovalState, CaseState, ConsentAct, Shielding, Withholding
from models.withheld import WithholdEvent

OCCASION = "restored"


@dataclass
class Merging:
    """The journal on its way into a store, in the order in which it was written."""

    session: Session
    now: datetime
    counts: Counter[str] = field(default_factory=Counter)
    touched: set[int] = field(default_factory=set)  # people
    _before: dict[int, Standing] = field(default_factory=dict)  # by case
    _anew: dict[tuple[int, int], None] = field(default_factory=dict)  # question, person
    _closed: list[Closing] = field(default_factory=list)

    def merge(self, told: Iterable[Told]) -> None:
        of: dict[str, Callable[[Any, bool, bool], None]] = {
            "consent_questions": self._question,
            "consent_records": self._record,
            "consent_events": self._event,
            "withhold_events": self._withheld,
            "shield_events": self._shielded,
            "closings": self._closing,
        }
        gone, ends = list[Entry](), Ending(self.session, self.now, self._touch)
        for each in told:
            for entry in each.entries:
                row = {name: meant(value) for name, value in entry.get("row", {}).items()}
                if "struck" in entry:
                    row["voids"] = {name: meant(v) for name, v in entry["struck"].items()}
                if "table" in entry:
                    of[entry["table"]](row, each.kept, "less" in entry)
                elif "ended" in entry or entry["gone"] in ENDING:
                    if not each.known:  # else what it was since is in the backup
                        ends.end(entry.get("ended") or entry["gone"], entry["id"], row)
                elif not (each.known and entry["gone"] == LEFT):  # who left may be back since
                    gone.append(entry)
        self.session.flush()
        self._follow()
        ends.finish(self._closed)
        self.counts["ended_again"] = ends.count + len(self._closed)
        self._erase(gone)

    def _follow(self) -> None:
        """Let each case be what its consents now make of it."""
        for case_id, before in self._before.items():
            case = cases.locked(self.session, case_id)
            assert case is not None  # noqa: S101 - it was there a moment ago
            after = standing(self.session, case, self.now)
            settle(self.session, case, before, after, self.now)
            for question in after.questions:
                if case.state != CaseState.CLOSED:
                    follow_ups.reschedule(self.session, LADDER, question, self.now)
            self.touched |= {person.id for person in after.must.everyone}
            self.touched.add(case.stafettholder_id)
        for question_id, person_id in self._anew:
            self._ask(question_id, person_id)
        self.session.flush()

    def _ask(self, question_id: int, person_id: int) -> None:
        question = self.session.get_one(ConsentQuestion, question_id)
        case, person = cases.find(self.session, question.case_id), self._person(person_id)
        if case is None or person is None or case.state == CaseState.CLOSED:
            return
        holds = standing(self.session, case, self.now)
        newest = question is holds.newest(question) and question.until >= holds.today
        waits = person in holds.among(question, UNANSWERED)
        if newest and waits and may_be_asked(self.session, case, [person]):
            put(self.session, case, question, [person], self.now, occasion=OCCASION)
            self.counts["asked_anew"] += 1

    # -- rows ---------------------------------------------------------------------------

    def _person(self, person_id: int) -> Person | None:
        return self.session.get(Person, person_id)

    def _touch(self, case_id: int) -> None:
        if case_id not in self._before:
            case = cases.locked(self.session, case_id)
            assert case is not None  # noqa: S101 - a foreign key holds it
            self._before[case_id] = standing(self.session, case, self.now)

    def _fits(self, table: type[Base], row: Mapping[str, Any]) -> bool:
        """Whether all that a row names is in this store."""
        return all(
            self.session.scalar(select(key.column).where(key.column == row[key.parent.name]))
            is not None
            for key in table.__table__.foreign_keys
            if row[key.parent.name] is not None
        )

    def _add(self, table: type[Base], row: Mapping[str, Any]) -> Any:
        made = table(**row)
        self.session.add(made)
        self.session.flush()
        self.counts["recovered"] += 1
        return made

    def _question(self, row: dict[str, Any], kept: bool, less: bool) -> None:
        session, place = self.session, ("case_id", "number", "version")
        same = select(ConsentQuestion.id).where(
            *(getattr(ConsentQuestion, name) == row[name] for name in place)
        )
        if session.get(ConsentQuestion, row["id"]) or session.scalar(same):
            return
        units = set(session.scalars(select(Unit.id)))
        if self._fits(ConsentQuestion, row) and {int(u) for u in row["scope"]} <= units:
            self._touch(row["case_id"])
            self._add(ConsentQuestion, {**row, "next_follow_up_at": None, "steps_done": []})
        else:
            self.counts["lost"] += 1

    def _record(self, row: dict[str, Any], kept: bool, less: bool) -> None:
        if self.session.get(ConsentRecord, row["id"]) is None and self._fits(ConsentRecord, row):
            self._add(ConsentRecord, row)

    def _event(self, row: dict[str, Any], kept: bool, less: bool) -> None:
        row.pop("id")
        if self._same(row) is not None:
            return
        struck = row["voids"]
        row["voids"] = self._same(struck) if struck else None
        if not self._fits(ConsentEvent, row):
            self.counts["lost"] += 1
            return
        question = self.session.get_one(ConsentQuestion, row["question_id"])
        self._touch(question.case_id)
        self.touched.add(row["consenter_id"])
        act = ConsentAct(row["act"])
        if act is ConsentAct.IN_ERROR and not (kept or less):
            return
        if struck and row["voids"] is None:
            self._ended(row, question)
            return
        if act is ConsentAct.GIVEN and not (kept and self._is_exact(row, question)):
            self._instead(row, question)
            return
        event = self._add(ConsentEvent, row)
        if act is not ConsentAct.ASKED:
            by = self._by(event)
            vouch(self.session, event, question, by, self.now, recovered=True)

    def _same(self, row: Mapping[str, Any]) -> int | None:
        """The event here that is this one. Ids are counted anew by a restore, so they say nothing."""
        names = (getattr(ConsentEvent, name) == row[name] for name in IDENTITY)
        return self.session.scalar(select(ConsentEvent.id).where(*names))

    def _by(self, event: ConsentEvent) -> int:
        record = self.session.get(ConsentRecord, event.record_id) if event.record_id else None
        return (record.recorded_by if record else event.struck_by) or event.consenter_id

    def _is_exact(self, row: Mapping[str, Any], question: ConsentQuestion) -> bool:
        """Whether a yes amounts to the same in this store as when it was said."""
        case, person = (
            cases.find(self.session, question.case_id),
            self._person(row["consenter_id"]),
        )
        if case is None or person is None or case.state == CaseState.CLOSED:
            return False
        holds = standing(self.session, case, self.now)
        knows_words = row["text_hash"] is None or self.session.scalar(
            select(ApprovedText.id).where(
                ApprovedText.hash == row["text_hash"],
                ApprovedText.state == ApprovalState.APPROVED,
            )
        )
        joined = person.confirmed_at is not None or row["record_id"] is not None
        asked = question is holds.newest(question) and may_be_asked(self.session, case, [person])
        same = holds.must.facts.facts() == row["must"]
        return bool(same and knows_words and joined and asked and person.leaving_at is None)

    def _instead(self, row: Mapping[str, Any], question: ConsentQuestion) -> None:
        """A yes that cannot be put back. Where it was to less than the one before, that one ends."""
        case, person = (
            cases.find(self.session, question.case_id),
            self._person(row["consenter_id"]),
        )
        self._to_ask(row, question)
        if case is None or person is None:
            return
        holds = standing(self.session, case, self.now)
        part = scope_of(question) if row["scope"] is None else read_scope(row["scope"])
        if without(holds.said_yes_to(question, person.id), part):
            self._take_back(person, question)

    def _ended(self, row: Mapping[str, Any], question: ConsentQuestion) -> None:
        """What was struck out is not in this store: an older yes, which it had taken the place of,
        is none again [16]."""
        person = self._person(row["consenter_id"])
        self._to_ask(row, question)
        if person is not None:
            self._take_back(person, question)

    def _to_ask(self, row: Mapping[str, Any], question: ConsentQuestion) -> None:
        self.counts["not_put_back"] += 1
        self._anew[question.id, row["consenter_id"]] = None

    def _take_back(self, person: Person, question: ConsentQuestion) -> None:
        number = reference(self.session)
        taken_back(self.session, person, [question], self.now, OCCASION, number)

    def _withheld(self, row: dict[str, Any], kept: bool, less: bool) -> None:
        row.pop("id")
        names = ("case_id", "item", "item_id", "act", "person_id", "at", "occasion")
        same = select(WithholdEvent.id).where(
            *(getattr(WithholdEvent, n) == row[n] for n in names)
        )
        unit = WithholdEvent.unit_id.is_not_distinct_from(row["unit_id"])
        if self.session.scalar(same.where(unit)) or not self._fits(WithholdEvent, row):
            return
        if kept or row["act"] == Withholding.WITHHELD:
            self._touch(row["case_id"])
            self._add(WithholdEvent, row)

    def _shielded(self, row: dict[str, Any], kept: bool, less: bool) -> None:
        if self.session.get(ShieldEvent, row["id"]) or not self._fits(ShieldEvent, row):
            return
        of_case = select(func.max(ShieldEvent.seq)).where(ShieldEvent.case_id == row["case_id"])
        after = (self.session.scalar(of_case) or 0) + 1
        if row["act"] == Shielding.SHIELDED or (kept and row["seq"] == after):
            self._touch(row["case_id"])
            self._add(ShieldEvent, {**row, "seq": after})

    def _closing(self, row: dict[str, Any], kept: bool, less: bool) -> None:
        case_id = row["case_id"]
        is_there = self.session.scalar(select(Closing.id).where(Closing.case_id == case_id))
        if is_there is None and self._fits(Closing, row):
            self._closed.append(self._add(Closing, row))

    # -- who is gone --------------------------------------------------------------------

    def _erase(self, gone: Iterable[Entry]) -> None:
        """Whoever left or was erased is not back, nor what was destroyed."""
        for entry in gone:
            done = self._go(entry["gone"], entry["id"])
            self.counts["erased_again"] += done
        self.session.flush()

    def _go(self, what: str, number: int) -> bool:
        session = self.session
        if what == DataKey.__tablename__:
            if session.scalar(shredding.alive().where(DataKey.id == number)) is None:
                return False
            made = session.scalar(select(Closing).where(Closing.key_id == number))
            if made is not None and made.receipt_at and not made.purged_at:
                archiving.purge(session, made, self.now)
            return shredding.shred(session, number) or made is not None
        person = self._person(number)
        if person is None or (what == LEFT and person.leaving_at is not None):
            return False
        if what == LEFT:
            occasion = f"{OCCASION}.{number}"
            erasing.leave(session, actor=person, occasion=occasion, now=self.now)
            receipts = update(Outgoing).where(Outgoing.occasion == occasion)
            session.execute(receipts.values(state=OutState.MOOT, error=HELD))  # it had that
        elif what == ERASED:
            if session.scalar(shredding.alive().where(DataKey.id == person.key_id)) is None:
                return False
            erasing.forget(session, person)
        return True
