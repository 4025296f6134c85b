"""What people type without a slash, in whatever language; and a yes in words, which is never one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

import handlers
from handlers.questions import YES_WORDS, means_yes
from locales import LANGUAGES, say
from models import asking
from models.asking import Wish
from models.consent_history import ConsentEvent
from models.outbox import Outgoing, OutState
from models.terms import Topic
from tests.consent_setup import Phone, asked, opened
from tests.meeting_setup import called, consented


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("start", "start"),
        ("Start!", "start"),
        ("Personvern", "personvern"),
        ("PRIVACY", "personvern"),
        ("avbryt", "avbryt"),
        ("Cancel.", "avbryt"),
        ("Innstillinger", "innstillinger"),
        ("innstillingar", "innstillinger"),
        ("settings", "innstillinger"),
        ("stopp", "stopp"),
        ("Stop", "stopp"),
        ("slutt", "stopp"),
        ("SLUTT!", "stopp"),
        ("/språk", "sprak"),
        ("/Møter", "moter"),
        ("/kø@losbot", "ko"),
        ("/stopp!", "stopp"),
        ("/settings.", "settings"),
    ],
)
def test_command_words_are_heard_without_a_slash_and_with_their_own_letters(words, command):
    heard = handlers.command_of(words)
    assert heard == command
    assert heard in handlers.COMMANDS


def test_every_label_of_the_menu_is_its_command_in_every_language():
    for command, label in handlers.menu.MENU.items():
        for language in LANGUAGES:
            assert handlers.command_of(say(label, language).upper()) == command


@pytest.mark.parametrize(
    "words",
    ["starte", "start nå", "personvernet", "avbryt ikke", "/finnesikke", "/", "", "språk", "språket",
     "sluttet", "hva er innstillinger", "ja", "nei"],
)  # fmt: skip
def test_only_exact_words_are_commands(words):
    assert handlers.command_of(words) is None


@pytest.mark.parametrize(
    ("norwegian", "english"),
    [("stopp", "stop"), ("innstillinger", "settings"), ("personvern", "privacy"),
     ("sprak", "language"), ("minedata", "mydata"), ("samtykke", "consent"), ("saker", "cases"),
     ("moter", "meetings"), ("avbryt", "cancel")],
)  # fmt: skip
def test_slash_commands_do_the_same_in_english(norwegian, english):
    assert handlers.COMMANDS[english] is handlers.COMMANDS[norwegian]


# --- a yes in words ------------------------------------------------------------------------------


def test_a_yes_is_the_whole_of_what_is_said():
    assert all(means_yes(word.upper() + " !") for word in YES_WORDS)
    for words in ("jaså", "ja eller nei", "ikke ok", "okonomi", "hvorfor det", "nei", ""):
        assert not means_yes(words)


@pytest.fixture
def kari(session, cast, now):
    return Phone(session, cast.kari, now)


@pytest.fixture
def ida(session, cast, now):
    return Phone(session, cast.ida, now)


def test_where_nothing_waits_for_a_press_a_yes_is_not_understood(kari, ida):
    assert handlers.unheard(kari.turn(), "ja") == "lost"
    assert handlers.unheard(ida.turn(), "ja") == "lost"


def test_a_consent_that_is_asked_takes_no_yes_in_words(session, cast, kari, now):
    question = asked(session, cast, opened(session, cast, now), now)
    assert handlers.unheard(kari.turn(), "Ja!") == "only_buttons"
    assert handlers.unheard(kari.turn(), "hva er dette") == "lost"
    assert kari.read("only_buttons") == ("Jeg tar ikke ja skrevet som tekst. Trykk på knappen.")
    given = select(ConsentEvent).where(ConsentEvent.act == "given")
    assert session.scalars(given).all() == []
    kari.press(kari.see("consent.card", question.id), "Ja")
    assert handlers.unheard(kari.turn(), "ja") == "lost"
    assert handlers.unheard(Phone(session, cast.amina, now).turn(), "ja") == "lost"


def test_neither_does_an_invitation_once_one_has_been_told_of_it(session, cast, kari, now):
    case = consented(session, cast, now)
    assert handlers.unheard(kari.turn(), "ok") == "lost"
    meeting = called(session, cast, case, now)
    assert handlers.unheard(kari.turn(), "ok") == "only_buttons"
    kari.press(kari.see("meeting.invited", meeting.id), "Kommer")
    assert handlers.unheard(kari.turn(), "ok") == "lost"


def test_neither_does_the_question_whether_one_wants_a_los(session, cast, kari, ida, now):
    wish = Wish(topic=Topic.SCHOOL, ungdom_id=cast.ida.id)
    request = asking.submit(session, actor=cast.kari, wish=wish, now=now)
    assert handlers.unheard(ida.turn(), "ja") == "only_buttons"
    assert handlers.unheard(kari.turn(), "ja") == "lost"
    ida.press(ida.see("request.asking", request.id), "Ja, det vil jeg")
    assert handlers.unheard(ida.turn(), "ja") == "lost"


def test_who_may_have_meant_to_stop_is_told_so_first(session, cast, kari, now):
    asked(session, cast, opened(session, cast, now), now)
    before = session.scalars(select(Outgoing).where(Outgoing.state == OutState.WAITING)).all()
    assert handlers.unheard(kari.turn(), "stopp det der") == "not_stopped"
    after = session.scalars(select(Outgoing).where(Outgoing.state == OutState.WAITING)).all()
    assert after == before
