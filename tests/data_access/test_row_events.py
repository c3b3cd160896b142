"""Rows handed over once with all their events make the cells the database would have added up event
by event.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import Connection

from data_access.boundary.mapping import load_mappings
from data_access.connect.opening import Sources
from data_access.connect.schema import LiveDataset
from data_access.reading.collect import collected
from data_access.reading.divisions import geography_of, read_divisions, reading_rules
from data_access.reading.fetch import pieces
from data_access.reading.queries import (
    Periods,
    ReadingRules,
    alone_and_alike,
    cells,
    whole_amounts,
)
from data_access.reading.row_events import events_of, rows_with_events
from data_access.site.settings import Settings, load_plan
from kpi.vocabulary.division import Geography
from tests.drawn import write_sqlite
from tests.engines import write_plan
from tests.examples import examples
from tests.small_city import settings_of
from tests.spec.strategies import Drawn, worlds


@pytest.mark.long
@settings(max_examples=examples(12, 2), deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_both_ways_make_the_same_cells(world: Drawn) -> None:
    part = Periods(((world.start + timedelta(days=30), world.start + timedelta(days=200)),),
                   undated=True)
    with TemporaryDirectory() as name:
        for live, opened, rules, geography in _opened(Path(name), world):
            dataset = live.mapping.dataset
            for periods in (None, part) if dataset.sliced else (None,):
                added = (piece for statement in cells(live, rules, periods)
                         for piece in pieces(opened, statement))
                rows = (events_of(piece, dataset)
                        for piece in pieces(opened, rows_with_events(live, rules, periods)))
                pd.testing.assert_frame_equal(collected(dataset, rows, rules, geography),
                                              collected(dataset, added, rules, geography))


def _opened(folder: Path,
            world: Drawn) -> Iterator[tuple[LiveDataset, Connection, ReadingRules, Geography]]:
    """Each dataset of the world whose amounts are whole numbers."""
    write_plan(folder / "config", start=world.start, deadline=world.start + timedelta(days=700))
    given_settings = Settings(folder / "config", folder / "var", write_sqlite(folder, world.tables))
    plan = load_plan(given_settings)
    sources = Sources(given_settings.urls, load_mappings(given_settings.sources_file,
                                                         plan.definitions))
    try:
        geography = geography_of(plan, read_divisions(sources, None, plan.city_code)[0])
        rules = reading_rules(plan, geography, world.read_on)
        for name in plan.definitions.counted:
            if sources.expected(name) and whole_amounts(plan.definitions.datasets[name]):
                with sources.open(name) as (live, opened):
                    yield live, opened, rules, geography
    finally:
        sources.close()


def test_rows_of_which_others_are_like_are_told_from_those_that_are_alone(tmp_path: Path) -> None:
    """An account registered twice, two rows without any, and others; of trainings the person
    decides, whatever was learnt.
    """
    drawn = settings_of(tmp_path, worker_account="""
        | account_id | registered_on |
        | A          | 2025-03-01    |
        | A          | 2025-04-01    |
        | B          | 2025-03-01    |
        | C          | 2025-03-01    |
        |            | 2025-03-01    |
        |            | 2025-03-02    |
    """, training_attendance="""
        | attendance_id | person_key | occupation | level |
        | 1             | P          | 家政       |       |
        | 2             | P          | 保育       | 五级  |
        | 3             | Q          | 家政       |       |
    """)
    assert _parts(drawn, "worker_account") == (["B", "C"], ["", "", "A", "A"])
    assert _parts(drawn, "training_attendance") == (["3"], ["1", "2"])
    assert _parts(drawn, "dispute_case") is None


def _parts(drawn: Settings, name: str) -> tuple[list[str], list[str]] | None:
    """The keys of the rows that are alone, and of the others."""
    plan = load_plan(drawn)
    sources = Sources(drawn.urls, load_mappings(drawn.sources_file, plan.definitions))
    try:
        with sources.open(name) as (live, opened):
            parts = alone_and_alike(live)
            if parts is None:
                return None
            source = sa.select(*(column.label(one) for one, column in live.columns.items()),
                               ).select_from(live.selectable).subquery("source")
            key = source.c[live.mapping.dataset.key]
            alone, alike = (sorted(str(one or "") for one in opened.execute(
                sa.select(key).where(which.holds(source))).scalars()) for which in parts)
            return alone, alike
    finally:
        sources.close()
