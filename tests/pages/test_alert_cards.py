"""The sample's alerts as cards: few enough to act on, none lost, and one number wherever they are
counted.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from data_access.current import Current
from kpi.alerts.cards import Cards, CardState, meeting_day
from kpi.alerts.rules import Severity
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.sentences.alert_cards import count_words, scope_words
from kpi.vocabulary.division import Rollup
from reports.scorecard import SnapshotNote, to_mapping
from tests.pages.app import open_page, words

AS_OF = date(2026, 10, 31)
COUNTED = "全市和5个县区共有预警11项"


@pytest.fixture(scope="module")
def card(sample: Current) -> Scorecard:
    return scorecard(sample.figures, AS_OF)


def cards_of(card: Scorecard) -> Cards:
    return Cards(card.as_of, meeting_day(card.as_of), card.cards)


def test_twenty_seven_alerts_are_twenty_one_cards_with_eleven_on_top(card: Scorecard) -> None:
    alerts = [alert for alert in card.alerts if alert.rollup in (Rollup.CITY, Rollup.COUNTY)]
    found = cards_of(card)
    assert len(alerts) == 27
    assert (len(found.all), len(found.counted), len(found.folded),
            len(found.of_state(CardState.IMPROVING))) == (21, 11, 7, 3)
    assert Counter(line for one in found.all for line in one.lines) == Counter(alerts)
    reds = {(alert.indicator, alert.division) for alert in alerts if alert.severity == Severity.RED}
    shown = [one for top in found.counted if found.grade(top) == Severity.RED
             for one in (top, *found.under(top))]
    assert reds <= {(one.indicator, one.division) for one in shown}


@pytest.mark.usefixtures("over_sample")
def test_the_number_of_alerts_is_the_same_everywhere(card: Scorecard, sample: Current) -> None:
    said = count_words(cards_of(card), scope_words(card.geography, Rollup.COUNTY))
    assert said.startswith(COUNTED)
    assert "全市和5个县区共11项" in words(open_page("leaders/overview"))
    assert said in words(open_page("meeting/alerts"))


def test_the_json_has_the_cards_beside_the_alerts(card: Scorecard, sample: Current) -> None:
    written = to_mapping(card, SnapshotNote("x", sample.snapshot.read_at, True, {}))
    assert sum(one["counted"] for one in written["alert_cards"]) == 11
    flat = {(one["rule"], one["indicator"], one["rollup"], one["division"])
            for one in written["alerts"]}
    lines = [(rule, indicator, one["rollup"], one["division"]) for one in written["alert_cards"]
             for rule, indicator in one["rules"]]
    assert len(lines) == len(set(lines)) == 27
    assert set(lines) <= flat


@pytest.mark.usefixtures("over_sample")
def test_a_follow_up_item_is_one_click_from_a_card(card: Scorecard) -> None:
    app = open_page("meeting/alerts")
    top = cards_of(card).counted[0]
    app.button(key=f"card-raise-{top.indicator}-{top.rollup}-{top.division}").click().run()
    assert not app.exception
    assert app.selectbox(key="fu-new-alert").value == top.lines[0]


@pytest.mark.usefixtures("over_sample")
def test_old_cards_without_a_follow_up_item_are_one_line() -> None:
    assert "尚未立项督办），请立项督办" in words(open_page("meeting/alerts"))
