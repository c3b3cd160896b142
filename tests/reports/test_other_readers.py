"""The workbook as programs open it that are neither Excel nor its like: what web previewers and
scripts read workbooks with. All of them see every sheet, every formula and the value beside it.
"""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook.workbook import Workbook

from data_access.site.settings import ROOT
from tests.programs import find, missing, need
from tests.reports.conftest import Made

_HOME = ROOT / "var" / "readers"
_SCRIPT = Path(__file__).parent / "read_workbook.cjs"
_BOOKS = ("city", "county", "bare")


@pytest.fixture(scope="module", params=_BOOKS)
def book(request: pytest.FixtureRequest) -> Made:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def read(book: Made, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What exceljs and SheetJS read of it."""
    need("node")
    if not list(_HOME.glob("*/reader.js")):
        missing("var/readers (make readers)")
    path = tmp_path_factory.mktemp("readers") / "book.xlsx"
    path.write_bytes(book.content)
    done = subprocess.run([str(find("node")), str(_SCRIPT), str(path), str(_HOME)],
                          capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.office
@pytest.mark.parametrize("reader", ["exceljs", "sheetjs"])
def test_a_reader_for_the_web_sees_every_sheet_formula_and_value(
        book: Made, read: dict[str, Any], reader: str) -> None:
    assert list(read[reader]["sheets"]) == book.formulas.sheetnames
    formulas = _cells(book.formulas, formulas=True)
    assert sum(map(len, formulas.values())) > 100
    assert read[reader]["formulas"] == formulas
    values = _cells(book.values)
    for sheet, cells in values.items():
        assert _filled(read[reader]["sheets"][sheet]) == _about(cells), sheet


def test_calamine_sees_every_sheet_and_value(book: Made) -> None:
    opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.content))
    assert opened.sheet_names == book.values.sheetnames
    for name in opened.sheet_names:
        sheet = opened.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        read = [_number(cell) for row in rows for cell in row if cell != ""]
        assert read == [_close(_number(cell)) for row in book.values[name].iter_rows(
            values_only=True) for cell in row if cell is not None], name


def _cells(book: Workbook, *, formulas: bool = False) -> dict[str, dict[str, object]]:
    """Sheet → cell → value or formula, of the cells that have any."""
    return {sheet.title: {cell.coordinate: str(cell.value)[1:] if formulas else _number(cell.value)
                          for row in sheet.iter_rows() for cell in row
                          if cell.value is not None and (cell.data_type == "f" or not formulas)}
            for sheet in book.worksheets}


def _number(value: object) -> object:
    """A date as the number a spreadsheet has for it."""
    if isinstance(value, date | datetime | time):
        return float(to_excel(value))
    return value


def _filled(cells: Mapping[str, object]) -> dict[str, object]:
    return {at: value for at, value in cells.items() if value not in (None, "")}


def _about(cells: Mapping[str, object]) -> dict[str, object]:
    return {at: _close(value) for at, value in cells.items()}


def _close(value: object) -> object:
    # the last of seventeen digits is the reader's
    return pytest.approx(value, rel=1e-14) if isinstance(value, int | float) else value
