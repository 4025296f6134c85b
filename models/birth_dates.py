"""Correcting a youth's date of birth: who must consent is reckoned anew at once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from models import access, audit, cases, consents, follow_ups, municipality, people, policy
from models.base import refuse, require
from models.consent_effects import put
from models.consent_ladder import LADDER, to_ask
from models.people import Person
from models.terms import Action, Role, Why

OLDEST = 30
"""Years: older than that is a slip of the pen."""


def correct(session: Session, *, actor: Person, ungdom_id: int, born: date, now: datetime) -> bool:
    """Say when a pupil was really born. The case follows, whoever must consent now and was never
    asked is asked, and announced birthdays are announced anew. False: it was that date already.

    A rektor's at the pupil's school, or the own kontaktlaerer's. Refused(NO_SUCH_DATE) for a day
    to come or far too long ago.
    """
    pupil = people.pupil(session, ungdom_id)
    if pupil is None:
        refuse(Why.ABSENT)
    access.authorise_at_unit(
        session, actor=actor, action=Action.CORRECT_BIRTH_DATE, unit_id=pupil.school_id
    )
    rektor = Role.REKTOR in people.roles_at(session, actor, pupil.school_id)
    require(rektor or pupil.kontaktlaerer_id == actor.id, Why.ABSENT)
    today = policy.today_in(now, municipality.policy_at(session, now))
    require(born <= today and policy.age_on(born, today) <= OLDEST, Why.NO_SUCH_DATE)
    youth = people.get(session, ungdom_id)
    if youth.born == born:
        return False
    open_case = cases.open_for(session, youth.id)
    case = cases.locked(session, open_case.id) if open_case is not None else None
    before = consents.standing(session, case, now) if case is not None else None
    youth.born = born
    audit.record(
        session, action="birth_dates.correct", actor_id=actor.id, object_id=youth.id,
        chain=case.id if case is not None else 0, now=now,
    )  # fmt: skip
    if case is None or before is None:
        return True
    after = consents.standing(session, case, now)
    consents.settle(session, case, before, after, now)
    ages = policy.consent_ages(after.rules)
    past = {f"age{age}" for age in ages if policy.birthday(born, age) <= after.today}
    for question in after.questions:
        done = {name for name in question.steps_done if not name.startswith(("age", "soon"))}
        question.steps_done = sorted(done | past)
        follow_ups.reschedule(session, LADDER, question, now)
        if question is after.newest(question) and question.until >= after.today:
            put(session, case, question, to_ask(after, question), now, occasion=f"born.{born}")
    return True
