"""The sources of one refresh: which dataset is where, opened on first use, and what went wrong with each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.engine import Connection, Engine

from data_access.boundary.mapping import BadMappingError, DatasetMapping, Mappings
from data_access.connect.file_engine import open_file
from data_access.connect.makes.counters import read_counters
from data_access.connect.schema import LiveDataset, bind
from data_access.connect.sources import SourceUnavailableError, open_engine, reading
from data_access.site.settings import STATEMENT_SECONDS
from kpi.vocabulary.errors import InputError


class Sources:
    """Engines opened on first use; a connection that failed once is not tried again for its other datasets.

    `failures`: why a connection could not be read. `problems`: why a dataset could not. `read`: connections something
    was read from.
    """

    def __init__(self, urls: Mapping[str, str], mappings: Mappings, statement_seconds: int = STATEMENT_SECONDS) -> None:
        self._urls, self._mappings, self._seconds = urls, mappings, statement_seconds
        self._engines: dict[str, Engine] = {}
        self.failures: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self.read: set[str] = set()

    def expected(self, dataset: str) -> bool:
        """Whether the dataset has a source: its connection is configured, or it is a file."""
        mapping = self._mappings[dataset]
        is_file = mapping.is_file if isinstance(mapping, BadMappingError) else mapping.file is not None
        return is_file or mapping.connection in self._urls

    def connection_of(self, dataset: str) -> str:
        return self._mappings[dataset].connection

    def url(self, connection: str) -> str:
        """The URL of a connection; "" for one that only has files."""
        return self._urls.get(connection, "")

    def configured(self, connection: str) -> bool:
        return connection in self._urls or any(
            self.expected(name) for name in self._mappings if self.connection_of(name) == connection)

    def mapping(self, dataset: str) -> DatasetMapping | None:
        """The dataset's mapping, None when it has no source. Raises InputError on a bad mapping."""
        mapping = self._mappings[dataset]
        if not self.expected(dataset):
            return None
        if isinstance(mapping, BadMappingError):
            raise mapping
        return mapping

    @contextmanager
    def open(self, dataset: str) -> Iterator[tuple[LiveDataset, Connection]]:
        """The dataset bound to its source, in one reading transaction. Raises InputError, and remembers why."""
        try:
            mapping = self.mapping(dataset)
            assert mapping is not None, "only an expected dataset is opened"
            with self._opened(mapping) as bound:
                yield bound
        except InputError as error:
            self.problems[dataset] = str(error)
            if isinstance(error, SourceUnavailableError):
                self.failures[self.connection_of(dataset)] = str(error)
            raise
        self.read.add(self.connection_of(dataset))

    @contextmanager
    def _opened(self, mapping: DatasetMapping) -> Iterator[tuple[LiveDataset, Connection]]:
        if mapping.file is not None:
            engine, canonical = open_file(mapping)
            with reading(mapping.connection, engine) as opened:
                yield bind(canonical, opened), opened
            engine.dispose()
            return
        with reading(mapping.connection, self._engine(mapping.connection)) as opened:
            counters = read_counters(mapping, opened)
            yield replace(bind(mapping, opened), counters=counters), opened

    def _engine(self, connection: str) -> Engine:
        if connection in self.failures:
            raise SourceUnavailableError(self.failures[connection])
        if connection not in self._engines:
            self._engines[connection] = open_engine(connection, self._urls[connection], self._seconds)
        return self._engines[connection]

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
