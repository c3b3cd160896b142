"""A clean register spoilt at random: the same figures, or something that says why they are others.
"""

from __future__ import annotations

import atexit
import copy
import csv
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Snapshot
from tests.boundary.registers import HEADINGS, READ_AT, at, job, postings, taken
from tests.examples import examples

# positions of the columns every posting must fill, its number included
REQUIRED = [0, 4, 5, 8, 9, 11]
PADS: list[Callable[[str], str]] = [lambda text: f" {text}", lambda text: f"{text}\u3000",
                                    lambda text: f"{text}\u200b", lambda text: f"\ufeff{text}",
                                    lambda text: f"{text}\n"]


def _clean() -> list[list[Any]]:
    rows = [job(number, unit_code=(321322, 321302)[number % 2], headcount=number + 2,
                collector=("政府", "机构")[number % 3 == 0], published_on=date(2025, 3, 1)
                + timedelta(days=number), employer_verified=("是", "否")[number % 4 == 0],
                invalidated_on=date(2025, 6, 1) if number % 5 == 0 else None)
            for number in range(1, 16)]
    # repeats the third
    return [*rows, job(16, employer_code="E0003", headcount=7, published_on=date(2025, 3, 9))]


class _Mangling:
    """One way of spoiling a book, as drawn."""

    def __init__(self, draw: st.DrawFn, book: Any) -> None:
        self.draw, self.book, self.page = draw, book, book.active
        self.rows = st.integers(2, self.page.max_row)

    def apply(self) -> None:
        ways = [self.drop_column, self.blank, self.pad, self.retype, self.repeat_row,
                self.repeat_cell, self.merge, self.split, self.hide_half, self.heading_below,
                self.total, self.mark]
        self.draw(st.sampled_from(ways))()

    def _cell(self, columns: list[int] | None = None) -> Any:
        column = self.draw(st.sampled_from(columns if columns is not None else list(range(12))))
        return self.page.cell(self.draw(self.rows), column + 1)

    def drop_column(self) -> None:
        self.page.delete_cols(self.draw(st.integers(1, 12)))

    def blank(self) -> None:
        self._cell(REQUIRED).value = self.draw(st.sampled_from([None, "", " ", "\u3000"]))

    def mark(self) -> None:
        self._cell().value = self.draw(st.sampled_from(["/", "—", "无", "#N/A", "NULL", "长期",
                                                        "1900-01-01", "同上"]))

    def pad(self) -> None:
        cell = self._cell()
        if cell.value is not None:
            cell.value = self.draw(st.sampled_from(PADS))(str(cell.value).removesuffix(" 00:00:00"))

    def retype(self) -> None:
        cell = self._cell()
        value = cell.value
        if isinstance(value, int):
            cell.value = self.draw(st.sampled_from([str(value), f"{value}.0", f"{value}人",
                                                    value * 1000, -value, f"'{value}", float(value),
                                                    True, f"{value:,}"]))
        elif hasattr(value, "year"):
            serial = (value.date() if hasattr(value, "date") else value).toordinal() - date(
                1899, 12, 30).toordinal()
            cell.value = self.draw(st.sampled_from([serial, str(serial), f"{value:%Y/%m/%d}",
                                                    f"{value:%Y.%m}", value.year,
                                                    f"{value:%Y年%m月%d日}", f"{value:%d/%m/%Y}",
                                                    int(f"{value:%Y%m%d}")]))
            cell.number_format = "General"
        elif value is not None:
            # TRUE beside yes and no is a yes
            cell.value = self.draw(
                st.sampled_from([f"{value}？", 7, *([] if value in ("是", "否") else [True])]))

    def repeat_row(self) -> None:
        self.page.append([copy.copy(cell.value) for cell in self.page[self.draw(self.rows)]])

    def repeat_cell(self) -> None:
        row = self.draw(self.rows)
        self.page.cell(row, 1).value = self.page.cell(2, 1).value

    def merge(self) -> None:
        column, first = self.draw(st.integers(1, 12)), self.draw(
            st.integers(2, self.page.max_row - 1))
        last = self.draw(st.integers(first + 1, self.page.max_row))
        wide = self.draw(st.integers(0, 1))
        self.page.merge_cells(
            f"{get_column_letter(column)}{first}:{get_column_letter(min(column + wide, 12))}{last}")

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
        self.page.append([self.draw(st.sampled_from(["合计", "小计", "总 计"])), *[None] * 7, 136,
                          date(2025, 3, 1), None, "是"])


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


@settings(max_examples=examples(80, 20), deadline=None, suppress_health_check=list(HealthCheck))
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
def _applied(draw: st.DrawFn, book: Any, kind: type[_Mangling] = _Mangling) -> str:
    """Spoils the book; what differs afterwards, for whoever reads a failure."""
    before = {cell.coordinate: cell.value for row in book.active for cell in row}
    kind(draw, book).apply()
    after = {cell.coordinate: cell.value for row in book.active for cell in row}
    changed = [f"{place}: {before.get(place)!r} → {after.get(place)!r}" for place in before.keys()
               | after.keys() if before.get(place) != after.get(place)]
    return f"{'; '.join(sorted(changed)[:30])}; merged {book.active.merged_cells.ranges}"


