"""Before a meeting: three taps for the youth alone, and the holder who says that it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from handlers import help_now
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm, several
from handlers.meeting_cards import is_of_now
from handlers.request_words import TOPICS, push
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Text, _, join, list_of, verbatim
from models import preparing
from models.base import refuse
from models.preparing import Prepared, Wishes
from models.terms import Companion, Topic, Why

COMPANIONS: dict[Companion, Text] = {
    Companion.FRIEND: _("En venn"),
    Companion.ADULT: _("En voksen jeg stoler på"),
}
NOBODY = "none"


@dataclass(frozen=True)
class Said:
    meeting_id: int
    wishes: Wishes


def _seen(turn: Turn | Reading, meeting_id: int) -> Prepared:
    return preparing.prepared(turn.session, actor=turn.me, meeting_id=meeting_id, now=turn.now)


def _prepare(turn: Turn, subject: int | None) -> Prepared:
    seen = _seen(turn, subject or 0)
    if not seen.own:
        refuse(Why.ABSENT)
    if not seen.open:
        refuse(Why.STALE)
    return seen


def _talk(plain: Prepared) -> Asking[Said | None]:
    who = plain.holder
    talk = yield from several(
        "talk", _("Hva vil du snakke om på møtet? {name} ser det, ikke foreldrene.", name=who),
        TOPICS, at_least=0,
    )  # fmt: skip
    avoid = yield from several(
        "avoid", _("Er det noe du ikke vil snakke om der?"), TOPICS, at_least=0
    )
    people: dict[str, Text] = {}
    for person, name in plain.names.items():
        people[f"+{person}"] = _("{name}: fint om kommer", name=name)
        people[f"-{person}"] = _("{name}: helst ikke", name=name)
    chosen: tuple[str, ...] = ()
    if people:
        chosen = yield from several(
            "who", _("Er det noen du gjerne vil ha der, eller helst ikke?"), people, at_least=0
        )
    names: dict[str, Text] = {each.value: text for each, text in COMPANIONS.items()}
    names[NOBODY] = _("Nei, det trengs ikke")
    along = yield from choose("companion", _("Vil du ha med deg noen du stoler på?"), names)
    companion = None if along == NOBODY else Companion(along)
    whom: str | None = None
    if companion is not None:
        whom = yield from ask_words("name", _("Hvem? Du kan hoppe over."), optional=True)
    words = yield from ask_words(
        "words", _("Er det noe mer {name} bør vite før møtet?", name=who), optional=True
    )
    wishes = Wishes(
        tuple(talk), tuple(avoid), _ids(chosen, "+"), _ids(chosen, "-"), companion, whom, words
    )
    told = [*described(wishes, plain.names), _("Skal jeg gi dette til {name}?", name=who)]
    return Said(plain.meeting_id, wishes) if (yield from confirm(join(told), yes=_("Ja, gi det videre"))) else None  # fmt: skip


def _ids(chosen: Collection[str], sign: str) -> tuple[int, ...]:
    """Who is both wished for and not is neither."""
    other = {"+": "-", "-": "+"}[sign]
    return tuple(int(c[1:]) for c in chosen if c[0] == sign and other + c[1:] not in chosen)


def _finish(turn: Turn, said: Said) -> None:
    preparing.say(
        turn.session, actor=turn.me, meeting_id=said.meeting_id, wishes=said.wishes, now=turn.now
    )
    turn.say("meeting.wishes", said.meeting_id)


def described(wishes: Wishes, known: Mapping[int, str]) -> list[Text]:
    lines = []
    if wishes.talk:
        lines.append(_("Vil snakke om: {topics}", topics=_topics(wishes.talk)))
    if wishes.avoid:
        lines.append(_("Vil ikke snakke om: {topics}", topics=_topics(wishes.avoid)))
    if there := [known[each] for each in wishes.there if each in known]:
        lines.append(_("Vil gjerne ha der: {names}", names=list_of(map(verbatim, there))))
    if away := [known[each] for each in wishes.not_there if each in known]:
        lines.append(_("Helst ikke der: {names}", names=list_of(map(verbatim, away))))
    if wishes.companion is not None:
        along = COMPANIONS[wishes.companion]
        lines.append(_("Vil ha med: {who}", who=along))
        if wishes.companion_name:
            lines[-1] = _("Vil ha med: {who} ({name})", who=along, name=wishes.companion_name)
    if wishes.words:
        lines.append(_("«{words}»", words=wishes.words))
    return lines or [_("Ingen ønsker denne gangen.")]


def _topics(topics: tuple[Topic, ...]) -> Text:
    return list_of(TOPICS[topic] for topic in topics)


# --- seeing it -----------------------------------------------------------------------------------


def show(turn: Turn, subject: int, version: int) -> None:
    _seen(turn, subject)
    turn.show("meeting.wishes", subject)


def card(reading: Reading) -> Message:
    seen = _seen(reading, reading.subject)
    back = (Button(_("Vis møtet"), "meeting.show", seen.meeting_id),)
    if seen.own:
        return _own(seen, back)
    if seen.wishes is None:
        return Message(_("{name} har ikke sagt noe om dette ennå.", name=seen.ungdom), (back,))
    told = [
        _("Før møtet, fra {name} til deg. Foreldrene ser det ikke:", name=seen.ungdom),
        *described(seen.wishes, seen.names),
    ]
    rows: Rows = (back,)
    if seen.read:
        told.append(_("Du har sagt at det er lest."))
    else:
        rows = ((Button(_("Lest"), "meeting.wishes_read", seen.meeting_id, seen.version),), back)
    return Message(join(told), rows)


def _own(seen: Prepared, back: tuple[Button, ...]) -> Message:
    change = Button(
        _("Si det på nytt") if seen.wishes else _("Si hva du ønsker"),
        "flow:mote.onsker", seen.meeting_id,
    )  # fmt: skip
    rows: Rows = ((change,), back) if seen.open else (back,)
    if seen.wishes is None:
        told = [_("Du har ikke sagt noe om dette møtet. Du trenger ikke det heller.")]
    else:
        told = [_("Dette har du sagt før møtet:"), *described(seen.wishes, seen.names)]
        read = _("{name} har lest det.", name=seen.holder)
        told.append(read if seen.read else _("{name} har ikke lest det ennå.", name=seen.holder))
    told.append(_("Bare du og stafettholderen ser det. Nå er det {name}.", name=seen.holder))
    return Message(join(told), (*rows, (Button(help_now.LABEL, command="hjelp"),)))


def read(turn: Turn, subject: int, version: int) -> None:
    """'Lest' to something older shows what is said now."""
    same = preparing.tick_read(
        turn.session, actor=turn.me, meeting_id=subject, version=version, now=turn.now
    )
    turn.toast("meeting.wishes_read" if same else "meeting.changed")
    turn.show("meeting.wishes", subject)


# --- what comes unasked --------------------------------------------------------------------------


def _unread(reading: Reading) -> bool:
    return is_of_now(reading) and preparing.is_unread(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )


FLOWS = (Flow("mote.onsker", _("Si hva du ønsker før møtet"), _prepare, _talk, _finish),)
BUTTONS: dict[str, Press] = {"meeting.wishes": show, "meeting.wishes_read": read}
_NEWS = _("Det er noe nytt til deg.")
NOTICES: dict[str, Compose] = {
    "meeting.wishes": card,
    "meeting.prepared": push(_NEWS, "meeting.wishes", _unread),
    "meeting.unread": push(_("Det er noe du skal lese før en avtale."), "meeting.wishes", _unread),
}
TOASTS: dict[str, Text] = {"meeting.wishes_read": _("Takk. Da vet ungdommen at det er lest.")}
