"""What the databases already know of an item that a unit is asked for."""

from __future__ import annotations

from datetime import date, timedelta

from kpi.definitions import Kind
from kpi.figures import Figures, is_stale
from kpi.returns.items import ItemKind, ReturnItem, last_day, month_of
from kpi.vocabulary import Rollup


def known(figures: Figures, item: ReturnItem, unit: str, month: date) -> float | None:
    """The indicator's figure for a unit and a month, given by any of its days; shares in per cent.

    A count is what the month added, a stock what there was on its last day. None where there is no
    such indicator or unit, its data does not reach over the month, or the indicator does not count
    what happens.
    """
    end, place = last_day(month), figures.facts.geography.member(Rollup.MANAGING, unit)
    plan = next((one for one in figures.plan.indicators if one.code == item.prefill), None)
    if plan is None or place is None or not figures.plan.window.start <= end < figures.facts.read_on:
        return None
    if is_stale(figures.facts, plan, end):
        return None
    at_end = figures.measure(item.prefill, place, end).value
    if item.kind == ItemKind.STOCK:
        return at_end if at_end is None or not plan.indicator.is_share else at_end * 100
    if plan.indicator.kind != Kind.CUMULATIVE or at_end is None:
        return None
    before = month_of(month) - timedelta(days=1)
    # what is counted begins with the plan
    at_start = 0.0 if before < figures.plan.window.start else figures.measure(
        item.prefill, place, before).value
    return None if at_start is None else at_end - at_start
