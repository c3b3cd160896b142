"""The program refreshes by itself: when due, taking turns with others, and never in anybody's way.
"""

from __future__ import annotations

import fcntl
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from data_access.accounts.audit import audit_log
from data_access.running import timer
from data_access.running.timer import Outcome, RefreshTimer
from data_access.site.load import load_settings
from data_access.site.settings import REFRESH_MINUTES, Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import current_id
from kpi.vocabulary.errors import InputError
from tests.data_access.site import NOON, drawn, sqlite_site

JOBS = """
    | posting_id | unit_code | headcount | published_on |
    | J1         | 321302    | 5         | 2025-03-01   |
"""
TAKEN = 1_000_000.0  # Unix seconds at which the snapshot in force was written


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site refreshed at `TAKEN` whose timer runs every ten minutes."""
    made = replace(sqlite_site(tmp_path, {**drawn(job_posting=JOBS), "hire": [],
                                          "worker_account": []}), refresh_minutes=10)
    refresh(made, now=NOON)
    os.utime(made.data / "snapshots" / "CURRENT", (TAKEN, TAKEN))
    return made


def test_the_sample_is_never_refreshed_by_itself_and_real_sources_every_hour(
        settings: Settings, tmp_path: Path) -> None:
    assert load_settings({"LINGGONG_DATA": str(tmp_path)},
                         tmp_path / "none.toml").refresh_every == 0
    assert replace(settings, refresh_minutes=None).refresh_every == REFRESH_MINUTES == 60
    asked = {"LINGGONG_DATA": str(tmp_path), "LINGGONG_REFRESH_MINUTES": "15"}
    assert load_settings(asked, tmp_path / "none.toml").refresh_every == 15


def test_an_interval_that_is_no_number_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="LINGGONG_REFRESH_MINUTES 应是分钟数"):
        load_settings({"LINGGONG_REFRESH_MINUTES": "hourly"}, tmp_path / "none.toml")


def test_a_refresh_is_due_one_interval_after_whoever_refreshed_last(settings: Settings) -> None:
    ticking, before = RefreshTimer(settings), current_id(settings.data)
    assert ticking.look(TAKEN + 599) == Outcome.NOT_DUE
    assert current_id(settings.data) == before
    assert ticking.look(TAKEN + 600) == Outcome.REFRESHED
    assert current_id(settings.data) != before
    entry = audit_log(settings.data).latest(1)[0]
    assert (entry.action, entry.account, entry.result) == ("refresh", "定时刷新", "成功")


def test_without_a_snapshot_the_first_visitor_is_not_raced(settings: Settings,
                                                           tmp_path: Path) -> None:
    assert RefreshTimer(replace(settings, data=tmp_path / "empty")).look(
        TAKEN + 9e9) == Outcome.NOT_DUE


def test_another_refresh_running_is_skipped(settings: Settings) -> None:
    before = current_id(settings.data)
    with (settings.data / "refresh.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert RefreshTimer(settings).look(TAKEN + 600) == Outcome.SKIPPED
    assert current_id(settings.data) == before


@pytest.mark.parametrize("problem", [InputError("读不了。"), RuntimeError("never foreseen")])
def test_a_failure_is_logged_and_tried_again_an_interval_later(
        settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
        problem: Exception) -> None:
    def fails(_settings: Settings) -> None:
        raise problem

    monkeypatch.setattr(timer, "refresh", fails)
    ticking = RefreshTimer(settings)
    assert ticking.look(TAKEN + 600) == Outcome.FAILED
    assert "timed refresh" in caplog.text
    assert ticking.look(TAKEN + 660) == Outcome.NOT_DUE
    assert ticking.look(TAKEN + 1200) == Outcome.FAILED


def test_the_thread_looks_again_and_again_until_it_is_stopped(
        settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = threading.Semaphore(0)

    def looked(_timer: RefreshTimer, _now: float) -> Outcome:
        looks.release()
        return Outcome.NOT_DUE

    monkeypatch.setattr(RefreshTimer, "look", looked)
    ticking = RefreshTimer(settings, look_seconds=0.001)
    ticking.start()
    assert all(looks.acquire(timeout=60) for _ in range(3))
    assert ticking.running
    ticking.stop()
    assert not ticking.running


def test_an_interval_of_nothing_starts_no_thread(settings: Settings) -> None:
    never = RefreshTimer(replace(settings, refresh_minutes=0))
    never.start()
    assert not never.running
