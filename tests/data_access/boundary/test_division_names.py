"""Spellings as registers write them: right, missed or wrong, and none may be wrong."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from data_access.boundary import Outcome, Resolution
from tests.data_access.boundary.lists import elsewhere, suqian


@dataclass(frozen=True)
class Spelling:
    """A cell and what it stands for; no place at all: it must not be resolved."""

    column: str
    text: str
    context: str
    unit: str
    township: str
    village: str
    why: str


def _spellings() -> list[Spelling]:
    with (Path(__file__).parent / "spellings.csv").open(encoding="utf-8", newline="") as file:
        return [Spelling(**row) for row in csv.DictReader(file)]


SPELLINGS = _spellings()
TRAPS_FROM = next(number for number, one in enumerate(SPELLINGS) if one.why == "数字已丢失")
RESOLVABLE, TRAPS = SPELLINGS[:TRAPS_FROM], SPELLINGS[TRAPS_FROM:]


def resolved(one: Spelling) -> Resolution:
    look_up = {"unit": lambda: suqian().unit(one.text),
               "township": lambda: suqian().township(one.text, one.context),
               "village": lambda: suqian().village(one.text, one.context)}
    return look_up[one.column]()


def verdict(one: Spelling) -> str:
    """right, missed (not resolved, though it could be) or wrong (another place than it stands for).
    """
    result = resolved(one)
    given, meant = (result.unit, result.township, result.village), (
        one.unit, one.township, one.village)
    if any(ours and ours != theirs for ours, theirs in zip(given, meant, strict=True)):
        return "wrong"
    return "right" if given == meant else "missed"


def test_the_list_is_long_enough_to_mean_something() -> None:
    assert len(SPELLINGS) >= 150
    assert len(TRAPS) >= 30
    assert len({(one.column, one.text, one.context) for one in SPELLINGS}) == len(SPELLINGS)


def test_no_spelling_is_taken_for_another_place_and_nine_in_ten_are_right() -> None:
    wrong = [(one.column, one.text, one.context, resolved(one)) for one in SPELLINGS
             if verdict(one) == "wrong"]
    assert wrong == []
    count = Counter(verdict(one) for one in RESOLVABLE)
    missed = [(one.column, one.text, resolved(one).reason) for one in RESOLVABLE
              if verdict(one) == "missed"]
    assert count["right"] >= 0.9 * len(RESOLVABLE), missed


@pytest.mark.parametrize("one", TRAPS,
                         ids=lambda one: f"{one.column} {one.text} {one.context}".strip())
def test_what_nobody_can_tell_is_left_open_with_a_reason(one: Spelling) -> None:
    result = resolved(one)
    assert not (result.settles and (result.township or result.village or not one.unit))
    assert result.unit in ("", one.unit)
    assert result.reason


def test_a_code_that_lost_its_digits_is_refused_and_named() -> None:
    for text in ("3.21302E+11", "3.21302e11", "３.21302E+11", 'E'.join(("3.21322", "+08"))):
        for result in (suqian().unit(text), suqian().township(text), suqian().village(text)):
            assert result.outcome is Outcome.REFUSED
            assert "科学计数法" in result.reason


def test_a_split_township_is_open_with_its_successors_and_its_county_is_certain() -> None:
    result = suqian().township("青阳镇")
    assert result.outcome is Outcome.AMBIGUOUS
    assert result.candidates == ("321324001", "321324002", "321324003")
    assert (result.unit, result.township) == ("321324", "")


def test_a_unit_of_the_row_helps_and_does_not_veto() -> None:
    assert suqian().township("蔡集镇", "321311").township == "321302110"
    assert suqian().township("经开区", "321322").unit == "321322"
    assert suqian().township("经开区", "321371").unit == "321371"


def test_an_empty_cell_stands_for_nothing() -> None:
    for value in (None, "", "  ", "　", "'", float("nan")):
        assert suqian().unit(value).outcome is Outcome.EMPTY
        assert suqian().village(value).outcome is Outcome.EMPTY


def test_numbers_of_a_spreadsheet_are_codes() -> None:
    assert suqian().unit(321322).unit == "321322"
    assert suqian().unit(321322.0).unit == "321322"
    assert suqian().township(321322001000.0).township == "321322001"


def test_listed_codes_are_not_remarkable() -> None:
    assert suqian().unit("321322").outcome is Outcome.LISTED
    assert suqian().township("321322001").outcome is Outcome.LISTED
    assert suqian().unit("321322.0").outcome is Outcome.RESOLVED


@pytest.mark.parametrize(("text", "unit"), [
    ("东海县", "320722"), ("东海", "320722"), ("江苏省连云港市东海县", "320722"), ("连云港东海县人社局", "320722"),
    ("徐圩新区管委会", "320791"), ("高新区", "320792"), ("东海县高新区", "320722"), ("赣榆经济开发区", "320707"),
    ("320722000000", "320722"), ("连云港市", "320700"), ("海州区高新区", ""), ("沭阳县", ""), ("经开区", ""),
    ("湖滨新城", ""), ("海州湾", ""), ("连云港市沭阳县", "")])
def test_another_city_is_looked_up_in_its_own_lists(text: str, unit: str) -> None:
    assert elsewhere().unit(text).unit == unit


@pytest.mark.parametrize(("text", "context", "township"),
                         [("灌云第101镇", "", "320723101"), ("灌云第101", "", "320723101"),
                          ("灌云县灌云第101镇人民政府", "", "320723101"), ("灌云第103镇", "", "320723102"),
                          ("320723103", "", "320723103"), ("灌云第109镇", "", ""), ("青阳街道", "", "")])
def test_townships_of_another_city(text: str, context: str, township: str) -> None:
    assert elsewhere().township(text, context).township == township
