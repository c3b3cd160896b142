"""The first days and the days after the last: what is said, judged, ranked and no longer asked for.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_access.site.settings import Settings
from kpi.alerts import Rule
from kpi.counting import SourceState
from kpi.judging import Light
from kpi.scorecard import Scorecard
from kpi.scorecard.scorecard import scorecard
from kpi.sentences.headline import headline
from kpi.sentences.narrative import told
from kpi.sentences.places import EARLY_WORDS, certainty_words, league_sentence
from kpi.sentences.standing import standing
from kpi.vocabulary.period import Window
from kpi.wording import wording
from tests.small_city import read, settings_of

START, END = date(2025, 1, 1), date(2026, 12, 31)
"""The drawn city's plan: 730 days."""


def test_a_result_is_of_the_deadline_and_read_after_it() -> None:
    window = Window(START, END)
    assert [window.over(END, day) for day in (END, date(2027, 1, 1), date(2028, 3, 1))] == [
        False, True, True]
    assert not window.over(date(2026, 12, 30), date(2027, 1, 20))


@pytest.mark.parametrize(("left", "said"), [(61, "距截止还有61天"), (1, "距截止还有1天"), (0, "今天是截止日")])
def test_days_left_in_words(left: int, said: str) -> None:
    assert wording.days_left_words(left) == said


@pytest.mark.parametrize(("score", "said"), [(None, "—"), (101.44, "101.4"), (999.8, "999.8"),
                                             (25267.8, ">999.9")])
def test_an_uncapped_score_is_never_absurd(score: float | None, said: str) -> None:
    assert wording.uncapped(score) == said


@pytest.mark.parametrize(("light", "during", "after"), [
    (Light.MET, "已完成", "已完成"), (Light.RED, "严重滞后", "未完成"), (Light.WATCH, "监测", "监测"),
    (Light.STALE, "数据陈旧", "数据陈旧"), (Light.NO_DATA, "待数据", "待数据")])
def test_a_result_is_met_or_missed(light: Light, during: str, after: str) -> None:
    assert (wording.light_word(light), wording.light_word(light, final=True)) == (during, after)


JOBS = """
    | unit_code | headcount | published_on |
    | 321302    | 60        | 2025-01-10   |
    | 321322    | 30        | 2026-12-30   |
"""
TARGETS = {"jobs_published": 100, "mediation_success": 0.6}


def _cases(count: int, day: str) -> str:
    """Gig cases mediated with success that day."""
    return "\n".join(["| stage | is_gig | unit_code | accepted_on | closed_on | outcome |",
                      *[f"| mediation | true | 321302 | {day} | {day} | success |"] * count])


def _card(folder: Path, read_on: date, day: date, cases: int = 40) -> Scorecard:
    known = read(settings_of(folder, targets=TARGETS, job_posting=JOBS,
                             dispute_case=_cases(cases,
                                                 f"{day.year}-01-0{1 if day.month == 1 else 5}")),
                 read_on)
    return known.scorecard(day, read_on)


def test_after_the_deadline_the_result_is_said_and_nothing_asked_for(tmp_path: Path) -> None:
    card = _card(tmp_path, date(2027, 1, 20), END)
    jobs, item = card.city_line("jobs_published"), card.plan.indicator("jobs_published")
    assert card.final
    assert jobs.final
    assert headline(card) == ("方案已于2026年12月31日到期，以下为最终结果；2项核心指标中1项已完成、1项未完成，"
                              "差距最大的是发布零工岗位（完成90.0%，低于目标10.0个百分点）。")
    assert told(card.plan, jobs, END) == "累计发布零工岗位90个，完成目标的90.0%，截止未完成，缺10个"
    assert standing(jobs, item) == "低于目标10.0个百分点"
    assert (jobs.light, wording.line_word(jobs)) == (Light.RED, "未完成")
    assert card.alerts == ()
    assert card.cards == ()
    assert all(row.place_interval is None and row.first is None for row in card.ranking)
    assert any(row.place is not None for row in card.ranking)


