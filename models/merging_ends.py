"""What ended after the backup a store was put back from, on its way into that store: whoever had a
way in to something, and has it no more, does not have it again.

Only what ends. A way in that was opened since is lost, and somebody opens it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import (
    access,
    cases,
    closing,
    contacts,
    curves,
    deciders,
    follow_ups,
    ledger,
    mail_addresses,
    people,
    requests,
)
from models.agenda import AgendaPoint
from models.cases import Case, CaseService
from models.closing import Closing
from models.concerns import Concern
from models.contacts import Contact
from models.discretion import Discretion
from models.family import Guardianship
from models.invitations import Invitation
from models.invitees import Invitee
from models.journal import ENDING, Ends
from models.log_keeping import LogKeeping
from models.mail_addresses import MailAddress
from models.municipality import Unit
from models.on_agenda import CaseOnAgenda
from models.outbox import Mode, Outgoing, OutState
from models.passkeys import Passkey
from models.people import Person, Position, Pupil
from models.posts import LADDER as POSTS
from models.requests import Request
from models.terms import OPEN_REQUESTS, RequestState
from models.voices import Voice
from models.web_identities import WebIdentity
from models.web_sessions import WebSession

HELD = "restored"
"""Why a message is uncertain: nobody knows any more whether it was sent."""

Cells = Mapping[str, Any]


class Ending:
    """`touch` is told of each case before its consents may become others."""

    def __init__(self, session: Session, now: datetime, touch: Callable[[int], None]) -> None:
        self.session, self.now = session, now
        self.count = 0
        self._touch = touch
        self._lost: set[tuple[int, int]] = set()  # a case, and who may not be in it any more

    def end(self, table: str, number: int, cells: Cells) -> None:
        """`cells` as they were then; none: the row was deleted. What is not in this store was made
        since the backup, and is not there to end."""
        kind = ENDING[table]
        row = self.session.get(kind, number)
        if cells and (row is None or isinstance(row, Discretion)) and kind is Discretion:
            self.count += self._discreet(number, row, cells)
        elif row is not None:
            self.count += ENDINGS[kind](self, row, cells)
        self.session.flush()

    def finish(self, closed: Iterable[Closing]) -> None:
        """Close what was closed, and take out of chats what stands there of a case their owner is
        not in any more. What that promises to tell was told then."""
        session = self.session
        last = session.scalar(select(func.max(Outgoing.id))) or 0
        for made in closed:
            case = cases.locked(session, made.case_id)
            assert case is not None  # noqa: S101 - a foreign key holds it
            closing.again(session, case, made, self.now)
        told = Outgoing.id > last, Outgoing.mode == Mode.NOTICE
        session.execute(update(Outgoing).where(*told).values(state=OutState.UNCERTAIN, error=HELD))
        for case_id, person_id in sorted(self._lost):
            case, person = cases.find(session, case_id), session.get(Person, person_id)
            if case is None or person is None:
                continue
            if not access.hats_in_case(session, person, case, self.now):
                rows = ledger.about(session, case_id, {person_id})
                ledger.take_back(session, rows, self.now)
        session.flush()

    # -- one of each --------------------------------------------------------------------

    def sooner(self, row: Any, cells: Cells) -> bool:
        """Each instant and last day that was then, or the one that is here where that is sooner."""
        over = False
        for name, then in cells.items():
            here = getattr(row, name)
            if isinstance(then, date) and (here is None or then < here):
                setattr(row, name, then)
                over = True
        return over

    def position(self, row: Position, cells: Cells) -> bool:
        over = self.sooner(row, cells)
        if over:
            of = CaseService.person_id == row.person_id, CaseService.unit_id == row.unit_id
            took_part = self.session.scalars(select(CaseService.case_id).where(*of))
            held = cases.held_by(self.session, row.person_id)
            self._lost |= {(id, row.person_id) for id in (*took_part, *(c.id for c in held))}
            follow_ups.reschedule(self.session, POSTS, row, self.now)
        return over

    def guardian(self, row: Guardianship, cells: Cells) -> bool:
        ends = cells["ended_at"] is not None and row.ended_at is None
        lost = row.responsibility and not cells["responsibility"]
        if ends or lost:
            case = cases.open_for(self.session, row.ungdom_id)
            if case is not None:
                self._touch(case.id)
            row.ended_at = row.ended_at or cells["ended_at"]
            row.responsibility = row.responsibility and cells["responsibility"]
        return ends or lost

    def service(self, row: CaseService, cells: Cells) -> bool:
        self._lost.add((row.case_id, row.person_id))
        return self.sooner(row, cells)

    def case(self, row: Case, cells: Cells) -> bool:
        """It went to another school or another holder. Whom this store does not know cannot hold
        it: then whoever stands in for them does."""
        session, before = self.session, (row.school_id, row.stafettholder_id, row.holder_unit_id)
        self._touch(row.id)
        if session.get(Unit, cells["school_id"]) is not None:
            row.school_id = cells["school_id"]
        holder, unit = cells["stafettholder_id"], cells["holder_unit_id"]
        if holder != row.stafettholder_id:
            self._lost.add((row.id, row.stafettholder_id))
            at = {"school_id": row.school_id, "ungdom_id": row.ungdom_id}
            known = session.get(Person, holder) is not None
            them = [holder] if known else deciders.somebody(session, [], self.now, **at)
            row.stafettholder_id = next(iter(them), row.stafettholder_id)
        if unit is None or session.get(Unit, unit) is not None:
            row.holder_unit_id = unit
        cases.stir(row, self.now)
        return before != (row.school_id, row.stafettholder_id, row.holder_unit_id)

    def pupil(self, row: Pupil, cells: Cells) -> bool:
        session, before = self.session, (row.school_id, row.kontaktlaerer_id)
        if session.get(Unit, cells["school_id"]) is not None:
            row.school_id = cells["school_id"]
        teacher = cells["kontaktlaerer_id"]
        known = teacher is not None and session.get(Person, teacher) is not None
        row.kontaktlaerer_id = teacher if known else None
        return before != (row.school_id, row.kontaktlaerer_id)

    def request(self, row: Request, cells: Cells) -> bool:
        """It came to an end, or is not with that los any more."""
        state = RequestState(cells["state"])
        over = row.state in OPEN_REQUESTS and state not in OPEN_REQUESTS
        over = over and state is not RequestState.LINKED
        left = row.los_id is not None and cells["los_id"] != row.los_id
        if over:
            row.state, row.state_since, row.decided_at = state, self.now, self.now
        elif left and row.state in (RequestState.ASSIGNED, RequestState.ACTIVE):
            ready = row.priority is None
            row.state = RequestState.READY if ready else RequestState.PRIORITISED
            row.state_since, row.los_id = self.now, None
        gone = self.sooner(row, {"requester_left_at": cells["requester_left_at"]})
        if over or left or gone:
            row.steps_done = []
            requests.recorded(self.session, row, "requests.recovered", None, self.now)
        if over:
            requests.let_go(self.session, row, None, self.now)
        return over or left or gone

    def concern(self, row: Concern, cells: Cells) -> bool:
        """What came of it is to be kept from the guardians."""
        if cells["shield_reason_sealed"] is None or row.shield_reason_sealed is not None:
            return False
        row.shield_reason_sealed = cells["shield_reason_sealed"]
        row.review_on = cells["review_on"]
        return True

    def agenda(self, row: CaseOnAgenda, cells: Cells) -> bool:
        if not cells:
            return self.delete(row, cells)
        if cells["declined_at"] is None or row.declined_at is not None:
            return False
        who = cells["declined_by"]
        row.declined_at = cells["declined_at"]
        row.declined_by = who if self.session.get(Person, who) is not None else None
        row.declined_too = cells["declined_too"]
        return True

    def voice(self, row: Voice, cells: Cells) -> bool:
        if cells["taken_back_at"] is None or row.taken_back_at is not None:
            return False
        curves.forget(self.session, [row], cells["taken_back_at"])
        return True

    def invitation(self, row: Invitation, cells: Cells) -> bool:
        """A link that was opened since opens nothing; who was let in by it is let in anew."""
        ends = min(filter(None, (cells["used_at"], cells["rejected_at"], cells["expires_at"])))
        over = row.used_at is None and ends < row.expires_at
        if over:
            row.expires_at = ends
        elif row.used_at is not None and row.confirmed_at is None and row.rejected_at is None:
            row.rejected_at = cells["rejected_at"]
            over = row.rejected_at is not None
        return over

    def contact(self, row: Contact, cells: Cells) -> bool:
        """The chat was taken from whom it belonged to; a stranger's became somebody's otherwise."""
        owner = self.session.get_one(Person, row.person_id)
        if owner.id == cells.get("person_id") or owner.confirmed_at is None:
            return False
        contacts.give_up(self.session, owner, row, actor=None, now=self.now)
        return True

    def identity(self, row: WebIdentity, cells: Cells) -> bool:
        if row.contact_id == cells.get("contact_id"):
            return False
        began = WebSession.identity_id == row.id  # without it a session would last longer
        self.session.execute(delete(WebSession).where(began))
        return self.delete(row, cells)

    def address(self, row: MailAddress, cells: Cells) -> bool:
        mail_addresses.forget(self.session, row.id)
        return True

    def _discreet(self, number: int, row: Discretion | None, cells: Cells) -> bool:
        """A code, a pause, or that nothing comes unasked: where others may see a chat."""
        chat = self.session.get(Contact, number)
        owner = people.get(self.session, chat.person_id) if chat is not None else None
        if owner is None or owner.key_id != cells["key_id"]:
            return False
        if row is None:
            row = Discretion(id=number, key_id=owner.key_id, holds=False, tries=0, keypad={})
            self.session.add(row)
        row.hash_sealed = cells["hash_sealed"] or row.hash_sealed
        row.holds = row.holds or cells["holds"]
        row.paused_until = cells["paused_until"] or row.paused_until
        return True

    def delete(self, row: Any, cells: Cells) -> bool:
        if not cells:
            self.session.delete(row)
        return not cells


ENDINGS: dict[type[Ends], Callable[[Ending, Any, Cells], bool]] = {
    Position: Ending.position,
    Pupil: Ending.pupil,
    Guardianship: Ending.guardian,
    Case: Ending.case,
    CaseService: Ending.service,
    LogKeeping: Ending.sooner,
    AgendaPoint: Ending.sooner,
    CaseOnAgenda: Ending.agenda,
    Invitee: Ending.delete,
    Voice: Ending.voice,
    Invitation: Ending.invitation,
    Request: Ending.request,
    Concern: Ending.concern,
    Contact: Ending.contact,
    WebSession: Ending.delete,
    Passkey: Ending.delete,
    WebIdentity: Ending.identity,
    MailAddress: Ending.address,
    Discretion: Ending.delete,
}
"""By what it is that ends."""
