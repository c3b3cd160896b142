"""What stands on the real day, whatever day the figures are of: sources that are late, unread, or
held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kpi.alerts.freshness import Freshness, Grade, first_day_older, oldest
from kpi.alerts.levels import GREY, NONE, RED
from kpi.alerts.rules import Rule
from kpi.alerts.watch import source_items, unread
from kpi.figures import Figures
from kpi.plan import IndicatorPlan
from kpi.wording import wording


@dataclass(frozen=True)
class Standing:
    """An alert of today on the city's line of `item`; `level` as in `kpi.alerts.levels`."""

    rule: Rule
    item: IndicatorPlan
    level: int
    since: date
    sentence: str
    suggestion: str


def newest_day(figures: Figures) -> date:
    """The newest day any source has records for, before the day of reading and inside the plan's
    window.
    """
    window, yesterday = figures.plan.window, date.fromordinal(figures.facts.read_on.toordinal() - 1)
    latest = [source.latest for source in figures.facts.sources.values()
              if source.latest is not None]
    return min(max(min([yesterday, max(latest)]) if latest else yesterday, window.start),
               window.deadline)


def standing_on(figures: Figures, fresh: Mapping[str, Freshness],
                today: date | None) -> tuple[Standing, ...]:
    """All alerts of the day, one per rule and indicator. `today` None: of what is held only, as of
    the reading.
    """
    alerts = [*_held(figures, today or figures.facts.read_on)]
    if today is not None:
        alerts += [*_unread(figures, today), *_late(figures, fresh, today)]
    merged: dict[tuple[Rule, str], Standing] = {}
    for one in alerts:
        key = (one.rule, one.item.code)
        merged[key] = _both(merged[key], one) if key in merged else one
    return tuple(merged.values())


def _both(standing: Standing, other: Standing) -> Standing:
    return replace(standing, level=max(standing.level, other.level),
                   since=min(standing.since, other.since),
                   sentence=f"{standing.sentence}{other.sentence}")


def _held(figures: Figures, today: date) -> Iterator[Standing]:
    calendar, settings = figures.plan.calendar, figures.plan.alerts
    for name, hold in figures.facts.holds.items():
        item = _item(figures, name)
        if item is None:
            continue
        waited = calendar.working_days_after(hold.since, today)
        late = waited > settings.stale_red_days - settings.stale_grey_days and not hold.declined
        text = hold.sentence or f"{figures.plan.definitions.title(name)}新读到的数据变动异常，已暂不采用。"
        yield Standing(Rule.DATA_HELD, item, RED if late else GREY, hold.since,
                       f"{text}相关指标沿用上次数据，暂不亮灯。",
                       f"请向{figures.plan.definitions.title(name)}的数据单位核实，再到“数据”页选择接受或暂不采用。")


def _item(figures: Figures, dataset: str) -> IndicatorPlan | None:
    """The indicator a dataset's trouble is shown with: one that rests on it first of all, else one
    that needs it.
    """
    needing = sorted((item.indicator.datasets.index(dataset), number)
                     for number, item in enumerate(figures.plan.indicators)
                     if dataset in item.indicator.datasets)
    if needing:
        return figures.plan.indicators[needing[0][1]]
    return figures.plan.indicators[0] if figures.plan.indicators else None


def _unread(figures: Figures, today: date) -> Iterator[Standing]:
    calendar, settings = figures.plan.calendar, figures.plan.alerts
    for one in unread(figures):
        gone = calendar.working_days_after(one.last, today)
        level = (
            RED
            if gone > settings.stale_red_days
            else GREY
            if gone > settings.stale_grey_days
            else NONE
        )
        if level != NONE:
            yield Standing(
                Rule.SOURCE_STALE,
                one.item,
                level,
                first_day_older(one.last, settings.stale_grey_days, calendar),
                f"今天是{wording.chinese_date(today)}，{one.title}上次读取为{wording.chinese_date(one.last)}，"
                f"已有{gone}个工作日未更新，相关指标暂不亮灯，进度预警暂停。",
                f"请技术人员检查{one.title}的连接，恢复后重新刷新。",
            )


def _late(figures: Figures, fresh: Mapping[str, Freshness], today: date) -> Iterator[Standing]:
    silent = {name for name in figures.facts.stale_datasets if name not in figures.facts.holds}
    for connection, item in source_items(figures).items():
        late = oldest(one for name, one in fresh.items()
                      if figures.plan.definitions.datasets[name].connection == connection
                      and name not in silent)
        if late:
            title = figures.plan.definitions.connection_title(connection)
            yield Standing(
                Rule.SOURCE_STALE,
                item,
                RED if late[0].grade == Grade.RED else GREY,
                _since(figures, late),
                f"今天是{wording.chinese_date(today)}，{title}超过平时的间隔没有新记录：{_listed(figures, late)}；"
                "页面上的数和亮灯都是此前的情况。",
                f"请核查{title}的数据是否正常报送。",
            )


def _since(figures: Figures, late: Iterable[Freshness]) -> date:
    return min(first_day_older(one.newest, one.limit, figures.plan.calendar) for one in late
               if one.newest is not None and one.limit is not None)


def _listed(figures: Figures, late: tuple[Freshness, ...]) -> str:
    return "、".join(
        f"{figures.plan.definitions.title(one.dataset)}最新为{wording.chinese_date(one.newest)}（{one.age}个工作日前）"
        for one in late
        if one.newest is not None
    )
