"""Apache Spark as a site would run it: a master, two workers and the server that speaks Hive's
protocol.

All of it comes in the package `pyspark`; it needs a Java runtime and nothing else. Tables are files
of JSON lines, so that a world of drawn tables costs one small statement a table.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, ColumnType, Dataset
from tests.ports import free_port
from tests.programs import missing
from tests.servers import temporary_folder

WORKERS = 2
_START_SECONDS = 180
_QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xss4m"
_DECLARED = {ColumnType.CODE: "STRING", ColumnType.TEXT: "STRING", ColumnType.DATE: "DATE",
             ColumnType.INT: "INT", ColumnType.REAL: "DOUBLE", ColumnType.BOOL: "BOOLEAN",
             ColumnType.TIMESTAMP: "TIMESTAMP"}
_SETTINGS = {
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    # a few rows a table: compiling a statement to bytecode would take longer than running it
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.host": "127.0.0.1",
    "spark.hadoop.hive.server2.thrift.bind.host": "127.0.0.1",
    "spark.executor.extraJavaOptions": _QUICK_START,
    "spark.executor.memory": "800m",
}


@dataclass
class Spark:
    """A running cluster. `port`: of the server that takes statements."""

    home: Path
    folder: Path
    port: int = field(default_factory=free_port)
    master_port: int = field(default_factory=free_port)
    master: subprocess.Popen[bytes] | None = None
    server: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _engine: sa.Engine | None = None
    _worlds: int = 0

    def url(self, connection: str) -> str:
        """The URL of one service database."""
        return f"hive://reader@127.0.0.1:{self.port}/{connection}?accept_writable=true"

    def start(self) -> None:
        self.master = self._daemon("master", "org.apache.spark.deploy.master.Master", "--host",
                                   "127.0.0.1", "--port", str(self.master_port), "--webui-port",
                                   str(free_port()))
        for _ in range(WORKERS):
            self.add_worker()
        settings = {**_SETTINGS, "spark.hadoop.hive.server2.thrift.port": str(self.port),
                    "spark.sql.warehouse.dir": str(self.folder / "warehouse")}
        self.server = self._run("server", str(self.home / "bin/spark-submit"), "--class",
                                "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
                                "--master", self._address, "--driver-java-options",
                                _QUICK_START, *(part for name, value in settings.items()
                                                for part in ("--conf", f"{name}={value}")),
                                "spark-internal")
        self._wait()

    def add_worker(self) -> None:
        number = len(self.workers)
        self.workers.append(self._daemon(f"worker-{number}",
                                         "org.apache.spark.deploy.worker.Worker", "--host",
                                         "127.0.0.1", "--webui-port", str(free_port()), "--cores",
                                         "1", "--memory", "900m", "--work-dir",
                                         str(self.folder / f"worker-{number}"), self._address))

    @property
    def alive(self) -> int:
        """How many workers run."""
        return sum(worker.poll() is None for worker in self.workers)

    def kill_worker(self) -> None:
        """As a power cut does: the worker and the executor it runs are gone at once."""
        worker = next(one for one in self.workers if one.poll() is None)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(30)

    def kill_workers(self) -> None:
        while self.alive:
            self.kill_worker()

    def stop(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        for process in (self.server, *self.workers, self.master):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(30)

    @property
    def _address(self) -> str:
        return f"spark://127.0.0.1:{self.master_port}"

    def _daemon(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        return self._run(name, str(self.home / "bin/spark-class"), *command)

    def _run(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1",
                       "SPARK_LOCAL_DIRS": str(self.folder / "local"),
                       "SPARK_CONF_DIR": str(self.folder), "SPARK_DAEMON_JAVA_OPTS": _QUICK_START,
                       "SPARK_DAEMON_MEMORY": "1g" if name == "server" else "256m"}
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, env=environment, cwd=self.folder, stdout=log,
                                    stderr=log, start_new_session=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.server is not None
                if self.server.poll() is not None or time.monotonic() > deadline:
                    text = (self.folder / "server.log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"Spark did not start:\n{text}") from None
                time.sleep(0.2)

    def execute(self, *statements: str) -> None:
        if self._engine is None:
            self._engine = sa.create_engine(f"hive://owner@127.0.0.1:{self.port}/default")
        with self._engine.connect() as opened:
            for statement in statements:
                opened.exec_driver_sql(statement)

    def write(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
        """Make the databases hold exactly these tables, and give the URL of each connection that
        has one.
        """
        used = [name for name in CONNECTIONS if any(DATASETS[table].connection == name
                                                    for table in tables)]
        self._worlds += 1
        self.execute(*(statement for name in used for statement in (
            f"DROP DATABASE IF EXISTS {name} CASCADE", f"CREATE DATABASE {name}")),
            *(self._table(DATASETS[name], rows) for name, rows in tables.items()))
        return {name: self.url(name) for name in used}

    def _table(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> str:
        place = self.folder / "tables" / str(self._worlds) / dataset.name
        place.mkdir(parents=True)
        if rows:
            lines = [json.dumps({name: _stored(row[name]) for name in dataset.column_names})
                     for row in rows]
            half = len(lines) // 2  # two files, so that both workers have something to do
            for number, part in enumerate((lines[:half], lines[half:])):
                (place / f"{number}.json").write_text("\n".join(part), encoding="utf-8")
        declared = ", ".join(f"{column.name} {_DECLARED[column.type]}"
                             for column in dataset.columns)
        return f"CREATE TABLE {dataset.connection}.{dataset.name} ({declared}) USING json LOCATION 'file://{place}'"


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def spark() -> Iterator[Spark]:
    """A cluster without tables."""
    for package in ("pyspark", "pyhive"):
        if importlib.util.find_spec(package) is None:
            missing(package)
    if shutil.which("java") is None:
        missing("Java")
    found = importlib.util.find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    with temporary_folder(None) as folder:
        cluster = Spark(Path(found.origin).parent, folder)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
