from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import parking
from bot.settings import SettingsRefused, load
from bot.store import Store
from models import inbox, outbox, people, store_facts
from models.outbox import Outgoing, OutState
from models.people import Position
from models.terms import Role
from tests.bot.machine import Losbot, line_of, store_of

EXAMPLE = Path(__file__).parents[2] / "deploy" / "municipality.example.toml"


def test_help_is_quick():
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare = time.perf_counter() - begun
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, capture_output=True)
    assert time.perf_counter() - begun - bare < 1.0  # 0.1 s on an idle machine


def test_a_new_key_is_the_owners_alone_and_is_never_overwritten(losbot: Losbot, tmp_path: Path):
    path = tmp_path / "another"
    assert losbot("key", "new", str(path)).exit_code == 0
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
    held = path.read_text()
    assert "File exists" in losbot("key", "new", str(path)).output
    assert path.read_text() == held


def test_seeding_makes_the_tables_and_the_key_where_there_are_none(losbot: Losbot):
    assert losbot("seed").output == "Fjordvik is there.\n"
    assert "Fjordvik" in losbot("municipality", "show").output


def test_a_seeded_store_is_whole(ready: Losbot, env):
    assert ready("seed").output == "Fjordvik is there.\n"
    checked = ready("check", LOSBOT_TOKEN_FILE=None)
    key, *lines = checked.output.splitlines()
    assert re.fullmatch(r"Key: [0-9a-f]{16}, one of 1\.", key)
    assert lines == [
        f"Store: {'sqlite' if 'sqlite' in env['LOSBOT_DATABASE_URL'] else 'postgresql'}, its tables "
        "fit and it takes writes.",
        "Backup: none yet (losbot backup).",
        "! Journal of consents: not set up (LOSBOT_CONSENT_JOURNAL).",
        "Texts: all are approved.",
        "Messages: 0 waiting, 0 uncertain, 0 failed. Parked updates: 0.",
        "! Telegram: no token is set; losbot serve needs one.",
    ]
    assert checked.exit_code == 1
    assert "Fjordvik" in ready("municipality", "show").output
    assert "not empty" in ready("seed").output


def test_the_first_start_of_the_runbook_is_well_with_the_example_as_it_is(ready: Losbot):
    assert ready("municipality", "apply", str(EXAMPLE)).exit_code == 0
    checked = ready("check", LOSBOT_TOKEN_FILE=None)
    assert "People: nobody has been let in yet" in checked.output
    lacking = [line for line in checked.output.splitlines() if line.startswith("!")]
    assert lacking == ["! Telegram: no token is set; losbot serve needs one."]


def test_what_nobody_has_the_role_for_is_one_line(ready: Losbot, env, now):
    """Somebody is in, and nobody who answers for the help lines."""
    assert ready("municipality", "apply", str(EXAMPLE)).exit_code == 0

    def let_in(session) -> None:
        for rektor in session.scalars(select(Position).where(Position.role == Role.REKTOR)):
            people.get(session, rektor.person_id).confirmed_at = now

    with store_of(env) as store:
        store.write_now(let_in)
    checked = ready("check", LOSBOT_TOKEN_FILE=None)
    (line,) = [told for told in checked.output.splitlines() if told.startswith("! help")]
    assert re.fullmatch(
        r"! help_lines: 8 open, without a next step or anybody for it \(\d+, \d+, …\)", line
    )
    assert checked.exit_code == 1


