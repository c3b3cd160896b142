"""A drawn city whose plan of 2025–2026 has been followed by one of 2027–2028."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from data_access.running.next_plan import change_plan
from data_access.site import Settings
from data_access.snapshots.refresh import refresh
from tests.data_access.site import drawn, sqlite_site

OLD, NEW = "test-2025-2026", "test-2027-2028"
JOBS = """
| posting_id | unit_code | headcount | published_on |
| J1         | 321302    | 1         | 2024-12-31   |
| J2         | 321302    | 3         | 2026-06-01   |
| J3         | 321322    | 5         | 2026-12-31   |
| J4         | 321302    | 7         | 2027-01-01   |
| J5         | 321322    | 11        | 2027-01-19   |
"""
OLD_JOBS, NEW_JOBS = 3 + 5, 7 + 11
BEFORE, AFTER = datetime(2027, 1, 1, 7), datetime(2027, 1, 20, 7)


def plan_text(settings: Settings, identity: str, start: str, deadline: str,
              targets: str = "target = 100") -> str:
    """The test plan with another id, these days and a target of the jobs."""
    text = (settings.config / "plan.toml").read_text(encoding="utf-8")
    for name, value in (("id", f'"{identity}"'), ("start", start), ("deadline", deadline)):
        before = next(line for line in text.splitlines() if line.startswith(f"{name} = "))
        text = text.replace(before, f"{name} = {value}", 1)
    head = "[indicators.jobs_published]\n"
    return text if f"{head}target" in text else text.replace(head, f"{head}{targets}\n", 1)


def old_plan_unread(folder: Path) -> Settings:
    """The city under its first plan, before any reading."""
    settings = sqlite_site(folder, {**drawn(job_posting=JOBS), "hire": [], "worker_account": []})
    settings.plan_file.write_text(plan_text(settings, OLD, "2025-01-01", "2026-12-31"),
                                  encoding="utf-8")
    return settings


def old_plan_only(folder: Path) -> Settings:
    """The city under its first plan, read the morning after its end."""
    settings = old_plan_unread(folder)
    refresh(settings, now=BEFORE)
    return settings


def new_plan(settings: Settings) -> Path:
    """The file of the plan that follows, as it would be handed to the command."""
    file = settings.config.parent / "new.toml"
    text = plan_text(settings, NEW, "2027-01-01", "2028-12-31")
    file.write_text(text.replace("target = 100", "target = 200"), encoding="utf-8")
    return file


def two_plans(folder: Path) -> Settings:
    """The city under its second plan, read on 20 January 2027; the settings of the current one."""
    settings = old_plan_only(folder)
    assert change_plan(settings, new_plan(settings), date(2027, 1, 2)) == 0
    refresh(settings, now=AFTER)
    return settings


def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program in this process over these settings."""
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
