"""What a table is proposed as: headings as offices write them, false friends, and never a personal
column.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.boundary import DivisionNames, bundled_lists
from data_access.proposing.entry import by_part, chosen, missing, refuse_personal
from data_access.proposing.files import GivenFile, look_at_file
from data_access.proposing.proposal import Proposal, Recogniser, Sure
from data_access.proposing.shape import HIDDEN, shape_of
from data_access.proposing.words import Words, load_words, plain
from data_access.reading import geography_from
from data_access.site import ROOT
from kpi.definitions import SHIPPED
from kpi.vocabulary import InputError
from reference import reference_rows
from tests.kpi.hand import plan as hand_plan

DAYS = ["2025-03-01", "2025年3月2日", "2025/3/3"]
UNITS = ["沭阳县", "泗阳县", "湖滨新区"]
TOWNS = ["沭城街道", "马厂镇", "刘集镇"]
TEXTS = ["甲处", "乙处", "丙处"]

SEEN = {
    "service_venue": {
        "venue_id": (["编号", "驿站编号", "驿站ID", "站点id", "网点编码", "站点编码", "统一编号", "载体编号"], ["A1", "A2", "A3"]),
        "name": (["名称", "驿站名称", "所属驿站名称", "站点名称", "机构名称", "零工市场（驿站）名称"], TEXTS),
        "unit_code": (["县（市、区）", "县（市、区）名称", "县（区）", "区（县、市）", "区县", "所属县区", "所在区县", "所属区域",
                       "所在县市", "所属区划", "地区名称", "隶属", "培训区", "县 区", "管理单位"], UNITS),
        "township_code": (["所属乡镇", "所在乡镇", "乡镇（街道）", "乡镇(街道)", "乡镇（街道）名称", "所属乡镇（街道）", "所在乡镇/街道",
                           "镇（街道）", "镇（街道、园区）", "所属街道", "所属街道办", "街道（乡）", "镇街", "培训镇"], TOWNS),
        "village_code": (["村（社区）", "所属村（社区）", "行政村（社区）", "所属村居", "所在村", "所在行政村", "社区名"], TEXTS),
        "opened_on": (["建成时间", "项目建成时间", "投入使用时间", "启用时间", "成立日期", "开业时间", "建成日期", "启用日期"], DAYS),
        "closed_on": (["停用时间", "撤销时间", "关闭时间"], DAYS),
        "longitude": (["经度", "lng", "站点经度"], [118.3, 118.4, 118.5]),
    },
    "training_attendance": {
        "occupation": (["培训工种", "职业(工种)", "职业（工种）", "考试职业(工种)", "证书工种名称", "工种名称"], ["家政", "月嫂", "电工"]),
        "level": (["工种等级", "技能等级", "级别", "证书等级", "层级"], ["五级", "四级", "三级"]),
        "enrolled_on": (["报名时间", "培训日期", "培训开始时间"], DAYS),
        "completed_on": (["结业时间", "证书上的结业时间", "培训结束时间", "结业日期", "取证日期"], DAYS),
    },
    "dispute_case": {
        "case_id": (["案号", "案例编号"], ["A1", "A2", "A3"]),
        "accepted_on": (["受理日期", "平台受理日期", "立案日期", "立案时间", "受理时间"], DAYS),
        "closed_on": (["结案日期", "结案时间", "办结日期"], DAYS),
        "outcome": (["结案方式", "裁判结果", "责任调解结果", "办结情况", "处理结果"], ["调解成功", "撤回", "裁决"]),
    },
    "job_posting": {
        "headcount": (["招聘人数", "用工人数", "recruitNumber", "岗位数", "需求人数"], ["1,234", 5, "60"]),
        "occupation": (["岗位名称", "职位名称", "招聘岗位", "岗位类型", "postName", "岗位分类"], TEXTS),
        "published_on": (["发布时间", "上架时间", "发布日期"], DAYS),
        "invalidated_on": (["失效日期"], DAYS),
    },
}
FRIENDS = {
    "service_venue": {
        "opened_on": (["拟建成时间", "添加时间", "最后启用时间", "创建时间"], DAYS),
        "unit_code": (["工作地点", "地址"], UNITS),
        "kind": (["行政级别", "城乡分类"], ["县级", "县级", "县级"]),
    },
    "job_posting": {
        "headcount": (["平均用工人数", "劳务派遣用工人数", "还有多少招聘人数可以分配"], [1, 2, 3]),
        "invalidated_on": (["下架时间", "定时下架时间"], DAYS),
    },
    "dispute_case": {
        "accepted_on": (["当期案件受理数"], DAYS),
        "closed_on": (["结案数", "公布日期"], DAYS),
    },
    "training_attendance": {
        "occupation": (["原工种", "意愿培训工种"], TEXTS),
        "enrolled_on": (["意愿培训日期"], DAYS),
    },
}


def _cases(table: dict[str, dict[str, tuple[list[str], list[Any]]]]) -> list[Any]:
    return [pytest.param(dataset, column, heading, values, id=f"{column}-{heading}")
            for dataset, columns in table.items()
            for column, (headings, values) in columns.items() for heading in headings]


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words(SHIPPED, ROOT / "config")


@pytest.fixture(scope="module")
def recogniser(words: Words) -> Recogniser:
    geography = geography_from(hand_plan(), reference_rows("managing_unit"),
                               reference_rows("township"), None)
    return Recogniser(words, DivisionNames(bundled_lists(geography)))


def _proposal(recogniser: Recogniser, dataset: str, headings: Sequence[str],
              rows: Sequence[Sequence[Any]], about: str = "表") -> Proposal:
    shape = shape_of((about,), [(one, (one,)) for one in headings], rows, recogniser.words)
    return recogniser.propose(shape, SHIPPED.datasets[dataset])


@pytest.mark.parametrize(("dataset", "column", "heading", "values"), _cases(SEEN))
def test_a_heading_as_offices_write_it_is_recognised(
        recogniser: Recogniser, dataset: str, column: str, heading: str,
        values: list[Any]) -> None:
    proposal = _proposal(recogniser, dataset, [heading], [[value] for value in values])
    assert proposal.column(column).theirs == heading
    assert heading in proposal.column(column).why


@pytest.mark.parametrize(("dataset", "column", "heading", "values"), _cases(FRIENDS))
def test_a_false_friend_is_named_and_passed_over(
        recogniser: Recogniser, dataset: str, column: str, heading: str,
        values: list[Any]) -> None:
    proposal = _proposal(recogniser, dataset, [heading], [[value] for value in values])
    assert proposal.column(column).theirs is None
    (friend,) = [one for one in proposal.friends if one.theirs == heading]
    assert friend.why


def test_opening_hours_are_no_opening_date_and_an_office_no_county(recogniser: Recogniser) -> None:
    proposal = _proposal(recogniser, "service_venue", ["开放时间", "管理单位"], [
        ["06:00-20:00", "市人社局"], ["周一到周日 0:00-23:59", "市住建局"]])
    assert proposal.column("opened_on").theirs is None
    assert proposal.column("unit_code").theirs is None
    assert {one.theirs: one.column for one in proposal.friends} == {"开放时间": "启用日期"}
    operator = proposal.column("operator")
    assert (operator.theirs, operator.sure) == ("管理单位", Sure.CHECK)
    assert "主管部门" in operator.why


def test_a_heading_whose_content_is_another_thing_is_passed_over(recogniser: Recogniser) -> None:
    proposal = _proposal(recogniser, "job_posting", ["发布时间", "招聘人数"],
                         [["每周一", "若干"], ["长期招", "面议"], ["随时", "不限"]])
    assert proposal.column("published_on").theirs is None
    assert proposal.column("headcount").theirs is None
    assert {one.why for one in proposal.friends} == {"内容多半不是日期", "内容多半不是数字"}


def test_a_column_of_names_of_counties_is_recognised_without_its_heading(
        recogniser: Recogniser) -> None:
    column = _proposal(recogniser, "hire", ["归口"], [[one] for one in UNITS]).column("unit_code")
    assert (column.theirs, column.sure) == ("归口", Sure.CHECK)


def test_categories_are_proposed_by_what_is_written(recogniser: Recogniser) -> None:
    proposal = _proposal(recogniser, "dispute_case", ["案号", "环节", "结案方式", "是否零工"], [
        ["1", "人民调解", "调解成功", "零工"], ["2", "劳动仲裁", "调解不成功", "非零工"],
        ["3", "劳动仲裁", "另案处理", "零工"]])
    assert proposal.column("stage").values == {"人民调解": "mediation", "劳动仲裁": "arbitration"}
    assert proposal.column("outcome").values == {"调解成功": "success", "调解不成功": "failure"}
    assert proposal.column("outcome").unmapped == ("另案处理",)
    assert proposal.column("is_gig").values == {"零工": True, "非零工": False}


def test_what_reads_by_itself_needs_no_values(recogniser: Recogniser) -> None:
    proposal = _proposal(recogniser, "dispute_case", ["案号", "环节", "是否零工"],
                         [["1", "mediation", "是"], ["2", "arbitration", "否"]])
    assert not proposal.column("stage").values
    assert not proposal.column("is_gig").values


def test_the_names_of_file_and_sheet_say_what_no_column_does(recogniser: Recogniser) -> None:
    proposal = _proposal(recogniser, "service_venue", ["编号", "名称", "启用日期"],
                         [["1", "甲", "2025-03-01"]], about="沭阳县零工驿站台账")
    assert proposal.column("unit_code").constant == "321322"
    assert proposal.column("kind").constant == "station"
    assert proposal.covers == ("station",)
    assert {proposal.column(name).sure for name in ("unit_code", "kind")} == {Sure.CHECK}
    two = _proposal(recogniser, "service_venue", ["编号"], [["1"]], about="沭阳县、泗阳县驿站和专窗")
    assert two.column("unit_code").constant is None, "of two counties it is neither"


def test_units_of_amounts_marks_of_nothing_and_rows_of_totals_are_proposed(
        recogniser: Recogniser) -> None:
    proposal = _proposal(recogniser, "fund_entry", ["流水号", "金额（万元）", "记账日期"], [
        ["1", "1,234.50", "2025-03-01"], ["2", "不详", "待补"], ["合计", "1,234.50", ""]])
    assert proposal.scale == {"amount": 10_000.0}
    assert proposal.empty == ("不详", "待补")
    assert proposal.skip == ("合计",)


@pytest.mark.parametrize(("heading", "values"), [
    ("姓名", ["甲", "乙"]), ("联系电话", ["0527-1", "0527-2"]), ("身份证号码", ["1", "2"]),
    ("编号", ["13812345678", "13912345678"]), ("人员编码", ["11010519491231002X"]),
    ("账号", ["王芳", "李伟", "张敏", "刘洋", "陈静", "杨磊"]),
])
def test_personal_columns_are_never_proposed_nor_chosen(
        recogniser: Recogniser, heading: str, values: list[str]) -> None:
    shape = shape_of(("表",), [(heading, (heading,))], [[value] for value in values],
                     recogniser.words)
    assert shape.selectable == ()
    assert {cell for row in shape.first for cell in row} == {HIDDEN}
    for dataset in SHIPPED.datasets.values():
        proposal = recogniser.propose(shape, dataset)
        assert all(one.theirs is None for one in proposal.columns)
        choice = chosen(proposal)
        with pytest.raises(InputError, match="个人信息"):
            refuse_personal(type(choice)(dataset.name, {dataset.key: heading}), shape.selectable)


def test_townships_that_look_like_names_are_no_names(recogniser: Recogniser) -> None:
    towns = ["陈集镇", "王集镇", "龙集镇", "潘集镇", "陆集街道", "马厂镇", "钱集镇"]
    proposal = _proposal(recogniser, "hire", ["乡镇（街道）"], [[one] for one in towns])
    assert proposal.column("township_code").theirs == "乡镇（街道）"
    assert not proposal.personal


_HEADINGS = sorted({heading for columns in (*SEEN.values(), *FRIENDS.values())
                    for headings, _ in columns.values() for heading in headings}
                   | {"姓名", "联系电话", "序号", "备注", "状态", "id", "管理单位"})
_CELLS = st.sampled_from([*DAYS, *UNITS, *TOWNS, "8:00-18:00", "13812345678", "", None, 5, 3.5,
                          "驿站", "是", "否", "不详", "合计"])


@given(headings=st.lists(st.sampled_from(_HEADINGS), min_size=1, max_size=12, unique_by=plain),
       data=st.data(), dataset=st.sampled_from(sorted(SHIPPED.datasets)))
def test_no_column_is_proposed_twice_and_no_personal_one_ever(
        recogniser: Recogniser, headings: list[str], data: st.DataObject, dataset: str) -> None:
    rows = data.draw(st.lists(st.lists(_CELLS, min_size=len(headings), max_size=len(headings)),
                              max_size=5))
    shape = shape_of(("表",), [(one, (one,)) for one in headings], rows, recogniser.words)
    proposal = recogniser.propose(shape, SHIPPED.datasets[dataset])
    used = [one.theirs for one in proposal.columns if one.theirs is not None]
    assert len(used) == len(set(used))
    assert set(used) <= set(shape.selectable)
    assert [one.column for one in proposal.columns] == list(
        SHIPPED.datasets[dataset].column_names)
    assert all(one.why for one in proposal.columns)
    refuse_personal(chosen(proposal), shape.selectable)
    for one in proposal.columns:
        if one.theirs is not None:
            own = recogniser.words.columns[dataset, one.column]
            assert plain(one.theirs) not in own.never
    assert {name for name, _ in recogniser.datasets(shape, SHIPPED)} == set(SHIPPED.datasets)


# --- files


def _book(sheets: dict[str, list[list[Any]]], merges: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        for merge in merges:
            page.merge_cells(merge)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


VENUES = [["SY01", "沭城驿站", "沭城街道", "王芳", "13812345678", "2025年3月1日", "8:00-18:00"],
          ["SY02", "马厂驿站", "马厂镇", "李伟", "13912345678", "2025年4月1日", "8:00-18:00"]]
HEADINGS = ["驿站编号", "驿站名称", "所属乡镇", "负责人", "联系电话", "建成时间", "开放时间"]


def _one(file: GivenFile) -> tuple[int, int]:
    return file.sheets[0].header_row, file.sheets[0].header_rows


def test_titles_above_and_signatures_below_are_seen(recogniser: Recogniser) -> None:
    file = look_at_file("驿站.xlsx", _book({"驿站": [
        ["沭阳县零工驿站登记表"], ["编制单位：沭阳县人社局", None, "时间：2025年6月"], HEADINGS, *VENUES, ["合计", 2]]},
        ["A1:G1"]), recogniser.words)
    assert _one(file) == (3, 1)
    assert file.sheets[0].shape.skip == ("合计",)
    assert file.sheets[0].shape.rows == len(VENUES)
    assert recogniser.datasets(file.sheets[0].shape, SHIPPED)[0][0] == "service_venue"


def test_headings_of_two_rows_are_seen(recogniser: Recogniser) -> None:
    file = look_at_file("驿站.xlsx", _book({"驿站": [
        ["沭阳县零工驿站登记表"],
        ["驿站编号", "驿站名称", "所属乡镇", "联系", None, "时间", None],
        [None, None, None, "负责人", "联系电话", "建成时间", "开放时间"], *VENUES]},
        ["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"]), recogniser.words)
    assert _one(file) == (2, 2)
    assert file.sheets[0].shape.selectable == ("驿站编号", "驿站名称", "所属乡镇", "建成时间", "开放时间")


def test_headings_that_stand_there_twice_are_told_apart_or_left_out(
        recogniser: Recogniser) -> None:
    file = look_at_file("岗位.xlsx", _book({"岗位": [
        ["岗位编号", "计划", None, "实际", None], [None, "人数", "发布日期", "人数", "备注"],
        ["J1", 5, date(2025, 3, 1), 4, ""]]}, ["A1:A2", "B1:C1", "D1:E1"]), recogniser.words)
    assert [one.name for one in file.sheets[0].shape.columns] == [
        "岗位编号", "计划人数", "发布日期", "实际人数", "备注"]
    again = look_at_file("地块.xlsx", _book({"一": [["编号", "地块名称", "地块名称"], ["1", "a", "b"]]}),
                         recogniser.words)
    assert [one.name for one in again.sheets[0].shape.columns] == ["编号"]
    assert again.sheets[0].repeated == ("地块名称",)


def test_a_text_file_with_title_rows_and_another_delimiter(recogniser: Recogniser) -> None:
    text = "零工岗位;;;\n制表：人社局;;;\n岗位编号;招聘人数;发布日期;县区\nJ1;5;2025-03-01;沭阳县\n"
    file = look_at_file("岗位.csv", text.encode("gb18030"), recogniser.words)
    assert _one(file) == (3, 1)
    assert file.sheets[0].shape.selectable == ("岗位编号", "招聘人数", "发布日期", "县区")


def test_a_sheet_for_every_county_is_read_as_that_county(recogniser: Recogniser) -> None:
    rows = [["驿站编号", "驿站名称", "启用日期", "运营单位"], ["J1", "甲", date(2025, 3, 1), "政府"]]
    file = look_at_file("驿站.xlsx", _book({"沭阳": rows, "泗阳县": rows, "说明": [["请按要求填写"]]}),
                        recogniser.words)
    alike = file.alike(file.sheets[0])
    assert [one.name for one in alike] == ["沭阳", "泗阳县"]
    dataset = SHIPPED.datasets["service_venue"]
    choice = chosen(recogniser.propose(alike[0].shape, dataset))
    named = {str(one.name): one for one in alike}
    sheets = by_part(choice, dataset, alike[0], named, recogniser)
    assert {name: one.constants for name, one in sheets.items()} == {
        "沭阳": {"kind": "station", "unit_code": "321322"},
        "泗阳县": {"kind": "station", "unit_code": "321323"}}
    # what a clerk decided is the same for all
    fixed = replace(choice, constants={**choice.constants, "unit_code": "321302"})
    assert {one.constants["unit_code"] for one in by_part(
        fixed, dataset, alike[0], named, recogniser).values()} == {"321302"}


def test_sheets_of_different_kinds_are_told_apart_or_refused(recogniser: Recogniser) -> None:
    rows = [["编号", "载体名称", "启用日期", "运营单位", "县区"], ["J1", "甲", date(2025, 3, 1), "政府", "沭阳县"]]
    dataset = SHIPPED.datasets["service_venue"]
    for last, kinds in (("专窗", ["station", "window"]), ("其余", None)):
        file = look_at_file("载体.xlsx", _book({"驿站": rows, last: rows}), recogniser.words)
        choice = chosen(recogniser.propose(file.sheets[0].shape, dataset))
        named = {str(one.name): one for one in file.sheets}
        if kinds is None:
            with pytest.raises(InputError, match=r"工作表“其余”.*载体类型"):
                by_part(choice, dataset, file.sheets[0], named, recogniser)
            continue
        sheets = by_part(choice, dataset, file.sheets[0], named, recogniser)
        assert [one.constants["kind"] for one in sheets.values()] == kinds
        assert [one.covers for one in sheets.values()] == [(kind,) for kind in kinds]


def test_what_is_still_needed_is_named(recogniser: Recogniser) -> None:
    def needed(headings: list[str], row: list[str], dataset: str) -> tuple[str, ...]:
        return missing(chosen(_proposal(recogniser, dataset, headings, [row])),
                       SHIPPED.datasets[dataset])
    assert needed(["录用编号"], ["1"], "hire")[-1] == "管理单位或乡镇（街道）"
    assert needed(["hire_id", "matched_on", "县区"], ["1", "2025-03-01", "沭阳县"], "hire") == ()
    assert needed(["hire_id", "matched_on", "乡镇"], ["1", "2025-03-01", "马厂镇"], "hire") == ()
    assert needed(["village_code", "name"], ["1", "甲"], "central_village") == (
        "所属乡镇代码",)


# --- a site's own words


def test_a_site_adds_its_own_headings(tmp_path: Path) -> None:
    (tmp_path / "headings.toml").write_text(
        "personal = [\"绰号\"]\n[columns.unit_code]\nalso = [\"片区\"]\n"
        "[datasets.service_venue.columns.opened_on.never]\n\"启用时间\" = \"本市写的是系统启用\"\n"
        "[datasets.service_venue.values.kind]\nwindow = [\"便民柜台\"]\n", encoding="utf-8")
    own = Recogniser(load_words(SHIPPED, tmp_path))
    proposal = _proposal(own, "service_venue", ["片区", "启用时间", "绰号", "类型"],
                         [["A", "2025-03-01", "x", "便民柜台"]])
    assert proposal.column("unit_code").theirs == "片区"
    assert proposal.column("opened_on").theirs is None
    assert set(proposal.personal) == {"绰号"}
    assert proposal.column("kind").values == {"便民柜台": "window"}


@pytest.mark.parametrize(("text", "wrong"), [
    ("[colums]\n", "是不是 columns"), ("[columns.unitcode]\nalso = []\n", "unit_code"),
    ("[columns.unit_code]\nalso = \"片区\"\n", "一串文字"),
    ("[columns.unit_code]\nnever = [\"片区\"]\n", "为什么"),
    ("[datasets.jobs]\n", "job_posting"), ("[datasets.hire]\nname = []\n", "named"),
    ("[datasets.service_venue.values.kind]\nstatoin = [\"站\"]\n", "station"),
    ("personal = [1]\n", "一串文字"),
])
def test_a_slip_in_the_sites_own_words_is_named(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "headings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=wrong):
        load_words(SHIPPED, tmp_path)
