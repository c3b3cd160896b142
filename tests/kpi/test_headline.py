"""The sentence a deputy mayor is told, and the words for where a line stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.scorecard.scorecard import scorecard
from kpi.sentences.headline import headline
from kpi.sentences.standing import points, sentence, standing, worst_first
from kpi.wording import wording
from tests.small_city import read, settings_of

HALF = date(2025, 12, 31)  # 365 of 730 days
JOBS = """
    | unit_code | headcount | published_on |
    | 321302    | 30        | 2025-03-01   |
    | 321322    | 25        | 2025-12-10   |
"""
EMPLOYERS = """
    | employer_code | unit_code | registered_on |
    | e1            | 321302    | 2025-03-01    |
    | e2            | 321302    | 2025-03-01    |
    | e3            | 321322    | 2025-03-01    |
"""


def test_when_all_are_on_pace_nobody_is_named(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets={"jobs_published": 100}, job_posting=JOBS))
    assert headline(scorecard(known.figures, HALF)) == (
        "截至2025年12月31日，序时进度50.0%，距截止日还有365天；1项核心指标中1项达序时。")


def test_the_furthest_behind_is_named_with_its_numbers(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets={"jobs_published": 100, "registered_employers": 10},
                             job_posting=JOBS, employer_account=EMPLOYERS))
    assert headline(scorecard(known.figures, HALF)) == (
        "截至2025年12月31日，序时进度50.0%，距截止日还有365天；2项核心指标中1项达序时、1项严重滞后，"
        "差距最大的是苏心聘用工主体（完成30.0%，低于序时进度20.0个百分点）。")


def test_indicators_without_data_are_counted_as_such_and_never_as_behind(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets={"jobs_published": 100, "training_attendances": 10},
                             job_posting=JOBS))
    assert headline(scorecard(known.figures, HALF)).endswith("2项核心指标中1项达序时、1项待数据。")


CASES = """
    | stage       | is_gig | accepted_on | closed_on  | outcome |
    | arbitration | true   | 2025-01-02  | 2025-01-20 | award   |
    | arbitration | true   | 2025-01-02  | 2025-08-20 | award   |
    | arbitration | true   | 2025-01-02  |            |         |
    | arbitration | true   | 2025-01-02  |            |         |
"""


@pytest.mark.parametrize(("day", "named"), [
    (date(2025, 3, 31), False), (date(2025, 6, 30), False), (date(2025, 7, 1), True)])
def test_a_rate_that_begins_anew_each_year_is_no_gap_before_july(tmp_path: Path, day: date,
                                                                 named: bool) -> None:
    """A quarter closed of a target of 92 % is the usual thing in spring, and a gap in July."""
    known = read(settings_of(tmp_path, targets={"jobs_published": 1000, "arbitration_closing": 0.92},
                             job_posting=JOBS, dispute_case=CASES))
    card = scorecard(known.figures, day)
    assert card.city_line("arbitration_closing").value == 0.25
    text = headline(card)
    assert ("仲裁结案率（25.0%，低于目标67.0个百分点" in text) == named
    assert "差距最大的是" in text


def test_a_plan_without_targets_says_so(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, job_posting=JOBS))
    assert headline(scorecard(known.figures, HALF)).endswith("方案还没有设定目标的指标。")


def test_a_division_is_told_in_one_sentence(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets={"jobs_published": 100}, job_posting=JOBS))
    item, county = known.plan.indicator("jobs_published"), known.figures.facts.geography.counties[1]
    line = scorecard(known.figures, HALF).line("jobs_published", county)
    # 沭阳 has 1 600 000 of 2 600 000 people: 61.54 of 100, and with 宿城's 38.46 the larger remainder
    # is 沭阳's
    assert sentence(line, item, county.name) == "沭阳县发布零工岗位25个，完成目标62个的40.3%，低于序时进度9.7个百分点。"


def test_a_floor_stands_against_its_target(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets={"third_party_share": 0.5}, job_posting="""
        | headcount | collector   |
        | 52        | third_party |
        | 48        | government  |
    """))
    item = known.plan.indicator("third_party_share")
    assert standing(scorecard(known.figures, HALF).city_line(item.code), item) == "高于目标2.0个百分点"


def test_no_source_and_no_rows_are_different_things(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, job_posting=JOBS))
    card = scorecard(known.figures, HALF)
    said = {code: standing(card.city_line(code), known.plan.indicator(code))
            for code in ("follow_ups_closed", "injury_cover", "jobs_published")}
    assert said == {"follow_ups_closed": "未接入", "injury_cover": "待数据", "jobs_published": "未设目标"}


def test_a_unit_that_has_no_place_to_serve_is_not_waiting_for_data(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets={"county_market_coverage": 1.0}, service_venue="""
        | kind          | unit_code |
        | county_market | 321302    |
    """))
    item, zone = known.plan.indicator(
        "county_market_coverage"), known.figures.facts.geography.managing[2]
    assert zone.name == "经开区"
    assert standing(scorecard(known.figures, HALF).line(item.code, zone), item) == "不适用"


@pytest.mark.parametrize(("change", "unit", "said"), [
    (2310, "个", "+2,310个"), (-3, "家", "−3家"), (0, "家", "持平"), (0.003, "%", "+0.3个百分点"),
    (-0.012, "%", "−1.2个百分点"), (0.0004, "%", "持平"), (1, "篇", "+1篇")])
def test_a_change_is_said_in_its_own_unit(change: float, unit: str, said: str) -> None:
    assert wording.signed(change, unit) == said


def test_what_is_furthest_behind_is_what_the_printed_points_say(tmp_path: Path) -> None:
    """A share under its target stands by its points against the target, and so is it ranked: 8.4
    after 11.6.
    """
    known = read(
        settings_of(
            tmp_path,
            targets={"registered_employers": 10, "third_party_share": 0.6},
            employer_account="""
            | employer_code | unit_code | registered_on |
            | e1            | 321302    | 2025-03-01    |
            | e2            | 321302    | 2025-03-01    |
            | e3            | 321322    | 2025-03-01    |
            | e4            | 321322    | 2025-03-01    |
        """,
            job_posting="""
            | headcount | collector   |
            | 52        | third_party |
            | 48        | government  |
        """,
        )
    )
    # the share lacks 8.0 of its 60 points, which is 13.3 % of the target: more than the 10.0 of the
    # employers
    assert headline(scorecard(known.figures, HALF)).endswith(
        "差距最大的是苏心聘用工主体（完成40.0%，低于序时进度10.0个百分点），其次是第三方归集率（52.0%，低于目标8.0个百分点）。")


def test_several_lines_are_in_the_order_of_their_printed_points(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets={"registered_employers": 10,
                                                "third_party_share": 0.6, "jobs_published": 1000},
                             job_posting=JOBS, employer_account=EMPLOYERS))
    card = scorecard(known.figures, HALF)
    lines = worst_first(known.plan, [card.city_line(item.code) for item in known.plan.core])
    printed = [points(line, known.plan.indicator(line.indicator)) for line in lines]
    assert len(printed) == 3
    assert printed == sorted(printed, key=lambda number: 0.0 if number is None else number)
