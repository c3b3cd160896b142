"""Where a figure will stand at the deadline: columns after the judged ones, the same on 总表 and the
indicator sheets.

A forecast comes from the whole daily series, which is not in the workbook, so these are values and
not formulas.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum

from kpi.forecast import Forecast, ForecastState
from kpi.judging import Light, ScorecardLine
from kpi.plan import IndicatorPlan
from kpi.scorecard import Scorecard
from kpi.wording import FORECAST_WORDS, light_word
from reports.workbook import formats, style
from reports.workbook.judged import Col
from reports.workbook.names import cell_name, quoted
from reports.workbook.page import Page


class Ahead(IntEnum):
    """Columns, the first one after `Col.DAILY`."""

    CHANCE = Col.DAILY + 1
    LANDING = Col.DAILY + 2
    STATE = Col.DAILY + 3
    LOW = Col.DAILY + 4
    MIDDLE = Col.DAILY + 5
    HIGH = Col.DAILY + 6


PRINTED = Ahead.LANDING
"""The last column a meeting reads on paper: whether and when; the range stands behind it."""
HEADS = ("按期可能性", "预计完成日", "预测状态", "截止日预测下限", "截止日预测中值", "截止日预测上限")
WIDTHS = (6.5, 10.5, 16, 10.5, 10.5, 10.5)
NOTE = "预测下限至上限为80%区间；预计完成日为预测中值达到目标之日，已完成的为达到目标之日；随时与目标比较的比率不作预测。"

FINAL_NOTE = "方案已到期，不再预测；已完成的写明达到目标之日。"

Value = str | float | date | None


def note(card: Scorecard) -> str:
    """What the columns say, for the head of a sheet."""
    return FINAL_NOTE if card.final else NOTE


def looks(item: IndicatorPlan, line: ScorecardLine) -> dict[Ahead, style.Look]:
    number = style.NUMBER.but(number=formats.share(None) if item.indicator.is_share
                              else formats.count(item))
    early = line.forecast is not None and line.forecast.early
    chance = style.CENTRED.but(number=formats.CHANCE_EARLY if early else formats.CHANCE)
    exact = {Ahead.LOW: number, Ahead.MIDDLE: number, Ahead.HIGH: number}
    return {**exact, Ahead.CHANCE: chance, Ahead.STATE: style.CENTRED,
            Ahead.LANDING: style.DATE}


def values(line: ScorecardLine) -> dict[Ahead, Value]:
    """The line's forecast, unrounded; None is shown as “—”."""
    forecast = line.forecast
    if forecast is None:
        return dict.fromkeys(Ahead)
    if line.final:  # nothing lies ahead of a result; when it was reached stays
        told = line.light in (Light.MET, Light.RED)
        return {**dict.fromkeys(Ahead), Ahead.STATE: light_word(line.light, final=True) if told
                else None, Ahead.LANDING: forecast.reached if line.light == Light.MET else None}
    day = forecast.reached if forecast.state == ForecastState.MET else forecast.landing
    return {Ahead.LOW: forecast.p10, Ahead.MIDDLE: forecast.p50, Ahead.HIGH: forecast.p90,
            Ahead.CHANCE: forecast.probability, Ahead.STATE: _state(forecast), Ahead.LANDING: day}


def _state(forecast: Forecast) -> str:
    return "已达标，可能回落" if forecast.may_fall_back else FORECAST_WORDS[forecast.state]


def write_outlook(page: Page, row: int, item: IndicatorPlan, line: ScorecardLine) -> None:
    look = looks(item, line)
    for column, value in values(line).items():
        page.put(row, column, value, look[column])


def link_outlook(page: Page, row: int, item: IndicatorPlan, line: ScorecardLine, *, sheet: str,
                 source_row: int) -> None:
    """The same columns as links to the indicator's own sheet."""
    look = looks(item, line)
    for column, value in values(line).items():
        # a “—” formatted as a date is shown by some programs as an invalid one
        own = style.CENTRED if value is None and column == Ahead.LANDING else look[column]
        page.formula(row, column, f"{quoted(sheet)}!{cell_name(source_row, column)}",
                     _cached(value), own)


def _cached(value: Value) -> str | float | None:
    """A date as the number a spreadsheet keeps for it."""
    return (value - date(1899, 12, 30)).days if isinstance(value, date) else value


def blank(page: Page, row: int) -> None:
    """Empty cells in these columns."""
    for column in Ahead:
        page.put(row, column, "", style.TEXT)
