"""A province of thirteen synthetic cities with real divisions: its own pages, the way into each
city, and who sees what.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from components.library import papers
from components.shell import account
from data_access.current import Current
from data_access.province.province import city_figures, load_city
from data_access.running.province_commands import refresh_cities
from data_access.site.cities import ProvinceSite, province_site
from data_access.site.settings import Settings
from kpi.province.province import Province, ProvinceCard
from kpi.scope.access import Access, Account, Grant, Role, merged
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from reports import preview
from sample_data.province.province import write_province
from tests.once import once
from tests.pages.app import address, chart, deck, open_app, table, texts, tiles, words

# thirteen cities take their time to make and read; what a province is made of is tested quickly in
# tests/kpi
pytestmark = pytest.mark.long

AS_OF = date(2026, 10, 31)
CODES = [f"32{number:02d}00" for number in range(1, 14)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic province, smaller still than the demonstration, read once."""
    def make(made: Path) -> None:
        write_province(made, scale=0.02)
        refresh_cities(site_of(made), full=False)
    # a copy, because pages write into theirs
    return Path(shutil.copytree(once(tmp_path_factory, "province", make),
                                tmp_path_factory.mktemp("p") / "province", symlinks=True))


def site_of(folder: Path) -> ProvinceSite:
    found = province_site(Settings(folder / "config", folder / "var", {}), {},
                          Path("/nowhere/secrets.toml"))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def cities(folder: Path) -> dict[str, Current]:
    """Each city as a program of that city alone would read it."""
    return {city.member.code: load_city(city) for city in site_of(folder).cities}


@pytest.fixture(scope="module")
def cards(cities: dict[str, Current]) -> dict[str, Scorecard]:
    return {code: scorecard(current.figures, AS_OF) for code, current in cities.items()}


@pytest.fixture(scope="module")
def whole(folder: Path, cities: dict[str, Current], cards: dict[str, Scorecard]) -> ProvinceCard:
    site = site_of(folder)
    province = Province(site.spec, tuple(city_figures(city, cities[city.member.code])
                                         for city in site.cities))
    return province.on(AS_OF, cards)


