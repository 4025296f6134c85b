"""Every setting, typed, from the environment or from files of secrets; one line for each that is
missing or cannot be read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.telegram import BASE_URL
from models.mail_addresses import normalised
from models.sealed import Keyring
from models.terms import LoginKind

DEMO_TOKEN = "1:DEMO"  # noqa: S105 - how a token of the pretend Telegram begins

LONGEST_RETURNS = 20
"""Before the at sign: a token follows, and there are 64 letters in all."""

DEFAULT_STORE = "sqlite:///losbot.db"


class SettingsRefused(Exception):
    """What is wrong with the settings, a line each."""


@dataclass(frozen=True, slots=True)
class LoginAt:
    """One login provider, as its operator registered us there."""

    kind: LoginKind
    issuer: str  # as the provider spells it, to the letter
    client_id: str
    secret: SecretStr
    levels: tuple[str, ...]  # of `acr`, any of which will do; none: the provider sees to it

    @property
    def has_key(self) -> bool:
        """Whether we sign instead of naming a secret: it is a private key as JSON (JWK)."""
        return self.secret.get_secret_value().startswith("{")


@dataclass(frozen=True, slots=True)
class MailAt:
    """The municipality's own mail server, and as whom we send."""

    host: str
    port: int
    tls: str  # "starttls", "implicit", or "off" on this machine alone
    sender: str
    returns: str  # where what comes back goes, with a token after a plus sign; empty: the sender
    user: str
    password: SecretStr
    ca_file: Path | None  # whose certificates are trusted; None: those the machine trusts


