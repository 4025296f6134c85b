"""The administrator's list of who works where: give and take a role, let somebody in, end it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers import bars, municipality_terms
from handlers.dialogue import Asking, Flow, ask_words, choose, confirm
from handlers.paging import page_of
from handlers.picking import pick
from handlers.record_words import ROLES
from handlers.turns import Button, Message, Reading, Turn
from locales import Day, Text, _, join, pgettext
from models import people, posts, staff_views, staffing
from models.base import require
from models.staff_views import Member, Post, Staffed
from models.staffing import Term
from models.terms import InTheWay, Role, Why

SOMEBODY_NEW = 0

# --- looking -------------------------------------------------------------------------------------


def show_staff(turn: Turn, subject: int, version: int) -> None:
    staff_views.of_unit(turn.session, actor=turn.me, unit_id=subject)
    turn.show("adm.staff", subject, page=version)


def staff_card(reading: Reading) -> Message:
    unit = staff_views.of_unit(reading.session, actor=reading.reader, unit_id=reading.subject)
    rows = [_row(each) for each in unit.members]
    lines = [
        _("Ansatte ved {unit}", unit=unit.name),
        _("Trykk på en for å endre.") if rows else _("Ingen arbeider her ennå."),
    ]
    page = int(reading.params.get("page", 0))
    return Message(
        join(lines),
        buttons=(
            *page_of(rows, page, action="adm.staff", subject=unit.unit_id),
            (Button(_("Gi noen en rolle her"), action="flow:rolle.gi", subject=unit.unit_id),),
            (Button(_("Til stedet"), action="adm.unit", subject=unit.unit_id),),
        ),
    )


def _row(each: Member) -> Button:
    role = ROLES[each.role]
    if each.begins is not None:
        day = Day(each.begins)
        label = _("{name} · {role} · fra {day}", name=each.name, role=role, day=day)
        return Button(label, action="adm.planned", subject=each.position_id)
    label = (
        _("{name} · {role}", name=each.name, role=role)
        if each.joined
        else _("{name} · {role} · ikke inne ennå", name=each.name, role=role)
    )
    return Button(label, action="adm.post", subject=each.position_id)


def show_post(turn: Turn, subject: int, version: int) -> None:
    staff_views.post(turn.session, actor=turn.me, position_id=subject, now=turn.now)
    turn.show("adm.post", subject)


def post_card(reading: Reading) -> Message:
    post = staff_views.post(
        reading.session, actor=reading.reader, position_id=reading.subject, now=reading.now
    )
    lines = [
        join([
            _("{name} · {role} ved {unit}", name=post.name, role=ROLES[post.role], unit=post.unit),
            *(_("Også {role} ved {unit}", role=ROLES[role], unit=unit) for role, unit in post.others),
        ]),
        _("Er inne i chatten.") if post.joined else _("Er ikke inne i chatten."),
    ]  # fmt: skip
    if for_a_while := municipality_terms.lines_of(post):
        lines.insert(1, join(for_a_while))
    if post.anywhere:
        told = _in_words(post)
        lines.append(join([_("Kan ikke slutte før dette er gitt videre:"), *told]))
    return Message(join(lines, "\n\n"), buttons=_actions(post))


def _in_words(post: Post) -> list[Text]:
    """That it is there; how much only when that is no small number, and never whose [5]."""
    batons = (
        _("Er stafettholder i minst én sak.")
        if post.batons.least <= 1
        else _("Er stafettholder i {number} saker.", number=bars.number_of(post.batons))
    )
    words = {
        InTheWay.BATON: batons,
        InTheWay.LOS: _("Er los for minst én ungdom."),
        InTheWay.LEADER: _(
            "Er eneste faste rektor, og noe er åpent ved skolen. Finn en ny først. Den nye teller "
            "etter tre døgn. En vikar, eller en som er borte, teller ikke."
        ),
        InTheWay.ADMINISTRATOR: _(
            "Er eneste faste administrator. Finn en ny først. Den nye teller etter tre døgn."
        ),
    }
    return [words[each] for each in words if each in post.anywhere]


def _actions(post: Post) -> tuple[tuple[Button, ...], ...]:
    found = []
    if post.invitable:
        found.append(Button(_("Lag en lenke"), action="flow:ansatt.inn", subject=post.person_id))
    found += municipality_terms.buttons_of(post)
    if not post.me:
        if post.others and not post.here:
            found.append(
                Button(_("Ta bort rollen"), action="flow:rolle.ta", subject=post.position_id)
            )
        if post.anywhere - {InTheWay.ADMINISTRATOR}:
            found.append(
                Button(_("Be om at det gis videre"), action="adm.ask", subject=post.position_id)
            )
        elif not post.anywhere:
            found.append(
                Button(_("Har sluttet"), action="flow:ansatt.slutt", subject=post.position_id)
            )
    found.append(Button(_("Til listen"), action="adm.staff", subject=post.unit_id))
    return tuple((each,) for each in found)


def ask(turn: Turn, subject: int, version: int) -> None:
    """The rektor gets the task."""
    post = staff_views.post(turn.session, actor=turn.me, position_id=subject, now=turn.now)
    staffing.ask_to_hand_over(turn.session, actor=turn.me, person_id=post.person_id, now=turn.now)
    turn.toast("adm.asked")
    turn.show("adm.post", subject)


# --- giving a role -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Giving:
    unit: Staffed
    colleagues: dict[int, str]


@dataclass(frozen=True)
class Given:
    unit_id: int
    role: Role
    person_id: int | None
    name: str
    term: Term


def about_giving(turn: Turn, subject: int | None) -> Giving:
    unit = staff_views.of_unit(turn.session, actor=turn.me, unit_id=subject or 0)
    return Giving(unit, staff_views.colleagues(turn.session, actor=turn.me))


def giving(plain: Giving) -> Asking[Given | None]:
    unit = plain.unit
    role = yield from choose(
        "role",
        _("Hvilken rolle ved {unit}?", unit=unit.name),
        {each: ROLES[each] for each in unit.posts},
    )
    there = {each.person_id for each in unit.members if each.role == role}
    names = {i: name for i, name in plain.colleagues.items() if i not in there}
    whom = yield from pick(_("Hvem?"), names, {SOMEBODY_NEW: _("En som er ny")})
    name = names.get(whom, "")
    if whom == SOMEBODY_NEW:
        name = (yield from ask_words("name", _("Hva heter den som er ny?"))) or ""
    term = yield from municipality_terms.ask_term()
    lines = [
        _("Skal {name} bli {role} ved {unit}?", name=name, role=ROLES[role], unit=unit.name),
        municipality_terms.in_words(term),
        municipality_terms.who_hears(unit, whom),
    ]
    sure = yield from confirm(join(lines, "\n\n"), yes=_("Ja, gi rollen"))
    person_id = None if whom == SOMEBODY_NEW else whom
    return Given(unit.unit_id, role, person_id, name, term) if sure else None


def given(turn: Turn, wish: Given) -> None:
    made = staffing.give(
        turn.session, actor=turn.me, unit_id=wish.unit_id, role=wish.role,
        person_id=wish.person_id, name=wish.name, term=wish.term, now=turn.now,
    )  # fmt: skip
    planned = wish.term.begins is not None and wish.term.begins > posts.today(
        turn.session, turn.now
    )
    turn.say("adm.planned" if planned else "adm.post", made)


# --- taking one, and leaving ---------------------------------------------------------------------


def about_taking(turn: Turn, subject: int | None) -> Post:
    post = staff_views.post(turn.session, actor=turn.me, position_id=subject or 0, now=turn.now)
    require(not post.me, Why.NOT_ONESELF)
    require(post.others, Why.NOT_IN_STATE)
    require(not post.here, Why.HAND_OVER_FIRST)
    return post


def taking(post: Post) -> Asking[Post | None]:
    text = _(
        "Skal {name} ikke være {role} ved {unit} lenger? Det gjelder med en gang.",
        name=post.name, role=ROLES[post.role], unit=post.unit,
    )  # fmt: skip
    return post if (yield from confirm(text, yes=_("Ja, ta bort rollen"))) else None


def taken(turn: Turn, post: Post) -> None:
    staffing.take(turn.session, actor=turn.me, position_id=post.position_id, now=turn.now)
    turn.say("adm.staff", post.unit_id)


def about_leaving(turn: Turn, subject: int | None) -> Post:
    post = staff_views.post(turn.session, actor=turn.me, position_id=subject or 0, now=turn.now)
    require(not post.me, Why.NOT_ONESELF)
    require(not post.anywhere, Why.HAND_OVER_FIRST)
    return post


def leaving(post: Post) -> Asking[Post | None]:
    lines = [
        _("Har {name} sluttet?", name=post.name),
        _("Alle roller, lenker og innlogginger slutter med en gang. Chatten blir tømt og stengt, "
          "om den ikke også brukes privat."),
    ]  # fmt: skip
    return post if (yield from confirm(join(lines, "\n\n"), yes=_("Ja, avslutt alt"))) else None


def left(turn: Turn, post: Post) -> None:
    staffing.deactivate(turn.session, actor=turn.me, person_id=post.person_id, now=turn.now)
    turn.say("adm.staff", post.unit_id)


# --- letting in ----------------------------------------------------------------------------------


def about_inviting(turn: Turn, subject: int | None) -> tuple[int, str]:
    """A link is for those who have never been in: nobody gets into another's chat this way."""
    names = staff_views.colleagues(turn.session, actor=turn.me)
    require(subject in names, Why.ABSENT)
    person = people.get(turn.session, subject or 0)
    require(staffing.may_invite(person, by=turn.me), Why.ABSENT)
    return person.id, names[person.id]


