"""Which version of the plan is in force on which day, drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.plan import Era, Plan, PlanFile, eras, plan_from, plan_on, taken_into_use
from kpi.vocabulary import InputError

START, DEADLINE = date(2025, 1, 1), date(2026, 12, 31)
JOBS = "jobs_published"
JUNE, JULY, AUGUST, LATER = (date(2025, 6, 30), date(2025, 7, 31), date(2025, 8, 31),
                             date(2026, 3, 1))


def file(jobs: float | None = 1000, trainings: float | None = None, *, top: dict[str, Any]
         | None = None, deadline: date = DEADLINE, **of_jobs: Any) -> dict[str, Any]:
    """A plan file as parsed; `top` stands before the first table, `of_jobs` in that of the jobs."""
    indicators: dict[str, Any] = {}
    if jobs is not None:
        indicators[JOBS] = {"target": jobs, **of_jobs}
    if trainings is not None:
        indicators["training_attendances"] = {"target": trainings}
    head = {"id": "p", "title": "方案", "document": "文", "city_code": "321300", "city_name": "宿迁市",
            "start": START, "deadline": deadline}
    return {**(top or {}), "plan": head, "indicators": indicators}


def used(*takings: tuple[date, dict[str, Any]]) -> tuple[PlanFile, ...]:
    """The files as taken into use one after another, each on a newest complete day."""
    files: tuple[PlanFile, ...] = ()
    for number, (newest, data) in enumerate(takings):
        files = (*files, taken_into_use(data, f"file {number}", files, newest))
    return files


def in_force(files: Sequence[PlanFile]) -> tuple[Era, ...]:
    return eras(files, plan_from)


def targets(files: Sequence[PlanFile], *days: date) -> list[float | None]:
    """The jobs' target on each day; None where the plan has no such indicator."""
    return [_target(plan_on(in_force(files), day)) for day in days]


def _target(plan: Plan) -> float | None:
    return next((item.target for item in plan.indicators if item.code == JOBS), None)


def test_the_first_file_is_in_force_from_the_plans_start_whatever_day_it_gives() -> None:
    files = used((JULY, file(top={"effective_from": JULY})))
    assert [(one.first, one.plan.in_force_since) for one in in_force(files)] == [(START, START)]


def test_an_edit_is_in_force_from_the_newest_complete_day() -> None:
    files = used((JUNE, file(1000)), (JULY, file(2000)))
    assert targets(files, START, date(2025, 7, 30), JULY, DEADLINE) == [1000, 1000, 2000, 2000]
    assert [one.digest for one in in_force(files)] == ["file 0", "file 1"]


def test_an_edit_before_the_plan_begins_or_after_its_end_stays_inside_it() -> None:
    assert used((JUNE, file()), (date(2024, 12, 1), file(2)))[-1].first == START
    assert used((JUNE, file()), (date(2027, 2, 1), file(2)))[-1].first == DEADLINE


def test_an_edit_is_in_force_from_the_day_it_gives_earlier_or_later() -> None:
    earlier = used((JUNE, file(1)), (JULY, file(2, top={"effective_from": date(2025, 7, 1)})))
    assert targets(earlier, JUNE, date(2025, 7, 1)) == [1, 2]
    later = used((JUNE, file(1)), (JULY, file(2, top={"effective_from": LATER})))
    assert targets(later, JULY, date(2026, 2, 28), LATER) == [1, 1, 2]


def test_a_day_left_over_from_the_edit_before_says_nothing() -> None:
    top = {"effective_from": date(2025, 7, 1)}
    files = used((JUNE, file(1)), (JULY, file(2, top=top)), (AUGUST, file(3, top=top)))
    assert targets(files, JUNE, date(2025, 7, 1), date(2025, 8, 30), AUGUST) == [1, 2, 2, 3]


def test_a_day_to_come_holds_for_whoever_edits_the_file_before_it() -> None:
    top = {"effective_from": LATER}
    files = used((JUNE, file(1)), (JULY, file(2, top=top)), (AUGUST, file(3, top=top)))
    assert targets(files, AUGUST, date(2026, 2, 28), LATER) == [1, 1, 3]


