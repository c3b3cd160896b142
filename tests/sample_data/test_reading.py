"""The program reads the sample whole: every row counted or excluded, every figure as recomputed row
by row.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests import naive
from tests.engines import real_answers
from tests.naive import NaiveLine, Reconciliation, Tables

AS_OF, START, READ_ON = date(2026, 10, 31), date(2025, 1, 1), date(2026, 11, 1)


Answers = tuple[dict[tuple[str, str, str], NaiveLine], dict[str, Reconciliation]]


@pytest.fixture(scope="module")
def answers(sample_urls: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """The program's lines and reconciliation of one reading."""
    return real_answers(sample_urls, start=START, as_of=AS_OF, read_on=READ_ON,
                        folder=tmp_path_factory.mktemp("reading"))


def test_what_is_read_is_counted_or_excluded_row_for_row_as_recomputed(
        answers: Answers, sample_tables: Tables) -> None:
    found = answers[1]
    assert all(part.read == part.counted + sum(part.excluded.values()) for part in found.values())
    expected = naive.reconcile(sample_tables, read_on=READ_ON)
    assert {name: (part.read, part.counted, {k: v for k, v in part.excluded.items() if v},
                   part.division_conflict) for name, part in found.items()} == {
                       name: (part.read, part.counted, part.excluded, part.division_conflict)
                       for name, part in expected.items()}


def test_every_figure_is_as_recomputed(answers: Answers, sample_tables: Tables) -> None:
    expected = naive.lines(sample_tables, start=START, as_of=AS_OF, read_on=READ_ON)
    found = answers[0]
    differing = [key for key, line in expected.items()
                 if any(not _same(getattr(line, name), getattr(found[key], name))
                        for name in ("value", "numerator", "denominator"))]
    assert differing == []


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-9 * max(1.0, abs(one))
