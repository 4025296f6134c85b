"""Meetings in chat: what is asked, what each phone shows, and what a lock screen never shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import handlers
from bot import attachments
from handlers import meetings as talk
from handlers.dialogue import Done, Pending, walk
from handlers.turns import Message, Reading, Turn
from locales import LANGUAGES, say
from models import contacts, follow_ups, meetings, people
from models.base import Refused
from models.invitees import Meeting
from models.outbox import Mode, Outgoing, OutState
from models.terms import Coming, MeetingPlace, Why
from tests.meeting_setup import called, case_of_ida, consented, deliver_all, take_back
from tests.ways import told_once

WHEN = "2026-11-26T14:15:00+01:00"
REVEALING = (
    "los", "samtykke", "bekymring", "barnevern", "stafett", "tiltak", "bti", "ida", "kari", "per ",
    "jonas", "amina", "fjordvik", "fyret", "skole", "klubb", "mobbing", "helsesykepleier",
)  # fmt: skip


case = told_once(consented)


@told_once
def meeting(session, cast, case, now):
    """With words in it that must not leak."""
    found = called(
        session, cast, case, now, agenda="mobbing i klassen", place="hos helsesykepleier"
    )
    deliver_all(session)
    return found


def turn_of(session, person, now, *, pressed: int | None = 7, occasion="u1") -> Turn:
    contact = contacts.of(session, person.id)
    return Turn(session, person, contact, now, occasion, pressed, "cb" if pressed else None)


def press(session, person, action, meeting, now, *, version=None, occasion="u1") -> Turn:
    turn = turn_of(session, person, now, occasion=occasion)
    at = meeting.sequence if version is None else version
    handlers.BUTTONS[action](turn, meeting.id, at)
    return turn


def reading(session, person, row: Outgoing, now) -> Reading:
    contact = contacts.of(session, person.id)
    return Reading(session, person, contact, now, row.subject_id or 0, row.params)


def waiting(session, person) -> list[Outgoing]:
    wanted = select(Outgoing).where(
        Outgoing.recipient_id == person.id, Outgoing.state == OutState.WAITING
    )
    return list(session.scalars(wanted.order_by(Outgoing.id)))


def put(session, person, kind, subject, now, **params: Any) -> Message | None:
    contact = contacts.of(session, person.id)
    return handlers.compose(Reading(session, person, contact, now, subject, params), kind)


def heard(session, person, now, *, kinds: bool = False) -> list[str]:
    """Everything that waits for a person, put into words, toasts aside."""
    told = []
    for row in waiting(session, person):
        if row.mode == Mode.TOAST:
            continue
        message = handlers.compose(reading(session, person, row, now), row.kind)
        told.append(row.kind if kinds else "MOOT" if message is None else say(message.text, "nb"))
    return told


def toasts(session, person) -> list[str]:
    return [r.params["words"] for r in waiting(session, person) if r.mode == Mode.TOAST]


def labels(message: Message) -> list[str]:
    return [say(button.label, "nb") for row in message.buttons for button in row]


# --- planning ------------------------------------------------------------------------------------

PLAIN = {
    "case": 1,
    "zone": "Europe/Oslo",
    "ungdom": "Ida",
    "family": ["Kari", "Per"],
    "workers": {11: "Amina (Fyret fritidsklubb)", 12: "Lise (Ungdomslosene)"},
}
TO_CONFIRM = [("when", WHEN), ("minutes", "45"), ("place", "school"), ("workers", ["11"])]


def test_a_meeting_is_planned_in_five_answers():
    asked = []
    for n in range(len(TO_CONFIRM) + 1):
        outcome = walk(talk.PLAN, PLAIN, TO_CONFIRM[:n])
        assert isinstance(outcome, Pending)
        asked.append(outcome.question.name)
    assert asked == ["when", "minutes", "place", "workers", "confirm"]


def test_the_confirmation_repeats_everything():
    outcome = walk(talk.PLAN, PLAIN, TO_CONFIRM)
    assert isinstance(outcome, Pending)
    assert say(outcome.question.text, "nb") == (
        "Møte om Ida\n"
        "Når: torsdag 26. november kl. 14.15\n"
        "Varer: 45 minutter\n"
        "Sted: På skolen\n"
        "Inviteres: Amina (Fyret fritidsklubb), Ida, Kari og Per\n"
        "\n"
        "Skal jeg kalle inn?"
    )


def test_a_yes_gives_the_plan_and_a_no_gives_none():
    yes = walk(talk.PLAN, PLAIN, [*TO_CONFIRM, ("confirm", "True")])
    no = walk(talk.PLAN, PLAIN, [*TO_CONFIRM, ("confirm", "False")])
    starts = datetime(2026, 11, 26, 14, 15)  # noqa: DTZ001 - a wall clock
    plan = talk.Plan(1, starts, 45, MeetingPlace.SCHOOL, None, (11,))
    assert (yes, no) == (Done(plan), Done(None))


def test_another_place_is_asked_for_in_words():
    given = [("when", WHEN), ("minutes", "30"), ("place", "elsewhere")]
    outcome = walk(talk.PLAN, PLAIN, given)
    assert isinstance(outcome, Pending)
    assert outcome.question.name == "where"
    after = walk(talk.PLAN, PLAIN, [*given, ("where", "Kafé Sol"), ("workers", [])])
    assert isinstance(after, Pending)
    assert "Sted: Kafé Sol" in say(after.question.text, "nb")


def test_without_covered_workers_nobody_more_is_asked_about():
    plain = {**PLAIN, "workers": {}}
    outcome = walk(talk.PLAN, plain, [("when", WHEN), ("minutes", "45"), ("place", "digital")])
    assert isinstance(outcome, Pending)
    assert outcome.question.name == "confirm"


def test_nobody_is_ticked_beforehand_and_none_is_a_fine_answer(now):
    outcome = walk(talk.PLAN, PLAIN, TO_CONFIRM[:3])
    assert isinstance(outcome, Pending)
    rows = [say(b.label, "nb") for row in outcome.question.rows({}, now) for b in row]
    assert rows == ["☐ Amina (Fyret fritidsklubb)", "☐ Lise (Ungdomslosene)", "Ferdig"]
    assert outcome.question.accepts([]) is True


def test_the_flow_opens_for_the_stafettholder_only(session, cast, case, now):
    for name in ("ida", "kari", "amina", "randi", "sam"):
        with pytest.raises(Refused) as refused:
            talk.PLAN.prepare(turn_of(session, getattr(cast, name), now), case.id)
        assert refused.value.why is Why.ABSENT
    plain = talk.PLAN.prepare(turn_of(session, cast.jonas, now), case.id)
    assert plain["workers"] == {cast.amina.id: "Amina (Fyret fritidsklubb)"}


def test_without_a_case_there_is_nothing_to_plan_or_move(session, cast, now):
    for flow in (talk.PLAN, talk.MOVE):
        for subject in (None, 0, 12345):
            with pytest.raises(Refused) as refused:
                flow.prepare(turn_of(session, cast.jonas, now), subject)
            assert refused.value.why is Why.ABSENT


def test_without_consent_the_flow_does_not_open(session, cast, now):
    case = case_of_ida(session, cast, now)
    with pytest.raises(Refused) as refused:
        talk.PLAN.prepare(turn_of(session, cast.jonas, now), case.id)
    assert refused.value.why is Why.CONSENT_MISSING


def test_the_receipt_says_when_the_others_are_told(session, cast, case, now):
    deliver_all(session)
    starts = datetime(2026, 11, 26, 14, 15)  # noqa: DTZ001
    plan = talk.Plan(case.id, starts, 45, MeetingPlace.SCHOOL, None, ())
    talk.PLAN.finish(turn_of(session, cast.jonas, now), plan)
    assert heard(session, cast.jonas, now)[0].splitlines()[0] == "Greit. De andre får beskjed nå."
    night = now + timedelta(hours=13)
    deliver_all(session)
    later = talk.Plan(case.id, starts + timedelta(days=1), 45, MeetingPlace.HOME, None, ())
    talk.PLAN.finish(turn_of(session, cast.jonas, night, occasion="u2"), later)
    assert heard(session, cast.jonas, night)[0].splitlines()[0] == (
        "Greit. De andre får beskjed tirsdag 24. november kl. 09.00."
    )


def test_moving_repeats_the_old_time_and_the_new(session, cast, meeting, now):
    plain = talk.MOVE.prepare(turn_of(session, cast.jonas, now), meeting.id)
    outcome = walk(talk.MOVE, plain, [("when", "2026-11-27T10:00:00+01:00")])
    assert isinstance(outcome, Pending)
    assert say(outcome.question.text, "nb") == (
        "Nå: torsdag 26. november kl. 14.15\n"
        "Nytt tidspunkt: fredag 27. november kl. 10.00\n"
        "⚠ Det er mindre enn 7 dager til. Ikke alle rekker å gjøre seg klare.\n"
        "\n"
        "Alle blir spurt på nytt. Skal jeg flytte møtet?"
    )


def test_a_move_in_chat_moves_the_meeting(session, cast, meeting, now):
    plain = talk.MOVE.prepare(turn_of(session, cast.jonas, now), meeting.id)
    given = [("when", "2026-11-27T10:00:00+01:00"), ("confirm", "True")]
    outcome = walk(talk.MOVE, plain, given)
    assert isinstance(outcome, Done)
    talk.MOVE.finish(turn_of(session, cast.jonas, now), outcome.value)
    assert meeting.starts_at == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert heard(session, cast.ida, now) == [
        "En avtale har fått nytt tidspunkt.\nNår: fredag 27. november kl. 10.00\nPasser det?"
    ]


def test_only_the_stafettholder_is_led_into_moving(session, cast, meeting, now):
    for person in (cast.ida, cast.kari, cast.amina, cast.sam):
        with pytest.raises(Refused) as refused:
            talk.MOVE.prepare(turn_of(session, person, now), meeting.id)
        assert refused.value.why is Why.ABSENT


# --- what comes unasked --------------------------------------------------------------------------


def unasked(session, cast, meeting, now) -> list[tuple[str, str, Message]]:
    """One of every notice that is pushed, as every recipient reads it: kind, name, message."""
    told = []
    for name in ("ida", "kari", "per", "amina"):
        person = getattr(cast, name)
        for kind in ("meeting.invited", "meeting.moved", "meeting.reminder"):
            told.append((kind, name, put(session, person, kind, meeting.id, now)))
    for coming in (Coming.NO, Coming.DREADING):
        meetings.answer(
            session, actor=cast.ida, meeting_id=meeting.id, coming=coming, sequence=0, now=now
        )
        [row] = [r for r in waiting(session, cast.jonas) if r.kind == "meeting.answered"]
        told.append((row.kind, "jonas", put(session, cast.jonas, row.kind, row.subject_id, now)))
    for person in (cast.ida, cast.amina):
        meetings.take_file(session, actor=person, meeting_id=meeting.id, now=now)
        told.append(("meeting.file", "ida", put(session, person, "meeting.file", meeting.id, now)))
    meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now)
    for name in ("ida", "kari", "per", "amina"):
        for kind in ("meeting.cancelled", "meeting.file"):
            told.append((kind, name, put(session, getattr(cast, name), kind, meeting.id, now)))
    return told


def test_what_comes_unasked_reveals_nothing_in_any_language(session, cast, meeting, now):
    for kind, name, message in unasked(session, cast, meeting, now):
        assert message is not None, (kind, name)
        for language in LANGUAGES:
            shown = say(message.text, language).casefold()
            shown += " ".join(labels(message)).casefold()
            assert [word for word in REVEALING if word in shown] == [], (kind, name, language)


def test_an_invitation_says_when_and_asks(session, cast, meeting, now):
    message = put(session, cast.ida, "meeting.invited", meeting.id, now)
    assert say(message.text, "nb") == (
        "Du har en ny avtale.\nNår: torsdag 26. november kl. 14.15\nPasser det?"
    )
    assert labels(message) == ["Vis", "Kommer", "Kan ikke", "Annet tidspunkt", "Noe annet"]


def test_a_reminder_is_put_into_words_when_it_is_sent(session, cast, meeting):
    expected = {
        "2026-11-24T13:15": "Du har en avtale torsdag 26. november kl. 14.15.",
        "2026-11-25T09:00": "Du har en avtale i morgen kl. 14.15.",
        "2026-11-26T09:15": "Du har en avtale i dag kl. 14.15.",
        "2026-11-25T23:30": "Du har en avtale i dag kl. 14.15.",  # past midnight in Oslo
    }
    for at, words in expected.items():
        sent = datetime.fromisoformat(at).replace(tzinfo=UTC)
        message = put(session, cast.ida, "meeting.reminder", meeting.id, sent, sequence=0)
        assert say(message.text, "nb").splitlines()[0] == words


def test_a_reminder_that_waits_dies_with_the_move(session, cast, meeting, now):
    due = datetime(2026, 11, 24, 13, 15, tzinfo=UTC)
    follow_ups.take_due(session, meetings.LADDER, due)
    row = next(r for r in waiting(session, cast.ida) if r.kind == "meeting.reminder")
    row.state = OutState.SENDING  # already on its way out when the meeting moves
    starts = datetime(2026, 12, 3, 10)  # noqa: DTZ001
    meetings.move(
        session, actor=cast.jonas, meeting_id=meeting.id, starts=starts, sequence=0, now=due
    )
    assert handlers.compose(reading(session, cast.ida, row, due), row.kind) is None


def test_nothing_is_told_of_what_has_begun_or_is_cancelled(session, cast, meeting, now):
    kinds = ("meeting.invited", "meeting.moved", "meeting.reminder")
    begun = [put(session, cast.ida, kind, meeting.id, meeting.starts_at) for kind in kinds]
    meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now)
    cancelled = [put(session, cast.ida, kind, meeting.id, now) for kind in kinds]
    assert begun == cancelled == [None] * 3


def test_no_reminder_for_who_cannot_come_or_has_turned_them_off(session, cast, meeting, now):
    meetings.answer(
        session, actor=cast.ida, meeting_id=meeting.id, coming=Coming.NO, sequence=0, now=now
    )
    people.mute(session, cast.per, True, now)
    assert put(session, cast.ida, "meeting.reminder", meeting.id, now) is None
    assert put(session, cast.per, "meeting.reminder", meeting.id, now) is None


ABOUT_ONE = sorted(
    kind
    for kind in handlers.NOTICES
    if kind.startswith(("meeting.", "talk.", "proposal."))
    and kind not in ("meeting.list", "meeting.gone")  # which says what its own parameters say
)


def test_nothing_is_put_into_words_for_a_service_once_consent_is_taken_back(
    session, cast, meeting, now
):
    meetings.take_file(session, actor=cast.amina, meeting_id=meeting.id, now=now)
    take_back(session, cast.kari, now)
    told = {kind: put(session, cast.amina, kind, meeting.id, now) for kind in ABOUT_ONE}
    assert told == dict.fromkeys(ABOUT_ONE)


def test_nothing_is_put_into_words_for_an_outsider(session, cast, meeting, now):
    for person in (cast.sam, cast.randi, cast.siri, cast.lise):
        for subject in (meeting.id, 12345):
            told = {kind: put(session, person, kind, subject, now) for kind in ABOUT_ONE}
            assert told == dict.fromkeys(ABOUT_ONE), person.name


# --- answering -----------------------------------------------------------------------------------


def test_coming_is_thanked_and_brings_the_calendar_file(session, cast, meeting, now):
    press(session, cast.ida, "meeting.yes", meeting, now)
    card, file = heard(session, cast.ida, now)
    assert card.splitlines()[0] == "Så fint at du kommer."
    assert file == "Åpne fila for å legge avtalen i kalenderen din. Den sier bare når."
    assert toasts(session, cast.ida) == ["meeting.answer"]


def test_a_second_yes_brings_no_second_file(session, cast, meeting, now):
    press(session, cast.ida, "meeting.yes", meeting, now)
    press(session, cast.ida, "meeting.yes", meeting, now, occasion="u2")
    assert heard(session, cast.ida, now, kinds=True).count("meeting.file") == 1


def test_every_answer_is_thanked(session, cast, meeting, now):
    thanks = {
        "meeting.no": "Takk for at du sier fra.",
        "meeting.other": "Takk. Jonas får vite at du ønsker et annet tidspunkt.",
        "meeting.someone": "Takk. Jonas får vite hva som ville hjulpet.",
    }
    for action, words in thanks.items():
        press(session, cast.kari, action, meeting, now, occasion=action)
        assert heard(session, cast.kari, now)[0].splitlines()[0] == words
        deliver_all(session)


def test_dreading_is_met_with_warmth_and_choices(session, cast, meeting, now):
    press(session, cast.ida, "meeting.dreading", meeting, now)
    assert heard(session, cast.ida, now)[0].startswith("Takk for at du sier det. Mange gruer seg")
    message = put(session, cast.ida, "meeting.dreading", meeting.id, now)
    assert labels(message) == [
        "Snakke med noen først", "Være med digitalt", "Ha med meg noen", "Vis møtet",
        say(handlers.help_now.LABEL, "nb"),
    ]  # fmt: skip


def test_the_stafettholder_learns_that_someone_needs_a_talk_and_who_only_inside(
    session, cast, meeting, now
):
    press(session, cast.ida, "meeting.dreading", meeting, now)
    assert heard(session, cast.jonas, now) == [
        "Noen trenger en prat før en avtale.\nNår: torsdag 26. november kl. 14.15"
    ]
    press(session, cast.ida, "meeting.talk", meeting, now, occasion="u2")
    card = put(session, cast.jonas, "meeting.card", meeting.id, now)
    assert "Ida: vil gjerne snakke med noen før møtet" in say(card.text, "nb")


def test_an_old_button_shows_the_meeting_as_it_is_now(session, cast, meeting, now):
    starts = datetime(2026, 11, 27, 10)  # noqa: DTZ001
    meetings.move(
        session, actor=cast.jonas, meeting_id=meeting.id, starts=starts, sequence=0, now=now
    )
    deliver_all(session)
    press(session, cast.ida, "meeting.yes", meeting, now, version=0)
    assert toasts(session, cast.ida) == ["meeting.changed"]
    assert "fredag 27. november kl. 10.00" in heard(session, cast.ida, now)[0]
    seen = put(session, cast.jonas, "meeting.card", meeting.id, now)
    assert "Ida: har ikke svart ennå" in say(seen.text, "nb")


def test_no_button_works_for_an_outsider_and_all_sound_alike(session, cast, meeting, now):
    for action in talk.BUTTONS:
        for person in (cast.sam, cast.randi):
            for subject in (meeting, Meeting(id=12345, sequence=0)):
                with pytest.raises(Refused) as refused:
                    press(session, person, action, subject, now)
                assert refused.value.why is Why.ABSENT, action


def test_an_answer_after_the_start_is_told_so(session, cast, meeting):
    for action in ("meeting.yes", "meeting.dreading"):
        press(session, cast.ida, action, meeting, meeting.starts_at, occasion=action)
        assert toasts(session, cast.ida) == ["meeting.begun"]
        deliver_all(session)
    card = put(session, cast.ida, "meeting.card", meeting.id, meeting.starts_at)
    assert labels(card) == ["Alle møter"]


# --- cards ---------------------------------------------------------------------------------------


def test_the_youths_card_says_everything_the_youth_may_know(session, cast, meeting, now):
    message = put(session, cast.ida, "meeting.card", meeting.id, now)
    assert say(message.text, "nb") == (
        "Møtet ditt\n"
        "Når: torsdag 26. november kl. 14.15\n"
        "Varer: 45 minutter\n"
        "Sted: hos helsesykepleier\n"
        "Om: mobbing i klassen\n"
        "Med: Amina, Ida, Jonas, Kari og Per\n"
        "Lurer du på noe? Spør Jonas."
    )
    assert labels(message) == [
        "Kommer", "Kan ikke", "Annet tidspunkt", "Noe annet", "Si hva du ønsker", "Saksliste", "Kalenderfil", "Alle møter",
    ]  # fmt: skip


def test_only_the_family_is_asked_whether_they_dread_it(session, cast, meeting, now):
    for who, asked in (("kari", True), ("amina", False)):
        person = getattr(cast, who)
        person.language = "nb"
        for kind in ("meeting.card", "meeting.invited"):
            assert "Noe annet" in labels(put(session, person, kind, meeting.id, now))
        shown = labels(put(session, person, "meeting.more", meeting.id, now))
        assert shown[-3:] == ["Trenger skyss", "Vil ha digitalt", "‹ Tilbake"]
        assert ("Gruer meg" in shown) is asked, who


def test_the_stafettholders_card_has_the_answers(session, cast, meeting, now):
    press(session, cast.kari, "meeting.no", meeting, now)
    message = put(session, cast.jonas, "meeting.card", meeting.id, now)
    assert say(message.text, "nb").split("Svar:\n")[1] == (
        "Amina: har ikke svart ennå\n"
        "Ida: har ikke svart ennå\n"
        "Kari: kan ikke\n"
        "Per: har ikke svart ennå"
    )
    assert labels(message) == [
        "Gjort: Spør hva som kunne passe (Kari)", "Fra ungdommen", "Saksliste", "Kalenderfil",
        "Flytt", "Avlys", "Alle møter",
    ]  # fmt: skip


def test_no_invitee_sees_anothers_answer(session, cast, meeting, now):
    press(session, cast.kari, "meeting.dreading", meeting, now)
    for person in (cast.ida, cast.per, cast.amina):
        shown = say(put(session, person, "meeting.card", meeting.id, now).text, "nb")
        assert ("gruer" in shown, "Svar" in shown) == (False, False)


def test_a_services_card_has_no_agenda_and_no_other_names(session, cast, meeting, now):
    shown = say(put(session, cast.amina, "meeting.card", meeting.id, now).text, "nb")
    assert ("mobbing" in shown, "Kari" in shown, "Per" in shown) == (False, False, False)


def test_moter_lists_what_comes_and_lets_the_stafettholder_plan(session, cast, meeting, now):
    talk.COMMANDS["moter"](turn_of(session, cast.jonas, now, pressed=None), "")
    assert heard(session, cast.jonas, now) == ["Dette er møtene som kommer:"]
    message = put(session, cast.jonas, "meeting.list", 0, now)
    assert labels(message) == ["Ida: torsdag 26. november kl. 14.15", "Planlegg møte om Ida"]
    mother = put(session, cast.kari, "meeting.list", 0, now)
    assert labels(mother) == ["torsdag 26. november kl. 14.15"]


def test_moter_tells_a_stranger_only_that_there_is_nothing(session, cast, meeting, now):
    message = put(session, cast.sam, "meeting.list", 0, now)
    assert (say(message.text, "nb"), message.buttons) == ("Du har ingen møter som kommer.", ())


def test_cancelling_takes_two_taps(session, cast, meeting, now):
    press(session, cast.jonas, "meeting.cancel", meeting, now)
    assert meeting.cancelled_at is None
    asked = put(session, cast.jonas, "meeting.cancel_question", meeting.id, now)
    assert labels(asked) == ["Ja, avlys", "Nei, behold møtet"]
    press(session, cast.jonas, "meeting.cancel_yes", meeting, now, occasion="u2")
    assert meeting.cancelled_at == now
    assert heard(session, cast.ida, now) == [
        "En avtale er avlyst.\nNår: torsdag 26. november kl. 14.15"
    ]


def test_an_invitee_cannot_cancel_and_is_not_even_asked(session, cast, meeting, now):
    for action in ("meeting.cancel", "meeting.cancel_yes"):
        for person in (cast.ida, cast.kari, cast.amina):
            with pytest.raises(Refused) as refused:
                press(session, person, action, meeting, now)
            assert refused.value.why is Why.ABSENT


def test_names_with_braces_and_markup_are_shown_as_they_are(session, cast, meeting, now):
    cast.kari.name = "<b>{name}</b>"
    session.flush()
    shown = say(put(session, cast.jonas, "meeting.card", meeting.id, now).text, "nb")
    assert "<b>{name}</b>: har ikke svart ennå" in shown


# --- the calendar file ---------------------------------------------------------------------------


def file_of(session, person, meeting, now) -> bytes:
    message = put(session, person, "meeting.file", meeting.id, now)
    assert message.attachment is not None
    return attachments.make(message.attachment, person.language).data


def test_the_calendar_file_gives_nothing_away(session, cast, meeting, now):
    leaks = ("ida", "kari", "per", "jonas", "amina", "skole", "fyret", "mobbing", "helsesyke",
             "los", "bti", "attendee", "description")  # fmt: skip
    for person in (cast.ida, cast.kari, cast.per, cast.amina, cast.jonas):
        data = file_of(session, person, meeting, now)
        plain = data.replace(b"\r\n ", b"").decode().casefold()
        plain = plain.replace("fjordvik kommune", "")  # the municipality may be named
        assert ("losbot" in plain, "fjordvik" in plain) == (False, False)
        event = plain[plain.index("begin:vevent") :]
        assert [word for word in leaks if word in event] == []


def test_the_place_is_in_the_file_only_for_who_chose_it(session, cast, meeting, now):
    people.show_place(session, cast.kari, True, now)
    assert b"LOCATION:hos helsesykepleier" in file_of(session, cast.kari, meeting, now)
    assert b"LOCATION" not in file_of(session, cast.per, meeting, now)


def test_a_cancelled_meeting_is_removed_from_the_calendars_that_have_it(
    session, cast, meeting, now
):
    press(session, cast.ida, "meeting.file", meeting, now)
    deliver_all(session)
    meetings.cancel(session, actor=cast.jonas, meeting_id=meeting.id, sequence=0, now=now)
    assert heard(session, cast.ida, now, kinds=True) == ["meeting.cancelled", "meeting.file"]
    assert heard(session, cast.kari, now, kinds=True) == ["meeting.cancelled"]
    data = file_of(session, cast.ida, meeting, now)
    assert (b"METHOD:CANCEL" in data, b"SEQUENCE:1" in data) == (True, True)
