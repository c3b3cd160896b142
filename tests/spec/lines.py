"""What a specification asks of an engine: figures by line, and how many rows counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tests.drawn import Row
from tests.naive import CITY_CODE, NO_DATA, NaiveLine, Reconciliation

__all__ = ["NO_DATA", "Count", "Judge", "Lines", "Reconciliation", "nothing_of", "share", "whole"]


@dataclass(frozen=True)
class Lines:
    """The figures of one day."""

    by_key: dict[tuple[str, str, str], NaiveLine]

    def city(self, indicator: str) -> NaiveLine:
        return self.by_key[indicator, "city", CITY_CODE]

    def county(self, indicator: str, code: str) -> NaiveLine:
        return self.by_key[indicator, "county", code]

    def unit(self, indicator: str, code: str) -> NaiveLine:
        return self.by_key[indicator, "managing", code]


def whole(amount: float) -> NaiveLine:
    """A count."""
    return NaiveLine(amount, amount, None)


def share(numerator: float, denominator: float) -> NaiveLine:
    """A share of something."""
    return NaiveLine(numerator / denominator, numerator, denominator)


def nothing_of(numerator: float, denominator: float) -> NaiveLine:
    """A share with nothing to take it of: the parts are known, the value is not."""
    return NaiveLine(None, numerator, denominator)


class Count(Protocol):
    """Figures as of a day, from drawn tables given by the name of their dataset."""

    def __call__(self, *, as_of: str = ..., start: str = ..., read_on: str = ...,
                 without: tuple[str, ...] = ..., **drawings: str | list[Row]) -> Lines: ...


class Judge(Protocol):
    """What became of the rows of the drawn tables, by dataset."""

    def __call__(self, *, read_on: str = ...,
                 **drawings: str | list[Row]) -> dict[str, Reconciliation]: ...
