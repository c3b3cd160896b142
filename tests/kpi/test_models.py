"""典型做法: what is in force on a day, what can be recorded, and the figure before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from kpi.counting.facts import Facts
from kpi.figures import Figures
from kpi.figures.figures import figures
from kpi.models import (
    Effect,
    EntryKind,
    ModelEntry,
    Pair,
    check_model_entry,
    effect,
    measurable,
    models_on,
    stand_models,
)
from kpi.scope import Scope, scoped_figures
from kpi.vocabulary import Geography, InputError, ManagingUnit, UnitKind
from tests.kpi.hand import CITY, DEADLINE, START, A, B, Cells, Z, facts, plan

JOBS = "jobs_published"
C, D = "321323", "321324"
TITLE = "早市"
ADOPTED = 100   # day of adoption, from the plan's start


def on(number: int) -> date:
    return START + timedelta(days=number)


def entry(kind: EntryKind, unit: str, day: int, *, title: str = TITLE, hour: int = 9,
          withdrawn: bool = False) -> ModelEntry:
    return ModelEntry(kind, title, unit, on(day), f"文件{day}", JOBS if kind == EntryKind.MODEL
                      else "", "office", datetime.combine(on(day), time(hour)), withdrawn)


MODEL = entry(EntryKind.MODEL, D, 60)


def adoption(unit: str, day: int, **more: object) -> ModelEntry:
    return replace(entry(EntryKind.ADOPTED, unit, day), **more)  # type: ignore[arg-type]


def geography() -> Geography:
    counties = [(A, "宿城"), (B, "沭阳"), (C, "泗阳"), (D, "泗洪")]
    units = [ManagingUnit(code, f"{name}县", name, UnitKind.COUNTY, code, None, number)
             for number, (code, name) in enumerate(counties)]
    return Geography(CITY, "测试市", (*units, ManagingUnit(Z, "经开区", "经开", UnitKind.ZONE, A, None,
                                                      9)), ())


def drawn(per_day: Mapping[str, tuple[int, int]], *, read_on: int = 300) -> Figures:
    """Jobs a day of each unit up to the day of adoption, and from the day after it on."""
    jobs = Cells("job_posting")
    for unit, (before, after) in per_day.items():
        jobs.daily("published", unit, [before if day <= ADOPTED else after
                                       for day in range(read_on)], collector="government")
    return figures(of_four_counties(jobs, read_on=read_on), plan(indicators={JOBS: 7300}))


def of_four_counties(*cells: Cells, read_on: int = 300) -> Facts:
    return replace(facts(*cells, read_on=on(read_on)), geography=geography())


FIVE = {A: (2, 3), B: (1, 1), C: (4, 5), D: (9, 9), Z: (7, 1)}


def seen(as_of: int, per_day: Mapping[str, tuple[int, int]] = FIVE, *, unit: str = A,
         adopted: int = ADOPTED, others: Sequence[str] = (D,)) -> Effect:
    return effect(drawn(per_day), JOBS, unit, on(adopted), others, on(as_of))


def test_before_and_after_are_thirty_days_on_average_beside_the_median_of_its_kind() -> None:
    # B and C are counties without it; D is where it comes from, Z is a zone
    assert seen(150) == Effect(50, Pair(60, 90), Pair((30 + 120) / 2, (30 + 150) / 2, 2))


def test_no_more_than_ninety_days_are_looked_at() -> None:
    assert seen(190) == seen(250) == replace(seen(150), days=90)


def test_under_four_weeks_on_either_side_say_nothing() -> None:
    assert seen(127) == Effect(27, None, None)
    assert seen(128).own == Pair(60, 90)
    assert seen(200, adopted=27) == Effect(90, None, None)
    assert seen(60, adopted=28).own == Pair(60, 60)


def test_who_has_adopted_is_no_peer() -> None:
    assert seen(150, others=(D, B)).alike == Pair(120, 150, 1)
    assert seen(150, others=(D, B, C)).alike is None


def test_the_only_unit_of_its_kind_has_no_peers() -> None:
    assert seen(150, unit=Z, others=(D,)) == Effect(50, Pair(210, 30), None)


def test_without_a_source_or_an_indicator_of_the_plan_there_is_nothing() -> None:
    read = figures(of_four_counties(), plan())
    assert effect(read, JOBS, A, on(100), (), on(200)) == Effect(90, None, None)
    assert effect(read, "not_in_the_plan", A, on(100), (), on(200)) == Effect(90, None, None)


def test_a_scope_sees_its_own_and_of_others_the_name_and_day() -> None:
    entries = [MODEL, adoption(A, 100), adoption(B, 110)]
    whole, cut = drawn(FIVE), scoped_figures(drawn(FIVE), Scope(False, (A,)))
    (model,), (limited,) = stand_models(entries, whole, on(200)), stand_models(entries, cut, on(200))
    assert [one.effect is None for one in model.adoptions] == [False, False]
    own, other = limited.adoptions
    assert (own.name, own.effect) == ("宿城", Effect(90, Pair(60, 90), None))
    assert (other.name, other.adoption.on, other.adoption.document, other.effect) == (
        "沭阳", on(110), "", None)
    assert limited.name == "泗洪"


def test_what_is_in_force_on_a_day() -> None:
    entries = [MODEL, adoption(A, 100), adoption(B, 110)]
    assert models_on(entries, on(59)) == ()
    assert models_on(entries, on(99))[0].adoptions == ()
    assert [one.unit for one in models_on(entries, on(110))[0].adoptions] == [A, B]


def test_what_is_taken_back_was_not_there_and_can_be_recorded_again() -> None:
    back = adoption(A, 120, withdrawn=True)
    assert models_on([MODEL, adoption(A, 100), back], on(200))[0].adoptions == ()
    again = models_on([MODEL, adoption(A, 100), back, adoption(A, 105)], on(200))
    assert [one.on for one in again[0].adoptions] == [on(105)]
    gone = replace(MODEL, withdrawn=True)
    assert models_on([MODEL, adoption(A, 100), gone], on(200)) == ()


@pytest.mark.parametrize(("new", "there", "said"), [
    (replace(MODEL, title=" "), [], "名称没有填"),
    (replace(MODEL, title="长" * 61), [], "超过 60 个字"),
    (replace(MODEL, document=" "), [], "文号或材料名称没有填"),
    (replace(MODEL, document="长" * 121), [], "超过 120 个字"),
    (replace(MODEL, on=on(201)), [], "在今天之后"),
    (replace(MODEL, on=on(-1)), [], "在方案开始"),
    (MODEL, [MODEL], "已经登记为典型"),
    (adoption(A, 100), [], "先登记典型"),
    (adoption(D, 100), [MODEL], "就是做法的报送单位"),
    (adoption(A, 59), [MODEL], "早于登记为典型的日期"),
    (adoption(A, 120), [MODEL, adoption(A, 100)], "已经登记过采用"),
    (adoption(A, 120, withdrawn=True), [MODEL], "没有登记过采用"),
    (replace(MODEL, withdrawn=True), [], "不用收回"),
])
def test_what_cannot_be_recorded_is_one_sentence(new: ModelEntry, there: list[ModelEntry],
                                                 said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_model_entry(new, there, plan().window, on(200))


@pytest.mark.parametrize(("new", "there"), [
    (MODEL, []), (MODEL, [MODEL, replace(MODEL, withdrawn=True)]), (adoption(A, 60), [MODEL]),
    (adoption(A, 120, withdrawn=True, document=""), [MODEL, adoption(A, 100)])])
def test_what_can_be_recorded_is_given_back(new: ModelEntry, there: list[ModelEntry]) -> None:
    assert check_model_entry(new, there, plan().window, DEADLINE) == new


def test_what_begins_anew_each_year_cannot_be_compared() -> None:
    definitions = plan().definitions.indicators
    assert measurable(definitions[JOBS])
    assert not measurable(definitions["arbitration_closing"])
    assert not measurable(definitions["days_to_fill"])
