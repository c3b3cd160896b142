"""Which alerts were put aside, by whom and why: append-only, in a SQLite file in the data folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from data_access.ledger.append_only import AppendOnly
from data_access.site import Settings
from kpi.alerts import Severity
from kpi.follow_ups import Shelving

_FIELDS = ("indicator", "rollup", "division", "severity", "as_of", "until", "reason", "account",
           "at", "withdrawn")


@dataclass(frozen=True)
class Shelvings:
    """The store in one file, made at the first writing. Every method raises InputError when the
    file cannot be used.
    """

    file: Path

    def append(self, shelving: Shelving) -> None:
        """Write one entry, checked before (`check_shelving`); it is on the disk when this returns.
        """
        self._store.append((shelving.indicator, shelving.rollup, shelving.division,
                            shelving.severity.value, shelving.as_of.isoformat(),
                            shelving.until.isoformat(), shelving.reason, shelving.account,
                            shelving.at.isoformat(), str(int(shelving.withdrawn))))

    def all(self) -> tuple[Shelving, ...]:
        """Every entry, oldest first; none when nothing was ever written."""
        return tuple(_read(row) for row in self._store.rows())

    @property
    def _store(self) -> AppendOnly:
        return AppendOnly(self.file, "shelving", "预警搁置记录", _FIELDS)


def shelvings(settings: Settings) -> Shelvings:
    """The store in force; the demonstration has a file of its own."""
    return Shelvings(settings.data / ("sample-shelvings.sqlite" if settings.sample
                                      else "shelvings.sqlite"))


def _read(row: tuple[str, ...]) -> Shelving:
    indicator, rollup, division, severity, as_of, until, reason, account, at, withdrawn = row
    return Shelving(indicator, rollup, division, Severity(severity), date.fromisoformat(as_of),
                    date.fromisoformat(until), reason, account, datetime.fromisoformat(at),
                    withdrawn == "1")
