"""How a figure runs through time is one word of its definition; what follows from it follows
everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.definitions.catalogue import CATALOGUE
from kpi.definitions.indicator import Flow, Indicator
from kpi.indicators.basis import basis
from kpi.judging.floors import may_be_red
from kpi.scorecard.beside import beside
from kpi.scorecard.scorecard import Figures
from kpi.scorecard.trend import month_addition
from tests.small_city import read, settings_of

# how the parts of each share of cases run
FLOWS = {code: indicator.flow for code, indicator in CATALOGUE.items() if indicator.sampled}

POSTINGS = """
    | unit_code | headcount | published_on | invalidated_on | collector   |
    | 321302    | 10        | 2025-01-10   |                | association |
    | 321302    | 20        | 2025-12-05   |                | government  |
    | 321302    | 30        | 2026-01-20   |                | government  |
    | 321302    | 40        | 2024-06-01   |                | government  |
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return read(settings_of(tmp_path_factory.mktemp("city"), job_posting=POSTINGS)).figures


def with_flow(known: Figures, code: str, flow: Flow) -> tuple[Figures, Indicator]:
    """The figures as if the indicator ran another way."""
    changed = replace(CATALOGUE[code], flow=flow)
    items = tuple(replace(item, indicator=changed) if item.code == code else item
                  for item in known.plan.indicators)
    return replace(known, plan=replace(known.plan, indicators=items)), changed


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=CATALOGUE)
def test_the_flow_says_what_the_definition_says(indicator: Indicator) -> None:
    assert indicator.starts_each_year == indicator.formula.startswith("本年内")
    if indicator.formula.startswith("方案起始日以来"):
        assert indicator.flow == Flow.SINCE_START
    if "当日" in indicator.formula:
        assert indicator.flow == Flow.STOCK


@pytest.mark.parametrize(("flow", "added", "last_year", "rows"),
                         [(Flow.SINCE_START, True, False, 3), (Flow.STOCK, True, False, 4),
                          (Flow.YEARLY, False, True, 4), (Flow.FILLS_UP, False, True, 4)])
def test_months_companions_and_rows_follow_the_flow(known: Figures, flow: Flow, added: bool,
                                                    last_year: bool, rows: int) -> None:
    """On 31 January 2026: has January a base in December, is last year's figure shown, do rows of
    2024 belong to it?
    """
    figures, indicator = with_flow(known, "third_party_share", flow)
    city, day = known.facts.geography.city, date(2026, 1, 31)
    assert (month_addition(figures, indicator.code, city, day) is not None) == added
    assert ("上年同日" in {one.name for one in beside(figures, indicator.code, city, day)}) == last_year
    found = basis(indicator, known.facts, known.plan.window, city, day)
    assert found is not None
    assert found.rows == rows


def test_only_what_fills_up_is_too_early_to_judge_before_july() -> None:
    ends = (date(2026, 1, 31), date(2026, 6, 30), date(2026, 7, 31), date(2026, 12, 31))
    for code, flow in FLOWS.items():
        expected = [False, False, True, True] if flow == Flow.FILLS_UP else [True] * 4
        assert may_be_red(CATALOGUE[code], ends).tolist() == expected
        assert [not CATALOGUE[code].too_early_for_red(end) for end in ends] == expected


def test_money_the_ledgers_items_refilled_posts_and_venues_are_no_shares_of_cases() -> None:
    shares = {code for code, indicator in CATALOGUE.items() if indicator.judged == "floor"}
    assert shares - set(FLOWS) == {"funds_spent", "follow_ups_closed", "fill_rate", "active_venues"}
