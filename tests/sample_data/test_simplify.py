"""Simplified outlines of neighbours still fit together."""

from __future__ import annotations

import pytest

from reference.derive.derive_reference import _is_township
from reference.derive.simplify import simplify_rings

# two unit squares side by side; their common border wiggles by less than a hundredth
WIGGLE = [(1.0, 0.0), (1.004, 0.25), (0.996, 0.5), (1.004, 0.75), (1.0, 1.0)]
WEST = [(0.0, 0.0), *WIGGLE, (0.0, 1.0), (0.0, 0.0)]
EAST_OF_IT = [(2.0, 1.0), *WIGGLE[::-1], (2.0, 0.0), (2.0, 1.0)]


def _points(ring: list[tuple[float, float]]) -> set[tuple[float, float]]:
    return set(ring)


def test_a_common_border_is_simplified_alike_for_both_neighbours() -> None:
    simple = simplify_rings({"west": WEST, "east": EAST_OF_IT}, 0.01)
    assert _points(simple["west"]) == {(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)}
    assert _points(simple["east"]) == {(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)}


def test_points_farther_off_than_the_tolerance_stay_in_both() -> None:
    simple = simplify_rings({"west": WEST, "east": EAST_OF_IT}, 0.001)
    assert set(WIGGLE) <= _points(simple["west"]) & _points(simple["east"])


def test_rings_stay_closed_and_keep_their_junctions() -> None:
    simple = simplify_rings({"west": WEST, "east": EAST_OF_IT}, 0.01)
    assert all(ring[0] == ring[-1] for ring in simple.values())
    assert {(1.0, 0.0), (1.0, 1.0)} <= _points(simple["west"]) & _points(simple["east"])


def test_a_ring_without_neighbours_keeps_its_corners() -> None:
    assert _points(simplify_rings({"alone": WEST}, 0.01)["alone"]) == {
        (0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)}


@pytest.mark.parametrize(("code", "real"), [("321302001", True), ("321311201", True),
                                            ("321371400", True), ("321302400", False),
                                            ("321311450", False)])
def test_codes_of_parks_and_farms_are_no_townships(code: str, real: bool) -> None:
    assert _is_township(code) is real
