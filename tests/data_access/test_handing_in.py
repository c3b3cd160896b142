"""Registers handed in by the units: what they change, what is refused, and that they count like any
file.
"""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier

import openpyxl
import pytest

from data_access.__main__ import main
from data_access.accounts import AuditLog
from data_access.boundary import load_mappings
from data_access.boundary.form import FIRST_ROW, SHEET
from data_access.boundary.noticed import CellsError
from data_access.current import Current
from data_access.forms import form_xlsx
from data_access.handing_in import (
    closed,
    content_of,
    effect,
    open_to,
    opened,
    openings,
    put_back,
    put_in_force,
    versions_of,
    weighed,
)
from data_access.registers import (
    Change,
    NewVersion,
    Register,
    Versions,
    as_csv,
    difference,
    form_columns,
    from_csv,
    key_columns,
    merged,
    versions,
)
from data_access.site import ROOT, Settings, load_plan
from data_access.snapshots.refresh import refresh
from kpi.definitions.shipped_datasets import DATASETS
from kpi.vocabulary import InputError, Rollup
from tests.data_access.boundary.lists import suqian_geography
from tests.data_access.handing_in import (
    AT,
    OPEN,
    SHUYANG,
    SUYU,
    against,
    handed,
    opened_site,
    put,
    read,
    row,
    taking,
    training,
)

TRAINING = DATASETS["training_attendance"]


def _register(drawing: str) -> Register:
    lines = [tuple(line.split()) for line in drawing.strip().splitlines()]
    return Register(lines[0], tuple(lines[1:]))


BEFORE = _register("""
    id trade day
    A  家政  1
    B  电商  2
    C  家政  3
    D  快递  4
""")
GIVEN = _register("""
    id trade day
    B  电商  2
    A  电商  9
    E  家政  5
""")


def test_a_replacement_names_every_row_once() -> None:
    found = difference(BEFORE, GIVEN, ["id"])
    assert found.added == (("E",),)
    assert found.changed == (Change(("A",), (("trade", "家政", "电商"), ("day", "1", "9"))),)
    assert found.removed == (("C",), ("D",))
    assert found.unchanged == 1


def test_appending_takes_nothing_away() -> None:
    result = merged(BEFORE, GIVEN, ["id"])
    assert result == _register("""
        id trade day
        A  电商  9
        B  电商  2
        C  家政  3
        D  快递  4
        E  家政  5
    """)
    found = difference(BEFORE, result, ["id"])
    assert (found.added, [one.key for one in found.changed], found.removed, found.unchanged) == (
        (("E",),), [("A",)], (), 3)


@pytest.mark.parametrize(("dataset", "key"), [
    ("training_attendance", ("attendance_id",)), ("dispute_case", ("case_id", "stage")),
    ("injury_cover", ("person_key", "covered_from")),
    ("assisted_person", ("person_key", "registered_on")), ("worker_account", ("account_id",))])
def test_rows_are_told_apart_by_what_a_unit_may_list_once(dataset: str,
                                                          key: tuple[str, ...]) -> None:
    assert key_columns(DATASETS[dataset]) == key


def test_what_is_stored_is_read_back_and_has_no_other_column() -> None:
    names = tuple(column.name for column in form_columns(TRAINING))
    register = Register(names, (tuple(f"{name}，“x”,\"y\"" for name in names),))
    assert from_csv(as_csv(register), TRAINING) == register
    with pytest.raises(InputError, match="读不出来"):
        from_csv("a,b\n1,2\n", TRAINING)


def test_a_register_is_in_the_normal_form_of_its_unit(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path))
    text = ("姓名,联系电话,培训编号,人员编码,培训工种,零工培训,结业日期\n"
            "王小明,13812345678,A1,P1,家政,√,2025年3月1日\n")
    register = handed(own, text).register
    assert register.columns == tuple(column.name for column in form_columns(TRAINING))
    (only,) = register.rows
    assert dict(zip(register.columns, only, strict=True)) == {
        "attendance_id": "A1", "person_key": "P1", "occupation": "家政", "level": "",
        "is_gig": "1", "unit_code": SUYU, "township_code": "", "enrolled_on": "",
        "completed_on": "2025-03-01"}
    put(own, text)
    stored = b"".join(path.read_bytes() for path in (tmp_path / "var" / "handed_in").rglob("*")
                      if path.is_file())
    assert "王小明".encode() not in stored
    assert b"13812345678" not in stored


