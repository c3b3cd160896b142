"""指标 in this process: figures are the scorecard's, months and parts those of the same cube."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_access.current import Current
from kpi import wording
from kpi.division import Rollup
from kpi.months import months
from kpi.scorecard import scorecard
from tests.pages.app import chart, open_page, words
from tests.small_city import settings_of

AS_OF = date(2026, 10, 31)
PAGE = "leaders/indicator"


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("code", ["jobs_published", "third_party_share", "arbitration_closing", "craft_certificates"])
def test_every_division_has_its_scorecard_line(sample: Current, code: str) -> None:
    card, said = scorecard(sample.figures, AS_OF), words(open_page(PAGE, indicator=code))
    unit = sample.plan.indicator(code).indicator.unit
    for division in (card.geography.city, *card.geography.counties):
        line = card.line(code, division)
        assert f"{division.name}{wording.figure(line.value, unit, line.target, line.comparator)}" in said


@pytest.mark.usefixtures("over_sample")
def test_the_columns_are_the_months_of_the_chosen_division(sample: Current) -> None:
    app = open_page(PAGE, division="321322")
    shuyang = sample.figures.facts.geography.division(Rollup.COUNTY, "321322")
    known = months(sample.figures, "jobs_published", shuyang, AS_OF)
    drawn = chart(app, 1)["data"][0]
    assert list(drawn["y"]) == [month.drawn for month in known]
    assert f"{known[-1].year_on_year}{known[-1].month_on_month}" in words(app)


@pytest.mark.usefixtures("over_sample")
def test_a_rate_shows_its_parts_and_last_year(sample: Current) -> None:
    line = scorecard(sample.figures, AS_OF).city_line("arbitration_closing")
    said = words(open_page(PAGE, indicator="arbitration_closing"))
    assert f"本年结案{wording.count(line.numerator)}分子" in said
    assert f"年初未结＋本年受理{wording.count(line.denominator)}分母" in said
    assert "其中零工案件" in said
    assert "上年同日" in said
    assert "按路径此时应为" in said
    assert "60日内结案" in said


@pytest.mark.usefixtures("over_sample")
def test_sectors_name_their_departments() -> None:
    said = words(open_page(PAGE))
    for department in ("农业农村局征集", "人社局征集", "商务局征集", "住建局征集", "市场监管局征集", "邮政管理局征集"):
        assert department in said
    assert "发布信息（净）" in said


def test_a_plan_of_one_indicator_without_data_has_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path)
    head = settings.plan_file.read_text(encoding="utf-8").split("[indicators")[0]
    settings.plan_file.write_text(head + "[indicators.good_practices]\n", encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    said = words(open_page(PAGE))
    assert "经验做法报送" in said
    assert "待数据" in said
    assert "暂无数据" in said
    assert "出错" not in said