def test_on_the_deadline_itself_it_is_still_today(tmp_path: Path) -> None:
    card = _card(tmp_path, END, END)
    jobs = card.city_line("jobs_published")
    assert not card.final
    assert "，今天是截止日；" in headline(card)
    assert (jobs.light, wording.line_word(jobs)) == (Light.RED, "严重滞后")
    assert {alert.rule for alert in card.alerts} & {Rule.BEHIND_PACE, Rule.DEADLINE_NEAR}
    assert not any("还有0天" in alert.evidence for alert in card.alerts)


@pytest.mark.long
def test_an_earlier_day_looked_at_after_the_deadline_is_as_it_was(tmp_path: Path) -> None:
    card = _card(tmp_path, date(2027, 1, 20), date(2026, 12, 20))
    assert not card.final
    assert "距截止日还有11天" in headline(card)


def _off(settings: Settings) -> None:
    """Switches the database of the postings off for good."""
    path = str(settings.urls["suzhaohuo"]).removeprefix("sqlite:///")
    Path(path).write_bytes(b"switched off")


@pytest.mark.long
@pytest.mark.parametrize(("last_read", "light"), [(date(2027, 1, 5), Light.RED),
                                                  (date(2026, 12, 20), Light.STALE)])
def test_a_source_switched_off_later_takes_nothing_from_the_result(
        tmp_path: Path, last_read: date, light: Light) -> None:
    settings = settings_of(tmp_path, targets=TARGETS, job_posting=JOBS,
                           dispute_case=_cases(20, "2026-01-05"))
    read(settings, last_read)
    _off(settings)
    known = read(settings, date(2027, 2, 15))
    card = known.scorecard(END, date(2027, 2, 15))
    assert known.snapshot.sources["suzhaohuo"].state == SourceState.STALE
    assert card.city_line("jobs_published").light == light
    assert card.city_line("mediation_success").light == Light.MET
    assert card.alerts == ()


@pytest.mark.parametrize(("cases", "few"), [pytest.param(3, True, marks=pytest.mark.long),
                                            (9, True), (10, False)])
def test_below_ten_cases_it_is_said_so_and_the_light_stays_by_its_rule(
        tmp_path: Path, cases: int, few: bool) -> None:
    card = _card(tmp_path, date(2025, 3, 2), date(2025, 3, 1), cases)
    line = card.city_line("mediation_success")
    assert (line.value, line.light, line.few) == (1, Light.MET, few)
    assert wording.line_word(line) == ("已完成（样本少）" if few else "已完成")
    assert ("100.0%（样本少）" in told(card.plan, line, card.as_of)) is few
    assert not card.city_line("jobs_published").few


@pytest.mark.parametrize(("day", "ranked"), [(date(2025, 2, 24), False), (date(2025, 2, 25), True)])
def test_nobody_has_a_score_before_the_fifty_sixth_day(tmp_path: Path, day: date,
                                                       ranked: bool) -> None:
    card = _card(tmp_path, date(2025, 3, 2), day, 40)
    (first, *_), rows = card.ranking, [row for row in card.ranking if row.group == "county"]
    assert first.too_soon is not ranked
    assert any(row.score is not None for row in rows) is ranked
    assert any(row.place is not None or row.uncapped is not None for row in rows) is ranked
    if not ranked:
        assert {certainty_words(row, rows) for row in rows} == {EARLY_WORDS}
        assert league_sentence(card, "county", "县区") == "县区自方案第56天起计分排名，暂无得分。"


@pytest.mark.long
def test_the_first_place_has_none_of_the_month_before_that_was_too_early(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, targets=TARGETS, job_posting=JOBS,
                             dispute_case=_cases(40, "2025-01-05")), date(2025, 4, 1))
    assert {row.previous for row in scorecard(known.figures, date(2025, 2, 28)).ranking} == {None}
    before = {row.division: row.place
              for row in scorecard(known.figures, date(2025, 2, 28)).ranking}
    assert {row.division: row.previous
            for row in scorecard(known.figures, date(2025, 3, 31)).ranking} == before
