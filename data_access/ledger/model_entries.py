"""What was recorded of model practices and who adopted them: append-only, in a SQLite file in the
data folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from data_access.ledger.append_only import AppendOnly
from data_access.site import Settings
from kpi.models import EntryKind, ModelEntry
from sample_data.models import sample_model_entries

_FIELDS = ("kind", "title", "unit", "day", "document", "indicator", "account", "at", "withdrawn")


@dataclass(frozen=True)
class ModelEntries:
    """The store in one file, made at the first writing. Every method raises InputError when the
    file cannot be used. `given`: entries that come before the file's own.
    """

    file: Path
    given: tuple[ModelEntry, ...] = ()

    def append(self, entry: ModelEntry) -> None:
        """Write one entry, checked before (`check_model_entry`); it is on the disk when this
        returns.
        """
        self._store.append((entry.kind.value, entry.title, entry.unit, entry.on.isoformat(),
                            entry.document, entry.indicator, entry.account, entry.at.isoformat(),
                            str(int(entry.withdrawn))))

    def all(self) -> tuple[ModelEntry, ...]:
        """Every entry, oldest first."""
        return (*self.given, *(_read(row) for row in self._store.rows()))

    @property
    def _store(self) -> AppendOnly:
        return AppendOnly(self.file, "model_entry", "典型做法登记", _FIELDS)


def model_entries(settings: Settings) -> ModelEntries:
    """The store in force; the demonstration has a file of its own, and, being about 宿迁's units,
    entries to begin with.
    """
    if not settings.sample:
        return ModelEntries(settings.data / "models.sqlite")
    given = sample_model_entries() if settings.city is None else ()
    return ModelEntries(settings.data / "sample-models.sqlite", given)


def _read(row: tuple[str, ...]) -> ModelEntry:
    kind, title, unit, day, document, indicator, account, at, withdrawn = row
    return ModelEntry(EntryKind(kind), title, unit, date.fromisoformat(day), document, indicator,
                      account, datetime.fromisoformat(at), withdrawn == "1")
