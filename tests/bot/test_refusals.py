"""What `losbot serve` does not start with is said in one clear line each, without a trace of the
program and without the value, which may be a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.machine import Losbot, line_of

SECRET = "hemmelig-hemmelig"
HOOK = {
    "LOSBOT_WEBHOOK_URL": "https://bot.kommune.no/telegram",
    "LOSBOT_WEBHOOK_SECRET": "a-secret",
}
CHAT = {"LOSBOT_WEB_URL": "https://chat.kommune.no"}
MAIL = {**CHAT, "LOSBOT_SMTP_HOST": "post.kommune.no", "LOSBOT_SMTP_FROM": "svar@kommune.no"}
GIVEN = {"LOSBOT_TOKEN_FILE": None}

REFUSED = {
    "a token with more than a token": (
        {**GIVEN, "LOSBOT_TOKEN": f"1:DEMO {SECRET}"},
        "LOSBOT_TOKEN is not a bot's token",
    ),
    "a token that would lead elsewhere": (
        {**GIVEN, "LOSBOT_TOKEN": f"1:DEMO/../{SECRET}"},
        "LOSBOT_TOKEN is not a bot's token",
    ),
    "a token's file that is a folder": ({"LOSBOT_TOKEN_FILE": "/"}, "/ cannot be read"),
    "a key that is a folder": ({"LOSBOT_KEY_FILE": "/"}, "/ cannot be read"),
    "a folder of secrets that is not there": (
        {"LOSBOT_SECRETS_DIR": "/nowhere"},
        "LOSBOT_SECRETS_DIR: /nowhere is not a folder",
    ),
    "an address of the Bot API that is none": (
        {"LOSBOT_TELEGRAM_URL": SECRET},
        "LOSBOT_TELEGRAM_URL: Value error, must be an address",
    ),
    "a database of no known kind": (
        {"LOSBOT_DATABASE_URL": f"gopher://losbot:{SECRET}@db/losbot"},
        "LOSBOT_DATABASE_URL is not an address of SQLite or PostgreSQL",
    ),
    "a database that is no address": (
        {"LOSBOT_DATABASE_URL": SECRET},
        "LOSBOT_DATABASE_URL is not an address of SQLite or PostgreSQL",
    ),
    "a database of another kind": (
        {"LOSBOT_DATABASE_URL": f"mysql://losbot:{SECRET}@db/losbot"},
        "LOSBOT_DATABASE_URL is not an address of SQLite or PostgreSQL",
    ),
    "a database with a port that is none": (
        {"LOSBOT_DATABASE_URL": f"postgresql://losbot:{SECRET}@db:x/losbot"},
        "LOSBOT_DATABASE_URL is not an address of SQLite or PostgreSQL",
    ),
    "a database in memory": ({"LOSBOT_DATABASE_URL": "sqlite://"}, "a database in a file"),
    "a database in a folder that is not there": (
        {"LOSBOT_DATABASE_URL": "sqlite:////nowhere/losbot.db"},
        "there is no losbot store where LOSBOT_DATABASE_URL points",
    ),
    "a webhook that is no address": (
        {**HOOK, "LOSBOT_WEBHOOK_URL": SECRET},
        "LOSBOT_WEBHOOK_URL: Value error, must be an address",
    ),
    "a webhook in the clear": (
        {**HOOK, "LOSBOT_WEBHOOK_URL": "http://bot.kommune.no/telegram"},
        "LOSBOT_WEBHOOK_URL: Value error, must begin https://",
    ),
    **{
        f"a webhook without a path{end}": (
            {**HOOK, "LOSBOT_WEBHOOK_URL": f"https://bot.kommune.no{end}"},
            "LOSBOT_WEBHOOK_URL: Value error, must have a path",
        )
        for end in ("", "/")
    },
    "a webhook's secret that Telegram does not take": (
        {**HOOK, "LOSBOT_WEBHOOK_SECRET": f"{SECRET} å"},
        "LOSBOT_WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -",
    ),
    "a webhook's secret that is too long": (
        {**HOOK, "LOSBOT_WEBHOOK_SECRET": SECRET * 20},
        "LOSBOT_WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -",
    ),
    "a port that is none": ({"LOSBOT_PORT": "65536"}, "LOSBOT_PORT: "),
    "no pace at all": ({"LOSBOT_PACE_REPLIES": "0"}, "LOSBOT_PACE_REPLIES: "),
    "a pace that is no number": ({"LOSBOT_PACE_BROADCASTS": "nan"}, "LOSBOT_PACE_BROADCASTS: "),
    "a chat in the clear": ({"LOSBOT_WEB_URL": "http://chat.kommune.no"}, "must begin https://"),
    "a chat under a path": ({"LOSBOT_WEB_URL": "https://kommune.no/chat"}, "without a path"),
    "a chat with somebody's name": (
        {"LOSBOT_WEB_URL": f"https://ida:{SECRET}@kommune.no"},
        "without a path",
    ),
    "a chat that cannot be read": ({"LOSBOT_WEB_URL": "https://[::1"}, "LOSBOT_WEB_URL: "),
    "a port of mail that is none": ({**MAIL, "LOSBOT_SMTP_PORT": "-1"}, "LOSBOT_SMTP_PORT: "),
    "a kind of TLS that is none": ({**MAIL, "LOSBOT_SMTP_TLS": SECRET}, "LOSBOT_SMTP_TLS: "),
    "returns that are no address": (
        {**MAIL, "LOSBOT_SMTP_RETURNS": "retur"},
        "LOSBOT_SMTP_RETURNS is not a short address",
    ),
    "a login provider in the clear": (
        {**CHAT, "LOSBOT_OIDC_STAFF_ISSUER": "http://login.kommune.no"},
        "LOSBOT_OIDC_STAFF_ISSUER: Value error, must begin https://",
    ),
    "half a login provider": (
        {**CHAT, "LOSBOT_OIDC_CITIZENS_CLIENT_ID": "losbot"},
        "LOSBOT_OIDC_CITIZENS_ISSUER is missing",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_said_in_one_line(ready: Losbot, name: str):
    changed, words = REFUSED[name]
    line = line_of(ready("serve", **changed))
    assert line.startswith("losbot: ")
    assert words in line
    assert SECRET not in line


def test_a_file_that_is_no_database_is_said_in_one_line(ready: Losbot, tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("Kjære los. " * 100)
    line = line_of(ready("serve", LOSBOT_DATABASE_URL=f"sqlite:///{path}"))
    assert line == "losbot: the store does not open: the file is no database"


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("127.0.0.1:1/losbot", "nobody answers at that address and port"),
        ("127.0.0.1:99999999/losbot", "OperationalError"),
    ],
)
def test_a_database_that_does_not_answer_is_said_in_one_line(ready: Losbot, at: str, why: str):
    url = f"postgresql://{SECRET}:{SECRET}@{at}"
    line = line_of(ready("serve", LOSBOT_DATABASE_URL=url))
    assert line == f"losbot: the store does not open: {why}"


def test_a_name_that_is_none_of_ours_is_seen_by_check(ready: Losbot):
    checked = ready("check", LOSBOT_CONSENT_JOURNL=SECRET, LOSBOT_TOKEN_FILE=None)
    assert checked.output.startswith("! Settings: LOSBOT_CONSENT_JOURNL is no name of ours.\n")
    assert (SECRET in checked.output, checked.exit_code) == (False, 1)


def test_several_mistakes_are_a_line_each(ready: Losbot):
    refused = ready("serve", LOSBOT_PORT="x", LOSBOT_PACE_REPLIES="y")
    assert refused.exit_code == 1
    lines = [line.partition(": Input")[0] for line in refused.output.splitlines()]
    assert lines == ["losbot: LOSBOT_PORT", "losbot: LOSBOT_PACE_REPLIES"]
