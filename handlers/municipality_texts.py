"""The administrator's list of texts that are approved word by word: read the whole, approve it in a
language, or take that back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from handlers import approved
from handlers.approved import APPROVED, Length
from handlers.dialogue import Asking, Flow, confirm
from handlers.municipality_desk import BACK, number_of
from handlers.questions import choosing
from handlers.turns import Button, Message, Reading, Turn
from locales import LANGUAGES, Day, Text, _, join, language_name, pgettext, say, verbatim
from models import access, approving
from models.approving import Approval
from models.base import refuse, require
from models.terms import Action, Why

TITLES: dict[str, Text] = {
    "consent.ask": _("Spørsmålet om samtykke"),
    "rights": _("Personvern og rettigheter"),
    "duties": _("Taushetsplikt og unntak"),
}
LENGTHS: dict[Length, Text] = {
    Length.NORMAL: pgettext("text", "Vanlig"),
    Length.SHORT: pgettext("text", "Kort"),
    Length.FULL: pgettext("text", "Full"),
}


@dataclass(frozen=True)
class Wording:
    """A text in a language: the hashes of its words in every length, and the sum of them all."""

    key: str
    language: str
    hashes: tuple[str, ...]

    @property
    def name(self) -> Text:
        title = TITLES.get(self.key, verbatim(self.key))
        return _(
            "{text} · {language}", text=title, language=verbatim(language_name(self.language))
        )

    @property
    def mark(self) -> str:
        """What two people can compare: other words, another mark."""
        digest = hashlib.sha256("".join(self.hashes).encode()).hexdigest()
        return f"{digest[:4]} {digest[4:8]}"


def wordings() -> list[Wording]:
    return [
        Wording(key, language, tuple(approved.text_hashes(key, language).values()))
        for key in APPROVED
        for language in LANGUAGES
    ]


def _of(number: int) -> Wording:
    for each in wordings():
        if number_of(f"{each.key}.{each.language}") == number:
            return each
    refuse(Why.ABSENT)


def _approval(reading: Reading | Turn, me: Any, each: Wording) -> Approval:
    return approving.of_text(
        reading.session, actor=me, key=each.key, language=each.language, hashes=each.hashes
    )


# --- looking -------------------------------------------------------------------------------------


def _may(turn: Turn) -> None:
    access.authorise_at_work(turn.session, actor=turn.me, action=Action.APPROVE_TEXTS)


def show_texts(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    turn.show("adm.texts")


def texts_card(reading: Reading) -> Message:
    rows = []
    for each in wordings():
        found = _approval(reading, reading.reader, each)
        mark = verbatim("✓" if found.approved else "–" if not each.hashes else "○")
        label = join([mark, each.name], " ")
        subject = number_of(f"{each.key}.{each.language}")
        rows.append((Button(label, action="adm.text", subject=subject),))
    lines = [
        _("Tekster som må godkjennes ord for ord, på hvert språk."),
        _("✓ godkjent, ○ ikke godkjent, – finnes ikke på språket"),
        _("Uten godkjenning blir teksten ikke vist, og ingen blir spurt med den."),
    ]
    return Message(join(lines, "\n\n"), buttons=(*rows, (BACK,)))


def show_text(turn: Turn, subject: int, version: int) -> None:
    _may(turn)
    _of(subject)
    turn.show("adm.text", subject)


def text_card(reading: Reading) -> Message:
    """All of it, in its own language whatever the reader's is."""
    wording = _of(reading.subject)
    found = _approval(reading, reading.reader, wording)
    said = approved.text_hashes(wording.key, wording.language)
    parts = [wording.name]
    for length in said:
        text = approved.text_of(wording.key, length)
        words = verbatim(say(text, wording.language) if text else "")
        parts.append(join([LENGTHS[length], words]) if len(said) > 1 else words)
    parts.append(_state(wording, found))
    flow = (
        ("flow:tekst.trekk", _("Trekk godkjenningen"))
        if found.approved
        else ("flow:tekst.godkjenn", _("Godkjenn"))
    )
    act = (Button(flow[1], action=flow[0], subject=reading.subject),) if said else ()
    back = (Button(_("Til tekstene"), action="adm.texts"),)
    return Message(join(parts, "\n\n"), buttons=(act, back) if act else (back,))


def _state(wording: Wording, found: Approval) -> Text:
    if not wording.hashes:
        return _("Teksten er ikke oversatt til dette språket ennå.")
    if not found.approved:
        return _("Ikke godkjent. Merke: {mark}", mark=wording.mark)
    day = Day(found.on, year=True) if found.on else verbatim("")
    return _("Godkjent av {name} {day}. Merke: {mark}", name=found.by, day=day, mark=wording.mark)


# --- approving, and taking it back ---------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    wording: Wording
    approved: bool


def about_text(turn: Turn, subject: int | None) -> Form:
    _may(turn)
    wording = _of(subject or 0)
    require(wording.hashes, Why.ABSENT)
    return Form(wording, _approval(turn, turn.me, wording).approved)


def about_approving(turn: Turn, subject: int | None) -> Form:
    form = about_text(turn, subject)
    require(not form.approved, Why.STALE)
    return form


def about_taking_back(turn: Turn, subject: int | None) -> Form:
    form = about_text(turn, subject)
    require(form.approved, Why.STALE)
    return form


def approval(form: Form) -> Asking[Wording | None]:
    """The yes carries the mark of the words that were shown: other words are asked about anew."""
    wording = form.wording
    lines = [
        _("Godkjenner du «{text}», slik den står nå?", text=wording.name),
        _("Merke: {mark}", mark=wording.mark),
        _("Samtykker som er gitt før, står ved de ordene de ble gitt til."),
    ]
    options = {wording.mark: _("Ja, godkjenn"), "": _("Nei, avbryt")}
    answer = yield choosing("confirm", join(lines, "\n\n"), options, 1, ask_single=True)
    return wording if answer == wording.mark else None


def given(turn: Turn, wording: Wording) -> None:
    approving.approve(
        turn.session, actor=turn.me, key=wording.key, language=wording.language,
        hashes=wording.hashes, now=turn.now,
    )  # fmt: skip
    turn.say("adm.text", number_of(f"{wording.key}.{wording.language}"))


def taking_back(form: Form) -> Asking[Wording | None]:
    lines = [
        _("Skal godkjenningen av «{text}» trekkes?", text=form.wording.name),
        _("Da blir teksten ikke vist, og ingen blir spurt med den før den er godkjent igjen. "
          "Samtykker som er gitt, står."),
    ]  # fmt: skip
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, trekk den"))
    return form.wording if sure else None


def taken_back(turn: Turn, wording: Wording) -> None:
    approving.take_back(
        turn.session, actor=turn.me, key=wording.key, language=wording.language,
        hashes=wording.hashes, now=turn.now,
    )  # fmt: skip
    turn.say("adm.text", number_of(f"{wording.key}.{wording.language}"))


FLOWS: tuple[Flow[Any], ...] = (
    Flow("tekst.godkjenn", pgettext("flow", "Godkjenn en tekst"), about_approving, approval, given),
    Flow("tekst.trekk", pgettext("flow", "Trekk en godkjenning"), about_taking_back, taking_back,
         taken_back),
)  # fmt: skip
BUTTONS = {"adm.texts": show_texts, "adm.text": show_text}
NOTICES = {"adm.texts": texts_card, "adm.text": text_card}