@pytest.mark.parametrize(("rows", "said"), [
    ([row("A1", "P1"), row("A2", "P2", unit="沭阳县")],
     "第 3 行“管理单位”写的是沭阳县，这份台账只能报宿豫区的"),
    ([row("A1", "P1", unit="321322")], "第 2 行“管理单位”写的是沭阳县"),
    ([row("A1", "P1"), row("A2", "P2", unit="哪里")], "第 3 行“管理单位”写的是“哪里”，对不上名录"),
    ([row("A1", "P1"), row("A2", "P2", unit="321300")], "第 3 行“管理单位”写的是测试市"),
    ([row("A1", "P1", unit="", town="沭城街道")], "第 2 行“乡镇（街道）”写的是“沭城街道”，属于沭阳县，这份台账只能报宿豫区的"),
    ([row("A1", "P1"), row("A2", "P2"), row("A1", "P3")],
     "第 4 行“培训编号”写的是“A1”，与第 2 行重复"),
    ([row("", "P1")], "第 2 行“培训编号”空着，这一列必填"),
    ([*(row(f"A{number}", f"P{number}") for number in range(300)), row("A300", "320102199003070017")],
     "第 302 行“人员编码”是身份证号，不能报送"),
    ([row("A1", "P1"), row("A2", "P2", day="2025-02-30")],
     "第 3 行“结业日期”写的是“2025-02-30”，不是日期"),
])
def test_a_row_that_cannot_be_taken_is_named_by_its_cell(tmp_path: Path, rows: list[str],
                                                         said: str) -> None:
    own = taking(opened_site(tmp_path))
    with pytest.raises(CellsError) as refused:
        handed(own, training(*rows))
    assert refused.value.count == 1
    assert said in "\n".join(refused.value.lines)
    assert said in str(refused.value)
    assert "320102199003070017" not in str(refused.value)


def test_a_hundred_faults_are_counted_and_fifty_listed(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path))
    rows = [row(f"A{number}", f"P{number}", unit="沭阳县") for number in range(100)]
    with pytest.raises(CellsError) as refused:
        handed(own, training(*rows))
    assert refused.value.count == 100
    assert len(refused.value.lines) == 50
    assert "第 2 行" in refused.value.lines[0]
    assert "第 51 行" in refused.value.lines[-1]


def test_what_a_category_does_not_have_is_refused_with_what_it_has(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path, "[datasets.fund_entry]\nhanded_in = true\n"),
                 dataset="fund_entry")
    book = _filled(own.dataset.name, ["F1", "宿豫区", "借款", 5, datetime(2025, 3, 1)], tmp_path)
    with pytest.raises(CellsError, match="写的是“借款”，可以写的有"):
        read(own, book)


def _filled(dataset: str, cells: list[object], folder: Path) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx(DATASETS[dataset], suqian_geography(),
                                                       SUYU)))
    for place, value in enumerate(cells, start=1):
        book[SHEET].cell(FIRST_ROW, place, value)  # type: ignore[attr-defined]
    path = folder / "填报表.xlsx"
    book.save(path)
    return path


def test_the_form_of_another_dataset_is_named(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path))
    with pytest.raises(InputError, match="这是“资金”的填报表，不是“技能培训”的"):
        read(own, _filled("fund_entry", ["F1"], tmp_path))


