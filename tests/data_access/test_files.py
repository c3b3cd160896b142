"""Tables handed in as files are read by the same rules, and what cannot be read is named by sheet,
row and column.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_access.snapshots.refresh import refresh
from kpi.counting.facts import SourceState
from kpi.definitions.cube import COUNTED
from kpi.vocabulary.period import from_ordinal
from tests.data_access.site import NOON, drawn, site
from tests.drawn import write_sqlite
from tests.servers import Server

HEADINGS = ["编号", "所属单位", "乡镇", "性质", "主办", "运营", "开放日期", "撤销日期", "负责人"]
SOURCES = """
[datasets.service_venue]
file = "载体.xlsx"
sheet = "驿站"
header_row = 2
[datasets.service_venue.columns]
venue_id = "编号"
name = "编号"
unit_code = "所属单位"
township_code = "乡镇"
village_code = ""
kind = "性质"
host = "主办"
operator = "运营"
longitude = ""
latitude = ""
opened_on = "开放日期"
closed_on = "撤销日期"
[datasets.service_venue.values.kind]
"驿站" = "station"
[datasets.service_venue.values.operator]
"政府" = "government"
"社会力量" = "social"
"""


def workbook(path: Path, rows: list[list[Any]], sheet: str = "驿站") -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    page = book.create_sheet(sheet)
    page.append(["全市零工服务驿站一览表"])
    page.append(HEADINGS)
    for row in rows:
        page.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def venue(number: str = "V1", opened: Any = date(2025, 3, 1), unit: Any = 321302,
          township: Any = None) -> list[Any]:
    return [number, unit, township, "驿站", None, "政府", opened, None, "张三"]


def test_a_workbook_is_read_without_any_connection(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "载体.xlsx", [venue("V1"), venue("V2"), [None] * 9,
                                               venue("V3", unit="999999")])
    settings = site(tmp_path, {}, SOURCES)
    taken = refresh(settings, now=NOON)
    quality = taken.parts["service_venue"].data.quality
    assert not taken.sample
    assert (quality.read, quality.counted, dict(quality.excluded)) == (
        3, 2, {"unknown_division": 1})
    assert taken.sources["venues"].state == SourceState.OK
    assert taken.sources["suzhaohuo"].state == SourceState.ABSENT


@pytest.mark.parametrize("opened", [date(2025, 3, 1), datetime(2025, 3, 1, 23, 59), 45717, 45717.75,
                                    "45717", "2025/3/1", "2025-03-01", "2025年3月1日", "2025.03.01",
                                    "20250301", 20250301, "2025-03-01 08:30", " 2025-3-1 "])
def test_a_date_is_understood_however_it_was_typed(tmp_path: Path, opened: Any) -> None:
    workbook(tmp_path / "config" / "载体.xlsx", [venue(opened=opened)])
    taken = refresh(site(tmp_path, {}, SOURCES), now=NOON)
    assert taken.messages == ()
    assert taken.parts["service_venue"].data.latest == date(2025, 3, 1)


@pytest.mark.parametrize("opened", ["三月一日", "2025-13-01", "2025-02-30", "去年", -5, "12月"])
def test_a_date_that_cannot_be_read_is_named_by_sheet_row_and_column(
        tmp_path: Path, opened: Any) -> None:
    workbook(tmp_path / "config" / "载体.xlsx", [venue(f"V{n}") for n in range(14)]
             + [venue("V15", opened=opened)])
    taken = refresh(site(tmp_path, {}, SOURCES), now=NOON)
    (message,) = taken.messages
    for part in ("载体.xlsx", "工作表“驿站”", "第 17 行", "“开放日期”", f"“{opened}”", "不是日期"):
        assert part in message
    assert taken.sources["venues"].state == SourceState.DOWN
    assert taken.sources["venues"].message == message


def test_a_file_that_turns_bad_keeps_its_last_good_rows_marked_stale(tmp_path: Path) -> None:
    path = tmp_path / "config" / "载体.xlsx"
    workbook(path, [venue()])
    settings = site(tmp_path, {}, SOURCES)
    refresh(settings, now=NOON)
    path.write_bytes(b"PK not a workbook")
    taken = refresh(settings, now=NOON)
    assert taken.parts["service_venue"].stale
    assert taken.parts["service_venue"].data.quality.counted == 1
    assert "不是完好的 .xlsx 文件" in taken.messages[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: text.replace('sheet = "驿站"', 'sheet = "站点"'),
            "没有工作表“站点”；有的是 说明、驿站",
        ),
        (lambda text: text.replace("header_row = 2", "header_row = 1"), "没有列“编号”"),
        (
            lambda text: text.replace("header_row = 2", 'header_row = "二"'),
            "header_row 应是表头所在的行号",
        ),
        (lambda text: text.replace("载体.xlsx", "别处.xlsx"), "找不到文件"),
        (lambda text: text.replace("载体.xlsx", "载体.xls"), "格式不支持"),
        (
            lambda text: text.replace('opened_on = "开放日期"', 'opened_on = "启用日期"'),
            "没有列“启用日期”（对应规范列 opened_on）",
        ),
        (lambda text: text.replace('sheet = "驿站"', 'table = "t"'), "同时写了 table 和 file"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_said_in_one_sentence(
    tmp_path: Path, change: Any, said: str
) -> None:
    workbook(tmp_path / "config" / "载体.xlsx", [venue()])
    (tmp_path / "config" / "载体.xls").write_bytes(b"old")
    taken = refresh(site(tmp_path, {}, change(SOURCES)), now=NOON)
    assert said in "".join(taken.messages)
    assert taken.sources["venues"].state == SourceState.DOWN


CSV = """编号,类别,零工,单位,受理日期,结案日期,结果,当事人
A-1,调解,是,321302,2025/3/1,2025年3月9日,成功,李四
A-2,调解,否,321302,2025-03-02,,,王五
"""
CSV_SOURCES = """
[datasets.dispute_case]
file = "争议.csv"
[datasets.dispute_case.columns]
case_id = "编号"
stage = "类别"
is_gig = "零工"
unit_code = "单位"
accepted_on = "受理日期"
closed_on = "结案日期"
outcome = "结果"
[datasets.dispute_case.values.stage]
"调解" = "mediation"
[datasets.dispute_case.values.outcome]
"成功" = "success"
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_offices_use(tmp_path: Path, encoding: str) -> None:
    settings = site(tmp_path, {}, CSV_SOURCES)
    (tmp_path / "config" / "争议.csv").write_bytes(CSV.encode(encoding))
    cells = refresh(settings, now=NOON).parts["dispute_case"].data.cells
    closed = cells[(cells["event"] == "closed") & (cells["status"] == COUNTED)]
    assert [(from_ordinal(row.day), row.stage, row.is_gig, row.outcome)
            for row in closed.itertuples()] == [(date(2025, 3, 9), "mediation", 1, "success")]
    accepted = cells[cells["event"] == "accepted"]
    assert sorted(accepted["is_gig"]) == [0, 1]


