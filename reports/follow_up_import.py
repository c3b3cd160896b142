"""Last meeting's items from a workbook: all rows or none, and every mistake named by sheet, row and
column.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data_access.boundary import NoSheetError, UnreadableError, open_sheet
from kpi.follow_ups import FOLLOW_UPS_CLOSED, Item, clean_item
from kpi.plan import Plan
from kpi.vocabulary import Division, Geography, InputError, Rollup

SHEET = "督办事项"
COLUMNS = ("事项内容", "区划", "牵头单位", "责任单位", "责任岗位", "办结期限", "核查指标", "预期值", "汇总口径")
REQUIRED = ("事项内容", "区划", "牵头单位", "责任岗位", "办结期限")
LARGEST = 5_000_000  # bytes
MOST_ROWS = 500
_WIDTHS = (44, 14, 18, 26, 18, 13, 18, 10, 12)
_SHOWN = 8
_ROLLUPS = {"五县区": Rollup.COUNTY, "县区": Rollup.COUNTY, "管理单位": Rollup.MANAGING,
            "九个管理单位": Rollup.MANAGING}


@dataclass(frozen=True)
class _Row:
    """One row of the sheet by column name; `number` as the clerk sees it."""

    number: int
    cells: Mapping[str, Any]
    letters: Mapping[str, str]

    def text(self, name: str) -> str:
        value = self.cells.get(name)
        return "" if value is None else str(value).strip()

    def wrong(self, name: str, why: str) -> InputError:
        return InputError(f"工作表“{SHEET}”第{self.number}行{self.letters.get(name, '')}列（{name}）{why}")


def template_xlsx(plan: Plan) -> bytes:
    """An empty sheet to fill in, with a second one that says how."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    sheet.append(COLUMNS)
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.cell(1, number).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    _explain(book.create_sheet("填写说明"), plan)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _explain(sheet: Worksheet, plan: Plan) -> None:
    for line in (f"必填：{'、'.join(REQUIRED)}。责任岗位写岗位名称，不写姓名。", "区划：全市、县区或管理单位的名称或简称。",
                 "汇总口径：县区 或 管理单位，区分宿城区等同名的两种口径；不写按县区，功能区按管理单位。",
                 "责任单位：多个单位用顿号分开。办结期限：日期，例如 2026-12-31。",
                 "核查指标：不写为自拟事项，由办公室核查销号；写上则由数据核查销号。可用的指标：",
                 "、".join(item.name for item in plan.indicators if item.code != FOLLOW_UPS_CLOSED),
                 "预期值：数据达到它才销号，比率写 60% 或 0.6；不写则以恢复达序时为准。"):
        sheet.append([line])
    sheet.column_dimensions["A"].width = 110
    for row in sheet.iter_rows():
        row[0].alignment = Alignment(wrap_text=True, vertical="top")


def read_items(content: bytes, plan: Plan, geography: Geography, *,
               meeting: date | None) -> tuple[Item, ...]:
    """The items of a filled-in template, in order, for one meeting.

    Raises InputError listing what is wrong with which row and column; then nothing should be
    recorded.
    """
    rows = _rows(content)
    items, wrong = [], []
    for row in rows:
        try:
            items.append(_item(row, plan, geography, meeting))
        except InputError as error:
            wrong.append(str(error).rstrip("。"))
    if wrong:
        more = f"；另有{len(wrong) - _SHOWN}处" if len(wrong) > _SHOWN else ""
        raise InputError(f"{'；'.join(wrong[:_SHOWN])}{more}。没有导入任何事项，请改正后重新导入。")
    return tuple(items)


def _rows(content: bytes) -> list[_Row]:
    if len(content) > LARGEST:
        raise InputError(
            f"文件有 {len(content) / 1e6:.1f} MB，超过 {LARGEST / 1e6:.0f} MB；请只保留“{SHEET}”工作表后重新导入。")
    try:
        return _filled(open_sheet(content, SHEET).rows)
    except UnreadableError:
        raise InputError("文件不是完好的 Excel 工作簿（.xlsx）；请用模板填写并另存为 .xlsx 后重新导入。") from None
    except NoSheetError:
        raise InputError(f"文件中没有名为“{SHEET}”的工作表；请用模板填写，不要改工作表名称。") from None


