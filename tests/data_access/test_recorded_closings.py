"""What the data closed stays closed when the plan is edited; a relapse by the target of the closing
is a new event.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.current import Current, load_or_refresh
from data_access.ledger import closings
from data_access.ledger.engine import looking, open_ledger_engine
from data_access.ledger.migrate import newest_version, version_of
from data_access.ledger.store import Ledger
from data_access.site import plan_digest
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from kpi.follow_ups import (
    DataEvent,
    Event,
    EventKind,
    Item,
    Standing,
    recorded_words,
    standings,
    status,
)
from kpi.follow_ups.follow_up import State
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.plan import FollowUpRules
from kpi.vocabulary.division import Rollup
from tests.data_access.site import drawn, sqlite_site
from tests.data_access.test_ledger import server, url

__all__ = ["server", "url"]

OFFICE = Actor("bangongshi", Role.OFFICE)
# the whole city: a job a day is due by a target of 730 in 730 days, ten by one of 7300
JOBS = """
    | posting_id | unit_code | headcount | published_on |
    | J1         | 321302    | 100       | 2025-02-01   |
    | J2         | 321302    | 1         | 2025-02-28   |
    | J3         | 321302    | 1         | 2025-03-10   |
    | J4         | 321302    | 1         | 2025-04-20   |
