"""What every alert rule says on every day, from the facts. One function per rule; each day uses
nothing later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpi.alerts.history import History, RuleLevels, joined
from kpi.alerts.levels import (
    BLUE,
    GREY,
    NONE,
    RED,
    YELLOW,
    LevelArray,
    fold_floor,
    fold_pace,
    fold_silence,
    hold,
)
from kpi.alerts.rules import Rule
from kpi.counting import BoolArray, FloatArray
from kpi.definitions import COUNTED, ORIGIN_PLAN, Kind
from kpi.figures import Figures
from kpi.forecast import LineKey, line_key
from kpi.judging import may_be_red
from kpi.plan import IndicatorPlan
from kpi.vocabulary import Division, Reason

Found = RuleLevels | None
# training not finished yet and training that is not gig work are no faults of the data
_NO_FAULT = {Reason.NOT_COMPLETED.value, Reason.NOT_GIG.value}
LIKELY = 0.8


_HISTORY, _IN_FORCE = "alert history", "alert history of all versions"


def history_of(figures: Figures) -> History:
    """The whole history of alerts: grades of every alert on every day, each by the plan in force on
    it.

    The one costly computation on figures, made on first use unless `with_history` handed it in.
    Where the plan has several versions, of the indicators of these figures' plan.
    """
    timeline = figures.timeline
    if timeline is None:
        return own_history_of(figures)

    def whole() -> History:
        return joined([(first, own_history_of(part).recoded(part.facts.geography.renamed))
                       for first, part in timeline.parts])

    def own() -> History:
        codes, geography = {item.code for item in figures.plan.indicators}, figures.facts.geography
        history = timeline.parts[0][1].once(_IN_FORCE, whole).of_indicators(codes, figures.days)
        # a unit that changed its code is called by the one it has on these figures' days
        history = history.recoded({last: geography.holder(last)
                                   for last in geography.renamed.values()})
        return history.of_divisions({division.key for division in geography.divisions})

    return figures.once("alert history in force", own)


def own_history_of(figures: Figures) -> History:
    """The history as if these figures' plan had been in force on every day."""
    return figures.once(_HISTORY, lambda: watch(figures))


def with_history(figures: Figures, history: History) -> Figures:
    """The same figures, with the history of alerts computed earlier for the same facts and plan
    (`own_history_of`).
    """
    figures.once(_HISTORY, lambda: history)
    return figures


def watch(figures: Figures) -> History:
    """The whole history of alerts of one snapshot under one plan."""
    rules: tuple[Callable[[Figures], Found], ...] = (_behind_pace, _floor_missed, _sudden_stop,
                                                     _coverage_gap, _deadline_near, _source_stale,
                                                     _write_offs, _excluded)
    results = tuple(levels for rule in rules if (levels := rule(figures)) is not None
                    and len(levels.keys))
    return History(figures.plan.window.start, figures.days, results)


def _judged_keys(figures: Figures) -> list[LineKey]:
    panel = figures.panel
    return [key for key, row in panel.row_of.items() if panel.judged[row]]


def _behind_pace(figures: Figures) -> Found:
    keys, panel = _judged_keys(figures), figures.panel
    if not keys:
        return None
    levels = fold_pace(figures.signals, panel.met, figures.plan.alerts)
    return RuleLevels(Rule.BEHIND_PACE, tuple(keys), levels[[panel.row_of[key] for key in keys]])


def _floor_missed(figures: Figures) -> Found:
    divisions = figures.facts.geography.divisions
    keys: list[LineKey] = []
    levels: list[LevelArray] = []
    for code, months in figures.floors.items():
        red = may_be_red(figures.plan.indicator(code).indicator, months.ends)
        folded = fold_floor(months.chance, months.cases, red, figures.plan.alerts)
        keys += [line_key(code, division) for division in divisions]
        levels.append(_monthly(figures, [(end - figures.plan.window.start).days
                                         for end in months.ends], folded))
    return RuleLevels(Rule.FLOOR_MISSED, tuple(keys), np.concatenate(levels)) if keys else None


def _monthly(figures: Figures, ends: list[int], folded: LevelArray) -> LevelArray:
    """What a month end says holds from that day until the day before the next."""
    levels = np.zeros((len(folded), figures.days), dtype=np.int8)
    for end, column in zip(ends, range(folded.shape[1]), strict=True):
        levels[:, end:] = folded[:, column:column + 1]
    return levels


def recorded(figures: Figures) -> list[IndicatorPlan]:
    """One indicator per dataset whose records come in day by day: counts and stocks of the plan."""
    first = {item.indicator.datasets[0]: item for item in reversed(figures.plan.indicators)
             if item.indicator.kind in (Kind.CUMULATIVE, Kind.STOCK)
             and figures.series[item.code] is not None}
    return [item for item in first.values() if not any(dataset.register
                                                       for dataset in item.indicator.sources)]


