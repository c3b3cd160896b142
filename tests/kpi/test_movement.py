"""What moved a figure: parts of hand-drawn tables, and that whatever the data they add up to the
difference exactly.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.explaining.movement import BY_UNIT, Movement, PartKind, movement, ways
from kpi.figures.figures import Figures
from kpi.sentences.movement import movement_words
from kpi.vocabulary.division import Rollup
from kpi.vocabulary.errors import InputError
from tests.examples import examples
from tests.kpi.hand import CITY, START, A, B, Cells, Z, division, facts, known, plan, venues

FIRST, LAST = date(2025, 3, 31), date(2025, 4, 30)
SECTORS = "按行业"


def day(number: int) -> date:
    return START + timedelta(days=number)


def parts(found: Movement | None) -> dict[tuple[PartKind, str], Fraction]:
    assert found is not None
    assert (
        sum((part.value for part in found.parts), Fraction(0))
        == found.change
        == found.after - found.before
    )
    return {(part.kind, part.name): part.value for part in found.parts}


def postings() -> Cells:
    """100 of A and 60 of B by the end of March; in April 30 of A, 10 of B, 5 of Z, 7 nobody's; 12
    of A and 1 of B invalid.
    """
    return (
        Cells("job_posting")
        .add("published", date(2025, 2, 1), A, 10, 100, sector="domestic")
        .add("published", date(2025, 3, 1), B, 6, 60, sector="courier")
        .add("published", date(2025, 4, 2), A, 3, 30, sector="domestic")
        .add("published", date(2025, 4, 30), B, 1, 10, sector="courier")
        .add("published", date(2025, 4, 3), Z, 1, 5, sector="domestic")
        .add("published", date(2025, 4, 4), "", 1, 7, sector="courier")
        .add("published", date(2025, 5, 1), A, 1, 1000, sector="domestic")
        .add("invalidated", date(2025, 4, 9), A, 2, 12, sector="domestic")
        .add("invalidated", date(2025, 4, 9), B, 1, 1, sector="courier")
    )


def test_a_count_by_unit_with_what_was_written_off_and_what_is_nobodys() -> None:
    figures = known(plan(), postings())
    assert parts(
        movement(figures, "jobs_published", division(CITY), FIRST, LAST, rollup=Rollup.MANAGING)
    ) == {
        (PartKind.UNIT, "宿城"): 30,
        (PartKind.UNIT, "沭阳"): 10,
        (PartKind.UNIT, "经开"): 5,
        (PartKind.REST, ""): 7,
        (PartKind.REMOVED, ""): -13,
    }
    found = movement(figures, "jobs_published", division(CITY), FIRST, LAST)
    assert parts(found) == {
        (PartKind.UNIT, "宿城"): 35,
        (PartKind.UNIT, "沭阳"): 10,
        (PartKind.REST, ""): 7,
        (PartKind.REMOVED, ""): -13,
    }
    assert found is not None
    assert (found.before, found.after) == (160, 199)
    assert movement_words(found, figures.plan.indicator("jobs_published"), by_unit=True) == (
        "3月31日至4月30日，全市发布零工岗位由160个变为199个，增加39个：宿城+35个、沭阳+10个、市本级（未分县区）+7个；冲减和退出−13个。"
    )


def test_a_county_is_taken_apart_by_its_managing_units() -> None:
    figures = known(plan(), postings())
    assert parts(movement(figures, "jobs_published", division(A), FIRST, LAST)) == {
        (PartKind.UNIT, "宿城"): 30,
        (PartKind.UNIT, "经开"): 5,
        (PartKind.REMOVED, ""): -12,
    }
    assert (
        ways(figures, "jobs_published", division(B), Rollup.COUNTY)[0] == SECTORS
    )  # of a single unit there are no units


def test_a_count_by_category() -> None:
    figures = known(plan(), postings())
    names = {
        cut.title: cut.names for cut in figures.plan.indicator("jobs_published").indicator.cuts
    }[SECTORS]
    assert parts(movement(figures, "jobs_published", division(CITY), FIRST, LAST, SECTORS)) == {
        (PartKind.CATEGORY, names.get("domestic", "domestic")): 35,
        (PartKind.CATEGORY, names.get("courier", "courier")): 17,
        (PartKind.REMOVED, ""): -13,
    }


def test_a_share_moves_by_what_differs_from_the_share_before() -> None:
    """2 of 4, then A adds 3 of 4 and B 1 of 2: B moves nothing, A (3 − ½·4) ÷ 10."""
    made = Cells("job_posting")
    for when, unit, third, own in (
        (date(2025, 2, 1), A, 2, 2),
        (date(2025, 4, 2), A, 3, 1),
        (date(2025, 4, 2), B, 1, 1),
    ):
        made.add("published", when, unit, third, float(third), collector="third_party")
        made.add("published", when, unit, own, float(own), collector="government")
    found = movement(
        known(plan(indicators={"third_party_share": 0.5}), made),
        "third_party_share",
        division(CITY),
        FIRST,
        LAST,
    )
    assert parts(found) == {(PartKind.UNIT, "宿城"): Fraction(1, 10)}
    assert found is not None
    assert (found.before, found.after) == (Fraction(1, 2), Fraction(6, 10))


def test_a_coverage_by_places() -> None:
    register = venues(
        ("station", A, "321302001", "", START, None),
        ("station", B, "321322100", "", date(2025, 4, 5), None),
    )
    figures = known(plan(indicators={"station_coverage": 1.0}), register=register)
    found = movement(figures, "station_coverage", division(CITY), FIRST, LAST)
    assert parts(found) == {(PartKind.UNIT, "沭阳"): Fraction(1, 5)}  # one of the five townships
    assert found is not None
    assert (found.before, found.after) == (Fraction(1, 5), Fraction(2, 5))


def test_a_yearly_share_begins_anew() -> None:
    made = Cells("dispute_case")
    for when, won, lost in ((date(2025, 6, 1), 3, 1), (date(2026, 1, 20), 1, 1)):
        made.add("closed", when, A, won, stage="mediation", is_gig=True, outcome="success")
        made.add("closed", when, B, lost, stage="mediation", is_gig=True, outcome="failure")
    figures = known(plan(indicators={"mediation_success": 0.6}), made)
    found = movement(
        figures, "mediation_success", division(CITY), date(2025, 12, 31), date(2026, 1, 31)
    )
    assert parts(found) == {
        (PartKind.UNIT, "宿城"): Fraction(1, 8),
        (PartKind.UNIT, "沭阳"): Fraction(-3, 8),
    }
    assert ways(figures, "mediation_success", division(CITY), Rollup.COUNTY) == (
        BY_UNIT,
    )  # of people: by unit only


def test_what_was_reported_late_is_a_part_of_its_own() -> None:
    """As read then: 90 for A, nothing of B. Since then 10 more and B's 60 have come in for March.
    """
    then = known(
        plan(),
        Cells("job_posting").add("published", date(2025, 2, 1), A, 9, 90, sector="domestic"),
        read_on=date(2025, 4, 1),
    )
    found = movement(
        known(plan(), postings()), "jobs_published", division(CITY), FIRST, LAST, then=then
    )
    assert parts(found)[PartKind.LATE, ""] == 70
    assert found is not None
    assert (found.before, found.after, found.then_read) == (90, 199, True)


def test_nothing_moved_and_what_cannot_be_asked() -> None:
    figures = known(plan(), postings())
    found = movement(figures, "jobs_published", division(CITY), date(2025, 3, 2), FIRST)
    assert parts(found) == {}
    assert found is not None
    assert movement_words(found, figures.plan.indicator("jobs_published"), by_unit=True) == (
        "3月2日至3月31日，全市发布零工岗位没有变化，仍为160个。"
    )
    with pytest.raises(InputError, match="不早于"):
        movement(figures, "jobs_published", division(CITY), LAST, LAST)
    with pytest.raises(InputError, match="不能按星期拆分"):
        movement(figures, "jobs_published", division(CITY), FIRST, LAST, "按星期")
    absent = known(plan(indicators={"jobs_published": 10, "registered_users": 10}), postings())
    assert movement(absent, "registered_users", division(CITY), FIRST, LAST) is None


_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["published", "invalidated"]),
        st.integers(0, 500),
        st.sampled_from([A, B, Z, ""]),
        st.integers(1, 9),
        st.sampled_from(["domestic", "courier", ""]),
        st.sampled_from(["third_party", "government"]),
    ),
    max_size=25,
)


@settings(max_examples=examples(80), deadline=None)
@given(events=_EVENTS, first=st.integers(0, 499), length=st.integers(1, 200))
def test_parts_always_add_up_to_the_difference_of_the_figures(
    events: list[tuple[str, int, str, int, str, str]], first: int, length: int
) -> None:
    made = Cells("job_posting")
    for event, at, unit, number, sector, collector in events:
        made.add(event, day(at), unit, number, number * 1.0, sector=sector, collector=collector)
    figures = known(plan(indicators={"jobs_published": 10, "third_party_share": 0.5}), made)
    last = min(first + length, 600)
    for code in ("jobs_published", "third_party_share"):
        for place in (division(CITY), division(A), division(B), division(Z)):
            for way in ways(figures, code, place, Rollup.COUNTY):
                _adds_up(figures, code, place.code, place.rollup, way, day(first), day(last))


def _adds_up(
    figures: Figures, code: str, place: str, rollup: Rollup, way: str, first: date, last: date
) -> None:
    where = division(place, rollup)
    found = movement(figures, code, where, first, last, way)
    ends = [figures.measure(code, where, when).value for when in (first, last)]
    if found is None:
        assert None in ends
        return
    assert [float(found.before), float(found.after)] == ends
    parts(found)


def test_the_definitions_of_the_test_are_the_shipped_ones() -> None:
    assert facts().definitions.indicators["jobs_published"].part is not None
