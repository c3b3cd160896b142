"""Where each figure will stand at the deadline: a range, the chance of reaching the target, and the day it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np

from kpi.counting.facts import FloatArray
from kpi.forecast.panel import LineKey, Panel
from kpi.forecast.run_rate import IntArray, Projection, days_to_add, project
from kpi.plan.workdays import WorkCalendar
from kpi.vocabulary.period import DayAxis, Window

PRELIMINARY_DAYS = 28


class ForecastState(StrEnum):
    """What kind of forecast it is. `PRELIMINARY`: fewer than 28 days on record, so no chance is said.

    `STOPPED`: records have suddenly ceased (停更); the forecast takes the silent days for true and is to be doubted.
    `ENDED`: the deadline has come and the target is not met. `NO_DATA`: nothing on record at all.
    """

    FORECAST = "forecast"
    PRELIMINARY = "preliminary"
    MET = "met"
    ENDED = "ended"
    STOPPED = "stopped"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class Outcome:
    """The distribution behind a forecast: what a t4-distributed error makes of the figure at the deadline.

    `places`: the most a coverage can reach, None for counts; `unit`: what a count is divided by to be the value.
    """

    base: float
    growth: float
    pad: float
    scale: float
    unit: float = 1.0
    places: float | None = None

    def at(self, error: FloatArray) -> FloatArray:
        """The value at the deadline for each error."""
        root = np.maximum(0.0, 1 + self.scale * error / 2)
        count = self.base + (self.growth + self.pad) * root * root - self.pad
        within = count if self.places is None else np.clip(count, min(self.base, self.places), self.places)
        value: FloatArray = within / self.unit
        return value


@dataclass(frozen=True)
class Forecast:
    """A figure at the deadline, in the unit of its value (shares 0–1): 80 % lie between `p10` and `p90`.

    `probability` of reaching the target: 1 when met, None without a target or when `PRELIMINARY`. `landing`: first day
    the median path reaches the target, None when met, without a target, or not before twice the window. `reached`: first
    day of the unbroken run of days on which the target is met. `run_rates`: additions a day over the last 28 and 91 days
    and since the start, holidays weighted, in counts (places for a coverage). `outcome`: the distribution the range is of,
    None once the deadline has come. All but `state` are None on `NO_DATA`.
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


@dataclass(frozen=True, eq=False)
class Signals:
    """What pace alerts rest on, arrays (rows of the panel, days of the window): nan where nothing can be said.

    `probability` of reaching the target, `ratio` of the median forecast to the target.
    """

    probability: FloatArray
    ratio: FloatArray


@dataclass(frozen=True, eq=False)
class Forecaster:
    """Forecasts from one panel. `complete`: number of days of the window whose records are all in by now.

    `late_days`: a day's records are all in that many days later, so that a forecast of an earlier day rests on as much
    as it could have then.
    """

    panel: Panel
    calendar: WorkCalendar
    complete: int
    late_days: int = 0

    @property
    def window(self) -> Window:
        return self.panel.window

    @cached_property
    def _twice(self) -> FloatArray:
        """Weights of the days of the window and of as many after it."""
        last = self.window.start + timedelta(days=2 * self.window.days - 1)
        return self.calendar.weights(DayAxis(self.window.start, last))

    @property
    def _weights(self) -> FloatArray:
        return self._twice[:self.window.days]

    def _known(self, days: IntArray) -> IntArray:
        """Complete days a forecast on the given days (numbers elapsed) rests on."""
        known: IntArray = np.minimum(days - self.late_days, self.complete)
        return known

    def at(self, as_of: date) -> Mapping[LineKey, Forecast]:
        """The forecast of every line on the panel as of one day of the window."""
        panel, elapsed = self.panel, self.window.elapsed_days(as_of)
        known = int(self._known(np.array([elapsed]))[0])
        if not len(panel.level):
            return {}
        if known < 1:
            return {key: Forecast(ForecastState.NO_DATA) for key in panel.row_of}
        if elapsed >= self.window.days:
            rows = [_ended(panel, row, elapsed - 1) for row in range(len(panel.level))]
        else:
            rows = self._rows(elapsed, known, as_of)
        return {key: rows[row] for key, row in panel.row_of.items()}

    def _rows(self, elapsed: int, known: int, as_of: date) -> list[Forecast]:
        panel = self.panel
        projection = project(panel.additions, self._weights, np.array([known]), self.window.days)
        level = panel.level[:, known - 1]
        base, target, places = level[:, None], panel.target[:, elapsed - 1], panel.places[:, elapsed - 1]
        low, middle, high = (_within(base + projection.quantile(p), base, places)[:, 0] for p in (0.1, 0.5, 0.9))
        chance = _chance(projection, base, target[:, None], places[:, None])[:, 0]
        landing = self._landing(known, level, target, projection)
        unit = np.where(np.isnan(places), 1.0, places)
        rows = []
        for row in range(len(level)):
            state, reached = self._state(row, elapsed, known)
            if state == ForecastState.NO_DATA or unit[row] <= 0:
                rows.append(Forecast(ForecastState.NO_DATA))
                continue
            met, judged = state == ForecastState.MET, not np.isnan(target[row])
            said = judged and state == ForecastState.FORECAST
            day = None if met or not judged or landing[row] == 0 else max(
                panel.day(known + landing[row] - 1), as_of + timedelta(days=1))
            first, second, third = (float(rate) for rate in projection.rates[row, 0])
            p10, p50, p90 = (float(value[row] / unit[row]) for value in (low, middle, high))
            rows.append(Forecast(
                state, p10, p50, p90, probability=1.0 if met else float(chance[row]) if said else None, landing=day, reached=reached,
                run_rates=(first, second, third), outcome=Outcome(
                    float(level[row]), float(projection.growth[row, 0]), float(projection.pad[row, 0]),
                    float(projection.scale[row, 0]), float(unit[row]),
                    None if np.isnan(places[row]) else float(places[row]))))
        return rows

    def _state(self, row: int, elapsed: int, known: int) -> tuple[ForecastState, date | None]:
        panel = self.panel
        if panel.first_record[row] >= known:
            return ForecastState.NO_DATA, None
        if panel.met[row, elapsed - 1]:
            return ForecastState.MET, _reached(panel, row, elapsed - 1)
        young = known - panel.first_record[row] < PRELIMINARY_DAYS
        return (ForecastState.PRELIMINARY if young else ForecastState.FORECAST), None

    def _landing(self, known: int, level: FloatArray, target: FloatArray, projection: Projection) -> IntArray:
        """Days after the last known day until the median path reaches the target, 0 when it does not."""
        return days_to_add(self.panel.additions, self._twice, known, projection, target - level)

    def signals(self) -> Signals:
        """Probability and ratio on every day read so far; each day from data up to that day only."""
        panel, shape = self.panel, self.panel.level.shape
        probability, ratio = np.full(shape, np.nan), np.full(shape, np.nan)
        judged = np.flatnonzero(panel.judged)
        days = np.arange(1, min(panel.days, self.window.days - 1) + 1)
        days = days[self._known(days) >= PRELIMINARY_DAYS]
        if len(judged) and len(days):
            known, columns = self._known(days), np.ix_(judged, days - 1)
            origins, back = np.unique(known, return_inverse=True)
            found = project(panel.additions[judged], self._weights, origins, self.window.days)
            found = Projection(*(getattr(found, name)[:, back] for name in ("growth", "scale", "pad", "rates", "blend")))
            base, target, places = panel.level[np.ix_(judged, known - 1)], panel.target[columns], panel.places[columns]
            old = known[None, :] - panel.first_record[judged][:, None] >= PRELIMINARY_DAYS
            probability[columns] = np.where(old, _chance(found, base, target, places), np.nan)
            ratio[columns] = np.where(old, _within(base + found.growth, base, places) / _positive(target), np.nan)
        return _with_facts(panel, self.window, probability, ratio)