class _GetMe(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        me = {"id": 1, "is_bot": True, "first_name": "x", "username": "fjordvik_bot"}
        right = self.path == "/bot1:DEMO-abc/getMe"
        error = {"ok": False, "error_code": 401, "description": "Unauthorized"}
        body = json.dumps({"ok": True, "result": me} if right else error).encode()
        self.send_response(200 if right else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def telegram() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _GetMe)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_check_speaks_to_telegram_when_there_is_a_token(ready: Losbot, telegram: str):
    assert "! No municipality in this store" in ready("check", LOSBOT_TELEGRAM_URL=telegram).output
    assert ready("municipality", "apply", str(EXAMPLE)).exit_code == 0
    well = ready("check", LOSBOT_TELEGRAM_URL=telegram)
    assert "Telegram: answers @fjordvik_bot." in well.output.splitlines()
    assert re.search(r"Clock: [01] s from Telegram.s\.", well.output)
    assert (well.output.splitlines()[-1], well.exit_code) == ("All is well.", 0)
    wrong = {"LOSBOT_TOKEN": "1:DEMO-wrong", "LOSBOT_TOKEN_FILE": None}
    for refused, told in (
        (ready("check"), "Telegram cannot be reached ("),
        (ready("check", LOSBOT_TELEGRAM_URL=telegram, **wrong), "answer to this token ("),
    ):
        assert refused.exit_code == 1
        assert told in refused.output
        assert "DEMO-" not in refused.output


def test_check_counts_what_was_given_up_and_what_is_in_doubt(ready: Losbot, env, now):
    def leave(session) -> None:
        person = people.create(session, name="x", language="nb", now=now)
        for state in (OutState.FAILED, OutState.FAILED, OutState.UNCERTAIN):
            to = {"recipient_id": person.id, "occasion": f"{state}.{people.new_id()}", "now": now}
            outbox.promise(session, kind="x", **to)
            session.flush()
            row = session.scalars(select(Outgoing).order_by(Outgoing.id.desc())).first()
            row.state = state

    with store_of(env) as store:
        store.write_now(leave)
    told = ready("check", LOSBOT_TOKEN_FILE=None).output
    assert "Messages: 0 waiting, 1 uncertain, 2 failed. Parked updates: 0." in told


def test_migrating_twice_changes_nothing(ready: Losbot):
    assert ready("migrate").output == "The store is ready.\n"


# --- one line each -------------------------------------------------------------------------------


def test_without_a_key_it_says_so(losbot: Losbot):
    assert "LOSBOT_KEY_FILE is missing" in line_of(losbot("serve", LOSBOT_KEY_FILE=None))


def test_a_key_that_is_not_there_is_named(losbot: Losbot):
    assert "key cannot be read: No such file" in line_of(losbot("serve"))


def test_what_is_not_a_key_is_named(losbot: Losbot, env: dict[str, str]):
    Path(env["LOSBOT_KEY_FILE"]).write_text("not a key")
    assert "does not hold a losbot key" in line_of(losbot("serve"))


def test_without_a_token_it_says_so(ready: Losbot):
    assert "LOSBOT_TOKEN is missing" in line_of(ready("serve", LOSBOT_TOKEN_FILE=None))


def test_a_token_that_cannot_be_read_is_named(ready: Losbot, tmp_path: Path):
    folder = str(tmp_path / "none" / "token")
    assert f"{folder} cannot be read" in line_of(ready("serve", LOSBOT_TOKEN_FILE=folder))


def test_what_is_not_a_token_is_not_shown(ready: Losbot):
    line = line_of(ready("serve", LOSBOT_TOKEN="hemmelig", LOSBOT_TOKEN_FILE=None))
    assert line == "losbot: LOSBOT_TOKEN is not a bot's token"


def test_a_webhook_without_a_secret_is_refused(ready: Losbot):
    line = line_of(ready("serve", LOSBOT_WEBHOOK_URL="https://bot.example/x"))
    assert "LOSBOT_WEBHOOK_SECRET is missing" in line


def test_a_setting_that_makes_no_sense_is_named_without_its_value(ready: Losbot):
    line = line_of(ready("serve", LOSBOT_PORT="hemmelig"))
    assert line.startswith("losbot: LOSBOT_PORT: ")
    assert "hemmelig" not in line


def test_where_there_is_no_store_that_is_said_and_none_is_made(
    losbot: Losbot, env: dict[str, str]
):
    losbot("key", "new", env["LOSBOT_KEY_FILE"])
    before = set(Path(env["LOSBOT_KEY_FILE"]).parent.iterdir())
    for looks in ("serve", "check", "backup"):
        told = line_of(losbot(looks, *(["."] if looks == "backup" else [])))
        assert "there is no losbot store where LOSBOT_DATABASE_URL points" in told
    assert set(Path(env["LOSBOT_KEY_FILE"]).parent.iterdir()) == before


def test_a_store_of_a_later_losbot_is_refused(ready: Losbot, store_url: str, keyring):
    store = Store.open(store_url, keyring)
    store.write_now(
        lambda s: s.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'f'")
    )
    store.close()
    assert "newer than this losbot" in line_of(ready("serve"))


def test_another_key_is_refused(ready: Losbot, tmp_path: Path):
    other = str(tmp_path / "other")
    ready("key", "new", other)
    assert "not the key" in line_of(ready("serve", LOSBOT_KEY_FILE=other))


@pytest.mark.on_sqlite
def test_a_second_bot_on_the_same_file_is_refused(ready: Losbot, store_url: str, keyring):
    store = Store.open(store_url, keyring)
    assert "another losbot is using losbot.db" in line_of(ready("serve"))
    assert ready("parked", "list").exit_code == 0
    store.close()


def test_the_demo_municipality_takes_no_real_bot(ready: Losbot):
    ready("seed")
    line = line_of(ready("serve", LOSBOT_TOKEN="123:real", LOSBOT_TOKEN_FILE=None))
    assert "demo municipality" in line


def test_an_unreachable_database_is_said_in_one_line(losbot: Losbot, env: dict[str, str]):
    losbot("key", "new", env["LOSBOT_KEY_FILE"])
    url = "postgresql://nobody:hemmelig@127.0.0.1:1/none"
    line = line_of(losbot("serve", LOSBOT_DATABASE_URL=url))
    assert line == "losbot: the store does not open: nobody answers at that address and port"


def test_a_port_that_is_taken_is_said_in_one_line(ready: Losbot):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = "from bot.cli import main; main()"
        command = [sys.executable, "-c", code, "serve"]
        env = {**os.environ, **ready.env, "LOSBOT_PORT": str(port)}  # type: ignore[attr-defined]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    refusals = [line for line in done.stderr.splitlines() if line.startswith("losbot: ")]
    assert refusals == [f"losbot: LOSBOT_PORT: 127.0.0.1:{port}: Address already in use"]


def test_secrets_may_lie_in_a_folder(ready: Losbot, tmp_path: Path, env, monkeypatch):
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "losbot_token").write_text("1:DEMO-from-folder")
    (folder / "losbot_key").write_text(Path(env["LOSBOT_KEY_FILE"]).read_text())
    (folder / "losbot_key").chmod(0o400)
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(folder))
    settings = load()
    assert settings.bot_token() == "1:DEMO-from-folder"
    assert settings.keyring().fingerprint()
    assert "from-folder" not in repr(load(token="1:from-folder"))


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("losbot_token", lambda given: given.bot_token()),
        ("losbot_database_url", lambda given: given.store_url),
        ("losbot_webhook_secret", lambda given: given.hook_secret()),
    ],
)
def test_each_secret_is_read_from_the_folder_and_the_environment_wins(
    env, tmp_path: Path, monkeypatch, name: str, read
):
    begins = "1:" if name == "losbot_token" else ""
    (tmp_path / name).write_text(f"{begins}from-folder\n")
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(tmp_path))
    assert read(load()) == f"{begins}from-folder"
    assert "from-folder" not in repr(load())
    monkeypatch.setenv(name.upper(), f"{begins}from-environment")
    assert read(load()) == f"{begins}from-environment"


