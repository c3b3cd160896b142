"""A build is whole or not there, the same for the same seed, and larger for a larger scale."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS
from kpi.vocabulary.errors import InputError
from reference import outlines
from sample_data.build import build, fill
from tests import naive
from tests.commands.running import command, process
from tests.naive import Tables

FILES = {*(f"{name}.sqlite" for name in CONNECTIONS), "sample.json"}
PLACES = ("managing_unit", "township", "central_village", "service_venue")


def _tables(folder: Path) -> Tables:
    return naive.read_tables({name: f"sqlite:///{folder / f'{name}.sqlite'}"
                              for name in CONNECTIONS})


def test_a_build_writes_one_file_per_connection_and_says_what_it_is(sample_folder: Path) -> None:
    assert {path.name for path in sample_folder.iterdir()} == FILES
    about = json.loads((sample_folder / "sample.json").read_text(encoding="utf-8"))
    assert about == {"as_of": "2026-10-31", "scale": 1, "seed": about["seed"], "note": "演示数据"}


def test_every_dataset_has_rows(sample_tables: Tables) -> None:
    assert set(sample_tables) == set(DATASETS)
    assert all(sample_tables.values())


def test_a_missing_value_is_null_and_never_text(sample_tables: Tables) -> None:
    for name, rows in sample_tables.items():
        for row in rows:
            assert not {"", "NaT", "nan", "None"} & {str(value) for value in row.values()
                                                     if value is not None}, name


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        build(tmp_path / name, scale=0.1, seed=7)
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() == (
            tmp_path / "other" / file).read_bytes(), file


@pytest.mark.long
def test_another_seed_gives_other_rows_with_the_same_totals(tmp_path: Path) -> None:
    build(tmp_path / "seven", scale=0.1, seed=7)
    build(tmp_path / "eight", scale=0.1, seed=8)
    seven, eight = _tables(tmp_path / "seven"), _tables(tmp_path / "eight")
    assert seven["job_posting"] != eight["job_posting"]
    assert len(seven["craft_certificate"]) == len(eight["craft_certificate"]) == 42


def _single(folder: Path, connection: str, statement: str) -> float:
    database = sqlite3.connect(folder / f"{connection}.sqlite")
    try:
        return float(database.execute(statement).fetchone()[0])
    finally:
        database.close()


@pytest.mark.long
def test_scale_multiplies_rows_headcounts_and_budgets_but_not_places(
        tmp_path: Path, sample_folder: Path) -> None:
    triple = tmp_path / "triple"
    build(triple, scale=3)

    def times(connection: str, statement: str) -> float:
        return _single(triple, connection, statement) / _single(sample_folder, connection,
                                                                statement)
    for dataset in DATASETS.values():
        expected = 1 if dataset.name in PLACES else 3
        assert times(dataset.connection, f"SELECT count(*) FROM {dataset.name}") == pytest.approx(
            expected, rel=0.03)
    assert times("suzhaohuo", "SELECT sum(headcount) FROM job_posting") == pytest.approx(
        3, rel=0.03)
    assert times("office", "SELECT sum(amount) FROM fund_entry WHERE kind = 'budget'") == 3


def test_a_build_that_is_killed_leaves_nothing_that_looks_built_and_the_next_one_cleans_up(
        tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    program = (
        "import os, signal, sys; from pathlib import Path; from sample_data.build import build\n"
        "def stop(text, share):\n    if share > 0.5: os.kill(os.getpid(), signal.SIGKILL)\n"
        "build(Path(sys.argv[1]), scale=0.1, progress=stop)\n")
    killed = subprocess.run([sys.executable, "-c", program, str(folder)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not folder.exists()
    build(folder, scale=0.1)
    assert {path.name for path in tmp_path.iterdir()} == {"sample"}
    assert {path.name for path in folder.iterdir()} == FILES


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(_text: str, share: float) -> None:
        if share > 0.5:
            raise RuntimeError("stopped")
    with pytest.raises(RuntimeError):
        build(tmp_path / "sample", scale=0.1, progress=fail)
    assert not list(tmp_path.iterdir())


def test_an_existing_sample_is_kept_unless_forced(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    build(folder, scale=0.1, seed=1)
    with pytest.raises(InputError, match="--force"):
        build(folder, scale=0.1, seed=2)
    assert json.loads((folder / "sample.json").read_text(encoding="utf-8"))["seed"] == 1
    build(folder, scale=0.1, seed=2, force=True)
    assert json.loads((folder / "sample.json").read_text(encoding="utf-8"))["seed"] == 2


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "notes.txt").write_text("kept", encoding="utf-8")
    build(folder, scale=0.1, force=True)
    assert {path.name for path in folder.iterdir()} == {*FILES, "notes.txt"}


def test_progress_is_told_in_rising_shares_up_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    build(tmp_path / "sample", scale=0.1, progress=lambda _text, share: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("scale", [0, -1, 0.01, 20_000, float("nan")])
def test_a_scale_out_of_range_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(InputError, match="scale"):
        build(tmp_path / "sample", scale=scale)
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_way_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="写不进去"):
        build(tmp_path / "taken" / "sample", scale=0.1)


def test_venues_lie_inside_the_county_they_belong_to(sample_tables: Tables) -> None:
    county_of = {row["unit_code"]: row["county_code"] for row in sample_tables["managing_unit"]}
    rings = {code: outline.rings[0] for code, outline in outlines().items()}
    for row in sample_tables["service_venue"]:
        if row["unit_code"] in county_of:
            assert _is_inside((row["longitude"], row["latitude"]),
                              rings[county_of[row["unit_code"]]]), row["name"]


def _is_inside(point: tuple[float, float], ring: tuple[tuple[float, float], ...]) -> bool:
    x, y = point
    result = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            result = not result
    return result


def test_a_url_template_fills_databases_with_the_rows_of_the_files(tmp_path: Path) -> None:
    build(tmp_path / "files", scale=0.1)
    (tmp_path / "server").mkdir()
    fill(f"sqlite:///{tmp_path}/server/{{connection}}.sqlite", scale=0.1)
    files, server = _tables(tmp_path / "files"), _tables(tmp_path / "server")
    for name in DATASETS:
        assert _without_microseconds(files[name]) == _without_microseconds(server[name]), name


def _without_microseconds(rows: list[naive.Row]) -> list[naive.Row]:
    return [{**row, "updated_at": str(row["updated_at"])[:19]} for row in rows]


def test_databases_that_have_tables_already_are_kept_unless_forced(tmp_path: Path) -> None:
    template = f"sqlite:///{tmp_path}/{{connection}}.sqlite"
    fill(template, scale=0.1)
    with pytest.raises(InputError, match="--force"):
        fill(template, scale=0.1)
    fill(template, scale=0.1, force=True)


@pytest.mark.parametrize("template",
                         ["postgresql+psycopg://someone:secret@127.0.0.1:9/{connection}",
                          "mysql+pymysql://someone:secret@127.0.0.1:9/{connection}", "no url",
                          "nosuch://someone:secret@host/{connection}"])
def test_a_server_that_cannot_be_used_is_refused_without_showing_the_url(template: str) -> None:
    with pytest.raises(InputError) as refused:
        fill(template, scale=0.1)
    assert "secret" not in str(refused.value)


def test_the_command_builds(tmp_path: Path) -> None:
    done = process("sample_data", "build", "--scale", "0.1", "--seed", "3", "--out",
                   str(tmp_path / "sample"))
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "sample").iterdir()} == FILES


@pytest.mark.parametrize("arguments", [
    ("build",), ("build", "--scale", "0", "--out", "x"), ("build", "--scale", "many", "--out", "x"),
    ("build", "--seed", "-1", "--out", "x"), ("build", "--nonsense"), ("bulid",), ()])
def test_the_command_refuses_bad_input_in_one_line(arguments: tuple[str, ...]) -> None:
    done = command("sample_data", *arguments)
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
