"""`python -m data_access plans`: which version of the plan judges which days, and what each one
changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from data_access.site import (
    PlanSites,
    PlanVersion,
    Settings,
    every_plan_era,
    load_plan,
    plan_eras,
    plan_folders,
    plan_sites,
    province_site,
    recorded_versions,
    versions_to_be,
)
from data_access.snapshots import local_now
from data_access.snapshots import snapshot as snapshots
from kpi.plan import Era, Plan
from kpi.sentences.plan_changes import division_names, plan_changes
from kpi.vocabulary import InputError

_NAMES = {"plan": "方案名称、文号和截止日", "lights": "亮灯界限", "forecast": "预测", "alerts": "预警门槛",
          "ranking": "记分办法", "calendar": "节假日", "follow_up": "督办"}
_INDICATORS = "indicators."


def show_plans(settings: Settings) -> int:
    """Print every version, of a province every city's. Raises InputError on a file that is wrong.
    """
    site = province_site(settings)
    if site is None:
        print("\n".join(plan_lines(settings)))
        if plan_folders(settings):
            _show_others(plan_sites(settings))
        return 0
    for city in site.cities:
        print(f"【{city.member.name}】")
        print("\n".join(plan_lines(city.settings)))
    return 0


def _show_others(plans: PlanSites) -> None:
    for plan in plans.others:
        print(f"\n【{plan.id}】{plan.window.start} 至 {plan.window.deadline}，只读")
        print("\n".join(plan_lines(plan.settings)))
    for sentence in plans.problems.values():
        print(f"\n✗ {sentence}")


def plan_lines(settings: Settings) -> list[str]:
    """What the command prints for one city. A file that has been edited and not been used yet is
    the last version, and nothing is recorded by looking.
    """
    snapshot, recorded = snapshots.load_current(settings.data), recorded_versions(settings)
    if snapshot is None:
        load_plan(settings)  # a file with a fault is told now, when it is being written
        return ["还没有读取过数据，方案还没有启用；第一次读取后自方案开始之日起生效。"]
    plan = load_plan(settings)
    versions = versions_to_be(settings, snapshot.latest_complete_day, local_now(plan))
    names = division_names(snapshot.facts(plan).geography)
    periods = _periods(every_plan_era(settings, versions))
    lines = [f"{plan.title}：共 {len(versions)} 版。每一天都按当天有效的一版评判，以后再改方案也不变。"]
    for number, version in enumerate(versions):
        days = periods.get(number) or _why_none(versions, number)
        lines.append(f"第 {number + 1} 版{'（更正）' if version.file.correction else ''}：{days}")
        lines += _version(settings, versions[:number + 1], names)
        lines.append(_recorded(version) if number < len(recorded) else
                     "    plan.toml 已经改动，还没有启用：下次打开页面或刷新时启用，生效日期如上。")
    return lines


def _why_none(versions: Sequence[PlanVersion], number: int) -> str:
    """Why a version judges no day at all."""
    file = versions[number].file
    if file.id != versions[-1].file.id:
        return f"属于另一个方案（{file.id}），不用于现在的方案"
    later, by = next(((place, one.file) for place, one in enumerate(versions)
                      if place > number and one.file.first <= file.first), (number, file))
    return (f"没有一天按它评判，已由第 {later + 1} 版{'更正' if by.correction else '取代'}")


def _version(settings: Settings, versions: tuple[PlanVersion, ...],
             names: Mapping[str, str]) -> Iterator[str]:
    """Why, from when its tables are in force, and what it changed."""
    file = versions[-1].file
    if file.reason:
        yield f"    原因：{file.reason}"
    try:
        now = _plan(settings, versions)
        for table, day in sorted(file.tables.items()):
            yield f"    其中“{_named(table, now)}”自 {day} 起"
        if len(versions) > 1:
            changes = plan_changes(_plan(settings, versions[:-1]), now, names)
            yield from [f"    · {one.text}" for one in changes] or ["    · 指标、目标和文字没有变化"]
    except InputError as error:
        yield f"    本程序读不了这一版：{error}"


def _recorded(version: PlanVersion) -> str:
    program = f"，程序 {version.program}" if version.program else ""
    return (f"    {version.recorded_at:%Y-%m-%d %H:%M} 由 {version.who} 登记{program}；"
            f"文件 {version.file.digest[:8]}")


def _plan(settings: Settings, versions: tuple[PlanVersion, ...]) -> Plan:
    """The plan of the last of these files alone, as it is written."""
    return plan_eras(settings, versions[-1:])[-1].plan


def _named(table: str, plan: Plan) -> str:
    head, _, code = table.partition(".")
    if head == "departments":
        return next((f"部门 {one.name}" for one in plan.departments if one.key == code), code)
    code = table.removeprefix(_INDICATORS)
    return next((item.name for item in plan.indicators if item.code == code),
                _NAMES.get(table, code))


def _periods(eras: Sequence[Era]) -> dict[int, str]:
    """The days each file judges, by its place."""
    begun = [era for era, before in zip(eras, (None, *eras), strict=False)
             if before is None or era.number != before.number]
    ends = [*(era.first - timedelta(days=1) for era in begun[1:]), None]
    periods: dict[int, list[str]] = {}
    for era, end in zip(begun, ends, strict=True):
        periods.setdefault(era.number, []).append(_period(era.first, end, only=len(begun) == 1))
    return {number: "；".join(spans) for number, spans in periods.items()}


def _period(first: date, end: date | None, *, only: bool) -> str:
    if end is None:
        return f"{first}（方案开始之日）起有效" if only else f"{first} 起有效"
    return f"{first} 至 {end} 有效"
