"""What a county bureau's figures hold: its own, the city's, and of the others what the ranking
publishes. Nothing else.

The other divisions' numbers are unmistakable, so a leak shows whatever the shape it leaks in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kpi.alerts.cards import Desk, cards_at
from kpi.alerts.watch import history_of
from kpi.scope.access import EVERYTHING, NOTHING, Scope
from kpi.scope.scope import scoped_figures, scoped_scorecard
from kpi.scorecard.scorecard import Figures, Scorecard, figures, scorecard
from kpi.vocabulary.division import Rollup
from tests.drawn import write_sqlite
from tests.engines import real_facts
from tests.fixtures.distinct_city import (
    JOBS,
    READ_ON,
    TARGETS,
    WORLD,
    all_numbers,
    numbers,
    without_limit,
)

_DAY = date(2025, 12, 31)
@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    folder = tmp_path_factory.mktemp("scope")
    return _figures(folder)


def _figures(folder: Path) -> Figures:
    urls = write_sqlite(folder, WORLD)
    without_limit(folder / "config")
    facts, plan = real_facts(urls, start=date(2025, 1, 1), read_on=READ_ON, folder=folder)
    indicators = tuple(dataclasses.replace(item, target=TARGETS.get(item.code))
                       for item in plan.indicators)
    return figures(facts, dataclasses.replace(plan, indicators=indicators))


def _walk(thing: Any, seen: set[int] | None = None) -> Iterator[Any]:
    """Every number and text that can be reached from an object: fields, items, arrays, frames,
    cached values.
    """
    seen = set() if seen is None else seen
    # a column taken from a frame is gone afterwards
    if not isinstance(thing, (np.ndarray, pd.DataFrame, pd.Series)):
        if id(thing) in seen:
            return
        seen.add(id(thing))
    if isinstance(thing, (str, int, float, date, type(None), np.generic)):
        yield thing
    elif isinstance(thing, np.ndarray):
        yield from thing.ravel().tolist()
    elif isinstance(thing, pd.DataFrame):
        for name in thing:
            yield name
            yield from _walk(thing[name], seen)
    elif isinstance(thing, pd.Series):
        yield from (thing.cat.categories.tolist() if isinstance(thing.dtype, pd.CategoricalDtype)
                    else ())
        yield from thing.tolist()
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from _walk(key, seen)
            yield from _walk(value, seen)
    elif isinstance(thing, (list, tuple, set, frozenset)):
        for value in thing:
            yield from _walk(value, seen)
    elif hasattr(thing, "__dict__"):
        yield from _walk(vars(thing), seen)


def _numbers(*things: Any) -> set[float]:
    found: set[float] = set()
    for thing in things:
        found |= {float(value) for value in _walk(thing) if isinstance(value, (int, float))
                  and value == value}
    return found


def test_without_a_limit_the_very_same_objects_are_shown(whole: Figures) -> None:
    card = scorecard(whole, _DAY)
    assert scoped_scorecard(card, EVERYTHING) is card
    assert scoped_figures(whole, EVERYTHING) is whole


def test_a_county_bureau_sees_its_own_lines_and_the_citys_as_they_are(whole: Figures) -> None:
    card = scorecard(whole, _DAY)
    part = scoped_scorecard(card, Scope(False, ("321302",)))
    kept = {(line.rollup, line.division) for line in part.lines}
    assert kept == {("city", "321300"), ("county", "321302"), ("managing", "321302")}
    assert all(line in card.lines for line in part.lines)
    assert len(part.lines) == 3 * len(card.plan.indicators)


@pytest.mark.parametrize(("own", "others"), [
    ("321302", ("321322", "321324", "321371", "321372")),
    ("321322", ("321302", "321324", "321371", "321372")),
    ("321371", ("321302", "321322", "321324", "321372")),
])
def test_no_number_of_another_unit_can_be_reached(whole: Figures, own: str,
                                                  others: tuple[str, ...]) -> None:
    card = scorecard(whole, _DAY)
    assert all_numbers(JOBS) <= _numbers(card, whole)  # the walk finds what is there
    part, known = scoped_scorecard(card, Scope(False, (own,))), scoped_figures(
        whole, Scope(False, (own,)))
    known.facts.cumulative("job_posting", "published", known.axis, column="amount")  # fills caches
    reached = _numbers(part, known)
    assert numbers(own) <= reached
    for other in others:
        assert not numbers(other) & reached, other


def test_of_the_others_the_ranking_shows_name_place_score_and_completion_only(
        whole: Figures) -> None:
    card = scorecard(whole, _DAY)
    part = scoped_scorecard(card, Scope(False, ("321302",)))
    assert [(row.group, row.division, row.place, row.score) for row in part.ranking] == [
        (row.group, row.division, row.place, row.score) for row in card.ranking]
    other, before = part.place("county", "321322"), card.place("county", "321322")
    assert other is not None
    assert before is not None
    assert (other.uncapped, other.place_interval) == (None, None)
    assert [term.ratio for term in other.terms] == [term.ratio for term in before.terms]
    assert part.place("county", "321302") == card.place("county", "321302")
    assert part.geography.unit_by_code["321322"].name == "沭阳县"


def test_series_of_the_own_county_and_the_city_stay_exact(whole: Figures) -> None:
    part = scoped_figures(whole, Scope(False, ("321302",)))
    for code, series in whole.series.items():
        mine = part.series[code]
        assert (mine is None) == (series is None)
        if series is None or mine is None:
            continue
        for division in part.facts.geography.divisions:
            same = whole.facts.geography.division(division.rollup, division.code)
            np.testing.assert_allclose(mine.values(division), series.values(same), equal_nan=True)


def test_figures_of_one_scope_give_the_same_lines_as_the_scoped_scorecard(whole: Figures) -> None:
    scope = Scope(False, ("321302",))
    assert scorecard(scoped_figures(whole, scope), _DAY).lines == scoped_scorecard(
        scorecard(whole, _DAY), scope).lines


def test_a_scorecard_computed_from_scoped_figures_ranks_nobody(whole: Figures) -> None:
    assert scorecard(scoped_figures(whole, Scope(False, ("321302",))), _DAY).ranking == ()


def test_breakdowns_of_the_city_stay_exact_and_name_no_other_unit(whole: Figures) -> None:
    part = scoped_figures(whole, Scope(False, ("321302",)))
    asked = {"first": date(2025, 1, 1), "last": _DAY, "column": "amount"}

    def by_collector(known: Figures) -> dict[str, float]:
        return known.facts.breakdown("job_posting", "published", "collector",
                                     division=known.facts.geography.city, **asked)
    assert by_collector(part) == by_collector(whole)
    assert set(part.facts.cells["job_posting"]["unit"]) == {"321302", "rest-of-321302", ""}
    assert set(part.facts.cells["job_posting"]["township"]) == {"321302001", ""}


def test_venues_and_missing_townships_are_the_own_ones(whole: Figures) -> None:
    part = scoped_figures(whole, Scope(False, ("321322",))).facts
    assert part.venues is not None
    assert list(part.venues["venue_id"]) == ["v2"]
    assert [township.code for township in part.geography.townships] == ["321322001", "321322002"]


def test_cards_of_a_scope_are_its_own_and_say_no_share_of_the_whole(whole: Figures) -> None:
    card = scorecard(whole, _DAY)
    scope = Scope(False, ("321302",))
    seen = scoped_scorecard(card, scope)
    keys = {division.key for division in seen.geography.divisions}
    assert {(one.rollup, one.division) for one in seen.cards} <= keys
    assert all(one.share is None and not one.folded for one in seen.cards)
    assert {line for one in seen.cards for line in one.lines} <= set(seen.alerts)
    desk = Desk(seen.alerts, seen.by_key, seen.plan, seen.geography,
                history_of(scoped_figures(whole, scope)), _DAY)
    made = cards_at(desk, Rollup.COUNTY)
    assert [(one.key, one.state, one.share, one.folded, one.lines) for one in made.all] == sorted(
        ((one.key, one.state, one.share, one.folded, one.lines) for one in seen.cards),
        key=lambda one: [other.key for other in made.all].index(one[0]))


@pytest.mark.parametrize("scope", [Scope(False, ("321302",)), Scope(False, ("321371",)),
                                   Scope(False, ("321302",), True), NOTHING])
def test_no_sentence_of_a_scope_says_anything_of_another_division(
        whole: Figures, scope: Scope) -> None:
    """The next step of a city's alert told each county's weekly gap to all of them."""
    named = 0
    for day in (date(2025, 6, 30), date(2025, 7, 31), date(2025, 11, 30), _DAY):
        card = scorecard(whole, day)
        seen = scoped_scorecard(card, scope)
        own = {division.short_name for division in seen.geography.divisions}
        hidden = {division.short_name for division in card.geography.divisions} - own
        hidden = {name for name in hidden if not any(name in one for one in own)}
        written = [text for text in _walk((seen.alerts, seen.cards, seen.lines))
                   if isinstance(text, str)]
        assert {(name, text) for name in hidden for text in written if name in text} == set()
        named += sum(any(name in alert.suggestion for name in hidden) for alert in card.alerts)
        assert all(alert.suggestion for alert in seen.alerts)
    assert named > 0


def test_a_functional_zone_sees_itself_and_no_county(whole: Figures) -> None:
    geography = scoped_figures(whole, Scope(False, ("321371",))).facts.geography
    assert [division.code for division in geography.managing] == ["321371"]
    assert geography.members(Rollup.COUNTY) == ()


def test_nobody_in_particular_sees_the_city_only(whole: Figures) -> None:
    part = scoped_scorecard(scorecard(whole, _DAY), NOTHING)
    assert {line.rollup for line in part.lines} == {"city"}
    assert not all_numbers(JOBS) & _numbers(part, scoped_figures(whole, NOTHING))


def test_a_code_nobody_has_shows_no_unit(whole: Figures) -> None:
    part = scoped_scorecard(scorecard(whole, _DAY), Scope(False, ("999999",)))
    assert {line.rollup for line in part.lines} == {"city"}


def test_the_json_of_a_scope_names_no_other_division_outside_the_ranking(whole: Figures) -> None:
    import json
    from datetime import datetime

    from reports.scorecard import SnapshotNote, to_json
    part: Scorecard = scoped_scorecard(scorecard(whole, _DAY), Scope(False, ("321302",)))
    written = json.loads(to_json(part, SnapshotNote("x", datetime(2026, 1, 15), False, {})))
    assert {line["division"] for line in written["lines"]} == {"321300", "321302"}
    assert {alert["division"] for alert in written["alerts"]} <= {"321300", "321302"}
    assert not all_numbers(("321322", "321324", "321371", "321372")) & _numbers(written)


def test_the_workbook_of_a_scope_holds_no_other_units_number(whole: Figures) -> None:
    from datetime import datetime
    from io import BytesIO

    from openpyxl import load_workbook

    from reports.scorecard import SnapshotNote
    from reports.workbook import scope_of, workbook_bytes
    scope = Scope(False, ("321302",))
    card = scoped_scorecard(scorecard(whole, _DAY), scope)
    content = workbook_bytes(scoped_figures(whole, scope), card,
                             SnapshotNote("x", datetime(2026, 1, 15), False, {}),
                             scope=scope_of(card.geography, "321302"))
    for computed in (True, False):
        book = load_workbook(BytesIO(content), data_only=computed)
        values = {cell for sheet in book for row in sheet.iter_rows(values_only=True)
                  for cell in row}
        found = {float(value) for value in values if isinstance(value, (int, float))}
        assert not all_numbers(("321322", "321324", "321371", "321372")) & found
        assert not [value for value in values if isinstance(value, str)
                    and ("丙镇" in value or "戊镇" in value)]
