"""What stands on the real day, whatever day the figures are of: sources that are late, unread, or held."""

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


def newest_day(known: Figures) -> date:
    """The newest day any source has records for, before the day of reading and inside the plan's window."""
    window, yesterday = known.plan.window, date.fromordinal(known.facts.read_on.toordinal() - 1)
    latest = [source.latest for source in known.facts.sources.values() if source.latest is not None]
    return min(max(min([yesterday, max(latest)]) if latest else yesterday, window.start), window.deadline)


def standing_on(known: Figures, fresh: Mapping[str, Freshness], today: date | None) -> tuple[Standing, ...]:
    """All alerts of the day, one per rule and indicator. `today` None: of what is held only, as of the reading."""
    found = [*_held(known, today or known.facts.read_on)]
    if today is not None:
        found += [*_unread(known, today), *_late(known, fresh, today)]
    merged: dict[tuple[Rule, str], Standing] = {}
    for one in found:
        key = (one.rule, one.item.code)
        merged[key] = _both(merged[key], one) if key in merged else one
    return tuple(merged.values())


def _both(one: Standing, other: Standing) -> Standing:
    return replace(one, level=max(one.level, other.level), since=min(one.since, other.since),
                   sentence=f"{one.sentence}{other.sentence}")


def _held(known: Figures, today: date) -> Iterator[Standing]:
    calendar, settings = known.plan.calendar, known.plan.alerts
    for name, hold in known.facts.holds.items():
        item = _item(known, name)
        if item is None:
            continue
        waited = calendar.working_days_after(hold.since, today)
        late = waited > settings.stale_red_days - settings.stale_grey_days and not hold.declined
        said = hold.sentence or f"{known.plan.definitions.title(name)}新读到的数据变动异常，已暂不采用。"
        yield Standing(Rule.DATA_HELD, item, RED if late else GREY, hold.since, f"{said}相关指标沿用上次数据，暂不亮灯。",
                       f"请向{known.plan.definitions.title(name)}的数据单位核实，再到“数据”页选择接受或暂不采用。")


def _item(known: Figures, dataset: str) -> IndicatorPlan | None:
    """The indicator a dataset's trouble is shown with: one that rests on it first of all, else one that needs it."""
    needing = sorted((item.indicator.datasets.index(dataset), number) for number, item in enumerate(known.plan.indicators)
                     if dataset in item.indicator.datasets)
    if needing:
        return known.plan.indicators[needing[0][1]]
    return known.plan.indicators[0] if known.plan.indicators else None


def _unread(known: Figures, today: date) -> Iterator[Standing]:
    calendar, settings = known.plan.calendar, known.plan.alerts
    for one in unread(known):
        gone = calendar.working_days_after(one.last, today)
        level = RED if gone > settings.stale_red_days else GREY if gone > settings.stale_grey_days else NONE
        if level != NONE:
            yield Standing(Rule.SOURCE_STALE, one.item, level,
                           first_day_older(one.last, settings.stale_grey_days, calendar),
                           f"今天是{wording.chinese_date(today)}，{one.title}上次读取为{wording.chinese_date(one.last)}，"
                           f"已有{gone}个工作日未更新，相关指标暂不亮灯，进度预警暂停。",
                           f"请技术人员检查{one.title}的连接，恢复后重新刷新。")


def _late(known: Figures, fresh: Mapping[str, Freshness], today: date) -> Iterator[Standing]:
    silent = {name for name in known.facts.stale_datasets if name not in known.facts.holds}
    for connection, item in source_items(known).items():
        late = oldest(one for name, one in fresh.items()
                      if known.plan.definitions.datasets[name].connection == connection and name not in silent)
        if late:
            title = known.plan.definitions.connection_title(connection)
            yield Standing(
                Rule.SOURCE_STALE, item, RED if late[0].grade == Grade.RED else GREY, _since(known, late),
                f"今天是{wording.chinese_date(today)}，{title}超过平时的间隔没有新记录：{_listed(known, late)}；"
                "页面上的数和亮灯都是此前的情况。", f"请核查{title}的数据是否正常报送。")


def _since(known: Figures, late: Iterable[Freshness]) -> date:
    return min(first_day_older(one.newest, one.limit, known.plan.calendar) for one in late
               if one.newest is not None and one.limit is not None)


def _listed(known: Figures, late: tuple[Freshness, ...]) -> str:
    return "、".join(f"{known.plan.definitions.title(one.dataset)}最新为{wording.chinese_date(one.newest)}（{one.age}个工作日前）"
                     for one in late if one.newest is not None)
