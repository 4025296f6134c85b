"""A private PostgreSQL for the second run of the suite, from the system's own binaries."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb")
    if versions:
        return versions[-1].parent
    return Path(found).resolve().parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NoDisk(Exception):
    """None may be mounted here; one line."""


@contextmanager
def running(room: str = "") -> Iterator[str]:
    """Start a server on loopback, yield its SQLAlchemy address, stop and remove it. `room`: so much
    its tables may take, on a disk of their own; its log of what is committed lies elsewhere."""
    tools = binaries()
    if tools is None:
        raise RuntimeError("no initdb on this machine; set TEST_DATABASE_URL instead")
    home = Path(tempfile.mkdtemp(prefix="losbot-pg-"))
    # initdb refuses root; Debian's package brings the user postgres.
    as_user = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
    if as_user:
        shutil.chown(home, "postgres")
    port = _free_port()
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c jit=off"
        " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # it outlives no crash
    )
    data, environment = str(home / "data"), {**os.environ, "LC_ALL": "C.UTF-8"}

    def run(*command: str) -> None:
        subprocess.run(
            [*as_user, *command], check=True, env=environment, cwd=home, stdout=subprocess.DEVNULL
        )

    made = ["-D", data, "-X", str(home / "wal"), "-A", "trust", "-U", "losbot", "--no-sync"]
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, home, ignore_errors=True)
        if room:
            ending.enter_context(_disk(Path(data), room))
        run(str(tools / "initdb"), *made)
        run(
            str(tools / "pg_ctl"),
            "-D",
            data,
            "-w",
            "-l",
            str(home / "log"),
            "-o",
            options,
            "start",
        )
        ending.callback(run, str(tools / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        yield f"postgresql://losbot@127.0.0.1:{port}/postgres"


@contextmanager
def _disk(place: Path, room: str) -> Iterator[None]:
    """A small one of its own, in memory."""
    place.mkdir()
    options = f"size={room},mode=700,uid={place.parent.stat().st_uid}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        raise NoDisk("this machine lets us mount no disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
