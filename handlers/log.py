"""The stafettlogg to read: in short, goals and tiltak, and what is written, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handlers import log_curve, log_keeping, log_paper, log_words, log_writing, tiltak
from handlers.evaluated import EFFECTS, OUTCOMES
from handlers.turns import Button, Compose, Message, Press, Reading, Rows, Turn
from locales import Day, Text, _, join, verbatim
from models import log_entries, log_views
from models.evaluation_views import Outcome
from models.log_views import EntryView, LogView
from models.terms import EntryKind, Role
from models.views import HATS

A_PAGE = 3
"""So many entries of 300 characters, with what the youth says of them, fit in one message."""
ABREAST = 8
"""A button's version is the page, times this, and the place of the hat."""
KINDS: Mapping[EntryKind, Text] = {
    EntryKind.CONCERN: _("Kort om det"),
    EntryKind.AGREEMENT: _("Avtaler"),
    EntryKind.OBSERVATION: _("Observasjoner"),
    EntryKind.GLIMPSE: _("Lysglimt"),
    EntryKind.NOTE: _("Beskjeder"),
    EntryKind.TRIED: _("Hva som er prøvd"),
    EntryKind.ADDENDUM: _("Tilføyelser"),
}


def ungdom(view_name: str, hat: Role) -> Text:
    return _("Du") if hat is Role.UNGDOM else verbatim(view_name)


# --- the log -------------------------------------------------------------------------------------


def _showing(kind: EntryKind | None) -> Press:
    def show(turn: Turn, subject: int, version: int) -> None:
        page, place = divmod(max(0, version), ABREAST)
        hat = HATS[place % len(HATS)]
        log_views.log(turn.session, actor=turn.me, case_id=subject, now=turn.now, hat=hat)
        only = {"only": kind.value} if kind else {}
        turn.show("log.card", subject, hat=hat.value, page=page, **only)

    return show


def _seen(reading: Reading) -> LogView:
    hat = Role(reading.params["hat"]) if "hat" in reading.params else None
    return log_views.log(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now, hat=hat
    )


def card(reading: Reading) -> Message:
    only = EntryKind(reading.params["only"]) if "only" in reading.params else None
    return carded(_seen(reading), int(reading.params.get("page", 0)), only)


def carded(seen: LogView, page: int, only: EntryKind | None) -> Message:
    chosen = [each for each in seen.entries if only in (None, each.kind)]
    first = page * A_PAGE if 0 <= page * A_PAGE < len(chosen) else 0
    shown = list(enumerate(chosen, 1))[first : first + A_PAGE]
    parts = [_title(seen, only), *log_paper.line(seen)]
    if only is None and first == 0:
        parts += _in_short(seen)
    if not chosen:
        parts.append(_("Ingen har skrevet noe her ennå."))
    who = ungdom(seen.ungdom, seen.hat)
    parts += [log_words.described(view, who, n) for n, view in shown]
    rows: list[tuple[Button, ...]] = []
    if shown:
        place = HATS.index(seen.hat)
        rows.append(tuple(Button(verbatim(f"{n}"), "log.entry", v.id, place) for n, v in shown))
    rows += _turning(seen, first, len(chosen), only)
    pens = []
    if seen.writes:
        pens.append(Button(_("Skriv i loggen"), "flow:log.skriv", seen.case_id))
    if EntryKind.GLIMPSE in seen.writes:
        pens.append(Button(_("Lysglimt"), "flow:log.lysglimt", seen.case_id))
    rows += [tuple(pens)] if pens else []
    if seen.may_paper:
        rows.append((log_paper.button(seen),))
    if seen.may_delegate:
        rows.append((Button(_("La en los føre loggen"), "flow:log.forer", seen.case_id),))
    if seen.curves:
        rows.append((log_curve.button(seen.case_id, seen.hat),))
    rows.append((_back(seen),))
    return Message(join(parts, "\n\n"), tuple(rows))


def _title(seen: LogView, only: EntryKind | None) -> Text:
    title = (
        _("Stafettloggen din")
        if seen.hat is Role.UNGDOM
        else _("Stafettloggen til {name}", name=seen.ungdom)
    )
    return title if only is None else join([title, KINDS[only]], ": ")


def _in_short(seen: LogView) -> list[Text]:
    parts = []
    if seen.concern is not None:
        parts.append(_("Kort om det: «{words}»", words=seen.concern.words))
    if seen.tiltak:
        agreed = [
            _("• {goal}: {words} ({name}, evalueres {day})", goal=tiltak.shortened(view.goal or "–"),
              words=tiltak.shortened(view.words), name=view.responsible,
              day=Day(view.evaluate_on))
            for view in seen.tiltak[:A_PAGE]
        ]  # fmt: skip
        parts.append(join([_("Mål og tiltak:"), *agreed]))
    if seen.evaluated:
        parts.append(join([_("Sist evaluert:"), *(_came_of(*each) for each in seen.evaluated)]))
    return parts


