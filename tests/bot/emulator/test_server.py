"""The three faces over real sockets."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.emulator import server
from bot.emulator.cast import DEMO_TOKEN
from bot.emulator.emulator import Emulator
from bot.emulator.server import serving

from .conftest import START, Bot, until

IDA = 7_000_000_001
API = f"/bot{DEMO_TOKEN}"


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        serving(emulator) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def read(answer: Any) -> Any:
    async with answer as response:
        return response.status, json.loads(await response.read())


async def test_bodies(client: aiohttp.ClientSession, emulator: Emulator) -> None:
    keys = json.dumps({"inline_keyboard": [[{"text": "Blå", "callback_data": "b"}]]})
    form = {"chat_id": str(IDA), "text": "blå 🫐", "reply_markup": keys}
    status, body = await read(client.post(f"{API}/sendMessage", data=form))
    assert (status, body["result"]["text"]) == (200, "blå 🫐")
    status, body = await read(
        client.post(f"{API}/sendmessage", json={"chat_id": IDA, "text": "b"})
    )
    assert (status, body["result"]["text"]) == (200, "b")
    status, body = await read(client.get(f"{API}/sendMessage?chat_id={IDA}&text=c"))
    assert (status, body["result"]["text"]) == (200, "c")
    status, body = await read(client.post(f"{API}/sendMessage", data=b"text=%ff&chat_id=1"))
    assert body["description"] == "Bad Request: strings must be encoded in UTF-8"
    assert [call["params"]["text"] for call in emulator.calls[:3]] == ["blå 🫐", "b", "c"]


async def test_a_file_up_and_down(client: aiohttp.ClientSession, emulator: Emulator) -> None:
    data = bytes(range(256)) * 300 + b"\r\n--x\r\n\r\n"
    form = aiohttp.FormData({"chat_id": str(IDA), "caption": "Se her, blå"}, quote_fields=False)
    form.add_field("document", data, filename="møte.ics", content_type="text/calendar")
    status, body = await read(client.post(f"{API}/sendDocument", data=form))
    assert status == 200
    document = body["result"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("møte.ics", "text/calendar")
    assert body["result"]["caption"] == "Se her, blå"
    _, body = await read(client.post(f"{API}/getFile", data={"file_id": document["file_id"]}))
    path = body["result"]["file_path"]
    async with client.get(f"/file/bot{DEMO_TOKEN}/{path}") as response:
        assert await response.read() == data
    chat: Any = emulator.chat(IDA)
    url = chat["messages"][0]["document"]["url"]
    async with client.get(url) as response:
        assert await response.read() == data
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
    assert (await read(client.get(url.replace(str(IDA), "7000000002"))))[0] == 404


async def test_not_found(client: aiohttp.ClientSession) -> None:
    expected = {"ok": False, "error_code": 404, "description": "Not Found"}
    assert await read(client.get(API)) == (404, expected)
    assert await read(client.get(f"{API}/a/b")) == (404, expected)
    assert await read(client.get(f"/file/bot{DEMO_TOKEN}/documents/file_9.txt")) == (404, expected)
    assert (await read(client.get("/bot5:abc/getMe")))[0] == 401


async def test_a_cut_line(client: aiohttp.ClientSession, emulator: Emulator) -> None:
    await read(client.post("/sim/faults", json=[{"drop": True, "after_delivery": True}]))
    with pytest.raises(aiohttp.ClientError):
        await read(client.post(f"{API}/sendMessage", json={"chat_id": IDA, "text": "hei"}))
    assert emulator.chat_text(IDA).startswith("Bot: hei")


async def test_a_flood_answer(client: aiohttp.ClientSession) -> None:
    await read(client.post("/sim/faults", json={"code": 429, "retry_after": 3}))
    async with client.post(f"{API}/sendMessage", json={"chat_id": IDA, "text": "a"}) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "3")


async def test_a_poller_that_hangs_up_is_forgotten(
    client: aiohttp.ClientSession, emulator: Emulator
) -> None:
    poll = asyncio.create_task(read(client.post(f"{API}/getUpdates", data={"timeout": "50"})))
    await until(emulator.waits_for_updates)
    poll.cancel()
    await until(lambda: not emulator.waits_for_updates())


async def test_the_contract(client: aiohttp.ClientSession, emulator: Emulator) -> None:
    status, people = await read(client.get("/sim/people"))
    assert (status, people[0]) == (
        200,
        {
            "id": IDA,
            "name": "Ida",
            "role": "ungdom, 15 år",
            "language_code": "nb",
            "blocked": False,
        },
    )
    _, ola = await read(client.post("/sim/people", json={"name": "Ola", "language_code": "en"}))
    assert ola["id"] > 2**32
    status, sent = await read(client.post(f"/sim/{ola['id']}/send", json={"text": "/start"}))
    assert (status, list(sent)) == (200, ["update_id"])
    await read(client.post(f"/sim/{ola['id']}/send", json={"update": {"odd": True}}))
    _, updates = await read(client.get(f"{API}/getUpdates"))
    assert [list(each) for each in updates["result"]] == [
        ["update_id", "message"],
        ["update_id", "odd"],
    ]
    assert (await read(client.post(f"/sim/{ola['id']}/tap", json={"data": "x"})))[0] == 200
    status, none = await read(client.post(f"/sim/{ola['id']}/tap", json={"button": "Ja"}))
    assert (status, none) == (404, {"error": "Ola sees no button 'Ja'; there are none"})
    assert await read(client.post(f"/sim/{IDA}/block", json={"blocked": True})) == (200, {})
    async with client.get(f"/sim/{ola['id']}/chat?format=text") as response:
        assert await response.text() == "Ola: /start\n"
    _, chat = await read(client.get(f"/sim/{ola['id']}/chat"))
    assert [*chat] == ["person", "messages", "reply_keyboard", "commands", "pushes", "toast"]
    assert await read(client.post("/sim/settle")) == (
        501,
        {"error": "this server does not know its bot; start it with --bot URL"},
    )
    assert (await read(client.get("/sim/tour")))[0] == 404


async def test_records(client: aiohttp.ClientSession) -> None:
    await read(client.get(f"{API}/getMe"))
    await read(client.get(f"{API}/sendMessage"))
    _, calls = await read(client.get("/sim/calls?since=1"))
    assert [(call["n"], call["method"], call["params"]) for call in calls] == [
        (2, "sendMessage", {})
    ]
    _, calls = await read(client.get("/sim/calls?method=getme"))
    assert calls[0]["answer"]["result"]["id"] == 1
    _, violations = await read(client.get("/sim/violations"))
    assert [each["what"] for each in violations] == ["Bad Request: message text is empty"]
    fault = {"code": 500, "times": 3}
    _, added = await read(client.post("/sim/faults", json=[fault]))
    assert (await read(client.get("/sim/faults")))[1] == added
    assert (added[0]["code"], added[0]["times"]) == (500, 3)
    assert (await read(client.delete("/sim/faults")))[1] == []


async def test_the_clock(client: aiohttp.ClientSession, emulator: Emulator) -> None:
    now = START.isoformat()
    assert await read(client.get("/sim/clock")) == (200, {"now": now, "next": None})
    _, moved = await read(client.post("/sim/clock", json={"advance": "P1DT1H"}))
    assert moved == {"now": "2026-11-03T10:00:00+00:00"}
    _, moved = await read(client.post("/sim/clock", json={"to": "2026-11-04T10:00:00+01:00"}))
    assert moved == {"now": "2026-11-04T09:00:00+00:00"}


NONSENSE = [
    ("/sim/clock", '{"advance": "1 hour"}'),
    ("/sim/clock", '{"advance": "P"}'),
    ("/sim/clock", '{"advance": "PT"}'),
    ("/sim/clock", '{"advance": "P999999W"}'),
    ("/sim/clock", '{"to": "next"}'),
    ("/sim/clock", '{"to": "2000-01-01T00:00:00Z"}'),
    ("/sim/clock", '{"to": "2030-01-01T00:00:00"}'),
    ("/sim/clock", '{"to": 5}'),
    ("/sim/clock", "{}"),
    ("/sim/people", "{"),
    ("/sim/people", "[]"),
    ("/sim/people", '{"language_code": "nb"}'),
    ("/sim/people", "[" * 100_000),
    ("/sim/faults", '[{"times": 1}]'),
    (f"/sim/{IDA}/send", "{}"),
    (f"/sim/{IDA}/send", '{"text": 5}'),
    (f"/sim/{IDA}/send", '{"text": ""}'),
    (f"/sim/{IDA}/send", '{"words": "a"}'),
    (f"/sim/{IDA}/tap", '{"button": "a", "data": "b"}'),
    (f"/sim/{IDA}/tap", '{"data": "b", "message_id": "x"}'),
    (f"/sim/{IDA}/block", '{"blocked": 1}'),
]


async def test_bad_input(client: aiohttp.ClientSession) -> None:
    for path, body in NONSENSE:
        status, answer = await read(client.post(path, data=body))
        assert (status, list(answer)) == (400, ["error"]), (path, body)
        assert "\n" not in answer["error"]


async def test_unknown_people(client: aiohttp.ClientSession) -> None:
    for person in ("12", "-1", "ida", "²", "9" * 40):
        assert (await read(client.get(f"/sim/{person}/chat")))[0] == 404, person
        answer = await read(client.post(f"/sim/{person}/send", json={"text": "a"}))
        assert answer[0] == 404, person


async def test_large_bodies(client: aiohttp.ClientSession) -> None:
    huge = io.BytesIO(json.dumps({"text": "x" * 1024 * 1024}).encode())
    assert (await read(client.post(f"/sim/{IDA}/send", data=huge)))[0] == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_foreigners(
    client: aiohttp.ClientSession, emulator: Emulator, headers: dict[str, str], status: int
) -> None:
    for path in (f"/sim/{IDA}/send", f"{API}/sendMessage"):
        assert (await read(client.post(path, json={"text": "a"}, headers=headers)))[0] == status
    assert (await read(client.get("/sim/events", headers=headers)))[0] == status
    assert emulator.calls == []
    assert emulator.pending_updates() == 0


async def test_our_own_origin(client: aiohttp.ClientSession) -> None:
    async with client.get("/sim/people") as response:
        port = response.url.port
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for name in ("127.0.0.1", "localhost", "[::1]"):
        headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
        path = f"/sim/{IDA}/send"
        assert (await read(client.post(path, json={"text": "a"}, headers=headers)))[0] == 200


async def test_pages(
    client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with client.get("/sim") as response:
        assert "The /sim contract" in await response.text()
        assert "style-src 'sha256-" in response.headers["Content-Security-Policy"]


async def test_the_page_is_served(
    make: Callable[..., Emulator], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<p>hei")
    monkeypatch.setattr(server, "PAGE", tmp_path)
    async with (
        serving(make(tour=[{"step": 1}])) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        async with client.get("/") as response:
            assert await response.text() == "<p>hei"
        async with client.get("/nothing.js") as response:
            assert response.status == 404
        assert await read(client.get("/sim/tour")) == (200, [{"step": 1}])


async def events(response: aiohttp.ClientResponse, wanted: int) -> list[tuple[str, str, Any]]:
    """(id, event, data) of the next few."""
    got: list[tuple[str, str, Any]] = []
    fields: dict[str, str] = {}
    async with asyncio.timeout(5):
        async for raw in response.content:
            name, _, value = raw.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "event" in fields:
                got.append((fields["id"], fields["event"], json.loads(fields["data"])))
                fields = {}
            if len(got) == wanted:
                break
    return got


async def test_events(client: aiohttp.ClientSession, emulator: Emulator) -> None:
    bot = Bot(emulator)
    async with client.get("/sim/events") as response:
        assert response.content_type == "text/event-stream"
        await response.content.readline()
        await bot("sendMessage", chat_id=IDA, text="hei")
        await bot("sendChatAction", chat_id=IDA, action="typing")
        await emulator.move_clock(START)
        got = await events(response, 4)
    assert [each[1:] for each in got] == [
        ("chat", {"id": IDA}),
        ("push", {"id": IDA, "text": "losbot: hei"}),
        ("typing", {"id": IDA}),
        ("clock", {"now": START.isoformat()}),
    ]
    async with client.get("/sim/events", headers={"Last-Event-ID": got[1][0]}) as response:
        assert await events(response, 2) == got[2:]
    async with client.get("/sim/events", headers={"Last-Event-ID": "99999"}) as response:
        assert [each[1:] for each in await events(response, 1)] == [("people", {})]


async def test_going_down_is_prompt(make: Callable[..., Emulator]) -> None:
    emulator = make()
    async with aiohttp.ClientSession() as client, asyncio.timeout(1.5):
        async with serving(emulator) as port:
            base = f"http://127.0.0.1:{port}"
            stream = await client.get(f"{base}/sim/events")
            poll = asyncio.create_task(read(client.get(f"{base}{API}/getUpdates?timeout=50")))
            await until(emulator.waits_for_updates)
        assert await poll == (200, {"ok": True, "result": []})
        await stream.read()


async def test_a_taken_port_is_refused(make: Callable[..., Emulator]) -> None:
    async with serving(make()) as port:
        with pytest.raises(OSError, match="in use"):
            async with serving(make(), port):
                pass


async def test_telegram_away_for_a_while(make: Callable[..., Emulator]) -> None:
    emulator = make()
    for text in ("a", "b"):
        async with (
            serving(emulator) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        ):
            poll = asyncio.create_task(read(client.get(f"{API}/getUpdates?offset=-1&timeout=9")))
            await asyncio.sleep(0)
            await emulator.send(IDA, text)
            _, body = await poll
            assert body["result"][0]["message"]["text"] == text


async def test_half_a_request_is_no_call(
    client: aiohttp.ClientSession, emulator: Emulator
) -> None:
    async with client.get("/sim/people") as response:
        port = response.url.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {API}/sendMessage HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nchat"
    writer.write(head.encode())
    await writer.drain()
    writer.close()
    await reader.read()
    assert (await read(client.get("/sim/calls")))[1] == []
