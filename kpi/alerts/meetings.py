"""The alert of a joint meeting that has not been held for too long: from the ledger, of the city."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from kpi.alerts.history import History, RuleLevels
from kpi.alerts.levels import NONE, RED, YELLOW, LevelArray
from kpi.alerts.rules import Rule
from kpi.figures import Figures, MeetingDays
from kpi.forecast import line_key
from kpi.plan import Plan


def with_meeting_alerts(history: History, figures: Figures, shown_with: str) -> History:
    """The history with this alert, on the city's line of the indicator `shown_with`; unchanged
    where no ledger is kept or the plan asks for no meetings.
    """
    days = figures.meetings
    if days is None or not figures.plan.follow_up.meeting_days or not history.days:
        return history
    levels = _levels(days, figures.plan, history.days)
    key = line_key(shown_with, figures.facts.geography.city)
    return replace(history, rules=(*history.rules,
                                   RuleLevels(Rule.MEETING_OVERDUE, (key,), levels[None, :])))


def _levels(meetings: MeetingDays, plan: Plan, days: int) -> LevelArray:
    """Of each day from the plan's start, by what was recorded by it; none before the ledger was
    begun.
    """
    start, limit = plan.window.start.toordinal(), plan.follow_up.meeting_days
    last = np.full(days, start)
    for held, recorded in meetings.held:
        begin = max(max(held, recorded).toordinal() - start, 0)
        last[begin:] = np.maximum(last[begin:], held.toordinal())
    gone = start + np.arange(days) - last
    levels: LevelArray = np.where(gone > 2 * limit, RED,
                                  np.where(gone > limit, YELLOW, NONE)).astype(np.int8)
    levels[:max(meetings.kept_since.toordinal() - start, 0)] = NONE
    return levels


def counted_from(figures: Figures, day: date) -> tuple[date, bool]:
    """The day the wait is counted from as of `day`: that of the last meeting, or the plan's start;
    and whether it is a meeting's.
    """
    start = figures.plan.window.start
    last = None if figures.meetings is None else figures.meetings.last(day)
    return (start, False) if last is None else (max(last, start), True)


def held_meanwhile(figures: Figures, today: date | None) -> bool:
    """Whether by the real day a meeting is on record that ends the wait, though the figures are of
    an earlier day.
    """
    last = None if figures.meetings is None or today is None else figures.meetings.last(today)
    return (last is not None and today is not None
            and (today - last).days <= figures.plan.follow_up.meeting_days)