def test_a_correction_takes_the_place_of_the_version_before_and_of_no_other() -> None:
    why = {"correction": True, "reason": "少写一个零"}
    files = used((JUNE, file(1)), (JULY, file(2)), (AUGUST, file(20, top=why)))
    assert targets(files, JUNE, date(2025, 7, 30), JULY, AUGUST) == [1, 1, 20, 20]
    assert (files[-1].correction, files[-1].reason) == (True, "少写一个零")


def test_a_correction_reaches_the_tables_that_were_in_force_earlier() -> None:
    why = {"correction": True, "reason": "少写一个零"}
    back = date(2025, 7, 1)
    files = used((JUNE, file(1)), (JULY, file(2, effective_from=back)),
                 (AUGUST, file(20, top=why)))
    assert targets(files, JUNE, back, JULY, AUGUST) == [1, 20, 20, 20]
    gone = used((JUNE, file(1)), (JULY, file(2, 5, effective_from=back)),
                (AUGUST, file(None, 5, top=why)))
    assert targets(gone, JUNE, back, JULY) == [1, None, None]


def test_a_correction_left_in_the_file_corrects_only_once() -> None:
    why = {"correction": True, "reason": "少写一个零"}
    files = used((JUNE, file(1)), (JULY, file(10, top=why)), (AUGUST, file(11, top=why)))
    assert targets(files, START, date(2025, 8, 30), AUGUST) == [10, 10, 11]
    assert not files[-1].correction
    again = {**why, "reason": "又少一个零"}
    assert targets(used((JUNE, file(1)), (JULY, file(10, top=why)), (AUGUST, file(
        100, top=again))), START) == [100]


def test_a_correction_may_reach_further_back_by_a_day_of_its_own() -> None:
    why = {"correction": True, "reason": "一直少一个零", "effective_from": START}
    files = used((JUNE, file(1)), (JULY, file(2)), (AUGUST, file(20, top=why)))
    assert targets(files, START, JUNE, JULY) == [20, 20, 20]


def test_a_table_may_have_a_day_of_its_own() -> None:
    files = used((JUNE, file(1, 5)), (JULY, file(2, 6, effective_from=LATER)))
    assert targets(files, JULY, date(2026, 2, 28), LATER) == [1, 1, 2]
    assert plan_on(in_force(files), JULY).indicator("training_attendances").target == 6
    back = used((JUNE, file(1, 5)), (JULY, file(2, 6, effective_from=date(2025, 7, 1))))
    assert targets(back, JUNE, date(2025, 7, 1)) == [1, 2]
    assert plan_on(in_force(back), date(2025, 7, 30)).indicator("training_attendances").target == 5


def test_a_tables_day_left_over_says_nothing_even_two_edits_on() -> None:
    day = date(2025, 7, 1)
    files = used((JUNE, file(1)), (JULY, file(2, effective_from=day)),
                 (AUGUST, file(3, effective_from=day)),
                 (LATER, file(3, 9, effective_from=day)))
    assert targets(files, day, date(2025, 8, 30), AUGUST, LATER) == [2, 2, 3, 3]


def test_an_indicator_is_added_and_another_removed() -> None:
    files = used((JUNE, file(1)), (JULY, file(None, 5)))
    assert targets(files, JUNE, JULY) == [1, None]
    assert [item.code for item in plan_on(in_force(files), JULY).indicators] == [
        "training_attendances"]
    added = used((JUNE, file(None, 5)), (JULY, file(1, 5, effective_from=LATER)))
    assert targets(added, JULY, LATER) == [None, 1]


def test_a_deadline_is_extended_before_it_and_after_it() -> None:
    longer = date(2027, 6, 30)
    before = in_force(used((JUNE, file()), (JULY, file(deadline=longer))))
    assert [(one.first, one.plan.window.deadline) for one in before] == [(START, DEADLINE),
                                                                         (JULY, longer)]
    # nothing was in force on the days between the end and the decision
    after = in_force(used((JUNE, file()), (date(2027, 2, 3), file(deadline=longer))))
    assert [one.first for one in after] == [START, date(2027, 1, 1)]


