"""口径说明: what each indicator means and where its target comes from, from the catalogue and the plan
the code runs.
"""

from __future__ import annotations

from kpi.alerts import rules_in_words
from kpi.definitions import Definitions, Judged
from kpi.plan import IndicatorPlan
from kpi.vocabulary import REASON_NAMES
from kpi.wording import chinese_date, target_words
from reports.content import Content
from reports.workbook import style
from reports.workbook.page import Page

PAGE_WIDTHS = (12, 5, 9, 8, 40, 19, 19, 13, 13, 16)
_HEADS = ("指标", "单位", "全市目标", "判断方式", "计算方法", "分子", "分母", "方案出处", "牵头单位", "责任单位")


def write_definitions(page: Page) -> None:
    content = page.content
    head = page.open("口径说明", "", scope=False)
    page.head(head, tuple(content.names.adapted(name) for name in _HEADS))
    row = head + 1
    for item in content.plan.indicators:
        texts = _texts(item, content.plan.definitions)
        for column, text in enumerate(texts, start=1):
            page.put(row, column, text, style.WRAPPED.but(bold=column == 1))
        page.fit_row(row, dict(enumerate(texts, start=1)))
        row += 1
    row = _write_rules(page, row + 1)
    page.freeze(head + 1, 2)
    page.print_on_a4((1, head))


def _texts(item: IndicatorPlan, named: Definitions) -> tuple[str, ...]:
    indicator = item.indicator
    judged = "监测" if item.target is None else "按序时进度" if indicator.judged == Judged.PACE else "按目标"
    read = [named.datasets[name] for name in indicator.datasets if name in named.datasets]
    sources = "、".join(f"{named.connection_title(one.connection)}“{one.title}”" for one in read)
    formula = ("本地口径：" if indicator.local else "") + indicator.formula + (
        f"。数据来源：{sources}" if sources else "")
    return (item.name, indicator.unit, target_words(item.target, indicator.unit, item.comparator),
            judged, formula, indicator.numerator, indicator.denominator or "—", item.clause or "—",
            item.lead_unit or "—", "、".join(item.co_units) or "—")


def _write_rules(page: Page, row: int) -> int:
    page.across(row, "通用规则", style.SUBTITLE, height=24)
    for number, rule in enumerate(_rules(page.content), start=1):
        page.across(row + number, f"{number}. {rule}", style.Look(grid=False, wrap=True))
    return row + len(_rules(page.content))


_CITY_RULES = (
    "县区含其内功能区，管理单位将功能区单列；两种口径的乡镇相同、合计相同。"
    "只知道全市、不知道县区的数据只计入全市，列为“市本级（未分县区）”。",
    "分解任务以方案文件为准；方案未列的按常住人口用最大余额法分解，各部分之和等于全市目标。比率和覆盖率目标对各县区相同。")
_PROVINCE_RULES = (
    "全省数为各市数之和，目标为各市目标之和；比率的目标按各市分母加权。各市按本市方案计算和亮灯，进度按本市方案期计。",
    "读不到数据、没有该指标、没有目标或方案未开始的市不计入合计，其目标也不计入，不当作0。")


def _rules(content: Content) -> tuple[str, ...]:
    plan = content.plan
    return (
        f"方案期：{chinese_date(plan.window.start, with_year=True)}至{chinese_date(plan.window.deadline, with_year=True)}，"
        "首尾两日都计入；“截至某日”包含当日全天，不含其后任何数据。",
        "序时进度＝方案期内已过天数÷方案期总天数；应达值＝目标×应达进度；进度差＝完成率－应达进度，比率类指标的进度差＝完成值－目标，以个百分点计。",
        f"亮灯：达到目标为“已完成”；不低于应达进度为“达序时”；低于应达进度不超过{plan.yellow_points:g}个百分点为“滞后”；更低为“严重滞后”。"
        "未设目标的指标只监测，不亮灯；没有数据写“—”，不写0。",
        "每一行源数据要么计入，要么因一个原因排除，原因依次为："
        + "、".join(REASON_NAMES.values())
        + "。",
        *(
            f"预警“{words.name}”：{words.raised}解除：{words.cleared}"
            for words in rules_in_words(plan)
        ),
        f"同一主体、同一工种、同一地点，间隔不超过{plan.duplicate_window_days}天的再次发布视为重复，不论平台；事后查实无效的岗位在查实日冲减。",
        *(_CITY_RULES if content.card.geography.subdivided else _PROVINCE_RULES),
        content.names.adapted("率值一律以分子合计除以分母合计，不对月度率或县区率求平均。"),
        "蓝色数字为可改动的输入，黑色数字由公式得出；改动后完成率、差额、合计、位次和亮灯文字随之变化，底色为出表时的状态。",
    )
