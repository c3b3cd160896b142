"""Does every mapping work against the live databases? One line per dataset, for a clerk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data_access.embedded import sample_urls
from data_access.mapping import DatasetMapping, load_mappings
from data_access.queries import row_count
from data_access.schema import bind
from data_access.settings import Settings
from data_access.sources import open_engine, reading
from kpi.datasets import DATASETS
from kpi.errors import InputError


@dataclass(frozen=True)
class CheckRow:
    """`rows` in the table, None when it was not read; `problem` in words, None when there is none."""

    dataset: str
    connection: str
    rows: int | None
    problem: str | None

    @property
    def usable(self) -> bool:
        return self.problem is None

    def line(self) -> str:
        """One line: state, dataset, connection, rows or the problem."""
        title = f"{DATASETS[self.dataset].title} {self.dataset}"
        if self.problem is not None:
            return f"✗ {title}｜{self.connection}｜{self.problem}"
        if self.rows is None:
            return f"– {title}｜{self.connection}｜未接入"
        return f"✓ {title}｜{self.connection}｜{self.rows:,} 行"


def check(settings: Settings) -> list[CheckRow]:
    """Connect to every configured source and verify every mapping. Raises InputError on an unreadable mapping file."""
    urls = sample_urls(settings.data)[0] if settings.sample else settings.urls
    mappings = load_mappings(settings.sources_file)
    return [_check_one(name, mapping, urls) for name, mapping in mappings.items()]


def _check_one(name: str, mapping: DatasetMapping | InputError, urls: Mapping[str, str]) -> CheckRow:
    if isinstance(mapping, InputError):
        return CheckRow(name, DATASETS[name].connection, None, str(mapping))
    if mapping.connection not in urls:
        return CheckRow(name, mapping.connection, None, None)
    try:
        engine = open_engine(mapping.connection, urls[mapping.connection])
        with reading(mapping.connection, engine) as opened:
            rows = int(opened.execute(row_count(bind(mapping, opened))).scalar_one())
        engine.dispose()
    except InputError as error:
        return CheckRow(name, mapping.connection, None, str(error))
    return CheckRow(name, mapping.connection, rows, None)
