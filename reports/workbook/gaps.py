"""缺口清单: how many are missing per unit, and each by name."""

from __future__ import annotations

from collections.abc import Sequence

from reports.missing_places import Lack, Missing
from reports.workbook import style
from reports.workbook.names import cell_name
from reports.workbook.page import Page

PAGE_WIDTHS = (8, 20, 20, 16, 22, 24, 18, 22)


def write_gaps(page: Page, missing: Sequence[Missing]) -> None:
    content = page.content
    top = page.open("载体缺口清单", "单位：个")
    list_head = top + len(content.managing) + 4
    _write_totals(page, top, missing, list_head)
    page.across(list_head - 1, "逐个名单" if missing else "截至当日没有缺口", style.SUBTITLE, height=24)
    page.head(list_head, ("序号", "缺口类别", "管理单位", "所在县区", "乡镇（街道）", "村（社区）", "区划代码", "计划建成时间"))
    for number, place in enumerate(missing, start=1):
        row = list_head + number
        page.put(row, 1, number, style.CENTRED)
        for column, text in enumerate((place.lack.value, place.unit.name, place.county,
                                       place.township, place.village, place.code, ""), start=2):
            page.put(row, column, text)
    page.filter(list_head, list_head + len(missing))
    page.freeze(top)
    page.print_on_a4((list_head, list_head))


def _write_totals(page: Page, top: int, missing: Sequence[Missing], list_head: int) -> None:
    lacks = list(Lack)
    page.head(top, ("序号", "管理单位", *(f"缺{lack.value}" for lack in lacks), "合计"))
    rows = f"{list_head + 1}:", list_head + max(len(missing), 1)
    for number, unit in enumerate(page.content.managing, start=1):
        row = top + number
        page.put(row, 1, number, style.CENTRED)
        page.put(row, 2, unit.name)
        for column, lack in enumerate(lacks, start=3):
            count = sum(place.lack == lack and place.unit.code == unit.code for place in missing)
            page.formula(row, column, _count_formula(rows[1], list_head + 1, lack,
                                                     cell_name(row, 2)), count)
        _write_sum(page, row, f"C{row}:E{row}", sum(place.unit.code == unit.code
                                                    for place in missing))
    _write_bottom(page, top, missing)


def _count_formula(last: int, first: int, lack: Lack, name: str) -> str:
    return f'COUNTIFS($B${first}:$B${last},"{lack.value}",$C${first}:$C${last},{name})'


def _write_sum(page: Page, row: int, cells: str, value: int) -> None:
    page.formula(row, 6, f"SUM({cells})", value, style.NUMBER.but(bold=True))


def _write_bottom(page: Page, top: int, missing: Sequence[Missing]) -> None:
    first, row = top + 1, top + len(page.content.managing) + 1
    page.put(row, 1, "", style.CENTRED)
    page.put(row, 2, "合计", style.TEXT.but(bold=True))
    for column, lack in enumerate(Lack, start=3):
        page.formula(row, column, f"SUM({cell_name(first, column)}:{cell_name(row - 1, column)})",
                     sum(place.lack == lack for place in missing), style.NUMBER.but(bold=True))
    _write_sum(page, row, f"C{row}:E{row}", len(missing))
