"""`losbot check`: everything looked over, a line each, on one screen."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import isinf

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from bot import journal, outlook, settings
from bot.channels import mail
from bot.channels.request import HttpRequest, NotSent
from bot.channels.telegram import Sender
from bot.clock import SystemClock
from bot.settings import Settings, SettingsRefused, is_home
from bot.store import Store
from bot.web import oidc
from handlers import approved
from locales import LANGUAGES
from models import (
    audit_check,
    channels,
    follow_ups,
    help_lines,
    municipality,
    receipt_checks,
    rehearsal,
    rotation,
    store_facts,
)
from models.audit import AuditEntry
from models.inbox import Parked
from models.ladders import LADDERS
from models.outbox import OutState
from models.people import Person

LARGEST_SKEW = 5.0
"""Seconds between our clock and Telegram's; beyond that links and codes seem to have expired."""

NAMED = 2
"""So many of a kind are named by their number."""

Line = tuple[str, bool]
"""What was seen, and whether that is well."""


def lines(store: Store, chosen: Settings, now: datetime) -> Iterator[Line]:
    yield from ((f"Settings: {name} is no name of ours.", False) for name in settings.unknown())
    yield f"Key: {store.keyring.fingerprint()}, one of {len(store.keyring.ids)}.", True
    yield _store_line(store, now)
    yield store.read_now(_backup_line, chosen, now)
    yield _journal_line(store)
    yield from store.read_now(_text_lines)
    yield from store.read_now(_people_lines)
    yield from store.read_now(counted, now)
    yield from telegram_lines(chosen)
    yield from oidc.lines(chosen.logins(), now)
    yield from mail.lines(chosen.mail())


def _store_line(store: Store, now: datetime) -> Line:
    name = store.url.get_backend_name()
    try:
        store.write_now(store_facts.put, "probe", now.isoformat())
    except Exception as error:
        return f"Store: {name}, but it takes no writes ({type(error).__name__}).", False
    return f"Store: {name}, its tables fit and it takes writes.", True


def _backup_line(session: Session, chosen: Settings, now: datetime) -> Line:
    age, latest = outlook.backup_age(session, now), chosen.latest_backup_minutes
    if isinf(age):
        begun = session.scalar(select(func.min(AuditEntry.at)))
        young = begun is None or (now - begun).total_seconds() < latest * 60
        return "Backup: none yet (losbot backup).", young
    told = f"Backup: {age / 60:.0f} minutes old."
    return told, age <= latest * 60


def _journal_line(store: Store) -> Line:
    what = "Journal of consents"
    if store.journal is None:
        # Until somebody is let in there is nothing to lose.
        return f"{what}: not set up (LOSBOT_CONSENT_JOURNAL).", not store.read_now(_anybody)
    with store.reading() as connection:
        missing = journal.missing(connection)
    if missing or not store.journal.probe():
        return f"{what}: cannot be written, and lacks {missing}. Nobody can say yes.", False
    return f"{what}: up to date.", True


def _text_lines(session: Session) -> Iterator[Line]:
    if municipality.current(session) is None:
        told = "No municipality in this store: a new one, or not the one you mean."
        return iter([(f"{told} losbot municipality apply", False)])
    lacks = [
        f"{key} in {language}"
        for language, key in itertools.product(LANGUAGES, approved.APPROVED)
        if approved.in_force(session, key, language) is None
    ]
    ours = [f"{key} in {LANGUAGES[0]}" for key in approved.APPROVED]
    told = f"not approved: {', '.join(lacks)}." if lacks else "all are approved."
    return iter([(f"Texts: {told}", not set(lacks) & set(ours))])


def _people_lines(session: Session) -> list[Line]:
    told = "People: nobody has been let in yet (losbot invite, once losbot serve runs)."
    return [] if _anybody(session) else [(told, True)]


def _anybody(session: Session) -> bool:
    return session.scalar(select(exists().where(Person.confirmed_at.is_not(None)))) or False


