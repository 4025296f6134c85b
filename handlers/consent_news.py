"""What arrives unasked about consent: first a line that tells nothing, then, on a press, the rest.

The stafettholder learns that something was answered or taken back, never why; the family never
learns who; a service learns only that its access changed.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.approved import in_force
from handlers.consent_card import find, full_card
from handlers.consent_receipt import receipt
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, language_name, list_of, verbatim
from models import consent_views, consents, views
from models.base import require
from models.terms import ConsentState, Role, Why
from models.views import CaseView, Progress

FAMILY = views.FAMILY
_VIS = _("Vis")


# --- to those who are asked ----------------------------------------------------------------------


def asked(reading: Reading) -> Message | None:
    """Moot once answered, and where no approved words exist in the reader's language [23]."""
    card = find(reading)
    unanswered = card.state in (ConsentState.NONE, ConsentState.ASKED)
    if not (card.may_answer and unanswered and card.question_id == reading.subject):
        return None
    language = reading.reader.language
    if in_force(reading.session, card.text_key, language) is None:
        _give_the_task(reading, language)
        return None
    return _to_be_opened(_("Du har fått et spørsmål. Åpne det når det passer."), reading.subject)


def _give_the_task(reading: Reading, language: str) -> None:
    """A person must do what no approved text can: the stafettholder is told, once a language."""
    question = consents.find(reading.session, reading.subject)
    if question is not None:
        consents.text_missing(
            reading.session, question=question, language=language, now=reading.now
        )


def reminded(reading: Reading) -> Message | None:
    if asked(reading) is None:
        return None
    text = _("Et spørsmål venter på svar fra deg. Du kan svare ja eller nei, eller be om en prat.")
    return _to_be_opened(text, reading.subject)


def told(reading: Reading) -> Message | None:
    """A youth who does not decide is told all the same, and can ask to talk [22]."""
    card = find(reading)
    if card.may_answer or not card.own:
        return None
    return _to_be_opened(_("Det er noe du kan lese her når det passer."), reading.subject)


def _to_be_opened(text: Text, question_id: int) -> Message:
    return Message(text, buttons=((Button(_VIS, "consent.show", question_id),),))


# --- to the stafettholder, the others of the family and the services -----------------------------


def _complete(view: CaseView, row: Progress) -> Text | None:
    if not row.in_force:
        return None
    return _("Alle har sagt ja til deling med {services} om {ungdom}. Det gjelder til og med {day}.",
             services=_about(row), ungdom=view.ungdom,
             day=Day(row.until, year=True))  # fmt: skip


def _declined(view: CaseView, row: Progress) -> Text | None:
    return _("Ikke alle sa ja til deling med {services} om {ungdom}. Hjelpen fortsetter uten. "
             "Ingen skal måtte forklare hvorfor.",
             services=_about(row), ungdom=view.ungdom)  # fmt: skip


def _talk(view: CaseView, row: Progress) -> Text | None:
    if not row.talk:
        return None
    return _("{names} vil snakke med deg før svaret på spørsmålet om {ungdom}. Ta kontakt.",
             names=_listed(row.talk), ungdom=view.ungdom)  # fmt: skip


def _expiring(view: CaseView, row: Progress) -> Text | None:
    until = row.until if row.in_force else row.older_until
    if until is None:
        return None
    return _("Samtykket til deling med {services} om {ungdom} går ut {day}. Det fornyes ikke av "
             "seg selv. Spør på nytt hvis det trengs.",
             services=_about(row), ungdom=view.ungdom, day=Day(until, year=True))  # fmt: skip


def _expired(view: CaseView, row: Progress) -> Text | None:
    if row.in_force:
        return None
    return _("Samtykket til deling med {services} om {ungdom} er gått ut. Delingen er stoppet.",
             services=_about(row), ungdom=view.ungdom)  # fmt: skip


def _differs(view: CaseView, row: Progress) -> Text | None:
    """That the answers differ; never whose, or what each said."""
    if not row.differs:
        return None
    return _("De som må svare, har ikke sagt ja til det samme om deling med {services} om "
             "{ungdom}. Bare det alle har sagt ja til, deles. Snakk med dem om det.",
             services=_about(row), ungdom=view.ungdom)  # fmt: skip


def _about(row: Progress) -> Text:
    return _("alle som er med") if row.everything else _listed(row.services)


def _listed(names: tuple[str, ...]) -> Text:
    return list_of(verbatim(name) for name in names)


_OF_A_QUESTION: dict[str, Callable[[CaseView, Progress], Text | None]] = {
    "consent.complete": _complete,
    "consent.declined": _declined,
    "consent.talk_first": _talk,
    "consent.expiring": _expiring,
    "consent.expired": _expired,
    "consent.differs": _differs,
}
_OF_A_CASE: dict[str, Text] = {
    "consent.withdrawn": _(
        "Et samtykke er tatt tilbake. Det gjelder med en gang. Spør ikke hvorfor; hjelpen "
        "fortsetter."
    ),
    "consent.youth_wishes_stop": _(
        "Ungdommen vil at delingen skal stoppe. Snakk sammen, og ta det opp med de foresatte."
    ),
    "consent.narrowed": _(
        "Noe ble tatt ut av det som deles. Se hvem som får vite hva nå. Spør ikke hvorfor; hjelpen "
        "fortsetter."
    ),
    "consent.disputed": _(
        "Noe du skrev ned om et samtykke, stemmer ikke. Det gjelder ikke lenger. Spør på nytt hvis "
        "det trengs."
    ),
}
_TO_THE_FAMILY = ("consent.paused", "consent.begun")
_MISSING = "consent.text_missing"
KINDS = (
    "consent.complete", "consent.declined", "consent.talk_first", "consent.expiring",
    "consent.expired", "consent.withdrawn", "consent.youth_wishes_stop", "consent.paused",
    "consent.text_missing", "consent.differs", "consent.narrowed", "consent.disputed",
    "consent.begun",
)  # fmt: skip
"""In a fixed order: a button carries a kind's place. New ones go last."""


