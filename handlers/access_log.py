"""Who has looked: the family sees when, in which role and what for, and can ask why."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.request_words import NEWS, WAITS, push
from handlers.turns import Button, Message, Reading, Rows, Turn
from locales import Day, Moment, Text, _, join, list_of, named, pgettext, verbatim
from models import access_log, why_looked
from models.access_log import Looked
from models.base import require
from models.people import Person
from models.terms import LookReason, Purpose, Role, Why
from models.why_looked import Asked, ToAnswer

A_PAGE = 5

ROLES: dict[Role, Text] = {
    Role.KONTAKTLAERER: pgettext("looked", "en kontaktlærer"),
    Role.STAFETTHOLDER: _("stafettholderen"),
    Role.SERVICE: _("en som er med"),
    Role.REKTOR: pgettext("looked", "rektor"),
    Role.LOS: pgettext("looked", "en los"),
    Role.PROSJEKTLEDER: pgettext("looked", "prosjektlederen"),
}
WHAT: dict[str, Text] = {
    "cases": pgettext("looked at", "saken"),
    "tiltak": pgettext("looked at", "mål og tiltak"),
    "log": pgettext("looked at", "stafettloggen"),
    "meetings": pgettext("looked at", "møtene"),
    "minutes": pgettext("looked at", "referatet fra et møte"),
    "talks": pgettext("looked at", "samtalene mellom møtene"),
    "preparations": pgettext("looked at", "det du ønsket før et møte"),
    "agenda": pgettext("looked at", "sakslista til et møte"),
    "evaluations": pgettext("looked at", "evalueringen"),
    "requests": pgettext("looked at", "ønsket om los"),
    "batons": pgettext("looked at", "stafettpinnen"),
    "contact_wishes": pgettext("looked at", "ønsket om kontakt"),
}
PURPOSES: dict[Purpose, Text] = {
    Purpose.COOPERATION: pgettext("looked", "for å samarbeide om hjelpen"),
    Purpose.LOS: pgettext("looked", "for å finne en los, eller være det"),
    Purpose.CONTACT: pgettext("looked", "for å svare på ønsket om kontakt"),
}
REASONS: dict[LookReason, Text] = {
    LookReason.FOLLOWING: pgettext("reason", "Jeg følger opp, og ville se hvor det står"),
    LookReason.MEETING: pgettext("reason", "Jeg forberedte et møte"),
    LookReason.TILTAK: pgettext("reason", "Jeg har ansvar for noe som er avtalt"),
    LookReason.REQUEST: pgettext("reason", "Jeg vurderte ønsket om los"),
    LookReason.MISTAKE: pgettext("reason", "Jeg åpnet det ved en feil"),
    LookReason.OTHER: pgettext("reason", "Noe annet, som jeg skriver"),
}

# --- the log -------------------------------------------------------------------------------------


def mine(turn: Turn, typed: str) -> None:
    turn.say("access.mine")


def mine_card(reading: Reading) -> Message:
    """The log at once where there is one, else whose."""
    them = access_log.whose(reading.session, reading.reader, reading.now)
    if len(them) == 1:
        return _page(reading, them[0].id, 0)
    if not them:
        return Message(_("Ingen ansatte har sett her ennå."))
    rows = tuple((Button(_whose(reading, one), "access.log", one.id),) for one in them)
    return Message(_("Hvem gjelder det?"), buttons=rows)


def _whose(reading: Reading, one: Person) -> Text:
    return _("Meg selv") if one.id == reading.reader.id else named(one.name)


def show_log(turn: Turn, subject: int, version: int) -> None:
    """The log of a youth; `version` is the page, the newest first."""
    access_log.of_youth(turn.session, actor=turn.me, ungdom_id=subject, now=turn.now)
    turn.show("access.log", subject, page=version)


def show_case(turn: Turn, subject: int, version: int) -> None:
    """From the card of a case to the log of whom it is about."""
    show_log(turn, access_log.about(turn.session, subject), 0)


def log_card(reading: Reading) -> Message:
    return _page(reading, reading.subject, int(reading.params.get("page", 0)))


def _page(reading: Reading, ungdom_id: int, page: int) -> Message:
    visits = access_log.of_youth(
        reading.session, actor=reading.reader, ungdom_id=ungdom_id, now=reading.now
    )
    if not visits:
        return Message(_("Ingen ansatte har sett her ennå."))
    first = page * A_PAGE if 0 <= page * A_PAGE < len(visits) else 0
    shown = list(enumerate(visits, start=1))[first : first + A_PAGE]
    rows: list[tuple[Button, ...]] = [
        (Button(_("Hvorfor? {n}", n=n), "access.one", visit.chain, visit.seq),)
        for n, visit in shown
    ]
    if first + A_PAGE < len(visits):
        rows.append((Button(_("Vis eldre"), "access.log", ungdom_id, first // A_PAGE + 1),))
    if first:
        rows.append((Button(_("Vis de nyeste"), "access.log", ungdom_id),))
    title = _("Dette er de siste gangene noen ansatte har sett:")
    lines = [_("{n}. {visit}", n=n, visit=described(visit)) for n, visit in shown]
    return Message(join([title, *lines], "\n\n"), buttons=tuple(rows))


def described(visit: Looked) -> Text:
    """When, in which role, from where; at what and what for."""
    return join(
        [
            _("{moment}: {role}, {unit}.", moment=Moment(visit.at), role=ROLES[visit.role],
              unit=visit.unit),
            _("Så på {what}, {purpose}.", what=list_of(WHAT[what] for what in visit.what),
              purpose=PURPOSES[visit.purpose]),
        ]
    )  # fmt: skip


# --- asking why ----------------------------------------------------------------------------------


def show_one(turn: Turn, subject: int, version: int) -> None:
    """One reading: `subject` is the chain it stands in, `version` its place there."""
    access_log.one(turn.session, actor=turn.me, chain=subject, seq=version, now=turn.now)
    turn.show("access.one", subject, seq=version)


def one_card(reading: Reading) -> Message:
    seq = int(reading.params["seq"])
    asked = why_looked.asked(
        reading.session, actor=reading.reader, chain=reading.subject, seq=seq, now=reading.now
    )
    return _one(asked)


def _one(asked: Asked) -> Message:
    seen = asked.looked
    back = (Button(_("Hvem har sett"), command="hvemharsett"),)
    rows: Rows = (back,)
    if asked.due_on is None:
        rows = ((Button(_("Spør hvorfor"), "access.ask", seen.chain, seen.seq),), back)
        told = _("Du kan spørre hvorfor. Den som svarer, får ikke vite hvem som spør. "
                 "Du får svar her innen tre arbeidsdager.")  # fmt: skip
    elif asked.reason is None:
        told = _("Du har spurt hvorfor. Svar er lovet senest {day}.", day=Day(asked.due_on))
    else:
        told = join([_("Du spurte hvorfor. Svaret:"), *_answer(asked.reason, asked.words)])
    return Message(join([described(seen), told], "\n\n"), buttons=rows)


def _answer(reason: LookReason, words: str | None) -> list[Text]:
    return [
        *([REASONS[reason]] if reason is not LookReason.OTHER else []),
        *([_("«{words}»", words=words)] if words else []),
    ]


def ask(turn: Turn, subject: int, version: int) -> None:
    why_looked.ask(turn.session, actor=turn.me, chain=subject, seq=version, now=turn.now)
    turn.toast("access.asked")
    turn.show("access.one", subject, seq=version)


def show_answer(turn: Turn, subject: int, version: int) -> None:
    why_looked.mine(turn.session, actor=turn.me, question_id=subject, now=turn.now)
    turn.show("access.answer", subject)


def answer_card(reading: Reading) -> Message:
    return _one(_mine(reading))


def _mine(reading: Reading) -> Asked:
    return why_looked.mine(
        reading.session, actor=reading.reader, question_id=reading.subject, now=reading.now
    )


# --- answering -----------------------------------------------------------------------------------


def _to_answer(reading: Reading) -> ToAnswer:
    return why_looked.to_answer(
        reading.session, actor=reading.reader, question_id=reading.subject, now=reading.now
    )


def open_question(turn: Turn, subject: int, version: int) -> None:
    why_looked.to_answer(turn.session, actor=turn.me, question_id=subject, now=turn.now)
    turn.show("access.question", subject)


def question_card(reading: Reading) -> Message:
    """Which reading it is about; never who asks."""
    found = _to_answer(reading)
    if found.answered:
        return Message(_("Det er svart. Takk."))
    what, moment = WHAT[found.what], Moment(found.at)
    lines = [
        _("Noen lurer på hvorfor du så på {what} {moment}.", what=what, moment=moment)
        if found.mine
        else _("Noen lurer på hvorfor en ansatt så på {what} {moment}.", what=what, moment=moment)
    ]
    if found.about:
        lines.append(_("Det gjelder {about}.", about=verbatim(found.about)))
    lines.append(_("Svar senest {day}. Bare den som spurte, ser svaret.", day=Day(found.due_on)))
    button = Button(_("Svar"), "flow:hvorfor.svar", found.id)
    return Message(join(lines), buttons=((button,),))


@dataclass(frozen=True)
class Answer:
    question_id: int
    reason: LookReason
    words: str | None


def prepare(turn: Turn, subject: int | None) -> int:
    found = why_looked.to_answer(
        turn.session, actor=turn.me, question_id=subject or 0, now=turn.now
    )
    require(not found.answered, Why.STALE)
    return found.id


def talk(question_id: int) -> Asking[Answer | None]:
    reason = yield from choose("reason", _("Hvorfor så du på det?"), REASONS)
    if reason is LookReason.OTHER:
        words = yield from ask_words("words", _("Skriv kort hvorfor."))
    else:
        words = yield from ask_words("more", _("Vil du si mer om det?"), optional=True)
    told = [_("Skal jeg sende dette svaret?"), *_answer(reason, words)]
    agreed = yield from confirm(join(told), yes=_("Ja, send"))
    return Answer(question_id, reason, words) if agreed else None


def finish(turn: Turn, given: Answer) -> None:
    why_looked.answer(
        turn.session, actor=turn.me, question_id=given.question_id, reason=given.reason,
        words=given.words, now=turn.now,
    )  # fmt: skip
    turn.say("access.question", given.question_id)


# --- what arrives unasked, and the tables --------------------------------------------------------


def week(reading: Reading) -> Message | None:
    """Only if somebody looked at what this reader may know of."""
    if not access_log.news(
        reading.session, actor=reading.reader, ungdom_id=reading.subject, now=reading.now
    ):
        return None
    button = Button(pgettext("button", "Vis"), "access.log", reading.subject)
    return Message(_("Det er noe du kan lese her når det passer."), buttons=((button,),))


FLOWS = (Flow("hvorfor.svar", pgettext("flow", "Svar"), prepare, talk, finish),)
COMMANDS = {"hvemharsett": mine}
BUTTONS = {
    "case.looked": show_case,
    "access.log": show_log,
    "access.one": show_one,
    "access.ask": ask,
    "access.answer": show_answer,
    "access.open": open_question,
}
NOTICES = {
    "access.mine": mine_card,
    "access.log": log_card,
    "access.one": one_card,
    "access.answer": answer_card,
    "access.question": question_card,
    "access.week": week,
    why_looked.ASKED: push(WAITS, "access.open", lambda reading: not _to_answer(reading).answered),
    why_looked.ANSWERED: push(NEWS, "access.answer", _mine),
    why_looked.LATE: push(NEWS, "access.answer", _mine),
}
TOASTS: dict[str, Text] = {"access.asked": pgettext("toast", "Jeg har spurt.")}
