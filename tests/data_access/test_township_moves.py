"""A township that moves to another county under its own code: what it did before stays with the old
county, what it does from the day on is the new one's; the list of villages likewise."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from data_access.checking.excluded import _row
from data_access.current import Current
from kpi.counting.unserved import townships_without_station, villages_without_window
from kpi.figures.gap import missing_places
from kpi.scope import Scope
from kpi.vocabulary import Reason, Rollup
from reports.feeds import _venue
from reports.papers import note_of
from reports.scorecard import to_json
from tests import small_city
from tests.drawn import WORLD, Row, rows

MOVE, NEWEST = date(2025, 8, 1), date(2025, 9, 30)
BEFORE, REVISED = MOVE - timedelta(days=1), date(2025, 9, 1)
OLD, NEW, MOVED = "321322", "321302", "321322103"
JOBS, STATIONS, WINDOWS = "jobs_published", "station_coverage", "window_coverage"
HELPED = "assisted_workers"

VILLAGES = rows("central_village", """
    | village_code | name   | township_code | valid_from | valid_to   |
    | 321302001001 | 幸福村 | 321302001     |            |            |
    | 321322103201 | 新河村 | 321322103     |            |            |
    | 321322103202 | 老河村 | 321322103     |            | 2025-09-01 |
    | 321322103203 | 大河村 | 321322103     | 2025-09-01 |            |
    | 321322103204 | 小河村 | 321322103     | 2025-09-01 |            |
