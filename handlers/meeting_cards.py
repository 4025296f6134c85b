"""How meetings are shown to those who open them: the card, the list, the calendar file."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers import help_now, shield_words
from handlers.turns import AGAIN, Attachment, Button, Message, Reading, Rows
from locales import Moment, Text, _, join, list_of, pgettext, plural, verbatim
from models import meeting_views, municipality, standing_views
from models.meeting_views import AnswerView, MeetingView
from models.terms import Coming, MeetingHelp, MeetingPlace, MeetingState

MOST_SHOWN = 10
ORGANIZER_ADDRESS = "noreply@kommune.invalid"
"""Nobody reads answers to a calendar file; `.invalid` can never be someone's address."""

PLACES: dict[MeetingPlace, Text] = {
    MeetingPlace.SCHOOL: _("På skolen"),
    MeetingPlace.CLUB: _("På fritidsklubben"),
    MeetingPlace.HOME: _("Hjemme"),
    MeetingPlace.DIGITAL: _("Digitalt"),
    MeetingPlace.ELSEWHERE: _("Et annet sted"),
}
ANSWERS: dict[Coming, Text] = {
    Coming.YES: pgettext("answer", "Kommer"),
    Coming.NO: pgettext("answer", "Kan ikke"),
    Coming.OTHER_TIME: pgettext("answer", "Annet tidspunkt"),
    Coming.DREADING: pgettext("answer", "Gruer meg"),
    Coming.RIDE: pgettext("answer", "Trenger skyss"),
    Coming.DIGITAL: pgettext("answer", "Vil ha digitalt"),
}
HELPS: dict[MeetingHelp, Text] = {
    MeetingHelp.TALK: _("Snakke med noen først"),
    MeetingHelp.DIGITAL: _("Være med digitalt"),
    MeetingHelp.SOMEONE: _("Ha med meg noen"),
}
_THEIRS: dict[Coming, Text] = {
    Coming.UNANSWERED: _("har ikke svart ennå"),
    Coming.YES: _("kommer"),
    Coming.NO: _("kan ikke"),
    Coming.OTHER_TIME: _("ønsker et annet tidspunkt"),
    Coming.DREADING: _("gruer seg. Ta en prat før møtet"),
    Coming.RIDE: _("kommer, men trenger skyss"),
    Coming.DIGITAL: _("vil være med digitalt"),
}
_WISHES: dict[MeetingHelp, Text] = {
    MeetingHelp.TALK: _("vil gjerne snakke med noen før møtet"),
    MeetingHelp.DIGITAL: _("vil gjerne være med digitalt"),
    MeetingHelp.SOMEONE: _("vil gjerne ha med seg noen"),
}


def when(seen: MeetingView) -> Text:
    return _("Når: {when}", when=Moment(seen.starts_at, seen.zone))


def where(kind: MeetingPlace, words: str | None) -> Text:
    return _("Sted: {place}", place=verbatim(words) if words else PLACES[kind])


def lasting(minutes: int) -> Text:
    return plural("Varer: {n} minutt", "Varer: {n} minutter", minutes)


def seen_by(reading: Reading) -> MeetingView:
    """The meeting as the reader may see it now. Anyone else: Refused(ABSENT)."""
    return meeting_views.view(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )


def is_of_now(reading: Reading) -> bool:
    """Whether what was promised is about the time the meeting has now."""
    seen = seen_by(reading)
    return bool(reading.params.get("sequence", seen.sequence) == seen.sequence)


# --- what is opened ------------------------------------------------------------------------------


def card(reading: Reading) -> Message:
    """Everything the reader may know, and what the reader can do."""
    seen = meeting_views.look(
        reading.session, actor=reading.reader, meeting_id=reading.subject, now=reading.now
    )
    moment = Moment(seen.starts_at, seen.zone)
    back = (Button(_("Alle møter"), command="moter"),)
    if seen.cancelled:
        return Message(_("Avtalen {when} er avlyst.", when=moment), buttons=(back,))
    return Message(join(_parts(seen, reading), "\n\n"), buttons=(*_actions(seen), back))


def _parts(seen: MeetingView, reading: Reading) -> list[Text]:
    """What was just done, the meeting, and for the stafettholder the answers."""
    said = _said(seen, reading)
    answers = [_("Svar:"), *(_answer_line(one) for one in seen.answers)] if seen.holds else []
    return [join(lines) for lines in (said, facts_of(seen), answers) if lines]


def facts_of(seen: MeetingView) -> list[Text]:
    lines = [_("Møte om {name}", name=seen.about) if seen.about else _("Møtet ditt")]
    lines += [when(seen), lasting(seen.minutes), where(seen.place_kind, seen.place)]
    if seen.agenda:
        lines.append(_("Om: {agenda}", agenda=verbatim(seen.agenda)))
    if seen.names:
        lines.append(_("Med: {names}", names=list_of(verbatim(name) for name in seen.names)))
    if seen.shielded:
        lines.append(shield_words.mark(seen.shielded))
    if not seen.holds:
        lines.append(_("Lurer du på noe? Spør {name}.", name=seen.holder))
    if seen.mine in ANSWERS:
        lines.append(_("Svaret ditt: {answer}", answer=ANSWERS[seen.mine]))
    return lines


