"""A clean register spoilt at random: the same figures, or something that says why they are others."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from data_access.snapshots.snapshot import Snapshot
from tests.boundary.registers import HEADINGS, job, postings, taken

REQUIRED = [0, 4, 5, 8, 9, 11]  # positions of the columns every posting must fill, its number included
PADS: list[Callable[[str], str]] = [lambda text: f" {text}", lambda text: f"{text}\u3000", lambda text: f"{text}\u200b",
                                    lambda text: f"\ufeff{text}", lambda text: f"{text}\n"]


def _clean() -> list[list[Any]]:
    rows = [job(number, unit_code=(321322, 321302)[number % 2], headcount=number, collector=("政府", "机构")[number % 3 == 0],
                published_on=date(2025, 3, 1) + timedelta(days=number), employer_verified=("是", "否")[number % 4 == 0],
                invalidated_on=date(2025, 6, 1) if number % 5 == 0 else None) for number in range(1, 16)]
    return [*rows, job(16, employer_code="E0003", headcount=7, published_on=date(2025, 3, 9))]  # repeats the third


class _Mangling:
    """One way of spoiling a book, as drawn."""

    def __init__(self, draw: st.DrawFn, book: Any) -> None:
        self.draw, self.book, self.page = draw, book, book.active
        self.rows = st.integers(2, self.page.max_row)

    def apply(self) -> None:
        ways = [self.drop_column, self.blank, self.pad, self.retype, self.repeat_row, self.repeat_cell, self.merge,
                self.split, self.hide_half, self.heading_below, self.total, self.mark]
        self.draw(st.sampled_from(ways))()

    def _cell(self, columns: list[int] | None = None) -> Any:
        column = self.draw(st.sampled_from(columns if columns is not None else list(range(12))))
        return self.page.cell(self.draw(self.rows), column + 1)

    def drop_column(self) -> None:
        self.page.delete_cols(self.draw(st.integers(1, 12)))

    def blank(self) -> None:
        self._cell(REQUIRED).value = self.draw(st.sampled_from([None, "", " ", "\u3000"]))

    def mark(self) -> None:
        self._cell().value = self.draw(st.sampled_from(["/", "—", "无", "#N/A", "NULL", "长期", "1900-01-01", "同上"]))

    def pad(self) -> None:
        cell = self._cell()
        if cell.value is not None:
            cell.value = self.draw(st.sampled_from(PADS))(str(cell.value).removesuffix(" 00:00:00"))

    def retype(self) -> None:
        cell = self._cell()
        value = cell.value
        if isinstance(value, int):
            cell.value = self.draw(st.sampled_from([str(value), f"{value}.0", f"{value}人", value * 1000, -value, f"'{value}",
                                                    float(value), True, f"{value:,}"]))
        elif hasattr(value, "year"):
            serial = (value.date() if hasattr(value, "date") else value).toordinal() - date(1899, 12, 30).toordinal()
            cell.value = self.draw(st.sampled_from([serial, str(serial), f"{value:%Y/%m/%d}", f"{value:%Y.%m}", value.year,
                                                    f"{value:%Y年%m月%d日}", f"{value:%d/%m/%Y}", int(f"{value:%Y%m%d}")]))
            cell.number_format = "General"
        elif value is not None:
            cell.value = self.draw(st.sampled_from([f"{value}？", 7, True]))

    def repeat_row(self) -> None:
        self.page.append([copy.copy(cell.value) for cell in self.page[self.draw(self.rows)]])

    def repeat_cell(self) -> None:
        row = self.draw(self.rows)
        self.page.cell(row, 1).value = self.page.cell(2, 1).value

    def merge(self) -> None:
        column, first = self.draw(st.integers(1, 12)), self.draw(st.integers(2, self.page.max_row - 1))
        last = self.draw(st.integers(first + 1, self.page.max_row))
        wide = self.draw(st.integers(0, 1))
        self.page.merge_cells(f"{get_column_letter(column)}{first}:{get_column_letter(min(column + wide, 12))}{last}")

    def split(self) -> None:
        middle = self.draw(st.integers(3, self.page.max_row))
        other = self.book.create_sheet("续")
        other.append([cell.value for cell in self.page[1]])
        for row in range(middle, self.page.max_row + 1):
            other.append([cell.value for cell in self.page[row]])
        self.page.delete_rows(middle, self.page.max_row)

    def hide_half(self) -> None:
        self.split()
        self.book["续"].sheet_state = "hidden"

    def heading_below(self) -> None:
        self.page.insert_rows(1)
        self.page.cell(1, 1).value = "零工岗位台账"

    def total(self) -> None:
        self.page.append([self.draw(st.sampled_from(["合计", "小计", "总 计"])), *[None] * 7, 136, date(2025, 3, 1), None, "是"])


def _figures(snapshot: Snapshot) -> Any:
    if "job_posting" not in snapshot.parts:
        return None
    cells = snapshot.parts["job_posting"].data.cells
    wanted = cells[(cells["status"] == "counted").to_numpy() & (cells["unit"] != "").to_numpy()]
    keys = ["event", "day", "unit", "sector", "collector", "employer_verified"]
    sums = wanted.astype(dict.fromkeys(keys, object)).groupby(keys)["amount"].sum()
    return {key: amount for key, amount in sums.items() if amount}


def _read(book: Any) -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config" / "岗位.xlsx"
        path.parent.mkdir()
        book.save(path)
        return taken(Path(folder), postings())


def _book() -> Any:
    book = openpyxl.Workbook()
    book.active.title = "台账"
    for row in [HEADINGS, *_clean()]:
        book.active.append(row)
    return book


@cache
def _of_the_clean_book() -> Snapshot:
    return _read(_book())


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_mangling_ends_in_other_figures_in_silence(data: st.DataObject) -> None:
    clean = _of_the_clean_book()
    assert clean.remarks == ()
    book = _book()
    note(data.draw(_applied(book)))
    spoilt = _read(book)
    if _figures(spoilt) == _figures(clean):
        return
    assert _told(spoilt, clean), "the figures are others and nothing says so"


@st.composite
def _applied(draw: st.DrawFn, book: Any) -> str:
    """Spoils the book; what differs afterwards, for whoever reads a failure."""
    before = {cell.coordinate: cell.value for row in book.active for cell in row}
    _Mangling(draw, book).apply()
    after = {cell.coordinate: cell.value for row in book.active for cell in row}
    changed = [f"{place}: {before.get(place)!r} → {after.get(place)!r}" for place in before.keys() | after.keys()
               if before.get(place) != after.get(place)]
    return f"{'; '.join(sorted(changed)[:30])}; merged {book.active.merged_cells.ranges}"


def _told(spoilt: Snapshot, clean: Snapshot) -> bool:
    """A refusal, a remark, a code or value nobody knows, or rows excluded for another reason than being repeated."""
    if spoilt.messages or spoilt.remarks:
        return True
    now, before = spoilt.parts["job_posting"].data, clean.parts["job_posting"].data
    excluded = {reason: rows for reason, rows in now.quality.excluded.items() if rows > before.quality.excluded.get(reason, 0)}
    return bool(now.health.unknown_codes or now.health.unknown_values or excluded)