""")
FACTS = {
    "job_posting": """
        | unit_code | township_code | headcount | published_on | invalidated_on |
        |           | 321322103     | 5         | 2025-06-30   |                |
        | 321322    | 321322103     | 7         | 2025-07-31   |                |
        |           | 321322103     | 11        | 2025-08-01   |                |
        | 321302    | 321322103     | 13        | 2025-08-02   |                |
        | 321322    | 321322103     | 17        | 2025-08-02   |                |
        |           | 321322100     | 100       | 2025-07-01   |                |
        |           | 321302100     | 1000      | 2025-07-01   |                |
    """,
    "assisted_person": """
        | unit_code | township_code | registered_on | helped_on  | ended_on   |
        |           | 321322103     | 2025-06-01    | 2025-06-10 | 2025-09-01 |
        |           | 321322103     | 2025-08-05    |            |            |
    """,
    "service_venue": """
        | kind    | unit_code | township_code | village_code | opened_on  | closed_on  |
        | station |           | 321322103     |              | 2025-03-01 | 2025-09-20 |
        | station |           | 321302100     |              | 2025-03-01 |            |
        | window  |           | 321322103     | 321322103201 | 2025-03-01 |            |
        | window  |           | 321322103     | 321322103202 | 2025-03-01 |            |
        | window  |           | 321322103     | 321322103203 | 2025-08-15 |            |
    """,
}


def moved() -> list[Row]:
    """新河镇 goes from 沭阳县 to 宿城区 on 1 August, and is listed once for either time."""
    listed: list[Row] = []
    for row in WORLD["township"]:
        listed += [row] if row["township_code"] != MOVED else [
            {**row, "unit_code": NEW, "county_code": NEW, "valid_from": MOVE},
            {**row, "valid_to": MOVE}]
    return listed


def read(folder: Path, townships: list[Row]) -> Current:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_city, "WORLD", {**WORLD, "township": townships,
                                            "central_village": VILLAGES})
        return small_city.read(small_city.settings_of(folder, "", targets=None, **FACTS), NEWEST)


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Current:
    return read(tmp_path_factory.mktemp("moves") / "site", moved())


def counties(current: Current, indicator: str, day: date) -> dict[str, object]:
    """The figure of the city and of both counties: a coverage as (served, all)."""
    return {line.division: line.value if line.denominator is None
            else (line.numerator, line.denominator)
            for line in current.scorecard(day).lines
            if line.indicator == indicator and line.rollup in ("city", "county")}


@pytest.mark.parametrize(("day", "city", "new", "old"), [
    (date(2025, 7, 1), 1105, 1000, 105), (BEFORE, 1112, 1000, 112), (MOVE, 1123, 1011, 112),
    (date(2025, 8, 2), 1153, 1041, 112), (NEWEST, 1153, 1041, 112)])
def test_what_was_done_before_stays_and_what_follows_is_the_new_countys(
        current: Current, day: date, city: int, new: int, old: int) -> None:
    assert counties(current, JOBS, day) == {"321300": city, NEW: new, OLD: old}


@pytest.mark.parametrize(("day", "new", "old"), [
    (BEFORE, (0, 0), (1, 1)), (MOVE, (0, 0), (1, 1)), (date(2025, 8, 5), (0, 1), (1, 1)),
    (date(2025, 9, 1), (0, 1), (0, 0))])
def test_who_began_before_the_move_ends_it_with_the_old_county(
        current: Current, day: date, new: tuple[int, int], old: tuple[int, int]) -> None:
    assert counties(current, HELPED, day) == {
        "321300": (new[0] + old[0], new[1] + old[1]), NEW: new, OLD: old}


@pytest.mark.parametrize(("day", "new", "old"), [
    # after the merges of 1 July 宿城区 has three townships and 沭阳县 two
    (BEFORE, (1, 3), (1, 2)), (MOVE, (2, 4), (0, 1)), (date(2025, 9, 20), (1, 4), (0, 1))])
def test_its_station_serves_it_on_either_side(current: Current, day: date, new: tuple[int, int],
                                              old: tuple[int, int]) -> None:
    assert counties(current, STATIONS, day) == {
        "321300": (new[0] + old[0], new[1] + old[1]), NEW: new, OLD: old}


@pytest.mark.parametrize(("day", "new", "old"), [
    (BEFORE, (0, 1), (2, 2)), (MOVE, (2, 3), (0, 0)),
    (REVISED - timedelta(days=1), (2, 3), (0, 0)), (REVISED, (2, 4), (0, 0))])
def test_the_villages_on_the_list_of_the_day_go_with_it(current: Current, day: date,
                                                        new: tuple[int, int],
                                                        old: tuple[int, int]) -> None:
    facts = current.figures.facts
    shown = villages_without_window(facts, facts.geography.counties, day)
    assert shown is not None
    assert {one.division.code: (one.places - len(one.missing), one.places) for one in shown} == {
        NEW: new, OLD: old}
    assert counties(current, WINDOWS, day) == {
        "321300": (new[0] + old[0], new[1] + old[1]), NEW: new, OLD: old}


def test_a_past_day_is_what_it_was_before_the_list_was_changed(tmp_path: Path,
                                                               current: Current) -> None:
    alone, note = read(tmp_path / "alone", WORLD["township"]), note_of(current)
    for day in (date(2025, 3, 1), date(2025, 7, 1), BEFORE):
        lines = [to_json(one.scorecard(day), note).partition('"quality"')[0]
                 for one in (current, alone)]
        assert lines[0] == lines[1], day
    assert counties(current, JOBS, MOVE) != counties(alone, JOBS, MOVE)


def test_only_a_row_that_names_neither_unit_of_its_time_contradicts(current: Current) -> None:
    # of the five rows of the township the last names the county it has left
    assert current.figures.facts.quality["job_posting"].division_conflict == 1


def test_a_place_without_a_station_is_named_by_the_code_of_the_register(current: Current) -> None:
    day = date(2025, 9, 20)
    county = current.figures.facts.geography.division(Rollup.COUNTY, NEW)
    assert (MOVED, NEW) in [(one.code, one.unit_code) for one in
                            missing_places(current.figures, STATIONS, county, day)]
    before = date(2025, 2, 28)
    was = current.figures.facts.geography.division(Rollup.COUNTY, OLD)
    assert (MOVED, OLD) in [(one.code, one.unit_code) for one in
                            missing_places(current.figures, STATIONS, was, before)]


def test_lists_handed_out_name_it_by_the_code_of_the_register(current: Current) -> None:
    venues = current.figures.facts.venues
    assert venues is not None
    assert {_venue(row)["township"] for row in venues.to_dict("records")} == {MOVED, "321302100"}
    row = SimpleNamespace(key="1", status=Reason.DUPLICATE.value, township=f"{MOVED}@{MOVE}",
                          unit=None, day=BEFORE)
    assert _row(row).township == MOVED


@pytest.mark.parametrize("code", [OLD, NEW])
def test_a_reader_of_either_county_sees_what_the_city_sees_of_it(current: Current,
                                                                 code: str) -> None:
    cut = current.scoped(Scope(False, (code,)))
    for day in (BEFORE, MOVE, NEWEST):
        place = cut.judged_on(day).figures.facts.geography.division(Rollup.COUNTY, code)
        for indicator in (JOBS, STATIONS):
            mine, whole = (one.scorecard(day).line(indicator, place) for one in (cut, current))
            assert (mine.value, mine.numerator, mine.denominator) == (
                whole.value, whole.numerator, whole.denominator)
        shown = [(ask(cut.figures.facts, [place], day), ask(current.figures.facts, [place], day))
                 for ask in (townships_without_station, villages_without_window)]
        assert [mine for mine, _ in shown] == [whole for _, whole in shown]
