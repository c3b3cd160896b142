"""Figures out of approved returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.returns.items import ItemKind, ReturnItem, following, last_day, month_of, previous
from kpi.returns.states import MonthlyReturn
from kpi.vocabulary import Window


@dataclass(frozen=True)
class ReturnRow:
    """A row of the dataset `monthly_return`. `month`: the last day of the month, on which the
    amount stands. `corrected`: the return was ever reopened.
    """

    unit_code: str
    item: str
    month: date
    amount: float
    corrected: bool


def rows(returns: Iterable[MonthlyReturn]) -> tuple[ReturnRow, ...]:
    """A row per approved amount, by month, unit and item; a blank has no row."""
    result = [ReturnRow(one.unit, code, last_day(one.month), amount, one.corrected)
              for one in returns for code, amount in (one.approved or {}).items()
              if amount is not None]
    return tuple(sorted(result, key=lambda row: (row.month, row.unit_code, row.item)))


def figure(listed: Iterable[ReturnRow], item: ReturnItem, unit: str, start: date,
           as_of: date) -> float | None:
    """A unit's figure as of a day, in the item's unit; None without an approved return.

    A count is the sum of the months that end in [start, as_of]. A stock is that of the newest month
    that has ended; where its return is not approved yet, that of the month before; None when that
    is missing too.
    """
    amounts = {row.month: row.amount for row in listed
               if (row.unit_code, row.item) == (unit, item.code) and row.month <= as_of}
    if item.kind == ItemKind.COUNT:
        within = [amount for month, amount in amounts.items() if month >= start]
        return sum(within) if within else None
    ended = month_of(as_of)
    if last_day(ended) != as_of:
        ended = previous(ended)
    return amounts.get(last_day(ended), amounts.get(last_day(previous(ended))))


def months_of(window: Window, today: date) -> tuple[date, ...]:
    """As `months_due`, of a plan's window: none after its deadline."""
    return months_due(window.start, min(today, window.deadline + timedelta(days=1)))


def months_due(start: date, today: date) -> tuple[date, ...]:
    """The first days of the months from the start's that have ended before today, oldest first."""
    month, result = month_of(start), []
    while last_day(month) < today:
        result.append(month)
        month = following(month)
    return tuple(result)
