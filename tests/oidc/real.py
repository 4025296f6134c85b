"""A certified provider, run locally: npm's oidc-provider, put into a folder of its own once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySet

from tests.oidc.pretender import CLIENT, SECRET, ec, rsa

VERSION = "9.13.3"
PROGRAM = Path(__file__).with_name("real.mjs")


@dataclass(frozen=True)
class Real:
    issuer: str


def installed() -> Path:
    """Where the package lies. Skips the test where there is no node, or nothing can be fetched."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("no node here: the certified provider is not asked")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "losbot-tests" / f"oidc-provider-{VERSION}"
    if not (folder / "node_modules").is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            line = [
                npm,
                "install",
                "--prefix",
                made,
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ]
            done = subprocess.run(
                [*line, f"oidc-provider@{VERSION}"], capture_output=True, timeout=300, check=False
            )
            if done.returncode:
                pytest.skip(f"npm cannot fetch oidc-provider: {done.stderr.decode()[-200:]}")
            with contextlib.suppress(OSError):  # another run was faster
                Path(made).rename(folder)
                Path(made).mkdir()
    shutil.copy(PROGRAM, folder / PROGRAM.name)
    return folder / PROGRAM.name


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(home: str, kind: str, *, alg: str, auth: str) -> Iterator[Real]:
    """The provider, with the web chat at `home` as its one client."""
    program, port = installed(), free_port()
    issuer = f"http://127.0.0.1:{port}"
    keys = KeySet([rsa("one"), ec("curve")])
    told: dict[str, Any] = {
        "issuer": issuer, "port": port, "client": CLIENT, "secret": SECRET, "home": f"{home}/",
        "callback": f"{home}/logg-inn/{kind}/svar", "backchannel": f"{home}/logg-inn/{kind}/ut",
        "alg": alg, "auth": auth, "jwks": keys.as_dict(private=True),
        "ours": KeySet([ec("ours")]).as_dict(private=False),
    }  # fmt: skip
    node = subprocess.Popen(
        ["node", str(program), json.dumps(told)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert node.stdout is not None
        for line in node.stdout:
            if line.strip() == "ready":
                break
        else:
            pytest.fail("oidc-provider did not start")
        yield Real(issuer)
    finally:
        node.kill()
        node.wait()
        if node.stdout is not None:
            node.stdout.close()
