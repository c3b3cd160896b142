"""A return's workbook: what can be changed in it, and what is read back, cell by cell."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from data_access.boundary.form import MARK, SHEET
from data_access.forms import FilledReturn, ReturnLine, form_xlsx, read_return, return_xlsx
from data_access.site.settings import ROOT
from kpi.definitions.shipped_datasets import DATASETS
from kpi.returns import form_from
from kpi.vocabulary import InputError
from tests.reports.test_follow_up_papers import GEOGRAPHY

OCTOBER = date(2026, 10, 1)
FORM = form_from(tomllib.loads((ROOT / "tests" / "fixtures" / "returns.toml").read_text(
    encoding="utf-8")), ["registered_users"], [])
ITEMS = FORM.items
LINES = [ReturnLine(item, 5043.0 if item.prefill else None, 90.0 if item.code == "advice" else None,
                    100.5 if item.code == "advice" else None,
                    "=1+1" if item.code == "advice" else "") for item in ITEMS]


def made() -> Any:
    """The workbook as a bureau opens it."""
    return openpyxl.load_workbook(io.BytesIO(
        return_xlsx(LINES, OCTOBER, "321322", "沭阳县", date(2026, 11, 5))))


def read(book: Any, month: date = OCTOBER, unit: str = "321322", name: str = "沭阳县",
         items: Any = ITEMS) -> FilledReturn:
    content = io.BytesIO()
    book.save(content)
    return read_return(content.getvalue(), items, month, unit, name)


def test_only_amounts_and_remarks_can_be_changed() -> None:
    sheet = made()[SHEET]
    assert sheet.protection.sheet
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row
                if not cell.protection.locked}
    assert unlocked == {f"{letter}{row}" for letter in "CG" for row in range(4, 10)}
    assert sheet.column_dimensions["A"].hidden
    assert made()[MARK].sheet_state == "hidden"
    assert [cell.value for cell in sheet[9]] == ["registered", "平台注册用户", None, "人", 5043, "—",
                                                 None]
    checked = {str(cells) for check in sheet.data_validations.dataValidation
               for cells in str(check.sqref).split()}
    assert checked == unlocked


def test_what_is_filled_in_is_read_back_and_a_blank_is_none() -> None:
    book = made()
    sheet = book[SHEET]
    assert read(book).amounts == {"advice": 100.5, **{item.code: None for item in ITEMS[1:]}}
    assert read(book).remarks == {"advice": "=1+1"}  # a text, no formula
    for cell, value in (("C5", 0), ("C6", "１２"), ("C7", "1,234"), ("C8", " 7 "), ("G5", 12.0)):
        sheet[cell] = value
    found = read(book)
    assert found.faults == ()
    assert found.amounts == {"advice": 100.5, "advice_online": 0, "staff": 12, "staff_own": 1234,
                             "staff_bought": 7, "registered": None}
    assert found.remarks["advice_online"] == "12"
    assert found.cells["staff"] == "C6"


def test_every_fault_is_named_by_its_cell_at_once() -> None:
    book = made()
    sheet = book[SHEET]
    for cell, value in (("C4", "12人"), ("C5", "无"), ("C6", "=SUM(1,2)"), ("C7", True),
                        ("C8", datetime(2026, 10, 1)), ("C9", "十二"), ("G4", "长" * 201),
                        ("C12", 5)):
        sheet[cell] = value
    found = read(book)
    assert [fault.partition("：")[0] for fault in found.faults] == [
        "C12", "C4", "G4", "C5", "C6", "C7", "C8", "C9"]
    said = dict(fault.split("：", 1) for fault in found.faults)
    assert "填的是“12人”；只写数，不写单位" in said["C4"]
    assert "是公式，而文件里没有保存它的结果" in said["C6"]
    assert "有 201 个字" in said["G4"]
    assert "不是表中的项目" in said["C12"]
    assert all(amount is None for amount in found.amounts.values())


def test_a_formula_in_error_says_what_it_shows() -> None:
    book = made()
    book[SHEET]["C4"] = "#REF!"
    book[SHEET]["C4"].data_type = "e"
    assert read(book).faults == ("C4：公式出错（#REF!）；请改正公式，或直接写数。",)


def _renamed(book: Any) -> None:
    book[SHEET]["C3"] = "数量"


def _without_item(book: Any) -> None:
    book[SHEET]["A5"] = None


def _unmarked(book: Any) -> None:
    del book[MARK]


def _later(book: Any) -> None:
    book[MARK]["B1"] = 2


def _no_sheet(book: Any) -> None:
    book[SHEET].title = "表一"


@pytest.mark.parametrize(("change", "asked", "message"), [
    (None, {"month": date(2026, 9, 1)}, "是 2026-10 的月报表，不是 2026-09 的"),
    (None, {"unit": "321324", "name": "泗洪县"}, "是沭阳县的月报表，不是泗洪县的"),
    (None, {"items": (*ITEMS, ITEMS[0].__class__("new", "新项目", "人", ITEMS[0].kind))},
     "表中没有“新项目”"),
    (_renamed, {}, "第 3 行的表头被改动过"), (_without_item, {}, "表中没有“其中：线上咨询人次”"),
    (_unmarked, {}, "不是从“月报”页下载的月报表"), (_no_sheet, {}, "不是从“月报”页下载的月报表"),
    (_later, {}, "新版程序的月报表")])
def test_another_file_is_refused_with_a_sentence(change: Callable[[Any], None] | None,
                                                 asked: dict[str, Any], message: str) -> None:
    book = made()
    if change is not None:
        change(book)
    with pytest.raises(InputError, match=message):
        read(book, **asked)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"<html>", b"x" * 5_000_001])
def test_what_is_no_workbook_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^文件.*。$"):
        read_return(content, ITEMS, OCTOBER, "321322", "沭阳县")


def test_the_form_of_a_dataset_is_no_return() -> None:
    content = form_xlsx(DATASETS["hire"], GEOGRAPHY)
    with pytest.raises(InputError, match="不是从“月报”页下载的月报表"):
        read_return(content, ITEMS, OCTOBER, "321322", "沭阳县")
