"""The points of every method as the workbook's formulas: a spreadsheet calculates what the program
does.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from kpi.plan.scoring import ScoreMethod, ScoreRules
from kpi.ranking.points import worth
from reports.workbook.ranking import worth_formula
from tests.reports.office import recalculated

RATIOS = (1.3, 1.1, 1.0, 0.96, 0.96, 0.92, 0.5)


@pytest.mark.office
def test_a_spreadsheet_calculates_the_same_points(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, ratio in enumerate(RATIOS, start=1):
        sheet.cell(row, 1, ratio)
        sheet.cell(row, 10, 0.7)
        for column, method in enumerate(ScoreMethod, start=2):
            sheet.cell(row, column, "=" + worth_formula(ScoreRules(method), f"A{row}",
                                                        f"A$1:A${len(RATIOS)}"))
        sheet.cell(row, 11, "=" + worth_formula(ScoreRules(ScoreMethod.PEER), f"J{row}",
                                                f"J$1:J${len(RATIOS)}"))
    written = io.BytesIO()
    book.save(written)
    found = recalculated(written.getvalue(), tmp_path).active
    for column, method in enumerate(ScoreMethod, start=2):
        assert [found.cell(row, column).value
                for row in range(1, len(RATIOS) + 1)] == pytest.approx(
                    worth(ScoreRules(method), np.array(RATIOS)).tolist()), method
    assert [found.cell(row, 11).value for row in range(1, len(RATIOS) + 1)] == [1.0] * len(RATIOS)
