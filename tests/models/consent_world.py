"""A case of Ida's in a store of its own, driven by the real verbs and told to the oracle."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    birth_dates,
    cases,
    consent_narrowing,
    consent_recording,
    consents,
    contacts,
    family,
    follow_ups,
    municipality,
    withholding,
)
from models.base import Refused, new_id
from models.consent_history import ConsentEvent, ConsentQuestion
from models.family import Guardianship
from models.goals import Goal, Tiltak
from models.invitees import Invitee, Meeting
from models.municipality import ApprovedText, PolicyVersion
from models.policy import MunicipalPolicy
from models.sealed import Keyring
from models.terms import ItemKind, Mistake
from models.withheld import Item, WithholdEvent
from tests.models.consent_oracle import World
from tests.places import TEST_KEY, Memory
from tests.ways import NOW, SEEDED, Step

BEGAN = NOW
FAMILY = ("ida", "kari", "per")
UNITS = ("club", "nurse")


@cache
def _stores() -> Memory:
    return Memory(Keyring(TEST_KEY))


def _approved(session: Session) -> None:
    session.add(ApprovedText(key="consent.ask", language="nb", hash="words", state="approved"))


class Town:
    """The real thing and what the oracle is told of it. `now` goes forward with every act."""

    def __init__(self, born: date | None) -> None:
        from bot import demo

        self._kept = ExitStack()
        self.session = self._kept.enter_context(
            _stores().lent((*SEEDED, Step("approved", _approved)))
        )
        self.now = BEGAN
        self.cast = demo.cast_of(self.session)
        units = {unit.key: unit for unit in self.session.scalars(select(municipality.Unit))}
        self.units = {"club": units["fyret"].id, "nurse": units["skolehelsetjenesten"].id}
        ida = self.cast["ida"]
        ida.born = born
        self.case = cases.open(
            self.session, actor=self.cast["randi"], ungdom=ida,
            school_id=units["ungdomsskolen"].id, stafettholder=self.cast["jonas"], now=self.now,
        )  # fmt: skip
        cases.add_service(
            self.session, case=self.case, unit_id=self.units["club"],
            person=self.cast["amina"], now=self.now,
        )  # fmt: skip
        self.ever_active = False
        self._things()
        guardians = [self.cast["kari"].id, self.cast["per"].id]
        self.world = World(ida.id, [(self.now, born)], [(self.now, guardians)])

    def close(self) -> None:
        self._kept.close()

    def _things(self) -> None:
        """A goal, a tiltak and a meeting that Amina would know of."""
        session, case, amina = self.session, self.case, self.cast["amina"]
        common = {"key_id": case.key_id, "case_id": case.id}
        self.goal = Goal(id=new_id(), created_at=self.now, **common)
        session.add(self.goal)
        self.goal.words = "goal"
        session.flush()
        far = self.now.date() + timedelta(days=3000)
        self.tiltak = Tiltak(
            id=new_id(), goal_id=self.goal.id, responsible_id=amina.id, deadline=far,
            evaluate_on=far, set_at=self.now, created_at=self.now, steps_done=[], **common,
        )  # fmt: skip
        session.add(self.tiltak)
        self.tiltak.words = "tiltak"
        starts = self.now + timedelta(days=3000)
        self.meeting = Meeting(
            id=new_id(), local_day=far, local_time=starts.time(), zone="Europe/Oslo",
            starts_at=starts, minutes=60, place_kind="school", called_by=self.cast["jonas"].id,
            called_at=self.now, told_at=self.now, steps_done=[], **common,
        )  # fmt: skip
        session.add(self.meeting)
        session.flush()
        session.add(Invitee(meeting_id=self.meeting.id, person_id=amina.id, uid="x"))
        session.flush()
        self.items = {
            ItemKind.GOAL: Item(ItemKind.GOAL, self.goal.id),
            ItemKind.TILTAK: Item(ItemKind.TILTAK, self.tiltak.id),
            ItemKind.MEETING: Item(ItemKind.MEETING, self.meeting.id),
        }

    # --- acting --------------------------------------------------------------------------------------

    @contextmanager
    def refusable(self):
        """As dispatch does it: a verb that refuses leaves nothing behind."""
        self.now += timedelta(seconds=1)
        nested = self.session.begin_nested()
        try:
            yield
        except Refused as refused:
            nested.rollback()
            self.session.expire_all()
            self.refused = refused.why
        else:
            nested.commit()
            self.refused = None
            self.ever_active = self.ever_active or bool(self.told().grants(self.now))

    def questions(self) -> list[ConsentQuestion]:
        found = select(ConsentQuestion).order_by(ConsentQuestion.number, ConsentQuestion.version)
        return list(self.session.scalars(found))

    def newest(self) -> list[ConsentQuestion]:
        return list({question.number: question for question in self.questions()}.values())

    def standing(self):
        return consents.standing(self.session, self.case, self.now)

    def scope(self, scope):
        return {self.units[unit]: kinds for unit, kinds in scope.items()}

    def part(self, question, wanted):
        """Of what was asked, the kinds that are wanted."""
        asked = consents.scope_of(question)
        return {unit: kinds & wanted for unit, kinds in asked.items() if kinds & wanted}

    def ask(self, scope, days):
        until = self.now.date() + timedelta(days=days)
        told = {"actor": self.cast["jonas"], "case": self.case, "until": until}
        with self.refusable():
            if scope is None:
                consents.ask_everything(self.session, now=self.now, **told)
            else:
                consents.ask(self.session, scope=self.scope(scope), now=self.now, **told)

    def say(self, what, who, question, scope=None):
        told = {
            "actor": self.cast[who], "question": question, "now": self.now,
            "occasion": f"{self.now}",
        }  # fmt: skip
        with self.refusable():
            match what:
                case "yes":
                    consents.give(
                        self.session, text_hash="words", language="nb", scope=scope, **told
                    )
                case "no":
                    consents.refuse(self.session, language="nb", **told)
                case "talk":
                    consents.talk_first(self.session, language="nb", **told)
                case "open":
                    consents.shown(self.session, text_hash="words", language="nb", **told)
                case "stop":
                    consents.withdraw(self.session, **told)
                case "stop all":
                    del told["question"]
                    consents.withdraw_all(self.session, **told)

    def write_down(self, act, who, question, days_ago, via, scope=None):
        paper = consent_recording.Paper(
            via, self.now.date() - timedelta(days=days_ago), witness="w", document="d",
            language="nb", text_hash="words",
        )  # fmt: skip
        with self.refusable():
            consent_recording.record(
                self.session, actor=self.cast["jonas"], question_id=question.id,
                consenter_id=self.cast[who].id, act=act, paper=paper, scope=scope,
                now=self.now, occasion=f"{self.now}",
            )  # fmt: skip

    def written(self) -> list[ConsentEvent]:
        recorded = ConsentEvent.record_id.is_not(None)
        found = select(ConsentEvent).where(recorded).order_by(ConsentEvent.id)
        return list(self.session.scalars(found))

    def strike_out(self, event, by_the_person):
        with self.refusable():
            if by_the_person:
                actor = self.session.get_one(type(self.cast["ida"]), event.consenter_id)
                consent_recording.not_mine(
                    self.session, actor=actor, number=event.number, now=self.now
                )
            else:
                consent_recording.strike_out(
                    self.session, actor=self.cast["jonas"], number=event.number,
                    reason=Mistake.WRONG_PERSON, now=self.now,
                )  # fmt: skip

    def withhold(self, who, kind, unit, back):
        told = {
            "actor": self.cast[who], "case_id": self.case.id, "item": self.items[kind],
            "unit_id": self.units.get(unit), "now": self.now, "occasion": f"{self.now}",
        }  # fmt: skip
        with self.refusable():
            (withholding.release if back else withholding.withhold)(self.session, **told)

    def narrow(self, who, unit, drop):
        with self.refusable():
            consent_narrowing.narrow(
                self.session, actor=self.cast[who], case_id=self.case.id,
                unit_id=self.units[unit], drop=drop, now=self.now, occasion=f"{self.now}",
            )  # fmt: skip

    def correct(self, born):
        with self.refusable():
            birth_dates.correct(
                self.session, actor=self.cast["randi"], ungdom_id=self.cast["ida"].id,
                born=born, now=self.now,
            )  # fmt: skip
        if self.refused is None:
            self.world.births.append((self.now, born))

    # --- what happens to them ------------------------------------------------------------------------

    def pass_time(self, until: datetime, awake: bool) -> None:
        """To an instant, the tick taking what falls due when it does, or all at the end."""
        while awake and (due := follow_ups.next_due(self.session, [consents.LADDER])):
            if due > until:
                break
            self.now = max(self.now, due)
            follow_ups.take_due(self.session, consents.LADDER, self.now)
        self.now = until
        while follow_ups.take_due(self.session, consents.LADDER, self.now):
            pass

    def decide(self, in_days, choices) -> None:
        """The municipality's choices from a day to come."""
        first = self.now.date() + timedelta(days=in_days)
        if first in self.session.scalars(select(PolicyVersion.valid_from)).all():
            return
        rules = MunicipalPolicy(
            youth_co_consent_from_age=choices["co"], guardian_consent_until_age=choices["until"],
            youth_sole_consent_age=choices["sole"], youth_sole_consent_basis="vedtak",
            guardians_required=choices["which"],
        )  # fmt: skip
        self.session.add(
            PolicyVersion(
                valid_from=first, choices=municipality.choices_of(rules), applied_at=self.now
            )
        )
        self.session.flush()
        self.session.info.pop("policy", None)
        follow_ups.recompute(self.session, consents.LADDER, self.now)
        self.world.policies.append((first, choices))

    def guardian(self, who, stays: bool) -> None:
        """The register says that somebody has, or no longer has, parental responsibility."""
        self.now += timedelta(seconds=1)
        before = self.standing()
        row = self.session.scalars(
            select(Guardianship).where(Guardianship.foresatt_id == self.cast[who].id)
        ).one()
        row.ended_at = None if stays else self.now
        self.session.flush()
        consents.settle(self.session, self.case, before, self.standing(), self.now)
        ids = [g.id for g in family.all_guardians_of(self.session, self.cast["ida"].id)]
        self.world.guardians.append((self.now, ids))

    def account(self, who, joined: bool) -> None:
        self.cast[who].confirmed_at = self.now if joined else None
        if joined:
            assert contacts.of(self.session, self.cast[who].id)
            consents.catch_up(self.session, self.cast[who], self.now)
        self.session.flush()

    def takes_part(self, yes: bool) -> None:
        amina, club = self.cast["amina"], self.units["club"]
        if yes:
            cases.add_service(
                self.session, case=self.case, unit_id=club, person=amina, now=self.now
            )
        for service in cases.services_of(self.session, self.case.id):
            if not yes:
                service.ended_at = self.now
        self.session.flush()

    # --- what the oracle is told ---------------------------------------------------------------------

    def told(self) -> World:
        world = self.world
        world.questions = [_row(question) for question in self.questions()]
        every = select(ConsentEvent).order_by(ConsentEvent.id)
        world.events = [_row(event) for event in self.session.scalars(every)]
        withheld = select(WithholdEvent).order_by(WithholdEvent.id)
        world.withheld = [_row(event) for event in self.session.scalars(withheld)]
        return world


def _row(thing):
    return {column.key: getattr(thing, column.key) for column in thing.__table__.columns}