def test_the_form_handed_out_with_what_is_on_record_comes_back_unchanged(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path))
    put(own, training(row("A1", "P1", town="豫新街道"), row("A2", "P2", trade="=电商")))
    now = versions_of(own)
    newest = now.newest()
    assert newest is not None
    path = tmp_path / "填报表.xlsx"
    path.write_bytes(form_xlsx(TRAINING, suqian_geography(), SUYU,
                               from_csv(now.text_of(newest), TRAINING)))
    sheet = openpyxl.load_workbook(path)[SHEET]
    assert not sheet.cell(FIRST_ROW, 1).protection.locked
    assert sheet.cell(FIRST_ROW, 6).value == "宿豫区"
    again = weighed(own, read(own, path).register, append=False)
    assert again.difference.nothing
    assert again.difference.unchanged == 2
    with pytest.raises(InputError, match="没有可提交的改动"):
        put_in_force(own, again, "某人", AT, "", bool)


def test_a_large_fall_is_taken_with_a_reason_only(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path))
    rows = [row(f"A{number}", f"P{number}") for number in range(10)]
    put(own, training(*rows))
    assert against(own, training(*rows[:8])).fall == "", "a fifth may go"
    less = against(own, training(*rows[:7]))
    assert less.fall == "现有10行中的3行不再有（超过20%）"
    with pytest.raises(InputError, match="请写明原因"):
        put_in_force(own, less, "某人", AT, "", bool)
    made = put_in_force(own, less, "某人", AT, "重复登记的已合并", bool)
    assert (made.number, made.rows, made.removed, made.reason) == (2, 7, 3, "重复登记的已合并")
    assert against(own, training(*rows[:1]), append=True).fall == ""


def test_nobody_hands_in_what_is_not_open_to_them(tmp_path: Path) -> None:
    settings = opened_site(tmp_path, f'[datasets.training_attendance]\nhanded_in = ["{SHUYANG}"]\n')
    assert open_to(settings, SHUYANG) == ("training_attendance",)
    assert open_to(settings, SUYU) == ()
    with pytest.raises(InputError, match="没有开放给宿豫区报送"):
        put(taking(settings), training(row("A1", "P1")))
    assert not (tmp_path / "var" / "handed_in").exists()


@pytest.mark.parametrize(("line", "said"), [
    ("handed_in = 1", "handed_in 应写 true"), ("handed_in = []", "handed_in 应写 true"),
    ('handed_in = true\ntable = "t"', "不能与单位报送的台账合在一起"),
    ("handedin = true", "是不是 handed_in"), ("handed_in = true\nunits = []", "不认识")])
def test_a_wrong_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    settings = opened_site(tmp_path, f"[datasets.training_attendance]\n{line}\n")
    assert openings(settings) == {}
    wrong = load_mappings(settings.sources_file)["training_attendance"]
    assert isinstance(wrong, InputError)
    assert said in str(wrong)


def test_a_list_of_divisions_is_not_handed_in(tmp_path: Path) -> None:
    settings = opened_site(tmp_path, "[datasets.township]\nhanded_in = true\n")
    wrong = load_mappings(settings.sources_file)["township"]
    assert "不能由单位报送" in str(wrong)


def test_opening_and_closing_leaves_the_rest_of_the_file_alone() -> None:
    text = ('# 说明\n[datasets.training_attendance]  # 台账\nfile = "a.csv"\n\n'
            '[datasets.hire]\nabsent = true\n')
    once = opened(text, "training_attendance", [SUYU])
    assert f'handed_in = ["{SUYU}"]' in once
    assert 'file = "a.csv"' in once
    assert "# 说明" in once
    assert "handed_in = true" in opened(once, "training_attendance", [])
    assert "handed_in" not in closed(once, "training_attendance")
    assert "[datasets.hire]\nabsent = true" in once


# --- what it counts


def _trained(settings: Settings) -> dict[str, float | None]:
    """The figures of the trainings, by unit and of the city, of a fresh reading."""
    taken = refresh(settings, now=AT)
    assert not taken.messages
    current = Current(settings, load_plan(settings), taken)
    card = current.scorecard(current.default_day)
    places = [card.geography.city, *card.geography.members(Rollup.MANAGING)]
    return {f"{item.code}:{place.code}": card.line(item.code, place).value
            for item in load_plan(settings).indicators
            if "training_attendance" in item.indicator.datasets for place in places}


