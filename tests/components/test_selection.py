"""Address parameters as a selection."""

from __future__ import annotations

from datetime import date

import pytest

from components.shell.selection import Selection, parse, rollup_name
from data_access.current import Current
from kpi.vocabulary.division import Rollup
from tests.small_city import read, settings_of


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Current:
    return read(
        settings_of(
            tmp_path_factory.mktemp("city"),
            targets={"registered_employers": 10},
            job_posting="""
        | unit_code | published_on |
        | 321302    | 2026-06-30   |
    """,
        ),
        read_on=date(2026, 8, 15),
    )


def _parsed(known: Current, **params: str) -> tuple[Selection, tuple[str, ...]]:
    return parse(params, known, known.figures.facts.geography)


def test_nothing_in_the_address_is_the_latest_complete_day_by_county(known: Current) -> None:
    # no jobs target in this plan, so its first core indicator is looked at first
    assert _parsed(known) == (Selection(date(2026, 6, 30), Rollup.COUNTY, "registered_employers",
                                        None), ())


def test_every_parameter_is_taken_as_given(known: Current) -> None:
    found, notices = _parsed(known, as_of="2025-02-03", rollup="managing",
                             indicator="jobs_published", division="321371")
    assert found == Selection(date(2025, 2, 3), Rollup.MANAGING, "jobs_published", "321371")
    assert notices == ()


@pytest.mark.parametrize("day", ["2025-01-01", "2026-08-15"])
def test_the_first_day_of_the_plan_and_the_reading_day_itself_can_be_asked_for(
        known: Current, day: str) -> None:
    assert _parsed(known, as_of=day) == (Selection(date.fromisoformat(day), Rollup.COUNTY,
                                                   "registered_employers", None), ())


@pytest.mark.parametrize("day", ["2024-12-31", "2026-08-16", "2027-01-01", "2026-02-30", "",
                                 "20260101x"])
def test_a_day_that_cannot_be_shown_is_the_default_day_with_one_notice(
        known: Current, day: str) -> None:
    found, notices = _parsed(known, as_of=day)
    assert (found.as_of, len(notices)) == (date(2026, 6, 30), 1)


def test_a_division_of_the_other_rollup_is_not_taken(known: Current) -> None:
    found, notices = _parsed(known, division="321371")
    assert (found.division, len(notices)) == (None, 1)


def test_each_unusable_parameter_has_a_notice_of_its_own(known: Current) -> None:
    _, notices = _parsed(known, as_of="x", rollup="x", indicator="x", division="x")
    assert len(notices) == 4


def test_rollups_are_named_with_the_citys_own_numbers(known: Current) -> None:
    geography = known.figures.facts.geography
    assert [rollup_name(rollup, geography) for rollup in (Rollup.COUNTY, Rollup.MANAGING)] == [
        "两县区", "三个管理单位"]
