"""Holds two recomputations of the same lines together."""

from __future__ import annotations

from tests.naive import NaiveLine

_TOLERANCE = 1e-9


def _agree(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _TOLERANCE * max(1.0, abs(one))


def differences(expected: dict[tuple[str, str, str], NaiveLine],
                 found: dict[tuple[str, str, str], NaiveLine]) -> list[str]:
    differences = [f"{key}: no such line in one of the two"
                   for key in expected.keys() ^ found.keys()]
    for key in expected.keys() & found.keys():
        one, other = expected[key], found[key]
        same = (_agree(one.value, other.value) and _agree(one.numerator, other.numerator)
                and _agree(one.denominator, other.denominator))
        if not same:
            differences.append(f"{key}: recomputed {one}, found {other}")
    return sorted(differences)