"""
ITEM = Item("发布岗位补进度", Rollup.CITY, "321300", "市人社局", "处长", date(2025, 2, 20),
            indicator="jobs_published")
RAISED, REPORTED = datetime(2025, 2, 3, 9), datetime(2025, 2, 10, 9)
CLOSED = date(2025, 2, 23)  # the fourteenth day from the report


def _plan(settings: Settings, target: int, top: str = "") -> None:
    text = settings.plan_file.read_text(encoding="utf-8")
    head, _, rest = text.partition("[indicators.jobs_published]")
    rest = rest[rest.index("["):]
    settings.plan_file.write_text(
        f"{top}{head}[indicators.jobs_published]\ntarget = {target}\n{rest}", encoding="utf-8")


def _site(folder: Path, item: Item = ITEM, target: int = 730) -> Settings:
    """A city of which the postings are those above, up to the day before it is read, with one
    reported item.
    """
    settings = sqlite_site(folder, {**drawn(job_posting=JOBS), "hire": [], "worker_account": []})
    _plan(settings, target)
    ledger = Ledger.open(settings)
    ledger.raise_items([item], OFFICE, RAISED, assign=True)
    ledger.act("2025-001", 2, Event(EventKind.DONE, REPORTED, "", "已补齐"), OFFICE,
               lambda case: status(case, REPORTED.date(), FollowUpRules()))
    ledger.close()
    return settings


def _read(settings: Settings, day: date) -> Current:
    refresh(settings, now=datetime.combine(day, datetime.min.time()).replace(hour=12))
    return load_or_refresh(settings)


def _rate(known: Current, day: date) -> float | None:
    """议定事项办结率 of the city."""
    return known.figures.measure("follow_ups_closed", known.figures.facts.geography.city, day).value


def _standing(known: Current, day: date) -> Standing:
    ledger = Ledger.open(known.settings)
    try:
        (standing,) = standings(known.figures, ledger.cases(), day, day)
        return standing
    finally:
        ledger.close()


def _events(settings: Settings) -> list[tuple[date, bool, float | None, float | None]]:
    ledger = Ledger.open(settings)
    try:
        return [(one.day, one.closes, one.value, one.target)
                for one in ledger.case("2025-001").data_events]
    finally:
        ledger.close()


def test_three_edits_of_the_plan_and_one_relapse_as_drawn(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    digest = plan_digest(settings)
    first = _read(settings, date(2025, 3, 1))
    assert _rate(first, date(2025, 2, 28)) == 1
    assert _events(settings) == [(CLOSED, True, 100, 730)]
    # ten times the target: by it nothing was ever on time, and the closing stands
    _plan(settings, 7300)
    edited = load_or_refresh(settings)
    assert plan_digest(settings) != digest
    assert (_rate(edited, CLOSED), _rate(edited, date(2025, 2, 28))) == (1, 1)
    assert _standing(edited, date(2025, 2, 28)).status.stage == State.CLOSED
    # more days are read under it: the figure is still where the closing wanted it, so nothing has
    # fallen
    second = _read(settings, date(2025, 3, 11))
    assert (_rate(second, date(2025, 3, 10)), _events(settings)) == (1, [(CLOSED, True, 100, 730)])
    # the 103rd day is the first on which fewer than a job a day were published: a relapse by the
    # target of the closing
    third = _read(settings, date(2025, 4, 21))
    fell = date(2025, 4, 13)
    assert [_rate(third, day) for day in (date(2025, 4, 12), fell, date(2025, 4, 20))] == [1, 0, 0]
    assert _events(settings) == [(CLOSED, True, 100, 730), (fell, False, 102, 730)]
    # and that is not undone either, nor what was counted before it
    _plan(settings, 73)
    last = load_or_refresh(settings)
    assert [_rate(last, day) for day in (date(2025, 2, 22), CLOSED, date(2025, 4, 12), fell)] == [
        0, 1, 1, 0]
    assert _standing(last, date(2025, 4, 20)).status.stage == State.IN_PROGRESS


@pytest.mark.long
def test_without_a_record_the_raised_target_would_have_undone_it(tmp_path: Path) -> None:
    """The same history read for the first time after the edit: what the record is there for."""
    settings = _site(tmp_path, target=7300)
    known = _read(settings, date(2025, 3, 1))
    assert (_rate(known, date(2025, 2, 28)), _events(settings)) == (0, [])


@pytest.mark.long
def test_a_lowered_target_closes_nothing_in_the_past(tmp_path: Path) -> None:
    settings = _site(tmp_path, target=7300)
    _read(settings, date(2025, 3, 1)).figures  # noqa: B018 – looks at the days through 28 February
    _plan(settings, 730, 'correction = true\nreason = "多写一个零"\n')
    known = _read(settings, date(2025, 3, 11))
    assert _rate(known, date(2025, 2, 28)) == 0
    # held since the report; the first day that was open to the data is 1 March
    assert _rate(known, date(2025, 3, 10)) == 1
    assert [day for day, *_ in _events(settings)] == [date(2025, 3, 1)]


@pytest.mark.long
def test_each_day_counts_towards_a_closing_by_the_plan_it_had(tmp_path: Path) -> None:
    """A target lowered on 10 March: the fourteen days begin then, however good the days before."""
    settings = _site(tmp_path, target=7300)
    _read(settings, date(2025, 3, 1)).figures  # noqa: B018 – looks at the days through 28 February
    _plan(settings, 730)
    known = _read(settings, date(2025, 3, 11))
    assert (_rate(known, date(2025, 3, 10)), _events(settings)) == (0, [])
    lowered = plan_digest(settings)
    third = _read(settings, date(2025, 4, 21))
    _plan(settings, 7300)
    edited = load_or_refresh(settings)
    for current in (third, edited):
        # 23 March is the fourteenth day from the 10th; the 103rd of the plan is the relapse
        assert [_rate(current, day) for day in (date(2025, 3, 22), date(2025, 3, 23),
                                                date(2025, 4, 12), date(2025, 4, 13))] == [
            0, 1, 1, 0]
        assert _events(settings) == [(date(2025, 3, 23), True, 102, 730),
                                     (date(2025, 4, 13), False, 102, 730)]
    ledger = Ledger.open(settings)
    assert [one.plan for one in ledger.case("2025-001").data_events] == [lowered, lowered]
    ledger.close()


def test_an_expected_value_is_recorded_as_what_it_was_judged_by(tmp_path: Path) -> None:
    settings = _site(tmp_path, replace(ITEM, expected=90))
    known = _read(settings, date(2025, 3, 1))
    assert _rate(known, date(2025, 2, 28)) == 1
    assert _events(settings) == [(CLOSED, True, 100, 90)]
    (step,) = [one for one in _standing(known, date(2025, 2, 28)).status.steps if one.by_data]
    assert recorded_words(step, replace(ITEM, expected=90),
                          known.plan) == f"当时100个，要求≥90个；方案 {plan_digest(settings)[:8]}"


@pytest.mark.long
def test_what_is_recorded_reads_the_same_as_what_was_computed(tmp_path: Path) -> None:
    """Looked at in four readings or in one: every day's state and rate are the same while the plan
    is.
    """
    days = [date(2025, 2, 15), date(2025, 3, 1), date(2025, 3, 20), date(2025, 4, 21)]
    often, once = _site(tmp_path / "often"), _site(tmp_path / "once")
    for day in days:
        in_parts = _read(often, day)
        in_parts.figures  # noqa: B018 – looks
    whole = _read(once, days[-1])
    for ordinal in range(date(2025, 2, 1).toordinal(), days[-1].toordinal()):
        day = date.fromordinal(ordinal)
        assert _rate(in_parts, day) == _rate(whole, day), day
    assert _events(often) == _events(once)


@pytest.mark.long
def test_a_ledger_of_the_version_before_is_not_made_a_newer_one(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    _read(settings, date(2025, 3, 1)).figures  # noqa: B018 – writes the record
    engine = open_ledger_engine(f"sqlite:///{settings.data / 'ledger.sqlite'}")
    with looking(engine) as connection:
        assert version_of(connection) == newest_version() == "0002"
        assert closings.count(connection) == 1
    engine.dispose()


EVENT = DataEvent(CLOSED, True, 14, 100.0, 730.0, "a" * 64, "s")


@pytest.mark.parametrize("table", ["item_data_event", "item_data_look"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET plan = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_rewrite_the_record(url: str, statement: str,
                                                           table: str) -> None:
    ledger = Ledger(open_ledger_engine(url))
    ledger.raise_items([ITEM], OFFICE, RAISED)
    assert closings.record(ledger.engine, [("2025-001", EVENT)], date(2025, 2, 28), "a" * 64, "s")
    with pytest.raises(sa.exc.SQLAlchemyError,
                       match="append-only"), ledger.engine.begin() as connection:
        connection.exec_driver_sql(statement.format(table))
    ledger.close()


def test_of_two_that_looked_at_the_same_day_one_record_stands(url: str) -> None:
    ledger = Ledger(open_ledger_engine(url))
    ledger.raise_items([ITEM], OFFICE, RAISED)
    done: list[bool] = []

    def write(engine: sa.Engine) -> None:
        done.append(closings.record(engine, [("2025-001", EVENT)], date(2025, 2, 28), "a" * 64,
                                    "s"))

    engines = [open_ledger_engine(url) for _ in range(4)]
    threads = [threading.Thread(target=write, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    case = ledger.case("2025-001")
    assert (case.data_events, case.looked_until) == ((EVENT,), date(2025, 2, 28))
    for engine in (*engines, ledger.engine):
        engine.dispose()


@pytest.mark.long
def test_a_ledger_that_may_only_be_read_is_computed_as_before(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _site(tmp_path)
    refused: Callable[..., bool] = lambda *_: False  # noqa: E731 – as `record` where it cannot write
    monkeypatch.setattr(closings, "record", refused)
    known = _read(settings, date(2025, 3, 1))
    assert (_rate(known, date(2025, 2, 28)), _events(settings)) == (1, [])
