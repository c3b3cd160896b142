"""Departments in the plan file, and what follows from what each has collected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi.departments import Collected, collected, departments, shared_counts, units_named
from kpi.figures import Figures
from kpi.judging import Light
from kpi.plan import PlanFile, eras, plan_from
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.sentences import department_sentence
from kpi.sentences.plan_changes import plan_changes
from kpi.vocabulary.errors import InputError
from sample_data.department_quotas import with_sample_quotas
from tests.kpi.hand import A, B, Cells, Z, division, known, plan

FARM = {"name": "市农业农村局", "sectors": ["agriculture"], "quotas": {"jobs_published": 2920}}
HOMES = {"name": "市人社局", "sectors": ["domestic", "construction"],
         "quotas": {"jobs_published": 1460}}
SHOP = {"name": "市商务局", "sectors": ["ecommerce"], "quotas": {"jobs_published": 730}}
POST = {"name": "市邮政管理局", "sectors": ["courier"]}
BARE = {"name": "市教育局"}
# the hundredth of 730 days: of 2,920 the 400 are due, of 1,460 the 200, of 730 the 100
DAY = date(2025, 4, 10)


def _world(**tables: Any) -> tuple[Figures, Scorecard]:
    cells = Cells("job_posting")
    for unit, sector, amount, day in (
            (A, "agriculture", 300, "2025-02-01"), (B, "agriculture", 120, "2025-04-02"),
            (Z, "domestic", 90, "2025-02-03"), ("", "construction", 60, "2025-03-01"),
            (A, "ecommerce", 75, "2025-03-31"), (B, "courier", 40, "2025-04-10"),
            (B, "other", 8, "2025-04-10"), (A, "instant_delivery", 5, "2025-04-01"),
            (A, "agriculture", 999, "2025-04-11")):
        cells.add("published", date.fromisoformat(day), unit, amount=amount, sector=sector)
    cells.add("invalidated", date(2025, 4, 5), A, amount=20, sector="agriculture")
    tables = tables or {"farm": FARM, "homes": HOMES, "shop": SHOP, "post": POST, "edu": BARE}
    figures = known(plan(indicators={"jobs_published": 7300}, departments=tables), cells,
                    read_on=date(2025, 4, 12))
    return figures, scorecard(figures, DAY)


def _parts(**tables: Any) -> dict[str, Collected]:
    figures, card = _world(**tables)
    return {one.name: one
            for one in collected(figures, card, card.plan.indicator("jobs_published"))}


def test_each_department_stands_against_its_own_quota() -> None:
    parts = _parts()
    figures = {name: (one.line.value, one.line.target, one.line.expected, one.line.light)
               for name, one in parts.items()}
    assert figures == {"市农业农村局": (400, 2920, pytest.approx(400), Light.GREEN),
                       "市人社局": (150, 1460, pytest.approx(200), Light.YELLOW),
                       "市商务局": (75, 730, pytest.approx(100), Light.YELLOW),
                       "市邮政管理局": (40, None, None, Light.WATCH),
                       "未归部门": (13, None, None, Light.WATCH)}


def test_departments_are_ranked_by_completion_and_equals_share_a_place() -> None:
    # 400/2920 = 13.7 %; 150/1460 = 75/730 = 10.27 %
    assert [(one.name, one.place, one.ranked) for one in _parts().values()] == [
        ("市农业农村局", 1, 3), ("市人社局", 2, 3), ("市商务局", 2, 3), ("市邮政管理局", None, 3),
        ("未归部门", None, 3)]


def test_before_the_plan_is_old_enough_to_rank_anybody_nobody_has_a_place() -> None:
    figures, _ = _world()
    item = figures.plan.indicator("jobs_published")

    def places(day: date) -> set[int | None]:
        return {one.place for one in collected(figures, scorecard(figures, day), item)}
    assert places(date(2025, 2, 24)) == {None}  # the 55th day
    assert places(date(2025, 2, 25)) != {None}


def test_the_parts_and_what_belongs_to_none_are_the_citys_figure_in_every_unit() -> None:
    figures, card = _world()
    item = card.plan.indicator("jobs_published")
    parts = collected(figures, card, item)
    assert sum(one.line.value or 0 for one in parts) == card.city_line(item.code).value == 678
    for place in card.geography.divisions:
        whole = card.line(item.code, place).value
        mine = [line.value for one in parts for line in one.units
                if (line.rollup, line.division) == place.key]
        assert place == card.geography.city or sum(filter(None, mine)) == whole


def test_a_department_by_unit_sector_and_month() -> None:
    parts = _parts()
    farm, homes = parts["市农业农村局"], parts["市人社局"]
    assert {line.division: line.value for line in farm.units if line.rollup == "managing"} == {
        A: 280, B: 120, Z: 0}
    # 120 posted in April, 20 of before written off in it
    assert farm.added["city", "321300"] == 100
    assert farm.added[division(A).key] == -20
    assert [(part.name, part.value, part.share) for part in homes.sectors] == [
        ("domestic", 90, pytest.approx(0.6)), ("construction", 60, pytest.approx(0.4))]
    # of no unit: the city's own
    assert sum(line.value or 0 for line in homes.units if line.rollup == "managing") == 90


def test_a_department_without_sectors_collects_nothing_and_is_not_among_them() -> None:
    figures, card = _world()
    assert [one.plan.key for one in departments(figures, card)] == ["farm", "homes", "shop",
                                                                    "post"]
    assert "市教育局" in units_named(card.plan)


def test_without_departments_that_collect_nothing_is_shared() -> None:
    assert shared_counts(plan()) == ()
    assert shared_counts(plan(departments={"edu": BARE})) == ()


def test_without_any_quota_the_count_with_sectors_is_listed_unjudged() -> None:
    parts = _parts(farm={**FARM, "quotas": {}})
    assert (parts["市农业农村局"].line.value, parts["市农业农村局"].line.light) == (400, Light.WATCH)
    assert parts["未归部门"].line.value == 278


def test_where_jobs_are_not_connected_there_are_no_parts() -> None:
    figures = known(plan(indicators={"jobs_published": 7300}, departments={"farm": FARM}),
                    read_on=date(2025, 4, 12))
    card = scorecard(figures, DAY)
    assert collected(figures, card, card.plan.indicator("jobs_published")) == ()


def test_the_sentence_names_who_is_furthest_behind() -> None:
    figures, card = _world()
    item = card.plan.indicator("jobs_published")
    text = department_sentence(collected(figures, card, item), item, card)
    assert text.startswith("4个部门共征集665个，占全市678个的98.1%，未归部门13个；"
                           "差距最大的是市人社局，低于序时进度3.4个百分点")


def test_a_quota_changed_from_a_day_on_judges_the_days_from_then() -> None:
    head = {"id": "t", "title": "测试", "document": "测试", "city_code": "321300",
            "city_name": "测试市", "start": date(2025, 1, 1), "deadline": date(2026, 12, 31)}

    def file(**tables: Any) -> dict[str, Any]:
        return {"plan": head, "indicators": {"jobs_published": {"target": 7300}},
                "departments": tables}
    more = {**FARM, "quotas": {"jobs_published": 3650}}
    files = (PlanFile("a" * 64, file(farm=FARM, shop=SHOP), date(2025, 1, 1), {}),
             PlanFile("b" * 64, file(farm=more, shop=SHOP), date(2026, 1, 1),
                      {"departments.farm": date(2025, 7, 1)}))
    made = eras(files, plan_from)
    assert [(era.first, era.plan.departments[0].quotas["jobs_published"]) for era in made] == [
        (date(2025, 1, 1), 2920), (date(2025, 7, 1), 3650)]
    assert [change.text for change in plan_changes(made[0].plan, made[1].plan)] == [
        "市农业农村局的发布零工岗位任务 2,920个 → 3,650个"]


def test_a_department_come_and_gone_is_a_change_in_words() -> None:
    before, after = plan(departments={"farm": FARM, "post": POST}), plan(
        departments={"farm": {**FARM, "sectors": ["agriculture", "other"]}, "edu": BARE})
    assert [change.text for change in plan_changes(before, after)] == [
        "市农业农村局征集的行业有调整", "取消部门“市邮政管理局”", "新增部门“市教育局”"]


@pytest.mark.parametrize(("tables", "words"), [
    ({"farm": {**FARM, "sectors": ["fishing"]}}, "行业 fishing 不认识"),
    ({"farm": FARM, "more": {**POST, "sectors": ["agriculture"]}},
     "行业 agriculture 写了两次（[departments.farm] 和 [departments.more]）"),
    ({"farm": {**FARM, "sectors": ["agriculture", "agriculture"]}}, "行业 agriculture 写了两次"),
    ({"farm": FARM, "more": {**POST, "name": "市农业农村局"}}, "名称 市农业农村局 写了两次"),
    ({"farm": {**FARM, "quotas": {"jobs_published": 5000}},
      "homes": {**HOMES, "quotas": {"jobs_published": 2301}}}, "合计 7301，超过全市目标 7300"),
    ({"farm": {**FARM, "quotas": {"third_party_share": 0.5}}}, "没有这个指标"),
    ({"farm": {**FARM, "quotas": {"jobs_published": -1}}}, "不应小于 0"),
    ({"farm": {**FARM, "quotas": {"jobs_published": 0}}}, "应大于 0"),
    ({"farm": {**FARM, "quotas": {"jobs_published": "许多"}}}, "应是数字"),
    ({"farm": {**FARM, "quotas": 8000}}, "应是表"),
    ({"farm": {"name": "市农业农村局", "quotas": {"jobs_published": 10}}}, "请补上 sectors"),
    ({"farm": {**FARM, "quota": {}}}, "quota 不认识"),
    ({"farm": {"sectors": ["agriculture"]}}, "缺少文字 name"),
    ({"farm": {**FARM, "sectors": "agriculture"}}, "文字列表"),
    ({"farm": 3}, "应是表"),
])
def test_a_faulty_department_is_refused_with_its_place(tables: dict[str, Any],
                                                       words: str) -> None:
    with pytest.raises(InputError) as refusal:
        plan(indicators={"jobs_published": 7300}, departments=tables)
    assert words in str(refusal.value)
    assert "departments" in str(refusal.value)


def test_quotas_that_add_up_to_the_target_are_allowed() -> None:
    made = plan(indicators={"jobs_published": 7300}, departments={
        "farm": {**FARM, "quotas": {"jobs_published": 5000}},
        "homes": {**HOMES, "quotas": {"jobs_published": 2300}}})
    assert len(made.departments) == 2


@pytest.mark.parametrize(("indicator", "target", "words"), [
    ("mediation_success", 0.6, "不能按行业分到部门"), ("registered_users", 100, "不能按行业分到部门"),
    ("jobs_published", None, "没有全市目标")])
def test_what_has_no_sectors_or_no_target_cannot_be_shared(indicator: str, target: float | None,
                                                           words: str) -> None:
    with pytest.raises(InputError, match=words):
        plan(indicators={indicator: target},
             departments={"farm": {**FARM, "quotas": {indicator: 1}}})


_DEMO = {key: {"name": key, "sectors": []} for key in ("rsj", "nyncj", "swj", "zjj", "scjgj",
                                                       "yzj")}


def test_the_demonstrations_quotas_add_up_to_less_than_its_target() -> None:
    data = {"indicators": {"jobs_published": {"target": 50_000}}, "departments": _DEMO}
    quotas = [one["quotas"]["jobs_published"]
              for one in with_sample_quotas(data)["departments"].values()]
    assert quotas == [10_000, 8000, 7800, 7500, 5200, 4500]


@pytest.mark.parametrize("data", [
    {"indicators": {"jobs_published": {"target": 50_000}}},
    {"indicators": {"jobs_published": {}}, "departments": _DEMO},
    {"indicators": {}, "departments": _DEMO},
    {"indicators": {"jobs_published": {"target": "许多"}}, "departments": _DEMO},
    {"indicators": {"jobs_published": {"target": 50_000}}, "departments": {"own": {"name": "x"}}},
    {"indicators": {"jobs_published": {"target": 50_000}},
     "departments": {**_DEMO, "rsj": {"name": "x", "quotas": {}}}}])
def test_a_plan_with_quotas_or_departments_of_its_own_is_left_as_it_is(
        data: dict[str, Any]) -> None:
    assert with_sample_quotas(data) is data
