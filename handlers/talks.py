"""An adult talks with the youth between meetings: asked to, and written down [40]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.past_day import ask_past_day
from handlers.turns import Button, Compose, Message, Press, Reading, Turn
from locales import Day, Text, _, join, pgettext
from models import child_contact, minutes_views, talk_views
from models.base import refuse
from models.talk_views import Talks
from models.terms import ContactView, Why

VIEWS: dict[ContactView, Text] = {
    ContactView.SAID: _("Vi snakket sammen"),
    ContactView.NOT_WANTED: _("Spurt, ville ikke snakke nå"),
}
SHOWN = 5


@dataclass(frozen=True)
class Talk:
    case_id: int
    on: date
    view: ContactView
    words: str | None


@dataclass(frozen=True)
class Form:
    seen: Talks
    today: date


def _seen(reading: Reading | Turn, case_id: int) -> Talks:
    return talk_views.talks(reading.session, actor=reading.me, case_id=case_id, now=reading.now)


def _prepare(turn: Turn, subject: int | None) -> Form:
    seen = _seen(turn, subject or 0)
    if not seen.may_note:
        refuse(Why.ABSENT)
    return Form(seen, talk_views.today(turn.session, turn.now))


def _talk(plain: Form) -> Asking[Talk | None]:
    today = plain.today
    days = tuple(today - timedelta(days=n) for n in range(4))
    name = plain.seen.ungdom
    on = yield from ask_past_day(
        "on", _("Når snakket du med {name}?", name=name), today - timedelta(days=365), today, days
    )
    view = yield from choose("view", _("Hvordan gikk det?"), VIEWS)
    words = None
    if view is ContactView.SAID:
        words = yield from ask_words(
            "words",
            _("Hva vil {name} at dere skal vite? {name} og stafettholderen ser det, ikke "
              "foreldrene.", name=name),
        )  # fmt: skip
    told = [_("Samtale med {name} {day}", name=name, day=Day(on)), VIEWS[view]]
    if words:
        told.append(_("«{words}»", words=words))
    if (yield from confirm(join([*told, _("Skal jeg lagre det?")]), yes=_("Ja, lagre"))):
        return Talk(plain.seen.case_id, on, view, words)
    return None


def _finish(turn: Turn, talk: Talk) -> None:
    child_contact.note(
        turn.session, actor=turn.me, case_id=talk.case_id, talked_on=talk.on, view=talk.view,
        words=talk.words, now=turn.now,
    )  # fmt: skip
    turn.say("talk.list", talk.case_id)


def show(turn: Turn, subject: int, version: int) -> None:
    _seen(turn, subject)
    turn.show("talk.list", subject)


def card(reading: Reading) -> Message:
    seen = _seen(reading, reading.subject)
    title = _("Samtaler med {name} mellom møtene", name=seen.ungdom)
    parts = [_("Samtaler med deg mellom møtene") if seen.own else title]
    if seen.waits_for:
        parts.append(_("En samtale skal være tatt før {day}.", day=Day(seen.waits_for)))
    if not seen.talks:
        parts.append(_("Ingen er skrevet ned ennå."))
    for talk in seen.talks[:SHOWN]:
        lines = [_("{day}, {name}: {what}", day=Day(talk.talked_on), name=talk.by,
                   what=VIEWS[talk.view])]  # fmt: skip
        if talk.words:
            lines.append(_("«{words}»", words=talk.words))
        parts.append(join(lines))
    rows: list[tuple[Button, ...]] = []
    if seen.may_note:
        rows.append((Button(_("Skriv ned en samtale"), "flow:samtale.skriv", seen.case_id),))
    return Message(join(parts, "\n\n"), tuple(rows))


# --- what comes unasked --------------------------------------------------------------------------


def asked(reading: Reading) -> Message | None:
    """To whoever was set to talk with the youth."""
    case_id = talk_views.is_asked(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )
    button = Button(pgettext("button", "Vis"), "talk.list", case_id)
    return Message(_("Det er noe nytt til deg."), ((button,),))


def due(reading: Reading) -> Message | None:
    """To the holder: nobody has talked with the youth yet."""
    meeting = minutes_views.waits(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )
    if meeting.contact_by is None:
        return None
    button = Button(pgettext("button", "Vis"), "talk.list", meeting.case_id)
    return Message(_("Det er noe du skal følge opp."), ((button,),))


FLOWS = (Flow("samtale.skriv", _("Skriv ned en samtale"), _prepare, _talk, _finish),)
BUTTONS: dict[str, Press] = {"talk.list": show}
NOTICES: dict[str, Compose] = {
    "talk.list": card,
    "talk.asked": asked,
    "talk.due": due,
}
