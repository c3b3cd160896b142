"""The sources of one refresh: which dataset is where, opened on first use, and what went wrong with
each.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy.engine import Connection, Engine

from data_access.boundary import BadMappingError, DatasetMapping, Mappings
from data_access.connect.file_engine import OpenedFile, open_given, open_own
from data_access.connect.limits import SourceUnavailableError
from data_access.connect.makes.counters import read_counters
from data_access.connect.schema import LiveDataset, NoTableError, bind
from data_access.connect.sources import open_engine, reading
from data_access.registers import units_with_registers
from data_access.site import STATEMENT_SECONDS
from kpi.definitions import OWN_SOURCE
from kpi.vocabulary import InputError, Remark

_log = logging.getLogger(__name__)
Own = Mapping[str, Callable[[], Mapping[str, list[Any]]]]
"""By dataset."""


class Sources:
    """Engines opened on first use; a connection that failed once is not tried again for its other
    datasets.

    `failures`: why a connection could not be read. `problems`: why a dataset could not. `read`:
    connections something was read from. `remarks`: what was noticed in each dataset that comes from
    files. `data`: the program's own folder, where the key of hashed columns is. `own`: gives the
    columns of a dataset that the program records itself. `home`: the installation's folder, where
    what the units have handed in is.
    """

    def __init__(self, urls: Mapping[str, str], mappings: Mappings,
                 statement_seconds: int = STATEMENT_SECONDS, data: Path | None = None,
                 own: Own = MappingProxyType({}), home: Path | None = None) -> None:
        self._own, self._home = own, home
        self._urls, self._mappings, self._seconds, self._data = (
            urls,
            mappings,
            statement_seconds,
            data,
        )
        self._engines: dict[str, Engine] = {}
        self._files: dict[str, OpenedFile] = {}
        self.remarks: dict[str, tuple[Remark, ...]] = {}
        self.failures: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self.read: set[str] = set()
        self._nowhere: set[str] = set()

    def expected(self, dataset: str) -> bool:
        """Whether the dataset has a source: its connection is configured, or it is a file.

        An optional dataset nobody has mapped has none either once its table was not there; nor has
        one that is left to the units while none of them has handed in.
        """
        mapping = self._mappings[dataset]
        if dataset in self._nowhere:
            return False
        if isinstance(mapping, DatasetMapping) and (mapping.absent or self._awaited(mapping)):
            return False
        if mapping.connection == OWN_SOURCE:
            return dataset in self._own
        return mapping.is_file or mapping.connection in self._urls

    def _awaited(self, mapping: DatasetMapping) -> bool:
        if mapping.handed_in is None or mapping.has_files or mapping.registers:
            return False
        return self._home is None or not units_with_registers(
            self._home, mapping.dataset.name, mapping.handed_in)

    def connection_of(self, dataset: str) -> str:
        return self._mappings[dataset].connection

    def url(self, connection: str) -> str:
        """The URL of a connection; "" for one that only has files."""
        return self._urls.get(connection, "")

    def configured(self, connection: str) -> bool:
        return connection in self._urls or any(
            self.expected(name) for name in self._mappings if self.connection_of(name) == connection
        )

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
        """The dataset bound to its source, in one reading transaction. Raises InputError, and
        remembers why.
        """
        try:
            mapping = self.mapping(dataset)
            assert mapping is not None, "only an expected dataset is opened"
            with self._opened(mapping) as bound:
                yield bound
        except NoTableError as error:
            if self._may_be_missing(dataset):
                self._nowhere.add(dataset)
            else:
                self.problems[dataset] = str(error)
            raise
        except InputError as error:
            self.problems[dataset] = str(error)
            if isinstance(error, SourceUnavailableError):
                self.failures[self.connection_of(dataset)] = str(error)
            raise
        except Exception as error:
            # whatever one dataset's rows lead to ends that dataset's reading and no other's
            _log.exception("reading %s failed", dataset)
            given = self._mappings[dataset]
            title = dataset if isinstance(given, BadMappingError) else given.dataset.title
            self.problems[dataset] = (f"{title}读取时出现程序没有料到的错误（{type(error).__name__}）；"
                                      "其他数据集照常读取，请把程序日志交给技术人员。")
            raise InputError(self.problems[dataset]) from error
        self.read.add(self.connection_of(dataset))

    def _may_be_missing(self, dataset: str) -> bool:
        mapping = self._mappings[dataset]
        return (isinstance(mapping, DatasetMapping) and mapping.dataset.optional
                and not mapping.written)

    @contextmanager
    def _opened(self, mapping: DatasetMapping) -> Iterator[tuple[LiveDataset, Connection]]:
        if mapping.is_file:
            with self._file(mapping) as file, reading(mapping.connection, file.engine) as opened:
                yield replace(bind(file.mapping, opened), remarks=file.remarks), opened
            return
        if mapping.is_own:
            own = open_own(mapping, self._own[mapping.dataset.name]())
            try:
                with reading(mapping.connection, own.engine) as opened:
                    yield bind(own.mapping, opened), opened
            finally:
                own.engine.dispose()
            return
        with reading(mapping.connection, self._engine(mapping.connection)) as opened:
            counters = read_counters(mapping, opened)
            yield replace(bind(mapping, opened), counters=counters), opened

    @contextmanager
    def _file(self, mapping: DatasetMapping) -> Iterator[OpenedFile]:
        """The dataset's files, read once for as long as these sources are open where they are asked
        for again.
        """
        name = mapping.dataset.name
        file = self._files.get(name) or open_given(mapping, self._data, self._home)
        self.remarks[name] = file.remarks
        if mapping.dataset.counted_on is None:
            self._files[name] = file
            yield file
            return
        try:
            yield file
        finally:
            file.engine.dispose()

    def _engine(self, connection: str) -> Engine:
        if connection in self.failures:
            raise SourceUnavailableError(self.failures[connection])
        if connection not in self._engines:
            self._engines[connection] = open_engine(connection, self._urls[connection],
                                                    self._seconds)
        return self._engines[connection]

    def close(self) -> None:
        for engine in (*self._engines.values(), *(file.engine for file in self._files.values())):
            engine.dispose()
