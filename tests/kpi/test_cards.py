"""Cards: one per indicator and unit, nothing lost, county cards under the city's, and where each
stands.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from kpi.alerts.alerts import Alert
from kpi.alerts.cards import Card, Cards, CardState, Desk, cards_at, meeting_day
from kpi.alerts.history import History, RuleLevels
from kpi.alerts.levels import BLUE, RED, YELLOW
from kpi.alerts.rules import SEVERITY_OF, Rule, Severity
from kpi.forecast.forecast import Forecast, ForecastState
from kpi.forecast.panel import LineKey
from kpi.judging.line import ScorecardLine
from kpi.province.province_lines import absent_line
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary.division import Division, Rollup
from tests.kpi.hand import CITY, GEOGRAPHY, START, A, B, known, plan

AS_OF = date(2026, 3, 20)
DAYS = (AS_OF - START).days + 1
Entry = tuple[Rule, str, str, str, list[int]]


def alert(entry: Entry, points: float | None = -4.0) -> Alert:
    rule, code, rollup, division, levels = entry
    quiet = [number for number, level in enumerate(levels) if not level]
    since = START + timedelta(days=quiet[-1] + 1 if quiet else 0)
    return Alert(rule, SEVERITY_OF[levels[-1]], code, rollup, division, since, points, "…", "")


def since_day(first: date, level: int, before: int = 0, until: date | None = None) -> list[int]:
    """`before` from 100 days earlier, `level` from `first` on."""
    start = (first - START).days
    return [0] * (start - 100) + [before] * 100 + [level] * (DAYS - start)


def line(figures: Figures, code: str, division: Division, p50: float,
         chance: float | None = 0.1) -> ScorecardLine:
    item = figures.plan.indicator(code)
    found = Forecast(ForecastState.FORECAST, p50, p50, p50, chance)
    return replace(absent_line(item, division.rollup, division.code), value=10.0, target=100.0,
                   forecast=found)


def desk(*entries: Entry, short: dict[str, float] | None = None, chances: dict[str, float]
         | None = None, points: float | None = -4.0) -> Desk:
    """Alerts of these levels; `short`: what each unit will lack at the deadline, `chances` of its
    lines, by code.
    """
    codes = ["tier_coverage", "station_coverage", "jobs_published", "registered_users"]
    figures = known(plan(indicators={"tier_coverage": 1.0, "station_coverage": 1.0,
                                     "jobs_published": 100.0,
                                     "registered_users": {"target": 100.0, "weight": 3}}))
    lines: dict[LineKey, ScorecardLine] = {(code, *division.key): line(
        figures, code, division, 100 - (short or {}).get(division.code, 0.0),
        (chances or {}).get(division.code, 0.1)) for code in codes
                                           for division in GEOGRAPHY.divisions}
    rules = tuple(RuleLevels(rule, tuple(e[1:4] for e in entries if e[0] == rule),
                             np.array([e[4] for e in entries if e[0] == rule], dtype="int8"))
                  for rule in dict.fromkeys(e[0] for e in entries))
    return Desk([alert(entry, points) for entry in entries], lines, figures.plan, GEOGRAPHY,
                History(START, DAYS, rules), AS_OF)


LONG_AGO = since_day(date(2025, 6, 1), YELLOW)


def states(found: Cards) -> dict[tuple[str, str], CardState]:
    return {(card.indicator, card.division): card.state for card in found.all}


def test_rules_of_one_indicator_and_unit_are_lines_of_one_card_of_the_worst_grade() -> None:
    found = cards_at(desk((Rule.BEHIND_PACE, "jobs_published", "county", A, LONG_AGO),
                          (Rule.DEADLINE_NEAR, "jobs_published", "county", A,
                           since_day(date(2026, 1, 1), RED))), Rollup.COUNTY)
    (card,) = found.all
    assert (card.severity, card.since) == (Severity.RED, date(2025, 6, 1))
    assert [one.rule for one in card.lines] == [Rule.DEADLINE_NEAR, Rule.BEHIND_PACE]


def test_the_three_tier_rate_is_a_line_of_the_stations_card_and_a_card_of_its_own_without_one() -> (
    None
):
    tier = (Rule.BEHIND_PACE, "tier_coverage", "county", A, since_day(date(2025, 6, 1), RED))
    station = (Rule.COVERAGE_GAP, "station_coverage", "county", A, LONG_AGO)
    (card,) = cards_at(desk(tier, station), Rollup.COUNTY).all
    assert (card.indicator, card.severity) == ("station_coverage", Severity.RED)
    assert {one.indicator for one in card.lines} == {"tier_coverage", "station_coverage"}
    (alone,) = cards_at(desk(tier), Rollup.COUNTY).all
    assert alone.indicator == "tier_coverage"


def test_county_cards_fold_under_the_citys_by_their_share_of_the_shortfall() -> None:
    """The counties will lack 95 and 5: only the first is named, and the red of the second is not
    hidden below yellow.
    """
    found = cards_at(desk((Rule.BEHIND_PACE, "jobs_published", "city", CITY, LONG_AGO),
                          (Rule.BEHIND_PACE, "jobs_published", "county", B,
                           since_day(date(2025, 6, 1), RED)),
                          (Rule.BEHIND_PACE, "jobs_published", "county", A, LONG_AGO),
                          (Rule.BEHIND_PACE, "registered_users", "county", A, LONG_AGO),
                          short={A: 95.0, B: 5.0}), Rollup.COUNTY)
    city, users = found.counted
    assert (city.rollup, users.indicator) == ("city", "registered_users")
    assert [(card.division, card.share) for card in found.under(city)] == [
        (A, pytest.approx(0.95)), (B, pytest.approx(0.05))]
    assert [card.division for card in found.named(city)] == [A]
    assert (city.severity, found.grade(city)) == (Severity.YELLOW, Severity.RED)
    assert found.under(users) == ()


def test_nothing_folds_under_a_city_card_that_is_improving() -> None:
    found = cards_at(desk((Rule.BEHIND_PACE, "jobs_published", "city", CITY, LONG_AGO),
                          (Rule.BEHIND_PACE, "jobs_published", "county", A, LONG_AGO),
                          chances={CITY: 0.6}), Rollup.COUNTY)
    assert [(card.division, card.state) for card in found.all] == [
        (A, CardState.LASTING), (CITY, CardState.IMPROVING)]
    assert [card.division for card in found.counted] == [A]
    assert not found.folded


def test_cards_of_the_other_roll_up_are_not_there() -> None:
    found = cards_at(desk((Rule.BEHIND_PACE, "jobs_published", "county", A, LONG_AGO),
                          (Rule.BEHIND_PACE, "jobs_published", "managing", A, LONG_AGO)),
                     Rollup.MANAGING)
    assert [card.rollup for card in found.all] == ["managing"]


@pytest.mark.parametrize(("levels", "state"), [
    (since_day(date(2026, 3, 2), YELLOW), CardState.NEW),
    (since_day(date(2026, 3, 1), YELLOW), CardState.LASTING),
    (since_day(date(2026, 3, 10), RED, before=YELLOW), CardState.WORSE),
    (since_day(date(2026, 3, 10), BLUE, before=YELLOW), CardState.LASTING),
    (since_day(date(2026, 2, 20), RED, before=YELLOW), CardState.LASTING)])
def test_news_are_counted_from_the_meeting_day(levels: list[int], state: CardState) -> None:
    (card,) = cards_at(desk((Rule.BEHIND_PACE, "jobs_published", "county", A, levels)),
                       Rollup.COUNTY).all
    assert card.state == state


def test_news_since_a_meeting_of_another_day() -> None:
    made = desk((Rule.BEHIND_PACE, "jobs_published", "county", A,
                 since_day(date(2026, 2, 20), YELLOW)))
    assert cards_at(made, Rollup.COUNTY, date(2026, 2, 19)).all[0].state == CardState.NEW
    assert cards_at(made, Rollup.COUNTY, date(2026, 2, 20)).all[0].state == CardState.LASTING
    assert meeting_day(AS_OF) == date(2026, 3, 1)
    assert meeting_day(AS_OF, [date(2026, 1, 5), date(2026, 2, 19), date(2026, 3, 20),
                               date(2026, 4, 1)]) == date(2026, 2, 19)


def test_what_will_likely_be_met_is_improving_and_not_counted() -> None:
    pace = (Rule.BEHIND_PACE, "jobs_published", "county", A, since_day(date(2026, 3, 10), YELLOW))
    assert states(cards_at(desk(pace, chances={A: 0.49}), Rollup.COUNTY)) == {
        ("jobs_published", A): CardState.NEW}
    improving = cards_at(desk(pace, chances={A: 0.5}), Rollup.COUNTY)
    assert states(improving) == {("jobs_published", A): CardState.IMPROVING}
    assert improving.counted == ()


def test_a_blue_alert_ahead_of_what_is_due_asks_for_nothing() -> None:
    for level, state in ((BLUE, CardState.IMPROVING), (YELLOW, CardState.LASTING)):
        entry = (Rule.BEHIND_PACE, "jobs_published", "county", A,
                 since_day(date(2025, 6, 1), level))
        assert states(cards_at(desk(entry, points=0.0), Rollup.COUNTY)) == {
            ("jobs_published", A): state}


def test_a_place_without_a_venue_stays_however_likely_the_rest() -> None:
    entry = (Rule.COVERAGE_GAP, "station_coverage", "county", A, LONG_AGO)
    assert states(cards_at(desk(entry, chances={A: 0.9}), Rollup.COUNTY)) == {
        ("station_coverage", A): CardState.LASTING}


@pytest.mark.parametrize(("days", "state"), [(90, CardState.LASTING), (91, CardState.SOURCE)])
def test_a_source_silent_for_a_quarter_is_a_state_of_the_source(
        days: int, state: CardState) -> None:
    entry = (Rule.SUDDEN_STOP, "jobs_published", "county", A,
             since_day(AS_OF - timedelta(days=days - 1), YELLOW))
    assert states(cards_at(desk(entry), Rollup.COUNTY)) == {("jobs_published", A): state}


def test_old_cards_nobody_follows_up_are_put_to_the_meeting() -> None:
    found = cards_at(desk((Rule.BEHIND_PACE, "jobs_published", "county", A,
                           since_day(AS_OF - timedelta(days=179), YELLOW)),
                          (Rule.BEHIND_PACE, "jobs_published", "county", B,
                           since_day(AS_OF - timedelta(days=178), YELLOW))), Rollup.COUNTY)
    assert [card.division for card in found.long_standing()] == [A]
    assert found.long_standing({("jobs_published", A)}) == ()
    assert found.long_standing({("jobs_published", B), ("registered_users", A)}) != ()


def test_the_order_is_grade_then_share_times_weight() -> None:
    """Users weigh three times as much as jobs: half of their shortfall comes before all of the
    other's.
    """
    found = cards_at(desk((Rule.BEHIND_PACE, "jobs_published", "county", A, LONG_AGO),
                          (Rule.BEHIND_PACE, "jobs_published", "county", B, LONG_AGO),
                          (Rule.BEHIND_PACE, "registered_users", "county", A, LONG_AGO),
                          (Rule.BEHIND_PACE, "registered_users", "county", B,
                           since_day(date(2025, 6, 1), RED)), short={A: 60.0, B: 40.0}),
                     Rollup.COUNTY)
    assert [(card.indicator, card.division) for card in found.all] == [("registered_users", B), (
        "registered_users", A), ("jobs_published", A), ("jobs_published", B)]


def test_a_shelved_card_is_there_but_not_counted() -> None:
    made = desk((Rule.BEHIND_PACE, "jobs_published", "city", CITY, LONG_AGO),
                (Rule.BEHIND_PACE, "jobs_published", "county", A, LONG_AGO))
    found = cards_at(made, Rollup.COUNTY, shelved=lambda card, day: card.rollup == Rollup.CITY
                     and day == AS_OF)
    assert [(card.division, card.state, card.counted) for card in found.all] == [
        (A, CardState.LASTING, True), (CITY, CardState.SHELVED, False)]


def test_no_alert_is_lost() -> None:
    entries = [(rule, code, rollup, division, LONG_AGO)
               for rule in (Rule.BEHIND_PACE, Rule.SUDDEN_STOP)
               for code in ("tier_coverage", "station_coverage", "jobs_published")
               for rollup, division in (("city", CITY), ("county", A), ("county", B))]
    made = desk(*entries)
    found = cards_at(made, Rollup.COUNTY)
    lines = [one for card in found.all for one in card.lines]
    assert sorted(lines, key=repr) == sorted(made.alerts, key=repr)
    assert all(isinstance(card, Card) for card in found.all)