def test_start_city_and_counting_are_the_newest_files_on_every_day() -> None:
    new = file(2)
    new["plan"] = {**new["plan"], "start": date(2025, 2, 1), "city_name": "新名"}
    new["counting"] = {"duplicate_window_days": 60}
    found = in_force(used((JUNE, file(1)), (JULY, new)))
    assert [(one.plan.window.start, one.plan.duplicate_window_days, one.plan.city_name)
            for one in found] == [(date(2025, 2, 1), 60, "宿迁市"), (date(2025, 2, 1), 60, "新名")]
    assert found[0].first == date(2025, 2, 1)


def test_an_edit_of_words_that_change_nothing_is_no_version() -> None:
    same = {**file(1), "calendar": {}}
    assert len(in_force(used((JUNE, file(1)), (JULY, same)))) == 1


def test_another_plan_begins_anew() -> None:
    other = file(7)
    other["plan"] = {**other["plan"], "id": "q"}
    files = used((JUNE, file(1)), (JULY, other))
    assert [(one.first, _target(one.plan)) for one in in_force(files)] == [(START, 7)]
    back = (*files, taken_into_use(file(3), "third", files, AUGUST))
    assert targets(back, JUNE, AUGUST) == [1, 3]


def test_an_older_file_the_program_refuses_gives_way_to_the_next() -> None:
    bad = file(1)
    bad["indicators"][JOBS]["target"] = -1
    files = (PlanFile("bad", bad, START, {}), PlanFile("good", file(2), JULY, {}))
    assert [(one.first, _target(one.plan)) for one in in_force(files)] == [(START, 2)]
    with pytest.raises(InputError, match="target = -1"):
        in_force(files[:1])


def test_two_files_that_do_not_fit_together_are_refused_with_the_day() -> None:
    longer, point = date(2027, 6, 30), {"on": date(2027, 3, 31), "share": 0.9}
    new = file(curve={"kind": "staged", "points": [point]}, deadline=longer)
    new["plan"]["effective_from"] = LATER
    files = used((JUNE, file()), (JULY, new))
    with pytest.raises(InputError, match=r"自 2025-07-31 起的方案由前后两版合成.*写同一个 effective_from"):
        eras(files, plan_from, files[-1].earliest)


@pytest.mark.parametrize(("top", "sentence"), [
    ({"effective_from": date(2027, 1, 1)}, "effective_from = 2027-01-01 不在方案期"),
    ({"effective_from": 3}, "effective_from 应是日期"),
    ({"correction": True}, "却没有写 reason"),
    ({"correction": "yes"}, "只能是 true"),
    ({"correction": True, "reason": 3}, "reason 应是文字"),
])
def test_what_is_written_wrongly_is_refused(top: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        taken_into_use(file(top=top), "", (), JUNE)


def test_rules_of_counting_have_no_day_of_their_own() -> None:
    with pytest.raises(InputError, match=r"\[counting\] effective_from.*全部数据都重新计算"):
        taken_into_use({**file(), "counting": {"effective_from": JUNE}}, "", (), JUNE)


edits = st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(-3, 200)),
                  st.one_of(st.none(), st.integers(-3, 200)))


@given(st.lists(edits, min_size=1, max_size=6))
def test_no_edit_touches_a_day_before_the_first_it_is_in_force_on(
        drawn: list[tuple[int, int | None, int | None]]) -> None:
    files: tuple[PlanFile, ...] = used((date(2025, 2, 1), file(9)))
    newest = 60
    for number, (target, whole, own) in enumerate(drawn):
        newest += 20
        top = {} if whole is None else {"effective_from": date.fromordinal(
            START.toordinal() + newest + whole)}
        days = {} if own is None else {"effective_from": date.fromordinal(
            START.toordinal() + newest + own)}
        before = in_force(files)
        files = (*files, taken_into_use(file(target, top=top, **days), f"{number}", files,
                                        date.fromordinal(START.toordinal() + newest)))
        after = in_force(files)
        last = files[-1].earliest.toordinal()
        for ordinal in range(START.toordinal(), last, 7):
            day = date.fromordinal(ordinal)
            assert plan_on(after, day) == plan_on(before, day)
            assert plan_on(after, day).digest == plan_on(before, day).digest
        assert _target(plan_on(after, DEADLINE)) == target
