"""Where each figure will stand at the deadline: a range, the chance of reaching the target, and the
day it is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from math import isnan

import numpy as np

from kpi.counting import BoolArray, FloatArray
from kpi.forecast.panel import LineKey, Panel
from kpi.forecast.run_rate import Projection, days_to_add, joined, project
from kpi.forecast.student import t4_cdf
from kpi.forecast.trials import IntArray
from kpi.forecast.weighing import Weighing, Weights
from kpi.plan import WorkCalendar
from kpi.vocabulary import Window

PRELIMINARY_DAYS = 28
EARLY_DAYS = 182
"""Before this day of the window a chance near 0 or 1 is printed no surer than <10% or >90%."""


class ForecastState(StrEnum):
    """What kind of forecast it is. `PRELIMINARY`: fewer than 28 days on record, so no chance is
    said.

    `STOPPED`: records have suddenly ceased (停更); the forecast takes the silent days for true and is
    to be doubted. `ENDED`: the deadline has come and the target is not met. `NO_DATA`: nothing on
    record at all.
    """

    FORECAST = "forecast"
    PRELIMINARY = "preliminary"
    MET = "met"
    ENDED = "ended"
    STOPPED = "stopped"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class Outcome:
    """The distribution behind a forecast: what a t4-distributed error makes of the figure at the
    deadline.

    `places`: the most a coverage can reach, None for counts; `unit`: what a count is divided by to
    be the value. `signed`: a stock that loses too; its errors add up and `scale` is a count.
    """

    base: float
    growth: float
    pad: float
    scale: float
    unit: float = 1.0
    places: float | None = None
    signed: bool = False

    def chance(self, target: float) -> float:
        """The chance that the value at the deadline is at least `target` (0–1 for a coverage); sure
        when it is there.
        """
        need = target * self.unit - self.base
        if self.places is not None and target * self.unit > self.places + 1e-9:
            return 0.0
        if self.signed:
            return float(1 - t4_cdf((need - self.growth) / self.scale))
        if need <= 0:
            return 1.0
        return float(1 - t4_cdf(2 * (np.sqrt((need + self.pad) / (self.growth + self.pad))
                                     - 1) / self.scale))

    def at(self, error: FloatArray) -> FloatArray:
        """The value at the deadline for each error."""
        if self.signed:
            stock: FloatArray = np.maximum(self.base + self.growth + self.scale * error,
                                           0.0) / self.unit
            return stock
        root = np.maximum(0.0, 1 + self.scale * error / 2)
        count = self.base + (self.growth + self.pad) * root * root - self.pad
        within = (
            count
            if self.places is None
            else np.minimum(np.maximum(count, min(self.base, self.places)), self.places)
        )
        value: FloatArray = within / self.unit
        return value


@dataclass(frozen=True)
class Forecast:
    """A figure at the deadline, in the unit of its value (shares 0–1): 80 % lie between `p10` and
    `p90`.

    `probability` of reaching the target: 1 when met, unless a stock that loses may fall below it
    again; None without a target or when `PRELIMINARY`. `landing`: first day the median path reaches
    the target, None when met, without a target, or not before twice the window. `reached`: first
    day of the unbroken run of days on which the target is met. `run_rates`: additions a day over
    the last 28 and 91 days and since the start, holidays weighted, in counts (places for a
    coverage). `outcome`: the distribution the range is of, None once the deadline has come.
    `early`: too early in the window to be sure of anything. `unsound`: with `NO_DATA`, the first
    day whose figure is no number. All but `state` and `unsound` are None on `NO_DATA`.
    """

    state: ForecastState
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    probability: float | None = None
    landing: date | None = None
    reached: date | None = None
    run_rates: tuple[float, float, float] | None = None
    outcome: Outcome | None = field(default=None, repr=False)
    early: bool = False
    unsound: date | None = None

    @property
    def may_fall_back(self) -> bool:
        """A met target that is more likely missed than held at the deadline."""
        return (
            self.state == ForecastState.MET
            and self.probability is not None
            and self.probability < 0.5
        )


@dataclass(frozen=True, eq=False)
class Signals:
    """What pace alerts rest on, arrays (rows of the panel, days of the window): nan where nothing
    can be said.

    `probability` of reaching the target, `ratio` of the median forecast to the target.
    """

    probability: FloatArray
    ratio: FloatArray


@dataclass(frozen=True, eq=False)
class Forecaster:
    """Forecasts from one panel. `complete`: number of days of the window whose records are all in
    by now.

    `late_days`: a day's records are all in that many days later, so that a forecast of an earlier
    day rests on as much as it could have then.
    """

    panel: Panel
    calendar: WorkCalendar
    complete: int
    late_days: int = 0

    @property
    def window(self) -> Window:
        return self.panel.window

    @cached_property
    def _weighing(self) -> Weighing:
        return Weighing(self.panel, self.calendar)

    def _known(self, days: IntArray) -> IntArray:
        """Complete days a forecast on the given days (numbers elapsed) rests on."""
        result: IntArray = np.minimum(days - self.late_days, self.complete)
        return result

    def at(self, as_of: date) -> Mapping[LineKey, Forecast]:
        """The forecast of every line on the panel as of one day of the window."""
        panel, elapsed = self.panel, self.window.elapsed_days(as_of)
        complete = int(self._known(np.array([elapsed]))[0])
        if not len(panel.level):
            return {}
        if complete < 1:
            return {key: Forecast(ForecastState.NO_DATA) for key in panel.row_of}
        if elapsed >= self.window.days:
            rows = [_ended(panel, row, elapsed - 1) for row in range(len(panel.level))]
        else:
            rows = self._rows(elapsed, complete, as_of)
        return {key: rows[row] for key, row in panel.row_of.items()}

    def landings(self, as_of: date, more: Mapping[LineKey, float]) -> Mapping[LineKey, date | None]:
        """The day the median path of some lines reaches the target if each added `more` a day
        beyond it from tomorrow on.

        None when met, without a target, with nothing to forecast from, or not before twice the
        window. Lines that are not on the panel are left out.
        """
        panel, elapsed = self.panel, self.window.elapsed_days(as_of)
        complete = int(self._known(np.array([elapsed]))[0])
        keys = [key for key in more if key in panel.row_of]
        if complete < 1 or elapsed >= self.window.days or not keys:
            return dict.fromkeys(keys)
        rows = np.array([panel.row_of[key] for key in keys], dtype=np.int64)
        weights, projection = self._projection(complete)
        need = panel.target[rows, elapsed - 1] - panel.sound[rows, complete - 1]
        mine = weights.take(rows)
        days = days_to_add(panel.additions[rows], mine.days, complete, projection.rows(rows), need,
                           np.array([more[key] for key in keys]), mine.effort)
        return {key: None if not day or not lacking > 0
                else max(panel.day(complete + int(day) - 1), as_of + timedelta(days=1))
                for key, day, lacking in zip(keys, days, need, strict=True)}

    def _projection(self, complete: int) -> tuple[Weights, Projection]:
        """The weights and the forecast of every row from one origin."""
        panel, days = self.panel, self.window.days
        weights = self._weighing.on(complete)
        return weights, project(panel.additions, weights.days[:, :days], np.array([complete]), days,
                                stock=panel.stock,
                                season_variance=weights.variance(np.array([days - complete])),
                                effort=weights.effort[:, :days + 1], total=panel.total)

    def _rows(self, elapsed: int, complete: int, as_of: date) -> list[Forecast]:
        panel = self.panel
        weights, projection = self._projection(complete)
        level, net = panel.sound[:, complete - 1], projection.signed
        base, target, places = level[:, None], panel.target[:, elapsed - 1], panel.places[
            :, elapsed - 1]
        low, middle, high = (_within(base + projection.quantile(p), base, places, net)[:, 0]
                             for p in (0.1, 0.5, 0.9))
        chance = _chance(projection, base, target[:, None], places[:, None])[:, 0]
        landing = days_to_add(panel.additions, weights.days, complete, projection, target - level,
                              effort=weights.effort)
        unit = np.where(np.isnan(places), 1.0, places)
        # numbers of Python's own: each of numpy's taken by itself costs more than what is done with
        # it
        columns = (level, unit, low, middle, high, chance, landing, ~np.isnan(target), net[:, 0],
                   projection.growth[:, 0], projection.pad[:, 0], projection.scale[:, 0],
                   projection.rates[:, 0], places)
        rows = []
        for row, own in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
            (
                value,
                divisor,
                p10,
                p50,
                p90,
                likely,
                ahead,
                judged,
                signed,
                growth,
                pad,
                scale,
                rates,
                most,
            ) = own
            state, reached = self._state(row, elapsed, complete)
            if state == ForecastState.NO_DATA or divisor <= 0:
                rows.append(Forecast(ForecastState.NO_DATA, unsound=self._unsound(row, elapsed)))
                continue
            met = state == ForecastState.MET
            certain, stated = (
                met and not signed,
                judged and state in (ForecastState.FORECAST, ForecastState.MET),
            )
            day = None if met or not judged or ahead == 0 else max(
                panel.day(complete + ahead - 1), as_of + timedelta(days=1))
            rows.append(Forecast(state, p10 / divisor, p50 / divisor, p90 / divisor, probability=1.0
                                 if certain else likely if stated else None, landing=day,
                                 reached=reached, run_rates=tuple(rates),
                                 early=elapsed < EARLY_DAYS,
                                 outcome=Outcome(value, growth, pad, scale, divisor, None
                                                 if isnan(most) else most, signed)))
        return rows

    def _unsound(self, row: int, elapsed: int) -> date | None:
        first = int(self.panel.unsound[row])
        return self.panel.day(first) if first < elapsed else None

    def _state(self, row: int, elapsed: int, complete: int) -> tuple[ForecastState, date | None]:
        panel = self.panel
        if panel.first_record[row] >= complete or panel.unsound[row] < elapsed:
            return ForecastState.NO_DATA, None
        if panel.met[row, elapsed - 1]:
            return ForecastState.MET, _reached(panel, row, elapsed - 1)
        young = complete - panel.first_record[row] < PRELIMINARY_DAYS
        return (ForecastState.PRELIMINARY if young else ForecastState.FORECAST), None

    def signals(self) -> Signals:
        """Probability and ratio on every day read so far; each day from data up to that day only.
        """
        panel, shape = self.panel, self.panel.level.shape
        probability, ratio, net = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(
            shape, dtype=bool)
        judged = np.flatnonzero(panel.judged)
        days = np.arange(1, min(panel.days, self.window.days - 1) + 1)
        days = days[self._known(days) >= PRELIMINARY_DAYS]
        if len(judged) and len(days):
            complete, columns = self._known(days), np.ix_(judged, days - 1)
            origins, back = np.unique(complete, return_inverse=True)
            projected = self._projected(judged, origins).at(back)
            base, target, places = panel.sound[np.ix_(judged, complete - 1)], panel.target[
                columns], panel.places[columns]
            old = ((complete[None, :] - panel.first_record[judged][:, None] >= PRELIMINARY_DAYS)
                   & (days[None, :] <= panel.unsound[judged][:, None]))
            net[columns] = projected.signed
            probability[columns] = np.where(old, _chance(projected, base, target, places), np.nan)
            middle = _within(base + projected.growth, base, places, projected.signed)
            ratio[columns] = np.where(old, middle / _positive(target), np.nan)
        return _with_facts(panel, self.window, probability, ratio, net)

    def _projected(self, rows: IntArray, origins: IntArray) -> Projection:
        """Some rows from every origin, each with the season of its month."""
        parts, days = [], self.window.days
        for begin, end in self._weighing.spans(origins):
            weights = self._weighing.on(int(origins[begin])).take(rows)
            parts.append(project(self.panel.additions[rows], weights.days[:, :days],
                                 origins[begin:end], days, stock=self.panel.stock[rows],
                                 season_variance=weights.variance(days - origins[begin:end]),
                                 effort=weights.effort[:, :days + 1], total=self.panel.total[rows]))
        return joined(parts)


def _positive(target: FloatArray) -> FloatArray:
    positive: FloatArray = np.where(target > 0, target, np.nan)
    return positive


def _with_facts(panel: Panel, window: Window, probability: FloatArray, ratio: FloatArray,
                net: BoolArray) -> Signals:
    """A met target is certain but for stocks forecast by their net change (`net`), and on the last
    day there is nothing left to forecast."""
    reached = panel.level / _positive(panel.target)
    if panel.days == window.days:
        last, judged = panel.days - 1, ~np.isnan(panel.target[:, -1]) & (
            panel.first_record < panel.days)
        probability[:, last] = np.where(judged, 0.0, np.nan)
        ratio[:, last] = np.where(judged, reached[:, last], np.nan)
    certain = panel.met & ~net
    return Signals(np.where(certain, 1.0, probability),
                   np.where(certain, np.fmax(ratio, reached), ratio))


def _within(count: FloatArray, base: FloatArray, places: FloatArray, net: BoolArray) -> FloatArray:
    """A coverage does not fall, and no more places can be served than there are; nothing has less
    than none.
    """
    limit = places if places.ndim == count.ndim else places[:, None]
    counted = np.where(net, np.maximum(count, 0.0), count)
    return np.where(np.isnan(limit), counted, np.minimum(np.maximum(count, base), limit))


def _chance(projection: Projection, base: FloatArray, target: FloatArray,
            places: FloatArray) -> FloatArray:
    need = target - base
    chance = np.where((need > 0) | projection.signed, projection.probability(need), 1.0)
    chance = np.where(np.nan_to_num(target, nan=0.0) > np.nan_to_num(places, nan=np.inf) + 1e-9,
                      0.0, chance)
    result: FloatArray = np.where(np.isnan(target), np.nan, chance)
    return result


def _reached(panel: Panel, row: int, position: int) -> date:
    missed = np.flatnonzero(~panel.met[row, :position + 1])
    return panel.day(int(missed[-1]) + 1 if len(missed) else 0)


def _ended(panel: Panel, row: int, position: int) -> Forecast:
    places = panel.places[row, position]
    unit = 1.0 if np.isnan(places) else places
    if panel.unsound[row] <= position:
        return Forecast(ForecastState.NO_DATA, unsound=panel.day(int(panel.unsound[row])))
    if panel.first_record[row] > position or unit <= 0:
        return Forecast(ForecastState.NO_DATA)
    value = float(panel.level[row, position] / unit)
    if panel.met[row, position]:
        return Forecast(ForecastState.MET, value, value, value, 1.0,
                        reached=_reached(panel, row, position))
    judged = not np.isnan(panel.target[row, position])
    return Forecast(ForecastState.ENDED, value, value, value, 0.0 if judged else None)


def as_stopped(forecast: Forecast) -> Forecast:
    """The forecast of a series whose records have ceased; one that says nothing about the future
    stays as it is.
    """
    if forecast.state in (ForecastState.FORECAST, ForecastState.PRELIMINARY):
        return replace(forecast, state=ForecastState.STOPPED)
    return forecast
