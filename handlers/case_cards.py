"""What each sees of a case, under one hat at a time: the list, the card, the map."""

from __future__ import annotations

from dataclasses import replace

from handlers import break_cards, closing, log_keeping, request_status, shield_words
from handlers.consent_card import kinds_in_words
from handlers.consent_map import who_knows
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Day, Text, _, join, list_of, pgettext, verbatim
from models import people, views
from models.base import require
from models.terms import CaseState, InfoKind, Role, Why
from models.views import CaseRow, CaseView, Progress

HATS: dict[Role, Text] = {
    Role.UNGDOM: _("det gjelder deg"),
    Role.FORESATT: _("du er foresatt"),
    Role.STAFETTHOLDER: _("du er stafettholder"),
    Role.SERVICE: _("du er deltaker"),
    Role.LOGGFORER: _("du fører loggen"),
}


def case_button(label: Text, case_id: int, hat: Role) -> Button:
    """The card of a case under one hat: the hat's place is the button's version."""
    return Button(label, "case.show", case_id, views.HATS.index(hat))


# --- the list ------------------------------------------------------------------------------------


def case_list(reading: Reading) -> Message:
    rows = [
        (case_button(_named(row), row.case_id, row.hat),)
        for row in views.my_cases(reading.session, reading.reader, reading.now)
    ]
    found = Message(_("Dette er du med i. Velg for å se mer."), buttons=tuple(rows))
    if not rows:
        none = _("Du er ikke med i noen sak nå. Du kan få hjelp og be om en los likevel.")
        found = request_status.in_no_case(reading) or Message(none)
    if people.units_where(reading.session, reading.reader, Role.REKTOR, Role.KONTAKTLAERER):
        new = (Button(_("Opprett en sak"), "flow:sak.apne"),)
        found = replace(found, buttons=(*found.buttons, new))
    return found


def _named(row: CaseRow) -> Text:
    if row.hat is Role.UNGDOM:
        return _("Samarbeidet om deg")
    return _("{ungdom}: {hat}", ungdom=row.ungdom, hat=HATS[row.hat])


# --- the card ------------------------------------------------------------------------------------


def _worn(turn: Turn, case_id: int, *hats: Role) -> None:
    """A press by one who wears none of `hats` is refused like any other, not met with silence."""
    worn = views.hats_for(turn.session, actor=turn.me, subject_id=case_id, now=turn.now)
    require(worn & set(hats), Why.ABSENT)


def show(turn: Turn, subject: int, version: int) -> None:
    hat = views.HATS[version % len(views.HATS)]
    _worn(turn, subject, hat)
    turn.show("stafett.card", subject, hat=hat.value)


def card(reading: Reading) -> Message | None:
    view = views.case_view(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now,
        hat=Role(reading.params["hat"]) if "hat" in reading.params else None,
    )  # fmt: skip
    shown = as_seen(view)
    rows = *shown.buttons, *_as_page(reading, view)
    if view.hat in views.FAMILY or view.hat is Role.STAFETTHOLDER:
        late = break_cards.lines(reading, view.id)
        shown = replace(shown, text=join([shown.text, *late], "\n\n"))
        if late and view.hat is Role.STAFETTHOLDER:
            rows = *rows, (Button(_("Frister"), "breaks.mine"),)
    if view.hat is not Role.SERVICE:
        rows = *rows, *closing.button(reading, view.id)
    return replace(shown, buttons=rows)


def _as_page(reading: Reading, view: CaseView) -> Rows:
    """The way to all of it on one page, where there are pages: in the web chat."""
    web = str(reading.session.info.get("web_url", ""))
    if reading.contact.channel != "web" or not web:
        return ()
    url = f"{web}/side/{view.id}/{views.HATS.index(view.hat)}"
    return ((Button(pgettext("button", "Vis som side"), url=url),),)


