"""The reference tables of the sample: the real divisions, one made-up former township, a list of
central villages.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from kpi.definitions import DATASETS, ColumnType
from reference import Village, reference_rows, villages
from reference.derive.divide import split
from sample_data.places import FORMER_TOWNSHIP, MERGED_ON, SUCCESSOR, UNIT_OF_TOWNSHIP, UNITS
from sample_data.table import Table, objects

LISTED = 612
_REVISED = 6  # entries taken off the list, and as many added, on REVISED_ON
REVISED_ON = np.datetime64("2026-01-01")
_WRITTEN = np.datetime64("2026-01-05T09:00:00")


@dataclass(frozen=True)
class ListedVillages:
    """The central-village list: entries on it all along, taken off, and added, all at the yearly
    revision.
    """

    lasting: tuple[Village, ...]
    removed: tuple[Village, ...]
    added: tuple[Village, ...]


def unit_of(village: Village) -> str:
    """Code of the managing unit a village belongs to."""
    return str(UNIT_OF_TOWNSHIP[village.township_code])


def central_villages(rng: np.random.Generator) -> ListedVillages:
    """LISTED villages on the list before and after the revision, spread over units as their
    villages are.
    """
    by_unit: dict[str, list[Village]] = defaultdict(list)
    for village in villages():
        by_unit[unit_of(village)].append(village)
    wanted = split(LISTED, [len(by_unit[unit]) for unit in UNITS])
    chosen = [_sample(rng, by_unit[unit], int(count))
              for unit, count in zip(UNITS, wanted, strict=True)]
    spare = [village for unit, own in zip(UNITS, chosen, strict=True) for village in by_unit[unit]
             if village not in own]
    listed = [village for own in chosen for village in own]
    added = _sample(rng, listed, _REVISED)
    return ListedVillages(tuple(v for v in listed if v not in added),
                          tuple(_sample(rng, spare, _REVISED)), tuple(added))


def _sample(rng: np.random.Generator, choices: list[Village], count: int) -> list[Village]:
    return [choices[i] for i in sorted(rng.choice(len(choices), count, replace=False))]


def unit_table() -> Table:
    return _table("managing_unit", reference_rows("managing_unit"))


def township_table() -> Table:
    """The 95 real townships and a made-up one that was merged away."""
    former = {"township_code": FORMER_TOWNSHIP, "name": "旧圩乡（演示，已撤并）", "unit_code": "321324",
              "county_code": "321324", "kind": "township", "valid_from": None,
              "valid_to": np.datetime64(MERGED_ON), "successor_code": SUCCESSOR}
    return _table("township", [*reference_rows("township"), former])


def village_table(listed: ListedVillages) -> Table:
    rows = ([_entry(v, None, None) for v in listed.lasting]
            + [_entry(v, None, REVISED_ON) for v in listed.removed]
            + [_entry(v, REVISED_ON, None) for v in listed.added])
    return _table("central_village", sorted(rows, key=lambda row: row["village_code"]))


def _entry(village: Village, start: np.datetime64 | None,
           end: np.datetime64 | None) -> dict[str, Any]:
    return {"village_code": village.code, "name": village.name,
            "township_code": village.township_code, "valid_from": start, "valid_to": end}


def _table(dataset: str, rows: list[dict[str, Any]]) -> Table:
    columns = {}
    for column in DATASETS[dataset].columns:
        values = [row.get(column.name) for row in rows]
        if column.type == ColumnType.DATE:
            columns[column.name] = np.array([np.datetime64("NaT") if v is None else v
                                             for v in values], dtype="datetime64[D]")
        elif column.type == ColumnType.TIMESTAMP:
            columns[column.name] = np.full(len(rows), _WRITTEN)
        else:
            columns[column.name] = objects(values)
    return Table(dataset, columns)
