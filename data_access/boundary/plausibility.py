"""Is a new reading of a dataset plausible beside the part in force? A pure function of two
summaries.

What is ordinary – rows added at the end, a few late or corrected ones, campaigns, holidays – moves
none of these limits; a table emptied, an old copy restored, keys issued anew, a changed code or
unit of measure moves at least one. The limits are settings of the plan (`kpi.plan.plausibility`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi.counting import DatasetQuality
from kpi.definitions import COUNTED, UNDATED, Dataset
from kpi.plan import PlausibilitySettings
from kpi.vocabulary import REASON_NAMES, Geography, Reason, from_ordinal, to_ordinal
from kpi.wording import count

Names = Mapping[str, str]
"""Short name by unit code, for the sentences."""


@dataclass(frozen=True)
class Memory:
    """What the cells of a part do not show of its rows.

    `largest`: the largest single amount, None where the dataset has none. `days`: counting dates
    (days since 1970) whose rows' keys were looked up; `keys`: up to a thousand of them with their
    day, hashed with the key `hashed_with` names and never in plain, and as many of their later
    dates, each after `LATER`. Empty when they were not looked up.
    """

    largest: float | None = None
    days: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    hashed_with: str = ""


NOTHING_REMEMBERED = Memory()
LATER = "+"
"""Begins what is remembered of a row's later date, a closing or a deregistration: once recorded it stays as it is."""
_EVENTS = {"closed": "已关闭、已办结", "accepted_closed_in_time": "按时办结", "deregistered": "已注销",
           "verified": "已认证", "verified_left": "认证后注销", "invalidated": "已作废", "signed": "已签协议",
           "first_completed": "首次完成", "transferred": "已移送", "answered": "已反馈", "filled": "已上岗",
           "vacated": "已离岗", "ended": "已结束", "helped": "已帮扶", "helped_ended": "帮扶后结束",
           "covered": "在保", "uncovered": "已停保"}