def inviting(plain: tuple[int, str]) -> Asking[int | None]:
    text = _(
        "Jeg lager en lenke til {name}. Gi den bare når dere står sammen: den kan brukes én gang. "
        "Skal jeg lage den?",
        name=plain[1],
    )
    return plain[0] if (yield from confirm(text, yes=_("Ja, lag lenken"))) else None


def invited(turn: Turn, person_id: int) -> None:
    staffing.invite(turn.session, actor=turn.me, person_id=person_id, now=turn.now)


FLOWS: tuple[Flow[Any], ...] = (
    Flow("rolle.gi", pgettext("flow", "Gi en rolle"), about_giving, giving, given),
    Flow("rolle.ta", pgettext("flow", "Ta bort en rolle"), about_taking, taking, taken),
    Flow("ansatt.slutt", pgettext("flow", "Har sluttet"), about_leaving, leaving, left),
    Flow("ansatt.inn", pgettext("flow", "Lag en lenke"), about_inviting, inviting, invited),
)
BUTTONS = {
    "adm.staff": show_staff,
    "adm.post": show_post,
    "adm.ask": ask,
}
NOTICES = {
    "adm.staff": staff_card,
    "adm.post": post_card,
}
TOASTS: dict[str, Text] = {"adm.asked": pgettext("toast", "De som leder der, får vite det.")}
