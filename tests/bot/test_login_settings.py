"""Login providers are named in the environment, and what does not fit is one line at the start."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.settings import SettingsRefused, load
from models.terms import LoginKind
from tests.oidc.pretender import ec
from tests.oidc.visits import own_key

STAFF = {
    "LOSBOT_WEB_URL": "https://chat.kommune.no",
    "LOSBOT_OIDC_STAFF_ISSUER": "https://login.kommune.no/",
    "LOSBOT_OIDC_STAFF_CLIENT_ID": "losbot",
    "LOSBOT_OIDC_STAFF_SECRET": "hush-hush",
    "LOSBOT_OIDC_STAFF_ACR": "any",
}
CITIZENS = {
    name.replace("STAFF", "CITIZENS"): value for name, value in STAFF.items() if "STAFF" in name
}


@pytest.fixture
def read(env, monkeypatch):
    def logins(**changed):
        for name, value in {**STAFF, **changed}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return load().logins()

    return logins


def test_without_a_setting_there_is_no_provider(env):
    assert load().logins() == ()


def test_two_providers_side_by_side(read, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hush-hush\n")
    changed = {
        "LOSBOT_OIDC_CITIZENS_ACR": "idporten-loa-high idporten-loa-substantial",
        "LOSBOT_OIDC_CITIZENS_SECRET": None, "LOSBOT_OIDC_CITIZENS_SECRET_FILE": str(secret),
    }  # fmt: skip
    staff, citizens = read(**CITIZENS | changed)
    assert (staff.kind, staff.issuer, staff.levels) == (
        LoginKind.STAFF, "https://login.kommune.no/", (),
    )  # fmt: skip
    assert citizens.levels == ("idporten-loa-high", "idporten-loa-substantial")
    assert citizens.secret.get_secret_value() == "hush-hush"
    assert "hush" not in repr(staff) + repr(citizens)


def test_a_key_of_our_own_instead_of_a_secret(read):
    (staff,) = read(LOSBOT_OIDC_STAFF_SECRET=own_key())
    assert staff.has_key


def test_a_secret_lies_in_the_folder_of_secrets(read, tmp_path, monkeypatch):
    (tmp_path / "losbot_oidc_staff_secret").write_text("from-folder")
    monkeypatch.setenv("LOSBOT_SECRETS_DIR", str(tmp_path))
    (staff,) = read(LOSBOT_OIDC_STAFF_SECRET=None)
    assert staff.secret.get_secret_value() == "from-folder"


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"LOSBOT_WEB_URL": None}, "LOSBOT_WEB_URL is missing"),
        ({"LOSBOT_OIDC_STAFF_ISSUER": None}, "LOSBOT_OIDC_STAFF_ISSUER is missing"),
        ({"LOSBOT_OIDC_STAFF_ISSUER": "http://login.kommune.no"}, "must begin https://"),
        ({"LOSBOT_OIDC_STAFF_ISSUER": "login.kommune.no"}, "must begin https://"),
        ({"LOSBOT_OIDC_STAFF_ISSUER": "https://login.kommune.no/?x=1"}, "the issuer alone"),
        ({"LOSBOT_OIDC_STAFF_CLIENT_ID": None}, "LOSBOT_OIDC_STAFF_CLIENT_ID is missing"),
        ({"LOSBOT_OIDC_STAFF_SECRET": None}, "LOSBOT_OIDC_STAFF_SECRET is missing"),
        ({"LOSBOT_OIDC_STAFF_SECRET_FILE": "/nowhere"}, "/nowhere cannot be read"),
        ({"LOSBOT_OIDC_STAFF_SECRET": "{not json"}, "is not a private RSA or P-256 key"),
        (
            {"LOSBOT_OIDC_STAFF_SECRET": json.dumps(ec("ours").as_dict(private=False))},
            "is not a private RSA or P-256 key",
        ),
        ({"LOSBOT_OIDC_STAFF_ACR": None}, "LOSBOT_OIDC_STAFF_ACR is missing"),
        ({"LOSBOT_OIDC_STAFF_ACR": "any high"}, "'any' goes for staff only, and alone"),
        (CITIZENS, "LOSBOT_OIDC_CITIZENS_ACR: 'any' goes for staff only"),
    ],
)
def test_what_does_not_fit_is_one_line(read, changed, line):
    with pytest.raises(SettingsRefused, match=line.replace("(", r"\(")) as refused:
        read(**changed)
    assert "hush" not in str(refused.value)


def test_serve_does_not_start_with_half_a_provider(env):
    given = {**env, **STAFF, "LOSBOT_OIDC_STAFF_ACR": ""}
    done = CliRunner().invoke(main, ["serve"], env=given)
    assert done.exit_code != 0
    assert "LOSBOT_OIDC_STAFF_ACR is missing" in done.output
