"""Number formats with Chinese units; more decimals only where rounding would contradict the light.
"""

from __future__ import annotations

from kpi.plan import Comparator, IndicatorPlan
from kpi.wording import percent

POINTS = '+0.0"个百分点";-0.0"个百分点";0.0"个百分点"'
SIGNED = "+0.0;-0.0;0.0"
DAYS = '#,##0"天"'
PEOPLE = '#,##0"人"'
CHANCE = '[<0.05]"<5%";[>0.95]">95%";0%'
CHANCE_EARLY = '[<0.1]"<10%";[>0.9]">90%";0%'
"""Said no more exactly than it is known, like `kpi.wording.wording.forecast_chance`."""
SCORE = "0.0"
SCORE_FULL = "0.0000"


def _count(unit: str, decimals: int = 0) -> str:
    number = "#,##0" if not decimals else "#,##0." + "0" * decimals
    return number + (f'"{_plain(unit)}"' if unit else "")


def _plain(unit: str) -> str:
    return unit.replace('"', "")


def share(value: float | None, target: float | None = None,
          comparator: Comparator = Comparator.AT_LEAST) -> str:
    """`0.0%`, or as many decimals as `kpi.wording.wording.percent` prints for this value."""
    decimals = (
        1
        if value is None
        else len(percent(value, target, comparator).rstrip("%").partition(".")[2])
    )
    return "0." + "0" * decimals + "%"


_IN_WAN = '[>=100000000]0\\.0,"万";#,##0'
"""Amounts of more digits than a column holds, in ten thousands."""


def value(item: IndicatorPlan, number: float | None, target: float | None, *,
          named: bool = True) -> str:
    """`named`: with the unit, here as in the others; not where a column or the head gives it."""
    if item.indicator.is_share:
        return share(number, target, item.comparator)
    return _count(item.indicator.unit) if named else _IN_WAN


def target(item: IndicatorPlan, number: float | None, *, named: bool = True) -> str:
    """Targets show their sign: “≥5,000家”, “>50%”."""
    sign = '">"' if item.comparator == Comparator.MORE_THAN else '"≥"'
    if not item.indicator.is_share:
        return sign + _count(_unit(item, named=named))
    whole = number is None or float(f"{number * 100:.6f}").is_integer()
    return sign + ("0%" if whole else "0.0%")


def expected(item: IndicatorPlan, *, named: bool = True) -> str:
    return "0.0%" if item.indicator.is_share else _count(_unit(item, named=named))


def gap(item: IndicatorPlan, *, named: bool = True) -> str:
    if item.indicator.is_share:
        return POINTS
    unit = f'"{_plain(item.indicator.unit)}"' if named else ""
    return f"+#,##0{unit};-#,##0{unit};0{unit}"


def daily(item: IndicatorPlan, *, named: bool = True) -> str:
    return _count(_unit(item, named=named), 1)


def count(item: IndicatorPlan) -> str:
    return _count(item.indicator.unit)


def _unit(item: IndicatorPlan, *, named: bool) -> str:
    return item.indicator.unit if named else ""
