"""A MariaDB of the benchmark's own on loopback, from the packages of the distribution, gone when
the benchmark ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy as sa

_START_SECONDS = 60
# durability is switched off because nothing here is to be kept; the tables fit in memory
_SETTINGS = ("--bind-address=127.0.0.1", "--character-set-server=utf8mb4",
             "--collation-server=utf8mb4_general_ci", "--innodb-flush-log-at-trx-commit=0",
             "--skip-innodb-doublewrite", "--innodb-buffer-pool-size=2G",
             "--innodb-log-file-size=1G", "--tmp-table-size=256M", "--max-heap-table-size=256M")


@contextmanager
def server(parent: Path, port: int) -> Iterator[tuple[str, int]]:
    """The URL of an empty database and the server's process number; its files are in a new folder
    under `parent`.
    """
    account = "mysql" if os.geteuid() == 0 else None
    folder = Path(mkdtemp(prefix="linggong-bench-", dir=parent))
    if account is not None:
        shutil.chown(folder, account)
    process = None
    try:
        process = _start(folder, port, account)
        execute(f"mysql+pymysql://root@127.0.0.1:{port}/", "CREATE DATABASE bench",
                "CREATE USER owner@'%%' IDENTIFIED BY 'owner'", "GRANT ALL ON *.* TO owner@'%%'")
        yield f"mysql+pymysql://owner:owner@127.0.0.1:{port}/bench?charset=utf8mb4", process.pid
    finally:
        if process is not None:
            process.kill()
            process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def execute(url: str, *statements: str) -> None:
    """Run statements on a server, each at once."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as opened:
        for statement in statements:
            opened.exec_driver_sql(statement)
    engine.dispose()


def _start(folder: Path, port: int, account: str | None) -> subprocess.Popen[bytes]:
    install, daemon = shutil.which("mariadb-install-db"), shutil.which(
        "mariadbd", path=f"{os.defpath}:/usr/sbin:/usr/bin")
    if install is None or daemon is None:
        raise SystemExit("MariaDB is not installed; on Debian: apt install mariadb-server")
    switch = [] if account is None else _as_account(account)
    subprocess.run([*switch, install, "--no-defaults", f"--datadir={folder / 'data'}",
                    "--auth-root-authentication-method=normal", "--skip-test-db"], check=True,
                   capture_output=True, cwd=folder)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [
                *switch,
                daemon,
                "--no-defaults",
                f"--datadir={folder / 'data'}",
                f"--port={port}",
                # one that starts removes the temporary tables of all others
                # from a folder they share
                f"--tmpdir={folder}",
                f"--socket={folder / 'socket'}",
                *_SETTINGS,
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    _wait(process, port)
    return process


def _as_account(account: str) -> list[str]:
    entry = pwd.getpwnam(account)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            execute(f"mysql+pymysql://root@127.0.0.1:{port}/", "SELECT 1")
            return
        except sa.exc.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("MariaDB did not start") from None
            time.sleep(0.1)
