"""Seven hundred ordinary days: nothing is held. Each day's summary is of the rows there were by
then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_access.boundary.plausibility import Memory, Summary, implausible, list_fallen, summarise
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Part
from kpi.counting.facts import DatasetQuality
from kpi.definitions.cube import COUNTED, EVENTS, UNDATED
from kpi.definitions.shipped_datasets import DATASETS
from kpi.plan.plausibility import USUAL_PLAUSIBILITY, plausibility_from
from kpi.vocabulary.errors import InputError
from kpi.vocabulary.period import from_ordinal, to_ordinal
from sample_data.province import province

DAYS = 700
LAST = date(2026, 10, 31)
LIMITS = USUAL_PLAUSIBILITY


def days_of(part: Part) -> Iterator[tuple[date, Summary]]:
    """The part as a refresh on the morning after each of the last seven hundred days would have
    summed it up.
    """
    name, cells = part.data.dataset, part.data.cells.sort_values(
        "day", kind="stable", ignore_index=True)
    days, first = cells["day"].to_numpy(dtype=np.int64), (cells["event"] == EVENTS[name][
        0].name).to_numpy()
    status, names = pd.factorize(cells["status"].astype(str))
    rows = cells["rows"].to_numpy()
    for number in range(DAYS + 1):
        day = LAST - timedelta(days=DAYS - number)
        end = int(np.searchsorted(days, to_ordinal(day), side="right"))
        sums = np.bincount(status[:end][first[:end]], weights=rows[:end][first[:end]],
                           minlength=len(names))
        by = {str(name): int(number) for name, number in zip(names, sums, strict=True) if number}
        counted = by.pop(COUNTED, 0)
        quality = DatasetQuality(name, counted + sum(by.values()), counted, by, 0)
        yield day + timedelta(days=1), summarise(DATASETS[name], cells.iloc[:end], quality)


def held(part: Part) -> list[str]:
    found, before = [], None
    for read_on, now in days_of(part):
        if before is not None:
            found += [f"{part.data.dataset} {read_on}: {text}"
                      for text in implausible(before, now, read_on, LIMITS)]
        before = now
    return found


@pytest.fixture(scope="module")
def parts(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Part]:
    folder = tmp_path_factory.mktemp("days")
    (folder / "sample").symlink_to(sample_folder)
    return refresh(load_settings({"LINGGONG_DATA": str(folder)}, ROOT / "no-secrets.toml")).parts


@pytest.mark.parametrize("dataset",
                         [pytest.param(name, marks=() if name in ("job_posting", "dispute_case")
                                       else pytest.mark.long) for name in EVENTS])
def test_seven_hundred_days_of_the_sample_hold_nothing(dataset: str,
                                                       parts: Mapping[str, Part]) -> None:
    assert held(parts[dataset]) == []


@pytest.mark.long
def test_seven_hundred_days_of_the_province_hold_nothing(tmp_path: Path) -> None:
    """Thirteen cities; the large datasets of each, which are the ones that could be held."""
    province.write_province(tmp_path)
    found, cities = [], 0
    for config in sorted((tmp_path / "config").glob("*/plan.toml")):
        code = config.parent.name
        urls = {f"LINGGONG_URL_{path.stem.upper()}": f"sqlite:///{path}"
                for path in (tmp_path / "var" / code).rglob("*.sqlite")}
        settings = load_settings({"LINGGONG_CONFIG": str(config.parent),
                                  "LINGGONG_DATA": str(tmp_path / "read" / code), **urls},
                                 ROOT / "no-secrets.toml")
        taken = refresh(settings)
        assert not taken.sample
        cities += 1
        found += [f"{code} {text}" for part in taken.parts.values()
                  if part.data.quality.read >= LIMITS.least_rows for text in held(part)]
    assert (cities, found) == (13, [])


def test_a_yearly_list_of_villages_that_grows_or_is_replaced_holds_nothing() -> None:
    assert list_fallen(250, 320, LIMITS) == ()
    assert list_fallen(250, 201, LIMITS) == ()
    assert list_fallen(250, 199, LIMITS) == ("250行变为199行",)
    assert list_fallen(0, 250, LIMITS) == ()


def summary(rows: Mapping[date, int], **given: object) -> Summary:
    """Counted rows by day, all of one unit."""
    days = np.array(sorted(to_ordinal(day) for day in rows), dtype=np.int64)
    numbers = np.array([rows[from_ordinal(day)] for day in days.tolist()], dtype=float)
    total = int(numbers.sum())
    whole = Summary("hire", total, total, {}, days, numbers, numbers * 0, {"321302": float(total)},
                    {}, {})
    return replace(whole, **given)  # type: ignore[arg-type]


def days(per_day: int, count: int, first: date = date(2026, 1, 1)) -> dict[date, int]:
    return {first + timedelta(days=n): per_day for n in range(count)}


TODAY = date(2026, 6, 30)


def test_small_parts_are_compared_with_nothing() -> None:
    assert implausible(summary(days(1, 49)), summary({}), TODAY, LIMITS) == ()
    assert implausible(summary(days(1, 50)), summary({}), TODAY, LIMITS) != ()


def test_a_fall_of_just_a_fifth_is_the_limit() -> None:
    before = summary(days(1, 100, date(2026, 6, 1)))
    assert not any("行变为" in text for text in implausible(before, replace(before, read=80), TODAY,
                                                         LIMITS))
    assert "100行变为79行" in implausible(before, replace(before, read=79), TODAY, LIMITS)


@pytest.mark.parametrize(("taken", "found"), [(20, False), (21, True)])
def test_a_month_long_past_may_move_by_twenty_rows(taken: int, found: bool) -> None:
    """March 2026 ended more than sixty days before 30 June; 5 % of its 310 rows are 15.5."""
    before, rows = summary(days(10, 120)), days(10, 120)
    rows[date(2026, 3, 1)] -= min(taken, 10)
    rows[date(2026, 3, 2)] -= max(min(taken - 10, 10), 0)
    rows[date(2026, 3, 3)] -= max(taken - 20, 0)
    assert bool(implausible(before, summary(rows), TODAY, LIMITS)) is found


def test_a_month_of_late_may_moves_as_it_likes() -> None:
    rows = days(10, 180)
    for day in range(1, 20):
        rows[date(2026, 5, day)] = 12
    assert implausible(summary(days(10, 180)), summary(rows), TODAY, LIMITS) == ()


def test_a_day_of_many_rows_is_only_held_when_it_weighs() -> None:
    before = summary(days(10, 100, date(2026, 3, 1)))
    ordinary = {**days(10, 100, date(2026, 3, 1)), date(2026, 6, 20): 50}
    assert implausible(before, summary(ordinary), TODAY, LIMITS) == ()
    assert len(implausible(before, summary({**ordinary, date(2026, 6, 20): 52}), TODAY,
                           LIMITS)) == 1
    assert implausible(replace(before, counted=2000), summary({**ordinary, date(2026, 6, 20): 99}),
                       TODAY, LIMITS) == ()


@pytest.mark.parametrize(("left", "found"), [(95, False), (94, True)])
def test_nineteen_of_twenty_remembered_keys_are_enough(left: int, found: bool) -> None:
    remembered = Memory(None, (), tuple(str(number) for number in range(100)), "k")
    before = summary(days(1, 100), memory=remembered)
    now = summary(days(1, 100), memory=remembered,
                  keys=frozenset(str(number) for number in range(left)))
    assert bool(implausible(before, now, TODAY, LIMITS)) is found
    # keys hashed otherwise say nothing
    other = replace(now, memory=replace(remembered, hashed_with="another"))
    assert implausible(before, other, TODAY, LIMITS) == ()


def test_the_limits_are_settings_of_the_plan() -> None:
    assert plausibility_from({"plausibility": {"fall": 0.5}}).fall == 0.5
    with pytest.raises(InputError, match="不认识"):
        plausibility_from({"plausibility": {"fal": 0.5}})
    with pytest.raises(InputError, match="0–1"):
        plausibility_from({"plausibility": {"fall": 20}})


def test_undated_rows_belong_to_no_month(parts: Mapping[str, Part]) -> None:
    part = parts["job_posting"]
    assert UNDATED in part.data.cells["day"].to_numpy()
    one = summarise(DATASETS["job_posting"], part.data.cells, part.data.quality)
    assert one.rows.sum() == one.counted
    assert sum(one.units.values()) == one.counted
    assert sum(one.mixes["published.sector"].values()) == one.counted
