"""A mail server is set up whole, or refused in one line."""

from __future__ import annotations

import pytest

from bot.settings import SettingsRefused, load

GOOD = {
    "web_url": "https://chat.kommune.no",
    "smtp_host": "smtp.kommune.no",
    "smtp_from": "ikke-svar@kommune.no",
}


@pytest.fixture(autouse=True)
def _alone(env):
    """Nothing of the machine's own settings."""


def test_without_a_server_there_is_no_mail():
    assert load().mail() is None


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, (587, "starttls")),
        ({"smtp_port": 465}, (465, "implicit")),
        ({"smtp_tls": "implicit"}, (465, "implicit")),
        ({"smtp_port": 2525}, (2525, "starttls")),
        ({"smtp_host": "localhost", "smtp_tls": "off"}, (25, "off")),
    ],
)
def test_tls_is_the_rule_and_ports_say_which(given, found):
    at = load(**{**GOOD, **given})
    assert (at.mail().port, at.mail().tls) == found


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"web_url": ""}, "LOSBOT_WEB_URL is missing"),
        ({"smtp_host": ""}, "LOSBOT_SMTP_HOST is missing"),
        ({"smtp_from": ""}, "LOSBOT_SMTP_FROM is not an address"),
        ({"smtp_from": "a@b.no\nBcc: c@d.no"}, "LOSBOT_SMTP_FROM is not an address"),
        ({"smtp_tls": "off"}, "LOSBOT_SMTP_TLS"),
        ({"smtp_user": "losbot"}, "LOSBOT_SMTP_PASSWORD is missing"),
        ({"smtp_password": "x"}, "LOSBOT_SMTP_USER is missing"),
        ({"smtp_ca_file": "/nowhere"}, "LOSBOT_SMTP_CA_FILE"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(given, says):
    with pytest.raises(SettingsRefused) as refused:
        load(**{**GOOD, **given}).mail()
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_wrong_kind_of_tls_is_refused():
    with pytest.raises(SettingsRefused, match="LOSBOT_SMTP_TLS"):
        load(**{**GOOD, "smtp_tls": "maybe"})


def test_the_password_comes_from_a_file_and_shows_nowhere(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("hemmelig\n")
    settings = load(**GOOD, smtp_user="losbot", smtp_password_file=secret)
    at = settings.mail()
    assert at.password.get_secret_value() == "hemmelig"
    assert "hemmelig" not in repr(at) + repr(settings)
