"""Every statement the program sends, compiled for engines that no test here can start."""

from __future__ import annotations

import importlib
import sys
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.expression import ClauseElement

from data_access.checking.check import check
from data_access.checking.excluded import excluded_rows
from data_access.connect.sources import open_engine
from data_access.reading import incremental
from data_access.snapshots.refresh import refresh
from kpi.definitions.shipped_datasets import FACT_DATASETS
from kpi.vocabulary.errors import InputError
from tests.data_access.site import NOON, drawn, some_rows, sqlite_site
from tests.programs import missing

DIALECTS = {"trino": "trino.sqlalchemy.dialect.TrinoDialect",
            "clickhouse": "clickhouse_connect.cc_sqlalchemy.dialect.ClickHouseDialect",
            "starrocks": "starrocks.dialect.StarRocksDialect"}
DAYS = {"trino": "date_diff('day', ", "clickhouse": "dateDiff('day', ", "starrocks": "DATEDIFF("}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> list[ClauseElement]:
    """What reading, reading again, checking and listing what is excluded send to a database whose
    changes cannot be seen.
    """
    settings = sqlite_site(tmp_path_factory.mktemp("sent"), {
        **drawn(), **{name: some_rows(name) for name in FACT_DATASETS}})
    statements: list[ClauseElement] = []

    def keep(_connection: Any, statement: ClauseElement, *_: Any) -> None:
        statements.append(statement)
    sa.event.listen(sa.Engine, "before_execute", keep)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(incremental, "_DIALECTS", ())
            refresh(settings, now=NOON)
            refresh(settings, now=NOON + timedelta(hours=1))
        check(settings, NOON)
        for name in FACT_DATASETS:
            excluded_rows(settings, name, now=NOON)
    finally:
        sa.event.remove(sa.Engine, "before_execute", keep)
    return statements


def _dialect(make: str) -> Any:
    module, _, name = DIALECTS[make].rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)()
    except ImportError:
        missing(make)


@pytest.mark.engines
@pytest.mark.parametrize("make", DIALECTS)
def test_every_statement_compiles(sent: list[ClauseElement], make: str) -> None:
    dialect = _dialect(make)
    texts = [str(statement.compile(dialect=dialect)) for statement in sent]
    assert len(texts) > 300
    assert all(text.lstrip().startswith(("SELECT", "WITH")) for text in texts)
    assert sum("GROUP BY" in text for text in texts) > 100
    assert any(DAYS[make] in text
               for text in texts), "days between two dates, by the engine's own function"
    # other makes' ways to compare byte for byte, or to add up days, would not be understood
    assert not any(word in text for text in texts for word in ("COLLATE", "julianday", "CONVERT("))


def test_an_engine_whose_driver_is_not_installed_is_said_in_plain_words(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "data_access.connect.makes.hive", None)
    with pytest.raises(InputError, match="数据库类型 hive 没有安装驱动"):
        open_engine("suzhaohuo", "hive://reader@127.0.0.1:10000/suzhaohuo")
