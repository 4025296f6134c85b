"""A flow meets its row: begin, hear a press, hear words, and put the pending question."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Any

from handlers.dialogue import Answers, Done, Flow, Pending, replay
from handlers.questions import BACK, CANCEL, Answer, Choice, Heard, Redraw, Words
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Text, _
from models import conversations, outbox
from models.base import Refused
from models.conversations import Conversation
from models.outbox import Outgoing, OutState

Flows = dict[str, Flow[Any]]


def begin(turn: Turn, flow: Flow[Any], subject: int | None) -> None:
    """Open a flow in this chat. What was pending is forgotten. May raise Refused."""
    plain = flow.prepare(turn, subject)
    conversation = conversations.begin(
        turn.session,
        contact_id=turn.contact.id,
        key_id=turn.me.key_id,
        flow=flow.name,
        subject_id=subject,
        now=turn.now,
    )
    answers = Answers(salt=secrets.token_hex(16))
    _proceed(turn, flow, conversation, answers, plain, in_place=False)


def hear_press(turn: Turn, flows: Flows, fingerprint: str, pressed: str) -> None:
    """A button of a question. One shown with another fingerprint is no answer to this one."""
    conversation = conversations.of_contact(turn.session, turn.contact.id, turn.now)
    flow = flows.get(conversation.flow) if conversation else None
    if conversation is None or flow is None:
        turn.toast("question.over")
        if not turn.is_again:  # else the answer to the first stands there, with its own buttons
            turn.strip()
        return
    answers = Answers.load(conversation.answers)
    plain = flow.prepare(turn, conversation.subject_id)
    outcome = replay(flow, plain, answers)
    if not isinstance(outcome, Pending) or outcome.fingerprint != fingerprint:
        _moved_on(turn, flow, conversation, answers, plain)
        return
    turn.toast()
    if pressed == CANCEL:
        _give_up(turn, flow, conversation)
    elif pressed == BACK and outcome.before:
        del answers.given[outcome.before[-1]]
        _proceed(turn, flow, conversation, answers, plain)
    else:
        heard = outcome.question.press(pressed, conversation.draft)
        _take(turn, flow, conversation, answers, plain, outcome, heard)


def hear_words(turn: Turn, flows: Flows, words: str, message_id: int) -> bool:
    """Words go to the pending question, if it had been sent before they were written.

    False when nothing is pending. Whatever they are, the pending question stays.
    """
    conversation = conversations.of_contact(turn.session, turn.contact.id, turn.now)
    flow = flows.get(conversation.flow) if conversation else None
    if conversation is None or flow is None:
        return False
    answers = Answers.load(conversation.answers)
    plain = flow.prepare(turn, conversation.subject_id)
    outcome = replay(flow, plain, answers)
    if not isinstance(outcome, Pending) or not _was_asked(turn, conversation, outcome, message_id):
        _proceed(turn, flow, conversation, answers, plain)
        return True
    asked = outbox.by_key(turn.session, conversation.asked_key)
    if asked is not None and asked.message_id:
        turn.strip(asked.message_id)  # what follows is a new message; the old buttons are spent
    heard = outcome.question.read(words, turn.now, turn.me.language)
    stands = asked.message_id if asked is not None and not isinstance(heard, Answer) else None
    if turn.helped and stands:  # a hint under the help card would be cold
        _take(turn, flow, conversation, answers, plain, outcome, heard)
        turn.let_stand("strip", None, None)
        turn.let_stand("question", conversation.id, stands)
        return True
    if isinstance(heard, Answer) and isinstance(outcome.question, Words):
        turn.unsay(message_id)
    _take(turn, flow, conversation, answers, plain, outcome, heard)
    return True


def is_pending(turn: Turn) -> bool:
    return conversations.of_contact(turn.session, turn.contact.id, turn.now) is not None


def cancel(turn: Turn) -> bool:
    """End what is pending in this chat. False when nothing is."""
    if conversations.of_contact(turn.session, turn.contact.id, turn.now) is None:
        return False
    conversations.end(turn.session, turn.contact.id)
    return True


def _give_up(turn: Turn, flow: Flow[Any], conversation: Conversation) -> None:
    """Its card lost its buttons when the flow was opened from it: there is a way back to it."""
    home = {"home": flow.home} if flow.home and conversation.subject_id else {}
    conversations.end(turn.session, turn.contact.id)
    turn.show("flow.cancelled", conversation.subject_id if home else None, **home)


def _take(
    turn: Turn,
    flow: Flow[Any],
    conversation: Conversation,
    answers: Answers,
    plain: Any,
    pending: Pending,
    heard: Heard,
) -> None:
    if isinstance(heard, Answer):
        answers.given[pending.question.name] = heard.value
        _proceed(turn, flow, conversation, answers, plain)
    else:
        draft = heard.draft if isinstance(heard, Redraw) else {"hint": "buttons"}
        conversation.draft = _kept(conversation) | draft
        _ask(turn, conversation, pending, in_place=turn.pressed is not None)


def _kept(conversation: Conversation) -> dict[str, Any]:
    """What was ticked, and the page of the calendar: no word that is no answer takes them away."""
    return {
        key: conversation.draft[key] for key in ("ticked", "month") if key in conversation.draft
    }


def _proceed(
    turn: Turn,
    flow: Flow[Any],
    conversation: Conversation,
    answers: Answers,
    plain: Any,
    *,
    in_place: bool = True,
) -> None:
    """Replay: put the next question, or do what the talk came to."""
    outcome = replay(flow, plain, answers)
    if isinstance(outcome, Done):
        if outcome.value is None:
            _give_up(turn, flow, conversation)
            return
        conversations.end(turn.session, turn.contact.id)
        turn.strip()
        flow.finish(turn, outcome.value)
        return
    if outcome.question.name not in answers.shown:
        answers.shown.append(outcome.question.name)
    kept = _kept(conversation) if conversation.asked == outcome.fingerprint else {}
    conversations.remember(conversation, answers.dump(), turn.now)
    conversation.draft = kept
    # A question that hears words is always a new message: only then does the order of the
    # chat tell whether words were written after it was seen.
    in_place = in_place and turn.pressed is not None and not outcome.question.hears_words
    if turn.pressed is not None and not in_place:
        turn.strip()
    _ask(turn, conversation, outcome, in_place=in_place)


def _ask(turn: Turn, conversation: Conversation, pending: Pending, *, in_place: bool) -> None:
    conversation.asked = pending.fingerprint
    conversation.asked_key = turn.ask(conversation.id, pending.fingerprint, in_place=in_place)


def _moved_on(
    turn: Turn, flow: Flow[Any], conversation: Conversation, answers: Answers, plain: Any
) -> None:
    """The press was of another question. If the current one stands in the same message (a double
    tap), nothing is to be done; else it is put anew, and the old message loses its buttons."""
    turn.toast("question.moved")
    if turn.is_again:
        return
    asked = outbox.by_key(turn.session, conversation.asked_key)
    if asked is not None and turn.pressed in (asked.target_id, asked.message_id):
        return
    turn.strip()
    _proceed(dataclasses.replace(turn, pressed=None), flow, conversation, answers, plain)


def _was_asked(turn: Turn, conversation: Conversation, pending: Pending, message_id: int) -> bool:
    """Whether this very question stood in the chat when the words were written."""
    if conversation.asked != pending.fingerprint:
        return False
    asked = outbox.by_key(turn.session, conversation.asked_key)
    if asked is None or asked.state != OutState.SENT:
        return False
    return not pending.question.hears_words or (asked.message_id or 0) < message_id


def compose_question(reading: Reading, flows: Flows) -> Message | None:
    """The words of the pending question, or None when the conversation has moved on."""
    conversation = conversations.of_contact(reading.session, reading.contact.id, reading.now)
    if conversation is None or conversation.id != reading.subject:
        return None
    flow = flows.get(conversation.flow)
    if flow is None or conversation.asked != reading.params.get("fingerprint"):
        return None
    turn = Turn(reading.session, reading.reader, reading.contact, reading.now, occasion="")
    try:
        plain = flow.prepare(turn, conversation.subject_id)
    except Refused:
        return None
    outcome = replay(flow, plain, Answers.load(conversation.answers))
    if not isinstance(outcome, Pending) or outcome.fingerprint != conversation.asked:
        return None
    return as_message(outcome, conversation.draft, reading)


def still_asks(reading: Reading, said: Outgoing) -> bool:
    """Whether what was once asked here is what is being asked."""
    conversation = conversations.of_contact(reading.session, reading.contact.id, reading.now)
    return (
        conversation is not None
        and conversation.id == said.subject_id
        and conversation.asked == said.params.get("fingerprint")
    )


def as_message(pending: Pending, draft: dict[str, Any], reading: Reading) -> Message:
    question = pending.question
    rows = question.rows(draft, reading.now)
    return Message(question.body(draft), buttons=(*rows, *_ways_out(pending)))


def _ways_out(pending: Pending) -> Rows:
    """Back and cancel under every question; a confirmation has its own no."""
    ways = []
    if pending.before:
        ways.append(Button(_("‹ Tilbake"), choice=BACK))
    if not (isinstance(pending.question, Choice) and pending.question.ask_single):
        ways.append(Button(_("Avbryt"), choice=CANCEL))
    return (tuple(ways),) if ways else ()


def cancelled(reading: Reading) -> Message:
    home = str(reading.params.get("home", ""))
    rows: Rows = ((Button(_("‹ Tilbake"), home, reading.subject),),) if home else ()
    return Message(_("Greit. Jeg har ikke sendt eller endret noe."), buttons=rows)


NOTICES = {"flow.cancelled": cancelled}

TOASTS: dict[str, Text] = {
    "question.over": _("Dette er ikke åpent lenger."),
    "question.moved": _("Den knappen hørte til et eldre spørsmål."),
}
