"""封面: what this is, as of when, from which data, and the list of sheets. Holds the cells the
defined names point to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.workbook import Workbook

from kpi.judging import Light
from kpi.sentences.headline import elapsed_words
from reports.workbook import formats, style
from reports.workbook.alerts import AS_OF
from reports.workbook.judged import ELAPSED, LEFT, YELLOW, Col, light_words
from reports.workbook.names import cell_name, quoted
from reports.workbook.page import Page

PAGE_WIDTHS = (3, 20, 44, 4, 22, 52)
START, DEADLINE = "方案起始日", "方案截止日"
_INPUT = style.DATE.but(align="left", ink=style.INPUT_INK)


def write_cover(page: Page, workbook: Workbook, *, summary: str, city_rows: tuple[int, int],
                contents: Sequence[tuple[str, str]], behind: Sequence[tuple[str, str]]) -> None:
    """`summary`: the sheet 总表 and the rows of the city's core indicators there; `contents`: the
    meeting's sheets and what each holds; `behind`: those to look things up in.
    """
    content = page.content
    top = page.open(f"{content.plan.city_name}零工归宿工作联席会议报表", "")
    page.across(top, content.plan.title, style.SUBTITLE.but(align="center"), height=26)
    row = top + 2
    names = _write_clock(page, row)
    for name, cell in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=f"{quoted(page.title)}!{cell}")
    end = _write_source(page, row + len(names) + 1)
    page.across(end + 1, _how_to_print(page.title, contents[-1][0], all_of_it=not behind),
                style.NOTE_WRAPPED.but(top=False), first=2, last=3)
    if behind:
        _write_contents(page, end + 3, 2, ("备查", "随文件查阅，标签为灰色"), behind)
    _write_contents(page, _write_lights(page, row, summary, city_rows) + 1, 5, ("会议用", "内容"),
                    contents)
    page.print_on_a4(None, one_page=True)


def _how_to_print(first: str, last: str, *, all_of_it: bool) -> str:
    some = f"只印会议用的：点“{first}”标签，按住Shift再点“{last}”标签，打印选定工作表。"
    return f"{'' if all_of_it else some}每张表只印开会要看的部分，要全印先取消打印区域。"


def _write_clock(page: Page, row: int) -> Mapping[str, str]:
    """The clock, one named cell a row: name → cell."""
    plan, as_of = page.content.plan, page.content.as_of
    window = plan.window
    page.put(row, 2, AS_OF)
    page.put(row, 3, as_of, _INPUT)
    page.put(row + 1, 2, START)
    page.put(row + 1, 3, window.start, _INPUT)
    page.put(row + 2, 2, DEADLINE)
    page.put(row + 2, 3, window.deadline, _INPUT)
    left = style.NUMBER.but(align="left")
    page.put(row + 3, 2, ELAPSED)
    page.put(row + 4, 2, LEFT)
    if page.content.card.pace_range is None:
        page.formula(row + 3, 3, f"({AS_OF}-{START}+1)/({DEADLINE}-{START}+1)",
                     window.elapsed_share(as_of), left.but(number="0.0%"))
        page.formula(row + 4, 3, f"{DEADLINE}-{AS_OF}", window.days_left(as_of),
                     left.but(number=formats.DAYS))
    else:
        page.put(row + 3, 3, elapsed_words(page.content.card), style.WRAPPED)
        page.put(row + 4, 3, "按各市方案", style.WRAPPED)
    page.put(row + 5, 2, YELLOW)
    page.put(row + 5, 3, plan.yellow_points, left.but(number='0.##"个百分点"', ink=style.INPUT_INK))
    return {name: f"$C${row + number}"
            for number, name in enumerate((AS_OF, START, DEADLINE, ELAPSED, LEFT, YELLOW))}


def _write_source(page: Page, row: int) -> int:
    """Where the figures come from; gives the first row below."""
    note, plan = page.content.note, page.content.plan
    scope = page.content.names.whole if page.content.scope is None else page.content.scope.name
    facts = (("范围", scope), ("方案文件", plan.document), ("方案编号", plan.id), ("数据快照", note.id),
             ("读取时间", f"{note.read_at:%Y-%m-%d %H:%M}"),
             ("数据性质", "演示数据" if note.sample else "业务系统数据"))
    for number, (name, text) in enumerate(facts):
        page.put(row + number, 2, name)
        page.put(row + number, 3, text, style.WRAPPED)
        page.fit_row(row + number, {3: text}, least=18)
    return row + len(facts)


def _write_lights(page: Page, row: int, summary: str, city_rows: tuple[int, int]) -> int:
    """How many of the city's core indicators have which light, counted by formula; gives the first
    row below.
    """
    content = page.content
    page.put(row, 5, f"{content.names.whole}核心指标", style.HEAD)
    page.put(row, 6, "项数", style.HEAD)
    lines = [content.card.city_line(item.code) for item in content.plan.core]
    first, last = (cell_name(number, Col.LIGHT) for number in city_rows)
    final = content.card.final
    paced = () if final else (Light.GREEN, Light.YELLOW)
    for number, light in enumerate((Light.MET, *paced, Light.RED, Light.STALE, Light.NO_DATA), 1):
        page.put(row + number, 5, light_words(light, final=final), style.light_look(light))
        count = sum(line.light == light for line in lines)
        cells = f"{quoted(summary)}!${first[0]}${first[1:]}:${last[0]}${last[1:]}"
        page.formula(row + number, 6, _count_lights(cells, light, final=final), count,
                     style.CENTRED.but(number='0"项"'))
    return row + number + 1


def _count_lights(cells: str, light: Light, *, final: bool) -> str:
    counted = f'COUNTIF({cells},"{light_words(light, final=final)}*")'  # 样本少 may stand behind
    # 未接入 has the same shape as 待数据
    return f'{counted}+COUNTIF({cells},"*未接入")' if light == Light.NO_DATA else counted


def _write_contents(page: Page, row: int, first: int, heads: tuple[str, str],
                    sheets: Sequence[tuple[str, str]]) -> None:
    """A list of sheets with what each holds, from column `first` on."""
    for column, head in enumerate(heads, start=first):
        page.put(row, column, head, style.HEAD)
    for number, (sheet, text) in enumerate(sheets, start=1):
        page.link(row + number, first, sheet, sheet)
        page.put(row + number, first + 1, text, style.NOTE)
