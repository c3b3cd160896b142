"""部门: each department against its quota, its duties and items, and what it itself may see."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from components.shell import account
from data_access.current import Current
from data_access.exchange import open_target
from data_access.ledger import recorded_cases
from kpi.departments import collected
from kpi.scope import Access, Account, Grant, Role
from kpi.scorecard.scorecard import scorecard
from reports import papers
from reports.exchange import exchange
from reports.feeds import FEED_BY_NAME, feed_source
from reports.scorecard import SCORECARD
from tests.pages.app import open_page, table, words

PAGE, DAY = "meeting/departments", date(2026, 10, 31)
FARMING = "市农业农村局"


def _as_department(monkeypatch: pytest.MonkeyPatch, name: str = FARMING) -> None:
    own = Access(Account("farm", name), (Grant(Role.DEPARTMENT, departments=frozenset({name})),))
    monkeypatch.setattr(account, "current_access", lambda: own)
    monkeypatch.setattr(account, "guard", lambda _page: own)


@pytest.mark.usefixtures("over_sample")
def test_the_rows_add_up_to_the_city_and_stand_in_order() -> None:
    rows = table(open_page(PAGE, as_of=DAY.isoformat()), "lg-departments", 0)
    numbers = [int(row[2].replace(",", "")) for row in rows]
    assert rows[-1][1] == "全市"
    assert rows[-2][1].startswith("未归部门")
    assert sum(numbers[:-1]) == numbers[-1]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5", "6", "—", ""]
    done = [float(row[4].removesuffix("%")) for row in rows[:6]]
    assert done == sorted(done, reverse=True)


@pytest.mark.usefixtures("over_sample")
def test_six_departments_have_quotas_within_the_citys_target(sample: Current) -> None:
    quotas = [one.quotas["jobs_published"] for one in sample.plan.departments]
    assert len(quotas) == 6
    assert sum(quotas) <= (sample.plan.indicator("jobs_published").target or 0)


@pytest.mark.usefixtures("over_sample")
def test_the_address_chooses_the_department_shown_in_full() -> None:
    page = open_page(PAGE, as_of=DAY.isoformat(), department="nyncj")
    shown = words(page)
    assert f"任务清单 · {FARMING}" in shown
    assert "涉农" in shown
    rows = table(page, "lg-department-units", 0)
    city = next(row for row in table(page, "lg-departments", 0) if row[1].startswith(FARMING))
    assert sum(int(row[1].replace(",", "")) for row in rows) == int(city[2].replace(",", ""))


@pytest.mark.usefixtures("over_sample")
def test_screen_and_json_have_the_same_figures(sample: Current) -> None:
    listed = table(open_page(PAGE, as_of=DAY.isoformat()), "lg-departments", 0)
    source = papers.source(sample, scorecard(sample.figures, DAY), ())
    written = json.loads(papers.paper_bytes(SCORECARD, source))["departments"]
    assert len(written) == 7
    for one, row in zip(written, listed, strict=False):
        assert row[1].startswith(one["name"])
        assert row[2] == f"{one['value']:,}"
        assert row[0] == ("—" if one["place"] is None else str(one["place"]))
        assert sum(one["by_sector"].values()) in (0, one["value"])


@pytest.mark.usefixtures("over_sample")
def test_the_sectors_of_the_breakdown_are_the_departments_parts(sample: Current) -> None:
    """The page 指标 has every sector; the departments' parts are sums of these."""
    card = scorecard(sample.figures, DAY)
    parts = collected(sample.figures, card, card.plan.indicator("jobs_published"))
    for one in parts:
        if one.department is not None:
            assert sum(part.value for part in one.sectors) == one.line.value


@pytest.mark.usefixtures("over_sample")
def test_a_department_is_shown_itself_in_full_and_of_others_the_figures(
        monkeypatch: pytest.MonkeyPatch) -> None:
    _as_department(monkeypatch)
    page = open_page(PAGE, as_of=DAY.isoformat(), department="swj")
    shown = words(page)
    assert f"任务清单 · {FARMING}" in shown
    assert "任务清单 · 市商务局" not in shown
    assert sum(row[1].startswith("市商务局") for row in table(page, "lg-departments", 0)) == 1
    assert not page.selectbox


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("name", ["市人力资源和社会保障局", "市人社局"])
def test_a_department_has_the_items_of_all_its_names_and_no_others(
        monkeypatch: pytest.MonkeyPatch, sample: Current, name: str) -> None:
    _as_department(monkeypatch, name)
    shown = words(open_page("meeting/follow_ups", as_of=DAY.isoformat(), view="mine"))
    items = [case.item for case in recorded_cases(sample.settings)]
    own = {item.title for item in items
           if {"市人社局", "市人力资源和社会保障局"} & set(item.units)}
    assert own
    assert {item.title for item in items if item.title in shown} == own


@pytest.mark.usefixtures("over_sample")
def test_a_department_the_plan_does_not_list_sees_the_table_alone(
        monkeypatch: pytest.MonkeyPatch) -> None:
    _as_department(monkeypatch, "市公安局")
    page = open_page(PAGE, as_of=DAY.isoformat())
    assert len(table(page, "lg-departments", 0)) == 8
    assert "任务清单 ·" not in words(page)


def test_a_plan_without_departments_says_how_to_write_them(own_config: Path) -> None:
    plan = own_config / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    begin, end = text.index("[departments.rsj]"), text.index("[indicators.tier_coverage]")
    plan.write_text(text[:begin] + text[end:], encoding="utf-8")
    assert "方案没有列出部门" in words(open_page(PAGE))


def test_departments_and_duties_are_in_the_exchange_tables_as_in_the_feed(
        sample: Current, tmp_path: Path) -> None:
    made_from = feed_source(sample, DAY, DAY)
    path = tmp_path / "out.sqlite"
    exchange(open_target(f"sqlite:///{path}"), made_from, None)
    card = FEED_BY_NAME["scorecard"].make(made_from)
    with closing(sqlite3.connect(path)) as connection:
        stored = list(connection.execute(
            "SELECT name, value, target, completion, light, place, by_sector, units "
            "FROM linggong_departments ORDER BY row_no"))
        duties = list(connection.execute(
            "SELECT duty, text, state, shows, due FROM linggong_duties ORDER BY row_no"))
    assert len(stored) == 7
    assert len(duties) == 54
    assert [(*row[:6], json.loads(row[6]), json.loads(row[7])) for row in stored] == [
        tuple(one[key] for key in ("name", "value", "target", "completion", "light", "place",
                                   "by_sector", "units")) for one in card["departments"]]
    assert duties == [tuple(one[key] for key in ("id", "text", "state", "shows", "due"))
                      for one in card["duties"]]