ROWS = {SUYU: [row(f"A{number}", f"P{number % 7}", "家政" if number % 2 else "电商",
                   town="豫新街道" if number % 3 else "", day=f"2025-0{1 + number % 6}-11")
               for number in range(12)],
        SHUYANG: [row(f"B{number}", f"P{number}", unit="沭阳", town="沭城街道") for number in range(5)]}


def test_what_is_handed_in_counts_like_the_same_rows_in_a_file(tmp_path: Path) -> None:
    settings = opened_site(tmp_path / "own")
    for unit, rows in ROWS.items():
        put(taking(settings, unit), training(*rows))
    other = opened_site(tmp_path / "file", '[datasets.training_attendance]\nfile = "all.csv"\n'
                        "[datasets.training_attendance.columns]\n"
                        + "".join(f'{name} = "{title}"\n' for name, title in (
                            ("attendance_id", "培训编号"), ("person_key", "人员编码"),
                            ("occupation", "培训工种"), ("is_gig", "零工培训"),
                            ("unit_code", "管理单位"), ("township_code", "乡镇（街道）"),
                            ("completed_on", "结业日期"), ("level", ""), ("enrolled_on", ""))))
    (other.config / "all.csv").write_text(training(*(one for rows in ROWS.values()
                                                     for one in rows)), encoding="utf-8")
    figures = _trained(settings)
    assert figures == _trained(other)
    assert {value for key, value in figures.items() if key.endswith(SUYU)} - {None, 0.0}


def test_a_dataset_nobody_has_handed_in_yet_is_not_connected(tmp_path: Path) -> None:
    settings = opened_site(tmp_path)
    assert "training_attendance" not in refresh(settings, now=AT).parts
    put(taking(settings), training(row("A1", "P1")))
    part = refresh(settings, now=AT).parts["training_attendance"]
    assert part.data.quality.counted == 1


def test_a_register_is_read_besides_the_files_there_are(tmp_path: Path) -> None:
    text = OPEN + 'file = "rest.csv"\n'
    settings = opened_site(tmp_path, text)
    (settings.config / "rest.csv").write_text(
        "attendance_id,person_key,occupation,level,is_gig,unit_code,township_code,enrolled_on,"
        "completed_on\nX1,Q1,家政,,是,321322,,,2025-03-01\n", encoding="utf-8")
    put(taking(settings), training(row("A1", "P1")))
    assert refresh(settings, now=AT).parts["training_attendance"].data.quality.counted == 2


def test_a_register_whose_unit_is_closed_is_read_no_longer(tmp_path: Path) -> None:
    settings = opened_site(tmp_path)
    for unit in (SUYU, SHUYANG):
        put(taking(settings, unit), training(*ROWS[unit]))
    settings.sources_file.write_text(
        f'[datasets.training_attendance]\nhanded_in = ["{SHUYANG}"]\n', encoding="utf-8")
    part = refresh(settings, now=AT).parts["training_attendance"]
    assert part.data.quality.read == len(ROWS[SHUYANG])


def test_a_stored_register_that_was_changed_is_not_read(tmp_path: Path) -> None:
    settings = opened_site(tmp_path)
    own = taking(settings)
    made = put(own, training(row("A1", "P1")))
    path = versions_of(own).path_of(made)
    path.write_text(path.read_text(encoding="utf-8") + "A2,P2,家政,,1,321322,,,2025-03-01\n",
                    encoding="utf-8")
    assert "被改过；请从备份恢复" in "".join(refresh(settings, now=AT).messages)