def as_seen(view: CaseView) -> Message:
    """The card of a case as the reader of `view` is shown it."""
    match view.hat:
        case Role.STAFETTHOLDER:
            return _holders(view)
        case Role.SERVICE:
            return _services(view)
        case Role.LOGGFORER:
            return log_keeping.keepers_card(view)
        case _family:
            return _familys(view)


def _familys(view: CaseView) -> Message:
    own = view.hat is Role.UNGDOM
    parts = [_("Samarbeidet om deg") if own else _("Samarbeidet om {ungdom}", ungdom=view.ungdom)]
    parts.append(_("{name} ved {school} følger opp.", name=view.stafettholder, school=view.school))
    parts += log_keeping.kept_by(view)
    match view.state:
        case CaseState.ACTIVE:
            parts.append(_who_takes_part(view))
        case CaseState.FROZEN:
            parts.append(_("Delingen er satt på pause. Hjelpen fortsetter."))
        case _other:
            parts.append(_("Ingenting deles før alle som må, har sagt ja."))
    rows: Rows = (
        (Button(_("Hvem får vite hva"), "case.map", view.id),),
        (Button(_("Hvem holder stafetten"), "baton.who", view.id),),
        (Button(_("Hva som er avtalt"), "tiltak.list", view.id),),
        (_log(view),),
        (Button(_("Møter"), "meeting.of_case", view.id),),
        (Button(_("Samtykke"), command="samtykke"),),
    )
    return Message(join(parts, "\n\n"), buttons=rows)


def _who_takes_part(view: CaseView) -> Text:
    if not view.services:
        return _("Ingen andre er med.")
    return join([_service_line(name.name, name.kinds, name.people) for name in view.services])


def _service_line(name: str, kinds: frozenset[InfoKind], who: tuple[str, ...]) -> Text:
    line = _("• {service}: {kinds}", service=name, kinds=kinds_in_words(kinds))
    if not who:
        return line
    return _("{line} ({names})", line=line, names=list_of(verbatim(person) for person in who))


def _holders(view: CaseView) -> Message:
    parts = [_("{ungdom}: du er stafettholder.", ungdom=view.ungdom)]
    parts += log_keeping.kept_by(view)
    whole = view.shielded is not None
    parts += shield_words.before_parents(
        view.ungdom, careful=view.careful, shields=view.shields and not whole
    )
    if view.shielded:
        parts.append(shield_words.mark(view.shielded))
    ask = (Button(_("Be om samtykke"), "flow:samtykke.be", view.id),)
    rows: list[tuple[Button, ...]] = [ask]
    match view.state:
        case CaseState.ACTIVE:
            parts.append(_who_takes_part(view))
            rows = [
                (Button(_("Møter"), "meeting.of_case", view.id),),
                (Button(_("Mål og tiltak"), "tiltak.list", view.id),),
                (_log(view),),
                (Button(_("Ta med deltakere"), "flow:sak.deltaker", view.id),),
                ask,
            ]
        case CaseState.FROZEN:
            parts.append(
                _(
                    "Delingen er satt på pause, så møter og tiltak kan ikke planlegges her nå. "
                    "Spør ikke hvorfor. Hjelpen fortsetter, og du kan be om et nytt samtykke."
                )
            )
        case _other:
            parts.append(
                _("Ingenting deles før alle som må, har sagt ja. Hjelp kan gis hele tiden.")
            )
    if view.questions:
        rows.append((Button(_("Svar på samtykke"), "consent.held", view.id),))
    rows.append((Button(_("Nivå"), "level.show", view.id),))
    rows.append((Button(_("Stafettpinnen"), "baton.show", view.id),))
    rows.append((Button(_("Skjerming"), "shield.list", view.id),))
    parts += [line for row in view.questions if (line := progress_line(row, view)) is not None]
    return Message(join(parts, "\n\n"), buttons=tuple(rows))


