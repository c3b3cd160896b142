"""供需: page, sheet and paragraph say what the scorecard and the market say."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from data_access.current import Current
from kpi.figures import Market, market
from kpi.scorecard.scorecard import scorecard
from kpi.sentences import fill_words, market_sentences
from kpi.vocabulary import Rollup
from kpi.wording import count
from reports import papers
from reports.workbook.paper import WORKBOOK
from tests.pages.app import open_page, table, words

PAGE = "leaders/matching"
DAY = date(2026, 10, 31)


@pytest.fixture(scope="module")
def city(sample: Current) -> Market:
    known = market(sample.figures, sample.figures.facts.geography.city, DAY)
    assert known is not None
    return known


def test_the_sample_is_a_market_worth_looking_at(sample: Current, city: Market) -> None:
    card = scorecard(sample.figures, DAY)
    assert city.days == card.city_line("days_to_fill").value
    assert city.days == pytest.approx(9, abs=1.5)
    assert city.unfilled == card.city_line("unfilled_jobs").value
    assert 0.5 < (card.city_line("fill_rate").value or 0) < 0.65
    assert 0.93 < (card.city_line("active_venues").value or 0) < 0.95
    assert city.shortest is not None


@pytest.mark.usefixtures("over_sample")
def test_the_page_says_what_is_short_how_fast_and_what_is_open(sample: Current,
                                                               city: Market) -> None:
    said = words(open_page(PAGE, as_of=DAY.isoformat()))
    place = sample.figures.facts.geography.city
    assert all(text in said for text in market_sentences(city, place))
    assert fill_words(city) in said
    assert all(one.name in said and count(one.jobs) in said for one in city.occupations)


@pytest.mark.usefixtures("over_sample")
def test_a_unit_sees_its_own_posts(sample: Current) -> None:
    place = next(one for one in sample.figures.facts.geography.managing if one.code == "321322")
    own = market(sample.figures, place, DAY)
    assert own is not None
    said = words(open_page(PAGE, as_of=DAY.isoformat(), rollup="managing", division="321322"))
    assert all(text in said for text in market_sentences(own, place))
    assert {unit for row in (own.by_sector or {}).values() for unit in row} == {"321322"}


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("rollup", ["county", "managing"])
def test_both_tables_have_the_units_of_the_rollup_with_the_same_numbers(
        sample: Current, rollup: str) -> None:
    app = open_page(PAGE, as_of=DAY.isoformat(), rollup=rollup)
    _, *totals = table(app, "lg-heatmap", 0)[-1]
    # the units' table is the last; its figure of posts, the last column, has a unit of counting
    units = table(app, "lg-table", -1)
    own = {row[0]: row[-1].removesuffix("个") for row in units}
    members = sample.figures.facts.geography.members(Rollup(rollup))
    assert [row[0] for row in units[1:]] == [one.short_name for one in members]
    assert totals[:len(members)] == [own[one.short_name] for one in members]
    assert totals[-1] == units[0][-1].removesuffix("个")


def test_the_units_open_posts_are_the_citys(sample: Current, city: Market) -> None:
    card = scorecard(sample.figures, DAY)
    assert city.by_sector is not None
    for unit in sample.figures.facts.geography.managing:
        own = sum(row.get(unit.code, 0) for row in city.by_sector.values())
        assert own == card.line("unfilled_jobs", unit).value


def test_the_sheet_has_the_same_table(sample: Current, city: Market) -> None:
    source = papers.source(sample, scorecard(sample.figures, DAY), ())
    sheet = load_workbook(io.BytesIO(papers.paper_bytes(WORKBOOK, source)),
                          data_only=True)["供需"]
    rows = {str(row[0]): row for row in sheet.iter_rows(values_only=True) if row[0]}
    for one in city.occupations[:-1]:  # 其他 is the name of a sector too
        assert (rows[one.name][1], rows[one.name][2]) == (one.jobs, one.seekers)
    assert city.by_sector is not None
    for name, row in city.by_sector.items():
        if city.sectors.get(name, name) != "其他":
            assert rows[city.sectors.get(name) or "没有行业"][1] == sum(row.values())


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(("day", "claimed"), [("2025-01-10", False), ("2025-01-30", False),
                                              ("2025-01-31", True)])
def test_nothing_is_called_filled_before_a_post_is_thirty_days_old(day: str, claimed: bool) -> None:
    said = words(open_page(PAGE, as_of=day))
    assert ("还没有发布满三十天的岗位" in said) != claimed
    assert ("发布30天内没有招满" in said) == claimed
    assert "三十天内都已招满" not in said