@dataclass(frozen=True, eq=False)
class Summary:
    """A part in numbers. `days`, `rows`, `amounts`: counted rows and their amount by counting date,
    sorted by it.

    `counted_units`: counted rows by unit, "" for the city's own. `mixes`: counted rows by the
    values of each category. `events`: counted rows by later event (verified, closed …),
    `event_days` the same by its day: sorted days and the rows of each. `keys`: all hashed keys
    looked up for it.
    """

    dataset: str
    read: int
    counted: int
    excluded: Mapping[str, int]
    days: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float64]
    amounts: npt.NDArray[np.float64]
    units: Mapping[str, float]
    mixes: Mapping[str, Mapping[str, float]]
    events: Mapping[str, float]
    memory: Memory = NOTHING_REMEMBERED
    keys: frozenset[str] = frozenset()
    event_days: Mapping[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = field(
        default_factory=dict)

    @property
    def amount(self) -> float:
        return float(self.amounts.sum())


def summarise(dataset: Dataset, cells: pd.DataFrame, quality: DatasetQuality,
              memory: Memory = NOTHING_REMEMBERED, keys: frozenset[str] | None = None) -> Summary:
    """The summary of a part's cells. `keys`: those looked up now; the remembered ones when left
    out.
    """
    first, *later = dataset.events
    counted = _where(cells["status"], COUNTED)
    of = {event.name: np.flatnonzero(_where(cells["event"], event.name) & counted)
          for event in (first, *later)}
    head = of[first.name]
    mixes = {f"{event.name}.{column}": _sums(cells, of[event.name], column)
             for event in (first, *later) for column in event.dimensions if event is first
             or column not in first.dimensions}
    days, rows, amounts = _by_day(cells, head, "rows", "amount")
    by_event: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = {}
    for event in later:
        on, number = _by_day(cells, of[event.name], "rows")
        by_event[event.name] = (on.astype(np.int64), number)
    return Summary(dataset.name, quality.read, quality.counted, dict(quality.excluded),
                   days.astype(np.int64), rows, amounts, _sums(cells, head, "unit"), mixes,
                   {event.name: float(cells["rows"].to_numpy()[of[event.name]].sum())
                    for event in later}, memory, frozenset(memory.keys) if keys is None else keys,
                   by_event)


def _by_day(cells: pd.DataFrame, at: npt.NDArray[np.int64],
            *columns: str) -> tuple[npt.NDArray[Any], ...]:
    """The days there are at these positions, sorted, and the sum of each column by them; undated
    cells are left out.
    """
    day = cells["day"].to_numpy(dtype=np.int64)
    dated = at[day[at] != UNDATED]
    days, position = np.unique(day[dated], return_inverse=True)
    return (days, *(np.bincount(position, weights=cells[name].to_numpy(dtype=float)[dated],
                                minlength=len(days)).astype(float) for name in columns))


def _where(column: pd.Series[Any], value: str) -> npt.NDArray[np.bool_]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        names = column.cat.categories
        result: npt.NDArray[np.bool_] = (column.cat.codes.to_numpy() == names.get_loc(value)
                                         if value in names else np.zeros(len(column), dtype=bool))
        return result
    return np.asarray(column == value)


def _sums(cells: pd.DataFrame, at: npt.NDArray[np.int64], column: str) -> dict[str, float]:
    """Rows by what the column holds at these positions."""
    values, rows = cells[column], cells["rows"].to_numpy(dtype=float)[at]
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, names = values.cat.codes.to_numpy()[at], values.cat.categories
    else:
        codes, names = pd.factorize(values.iloc[at])
    sums = np.bincount(codes[codes >= 0], weights=rows[codes >= 0], minlength=len(names))
    return {str(name): float(total) for name, total in zip(names, sums, strict=True) if total}


def implausible(before: Summary, now: Summary, read_on: date, limits: PlausibilitySettings,
                names: Names | None = None) -> tuple[str, ...]:
    """What the past makes implausible in `now`, each in a clerk's words; empty when nothing is.

    `before`: the part in force. `read_on`: the day `now` was read. `names`: short names of the
    units.
    """
    if before.read < limits.least_rows:
        return ()
    return (*_fallen(before, now, limits), *_months(before, now, read_on, limits),
            *_newest(before, now, limits), *_busiest(before, now, limits),
            *_mixes(before, now, limits, names or {}), *_largest(before, now, limits),
            *_keys(before, now, limits), *_event_months(before, now, read_on, limits))


def list_fallen(before: int, now: int, limits: PlausibilitySettings) -> tuple[str, ...]:
    """The same of a reference list: only its rows are compared, of whatever number."""
    if before and now < before * (1 - limits.fall):
        return (f"{count(before)}行变为{count(now)}行",)
    return ()


def own_fallen(before: int, now: int, limits: PlausibilitySettings) -> tuple[str, ...]:
    """The same of the program's own records: a person has approved every amount, however unlike the
    one before, so that only rows that are gone say anything.
    """
    return list_fallen(before, now, limits) if before >= limits.least_rows else ()


def _fallen(before: Summary, now: Summary, limits: PlausibilitySettings) -> Iterator[str]:
    if now.read < before.read * (1 - limits.fall):
        yield f"{count(before.read)}行变为{count(now.read)}行"
    elif now.amount < before.amount * (1 - limits.fall):
        yield f"数量合计由{count(before.amount)}变为{count(now.amount)}"


def _months(before: Summary, now: Summary, read_on: date,
            limits: PlausibilitySettings) -> Iterator[str]:
    last = to_ordinal(read_on) - limits.month_days
    changes = _changes(_by_month(before.days, last, before.rows, before.amounts),
                       _by_month(now.days, last, now.rows, now.amounts))
    moved = []
    for month, ((rows, amount), (rows_now, amount_now)) in changes.items():
        if abs(rows_now - rows) > max(limits.month_share * rows, limits.month_rows):
            moved.append(f"{month}由{count(rows)}行变为{count(rows_now)}行")
        elif rows > limits.month_rows and abs(amount_now - amount) > limits.month_share * amount:
            moved.append(f"{month}的数量由{count(amount)}变为{count(amount_now)}")
    if moved:
        yield f"早已结束的月份变动：{'、'.join(moved[:2])}{f'等{len(moved)}个月' if len(moved) > 2 else ''}"
    else:
        yield from _moved_in_all(changes, "", limits)


def _event_months(before: Summary, now: Summary, read_on: date,
                  limits: PlausibilitySettings) -> Iterator[str]:
    last = to_ordinal(read_on) - limits.month_days
    for event in (name for name in before.event_days if name in now.event_days):
        dated = [_by_month(days, last, rows)
                 for days, rows in (before.event_days[event], now.event_days[event])]
        yield from _moved_in_all(_changes(*dated), f"{_EVENTS.get(event, event)}的", limits)


Months = Mapping[str, tuple[float, ...]]


def _changes(then: Months, there: Months) -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
    """What each month had and has, by its name in words."""
    nothing = tuple(0.0 for _ in next(iter((*then.values(), *there.values())), ()))
    return {f"{month[:4]}年{int(month[5:])}月": (then.get(month, nothing), there.get(month, nothing))
            for month in sorted(then.keys() | there.keys())}


def _moved_in_all(changes: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]], what: str,
                  limits: PlausibilitySettings) -> Iterator[str]:
    """The months together: where each has few rows, none of them alone moves far."""
    rows = sum(then[0] for then, _ in changes.values())
    moved = sum(abs(now[0] - then[0]) for then, now in changes.values())
    if moved > max(limits.month_share * rows, limits.month_rows):
        most = max(changes, key=lambda month: abs(changes[month][1][0] - changes[month][0][0]))
        (then, *_), (now, *_) = changes[most]
        yield f"早已结束的月份{what}行变动合计{count(moved)}，如{most}由{count(then)}行变为{count(now)}行"
    elif rows > limits.month_rows and all(len(then) > 1 for then, _ in changes.values()):
        amount = sum(then[1] for then, _ in changes.values())
        moved = sum(abs(now[1] - then[1]) for then, now in changes.values())
        if moved > limits.month_share * amount:
            yield f"早已结束的月份数量变动合计{count(moved)}"


