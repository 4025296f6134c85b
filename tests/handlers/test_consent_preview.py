"""What the family is shown as another's sight is what that other's own cards show, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.approved import text_hash
from locales import say
from models import consents, meeting_views, previews, tiltak_views, views, withholding
from models.base import Refused
from models.invitees import Invitee
from models.terms import InfoKind, ItemKind, Role
from models.withheld import Item
from tests import agreed
from tests.consent_setup import Phone, asked, opened
from tests.doses import slowly
from tests.look_setup import readings
from tests.meeting_setup import called
from tests.ways import told_once

GOALS, TILTAK, MEETINGS = InfoKind.GOALS, InfoKind.TILTAK, InfoKind.MEETINGS
ALL = (GOALS, TILTAK, MEETINGS)
FAMILY = ("ida", "kari", "per")
UNTIL = date(2027, 2, 21)


@pytest.fixture
def recalls() -> bool:
    return True


def give(session, cast, question, now, *names, scope=None):
    for name in names:
        consents.give(
            session, actor=getattr(cast, name), question=question, scope=scope,
            text_hash=text_hash("consent.ask", "nb"), language="nb", now=now, occasion=name,
        )  # fmt: skip


def lived(session, cast, now, kinds=ALL):
    """A case with a tiltak of Amina's and a meeting she and the family are asked to."""
    case = agreed.agreed(
        session, cast, now, {cast.club.id: kinds, cast.nurse.id: [MEETINGS]}, UNTIL
    )
    agreed.planned(session, cast, case, now, "Klubbkveld", responsible_id=cast.amina.id)
    agreed.planned(session, cast, case, now, "Frokost")
    called(session, cast, case, now)
    return case


def none(session, cast, now):
    return opened(session, cast, now), now


def waiting(session, cast, now):
    case = opened(session, cast, now)
    asked(session, cast, case, now, *ALL)
    return case, now


def half(session, cast, now):
    case = opened(session, cast, now)
    give(session, cast, asked(session, cast, case, now, *ALL), now, "ida", "kari")
    return case, now


def given(session, cast, now):
    return lived(session, cast, now), now


def partial(session, cast, now):
    case = lived(session, cast, now)
    question = consents.questions_of(session, cast.kari.id)[0]
    give(session, cast, question, now, "kari", scope={cast.club.id: [TILTAK]})
    return case, now


def withheld(session, cast, now):
    case = lived(session, cast, now)
    (mine, *_rest) = agreed.on_them(session, cast.amina, now)
    withholding.withhold(
        session, actor=cast.ida, case_id=case.id, item=Item(ItemKind.TILTAK, mine.id),
        unit_id=cast.club.id, now=now, occasion="not this",
    )  # fmt: skip
    return case, now


def everything(session, cast, now):
    case = lived(session, cast, now, (TILTAK, MEETINGS))
    wide = consents.ask_everything(session, actor=cast.jonas, case=case, until=UNTIL, now=now)
    give(session, cast, wide, now, *FAMILY)
    return case, now


def withdrawn(session, cast, now):
    case = lived(session, cast, now)
    consents.withdraw_all(session, actor=cast.per, now=now, occasion="stop")
    return case, now


def expired(session, cast, now):
    return lived(session, cast, now), now + timedelta(days=120)


STATES = (none, waiting, half, given, partial, withheld, everything, withdrawn, expired)


@told_once(params=STATES, ids=lambda state: state.__name__)
def state(param, session, cast, now):
    for name in (*FAMILY, "jonas", "amina"):
        getattr(cast, name).language = "nb"
    return param(session, cast, now)


def bare(meeting):
    return replace(meeting, mine=None, uid=None, answers=())


