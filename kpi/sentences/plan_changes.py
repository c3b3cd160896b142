"""What one version of the plan says otherwise than another, in a clerk's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.figures import Figures
from kpi.plan import CURVE_NAMES, METHOD_NAMES, FollowUpRules, IndicatorPlan, Plan
from kpi.scorecard import TargetChange
from kpi.vocabulary import Geography
from kpi.wording import wording

_NONE = "（空）"


@dataclass(frozen=True)
class PlanChange:
    """One thing that differs. `indicator`: its code, None where the whole plan is meant."""

    indicator: str | None
    text: str


def plan_changes(before: Plan, after: Plan,
                 names: Mapping[str, str] | None = None) -> tuple[PlanChange, ...]:
    """Everything of the plan in force that `after` has otherwise than `before`, in the order of the
    plan; nothing when the two judge and word everything alike.

    `names`: the divisions' by code, for their quotas; a code without a name stands for itself.
    """
    now, then = ({item.code: item for item in plan.indicators} for plan in (after, before))
    codes = [*now, *(code for code in then if code not in now)]
    return (*(PlanChange(None, text) for text in _head(before, after)),
            *(PlanChange(code, text) for code in codes
              for text in _indicator(then.get(code), now.get(code), names or {})))


def target_change_words(change: TargetChange, item: IndicatorPlan) -> str:
    """“目标 ≥730个 → ≥1,460个”; where only the days it falls due on are others, “应达进度调整”."""
    unit, comparator = item.indicator.unit, item.comparator
    if change.before == change.after:
        return "应达进度调整"
    before, after = (wording.target_words(value, unit, comparator)
                     for value in (change.before, change.after))
    return f"目标 {before} → {after}"


@dataclass(frozen=True)
class DatedChanges:
    """What a version of the plan changed, in force from `since`. None: what has been corrected for
    the days before too.
    """

    since: date | None
    texts: tuple[str, ...]

    def line(self) -> str:
        """“2026-03-01 起：…；…”."""
        begins = "更正（以前也按此评判）" if self.since is None else f"{self.since} 起"
        return f"{begins}：{'；'.join(self.texts)}"


def changes_between(then: Plan, day: date, figures: Figures,
                    as_of: date) -> tuple[DatedChanges, ...]:
    """What the plan asks otherwise as of `as_of` than `then` did, the plan a meeting had on `day`.

    Each version that came into force after that day by itself, oldest first; before them what is in
    force on that day itself otherwise than it was, without a day. Changed targets are no movement
    of a figure.
    """
    parts = () if figures.timeline is None else figures.timeline.parts
    later = [(first, part.plan) for first, part in parts if day < first <= as_of]
    return _step_by_step(figures, then, [(None, figures.on(day).plan), *later])


def changes_by(figures: Figures, as_of: date) -> tuple[DatedChanges, ...]:
    """What each version of the plan in force by `as_of` has otherwise than the one before it."""
    parts = () if figures.timeline is None else figures.timeline.parts
    begun = [(first, part.plan) for first, part in parts if first <= as_of]
    return _step_by_step(figures, begun[0][1], begun[1:]) if begun else ()


def _step_by_step(figures: Figures, before: Plan,
                  steps: Sequence[tuple[date | None, Plan]]) -> tuple[DatedChanges, ...]:
    names, result = division_names(figures.facts.geography), []
    for since, plan in steps:
        texts = tuple(change.text for change in plan_changes(before, plan, names))
        result += [DatedChanges(since, texts)] if texts else []
        before = plan
    return tuple(result)


def division_names(geography: Geography) -> dict[str, str]:
    """Short name by code, of every county and managing unit."""
    return {division.code: division.short_name for division in geography.divisions}


def _head(before: Plan, after: Plan) -> Iterator[str]:
    yield from _texts("方案名称", before.title, after.title)
    yield from _texts("文号", before.document, after.document)
    if before.window.deadline != after.window.deadline:
        yield f"截止日 {before.window.deadline} → {after.window.deadline}"
    for name, then, now in (("“滞后”的界限", before.yellow_points, after.yellow_points),
                            ("“达序时”的界限", before.green_points, after.green_points)):
        if then != now:
            yield f"{name} {then:g} → {now:g} 个百分点"
    if before.scoring.method != after.scoring.method:
        yield (f"综合得分的记分办法 {METHOD_NAMES[before.scoring.method]} → "
               f"{METHOD_NAMES[after.scoring.method]}")
    elif before.scoring != after.scoring:
        yield "综合得分的记分办法调整了数值"
    if before.alerts != after.alerts:
        yield "预警门槛有调整"
    if before.late_days != after.late_days:
        yield f"数据晚到 {before.late_days} 天 → {after.late_days} 天"
    if before.calendar != after.calendar:
        yield "节假日或集中活动有调整"
    yield from _follow_up(before.follow_up, after.follow_up)
    yield from _departments(before, after)


def _follow_up(before: FollowUpRules, after: FollowUpRules) -> Iterator[str]:
    if (before.hold_days, before.watch_days) != (after.hold_days, after.watch_days):
        yield "督办事项销号的天数有调整"
    if before.meeting_days != after.meeting_days:
        yield f"联席会议超期提醒 {_days(before.meeting_days)} → {_days(after.meeting_days)}"


def _days(days: int) -> str:
    return f"{days}天" if days else "不提醒"


def _departments(before: Plan, after: Plan) -> Iterator[str]:
    then, now = ({one.key: one for one in plan.departments} for plan in (before, after))
    for key in dict.fromkeys((*then, *now)):
        old, new = then.get(key), now.get(key)
        if old is None or new is None:
            there = old or new
            if there is not None:
                yield f"{'取消' if new is None else '新增'}部门“{there.name}”"
            continue
        yield from _texts("部门名称", old.name, new.name)
        if old.sectors != new.sectors:
            yield f"{new.name}征集的行业有调整"
        for code in dict.fromkeys((*old.quotas, *new.quotas)):
            if old.quotas.get(code) != new.quotas.get(code):
                item = (after if code in new.quotas else before).indicator(code)
                unit = item.indicator.unit
                yield (f"{new.name}的{item.name}任务 {_quota(old.quotas.get(code), unit)} → "
                       f"{_quota(new.quotas.get(code), unit)}")


def _indicator(before: IndicatorPlan | None, after: IndicatorPlan | None,
               names: Mapping[str, str]) -> Iterator[str]:
    if before is None and after is not None:
        target = "" if after.target is None else f"，目标{_target(after)}"
        yield f"新增指标“{after.name}”{target}"
    elif before is not None and after is None:
        yield f"取消指标“{before.name}”"
    elif before is not None and after is not None:
        yield from (f"{after.name}：{text}" for text in _item(before, after, names))


def _item(before: IndicatorPlan, after: IndicatorPlan, names: Mapping[str, str]) -> Iterator[str]:
    yield from _texts("名称", before.name, after.name)
    yield from _texts("条款", before.clause, after.clause)
    if (before.target, before.comparator) != (after.target, after.comparator):
        yield f"目标 {_target(before)} → {_target(after)}"
    if before.quotas != after.quotas:
        yield _quotas(before, after, names)
    if before.curve != after.curve:
        then, now = CURVE_NAMES[before.curve.kind], CURVE_NAMES[after.curve.kind]
        yield f"应达进度 {then} → {now}" if then != now else f"应达进度（{now}）的各阶段有调整"
    if before.weight != after.weight:
        yield f"权重 {before.weight:g} → {after.weight:g}"
    yield from _texts("牵头单位", before.lead_unit, after.lead_unit)
    yield from _texts("配合单位", "、".join(before.co_units), "、".join(after.co_units))


def _texts(name: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{name} {before or _NONE} → {after or _NONE}"


def _target(item: IndicatorPlan) -> str:
    return ("无（只监测）" if item.target is None
            else wording.target_words(item.target, item.indicator.unit, item.comparator))


def _quotas(before: IndicatorPlan, after: IndicatorPlan, names: Mapping[str, str]) -> str:
    if not before.quotas or not after.quotas:
        return ("分解任务改为按常住人口分解" if before.quotas else "分解任务改为按方案文件所列")
    unit = after.indicator.unit
    parts = [f"{names.get(code, code)} {_quota(before.quotas.get(code), unit)} → "
             f"{_quota(after.quotas.get(code), unit)}"
             for code in dict.fromkeys((*before.quotas, *after.quotas))
             if before.quotas.get(code) != after.quotas.get(code)]
    return f"分解任务 {'，'.join(parts)}"


def _quota(value: float | None, unit: str) -> str:
    return "无" if value is None else wording.figure(value, unit)
