"""Writing in the stafettlogg: what kind, for whom, in which words. Who can read it is said before it
is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from handlers import log_words
from handlers.consent_prompt import KINDS as INFOS
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.questions import choosing
from handlers.shield_asking import ask_why, repeated
from handlers.turns import Button, Message, Reading, Turn
from locales import Text, _, join, list_of, verbatim
from models import log_pens, log_views, log_writing, policy
from models.base import require
from models.log_entries import OF_SERVICES, STAFF
from models.log_pens import Pen, Writing
from models.log_writing import Draft
from models.own_voice import Said
from models.shielded import Shield
from models.terms import EntryKind, InfoKind, OwnVoice, Role, Why
from models.views import HATS

_YES, _NO = _("Ja, skriv det i loggen"), _("Nei, avbryt")
_HIDE, _OTHERS = "hide", "others"
PRIVATE, FAMILY = "private", "family"
AS: dict[Role, Text] = {
    Role.UNGDOM: _("Som den det gjelder"),
    Role.FORESATT: _("Som foresatt"),
    Role.STAFETTHOLDER: _("Som stafettholder"),
    Role.LOGGFORER: _("Som den som fører loggen"),
    Role.SERVICE: _("Fra tjenesten min"),
}


@dataclass(frozen=True)
class Written:
    case_id: int
    hat: Role
    draft: Draft
    kept: Shield | None = None  # from the guardians, before anyone is told


def _prepare(turn: Turn, subject: int | None) -> Writing:
    found = log_pens.writing(turn.session, actor=turn.me, case_id=subject or 0, now=turn.now)
    require(any(pen.kinds for pen in found.pens), Why.ABSENT)
    return found


def _prepare_glimpse(turn: Turn, subject: int | None) -> Writing:
    found = _prepare(turn, subject)
    require(any(EntryKind.GLIMPSE in pen.kinds for pen in found.pens), Why.ABSENT)
    return found


def _ask_hat(plain: Writing, kind: EntryKind | None = None) -> Asking[Pen]:
    pens = {p.hat: p for p in plain.pens if (p.kinds if kind is None else kind in p.kinds)}
    hat = yield from choose("hat", _("Hvem skriver du som?"), {each: AS[each] for each in pens})
    return pens[hat]


def _skriv(plain: Writing) -> Asking[Written | None]:
    pen = yield from _ask_hat(plain)
    labels = {kind: log_words.KINDS[kind] for kind in pen.kinds}
    kind = yield from choose("kind", _("Hva vil du skrive?"), labels)
    reach = yield from _ask_reach(plain, pen)
    return (yield from _ask_rest(plain, pen, Draft(kind, "", *_reached(reach))))


def _lysglimt(plain: Writing) -> Asking[Written | None]:
    """In two taps and some words: for the family and the holder, or what the own service may know
    of; with more only when that is chosen."""
    pen = yield from _ask_hat(plain, EntryKind.GLIMPSE)
    draft = Draft(EntryKind.GLIMPSE, "", next(iter(pen.infos)))
    return (yield from _ask_rest(plain, pen, draft, quick=True))


def _ask_reach(plain: Writing, pen: Pen, name: str = "about") -> Asking[str]:
    """Who reads it, by what it is about: the family and the holder always, but for what the youth
    says to the holder alone."""
    options: dict[str, Text] = {}
    if pen.hat is Role.UNGDOM:
        options[PRIVATE] = _("Bare {holder}", holder=plain.holder)
    if None in pen.infos:
        options[FAMILY] = _family(plain, pen)
    options |= {kind.value: INFOS[kind] for kind in pen.infos if kind is not None}
    question = (
        _("Hva handler det om? Det avgjør hvilke tjenester som kan lese det.")
        if pen.hat in STAFF
        else _(
            "Hvem skal kunne lese det? Velger du hva det handler om, kan tjenester også lese det."
        )
    )
    services = [
        _("• {kind}: {services}", kind=INFOS[kind], services=list_of(map(verbatim, names)))
        for kind, names in pen.infos.items()
        if kind is not None
    ]
    text = join([question, join(services)], "\n\n") if services else question
    return (yield from choose(name, text, options))


def _family(plain: Writing, pen: Pen) -> Text:
    if pen.hat is Role.STAFETTHOLDER:
        return _("Bare familien og jeg")
    if pen.hat is Role.FORESATT:
        return _("Bare familien og {holder}", holder=plain.holder)
    if plain.parents:
        return _("{holder} og foreldrene mine", holder=plain.holder)
    return _("Stafettholderen, også om det blir en ny")


def _reached(reach: str) -> tuple[InfoKind | None, bool]:
    if reach in (PRIVATE, FAMILY):
        return None, reach == PRIVATE
    return InfoKind(reach), False


def _ask_rest(
    plain: Writing, pen: Pen, draft: Draft, *, quick: bool = False
) -> Asking[Written | None]:
    prompt = log_words.PROMPTS[draft.kind]
    if pen.hat in OF_SERVICES:
        prompt = join([prompt, log_words.JOURNAL], "\n\n")
    words = yield from ask_words("words", prompt)
    draft = replace(draft, words=words or "")
    if pen.hat in STAFF and draft.kind in policy.NEEDS_VOICE:
        said = yield from _ask_voice(plain)
        draft = replace(draft, voice=said)
    return (yield from _confirmed(plain, pen, draft, quick=quick))


def _ask_voice(plain: Writing) -> Asking[Said]:
    state = yield from choose(
        "voice",
        _("Hva sier {ungdom} om dette? Har du ikke spurt, gjør det først: det du har skrevet, "
          "venter her til i morgen.", ungdom=plain.ungdom),
        {OwnVoice.SAID: _("Skriv det {ungdom} sier", ungdom=plain.ungdom),
         OwnVoice.NOT_WANTED: _("Spurt, ville ikke si noe om det")},
    )  # fmt: skip
    if state is OwnVoice.NOT_WANTED:
        return Said(state)
    words = yield from ask_words(
        "voice_words",
        _("Hva vil {ungdom} at det skal stå? Alle som kan lese resten, kan lese det.",
          ungdom=plain.ungdom),
    )  # fmt: skip
    return Said(state, words)


def _confirmed(
    plain: Writing, pen: Pen, draft: Draft, *, quick: bool = False
) -> Asking[Written | None]:
    """`quick`: who reads it has not been asked, and may still be chosen."""
    told, already = _repeated(plain, draft), _is_shielded(plain)
    readers = log_words.read_by(plain, pen, draft.info, draft.private, already)
    text = join([told, readers], "\n\n")
    options: dict[bool | str, Text] = {True: _YES}
    if quick and len(pen.infos) > 1:
        options[_OTHERS] = _("Velg hvem som kan lese det")
    if _may_hide(plain, pen, draft):
        options[_HIDE] = _("Skjerm for foreldrene først")
    options[False] = _NO
    saves = yield choosing("confirm", text, options, 1, ask_single=True)
    if saves == _OTHERS:
        return (yield from _with_others(plain, pen, draft))
    if saves != _HIDE:
        return Written(plain.case_id, pen.hat, draft) if saves else None
    kept = yield from ask_why(plain.reviews)
    hidden = log_words.read_by(plain, pen, draft.info, False, True)
    whole = join([join([told, *repeated(kept)]), hidden], "\n\n")
    if (yield from confirm(whole, yes=_YES, name="confirm_kept")):
        return Written(plain.case_id, pen.hat, draft, kept)
    return None


def _is_shielded(plain: Writing) -> bool:
    return plain.beside is not None and plain.beside.shielded is not None


def _may_hide(plain: Writing, pen: Pen, draft: Draft) -> bool:
    """Before it is stored: what stands beside something is kept from the parents with that."""
    own = pen.hat is Role.STAFETTHOLDER and draft.beside_id is None
    return own and plain.parents and bool(plain.reviews)


def _with_others(plain: Writing, pen: Pen, draft: Draft) -> Asking[Written | None]:
    info, private = _reached((yield from _ask_reach(plain, pen)))
    wider = replace(draft, info=info, private=private)
    readers = log_words.read_by(plain, pen, info, private, False)
    text = join([_repeated(plain, wider), readers], "\n\n")
    if (yield from confirm(text, yes=_YES, name="confirm_others")):
        return Written(plain.case_id, pen.hat, wider)
    return None


def _repeated(plain: Writing, draft: Draft) -> Text:
    lines = [_("Skal jeg skrive dette i loggen?")]
    if plain.about:
        lines.append(_("Tiltak: {words}", words=plain.about))
    if plain.beside:
        lines.append(_("Til: «{words}»", words=log_words.shortened(plain.beside.words)))
    lines.append(log_words.SEEN[draft.kind])
    if draft.effect:
        lines.append(log_words.EFFECTS[draft.effect])
    lines.append(_("«{words}»", words=draft.words))
    if draft.voice:
        lines.append(log_words.voice(draft.voice, verbatim(plain.ungdom)))
    return join(lines)


def _finish(turn: Turn, wish: Written) -> None:
    made = log_writing.write(
        turn.session, actor=turn.me, case_id=wish.case_id, hat=wish.hat, draft=wish.draft,
        now=turn.now, shield=wish.kept,
    )  # fmt: skip
    turn.say("log.saved", made.id, hat=wish.hat.value)


def saved(reading: Reading) -> Message:
    """The receipt: what stands there now, and the way to the log."""
    hat = Role(reading.params["hat"]) if "hat" in reading.params else None
    seen = log_views.entry(
        reading.session, actor=reading.reader, entry_id=reading.subject, now=reading.now, hat=hat
    )
    who = _("Du") if seen.hat is Role.UNGDOM else verbatim(seen.ungdom)
    parts = [_("Skrevet."), log_words.described(seen.entry, who)]
    if seen.hat in OF_SERVICES:
        parts.append(log_words.JOURNAL)
    row = (Button(_("Se loggen"), "log.show", seen.case_id, HATS.index(seen.hat)),)
    return Message(join(parts, "\n\n"), (row,))


SKRIV = Flow("log.skriv", _("Skriv i loggen"), _prepare, _skriv, _finish)
LYSGLIMT = Flow("log.lysglimt", _("Lysglimt"), _prepare_glimpse, _lysglimt, _finish)


# --- beside what stands there --------------------------------------------------------------------


def _prepare_beside(turn: Turn, subject: int | None) -> Writing:
    case_id = log_pens.case_of(turn.session, subject or 0)
    return log_pens.writing(
        turn.session, actor=turn.me, case_id=case_id, now=turn.now, beside_id=subject or 0
    )


def _tilfoy(plain: Writing) -> Asking[Written | None]:
    beside = plain.beside
    assert beside is not None  # noqa: S101 - it was prepared with one
    pen = plain.pens[0]
    words = yield from ask_words(
        "words",
        join([log_words.described(beside, verbatim(plain.ungdom)),
              _("Det som står, blir stående. Hva vil du føye til?")], "\n\n"),
    )  # fmt: skip
    draft = Draft(EntryKind.ADDENDUM, words or "", beside.info, beside.private,
                  beside_id=beside.id)  # fmt: skip
    return (yield from _confirmed(plain, pen, draft))


def _finish_beside(turn: Turn, wish: Written) -> None:
    _finish(turn, replace(wish, draft=replace(wish.draft, private=False)))  # as what it is beside


TILFOY = Flow("log.tilfoy", _("Føy til noe"), _prepare_beside, _tilfoy, _finish_beside)


# --- what was tried ------------------------------------------------------------------------------


def _prepare_tried(turn: Turn, subject: int | None) -> Writing:
    return log_pens.tried(turn.session, actor=turn.me, tiltak_id=subject or 0, now=turn.now)


def _provd(plain: Writing) -> Asking[Written | None]:
    about, effect = _("«{words}»", words=plain.about or ""), plain.effect
    if effect is None:
        what = join([about, _("Hva kom det ut av det?")], "\n\n")
        effect = yield from choose("effect", what, log_words.EFFECTS)
    prompt = join([about, _("Hva ble gjort, og hva lærte dere? Skriv det kort.")], "\n\n")
    words = yield from ask_words("words", prompt)
    draft = Draft(EntryKind.TRIED, words or "", InfoKind.TILTAK, tiltak_id=plain.tiltak_id,
                  effect=effect)  # fmt: skip
    return (yield from _confirmed(plain, plain.pens[0], draft))


PROVD = Flow("log.provd", _("Skriv hva som ble prøvd"), _prepare_tried, _provd, _finish)

FLOWS: tuple[Flow[Any], ...] = (SKRIV, LYSGLIMT, TILFOY, PROVD)