def progress_line(row: Progress, view: CaseView) -> Text | None:
    """What is in force, and whose answer is awaited; never who said no or took a yes back, so
    nobody at all is named once somebody has."""
    lines = []
    if row.in_force:
        lines.append(_("Gjelder til og med {day}.", day=Day(row.until, year=True)))
    elif row.declined:
        if not view.paused:  # which the card has said already, without naming a service
            lines.append(_("Ikke alle har sagt ja."))
    elif row.waiting:
        lines.append(_("Venter på svar fra {names}.", names=_listed(row.waiting)))
    elif not row.talk and not view.paused:
        lines.append(_("Gjelder ikke."))
    if row.differs:
        lines.append(_("Svarene er ulike: snakk med dem. Bare det alle har sagt ja til, deles."))
    if row.talk and not row.declined:
        lines.append(_("{names} vil snakke med deg først.", names=_listed(row.talk)))
    if row.not_joined and not (row.in_force or row.declined):
        lines.append(_("Noen som må svare, er ikke med her ennå. Inviter dem."))
    if not lines:
        return None
    services = _("alle som er med") if row.everything else _listed(row.services)
    return join([_("Samtykke for {services}:", services=services), *lines])


def _services(view: CaseView) -> Message:
    parts = [
        _("{ungdom}: du er med fra {services}.", ungdom=view.ungdom,
          services=_listed(tuple(service.name for service in view.services))),
        _("Dere kan få vite: {kinds}.", kinds=kinds_in_words(view.kinds)),
        _("Stafettholder: {name} ved {school}.", name=view.stafettholder, school=view.school),
        _("Husk at egen journalplikt gjelder som før."),
        *([shield_words.mark(view.shielded)] if view.shielded else []),
    ]  # fmt: skip
    rows: Rows = (
        (Button(_("Mål og tiltak"), "tiltak.list", view.id),),
        (_log(view),),
        (Button(_("Jeg kan ta stafettpinnen"), "baton.request", view.id),),
    )
    return Message(join(parts), buttons=rows)


def _log(view: CaseView) -> Button:
    return Button(pgettext("button", "Stafettloggen"), "log.show", view.id,
                  views.HATS.index(view.hat))  # fmt: skip


def _listed(names: tuple[str, ...]) -> Text:
    return list_of(verbatim(name) for name in names)


def _hats(reading: Reading, case_id: int) -> frozenset[Role]:
    return views.hats_for(
        reading.session, actor=reading.reader, subject_id=case_id, now=reading.now
    )


def is_family(reading: Reading, case_id: int) -> bool:
    return bool(_hats(reading, case_id) & views.FAMILY)


def back(reading: Reading, case_id: int) -> Rows:
    """The way to the case, for one with a card of it."""
    hats = _hats(reading, case_id)
    hat = next((each for each in views.HATS if each in hats), None)
    return ((case_button(_("‹ Tilbake"), case_id, hat),),) if hat is not None else ()


# --- openness ------------------------------------------------------------------------------------


def show_map(turn: Turn, subject: int, version: int) -> None:
    _worn(turn, subject, *views.FAMILY, Role.STAFETTHOLDER)
    turn.show("stafett.map", subject)


def case_map(reading: Reading) -> Message | None:
    rows = views.consent_map(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    lines = [_("Hvem får vite hva nå"), who_knows(rows)]
    ways: Rows = ((Button(_("Endre eller stopp"), command="samtykke"),),)
    if is_family(reading, reading.subject):
        ways = (
            *ways,
            (Button(_("Se det slik de andre ser det"), "preview.choose", reading.subject),),
            (Button(_("Hvem har sett"), "case.looked", reading.subject),),
        )
    return Message(join(lines), buttons=(*ways, *back(reading, reading.subject)))


BUTTONS = {"case.show": show, "case.map": show_map}
NOTICES = {
    "stafett.list": case_list,
    "stafett.card": card,
    "stafett.map": case_map,
    "stafett.opened": log_keeping.news_under(Role.STAFETTHOLDER),
    "stafett.added": log_keeping.news_under(Role.SERVICE),
}
