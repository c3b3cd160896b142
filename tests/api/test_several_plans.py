"""The parameter `plan` of the interface, and `--plan` of the commands: the same bytes, and a token
sees no more of the old plan than of the current one.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from components.api import Interface
from data_access.accounts import audit_log_of, load_access
from data_access.accounts.tokens import tokens
from data_access.site import load_settings, settings_of_plan
from data_access.snapshots import list_frozen
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import current_id
from reports.feeds import FEED_BY_NAME
from tests.api.conftest import Asking
from tests.commands.running import command, said_in_one_line
from tests.two_plans import AFTER, NEW, NEW_JOBS, OLD, OLD_JOBS, two_plans


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Both plans read on 20 January 2027; the environment of the program."""
    folder = tmp_path_factory.mktemp("plans")
    settings = two_plans(folder)
    refresh(settings_of_plan(settings, OLD), now=AFTER)
    return {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
            **{f"LINGGONG_URL_{name.upper()}": url for name, url in settings.urls.items()}}


@pytest.fixture
def asking(installation: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Asking:
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    for name, value in installation.items():
        monkeypatch.setenv(name, value)
    data = Path(installation["LINGGONG_DATA"])
    return Asking(Interface(), tokens(data), data)


def jobs(text: str) -> dict[str, float]:
    """The jobs by division in a scorecard."""
    lines: list[dict[str, Any]] = json.loads(text)["lines"]
    return {str(one["division"]): one["value"] for one in lines
            if one["indicator"] == "jobs_published"}


def test_a_system_reads_either_plan(asking: Asking) -> None:
    token = asking.token()
    now, named, old = (asking.get(f"scorecard{query}", token).text
                       for query in ("", f"?plan={NEW}", f"?plan={OLD}"))
    assert now == named
    assert jobs(now)["321300"] == NEW_JOBS
    assert jobs(old)["321300"] == OLD_JOBS
    assert [json.loads(text)["as_of"] for text in (now, old)] == ["2027-01-19", "2026-12-31"]
    settings = load_settings()
    log = audit_log_of(settings, load_access(settings)).latest(3)
    assert [one.object for one in reversed(log)] == [
        "接口 scorecard 2027-01-19", f"接口 scorecard 2027-01-19 {NEW}",
        f"接口 scorecard 2026-12-31 {OLD}"]


def test_a_bureaus_token_sees_its_own_part_of_either_plan(asking: Asking) -> None:
    token = asking.token("321322")
    for query, own in (("", 11), (f"?plan={OLD}", 5)):
        figures = jobs(asking.get(f"scorecard{query}", token).text)
        assert figures["321322"] == own
        assert figures.get("321302") is None
    assert asking.get(f"scorecard?plan={OLD}&division=321302", token).status_code == 403


def test_what_cannot_be_had_is_answered_in_one_sentence(asking: Asking) -> None:
    token = asking.token()
    for query, status, code in (("?plan=no-such", 400, "unknown_plan"),
                                ("?plan=", 400, "bad_parameter"),
                                (f"?plan={OLD}&plan={NEW}", 400, "bad_parameter"),
                                (f"?plan={OLD}&as_of=2027-01-01", 400, "day_without_figures"),
                                (f"?plan={NEW}&as_of=2026-12-31", 400, "day_without_figures")):
        answer = asking.get(f"scorecard{query}", token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), query
        assert answer.json()["error"]["message"].endswith("。")


def test_a_plan_that_cannot_be_read_is_not_told_to_strangers(asking: Asking) -> None:
    config = Path(os.environ["LINGGONG_CONFIG"])
    broken = config / "plans" / "broken"
    broken.mkdir()
    try:
        (broken / "plan.toml").write_text("[plan", encoding="utf-8")
        answer = asking.get("scorecard?plan=broken", asking.token())
        assert answer.status_code == 503
        assert str(config) not in answer.text
        assert asking.get(f"scorecard?plan={OLD}", asking.token()).status_code == 200
    finally:
        shutil.rmtree(broken)


@pytest.mark.parametrize("name", FEED_BY_NAME)
def test_the_command_prints_the_same_of_the_old_plan(asking: Asking, installation: dict[str, str],
                                                     name: str) -> None:
    printed = command("reports", name, "--plan", OLD, **installation)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert asking.get(f"{name}?plan={OLD}", asking.token()).text == printed.stdout


@pytest.mark.long
def test_papers_and_freezing_by_command(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    old = settings_of_plan(settings, OLD)
    refresh(old, now=AFTER)
    environment = {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
                   **{f"LINGGONG_URL_{name.upper()}": url for name, url in settings.urls.items()}}
    assert command("reports", "freeze", "--plan", OLD, **environment).returncode == 0
    assert [note.as_of for note in list_frozen(old.data)] == [date(2026, 12, 31)]
    assert list_frozen(settings.data) == ()
    listed = command("data_access", "plans", **environment).stdout
    assert f"【{OLD}】2025-01-01 至 2026-12-31，只读" in listed.splitlines()
    refused = command("reports", "scorecard", "--plan", "no-such", **environment)
    assert said_in_one_line(refused) == f"没有 id 为 no-such 的方案；现有的方案有 {NEW}、{OLD}。"


@pytest.mark.long
def test_a_refresh_reads_for_every_plan(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    old = settings_of_plan(settings, OLD)
    environment = {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
                   **{f"LINGGONG_URL_{name.upper()}": url for name, url in settings.urls.items()}}

    def current() -> tuple[str | None, str | None]:
        return current_id(settings.data), current_id(old.data)
    before = current()
    lines = command("data_access", "refresh", "--plan", OLD, **environment).stdout.splitlines()
    middle = current()
    assert (middle[0] == before[0], middle[1] == before[1]) == (True, False)
    assert any(middle[1] in line for line in lines if middle[1])
    printed = command("data_access", "refresh", **environment).stdout
    assert f"—— 方案 {OLD} ——" in printed
    assert current()[0] != before[0]
    (settings.config / "plans" / "broken").mkdir()
    result = command("data_access", "refresh", **environment)
    assert result.returncode == 1
    assert "找不到配置文件" in result.stderr
    assert f"—— 方案 {OLD} ——" in result.stdout
