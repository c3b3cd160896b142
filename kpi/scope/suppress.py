"""Small cells of a table about people are not published, nor anything from which they could be
worked out.

Counts 1–4 are suppressed wherever they stand, totals included (0 tells nothing about anybody). Rows
and columns add up to their totals, so more cells are suppressed until no suppressed one follows
from the published ones: by the sums (no suppressed cell is the same in every solution of the
equations), nor because what is suppressed in a line is too little to leave a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi.counting import FloatArray

SMALLEST_PUBLISHED = 5

Cell = tuple[int, int]


@dataclass(frozen=True)
class Suppressed:
    """A table with its totals; None where a count may not be published."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def suppressed(table: Sequence[Sequence[int]]) -> Suppressed:
    """The table of counts (rows of equal length, at least one) with its totals, as it may be
    published.
    """
    grid = _with_totals(table)
    hidden = {(int(r), int(c)) for r, c in np.argwhere((grid > 0) & (grid < SMALLEST_PUBLISHED))}
    while (more := _one_more(grid, hidden)) is not None:
        hidden.add(more)
    shown = [[None if (r, c) in hidden else int(grid[r, c]) for c in range(grid.shape[1])]
             for r in range(grid.shape[0])]
    return Suppressed(tuple(tuple(row[:-1]) for row in shown[:-1]),
                      tuple(row[-1] for row in shown[:-1]), tuple(shown[-1][:-1]), shown[-1][-1])


def determined(grid_shape: tuple[int, int], hidden: set[Cell]) -> set[Cell]:
    """Suppressed cells that follow from the published ones by adding and subtracting."""
    cells = sorted(hidden)
    if not cells:
        return set()
    equations = np.array([[_sign(grid_shape, line, cell) for cell in cells]
                          for line in _lines(grid_shape)])
    # a cell is free exactly when some solution of the homogeneous equations moves it
    _, values, basis = np.linalg.svd(equations)
    free = basis[int((values > 1e-9).sum()):]
    return {cell for number, cell in enumerate(cells) if not np.any(np.abs(free[:, number]) > 1e-9)}


def _with_totals(table: Sequence[Sequence[int]]) -> FloatArray:
    inner = np.array(table, dtype=float)
    with_rows = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    grid: FloatArray = np.vstack([with_rows, with_rows.sum(axis=0, keepdims=True)])
    return grid


def _one_more(grid: FloatArray, hidden: set[Cell]) -> Cell | None:
    """The next cell to suppress, None when the rest may be published."""
    cells = determined(grid.shape, hidden)
    # the line with the fewest suppressed cells is the one that gives a cell away
    for line in sorted(_lines(grid.shape), key=lambda line: sum(cell in hidden for cell in line)):
        inside = [cell for cell in line if cell in hidden]
        if cells.intersection(inside) or (inside and _too_little(grid, line, inside)):
            rest = [cell for cell in line if cell not in hidden]
            if rest:
                return min(rest, key=lambda cell: _cost(grid, hidden, cell))
    return None


def _too_little(grid: FloatArray, line: list[Cell], inside: list[Cell]) -> bool:
    """Whether the published rest of a line says that its suppressed cells share less than a
    publishable count.
    """
    total = line[-1]
    return total not in inside and sum(grid[cell] for cell in inside) < SMALLEST_PUBLISHED


def _cost(grid: FloatArray, hidden: set[Cell], cell: Cell) -> tuple[bool, bool, bool, float, Cell]:
    """Totals last, zeros next to last; first a cell that crosses another suppressed one, and the
    smallest.
    """
    row, column = cell
    is_total = row == grid.shape[0] - 1 or column == grid.shape[1] - 1
    crosses = (any((r, column) in hidden for r in range(grid.shape[0]) if r != row)
               and any((row, c) in hidden for c in range(grid.shape[1]) if c != column))
    return is_total, bool(grid[cell] == 0), not crosses, float(grid[cell]), cell


def _lines(shape: tuple[int, ...]) -> list[list[Cell]]:
    """Every row and column, its total last."""
    rows, columns = shape
    return ([[(r, c) for c in range(columns)] for r in range(rows)]
            + [[(r, c) for r in range(rows)] for c in range(columns)])


def _sign(shape: tuple[int, int], line: list[Cell], cell: Cell) -> float:
    if cell not in line:
        return 0.0
    return -1.0 if cell == line[-1] else 1.0
