"""Every page in the states that are not the usual one: no rows, old data, a source down, one
indicator, another city.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.shell.navigation import SCREENS
from data_access.current import Current
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from kpi.judging import Light
from kpi.vocabulary.division import Rollup
from tests.fixtures import other_city
from tests.pages.app import open_app, open_page, tiles, words
from tests.small_city import settings_of

PAGES: dict[str, Callable[..., AppTest]] = {"overview": open_app,
                                            **{name: partial(open_page, name)
                                               for name in ("counties/ranking", "counties/county",
                                                            "meeting/alerts")}}
SCREENS_FILES = [screen.file.removeprefix("pages/").removesuffix(".py") for screen in SCREENS]
_NO_NUMBER = r"(?<![A-Za-z])(nan|None|inf)(?![A-Za-z])"
STATES = ("no rows", "one indicator", "source down", "old data", "another city")
JOBS = """
    | unit_code | headcount | published_on |
    | 321302    | 20        | 2025-05-01   |
    | 321302    | 20        | 2026-06-30   |
"""


@pytest.fixture(scope="module")
def state_folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Mapping[str, str]]:
    """The environment of each state; its databases are made once, when the first page asks for
    them.
    """
    made: dict[str, Mapping[str, str]] = {}

    def environment(state: str) -> Mapping[str, str]:
        if state not in made:
            made[state] = _MADE[state](tmp_path_factory.mktemp("state"))
        return made[state]
    return environment


def _no_rows(folder: Path) -> Mapping[str, str]:
    return _environment(settings_of(folder, targets={"jobs_published": 100, "station_coverage": 1,
                                                     "mediation_success": 0.6}))


def _one_indicator(folder: Path) -> Mapping[str, str]:
    settings = settings_of(folder, targets={"jobs_published": 100}, job_posting=JOBS)
    plan = settings.config / "plan.toml"
    head = plan.read_text(encoding="utf-8").split("[indicators.", 1)[0]
    plan.write_text(f"{head}[indicators.jobs_published]\ntarget = 100\n", encoding="utf-8")
    return _environment(settings)


def _source_down(folder: Path) -> Mapping[str, str]:
    settings = settings_of(folder, targets={"jobs_published": 100, "training_attendances": 10},
                           job_posting=JOBS)
    _remove(settings, "training")
    return _environment(settings)


def _old_data(folder: Path) -> Mapping[str, str]:
    settings = settings_of(folder, targets={"jobs_published": 100}, job_posting=JOBS)
    refresh(settings, now=datetime(2026, 7, 1, 12))
    _remove(settings, "suzhaohuo")
    refresh(settings, now=datetime(2026, 7, 15, 12))
    return _environment(settings)


def _remove(settings: Settings, source: str) -> None:
    Path(settings.urls[source].removeprefix("sqlite:///")).unlink()


def _environment(settings: Settings) -> Mapping[str, str]:
    return {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
            **{f"LINGGONG_URL_{name.upper()}": url for name, url in settings.urls.items()}}


_MADE: dict[str, Callable[[Path], Mapping[str, str]]] = dict(zip(
    STATES, (_no_rows, _one_indicator, _source_down, _old_data, other_city.write), strict=True))


@pytest.mark.parametrize("page", SCREENS_FILES)
@pytest.mark.parametrize("state", STATES)
def test_every_screen_is_shown_in_every_state(state: str, page: str,
                                              state_folders: Callable[[str], Mapping[str, str]],
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in state_folders(state).items():
        monkeypatch.setenv(name, value)
    app = open_page(page)
    said = words(app)
    assert "页面出错了" not in said
    assert "数据暂时无法显示" not in said
    assert not app.exception
    assert len(said) > 20
    assert not re.search(_NO_NUMBER, said)


@pytest.mark.parametrize(("page", "params"), [("leaders/overview", {}), ("leaders/wallboard", {}),
                                              ("counties/county", {"division": "321302"})])
def test_no_alerts_without_data_is_not_called_good_news(page: str, params: dict[str, str],
                                                        monkeypatch: pytest.MonkeyPatch,
                                                        state_folders: Callable[
                                                                [str], Mapping[str, str]]) -> None:
    for name, value in state_folders("no rows").items():
        monkeypatch.setenv(name, value)
    said = words(open_page(page, **params))
    assert "没有可评判的数据，因此没有预警" in said
    assert "当前没有滞后" not in said


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(("page", "day", "division", "said"), [
    ("leaders/overview", "2025-01-20", None, "进度类预警从方案第56天起才判断"),
    ("meeting/alerts", "2025-01-20", None, "进度类预警从方案第56天起才判断"),
    ("counties/county", "2026-10-31", "321302", "有指标亮灯为滞后，还没有到预警的程度"),
    ("meeting/alerts", "2026-10-31", "321302", "有指标亮灯为滞后，还没有到预警的程度"),
])
def test_no_alerts_while_something_lags_is_not_called_good_news(
        page: str, day: str, division: str | None, said: str, sample: Current) -> None:
    card = sample.scorecard(date.fromisoformat(day))
    place = card.geography.city if division is None else card.geography.division(
        Rollup.COUNTY, division)
    assert Light.YELLOW in {card.line(item.code, place).light for item in card.plan.core}
    shown = words(open_page(page, as_of=day, **({"division": division} if division else {})))
    assert said in shown
    assert "当前没有滞后" not in shown


def _in_force(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    return settings


@pytest.fixture
def one_indicator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A plan with one target and one dataset that has rows; everything else is empty."""
    return _in_force(settings_of(tmp_path, targets={"jobs_published": 100}, job_posting=JOBS),
                     monkeypatch)


@pytest.fixture
def old_data(one_indicator: Settings) -> Settings:
    """The jobs platform was read on 1 July and cannot be read on 15 July."""
    refresh(one_indicator, now=datetime(2026, 7, 1, 12))
    Path(one_indicator.urls["suzhaohuo"].removeprefix("sqlite:///")).unlink()
    refresh(one_indicator, now=datetime(2026, 7, 15, 12))
    return one_indicator


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("one_indicator")
def test_a_plan_with_one_indicator_and_empty_datasets_is_shown(page: str) -> None:
    app = PAGES[page]()
    assert "页面出错了" not in words(app)
    assert not app.exception


@pytest.mark.usefixtures("one_indicator")
def test_a_unit_without_data_says_so_in_every_part() -> None:
    app = open_page("counties/county", division="321322")
    assert "页面出错了" not in words(app)
    assert "未设驿站的乡镇○ 待数据" in words(app).replace("\n", "")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("old_data")
def test_old_data_is_shown_but_no_gap_is_made_of_it(page: str) -> None:
    app = PAGES[page](**({"division": "321302"} if page == "counties/county" else {}))
    said = words(app)
    assert "页面出错了" not in said
    assert not app.exception
    for tile in tiles(app).values():
        assert "数据陈旧" in tile
        assert "数据停在2026-07-01，暂不评判" in tile
        assert "较序时" not in tile
        assert "按当前进度" not in tile


@pytest.mark.usefixtures("old_data")
def test_the_alert_list_says_that_the_source_is_old() -> None:
    assert "数据源未更新" in words(open_page("meeting/alerts", as_of="2026-07-15")).split("预警规则")[0]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in other_city.write(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("elsewhere")
def test_another_city_has_all_the_pages(page: str) -> None:
    app = PAGES[page](**({"division": "320722"} if page == "counties/county" else {}))
    said = words(app)
    assert "页面出错了" not in said
    assert "宿迁" not in said
    assert not re.search(_NO_NUMBER, said)
    assert not app.exception
