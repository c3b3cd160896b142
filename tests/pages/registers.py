"""Registers of jobs as five counties keep them, each in a shape of its own, with what they come to.

Every one holds a telephone number, which must never be seen.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

PHONE = "13912345678"
HEADCOUNTS = {"321302": 12, "321322": 4 + 6 + 9, "321323": 15, "321311": 5 + 3, "321324": 20}
"""By unit, what the registers add up to: 宿城区, 沭阳县, 泗阳县, 宿豫区, 泗洪县."""


def names_for_codes(folder: Path) -> Path:
    """宿城区: names in place of codes, a title row, a total below."""
    return _book(folder / "宿城区零工岗位台账.xlsx", {"岗位": [
        ["2026年零工岗位台账"],
        ["序号", "岗位编号", "来源平台", "所属行业", "归集渠道", "用工人数", "发布时间", "企业实名", "所在乡镇", "联系电话"],
        [1, "SC-1", "速找活", "家政", "政府部门", "5", date(2026, 3, 2), "是", "古城街道", PHONE],
        [2, "SC-2", "苏心聘", "电商", "行业协会", 7, date(2026, 3, 9), "否", "洋北街道", PHONE],
        ["合计", None, None, None, None, 12]]})


def monthly_files(folder: Path) -> list[Path]:
    """沭阳县: a file for every month, whose only sheet bears the month's name."""
    heads = ["岗位号", "平台", "行业类型", "归集单位类型", "需求人数", "上架日期", "是否核验", "县区", "联系人"]
    return [_book(folder / f"2026年{month}月岗位.xlsx", {f"{month}月": [
        heads, [f"SY-{month}", "速找活", "快递", "第三方", heads_, date(2026, month, 5), "√", "沭阳县", "张某"]]})
            for month, heads_ in ((1, 4), (2, 6), (3, 9))]


def two_row_headings(folder: Path) -> Path:
    """泗阳县: headings of two rows, cells merged, the unit only in the file's name."""
    path = _book(folder / "泗阳县岗位.xlsx", {"Sheet1": [
        ["岗位编号", "发布平台", "用工", None, "归集", None, "时间", None, "是否实名"],
        [None, None, "行业", "招聘人数", "归集主体", "联系电话", "发布日期", "下架时间", None],
        ["SI-1", "速找活", "建筑装修", 15, "政府部门", PHONE, "2026.3.11", "2026.4.11", "是"]]})
    book = openpyxl.load_workbook(path)
    for merge in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1", "I1:I2"):
        book["Sheet1"].merge_cells(merge)
    book.save(path)
    return path


def sheet_per_county(folder: Path) -> Path:
    """宿豫区 and 泗洪县: a sheet each, named by the county."""
    heads = ["岗位编号", "发布平台", "行业", "归集主体", "招聘人数", "发布日期", "企业实名", "联系电话"]
    return _book(folder / "岗位汇总.xlsx", {
        "宿豫区": [heads, ["YU-1", "速找活", "农业", "政府部门", 5, date(2026, 2, 1), "是", PHONE],
                ["YU-2", "速找活", "农业", "政府部门", 3, date(2026, 2, 2), "是", PHONE]],
        "泗洪县": [heads, ["SH-1", "速找活", "其他", "政府部门", 8, date(2026, 2, 3), "否", PHONE]]})


def titled_text(folder: Path) -> Path:
    """泗洪县: a text file as a system of its own exports it, in GB18030, with rows of titles."""
    path = folder / "导出.csv"
    path.write_bytes("\r\n".join([
        "泗洪县零工岗位导出,,,,,,,", "导出时间：2026-04-01,,,,,,,",
        "岗位编号,发布平台,所属行业,归集方,招聘人数,发布时间,企业实名,手机",
        f"SH-9,速找活,外卖,第三方机构,12,2026/3/20 08:30,是,{PHONE}", ""]).encode("gb18030"))
    return path


FOREIGN = (
    "CREATE TABLE gig_member (uid VARCHAR(20), qx VARCHAR(30), reg_time DATETIME, "
    "auth_time DATETIME NULL, cancel_time DATETIME NULL, xm VARCHAR(20), sjh VARCHAR(20)) "
    "CHARACTER SET utf8mb4",
    "INSERT INTO gig_member VALUES "
    f"('u1', '沭阳县', '2026-01-05 09:00:00', NULL, NULL, '张某', '{PHONE}'), "
    f"('u2', '321323', '2026-02-05 09:00:00', '2026-02-06 10:00:00', NULL, '李某', '{PHONE}'), "
    f"('u3', '泗洪县', '2026-02-07 09:00:00', NULL, '2026-03-01 08:00:00', '王某', '{PHONE}')")
"""A table of accounts on a server of another's making: three registered, one of them left again."""
REGISTERED = 2


def _book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path