def activity(figures: Figures, item: IndicatorPlan, division: Division) -> FloatArray:
    """Counted source rows of the indicator's first dataset in one division on each day of the
    window.
    """
    dataset = item.indicator.datasets[0]
    sums = figures.facts.cumulative(dataset, figures.facts.definitions.first_event(dataset),
                                    figures.axis)
    daily: FloatArray = np.diff(sums[figures.facts.membership(division)].sum(axis=0))[
        -figures.days:]
    return daily


def _sudden_stop(figures: Figures) -> Found:
    items = recorded(figures)
    if not items or not figures.days:
        return None
    divisions = figures.facts.geography.divisions
    rows = np.stack([activity(figures, item, division) for item in items for division in divisions])
    stopped = fold_silence(rows, figures.holiday, figures.weekday, figures.plan.alerts)
    # a day still being read is no silent day
    stopped[:, figures.complete :] &= (
        stopped[:, figures.complete - 1 : figures.complete] if figures.complete else False
    )
    keys = [line_key(item.code, division) for item in items for division in divisions]
    return RuleLevels(Rule.SUDDEN_STOP, tuple(keys),
                      np.where(stopped, YELLOW, NONE).astype(np.int8))


def _days_left(figures: Figures) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return figures.plan.window.days - 1 - np.arange(figures.days)


def _coverage_gap(figures: Figures) -> Found:
    # a rate of several tiers is missing exactly what the rates of each of them are missing
    codes = {item.code for item in figures.plan.core if item.indicator.served is not None}
    keys = [key for key in _judged_keys(figures) if key[0] in codes]
    if not keys:
        return None
    left, settings = _days_left(figures), figures.plan.alerts
    grade = np.where(left <= settings.gap_red_days, RED,
                     np.where(left <= settings.gap_days, YELLOW, NONE))
    rows = [figures.panel.row_of[key] for key in keys]
    unmet = ~figures.panel.met[rows] & (figures.panel.places[rows] > 0)
    return RuleLevels(Rule.COVERAGE_GAP, tuple(keys), np.where(unmet, grade, NONE).astype(np.int8))


def _deadline_near(figures: Figures) -> Found:
    codes = {item.code for item in figures.plan.core
             if item.indicator.kind in (Kind.CUMULATIVE, Kind.STOCK)}
    keys = [key for key in _judged_keys(figures) if key[0] in codes]
    if not keys:
        return None
    left, rows = _days_left(figures), [figures.panel.row_of[key] for key in keys]
    blue, yellow, red = figures.plan.alerts.deadline_days
    grade = np.where(left <= red, RED, np.where(left <= yellow, YELLOW,
                                                np.where(left <= blue, BLUE, NONE)))
    unlikely = ~(figures.signals.probability[rows] >= LIKELY) & (figures.panel.level[rows] > 0)
    open_ = hold(unlikely, figures.plan.alerts.leave_days) & ~figures.panel.met[rows]
    return RuleLevels(Rule.DEADLINE_NEAR, tuple(keys), np.where(open_, grade, NONE).astype(np.int8))


def source_items(figures: Figures) -> dict[str, IndicatorPlan]:
    """Each service database with the first indicator of the plan that rests on it."""
    return {item.indicator.sources[0].connection: item for item in reversed(figures.plan.indicators)
            if item.indicator.sources}


@dataclass(frozen=True)
class Unread:
    """A service database, or one dataset of it, called `title`, that was read last on the day
    `last`.

    `item`: the indicator it is shown with.
    """

    item: IndicatorPlan
    last: date
    title: str


def unread(figures: Figures) -> tuple[Unread, ...]:
    """What could not be read at the last refresh: a whole database, or a dataset of one that is
    read otherwise.
    """
    result: dict[str, Unread] = {}
    for source, item in source_items(figures).items():
        for one in _unread_of(figures, source, item):
            if one.item.code not in result or one.last < result[one.item.code].last:
                result[one.item.code] = one
    return tuple(result.values())


def _unread_of(figures: Figures, source: str, item: IndicatorPlan) -> Iterator[Unread]:
    facts, whole, named = figures.facts, figures.last_read(source), figures.plan.definitions
    own = [name for name in facts.cells if name in named.datasets
           and named.datasets[name].connection == source]
    stale = [name for name in own if name in facts.stale_datasets and name in facts.last_good
             and name not in facts.holds]
    if stale and len(stale) < len(own):
        items = dataset_items(figures)
        for name in stale:
            yield Unread(items.get(name, item), facts.last_good[name], named.title(name))
    elif stale or whole is not None:
        last = min((facts.last_good[name] for name in stale), default=whole)
        assert last is not None
        yield Unread(item, last, named.connection_title(source))


