"""Before the first visitor: what a started server has in memory, and that it starts whatever it
finds.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.pages.servers import running
from benchmarks.streamlit_client import Session
from components.shell import state
from components.shell.readying import make_ready
from data_access import current
from data_access.site.settings import ROOT
from data_access.snapshots import history
from kpi.scope.access import EVERYTHING
from kpi.scorecard.scorecard import Figures, Scorecard

IMPORTED = (
    "import sys, components.shell.serving, components.shell.entry; print('alembic' in sys.modules)"
)


@pytest.fixture
def data(over_sample: None, data_folder: Path, tmp_path: Path,
         monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder no memory of this process has anything of."""
    folder = tmp_path / "data"
    shutil.copytree(data_folder / "snapshots", folder / "snapshots")
    (folder / "sample").symlink_to(data_folder / "sample")
    monkeypatch.setenv("LINGGONG_DATA", str(folder))
    return folder


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is computed while the test runs: "figures", and the days of scorecards."""
    found: list[object] = []
    figures, scorecard = history.figures, current.scorecard

    def counted_figures(*given: object) -> Figures:
        found.append("figures")
        return figures(*given)  # type: ignore[arg-type]

    def counted_scorecard(known: Figures, day: date, *more: Any) -> Scorecard:
        found.append(day)
        return scorecard(known, day, *more)

    monkeypatch.setattr(history, "figures", counted_figures)
    monkeypatch.setattr(current, "scorecard", counted_scorecard)
    return found


def test_the_first_page_computes_nothing_that_the_start_has_not(data: Path, computed: list[
        object]) -> None:
    make_ready()
    at_start = list(computed)
    loaded = state.load(lambda _text, _share: None, EVERYTHING)
    assert loaded.scorecard(loaded.current.default_day).as_of == loaded.current.default_day
    assert at_start == ["figures", loaded.current.default_day]
    assert computed == at_start


def test_a_start_reads_no_database(data: Path, computed: list[object]) -> None:
    shutil.rmtree(data / "snapshots")
    make_ready()
    assert computed == []
    assert not (data / "snapshots").exists()


def test_a_snapshot_of_other_rules_is_left_to_the_first_visitor(
    data: Path, computed: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    plan = tmp_path / "config" / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    assert "duplicate_window_days = 30" in text
    plan.write_text(text.replace("duplicate_window_days = 30", "duplicate_window_days = 31"),
                    encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(tmp_path / "config"))
    before = sorted((data / "snapshots").iterdir())
    make_ready()
    assert computed == []
    assert sorted((data / "snapshots").iterdir()) == before


def test_what_is_not_expected_does_not_stop_the_start(data: Path, monkeypatch: pytest.MonkeyPatch,
                                                      caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_given: object) -> Scorecard:
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(current, "scorecard", broken)
    with caplog.at_level(logging.ERROR):
        make_ready()
    assert "figures not loaded at start" in caplog.text


@pytest.mark.server
def test_a_server_with_an_unusable_plan_starts_and_every_page_says_what_to_mend(
        data: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "plan.toml").write_text("[plan]\nid = 3\n", encoding="utf-8")

    async def words(site: str) -> str:
        async with await Session.open(site, "/overview") as tab:
            return tab.shown.words

    with running("server.py", data,
                 environment={"LINGGONG_CONFIG": str(tmp_path / "config")}) as server:
        with ThreadPoolExecutor(1) as thread:
            shown = thread.submit(asyncio.run, words(server.site)).result()
        logged = next(data.glob("server-*.log")).read_text(encoding="utf-8")
    assert "plan.toml 的 [plan] start 应是日期" in shown
    assert "figures not loaded at start: plan.toml 的 [plan] start 应是日期" in logged
    assert "Traceback" not in shown + logged


def test_what_makes_a_ledger_is_not_imported_to_look_at_one() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], cwd=ROOT, capture_output=True,
                          text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_draws_slides_is_not_imported_to_serve_or_to_refresh() -> None:
    for modules, slow in (("components.api, components.shell.serving", "pptx"),
                          ("data_access.__main__", "openpyxl")):
        done = subprocess.run(
            [sys.executable, "-c", f"import sys, {modules}; print({slow!r} in sys.modules)"],
            cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False", modules


@pytest.mark.parametrize("kind", ["failure", "input_error"])
def test_a_first_reading_that_fails_half_way_is_a_card_too(kind: str) -> None:
    """Its own box with the progress is on the page already."""
    def page(kind: str) -> None:
        import streamlit as st

        from components.look import notices
        from kpi.vocabulary import InputError
        notices.preparing(st.container(key="lg-first"))
        if kind == "failure":
            notices.failure()
        else:
            notices.input_error(InputError("数据库连不上；请检查。"))
    app = AppTest.from_function(page, args=(kind,)).run()
    assert not app.exception
    assert app.button("notice-retry").label == "重试"