@pytest.fixture
def over_province(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LINGGONG_CONFIG", str(folder / "config"))
    monkeypatch.setenv("LINGGONG_DATA", str(folder / "var"))


def as_somebody(monkeypatch: pytest.MonkeyPatch, *grants: Grant) -> None:
    """The pages as seen by an account with these grants."""
    access: Access = merged(Account("somebody", "某人"), grants)
    monkeypatch.setattr(account, "current_access", lambda: access)


def go(app: AppTest, page: str, **params: str) -> AppTest:
    app.switch_page(f"pages/{page}.py")
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert "页面出错了" not in words(app)
    return app


def test_the_province_has_thirteen_cities_and_more_than_twelve_hundred_townships(
        cities: dict[str, Current]) -> None:
    geographies = [current.figures.facts.geography for current in cities.values()]
    assert [geography.city_code for geography in geographies] == CODES
    assert sum(len(geography.townships) for geography in geographies) >= 1200
    assert sum(len(geography.counties) for geography in geographies) == 95
    assert all(current.snapshot.sample for current in cities.values())


def test_the_sum_is_that_of_the_cities_own_scorecards(cards: dict[str, Scorecard],
                                                      whole: ProvinceCard) -> None:
    lines = [card.city_line("jobs_published") for card in cards.values()]
    found = whole.card.city_line("jobs_published")
    assert found.value == sum(line.value or 0 for line in lines)
    assert found.target == sum(line.target or 0 for line in lines)
    assert found.expected == pytest.approx(sum(line.expected or 0 for line in lines))
    stations = [card.city_line("station_coverage") for card in cards.values()]
    assert whole.card.city_line("station_coverage").denominator == sum(
        line.denominator or 0 for line in stations) == 1201


@pytest.mark.usefixtures("over_province")
def test_the_overview_shows_the_sums_and_says_which_cities_are_missing(whole: ProvinceCard) -> None:
    app = fine(open_app(as_of=AS_OF.isoformat()))
    shown, said = tiles(app), words(app)
    line = whole.card.city_line("jobs_published")
    assert f"{line.value:,.0f}" in shown["jobs_published"]
    assert wording.percent(line.completion, 1.0) in shown["jobs_published"]
    assert "演示数据" in said
    assert "江苏省“零工归宿”进展" in said
    assert "部分：12/13 市" in shown["mediation_success"]
    assert "缺镇江" in shown["mediation_success"]
    assert "缺盐城" in shown["training_attendances"]
    assert "部分" not in shown["jobs_published"]
    assert len(re.findall("市 13/13 正常", said)) == 1
    assert address(app).get("city") is None


@pytest.mark.usefixtures("over_province")
def test_the_map_has_every_city_with_its_light(whole: ProvinceCard) -> None:
    app = go(open_app(as_of=AS_OF.isoformat()), "province/city_map")
    fine(app)
    drawn = deck(app)
    assert {shape.get("code") for layer in drawn["layers"] for shape in layer["data"]} >= set(CODES)
    assert "http" not in json.dumps(drawn)
    rows = table(app, "lg-table", 0)
    assert [row[0] for row in rows] == ["江苏省", *(division.name
                                                 for division in whole.card.geography.counties)]
    line = whole.card.line("jobs_published", whole.card.geography.division(Rollup.COUNTY, "320500"))
    assert next(row[1] for row in rows if row[0] == "苏州市") == wording.figure(line.value, "个")


@pytest.mark.usefixtures("over_province")
def test_the_ranking_is_that_of_the_cities_each_by_its_own_pace(whole: ProvinceCard) -> None:
    app = fine(go(open_app(as_of=AS_OF.isoformat()), "province/ranking"))
    rows = table(app, "lg-league", 0)
    assert len(rows) == 13
    names = {city.code: city.short_name for city in whole.card.geography.counties}
    assert [row[1] for row in rows] == [names[row.division] for row in whole.card.ranking]
    assert [row[3] for row in rows] == [f"{row.score:.1f}" for row in whole.card.ranking]
    assert "方案无此项" in words(app)


@pytest.mark.usefixtures("over_province")
def test_the_alerts_of_the_province_are_those_of_the_cities_as_wholes(
        cards: dict[str, Scorecard], whole: ProvinceCard) -> None:
    own = {(card.indicator, code) for code, found in cards.items() for card in found.cards
           if card.rollup == Rollup.CITY and card.counted}
    assert {(card.indicator, card.division) for card in whole.card.cards if card.counted} == own
    assert len(own) == sum(card.counted for card in whole.card.cards) > 5
    app = open_app(as_of=AS_OF.isoformat())
    said = words(app)
    assert f"13个市共{len(own)}项，最严重的在前" in said
    page = words(fine(go(app, "province/alerts")))
    assert f"13个市共有预警{len(own)}项" in page
    names = {city.code: city.short_name for city in whole.card.geography.counties}
    plan = whole.card.plan
    assert all(f"{names[code]} · {plan.indicator(indicator).name}" in page
               for indicator, code in own)


@pytest.mark.usefixtures("over_province")
def test_the_province_has_its_own_papers() -> None:
    app = fine(go(open_app(as_of=AS_OF.isoformat()), "province/exports"))
    said = words(app)
    assert "各市通报（Word）" in said
    assert "管理单位通报" not in said
    # as PDF what is paper and what this machine can lay out; the scores are data
    suffixes = [".xlsx", ".docx", ".pptx", ".docx", ".json"]
    labels = [["下载", "PDF版"] if preview.can_print(suffix) else ["下载"] for suffix in suffixes]
    assert [button.proto.label for button in app.get("download_button")] == [
        label for of_one in labels for label in of_one]


@pytest.mark.usefixtures("over_province")
def test_the_step_of_the_slides_says_whose_counties_it_names(
        whole: ProvinceCard, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[papers.Offer] = []
    monkeypatch.setattr(papers, "show_downloads", lambda _view, offers: offered.extend(offers))
    fine(go(open_app(as_of=AS_OF.isoformat()), "province/exports"))
    deck = next(offer for offer in offered if offer.key == "slides").data()
    texts_ = [shape.text_frame.text for slide in Presentation(io.BytesIO(deck)).slides
              for shape in slide.shapes if shape.has_text_frame]
    (step,) = [line for text in texts_ for line in text.split("\n") if line.startswith("下一步：")]
    assert any(city.short_name in step for city in whole.card.geography.counties), step


@pytest.mark.usefixtures("over_province")
def test_papers_of_the_province_are_not_for_an_account_of_one_city(
        monkeypatch: pytest.MonkeyPatch) -> None:
    as_somebody(monkeypatch, Grant(Role.STAFF, cities=frozenset({"321300"})))
    app = fine(go(open_app(as_of=AS_OF.isoformat()), "province/exports"))
    assert "全省报表只对可查看全省的账号提供" in words(app)
    assert len(app.get("download_button")) == 0


@pytest.mark.usefixtures("over_province")
def test_a_page_of_one_city_asks_for_the_city_and_then_shows_it() -> None:
    app = fine(go(open_app(as_of=AS_OF.isoformat()), "province/choose"))
    assert "请选择市" in words(app)
    button = next(button for button in app.button if button.key == "lg-choose-city-320600")
    button.click().run()
    assert address(fine(app))["city"] == "320600"
    assert "南通" in words(app)


@pytest.mark.usefixtures("over_province")
@pytest.mark.parametrize("page", ["leaders/overview", "leaders/indicator", "leaders/county_map",
                                  "leaders/wallboard", "counties/ranking", "counties/county",
                                  "meeting/alerts", "meeting/follow_ups", "library/exports",
                                  "library/definitions", "library/data_health", "library/audit"])
def test_every_page_of_a_city_is_there_inside_the_province(page: str) -> None:
    app = open_app(city="320700")
    app = fine(go(app, page))
    assert address(app)["city"] == "320700"
    assert "数据暂时无法显示" not in words(app)


@pytest.mark.usefixtures("over_province")
def test_a_citys_overview_is_what_a_program_of_that_city_shows(cards: dict[str, Scorecard]) -> None:
    app = fine(open_app(city="320500", as_of=AS_OF.isoformat()))
    line = cards["320500"].city_line("jobs_published")
    assert f"{line.value:,.0f}" in tiles(app)["jobs_published"]
    assert "苏州市“零工归宿”进展" in words(app)
    # of the whole province again
    picker = next(box for box in app.selectbox if box.label == "范围")
    picker.set_value("").run()
    assert "江苏省“零工归宿”进展" in words(app)
    assert "city" not in address(app)


@pytest.mark.usefixtures("over_province")
def test_an_unknown_city_in_the_address_is_the_province() -> None:
    assert "江苏省“零工归宿”进展" in words(fine(open_app(city="999999")))


@pytest.mark.usefixtures("over_province")
def test_a_city_account_sees_the_sum_its_own_city_and_of_others_the_published_ranking(
        monkeypatch: pytest.MonkeyPatch, cards: dict[str, Scorecard]) -> None:
    as_somebody(monkeypatch, Grant(Role.LEADER, cities=frozenset({"321300"})))
    app = fine(open_app(as_of=AS_OF.isoformat()))
    said = words(app)
    own, other = (cards[code].city_line("jobs_published") for code in ("321300", "320500"))
    assert f"{own.value:,.0f}/{own.target:,.0f}" in said
    assert f"{other.value:,.0f}/{other.target:,.0f}" not in said
    assert "苏州" not in said.split("各市预警")[1]
    assert f"{wording.percent(other.completion)}" not in "\n".join(texts(deck(app)))
    assert list(next(box for box in app.selectbox if box.label == "范围").options) == ["江苏省", "宿迁市"]
    ranking = fine(go(app, "province/ranking"))
    rows = table(ranking, "lg-league", 0)
    assert len(rows) == 13
    assert {row[4] for row in rows if row[1] != "宿迁"} == {"—"}


@pytest.mark.usefixtures("over_province")
def test_a_city_account_that_asks_for_another_city_is_refused(monkeypatch: pytest.MonkeyPatch,
                                                              cards: dict[str, Scorecard]) -> None:
    as_somebody(monkeypatch, Grant(Role.LEADER, cities=frozenset({"321300"})))
    monkeypatch.setattr(account, "record", lambda *_args: None)
    said = words(open_app(city="320500"))
    assert "没有查看权限" in said
    value = cards["320500"].city_line("jobs_published").value
    assert f"{value:,.0f}" not in said


@pytest.mark.usefixtures("over_province")
def test_a_county_account_sees_in_its_city_only_its_county(monkeypatch: pytest.MonkeyPatch,
                                                           cards: dict[str, Scorecard]) -> None:
    as_somebody(monkeypatch, Grant(Role.COUNTY, frozenset({"321322"})))
    app = fine(go(open_app(city="321300", as_of=AS_OF.isoformat()), "leaders/overview"))
    card, said = cards["321300"], words(app)
    own = card.line("jobs_published", card.geography.division(Rollup.COUNTY, "321322"))
    other = card.line("jobs_published", card.geography.division(Rollup.COUNTY, "321324"))
    drawn = "\n".join(texts(chart(app, 0)))
    assert f"发布零工岗位{own.value:,.0f}个" in drawn
    assert f"发布零工岗位{other.value:,.0f}个" not in drawn + said


@pytest.mark.usefixtures("over_province")
def test_an_account_without_a_role_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    as_somebody(monkeypatch)
    monkeypatch.setattr(account, "record", lambda *_args: None)
    said = words(open_app(as_of=AS_OF.isoformat()))
    assert "没有查看权限" in said
    assert "江苏省" not in said


def test_a_city_that_cannot_be_read_is_named_and_the_others_are_shown(
        folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "province.toml").write_text(f"""
[province]
code = "320000"
name = "江苏省"
[cities.321200]
name = "泰州市"
config = "{folder}/config/321200"
data = "{folder}/var/321200"
[cities.321300]
name = "宿迁市"
config = "{folder}/config/321300"
data = "{tmp_path}/nothing"
""", encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(tmp_path))
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path / "var"))
    app = fine(open_app(as_of=AS_OF.isoformat()))
    said = words(app)
    assert "不含宿迁市" in said
    assert "宿迁市还没有配置数据源" in said
    assert "部分：1/2 市" in tiles(app)["jobs_published"]
    assert "■ 1 个市读不到" in said

