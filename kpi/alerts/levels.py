"""How alert levels rise and fall without flapping: folds over the days, all series at once.

Every fold is causal: the level on a day depends on that day and earlier ones only, so that the fold
of a prefix is the prefix of the fold, and first-seen, duration and history are recomputed instead
of stored. Hysteresis after ISA-18.2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kpi.counting import BoolArray, FloatArray
from kpi.forecast import Signals
from kpi.plan import AlertSettings

LevelArray = npt.NDArray[np.int8]

NONE, GREY, BLUE, YELLOW, RED = range(5)


def fold_pace(signals: Signals, met: BoolArray, settings: AlertSettings) -> LevelArray:
    """Level of every series on every day (same shape as the signals): NONE, BLUE, YELLOW or RED.

    Up to the highest level whose signals held `enter_days` running, down one level after its
    leaving condition held `leave_days` running, counted anew after every change. A met target
    clears at once, and nothing is red before `first_red_day`: so early, what looks impossible is
    too often done. A day without signals ends runs.
    """
    levels = np.zeros(met.shape, dtype=np.int8)
    count = len(met)
    level, calm = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    bad = np.zeros((3, count), dtype=np.int64)
    leave_p = np.array([np.inf, *(step.leave_probability for step in settings.pace)])
    leave_r = np.array([np.inf, *(step.leave_ratio for step in settings.pace)])
    for day in range(met.shape[1]):
        chance, ratio = signals.probability[:, day], signals.ratio[:, day]
        for index, step in enumerate(settings.pace):
            bad[index] = np.where((chance < step.enter_probability) & (ratio < step.enter_ratio),
                                  bad[index] + 1, 0)
        calm = np.where((chance >= leave_p[level]) | (ratio >= leave_r[level]), calm + 1, 0)
        raised = ((bad >= settings.enter_days) * np.array([[1], [2], [3]])).max(axis=0) * (
            day + 1 >= settings.first_day)
        raised = np.minimum(raised, 3 if day + 1 >= settings.first_red_day else 2)
        fallen = np.where(calm >= settings.leave_days, np.maximum(level - 1, 0), level)
        changed = np.where(met[:, day], 0, np.where(raised > level, raised, fallen))
        calm, level = np.where(changed != level, 0, calm), changed
        levels[:, day] = np.where(level > 0, level + GREY, NONE)
    return levels


def fold_floor(chance: FloatArray, cases: FloatArray, may_be_red: BoolArray,
               settings: AlertSettings) -> LevelArray:
    """Level of every series at every month end, from the chance of lying below the target and the
    cases behind it.

    Raised at once; after `floor_leave_months` month ends running that would not raise it, lowered
    to what they support; cleared after as many below `floor_leave` or with too few cases to say.
    `may_be_red`: month ends at which red is allowed.
    """
    levels = np.zeros(chance.shape, dtype=np.int8)
    level, calm, less = (np.zeros(len(chance), dtype=np.int64) for _ in range(3))
    for month in range(chance.shape[1]):
        p, n = chance[:, month], cases[:, month]
        enough = (n >= settings.floor_least_cases) & ~np.isnan(p)
        raised = np.where(enough, sum((p > limit).astype(np.int64) for limit in settings.floor), 0)
        red = (raised == 3) & ((n < settings.floor_red_cases) | (not may_be_red[month]))
        raised = np.where(red, 2, raised)
        calm = np.where(~enough | (p < settings.floor_leave), calm + 1, 0)
        less = np.where(raised < level, less + 1, 0)
        lowered = np.where(less >= settings.floor_leave_months,
                           np.maximum(raised, np.minimum(level, 1)), np.maximum(level, raised))
        less, level = np.where(lowered < level, 0, less), lowered
        level = np.where(calm >= settings.floor_leave_months, 0, level)
        levels[:, month] = np.where(level > 0, level + GREY, NONE)
    return levels


def hold(condition: BoolArray, leave_days: int) -> BoolArray:
    """True from the first day the condition holds until it has failed `leave_days` days running."""
    seen = np.concatenate([np.zeros((len(condition), 1), dtype=np.int64),
                           np.cumsum(condition, axis=1)], axis=1)
    days = np.arange(1, condition.shape[1] + 1)
    held: BoolArray = seen[:, days] > seen[:, np.maximum(days - leave_days, 0)]
    return held


def fold_silence(activity: FloatArray, holiday: BoolArray, weekday: npt.NDArray[np.int64],
                 settings: AlertSettings) -> BoolArray:
    """Whether records have suddenly stopped, per series and day.

    `activity`: records of each day. The silent run's expected number (weekday means of the 91 days
    before it, holidays left out) must reach `stop_expected`, and it must be longer than `stop_days`
    and than `stop_longer` times the longest silence that ended in the 182 days before it. Never
    before `first_day`: what is usual has to be seen first.
    """
    count, days = activity.shape
    stopped = np.zeros((count, days), dtype=bool)
    sums, numbers = _by_weekday(activity, holiday, weekday)
    gaps = np.zeros((count, days), dtype=np.int64)
    run, due, longest = (np.zeros(count, dtype=np.int64), np.zeros(count),
                         np.zeros(count, dtype=np.int64))
    usual = np.zeros((count, 7))
    for day in range(days):
        quiet = activity[:, day] <= 0
        begins = quiet & (run == 0)
        if begins.any():
            usual[begins] = _usual(sums, numbers, day)[begins]
            longest[begins] = gaps[begins, max(day - 182, 0):day].max(axis=1, initial=0)
        gaps[~quiet, day] = run[~quiet]
        run = np.where(quiet, run + 1, 0)
        due = np.where(quiet, due + (0.0 if holiday[day] else usual[:, weekday[day]]), 0.0)
        needed = np.maximum(settings.stop_days, settings.stop_longer * longest)
        stopped[:, day] = (due >= settings.stop_expected) & (run > needed) & (
            day + 1 >= settings.first_day)
    return stopped


def silence(activity: FloatArray, holiday: BoolArray,
            weekday: npt.NDArray[np.int64]) -> tuple[int, float]:
    """How many days one series has been silent by its last day, and how many records were to be
    expected meanwhile.
    """
    busy = np.flatnonzero(activity > 0)
    begin = int(busy[-1]) + 1 if len(busy) else 0
    sums, numbers = _by_weekday(activity[None, :], holiday, weekday)
    usual = _usual(sums, numbers, begin)[0]
    return len(activity) - begin, float(usual[weekday[begin:]][~holiday[begin:]].sum())


def _by_weekday(activity: FloatArray, holiday: BoolArray,
                weekday: npt.NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Running sums of records and of days by weekday, holidays left out: (series, days + 1, 7) and
    (days + 1, 7).
    """
    mark = (weekday[:, None] == np.arange(7)) & ~holiday[:, None]
    sums = np.zeros((len(activity), len(weekday) + 1, 7))
    sums[:, 1:] = np.cumsum(activity[:, :, None] * mark, axis=1)
    numbers = np.zeros((len(weekday) + 1, 7))
    numbers[1:] = np.cumsum(mark, axis=0)
    return sums, numbers


def _usual(sums: FloatArray, numbers: FloatArray, day: int) -> FloatArray:
    start = max(day - 91, 0)
    means: FloatArray = (sums[:, day] - sums[:, start]) / np.maximum(
        numbers[day] - numbers[start], 1)
    return means
