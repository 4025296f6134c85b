from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bot import composing, demo, parking
from bot.cli import main
from bot.clock import SystemClock
from bot.settings import SettingsRefused, load
from bot.store import Store
from models import asking, inbox, invitations, joining, outbox, people, store_facts
from models.asking import Wish
from models.invitations import Invitation
from models.outbox import Outgoing, OutState
from models.people import Contact, Pupil
from models.requests import Request
from models.terms import Requester, RequestState, Role, Topic

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
        "LOSBOT_TELEGRAM_URL": "http://127.0.0.1:1",
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


def test_seeding_makes_the_tables_and_the_key_where_there_are_none(losbot: Losbot):
    assert losbot("seed").output == "Fjordvik is there.\n"
    assert "Fjordvik" in losbot("municipality", "show").output


def test_a_seeded_store_is_whole(ready: Losbot):
    assert ready("seed").output == "Fjordvik is there.\n"
    checked = ready("check", LOSBOT_TOKEN_FILE=None)
    assert checked.output.splitlines() == [
        "Messages: 0 waiting, 0 uncertain, 0 failed. Parked updates: 0.",
        "Telegram: no token is set.",
        "All is well.",
    ]
    assert checked.exit_code == 0
    assert "Fjordvik" in ready("municipality", "show").output
    assert "not empty" in ready("seed").output


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
    well = ready("check", LOSBOT_TELEGRAM_URL=telegram)
    assert "Telegram: answers @fjordvik_bot." in well.output.splitlines()
    assert (well.output.splitlines()[-1], well.exit_code) == ("All is well.", 0)
    wrong = {"LOSBOT_TOKEN": "1:DEMO-wrong", "LOSBOT_TOKEN_FILE": None}
    for refused in (ready("check"), ready("check", LOSBOT_TELEGRAM_URL=telegram, **wrong)):
        assert refused.exit_code == 1
        assert "Telegram does not answer to this token (" in refused.output
        assert "DEMO-" not in refused.output


def test_check_counts_what_was_given_up_and_what_is_in_doubt(ready: Losbot, env, now):
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())

    def leave(session) -> None:
        person = people.create(session, name="x", language="nb", now=now)
        for state in (OutState.FAILED, OutState.FAILED, OutState.UNCERTAIN):
            to = {"recipient_id": person.id, "occasion": f"{state}.{people.new_id()}", "now": now}
            outbox.promise(session, kind="x", **to)
            session.flush()
            row = session.scalars(select(Outgoing).order_by(Outgoing.id.desc())).first()
            row.state = state

    store.write_now(leave)
    store.close()
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
    (tmp_path / name).write_text("1:from-folder\n")
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(tmp_path))
    assert read(load()) == "1:from-folder"
    assert "from-folder" not in repr(load())
    monkeypatch.setenv(name.upper(), "1:from-environment")
    assert read(load()) == "1:from-environment"


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
    assert named == {"losbot_token", "losbot_key", "losbot_database_url", "losbot_webhook_secret"}
    (tmp_path / "losbot_key").write_text("not a key")
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(tmp_path))
    with pytest.raises(SettingsRefused, match="does not hold a losbot key"):
        load().keyring()


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


# --- joining at the machine ----------------------------------------------------------------------


def _opened_by_a_stranger(ready: Losbot, env, now) -> tuple[Store, str]:
    """Mia is a pupil whom the operator invites; her account has asked for a los before."""
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())

    def invite(session) -> str:
        jonas = demo.cast_of(session)["jonas"]
        mia = people.create(session, name="Mia", language="nb", now=now)
        unit = people.units_where(session, jonas, Role.KONTAKTLAERER)[0]
        session.add(Pupil(person_id=mia.id, school_id=unit.id))
        met = people.meet(session, channel="telegram", address=5, name="x", language="nb", now=now)
        wish = Wish(topic=Topic.SCHOOL, school_id=unit.id, kind=Requester.YOUTH)
        asking.submit(session, actor=met.person, wish=wish, now=now)
        _made, token = invitations.invite(session, person=mia, invited_by=None, now=now)
        joining.present(session, actor=met.person, contact=met.contact, token=token, now=now)
        return session.scalars(select(Invitation.code)).one() or ""

    return store, store.write_now(invite)


@pytest.mark.on_sqlite
def test_confirming_at_the_machine_does_all_that_the_chat_does(ready: Losbot, env):
    ready("seed")
    store, code = _opened_by_a_stranger(ready, env, SystemClock().now())
    store.close()
    done = ready("invite", "confirm", code)
    assert done.output == "Confirmed.\n"
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())
    kinds = store.read_now(lambda s: s.scalars(select(Outgoing.kind)).all())
    assert kinds.count("joining.welcome") == 1
    (state,) = store.read_now(lambda s: s.scalars(select(Request.state)).all())
    assert state == RequestState.READY
    store.close()


