"""A database whose schema nobody here wrote – the public issue tracker Roundup – read by
`sources.toml` alone.

The mapping is the one printed in docs/接入.md, taken from there, so that what a clerk is told is what
is tested.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from data_access.checking.check import check
from data_access.checking.excluded import excluded_rows
from data_access.site.settings import ROOT, Settings
from data_access.snapshots.refresh import refresh
from tests.data_access.site import site

STATUSES = ("resolved", "resolved", "done-cbb", "chatting", "unread")


def documented_mapping() -> str:
    text = (ROOT / "docs" / "接入.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- roundup -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    """A tracker made by Roundup itself, with issues entered through it; one of them withdrawn
    again.
    """
    from roundup import configuration, init, instance, password

    home = tmp_path / "tracker"
    init.install(str(home), str(Path(sys.prefix) / "share" / "roundup" / "templates" / "classic"))
    config: Any = configuration.CoreConfig(str(home))
    for name, value in (("MAIL_DOMAIN", "example.org"), ("TRACKER_WEB", "http://localhost/"),
                        ("MAILHOST", "localhost"), ("RDBMS_BACKEND", "sqlite")):
        config[name] = value
    config.save(str(home / "config.ini"))
    made = instance.open(str(home))
    made.init(password.Password("secret", config=made.config))
    database = made.open("admin")
    by_name = {database.status.get(one, "name"): one for one in database.status.list()}
    for number, status in enumerate(STATUSES):
        database.issue.create(title=f"张三欠薪纠纷{number}", status=by_name[status],
                              priority=database.priority.list()[0])
    database.issue.retire(database.issue.create(title="误录", status=by_name["resolved"],
                                                priority=database.priority.list()[0]))
    database.commit()
    database.close()
    return home / "db" / "db"


def _site(tmp_path: Path, tracker: Path) -> Settings:
    return site(tmp_path, {"disputes": f"sqlite:///{tracker}"}, documented_mapping())


def test_its_issues_are_counted_as_dispute_cases(tmp_path: Path, tracker: Path) -> None:
    taken = refresh(_site(tmp_path, tracker))
    assert taken.messages == ()
    part = taken.parts["dispute_case"].data
    assert (part.quality.read, part.quality.counted) == (len(STATUSES), len(STATUSES))
    closed = part.cells[(part.cells["event"] == "closed").to_numpy()]
    assert {str(row.outcome): int(row.rows) for row in closed.itertuples()} == {
        "success": 2, "failure": 1}


def test_check_and_the_list_of_excluded_rows_work_on_it_too(tmp_path: Path, tracker: Path) -> None:
    settings = _site(tmp_path, tracker)
    (row,) = [row for row in check(settings) if row.dataset == "dispute_case"]
    assert row.lines()[0].startswith("✓ 劳动争议 dispute_case｜调解仲裁系统 disputes｜SELECT 语句｜7 列｜5 行")
    assert excluded_rows(settings, "dispute_case").rows == ()


def test_no_title_of_an_issue_reaches_our_files(tmp_path: Path, tracker: Path) -> None:
    settings = _site(tmp_path, tracker)
    refresh(settings)
    assert all("张三".encode() not in path.read_bytes() for path in settings.data.rglob("*")
               if path.is_file())
