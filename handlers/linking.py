"""The same person in Telegram and in a browser: a link, a code in both places, and a yes in the chat
that asked."""

from __future__ import annotations

from handlers import logged_in, menu
from handlers.turns import Attachment, Button, Message, Reading, Rows, Turn
from locales import Moment, Text, _, join, pgettext
from models import linked, linking

CHANNELS = ("web", "telegram")
"""What a button's subject stands for."""
ASKS: dict[str, Text] = {
    "web": pgettext("button", "Bruk i nettleseren"),
    "telegram": pgettext("button", "Bruk i Telegram"),
}
FORWARDED = _("Fikk du lenken av noen andre? Da er den ikke til deg.")

# --- in the settings -----------------------------------------------------------------------------


def rows(reading: Reading) -> Rows:
    """In the settings of who is known: the other channel, and where they are logged in."""
    if reading.reader.confirmed_at is None:
        return ()
    ways = linked.ways(reading.session, reading.reader, reading.now)
    others = [
        (Button(ASKS[each], action="linking.ask", subject=CHANNELS.index(each)),)
        for each in ways
        if each != reading.contact.channel
    ]
    return (*others, (logged_in.button(reading),))


def ask(turn: Turn, subject: int, version: int) -> None:
    link = linking.ask(
        turn.session, actor=turn.me, contact=turn.contact, now=turn.now,
        to_channel=CHANNELS[subject % len(CHANNELS)],
    )  # fmt: skip
    turn.say("linking.link", link.id)


def link(reading: Reading) -> Message | None:
    """The link, for whoever asked for it, while it can be opened."""
    found = linking.find(reading.session, reading.subject)
    if found is None or found.asked_in != reading.contact.id or found.opened_at is not None:
        return None
    if found.expires_at <= reading.now:
        return None
    token = linking.token_of(reading.session, found.id)
    if found.to_channel == "telegram":
        bot = str(reading.session.info.get("bot_username", "losbot"))
        address = f"https://t.me/{bot}?start={token}"
        how = _("Åpne lenken på telefonen der du har Telegram, eller les QR-koden.")
        attachment = Attachment("qr", {"link": address})
    else:
        address = f"{reading.session.info.get('web_url', '')}/til/{token}"
        how = _("Åpne lenken i nettleseren du vil bruke.")
        attachment = None
    lines = [
        how,
        _("{link}", link=address),
        _("Den virker én gang, til {when}. Når den er åpnet, spør jeg deg her om det er deg.",
          when=Moment(found.expires_at)),
        _("Ikke send den til andre."),
    ]  # fmt: skip
    return Message(join(lines, "\n\n"), attachment=attachment)


# --- arriving in another chat --------------------------------------------------------------------


def is_one(typed: str) -> bool:
    return typed.startswith(linking.PREFIX)


def open_link(turn: Turn, token: str) -> None:
    found = linking.open_in_chat(
        turn.session, actor=turn.me, contact=turn.contact, token=token, now=turn.now
    )
    turn.say("linking.code", found.id)


def code(reading: Reading) -> Message | None:
    found = linking.find(reading.session, reading.subject)
    if found is None or found.opened_in != reading.contact.id:
        return None
    lines = [
        _("Koden din er {code}.", code=found.code or ""),
        _("Gå til chatten der du ba om lenken, og svar ja der. Da er du inne her også."),
        FORWARDED,
    ]
    return Message(join(lines, "\n\n"))


def welcome(reading: Reading) -> Message | None:
    found = linking.find(reading.session, reading.subject)
    if found is None or found.person_id != reading.reader.id:
        return None
    lines = [
        _("Nå er du inne her også."),
        _("Det du gjør her, gjelder alle steder. Du kan logge ut under Innstillinger."),
    ]
    return Message(join(lines, "\n\n"), menu=menu.keyboard(reading))


def kept_out(reading: Reading) -> Message:
    return Message(_("Det gikk ikke denne gangen. Be om en ny lenke."))


# --- the yes, in the chat that asked -------------------------------------------------------------


def waiting(reading: Reading) -> Message:
    """First line neutral: it arrives by itself, though it was asked for a moment ago."""
    found = linking.waiting(
        reading.session, actor=reading.reader, contact=reading.contact, link_id=reading.subject
    )
    if found.let_in is not None:
        return Message(_answered(found.let_in))
    if found.expires_at <= reading.now or found.opened_at is None:
        return Message(_("Lenken gjelder ikke lenger."))
    opened = Moment(found.opened_at)
    asks = _("En nettleser vil inn i chatten din. Lenken ble åpnet {when}.", when=opened)
    same = _("Står koden {code} i nettleseren? Da er det deg.", code=found.code or "")
    if found.to_channel == "telegram":
        asks = _("En Telegram-konto vil inn i chatten din. Lenken ble åpnet {when}.", when=opened)
        same = _("Står koden {code} i Telegram? Da er det deg.", code=found.code or "")
    return Message(
        join([_("Noen venter på deg nå."), asks, same], "\n\n"),
        buttons=(
            (Button(_("Slipp inn"), action="linking.let_in", subject=found.id),),
            (Button(_("Det var ikke meg"), action="linking.keep_out", subject=found.id),),
        ),
    )


def _answered(let_in: bool) -> Text:
    if let_in:
        return _("Sluppet inn. Du finner det under Innstillinger, Hvor du er logget inn.")
    return _(
        "Ingen er sluppet inn, og lenken er brukt opp. Har noen lurt deg til å gi fra deg en "
        "lenke, så si fra til skolen."
    )


def say_yes(turn: Turn, subject: int, version: int) -> None:
    linking.let_in(
        turn.session, actor=turn.me, contact=turn.contact, link_id=subject, now=turn.now
    )
    turn.show("linking.waiting", subject)


def say_no(turn: Turn, subject: int, version: int) -> None:
    linking.keep_out(
        turn.session, actor=turn.me, contact=turn.contact, link_id=subject, now=turn.now
    )
    turn.show("linking.waiting", subject)


BUTTONS = {
    "linking.ask": ask,
    "linking.let_in": say_yes,
    "linking.keep_out": say_no,
}
NOTICES = {
    "linking.link": link,
    "linking.code": code,
    "linking.waiting": waiting,
    "linking.welcome": welcome,
    "linking.kept_out": kept_out,
}
