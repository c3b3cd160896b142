"""The program and the naive recomputation say the same of any world."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from kpi.definitions.shipped_datasets import FACT_DATASETS
from tests import naive
from tests.drawn import write_sqlite
from tests.examples import examples
from tests.naive import Reconciliation
from tests.servers import Server
from tests.spark import Spark
from tests.spec.comparing import differences
from tests.spec.strategies import Drawn, worlds

_SETTINGS = settings(max_examples=examples(25), deadline=None,
                     suppress_health_check=list(HealthCheck))
# a server is asked over the wire, and the statements are the same ones
_FEW = settings(_SETTINGS, max_examples=examples(8),
                phases=(Phase.explicit, Phase.reuse, Phase.generate))


@pytest.mark.long
@_SETTINGS
@given(worlds())
def test_both_engines_agree_on_every_line_of_a_random_world(world: Drawn) -> None:
    from tests.engines import real_lines

    with TemporaryDirectory() as name:
        folder = Path(name)
        urls = write_sqlite(folder, world.tables)
        expected = naive.all_lines(naive.read_tables(urls), start=world.start, as_of=world.as_of,
                               read_on=world.read_on)
        found = real_lines(urls, start=world.start, as_of=world.as_of, read_on=world.read_on,
                           folder=folder)
    assert differences(expected, found) == []


@_SETTINGS
@given(worlds())
@pytest.mark.long
def test_both_engines_agree_on_what_became_of_every_row_of_a_random_world(world: Drawn) -> None:
    from tests.engines import real_reconcile

    with TemporaryDirectory() as name:
        folder = Path(name)
        urls = write_sqlite(folder, world.tables)
        expected = naive.reconcile(naive.read_tables(urls), read_on=world.read_on)
        real = real_reconcile(urls, start=world.start, read_on=world.read_on, folder=folder)
    found = {
        dataset: Reconciliation(
            entry.read,
            entry.counted,
            {k: n for k, n in entry.excluded.items() if n},
            entry.division_conflict,
        )
        for dataset, entry in real.items()
    }
    assert found == expected


@pytest.mark.server
@_FEW
@given(worlds())
@pytest.mark.parametrize("make", ["postgresql", "mariadb", "sharded"])
def test_the_servers_agree_with_the_recomputation_on_a_random_world(
        request: pytest.FixtureRequest, make: str, world: Drawn) -> None:
    from tests.engines import real_answers

    server: Server = request.getfixturevalue(make)
    with TemporaryDirectory() as name:
        urls = server.write(world.tables)
        tables = naive.read_tables(urls)
        found, real = real_answers(urls, start=world.start, as_of=world.as_of,
                                   read_on=world.read_on, folder=Path(name))
    expected = naive.all_lines(tables, start=world.start, as_of=world.as_of, read_on=world.read_on)
    assert differences(expected, found) == []
    rows = naive.reconcile(tables, read_on=world.read_on)
    assert {dataset: entry.counted for dataset, entry in real.items()} == {
        dataset: entry.counted for dataset, entry in rows.items()}


def _in_all_datasets(world: Drawn) -> bool:
    return all(world.tables.get(name) for name in FACT_DATASETS)


@pytest.mark.server
@settings(_FEW, max_examples=examples(1), database=None)
@given(worlds(24).filter(_in_all_datasets))
def test_spark_agrees_with_the_recomputation_on_a_larger_world(spark: Spark, world: Drawn) -> None:
    from tests.engines import real_answers

    with TemporaryDirectory() as name:
        found, real = real_answers(spark.write(world.tables), start=world.start, as_of=world.as_of,
                                   read_on=world.read_on, folder=Path(name))
    expected = naive.all_lines(world.tables, start=world.start, as_of=world.as_of,
                           read_on=world.read_on)
    assert differences(expected, found) == []
    rows = naive.reconcile(world.tables, read_on=world.read_on)
    assert {dataset: entry.counted for dataset, entry in real.items()} == {
        dataset: entry.counted for dataset, entry in rows.items()}


@_SETTINGS
@given(worlds())
def test_recomputed_rows_add_up_and_units_never_exceed_the_city(world: Drawn) -> None:
    """Holds the recomputation itself to what must be true of any world."""
    for entry in naive.reconcile(world.tables, read_on=world.read_on).values():
        assert entry.read == entry.counted + sum(entry.excluded.values())
        assert entry.division_conflict <= entry.counted
    lines = naive.all_lines(world.tables, start=world.start, as_of=world.as_of, read_on=world.read_on)
    for indicator in ("jobs_published", "registered_users", "training_attendances", "injury_cover"):
        city = lines[indicator, "city", naive.CITY_CODE].value
        for rollup in ("county", "managing"):
            parts = [line.value for (name, kind, _), line in lines.items() if name == indicator
                     and kind == rollup]
            assert all((part is None) == (city is None) for part in parts)
            assert sum(part or 0 for part in parts) <= (city or 0)


@_SETTINGS
@given(worlds())
def test_a_world_reads_back_from_its_databases_as_it_was_drawn(world: Drawn) -> None:
    # a sign for “nothing” in the place of a number is read as none
    drawn = {name: [{**row, "agreement_no": None} if row.get("agreement_no") == "无" else row
                    for row in rows] for name, rows in world.tables.items()}
    with TemporaryDirectory() as name:
        assert naive.read_tables(write_sqlite(Path(name), world.tables)) == drawn
