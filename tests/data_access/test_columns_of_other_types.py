"""Columns whose type is not the canonical one are read where there is no doubt, else refused with
what to write.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data_access.boundary.mapping import load_mappings
from kpi.vocabulary.errors import InputError
from tests.data_access.dirty import Dirty, net, remarks
from tests.data_access.test_values import DAY, jobs
from tests.servers import Server

MOMENT = 1740758400  # 2025-03-01 00:00 by the clock of 宿迁


@pytest.fixture
def sqlite(tmp_path: Path) -> Dirty:
    return Dirty("sqlite", tmp_path / "base")


@pytest.mark.parametrize(("written", "day"), [("2025/4/1", "2025-04-01"),
                                              ("2025-4-1", "2025-04-01"),
                                              ("2025.04.01", "2025-04-01"),
                                              ("2025年4月1日", "2025-04-01"),
                                              (" 2025-04-01 ", "2025-04-01"),
                                              ("20250401", "2025-04-01"),
                                              ("2025-04-01T08:00:00", "2025-04-01"),
                                              ("2025/4/1 8:30", "2025-04-01"),
                                              ("2025-04-01 08:00:00.123456", "2025-04-01"),
                                              ("2025-04-01T00:30:00+08:00", "2025-04-01"),
                                              ("2025-03-31T16:30:00Z", "2025-04-01"),
                                              ("2025-03-31 16:30:00+00:00", "2025-04-01"),
                                              ("2025-04-01T00:30:00+0800", "2025-04-01"),
                                              ("2025-04-01 00:30:00 +08:00", "2025-04-01"),
                                              (45748, "2025-04-01"),
                                              (MOMENT + 31 * 86400, "2025-04-01"),
                                              ((MOMENT + 31 * 86400) * 1000, "2025-04-01"),
                                              (20250401, "2025-04-01")])
@pytest.mark.parametrize("type_", ["text", "date", "datetime", ""])
def test_a_day_nobody_can_doubt_is_that_day(sqlite: Dirty, written: str | int, day: str,
                                            type_: str) -> None:
    sqlite.fill("job_posting", jobs(3, invalidated_on=written)
                + jobs(1, posting_id="K", employer_code="K", invalidated_on=day),
                {"invalidated_on": type_})
    part = sqlite.part("job_posting")
    assert net(part) == 0
    off = part.data.cells[(part.data.cells["event"] == "invalidated").to_numpy()]
    assert set(off["day"]) == {20179}
    assert set(remarks(part)) <= {"numbered_date 失效日期"}


def test_new_year_by_the_local_clock_is_in_the_plan(sqlite: Dirty) -> None:
    sqlite.fill("job_posting", jobs(published_on="2025-01-01T00:30:00+08:00"),
                {"published_on": "text"})
    part = sqlite.part("job_posting")
    assert part.data.latest is not None
    assert part.data.latest.isoformat() == "2025-01-01"
    assert set(part.data.cells["origin"].astype(str)) == {"plan"}


@pytest.mark.parametrize("written", ["2025-02-30", "2025-13-01", "三月一日", "2025.3", "03/01/2025",
                                     2025, 12.5])
@pytest.mark.parametrize("column", ["published_on", "invalidated_on"])
def test_what_is_no_date_is_refused_with_its_column_and_an_example(
        sqlite: Dirty, written: Any, column: str) -> None:
    rows = jobs()
    rows[3][column] = written
    sqlite.fill("job_posting", rows, {column: "text"})
    said = sqlite.said("job_posting")
    assert f"列 {column}" in said
    assert f"“{written}”" in said
    assert "请" in said
    assert sqlite.checked("job_posting").problem == said


@pytest.mark.parametrize("heads", ["1,200", "120个", "十", "12.5.1"])
def test_a_text_among_numbers_is_no_number(sqlite: Dirty, heads: str) -> None:
    sqlite.fill("job_posting", [*jobs(4), *jobs(1, posting_id="X", employer_code="X",
                                                headcount=heads)])
    part = sqlite.part("job_posting")
    assert (net(part), part.data.quality.excluded) == (40, {"bad_amount": 1})
    assert remarks(part) == {"bad_amount 招聘人数": 1}


@pytest.mark.parametrize("heads", ["12", 12, 12.0])
def test_a_number_written_as_text_is_that_number(sqlite: Dirty, heads: Any) -> None:
    sqlite.fill("job_posting", jobs(headcount=heads), {"headcount": ""})
    assert net(sqlite.part("job_posting")) == 60


@pytest.mark.parametrize("value", ["Y", "TRUE", "是", 2])
def test_a_flag_that_is_neither_is_excluded_and_named(sqlite: Dirty, value: Any) -> None:
    rows = jobs()
    rows[0]["employer_verified"] = value
    sqlite.fill("job_posting", rows)
    part = sqlite.part("job_posting")
    assert part.data.quality.excluded == {"bad_value": 1}
    assert [(one.column, one.value, one.rows) for one in part.data.health.unknown_values] == [
        ("employer_verified", str(value), 1)]
    mapped = f'[datasets.job_posting.values.employer_verified]\n"{value}" = true\n"1" = true\n"0" = false\n'
    assert sqlite.part("job_posting", mapped).data.quality.excluded == {}


def test_a_view_without_types_reads_like_its_table_and_names_an_unknown_code(sqlite: Dirty) -> None:
    import sqlite3

    rows = jobs()
    rows[0]["unit_code"] = 999999
    rows[1]["unit_code"] = 321302
    sqlite.fill("job_posting", rows, {"unit_code": ""})
    with sqlite3.connect(sqlite.folder / "suzhaohuo.sqlite") as opened:
        names = (
            "posting_id, platform, employer_code, occupation, sector, collector, unit_code + 0 AS unit_code, township_code, "
            "headcount + 0 AS headcount, published_on || '' AS published_on, invalidated_on, invalid_reason, employer_verified"
        )
        opened.execute(f"CREATE VIEW jobs AS SELECT {names} FROM job_posting")
    opened.close()
    part = sqlite.part("job_posting", '[datasets.job_posting]\ntable = "jobs"\n')
    assert net(part) == 40
    assert [(pair.unit, pair.rows) for pair in part.data.health.unknown_codes] == [("999999", 1)]


CHARS = {name: f"char({length})" for name, length in {"posting_id": 20, "platform": 20,
                                                      "employer_code": 18, "occupation": 40,
                                                      "sector": 20, "collector": 20,
                                                      "unit_code": 12, "township_code": 12}.items()}


@pytest.mark.server
@pytest.mark.parametrize("make", ["postgresql", "mariadb"])
def test_codes_of_a_fixed_length_count_like_those_without(request: pytest.FixtureRequest,
                                                          tmp_path: Path, make: str) -> None:
    server: Server = request.getfixturevalue(make)
    server.forget()
    dirty = Dirty(make, tmp_path / "base", server)
    rows = [*jobs(), *jobs(2, township_code="321322100", collector="third_party"),
            *jobs(1, unit_code="999999")]
    rows = [{**row, "posting_id": f"J{n}", "employer_code": f"E{n % 6}"}
            for n, row in enumerate(rows)]
    dirty.fill("job_posting", rows)
    plain = dirty.part("job_posting")
    dirty.fill("job_posting", rows, CHARS)
    padded = dirty.part("job_posting")
    assert padded.data.cells.equals(plain.data.cells)
    assert padded.data.quality == plain.data.quality
    assert padded.data.health == plain.data.health
    mapped = '[datasets.job_posting.values.collector]\n"third_party" = "third_party"\n"government" = "government"\n'
    assert dirty.part("job_posting", mapped).data.cells.equals(plain.data.cells)


@pytest.mark.server
def test_domains_enumerations_bits_and_decimal_codes_of_postgresql_are_read(
        postgresql: Server, tmp_path: Path) -> None:
    postgresql.forget()
    dirty = Dirty("postgresql", tmp_path / "base", postgresql)
    types = {"unit_code": "suzhaohuo.unit", "sector": "suzhaohuo.sector",
             "employer_verified": "bit(1)", "township_code": "numeric(12, 0)"}
    dirty.fill("job_posting", jobs(employer_verified="1", sector="domestic",
                                   township_code=321322100), types,
               before=("DROP DOMAIN IF EXISTS suzhaohuo.unit",
                       "DROP TYPE IF EXISTS suzhaohuo.sector",
                       "CREATE DOMAIN suzhaohuo.unit AS char(8)",
                       "CREATE TYPE suzhaohuo.sector AS ENUM ('domestic', 'courier')"))
    part = dirty.part("job_posting")
    assert net(part) == 50
    assert part.data.quality.excluded == {}
    postgresql.forget()


@pytest.mark.server
def test_enumerations_bits_and_decimal_codes_of_mariadb_are_read(
        mariadb: Server, tmp_path: Path) -> None:
    mariadb.forget()
    dirty = Dirty("mariadb", tmp_path / "base", mariadb)
    types = {"unit_code": "decimal(6, 0)", "sector": "enum('domestic', 'courier')",
             "employer_verified": "bit(1)"}
    dirty.fill("job_posting", jobs(employer_verified=1, sector="domestic"), types)
    part = dirty.part("job_posting")
    assert (net(part), part.data.quality.excluded) == (50, {})


@pytest.mark.server
@pytest.mark.parametrize(("make", "column", "type_", "cast"),
                         [("postgresql", "published_on", "varchar(20)",
                           "CAST(published_on AS date) AS published_on"),
                          ("postgresql", "headcount", "varchar(20)",
                           "CAST(headcount AS integer) AS headcount"),
                          ("postgresql", "employer_code", "double precision",
                           "CAST(employer_code AS text)"),
                          ("mariadb", "published_on", "varchar(20)",
                           "STR_TO_DATE(published_on, '%Y-%m-%d') AS published_on"),
                          ("mariadb", "headcount", "varchar(20)",
                           "CAST(headcount AS signed) AS headcount")])
def test_text_where_a_date_or_number_belongs_is_refused_with_the_cast(
        request: pytest.FixtureRequest, tmp_path: Path, make: str, column: str, type_: str,
        cast: str) -> None:
    server: Server = request.getfixturevalue(make)
    server.forget()
    dirty = Dirty(make, tmp_path / "base", server)
    dirty.fill("job_posting", jobs(employer_code=7), {column: type_})
    said = dirty.said("job_posting")
    assert cast in said
    assert f"列 {column} 的类型是" in said


QUERY = """
SELECT *   -- 全部; 列
FROM job_posting
WHERE occupation <> 'a--b;c' AND occupation <> ':word' AND '10:30' <> '/* no */'  /* ; */
"""


def test_a_query_may_hold_anything_in_quotes(sqlite: Dirty) -> None:
    sqlite.fill("job_posting", [*jobs(4), *jobs(1, posting_id="X", employer_code="X",
                                                occupation="a--b;c"),
                                *jobs(1, posting_id="Y", employer_code="Y", occupation=":word")])
    assert net(sqlite.part("job_posting",
                           f'[datasets.job_posting]\nquery = """{QUERY};"""\n')) == 40


@pytest.mark.server
@pytest.mark.parametrize("make", ["postgresql", "mariadb"])
def test_a_query_may_hold_anything_in_quotes_on_a_server(request: pytest.FixtureRequest,
                                                         tmp_path: Path, make: str) -> None:
    server: Server = request.getfixturevalue(make)
    server.forget()
    dirty = Dirty(make, tmp_path / "base", server)
    dirty.fill("job_posting", [*jobs(4), *jobs(1, posting_id="X", employer_code="X",
                                               occupation=":word")])
    assert net(dirty.part("job_posting", f'[datasets.job_posting]\nquery = """{QUERY}"""\n')) == 40
    wrong = '[datasets.job_posting]\nquery = """SELECT *\nFROM job_posting\nWHERE hedcount > 0"""\n'
    assert "第 3 行的“hedcount”" in dirty.said("job_posting", wrong)


@pytest.mark.parametrize("query", ["SELECT 1; DROP TABLE x", "SELECT ';' ; SELECT 2",
                                   "-- SELECT\nDELETE FROM x", "UPDATE x SET a = 'SELECT'"])
def test_a_query_is_one_select(tmp_path: Path, query: str) -> None:
    (tmp_path / "sources.toml").write_text(f'[datasets.job_posting]\nquery = """{query}"""\n',
                                           encoding="utf-8")
    found = load_mappings(tmp_path / "sources.toml")["job_posting"]
    assert isinstance(found, InputError)
    assert "只能是一条 SELECT" in str(found)


def test_a_mistake_in_a_query_is_named_with_its_line(sqlite: Dirty) -> None:
    sqlite.fill("job_posting", jobs())
    wrong = '[datasets.job_posting]\nquery = """SELECT *\nFROM job_posting\nWHERE hedcount > 0"""\n'
    assert "第 3 行的“hedcount”" in sqlite.said("job_posting", wrong)
    assert DAY not in sqlite.said("job_posting", wrong)
