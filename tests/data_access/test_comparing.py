"""与上次相比: hand-drawn corrections, new rows, rules and targets, each found under its own cause."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.scorecard.compare import Cause, Change, LineChange, compare
from kpi.scorecard.scorecard import Figures, figures
from kpi.vocabulary.errors import InputError
from tests.data_access.site import NOON, drawn, site
from tests.drawn import WORLD, Row, filled, write_sqlite
from tests.examples import examples

THEN, NOW = date(2026, 5, 31), date(2026, 6, 29)
BASE = """
    | posting_id | unit_code | headcount | published_on | collector   |
    | J1         | 321302    | 60        | 2025-03-01   | third_party |
    | J2         | 321322    | 40        | 2025-05-01   | government  |
"""


def _figures(folder: Path, rows: str | list[Row], *, target: str = "target = 1000",
             window: int = 30, start: str = "2025-01-01") -> Figures:
    from data_access.site.settings import load_plan
    from data_access.snapshots.refresh import refresh

    number = len(list(folder.iterdir()))
    databases = folder / f"databases-{number}"
    databases.mkdir()
    jobs = drawn(job_posting=rows)["job_posting"] if isinstance(rows, str) else rows
    urls = write_sqlite(databases, {**WORLD, "job_posting": jobs, "hire": [], "worker_account": []})
    given_ = site(folder / f"site-{number}", urls)
    text = given_.plan_file.read_text(encoding="utf-8").replace(
        "[indicators.jobs_published]", f"[indicators.jobs_published]\n{target}").replace(
            "duplicate_window_days = 30", f"duplicate_window_days = {window}").replace(
                "start = 2025-01-01", f"start = {start}")
    given_.plan_file.write_text(text, encoding="utf-8")
    plan = load_plan(given_)
    return figures(refresh(given_, now=NOON).facts(plan), plan)


def _city(changes: tuple[LineChange, ...], indicator: str = "jobs_published") -> LineChange:
    (line,) = [one for one in changes if (one.indicator, one.rollup) == (indicator, "city")]
    return line


def _parts(change: Change) -> tuple[Fraction, ...]:
    assert change.parts is not None
    return tuple(change.parts[cause] for cause in Cause)


def test_a_late_row_and_a_new_row_are_told_apart(tmp_path: Path) -> None:
    old = _figures(tmp_path, BASE)
    new = _figures(tmp_path, BASE + """
    | J3 | 321302 | 7  | 2026-05-20 | government |
    | J4 | 321302 | 11 | 2026-06-10 | government |
    """)
    line = _city(compare(old, THEN, new, NOW))
    assert (line.value.then, line.value.now) == (100, 118)
    assert _parts(line.value) == (7, 11, 0, 0)


def test_a_correction_downwards_is_a_negative_part(tmp_path: Path) -> None:
    old = _figures(tmp_path, BASE)
    line = _city(compare(old, THEN, _figures(tmp_path, BASE.replace("| 40 ", "| 30 ")), NOW))
    assert _parts(line.value) == (-10, 0, 0, 0)


def test_a_write_off_in_between_is_new_data_and_changes_nothing_before(tmp_path: Path) -> None:
    withdrawn = """
        | posting_id | unit_code | headcount | published_on | collector   | invalidated_on |
        | J1         | 321302    | 60        | 2025-03-01   | third_party |                |
        | J2         | 321322    | 40        | 2025-05-01   | government  | 2026-06-15     |
    """
    line = _city(compare(_figures(tmp_path, BASE), THEN, _figures(tmp_path, withdrawn), NOW))
    assert _parts(line.value) == (0, -40, 0, 0)


def test_a_changed_target_moves_the_completion_and_not_the_value(tmp_path: Path) -> None:
    old, new = _figures(tmp_path, BASE), _figures(tmp_path, BASE, target="target = 500")
    line = _city(compare(old, THEN, new, NOW))
    assert _parts(line.value) == (0, 0, 0, 0)
    assert _parts(line.completion) == (0, 0, 0, Fraction(100, 500) - Fraction(100, 1000))
    assert not line.inseparable


def test_a_share_s_parts_add_up_to_the_last_digit(tmp_path: Path) -> None:
    old = _figures(tmp_path, BASE)
    new = _figures(tmp_path, BASE + """
    | J3 | 321302 | 1 | 2026-05-20 | third_party |
    | J4 | 321302 | 6 | 2026-06-10 | government  |
    """)
    line = _city(compare(old, THEN, new, NOW), "third_party_share")
    assert _parts(line.value) == (Fraction(61, 101) - Fraction(60, 100),
                                  Fraction(61, 107) - Fraction(61, 101), 0, 0)
    assert line.value.total == Fraction(61, 107) - Fraction(60, 100)


def test_a_changed_counting_rule_takes_what_cannot_be_told_from_it(tmp_path: Path) -> None:
    twice = BASE.replace("| collector   |", "| collector   | employer_code | occupation |").replace(
        "third_party |", "third_party | E1 | 保洁 |").replace("government  |",
                                                            "government  | E1 | 保洁 |").replace(
                                                                "321322",
                                                                "321302").replace(
                                                                    "2025-05-01", "2025-03-21")
    old, new = _figures(tmp_path, twice), _figures(tmp_path, twice, window=10)
    line = _city(compare(old, THEN, new, NOW))
    assert (line.value.then, line.value.now, line.inseparable) == (60, 100, True)
    assert _parts(line.value) == (0, 0, 40, 0)


def test_what_was_not_known_then_has_no_parts(tmp_path: Path) -> None:
    nothing: list[Row] = []
    line = _city(compare(_figures(tmp_path, nothing), THEN, _figures(tmp_path, BASE), NOW))
    assert (line.value.then, line.value.now, line.value.parts, line.value.total) == (
        None, 100, None, None)


def test_the_later_day_must_come_second(tmp_path: Path) -> None:
    known = _figures(tmp_path, BASE)
    with pytest.raises(InputError, match="早于上次"):
        compare(known, NOW, known, THEN)


_DAYS = st.dates(date(2025, 1, 1), date(2026, 6, 29))


@st.composite
def _jobs(draw: st.DrawFn) -> list[Row]:
    return [filled("job_posting", {"posting_id": f"J{number}",
                                   "unit_code": draw(
                                       st.sampled_from(("321302", "321322", "321371"))),
                                   "headcount": draw(st.integers(1, 30)),
                                   "published_on": draw(_DAYS),
                                   "collector": draw(
                                       st.sampled_from(("government", "third_party")))})
            for number in range(draw(st.integers(1, 8)))]


@settings(max_examples=examples(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(_jobs(), _jobs(), st.sampled_from((200, 333, 1000)), st.sampled_from((10, 30)),
       st.integers(0, 400))
def test_the_parts_of_every_line_always_add_up(tmp_path_factory: pytest.TempPathFactory,
                                               before: list[Row], after: list[Row], target: int,
                                               window: int, ago: int) -> None:
    folder = tmp_path_factory.mktemp("random")
    old = _figures(folder, before)
    new = _figures(folder, after, target=f"target = {target}", window=window)
    then = date.fromordinal(NOW.toordinal() - ago)
    for line in compare(old, then, new, NOW):
        for change in (line.value, line.completion):
            if change.parts is not None:
                assert sum(change.parts.values()) == change.total
