"""Month by month: what each month added, beside the same month last year (同比) and the month before (环比)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kpi.scorecard.scorecard import Figures
from kpi.scorecard.trend import month_addition
from kpi.vocabulary.division import Division
from kpi.wording import wording


@dataclass(frozen=True)
class Month:
    """One calendar month of the plan, `first` … `last` inclusive; the running month ends on as_of.

    `drawn`: of a count what the month added, of a share the share itself as of `last` (a share of a month is never
    averaged into anything). `total`: the figure as of `last`. `year_ago`, `previous`: the same as `drawn` over the same
    days of last year's month and of the month before. Any of them is None when it is not known or has no base.
    """

    first: date
    last: date
    is_share: bool
    drawn: float | None
    total: float | None
    year_ago: float | None
    previous: float | None

    @property
    def complete(self) -> bool:
        return self.last == month_end(self.last)

    @property
    def year_on_year(self) -> str:
        """同比 in words: “增长5.0%”, of a share “+0.3个百分点”; “—” without a base."""
        return _compared(self.drawn, self.year_ago, self.is_share)

    @property
    def month_on_month(self) -> str:
        """环比 in words, as `year_on_year`."""
        return _compared(self.drawn, self.previous, self.is_share)


def months(known: Figures, code: str, division: Division, as_of: date) -> tuple[Month, ...]:
    """Every month from the plan's start through `as_of`, oldest first."""
    share = known.plan.indicator(code).indicator.is_share
    read = _share if share else _count
    return tuple(Month(first, last, share, *read(known, code, division, last)) for first, last in _spans(known, as_of))


def month_end(day: date) -> date:
    """Last day of the month of `day`."""
    following = day.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)


def year_before(day: date) -> date:
    """The same date last year; a whole month stays whole (28 February ↔ 29 February)."""
    return _same_day(day, day.replace(year=day.year - 1, day=1))


def month_before(day: date) -> date:
    """The same day of the month before, its last day for the last day of a month."""
    return _same_day(day, (day.replace(day=1) - timedelta(days=1)).replace(day=1))


_Figures = tuple[float | None, float | None, float | None, float | None]


def _count(known: Figures, code: str, division: Division, last: date) -> _Figures:
    def added(day: date) -> float | None:
        return month_addition(known, code, division, day) if day >= known.plan.window.start else None

    return added(last), known.measure(code, division, last).value, added(year_before(last)), added(month_before(last))


def _share(known: Figures, code: str, division: Division, last: date) -> _Figures:
    now = known.measure(code, division, last).value
    end = last.replace(day=1) - timedelta(days=1)
    # the month before is no base where the figure begins again, which `month_addition` knows
    base = known.measure(code, division, end).value if month_addition(known, code, division, last) is not None else None
    return now, now, known.measure(code, division, year_before(last)).value, base


def _spans(known: Figures, as_of: date) -> list[tuple[date, date]]:
    spans, first = [], known.plan.window.start
    while first <= as_of:
        last = min(month_end(first), as_of)
        spans.append((first, last))
        first = month_end(first) + timedelta(days=1)
    return spans


def _same_day(day: date, month: date) -> date:
    end = month_end(month)
    return end if day == month_end(day) else month.replace(day=min(day.day, end.day))


def _compared(now: float | None, base: float | None, is_share: bool) -> str:
    if now is None or base is None:
        return wording.ABSENT
    if is_share:
        return wording.signed(now - base, "%")
    # a stock can shrink, and nothing grows by a percentage of a loss
    return wording.change(now, base if base > 0 else None)
