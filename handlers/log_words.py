"""How what stands in a stafettlogg is said: kinds, effects, who wrote it, who reads it."""

from __future__ import annotations

from handlers import shield_words
from locales import Moment, Text, _, join, list_of, pgettext, verbatim
from models.log_pens import Pen, Writing
from models.log_views import EntryView
from models.own_voice import Said
from models.terms import Effect, EntryKind, InfoKind, OwnVoice, Role

KINDS: dict[EntryKind, Text] = {
    EntryKind.OBSERVATION: pgettext("entry", "Noe jeg har sett"),
    EntryKind.AGREEMENT: pgettext("entry", "Avtale"),
    EntryKind.GLIMPSE: pgettext("entry", "Lysglimt"),
    EntryKind.NOTE: pgettext("entry", "Beskjed"),
    EntryKind.CONCERN: pgettext("entry", "Kort om det"),
    EntryKind.TRIED: pgettext("entry", "Prøvd"),
    EntryKind.ADDENDUM: pgettext("entry", "Tilføyelse"),
}
SEEN: dict[EntryKind, Text] = {**KINDS, EntryKind.OBSERVATION: pgettext("entry", "Observasjon")}
"""What an entry is called by who reads it."""
EFFECTS: dict[Effect, Text] = {
    Effect.HELPED: pgettext("effect", "Det hjalp"),
    Effect.SOMEWHAT: pgettext("effect", "Det hjalp litt"),
    Effect.NOT: pgettext("effect", "Det hjalp ikke"),
    Effect.TOO_EARLY: pgettext("effect", "For tidlig å si"),
}
PROMPTS: dict[EntryKind, Text] = {
    EntryKind.OBSERVATION: _("Hva har du sett? Skriv det kort, slik at ungdommen kan lese det."),
    EntryKind.AGREEMENT: _("Hva er dere enige om? Skriv det kort."),
    EntryKind.GLIMPSE: _("Hva gikk bra? Skriv det kort."),
    EntryKind.NOTE: _("Hva vil du si? Skriv det kort."),
    EntryKind.CONCERN: _(
        "Hva handler det om? Skriv det kort, slik at ungdommen kjenner seg igjen."
    ),
}
JOURNAL = _("Loggen erstatter ikke journalen. Har tjenesten din egen journalplikt, gjelder den.")
ON_ONE_LINE = 60


def author(view: EntryView) -> Text:
    if view.mine:
        return _("deg")
    match view.hat:
        case Role.UNGDOM:
            return verbatim(view.author)
        case Role.FORESATT:
            return _("{name} (foresatt)", name=view.author)
        case Role.STAFETTHOLDER:
            return _("{name} (stafettholder)", name=view.author)
        case Role.LOGGFORER:
            return _("{name} (fører loggen)", name=view.author)
        case _service:
            return _("{name} ({service})", name=view.author, service=view.unit or "")


def shortened(words: str) -> Text:
    return verbatim(words if len(words) <= ON_ONE_LINE else words[: ON_ONE_LINE - 1] + "…")


def heading(view: EntryView) -> Text:
    return _("{kind}, {moment}, av {who}", kind=SEEN[view.kind], moment=Moment(view.at),
             who=author(view))  # fmt: skip


def described(view: EntryView, ungdom: Text, number: int | None = None) -> Text:
    """An entry in full, as its reader may know it; what stands beside it is told where it is."""
    head = heading(view)
    lines = [head if number is None else _("{n}. {what}", n=number, what=head)]
    if view.about:
        lines.append(_("Tiltak: {words}", words=view.about))
    if view.beside:
        lines.append(_("Til: «{words}»", words=shortened(view.beside)))
    if view.effect:
        lines.append(EFFECTS[view.effect])
    lines.append(_("«{words}»", words=view.words))
    if view.voice:
        lines.append(voice(view.voice, ungdom))
    if view.private:
        lines.append(_("🔒 Bare mellom ungdommen og stafettholderen da."))
    if view.corrected:
        lines.append(_("Det er tilføyd noe {moment}.", moment=Moment(view.corrected)))
    if view.shielded:
        lines.append(shield_words.mark(view.shielded))
    return join(lines)


def voice(said: Said, ungdom: Text) -> Text:
    if said.state is OwnVoice.NOT_WANTED:
        return _("{ungdom} er spurt og ville ikke si noe om det.", ungdom=ungdom)
    return _("{ungdom} sier: «{words}»", ungdom=ungdom, words=said.words or "")


# --- who reads it --------------------------------------------------------------------------------


def read_by(plain: Writing, pen: Pen, info: InfoKind | None, private: bool, hidden: bool) -> Text:
    """Everyone who can read it once it is saved."""
    own = pen.hat is Role.UNGDOM
    if private:
        return _(
            "Dette kan leses av: deg og {holder}. Foreldre og tjenester får ikke vite at det finnes.",
            holder=plain.holder,
        )
    names = [_("deg")] if own else [verbatim(plain.ungdom)]
    if plain.parents and not hidden:
        names.append(_("foreldrene dine") if own else _("foresatte"))
    if pen.hat is not Role.STAFETTHOLDER:
        names.append(verbatim(plain.holder))
    if not own:
        names.append(_("deg"))
    names += [verbatim(service) for service in pen.infos.get(info, ())]
    line = _("Dette kan leses av: {names}", names=list_of(names))
    return join([line, _("⚠ Foreldrene får ikke vite om det.")]) if hidden else line