def test_a_yes_or_no_that_is_neither_is_named_by_row_and_column(tmp_path: Path) -> None:
    settings = site(tmp_path, {}, CSV_SOURCES)
    (tmp_path / "config" / "争议.csv").write_text(CSV.replace("否", "也许"), encoding="utf-8")
    (message,) = refresh(settings, now=NOON).messages
    assert "第 3 行“零工”写的是“也许”，不是是或否" in message


def test_names_beside_the_mapped_columns_are_written_nowhere(tmp_path: Path) -> None:
    settings = site(tmp_path, {}, CSV_SOURCES)
    (tmp_path / "config" / "争议.csv").write_text(CSV, encoding="utf-8")
    refresh(settings, now=NOON)
    assert all("李四".encode() not in path.read_bytes() for path in settings.data.rglob("*")
               if path.is_file())


def test_a_file_and_a_database_with_the_same_rows_give_the_same_cells(tmp_path: Path) -> None:
    from_file = site(tmp_path / "file", {}, CSV_SOURCES)
    (tmp_path / "file" / "config" / "争议.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "database").mkdir()
    urls = write_sqlite(tmp_path / "database", {"dispute_case": drawn(dispute_case="""
        | case_id | stage     | is_gig | unit_code | accepted_on | closed_on  | outcome |
        | A-1     | mediation | true   | 321302    | 2025-03-01  | 2025-03-09 | success |
        | A-2     | mediation | false  | 321302    | 2025-03-02  |            |         |
    """)["dispute_case"]})
    one = refresh(from_file, now=NOON).parts["dispute_case"].data
    other = refresh(site(tmp_path / "database", urls), now=NOON).parts["dispute_case"].data
    assert one.cells.equals(other.cells)
    assert one.quality == other.quality


@pytest.mark.server
def test_venues_from_a_workbook_jobs_from_postgresql_and_disputes_from_mariadb_come_together(
        tmp_path: Path, postgresql: Server, mariadb: Server) -> None:
    postgresql.forget()
    mariadb.forget()
    jobs = postgresql.write({**drawn(job_posting="""
        | unit_code | headcount | published_on |
        | 321302    | 5         | 2025-03-01   |
        | 321322    | 7         | 2025-03-02   |
    """), "hire": [], "worker_account": []})
    disputes = mariadb.write({"dispute_case": drawn(dispute_case="""
        | unit_code | stage     | closed_on  | outcome |
        | 321302    | mediation | 2026-03-09 | success |
    """)["dispute_case"]})
    workbook(tmp_path / "config" / "载体.xlsx", [venue(township="321302001")])
    settings = site(tmp_path, {**jobs, **disputes}, SOURCES)
    taken = refresh(settings, now=NOON)
    assert taken.messages == ()
    counted = {name: part.data.quality.counted for name, part in taken.parts.items()
               if part.data.quality.read}
    assert counted == {"service_venue": 1, "job_posting": 2, "dispute_case": 1}
    states = {name: taken.sources[name].state for name in ("venues", "suzhaohuo", "disputes",
                                                           "training")}
    assert states == {"venues": SourceState.OK, "suzhaohuo": SourceState.OK,
                      "disputes": SourceState.OK, "training": SourceState.ABSENT}
