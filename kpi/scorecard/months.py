"""Month by month: what each month added, beside the same month last year (同比) and the month before
(环比).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kpi.scorecard.scorecard import Figures
from kpi.scorecard.trend import month_addition
from kpi.vocabulary import Division
from kpi.wording import wording


@dataclass(frozen=True)
class Month:
    """One calendar month of the plan, `first` … `last` inclusive; the running month ends on as_of.

    `drawn`: of a count what the month added, of a share the share itself as of `last` (a share of a
    month is never averaged into anything). `total`: the figure as of `last`. `year_ago`,
    `previous`: the same as `drawn` over the same days of last year's month and of the month before.
    `alike`: the same as `drawn` over as many days as `previous` is of: on 30 March those through 28
    March, because February has no more. Any of them is None when it is not known or has no base.
    """

    first: date
    last: date
    is_share: bool
    drawn: float | None
    total: float | None
    year_ago: float | None
    previous: float | None
    alike: float | None

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
        return _compared(self.alike, self.previous, self.is_share)


def months(figures: Figures, code: str, division: Division, as_of: date) -> tuple[Month, ...]:
    """Every month from the plan's start through `as_of`, oldest first."""
    share = figures.plan.indicator(code).indicator.is_share
    read = _share if share else _count
    return tuple(Month(first, last, share, *read(figures, code, division, last))
                 for first, last in _spans(figures, as_of))


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


def as_many_days(day: date) -> date:
    """The day through which its month has as many days as there are through `month_before(day)`; a
    whole month stays whole.
    """
    return day if day == month_end(day) else day.replace(day=min(day.day, month_before(day).day))


def same_date_last_year(day: date) -> date:
    """The date last year, 28 February for 29 February. Unlike `year_before` it is never a later
    date of its month.
    """
    return day.replace(year=day.year - 1,
                       day=min(day.day, month_end(day.replace(year=day.year - 1, day=1)).day))


_Figures = tuple[float | None, float | None, float | None, float | None, float | None]


def _count(figures: Figures, code: str, division: Division, last: date) -> _Figures:
    def added(day: date) -> float | None:
        return (
            month_addition(figures, code, division, day)
            if day >= figures.plan.window.start
            else None
        )

    return (added(last), figures.measure(code, division, last).value, added(year_before(last)),
            added(month_before(last)), added(as_many_days(last)))


def _share(figures: Figures, code: str, division: Division, last: date) -> _Figures:
    def share(day: date) -> float | None:
        return figures.measure(code, division, day).value

    # the month before is no base where the figure begins again, which `month_addition` knows
    base = (
        share(month_before(last))
        if month_addition(figures, code, division, last) is not None
        else None
    )
    return share(last), share(last), share(year_before(last)), base, share(as_many_days(last))


def _spans(figures: Figures, as_of: date) -> list[tuple[date, date]]:
    spans, first = [], figures.plan.window.start
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
