"""From a workbook or a foreign table to right figures, on a terminal; nothing is written unasked."""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_access.__main__ import main
from data_access.accounts import Action, AuditLog
from data_access.boundary.form import FIRST_ROW, HEADER_ROW, SHEET
from data_access.current import Current
from data_access.proposing.connecting import (
    FileTable,
    changed,
    files_of,
    looked_at_together,
    recogniser_of,
    staged,
    with_further,
    words_of,
)
from data_access.proposing.entry import chosen
from data_access.proposing.files import look_at_file
from data_access.proposing.proposal import Recogniser
from data_access.proposing.saving import (
    checked,
    store_together,
    versioned_sources,
    with_absent,
)
from data_access.proposing.trying import try_text
from data_access.site import Settings, load_plan
from data_access.snapshots.refresh import refresh
from kpi.vocabulary import InputError
from reference import reference_rows
from tests.data_access.site import site
from tests.servers import Server

READ_AT = datetime(2026, 6, 30, 12)
STATIONS = {"沭阳县": ["沭城街道", "刘集镇", "马厂镇", "沂涛镇"], "泗阳县": ["众兴街道", "王集镇", "临河镇"]}


def stations(path: Path) -> None:
    """A sheet for every county, headings of two rows, names in place of codes, totals below."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for unit, towns in STATIONS.items():
        page = book.create_sheet(unit)
        page.append([f"{unit}零工驿站登记表"])
        page.append(["驿站编号", "驿站名称", "位置", None, "联系", None, "时间", None, "运营单位"])
        page.append([None, None, "所属乡镇", "详细地址", "负责人", "联系电话", "建成时间", "开放时间", None])
        for number, town in enumerate(towns, start=1):
            page.append([f"{unit[0]}{number:03d}", f"{town}零工驿站", town, f"府前路{number}号", "王小明",
                         f"1381234567{number}", f"2025年{number}月1日", "8:00-18:00",
                         "政府自营" if number % 2 else f"{unit[:2]}人力资源公司"])
        page.append(["合计", len(towns)])
        for merge in ("A1:I1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:H2", "I2:I3"):
            page.merge_cells(merge)
    book.save(path)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = site(tmp_path, {})
    monkeypatch.setenv("LINGGONG_CONFIG", str(made.config))
    monkeypatch.setenv("LINGGONG_DATA", str(made.data))
    return made


def _datasets(settings: Settings) -> dict[str, Any]:
    text = settings.sources_file.read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(text).get("datasets", {})
    return tables


def _value(settings: Settings, indicator: str) -> float | None:
    taken = refresh(settings, now=READ_AT)
    assert not taken.messages
    current = Current(settings, load_plan(settings), taken)
    return current.scorecard(current.default_day).city_line(indicator).value


def test_a_workbook_of_two_counties_becomes_right_figures(
        settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    stations(settings.config / "驿站台账.xlsx")
    assert main(["connect", "驿站台账.xlsx"]) == 0
    shown = capsys.readouterr().out
    assert "表头在第 2–3 行" in shown
    assert "试读：7 行，计入 7 行" in shown
    assert "不选“开放时间”作启用日期" in shown
    assert "个人信息，不能选：负责人、联系电话" in shown
    assert "13812345671" not in shown
    assert "王小明" not in shown
    assert _datasets(settings) == {}, "nothing is written unasked"
    assert main(["connect", "驿站台账.xlsx", "--write", "--reason", "首次接入"]) == 0
    parts = _datasets(settings)["service_venue"]["sources"]
    assert [(one["sheet"], one["constants"]) for one in parts] == [
        ("沭阳县", {"kind": "station", "unit_code": "321322"}),
        ("泗阳县", {"kind": "station", "unit_code": "321323"})]
    assert all(one["file"] == "驿站台账.xlsx" for one in parts)
    listed = [one for one in reference_rows("township") if one["valid_to"] is None]
    assert _value(settings, "station_coverage") == pytest.approx(7 / len(listed))
    taken = refresh(settings, now=READ_AT)
    venues = taken.parts["service_venue"].data.venues
    assert venues is not None
    assert {unit: sorted(own) for unit, own in venues.groupby("unit")["venue_id"]} == {
        "321322": ["沭001", "沭002", "沭003", "沭004"], "321323": ["泗001", "泗002", "泗003"]}
    assert sorted(venues["operator"]) == ["government"] * 4 + ["social"] * 3
    codes = {remark.code for remark in taken.remarks}
    assert "other_sheets" not in codes, "both sheets are read"
    assert not taken.parts["service_venue"].data.health.conflicts


def test_what_is_written_is_recorded_with_who_and_why(settings: Settings) -> None:
    stations(settings.config / "驿站台账.xlsx")
    assert main(["connect", "驿站台账.xlsx", "--write", "--reason", "首次接入"]) == 0
    (edit,) = versioned_sources(settings).edits()
    assert (edit.reason, edit.by.partition(":")[0]) == ("首次接入", "命令行")
    assert versioned_sources(settings).text_of(edit.before) == ""
    records = [one for one in AuditLog(settings.data / "audit").records()
               if one.action == Action.SOURCES]
    assert [(one.object, one.result.partition(" ")[0]) for one in records] == [
        ("service_venue", "提交"), ("service_venue", "已保存")]


def test_what_the_trial_says_is_what_a_refresh_reads(settings: Settings) -> None:
    path = settings.config / "岗位.csv"
    path.write_text("零工岗位\n岗位编号,发布平台,行业,归集主体,招聘人数,发布日期,企业实名,县区\n"
                    "J1,速找活,家政,政府部门,5,2025-03-01,是,沭阳县\n"
                    "J2,速找活,电商,行业协会,7,2025-03-02,否,泗阳县\n"
                    "J3,速找活,外卖骑手,行业协会,9,,是,泗阳县\n", encoding="utf-8")
    assert main(["connect", "岗位.csv", "--write"]) == 0
    text = settings.sources_file.read_text(encoding="utf-8")
    tried = try_text(settings, text, "job_posting", READ_AT)
    part = refresh(settings, now=READ_AT).parts["job_posting"].data.quality
    assert (tried.read, tried.counted) == (part.read, part.counted) == (3, 2)
    assert tried.excluded == {"缺日期": 1}
    assert {one.name: one.would for one in tried.figures}["发布零工岗位"] == 12


def test_what_cannot_be_read_is_named_by_cell_and_not_written(
        settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    path = settings.config / "公益岗.csv"
    path.write_text("岗位编号,县区,设立日期\nA1,沭阳县,2025-03-01\nA2,沭阳县,2025-02-30\n"
                    "A3,沭阳县,2025-03-01\n", encoding="utf-8")
    assert main(["connect", "公益岗.csv", "--dataset", "welfare_post", "--set",
                 "post_id=岗位编号", "--set", "created_on=设立日期", "--write"]) == 2
    assert "第 3 行“设立日期”写的是“2025-02-30”" in capsys.readouterr().err
    assert _datasets(settings) == {}
    assert list((settings.data / "sources").glob("*")) == []


def test_what_is_missing_is_asked_for_and_given_on_the_command_line(
        settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    path = settings.config / "岗位.csv"
    path.write_text("岗位编号,行业,招聘人数,发布日期,企业实名\nJ1,跑腿,5,2025-03-01,是\n", encoding="utf-8")
    assert main(["connect", "岗位.csv", "--write"]) == 1
    assert "还缺：发布平台、归集主体、管理单位或乡镇（街道）。" in capsys.readouterr().out
    more = ["--constant", "platform=速找活", "--constant", "collector=government",
            "--constant", "unit_code=321322", "--value", "sector=跑腿=instant_delivery"]
    assert main(["connect", "岗位.csv", *more, "--write"]) == 0
    assert _value(settings, "jobs_published") == 5
    entry = _datasets(settings)["job_posting"]
    assert entry["constants"] == {"platform": "速找活", "unit_code": "321322",
                                  "collector": "government"}
    assert entry["values"] == {"sector": {"跑腿": "instant_delivery"}}


def test_a_further_file_is_put_after_the_first(settings: Settings) -> None:
    for name, key in (("一月.csv", "J1"), ("二月.csv", "J2")):
        (settings.config / name).write_text(
            f"岗位编号,发布平台,行业,归集主体,招聘人数,发布日期,企业实名,县区\n"
            f"{key},速找活,家政,政府部门,5,2025-03-01,是,沭阳县\n",
            encoding="utf-8")
    assert main(["connect", "一月.csv", "--write"]) == 0
    assert main(["connect", "二月.csv", "--append", "--write"]) == 0
    assert [one["file"] for one in _datasets(settings)["job_posting"]["sources"]] == [
        "一月.csv", "二月.csv"]
    assert _value(settings, "jobs_published") == 10
    assert main(["connect", "二月.csv", "--write"]) == 0
    assert _value(settings, "jobs_published") == 5, "replaced"


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system of its own, in which reading the telephone is an error."""
    path = tmp_path / "gig.sqlite"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE t_job (id TEXT, corp TEXT, recruit_num INTEGER, pub_time "
                     "DATETIME, area TEXT, industry TEXT, platform TEXT, src TEXT, verified INT)")
        made.executemany("INSERT INTO t_job VALUES (?, 'E', ?, ?, ?, ?, '速找活', 'gov', 1)", [
            ("1", 5, "2025-03-01 08:00:00", "321322", "家政"),
            ("2", 7, "2025-03-02 09:00:00", "沭阳县", "电商")])
        made.execute("CREATE VIEW v_job AS SELECT *, json_extract('not json', '$') AS mobile, "
                     "json_extract('not json', '$') AS linkman FROM t_job")
    monkeypatch.setenv("LINGGONG_URL_SUZHAOHUO", f"sqlite:///{path}")
    return path


