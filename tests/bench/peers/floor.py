"""No library at all: the rows of rows.sql and the same calls, through bare sockets and SQLite.

python floor.py API DATABASE
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import queue
import secrets
import signal
import sqlite3
import sys
import threading
import urllib.parse
from datetime import UTC, datetime
from typing import Any

TOKEN = "123456:AAbench-token-of-nobody-000000000000"
THANKS = "Takk. Du har sagt ja til at klubben kan vite om møtene."
HASH = hashlib.sha256(THANKS.encode()).hexdigest()
MOST = 256
"""How many taps may share one commit."""


class Store:
    """One thread that writes; whoever waits shares its commit."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        self._path = path
        self._loop = loop
        self._jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def consent(self, *told: int) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.put((future, told))
        return future

    def sent(self, ids: list[int], message: int) -> None:
        self._jobs.put((None, (ids, message)))

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        store = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            store.execute(f"PRAGMA {pragma}")
        while True:
            jobs = [self._jobs.get()]
            with contextlib.suppress(queue.Empty):
                while len(jobs) < MOST:
                    jobs.append(self._jobs.get_nowait())
            store.execute("BEGIN IMMEDIATE")
            done = [
                (future, _consent(store, *told) if future else _sent(store, *told))
                for future, told in filter(None, jobs)
            ]
            store.execute("COMMIT")
            if None in jobs:
                return
            self._loop.call_soon_threadsafe(_answer, done)


def _answer(done: list[tuple[asyncio.Future[Any] | None, Any]]) -> None:
    for future, found in done:
        if future is not None:
            future.set_result(found)


def _sent(store: sqlite3.Connection, ids: list[int], message: int) -> None:
    at = datetime.now(UTC).isoformat()
    store.executemany(
        "UPDATE outbox SET state = 'sent', sent_at = ?, message_id = ? WHERE id = ?",
        [(at, message, each) for each in ids],
    )


def _consent(store: sqlite3.Connection, update: int, address: int, question: int) -> list[int]:
    at = datetime.now(UTC).isoformat()
    run = store.execute
    if not run("INSERT OR IGNORE INTO handled VALUES (?, ?)", (update, at)).rowcount:
        return []
    contact, person = run(
        "SELECT id, person_id FROM contacts WHERE address = ?", (address,)
    ).fetchone()
    run("UPDATE contacts SET heard_at = ? WHERE id = ?", (at, contact))
    run("SELECT language, confirmed_at FROM people WHERE id = ?", (person,)).fetchone()
    (youth,) = run("SELECT ungdom_id FROM consent_questions WHERE id = ?", (question,)).fetchone()
    said = run("SELECT consenter_id, act FROM consent_events WHERE question_id = ?", (question,))
    near = run(
        "SELECT foresatt_id FROM guardianships WHERE ungdom_id = ? AND responsibility", (youth,)
    )
    if (person, "given") in said.fetchall() or (person,) not in near.fetchall():
        return []
    number = secrets.token_hex(3)
    run(
        "INSERT INTO consent_events (question_id, consenter_id, act, at, number, text_hash)"
        " VALUES (?, ?, 'given', ?, ?, ?)",
        (question, person, at, number, HASH),
    )
    _audit(store, youth, person, {"number": number, "at": at})
    return [
        run(
            "INSERT INTO outbox (key, kind, contact_id, params, state, not_before)"
            " VALUES (?, ?, ?, ?, 'waiting', ?) RETURNING id",
            (
                f"{kind}|{question}|{update}|{person}",
                kind,
                contact,
                f'{{"number":"{number}"}}',
                at,
            ),
        ).fetchone()[0]
        for kind in ("toast", "card", "receipt")
    ]


def _audit(store: sqlite3.Connection, chain: int, actor: int, detail: dict[str, str]) -> None:
    head = store.execute("SELECT seq, hash FROM audit_heads WHERE chain = ?", (chain,)).fetchone()
    seq, previous = head or (0, "")
    told = json.dumps([chain, seq + 1, actor, detail, previous])
    digest = hashlib.sha256(told.encode()).hexdigest()
    store.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, 'consents.given', ?, ?, ?)",
        (chain, seq + 1, detail["at"], actor, json.dumps(detail), previous, digest),
    )
    store.execute("INSERT OR REPLACE INTO audit_heads VALUES (?, ?, ?)", (chain, seq + 1, digest))


class Api:
    """Calls over a handful of kept connections, each its own turn."""

    def __init__(self, url: str) -> None:
        self._host, _colon, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def call(self, method: str, told: dict[str, object]) -> Any:
        line = (
            self._free.pop()
            if self._free
            else await asyncio.open_connection(self._host, self._port)
        )
        reader, writer = line
        body = urllib.parse.urlencode(told).encode()
        writer.write(
            b"POST /bot%s/%s HTTP/1.1\r\nHost: api\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (TOKEN.encode(), method.encode(), len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
        answer = await reader.readexactly(size)
        self._free.append(line)
        return json.loads(answer)["result"]


async def pressed(api: Api, store: Store, update: dict[str, Any]) -> None:
    query = update["callback_query"]
    chat, message = query["from"]["id"], query["message"]["message_id"]
    question = int(query["data"].rpartition(":")[2])
    promised = await store.consent(update["update_id"], chat, question)
    if not promised:
        return
    thanks = "Takk. Du har sagt ja."
    await api.call("answerCallbackQuery", {"callback_query_id": query["id"], "text": thanks})
    await api.call("editMessageText", {"chat_id": chat, "message_id": message, "text": THANKS})
    sent = await api.call("sendMessage", {"chat_id": chat, "text": f"Kvittering. {THANKS}"})
    store.sent(promised, sent["message_id"])


async def main() -> None:
    api, loop = Api(sys.argv[1]), asyncio.get_running_loop()
    store, offset, tasks = Store(sys.argv[2], loop), 0, set[asyncio.Task[None]]()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    ending = asyncio.create_task(over.wait())
    while not over.is_set():
        poll = asyncio.create_task(api.call("getUpdates", {"offset": offset, "timeout": 10}))
        await asyncio.wait({poll, ending}, return_when=asyncio.FIRST_COMPLETED)
        for update in poll.result() if poll.done() else ():
            offset = update["update_id"] + 1
            task = asyncio.create_task(pressed(api, store, update))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    store.close()


asyncio.run(main())
