"""Which file serves a make of database: the backend its URL names decides, through one table."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.makes import table
from data_access.connect.sources import open_engine
from kpi.vocabulary.errors import InputError

# files of the folder that are no make: the table, and PostgreSQL's own counts of changes
NO_MAKE = {"__init__", "table", "counters"}


def test_a_make_in_the_table_gets_connection_url_and_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, int]] = []

    def stub_engine(connection: str, url: URL, seconds: int) -> Engine:
        asked.append((connection, url.render_as_string(), seconds))
        return sa.create_engine("sqlite://")

    monkeypatch.setattr(table, "MAKES", {**table.MAKES, "stub": stub_engine})
    monkeypatch.setattr("data_access.connect.sources.MAKES", table.MAKES)
    open_engine("suzhaohuo", "stub+driver://reader@host/gig", statement_seconds=7).dispose()
    assert asked == [("suzhaohuo", "stub+driver://reader@host/gig", 7)]


def test_every_file_of_a_make_is_in_the_table() -> None:
    files = {path.stem for path in Path(table.__file__).parent.glob("*.py")} - NO_MAKE
    strays = files - set(table.MAKES)
    assert not strays, (
        f"a file bears the name of the backend, the key of its line in MAKES; no such line for {sorted(strays)}"
    )


@pytest.mark.parametrize("url", ["mysql+pymysql://reader@127.0.0.1:1/gig",
                                 "mariadb+pymysql://reader@127.0.0.1:1/gig",
                                 "postgresql+psycopg://reader@127.0.0.1:1/gig"])
def test_a_servers_engine_is_made_without_connecting(url: str) -> None:
    engine = open_engine("suzhaohuo", url)
    assert engine.url.render_as_string().split("?")[0] == url
    engine.dispose()


def test_a_make_without_file_and_driver_is_refused_in_plain_words() -> None:
    with pytest.raises(InputError, match="数据库类型 nosuchmake 程序不认识；可用的写法有"):
        open_engine("suzhaohuo", "nosuchmake://reader@127.0.0.1/gig")
