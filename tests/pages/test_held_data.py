"""数据 and 总览 when a reading is held, and when no source has had a new row for a long time."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import components.shell.state as shell_state
import components.shell.status_strip as strip
from components.shell.permit import Permit
from data_access.accounts.audit import audit_log
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import load_current
from tests.data_access.site import NOON, site
from tests.data_access.test_held import judged, ordinary
from tests.drawn import write_sqlite
from tests.pages.app import markup, open_page, words

DATA, OVERVIEW = "library/data_health", "leaders/overview"


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site of six hundred accounts, as the environment of the page; today is the day after its
    newest row.
    """
    settings = site(tmp_path, write_sqlite(tmp_path, ordinary()))
    judged(settings)
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_REFRESH_MINUTES", "0")
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    refresh(settings, now=NOON)
    on(monkeypatch, NOON.date())
    return settings


def on(monkeypatch: pytest.MonkeyPatch, today: date) -> None:
    """The city's clock."""
    for module in (shell_state, strip):
        monkeypatch.setattr(module, "today_of", lambda _settings, _plan: today)


def emptied(city: Settings, folder: Path) -> None:
    write_sqlite(folder, {**ordinary(), "worker_account": []})
    refresh(city, now=NOON + timedelta(hours=1))


def test_a_fresh_city_says_nothing_of_it(city: Settings) -> None:
    said = words(open_page(OVERVIEW))
    assert "工作日没有更新" not in said
    assert "待核实" not in said
    assert "按今天" not in said


def test_fifty_days_without_a_row_are_said_before_anything_else(
        city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest row is of 29 June; 50 days later, Tuesday 18 August, 36 working days have gone and
    135 days are left.
    """
    on(monkeypatch, date(2026, 8, 18))
    app = open_page(OVERVIEW)
    body, said = markup(app), words(app)
    assert "数据已经 36 个工作日没有更新" in said
    assert body.index("工作日没有更新") < body.index("lg-headline")
    assert "今天是8月18日，按今天算距截止日135天" in said
    assert "（50 天前）" in said
    # the two databases that are read; 区划名录 has no dated rows
    assert "2 个数据源没有新数据" in said
    assert not re.search(r"\d/\d 正常", said)
    assert "36 个工作日没有新记录" in words(open_page(DATA))


def test_a_past_day_is_no_occasion_to_say_it(city: Settings,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, date(2026, 8, 18))
    assert "工作日没有更新" not in words(open_page(OVERVIEW, as_of="2026-05-31"))


def test_what_is_held_is_shown_beside_what_is_in_force_and_accepted(
        city: Settings, tmp_path: Path) -> None:
    emptied(city, tmp_path)
    assert "有 1 个数据集待核实" in words(open_page(OVERVIEW))
    app = open_page(DATA)
    said = words(app)
    assert "600行变为0行" in said
    assert "读取的行6000" in said  # before and after
    app.button(key="accept-worker_account").click().run()
    taken = load_current(city.data)
    assert taken is not None
    assert taken.held == {}
    assert taken.parts["worker_account"].data.quality.read == 0
    assert "已接受" in words(app)
    assert [one.action for one in audit_log(city.data).latest(2)] == ["accept", "accept"]


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_nothing_is_decided_once_the_sign_in_has_ended(
        city: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decision: str) -> None:
    emptied(city, tmp_path)
    app = open_page(DATA)
    before = load_current(city.data)
    monkeypatch.setattr(Permit, "_now", lambda _permit: None)
    app.button(key=f"{decision}-worker_account").click().run()
    assert "登录已失效，这一步没有执行" in words(app)
    taken = load_current(city.data)
    assert before is not None
    assert taken is not None
    assert taken.id == before.id
    assert taken.held["worker_account"].declined is None
    noted = [one.action for one in audit_log(city.data).latest(5)]
    assert noted[0] == "refused"
    assert decision not in noted


def test_what_is_not_wanted_stays_held_and_the_card_says_who(city: Settings,
                                                             tmp_path: Path) -> None:
    emptied(city, tmp_path)
    app = open_page(DATA)
    app.button(key="decline-worker_account").click().run()
    assert "选择暂不采用" in words(app)
    taken = load_current(city.data)
    assert taken is not None
    assert taken.parts["worker_account"].data.quality.read == 600
    assert "decline-worker_account" not in [button.key for button in app.button]