def _by_month(days: npt.NDArray[np.int64], last: int, *values: npt.NDArray[np.float64]) -> Months:
    """Each value summed over every month (2026-03) that ended before day `last`."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    ends = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    old = ends < last
    old_months, position = np.unique(months[old], return_inverse=True)
    sums = [np.bincount(position, weights=value[old], minlength=len(old_months))
            for value in values]
    return {str(month): tuple(float(one[number]) for one in sums)
            for number, month in enumerate(old_months)}


def _newest(before: Summary, now: Summary, limits: PlausibilitySettings) -> Iterator[str]:
    if not len(now.days):
        return
    gone = float(before.rows[before.days > now.days[-1]].sum())
    if gone >= limits.back_rows:
        yield (f"最新记录由{from_ordinal(int(before.days[-1]))}退回到{from_ordinal(int(now.days[-1]))}，"
               f"此后的{count(gone)}行不见了")


def _busiest(before: Summary, now: Summary, limits: PlausibilitySettings) -> Iterator[str]:
    if not len(before.rows) or not len(now.rows):
        return
    usual, at = float(before.rows.max()), int(now.rows.argmax())
    least = max(limits.busy_times * usual, limits.busy_rows, limits.busy_share * before.counted)
    if now.rows[at] > least:
        yield f"{from_ordinal(int(now.days[at]))}一天有{count(now.rows[at])}行，此前最多的一天{count(usual)}行"


def _mixes(before: Summary, now: Summary, limits: PlausibilitySettings,
           names: Names) -> Iterator[str]:
    def moved(then: Mapping[str, float], there: Mapping[str, float], whole: float,
              whole_now: float) -> Iterator[tuple[str, float, float]]:
        if not whole or not whole_now:
            return
        for value in sorted(then.keys() | there.keys()):
            share, share_now = then.get(value, 0.0) / whole, there.get(value, 0.0) / whole_now
            change = abs(share_now - share)
            if change > limits.mix_points and change * whole_now >= limits.mix_rows:
                yield value, share, share_now

    for reason, *shares in moved(before.excluded, now.excluded, before.read, now.read):
        yield f"未计入（{REASON_NAMES[Reason(reason)]}）的行{_from_to(*shares)}"
    for unit, *shares in moved(before.units, now.units, sum(before.units.values()),
                               sum(now.units.values())):
        yield f"{names.get(unit, unit) or '市本级（未分县区）'}的行{_from_to(*shares)}"
    for column in (name for name in before.mixes if name in now.mixes):
        then, there = before.mixes[column], now.mixes[column]
        for value, *shares in moved(then, there, sum(then.values()), sum(there.values())):
            yield f"分类 {column.split('.')[1]} 为 {value or '空'} 的行{_from_to(*shares)}"
    for event, *shares in moved(before.events, now.events, before.counted, now.counted):
        yield f"{_EVENTS.get(event, event)}的行{_from_to(*shares)}"


def _from_to(share: float, share_now: float) -> str:
    return f"由{share:.0%}变为{share_now:.0%}"


def _largest(before: Summary, now: Summary, limits: PlausibilitySettings) -> Iterator[str]:
    usual, largest = before.memory.largest, now.memory.largest
    if usual and largest is not None and largest > limits.amount_times * usual:
        yield f"一行的数量达{count(largest)}，此前最大{count(usual)}"


def _keys(before: Summary, now: Summary, limits: PlausibilitySettings) -> Iterator[str]:
    if now.memory.hashed_with != before.memory.hashed_with:
        return
    keys, dates = ([key for key in before.memory.keys if key.startswith(LATER) is later]
                   for later in (False, True))
    left, unchanged = (len(now.keys.intersection(some)) for some in (keys, dates))
    if len(keys) >= limits.least_rows and left < limits.keys_share * len(keys):
        yield f"抽查的{count(len(keys))}个编号只有{count(left)}个还在原来的日期"
    if len(dates) >= limits.month_rows and unchanged < limits.keys_share * len(dates):
        yield f"抽查的{count(len(dates))}个办结、注销一类的日期只有{count(unchanged)}个没有变"


def contradiction(dataset: Dataset, cells: pd.DataFrame, quality: DatasetQuality,
                  geography: Geography) -> str | None:
    """Why a part cannot be right whatever its source holds, None when it adds up.

    Read = counted + excluded; every counted cell's unit, township and category is a listed one;
    what an event adds up to by unit is what it adds up to by township, so that the units and
    市本级（未分县区） are the city.
    """
    if not quality.balanced:
        return f"读取{count(quality.read)}行，计入与未计入合计{count(quality.counted + sum(quality.excluded.values()))}行"
    counted = np.flatnonzero(_where(cells["status"], COUNTED))
    townships = {township.code for township in geography.townships}
    for place, listed in (("unit", {*geography.unit_codes, ""}), ("township", {*townships, ""})):
        strange = sorted(set(_sums(cells, counted, place)) - listed)
        if strange:
            return f"区划代码 {strange[0]} 不在名录中"
    for column in dataset.columns:
        if column.categories and column.name in cells.columns:
            strange = sorted(set(_sums(cells, counted, column.name)) - {*column.categories, ""})
            if strange:
                return f"{column.name} 的值 {strange[0]} 不在可用的分类中"
    return _lost_by_place(dataset, cells, counted)


def _lost_by_place(dataset: Dataset, cells: pd.DataFrame,
                   counted: npt.NDArray[np.int64]) -> str | None:
    for event in dataset.events:
        placed = counted[_where(cells["event"], f"{event.name}@township")[counted]]
        if len(placed):
            whole = counted[_where(cells["event"], event.name)[counted]]
            if _sums(cells, placed, "unit") != _sums(cells, whole, "unit"):
                return "各县区与市本级（未分县区）之和不等于全市"
    return None
