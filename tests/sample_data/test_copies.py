"""A sample of copies: every figure is the smaller sample's, times the number of copies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS
from kpi.scorecard.scorecard import scorecard
from sample_data.build import build, fill
from sample_data.copies import PLACES, copies_for
from tests import naive
from tests.engines import real_current
from tests.servers import Server

AS_OF, START, READ_ON = date(2026, 10, 31), date(2025, 1, 1), date(2026, 11, 1)
COPIES, BASE = 3, 0.1
OF_PLACES = {"tier_coverage", "county_market_coverage", "station_coverage", "window_coverage",
             "co_built_sites", "operated_venues", "active_venues"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> naive.Tables:
    """The sample that is copied, as the naive recomputation reads it."""
    folder = tmp_path_factory.mktemp("base") / "sample"
    build(folder, scale=BASE)
    return naive.read_tables({name: f"sqlite:///{folder / f'{name}.sqlite'}"
                              for name in CONNECTIONS})


def _compare(urls: dict[str, str], base: naive.Tables, folder: Path) -> None:
    known = real_current(urls, start=START, read_on=READ_ON, folder=folder)
    expected = naive.reconcile(base, read_on=READ_ON)
    for name, part in known.snapshot.parts.items():
        times = 1 if name in PLACES else COPIES
        was = expected[name]
        assert (part.data.quality.read, part.data.quality.counted,
                part.data.quality.division_conflict) == (was.read * times, was.counted * times,
                                                         was.division_conflict * times), name
        assert part.data.quality.excluded == {reason: rows * times
                                              for reason, rows in was.excluded.items()
                                              if rows}, name
    found = {(line.indicator, line.rollup, line.division): line
             for line in scorecard(known.figures, AS_OF).lines}
    lines = naive.lines(base, start=START, as_of=AS_OF, read_on=READ_ON)
    for key, line in lines.items():
        times = 1 if key[0] in OF_PLACES else COPIES
        for given, was_ in ((found[key].numerator, line.numerator),
                            (found[key].denominator, line.denominator)):
            assert (given is None) == (was_ is None), key
            assert was_ is None or given == pytest.approx(was_ * times), key
        if line.denominator is not None and line.value is not None:
            assert found[key].value == pytest.approx(line.value), key


@pytest.mark.server
def test_on_a_server_that_copies_the_rows_itself(postgresql: Server, base: naive.Tables,
                                                 tmp_path: Path) -> None:
    postgresql.forget()
    fill(postgresql.url("{connection}"), scale=BASE * COPIES, copies=COPIES)
    try:
        _compare({name: postgresql.url(name) for name in CONNECTIONS}, base, tmp_path)
    finally:
        postgresql.forget()


@pytest.mark.long
def test_in_files_that_copy_the_rows_themselves(base: naive.Tables, tmp_path: Path) -> None:
    build(tmp_path / "sample", scale=BASE * COPIES, copies=COPIES)
    _compare({name: f"sqlite:///{tmp_path / 'sample' / f'{name}.sqlite'}" for name in CONNECTIONS},
             base, tmp_path)


def test_one_database_may_hold_all_connections(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'all.sqlite'}"
    fill(url, scale=0.1)
    tables = naive.read_tables(dict.fromkeys(CONNECTIONS, url))
    assert set(tables) == set(DATASETS)


def test_only_the_datasets_asked_for_are_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'all.sqlite'}"
    fill(url, scale=0.1, only=("hire", "job_posting"))
    tables = naive.read_tables(dict.fromkeys(CONNECTIONS, url))
    assert {name for name, rows in tables.items() if rows} == {"hire", "job_posting"}
    assert {row["posting_id"] for row in tables["hire"]} <= {row["posting_id"] for row in tables[
        "job_posting"]}


@pytest.mark.parametrize(("scale", "copies"), [(0.1, 1), (50, 1), (51, 2), (1000, 20)])
def test_a_large_scale_is_copies_of_a_smaller_one(scale: float, copies: int) -> None:
    assert copies_for(scale) == copies
