"""Why an alert stands, in one sentence with its numbers, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kpi.alerts.levels import silence
from kpi.alerts.meetings import counted_from
from kpi.alerts.rules import Rule
from kpi.alerts.watch import activity, excluded_shares, unread, write_off_shares
from kpi.definitions import Flow
from kpi.figures import Figures, closing_change, missing_places, places_needed
from kpi.forecast import LineKey
from kpi.judging import ScorecardLine
from kpi.plan import IndicatorPlan
from kpi.vocabulary import Division, Rollup
from kpi.wording import change_words, wording


@dataclass(frozen=True)
class Evidence:
    """`sentence` with its numbers; `suggestion`: the next step; `places`: townships or villages it
    is about, by name.
    """

    sentence: str
    suggestion: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Case:
    """One alert to be explained: the line it is about, as of a day."""

    figures: Figures
    lines: Mapping[LineKey, ScorecardLine]
    item: IndicatorPlan
    division: Division
    line: ScorecardLine
    as_of: date

    @property
    def who(self) -> str:
        return self.division.short_name

    @property
    def head(self) -> str:
        return f"截至{wording.chinese_date(self.as_of)}，{self.who}"

    @property
    def asked(self) -> str:
        """Who is to act: the unit itself, for the city the lead unit."""
        return (self.item.lead_unit or "牵头单位") if self.division.rollup == Rollup.CITY else self.who

    @property
    def slot(self) -> int:
        return self.figures.facts.geography.divisions.index(self.division)


def evidence(rule: Rule, case: Case) -> Evidence:
    """The evidence of an alert in force."""
    return _EXPLAIN[rule](case)


def _progress(case: Case) -> str:
    line, item = case.line, case.item
    unit, target = item.indicator.unit, line.target or 0.0
    text = wording.prose(line.value, unit, line.target, line.comparator)
    wanted = f"{target * 100:g}%" if unit == "%" else wording.prose(target, unit)
    done = wording.percent(line.completion, 1.0)
    pace = "" if line.gap_points is None else f"，{wording.against_pace(line.gap_points)}"
    return f"{case.head}{item.name}{text}，完成目标（{wanted}）的{done}{pace}"


def _behind_pace(case: Case) -> Evidence:
    forecast, deadline = case.line.forecast, wording.deadline_words(
        case.figures.plan.window.deadline, case.as_of)
    outlook = ""
    if forecast is not None and forecast.p50 is not None:
        outlook = f"；按近期进度{deadline}预计{wording.prose(forecast.p50, case.item.indicator.unit)}"
        outlook += (
            ""
            if forecast.probability is None
            else f"，按期完成的{wording.likelihood(wording.forecast_chance(forecast), '为')}"
        )
    return Evidence(f"{_progress(case)}{outlook}。", _catch_up(case))


def _catch_up(case: Case) -> str:
    if case.item.indicator.is_share:
        needed = places_needed(case.line)
        return f"再覆盖{needed}处即可达标；请{case.asked}逐处明确建成时间。" if needed else f"请{case.asked}核对载体开放情况。"
    changes = closing_change(case.figures, case.lines, case.item.code, case.division, case.as_of)
    if not changes:
        forecast, target = case.line.forecast, case.line.target
        arrives = (
            forecast is not None
            and forecast.p50 is not None
            and target is not None
            and forecast.p50 >= target
        )
        return f"请{case.asked}{'保持近期进度，按周调度' if arrives else '制定追赶计划，按周调度'}。"
    whom = wording.joined([change.division.short_name for change in changes], limit=len(changes))
    return f"{change_words(case.item, changes)}；请{case.item.lead_unit or '牵头单位'}会同{whom}制定追赶计划。"


def _floor_missed(case: Case) -> Evidence:
    months, target, row = case.figures.floors[case.item.code], case.item.target, case.slot
    assert target is not None
    at = [number for number, end in enumerate(months.ends) if end <= case.as_of][-1]
    end, passed, cases = months.ends[at], months.passed[row, at], months.cases[row, at]
    span = {Flow.STOCK: "当日", Flow.FILLS_UP: "本年"}.get(case.item.indicator.flow, "近3个月")
    if not cases:  # an alert in force outlasts a month without cases
        return Evidence(
            f"截至{wording.chinese_date(end)}，{case.who}{span}没有可计算{case.item.name}的记录，看不出是否好转，"
            "预警沿用此前的判断。", f"请{case.asked}核查数据来源，有记录后重新判断。")
    share, surely = wording.percent(passed / cases), wording.likelihood(
        wording.chance(float(months.chance[row, at])), "为")
    numbers = f"（{passed:,.0f}/{cases:,.0f}）"
    if case.item.indicator.flow == Flow.FILLS_UP:
        sentence = (
            f"截至{wording.chinese_date(end)}，{case.who}{span}{case.item.name}{share}{numbers}，"
            f"按年底达到{target * 100:g}%的进度此时应为{wording.percent(float(months.target[at]))}，低于应达进度的{surely}。"
        )
        return Evidence(sentence, f"请{case.asked}清理受理满60天仍未结的案件，按周报送结案数。")
    goal = f"{'超过' if case.item.comparator == '>' else ''}{target * 100:g}%"
    return Evidence(
        f"截至{wording.chinese_date(end)}，{case.who}{span}{case.item.name}{share}{numbers}，目标{goal}，"
        f"真实水平低于目标的{surely}。", f"请{case.asked}分析未达标原因，提出改进措施。")


def _sudden_stop(case: Case) -> Evidence:
    figures, days = case.figures, (case.as_of - case.figures.plan.window.start).days + 1
    silent, expected = silence(activity(figures, case.item, case.division)[:days],
                               figures.holiday[:days], figures.weekday[:days])
    title = case.item.indicator.sources[0].title
    return Evidence(f"{case.head}{title}已连续{silent}天没有记录，按近91天同星期均值这期间应有约{expected:.0f}条，"
                    "请核查数据来源。", f"先核查{title}数据是否正常报送；确属业务停顿的，请{case.asked}说明原因。")


def _coverage_gap(case: Case) -> Evidence:
    missing = missing_places(case.figures, case.item.code, case.division, case.as_of)
    names = tuple(place.name if place.name == place.township or not place.township
                  else f"{place.township}{place.name}" for place in missing)
    left, needed = case.figures.plan.window.days_left(case.as_of), places_needed(case.line)
    sentence = (
        f"{wording.days_left_words(left)}，{case.who}{case.item.name}"
        f"{wording.percent(case.line.value, case.line.target, case.line.comparator)}，还差{needed}处达标；"
        f"未覆盖{len(names)}处：{wording.joined(list(names), limit=6)}。")
    return Evidence(sentence, f"请{case.asked}逐处明确建成时间和责任人。", names)


def _deadline_near(case: Case) -> Evidence:
    left, line = case.figures.plan.window.days_left(case.as_of), case.line
    unit = case.item.indicator.unit
    missing = wording.shortfall((line.target or 0.0) - (line.value or 0.0), unit)
    daily = (
        ""
        if line.needed_per_day is None
        else f"，每天需完成{wording.shortfall(line.needed_per_day, unit)}"
    )
    probability = None if line.forecast is None else line.forecast.probability
    chance = (
        ""
        if probability is None
        else f"，按期完成的{wording.likelihood(wording.forecast_chance(line.forecast), '为')}"
    )
    return Evidence(
        f"{wording.days_left_words(left)}，{case.who}{case.item.name}还差{missing}{daily}{chance}。",
        _catch_up(case))


def _source_stale(case: Case) -> Evidence:
    last, title = next((one.last, one.title) for one in unread(case.figures)
                       if one.item.code == case.item.code)
    gone = case.figures.plan.calendar.working_days_after(last, case.as_of)
    return Evidence(
        f"截至{wording.chinese_date(case.as_of)}，{title}上次读取为{wording.chinese_date(last)}，已有{gone}个工作日未更新，"
        "相关指标暂不亮灯，进度预警暂停。",
        f"请技术人员检查{title}的连接，恢复后重新刷新。",
    )


def _write_off_surge(case: Case) -> Evidence:
    at = case.figures.axis.position(case.as_of)
    lost, made, lost_before, made_before = (float(part[case.slot, at])
                                            for part in write_off_shares(case.figures, case.item))
    usual = wording.percent(lost_before / made_before if made_before else None)
    return Evidence(
        f"近30天{case.who}冲减岗位{lost:,.0f}个，占同期发布{made:,.0f}个的{wording.percent(lost / made if made else None)}，"
        f"此前182天为{usual}。",
        f"请{case.asked}抽查近期发布岗位的真实性，约谈冲减较多的用工主体。",
    )


def _excluded_jump(case: Case) -> Evidence:
    dataset, at = case.item.indicator.datasets[0], case.figures.axis.position(case.as_of)
    bad, rows, bad_before, rows_before = (float(part[at])
                                          for part in excluded_shares(case.figures, dataset))
    share, usual = (wording.percent(part / whole if whole else None)
                    for part, whole in ((bad, rows), (bad_before, rows_before)))
    return Evidence(
        f"近28天{case.item.indicator.sources[0].title}有{bad:,.0f}行未计入，占{rows:,.0f}行的{share}，此前182天为{usual}。",
        "请到“数据”页查看排除原因，由数据报送单位更正。",
    )


def _meeting_overdue(case: Case) -> Evidence:
    since, met = counted_from(case.figures, case.as_of)
    gone, limit = (case.as_of - since).days, case.figures.plan.follow_up.meeting_days
    when = (f"上次召开是{wording.chinese_date(since)}，至今{gone}天" if met else
            f"自{wording.chinese_date(since)}方案开始，{gone}天没有登记过会议")
    return Evidence(
        f"截至{wording.chinese_date(case.as_of)}，联席会议{when}，超过规定的{limit}天。",
        "请联席会议办公室报请召开会议；已经开过的，到“督办”页登记。",
    )


_EXPLAIN: Mapping[Rule, Callable[[Case], Evidence]] = {
    Rule.BEHIND_PACE: _behind_pace,
    Rule.FLOOR_MISSED: _floor_missed,
    Rule.SUDDEN_STOP: _sudden_stop,
    Rule.COVERAGE_GAP: _coverage_gap,
    Rule.DEADLINE_NEAR: _deadline_near,
    Rule.SOURCE_STALE: _source_stale,
    Rule.WRITE_OFF_SURGE: _write_off_surge,
    Rule.EXCLUDED_JUMP: _excluded_jump,
    Rule.MEETING_OVERDUE: _meeting_overdue,
}
