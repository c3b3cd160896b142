"""The counting rules, lights and terms in words, beside the code they describe; the definitions
page prints them.
"""

from __future__ import annotations

from dataclasses import dataclass

from kpi.definitions import PLACE, Dataset, DuplicateRule, Judged, Kind
from kpi.judging import Light
from kpi.plan import CURVE_NAMES, Comparator, IndicatorPlan, Plan
from kpi.vocabulary import Reason

KIND_WORDS = {
    Kind.CUMULATIVE: "累计数：方案起始日以来发生的合计", Kind.STOCK: "存量数：当天仍然有效的个数",
    Kind.COVERAGE: "覆盖率：已覆盖的地方÷应覆盖的地方", Kind.FLOOR: "比率：两个合计数相除，不对月度比率求平均",
    Kind.MATCHING: "供需：按岗位发布后各天的撮合计算，只监测、不亮灯",
}

REASON_RULES = {
    Reason.MISSING_DATE: "计数所用的日期为空", Reason.NOT_COMPLETED: "仅培训：还没有结业日期，不算差错",
    Reason.FUTURE_DATE: "计数所用的日期晚于读取数据的那一天", Reason.UNKNOWN_DIVISION: "乡镇和管理单位都不在区划名录中",
    Reason.BAD_AMOUNT: "人数或金额为空，或不大于 0", Reason.BAD_VALUE: "分类不在规范值之内，或是否项既不是“是”也不是“否”",
    Reason.DUPLICATE: "同一件事的再次登记，见“重复”", Reason.NOT_GIG: "仅培训：不属于零工培训",
}


@dataclass(frozen=True)
class Term:
    """A word and what this program means by it."""

    name: str
    meaning: str


def counting_rules(plan: Plan) -> tuple[Term, ...]:
    """How rows become figures, with the plan's own settings."""
    window, days = plan.window, plan.duplicate_window_days
    return (
        Term(
            "时间",
            f"方案期 {window.start} 至 {window.deadline}，首尾两天都算。“截至某日”使用该日结束前的全部数据，不用之后的任何数据。",
        ),
        Term(
            "计入与排除",
            "读到的每一行要么计入，要么因唯一一个原因排除；计入与排除之和等于表中行数。",
        ),
        Term(
            "区划",
            "乡镇代码在名录中的，以乡镇所属单位为准，与该行自己写的单位矛盾时照计并记为“区划冲突”；乡镇不认识但单位认识的，"
            "计入该单位；已并入其他乡镇的代码计入继任乡镇；只写城市代码的只计入全市。",
        ),
        Term(
            "重复",
            f"岗位：同一用工主体、同一工种、同一地点，发布日距上一行不超过 {days} 天的为重复，不论平台；主体或工种为空的不判重。"
            "培训：同一人、同一工种、同一等级只计第一次完成的。账户：同一账户取最早的一行。"
            + "".join(
                _duplicates(dataset, days)
                for dataset in plan.definitions.datasets.values()
                if dataset.local
            ),
        ),
        Term(
            "冲减",
            "岗位事后被查实无效的，在查实日减去同样的人数，不改动以前的数字；方案期前发布的既不加也不减。",
        ),
        Term(
            "覆盖",
            "同一地方有几个载体只覆盖一次；功能区自己的市场不覆盖县区；乡镇合并前后各按当日在册的乡镇计算。",
        ),
        Term("有效期", "开始日当天起有效，结束日当天起无效。"),
        Term("缺数据", "没有数据源的指标显示“未接入”，没有数据的显示“—”，都不当作 0。"),
    )


def _duplicates(dataset: Dataset, window: int) -> str:
    """The duplicate rule of a site's own dataset, "" without one."""
    rule = dataset.duplicate
    if rule is None:
        return ""
    same = "、".join("地点" if name == PLACE else dataset.column(name).title or name
                    for name in rule.same)
    days = window if rule.days is None else rule.days
    what = (f"日期距上一行不超过 {days} 天的为重复" if rule.rule == DuplicateRule.WITHIN_DAYS else "只计最早的一行")
    return f"{dataset.title}：{same}都相同的，{what}。"


def light_rules(plan: Plan) -> dict[Light, str]:
    """When each light is shown; values are compared unrounded."""
    points = f"{plan.yellow_points:g} 个百分点"
    ahead = f"高出应达进度至少 {plan.green_points:g} 个百分点" if plan.green_points > 0 else "不低于应达进度"
    return {
        Light.MET: "达到目标（目标写“超过”的须严格大于）",
        Light.GREEN: f"还没有达到目标，完成率{ahead}",
        Light.YELLOW: f"不够“达序时”，但低于应达进度（比率类低于目标）不超过 {points}；年初起算的比率上半年最低为此",
        Light.RED: f"低于应达进度（比率类低于目标）{points}以上，或截止日已过仍未达到",
        Light.WATCH: "方案没有给出数字，只监测",
        Light.NO_DATA: "没有数据可判",
        Light.STALE: "数据源读不到，显示上次的数据，不判红绿",
    }


def judged_words(item: IndicatorPlan) -> str:
    """How one indicator is judged."""
    if item.target is None:
        return "方案没有给出数字，只监测、不亮灯；在方案文件中补上目标后即参与亮灯和排名。"
    text = "须严格大于目标" if item.comparator == Comparator.MORE_THAN else "达到目标即可"
    if item.indicator.judged == Judged.FLOOR:
        return f"随时与目标比较，不按时间折算；{text}。"
    return f"截止日前与应达进度比较（{CURVE_NAMES[item.curve.kind]}）：完成率＝数值÷目标；{text}。"


def target_rule(item: IndicatorPlan) -> str:
    """Where the divisions' targets come from."""
    if item.target is None:
        return "未设目标"
    if item.indicator.is_share:
        return "各县区、各管理单位与全市相同"
    if item.quotas:
        return "按方案文件中的分解任务"
    return "按常住人口用最大余额法分解，各级相加恰好等于上一级"


TERMS = (
    Term("序时进度", "方案期内已过天数÷方案期天数，表示按时间应完成的比例。"),
    Term("完成率", "数值÷目标。"),
    Term("应达", "截至当日应完成的数：目标×应达进度（默认即序时进度）；比率类为目标本身。"),
    Term("个百分点", "两个百分比相减的差。"),
    Term("同比", "与上年同期比；不满的月与上年同样的天数比。缺少上年数字时为“—”。"),
    Term("环比", "与上月比；不满的月与上月同样的天数比，上月没有那么多天时，两边都只算上月有的天数"
         "（3月30日用3月1日至28日与2月1日至28日比）。"
         "缺少上月数字时为“—”。"),
    Term("人次", "培训完成的次数；同一个人可以有几次。人数另列。"),
    Term("岗位", "发布信息中的招聘人数之和，不是信息条数。条数另列。"),
    Term("归集", "岗位由谁收集：政府部门、第三方机构或行业协会。"),
    Term("五县区与管理单位", "两种汇总口径，覆盖同样的乡镇，合计相同：县区含其中的功能区，管理单位把功能区单列。"),
    Term("三级载体", "市级零工市场、县级零工市场、乡镇（街道）零工服务驿站。"),
    Term("专窗", "设在中心村（社区）的零工服务专窗；应设的村以名录为准。"),
    Term("市本级（未分县区）", "只知道属于本市、不知道属于哪个县区的数据，只计入全市。"),
    Term("快照", "一次刷新读到的全部数据；同一快照、同一方案、同一截至日的数字永远相同。"),
)
