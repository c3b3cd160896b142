"""Three joint meetings over six months, drawn: who did what when, what the data said, and the state
of every item.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kpi.follow_ups.follow_up import STATE_NAMES, Case, Event, EventKind, Item
from kpi.follow_ups.follow_up_fold import ClosedBy, Count, Holding, Status, status
from kpi.plan.plan import FollowUpRules
from kpi.vocabulary.division import Rollup
from tests.drawn import table

RULES = FollowUpRules(hold_days=14, watch_days=60)

ITEMS = {
    # 1st meeting, 15 January
    "A": Item("沭阳发布岗位补进度", Rollup.COUNTY, "321322", "沭阳县", "人社局分管局长", date(2026, 3, 15),
              indicator="jobs_published", expected=9000, meeting=date(2026, 1, 15)),
    "B": Item("泗洪补建两个驿站", Rollup.COUNTY, "321324", "泗洪县", "就业中心主任", date(2026, 3, 31),
              meeting=date(2026, 1, 15)),
    # 2nd meeting, 16 March
    "C": Item("建立部门会商机制", Rollup.CITY, "321300", "市人社局", "就业处处长", date(2026, 5, 10),
              meeting=date(2026, 3, 16)),
    # 3rd meeting, 20 May
    "D": Item("宿城培训补进度", Rollup.COUNTY, "321302", "宿城区", "人社局局长", date(2026, 6, 30),
              indicator="training_attendances", meeting=date(2026, 5, 20)),
}

# what people recorded
EVENTS = """
    | item | day        | kind     | due        |
    | A    | 2026-01-15 | raised   |            |
    | B    | 2026-01-15 | raised   |            |
    | A    | 2026-01-16 | assigned |            |
    | B    | 2026-01-16 | assigned |            |
    | A    | 2026-02-10 | progress |            |
    | A    | 2026-03-02 | done     |            |
    | C    | 2026-03-16 | raised   |            |
    | C    | 2026-03-17 | assigned |            |
    | B    | 2026-03-20 | extended | 2026-04-30 |
    | B    | 2026-04-28 | done     |            |
    | B    | 2026-05-04 | returned |            |
    | C    | 2026-05-08 | done     |            |
    | C    | 2026-05-12 | closed   |            |
    | B    | 2026-05-18 | done     |            |
    | D    | 2026-05-20 | raised   |            |
    | B    | 2026-05-20 | closed   |            |
    | D    | 2026-05-21 | assigned |            |
    | A    | 2026-05-22 | done     |            |
"""

# first day of each run in which the data is (or is not) as the item wants it; before the first
# nobody can say
DATA = """
    | item | from       | holds |
    | A    | 2026-01-15 | no    |
    | A    | 2026-03-02 | yes   |
    | A    | 2026-03-10 | no    |
    | A    | 2026-03-11 | yes   |
    | A    | 2026-04-20 | no    |
    | A    | 2026-05-22 | yes   |
    | D    | 2026-05-20 | no    |
"""

# the state at the end of the day; "-" before it was raised
STATES = """
    | day        | A      | B      | C      | D    |
    | 2026-01-14 | -      | -      | -      | -    |
    | 2026-01-15 | 立项   | 立项   | -      | -    |
    | 2026-01-16 | 交办   | 交办   | -      | -    |
    | 2026-02-09 | 交办   | 交办   | -      | -    |
    | 2026-02-10 | 办理中 | 交办   | -      | -    |
    | 2026-03-01 | 办理中 | 交办   | -      | -    |
    | 2026-03-02 | 待核查 | 交办   | -      | -    |
    | 2026-03-16 | 待核查 | 交办   | 立项   | -    |
    | 2026-03-17 | 待核查 | 交办   | 交办   | -    |
    | 2026-03-20 | 待核查 | 延期   | 交办   | -    |
    | 2026-03-23 | 待核查 | 延期   | 交办   | -    |
    | 2026-03-24 | 销号   | 延期   | 交办   | -    |
    | 2026-04-19 | 销号   | 延期   | 交办   | -    |
    | 2026-04-20 | 逾期   | 延期   | 交办   | -    |
    | 2026-04-28 | 逾期   | 待核查 | 交办   | -    |
    | 2026-05-01 | 逾期   | 待核查 | 交办   | -    |
    | 2026-05-04 | 逾期   | 逾期   | 交办   | -    |
    | 2026-05-08 | 逾期   | 逾期   | 待核查 | -    |
    | 2026-05-11 | 逾期   | 逾期   | 待核查 | -    |
    | 2026-05-12 | 逾期   | 逾期   | 销号   | -    |
    | 2026-05-18 | 逾期   | 待核查 | 销号   | -    |
    | 2026-05-20 | 逾期   | 销号   | 销号   | 立项 |
    | 2026-05-21 | 逾期   | 销号   | 销号   | 交办 |
    | 2026-05-22 | 待核查 | 销号   | 销号   | 交办 |
    | 2026-06-03 | 待核查 | 销号   | 销号   | 交办 |
    | 2026-06-04 | 销号   | 销号   | 销号   | 交办 |
    | 2026-06-30 | 销号   | 销号   | 销号   | 交办 |
    | 2026-07-01 | 销号   | 销号   | 销号   | 逾期 |
