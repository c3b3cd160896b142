"""A definition that cannot be used is refused with one sentence: file, key, what is allowed; the
rest keeps working.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from kpi.definitions.definition_set import SHIPPED, SHIPPED_TEXTS, Definitions, define, merged
from kpi.sentences.definitions import counting_rules
from kpi.vocabulary.errors import InputError
from tests.fixtures import own_definition as own
from tests.kpi.hand import plan

DATASET_PATH, INDICATOR_PATH = f"datasets/{own.DATASET}.toml", f"indicators/{own.INDICATOR}.toml"


def defined(dataset: str = own.DATASET_FILE, indicator: str = own.INDICATOR_FILE,
            **more: str) -> Definitions:
    return define(SHIPPED_TEXTS, {DATASET_PATH: dataset, INDICATOR_PATH: indicator, **more})


def test_the_two_files_as_they_are_have_no_fault() -> None:
    found = defined()
    assert (found.problems, found.faulty) == ((), frozenset())
    # without an order it comes last
    assert list(found.datasets) == [*SHIPPED.datasets, own.DATASET]
    assert list(found.indicators) == [*SHIPPED.indicators, own.INDICATOR]


DATASET_FAULTS = [
    (
        'connection = "assistance"',
        'connection = "asistance"',
        "connection：“asistance”不认识；可用的有 venues、suzhaohuo",
    ),
    ('connection = "assistance"\n', "", "缺少 connection"),
    ('title = "灵活就业参保"', "title = 3", "title 应是文字，现为 3"),
    (
        'title = "灵活就业参保"',
        'titel = "灵活就业参保"',
        "titel 不认识；这里可用的有 connection、title",
    ),
    ('counted_on = "insured_from"\n', "", "缺少 counted_on"),
    (
        'counted_on = "insured_from"',
        'counted_on = "person_key"',
        "person_key 不是日期列；可用的有 insured_from、insured_until",
    ),
    (
        'key = "person_key"',
        'key = "person"',
        "key：列“person”不认识；可用的有 person_key、unit_code",
    ),
    (
        'key = "person_key"',
        'key = "person_key"\namount = "insured_from"',
        "insured_from 不是整数或数字列；可用的有 （没有）",
    ),
    (
        'key = "person_key"',
        'key = "person_key"\nrule = "divisions"',
        "rule：只有程序自带的数据集才写",
    ),
    (
        'key = "person_key"',
        'key = "person_key"\nmissing = "late"',
        "missing：“late”不认识；可用的有 missing_date、not_completed",
    ),
    (
        'type = "date?", title = "停保日期"',
        'type = "day", title = "停保日期"',
        "columns.insured_until.type：“day”不认识；可用的有 code",
    ),
    (
        'type = "code", title = "人员编码"',
        'type = "category", title = "人员编码"',
        "category 列须写明全部取值及其名称",
    ),
    ('unit_code = {', 'unit = {', "columns.unit：这个列名由程序使用"),
    ('unit_code = {', 'place_code = {', "缺少 unit_code"),
    ('unit_code = {', '"单位" = {', "列名“单位”只能由小写字母、数字和下划线组成"),
    (
        '[events.insured]\n',
        '[events.insured]\non = "insured_from"\n',
        "events.insured.on：第一个事件就是计数日期",
    ),
    (
        'on = "insured_until"',
        'on = "insured_till"',
        "events.left.on：列“insured_till”不认识；可用的有",
    ),
    (
        'on = "insured_until"',
        "",
        "events.left：on、within_days_of、while_held、ends、first_of、clipped 写且只写一个",
    ),
    (
        'on = "insured_until"',
        'ends = "insured"',
        "ends：while_held 事件“insured”不认识；可用的有 （没有）",
    ),
    ('on = "insured_until"', 'clipped = "ends"', "须先写 [clip_overlaps]"),
    (
        'on = "insured_until"',
        'on = "insured_until"\nby = ["insured_from"]',
        "by：insured_from 不是category、code 或 bool 列",
    ),
    (
        '[events.insured]',
        '[duplicate]\nrule = "first"\nsame = []\norder = ["insured_from"]\n[events.insured]',
        "duplicate.same：至少写一列",
    ),
    (
        '[events.insured]',
        '[duplicate]\nrule = "within_days"\nsame = ["person_key"]\norder = ["insured_from"]\n[events.insured]',
        "within_days 须写 days",
    ),
    (
        '[events.insured]',
        '[only]\nwhere = { person_key = 3 }\nreason = "not_gig"\n[events.insured]',
        "only.where.person_key 应是文字，现为 3",
    ),
    ("[columns]", "[columns", "格式有误"),
]


@pytest.mark.parametrize(("text", "other", "sentence"), DATASET_FAULTS)
def test_a_fault_of_a_dataset_file_is_one_sentence_and_takes_its_indicators_with_it(
        text: str, other: str, sentence: str) -> None:
    assert text in own.DATASET_FILE
    found = defined(own.DATASET_FILE.replace(text, other, 1))
    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"definitions/{DATASET_PATH} ")
    assert sentence in found.problems[0]
    assert "\n" not in found.problems[0]
    assert found.faulty == {own.DATASET, own.INDICATOR}
    assert (found.datasets, found.indicators) == (SHIPPED.datasets, SHIPPED.indicators)


INDICATOR_FAULTS = [
    (
        'dataset = "flexible_insurance"',
        'dataset = "flexible"',
        "numerator.dataset：数据集“flexible”不认识；可用的有 service_venue",
    ),
    ('dataset = "flexible_insurance"', 'dataset = "township"', "数据集“township”不认识"),
    (
        'event = "insured"',
        'event = "begun"',
        "numerator.event：数据集 flexible_insurance 的事件“begun”不认识；可用的有 insured、left",
    ),
    (
        'minus = "left"',
        'minus = "gone"',
        "numerator.minus：数据集 flexible_insurance 的事件“gone”不认识",
    ),
    ('minus = "left"', 'minus = "left"\nof = "amount"', "没有数量列（amount）；请改为 rows"),
    ('minus = "left"', 'minus = "left"\nwhere = { unit_code = "321302" }', "列“unit_code”不认识"),
    (
        'minus = "left"',
        'minus = "left"\ncarried_in = true',
        "carried_in：须同时写 minus，且指标的 flow 是 fills_up",
    ),
    (
        'minus = "left"',
        'minus = "left"\nsince = "month"',
        "since：“month”不认识；可用的有 plan、year、ever",
    ),
    (
        'kind = "stock"',
        'kind = "count"',
        "kind：“count”不认识；可用的有 cumulative、stock、coverage、floor",
    ),
    ('kind = "stock"', 'kind = "stock"\nflow = "yearly"', "flow：只有 kind = \"floor\" 才写"),
    (
        'kind = "stock"',
        'kind = "floor"',
        "缺少 flow；可用的有 since_start、yearly、stock、fills_up",
    ),
    ('kind = "stock"', 'kind = "coverage"', "coverage 和 floor 的单位是 % 且须写 denominator"),
    ('unit = "人"\nclause', 'unit = "%"\nclause', "cumulative 和 stock 不写"),
    ('formula = "截至当日已参保且未停保的灵活就业人员数"', "", "缺少 formula"),
    (
        "[phrase]",
        '[[split]]\ntitle = "按县区"\nby = "unit_code"\n[phrase]',
        "split[1].by：事件 insured 的细分列“unit_code”不认识",
    ),
    (
        "[phrase]",
        '[[companion]]\nname = "停保"\n[phrase]',
        "companion[1]：须写 event，或 numerator 和 denominator，或 where",
    ),
    ("[phrase]", '[closing]\nin_time = "left"\n[phrase]', "closing：只有 flow = \"fills_up\""),
    ('verb = "参保"\n', "", "phrase 缺少 verb（动词）"),
    (
        'minus = "left"',
        'minus = "left"\n[shown_with]\nindicator = "jobs_published"',
        "shown_with 缺少 words",
    ),
]


@pytest.mark.parametrize(("text", "other", "sentence"), INDICATOR_FAULTS)
def test_a_fault_of_an_indicator_file_is_one_sentence_and_leaves_the_dataset(
        text: str, other: str, sentence: str) -> None:
    assert text in own.INDICATOR_FILE
    found = defined(indicator=own.INDICATOR_FILE.replace(text, other, 1))
    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"definitions/{INDICATOR_PATH}")
    assert sentence in found.problems[0]
    assert found.faulty == {own.INDICATOR}
    assert own.DATASET in found.datasets


def test_a_value_outside_a_category_is_refused_with_the_values_there_are() -> None:
    text = own.INDICATOR_FILE.replace('"flexible_insurance"', '"job_posting"').replace(
        '"insured"', '"published"').replace('minus = "left"', 'where = { sector = "mining" }')
    (problem,) = defined(indicator=text).problems
    assert "numerator.where.sector：列 sector 的取值“mining”不认识；可用的有 agriculture、domestic" in problem


@pytest.mark.parametrize("name", ["township", "service_venue", "follow_up"])
def test_what_the_program_itself_rests_on_cannot_be_replaced(name: str) -> None:
    found = defined(**{f"datasets/{name}.toml": own.DATASET_FILE})
    assert found.problems == (f"definitions/datasets/{name}.toml：这个数据集由程序固定，不能换用；请换一个代码或删去。",)
    assert found.faulty == frozenset()
    assert found.datasets == defined().datasets


def test_a_file_in_the_wrong_place_or_a_title_that_is_none_is_told() -> None:
    found = defined(**{"hires.toml": "", "connections.toml": "clinic = 3\n"})
    assert len(found.problems) == 2
    assert "definitions/hires.toml 放错了位置" in found.problems[0]
    assert "connections.toml 的 clinic 应是名称" in found.problems[1]
    assert own.INDICATOR in found.indicators


def test_names_the_program_cannot_use_are_refused() -> None:
    assert defined(**{"datasets/venues.toml": own.DATASET_FILE}).problems == (
        "definitions/datasets/venues.toml：这个代码由程序使用；请换一个代码。",)
    (problem,) = defined(**{"connections.toml": '"社保" = "社保系统"\n'}).problems
    assert "连接名“社保”只能由小写字母、数字和下划线组成" in problem
    (problem,) = defined(**{"datasets/Visit.toml": own.DATASET_FILE}).problems
    assert "数据集代码“Visit”只能由小写字母、数字和下划线组成" in problem


def test_a_new_connection_is_one_line() -> None:
    found = defined(own.DATASET_FILE.replace("assistance", "pension"),
                    **{"connections.toml": 'pension = "社保系统"\n'})
    assert found.problems == ()
    assert found.connection_title(found.datasets[own.DATASET].connection) == "社保系统"


def test_a_replaced_dataset_that_lacks_an_event_takes_the_indicators_of_it_with_it() -> None:
    hire = tomllib.loads(str(SHIPPED_TEXTS["datasets/hire.toml"]))
    assert "signed" in hire["events"]
    text = str(SHIPPED_TEXTS["datasets/hire.toml"]).partition("[events.signed]")[0]
    found = defined(**{"datasets/hire.toml": text})
    assert found.faulty == {"e_agreement_share", "traceable_agreements"}
    assert [problem for problem in found.problems if "e_agreement_share" in problem
            and "“signed”不认识" in problem]


def test_a_fault_of_a_shipped_file_stops_the_program() -> None:
    with pytest.raises(InputError, match="kpi/definitions"):
        define({**SHIPPED_TEXTS, "datasets/hire.toml": "title = 1"}, {})


@pytest.mark.parametrize(("rule", "said"), [
    ('rule = "first"', "灵活就业参保：人员编码、地点都相同的，只计最早的一行。"),
    ('rule = "within_days"\ndays = 10', "灵活就业参保：人员编码、地点都相同的，日期距上一行不超过 10 天的为重复。"),
    ('rule = "within_days"\ndays = "counting.duplicate_window_days"',
     "灵活就业参保：人员编码、地点都相同的，日期距上一行不超过 30 天的为重复。")])
def test_the_duplicate_rule_of_a_sites_dataset_is_among_the_counting_rules(
        rule: str, said: str) -> None:
    text = own.DATASET_FILE.replace(
        "[events.insured]",
        f'[duplicate]\n{rule}\nsame = ["person_key", "place"]\norder = ["insured_from"]\n\n[events.insured]',
    )
    found = defined(text)
    assert found.problems == ()
    terms = {term.name: term.meaning for term in counting_rules(replace(plan(), definitions=found))}
    assert terms["重复"].endswith(said)
    assert said not in {term.name: term.meaning for term in counting_rules(plan())}["重复"]


def test_cities_of_a_province_may_differ_and_the_first_ones_word_holds() -> None:
    other = define(SHIPPED_TEXTS,
                   {"indicators/welfare_posts.toml": str(
                       SHIPPED_TEXTS["indicators/welfare_posts.toml"]).replace("临时公益性岗位", "公益岗")})
    found = merged([other, defined()])
    assert found.indicators["welfare_posts"].name == "公益岗"
    assert list(found.indicators) == [*SHIPPED.indicators, own.INDICATOR]
    assert merged([defined(), other]).indicators["welfare_posts"].name == "临时公益性岗位"
