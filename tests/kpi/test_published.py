"""Breakdowns of people are attacked: with everything the pages show of one day, no hidden count can
be worked out.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data_access.site.settings import ROOT
from kpi.scope.published import Hidden, published_splits, published_townships
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary.division import Division
from tests.small_city import read, settings_of

DAY = date(2025, 12, 31)
_UNITS = ("321302", "321322", "321323", "321324", "321371")
_OUTCOMES = ("success", "failure", "withdrawn")


def _disputes(counts: Mapping[tuple[str, str], int]) -> str:
    head = "| stage | is_gig | accepted_on | closed_on | outcome | unit_code |\n"
    return head + "".join(f"| mediation | true | 2025-01-07 | 2025-03-01 | {outcome} | {unit} |\n"
                          for (unit, outcome), number in counts.items() for _ in range(number))


def _known(folder: Path, **tables: str) -> Figures:
    return read(settings_of(folder, **tables)).figures


def _views(known: Figures,
           code: str) -> Iterable[tuple[Division, dict[str, float | Hidden], float | Hidden]]:
    """Everything the page shows of the indicator: of the city, of every county and of every
    managing unit.
    """
    geography = known.facts.geography
    for division in (geography.city, *geography.counties, *geography.managing):
        (split,) = published_splits(code, known.facts, division, DAY)
        yield division, {part.name: part.value for part in split.parts}, split.total


def _determined(known: Figures, code: str) -> set[tuple[str, str]]:
    """The (unit, part) an attacker can solve for, who adds and subtracts all that is shown."""
    shown = list(_views(known, code))
    units = [unit.code for unit in known.facts.geography.managing_units]
    names = sorted({name for _, parts, _ in shown for name in parts})
    place = {(unit, name): at
             for at, (unit, name) in enumerate((u, n) for u in (*units, "") for n in names)}
    equations: list[list[int]] = []
    for division, parts, total in shown:
        mine = (*units, "") if division == known.facts.geography.city else division.units
        for name in names:
            if not isinstance(parts.get(name, 0), Hidden):
                equations.append([int(key[0] in mine and key[1] == name) for key in place])
        if not isinstance(total, Hidden):
            equations.append([int(key[0] in mine) for key in place])
    _, values, basis = np.linalg.svd(np.array(equations, dtype=float))
    free = basis[int((values > 1e-9).sum()):]
    return {key for key, at in place.items() if not np.any(np.abs(free[:, at]) > 1e-9)}


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_outcome_of_a_dispute_follows_from_all_that_is_shown(
        tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    counts = {(unit, outcome): chance.choice([0, 1, 2, 3, 6, 12, 25]) for unit in _UNITS
              for outcome in _OUTCOMES}
    known = _known(tmp_path, dispute_case=_disputes(counts))
    solved, hidden = _determined(known, "mediation_success"), 0
    for unit in known.facts.geography.managing:
        (split,) = published_splits("mediation_success", known.facts, unit, DAY)
        for part in split.parts:
            if isinstance(part.value, Hidden):
                hidden += 1
                assert (unit.code, part.name) not in solved, (unit.name, part.name)
            else:
                assert not 0 < part.value < 5
    assert hidden, "a table without a small count attacks nothing"


def test_small_outcomes_say_less_than_five_and_large_ones_stay_exact(tmp_path: Path) -> None:
    counts = {("321302", "success"): 20, ("321302", "failure"): 2, ("321322", "success"): 30,
              ("321322", "failure"): 9}
    known = _known(tmp_path, dispute_case=_disputes(counts))
    (split,) = published_splits("mediation_success", known.facts, known.facts.geography.managing[0],
                                DAY)
    shown = {part.name: part.value for part in split.parts}
    assert shown["调解不成功"] is Hidden.SMALL
    assert shown["调解成功"] is Hidden.PROTECTING
    assert split.total == 22
    assert [part.share for part in split.parts] == [None, None]
    (city,) = published_splits("mediation_success", known.facts, known.facts.geography.city, DAY)
    assert [(part.name, part.value) for part in city.parts] == [("调解成功", 50), ("调解不成功", 11)]


def test_jobs_are_no_people_and_stay_exact(tmp_path: Path) -> None:
    known = _known(tmp_path, job_posting="""
        | unit_code | sector  | headcount | published_on |
        | 321302    | courier | 3         | 2025-03-01   |
    """)
    split = published_splits("jobs_published", known.facts, known.facts.geography.city, DAY)[0]
    assert [part.value for part in split.parts] == [3]
    assert not split.partial


def test_users_of_a_township_are_not_worked_out_from_the_unit_s_total(tmp_path: Path) -> None:
    known = _known(tmp_path)
    rows = published_townships(known.facts, DAY)
    unit = max({one.row.unit for one in rows},
               key=lambda code: sum(one.row.unit == code for one in rows))
    towns = [one.row.code for one in rows if one.row.unit == unit]
    assert len(towns) >= 2
    numbers = dict(zip(towns, [2, *(10 + number for number in range(len(towns) - 1))], strict=True))
    known = _known(tmp_path / "again",
                   worker_account="| registered_on | unit_code | township_code |\n"
                   + "".join(f"| 2025-03-01 | {unit} | {code} |\n"
                             for code, number in numbers.items() for _ in range(number)))
    shown = {one.row.code: one.users for one in published_townships(known.facts, DAY)
             if one.row.unit == unit}
    assert shown[towns[0]] is Hidden.SMALL
    hidden = [code for code, value in shown.items() if isinstance(value, Hidden)]
    assert len(hidden) >= 2  # one alone would be the unit's number less the others
    assert sum(numbers[code] for code in hidden) >= 5
    assert all(value == numbers[code] for code, value in shown.items() if code not in hidden)


def test_what_shows_or_hands_out_breakdowns_takes_the_published_ones() -> None:
    for room in ("components", "pages", "reports", "notices"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    taken = {name.name for name in node.names}
                    assert not taken & {"splits", "township_rows", "TownshipRow"}, path