def counted(session: Session, now: datetime) -> list[Line]:
    """What waits, what may not have arrived, and what was given up; what could not be heard; and
    what is held back, and why."""
    rows = outlook.rows_by_state(session)
    states = (OutState.WAITING, OutState.UNCERTAIN, OutState.FAILED)
    told = ", ".join(f"{rows.get(state, 0)} {state}" for state in states)
    found = [(f"Messages: {told}. Parked updates: {outlook.parked(session)}.", True)]
    frozen = channels.frozen(session)
    if frozen is not None:
        since = f"{frozen:%Y-%m-%d %H:%M}Z"
        found.append((f"Restored and frozen since {since}: nothing is sent. losbot thaw", False))
    else:
        found += [
            (
                f"Stopped since {at:%Y-%m-%d %H:%M}Z: {name}. Open it: losbot channel start {name}",
                False,
            )
            for name, at in channels.stopped(session).items()
        ]
    if rehearsal.is_on(session, now):
        only = f"Rehearsal: of all people only {rehearsal.count(session)} are written to."
        found.append((only, True))
    return found


def ask_telegram(chosen: Settings) -> tuple[str, float | None]:
    """What Telegram calls the bot of this token, and how many seconds its clock is ahead of ours.
    Raises whatever went wrong."""

    async def ask() -> tuple[str, float | None]:
        proxies = not is_home(chosen.telegram_url)
        request, polling = HttpRequest(proxies=proxies), HttpRequest(proxies=proxies)
        sender = Sender(chosen.bot_token(), request, polling, chosen.telegram_url)
        await sender.start()
        try:
            name = await sender.username()
            return name, _ahead(request.date)
        finally:
            await sender.stop()

    return asyncio.run(ask())


def _ahead(date: str) -> float | None:
    try:
        return (parsedate_to_datetime(date) - SystemClock().now()).total_seconds()
    except (ValueError, TypeError):
        return None


def telegram_lines(chosen: Settings) -> Iterator[Line]:
    """Whether Telegram answers to the token, and whether our clocks agree."""
    if not chosen.has_token:
        yield "Telegram: no token is set; losbot serve needs one.", False
        return
    try:
        name, ahead = ask_telegram(chosen)
    except SettingsRefused as error:
        yield str(error), False
        return
    except Exception as error:
        name = type(error).__name__
        if isinstance(error, NotSent):
            yield f"Telegram cannot be reached ({name}); that says nothing of the token.", False
        else:
            yield f"Telegram does not answer to this token ({name}).", False
        return
    yield f"Telegram: answers @{name}.", True
    if ahead is not None:
        yield f"Clock: {abs(ahead):.0f} s from Telegram's.", abs(ahead) <= LARGEST_SKEW


def _adrift(table: str, ids: list[int]) -> str:
    """One line for all of a kind: most often it is one role that nobody has."""
    which = ", ".join(map(str, ids[:NAMED])) + (", …" if len(ids) > NAMED else "")
    return f"{table}: {len(ids)} open, without a next step or anybody for it ({which})"


def problems(session: Session, now: datetime) -> list[str]:
    """What an operator must look at. Empty when all is well."""
    log = itertools.chain(audit_check.findings(session), receipt_checks.changed(session))
    found = [f"audit: {line}" for line in log]
    for ladder in LADDERS:
        found += [
            f"{ladder.table.__tablename__} {each}: the next follow-up is not what it should be"
            for each in follow_ups.disagreeing(session, ladder, now)
        ]
        if ladder is help_lines.LADDER and not _anybody(session):
            continue  # the first start: it stands among the lines
        if adrift := follow_ups.adrift(session, ladder, now):
            found.append(_adrift(ladder.table.__tablename__, adrift))
    waiting = list(session.scalars(select(Parked.reference).where(Parked.replayed_at.is_(None))))
    if waiting:
        found.append(f"{len(waiting)} updates are parked: losbot parked list")
    if rotation.under_way(session):
        found.append("the key is not replaced everywhere: losbot key rotate")
    return found
