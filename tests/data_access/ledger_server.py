"""A PostgreSQL server of the test's own on loopback, run by an ordinary user as the server demands."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PORTS = range(55500, 55541)


def _program(name: str) -> str:
    # Debian keeps the server's programs off the path, and those on it only pick a version
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is not installed; CI must run this test")
        pytest.skip("PostgreSQL is not installed")
    return found


def _free_port() -> int:
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port for a server")


def _run(user: str | None, *arguments: str) -> None:
    done = subprocess.run(arguments, user=user, group=user and pwd.getpwnam(user).pw_gid, extra_groups=[] if user else None,
                          cwd="/", capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of an empty database on a server that lives as long as the block; skips where there is no server program."""
    initdb, control, createdb = _program("initdb"), _program("pg_ctl"), _program("createdb")
    user = "nobody" if os.geteuid() == 0 else None
    home, port = folder / "postgresql", _free_port()
    home.mkdir()
    if user is not None:
        shutil.chown(home, user)
        for parent in [folder, *folder.parents]:  # the server's user must reach its folder
            if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)
    data = str(home / "data")
    _run(user, initdb, "-D", data, "-U", "ledger", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    _run(user, control, "-D", data, "-w", "-l", str(home / "log"), "-o",
         f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off", "start")
    try:
        _run(None, createdb, "-h", "127.0.0.1", "-p", str(port), "-U", "ledger", "ledger")
        yield f"postgresql+psycopg://ledger@127.0.0.1:{port}/ledger"
    finally:
        _run(user, control, "-D", data, "-m", "immediate", "stop")
