"""Joining: a one-time link handed over in person, a code on both phones, and a yes from staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from handlers import menu
from handlers.dialogue import Asking, Flow, choose, confirm
from handlers.picking import pick
from handlers.questions import choosing
from handlers.request_words import push
from handlers.turns import Attachment, Button, Message, Reading, Turn
from locales import Moment, Text, _, join, pgettext
from models import joining, people
from models.base import Opening, require
from models.invitations import Invitation
from models.joining import Invitable
from models.terms import Role, Why

# --- inviting ------------------------------------------------------------------------------------

AGAIN = "again"
HATS: dict[str, Text] = {
    Role.UNGDOM: pgettext("invite", "En elev"),
    Role.FORESATT: pgettext("invite", "En foresatt"),
    Role.KONTAKTLAERER: pgettext("invite", "En kollega"),
    AGAIN: pgettext("invite", "En som har fått ny telefon"),
}


@dataclass(frozen=True)
class Invitees:
    """Plain data: names by hat, those with a chat apart; or the one it was opened for."""

    by_hat: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    preset: int | None = None
    careful: frozenset[int] = frozenset()  # guardians who shall not be told everything
    shielded: frozenset[int] = frozenset()  # those from whom the inviter has something shielded


def prepare(turn: Turn, subject: int | None) -> Invitees:
    found = joining.invitable(turn.session, turn.me, turn.now)
    if subject is not None:
        found = [each for each in found if each.id == subject]
    require(found, Why.NOBODY)
    by_hat: dict[str, list[Invitable]] = {}
    for each in found:
        by_hat.setdefault(AGAIN if each.joined else each.hat, []).append(each)
    return Invitees(
        Opening(by_hat, partial(joining.named, turn.session)),
        subject,
        frozenset(each.id for each in found if each.careful),
        frozenset(each.id for each in found if each.shields),
    )


def talk(plain: Invitees) -> Asking[int | None]:
    if plain.preset is not None:
        whom, hat = plain.preset, next(iter(plain.by_hat))
    else:
        options = {hat: HATS[hat] for hat in HATS if hat in plain.by_hat}
        hat = yield from choose("hat", _("Hvem vil du invitere?"), options)
        whom = yield from pick(_("Hvem?"), plain.by_hat[hat], {})
    name = plain.by_hat[hat][whom]
    if warnings := _warnings(plain, whom, name):
        # A question of its own: it is gone from the screen before the two stand together.
        read_it = {True: _("Jeg har lest det")}
        yield choosing("careful", join(warnings, "\n\n"), read_it, 1, ask_single=True)
    text = _(
        "Jeg lager en lenke til {name}. Gi den bare når dere står sammen: den kan brukes én gang. "
        "Skal jeg lage den?",
        name=name,
    )
    if hat == AGAIN:
        text = _(
            "{name} er med fra før. Jeg lager en lenke til den nye telefonen. Gi den bare når "
            "dere står sammen: den kan brukes én gang. Når du har bekreftet koden, virker ikke "
            "den gamle telefonen lenger. Skal jeg lage den?",
            name=name,
        )
    agreed = yield from confirm(text, yes=_("Ja, lag lenken"))
    return whom if agreed else None


def _warnings(plain: Invitees, whom: int, name: str) -> list[Text]:
    """What not to say to a parent one is about to stand beside."""
    found = []
    if whom in plain.careful:
        found.append(_("⚠ Den unge vil ikke at foreldrene får vite alt. Snakk med den unge før du "
                       "sier noe til {name}.", name=name))  # fmt: skip
    if whom in plain.shielded:
        found.append(_("⚠ Du har skjermet noe for foreldrene. Ikke ta det opp med {name}.",
                       name=name))  # fmt: skip
    return found


def finish(turn: Turn, person_id: int) -> None:
    joining.invite(turn.session, actor=turn.me, person_id=person_id, now=turn.now)


INVITER = Flow(name="inviter", title=_("Inviter"), prepare=prepare, talk=talk, finish=finish)


def link(reading: Reading) -> Message | None:
    """The link and its QR code, for whoever made it, while it can be used."""
    invitation = joining.find(reading.session, reading.subject)
    if invitation is None:
        return None
    token = joining.link_token(reading.session, actor=reading.reader, invitation=invitation)
    if token is None:
        return None
    if invitation.used_at is not None or invitation.expires_at <= reading.now:
        return None
    name = people.get(reading.session, invitation.person_id).name or ""
    bot = str(reading.session.info.get("bot_username", "losbot"))
    web = str(reading.session.info.get("web_url", ""))
    address = f"https://t.me/{bot}?start={token}"
    lines = [
        _("Lenke til {name}. La {name} lese QR-koden med telefonen, eller vis lenken.", name=name),
        _("{link}", link=address),
        *([_("Uten Telegram: {link}", link=f"{web}/inn/{token}")] if web else []),
        _used_up(reading, invitation, name),
    ]
    return Message(join(lines, "\n\n"), attachment=Attachment("qr", {"link": address}))


def _used_up(reading: Reading, invitation: Invitation, name: str) -> Text:
    when = Moment(invitation.expires_at)
    if joining.by_another(reading.session, invitation):
        return _(
            "Den virker én gang, til {when}. Etterpå får {name} en kode. En annen enn deg må "
            "bekrefte: rektor der, en annen administrator eller prosjektlederen.",
            when=when, name=name,
        )  # fmt: skip
    return _(
        "Den virker én gang, til {when}. Etterpå får dere hver sin kode: er de like, trykker "
        "du Stemmer.",
        when=when,
    )


# --- arriving ------------------------------------------------------------------------------------


def present(turn: Turn, token: str) -> None:
    """/start with a token. Unknown, used and expired ones are refused alike."""
    invitation = joining.present(
        turn.session, actor=turn.me, contact=turn.contact, token=token, now=turn.now
    )
    turn.say("joining.code", invitation.id)


def code(reading: Reading) -> Message | None:
    invitation = joining.find(reading.session, reading.subject)
    if invitation is None or invitation.used_by != reading.contact.id:
        return None
    shown = _("Vis den til den som inviterte deg, så er du snart inne.")
    if joining.by_another(reading.session, invitation):
        shown = _("Vis den til lederen din eller den som leder prosjektet, så er du snart inne.")
    return Message(
        join(
            [
                _("Koden din er {code}.", code=invitation.code or ""),
                shown,
                _(
                    "Fikk du lenken av noen som ikke står ved siden av deg? Da er den ikke til deg."
                ),
            ],
            "\n\n",
        )
    )


# --- confirming ----------------------------------------------------------------------------------


def _opened(reading: Reading) -> bool:
    invitation = joining.waiting(
        reading.session, actor=reading.reader, invitation_id=reading.subject
    )
    return invitation.confirmed_at is None and invitation.rejected_at is None


def show(turn: Turn, subject: int, version: int) -> None:
    joining.waiting(turn.session, actor=turn.me, invitation_id=subject)
    turn.show("joining.card", subject)


def card(reading: Reading) -> Message:
    """The name and the code, for the one who stands there and can see the other phone."""
    invitation = joining.waiting(
        reading.session, actor=reading.reader, invitation_id=reading.subject
    )
    name = people.get(reading.session, invitation.person_id).name or ""
    if invitation.confirmed_at is not None:
        return Message(_("{name} er med nå.", name=name))
    if invitation.rejected_at is not None:
        return Message(_("Avvist. Lag en ny lenke når dere står sammen."))
    lines = [
        _("Noen har åpnet lenken til {name}.", name=name),
        _("Står koden {code} på telefonen til {name}?", code=invitation.code or "", name=name),
    ]
    if joining.by_another(reading.session, invitation):
        lines.append(_("En administrator har invitert {name} som ansatt. Si bare ja når du vet hvem "
                       "{name} er, og ser telefonen selv.", name=name))  # fmt: skip
    buttons = (
        (Button(_("Stemmer"), action="joining.confirm", subject=invitation.id),),
        (Button(_("Stemmer ikke"), action="joining.reject", subject=invitation.id),),
    )
    return Message(join(lines, "\n\n"), buttons=buttons)


def confirmed(turn: Turn, subject: int, version: int) -> None:
    joining.confirm(turn.session, actor=turn.me, invitation_id=subject, now=turn.now)
    turn.toast("joining.done")
    turn.show("joining.card", subject)


def rejected(turn: Turn, subject: int, version: int) -> None:
    joining.reject(turn.session, actor=turn.me, invitation_id=subject, now=turn.now)
    turn.toast("joining.done")
    turn.show("joining.card", subject)


def welcome(reading: Reading) -> Message | None:
    invitation = joining.find(reading.session, reading.subject)
    if invitation is None or invitation.person_id != reading.reader.id:
        return None
    lines = [
        _("Nå er det klart."),
        _("Bruk knappene under. Vil du ta bort det som er skrevet her, så trykk Innstillinger og "
          "Skjul alt nå, eller skriv /skjul."),
        _("Hei, {name}! Skolen har bekreftet at det er deg.", name=reading.reader.name or ""),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"), menu=menu.keyboard(reading))


def turned_away(reading: Reading) -> Message:
    return Message(_("Det gikk ikke denne gangen. Be om en ny lenke."))


FLOWS: tuple[Flow[Any], ...] = (INVITER,)
BUTTONS = {
    "joining.open": show,
    "joining.confirm": confirmed,
    "joining.reject": rejected,
}
NOTICES = {
    "joining.link": link,
    "joining.code": code,
    "joining.waiting": push(_("Noen venter på deg nå."), "joining.open", _opened),
    "joining.card": card,
    "joining.welcome": welcome,
    "joining.rejected": turned_away,
}
TOASTS: dict[str, Text] = {"joining.done": pgettext("toast", "Lagret.")}
