"""A drawn province: what cities add up to, who is missing from the sum, and who is ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from kpi.alerts.alerts import Rule
from kpi.judging.pace import Light
from kpi.province.province import CityFigures, Member, Province, ProvinceCard, ProvincePlan
from kpi.province.province_lines import Absence
from kpi.scope.access import Scope
from kpi.scope.scope import scoped_figures, scoped_scorecard
from kpi.scorecard.trend import month_addition, month_ends
from kpi.vocabulary.division import Rollup
from tests.kpi.hand import A, Cells, jobs, known, plan

DAY = date(2025, 7, 19)  # day 200 of 2025
SPEC = ProvincePlan("320000", "江苏省")
EAST, WEST, SOUTH = (Member(code, f"{name}市", name)
                     for code, name in (("320100", "东"), ("320200", "西"), ("320300", "南")))


def city(member: Member, *cells: Cells, latest: date = DAY, **parts: Any) -> CityFigures:
    return CityFigures(member, known(plan(**parts), *cells), latest)


def unread(member: Member) -> CityFigures:
    return CityFigures(member, None, None, "数据库连不上；请检查网络。")


def province(*cities: CityFigures, spec: ProvincePlan = SPEC) -> Province:
    return Province(spec, cities)


def on(whole: Province, day: date = DAY) -> ProvinceCard:
    return whole.on(day, whole.cards(day))


def a_day(number: int, days: int = 200) -> Cells:
    return jobs(a=[number] * days)


def year(deadline: date, start: date = date(2025, 1, 1)) -> dict[str, Any]:
    return {"plan": {"start": start, "deadline": deadline}}


def shares(target: float, third: int, all_of_them: int) -> tuple[dict[str, Any], Cells]:
    cells = Cells("job_posting")
    cells.add("published", date(2025, 3, 1), A, 1, third, collector="third_party")
    cells.add("published", date(2025, 3, 1), A, 1, all_of_them - third, collector="government")
    return {"indicators": {"third_party_share": target}}, cells


def test_counts_and_targets_of_the_cities_add_up() -> None:
    """East 400 of 730, west 100 of 365, both over 730 days, 200 gone: 500 of 1 095, due 300."""
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": 730}),
                     city(WEST, a_day(1, 100), indicators={"jobs_published": 365}))
    line = on(whole).card.city_line("jobs_published")
    assert (line.value, line.target, line.rollup, line.division) == (500, 1095, "city", "320000")
    assert line.expected == pytest.approx(300)
    assert line.completion == pytest.approx(500 / 1095)
    assert line.light == Light.GREEN


def test_each_city_is_due_by_its_own_deadline() -> None:
    """East has all of 2025, 200 of 365 days gone; west two years, 200 of 730: 365·200/365 +
    730·200/730 = 400 due of 1 095.
    """
    whole = province(city(EAST, a_day(1), indicators={"jobs_published": 365},
                          **year(date(2025, 12, 31))),
                     city(WEST, a_day(1), indicators={"jobs_published": 730}))
    found = on(whole)
    line = found.card.city_line("jobs_published")
    assert line.expected == pytest.approx(400)
    assert line.due == pytest.approx(400 / 1095)
    east, west = (found.card.line("jobs_published", one) for one in found.card.geography.counties)
    assert (east.due, west.due) == (pytest.approx(200 / 365), pytest.approx(200 / 730))
    assert found.card.plan.window.deadline == date(2026, 12, 31)


def test_a_city_past_its_deadline_counts_with_what_it_had_then() -> None:
    whole = province(city(EAST, a_day(1, 400), indicators={"jobs_published": 300},
                          **year(date(2025, 6, 30))),
                     city(WEST, a_day(1, 400), indicators={"jobs_published": 730}))
    found = on(whole)
    # east stopped counting on 30 June, day 181; west had 200 by 19 July
    assert found.card.city_line("jobs_published").value == 181 + 200
    assert [part.day for part in found.pooled["jobs_published"].parts] == [date(2025, 6, 30), DAY]


def test_a_city_without_data_is_named_and_its_target_left_out_with_it() -> None:
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": 730}), unread(WEST))
    found = on(whole)
    pooled = found.pooled["jobs_published"]
    assert (pooled.line.value, pooled.line.target) == (400, 730)
    assert pooled.partial
    assert [(part.city, part.absence) for part in pooled.missing] == [("320200", Absence.UNREAD)]
    assert whole.unread == {"320200": "数据库连不上；请检查网络。"}
    west = found.card.line("jobs_published", found.card.geography.counties[1])
    assert (west.value, west.light) == (None, Light.NO_DATA)


@pytest.mark.parametrize(("cells", "indicators", "absence"),
                         [((), {"jobs_published": 365}, Absence.NO_DATA),
                          ((a_day(1),), {"registered_users": 10}, Absence.NOT_PLANNED),
                          ((a_day(1),), {"jobs_published": None}, Absence.NO_TARGET)])
def test_why_a_city_is_not_in_a_sum(cells: Iterable[Cells], indicators: dict[str, Any],
                                    absence: Absence) -> None:
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": 730}),
                     city(WEST, *cells, indicators=indicators))
    pooled = on(whole).pooled["jobs_published"]
    assert (pooled.line.value, pooled.line.target) == (400, 730)
    assert [part.absence for part in pooled.parts] == [None, absence]


def test_a_city_whose_plan_has_not_begun_is_not_in_the_sum() -> None:
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": 730}),
                     city(WEST, a_day(1), indicators={"jobs_published": 365},
                          **year(date(2027, 6, 30), date(2025, 9, 1))))
    assert [part.absence for part in on(whole).pooled["jobs_published"].parts] == [
        None, Absence.NOT_STARTED]


def test_an_indicator_nobody_can_show_is_no_data_and_not_zero() -> None:
    whole = province(city(EAST, indicators={"jobs_published": 730}), unread(WEST))
    pooled = on(whole).pooled["jobs_published"]
    assert (pooled.line.value, pooled.line.light, pooled.partial) == (None, Light.NO_DATA, False)


def test_without_a_target_anywhere_the_cities_are_added_and_only_watched() -> None:
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": None}),
                     city(WEST, a_day(1), indicators={"jobs_published": None}))
    line = on(whole).card.city_line("jobs_published")
    assert (line.value, line.target, line.light) == (600, None, Light.WATCH)


def test_shares_are_pooled_and_never_averaged() -> None:
    """30 of 40 and 30 of 160 are 60 of 200, 30 %, not the mean of 75 % and 18.75 %."""
    (east, one), (west, two) = shares(0.5, 30, 40), shares(0.5, 30, 160)
    line = on(province(city(EAST, one, **east), city(WEST, two, **west))).card.city_line(
        "third_party_share")
    assert (line.numerator, line.denominator, line.value, line.target) == (60, 200, 0.3, 0.5)


def test_differing_shares_are_weighted_by_their_denominators() -> None:
    """50 % of 40 and 30 % of 160 ask for 20 + 48 = 68 of 200: 34 %."""
    (east, one), (west, two) = shares(0.5, 30, 40), shares(0.3, 40, 160)
    found = on(province(city(EAST, one, **east), city(WEST, two, **west)))
    line = found.card.city_line("third_party_share")
    assert line.target == pytest.approx(0.34)
    assert line.light == Light.MET  # 70 of 200 is 35 %
    assert found.card.plan.indicator("third_party_share").target == line.target


def test_a_city_lagging_more_than_a_week_is_left_out_and_the_newest_common_day_is_shown() -> None:
    whole = province(city(EAST, a_day(1), latest=DAY),
                     city(WEST, a_day(1), latest=date(2025, 7, 12)),
                     city(SOUTH, a_day(1), latest=date(2025, 7, 11)))
    assert list(whole.unread) == ["320300"]
    assert whole.default_day == date(2025, 7, 12)


def test_cities_are_ranked_by_their_own_pace_ties_share_a_place() -> None:
    """Each by its own due: east 200/200, west 100/200 of a target twice as long, south 160/200;
    equal scores tie.
    """
    targets = {"indicators": {"jobs_published": 730}}
    whole = province(city(EAST, a_day(1), **targets),
                     city(WEST, a_day(1, 100), indicators={"jobs_published": 365}),
                     city(SOUTH, jobs(a=[1] * 160), **targets))
    assert [(row.division, row.place) for row in on(whole).card.ranking] == [
        ("320100", 1), ("320200", 1), ("320300", 3)]
    assert on(whole).card.ranking[2].score == pytest.approx(80)


def test_a_city_with_too_few_of_the_provinces_indicators_is_unranked() -> None:
    cells = Cells("worker_account").daily("registered", A, [1] * 200)
    whole = province(city(EAST, a_day(1), cells,
                          indicators={"jobs_published": 730, "registered_users": 730}),
                     city(WEST, a_day(2), indicators={"jobs_published": 730}), unread(SOUTH))
    rows = {row.division: row for row in on(whole).card.ranking}
    assert rows["320100"].place == 1
    # one of two equal weights is 50 %, less than the 60 % it takes
    assert (rows["320200"].place, rows["320300"].place) == (None, None)


def test_weights_of_the_province_decide_the_score() -> None:
    cells = Cells("worker_account").daily("registered", A, [1] * 50)
    spec = ProvincePlan("320000", "江苏省", weights={"jobs_published": 3.0})
    whole = province(city(EAST, a_day(1), cells,
                          indicators={"jobs_published": 730, "registered_users": 730}), spec=spec)
    # due 200 of each: 200 jobs give 100, 50 users 25 or less; (3·100 + x)/4
    row = on(whole).card.ranking[0]
    users = next(term for term in row.terms if term.indicator == "registered_users")
    assert row.score == pytest.approx((300 + 100 * (users.ratio or 0)) / 4)


def test_trends_are_sums_of_the_cities_days() -> None:
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": 730}),
                     city(WEST, a_day(1), indicators={"jobs_published": 365}))
    place = whole.geography.city
    assert [point.value for point in month_ends(whole.figures, "jobs_published", place, DAY)][
        :2] == [31 * 3, 59 * 3]
    assert month_addition(whole.figures, "jobs_published", place, DAY) == 19 * 3


def test_alerts_are_those_of_the_cities_as_wholes() -> None:
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": 730}),
                     city(WEST, jobs(a=[1, 0, 0] * 66), indicators={"jobs_published": 73000}))
    alerts = on(whole).card.alerts
    assert {(alert.rollup, alert.division) for alert in alerts
            if alert.rule == Rule.BEHIND_PACE} == {("county", "320200")}


def test_a_city_account_sees_its_own_city_the_sum_and_the_published_ranking() -> None:
    whole = province(city(EAST, a_day(2), indicators={"jobs_published": 730}),
                     city(WEST, a_day(1), indicators={"jobs_published": 730}),
                     city(SOUTH, a_day(3), indicators={"jobs_published": 730}))
    part = scoped_scorecard(on(whole).card, Scope(False, ("320200",)))
    assert {(line.rollup, line.division) for line in part.lines} == {
        ("city", "320000"), ("county", "320200")}
    assert len(part.ranking) == 3
    assert [row.uncapped is None for row in part.ranking if row.division != "320200"] == [
        True, True]
    series = scoped_figures(whole.figures, Scope(False, ("320200",))).series["jobs_published"]
    assert series is not None
    # west's own row, and the remainder of the others as one
    assert sorted(series.numerator[:, series.axis.position(DAY)]) == [200, 1000]


def test_the_province_itself_is_judged_by_its_own_thresholds() -> None:
    """Seven points behind pace: yellow within ten, red beyond five."""
    # 149 of 200 due: 6.99 points
    cities = (city(EAST, jobs(a=[1] * 149), indicators={"jobs_published": 730}),)
    for points, light in ((10.0, Light.YELLOW), (5.0, Light.RED)):
        whole = province(*cities, spec=ProvincePlan("320000", "江苏省", yellow_points=points))
        assert on(whole).card.city_line("jobs_published").light == light


def test_the_cities_stand_where_counties_stand_in_a_city() -> None:
    whole = province(city(EAST, a_day(2)), city(WEST, a_day(1)))
    geography = whole.geography
    assert (geography.city.name, geography.city.short_name) == ("江苏省", "全省")
    assert [division.short_name for division in geography.members(Rollup.COUNTY)] == ["东", "西"]
