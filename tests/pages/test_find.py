"""查找: everything the account may see by its name, nothing else, and each leads to its place."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest

from components.shell import account, find
from components.shell.find import Place
from components.shell.selection import parse
from data_access.current import Current
from data_access.ledger import recorded_cases
from kpi.scope import Access, Account, Grant, Role
from kpi.vocabulary.division import Rollup, holds_on
from tests.pages.app import address, open_app, open_page, words
from tests.pages.conftest import Server
from tests.pages.walk import settled

OWN = "321324"
COUNTY = Access(Account("sihong", "泗洪县人社局"), (Grant(Role.COUNTY, frozenset({OWN})),))


def _opened() -> AppTest:
    app = open_app()
    app.button(key="find").click().run()
    assert not app.exception
    return app


def _labels(app: AppTest) -> list[str]:
    return list(app.selectbox(key="find-choice").options)


@pytest.mark.usefixtures("over_sample")
def test_all_units_indicators_and_what_is_in_being_on_the_day_are_there(sample: Current) -> None:
    geography, day = sample.figures.facts.geography, sample.default_day
    kinds = Counter(label.split(" · ")[0] for label in _labels(_opened()))
    townships = geography.townships_on(day)
    assert kinds["乡镇"] == len(townships)
    assert kinds["村（社区）"] == sum(
        holds_on(one.valid_from, one.valid_to, day) for one in geography.central_villages or ())
    assert kinds["指标"] == len(sample.plan.indicators)
    assert kinds["单位"] == len({one.code for one in (*geography.counties, *geography.managing)})
    assert kinds["督办"] > 0


@pytest.mark.usefixtures("over_sample")
def test_a_county_account_finds_no_place_and_no_item_of_another_unit(
        sample: Current, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = set(_labels(_opened()))
    monkeypatch.setattr(account, "current_access", lambda: COUNTY)
    monkeypatch.setattr(account, "guard", lambda _page: COUNTY)
    own = set(_labels(_opened()))
    geography = sample.figures.facts.geography
    others = {township.name for township in geography.townships if township.unit_code != OWN}
    mine = {township.name for township in geography.townships if township.unit_code == OWN}
    named = {label.split(" · ")[1] for label in own}
    assert own < everything
    assert {label for label in own if label.startswith("单位")} == {"单位 · 泗洪县"}
    assert not [name for name in named if name.split("（")[0] in others - mine]
    villages = [label for label in own if label.startswith("村")]
    assert villages
    assert all("（泗洪" in label for label in villages)
    assert "页面 · 审计" not in own


STAFF = Access(Account("a", "甲"), (Grant(Role.STAFF),))


def _places(current: Current, access: Access = STAFF) -> dict[str, Place]:
    chosen, _ = parse({}, current, current.figures.facts.geography)
    return {one.label: one for one in find.places(current, chosen, access)}


@pytest.mark.parametrize("name", ["市人力资源和社会保障局", "市人社局"])
def test_a_department_finds_all_places_but_of_the_items_its_own(sample: Current, name: str) -> None:
    own = Access(Account("d", name), (Grant(Role.DEPARTMENT, departments=frozenset({name})),))
    shown = {label for label, one in _places(sample, own).items() if one.kind == "督办"}
    mine = {f"督办 · {case.item.number} {case.item.title}" for case in recorded_cases(sample.settings)
            if {"市人力资源和社会保障局", "市人社局"} & set(case.now.units)}
    assert shown == mine
    assert mine
    assert len(mine) < len(recorded_cases(sample.settings))
    assert {one.kind for one in _places(sample, own).values()} >= {"单位", "乡镇", "村（社区）"}


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(("label", "page", "wanted", "shown"), [
    ("单位 · 泗洪县", "counties/county", {"division": OWN}, "泗洪县"),
    ("单位 · 湖滨新区", "counties/county", {"division": "321391", "rollup": "managing"}, "湖滨"),
    ("指标 · 技能培训人次", "leaders/indicator", {"indicator": "training_attendances"}, "技能培训人次"),
    ("乡镇 · 青阳街道（泗洪县）", "counties/county", {"division": OWN}, "青阳街道"),
    ("页面 · 任务清单", "meeting/duties", {}, "任务清单"),
])
def test_what_is_chosen_opens_its_place(label: str, page: str, wanted: dict[str, str], shown: str,
                                        sample: Current) -> None:
    place = _places(sample)[label]
    app = open_page(page, **dict(place.choice))
    assert not app.exception
    assert address(app) == wanted
    assert page.endswith(place.address)
    assert shown in words(app)


def test_a_zone_is_asked_for_in_the_roll_up_that_has_it(sample: Current) -> None:
    units = {one.name: dict(one.choice) for one in _places(sample).values() if one.kind == "单位"}
    for zone in sample.figures.facts.geography.managing:
        rollup = Rollup.COUNTY if zone.kind == "county" else Rollup.MANAGING
        assert units[zone.name] == {"rollup": rollup.value, "division": zone.code}


def test_the_label_tells_places_of_one_name_apart() -> None:
    assert Place("指标", "甲", "indicator").label == "指标 · 甲"
    assert Place("村（社区）", "甲村", "county", (), "泗洪乙镇").label == "村（社区） · 甲村（泗洪乙镇）"


@pytest.fixture
def page(browser: Browser, screens: Server) -> Page:
    opened = browser.new_page(locale="zh-CN", viewport={"width": 1366, "height": 768})
    opened.set_default_timeout(90_000)
    opened.goto(screens.url)
    settled(opened)
    return opened


@pytest.mark.browser
def test_ctrl_k_a_few_characters_and_enter_lead_there(page: Page) -> None:
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog").get_by_role("combobox")
    expect(box).to_be_focused(timeout=60_000)
    page.keyboard.type("青阳街道")
    expect(page.get_by_role("option").first).to_contain_text("青阳街道", timeout=60_000)
    page.keyboard.press("Enter")
    page.wait_for_url("**/county?division=321324")
    page.close()