class Settings(BaseSettings):
    """Read from `LOSBOT_...`; a secret also from the file that `LOSBOT_..._FILE` names, or from
    `losbot_...` in the folder of secrets."""

    model_config = SettingsConfigDict(
        env_prefix="LOSBOT_", extra="ignore", hide_input_in_errors=True
    )

    token: SecretStr | None = None
    token_file: Path | None = None
    telegram_url: str = BASE_URL
    database_url: SecretStr | None = None
    key_file: Path | None = None
    consent_journal: Path | None = None
    latest_backup_minutes: int = Field(default=90, ge=1)
    heartbeat_url: SecretStr | None = None
    webhook_url: str = ""
    web_url: str = ""
    webhook_secret: SecretStr | None = None
    webhook_secret_file: Path | None = None
    oidc_staff_issuer: str = ""
    oidc_staff_client_id: str = ""
    oidc_staff_secret: SecretStr | None = None
    oidc_staff_secret_file: Path | None = None
    oidc_staff_acr: str = ""
    oidc_citizens_issuer: str = ""
    oidc_citizens_client_id: str = ""
    oidc_citizens_secret: SecretStr | None = None
    oidc_citizens_secret_file: Path | None = None
    oidc_citizens_acr: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=0, ge=0, le=65535)
    smtp_tls: str = Field(default="", pattern="^(starttls|implicit|off)?$")
    smtp_from: str = ""
    smtp_returns: str = ""
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8081, ge=0, le=65535)
    pace_broadcasts: float = Field(default=25, gt=0)
    pace_replies: float = Field(default=5, gt=0)

    @field_validator("telegram_url", "webhook_url")
    @classmethod
    def _is_an_address(cls, given: str) -> str:
        parts = urlsplit(given)
        if given and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("must be an address, as https://bot.kommune.no/telegram")
        return given

    @field_validator("webhook_url")
    @classmethod
    def _is_a_hook(cls, given: str) -> str:
        """Telegram posts to nothing else, and what is not under a path of its own is the chat's."""
        if given and not is_safe(given):
            raise ValueError("must begin https://")
        if given and urlsplit(given).path in ("", "/"):
            raise ValueError("must have a path, as https://bot.kommune.no/telegram")
        return given

    @field_validator("web_url")
    @classmethod
    def _is_an_origin(cls, given: str) -> str:
        """An address of its own, without a path: cookies are for all of it. In the clear only on
        this machine."""
        if not given:
            return given
        parts = urlsplit(given.rstrip("/"))
        if not is_safe(given):
            raise ValueError("must begin https://")
        if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in given:
            raise ValueError("must be an address without a path, as https://chat.kommune.no")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("heartbeat_url")
    @classmethod
    def _goes_there_unread(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and not is_safe(given.get_secret_value()):
            raise ValueError("must begin https://")
        return given

    @field_validator("oidc_staff_issuer", "oidc_citizens_issuer")
    @classmethod
    def _is_an_issuer(cls, given: str) -> str:
        """Left as it is: the provider's tokens must bear it to the letter."""
        parts = urlsplit(given)
        if given and (not is_safe(given) or not parts.hostname):
            raise ValueError("must begin https://")
        if parts.query or parts.fragment or "@" in given:
            raise ValueError("must be the issuer alone, as https://login.kommune.no")
        return given

    def logins(self) -> tuple[LoginAt, ...]:
        """The login providers of the web chat, as far as they are set up."""
        return tuple(self._logins())

    def _logins(self) -> Iterator[LoginAt]:
        for kind in LoginKind:
            issuer, client_id, levels = (
                getattr(self, f"oidc_{kind}_{name}") for name in ("issuer", "client_id", "acr")
            )
            prefix = f"LOSBOT_OIDC_{kind.upper()}"
            if not issuer:
                if client_id or levels:
                    raise SettingsRefused(f"{prefix}_ISSUER is missing")
                continue
            if not self.web_url:
                raise SettingsRefused(
                    "LOSBOT_WEB_URL is missing: one logs in to the web chat only"
                )
            if not client_id:
                raise SettingsRefused(f"{prefix}_CLIENT_ID is missing")
            given = getattr(self, f"oidc_{kind}_secret"), getattr(self, f"oidc_{kind}_secret_file")
            secret = SecretStr(_secret(f"{prefix}_SECRET", *given))
            at = LoginAt(kind, issuer, client_id, secret, _levels(kind, f"{prefix}_ACR", levels))
            if at.has_key and not _signs(secret.get_secret_value()):
                raise SettingsRefused(
                    f"{prefix}_SECRET is not a private RSA or P-256 key with a kid"
                )
            yield at

    def mail(self) -> MailAt | None:
        """The way mail goes out, if it is set up."""
        if not self.smtp_host:
            if self.smtp_from or self.smtp_user:
                raise SettingsRefused("LOSBOT_SMTP_HOST is missing")
            return None
        if not self.web_url:
            raise SettingsRefused("LOSBOT_WEB_URL is missing: a mail leads to the web chat only")
        sender = normalised(self.smtp_from)
        if sender is None:
            raise SettingsRefused("LOSBOT_SMTP_FROM is not an address, as ikke-svar@kommune.no")
        if self.smtp_tls == "off" and self.smtp_host not in ("127.0.0.1", "localhost"):
            raise SettingsRefused("LOSBOT_SMTP_TLS: 'off' goes for this machine only")
        if self.smtp_ca_file is not None and not self.smtp_ca_file.is_file():
            raise SettingsRefused(f"LOSBOT_SMTP_CA_FILE: {self.smtp_ca_file} is not a file")
        tls = self.smtp_tls or ("implicit" if self.smtp_port == 465 else "starttls")
        port = self.smtp_port or {"implicit": 465, "starttls": 587, "off": 25}[tls]
        return MailAt(
            self.smtp_host, port, tls, sender, self._smtp_returns(), self.smtp_user, self._smtp_password(),
            self.smtp_ca_file,
        )  # fmt: skip

    def _smtp_returns(self) -> str:
        returns = normalised(self.smtp_returns) if self.smtp_returns else ""
        if returns is None or len(returns.partition("@")[0]) > LONGEST_RETURNS:
            raise SettingsRefused(
                "LOSBOT_SMTP_RETURNS is not a short address, as retur@kommune.no"
            )
        return returns

    def _smtp_password(self) -> SecretStr:
        name = "LOSBOT_SMTP_PASSWORD"
        if self.smtp_user:
            return SecretStr(_secret(name, self.smtp_password, self.smtp_password_file))
        if self.smtp_password or self.smtp_password_file:
            raise SettingsRefused("LOSBOT_SMTP_USER is missing")
        return SecretStr("")

    @property
    def store_url(self) -> str:
        """As given, else from the folder of secrets, else a file here."""
        if self.database_url is None and _in_secrets("losbot_database_url") is None:
            return DEFAULT_STORE
        return _secret("LOSBOT_DATABASE_URL", self.database_url, None)

    @property
    def has_token(self) -> bool:
        return bool(self.token or self.token_file or _in_secrets("losbot_token"))

    def bot_token(self) -> str:
        token = _secret("LOSBOT_TOKEN", self.token, self.token_file)
        if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token):
            raise SettingsRefused("LOSBOT_TOKEN is not a bot's token")
        return token

    def hook_secret(self) -> str:
        name = "LOSBOT_WEBHOOK_SECRET"
        secret = _secret(name, self.webhook_secret, self.webhook_secret_file)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):  # else Telegram sends us nothing
            raise SettingsRefused(f"{name} must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return secret

    def key_path(self) -> Path:
        """Where the key outside the database lies."""
        path = self.key_file or _in_secrets("losbot_key")
        if path is None:
            raise SettingsRefused("LOSBOT_KEY_FILE is missing (losbot key new FILE makes one)")
        return path

    def keyring(self) -> Keyring:
        path = self.key_path()
        try:
            return Keyring.from_file(path)
        except ValueError as error:
            raise SettingsRefused(str(error)) from error
        except OSError as error:
            raise SettingsRefused(f"{path} cannot be read: {error.strerror}") from error


def unknown() -> list[str]:
    """Names in the environment that begin as ours and are none: a slip of the finger, as a rule."""
    ours = {f"LOSBOT_{name.upper()}" for name in Settings.model_fields} | {"LOSBOT_SECRETS_DIR"}
    return sorted(name for name in os.environ if name.startswith("LOSBOT_") and name not in ours)


def is_safe(url: str) -> bool:
    """Whether what goes to an address is read by nobody on the way: in the clear only on this
    machine."""
    scheme = urlsplit(url).scheme
    return scheme == "https" or (scheme == "http" and is_home(url))


def is_home(url: str) -> bool:
    """Whether an address is this machine's own; then no proxy stands between."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def _levels(kind: LoginKind, name: str, given: str) -> tuple[str, ...]:
    """`any` must be said aloud, and not of an eID, of which there are weak ones."""
    levels = tuple(given.split())
    if not levels:
        raise SettingsRefused(f"{name} is missing: the levels that will do, or 'any' for staff")
    if "any" not in levels:
        return levels
    if kind != LoginKind.STAFF or len(levels) > 1:
        raise SettingsRefused(f"{name}: 'any' goes for staff only, and alone")
    return ()


def _signs(given: str) -> bool:
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    try:
        told = json.loads(given)
        key = import_key(told)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    fits = key.key_type == "RSA" or told.get("crv") == "P-256"
    return fits and key.is_private and isinstance(told.get("kid"), str)


def _secrets_dir() -> Path | None:
    """Where a container or systemd (LoadCredential) puts secrets."""
    named = os.environ.get("LOSBOT_SECRETS_DIR") or os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(named) if named else None


def _in_secrets(name: str) -> Path | None:
    folder = _secrets_dir()
    path = folder / name if folder else None
    return path if path is not None and path.exists() else None


def _secret(name: str, value: SecretStr | None, file: Path | None) -> str:
    path = file or (None if value else _in_secrets(name.lower()))
    if path is not None:
        try:
            value = SecretStr(path.read_text().strip())
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SettingsRefused(f"{name}: {path} cannot be read: {reason}") from error
    if value is None or not value.get_secret_value():
        raise SettingsRefused(f"{name} is missing (or name its file in {name}_FILE)")
    return value.get_secret_value()


def load(**given: Any) -> Settings:
    """The settings, with `given` before the environment. Raises SettingsRefused."""
    folder = _secrets_dir()
    if folder is not None and not folder.is_dir():
        raise SettingsRefused(f"LOSBOT_SECRETS_DIR: {folder} is not a folder")
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [
            f"LOSBOT_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors(include_input=False)
        ]
        raise SettingsRefused("\n".join(lines)) from None
