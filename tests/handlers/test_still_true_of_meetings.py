"""What was promised about a meeting is asked again when it is put into words: what changed between
the claim and the sending makes it moot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

import handlers
from handlers.turns import Reading
from models import (
    child_contact,
    closing,
    contacts,
    meetings,
    minutes,
    preparing,
    proposals,
    shielding,
)
from models.invitees import invitee_of
from models.minutes import After, Went
from models.outbox import Outgoing, OutState
from models.preparing import Wishes
from models.shielded import Shield
from models.terms import Coming, ContactView, Fits, ItemKind, NextStep, Topic
from models.withheld import Item
from tests.meeting_setup import called, consented, final, proposed, take_back, to_be_written
from tests.ways import told_once

case = told_once(consented)
WISHES = Wishes(talk=(Topic.SCHOOL,))


class World:
    """A case with a meeting to come, one that was, and times that are proposed."""

    def __init__(self, session, cast, case, now):
        self.session, self.cast, self.case, self.now = session, cast, case, now
        self.coming = called(session, cast, case, now)
        self.been = to_be_written(session, cast, case, now)
        self.made = proposed(session, cast, case, now)

    def claim(self, kind, person, subject, **params):
        """As a row that delivery has taken: nothing silences it any more."""
        self.session.add(
            Outgoing(
                key=f"{kind}{subject}{person.id}", mode="notice", kind=kind, promise="news",
                recipient_id=person.id, subject_id=subject, params=params, occasion="x",
                state=OutState.SENDING, not_before=self.now,
            )
        )  # fmt: skip
        self.session.flush()

    def says(self):
        row = self.session.scalars(
            select(Outgoing).where(Outgoing.state == OutState.SENDING)
        ).one()
        person = next(
            p for p in vars(self.cast).values() if getattr(p, "id", 0) == row.recipient_id
        )
        contact = contacts.of(self.session, person.id)
        return handlers.compose(
            Reading(self.session, person, contact, self.now, row.subject_id, row.params), row.kind
        )

    # what can happen meanwhile

    def cancelled(self):
        self._meeting(meetings.cancel)

    def moved(self):
        later = self.coming.starts_at + timedelta(days=3)
        self._meeting(meetings.move, starts=later.replace(tzinfo=None))

    def _meeting(self, verb, **more):
        verb(self.session, actor=self.cast.jonas, meeting_id=self.coming.id, now=self.now,
             sequence=self.coming.sequence, **more)  # fmt: skip

    def said(self):
        preparing.say(self.session, actor=self.cast.ida, meeting_id=self.coming.id, wishes=WISHES,
                      now=self.now)  # fmt: skip

    def read(self):
        preparing.tick_read(self.session, actor=self.cast.jonas, meeting_id=self.coming.id,
                            version=1, now=self.now)  # fmt: skip

    def dreaded(self):
        self._meeting_answer(Coming.DREADING)

    def _meeting_answer(self, coming):
        meetings.answer(self.session, actor=self.cast.kari, meeting_id=self.coming.id,
                        coming=coming, sequence=0, now=self.now)  # fmt: skip

    def coming_after_all(self):
        self._meeting_answer(Coming.YES)

    def helped(self):
        mine = invitee_of(self.session, self.coming.id, self.cast.kari.id)
        meetings.helped(self.session, actor=self.cast.jonas, invitee_id=mine.id,
                        answers=mine.answers, now=self.now)  # fmt: skip

    def begun(self):
        self.now = self.coming.starts_at

    def over(self):
        self.now = self.coming.ends_at + timedelta(hours=20)

    def not_held(self):
        minutes.went(self.session, actor=self.cast.jonas, meeting_id=self.coming.id,
                     how=Went(held=False), now=self.now)  # fmt: skip

    def settled(self):
        self._finish(self.coming, After(NextStep.CLOSING))

    def finished(self):
        day = (self.now + timedelta(days=9)).date()
        self._finish(self.been, After(NextStep.MEETING, day, self.cast.amina.id))

    def _finish(self, meeting, after):
        minutes.finish(self.session, actor=self.cast.jonas, meeting_id=meeting.id, after=after,
                       now=self.now)  # fmt: skip

    def talked(self):
        child_contact.note(self.session, actor=self.cast.jonas, case_id=self.case.id, now=self.now,
                           talked_on=self.now.date(), view=ContactView.NOT_WANTED)  # fmt: skip

    def closed(self):
        closing.close(self.session, actor=self.cast.ida, case_id=self.case.id,
                      wish=closing.Wish(), now=self.now)  # fmt: skip

    def shielded(self):
        shield = Shield("Redd", self.now.date() + timedelta(days=20))
        shielding.shield(self.session, actor=self.cast.jonas, case_id=self.case.id, shield=shield,
                         item=Item(ItemKind.MEETING, self.been.id), now=self.now)  # fmt: skip

    def taken_back(self):
        take_back(self.session, self.cast.per, self.now)

    def voted(self):
        for option in proposals.times_of(self.session, self.made.id):
            proposals.vote(self.session, actor=self.cast.kari, time_id=option.id, fits=Fits.WORKS,
                           now=self.now)  # fmt: skip

    def chosen(self):
        option = proposals.times_of(self.session, self.made.id)[0]
        proposals.choose(self.session, actor=self.cast.jonas, time_id=option.id, now=self.now)

    def withdrawn(self):
        proposals.withdraw(self.session, actor=self.cast.jonas, proposal_id=self.made.id,
                           now=self.now)  # fmt: skip


TABLE = {
    # kind, to whom, about what; what has happened; what happens between the claim and the sending
    ("meeting.prepared", "jonas", "coming"): (["said"], ["read", "cancelled", "begun"]),
    ("meeting.unread", "jonas", "coming"): (
        ["said"], ["read", "cancelled", "moved", "begun", "taken_back"]
    ),
    ("meeting.help_due", "jonas", "coming"): (
        ["dreaded"], ["helped", "coming_after_all", "cancelled", "moved", "begun"]
    ),
    ("meeting.how_did_it_go", "jonas", "coming"): (["over"], ["not_held", "closed", "taken_back"]),
    ("meeting.next_due", "jonas", "coming"): (["over", "not_held"], ["settled", "closed"]),
    ("meeting.minutes_due", "jonas", "been"): ([], ["finished", "closed", "taken_back"]),
    ("meeting.minutes_ready", "kari", "been"): (["finished"], ["shielded", "closed"]),
    ("talk.asked", "amina", "been"): (["finished"], ["talked", "closed", "taken_back"]),
    ("talk.due", "jonas", "been"): (["finished"], ["talked", "closed"]),
    ("proposal.asked", "kari", "made"): ([], ["voted", "chosen", "withdrawn", "closed"]),
    ("proposal.asked", "amina", "made"): ([], ["taken_back", "chosen", "withdrawn"]),
    ("proposal.reminder", "kari", "made"): ([], ["voted", "chosen", "withdrawn"]),
    ("proposal.choose", "jonas", "made"): ([], ["chosen", "withdrawn", "closed"]),
}  # fmt: skip


ALWAYS = {"helped", "not_held", "shielded", "withdrawn"}
"""Run by default, once each; the rest is more of the same."""


def _rows():
    seen = set()
    for promised, (_before, then) in TABLE.items():
        for each in then:
            marks = () if each in ALWAYS - seen else pytest.mark.slow
            seen.add(each)
            yield pytest.param(promised, each, marks=marks, id=f"{' '.join(promised[:2])} {each}")


@pytest.mark.parametrize(("promised", "meanwhile"), list(_rows()))
def test_what_changed_since_it_was_taken_to_be_sent_makes_it_moot(
    session, cast, case, now, promised, meanwhile
):
    world = World(session, cast, case, now)
    kind, who, about = promised
    for before in TABLE[promised][0]:
        getattr(world, before)()
    params = {"sequence": 0} if about == "coming" else {}
    world.claim(kind, getattr(cast, who), getattr(world, about).id, **params)
    assert world.says() is not None
    getattr(world, meanwhile)()
    assert world.says() is None


def test_a_final_meeting_is_reached_by_the_setup(session, cast, case, now):
    """The table's worlds are those of the verbs."""
    made = called(session, cast, case, now)
    assert final(session, made, cast, made.ends_at + timedelta(hours=1)).final_at
