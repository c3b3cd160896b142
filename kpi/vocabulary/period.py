"""The clock: the plan's window, and the axis of days every series is drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kpi.vocabulary.errors import InputError


@dataclass(frozen=True)
class Window:
    """The plan's window, both ends inclusive (“通过两年的时间”, “到2026年底”)."""

    start: date
    deadline: date

    def __post_init__(self) -> None:
        if self.start > self.deadline:
            raise InputError(f"方案起始日 {self.start} 晚于截止日 {self.deadline}；请改正 plan.toml 的 [plan]。")

    @property
    def days(self) -> int:
        return (self.deadline - self.start).days + 1

    def elapsed_days(self, as_of: date) -> int:
        """Days of the window gone by the end of `as_of`, between 0 and `days`."""
        return min(max((as_of - self.start).days + 1, 0), self.days)

    def elapsed_share(self, as_of: date) -> float:
        """序时进度: elapsed calendar days ÷ days of the window, 0–1 (669/730 on 2026-10-31)."""
        return self.elapsed_days(as_of) / self.days

    def days_left(self, as_of: date) -> int:
        return self.days - self.elapsed_days(as_of)

    def over(self, as_of: date, read_on: date) -> bool:
        """Whether the figures of `as_of` are the final result: of the deadline, read after it."""
        return as_of >= self.deadline and read_on > self.deadline

    def check(self, as_of: date, read_on: date) -> None:
        """Raises InputError when `as_of` lies outside the window or after the day the data was
        read.
        """
        if not self.start <= as_of <= self.deadline:
            raise InputError(f"截至日期 {as_of} 不在方案期 {self.start} 至 {self.deadline} 之内；请另选日期。")
        if as_of > read_on:
            raise InputError(f"截至日期 {as_of} 晚于数据读取日 {read_on}；请先刷新数据，或另选较早的日期。")


@dataclass(frozen=True)
class DayAxis:
    """Consecutive days `first` … `last`, both inclusive, as array positions 0 … len-1."""

    first: date
    last: date

    def __len__(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    def position(self, day: date) -> int:
        """Position of `day`; may be negative or beyond the end when the day is not on the axis."""
        return (day - self.first).days

    def day(self, position: int) -> date:
        return self.first + timedelta(days=position)

    def dates(self) -> list[date]:
        return [self.day(position) for position in range(len(self))]

    @property
    def first_ordinal(self) -> int:
        """`first` as days since 1970-01-01, the way the cube stores days."""
        return (self.first - date(1970, 1, 1)).days


def to_ordinal(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def from_ordinal(days: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(days))
