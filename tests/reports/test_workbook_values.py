"""The workbook's numbers are the scorecard's, to the last digit, and readable without calculating.
"""

from __future__ import annotations

import json

import pytest

from kpi.alerts.rules import RULE_NAMES
from kpi.vocabulary.division import Division, Rollup
from kpi.wording.wording import FORECAST_WORDS, LIGHT_WORDS, place_words
from reports.scorecard import to_json
from tests.reports.cells import formula_cells, table
from tests.reports.conftest import Made
from tests.reports.world import HOSTILE_TOWN


def _rollup_label(division: Division) -> str:
    return "全市" if division.rollup == Rollup.CITY else division.name


def test_every_formula_has_its_value_beside_it(city: Made) -> None:
    missing = [f"{sheet}!{name}" for sheet, name in formula_cells(city.formulas)
               if city.values[sheet][name].value is None]
    assert missing == []


@pytest.mark.parametrize(("column", "key"), [("完成值", "value"), ("目标", "target"),
                                             ("完成率", "completion"), ("应达值", "expected"),
                                             ("日均需完成", "needed_per_day")])
def test_the_summary_shows_what_the_json_says(city: Made, column: str, key: str) -> None:
    feed = json.loads(to_json(city.known.card, city.known.note))
    lines = {(line["indicator"], line["rollup"], line["division"]): line for line in feed["lines"]}
    shown = table(city.values["总表"], "区划", "口径", "指标")
    for item in city.known.plan.indicators:
        wanted = lines[(item.code, "city", "321300")][key]
        assert shown[("全市", "全市", item.name)][column] == ("—" if wanted is None else wanted)
        wanted = lines[(item.code, "county", "321322")][key]
        assert shown[("沭阳县", "县区", item.name)][column] == ("—" if wanted is None else wanted)
        wanted = lines[(item.code, "managing", "321371")][key]
        assert shown[("经开区", "功能区", item.name)][column] == ("—" if wanted is None else wanted)


def test_a_share_says_its_gap_in_percentage_points_and_a_count_in_its_unit(city: Made) -> None:
    card = city.known.card
    shown = table(city.values["总表"], "区划", "口径", "指标")
    for code, times in (("jobs_published", 1), ("third_party_share", 100),
                        ("window_coverage", 100)):
        gap = card.city_line(code).gap
        assert gap is not None
        assert shown[("全市", "全市", card.plan.indicator(code).name)]["与应达差额"] == gap * times


def test_every_light_is_said_in_words(city: Made) -> None:
    shown = table(city.values["总表"], "区划", "口径", "指标")
    for item in city.known.plan.indicators:
        words = shown[("全市", "全市", item.name)]["亮灯"]
        line = city.known.card.city_line(item.code)
        few = "（样本少）" if line.few else ""
        assert words.endswith((LIGHT_WORDS[line.light] + few, "未接入"))


def test_places_on_an_indicator_are_those_of_its_completion(city: Made) -> None:
    # two counties: the one with the higher completion is first
    card, counties = city.known.card, city.known.card.geography.counties
    shown = table(city.values["总表"], "区划", "口径", "指标")
    for item in card.plan.core:
        done = {county.code: card.line(item.code, county).completion for county in counties}
        if None in done.values() or done["321302"] == done["321322"]:
            continue
        first = "沭阳县" if (done["321322"] or 0) > (done["321302"] or 0) else "宿城区"
        row = next(cells for key, cells in shown.items() if key[0] == first
                   and key[1].startswith("县区") and key[2] == item.name)
        assert row["组内位次"] == 1


def test_the_league_table_is_the_scorecards(city: Made) -> None:
    shown = table(city.values["县区排名"], "名次", "区划")
    for row in (row for row in city.known.card.ranking if row.group == "county"):
        name = city.known.card.geography.unit_by_code[row.division].name
        cells = next(cells for key, cells in shown.items() if key[1] == name)
        assert cells["名次"] == row.place
        assert cells["得分（未取整）"] == row.score
        assert cells["未封顶得分"] == row.uncapped


def test_months_of_a_count_add_up_to_its_value(city: Made) -> None:
    item = city.known.plan.indicator("jobs_published")
    months = table(city.values[item.name], "区划", "此前累计", "累计")
    row = next(cells for key, cells in months.items() if key[0] == "全市")
    numbers = [value for head, value in row.items() if head == "此前累计" or head[:2] == "20"]
    assert len(numbers) == 13
    assert sum(numbers) == row["累计"] == city.known.card.city_line("jobs_published").value


def test_rows_read_are_rows_counted_and_excluded(city: Made) -> None:
    shown = table(city.values["数据质量"], "数据集", "读取", "计入")
    for row in shown.values():
        assert row["核对"] == "平"
        assert row["读取"] == row["计入"] + row["排除合计"]
    # 330 postings drawn, and three faulty or city-wide ones
    jobs = shown[next(key for key in shown if key[0] == "零工岗位发布")]
    assert (jobs["读取"], jobs["区划不明"], jobs["数量无效"]) == (333, 1, 1)


