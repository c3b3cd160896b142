"""Which days count less or more: public holidays and campaigns, as weights of a day in the
forecast.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from kpi.counting import BoolArray, FloatArray
from kpi.plan.plan_values import read
from kpi.vocabulary import DayAxis, InputError

HOLIDAY_WEIGHT = 0.1


@dataclass(frozen=True)
class Campaign:
    """Days `start` … `end`, both inclusive, on which `factor` times the usual is expected (a job
    fair month).
    """

    name: str
    start: date
    end: date
    factor: float


@dataclass(frozen=True)
class WorkCalendar:
    """`holidays`: public holidays (节假日), not ordinary weekends. Overlapping campaigns multiply."""

    holidays: frozenset[date] = frozenset()
    campaigns: tuple[Campaign, ...] = ()

    def weights(self, axis: DayAxis) -> FloatArray:
        """Weight of each day of the axis: 1, 0.1 on public holidays, times the factor of a
        campaign.
        """
        weights: FloatArray = np.where(self.is_holiday(axis), HOLIDAY_WEIGHT, 1.0)
        for campaign in self.campaigns:
            first, stop = max(axis.position(campaign.start), 0), axis.position(campaign.end) + 1
            weights[first:max(stop, 0)] *= campaign.factor
        return weights

    def is_holiday(self, axis: DayAxis) -> BoolArray:
        return np.array([day in self.holidays for day in axis.dates()], dtype=bool)

    def with_holidays(self, more: Collection[date]) -> WorkCalendar:
        """The same calendar with more holidays."""
        return replace(self, holidays=self.holidays | frozenset(more))

    def working_days_after(self, day: date, until: date) -> int:
        """Mondays to Fridays that are no public holiday, after `day` up to and including `until`.
        """
        days = (day + timedelta(days=n) for n in range(1, max((until - day).days, 0) + 1))
        return sum(other.weekday() < 5 and other not in self.holidays for other in days)


NO_HOLIDAYS = WorkCalendar()
_CAMPAIGNS = "[campaigns]"  # a list of tables has double brackets


def calendar_from(data: Mapping[str, Any]) -> WorkCalendar:
    """`[[campaigns]]` and `[calendar] holidays = […]` of the plan file. Raises InputError naming
    what to mend.
    """
    listed = read.optional_table(data, "calendar").get("holidays", [])
    if not isinstance(listed, list):
        raise InputError("plan.toml 的 [calendar] holidays 应是日期列表，例如 holidays = [2027-01-01]；请改正。")
    holidays = frozenset(read.as_date(item, "holidays", "calendar") for item in listed)
    return WorkCalendar(holidays,
                        tuple(_campaign(entry)
                              for entry in read.entries(data.get("campaigns"), "campaigns")))


def _campaign(entry: Mapping[str, Any]) -> Campaign:
    campaign = Campaign(read.text(entry, "name", _CAMPAIGNS), read.day(entry, "start", _CAMPAIGNS),
                        read.day(entry, "end", _CAMPAIGNS),
                        read.number(entry, "factor", _CAMPAIGNS))
    if campaign.start > campaign.end:
        raise InputError(f"plan.toml 的 [[campaigns]] “{campaign.name}” 的 start 晚于 end；请改正。")
    if campaign.factor <= 0:
        raise InputError(
            f"plan.toml 的 [[campaigns]] “{campaign.name}” 的 factor = {campaign.factor:g} 应大于 0；请改正。"
        )
    return campaign
