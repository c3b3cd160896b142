"""The day is the city's everywhere: nothing that is recorded, due or dated asks the server's own
clock.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data_access.site import load_plan
from data_access.site.settings import ROOT
from data_access.snapshots import local_now
from tests.data_access.site import drawn, sqlite_site

ROOMS = ("kpi", "data_access", "components", "reports", "notices", "pages")
# what is about the server itself
OWN = {"data_access/running/self_check.py": "compares the server's zone with the city's"}


def _server_clock(tree: ast.AST) -> Iterator[int]:
    """Lines that ask for the server's local time: today(), and now() without a zone – called, or
    handed on to be.
    """
    zoned = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)
             and (node.args or node.keywords)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            called = f"{node.value.id}.{node.attr}"
            if called == "date.today" or (called == "datetime.now" and id(node) not in zoned):
                yield node.lineno


def test_no_module_asks_the_servers_clock_for_the_day() -> None:
    found = []
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        if name not in OWN and ("datetime.now" in text or "date.today" in text):
            found += [f"{name}:{line}" for line in _server_clock(ast.parse(text))]
    assert found == []


@pytest.mark.parametrize("text", ["datetime.now()", "date.today()", "f(now or datetime.now())",
                                  "Clock(datetime.now)"])
def test_what_would_ask_it_is_noticed(text: str) -> None:
    assert list(_server_clock(ast.parse(text))) == [1]


@pytest.mark.parametrize("text", ["datetime.now(UTC)", "local_now(plan).date()", "self.now()"])
def test_a_clock_with_a_zone_is_not(text: str) -> None:
    assert list(_server_clock(ast.parse(text))) == []


def test_half_past_six_in_the_city_is_its_own_day_on_a_server_in_utc(tmp_path: Path) -> None:
    plan = load_plan(sqlite_site(tmp_path, drawn()))
    assert local_now(plan, datetime(2027, 1, 19, 22, 30, tzinfo=UTC)) == datetime(
        2027, 1, 20, 6, 30)
    assert local_now(plan, datetime(2027, 1, 19, 15, 59, tzinfo=UTC)).date() == date(2027, 1, 19)


@pytest.mark.parametrize("unit",
                         sorted(path.name for path in (ROOT / "deploy" / "systemd").glob(
                             "*.service")))
def test_units_and_containers_set_the_time_zone(unit: str) -> None:
    assert "Environment=TZ=Asia/Shanghai" in (ROOT / "deploy" / "systemd" / unit).read_text(
        encoding="utf-8").splitlines()
    assert "ENV TZ=Asia/Shanghai" in (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