def pushed(kind: str) -> Callable[[Reading], Message | None]:
    """The neutral first line of a kind, while it still concerns the reader."""

    def compose(reading: Reading) -> Message | None:
        hats = views.hats_for(
            reading.session, actor=reading.reader, subject_id=reading.subject, now=reading.now
        )
        if not hats & _readers(kind):
            return None
        button = Button(_VIS, "consent.news", reading.subject, KINDS.index(kind))
        return Message(_("Det er noe nytt til deg."), buttons=((button,),))

    return compose


def _readers(kind: str) -> frozenset[Role]:
    if kind in _TO_THE_FAMILY:
        return FAMILY
    if kind in ("consent.expiring", "consent.expired"):
        return FAMILY | {Role.STAFETTHOLDER}
    return frozenset({Role.STAFETTHOLDER})


def open_news(turn: Turn, subject: int, version: int) -> None:
    kind = KINDS[version % len(KINDS)]
    hats = views.hats_for(turn.session, actor=turn.me, subject_id=subject, now=turn.now)
    require(hats & _readers(kind), Why.ABSENT)
    turn.show("consent.news", subject, about=kind)


def news(reading: Reading) -> Message | None:
    """What a push was about, to those it concerns. The holder's reading is in the access log."""
    kind = str(reading.params["about"])
    hats = views.hats_for(
        reading.session, actor=reading.reader, subject_id=reading.subject, now=reading.now
    )
    if kind in _TO_THE_FAMILY:
        return _what_holds(reading, kind) if hats & FAMILY else None
    if Role.STAFETTHOLDER not in hats:
        return full_card(reading) if kind in ("consent.expiring", "consent.expired") else None
    if kind in _OF_A_CASE:
        view = views.case_view(
            reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now,
            hat=Role.STAFETTHOLDER,
        )  # fmt: skip
        text: Text | None = join([verbatim(view.ungdom), _OF_A_CASE[kind]], ": ")
    else:
        view, row = views.progress(
            reading.session, actor=reading.reader, question_id=reading.subject, now=reading.now
        )
        describe = _text_missing if kind == _MISSING else None
        text = describe(reading, view, row) if describe else _OF_A_QUESTION[kind](view, row)
    if text is None:
        text = _("Dette er ordnet.")
    to_case = Button(_("Åpne saken"), "case.show", view.id, views.HATS.index(view.hat))
    return Message(text, buttons=((to_case,),))


def _what_holds(reading: Reading, kind: str) -> Message:
    """Of a pause and of sharing that began: what holds when it is read, as either may be over."""
    shared = consent_views.sharing(
        reading.session, actor=reading.reader, case_id=reading.subject, now=reading.now
    )
    if not shared.any:
        return Message(_NOTHING_NOW[kind])
    if kind == "consent.begun":
        text = _("De som må, har sagt ja. Det alle har sagt ja til, deles nå.")
    elif shared.less:
        text = _("Noe er satt på pause, og noe deles. Se hvem som får vite hva nå.")
    else:
        text = _("Det var satt på pause. Nå deles det igjen.")
    to_map = Button(_("Hvem får vite hva"), "case.map", reading.subject)
    return Message(text, buttons=((to_map,),))


_NOTHING_NOW: dict[str, Text] = {
    "consent.paused": _(
        "Noe av samarbeidet er satt på pause. Det deles ikke nå. Du trenger ikke gjøre noe, og "
        "hjelpen fortsetter."
    ),
    "consent.begun": _("Ingenting deles nå. Ingen andre tjenester får vite noe."),
}


def _text_missing(reading: Reading, view: CaseView, row: Progress) -> Text | None:
    """The languages in which somebody waits and no approved words exist [23]."""
    missing = [
        language
        for language in sorted(row.languages)
        if in_force(reading.session, row.text_key, language) is None
    ]
    if not missing:
        return None
    return _("Noen kan ikke spørres om {ungdom} her, fordi teksten ikke er godkjent på {languages}. "
             "Bruk tolk eller papir, eller få teksten godkjent.",
             ungdom=view.ungdom,
             languages=list_of(verbatim(language_name(code, inside=True)) for code in missing))  # fmt: skip


def access_changed(reading: Reading) -> Message:
    """To people of a service: that, and nothing of what (O4). What is left is one press away, as
    all they were shown of the case is taken back."""
    hats = views.hats_for(
        reading.session, actor=reading.reader, subject_id=reading.subject, now=reading.now
    )
    text = _("Det du har tilgang til her, er endret. Du trenger ikke gjøre noe.")
    if Role.SERVICE not in hats:
        return Message(text)
    left = Button(_VIS, "case.show", reading.subject, views.HATS.index(Role.SERVICE))
    return Message(text, buttons=((left,),))


NOTICES = {
    "consent.asked": asked,
    "consent.reminder": reminded,
    "consent.told": told,
    "consent.receipt": receipt,
    "consent.news": news,
    "consent.access_changed": access_changed,
    **{kind: pushed(kind) for kind in KINDS},
}
BUTTONS = {"consent.news": open_news}