@pytest.mark.on_sqlite
def test_no_token_of_a_link_lies_in_the_store(ready: Losbot, env, tmp_path: Path):
    ready("seed")
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())
    store.write_now(store_facts.put, store_facts.BOT_USERNAME, "fjordvik_bot")
    now = SystemClock().now()

    def invite(session) -> str:
        randi = demo.cast_of(session)["randi"]
        each = joining.invitable(session, randi)[0]
        made = joining.invite(session, actor=randi, person_id=each.id, now=now)
        row = session.scalars(select(Outgoing).where(Outgoing.kind == "joining.link")).one()
        row.contact_id = people.contact_of(session, randi.id).id
        shown = composing.compose(session, row, now)
        token = invitations.token_of(session, made.id)
        assert f"?start={token}" in shown.text
        return token

    told = [store.write_now(invite)]
    store.close()
    invited = ready("invite", "--name", "Nils", "--role", "rektor", "--unit", "ungdomsskolen")
    told.append(invited.output.splitlines()[0].split("?start=")[1])
    for file in tmp_path.glob("losbot.db*"):
        for token in told:
            assert token.encode() not in file.read_bytes()


# --- inviting, parking ---------------------------------------------------------------------------


def named(env) -> None:
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())
    store.write_now(store_facts.put, store_facts.BOT_USERNAME, "fjordvik_bot")
    store.close()


def test_before_the_bots_name_is_known_no_link_is_made(ready: Losbot):
    ready("seed")
    invited = ready("invite", "--name", "Nils", "--role", "rektor", "--unit", "ungdomsskolen")
    assert "the bot's name is not known yet" in line_of(invited)


MIA = ("--name", "Mia Vik", "--role", "ungdom", "--school", "ungdomsskolen")
FAR = ("--name", "Far Vik", "--role", "foresatt", "--school", "ungdomsskolen")


@pytest.mark.on_sqlite
def test_pupils_and_guardians_are_let_in_at_the_machine(ready: Losbot, env):
    ready("seed")
    named(env)
    links = [ready("invite", *MIA, "--born", "2011-05-02").output.splitlines()[0]]
    ready("invite", "--name", "Ola Vik", *MIA[2:])
    links.append(ready("invite", *FAR, "--for", "Mia Vik", "--for", "Ola Vik").output.split()[0])
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())
    now = SystemClock().now()

    def opened(session, address: int, token: str) -> str:
        to = {"channel": "telegram", "address": address, "name": "x", "language": "nb"}
        met = people.meet(session, **to, now=now)
        made = joining.present(
            session, actor=met.person, contact=met.contact, token=token, now=now
        )
        return made.code or ""

    codes = [store.write_now(opened, i, link.split("=")[1]) for i, link in enumerate(links, 50)]
    store.close()
    for code in codes:
        assert ready("invite", "confirm", code).output == "Confirmed.\n"
    store = Store.open(env["LOSBOT_DATABASE_URL"], load(**_given(env)).keyring())

    def family(session) -> tuple[object, ...]:
        find = select(Contact).where(Contact.address.in_((50, 51))).order_by(Contact.address)
        mia, far = (people.get(session, c.person_id) for c in session.scalars(find))
        wards = sorted(w.name for w in people.wards_of(session, far))
        return mia.name, str(mia.born), mia.confirmed_at is not None, far.name, wards

    assert store.read_now(family) == (
        "Mia Vik", "2011-05-02", True, "Far Vik", ["Mia Vik", "Ola Vik"],
    )  # fmt: skip
    store.close()
    assert "--again" in line_of(ready("invite", *MIA))
    assert ready("invite", *MIA, "--again").exit_code == 0


@pytest.mark.parametrize(
    "typed",
    [
        FAR,
        (*FAR, "--for", "Nobody"),
        (*MIA, "--for", "Ida"),
        (*FAR, "--for", "Ida", "--born", "2011-05-02"),
        (*MIA[:-1], "los"),
        ("--name", "Ida", *MIA[2:], "--again", "--born", "2001-01-01"),
    ],
)
def test_who_cannot_be_told_apart_is_not_invited(ready: Losbot, env, typed: tuple[str, ...]):
    ready("seed")
    named(env)
    assert line_of(ready("invite", *typed)).startswith("Error: ")


def test_the_first_rektor_is_invited_with_a_link(ready: Losbot, env):
    ready("seed")
    named(env)
    invited = ready("invite", "--name", "Nils", "--role", "rektor", "--unit", "ungdomsskolen")
    assert invited.exit_code == 0, invited.output
    link = invited.output.splitlines()[0]
    assert link.startswith("https://t.me/")
    assert 1 <= len(link.split("?start=")[1]) <= 64
    assert "no opened invitation" in ready("invite", "confirm", "1234").output


@pytest.mark.parametrize(
    ("role", "unit"), [("konge", "ungdomsskolen"), ("ungdom", "nei"), ("los", "nei")]
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