"""

# what each adds to 议定事项办结率: A was reported by its due date and came back, B and its second report
# were late
COUNTED = """
    | item | day        | what           |
    | A    | 2026-03-15 | due            |
    | A    | 2026-03-24 | closed_on_time |
    | A    | 2026-04-20 | closed_lifted  |
    | B    | 2026-04-30 | due            |
    | C    | 2026-05-10 | due            |
    | C    | 2026-05-12 | closed_on_time |
    | D    | 2026-06-30 | due            |
"""


def case(name: str) -> Case:
    events = []
    for row in table(EVENTS):
        if row["item"] == name:
            kind, due = EventKind(str(row["kind"])), row["due"]
            events.append(Event(kind, datetime.fromisoformat(f"{row['day']} 10:00"), "office", "说明",
                                date.fromisoformat(due) if due else None, "分管副市长" if due else None))
    return Case(ITEMS[name], tuple(events))


def drawn_data() -> Holding:
    runs = [(row["item"], date.fromisoformat(str(row["from"])), row["holds"] == "yes")
            for row in table(DATA)]

    def holds(item: Item, day: date) -> bool | None:
        mine = [held for name, first, held in runs if ITEMS[str(name)] == item and first <= day]
        return mine[-1] if mine else None
    return holds


def on(name: str, day: date | str) -> Status | None:
    return status(case(name), day if isinstance(day, date) else date.fromisoformat(day), RULES,
                  drawn_data())


@pytest.mark.parametrize("row", table(STATES), ids=lambda row: str(row["day"]))
def test_every_item_is_in_the_state_drawn_for_the_day(row: dict[str, str]) -> None:
    found = {name: on(name, row["day"]) for name in ITEMS}
    assert {name: "-" if now is None else STATE_NAMES[now.state]
            for name, now in found.items()} == {name: row[name] for name in ITEMS}


def test_each_item_adds_to_the_closing_rate_what_is_drawn() -> None:
    found = [(name, day, what) for name in ITEMS for day, what in _last(name).counts]
    assert found == [(row["item"], date.fromisoformat(str(row["day"])), Count(str(row["what"])))
                     for row in table(COUNTED)]


def test_the_history_of_a_day_begins_every_later_history() -> None:
    for name in ITEMS:
        last = _last(name)
        for row in table(STATES):
            earlier = on(name, str(row["day"]))
            if earlier is not None:
                assert last.steps[:len(earlier.steps)] == earlier.steps
                assert last.counts[:len(earlier.counts)] == earlier.counts


def test_the_relapsed_item_tells_the_whole_story() -> None:
    last = _last("A")
    assert [(step.day.isoformat(), step.what) for step in last.steps if step.by_data] == [
        ("2026-03-24", "数据连续14天达到要求，自动销号"), ("2026-04-20", "数据回落，重新办理"),
        ("2026-06-04", "数据连续14天达到要求，自动销号")]
    assert (last.reopened, last.closed_by, last.closed_on) == (1, ClosedBy.DATA, date(2026, 6, 4))


def test_a_manual_closing_shows_as_such() -> None:
    assert _last("C").closed_by == ClosedBy.MANUAL
    assert _last("B").closed_by == ClosedBy.MANUAL


def test_a_relapse_after_the_watch_period_reopens_nothing() -> None:
    """Closed on 24 March: the sixtieth day of the watch is 23 May."""
    def relapse(first: date) -> Status:
        found = status(Case(ITEMS["A"], case("A").events[:4]), date(2026, 6, 30), RULES,
                       lambda _item, day: date(2026, 3, 11) <= day < first)
        assert found is not None
        return found
    assert relapse(date(2026, 5, 23)).closed_on is None
    assert relapse(date(2026, 5, 24)).closed_on == date(2026, 3, 24)


def test_days_the_data_has_not_reached_neither_close_nor_reopen() -> None:
    found = status(case("A"), date(2026, 6, 30), RULES, drawn_data(), data_until=date(2026, 3, 23))
    assert found is not None
    assert found.closed_on is None
    assert found.held_days == 0  # the report of 22 May began the count anew


def _last(name: str) -> Status:
    found = on(name, "2026-07-01")
    assert found is not None
    return found
