"""Thousands of reminders due at once, to a Telegram that refuses what is above the rate, while some
people tap.

    python -m tests.bench.fanout --reminders 5000
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot import pacing
from models import outbox
from models.outbox import Promise
from tests.bench import telegram, town
from tests.bench.table import Figure, print_table
from tests.bench.telegram import ABOVE, CHANGED, REFUSED, TAKEN, Load, Telegram
from tests.bench.town import Asked
from tests.chaos.losbot import Losbot

RATE, REMINDERS = 30, 5_000
PACE = {"LOSBOT_PACE_BROADCASTS": "29.9", "LOSBOT_PACE_REPLIES": "0.1"}
"""Thirty in all."""
TAPS = 0.5
"""A second. Each is answered at once, changes its card and brings a receipt."""
SEVERAL, AT_ONCE = 10, 5
"""So many readers have so many reminders each."""
RETRY_AFTER = 1.0
Noted = list[tuple[float, int, int]]


@dataclass(frozen=True)
class Told:
    wanted: int
    missing: int
    twice: int
    rate: float  # of all new messages that were taken while reminders went out, a second
    changed: float  # cards a second, which the pace counts too
    most: int  # asked of Telegram in any one second
    above: int  # refused as too many
    refused: int  # for the chat's sake
    early: int  # tried again before that was over
    replies_p95: float  # ms
    unanswered: int  # taps, when the time was over
    to_one: int  # the most that one chat got in any one second


def measured(folder: Path, reminders: int, every: int = 0) -> Told:
    losbot = Losbot(folder, "http://127.0.0.1:9", f"sqlite:///{folder / 'losbot.db'}", **PACE)
    losbot.set_up()
    store, now, tappers = losbot.store(), datetime.now(UTC), round(reminders / RATE)
    try:
        asked = town.asked_families(store, reminders // 2 + tappers, now)
        taps = town.mothers(asked)[-tappers:]
        telegram.write_updates(folder / "taps.jsonl", taps, town.FIRST)
        tapping = {address % town.MOTHERS for address, _data in taps}
        readers = [each for each in asked if each.address % town.MOTHERS not in tapping]
        seconds = reminders / RATE
        load = Load(
            "reminders", rate=TAPS, warm=3, seconds=seconds, strict=RATE, every=every,
            diary=folder / "diary",
        )  # fmt: skip
        with telegram.running(folder / "taps.jsonl", load) as api:
            losbot.talk_with(api.url)
            losbot.start()
            try:
                api.says("START")
                store.write_now(_promise, readers, datetime.now(UTC))
                return _told(folder / "diary", readers, seconds, api)
            finally:
                losbot.stop()
    finally:
        store.close()


def _promise(session: Session, readers: list[Asked], now: datetime) -> None:
    for n, each in enumerate(readers):
        for again in range(_count(n)):
            outbox.promise(
                session, kind="consent.reminder", recipient_id=each.person,
                subject_id=each.question, occasion=f"bench {again}", promise=Promise.REMINDER,
                now=now,
            )  # fmt: skip


def _count(n: int) -> int:
    """How many reminders the n-th reader has."""
    return AT_ONCE if n < SEVERAL else 1


def _told(diary: Path, readers: list[Asked], seconds: float, api: Telegram) -> Told:
    wanted = {each.address: _count(n) for n, each in enumerate(readers)}
    latest = time.monotonic() + 2 * seconds + 60
    while time.monotonic() < latest and Counter(wanted) - _reached(diary):
        time.sleep(1)
    time.sleep(1.5)  # whoever is told twice is told now
    found = api.figures()
    return _judged(_read(diary), wanted, found["p95"], found["unfinished"])


def _reached(diary: Path) -> Counter[int]:
    return Counter(chat for _at, chat, what in _read(diary) if what == TAKEN)


def _read(diary: Path) -> Noted:
    lines = (line.split() for line in diary.read_text().splitlines())
    return [
        (int(at) / 1e6, int(chat), int(what))
        for at, chat, what in (x for x in lines if len(x) == 3)
    ]


def _judged(noted: Noted, wanted: dict[int, int], replies: float, unanswered: int) -> Told:
    told = Counter(chat for _at, chat, what in noted if what == TAKEN and chat in wanted)
    first, last = (f(at for at, chat, _what in noted if chat in wanted) for f in (min, max))
    # As in `most` and where Telegram refuses: what is changed is no new message.
    taken = sum(first <= at <= last and what == TAKEN for at, _chat, what in noted)
    asked = [at for at, _chat, what in noted if what != CHANGED]
    return Told(
        wanted=sum(wanted.values()),
        missing=(Counter(wanted) - told).total(),
        twice=(told - Counter(wanted)).total(),
        rate=taken / (last - first),
        changed=sum(what == CHANGED for _at, _chat, what in noted) / (last - first),
        most=_most(asked),
        above=sum(what == ABOVE for _at, _chat, what in noted),
        refused=sum(what == REFUSED for _at, _chat, what in noted),
        early=_early(noted),
        replies_p95=replies,
        unanswered=unanswered,
        to_one=max(_most(at) for at in _by_chat(noted).values()),
    )


def _most(asked: list[float]) -> int:
    """In any one second."""
    return max(bisect_right(asked, at + 1 - 1e-6) - i for i, at in enumerate(asked))


def _by_chat(noted: Noted) -> dict[int, list[float]]:
    found = defaultdict(list)
    for at, chat, what in noted:
        if what == TAKEN:
            found[chat].append(at)
    return found


def _early(noted: Noted) -> int:
    waits: dict[int, float] = {}
    early = 0
    for at, chat, what in noted:
        early += what != CHANGED and at < waits.get(chat, 0)
        if what in (REFUSED, ABOVE):
            waits[chat] = at + RETRY_AFTER
    return early


def figures(reminders: int, every: int = 0) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="losbot-bench-") as folder:
        told = measured(Path(folder), reminders, every)
    what = f"{told.wanted:,} reminders" + (f", one in {every} refused" if every else "")
    # What is refused has used the rate too.
    least = 0.97 * RATE * (1 - 1 / every if every else 1)
    return [
        Figure(f"{what}: leave", told.rate, "/s", least=least, note=f"set to {RATE}/s, replies included; and {told.changed:.1f} changed cards"),
        Figure(f"{what}: most in any second", told.most, "", most=RATE),
        Figure(f"{what}: refused as one too many", told.above, "", most=0),
        Figure(f"{what}: lost", told.missing, "", most=0),
        Figure(f"{what}: told twice", told.twice, "", most=0),
        Figure(f"{what}: tried before its pause was over", told.early, "", most=0,
               note=f"{told.refused} were refused for their chat's sake"),
        Figure(f"{what}: most to one chat in any second", told.to_one, "", most=pacing.CHAT_BURST + 1,
               note="a burst, then one a second"),
        Figure(f"{what}: taps not answered at the end", told.unanswered, "", most=1,
               note="one may be on its way"),
        Figure(f"{what}: a tap meanwhile answered, p95", told.replies_p95, "ms", most=1000),
    ]  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.fanout")
    options.add_argument("--reminders", type=int, default=REMINDERS)
    options.add_argument("--every", type=int, default=0)
    given = options.parse_args()
    return print_table(figures(given.reminders, given.every))


if __name__ == "__main__":
    sys.exit(main())
