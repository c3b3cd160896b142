"""How a duty stands: by its figure, by a document by its day, by what keeps coming."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from kpi.duties import (
    By,
    Duty,
    DutyEntry,
    DutyState,
    check_entry,
    duties_from,
    in_force,
    stand,
)
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.vocabulary import InputError
from tests import small_city

MILESTONE = Duty("1", "", "制定条款", "市人社局", (), By.MILESTONE, due=date(2026, 3, 31))
EVIDENCE = Duty("2", "", "宣传", "市人社局", (), By.EVIDENCE)
CODES = ("good_practices", "registered_users", "welfare_posts")


def figure(code: str) -> Duty:
    return Duty(code, "", code, "市人社局", (), By.INDICATOR, code)


def entry(duty: str, on: str, document: str = "文件", *, hour: int = 9,
          withdrawn: bool = False) -> DutyEntry:
    day = date.fromisoformat(on)
    return DutyEntry(duty, day, document, "张某", datetime(day.year, day.month, day.day, hour),
                     withdrawn)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scorecard]:
    settings = small_city.settings_of(
        tmp_path_factory.mktemp("duties"), targets={"registered_users": 2, "welfare_posts": 9,
                                                "jobs_published": 100},
        worker_account="| registered_on |\n| 2025-02-01 |\n| 2025-02-02 |",
        job_posting="| published_on | headcount |\n| 2025-02-01 | 99 |",
        welfare_post="| created_on |\n| 2025-02-01 |",
        practice_report="| submitted_on |\n| 2025-03-01 |")
    known = small_city.read(settings)
    return {day: scorecard(known.figures, date.fromisoformat(day))
            for day in ("2026-02-27", "2026-03-01", "2026-04-01", "2026-11-30", "2026-12-01")}


def state(card: Scorecard, duty: Duty, *entries: DutyEntry) -> DutyState:
    return stand([duty], card, entries)[0].state


@pytest.mark.parametrize(("day", "expected"), [
    ("2026-02-27", DutyState.ON_TIME), ("2026-03-01", DutyState.SOON),
    ("2026-04-01", DutyState.OVERDUE)])
def test_a_milestone_is_due_within_thirty_days_and_late_after_its_own(
        card: dict[str, Scorecard], day: str, expected: DutyState) -> None:
    assert state(card[day], MILESTONE) == expected
    assert state(card[day], MILESTONE, entry("1", "2026-02-20")) == DutyState.DONE


def test_a_document_of_a_later_day_is_not_seen(card: dict[str, Scorecard]) -> None:
    late = entry("1", "2026-04-02")
    assert state(card["2026-04-01"], MILESTONE, late) == DutyState.OVERDUE
    assert state(card["2026-11-30"], MILESTONE, late) == DutyState.DONE


def test_what_is_taken_back_was_not_there_and_can_be_recorded_again() -> None:
    first, back = entry("1", "2026-02-20"), entry("1", "2026-02-20", hour=10, withdrawn=True)
    assert in_force([first], date(2026, 3, 1)) == (first,)
    assert in_force([first, back], date(2026, 3, 1)) == ()
    again = entry("1", "2026-02-20", hour=11)
    assert in_force([first, back, again], date(2026, 3, 1)) == (again,)


def test_evidence_keeps_coming_and_is_absent_without_any(card: dict[str, Scorecard]) -> None:
    assert state(card["2026-04-01"], EVIDENCE) == DutyState.ABSENT
    two = [entry("2", "2026-01-05", "月报"), entry("2", "2026-02-05", "简报")]
    stood = stand([EVIDENCE], card["2026-04-01"], two)[0]
    assert (stood.state, stood.shows) == (DutyState.ON_TIME, "2026-02-05 简报，共 2 件")


def test_a_figure_is_done_when_its_target_is_met(card: dict[str, Scorecard]) -> None:
    assert state(card["2026-04-01"], figure("registered_users")) == DutyState.DONE


def test_a_figure_on_pace_is_due_with_the_plan(card: dict[str, Scorecard]) -> None:
    jobs = figure("jobs_published")
    assert state(card["2026-11-30"], jobs) == DutyState.ON_TIME
    assert state(card["2026-12-01"], jobs) == DutyState.SOON


def test_a_figure_off_pace_is_never_called_on_time(card: dict[str, Scorecard]) -> None:
    posts = figure("welfare_posts")
    assert state(card["2026-02-27"], posts) == DutyState.BEHIND
    assert state(card["2026-12-01"], posts) == DutyState.BEHIND


def test_a_watched_figure_claims_nothing_and_an_unconnected_one_is_absent(
        card: dict[str, Scorecard]) -> None:
    assert state(card["2026-12-01"], figure("good_practices")) == DutyState.WATCHED
    assert state(card["2026-12-01"], figure("injury_cover")) == DutyState.ABSENT
    assert state(card["2026-12-01"], figure("no_such")) == DutyState.ABSENT


def test_when_the_plan_has_ended_every_duty_has_its_result(card: dict[str, Scorecard],
                                                           tmp_path: Path) -> None:
    known = small_city.read(small_city.settings_of(
        tmp_path / "ended", targets={"welfare_posts": 9},
        welfare_post="| created_on |\n| 2025-02-01 |"), date(2027, 1, 1))
    over = scorecard(known.figures, date(2026, 12, 31))
    assert over.final
    late = Duty("3", "", "到截止日", "市人社局", (), By.MILESTONE, due=date(2026, 12, 31))
    assert state(over, late) == DutyState.OVERDUE
    assert state(over, late, entry("3", "2026-12-30")) == DutyState.DONE
    assert state(over, EVIDENCE, entry("2", "2026-01-05")) == DutyState.DONE
    assert state(over, EVIDENCE) == DutyState.ABSENT
    missed = stand([figure("welfare_posts")], over, [])[0]
    assert (missed.state, missed.lit) == (DutyState.OVERDUE, "■未完成")
    assert stand([figure("welfare_posts")], card["2026-12-01"], [])[0].lit == "■严重滞后"


@pytest.mark.parametrize(("duty", "document", "on", "said"), [
    ("1", " ", "2026-01-01", "没有填"), ("1", "字" * 121, "2026-01-01", "超过 120"),
    ("1", "文件", "2026-03-02", "在今天之后"), ("9", "文件", "2026-01-01", "选别的任务"),
    ("good_practices", "文件", "2026-01-01", "看指标")])
def test_what_cannot_be_recorded_is_refused_in_a_sentence(duty: str, document: str, on: str,
                                                          said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_entry(entry(duty, on, document), [MILESTONE, EVIDENCE, figure("good_practices")],
                    date(2026, 3, 1))


ONE = {"id": "1", "text": "做", "lead": "甲", "by": "evidence"}


@pytest.mark.parametrize(("table", "said"), [
    ({**ONE, "by": "miracle"}, "不认识；可用的有 indicator、milestone、evidence"),
    ({**ONE, "text": ""}, "缺少 text"), ({**ONE, "by": "milestone"}, "须写 due"),
    ({**ONE, "due": date(2026, 1, 1)}, "须写 due"),
    ({**ONE, "by": "indicator", "indicator": "good"}, "须写指标代码"),
    ({**ONE, "indicator": "good_practices"}, "须写指标代码"), ({**ONE, "who": "乙"}, "不认识"),
    ({**ONE, "co": "市财政局"}, "co"), ("做", "应是表")])
def test_a_fault_of_the_file_is_a_sentence_that_names_the_duty(table: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        duties_from({"duties": [table]}, CODES)


def test_a_number_stands_for_a_single_duty() -> None:
    with pytest.raises(InputError, match="编号 1 写了两次"):
        duties_from({"duties": [ONE, ONE]}, CODES)
    assert duties_from({}, CODES) == ()
    with pytest.raises(InputError, match=r"\[\[duties\]\]"):
        duties_from({"duty": []}, CODES)


def test_the_file_of_a_site_is_read_from_beside_its_plan(tmp_path: Path) -> None:
    from data_access.site.duty_file import load_duties

    settings = small_city.settings_of(tmp_path)
    assert load_duties(settings) == ()
    (settings.config / "duties.toml").write_text(
        '[[duties]]\nid = "1"\ntext = "做"\nlead = "甲"\nby = "evidence"\n', encoding="utf-8")
    assert [duty.text for duty in load_duties(settings)] == ["做"]