def test_going_back_restores_the_digest_and_the_figures(tmp_path: Path) -> None:
    settings = opened_site(tmp_path)
    own = taking(settings)
    first = put(own, training(*ROWS[SUYU]))
    before = _trained(settings)
    put(own, training(*(one.replace("2025-", "2026-") for one in ROWS[SUYU][:10])))
    assert _trained(settings) != before
    made = put_back(own, 1, 2, "某人", AT, bool)
    assert (made.number, made.back_to, made.digest) == (3, 1, first.digest)
    assert (made.added, made.changed, made.removed) == (2, 10, 0)
    assert _trained(settings) == before
    assert [one.number for one in versions_of(own).all()] == [3, 2, 1]
    with pytest.raises(InputError, match="没有第9版"):
        put_back(own, 9, 3, "某人", AT, bool)


def test_what_would_come_of_it_is_what_comes_of_it(tmp_path: Path) -> None:
    settings = opened_site(tmp_path)
    own, other = taking(settings), taking(settings, SHUYANG)
    put(other, training(*ROWS[SHUYANG]))
    would = effect(own, handed(own, training(*ROWS[SUYU])).register)
    assert (would.own.read, would.whole.read) == (12, 17)
    assert versions_of(own).newest() is None, "a trial keeps nothing"
    put(own, training(*ROWS[SUYU]))
    figures = _trained(settings)
    plan = load_plan(settings)
    codes = {item.name: item.code for item in plan.indicators}
    shown = {f"{codes[one.name]}:{SUYU}": one.would for one in would.whole.figures}
    assert shown == {key: value for key, value in figures.items() if key.endswith(SUYU)}


# --- two at once, and killed in between


def _new(text: str, seen: int) -> NewVersion:
    return NewVersion(text, seen, "某人", AT, 0, 0, 0, 0, "")


def test_of_two_that_saw_the_same_version_one_is_refused(tmp_path: Path) -> None:
    versions = Versions(tmp_path, "hire", SUYU)
    versions.put_version(_new("0", 0))
    together = Barrier(6)

    def hand_in(number: int) -> str:
        together.wait()
        try:
            return f"第{versions.put_version(_new(str(number), 1)).number}版"
        except InputError as error:
            return str(error)
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(hand_in, range(6)))
    assert sorted(said)[:1] == ["核对之后，这份台账已有了第2版（某人）；没有提交，请在新的一版上重新核对。"]
    assert [one.startswith("第2版") for one in said].count(True) == 1
    (newest, first) = versions.all()
    assert versions.text_of(newest) == str(said.index("第2版"))
    assert versions.text_of(first) == "0"


_HANDING_IN = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from data_access.registers import NewVersion, Versions
step, seen = int(sys.argv[2]), []
def killed(name):
    real = getattr(os, name)
    def call(*given, **named):
        seen.append(name)
        if len(seen) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    setattr(os, name, call)
killed("fsync"), killed("replace")
Versions(Path(sys.argv[1]), "hire", "321311").put_version(
    NewVersion("new", 1, "某人", datetime(2026, 6, 30), 0, 0, 0, 0, ""))
