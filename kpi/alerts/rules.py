"""The alert rules: their names, grades, and what each says in words (shown on the 预警 page)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kpi.alerts.levels import BLUE, GREY, NONE, RED, YELLOW
from kpi.plan import Plan


class Severity(StrEnum):
    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"
    GREY = "grey"


class Rule(StrEnum):
    """What an alert is about. The first concerns the forecast at the deadline, the second the last
    three months.
    """

    BEHIND_PACE = "behind_pace"
    FLOOR_MISSED = "floor_missed"
    SUDDEN_STOP = "sudden_stop"
    COVERAGE_GAP = "coverage_gap"
    DEADLINE_NEAR = "deadline_near"
    SOURCE_STALE = "source_stale"
    WRITE_OFF_SURGE = "write_off_surge"
    EXCLUDED_JUMP = "excluded_jump"
    DATA_HELD = "data_held"
    MEETING_OVERDUE = "meeting_overdue"


SEVERITY_NAMES = {Severity.RED: "红色", Severity.YELLOW: "黄色", Severity.BLUE: "蓝色",
                  Severity.GREY: "灰色"}
# Shape, word and colour together, as with the lights.
SEVERITY_SHAPES = {Severity.RED: "■", Severity.YELLOW: "▲", Severity.BLUE: "◆", Severity.GREY: "○"}
SEVERITY_OF = {GREY: Severity.GREY, BLUE: Severity.BLUE, YELLOW: Severity.YELLOW, RED: Severity.RED}
SEVERITY_ORDER = (Severity.RED, Severity.YELLOW, Severity.BLUE, Severity.GREY)
RULE_NAMES = {
    Rule.BEHIND_PACE: "按期完成风险", Rule.FLOOR_MISSED: "比率低于目标", Rule.SUDDEN_STOP: "数据突然中断",
    Rule.COVERAGE_GAP: "覆盖缺口", Rule.DEADLINE_NEAR: "临近截止", Rule.SOURCE_STALE: "数据源未更新",
    Rule.WRITE_OFF_SURGE: "冲减激增", Rule.EXCLUDED_JUMP: "排除行激增", Rule.DATA_HELD: "数据待核实",
    Rule.MEETING_OVERDUE: "联席会议超期未召开",
}


@dataclass(frozen=True)
class Flip:
    """One change of an alert's grade, seen at the end of `day`; None: no alert."""

    rule: Rule
    indicator: str
    rollup: str
    division: str
    day: date
    before: Severity | None
    after: Severity | None

    @property
    def raised(self) -> bool:
        return self.before is None

    @property
    def cleared(self) -> bool:
        return self.after is None


@dataclass(frozen=True)
class RuleWords:
    """One rule for the reader: its name, when it is raised, and when it is cleared."""

    rule: Rule
    name: str
    raised: str
    cleared: str


def severity(level: int) -> Severity | None:
    """The severity of a level of `kpi.alerts.levels`; None for no alert."""
    return None if level == NONE else SEVERITY_OF[int(level)]


def rules_in_words(plan: Plan) -> tuple[RuleWords, ...]:
    """All rules with the thresholds in force."""
    s = plan.alerts
    names = ("蓝色", "黄色", "红色")
    enter = "；".join(f"{name}：可能性<{level.enter_probability:.0%}且预计完成<{level.enter_ratio:.1%}"
                     for name, level in zip(names, s.pace, strict=True))
    leave = "；".join(f"{name}：可能性≥{level.leave_probability:.0%}或预计完成≥{level.leave_ratio:.1%}"
                     for name, level in zip(names, s.pace, strict=True))
    floor = "、".join(f"{name}>{limit:g}" for name, limit in zip(names, s.floor, strict=True))
    texts = {
        Rule.BEHIND_PACE: (
            f"按期完成的可能性与预计完成率连续{s.enter_days}天同时低于门槛（{enter}）；方案第{s.first_day}天之前不预警，"
            f"第{s.first_red_day}天之前不判红。",
            f"连续{s.leave_days}天回到门槛以上降一级（{leave}）；完成目标当日解除。",
        ),
        Rule.FLOOR_MISSED: (
            f"每月末看近3个月（仲裁结案率看本年与应达路径），不少于{s.floor_least_cases}件时，真实水平低于目标的可能性"
            f"{floor}（红色须不少于{s.floor_red_cases}件；仲裁结案率7月前不判红）。",
            f"连续{s.floor_leave_months}个月可能性低于{s.floor_leave:g}，或件数不足。",
        ),
        Rule.SUDDEN_STOP: (
            f"连续无记录，期间按近91天同星期均值（节假日除外）应有不少于{s.stop_expected:g}条，且长于{s.stop_days}天和"
            f"近182天最长间断的{s.stop_longer:g}倍。请先核查数据来源。",
            "恢复有记录。",
        ),
        Rule.COVERAGE_GAP: (
            f"截止前{s.gap_days}天起，覆盖率未达目标（黄色），截止前{s.gap_red_days}天起为红色；列出未覆盖的乡镇、村名。",
            "覆盖率达到目标。",
        ),
        Rule.DEADLINE_NEAR: (
            "距截止不超过"
            + "、".join(
                f"{days}天（{name}）" for days, name in zip(s.deadline_days, names, strict=True)
            )
            + "，目标未完成且按期完成的可能性低于80%。",
            f"完成目标，或连续{s.leave_days}天可能性不低于80%。",
        ),
        Rule.SOURCE_STALE: (
            f"数据源或其中一个数据集超过{s.stale_grey_days}个工作日未能读取（灰色），超过{s.stale_red_days}个"
            "工作日为红色，期间该数据源的进度预警暂停；或者读得到但没有新记录：从最新记录到今天的工作日"
            f"超过近182天最长间隔的1.5倍（至少{s.stale_grey_days}个，灰色），再超过"
            f"{s.stale_red_days - s.stale_grey_days}个为红色。",
            "数据源恢复读取，有新记录。",
        ),
        Rule.WRITE_OFF_SURGE: (
            f"近30天冲减岗位不少于{s.write_off_least}个，占同期发布的比例不低于{s.write_off_share:.0%}，"
            f"且达到此前182天的{s.write_off_times:g}倍。",
            f"连续{s.leave_days}天不再符合。",
        ),
        Rule.EXCLUDED_JUMP: (
            f"近28天被排除的行不少于{s.excluded_least}行，占比高出此前182天{s.excluded_points * 100:g}个百分点以上。",
            f"连续{s.leave_days}天不再符合。",
        ),
        Rule.DATA_HELD: (
            "新读到的数据与正在使用的相差过大，暂不采用（灰色）；超过"
            f"{s.stale_red_days - s.stale_grey_days}个工作日没有人核实为红色。期间沿用上次数据，相关指标不亮灯。",
            "有人接受，或数据源恢复正常。",
        ),
        Rule.MEETING_OVERDUE: _meeting_words(plan.follow_up.meeting_days),
    }
    return tuple(RuleWords(rule, RULE_NAMES[rule], *texts[rule]) for rule in Rule)


def _meeting_words(days: int) -> tuple[str, str]:
    if not days:
        return "方案没有规定多少天开一次（meeting_days = 0），不预警。", "—"
    return (
        f"督办台账中最近一次联席会议（没有开过的从方案开始之日算起）距今超过{days}天（黄色），超过{2 * days}天为红色；"
        "按当天已经登记的会议判断，没有台账的不预警。",
        "登记新召开的会议当日解除。",
    )
