"""The alert history kept beside its snapshot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.reading.reading import DatasetPart
from data_access.snapshots.history import figures_with_history
from data_access.snapshots.snapshot import Part, Snapshot
from kpi.alerts import watch as watch_module
from kpi.alerts.history import History
from kpi.alerts.watch import history_of
from kpi.counting.facts import DatasetQuality
from kpi.definitions.shipped_datasets import DATASETS
from kpi.figures import figures as figures_module
from kpi.figures.figures import Figures
from kpi.plan.plan import Plan
from tests.drawn import WORLD
from tests.kpi.hand import START, jobs, plan


@pytest.fixture
def snapshot() -> Snapshot:
    cells = jobs(a=[4] * 300).frame()
    part = Part(DatasetPart("job_posting", cells, DatasetQuality("job_posting", 300, 300, {}, 0),
                            date(2025, 10, 27)), datetime(2025, 11, 2, 6))
    reference = {name: WORLD[name] for name in ("managing_unit", "township", "central_village")}
    assert set(reference) <= set(DATASETS)
    return Snapshot("20251102T060000-test", datetime(2025, 11, 2, 6), True, START,
                    {"job_posting": part}, reference, {})


def kept(data: Path) -> list[str]:
    return sorted(path.name for path in data.glob("snapshots/*/history-*.parquet"))


def opened(snapshot: Snapshot, the_plan: Plan, data: Path) -> Figures:
    (data / "snapshots" / snapshot.id).mkdir(parents=True, exist_ok=True)
    return figures_with_history(snapshot, the_plan, data)


def refuse_to_compute(_figures: Figures) -> History:
    raise AssertionError("the history was computed again")


def test_the_second_reader_finds_what_the_first_computed(snapshot: Snapshot, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(watch_module, "watch", refuse_to_compute)
        with pytest.raises(AssertionError):
            opened(snapshot, plan(), tmp_path)
    first = opened(snapshot, plan(), tmp_path)
    monkeypatch.setattr(watch_module, "watch", refuse_to_compute)
    second = opened(snapshot, plan(), tmp_path)
    assert history_of(second).flips() == history_of(first).flips() != ()


def test_a_start_with_a_kept_history_computes_its_figures_once(
        snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(snapshot, plan(), tmp_path)
    computed: list[str] = []
    measure = figures_module.measure_series
    monkeypatch.setattr(figures_module, "measure_series",
                        lambda indicator, *given: computed.append(indicator.code)
                        or measure(indicator, *given))  # type: ignore[func-returns-value]
    monkeypatch.setattr(watch_module, "watch", refuse_to_compute)
    second = opened(snapshot, plan(), tmp_path)
    assert history_of(second).flips() == history_of(first).flips()
    assert computed == list(first.series)


def test_another_plan_or_threshold_has_a_history_of_its_own(snapshot: Snapshot,
                                                            tmp_path: Path) -> None:
    for the_plan in (plan(), plan(indicators={"jobs_published": 900}),
                     plan(alerts={"enter_days": 9}),
                     plan(calendar={"holidays": [START + timedelta(days=3)]})):
        opened(snapshot, the_plan, tmp_path)
    assert len(kept(tmp_path)) == 4
    # wording does not change what is raised
    changed = replace(plan(), title="另一个标题")
    opened(snapshot, changed, tmp_path)
    assert len(kept(tmp_path)) == 4


def test_a_damaged_file_is_computed_anew(snapshot: Snapshot, tmp_path: Path) -> None:
    expected = history_of(opened(snapshot, plan(), tmp_path)).flips()
    (tmp_path / "snapshots" / snapshot.id / kept(tmp_path)[0]).write_bytes(b"not parquet")
    assert history_of(opened(snapshot, plan(), tmp_path)).flips() == expected


def test_a_folder_that_cannot_be_written_does_no_harm(snapshot: Snapshot, tmp_path: Path) -> None:
    known = figures_with_history(snapshot, plan(), tmp_path / "missing")
    assert history_of(known).flips() != ()
    assert kept(tmp_path) == []
