"""Shares judged at any time: rolling three months, and the companions of the arbitration closing
rate.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kpi.alerts.rules import Rule
from kpi.alerts.watch import history_of
from kpi.definitions.catalogue import CATALOGUE
from kpi.judging.floors import closing_companions, closing_path, floor_months, mean_days_allowed
from kpi.scorecard.scorecard import scorecard
from tests.kpi.hand import CITY, A, Cells, division, facts, known, plan


def mediations(*months: tuple[int, int, int, int]) -> Cells:
    """(year, month, successes, failures) concluded on the 15th."""
    cells = Cells("dispute_case")
    for year, month, won, lost in months:
        for outcome, number in (("success", won), ("failure", lost)):
            cells.add("accepted", date(year, month, 1), A, number, stage="mediation", is_gig=1)
            cells.add("closed", date(year, month, 15), A, number, stage="mediation", is_gig=1,
                      outcome=outcome)
    return cells


def arbitrations(*flows: tuple[date, int, date | None]) -> Cells:
    """(accepted on, cases, closed on): so many cases that went the same way."""
    cells = Cells("dispute_case")
    for accepted, number, closed in flows:
        cells.add("accepted", accepted, A, number, stage="arbitration", is_gig=0)
        if closed is not None:
            cells.add("closed", closed, A, number, stage="arbitration", is_gig=0, outcome="award")
            if (closed - accepted).days <= 60:
                cells.add("accepted_closed_in_time", accepted, A, number, stage="arbitration",
                          is_gig=0)
    return cells


def test_the_last_three_months_run_across_the_new_year() -> None:
    """At the end of January: November 3/4, December 2/6, January 5/10 → 10 of 20; October is out.
    """
    the_plan = plan(indicators={"mediation_success": 0.6})
    figures = known(the_plan, mediations((2025, 10, 9, 0), (2025, 11, 3, 1), (2025, 12, 2, 4),
                                         (2026, 1, 5, 5)), read_on=date(2026, 2, 10))
    series = figures.series["mediation_success"]
    assert series is not None
    months = floor_months(the_plan.indicator("mediation_success").indicator, series,
                          (division(CITY),), 0.6, the_plan.window)
    at = months.ends.index(date(2026, 1, 31))
    assert (months.passed[0, at], months.cases[0, at]) == (10, 20)
    # P(p < .6 | Beta(10.5, 10.5)) summed over two million grid points: .819896
    assert months.chance[0, at] == pytest.approx(0.819896, abs=1e-6)


def test_the_path_of_the_closing_rate_ends_at_the_target() -> None:
    """92 % allows 365·.08/.92 = 31.74 mean days; 31/(31+31.74) = .494, 59/90.74 = .650, 181/212.74
    = .851.
    """
    assert mean_days_allowed(0.92) == pytest.approx(31.739, abs=1e-3)
    assert [closing_path(day, 0.92) for day in (date(2025, 1, 31), date(2025, 2, 28),
                                                date(2025, 6, 30),
                                                date(2025, 12, 31))] == pytest.approx(
                                                    [0.494, 0.650, 0.851, 0.920], abs=5e-4)


def test_a_closing_rate_of_49_percent_in_january_raises_nothing() -> None:
    january = arbitrations((date(2026, 1, 5), 49, date(2026, 1, 30)), (date(2026, 1, 20), 51, None))
    figures = known(plan(indicators={"arbitration_closing": 0.92}), january,
                    read_on=date(2026, 3, 1))
    card = scorecard(figures, date(2026, 2, 10))
    assert card.alerts == ()
    assert scorecard(figures, date(2026, 1, 31)).city_line("arbitration_closing").value == 0.49


def test_a_closing_rate_far_below_its_path_is_yellow_in_spring_and_red_from_july() -> None:
    """100 accepted in January, 10 closed: .10 where the path is at .49 and beyond."""
    slow = arbitrations((date(2026, 1, 5), 10, date(2026, 1, 30)), (date(2026, 1, 6), 90, None))
    figures = known(plan(indicators={"arbitration_closing": 0.92}), slow, read_on=date(2026, 9, 1))
    grades = {day: {alert.severity.value for alert in scorecard(figures, day).alerts
                    if alert.rule == Rule.FLOOR_MISSED}
              for day in (date(2026, 6, 30), date(2026, 7, 31))}
    assert grades == {date(2026, 6, 30): {"yellow"}, date(2026, 7, 31): {"red"}}


def test_the_companions_of_the_closing_rate() -> None:
    """As of 1 July 2026. 365 days before (1 July 2025): 100 accepted in 2024, 60 closed → 40
    pending; since then 100 accepted and 30 + 80 closed: 110/140. Cases at least 60 days old of the
    year before 2 May 2026: the 100 of 1 March, 80 of which closed by 20 April (50 days)."""
    cells = arbitrations((date(2024, 12, 1), 60, date(2025, 6, 1)),
                         (date(2024, 12, 1), 30, date(2025, 9, 1)), (date(2024, 12, 1), 10, None),
                         (date(2026, 3, 1), 80, date(2026, 4, 20)), (date(2026, 3, 1), 20, None))
    known_facts = facts(cells, read_on=date(2026, 8, 1))
    axis = known(
        plan(indicators={"arbitration_closing": 0.92}), cells, read_on=date(2026, 8, 1)
    ).axis
    found = closing_companions(CATALOGUE["arbitration_closing"], known_facts, division(CITY), axis,
                               0.92, date(2026, 7, 1))
    assert found.rolling_year == pytest.approx(110 / 140)
    assert (found.in_time, found.in_time_cases) == (0.8, 100)
    assert found.path == pytest.approx(182 / (182 + 365 * 0.08 / 0.92))
    assert found.gig is None


def test_a_case_is_not_judged_before_its_sixty_days_are_over() -> None:
    cells = arbitrations((date(2026, 3, 1), 5, date(2026, 3, 20)))
    axis = known(plan(indicators={"arbitration_closing": 0.92}), cells,
                 read_on=date(2026, 8, 1)).axis
    counted = [closing_companions(CATALOGUE["arbitration_closing"],
                                  facts(cells, read_on=date(2026, 8, 1)), division(CITY), axis,
                                  0.92, day).in_time_cases
               for day in (date(2026, 4, 29), date(2026, 4, 30))]
    assert counted == [0, 5]  # 1 March + 60 days = 30 April


def test_a_true_share_above_the_target_rarely_raises() -> None:
    """A true 65 % against 60 % with about 8 cases a month: no more than one month in twelve in
    alarm.
    """
    draw = np.random.default_rng(8)
    months = [(2025 + m // 12, m % 12 + 1) for m in range(24)]
    raised = total = 0
    for _ in range(8):
        cases = [(y, m, int(won := draw.binomial(n := int(draw.poisson(8)), 0.65)), n - won)
                 for y, m in months]
        figures = known(plan(indicators={"mediation_success": 0.6}), mediations(*cases))
        lines = [history_of(figures).lines(Rule.FLOOR_MISSED, date(y, m, 1) + timedelta(days=27))
                 for y, m in months]
        raised += sum(("mediation_success", "city", CITY) in keys for keys in lines)
        total += len(months)
    assert raised / total < 0.20