def test_the_store_is_a_file_here_only_when_nothing_is_given(env, tmp_path: Path, monkeypatch):
    assert load().store_url == "sqlite:///losbot.db"
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(tmp_path))
    assert load().store_url == "sqlite:///losbot.db"
    (tmp_path / "losbot_database_url").write_text("\n")
    with pytest.raises(SettingsRefused, match="LOSBOT_DATABASE_URL is missing"):
        _ = load().store_url


def test_every_secret_the_runbook_names_is_read(env, tmp_path: Path, monkeypatch):
    book = (Path(__file__).parents[2] / "deploy" / "RUNBOOK.md").read_text()
    named = set(re.findall(r"^\| `(losbot_\w+)` \|", book, re.MULTILINE))
    assert named == {
        "losbot_token", "losbot_key", "losbot_database_url", "losbot_webhook_secret",
        "losbot_oidc_staff_secret", "losbot_oidc_citizens_secret", "losbot_smtp_password",
    }  # fmt: skip
    (tmp_path / "losbot_key").write_text("not a key")
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(tmp_path))
    with pytest.raises(SettingsRefused, match="does not hold a losbot key"):
        load().keyring()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("name = ", "municipality.toml: Invalid value"),
        ("surprise = 1", "municipality.toml: name: Field required"),
        ('name = "X"\n[[policies]]\nvalid_from = 2026-01-01\n'
         'choices = { staff_telegram = "false" }', "staff_telegram: 'false' is not true or false"),
        ('name = "X"\n[[texts]]\nkey = "x"\nlanguages = ["nb"]\napproved_by = "X"\n'
         "approved_on = 2026-01-01", "'x' has no own words in 'nb'"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_municipalitys_file_is_one_line(
    ready: Losbot, tmp_path: Path, words: str, told: str
):
    (tmp_path / "municipality.toml").write_text(words)
    line = line_of(ready("municipality", "apply", str(tmp_path / "municipality.toml")))
    assert line.startswith("Error: ")
    assert told in line


def test_a_dry_run_says_that_it_was_one(ready: Losbot):
    for _again in range(2):
        shown = ready("municipality", "apply", str(EXAMPLE), "--dry-run").output
        assert shown.endswith("\nNot done: this was a dry run.\n")
    assert ready("municipality", "apply", str(EXAMPLE)).output == shown.rpartition("Not done")[0]


@pytest.mark.slow
def test_parked_updates_are_listed_shown_and_replayed(ready: Losbot, env, now):
    with store_of(env) as store:
        payload = (
            '{"update_id": 4, "message": {"message_id": 1, "date": 1795424400, "text": "/start",'
            ' "chat": {"id": 5, "type": "private"},'
            ' "from": {"id": 5, "is_bot": false, "first_name": "x"}}}'
        )
        reference = store.write_now(
            inbox.park, channel="telegram", update_id=4, payload=payload, error="KeyError", now=now
        )
    assert reference in ready("parked", "list").output
    assert "updates are parked" in ready("check").output
    assert ready("parked", "show", reference).output.strip() == payload
    assert ready("parked", "replay", reference).output == "Heard.\n"
    assert ready("parked", "list").output == ""
    assert ready("parked", "show", "P0").exit_code == 1


def test_what_the_bot_is_called_is_remembered(ready: Losbot, env):
    with store_of(env) as store:
        store.write_now(store_facts.put, store_facts.BOT_USERNAME, "fjordvik_bot")
        assert store.read_now(parking.waiting) == []
    ready("seed")
    invited = ready("invite", "--name", "Nils", "--role", "los", "--unit", "los")
    assert invited.output.startswith("https://t.me/fjordvik_bot?start=")
