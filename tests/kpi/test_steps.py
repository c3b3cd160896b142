"""Classes of a map coloured by value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.scorecard.steps import class_of, steps

_VALUES = st.lists(st.floats(0, 1e7, allow_nan=False).map(lambda value: round(value, 4)),
                   min_size=1, max_size=9)


def test_edges_are_round_and_cover_the_values() -> None:
    assert steps([0.42, 0.44, 0.58]) == (0.4, 0.45, 0.5, 0.55, 0.6)
    assert steps([7349, 15507, 5985]) == (5000, 7500, 10000, 12500, 15000, 17500)


def test_equal_values_have_one_class_and_none_no_edges() -> None:
    assert len(steps([5.0, 5.0])) == 2
    assert steps([]) == ()


def test_an_edge_belongs_to_the_class_above_it() -> None:
    edges = (0.0, 10.0, 20.0)
    assert [class_of(value, edges) for value in (0, 9.99, 10, 20)] == [0, 0, 1, 1]


@given(_VALUES)
def test_every_value_lies_in_one_of_few_classes(values: list[float]) -> None:
    edges = steps(values)
    assert 2 <= len(edges) <= 6
    assert list(edges) == sorted(set(edges))
    assert edges[0] <= min(values) + 1e-9
    assert max(values) <= edges[-1] + max(abs(edges[-1]) * 1e-9, 1e-9)
    assert all(0 <= class_of(value, edges) < len(edges) - 1 for value in values)


@pytest.mark.parametrize("value", [0.0, 1.0, 100.0])
def test_one_value_has_a_class(value: float) -> None:
    assert class_of(value, steps([value])) == 0
