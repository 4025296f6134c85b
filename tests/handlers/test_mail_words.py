"""No mail tells what it is about: every kind, in every language, where every name is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import mailing
from locales import LANGUAGES
from models import contact_wishes, falling_back, mail, mail_addresses, meetings
from models.outbox import Outgoing
from models.people import Person
from models.terms import ContactWay, InfoKind, Role
from tests.agreed import agreed
from tests.lock_screens import BY_MAIL, CASE_WORDS, decide, plant
from tests.meeting_setup import called, deliver_all

HERE = {"web_url": "https://chat.kommune.test", "mail": True}


@pytest.fixture
def told(session, cast, now) -> set[str]:
    """Everything that is promised by mail once, and the names that must not stand in it."""
    session.info.update(HERE)
    planted = plant(session, cast, now)
    decide(session, mail_meetings=True)
    for person in (cast.kari, cast.amina, cast.ida, cast.lise):
        address = f"{person.id}@example.no"
        mail.ask(session, actor=person, address=address, now=now)
        code = mail_addresses.code_of(session, mail_addresses.waiting(session, person.id))
        assert mail.confirm(session, actor=person, code=code, now=now) is mail.Came.RIGHT
        mail.want_meetings(session, actor=person, wanted=True, now=now)
    return planted


def mails(session, now) -> list[tuple[str, str]]:
    """The kinds and whole texts of all that waits, in every language; the files too."""
    found = []
    waiting = select(Outgoing).where(Outgoing.kind.in_(BY_MAIL), Outgoing.state == "waiting")
    for row in session.scalars(waiting.order_by(Outgoing.id)).all():
        reader = mail_addresses.get(session, row.contact_id).person_id
        person = session.get_one(Person, reader)
        before = person.language
        for language in LANGUAGES:
            person.language = language
            rendered = mailing.compose(session, row, max(row.not_before, now))
            if rendered is not None:
                file = rendered.document.data.decode() if rendered.document else ""
                found.append((row.kind, f"{rendered.text}\n{file}"))
        person.language = before
    return found


def test_no_mail_says_what_it_is_about_in_any_language(session, cast, now, told):
    seen = set()
    case = agreed(session, cast, now, {cast.club.id: list(InfoKind)})
    meeting = called(session, cast, case, now)
    contact_wishes.ask(session, actor=cast.ida, to=Role.LOS, way=ContactWay.CHAT, now=now)
    falling_back.notify(session, cast.lise.id, now, falling_back.WEEKLY)
    acts = (
        lambda: None,
        lambda: meetings.move(
            session, actor=cast.jonas, meeting_id=meeting.id, sequence=meeting.sequence,
            starts=datetime(2026, 11, 27, 10),  # noqa: DTZ001 - a wall clock
            now=now + timedelta(minutes=5),
        ),
        lambda: meetings.cancel(
            session, actor=cast.jonas, meeting_id=meeting.id, sequence=meeting.sequence,
            now=now + timedelta(minutes=9),
        ),
    )  # fmt: skip
    for act in acts:
        act()
        for kind, text in mails(session, now + timedelta(minutes=10)):
            seen.add((kind, text.partition("\n")[0].split(" ")[0]))
            assert not CASE_WORDS.findall(text.replace("organizer", "")), text
            assert not [word for word in told if word.casefold() in text.casefold()], text
            assert "LOCATION" not in text
        deliver_all(session)
    assert {kind for kind, _first in seen} == {"mail.meeting", "mail.weekly"}
    assert len(seen) >= 3 * 2
