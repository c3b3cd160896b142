"""The generated sentences, word for word."""

from __future__ import annotations

from datetime import date

from kpi.scorecard.scorecard import scorecard
from kpi.sentences.narrative import sentence
from tests.kpi.hand import CITY, START, A, B, Cells, division, jobs, known, plan, venues

HALFWAY = date(2025, 12, 31)


def test_a_count_ahead_of_pace() -> None:
    """11 a day: 4015 = 55 % of 7300 at half time; the 7300th on day 664, 26 October 2026."""
    figures = known(plan(), jobs(a=[11] * 365))
    line = scorecard(figures, HALFWAY).city_line("jobs_published")
    said = sentence(figures.plan, line, division(CITY), HALFWAY)
    assert said.startswith("截至12月31日，全市累计发布零工岗位4,015个，完成目标的55.0%，高于序时进度5.0个百分点，"
                           "预计2026年10月26日完成（按期完成的可能性")


def test_large_numbers_are_said_in_ten_thousands() -> None:
    figures = known(plan(indicators={"jobs_published": 50_000}), jobs(a=[70] * 669))
    line = scorecard(figures, date(2026, 10, 31)).city_line("jobs_published")
    assert sentence(figures.plan, line, division(CITY), date(2026, 10, 31)).startswith(
        "截至10月31日，全市累计发布零工岗位4.68万个，完成目标的93.7%，高于序时进度2.0个百分点，")


def test_a_met_coverage_and_one_without_data() -> None:
    register = venues(("county_market", A, "", "", START, None),
                      ("county_market", B, "", "", START, None))
    figures = known(plan(indicators={"county_market_coverage": 1.0, "funds_spent": None}),
                    register=register)
    card = scorecard(figures, HALFWAY)
    assert sentence(figures.plan, card.city_line("county_market_coverage"), division(CITY),
                    HALFWAY) == ("截至12月31日，全市县级市场覆盖率100.0%，已达到目标。")
    assert sentence(figures.plan, card.city_line("funds_spent"), division(CITY),
                    HALFWAY) == "截至12月31日，全市资金支出率暂无数据。"


def test_a_share_is_held_against_its_target_and_few_cases_are_owned_up_to() -> None:
    cells = Cells("dispute_case")
    for outcome, number in (("success", 4), ("failure", 4)):
        cells.add("closed", date(2025, 3, 1), A, number, stage="mediation", is_gig=1,
                  outcome=outcome)
    figures = known(plan(indicators={"mediation_success": 0.6}), cells)
    line = scorecard(figures, date(2025, 4, 1)).line("mediation_success", division(A))
    assert sentence(figures.plan, line, division(A), date(2025, 4, 1)) == (
        "截至4月1日，宿城调解成功率50.0%（样本少），低于目标（≥60%）10.0个百分点，比率仅供参考。")


def test_a_strict_share_of_exactly_the_target_is_not_met() -> None:
    cells = Cells("job_posting").add("published", START, A, 1, 5.0, collector="third_party")
    cells.add("published", START, A, 1, 5.0, collector="government")
    figures = known(plan(indicators={"third_party_share": {"target": 0.5, "comparator": ">"}}),
                    cells)
    line = scorecard(figures, HALFWAY).city_line("third_party_share")
    assert "未达到目标（>50%）" in sentence(figures.plan, line, division(CITY), HALFWAY)
