from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import parking
from bot.cli import main
from bot.settings import load
from bot.store import Store
from models import inbox, store_facts

Losbot = Callable[..., Result]


@pytest.fixture
def env(tmp_path: Path, store_url: str, monkeypatch) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith("LOSBOT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "token").write_text("1:DEMO-abc\n")
    return {
        "LOSBOT_DATABASE_URL": store_url,
        "LOSBOT_KEY_FILE": str(tmp_path / "key"),
        "LOSBOT_TOKEN_FILE": str(tmp_path / "token"),
    }


@pytest.fixture
def losbot(env: dict[str, str]) -> Losbot:
    def run(*args: str, **changed: str | None) -> Result:
        return CliRunner().invoke(main, args, env={**env, **changed})

    run.env = env  # type: ignore[attr-defined]
    return run


@pytest.fixture
def ready(losbot: Losbot, env: dict[str, str]) -> Losbot:
    """A store that is made, and its key."""
    assert losbot("key", "new", env["LOSBOT_KEY_FILE"]).exit_code == 0
    assert losbot("migrate").output == "The store is ready.\n"
    return losbot


def line_of(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = result.output.splitlines()
    return line


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


def test_a_seeded_store_is_whole(ready: Losbot):
    assert ready("seed").output == "Fjordvik is there.\n"
    assert ready("check").output == "All is well.\n"
    assert "Fjordvik" in ready("municipality", "show").output
    assert "not empty" in ready("seed").output


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


def test_a_store_without_tables_is_older_than_the_code(losbot: Losbot, env: dict[str, str]):
    losbot("key", "new", env["LOSBOT_KEY_FILE"])
    assert "older than this losbot; run: losbot migrate" in line_of(losbot("serve"))


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
    assert "the store does not open" in line
    assert "hemmelig" not in line


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
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(folder))
    settings = load()
    assert settings.bot_token() == "1:DEMO-from-folder"
    assert settings.keyring().fingerprint()
    assert "from-folder" not in repr(load(token="1:from-folder"))


# --- inviting, parking ---------------------------------------------------------------------------


def test_the_first_rektor_is_invited_with_a_link(ready: Losbot):
    ready("seed")
    invited = ready("invite", "--name", "Nils", "--role", "rektor", "--unit", "ungdomsskolen")
    assert invited.exit_code == 0, invited.output
    link = invited.output.splitlines()[0]
    assert link.startswith("https://t.me/")
    assert 1 <= len(link.split("?start=")[1]) <= 64
    assert "no opened invitation" in ready("invite", "confirm", "1234").output


@pytest.mark.parametrize(
    ("role", "unit"), [("konge", "ungdomsskolen"), ("ungdom", "ungdomsskolen"), ("los", "nei")]
)
def test_a_role_or_unit_nobody_knows_is_refused(ready: Losbot, role: str, unit: str):
    ready("seed")
    result = ready("invite", "--name", "Nils", "--role", role, "--unit", unit)
    assert result.exit_code == 1
    assert result.output.startswith("Error: no ")


def test_parked_updates_are_listed_shown_and_replayed(ready: Losbot, env, now):
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())
    payload = (
        '{"update_id": 4, "message": {"message_id": 1, "date": 1795424400, "text": "/start",'
        ' "chat": {"id": 5, "type": "private"},'
        ' "from": {"id": 5, "is_bot": false, "first_name": "x"}}}'
    )
    reference = store.write_now(
        inbox.park, channel="telegram", update_id=4, payload=payload, error="KeyError", now=now
    )
    store.close()
    assert reference in ready("parked", "list").output
    assert "updates are parked" in ready("check").output
    assert ready("parked", "show", reference).output.strip() == payload
    assert ready("parked", "replay", reference).output == "Heard.\n"
    assert ready("parked", "list").output == ""
    assert ready("parked", "show", "P0").exit_code == 1


def _given(env: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("LOSBOT_").lower(): value for name, value in env.items()}


def test_what_the_bot_is_called_is_remembered(ready: Losbot, env):
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())
    store.write_now(store_facts.put, store_facts.BOT_USERNAME, "fjordvik_bot")
    assert store.read_now(parking.waiting) == []
    store.close()
    ready("seed")
    invited = ready("invite", "--name", "Nils", "--role", "los", "--unit", "los")
    assert invited.output.startswith("https://t.me/fjordvik_bot?start=")