def _filled(lines: Any) -> list[_Row]:
    names = [str(name).strip() if name is not None else "" for name in next(lines, ())]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise InputError(f"工作表“{SHEET}”第1行缺少列“{missing[0]}”；请用模板填写，不要改列名。")
    letters = {name: get_column_letter(number) for number, name in enumerate(names, start=1)
               if name}
    rows = [_Row(number, dict(zip(names, cells, strict=False)), letters)
            for number, cells in enumerate(lines, start=2)
            if any(cell not in (None, "") for cell in cells)]
    if not rows:
        raise InputError(f"工作表“{SHEET}”中没有任何事项；请从第2行起填写。")
    if len(rows) > MOST_ROWS:
        raise InputError(f"工作表“{SHEET}”有 {len(rows)} 行，超过 {MOST_ROWS} 行；请分几次导入。")
    return rows


def _item(row: _Row, plan: Plan, geography: Geography, meeting: date | None) -> Item:
    for name in REQUIRED:
        if not row.text(name):
            raise row.wrong(name, "没有填写")
    if meeting is not None and _due(row) < meeting:
        raise row.wrong("办结期限", f"{_due(row)} 早于会议日期 {meeting}")
    division, indicator = _division(row, geography), _indicator(row, plan)
    item = Item(row.text("事项内容"), division.rollup, division.code, row.text("牵头单位"),
                row.text("责任岗位"), _due(row), _units(row), indicator,
                _expected(row, plan, indicator), meeting)
    try:
        return clean_item(item)
    except InputError as error:
        raise InputError(f"工作表“{SHEET}”第{row.number}行：{error}") from None


def _division(row: _Row, geography: Geography) -> Division:
    name, rollup = row.text("区划"), row.text("汇总口径")
    if rollup and rollup not in _ROLLUPS:
        raise row.wrong("汇总口径", f"“{rollup}”应为 县区 或 管理单位")
    aliases = {alias: unit.code for unit in geography.managing_units for alias in unit.aliases}
    members: Sequence[Division] = (
        geography.members(_ROLLUPS[rollup]) if rollup else geography.divisions
    )
    for division in (geography.city, *members):
        if (
            name in (division.name, division.short_name, division.code)
            or aliases.get(name) == division.code
        ):
            return division
    raise row.wrong("区划", f"“{name}”不在区划名录中")


def _indicator(row: _Row, plan: Plan) -> str | None:
    name = row.text("核查指标")
    if not name:
        return None
    for item in plan.indicators:
        if name in (item.name, item.code):
            if item.code == FOLLOW_UPS_CLOSED:
                raise row.wrong("核查指标", f"“{name}”由台账自身算出，不能用来核查")
            return item.code
    raise row.wrong("核查指标", f"“{name}”不是方案中的指标")


def _due(row: _Row) -> date:
    value = row.cells.get("办结期限")
    if isinstance(value, datetime):
        return value.date()
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"):
        try:
            return datetime.strptime(row.text("办结期限"), form).date()
        except ValueError:
            continue
    raise row.wrong("办结期限", f"“{row.text('办结期限')}”不是日期，应形如 2026-12-31")


def _expected(row: _Row, plan: Plan, indicator: str | None) -> float | None:
    text = row.text("预期值").replace(",", "").replace("，", "")
    if not text:
        return None
    percent = text.endswith(("%", "％"))
    try:
        value = float(text.rstrip("%％")) / (100 if percent else 1)
    except ValueError:
        raise row.wrong("预期值", f"“{text}”不是数字") from None
    share = indicator is not None and plan.indicator(indicator).indicator.is_share
    if value != value or value < 0 or (share and value > 1) or (percent and not share):
        raise row.wrong("预期值", f"“{text}”应为" + ("0% 到 100% 之间的比率" if share else "不小于 0 的数"))
    return value


def _units(row: _Row) -> tuple[str, ...]:
    text = row.text("责任单位")
    for mark in ("，", ",", ";", "；", "\n"):
        text = text.replace(mark, "、")
    return tuple(name.strip() for name in text.split("、") if name.strip())
