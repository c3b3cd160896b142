"""Figures taken apart, and the figures to read beside them, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.indicators.breakdown import splits
from kpi.scorecard.beside import Beside, beside
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary.division import Rollup
from tests.small_city import read, settings_of

DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return read(
        settings_of(
            tmp_path_factory.mktemp("city"),
            job_posting="""
        | unit_code | sector      | collector   | headcount | published_on | invalidated_on | employer_verified |
        | 321302    | agriculture | government  | 10        | 2025-03-01   |                | true              |
        | 321302    | courier     | third_party | 30        | 2025-03-02   |                | true              |
        | 321322    | courier     | association | 8         | 2025-03-03   | 2025-04-01     | false             |
        | 321322    | agriculture | government  | 5         | 2025-03-04   |                | false             |
        | 321322    | courier     | government  | 99        | 2024-12-31   | 2025-02-01     | true              |
        | 321322    | courier     | government  | 77        | 2026-01-01   |                | true              |
    """,
            training_attendance="""
        | person_key | occupation | completed_on |
        | A          | 家政       | 2025-02-01   |
        | A          | 养老       | 2025-03-01   |
        | B          | 家政       | 2025-03-01   |
    """,
            dispute_case="""
        | stage       | is_gig | accepted_on | closed_on  | outcome |
        | arbitration | true   | 2025-01-05  | 2025-02-01 | award   |
        | arbitration | true   | 2025-01-06  |            |         |
        | arbitration | false  | 2025-01-07  | 2025-03-01 | settled |
        | mediation   | true   | 2025-01-07  | 2025-03-01 | success |
        | mediation   | false  | 2025-01-07  | 2025-03-01 | failure |
    """,
            violation="""
        | kind          | measure | found_on   |
        | false_posting |         | 2025-03-01 |
        | black_agent   | rectify | 2025-03-01 |
    """,
        )
    ).figures


def _parts(known: Figures, code: str, number: int = 0,
           division: str | None = None) -> list[tuple[str, float]]:
    place = (
        known.facts.geography.city
        if division is None
        else known.facts.geography.division(Rollup.COUNTY, division)
    )
    return [(part.name, part.value) for part in splits(code, known.facts, place, DAY)[number].parts]


def test_jobs_by_sector_name_the_department_that_collects_them(known: Figures) -> None:
    split = splits("jobs_published", known.facts, known.facts.geography.city, DAY)[0]
    assert [(part.name, part.value, part.note) for part in split.parts] == [
        ("快递", 30, "邮政管理局征集"), ("涉农", 15, "农业农村局征集")]
    assert [part.share for part in split.parts] == [pytest.approx(30 / 45), pytest.approx(15 / 45)]


def test_a_write_off_takes_its_own_part_down_and_earlier_postings_nothing(known: Figures) -> None:
    assert _parts(known, "jobs_published", 1) == [("第三方机构", 30), ("政府部门", 15)]


@pytest.mark.parametrize("code", ["jobs_published", "sector_jobs", "training_attendances"])
def test_the_parts_add_up_to_the_figure(known: Figures, code: str) -> None:
    for division in (known.facts.geography.city, *known.facts.geography.managing):
        for split in splits(code, known.facts, division, DAY):
            assert sum(part.value for part in split.parts) == split.total == known.measure(
                code, division, DAY).value


def test_a_county_has_its_own_parts(known: Figures) -> None:
    assert _parts(known, "jobs_published", 0, "321322") == [("涉农", 5)]


def test_cases_are_taken_apart_within_their_own_stage(known: Figures) -> None:
    assert _parts(known, "mediation_success") == [("调解成功", 1)]
    assert _parts(known, "arbitration_closing") == [("裁决", 1), ("调解结案", 1)]


def test_what_nobody_filled_in_says_so(known: Figures) -> None:
    assert sorted(_parts(known, "violations_closed", 1)) == [("未填写", 1), ("责令整改", 1)]


def test_an_empty_dataset_and_an_indicator_without_dimensions_have_no_parts(known: Figures) -> None:
    city = known.facts.geography.city
    assert splits("craft_certificates", known.facts, city, DAY) == ()
    assert splits("registered_users", known.facts, city, DAY) == ()


def test_postings_stand_beside_positions_and_persons_beside_attendances(known: Figures) -> None:
    city = known.facts.geography.city
    assert beside(known, "jobs_published", city, DAY) == (Beside("发布信息（净）", 3, "条"),
                                                          Beside("已冲减", 1, "条"))
    assert beside(known, "training_attendances", city, DAY) == (Beside("培训人数", 2, "人"),)


def test_gig_cases_and_last_year_stand_beside_the_arbitration_rate(known: Figures) -> None:
    gig, last_year = beside(known, "arbitration_closing", known.facts.geography.city, DAY)
    assert gig == Beside("其中零工案件", 0.5, "%", 1, 2)
    assert last_year.value is None  # no data of 2024: not known, not zero
    assert last_year.name == "上年同日"


def test_nothing_stands_beside_an_indicator_without_data(known: Figures) -> None:
    assert beside(known, "welfare_posts", known.facts.geography.city, DAY) == ()