def test_missing_places_stand_in_the_list_by_name(city: Made) -> None:
    shown = table(city.values["缺口清单"], "序号", "缺口类别", "乡镇（街道）")
    named = {(cells["缺口类别"], cells["乡镇（街道）"], cells["村（社区）"]) for cells in shown.values()}
    # stations stand in four of the six townships, windows in two of the six central villages
    assert ("零工服务驿站", "新河镇", None) in named
    assert ("零工服务专窗", "双庄镇", "双庄村") in named
    assert ("零工服务专窗", "沭城镇", "旧中村") in named  # its township was merged into 沭城镇
    assert sum(lack == "零工服务驿站" for lack, _, _ in named) == 2
    assert sum(lack == "零工服务专窗" for lack, _, _ in named) == 4


def test_what_is_not_connected_is_said_and_never_zero(bare: Made) -> None:
    shown = table(bare.values["总表"], "区划", "口径", "指标")
    row = shown[("全市", "全市", "发布零工岗位")]
    assert (row["完成值"], row["完成率"], row["日均需完成"], row["亮灯"]) == ("—", "—", "—", "○ 未接入")
    assert row["目标"] == 5000
    cover = {row[4]: row[5] for row in bare.values["封面"].iter_rows(values_only=True)}
    assert cover["○ 待数据"] == 10  # every core indicator but training


def test_forecasts_stand_beside_the_figures_as_the_scorecard_has_them(city: Made) -> None:
    card, told = city.known.card, 0
    summary = table(city.values["总表"], "区划", "口径", "指标")
    for item in card.plan.indicators:
        forecast, row = card.city_line(item.code).forecast, summary[("全市", "全市", item.name)]
        shown = [row[head] for head in ("截止日预测下限", "截止日预测中值", "截止日预测上限", "按期可能性")]
        wanted = (
            [None] * 4
            if forecast is None
            else [forecast.p10, forecast.p50, forecast.p90, forecast.probability]
        )
        for cell, value in zip(shown, wanted, strict=True):  # a file keeps 16 digits of a value
            assert cell == ("—" if value is None else pytest.approx(value, rel=1e-15)), item.name
        if forecast is not None and forecast.landing is not None:
            assert row["预计完成日"].date() == forecast.landing
            assert row["预测状态"] == FORECAST_WORDS[forecast.state]
            told += 1
    assert told


def test_the_league_tells_last_months_place_and_the_places_to_come(city: Made) -> None:
    shown = table(city.values["县区排名"], "名次", "区划")
    for row in (row for row in city.known.card.ranking if row.group == "county"):
        name = city.known.card.geography.unit_by_code[row.division].name
        cells = next(cells for key, cells in shown.items() if key[1] == name)
        assert cells["上月末名次"] == ("—" if row.previous is None else row.previous)
        assert cells["较上月末"] == ("—" if row.climbed is None else row.climbed)
        assert cells["名次（截止日80%区间）"] == place_words(row)


def test_every_alert_is_listed_with_its_rule_its_evidence_and_what_to_do(city: Made) -> None:
    shown = [tuple(cells[head] for head in ("规则", "情况说明", "建议措施"))
             for cells in table(city.values["预警"], "序号", "级别").values()]
    distinct = {(alert.rule, alert.evidence) for alert in city.known.card.alerts}
    assert {rule for rule, _, _ in shown} == {RULE_NAMES[rule] for rule, _ in distinct}
    by_evidence = {alert.evidence: alert for alert in city.known.card.alerts}
    for rule, evidence, suggestion in shown:
        assert (rule, suggestion) == (RULE_NAMES[by_evidence[evidence].rule],
                                      by_evidence[evidence].suggestion)


def test_a_hostile_name_in_an_alerts_evidence_stays_text(city: Made) -> None:
    """The hostile township has no station, so the coverage alert names it."""
    cells = [cell for row in city.formulas["预警"].iter_rows() for cell in row
             if HOSTILE_TOWN in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_what_is_due_is_the_plans_own_share_whatever_its_curve(staged: Made) -> None:
    """55 % from mid-2026 on, and 21 of the plan's 24 months by 30 September: 31 October closes the
    22nd.
    """
    rows = {(row[0].value, row[2].value): row for row in staged.values["总表"].iter_rows()}
    plan = staged.known.plan
    due = {code: rows["全市", plan.indicator(code).name][7].value
           for code in ("registered_users", "training_attendances", "jobs_published")}
    assert due["registered_users"] == 0.55
    assert due["training_attendances"] == pytest.approx(22 / 24)
    assert due["jobs_published"] == pytest.approx(669 / 730)
    row = rows["全市", plan.indicator("registered_users").name]
    assert row[9].value == pytest.approx(0.55 * row[5].value)