def _source_stale(figures: Figures) -> Found:
    keys, levels = [], []
    for one in unread(figures):
        keys.append(line_key(one.item.code, figures.facts.geography.city))
        levels.append(_staleness(figures, (one.last - figures.plan.window.start).days))
    return RuleLevels(Rule.SOURCE_STALE, tuple(keys), np.stack(levels)) if keys else None


def _staleness(figures: Figures, last: int) -> LevelArray:
    working = (figures.weekday < 5) & ~figures.holiday
    after = working & (np.arange(figures.days) > last)
    gone, settings = np.cumsum(after), figures.plan.alerts
    level: LevelArray = np.where(gone > settings.stale_red_days, RED,
                                 np.where(gone > settings.stale_grey_days, GREY, NONE)).astype(
                                     np.int8)
    return level


def _windowed(sums: FloatArray, days: int, ago: int = 0) -> FloatArray:
    """Sums of the `days` days ending `ago` days before each day; what lies before the axis is left
    out.
    """
    width = sums.shape[-1]
    last = np.maximum(np.arange(1, width) - ago, 0)
    difference: FloatArray = sums[..., last] - sums[..., np.maximum(last - days, 0)]
    return difference


def write_off_shares(figures: Figures,
                     item: IndicatorPlan) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """(written off, published) in the last 30 days and in the 182 days before them, per division
    and day of the axis.
    """
    parts, part = [], item.indicator.part
    assert part is not None
    assert part.minus is not None
    for event in (part.minus, part.event):
        sums = figures.facts.cumulative(part.dataset, event, figures.axis, column=part.column,
                                        origin=ORIGIN_PLAN)
        rows = np.stack([sums[figures.facts.membership(division)].sum(axis=0)
                         for division in figures.facts.geography.divisions])
        parts += [_windowed(rows, 30), _windowed(rows, 182, 30)]
    return parts[0], parts[2], parts[1], parts[3]


def _write_offs(figures: Figures) -> Found:
    items = [item for item in figures.plan.indicators if item.indicator.write_offs
             and figures.series[item.code] is not None]
    if not items:
        return None
    keys = tuple(line_key(item.code, division) for item in items
                 for division in figures.facts.geography.divisions)
    return RuleLevels(Rule.WRITE_OFF_SURGE, keys,
                      np.concatenate([_write_off_grades(figures, item) for item in items]))


def _write_off_grades(figures: Figures, item: IndicatorPlan) -> LevelArray:
    lost, made, lost_before, made_before = write_off_shares(figures, item)
    settings = figures.plan.alerts
    share, usual = lost / np.maximum(made, 1), lost_before / np.maximum(made_before, 1)
    surge = ((lost >= settings.write_off_least) & (share >= settings.write_off_share)
             & (made_before > 0) & (share >= settings.write_off_times * usual))
    return _graded(hold(surge, settings.leave_days)[:, -figures.days:])


def _graded(condition: BoolArray) -> LevelArray:
    graded: LevelArray = np.where(condition, YELLOW, NONE).astype(np.int8)
    return graded


def dataset_items(figures: Figures) -> dict[str, IndicatorPlan]:
    """Each dataset that was read, with the first indicator of the plan that rests on it."""
    return {item.indicator.datasets[0]: item for item in reversed(figures.plan.indicators)
            if figures.series[item.code] is not None}


def excluded_shares(figures: Figures,
                    dataset: str) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """(excluded, all) rows of the last 28 days and of the 182 days before them, city-wide, per day
    of the axis.
    """
    sums = figures.facts.status_sums(dataset, figures.facts.definitions.first_event(dataset),
                                     figures.axis)
    fault = [name not in {COUNTED, *_NO_FAULT} for name in sums.statuses]
    whole = [name not in _NO_FAULT for name in sums.statuses]
    bad, rows = sums.sums[fault].sum(axis=(0, 1)), sums.sums[whole].sum(axis=(0, 1))
    return _windowed(bad, 28), _windowed(rows, 28), _windowed(bad, 182, 28), _windowed(
        rows, 182, 28)


def _excluded(figures: Figures) -> Found:
    keys, levels, settings = [], [], figures.plan.alerts
    for dataset, item in dataset_items(figures).items():
        if not figures.facts.status_sums(dataset, figures.facts.definitions.first_event(dataset),
                                         figures.axis).statuses:
            continue
        bad, rows, bad_before, rows_before = excluded_shares(figures, dataset)
        jump = ((bad >= settings.excluded_least) & (rows_before > 0)
                & (bad / np.maximum(rows, 1) >= bad_before / np.maximum(rows_before, 1)
                   + settings.excluded_points))
        keys.append(line_key(item.code, figures.facts.geography.city))
        levels.append(_graded(hold(jump[None, :], settings.leave_days)[:, -figures.days:])[0])
    return (
        RuleLevels(Rule.EXCLUDED_JUMP, tuple(keys), np.stack(levels))
        if keys and figures.days
        else None
    )
