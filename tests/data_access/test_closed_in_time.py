"""Cases closed within the statutory 60 days, read by the program's own statements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.definitions.catalogue import CATALOGUE
from kpi.indicators.measure import series_axis
from kpi.judging.floors import closing_companions
from tests.drawn import WORLD, rows, write_sqlite
from tests.engines import real_facts


@pytest.mark.parametrize(("as_of", "cases", "share"), [("2025-03-01", 0, None),
                                                       ("2025-03-02", 2, 0.5),
                                                       ("2025-12-31", 4, 0.5)])
def test_the_sixtieth_day_is_in_time_and_the_sixty_first_is_not(tmp_path: Path, as_of: str,
                                                                cases: int,
                                                                share: float | None) -> None:
    """Accepted 1 January, 60 days later is 2 March: closed then in time, on 3 March not; a third
    never, a fourth on its own day. The mediation is another matter."""
    tables = {**WORLD, "dispute_case": rows("dispute_case", """
        | stage       | accepted_on | closed_on  | outcome |
        | arbitration | 2025-01-01  | 2025-03-02 | award   |
        | arbitration | 2025-01-01  | 2025-03-03 | settled |
        | arbitration | 2025-02-01  |            |         |
        | arbitration | 2025-02-03  | 2025-02-03 | award   |
        | mediation   | 2025-01-01  | 2025-01-02 | success |
    """)}
    databases = tmp_path / "databases"
    databases.mkdir()
    facts, plan = real_facts(write_sqlite(databases, tables), start=date(2025, 1, 1),
                             read_on=date(2026, 1, 31), folder=tmp_path)
    found = closing_companions(CATALOGUE["arbitration_closing"], facts, facts.geography.city,
                               series_axis(plan.window, facts.read_on), 0.92,
                               date.fromisoformat(as_of))
    assert (found.in_time, found.in_time_cases) == (share, cases)