def _said(seen: MeetingView, reading: Reading) -> list[Text]:
    """A line about what the reader has just done: not when it is opened anew, nor when the meeting
    has been moved since and the answer with it."""
    said = "" if AGAIN in reading.params else str(reading.params.get("said", ""))
    if said in set(Coming) and said != seen.mine:
        return []
    told: Text | None = None
    if said in ("planned", "moved"):
        later = seen.told_at > reading.now
        told = (
            _("Greit. De andre får beskjed {when}.", when=Moment(seen.told_at, seen.zone))
            if later
            else _("Greit. De andre får beskjed nå.")
        )
    elif said == Coming.YES:
        told = _("Så fint at du kommer.")
    elif said == Coming.NO:
        told = _("Takk for at du sier fra.")
    elif said == Coming.OTHER_TIME:
        told = _("Takk. {name} får vite at du ønsker et annet tidspunkt.", name=seen.holder)
    elif said in (Coming.RIDE, Coming.DIGITAL):
        told = _("Takk. {name} får vite det og ordner med deg.", name=seen.holder)
    elif said == "help" and seen.mine is Coming.DREADING:
        told = _("Takk. {name} får vite hva som ville hjulpet.", name=seen.holder)
    return [] if told is None else [told]


def _answer_line(one: AnswerView) -> Text:
    if not one.reachable:
        return _("{name}: får ikke melding her. Si det på en annen måte.", name=one.name)
    answer = _WISHES[one.help] if one.help else _THEIRS[one.coming]
    return _("{name}: {answer}", name=one.name, answer=answer)


def _actions(seen: MeetingView) -> Rows:
    if seen.begun:
        return _since(seen)
    rows: Rows = () if seen.mine is None else answer_rows(seen)
    if seen.family and seen.mine is Coming.YES:  # one may come, and dread it
        rows = (*rows, (button(ANSWERS[Coming.DREADING], "meeting.dreading", seen),))
    if seen.own:
        rows = (*rows, (Button(_("Si hva du ønsker"), "meeting.wishes", seen.id),))
    if seen.holds:
        rows = (*rows, *_tasks(seen), (Button(_("Fra ungdommen"), "meeting.wishes", seen.id),))
    rows = (*rows, (Button(_("Saksliste"), "meeting.agenda", seen.id),))
    if seen.uid is not None:
        rows = (*rows, (button(_("Kalenderfil"), "meeting.file", seen),))
    if seen.keeps:
        move = Button(_("Flytt"), action="flow:mote.flytt", subject=seen.id)
        rows = (*rows, (move, button(_("Avlys"), "meeting.cancel", seen)))
    return rows


TASKS: dict[Coming, Text] = {
    Coming.NO: _("Spør hva som kunne passe"),
    Coming.OTHER_TIME: _("Finn et annet tidspunkt"),
    Coming.DREADING: _("Ta en prat før møtet"),
    Coming.RIDE: _("Ordne skyss"),
    Coming.DIGITAL: _("Gjør klart digitalt"),
}


def _tasks(seen: MeetingView) -> Rows:
    """The small thing each answer asks for, to be pressed when it is done."""
    return tuple(
        (
            Button(
                _("Gjort: {task} ({name})", task=TASKS[one.coming], name=one.name),
                "meeting.helped", one.invitee_id, one.answers,
            ),
        )
        for one in seen.answers
        if one.to_do and one.coming in TASKS
    )  # fmt: skip


def _since(seen: MeetingView) -> Rows:
    """What can be done about a meeting that has begun."""
    if seen.keeps and seen.state is MeetingState.CALLED:
        return ((Button(_("Si hvordan møtet gikk"), "flow:mote.gikk", seen.id),),)
    if seen.minutes_ready:
        return ((Button(_("Referat"), "meeting.minutes", seen.id),),)
    return ()


def answer_rows(seen: MeetingView) -> Rows:
    """The three answers most give; what would make it easier to come is one press away."""
    return (
        (
            button(ANSWERS[Coming.YES], "meeting.yes", seen),
            button(ANSWERS[Coming.NO], "meeting.no", seen),
        ),
        (
            button(ANSWERS[Coming.OTHER_TIME], "meeting.other", seen),
            button(pgettext("answer", "Noe annet"), "meeting.more", seen),
        ),
    )


def more(reading: Reading) -> Message | None:
    """The rarer answers. Whether one dreads it is for the family to say, and nothing to ask of who is
    at work."""
    seen = seen_by(reading)
    if seen.cancelled or seen.begun or seen.mine is None:
        return None
    dreads = ((Coming.DREADING, "meeting.dreading"),) if seen.family else ()
    ways = (*dreads, (Coming.RIDE, "meeting.ride"), (Coming.DIGITAL, "meeting.online"))
    rows = tuple((button(ANSWERS[each], action, seen),) for each, action in ways)
    back = (button(_("‹ Tilbake"), "meeting.show", seen),)
    return Message(join([when(seen), _("Hva vil du si fra om?")]), buttons=(*rows, back))


