"""What was recorded for the plan's duties, by whom and when: append-only, in a SQLite file in the
data folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from data_access.ledger.append_only import AppendOnly
from data_access.site import Settings
from kpi.duties import DutyEntry
from sample_data.duties import sample_duty_entries

_FIELDS = ("duty", "day", "document", "account", "at", "withdrawn")


@dataclass(frozen=True)
class DutyEntries:
    """The store in one file, made at the first writing. Every method raises InputError when the
    file cannot be used. `given`: entries that come before the file's own.
    """

    file: Path
    given: tuple[DutyEntry, ...] = ()

    def append(self, entry: DutyEntry) -> None:
        """Write one entry, checked before (`check_entry`); it is on the disk when this returns."""
        self._store.append((entry.duty, entry.on.isoformat(), entry.document, entry.account,
                            entry.at.isoformat(), str(int(entry.withdrawn))))

    def all(self) -> tuple[DutyEntry, ...]:
        """Every entry, oldest first."""
        return (*self.given, *(_read(row) for row in self._store.rows()))

    @property
    def _store(self) -> AppendOnly:
        return AppendOnly(self.file, "duty_entry", "任务登记", _FIELDS)


def duty_entries(settings: Settings) -> DutyEntries:
    """The store in force; the demonstration has a file of its own, and entries to begin with."""
    if settings.sample:
        return DutyEntries(settings.data / "sample-duties.sqlite", sample_duty_entries())
    return DutyEntries(settings.data / "duties.sqlite")


def _read(row: tuple[str, ...]) -> DutyEntry:
    duty, day, document, account, at, withdrawn = row
    return DutyEntry(duty, date.fromisoformat(day), document, account, datetime.fromisoformat(at),
                     withdrawn == "1")
