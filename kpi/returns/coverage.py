"""Who has reported which month, and what the databases know of the same months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.figures import Figures
from kpi.returns.items import ItemKind, ReturnForm, ReturnItem, last_day
from kpi.returns.known import known
from kpi.returns.states import MonthlyReturn, ReturnState

STANDING_NAMES = {ReturnState.APPROVED: "已审", ReturnState.FILED: "已报待审", ReturnState.RETURNED: "退回",
                  ReturnState.REOPENED: "更正中", ReturnState.WAITING: "未报"}
"""In the order they are told."""
Returns = Mapping[tuple[date, str], MonthlyReturn]


@dataclass(frozen=True)
class Coverage:
    """How the units stand with a month, given by its first day. `units`: codes by state, in the
    order of the units; a state nobody is in has no entry.
    """

    month: date
    due: date
    units: Mapping[ReturnState, tuple[str, ...]]

    @property
    def complete(self) -> bool:
        """Whether all are approved."""
        return set(self.units) <= {ReturnState.APPROVED}

    def words(self, names: Mapping[str, str]) -> str:
        """“2026年10月：已审 7 个，未报 1 个（泗阳县）”. `names`: of the units by code."""
        told = [f"{name} {len(self.units[state])} 个" + (
            "" if state in (ReturnState.APPROVED, ReturnState.FILED) else
            f"（{'、'.join(names[code] for code in self.units[state])}）")
                for state, name in STANDING_NAMES.items() if state in self.units]
        return f"{self.month.year}年{self.month.month}月：{'，'.join(told)}"


def coverage(form: ReturnForm, months: Sequence[date], units: Sequence[str],
             returns: Iterable[MonthlyReturn]) -> tuple[Coverage, ...]:
    """Of every month, in the order given. Units that are asked for nothing are left out."""
    by_key = _by_key(returns)
    asked = [unit for unit in units if form.of(unit)]
    result = []
    for month in months:
        states: dict[ReturnState, tuple[str, ...]] = {}
        for unit in asked:
            state = by_key.get((month, unit), MonthlyReturn(month, unit)).state
            states[state] = (*states.get(state, ()), unit)
        result.append(Coverage(month, form.due(month), states))
    return tuple(result)


@dataclass(frozen=True)
class Compared:
    """What was approved of an item beside what the databases know, both over the same months
    (`first` … `last`, their first days) and units. `units`: how many of those there are.
    """

    item: ReturnItem
    reported: float
    known: float
    first: date
    last: date
    units: int

    @property
    def difference(self) -> float:
        return self.reported - self.known


def compared(figures: Figures, item: ReturnItem, units: Sequence[str], months: Sequence[date],
             returns: Iterable[MonthlyReturn]) -> Compared | None:
    """An item's amounts and the databases' figure added up where there are both; of a stock in the
    newest such month only. None where they are never both known.
    """
    by_key, pairs = _by_key(returns), []
    for month in sorted(months):
        for unit in units:
            amount = _approved(by_key, month, unit).get(item.code)
            there = None if amount is None else known(figures, item, unit, month)
            if amount is not None and there is not None:
                pairs.append((month, unit, amount, there))
    if not pairs:
        return None
    if item.kind == ItemKind.STOCK:
        pairs = [pair for pair in pairs if pair[0] == pairs[-1][0]]
    return Compared(item, sum(pair[2] for pair in pairs), sum(pair[3] for pair in pairs),
                    pairs[0][0], pairs[-1][0], len({pair[1] for pair in pairs}))


def lacking(item: ReturnItem, month: date, units: Sequence[str],
            returns: Iterable[MonthlyReturn]) -> tuple[str, ...]:
    """The units that are asked for the item and have no approved amount for the month."""
    by_key = _by_key(returns)
    return tuple(unit for unit in units if item.asked(unit)
                 and _approved(by_key, month, unit).get(item.code) is None)


def _approved(by_key: Returns, month: date, unit: str) -> Mapping[str, float | None]:
    return by_key.get((month, unit), MonthlyReturn(month, unit)).approved or {}


def _by_key(returns: Iterable[MonthlyReturn]) -> Returns:
    return {(one.month, one.unit): one for one in returns}


def ended_by(months: Sequence[date], day: date) -> tuple[date, ...]:
    """Those of the months that have ended by the end of a day."""
    return tuple(month for month in months if last_day(month) <= day)