def button(label: Text, action: str, seen: MeetingView) -> Button:
    return Button(label, action=action, subject=seen.id, version=seen.sequence)


def listing(reading: Reading) -> Message:
    """What is to come, and for who holds a baton the way to plan more."""
    coming = meeting_views.upcoming(
        reading.session, actor=reading.reader, now=reading.now, most=MOST_SHOWN
    )
    held = meeting_views.plannable(reading.session, actor=reading.reader)
    several = len({seen.about for seen in coming}) > 1
    rows: list[tuple[Button, ...]] = []
    for seen in coming:
        label: Text = _("{when}", when=Moment(seen.starts_at, seen.zone))
        if seen.about and (several or seen.holds):
            label = _("{name}: {when}", name=seen.about, when=label)
        rows.append((button(label, "meeting.show", seen),))
    for case_id, name in held:
        label = _("Planlegg møte om {name}", name=name)
        rows.append((Button(label, action="flow:mote.plan", subject=case_id),))
    if standing_views.any_for(reading.session, actor=reading.reader):
        rows.append((Button(_("Faste møter"), action="standing.list"),))
    text = _("Dette er møtene som kommer:") if coming else _("Du har ingen møter som kommer.")
    return Message(text, buttons=tuple(rows))


def cancel_question(reading: Reading) -> Message | None:
    seen = seen_by(reading)
    if not seen.keeps or seen.cancelled:
        return None
    moment = Moment(seen.starts_at, seen.zone)
    return Message(
        _("Skal jeg avlyse møtet {when}? De som vet om det, får beskjed.", when=moment),
        buttons=(
            (button(_("Ja, avlys"), "meeting.cancel_yes", seen),),
            (button(_("Nei, behold møtet"), "meeting.show", seen),),
        ),
    )


def dreading(reading: Reading) -> Message | None:
    """The answer to 'I dread it': thanks, and what can be made easier."""
    seen = seen_by(reading)
    if seen.cancelled:
        return None
    if seen.mine is not Coming.DREADING:
        return card(reading)  # it was moved since, and everyone is asked anew
    parts = [
        _("Takk for at du sier det. Mange gruer seg til møter, og det er lov."),
        _("Du bestemmer selv hvor mye du vil si. {name} får vite at du gruer deg, og kan ta en "
          "prat med deg før møtet.", name=seen.holder),
        _("Hva ville hjulpet?"),
    ]  # fmt: skip
    rows = tuple((button(label, f"meeting.{help}", seen),) for help, label in HELPS.items())
    ways = (
        (button(_("Vis møtet"), "meeting.show", seen),),
        (Button(help_now.LABEL, command="hjelp"),),
    )
    return Message(join(parts, "\n\n"), buttons=(*rows, *ways))


def removing_file(reading: Reading) -> Message | None:
    """For who may not know of a meeting any more: only what the file they have says, so that the
    calendar lets go of it. Where it was, and whether it is held, is not said."""
    told = reading.params
    if "uid" not in told:
        return None
    here = municipality.current(reading.session)
    data = {
        "cancelled": True,
        "uid": told["uid"],
        "sequence": told["sequence"],
        "starts_at": datetime.fromtimestamp(told["starts"], UTC),
        "zone": told["zone"],
        "minutes": told["minutes"],
        "summary": _("Avtale"),
        "place": None,
        "organizer": here.name if here else "",
        "address": ORGANIZER_ADDRESS,
        "now": reading.now,
    }
    text = _("En avtale gjelder ikke deg lenger. Åpne fila for å fjerne den fra kalenderen din.")
    return Message(text, attachment=Attachment("ics", data))


def calendar_file(reading: Reading) -> Message | None:
    """The reader's own calendar file; the one that removes it when the meeting is called off."""
    seen = seen_by(reading)
    if seen.uid is None:
        return None
    here = municipality.current(reading.session)
    shows_place = reading.reader.show_place
    words = verbatim(seen.place) if seen.place else PLACES[seen.place_kind]
    data = {
        "cancelled": seen.cancelled,
        "uid": seen.uid,
        "sequence": seen.sequence,
        "starts_at": seen.starts_at,
        "zone": seen.zone,
        "minutes": seen.minutes,
        "summary": _("Avtale"),
        "place": words if shows_place else None,
        "organizer": here.name if here else "",
        "address": ORGANIZER_ADDRESS,
        "now": reading.now,
    }
    if seen.cancelled:
        text = _("En avtale er avlyst. Åpne fila for å fjerne den fra kalenderen din.")
    elif shows_place:
        text = _("Åpne fila for å legge avtalen i kalenderen din. Stedet står i den.")
    else:
        text = _("Åpne fila for å legge avtalen i kalenderen din. Den sier bare når.")
    return Message(text, attachment=Attachment("ics", data))
