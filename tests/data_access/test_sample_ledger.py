"""The demonstration's ledger never mixes with a real one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from data_access.ledger.returns import recorded_returns
from data_access.ledger.sample import ensure_sample_ledger
from data_access.ledger.store import Ledger, recorded_cases
from data_access.site.return_file import load_return_form
from data_access.site.settings import ROOT, Settings
from kpi.follow_ups.follow_up import Event, EventKind
from kpi.follow_ups.follow_up_fold import status
from kpi.follow_ups.follow_up_rules import Actor, Role, acting, raising
from kpi.plan.plan import FollowUpRules
from kpi.returns import (
    Amounts,
    MonthlyReturn,
    ReturnState,
    check_step,
    months_due,
    previous,
)
from sample_data.calendar import AS_OF, PLAN_START
from sample_data.follow_ups import MEETINGS, sample_cases
from sample_data.places import UNITS
from sample_data.returns import sample_returns


@pytest.fixture(autouse=True)
def no_ledger_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINGGONG_LEDGER_URL", raising=False)


def test_it_is_made_once_and_what_is_added_stays(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, {})
    ensure_sample_ledger(settings)
    assert recorded_cases(settings) == sample_cases()
    ledger = Ledger.open(settings)
    assert ledger.meetings() == tuple(reversed(MEETINGS))
    case = ledger.case("2026-012")
    ledger.act("2026-012", 1, Event(EventKind.ASSIGNED, case.events[0].at, ""),
               Actor("a", Role.OFFICE),
               lambda seen: status(seen, date(2026, 10, 31), FollowUpRules()))
    ledger.close()
    ensure_sample_ledger(settings)
    assert len(recorded_cases(settings)[-1].events) == 2


def test_a_site_with_sources_or_a_ledger_of_its_own_gets_none(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_sample_ledger(Settings(tmp_path, tmp_path, {"office": "sqlite:///x"}))
    monkeypatch.setenv("LINGGONG_LEDGER_URL", f"sqlite:///{tmp_path / 'own.sqlite'}")
    ensure_sample_ledger(Settings(tmp_path, tmp_path, {}))
    assert list(tmp_path.iterdir()) == []


def test_every_event_of_the_demonstration_was_allowed_when_it_was_recorded() -> None:
    """Folded without data, which is where an item stands until the figures close it."""
    office = Actor("演示账户", Role.OFFICE)
    for case in sample_cases():
        assert case.events[0] == raising(office, case.events[0].at)
        for number, event in enumerate(case.events[1:], start=1):
            before = status(type(case)(case.item, case.events[:number]), event.day, FollowUpRules())
            assert before is not None
            assert acting(case.item, before, office, event) == event


def test_every_step_of_its_returns_was_allowed_when_it_was_taken(tmp_path: Path) -> None:
    settings = Settings(ROOT / "config", tmp_path, {})
    form = load_return_form(settings, UNITS)
    assert form is not None
    approved: dict[tuple[date, str], Amounts | None] = {}
    for one in sample_returns():
        taken = MonthlyReturn(one.month, one.unit)
        for event in one.events:
            assert event.at.date() <= AS_OF
            before = approved.get((previous(one.month), one.unit))
            assert check_step(form, taken, event, before) == event
            taken = taken.then(event)
        approved[one.month, one.unit] = one.approved


def test_its_returns_are_all_approved_but_the_last_months(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, {})
    ensure_sample_ledger(settings)
    returns = recorded_returns(settings)
    assert returns == sample_returns()
    october = date(2026, 10, 1)
    assert {(one.month, one.unit) for one in returns if one.month < october} == {
        (month, unit) for month in months_due(PLAN_START, AS_OF) for unit in UNITS}
    assert {one.state for one in returns if one.month < october} == {ReturnState.APPROVED}
    assert Counter(one.state for one in returns if one.month == october) == {
        ReturnState.APPROVED: 4, ReturnState.FILED: 2, ReturnState.RETURNED: 1,
        ReturnState.REOPENED: 1}
    for unit in UNITS:
        amounts = [one.approved for one in returns if one.unit == unit and one.month < october]
        for item in ("visits", "sent_to_work", "talks", "staff"):
            first, last = (sum(part[item] or 0 for part in amounts[where] if part)
                           for where in (slice(6), slice(-6, None)))
            assert last > 1.2 * first > 0, (unit, item)
