"""The charts of the workbook as programs see them that do not calculate."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from zipfile import ZipFile

import pytest
import python_calamine
from docx.oxml import parse_xml
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import to_excel

from reports.workbook import chart_parts
from tests.reports.conftest import Made

_NAMES = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}


def _parts(made: Made, folder: str) -> Iterator[str]:
    with ZipFile(io.BytesIO(made.content)) as packed:
        for name in packed.namelist():
            if re.fullmatch(rf"xl/{folder}/\w+\d+\.xml", name):
                yield packed.read(name).decode("utf-8")


def test_every_series_has_beside_its_reference_what_the_cells_hold(city: Made) -> None:
    seen = 0
    for part in _parts(city, "charts"):
        for reference in parse_xml(part.encode()).iter(f"{{{_NAMES['c']}}}numRef",
                                                       f"{{{_NAMES['c']}}}strRef"):
            numbers = reference.tag.endswith("numRef")
            held = {int(point.get("idx")): float(point[0].text) if numbers else point[0].text
                    for point in reference.iter(f"{{{_NAMES['c']}}}pt")}
            cells = _cells(city, reference[0].text)
            wanted = {at: one for at, cell in enumerate(cells)
                      if (one := _as_cached(cell, numbers=numbers)) is not None}
            # a plain number is written into its cell with sixteen digits
            assert held == (pytest.approx(wanted, rel=1e-14) if numbers else wanted)
            count = reference.find(f".//{{{_NAMES['c']}}}ptCount")
            assert int(count.get("val")) == len(cells)
            seen += len(held)
    assert seen > 300


def _cells(made: Made, reference: str) -> list[object]:
    sheet, _, cells = reference.rpartition("!")
    left, top, right, bottom = range_boundaries(cells)
    page = made.values[sheet.strip("'").replace("''", "'")]
    return [page.cell(row, column).value for row in range(top, bottom + 1)
            for column in range(left, right + 1)]


def _as_cached(cell: object, *, numbers: bool) -> str | float | None:
    if not numbers:
        return None if cell is None else str(cell)
    if isinstance(cell, date):
        return float(to_excel(cell))
    return float(cell) if isinstance(cell, int | float) else None


def test_no_element_of_a_chart_or_drawing_is_without_its_prefix(city: Made) -> None:
    for folder, root in (("charts", "<c:chartSpace"), ("drawings", "<xdr:wsDr")):
        parts = list(_parts(city, folder))
        assert parts
        for part in parts:
            assert root in part
            assert re.findall(r"<(?![?/])(?!\w+:)\w+", part) == []


def test_a_reference_in_words_stays_one_of_words_only_along_an_axis() -> None:
    own = '<chartSpace xmlns="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    part = (f"{own}<cat><numRef><f>'A&amp;B'!$A$1:$A$2</f></numRef></cat>"
            "<val><numRef><f>'A&amp;B'!$B$1:$B$2</f></numRef></val></chartSpace>")
    cells = {("A&B", 1, 1): "<县>", ("A&B", 2, 1): "区", ("A&B", 1, 2): "—", ("A&B", 2, 2): 0.5}
    written = chart_parts.chart(part, lambda *cell: cells[cell])
    assert "<c:strCache><c:ptCount val=\"2\"/><c:pt idx=\"0\"><c:v>&lt;县&gt;</c:v>" in written
    assert written.count("numCache>") == 2
    assert "<c:ptCount val=\"2\"/><c:pt idx=\"1\"><c:v>0.5</c:v></c:pt></c:numCache>" in written


def test_another_reader_sees_every_sheet(city: Made) -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(city.content))
    assert book.sheet_names == city.values.sheetnames
