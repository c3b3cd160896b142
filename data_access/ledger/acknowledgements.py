"""Who took note of which alert and when: append-only, in a SQLite file in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from data_access.ledger.append_only import AppendOnly
from data_access.site import Settings
from kpi.alerts import Acknowledgement, Rule, Severity

# files of earlier versions have no sides: what they hold counts for the city, as it did then
_ADDED = ("side",)
_FIELDS = ("rule", "indicator", "rollup", "division", "severity", "as_of", "account", "at",
           "withdrawn", *_ADDED)


@dataclass(frozen=True)
class Acknowledgements:
    """The store in one file, made at the first writing. Every method raises InputError when the
    file cannot be used.
    """

    file: Path

    def append(self, noted: Acknowledgement) -> None:
        """Write one entry; it is on the disk when this returns."""
        self._store.append((noted.rule.value, noted.indicator, noted.rollup, noted.division,
                            noted.severity.value, noted.as_of.isoformat(), noted.account,
                            noted.at.isoformat(), str(int(noted.withdrawn)), noted.side))

    def all(self) -> tuple[Acknowledgement, ...]:
        """Every entry, oldest first; none when nothing was ever written."""
        return tuple(_read(row) for row in self._store.rows())

    @property
    def _store(self) -> AppendOnly:
        return AppendOnly(self.file, "acknowledgement", "预警确认记录", _FIELDS, _ADDED)


def acknowledgements(settings: Settings) -> Acknowledgements:
    """The store in force. The demonstration has a file of its own, so that its entries never turn
    up among real ones.
    """
    return Acknowledgements(settings.data / ("sample-acknowledgements.sqlite" if settings.sample
                                             else "acknowledgements.sqlite"))


def _read(row: tuple[str, ...]) -> Acknowledgement:
    rule, indicator, rollup, division, severity, as_of, account, at, withdrawn, side = row
    return Acknowledgement(Rule(rule), indicator, rollup, division, Severity(severity),
                           date.fromisoformat(as_of), account, datetime.fromisoformat(at),
                           withdrawn == "1", side)