"""


def test_killed_in_between_it_is_the_old_one_or_the_new(tmp_path: Path) -> None:
    states = []
    for step in range(1, 6):
        home = tmp_path / str(step)
        versions = Versions(home, "hire", SUYU)
        versions.put_version(_new("old", 0))
        done = subprocess.run([sys.executable, "-c", _HANDING_IN, str(home), str(step)], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        newest = versions.newest()
        assert newest is not None
        states.append((done.returncode == -signal.SIGKILL, versions.text_of(newest)))
        again = versions.put_version(_new("next", newest.number))
        assert versions.text_of(again) == "next", "whoever comes next is not held up"
    assert states == [(True, "old")] * 4 + [(False, "new")], "it is in force with the last step"


def test_what_leaves_no_trace_is_not_done(tmp_path: Path) -> None:
    settings = opened_site(tmp_path)
    own = taking(settings)

    def full() -> object:
        raise InputError("审计日志写不进去")
    with pytest.raises(InputError, match="审计日志写不进去"):
        put(own, training(row("A1", "P1")), record=full)
    assert versions_of(own).all() == ()


def test_a_full_disk_is_said_and_nothing_is_in_force(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = taking(opened_site(tmp_path))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(versions, "swap", full)
    with pytest.raises(InputError, match="台账写不进去（No space left on device）；没有提交"):
        put(own, training(row("A1", "P1")))
    assert versions_of(own).all() == ()


def test_a_spoilt_record_is_said_and_not_overwritten(tmp_path: Path) -> None:
    settings = opened_site(tmp_path)
    own = taking(settings)
    put(own, training(row("A1", "P1")))
    versions_of(own).record.write_text("[{", encoding="utf-8")
    with pytest.raises(InputError, match="版本记录"):
        put(own, training(row("A1", "P1"), row("A2", "P2")))
    assert "读不出来" in "".join(refresh(settings, now=AT).messages)
    with pytest.raises(InputError, match="单位代码"):
        Versions(tmp_path, "hire", "../x")


# --- on a terminal


def test_a_register_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    settings = opened_site(tmp_path)
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    file = tmp_path / "台账.csv"
    file.write_text(training(*ROWS[SUYU]), encoding="utf-8")
    own = ["--unit", SUYU]
    base = ["hand-in", "training_attendance", str(file), *own]
    alone = ["hand-in", "training_attendance", *own]
    assert main(base) == 0
    assert "新增12行，改0行，删0行，不变0行" in capsys.readouterr().out
    assert versions_of(taking(settings)).all() == (), "nothing is written unasked"
    assert main([*base, "--write"]) == 0
    file.write_text(training(*ROWS[SUYU][:2]), encoding="utf-8")
    assert main([*base, "--write"]) == 2
    assert "请写明原因" in capsys.readouterr().err
    assert main([*base, "--write", "--append"]) == 2
    assert "没有可提交的改动" in capsys.readouterr().err
    assert main([*base, "--write", "--reason", "只剩两人"]) == 0
    assert main([*alone, "--back", "1"]) == 0
    assert main([*alone, "--history"]) == 0
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert [line.split("｜")[0] for line in lines] == ["第3版", "第2版", "第1版"]
    assert "撤回到第1版" in lines[0]
    log = AuditLog(settings.data / "audit")
    assert [one.object for one in log.records() if one.action == "hand_in"] == [
        "技能培训（宿豫区）报送", "技能培训（宿豫区）报送", "技能培训（宿豫区）撤回"]
    file.write_text("培训编号,培训工种\nA1,家政\n", encoding="utf-8")
    assert main(base) == 2
    assert "没有对上的列：人员编码、零工培训" in capsys.readouterr().err


@pytest.mark.parametrize("sign", ["\r", "\x07", "\x0b", "\u2028", "\x85"])
def test_signs_nobody_sees_become_blanks_and_what_is_stored_reads_back(
        tmp_path: Path, sign: str) -> None:
    own = taking(opened_site(tmp_path))
    put(own, training(row("A1", "P1", f'"家{sign}政"')))
    register = content_of(versions_of(own), versions_of(own).newest(), own.dataset)
    assert register.rows[0][register.columns.index("occupation")] == "家 政"
    put(own, training(row("A1", "P1"), row("A2", "P2")))
    assert put_back(own, 1, 2, "某人", AT, lambda: None).number == 3


def test_what_would_not_read_back_is_not_put_in_force(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path))
    given = against(own, training(row("A1", "P1")))
    spoilt = replace(given.result, rows=(tuple(f"{text}\r" for text in given.result.rows[0]),))
    with pytest.raises(InputError, match="存不下来"):
        put_in_force(own, replace(given, result=spoilt), "某人", AT, "核对", lambda: None)
    assert versions_of(own).all() == ()


def test_a_broken_version_can_be_replaced_and_gone_back_from(tmp_path: Path) -> None:
    own = taking(opened_site(tmp_path))
    put(own, training(row("A1", "P1")))
    put(own, training(row("A1", "P1"), row("A2", "P2")))
    newest = versions_of(own).newest()
    assert newest is not None
    versions_of(own).path_of(newest).write_text("spoilt", encoding="utf-8")
    with pytest.raises(InputError):
        against(own, training(row("A3", "P3")), append=True)
    assert against(own, training(row("A3", "P3"))).seen == 2
    back = put_back(own, 1, 2, "某人", AT, lambda: None)
    assert (back.number, back.rows) == (3, 1)


@pytest.mark.parametrize(("person", "trade", "kind"), [
    ("13812345678", "家政", "手机号码"), ("P1", "家政13812345678", "手机号码"),
    ("P1", "家政 138-1234-5678", "手机号码"), ("P1", "１３８１２３４５６７８", "手机号码"),
    ("110105 19491231 002X", "家政", "身份证号"),
    ("110105491231002", "家政", "身份证号")])
def test_a_number_of_a_person_is_refused_in_every_single_cell(
        tmp_path: Path, person: str, trade: str, kind: str) -> None:
    own = taking(opened_site(tmp_path))
    with pytest.raises(CellsError, match=f"是{kind}，不能报送"):
        handed(own, training(row("A1", person, trade), *(row(f"B{at}", f"P{at}")
                                                         for at in range(2, 9))))


@pytest.mark.parametrize("name", ["沭阳县培训台账.csv", "2026年沭阳县.csv"])
def test_another_countys_file_is_refused_by_its_name_where_no_row_says_whose_it_is(
        tmp_path: Path, name: str) -> None:
    own = taking(opened_site(tmp_path))
    with pytest.raises(InputError, match="写着沭阳县，而这份台账只能报宿豫区的"):
        handed(own, training(row("A1", "P1", unit="")), name)
    # its rows say that it is the unit's own
    assert len(handed(own, training(row("A1", "P1")), name).register.rows) == 1


def test_who_has_not_handed_in_is_named_with_the_data(tmp_path: Path) -> None:
    settings = opened_site(tmp_path, f'[datasets.training_attendance]\nhanded_in = ["{SUYU}", '
                                     f'"{SHUYANG}"]\n')
    assert not [one for one in refresh(settings, now=AT).remarks if one.code == "not_handed_in"]
    put(taking(settings), training(row("A1", "P1")))
    (remark,) = [one for one in refresh(settings, now=AT).remarks if one.code == "not_handed_in"]
    assert (remark.count, remark.dataset) == (1, "training_attendance")
    assert remark.text.startswith("沭阳县还没有报送，按没有记录计")
    put(taking(settings, SHUYANG), training(row("B1", "Q1", unit="沭阳县")))
    assert not [one for one in refresh(settings, now=AT).remarks if one.code == "not_handed_in"]


def test_what_another_unit_has_handed_in_is_not_taken_over_without_a_reason(
        tmp_path: Path) -> None:
    settings = opened_site(tmp_path, "[datasets.worker_account]\nhanded_in = true\n")
    head = "账户编号,管理单位,注册日期\n"
    theirs = taking(settings, SHUYANG, "worker_account")
    put(theirs, head + "W0,沭阳县,2025-05-01\nW1,沭阳县,2025-05-01\n")
    own = taking(settings, SUYU, "worker_account")
    text = head + "W0,宿豫区,2025-01-02\nW9,宿豫区,2025-01-02\n"
    assert against(own, text).fall == "1个编号（如W0）已在沭阳县的台账里，只计登记最早的一份"
    with pytest.raises(InputError, match="请写明原因"):
        put(own, text, reason="")
    assert put(own, text, reason="由沭阳县转来").reason == "由沭阳县转来"
    # a person may well be trained in two counties
    assert not against(taking(opened_site(tmp_path / "b")), training(row("A1", "P1"))).fall


@pytest.mark.parametrize("unit", ["睢宁县", "开发区", "321399"])
def test_a_column_of_places_that_are_on_no_list_is_read_and_refused(tmp_path: Path,
                                                                    unit: str) -> None:
    own = taking(opened_site(tmp_path))
    with pytest.raises(CellsError, match=f"写的是“{unit}”，对不上名录"):
        handed(own, training(row("A1", "P1", unit=unit), row("A2", "P2", unit=unit)))
