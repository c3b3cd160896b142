"""PostgreSQL spread over machines as a site without extensions would do it: one head, workers
behind `postgres_fdw`.

Every fact table is hash-partitioned by its distribution column, one foreign partition per worker;
the small reference tables stay on the head. The program sees one PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from kpi.definitions.shipped_datasets import Dataset
from tests import servers
from tests.servers import OWNER, OWNER_PASSWORD, Server

WORKERS = 2
_FOREIGN = "async_capable 'true', fetch_size '50000', batch_size '1000'"


def distribution_column(dataset: Dataset) -> str | None:
    """What the rows are spread by; None for a table that stays on the head."""
    if dataset.connection == "reference":
        return None
    return "township_code" if "township_code" in dataset.column_names else "unit_code"


@dataclass
class Shards(Server):
    """The head; `workers` hold the rows."""

    workers: list[Server] = field(default_factory=list)

    def join(self, workers: list[Server]) -> None:
        """Make the head know its workers, and plan for them."""
        self.workers = workers
        self.execute("CREATE EXTENSION postgres_fdw",
                     f"ALTER DATABASE {servers.DATABASE} SET enable_partitionwise_aggregate = on")
        for number, worker in enumerate(self.workers):
            self.execute(
                f"CREATE SERVER worker_{number} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', "
                f"port '{worker.port}', dbname '{servers.DATABASE}', {_FOREIGN})",
                f"CREATE USER MAPPING FOR {OWNER} SERVER worker_{number} OPTIONS (user '{OWNER}', password '{OWNER_PASSWORD}')",
            )

    def bring_back(self, worker: Server) -> None:
        """Start a killed worker again, once the last of its old processes has seen that it is gone.
        """
        deadline = time.monotonic() + 30
        while True:
            try:
                return worker.start()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _create(self, name: str, dataset: Dataset) -> None:
        column, columns = distribution_column(dataset), self._declared(dataset)
        self.execute(f"CREATE TABLE {name} ({columns})" + (f" PARTITION BY HASH ({column})"
                                                           if column else ""))
        for number, worker in enumerate(self.workers if column else []):
            worker.execute(f"CREATE TABLE {name} ({columns})")
            self.execute(
                f"CREATE FOREIGN TABLE {name}_{number} PARTITION OF {name} FOR VALUES WITH (MODULUS {len(self.workers)}, "
                f"REMAINDER {number}) SERVER worker_{number} OPTIONS (table_name '{dataset.name}')"
            )

    def _drop(self, name: str) -> None:
        super()._drop(name)
        for worker in self.workers:
            worker.execute(f"DROP TABLE IF EXISTS {name}")

    def _insert(self, name: str, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        """Through a table of the head's, so that the rows travel in batches."""
        self.execute(f"CREATE TEMPORARY TABLE arriving ({self._declared(dataset)})")
        super()._insert("arriving", dataset, rows)
        self.execute(f"INSERT INTO {name} SELECT * FROM arriving", "DROP TABLE arriving")

    def forget(self) -> None:
        super().forget()
        for worker in self.workers:
            worker.forget()


@contextmanager
def sharded() -> Iterator[Shards]:
    """A head and its workers, empty."""
    with ExitStack() as started:
        workers = [started.enter_context(servers.postgresql()) for _ in range(WORKERS)]
        head = started.enter_context(servers.postgresql(Shards))
        head.join(workers)
        yield head