def test_a_table_of_another_system_is_connected_without_its_personal_columns(
        settings: Settings, foreign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect", "suzhaohuo"]) == 1
    assert "  t_job\n  v_job\n" in capsys.readouterr().out
    asked = ["connect", "suzhaohuo", "--table", "v_job", "--set", "collector=src", "--value",
             "collector=gov=government"]
    assert main([*asked, "--write"]) == 0
    assert "个人信息，不能选：mobile、linkman" in capsys.readouterr().out
    entry = _datasets(settings)["job_posting"]
    assert entry["table"] == "v_job"
    assert {name: entry["columns"][name] for name in ("posting_id", "headcount", "published_on",
                                                      "unit_code", "sector")} == {
        "posting_id": "id", "headcount": "recruit_num", "published_on": "pub_time",
        "unit_code": "area", "sector": "industry"}
    assert not {"mobile", "linkman"} & set(entry["columns"].values())
    with settings.sources_file.open("a", encoding="utf-8") as file:
        file.write("[datasets.worker_account]\nabsent = true\n[datasets.hire]\nabsent = true\n")
    at = Settings(settings.config, settings.data, {"suzhaohuo": f"sqlite:///{foreign}"})
    assert _value(at, "jobs_published") == 12
    assert main(["connect"]) == 2
    assert "没有写要接入的文件或连接" in capsys.readouterr().err
    assert main([*asked, "--set", "occupation=mobile", "--write"]) == 2
    assert "“mobile”不能选作 occupation" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "comment"), [
    (["没有.xlsx"], "不是文件，也不是连接"), (["office"], "连接 office 没有配置"),
    (["岗位.csv", "--dataset", "jobs"], "没有数据集 jobs"),
    (["岗位.csv", "--set", "编号"], "应写成 列=…"), (["岗位.txt.doc"], "格式不支持"),
    (["空.csv"], "是空的"),
])
def test_a_wrong_call_is_one_sentence(settings: Settings, capsys: pytest.CaptureFixture[str],
                                      arguments: list[str], comment: str) -> None:
    (settings.config / "岗位.csv").write_text("岗位编号,发布日期\nJ1,2025-03-01\n", encoding="utf-8")
    (settings.config / "岗位.txt.doc").write_text("x", encoding="utf-8")
    (settings.config / "空.csv").write_text("", encoding="utf-8")
    assert main(["connect", *arguments]) == 2
    error = capsys.readouterr().err
    assert comment in error
    assert error.count("\n") == 1


