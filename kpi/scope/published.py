"""Breakdowns of people as they may be shown: persons by township, outcomes of disputes by unit.

Small counts are suppressed by `kpi.scope.suppress`, always over the whole table of which a page
shows a part – a managing unit with all its townships, every unit with every outcome – so that what
two pages show cannot be subtracted. Lines, shares of indicators, headcounts of jobs and venues stay
exact; so do the figures of a unit as a whole. Two days of the same table can be subtracted: this
protects one table, not a series of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kpi.counting import Facts, TownshipRow, township_rows
from kpi.indicators import Part, Split, splits
from kpi.scope.suppress import SMALLEST_PUBLISHED, suppressed
from kpi.vocabulary import Division, Rollup


class Hidden(StrEnum):
    """Why a count is not shown: it is from 1 to 4, or another could be worked out from it."""

    SMALL = "small"
    PROTECTING = "protecting"


Published = int | Hidden
HIDDEN_NAMES = {Hidden.SMALL: f"‹{SMALLEST_PUBLISHED}", Hidden.PROTECTING: "＊"}
EXPLAINED = f"‹{SMALLEST_PUBLISHED} 表示 1—{SMALLEST_PUBLISHED - 1}；＊ 为避免由合计推算出小数而不显示。"


@dataclass(frozen=True)
class PublishedTownship:
    """A township's row; `users` and `trainings` as they may be shown, None when 未接入. The rest of
    `row` is exact.
    """

    row: TownshipRow
    users: Published | None
    trainings: Published | None


@dataclass(frozen=True)
class PublishedPart:
    """One part of a split; `share` None also where the value is hidden."""

    name: str
    value: float | Hidden
    share: float | None
    note: str = ""


@dataclass(frozen=True)
class PublishedSplit:
    """A split as it may be shown: greatest first, what is hidden last by name."""

    title: str
    unit: str
    total: float | Hidden
    parts: tuple[PublishedPart, ...]

    @property
    def partial(self) -> bool:
        """Whether anything is hidden."""
        return isinstance(self.total, Hidden) or any(
            isinstance(part.value, Hidden) for part in self.parts
        )


def published_townships(facts: Facts, day: date) -> tuple[PublishedTownship, ...]:
    """Every present township, persons suppressed within each managing unit, whose own number is
    published as a line.
    """
    rows = township_rows(facts, day)
    users, trainings = (_by_unit(rows, name) for name in ("users", "trainings"))
    return tuple(PublishedTownship(row, users.get(row.code), trainings.get(row.code))
                 for row in rows)


def published_splits(code: str, facts: Facts, division: Division,
                     as_of: date) -> tuple[PublishedSplit, ...]:
    """The ways to take an indicator apart, as they may be shown."""
    groups = splits(code, facts, division, as_of)
    if not facts.definitions.indicators[code].of_people:
        return tuple(_exact(split) for split in groups)
    slots = {slot: splits(code, facts, _slot(division, slot), as_of)
             for slot in facts.geography.unit_codes}
    whole = splits(code, facts, facts.geography.city, as_of)
    return tuple(_shown(split, division, whole[number],
                        {slot: parts[number] for slot, parts in slots.items()})
                 for number, split in enumerate(groups))


def _by_unit(rows: Sequence[TownshipRow], name: str) -> dict[str, Published]:
    shown: dict[str, Published] = {}
    for unit in dict.fromkeys(row.unit for row in rows):
        mine = {row.code: getattr(row, name) for row in rows if row.unit == unit}
        if None in mine.values():
            continue
        counts = [max(int(value), 0) for value in mine.values()]
        cells = suppressed([counts]).cells[0]
        shown.update({township: _published(cell, count)
                      for township, cell, count in zip(mine, cells, counts, strict=True)})
    return shown


def _published(cell: int | None, count: int) -> Published:
    if cell is not None:
        return cell
    return Hidden.SMALL if 0 < count < SMALLEST_PUBLISHED else Hidden.PROTECTING


def _exact(split: Split) -> PublishedSplit:
    return PublishedSplit(split.title, split.unit, split.total,
                          tuple(PublishedPart(part.name, part.value, part.share, part.note)
                                for part in split.parts))


def _slot(division: Division, slot: str) -> Division:
    """One managing unit, or what is left of a county's in a scope, as a division of its own."""
    return replace(division, rollup=Rollup.MANAGING, code=slot, units=(slot,))


def _shown(split: Split, division: Division, whole: Split,
           slots: Mapping[str, Split]) -> PublishedSplit:
    """The row of `division` in the table of all units by all parts; of the city the totals."""
    names = sorted({part.name for part in whole.parts})
    rows = {slot: _counts(group, names) for slot, group in slots.items()}
    city = _counts(whole, names)
    elsewhere = [max(total - sum(row[at] for row in rows.values()), 0)
                 for at, total in enumerate(city)]
    if not names:
        return _exact(split)
    table = suppressed([*rows.values(), elsewhere])
    if division.rollup == Rollup.CITY:
        cells, total = table.column_totals, table.total
    else:
        chosen = [number for number, slot in enumerate(rows) if slot in division.units]
        cells = tuple(_sum([table.cells[number][at] for number in chosen])
                      for at in range(len(names)))
        total = _sum([table.row_totals[number] for number in chosen])
    return _split(split, dict(zip(names, cells, strict=True)), total)


def _sum(cells: Sequence[int | None]) -> int | None:
    """None as soon as one is hidden: a sum of several units must not tell the one that is not
    shown.
    """
    return None if None in cells else sum(cell for cell in cells if cell is not None)


def _counts(split: Split, names: Sequence[str]) -> list[int]:
    values = {part.name: part.value for part in split.parts}
    return [int(values.get(name, 0)) for name in names]


def _split(split: Split, cells: Mapping[str, int | None], total: int | None) -> PublishedSplit:
    of_split = {part.name: part for part in split.parts}
    parts = [_part(name, cell, of_split.get(name)) for name, cell in cells.items() if cell != 0]
    parts.sort(key=lambda part: (isinstance(part.value, Hidden), 0 if isinstance(part.value, Hidden)
                                 else -part.value, part.name))
    return PublishedSplit(split.title, split.unit, _published(total, int(split.total)),
                          tuple(parts))


def _part(name: str, cell: int | None, exact: Part | None) -> PublishedPart:
    value = _published(cell, 0 if exact is None else int(exact.value))
    hidden = isinstance(value, Hidden) or exact is None
    return PublishedPart(name, value, None if hidden or exact is None else exact.share, ""
                         if exact is None else exact.note)
