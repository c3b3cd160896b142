"""A PostgreSQL of the benchmark's own on loopback, from the packages of the distribution, gone when
the benchmark ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg

OWNER = "owner"
_START_SECONDS = 60
# as an administrator would set up a machine of this size; durability is switched off because
# nothing here is to be kept
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "shared_buffers": "1GB",
    "work_mem": "128MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "8GB",
    "random_page_cost": "1.1",
}


@contextmanager
def server(parent: Path, port: int) -> Iterator[str]:
    """The URL of an empty database; its files are in a new folder under `parent`."""
    account = "postgres" if os.geteuid() == 0 else None
    folder = Path(mkdtemp(prefix="linggong-bench-", dir=parent))
    if account is not None:
        shutil.chown(folder, account)
    process = None
    try:
        process = _start(folder, port, account)
        yield f"postgresql+psycopg://{OWNER}@127.0.0.1:{port}/postgres"
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, port: int, account: str | None) -> subprocess.Popen[bytes]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if not programs:
        raise SystemExit("PostgreSQL is not installed; on Debian: apt install postgresql")
    switch = [] if account is None else _as_account(account)
    subprocess.run([*switch, programs[0] / "initdb", "-D", folder / "data", "-U", OWNER, "-E",
                    "UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"], check=True,
                   capture_output=True, cwd=folder)
    options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([*switch, programs[0] / "postgres", "-D", folder / "data", "-p",
                                    str(port), *options, "-c", f"unix_socket_directories={folder}"],
                                   stdout=log, stderr=log, cwd=folder)
    _wait(process, port)
    return process


def _as_account(account: str) -> list[str]:
    entry = pwd.getpwnam(account)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=OWNER, dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("PostgreSQL did not start") from None
            time.sleep(0.1)