def test_the_trial_says_what_stays_of_the_demonstration(settings: Settings) -> None:
    text = ('[datasets.practice_report]\nfile = "经验.csv"\n[datasets.practice_report.columns]\n'
            'report_id = "编号"\nsubmitted_on = "日期"\nunit_code = "县区"\n')
    (settings.config / "经验.csv").write_text("编号,日期,县区\nA,2025-03-01,321322\n", encoding="utf-8")
    tried = try_text(settings, text, "practice_report", READ_AT)
    assert (tried.read, tried.counted, tried.newest) == (1, 1, date(2025, 3, 1))
    assert [(one.name, one.now, one.would) for one in tried.figures] == [("经验做法报送", None, 1)]
    assert not settings.sources_file.read_text(encoding="utf-8")
    with pytest.raises(InputError, match="没有配置"):
        try_text(settings, "", "hire", READ_AT)


def test_a_folder_of_monthly_files_is_read_whole_whatever_the_first_is_called(
        settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    folder = settings.config / "岗位"
    folder.mkdir()
    for month, unit in (("1月沭阳县", "沭阳县"), ("2月泗阳县", "泗阳县")):
        (folder / f"{month}.csv").write_text(
            "岗位编号,发布平台,行业,归集主体,招聘人数,发布日期,企业实名,县区\n"
            f"{month},速找活,家政,政府部门,5,2025-03-01,是,{unit}\n", encoding="utf-8")
    assert files_of(settings) == ("岗位/*.csv", "岗位/1月沭阳县.csv", "岗位/2月泗阳县.csv")
    assert main(["connect", "岗位/*.csv", "--write"]) == 0
    assert "沭阳县”里写着" not in capsys.readouterr().out
    entry = _datasets(settings)["job_posting"]
    assert (entry["file"], entry.get("constants")) == ("岗位/*.csv", None)
    assert _value(settings, "jobs_published") == 10
    assert main(["connect", "没有/*.csv"]) == 2


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_long_text_file_is_recognised_by_its_beginning(settings: Settings,
                                                         separator: str) -> None:
    heading = separator.join(["录用编号", "县区", "匹配日期", "备注"])
    lines = [separator.join([str(number), "沭阳县", "2025-03-01", f"\"第{number}批\n续行\""])
             for number in range(4000)]
    text = "\n".join(["录用台账", heading, *lines])
    file = look_at_file("录用.csv", text.encode("gb18030"), words_of(settings))
    assert (file.sheets[0].header_row, file.sheets[0].shape.rows) == (2, 4000)
    assert file.sheets[0].shape.selectable == ("录用编号", "县区", "匹配日期", "备注")


_COMMENTED = {
    "c1": ("CHAR(8)", "岗位编号"), "c2": ("INTEGER", "招聘人数"), "c3": ("TIMESTAMP", "发布时间"),
    "c4": ("CHAR(12)", "所属县区"), "c5": ("VARCHAR(20)", "所属行业"), "c6": ("VARCHAR(20)", "来源平台"),
    "c7": ("VARCHAR(20)", "归集渠道"), "c8": ("BOOLEAN", "是否实名"), "c9": ("VARCHAR(20)", "联系电话")}


@pytest.fixture
def commented(server: Server) -> Iterator[str]:
    """The URL of a table whose columns are named only by their comments."""
    name = "foreign_jobs"
    if server.make == "mariadb":
        columns = ", ".join(f"{column} {type_.replace('TIMESTAMP', 'DATETIME')} COMMENT '{comment}'"
                            for column, (type_, comment) in _COMMENTED.items())
        server.execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}",
                       f"CREATE TABLE {name}.t_gw ({columns}) CHARACTER SET utf8mb4")
    else:
        columns = ", ".join(f"{column} {type_}" for column, (type_, _) in _COMMENTED.items())
        server.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE", f"CREATE SCHEMA {name}",
                       f"CREATE TABLE {name}.t_gw ({columns})",
                       *(f"COMMENT ON COLUMN {name}.t_gw.{column} IS '{comment}'"
                         for column, (_, comment) in _COMMENTED.items()))
    server.execute(
        f"INSERT INTO {name}.t_gw VALUES ('1', 5, '2025-03-01 08:00:00', '沭阳县', '家政', '速找活', "
        "'政府部门', true, '13812345678'), ('2', 7, '2025-03-02 08:00:00', '321323', '电商', '速找活', "
        "'行业协会', false, '13912345678')")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name}" if server.make == "mariadb"
                   else f"DROP SCHEMA {name} CASCADE")


