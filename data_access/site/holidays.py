"""The State Council's public holidays, from the package that carries the yearly notices."""

from __future__ import annotations

from datetime import date

import chinese_calendar

from kpi.vocabulary import Window


def public_holidays(window: Window) -> frozenset[date]:
    """Public holidays (not ordinary weekends) in the years of the window; a year not announced yet
    has none.
    """
    days: set[date] = set()
    for year in range(window.start.year, window.deadline.year + 1):
        try:
            days.update(chinese_calendar.get_holidays(date(year, 1, 1), date(year, 12, 31),
                                                      include_weekends=False))
        except NotImplementedError:  # the package's way of saying it does not know the year
            continue
    return frozenset(days)
