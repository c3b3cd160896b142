"""An acknowledgement holds for one run of an alert and does not hide one that worsens afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from kpi.alerts.acknowledge import Acknowledgement, Noted, receipt
from kpi.alerts.alert_spans import Span, flip_words, spans
from kpi.alerts.alerts import Alert
from kpi.alerts.history import History, RuleLevels
from kpi.alerts.levels import BLUE, NONE, RED, YELLOW
from kpi.alerts.rules import Flip, Rule, Severity

KEY = (Rule.BEHIND_PACE, "jobs_published", "county", "321322")
ALERT = Alert(Rule.BEHIND_PACE, Severity.YELLOW, "jobs_published", "county", "321322",
              date(2026, 3, 1), -6.0, "证据", "市人社局")
NOTE = Acknowledgement(*KEY, Severity.YELLOW, date(2026, 5, 10), "本机用户", datetime(2026, 5, 11, 9))
LATER = date(2026, 6, 30)


def flip(day: date, before: Severity | None, after: Severity | None) -> Flip:
    return Flip(*KEY, day, before, after)


def test_nobody_took_note() -> None:
    assert receipt(ALERT, (), (), LATER).state == Noted.OPEN


def test_a_note_within_the_run_holds_and_says_whose_it_is() -> None:
    found = receipt(ALERT, (NOTE,), (), LATER)
    assert (found.state, found.by) == (Noted.NOTED, NOTE)


def test_a_worse_grade_is_to_be_noted_again() -> None:
    assert receipt(replace(ALERT, severity=Severity.RED), (NOTE,), (),
                   LATER).state == Noted.WORSENED


def test_an_alert_that_eased_and_worsened_again_is_to_be_noted_again() -> None:
    back = (flip(date(2026, 5, 20), Severity.YELLOW, Severity.BLUE),
            flip(date(2026, 6, 10), Severity.BLUE, Severity.YELLOW))
    assert receipt(ALERT, (NOTE,), back, LATER).state == Noted.WORSENED
    assert receipt(ALERT, (NOTE,), back, date(2026, 6, 9)).state == Noted.NOTED
    assert receipt(ALERT, (NOTE, replace(NOTE, as_of=LATER, at=datetime(2026, 7, 1))), back,
                   LATER).state == Noted.NOTED


def test_a_milder_grade_stays_noted() -> None:
    eased = (flip(date(2026, 5, 20), Severity.YELLOW, Severity.BLUE),)
    assert receipt(replace(ALERT, severity=Severity.BLUE), (NOTE,), eased,
                   LATER).state == Noted.NOTED


@pytest.mark.parametrize("note", [
    replace(NOTE, as_of=date(2026, 2, 28)),           # of the run before this one
    replace(NOTE, as_of=date(2026, 7, 1)),            # of a day after the one looked at
    replace(NOTE, division="321323"), replace(NOTE, withdrawn=True)])
def test_a_note_of_another_run_day_or_unit_or_taken_back_does_not_count(
        note: Acknowledgement) -> None:
    assert receipt(ALERT, (note,), (), LATER).state == Noted.OPEN


def test_spans_are_the_runs_of_one_grade() -> None:

    levels = np.array([[NONE, BLUE, BLUE, RED, NONE, YELLOW]], dtype=np.int8)
    history = History(date(2025, 1, 1), 6, (RuleLevels(Rule.BEHIND_PACE, (KEY[1:],), levels),))
    assert spans(history, (KEY,), date(2025, 1, 6)) == (
        Span(KEY, Severity.BLUE, date(2025, 1, 2), date(2025, 1, 3), False),
        Span(KEY, Severity.RED, date(2025, 1, 4), date(2025, 1, 4), False),
        Span(KEY, Severity.YELLOW, date(2025, 1, 6), date(2025, 1, 6), True))
    assert [span.open for span in spans(history, (KEY,), date(2025, 1, 3))] == [True]


def test_changes_are_named() -> None:
    day = date(2026, 1, 1)
    assert [flip_words(flip(day, *grades)) for grades in ((None, Severity.BLUE),
                                                          (Severity.BLUE, Severity.RED),
                                                          (Severity.RED, Severity.YELLOW),
                                                          (Severity.YELLOW, None))] == [
                                                              "新增", "升级", "降级", "解除"]