def _came_of(day: date, found: Outcome) -> Text:
    told = OUTCOMES[found.decision]
    if found.effect is not None:
        told = _("{effect}. {decision}", effect=EFFECTS[found.effect], decision=told)
    return _("• {words}, {day}: {outcome}", words=tiltak.shortened(found.words), day=Day(day),
             outcome=told)  # fmt: skip


def _turning(seen: LogView, first: int, count: int, only: EntryKind | None) -> Rows:
    action = f"log.only.{only.value}" if only else "log.show"
    page, place = first // A_PAGE, HATS.index(seen.hat)
    ways = []
    if page:
        newer = (page - 1) * ABREAST + place
        ways.append(Button(_("‹ Nyere"), action, seen.case_id, newer))
    if first + A_PAGE < count:
        older = (page + 1) * ABREAST + place
        ways.append(Button(_("Eldre ›"), action, seen.case_id, older))
    rows: list[tuple[Button, ...]] = [tuple(ways)] if ways else []
    if only is None and len({view.kind for view in seen.entries}) > 1:
        rows.append((Button(_("Vis bare …"), "log.kinds", seen.case_id, place),))
    return tuple(rows)


def _back(seen: LogView) -> Button:
    return Button(_("‹ Tilbake"), "case.show", seen.case_id, HATS.index(seen.hat))


def show_kinds(turn: Turn, subject: int, version: int) -> None:
    hat = HATS[version % len(HATS)]
    log_views.log(turn.session, actor=turn.me, case_id=subject, now=turn.now, hat=hat)
    turn.show("log.kinds", subject, hat=hat.value)


def kinds_card(reading: Reading) -> Message:
    seen = _seen(reading)
    place = HATS.index(seen.hat)
    counts = {kind: sum(view.kind is kind for view in seen.entries) for kind in KINDS}
    rows = [
        (Button(_("{kind} ({n})", kind=KINDS[kind], n=n), f"log.only.{kind.value}", seen.case_id,
                place),)
        for kind, n in counts.items()
        if n
    ]  # fmt: skip
    rows.append((Button(_("Vis alt"), "log.show", seen.case_id, place),))
    return Message(_("Hva vil du se i loggen?"), tuple(rows))


# --- one entry -----------------------------------------------------------------------------------


def show_entry(turn: Turn, subject: int, version: int) -> None:
    hat = HATS[version % len(HATS)]
    log_views.entry(turn.session, actor=turn.me, entry_id=subject, now=turn.now, hat=hat)
    turn.show("log.entry", subject, hat=hat.value)


def entry_card(reading: Reading) -> Message:
    hat = Role(reading.params["hat"]) if "hat" in reading.params else None
    seen = log_views.entry(
        reading.session, actor=reading.reader, entry_id=reading.subject, now=reading.now, hat=hat
    )
    who = ungdom(seen.ungdom, seen.hat)
    shown = _newest(seen.addenda)
    parts = [log_words.described(view, who) for view in (seen.entry, *shown)]
    rows: list[tuple[Button, ...]] = []
    if seen.may_add:
        rows.append((Button(_("Føy til noe"), "flow:log.tilfoy", seen.entry.id),))
    if seen.may_withhold:
        rows.append(
            (Button(_("Hvem får vite dette"), "thing.entry", seen.entry.id, seen.case_id),)
        )
    if seen.may_shield:
        rows.append((Button(_("Skjerm for foreldrene"), "shield.thing", seen.entry.id),))
    place = HATS.index(seen.hat)
    rows.append((Button(_("‹ Tilbake"), "log.show", seen.case_id, place),))
    return Message(join(parts, "\n\n"), tuple(rows))


def _newest(addenda: Sequence[EntryView]) -> Sequence[EntryView]:
    """So many that they fit; the log has the others."""
    return addenda[-6:]


# --- being told ----------------------------------------------------------------------------------


def news(reading: Reading) -> Message | None:
    """Arrives unasked, at most once a day, at those who may read what is new."""
    hat = log_views.news(
        reading.session, actor=reading.reader, case_id=reading.subject,
        day=str(reading.params.get("day", "")), now=reading.now,
    )  # fmt: skip
    if hat is None:
        return None
    show = Button(_("Vis"), "log.show", reading.subject, HATS.index(hat))
    return Message(_("Det er noe nytt til deg."), ((show,),))


FLOWS = (*log_writing.FLOWS, *log_curve.FLOWS, *log_keeping.FLOWS, *log_paper.FLOWS)
BUTTONS: dict[str, Press] = {
    **log_curve.BUTTONS,
    "log.show": _showing(None),
    **{f"log.only.{kind.value}": _showing(kind) for kind in EntryKind},
    "log.kinds": show_kinds,
    "log.entry": show_entry,
}
NOTICES: dict[str, Compose] = {
    **log_curve.NOTICES,
    **log_keeping.NOTICES,
    **log_paper.NOTICES,
    "log.card": card,
    "log.kinds": kinds_card,
    "log.entry": entry_card,
    "log.saved": log_writing.saved,
    log_entries.NEWS: news,
}
