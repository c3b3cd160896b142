"""县区 in this process: one unit's lines, places, needs and missing places."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from data_access.current import Current
from kpi.figures.gap import missing_places
from kpi.scorecard.comparison import compare
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from tests import naive
from tests.pages.app import address, markup, open_page, table, tiles, words

AS_OF = date(2026, 10, 31)


@pytest.mark.usefixtures("over_sample")
def test_without_a_unit_the_page_offers_all_of_them() -> None:
    app = open_page("counties/county")
    assert "请选择单位" in words(app)
    # of 泗洪县, by the points printed: 调解成功率 with its 8.4 comes after both
    assert ("差距最大 苏心聘用工主体（完成80.0%，低于序时进度11.6个百分点）；技能培训人次（完成81.7%，低于序时进度10.0个百分点）"
            in words(app))
    app.button(key="lg-choose-unit-321322").click().run()
    assert address(app) == {"division": "321322"}
    assert "沭阳县" in words(app)


@pytest.mark.usefixtures("over_sample")
def test_the_tiles_show_the_units_own_lines(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    county = card.geography.division(Rollup.COUNTY, "321324")
    shown = tiles(open_page("counties/county", division="321324"))
    assert list(shown) == [item.code for item in sample.plan.core]
    for item in sample.plan.core:
        line = card.line(item.code, county)
        assert wording.figure(line.value, item.indicator.unit, line.target,
                              line.comparator) in shown[item.code]
        assert wording.LIGHT_WORDS[line.light] in shown[item.code]


@pytest.mark.usefixtures("over_sample")
def test_what_is_needed_each_week_and_the_place_on_each_indicator(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    county = card.geography.division(Rollup.COUNTY, "321324")
    rows = {row[0]: row for row in table(open_page("counties/county", division="321324"),
                                         "lg-compare", 0)}
    line = card.line("jobs_published", county)
    assert line.target is not None
    assert line.value is not None
    weekly = (line.target - line.value) / 61 * 7  # 61 days are left on 31 October
    assert rows["发布零工岗位"][8] == wording.shortfall(weekly, "个")
    for one in compare(card, county):
        assert rows[one.item.name][4] == f"第{one.place}/5"


@pytest.mark.usefixtures("over_sample")
def test_missing_townships_and_villages_are_named(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    county = card.geography.division(Rollup.COUNTY, "321324")
    said = words(open_page("counties/county", division="321324"))
    for code in ("station_coverage", "window_coverage"):
        for place in missing_places(sample.figures, code, county, AS_OF):
            assert place.name in said


@pytest.mark.usefixtures("over_sample")
def test_each_township_of_a_unit_shows_the_jobs_recounted_from_the_rows(
        sample: Current, sample_tables: naive.Tables) -> None:
    book = naive.Book(sample_tables, sample.plan.window.start, AS_OF,
                      sample.snapshot.read_at.date(), naive.CITY_CODE, 30)
    jobs: Counter[str] = Counter()
    for row, where in book.counted["job_posting"]:
        if where.unit == "321324" and where.township is not None:
            jobs[book.divisions.townships[where.township]["name"]] += naive._net_headcount(
                book, row)
    shown = open_page("counties/county", division="321324").dataframe[0].value
    assert {name: int(number) for name, number in zip(shown["乡镇"], shown["岗位（个）"],
                                                      strict=True)} == jobs
    assert len(jobs) > 10


@pytest.mark.usefixtures("over_sample")
def test_a_zone_without_townships_says_so() -> None:
    app = open_page("counties/county", rollup="managing", division="321393")
    assert "本单位没有下辖乡镇" in words(app)
    assert not app.exception


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(("chosen", "stays"), [("321322", True), ("321371", False)])
def test_the_other_roll_up_keeps_the_unit_where_it_has_it(chosen: str, stays: bool) -> None:
    """沭阳 is a county and a managing unit; 经开区 is a managing unit only."""
    rollup = "county" if stays else "managing"
    app = open_page("counties/county", division=chosen, rollup=rollup)
    app.segmented_control(key="filter-rollup").set_value("managing" if stays else "county").run()
    assert ("请选择单位" in words(app)) != stays


@pytest.mark.usefixtures("over_sample")
def test_a_narrow_screens_cells_carry_the_heads_of_their_columns() -> None:
    """There every row is a block of its own and the row of heads is not shown."""
    found = re.search(r'<table class="lg-wide lg-compare">(.*?)</table>',
                      markup(open_page("counties/county", division="321324")), re.S)
    assert found is not None
    heads, *rows = re.findall(r"<tr>(.*?)</tr>", found[1], re.S)
    columns = re.findall(r"<th[^>]*>(.*?)</th>", heads)
    assert columns[4:] == ["位次", "全市", "最好", "还差", "每周需完成", "近四周每周"]
    assert len(rows) == 11
    for row in rows:
        assert [head.lstrip("│◆") for head in re.findall(r'data-head="([^"]+)"', row)] == columns[4:]
