"""What is handed out of the ledger and what is taken into it: rows, minutes, the import sheet."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from kpi.follow_ups.follow_up import Case, Event, EventKind, Item, Meeting
from kpi.follow_ups.follow_up_data import Standing
from kpi.follow_ups.follow_up_fold import status
from kpi.plan.plan import FollowUpRules, plan_from
from kpi.vocabulary.division import Geography, ManagingUnit, Rollup, UnitKind
from kpi.vocabulary.errors import InputError
from reports.follow_up_import import COLUMNS, SHEET, read_items, template_xlsx
from reports.follow_up_rows import FollowUpRow, follow_up_rows
from reports.minutes import minutes_docx

PLAN = plan_from({"plan": {"id": "p", "title": "方案", "document": "文", "city_code": "321300",
                           "city_name": "宿迁市", "start": date(2025, 1, 1),
                           "deadline": date(2026, 12, 31)},
                  "indicators": {"jobs_published": {"target": 50000},
                                 "third_party_share": {"target": 0.5, "comparator": ">"},
                                 "follow_ups_closed": {}}})
GEOGRAPHY = Geography("321300", "宿迁市", (
    ManagingUnit("321302", "宿城区", "宿城", UnitKind.COUNTY, "321302", 1, 1),
    ManagingUnit("321371", "宿迁经济技术开发区", "经开区", UnitKind.ZONE, "321302", 1, 2, ("经开区管委会",))), ())
MEETING = Meeting(date(2026, 3, 16), "分管副市长", ("市人社局", "宿城区"), "20260316T080000-ab")
AS_OF = date(2026, 4, 10)


def standing(item: Item, *events: tuple[str, str, str]) -> Standing:
    case = Case(item, tuple(Event(EventKind(kind), datetime.fromisoformat(f"{day} 10:00"), "office",
                                  text) for day, kind, text in events))
    now = status(case, AS_OF, FollowUpRules(hold_days=3), lambda _item, _day: True)
    assert now is not None
    return Standing(case, now)


TIED = standing(Item("补岗位进度", Rollup.COUNTY, "321302", "宿城区", "人社局局长", date(2026, 4, 5),
                     ("市商务局", "市财政局"), "jobs_published", 9000, date(2026, 3, 16),
                     number="2026-002"), ("2026-03-16", "raised", ""),
                ("2026-03-16", "assigned", ""), ("2026-03-20", "progress", "已对接 12 家企业"),
                ("2026-04-01", "done", "已达标"))
LATE = standing(Item("建立会商机制", Rollup.CITY, "321300", "市人社局", "就业处处长", date(2026, 4, 1),
                     meeting=date(2026, 1, 15), number="2026-001"), ("2026-01-15", "raised", ""),
                ("2026-01-16", "assigned", ""))


def test_a_row_says_what_the_screen_says() -> None:
    assert follow_up_rows([TIED, LATE], PLAN,
                          GEOGRAPHY) == (FollowUpRow("2026-002", "补岗位进度", "宿城区", "发布零工岗位",
                                                     "≥9,000个", "宿城区", "市商务局、市财政局", "人社局局长",
                                                     date(2026, 3, 16), date(2026, 4, 5), "销号", 0,
                                                     "已达标", date(2026, 4, 1), "数据销号 2026-04-03", 0),
                                         FollowUpRow("2026-001", "建立会商机制", "宿迁市", "—", "—", "市人社局",
                                                     "—", "就业处处长", date(2026, 1, 15),
                                                     date(2026, 4, 1), "逾期", 9, None, None, "—", 0))


def paragraphs(*, sample: bool = False,
               standings: tuple[Standing, ...] = (TIED, LATE)) -> list[str]:
    content = minutes_docx(MEETING, standings, PLAN, GEOGRAPHY, as_of=AS_OF, sample=sample)
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def test_the_minutes_name_the_meeting_its_items_and_how_earlier_ones_stand() -> None:
    assert paragraphs() == [
        "宿迁市“零工归宿”工作联席会议纪要",
        "2026年3月16日，分管副市长主持召开联席会议。参加单位：市人社局、宿城区。会议所用数据为定稿20260316T080000-ab。",
        "一、本次会议议定事项",
        "1. 补岗位进度（2026-002，宿城区）。牵头单位：宿城区；责任单位：市商务局、市财政局；责任岗位：人社局局长；"
        "核查标准：发布零工岗位≥9,000个；办结期限：2026年4月5日。",
        "二、以往议定事项办理情况（截至2026年4月10日）",
        "1. 建立会商机制（2026-001，宿迁市）。牵头单位：市人社局；责任岗位：就业处处长；办结期限：2026年4月1日。目前逾期9天。",
        "宿迁市零工归宿工作联席会议办公室", "2026年3月16日"]


def test_an_earlier_item_says_how_it_was_closed_and_its_newest_entry() -> None:
    later = Meeting(date(2026, 4, 8), "分管副市长")
    content = minutes_docx(later, [TIED], PLAN, GEOGRAPHY, as_of=AS_OF, sample=False)
    said = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert said[3] == "本次会议没有新的议定事项。"
    assert said[5].endswith("目前2026年4月3日数据销号。最近进展（2026年4月1日）：已达标。")


def test_every_page_of_the_minutes_has_its_number() -> None:
    document = Document(io.BytesIO(minutes_docx(MEETING, [TIED], PLAN, GEOGRAPHY, as_of=AS_OF,
                                                sample=False)))
    for footer in (document.sections[0].footer, document.sections[0].even_page_footer):
        assert "PAGE" in footer._element.xml


def test_minutes_of_synthetic_items_say_so_and_empty_ones_say_there_is_nothing() -> None:
    said = paragraphs(sample=True, standings=())
    assert said[1] == "【演示数据，不代表实际情况】"
    assert "本次会议没有新的议定事项。" in said
    assert "此前没有议定事项。" in said


def test_minutes_are_a_page_of_the_standard() -> None:
    document = Document(io.BytesIO(minutes_docx(MEETING, [TIED], PLAN, GEOGRAPHY, as_of=AS_OF,
                                                sample=False)))
    section = document.sections[0]
    assert [round(length.mm) for length in (section.page_width, section.page_height,
                                            section.top_margin, section.bottom_margin,
                                            section.left_margin, section.right_margin)] == [
                                                210, 297, 37, 35, 28, 26]
    assert document.paragraphs[0].runs[0].font.name == "方正小标宋简体"


# ---- import
# -------------------------------------------------------------------------------------------------

GOOD = ("补岗位进度", "宿城区", "宿城区", "市商务局，市财政局", "人社局局长", date(2026, 5, 31), "发布零工岗位", 9000, "")


def sheet(*rows: tuple[Any, ...], title: str = SHEET, names: tuple[str, ...] = COLUMNS) -> bytes:
    book = Workbook()
    page: Any = book.active
    page.title = title
    page.append(names)
    for row in rows:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def take(*rows: tuple[Any, ...]) -> tuple[Item, ...]:
    return read_items(sheet(*rows), PLAN, GEOGRAPHY, meeting=date(2026, 3, 16))


def test_rows_become_items_of_the_meeting() -> None:
    first = Item("补岗位进度", Rollup.COUNTY, "321302", "宿城区", "人社局局长", date(2026, 5, 31),
                 ("市商务局", "市财政局"), "jobs_published", 9000.0, date(2026, 3, 16))
    assert take(GOOD, (None,) * 9, ("会商", "全市", "市人社局", None, "处长", "2026年6月1日", None, None, None),
                ("归集率", "经开区管委会", "经开区", "", "主任", "2026/6/1", "third_party_share", "60%", ""),
                ("岗位", "宿城", "宿城区", "", "局长", "2026.06.01", "发布零工岗位", "", "管理单位")) == (
                    first, Item("会商", Rollup.CITY, "321300", "市人社局", "处长", date(2026, 6, 1),
                                meeting=date(2026, 3, 16)),
                    Item("归集率", Rollup.MANAGING, "321371", "经开区", "主任", date(2026, 6, 1), (),
                         "third_party_share", 0.6, date(2026, 3, 16)),
                    Item("岗位", Rollup.MANAGING, "321302", "宿城区", "局长", date(2026, 6, 1), (),
                         "jobs_published", None, date(2026, 3, 16)))


@pytest.mark.parametrize(("column", "value", "said"), [
    ("事项内容", "", "第3行A列（事项内容）没有填写"),
    ("事项内容", "长" * 101, "第3行：事项内容有 101 字，超过 100 字"),
    ("区划", "江宁区", "第3行B列（区划）“江宁区”不在区划名录中"),
    ("责任岗位", None, "第3行E列（责任岗位）没有填写"),
    ("办结期限", "月底", "第3行F列（办结期限）“月底”不是日期"),
    ("办结期限", date(2026, 3, 15), "第3行F列（办结期限）2026-03-15 早于会议日期"),
    ("核查指标", "天气", "第3行G列（核查指标）“天气”不是方案中的指标"),
    ("核查指标", "议定事项办结率", "第3行G列（核查指标）“议定事项办结率”由台账自身算出"),
    ("预期值", "很多", "第3行H列（预期值）“很多”不是数字"),
    ("预期值", "60%", "第3行H列（预期值）“60%”应为不小于 0 的数"),
    ("预期值", "-1", "第3行H列（预期值）“-1”应为不小于 0 的数"),
    ("汇总口径", "片区", "第3行I列（汇总口径）“片区”应为 县区 或 管理单位"),
])
def test_a_bad_row_is_named_and_keeps_out_the_good_one(column: str, value: Any, said: str) -> None:
    bad = list(GOOD)
    bad[COLUMNS.index(column)] = value
    with pytest.raises(InputError, match=rf"^工作表“{SHEET}”{said}.*没有导入任何事项，请改正后重新导入。$"):
        take(GOOD, tuple(bad))


def test_every_bad_row_is_named_up_to_eight() -> None:
    with pytest.raises(InputError) as refused:
        take(*[("", *GOOD[1:])] * 11)
    assert str(refused.value).count("没有填写") == 8
    assert "另有3处" in str(refused.value)


@pytest.mark.parametrize(("content", "said"), [
    (b"not a workbook", "不是完好的 Excel 工作簿"),
    (sheet(GOOD, title="Sheet1"), "没有名为“督办事项”的工作表"),
    (sheet(GOOD, names=("内容", *COLUMNS[1:])), "缺少列“事项内容”"),
    (sheet(), "没有任何事项"),
    (b"x" * 5_000_001, "超过 5 MB"),
    (sheet(*[GOOD] * 501), "有 501 行，超过 500 行"),
])
def test_a_file_that_is_no_filled_template_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_items(content, PLAN, GEOGRAPHY, meeting=None)


def test_a_column_that_was_moved_is_found_by_its_name() -> None:
    moved = tuple(reversed(COLUMNS))
    with pytest.raises(InputError, match="第2行D列（办结期限）"):
        read_items(sheet(tuple(reversed((*GOOD[:5], "?", *GOOD[6:]))), names=moved), PLAN,
                   GEOGRAPHY, meeting=None)


def test_the_template_is_the_sheet_that_is_read() -> None:
    book = load_workbook(io.BytesIO(template_xlsx(PLAN)))
    assert book.sheetnames == [SHEET, "填写说明"]
    page = book[SHEET]
    assert tuple(cell.value for cell in page[1]) == COLUMNS
    page.append(GOOD)
    target = io.BytesIO()
    book.save(target)
    (item,) = read_items(target.getvalue(), PLAN, GEOGRAPHY, meeting=None)
    assert replace(item, meeting=None) == item
