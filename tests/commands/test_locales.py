"""Folders with spaces and Chinese, on machines whose locale has no Chinese: the same files, the
same words.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from data_access.site.settings import ROOT
from tests.access import site
from tests.fixtures import distinct_city

pytestmark = pytest.mark.long

# “forced”: both ways in which the interpreter saves itself are shut
_LOCALES = {
    "usual": {"LC_ALL": "C.UTF-8"},
    "C": {"LC_ALL": "C"},
    "none": {},
    "forced C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "forced POSIX and ASCII": {
        "LC_ALL": "POSIX",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    },
}


def _environment(given: dict[str, str], locale: dict[str, str]) -> dict[bytes, bytes]:
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("LINGGONG_", "LC_", "LANG", "PYTHON", "STREAMLIT_"))}
    return {os.fsencode(name): os.fsencode(value)
            for name, value in {**clean, **given, **locale}.items()}


def _run(given: dict[str, str], locale: dict[str, str], *arguments: str
         | Path) -> tuple[int, bytes, bytes]:
    done = subprocess.run([sys.executable, "-m", *map(str, arguments)], cwd=ROOT,
                          env=_environment(given, locale), capture_output=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return distinct_city.write(tmp_path_factory.mktemp("地点") / "零工 归宿")


@pytest.mark.parametrize("name", _LOCALES)
def test_every_locale_reads_writes_and_speaks_the_same(city: dict[str, str], tmp_path: Path,
                                                       name: str) -> None:
    given = {**city, "LINGGONG_DATA": str(tmp_path / "数据 一")}
    code, out, error = _run(given, _LOCALES[name], "data_access", "refresh")
    assert code == 0, error.decode(errors="replace")
    assert "计入" in out.decode("utf-8")
    paper = tmp_path / "得分 表.json"
    code, _, error = _run(given, _LOCALES[name], "reports", "scorecard", "--as-of", "2025-07-31",
                          "--out", paper)
    assert (code, error) == (0, b"")
    assert {line["division"] for line in json.loads(paper.read_text(encoding="utf-8"))[
        "lines"]} >= set(distinct_city.JOBS)
    code, out, _ = _run(given, _LOCALES[name], "reports", "alerts", "--as-of", "2025-07-31")
    assert code == 0
    assert json.loads(out.decode("utf-8"))["as_of"] == "2025-07-31"
    code, _, error = _run(given, _LOCALES[name], "reports", "workbook", "--out", paper)
    assert code == 2
    assert error.decode("utf-8") == f"文件 {paper} 已存在；请换一个文件名，或加 --force 覆盖。\n"
    code, out, _ = _run(given, _LOCALES[name], "reports", "--help")
    assert code == 0
    assert "定稿" in out.decode("utf-8")


def test_a_folder_spelled_in_another_alphabet_is_a_folder(city: dict[str, str],
                                                          tmp_path: Path) -> None:
    """Made on a machine with a GBK locale: its name is no UTF-8, and no reason for a traceback."""
    given = {**city, "LINGGONG_DATA": os.fsdecode(os.fsencode(tmp_path) + "/数据".encode("gbk"))}
    code, _, error = _run(given, _LOCALES["usual"], "data_access", "refresh")
    assert code == 0, error.decode(errors="replace")
    code, out, error = _run(given, _LOCALES["usual"], "reports", "scorecard", "--as-of",
                            "2025-07-31")
    assert (code, error) == (0, b"")
    assert json.loads(out)["as_of"] == "2025-07-31"
    assert (tmp_path / os.fsdecode("数据".encode("gbk")) / "snapshots" / "CURRENT").is_file()


def test_the_server_starts_there_too(city: dict[str, str], tmp_path: Path) -> None:
    given = {**city, "LINGGONG_DATA": str(tmp_path / "数据 一")}
    assert _run(given, {}, "data_access", "refresh")[0] == 0
    server, address = site.start_server({**given, **_LOCALES["forced C"]}, tmp_path)
    try:
        site.answers(f"{address}/_stcore/health", server)
        with urllib.request.urlopen(f"{address}/ready", timeout=20) as answer:
            assert json.loads(answer.read()) == {"ready": True}
    finally:
        server.stop()
    assert "Traceback" not in server.said()