def test_a_table_of_a_server_is_connected_by_its_comments(
        settings: Settings, commented: str, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LINGGONG_URL_SUZHAOHUO", commented)
    assert main(["connect", "suzhaohuo"]) == 1
    assert "  t_gw\n" in capsys.readouterr().out
    assert main(["connect", "suzhaohuo", "--table", "t_gw", "--write"]) == 0
    shown = capsys.readouterr().out
    assert "个人信息，不能选：c9" in shown
    assert "13812345678" not in shown
    assert "试读：2 行，计入 2 行" in shown
    columns = _datasets(settings)["job_posting"]["columns"]
    assert {name: theirs for name, theirs in columns.items() if theirs} == {
        "posting_id": "c1", "platform": "c6", "sector": "c5", "collector": "c7",
        "unit_code": "c4", "headcount": "c2", "published_on": "c3", "employer_verified": "c8"}
    with settings.sources_file.open("a", encoding="utf-8") as file:
        file.write("[datasets.worker_account]\nabsent = true\n[datasets.hire]\nabsent = true\n")
    assert _value(replace(settings, urls={"suzhaohuo": commented}), "jobs_published") == 12


@pytest.mark.long
def test_the_programs_own_form_needs_no_choice(settings: Settings,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    path = settings.config / "做法.xlsx"
    assert main(["template", "practice_report", "--excel", str(path)]) == 0
    book = openpyxl.load_workbook(path)
    page = book[SHEET]
    titles = [str(cell.value).rstrip("*") for cell in page[HEADER_ROW]]
    row = {"材料编号": "A1", "报送日期": date(2025, 3, 1), "管理单位": "沭阳县"}
    for number, title in enumerate(titles, start=1):
        page.cell(FIRST_ROW, number, row.get(title))
    book.save(path)
    capsys.readouterr()
    assert main(["connect", "做法.xlsx", "--write"]) == 0
    assert "不用选列" in capsys.readouterr().out
    assert _datasets(settings) == {"practice_report": {"file": "做法.xlsx"}}
    assert _value(settings, "good_practices") == 1


def _given(folder: Path, names: tuple[str, ...], heads: str, county: bool) -> dict[str, bytes]:
    made = {}
    for number, name in enumerate(names, start=1):
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.title = Path(name).stem[:2]
        book.active.append(heads.split(","))
        book.active.append([f"J{number}", "速找活", "家政", "政府部门", number, "2025-03-01", "是",
                            *(["沭阳县"] if county else [])])
        book.save(folder / name)
        made[name] = (folder / name).read_bytes()
    return made


_HEADS = "岗位编号,发布平台,行业,归集主体,招聘人数,发布日期,企业实名"


def _dropped(settings: Settings, files: dict[str, bytes]) -> tuple[FileTable, Recogniser]:
    words = words_of(settings)
    first, *others = looked_at_together(files, words)
    table = with_further(FileTable(first, first.sheets[0], first.name), others)
    return table, recogniser_of(settings, words)


def _saved(settings: Settings, files: dict[str, bytes]) -> Any:
    """What sources.toml says once these files were dropped and saved as proposed."""
    dataset = settings.definitions.datasets["job_posting"]
    table, recogniser = _dropped(settings, files)
    choice = chosen(recogniser.propose(table.shape, dataset))
    with staged(settings, table, files) as tried:
        text = changed("", tried, choice, dataset, recogniser)
        assert try_text(settings, text, "job_posting", READ_AT).counted == len(files)
    stored = table.lying_in(store_together(settings, "job_posting", files))
    settings.sources_file.write_text(changed("", stored, choice, dataset, recogniser),
                                     encoding="utf-8")
    return _datasets(settings)["job_posting"]


def test_files_dropped_together_are_read_as_a_folder(settings: Settings, tmp_path: Path) -> None:
    files = _given(tmp_path, ("1月.xlsx", "2月.xlsx", "3月[补].xlsx"), _HEADS + ",县区", True)
    entry = _saved(settings, files)
    folder = settings.data / "given" / "job_posting" / "1月等3个文件"
    assert (entry["file"], "sheet" in entry) == (str(folder / "*.xlsx"), False)
    assert sorted(path.name for path in folder.iterdir()) == ["1月.xlsx", "2月.xlsx", "3月_补_.xlsx"]
    assert _value(replace(settings), "jobs_published") == 1 + 2 + 3
    # the same once more lies beside it, and nothing that is read is written over
    assert store_together(settings, "job_posting", files).name == "1月等3个文件-2"


def test_files_named_by_their_county_are_each_read_as_that_county(settings: Settings,
                                                                  tmp_path: Path) -> None:
    entry = _saved(settings, _given(tmp_path, ("泗阳县.xlsx", "沭阳县.xlsx"), _HEADS, False))
    assert {(Path(one["file"]).name, one["constants"]["unit_code"])
            for one in entry["sources"]} == {("泗阳县.xlsx", "321323"), ("沭阳县.xlsx", "321322")}
    assert _value(replace(settings), "jobs_published") == 3


def test_a_file_of_other_headings_is_named_with_what_it_lacks(settings: Settings,
                                                              tmp_path: Path) -> None:
    files = _given(tmp_path, ("1月.xlsx",), _HEADS + ",县区", True)
    files |= _given(tmp_path, ("2月.xlsx",), _HEADS, False)
    with pytest.raises(InputError, match=r"2月\.xlsx 的表头和 1月\.xlsx 不同（没有“县区”）"):
        _dropped(settings, files)


def test_a_telephone_in_a_further_file_is_not_read(settings: Settings, tmp_path: Path) -> None:
    heads = _HEADS.replace("岗位编号", "编号") + ",县区"
    files = _given(tmp_path, ("1月.xlsx", "2月.xlsx"), heads, True)
    book = openpyxl.load_workbook(tmp_path / "2月.xlsx")
    assert book.active is not None
    for row in range(2, 8):
        book.active.cell(row, 1, f"1391234567{row}")
    book.save(tmp_path / "2月.xlsx")
    table, recogniser = _dropped(settings, {**files, "2月.xlsx": (tmp_path / "2月.xlsx").read_bytes()})
    dataset = settings.definitions.datasets["job_posting"]
    choice = replace(chosen(recogniser.propose(table.shape, dataset)),
                     columns={"posting_id": "编号"})
    with pytest.raises(InputError, match="个人信息"):
        changed("", table, choice, dataset, recogniser)


def test_a_dataset_is_marked_as_not_there_and_back(settings: Settings) -> None:
    text = '[datasets.hire]\ntable = "t"  # 每月换\n'
    marked = with_absent(text, "hire", True)
    assert tomllib.loads(marked)["datasets"]["hire"] == {"absent": True, "table": "t"}
    assert tomllib.loads(with_absent(marked, "hire", False)) == tomllib.loads(text)
    assert tomllib.loads(with_absent("", "hire", True)) == {"datasets": {"hire": {"absent": True}}}
    checked(settings, with_absent(with_absent("", "hire", True), "hire", False))


def test_a_terminal_marks_a_dataset_as_not_there(settings: Settings,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect", "--absent", "--dataset", "hire"]) == 0
    assert _datasets(settings)["hire"] == {"absent": True}
    (edit,) = versioned_sources(settings).edits()
    assert edit.reason == "撮合录用标为没有"
    assert main(["connect", "--absent"]) == 2
    assert "请用 --dataset 写明是哪个数据集" in capsys.readouterr().err
