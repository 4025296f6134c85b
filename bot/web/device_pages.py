"""The page that says where somebody is logged in, and what can let them in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.web import words
from bot.web.pages import Look, carried, paper
from handlers import logged_in
from models.linked import Key, Place
from models.passkeys import LONGEST_NAME


def devices(
    look: Look,
    here: int,
    places: Sequence[Place],
    proof: str,
    keys: Sequence[Key],
    *,
    may_make: bool,
    logs_in: bool,
) -> str:
    """Every chat and browser, the passkeys, and how to end each. `here` is this browser's number;
    `may_make`: a passkey here would let its owner in; `logs_in`: a login does."""
    items = "".join(_place(look, each, proof, here=each.id == here) for each in places)
    end = (
        f'<form method="post" action="/enheter">{carried(proof=proof)}'
        f"<button>{look.say(words.END_OTHERS)}</button></form>"
        + (f'<p class="small">{look.say(words.END_OTHERS_KEYS)}</p>' if keys else "")
        if sum(each.lets_in for each in places) > 1 or keys
        else ""
    )
    warned = may_make and not keys and not logs_in
    body = (
        f'<main class="card"><h2>{look.say(words.DEVICES)}</h2>'
        f'<p>{look.say(words.DEVICES_TEXT)}</p><ul class="devices">{items}</ul>{end}'
        f'<form method="post" action="/ut">{carried(proof=proof)}'
        f"<button>{look.say(words.PAGE['out'])}</button></form>"
        f"{f'<p class=small>{look.say(words.OUT_FOR_GOOD)}</p>' if warned else ''}"
        f"{_passkeys(look, keys, proof, may_make=may_make)}"
        f'<p><a href="/">{look.say(words.BACK)}</a></p></main>'
    )
    return paper(look, body, "passkey.js" if may_make else "")


def _place(look: Look, place: Place, proof: str, *, here: bool) -> str:
    name = look.say(logged_in.name_of(place))
    said = f"{name} – {look.say(words.HERE)}" if here else name
    end = (
        ""
        if here
        else f'<form method="post" action="/enheter">{carried(proof=proof, place=str(place.id))}'
        f'<button aria-describedby="p{place.id}">{look.say(words.END_ONE)}</button></form>'
    )
    return (
        f'<li><b>{said}</b> <span id="p{place.id}">'
        f"{look.say(words.since(place.since, place.last))}</span>{end}</li>"
    )


def _passkeys(look: Look, keys: Sequence[Key], proof: str, *, may_make: bool) -> str:
    if not keys and not may_make:
        return ""
    listed = "".join(_key(look, each, proof) for each in keys)
    shown = f'<p>{look.say(words.PASSKEY_LIST)}</p><ul class="devices">{listed}</ul>'
    return (
        f'<section class="passkey" id="passkey" data-does="make" data-proof="{escape(proof)}">'
        f"<h3>{look.say(words.PASSKEYS)}</h3>{shown if keys else ''}"
        f"{_make(look) if may_make else ''}</section>"
    )


def _key(look: Look, key: Key, proof: str) -> str:
    name = f"<bdi>{escape(key.name)}</bdi>" if key.name else look.say(words.PASSKEY_NAMELESS)
    return (
        f'<li><b id="k{key.id}">{name}</b> <span>'
        f"{look.say(words.passkey_since(key.made, key.used))}</span>"
        f'<form method="post" action="/nokkel/fjern">{carried(proof=proof, passkey=str(key.id))}'
        f'<button aria-describedby="k{key.id}">{look.say(words.PASSKEY_REMOVE)}</button></form></li>'
    )


def _make(look: Look) -> str:
    """Without its script, or where the browser cannot do it, a plain sentence."""
    return (
        f'<p class="without">{look.say(words.PASSKEYS_BARE)}</p><div class="with" hidden>'
        f"<p>{look.say(words.PASSKEYS_TEXT)} {look.say(words.PASSKEYS_SHARED)}</p>"
        f'<form><label for="key-name">{look.say(words.PASSKEY_NAME)}</label>'
        f'<input id="key-name" maxlength="{LONGEST_NAME}" autocomplete="off" dir="auto">'
        f"<button>{look.say(words.PASSKEY_MAKE)}</button></form></div>"
        f'<p class="said" role="status" data-failed="{look.say(words.PASSKEY_FAILED)}"></p>'
    )
