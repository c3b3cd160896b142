"""How much each day counts in the forecast of each row: calendar, the plan's own curve, and the
season of the year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

import numpy as np

from kpi.counting import FloatArray
from kpi.definitions import Kind
from kpi.forecast.panel import Panel
from kpi.forecast.run_rate import running
from kpi.forecast.season import LEAST_DAYS, SHARE, Seasons, no_season, seasons
from kpi.forecast.trials import IntArray
from kpi.plan import WorkCalendar
from kpi.vocabulary import DayAxis

# additions a day from which on a row has a season of its own; below, it is the whole city's
OWN_SEASON = 5.0


@dataclass(frozen=True, eq=False)
class Weights:
    """`days`: weights of the days of the window and of as many after it, one row for all or one per
    row. `seasons`: None when none can be read yet."""

    days: FloatArray
    seasons: Seasons | None

    @cached_property
    def effort(self) -> FloatArray:
        """`days` added up: the forecasts of a whole month share it."""
        return running(self.days)

    def variance(self, left: IntArray) -> FloatArray | float:
        """What the season's uncertainty adds to the variance of a forecast `left` days ahead, shape
        (rows, len(left)).
        """
        return 0.0 if self.seasons is None else SHARE * self.seasons.variance(left)

    def take(self, rows: IntArray) -> Weights:
        one = len(self.days) == 1
        part = Weights(self.days if one else self.days[rows], None if self.seasons is None
                       else self.seasons.take(rows))
        vars(part)["effort"] = self.effort if one else self.effort[rows]
        return part


@dataclass(frozen=True, eq=False)
class Weighing:
    """The weights of one panel. A season is read at ends of months, from the days up to then, and
    serves the forecasts of the month after: it is worked out once however many days are looked
    at."""

    panel: Panel
    calendar: WorkCalendar
    _read: dict[int, Weights] = field(default_factory=dict, init=False, repr=False)

    def on(self, complete: int) -> Weights:
        """The weights for a forecast that rests on `complete` complete days; nothing later is used.
        """
        day = int(self._season_days(np.array([complete]))[0])
        if day not in self._read:
            self._read[day] = self._with_season(day)
        return self._read[day]

    def spans(self, origins: IntArray) -> Iterator[tuple[int, int]]:
        """(first, last + 1) of each run of ascending origins that share their weights."""
        cuts = np.flatnonzero(np.diff(self._season_days(origins))) + 1
        yield from zip([0, *cuts.tolist()], [*cuts.tolist(), len(origins)], strict=True)

    def _season_days(self, complete: IntArray) -> IntArray:
        """How many days the season of each forecast rests on; 0 for none."""
        ends: IntArray = np.concatenate([[0], self._month_ends])
        days: IntArray = ends[np.searchsorted(ends, complete, side="right") - 1]
        return days

    @cached_property
    def _month_ends(self) -> IntArray:
        """Days elapsed at the ends of months late enough to read a season."""
        window = self.panel.window
        days = (window.start + timedelta(days=number) for number in range(window.days + 1))
        ends = [number for number, after in enumerate(days) if after.day == 1
                and number >= LEAST_DAYS]
        return np.array(ends, dtype=np.int64)

    @cached_property
    def _planned(self) -> FloatArray:
        """Weights without season."""
        window, panel = self.panel.window, self.panel
        last = window.start + timedelta(days=2 * window.days - 1)
        weights = self.calendar.weights(DayAxis(window.start, last))[None, :]
        curves = {curve: curve.day_weights(window)
                  for curve in {nature.curve for nature in panel.natures}}
        if not any(curves.values()):
            return weights
        rows = np.repeat(weights, len(panel.level), axis=0)
        for row, nature in enumerate(panel.natures):
            planned = curves[nature.curve]
            if planned is not None:
                rows[row, :window.days] *= planned
        return rows

    def _with_season(self, complete: int) -> Weights:
        if not complete:
            return Weights(self._planned, None)
        index = self._seasons(complete)
        return Weights(self._planned * index.weights(self._planned.shape[1]), index)

    def _seasons(self, complete: int) -> Seasons:
        counts, rows = self.panel.additions[:, :complete], np.arange(len(self.panel.level))
        natures = [self.panel.nature(row) for row in range(len(rows))]
        city = np.array([nature.city for nature in natures], dtype=np.int64)
        source = np.where(counts.mean(axis=1) >= OWN_SEASON, rows, city)
        # a place opens once and for all: what is left to open has no season
        counted = np.array([nature.kind != Kind.COVERAGE for nature in natures], dtype=bool)
        wanted, back = np.unique(source[counted], return_inverse=True)
        planned = np.broadcast_to(self._planned[:, :complete], counts.shape)
        index = seasons(counts[wanted], planned[wanted]).take(back)
        whole = no_season(len(rows), complete)
        whole.log_index[counted], whole.mean_variance[
            counted] = index.log_index, index.mean_variance
        whole.chance[counted] = index.chance
        return whole
