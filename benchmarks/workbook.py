"""`python -m benchmarks.workbook` – what the workbook costs beside openpyxl bare, writing the same
cells with the same looks.

Ratios within one run, on the sample: CPU time of the workbook ÷ of the bare writing (at most 3),
and the peak memory of a workbook of ten cities' rows ÷ of the city's own. Exits with 1 when the
first is above its limit.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.workbook.workbook import Workbook

from data_access.current import load_or_refresh
from data_access.running import run, show_progress
from data_access.site import load_settings
from kpi.scorecard.scorecard import scorecard
from reports.papers import paper_bytes, source
from reports.workbook.paper import WORKBOOK

ROUNDS, LIMIT, CITIES = 5, 3.0, 10


@dataclass(frozen=True)
class Cells:
    """What the workbook holds: value and look of every cell, by sheet."""

    sheets: tuple[tuple[str, tuple[tuple[int, int, Any, Any], ...]], ...]

    @property
    def number(self) -> int:
        return sum(len(cells) for _, cells in self.sheets)


def cells_of(content: bytes) -> tuple[Cells, Workbook]:
    """The cells with their looks; the workbook that owns the looks goes with them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = tuple((sheet.title, tuple(_cell(cell) for row in sheet.iter_rows() for cell in row
                                      if cell.value is not None or cell.has_style))
                  for sheet in book.worksheets)
    return Cells(found), book


def _cell(cell: Any) -> tuple[int, int, Any, Any]:
    return cell.row, cell.column, cell.value, cell._style


def bare(cells: Cells, looks: Workbook, times: int = 1) -> bytes:
    """The same cells and looks through openpyxl's plain interface, `times` below one another; no
    charts, no layout.
    """
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name in ("_fonts", "_fills", "_borders", "_alignments", "_protections", "_number_formats",
                 "_cell_styles"):
        setattr(book, name, getattr(looks, name))
    for title, held in cells.sheets:
        sheet = book.create_sheet(title)
        height = max((row for row, *_ in held), default=0)
        for copy_number in range(times):
            for row, column, value, look in held:
                cell = sheet.cell(row + copy_number * height, column, value)
                cell._style = look
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """Median CPU seconds; the first call is not counted."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def peak(work: Callable[[], object]) -> int:
    """Most bytes held at once by what `work` allocates."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def report() -> int:
    known = load_or_refresh(load_settings(), show_progress)
    made_from = source(known, scorecard(known.figures, known.default_day))

    def ours() -> bytes:
        return paper_bytes(WORKBOOK, made_from)

    cells, looks = cells_of(ours())
    cost = seconds(ours) / seconds(lambda: bare(cells, looks))
    one = peak(ours)
    print(f"报表 {cells.number:,} 个单元格")
    print(f"报表 ÷ 只用 openpyxl 写同样单元格的处理器时间 = {cost:.2f}（上限 {LIMIT:g}）")
    print(f"生成报表的内存峰值 ÷ 只写同样单元格 = {one / peak(lambda: bare(cells, looks)):.2f}")
    ten = peak(lambda: bare(cells, looks, CITIES))
    print(f"{CITIES}个城市的单元格写成一本的内存峰值 = {ten / 2**20:.0f} MiB，÷ 一个城市的报表 = {ten / one:.2f}")
    return 0 if cost <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(run(report))
