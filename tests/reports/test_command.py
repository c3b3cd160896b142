"""`python -m reports`: what a cron line gets, and one plain sentence when the input is bad."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from tests.reports.world import settings_for


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small city, its databases read."""
    settings = settings_for(tmp_path_factory.mktemp("read") / "city")
    refresh(settings)
    return settings


@pytest.fixture
def run(
    city: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
    capsys: pytest.CaptureFixture[str],
):
    """Runs the command on a copy of the small city; gives exit code, output, error output."""
    for name, folder in (("config", city.config), ("data", city.data)):
        copy = shutil.copytree(folder, tmp_path / "city" / name)
        monkeypatch.setenv(f"LINGGONG_{name.upper()}", str(copy))
    for name, url in city.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)

    def command(*arguments: object) -> tuple[int, str, str]:
        from reports.__main__ import main

        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_the_scorecard_comes_out_as_json(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("scorecard", "--as-of", "2026-10-31")
    assert code == 0
    assert json.loads(out)["as_of"] == "2026-10-31"


def test_the_workbook_is_written_and_not_overwritten_unasked(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    paper = tmp_path / "x.xlsx"
    assert run("workbook", "--as-of", "2026-10-31", "--out", paper)[0] == 0
    assert openpyxl.load_workbook(paper).sheetnames[:2] == ["封面", "总表"]
    code, _, error = run("workbook", "--as-of", "2026-10-31", "--out", paper)
    assert (code, error.count("\n")) == (2, 1)
    assert "--force" in error
    assert run("workbook", "--as-of", "2026-10-31", "--out", paper, "--force")[0] == 0


def test_a_workbook_for_a_meeting_has_no_sheets_to_look_things_up_in(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    paper = tmp_path / "x.xlsx"
    assert run("workbook", "--as-of", "2026-10-31", "--meeting", "--out", paper)[0] == 0
    sheets = openpyxl.load_workbook(paper, read_only=True).sheetnames
    assert sheets[-1] in ("预警", "督办")
    assert not {"县区明细", "缺口清单", "口径说明", "数据质量"} & set(sheets)


def test_one_division_has_a_workbook_of_its_own(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    paper = tmp_path / "x.xlsx"
    assert run("workbook", "--as-of", "2026-10-31", "--out", paper, "--division", "321322")[0] == 0
    divisions = {row[0] for row in openpyxl.load_workbook(paper)["总表"].iter_rows(
        min_row=5, values_only=True)}
    assert divisions == {"全市", "沭阳县"}


def test_the_brief_is_written_from_the_sites_own_template_when_it_has_one(
        run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    paper = tmp_path / "x.docx"
    assert run("brief", "--as-of", "2026-10-31", "--out", paper)[0] == 0
    assert paper.read_bytes().startswith(b"PK")
    assert "--force" in run("brief", "--as-of", "2026-10-31", "--out", paper)[2]
    (tmp_path / "city" / "config" / "brief.docx").write_bytes(b"broken")
    code, _, error = run("brief", "--as-of", "2026-10-31", "--out", paper, "--force")
    assert (code, error.count("\n")) == (2, 1)
    assert "打不开" in error


@pytest.mark.parametrize("rollup", ["county", "managing"])
def test_the_bulletin_is_written_and_not_overwritten_unasked(
    run, tmp_path: Path, rollup: str
) -> None:  # type: ignore[no-untyped-def]
    paper = tmp_path / "x.docx"
    call = ("bulletin", "--as-of", "2026-10-31", "--rollup", rollup, "--out", paper)
    assert run(*call)[0] == 0
    assert paper.read_bytes().startswith(b"PK")
    code, _, error = run(*call)
    assert (code, error.count("\n")) == (2, 1)
    assert "--force" in error
    assert run(*call, "--force")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scorecard", "--as-of", "2024-12-31"), "不在方案期"),
        (("scorecard", "--as-of", "2027-01-01"), "不在方案期"),
        (("scorecard", "--as-of", "31.10.2026"), "不是日期"),
        (("scorecard", "--as-of", "2026-10-31", "--out", "/nowhere/x.json"), "写不进去"),
        (("workbook", "--as-of", "2027-01-01", "--out", "x.xlsx"), "不在方案期"),
        (("workbook", "--as-of", "2026-10-31", "--out", "/nowhere/x.xlsx"), "写不进去"),
        (
            ("workbook", "--as-of", "2026-10-31", "--out", "x.xlsx", "--division", "999999"),
            "999999",
        ),
        (("workbook", "--as-of", "2026-10-31"), "--out"),
        ((), "命令"),
    ],
)
def test_bad_input_ends_in_one_sentence(
    run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, error = run(*arguments)
    sentences = [line for line in error.splitlines() if line.strip() and "%" not in line]
    assert code == 2
    assert out == ""
    assert said in sentences[-1]
    assert len(sentences) == 1
    assert "Traceback" not in error
    assert not (tmp_path / "x.xlsx").exists()


def test_what_has_changed_since_a_frozen_meeting_adds_up(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, error = run("compare", "--as-of", "2026-10-31")
    assert (code, error.count("\n")) == (2, 1)
    assert "先定稿" in error
    assert run("freeze", "--as-of", "2026-09-30")[0] == 0
    code, out, _ = run("compare", "--as-of", "2026-10-31")
    assert code == 0
    said = json.loads(out)
    assert (said["meeting"]["as_of"], said["as_of"]) == ("2026-09-30", "2026-10-31")
    cards = {day: {(line["indicator"], line["rollup"], line["division"]): line["value"]
                   for line in json.loads(run("scorecard", "--as-of", day)[1])["lines"]}
             for day in ("2026-09-30", "2026-10-31")}
    moved = 0
    for line in said["lines"]:
        place, value = (line["indicator"], line["rollup"], line["division"]), line["value"]
        assert value["then"] == pytest.approx(cards["2026-09-30"][place])
        assert value["now"] == pytest.approx(cards["2026-10-31"][place])
        if value["parts"] is not None:
            assert sum(value["parts"].values()) == pytest.approx(value["change"])
            # the same facts and plan: all of it is what happened in between
            assert value["parts"]["new_data"] == pytest.approx(value["change"])
            moved += value["change"] != 0
    assert moved
    file = tmp_path / "changes.json"
    assert run("compare", "--as-of", "2026-10-31", "--meeting", "2026-09-30", "--out", file)[0] == 0
    assert json.loads(file.read_text(encoding="utf-8")) == said
    assert "2026-08-31" in run("compare", "--as-of", "2026-10-31", "--meeting", "2026-08-31")[2]


def test_what_moved_a_figure_comes_out_as_json(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("explain", "--as-of", "2026-10-31", "--indicator", "jobs_published",
                       "--since", "2026-06-30")
    assert code == 0
    said = json.loads(out)
    assert said["since"] == "2026-06-30"
    assert said["ways"]
    for way in said["ways"]:
        assert sum(part["value"] for part in way["parts"]) == way["change"] == way["after"] - way[
            "before"]
        assert way["sentence"].startswith("6月30日至10月31日，全市发布零工岗位")
    assert "没有指标“nothing”" in run("explain", "--as-of", "2026-10-31", "--indicator", "nothing")[2]
    assert "不早于" in run("explain", "--as-of", "2026-10-31", "--indicator", "jobs_published",
                        "--since", "2026-10-31")[2]
