"""What stands beside a formula is what the formula gives, and both are the scorecard."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from tests.reports.cells import formula_cells
from tests.reports.conftest import Made
from tests.reports.office import convert, recalculated

pytestmark = pytest.mark.office


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return one == other


def _differences(written: Made, calculated: Workbook) -> list[str]:
    return [
        f"{sheet}!{name} {written.formulas[sheet][name].value}: {stored!r} stored, {found!r} calculated"
        for sheet, name in formula_cells(written.formulas)
        if not _same(
            stored := written.values[sheet][name].value, found := calculated[sheet][name].value
        )
    ]


@pytest.mark.parametrize("which", ["city", "county", "bare", "staged"])
def test_every_formula_calculates_to_the_value_stored_beside_it_and_none_to_an_error(
        which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    written: Made = request.getfixturevalue(which)
    assert len(list(formula_cells(written.formulas))) > 100
    calculated = recalculated(written.content, tmp_path)
    assert _differences(written, calculated) == []
    assert [cell.coordinate for sheet in calculated.worksheets for row in sheet.iter_rows()
            for cell in row if cell.data_type == "e"] == []


def test_a_changed_figure_moves_what_follows_from_it(city: Made, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(city.content))
    name = city.known.plan.indicator("jobs_published").name
    sheet = book[name]
    # the month table's row of the managing unit 沭阳县: its last month is what a clerk would correct
    row = max(cell.row for cell in sheet["A"] if cell.value == "沭阳县")
    column = next(cell.column for line in sheet.iter_rows() for cell in line
                  if cell.value == "2026-10")
    was = sheet.cell(row, column).value
    sheet.cell(row, column).value = was + 2600
    changed = io.BytesIO()
    book.save(changed)
    after, before = recalculated(changed.getvalue(), tmp_path)["总表"], city.values["总表"]
    for division, target in (("全市", 5000), ("沭阳县", 2600)):
        line = next(number for number, cell in enumerate(before["A"], 1)
                    if cell.value == division and before.cell(number, 3).value == name)
        assert after.cell(line, 5).value == before.cell(line, 5).value + 2600
        assert after.cell(line, 7).value == pytest.approx(before.cell(line, 7).value + 2600
                                                          / target)
        assert str(after.cell(line, 12).value) == "● 已完成"


def test_it_opens_and_prints(city: Made, tmp_path: Path) -> None:
    assert convert(city.content, "pdf", tmp_path).read_bytes().startswith(b"%PDF")
