"""Every setting, typed, from the environment or from files of secrets; one line for each that is
missing or cannot be read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.telegram import BASE_URL
from models.sealed import Keyring

DEMO_TOKEN = "1:DEMO"  # noqa: S105 - how a token of the pretend Telegram begins

DEFAULT_STORE = "sqlite:///losbot.db"


class SettingsRefused(Exception):
    """What is wrong with the settings, a line each."""


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
    webhook_url: str = ""
    web_url: str = ""
    webhook_secret: SecretStr | None = None
    webhook_secret_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8081, ge=0, le=65535)
    pace_broadcasts: float = Field(default=25, gt=0)
    pace_replies: float = Field(default=5, gt=0)

    @field_validator("web_url")
    @classmethod
    def _is_an_origin(cls, given: str) -> str:
        """An address of its own, without a path: cookies are for all of it. In the clear only on
        this machine."""
        if not given:
            return given
        parts = urlsplit(given.rstrip("/"))
        home = parts.hostname in ("127.0.0.1", "localhost")
        if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not home):
            raise ValueError("must begin https://")
        if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in given:
            raise ValueError("must be an address without a path, as https://chat.kommune.no")
        return f"{parts.scheme}://{parts.netloc.lower()}"

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
        if ":" not in token:
            raise SettingsRefused("LOSBOT_TOKEN is not a bot's token")
        return token

    def hook_secret(self) -> str:
        return _secret("LOSBOT_WEBHOOK_SECRET", self.webhook_secret, self.webhook_secret_file)

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