def _positive(target: FloatArray) -> FloatArray:
    positive: FloatArray = np.where(target > 0, target, np.nan)
    return positive


def _with_facts(panel: Panel, window: Window, probability: FloatArray, ratio: FloatArray) -> Signals:
    """A met target is certain, and on the last day there is nothing left to forecast."""
    reached = panel.level / _positive(panel.target)
    if panel.days == window.days:
        last, judged = panel.days - 1, ~np.isnan(panel.target[:, -1]) & (panel.first_record < panel.days)
        probability[:, last] = np.where(judged, 0.0, np.nan)
        ratio[:, last] = np.where(judged, reached[:, last], np.nan)
    probability = np.where(panel.met, 1.0, probability)
    return Signals(probability, np.where(panel.met, np.fmax(ratio, reached), ratio))


def _within(count: FloatArray, base: FloatArray, places: FloatArray) -> FloatArray:
    """A coverage does not fall, and no more places can be served than there are; counts stay as they are."""
    limit = places if places.ndim == count.ndim else places[:, None]
    return np.where(np.isnan(limit), count, np.minimum(np.maximum(count, base), limit))


def _chance(projection: Projection, base: FloatArray, target: FloatArray, places: FloatArray) -> FloatArray:
    need = np.maximum(target - base, 0.0)
    chance = np.where(need > 0, projection.probability(need), 1.0)
    chance = np.where(np.nan_to_num(target, nan=0.0) > np.nan_to_num(places, nan=np.inf) + 1e-9, 0.0, chance)
    known: FloatArray = np.where(np.isnan(target), np.nan, chance)
    return known


def _reached(panel: Panel, row: int, position: int) -> date:
    missed = np.flatnonzero(~panel.met[row, :position + 1])
    return panel.day(int(missed[-1]) + 1 if len(missed) else 0)


def _ended(panel: Panel, row: int, position: int) -> Forecast:
    places = panel.places[row, position]
    unit = 1.0 if np.isnan(places) else places
    if panel.first_record[row] > position or unit <= 0:
        return Forecast(ForecastState.NO_DATA)
    value = float(panel.level[row, position] / unit)
    if panel.met[row, position]:
        return Forecast(ForecastState.MET, value, value, value, 1.0, reached=_reached(panel, row, position))
    judged = not np.isnan(panel.target[row, position])
    return Forecast(ForecastState.ENDED, value, value, value, 0.0 if judged else None)


def as_stopped(forecast: Forecast) -> Forecast:
    """The forecast of a series whose records have ceased; one that says nothing about the future stays as it is."""
    if forecast.state in (ForecastState.FORECAST, ForecastState.PRELIMINARY):
        return replace(forecast, state=ForecastState.STOPPED)
    return forecast