class _Published:
    """A site whose clean register was read and published; spoilt ones are read after it, always
    from the same start.
    """

    def __init__(self, kind: str) -> None:
        self.kind, self.folder = kind, Path(tempfile.mkdtemp(prefix="mangled-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.settings = at(self.folder, postings(f'file = "岗位.{kind}"'))
        self.clean = self._refresh(self.book(), READ_AT - timedelta(days=1))
        shutil.copytree(self.settings.data, self.folder / "kept")

    @staticmethod
    def book() -> Any:
        """120 postings of twenty months; every place, category and flag has its like."""
        book = openpyxl.Workbook()
        book.active.title = "台账"
        book.active.append(HEADINGS)
        for number in range(1, 121):
            day = date(2025, 1, 2) + timedelta(days=number * 5)
            book.active.append(job(number, unit_code=(321322, 321302)[number % 2],
                                   headcount=1 + number % 20, published_on=day,
                                   collector=("政府", "机构")[number % 3 == 0],
                                   employer_verified=("是", "否")[number % 4 == 0],
                                   sector=("家政", "电商")[number % 5 == 0],
                                   invalidated_on=day + timedelta(days=20) if number % 3 == 0
                                   else None))
        return book

    def then(self, book: Any) -> Snapshot:
        shutil.rmtree(self.settings.data)
        shutil.copytree(self.folder / "kept", self.settings.data)
        return self._refresh(book, READ_AT)

    def _refresh(self, book: Any, now: Any) -> Snapshot:
        path = self.settings.config / f"岗位.{self.kind}"
        if self.kind == "xlsx":
            book.save(path)
        else:
            with path.open("w", encoding="gb18030", errors="replace", newline="") as file:
                csv.writer(file).writerows([_as_text(cell) for cell in row]
                                           for row in book.active.iter_rows(values_only=True))
        return refresh(self.settings, now=now)


def _as_text(cell: Any) -> str:
    return "" if cell is None else f"{cell:%Y-%m-%d}" if hasattr(cell, "year") else str(cell)


_published = cache(_Published)


class _Wide(_Mangling):
    """Whole columns and many rows."""

    def apply(self) -> None:
        if self.draw(st.booleans()):
            super().apply()
            return
        ways = [self.drop_rows, self.shift_dates, self.blank_column, self.pad_column,
                self.retype_column, self.repeat_all]
        self.draw(st.sampled_from(ways))()

    def _column(self, columns: list[int]) -> list[Any]:
        column = self.draw(st.sampled_from(columns)) + 1
        return [self.page.cell(row, column) for row in range(2, self.page.max_row + 1)]

    def drop_rows(self) -> None:
        count = self.draw(st.integers(26, self.page.max_row - 1))
        self.page.delete_rows(self.draw(st.sampled_from([2, self.page.max_row - count + 1])), count)

    def shift_dates(self) -> None:
        days = self.draw(st.one_of(st.integers(60, 800), st.integers(-800, -60)))
        for column in self.draw(st.sampled_from([[9], [10], [9, 10]])):
            for cell in self._column([column]):
                cell.value = (
                    cell.value + timedelta(days=days) if hasattr(cell.value, "year") else cell.value
                )

    def blank_column(self) -> None:
        given = self.draw(st.sampled_from([None, "", "/", "无"]))
        for cell in self._column([0, 4, 5, 6, 8, 9, 10, 11]):
            cell.value = given

    def pad_column(self) -> None:
        pad = self.draw(st.sampled_from(PADS))
        for cell in self._column(list(range(12))):
            cell.value = (
                cell.value if cell.value is None else pad(str(cell.value).removesuffix(" 00:00:00"))
            )

    def retype_column(self) -> None:
        for cell in self._column([0, 2, 6, 8, 9, 10]):
            cell.value = (
                cell.value
                if cell.value is None
                else str(cell.value).removesuffix(" 00:00:00").replace("-", "/")
            )

    def repeat_all(self) -> None:
        for row in range(2, self.page.max_row + 1):
            self.page.append([cell.value for cell in self.page[row]])


class _Lines(_Wide):
    """The same of a file that has neither merged cells nor sheets."""

    def merge(self) -> None:
        self.repeat_row()

    def split(self) -> None:
        self.drop_rows()

    def hide_half(self) -> None:
        self.drop_rows()


def _mangle_what_is_in_force(kind: str, data: st.DataObject) -> None:
    at_, book = _published(kind), _Published.book()
    note(data.draw(_applied(book, _Wide if kind == "xlsx" else _Lines)))
    spoilt = at_.then(book)
    if _figures(spoilt) == _figures(at_.clean):
        return
    assert spoilt.held or _told(spoilt, at_.clean), "the figures are others and nothing says so"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_register_in_force_is_clean(kind: str) -> None:
    at_ = _published(kind)
    assert (at_.clean.remarks, at_.clean.messages) == ((), ())
    again = at_.then(_Published.book())
    assert (again.remarks, again.messages, again.held, _figures(again)) == (
        (), (), {}, _figures(at_.clean))


@settings(max_examples=examples(10, 5), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), kind=st.sampled_from(["xlsx", "csv"]))
def test_no_mangling_of_what_is_in_force_is_silent(data: st.DataObject, kind: str) -> None:
    _mangle_what_is_in_force(kind, data)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_mangling_of_any_kind_of_file_in_force_is_silent(data: st.DataObject, kind: str) -> None:
    _mangle_what_is_in_force(kind, data)


def _told(spoilt: Snapshot, clean: Snapshot) -> bool:
    """A refusal, a remark, a code or value nobody knows, or rows excluded for another reason than
    being repeated.
    """
    if spoilt.messages or spoilt.remarks:
        return True
    now, before = spoilt.parts["job_posting"].data, clean.parts["job_posting"].data
    excluded = {reason: rows for reason, rows in now.quality.excluded.items()
                if rows > before.quality.excluded.get(reason, 0)}
    return bool(now.health.unknown_codes or now.health.unknown_values or excluded)
