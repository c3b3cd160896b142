"""Whatever is wrong, a command says what, where and what to do in one sentence, and exits with a
number above zero.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.running import command, process, said_in_one_line
from tests.fixtures import other_city

Environment = dict[str, str]


@pytest.fixture
def city(tmp_path: Path) -> Environment:
    return other_city.write(tmp_path / "city")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The city for tests that change nothing of it."""
    return other_city.write(tmp_path_factory.mktemp("whole") / "city")


def _database(environment: Environment, connection: str) -> Path:
    return Path(environment[f"LINGGONG_URL_{connection.upper()}"].removeprefix("sqlite:///"))


def _config(environment: Environment, name: str) -> Path:
    return Path(environment["LINGGONG_CONFIG"]) / name


@pytest.mark.parametrize(("as_of", "said"), [("2025-06-30", "不在方案期"), ("2027-07-01", "不在方案期"),
                                             ("2027-06-30", "晚于数据读取日"), ("31.10.2026", "不是日期")])
def test_an_as_of_that_cannot_be_answered_is_refused(whole: Environment, as_of: str,
                                                     said: str) -> None:
    sentence = said_in_one_line(command("reports", "scorecard", "--as-of", as_of, **whole))
    assert said in sentence
    assert as_of in sentence


def test_a_quota_that_does_not_add_up_is_refused_with_both_numbers(city: Environment) -> None:
    plan = _config(city, "plan.toml")
    plan.write_text(plan.read_text(encoding="utf-8").replace("320724 = 1000", "320724 = 900"),
                    encoding="utf-8")
    sentence = said_in_one_line(command("reports", "scorecard", **city))
    assert "jobs_published" in sentence
    assert "8900" in sentence
    assert "9000" in sentence


def test_a_plan_that_is_no_toml_is_refused_with_file_and_line(city: Environment) -> None:
    _config(city, "plan.toml").write_text("[plan\n", encoding="utf-8")
    sentence = said_in_one_line(command("reports", "scorecard", **city))
    assert "plan.toml" in sentence
    assert "第 1 行第 6 列" in sentence


def test_a_connection_name_nobody_knows_is_refused(city: Environment) -> None:
    sentence = said_in_one_line(command("data_access", "refresh", **city,
                                        LINGGONG_URL_SUZHAOHUOO="sqlite:///x"))
    assert "suzhaohuoo" in sentence


def _drop_table(environment: Environment) -> None:
    with sqlite3.connect(_database(environment, "suzhaohuo")) as database:
        database.execute("DROP TABLE hire")


def _rename_column(environment: Environment) -> None:
    with sqlite3.connect(_database(environment, "suzhaohuo")) as database:
        database.execute("ALTER TABLE hire RENAME COLUMN matched_on TO pp_time")


def _not_a_database(environment: Environment) -> None:
    _database(environment, "suzhaohuo").write_bytes(b"this is no database" * 100)


def _no_such_server(environment: Environment) -> None:
    environment["LINGGONG_URL_SUZHAOHUO"] = "postgresql+psycopg://clerk:secret-word@127.0.0.1:1/gig"


def _unknown_canonical_value(environment: Environment) -> None:
    _config(environment, "sources.toml").write_text(
        '[datasets.job_posting.values.collector]\n"3" = "thirdparty"\n', encoding="utf-8")


@pytest.mark.parametrize(("fault", "words"), [
    (_drop_table, ("hire", "suzhaohuo", "找不到表")),
    (_rename_column, ("hire", "matched_on", "suzhaohuo", "缺少列")),
    (_not_a_database, ("suzhaohuo", "不是数据库")),
    (_no_such_server, ("suzhaohuo", "连不上")),
    (_unknown_canonical_value, ("job_posting", "collector", "thirdparty", "third_party")),
])
def test_one_bad_source_is_named_and_the_others_still_refresh(city: Environment, fault: Callable[
        [Environment], None], words: tuple[str, ...]) -> None:
    fault(city)
    refreshed = command("data_access", "refresh", **city)
    assert refreshed.returncode == 1
    sentence = said_in_one_line(refreshed)
    assert all(word in sentence for word in words), sentence
    card = command("reports", "scorecard", "--as-of", "2026-06-30", **city)
    assert card.returncode == 0, card.stderr
    lines = {(line["indicator"], line["rollup"]): line for line in json.loads(card.stdout)["lines"]}
    assert lines["arbitration_closing", "city"]["value"] is not None


def test_a_source_that_breaks_later_keeps_its_last_figures_and_is_not_judged(
        city: Environment) -> None:
    asked, earlier = ("reports", "scorecard"), ("reports", "scorecard", "--as-of", "2026-05-31")
    before, past = json.loads(command(*asked, **city).stdout), json.loads(
        command(*earlier, **city).stdout)
    _not_a_database(city)
    assert command("data_access", "refresh", **city).returncode == 1
    after = json.loads(command(*asked, **city).stdout)

    def jobs(card: dict[str, list[dict[str, object]]]) -> dict[str, object]:
        return next(line for line in card["lines"] if (line["indicator"], line["rollup"]) == (
            "jobs_published", "city"))
    assert jobs(after)["value"] == jobs(before)["value"]
    assert jobs(before)["light"] in ("green", "yellow", "red", "met")
    assert jobs(after)["light"] == "stale"
    # what was complete before the source broke is judged as ever
    assert jobs(json.loads(command(*earlier, **city).stdout)) == jobs(past)
    assert jobs(past)["light"] != "stale"
    assert after["snapshot"]["sources"]["suzhaohuo"]["state"] == "stale"


def test_a_refused_refresh_leaves_the_last_snapshot_in_force(city: Environment) -> None:
    asked = ("reports", "scorecard", "--as-of", "2026-06-30")
    before = json.loads(process(*asked, **city).stdout)["snapshot"]["id"]
    sources = _config(city, "sources.toml")
    sources.write_text("[datasets.nonsense]\n", encoding="utf-8")
    assert "nonsense" in said_in_one_line(process("data_access", "refresh", **city))
    sources.unlink()
    assert json.loads(process(*asked, **city).stdout)["snapshot"]["id"] == before


def test_a_report_does_not_overwrite_a_file_unless_told_to(city: Environment,
                                                           tmp_path: Path) -> None:
    paper = tmp_path / "report.xlsx"
    paper.write_text("edited by a clerk")
    asked = ("reports", "workbook", "--as-of", "2026-06-30", "--out", str(paper))
    assert "--force" in said_in_one_line(command(*asked, **city))
    assert paper.read_text() == "edited by a clerk"
    assert command(*asked, "--force", **city).returncode == 0
    assert paper.read_bytes()[:2] == b"PK"