@pytest.mark.parametrize("other", ["amina", *slowly("jonas")])
def test_it_is_what_the_others_own_views_return(session, cast, state, other):
    """For each reader: the youth and both guardians."""
    case, then = state
    person = getattr(cast, other)
    hat = Role.STAFETTHOLDER if other == "jonas" else Role.SERVICE
    before = len(readings(session))
    seen = [
        previews.as_participant(
            session, actor=getattr(cast, reader), case_id=case.id, person_id=person.id,
            hat=hat, now=then,
        )[1]
        for reader in FAMILY
    ]  # fmt: skip
    assert len(readings(session)) == before, "nobody of the staff has looked"
    try:
        own = views.case_view(session, actor=person, case_id=case.id, now=then, hat=hat)
    except Refused:
        assert seen == [previews.Seen(None, None, ())] * 3
        return
    tiltak = tiltak_views.of_case(session, person, case.id, then)
    theirs = [bare(m) for m in meeting_views.upcoming(session, actor=person, now=then)]
    for shown in seen:
        assert shown.case == replace(own, questions=(), careful=False)
        assert shown.tiltak == tiltak
        assert list(shown.meetings) == theirs


def test_the_words_are_those_of_the_workers_own_cards(session, cast, state):
    case, then = state
    amina = Phone(session, cast.amina, then)
    as_worker = {"person": cast.amina.id, "hat": Role.SERVICE.value}
    own = [
        amina.read("stafett.card", case.id, hat=Role.SERVICE.value),
        amina.read("tiltak.list", case.id),
    ]
    for reader in FAMILY:
        preview = Phone(session, getattr(cast, reader), then).read(
            "preview.card", case.id, **as_worker
        )
        assert all(card is None or card in preview for card in own)
        if own[0] is None:
            assert preview.endswith("Ingenting. Samarbeidet vises ikke for Amina.")


def test_something_is_seen_in_some_states_and_nothing_in_others(session, cast, now):
    case, then = given(session, cast, now)
    _who, seen = previews.as_participant(
        session,
        actor=cast.kari,
        case_id=case.id,
        person_id=cast.amina.id,
        hat=Role.SERVICE,
        now=then,
    )
    assert [view.words for view in seen.tiltak.tiltak] == ["Klubbkveld"]
    assert len(seen.meetings) == 1


def test_a_guardian_is_shown_no_meeting_the_guardian_may_not_know_of(session, cast, now):
    """Amina is asked to it; the family is not."""
    case, then = given(session, cast, now)
    (meeting,) = meeting_views.upcoming(session, actor=cast.amina, now=then)
    session.query(Invitee).filter_by(meeting_id=meeting.id, person_id=cast.kari.id).delete()
    for name, known in (("kari", 0), ("ida", 1)):
        _who, seen = previews.as_participant(
            session, actor=getattr(cast, name), case_id=case.id, person_id=cast.amina.id,
            hat=Role.SERVICE, now=then,
        )  # fmt: skip
        assert len(seen.meetings) == known


def test_what_the_holder_knows_of_answers_is_not_lent_out(session, cast, now):
    case, then = waiting(session, cast, now)
    cast.kari.language = "nb"
    words = Phone(session, cast.kari, then).read(
        "preview.card", case.id, person=cast.jonas.id, hat=Role.STAFETTHOLDER.value
    )
    assert "Venter på svar fra" not in words
    assert "Per" not in words


@pytest.mark.parametrize("name", ["jonas", "amina", "randi", "lise", "sam"])
def test_only_the_family_borrows_anybodys_sight(session, cast, now, name):
    case, then = given(session, cast, now)
    for hat, other in ((Role.SERVICE, cast.amina), (Role.STAFETTHOLDER, cast.jonas)):
        with pytest.raises(Refused):
            previews.as_participant(
                session, actor=getattr(cast, name), case_id=case.id, person_id=other.id,
                hat=hat, now=then,
            )  # fmt: skip


def test_it_is_three_presses_from_the_map(session, cast, now):
    case, then = given(session, cast, now)
    kari = Phone(session, cast.kari, then)
    kari.deliver()
    kari.type("samtykke")
    kari.press(kari.last(), "Se det slik")
    choose = kari.last()
    assert kari.labels(choose)[:2] == [f"Jonas ({cast.school.name})", f"Amina ({cast.club.name})"]
    kari.press(choose, "Amina")
    assert "Slik ser Amina" in say(kari.last().text, "nb")
    assert case.id
